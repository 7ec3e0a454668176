"""Price reductions and the lowest price of the last 30 days (law-price-30d).

Article 6a of Directive 98/6 (by Directive 2019/2161): the prior price of an announced
reduction is the lowest of at least the 30 days before; the announced percentage must be
reckoned from it (Court of Justice, C-330/23).  One look sees no history: a struck price may
well be the lowest one.  Only a shop that itself states a lower one is a candidate.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

from monitor.policy.conditions.content_offer_pages import CENT
from monitor.policy.conditions.content_seen import VALUES, Page, View, look, values
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip

CLAIM_MAX_CHARS = 80
AFTER_CHARS = 60
FRAGMENT_MAX_CHARS = 2_000
_ROLES = ("product", "category", "start")

_LOWEST = (
    r"(?:laagste\s(?:\w{1,12}\s)?prijs|prix\s(?:\w{1,12}\s)?le\splus\sbas|lowest\s(?:\w{1,12}\s)?price"
    r"|(?:niedrigst|g[üu]nstigst|tiefst|best)\w{0,3}\s?(?:\w{1,12}\s)?(?:gesamt)?preis|bestpreis|tiefstpreis)"
)
_THIRTY = (
    r"(?:30|dertig|trente|thirty|drei(?:ß|ss)ig)[\s\-]?(?:\w{1,12}\s)?"
    r"(?:dagen|dgn|jours|days?|tagen?|tage)"
)
_EXPLAINED = re.compile(
    rf"(?i){_LOWEST}[^.\n]{{0,80}}?{_THIRTY}|{_THIRTY}[^.\n]{{0,40}}?{_LOWEST}"
    r"|30-(?:tage|dagen|day|jours)-?\s?(?:tiefst?|best|laagste|lowest)"
)
# A maker's recommended price is another comparison, and none of the shop's own past.
_RECOMMENDED = re.compile(
    r"(?i)advies(?:verkoop)?prijs|prix\s(?:public\s)?(?:conseill[ée]|indicatif)|(?:^|\W)(?:uvp|rrp|msrp|avp"
    r"|ppc)(?:\W|$)|unverbindliche|recommended\s(?:retail\s)?price|retail\sprice|listenpreis|catalogusprijs"
    r"|prix\scatalogue|list\sprice"
)
_CLAIM = re.compile(
    r"(?i)(?<![\w,.%])[\-–−]\s?\d{1,2}\s?%|(?<![\d,.])\d{1,2}\s?%\s(?:korting|goedkoper|afgeprijsd"
    r"|de\s(?:r[ée]duction|remise)|r[ée]duction|off\b|discount|rabatt|reduziert|g[üu]nstiger)"
)
# To the few: a code, a first order, many pieces, members.
_NOT_FOR_ALL = re.compile(
    r"(?i)nieuwsbrief|newsletter|inschrijv|schrijf\sje|abonn|first\sorder|eerste\s(?:bestelling|aankoop)"
    r"|premi[èe]re\scommande|erste\w{0,2}\s(?:bestellung|einkauf)|kortingscode|\bcode\b|coupon|voucher"
    r"|gutschein|stud|leden|membre|mitglied|members?\b|stuks|pi[èe]ces|pieces|st[üu]ck|\bvanaf\s\d"
    r"|\bab\s\d|\bd[èe]s\s\d|loyal|fid[ée]l|spaar|kwantum|staffel|quantit|volume"
)


class ReductionSeen(StrEnum):
    """Outcomes of ``content.price_reduction``."""

    EXPLAINED = "explained"
    NOT_LOWEST = "not_lowest"
    RECOMMENDED = "recommended"
    UNEXPLAINED = "unexplained"
    NO_PRIOR_PRICE = "no_prior_price"
    NONE_SEEN = "none_seen"
    INCOMPLETE = "incomplete"


def price_reduction(seen: Seen, subject: Subject) -> Observation:
    """Is it told of a reduced price what its prior price is?  (law-price-30d).

    Whether the prior price is the lowest of 30 days takes a history of prices, which a
    judge does not see: a bare struck price is for a reviewer and never a breach.
    """
    out, view = ReductionSeen, look(seen)
    pages = tuple(page for page in view.of(*_ROLES) if page[1].own)
    struck = tuple(page for page in pages if _struck(page))
    claims = tuple((page, claim) for page in pages if (claim := _claim(page)))
    if not struck and not claims:
        return _none(view, subject)
    for page in struck:
        lower = _lower(page)
        if lower:
            told = _values(view, subject, page, lower)
            said = f"The struck price is not the lowest of 30 days that the page names: {lower}."
            return Observation(out.NOT_LOWEST, said, view.cite((page,)), told, fragment=lower)
    shown = struck or tuple(page for page, _ in claims)
    explained = next((p for p in (*shown, *view.readable) if _EXPLAINED.search(p[1].text)), None)
    if explained is not None:
        match = _EXPLAINED.search(explained[1].text)
        words = match.group() if match is not None else ""
        told = _values(view, subject, explained, words)
        said = f"It is told what the prior price is: {clip(words, 120)!r}."
        return Observation(out.EXPLAINED, said, view.cite((explained,)), told, fragment=words)
    return _unexplained(view, subject, struck, claims)


def _unexplained(
    view: View, subject: Subject, struck: tuple[Page, ...], claims: tuple[tuple[Page, str], ...]
) -> Observation:
    out = ReductionSeen
    if not struck:
        page, claim = claims[0]
        said = f"A reduction is announced without a prior price beside it: {clip(claim, 80)!r}."
        told = _values(view, subject, page, claim)
        return Observation(out.NO_PRIOR_PRICE, said, view.cite((page,)), told, fragment=claim)
    words = tuple(dict.fromkeys(word for page in struck for word in _struck(page)))
    told = _values(view, subject, struck[0], words[0])
    fragment, cited = "\n".join(words)[:FRAGMENT_MAX_CHARS], view.cite(struck)
    if all(_RECOMMENDED.search(word) for word in words):
        said = f"Prices are compared with recommended ones: {clip(words[0], 120)!r}."
        return Observation(out.RECOMMENDED, said, cited, told, fragment=fragment)
    said = f"It is not told what a struck price is: {clip(words[0], 120)!r}."
    return Observation(out.UNEXPLAINED, said, cited, told, fragment=fragment)


def _none(view: View, subject: Subject) -> Observation:
    out, told = ReductionSeen, {**values(view, subject), "words": "-"}
    gap = view.gap("start") or ("" if view.of("product", "category") else "no product was read")
    if gap:
        said = f"No reduced price was seen, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    said = f"No reduced price was seen on {told['pages_checked']} pages."
    return Observation(out.NONE_SEEN, said, view.cite(), told)


def _values(view: View, subject: Subject, page: Page, words: str) -> dict[str, str]:
    return {**values(view, subject, url=page[1].final_url), "words": clip(words, 120)}


def _struck(page: Page) -> tuple[str, ...]:
    """The words around every struck price that visitors see."""
    return tuple(p.context or p.amount for p in page[1].prices if p.old and p.shown)


def _claim(page: Page) -> str:
    """A short line that announces a percentage to everybody; "" without."""
    lines = (ln for ln in page[1].text.split("\n") if len(ln) <= CLAIM_MAX_CHARS)
    return next((ln for ln in lines if _CLAIM.search(ln) and not _NOT_FOR_ALL.search(ln)), "")


def _lower(page: Page) -> str:
    """The words with which a product page names a lower price than the one it strikes."""
    if "product" not in page[1].roles:
        return ""
    old = {Decimal(p.amount) for p in page[1].prices if p.old and p.shown}
    old_words = (word for word in _struck(page) if _RECOMMENDED.search(word))
    stated = tuple(_EXPLAINED.finditer(page[1].text))
    if len(old) != 1 or len(stated) != 1 or any(old_words):
        return ""
    end = stated[0].end()
    line_end = page[1].text.find("\n", end)
    until = min(end + AFTER_CHARS, line_end if line_end >= 0 else len(page[1].text))
    named = [p for p in page[1].prices if stated[0].start() <= p.start < until]
    if len(named) != 1 or named[0].old or Decimal(named[0].amount) > next(iter(old)) - CENT:
        return ""
    return page[1].text[stated[0].start() : named[0].end]


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.price_reduction",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ReductionSeen,
        run=price_reduction,
        values=(*VALUES, "words"),
        help="What a reduced price is compared with is the lowest price of 30 days.",
    ),
)
