"""Random lives of a case: what must hold after any row of looks, mails, people and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from monitor.domain import case as cases
from monitor.domain.case import CONFIRMED, Case, CaseState, Event, Rules, StepKind
from monitor.domain.finding import Finding, Severity
from monitor.domain.label import Confirmation, Recovery, Remedy
from tests.builders import (
    C0,
    C1,
    C2,
    C3,
    CX,
    DAY,
    HOUR,
    MONDAY,
    R2S,
    R7S,
    R14,
    RS,
    finding,
    rules,
)

_REPEATED = {StepKind.NOTICE, StepKind.REVIEW}
GAPS = st.one_of(
    st.integers(0, 120).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(0, 60).map(lambda hours: timedelta(hours=hours)),
    st.integers(0, 20).map(lambda days: timedelta(days=days)),
)


class CaseLife(RuleBasedStateMachine):
    """One case, moved by everything that can move a case, with time only going on."""

    case: Case
    under: Rules

    def __init__(self) -> None:
        super().__init__()
        self.at = MONDAY
        self.said: list[Event] = []
        self.row: list[datetime] = []  # certain bad looks in a row, before the confirmation
        self.good: list[datetime] = []  # good looks since the last bad one, once confirmed
        self.reviewed = False
        self.rendered = False  # was the last look made in a browser?

    @initialize(
        profile=st.sampled_from([C0, C1, C2, C3, CX]),
        recovery=st.sampled_from([Recovery(1), Recovery(2), Recovery(2, DAY)]),
        remedy=st.sampled_from([R14, R7S, R2S, RS]),
        candidate=st.booleans(),
    )
    def begin(
        self, profile: Confirmation, recovery: Recovery, remedy: Remedy, *, candidate: bool
    ) -> None:
        self.under = rules(profile, recovery, remedy)
        first = finding(review=candidate, remedy=remedy.code, severity=Severity.MEDIUM)
        self.row = [] if candidate else [self.at]
        self.case, events = cases.begin("KW-1", "shop", first, ("mark",), self.under, self.at)
        self._heard(events)

    def _heard(self, events: tuple[Event, ...]) -> None:
        for event in events:
            assert event.kind in _REPEATED or event not in self.said, f"{event.step} said twice"
        self.said += events

    def _moved(self, moved: tuple[Case, tuple[Event, ...]] | None) -> None:
        if moved is not None:
            self.case = moved[0]
            self._heard(moved[1])

    def _later(self, gap: timedelta) -> None:
        self.at += gap

    @rule(
        gap=GAPS,
        value=st.sampled_from([Finding.NOT_MET, Finding.NOT_MET, Finding.MET, *Finding]),
        candidate=st.integers(0, 4).map(lambda n: n == 0),
        severity=st.sampled_from([Severity.MEDIUM, Severity.CRITICAL]),
        rendered=st.booleans(),
    )
    def look(
        self,
        gap: timedelta,
        value: Finding,
        severity: Severity,
        *,
        candidate: bool,
        rendered: bool,
    ) -> None:
        self._later(gap)
        before = self.case
        self.rendered = rendered
        seen = finding(value, review=candidate, severity=severity, remedy=before.remedy)
        seen = replace(seen, rendered=rendered)
        certain = value is Finding.NOT_MET and not candidate
        self.row = [*self.row, self.at] if certain else []
        known = len(self.said)
        self._moved(cases.advance(before, seen, ("mark",), self.under, self.at))
        if before.state in CONFIRMED:
            self._check_recovery(before, value, bad=certain or seen.candidate)
        else:
            self.good = []
            self._check_confirmation(before)
        if not certain:
            kinds = {event.kind for event in self.said[known:]}
            assert not kinds & {StepKind.NOTICE, StepKind.WORSE}, "said without certainty"

    def _check_confirmation(self, before: Case) -> None:
        if self.case.state not in CONFIRMED or before.state in CONFIRMED:
            return
        profile = self.under.confirmation
        assert not profile.review, "opened past the reviewer"
        for offset in profile.offsets:
            earliest = self.row[-1] - offset * (1 - profile.jitter)
            assert self.row[0] <= earliest, "confirmed by looks that were too close"
        assert len(self.row) >= profile.observations
        assert self.rendered or not profile.last_rendered, "confirmed without a browser"

    def _check_recovery(self, before: Case, value: Finding, *, bad: bool) -> None:
        if bad:
            self.good = []
        if value is Finding.MET:
            self.good.append(self.at)
        recovery = self.under.recovery
        mended = value in (Finding.NOT_APPLICABLE, Finding.WAIVED) or (
            value is Finding.MET
            and len(self.good) >= recovery.observations
            and self.at - self.good[0] >= recovery.min_apart
        )
        assert (self.case.state is CaseState.REMEDIED) is mended
        if not bad and not mended:
            assert self.case.state is before.state

    @rule(gap=GAPS)
    def time_passes(self, gap: timedelta) -> None:
        self._later(gap)
        self._moved(cases.elapse(self.case, self.under, self.at))
        assert cases.elapse(self.case, self.under, self.at) == (self.case, ())
        wake = cases.wake_at(self.case, self.under)
        assert wake is None or wake > self.at

    @rule()
    def mail_is_taken(self) -> None:
        if NOTICED & {event.kind for event in self.said}:
            self._moved(cases.notice_sent(self.case, self.under, self.at))

    @rule()
    def member_postpones(self) -> None:
        before = self.case.due_at
        moved = cases.postpone(self.case, self.under, self.at)
        if moved is not None:
            assert before is not None
            assert moved[0].due_at is not None
            assert moved[0].due_at > max(before, self.at)
        self._moved(moved)

    @precondition(lambda self: self.case.state is CaseState.AWAITING_REVIEW)
    @rule(agrees=st.booleans())
    def reviewer_speaks(self, *, agrees: bool) -> None:
        word = finding(Finding.NOT_MET if agrees else Finding.MET)
        decided = replace(word, decided_by="reviewer")
        self._moved(cases.advance(self.case, decided, ("mark",), self.under, self.at))
        self.reviewed = self.reviewed or agrees

    @rule()
    def staff_decide(self) -> None:
        self.case = cases.decide(self.case) or self.case

    @rule()
    def staff_doubt(self) -> None:
        doubted = cases.doubt(self.case)
        if doubted != self.case:
            self.row = []
        self.case = doubted

    @invariant()
    def only_a_row_without_its_last_look_wants_a_browser(self) -> None:
        if cases.wants_browser(self.case, self.under):
            profile = self.under.confirmation
            assert profile.last_rendered
            assert self.case.state is CaseState.SUSPECTED
            assert len(self.case.observations) == profile.observations - 1

    @invariant()
    def postponing_is_bounded(self) -> None:
        assert self.case.postponements <= self.under.remedy.postpone.times

    @invariant()
    def a_reviewer_stands_between_a_candidate_and_a_member(self) -> None:
        if self.under.confirmation.review and not self.reviewed:
            assert StepKind.NOTICE not in {event.kind for event in self.said}

    @invariant()
    def a_confirmed_case_is_no_candidate(self) -> None:
        if self.case.state in CONFIRMED:
            assert not self.case.candidate
            assert self.case.opened_at is not None

    @invariant()
    def time_wakes_it_exactly_when_there_is_something_to_say(self) -> None:
        wake = cases.wake_at(self.case, self.under)
        if wake is None:
            assert cases.elapse(self.case, self.under, self.at + 999 * DAY) == (self.case, ())
        else:
            assert cases.elapse(self.case, self.under, wake)[1]
            assert not cases.elapse(self.case, self.under, wake - HOUR / 3600)[1]

    @invariant()
    def remedied_is_the_end(self) -> None:
        if not self.case.active:
            for value in Finding:
                same = cases.advance(self.case, finding(value), ("x",), self.under, self.at)
                assert same == (self.case, ())


NOTICED = {StepKind.NOTICE}
TestCaseLife = CaseLife.TestCase
TestCaseLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
