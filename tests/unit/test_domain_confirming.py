"""Which bad looks confirm a breach whose last look must be made in a browser (C3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.case import Case, CaseState, advance, begin, next_look, wants_browser
from monitor.domain.confirming import recounted
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import Confirmation
from tests.builders import C1, C2, C3, DAY, HOUR, MONDAY, finding, rules

UNDER = rules(C3)
AFTER = (timedelta(0), HOUR, 6 * HOUR, DAY)


def bad(*, rendered: bool = False, review: bool = False) -> ConditionFinding:
    return replace(finding(confirm="C3", review=review), rendered=rendered)


def looked(*seen: tuple[timedelta, bool], review: bool = False) -> Case:
    """A case after bad looks at those times, each with a browser or without."""
    (_, first), *others = seen
    begun = bad(rendered=first, review=review)
    case, _ = begin("KW-1", "shop", begun, ("mark",), UNDER, MONDAY)
    for after, rendered in others:
        one = bad(rendered=rendered, review=review)
        case, _ = advance(case, one, ("mark",), UNDER, MONDAY + after)
    return case


def test_four_looks_without_a_browser_confirm_nothing() -> None:
    case = looked(*((after, False) for after in AFTER), (9 * HOUR + DAY, False))
    assert (case.state, len(case.observations)) == (CaseState.SUSPECTED, 3)
    assert wants_browser(case, UNDER)
    assert next_look(case, UNDER) == MONDAY + DAY


@pytest.mark.parametrize("earlier", [False, True])
def test_the_last_look_in_a_browser_confirms_whatever_the_others_were_made_with(
    earlier: bool,
) -> None:
    case = looked(*((after, earlier) for after in AFTER[:3]), (DAY, True))
    assert case.state is CaseState.OPEN
    assert not wants_browser(case, UNDER)


def test_looks_in_a_browser_before_the_last_do_not_stand_for_it() -> None:
    case = looked(*((after, True) for after in AFTER[:3]), (DAY, False))
    assert case.state is CaseState.SUSPECTED


def test_a_look_in_a_browser_that_comes_too_early_does_not_count() -> None:
    case = looked(*((after, False) for after in AFTER[:3]), (7 * HOUR, True))
    assert (case.state, len(case.observations)) == (CaseState.SUSPECTED, 3)


def test_a_candidate_goes_to_its_reviewer_after_the_look_in_a_browser() -> None:
    without = looked(*((after, False) for after in AFTER), review=True)
    assert without.state is CaseState.SUSPECTED
    found = looked(*((after, False) for after in AFTER[:3]), (DAY, True), review=True)
    assert found.state is CaseState.AWAITING_REVIEW


def test_a_row_that_waited_too_long_for_a_browser_begins_again() -> None:
    case = looked(*((after, False) for after in AFTER[:3]), (8 * DAY, False))
    assert case.observations == (MONDAY + 8 * DAY,)


def test_a_shorter_profile_is_not_met_by_looks_that_no_browser_made() -> None:
    case = looked(*((after, False) for after in AFTER[:3]))
    shorter = Confirmation("X", (timedelta(0), HOUR), last_rendered=True)
    under = rules(shorter)
    same, _ = advance(case, bad(), ("mark",), under, MONDAY + DAY)
    assert same.state is CaseState.SUSPECTED
    opened, _ = advance(case, bad(rendered=True), ("mark",), under, MONDAY + DAY)
    assert opened.state is CaseState.OPEN


def test_one_look_is_enough_when_it_is_the_one_in_a_browser() -> None:
    under = rules(Confirmation("X", last_rendered=True))
    waiting, _ = begin("KW-1", "shop", bad(), ("mark",), under, MONDAY)
    assert (waiting.state, waiting.observations) == (CaseState.SUSPECTED, ())
    assert wants_browser(waiting, under)
    opened, _ = begin("KW-1", "shop", bad(rendered=True), ("mark",), under, MONDAY)
    assert opened.state is CaseState.OPEN


def test_met_or_unseen_in_a_browser_begins_the_row_anew() -> None:
    case = looked(*((after, False) for after in AFTER[:3]))
    unseen = replace(finding(Finding.INCONCLUSIVE), rendered=True)
    assert advance(case, unseen, ("mark",), UNDER, MONDAY + DAY)[0].observations == ()
    met = replace(finding(Finding.MET), rendered=True)
    assert advance(case, met, ("mark",), UNDER, MONDAY + DAY)[0].state is CaseState.REMEDIED


MOMENTS = st.lists(
    st.integers(0, 400).map(lambda hours: MONDAY + hours * HOUR), max_size=8, unique=True
)


@given(MOMENTS.map(sorted), st.sampled_from([C1, C2, C3]), st.booleans())
def test_the_count_never_has_its_last_look_without_a_browser(
    moments: list[datetime], profile: Confirmation, rendered: bool
) -> None:
    *seen, at = [*moments, MONDAY + 401 * HOUR]
    counted = recounted(seen, at, profile, rendered=rendered)
    assert list(counted) == sorted(set(counted))
    assert len(counted) <= profile.observations
    if len(counted) == profile.observations and profile.last_rendered:
        assert rendered
        assert counted[-1] == at
