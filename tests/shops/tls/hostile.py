"""Endpoints that are broken, odd or out to keep a scanner busy (tls.md 4 and beyond)."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.integration import tls_lab as basic
from tests.shops.tls.scripted import (
    HANDSHAKE,
    HELLO_RETRY,
    Hello,
    Visit,
    certificate_message,
    chain_of,
    fatal,
    message,
    read_hello,
    record,
    server_hello,
)

SLOW_S = 1.5
DRIP_EVERY_S = 0.5
WARNING = record(21, b"\x01\x5a")  # user_canceled
NAME_UNKNOWN = record(21, b"\x01\x70")
GOOD_SUITE, GOOD_TLS13 = 0xC02B, 0x1301
Place = Callable[[Path], AbstractContextManager[int]]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One endpoint: ``place`` serves it, given a PEM file with an honest key and chain.

    ``honest``: odd in manner only, so a scan must find what it finds on the same server
    without the oddity, given ``deadline_s``.
    """

    key: str
    place: Place
    deadline_s: float = 3.0
    honest: bool = False


def sound(pem: Path) -> Visit:
    """An honest server that is in order by every norm: without the oddity nothing is wrong."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.set_ciphers("ECDHE+AESGCM")
    context.set_ecdh_curve("prime256v1")
    return basic.with_context(context)


def closed_port(_: Path) -> AbstractContextManager[int]:
    """Nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return contextlib.nullcontext(int(listener.getsockname()[1]))


@contextlib.contextmanager
def syn_dropped(_: Path) -> Iterator[int]:
    """A listener with a full backlog: the kernel drops every further SYN."""
    with contextlib.ExitStack() as held:
        listener = held.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = int(listener.getsockname()[1])
        for _attempt in range(8):
            filler = held.enter_context(socket.socket())
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(("127.0.0.1", port))
        time.sleep(0.05)
        yield port


def drip(line: socket.socket, _: int) -> None:
    """A handshake record of 16 KiB, a byte at a time."""
    line.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    while True:
        line.sendall(b"\x03")
        time.sleep(DRIP_EVERY_S)


def endless(part: Callable[[], bytes], first: bytes = b"") -> Visit:
    """Answers a hello with ``part`` for ever."""

    def visit(line: socket.socket, _: int) -> None:
        line.recv(4096)
        line.settimeout(5.0)
        line.sendall(first)
        while True:
            line.sendall(part())

    return visit


def unknown_name_later() -> bytes:
    """A warning now and then keeps a read from ever timing out."""
    time.sleep(0.2)
    return NAME_UNKNOWN


def endless_chain(pem: Path) -> Visit:
    """A Certificate message that announces 16 MB and brings certificate after certificate."""
    der = chain_of(pem)[0]
    entry = len(der).to_bytes(3, "big") + der
    start = server_hello(0x0303, GOOD_SUITE) + b"\x0b\xff\xff\xff\xff\xff\xfc"
    return endless(lambda: record(HANDSHAKE, entry), record(HANDSHAKE, start))


def saying(answer: Callable[[Hello], bytes]) -> Visit:
    """Answers each hello with ``answer``, as long as the client stays."""

    def visit(line: socket.socket, _: int) -> None:
        while True:
            line.sendall(answer(read_hello(line)))

    return visit


def other_version(pem: Path, version: int) -> Visit:
    """Chooses ``version`` for who offered a lower one, and refuses everybody else."""
    rest = certificate_message(chain_of(pem)) + message(14, b"")

    def answer(hello: Hello) -> bytes:
        if hello.version >= version:
            return fatal(70)
        suite = hello.suites[0] if hello.suites else GOOD_SUITE
        return record(HANDSHAKE, server_hello(version, suite) + rest)

    return saying(answer)


def other_suite(pem: Path) -> Visit:
    """Chooses EXPORT, and where that was offered, 3DES: never what was offered."""
    rest = certificate_message(chain_of(pem)) + message(14, b"")

    def answer(hello: Hello) -> bytes:
        suite = next((s for s in (0x0003, 0x000A, 0xC02B, 0x0005) if s not in hello.suites), 0x0004)
        version = min(hello.version, 0x0303)
        return record(HANDSHAKE, server_hello(version, suite) + rest)

    return saying(answer)


