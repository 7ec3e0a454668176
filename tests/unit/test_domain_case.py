"""The case: what opens it, confirms it, moves its terms and closes it, one sentence per test."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.case import (
    CONFIRMED,
    Case,
    CaseState,
    Event,
    Rules,
    StepKind,
    advance,
    begin,
    decide,
    doubt,
    elapse,
    next_look,
    notice_sent,
    postpone,
    wake_at,
)
from monitor.domain.finding import ConditionFinding, EvidenceRef, Finding, Severity
from monitor.domain.label import Confirmation, Postponement, Recovery, Remedy
from tests.builders import (
    C0,
    C1,
    C2,
    CR,
    CX,
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    R2S,
    R7S,
    R14,
    RS,
    finding,
    next_monday,
    rules,
)

BAD, GOOD = Finding.NOT_MET, Finding.MET
UNSURE, GONE = Finding.INCONCLUSIVE, Finding.NOT_APPLICABLE
LABELS = ("mark",)
NOTICE = Event(StepKind.NOTICE)


def start(under: Rules, first: ConditionFinding | None = None, at: datetime = MONDAY) -> Case:
    return begin("KW-1", "shop", first or finding(), LABELS, under, at)[0]


def look(
    case: Case, under: Rules, value: Finding, at: datetime, *, review: bool = False
) -> tuple[Case, tuple[Event, ...]]:
    return advance(case, finding(value, review=review), LABELS, under, at)


def said(value: Finding) -> ConditionFinding:
    """The word of a reviewer."""
    return replace(finding(value), decided_by="reviewer")


def notified(under: Rules, at: datetime = MONDAY) -> Case:
    return notice_sent(start(under, at=at), under, at)[0]


def looks(under: Rules, *seen: tuple[timedelta, Finding]) -> Case:
    """A case that began at zero and took those looks, each at its time after the start."""
    case = start(under)
    for after, value in seen:
        case, _ = look(case, under, value, MONDAY + after)
    return case


# Confirmation


def test_c0_opens_at_the_first_look_and_asks_for_one_notice() -> None:
    case, events = begin("KW-1", "shop", finding(), LABELS, rules(C0), MONDAY)
    assert (case.state, case.opened_at, events) == (CaseState.OPEN, MONDAY, (NOTICE,))
    assert case.due_at is None


@pytest.mark.parametrize(
    ("profile", "seen", "state"),
    [
        pytest.param(C1, [(29 * MINUTE, BAD)], CaseState.SUSPECTED, id="too close does not count"),
        pytest.param(C1, [(30 * MINUTE, BAD)], CaseState.OPEN, id="on the offset counts"),
        pytest.param(C1, [(DAY, BAD)], CaseState.OPEN, id="max_gap itself is not too far"),
        pytest.param(C1, [(DAY + MINUTE, BAD)], CaseState.SUSPECTED, id="past max_gap starts anew"),
        pytest.param(
            C1,
            [(DAY + MINUTE, BAD), (DAY + 31 * MINUTE, BAD)],
            CaseState.OPEN,
            id="and counts from there",
        ),
        pytest.param(
            C1,
            [(HOUR, UNSURE), (2 * HOUR, BAD)],
            CaseState.SUSPECTED,
            id="not knowing restarts the row",
        ),
        pytest.param(
            C2,
            [(HOUR, BAD), (6 * HOUR, BAD), (DAY, BAD)],
            CaseState.OPEN,
            id="four looks at their offsets",
        ),
        pytest.param(
            C2,
            [(HOUR * 0.8, BAD), (6 * HOUR * 0.8, BAD), (DAY * 0.8, BAD)],
            CaseState.OPEN,
            id="jitter lets each come a fifth early",
        ),
        pytest.param(
            C2,
            [(HOUR * 0.79, BAD), (6 * HOUR, BAD), (DAY, BAD)],
            CaseState.SUSPECTED,
            id="but no more than that",
        ),
        pytest.param(
            C2,
            [(k * MINUTE, BAD) for k in range(1, 45)],
            CaseState.SUSPECTED,
            id="many looks in one hour confirm nothing",
        ),
        pytest.param(C1, [(HOUR, GOOD)], CaseState.REMEDIED, id="one good look ends a suspicion"),
        pytest.param(C1, [(HOUR, GONE)], CaseState.REMEDIED, id="so does no longer applying"),
        pytest.param(CX, [(MINUTE, BAD)], CaseState.AWAITING_REVIEW, id="CX ends at a reviewer"),
    ],
)
def test_a_suspicion_is_confirmed_by_its_profile_only(
    profile: Confirmation, seen: list[tuple[timedelta, Finding]], state: CaseState
) -> None:
    assert looks(rules(profile), *seen).state is state


def test_a_profile_that_is_not_reset_by_inconclusive_keeps_its_row() -> None:
    patient = replace(C1, reset_on=frozenset({GOOD}))
    assert looks(rules(patient), (HOUR, UNSURE), (2 * HOUR, BAD)).state is CaseState.OPEN


def test_an_outcome_with_a_shorter_profile_confirms_a_row_that_is_long_already() -> None:
    case = looks(rules(C2), (HOUR, BAD))
    opened, events = advance(case, finding(confirm="C0"), LABELS, rules(C0), MONDAY + 2 * HOUR)
    assert (opened.state, events) == (CaseState.OPEN, (NOTICE,))


def test_an_outcome_with_a_wider_profile_does_not_inherit_looks_that_were_too_close() -> None:
    close = Confirmation("close", (timedelta(0), MINUTE, 2 * MINUTE, 3 * MINUTE))
    case = looks(rules(close), (MINUTE, BAD), (2 * MINUTE, BAD))
    case, events = advance(case, finding(confirm="C1"), LABELS, rules(C1), MONDAY + 3 * MINUTE)
    assert (case.state, events, len(case.observations)) == (CaseState.SUSPECTED, (), 1)


@given(
    gaps=st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from([GOOD, UNSURE, GONE, Finding.WAIVED])),
        max_size=12,
    ),
    profile=st.sampled_from([C1, C2, CX]),
)
def test_not_knowing_never_confirms(gaps: list[tuple[int, Finding]], profile: Confirmation) -> None:
    under = rules(profile)
    case, at = start(under), MONDAY
    for hours, value in gaps:
        at += hours * HOUR
        case, events = look(case, under, value, at)
        assert case.state in {CaseState.SUSPECTED, CaseState.REMEDIED}
        assert not events


# Candidates and reviewers


@pytest.mark.parametrize("value", [BAD, UNSURE])
def test_a_candidate_waits_for_a_reviewer_and_is_said_to_staff_alone(value: Finding) -> None:
    suspicion = finding(value, review=True)
    case, events = begin("KW-1", "shop", suspicion, LABELS, rules(C0), MONDAY)
    assert (case.state, events) == (CaseState.AWAITING_REVIEW, (Event(StepKind.REVIEW),))
    assert look(case, rules(C0), value, MONDAY + DAY, review=True) == (case, ())


def test_a_reviewer_who_agrees_opens_and_one_who_does_not_closes() -> None:
    case = start(rules(CR))
    assert case.state is CaseState.AWAITING_REVIEW
    agreed, events = advance(case, said(BAD), LABELS, rules(CR), MONDAY + HOUR)
    assert (agreed.state, agreed.candidate, events) == (CaseState.OPEN, False, (NOTICE,))
    refused, events = advance(case, said(GOOD), LABELS, rules(CR), MONDAY + HOUR)
    assert (refused.state, refused.closed_at, events) == (
        CaseState.REMEDIED,
        MONDAY + HOUR,
        (),
    )
    assert advance(agreed, said(BAD), LABELS, rules(CR), MONDAY + DAY) == (agreed, ())


def test_certainty_after_a_candidate_needs_a_whole_confirmation_of_its_own() -> None:
    case = start(rules(C1), finding(review=True))
    case, _ = look(case, rules(C1), BAD, MONDAY + HOUR, review=True)
    assert case.state is CaseState.AWAITING_REVIEW
    case, events = look(case, rules(C1), BAD, MONDAY + 2 * HOUR)
    assert (case.state, events) == (CaseState.SUSPECTED, ())
    case, events = look(case, rules(C1), BAD, MONDAY + 3 * HOUR)
    assert (case.state, events) == (CaseState.OPEN, (NOTICE,))


def test_candidate_looks_do_not_count_towards_a_certain_breach() -> None:
    case = start(rules(C2), finding(review=True))
    for hours in (1, 6):
        case, _ = look(case, rules(C2), BAD, MONDAY + hours * HOUR, review=True)
    case, events = look(case, rules(C2), BAD, MONDAY + DAY)
    assert (case.state, events, case.observations) == (CaseState.SUSPECTED, (), (MONDAY + DAY,))


def test_a_further_certain_look_leaves_a_case_with_the_reviewer_its_profile_asks_for() -> None:
    under = rules(CX)
    case = looks(under, (MINUTE, BAD))
    again, events = look(case, under, BAD, MONDAY + HOUR)
    assert (again.state, events) == (CaseState.AWAITING_REVIEW, ())
    opened, events = advance(again, said(BAD), LABELS, under, MONDAY + 2 * HOUR)
    assert (opened.state, events) == (CaseState.OPEN, (NOTICE,))


def test_a_candidate_never_tells_the_member_that_a_confirmed_breach_grew_worse() -> None:
    under = rules(C0, remedy=R14)
    case = notified(under)
    worse = finding(review=True, severity=Severity.CRITICAL, remedy="R2S")
    moved, events = advance(case, worse, LABELS, rules(C0, remedy=R2S), MONDAY + HOUR)
    assert events == ()
    assert (moved.severity, moved.remedy, moved.due_at) == (case.severity, "R14", case.due_at)


# Recovery


@pytest.mark.parametrize(
    ("recovery", "good_after", "closed"),
    [
        pytest.param(Recovery(1), [DAY], True, id="one of one"),
        pytest.param(Recovery(2), [DAY], False, id="one of two"),
        pytest.param(Recovery(2), [DAY, DAY], True, id="two at once are two"),
        pytest.param(Recovery(2, DAY), [DAY, DAY + 23 * HOUR], False, id="too close together"),
        pytest.param(Recovery(2, DAY), [DAY, 2 * DAY], True, id="far enough apart"),
        pytest.param(
            Recovery(2, DAY), [DAY, DAY + HOUR, 2 * DAY], True, id="distance is from the first"
        ),
        pytest.param(Recovery(3, DAY), [DAY, 3 * DAY], False, id="distance without number"),
    ],
)
def test_a_confirmed_case_is_closed_by_its_recovery_profile_only(
    recovery: Recovery, good_after: list[timedelta], *, closed: bool
) -> None:
    under = rules(C0, recovery)
    case = notified(under)
    events: tuple[Event, ...] = ()
    for after in good_after:
        case, events = look(case, under, GOOD, MONDAY + after)
    assert (case.state is CaseState.REMEDIED) is closed
    assert (events == (Event(StepKind.CLOSING),)) is closed
    assert (case.closed_at == MONDAY + good_after[-1]) is closed


def test_a_bad_look_between_two_good_ones_starts_recovery_again() -> None:
    under = rules(C0, Recovery(2))
    case = notified(under)
    for hours, value in ((1, GOOD), (2, BAD), (3, GOOD)):
        case, _ = look(case, under, value, MONDAY + hours * HOUR)
    assert (case.state, case.good) == (CaseState.NOTIFIED, (MONDAY + 3 * HOUR,))


def test_an_inconclusive_look_changes_nothing_in_a_confirmed_case() -> None:
    case = notified(rules(C0))
    assert look(case, rules(C0), UNSURE, MONDAY + DAY) == (case, ())


def test_a_person_who_cannot_tell_holds_a_confirmed_case_and_its_term() -> None:
    told = notified(rules(C0))
    held, events = advance(told, said(UNSURE), LABELS, rules(C0), MONDAY + DAY)
    assert (held.state, held.due_at, events) == (
        CaseState.AWAITING_REVIEW, None, (Event(StepKind.HELD),)
    )  # fmt: skip
    assert elapse(held, rules(C0), MONDAY + 90 * DAY) == (held, ())
    assert wake_at(held, rules(C0)) is None
    # The same word with every look: whoever was told is not told that it was mended.
    assert advance(held, said(UNSURE), LABELS, rules(C0), MONDAY + 2 * DAY) == (held, ())
    assert look(held, rules(C0), UNSURE, MONDAY + 2 * DAY) == (held, ())
    mended, events = look(held, rules(C0), GOOD, MONDAY + 3 * DAY)
    assert (mended.state, events) == (CaseState.REMEDIED, (Event(StepKind.CLOSING),))
    again, events = advance(held, said(BAD), LABELS, rules(C0), MONDAY + 3 * DAY)
    assert (again.state, events) == (CaseState.NOTIFIED, ())
    assert again.due_at == MONDAY + 17 * DAY


def test_of_a_case_that_nobody_was_told_of_not_knowing_is_the_end() -> None:
    held, events = advance(start(rules(C0)), said(UNSURE), LABELS, rules(C0), MONDAY + DAY)
    assert (held.state, events) == (CaseState.AWAITING_REVIEW, (Event(StepKind.HELD),))
    over, events = advance(held, said(UNSURE), LABELS, rules(C0), MONDAY + 2 * DAY)
    assert (over.state, events) == (CaseState.REMEDIED, ())


def test_what_staff_decided_is_not_held_by_a_reviewer() -> None:
    decided = replace(notified(rules(C0)), state=CaseState.DECIDED)
    assert advance(decided, said(UNSURE), LABELS, rules(C0), MONDAY + DAY) == (decided, ())


def test_what_no_longer_applies_closes_at_once() -> None:
    case, events = look(notified(rules(C0)), rules(C0), GONE, MONDAY + DAY)
    assert (case.state, events) == (CaseState.REMEDIED, (Event(StepKind.CLOSING),))


def test_an_exception_ends_a_case_and_claims_no_repair() -> None:
    at = MONDAY + DAY
    case, events = look(notified(rules(C0)), rules(C0), Finding.WAIVED, at)
    assert (case.state, case.waived_at) == (CaseState.REMEDIED, at)
    assert events == (Event(StepKind.WAIVED),)
    untold, events = look(start(rules(C0)), rules(C0), Finding.WAIVED, at)
    assert (untold.state, events) == (CaseState.REMEDIED, (Event(StepKind.WITHDRAW),))
    assert notice_sent(untold, rules(C0), at)[1] == (Event(StepKind.WAIVED),)
    assert look(start(rules(C1)), rules(C1), Finding.WAIVED, at)[1] == ()


def test_the_decision_of_a_person_needs_no_second_look() -> None:
    at = MONDAY + DAY
    decided = said(BAD)
    opened, events = begin("KW-1", "shop", decided, LABELS, rules(CR), MONDAY)
    assert (opened.state, events) == (CaseState.OPEN, (Event(StepKind.NOTICE),))
    waiting = start(rules(CR))
    assert advance(waiting, decided, LABELS, rules(CR), at)[0].state is CaseState.OPEN
    unsettled = replace(decided, finding=UNSURE)
    assert advance(waiting, unsettled, LABELS, rules(CR), at)[0].state is CaseState.REMEDIED
    held, events = advance(opened, unsettled, LABELS, rules(CR), at)
    assert (held.state, events) == (CaseState.AWAITING_REVIEW, (Event(StepKind.HELD),))
    mended = replace(decided, finding=GOOD)
    closed, events = advance(notified(rules(C0)), mended, LABELS, rules(C0, Recovery(3)), at)
    assert (closed.state, events) == (CaseState.REMEDIED, (Event(StepKind.CLOSING),))


def test_a_case_mended_before_anybody_was_told_only_withdraws() -> None:
    case, events = look(start(rules(C0)), rules(C0, Recovery(1)), GOOD, MONDAY + DAY)
    assert (case.state, events) == (CaseState.REMEDIED, (Event(StepKind.WITHDRAW),))


def test_a_remedied_case_never_moves_again() -> None:
    under = rules(C0, Recovery(1))
    closed, _ = look(notified(under), under, GOOD, MONDAY + DAY)
    assert not closed.active
    for value in Finding:
        assert look(closed, under, value, MONDAY + 2 * DAY) == (closed, ())
    assert elapse(closed, under, MONDAY + 99 * DAY) == (closed, ())
    assert wake_at(closed, under) is None
    assert postpone(closed, under, MONDAY + DAY) is None
    assert advance(closed, said(BAD), LABELS, under, MONDAY) == (closed, ())
    assert decide(closed) is None
    assert doubt(closed) == closed
    assert notice_sent(closed, under, MONDAY + 2 * DAY) == (closed, ())


# The notice and the term


def test_the_term_runs_from_the_notice_and_not_from_the_first_look() -> None:
    under = rules(C0)
    case, events = notice_sent(start(under), under, MONDAY + 3 * DAY)
    assert (case.state, case.notified_at, events) == (CaseState.NOTIFIED, MONDAY + 3 * DAY, ())
    assert case.due_at == MONDAY + 17 * DAY  # a Thursday


def test_a_second_mail_server_that_takes_the_notice_changes_nothing() -> None:
    under = rules(C0)
    case = notified(under)
    assert notice_sent(case, under, MONDAY + DAY) == (case, ())


def test_a_notice_that_races_with_the_mending_gets_its_closing_mail_once() -> None:
    under = rules(C0, Recovery(1))
    mended, _ = look(start(under), under, GOOD, MONDAY + HOUR)
    told, events = notice_sent(mended, under, MONDAY + 2 * HOUR)
    assert (told.state, events) == (CaseState.REMEDIED, (Event(StepKind.CLOSING),))
    assert notice_sent(told, under, MONDAY + 3 * HOUR) == (told, ())


def test_a_notice_of_a_doubted_case_that_was_taken_after_all_is_remembered() -> None:
    under = rules(C0)
    told, events = notice_sent(doubt(start(under)), under, MONDAY + HOUR)
    assert (told.state, told.notified_at, events) == (CaseState.SUSPECTED, MONDAY + HOUR, ())


def test_a_notice_taken_before_a_second_confirmation_starts_the_term_then() -> None:
    under = rules(C1)
    told, _ = notice_sent(doubt(looks(under, (HOUR, BAD))), under, MONDAY + 2 * HOUR)
    told, _ = look(told, under, BAD, MONDAY + DAY)
    opened, events = look(told, under, BAD, MONDAY + DAY + HOUR)
    assert (opened.state, events) == (CaseState.NOTIFIED, ())
    assert opened.due_at == MONDAY + 15 * DAY + HOUR


def test_a_remedy_without_a_term_has_no_deadline() -> None:
    under = rules(C0, remedy=RS)
    case = notified(under)
    assert (case.due_at, wake_at(case, under)) == (None, None)
    assert postpone(case, under, MONDAY) is None


@pytest.mark.parametrize(
    ("remedy", "due"),
    [
        pytest.param(replace(R14, due=5 * DAY), MONDAY + 7 * DAY, id="Saturday moves to Monday"),
        pytest.param(replace(R2S, due=5 * DAY), MONDAY + 5 * DAY, id="hours on the clock do not"),
    ],
)
def test_deadlines_move_only_where_the_remedy_follows_the_calendar(
    remedy: Remedy, due: datetime
) -> None:
    assert notified(rules(C0, remedy=remedy)).due_at == due


# Reminders, overdue, silence, postponement


def test_two_reminders_that_were_missed_are_said_as_one() -> None:
    under = rules(C0, remedy=replace(R14, due=None))
    case, events = elapse(notified(under), under, MONDAY + 30 * DAY)
    assert events == (Event(StepKind.REMINDER, 2),)
    assert elapse(case, under, MONDAY + 60 * DAY) == (case, ())


def test_a_term_that_ends_on_a_saturday_is_overdue_on_monday() -> None:
    under = rules(C0, remedy=replace(R14, due=5 * DAY, reminders=()))
    case = notified(under)
    assert elapse(case, under, MONDAY + 6 * DAY) == (case, ())
    overdue, events = elapse(case, under, MONDAY + 7 * DAY)
    assert (overdue.state, events) == (CaseState.OVERDUE, (Event(StepKind.OVERDUE),))


def test_silence_makes_a_staff_case_once_and_only_when_overdue() -> None:
    under = rules(C0)
    case, _ = elapse(notified(under), under, MONDAY + 14 * DAY)
    assert wake_at(case, under) == MONDAY + 28 * DAY
    silent, events = elapse(case, under, MONDAY + 28 * DAY)
    assert events == (Event(StepKind.SILENCE),)
    assert elapse(silent, under, MONDAY + 90 * DAY) == (silent, ())
    assert wake_at(silent, under) is None


def test_a_postponed_case_does_not_wake_for_a_silence_that_cannot_be_said_yet() -> None:
    under = rules(C0)
    case = notified(under, MONDAY + DAY)
    moved = postpone(case, under, MONDAY + 6 * DAY)  # Tuesday + 28 days is a Tuesday
    assert moved is not None
    case, _ = elapse(replace(moved[0], due_at=MONDAY + 33 * DAY), under, MONDAY + 29 * DAY)
    assert case.state is CaseState.POSTPONED
    assert wake_at(case, under) == MONDAY + 33 * DAY
    _, events = elapse(case, under, MONDAY + 33 * DAY)
    assert events == (Event(StepKind.OVERDUE, 1), Event(StepKind.SILENCE))


def test_postponing_gives_the_allowance_and_no_more() -> None:
    under = rules(C0)
    moved = postpone(notified(under), under, MONDAY + DAY)
    assert moved is not None
    case, events = moved
    assert (case.state, events) == (CaseState.POSTPONED, (Event(StepKind.POSTPONED, 1),))
    assert case.due_at == MONDAY + 28 * DAY
    assert postpone(case, under, MONDAY + 2 * DAY) is None


def test_postponing_an_overdue_case_counts_from_today_and_may_be_overdue_again() -> None:
    under = rules(C0)
    case, _ = elapse(notified(under), under, MONDAY + 14 * DAY)
    moved = postpone(case, under, MONDAY + 16 * DAY)
    assert moved is not None
    assert moved[0].due_at == MONDAY + 30 * DAY
    again, events = elapse(moved[0], under, MONDAY + 30 * DAY)
    assert events[0] == Event(StepKind.OVERDUE, 1)
    assert events[0].step == "overdue-1"
    assert again.state is CaseState.OVERDUE


def test_a_deadline_reached_by_postponing_moves_too() -> None:
    under = rules(C0, remedy=replace(R14, postpone=Postponement(1, 5 * DAY)))
    moved = postpone(notified(under), under, MONDAY)
    assert moved is not None
    assert moved[0].due_at == MONDAY + 21 * DAY  # 19 days is a Saturday


@pytest.mark.parametrize("state", [s for s in CaseState if s is not CaseState.OVERDUE])
def test_staff_decide_only_what_is_overdue(state: CaseState) -> None:
    assert decide(replace(notified(rules(C0)), state=state)) is None


def test_a_decided_case_is_neither_reminded_nor_overdue_again() -> None:
    under = rules(C0)
    overdue, _ = elapse(notified(under), under, MONDAY + 15 * DAY)
    decided = decide(overdue)
    assert decided is not None
    assert decided.state is CaseState.DECIDED
    assert elapse(decided, under, MONDAY + 60 * DAY) == (decided, ())
    assert wake_at(decided, under) is None


# Worse and better


def test_a_worse_breach_is_said_and_its_shorter_term_rules() -> None:
    case = notified(rules(C0))
    worse = finding(severity=Severity.CRITICAL, remedy="R2S")
    moved, events = advance(case, worse, LABELS, rules(C0, remedy=R2S), MONDAY + DAY)
    assert events == (Event(StepKind.WORSE, 1),)
    assert (moved.due_at, moved.remedy) == (MONDAY + 3 * DAY, "R2S")


def test_a_worse_breach_never_lengthens_a_term() -> None:
    case = notified(rules(C0))
    worse = finding(severity=Severity.CRITICAL, remedy="R7S")
    moved, _ = advance(case, worse, LABELS, rules(C0, remedy=R7S), MONDAY + 13 * DAY)
    assert moved.due_at == case.due_at


def test_a_worse_breach_gives_a_term_to_a_case_without_one_but_not_without_a_remedy_term() -> None:
    case = notified(rules(C0, remedy=RS))
    worse = finding(severity=Severity.CRITICAL, remedy="R7S")
    moved, _ = advance(case, worse, LABELS, rules(C0, remedy=R7S), MONDAY + DAY)
    assert moved.due_at == MONDAY + 8 * DAY
    unmoved, events = advance(case, worse, LABELS, rules(C0, remedy=RS), MONDAY + DAY)
    assert (unmoved.due_at, events) == (None, (Event(StepKind.WORSE, 1),))


def test_a_breach_that_grew_worse_before_the_notice_is_not_said_twice() -> None:
    worse = finding(severity=Severity.CRITICAL, remedy="R2S")
    moved, events = advance(start(rules(C0)), worse, LABELS, rules(C0, remedy=R2S), MONDAY + HOUR)
    assert (moved.severity, moved.remedy, events) == (Severity.CRITICAL, "R2S", ())


def test_a_milder_look_does_not_soften_a_confirmed_breach() -> None:
    mild = finding(severity=Severity.LOW, remedy="RI")
    moved, events = advance(notified(rules(C0)), mild, LABELS, rules(C0), MONDAY + DAY)
    assert (moved.severity, moved.remedy, events) == (Severity.HIGH, "R14", ())


def test_the_last_bad_look_is_what_later_messages_show() -> None:
    ref = EvidenceRef("content.page@1", "https://shop.example/", MONDAY, "text", "ab")
    fresh = replace(finding(), summary="Newer.", values={"expected": "1"}, evidence=(ref,))
    moved, _ = advance(notified(rules(C0)), fresh, ("mark", "other"), rules(C0), MONDAY + DAY)
    assert (moved.summary, moved.values, moved.evidence) == ("Newer.", {"expected": "1"}, (ref,))
    assert moved.labels == ("mark", "other")


# Doubt and the next look


def test_a_dropped_notice_sends_the_case_back_to_suspicion() -> None:
    doubted = doubt(start(rules(C0)))
    assert (doubted.state, doubted.observations, doubted.opened_at) == (
        CaseState.SUSPECTED,
        (),
        None,
    )
    told = notified(rules(C0))
    assert doubt(told) == told


@pytest.mark.parametrize(
    ("case", "under", "wanted"),
    [
        pytest.param(start(rules(C1)), rules(C1), MONDAY + 30 * MINUTE, id="second look of two"),
        pytest.param(
            looks(rules(C2), (HOUR, BAD)), rules(C2), MONDAY + 6 * HOUR, id="third look of four"
        ),
        pytest.param(doubt(start(rules(C0))), rules(C0), None, id="nothing counted yet"),
        pytest.param(start(rules(C1)), rules(C0), None, id="the row is full"),
        pytest.param(notified(rules(C0)), rules(C0), None, id="confirmed and still bad"),
        pytest.param(
            looks(rules(C0, Recovery(2, DAY)), (HOUR, GOOD)),
            rules(C0, Recovery(2, DAY)),
            MONDAY + HOUR + DAY,
            id="the second good look",
        ),
    ],
)
def test_the_next_look_is_the_one_the_profile_waits_for(
    case: Case, under: Rules, wanted: datetime | None
) -> None:
    assert next_look(case, under) == wanted


def test_the_look_that_a_confirmation_asks_for_always_counts() -> None:
    for profile in (C1, C2):
        under = rules(profile)
        case = start(under)
        while (wanted := next_look(case, under)) is not None:
            case, _ = look(case, under, BAD, wanted)
        assert case.state is CaseState.OPEN


@given(
    after_s=st.lists(st.integers(0, 40 * 86_400), max_size=30),
    remedy=st.sampled_from([R14, R7S, R2S, RS]),
    postponed_at=st.none() | st.integers(0, 30 * 86_400),
)
def test_time_says_each_thing_once_whatever_the_gaps(
    after_s: list[int], remedy: Remedy, postponed_at: int | None
) -> None:
    under = rules(C0, remedy=remedy)
    case = notified(under)
    said: list[str] = []
    for seconds in sorted(after_s):
        at = MONDAY + timedelta(seconds=seconds)
        if postponed_at is not None and seconds >= postponed_at:
            moved = postpone(case, under, at)
            case = case if moved is None else moved[0]
        case, events = elapse(case, under, at)
        said += [event.step for event in events]
        assert elapse(case, under, at) == (case, ())
        wake = wake_at(case, under)
        assert wake is None or wake > at
    assert len(said) == len(set(said))


@given(st.integers(0, 60), st.integers(0, 60))
def test_wake_at_is_exactly_when_time_alone_says_something(told: int, passed: int) -> None:
    under = rules(C0)
    case = notified(under, MONDAY + told * DAY)
    case, _ = elapse(case, under, MONDAY + (told + passed) * DAY)
    wake = wake_at(case, under)
    if wake is None:
        assert elapse(case, under, MONDAY + 999 * DAY) == (case, ())
    else:
        assert elapse(case, under, wake - timedelta(microseconds=1)) == (case, ())
        assert elapse(case, under, wake)[1]


def test_the_deadline_rule_of_these_tests_moves_weekends_only() -> None:
    assert next_monday(MONDAY + 5 * DAY) == next_monday(MONDAY + 6 * DAY) == MONDAY + 7 * DAY
    assert next_monday(MONDAY + 4 * DAY) == MONDAY + 4 * DAY
    assert CaseState.SUSPECTED not in CONFIRMED


def test_a_doubted_case_whose_notice_was_taken_after_all_is_closed_aloud() -> None:
    under = rules(C0)
    told, _ = notice_sent(doubt(start(under)), under, MONDAY + HOUR)
    closed, events = look(told, under, GOOD, MONDAY + DAY)
    assert (closed.state, events) == (CaseState.REMEDIED, (Event(StepKind.CLOSING),))


def test_reminders_come_on_their_days_and_not_before() -> None:
    under = rules(C0, remedy=replace(R14, due=20 * DAY))
    case = notified(under)
    said = []
    for day in (0, 6, 7, 13, 14, 15):
        case, events = elapse(case, under, MONDAY + day * DAY)
        said.append([event.step for event in events])
    assert said == [[], [], ["reminder-1"], [], ["reminder-2"], []]


def test_only_an_open_case_nobody_was_told_of_can_be_doubted() -> None:
    suspected = start(rules(C1))
    waiting = start(rules(CR))
    assert doubt(suspected) == suspected
    assert doubt(waiting) == waiting


def test_the_profile_of_a_suspicion_follows_its_outcome_and_that_of_a_breach_stays() -> None:
    suspected, _ = advance(
        start(rules(C1)), finding(confirm="C2"), LABELS, rules(C2), MONDAY + HOUR
    )
    assert suspected.confirm == "C2"
    opened, _ = advance(notified(rules(C0)), finding(confirm="C2"), LABELS, rules(C2), MONDAY)
    assert opened.confirm == "C0"


def test_a_breach_that_is_just_as_bad_as_before_says_nothing() -> None:
    assert look(notified(rules(C0)), rules(C0), BAD, MONDAY + DAY)[1] == ()
