"""Guarded fetching: limits of time, size and redirects; every hop checked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpcore
import httpx

from scanners.api import Clock, NetOptions, ScanOutcome, clip
from scanners.net.body import decode, read_bounded
from scanners.net.guard import AddressGuard, RefusedAddressError
from scanners.net.names import ascii_host, registrable_domain
from scanners.net.pace import BURST, Pace
from scanners.net.transport import (
    Caller,
    GuardedBackend,
    GuardedTransport,
    reading_context,
    verifying_context,
)

DEADLINE_S = 60.0
URL_MAX_CHARS = 4_000
HEADERS_MAX = 200
HEADER_MAX_CHARS = 8_000
ACCEPTED = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "nl,fr;q=0.9,en;q=0.8,de;q=0.7",
}
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class FetchError(Exception):
    """Nothing usable came back.  ``reason`` is one sentence without secrets.

    ``target`` is where a redirect led that was not followed, "" otherwise.
    """

    def __init__(self, outcome: ScanOutcome, reason: str, target: str = "") -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.target = target


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed; ``location`` is absolute."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answer.

    ``headers`` have lower-case names, repeats kept.  ``truncated``: the body was
    larger than the limit, damaged, or (then empty)
    packed in a way that was not asked for.  ``tls_error``: why the certificate was not
    accepted, "" when it was (or for plain HTTP).  ``address`` is the one that answered.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    truncated: bool
    hops: tuple[Hop, ...]
    tls_error: str
    started_at: datetime
    duration_s: float
    address: str

    def header(self, name: str) -> str:
        """The first header of that name, "" when missing."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), "")

    def text(self) -> str:
        """The body as text; never raises."""
        return decode(self.body, self.header("content-type"))


class Fetcher:
    """Fetches for one scan: one cookie jar, one pace, few connections.

    ``requests`` counts the HTTP requests that were sent so far.  A CA file that
    cannot be read is an OSError on entering.  ``burst`` requests may go at once after a
    rest (see ``Pace``).
    """

    def __init__(self, options: NetOptions, clock: Clock, burst: int = BURST) -> None:
        self._options = options
        self._clock = clock
        self._guard = AddressGuard(options)
        self._pace = Pace(options.requests_per_second, burst)
        self._stack = AsyncExitStack()
        self._callers: dict[bool, Caller] = {}
        self._building = asyncio.Lock()
        self._broken: dict[str, str] = {}
        self.requests = 0

    async def __aenter__(self) -> Self:
        # Ours, not the target's: a broken CA file must not look like a broken site.
        verifying_context(self._options.ca_file)
        await self._stack.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def get(
        self,
        url: str,
        *,
        follow: bool = True,
        within: frozenset[str] | None = None,
        max_bytes: int | None = None,
        deadline_s: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """GET ``url``; FetchError when no answer could be had.

        ``within``: registrable domains a redirect may lead to (None: any).
        ``deadline_s`` bounds everything, waiting for the pace included.
        """
        limit = self._options.body_max_bytes if max_bytes is None else max_bytes
        started = self._clock.now()
        try:
            async with asyncio.timeout(DEADLINE_S if deadline_s is None else deadline_s):
                return await self._walk(url, follow, within, limit, headers or {}, started)
        except TimeoutError as error:
            raise FetchError(ScanOutcome.TIMED_OUT, "no complete answer in time") from error

    async def _walk(
        self,
        url: str,
        follow: bool,
        within: frozenset[str] | None,
        limit: int,
        headers: Mapping[str, str],
        started: datetime,
    ) -> Exchange:
        hops: list[Hop] = []
        here = canonical(url)
        while True:
            exchange = await self._once(here, limit, headers, started)
            location = exchange.header("location")
            if not (follow and exchange.status in REDIRECTS and location):
                return _whole(exchange, url, tuple(hops))
            target = _target(here, location)
            hops.append(Hop(here, exchange.status, target))
            if within is not None and registrable_domain(_host(target)) not in within:
                reason = f"redirected to {clip(_host(target), 100)}"
                raise FetchError(ScanOutcome.REDIRECTED_OUT, reason, target)
            if len(hops) > self._options.redirects_max:
                raise FetchError(ScanOutcome.UNREACHABLE, f"more than {len(hops) - 1} redirects")
            here = target

    async def _once(
        self, url: str, limit: int, headers: Mapping[str, str], started: datetime
    ) -> Exchange:
        """One request; a certificate that fails is noted and the page read all the same."""
        origin = _origin(url)
        if origin in self._broken:
            known = self._broken[origin]
            return await self._send_unverified(url, limit, headers, started, known)
        try:
            return await self._send(url, limit, headers, started, "")
        except httpcore.ConnectError as error:
            trouble = _tls_trouble(error)
            if trouble is None:
                raise _connect_error(error) from error
        except _NETWORK_ERRORS as error:
            raise _fetch_error(error) from error
        self._broken[origin] = trouble
        return await self._send_unverified(url, limit, headers, started, trouble)

    async def _send_unverified(
        self, url: str, limit: int, headers: Mapping[str, str], started: datetime, trouble: str
    ) -> Exchange:
        try:
            return await self._send(url, limit, headers, started, trouble)
        except httpcore.ConnectError as error:
            if _tls_trouble(error) is not None:
                reason = f"TLS handshake failed: {trouble}"
                raise FetchError(ScanOutcome.UNREACHABLE, reason) from error
            raise _connect_error(error) from error
        except _NETWORK_ERRORS as error:
            raise _fetch_error(error) from error

    async def _send(
        self, url: str, limit: int, headers: Mapping[str, str], started: datetime, trouble: str
    ) -> Exchange:
        caller = await self._caller(verified=not trouble)
        await self._pace.wait(_host(url))
        answer = await caller.get(url, headers, self._count)
        try:
            caller.remember(answer)
            address = _peer(answer)
            coding = answer.headers.get("content-encoding", "")
            body, truncated = await read_bounded(answer.aiter_raw(), coding, limit)
        finally:
            await answer.aclose()
        pairs = tuple(
            (name.lower(), value[:HEADER_MAX_CHARS])
            for name, value in (*_locations(answer), *answer.headers.multi_items())
        )[:HEADERS_MAX]
        took = (self._clock.now() - started).total_seconds()
        return Exchange(
            url, url, answer.status_code, pairs, body, truncated, (), trouble, started, took,
            address,
        )  # fmt: skip

    async def _count(self, event: str, _: Mapping[str, object]) -> None:
        """Told by httpcore what it does: only what went out is a request."""
        if event == "http11.send_request_headers.started":
            self.requests += 1

    async def _caller(self, *, verified: bool) -> Caller:
        """Fetches that begin at once share one caller: its pool is what keeps connections few."""
        async with self._building:
            if verified not in self._callers:
                self._callers[verified] = await self._built(verified=verified)
            return self._callers[verified]

    async def _built(self, *, verified: bool) -> Caller:
        context = verifying_context(self._options.ca_file) if verified else reading_context()
        transport = GuardedTransport(GuardedBackend(self._guard), context)
        await self._stack.enter_async_context(transport)
        headers = {"User-Agent": self._options.user_agent, **ACCEPTED}
        timeout = httpx.Timeout(
            self._options.read_timeout_s, connect=self._options.connect_timeout_s
        )
        return Caller(transport, headers, timeout)


_NETWORK_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpx.HTTPError,
    httpx.InvalidURL,
    RefusedAddressError,
    ssl.SSLError,
    OSError,
    ValueError,
)


