"""ZAP as an engine of the OWASP look."""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from scanners.api import Clock, NetOptions, ScanOutcome, clip
from scanners.content.walls import WALL_STATUSES
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.names import registrable_domain
from scanners.net.wire import WireError, origin_of
from scanners.owasp.again import counted, settled
from scanners.owasp.engine import EngineLook, Plan, Profile, Report, silent
from scanners.owasp.evidence import RULE_COMPLETE, Engine, Finding, OwaspFacts, RuleRun
from scanners.owasp.excluded import patterns
from scanners.owasp.fleet import DaemonView
from scanners.owasp.rules import templates
from scanners.owasp.zap.active import attack_options, attacked
from scanners.owasp.zap.alerts import ENGINE_NAME, Alert, all_alerts, exchange_of, findings_of
from scanners.owasp.zap.claims import claim
from scanners.owasp.zap.client import ZapError, ZapGoneError
from scanners.owasp.zap.coverage import Crawl, categories_of, coverage_of
from scanners.owasp.zap.daemon import Daemon
from scanners.owasp.zap.health import Health, is_wall
from scanners.owasp.zap.outcome import NOT_STARTED, THROTTLE_STATUSES, Attack, Ending, judge
from scanners.owasp.zap.outlet import Outlet, Rules
from scanners.owasp.zap.policy import ensured_policy
from scanners.owasp.zap.pool import ZapPool
from scanners.owasp.zap.probe import Components, DaemonError, ScanRule
from scanners.owasp.zap.second_look import SecondLook, again_site
from scanners.owasp.zap.sequence import (
    crawled,
    kept_to_the_end,
    looked_at,
    passive_rules,
    prepared,
    released,
)
from scanners.owasp.zap.site import EndedError, Site, Timing

