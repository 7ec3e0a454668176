"""A real name server of the lab on loopback: UDP and TCP, answers from a short list of records."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@dataclass
class Zone:
    """What the name server says; may be changed while it runs.

    ``records`` are lines such as ``a.example. MX 10 b.example.``; a name without any does
    not exist.  ``secure`` claims that DNSSEC was checked.  The other fields name questions
    (``a.example. MX``): ``codes`` are answered with that code, ``silent`` not at all,
    ``cut`` are cut short over UDP, ``hang_up`` as well and not answered over TCP.
    ``asked`` is every question so far.
    """

    records: Sequence[str] = ()
    secure: bool = False
    codes: dict[str, int] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()
    hang_up: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    def answer(self, packet: bytes, *, tcp: bool) -> bytes | None:
        """The answer to one question as a packet; None for silence."""
        question = dns.message.from_wire(packet)
        name, kind = question.question[0].name.to_text(), question.question[0].rdtype.name
        key = f"{name} {kind}"
        self.asked.append(key)
        if key in self.silent or (tcp and key in self.hang_up):
            return None
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        if self.secure:
            answer.flags |= dns.flags.AD
        if not tcp and (key in self.cut or key in self.hang_up):
            answer.flags |= dns.flags.TC
            return answer.to_wire()
        if key in self.codes:
            answer.set_rcode(dns.rcode.Rcode(self.codes[key]))
        else:
            self._fill(answer, name, kind)
        return answer.to_wire(max_size=65_535)

    def _fill(self, answer: dns.message.Message, name: str, kind: str) -> None:
        known = False
        here = name
        for _ in range(20):
            alias = None
            for record in self.records:
                owner, rtype, data = record.split(None, 2)
                known = known or owner == here
                if owner != here or rtype not in (kind, "CNAME"):
                    continue
                added = dns.rrset.from_text(owner, 60, "IN", rtype, data)
                kept = answer.find_rrset(
                    answer.answer, added.name, added.rdclass, added.rdtype, create=True
                )
                for one in added:
                    kept.add(one, 60)
                alias = data if rtype == "CNAME" else alias
            if alias is None:
                break
            here = alias
        if not known:
            answer.set_rcode(dns.rcode.NXDOMAIN)


class NameServer:
    """UDP and TCP on one port of 127.0.0.1."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self._listener, self._datagrams = _same_port()
        self.port = int(self._listener.getsockname()[1])
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._packets, self._lines)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def place(self) -> str:
        """``ADDRESS:PORT``, as the setting ``net.dns_server`` takes it."""
        return f"127.0.0.1:{self.port}"

    def _packets(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                packet, sender = self._datagrams.recvfrom(4096)
                if not packet:
                    return
                answer = self.zone.answer(packet, tcp=False)
                if answer is not None:
                    self._datagrams.sendto(answer, sender)

    def _lines(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                with line, contextlib.suppress(struct.error):
                    (size,) = struct.unpack("!H", line.recv(2))
                    answer = self.zone.answer(line.recv(size), tcp=True)
                    if answer is not None:
                        line.sendall(struct.pack("!H", len(answer)) + answer)

    def close(self) -> None:
        """Stop answering."""
        for one in (self._listener, self._datagrams):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(2)


def _same_port() -> tuple[socket.socket, socket.socket]:
    """A listener and a datagram socket on one free port: that of the first may be taken."""
    while True:
        listener = socket.create_server(("127.0.0.1", 0))
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            datagrams.bind(listener.getsockname())
        except OSError:
            listener.close()
            datagrams.close()
        else:
            return listener, datagrams


@contextlib.contextmanager
def naming(zone: Zone) -> Iterator[NameServer]:
    """A name server that knows ``zone``, for as long as the block lasts."""
    server = NameServer(zone)
    try:
        yield server
    finally:
        server.close()
