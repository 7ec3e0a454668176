"""Which prices are those of the page's own product, and which stand for an offer at all."""

from __future__ import annotations

import re
from bisect import bisect_left

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.cart import is_cart_button
from scanners.content.html import line_of, normalise
from scanners.content.price_nodes import Landmark, Layout, Marks
from scanners.content.price_offer import stated_of
from scanners.content.price_vat import Placed
from scanners.content.price_words import EXTRA, LABEL

CLUSTER_MAX = 8
GAP_MAX = 60
LONE_MAX_CHARS = 30
HEADING_MAX = 200
# Beside a price a heading may say "ex", "HT" or the like, no name.
HEADING_LETTERS = 6
_MONEY = re.compile(r"€|£|\bEUR\b|\d,[-–—]")
_LEAD = re.compile(
    r"(?i)\b(?:vanaf|nu|voor|prijs|onze|slechts|per|stuk|from|now|only|price|our|each|d[èe]s"
    r"|[àa]\spartir\sde"
    r"|prix|seulement|la|pi[èe]ce|ab|nur|preis|jetzt|st[üu]ck|van|was|excl|incl|netto|bruto"
    r"|adviesprijs|m²?)\b"
)


def card_like(text: str, start: int, end: int, marks: Marks | None) -> bool:
    """Is it the price of something on offer, not an amount in running text?"""
    low = text.rfind("\n", 0, start) + 1
    before = text[max(low, start - 60) : start]
    if EXTRA.search(before):
        return False
    if marks is not None and marks.priced:
        return True
    high = text.find("\n", end)
    line = text[low : high if high >= 0 else len(text)][:400]
    words = LABEL.sub(" ", line.replace(text[start:end], " "))
    rest = re.sub(r"[\d€£.,\-–—*()/%|:+ ]+", " ", _LEAD.sub(" ", words)).strip()
    return len(rest) <= LONE_MAX_CHARS and len(line) <= LONE_MAX_CHARS * 4


def main_of(
    tree: LexborHTMLParser, text: str, prices: list[Placed], layout: Layout
) -> frozenset[int]:
    """Indexes of the prices of a product page's own product."""
    marks = _Ways(layout.landmarks)
    pool = [i for i, p in enumerate(prices) if p.card and not p.old]
    pool = [i for i in pool if not prices[i].hidden] or pool
    if not pool:
        return frozenset()
    amounts = {amount for item in stated_of(tree) for amount in item.prices}
    seed = _seed(prices, pool, marks, amounts)
    return frozenset(_cluster(text, prices, seed, marks))


def _is_price(heading: LexborNode) -> bool:
    """Is a heading nothing but a price, as some themes set it?"""
    said = line_of(heading, HEADING_MAX)
    words = _MONEY.sub(" ", _LEAD.sub(" ", LABEL.sub(" ", said)))
    return bool(_MONEY.search(said)) and sum(map(str.isalpha, words)) < HEADING_LETTERS


class _Ways:
    """The places of headings and cart buttons in the text."""

    def __init__(self, landmarks: list[Landmark]) -> None:
        self.h1 = next((mark.at for mark in landmarks if mark.node.tag == "h1"), -1)
        later = (m for m in landmarks if m.node.tag in ("h2", "h3") and m.at > self.h1)
        self.headings = [m.at for m in later if not _is_price(m.node)]
        self.buttons = [
            m.at
            for m in landmarks
            if m.node.tag in ("button", "input", "a") and is_cart_button(m.node)
        ]
        self.stops = sorted((*self.headings, *self.buttons))

    def between(self, low: int, high: int) -> bool:
        """Does a heading or cart button stand between two prices?"""
        index = bisect_left(self.stops, low)
        return index < len(self.stops) and self.stops[index] < high


def _seed(prices: list[Placed], pool: list[int], marks: _Ways, amounts: set[str]) -> int:
    """The first price of the product: by microdata, schema.org's amount, heading or button."""
    after = [i for i in pool if prices[i].start >= marks.h1 >= 0] or pool
    plain = [i for i in after if not prices[i].unit] or after
    unlinked = [i for i in plain if not (m := prices[i].marks) or not m.linked] or plain
    stated = [i for i in unlinked if prices[i].amount in amounts]
    props = [i for i in unlinked if (m := prices[i].marks) is not None and m.prop]
    if stated or props:
        return (stated or props)[0]
    if marks.h1 < 0 and marks.buttons:
        before = [i for i in unlinked if prices[i].end <= marks.buttons[0]]
        return before[-1] if before else unlinked[0]
    return unlinked[0]


def _cluster(text: str, prices: list[Placed], seed: int, marks: _Ways) -> list[int]:
    """The seed and its neighbours that nothing but a few words parts from it."""
    found = [seed]
    for step in (-1, 1):
        here = seed
        while 0 <= here + step < len(prices) and len(found) < CLUSTER_MAX:
            other = here + step
            left, right = sorted((here, other))
            low, high = prices[left].end, prices[right].start
            gap = LABEL.sub("", normalise(text[low:high][: GAP_MAX * 3]))
            if len(gap) > GAP_MAX or high - low > GAP_MAX * 2 or marks.between(low, high):
                break
            if prices[other].start < marks.h1:
                break
            if prices[other].card and not prices[other].old:
                found.append(other)
            here = other
    return found
