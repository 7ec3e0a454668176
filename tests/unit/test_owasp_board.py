"""The board of running looks: the last word counts, and memory is bounded."""

from __future__ import annotations

from scanners.owasp.board import RUNS_MAX, Board
from scanners.owasp.engine import Progress


def test_the_last_word_of_a_run_is_kept_and_others_do_not_touch_it() -> None:
    board = Board()
    assert board.of("a") is None
    board.tell("a", Progress("spider", 1, 9))
    board.tell("b", Progress("rules"))
    board.tell("a", Progress("spider", 2, 9, 30, "x", 4.5))
    assert board.of("a") == {
        "phase": "spider", "done": 2, "total": 9, "requests": 30, "current": "x", "eta_s": 4.5,
    }  # fmt: skip


def test_the_oldest_runs_are_forgotten() -> None:
    board = Board()
    for number in range(RUNS_MAX + 1):
        board.tell(str(number), Progress("spider"))
    assert board.of("0") is None
    assert board.of(str(RUNS_MAX)) is not None
