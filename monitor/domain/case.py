"""A nonconformity over time: suspected, confirmed, told, mended.

Pure: findings and moments go in, a moved case and events come out.  Software
opens, confirms, reminds, re-checks and closes; only staff decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from monitor.domain.confirming import is_last_next, recounted
from monitor.domain.finding import ConditionFinding, EvidenceRef, Finding, Severity
from monitor.domain.label import Confirmation, Recovery, Remedy


class CaseState(StrEnum):
    """Where a case stands (stored; words for people are derived from it)."""

    SUSPECTED = "suspected"
    AWAITING_REVIEW = "awaiting_review"
    OPEN = "open"
    NOTIFIED = "notified"
    POSTPONED = "postponed"
    OVERDUE = "overdue"
    DECIDED = "decided"
    REMEDIED = "remedied"


_UNCONFIRMED = {CaseState.SUSPECTED, CaseState.AWAITING_REVIEW}
CONFIRMED = frozenset(CaseState) - _UNCONFIRMED - {CaseState.REMEDIED}
RUNNING = frozenset({CaseState.NOTIFIED, CaseState.POSTPONED})


class StepKind(StrEnum):
    """What a case asks to be said or withdrawn."""

    NOTICE = "notice"
    WORSE = "worse"
    REMINDER = "reminder"
    POSTPONED = "postponed"
    OVERDUE = "overdue"
    SILENCE = "silence"
    CLOSING = "closing"
    REVIEW = "review"
    WITHDRAW = "withdraw"
    WAIVED = "waived"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Event:
    """One consequence of a move; ``number`` tells repeats of a kind apart."""

    kind: StepKind
    number: int = 0

    @property
    def step(self) -> str:
        """The step of the alert identity: ``notice``, ``reminder-2``."""
        return f"{self.kind.value}-{self.number}" if self.number else self.kind.value


@dataclass(frozen=True, slots=True)
class Case:
    """One breach of one condition on one site, for every label that demands it.

    ``observations`` are the not_met looks that counted towards confirmation;
    ``good`` the met looks in a row since.  ``due_at`` runs from the notice.
    ``summary``, ``values`` and ``evidence`` are those of the last bad look: every
    later message shows them.  ``waived_at``: an exception ended it, not a repair.
    """

    case_id: str
    site_id: str
    condition_id: str
    labels: tuple[str, ...]
    state: CaseState
    severity: Severity
    remedy: str
    confirm: str
    outcome: str
    suspected_at: datetime
    candidate: bool = False
    observations: tuple[datetime, ...] = ()
    good: tuple[datetime, ...] = ()
    opened_at: datetime | None = None
    notified_at: datetime | None = None
    due_at: datetime | None = None
    postponements: int = 0
    reminders: int = 0
    silence_told: bool = False
    worse: int = 0
    summary: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[EvidenceRef, ...] = ()
    closed_at: datetime | None = None
    waived_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Not yet remedied."""
        return self.state is not CaseState.REMEDIED


@dataclass(frozen=True, slots=True)
class Rules:
    """The profiles in force for a case.

    ``move`` shifts a deadline that ends on a weekend, a holiday of the member's
    country or in a freeze to the next working day.
    """

    confirmation: Confirmation
    recovery: Recovery
    remedy: Remedy
    move: Callable[[datetime], datetime]


Moved = tuple[Case, tuple[Event, ...]]

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def begin(
    case_id: str,
    site_id: str,
    finding: ConditionFinding,
    labels: tuple[str, ...],
    rules: Rules,
    at: datetime,
) -> Moved:
    """Open a suspicion on its first not_met (or candidate) look."""
    case = Case(
        case_id=case_id,
        site_id=site_id,
        condition_id=finding.condition_id,
        labels=labels,
        state=CaseState.SUSPECTED,
        severity=finding.severity,
        remedy=finding.remedy,
        confirm=finding.confirm,
        outcome=finding.outcome,
        suspected_at=at,
        candidate=finding.candidate,
        summary=finding.summary,
        values=finding.values,
        evidence=finding.evidence,
    )
    return _observe_bad(case, _rules_for(finding, rules), at, rendered=finding.rendered)


def advance(
    case: Case, finding: ConditionFinding, labels: tuple[str, ...], rules: Rules, at: datetime
) -> Moved:
    """Move ``case`` by one look at ``at``.

    An inconclusive look restarts a confirmation; a person's holds a confirmed case.
    """
    if not case.active:
        return case, ()
    if finding.finding is Finding.WAIVED:
        return _set_aside(case, at)
    if finding.candidate or finding.finding is Finding.NOT_MET:
        return _bad(_adopt(case, finding, labels), case, finding, _rules_for(finding, rules), at)
    decided = bool(finding.decided_by)
    if finding.finding is Finding.INCONCLUSIVE:
        if decided and case.state in CONFIRMED - {CaseState.DECIDED}:
            return _held(case)
        if not decided or case.state is CaseState.DECIDED or case.notified_at is not None:
            # Whoever was told wants to hear how it ends, and "cannot be told" is no end.
            return _not_known(case, rules), ()
    # What a person saw mended, or would not confirm, needs no second look.
    return _good(case, rules, at, gone=decided or finding.finding is not Finding.MET)


