"""What judges share of parameters, addresses and amounts in text."""

from __future__ import annotations

import pytest

from monitor.policy.conditions.content_charges import AMOUNT, SHARE, is_more_than_nothing
from monitor.policy.conditions.hosts import has_path
from monitor.policy.conditions.numbers import fraction, number


@pytest.mark.parametrize(
    ("value", "whole", "part"),
    [(3, 3, 3), (2.5, 2, 2.5), ("3", 7, 7), (None, 7, 7), (True, 7, 7), ([1], 7, 7)],
)
def test_only_a_number_is_a_number_parameter(value: object, whole: int, part: float) -> None:
    assert number({"x": value}, "x", 7) == whole
    assert fraction({"x": value}, "x", 7) == part
    assert number({}, "x", 7) == 7


@pytest.mark.parametrize(
    ("url", "pattern", "wanted"),
    [
        ("https://mark.example/leden/een/certificaat", "^/leden/[^/]+/certificaat/?$", True),
        ("https://mark.example/leden/een", "^/leden/[^/]+/certificaat/?$", False),
        ("https://mark.example/leden/een", None, False),
        ("https://mark.example/leden/een", "(", False),
        ("http://[", ".*", False),
    ],
)
def test_a_path_matches_only_a_pattern_that_is_one(
    url: str, pattern: str | None, wanted: bool
) -> None:
    assert has_path(url, pattern) is wanted


@pytest.mark.parametrize("text", ["€ 4,95", "4,95 €", "EUR 5", "10 euro", "£3", "5,- €"])
def test_an_amount_is_read_as_shops_write_it(text: str) -> None:
    assert AMOUNT.search(text)
    assert is_more_than_nothing(text)


def test_a_percentage_is_a_share_and_nothing_is_not_more_than_nothing() -> None:
    assert SHARE.search("2 %")
    assert not AMOUNT.search("2 %")
    assert not is_more_than_nothing("€ 0,00, of 0 %, of EUR 0")
    assert not is_more_than_nothing("Europa 2000")
