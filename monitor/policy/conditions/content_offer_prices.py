"""VAT at the price: told at all (tz-5.2a, bc-1.2), and included for consumers (law-price-incl)."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions.content_offer_pages import (
    PRODUCT_SAMPLE_MIN,
    Priced,
    Sample,
    fragment,
    is_exempt,
    is_told_apart,
    is_unclear,
    kinds_of,
    sample_of,
    says_all_included,
    statements,
    swaps,
    wants_login,
)
from monitor.policy.conditions.content_seen import View, look, start_of, values
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Observation, Seen, Subject

SILENT_MIN = 2
# "121,10 incl." beside the price without VAT: no currency, and not a word on VAT.
_BARE_INCL = re.compile(
    r"(?i)(?<![\d.,])\d{1,4}[.,](?:\d\d|-)\s?(?:€\s?)?\(?(?:incl|inkl)(?!\w)"
    r"(?!\.?\s?(?:\d{1,2}\s?%\s?)?(?:btw|vat|tva|mwst|ust|tax))"
)


class PriceVatSeen(StrEnum):
    """What was seen of VAT at the prices."""

    STATED = "stated"
    UNSTATED = "unstated"
    ONE_PAGE_UNSTATED = "one_page_unstated"
    SITE_WIDE_ONLY = "site_wide_only"
    TOGGLE = "toggle"
    UNCLEAR = "unclear"
    NO_PRICES = "no_prices"
    LOGIN = "login"
    VAT_EXEMPT = "vat_exempt"
    INCOMPLETE = "incomplete"


class InclusiveSeen(StrEnum):
    """What was seen of prices that consumers are shown."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    CONTRADICTING = "contradicting"
    TOGGLE = "toggle"
    UNLABELLED = "unlabelled"
    NO_PRICES = "no_prices"
    LOGIN = "login"
    VAT_EXEMPT = "vat_exempt"
    INCOMPLETE = "incomplete"


def price_vat(seen: Seen, subject: Subject) -> Observation:
    """Is it told at each price whether VAT is in it?  (tz-5.2a, bc-1.2, patterns P4 to P6).

    Words in the menu, the footer or beside all prices at once are for a person.  A clause in
    the terms alone is no such word: who looks at a price does not read it.
    """
    out, view = PriceVatSeen, look(seen)
    sample = sample_of(view)
    told = values(view, subject)
    if "vat_exempt" in subject.member.flags:
        return Observation(out.VAT_EXEMPT, "The member charges no VAT.", view.cite(), told)
    if not sample.pages:
        word, said = _no_prices(sample)
        return Observation(out(word), said, view.cite(), told)
    open_pages = tuple(page for page in sample.pages if not page.is_told)
    if not open_pages:
        return _all_told(view, subject, sample)
    told = values(view, subject, url=open_pages[0].page[1].final_url)
    cited = view.cite(tuple(page.page for page in open_pages))
    kind, said = _silence(view, sample, open_pages)
    return Observation(
        kind, said, cited, told, note=_noted(open_pages), fragment=fragment(open_pages)
    )


def _no_prices(sample: Sample) -> tuple[str, str]:
    if wants_login(sample):
        return "login", "Prices are shown to customers who have logged in."
    if sample.gap:
        return "incomplete", f"No prices were found, but not every page was read ({sample.gap})."
    return "no_prices", "No prices were found on the pages that were read."


def _all_told(view: View, subject: Subject, sample: Sample) -> Observation:
    pages = tuple(page.page for page in sample.pages)
    told, cited = values(view, subject, url=pages[0][1].final_url), view.cite(pages)
    least = number(subject.params, "product_sample_min", PRODUCT_SAMPLE_MIN)
    if sample.gap and len(sample.products) < least:
        said = (
            f"{len(pages)} pages tell of VAT at the price; more could not be read ({sample.gap})."
        )
        return Observation(PriceVatSeen.INCOMPLETE, said, cited, told)
    said = f"All {len(pages)} sampled pages tell of VAT at the price."
    return Observation(PriceVatSeen.STATED, said, cited, told, fragment=fragment(sample.pages))


