"""A look beside a baseline without a database: two looks before an alarm."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, cast

from monitor.services.drifting import DriftLook, DriftReport, drift_json
from monitor.services.surveillance import WorkSettings
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.drift.evidence import DriftFacts
from tests.builders import MONDAY, member, site
from tests.contract.services_world import HandClock
from tests.contract.test_services_drift import COSTS, SHORT, TERM, URL, seen


@dataclass
class Eyes:
    """A scanner that sees what it is told, one after the other."""

    kind: ClassVar[ScanKind] = ScanKind.DRIFT
    sights: list[DriftFacts | None] = field(default_factory=list)

    async def scan(self, request: ScanRequest) -> ScanResult:
        facts = self.sights.pop(0)
        if facts is None:
            detail = {"reason": "no answer"}
            return ScanResult(self.kind, ScanOutcome.UNREACHABLE, (), MONDAY, 0.1, 1, detail)
        piece = Evidence(facts, request.url, MONDAY)
        return ScanResult(self.kind, ScanOutcome.COMPLETE, (piece,), MONDAY, 0.1, 1)


def look(accepted: Sequence[DriftFacts], *sights: DriftFacts | None) -> DriftReport:
    parts = DriftLook(Eyes(sights=list(sights)), HandClock(), WorkSettings("test"), 0.0)
    return asyncio.run(parts.look(site(), member(), accepted))


def test_without_a_baseline_there_is_nothing_to_tell() -> None:
    report = look((), seen(TERM))
    assert (report.changes, report.exit_code, report.whole) == ((), 0, True)


def test_a_site_that_cannot_be_seen_is_exit_4() -> None:
    report = look((seen(TERM),), None)
    assert (report.exit_code, report.reason, report.evidence) == (4, "no answer", None)


def test_an_alarm_needs_two_looks() -> None:
    before, after = seen(TERM, COSTS), seen(SHORT, COSTS)
    report = look((before,), after, after)
    assert (report.exit_code, report.looks, len(report.changes)) == (3, 2, 1)
    assert look((before,), after, before).exit_code == 0
    unsure = look((before,), after, None)
    assert (unsure.exit_code, unsure.unconfirmed) == (4, True)


def test_what_is_told_has_a_document() -> None:
    after = seen(SHORT, COSTS)
    document = drift_json(look((seen(TERM, COSTS),), after, after), 1, "accepted")
    assert document["baseline"] == {"state": "accepted", "observations": 1}
    (event,) = cast("list[dict[str, object]]", document["events"])
    assert (event["kind"], event["url"]) == ("term_changed", f"{URL}terms")
