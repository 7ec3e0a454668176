"""The look at the OWASP Top 10: consent, preflight, one engine, and what its silence is worth."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from scanners.api import (
    Clock,
    Evidence,
    NetOptions,
    ScanKind,
    ScanOutcome,
    ScanRequest,
    ScanResult,
    clip,
)
from scanners.owasp.again import settled
from scanners.owasp.engine import EngineLook, OwaspEngine, Plan, Profile, Progress
from scanners.owasp.engines import DEFAULT_ENGINE, EQUIPMENT, PROFILES, NoEngineError, make
from scanners.owasp.evidence import OwaspFacts, Severity
from scanners.owasp.fleet import Daemons, DaemonState, DaemonView
from scanners.owasp.flight import Flight
from scanners.owasp.matrix import held, lowered

if TYPE_CHECKING:
    from scanners.owasp.control import ControlSeen

LOOKS_REMEMBERED = 10
PAGES_ENOUGH = 0.5
GRACE_S = 0.9
CONTROL_S = 20.0
RunReport = Callable[[str, Progress], None]


def _silent(_run_id: str, _progress: Progress) -> None:
    """Nobody follows."""


@runtime_checkable
class Lasting(Protocol):
    """An engine that keeps something between looks: daemons, a pool."""

    async def aclose(self) -> None:
        """End it."""
        ...


@runtime_checkable
class Crewed(Protocol):
    """An engine that scans with daemons."""

    @property
    def daemons(self) -> tuple[DaemonView, ...]:
        """What each does now."""
        ...


class OwaspScanner:
    """Looks at one site with the engine of its choice.

    Options beside those of ``engines``: ``authorised`` true allows a profile that attacks
    (the caller has a recorded consent); ``pages_before`` numbers of pages of earlier
    complete looks; ``known`` addresses worth a visit; ``excluded`` more expressions of
    paths that are not asked; ``run_id``; ``control_token``, which has to be published by
    the site before it is attacked.  ``report`` is told how far the look of a run has come.
    ``daemons`` are those of ZAP.
    """

    kind: ClassVar[ScanKind] = ScanKind.OWASP

    def __init__(
        self,
        options: NetOptions,
        clock: Clock,
        report: RunReport = _silent,
        daemons: Daemons | None = None,
    ) -> None:
        self._options = options
        self._daemons = daemons or Daemons()
        self._clock = clock
        self._report = report
        self._engines: dict[tuple[tuple[str, str], ...], OwaspEngine] = {}

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Look once; a seller's platform is never looked at.

        ``complete``: the engine did all it set out to do and saw no less of the site than
        it used to.  ``partial`` keeps what was seen; every other outcome has no evidence.
        """
        started = self._clock.now()
        name = str(request.options.get("engine") or DEFAULT_ENGINE)
        profile = str(request.options.get("profile") or Profile.BASELINE)
        refused = refusal(request, name, profile)
        if refused:
            flight = Flight(None, ScanOutcome.NOT_PERMITTED, refused)
            return self._ended(flight, name, profile, started)
        end = asyncio.get_running_loop().time() + request.deadline_s
        try:
            engine = self._engine(name, request)
        except NoEngineError as error:
            flight = Flight(None, ScanOutcome.ENGINE_ERROR, str(error))
            return self._ended(flight, name, profile, started)
        # All that looks at pages is loaded with the first look: most of the time none runs.
        from scanners.owasp.preflight import fly  # noqa: PLC0415

        flight = await fly(
            request, Profile(profile), self._options, self._clock, request.deadline_s * GRACE_S
        )
        if flight.plan is None:
            return self._ended(flight, name, profile, started)
        control = await self._control(request, flight.plan)
        if control is not None and not control.method:
            refused_flight = replace(
                flight, plan=None, outcome=ScanOutcome.NOT_PERMITTED,
                reason=f"control of the site is not proven: {control.why}",
            )  # fmt: skip
            ended = self._ended(refused_flight, name, profile, started)
            lost = {"control": "lost"} if control.lost else {}
            return replace(ended, detail={**ended.detail, **lost})
        left_s = end - asyncio.get_running_loop().time()
        plan = replace(flight.plan, deadline_s=left_s, verified=flight.verified)
        look = await self._looked(engine, plan)
        result = self._result(judged(look, request), plan, flight, name, started)
        if control is None:
            return result
        return replace(result, detail={**result.detail, "control": control.method})

    async def _control(self, request: ScanRequest, plan: Plan) -> ControlSeen | None:
        """What attacks asks first whether the owner's token still stands; None: nothing to ask."""
        token = request.options.get("control_token")
        if not plan.profile.attacks or not isinstance(token, str):
            return None
        from scanners.owasp.control import look_for  # noqa: PLC0415 (as ``fly``)

        return await look_for(token, plan.url, self._options, self._clock, CONTROL_S)

    @property
    def zap_daemons(self) -> tuple[DaemonView, ...]:
        """Every ZAP daemon there is and what it does; before the first scan all are off."""
        for engine in self._engines.values():
            if isinstance(engine, Crewed):
                return engine.daemons
        return tuple(DaemonView(name, DaemonState.OFF) for name in self._daemons.fleet.names)

    async def aclose(self) -> None:
        """End what engines keep running between looks."""
        for engine in self._engines.values():
            if isinstance(engine, Lasting):
                await engine.aclose()

    def _engine(self, name: str, request: ScanRequest) -> OwaspEngine:
        """One engine per way of equipping it: a pool of daemons outlives a scan."""
        wanted = EQUIPMENT.get(name, frozenset())
        words = {k: str(v) for k, v in request.options.items() if k in wanted}
        key = (("engine", name), *sorted(words.items()))
        if key not in self._engines:
            options, daemons = request.options, self._daemons
            self._engines[key] = make(name, self._options, self._clock, options, daemons)
        return self._engines[key]

    async def _looked(self, engine: OwaspEngine, plan: Plan) -> EngineLook:
        """An engine keeps its time itself; one that does not is stopped."""
        try:
            async with asyncio.timeout(plan.deadline_s + GRACE_S):
                return await engine.look(plan, partial(self._report, plan.run_id))
        except TimeoutError:
            return EngineLook(ScanOutcome.TIMED_OUT, None, "the look did not end in time")

    def _ended(self, flight: Flight, name: str, profile: str, started: datetime) -> ScanResult:
        detail: dict[str, object] = {
            "engine": name, "profile": profile, "reason": clip(flight.reason, 300),
        }  # fmt: skip
        took = (self._clock.now() - started).total_seconds()
        return ScanResult(self.kind, flight.outcome, (), started, took, flight.requests, detail)

    def _result(
        self, look: EngineLook, plan: Plan, flight: Flight, name: str, started: datetime
    ) -> ScanResult:
        took = (self._clock.now() - started).total_seconds()
        detail: dict[str, object] = {
            **look.detail, "engine": name, "profile": plan.profile.value, "run_id": plan.run_id,
        }  # fmt: skip
        if look.outcome is not ScanOutcome.COMPLETE:
            detail["reason"] = clip(look.reason, 300)
        if not flight.verified:
            detail["tls"] = "the certificate is not in order; the site was read all the same"
        seen = look.facts
        evidence = () if seen is None else (Evidence(seen, plan.url, started, _excerpt(seen)),)
        sent = flight.requests + look.requests
        return ScanResult(self.kind, look.outcome, evidence, started, took, sent, detail)


