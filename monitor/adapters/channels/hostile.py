"""Text from sites and forms, made harmless before a person's mail client shows it.

A mail client turns anything that looks like an address into a link, in plain
text too.  So a foreign address is written as ``evil[.]example``: readable, but
no link.  Addresses of the member's own site and of the organisation stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from scanners.api import clip

LINE_MAX_CHARS = 500
PARAGRAPH_MAX_CHARS = 2000
PARAGRAPHS_MAX = 20
HREF_MAX_CHARS = 1000
# The dots that IDNA (RFC 3490 3.1) reads as a full stop.
_DOTS = "．。｡"
_HOST = re.compile(rf"[^\W_][\w\-]{{0,62}}(?:[.{_DOTS}][\w\-]{{1,63}})+")
_TOP_LEVEL = re.compile(r"[^\W\d_]{2}")
_SCHEME = re.compile(r"://(?=\S)")
_HREF = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=%]+")


def one_line(text: str, own: Sequence[str] = (), limit: int = LINE_MAX_CHARS) -> str:
    """One line of at most about ``limit`` characters, nothing in it that a client links to.

    ``own`` are host names that may stay as they are, their subdomains included.
    """
    return defuse(clip(text, limit), own)


def paragraphs(text: str, own: Sequence[str] = ()) -> tuple[str, ...]:
    """The lines of ``text``, each as ``one_line``; empty ones are left out."""
    lines = text.splitlines()[:PARAGRAPHS_MAX]
    found = (one_line(line, own, PARAGRAPH_MAX_CHARS) for line in lines)
    return tuple(line for line in found if line)


def defuse(text: str, own: Sequence[str] = ()) -> str:
    """``text`` with foreign host names and addresses written so that no client links them."""
    text = _HOST.sub(lambda found: _host(found, own), text)
    return _SCHEME.sub(lambda found: _scheme(found, own), text)


def own_link(url: str, own: Sequence[str]) -> str | None:
    """``url`` when it may become a link: plain http(s) on an own host, no user, no odd signs."""
    if len(url) > HREF_MAX_CHARS or not _HREF.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and user is None and "\\" not in url
    return url if good and host is not None and _is_own(host, own) else None


def _is_own(host: str, own: Sequence[str]) -> bool:
    host = host.casefold().rstrip(".")
    return any(host == name or host.endswith(f".{name}") for name in map(str.casefold, own) if name)


def _host(found: re.Match[str], own: Sequence[str]) -> str:
    name = found.group()
    # "B.V.", "7.b" or "tz-12.7b": a top-level domain begins with two letters (RFC 3696 2).
    # Clients differ in where they think that a name ends: any label may be taken for the last.
    if not any(_TOP_LEVEL.match(label) for label in re.split(rf"[.{_DOTS}]", name)[1:]):
        return name
    before = found.string[found.start() - 1 : found.start()]
    if _is_own(name, own) and before not in ("@", ".", "-"):
        return name
    return re.sub(rf"[.{_DOTS}]", "[.]", name)


def _scheme(found: re.Match[str], own: Sequence[str]) -> str:
    rest = _HOST.match(found.string, found.end())
    after = "" if rest is None else found.string[rest.end() : rest.end() + 1]
    if rest is not None and _is_own(rest.group(), own) and after in ("", "/", "?", "#", ":", " "):
        return "://"
    return "[:]//"
