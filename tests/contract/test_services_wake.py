"""Time passes for every case by itself: one that fails is put aside and stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.adapters.store.store import SqlTx
from monitor.domain.case import CaseState
from monitor.services.casework import ASIDE, Casework
from monitor.services.catalogue import Catalogue
from monitor.services.office_round import wake_all
from tests.builders import DAY, HOUR, label
from tests.contract.services_world import (
    CADENCES,
    JUDGES,
    OFFICE,
    Weekdays,
    World,
    on_page,
    open_world,
)

FIRST, SECOND = on_page("tz-3.1c"), on_page("tz-9.1")
# A placeholder that nobody closed: every message about it fails.
BROKEN = label(replace(FIRST, messages={"en": "{", "nl": "{"}), SECOND)


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    opened = open_world(sqlite_template, tmp_path, label(FIRST, SECOND))
    opened.look("nothing")
    opened.after(HOUR).look("nothing")
    opened.deliver()
    yield opened
    opened.store.close()


def broken() -> Casework:
    return Casework(Catalogue({"mark": BROKEN}, JUDGES, CADENCES, Weekdays()), OFFICE)


def wake(world: World, casework: Casework) -> int:
    return asyncio.run(wake_all(world.store, casework, world.clock.now()))


def test_a_case_that_fails_is_put_aside_and_the_others_go_on(world: World) -> None:
    assert wake(world.after(8 * DAY), broken()) == 1
    sent = [(a.template, a.context.get("condition_id")) for a in world.deliver()]
    assert sorted(sent) == [("ops", "tz-3.1c"), ("reminder", "tz-9.1")]
    assert wake(world.after(ASIDE / 2), broken()) == 0
    assert wake(world.after(ASIDE), broken()) == 1
    # One message a day is enough to look.
    assert world.deliver() == []
    assert wake(world.after(DAY), world.casework) == 0
    assert [a.template for a in world.deliver()] == ["reminder"]


def test_operations_hear_the_name_of_the_error_and_no_text_of_a_row(world: World) -> None:
    wake(world.after(8 * DAY), broken())
    (told,) = (a for a in world.deliver() if a.template == "ops")
    assert told.context["reasons"] == ["ValueError"]
    assert told.recipient == "ops@office.example"


def test_a_case_that_is_gone_or_over_is_left_alone(world: World) -> None:
    now = world.clock.now()

    def close(tx: SqlTx) -> None:
        (case, _) = tx.cases()
        tx.put_case(replace(case, state=CaseState.REMEDIED, closed_at=now), None)
        world.casework.wake_one(tx, case.case_id, now + 90 * DAY)
        world.casework.wake_one(tx, "KW-1999-000001", now)
        world.casework.put_aside(tx, "KW-1999-000001", "KeyError", now)

    world.do(close)
    assert world.deliver() == []
