"""Streams on real sockets: TLS, halves, resets, slow and large, cancelled anywhere."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpcore
import pytest
import trustme

from scanners.net.streams import CHUNK, connect
from tests.integration.net_server import HOST, server_context

LARGE = 3_000_000
Talk = Callable[[socket.socket], None]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def talking(talk: Talk) -> Iterator[int]:
    """One connection is given to ``talk``, raw; the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1)

        def serve() -> None:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(10)
                try:
                    talk(peer)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join(15)


def secured(authority: trustme.CA, talk: Talk) -> Talk:
    """``talk`` behind a handshake."""
    context = server_context(authority, HOST)

    def secure(peer: socket.socket) -> None:
        with context.wrap_socket(peer, server_side=True) as inner:
            talk(inner)

    return secure


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@asynccontextmanager
async def secure(
    port: int, authority: trustme.CA, context: ssl.SSLContext | None = None
) -> AsyncIterator[httpcore.AsyncNetworkStream]:
    plain = await connect("127.0.0.1", port, 5)
    stream = await plain.start_tls(context or trusting(authority), HOST, 5)
    try:
        yield stream
    finally:
        await stream.aclose()


def sockets() -> int:
    """How many sockets this process has."""
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found += str(entry.readlink()).startswith("socket:")
        except OSError:
            continue
    return found


def echo(peer: socket.socket) -> None:
    while data := peer.recv(CHUNK):
        peer.sendall(data)


