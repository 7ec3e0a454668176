"""The vulnerable shop and its clean twin as real servers on loopback, with every request kept."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.shops.vulnerable.flaws import Flaw, flaws_over
from tests.shops.vulnerable.pages import HTML, Answer, Site, Visit, answer

SHOP_ADDRESS = "127.0.0.1"
ELSEWHERE_ADDRESS = "127.0.0.2"
ATTACK_MARKS = ("<script", "../", "/etc/passwd", "'", '"', "example.invalid")
STALL_LONGEST_S = 60.0
BODY_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that arrived; ``at`` is monotonic seconds, ``headers`` have lower-case names."""

    at: float
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body_bytes: int

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass
class Behaviour:
    """How the shop misbehaves; may be changed while it runs.

    ``*_after``: from the n-th request on, counted from 1 (None: never).  ``throttle``
    answers 429, ``fail`` 503, ``die`` closes the port and every connection, ``stall``
    keeps the visitor waiting, ``block_after`` gets the 403 page of a firewall (the start page
    stays open with ``spare_start``).  ``block``: the first marked attack, and everything after it,
    gets the 403 page of a web application firewall.  ``redirect_out``: the start page
    sends everybody to the other host.  ``wait_s`` before each answer.  ``once``: path ->
    what a value of the query has to hold; the first such request gets the flawed answer,
    every later one that of the clean shop.  ``pages``: what
    these paths answer instead of the shop's own.
    """

    throttle_after: int | None = None
    fail_after: int | None = None
    die_after: int | None = None
    stall_after: int | None = None
    block_after: int | None = None
    spare_start: bool = False
    block: bool = False
    redirect_out: bool = False
    wait_s: float = 0.0
    once: Mapping[str, str] = field(default_factory=dict)
    pages: dict[str, Answer] = field(default_factory=dict)


@dataclass
class Log:
    """The requests of one server, oldest first."""

    seen: list[Seen] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, one: Seen) -> int:
        """Keep it; how many there are now."""
        with self._lock:
            self.seen.append(one)
            return len(self.seen)

    def __len__(self) -> int:
        return len(self.seen)

    def __iter__(self) -> Iterator[Seen]:
        return iter(list(self.seen))

    def paths(self) -> set[str]:
        """Every path asked, without query."""
        return {one.path for one in self}

    def of(self, method: str) -> list[Seen]:
        """The requests with that method."""
        return [one for one in self if one.method == method]

    def rate(self) -> float:
        """Requests per second from the first to the last; 0 for fewer than two."""
        at = [one.at for one in self]
        return (len(at) - 1) / (at[-1] - at[0]) if len(at) > 1 and at[-1] > at[0] else 0.0

    def peak(self, window_s: float = 1.0) -> int:
        """The most requests in any ``window_s`` seconds."""
        at = sorted(one.at for one in self)
        first = most = 0
        for last, moment in enumerate(at):
            while moment - at[first] >= window_s:
                first += 1
            most = max(most, last - first + 1)
        return most


@dataclass
class Elsewhere:
    """The foreign host that the shop links and redirects to: nobody may ask it anything."""

    origin: str
    log: Log


