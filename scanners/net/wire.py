"""HTTP/1.1 as far as a proxy of ours has to understand it (RFC 9112): heads, lengths, ends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

HEAD_MAX_BYTES = 64_000
BODY_MAX_BYTES = 1_000_000
CHUNK_BYTES = 64_000
PATH_MAX_CHARS = 8_000
PORTS = {"http": 80, "https": 443}
Origin = tuple[str, str, int]
Line = tuple[bytes, bytes]
_BODILESS = frozenset({204, 304})
# Between two neighbours only (RFC 9110 7.6.1); Expect would wait for an answer we do not relay.
HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"upgrade",
     b"te", b"expect", b"proxy-authenticate")
)  # fmt: skip


class WireError(Exception):
    """This is not HTTP that can be passed on."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line's three parts and the header lines, as they came."""

    first: tuple[bytes, bytes, bytes]
    lines: tuple[Line, ...]

    def value(self, name: bytes) -> bytes:
        """The first header of that name, b"" when missing."""
        return next((value for key, value in self.lines if key.lower() == name), b"")

    def length(self) -> int | None:
        """Content-Length, None when not given; WireError when it is none or given twice."""
        found = {value for key, value in self.lines if key.lower() == b"content-length"}
        if not found:
            return None
        text = found.pop()
        if found or not text.isdigit() or len(text) > 12:  # noqa: PLR2004 (a terabyte)
            raise WireError("Content-Length")
        return int(text)

    @property
    def chunked(self) -> bool:
        """Does the body come in chunks?"""
        return b"chunked" in self.value(b"transfer-encoding").lower()


def read_head(raw: bytes) -> Head:
    """A head from its bytes up to the empty line; WireError when it is none."""
    first, *rest = raw.split(b"\r\n")
    words = first.split(b" ", 2)
    if len(words) == 2:  # noqa: PLR2004 (a status line without its words)
        words.append(b"")
    if len(words) != 3:  # noqa: PLR2004
        raise WireError("first line")
    lines: list[Line] = []
    for line in rest:
        name, colon, value = line.partition(b":")
        if line and colon and name.strip() == name and name:
            lines.append((name, value.strip()))
        elif line:
            raise WireError("header line")
    return Head((words[0], words[1], words[2]), tuple(lines))


def write_head(head: Head, first: bytes, extra: tuple[Line, ...]) -> bytes:
    """The head with another first line, without what is for neighbours only, plus ``extra``."""
    replaced = {name.lower() for name, _ in extra} | HOP_BY_HOP
    kept = [(name, value) for name, value in head.lines if name.lower() not in replaced]
    rows = [name + b": " + value for name, value in (*kept, *extra)]
    return b"\r\n".join((first, *rows, b"Connection: close", b"", b""))


def tunnel_origin(target: bytes) -> Origin:
    """Where a CONNECT wants to go, host and port (RFC 9110 9.3.6); WireError without either."""
    text = target.decode("latin-1")
    if not text.rpartition(":")[2].isdigit():
        raise WireError("target")
    return _origin("https", f"//{text}")


def asked(target: bytes, inside: Origin | None) -> tuple[Origin, str]:
    """(origin, path with query) of a request line; ``inside`` a tunnel the path stands alone."""
    text = target.decode("latin-1")
    if inside is not None and text.startswith("/"):
        return inside, text
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise WireError("target") from error
    origin = _origin(parts.scheme, text)
    if inside is not None and origin != inside:
        raise WireError("another origin inside a tunnel")
    after = text.partition("//")[2]
    cut = min((after.find(mark) for mark in "/?" if mark in after), default=-1)
    path = after[cut:] if cut >= 0 else "/"
    return origin, path if path.startswith("/") else f"/{path}"


def _origin(scheme: str, url: str) -> Origin:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(scheme, 0)
        known = scheme in PORTS
    except ValueError as error:
        raise WireError("target") from error
    if not known or not host or not port or parts.username is not None:
        raise WireError("target")
    return scheme, host.lower().rstrip("."), port


def origin_text(origin: Origin) -> str:
    """``scheme://host``, with the port when it is not the usual one."""
    scheme, host, port = origin
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port == PORTS[scheme] else f":{port}")


def is_excluded(path: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    """May ``path`` (with its query) not be asked?  Nor may what is too long to judge.

    As it is written and as a server reads it: ``/%63art`` is ``/cart``.
    """
    if len(path) > PATH_MAX_CHARS:
        return True
    forms = {path, unquote(path)}
    return any(pattern.search(form) for pattern in patterns for form in forms)


def origin_of(url: str) -> Origin:
    """The origin of an address (RFC 6454 4); WireError when it has none."""
    return _origin(urlsplit(url).scheme, url)


async def request_body(reader: asyncio.StreamReader, head: Head) -> bytes:
    """The body of a request; WireError for one that is large or in chunks."""
    length = head.length() or 0
    if head.chunked or length > BODY_MAX_BYTES:
        raise WireError("body")
    return await reader.readexactly(length)


async def answer_head(reader: asyncio.StreamReader) -> Head:
    """The head of the final answer; interim ones (1xx) are passed over."""
    for _ in range(5):
        head = read_head((await reader.readuntil(b"\r\n\r\n"))[:-4])
        if not head.first[0].startswith(b"HTTP/1.") or not head.first[1].isdigit():
            raise WireError("status line")
        if not head.first[1].startswith(b"1"):
            return head
    raise WireError("interim answers only")


def body_length(head: Head, method: bytes) -> int | None:
    """Bytes of an answer's body, None when it lasts until the end (RFC 9112 6.3)."""
    if method == b"HEAD" or int(head.first[1]) in _BODILESS:
        return 0
    return None if head.chunked else head.length()
