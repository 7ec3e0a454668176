"""A parsed document that does not look for what its source cannot hold.

Most selectors ask for elements and attributes that a page does not have, and each part
of a selector costs a walk over all of its nodes.  A name in the tree stands in the source
as well, so those parts that need an absent one are left out: the answer is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

SELECTOR_MAX_CHARS = 2_000
# A part of a selector, the names it asks for and the letters of values.
Need = tuple[str, tuple[bytes, ...], tuple[bytes, ...]]
# Elements that a parser puts in by itself (HTML 13.2.6), or makes of another name.
_IMPLIED = frozenset(
    ("html", "head", "body", "tbody", "tr", "colgroup", "p", "br", "img", "form", "label", "hr",
     "input")
)  # fmt: skip
_PART = re.compile(r"(?:[^,\[(\"']|\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\]|\([^)]*\))+")
_NEGATION = re.compile(r":not\([^)]*\)")
_ATTRIBUTE = re.compile(
    r"\[\s*([a-z][a-z-]*)\s*(?:[~|^$*]?=\s*(\"[^\"]*\"|'[^']*'|[^\]\s]*)[^\]]*)?\]"
)
_NAME = re.compile(r"[.#]([A-Za-z0-9_-]+)")
_TAG = re.compile(r"(?:^|[\s>+~])([a-z][a-z0-9-]*)")
_LETTERS = re.compile(r"[a-z]{2,}")
# References to ASCII letters: the only way to write one otherwise (HTML 13.5, ``&fjlig;``).
_LETTER_REFERENCE = re.compile(
    rb"&fjlig|&#0*(?:6[5-9]|[78]\d|90|9[7-9]|1[01]\d|12[0-2])(?!\d)|&#x0*[4-7][0-9a-f](?![0-9a-f])"
)


@lru_cache(maxsize=512)
def needs_of(selector: str) -> tuple[Need, ...]:
    """The parts of a selector, each with what the source must hold for it to match.

    First names of elements (``<a``) and attributes, then letters of values.  A part this
    cannot read has no needs.
    """
    found: list[Need] = []
    read = [match[0] for match in _PART.finditer(selector)]
    if ",".join(read) != selector:
        return ((selector, (), ()),)
    for part in map(str.strip, read):
        rest = _NEGATION.sub("", part)
        attributes = _ATTRIBUTE.findall(rest)
        rest = _ATTRIBUTE.sub("", rest)
        named = _NAME.findall(rest)
        rest = _NAME.sub("", rest)
        if re.search(r"[^a-z0-9\s>+~-]", rest):
            found.append((part, (), ()))
            continue
        tags = [f"<{tag}" for tag in _TAG.findall(rest) if tag not in _IMPLIED]
        said = [value for _, value in attributes] + named
        letters = (word for value in said for word in _LETTERS.findall(value.lower()))
        names = (*tags, *(name for name, _ in attributes))
        found.append((part, _once(names), _once(letters)))
    return tuple(found)


def _once(words: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(word.encode() for word in words))


def lower_bytes(text: str) -> bytes:
    """UTF-8 with the letters of ASCII in lower case, as names in HTML are compared."""
    return text.encode("utf-8", "replace").lower()


class Tree(LexborHTMLParser):
    """The tree of a document, with the words of its source.

    It must not be given other elements or attributes than it was read with.
    """

    def __init__(self, html: str) -> None:
        super().__init__(html)
        # No name holds white space, and most words of a page come back.
        self._source = b" ".join(set(lower_bytes(html).split()))
        self._held: dict[bytes, bool] = {}
        self._literal = _LETTER_REFERENCE.search(self._source) is None
        # What a parser makes of NUL in a name is not asked here.
        self._plain = "\0" not in html

    def css(self, query: str) -> list[LexborNode]:
        """The nodes of a selector in document order."""
        if len(query) > SELECTOR_MAX_CHARS or not self._plain:
            return super().css(query)
        parts = needs_of(query)
        kept = [part for part, names, letters in parts if self._may_hold(names, letters)]
        if not kept:
            return []
        return super().css(query if len(kept) == len(parts) else ", ".join(kept))

    def _may_hold(self, names: tuple[bytes, ...], letters: tuple[bytes, ...]) -> bool:
        return all(map(self._holds, names)) and (
            not self._literal or all(map(self._holds, letters))
        )

    def _holds(self, word: bytes) -> bool:
        known = self._held.get(word)
        if known is None:
            known = self._held[word] = word in self._source
        return known
