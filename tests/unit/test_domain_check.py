"""The standing order: a grid that never drifts, spread evenly, the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.check import EPOCH, Check, check_for, next_due, phase_of
from scanners.api import ScanKind
from tests.builders import DAY, HOUR, MONDAY

CADENCES = st.sampled_from([timedelta(minutes=7), HOUR, DAY, 7 * DAY, 30 * DAY, 150 * DAY])
MOMENTS = st.integers(0, 5 * 366 * 86_400 * 1_000_000).map(
    lambda micros: MONDAY + timedelta(microseconds=micros)
)
CHECKS = st.builds(check_for, st.text(max_size=20), st.sampled_from(ScanKind), CADENCES)


@given(CHECKS, MOMENTS)
def test_next_due_is_the_first_moment_of_the_grid_after_now(check: Check, now: datetime) -> None:
    due = next_due(check, now)
    assert now < due <= now + check.cadence
    assert (due - EPOCH - check.phase) % check.cadence == timedelta(0)


@given(CHECKS, MOMENTS, st.integers(1, 400))
def test_a_row_of_rounds_never_drifts(check: Check, now: datetime, late_s: int) -> None:
    first = next_due(check, now)
    due = first
    for _ in range(5):
        late = timedelta(seconds=late_s) if timedelta(seconds=late_s) < check.cadence else HOUR * 0
        due = next_due(check, due + late)
    assert due == first + 5 * check.cadence


@given(CHECKS, MOMENTS, st.integers(1, 50))
def test_missed_rounds_become_one(check: Check, now: datetime, missed: int) -> None:
    first = next_due(check, now)
    assert next_due(check, first + missed * check.cadence) == first + (missed + 1) * check.cadence


def test_on_the_grid_itself_the_next_round_is_a_whole_cadence_away() -> None:
    check = Check("shop", ScanKind.TLS, DAY, 9 * HOUR)
    assert next_due(check, MONDAY) == MONDAY + DAY
    assert next_due(check, MONDAY - timedelta(microseconds=1)) == MONDAY


@given(st.text(max_size=40), st.sampled_from(ScanKind), CADENCES)
def test_a_phase_lies_within_the_cadence(site_id: str, kind: ScanKind, cadence: timedelta) -> None:
    phase = phase_of(site_id, kind, cadence)
    assert timedelta(0) <= phase < cadence
    assert phase.microseconds == 0


@pytest.mark.parametrize("kind", [ScanKind.CERTIFICATE, ScanKind.CONTENT])
def test_phases_spread_evenly_over_the_fleet(kind: ScanKind) -> None:
    cadence, cells, sites = 7 * DAY, 20, 10_000
    filled = [0] * cells
    for number in range(sites):
        share = phase_of(f"shop-{number}.example", kind, cadence) / cadence
        filled[int(share * cells)] += 1
    expected = sites / cells
    assert all(0.8 * expected < count < 1.2 * expected for count in filled)


def test_kinds_of_one_site_do_not_share_a_phase() -> None:
    assert len({phase_of("shop.example", kind, 7 * DAY) for kind in ScanKind}) == len(ScanKind)


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_a_phase_is_the_same_in_another_process_with_another_hash_seed(seed: str) -> None:
    code = (
        "from datetime import timedelta; from scanners.api import ScanKind;"
        "from monitor.domain.check import phase_of;"
        "print([phase_of('shop.example', k, timedelta(days=7)).total_seconds() for k in ScanKind])"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout
    here = [phase_of("shop.example", kind, 7 * DAY).total_seconds() for kind in ScanKind]
    assert told.strip() == str(here)
