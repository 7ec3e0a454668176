"""ClientHello and ServerHello on the wire: learn a configuration without any cryptography.

Pure: bytes in, facts out (RFC 5246 7.4, RFC 8446 4, RFC 6101 E for SSL 2.0).  All input
is hostile; whatever cannot be read ends the reading.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from scanners.tls.evidence import SSL3, TLS10, TLS12, TLS13
from scanners.tls.suites import CURVES, GROUPS, NAME, WIRE, Offer, offer

RECORD_TYPES = frozenset({20, 21, 22, 23})
READ_MAX_BYTES = 262_144
CERTIFICATES_MAX = 20
RENEGOTIATION_SCSV = 0x00FF
FALLBACK_SCSV = 0x5600
# status_request for one OCSP response, no responder or extension named (RFC 6066 8).
_STATUS_REQUEST = b"\x01\0\0\0\0"
EMS, RENEGOTIATION_INFO = 23, 0xFF01
_RETRY = hashlib.sha256(b"HelloRetryRequest").digest()
# Every algorithm a server's certificate may need; what is weak stands last.
SIGNATURES = (
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B,
    0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0202,
)  # fmt: skip
WEAK_SIGNATURES = (0x0203, 0x0201, 0x0202, 0x0303, 0x0301, 0x0302)


class Reply(StrEnum):
    """What came back on one connection."""

    HELLO = "hello"
    ALERT = "alert"
    NOT_TLS = "not_tls"
    CLOSED = "closed"
    RESET = "reset"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"


@dataclass(slots=True)
class Learnt:
    """What one ServerHello taught; code points as on the wire, group -1 for an explicit one.

    ``staple`` is the OCSP response sent along, in clear up to TLS 1.2; ``whole`` tells
    that the server said all it had to say (ServerHelloDone); ``asks_certificate`` that it
    wants one of the client.
    """

    reply: Reply | None = None
    version: int | None = None
    suite: str | None = None
    compression: int = 0
    extensions: list[int] = field(default_factory=list)
    group: int | None = None
    signature: int | None = None
    dh_prime: bytes | None = None
    dh_generator: bytes | None = None
    certificates: list[bytes] = field(default_factory=list)
    staple: bytes | None = None
    whole: bool = False
    asks_certificate: bool = False
    alert: int | None = None


_U16 = struct.Struct(">H")
_PAIR = struct.Struct(">HH")
_RECORD = struct.Struct(">BHH")
_RECORD_HEAD, _MESSAGE_HEAD = 5, 4
# Record, message of type 1 with its length in three bytes, version.
_HELLO_HEAD = struct.Struct(">BHHIH")
# Of the record, and of the hello in it.
_VERSIONS = {
    version: (WIRE[SSL3] if version == SSL3 else WIRE[TLS10], min(code, WIRE[TLS12]))
    for version, code in WIRE.items()
}


def _extension(kind: int, body: bytes) -> bytes:
    return _PAIR.pack(kind, len(body)) + body


def _list16(items: Iterable[int]) -> bytes:
    codes = tuple(items)
    return struct.pack(f">{len(codes) + 1}H", 2 * len(codes), *codes)


def client_hello(
    sni: str,
    version: str,
    suites: Sequence[str] | Offer,
    groups: Sequence[str] = CURVES,
    signatures: Sequence[int] = SIGNATURES,
    *,
    status: bool = False,
    fallback: bool = False,
) -> bytes:
    """One ClientHello record that offers ``version`` at most.

    TLS 1.3 is offered alone and with an empty key share, so that an honest server
    answers HelloRetryRequest and computes nothing.  No SNI when ``sni`` is "".
    ``status`` asks for an OCSP response (RFC 6066 8), ``fallback`` says that a newer
    version was tried before (RFC 7507).
    """
    said = suites if isinstance(suites, dict) else offer(suites)
    offered = b"".join(said.values())
    if version == SSL3:
        offered += _U16.pack(RENEGOTIATION_SCSV)
    if fallback:
        offered += _U16.pack(FALLBACK_SCSV)
    record, legacy = _VERSIONS[version]
    session = b"\x20" + os.urandom(32) if version == TLS13 else b"\0"
    tail = _tail(sni, version, tuple(groups), tuple(signatures), status)
    size = 2 + 32 + len(session) + 2 + len(offered) + len(tail)
    head = _HELLO_HEAD.pack(22, record, size + _MESSAGE_HEAD, 0x1000000 | size, legacy)
    return b"".join((head, os.urandom(32), session, _U16.pack(len(offered)), offered, tail))


@lru_cache(maxsize=1024)
def _tail(
    sni: str, version: str, groups: tuple[str, ...], signatures: tuple[int, ...], status: bool
) -> bytes:
    """What stands behind the suites: compression and extensions."""
    # DEFLATE is offered to see whether compression is still on (RFC 3749).
    compression = b"\x01\0" if version == TLS13 else b"\x02\x01\0"
    if version == SSL3:
        return compression
    extensions = _extensions(sni, version, groups, signatures)
    if status:
        extensions += _extension(5, _STATUS_REQUEST)
    return compression + _U16.pack(len(extensions)) + extensions


def _extensions(
    sni: str, version: str, groups: tuple[str, ...], signatures: tuple[int, ...]
) -> bytes:
    parts = []
    if sni:
        name = sni.encode("ascii")
        parts.append(_extension(0, struct.pack(">HBH", len(name) + 3, 0, len(name)) + name))
    parts.append(_extension(10, _list16(GROUPS[g] for g in groups)))
    parts.append(_extension(11, b"\x01\0"))
    if version in (TLS12, TLS13):
        parts.append(_extension(13, _list16(signatures)))
    if version == TLS13:
        parts.append(_extension(43, b"\x02\x03\x04"))
        parts.append(_extension(51, b"\0\0"))
        parts.append(_extension(45, b"\x01\x01"))
    else:
        parts.append(_extension(EMS, b""))
        parts.append(_extension(35, b""))
        parts.append(_extension(RENEGOTIATION_INFO, b"\0"))
    return b"".join(parts)


def ssl2_hello() -> bytes:
    """A CLIENT-HELLO of SSL 2.0 with all seven of its cipher kinds."""
    kinds = bytes.fromhex("010080020080030080040080050080060040" + "0700c0")
    body = b"\x01\0\x02" + struct.pack(">HHH", len(kinds), 0, 16) + kinds + os.urandom(16)
    return struct.pack(">H", 0x8000 | len(body)) + body


def is_ssl2_server_hello(data: bytes) -> bool:
    """Does ``data`` begin like a SERVER-HELLO of SSL 2.0 (message 4, version 0x0002)?"""
    return len(data) >= 7 and data[0] & 0x80 != 0 and data[2] == 4 and data[5:7] == b"\0\x02"  # noqa: PLR2004


class Parser:
    """Feed it what the server sends; ``done`` when nothing more is to be learnt."""

    __slots__ = ("_handshake", "_records", "done", "learnt")

    def __init__(self) -> None:
        self.learnt = Learnt()
        self.done = False
        self._records = b""
        self._handshake = b""

    def feed(self, data: bytes) -> None:
        """Take up more bytes; a stream that is no TLS ends with ``Reply.NOT_TLS``."""
        records, at = self._records + data, 0
        try:
            while not self.done and len(records) >= at + _RECORD_HEAD:
                kind, version, length = _RECORD.unpack_from(records, at)
                if kind not in RECORD_TYPES or version >> 8 != 3:  # noqa: PLR2004
                    self._no_tls()
                    return
                end = at + _RECORD_HEAD + length
                if len(records) < end:
                    break
                self._record(kind, records[at + _RECORD_HEAD : end])
                at = end
        except (struct.error, IndexError):
            self._no_tls()
        self._records = records[at:]
        if not self.done and self._records and self._records[0] not in RECORD_TYPES:
            self._no_tls()

    def _no_tls(self) -> None:
        self.learnt.reply = self.learnt.reply or Reply.NOT_TLS
        self.done = True

    def _record(self, kind: int, record: bytes) -> None:
        if kind == 22:  # noqa: PLR2004 (handshake)
            self._messages(self._handshake + record)
        elif kind == 21:  # noqa: PLR2004 (alert)
            # A warning that the name is not known: the handshake goes on (RFC 6066 3).
            if record == b"\x01\x70" and self.learnt.reply is None:
                return
            self.learnt.reply = self.learnt.reply or Reply.ALERT
            self.learnt.alert = record[1] if len(record) > 1 else -1
            self.done = True
        else:
            self.done = True

    def _messages(self, said: bytes) -> None:
        at = 0
        while not self.done and len(said) >= at + _MESSAGE_HEAD:
            body = at + _MESSAGE_HEAD
            end = body + int.from_bytes(said[at + 1 : body], "big")
            if len(said) < end:
                break
            self._message(said[at], said[body:end])
            at = end
        self._handshake = said[at:]

    def _message(self, kind: int, body: bytes) -> None:
        if kind == 2 and self.learnt.reply is None:  # noqa: PLR2004 (ServerHello)
            self._server_hello(body)
        elif kind == 2:  # noqa: PLR2004 (a second one: no server says two things)
            self.learnt.reply, self.done = Reply.NOT_TLS, True
        elif kind == 11:  # noqa: PLR2004 (Certificate)
            self.learnt.certificates = _certificates(body)
        elif kind == 12:  # noqa: PLR2004 (ServerKeyExchange)
            _key_exchange(body, self.learnt)
        elif kind == 14:  # noqa: PLR2004 (ServerHelloDone)
            self.learnt.whole = self.done = True
        elif kind == 22:  # noqa: PLR2004 (CertificateStatus)
            self.learnt.staple = _staple(body)
        elif kind == 13:  # noqa: PLR2004 (CertificateRequest)
            self.learnt.asks_certificate = True

    def _server_hello(self, body: bytes) -> None:
        learnt = self.learnt
        version = _u16(body, 0)
        at = 35 + body[34]
        learnt.suite = NAME.get(_u16(body, at))
        learnt.compression = body[at + 2]
        at += 5
        while at + 4 <= len(body):
            kind, length = _PAIR.unpack_from(body, at)
            learnt.extensions.append(kind)
            if kind == 43:  # noqa: PLR2004 (supported_versions)
                version = _u16(body[at + 4 : at + 4 + length], 0)
            elif kind == 51:  # noqa: PLR2004 (key_share)
                learnt.group = _u16(body[at + 4 : at + 4 + length], 0)
            at += 4 + length
        learnt.version, learnt.reply = version, Reply.HELLO
        self.done = body[2:34] == _RETRY or version == WIRE[TLS13]


def _u16(data: bytes, at: int) -> int:
    """The number of two bytes there; raises struct.error when there are none."""
    number: int = _U16.unpack_from(data, at)[0]
    return number


def _certificates(body: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 3
    while at + 3 <= len(body) and len(found) < CERTIFICATES_MAX:
        length = int.from_bytes(body[at : at + 3], "big")
        found.append(body[at + 3 : at + 3 + length])
        at += 3 + length
    return found


def _staple(body: bytes) -> bytes:
    """The OCSP response of a CertificateStatus; b"" when it is of another type or cut."""
    length = int.from_bytes(body[1:4], "big")
    whole = body[:1] == b"\x01" and len(body) == 4 + length
    return body[4:] if whole else b""


def _key_exchange(body: bytes, learnt: Learnt) -> None:
    """Group or prime, and the signature of TLS 1.2 (RFC 5246 7.4.3, RFC 8422 5.4)."""
    name = learnt.suite or ""
    try:
        if "ECDH" in name:
            named = body[0] == 3  # noqa: PLR2004 (named_curve)
            learnt.group = _u16(body, 1) if named else -1
            at = 4 + body[3]
        else:
            length = _u16(body, 0)
            learnt.dh_prime = body[2 : 2 + length]
            at = 2 + length
            generator = _u16(body, at)
            learnt.dh_generator = body[at + 2 : at + 2 + generator]
            at += 2 + generator
            at += 2 + _u16(body, at)
        if learnt.version == WIRE[TLS12] and "anon" not in name:
            learnt.signature = _u16(body, at)
    except (struct.error, IndexError):
        return
