"""ZAP's only way out: a proxy of ours, for one site and one scan.

ZAP would look names up and dial for itself.  Through the outlet only the plan's own
origins can be reached, at addresses the guard has checked; only methods of the profile
pass, no excluded path, never faster than agreed, and each request carries the run's
number.  TLS ends here and begins anew, so all this holds for https as well.

What is refused gets no answer: an answer of ours would be searched for weaknesses.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections import Counter, deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Self

from scanners.api import NetOptions
from scanners.net.certificate import server_context
from scanners.net.dial import NoConnectionError, dialled
from scanners.net.door import Door, credentials, same
from scanners.net.guard import AddressGuard, RefusedAddressError, ResolveError
from scanners.net.pace import Pace
from scanners.net.transport import reading_context, verifying_context
from scanners.net.wire import (
    CHUNK_BYTES,
    HEAD_MAX_BYTES,
    Head,
    Line,
    Origin,
    WireError,
    answer_head,
    asked,
    body_length,
    is_excluded,
    read_head,
    request_body,
    tunnel_origin,
    write_head,
)

HEAD_WITHIN_S = 30.0
RUN_HEADER = b"X-Keurwacht-Scan"
RECENT = 60
CONNECTIONS_MAX = 32
FAILED = 0
USER = "zap"


@dataclass(frozen=True, slots=True)
class Rules:
    """What may leave.

    ``excluded`` are searched in path and query.  ``run_id`` and ``user_agent`` go out with
    every request, whatever ZAP wrote there.  ``secret``: the password of the user
    ``zap``, "" for none (the outlet is on loopback then).  ``verified``: refuse a
    certificate that is not trusted; a shop whose TLS is broken is read all the same.
    """

    origins: frozenset[Origin]
    methods: frozenset[bytes]
    excluded: tuple[re.Pattern[str], ...]
    run_id: str
    user_agent: str
    per_second: float
    secret: str = field(default="", repr=False)
    verified: bool = True


@dataclass(slots=True)
class Traffic:
    """What went through.

    ``sent`` requests reached a connection to the site, ``answered`` got a status.
    ``recent`` are the last statuses, 0 for no answer; ``refused`` says by reason what
    did not leave.
    """

    sent: int = 0
    answered: int = 0
    failed: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=RECENT))

    @property
    def tried(self) -> int:
        """Requests that were let through; one under way counts, ZAP may have its answer first."""
        return max(self.sent, self.answered + self.failed)

    def note(self, status: int) -> None:
        """One request had this answer, 0 for none."""
        self.recent.append(status)
        if status == FAILED:
            self.failed += 1
        else:
            self.answered += 1
            self.statuses[status] += 1


class _RefusedError(Exception):
    """Not let through; the argument is the reason's word."""


