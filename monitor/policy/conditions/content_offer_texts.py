"""What is told of the offer: its description (tz-5.3a) and extra costs (tz-5.5)."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions.content_charges import AMOUNT, is_more_than_nothing
from monitor.policy.conditions.content_offer_pages import PRODUCT_SAMPLE_MIN, sample_of
from monitor.policy.conditions.content_seen import (
    Page,
    View,
    look,
    own_text,
    start_of,
    values,
)
from monitor.policy.conditions.content_texts import holds, sentences
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Observation, Seen, Subject
from scanners.api import Evidence, clip
from scanners.content.evidence import OfferSeen

DESCRIPTION_MIN_CHARS = 120
LABEL_MAX_CHARS = 60
CELL_MAX_CHARS = 30
_FREE = re.compile(
    r"(?i)(?:gratis|kosteloze?|kostenloze?)\s(?:\w{1,12}\s)?(?:verzend\w{0,6}|verzonden|bezorg\w{0,6}"
    r"|lever\w{0,6}|geleverd|thuisbezorg\w{0,3})"
    r"|(?:verzend\w{0,6}|bezorg\w{0,6}|lever\w{0,6})[^.\n]{0,25}(?:gratis|kosteloos|kostenloos)"
    r"|free\s(?:[\w&]{1,12}\s){0,3}(?:shipping|delivery|postage)|(?:shipping|delivery)\s(?:is\s)?free"
    r"|livraison\s(?:\w{1,9}\s){0,2}(?:gratuite|offerte)|frais\sde\s(?:port"
    r"|livraison)\s(?:\w{1,9}\s)?(?:gratuits|offerts|inclus)"
    r"|(?:versand|liefer|portofrei|frachtfrei)\w{0,12}kostenfrei|(?:kostenlos|kostenfrei|gratis)\w{0,2}[\s\-](?:\w{0,10})(?:versand"
    r"|lieferung)|(?:versand|lieferung)\s(?:\w{1,12}\s){0,3}(?:kostenlos|kostenfrei|gratis)|versandkostenfrei|porto(?:\s?frei|vrij)|(?<!\w)(?:franco|frei\shaus)(?!\w)"
    r"|(?:incl\w{0,6}|inkl\w{0,6}|including)\.?\s(?:\w{1,9}\s){0,2}(?:verzend|bezorg|lever|versand|liefer|shipping|deliver)"
    r"|(?:frais\sde\sport|livraison)\s(?:comprise?s?|incluse?s?)|(?:shipping|delivery|postage)\s?:\s?free"
    r"|(?:geen|zonder)\s(?:verzend|bezorg|lever|bijkomende|extra\s)\w{0,3}\s?kosten"
    r"|sans\sfrais\s(?:de|suppl)"
    r"|no\s(?:extra|additional|hidden|shipping|delivery)\s(?:costs?|charges?|fees?)"
    r"|keine\s(?:versand|zusatz|liefer)\w{0,9}kosten"
)
_FROM = re.compile(
    r"(?i)(?:vanaf|boven|bij\s(?:bestelling\w{0,2}|aankoop)|meer\sdan|[àa]\spartir|d[èe]s|au-del[àa]"
    r"|pour\stoute|plus\sde|over|from|above|orders?|more\sthan|\bab\b|[üu]ber)"
    r"[^.\n]{0,30}(?:€|£|eur|\d)"
)
# Kinds of cost that are added to the price of goods.
_KINDS: dict[str, re.Pattern[str]] = {
    "delivery": re.compile(
        r"(?i)verzend|verzonden|bezorg|lever(?:ing|kost|en\b)|vracht|transportkost|livraison"
        r"|frais\sde\sport|^\W{0,3}port\s?:|exp[ée]dition|\bp\s?&\s?p\b"
        r"|shipping|delivery|postage|carriage|freight|versand|liefer|fracht|\bporto|\bfranco\b|frei\shaus"
    ),
    "administration": re.compile(
        r"(?i)administratiekost|orderkost|bestelkost|behandel(?:ing)?s?kost|handlingkost"
        r"|handling\s?(?:fee|cost|charge)"
        r"|frais\s(?:de\sdossier|administratifs|de\sgestion|de\straitement)|service\s?(?:fee"
        r"|charge|kost)"
        r"|administration\s(?:fee|cost|charge)|bearbeitungsgeb|bearbeitungskost|servicegeb"
        r"|processing\sfee"
    ),
    "packaging": re.compile(
        r"(?i)verpakkingskost|emballage(?:kost)?|frais\sd[’']emballage|packaging\s(?:cost|fee"
        r"|charge)|verpackungskost"
        r"|statiegeld|consigne|deposit|pfand"
    ),
    "small_order": re.compile(
        r"(?i)kleine?[\s\-]?order\w{0,8}|toeslag|surcharge|minimum\s?order\w{0,3}\s?(?:fee"
        r"|charge)|suppl[ée]ment"
        r"|mindermengen\w{0,9}|zuschlag|minimumorder\w{0,9}"
    ),
    "payment": re.compile(
        r"(?i)betaal(?:methode)?kost|transactiekost|betalingskost|frais\sde\s(?:paiement"
        r"|transaction)"
        r"|payment\s(?:cost|fee|charge)|transaction\s(?:cost|fee)|zahlungsgeb|nachnahmegeb"
        r"|rembourskost"
    ),
    "insurance": re.compile(
        r"(?i)verzekeringskost|transportverzekering|frais\sd[’']assurance|insurance\s(?:fee|cost)"
    ),
}
_COST = re.compile(
    r"(?i)kost|frais|costs?\b|fee|charge|geb[üu]hr|tarie?f|toeslag|zuschlag|suppl|surcharge|price"
    r"|prijs|prix|preis"
)
# "Nederland € 6,95", "Österreich: 9,90 €", "0-10 kg € 5": nothing after the amount.
_RATE = re.compile(
    r"(?i)[^€£\n]{2,50}?[\s:]{1,3}(?:(?:€|£|eur)\s?\d{1,4}(?:[.,](?:\d{2}|-))?"
    r"|\d{1,4}(?:[.,]\d{2})?\s?(?:€|£|eur(?:os?)?))(?:\s?\(?(?:incl|excl|inkl|ht|ttc)[^€£\n]{0,20})?\W{0,3}$"
)
_LEAST = re.compile(
    r"(?i)minim|mindest|waarde|bedrag|valeur|montant|value|wert|prijs|prix|price|preis"
)
_LATER = re.compile(
    r"(?i)(?:later|tijdens\shet\s(?:bestel|afreken)\w{0,7}|bij\s(?:het\s)?afrekenen|in\sde\skassa"
    r"|op\saanvraag|in\soverleg)"
    r"|(?:calcul[ée]s?|communiqu[ée]s?)\s(?:plus\stard|lors|[àa]\sl)"
    r"|[àa]\sl[’']?[ée]tape\ssuivante|sur\sdemande"
    r"|(?:calculated|shown|added|determined)\s(?:at|during|in|later)|at\scheckout|sp[äa]ter"
    r"|an\sder\skasse|im\swarenkorb"
)
# What a customer gets back is no cost.
_REFUND = re.compile(
    r"(?i)terugbeta|terugstort|geld\sterug|(?:ontvang|krijg)\w{0,2}\s[^.\n]{0,80}terug|betalen\s[^.\n]{0,80}terug"
    r"|vergoed|gecrediteerd|crediteren|rembours|refund|reimburs|(?:money|pay\w{0,4})\s\w{0,5}\s?back|erstatt"
    r"|zur[üu]ck(?:zahl|zuzahl|bezahl)"
)
_SHORTENED = re.compile(r"(?i)\b(in[ck]l|ex[ck]l|zzgl)\.\s")
# A sentence on costs holds one of these: a quick look before the slow patterns.
_MARKS = (
    "kost", "frais", "cost", "fee", "charge", "geb", "gratis", "free", "kostenlos",
    "kosteloos", "port", "livr", "exped", "expéd", "verz", "bezorg", "lever", "vracht",
    "freight", "fracht", "versand", "liefer", "franco", "frei", "verpakking", "emballage",
    "packaging", "verpackung", "statiegeld", "consigne", "deposit", "pfand", "toeslag",
    "zuschlag", "supp", "surcharge", "order", "betaal", "paiement", "transact", "zahlung",
    "rembours", "nachnahme", "verzeker", "assurance", "insurance", "carriage", "postage",
    "shipping", "deliver", "vrij", "p&p",
)  # fmt: skip
_COST_ROLES = ("delivery", "payment", "product", "start", "category", "terms", "returns")


class DescribedSeen(StrEnum):
    """What was seen of the descriptions."""

    DESCRIBED = "described"
    SHORT_TEXT = "short_text"
    NO_SPECIFICATIONS = "no_specifications"
    NO_PRODUCTS = "no_products"
    INCOMPLETE = "incomplete"


class CostsSeen(StrEnum):
    """What was seen of costs beside the price."""

    TOLD = "told"
    THRESHOLD_ONLY = "threshold_only"
    NEW_IN_CART = "new_in_cart"
    LATER = "later"
    NOT_TOLD = "not_told"
    INCOMPLETE = "incomplete"


def offer_described(seen: Seen, subject: Subject) -> Observation:
    """Do product pages say enough of the product?  (tz-5.3a).

    An aid for the reviewer: a page with little text or without a list of properties is
    shown to a person, no more.
    """
    out, view = DescribedSeen, look(seen)
    sample, told = sample_of(view), values(view, subject)
    offers = [(page, offer) for page in sample.looked if (offer := page[1].offer) is not None]
    if not offers:
        word = out.INCOMPLETE if sample.gap else out.NO_PRODUCTS
        said = f"No product page was read ({sample.gap or 'none found'})."
        return Observation(word, said, view.cite(), told)
    least = number(subject.params, "description_min_chars", DESCRIPTION_MIN_CHARS)
    short = [(p, o) for p, o in offers if len(o.description) < least]
    bare = [(p, o) for p, o in offers if not o.specifications]
    worst = short or bare or offers
    cited, told = _about(view, subject, worst)
    text = "\n".join(o.description for _, o in worst)
    if short:
        said = f"{len(short)} of {len(offers)} product pages have fewer than {least} characters."
        return Observation(out.SHORT_TEXT, said, cited, told, fragment=text or said)
    if bare:
        said = f"{len(bare)} of {len(offers)} product pages have no list of properties."
        return Observation(out.NO_SPECIFICATIONS, said, cited, told, fragment=text)
    if sample.gap and len(offers) < number(
        subject.params, "product_sample_min", PRODUCT_SAMPLE_MIN
    ):
        said = f"{len(offers)} products are described; more could not be read ({sample.gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    said = f"All {len(offers)} product pages have a description and a list of properties."
    return Observation(out.DESCRIBED, said, cited, told, fragment=text)


def _about(
    view: View, subject: Subject, pages: list[tuple[Page, OfferSeen]]
) -> tuple[tuple[Evidence, ...], dict[str, str]]:
    told = values(view, subject, url=pages[0][0][1].final_url)
    return view.cite(tuple(page for page, _ in pages)), dict(told)


def _cost_lines(page: Page, view: View) -> tuple[str, ...]:
    """Sentences on costs; a line and the next one together: the amount may stand in a cell."""
    own = page[1].text if "start" in page[1].roles else own_text(page[1], start_of(view))
    is_rates = "delivery" in page[1].roles and "start" not in page[1].roles
    lines = own.split("\n")[:2000]
    found: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not (is_rates or holds(line, _MARKS)):
            continue
        is_name = line.endswith(":") or " " not in line or _COST.search(line)
        is_row = is_name and len(line) < LABEL_MAX_CHARS and len(following) < CELL_MAX_CHARS
        joined = f"{line} {following}" if is_row else line
        found.extend(s for s in sentences(_SHORTENED.sub(r"\1 ", joined)) if _is_on_cost(s))
        if is_rates and _is_rate(
            f"{line} {following}" if len(following) < CELL_MAX_CHARS else line
        ):
            found.append(f"{line} {following}")
    return tuple(found)


def _is_on_cost(sentence: str) -> bool:
    """Does a sentence speak of a cost, not of one that is paid back?"""
    told = holds(sentence, _MARKS) and bool(_kinds_of(sentence) or _FREE.search(sentence))
    return told and not _REFUND.search(sentence)


def _is_rate(row: str) -> bool:
    """A row of a page on delivery that is a place, weight or way of sending and an amount."""
    return bool(_RATE.match(row)) and not (_FROM.search(row) or _LEAST.search(row))


def _kinds_of(line: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _KINDS.items() if pattern.search(line))


def _is_amount(line: str) -> bool:
    return bool(
        _FREE.search(line) or (AMOUNT.search(line) and (_COST.search(line) or _short(line)))
    )


def _is_threshold(line: str) -> bool:
    """Free from an amount on, and not a word of what it costs below."""
    return bool(_FREE.search(line) and _FROM.search(line)) and len(AMOUNT.findall(line)) == 1


def _short(line: str) -> bool:
    return len(line) <= 80  # noqa: PLR2004 - a row of a table, not a sentence on something else


def extra_costs(seen: Seen, subject: Subject) -> Observation:
    """Are costs beside the price told before ordering begins?  (tz-5.5)."""
    out, view = CostsSeen, look(seen)
    early = [(page, line) for page in _early(view) for line in _cost_lines(page, view)]
    priced = [(page, line) for page, line in early if _is_amount(line)]
    known = frozenset(kind for _, line in early for kind in _kinds_of(line))
    new = _new(view, known | {"delivery"} if priced else known)
    told = values(view, subject)
    if new is not None:
        page, line = new
        gap = view.unread("start", "delivery", "terms", "payment", short=True)
        told, cited = values(view, subject, url=page[1].final_url), view.cite((page,))
        said = f"A cost that no page read before names appears in the cart: {clip(line, 120)!r}."
        kind = out.INCOMPLETE if gap else out.NEW_IN_CART
        return Observation(kind, said, cited, told, fragment=line)
    if priced:
        page, line = next((found for found in priced if not _is_threshold(found[1])), priced[0])
        told = values(view, subject, url=page[1].final_url)
        said = f"Costs beside the price are told: {clip(line, 120)!r}."
        kind = out.THRESHOLD_ONLY if _is_threshold(line) else out.TOLD
        return Observation(kind, said, view.cite((page,)), told, fragment=line)
    gap = view.unread("start", "delivery", short=True)
    later = next(((p, s) for p, s in early if _LATER.search(s)), None)
    if later is not None:
        told = values(view, subject, url=later[0][1].final_url)
        said = f"Costs are told later only: {clip(later[1], 120)!r}."
        return Observation(out.LATER, said, view.cite((later[0],)), told, fragment=later[1])
    if gap:
        said = f"No costs beside the price were found, but not every page was read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    said = f"No costs beside the price are told on {told['pages_checked']} pages."
    return Observation(out.NOT_TOLD, said, view.cite(), told)


def _early(view: View) -> tuple[Page, ...]:
    """Pages that visitors can read before they order."""
    pages = tuple(p for p in view.of(*_COST_ROLES) if p[1].own)
    offers = tuple(p for p in view.readable if p[1].offer is not None and p not in pages)
    return tuple(p for p in (*pages, *offers) if "checkout" not in p[1].roles)


def _new(view: View, known: frozenset[str]) -> tuple[Page, str] | None:
    """A cost with an amount above nothing in the cart, of a kind no earlier page names."""
    for page in (p for p in view.of("checkout") if "profile" not in p[1].roles):
        for line in _cost_lines(page, view):
            kinds = _kinds_of(line)
            if kinds and not kinds & known and _is_charge(line):
                return page, line
    return None


def _is_charge(line: str) -> bool:
    return not _FREE.search(line) and is_more_than_nothing(line)
