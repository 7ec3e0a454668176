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


def matches_near(
    sign: re.Pattern[str], pattern: re.Pattern[str], text: str, reach: int
) -> Iterator[re.Match[str]]:
    """The matches of ``pattern``, in order: none begins or ends ``reach`` from a ``sign``.

    ``reach`` has to leave room for what the pattern looks at behind its match.
    """
    places = (match.start() for match in sign.finditer(text))
    for low, high in stretches(places, reach, len(text)):
        yield from pattern.finditer(text, low, high)
