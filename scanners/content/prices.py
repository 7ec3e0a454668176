"""Prices of a page and what is said of VAT beside them (patterns P4 to P6).

The text gives each price its place; the tree says whether it is shown, crossed out, that
of the page's own product, and which two digits are cents in a node of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.evidence import PriceSeen
from scanners.content.price_main import card_like, main_of
from scanners.content.price_nodes import (
    CENTS,
    CENTS_MAX_CHARS,
    Layout,
    Marks,
    Piece,
    is_cents,
    layout_of,
    marks_of,
)
from scanners.content.price_styles import label_styles, styles_of
from scanners.content.price_vat import Placed, vat_of
from scanners.content.price_words import (
    BARE,
    CONTEXT_CHARS,
    DASHED,
    UNIT,
    WAS,
    Amount,
    amounts_in,
    labels_in,
    value_of,
)
from scanners.content.stretches import matches_in, near

PRICES_MAX = 200
FORMER_MAX = 80
_WORTH = re.compile(r"€|£|\b(?i:eur|chf)|\d[.,][-–—]|\d[.,]\d\d(?!\d)")
_PRICED_CENTS = "[class*=pri i] sup, [class*=pri i] small, [itemprop=price]"
_VAT_IN_STYLE = re.compile(
    r"(?i)content\s{0,3}:\s{0,3}[\"'][^\"'\n]{0,40}(?:btw|vat\b|tva|mwst|\bht\b|ttc|htva|tvac)"
)
_AMOUNT_END = re.compile(r"(?<![\d.,])\d{1,3}(?:[. ]?\d{3}){0,2}(?:\s?([.,]))?$")
_FRACTION = re.compile(r"[.,](?=\d\d|[-–—])")
FRACTION_REACH = 20
_COMMA_BEFORE = re.compile(r"\d\s?[.,]\s$")
_STYLES_MAX_CHARS = 200_000


@dataclass(frozen=True, slots=True)
class _Spoken:
    """The text with commas before cents; ``edits`` lead back to the text's own offsets."""

    text: str
    edits: tuple[tuple[int, int], ...]

    def place(self, at: int) -> int:
        """The offset in the page's text of an offset in this one."""
        index = bisect_right(self.edits, (at, 1 << 60)) - 1
        if index < 0:
            return at
        spoken, own = self.edits[index]
        return own + max(0, at - spoken)


def prices_of(
    tree: LexborHTMLParser, text: str, *, product: bool, mark: str = ""
) -> tuple[PriceSeen, ...]:
    """The prices of a page in the order of its text, hidden ones last.

    ``product``: one product is what the page is about (``is_product_page``).  At most
    ``PRICES_MAX``; time grows with the length of the page, whatever it holds.  ``mark``
    is the attribute with what a browser measured, "" without one.
    """
    if not _WORTH.search(text) and not tree.css(_PRICED_CENTS):
        return ()
    layout = layout_of(tree, text, mark)
    spoken = _spoken(text, layout)
    placed = _with_former(_placed(spoken, text, layout))
    if not placed:
        return ()
    vats = vat_of(text, placed, layout.pieces)
    mains = main_of(tree, text, placed, layout) if product else frozenset[int]()
    drawn = _drawn(tree)
    seen = [
        _seen(text, price, vats[i], main=i in mains, hint=drawn) for i, price in enumerate(placed)
    ]
    if mark:
        seen = _drawn_prices(seen, placed, text, layout, mark)
    return (*(p for p in seen if p.shown), *(p for p in seen if not p.shown))


def _drawn_prices(
    seen: list[PriceSeen], placed: list[Placed], text: str, layout: Layout, mark: str
) -> list[PriceSeen]:
    """The prices with how a browser drew them and the words on VAT beside them."""
    labels = labels_in(text, (price.start for price in placed))
    pieces = [piece for piece in layout.pieces if piece.start >= 0]
    return [
        replace(
            found,
            styles=styles_of(price.node, mark),
            label_styles=label_styles((price.start, price.end, found.vat), labels, pieces, mark),
        )
        for found, price in zip(seen, placed, strict=True)
    ]


def _drawn(tree: LexborHTMLParser) -> str:
    """``style`` when a style sheet in the page writes of VAT itself."""
    left = _STYLES_MAX_CHARS
    for node in tree.css("style")[:50]:
        css = node.text()[:left]
        left -= len(css)
        if _VAT_IN_STYLE.search(css):
            return "style"
    return ""


