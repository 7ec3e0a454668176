"""TCP and TLS for httpcore, straight on the event loop.

httpcore's own backend goes through a library for several kinds of loops; half of what
an HTTPS request costs is spent there.  Here are only sockets, one TLS record layer in
memory and the loop's "ready now".  What is read comes from the system's buffer when it
is asked for, at most ``CHUNK`` bytes at a time: nothing piles up for a slow reader.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import select
import socket
import ssl
from collections.abc import Callable, Iterable

import httpcore

CHUNK = 65_536
SocketOptions = Iterable[
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
]


class _LateError(Exception):
    """The time given to one operation is over."""


class _Socket:
    """A socket and what is waited for on it.  One reader or writer at a time."""

    def __init__(self, family: socket.AddressFamily) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Future[None] | None = None
        self.raw = socket.socket(family, socket.SOCK_STREAM)
        self.raw.setblocking(False)
        # The loop would write the socket out in words each time it is not yet known.
        self._number = self.raw.fileno()
        self.peer: tuple[str, int] | None = None

    def until(self, timeout: float | None) -> float | None:
        """The moment on the loop's clock after ``timeout`` seconds, None: never."""
        return None if timeout is None else self._loop.time() + timeout

    async def connect(self, address: str, port: int, deadline: float | None) -> None:
        """Connect; OSError when it fails."""
        with contextlib.suppress(BlockingIOError):
            self.raw.connect((address, port))
        await self._ready(self._loop.add_writer, self._loop.remove_writer, deadline)
        code = self.raw.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code != 0:
            # The class of the error (refused, ...) follows from its number.
            raise OSError(code, f"connection to {address} failed")
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # What was dialled: the system no longer knows it once the other side has reset.
        self.peer = (address, port)

    async def receive(self, deadline: float | None) -> bytes:
        """What has come, at most ``CHUNK`` bytes; b"" at the end.

        The loop gets its turn each time: a fast sender must not hold up the others,
        nor the deadline over all of it.
        """
        data = self._arrived()
        if data is not None:
            await asyncio.sleep(0)
            return data
        while data is None:
            await self._ready(self._loop.add_reader, self._loop.remove_reader, deadline)
            data = self._arrived()
        return data

    async def send(self, data: bytes, deadline: float | None) -> None:
        """All of it."""
        sent = self._left(data)
        while sent < len(data):
            await self._ready(self._loop.add_writer, self._loop.remove_writer, deadline)
            sent += self._left(data[sent : sent + CHUNK])

    def say(self, data: bytes) -> None:
        """Last words: what fits now, and no error."""
        with contextlib.suppress(OSError):
            self._left(data)

    def close(self) -> None:
        """Free the socket; who waits on it is told."""
        if self.raw.fileno() < 0:
            return
        self._loop.remove_reader(self._number)
        self._loop.remove_writer(self._number)
        self.raw.close()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionAbortedError("closed while waiting"))

    def readable(self) -> bool:
        """Would reading give something at once (bytes or the end)?"""
        if self.raw.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(self.raw, select.POLLIN)
        return bool(poll.poll(0))

    def _arrived(self) -> bytes | None:
        try:
            return self.raw.recv(CHUNK)
        except (BlockingIOError, InterruptedError):
            return None

    def _left(self, data: bytes) -> int:
        try:
            return self.raw.send(data)
        except (BlockingIOError, InterruptedError):
            return 0

    async def _ready(
        self,
        add: Callable[..., None],
        remove: Callable[[int], bool],
        deadline: float | None,
    ) -> None:
        future = self._waiting = self._loop.create_future()
        add(self._number, _wake, future)
        timer = None if deadline is None else self._loop.call_at(deadline, _late, future)
        try:
            await future
        finally:
            self._waiting = None
            if timer is not None:
                timer.cancel()
            if self.raw.fileno() >= 0:
                remove(self._number)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _late(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_exception(_LateError())


class PlainStream(httpcore.AsyncNetworkStream):
    """A TCP connection; see httpcore for the methods and their errors."""

    def __init__(self, link: _Socket) -> None:
        self._link = link

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109, ARG002
        """What has come, at most ``CHUNK`` bytes (httpcore asks for as many)."""
        try:
            return await self._link.receive(self._link.until(timeout))
        except _LateError as error:
            raise httpcore.ReadTimeout("nothing was received in time") from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """All of ``buffer``."""
        try:
            await self._link.send(buffer, self._link.until(timeout))
        except _LateError as error:
            raise httpcore.WriteTimeout("not everything was sent in time") from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        """Free the socket."""
        self._link.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's signature)
    ) -> httpcore.AsyncNetworkStream:
        """The same connection behind TLS; closed when that fails or is cancelled."""
        secured = False
        try:
            stream = SecureStream(self._link, ssl_context, server_hostname)
            await stream.handshake(self._link.until(timeout))
            secured = True
        except _LateError as error:
            raise httpcore.ConnectTimeout("no TLS handshake in time") from error
        except OSError as error:  # ssl.SSLError as well
            raise httpcore.ConnectError(str(error)) from error
        finally:
            if not secured:
                # Nobody else holds it: the socket would wait for the collector.
                self._link.close()
        return stream

    def get_extra_info(self, info: str) -> object:
        """What httpcore and the fetcher ask: addresses, the socket, "is_readable"."""
        if info == "server_addr":
            return self._link.peer
        if info == "client_addr":
            return self._link.raw.getsockname()[:2]
        if info == "socket":
            return self._link.raw
        return self._link.readable() if info == "is_readable" else None


