"""Where a site points to or loads from foreign hosts, and the pictures it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing on a page that may be a mark.

    ``kind`` is one of

    - ``link``: a link in words,
    - ``bare_link``: a link with neither words nor picture, drawn by a style sheet if at all,
    - ``linked_image``: a link around a picture, or an area of an image map,
    - ``image``: a picture (also lazily loaded, of a style attribute, or drawn in place),
    - ``background``: a picture of a style sheet in the page, perhaps never applied,
    - ``script``, ``frame``: loaded by the page,
    - ``inline_script``: address of a script in inline code that loads one,
    - ``inline_url``: any other address in inline code.

    ``host`` is that of the target as browsers read it (A-labels, lower case, no
    final dot); "" for a picture without an address (``data:``, inline SVG).
    ``words`` of a picture are alt text, title, label and file name; of a link its
    text.
    """

    kind: str
    target: str
    host: str
    words: str
    page_url: str


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """A picture that was decoded; ``fingerprint`` as in ``scanners.seal.rating``."""

    target: str
    page_url: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SealFacts:
    """References to other registrable domains, and own pictures with words.

    ``pages_read``: distinct readable own pages.  ``complete``: the start page was
    read, nothing was left out for its number, and either the wanted number of pages
    was read or every own page that was linked.  ``reason`` says what is missing, also
    where that does not matter because enough was read.  No label is known here: what
    a mark looks like is for the judge.  ``pictures`` are those of the references that were
    fetched and decoded, where a label knows its artwork and there is a browser.
    """

    KIND: ClassVar[str] = "seal.facts@1"

    start_url: str
    pages_read: int
    complete: bool
    reason: str
    references: tuple[Reference, ...] = ()
    pictures: tuple[PictureSeen, ...] = ()