class Outlet:
    """Async context manager; ``host`` and ``port`` are where ZAP finds it."""

    def __init__(self, options: NetOptions, rules: Rules, host: str = "127.0.0.1") -> None:
        self._options = options
        self._rules = rules
        self._guard = AddressGuard(options)
        self._pace = Pace(rules.per_second, burst=1)
        self._door = Door(self._serve, host, HEAD_MAX_BYTES, CONNECTIONS_MAX)
        self._inner: ssl.SSLContext | None = None
        self.traffic = Traffic()
        self.host = host

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        hosts = {host for _, host, _ in self._rules.origins}
        self._inner = await asyncio.to_thread(server_context, hosts)
        await self._door.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, and end every connection: from here on nothing reaches the site."""
        await self._door.__aexit__()

    @property
    def port(self) -> int:
        """Where ZAP finds it, 0 before it listens."""
        return self._door.port

    @property
    def secret(self) -> str:
        """The password ZAP has to give, "" for none."""
        return self._rules.secret

    async def turn(self) -> None:
        """Wait for a turn: for requests of ours that go beside ZAP's."""
        await self._pace.wait("")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._one(reader, writer)
        except _RefusedError as error:
            self.traffic.refused[str(error)] += 1
        except (OSError, EOFError, asyncio.LimitOverrunError, TimeoutError, WireError):
            pass
        finally:
            # Both halves at once: a writer that waits for its peer would outlast the scan.
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await writer.drain()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection carries one request: all of it is then seen and counted."""
        head = await _head(reader)
        if not self._allowed(head):
            answer = b"HTTP/1.1 407 Proxy Authentication Required\r\n"
            answer += b'Proxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n'
            writer.write(answer + b"Connection: close\r\n\r\n")
            return
        inside: Origin | None = None
        if head.first[0] == b"CONNECT":
            inside = tunnel_origin(head.first[1])
            if inside not in self._rules.origins:
                raise _RefusedError("origin")
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            if self._inner is None:
                raise _RefusedError("closed")
            await writer.start_tls(self._inner, ssl_handshake_timeout=10.0)
            head = await _head(reader)
        origin, path = self._permitted(head, inside)
        body = await request_body(reader, head)
        await self._relayed(reader, writer, head, origin, path, body)

    def _allowed(self, head: Head) -> bool:
        if not self._rules.secret:
            return True
        said = credentials(head.value(b"proxy-authorization"))
        return said is not None and said[0] == USER and same(said[1], self._rules.secret)

    def _permitted(self, head: Head, inside: Origin | None) -> tuple[Origin, str]:
        method = head.first[0]
        origin, path = asked(head.first[1], inside)
        if origin not in self._rules.origins:
            raise _RefusedError("origin")
        if method not in self._rules.methods:
            raise _RefusedError("method")
        if is_excluded(path, self._rules.excluded):
            raise _RefusedError("path")
        return origin, path

    async def _relayed(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        head: Head,
        origin: Origin,
        path: str,
        body: bytes,
    ) -> None:
        first = head.first[0] + b" " + path.encode("latin-1") + b" HTTP/1.1"
        extra: tuple[Line, ...] = (
            (RUN_HEADER, _line(self._rules.run_id)),
            (b"User-Agent", _line(self._rules.user_agent)),
        )
        status = FAILED
        out: asyncio.StreamWriter | None = None
        try:
            there, out = await self._dial(origin)
            # The turn comes last: a slow handshake would let requests arrive in a bunch.
            await self.turn()
            self.traffic.sent += 1
            out.write(write_head(head, first, extra) + body)
            await out.drain()
            async with asyncio.timeout(self._options.read_timeout_s):
                answer = await answer_head(there)
            status = int(answer.first[1])
            writer.write(write_head(answer, b" ".join(answer.first).rstrip(), ()))
            copying = self._copied(there, writer, body_length(answer, head.first[0]))
            await _unless_gone(reader, copying)
        finally:
            self.traffic.note(status)
            if out is not None:
                out.close()

    async def _dial(self, origin: Origin) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        scheme, host, port = origin
        context = None
        if scheme == "https":
            verified = self._rules.verified
            context = verifying_context(self._options.ca_file) if verified else reading_context()
        within_s = self._options.connect_timeout_s
        try:
            return await dialled(self._guard, host, port, within_s, HEAD_MAX_BYTES, context)
        except RefusedAddressError as error:
            raise _RefusedError("address") from error
        except ResolveError as error:
            raise _RefusedError("name") from error
        except NoConnectionError as error:
            raise _RefusedError("connection") from error

    async def _copied(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, length: int | None
    ) -> None:
        """The body; at most as much as any page of ours may have."""
        left = self._options.body_max_bytes if length is None else length
        left = min(left, self._options.body_max_bytes)
        while left > 0:
            async with asyncio.timeout(self._options.read_timeout_s):
                part = await source.read(min(CHUNK_BYTES, left))
            if not part:
                return
            left -= len(part)
            target.write(part)
            await target.drain()


def _line(text: str) -> bytes:
    """As a header's value: one line of ASCII."""
    return "".join(c if " " <= c <= "~" else "?" for c in text).encode("ascii")


async def _unless_gone(reader: asyncio.StreamReader, copying: Coroutine[None, None, None]) -> None:
    """Copy until it is done or ZAP hangs up; not every server ends an answer by closing."""
    tasks = [asyncio.ensure_future(copying), asyncio.ensure_future(reader.read(1))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _head(reader: asyncio.StreamReader) -> Head:
    async with asyncio.timeout(HEAD_WITHIN_S):
        return read_head((await reader.readuntil(b"\r\n\r\n"))[:-4])