def notice_sent(case: Case, rules: Rules, at: datetime) -> Moved:
    """The member's mail server took the notice: the term starts now.

    A case that was remedied while the notice was under way gets its closing mail.
    """
    if case.notified_at is not None:
        return case, ()
    if case.state is CaseState.REMEDIED:
        kind = StepKind.CLOSING if case.waived_at is None else StepKind.WAIVED
        return replace(case, notified_at=at), (Event(kind),)
    if case.state is not CaseState.OPEN:
        return replace(case, notified_at=at), ()
    due = None if rules.remedy.due is None else _deadline(rules, at + rules.remedy.due)
    return replace(case, state=CaseState.NOTIFIED, notified_at=at, due_at=due), ()


def elapse(case: Case, rules: Rules, at: datetime) -> Moved:
    """Let time pass: reminders, overdue, silence.  Repeating it says nothing twice."""
    events: list[Event] = []
    if case.state in RUNNING and case.notified_at is not None:
        passed = sum(1 for after in rules.remedy.reminders if case.notified_at + after <= at)
        if passed > case.reminders:
            # A monitor that was down must not send yesterday's reminder beside today's.
            case = replace(case, reminders=passed)
            events.append(Event(StepKind.REMINDER, passed))
    if case.state in RUNNING and case.due_at is not None and case.due_at <= at:
        case = replace(case, state=CaseState.OVERDUE)
        events.append(Event(StepKind.OVERDUE, case.postponements))
    if _silent(case, rules, at):
        case = replace(case, silence_told=True)
        events.append(Event(StepKind.SILENCE))
    return case, tuple(events)


def wake_at(case: Case, rules: Rules) -> datetime | None:
    """The next moment ``elapse`` would say something, or None."""
    if case.notified_at is None or case.state not in (*RUNNING, CaseState.OVERDUE):
        return None
    moments = []
    if case.state in RUNNING:
        moments += [case.notified_at + r for r in rules.remedy.reminders[case.reminders :]]
        if case.due_at is not None:
            moments.append(case.due_at)
    elif not case.silence_told and rules.remedy.silent_after is not None:
        # Silence is said of overdue cases only: waking earlier would wake for nothing for days.
        moments.append(case.notified_at + rules.remedy.silent_after)
    return min(moments, default=None)


def postpone(case: Case, rules: Rules, at: datetime) -> Moved | None:
    """Give more time once per allowance; None when there is none left or no term runs."""
    terms = rules.remedy.postpone
    running = case.state in (*RUNNING, CaseState.OVERDUE) and case.due_at is not None
    if not running or case.due_at is None or case.postponements >= terms.times:
        return None
    due = _deadline(rules, max(case.due_at, at) + terms.each)
    number = case.postponements + 1
    moved = replace(case, state=CaseState.POSTPONED, due_at=due, postponements=number)
    return moved, (Event(StepKind.POSTPONED, number),)


def decide(case: Case) -> Case | None:
    """Staff decided on an overdue case; None in any other state."""
    return replace(case, state=CaseState.DECIDED) if case.state is CaseState.OVERDUE else None


def doubt(case: Case) -> Case:
    """Staff dropped a held notice: nobody was told, so the suspicion starts again."""
    if case.state is not CaseState.OPEN or case.notified_at is not None:
        return case
    return replace(case, state=CaseState.SUSPECTED, observations=(), good=(), opened_at=None)


def next_look(case: Case, rules: Rules) -> datetime | None:
    """When the case wants its next look, or None when the cadence will do.

    Suspected: the next offset of the confirmation.  Confirmed and seen good
    once: the recovery's distance.
    """
    if case.state is CaseState.SUSPECTED:
        if not case.observations:
            return None
        taken = len(case.observations)
        if taken >= rules.confirmation.observations:
            return None
        return case.observations[0] + rules.confirmation.offsets[taken]
    if case.good:
        return case.good[0] + rules.recovery.min_apart
    return None


def wants_browser(case: Case, rules: Rules) -> bool:
    """Is a look in a browser all that is missing for the breach to count?"""
    last = is_last_next(case.observations, rules.confirmation)
    return case.state is CaseState.SUSPECTED and rules.confirmation.last_rendered and last


_AT_ONCE = Confirmation("C0")  # a person's decision is its own confirmation


def _rules_for(finding: ConditionFinding, rules: Rules) -> Rules:
    return replace(rules, confirmation=_AT_ONCE) if finding.decided_by else rules


