"""Prices with and without VAT side by side, for members with both labels (tz-5.2b, tz-5.2c)."""

from __future__ import annotations

from enum import StrEnum

from monitor.policy.conditions.content_offer_drawn import (
    Limits,
    ProminenceSeen,
    compared,
    is_drawn,
    limits_of,
)
from monitor.policy.conditions.content_offer_pages import (
    PRODUCT_SAMPLE_MIN,
    Priced,
    fragment,
    halves,
    has_switch,
    is_unclear,
    kinds_of,
    sample_of,
    wants_login,
)
from monitor.policy.conditions.content_seen import look, values
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Observation, Seen, Subject
from scanners.content.evidence import PriceSeen

BOTH = frozenset({"incl", "excl"})
SILENT_MIN = 2


class BothSeen(StrEnum):
    """What was seen of the two prices."""

    BOTH_SHOWN = "both_shown"
    ONE_MISSING = "one_missing"
    ONE_HIDDEN = "one_hidden"
    ONE_PAGE_MISSING = "one_page_missing"
    TOGGLE = "toggle"
    UNLABELLED = "unlabelled"
    NO_PRICES = "no_prices"
    LOGIN = "login"
    INCOMPLETE = "incomplete"


def _lack(found: Priced) -> str:
    """Name what is the matter as a word of ``BothSeen``; "" when both prices are shown."""
    if kinds_of(found) >= BOTH:
        return ""
    hidden = {price.vat for price in found.hidden} - found.kinds - {""}
    if has_switch(found.page[1]) or any(p.hint == "class" for p in found.hidden if p.vat in hidden):
        return "toggle"
    if hidden:
        return "one_hidden"
    if len({price.amount for price in found.prices if not price.vat}) > 1 or is_unclear(found):
        return "unlabelled"
    if found.kinds and any(not price.vat for price in found.prices):
        return "unlabelled"
    # Another price of the missing kind: that of a set, or of another product.
    if found.kinds and {p.vat for p in found.others if p.card} - found.kinds - {""}:
        return "unlabelled"
    return "one_missing"


def both_prices(seen: Seen, subject: Subject) -> Observation:
    """Are the price with and the price without VAT both shown at the product?  (tz-5.2b)."""
    out, view = BothSeen, look(seen)
    sample = sample_of(view)
    pages, told = sample.products or sample.lists, values(view, subject)
    if not pages:
        if wants_login(sample):
            said = "Prices are shown to customers who have logged in."
            return Observation(out.LOGIN, said, view.cite(), told)
        word = out.INCOMPLETE if sample.gap else out.NO_PRICES
        return Observation(
            word, f"No prices were found ({sample.gap or 'none'}).", view.cite(), told
        )
    lacks = [(page, lack) for page in pages if (lack := _lack(page))]
    bad = tuple(page for page, _ in lacks) or pages
    told = values(view, subject, url=bad[0].page[1].final_url)
    cited = view.cite(tuple(page.page for page in bad))
    least = number(subject.params, "product_sample_min", PRODUCT_SAMPLE_MIN)
    if not lacks and sample.gap and len(pages) < least:
        said = f"{len(pages)} pages show both prices; more could not be read ({sample.gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    kind = _worst({word for _, word in lacks}, len(lacks), len(pages), sample.gap)
    said = f"{len(pages) - len(lacks)} of {len(pages)} sampled pages show both prices ({kind})."
    return Observation(kind, said, cited, told, fragment=fragment(bad))


def _worst(lacks: set[str], count: int, total: int, gap: str) -> BothSeen:
    """What a person must look at comes before what can be said outright."""
    out = BothSeen
    if not lacks:
        return out.BOTH_SHOWN
    for doubtful in (out.TOGGLE, out.UNLABELLED):
        if doubtful.value in lacks:
            return doubtful
    # One page of several may be an oversight of the reading; a shop of one product is not.
    if count < SILENT_MIN and (count < total or gap):
        return out.ONE_PAGE_MISSING
    return out.ONE_MISSING if out.ONE_MISSING.value in lacks else out.ONE_HIDDEN


def price_prominence(seen: Seen, subject: Subject) -> Observation:
    """Is the price without VAT no more prominent than the one with it?  (tz-5.2c).

    What a browser drew decides where it was measured.  Else only inline styles speak; a
    size that one of the two prices has from a style sheet is not known.
    """
    out, view = ProminenceSeen, look(seen)
    sample = sample_of(view)
    pairs = [
        (page, excl, incl) for page in sample.products for excl, incl in (_pair(page),)
        if excl is not None and incl is not None
    ]  # fmt: skip
    told = values(view, subject)
    if not pairs:
        said = "No page shows both prices."
        return Observation(out.NO_PAIR, said, view.cite(), told)
    limits = limits_of(subject.params)
    drawn = [
        (page, *compared(excl, incl, limits)) for page, excl, incl in pairs if is_drawn(excl, incl)
    ]
    ranked = drawn or [(page, _compare(excl, incl, limits), "") for page, excl, incl in pairs]
    page, worst, how = min(ranked, key=lambda row: _ORDER.index(row[1]))
    told = values(view, subject, url=page.page[1].final_url)
    said = f"{_SAID[worst]} {how}".strip()
    return Observation(worst, said, view.cite((page.page,)), told, fragment=fragment((page,)))


_SAID = {
    ProminenceSeen.EXCL_LARGER: "The price without VAT is set larger than the one with VAT.",
    ProminenceSeen.EXCL_HEAVIER: "The price without VAT is set bolder than the one with VAT.",
    ProminenceSeen.INCL_HIDDEN: "The price with VAT is not seen where the other one is.",
    ProminenceSeen.INCL_FAINT: "The price with VAT stands out less from what lies behind it.",
    ProminenceSeen.ILLEGIBLE: "The price with VAT, or the words on VAT, can hardly be read.",
    ProminenceSeen.NOT_RENDERED: "How large the two prices are shown was not measured.",
    ProminenceSeen.BALANCED: "The price without VAT is set no larger than the one with VAT.",
}
# The worst first.
_ORDER = tuple(_SAID)


def _pair(found: Priced) -> tuple[PriceSeen | None, PriceSeen | None]:
    prices = (*found.prices, *halves(found))
    excl = next((p for p in prices if p.vat == "excl"), None)
    incl = next((p for p in prices if p.vat == "incl"), None)
    return excl, incl


def _compare(excl: PriceSeen, incl: PriceSeen, limits: Limits) -> ProminenceSeen:
    """By inline style alone."""
    out = ProminenceSeen
    if not (excl.size_px and incl.size_px):
        return out.NOT_RENDERED
    if excl.size_px > incl.size_px * limits.ratio:
        return out.EXCL_LARGER
    similar = incl.size_px <= excl.size_px * limits.ratio
    if similar and excl.weight >= limits.heavy and 0 < incl.weight < limits.heavy:
        return out.EXCL_HEAVIER
    return out.NOT_RENDERED if similar and bool(excl.weight) != bool(incl.weight) else out.BALANCED
