"""Where a proxy of ours is found: a server whose connections end with it, and who may use it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Self

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Door:
    """Async context manager; listens on a free port of ``host`` and serves each connection.

    ``limit`` bounds what is read at once (a head), ``most`` the connections at a time; 0
    for no limit.  ``serve`` ends every connection it is given.
    """

    def __init__(self, serve: Serve, host: str, limit: int, most: int = 0) -> None:
        self._serve = serve
        self._limit = limit
        self._most = most
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.host = host
        self.port = 0

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._knocked, self.host, 0, limit=self._limit)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, and end every connection: from here on nothing goes through."""
        if self._server is not None:
            self._server.close()
        while self._running:
            for task in tuple(self._running):
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def _knocked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if 0 < self._most <= len(self._running):
            writer.transport.abort()
            return
        task = asyncio.get_running_loop().create_task(self._served(reader, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        finally:
            writer.close()


def credentials(value: bytes) -> tuple[str, str] | None:
    """User and secret of a ``Proxy-Authorization`` of the kind Basic (RFC 7617 2), or None."""
    kind, _, token = value.strip().partition(b" ")
    if kind.lower() != b"basic":
        return None
    with contextlib.suppress(ValueError):
        user, colon, secret = base64.b64decode(token, validate=False).decode().partition(":")
        return (user, secret) if colon else None
    return None


def same(one: str, other: str) -> bool:
    """Are two secrets the same, in a time that does not tell how much of them is?"""
    return hmac.compare_digest(one.encode(), other.encode())