class SecureStream(PlainStream):
    """TLS over a connected socket."""

    def __init__(self, link: _Socket, context: ssl.SSLContext, name: str | None) -> None:
        super().__init__(link)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=name)
        self._ended = False
        self._broken: ssl.SSLError | None = None

    async def handshake(self, deadline: float | None) -> None:
        """ssl.SSLError when it fails (the other side is told), OSError on a reset."""
        while not self._shaken():
            await self._exchange(deadline)
        await self._flush(deadline)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """What has come, at most ``max_bytes``; ssl.SSLError when it is damaged.

        An end without TLS's own goodbye is an end: many servers hang up like that,
        and HTTP knows by itself whether something is missing.
        """
        deadline = self._link.until(timeout)
        try:
            while (data := self._opened(max_bytes)) is None:
                await self._exchange(deadline)
        except _LateError as error:
            raise httpcore.ReadTimeout("nothing was received in time") from error
        except ssl.SSLError:
            raise
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """All of ``buffer``."""
        if not buffer:
            return
        deadline = self._link.until(timeout)
        try:
            while not self._sealed(buffer):
                await self._exchange(deadline)
            await self._flush(deadline)
        except _LateError as error:
            raise httpcore.WriteTimeout("not everything was sent in time") from error
        except ssl.SSLError:
            raise
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def get_extra_info(self, info: str) -> object:
        """As for TCP, and the TLS object."""
        if info == "ssl_object":
            return self._tls
        if info == "is_readable" and self._ended:
            return True
        return super().get_extra_info(info)

    def _shaken(self) -> bool:
        """Is the handshake done?"""
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError:
            self._link.say(self._out.read())
            raise
        return True

    def _sealed(self, buffer: bytes) -> bool:
        """Did TLS take it?  The memory takes all; only a new handshake may come first."""
        try:
            self._tls.write(buffer)
        except ssl.SSLWantReadError:
            return False
        return True

    def _opened(self, max_bytes: int) -> bytes | None:
        """What has come and was opened, record after record; None: more is needed."""
        if self._broken is not None:
            raise self._broken
        found: list[bytes] = []
        room = max_bytes
        while room > 0 and not self._ended:
            try:
                part = self._tls.read(room)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLEOFError:
                part = b""
            except ssl.SSLError as error:
                # What came whole before it is given first.
                self._broken = error
                if not found:
                    raise
                break
            self._ended = not part
            found.append(part)
            room -= len(part)
        return b"".join(found) if found or self._ended else None

    async def _exchange(self, deadline: float | None) -> None:
        """Send what TLS wants sent, then take what comes."""
        await self._flush(deadline)
        data = await self._link.receive(deadline)
        if data:
            self._in.write(data)
        else:
            self._in.write_eof()

    async def _flush(self, deadline: float | None) -> None:
        if self._out.pending:
            await self._link.send(self._out.read(), deadline)


async def connect(
    address: str,
    port: int,
    timeout: float | None = None,  # noqa: ASYNC109 (httpcore's way)
    local_address: str | None = None,
    socket_options: SocketOptions | None = None,
) -> PlainStream:
    """A connection to an IP address; ConnectError or ConnectTimeout when there is none.

    A name is refused: nothing is looked up here.
    """
    try:
        version = ipaddress.ip_address(address).version
    except ValueError as error:
        raise httpcore.ConnectError("not an IP address") from error
    link = None
    connected = False
    try:
        link = _Socket(socket.AF_INET if version == 4 else socket.AF_INET6)  # noqa: PLR2004
        for option in socket_options or ():
            link.raw.setsockopt(*option)
        if local_address is not None:
            link.raw.bind((local_address, 0))
        await link.connect(address, port, link.until(timeout))
        connected = True
    except _LateError as error:
        raise httpcore.ConnectTimeout("no connection in time") from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    finally:
        if link is not None and not connected:
            link.close()
    return PlainStream(link)
