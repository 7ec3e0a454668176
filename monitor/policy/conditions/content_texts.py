"""Reading legal text: sentences, and sections under a heading.

Four languages at once: a page of a Belgian shop mixes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from monitor.policy.conditions.content_durations import SENTENCE_MAX_CHARS
from scanners.content.evidence import PageFacts

HEADING_MAX_CHARS = 90
# A line of a document that is shorter ends where its author ended it.
WRAPPED_MIN_CHARS = 50
LINE_MAX_CHARS = 5_000

# A full stop after these ends no sentence, nor does that of "am 14. Tag".
_STOP = re.compile(
    r"(?<=[.!?;])(?<!\bmax\.)(?<!\bmin\.)(?<!\bca\.)(?<!\benv\.)(?<!\bapprox\.)(?<!\bart\.)"
    r"(?<!\bnr\.)(?<!\bbijv\.)(?<!\bresp\.)\s+"
    r"(?=[\"'(«„]?[A-ZÀ-Þ0-9])(?!(?<=\d\.\s)(?:Kalender|Werk|Arbeits)?[Tt]ag)"
)
# "14 dagen" in a cell of a table is a term, not the title of chapter 14.
_TERM = re.compile(
    r"(?i)\s?\d{1,3}(?:\s?(?:[\-–/]|à|a|tot|to|ou|of|or|bis)\s?\d{1,3})?[\s\-]?(?:(?:werk|kalender|arbeits)-?"
    r"|(?:working|business|calendar|full|volle)\s)?(?:dag|dgn|day|jour|tag|we?ek|wk|semaine|woche|uur|uren"
    r"|hour|heure|stunde|h(?!\w)|maand|month|mois|monat)"
)
_ITEM = re.compile(r"\s?(?:[\-–•*·]|\(?(?:[a-z]|\d{1,2}(?:\.\d{1,2}){0,3})[.)])\s")
_NUMBERED = re.compile(
    r"(?i)^\s?(?:artikel|article|art\.|§|abschnitt|hoofdstuk)?\s?\d{1,2}(?:\.\d{1,2})?[.):\s\-–]+\S"
)


def sentences(line: str) -> tuple[str, ...]:
    """Sentences of one line; abbreviations may cut one in two, never join two."""
    return tuple(s.strip()[:SENTENCE_MAX_CHARS] for s in _STOP.split(line) if s.strip())


def with_next(said: Iterable[str], is_wanted: Callable[[str], object]) -> tuple[str, ...]:
    """The sentences that are wanted, and the next after each."""
    kept: list[str] = []
    before: object = None
    for sentence in said:
        wanted = is_wanted(sentence)
        if wanted or before:
            kept.append(sentence)
        before = wanted
    return tuple(kept)


def holds(text: str, marks: tuple[str, ...]) -> bool:
    """Does a text hold one of the lower-case marks?  A quick look before a slow pattern."""
    lower = text.casefold()
    return any(mark in lower for mark in marks)


def is_heading(line: str, headings: frozenset[str]) -> bool:
    """A marked-up heading, or a short numbered line without a full stop."""
    if line in headings:
        return True
    short = len(line) <= HEADING_MAX_CHARS and not line.rstrip().endswith((".", ";", ","))
    return short and bool(_NUMBERED.match(line)) and not _TERM.match(line)


def unwrapped(text: str, headings: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Lines of a document with those joined that only its page width cut in two."""
    found: list[str] = []
    cut = False
    for line in text.split("\n"):
        starts = not line or is_heading(line, headings) or bool(_ITEM.match(line))
        if cut and not starts:
            hyphen = found[-1].endswith("-") and line[0].islower()
            found[-1] = f"{found[-1][:-1]}{line}" if hyphen else f"{found[-1]} {line}"
        else:
            found.append(line)
        ended = line.endswith((".", "!", "?", ":", ";"))
        cut = len(line) >= WRAPPED_MIN_CHARS and not ended and len(found[-1]) < LINE_MAX_CHARS
    return tuple(found)


def sections(page: PageFacts, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(heading, lines under it) in order; the first heading is the page's title."""
    headings = frozenset(page.headings)
    heading, lines = page.title, list[str]()
    for line in unwrapped(text, headings) if page.document else text.split("\n"):
        if is_heading(line, headings):
            yield heading, tuple(lines)
            heading, lines = line, []
        elif line:
            lines.append(line)
    yield heading, tuple(lines)
