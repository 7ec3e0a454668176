"""A few connections for one scan, kept a moment for the next request.

httpcore's own pool shields and locks each step for threads and for other loops, which
costs as much as the request.  The connections themselves are httpcore's.
"""

from __future__ import annotations

import asyncio
import ssl
from types import TracebackType
from typing import Self

import httpcore

CONNECTIONS_MAX = 4
IDLE_MAX = 2
IDLE_S = 10.0


class Pool:
    """At most ``CONNECTIONS_MAX`` connections, of which ``IDLE_MAX`` are kept for ``IDLE_S``."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend, context: ssl.SSLContext) -> None:
        self._backend = backend
        self._context = context
        self._slots = asyncio.Semaphore(CONNECTIONS_MAX)
        # Connections in use, those that are being opened included.
        self._taken = 0
        self._busy: set[httpcore.AsyncHTTP11Connection] = set()
        self._idle: list[httpcore.AsyncHTTP11Connection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        for connection in (*self._busy, *self._idle):
            await connection.aclose()
        self._idle.clear()

    async def send(self, request: httpcore.Request) -> tuple[httpcore.Response, Lease]:
        """The head of the answer, and the connection to give back after its body.

        Raises what httpcore raises, PoolTimeout when all connections stay busy.
        """
        lease = await self._lease(request)
        answer = None
        try:
            answer = await lease.connection.handle_async_request(request)
        finally:
            if answer is None:
                await self.give_back(lease.connection)
        return answer, lease

    async def give_back(self, connection: httpcore.AsyncHTTP11Connection) -> None:
        """Keep it for the next request when its answer was read to the end, else close it."""
        if connection not in self._busy:
            return
        self._busy.discard(connection)
        self._free()
        if not connection.is_idle():
            await connection.aclose()
            return
        self._idle.append(connection)
        if len(self._idle) > IDLE_MAX:
            await self._idle.pop(0).aclose()

    async def _lease(self, request: httpcore.Request) -> Lease:
        limits = request.extensions["timeout"]
        if self._slots.locked():
            try:
                async with asyncio.timeout(limits["pool"]):
                    await self._slots.acquire()
            except TimeoutError as error:
                raise httpcore.PoolTimeout("no connection came free in time") from error
        else:
            await self._slots.acquire()
        self._taken += 1
        connection = None
        try:
            connection = await self._kept(request.url.origin)
            if connection is None:
                connection = await self._opened(request.url.origin, limits["connect"])
            self._busy.add(connection)
        finally:
            if connection is None:
                self._free()
        return Lease(self, connection)

    def _free(self) -> None:
        self._taken -= 1
        self._slots.release()

    async def _kept(self, origin: httpcore.Origin) -> httpcore.AsyncHTTP11Connection | None:
        """One that is open to ``origin``; those that expired are closed on the way."""
        for connection in tuple(self._idle):
            if connection.has_expired():
                self._idle.remove(connection)
                await connection.aclose()
            elif connection.can_handle_request(origin):
                self._idle.remove(connection)
                return connection
        return None

    async def _opened(
        self, origin: httpcore.Origin, limit: float | None
    ) -> httpcore.AsyncHTTP11Connection:
        while self._idle and len(self._idle) + self._taken > CONNECTIONS_MAX:
            await self._idle.pop(0).aclose()
        host = origin.host.decode("ascii")
        stream = await self._backend.connect_tcp(host, origin.port, timeout=limit)
        if origin.scheme == b"https":
            stream = await stream.start_tls(self._context, host, limit)
        return httpcore.AsyncHTTP11Connection(origin, stream, keepalive_expiry=IDLE_S)


class Lease:
    """A connection in use."""

    def __init__(self, pool: Pool, connection: httpcore.AsyncHTTP11Connection) -> None:
        self._pool = pool
        self.connection = connection

    async def end(self) -> None:
        """Give it back; a second time does nothing."""
        await self._pool.give_back(self.connection)
