"""The words of prices: amounts in a currency, and what is said of VAT (patterns P4 to P6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from price_parser import Price

from scanners.content.stretches import stretches

CONTEXT_CHARS = 40
AMOUNT_MAX_CHARS = 20

_SIGN = r"(?:€|(?<![A-Za-z])EUR(?![a-z])|£|(?<![A-Za-z])CHF(?![a-z]))"
_AMOUNT = (
    r"(?:0[.,]\d{2,5}|\d{1,3}(?:[.,'’ ]\d{3}){1,3}(?:[.,](?:\d{2}|[-–—]{1,2}))?|\d{1,3}[.,]\d{4}"
    r"|\d{1,7}(?:[.,](?:\d{1,2}|[-–—=]{1,2}))?)(?!\d)"
)
_PRICE = re.compile(
    rf"(?P<sign>{_SIGN})(?: ?|(?<=\n€)\n)(?P<amount>{_AMOUNT})"
    rf"|(?<![\d.,])(?P<whole>\d{{1,5}})€(?P<cents>\d{{2}})(?![\d.,])"
    rf"|(?<![\d.,])(?P<before>{_AMOUNT})(?: ?|\n(?=€(?:\n|$)))(?P<after>{_SIGN}|(?i:euros?)(?!\w))"
)
_NEXT = re.compile(rf" ?{_AMOUNT}(?!\d|[.,]\d)(?! ?(?:€|EUR))")
BARE = re.compile(
    r"(?<![\w.,:/\-])(?:\d{1,3}(?:[. ]\d{3}){1,2}|\d{1,6})[.,]"
    r"(?:\d{2}(?!\d)|[-–—]{1,2})(?![\w.,:/%])"
)
DASHED = re.compile(r"(?<![\w.,:/\-])(?:\d{1,3}(?:\.\d{3}){1,2}|\d{1,6}),[-–—]{1,2}(?![\w.,:/%])")
_DECIMALS = re.compile(r"^(?:0[.,]\d{2,5}|\d{1,3}[.,]\d{4})$")
_CURRENCIES = {"€": "EUR", "£": "GBP"}

UNIT = re.compile(
    r"(?i)^[\s)]{0,2}(?:(?:btw|excl\.?|incl\.?|vat|tva|ht|ttc)\s){0,3}"
    r"(?:/|per|par|pro|je|p/|p\.|de|le|la|l[’'])\s?(?:\d{1,4}\s?)?"
    r"(?:kg|kilo(?:gram)?s?|g|gr(?:am)?|liter|litres?|l|ml|cl|m|m1|m2|m3|m²|m³|meter|m[èe]tre|metre"
    r"|stre(?:kkende)?\smeter|maand|mnd|mois|month|monat|jaar|an|year|jahr|week|semaine|woche|dag"
    r"|jour"
    r"|day|tag|uur|heure|hour|stunde)(?!\w)"
)
WAS = re.compile(
    r"(?i)(?<!\w)(?:adviesprijs|advies|van|was|oude\sprijs|normaal|normale\sprijs|i\.p\.v\.|ipv"
    r"|in\splaats\svan|prix\sconseill[ée]|ancien\sprix|avant|au\slieu\sde|prix\sbarr[ée]|rrp|msrp"
    r"|list\sprice"
    r"|instead\sof|uvp|statt|bisher|fr[üu]her)\s?:?\s?$"
)
EXTRA = re.compile(
    r"(?i)(?:\+|bespaar|besparing|korting|voordeel|verzendkosten|verzending|bezorgkosten|levering"
    r"|vanaf\seen\sbestelling(?:\svan)?|[ée]conomisez|remise|r[ée]duction|livraison"
    r"|frais\sde\sport|save"
    r"|discount|shipping|delivery|versand(?:kosten)?|rabatt|sparen\ssie|ersparnis|statiegeld"
    r"|recupel"
    r"|toeslag|spaar)\s?:?\s?(?:tot\s|van\s|vanaf\s|from\s|ab\s|d[èe]s\s)?$"
)

_TAX = (
    r"(?:btw|b\.t\.w\.?|vat|v\.a\.t\.?|tva|t\.v\.a\.?|mwst\.?|mw\.-?st\.?|mehrwertsteuer|belasting(?:en)?|steuern?|ust\.?"
    r"|umsatzsteuer|(?:sales\s)?tax(?:es)?)(?!\w)"
    r"(?![\s\-]?(?:nummer|nr|number|no[. ]|num|id\b|ident|registr|plicht|verlegd|aangifte))"
)
_RATE = r"(?:\(?\d{1,2}(?:[.,]\d)?\s?%\)?\s?)?"
_GAP = (
    rf"[\s\-]{{0,2}}{_RATE}(?:(?:de|het|the|la|all|der|die|gesetzl\w{{0,8}}\.?|ges\.|geldende|applicable"
    r"|dutch|belgian|local|wettelijke|nederlandse|belgische|verzend\w{0,8}|versand\w{0,8}"
    r"|liefer\w{0,8}|shipping|delivery|frais\sde|port|en|and|et|und|&|of|recupel|bebat|auvibel"
    rf")[\s/,]{{1,2}}){{0,4}}{_RATE}"
)
_EXCL = r"excl?(?:usief|uding|usive|udes?|u|\.)?|exkl(?:usive|\.)?|ex\.?"
_INCL = r"incl?(?:usief|uding|usive|udes?|us|u|\.)?|inkl(?:usive|\.)?"
_EITHER = rf"(?:(?:{_EXCL})\s?(?:/|\||of|or|ou|oder|en|and|et|und)\s?(?:{_INCL})"
_OTHER = rf"|(?:{_INCL})\s?(?:/|\||of|or|ou|oder|en|and|et|und)\s?(?:{_EXCL}))"
LABEL = re.compile(
    rf"(?i)(?P<both>(?<!\w){_EITHER}{_OTHER}(?!\w)(?:\s?{_TAX})?)"
    rf"|(?<!\w)(?P<negated>(?:not|niet|nicht|non|pas)\s(?:{_INCL}){_GAP}{_TAX})"
    rf"|(?:(?<!\w)(?P<excl>{_EXCL}|zzgl\.?|zuz[üu]glich|hors|without|plus|before|net\sof|ohne|sans)"
    rf"|(?P<plus>\+)){_GAP}{_TAX}"
    rf"|(?<!\w)(?P<incl>{_INCL}|y\scompris|einschl(?:\.|ie(?:ss|ß)lich)?|mit|avec|with|toutes"
    rf"(?=\staxes\scomprises))"
    rf"{_GAP}{_TAX}(?:\scomprises)?"
    rf"|(?<!\w)(?:(?P<zonder>zonder)|(?P<met>met))\s{_RATE}(?:de\s)?(?:btw|b\.t\.w\.?)(?!\w"
    rf"|[\s\-]?(?:nummer|nr))"
    rf"|(?<!\w){_TAX}[\s:,(]{{0,3}}{_RATE}(?:(?P<excl_after>excl?\w{{0,7}}\.?|exkl\w{{0,6}}\.?|ex(?!\w)"
    r"|non\s(?:comprise?s?|incluse?s?)|niet\s(?:inbegrepen|inclusief|begrepen)|not\s(?:included"
    r"|incl\.?)"
    r"|nicht\s(?:enthalten|inbegriffen)|en\ssus)"
    r"|(?P<incl_after>incl?\w{0,6}\.?|inkl\w{0,6}\.?|comprises?|inbegrepen|begrepen|enthalten"
    r"|inbegriffen))"
)
# Case counts here: "ht" stands inside words, and HT in the names of machines.
_LETTERS = re.compile(
    r"(?<![\w.&/\-])(?:(?P<excl>H\.?T\.?(?:V\.?A\.?)?|htva)|(?P<incl>T\.?T\.?C\.?"
    r"|T\.?V\.?A\.?C\.?|tvac|ttc)"
    r"|(?P<low>ht))(?!\w)(?!-\w)(?!\s?/\s?(?:HT|TTC|TVAC))"
)
_SHORT = re.compile(
    r"(?i)(?<!\w)(?:(?P<excl>excl?|ex(?=[.)]))|(?P<incl>incl?(?=\W)))\.?(?=\s{0,2}(?:$|[|/()€,;•·\n-]))"
)
# What may stand between a price and letters that say HT or TTC.
_PER_PIECE = re.compile(
    r"(?i)^[ /(]{0,3}(?:(?:par|la|le|l[’']|pi[èe]ce|unit[ée]|stuk|per|kg|m2|m²|mois|an|jour|heure"
    r"|p/?|st\.?|stuks?|pcs|each|ea|st[üu]ck|stk\.?"
    r"|lot|€|\*)"
    r"[ /()]{0,2}){0,4}\n?$"
)
_PRICE_WORD = re.compile(r"(?i)(?:prix|tarif|montant|total|prijs|price|preis)\w?(?:\s\w{1,9})?\s$")
# "HT : 10 €" at the start of a line or after a dash; not "Makita HT 10 €".
_LEADS = re.compile(r"\s?[:=]?\s?")
_OPENS = re.compile(r"(?:^|\n|[-–—|/(:;,]\s?)$")
_ONLY_LETTERS = re.compile(
    r"^\W{0,2}[HTVACtvach.]{2,8}\W{0,2}(?:(?:/|par|l[’']|la|le|,|\*|-|\()\s?\D{0,14})?$"
)


_SIGNS = re.compile(r"[€£]|EUR|CHF|[Ee]uro")
# How far from its sign an amount may reach, and words on VAT from their price.
_AMOUNT_REACH = 40
LABEL_REACH = 200


@dataclass(frozen=True, slots=True)
class Amount:
    """A price in a text: where it stands, how much, in which currency ("" when none is named)."""

    start: int
    end: int
    value: str
    currency: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words on VAT: where they stand; ``kind`` is ``incl`` or ``excl``.

    ``close`` marks those that count only right at a price (HT, TTC, "excl." alone).
    """

    start: int
    end: int
    kind: str
    close: bool = False