def canonical(url: str) -> str:
    """``url`` with an ASCII host and without fragment or user; FetchError when unusable."""
    try:
        parts = urlsplit(url)
        host, port = ascii_host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise FetchError(ScanOutcome.UNREACHABLE, f"not a URL: {_shown(url)}") from error
    if parts.scheme not in ("http", "https") or not host or len(url) > URL_MAX_CHARS:
        raise FetchError(ScanOutcome.UNREACHABLE, f"not a web address: {_shown(url)}")
    if parts.username is not None:
        raise FetchError(ScanOutcome.UNREACHABLE, "an address with a user name is not followed")
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None else f"{shown}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def _shown(url: str) -> str:
    """For people: without a user's name and password."""
    return clip(url.rpartition("@")[2], 100)


def _target(base: str, location: str) -> str:
    try:
        joined = urljoin(base, location.strip()[:URL_MAX_CHARS])
    except ValueError as error:
        raise FetchError(ScanOutcome.UNREACHABLE, "redirected to something unreadable") from error
    return canonical(joined)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _whole(exchange: Exchange, asked: str, hops: tuple[Hop, ...]) -> Exchange:
    return Exchange(
        asked, exchange.final_url, exchange.status, exchange.headers, exchange.body,
        exchange.truncated, hops, exchange.tls_error, exchange.started_at, exchange.duration_s,
        exchange.address,
    )  # fmt: skip


def _locations(answer: httpx.Response) -> list[tuple[str, str]]:
    return [
        ("location", raw.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode())
        for raw in answer.extensions.get("location", ())
    ]


def _peer(answer: httpx.Response) -> str:
    """The address of the other end of the connection, as the system tells it."""
    stream = answer.extensions.get("network_stream")
    if not isinstance(stream, httpcore.AsyncNetworkStream):
        return ""
    place = stream.get_extra_info("server_addr")
    return str(place[0]) if place else ""


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    here: BaseException | None = error
    while here is not None and here not in found:
        found.append(here)
        here = here.__cause__ or here.__context__
    return found


def _tls_trouble(error: BaseException) -> str | None:
    """What TLS said, or None when the failure was not about TLS."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return clip(cause.verify_message or "certificate not accepted", 200)
        if isinstance(cause, ssl.SSLError):
            return clip(cause.reason or "TLS handshake failed", 200)
    return None


def _connect_error(error: BaseException) -> FetchError:
    for cause in _causes(error):
        if isinstance(cause, RefusedAddressError):
            return FetchError(ScanOutcome.NOT_PERMITTED, str(cause))
        if isinstance(cause, ConnectionRefusedError):
            return FetchError(ScanOutcome.REFUSED, "nothing listens there")
    return FetchError(ScanOutcome.UNREACHABLE, clip(str(error), 200) or "cannot be reached")


def _fetch_error(error: BaseException) -> FetchError:
    if isinstance(error, RefusedAddressError):
        return FetchError(ScanOutcome.NOT_PERMITTED, str(error))
    if isinstance(error, httpcore.TimeoutException | httpx.TimeoutException):
        return FetchError(ScanOutcome.TIMED_OUT, "no complete answer in time")
    if isinstance(error, httpcore.ProtocolError):
        return FetchError(ScanOutcome.UNREACHABLE, "the answer is not HTTP")
    return FetchError(ScanOutcome.UNREACHABLE, clip(str(error), 200) or type(error).__name__)
