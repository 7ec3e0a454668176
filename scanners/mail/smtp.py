"""One conversation with one mail server: greeting, EHLO, STARTTLS, handshake (RFC 3207).

Bounded in bytes and time.  Nothing that came in clear after the server's go-ahead for
TLS is ever believed (CVE-2011-0411, CVE-2021-38371): such a line is not secured.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from scanners.api import clip
from scanners.mail.evidence import HostState
from scanners.mail.replies import NotSmtpError, Reply, ReplyReader, is_masked, keywords
from scanners.net.guard import Endpoint
from scanners.tls.dialogue import REFUSALS
from scanners.tls.exchange import Connection
from scanners.tls.hello import Learnt, Parser, client_hello
from scanners.tls.hello import Reply as HelloReply
from scanners.tls.suites import CURVES, WIRE, chunks, suites_of
from scanners.tls.wire import Shaking, WireError, listen, negotiate

GOODBYE_S = 1.0
READY, OK = 220, 250
CLEAR_MAX_BYTES = 65_536
NAMES = {"TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}


@dataclass(frozen=True, slots=True)
class Manner:
    """How we call: the name for EHLO (RFC 5321 4.1.4), and how long dialling may take."""

    own_name: str
    connect_s: float


@dataclass(frozen=True, slots=True)
class Talk:
    """How one conversation ended; ``listed`` is None when EHLO was not answered properly."""

    state: HostState
    text: str
    code: int = 0
    listed: bool | None = None
    protocol: str = ""
    cipher: str = ""
    chain: tuple[bytes, ...] = ()


class _EndedError(Exception):
    """The conversation is over; ``state`` says how."""

    def __init__(self, state: HostState, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.state = state
        self.text = text
        self.code = code


async def talk(endpoint: Endpoint, manner: Manner, sni: str, limit_s: float) -> Talk:
    """Ask for STARTTLS and shake hands; always an answer, in time."""
    conversation = _Conversation(endpoint, manner)
    # The time for leaving is kept back: it must not undo what was seen.
    leaving_s = min(GOODBYE_S, limit_s / 2)
    try:
        found = await _ask(conversation, sni, limit_s - leaving_s)
        await conversation.leave(leaving_s)
    finally:
        conversation.close()
    return found


async def _ask(conversation: _Conversation, sni: str, limit_s: float) -> Talk:
    try:
        async with asyncio.timeout(limit_s):
            await conversation.open()
            protocol, cipher, chain = await conversation.secure(sni)
    except _EndedError as error:
        return Talk(error.state, error.text, error.code, conversation.listed)
    except NotSmtpError as error:
        return Talk(HostState.NOT_SMTP, str(error), 0, conversation.listed)
    except OSError as error:
        state, text = conversation.trouble(error)
        return Talk(state, text, 0, conversation.listed)
    text = f"{protocol} after STARTTLS"
    return Talk(HostState.SECURED, text, READY, True, protocol, cipher, chain)


async def accepts(
    endpoint: Endpoint, manner: Manner, sni: str, version: str, limit_s: float
) -> bool | None:
    """Does the server take ``version`` after STARTTLS?  None when it gave no clear answer."""
    conversation = _Conversation(endpoint, manner)
    try:
        async with asyncio.timeout(limit_s):
            await conversation.open()
            learnt = await conversation.ask(
                client_hello(sni, version, chunks(suites_of(version))[0], CURVES)
            )
    except (_EndedError, NotSmtpError, OSError):
        return None
    finally:
        conversation.close()
    if learnt.reply is HelloReply.HELLO:
        return learnt.version == WIRE[version]
    refused = learnt.reply is HelloReply.ALERT and learnt.alert in REFUSALS
    return False if refused else None


class _Conversation:
    """One connection; remembers how far it came, for telling what an error means."""

    def __init__(self, endpoint: Endpoint, manner: Manner) -> None:
        self.listed: bool | None = None
        self._manner = manner
        self._connection = Connection(endpoint)
        self._reader = ReplyReader()
        self._connected = False
        self._upgrading = False
        self._read_bytes = 0
        self._goodbye = b""

    def close(self) -> None:
        self._connection.close()

    def trouble(self, error: OSError) -> tuple[HostState, str]:
        """What an error of the socket means at this point."""
        silent = isinstance(error, TimeoutError)
        if not self._connected:
            if silent:
                return HostState.NO_ANSWER, "nothing answered in time"
            if isinstance(error, ConnectionRefusedError):
                return HostState.REFUSED, "the connection was refused"
            if not isinstance(error, ConnectionError):
                return HostState.UNREACHABLE, clip(error.strerror or "no way leads there", 100)
            return HostState.CLOSED, "the connection was broken off"
        if self._upgrading:
            said = "had no end" if silent else "was broken off"
            return HostState.HANDSHAKE_FAILED, f"the handshake after STARTTLS {said}"
        if silent:
            return HostState.SILENT, "the server did not say enough in time"
        return HostState.CLOSED, "the server broke off the connection"

    async def open(self) -> None:
        """From dialling to the go-ahead for TLS.  Raises _EndedError, NotSmtpError, OSError."""
        async with asyncio.timeout(self._manner.connect_s):
            await self._connection.connect()
        self._connected = True
        greeting = await self._reply()
        self._goodbye = b"QUIT\r\n"
        if greeting.code != READY:
            raise _turned_away(greeting, "greets with")
        self._silent_now()
        hello = await self._command(f"EHLO {self._manner.own_name}")
        if hello.code != OK:
            raise _turned_away(hello, "answers EHLO with")
        self._silent_now()
        found = keywords(hello)
        if "STARTTLS" not in found:
            if is_masked(found):
                raise _EndedError(HostState.MASKED, "the list of extensions is blotted out", OK)
            self.listed = False
            text = "the server does not offer STARTTLS"
            raise _EndedError(HostState.NO_STARTTLS, text, OK)
        self.listed = True
        go = await self._command("STARTTLS")
        if go.code != READY:
            text = f"STARTTLS is answered with {go.text}"
            raise _EndedError(HostState.STARTTLS_REFUSED, clip(text, 200), go.code)
        self._goodbye = b""
        if self._reader.has_more():
            text = "the server goes on in clear after its go-ahead for TLS"
            raise _EndedError(HostState.HANDSHAKE_FAILED, text, READY)
        self._upgrading = True

    def _silent_now(self) -> None:
        """What was said before it was asked for is no answer to the question."""
        if self._reader.has_more():
            raise NotSmtpError("the server says more than it was asked")

    async def _command(self, line: str) -> Reply:
        await self._connection.send(f"{line}\r\n".encode("ascii"))
        return await self._reply()

    async def _reply(self) -> Reply:
        while (reply := self._reader.next()) is None:
            data = await self._connection.receive()
            if not data:
                raise ConnectionResetError
            self._read_bytes += len(data)
            if self._read_bytes > CLEAR_MAX_BYTES:
                raise NotSmtpError("an answer has no end")
            self._reader.feed(data)
        return reply

    async def leave(self, limit_s: float) -> None:
        """Say QUIT, where that can be said, and give the other side a moment to close first."""
        if not self._goodbye:
            return
        with contextlib.suppress(OSError):
            async with asyncio.timeout(limit_s):
                await self._connection.send(self._goodbye)
                while await self._connection.receive():
                    pass

    async def secure(self, sni: str) -> tuple[str, str, tuple[bytes, ...]]:
        """The handshake: version, suite and the chain as served."""
        shaking = Shaking(sni)
        try:
            found = await negotiate(self._connection, shaking)
        except WireError as error:
            if error.reply is HelloReply.CLOSED:
                raise ConnectionResetError from error
            text = f"after STARTTLS {error.library}"
            if error.reply is HelloReply.ALERT:
                text = f"no secured connection could be agreed after STARTTLS ({error.library})"
            raise _EndedError(HostState.HANDSHAKE_FAILED, clip(text, 200)) from error
        self._goodbye = shaking.say(b"QUIT\r\n")
        return NAMES.get(found.protocol, found.protocol), found.cipher, found.chain

    async def ask(self, hello: bytes) -> Learnt:
        """One hand-made hello on the upgraded line."""
        parser = Parser()
        await self._connection.send(hello)
        await listen(self._connection, parser)
        return parser.learnt


def _turned_away(reply: Reply, what: str) -> _EndedError:
    text = clip(f"the server {what} {reply.text}", 200)
    return _EndedError(HostState.TURNED_AWAY, text, reply.code)
