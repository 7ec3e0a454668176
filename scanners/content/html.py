"""Reading hostile HTML: visible text in lines, links, language.

Parsing is lexbor's (never raises on bytes); everything taken out is bounded.
"""

from __future__ import annotations

import html as html_entities
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.api import mended_text

HTML_MAX_CHARS = 2_000_000
TEXT_MAX_CHARS = 60_000
LINKS_MAX = 3_000
URL_MAX_CHARS = 2_000
TAGS_MAX = 40_000
DEPTH_MAX = 2_000

_LINE = "\x1e"
_INVISIBLE = "script,style,template,noscript,head,svg title,iframe,object"
_BLOCKS = (
    "address,article,aside,blockquote,br,button,caption,dd,details,div,dl,dt,fieldset,figcaption,"
    "figure,footer,form,h1,h2,h3,h4,h5,h6,header,hr,legend,li,main,nav,ol,option,p,pre,section,"
    "select,summary,table,td,textarea,th,tr,ul"
)
_SPACED = "a,span,label,img,input"
# Soft hyphens, zero-width and direction marks only hide digits from a search.
_UNSEEN = dict.fromkeys(
    [0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)]
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
# Void elements, and those that close each other.
_FLAT = frozenset(
    re.findall(
        r"\w+",
        "area base br col embed hr img input link meta param source track wbr "
        "p li td th tr dt dd option path circle rect use line polygon",
    )
)
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


@dataclass(frozen=True, slots=True)
class PageText:
    """Visible text: ``lines`` as blocks, ``tight`` the same without added spaces.

    ``tight`` serves mail addresses that are cut into spans.
    """

    lines: tuple[str, ...]
    tight: str

    @property
    def flat(self) -> str:
        """All lines with single spaces."""
        return " ".join(self.lines)


def bounded(body: str) -> str:
    """The part of a document that is safe to parse.

    The parser's time is quadratic in the depth of nesting: 8,000 open elements cost
    0.4 s, 400,000 many minutes.
    """
    opened: dict[str, int] = {}
    depth = 0
    for count, match in enumerate(_TAG.finditer(body, 0, HTML_MAX_CHARS)):
        name = match.group(2).lower()
        if count >= TAGS_MAX or depth >= DEPTH_MAX:
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


def parse(body: str) -> LexborHTMLParser:
    """The tree of an HTML document; any text gives a tree."""
    return LexborHTMLParser(bounded(body))


