"""What changes by itself in a legal text: dates, times, prices, copyright years.

Every repetition is bounded and every match begins and ends at the edge of a word, so
the time is linear in the text.  A mark counts as part of a word: what stands beside one
is never a new match.
"""

from __future__ import annotations

import re

from scanners.drift.counting import words

MARK = "#"

_MONTHS = words(
    "januari februari maart april mei juni juli augustus september oktober november december "
    "janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre "
    "décembre decembre "
    "january february march may june july august october "
    "januar jänner februar märz maerz juni juli dezember "
    "jan feb mrt apr jun jul aug sep sept okt oct nov dec dez déc févr fév janv avr juil mär"
)
_MONTH = "(?:" + "|".join(sorted(set(_MONTHS), key=lambda word: (-len(word), word))) + r")\b\.?"
_WEEKDAYS = words(
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "monday tuesday wednesday thursday friday saturday sunday "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag"
)
_WEEKDAY = "(?:" + "|".join(_WEEKDAYS) + ")"
_YEAR = r"(?:19|20)\d{2}"
_YEARS = rf"\s{{0,2}}(?:©|\(c\))?\s{{0,2}}{_YEAR}(?:\s?[-–/]\s?{_YEAR})?(?![\w#])"
_DAY = (
    rf"\d{{1,2}}(?:\.|er|re|e|ste|de|st|nd|rd|th)?\s{{1,2}}(?:of\s)?{_MONTH}"
    rf"(?:,?\s{{1,2}}{_YEAR})?"
)
_MONTH_DAY = rf"{_MONTH}\s{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s{{1,2}}{_YEAR})?"
_AMOUNT = r"(?:\d{1,3}(?:[ .,']\d{3}){1,3}|\d{1,9})(?:[.,](?:\d{1,2}|[-–—]{1,2}))?"
_MONEY = r"(?:€|\$|£|eur|euros|euro|usd|gbp)"

# Sorted by what a match begins with: most places of a text are then passed at once.
_DIGITS = (
    # 2026-03-01, 2026-03-01T12:00:00Z
    r"\d{4}-\d{2}-\d{2}(?:t\d{2}:\d{2}(?::\d{2})?z?)?(?![\w#])",
    # 01-03-2026, 1/3/26, 1.3.2026, 03/2026
    r"\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?![\w#])",
    rf"\d{{1,2}}[-/]{_YEAR}(?![\w#])",
    # 3 maart 2026, 1er mars, 3. März 2026, 3rd of March
    rf"{_DAY}(?![\w#])",
    # 17:30, 17.30 uur, 17h30, 17 Uhr
    r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:uur|u|h|uhr|am|pm))?(?![\w#])",
    r"\d{1,2}\.\d{2}\s?(?:uur|u|h|uhr|am|pm)(?![\w#])",
    r"\d{1,2}h(?:\d{2})?(?![\w#])",
    r"\d{1,2}\s?(?:uhr|am|pm)(?![\w#])",
    # 6,95 euro, 1 250,00 €, 6,-
    rf"{_AMOUNT}\s{{0,2}}{_MONEY}(?![\w#])",
    r"\d{1,6},[-–—]{1,2}(?![\w#])",
)
_LETTERS = (
    # dinsdag 3 maart 2026; March 3, 2026; maart 2026
    rf"{_WEEKDAY},?\s{{1,2}}(?:{_DAY}|{_MONTH_DAY})(?![\w#])",
    rf"{_MONTH_DAY}(?![\w#])",
    rf"{_MONTH},?\s{{1,2}}{_YEAR}(?![\w#])",
    # om 17 uur
    r"(?:om|v[oó][oó]r|vanaf|rond|tussen)\s\d{1,2}\suur(?![\w#])",
    # EUR 6.95
    rf"{_MONEY}\s{{0,2}}{_AMOUNT}(?![\w#])",
    rf"copyright{_YEARS}",
)
_SIGNS = (rf"[€$£]\s{{0,2}}{_AMOUNT}(?![\w#])", rf"(?:©|\(c\)){_YEARS}")
_NOISE = re.compile(
    rf"(?<![\w#])(?:(?=\d)(?:{'|'.join(_DIGITS)})|(?=[^\W\d_])(?:{'|'.join(_LETTERS)})"
    rf"|(?=[€$£©(])(?:{'|'.join(_SIGNS)}))",
    re.IGNORECASE,
)


def noise_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where dates, times and prices stand, left to right."""
    return tuple(match.span() for match in _NOISE.finditer(text))


def without_noise(text: str) -> str:
    """``text`` with a mark for every date, time and price; doing it twice changes nothing."""
    return _NOISE.sub(MARK, text)
