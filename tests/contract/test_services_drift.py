"""Drift over time: proposals that grow, two looks before anybody is asked, what staff decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.case import CaseState
from monitor.domain.finding import Finding
from monitor.domain.label import Mapped
from monitor.services.rescans import accept_baseline, forget_habits, reject_baseline
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from scanners.drift.evidence import DriftFacts, RoleFacts, Sentence
from scanners.drift.wording import sentences_of
from scanners.seal.evidence import SealFacts
from tests.builders import condition, label, site
from tests.contract.services_world import SHOP, World, open_world

URL = f"https://{SHOP}/"
TERM, SHORT = "U heeft 14 dagen bedenktijd.", "U heeft 7 dagen bedenktijd."
COSTS = "De kosten van de retourzending zijn voor ons."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FINDINGS = {
    "unchanged": Mapped(Finding.MET),
    "changed": Mapped(Finding.INCONCLUSIVE, review=True),
    "no_baseline": Mapped(Finding.NOT_APPLICABLE),
}


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    drift = condition("drift-1", uses="drift.material_change", findings=FINDINGS, remedy="RS")
    made = open_world(sqlite_template, tmp_path, label(drift))
    yield made
    made.store.close()


def seen(*lines: str) -> DriftFacts:
    read = sorted(sentences_of(lines).values(), key=lambda one: one.key)
    sentences = tuple(Sentence(one.skeleton, one.terms, one.text) for one in read)
    terms = RoleFacts("terms", (f"{URL}terms",), sentences=sentences)
    return DriftFacts(URL, URL, "Shop", ("nl",), ("terms",), (terms,))


def look(world: World, *lines: str, outcome: ScanOutcome = ScanOutcome.COMPLETE) -> World:
    now = world.after(HOUR).clock.now()
    pieces = (Evidence(seen(*lines), URL, now),) if lines else ()
    detail = {} if outcome is ScanOutcome.COMPLETE else {"reason": "It was cut short."}
    result = ScanResult(ScanKind.DRIFT, outcome, pieces, now, 0.5, 3, detail)
    world.apply(world.claim(ScanKind.DRIFT), result)
    return world


def accept(world: World, *, replace: bool = False) -> bool:
    now = world.clock.now()
    return world.do(lambda tx: accept_baseline(tx, site(), "anna", now, replace=replace))


def outcome(world: World) -> str:
    return world.verdict(condition_id="drift-1").outcome


def proposed(world: World) -> int:
    found = world.do(lambda tx: tx.proposed_baseline(SHOP))
    return 0 if found is None else len(found[0])


def test_a_proposal_grows_to_five_looks_at_the_same_shop(world: World) -> None:
    for count in (1, 2, 3, 4, 5, 5):
        assert proposed(look(world, TERM, COSTS)) == count
    assert proposed(look(world, SHORT, COSTS)) == 1


def test_a_change_asks_a_reviewer_after_the_second_look(world: World) -> None:
    look(world, TERM, COSTS)
    assert accept(world)
    assert outcome(look(world, TERM, COSTS)) == "unchanged"
    assert outcome(look(world, SHORT, COSTS)) == "seen_once"
    assert world.do(lambda tx: tx.cases()) == []
    assert world.due(ScanKind.DRIFT).ready_at <= world.clock.now() + DAY
    assert outcome(look(world, SHORT, COSTS)) == "changed"
    assert world.case().state is CaseState.AWAITING_REVIEW


def test_another_change_at_each_look_is_never_a_change(world: World) -> None:
    look(world, TERM, COSTS)
    accept(world)
    for days in (7, 6, 5, 4):
        said = f"U heeft {days} dagen bedenktijd."
        assert outcome(look(world, said, COSTS)) == "seen_once"
    assert world.do(lambda tx: tx.cases()) == []


def test_a_look_cut_short_keeps_the_suspicion(world: World) -> None:
    look(world, TERM, COSTS)
    accept(world)
    look(world, SHORT, COSTS)
    look(world, SHORT, outcome=ScanOutcome.PARTIAL)
    assert outcome(world) == "changed"
    look(world, outcome=ScanOutcome.UNREACHABLE)
    assert outcome(world) == "incomplete"
    assert outcome(look(world, SHORT, COSTS)) == "changed"


def test_what_comes_and_goes_is_excused_until_it_is_forgotten(world: World) -> None:
    tip = "Bestel vandaag en betaal geen verzendkosten."
    look(world, TERM)
    accept(world)
    for _ in range(2):
        assert outcome(look(world, TERM, tip)) == "seen_once"
        assert outcome(look(world, TERM)) == "unchanged"
    assert outcome(look(world, TERM, tip)) == "unchanged"
    now = world.clock.now()
    assert world.do(lambda tx: forget_habits(tx, site(), "anna", now)) == 1
    look(world, TERM)
    assert outcome(look(world, TERM, tip)) == "seen_once"
    assert world.do(lambda tx: forget_habits(tx, site(), "anna", now)) == 1
    assert world.do(lambda tx: forget_habits(tx, site(), "anna", now)) == 0


def test_accepted_drift_is_added_and_replaces_when_asked(world: World) -> None:
    look(world, TERM)
    accept(world)
    look(world, SHORT)
    assert accept(world)
    assert outcome(look(world, TERM)) == "unchanged"
    assert outcome(look(world, SHORT)) == "unchanged"
    assert accept(world, replace=True)
    assert outcome(look(world, TERM)) == "seen_once"
    assert not accept(world) or proposed(world) == 0


def test_a_rejected_proposal_leaves_the_change_told(world: World) -> None:
    look(world, TERM)
    accept(world)
    look(look(world, SHORT), SHORT)
    now = world.clock.now()
    assert world.do(lambda tx: reject_baseline(tx, site(), "anna", "not agreed", now))
    assert not world.do(lambda tx: reject_baseline(tx, site(), "anna", "again", now))
    assert not accept(world)
    assert outcome(look(world, SHORT)) == "changed"
    names = [entry.action for entry in world.do(lambda tx: tx.audit_log())]
    assert names.count("baseline_rejected") == 1


def test_pieces_that_are_no_observation_are_kept_as_they_are(world: World) -> None:
    now = world.after(HOUR).clock.now()
    piece = Evidence(SealFacts(URL, 1, complete=True, reason="x"), URL, now)
    for _ in range(2):
        result = ScanResult(ScanKind.DRIFT, ScanOutcome.COMPLETE, (piece,), now, 0.5, 3, {})
        world.apply(world.claim(ScanKind.DRIFT), result)
    assert proposed(world) == 1
    assert accept(world)
    assert proposed(look(world, TERM)) == 1
    assert accept(world)
    accepted = world.do(lambda tx: tx.baseline(SHOP))
    assert accepted is not None
    assert len(accepted.evidence) == 1
