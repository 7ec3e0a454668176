"""Two qualifying tests a year: counted per site, planned ahead, spread, and ours to miss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.metrics import Metrics
from monitor.domain.alert import Audience
from monitor.domain.consent import Consent, Control, ControlMethod, Level
from monitor.domain.label import Obligation, Trace
from monitor.domain.obligation import ObligationRow, ObligationState, judge_count
from monitor.domain.site import Certification, Site, Standing
from monitor.services import consents
from monitor.services.obligations import watch
from monitor.services.owasp_consent import counts
from monitor.services.owasp_plan import AGAIN, EVERY, FIRST_WITHIN, JITTER, REST, plan
from monitor.services.tx import Tx
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from scanners.owasp import evidence as seen_by
from tests.builders import ANNA, DAY, HOUR, MONDAY, condition, label, member, site
from tests.contract.services_world import OFFICE, ORDERS, SHOP, World, open_world

OWASP = ScanKind.OWASP
TODAY = MONDAY.date()
TWICE = Obligation("twice", Trace("f"), OWASP, "qualifying", 2, 365 * DAY, 200 * DAY, 0.7, 30 * DAY)
MARK = replace(label(condition("sec", uses="weak")), obligations=(TWICE,))
OK, WARN, OVERDUE = ObligationState.OK, ObligationState.WARN, ObligationState.OVERDUE
FLEET = 500


def held(name: str = SHOP, since: date | None = TODAY) -> Site:
    made = site(Certification("mark", Standing.CERTIFIED, since))
    return made if name == SHOP else replace(made, site_id=name, url=f"https://{name}.example/")


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    opened = open_world(sqlite_template, tmp_path, MARK, on=held())
    yield opened
    opened.store.close()


def allow(tx: Tx, one: Site) -> None:
    """Consent and control for two years."""
    days = (TODAY, TODAY + 720 * DAY)
    tx.add_consent(
        Consent(one.site_id, one.member_id, Level.ACTIVE_LOW, "O", "+31", "D", *days, "r", MONDAY)
    )
    tx.put_control(Control(one.site_id, "token", MONDAY, ControlMethod.DNS, MONDAY))


def hour(world: World) -> list[str]:
    """What the office does in an hour; the sites whose tests it ordered."""
    now = world.clock.now()

    def work(tx: Tx) -> list[str]:
        watch(tx, world.catalogue, OFFICE, now)
        plan(tx, world.catalogue, ORDERS, now)
        return [one.site_id for one in tx.sites() if tx.order(one.site_id) is not None]

    return world.do(work)


# Computed per site


@given(
    since=st.integers(0, 800), tests=st.lists(st.integers(0, 800), max_size=6)
)  # fmt: skip
def test_the_duty_is_missed_exactly_when_one_of_its_words_is_broken(
    since: int, tests: list[int]
) -> None:
    """Ages in days: two within 365, the newest at most 200 old, the first within 30."""
    state = judge_count(
        TWICE, [TODAY - n * DAY for n in tests], TODAY - since * DAY, TODAY
    ).state  # fmt: skip
    in_a_year = sum(age <= 365 for age in tests)
    if not tests:
        assert (state is OVERDUE) is (since > 30)
        return
    too_old = min(tests) > 200
    # In the first year one is enough; two are owed once a whole year has passed.
    too_few = in_a_year < 2 and (since > 365 or len(tests) >= 2)
    # Who was admitted a short while ago has time, whatever was tested before.
    assert (state is OVERDUE) is (since > 30 and (too_old or too_few))


@given(
    phase=st.floats(0, 1), shares=st.lists(st.floats(0, 1), min_size=8, max_size=8),
    late=st.lists(st.integers(0, 10), min_size=9, max_size=9), first=st.floats(0, 1),
)  # fmt: skip
def test_a_plan_that_is_kept_within_ten_days_never_misses_the_duty(
    phase: float, shares: list[float], late: list[int], first: float
) -> None:
    at = FIRST_WITHIN * first + late[0] * DAY
    tests = [TODAY + timedelta(days=at.days)]
    for share, delay in zip(shares, late[1:], strict=True):
        tests.append(tests[-1] + timedelta(days=(EVERY - JITTER + JITTER * 2 * share).days + delay))
    for day in range((tests[-1] - TODAY).days):
        today = TODAY + day * DAY
        done = [one for one in tests if one <= today]
        assert judge_count(TWICE, done, TODAY, today).state is not OVERDUE


# Planned ahead with spread


def test_a_fleet_admitted_in_one_day_is_tested_evenly_and_again_in_its_turn(world: World) -> None:
    sites = [held(f"s{number:03d}") for number in range(FLEET - 1)]

    def fill(tx: Tx) -> None:
        tx.put_sites(sites)
        for one in (*sites, held()):
            allow(tx, one)

    world.do(fill)
    days: list[Counter[int]] = [Counter(), Counter()]
    tested: dict[str, int] = {}
    hour(world)
    for day in (*range(1, 22), *range(139, 184)):
        world.clock.at = MONDAY + day * DAY
        for name in world.do(lambda tx, d=day: _ordered(tx, world, d)):  # type: ignore[misc]
            before = tested.get(name)
            assert before is None or 140 <= day - before <= 161
            days[before is not None][day] += 1
            tested[name] = day
    assert [each.total() for each in days] == [FLEET, FLEET]
    first, again = days
    # 25 a day in the mean, with five standard deviations of a fair draw to either side.
    assert (min(first), max(first)) == (1, 20)
    assert all(5 <= first[day] <= 50 for day in range(1, 21))
    # The second ones are twice as far apart: a day in two, by the day on which we look here.
    assert max(again.values()) <= 50
    assert max(again) - min(again) >= 35


def _ordered(tx: Tx, world: World, day: int) -> list[str]:
    """Plan as the office does, and take every test that was ordered as done."""
    at = MONDAY + day * DAY
    found = []
    while plan(tx, world.catalogue, ORDERS, at):
        names = [one.site_id for one in tx.sites()]
        ordered = [name for name in names if tx.order(name) is not None]
        for name in ordered:
            tx.drop_order(name)
            tx.note_done(name, "mark", "twice", at)
        found += ordered
    return found


def test_a_second_label_has_its_own_first_test(world: World) -> None:
    other = replace(MARK, label_id="other")
    catalogue = replace(world.catalogue, labels={"mark": MARK, "other": other})
    both = replace(
        held(),
        certifications=(
            Certification("mark", Standing.CERTIFIED, TODAY - 300 * DAY),
            Certification("other", Standing.CERTIFIED, TODAY - 25 * DAY),
        ),
    )

    def work(tx: Tx) -> int:
        tx.put_sites([both])
        allow(tx, both)
        tx.note_done(SHOP, "mark", "twice", MONDAY - 30 * DAY)
        return plan(tx, catalogue, ORDERS, MONDAY)

    assert world.do(work) == 1


@pytest.mark.parametrize(
    ("profile", "pause"), [("active-low", AGAIN), ("baseline", REST)], ids=["attack", "visit"]
)
def test_a_test_that_did_not_qualify_is_not_repeated_every_hour(
    world: World, profile: str, pause: timedelta
) -> None:
    long_known = ObligationRow(SHOP, "mark", "twice", OVERDUE, MONDAY - 100 * DAY, MONDAY)
    world.do(lambda tx: tx.put_sites([held(since=TODAY - 100 * DAY)]))
    world.do(lambda tx: tx.put_obligation(long_known))
    world.do(lambda tx: allow(tx, held()))
    facts = seen_by.OwaspFacts(
        seen_by.Engine("zap", "2", 3), profile, (), seen_by.Coverage(10, 2, 0.2)
    )
    evidence = (Evidence(facts, "https://a.example/", MONDAY),)
    detail = {"reason": "cut short"}
    cut = ScanResult(OWASP, ScanOutcome.PARTIAL, evidence, MONDAY, 60.0, 99, detail)
    world.apply(world.claim(OWASP), cut)
    ordered = []
    while world.clock.now() < MONDAY + pause:
        ordered += hour(world)
        world.after(6 * HOUR)
    assert ordered == []
    assert hour(world) == [SHOP]


# Shown in metrics


def test_the_states_of_the_duty_and_the_want_of_consent_are_in_the_metrics(world: World) -> None:
    shown = Metrics("1")
    world.do(lambda tx: tx.put_sites([held("late", TODAY - 100 * DAY)]))
    hour(world)

    def refresh(tx: Tx) -> None:
        now = world.clock.now()
        shown.show_consents(counts(tx, world.catalogue, now))
        shown.refresh(tx.fleet(now), tx.beats(), tx.counters(), tx.valve(), now)

    world.do(refresh)
    text = shown.render().decode()
    assert 'keurwacht_obligations{obligation="twice",state="ok"} 1.0' in text
    assert 'keurwacht_obligations{obligation="twice",state="overdue"} 1.0' in text
    assert 'keurwacht_scan_consents{state="no_consent"} 2.0' in text
    assert 'keurwacht_scan_consents{state="unknown_no_consent"} 1.0' in text


# An overdue one is told to operations, once


def test_an_overdue_test_is_told_once_and_to_operations_alone(world: World) -> None:
    world.do(lambda tx: tx.put_members([member(contacts=(ANNA,))]))
    told = []
    for _ in range(4 * 60):
        hour(world)
        told += [(a.audience, a.recipient, a.step.partition(":")[0]) for a in world.deliver()]
        world.after(6 * HOUR)
    assert told == [
        (Audience.OPERATIONS, "ops@office.example", "warn"),
        (Audience.OPERATIONS, "ops@office.example", "overdue"),
    ]


def test_a_missed_test_says_nothing_to_the_member_even_with_consent(world: World) -> None:
    made = consents.propose(
        held(), Level.ACTIVE_LOW, ("O", "+31", "D"), (TODAY, TODAY + 9 * DAY), "r", MONDAY
    )
    world.do(lambda tx: consents.record(tx, held(), made, MONDAY))
    world.after(60 * DAY)
    hour(world)
    assert {a.audience for a in world.deliver()} == {Audience.OPERATIONS}
