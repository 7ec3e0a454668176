"""The privacy statement as judges of what stands in it read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.policy.conditions.content_rights_words import (
    LANGUAGES,
    PRIVACY_MIN_CHARS,
    PROSE_MIN_WORDS,
    privacy_part,
)
from monitor.policy.conditions.content_seen import Page, View, own_text, start_of
from monitor.policy.conditions.content_texts import sentences, unwrapped
from monitor.policy.conditions.folding import fold
from scanners.content.evidence import PageFacts

# The scanner keeps 60,000 characters of a page: a text of nearly that has lost its middle.
CUT_CHARS = 58_000
# What decoding leaves of a letter in another encoding than the page declares.
UNREADABLE = "\ufffd"
TOO_SHORT = "too short to be a statement"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a site says about privacy.

    ``text`` are the lines of its privacy pages without menus and footers.  ``why`` is the
    reason that something may be missing from it, "" when it was read in full.
    """

    pages: tuple[Page, ...]
    text: str
    why: str

    @property
    def url(self) -> str:
        """Where it stands."""
        return self.pages[0][1].final_url


def _lines(page: PageFacts, start: PageFacts | None) -> Iterator[str]:
    """Lines of the page alone, and running text that the start page shows too."""
    mine = frozenset(own_text(page, start).split("\n"))
    for line in page.text.split("\n"):
        if line in mine or (len(line.split()) >= PROSE_MIN_WORDS and "cookie" not in line.lower()):
            yield line


def _merged(pages: tuple[Page, ...], start: PageFacts | None) -> str:
    """The lines of all pages; what two of them share stands there once."""
    texts: list[str] = []
    known: set[str] = set()
    for _, facts in pages:
        lines = [line for line in _lines(facts, start) if line not in known]
        known.update(lines)
        texts.append("\n".join(unwrapped("\n".join(lines)) if facts.document else lines))
    return "\n".join(texts)


def _part_of_start(view: View) -> Statement | None:
    """The statement of a shop that is one page."""
    for page in view.of("start"):
        part = privacy_part(page[1])
        if len(part) >= PRIVACY_MIN_CHARS:
            why = "letters that were not declared rightly" if UNREADABLE in part else ""
            return Statement((page,), part, view.gap("privacy") or why)
    return None


def statement_of(view: View) -> Statement | None:
    """The privacy statement over all its pages, None when none was read."""
    start = start_of(view)
    pages = tuple(p for p in view.of("privacy") if "start" not in p[1].roles)
    if not pages:
        return _part_of_start(view)
    text = _merged(pages, start)
    why = view.gap("privacy")
    strange = [f.language for _, f in pages if f.language and f.language not in LANGUAGES]
    if len(strange) == len(pages):
        why = why or f"language {strange[0][:10]}"
    if any(facts.embeds for _, facts in pages) and len(text) < PRIVACY_MIN_CHARS:
        why = why or "embedded document"
    if any(len(facts.text) >= CUT_CHARS for _, facts in pages):
        why = why or "too long to read in full"
    if UNREADABLE in text:
        why = why or "letters that were not declared rightly"
    if len(text) < PRIVACY_MIN_CHARS:
        why = why or TOO_SHORT
    return Statement(pages, text, why)


def folded(text: str) -> Iterator[str]:
    """Sentences in lower case, without accents, dashes and apostrophes."""
    for line in text.split("\n"):
        for sentence in sentences(line):
            yield fold(sentence)
