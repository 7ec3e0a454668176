"""Not seeing, by whose trouble: a member hears only of what his own site keeps from us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.finding import Finding
from monitor.domain.label import InconclusiveRule, Label
from scanners.api import ScanKind, ScanOutcome, ScanResult
from tests.builders import DAY, HOUR, condition, label
from tests.contract.services_world import MARK, SHOP, World, on_page, open_world, result

Open = Callable[..., World]
TO_ANNA, TO_STAFF, TO_OPS = "anna@shop.example", "labels@office.example", "ops@office.example"
UNREACHABLE, TLS = ScanOutcome.UNREACHABLE, ScanKind.TLS
OURS = (ScanOutcome.SCANNER_ERROR, ScanOutcome.ENGINE_ERROR, ScanOutcome.CANCELLED)


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *labels))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def steps(world: World) -> set[tuple[str, str]]:
    return set(world.said())


def refused(world: World, reason: str) -> ScanResult:
    seen = result("", ScanKind.CONTENT, ScanOutcome.NOT_PERMITTED, world.clock.now())
    return replace(seen, detail={"reason": reason})


@pytest.mark.parametrize("outcome", OURS)
def test_a_member_never_hears_of_trouble_of_our_own(opened: Open, outcome: ScanOutcome) -> None:
    world = opened().look("", outcome=outcome)
    for _ in range(5):
        world.after(20 * DAY).look("", outcome=outcome)
    alerts = world.deliver()
    assert TO_ANNA not in {a.recipient for a in alerts}
    (ticket,) = (a for a in alerts if a.step == "ticket")
    assert ticket.recipient == TO_STAFF
    assert ticket.context["reasons"] == [
        "tz-3.1c: The pages could not be read. (trouble of our own, not of the site)"
    ]


@pytest.mark.parametrize("outcome", OURS[:2])
def test_operations_hear_of_a_dead_engine_too(opened: Open, outcome: ScanOutcome) -> None:
    assert opened().look("", outcome=outcome).said() == [(TO_OPS, "ops")]


def test_what_our_settings_refuse_is_ours_and_what_robots_txt_refuses_is_theirs(
    opened: Open,
) -> None:
    for reason, told in (("10.0.0.1 is not public", False), ("robots.txt forbids us it", True)):
        world = opened()
        for _ in range(2):
            world.apply(world.claim(), refused(world, reason))
            world.after(21 * DAY)
        assert ((TO_ANNA, "tell_member") in steps(world)) is told
        world.store.close()


def test_our_own_trouble_starts_the_members_clock_anew(opened: Open) -> None:
    world = opened().look("", outcome=UNREACHABLE)
    world.after(DAY).look("", outcome=ScanOutcome.SCANNER_ERROR)
    world.after(25 * DAY).look("", outcome=UNREACHABLE)
    assert TO_ANNA not in {address for address, _ in world.said()}
    world.after(20 * DAY).look("", outcome=UNREACHABLE)
    assert world.said() == []
    world.after(DAY).look("", outcome=UNREACHABLE)
    assert world.said() == [(TO_ANNA, "tell_member")]
    world.after(DAY).look("found")
    assert world.said() == [(TO_STAFF, "seen_again")]
    assert world.do(lambda tx: tx.unassessed(SHOP)) == {}


def two_kinds() -> Label:
    return label(on_page("a"), condition("b", uses="title"))


def test_a_member_hears_of_his_own_part_alone(opened: Open) -> None:
    world = opened(two_kinds()).look("", outcome=UNREACHABLE)
    world.look("", ScanKind.DRIFT, ScanOutcome.SCANNER_ERROR)
    world.after(21 * DAY).look("", outcome=UNREACHABLE)
    (mail,) = (a for a in world.deliver() if a.recipient == TO_ANNA)
    assert mail.context["reasons"] == ["a: The pages could not be read."]


def test_a_look_that_fails_by_our_trouble_does_not_run_the_members_clock(opened: Open) -> None:
    world = opened(two_kinds()).look("", outcome=UNREACHABLE)
    for _ in range(3):
        world.after(10 * DAY).look("", ScanKind.DRIFT, ScanOutcome.SCANNER_ERROR)
    assert TO_ANNA not in {address for address, _ in world.said()}
    assert world.do(lambda tx: tx.unassessed(SHOP))["mark!member"].count == 1


def test_what_waits_for_something_our_trouble_hides_is_hidden_by_it_too(opened: Open) -> None:
    chain = label(
        condition("a", uses="title"),
        replace(on_page("b"), depends_on={"a": Finding.MET}),
        replace(on_page("c"), depends_on={"b": Finding.MET}),
    )
    world = opened(chain).look("", ScanKind.DRIFT, ScanOutcome.SCANNER_ERROR)
    for _ in range(3):
        world.after(15 * DAY).look("found")
    assert TO_ANNA not in {address for address, _ in world.said()}
    assert world.verdict(condition_id="c").outcome == "dependency"


def test_the_members_patience_is_that_of_the_conditions_rule(opened: Open) -> None:
    quick = InconclusiveRule(5, 99 * DAY, 2 * HOUR)
    world = opened(label(on_page(inconclusive=quick))).look("", outcome=UNREACHABLE)
    world.after(2 * HOUR).look("", outcome=UNREACHABLE)
    assert world.said() == [(TO_ANNA, "tell_member")]
    world.after(2 * HOUR).look("", outcome=UNREACHABLE)
    assert world.said() == []


def test_several_looks_of_our_trouble_wait_longer_and_longer(opened: Open) -> None:
    world = opened(MARK)
    waits = []
    for _ in range(2):
        world.look("", outcome=ScanOutcome.ENGINE_ERROR)
        waits.append(world.due().ready_at - world.clock.now())
        world.after(waits[-1])
    assert waits == [HOUR, 2 * HOUR]