ATTEMPTS = 2
# A second try with less than this share of the time would only be cut short.
RETRY_SHARE = 0.3
STOP_RESERVE_S = 2.0
COLLECT_SHARE = 0.15
FIRST_WITHIN_S = 30.0
FIRST_SHARE = 0.3
# Safe methods alone (RFC 9110 9.2.1): what changes something in a shop is not sent.
METHODS = frozenset({b"GET", b"HEAD", b"OPTIONS"})
FILTER_STATUSES = frozenset({403, 406})
FILTERED_SHARE = 0.5
FILTERED_MIN = 20
# Of an ordinary visit: a folder or two may be closed to everybody.
WALLED_SHARE = 0.25
WALLED_MIN = 5


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a scan brought home, before it is judged."""

    crawl: Crawl
    passive_left: int
    attack: Attack | None
    canary: bool | None
    passive: tuple[ScanRule, ...]
    alerts: tuple[tuple[Finding, Alert], ...]


class ZapEngine:
    """Looks at one site with one daemon of a pool; any number of looks wait for each other.

    ZAP reaches the site through an outlet of ours alone, see ``outlet``.  A daemon that
    dies is replaced and the site looked at once more from the start.
    """

    name: ClassVar[str] = ENGINE_NAME
    profiles: ClassVar[frozenset[Profile]] = frozenset(Profile)

    def __init__(
        self, pool: ZapPool, options: NetOptions, clock: Clock, timing: Timing | None = None
    ) -> None:
        self._pool = pool
        self._options = options
        self._clock = clock
        self._timing = timing or Timing()

    async def look(self, plan: Plan, report: Report = silent) -> EngineLook:
        """Look once; see OwaspEngine."""
        loop = asyncio.get_running_loop()
        end = loop.time() + max(1.0, plan.deadline_s - STOP_RESERVE_S)
        options = dataclasses.replace(
            self._options,
            requests_per_second=plan.requests_per_second,
            user_agent=self._agent(plan),
        )
        outlets: list[Outlet] = []
        asked = 0
        try:
            async with asyncio.timeout_at(end), Fetcher(options, self._clock) as fetcher:
                try:
                    first = await _first(fetcher, plan)
                except EndedError as error:
                    return EngineLook(error.outcome, None, error.reason, fetcher.requests)
                asked = fetcher.requests
                return await self._tried(plan, report, fetcher, first, end, outlets)
        except TimeoutError:
            sent = asked + sum(outlet.traffic.sent for outlet in outlets)
            if not outlets:  # never got as far as the site: that is ours
                reason = "no ZAP daemon was ready in time"
                return EngineLook(ScanOutcome.ENGINE_ERROR, None, reason, sent)
            return EngineLook(ScanOutcome.TIMED_OUT, None, "the look did not end in time", sent)

    @property
    def daemons(self) -> tuple[DaemonView, ...]:
        """What each daemon of the pool does now."""
        return self._pool.views

    async def aclose(self) -> None:
        """End the daemons of the pool; whoever made the engine calls it once."""
        await self._pool.aclose()

    def _agent(self, plan: Plan) -> str:
        return f"{self._options.user_agent} run/{plan.run_id}"

    def _claim(self, daemon: Daemon, end: float) -> str:
        left_s = end - asyncio.get_running_loop().time()
        return claim(daemon.owner, self._clock.now().timestamp() + left_s)

    async def _tried(
        self,
        plan: Plan,
        report: Report,
        fetcher: Fetcher,
        first: Exchange,
        end: float,
        outlets: list[Outlet],
    ) -> EngineLook:
        loop = asyncio.get_running_loop()
        reasons: list[str] = []
        for _ in range(ATTEMPTS):
            before = sum(outlet.traffic.sent for outlet in outlets)
            try:
                async with self._pool.lease() as daemon:
                    look = await self._on(daemon, plan, report, fetcher, first, end, outlets)
                detail = {**look.detail, "attempts": len(reasons) + 1, "troubles": tuple(reasons)}
                return dataclasses.replace(look, requests=look.requests + before, detail=detail)
            except (DaemonError, ZapGoneError, ZapError) as error:
                reasons.append(clip(str(error), 200))
            if end - loop.time() < plan.deadline_s * RETRY_SHARE:
                break
        sent = sum(outlet.traffic.sent for outlet in outlets)
        return EngineLook(
            ScanOutcome.ENGINE_ERROR, None, reasons[-1], fetcher.requests + sent,
            {"attempts": len(reasons), "troubles": tuple(reasons)},
        )  # fmt: skip

    async def _on(
        self,
        daemon: Daemon,
        plan: Plan,
        report: Report,
        fetcher: Fetcher,
        first: Exchange,
        end: float,
        outlets: list[Outlet],
    ) -> EngineLook:
        agent = self._agent(plan)
        rules = outlet_rules(plan, agent, daemon.outlet, verified=not first.tls_error)
        async with Outlet(self._options, rules, daemon.outlet) as outlet:
            outlets.append(outlet)
            health = Health(fetcher, outlet, plan, first)
            collect = min(self._timing.collect_s, plan.deadline_s * COLLECT_SHARE)
            site = Site(
                daemon.talk, plan, outlet, health, report, self._timing, agent, end - collect,
                self._claim(daemon, end),
            )  # fmt: skip
            try:
                seen = await _seen(site, daemon.components)
            except EndedError as error:
                await released(site)
                return EngineLook(error.outcome, None, error.reason, site.requests)
            await _last_look(site)
            ending = _ending(site, seen)
            facts = await _facts(site, seen, daemon.components)
            await kept_to_the_end(site)
            outcome, reason = judge(ending)
            detail = _detail(daemon.components, site, seen)
            if outcome is ScanOutcome.UNREACHABLE:
                await released(site)
                return EngineLook(outcome, None, reason, site.requests, detail)
            facts = await _again(site, seen, daemon.components, facts, end)
            await released(site)
            detail["again"] = counted(facts.findings)
            return EngineLook(outcome, facts, reason, site.requests, detail)


async def _first(fetcher: Fetcher, plan: Plan) -> Exchange:
    """How the start page answers before anything else; EndedError when it is not the shop."""
    own = frozenset(registrable_domain(urlsplit(o).hostname or "") for o in plan.origins)
    headers = {"X-Keurwacht-Scan": plan.run_id}
    try:
        answer = await fetcher.get(
            plan.url,
            within=own,
            deadline_s=min(FIRST_WITHIN_S, plan.deadline_s * FIRST_SHARE),
            headers=headers,
        )
    except FetchError as error:
        raise EndedError(error.outcome, error.reason) from error
    try:
        inside = origin_of(answer.final_url) in {origin_of(origin) for origin in plan.origins}
    except WireError as error:
        raise EndedError(ScanOutcome.SCANNER_ERROR, "the plan has no origins") from error
    if not inside:
        host = clip(urlsplit(answer.final_url).hostname or "", 100)
        raise EndedError(ScanOutcome.REDIRECTED_OUT, f"redirected to {host}")
    if answer.status in THROTTLE_STATUSES | WALL_STATUSES or is_wall(answer, plan.site):
        reason = f"something in front of the shop answered {answer.status}"
        raise EndedError(ScanOutcome.BLOCKED, reason)
    return answer


def outlet_rules(plan: Plan, agent: str, host: str, *, verified: bool) -> Rules:
    """What may leave for this plan; a password when others than this machine can come."""
    return Rules(
        origins=frozenset(origin_of(origin) for origin in plan.origins),
        methods=METHODS,
        excluded=patterns(plan.excluded),
        run_id=plan.run_id,
        user_agent=agent,
        per_second=plan.requests_per_second,
        secret="" if ipaddress.ip_address(host).is_loopback else secrets.token_hex(16),
        verified=verified,
    )


async def _seen(site: Site, components: Components) -> _Seen:
    """All of a scan, in the order of ZAP's own: crawl, passive rules, attack, alerts."""
    await prepared(site)
    passive = await passive_rules(site)
    plan = site.plan
    policy = ""
    if plan.profile.attacks:
        policy, _ = await ensured_policy(site.talk, plan.profile, components.active)
    crawl = await crawled(site)
    left = await looked_at(site)
    _walled(site)
    attack: Attack | None = None
    canary: bool | None = None
    if policy and not site.ailing:
        canary = await site.health.canary()
        attack = await _attack(site, policy, crawl)
        left = await looked_at(site)
    elif policy:
        attack = NOT_STARTED  # a site that already struggles is not attacked
    site.say("collect")
    alerts = findings_of(await all_alerts(site.talk, plan.origins), plan.site)
    return _Seen(crawl, left, attack, canary, passive, alerts)


