"""One connection to a checked address: dialled, spoken over, reset; everything in time."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import struct
from collections.abc import Callable
from typing import Protocol

from scanners.net.guard import Endpoint

_LINGER = struct.pack("ii", 1, 0)
_CHUNK_BYTES = 16_384
# Where the kernel makes it so, a call is saved.
_NONBLOCK = getattr(socket, "SOCK_NONBLOCK", 0)


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
    await _Exchange(endpoint, speaker).run(timeout_s)


class _Exchange:
    """Driven by the loop's callbacks: thousands are made an hour.

    A coroutine would be woken for every step, each time by way of a future; here the
    caller is woken once.
    """

    def __init__(self, endpoint: Endpoint, speaker: Speaker) -> None:
        self._place = (endpoint.address, endpoint.port)
        self._speaker = speaker
        self._left = memoryview(b"")
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = self._loop.create_future()
        self._socket = _socket_for(endpoint)
        # The loop describes what it does not know, which costs more for a socket than a number.
        self._number = self._socket.fileno()
        self._undo: Callable[[int], bool] | None = None

    async def run(self, timeout_s: float) -> None:
        timer = self._loop.call_later(timeout_s, self._end, TimeoutError("no end in time"))
        try:
            self._start()
            await self._over
        finally:
            timer.cancel()
            self._watch(None)
            _reset(self._socket)

    def _start(self) -> None:
        self._left = memoryview(self._speaker.begin())
        failed = self._socket.connect_ex(self._place)
        if failed not in (0, errno.EINPROGRESS):
            raise OSError(failed, os.strerror(failed))
        # A near server is there at once; else this first try says no more than "not yet".
        self._write()

    def _end(self, error: Exception | None) -> None:
        if self._over.done():
            return
        if error is None:
            self._over.set_result(None)
        else:
            self._over.set_exception(error)

    def _write(self) -> None:
        try:
            # What became of dialling shows here too.
            self._left = self._left[self._socket.send(self._left) :]
        except BlockingIOError:
            pass
        except OSError as error:
            self._end(error)
            return
        if self._left:
            self._watch(self._loop.remove_writer, self._loop.add_writer, self._write)
        else:
            self._watch(self._loop.remove_reader, self._loop.add_reader, self._read)

    def _watch(
        self,
        undo: Callable[[int], bool] | None,
        watch: Callable[[int, Callable[[], None]], None] | None = None,
        step: Callable[[], None] | None = None,
    ) -> None:
        """Wait for something else than before; for nothing when there is no ``watch``."""
        if self._undo is undo:
            return
        if self._undo is not None:
            self._undo(self._number)
        self._undo = undo
        if watch is not None and step is not None:
            watch(self._number, step)

    def _read(self) -> None:
        try:
            data = self._socket.recv(_CHUNK_BYTES)
            answer = self._speaker.feed(data) if data else b""
        except BlockingIOError:
            return
        except Exception as error:  # noqa: BLE001 (raised again where the exchange is awaited)
            self._end(error)
            return
        if not data or self._speaker.done:
            self._end(None)
        elif answer:
            self._left = memoryview(answer)
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
        _reset(self._socket)


def _socket_for(endpoint: Endpoint) -> socket.socket:
    family = socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET
    line = socket.socket(family, socket.SOCK_STREAM | _NONBLOCK)
    if not _NONBLOCK:
        line.setblocking(False)
    return line


def _reset(line: socket.socket) -> None:
    """Close with a reset; may be repeated."""
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    line.close()
