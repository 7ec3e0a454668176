"""Whose shop it is, and a mark shown without a right: who hears of it, and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.case import CaseState
from monitor.domain.check import PRIORITY_CONFIRM
from monitor.domain.finding import Finding
from monitor.domain.label import Label, Mapped, Seal, When
from monitor.domain.procedure import ProcedureKind
from monitor.domain.site import Certification, Standing
from monitor.policy.conditions.seal import JUDGES as SEAL_JUDGES
from monitor.policy.judge import Judge
from monitor.services.messages import MISUSE_REASON
from monitor.services.rescans import accept_baseline
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from scanners.drift.evidence import DriftFacts, RoleFacts
from scanners.seal.evidence import Reference, SealFacts
from tests.builders import ANNA, DAY, FINDINGS, HOUR, MONDAY, condition, label, site
from tests.contract.services_world import JUDGES, SHOP, World, on_page, open_world
from tests.unit.test_scheme_shipped import LABELS as SHIPPED

LABELS = "labels@office.example"
URL = f"https://{SHOP}/"
Open = Callable[..., World]
OTHER_OWNER = replace(
    on_page("ww-5.1", confirm="C0"),
    findings={**FINDINGS, "other_number": replace(FINDINGS["other_number"], reason="owner_change")},
)
DRIFTING = label(OTHER_OWNER, condition("drift", uses="title", confirm="C0", remedy="RS"))


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label, **given: object) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *labels, **given))  # type: ignore[arg-type]
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def drift(world: World, number: str, title: str = "Shop") -> World:
    """A drift scan of a shop that states that number."""
    role = RoleFacts("contact", (f"{URL}contact",), (f"kvk:{number}",))
    facts = DriftFacts(URL, URL, title, ("nl",), ("contact",), (role,))
    now = world.clock.now()
    seen = (Evidence(facts, URL, now, title),)
    world.apply(
        world.claim(ScanKind.DRIFT),
        ScanResult(ScanKind.DRIFT, ScanOutcome.COMPLETE, seen, now, 0.5, 3, {}),
    )
    return world


def test_another_owner_seen_by_drift_is_looked_at_at_once_and_staff_get_one_task(
    opened: Open,
) -> None:
    world = drift(opened(DRIFTING).look("found"), "30198127")
    world.do(lambda tx: accept_baseline(tx, site(), "staff", MONDAY))
    drift(world.after(HOUR), "30198127", "Sale")
    assert world.said() == [(LABELS, "staff-review")]
    world.look("found")
    # The earlier change still waits for its reviewer; another number does not.
    drift(world.after(HOUR), "11111111", "Sale")
    now = world.clock.now()
    assert (world.due().ready_at, world.due().priority) == (now, PRIORITY_CONFIRM)
    world.look("other")
    (change,) = world.do(lambda tx: tx.procedures(SHOP, ProcedureKind.OWNER_CHANGE))
    assert change.active
    tasks = [a for a in world.deliver() if a.template == "task"]
    assert [a.recipient for a in tasks] == [LABELS]
    drift(world.after(HOUR), "11111111", "Sale").look("other")
    assert [a for a in world.deliver() if a.template == "task"] == []


def test_a_change_that_tells_nothing_of_the_owner_hastens_nothing_twice(opened: Open) -> None:
    world = drift(opened(DRIFTING).look("found"), "30198127")
    world.do(lambda tx: accept_baseline(tx, site(), "staff", MONDAY))
    drift(world.after(HOUR), "30198127", "Sale").look("found")
    drift(world.after(HOUR), "30198127", "Sale")
    assert world.due().ready_at > world.clock.now()


# A mark shown without a right

MISUSE = {
    "entitled_shown": Mapped(Finding.MET),
    "not_shown": Mapped(Finding.MET),
    "shown_without_right": Mapped(Finding.NOT_MET, reason="misuse"),
    "incomplete": Mapped(Finding.INCONCLUSIVE),
}
SEALED = replace(
    label(
        condition(
            "seal-1",
            uses="seal",
            findings=MISUSE,
            confirm="C1",
            when=When(standing_any=tuple(Standing)),
        )
    ),
    seal=Seal(hosts=("label.example",)),
)
REAL: dict[str, Judge] = {**JUDGES, "seal": next(j for j in SEAL_JUDGES if "entitle" in j.name)}


def sealed(opened: Open, standing: Standing) -> World:
    """A shop of that standing, judged by the judge of the mark itself."""
    world: World = opened(SEALED, on=site(Certification("mark", standing, MONDAY.date() - DAY)))
    catalogue = replace(world.catalogue, judges=REAL)
    casework = replace(world.casework, catalogue=catalogue)
    application = replace(world.application, catalogue=catalogue, casework=casework)
    return replace(world, application=application)


def mark(world: World, *, shown: bool) -> World:
    """A look at the mark of the shop."""
    found = Reference("script", "https://label.example/w.js", "label.example", "", URL)
    facts = SealFacts(URL, 20, complete=True, reason="", references=(found,) if shown else ())
    now = world.clock.now()
    seen = (Evidence(facts, URL, now, ""),)
    world.apply(
        world.claim(ScanKind.SEAL),
        ScanResult(ScanKind.SEAL, ScanOutcome.COMPLETE, seen, now, 0.5, 3, {}),
    )
    return world


@pytest.mark.parametrize(
    "standing", [Standing.SUSPENDED, Standing.ENDED, Standing.WITHDRAWN, Standing.APPLICANT]
)
def test_staff_hear_once_of_a_mark_that_is_shown_without_a_right(
    opened: Open, standing: Standing
) -> None:
    world = mark(sealed(opened, standing), shown=True)
    assert world.said() == []
    said = []
    for _ in range(4):
        mark(world.after(DAY), shown=True)
        said += world.said()
    assert said.count((LABELS, "staff-notice")) == 1
    applies = standing is Standing.APPLICANT
    assert {who for who, step in said if step == "notice"} == (set() if applies else {ANNA.email})
    for _ in range(3):
        mark(world.after(DAY), shown=False)
    assert world.case().state is CaseState.REMEDIED
    assert (LABELS, "staff-closing") in world.said()


def test_staff_hear_nothing_of_a_mark_that_may_be_shown(opened: Open) -> None:
    world = sealed(opened, Standing.CERTIFIED)
    for _ in range(3):
        mark(world.after(DAY), shown=True)
    assert world.said() == []
    assert world.do(lambda tx: tx.cases()) == []


@pytest.mark.parametrize(
    ("name", "condition_id", "outcome"),
    [
        ("thuiswinkel-zakelijk", "seal-1", "shown_without_right"),
        ("thuiswinkel-waarborg", "seal-1", "shown_without_right"),
        ("becommerce-b2c", "seal-1", "shown_without_right"),
        ("webwinkelkeur", "seal-1", "shown_without_right"),
        ("webwinkelkeur", "ww-2.3", "still_shown"),
    ],
)
def test_the_label_files_call_it_misuse(name: str, condition_id: str, outcome: str) -> None:
    shipped = SHIPPED[name].condition(condition_id)
    assert shipped is not None
    assert shipped.findings[outcome].reason == MISUSE_REASON
