"""Labels and certifications that are gone: no verdict stays, the history does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.domain.finding import Finding
from monitor.domain.label import Label, When
from monitor.domain.site import Certification, Site, Standing
from monitor.services.catalogue import Catalogue
from monitor.services.standings import settle
from scanners.api import ScanKind, ScanOutcome
from tests.builders import DAY, HOUR, MONDAY, certified, condition, label, site
from tests.contract.services_world import (
    CADENCES,
    JUDGES,
    MARK,
    SHOP,
    Weekdays,
    World,
    on_page,
    open_world,
)

Open = Callable[..., World]
OTHER = label(on_page("o"), label_id="other")
# Like webwinkelkeur's ww-2.3: judged while certified, and of those that have ended.
SEALED = label(
    on_page(),
    condition("seal-1", uses="seal"),
    condition("ww-2.3", uses="seal", when=When(standing_any=("ended", "withdrawn"))),
)
SEAL = ScanKind.SEAL


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label, on: Site | None = None) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *labels, on=on))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def current(world: World) -> set[str]:
    return {row.label_id for row in world.do(lambda tx: tx.findings(SHOP))}


def hold(world: World, *certifications: Certification) -> Site:
    """Change what the shop holds, as an import does."""
    shop = replace(site(), certifications=certifications)
    world.do(lambda tx: tx.put_sites([shop]))
    return shop


def ended(days: int, standing: Standing = Standing.ENDED) -> Certification:
    since = (MONDAY - timedelta(days=days)).date()
    return Certification("mark", standing, since)


def without(world: World, label_id: str) -> Catalogue:
    labels: Mapping[str, Label] = {k: v for k, v in world.catalogue.labels.items() if k != label_id}
    return replace(world.catalogue, labels=labels)


def settled(world: World, catalogue: Catalogue | None = None) -> int:
    def work(tx: object) -> int:
        return settle(tx, tx.sites(), catalogue or world.catalogue, world.clock.now())  # type: ignore[arg-type, attr-defined]

    return world.do(work)


def test_the_verdict_of_a_label_whose_file_is_gone_is_closed_and_its_history_stays(
    opened: Open,
) -> None:
    world = opened(MARK, OTHER, on=site(certified(), certified("other"))).look("found")
    assert settled(world) == 0
    assert settled(world, without(world, "other")) == 1
    assert current(world) == {"mark"}
    numbers = world.do(lambda tx: tx.fleet(world.clock.now()))
    assert {label_id for label_id, _ in numbers.sites} == {"mark"}
    for condition_id in ("", "o"):
        history = world.do(lambda tx, c=condition_id: tx.intervals(SHOP, "other", c))  # type: ignore[misc]
        assert [row.finding for row in history] == [Finding.MET]


def test_a_removed_certification_leaves_no_verdict_and_no_ticket(opened: Open) -> None:
    world = opened(MARK, OTHER, on=site(certified(), certified("other")))
    for _ in range(3):
        world.look("", outcome=ScanOutcome.UNREACHABLE).after(HOUR)
    hold(world, certified("other"))
    assert settled(world) == 1
    assert set(world.do(lambda tx: tx.unassessed(SHOP))) == {"other", "other!member"}
    assert current(world) == {"other"}


def test_the_next_scan_closes_what_is_gone_as_well(opened: Open) -> None:
    world = opened(MARK, OTHER, on=site(certified(), certified("other"))).look("found")
    hold(world, certified("other"))
    world.look("found")
    assert current(world) == {"other"}


def test_a_label_that_comes_back_goes_on_with_its_history(opened: Open) -> None:
    world = opened().look("found")
    hold(world)
    settled(world)
    hold(world, certified())
    world.after(HOUR).look("found")
    history = world.do(lambda tx: tx.intervals(SHOP, "mark", ""))
    assert [row.looks for row in history] == [1, 1]


def test_an_ended_certification_keeps_the_verdict_of_what_is_still_judged(opened: Open) -> None:
    world = opened(SEALED, OTHER, on=site(certified(), certified("other"))).look("found")
    world.look("found", SEAL)
    over = Certification("other", Standing.ENDED, MONDAY.date())
    hold(world, ended(10), over)
    assert settled(world) == 1
    assert current(world) == {"mark"}
    world.look("found").look("found", SEAL)
    assert current(world) == {"mark"}
    assert world.verdict(condition_id="ww-2.3").finding is Finding.MET
    assert world.verdict(condition_id="seal-1").finding is Finding.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("days", "standing", "every"),
    [
        (0, Standing.CERTIFIED, 28 * DAY),
        (0, Standing.ENDED, DAY),
        (30, Standing.ENDED, DAY),
        (30, Standing.WITHDRAWN, DAY),
        (31, Standing.ENDED, 7 * DAY),
        (180, Standing.ENDED, 7 * DAY),
        (181, Standing.ENDED, 28 * DAY),
        (10, Standing.SUSPENDED, 28 * DAY),
    ],
)
def test_the_seal_is_looked_for_daily_then_weekly_after_the_end(
    days: int, standing: Standing, every: timedelta
) -> None:
    catalogue = Catalogue({"mark": SEALED}, JUDGES, {**CADENCES, SEAL: 28 * DAY}, Weekdays())
    shop = site(ended(days, standing))
    assert catalogue.cadence(shop, SEAL, MONDAY) == every
    assert catalogue.cadence(shop, ScanKind.CONTENT, MONDAY) == 7 * DAY
    assert (SEAL in catalogue.kinds(shop, MONDAY)) is (days <= 180)
    assert ("mark" in catalogue.assessed(shop, MONDAY)) is (days <= 180)


def test_without_a_date_of_the_end_the_setting_counts() -> None:
    catalogue = Catalogue({"mark": SEALED}, JUDGES, CADENCES, Weekdays())
    shop = site(certified("mark", Standing.ENDED))
    assert catalogue.cadence(shop, SEAL, MONDAY) == CADENCES[SEAL]
    assert SEAL in catalogue.kinds(shop, MONDAY)


def test_a_shorter_setting_is_not_made_longer() -> None:
    catalogue = Catalogue({"mark": SEALED}, JUDGES, {**CADENCES, SEAL: HOUR}, Weekdays())
    assert catalogue.cadence(site(ended(1)), SEAL, MONDAY) == HOUR


def test_an_end_makes_the_next_seal_look_come_within_a_day(opened: Open) -> None:
    world = opened(SEALED).look("found", SEAL)
    shop = hold(world, ended(0))
    assert shop.certifications[0].since == date(2026, 3, 2)
    settled(world)
    assert world.due(SEAL).ready_at <= world.clock.now() + DAY
    world.look("found", SEAL)
    assert world.clock.now() < world.due(SEAL).ready_at <= world.clock.now() + DAY
