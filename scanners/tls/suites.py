"""Cipher suites and named groups by code point (IANA registries), and how to offer them."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from scanners.tls.evidence import SSL3, TLS10, TLS11, TLS12, TLS13

# Some old servers read no more than 64 suites, none of TLS 1.2 fewer than 128.
CHUNK, CHUNK_NEWER = 64, 120
_TABLE: dict[str, dict[str, int]] = {
    key: value
    for key, value in json.loads(
        files("scanners.tls").joinpath("suites.json").read_text(encoding="utf-8")
    ).items()
    if isinstance(value, dict)
}
# What is offered: suites by name, with the two bytes that say each, where they are at hand.
Offer = dict[str, bytes]
CODE: dict[str, int] = {name: code for part in _TABLE.values() for name, code in part.items()}
NAME: dict[int, str] = {code: name for name, code in CODE.items()}
_SAID = {name: struct.pack(">H", code) for name, code in CODE.items()}
WIRE = {SSL3: 0x0300, TLS10: 0x0301, TLS11: 0x0302, TLS12: 0x0303, TLS13: 0x0304}

GROUPS: dict[str, int] = {
    "x25519": 29, "secp256r1": 23, "secp384r1": 24, "secp521r1": 25, "x448": 30,
    "brainpoolP256r1": 26, "brainpoolP384r1": 27, "brainpoolP512r1": 28,
    "X25519MLKEM768": 4588, "SecP256r1MLKEM768": 4587, "SecP384r1MLKEM1024": 4589,
    "ffdhe2048": 256, "ffdhe3072": 257, "ffdhe4096": 258, "ffdhe6144": 259, "ffdhe8192": 260,
    "secp224r1": 21, "secp256k1": 22, "secp192r1": 19, "secp192k1": 18, "secp224k1": 20,
    "secp160k1": 15, "secp160r1": 16, "secp160r2": 17, "sect163k1": 1, "sect163r1": 2,
    "sect163r2": 3, "sect193r1": 4, "sect193r2": 5, "sect233k1": 6, "sect233r1": 7,
    "sect239k1": 8, "sect283k1": 9, "sect283r1": 10, "sect409k1": 11, "sect409r1": 12,
    "sect571k1": 13, "sect571r1": 14,
}  # fmt: skip
GROUP_NAME = {code: name for name, code in GROUPS.items()}
CURVES = (
    "x25519", "secp256r1", "secp384r1", "secp521r1", "x448",
    "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1",
)  # fmt: skip
BRAINPOOL = CURVES[-3:]
WEAK_CURVES = tuple(
    g for g in GROUPS if g.startswith(("sect", "secp1", "secp2")) and g != "secp256r1"
)
# What TLS 1.3 knows (RFC 8446 4.2.7 and the ML-KEM hybrids); brainpool has other code points.
TLS13_GROUPS = (
    "secp521r1", "x448", "secp384r1", "secp256r1", "x25519", "ffdhe2048", "ffdhe3072",
    "ffdhe4096", "ffdhe6144", "ffdhe8192", "X25519MLKEM768", "SecP256r1MLKEM768",
    "SecP384r1MLKEM1024",
)  # fmt: skip
HYBRIDS = TLS13_GROUPS[-3:]
# What many servers take, and the suites of TLS 1.3 that nearly all take.
LIKELY_GROUPS = TLS13_GROUPS[:10]
LIKELY_TLS13 = frozenset((
    "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
))  # fmt: skip
# What a browser of ten years offers, so that nobody takes offence: to see a chain, not to judge.
COMMON = tuple(
    f"TLS_{exchange}_WITH_{bulk}"
    for exchange, bulks in (
        ("ECDHE_ECDSA", ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384",
                         "CHACHA20_POLY1305_SHA256", "AES_128_CBC_SHA", "AES_256_CBC_SHA")),
        ("ECDHE_RSA", ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384",
                       "CHACHA20_POLY1305_SHA256", "AES_128_CBC_SHA", "AES_256_CBC_SHA")),
        ("DHE_RSA", ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "AES_128_CBC_SHA")),
        ("RSA", ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "AES_128_CBC_SHA",
                 "AES_256_CBC_SHA", "3DES_EDE_CBC_SHA")),
    )
    for bulk in bulks
)  # fmt: skip
_LIKELY = ("AES", "3DES", "CAMELLIA", "RC4", "SEED", "ARIA", "IDEA", "DES_")


def _rank(name: str) -> tuple[bool, int, int, str]:
    weak = any(part in name for part in ("anon", "NULL", "EXPORT"))
    likely = next((i for i, part in enumerate(_LIKELY) if part in name), len(_LIKELY))
    # A suite with ECDHE shows a group as well: those first.
    exchange = 0 if "_ECDHE_" in name else 1 if "_DHE_" in name else 2
    return (weak, exchange, likely, name)


@cache
def suites_of(version: str) -> tuple[str, ...]:
    """Every suite that can exist in ``version``, the likeliest first."""
    if version == TLS13:
        return tuple(_TABLE["tls13"])
    parts = ("all", "tls12") if version == TLS12 else ("all",)
    return tuple(sorted((name for part in parts for name in _TABLE[part]), key=_rank))


def offer(names: Iterable[str]) -> dict[str, bytes]:
    """``names`` as they are said: a row of questions puts them together once."""
    return {name: _SAID[name] for name in names}


@cache
def _every(version: str) -> dict[str, bytes]:
    return offer(suites_of(version))


def offer_of(version: str) -> dict[str, bytes]:
    """Everything that can exist in ``version``; a copy of one's own."""
    return _every(version).copy()


def chunks(names: Sequence[str]) -> list[list[str]]:
    """Parts small enough for old servers that choke on long lists."""
    return [list(names[i : i + CHUNK]) for i in range(0, len(names), CHUNK)]
