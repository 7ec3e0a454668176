"""Postal addresses by their postcode: NL, BE, LU, AT, CH (four digits), DE and FR, UK.

The value is what a move changes and another spelling does not: postcode and house number,
and where a postcode covers a whole town the last word of the street.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from scanners.drift.counting import words
from scanners.drift.durations import fold

ADDRESSES_MAX = 40
REACH = 90

_GAP = r"[\s,;:|·•()–-]{0,6}"
_CODE = re.compile(
    r"(?<![\w.,/-])(?:(?P<nl>[1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2})(?![\w-])"
    r"|(?P<uk>[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})(?!\w)"
    r"|(?:(?:B|BE|D|DE|F|FR|L|LU|A|AT|CH)\s?-\s?)?(?P<other>\d{4,5})(?=[ ]{1,2}['’]?[A-ZÀ-Þ]))"
)
_TAIL = (
    r"(?:\s?[-/]?\s?(?:[A-Za-z]{1,2}|bis|ter|hs|\d{1,4})(?![\w]))?"
    r"(?:[ ,/]{1,3}(?:bus|bte|bo[îi]te|box|b)\.?\s?\w{1,4})?"
)
_NUMBER_LAST = re.compile(
    rf"(?P<street>[^\W\d_][\w'’.-]*)[ ,]{{1,2}}"
    rf"(?:n[r°o]\.?\s?)?(?P<number>[1-9]\d{{0,3}})(?!\d){_TAIL}{_GAP}$"
)
_ROAD = (
    r"(?:rue|avenue|av|boulevard|bld|blvd|bd|place|pl|chaussee|ch|chemin|quai|allee|route|rte|impasse"
    r"|square|cours|zone|zoning|parc|passage|faubourg|galerie|clos|drève|dreve|sentier)"
)
_NUMBER_FIRST = re.compile(
    rf"(?<![\w.])(?P<number>\d{{1,4}})(?:\s?(?:bis|ter|quater|[a-z]))?,?\s(?P<street>{_ROAD}\.?\s"
    rf"[^\n,|]{{2,45}}?){_GAP}$"
)
_ENGLISH = re.compile(
    r"(?<![\w.])(?P<number>\d{1,4})[a-z]?,?\s(?P<street>[a-z][a-z'’ -]{1,40}\s(?:street|st|road|rd"
    r"|lane|ln|avenue|ave|way|close|drive|dr|square|court|row|hill|place|park|gardens|terrace))\.?"
    rf"(?:{_GAP}[a-z][a-z'’ -]{{1,30}})?{_GAP}$"
)
_BOX = re.compile(
    rf"(?:postbus|p\.?\s?o\.?\s?box|boite postale|postfach)\s?(?P<number>\d{{1,6}}){_GAP}$"
)
# "1000 Brussel, Wetstraat 16".
_TOWN_FIRST = re.compile(
    r"^\s{1,2}[^\W\d_][\w'’ -]{1,30}?\s?[,;|·•\n–-]\s?"
    r"(?:(?P<after>[^\W\d_][\w'’.-]{0,40}(?:\s[^\W\d_][\w'’.-]{0,40}){0,3})"
    r"[ ,]{1,2}(?P<last>[1-9]\d{0,3})(?!\d)"
    rf"|(?P<first>\d{{1,4}}),?\s(?P<road>{_ROAD}\s[^\n,|]{{2,40}}))"
)
# A year, or the end of a longer number.
_NO_CODE = re.compile(r"(?:©|\(c\)|copyright|\d\s?[-–]?)\s?$")
_NO_STREET = frozenset(
    words(
        "kvk kbo bce btw vat tva tel telefoon fax siret siren hrb hra nr nummer no rcs copyright"
        " op van tot vanaf om der den des les the and met voor am le el du per sur on of in"
    )
)
_STREET_END = re.compile(r"(?:straat|strasse|str|stra)$")
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Address:
    """``value`` such as ``1234AB 12`` or ``1000 16 wet``; ``start`` and ``end`` in the text."""

    value: str
    start: int
    end: int


def addresses_in(text: str) -> tuple[Address, ...]:
    """The addresses of a text in order, at most ``ADDRESSES_MAX``."""
    found = (_address(text, match) for match in islice(_CODE.finditer(text), 4 * ADDRESSES_MAX))
    return tuple(one for one in found if one is not None)[:ADDRESSES_MAX]


def _address(text: str, match: re.Match[str]) -> Address | None:
    low = max(0, match.start() - REACH)
    before = fold(text[low : match.start()])
    code = "".join((match["nl"] or match["uk"] or match["other"]).split())
    boxed = _BOX.search(before)
    if boxed is not None:
        return Address(
            f"{code} box {int(boxed['number'])}", _line(text, low, boxed.start()), match.end()
        )
    for road in _roads(before, english=match["uk"] is not None):
        street = "" if match["other"] is None else f" {street_of(road['street'])}"
        return Address(
            f"{code} {int(road['number'])}{street}", _line(text, low, road.start()), match.end()
        )
    behind = _TOWN_FIRST.match(fold(text[match.end() : match.end() + REACH]))
    if behind is None or match["other"] is None or _NO_CODE.search(before):
        return None
    number, street = behind["last"] or behind["first"], behind["after"] or behind["road"]
    end = min(len(text), match.end() + behind.end())
    return Address(f"{code} {int(number)} {street_of(street)}", match.start(), end)


def _line(text: str, low: int, at: int) -> int:
    """Where the line begins that people are shown of an address."""
    return max(low, text.rfind("\n", 0, low + at + 1) + 1)


def _roads(before: str, *, english: bool) -> Iterator[re.Match[str]]:
    """The readings of what stands before a postcode, the surest first."""
    patterns = (_NUMBER_FIRST, _ENGLISH) if english else (_NUMBER_FIRST, _NUMBER_LAST, _ENGLISH)
    found = (match for pattern in patterns if (match := pattern.search(before)) is not None)
    yield from (match for match in found if match["street"].strip(".") not in _NO_STREET)


def street_of(street: str) -> str:
    """The last word of a street without its kind: ``rue de la Paix`` and ``Paix`` are one."""
    parts = [word for word in re.split(r"[^\w]+", fold(street)) if word and not word.isdecimal()]
    if not parts:
        return ""
    kind = parts[-1] in ("straat", "strasse", "str", "street", "st", "road", "rd", "lane", "avenue")
    word = parts[-2] if kind and len(parts) > 1 else parts[-1]
    return (_STREET_END.sub("", word) or word)[:_KEPT]
