"""/healthz, /readyz and /metrics over HTTP, on a thread and an event loop of their own.

Scans never wait for a reader and a reader never waits for a scan.  A connection
has a few seconds as a whole, however slowly bytes come, so slow clients hold no
thread; beyond the limit of open connections the oldest is dropped.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import structlog

log = structlog.get_logger(__name__)

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
JSON_TYPE = "application/json"
HEAD_MAX_BYTES = 8192
CONNECTIONS_MAX = 64
CONNECTION_MAX_S = 5.0
READY_MAX_S = 3.0
STOP_MAX_S = 5.0
TURN_S = 0.01
ROUTES = ("/healthz", "/readyz", "/metrics")
METHODS = ("GET", "HEAD")
OTHER = "other"
_REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class StatusServer:
    """Serves what two callables say.

    ``ready`` returns problems by name, empty when ready; it may look at the
    database, runs on a thread of its own and never twice at once.  ``metrics``
    returns the exposition text at once, from memory.  ``alive`` returns problems
    that only a restart ends, from memory as well.  ``answered`` hears of route,
    method and status of every answer.  ``connection_max_s`` bounds a connection as
    a whole.
    """

    def __init__(
        self,
        bind: str,
        port: int,
        *,
        ready: Callable[[], Mapping[str, str]],
        metrics: Callable[[], bytes],
        alive: Callable[[], Mapping[str, str]] = dict,
        answered: Callable[[str, str, int], None] | None = None,
        connection_max_s: float = CONNECTION_MAX_S,
    ) -> None:
        self._address = (bind, port)
        self._ready = ready
        self._metrics = metrics
        self._alive = alive
        self._answered = answered
        self._connection_max_s = connection_max_s
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped: asyncio.Event | None = None
        self._started = threading.Event()
        self._asking: asyncio.Future[Mapping[str, str]] | None = None
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="readyz")
        self._open: dict[asyncio.Task[None], None] = {}

    @property
    def port(self) -> int:
        """The port that is listened on; the wanted one before ``start``."""
        if self._listener is None:
            return self._address[1]
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Listen and serve; OSError when the address cannot be had."""
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        self._listener = socket.create_server(self._address, family=family, backlog=64)
        self._thread = threading.Thread(target=self._main, name="status-server", daemon=True)
        self._thread.start()
        self._started.wait(STOP_MAX_S)

    def stop(self) -> None:
        """Close every connection and end the thread; idempotent."""
        if self._loop is not None and self._stopped is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopped.set)
        if self._thread is not None:
            self._thread.join(STOP_MAX_S)
            self._thread = None
        # A readiness check that hangs must not keep the process from ending.
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _main(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(
            self._connected, sock=self._listener, limit=HEAD_MAX_BYTES
        )
        self._started.set()
        await self._stopped.wait()
        # Closed in the turn of an accept, asyncio would lose that connection unclosed.
        await asyncio.sleep(TURN_S)
        server.close()
        await asyncio.sleep(TURN_S)
        for task in list(self._open):
            task.cancel()
        if self._open:
            await asyncio.wait(list(self._open), timeout=1)
        # Aborted transports close their sockets in the next turn of the loop.
        await asyncio.sleep(TURN_S)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        if len(self._open) >= CONNECTIONS_MAX:
            next(iter(self._open)).cancel()
        self._open[task] = None
        try:
            async with asyncio.timeout(self._connection_max_s):
                writer.write(await self._answer(reader))
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (
            TimeoutError,
            ConnectionError,
            asyncio.IncompleteReadError,
            # Dropped for a newer one, or at the stop: the end of this task all the same.
            asyncio.CancelledError,
        ):
            log.debug("status_client_dropped")
        finally:
            self._open.pop(task, None)
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return _response(431, {"error": "the request head is too long"})
        words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):  # noqa: PLR2004 (RFC 9112 3)
            return _response(400, {"error": "not an HTTP/1 request"})
        path = words[1].split("?", 1)[0]
        answer = await self._page(words[0], path)
        if self._answered is not None:
            route = path if path in ROUTES else OTHER
            method = words[0] if words[0] in METHODS else OTHER
            self._answered(route, method, int(answer[9:12]))
        return answer

    async def _page(self, method: str, path: str) -> bytes:
        if path not in ROUTES:
            return _response(404, {"error": "not found"}, method)
        if method not in METHODS:
            return _response(405, {"error": "only GET and HEAD"}, method)
        if path == "/metrics":
            return _raw(200, METRICS_TYPE, self._metrics(), method)
        if path == "/healthz":
            stuck = self._alive()
            health = {"status": "stuck", "problems": dict(stuck)} if stuck else {"status": "alive"}
            return _response(503 if stuck else 200, health, method)
        problems = await self._problems()
        state = {"status": "not_ready" if problems else "ready", "problems": dict(problems)}
        return _response(503 if problems else 200, state, method)

    async def _problems(self) -> Mapping[str, str]:
        """What ``ready`` says; askers at the same time share one answer."""
        if self._asking is None or self._asking.done():
            loop = asyncio.get_running_loop()
            self._asking = loop.run_in_executor(self._executor, self._ready)
        asking = self._asking
        done, _ = await asyncio.wait({asking}, timeout=READY_MAX_S)
        if not done:
            return {"readyz": f"no answer within {READY_MAX_S:g} s"}
        error = asking.exception()
        if error is not None:
            log.error("readiness_failed", exc_info=error)
            return {"readyz": type(error).__name__}
        return asking.result()


def _response(status: int, body: Mapping[str, object], method: str = "GET") -> bytes:
    return _raw(status, JSON_TYPE, json.dumps(body).encode() + b"\n", method)


def _raw(status: int, content_type: str, body: bytes, method: str) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\n"
        f"Content-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"{'Allow: GET, HEAD' + chr(13) + chr(10) if status == 405 else ''}"  # noqa: PLR2004
        "Connection: close\r\n\r\n"
    ).encode("latin-1")
    return head if method == "HEAD" else head + body
