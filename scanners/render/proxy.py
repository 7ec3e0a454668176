"""The browser's only way out: a proxy on loopback that dials checked addresses alone.

A page may point anywhere: the proxy resolves every name itself, refuses what the
``AddressGuard`` refuses, and dials the very address that was checked (no second lookup).
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Self

from scanners.api import NetOptions
from scanners.net.dial import NoConnectionError, dialled
from scanners.net.door import Door, credentials, same
from scanners.net.guard import AddressGuard, RefusedAddressError, ResolveError
from scanners.net.wire import (
    CHUNK_BYTES,
    HEAD_MAX_BYTES,
    Head,
    Origin,
    WireError,
    asked,
    read_head,
    tunnel_origin,
    write_head,
)

HEAD_WITHIN_S = 10.0
# What one visit may fetch and open; a shop's start page is below a tenth of both.
VISIT_MAX_BYTES = 40_000_000
VISIT_MAX_CONNECTIONS = 100


@dataclass(slots=True)
class Pass:
    """The right to use the proxy for one visit, and what was used of it."""

    secret: str
    bytes_left: int = VISIT_MAX_BYTES
    connections_left: int = VISIT_MAX_CONNECTIONS


class _NoWayError(Exception):
    """The request is refused; the argument is its status line's end."""


class GuardedProxy:
    """Async context manager; ``address`` is its URL while it is open."""

    def __init__(self, options: NetOptions) -> None:
        self._options = options
        self._guard = AddressGuard(options)
        self._passes: dict[str, Pass] = {}
        self._door = Door(self._serve, "127.0.0.1", HEAD_MAX_BYTES)
        self.address = ""

    async def __aenter__(self) -> Self:
        """Listen on a free port of loopback."""
        await self._door.__aenter__()
        self.address = f"http://127.0.0.1:{self._door.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, and end every connection."""
        await self._door.__aexit__()

    def admit(self, user: str, secret: str) -> Pass:
        """Let requests of ``user`` with ``secret`` through until ``dismiss``."""
        self._passes[user] = Pass(secret)
        return self._passes[user]

    def dismiss(self, user: str) -> None:
        """Let no more of them through."""
        self._passes.pop(user, None)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            await self._answer(reader, writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_WITHIN_S):
                raw = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return
        try:
            head, origin, first = _asked(raw)
            allowed = self._allowed(head)
            there, out = await self._dial(allowed, origin)
        except _NoWayError as error:
            more = b"Proxy-Authenticate: Basic realm=x\r\n" if "407" in str(error) else b""
            writer.write(f"HTTP/1.1 {error}\r\n".encode() + more + b"Content-Length: 0\r\n\r\n")
            with contextlib.suppress(OSError):
                await writer.drain()
            return
        try:
            if head.first[0] == b"CONNECT":
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                out.write(first)
            await _relayed(reader, writer, there, out, allowed)
        finally:
            out.close()

    def _allowed(self, head: Head) -> Pass:
        said = credentials(head.value(b"proxy-authorization"))
        found = None if said is None else self._passes.get(said[0])
        if said is not None and found is not None and same(found.secret, said[1]):
            return found
        raise _NoWayError("407 Proxy Authentication Required")

    async def _dial(
        self, allowed: Pass, origin: Origin
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if allowed.connections_left <= 0:
            raise _NoWayError("429 Too Many Requests")
        allowed.connections_left -= 1
        _, host, port = origin
        within_s = self._options.connect_timeout_s
        try:
            return await dialled(self._guard, host, port, within_s, CHUNK_BYTES)
        except (RefusedAddressError, ResolveError) as error:
            raise _NoWayError("403 Forbidden") from error
        except NoConnectionError as error:
            raise _NoWayError("502 Bad Gateway") from error


def _asked(raw: bytes) -> tuple[Head, Origin, bytes]:
    """(head, where to, the request as its server wants it) of a proxied request."""
    try:
        head = read_head(raw[:-4])
        method, target, version = head.first
        if method == b"CONNECT":
            return head, tunnel_origin(target), b""
        origin, path = asked(target, None)
    except WireError as error:
        raise _NoWayError("400 Bad Request") from error
    first = b" ".join((method, path.encode("latin-1"), version))
    return head, origin, write_head(head, first, ())


async def _relayed(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    there: asyncio.StreamReader,
    out: asyncio.StreamWriter,
    allowed: Pass,
) -> None:
    """Both directions until one side ends, or the visit has had its share."""
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(_copied(reader, out, allowed))
        await _copied(there, writer, allowed)
        sending.cancel()


async def _copied(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, allowed: Pass
) -> None:
    with contextlib.suppress(OSError):
        while allowed.bytes_left > 0 and (chunk := await source.read(CHUNK_BYTES)):
            allowed.bytes_left -= len(chunk)
            target.write(chunk)
            await target.drain()
