"""wapiti as an engine: a program in an environment of its own, behind our way out.

It knows no rate, no scope we could rely on and no failure: the ``EgressProxy`` holds the
plan and counts, so that a shop that died in the middle is never called clean.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar
from urllib.parse import quote

from scanners.api import Clock, NetOptions, ScanOutcome, clip
from scanners.net.egress import EgressProxy, EgressRules, Traffic
from scanners.net.fetch import Fetcher, FetchError
from scanners.owasp.asking import RUN_HEADER, Asker
from scanners.owasp.crawl import is_wall
from scanners.owasp.engine import EngineLook, Plan, Profile, Progress, Report, silent
from scanners.owasp.evidence import RULE_COMPLETE, Coverage, Engine, Finding, OwaspFacts, RuleRun
from scanners.owasp.excluded import patterns
from scanners.owasp.matrix import EDITIONS, Matrix, matrix
from scanners.owasp.page import read_page
from scanners.owasp.rules import distinct, templates
from scanners.owasp.wapiti_classes import LEVELS, MODULES, REACHES, TESTED_BY
from scanners.owasp.wapiti_process import found_program, run, too_old, version_of
from scanners.owasp.wapiti_report import ENGINE_NAME, BadReportError, Printed, read_report

SHARE_OF_DEADLINE = 0.95
CRAWL_SHARE = 0.3
START_S = 10.0
LEAST_S = 5.0
SILENT_MAX = 10
THROTTLED_MAX = 5
REFUSED_MIN = 20
REFUSED_SHARE = 0.5
KNOWN_MAX = 20
CANARY = quote("<script>keurwacht</script>'", safe="")
# Only to spare requests: the way out keeps all excluded paths back.
_SPARED = ("winkelwagen", "winkelmand", "cart", "checkout", "afrekenen", "panier", "commande",
           "warenkorb", "kasse", "logout", "uitloggen", "deconnexion", "abmelden")  # fmt: skip
_CRAWL = "crawl"


@dataclass(slots=True)
class _Look:
    """What was seen so far."""

    version: str = ""
    crawled: int = 0
    canary: bool | None = None
    findings: list[Finding] = field(default_factory=list)
    runs: list[RuleRun] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    stopped: str = ""

    @property
    def complete(self) -> set[str]:
        """The modules that ran to their end."""
        return {one.rule for one in self.runs if one.complete}


class WapitiEngine:
    """See ``OwaspEngine``.  GET and HEAD only; what modules would post is kept back."""

    name: ClassVar[str] = ENGINE_NAME
    profiles: ClassVar[frozenset[Profile]] = frozenset(Profile)

    def __init__(self, options: NetOptions, clock: Clock, program: Path) -> None:
        self._options = options
        self._clock = clock
        self._program = program
        self._version = ""

    async def look(self, plan: Plan, report: Report = silent) -> EngineLook:
        """Crawl, then one module after the other until time is up or the site gives up."""
        end = asyncio.get_running_loop().time() + plan.deadline_s * SHARE_OF_DEADLINE - 1.0
        rules = EgressRules(
            origins=frozenset(plan.origins),
            requests_per_second=plan.requests_per_second,
            excluded=patterns(plan.excluded),
            headers={RUN_HEADER: plan.run_id, "User-Agent": self._options.user_agent},
            verified=plan.verified,
        )
        with TemporaryDirectory(prefix="keurwacht-wapiti-") as name:
            folder = Path(name)
            trouble = await self._unfit(folder)
            if trouble:
                return EngineLook(ScanOutcome.ENGINE_ERROR, None, trouble)
            seen = _Look(version=self._version)
            sent = await self._canary(plan, seen, end) if plan.profile.attacks else 0
            async with EgressProxy(self._options, rules) as way:
                try:
                    await _Job(self._program, folder, plan, way, seen, report, end).run()
                except OSError as error:
                    reason = f"wapiti could not be run: {clip(str(error), 150)}"
                    return EngineLook(ScanOutcome.ENGINE_ERROR, None, reason, way.traffic.sent)
                return _looked(plan, seen, way.traffic, sent)

    async def _unfit(self, folder: Path) -> str:
        """Why this program is of no use, "" when it is; asked once."""
        if not self._version:
            self._version = await version_of(self._program, folder)
        if not self._version:
            return "the program named as wapiti does not answer as wapiti does"
        return f"wapiti {self._version} is too old" if too_old(self._version) else ""

    async def _canary(self, plan: Plan, seen: _Look, end: float) -> int:
        """A harmless attack first: a filter that stops it would hide everything."""
        async with Fetcher(self._options, self._clock, burst=1) as fetcher:
            asker = Asker(plan, fetcher, end)
            mark = "&" if "?" in plan.url else "?"
            seen.canary = False
            with contextlib.suppress(FetchError):
                answer = await asker.get(f"{plan.url}{mark}keurwacht={CANARY}")
                seen.canary = not is_wall(answer, read_page(answer, plan.site))
            return fetcher.requests


@dataclass(slots=True)
class _Job:
    """One look: the crawl and the modules in turn, each a process."""

    program: Path
    folder: Path
    plan: Plan
    way: EgressProxy
    seen: _Look
    report: Report
    end: float
    _done: int = 0

    async def run(self) -> None:
        """Until all is done, or the site or the time gives up."""
        groups = MODULES[self.plan.profile]
        await self._part((), self._left_s * CRAWL_SHARE)
        if not self.way.traffic.pages:
            self.seen.stopped = self.seen.stopped or "the site gave no page"
        for place, group in enumerate(groups):
            share = self._left_s / (len(groups) - place)
            if self.seen.stopped or share < LEAST_S:
                why = self.seen.stopped or "no time left"
                self.seen.runs += [RuleRun(n, n, f"Skipped, {why}", _attacks(n)) for n in group]
                self._trouble(f"{', '.join(group)} did not run: {why}")
                continue
            await self._part(group, share)

    @property
    def _left_s(self) -> float:
        return self.end - asyncio.get_running_loop().time()

    def _trouble(self, said: str) -> None:
        self.seen.troubles.append(said)

    async def _part(self, modules: tuple[str, ...], seconds: float) -> None:
        name = ",".join(modules) or _CRAWL
        printed, before = Printed(), self.way.traffic.sent
        own_s = max(LEAST_S, (seconds - START_S) / max(1, len(modules)))

        def hear(line: str) -> None:
            printed.hear(line)
            self._tell(printed.module or name)

        file = self.folder / f"{self._done}.json"
        ended = await run(
            self.program, self._arguments(modules, own_s, file), self.folder, seconds, hear,
            self._doomed,
        )  # fmt: skip
        self._done += 1
        if ended.why and ended.why == self._doomed():
            self.seen.stopped = ended.why
        read = self._read(file) if ended.status == 0 else "no report"
        said = self._gap(ended.why, ended.status, printed, read)
        if said:
            self._trouble(f"{name}: {said}")
        sent = self.way.traffic.sent - before
        for one in modules:
            cut = said or one in printed.cut
            state = f"Stopped, {said or 'its time was up'}" if cut else RULE_COMPLETE
            self.seen.runs.append(RuleRun(one, one, state, _attacks(one), sent // len(modules)))

    def _tell(self, current: str) -> None:
        total = len(MODULES[self.plan.profile]) + 1
        self.report(Progress("wapiti", self._done, total, self.way.traffic.sent, clip(current, 60)))

    def _gap(self, why: str, status: int | None, printed: Printed, read: str) -> str:
        """Why this part is not the whole truth, "" when it is."""
        if why:
            return why
        if status != 0:
            return f"wapiti ended with status {status}"
        if read:
            return read
        if printed.skipped:
            return f"{printed.skipped} requests were skipped"
        if printed.unloaded:
            return f"wapiti does not know {', '.join(printed.unloaded)}"
        if printed.cut or printed.crawl_cut:
            return "its time was up"
        return ""

    def _read(self, file: Path) -> str:
        """Take the report in; why it is of no use, "" when it is."""
        try:
            found = read_report(file.read_bytes(), self.plan.url, self.plan.site)
        except (OSError, BadReportError) as error:
            return clip(f"no report: {error}", 150)
        self.seen.crawled = max(self.seen.crawled, found.crawled)
        self.seen.findings.extend(found.findings)
        return ""

    def _doomed(self) -> str:
        """Why going on would be rude or useless, "" while it is not."""
        traffic = self.way.traffic
        if traffic.failed_in_a_row >= SILENT_MAX:
            return "the site stopped answering"
        if traffic.statuses[429] + traffic.statuses[503] >= THROTTLED_MAX:
            return "the site asked us to slow down"
        refused = traffic.statuses[403] + traffic.statuses[406]
        if refused >= max(REFUSED_MIN, sum(traffic.statuses.values()) * REFUSED_SHARE):
            return "something in front of the shop refused us"
        return ""

    def _arguments(self, modules: tuple[str, ...], own_s: float, file: Path) -> list[str]:
        origin = self.plan.origins[0]
        found = [
            "-u", f"{origin}/", "-s", self.plan.url, "--scope", "folder",
            "-m", ",".join(modules), "-l", str(LEVELS[self.plan.profile]),
            "-f", "json", "-o", str(file), "-v", "1", "--no-bugreport",
            "--store-session", str(self.folder / "session"),
            "--store-config", str(self.folder / "config"),
            "-p", self.way.address, "--verify-ssl", "0", "--tasks", "2", "-t", "20",
            "-d", "4", "--max-links-per-page", "50", "--max-parameters", "20",
            "--max-scan-time", f"{own_s:.0f}", "--max-attack-time", f"{own_s:.0f}",
            # Its makers' hosts are asked for no module we run, and looked up all the same.
            "--endpoint", "http://127.0.0.1:9/", "--dns-endpoint", "localhost",
            "-A", "keurwacht", "--skip", "email",
            "--skip-crawl" if modules else "--flush-session",
        ]  # fmt: skip
        for url in self.plan.known[:KNOWN_MAX]:
            found += ["-s", url]
        for word in _SPARED:
            found += ["-x", f"{origin}/*{word}*"]
        return found


def _attacks(module: str) -> bool:
    return module not in MODULES[Profile.BASELINE][0]


def _looked(plan: Plan, seen: _Look, traffic: Traffic, sent: int) -> EngineLook:
    total = traffic.sent + sent
    if not traffic.pages:
        reason = seen.stopped or (seen.troubles or ["no page of the site was seen"])[0]
        return EngineLook(ScanOutcome.UNREACHABLE, None, reason, total)
    if traffic.failed:
        seen.troubles.append(f"{traffic.failed} requests got no answer")
    slow = traffic.statuses[429] + traffic.statuses[503]
    if slow:
        seen.troubles.append(f"the site refused {slow} requests for a while")
    if seen.canary is False:
        seen.troubles.append("a harmless attack did not reach the shop")
    known = len(traffic.pages | traffic.missed)
    facts = OwaspFacts(
        engine=Engine(ENGINE_NAME, seen.version, len(seen.runs)),
        profile=plan.profile.value,
        findings=distinct(seen.findings),
        coverage=Coverage(
            known, len(traffic.pages), round(len(traffic.pages) / known, 3),
            traffic.out_of_scope, traffic.failed,
        ),
        categories=_reached(seen.complete),
        canary_seen=seen.canary,
        rules_run=tuple(seen.runs),
        paths=templates(traffic.pages),
    )  # fmt: skip
    detail: dict[str, object] = {
        "version": seen.version, "addresses_and_forms": seen.crawled,
        "kept_back": traffic.refused, "kept_back_methods": traffic.other_methods,
        "kept_back_excluded": traffic.excluded,
    }  # fmt: skip
    outcome = ScanOutcome.PARTIAL if seen.troubles else ScanOutcome.COMPLETE
    return EngineLook(outcome, facts, "; ".join(seen.troubles[:3]), total, detail)


def _reached(complete: set[str]) -> Matrix:
    pairs = [pair for one in complete for pair in REACHES[one]]
    partly = {edition: {pair[place] for pair in pairs} for place, edition in enumerate(EDITIONS)}
    full = complete >= TESTED_BY
    tested = {"2021": {"A03"}, "2025": {"A05"}} if full else {}
    return matrix(partly, tested)


__all__ = ["WapitiEngine", "found_program"]
