"""One scan ends in one transaction: evidence, findings, cases, messages, next look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.case import Case, CaseState, Rules, next_look, wants_browser
from monitor.domain.check import (
    PRIORITY_CONFIRM,
    PRIORITY_NORMAL,
    Job,
    check_for,
    next_due,
)
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import Label
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.domain.verdict import LabelVerdict, combine, in_force
from monitor.policy.assess import UnderLabel, assess
from monitor.policy.conditions.drift import may_be_another_owner
from monitor.policy.drifting.change import Leeway
from monitor.policy.judge import Seen
from monitor.policy.reconfigured import configurations, reconfigured
from monitor.policy.reviewing import set_aside
from monitor.services.advice import advise
from monitor.services.applicants import only_applies
from monitor.services.blindness import Blind, follow, not_seen, ours_among
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.drift_notes import note_observation
from monitor.services.measures import count_scan
from monitor.services.obligations import note_scan
from monitor.services.owasp_consent import unconsented
from monitor.services.procedures import Procedures
from monitor.services.retry import Retry
from monitor.services.tx import Tx
from monitor.services.weaknesses import note_look
from scanners.api import ScanKind, ScanOutcome, ScanResult

log = structlog.get_logger(__name__)


class StaleJobError(Exception):
    """The job's token is no longer current: its result is thrown away, nothing is written."""