def old_best(pem: Path) -> Visit:
    """Chooses SSL 3 and RC4 whatever was offered: a lie nobody may take for a breach."""
    rest = certificate_message(chain_of(pem)) + message(14, b"")

    def answer(hello: Hello) -> bytes:
        version = 0x0300 if hello.version != 0x0300 else 0x0303
        return record(HANDSHAKE, server_hello(version, 0x0005) + rest)

    return saying(answer)


def retry_for_ever(group: bytes) -> Visit:
    """HelloRetryRequest after HelloRetryRequest, each asking for ``group``."""
    extensions = b"\0\x2b\0\x02\x03\x04\0\x33\0\x02" + group

    def answer(hello: Hello) -> bytes:
        again = server_hello(
            0x0303, GOOD_TLS13, extensions=extensions, session=hello.session, random=HELLO_RETRY
        )
        return record(HANDSHAKE, again)

    return saying(answer)


def two_hellos(pem: Path) -> Visit:
    """A second ServerHello, with a weak suite, after the first."""
    rest = certificate_message(chain_of(pem)) + message(14, b"")

    def answer(hello: Hello) -> bytes:
        version = min(hello.version, 0x0303)
        both = server_hello(version, GOOD_SUITE) + server_hello(version, 0x0005)
        return record(HANDSHAKE, both + rest)

    return saying(answer)


@contextlib.contextmanager
def through(pem: Path, pass_on: Callable[[socket.socket, socket.socket], None]) -> Iterator[int]:
    """An honest server behind a relay that passes its answers on in its own way."""

    def relay(line: socket.socket, _: int) -> None:
        with socket.create_connection(("127.0.0.1", inside), 5) as behind:
            threading.Thread(target=_copy, args=(line, behind), daemon=True).start()
            pass_on(behind, line)

    with basic.serving(sound(pem)) as inside, basic.serving(relay) as port:
        yield port


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(16_384):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def in_crumbs(source: socket.socket, target: socket.socket) -> None:
    """Handshake records in clear as records of one byte each, the rest as it is."""
    pending, clear = b"", True
    while data := source.recv(16_384):
        pending += data
        while len(pending) >= 5 and len(pending) >= 5 + int.from_bytes(pending[3:5], "big"):
            end = 5 + int.from_bytes(pending[3:5], "big")
            whole, pending = pending[:end], pending[end:]
            clear = clear and whole[0] == HANDSHAKE
            if clear:
                whole = b"".join(whole[:3] + b"\0\x01" + whole[i : i + 1] for i in range(5, end))
            target.sendall(whole)


def byte_by_byte(source: socket.socket, target: socket.socket) -> None:
    """Every byte in a segment of its own."""
    target.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while data := source.recv(16_384):
        for at in range(len(data)):
            target.sendall(data[at : at + 1])


def slowly(source: socket.socket, target: socket.socket) -> None:
    """A second and a half before the first answer of each connection."""
    time.sleep(SLOW_S)
    _copy(source, target)


def above_two(honest: Visit) -> Visit:
    """Resets whoever has more than two connections open."""
    lock, count = threading.Lock(), [0]

    def visit(line: socket.socket, number: int) -> None:
        with lock:
            count[0] += 1
            many = count[0] > 2
        try:
            (basic.reset if many else honest)(line, number)
        finally:
            with lock:
                count[0] -= 1

    return visit


def one_at_a_time(honest: Visit) -> Visit:
    """Serves one visitor, the others wait."""
    lock = threading.Lock()

    def visit(line: socket.socket, number: int) -> None:
        with lock:
            honest(line, number)

    return visit


def second_time_alert(honest: Visit) -> Visit:
    """Alert 49 on the second connection only (SSLyze hangs on the like of it for ever)."""
    denied = basic.alert(49)
    return lambda line, number: (denied if number == 2 else honest)(line, number)


def _at(visit: Visit) -> Place:
    return lambda _: basic.serving(visit)


def _of(make: Callable[[Path], Visit]) -> Place:
    return lambda pem: basic.serving(make(pem))


def _around(make: Callable[[Visit], Visit]) -> Place:
    return lambda pem: basic.serving(make(sound(pem)))


