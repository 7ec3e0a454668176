"""Searching only those stretches of a text where a costly pattern can match.

A cheap pattern finds the places, such as the digits every number has; most text has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def stretches(places: Iterable[int], reach: int, length: int) -> Iterator[tuple[int, int]]:
    """The stretches of a text within ``reach`` of places in order, none twice."""
    low = high = -1
    for place in places:
        if place - reach > high:
            if high >= 0:
                yield low, high
            low = max(0, place - reach)
        high = min(length, place + reach)
    if high >= 0:
        yield low, high


def near(sign: re.Pattern[str], text: str, reach: int) -> tuple[tuple[int, int], ...]:
    """The stretches of a text within ``reach`` of a ``sign``."""
    return tuple(stretches((match.start() for match in sign.finditer(text)), reach, len(text)))


def matches_in(
    parts: Iterable[tuple[int, int]], pattern: re.Pattern[str], text: str
) -> Iterator[re.Match[str]]:
    """The matches of ``pattern`` in stretches of the text, in order.

    They are those of the whole text when the stretches reach beyond every match, and
    beyond what the pattern looks at behind it.
    """
    for low, high in parts:
        yield from pattern.finditer(text, low, high)