@dataclass
class Shop:
    """A running shop."""

    origin: str
    port: int
    flaws: tuple[Flaw, ...]
    log: Log
    behaviour: Behaviour
    elsewhere: Elsewhere
    _close: Callable[[], None] = field(repr=False, default=lambda: None)
    blocked: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def url(self) -> str:
        """Its start page."""
        return f"{self.origin}/"

    def die(self) -> None:
        """Close the port and every open connection."""
        self._close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: str, context: ssl.SSLContext | None, log: Log) -> None:
        super().__init__((address, 0), _Handler)
        self.context = context
        self.log = log
        self.reply: Callable[[Seen, int], Answer] = lambda _seen, _number: Answer(b"")
        self.lines: set[socket.socket] = set()
        self._closing = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that left is nothing to tell."""

    def die(self) -> None:
        """Close the port and every connection; from any thread."""
        if self._closing.is_set():
            return
        self._closing.set()
        for line in (self.socket, *self.lines):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        threading.Thread(target=self._end, daemon=True).start()

    def _end(self) -> None:
        self.shutdown()
        self.server_close()

    def wait(self, seconds: float) -> None:
        """Do nothing for so long; ConnectionAbortedError when the server ends or has ended."""
        if self._closing.wait(min(seconds, STALL_LONGEST_S)):
            raise ConnectionAbortedError("the shop is gone")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    server: _Server
    request: socket.socket

    def setup(self) -> None:
        if self.server.context is not None:
            self.request.settimeout(self.timeout)
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.server.lines.add(self.request)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.server.lines.discard(self.request)
        if self.server.context is not None:
            self.request.close()

    def serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, BODY_MOST))
        asked = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(time.monotonic(), self.command, asked.path, asked.query, headers, len(body))
        given = self.server.reply(seen, self.server.log.add(seen))
        self.send_response_only(given.status)
        for name, value in given.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(given.body)

    def do_GET(self) -> None:
        self.serve()

    def do_HEAD(self) -> None:
        self.serve()

    def do_POST(self) -> None:
        self.serve()

    def do_PUT(self) -> None:
        self.serve()

    def do_DELETE(self) -> None:
        self.serve()

    def do_OPTIONS(self) -> None:
        self.serve()

    def log_message(self, *_: object) -> None:
        pass


def _running(server: _Server) -> threading.Thread:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    return thread


_BLOCK_PAGE = Answer(
    b"<html><head><title>Attention Required!</title></head><body><h1>Sorry, you have been "
    b"blocked</h1><p>This website is using a security service.</p></body></html>", HTML, 403,
)  # fmt: skip


def _reply(shop: Shop, site: Site, server: _Server) -> Callable[[Seen, int], Answer]:
    shown: set[str] = set()

    def reply(seen: Seen, number: int) -> Answer:
        how = shop.behaviour
        server.wait(how.wait_s)
        if how.die_after is not None and number >= how.die_after:
            server.die()
            server.wait(0)
        if how.stall_after is not None and number >= how.stall_after:
            server.wait(STALL_LONGEST_S)
        if how.block and (shop.blocked.is_set() or _is_attack(seen)):
            shop.blocked.set()
            return _BLOCK_PAGE
        spared = how.spare_start and seen.path == "/"
        if how.block_after is not None and number >= how.block_after and not spared:
            return _BLOCK_PAGE
        if how.throttle_after is not None and number >= how.throttle_after:
            return Answer(b"<h1>Too many requests</h1>", (*HTML, ("Retry-After", "60")), 429)
        if how.fail_after is not None and number >= how.fail_after:
            return Answer(b"<h1>Service unavailable</h1>", HTML, 503)
        if how.redirect_out and seen.path == "/":
            return Answer(b"", (("Location", f"{site.elsewhere}/welkom"), *HTML), 302)
        if seen.path in how.pages:
            return how.pages[seen.path]
        query = dict(parse_qsl(seen.query, keep_blank_values=True))
        session = "PHPSESSID=" in seen.headers.get("cookie", "")
        visit = Visit(seen.method, seen.path, query, session)
        return answer(_flapping(site, how, visit, shown), visit)

    return reply


def _flapping(site: Site, how: Behaviour, visit: Visit, shown: set[str]) -> Site:
    """The site without its flaws where one that is to be seen once was seen."""
    mark = how.once.get(visit.path)
    if mark is None or not any(mark in value for value in (*visit.query.values(), "")):
        return site
    if visit.path in shown:
        return replace(site, flawed=False)
    shown.add(visit.path)
    return site


def _is_attack(seen: Seen) -> bool:
    values = " ".join(value for _, value in parse_qsl(seen.query, keep_blank_values=True))
    return any(mark in values.lower() for mark in ATTACK_MARKS)


@contextmanager
def _serving(
    flawed: bool, context: ssl.SSLContext | None, host: str, slow: bool, behaviour: Behaviour
) -> Iterator[Shop]:
    other = _Server(ELSEWHERE_ADDRESS, None, Log())
    server = _Server(SHOP_ADDRESS, context, Log())
    scheme = "http" if context is None else "https"
    port = server.server_address[1]
    origin = f"{scheme}://{host}" if host else f"{scheme}://{SHOP_ADDRESS}:{port}"
    outside = Elsewhere(f"http://{ELSEWHERE_ADDRESS}:{other.server_address[1]}", other.log)
    flaws = flaws_over(scheme) if flawed else ()
    shop = Shop(origin, port, flaws, server.log, behaviour, outside, server.die)
    site = Site(flawed, origin, urlsplit(origin).netloc, outside.origin, slow)
    server.reply = _reply(shop, site, server)
    page = Answer(b"<h1>Iemand anders</h1>")
    other.reply = lambda _seen, _number: page
    threads = [_running(server), _running(other)]
    try:
        yield shop
    finally:
        server.die()
        other.die()
        for thread in threads:
            thread.join(timeout=5)


@contextmanager
def serve_vulnerable(
    context: ssl.SSLContext | None = None,
    host: str = "",
    *,
    slow: bool = False,
    behaviour: Behaviour | None = None,
) -> Iterator[Shop]:
    """The shop with every seeded flaw.

    Plain HTTP on ``127.0.0.1``; with ``context`` over TLS.  With ``host`` the origin is
    that name without a port, to be reached by pinning it to ``port``.  ``slow`` adds a
    link whose parameter keeps a rule of the lab busy without end.
    """
    with _serving(True, context, host, slow, behaviour or Behaviour()) as shop:
        yield shop


@contextmanager
def serve_clean(
    context: ssl.SSLContext | None = None,
    host: str = "",
    *,
    behaviour: Behaviour | None = None,
) -> Iterator[Shop]:
    """Its twin: the same pages with none of the flaws.

    Over plain HTTP it has neither cookies nor a login form, so that nothing is left to
    find but the missing https itself.
    """
    with _serving(False, context, host, False, behaviour or Behaviour()) as shop:
        yield shop
