"""Random weeks of one shop over the real store: what must hold after every step."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.alert import Audience
from monitor.domain.case import CONFIRMED, CaseState
from monitor.domain.finding import Finding
from monitor.services.rescans import rescan
from scanners.api import ScanKind, ScanOutcome
from tests.builders import DAY, HOUR, MINUTE, certified, condition, label, site
from tests.contract.services_world import CADENCES, SHOP, World, on_page, open_world

CONTENT, SEAL = ScanKind.CONTENT, ScanKind.SEAL
LABELS = (
    label(on_page(), condition("seal", uses="seal"), label_id="one"),
    label(on_page(), label_id="two"),
)
STEPS = st.one_of(
    st.tuples(
        st.just("look"), st.sampled_from(["nothing", "nothing", "nothing", "found", "other", ""])
    ),
    st.tuples(st.sampled_from(["seal", "deliver", "wake", "rescan", "lost"]), st.just("")),
)
GAPS = st.sampled_from([MINUTE, 30 * MINUTE, HOUR, DAY, 8 * DAY, 30 * DAY])


@contextmanager
def shop(template: Path) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        world = open_world(
            template, Path(folder), *LABELS, on=site(certified("one"), certified("two"))
        )
        try:
            yield world
        finally:
            world.store.close()


def take(world: World, step: str, text: str) -> None:
    match step:
        case "look":
            seen = ScanOutcome.COMPLETE if text else ScanOutcome.UNREACHABLE
            world.look(text, outcome=seen)
        case "seal":
            world.look("", SEAL)
        case "deliver":
            world.deliver()
        case "wake":
            world.do(lambda tx: world.casework.wake(tx, world.clock.now()))
        case "rescan":
            world.do(lambda tx: rescan(tx, site(), frozenset(), "anna", world.clock.now()))
        case _:
            world.claim()
            world.after(HOUR).do(lambda tx: tx.reap(world.clock.now()))


def holds(world: World, *, accused: bool) -> None:
    cases = world.do(lambda tx: tx.cases())
    active = [case for case in cases if case.active]
    assert len(active) <= 1
    assert all(case.labels == ("one", "two") for case in cases)
    now = world.clock.now()
    for row in world.rows(SHOP):
        assert row.lease_until is None
        assert row.ready_at <= now + CADENCES[row.kind]
    alerts = world.do(lambda tx: tx.alerts(SHOP, limit=500))
    notices = [a for a in alerts if a.step == "notice"]
    assert len(notices) <= len(cases)
    if not accused:
        told = {a.step for a in alerts if a.audience is Audience.MEMBER}
        assert told <= {"tell_member"}
    verdicts = {
        row.label_id: row.finding
        for row in world.do(lambda tx: tx.findings(SHOP))
        if row.condition_id == ""
    }
    assert len(set(verdicts.values())) <= 1 or Finding.INCONCLUSIVE in verdicts.values()
    if active and verdicts:
        state = active[0].state
        certain = Finding.NOT_MET if state in CONFIRMED else Finding.INCONCLUSIVE
        assert set(verdicts.values()) == {certain}
    else:
        assert Finding.NOT_MET not in verdicts.values()


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(STEPS, GAPS), max_size=14))
def test_whatever_happens_to_a_shop_it_is_accused_once_and_only_with_certainty(
    sqlite_template: Path, steps: list[tuple[tuple[str, str], timedelta]]
) -> None:
    row: list[timedelta] = []  # certain bad looks in a row, as time since the start
    accused = False
    passed = timedelta(0)
    with shop(sqlite_template) as world:
        start = world.clock.now()
        for (step, text), gap in steps:
            world.after(gap)
            take(world, step, text)
            passed = world.clock.now() - start
            if step == "look":
                row = [*row, passed] if text == "nothing" else []
                accused = accused or (len(row) > 1 and row[-1] - row[0] >= 30 * MINUTE)
            holds(world, accused=accused)
        world.deliver()
        assert all(case.state is not CaseState.OPEN for case in world.do(lambda tx: tx.cases()))
