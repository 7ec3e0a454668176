"""One scan ends in one transaction: evidence, findings, cases, messages, next look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.case import Case, next_look
from monitor.domain.check import (
    PRIORITY_CONFIRM,
    PRIORITY_NORMAL,
    Job,
    check_for,
    next_due,
)
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import InconclusiveRule, Label
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.domain.unassessed import Unassessed, UnassessedStep, observe, resolved
from monitor.domain.verdict import LabelVerdict, combine, in_force
from monitor.policy.assess import UnderLabel, assess
from monitor.policy.judge import Seen
from monitor.services.advice import advise
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.measures import DURATION_BUCKETS
from monitor.services.measures import observe as observe_seconds
from monitor.services.messages import contacts_for, shown_moment
from monitor.services.tx import Tx
from scanners.api import ScanKind, ScanOutcome, ScanResult

log = structlog.get_logger(__name__)


class StaleJobError(Exception):
    """The job's token is no longer current: its result is thrown away, nothing is written."""


@dataclass(frozen=True, slots=True)
class Retry:
    """When to look again after a look that could not decide.

    ``first`` doubles with every further look in a row, up to the cadence.
    """

    first: timedelta = timedelta(hours=1)

    def after(self, looks: int, cadence: timedelta) -> timedelta:
        """The pause before the next look, after ``looks`` undecided ones in a row."""
        factor: int = 1 << min(max(looks - 1, 0), 16)
        return min(self.first * factor, cadence)


