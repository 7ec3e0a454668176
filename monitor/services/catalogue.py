"""The loaded labels and judges, and what they say about one site or case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.domain.case import Case, Rules, wants_browser
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import Condition, Label
from monitor.domain.member import Member
from monitor.domain.site import Certification, Site, Standing
from monitor.policy.assess import in_scope, kinds_for, measures_for, touched
from monitor.policy.judge import Judge, Seen
from monitor.services.ports import Calendar
from scanners.api import ScanKind, ScanOutcome

# After a certification ended (contract 2): days in which the seal is looked for so often.
DAILY, DAILY_DAYS = timedelta(days=1), 30
WEEKLY, WEEKLY_DAYS = timedelta(days=7), 180
OVER = frozenset({Standing.ENDED, Standing.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What we judge by.  ``cadences`` are the defaults per kind of scan."""

    labels: Mapping[str, Label]
    judges: Mapping[str, Judge]
    cadences: Mapping[ScanKind, timedelta]
    calendar: Calendar

    def kinds(self, site: Site, now: datetime | None = None) -> frozenset[ScanKind]:
        """The kinds of scan the site's certifications ask for; at ``now`` when it is given.

        A certification that ended long ago asks for nothing any more (``cadence``).
        """
        return kinds_for(self._watched(site, now), self.labels, self.judges)

    def assessed(self, site: Site, now: datetime) -> frozenset[str]:
        """The ids of the loaded labels of which some condition is still judged on the site."""
        watched = self._watched(site, now)
        return frozenset(
            certification.label_id
            for certification in watched.certifications
            if (label := self.labels.get(certification.label_id)) is not None
            and any(in_scope(c, watched, certification) for c in label.conditions)
        )

    def cadence(self, site: Site, kind: ScanKind, now: datetime) -> timedelta:
        """How often to look: the setting, or sooner where a certification has ended.

        Contract 2: the seal is looked for daily for 30 days after the end and weekly
        to 180 days, so that a mark left standing is found while it is fresh.
        """
        usual = self.cadences[kind]
        if kind is not ScanKind.SEAL:
            return usual
        ages = [age for c in site.certifications if (age := _ended_for(c, now)) is not None]
        age = min(ages, default=WEEKLY_DAYS + 1)
        if age <= DAILY_DAYS:
            return min(usual, DAILY)
        return min(usual, WEEKLY) if age <= WEEKLY_DAYS else usual

    def _watched(self, site: Site, now: datetime | None) -> Site:
        """The site without the certifications that ended too long ago to be looked at."""
        if now is None:
            return site
        kept = tuple(c for c in site.certifications if (_ended_for(c, now) or 0) <= WEEKLY_DAYS)
        return site if kept == site.certifications else replace(site, certifications=kept)

    def labels_of(self, site: Site) -> tuple[Label, ...]:
        """The site's labels that are loaded, in the order of its certifications."""
        held = (self.labels.get(c.label_id) for c in site.certifications)
        return tuple(label for label in held if label is not None)

    def condition(self, label_id: str, condition_id: str) -> tuple[Label, Condition] | None:
        """The condition with its label, or None when the files no longer have it."""
        label = self.labels.get(label_id)
        condition = None if label is None else label.condition(condition_id)
        return None if label is None or condition is None else (label, condition)

    def of_case(self, case: Case) -> tuple[Label, Condition] | None:
        """The first of the case's labels that still has its condition."""
        found = (self.condition(label_id, case.condition_id) for label_id in case.labels)
        return next((pair for pair in found if pair is not None), None)

    def rules(
        self, label: Label, condition: Condition, finding: ConditionFinding | Case, member: Member
    ) -> Rules:
        """Confirmation, recovery, remedy and calendar in force for a finding or case."""

        def move(moment: datetime) -> datetime:
            return self.calendar.next_working_day(moment, member.jurisdiction)

        return Rules(
            confirmation=label.confirmations.get(finding.confirm)
            or label.confirmations[condition.confirm],
            recovery=condition.recovery,
            remedy=label.remedies.get(finding.remedy) or label.remedies[condition.remedy],
            move=move,
        )

    def browser_options(
        self, site: Site, member: Member, cases: Iterable[Case], now: datetime
    ) -> Mapping[str, object]:
        """What the content scan is asked to look at in a browser (``scanners.content.measure``).

        ``render: all`` when a breach waits for nothing but its last look in one (C3).
        """
        found: dict[str, object] = {}
        measures = measures_for(site, member, self.labels, self.judges, now.date())
        if measures:
            found["measure"] = list(measures)
        if any(self.waits_for_browser(case, member) for case in cases):
            found["render"] = "all"
        return found

    def waits_for_browser(self, case: Case, member: Member) -> bool:
        """Is a look in a browser all that the case's confirmation still wants?"""
        pair = self.of_case(case)
        return pair is not None and wants_browser(case, self.rules(*pair, case, member))

    def touched(self, condition: Condition, kind: ScanKind) -> bool:
        """Does a scan of ``kind`` look at the condition afresh?"""
        return touched(condition, self.judges, kind)

    def is_settled(self, label: Label, finding: ConditionFinding) -> bool:
        """Is it inconclusive for a reason that no further look would change?"""
        judge = self._judge_of(label, finding)
        return judge is not None and finding.outcome in judge.settled

    def is_untold(self, label: Label, finding: ConditionFinding) -> bool:
        """Is it a suspicion that a member does not hear of?"""
        judge = self._judge_of(label, finding)
        return judge is not None and finding.outcome in judge.untold

    def for_cases(self, label: Label, finding: ConditionFinding) -> ConditionFinding:
        """The finding as cases see it: where nothing stands against the site, they may end."""
        if finding.finding is Finding.INCONCLUSIVE and self.is_settled(label, finding):
            return replace(finding, finding=Finding.MET)
        return finding

    def _judge_of(self, label: Label, finding: ConditionFinding) -> Judge | None:
        condition = label.condition(finding.condition_id)
        if condition is None or condition.judge is None:
            return None
        return self.judges[condition.judge.uses]

    def anew(self, label: Label, finding: ConditionFinding, seen: Seen, kind: ScanKind) -> bool:
        """Does the finding rest on the scan of ``kind`` that just ended?

        A judge of several kinds judges all of them at the end of each: what an
        hourly scan finds in yesterday's evidence of another kind is no second look.
        """
        condition = label.condition(finding.condition_id)
        view = seen.scans.get(kind)
        if condition is None or condition.judge is None or view is None:
            return True
        if not finding.evidence:
            # Blindness is that of the scan that did not end well.
            used = self.judges[condition.judge.uses].kinds
            blind = {k for k in used if seen.outcome(k) not in (None, ScanOutcome.COMPLETE)}
            return not blind or kind in blind
        cited = {(r.kind, r.source_url, r.seen_at) for r in finding.evidence}
        return any((e.kind, e.source_url, e.seen_at) in cited for e in view.evidence)


