"""What stands on the page of a legal text and is none of it: menus, tiles, tellers, buttons.

Its sentences come and go with the trade of the day.  An element is left out by what it is
(``nav``, ``button``) or by what its class says, the latter only as long as it holds the smaller
part of the page: theme builders call the text itself a widget.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.text import text_within
from scanners.drift.counting import words
from scanners.drift.wording import Read, sentences_of

NODES_MAX = 400
CLASS_SHARE_MAX = 0.35
_BY_KIND = (
    "nav, aside, button, select, dialog, [hidden], [role=navigation], [role=search],"
    " [role=dialog], [role=alert], [role=status], [role=timer], [role=marquee],"
    ' [style*="display:none"], [style*="display: none"]'
)
_WORDS = frozenset(
    words(
        "breadcrumb breadcrumbs newsletter nieuwsbrief share sharing social socials related "
        "upsell crosssell recommendations recommended recommendation recently viewed cookie "
        "cookies consent cookiebanner countdown ticker marquee promo promotion promotions usp "
        "usps reviews review testimonial testimonials rating ratings trustpilot minicart basket "
        "popup modal offcanvas chat livechat announcement topbar teaser teasers sidebar toc "
        "readingtime print helpful feedback bestsellers bestseller featured visitors searchbar "
    )
)
_TOKEN = re.compile(r"[a-z]+")


def beside(tree: LexborHTMLParser) -> dict[str, Read]:
    """The sentences, by key, of what stands beside the text of a page."""
    whole = len(text_within(tree, tree.body).tight) or 1
    lines: list[str] = []
    for node in tree.css(_BY_KIND)[:NODES_MAX]:
        lines += text_within(tree, node).lines
    budget = int(whole * CLASS_SHARE_MAX)
    for node in _marked(tree.css("[class], [id]")):
        found = text_within(tree, node)
        if len(found.tight) <= budget:
            lines += found.lines
    return sentences_of(lines)


def _marked(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    kept: list[LexborNode] = []
    for node in nodes:
        if node.tag in ("html", "body", "main", "article"):
            continue
        said = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"[:300]
        if not _WORDS.isdisjoint(_TOKEN.findall(said.lower())):
            kept.append(node)
            if len(kept) == NODES_MAX:
                break
    return kept