def reset(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def silent(peer: socket.socket) -> None:
    while peer.recv(CHUNK):
        pass


def cut_off(peer: socket.socket) -> None:
    peer.recv(10_000)
    reset(peer)


def no_reader(peer: socket.socket) -> None:
    peer.settimeout(1.5)
    threading.Event().wait(1.0)


async def all_of(stream: httpcore.AsyncNetworkStream) -> bytes:
    parts = []
    while part := await stream.read(CHUNK, 5):
        assert len(part) <= CHUNK
        parts.append(part)
    return b"".join(parts)


@pytest.mark.asyncio
async def test_what_is_written_comes_back_and_the_addresses_are_those_of_the_socket() -> None:
    with talking(echo) as port:
        stream = await connect("127.0.0.1", port, 5)
        await stream.write(b"hello", 5)
        assert await stream.read(CHUNK, 5) == b"hello"
        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        raw = stream.get_extra_info("socket")
        assert isinstance(raw, socket.socket)
        assert stream.get_extra_info("client_addr") == raw.getsockname()
        assert stream.get_extra_info("ssl_object") is None
        assert stream.get_extra_info("is_readable") is False
        await stream.aclose()
        await stream.aclose()
        assert stream.get_extra_info("is_readable") is True


@pytest.mark.asyncio
async def test_tls_carries_more_than_any_buffer_holds_both_ways(authority: trustme.CA) -> None:
    sent = os.urandom(LARGE)
    with talking(secured(authority, echo)) as port:
        async with secure(port, authority) as stream:
            writing = asyncio.create_task(stream.write(sent, 5))
            got = bytearray()
            while len(got) < LARGE:
                part = await stream.read(10_000, 5)
                assert len(part) <= 10_000
                got += part
            await writing
            assert bytes(got) == sent
            tls = stream.get_extra_info("ssl_object")
            assert isinstance(tls, ssl.SSLObject)
            assert tls.version() == "TLSv1.3"


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.asyncio
async def test_a_large_answer_is_read_whole_in_bounded_parts(
    authority: trustme.CA, tls: bool
) -> None:
    sent = os.urandom(LARGE)

    def large(peer: socket.socket) -> None:
        peer.sendall(sent)

    with talking(secured(authority, large) if tls else large) as port:
        if tls:
            async with secure(port, authority) as stream:
                assert await all_of(stream) == sent
        else:
            plain = await connect("127.0.0.1", port, 5)
            assert await all_of(plain) == sent
            await plain.aclose()


@pytest.mark.asyncio
async def test_what_nobody_asks_for_stays_with_the_sender() -> None:
    sent = [0]

    def flood(peer: socket.socket) -> None:
        peer.settimeout(1.0)
        while True:
            sent[0] += peer.send(bytes(CHUNK))

    with talking(flood) as port:
        stream = await connect("127.0.0.1", port, 5)
        await asyncio.sleep(1.3)
        before = sent[0]
        await stream.aclose()
    assert before < 64 * 1024 * 1024


@pytest.mark.asyncio
async def test_a_fast_sender_does_not_hold_up_the_others() -> None:
    def flood(peer: socket.socket) -> None:
        while True:
            peer.sendall(bytes(CHUNK))

    with talking(flood) as port:
        stream = await connect("127.0.0.1", port, 5)

        async def read_on() -> None:
            while True:
                await stream.read(CHUNK, 5)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(read_on(), 0.3)
        await stream.aclose()


@pytest.mark.parametrize("polite", [False, True], ids=["hung up", "goodbye"])
@pytest.mark.asyncio
async def test_an_end_with_or_without_goodbye_is_an_end(
    authority: trustme.CA, polite: bool
) -> None:
    def last(peer: socket.socket) -> None:
        peer.sendall(b"last words")
        if polite and isinstance(peer, ssl.SSLSocket):
            peer.unwrap()

    with talking(secured(authority, last)) as port:
        async with secure(port, authority) as stream:
            assert await all_of(stream) == b"last words"
            assert await stream.read(CHUNK, 5) == b""
            assert stream.get_extra_info("is_readable") is True


@pytest.mark.asyncio
async def test_a_half_closed_connection_can_still_be_written_to() -> None:
    heard: list[bytes] = []

    def half(peer: socket.socket) -> None:
        peer.shutdown(socket.SHUT_WR)
        heard.append(peer.recv(100))

    with talking(half) as port:
        stream = await connect("127.0.0.1", port, 5)
        assert await stream.read(CHUNK, 5) == b""
        await stream.write(b"still here", 5)
        await asyncio.sleep(0.1)
        await stream.aclose()
    assert heard == [b"still here"]


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.asyncio
async def test_a_reset_is_a_read_error_and_later_a_write_error(
    authority: trustme.CA, tls: bool
) -> None:
    if tls:

        def cut(peer: socket.socket) -> None:
            context = server_context(authority, HOST)
            inner = context.wrap_socket(peer, server_side=True)
            inner.recv(10)
            reset(inner)

    else:
        cut = cut_off
    with talking(cut) as port:
        stream: httpcore.AsyncNetworkStream = await connect("127.0.0.1", port, 5)
        if tls:
            stream = await stream.start_tls(trusting(authority), HOST, 5)
        await stream.write(b"hello", 5)
        with pytest.raises(httpcore.ReadError):
            await stream.read(CHUNK, 5)
        with pytest.raises(httpcore.WriteError):
            await stream.write(b"x", 5)
        await stream.aclose()


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.asyncio
async def test_silence_and_a_full_pipe_end_at_their_time(authority: trustme.CA, tls: bool) -> None:
    with talking(secured(authority, no_reader) if tls else no_reader) as port:
        stream: httpcore.AsyncNetworkStream = await connect("127.0.0.1", port, 5)
        if tls:
            stream = await stream.start_tls(trusting(authority), HOST, 5)
        with pytest.raises(httpcore.ReadTimeout):
            await stream.read(CHUNK, 0.1)
        with pytest.raises(httpcore.WriteTimeout):
            await stream.write(bytes(30_000_000), 0.2)
        await stream.aclose()


@pytest.mark.asyncio
async def test_a_record_that_drips_ends_at_the_time_for_one_read(authority: trustme.CA) -> None:
    def drip(peer: socket.socket) -> None:
        peer.sendall(b"\x17\x03\x03\x40\x00")
        for _ in range(50):
            threading.Event().wait(0.02)
            peer.sendall(b"x")

    def late(peer: socket.socket) -> None:
        context = server_context(authority, HOST)
        inner = context.wrap_socket(peer, server_side=True)
        with socket.socket(fileno=inner.detach()) as raw:
            drip(raw)

    with talking(late) as port:
        async with secure(port, authority) as stream:
            with pytest.raises(httpcore.ReadTimeout):
                await stream.read(CHUNK, 0.3)


@pytest.mark.asyncio
async def test_a_damaged_record_is_tls_trouble_after_what_came_whole(
    authority: trustme.CA,
) -> None:
    def damage(peer: socket.socket) -> None:
        context = server_context(authority, HOST)
        inner = context.wrap_socket(peer, server_side=True)
        inner.sendall(b"whole")
        with socket.socket(fileno=inner.detach()) as raw:
            raw.sendall(b"\x17\x03\x03\x00\x20" + bytes(32))
            raw.recv(100)

    with talking(damage) as port:
        async with secure(port, authority) as stream:
            await asyncio.sleep(0.2)
            assert await stream.read(CHUNK, 5) == b"whole"
            for _ in range(2):
                with pytest.raises(ssl.SSLError):
                    await stream.read(CHUNK, 5)


@pytest.mark.asyncio
async def test_a_certificate_that_is_not_trusted_is_named_as_the_cause(
    authority: trustme.CA,
) -> None:
    told: list[str] = []

    def refused(peer: socket.socket) -> None:
        try:
            secured(authority, echo)(peer)
        except ssl.SSLError as error:
            told.append(str(error.reason))

    before = sockets()
    with talking(refused) as port:
        plain = await connect("127.0.0.1", port, 5)
        with pytest.raises(httpcore.ConnectError) as caught:
            await plain.start_tls(ssl.create_default_context(), HOST, 5)
        assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert told == ["TLSV1_ALERT_UNKNOWN_CA"]
    assert sockets() == before


@pytest.mark.parametrize(
    ("talk", "error", "cause"),
    [(lambda peer: peer.sendall(b"HTTP/1.1 400 no TLS here\r\n\r\n"), httpcore.ConnectError,
      ssl.SSLError), (lambda peer: peer.recv(10_000), httpcore.ConnectError, OSError),
     (cut_off, httpcore.ConnectError, ConnectionResetError),
     (silent, httpcore.ConnectTimeout, Exception)],
    ids=["plain answer", "hung up", "reset", "silence"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_a_handshake_that_fails_closes_the_socket(
    talk: Talk, error: type[Exception], cause: type[Exception]
) -> None:
    before = sockets()
    with talking(talk) as port:
        plain = await connect("127.0.0.1", port, 5)
        with pytest.raises(error) as caught:
            await plain.start_tls(ssl.create_default_context(), HOST, 0.5)
        assert isinstance(caught.value.__cause__, cause)
    assert sockets() == before


@pytest.mark.asyncio
async def test_a_closed_port_is_refused_and_a_name_is_not_looked_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    before = sockets()
    with pytest.raises(httpcore.ConnectError) as caught:
        await connect("127.0.0.1", port, 5)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)
    with pytest.raises(httpcore.ConnectError, match="not an IP address"):
        await connect("localhost", port, 5)
    assert sockets() == before


@pytest.mark.asyncio
async def test_a_listener_that_does_not_take_connections_ends_at_the_time() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        place = listener.getsockname()
        with socket.create_connection(place), pytest.raises(httpcore.ConnectTimeout):
            await connect(place[0], place[1], 0.2)


@pytest.mark.asyncio
async def test_local_address_and_options_are_set_on_the_socket() -> None:
    with talking(silent) as port:
        option = (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        stream = await connect("127.0.0.1", port, 5, "127.0.0.3", [option])
        raw = stream.get_extra_info("socket")
        assert isinstance(raw, socket.socket)
        assert raw.getsockname()[0] == "127.0.0.3"
        assert raw.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        await stream.aclose()


@pytest.mark.asyncio
async def test_who_waits_on_a_stream_that_is_closed_is_told() -> None:
    with talking(silent) as port:
        stream = await connect("127.0.0.1", port, 5)
        reading = asyncio.create_task(stream.read(CHUNK, 5))
        await asyncio.sleep(0.05)
        await stream.aclose()
        with pytest.raises(httpcore.ReadError):
            await reading
        with pytest.raises(httpcore.ReadError):
            await stream.read(CHUNK, 5)
        with pytest.raises(httpcore.WriteError):
            await stream.write(b"x", 5)


@pytest.mark.asyncio
async def test_cancelled_at_any_turn_of_the_loop_no_socket_is_left(authority: trustme.CA) -> None:
    async def visit(port: int) -> None:
        plain = await connect("127.0.0.1", port, 5)
        stream: httpcore.AsyncNetworkStream = plain
        try:
            stream = await plain.start_tls(trusting(authority), HOST, 5)
            await stream.write(b"hello", 5)
            await stream.read(CHUNK, 5)
        finally:
            await stream.aclose()

    for turns in range(14):
        before = sockets()
        with talking(secured(authority, echo)) as port:
            task = asyncio.create_task(visit(port))
            for _ in range(turns):
                await asyncio.sleep(0.001)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert sockets() == before
