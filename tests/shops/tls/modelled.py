"""A server made from a table: which versions, suites and groups it takes, and who prefers.

It answers as far as a look in clear reads (see ``scripted``), and differently per version
where the table says so, which no library's server does.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanners.tls.evidence import TLS12, TLS13
from scanners.tls.suites import CODE, GROUPS, WIRE
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


@dataclass(frozen=True)
class Model:
    """``suites`` by version and ``groups`` for all versions, each the server's favourite first.

    ``own_choice`` takes the server's order instead of the client's; ``needs`` is the curve
    of its certificate, which a client below TLS 1.3 must offer, "" for RSA.  ``hangs_up``:
    a client that shares no group hears no alert.
    """

    suites: Mapping[str, Sequence[str]]
    groups: Sequence[str]
    own_choice: bool
    needs: str = ""
    hangs_up: bool = False

    def answer(self, hello: Hello) -> tuple[str, str, str] | int:
        """Version, suite and group ("" when none is involved), or the alert."""
        version = self._version(hello)
        if version is None:
            return 70
        group = _first(self.groups, hello.groups, GROUPS, own=self.own_choice)
        allowed = [name for name in self.suites[version] if self._possible(name, version, hello)]
        suite = _first(allowed, hello.suites, CODE, own=self.own_choice)
        if suite is None:
            return 40
        shows = version == TLS13 or suite.startswith("TLS_ECDHE_")
        return version, suite, (group or "") if shows else ""

    def _version(self, hello: Hello) -> str | None:
        if hello.version == WIRE[TLS13]:
            return TLS13 if TLS13 in self.suites else None
        older = [v for v in self.suites if v != TLS13 and WIRE[v] <= hello.version]
        return max(older, key=WIRE.__getitem__, default=None)

    def _possible(self, suite: str, version: str, hello: Hello) -> bool:
        if version != TLS13 and not suite.startswith("TLS_ECDHE_"):
            return True
        shared = any(GROUPS[name] in hello.groups for name in self.groups)
        return shared and (version == TLS13 or not self.needs or GROUPS[self.needs] in hello.groups)


def _first(
    ours: Sequence[str], theirs: Sequence[int], codes: Mapping[str, int], *, own: bool
) -> str | None:
    common = [name for name in ours if codes[name] in theirs]
    return min(common, key=lambda n: 0 if own else theirs.index(codes[n]), default=None)


def modelled(model: Model, pem: Path) -> Visit:
    """Serves the model with the chain in ``pem``."""
    chain = certificate_message(chain_of(pem))

    def visit(line: socket.socket, _: int) -> None:
        hello = read_hello(line)
        if hello.v2:
            return
        said = model.answer(hello)
        shared = any(GROUPS[name] in hello.groups for name in model.groups)
        if isinstance(said, int):
            if model.hangs_up and hello.groups and not shared:
                return
            line.sendall(fatal(said))
        else:
            line.sendall(record(HANDSHAKE, _flight(said, hello, chain)))
        line.recv(100)

    return visit


def _flight(said: tuple[str, str, str], hello: Hello, chain: bytes) -> bytes:
    version, suite, group = said
    if version == TLS13:
        extensions = struct.pack(">HHH", 43, 2, 0x0304)
        extensions += struct.pack(">HHH", 51, 2, GROUPS[group])
        return server_hello(
            WIRE[TLS12], CODE[suite], extensions=extensions, session=hello.session,
            random=HELLO_RETRY,
        )  # fmt: skip
    found = server_hello(WIRE[version], CODE[suite])
    if "anon" not in suite:
        found += chain
    if group:
        point = b"\x04" + bytes(64)
        body = b"\x03" + struct.pack(">HB", GROUPS[group], len(point)) + point
        body += (b"\x04\x01" if version == TLS12 else b"") + b"\0\x02\0\0"
        found += message(12, body)
    return found + message(14, b"")
