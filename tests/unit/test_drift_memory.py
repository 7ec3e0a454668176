"""Suspicions and habits: what lasts two looks counts, what keeps coming and going does not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.drifting import HABITS_MAX, DriftMemory

ONE = {"k1": ("sentence:a", "sentence:b")}


def test_a_change_is_known_from_the_look_before() -> None:
    memory = DriftMemory().after(ONE, whole=True)
    assert memory.earlier == frozenset()
    assert memory.after(ONE, whole=True).earlier == {"k1"}


def test_what_comes_and_goes_twice_is_a_habit() -> None:
    memory = DriftMemory()
    for seen in (ONE, {}, ONE):
        memory = memory.after(seen, whole=True)
        assert memory.habits == frozenset()
    memory = memory.after({}, whole=True)
    assert memory.habits == {"sentence:a", "sentence:b"}
    assert memory.without_habits().habits == frozenset()


def test_a_look_that_saw_only_a_part_ends_no_suspicion() -> None:
    memory = DriftMemory().after(ONE, whole=True).after({}, whole=False)
    assert not memory.moves
    assert memory.earlier == {"k1"}
    assert memory.after(ONE, whole=True).earlier == {"k1"}


@given(
    st.lists(st.dictionaries(st.sampled_from("abcdef"), st.just(("f",)), max_size=4), max_size=9)
)
def test_what_stays_is_never_a_habit(looks: list[dict[str, tuple[str, ...]]]) -> None:
    memory = DriftMemory()
    for seen in looks:
        memory = memory.after({**seen, "stays": ("sentence:stays",)}, whole=True)
    assert "sentence:stays" not in memory.moves


def test_habits_are_bounded_and_the_most_frequent_stay() -> None:
    many = {f"k{n}": (f"f{n:05d}",) for n in range(3 * HABITS_MAX)}
    often = {"often": ("sentence:often",)}
    memory = DriftMemory()
    for seen in (often, {}, often, {}, many, {}):
        memory = memory.after(seen, whole=True)
    assert len(memory.moves) == HABITS_MAX
    assert memory.habits == {"sentence:often"}
