"""Bodies within bounds: neither a large answer nor a small bomb may fill the memory."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator

import httpcore

from scanners.net.charsets import codec_of

_CHARSET = re.compile(
    r"charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_META_BYTES = 2_048
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
RAW_FACTOR = 2
PLAIN = frozenset({"", "identity"})
PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_MAGIC = b"\x1f\x8b"


class UnknownCodingError(Exception):
    """The body is packed in a way that was not asked for: it cannot be read."""


class Inflater:
    """Undoes gzip or deflate, never giving more than was asked for."""

    def __init__(self, encoding: str) -> None:
        coding = encoding.strip().lower()
        if coding not in PLAIN | PACKED:
            raise UnknownCodingError(coding)
        self._raw_deflate_possible = coding == "deflate"
        self._plain = coding in PLAIN
        self._engine = zlib.decompressobj(47)  # zlib or gzip by header

    def feed(self, data: bytes, limit: int) -> bytes:
        """At most ``limit`` bytes of what ``data`` holds; raises zlib.error on damage."""
        if self._plain:
            return data[:limit]
        try:
            out = self._engine.decompress(data, limit)
        except zlib.error:
            if not self._raw_deflate_possible:
                raise
            # Some servers send deflate without its zlib header.
            self._engine = zlib.decompressobj(-15)
            out = self._engine.decompress(data, limit)
        self._raw_deflate_possible = False
        return out

    @property
    def waiting(self) -> bool:
        """Is input left that did not fit into the limit, or a second gzip member?"""
        more = self._engine.unused_data.startswith(_GZIP_MAGIC)
        return bool(self._engine.unconsumed_tail) or more

    @property
    def ended(self) -> bool:
        """Did the packed data come to their end?"""
        return self._plain or self._engine.eof


async def read_bounded(
    parts: AsyncIterator[bytes], encoding: str, limit: int
) -> tuple[bytes, bool]:
    """(decoded body of at most ``limit`` bytes, was it cut short?).

    A connection that breaks off gives what came so far, cut short; a packing that
    was not asked for gives nothing, cut short.
    """
    try:
        inflater = Inflater(encoding)
    except UnknownCodingError:
        return b"", True
    body = bytearray()
    raw = 0
    try:
        async for part in parts:
            raw += len(part)
            body += inflater.feed(part, limit + 1 - len(body))
            if len(body) > limit or inflater.waiting or raw > limit * RAW_FACTOR:
                return bytes(body[:limit]), True
    except (zlib.error, httpcore.ReadError, httpcore.RemoteProtocolError):
        return bytes(body[:limit]), True
    return bytes(body), raw > 0 and not inflater.ended


def decode(body: bytes, content_type: str) -> str:
    """Text of a body: byte order mark, then header, then meta, then UTF-8; never raises.

    Web encodings only, and no lone surrogates (WHATWG Encoding; HTML 13.2.3.2).
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _clean(body.decode(codec, "replace"))
    codec = _named(content_type) or _named_inside(body) or "utf-8"
    if codec == "utf-8":
        # What it decodes to has no surrogates.
        return body.decode(codec, "replace")
    try:
        return _clean(body.decode(codec, "replace"))
    except ValueError:
        return _clean(body.decode("utf-8", "replace"))


def _named(text: str) -> str | None:
    found = _CHARSET.search(text)
    return None if found is None else codec_of(found.group(1))


def _named_inside(body: bytes) -> str | None:
    """A page that could be read up to its meta element is not UTF-16, whatever that says."""
    codec = _named(body[:_META_BYTES].decode("latin-1"))
    return "utf-8" if codec is not None and codec.startswith("utf-16") else codec


def _clean(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)
