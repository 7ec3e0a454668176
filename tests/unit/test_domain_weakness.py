"""A weakness: two looks make it, two whole ones end it, a person's word outlives both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from monitor.domain.finding import Severity
from monitor.domain.weakness import (
    SET_ASIDE,
    STANDING,
    Again,
    Look,
    Sighting,
    Weakness,
    WeaknessState,
    decided,
    lapsed,
    missed,
    sighted,
)

NOW = datetime(2026, 11, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)
XSS = Sighting(
    "f" * 64, "zap", "40012", "Cross-site scripting", Severity.HIGH, "A03", "A05", "CWE-79",
    "https://shop.example/zoek?q=x", "/zoek", "GET", "q",
)  # fmt: skip
ACTIVE = Look("zap", "active-low", NOW, complete=True, rules={"40012"}, paths={"/zoek", "/"})


def known(state: WeaknessState = WeaknessState.OPEN, **more: object) -> Weakness:
    made = Weakness("s1", XSS, state, "active-low", NOW, NOW)
    return replace(made, **more)  # type: ignore[arg-type]


def test_new_then_open_then_resolved_after_two_whole_looks_then_reopened() -> None:
    one = sighted("s1", None, XSS, ACTIVE)
    assert (one.state, one.times, one.first_at) == (WeaknessState.NEW, 1, NOW)
    later = replace(ACTIVE, at=NOW + DAY)
    one = sighted("s1", one, XSS, later)
    assert (one.state, one.times, one.first_at, one.last_at) == (
        WeaknessState.OPEN, 2, NOW, NOW + DAY
    )  # fmt: skip
    one = missed(one, later)
    assert (one.state, one.misses) == (WeaknessState.OPEN, 1)
    one = missed(one, later)
    assert one.state is WeaknessState.RESOLVED
    assert missed(one, later) == one
    one = sighted("s1", one, XSS, later)
    assert (one.state, one.misses, one.stands) == (WeaknessState.REOPENED, 0, True)


@pytest.mark.parametrize(
    "look",
    [
        replace(ACTIVE, complete=False),
        replace(ACTIVE, engine="passive"),
        replace(ACTIVE, profile="baseline"),
        replace(ACTIVE, rules={"1"}),
        replace(ACTIVE, paths={"/"}),
    ],
)
def test_a_look_that_could_not_have_seen_it_says_nothing(look: Look) -> None:
    one = known(misses=1)
    assert missed(one, look) == one


@pytest.mark.parametrize(
    "look",
    [
        replace(ACTIVE, profile="active-medium"),
        replace(ACTIVE, rules=None),
        replace(ACTIVE, paths=None),
    ],
)
def test_a_look_that_could_have_counts(look: Look) -> None:
    assert missed(known(misses=1), look).state is WeaknessState.RESOLVED


def test_a_variant_of_a_rule_is_ended_by_the_rule() -> None:
    variant = known(misses=1, seen=replace(XSS, rule="40012-2"))
    assert missed(variant, ACTIVE).state is WeaknessState.RESOLVED
    assert missed(variant, replace(ACTIVE, rules={"2"})) == variant


def test_what_a_milder_look_shows_a_milder_look_can_end() -> None:
    one = sighted("s1", known(), XSS, replace(ACTIVE, profile="baseline"))
    assert one.profile == "baseline"
    assert missed(one, replace(ACTIVE, profile="baseline")).misses == 1


def test_a_sighting_in_between_begins_the_count_anew() -> None:
    one = sighted("s1", missed(known(), ACTIVE), XSS, ACTIVE)
    assert one.misses == 0


@pytest.mark.parametrize("state", sorted(SET_ASIDE))
def test_a_persons_word_outlives_sightings_and_misses_until_its_last_day(
    state: WeaknessState,
) -> None:
    until = (NOW + 30 * DAY).date()
    one = decided(known(), state, "rita", "looked", NOW, until)
    assert sighted("s1", one, XSS, ACTIVE).state is state
    assert missed(missed(one, ACTIVE), ACTIVE).state is state
    late = replace(ACTIVE, at=NOW + 31 * DAY)
    back = sighted("s1", one, XSS, late)
    assert (back.state, back.decided_by, back.until) == (WeaknessState.REOPENED, "", None)
    assert lapsed(one, until) == one
    assert lapsed(one, until + DAY).state is WeaknessState.REOPENED
    forever = decided(known(), state, "rita", "looked", NOW, None)
    assert lapsed(forever, until + 900 * DAY) == forever


def test_confirmed_stays_confirmed_and_needs_no_word_again_unless_it_was_gone() -> None:
    one = decided(known(), WeaknessState.CONFIRMED, "rita", "tried it", NOW, None)
    assert sighted("s1", one, XSS, ACTIVE).state is WeaknessState.CONFIRMED
    gone = missed(missed(one, ACTIVE), ACTIVE)
    back = sighted("s1", gone, XSS, ACTIVE)
    assert (back.state, back.decided_by) == (WeaknessState.REOPENED, "")


TWICE, ONCE, BLIND = (replace(XSS, again=again) for again in Again)


def test_a_second_look_is_remembered_until_it_is_gone_or_another_fails_to_see_it() -> None:
    one = sighted("s1", None, TWICE, ACTIVE)
    assert (one.verified, one.again) == (True, Again.VERIFIED)
    assert sighted("s1", one, XSS, ACTIVE).again is Again.VERIFIED
    assert sighted("s1", one, BLIND, ACTIVE).again is Again.VERIFIED
    assert sighted("s1", one, ONCE, ACTIVE).again is Again.NOT_SEEN
    gone = missed(missed(one, ACTIVE), ACTIVE)
    assert not sighted("s1", gone, XSS, ACTIVE).verified
    assert sighted("s1", gone, TWICE, ACTIVE).verified


@pytest.mark.parametrize(
    ("seen", "again"),
    [(XSS, None), (ONCE, Again.NOT_SEEN), (BLIND, Again.COULD_NOT), (TWICE, Again.VERIFIED)],
)
def test_the_first_sight_alone_verifies_nothing(seen: Sighting, again: Again | None) -> None:
    one = sighted("s1", None, seen, ACTIVE)
    assert one.again is again
    assert one.verified is (again is Again.VERIFIED)
    assert sighted("s1", one, ONCE, ACTIVE).verified is False


def test_an_unknown_profile_ends_nothing_that_a_known_one_showed() -> None:
    assert ACTIVE.could_see(known())
    assert not ACTIVE.could_see(known(profile="other"))


class Life(RuleBasedStateMachine):
    """Any order of sightings, misses, words and days."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.one = sighted("s1", None, XSS, ACTIVE)
        self.whole_misses = 0
        self.before = self.one

    @rule(complete=st.booleans(), shown=st.booleans(), profile=st.sampled_from(
        ["baseline", "active-low", "active-medium"]), rule_ran=st.booleans())  # fmt: skip
    def look(self, complete: bool, shown: bool, profile: str, rule_ran: bool) -> None:
        look = Look("zap", profile, self.at, complete, {"40012"} if rule_ran else set(), None)
        self.before = self.one
        if shown:
            self.one = sighted("s1", self.one, XSS, look)
            self.whole_misses = 0
        else:
            self.whole_misses += look.could_see(self.one)
            self.one = missed(self.one, look)

    @rule(state=st.sampled_from([*SET_ASIDE, WeaknessState.CONFIRMED, WeaknessState.OPEN]),
          days=st.integers(0, 60) | st.none())  # fmt: skip
    def word(self, state: WeaknessState, days: int | None) -> None:
        until = None if days is None else (self.at + days * DAY).date()
        self.before = self.one = decided(self.one, state, "rita", "why", self.at, until)
        self.whole_misses = 0

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.at += days * DAY
        self.before = self.one
        self.one = lapsed(self.one, self.at.date())

    @invariant()
    def it_is_gone_only_after_two_whole_looks_in_a_row(self) -> None:
        turned = self.one.state is WeaknessState.RESOLVED
        if turned and self.before.state is not WeaknessState.RESOLVED:
            assert self.whole_misses >= 2

    @invariant()
    def a_persons_word_is_never_lost_before_its_day(self) -> None:
        held = self.before.state in SET_ASIDE
        if held and (self.before.until is None or self.before.until >= self.at.date()):
            assert self.one.state is self.before.state

    @invariant()
    def every_state_either_stands_or_not(self) -> None:
        assert self.one.stands is (self.one.state in STANDING)
        assert self.one.first_at <= self.one.last_at


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