@dataclass(frozen=True, slots=True)
class Application:
    """Applies results; holds no state of its own.

    ``browser``: is there one to look with?  Without it a breach that needs its last look
    in one (C3) stays unconfirmed, and operations hear of it.
    """

    catalogue: Catalogue
    casework: Casework
    retry: Retry = field(default_factory=Retry)
    browser: bool = True

    def apply_scan(self, tx: Tx, job: Job, result: ScanResult, now: datetime) -> None:
        """Write everything one scan means, under the job's token.

        Raises StaleJobError before anything is written when the token is not
        current; the caller's transaction then holds nothing.
        """
        site = self._record(tx, job, result, now)
        member = None if site is None else tx.member(site.member_id)
        if site is None or member is None:
            return
        if job.kind is ScanKind.DRIFT:
            note_observation(tx, site, result, now)
        self._judge(tx, site, member, job.kind, now)

    def give_up(self, tx: Tx, job: Job, now: datetime) -> None:
        """A check that used up its attempts: record it, tell operations, next round."""
        tx.count("poison_jobs_total", {"kind": job.kind.value})
        log.error("job_given_up", site_id=job.site_id, kind=job.kind.value, attempt=job.attempt)
        reason = f"gave up after {job.attempt} attempts without a result"
        self.apply_scan(tx, job, _failed(job, reason, now), now)

    def set_aside(self, tx: Tx, job: Job, reason: str, now: datetime) -> None:
        """The same without judging the site, when judging it is what fails.

        What the site wrote is no longer its newest scan afterwards, so it cannot
        fail a second time.  Raises StaleJobError.
        """
        tx.count("poison_jobs_total", {"kind": job.kind.value})
        self._record(tx, job, _failed(job, reason, now), now)

    def _record(self, tx: Tx, job: Job, result: ScanResult, now: datetime) -> Site | None:
        """End the job and keep its result; the site, or None when it is gone."""
        site = tx.site(job.site_id)
        cadence = self._cadence(site, job.kind, now)
        ready_at = next_due(check_for(job.site_id, job.kind, cadence), now)
        reason = str(result.detail.get("reason", ""))
        if not tx.complete(job, ready_at, PRIORITY_NORMAL, reason):
            raise StaleJobError(job)
        if site is not None:
            self._follow_set_up(tx, site, result, now)
            tx.save_scan(site.site_id, result)
            note_scan(tx, self.catalogue, site, result)
            count_scan(tx, result, now)
            if job.kind is ScanKind.OWASP:
                note_look(tx, site, result)
            if result.outcome in (ScanOutcome.SCANNER_ERROR, ScanOutcome.ENGINE_ERROR):
                name = f"scanner_error:{job.kind.value}:{now.date()}"
                said = f"The {job.kind.value} scanner failed."
                self._tell_operations(tx, site, (name, said, reason), now)
        return site

    def _follow_set_up(self, tx: Tx, site: Site, result: ScanResult, now: datetime) -> None:
        """Another TLS set-up than last time is looked at whole at once, not with the cadence."""
        if result.kind is not ScanKind.CERTIFICATE or not configurations(result.evidence):
            return
        last = tx.newest_scans(site.site_id).get(ScanKind.CERTIFICATE)
        if last is not None and reconfigured(last.evidence, result.evidence):
            tx.hasten(site.site_id, frozenset({ScanKind.TLS}), now, PRIORITY_CONFIRM)

    def _cadence(self, site: Site | None, kind: ScanKind, now: datetime) -> timedelta:
        if site is None:
            return self.catalogue.cadences[kind]
        return self.catalogue.cadence(site, kind, now)

    def assessed(
        self, tx: Tx, site: Site, member: Member, now: datetime, without: str = ""
    ) -> tuple[Seen, list[tuple[UnderLabel, tuple[ConditionFinding, ...]]]]:
        """What the newest scans show, and every loaded label of the site judged on it.

        ``without``: the condition that is judged as if nobody had decided on it.
        """
        memory = tx.drift_memory(site.site_id)
        seen = Seen(
            now,
            tx.newest_scans(site.site_id),
            baseline=tx.baseline(site.site_id),
            weaknesses=tuple(tx.weaknesses(site.site_id)),
            no_consent=unconsented(tx, self.catalogue, site, now),
            suspected=memory.earlier,
            leeway=Leeway(quiet=memory.habits),
        )
        attestations = tx.attestations(site.site_id)
        pins = {i: pin for i, pin in tx.pins(site.site_id).items() if i != without}
        waivers = {i: w for i, w in tx.waivers_in_force(site.site_id).items() if i != without}
        found = []
        for certification in site.certifications:
            label = self.catalogue.labels.get(certification.label_id)
            if label is not None:
                under = UnderLabel(
                    site, member, label, certification, attestations, {}, pins, waivers
                )
                found.append((under, assess(under, seen, self.catalogue.judges)))
        return seen, found

    def reassess(
        self, tx: Tx, site: Site, member: Member, condition_ids: frozenset[str], now: datetime
    ) -> None:
        """Judge anew from what is stored: a person decided on those conditions.

        Cases move by the decisions alone: what a machine found is no second look at it.
        """
        _, assessed = self.assessed(tx, site, member, now)
        fresh = [
            (under.label, set_aside(finding, under.waivers, member.member_id, now.date()))
            for under, findings in assessed
            for finding in findings
            if finding.condition_id in condition_ids
        ]
        fresh = [(la, f) for la, f in fresh if f.decided_by or f.finding is Finding.WAIVED]
        self.casework.look(tx, site, member, fresh, now)
        cases = tx.active_cases(site.site_id)
        gap = max((self._gap(kind) for kind in self.catalogue.kinds(site)), default=timedelta.max)
        standing = self.catalogue.assessed(site, now)
        for under, findings in assessed:
            if under.label.label_id in standing:
                verdict = _verdict(site, under.label, findings, cases, condition_ids, now)
                tx.put_verdict(verdict, gap)

    def _judge(self, tx: Tx, site: Site, member: Member, kind: ScanKind, now: datetime) -> None:
        seen, assessed = self.assessed(tx, site, member, now)
        judged = [(under.label, findings) for under, findings in assessed]
        fresh: list[tuple[Label, ConditionFinding]] = []
        for label, findings in judged:
            looked = self._fresh(label, findings, kind)
            anew = (f for f in looked if self.catalogue.anew(label, f, seen, kind))
            fresh.extend((label, self.catalogue.for_cases(label, f)) for f in anew)
        before = set(tx.active_cases(site.site_id))
        moved = self.casework.look(tx, site, member, fresh, now)
        cases = tx.active_cases(site.site_id)
        told = [(x, f) for x, f in fresh if not only_applies(site, (x.label_id,))]
        advise(tx, site, member, told, self._gap(kind), now)
        Procedures(self.casework).from_cases(tx, site, cases, now)
        standing = self.catalogue.assessed(site, now)
        tx.retire_verdicts({site.site_id: standing})
        looks = [
            self._conclude(tx, site, member, label, findings, cases, seen, kind, now)
            for label, findings in judged
            if label.label_id in standing
        ]
        self._look_again(tx, site, member, moved, before, kind, max(looks, default=0), now)
        if kind is ScanKind.DRIFT and may_be_another_owner(seen):
            # Also while an earlier change still waits for a reviewer.
            tx.hasten(site.site_id, self._touched_by_drift(site), now, PRIORITY_CONFIRM)

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
        fresh = frozenset(f.condition_id for f in self._fresh(label, findings, kind))
        tx.put_verdict(_verdict(site, label, findings, cases, fresh, now), self._gap(kind))
        blind = self._blind(site, member, label, findings, seen, kind)
        return follow(tx, self.casework.office, blind, now)

    def _blind(
        self,
        site: Site,
        member: Member,
        label: Label,
        findings: tuple[ConditionFinding, ...],
        seen: Seen,
        kind: ScanKind,
    ) -> Blind:
        """What could not be seen of the label, and what of it this look tried to see."""
        unseen = tuple(
            f for f in findings
            if not_seen(f) and self._looked(label, f, seen)
            and not self.catalogue.is_settled(label, f)
        )  # fmt: skip
        ours = ours_among(unseen, label, seen, self.catalogue.judges)
        untold = frozenset(f.condition_id for f in unseen if self.catalogue.is_untold(label, f))
        looked = self._fresh(label, unseen, kind)
        tried = {f.condition_id for f in looked if self.catalogue.anew(label, f, seen, kind)}
        theirs = bool(tried - ours - untold)
        return Blind(site, member, label, unseen, ours, bool(tried), theirs, untold)

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
            wanted = self._next_look(tx, site, case, rules, kind, now)
            kinds = frozenset(self.catalogue.judges[pair[1].judge.uses].kinds)
            if wanted is not None:
                tx.hasten(site.site_id, kinds & {kind}, max(wanted, now), PRIORITY_CONFIRM)
        if undecided:
            pause = self.retry.after(undecided, self._cadence(site, kind, now))
            tx.hasten(site.site_id, frozenset({kind}), now + pause, PRIORITY_NORMAL)
        if kind is ScanKind.DRIFT and set(moved) - before:
            # Drift itself accuses nobody; the conditions it touches are looked at at once.
            tx.hasten(site.site_id, self._touched_by_drift(site), now, PRIORITY_CONFIRM)

    def _touched_by_drift(self, site: Site) -> frozenset[ScanKind]:
        """What says whose shop it is, and whether the mark is shown rightly."""
        return self.catalogue.kinds(site) & {ScanKind.CONTENT, ScanKind.SEAL}

    def _next_look(
        self, tx: Tx, site: Site, case: Case, rules: Rules, kind: ScanKind, now: datetime
    ) -> datetime | None:
        """When the case wants its next look, None when the cadence will do.

        One that waits for a browser is not looked at without end: the pause grows with
        the wait.  Without any browser more looks would be no use.
        """
        wanted = next_look(case, rules)
        if wanted is None or not wants_browser(case, rules):
            return wanted
        if not self.browser:
            said = "Breaches wait for a look in a browser, and there is none (net.browser)."
            reason = f"{case.condition_id} of {site.host} stays unconfirmed"
            self._tell_operations(tx, site, (f"no_browser:{now:%Y-%m}", said, reason), now)
            return None
        if wanted > now:
            return wanted
        pause = max(self.retry.first, now - wanted)
        return now + min(pause, self._cadence(site, kind, now))

    def _tell_operations(
        self, tx: Tx, site: Site, said: tuple[str, str, str], now: datetime
    ) -> None:
        """Trouble of ours: operations hear of it once for each name, a member never.

        ``said`` is the name, what the matter is, and the reason of this case.
        """
        name, summary, reason = said
        for address in self.casework.office.operations:
            tx.add_alert(
                Alert(
                    thread=f"ops:{name}",
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
                        "summary": summary,
                        "reasons": [reason],
                    },
                )
            )


def _failed(job: Job, reason: str, now: datetime) -> ScanResult:
    detail = {"reason": reason}
    return ScanResult(job.kind, ScanOutcome.SCANNER_ERROR, (), now, 0.0, detail=detail)


def _verdict(
    site: Site,
    label: Label,
    findings: tuple[ConditionFinding, ...],
    cases: Mapping[str, Case],
    fresh: frozenset[str],
    now: datetime,
) -> LabelVerdict:
    standing = tuple(_standing(f, label, cases) for f in findings)
    return LabelVerdict(
        site_id=site.site_id,
        label_id=label.label_id,
        framework_version=label.framework_version,
        revision=label.revision,
        label_sha256=label.sha256,
        verdict=combine(standing),
        findings=standing,
        at=now,
        fresh=fresh,
    )


def _standing(
    finding: ConditionFinding, label: Label, cases: Mapping[str, Case]
) -> ConditionFinding:
    case = cases.get(finding.condition_id)
    if case is None:
        # After an exception: what no look has seen since is suspected, not confirmed.
        return in_force(finding, CaseState.SUSPECTED) if finding.counts else finding
    if label.label_id not in case.labels:
        return finding
    return in_force(finding, case.state)
