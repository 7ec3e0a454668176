"""Names with a legal form, and whether the shop gives them as its own.

Forms are searched, and the name is what stands around them, word by word: the time is
linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scanners.content.numbers import is_foreign
from scanners.drift.company_words import (
    CONNECTORS,
    FORM,
    FORM_HINT,
    LEAD_IN,
    LEADING,
    NAME_LABEL,
    OPENERS,
    OWN,
    PARTNER,
    REGISTERED,
)
from scanners.drift.durations import fold

NAMES_MAX = 60
NAME_WORDS_MAX = 7
NAME_MIN_CHARS = 2
LABELLED_MAX_CHARS = 60
CONTEXT_CHARS = 160
BLOCK_LINES = 5
# Those pages are about the shop; elsewhere a name needs words that make it the shop's.
_ABOUT_SHOP = frozenset({"start", "contact", "about"})
_SPLIT = re.compile(r"[.!?;]\s")
_STOP = tuple(',:;|·•©®™()–—!?"”“«»')
_YEARS = re.compile(r"(?:19|20)\d{2}(?:[-–/](?:(?:19|20)?\d{2})?)?")
_NO_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Company:
    """A name: ``value`` is ``name|form`` folded and without signs; ``own`` as the text has it."""

    value: str
    own: bool
    text: str


def bare_name(name: str) -> str:
    """A name as it is compared: letters and digits in lower case without accents."""
    return _NO_NAME.sub("", fold(name))


def companies_in(lines: tuple[str, ...], roles: frozenset[str]) -> Iterator[Company]:
    """The companies of a page, at most ``NAMES_MAX``."""
    left = NAMES_MAX
    for at, line in enumerate(lines):
        if left <= 0:
            return
        for start, end, name, form in _named(line) if FORM_HINT.search(line) else ():
            left -= 1
            bare = bare_name(name)
            if left >= 0 and len(bare) >= NAME_MIN_CHARS:
                yield Company(f"{bare}|{form}", _is_own(lines, at, (start, end), roles), line)
        labelled = _labelled(lines, at)
        if labelled:
            left -= 1
            yield Company(f"{bare_name(labelled)}|", own=True, text=labelled)


def _named(line: str) -> Iterator[tuple[int, int, str, str]]:
    """Where it begins and ends, name and form: a name stands before its form, or behind it."""
    done = 0
    for match in FORM.finditer(line):
        form = match.lastgroup or ""
        low = max(done, match.start() - 120)
        high = low + len(line[low : match.start()].rstrip(" (,"))
        start, name = _before(line, low, high)
        if name:
            yield start, match.end(), name, form
        elif form in LEADING:
            name = _after(line[match.end() : match.end() + 120])
            if name:
                yield match.start(), match.end(), name, form
        done = match.end()


def _before(line: str, low: int, high: int) -> tuple[int, str]:
    """The words of a name that end at ``high``."""
    words = [(m.start() + low, m[0]) for m in re.finditer(r"\S+", line[low:high])]
    taken: list[tuple[int, str]] = []
    for place, word in reversed(words[-NAME_WORDS_MAX:]):
        last = not taken
        bare = word
        if not _is_of_name(bare) or (not last and bare.endswith((*_STOP, "."))):
            break
        taken.append((place, bare))
        if bare.startswith(('"', "“", "«", "‘")):
            break
    return _trimmed(list(reversed(taken)))


def _after(text: str) -> str:
    taken: list[tuple[int, str]] = []
    for word in text.split()[:NAME_WORDS_MAX]:
        bare = word.rstrip(",.;:)|")
        if not _is_of_name(bare):
            break
        taken.append((0, bare))
        if bare != word:
            break
    return _trimmed(taken)[1]


def _is_of_name(word: str) -> bool:
    if not word or _YEARS.fullmatch(word) or fold(word).strip(".'’") == "copyright":
        return False
    if word.casefold() in CONNECTORS:
        return True
    first = word.lstrip("\"“«‘'(").lstrip("’")[:1]
    return first.isupper() or first.isdecimal()


def _trimmed(taken: list[tuple[int, str]]) -> tuple[int, str]:
    """Without the words that only open a sentence, and small words at either end."""
    while taken and (fold(taken[0][1]).strip(".'’") in OPENERS or _small(taken[0][1])):
        taken = taken[1:]
    while taken and _small(taken[-1][1]):
        taken = taken[:-1]
    return (taken[0][0], " ".join(word for _, word in taken)) if taken else (-1, "")


def _small(word: str) -> bool:
    return word.casefold() in CONNECTORS and not word[:1].isupper()


def _is_own(lines: tuple[str, ...], at: int, span: tuple[int, int], roles: frozenset[str]) -> bool:
    """Does the shop say that it is this company?"""
    line, (start, end) = lines[at], span
    before = _SPLIT.split(fold(line[max(0, start - CONTEXT_CHARS) : start]))[-1]
    if is_foreign(line, start) or PARTNER.search(before):
        return False
    around = fold(_SPLIT.split(line[end : end + 2 * CONTEXT_CHARS])[0])
    said = bool(OWN.search(before) or OWN.search(around))
    # "X Ltd, registered in England": terms are between X and the customer.
    said = said or ("terms" in roles and bool(REGISTERED.search(around)))
    if start > CONTEXT_CHARS or not LEAD_IN.match(before):
        return said and not PARTNER.search(around)
    if roles & _ABOUT_SHOP:
        return True
    block = " ".join((around, *(fold(one[:200]) for one in lines[at + 1 : at + BLOCK_LINES])))
    return said or bool(REGISTERED.search(block))


def _labelled(lines: tuple[str, ...], at: int) -> str:
    """The name behind "Handelsnaam:", on its line or the next, that has no legal form."""
    match = NAME_LABEL.match(lines[at][: LABELLED_MAX_CHARS * 2])
    if match is None:
        return ""
    rest = lines[at][match.end() :].strip()
    colon = rest or match[0].rstrip().endswith((":", "-", "–")) or len(match[0]) == len(lines[at])
    if not rest and colon and at + 1 < len(lines):
        rest = lines[at + 1]
    elif not lines[at][: match.end()].rstrip().endswith((":", "-", "–")):
        return ""
    fits = 0 < len(rest) <= LABELLED_MAX_CHARS and rest[:1].isupper() and not FORM.search(rest)
    return rest if fits and bare_name(rest) and rest.count(" ") < NAME_WORDS_MAX else ""
