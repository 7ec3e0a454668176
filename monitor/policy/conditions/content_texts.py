"""Reading legal text: durations (P8), sentences, sections under a heading.

Four languages at once: a page of a Belgian shop mixes them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scanners.content.evidence import PageFacts

HEADING_MAX_CHARS = 90
SENTENCE_MAX_CHARS = 1_200

_NUMBER_WORDS: dict[str, int] = {
    word: value
    for value, line in {
        1: "een één un une one a an ein eine einem einer einen eines",
        2: "twee deux two zwei",
        3: "drie trois three drei",
        4: "vier quatre four",
        5: "vijf cinq five fünf",
        6: "zes six sechs",
        7: "zeven sept seven sieben",
        8: "acht huit eight",
        9: "negen neuf nine neun",
        10: "tien dix ten zehn",
        14: "veertien quatorze fourteen vierzehn",
        15: "vijftien quinze fifteen fünfzehn",
        20: "twintig vingt twenty zwanzig",
        21: "eenentwintig",
        28: "achtentwintig",
        30: "dertig trente thirty dreißig dreissig",
        60: "zestig soixante sixty sechzig",
    }.items()
    for word in line.split()
}
_UNITS: dict[str, str] = {
    "working": r"(?:werk|arbeids)dag(?:en)?|(?:working|business)[\s\-]days?"
    r"|jours?\s(?:ouvrables?|ouvr[ée]s?)|(?:werk|arbeits|gesch[äa]fts)tage?n?",
    "day": r"(?:kalender)?dag(?:en)?|(?:calendar[\s\-])?days?"
    r"|jours?(?:\scalendaires?|\scalendriers?)?|(?:kalender)?tage?n?",
    "week": r"weken|weeks?|semaines?|wochen?",
    "hour": r"uur|uren|hours?|hrs?|heures?|stunden?|u|h",
    "month": r"maand(?:en)?|months?|mois|monat(?:en?|s)?",
}
_WORDS = "|".join(sorted(map(re.escape, _NUMBER_WORDS), key=len, reverse=True))
_ALL_UNITS = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())
_DURATION = re.compile(
    rf"(?i)(?<![\w.,])(?:(?P<digits>\d{{1,3}})(?!\d)|(?P<word>{_WORDS})(?!\w))"
    rf"(?:\s?\(\s?(?:(?P<inner>\d{{1,3}})\s?(?:[a-zé]{{3,10}}\s?)?|[a-zéü]{{3,16}}\s?)\))?"
    rf"(?:\s?[\-]\s?|\s?)(?:{_ALL_UNITS})(?!\w)"
)
# "365 dagen per jaar", "7 days a week", "24/7": opening times, no terms.
_NOT_A_TERM = re.compile(
    r"(?i)^\s?(?:per|par|pro|a|an|op|sur|im|in\sder|each|every)\s(?:de\s|the\s)?"
    r"(?:jaar|year|an|jahr|week|semaine|woche|dag|day|jour|tag|maand|month|mois|monat|7|24)"
)
_HALF = re.compile(r"(?<=[.!?;])\s+(?=[\"'(«„]?[A-ZÀ-Þ0-9])")
_NUMBERED = re.compile(
    r"(?i)^\s?(?:artikel|article|art\.|§|abschnitt|hoofdstuk)?\s?\d{1,2}(?:\.\d{1,2})?[.):\s\-–]+\S"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A term in a text: ``days`` are calendar days, the most it can mean.

    ``working`` marks working days; ``start`` and ``end`` are offsets in its text.
    """

    days: int
    working: bool
    start: int
    end: int
    said: str


def calendar_days(amount: int, unit: str) -> int:
    """Calendar days of an amount: the longest a week or month can last.

    Working days span weekends: ``n + 2 * ceil(n / 5)`` (label conditions, P8).
    """
    match unit:
        case "working":
            return amount + 2 * math.ceil(amount / 5)
        case "week":
            return 7 * amount
        case "month":
            return 31 * amount
        case "hour":
            return math.ceil(amount / 24)
        case _:
            return amount


def durations(text: str) -> tuple[Duration, ...]:
    """Every term in a sentence, opening times left out."""
    found: list[Duration] = []
    skip_to = 0
    for match in _DURATION.finditer(text[:SENTENCE_MAX_CHARS]):
        if match.start() < skip_to:
            continue
        opening = _NOT_A_TERM.match(text[match.end() : match.end() + 25])
        if opening:
            skip_to = match.end() + opening.end()
            continue
        unit = next(name for name in _UNITS if match.group(name))
        amount = match.group("inner") or match.group("digits")
        count = int(amount) if amount else _NUMBER_WORDS[match.group("word").lower()]
        days = calendar_days(count, unit)
        found.append(Duration(days, unit == "working", *match.span(), said=match.group()))
    return tuple(found)


def sentences(line: str) -> tuple[str, ...]:
    """Sentences of one line; abbreviations may cut one in two, never join two."""
    return tuple(s.strip()[:SENTENCE_MAX_CHARS] for s in _HALF.split(line) if s.strip())


def is_heading(line: str, headings: frozenset[str]) -> bool:
    """A marked-up heading, or a short numbered line without a full stop."""
    if line in headings:
        return True
    short = len(line) <= HEADING_MAX_CHARS and not line.rstrip().endswith((".", ";", ","))
    return short and bool(_NUMBERED.match(line))


def sections(page: PageFacts, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(heading, lines under it) in order; the first heading is the page's title."""
    headings = frozenset(page.headings)
    heading, lines = page.title, list[str]()
    for line in text.split("\n"):
        if is_heading(line, headings):
            yield heading, tuple(lines)
            heading, lines = line, []
        elif line:
            lines.append(line)
    yield heading, tuple(lines)
