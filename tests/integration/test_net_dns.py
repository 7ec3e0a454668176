"""Address look-ups at a named server, asked of real and of hostile ones."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanners.net.dns import query, server_of

Answer = Callable[[dns.message.QueryMessage], bytes | None]


class Server:
    """UDP and TCP on one port of 127.0.0.1; ``udp`` and ``tcp`` make the answers."""

    def __init__(self, udp: Answer, tcp: Answer | None = None) -> None:
        self.udp, self.tcp = udp, tcp or udp
        self.asked = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._datagrams.bind(("127.0.0.1", self.port))
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._packets, self._lines)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _packets(self) -> None:
        with suppress(OSError):
            while True:
                packet, sender = self._datagrams.recvfrom(4096)
                if not packet:
                    return
                self.asked += 1
                answer = self.udp(asked(packet))
                if answer is not None:
                    self._datagrams.sendto(answer, sender)

    def _lines(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                with line:
                    head = line.recv(2)
                    if not head:
                        continue
                    answer = self.tcp(asked(line.recv(*struct.unpack("!H", head))))
                    if answer is not None:
                        line.sendall(struct.pack("!H", len(answer)) + answer)

    def close(self) -> None:
        for one in (self._listener, self._datagrams):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(2)


def asked(packet: bytes) -> dns.message.QueryMessage:
    message = dns.message.from_wire(packet)
    assert isinstance(message, dns.message.QueryMessage)
    return message


@contextmanager
def serving(udp: Answer, tcp: Answer | None = None) -> Iterator[Server]:
    server = Server(udp, tcp)
    try:
        yield server
    finally:
        server.close()


def reply(question: dns.message.QueryMessage, *records: str) -> dns.message.Message:
    """Records of the type that was asked for, and aliases."""
    answer = dns.message.make_response(question)
    wanted = question.question[0].rdtype.name
    for record in records:
        name, kind, data = record.split()
        if kind in (wanted, "CNAME"):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, data))
    return answer


def saying(*records: str, code: int = 0) -> Answer:
    def answer(question: dns.message.QueryMessage) -> bytes:
        said = reply(question, *records)
        said.set_rcode(dns.rcode.Rcode(code))
        return said.to_wire()

    return answer


def look(place: str, name: str = "shop.example", timeout_s: float = 3.0) -> list[str]:
    return asyncio.run(query(place, name, timeout_s))


def test_both_families_are_read() -> None:
    with serving(saying("shop.example. A 192.0.2.1", "shop.example. AAAA 2001:db8::1")) as server:
        assert look(server.place) == ["192.0.2.1", "2001:db8::1"]
        assert server.asked == 2


def test_addresses_are_read_behind_an_alias() -> None:
    with serving(
        saying("shop.example. CNAME edge.cdn.example.", "edge.cdn.example. A 192.0.2.7")
    ) as server:
        assert look(server.place) == ["192.0.2.7"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(saying(), id="none"),
        pytest.param(saying(code=3), id="no such name"),
        pytest.param(saying(code=2), id="server failure"),
        pytest.param(saying("other.example. A 192.0.2.9"), id="of another name"),
        pytest.param(
            saying("shop.example. CNAME b.example.", "b.example. CNAME shop.example."), id="a loop"
        ),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"\xff" * 40, id="no packet"),
        pytest.param(lambda _: None, id="silence"),
    ],
)
def test_an_answer_that_is_none_has_no_addresses_and_takes_bounded_time(answer: Answer) -> None:
    with serving(answer) as server:
        began = time.monotonic()
        assert look(server.place, timeout_s=0.5) == []
        assert time.monotonic() - began < 3


def test_an_answer_cut_short_is_asked_for_again_over_tcp() -> None:
    records = tuple(f"shop.example. A 192.0.2.{n}" for n in range(1, 100))

    def cut(question: dns.message.QueryMessage) -> bytes:
        said = dns.message.make_response(question)
        said.flags |= dns.flags.TC
        return said.to_wire()

    with serving(cut, saying(*records)) as server:
        found = look(server.place)
    assert len(found) == 64
    assert set(found) <= {r.split()[2] for r in records}


def test_an_answer_with_another_number_is_not_believed() -> None:
    def forged(question: dns.message.QueryMessage) -> bytes:
        said = bytearray(reply(question, "shop.example. A 192.0.2.66").to_wire())
        said[0] ^= 0xFF
        return bytes(said)

    with serving(forged) as server:
        assert look(server.place, timeout_s=0.5) == []


def test_a_server_that_hangs_up_on_tcp_gives_no_addresses() -> None:
    def cut(question: dns.message.QueryMessage) -> bytes:
        said = dns.message.make_response(question)
        said.flags |= dns.flags.TC
        return said.to_wire()

    with serving(cut, lambda _: None) as server:
        assert look(server.place, timeout_s=1.0) == []


@pytest.mark.parametrize("code", [2, 3, 5])
def test_addresses_of_an_answer_that_failed_are_not_believed(code: int) -> None:
    with serving(saying("shop.example. A 192.0.2.9", code=code)) as server:
        assert look(server.place, timeout_s=1.0) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("::1", ("::1", 53)),
        ("[::1]", ("::1", 53)),
        ("[::1]:5353", ("::1", 5353)),
    ],
)
def test_a_server_is_an_address_with_or_without_a_port(text: str, place: tuple[str, int]) -> None:
    assert server_of(text) == place


@pytest.mark.parametrize("name", ["", "a..b", f"{'a' * 64}.example", "é.example", "a b.example"])
def test_a_name_that_cannot_be_one_has_no_addresses(name: str) -> None:
    with serving(saying("shop.example. A 192.0.2.1")) as server:
        assert look(server.place, name, 1.0) == []


def test_nobody_at_the_server_is_no_address() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert look(f"127.0.0.1:{port}", timeout_s=0.5) == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tail=st.binary(max_size=200), flags=st.integers(0, 0xFFFF))
def test_any_packet_with_the_right_number_is_read_without_error(tail: bytes, flags: int) -> None:
    def hostile(question: dns.message.QueryMessage) -> bytes:
        return question.id.to_bytes(2) + flags.to_bytes(2) + tail

    with serving(hostile, lambda _: None) as server:
        assert look(server.place, timeout_s=0.1) == []