@dataclass(frozen=True, slots=True)
class Application:
    """Applies results; holds no state of its own."""

    catalogue: Catalogue
    casework: Casework
    retry: Retry = Retry()

    def apply_scan(self, tx: Tx, job: Job, result: ScanResult, now: datetime) -> None:
        """Write everything one scan means, under the job's token.

        Raises StaleJobError before anything is written when the token is not
        current; the caller's transaction then holds nothing.
        """
        cadence = self.catalogue.cadences[job.kind]
        ready_at = next_due(check_for(job.site_id, job.kind, cadence), now)
        reason = str(result.detail.get("reason", ""))
        if not tx.complete(job, ready_at, PRIORITY_NORMAL, reason):
            raise StaleJobError(job)
        site = tx.site(job.site_id)
        member = None if site is None else tx.member(site.member_id)
        if site is None or member is None:
            return
        tx.save_scan(site.site_id, result)
        self._count(tx, result)
        if result.outcome is ScanOutcome.SCANNER_ERROR:
            self._tell_operations(tx, site, job, reason, now)
        if job.kind is ScanKind.DRIFT and result.outcome is ScanOutcome.COMPLETE:
            tx.propose_baseline(site.site_id, result.evidence, now)
        self._judge(tx, site, member, job.kind, now)

    def give_up(self, tx: Tx, job: Job, now: datetime) -> None:
        """A check that used up its attempts: record it, tell operations, next round."""
        result = ScanResult(
            job.kind,
            ScanOutcome.SCANNER_ERROR,
            (),
            now,
            0.0,
            detail={"reason": f"gave up after {job.attempt} attempts that never ended"},
        )
        tx.count("poison_jobs_total", {"kind": job.kind.value})
        log.error("job_given_up", site_id=job.site_id, kind=job.kind.value, attempt=job.attempt)
        self.apply_scan(tx, job, result, now)

    def _judge(self, tx: Tx, site: Site, member: Member, kind: ScanKind, now: datetime) -> None:
        seen = Seen(now, tx.newest_scans(site.site_id), baseline=tx.baseline(site.site_id))
        attestations = tx.attestations(site.site_id)
        judged: list[tuple[Label, tuple[ConditionFinding, ...]]] = []
        fresh: list[tuple[Label, ConditionFinding]] = []
        for certification in site.certifications:
            label = self.catalogue.labels.get(certification.label_id)
            if label is None:
                continue
            under = UnderLabel(site, member, label, certification, attestations)
            findings = assess(under, seen, self.catalogue.judges)
            judged.append((label, findings))
            looked = self._fresh(label, findings, kind)
            fresh.extend((label, f) for f in looked if self.catalogue.anew(label, f, seen, kind))
        before = set(tx.active_cases(site.site_id))
        moved = self.casework.look(tx, site, member, fresh, now)
        cases = tx.active_cases(site.site_id)
        advise(tx, site, member, fresh, self._gap(kind), now)
        looks = [
            self._conclude(tx, site, member, label, findings, cases, seen, kind, now)
            for label, findings in judged
        ]
        self._look_again(tx, site, member, moved, before, kind, max(looks, default=0), now)

    def _fresh(
        self, label: Label, findings: Iterable[ConditionFinding], kind: ScanKind
    ) -> Iterable[ConditionFinding]:
        """Only what this kind of scan looked at moves a case or lengthens an interval."""
        for finding in findings:
            condition = label.condition(finding.condition_id)
            if condition is not None and self.catalogue.touched(condition, kind):
                yield finding

    def _conclude(
        self,
        tx: Tx,
        site: Site,
        member: Member,
        label: Label,
        findings: tuple[ConditionFinding, ...],
        cases: Mapping[str, Case],
        seen: Seen,
        kind: ScanKind,
        now: datetime,
    ) -> int:
        """Store the label's verdict; returns how many looks in a row could not decide."""
        standing = tuple(_standing(f, label, cases) for f in findings)
        verdict = LabelVerdict(
            site_id=site.site_id,
            label_id=label.label_id,
            framework_version=label.framework_version,
            revision=label.revision,
            label_sha256=label.sha256,
            verdict=combine(standing),
            findings=standing,
            at=now,
            fresh=frozenset(f.condition_id for f in self._fresh(label, standing, kind)),
        )
        tx.put_verdict(verdict, self._gap(kind))
        unseen = [f for f in findings if _not_seen(f) and self._looked(label, f, seen)]
        looked = self._fresh(label, unseen, kind)
        blind_now = any(self.catalogue.anew(label, f, seen, kind) for f in looked)
        return self._follow_unknown(tx, site, member, label, unseen, blind_now, now)

    def _looked(self, label: Label, finding: ConditionFinding, seen: Seen) -> bool:
        """Every scan the condition needs has run: what is not known now is not merely early.

        A missing document is no blindness; attestations have reminders of their own.
        """
        condition = label.condition(finding.condition_id)
        if condition is None or condition.judge is None:
            return False
        return seen.scans.keys() >= set(self.catalogue.judges[condition.judge.uses].kinds)

    def _gap(self, kind: ScanKind) -> timedelta:
        """Longer than this without a look, and nothing is known of the time between."""
        return self.catalogue.cadences[kind] * 3

    def _follow_unknown(
        self,
        tx: Tx,
        site: Site,
        member: Member,
        label: Label,
        unseen: Sequence[ConditionFinding],
        blind_now: bool,
        now: datetime,
    ) -> int:
        row = tx.unassessed(site.site_id).get(label.label_id)
        if not unseen:
            if row is not None:
                tx.clear_unassessed(site.site_id, label.label_id)
                for step in resolved(row):
                    self._tell_unknown(tx, site, member, label, unseen, row, step, now)
            return 0
        if not blind_now:
            return 0
        row, steps = observe(row, site.site_id, label.label_id, _rule(label, unseen), now)
        tx.put_unassessed(row)
        for step in steps:
            self._tell_unknown(tx, site, member, label, unseen, row, step, now)
        return row.count

    def _tell_unknown(
        self,
        tx: Tx,
        site: Site,
        member: Member,
        label: Label,
        unseen: Sequence[ConditionFinding],
        row: Unassessed,
        step: UnassessedStep,
        now: datetime,
    ) -> None:
        office = self.casework.office
        if step is UnassessedStep.TELL_MEMBER:
            people = [
                (c.email, c.language, c.name, Audience.MEMBER)
                for c in contacts_for(member, ("contact",))
            ]
        else:
            team = office.team(("labels",))
            people = [(address, office.language, "", Audience.STAFF) for address in team]
        for address, language, name, audience in people:
            tx.add_alert(
                Alert(
                    thread=row.thread,
                    step=step.value,
                    audience=audience,
                    channel=ChannelKind.EMAIL,
                    recipient=address,
                    language=language,
                    template=step.value,
                    site_id=site.site_id,
                    created_at=now,
                    context=_unknown_context(site, member, label, unseen, row, language, name),
                )
            )

    def _look_again(
        self,
        tx: Tx,
        site: Site,
        member: Member,
        moved: Mapping[str, Case],
        before: set[str],
        kind: ScanKind,
        undecided: int,
        now: datetime,
    ) -> None:
        """Sooner than the cadence: confirmations, recoveries, and what could not be seen."""
        for case in moved.values():
            pair = self.catalogue.of_case(case)
            if pair is None or pair[1].judge is None or not case.active:
                continue
            rules = self.catalogue.rules(*pair, case, member)
            wanted = next_look(case, rules)
            kinds = frozenset(self.catalogue.judges[pair[1].judge.uses].kinds)
            if wanted is not None:
                tx.hasten(site.site_id, kinds & {kind}, max(wanted, now), PRIORITY_CONFIRM)
        if undecided:
            pause = self.retry.after(undecided, self.catalogue.cadences[kind])
            tx.hasten(site.site_id, frozenset({kind}), now + pause, PRIORITY_NORMAL)
        if kind is ScanKind.DRIFT and set(moved) - before:
            # Drift itself accuses nobody; the conditions it touches are looked at at once.
            others = self.catalogue.kinds(site) & {ScanKind.CONTENT, ScanKind.SEAL}
            tx.hasten(site.site_id, others, now, PRIORITY_CONFIRM)

    def _count(self, tx: Tx, result: ScanResult) -> None:
        kind = {"kind": result.kind.value}
        tx.count("evaluations_total", {**kind, "outcome": result.outcome.value})
        tx.count("scanner_requests_total", kind, result.requests)
        took_s = result.duration_s
        observe_seconds(tx, "evaluation_duration_seconds", kind, took_s, DURATION_BUCKETS)

    def _tell_operations(self, tx: Tx, site: Site, job: Job, reason: str, now: datetime) -> None:
        """An exception of ours: operations hear of it once a day per kind, a member never."""
        for address in self.casework.office.operations:
            tx.add_alert(
                Alert(
                    thread=f"ops:scanner_error:{job.kind.value}:{now.date()}",
                    step="ops",
                    audience=Audience.OPERATIONS,
                    channel=ChannelKind.EMAIL,
                    recipient=address,
                    language=self.casework.office.language,
                    template="ops",
                    site_id=site.site_id,
                    created_at=now,
                    context={
                        "site_url": site.url,
                        "host": site.host,
                        "summary": f"The {job.kind.value} scanner failed.",
                        "reasons": [reason],
                    },
                )
            )


