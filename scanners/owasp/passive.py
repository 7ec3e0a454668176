"""Our own engine: an ordinary visit with GET alone, and what it shows of weaknesses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import ClassVar

from scanners.api import Clock, NetOptions, ScanOutcome, clip
from scanners.content.walls import WALL_STATUSES
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.owasp.again import AGAIN_AFTER_S, counted
from scanners.owasp.asking import Asker, redirect_target
from scanners.owasp.checks import OK_STATUSES
from scanners.owasp.crawl import PAGES_MAX, Crawl, Seen, is_shell, is_wall
from scanners.owasp.engine import EngineLook, Plan, Profile, Progress, Report, silent
from scanners.owasp.evidence import (
    PROFILE_BASELINE,
    RULE_COMPLETE,
    Confidence,
    Coverage,
    Finding,
    OwaspFacts,
    RuleRun,
    Severity,
)
from scanners.owasp.libraries.data import obtain, recognise
from scanners.owasp.libraries.repository import Library
from scanners.owasp.libraries.repository import Report as Recognised
from scanners.owasp.page import Page, read_page
from scanners.owasp.probes import Probes
from scanners.owasp.rules import (
    ENGINE,
    ENGINE_NAME,
    LIBRARY_RULE,
    RULES,
    categories,
    distinct,
    templates,
)
from scanners.owasp.rules import finding as found
from scanners.owasp.second_look import SecondLook

# What is left of the deadline is for reading and for closing connections.
SHARE_OF_DEADLINE = 0.9
LIBRARIES_S = 20.0
# A start page that is closed for a moment is a wall as well: nothing of the shop was seen.
_START_WALLS = WALL_STATUSES | {503}
_START_REDIRECTS_MAX = 5
_SHOWN_HOLES = 4
# Whether a shop uses the part that is weak cannot be seen from a version.
_LIBRARY_SEVERITY = {
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.MEDIUM,
    "critical": Severity.MEDIUM,
}


@dataclass(frozen=True, slots=True)
class PassiveOptions:
    """``libraries``: file or address of the data of retire.js, "" for none.

    ``files``: ask for a handful of files that should not be there.  ``shell_chars``: a
    start page with programs and fewer characters of text is not a page but what scripts
    make one from.  ``again_after_s``: seconds between the sight of a grave weakness and the
    second look at it.
    """

    libraries: str = ""
    files: bool = True
    pages_max: int = PAGES_MAX
    shell_chars: int = 120
    again_after_s: float = AGAIN_AFTER_S


class PassiveEngine:
    """See ``OwaspEngine``.  Sends GET only, at the plan's rate, to the plan's origins."""

    name: ClassVar[str] = ENGINE_NAME
    profiles: ClassVar[frozenset[Profile]] = frozenset({Profile.BASELINE})

    def __init__(self, options: NetOptions, clock: Clock, how: PassiveOptions) -> None:
        self._options = options
        self._clock = clock
        self._how = how

    async def look(self, plan: Plan, report: Report = silent) -> EngineLook:
        """Visit the start page, pages it leads to, then a handful of other addresses."""
        end = asyncio.get_running_loop().time() + plan.deadline_s * SHARE_OF_DEADLINE
        options = replace(self._options, requests_per_second=plan.requests_per_second)
        async with Fetcher(options, self._clock, burst=1) as fetcher:
            asker = Asker(plan, fetcher, end)
            try:
                start = await _start(asker, plan.url)
            except FetchError as error:
                return EngineLook(error.outcome, None, error.reason, fetcher.requests)
            page = read_page(start, plan.site)
            if start.status in _START_WALLS or is_wall(start, page):
                reason = f"something in front of the shop answered {start.status}"
                return EngineLook(ScanOutcome.BLOCKED, None, reason, fetcher.requests)
            crawl = Crawl(asker, plan.site, report, self._how.pages_max)
            _begin(crawl.seen, page, self._how.shell_chars)
            # A start page that is an error or no page leads nowhere worth asking.
            readable = page.is_html and page.status in OK_STATUSES
            await crawl.run(page, plan.known if readable else ())
            probes = Probes(asker, plan.site, crawl.seen, report)
            if readable:
                await probes.run(start.final_url, files=self._how.files)
            libraries, note = await self._libraries(probes, plan, asker, report)
            look = _looked(crawl.seen, libraries, note)
            second = SecondLook(
                asker, plan.site, start.final_url, report, throttled=crawl.seen.throttled
            )
            return await self._seen_again(look, second, fetcher)

    async def _seen_again(
        self, look: EngineLook, second: SecondLook, fetcher: Fetcher
    ) -> EngineLook:
        """The look with the second one at what is grave; how it ended stays as it is."""
        if look.facts is None:
            return replace(look, requests=fetcher.requests)
        findings = await second.run(look.facts.findings, self._how.again_after_s)
        said = counted(findings)
        detail = {**look.detail, "again": said} if said else look.detail
        facts = replace(look.facts, findings=findings)
        return replace(look, facts=facts, requests=fetcher.requests, detail=detail)

    async def _libraries(
        self, probes: Probes, plan: Plan, asker: Asker, report: Report
    ) -> tuple[Recognised | None, str]:
        """None when there is no data to look with; the second says what staff should know."""
        if not self._how.libraries:
            return None, "no data about libraries is given"
        data = await obtain(self._how.libraries, self._options, self._clock)
        if not data.file:
            return None, data.problem
        report(Progress("libraries", 0, len(probes.scripts), asker.requests))
        left_s = max(1.0, min(LIBRARIES_S, asker.left_s))
        told = await recognise(tuple(probes.scripts), data.file, left_s)
        if told.problem:
            return None, told.problem
        for library in told.libraries:
            probes.seen.findings.append(_weak(library, plan.site))
        return told, data.note


async def _start(asker: Asker, url: str) -> Exchange:
    """The start page; own redirects are followed, others are the preflight's to judge."""
    for _ in range(_START_REDIRECTS_MAX):
        answer = await asker.get(url)
        target = redirect_target(answer)
        if not target:
            return answer
        if not asker.own(target):
            raise FetchError(ScanOutcome.REDIRECTED_OUT, f"redirected to {clip(target, 100)}")
        url = target
    raise FetchError(ScanOutcome.UNREACHABLE, f"more than {_START_REDIRECTS_MAX - 1} redirects")


