"""Reading legal text: sentences, and sections under a heading.

Four languages at once: a page of a Belgian shop mixes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.policy.conditions.content_durations import SENTENCE_MAX_CHARS
from scanners.content.evidence import PageFacts

HEADING_MAX_CHARS = 90

# A full stop after these ends no sentence, nor does that of "am 14. Tag".
_STOP = re.compile(
    r"(?<=[.!?;])(?<!\bmax\.)(?<!\bmin\.)(?<!\bca\.)(?<!\benv\.)(?<!\bapprox\.)(?<!\bart\.)"
    r"(?<!\bnr\.)(?<!\bbijv\.)(?<!\bresp\.)\s+"
    r"(?=[\"'(«„]?[A-ZÀ-Þ0-9])(?!(?<=\d\.\s)(?:Kalender|Werk|Arbeits)?[Tt]ag)"
)
_NUMBERED = re.compile(
    r"(?i)^\s?(?:artikel|article|art\.|§|abschnitt|hoofdstuk)?\s?\d{1,2}(?:\.\d{1,2})?[.):\s\-–]+\S"
)


def sentences(line: str) -> tuple[str, ...]:
    """Sentences of one line; abbreviations may cut one in two, never join two."""
    return tuple(s.strip()[:SENTENCE_MAX_CHARS] for s in _STOP.split(line) if s.strip())


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