def _spoken(text: str, layout: Layout) -> _Spoken:
    """Cents in nodes of their own joined to their amount by a comma."""
    parts: list[str] = []
    edits: list[tuple[int, int]] = []
    at = length = 0
    for piece in layout.pieces:
        if len(piece.said) > CENTS_MAX_CHARS or piece.start < at:
            continue
        if not (is_cents(piece) or _is_after_comma(text, piece)):
            continue
        head = text[at : piece.start]
        bare = head.rstrip()
        amount = _AMOUNT_END.search(bare[-14:])
        if amount is None or "\n" in head[len(bare) :]:
            continue
        if amount[1] and piece.said[0] in ".,":
            continue
        added = "" if amount[1] or piece.said[0] in ".," else ","
        if bare[-2:-1] == " " and amount[1]:
            bare = f"{bare[:-2]}{bare[-1]}"
        parts += [bare, added]
        length += len(bare) + len(added)
        edits.append((length, piece.start))
        at = piece.start
    return _Spoken("".join((*parts, text[at:])), tuple(edits))


def _is_after_comma(text: str, piece: Piece) -> bool:
    """``12,`` and ``95`` in two nodes."""
    before = text[max(0, piece.start - 4) : piece.start]
    return bool(CENTS.fullmatch(piece.said)) and bool(_COMMA_BEFORE.search(before))


def _placed(spoken: _Spoken, text: str, layout: Layout) -> list[Placed]:
    """Every price with its node, in order; bare amounts only where an element says price."""
    located = [piece for piece in layout.pieces if piece.start >= 0]
    starts = [piece.start for piece in located]
    found: list[Placed] = []
    known = list(amounts_in(spoken.text, PRICES_MAX))
    for amount, bare in _with_bare(spoken.text, known):
        start, end = spoken.place(amount.start), spoken.place(amount.end)
        digits = start + _first_digit(text[start:end])
        index = bisect_right(starts, digits) - 1
        piece = located[index] if index >= 0 and located[index].end > digits else None
        marks = marks_of(piece.node) if piece is not None else None
        if (bare == "priced" and not (marks and marks.priced)) or not amount.value:
            continue
        found.append(_one(text, amount, start, end, piece, marks))
        if len(found) >= PRICES_MAX:
            break
    return found


def _with_former(prices: list[Placed]) -> list[Placed]:
    """A price that words call a former one is so only with another right after it."""
    ends = [price.end for price in prices]
    later = [price.start for price in prices[1:]]
    return [
        replace(price, old=False)
        if price.old and not (price.marks and price.marks.old) and not 0 <= gap <= FORMER_MAX
        else price
        for price, gap in zip(
            prices, [*(s - e for s, e in zip(later, ends, strict=False)), -1], strict=False
        )
    ]


def _first_digit(said: str) -> int:
    return next((i for i, c in enumerate(said) if c.isdigit()), 0)


def _with_bare(text: str, known: list[Amount]) -> list[tuple[Amount, str]]:
    """Prices with a sign, and amounts without one that no other price covers."""
    found = [(amount, "") for amount in known]
    currency = known[0].currency if known else ""
    bounds = [amount.start for amount in known]
    fractions = near(_FRACTION, text, FRACTION_REACH)
    for pattern, kind in ((DASHED, "dashed"), (BARE, "priced")):
        for match in matches_in(fractions, pattern, text):
            index = bisect_right(bounds, match.end() - 1) - 1
            if index >= 0 and known[index].end > match.start():
                continue
            amount = Amount(match.start(), match.end(), value_of(match[0]), currency)
            found.append((amount, kind))
            if len(found) > PRICES_MAX * 10:
                break
    found.sort(key=lambda pair: (pair[0].start, pair[1] == "priced"))
    return [
        pair
        for i, pair in enumerate(found)
        if i == 0 or pair[0].start >= found[i - 1][0].end or pair[0].start != found[i - 1][0].start
    ]


def _one(
    text: str, amount: Amount, start: int, end: int, piece: Piece | None, marks: Marks | None
) -> Placed:
    before, after = text[max(0, start - 60) : start], text[end : end + 60]
    said_before = before.rpartition("\n")[2] or before.strip("\n").rpartition("\n")[2]
    node: LexborNode | None = piece.node if piece is not None else None
    return Placed(
        amount=amount.value,
        currency=amount.currency,
        start=start,
        end=end,
        node=node,
        hidden=piece.hidden if piece is not None else "",
        marks=marks,
        old=bool((marks and marks.old) or WAS.search(said_before)),
        unit=bool(UNIT.match(after)),
        card=card_like(text, start, end, marks),
    )


def _seen(text: str, price: Placed, vat: str, *, main: bool, hint: str) -> PriceSeen:
    shown = not price.hidden
    context = text[max(0, price.start - CONTEXT_CHARS) : price.end + CONTEXT_CHARS]
    marks = price.marks
    return PriceSeen(
        amount=price.amount,
        currency=price.currency,
        vat=vat,
        start=price.start if shown else -1,
        end=price.end if shown else -1,
        shown=shown,
        main=main,
        old=price.old,
        unit=price.unit,
        size_px=marks.size_px if marks else 0.0,
        weight=marks.weight if marks else 0,
        context=" ".join(context.split()),
        card=price.card,
        hint=_hint(price) or hint,
    )


def _hint(price: Placed) -> str:
    if price.hidden == "class":
        return "class"
    return "attribute" if price.marks is not None and price.marks.attribute else ""
