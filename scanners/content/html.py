"""Reading hostile HTML: visible text in lines, links, language.

Parsing is lexbor's (never raises on bytes); everything taken out is bounded.
"""

from __future__ import annotations

import html as html_entities
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.api import host_of, mended_text
from scanners.content.tree import Tree, lower_bytes
from scanners.content.vocabulary import roles_of_name

HTML_MAX_CHARS = 2_000_000
TEXT_MAX_CHARS = 60_000
LINKS_MAX = 3_000
URL_MAX_CHARS = 2_000
TAGS_MAX = 40_000
DEPTH_MAX = 2_000
OPTIONS_MAX = 4_000

# Soft hyphens, zero-width and direction marks only hide digits from a search.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
# Void elements, and those that close each other.
_FLAT = frozenset(
    re.findall(
        r"\w+",
        "area base br col embed hr img input link meta param source track wbr "
        "p li td th tr dt dd option path circle rect use line polygon",
    )
)
_PROGRAM = re.compile(r"module$|$|(?:text|application)/(?:x-)?(?:java|ecma)script")
_TEMPLATE = re.compile(r"<(/?)template\b([^>]{0,1000})>", re.IGNORECASE)
_SRCDOCS_MAX = 10
_SRCDOC_MAX_CHARS = 200_000
_SCRIPTED = "javascript:"
_NO_DOCUMENT = re.compile(
    r"\.(?:swf|svg|png|jpe?g|gif|webp|avif|mp[34]|webm|mov|ogg|wav|css|js|json)$"
)
_UNSEEN_STYLE = re.compile(
    r"display:none|visibility:hidden|(?:^|;)(?:width|height):[0-2](?:px)?(?:;|$)"
)
# File names of buttons say these beside what the button is for.
_DECORATION = re.compile(
    r"(?:^|[-_. ])(?:btn|button|knop|bouton|icon|icoon|ico|icone|link|footer|menu|nav|header|img"
    r"|image|logo|small|klein|white|black|wit|zwart|hover|nl|fr|en|de|v?\d+)(?=$|[-_. ])",
    re.IGNORECASE,
)
# "here", "read more": what it leads to stands beside it.
_POINTERS = frozenset(
    ("hier", "deze pagina", "lees meer", "lees verder", "meer info", "meer informatie", "details",
     "klik hier", "here", "click here", "read more", "more info", "more information", "this page",
     "link", "ici", "cliquez ici", "en savoir plus", "lire la suite", "cette page", "mehr",
     "mehr lesen", "mehr erfahren", "hier klicken", "diese seite")
)  # fmt: skip
_SIBLINGS_MAX = 4
_SHOWN_MAX_CHARS = 1_000
_KNOWN_MAX_CHARS = 300
# What most links are: nothing in it that resolving would change.
_ROOTED = re.compile(r"/[A-Za-z0-9_~%./-]{0,1900}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1d\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Link:
    """One reference of a page, absolute and without fragment.

    ``kind`` is ``page``, ``anchor`` (with a fragment), ``script`` (goes nowhere without
    script), ``mail``, ``phone``, ``alternate`` (``rel`` then holds the hreflang) or ``frame``.
    ``text`` is the link text, else its label, title or the picture's alt.
    """

    url: str
    text: str
    rel: str
    kind: str


def bounded(body: str) -> str:
    """The part of a document that is safe to parse.

    The parser's time is quadratic in the depth of nesting (8,000 open elements cost
    0.4 s, 400,000 many minutes) and in the options of a list (20,000 cost 15 s).
    """
    if body.count("<", 0, HTML_MAX_CHARS) < DEPTH_MAX:
        return body[:HTML_MAX_CHARS]
    opened: dict[str, int] = {}
    depth = options = 0
    for count, match in enumerate(_TAG.finditer(body, 0, HTML_MAX_CHARS)):
        name = match.group(2).lower()
        options += name == "option" and not match.group(1)
        if count >= TAGS_MAX or depth >= DEPTH_MAX or options >= OPTIONS_MAX:
            return body[: match.start()]
        if name in _FLAT:
            continue
        if not match.group(1):
            opened[name] = opened.get(name, 0) + 1
            depth += 1
        elif opened.get(name):
            opened[name] -= 1
            depth -= 1
    return body[:HTML_MAX_CHARS]


def is_program(node: LexborNode) -> bool:
    """Is the script element code (not data such as JSON-LD)?"""
    return _PROGRAM.match((node.attributes.get("type") or "").strip().lower()) is not None


def unfolded(body: str) -> str:
    """A document with its declarative shadow roots and ``srcdoc`` frames as plain parts."""
    lower = lower_bytes(body)
    if b"shadowroot" in lower:
        body = _without_shadow(body)
    if b"srcdoc" not in lower:
        return body
    left = _SRCDOC_MAX_CHARS
    parts = [body]
    for node in parse(body).css("iframe[srcdoc]")[:_SRCDOCS_MAX]:
        inner = (node.attributes.get("srcdoc") or "")[:left]
        left -= len(inner)
        parts.append(f"<div>{inner}</div>")
    return "".join(parts)


def _without_shadow(body: str) -> str:
    """``<template shadowrootmode>`` made a ``div``: browsers show its content at once."""
    opened: list[bool] = []
    parts: list[str] = []
    at = 0
    for match in _TEMPLATE.finditer(body, 0, HTML_MAX_CHARS):
        shadow = (
            bool(opened) and opened.pop() if match.group(1) else "shadowroot" in match[2].lower()
        )
        if not match.group(1):
            opened.append(shadow)
        if shadow:
            parts += [body[at : match.start()], f"<{match.group(1)}div>"]
            at = match.end()
    return "".join((*parts, body[at:]))


def parse(body: str) -> LexborHTMLParser:
    """The tree of an HTML document; any text gives a tree."""
    return Tree(bounded(body))


def first(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode | None:
    """The first node of a selector, or None."""
    nodes = tree.css(selector)
    return nodes[0] if nodes else None


def line_of(node: LexborNode, most: int) -> str:
    """The words in an element on one line."""
    return " ".join(normalise(node.text(deep=True, separator=" ")[: most * 4]).split())[:most]


def normalise(text: str) -> str:
    """NFKC, without soft hyphens, zero-width and control characters or lone surrogates."""
    # Most lines are ASCII, which these forms leave as it is.
    if text.isascii() and text.isprintable():
        return text
    whole = text if text.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return plain(whole)


def plain(text: str) -> str:
    """``text`` without control characters (NUL among them) and lone surrogates."""
    if text.isprintable():
        return text
    return _CONTROL.sub(" ", text if text.isascii() else mended_text(text))


def split_lines(text: str, mark: str = "\n") -> tuple[str, ...]:
    """Non-empty lines, white space collapsed, at most ``TEXT_MAX_CHARS`` in all.

    A longer text loses its middle: identity data stand at the top or in the footer.
    """
    # Part by part: most are ASCII, and these forms join nothing over a mark.
    parts = text[:HTML_MAX_CHARS].split(mark)
    lines = [
        line
        for raw in parts
        if raw
        and (
            line := " ".join(
                (raw if raw.isascii() and raw.isprintable() else normalise(raw)).split()
            )
        )
    ]
    if sum(map(len, lines)) + len(lines) <= TEXT_MAX_CHARS:
        return tuple(lines)
    head = _fill(lines, TEXT_MAX_CHARS * 2 // 3)
    tail = _fill([line[::-1] for line in reversed(lines)], TEXT_MAX_CHARS // 3)
    return (*head, *(line[::-1] for line in reversed(tail)))


def _fill(lines: list[str], left: int) -> list[str]:
    taken: list[str] = []
    for line in lines:
        if left <= 0:
            break
        taken.append(line[:left])
        left -= len(line) + 1
    return taken


def label_of(node: LexborNode) -> str:
    """What a link or button says: its text, label, title, picture, or the sentence it ends."""
    text = node.text(deep=True, separator=" ")
    label, leads = _shown(text) if len(text) <= _SHOWN_MAX_CHARS else _shown.__wrapped__(text)
    if label and not leads:
        return label
    if not text.strip():
        text = _told(node) or _picture(node)
    elif leads:
        text = _told(node) or _sentence(node)
    return _shown(text[:1000])[0]


@lru_cache(maxsize=4_096)
def _shown(text: str) -> tuple[str, bool]:  # cached: menus and footers stand on every page
    """A label's words on one line, and do they only point at what stands beside them?"""
    leads = " ".join(text[:40].split()).strip(" .>»").casefold() in _POINTERS
    return " ".join(normalise(text[:1000]).split())[:200], leads


def _told(node: LexborNode) -> str:
    attributes = node.attributes
    return attributes.get("aria-label") or attributes.get("title") or attributes.get("alt") or ""


def _picture(node: LexborNode) -> str:
    """The alt text of a link's pictures; the words of a file name when there is none."""
    images = node.css("img, input[type=image], svg image")[:5]
    alts = [alt for image in images if (alt := (image.attributes.get("alt") or "").strip())]
    if alts or not images:
        return alts[0] if alts else ""
    source = images[0].attributes.get("src") or images[0].attributes.get("data-src") or ""
    if source.startswith("data:"):
        return ""
    name = source[:URL_MAX_CHARS].partition("?")[0].rpartition("/")[2].rpartition(".")[0]
    words = re.sub(r"[-_.\s]+", " ", _DECORATION.sub(" ", name[:120])).strip()
    # More than the words of a role may be a product's name.
    return words if roles_of_name(words) else ""


def _sentence(node: LexborNode) -> str:
    """The words just before a link: at most ``_SIBLINGS_MAX`` nodes of the same parent."""
    parts: list[str] = []
    here = node.prev
    while here is not None and len(parts) < _SIBLINGS_MAX:
        text = here.text_content if here.tag == "-text" else here.text(deep=True, separator=" ")
        parts.append((text or "")[-200:])
        here = here.prev
    return " ".join("".join(reversed(parts)).split())[-80:]


@lru_cache(maxsize=64)
def _origin_of(base: str) -> str:
    """Scheme and host as ``absolute`` writes them."""
    return absolute(base, "/ ").removesuffix("/")


def absolute(base: str, reference: str) -> str:
    """``reference`` against ``base``, http(s) only, without fragment; "" when it is none."""
    if _ROOTED.fullmatch(reference) and not ("/." in reference or "//" in reference):
        origin = _origin_of(base)
        return f"{origin}{reference}" if origin else ""
    try:
        parts = urlsplit(urljoin(base, reference.strip()[:URL_MAX_CHARS]))
        _ = parts.port  # a bad port raises here, not later
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.netloc.rpartition("@")[2].lower()
    path = parts.path.replace(" ", "%20")
    url = urlunsplit((parts.scheme, host, path or "/", parts.query.replace(" ", "%20"), ""))
    return url if host_of(url) else ""


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """The URL that references are resolved against (``<base href>``)."""
    node = first(tree, "base[href]")
    href = (node.attributes.get("href") or "") if node is not None else ""
    return absolute(url, href) or url


def _reference(base: str, url: str, href: str, text: str, rel: str) -> Link | None:
    kind = _kind_of(href) if len(href) <= _KNOWN_MAX_CHARS else _kind_of.__wrapped__(href)
    if kind in ("mail", "phone"):
        return Link(href.strip()[:URL_MAX_CHARS], text, rel, kind)
    if kind == "script":
        return Link(url, text, rel, kind)
    target = absolute(base, href)
    return Link(target, text, rel, kind) if target else None


@lru_cache(maxsize=4_096)
def _kind_of(href: str) -> str:  # cached: menus and footers stand on every page
    """The kind of a link by its reference alone."""
    lower = href.strip().lower()
    if lower.startswith("mailto:"):
        return "mail"
    if lower.startswith(("tel:", "callto:")):
        return "phone"
    if lower in ("", "#", "#!") or lower.startswith(_SCRIPTED):
        return "script"
    return "anchor" if href.partition("#")[2].strip() else "page"


def read_links(tree: LexborHTMLParser, url: str) -> tuple[Link, ...]:
    """Links of a page in document order, at most ``LINKS_MAX``."""
    base = base_of(tree, url)
    found: list[Link] = []
    for node in tree.css("a[href], area[href]")[:LINKS_MAX]:
        attributes = node.attributes
        href = attributes.get("href") or ""
        link = _reference(base, url, href, label_of(node), attributes.get("rel") or "")
        if link is not None:
            found.append(link)
    for node in tree.css("link[rel=alternate][hreflang][href]")[:60]:
        target = absolute(base, node.attributes.get("href") or "")
        if target:
            found.append(Link(target, "", node.attributes.get("hreflang") or "", "alternate"))
    for node in tree.css("iframe, frame[src], object[data], embed[src]")[:100]:
        target = absolute(base, _framed(node))
        if target:
            found.append(Link(target, "", "hidden" if _is_unseen(node) else "", "frame"))
    return tuple(found)


def _framed(node: LexborNode) -> str:
    """The document an element shows in the page; "" for films, pictures and plug-ins."""
    attributes = node.attributes
    names = ("src", "data-src", "data-lazy-src", "data")
    stated = [value for name in names if (value := (attributes.get(name) or "").strip())]
    source = next((v for v in stated if not v.lower().startswith(("about:", _SCRIPTED))), "")
    if node.tag in ("iframe", "frame") or not source:
        return source or ""
    kind = (attributes.get("type") or "").strip().lower()
    is_file = _NO_DOCUMENT.search(source[:URL_MAX_CHARS].partition("?")[0].lower())
    return source if ("html" in kind or "pdf" in kind or not (kind or is_file)) else ""


def _is_unseen(node: LexborNode) -> bool:
    """Frames of one pixel, or folded away for good: trackers."""
    attributes = node.attributes
    sizes = ((attributes.get(name) or "").strip() for name in ("width", "height"))
    if any(size in ("0", "1", "2", "0px", "1px", "2px") for size in sizes):
        return True
    style = "".join((attributes.get("style") or "")[:500].lower().split())
    return "hidden" in attributes or bool(_UNSEEN_STYLE.search(style))


def title_of(tree: LexborHTMLParser) -> str:
    """The document's title, one line."""
    node = first(tree, "title")
    if node is None:
        return ""
    return " ".join(plain(html_entities.unescape(node.text()[:500])).split())