def _silence(
    view: View, sample: Sample, open_pages: tuple[Priced, ...]
) -> tuple[PriceVatSeen, str]:
    out, gap = PriceVatSeen, view.gap("start")
    silent = tuple(page for page in open_pages if page.is_silent)
    if any(swaps(page) for page in open_pages):
        return out.TOGGLE, "Visitors choose between prices with and without VAT."
    if statements(view, sample):
        return out.SITE_WIDE_ONLY, "VAT is told of all prices at once, not at the price."
    if is_exempt(view):
        return out.UNCLEAR, "A page says that the shop charges no VAT, or none on some goods."
    if any(is_unclear(page) for page in open_pages):
        return out.UNCLEAR, "Words on VAT may be drawn by a style sheet or stand in a picture."
    if is_told_apart(view, sample):
        return out.SITE_WIDE_ONLY, "VAT is told somewhere on the page, not at the price."
    if len(silent) < SILENT_MIN:
        said = f"{len(open_pages)} of {len(sample.pages)} sampled pages tell not enough of VAT."
        return out.ONE_PAGE_UNSTATED, said
    if gap:
        return out.INCOMPLETE, f"Prices without words on VAT, but the site was not read ({gap})."
    said = f"{len(silent)} of {len(sample.pages)} sampled pages say nothing of VAT at the price."
    return out.UNSTATED, said


def _noted(pages: tuple[Priced, ...]) -> str:
    told = any(p.page[1].offer is not None and p.page[1].offer.vat_included for p in pages)
    return "The page's schema.org data tell of VAT, but visitors do not see them." if told else ""


def price_includes_vat(seen: Seen, subject: Subject) -> Observation:
    """Do the prices that consumers are shown include VAT?  (law-price-incl)."""
    out, view = InclusiveSeen, look(seen)
    sample = sample_of(view)
    told = values(view, subject)
    if "vat_exempt" in subject.member.flags:
        return Observation(out.VAT_EXEMPT, "The member charges no VAT.", view.cite(), told)
    if not sample.pages:
        word, said = _no_prices(sample)
        return Observation(out(word), said, view.cite(), told)
    only_excl = tuple(page for page in sample.pages if kinds_of(page) == {"excl"})
    shown = only_excl or sample.pages
    told = values(view, subject, url=shown[0].page[1].final_url)
    cited = view.cite(tuple(page.page for page in shown))
    kind, said = _inclusive(view, sample, only_excl)
    return Observation(kind, said, cited, told, fragment=fragment(shown))


def _says_incl(found: Priced) -> bool:
    """Is a price with VAT shown as well, be it as "121,10 incl." without a word more?"""
    return "incl" in kinds_of(found) or bool(_BARE_INCL.search(found.page[1].text))


def _inclusive(
    view: View, sample: Sample, only_excl: tuple[Priced, ...]
) -> tuple[InclusiveSeen, str]:
    out, start = InclusiveSeen, start_of(view)
    texts = [page[1].text for page in sample.looked]
    texts += [start.text] if start is not None else []
    general = any(says_all_included(text) for text in texts)
    if only_excl:
        if any(swaps(page) for page in only_excl):
            return out.TOGGLE, "Visitors choose between prices with and without VAT."
        if general or any(_says_incl(page) for page in sample.pages):
            return out.CONTRADICTING, "Some prices are said to include VAT, others not to."
        said = (
            f"{len(only_excl)} of {len(sample.pages)} sampled pages show prices without VAT only."
        )
        return out.EXCLUDED, said
    if general or all("incl" in kinds_of(page) for page in sample.pages):
        return out.INCLUDED, "The prices shown are said to include VAT."
    if sample.gap:
        return out.INCOMPLETE, f"Not every page could be read ({sample.gap})."
    return out.UNLABELLED, "Nothing says whether the prices shown include VAT."
