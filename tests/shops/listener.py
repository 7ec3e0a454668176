"""The socket side of a lab shop: one listening port with a thread per visitor."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import TYPE_CHECKING

from tests.shops.answers import answer_to
from tests.shops.modes import SILENT, Asked, Behaviour

if TYPE_CHECKING:
    from tests.shops.server import Shop

POLL_S = 0.1
HANDSHAKE_TIMEOUT_S = 10.0
IDLE_TIMEOUT_S = 15.0
JOIN_TIMEOUT_S = 10.0
POST_MAX_BYTES = 1_000_000
ContextSource = Callable[[], ssl.SSLContext]


class Listener:
    """One port of a shop on 127.0.0.1.

    ``context`` is asked for every handshake; without it the port speaks plain
    HTTP.  ``secure`` tells that visitors came over TLS, which another process
    took off.  ``port`` 0 takes a free one.
    """

    def __init__(
        self,
        shop: Shop,
        *,
        context: ContextSource | None = None,
        secure: bool = False,
        port: int = 0,
    ) -> None:
        self._server = _Server(shop, context, secure or context is not None, port)
        self.port = int(self._server.server_address[1])
        self._loop: threading.Thread | None = None

    def start(self) -> None:
        """Take visitors; nothing happens when it already does."""
        if self._loop is None:
            self._loop = threading.Thread(
                target=self._server.serve_forever, args=(POLL_S,), daemon=True
            )
            self._loop.start()

    def pause(self) -> None:
        """Take no more visitors; the port stays open and they queue."""
        if self._loop is not None:
            self._server.shutdown()
            self._loop.join()
            self._loop = None

    def close(self) -> None:
        """End every connection and give the port back; may be repeated."""
        self._server.stopping.set()
        self.pause()
        self._server.server_close()
        self._server.end_visits()

    def fileno(self) -> int:
        """The listening socket, for a process that is to inherit it."""
        return self._server.fileno()


class _Server(TCPServer):
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, shop: Shop, context: ContextSource | None, secure: bool, port: int) -> None:
        self.shop = shop
        self.context = context
        self.secure = secure
        self.stopping = threading.Event()
        self._visits: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Give the visitor a thread of its own."""
        if not isinstance(request, socket.socket):
            raise TypeError("a stream server gets sockets")
        thread = threading.Thread(target=self._visit, args=(request, client_address), daemon=True)
        with self._lock:
            self._visits[thread] = request
        thread.start()

    def _visit(self, request: socket.socket, client_address: object) -> None:
        connection = request
        # Visitors hang up, time out and offer versions the shop refuses: their business.
        try:
            with suppress(OSError):
                request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                request.settimeout(HANDSHAKE_TIMEOUT_S)
                if self.shop.behaviour is Behaviour.TARPIT:
                    self.hold(request)
                    return
                if self.context is not None:
                    connection = self.context().wrap_socket(
                        request, server_side=True, do_handshake_on_connect=False
                    )
                    with self._lock:
                        self._visits[threading.current_thread()] = connection
                    connection.do_handshake()
                if not self.stopping.is_set():
                    _Handler(connection, client_address, self)
        finally:
            with self._lock:
                self._visits.pop(threading.current_thread(), None)
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_WR)
            connection.close()

    def hold(self, request: socket.socket) -> None:
        """Keep the connection, silent, until the visitor goes or the shop closes."""
        while not self.stopping.is_set() and self.shop.behaviour in SILENT:
            ready, _, _ = select.select([request], [], [], POLL_S)
            if ready and not request.recv(65536):
                return

    def end_visits(self) -> None:
        """Cut every open connection and wait for its thread."""
        with self._lock:
            open_visits = dict(self._visits)
            for connection in open_visits.values():
                # The method of the plain socket: that of SSLSocket drops the TLS state
                # under the hands of the thread that is reading.
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in open_visits:
            thread.join(JOIN_TIMEOUT_S)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_TIMEOUT_S
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        """Answer a page."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answer the headers of a page."""
        self._answer()

    def do_POST(self) -> None:
        """Read the form away and answer as a shop does after a form."""
        length = self.headers.get("content-length", "0")
        size = int(length) if length.isdecimal() else POST_MAX_BYTES + 1
        if size > POST_MAX_BYTES:
            self.close_connection = True
        else:
            self.rfile.read(size)
        self._answer()

    def do_OPTIONS(self) -> None:
        """Refuse: a shop has GET, HEAD and POST."""
        self._answer()

    do_TRACE = do_PUT = do_DELETE = do_PATCH = do_OPTIONS  # noqa: N815 - http.server's names

    def _answer(self) -> None:
        shop = self.server.shop
        asked = Asked(
            method=self.command,
            target=self.path,
            host=self.headers.get("host", ""),
            user_agent=self.headers.get("user-agent", ""),
            cookie=self.headers.get("cookie", ""),
            secure=self.server.secure,
        )
        shop.note(asked)
        if shop.behaviour in SILENT:
            self.server.hold(self.connection)
            self.close_connection = True
            return
        if shop.behaviour is Behaviour.DRIP:
            self._drip()
            return
        answer = answer_to(shop, asked)
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _drip(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        shop, stopping = self.server.shop, self.server.stopping
        while not stopping.wait(POLL_S) and shop.behaviour is Behaviour.DRIP:
            self.wfile.write(b".")
            self.wfile.flush()

    def version_string(self) -> str:
        """No product and no version: that is what a careful shop sends."""
        return "shop"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the shop keeps its own log."""
