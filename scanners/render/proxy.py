"""The browser's only way out: a proxy on loopback that dials checked addresses alone.

A page may point anywhere: the proxy resolves every name itself, refuses what the
``AddressGuard`` refuses, and dials the very address that was checked (no second lookup).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from scanners.api import NetOptions
from scanners.net.guard import AddressGuard, RefusedAddressError, ResolveError

HEAD_MAX_BYTES = 64_000
HEAD_WITHIN_S = 10.0
CHUNK_BYTES = 64_000
# What one visit may fetch and open; a shop's start page is below a tenth of both.
VISIT_MAX_BYTES = 40_000_000
VISIT_MAX_CONNECTIONS = 100
_PORTS = {"http": 80, "https": 443}
_HOP_BY_HOP = (b"proxy-", b"connection:", b"keep-alive:", b"upgrade:")


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
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.address = ""

    async def __aenter__(self) -> Self:
        """Listen on a free port of loopback."""
        self._server = await asyncio.start_server(
            self._accepted, "127.0.0.1", 0, limit=HEAD_MAX_BYTES
        )
        port = self._server.sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, and end every connection."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def admit(self, user: str, secret: str) -> Pass:
        """Let requests of ``user`` with ``secret`` through until ``dismiss``."""
        self._passes[user] = Pass(secret)
        return self._passes[user]

    def dismiss(self, user: str) -> None:
        """Let no more of them through."""
        self._passes.pop(user, None)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_WITHIN_S):
                head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return
        try:
            allowed = self._allowed(head)
            method, host, port, first = _asked(head)
            there, out = await self._dial(allowed, host, port)
        except _NoWayError as error:
            more = b"Proxy-Authenticate: Basic realm=x\r\n" if "407" in str(error) else b""
            writer.write(f"HTTP/1.1 {error}\r\n".encode() + more + b"Content-Length: 0\r\n\r\n")
            with contextlib.suppress(OSError):
                await writer.drain()
            return
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                out.write(first)
            await _relayed(reader, writer, there, out, allowed)
        finally:
            out.close()

    def _allowed(self, head: bytes) -> Pass:
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            kind, _, token = value.strip().partition(b" ")
            if name.lower() == b"proxy-authorization" and kind.lower() == b"basic":
                with contextlib.suppress(ValueError):
                    user, _, secret = base64.b64decode(token).decode().partition(":")
                    found = self._passes.get(user)
                    if found is not None and hmac.compare_digest(found.secret, secret):
                        return found
        raise _NoWayError("407 Proxy Authentication Required")

    async def _dial(
        self, allowed: Pass, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if allowed.connections_left <= 0:
            raise _NoWayError("429 Too Many Requests")
        allowed.connections_left -= 1
        try:
            places = await self._guard.resolve(host, port)
        except (RefusedAddressError, ResolveError) as error:
            raise _NoWayError("403 Forbidden") from error
        for place in places[:2]:
            try:
                async with asyncio.timeout(self._options.connect_timeout_s):
                    return await asyncio.open_connection(
                        place.address, place.port, limit=CHUNK_BYTES
                    )
            except (OSError, TimeoutError):
                continue
        raise _NoWayError("502 Bad Gateway")


def _asked(head: bytes) -> tuple[str, str, int, bytes]:
    """(method, host, port, the request as its server wants it) of a proxied request."""
    lines = head[:-4].split(b"\r\n")
    words = lines[0].decode("latin-1").split(" ")
    try:
        method, target, version = words
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        host = parts.hostname or ""
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise _NoWayError("400 Bad Request") from error
    if not host or not port:
        raise _NoWayError("400 Bad Request")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [line for line in lines[1:] if not line.lower().startswith(_HOP_BY_HOP)]
    first = f"{method} {path} {version}".encode("latin-1")
    return method, host, port, b"\r\n".join((first, *kept, b"Connection: close", b"", b""))


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