def first(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode | None:
    """The first node of a selector, or None."""
    nodes = tree.css(selector)
    return nodes[0] if nodes else None


def normalise(text: str) -> str:
    """NFKC, without soft hyphens, zero-width and control characters or lone surrogates."""
    return plain(unicodedata.normalize("NFKC", text).translate(_UNSEEN))


def plain(text: str) -> str:
    """``text`` without control characters (NUL among them) and lone surrogates."""
    return _CONTROL.sub(" ", mended_text(text))


def split_lines(text: str, mark: str = "\n") -> tuple[str, ...]:
    """Non-empty lines, white space collapsed, at most ``TEXT_MAX_CHARS`` in all.

    A longer text loses its middle: identity data stand at the top or in the footer.
    """
    collapsed = (" ".join(raw.split()) for raw in normalise(text[:HTML_MAX_CHARS]).split(mark))
    lines = [line for line in collapsed if line]
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


def decode_cfemail(code: str) -> str:
    """Address hidden by Cloudflare (hex, XOR with the first byte); "" when it is none."""
    try:
        raw = bytes.fromhex(code[:400])
    except ValueError:
        return ""
    return "".join(chr(b ^ raw[0]) for b in raw[1:]) if raw else ""


def read_text(body: str) -> PageText:
    """What a visitor can read.  Text folded away by CSS counts as readable."""
    tree = parse(body.replace(_LINE, " "))
    for node in tree.css("[data-cfemail]"):
        node.replace_with(" " + decode_cfemail(node.attributes.get("data-cfemail") or "") + " ")
    for node in tree.css(_INVISIBLE):
        node.decompose()
    root = tree.body
    if root is None:
        return PageText((), "")
    tight = normalise(root.text(deep=True, separator="")[: TEXT_MAX_CHARS * 4])[:TEXT_MAX_CHARS]
    for node in root.css(_BLOCKS):
        node.insert_before(_LINE)
        node.insert_after(_LINE)
    for node in root.css(_SPACED):
        node.insert_before(" ")
        node.insert_after(" ")
    return PageText(split_lines(root.text(deep=True, separator=""), _LINE), tight)


def _label(node: LexborNode) -> str:
    text = node.text(deep=True, separator=" ")
    if not text.strip():
        image = first(node, "img")
        attributes = node.attributes
        text = (
            attributes.get("aria-label")
            or attributes.get("title")
            or (image.attributes.get("alt") if image is not None else None)
            or ""
        )
    return " ".join(normalise(text[:1000]).split())[:200]


def absolute(base: str, reference: str) -> str:
    """``reference`` against ``base``, http(s) only, without fragment; "" when it is none."""
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


def host_of(url: str) -> str:
    """The host name of any text that may be a URL; "" when it has none or is none.

    ``http://[`` and ``http://b]/`` make the standard library raise.
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """The URL that references are resolved against (``<base href>``)."""
    node = first(tree, "base[href]")
    href = (node.attributes.get("href") or "") if node is not None else ""
    return absolute(url, href) or url


def _reference(base: str, url: str, href: str, text: str, rel: str) -> Link | None:
    lower = href.strip().lower()
    if lower.startswith("mailto:"):
        return Link(href.strip()[:URL_MAX_CHARS], text, rel, "mail")
    if lower.startswith(("tel:", "callto:")):
        return Link(href.strip()[:URL_MAX_CHARS], text, rel, "phone")
    if lower in ("", "#", "#!") or lower.startswith("javascript:"):
        return Link(url, text, rel, "script")
    target = absolute(base, href)
    if not target:
        return None
    return Link(target, text, rel, "anchor" if href.partition("#")[2].strip() else "page")


def read_links(tree: LexborHTMLParser, url: str) -> tuple[Link, ...]:
    """Links of a page in document order, at most ``LINKS_MAX``."""
    base = base_of(tree, url)
    found: list[Link] = []
    for node in tree.css("a[href], area[href]")[:LINKS_MAX]:
        attributes = node.attributes
        href = attributes.get("href") or ""
        link = _reference(base, url, href, _label(node), attributes.get("rel") or "")
        if link is not None:
            found.append(link)
    for node in tree.css("link[rel=alternate][hreflang][href]")[:60]:
        target = absolute(base, node.attributes.get("href") or "")
        if target:
            found.append(Link(target, "", node.attributes.get("hreflang") or "", "alternate"))
    for node in tree.css("iframe[src], frame[src]")[:100]:
        target = absolute(base, node.attributes.get("src") or "")
        if target:
            found.append(Link(target, "", "", "frame"))
    return tuple(found)


def refresh_target(tree: LexborHTMLParser, url: str) -> str:
    """Where a ``<meta http-equiv=refresh>`` of at most 5 seconds leads; "" when nowhere."""
    for node in tree.css("meta[http-equiv]"):
        if (node.attributes.get("http-equiv") or "").lower() != "refresh":
            continue
        delay, _, rest = (node.attributes.get("content") or "")[:URL_MAX_CHARS].partition(";")
        name, _, target = rest.partition("=")
        quick = delay.strip().isdecimal() and int(delay.strip()[:6]) <= 5  # noqa: PLR2004
        if quick and name.strip().lower() == "url":
            return absolute(base_of(tree, url), target.strip().strip("'\""))
    return ""


def title_of(tree: LexborHTMLParser) -> str:
    """The document's title, one line."""
    node = first(tree, "title")
    if node is None:
        return ""
    return " ".join(plain(html_entities.unescape(node.text()[:500])).split())
