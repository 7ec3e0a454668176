"""/healthz, /readyz and /metrics over HTTP, on a thread and an event loop of their own.

Scans never wait for a reader and a reader never waits for a scan.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping

import structlog

from monitor.adapters.http_server import CONNECTION_MAX_S, CONNECTIONS_MAX, HttpServer

log = structlog.get_logger(__name__)
__all__ = ["CONNECTIONS_MAX", "StatusServer"]

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
JSON_TYPE = "application/json"
READY_MAX_S = 3.0
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


class StatusServer(HttpServer):
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
        super().__init__(bind, port, "status-server", connection_max_s=connection_max_s)
        self._ready = ready
        self._metrics = metrics
        self._alive = alive
        self._answered = answered
        self._asking: asyncio.Future[Mapping[str, str]] | None = None

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
