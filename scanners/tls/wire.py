"""One connection to a checked address, one question, everything within a deadline."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from dataclasses import dataclass
from functools import cache

from scanners.net.guard import Endpoint
from scanners.tls.hello import READ_MAX_BYTES, RECORD_TYPES, Learnt, Parser, Reply

_LINGER = struct.pack("ii", 1, 0)
_CHUNK_BYTES = 16_384


class WireError(Exception):
    """The connection taught nothing; ``reply`` says how it ended, ``library`` in whose words."""

    def __init__(self, reply: Reply, library: str = "") -> None:
        super().__init__(library or reply.value)
        self.reply = reply
        self.library = library


@dataclass(frozen=True, slots=True)
class Handshake:
    """A completed handshake: what was negotiated and the chain as served (DER, leaf first)."""

    protocol: str
    cipher: str
    chain: tuple[bytes, ...]


@cache
def _tolerant_context() -> ssl.SSLContext:
    """Verifies nothing and speaks to old servers: the certificate is judged by us, at our time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:COMPLEMENTOFDEFAULT:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


class Connection:
    """A TCP connection that is reset, not closed, when done: it leaves nothing waiting."""

    def __init__(self, endpoint: Endpoint) -> None:
        family = socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET
        self._endpoint = endpoint
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._loop = asyncio.get_running_loop()

    async def connect(self) -> None:
        """Dial the address that was checked."""
        await self._loop.sock_connect(self._socket, (self._endpoint.address, self._endpoint.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def send(self, data: bytes) -> None:
        """Send everything."""
        await self._loop.sock_sendall(self._socket, data)

    async def receive(self) -> bytes:
        """Some bytes, b"" at the end."""
        return await self._loop.sock_recv(self._socket, _CHUNK_BYTES)

    def close(self) -> None:
        """End with a reset; may be repeated."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self._socket.close()


async def ask(endpoint: Endpoint, hello: bytes, timeout_s: float) -> Learnt:
    """Send one ClientHello and read what the server answers; always an answer, in time."""
    parser, connection = Parser(), Connection(endpoint)
    learnt = parser.learnt
    try:
        async with asyncio.timeout(timeout_s):
            await connection.connect()
            await connection.send(hello)
            await _read(connection, parser)
        learnt.reply = learnt.reply or Reply.CLOSED
    except OSError as error:
        learnt.reply = learnt.reply or reply_of(error)
    finally:
        connection.close()
    return learnt


async def _read(connection: Connection, parser: Parser) -> None:
    total = 0
    while not parser.done and total < READ_MAX_BYTES:
        data = await connection.receive()
        if not data:
            return
        total += len(data)
        parser.feed(data)


async def ask_raw(endpoint: Endpoint, data: bytes, timeout_s: float) -> tuple[Reply, bytes]:
    """Send bytes that are no TLS record and return the first of what comes back."""
    connection = Connection(endpoint)
    try:
        async with asyncio.timeout(timeout_s):
            await connection.connect()
            await connection.send(data)
            got = await connection.receive()
            while got and len(got) < 7:  # noqa: PLR2004 (enough to tell SERVER-HELLO from alert)
                more = await connection.receive()
                if not more:
                    break
                got += more
    except OSError as error:
        return reply_of(error), b""
    finally:
        connection.close()
    return (Reply.HELLO if got else Reply.CLOSED), got


async def shake_hands(endpoint: Endpoint, server_name: str, timeout_s: float) -> Handshake:
    """One real handshake.  Raises WireError."""
    connection = Connection(endpoint)
    try:
        async with asyncio.timeout(timeout_s):
            await connection.connect()
            return await _handshake(connection, server_name)
    except ssl.SSLError as error:
        said = (error.reason or str(error)).replace("_", " ").lower()
        raise WireError(Reply.ALERT, said) from error
    except OSError as error:
        raise WireError(reply_of(error), str(error)) from error
    finally:
        connection.close()


async def _handshake(connection: Connection, server_name: str) -> Handshake:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = _tolerant_context().wrap_bio(incoming, outgoing, server_hostname=server_name or None)
    total = 0
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            await connection.send(outgoing.read())
        else:
            return _agreed(tls)
        data = await connection.receive()
        if not data:
            raise WireError(Reply.CLOSED, "closed during the handshake")
        if total == 0 and data[0] not in RECORD_TYPES:
            raise WireError(Reply.NOT_TLS, "the answer is no TLS")
        total += len(data)
        if total > READ_MAX_BYTES:
            raise WireError(Reply.NOT_TLS, "the handshake has no end")
        incoming.write(data)


def _agreed(tls: ssl.SSLObject) -> Handshake:
    cipher = tls.cipher()
    return Handshake(tls.version() or "", cipher[0] if cipher else "", _served_chain(tls))


def _served_chain(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """The chain as served, unverified.

    Public from Python 3.13 on (``SSLObject.get_unverified_chain``); before, the same
    method stands on the object inside.  Without either the leaf alone is known.
    """
    public = getattr(tls, "get_unverified_chain", None)
    if public is not None:
        return tuple(public())
    inner = getattr(getattr(tls, "_sslobj", None), "get_unverified_chain", None)
    if inner is not None:
        return tuple(ssl.PEM_cert_to_DER_cert(c.public_bytes()) for c in inner() or ())
    leaf = tls.getpeercert(binary_form=True)
    return () if leaf is None else (leaf,)


def reply_of(error: OSError) -> Reply:
    """What an error of the socket means."""
    match error:
        case TimeoutError():
            return Reply.TIMED_OUT
        case ConnectionRefusedError():
            return Reply.REFUSED
        case ConnectionResetError() | BrokenPipeError() | ConnectionAbortedError():
            return Reply.RESET
        case _:
            return Reply.UNREACHABLE
