"""Durations in running text, whatever their wording: number and unit, in four languages.

A reader of tokens, not a regular expression: its time is linear in the text, and
``veertien dagen``, ``14 (veertien) dagen`` and ``14-daagse`` give the same ``14 days``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from scanners.drift.counting import NUMBERS, PHRASE_WORDS_MAX, words

DIGITS_MAX = 4
HOURS_OF_A_DAY = 24
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Duration:
    """``value`` such as ``14 days`` or ``2-3 working days``; offsets, end exclusive."""

    value: str
    start: int
    end: int


class _Token(NamedTuple):
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """``languages`` are those whose number words may stand before it."""

    name: str
    languages: tuple[str, ...]


def _units(*rows: tuple[str, str, str]) -> dict[str, _Unit]:
    return {
        word: _Unit(name, tuple(languages.split()))
        for name, languages, spelt in rows
        for word in spelt.split()
    }


_UNITS = _units(
    ("hour", "nl", "uur uren"),
    ("hour", "fr", "heure heures"),
    ("hour", "en", "hour hours"),
    ("hour", "de", "stunde stunden"),
    ("day", "nl", "dag dagen daags daagse"),
    ("day", "fr", "jour jours"),
    ("day", "en", "day days"),
    ("day", "de", "tag tage tagen tages tagig tagige tagigen tagiger tagiges"),
    ("working day", "nl", "werkdag werkdagen werkdaagse"),
    ("working day", "de", "werktag werktage werktagen"),
    ("business day", "de", "arbeitstag arbeitstage arbeitstagen"),
    ("calendar day", "nl", "kalenderdag kalenderdagen"),
    ("calendar day", "de", "kalendertag kalendertage kalendertagen"),
    ("week", "nl en", "week"),
    ("week", "nl", "weken weekse"),
    ("week", "en", "weeks"),
    ("week", "fr", "semaine semaines"),
    ("week", "de", "woche wochen wochig wochige wochigen wochiger wochiges"),
    ("month", "nl", "maand maanden maands maandse"),
    ("month", "fr", "mois"),
    ("month", "en", "month months"),
    ("month", "de", "monat monate monaten monats monatig monatige monatigen monatiger"),
    ("year", "nl", "jaar jaren jarig jarige"),
    ("year", "fr", "an ans annee annees"),
    ("year", "en", "year years"),
    ("year", "de", "jahr jahre jahren jahres jahrig jahrige jahrigen jahriger"),
)
# A jour ouvrable and a Werktag include Saturday, a jour ouvré and an Arbeitstag do not.
_PAIRS = {
    (first, second): _Unit(name, (language,))
    for name, language, firsts, seconds in (
        ("working day", "fr", "jour jours", "ouvrable ouvrables"),
        ("business day", "fr", "jour jours", "ouvre ouvres"),
        ("calendar day", "fr", "jour jours", "calendaire calendaires"),
        ("working day", "en", "working", "day days"),
        ("business day", "en", "business", "day days"),
        ("calendar day", "en", "calendar", "day days"),
    )
    for first in firsts.split()
    for second in seconds.split()
}
# Units that are written in one word with their number: veertiendaagse, vierzehntägig.
_TAILS = tuple(
    sorted(
        (w for w in _UNITS if w.endswith(("aags", "aagse", "eekse", "aandse")) or "rig" in w
         or "tagig" in w or "wochig" in w or "monatig" in w),
        key=len, reverse=True,
    )
)  # fmt: skip
_FIRST = frozenset(_UNITS) | {first for first, _ in _PAIRS}
_RANGE = frozenset(words("- – — / a tot to bis of ou or oder en et and und"))
_CLOCK = frozenset(words("om voor vanaf rond tussen"))


def fold(text: str) -> str:
    """Lower case without accents; one character may become none or two."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


def durations_in(text: str) -> tuple[Duration, ...]:
    """Every duration of a text, left to right, never overlapping."""
    tokens = [_Token(fold(m[0]), *m.span()) for m in _TOKEN.finditer(text)]
    found: list[Duration] = []
    for duration in _all(tokens):
        if not found or duration.start >= found[-1].end:
            found.append(duration)
    return tuple(found)


