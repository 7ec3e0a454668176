"""The end of a case reaches those who heard of its beginning, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.case import CaseState
from tests.builders import ANNA, DAY, TECH, label, member
from tests.contract.services_world import World, on_page, open_world

LABELS = "labels@office.example"
SHOP = label(on_page(confirm="C0"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def mended(world: World) -> list[tuple[str, str]]:
    """Two good looks a day apart; what is said then."""
    world.after(DAY).look("found").after(DAY).look("found")
    assert world.case().state is CaseState.REMEDIED
    return world.said()


def test_staff_who_were_told_for_want_of_a_contact_hear_that_it_is_mended(
    sqlite_template: Path, folder: Path
) -> None:
    world = open_world(sqlite_template, folder, SHOP, of=member(contacts=()))
    world.look("nothing")
    assert world.said() == [(LABELS, "staff-notice")]
    world.do(lambda tx: tx.put_members([member(contacts=(ANNA,))]))
    assert mended(world) == [(LABELS, "staff-closing")]
    world.store.close()


def test_a_contact_of_after_the_notice_hears_nothing_of_its_end(
    sqlite_template: Path, folder: Path
) -> None:
    world = open_world(sqlite_template, folder, SHOP, of=member(contacts=(ANNA,)))
    world.look("nothing")
    assert world.said() == [(ANNA.email, "notice")]
    world.do(lambda tx: tx.put_members([member(contacts=(TECH,))]))
    assert mended(world) == []
    world.store.close()


def test_nobody_hears_of_the_end_of_what_nobody_was_told(
    sqlite_template: Path, folder: Path
) -> None:
    world = open_world(sqlite_template, folder, SHOP, of=member(contacts=()))
    world.look("nothing")
    assert mended(world) == []
    world.store.close()