def value_of(amount: str) -> str:
    """``1.234,5`` as ``1234.50``; "" when it is no amount."""
    return _value_of(amount[:AMOUNT_MAX_CHARS].strip())


@lru_cache(maxsize=4_096)
def _value_of(amount: str) -> str:  # cached: cards of products stand on many pages
    plain = re.sub(r"[-–—=]+$", "", amount).rstrip(".,")
    separator = next((c for c in plain if c in ".,"), None) if _DECIMALS.match(plain) else None
    found = Price.fromstring(plain.replace("’", "'"), decimal_separator=separator).amount
    if found is None:
        return ""
    least = Decimal("0.01")
    return str(found if found != found.quantize(least) else found.quantize(least))


def amounts_in(text: str, most: int) -> Iterator[Amount]:
    """Prices with a currency in the order of the text, at most ``most``."""
    signs = (match.start() for match in _SIGNS.finditer(text))
    for low, high in stretches(signs, _AMOUNT_REACH, len(text)):
        at = low
        while most > 0 and (match := _PRICE.search(text, at, high)) is not None:
            if match["after"] and _NEXT.match(text, match.end()):
                # "size 5 € 12,50": the sign belongs to what follows.
                at = match.start("after")
                continue
            at = match.end()
            sign = match["sign"] or match["after"] or "€"
            amount = match["amount"] or match["before"] or f"{match['whole']},{match['cents']}"
            most -= 1
            currency = _CURRENCIES.get(sign, sign[:3].upper())
            yield Amount(match.start(), match.end(), value_of(amount), currency)