def _begin(seen: Seen, page: Page, shell_chars: int) -> None:
    if page.status not in OK_STATUSES:
        seen.trouble(f"the start page answered {page.status}")
    elif not page.is_html:
        seen.trouble("the start page is not HTML")
    elif is_shell(page, shell_chars):
        seen.trouble("scripts make the start page: what a visitor sees was not seen")


def _weak(library: Library, site: str) -> Finding:
    certain = library.detection in ("content", "hash")
    known = ", ".join(library.identifiers[:_SHOWN_HOLES])
    more = len(library.identifiers) - _SHOWN_HOLES
    said = f"{library.name} {library.version}: {known or library.summary}"
    return found(
        LIBRARY_RULE, library.url, site=site, param=library.name,
        excerpt=f"{said} and {more} more" if more > 0 else said,
        severity=_LIBRARY_SEVERITY[library.severity],
        confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
    )  # fmt: skip


def _looked(seen: Seen, libraries: Recognised | None, note: str) -> EngineLook:
    if seen.html_pages and seen.empty_pages * 2 > seen.html_pages:
        seen.trouble("scripts make most pages: what a visitor sees was not seen")
    if seen.fails:
        which = f"{clip(seen.broken[0], 120)} and {len(seen.broken) - 1} more"
        seen.trouble(f"{which} of {len(seen.visited)} pages answered with a server error")
    known = max(len(seen.known), len(seen.visited))
    visited = len(seen.visited)
    ratio = round(visited / known, 3) if known else 0.0
    facts = OwaspFacts(
        engine=ENGINE,
        profile=PROFILE_BASELINE,
        findings=distinct(seen.findings),
        coverage=Coverage(known, visited, ratio, len(seen.outside), seen.unanswered),
        categories=categories(libraries=libraries is not None),
        rules_run=tuple(_runs(libraries is not None)),
        paths=templates([*seen.visited, *seen.probed]),
    )
    detail: dict[str, object] = {"libraries": note or "looked for"}
    if seen.broken:
        detail["broken_pages"] = [clip(url, 200) for url in seen.broken[:10]]
    if libraries is not None:
        detail["library_patterns"] = libraries.patterns
        detail["library_patterns_skipped"] = libraries.skipped
        detail["library_patterns_too_slow"] = libraries.too_slow
        detail["libraries_recognised"] = libraries.recognised
    outcome = ScanOutcome.PARTIAL if seen.troubles else ScanOutcome.COMPLETE
    return EngineLook(outcome, facts, "; ".join(seen.troubles[:3]), detail=detail)


def _runs(libraries: bool) -> list[RuleRun]:
    return [
        RuleRun(
            rule.rule,
            rule.name,
            RULE_COMPLETE if libraries or rule.rule != LIBRARY_RULE else "Skipped, no data",
        )
        for rule in RULES.values()
    ]
