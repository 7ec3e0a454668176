"""How a browser drew the prices of a page: the measures of ``scanners.render.styles``, read.

The browser wrote them into an attribute with a name that the page could not know; what is
malformed all the same is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from scanners.content.evidence import StyleSeen
from scanners.content.price_nodes import Piece
from scanners.content.price_words import Label
from scanners.render.styles import VIEWPORTS

# Words on VAT further away than this stand at another price.
LABEL_GAP_MAX = 120
_NUMBER = r"-?\d{1,7}(?:\.\d{1,2})?"
_MEASURE = re.compile(
    rf"({_NUMBER});(\d{{1,4}});({_NUMBER});([a-z]{{0,10}})"
    r";(-?\d{1,9});(-?\d{1,9});(\d{1,9});(\d{1,9})"
)


def styles_of(node: LexborNode | None, mark: str) -> tuple[StyleSeen, ...]:
    """The measures of the element that a text node stands in, one per viewport."""
    element = None if node is None else node.parent
    said = element.attributes.get(mark) if mark and element is not None else None
    return parsed(said or "")


def parsed(said: str) -> tuple[StyleSeen, ...]:
    """The measures in an attribute; all of them or none."""
    found = []
    for (width, _), part in zip(VIEWPORTS, said[:2_000].split("|"), strict=False):
        match = _MEASURE.fullmatch(part)
        if match is None:
            return ()
        size, weight, contrast, hidden, *box = match.groups()
        left, top, wide, high = map(int, box)
        found.append(
            StyleSeen(
                viewport=width,
                size_px=float(size),
                weight=int(weight),
                contrast=float(contrast),
                hidden=hidden,
                left=left,
                top=top,
                width=wide,
                height=high,
            )
        )
    return tuple(found) if len(found) == len(VIEWPORTS) else ()


def label_styles(
    place: tuple[int, int, str], labels: Iterable[Label], pieces: list[Piece], mark: str
) -> tuple[StyleSeen, ...]:
    """The measures of the words on VAT nearest to a price: its start, end and kind.

    ``pieces`` are those with a place, in order.
    """
    start, end, kind = place
    near = [
        (gap, label)
        for label in labels
        if label.kind == kind
        and (gap := max(label.start - end, start - label.end, 0)) <= LABEL_GAP_MAX
    ]
    if not near:
        return ()
    label = min(near, key=lambda pair: pair[0])[1]
    index = bisect_right([piece.start for piece in pieces], label.end - 1) - 1
    inside = index >= 0 and pieces[index].end > label.start
    return styles_of(pieces[index].node, mark) if inside else ()
