"""Where on a page its links stand, and which other sites it loads from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.api import host_of
from scanners.content.evidence import LinkSeen
from scanners.content.html import (
    URL_MAX_CHARS,
    Link,
    absolute,
    base_of,
    is_program,
    label_of,
)
from scanners.net.names import registrable_domain

LINKS_MAX = 400
NODES_MAX = 3_000
PARTIES_MAX = 100
LEVELS_MAX = 60
SOURCES_MAX = 1_000
KINDS = frozenset({"page", "anchor", "script", "mail", "phone", "frame"})

_TAGS = {"nav": "nav", "header": "header", "footer": "footer"}
_ROLES = {
    "navigation": "nav", "menubar": "nav", "banner": "header", "contentinfo": "footer",
}  # fmt: skip
_WORDS = {
    "footer": "footer", "foot": "footer", "voettekst": "footer", "colophon": "footer",
    "nav": "nav", "navbar": "nav", "navigation": "nav", "navigatie": "nav", "menu": "nav",
    "mainmenu": "nav", "topmenu": "nav", "submenu": "nav", "megamenu": "nav",
    "sidenav": "nav", "topnav": "nav", "mainnav": "nav", "subnav": "nav",
    "header": "header", "topbar": "header", "masthead": "header",
}  # fmt: skip
# "card-footer" is the foot of a card; "no-footer" and "with-menu" say what a page has.
_PARTS = frozenset(
    ("card", "modal", "panel", "product", "item", "post", "entry", "article", "table", "box",
     "dialog", "popup", "tile", "accordion", "cart", "minicart", "content", "drawer", "form",
     "no", "has", "with", "is", "without", "hide", "show")
)  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-z]+")
_CLASS_MAX_CHARS = 400
_RANK = ("footer", "nav", "header")
# The head and foot of one of these are its own, not the page's.
_ENCLOSED = frozenset({"article", "blockquote", "dialog"})
_TELLING = "[class], [id], [role], nav, header, footer, main, article, blockquote, dialog"
_UNNAMED = frozenset({"html", "body", "main"})
_WINDOW = 20
_BUTTONS = "button, [onclick], [role=link], [role=button], [data-href], [data-url], option"
_BUTTONS_MAX = 400
_LOADS = (
    "script[src], iframe[src], img[src], link[href][rel~=stylesheet i], "
    "link[href][rel~=preconnect i], link[href][rel~=dns-prefetch i], link[href][rel~=preload i], "
    "link[href][rel~=modulepreload i], link[href][rel~=prefetch i]"
)


@dataclass(frozen=True, slots=True)
class _Spot:
    """What encloses a node: parts of the page, by mark-up or by a class's words."""

    marks: frozenset[str] = frozenset()
    enclosed: bool = False
    in_main: bool = False
    place: str = "main"


