"""What the fleet has in common excuses what one more member takes on, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.policy.drifting.common import (
    ARRIVED_MIN,
    MEMBERS_MIN,
    WINDOW,
    Arrival,
    common_features,
    shareable,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
HOTJAR = "script_host:till:hotjar.com"
FEATURES = st.sampled_from(
    [HOTJAR, "script:open:cdn.x/a.js", "style_host:till:x.nl", "risk:till:obfuscated:inline:1",
     "target_host:till:evil.io", "base:open:evil.io", "frame_host:till:evil.io",
     "script:till:/own.js", "header:/:x-frame-options"]
)  # fmt: skip
SITES = st.frozensets(st.integers(0, 400).map(str), max_size=40)


def arrivals(count: int, *, vendor: bool = True, at: datetime = NOW) -> list[Arrival]:
    return [Arrival(HOTJAR, str(site), at, vendor) for site in range(count)]


@pytest.mark.parametrize(
    "feature",
    ["risk:till:obfuscated:inline:1", "target_host:till:x.nl", "frame_host:till:x.nl",
     "base:till:x.nl", "header:/:x", "script:till:/own.js", "script_host:till:", "script:"],
)  # fmt: skip
def test_what_takes_data_or_is_the_shops_own_is_never_common(feature: str) -> None:
    assert not shareable(feature)
    assert common_features({feature: frozenset(map(str, range(900)))}, 1_000) == frozenset()


def test_one_in_a_hundred_and_at_least_three_make_it_common() -> None:
    sites = frozenset(map(str, range(12)))
    assert common_features({HOTJAR: sites}, 1_200) == {HOTJAR}
    assert common_features({HOTJAR: sites}, 1_201) == frozenset()
    assert common_features({HOTJAR: frozenset("ab")}, 10) == frozenset()
    assert common_features({HOTJAR: frozenset("abc")}, 10) == {HOTJAR}


def test_a_wave_counts_only_beside_its_own_vendor_and_within_the_week() -> None:
    enough = arrivals(ARRIVED_MIN)
    assert common_features({}, 1_000, enough, NOW) == {HOTJAR}
    assert common_features({}, 1_000, enough) == frozenset()
    assert common_features({}, 1_000, enough[1:], NOW) == frozenset()
    assert common_features({}, 1_000, [*enough[1:], enough[1]], NOW) == frozenset()
    assert common_features({}, 1_000, arrivals(500, vendor=False), NOW) == frozenset()
    old = NOW - WINDOW - timedelta(seconds=1)
    assert common_features({}, 1_000, arrivals(500, at=old), NOW) == frozenset()
    assert common_features({}, 1_000, arrivals(500, at=NOW + WINDOW), NOW) == frozenset()


@given(st.dictionaries(FEATURES, SITES), st.integers(0, 5_000), FEATURES, SITES)
def test_more_members_never_make_it_less_common(
    had: dict[str, frozenset[str]], size: int, feature: str, more: frozenset[str]
) -> None:
    found = common_features(had, size)
    grown = {**had, feature: had.get(feature, frozenset()) | more}
    assert found <= common_features(grown, size)
    assert common_features(had, size + 1_000) <= found
    assert all(shareable(name) and len(had[name]) >= MEMBERS_MIN for name in found)
