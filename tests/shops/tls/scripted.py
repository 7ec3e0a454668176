"""Servers that recite a handshake: for what no library serves any more, and for lies.

They answer a ClientHello up to ServerHelloDone, which is all that a look in clear reads, and
compute nothing; no client can finish a handshake with them.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from tests.shops.tls.keys import served

Visit = Callable[[socket.socket, int], None]
HELLO_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
ALERT, HANDSHAKE = 21, 22


@dataclass(frozen=True, slots=True)
class Hello:
    """What a client offered; ``version`` is the highest, ``v2`` the form of SSL 2.0."""

    version: int
    suites: tuple[int, ...]
    compressions: bytes
    session: bytes
    v2: bool = False
    groups: tuple[int, ...] = ()


def read_hello(line: socket.socket) -> Hello:
    """Read one ClientHello of a well-behaved client.  Raises ValueError."""
    line.settimeout(10.0)
    head = _exactly(line, 5)
    if head[0] & 0x80:
        body = head[2:] + _exactly(line, int.from_bytes(head[:2], "big") - 0x8000 - 3)
        return Hello(int.from_bytes(body[1:3], "big"), (), b"\0", b"", v2=True)
    body = _exactly(line, int.from_bytes(head[3:5], "big"))[4:]
    if head[0] != HANDSHAKE or len(body) < 41:
        raise ValueError("no hello")
    version = int.from_bytes(body[:2], "big")
    at = 35 + body[34]
    length = int.from_bytes(body[at : at + 2], "big")
    suites = struct.unpack(f">{length // 2}H", body[at + 2 : at + 2 + length])
    at += 2 + length
    compressions = body[at + 1 : at + 1 + body[at]]
    if b"\x00\x2b\x00\x03\x02\x03\x04" in body[at:]:
        version = 0x0304
    groups = _groups(body[at + 1 + body[at] + 2 :])
    return Hello(version, suites, compressions, body[35 : 35 + body[34]], groups=groups)


def _groups(extensions: bytes) -> tuple[int, ...]:
    """The named groups among the extensions (RFC 8446 4.2.7)."""
    while len(extensions) >= 4:
        kind, length = struct.unpack(">HH", extensions[:4])
        if kind == 10:
            return struct.unpack(f">{length // 2 - 1}H", extensions[6 : 4 + length])
        extensions = extensions[4 + length :]
    return ()


def _exactly(line: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        part = line.recv(count - len(got))
        if not part:
            raise ValueError("the client left")
        got += part
    return got


def message(kind: int, body: bytes) -> bytes:
    """A handshake message."""
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def record(kind: int, body: bytes) -> bytes:
    """A record of at most 16 KiB."""
    return struct.pack(">BHH", kind, 0x0303, len(body)) + body


def server_hello(
    version: int,
    suite: int,
    *,
    compression: int = 0,
    extensions: bytes = b"",
    session: bytes = b"",
    random: bytes | None = None,
) -> bytes:
    """A ServerHello message."""
    body = struct.pack(">H", version) + (random or os.urandom(32))
    body += bytes((len(session),)) + session + struct.pack(">HB", suite, compression)
    return message(
        2, body + (struct.pack(">H", len(extensions)) + extensions if extensions else b"")
    )


def certificate_message(ders: Sequence[bytes]) -> bytes:
    """A Certificate message of TLS 1.2 and older."""
    listed = b"".join(len(der).to_bytes(3, "big") + der for der in ders)
    return message(11, len(listed).to_bytes(3, "big") + listed)


def chain_of(pem: Path) -> tuple[bytes, ...]:
    """The chain in a PEM file as DER."""
    return tuple(c.public_bytes(Encoding.DER) for c in served(pem))


def fatal(code: int) -> bytes:
    """A fatal alert."""
    return record(ALERT, bytes((2, code)))


def reciting(
    pem: Path, versions: Sequence[int], suites: Sequence[int], *, deflate: bool = False
) -> Visit:
    """An honest server of ``versions`` (0x0002 to 0x0303) and ``suites``, without key exchange."""
    ders = chain_of(pem)

    def visit(line: socket.socket, _: int) -> None:
        hello = read_hello(line)
        if hello.v2:
            if 0x0002 in versions:
                line.sendall(_v2_hello(ders[0]))
                line.recv(100)
            return
        version = max((v for v in versions if 2 < v <= hello.version), default=None)
        suite = next((s for s in suites if s in hello.suites), None)
        # A hello of TLS 1.3 alone carries no version below in its extension.
        if version is None or hello.version == 0x0304:
            line.sendall(fatal(70))
        elif suite is None:
            line.sendall(fatal(40))
        else:
            squeezed = 1 if deflate and 1 in hello.compressions else 0
            flight = server_hello(version, suite, compression=squeezed)
            line.sendall(record(HANDSHAKE, flight + certificate_message(ders) + message(14, b"")))
            line.recv(100)

    return visit


def _v2_hello(der: bytes) -> bytes:
    kinds = bytes.fromhex("010080")
    body = b"\x04\0\x01\0\x02" + struct.pack(">HHH", len(der), len(kinds), 16)
    body += der + kinds + os.urandom(16)
    return struct.pack(">H", 0x8000 | len(body)) + body