class Places:
    """Answers for the nodes of one tree; each ancestor is looked at once."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._known: dict[int, _Spot] = {}
        # Any other element says nothing of where it stands.
        self._telling = {node.mem_id for node in tree.css(_TELLING)}

    def of(self, node: LexborNode) -> str:
        """``footer``, ``nav``, ``header`` or ``main``: a menu in the footer is footer."""
        return self._spot(node).place

    def _spot(self, node: LexborNode) -> _Spot:
        chain: list[tuple[int, LexborNode]] = []
        spot: _Spot | None = None
        here = node.parent
        while here is not None:
            number = here.mem_id
            spot = self._known.get(number)
            if spot is not None or len(chain) >= LEVELS_MAX:
                break
            chain.append((number, here))
            here = here.parent
        spot = spot or _Spot()
        for number, one in reversed(chain):
            if number in self._telling:
                spot = _inside(one, spot)
            self._known[number] = spot
        return spot


def _inside(node: LexborNode, outer: _Spot) -> _Spot:
    tag = node.tag or ""
    attributes = node.attributes
    role = (attributes.get("role") or "").strip().lower()
    mark = _TAGS.get(tag) or _ROLES.get(role) or ""
    if not mark and not role and tag not in _UNNAMED:
        named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
        mark = _mark_of(named[:_CLASS_MAX_CHARS]) if named else ""
    # A menu in a menu changes nothing.
    mark = "" if mark in outer.marks else mark
    own = (mark == "nav" or not outer.enclosed) and not (mark == "header" and outer.in_main)
    in_main = outer.in_main or tag == "main" or role == "main"
    enclosed = outer.enclosed or tag in _ENCLOSED or role in _ENCLOSED
    if not (mark and own) and in_main == outer.in_main and enclosed == outer.enclosed:
        return outer
    marks = outer.marks | {mark} if mark and own else outer.marks
    place = next((place for place in _RANK if place in marks), "main")
    return _Spot(marks, enclosed, in_main, place)


@lru_cache(maxsize=2_048)
def _mark_of(named: str) -> str:
    """The part of the page that classes and an id speak of; "" when they do not."""
    for token in named.split():
        for word in _WORD.findall(token):
            word = word.lower()  # noqa: PLW2901
            if word in _PARTS:
                break
            if word in _WORDS:
                return _WORDS[word]
    return ""


def links_seen(tree: LexborHTMLParser, links: tuple[Link, ...]) -> tuple[LinkSeen, ...]:
    """The links of a page with the part of the page they stand in.

    Each distinct link once per part, at most ``LINKS_MAX``, in document order; over that
    those of footer, menu and header go before those of the main part.
    """
    places = Places(tree)
    nodes = tree.css("a[href], area[href]")[:NODES_MAX]
    hrefs = [(node.attributes.get("href") or "").strip() for node in nodes]
    buttons: dict[str, str] | None = None
    found: dict[tuple[str, str, str, str], None] = {}
    at = 0
    for link in links:
        if link.kind not in KINDS:
            continue
        place = "main"
        if link.kind != "frame":
            for number in range(at, min(at + _WINDOW, len(hrefs))):
                if _fits(link, hrefs[number]):
                    place, at = places.of(nodes[number]), number + 1
                    break
            else:
                buttons = _buttons(tree, places) if buttons is None else buttons
                place = buttons.get(link.text, place)
        found[link.url, link.text, link.kind, place] = None
    distinct = list(enumerate(found))
    if len(distinct) > LINKS_MAX:
        distinct.sort(key=lambda pair: (pair[1][3] == "main", pair[0]))
        distinct = sorted(distinct[:LINKS_MAX])
    return tuple(LinkSeen(*seen) for _, seen in distinct)


def _fits(link: Link, href: str) -> bool:
    """Was the link read from this reference?  By the end of its address: cheaper than resolving."""
    if link.kind in ("mail", "phone"):
        return link.url == href[:URL_MAX_CHARS]
    if link.kind == "script":
        return href in ("", "#", "#!") or href[:11].lower() == "javascript:"
    if href.startswith("/") and len(href) > 1 and link.url.endswith(href) and href[-1] != "/":
        return True
    tail = href[:URL_MAX_CHARS].partition("#")[0].replace(" ", "%20").lower()
    while tail.startswith(("./", "../")):
        tail = tail.partition("/")[2]
    tail = (tail.partition("://")[2].rpartition("@")[2] or tail).rstrip("/")
    if not tail:
        return link.kind == "anchor" or (bool(href) and urlsplit(link.url).path == "/")
    return link.url.lower().rstrip("/").endswith(tail)


def _buttons(tree: LexborHTMLParser, places: Places) -> dict[str, str]:
    """Places of what leads on without being a link, by its words; the first one counts."""
    found: dict[str, str] = {}
    for node in tree.css(_BUTTONS)[:_BUTTONS_MAX]:
        found.setdefault(label_of(node), places.of(node))
    return found


def third_parties_of(tree: LexborHTMLParser, url: str, own: frozenset[str]) -> tuple[str, ...]:
    """Hosts of other registrable domains that the page loads from, sorted.

    ``own`` are the site's domains.  Pictures count in ``src`` alone; at most ``PARTIES_MAX``.
    A script of another type than JavaScript is not run.
    """
    base = base_of(tree, url)
    hosts: set[str] = set()
    for node in tree.css(_LOADS)[:SOURCES_MAX]:
        if node.tag == "script" and not is_program(node):
            # Held back until the visitor consents, as consent tools have it.
            continue
        attributes = node.attributes
        source = (attributes.get("src") or attributes.get("href") or "").strip()
        lower = source[:8].lower()
        if lower.startswith(("http:", "https:", "//")):
            hosts.add(host_of(absolute(base, source)))
        elif source and not lower.startswith("data:"):
            hosts.add(host_of(base))
    foreign = sorted(h for h in hosts if h and registrable_domain(h) not in own)
    return tuple(foreign[:PARTIES_MAX])
