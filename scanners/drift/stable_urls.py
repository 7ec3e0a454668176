"""Addresses without what changes with every release: versions, digests, shards, queries."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes, urlsplit

from scanners.api import host_of

PATH_MAX_CHARS = 160
_SHARD = re.compile(r"(?<=[a-z])-?\d{1,3}(?=[.-]|$)")
_PIECE = re.compile(r"[A-Za-z0-9]+")
_VERSION = re.compile(r"v?\d+[a-z]?\d*")
_HEX = re.compile(r"(?=[a-f]*\d)[0-9a-f]{6,}", re.IGNORECASE)
_TURNS = re.compile(r"[a-z](?=[A-Z0-9])|[0-9](?=[A-Za-z])|[A-Z](?=[0-9])")
_RUNS = re.compile(r"#(?:[._~+-]?#)+")
_LANGUAGE = re.compile(r"(?<=__)[a-z]{2}(?:[_-][A-Za-z]{2})?(?=\.|$)")
HASH_MIN_CHARS = 8
HASH_TURNS = 3


def plain_host(host: str) -> str:
    """``host`` with shard numbers as ``#``: ``cdn2.example.nl`` is ``cdn#.example.nl``."""
    labels = host.rsplit(".", 2)
    if len(labels) < 3 or host.replace(".", "").isdigit():  # noqa: PLR2004 - a subdomain
        return host
    return ".".join((_SHARD.sub("#", labels[0]), *labels[1:]))


def plain_path(path: str) -> str:
    """``path`` with versions, digests and numbers as ``#``, at most ``PATH_MAX_CHARS``."""
    kept = _PIECE.sub(_shape, _LANGUAGE.sub("#", path[: 2 * PATH_MAX_CHARS]))
    return _RUNS.sub("#", kept)[:PATH_MAX_CHARS]


def _shape(found: re.Match[str]) -> str:
    piece = found[0]
    if _VERSION.fullmatch(piece) or _HEX.fullmatch(piece):
        return "#"
    if len(piece) >= HASH_MIN_CHARS and len(_TURNS.findall(piece)) >= HASH_TURNS:
        return "#"
    return re.sub(r"\d+", "#", piece)


def plain_url(url: str) -> str:
    """``/path`` of an absolute URL, plain; for pages and files of the site's own."""
    try:
        return plain_path(urlsplit(url).path or "/")
    except ValueError:
        return "/"


def source_of(url: str, *, own: bool) -> str:
    """What a file is known by: ``host/path``, or ``/path`` on the site's own hosts."""
    return plain_url(url) if own else plain_host(host_of(url)) + plain_url(url)


def data_text(source: str) -> str:
    """The text of a ``data:`` address (RFC 2397); "" when it cannot be read."""
    head, comma, body = source.partition(",")
    if not comma:
        return ""
    raw = unquote_to_bytes(body)
    if head.lower().endswith(";base64"):
        try:
            raw = base64.b64decode(raw + b"=" * (-len(raw) % 4))
        except (binascii.Error, ValueError):
            return ""
    return raw.decode("utf-8", "replace")