def labels_in(text: str, places: Iterable[int] | None = None) -> tuple[Label, ...]:
    """Every word on VAT that may belong to a price, in order.

    ``places`` are where the prices stand, in order; without, the whole text is read.
    """
    parts = [(0, len(text))] if places is None else stretches(places, LABEL_REACH, len(text))
    found = [label for low, high in parts for label in _labels(text, low, high)]
    return tuple(sorted(found, key=lambda label: label.start))


def _labels(text: str, low: int, high: int) -> Iterator[Label]:
    taken: list[tuple[int, int]] = []
    for match in LABEL.finditer(text, low, high):
        name = match.lastgroup or ""
        taken.append(match.span())
        if name != "both":
            kind = "incl" if name.startswith("incl") or name == "met" else "excl"
            yield Label(*match.span(), kind)
    for pattern in (_LETTERS, _SHORT):
        for match in pattern.finditer(text, low, high):
            if not _inside(match.start(), taken):
                kind = "incl" if match["incl"] else "excl"
                yield Label(*match.span(), kind, close=True)


def _inside(at: int, taken: list[tuple[int, int]]) -> bool:
    low, high = 0, len(taken)
    while low < high:
        middle = (low + high) // 2
        if taken[middle][1] <= at:
            low = middle + 1
        else:
            high = middle
    return low < len(taken) and taken[low][0] <= at


def is_close(text: str, label: Label, start: int, end: int) -> bool:
    """Do letters such as HT belong to the price at ``start`` to ``end``?"""
    if label.start >= end:
        between = text[end : label.start]
        if len(between) > 26 or not _PER_PIECE.match(between):  # noqa: PLR2004 - pattern P4
            return False
        line = text[label.start : label.start + 30].partition("\n")[0]
        return "\n" not in between or bool(_ONLY_LETTERS.match(line))
    before = text[max(0, label.start - 20) : label.start]
    if _LEADS.fullmatch(text[label.end : start]) and _OPENS.search(before):
        return True
    return start - label.end <= 14 and bool(_PRICE_WORD.search(before))  # noqa: PLR2004 - P4
