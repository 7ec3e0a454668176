"""One connection at a time or many: each ends in time, with a reset, and wakes who awaits it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

import pytest

from scanners.net.guard import Endpoint
from scanners.tls.exchange import exchange

LONG_S = 20.0


class Speaker:
    """Says ``first``, then ``more`` once, and has heard enough after ``enough`` bytes."""

    def __init__(self, first: bytes = b"hello", enough: int = 1, more: bytes = b"") -> None:
        self.done = False
        self.heard = b""
        self._first, self._enough, self._more = first, enough, more

    def begin(self) -> bytes:
        return self._first

    def feed(self, data: bytes) -> bytes:
        assert not self.done
        self.heard += data
        self.done = len(self.heard) >= self._enough
        more, self._more = self._more, b""
        return more


class Refusing(Speaker):
    """Cannot bear what it hears."""

    def feed(self, data: bytes) -> bytes:
        raise ValueError(data.decode())


@contextmanager
def serving(serve: Callable[[socket.socket], None]) -> Iterator[Endpoint]:
    """``serve`` gets every connection, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                line.settimeout(LONG_S)
                threads.append(threading.Thread(target=one, args=(line,)))
                threads[-1].start()

    def one(line: socket.socket) -> None:
        with line:
            serve(line)

    threads.append(threading.Thread(target=accept))
    threads[0].start()
    try:
        yield Endpoint("127.0.0.1", listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in threads:
            thread.join(LONG_S)


def echo(line: socket.socket) -> None:
    with suppress(OSError):
        while data := line.recv(65_536):
            line.sendall(data)


def silent(line: socket.socket) -> None:
    with suppress(OSError):
        while line.recv(65_536):
            pass


def test_what_is_said_later_goes_over_the_same_connection() -> None:
    speaker = Speaker(b"one", enough=6, more=b"two")
    with serving(echo) as endpoint:
        asyncio.run(exchange(endpoint, speaker, LONG_S))
    assert (speaker.heard, speaker.done) == (b"onetwo", True)


def test_more_than_fits_into_the_socket_is_said_to_the_end() -> None:
    taken: list[int] = []

    def listen_first(line: socket.socket) -> None:
        """An echo would answer while nobody reads it, until neither side can go on."""
        left = 8_000_000
        while left > 0:
            left -= len(line.recv(65_536))
        taken.append(left)
        line.sendall(b"heard")

    speaker = Speaker(bytes(8_000_000), enough=5)
    with serving(listen_first) as endpoint:
        asyncio.run(exchange(endpoint, speaker, LONG_S))
    assert (speaker.heard, taken) == (b"heard", [0])


def test_every_line_of_many_gets_its_own_answer() -> None:
    speakers = [Speaker(f"{number:03d}".encode(), enough=3) for number in range(40)]

    async def all_of_them(endpoint: Endpoint) -> None:
        await asyncio.gather(*(exchange(endpoint, speaker, LONG_S) for speaker in speakers))

    with serving(echo) as endpoint:
        asyncio.run(all_of_them(endpoint))
    assert [int(speaker.heard) for speaker in speakers] == list(range(40))


def test_the_connection_ends_with_a_reset() -> None:
    seen: list[str] = []

    def serve(line: socket.socket) -> None:
        line.sendall(line.recv(5))
        try:
            seen.append(f"closed {line.recv(5)!r}")
        except ConnectionResetError:
            seen.append("reset")

    with serving(serve) as endpoint:
        asyncio.run(exchange(endpoint, Speaker(), LONG_S))
    assert seen == ["reset"]


def test_a_server_that_hangs_up_ends_it_without_an_error() -> None:
    def hang_up(line: socket.socket) -> None:
        line.recv(5)

    speaker = Speaker()
    with serving(hang_up) as endpoint:
        asyncio.run(exchange(endpoint, speaker, LONG_S))
    assert (speaker.heard, speaker.done) == (b"", False)


def test_silence_ends_in_time_also_when_a_later_line_has_less_of_it() -> None:
    ended: list[tuple[str, float]] = []

    async def one(endpoint: Endpoint, name: str, timeout_s: float) -> None:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await exchange(endpoint, Speaker(), timeout_s)
        ended.append((name, time.monotonic() - began))

    async def both(endpoint: Endpoint) -> None:
        await asyncio.gather(one(endpoint, "long", 0.6), one(endpoint, "short", 0.2))
        # The looks for late lines go on after a first one.
        await one(endpoint, "next", 0.3)

    with serving(silent) as endpoint:
        asyncio.run(both(endpoint))
    assert [name for name, _ in ended] == ["short", "long", "next"]
    for (_, took), wanted in zip(ended, (0.2, 0.6, 0.3), strict=True):
        assert wanted - 0.01 <= took < wanted + 1.0


def test_no_time_left_ends_it_at_once() -> None:
    async def none_left(endpoint: Endpoint) -> None:
        async with asyncio.timeout(LONG_S):
            with pytest.raises(TimeoutError, match="no end in time"):
                await exchange(endpoint, Speaker(), 0.0)

    with serving(silent) as endpoint:
        asyncio.run(none_left(endpoint))


def test_nobody_listening_is_an_error_of_the_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        endpoint = Endpoint("127.0.0.1", listener.getsockname()[1])
    with pytest.raises(ConnectionRefusedError):
        asyncio.run(exchange(endpoint, Speaker(), LONG_S))


def test_what_the_speaker_raises_comes_to_the_caller_and_the_next_goes_on() -> None:
    async def bad_then_good(endpoint: Endpoint) -> bytes:
        with pytest.raises(ValueError, match="hello"):
            await exchange(endpoint, Refusing(), LONG_S)
        good = Speaker()
        await exchange(endpoint, good, LONG_S)
        return good.heard

    with serving(echo) as endpoint:
        assert asyncio.run(bad_then_good(endpoint)) == b"hello"


def test_a_cancelled_caller_is_woken_and_the_line_is_cut() -> None:
    cut = threading.Event()

    def serve(line: socket.socket) -> None:
        try:
            while line.recv(65_536):
                pass
        except ConnectionResetError:
            cut.set()

    async def cancelled(endpoint: Endpoint) -> None:
        task = asyncio.create_task(exchange(endpoint, Speaker(), LONG_S))
        await asyncio.sleep(0.1)
        task.cancel("enough")
        with pytest.raises(asyncio.CancelledError):
            await task
        # The loop serves others as before.
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(exchange(endpoint, Speaker(), LONG_S), 0.1)

    with serving(serve) as endpoint:
        asyncio.run(cancelled(endpoint))
        assert cut.wait(LONG_S)


def test_a_caller_cancelled_while_its_answer_comes_is_not_woken_twice() -> None:
    async def many(endpoint: Endpoint) -> list[str]:
        ends = []
        for number in range(30):
            task = asyncio.create_task(exchange(endpoint, Speaker(), LONG_S))
            await asyncio.sleep(0.0002 * number)
            task.cancel()
            try:
                await task
                ends.append("answered")
            except asyncio.CancelledError:
                ends.append("cancelled")
        return ends

    with serving(echo) as endpoint:
        assert set(asyncio.run(many(endpoint))) <= {"answered", "cancelled"}


def test_context_variables_are_those_of_the_caller_after_it_was_woken() -> None:
    who: ContextVar[str] = ContextVar("who", default="nobody")

    async def one(endpoint: Endpoint, name: str) -> str:
        who.set(name)
        await exchange(endpoint, Speaker(), LONG_S)
        await exchange(endpoint, Speaker(), LONG_S)
        return who.get()

    async def both(endpoint: Endpoint) -> list[str]:
        return list(await asyncio.gather(one(endpoint, "a"), one(endpoint, "b")))

    with serving(echo) as endpoint:
        assert asyncio.run(both(endpoint)) == ["a", "b"]
