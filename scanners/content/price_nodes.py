"""Where the words of prices stand in a page: text nodes, and what hides or marks them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.html import TEXT_MAX_CHARS, normalise
from scanners.content.price_words import LABEL

NODES_MAX = 4_000
TEXT_MAX = 4_000
CLIMB_MAX = 6
_FIGURE = re.compile(r"[\d€£]")
# The look at the next character spares most places the whole choice.
VAT_SAID = re.compile(
    r"(?=[\sBbVvTtMmUuSsEeIiHh–—-])(?:[Bb]\.?[Tt]\.?[Ww]|[Vv]\.?[Aa]\.?[Tt]|[Tt]\.?[Vv]\.?[Aa]|[MmUu][Ww]?\.?-?[Ss][Tt]"
    r"|[TtVv][Tt]?[Aa]?[Cc]"
    r"|[Tt][Aa][Xx]|[Ss]teuer|[Ee][Xx]|[Ii][Nn][CcKk][Ll]|H\.?T|ht\b|^\s*[-–—]{1,2}\s*$)"
)
# In lower case; every match of the above holds one, or is short.
VAT_SIGNS = (
    "btw", "bt.w", "b.t", "vat", "va.t", "v.a", "tva", "tv.a", "t.v", "ust", "mst", "wst", ".st",
    "-st", "tc", "vc", "tac", "vac", "tax", "teuer", "ex", "incl", "inkl", "ht", "h.t",
)  # fmt: skip
SHORT_MAX_CHARS = 60
_BASKET = re.compile(r"(?i)cart|basket|panier|winkelwagen|winkelmand|warenkorb|\bbuy\b|btn-order")
_GONE = frozenset(
    ("script", "style", "template", "noscript", "noframes", "head", "iframe", "object", "title")
)
_LANDMARKS = frozenset(("h1", "h2", "h3", "h4", "button", "input", "a"))
# Elements whose shade may be their own: no other has to be asked for its attributes.
_SHADED = (
    "dialog, [hidden], [style], [class*=none], [class*=hid], [class*=sr-only], "
    "[class*=screen-reader], [class*=no-display], [class*=invisible]"
)
_NAMED_LINKS = "a[class], a[id], a[itemprop]"
_ZERO = r"0(?:\.0+)?(?:px|em|rem|pt|%)?(?:!important)?(?:;|$)"
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?:^|;)opacity:0(?:\.0+)?(?:!important)?(?:;|$)"
    rf"|(?:^|;)(?:font-size|(?:max-)?(?:height|width)):{_ZERO}"
)
_HIDING_CLASS = re.compile(
    r"(?:^|\s)(?:d-none|hidden|hide|is-hidden|u-hidden|visually-?hidden|sr-only|screen-reader-text"
    r"|no-display|invisible)(?:\s|$)"
)
_RESPONSIVE = re.compile(
    r":(?:block|flex|inline|grid|table|not-sr-only)|-(?:block|flex|inline|grid|table)\b"
)
CENTS = re.compile(r"\d{2}|[-–—]{1,2}")
CENTS_MAX_CHARS = 3
_COMMA_CENTS = re.compile(rf"[.,](?:{CENTS.pattern})")
_CENTS = re.compile(
    r"(?i)cent|decimal|fraction|(?:^|[\s_\-])dec(?:$|[\s_\-])|sup(?:er)?(?:script)?\b"
)
_OLD = re.compile(
    r"(?i)(?:^|[\s_\-])(?:old|was|strike\w{0,8}|compare\w{0,6}|before|van|oud|oude|ancien|barre"
    r"|alt|uvp|rrp"
    r"|msrp|original|list|line-through|advies\w{0,6})(?:$|[\s_\-])|line-through|oldprice"
    r"|old-?price|wasprice"
    r"|price-?old|price--?was|crossed"
)
_PRICED = re.compile(
    r"(?i)pri[jc](?:s|e)|prix|preis|(?:^|[\s_\-])(?:amount|bedrag|tarif|tarief)(?:$|[\s_\-])"
)
_SIZE = re.compile(r"(?:^|;)font-size:(\d{1,3}(?:\.\d{1,3})?)(px|pt|rem)")
_WEIGHT = re.compile(r"(?:^|;)font-weight:(\d{3}|bold|normal)")
_TELLING = ("data-label", "data-suffix", "data-tax-label", "data-vat", "title", "aria-label")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "rem": 16.0}


@dataclass(frozen=True, slots=True)
class Piece:
    """A text node with digits or words on VAT.

    ``start`` is its place in the page's text, -1 when it cannot be found there;
    ``hidden`` is "", ``style`` or ``class``; ``order`` its number among nodes.
    """

    node: LexborNode
    said: str
    start: int
    end: int
    hidden: str


@dataclass(frozen=True, slots=True)
class Landmark:
    """A heading, button or link, and the place in the text before which it stands not."""

    node: LexborNode
    at: int


@dataclass(slots=True)
class Layout:
    """The pieces and landmarks of a page, in its order."""

    pieces: list[Piece] = field(default_factory=list)
    landmarks: list[Landmark] = field(default_factory=list)


def _shade(node: LexborNode) -> str:
    attributes = node.attributes
    if "hidden" in attributes or (node.tag == "dialog" and "open" not in attributes):
        return "style"
    style = attributes.get("style")
    if style and _HIDING.search(compact(style)):
        return "style"
    names = attributes.get("class")
    if names and _HIDING_CLASS.search(names[:500]) and not _RESPONSIVE.search(names[:500]):
        return "class"
    return ""


def compact(style: str) -> str:
    """An inline style without spaces, lower case."""
    return "".join(style[:1000].lower().split())


def layout_of(tree: LexborHTMLParser, text: str, mark: str = "") -> Layout:
    """Pieces in document order, each found in ``text`` after the one before it.

    ``mark`` is the attribute with what a browser measured: it is known better than what
    names and inline styles suggest.
    """
    found, at = Layout(), 0
    root = tree.body
    if root is None:
        return found
    named = {node.mem_id for node in tree.css(_NAMED_LINKS)}
    lost = False
    for node, tag, hidden in _shaded(tree, root):
        if tag != "-text":
            if tag != "a" or (node.mem_id in named and _BASKET.search(_names(node))):
                found.landmarks.append(Landmark(node, at))
            continue
        if hidden == "gone":
            continue
        raw = node.text_content
        said = told_by(raw) if raw is not None else None
        if said is None:
            continue
        start = -1 if lost or not said else text.find(said, at)
        # A text that was shortened misses its middle: what follows has no sure place.
        lost = lost or (start < 0 and len(text) > TEXT_MAX_CHARS * 0.9)
        if start >= 0:
            at = start + len(said)
        shade = _measured(node.parent, mark) if mark else None
        hides = hidden if shade is None else shade
        found.pieces.append(Piece(node, said, start, start + len(said), hides))
        if len(found.pieces) >= NODES_MAX:
            break
    return found


def told_by(raw: str) -> str | None:
    """The words of a text that holds a digit, a sign of money or words on VAT, else None."""
    if len(raw) <= SHORT_MAX_CHARS:
        return _told_by(raw)
    if not _FIGURE.search(raw):
        lower = raw.lower()
        is_short = len(raw.strip()) <= SHORT_MAX_CHARS
        if not (is_short or any(map(lower.__contains__, VAT_SIGNS))):
            return None
    return _told_by.__wrapped__(raw)


@lru_cache(maxsize=4_096)
def _told_by(raw: str) -> str | None:  # cached: menus and footers stand on every page
    if _FIGURE.search(raw) or VAT_SAID.search(raw):
        return " ".join(normalise(raw[:TEXT_MAX]).split())
    return None


def _measured(node: LexborNode | None, mark: str) -> str | None:
    """``style`` when a browser hid it in every viewport, "" when not; None: not measured."""
    said = node.attributes.get(mark) if node is not None else None
    if not said:
        return None
    return "style" if all(part.split(";")[3:4] != [""] for part in said.split("|")) else ""


def _shaded(tree: LexborHTMLParser, root: LexborNode) -> Iterator[tuple[LexborNode, str, str]]:
    """Texts and landmarks below the body with tag and shade, in document order.

    The shade is that of what encloses it: ``gone`` (never text), ``style``, ``class`` or "".
    """
    own = {node.mem_id: shade for node in tree.css(_SHADED) if (shade := _shade(node))}
    shade = ""
    for above in (root.parent, root):
        shade = _within(shade, own.get(above.mem_id, "")) if above is not None else shade
    waiting: list[tuple[LexborNode | None, str]] = []
    node = root.first_child
    while node is not None or waiting:
        if node is None:
            node, shade = waiting.pop()
            continue
        tag = node.tag or ""
        if tag == "-text" or tag in _LANDMARKS:
            yield node, tag, shade
        below = None if tag == "-text" else node.first_child
        if below is None:
            node = node.next
            continue
        waiting.append((node.next, shade))
        if tag in _GONE:
            shade = "gone"
        elif own:
            shade = _within(shade, own.get(node.mem_id, ""))
        node = below


def _within(outer: str, own: str) -> str:
    """The shade inside an element: what hides more counts."""
    return own if own == "gone" or not outer or (own == "style" and outer == "class") else outer


def is_cents(piece: Piece) -> bool:
    """Two digits in a node of their own that are set as cents, or begin with a comma."""
    if _COMMA_CENTS.fullmatch(piece.said):
        return True
    if not CENTS.fullmatch(piece.said):
        return False
    above = piece.node.parent
    if above is None:
        return False
    return above.tag in ("sup", "sub", "small") or bool(_CENTS.search(_names(above)))


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    parts = (attributes.get("class"), attributes.get("id"), attributes.get("itemprop"))
    return " ".join(part for part in parts if part)[:500]


@dataclass(frozen=True, slots=True)
class Marks:
    """What the elements around a price say of it."""

    priced: bool
    old: bool
    prop: bool
    size_px: float
    weight: int
    linked: bool
    attribute: bool


def marks_of(node: LexborNode) -> Marks:
    """Class names, crossing out, microdata and inline style of the nearest elements."""
    priced = old = prop = linked = attribute = False
    size, weight = 0.0, 0
    above = node.parent
    for _ in range(CLIMB_MAX):
        if above is None or above.tag in ("body", "main", "form"):
            break
        names, style = _names(above), compact(above.attributes.get("style") or "")
        near = bool(_PRICED.search(names))
        priced, linked = priced or near, linked or above.tag == "a"
        prop = prop or above.attributes.get("itemprop") in ("price", "lowPrice")
        old = old or above.tag in ("del", "s", "strike") or "line-through" in style
        old = old or bool(_OLD.search(names) and (near or priced))
        attribute = attribute or _speaks_of_vat(above)
        size, weight = size or _size(style), weight or _weight(style)
        above = above.parent
    return Marks(priced or prop, old, prop, size, weight, linked, attribute)


def _speaks_of_vat(node: LexborNode) -> bool:
    """Do attributes that style sheets print (``attr(data-label)``) or hovering shows name VAT?"""
    attributes = node.attributes
    return any(
        LABEL.search(value[:100]) for name in _TELLING if (value := attributes.get(name) or "")
    )


def _size(style: str) -> float:
    match = _SIZE.search(style)
    return float(match[1]) * _PIXELS[match[2]] if match else 0.0


def _weight(style: str) -> int:
    match = _WEIGHT.search(style)
    return {"bold": 700, "normal": 400}.get(match[1]) or int(match[1]) if match else 0
