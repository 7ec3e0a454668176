"""One connection to a checked address, one question, everything within a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from OpenSSL import SSL, crypto

from scanners.net.guard import Endpoint
from scanners.tls.exchange import Connection, exchange
from scanners.tls.hello import READ_MAX_BYTES, RECORD_TYPES, Learnt, Parser, Reply

# SSL_OP_LEGACY_SERVER_CONNECT: servers without RFC 5746 are talked to, and judged.
_LEGACY_SERVER_CONNECT = 0x4


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
def tolerant_context() -> SSL.Context:
    """Verifies nothing and speaks to old servers: the certificate is judged by us, at our time.

    The platform's ``ssl`` shows a chain that it did not verify only from Python 3.13 on.
    """
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_verify(SSL.VERIFY_NONE)
    context.set_min_proto_version(SSL.SSL3_VERSION)
    context.set_cipher_list(b"ALL:COMPLEMENTOFDEFAULT:@SECLEVEL=0")
    context.set_options(_LEGACY_SERVER_CONNECT)
    return context


class GoesOn(Protocol):
    """What may be said after the answer to a hello, and hears what comes back."""

    def flight(self, learnt: Learnt) -> bytes:
        """What to say now; b"" for nothing, then ``heard`` is not called."""

    def heard(self, data: bytes) -> None:
        """The first record of the answer; b"" when none came."""


async def ask(
    endpoint: Endpoint, hello: bytes, timeout_s: float, then: GoesOn | None = None
) -> Learnt:
    """Send one ClientHello and read what the server answers; always an answer, in time.

    Whatever becomes of what ``then`` says after it does not change the answer.
    """
    question = _Question(hello, then)
    learnt = question.parser.learnt
    try:
        await exchange(endpoint, question, timeout_s)
        learnt.reply = learnt.reply or Reply.CLOSED
    except OSError as error:
        learnt.reply = learnt.reply or reply_of(error)
    question.end()
    return learnt


class _Question:
    """One hello, a parser for the answer, and what is said after it."""

    __slots__ = ("_after", "_hello", "_read_bytes", "_then", "done", "parser")

    def __init__(self, hello: bytes, then: GoesOn | None) -> None:
        self.parser = Parser()
        self.done = False
        self._hello = hello
        self._then = then
        self._after: bytes | None = None
        self._read_bytes = 0

    def begin(self) -> bytes:
        return self._hello

    def feed(self, data: bytes) -> bytes:
        self._read_bytes += len(data)
        if self._after is not None:
            self._after += data
            self.done = _is_record(self._after) or self._read_bytes >= READ_MAX_BYTES
            return b""
        self.parser.feed(data)
        self.done = self.parser.done or self._read_bytes >= READ_MAX_BYTES
        more = self._then.flight(self.parser.learnt) if self.done and self._then else b""
        if more:
            self.done, self._after = False, b""
        return more

    def end(self) -> None:
        """The connection is over: pass on what came after the answer."""
        if self._then is not None and self._after is not None:
            self._then.heard(_first_record(self._after))


def _is_record(data: bytes) -> bool:
    return len(data) >= 5 and len(data) >= 5 + int.from_bytes(data[3:5], "big")  # noqa: PLR2004


def _first_record(data: bytes) -> bytes:
    """The first whole record of ``data``; b"" when there is none."""
    return data[: 5 + int.from_bytes(data[3:5], "big")] if _is_record(data) else b""


async def ask_raw(endpoint: Endpoint, data: bytes, timeout_s: float) -> tuple[Reply, bytes]:
    """Send bytes that are no TLS record and return the first of what comes back."""
    bare = _Bare(data)
    try:
        await exchange(endpoint, bare, timeout_s)
    except OSError as error:
        return reply_of(error), b""
    return (Reply.HELLO if bare.got else Reply.CLOSED), bare.got


class _Bare:
    """Bytes, and as many of the answer as tell a SERVER-HELLO from an alert."""

    def __init__(self, data: bytes) -> None:
        self.got = b""
        self.done = False
        self._data = data

    def begin(self) -> bytes:
        return self._data

    def feed(self, data: bytes) -> bytes:
        self.got += data
        self.done = len(self.got) >= 7  # noqa: PLR2004
        return b""


async def shake_hands(endpoint: Endpoint, server_name: str, timeout_s: float) -> Handshake:
    """One real handshake.  Raises WireError."""
    shaking = Shaking(server_name)
    try:
        await exchange(endpoint, shaking, timeout_s)
    except OSError as error:
        raise WireError(reply_of(error), str(error)) from error
    return shaking.agreed()


class Shaking:
    """A handshake in memory: ``feed`` takes what the server sent and gives what to answer.

    ``feed`` raises WireError for bytes that are no TLS and for what ended the handshake.
    """

    def __init__(self, server_name: str) -> None:
        self.done = False
        self._tls = SSL.Connection(tolerant_context(), None)
        self._tls.set_connect_state()
        if server_name:
            self._tls.set_tlsext_host_name(server_name.encode("ascii"))
        self._read_bytes = 0

    def begin(self) -> bytes:
        """Our hello."""
        return self._step()

    def feed(self, data: bytes) -> bytes:
        """One more piece of what the server says."""
        if not self._read_bytes and data[0] not in RECORD_TYPES:
            raise WireError(Reply.NOT_TLS, "the answer is no TLS")
        self._read_bytes += len(data)
        if self._read_bytes > READ_MAX_BYTES:
            raise WireError(Reply.NOT_TLS, "the handshake has no end")
        self._tls.bio_write(data)
        return self._step()

    def _step(self) -> bytes:
        try:
            self._tls.do_handshake()
        except SSL.WantReadError:
            return self._outgoing()
        except SSL.Error as error:
            raise WireError(Reply.ALERT, _in_words(error)) from error
        # Our last flight waits: who only wanted to see the chain does not send it.
        self.done = True
        return b""

    def agreed(self) -> Handshake:
        """What came of it.  Raises WireError when the server left before the end."""
        if not self.done:
            raise WireError(Reply.CLOSED, "closed during the handshake")
        served = self._tls.get_peer_cert_chain() or ()
        chain = tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, c) for c in served)
        version = self._tls.get_protocol_version_name()
        return Handshake(version, self._tls.get_cipher_name() or "", chain)

    def say(self, data: bytes) -> bytes:
        """``data`` as it goes over the line after the handshake; b"" when it cannot be said."""
        try:
            self._tls.send(data)
        except SSL.Error:
            return b""
        return self._outgoing()

    def last_flight(self) -> bytes:
        """What the server still needs to hear for the handshake to be over."""
        return self._outgoing()

    def _outgoing(self) -> bytes:
        try:
            return self._tls.bio_read(READ_MAX_BYTES)
        except SSL.WantReadError:
            return b""


def _in_words(error: SSL.Error) -> str:
    """The library's reason in small letters, as ``unsafe legacy renegotiation disabled``."""
    queue = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return str(queue[0][-1]).lower() if queue else "the connection ended"


async def negotiate(connection: Connection, shaking: Shaking) -> Handshake:
    """Shake hands over a connection that is open already.

    Raises WireError, OSError.
    """
    await connection.send(shaking.begin())
    while not shaking.done and (data := await connection.receive()):
        if answer := shaking.feed(data):
            await connection.send(answer)
    found = shaking.agreed()
    await connection.send(shaking.last_flight())
    return found


async def listen(connection: Connection, parser: Parser) -> None:
    """Feed the parser until it has heard enough, the server is done, or says far too much."""
    total = 0
    while not parser.done and total < READ_MAX_BYTES:
        data = await connection.receive()
        if not data:
            return
        total += len(data)
        parser.feed(data)


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
