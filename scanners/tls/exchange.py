"""One connection to a checked address: dialled, spoken over, reset; everything in time."""

from __future__ import annotations

import asyncio
import errno
import math
import os
import select
import socket
import struct
from collections.abc import Callable, Generator
from contextvars import Context
from typing import Protocol
from weakref import WeakKeyDictionary

from scanners.net.guard import Endpoint

_LINGER = struct.pack("ii", 1, 0)
_CHUNK_BYTES = 16_384
# Where the kernel makes it so, a call is saved.
_NONBLOCK = getattr(socket, "SOCK_NONBLOCK", 0)
_Wake = Callable[["_Exchange"], object]
_UNDER_WAY = (0, errno.EINPROGRESS)


class Speaker(Protocol):
    """One side of a conversation in memory; ``done`` when it has heard enough."""

    done: bool

    def begin(self) -> bytes:
        """What to say first."""

    def feed(self, data: bytes) -> bytes:
        """Take up what the other side said; what to answer, b"" for nothing."""


async def exchange(endpoint: Endpoint, speaker: Speaker, timeout_s: float) -> None:
    """Dial and let the speaker speak until it is done or the other side ends.

    Raises OSError (TimeoutError among them) and whatever the speaker raises.
    """
    await _Exchange(endpoint, speaker, timeout_s)


class _Lines:
    """All open lines of one loop, behind one epoll and one timer of their own.

    Handing each socket and a timer to the loop and taking them back costs as much as
    talking over the socket.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._poll = select.epoll()
        self._open: dict[int, _Exchange] = {}
        # When the next look for late ones is due; the loop is not kept, as it keeps this.
        self._due = math.inf
        loop.add_reader(self._poll.fileno(), self._ready)

    def add(self, number: int, line: _Exchange, loop: asyncio.AbstractEventLoop) -> None:
        """Let the line go on when its socket can be read (or written), or is late."""
        self._poll.register(number, line.waits_for)
        self._open[number] = line
        if line.until < self._due:
            self._look_at(line.until, loop)

    def change(self, number: int, line: _Exchange) -> None:
        """It waits for something else than before."""
        self._poll.modify(number, line.waits_for)

    def drop(self, number: int) -> None:
        """It is over, its socket still open; may be repeated."""
        if self._open.pop(number, None) is not None:
            self._poll.unregister(number)

    def _ready(self) -> None:
        if len(self._open) == 1:
            # Which one it is need not be asked; one that is not ready after all waits on.
            next(iter(self._open.values())).step()
            return
        for number, _ in self._poll.poll(0):
            line = self._open.get(number)
            if line is not None:
                line.step()

    def _look_at(self, due: float, loop: asyncio.AbstractEventLoop) -> None:
        self._due = due
        loop.call_at(due, self._late, due, loop)

    def _late(self, due: float, loop: asyncio.AbstractEventLoop) -> None:
        if due != self._due:
            return  # An earlier look took its place.
        for line in [line for line in self._open.values() if line.until <= due]:
            line.end(TimeoutError("no end in time"))
        left = [line.until for line in self._open.values() if line.until > due]
        self._due = math.inf
        if left:
            self._look_at(min(left), loop)


_lines: WeakKeyDictionary[asyncio.AbstractEventLoop, _Lines] = WeakKeyDictionary()


def _lines_of(loop: asyncio.AbstractEventLoop) -> _Lines:
    found = _lines.get(loop)
    if found is None:
        found = _lines[loop] = _Lines(loop)
    return found


class _Exchange:
    """Driven by callbacks: thousands are made an hour.

    It is what the caller awaits, future-like as ``asyncio.isfuture`` has it, and wakes the
    caller once, at the end.  A future would do so in the loop's next round, for which the
    loop asks the kernel again; this one ends in callbacks of the loop alone, where no task
    runs, and so may wake at once.
    """

    __slots__ = (
        "_asyncio_future_blocking", "_context", "_error", "_left", "_loop", "_number", "_over",
        "_place", "_socket", "_speaker", "_wake", "until", "waits_for",
    )  # fmt: skip

    def __init__(self, endpoint: Endpoint, speaker: Speaker, timeout_s: float) -> None:
        self._speaker = speaker
        self._left = speaker.begin()
        self._place = endpoint.address, endpoint.port
        self._loop = asyncio.get_running_loop()
        self.until = self._loop.time() + timeout_s
        self.waits_for = select.EPOLLIN
        self._over = self._asyncio_future_blocking = False
        self._error: BaseException | None = None
        self._wake: _Wake | None = None
        self._context: Context | None = None
        self._socket = _socket_for(endpoint)
        self._number = self._socket.fileno()

    def __await__(self) -> Generator[_Exchange, None, None]:
        lines = _lines_of(self._loop)
        try:
            failed = self._socket.connect_ex(self._place)
            if failed not in _UNDER_WAY:
                raise OSError(failed, os.strerror(failed))
            # A near server is there at once; else this first try says no more than "not yet".
            self._write()
            if self._over:
                self.result()
            else:
                lines.add(self._number, self, self._loop)
                self._asyncio_future_blocking = True
                yield self
        finally:
            lines.drop(self._number)
            self._socket.close()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Of the task that may await it."""
        return self._loop

    def add_done_callback(self, wake: _Wake, *, context: Context) -> None:
        """The task's way to be woken."""
        self._wake, self._context = wake, context

    def cancel(self, msg: str | None = None) -> bool:
        """The task was cancelled by another one, after which it is woken."""
        if self._over:
            return False
        self._over, self._error = True, asyncio.CancelledError(*([msg] if msg else []))
        if self._wake is not None:
            self._loop.call_soon(self._wake, self, context=self._context)
        return True

    def result(self) -> None:
        """Raises what ended it before its time."""
        if self._error is not None:
            raise self._error

    def end(self, error: Exception | None) -> None:
        """Wake the caller; what comes later does not count."""
        if self._over:
            return
        self._over, self._error = True, error
        if self._wake is not None and self._context is not None:
            self._context.run(self._wake, self)

    def step(self) -> None:
        """The socket is ready for what was waited for."""
        if self._over:
            return
        before = self.waits_for
        if before == select.EPOLLIN:
            self._read()
        else:
            self._write()
        if self.waits_for != before and not self._over:
            _lines_of(self._loop).change(self._number, self)

    def _write(self) -> None:
        failed: OSError | None = None
        try:
            # What became of dialling shows here too.
            self._left = self._left[self._socket.send(self._left) :]
        except BlockingIOError:
            pass
        except OSError as error:
            failed = error
        if failed is not None:
            self.end(failed)
        else:
            self.waits_for = select.EPOLLOUT if self._left else select.EPOLLIN

    def _read(self) -> None:
        data = answer = b""
        failed: Exception | None = None
        try:
            data = self._socket.recv(_CHUNK_BYTES)
            answer = self._speaker.feed(data) if data else b""
        except BlockingIOError:
            return
        except Exception as error:  # noqa: BLE001 (raised again where the exchange is awaited)
            failed = error
        if failed is not None or not data or self._speaker.done:
            self.end(failed)
        elif answer:
            self._left = answer
            self._write()


class Connection:
    """A TCP connection that is reset, not closed, when done: it leaves nothing waiting."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._socket = _socket_for(endpoint)
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
        self._socket.close()


def _socket_for(endpoint: Endpoint) -> socket.socket:
    """A socket that ends with a reset whenever it is closed."""
    family = socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET
    line = socket.socket(family, socket.SOCK_STREAM | _NONBLOCK)
    if not _NONBLOCK:
        line.setblocking(False)
    # Said now it costs less than on a connection that is in use.
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    return line
