"""A hand-made ClientHello and a reader of what comes back in clear.

No cryptography: up to TLS 1.2 the server sends version, suite, chain and key
exchange in clear (RFC 5246 7.4); for TLS 1.3 an empty key_share makes it answer
HelloRetryRequest (RFC 8446 4.1.4), which names version, suite and group.  For a
server that refuses an empty one there are key shares nobody knows the secret of.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scanners.tls.suites import GOOD_GROUPS, GROUPS, SIGNATURES, SSL3, TLS10, TLS12, TLS13

_ALERT, _HANDSHAKE = 21, 22
_RECORD_TYPES = (20, 21, 22, 23)
_RETRY = hashlib.sha256(b"HelloRetryRequest").digest()
_UNRECOGNIZED_NAME = 112
_FALLBACK_MARK = 0x00FF
HANDSHAKE_MAX_BYTES = 262_144
# The base point of P-256 (SEC 2, 2.4.2): a valid public key, as any 32 bytes are for x25519.
_P256_POINT = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)


class Kind(StrEnum):
    """What a server did with a ClientHello.

    Only ``hello`` and ``alert`` are answers; a reset, a close or silence is no
    "no", it is not knowing.
    """

    HELLO = "hello"
    ALERT = "alert"
    NOT_TLS = "not_tls"
    CLOSED = "closed"
    RESET = "reset"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"


def _vector(codes: Sequence[int]) -> bytes:
    return struct.pack(">H", 2 * len(codes)) + b"".join(struct.pack(">H", c) for c in codes)


def _extension(kind: int, body: bytes) -> bytes:
    return struct.pack(">HH", kind, len(body)) + body


def client_hello(
    host: str,
    version: int,
    suites: Sequence[int],
    *,
    groups: Sequence[str] = GOOD_GROUPS,
    signatures: Sequence[int] = SIGNATURES,
    compression: bool = True,
    shares: bool = False,
) -> bytes:
    """The record with a ClientHello that offers ``version`` at most.

    TLS 1.3 offers nothing else, with key shares when ``shares``.  ``host`` is the
    SNI name (A-labels); an address is not sent (RFC 6066 3).
    """
    modern = version == TLS13
    legacy = TLS12 if modern else version
    extensions = b"" if version == SSL3 else _extensions(host, version, groups, signatures)
    if modern:
        extensions += _extension(51, _shares() if shares else b"\x00\x00")
    codes = [*suites, *([_FALLBACK_MARK] if version == SSL3 else [])]
    methods = b"\x02\x01\x00" if compression and not modern else b"\x01\x00"
    session = b"\x20" + os.urandom(32) if modern else b"\x00"
    body = struct.pack(">H", legacy) + os.urandom(32) + session + _vector(codes) + methods
    if extensions:
        body += struct.pack(">H", len(extensions)) + extensions
    message = b"\x01" + len(body).to_bytes(3) + body
    record_version = SSL3 if version == SSL3 else min(legacy, TLS10)
    return struct.pack(">BHH", _HANDSHAKE, record_version, len(message)) + message


def _extensions(host: str, version: int, groups: Sequence[str], signatures: Sequence[int]) -> bytes:
    found = b""
    name = host.encode("ascii")
    if name and not name.replace(b".", b"").isdigit() and b":" not in name:
        found += _extension(0, struct.pack(">HBH", len(name) + 3, 0, len(name)) + name)
    found += _extension(10, _vector([GROUPS[g] for g in groups])) + _extension(11, b"\x01\x00")
    if version >= TLS12:
        found += _extension(13, _vector(signatures))
    found += _extension(5, b"\x01\x00\x00\x00\x00")
    if version == TLS13:
        return found + _extension(43, b"\x02\x03\x04") + _extension(45, b"\x01\x01")
    return found + _extension(23, b"") + _extension(35, b"") + _extension(0xFF01, b"\x00")


def _shares() -> bytes:
    entries = b"".join(
        struct.pack(">HH", GROUPS[name], len(share)) + share
        for name, share in (("x25519", os.urandom(32)), ("secp256r1", _P256_POINT))
    )
    return struct.pack(">H", len(entries)) + entries


@dataclass(slots=True)
class Answer:
    """What one ClientHello taught.  Empty or None: not said."""

    kind: Kind | None = None
    alert: int | None = None
    version: int = 0
    suite: int = 0
    compression: int = 0
    extensions: list[int] = field(default_factory=list)
    group: int | None = None
    dh_bits: int | None = None
    signature: int | None = None
    chain: list[bytes] = field(default_factory=list)


class Reader:
    """Takes bytes as they come; ``done`` once everything in clear was read.

    Anything malformed ends it as ``not_tls``; it never raises.
    """

    def __init__(self, *, ecdhe: frozenset[int] = frozenset()) -> None:
        self.answer = Answer()
        self.done = False
        self._records = b""
        self._messages = b""
        self._ecdhe = ecdhe

    def feed(self, data: bytes) -> None:
        """Take up more bytes."""
        self._records += data
        try:
            while len(self._records) >= 5 and not self.done:  # noqa: PLR2004 (record header)
                kind, version, length = struct.unpack(">BHH", self._records[:5])
                if kind not in _RECORD_TYPES or version >> 8 != 3:  # noqa: PLR2004
                    self._end(Kind.NOT_TLS)
                    return
                if len(self._records) < 5 + length:
                    return
                record, self._records = (
                    self._records[5 : 5 + length], self._records[5 + length :],
                )  # fmt: skip
                self._record(kind, record)
        except (struct.error, IndexError):
            self._end(Kind.NOT_TLS)

    def _end(self, kind: Kind) -> None:
        if self.answer.kind is None:
            self.answer.kind = kind
        self.done = True

    def _record(self, kind: int, record: bytes) -> None:
        if kind == _ALERT:
            warning = record[:1] == b"\x01" and record[1:2] == bytes([_UNRECOGNIZED_NAME])
            if warning and self.answer.kind is None:
                return  # the handshake goes on
            self.answer.alert = record[1] if len(record) > 1 else 0
            self._end(Kind.ALERT)
        elif kind == _HANDSHAKE:
            self._messages += record
            self._handshake()
        else:
            self._end(Kind.NOT_TLS)

    def _handshake(self) -> None:
        while len(self._messages) >= 4 and not self.done:  # noqa: PLR2004 (message header)
            kind, length = self._messages[0], int.from_bytes(self._messages[1:4])
            if length > HANDSHAKE_MAX_BYTES:
                self._end(Kind.NOT_TLS)
                return
            if len(self._messages) < 4 + length:
                return
            body, self._messages = (
                self._messages[4 : 4 + length], self._messages[4 + length :],
            )  # fmt: skip
            match kind:
                case 2:
                    self._server_hello(body)
                case 11:
                    self._certificate(body)
                case 12:
                    self._key_exchange(body)
                case 14:
                    self.done = True
                case _:
                    pass  # status, certificate request: nothing we judge

    def _server_hello(self, body: bytes) -> None:
        answer = self.answer
        answer.version = struct.unpack(">H", body[:2])[0]
        at = 35 + body[34]
        answer.suite = struct.unpack(">H", body[at : at + 2])[0]
        answer.compression = body[at + 2]
        at += 5
        while at + 4 <= len(body):
            kind, length = struct.unpack(">HH", body[at : at + 4])
            value = body[at + 4 : at + 4 + length]
            answer.extensions.append(kind)
            if kind == 43:  # noqa: PLR2004 (supported_versions)
                answer.version = struct.unpack(">H", value[:2])[0]
            elif kind == 51:  # noqa: PLR2004 (key_share)
                answer.group = struct.unpack(">H", value[:2])[0]
            at += 4 + length
        # Only now: half a ServerHello is no answer.
        answer.kind = Kind.HELLO
        if body[2:34] == _RETRY or answer.version == TLS13:
            self.done = True

    def _certificate(self, body: bytes) -> None:
        at = 3
        while at + 3 <= len(body) and len(self.answer.chain) < 20:  # noqa: PLR2004
            length = int.from_bytes(body[at : at + 3])
            self.answer.chain.append(body[at + 3 : at + 3 + length])
            at += 3 + length

    def _key_exchange(self, body: bytes) -> None:
        answer = self.answer
        if answer.suite in self._ecdhe:
            named_curve = 3
            if body[0] == named_curve:
                answer.group = struct.unpack(">H", body[1:3])[0]
            at = 4 + body[3]
        else:
            length = struct.unpack(">H", body[:2])[0]
            answer.dh_bits = int.from_bytes(body[2 : 2 + length]).bit_length()
            at = 0
            for _ in range(3):
                at += 2 + struct.unpack(">H", body[at : at + 2])[0]
        if answer.version == TLS12 and at + 2 <= len(body):
            answer.signature = struct.unpack(">H", body[at : at + 2])[0]