def _relayed(pass_on: Callable[[socket.socket, socket.socket], None]) -> Place:
    return lambda pem: through(pem, pass_on)


DEAD = (
    Hostile("closed port", closed_port),
    Hostile("SYN dropped", syn_dropped),
    Hostile("reset on accept", _at(basic.reset)),
    Hostile("closes after the hello", _at(basic.hangs_up)),
    Hostile("plain http", _at(basic.plain_http)),
    Hostile("garbage", _at(basic.garbage)),
    Hostile("noise that looks like records",
            _at(endless(lambda: record(HANDSHAKE, os.urandom(200))))),
    Hostile("handshake failure", _at(basic.alert(40))),
    Hostile("internal error", _at(basic.alert(80))),
    Hostile("odd alert", _at(basic.alert(49))),
    Hostile("alert without an end", _at(endless(lambda: b"\x15\x03\x03\0\x01\x02"))),
    Hostile("tarpit", _at(basic.tarpit)),
    Hostile("drip", _at(drip)),
)  # fmt: skip

ENDLESS = (
    Hostile("endless chain", _of(endless_chain)),
    Hostile("huge handshake message",
            _at(endless(lambda: record(HANDSHAKE, b"\0" * 16_000),
                        record(HANDSHAKE, b"\x02\xff\xff\xff")))),
    Hostile("empty records for ever", _at(endless(lambda: record(HANDSHAKE, b"")))),
    Hostile("warnings for ever", _at(endless(lambda: WARNING))),
    Hostile("unknown name for ever", _at(endless(lambda: NAME_UNKNOWN))),
    Hostile("unknown name now and then", _at(endless(unknown_name_later))),
    Hostile("hello requests for ever", _at(endless(lambda: record(HANDSHAKE, message(0, b""))))),
)  # fmt: skip

LYING = (
    Hostile("TLS 1.1 for who offers less", _of(lambda pem: other_version(pem, 0x0302))),
    Hostile("a version nobody knows", _of(lambda pem: other_version(pem, 0x0305))),
    Hostile("a version of another protocol", _of(lambda pem: other_version(pem, 0x7F12))),
    Hostile("a suite that was not offered", _of(other_suite)),
    Hostile("SSL 3 and RC4 unasked", _of(old_best)),
    Hostile("two hellos", _of(two_hellos)),
    Hostile("retry for ever", _at(retry_for_ever(b"\0\x18"))),
    Hostile("retry with a group that was not offered", _at(retry_for_ever(b"\xff\xff"))),
)  # fmt: skip

ODD = (
    Hostile("slow", _relayed(slowly), 70.0, honest=True),
    Hostile("every fifth reset", _around(lambda h: basic.every(5, h, basic.reset)), 20.0,
            honest=True),
    Hostile("every fourth plain http", _around(lambda h: basic.every(4, h, basic.plain_http)),
            20.0, honest=True),
    Hostile("reset above two connections", _around(above_two), 20.0, honest=True),
    Hostile("alert 49 on the second connection", _around(second_time_alert), 20.0, honest=True),
    Hostile("one visitor at a time", _around(one_at_a_time), 20.0, honest=True),
    Hostile("records of one byte", _relayed(in_crumbs), 20.0, honest=True),
    Hostile("segments of one byte", _relayed(byte_by_byte), 20.0, honest=True),
)  # fmt: skip

LIMITERS = (
    Hostile("every second handshake failure",
            _around(lambda h: basic.every(2, h, basic.alert(40))), 6.0),
    Hostile("every third handshake failure",
            _around(lambda h: basic.every(3, h, basic.alert(40))), 6.0),
    Hostile("every third silent", _around(lambda h: basic.every(3, h, basic.tarpit)), 6.0),
    Hostile("denied after twelve",
            _around(lambda h: basic.only_first(h, basic.alert(49), 12)), 6.0),
    Hostile("no answer after twelve",
            _around(lambda h: basic.only_first(h, basic.tarpit, 12)), 6.0),
    Hostile("slow with little time", _relayed(slowly), 5.0),
)  # fmt: skip

HOSTILE = (*DEAD, *ENDLESS, *LYING, *ODD, *LIMITERS)