def _set_aside(case: Case, at: datetime) -> Moved:
    """An exception ends the case, and nothing is claimed to be mended."""
    ended = replace(case, state=CaseState.REMEDIED, closed_at=at, waived_at=at)
    if case.notified_at is None:
        return ended, (Event(StepKind.WITHDRAW),) if case.state in CONFIRMED else ()
    return ended, (Event(StepKind.WAIVED),)


def _held(case: Case) -> Moved:
    """A person cannot confirm what a machine did: no term runs until it is confirmed anew."""
    blank = replace(case, observations=(), good=(), opened_at=None, due_at=None)
    held = replace(blank, state=CaseState.AWAITING_REVIEW, reminders=0, silence_told=False)
    return held, (Event(StepKind.HELD),)


def _adopt(case: Case, finding: ConditionFinding, labels: tuple[str, ...]) -> Case:
    return replace(
        case,
        labels=labels,
        outcome=finding.outcome,
        severity=finding.severity,
        remedy=finding.remedy,
        good=(),
        confirm=finding.confirm if case.state is CaseState.SUSPECTED else case.confirm,
        candidate=finding.candidate if case.state not in CONFIRMED else False,
        summary=finding.summary,
        values=finding.values,
        evidence=finding.evidence,
    )


def _bad(case: Case, before: Case, finding: ConditionFinding, rules: Rules, at: datetime) -> Moved:
    if case.state is CaseState.SUSPECTED:
        if before.candidate and not case.candidate:
            # Looks that a reviewer would have judged do not confirm what needs none.
            case = replace(case, observations=())
        return _observe_bad(case, rules, at, rendered=finding.rendered)
    if case.state is CaseState.AWAITING_REVIEW:
        if case.candidate or rules.confirmation.review:
            return case, ()
        # What the machine is certain of needs no reviewer, but its own confirmation.
        again = replace(case, state=CaseState.SUSPECTED, observations=())
        return _observe_bad(again, rules, at, rendered=finding.rendered)
    if finding.candidate or _RANK[case.severity] <= _RANK[before.severity]:
        # A machine's suspicion does not tell a member that things grew worse.
        return replace(case, severity=before.severity, remedy=before.remedy), ()
    return _worsened(case, rules, at)


def _worsened(case: Case, rules: Rules, at: datetime) -> Moved:
    """A confirmed breach became more severe: say so, and let the shorter term rule."""
    if case.notified_at is None:
        return case, ()
    if rules.remedy.due is not None:
        due = _deadline(rules, at + rules.remedy.due)
        case = replace(case, due_at=due if case.due_at is None else min(due, case.due_at))
    number = case.worse + 1
    return replace(case, worse=number), (Event(StepKind.WORSE, number),)


def _observe_bad(case: Case, rules: Rules, at: datetime, *, rendered: bool) -> Moved:
    seen = recounted(case.observations, at, rules.confirmation, rendered=rendered)
    case = replace(case, observations=seen)
    if len(seen) < rules.confirmation.observations:
        return case, ()
    return _confirmed(case, rules, at)


def _confirmed(case: Case, rules: Rules, at: datetime) -> Moved:
    if case.candidate or rules.confirmation.review:
        waiting = replace(case, state=CaseState.AWAITING_REVIEW)
        return waiting, (Event(StepKind.REVIEW),)
    opened = replace(case, state=CaseState.OPEN, opened_at=at)
    if case.notified_at is not None:
        # The notice of a doubted case was taken after all: it is not said twice.
        return notice_sent(replace(opened, notified_at=None), rules, at)
    return opened, (Event(StepKind.NOTICE),)


def _not_known(case: Case, rules: Rules) -> Case:
    restarts = Finding.INCONCLUSIVE in rules.confirmation.reset_on
    if case.state is CaseState.SUSPECTED and restarts:
        return replace(case, observations=())
    return case


def _good(case: Case, rules: Rules, at: datetime, *, gone: bool) -> Moved:
    """A met look; ``gone`` when the condition no longer applies, which needs no second look."""
    if case.state not in CONFIRMED:
        told = () if case.notified_at is None else (Event(StepKind.CLOSING),)
        return replace(case, state=CaseState.REMEDIED, closed_at=at), told
    good = (*case.good, at)
    enough = len(good) >= rules.recovery.observations and at - good[0] >= rules.recovery.min_apart
    if not (enough or gone):
        return replace(case, good=good), ()
    kind = StepKind.WITHDRAW if case.notified_at is None else StepKind.CLOSING
    mended = replace(case, state=CaseState.REMEDIED, good=good, closed_at=at)
    return mended, (Event(kind),)


def _deadline(rules: Rules, moment: datetime) -> datetime:
    return rules.move(moment) if rules.remedy.calendar else moment


def _silent(case: Case, rules: Rules, at: datetime) -> bool:
    after = rules.remedy.silent_after
    if after is None or case.notified_at is None or case.silence_told:
        return False
    return case.state is CaseState.OVERDUE and case.notified_at + after <= at
