"""What another owner takes over, and what stays with the one before (ww-5.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.domain.label import Label
from monitor.domain.procedure import Procedure, ProcedureKind
from monitor.domain.site import Certification, Site, Standing
from tests.builders import DAY, site
from tests.contract.services_world import MARK, World, open_world
from tests.contract.test_services_procedures import (
    NEW,
    TODAY,
    applicant,
    begin,
    certified,
    changing,
    confirmed_breach,
    current,
    record,
    round_of,
    shop,
    standing,
    templates,
)

Open = Callable[..., World]


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label, on: Site) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *(labels or (MARK,)), on=on))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def hand_over(world: World) -> None:
    change = changing(world)
    world.deliver()
    record(world, change, "validated", to=NEW.member_id)


def why_closed(world: World, one: Procedure) -> str:
    step = world.do(lambda tx: tx.procedure_log(one.procedure_id))[-1]
    return f"{step.event} {step.data.get('because', '')}"


def tasks(world: World) -> list[str]:
    return [str(a.context["summary"]) for a in world.deliver() if a.template == "task"]


def test_an_ending_that_the_owner_before_announced_does_not_end_the_label_of_the_next(
    opened: Open,
) -> None:
    world = opened(on=certified(TODAY))
    ending = begin(world, ProcedureKind.ENDING, on=(TODAY + 10 * DAY).isoformat())
    hand_over(world)
    assert not current(world, ending).active
    assert why_closed(world, ending).startswith("closed KP-2026-000002")
    (said,) = tasks(world)
    assert said == (
        f"Closed with the owner before: {ending.procedure_id} (ending mark, announced)."
        " Begin it anew if it is still wanted."
    )
    round_of(world.after(20 * DAY))
    assert standing(world) is Standing.CERTIFIED
    again = begin(world, ProcedureKind.ENDING, on=(TODAY + 40 * DAY).isoformat())
    assert again.member_id == NEW.member_id


def test_an_application_of_the_owner_before_is_closed_and_its_label_watched_no_more(
    opened: Open,
) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    confirmed_breach(world)
    admission = begin(world, ProcedureKind.ADMISSION)
    hand_over(world)
    assert not current(world, one).active
    assert not current(world, admission).active
    assert shop(world).certifications == ()
    assert world.do(lambda tx: tx.due_rows("shop.example")) == []
    assert "application mark" in tasks(world)[0]
    again = begin(world, ProcedureKind.APPLICATION)
    assert (again.member_id, standing(world)) == (NEW.member_id, Standing.APPLICANT)


def test_the_watch_over_a_former_membership_does_not_follow_the_domain_to_another_owner(
    opened: Open,
) -> None:
    world = opened(on=certified(TODAY))
    ending = begin(world, ProcedureKind.ENDING, on=TODAY.isoformat())
    round_of(world.after(2 * DAY))
    assert standing(world) is Standing.ENDED
    hand_over(world)
    assert not current(world, ending).active
    assert standing(world) is None
    round_of(world.after(30 * DAY))
    assert standing(world) is None


def test_a_suspension_is_taken_over_with_the_label_until_staff_lift_it(opened: Open) -> None:
    world = opened(on=site(Certification("mark", Standing.SUSPENDED, TODAY)))
    hand_over(world)
    assert standing(world) is Standing.SUSPENDED
    assert ("labels@office.example", "task") not in templates(world.deliver())
