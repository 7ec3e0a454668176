"""Documents that wait for us: those who decide are reminded, operations after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.alert import Alert
from monitor.domain.attestation import AttestationState, Role
from monitor.domain.label import Label
from monitor.services.attestations import attest
from monitor.services.messages import Office
from monitor.services.papers_waiting import remind_deciders
from tests.builders import DAY, condition, label
from tests.contract.services_world import SHOP, World, on_page, open_world
from tests.unit.test_assess import YEARLY

PAPER = condition("tz-1.1", attestation=replace(YEARLY, decided_by=("finance",)))
MARK = label(on_page(), PAPER)
TEAMS = Office(
    staff={"finance": ("money@office.example",), "default": ("all@office.example",)},
    operations=("ops@office.example",),
)
Open = Callable[..., World]


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label, office: Office = TEAMS) -> World:
        given = labels or (MARK,)
        worlds.append(open_world(sqlite_template, tmp_path, *given, office=office))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def hand_in(world: World, state: AttestationState = AttestationState.UNDER_REVIEW) -> None:
    on, now = world.do(lambda tx: tx.site(SHOP)), world.clock.now()
    assert on is not None
    world.do(
        lambda tx: attest(
            tx,
            on,
            "tz-1.1",
            None,
            "ann",
            b"pdf",
            world.catalogue,
            now,
            role=Role.FINANCE,
            state=state,
        )
    )


def remind(world: World) -> list[Alert]:
    now, office = world.clock.now(), world.casework.office
    world.do(lambda tx: remind_deciders(tx, world.catalogue, office, now))
    return world.deliver()


def test_after_a_week_the_role_that_decides_is_reminded_once_and_the_member_is_not(
    opened: Open,
) -> None:
    world = opened()
    hand_in(world)
    assert remind(world.after(7 * DAY - DAY)) == []
    (said,) = remind(world.after(DAY))
    assert (said.recipient, said.template) == ("money@office.example", "task")
    assert said.context["reasons"] == ["shop.example: tz-1.1: waits since 2026-03-02 for finance"]
    assert remind(world.after(DAY)) == []


def test_the_second_time_operations_hear_of_it_too(opened: Open) -> None:
    world = opened()
    hand_in(world)
    remind(world.after(7 * DAY))
    again = remind(world.after(7 * DAY))
    assert sorted((a.recipient, a.template) for a in again) == [
        ("money@office.example", "task"),
        ("ops@office.example", "ops"),
    ]


def test_a_monitor_that_was_down_says_it_once(opened: Open) -> None:
    world = opened()
    hand_in(world)
    assert len(remind(world.after(100 * DAY))) == 2
    assert remind(world) == []


def test_without_anybody_who_decides_operations_hear_of_it_at_once(opened: Open) -> None:
    world = opened(office=Office(operations=("ops@office.example",)))
    hand_in(world)
    assert [a.recipient for a in remind(world.after(8 * DAY))] == ["ops@office.example"]


@pytest.mark.parametrize(("value", "days"), [(3, 3), (0, 7), ("soon", 7)])
def test_the_label_file_says_how_long_a_document_may_wait(
    opened: Open, value: object, days: int
) -> None:
    world = opened(label(PAPER, parameters={"document_review_days": value}))
    hand_in(world)
    assert remind(world.after((days - 1) * DAY)) == []
    assert len(remind(world.after(DAY))) == 1


def test_what_is_decided_voided_or_no_longer_asked_is_not_brought_to_mind(opened: Open) -> None:
    world = opened()
    hand_in(world)
    hand_in(world, AttestationState.ACCEPTED)
    assert remind(world.after(30 * DAY)) == []
    hand_in(world)
    world.do(lambda tx: tx.void_attestations(SHOP, world.clock.now()))
    assert remind(world.after(30 * DAY)) == []
    hand_in(world)
    world.do(lambda tx: tx.put_sites([replace(on, certifications=()) for on in tx.sites()]))
    assert remind(world.after(30 * DAY)) == []
