"""One look at a site beside what was accepted of it, without a database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.policy.drifting.change import Change
from monitor.policy.drifting.compare import (
    alarms,
    confirmed,
    drift_of,
    settled,
    unseen_roles,
)
from monitor.services.once import rfc3339
from monitor.services.surveillance import WorkSettings, guarded_scan, scan_request
from scanners.api import Clock, Evidence, ScanKind, Scanner, ScanOutcome, ScanResult
from scanners.drift.evidence import DriftFacts


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What one look saw beside the baseline.

    ``evidence`` is None when the site could not be read; ``whole`` says that it may become
    part of a baseline.  ``changes`` were seen in both looks where they alarm.  ``unseen`` are
    roles of the baseline that were not read.  ``unconfirmed`` says that the first look showed
    what alarms and the second could not tell.
    """

    url: str
    checked_at: datetime
    outcome: ScanOutcome
    reason: str
    evidence: Evidence | None
    whole: bool
    changes: tuple[Change, ...] = ()
    unseen: tuple[str, ...] = ()
    looks: int = 1
    unconfirmed: bool = False

    @property
    def exit_code(self) -> int:
        """3 something critical or high changed, 4 could not see (all of it), else 0."""
        if alarms(self.changes):
            return 3
        return 4 if self.evidence is None or self.unseen or self.unconfirmed else 0


@dataclass(frozen=True, slots=True)
class DriftLook:
    """The parts a look needs; ``again_after_s`` parts the two looks an alarm needs."""

    scanner: Scanner
    clock: Clock
    settings: WorkSettings
    again_after_s: float

    async def look(self, site: Site, member: Member, accepted: Sequence[DriftFacts]) -> DriftReport:
        """Look, and look again before anything alarms."""
        first = await self._once(site, member)
        report = _report(site.url, self.clock.now(), first, accepted)
        if not alarms(report.changes):
            return report
        await asyncio.sleep(self.again_after_s)
        second = await self._once(site, member)
        return _again(report, _report(site.url, self.clock.now(), second, accepted))

    async def _once(self, site: Site, member: Member) -> ScanResult:
        request = scan_request(site, member, ScanKind.DRIFT, self.settings)
        return await guarded_scan(self.scanner, request, self.clock)


def _report(
    url: str, at: datetime, result: ScanResult, accepted: Sequence[DriftFacts]
) -> DriftReport:
    reason = str(result.detail.get("reason", ""))
    evidence = next((e for e in result.evidence if isinstance(e.facts, DriftFacts)), None)
    whole = result.outcome is ScanOutcome.COMPLETE
    found = drift_of(result.evidence)
    if not found or not accepted:
        return DriftReport(url, at, result.outcome, reason, evidence, whole)
    changes = settled(accepted, found[0])
    unseen = unseen_roles(accepted[-1], found[0])
    return DriftReport(url, at, result.outcome, reason, evidence, whole, changes, unseen)


def _again(first: DriftReport, second: DriftReport) -> DriftReport:
    """What both looks saw; the second is the newer observation."""
    both = confirmed(first.changes, second.changes)
    quiet = tuple(c for c in second.changes if c not in alarms(second.changes))
    told = (*alarms(both), *quiet)
    return DriftReport(
        url=second.url,
        checked_at=second.checked_at,
        outcome=second.outcome,
        reason=second.reason,
        evidence=second.evidence,
        whole=second.whole,
        changes=told,
        unseen=second.unseen,
        looks=2,
        unconfirmed=second.evidence is None,
    )


def drift_json(report: DriftReport, observations: int, state: str) -> dict[str, object]:
    """The document ``keurwacht/drift@1``."""
    return {
        "schema": "keurwacht/drift@1",
        "url": report.url,
        "checked_at": rfc3339(report.checked_at),
        "outcome": report.outcome.value,
        "reason": report.reason,
        "looks": report.looks,
        "baseline": {"state": state, "observations": observations},
        "not_read": list(report.unseen),
        "events": [event_json(change) for change in report.changes],
    }


def event_json(change: Change) -> dict[str, object]:
    """One change in JSON documents."""
    return {
        "kind": change.kind.value,
        "severity": change.weight.value,
        "role": change.role,
        "url": change.url,
        "before": change.before,
        "after": change.after,
        "named": change.named,
        "key": change.key,
    }
