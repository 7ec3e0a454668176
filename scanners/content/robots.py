"""robots.txt (RFC 9309) and sitemaps (sitemaps.org 0.9), both hostile, both bounded."""

from __future__ import annotations

import html
import re
import zlib
from dataclasses import dataclass
from urllib.parse import unquote

AGENT = "keurwacht"
ROBOTS_MAX_CHARS = 500_000
RULES_MAX = 2_000
SITEMAP_MAX_BYTES = 20_000_000
LOCATIONS_MAX = 50_000
_OFFERS = ("product", "produkt", "produit", "artikel")


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for us: (allowed, pattern) pairs, and the sitemaps named."""

    rules: tuple[tuple[bool, str], ...] = ()
    sitemaps: tuple[str, ...] = ()

    def allows(self, path_and_query: str) -> bool:
        """The longest matching rule decides, allow wins a tie (RFC 9309 2.2.2)."""
        best, allowed = -1, True
        path = unquote(path_and_query) or "/"
        for allow, pattern in self.rules:
            longer = len(pattern) > best or (len(pattern) == best and allow)
            if longer and _matches(pattern, path):
                best, allowed = len(pattern), allow
        return allowed


def _matches(pattern: str, path: str) -> bool:
    """Walk the pieces between stars with ``find``: no back-tracking on hostile rules."""
    ends = pattern.endswith("$")
    pieces = unquote(pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not ends or at == len(path) or (len(pieces) > 1 and path.endswith(pieces[-1]))


def parse_robots(text: str, agent: str = AGENT) -> Robots:
    """The group of ``agent``, else that of ``*``; a file without either allows all."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    sitemaps: list[str] = []
    names: list[str] = []
    open_group = False
    for raw in text[:ROBOTS_MAX_CHARS].splitlines():
        key, _, value = raw.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "sitemap" and value:
            sitemaps.append(value[:2_000])
        elif key == "user-agent":
            names = [*names, value.lower()] if open_group else [value.lower()]
            open_group = True
        elif key in ("allow", "disallow"):
            open_group = False
            for name in names:
                rules = groups.setdefault(name, [])
                if value and len(rules) < RULES_MAX:
                    rules.append((key == "allow", value[:500]))
    rules = groups.get(agent, groups.get("*", []))
    return Robots(tuple(rules), tuple(sitemaps[:20]))


def unpack(body: bytes) -> bytes:
    """A sitemap's bytes, gunzipped when they are gzip; never more than 20 MB."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:SITEMAP_MAX_BYTES]
    try:
        return zlib.decompressobj(wbits=31).decompress(body, SITEMAP_MAX_BYTES)
    except zlib.error:
        return b""


def parse_sitemap(body: bytes) -> tuple[bool, tuple[str, ...]]:
    """(is it an index?, the locations).  By pattern: no XML parser meets hostile XML."""
    text = unpack(body).decode("utf-8", "replace")
    index = "<sitemapindex" in text[:5_000]
    found = re.findall(r"<loc>\s{0,20}(?:<!\[CDATA\[)?([^<\]]{1,2000})", text)
    locations = (html.unescape(loc).strip() for loc in found[:LOCATIONS_MAX])
    return index, tuple(loc for loc in locations if loc)


def sitemap_rank(url: str) -> tuple[int, str]:
    """Order of the files of an index: pages of text before products."""
    name = _file(url)
    if any(word in name for word in ("page", "pagina", "cms", "content", "info", "static")):
        return 0, url
    later = (*_OFFERS, "image", "categor", "kategori", "post")
    return (2 if any(word in name for word in later) else 1), url


def lists_products(url: str) -> bool:
    """Is it, by its name, the file of an index that lists products?"""
    return sitemap_rank(url)[0] == 2 and any(word in _file(url) for word in _OFFERS)  # noqa: PLR2004


def _file(url: str) -> str:
    """The address in lower case without its host, whose name says nothing of the file."""
    return url.lower().partition("://")[2].partition("/")[2]