def _all(tokens: list[_Token]) -> Iterator[Duration]:
    for at, token in enumerate(tokens):
        if token.word not in _FIRST:
            if token.word.endswith(_TAILS):
                yield from _compound(token)
            continue
        following = tokens[at + 1].word if at + 1 < len(tokens) else ""
        unit = _PAIRS.get((token.word, following))
        last = tokens[at + 1] if unit is not None else token
        unit = unit or _UNITS.get(token.word)
        if unit is None:
            continue
        number = _amount(tokens, at - 1, unit)
        if number is None or (token.word == "an" and number[0] != "1"):
            continue
        yield Duration(_worded(number[0], unit), tokens[number[1]].start, last.end)


def _worded(value: str, unit: _Unit) -> str:
    return f"{value} {unit.name}" if value == "1" else f"{value} {unit.name}s"


def _compound(token: _Token) -> Iterator[Duration]:
    tail = next(tail for tail in _TAILS if token.word.endswith(tail))
    unit = _UNITS[tail]
    for language in unit.languages:
        value = NUMBERS[language].get(token.word.removesuffix(tail))
        if value is not None:
            yield Duration(_worded(str(value), unit), token.start, token.end)


def _amount(tokens: list[_Token], at: int, unit: _Unit) -> tuple[str, int] | None:
    """The number that ends at ``at``, with its twin in brackets or as a range; where it starts."""
    if at >= 1 and tokens[at].word == "-":
        at -= 1
    if at >= 3 and tokens[at].word == ")":  # noqa: PLR2004 - number ( number )
        inner = _number(tokens, at - 1, unit)
        if inner is None or inner[1] < 1 or tokens[inner[1] - 1].word != "(":
            return None
        outer = _number(tokens, inner[1] - 2, unit)
        if outer is None:
            return None
        value = outer[0] if outer[0] == inner[0] else f"{outer[0]} ({inner[0]})"
        return value, outer[1]
    right = _number(tokens, at, unit)
    if right is None or _is_clock(tokens, right, unit):
        return None
    if right[1] >= 2 and tokens[right[1] - 1].word in _RANGE:  # noqa: PLR2004
        left = _number(tokens, right[1] - 2, unit)
        if left is not None:
            return f"{left[0]}-{right[0]}", left[1]
    return right


def _is_clock(tokens: list[_Token], number: tuple[str, int], unit: _Unit) -> bool:
    """``voor 17 uur`` and ``17.00 uur`` are times of the day."""
    value, start = number
    if unit.name != "hour":
        return False
    before = tokens[start - 1].word if start else ""
    if before == ":":
        return True
    whole, _, part = value.partition(".")
    hour = whole.isdecimal() and int(whole) <= HOURS_OF_A_DAY
    return hour and (len(part) == 2 or before in _CLOCK)  # noqa: PLR2004 - minutes


def _number(tokens: list[_Token], at: int, unit: _Unit) -> tuple[str, int] | None:
    """A number of digits or words that ends at ``at``, and the token it starts with."""
    if at < 0:
        return None
    word = tokens[at].word
    if word.isdecimal():
        if len(word) > DIGITS_MAX:
            return None
        whole = _whole(tokens, at)
        if whole is not None:
            return f"{int(whole)}.{word}", at - 2
        return str(int(word)), at
    for count in range(min(2 * PHRASE_WORDS_MAX - 1, at + 1), 0, -1):
        said = [token.word for token in tokens[at - count + 1 : at + 1]]
        if "-" in (said[0], said[-1]):
            continue
        phrase = " ".join(word for word in said if word != "-")
        for language in unit.languages:
            value = NUMBERS[language].get(phrase)
            if value is not None:
                return str(value), at - count + 1
    return None


def _whole(tokens: list[_Token], at: int) -> str | None:
    """The digits before a decimal comma or point that touches the number at ``at``."""
    if at < 2 or tokens[at - 1].word not in (".", ","):  # noqa: PLR2004
        return None
    whole, mark = tokens[at - 2], tokens[at - 1]
    touching = whole.end == mark.start and mark.end == tokens[at].start
    fits = whole.word.isdecimal() and len(whole.word) <= DIGITS_MAX
    return whole.word if touching and fits else None
