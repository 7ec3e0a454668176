"""``complete`` is earned; everything else is said."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.api import ScanOutcome
from scanners.owasp.evidence import RuleRun
from scanners.owasp.zap.outcome import ALLOWED_SKIPS, Attack, Ending, judge

DONE = RuleRun("40012", "XSS", "Complete", True, 10)
GOOD = Ending(
    visited=10, spidered=True, passive_left=0, answered=100, unanswered=0, throttled=0,
    recent=(200,) * 60, attack=Attack("FINISHED", 100, (DONE,)),
)  # fmt: skip


def rule(state: str) -> RuleRun:
    return RuleRun("40018", "SQL", state, True, 1)


def test_a_scan_that_ended_well_is_complete_with_and_without_attack() -> None:
    assert judge(GOOD) == (ScanOutcome.COMPLETE, "")
    assert judge(dataclasses.replace(GOOD, attack=None)) == (ScanOutcome.COMPLETE, "")


@pytest.mark.parametrize("reason", ALLOWED_SKIPS)
def test_a_rule_that_had_nothing_to_do_does_not_spoil_the_scan(reason: str) -> None:
    attack = Attack("FINISHED", 100, (DONE, rule(f"Skipped, {reason}.")))
    assert judge(dataclasses.replace(GOOD, attack=attack))[0] is ScanOutcome.COMPLETE


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        pytest.param({"spidered": False}, "spider", id="spider stopped"),
        pytest.param({"passive_left": 3}, "3 answers", id="passive queue not empty"),
        pytest.param({"attack": Attack("FINISHED", 8, (DONE,))}, "8 %", id="stopped by us"),
        pytest.param({"attack": Attack("RUNNING", 100, (DONE,))}, "running", id="not finished"),
        pytest.param({"attack": Attack("LOST", 0)}, "lost", id="forgotten by ZAP"),
        pytest.param({"attack": Attack("FINISHED", 100, ())}, "no active rule", id="no rules"),
        pytest.param(
            {"attack": Attack("FINISHED", 100, (rule("Skipped, exceeded max scan time."),))},
            "40018", id="time over",
        ),
        pytest.param(
            {"attack": Attack("FINISHED", 100, (rule("Skipped, by user action."),))},
            "40018", id="rule stuck",
        ),
        pytest.param({"attack": Attack("FINISHED", 100, (rule("Pending"),))}, "Pending", id="p"),
        pytest.param({"recent": (200,) * 55 + (0,) * 5}, "died", id="no answer at the end"),
        pytest.param({"unanswered": 40}, "died", id="many without answer"),
        pytest.param({"throttled": 30}, "throttled", id="429"),
        pytest.param({"troubles": ("blocked: 403",)}, "blocked", id="a trouble on the way"),
    ],
)  # fmt: skip
def test_what_went_wrong_makes_it_partial_and_is_named(
    changes: dict[str, object], word: str
) -> None:
    outcome, reason = judge(dataclasses.replace(GOOD, **changes))  # type: ignore[arg-type]
    assert outcome is ScanOutcome.PARTIAL
    assert word in reason


def test_a_site_that_never_answered_was_not_reached() -> None:
    ending = dataclasses.replace(GOOD, visited=0, answered=0, unanswered=4, recent=(0,) * 4)
    assert judge(ending)[0] is ScanOutcome.UNREACHABLE


STATES = st.sampled_from(["Complete", "Pending", "42%", "Skipped", "Skipped, by user action."])
ENDINGS = st.builds(
    Ending,
    visited=st.integers(0, 3),
    spidered=st.booleans(),
    passive_left=st.integers(0, 2),
    answered=st.integers(0, 50),
    unanswered=st.integers(0, 20),
    throttled=st.integers(0, 20),
    recent=st.lists(st.sampled_from([0, 200, 429]), max_size=10).map(tuple),
    attack=st.none()
    | st.builds(
        Attack,
        state=st.sampled_from(["FINISHED", "RUNNING", "PAUSED", "LOST"]),
        progress=st.integers(0, 100),
        rules=st.lists(STATES.map(rule), max_size=4).map(tuple),
    ),
    troubles=st.lists(st.just("x"), max_size=2).map(tuple),
)


@given(ENDINGS)
def test_complete_always_means_that_all_of_it_was_done(ending: Ending) -> None:
    outcome, reason = judge(ending)
    assert bool(reason) == (outcome is not ScanOutcome.COMPLETE)
    if outcome is ScanOutcome.COMPLETE:
        assert ending.visited
        assert ending.spidered
        assert not ending.passive_left
        assert not ending.troubles
        if ending.attack is not None:
            assert (ending.attack.state, ending.attack.progress) == ("FINISHED", 100)
            assert all(run.state == "Complete" for run in ending.attack.rules)
