"""Where a site points to or loads from foreign hosts, and the pictures it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing on a page that may be a mark.

    ``kind`` is ``link`` (words only), ``linked_image`` (a link around a picture),
    ``image``, ``script`` or ``frame``.  ``host`` is that of the target, lower
    case.  ``words`` are link text, alt text, title and the file name.
    """

    kind: str
    target: str
    host: str
    words: str
    page_url: str


@dataclass(frozen=True, slots=True)
class SealFacts:
    """References to other registrable domains, and own pictures with words.

    ``complete``: every own page reachable from the start page was read, or at
    least ``pages_read`` reached the wanted number.  No label is known here: what
    a mark looks like is for the judge.
    """

    KIND: ClassVar[str] = "seal.facts@1"

    start_url: str
    pages_read: int
    complete: bool
    reason: str
    references: tuple[Reference, ...] = ()
