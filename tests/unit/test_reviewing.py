"""What a decision holds for, when it is over, and what an exception sets aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from monitor.domain.case import Case, Event, StepKind, advance, begin, notice_sent
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import Confirmation, Mapped, Recovery
from monitor.domain.review import DECISIONS, Review, ReviewRole, year_after
from monitor.domain.verdict import combine
from monitor.domain.waiver import Waiver
from monitor.policy.reviewing import fingerprint, ruled, shown, waived
from tests.builders import C0, C1, CR, MONDAY, R14, finding, rules

TODAY = MONDAY.date()
DAY = timedelta(days=1)
TEXT, OTHER_TEXT = "a" * 64, "b" * 64
CID, OWNER = "tz-3.1c", "m1"
MET, NOT_MET, INCONCLUSIVE = Finding.MET, Finding.NOT_MET, Finding.INCONCLUSIVE
GONE = Finding.NOT_APPLICABLE
MAPPED = {
    "met": Mapped(MET),
    "absent_complete": Mapped(NOT_MET),
    "ask": Mapped(INCONCLUSIVE, counts=False),
}
ADVICE = {
    "met": Mapped(MET, counts=False),
    "absent_complete": Mapped(NOT_MET, counts=False),
    "ask": Mapped(INCONCLUSIVE, counts=False),
}


def pin(of: ConditionFinding, decision: Finding = MET, **more: Any) -> Review:
    made = Review(
        site_id="shop", member_id=OWNER, condition_id=of.condition_id, outcome=of.outcome,
        fingerprint=fingerprint(of), decision=decision, role=ReviewRole.REVIEWER, reviewer="Rita",
        reason="Read", at=MONDAY, until=TODAY + 30 * DAY,
    )  # fmt: skip
    return replace(made, **more)


def found(value: Finding = NOT_MET, fragment: str = TEXT, **more: Any) -> ConditionFinding:
    return replace(finding(value), fragment=fragment, **more)


def rule_on(
    of: ConditionFinding, by: Review | None, today: date = TODAY, owner: str = OWNER
) -> ConditionFinding:
    return ruled(of, MAPPED, by, owner, today)


# The fingerprint


def test_the_fragment_makes_the_fingerprint_and_values_do_not() -> None:
    one = found(values={"expected": "30198127"})
    assert fingerprint(one) == fingerprint(replace(one, values={"expected": "1"}))
    assert fingerprint(one) != fingerprint(replace(one, fragment=OTHER_TEXT))
    assert fingerprint(one) != fingerprint(replace(one, outcome="other"))


def test_evidence_summary_and_note_are_no_part_of_it() -> None:
    one = found()
    assert fingerprint(one) == fingerprint(replace(one, summary="Else.", note="N", evidence=()))


@pytest.mark.parametrize(
    ("name", "before", "after", "same"),
    [
        ("checked_at", "2026-03-02", "2026-03-03", True),
        ("pages_checked", "5", "twelve", True),
        ("reason", "seen 2026-03-02T10:00:00Z", "seen 2026-03-09T10:00:00Z", True),
        ("found", "5", "12", True),
        ("found", "3.5", "4,25", True),
        ("expected", "30198127", "30198128", False),
        ("text", "14 days", "30 days", False),
        ("text", "Our  Terms", "our terms", True),
        ("url", "https://a.example/", "https://a.example/terms", False),
    ],
)
def test_without_a_fragment_facts_of_the_site_count_and_those_of_the_look_do_not(
    name: str, before: str, after: str, same: bool
) -> None:
    first, second = (found(fragment="", values={name: value}) for value in (before, after))
    assert (fingerprint(first) == fingerprint(second)) is same


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("Not found on 5 pages.", "Not found on 12 pages.", True),
        ("2 of 5 sampled pages.", "3 of 9 sampled pages.", True),
        ("Unchanged since 2026-03-02.", "Unchanged since 2026-03-09.", True),
        ("Another number, 12345674.", "Another number, 12345682.", False),
        ("The term is 14 days.", "The term is 30 days.", False),
        ("It has 120 characters.", "It has 130 characters.", False),
    ],
)
def test_without_a_fragment_what_the_summary_names_counts_and_how_much_was_read_does_not(
    before: str, after: str, same: bool
) -> None:
    first, second = (found(fragment="", summary=summary) for summary in (before, after))
    assert (fingerprint(first) == fingerprint(second)) is same


# Decisions


@pytest.mark.parametrize("decision", sorted(DECISIONS.values()))
def test_a_decision_that_fits_is_the_finding(decision: Finding) -> None:
    raw = found(review=True)
    decided = rule_on(raw, pin(raw, decision))
    assert (decided.finding, decided.outcome, decided.review) == (decision, raw.outcome, False)
    assert (decided.decided_by, decided.candidate) == ("reviewer", False)
    assert decided.note == f"Decided by a reviewer on 2026-03-02: {decision.value}."


@pytest.mark.parametrize(
    ("role", "said"),
    [(ReviewRole.AUDITOR, "an auditor"), (ReviewRole.LEGAL, "legal staff")],
)
def test_the_role_is_said(role: ReviewRole, said: str) -> None:
    raw = found(note="A fact.")
    assert rule_on(raw, pin(raw, role=role)).note.startswith(f"A fact. Decided by {said} on")


def test_no_decision_and_that_of_another_owner_or_condition_change_nothing() -> None:
    raw = found()
    assert rule_on(raw, None) == raw
    assert rule_on(raw, pin(raw), owner="m2") == raw
    assert rule_on(raw, pin(raw, condition_id="tz-9")) == raw


def test_it_holds_through_its_last_day() -> None:
    raw = found(review=True)
    by = pin(raw, until=TODAY + DAY)
    assert rule_on(raw, by, TODAY + DAY).finding is MET
    late = rule_on(raw, by, TODAY + 2 * DAY)
    assert late.candidate
    assert late.note.endswith("(met) ended on 2026-03-03: to be reviewed again.")


def test_a_changed_text_is_a_candidate_again_and_says_so() -> None:
    raw = found(review=True)
    changed = rule_on(replace(raw, fragment=OTHER_TEXT), pin(raw))
    assert (changed.candidate, changed.finding) == (True, NOT_MET)
    assert "has changed since" in changed.note


@pytest.mark.parametrize(
    ("raw", "decision", "again"),
    [
        # A machine overruled on this very outcome is not believed on another text.
        (found(MET, outcome="met", advice=True), NOT_MET, True),
        (found(NOT_MET), MET, True),
        # It agrees with what was decided, or sees something else and is certain.
        (found(MET, outcome="met"), MET, False),
        (found(NOT_MET), NOT_MET, False),
        (found(INCONCLUSIVE, outcome="ask", counts=False), MET, True),
        (found(INCONCLUSIVE, outcome="unseen"), MET, False),
        (found(GONE, outcome="none"), MET, False),
    ],
)
def test_who_must_look_when_the_text_changed(
    raw: ConditionFinding, decision: Finding, again: bool
) -> None:
    later = rule_on(replace(raw, fragment=OTHER_TEXT), pin(raw, decision))
    assert later.candidate is again
    assert (later == replace(raw, fragment=OTHER_TEXT)) is not again
    assert not (again and later.advice)


def test_another_outcome_of_which_the_machine_is_certain_stands() -> None:
    raw = found(NOT_MET)
    now = found(MET, outcome="met")
    assert rule_on(now, pin(raw, NOT_MET)) == now
    unseen = found(INCONCLUSIVE, "", outcome="ask", counts=False)
    assert rule_on(unseen, pin(raw, MET)) == unseen


def test_what_was_never_reviewed_counts_once_it_is_decided() -> None:
    raw = found(INCONCLUSIVE, outcome="ask", counts=False)
    assert rule_on(raw, pin(raw, NOT_MET)).counts
    assert rule_on(raw, pin(raw, MET)).counts
    assert not rule_on(raw, pin(raw, INCONCLUSIVE)).counts
    changed = replace(raw, fragment=OTHER_TEXT)
    assert not rule_on(changed, pin(raw, MET)).counts
    assert rule_on(changed, pin(raw, NOT_MET)).counts


def test_a_label_of_advice_stays_advice_whoever_decides() -> None:
    raw = found(INCONCLUSIVE, outcome="ask", counts=False)
    for decision in DECISIONS.values():
        assert not ruled(raw, ADVICE, pin(raw, decision), OWNER, TODAY).counts
    changed = replace(raw, fragment=OTHER_TEXT)
    assert not ruled(changed, ADVICE, pin(raw, NOT_MET), OWNER, TODAY).counts


def test_a_condition_whose_file_never_decides_counts_when_a_person_does() -> None:
    only = {"ask": Mapped(INCONCLUSIVE, counts=False)}
    raw = found(INCONCLUSIVE, outcome="ask", counts=False)
    assert ruled(raw, only, pin(raw, NOT_MET), OWNER, TODAY).counts


def test_a_year_after_a_leap_day_is_the_last_of_february() -> None:
    assert year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert year_after(date(2027, 11, 21)) == date(2028, 11, 21)


# Exceptions


def exception(**more: Any) -> Waiver:
    made = Waiver("shop", OWNER, CID, "Olga", "Why", TODAY, TODAY + 9 * DAY, "Rita", MONDAY)
    return replace(made, **more)


def test_an_exception_sets_aside_and_what_was_found_stays_to_be_read() -> None:
    for raw, said in ((found(), "not_met"), (found(review=True), "a suspicion that waits")):
        row = waived(raw, exception(), OWNER, TODAY)
        assert (row.finding, row.candidate) == (Finding.WAIVED, False)
        assert row.summary.startswith("It was not there. Waived until 2026-03-11 by Olga (Why);")
        assert said in row.summary
        assert shown(raw).startswith(said)


@pytest.mark.parametrize(
    ("given", "owner", "day"),
    [
        (None, OWNER, TODAY),
        (exception(), OWNER, TODAY + 10 * DAY),
        (exception(starts=TODAY + DAY), OWNER, TODAY),
        (exception(ended_at=MONDAY), OWNER, TODAY),
        (exception(), "m2", TODAY),
        (exception(condition_id="tz-9"), OWNER, TODAY),
    ],
)
def test_one_that_is_not_in_force_changes_nothing(
    given: Waiver | None, owner: str, day: date
) -> None:
    assert waived(found(), given, owner, day) == found()


def test_what_is_met_needs_no_exception_and_gets_no_advice() -> None:
    raw = found(MET, advice=True)
    assert waived(raw, exception(), OWNER, TODAY) == replace(raw, advice=False)


def test_hostile_words_are_clipped() -> None:
    row = waived(found(), exception(owner="O" * 999, reason="\x1b[31m" * 999), OWNER, TODAY)
    assert len(row.summary) < 700
    assert row.summary.isprintable()


@given(
    st.sampled_from(list(Finding)), st.booleans(), st.booleans(), st.sampled_from(["", TEXT]),
    st.sampled_from(sorted(DECISIONS.values())), st.integers(-40, 40),
)  # fmt: skip
def test_a_decision_holds_exactly_for_what_it_judged_and_in_its_time(
    value: Finding, review: bool, counts: bool, fragment: str, decision: Finding, days: int
) -> None:
    raw = found(value, fragment, review=review, counts=counts)
    by, today = pin(raw, decision), TODAY + days * DAY
    fits = rule_on(raw, by, today)
    assert bool(fits.decided_by) is (today <= by.until)
    changed = rule_on(replace(raw, fragment=OTHER_TEXT), by, today)
    assert not changed.decided_by
    assert changed.finding in (raw.finding, INCONCLUSIVE)
    assert (changed.finding is NOT_MET) is (raw.finding is NOT_MET)


class Desk(RuleBasedStateMachine):
    """Random weeks of looks, decisions and exceptions on one condition."""

    @initialize(profile=st.sampled_from([C0, C1, CR]))
    def start(self, profile: Confirmation) -> None:
        self.under = rules(profile, Recovery(2, DAY), R14)
        self.at: datetime = MONDAY
        self.text, self.raw = TEXT, found(review=True)
        self.pin: Review | None = None
        self.waiver: Waiver | None = None
        self.case: Case | None = None
        self.numbers = 0

    def standing(self) -> ConditionFinding:
        today = self.at.date()
        decided = ruled(self.raw, MAPPED, self.pin, OWNER, today)
        return waived(decided, self.waiver, OWNER, today)

    def move(self, now: ConditionFinding) -> tuple[Event, ...]:
        bad = now.finding is NOT_MET or now.candidate
        if self.case is None or not self.case.active:
            if not bad or not now.counts:
                return ()
            self.numbers += 1
            moved = begin(f"KW-{self.numbers}", "shop", now, ("mark",), self.under, self.at)
        else:
            moved = advance(self.case, now, ("mark",), self.under, self.at)
        self.case = moved[0]
        return moved[1]

    @rule(
        hours=st.integers(0, 400),
        value=st.sampled_from([NOT_MET, NOT_MET, MET, INCONCLUSIVE, GONE]),
        text=st.sampled_from([TEXT, OTHER_TEXT, ""]),
        review=st.booleans(),
        counts=st.booleans(),
    )
    def look(self, hours: int, value: Finding, text: str, review: bool, counts: bool) -> None:
        self.at += timedelta(hours=hours)
        self.raw = found(value, text, review=review, counts=counts or value is not INCONCLUSIVE)
        now = self.standing()
        said = {event.kind for event in self.move(now)}
        if now.finding is Finding.WAIVED:
            assert said <= {StepKind.WITHDRAW, StepKind.WAIVED}
        if now.candidate or now.finding is not NOT_MET:
            assert StepKind.NOTICE not in said

    @rule(decision=st.sampled_from(sorted(DECISIONS.values())), days=st.integers(0, 30))
    def decide(self, decision: Finding, days: int) -> None:
        self.pin = pin(self.raw, decision, at=self.at, until=self.at.date() + days * DAY)
        now = self.standing()
        said = {event.kind for event in self.move(now)}
        untold = self.case is None or self.case.notified_at is None
        if now.finding is MET and untold:
            assert said <= {StepKind.WITHDRAW}

    @rule(days=st.integers(0, 30))
    def waive(self, days: int) -> None:
        self.waiver = exception(starts=self.at.date(), until=self.at.date() + days * DAY)
        now = self.standing()
        if now.finding is Finding.WAIVED:
            before = self.case
            kinds = [event.kind for event in self.move(now)]
            told = before is not None and before.active and before.notified_at is not None
            assert (StepKind.WAIVED in kinds) is told

    @rule()
    def end(self) -> None:
        self.waiver = None

    @rule()
    def mail_is_taken(self) -> None:
        if self.case is not None and self.case.opened_at is not None:
            self.case = notice_sent(self.case, self.under, self.at)[0]

    @invariant()
    def a_decision_that_is_over_or_of_something_else_decides_nothing(self) -> None:
        now = ruled(self.raw, MAPPED, self.pin, OWNER, self.at.date())
        by = self.pin
        fits = by is not None and fingerprint(self.raw) == by.fingerprint
        in_time = by is not None and self.at.date() <= by.until
        assert bool(now.decided_by) is (fits and in_time)
        if not now.decided_by and now.finding is NOT_MET:
            assert self.raw.finding is NOT_MET

    @invariant()
    def an_exception_lifts_the_verdict(self) -> None:
        now = self.standing()
        if now.finding is Finding.WAIVED:
            assert self.waiver is not None
            assert self.waiver.valid(self.at.date())
            assert combine([now]).value == "unknown"
            assert combine([now, finding(MET)]).value == "met"


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
