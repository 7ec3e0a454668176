"""Which words on VAT belong to which price (patterns P4 and P5)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import Decimal

from selectolax.lexbor import LexborNode

from scanners.content.price_nodes import Marks, Piece
from scanners.content.price_words import Label, is_close, labels_in

BEHIND_MAX = 26
BEFORE_MAX = 14
LINE_MAX = 120
CELLS_MAX = 40
RUN_GAP_MAX = 60
UNIT_GAP_MAX = 40
# Between a price without and with VAT in NL, BE, FR, DE and LU.
_RATIOS = tuple(Decimal(r) for r in ("1.21", "1.09", "1.06", "1.12", "1.20", "1.10", "1.055",
                                     "1.19", "1.07", "1.17", "1.23"))  # fmt: skip
_NEAR = Decimal("0.004")


@dataclass(frozen=True, slots=True)
class Placed:
    """A price at its place in the text, with its node; ``hidden`` as in ``Piece``."""

    amount: str
    currency: str
    start: int
    end: int
    node: LexborNode | None
    hidden: str
    marks: Marks | None
    old: bool
    unit: bool
    card: bool


def vat_of(text: str, prices: list[Placed], pieces: list[Piece]) -> list[str]:
    """``incl``, ``excl`` or "" for each price, in order.

    Words that are hidden speak for hidden prices only, shown ones for shown prices.
    """
    found = [""] * len(prices)
    located = [piece for piece in pieces if piece.start >= 0]
    starts = [piece.start for piece in located]
    labels = labels_in(text, (price.start for price in prices))
    unseen = [_is_hidden(label, located, starts) for label in labels]
    for hidden in (False, True):
        mine = [i for i, price in enumerate(prices) if bool(price.hidden) is hidden]
        theirs = [lb for lb, h in zip(labels, unseen, strict=True) if h is hidden]
        told = _assigned(text, [prices[i] for i in mine], theirs)
        for i, vat in zip(mine, told, strict=True):
            found[i] = vat
    _with_unit(prices, found)
    _by_header(text, prices, labels, found)
    return found


def _with_unit(prices: list[Placed], found: list[str]) -> None:
    """Words behind the price per kilo, set right after a price, speak of that price too."""
    for i in range(len(prices) - 1):
        this, unit = prices[i], prices[i + 1]
        near = 0 <= unit.start - this.end <= UNIT_GAP_MAX and this.hidden == unit.hidden
        if near and unit.unit and not this.unit and not found[i]:
            found[i] = found[i + 1]


def _is_hidden(label: Label, located: list[Piece], starts: list[int]) -> bool:
    index = bisect_right(starts, label.end - 1) - 1
    return index >= 0 and located[index].end > label.start and bool(located[index].hidden)


@dataclass(frozen=True, slots=True)
class _Link:
    """A label that may belong to a price: how far, and whether in its own line."""

    price: int
    same_line: bool


def _assigned(text: str, prices: list[Placed], labels: list[Label]) -> list[str]:
    """Each label goes to one price: that of its own line, else as its row of prices runs."""
    own: list[str] = [""] * len(prices)
    behind: set[int] = set()
    sides = _candidates(text, prices, labels, [price.start for price in prices])
    has_before = {right.price for _, right in sides if right is not None}
    runs = _runs(prices, labels)
    for i in range(len(labels) - 1, -1, -1):
        left, right = sides[i]
        left = left if left is not None and left.price not in behind else None
        right = right if right is not None and not own[right.price] else None
        if left is not None and right is not None:
            known = left.price in has_before and right.price not in behind
            if _is_for_the_next(text, labels[i], (left, right), prices, runs[i], known=known):
                left = None
        if left is not None:
            own[left.price] = labels[i].kind
            behind.add(left.price)
        elif right is not None:
            own[right.price] = labels[i].kind
    _fill(text, prices, labels, own)
    return own


def _runs(prices: list[Placed], labels: list[Label]) -> list[str]:
    """For each label how its row of prices and labels begins and ends: ``LP`` or ``PL``, ``LL``."""
    tokens = sorted(
        [(p.start, p.end, "P", -1) for p in prices]
        + [(lb.start, lb.end, "L", i) for i, lb in enumerate(labels)]
    )
    found = ["LL"] * len(labels)
    run: list[tuple[int, int, str, int]] = []
    for token in [*tokens, None]:
        if run and (token is None or token[0] - run[-1][1] > RUN_GAP_MAX):
            for _, _, _, index in run:
                if index >= 0:
                    found[index] = run[0][2] + run[-1][2]
            run = []
        if token is not None:
            run.append(token)
    return found


def _is_for_the_next(
    text: str,
    label: Label,
    sides: tuple[_Link, _Link],
    prices: list[Placed],
    run: str,
    *,
    known: bool,
) -> bool:
    """Of two prices around a label: does it speak of the one behind it?"""
    left, right = sides
    if left.same_line != right.same_line:
        return right.same_line
    if run in ("LP", "PL"):
        return run == "LP"
    before = text[prices[left.price].end : label.start]
    after = text[label.end : prices[right.price].start]
    worded = any(c.isalpha() for c in before), any(c.isalpha() for c in after)
    return worded[0] if worded[0] != worded[1] else known


def _candidates(
    text: str, prices: list[Placed], labels: list[Label], starts: list[int]
) -> list[tuple[_Link | None, _Link | None]]:
    found: list[tuple[_Link | None, _Link | None]] = []
    for at, label in enumerate(labels):
        index = bisect_left(starts, label.start)
        left = right = None
        if index > 0 and (at == 0 or labels[at - 1].start < prices[index - 1].end):
            left = _linked(text, prices[index - 1], label, index - 1)
        if index < len(prices) and (
            at + 1 == len(labels) or labels[at + 1].start >= prices[index].start
        ):
            right = _linked(text, prices[index], label, index)
        found.append((left, right))
    return found


def _linked(text: str, price: Placed, label: Label, index: int) -> _Link | None:
    if label.start >= price.end:
        low, high, most = price.end, label.start, BEHIND_MAX
    else:
        low, high, most = label.end, price.start, BEFORE_MAX
    if high < low or high - low > LINE_MAX:
        return None
    same = "\n" not in text[low:high]
    if not same and high - low > most:
        return None
    if label.close and not is_close(text, label, price.start, price.end):
        return None
    return _Link(index, same)


def _fill(text: str, prices: list[Placed], labels: list[Label], own: list[str]) -> None:
    """Prices of one block share its words, unless one is the other with VAT added."""
    label_starts = [label.start for label in labels if not label.close]
    open_labels = [label for label in labels if not label.close]
    for i, price in enumerate(prices):
        if own[i]:
            continue
        low = text.rfind("\n", max(0, price.start - LINE_MAX), price.start) + 1
        high = text.find("\n", price.end, price.end + LINE_MAX)
        low, high = max(low, price.start - LINE_MAX), high if high >= 0 else price.end + LINE_MAX
        inside = open_labels[bisect_left(label_starts, low) : bisect_left(label_starts, high)]
        kinds = {label.kind for label in inside}
        near = [prices[j] for j in range(max(0, i - 3), min(len(prices), i + 4)) if own[j]]
        if len(kinds) == 1 and not any(_is_other_half(price, other) for other in near):
            own[i] = kinds.pop()


def _is_other_half(one: Placed, other: Placed) -> bool:
    low, high = sorted((Decimal(one.amount), Decimal(other.amount)))
    return low > 0 and any(abs(high / low - ratio) < _NEAR for ratio in _RATIOS)


def _by_header(
    text: str, prices: list[Placed], labels: tuple[Label, ...], found: list[str]
) -> None:
    """Prices in a table whose column or caption speaks of VAT, unless their cell does."""
    known: dict[int, list[str]] = {}
    starts = [label.start for label in labels]
    for i, price in enumerate(prices):
        header = _header_of(price.node, known) if price.node is not None else ""
        low = text.rfind("\n", 0, price.start) + 1
        high = text.find("\n", price.end)
        own = starts[
            bisect_left(starts, low) : bisect_left(starts, high if high >= 0 else len(text))
        ]
        if header and not price.hidden and not own:
            found[i] = header


def _header_of(node: LexborNode, known: dict[int, list[str]]) -> str:
    cell = _above(node, ("td",), 6)
    table = _above(cell, ("table",), 6) if cell is not None else None
    if cell is None or table is None:
        return ""
    if table.mem_id not in known:
        rows = table.css("tr")[:1]
        cells = rows[0].css("th, td")[:CELLS_MAX] if rows else []
        captions = table.css("caption")[:1]
        known[table.mem_id] = (
            [_kind(c) for c in (*captions, *cells)]
            if captions
            else ["", *(_kind(c) for c in cells)]
        )
    kinds = known[table.mem_id]
    index, before = 1, cell.prev
    while before is not None and index < CELLS_MAX:
        index += before.tag in ("td", "th")
        before = before.prev
    column = kinds[index] if index < len(kinds) else ""
    return column or kinds[0]


def _above(node: LexborNode, tags: tuple[str, ...], most: int) -> LexborNode | None:
    above: LexborNode | None = node.parent
    for _ in range(most):
        if above is None or above.tag in tags:
            return above
        above = above.parent
    return None


def _kind(cell: LexborNode) -> str:
    said = " ".join(cell.text(deep=True, separator=" ")[:300].split())
    kinds = {label.kind for label in labels_in(said)}
    return kinds.pop() if len(kinds) == 1 else ""
