"""The only way out for a scanning program that is not ours: a proxy that keeps the plan.

Such programs (ZAP, wapiti) know neither our guard nor our manners.  Every request they
send comes through here: another origin, an excluded path or a method that is not allowed
is answered by the proxy itself, the rest goes at the agreed rate to an address that was
checked.  For https the proxy ends the program's TLS with a throwaway certificate (the
program must not verify it): inside a tunnel nothing of this could be held.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import ssl
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import h11
import httpcore

from scanners.api import NetOptions
from scanners.net.certificate import server_context
from scanners.net.door import Door, credentials, same
from scanners.net.egress_client import IDLE_S, NOT_PASSED, Client
from scanners.net.guard import AddressGuard, RefusedAddressError
from scanners.net.pace import Pace
from scanners.net.transport import GuardedBackend, reading_context, verifying_context
from scanners.net.wire import (
    HEAD_MAX_BYTES,
    Origin,
    WireError,
    asked,
    is_excluded,
    origin_of,
    origin_text,
    tunnel_origin,
)

URLS_KEPT = 5_000
READING = frozenset({"GET", "HEAD"})
USER = "scan"
_CLOSED = frozenset({401, 403, 406, 429})
_TROUBLES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    ssl.SSLError,
    OSError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class EgressRules:
    """What may leave.

    ``origins`` are ``scheme://host[:port]``, lower case.  ``excluded`` are searched in
    path and query; what is too long to be judged is excluded as well.  ``methods`` None
    allows all.  ``headers`` are set on every request.  ``verified`` False reads a site
    whose certificate is not in order.
    """

    origins: frozenset[str]
    requests_per_second: float
    excluded: tuple[re.Pattern[str], ...] = ()
    methods: frozenset[str] | None = READING
    headers: Mapping[str, str] = field(default_factory=dict)
    verified: bool = True


@dataclass(slots=True)
class Traffic:
    """What went through, and what did not.

    ``failed`` requests got no answer; ``failed_in_a_row`` up to now.  ``pages`` are the
    addresses without query that were answered with 2xx, ``missed`` those that ever got
    no answer, a refusal or a server error; at most ``URLS_KEPT`` each.
    """

    sent: int = 0
    failed: int = 0
    failed_in_a_row: int = 0
    out_of_scope: int = 0
    excluded: int = 0
    other_methods: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    pages: set[str] = field(default_factory=set)
    missed: set[str] = field(default_factory=set)

    @property
    def refused(self) -> int:
        """Requests that the rules kept back."""
        return self.out_of_scope + self.excluded + self.other_methods

    def answered(self, url: str, status: int) -> None:
        """Note one answer of the site."""
        self.failed_in_a_row = 0
        self.statuses[status] += 1
        if 200 <= status < 300:  # noqa: PLR2004
            _kept(self.pages, url)
        elif status in _CLOSED or status >= 500:  # noqa: PLR2004
            _kept(self.missed, url)

    def silent(self, url: str) -> None:
        """Note a request without an answer."""
        self.failed += 1
        self.failed_in_a_row += 1
        _kept(self.missed, url)


def _kept(urls: set[str], url: str) -> None:
    if len(urls) < URLS_KEPT:
        urls.add(url.partition("?")[0])


class _RefusedError(Exception):
    """The proxy answers itself: status and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class EgressProxy:
    """Async context manager; listens on a free port of ``listen`` while it is open.

    ``address`` is its URL with user and secret; ``host``, ``port``, ``user`` and
    ``secret`` are the parts of it.  ``paused`` keeps requests waiting.
    """

    def __init__(self, options: NetOptions, rules: EgressRules, listen: str = "127.0.0.1") -> None:
        self._options = options
        self._rules = rules
        self._pace = Pace(rules.requests_per_second, burst=1)
        self._origins = frozenset(origin_of(origin) for origin in rules.origins)
        self._door = Door(self._serve, listen, HEAD_MAX_BYTES)
        self._stack = contextlib.AsyncExitStack()
        self._open = asyncio.Event()
        self._open.set()
        self.traffic = Traffic()
        self.host = listen
        self.user = USER
        self.secret = secrets.token_hex(16)

    @property
    def port(self) -> int:
        """Where it is found, 0 before it listens."""
        return self._door.port

    @property
    def address(self) -> str:
        """``http://user:secret@host:port``."""
        return f"http://{self.user}:{self.secret}@{self.host}:{self.port}"

    async def __aenter__(self) -> Self:
        """Listen; a CA file that cannot be read is an OSError."""
        hosts = {host for _, host, _ in self._origins}
        self._tls = await asyncio.to_thread(server_context, hosts)
        context = (
            verifying_context(self._options.ca_file) if self._rules.verified else reading_context()
        )
        self._pool = await self._stack.enter_async_context(
            httpcore.AsyncConnectionPool(
                ssl_context=context, max_connections=4, max_keepalive_connections=2,
                keepalive_expiry=10.0, http2=False,
                network_backend=GuardedBackend(AddressGuard(self._options)),
            )
        )  # fmt: skip
        await self._stack.enter_async_context(self._door)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, and end every connection and every request under way."""
        await self._stack.aclose()

    def pause(self) -> None:
        """Let nothing out until ``resume``."""
        self._open.clear()

    def resume(self) -> None:
        """Let requests out again."""
        self._open.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(reader, writer)
        with contextlib.suppress(OSError, TimeoutError, h11.ProtocolError, ssl.SSLError):
            while await self._one(client):
                pass

    async def _one(self, client: Client) -> bool:
        """One request of the program; False when the connection is done."""
        request = await client.request()
        if request is None:
            return False
        connects = request.method == b"CONNECT"
        # Read first: an answer before the end of a request looks like a broken connection.
        body = b"" if connects else await client.body()
        try:
            self._admit(client, request)
            if connects:
                await self._tunnel(client, request)
                return True
            url, call = self._checked(client, request, body)
        except _RefusedError as error:
            await client.refuse(error.status, error.why)
            return client.again()
        await self._forward(client, url, call)
        return client.again()

    def _admit(self, client: Client, request: h11.Request) -> None:
        if not client.origin and not self._known(request):
            raise _RefusedError(407, "who are you")

    def _known(self, request: h11.Request) -> bool:
        given = (value for name, value in request.headers if name == b"proxy-authorization")
        said = credentials(next(given, b""))
        return said is not None and said[0] == self.user and same(said[1], self.secret)

    async def _tunnel(self, client: Client, request: h11.Request) -> None:
        try:
            origin = None if client.origin else tunnel_origin(request.target)
        except WireError:
            origin = None
        if origin is None or origin not in self._origins:
            raise self._outside()
        await client.secured(self._tls, origin)

    def _checked(
        self, client: Client, request: h11.Request, body: bytes
    ) -> tuple[str, httpcore.Request]:
        """The request as it may leave; _RefusedError when it may not."""
        try:
            # As it was written: a scanner's odd paths have to arrive as they are.
            origin, path = asked(request.target, client.origin)
        except WireError as error:
            raise self._outside() from error
        if origin not in self._origins:
            raise self._outside()
        if is_excluded(path, self._rules.excluded):
            self.traffic.excluded += 1
            raise _RefusedError(403, "an excluded path")
        method = request.method.decode("ascii", "replace").upper()
        if self._rules.methods is not None and method not in self._rules.methods:
            self.traffic.other_methods += 1
            raise _RefusedError(405, "not a method of this scan")
        return f"{origin_text(origin)}{path}", self._call(request, origin, path, body)

    def _outside(self) -> _RefusedError:
        self.traffic.out_of_scope += 1
        return _RefusedError(403, "not an origin of this scan")

    def _call(
        self, request: h11.Request, origin: Origin, path: str, body: bytes
    ) -> httpcore.Request:
        scheme, host, port = origin
        netloc = origin_text(origin).partition("://")[2]
        ours = {name.lower().encode() for name in self._rules.headers}
        kept = [
            (name, value)
            for name, value in request.headers
            if name not in NOT_PASSED and name not in ours and name != b"host"
        ]
        added = [(name.encode(), value.encode()) for name, value in self._rules.headers.items()]
        seconds = {
            "connect": self._options.connect_timeout_s, "read": self._options.read_timeout_s,
            "write": self._options.read_timeout_s, "pool": IDLE_S,
        }  # fmt: skip
        return httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=scheme.encode(), host=host.encode(),
                port=port, target=path.encode("latin-1"),
            ),
            headers=[(b"Host", netloc.encode()), *kept, *added],
            content=body,
            extensions={"timeout": seconds},
        )  # fmt: skip

    async def _forward(self, client: Client, url: str, call: httpcore.Request) -> None:
        await self._open.wait()
        await self._pace.wait("")
        self.traffic.sent += 1
        try:
            answer = await self._pool.handle_async_request(call)
        except RefusedAddressError:
            self.traffic.silent(url)
            await client.refuse(403, "not a public address")
            return
        except _TROUBLES:
            # Hung up on: an answer of ours would be taken for one of the shop's.
            self.traffic.silent(url)
            client.spoiled = True
            return
        self.traffic.answered(url, answer.status)
        try:
            await client.answer(answer, self._options.body_max_bytes)
        except _TROUBLES:
            # A broken body has to look broken to the program as well.
            client.spoiled = True
        finally:
            await answer.aclose()