def _ended_for(certification: Certification, now: datetime) -> int | None:
    """Days since the end; None while it has not ended or nobody wrote down when it did."""
    if certification.standing not in OVER or certification.since is None:
        return None
    return (now.date() - certification.since).days


_WORST_FIRST = (
    Finding.NOT_MET,
    Finding.INCONCLUSIVE,
    Finding.MET,
    Finding.WAIVED,
    Finding.NOT_APPLICABLE,
)


def merge(
    findings: Iterable[tuple[Label, ConditionFinding]],
) -> dict[str, tuple[ConditionFinding, tuple[Label, ...]]]:
    """Per condition id the worst finding over the labels, and the labels that share it.

    One breach is one case however many labels demand the condition; a certain
    breach outranks a candidate.
    """
    rows: dict[str, list[tuple[Label, ConditionFinding]]] = {}
    for label, finding in findings:
        rows.setdefault(finding.condition_id, []).append((label, finding))
    merged = {}
    for condition_id, row in rows.items():
        worst = min((f for _, f in row), key=_badness)
        same = tuple(label for label, f in row if _badness(f) == _badness(worst))
        merged[condition_id] = (worst, same)
    return merged


def _badness(finding: ConditionFinding) -> tuple[int, bool]:
    if finding.finding is Finding.INCONCLUSIVE and finding.review:
        return _WORST_FIRST.index(Finding.NOT_MET), True
    return _WORST_FIRST.index(finding.finding), finding.candidate