def refusal(request: ScanRequest, name: str, profile: str) -> str:
    """Why this is not done, as a sentence; "" when it may be."""
    if request.subject == "seller":
        return "a seller's platform is not scanned technically"
    if profile not in [one.value for one in Profile]:
        return f"no profile {clip(profile, 40)!r}"
    if Profile(profile).attacks and request.options.get("authorised") is not True:
        return f"{profile} attacks the site and nobody allowed it"
    if name in PROFILES and Profile(profile) not in PROFILES[name]:
        return f"the engine {name} has no profile {profile}"
    return ""


def judged(look: EngineLook, request: ScanRequest) -> EngineLook:
    """The look as it may count: never more than can be said, nor with fewer pages than before."""
    if look.facts is None:
        return look
    outcome, reason = look.outcome, look.reason
    fallen = coverage_fell(request.options.get("pages_before"), look.facts.coverage.urls_visited)
    if fallen and outcome in (ScanOutcome.COMPLETE, ScanOutcome.PARTIAL):
        outcome = ScanOutcome.PARTIAL
        reason = f"{fallen}; {reason}" if reason else fallen
    complete = outcome is ScanOutcome.COMPLETE
    categories = (held if complete else lowered)(look.facts.categories)
    # Nothing grave without an answer: of some engines there is no second look.
    findings = settled(look.facts.findings, f"{look.facts.engine.name} does not look again")
    facts = replace(look.facts, categories=categories, findings=findings)
    return replace(look, outcome=outcome, reason=reason, facts=facts)


def coverage_fell(before: object, visited: int) -> str:
    """Against the middle of earlier complete looks: less than half is a fall; "" for none.

    A block, a maintenance page or a new design look like a shop without weaknesses.
    """
    if not isinstance(before, list | tuple):
        return ""
    numbers = [n for n in before if isinstance(n, int) and not isinstance(n, bool) and n > 0]
    if not numbers:
        return ""
    usual = statistics.median_low(numbers[-LOOKS_REMEMBERED:])
    if visited >= usual * PAGES_ENOUGH:
        return ""
    return f"coverage fell from {usual} to {visited} pages"


def _excerpt(facts: OwaspFacts) -> str:
    counts = {s: sum(f.severity is s for f in facts.findings) for s in reversed(Severity)}
    said = ", ".join(f"{number} {severity}" for severity, number in counts.items() if number)
    return clip(f"{facts.coverage.urls_visited} pages; {said or 'nothing found'}")
