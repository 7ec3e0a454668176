"""Frames and style sheets of a page that come from elsewhere, or from nowhere."""

from __future__ import annotations

import re
from hashlib import blake2b

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.api import host_of
from scanners.content.html import absolute, parse
from scanners.drift.stable_urls import data_text, plain_host
from scanners.net.names import registrable_domain

NODES_MAX = 200
HOSTS_MAX = 30
INNER_MAX_CHARS = 50_000
INNER_TAGS_MAX = 300
STYLE_MAX_CHARS = 300_000
_FRAMES = "iframe, frame, object[data], embed[src], fencedframe, portal"
_SOURCES = ("src", "data-src", "data-lazy-src", "data-cookieblock-src", "data", "srcset")
_TELLING = ("script", "form", "input", "iframe", "object", "embed", "base", "meta")
_IMPORT = re.compile(r"@import\s{0,4}(?:url\(\s{0,4})?[\"']?([^\"')\s;]{4,500})")
_URL = re.compile(r"url\(\s{0,4}[\"']?((?:https?:)?//[^\"')\s]{4,500})")
_READS_VALUES = re.compile(r"\[\s{0,4}value\s{0,4}[~|^$*]?=")


def frames_of(tree: LexborHTMLParser, base: str, own: frozenset[str]) -> tuple[str, ...]:
    """Foreign hosts of frames and objects; a frame written into the page as ``inner:`` and digest.

    Frames inside ``noscript`` count for nobody who can pay.
    """
    found: set[str] = set()
    for node in tree.css(_FRAMES)[:NODES_MAX]:
        if _inside_noscript(node):
            continue
        inner = _inner(node)
        if inner:
            found.add(inner)
            continue
        source = next((v for n in _SOURCES if (v := (node.attributes.get(n) or "").strip())), "")
        host = host_of(absolute(base, source)) if source else ""
        if host and registrable_domain(host) not in own:
            found.add(plain_host(host))
    return tuple(sorted(found)[:HOSTS_MAX])


def _inside_noscript(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(8):
        if above is None:
            return False
        if above.tag == "noscript":
            return True
        above = above.parent
    return False


def _inner(node: LexborNode) -> str:
    """A document inside the page, by the skeleton of what runs in it or asks for something."""
    attributes = node.attributes
    source = (attributes.get("src") or attributes.get("data") or "").strip()
    text = attributes.get("srcdoc") or ""
    if not text and source[:5].lower() == "data:" and "html" in source[:40].lower():
        text = data_text(source[: 2 * INNER_MAX_CHARS])
    if not text and source[:11].lower() in ("javascript:", "blob:https:"):
        text = f"<script>{source}</script>"
    if not text.strip():
        return ""
    tree = parse(text[:INNER_MAX_CHARS])
    tags = [one.tag or "" for one in tree.css(", ".join(_TELLING))[:INNER_TAGS_MAX]]
    if not {"script", "form", "input", "iframe"} & set(tags):
        return ""
    return f"inner:{blake2b(' '.join(tags).encode(), digest_size=6).hexdigest()}"


def styles_of(tree: LexborHTMLParser, base: str, own: frozenset[str]) -> tuple[str, ...]:
    """Foreign hosts of style sheets, imports, and what styles that look at values ask for."""
    urls: list[str] = []
    for node in tree.css("link[href]")[: 2 * NODES_MAX]:
        attributes = node.attributes
        rel = (attributes.get("rel") or "").lower().split()
        late = "preload" in rel and (attributes.get("as") or "").lower() == "style"
        if "stylesheet" in rel or late:
            urls.append(attributes.get("href") or "")
    for node in tree.css("style")[:NODES_MAX]:
        text = (node.text() or "")[:STYLE_MAX_CHARS]
        urls += _IMPORT.findall(text)[:20]
        if _READS_VALUES.search(text):
            urls += _URL.findall(text)[:20]
    hosts = {host_of(absolute(base, url)) for url in urls}
    foreign = {plain_host(h) for h in hosts if h and registrable_domain(h) not in own}
    return tuple(sorted(foreign)[:HOSTS_MAX])
