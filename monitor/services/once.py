"""One look at one site, without a database: what ``keurwacht check`` does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.finding import ConditionFinding
from monitor.domain.label import Label
from monitor.domain.member import Member
from monitor.domain.site import Certification, Site, Standing, SubjectType
from monitor.domain.verdict import Verdict, combine
from monitor.policy.assess import TECHNICAL_KINDS, UnderLabel, assess, kinds_for, measures_for
from monitor.policy.browsing import LOOKS, artwork_options, seal_options
from monitor.policy.judge import Judge, ScanView, Seen
from monitor.policy.references import reading_options
from monitor.services.surveillance import WorkSettings, guarded_scan, scan_request
from scanners.api import Clock, ScanKind, Scanner, ScanRequest, ScanResult

Progress = Callable[[ScanKind, ScanResult | None], None]


@dataclass(frozen=True, slots=True)
class LabelReport:
    """One label on the site as one look saw it."""

    label: Label
    verdict: Verdict
    findings: tuple[ConditionFinding, ...]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything one look saw; ``observations`` is 1: nothing was confirmed in time."""

    url: str
    checked_at: datetime
    labels: tuple[LabelReport, ...]
    scans: tuple[ScanResult, ...]
    observations: int = 1

    @property
    def exit_code(self) -> int:
        """0 all met, 3 something not met, 4 nothing not met but something unknown."""
        verdicts = {report.verdict for report in self.labels}
        if Verdict.NOT_MET in verdicts:
            return 3
        return 4 if Verdict.UNKNOWN in verdicts or not verdicts else 0


@dataclass(frozen=True, slots=True)
class OneLook:
    """The parts a single look needs."""

    labels: Mapping[str, Label]
    judges: Mapping[str, Judge]
    scanners: Mapping[ScanKind, Scanner]
    clock: Clock
    settings: WorkSettings

    async def check(
        self,
        site: Site,
        member: Member,
        only: frozenset[ScanKind] = frozenset(),
        overrides: Mapping[str, object] | None = None,
        progress: Progress | None = None,
    ) -> CheckReport:
        """Scan what the site's labels ask for and judge it on this one observation.

        Without ``only`` drift is not looked for: there is no accepted baseline.
        """
        asked = only or frozenset(ScanKind)
        kinds = self._kinds(site, only)
        started = self.clock.now()
        results = await asyncio.gather(
            *(self._look(site, member, kind, overrides or {}, progress) for kind in sorted(kinds))
        )
        scans = {r.kind: _view(r) for r in results}
        seen = Seen(self.clock.now(), scans, asked)
        reports = tuple(
            self._judged(site, member, certification, seen, overrides or {})
            for certification in site.certifications
        )
        return CheckReport(site.url, started, reports, tuple(results))

    def _kinds(self, site: Site, only: frozenset[ScanKind]) -> frozenset[ScanKind]:
        wanted = kinds_for(site, self.labels, self.judges)
        if not only:
            return wanted - {ScanKind.DRIFT}
        runnable = only & frozenset(self.scanners)
        return runnable - TECHNICAL_KINDS if site.subject is SubjectType.SELLER else runnable

    async def _look(
        self,
        site: Site,
        member: Member,
        kind: ScanKind,
        overrides: Mapping[str, object],
        progress: Progress | None,
    ) -> ScanResult:
        held = (self.labels.get(c.label_id) for c in site.certifications)
        labels = [label for label in held if label is not None]
        asked: dict[str, object] = {}
        if kind is LOOKS:
            today = self.clock.now().date()
            measures = measures_for(site, member, self.labels, self.judges, today)
            asked |= {"measure": list(measures)} if measures else {}
        elif kind is ScanKind.SEAL:
            asked |= artwork_options(labels)
        elif kind is ScanKind.DRIFT:
            asked |= seal_options(labels)
        options = {**reading_options(labels), **asked, **overrides}
        request: ScanRequest = scan_request(site, member, kind, self.settings, options)
        if progress is not None:
            progress(kind, None)
        result = await guarded_scan(self.scanners.get(kind), request, self.clock)
        if progress is not None:
            progress(kind, result)
        return result

    def _judged(
        self,
        site: Site,
        member: Member,
        certification: Certification,
        seen: Seen,
        overrides: Mapping[str, object],
    ) -> LabelReport:
        label = self.labels[certification.label_id]
        under = UnderLabel(site, member, label, certification, None, overrides)
        findings = assess(under, seen, self.judges)
        return LabelReport(label, combine(findings), findings)


def certifications_for(
    site: Site,
    wanted: Sequence[str],
    labels: Mapping[str, Label],
    customers: frozenset[str] = frozenset(),
) -> tuple[Certification, ...]:
    """The labels to look at: those asked for, else the site's own, else all that fit.

    A label asked for that the site file does not name is looked at as certified.  One
    that is opt-in is never taken unasked, nor one for customers the member does not have.
    """
    own = {c.label_id: c for c in site.certifications}
    if wanted:
        return tuple(own.get(i, Certification(i, Standing.CERTIFIED)) for i in wanted)
    if own:
        return tuple(own.values())
    fitting = (
        label
        for label in labels.values()
        if site.subject in label.subjects
        and not label.opt_in
        and (not customers or not label.audience or label.audience in customers)
    )
    return tuple(Certification(label.label_id, Standing.CERTIFIED) for label in fitting)


def _view(result: ScanResult) -> ScanView:
    reason = str(result.detail.get("reason", ""))
    return ScanView(result.outcome, result.evidence, result.started_at, reason)


def report_json(report: CheckReport) -> dict[str, object]:
    """The document ``keurwacht/check@1``."""
    return {
        "schema": "keurwacht/check@1",
        "url": report.url,
        "checked_at": rfc3339(report.checked_at),
        "observations": report.observations,
        "labels": [
            {
                "label": row.label.label_id,
                "framework": row.label.framework_version,
                "revision": row.label.revision,
                "verdict": row.verdict.value,
                "conditions": [_condition_json(f) for f in row.findings],
            }
            for row in report.labels
        ],
        "scans": [_scan_json(scan) for scan in report.scans],
    }


def _condition_json(finding: ConditionFinding) -> dict[str, object]:
    return {
        "id": finding.condition_id,
        "rev": finding.rev,
        "finding": finding.finding.value,
        "outcome": finding.outcome,
        "summary": f"{finding.summary} {finding.note}".strip(),
        "review": finding.review,
        "evidence": [
            {
                "kind": ref.kind,
                "source_url": ref.source_url,
                "seen_at": rfc3339(ref.seen_at),
                "excerpt": ref.excerpt,
                "sha256": ref.sha256,
            }
            for ref in finding.evidence
        ],
    }


def _scan_json(scan: ScanResult) -> dict[str, object]:
    return {
        "kind": scan.kind.value,
        "outcome": scan.outcome.value,
        "started_at": rfc3339(scan.started_at),
        "duration_s": round(scan.duration_s, 3),
        "requests": scan.requests,
        "detail": dict(scan.detail),
    }


def rfc3339(moment: datetime) -> str:
    """RFC 3339 in UTC, seconds."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