async def _attack(site: Site, policy: str, crawl: Crawl) -> Attack:
    """Attack what was visited, unless the canary alone closed the door."""
    ailment = await site.health.check()
    if ailment and not ailment.startswith("slow"):
        site.suffers(ailment)
        return NOT_STARTED
    before = site.outlet.traffic.statuses.copy()
    origins = [o for o in site.plan.origins if any(url.startswith(o) for url in crawl.visited)]
    await attack_options(site)
    attack = await attacked(site, policy, origins)
    _filtered(site, before)
    return attack


def _walled(site: Site) -> None:
    """Was a good part of an ordinary visit turned away?  Then those pages were not seen."""
    statuses = site.outlet.traffic.statuses
    turned_away = sum(statuses[status] for status in FILTER_STATUSES)
    if turned_away >= WALLED_MIN and turned_away > statuses.total() * WALLED_SHARE:
        said = f"blocked: {turned_away} of {statuses.total()} pages were answered 403 or 406"
        site.suffers(said)


def _filtered(site: Site, before: Counter[int]) -> None:
    """Did something in front answer most of the attacks instead of the shop?"""
    during = site.outlet.traffic.statuses - before
    turned_away = sum(during[status] for status in FILTER_STATUSES)
    if turned_away >= FILTERED_MIN and turned_away > during.total() * FILTERED_SHARE:
        site.troubles.append(
            f"blocked: {turned_away} of {during.total()} attacks were answered 403 or 406"
        )


async def _last_look(site: Site) -> None:
    """A site that died or closed its door near the end was not looked at whole."""
    ailment = await site.health.check()
    if ailment and not ailment.startswith("slow"):
        site.troubles.insert(0, ailment)


def _ending(site: Site, seen: _Seen) -> Ending:
    traffic = site.outlet.traffic
    return Ending(
        visited=len(seen.crawl.visited),
        spidered=site.spidered,
        passive_left=seen.passive_left,
        answered=traffic.answered,
        unanswered=traffic.failed,
        throttled=sum(traffic.statuses[status] for status in THROTTLE_STATUSES),
        recent=tuple(traffic.recent),
        attack=seen.attack,
        troubles=tuple(site.troubles),
    )


async def _facts(site: Site, seen: _Seen, components: Components) -> OwaspFacts:
    runs = passive_runs(seen) + (seen.attack.rules if seen.attack else ())
    findings: list[Finding] = []
    for found, alert in seen.alerts:
        enough = asyncio.get_running_loop().time() < site.end + site.timing.collect_s / 2
        exchange = await exchange_of(site.talk, alert) if enough else ""
        findings.append(dataclasses.replace(found, exchange=exchange))
    return OwaspFacts(
        engine=Engine(ENGINE_NAME, components.version, len(runs)),
        profile=site.plan.profile.value,
        findings=tuple(findings),
        coverage=coverage_of(seen.crawl, site.outlet.traffic.failed),
        categories=categories_of(runs, attacked=site.plan.profile.attacks),
        canary_seen=seen.canary,
        rules_run=runs,
        paths=templates(seen.crawl.visited),
    )


async def _again(
    site: Site, seen: _Seen, components: Components, facts: OwaspFacts, end: float
) -> OwaspFacts:
    """The facts with a second look at what is grave, in the time that is left."""
    if site.ailing:
        why = clip(site.troubles[0], 150) if site.troubles else "the site struggles"
        return dataclasses.replace(facts, findings=settled(facts.findings, why))
    second = SecondLook(again_site(site, end), components, seen.crawl.visited)
    found = await second.run(facts.findings, seen.alerts)
    return dataclasses.replace(facts, findings=found)


def passive_runs(seen: _Seen) -> tuple[RuleRun, ...]:
    """The passive rules that are on; complete once every answer went past them."""
    state = RULE_COMPLETE if seen.crawl.visited and not seen.passive_left else "Pending"
    return tuple(RuleRun(rule.rule, rule.name, state) for rule in seen.passive)


def _detail(components: Components, site: Site, seen: _Seen) -> dict[str, object]:
    rules = seen.attack.rules if seen.attack else ()
    traffic = site.outlet.traffic
    return {
        "notes": tuple(site.notes),
        "zap": components.version,
        "addons": dict(components.addons),
        "refused": dict(traffic.refused),
        "statuses": {str(status): count for status, count in sorted(traffic.statuses.items())},
        "skipped": {rule.rule: rule.state for rule in rules if not rule.complete},
        "canary": seen.canary,
    }