def _standing(
    finding: ConditionFinding, label: Label, cases: Mapping[str, Case]
) -> ConditionFinding:
    case = cases.get(finding.condition_id)
    if case is None or label.label_id not in case.labels:
        return finding
    return in_force(finding, case.state)


def _not_seen(finding: ConditionFinding) -> bool:
    """Could not be decided for want of sight, not for want of a reviewer's word."""
    return finding.finding is Finding.INCONCLUSIVE and not finding.review and finding.counts


def _rule(label: Label, unseen: Sequence[ConditionFinding]) -> InconclusiveRule:
    """The most patient rule among the conditions that could not be seen."""
    rules = [c.inconclusive for f in unseen if (c := label.condition(f.condition_id)) is not None]
    return max(rules, key=lambda r: r.ticket_after_count, default=InconclusiveRule())


def _unknown_context(
    site: Site,
    member: Member,
    label: Label,
    unseen: Sequence[ConditionFinding],
    row: Unassessed,
    language: str,
    contact_name: str,
) -> dict[str, object]:
    return {
        "site_url": site.url,
        "host": site.host,
        "country": member.jurisdiction,
        "member_name": member.legal_name,
        "contact_name": contact_name,
        "labels": [label.text(label.title, language)],
        "reasons": [f"{f.condition_id}: {f.summary}" for f in unseen],
        "count": row.count,
        "since": shown_moment(row.since),
    }
