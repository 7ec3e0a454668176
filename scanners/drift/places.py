"""Where on a page a shop speaks of itself: not in the reviews, not among its wares.

A customer who leaves a mail address or an account number in a review is not the shop
(docs/drift.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.evidence import PageFacts
from scanners.content.read import CrawledPage
from scanners.content.text import text_within

# Of a start page without a footer that says so.
TAIL_LINES = 40
PARTS_MAX = 60
ABOVE_MAX = 40
_FOOTERS = (
    "footer, [role=contentinfo], [class*=footer i], [id*=footer i], [class*=colophon i], address"
)
_OPINIONS = (
    "[class*=review i], [id*=review i], [itemprop*=review i], [class*=testimonial i]"
    ", [class*=beoordeling i], [id*=beoordeling i], [class*=bewertung i], [id*=bewertung i]"
    ", [class*=temoignage i], [class*=avis i], [id*=avis i], [class*=comment i], [id*=comment i]"
    ", blockquote"
)
# "preview" is no review, "navis" no avis and "recommended" no comment.
_OPINION = re.compile(
    r"(?i)(?<!p)review|testimonial|beoordeling|bewertung|temoignage|(?<![a-z])avis(?![a-z])"
    r"|(?<!re)comment"
)
_WHOLE = frozenset({"html", "body", "main"})
_CARDS = frozenset({"article", "blockquote", "li"})
# A page with one of these is read whole, also when it is the start page.
_TELLING = frozenset({"contact", "about", "terms", "privacy", "complaints", "returns", "delivery"})


@dataclass(frozen=True, slots=True)
class Place:
    """What the shop says of itself on one page: its roles, address and lines."""

    roles: frozenset[str]
    url: str
    lines: tuple[str, ...]
    facts: PageFacts

    @property
    def text(self) -> str:
        """The lines, one after the other."""
        return "\n".join(self.lines)


def place_of(page: CrawledPage, facts: PageFacts) -> Place:
    """The footer of a start page, every other page without its reviews."""
    lines = page.lines
    if page.html is not None:
        if "start" in page.roles and page.roles.isdisjoint(_TELLING):
            lines = _footer(page.html) or lines[-TAIL_LINES:]
        lines = _without_opinions(page.html, lines)
    return Place(page.roles, page.final_url, lines, facts)


def _footer(tree: LexborHTMLParser) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in tree.css(_FOOTERS)[:PARTS_MAX]:
        if not _is_whole(node) and not _in_card(node):
            found |= dict.fromkeys(text_within(tree, node).lines)
    return tuple(found)


def _without_opinions(tree: LexborHTMLParser, lines: tuple[str, ...]) -> tuple[str, ...]:
    opinions: set[str] = set()
    for node in tree.css(_OPINIONS)[:PARTS_MAX]:
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        marked = node.tag == "blockquote" or "itemprop" in node.attributes
        if (marked or _OPINION.search(names[:300])) and not _is_whole(node):
            opinions.update(text_within(tree, node).lines)
    return tuple(line for line in lines if line not in opinions) if opinions else lines


def _is_whole(node: LexborNode) -> bool:
    """Is it the page rather than a part of it?"""
    return node.tag in _WHOLE or bool(node.css("h1, main")[:1])


def _in_card(node: LexborNode) -> bool:
    """The footer of a quotation or an article is not the shop's."""
    above = node.parent
    for _ in range(ABOVE_MAX):
        if above is None:
            return False
        if above.tag in _CARDS:
            return True
        above = above.parent
    return False
