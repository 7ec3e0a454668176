"""One whole handshake in TLS 1.3: what the server says of itself once the line is encrypted.

A hello of TLS 1.3 shows one suite and one group.  Behind it, in EncryptedExtensions, many
servers list all their groups when the client did not use the one they like best (RFC 8446
4.2.7), and their session tickets say whether they take early data (4.6.1).  The library
shakes hands and checks what it must; its key log opens what came over the line.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from OpenSSL import SSL

from scanners.net.guard import Endpoint
from scanners.tls.exchange import exchange
from scanners.tls.hello import READ_MAX_BYTES
from scanners.tls.suites import GROUP_NAME, TLS13_GROUPS

# Every server of TLS 1.3 must take it (RFC 8446 9.1), and hardly one likes it best.
_CURVE = ec.SECP256R1()
_ALERT, _HANDSHAKE, _DATA = 21, 22, 23
_TICKET, _EXTENSIONS, _FINISHED = 4, 8, 20
_GROUPS, _EARLY_DATA = 10, 42
_HEAD = struct.Struct(">BHH")


@dataclass(slots=True)
class Newest:
    """What one handshake taught.

    ``groups`` as the server lists them, those of TLS 1.3 alone; None when it listed none.
    ``early_data`` is False when a ticket came that allows none, or an answer or a farewell
    without a ticket; None when it may be taken, or nothing is known.  ``staple`` is the OCSP
    response, b"" when none came along.  ``done``: the handshake was completed.
    """

    done: bool = False
    groups: tuple[str, ...] | None = None
    early_data: bool | None = None
    staple: bytes | None = None


async def shake_newest(endpoint: Endpoint, sni: str, timeout_s: float) -> Newest:
    """One handshake in TLS 1.3; never raises for what the server does."""
    shaking = Shaking(sni)
    with contextlib.suppress(OSError, SSL.Error, _UnreadableError):
        await exchange(endpoint, shaking, timeout_s)
    return shaking.found


class _UnreadableError(Exception):
    """What came cannot be opened or is no TLS."""


class Shaking:
    """The handshake in memory, up to the first ticket or whatever comes instead.

    ``feed`` raises SSL.Error when the handshake fails.
    """

    def __init__(self, sni: str) -> None:
        self.done = False
        self.found = Newest()
        self._name = sni
        self._tls = SSL.Connection(_context(), None)
        self._secrets: dict[str, bytes] = {}
        # Where the callbacks of the context, which all connections share, put things.
        self._tls.set_app_data(self)
        self._tls.set_connect_state()
        self._tls.request_ocsp()
        if sni:
            self._tls.set_tlsext_host_name(sni.encode("ascii"))
        self._opened: _Opened | None = None
        self._records = b""
        self._read_bytes = 0

    def begin(self) -> bytes:
        """Our hello."""
        return self._step()

    def feed(self, data: bytes) -> bytes:
        """One more piece of what the server says."""
        self._read_bytes += len(data)
        if self._read_bytes > READ_MAX_BYTES:
            raise _UnreadableError
        self._records += data
        answer = b""
        if not self.found.done:
            self._tls.bio_write(data)
            answer = self._step()
        if self.found.done:
            self._open()
        return answer

    def _step(self) -> bytes:
        try:
            self._tls.do_handshake()
        except SSL.WantReadError:
            return self._outgoing()
        self.found.done = True
        self.found.staple = self.found.staple or b""
        suite = self._tls.get_cipher_name() or ""
        self._opened = _Opened(suite, self._secrets, self.found)
        # Some servers hand out tickets only with their first answer.
        host = self._name or "localhost"
        self._tls.send(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return self._outgoing()

    def _outgoing(self) -> bytes:
        try:
            return self._tls.bio_read(READ_MAX_BYTES)
        except SSL.WantReadError:
            return b""

    def _open(self) -> None:
        while self._opened and not self.done and len(self._records) >= _HEAD.size:
            kind, _, length = _HEAD.unpack_from(self._records)
            if len(self._records) < _HEAD.size + length:
                return
            end = _HEAD.size + length
            head, body = self._records[: _HEAD.size], self._records[_HEAD.size : end]
            self._records = self._records[end:]
            if kind == _DATA:
                self.done = self._opened.record(head, body)

    def note_secret(self, line: bytes) -> None:
        """A line of the key log."""
        label, _, rest = line.decode("ascii").partition(" ")
        self._secrets[label] = bytes.fromhex(rest.rpartition(" ")[2])

    def note_staple(self, response: bytes) -> None:
        """The OCSP response, b"" for none."""
        self.found.staple = response


class _Opened:
    """What the server encrypted, message by message."""

    def __init__(self, suite: str, secrets: dict[str, bytes], found: Newest) -> None:
        self._suite, self._secrets, self._found = suite, secrets, found
        self._keys = _Keys(suite, secrets.get("SERVER_HANDSHAKE_TRAFFIC_SECRET", b""))
        self._over = False
        self._messages = b""

    def record(self, head: bytes, body: bytes) -> bool:
        """Take up a record; True when nothing more is to be learnt."""
        try:
            inner = self._keys.open(head, body).rstrip(b"\0")
        except InvalidTag as error:
            raise _UnreadableError from error
        if inner[-1:] == bytes((_HANDSHAKE,)):
            self._messages += inner[:-1]
            return any(self._message(kind, said) for kind, said in self._whole_messages())
        if not self._over:
            return True
        if inner[-1:] == bytes((_DATA,)) or inner[1:] == bytes((0, _ALERT)):
            # An answer, or a farewell (close_notify), and no ticket before it.
            self._found.early_data = False
        return True

    def _whole_messages(self) -> Iterator[tuple[int, bytes]]:
        while len(self._messages) >= 4:  # noqa: PLR2004 (type and length)
            end = 4 + int.from_bytes(self._messages[1:4], "big")
            if len(self._messages) < end:
                return
            said, self._messages = self._messages[:end], self._messages[end:]
            yield said[0], said[4:]

    def _message(self, kind: int, said: bytes) -> bool:
        if kind == _EXTENSIONS:
            listed = _extensions(said[2:]).get(_GROUPS)
            self._found.groups = None if listed is None else _names(listed)
        elif kind == _FINISHED:
            self._over = True
            self._keys = _Keys(self._suite, self._secrets.get("SERVER_TRAFFIC_SECRET_0", b""))
        elif kind == _TICKET and self._over:
            # Allowed, it still has to be tried whether it is taken.
            self._found.early_data = None if _allows_early_data(said) else False
            return True
        return False


def _allows_early_data(ticket: bytes) -> bool:
    """Does a NewSessionTicket allow some bytes of early data (RFC 8446 4.6.1)?"""
    try:
        at = 9 + ticket[8]
        at += 2 + int.from_bytes(ticket[at : at + 2], "big") + 2
        allowed = _extensions(ticket[at:]).get(_EARLY_DATA, b"")
    except IndexError:
        return True
    return int.from_bytes(allowed, "big") > 0


def _extensions(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while len(data) >= 4:  # noqa: PLR2004 (type and length)
        kind, length = struct.unpack_from(">HH", data)
        found[kind] = data[4 : 4 + length]
        data = data[4 + length :]
    return found


def _names(listed: bytes) -> tuple[str, ...]:
    codes = struct.unpack_from(f">{(len(listed) - 2) // 2}H", listed, 2) if len(listed) > 1 else ()
    names = (GROUP_NAME.get(code, "") for code in codes)
    return tuple(dict.fromkeys(name for name in names if name in TLS13_GROUPS))


class _Keys:
    """Opens the records of one direction under one secret (RFC 8446 5.2, 5.3, 7.3)."""

    def __init__(self, suite: str, secret: bytes) -> None:
        self._number = 0
        chacha, large = "CHACHA20" in suite, "AES_256" in suite
        algorithm = SHA384() if suite.endswith("SHA384") else SHA256()
        if len(secret) != algorithm.digest_size:
            raise _UnreadableError

        def expand(label: bytes, length: int) -> bytes:
            info = struct.pack(">HB", length, len(label) + 6) + b"tls13 " + label + b"\0"
            return HKDFExpand(algorithm, length, info).derive(secret)

        key = expand(b"key", 32 if chacha or large else 16)
        self._nonce = int.from_bytes(expand(b"iv", 12), "big")
        if chacha:
            self._cipher: AESGCM | AESCCM | ChaCha20Poly1305 = ChaCha20Poly1305(key)
        elif "_CCM" in suite:
            self._cipher = AESCCM(key, 8 if "_CCM_8" in suite else 16)
        else:
            self._cipher = AESGCM(key)

    def open(self, head: bytes, body: bytes) -> bytes:
        """The content of the next record.  Raises InvalidTag."""
        nonce = (self._nonce ^ self._number).to_bytes(12, "big")
        self._number += 1
        return self._cipher.decrypt(nonce, body, head)


@cache
def _context() -> SSL.Context:
    """TLS 1.3 alone, with one group; verifies nothing, as we judge certificates ourselves."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_verify(SSL.VERIFY_NONE)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    # Of the suites below TLS 1.3 none is offered: a short list is looked through faster.
    context.set_cipher_list(b"AES128-SHA:@SECLEVEL=0")
    context.set_tmp_ecdh(_CURVE)
    context.set_keylog_callback(_note_secret)
    context.set_ocsp_client_callback(_note_staple)
    return context


def _note_secret(line: SSL.Connection, said: bytes) -> None:
    line.get_app_data().note_secret(said)


def _note_staple(line: SSL.Connection, response: bytes, _: object) -> bool:
    line.get_app_data().note_staple(response)
    return True
