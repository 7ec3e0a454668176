"""One question to one server: a connection, a ClientHello, what came back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from scanners.net.guard import Endpoint
from scanners.tls.hello import HANDSHAKE_MAX_BYTES, Answer, Kind, Reader, client_hello
from scanners.tls.suites import GOOD_GROUPS, SIGNATURES, code_of, names_by_code

PAUSE_S = 0.1
HOPELESS = frozenset({Kind.NOT_TLS, Kind.UNREACHABLE})
# What a server says that does not take the offer (RFC 8446 6.2): handshake_failure,
# illegal_parameter, protocol_version, insufficient_security, inappropriate_fallback,
# missing_extension, unsupported_extension.  Any other alert (internal_error, access_denied,
# close_notify) speaks of itself or of us, not of the offer.
DECLINES = frozenset({40, 47, 70, 71, 86, 109, 110})
PROTOCOL_VERSION = 70
_LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Server:
    """A server at a checked address; asked one question at a time.

    A reset, a close or silence is asked again (``tries`` in all) and counted in
    ``doubtful`` when it never became an answer: a rate limiter must not look
    like a refusal of a suite.
    """

    host: str
    endpoint: Endpoint
    timeout_s: float = 5.0
    tries: int = 3
    connections: int = 0
    doubtful: int = 0
    refusals: dict[Kind, int] = field(default_factory=dict)

    async def ask(
        self,
        version: int,
        suites: Sequence[str],
        *,
        groups: Sequence[str] = GOOD_GROUPS,
        signatures: Sequence[int] = SIGNATURES,
        shares: bool = False,
    ) -> Answer:
        """Offer ``suites`` in ``version``; the answer, or the last failure."""
        hello = client_hello(
            self.host, version, [code_of(s) for s in suites],
            groups=groups, signatures=signatures, shares=shares,
        )  # fmt: skip
        ecdhe = frozenset(code_of(s) for s in suites if "ECDH" in s)
        answer = Answer(Kind.UNREACHABLE)
        for attempt in range(self.tries):
            if attempt:
                await asyncio.sleep(PAUSE_S * attempt**2)
            self.connections += 1
            answer = await _exchange(self.endpoint, hello, ecdhe, self.timeout_s)
            if answers(answer) or answer.kind in HOPELESS:
                break
        if not answers(answer):
            self.doubtful += 1
            kind = answer.kind or Kind.CLOSED
            self.refusals[kind] = self.refusals.get(kind, 0) + 1
        return answer

    async def accepts(
        self,
        version: int,
        suites: Sequence[str],
        *,
        groups: Sequence[str] = GOOD_GROUPS,
        shares: bool = False,
    ) -> tuple[bool | None, str, Answer]:
        """(accepted, chosen suite, answer); None when there was no answer to the question."""
        answer = await self.ask(version, suites, groups=groups, shares=shares)
        if not answers(answer):
            return None, "", answer
        if answer.kind is Kind.ALERT or answer.version < version:
            return False, "", answer
        name = names_by_code().get(answer.suite, "")
        if answer.version > version or name not in suites:
            # Chosen what was never offered: nothing can be concluded from such a server.
            self.doubtful += 1
            return None, "", answer
        return True, name, answer


def answers(answer: Answer) -> bool:
    """Is it a yes or a no to what was offered?"""
    return answer.kind is Kind.HELLO or (answer.kind is Kind.ALERT and answer.alert in DECLINES)


@asynccontextmanager
async def dial(endpoint: Endpoint) -> AsyncIterator[socket.socket]:
    """A connection to the checked address; ends with RST, so nothing lingers on either side."""
    family = socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, (endpoint.address, endpoint.port))
        try:
            yield line
        finally:
            with contextlib.suppress(OSError):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)


async def _exchange(
    endpoint: Endpoint, hello: bytes, ecdhe: frozenset[int], timeout_s: float
) -> Answer:
    """Send one record and read to the end of what is in clear; one bound for all of it."""
    reader = Reader(ecdhe=ecdhe)
    answer = reader.answer
    try:
        async with asyncio.timeout(timeout_s), dial(endpoint) as line:
            await asyncio.get_running_loop().sock_sendall(line, hello)
            await _read(line, reader)
    except TimeoutError:
        answer.kind = answer.kind or Kind.TIMEOUT
    except ConnectionRefusedError:
        answer.kind = Kind.REFUSED
    except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError):
        answer.kind = answer.kind or Kind.RESET
    except OSError:
        answer.kind = answer.kind or Kind.UNREACHABLE
    return answer


async def _read(line: socket.socket, reader: Reader) -> None:
    loop = asyncio.get_running_loop()
    total = 0
    while not reader.done:
        data = await loop.sock_recv(line, 16_384)
        total += len(data)
        if not data or total > HANDSHAKE_MAX_BYTES:
            break
        reader.feed(data)
    if reader.answer.kind is None:
        reader.answer.kind = Kind.CLOSED
