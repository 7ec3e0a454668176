"""How far a running scan has come, as a person reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.services.scan_progress import Pace, shown

START = datetime(2026, 11, 21, 2, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_scan_that_tells_nothing_yet_has_a_phase_and_its_age() -> None:
    assert shown(Pace(START).told(None, after(4))) == "start, 0 requests, 4 s"


def test_what_is_left_of_a_phase_is_as_long_per_step_as_what_went() -> None:
    pace = Pace(START)
    pace.told({"phase": "spider", "done": 10, "total": 100}, after(2))
    word = {"phase": "active", "done": 0, "total": 9, "requests": 30}
    assert "eta_s" not in pace.told(word, after(60))
    told = pace.told({**word, "done": 3, "current": "SQL Injection", "requests": 40}, after(90))
    assert (told["elapsed_s"], told["eta_s"]) == (90, 60)
    line = shown(told)
    assert line == (
        "active 3 of 9 rules (SQL Injection), 40 requests, 90 s, active about 60 s more"
    )
    assert pace.requests == 40


def test_the_guess_of_an_engine_is_believed() -> None:
    told = Pace(START).told({"phase": "pages", "done": 1, "total": 4, "eta_s": 61.2}, after(1))
    assert shown(told) == "pages 1 of 4 pages, 0 requests, 1 s, pages about 61 s more"


@pytest.mark.parametrize("word", [{"done": 5, "total": 4}, {"done": "1", "total": 4}, {}])
def test_nothing_is_guessed_from_what_makes_no_sense(word: dict[str, object]) -> None:
    assert Pace(START).told({"phase": "pages", "eta_s": None, **word}, after(9))["eta_s"] is None


def test_a_spider_tells_a_share() -> None:
    line = shown({"phase": "spider", "done": 40, "total": 100, "requests": 12})
    assert line == "spider 40 %, 12 requests"
