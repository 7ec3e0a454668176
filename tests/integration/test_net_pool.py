"""The few connections of a scan: kept, counted, given back whatever happens."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore
import pytest

from scanners.net.pool import CONNECTIONS_MAX, IDLE_MAX, Pool
from scanners.net.streams import PlainStream, SocketOptions, connect


class Shop(ThreadingHTTPServer):
    """Keeps connections open, counts them, and holds /slow until it is let go."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.seen: set[int] = set()
        self.go = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that hangs up is what some tests are about."""


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Shop

    def do_GET(self) -> None:
        self.server.seen.add(self.client_address[1])
        if self.path == "/slow":
            self.server.go.wait(5)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
        # Hangs up without having said so.
        self.close_connection = self.path == "/last"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent."""


@contextmanager
def shop() -> Iterator[Shop]:
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.go.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Everywhere(httpcore.AsyncNetworkBackend):
    """All names are here."""

    def __init__(self) -> None:
        self.streams: list[PlainStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> PlainStream:
        self.streams.append(await connect("127.0.0.1", port, timeout))
        return self.streams[-1]

    def open(self) -> int:
        return sum(s.get_extra_info("socket").fileno() >= 0 for s in self.streams)  # type: ignore[attr-defined]


@contextmanager
def pooled() -> Iterator[tuple[Shop, Everywhere, Pool]]:
    backend = Everywhere()
    with shop() as server:
        yield server, backend, Pool(backend, ssl.create_default_context())
    assert backend.open() == 0


async def ask(pool: Pool, server: Shop, path: str = "/", host: str = "a", wait: float = 5) -> bytes:
    url = f"http://{host}:{server.server_address[1]}{path}"
    limits = {"connect": 5, "read": 5, "write": 5, "pool": wait}
    request = httpcore.Request("GET", url, headers={"Host": host}, extensions={"timeout": limits})
    answer, lease = await pool.send(request)
    try:
        return await answer.aread()
    finally:
        await answer.aclose()
        await lease.end()
        await lease.end()


@pytest.mark.asyncio
async def test_one_connection_serves_requests_that_follow_each_other() -> None:
    with pooled() as (server, backend, pool):
        async with pool:
            assert [await ask(pool, server) for _ in range(4)] == [b"ok"] * 4
            assert (len(server.seen), backend.open()) == (1, 1)


@pytest.mark.asyncio
async def test_another_host_gets_another_connection_and_few_are_kept() -> None:
    with pooled() as (server, backend, pool):
        async with pool:
            for host in "abcde":
                await ask(pool, server, host=host)
            assert (len(backend.streams), backend.open()) == (5, IDLE_MAX)
            await ask(pool, server, host="e")
            assert len(backend.streams) == 5


@pytest.mark.asyncio
async def test_a_connection_the_server_closed_is_not_used_again() -> None:
    with pooled() as (server, backend, pool):
        async with pool:
            await ask(pool, server, "/last")
            await asyncio.sleep(0.2)
            assert await ask(pool, server) == b"ok"
            assert (len(backend.streams), backend.open()) == (2, 1)


@pytest.mark.asyncio
async def test_when_all_are_busy_a_request_waits_its_time_and_then_fails() -> None:
    with pooled() as (server, backend, pool):
        async with pool:
            busy = [asyncio.create_task(ask(pool, server, "/slow")) for _ in range(CONNECTIONS_MAX)]
            await asyncio.sleep(0.1)
            with pytest.raises(httpcore.PoolTimeout):
                await ask(pool, server, wait=0.1)
            later = asyncio.create_task(ask(pool, server))
            await asyncio.sleep(0.05)
            assert len(backend.streams) == CONNECTIONS_MAX
            server.go.set()
            assert await asyncio.gather(*busy, later) == [b"ok"] * (CONNECTIONS_MAX + 1)


@pytest.mark.asyncio
async def test_idle_connections_make_room_for_those_that_are_needed() -> None:
    with pooled() as (server, backend, pool):
        async with pool:
            await asyncio.gather(*(ask(pool, server, host=host) for host in "ab"))
            busy = [
                asyncio.create_task(ask(pool, server, "/slow", host))
                for host in "cdef"[:CONNECTIONS_MAX]
            ]
            await asyncio.sleep(0.2)
            assert backend.open() == CONNECTIONS_MAX
            server.go.set()
            await asyncio.gather(*busy)


@pytest.mark.asyncio
async def test_cancelled_and_failed_requests_give_their_place_back() -> None:
    with pooled() as (server, backend, pool):
        async with pool:
            for _ in range(3):
                busy = [
                    asyncio.create_task(ask(pool, server, "/slow"))
                    for _ in range(CONNECTIONS_MAX + 2)
                ]
                await asyncio.sleep(0.05)
                for task in busy:
                    task.cancel()
                await asyncio.gather(*busy, return_exceptions=True)
                assert backend.open() == 0
            request = httpcore.Request(
                "GET", "http://a:1/", extensions={"timeout": {"connect": 1, "pool": 1}}
            )
            for _ in range(CONNECTIONS_MAX + 1):
                with pytest.raises(httpcore.ConnectError):
                    await pool.send(request)
            assert await ask(pool, server, wait=0.5) == b"ok"


@pytest.mark.asyncio
async def test_leaving_the_pool_closes_what_is_busy_too() -> None:
    with pooled() as (server, backend, pool):
        async with pool:
            busy = asyncio.create_task(ask(pool, server, "/slow"))
            await asyncio.sleep(0.1)
        assert backend.open() == 0
        with pytest.raises(httpcore.ReadError):
            await busy
