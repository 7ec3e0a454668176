"""ROBOT on the way: odd key exchanges after hellos that are sent anyway.

A server that takes RSA key exchange decrypts what the client sends.  When it answers a
message with broken padding otherwise than a sound one, it is an oracle (CVE-2017-13099 and
others; Boeck, Somorovsky, Young: Return Of Bleichenbacher's Oracle Threat, 2018).  All of
that happens before anything is encrypted, so any hello that was answered with such a suite
can go on with it: key exchange, ChangeCipherSpec, a Finished of noise.  The messages are
those of robot-detect, testssl.sh and SSLyze.  Pure: bytes in, bytes out.
"""

from __future__ import annotations

import struct
from enum import StrEnum
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from scanners.tls.evidence import TLS10, TLS11, TLS12
from scanners.tls.hello import Learnt
from scanners.tls.suites import WIRE

# Larger numbers are no server's: the power is computed here.
MODULUS_MAX_BITS, EXPONENT_MAX_BITS = 8_192, 32
_MODULUS_MIN_BYTES = 64
_ALERT_RECORD_BYTES = 7
_VERSIONS = tuple(WIRE[version] for version in (TLS12, TLS11, TLS10))
_SECRET = bytes.fromhex("aa" + "112233445566778899" * 5)
# Noise of a length that block ciphers of 8 and 16 bytes and AEADs take for a message.
_NOISE = bytes.fromhex(
    "91a3b6aaa2b64d126e5583b04c113259c4efa48e40a19b8e5f2542c3b1d30f8d80b7582b72f08b21dfcbff09d4b281"
    "676a0fb40d48c20c4f388617ff5c00808a96fbfe9bb6cc631101a6ba6b6bc696f0"
)


class Padding(StrEnum):
    """What is wrong with a message, and one with which nothing is wrong (RFC 8017 7.2.1)."""

    WRONG_START = "wrong_start"
    SOUND = "sound"
    WRONG_PLACE = "wrong_place"
    NO_END = "no_end"
    WRONG_VERSION = "wrong_version"


_PAIR = (Padding.WRONG_START, Padding.SOUND)


class Oracle:
    """Which messages were sent, and what the server said to each.

    Every kind of message goes out once.  Some servers were oracles with AEAD suites alone:
    where both kinds of suites are taken, the sound message and the one broken at its start
    go out with both.  One same alert to all of it is no oracle.  Other alerts decide nothing
    here (``mixed``), as suites and messages are mixed up: the same test with one suite has
    to.  Nor does a server that says nothing, or leaves (``silent``).
    """

    def __init__(self) -> None:
        self._sent: dict[bool, set[Padding]] = {}
        self._answers: set[bytes] = set()
        self._next: tuple[bool, Padding] | None = None
        self.mixed = self.silent = False

    @property
    def verdict(self) -> bool | None:
        """False: no oracle.  None: not known."""
        over = self._sent and not self.mixed and not self.silent and not self.missing
        return False if over else None

    @property
    def missing(self) -> tuple[bool, ...]:
        """Kinds of suites (AEAD or not) that another message must be sent with."""
        if self.mixed or self.silent:
            return ()
        open_kinds = [k for k, sent in self._sent.items() if not sent.issuperset(_PAIR)]
        if not open_kinds and len(set().union(*self._sent.values())) < len(Padding):
            open_kinds = list(self._sent)[:1]
        return tuple(open_kinds)

    def flight(self, learnt: Learnt) -> bytes:
        """What to say after ServerHelloDone; b"" for nothing.  ``heard`` must follow."""
        self._next = None
        version, suite = learnt.version, learnt.suite or ""
        if self.mixed or self.silent or not takes_rsa(suite) or version not in _VERSIONS:
            return b""
        if not learnt.whole or learnt.asks_certificate:
            return b""
        key = _rsa_key(learnt.certificates[0]) if learnt.certificates else None
        kind = is_aead(suite)
        padding = self._choose(kind)
        if key is None or padding is None:
            return b""
        self._next = kind, padding
        return _flight(padding, version, key)

    def _choose(self, kind: bool) -> Padding | None:
        own = self._sent.get(kind, set())
        every = set().union(*self._sent.values()) if self._sent else set()
        first = next((p for p in _PAIR if p not in own), None)
        return first or next((p for p in Padding if p not in every), None)

    def heard(self, data: bytes) -> None:
        """The first record of the answer; b"" when the server reset, left or stayed silent."""
        if self._next is None:
            return
        kind, padding = self._next
        self._next = None
        self._sent.setdefault(kind, set()).add(padding)
        if data[:1] != b"\x15" or len(data) != _ALERT_RECORD_BYTES:
            self.silent = True
            return
        # The version in the head of a record differs by version; the alert must not.
        self._answers.add(data[3:])
        self.mixed = len(self._answers) > 1


def takes_rsa(suite: str) -> bool:
    """Does the client encrypt the secret with the certificate's key in this suite?"""
    return suite.startswith("TLS_RSA_WITH_") and "NULL" not in suite


def is_aead(suite: str) -> bool:
    """Is the cipher one with authentication built in?"""
    return "_GCM_" in suite or "_CCM" in suite


@lru_cache(maxsize=256)
def _rsa_key(der: bytes) -> RSAPublicNumbers | None:
    try:
        key = x509.load_der_x509_certificate(der).public_key()
    except Exception:  # noqa: BLE001 (hostile bytes raise errors of many kinds)
        return None
    if not isinstance(key, RSAPublicKey):
        return None
    numbers = key.public_numbers()
    fits = _MODULUS_MIN_BYTES * 8 <= numbers.n.bit_length() <= MODULUS_MAX_BITS
    return numbers if fits and numbers.e.bit_length() <= EXPONENT_MAX_BITS else None


@lru_cache(maxsize=256)
def _flight(padding: Padding, version: int, key: RSAPublicNumbers) -> bytes:
    size = (key.n.bit_length() + 7) // 8
    block = int.from_bytes(_block(padding, version, size), "big")
    secret = pow(block, key.e, key.n).to_bytes(size, "big")
    body = struct.pack(">H", size) + secret
    exchange = b"\x10" + len(body).to_bytes(3, "big") + body
    parts = ((22, exchange), (20, b"\x01"), (22, _NOISE))
    return b"".join(struct.pack(">BHH", k, version, len(b)) + b for k, b in parts)


def _block(padding: Padding, version: int, size: int) -> bytes:
    fill = (b"\xab\xcd" * size)[: size - len(_SECRET) - 5]
    agreed = struct.pack(">H", version)
    match padding:
        case Padding.WRONG_START:
            return b"\x41\x17" + fill + b"\0" + agreed + _SECRET
        case Padding.SOUND:
            return b"\0\x02" + fill + b"\0" + agreed + _SECRET
        case Padding.WRONG_PLACE:
            return b"\0\x02" + fill + b"\x11" + _SECRET + b"\0\x11"
        case Padding.NO_END:
            return b"\0\x02" + fill + b"\x11\x11\x11" + _SECRET
        case Padding.WRONG_VERSION:
            return b"\0\x02" + fill + b"\0\x02\x02" + _SECRET
