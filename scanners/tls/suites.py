"""The cipher suites that exist for us, and the code points of groups and signatures.

``suites.json`` holds name -> [code point, OpenSSL name, protocols], read out of
the ClientHellos that nassl itself sends, so that both name the same universe.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

SSL3, TLS10, TLS11, TLS12, TLS13 = 0x0300, 0x0301, 0x0302, 0x0303, 0x0304
PROTOCOLS = {
    SSL3: "SSL 3.0", TLS10: "TLS 1.0", TLS11: "TLS 1.1", TLS12: "TLS 1.2", TLS13: "TLS 1.3",
}  # fmt: skip
_MARK = {SSL3: "s", TLS10: "1", TLS11: "1", TLS12: "2", TLS13: "3"}
GROUPS = {
    "secp256r1": 23, "secp384r1": 24, "secp521r1": 25, "x25519": 29, "x448": 30,
    "brainpoolP256r1": 26, "brainpoolP384r1": 27, "brainpoolP512r1": 28, "secp224r1": 21,
    "X25519MLKEM768": 4588, "SecP256r1MLKEM768": 4587, "SecP384r1MLKEM1024": 4589,
    "ffdhe2048": 256, "ffdhe3072": 257, "ffdhe4096": 258, "ffdhe6144": 259, "ffdhe8192": 260,
    "secp256k1": 22, "secp192r1": 19, "secp192k1": 18, "secp224k1": 20, "secp160k1": 15,
    "secp160r1": 16, "secp160r2": 17, "sect163k1": 1, "sect163r1": 2, "sect163r2": 3,
    "sect193r1": 4, "sect193r2": 5, "sect233k1": 6, "sect233r1": 7, "sect239k1": 8,
    "sect283k1": 9, "sect283r1": 10, "sect409k1": 11, "sect409r1": 12, "sect571k1": 13,
    "sect571r1": 14,
}  # fmt: skip
GROUP_NAMES = {code: name for name, code in GROUPS.items()}
GOOD_GROUPS = (
    "x25519", "secp256r1", "secp384r1", "secp521r1", "x448", "brainpoolP256r1",
    "brainpoolP384r1", "brainpoolP512r1",
)  # fmt: skip
# For TLS 1.3 only: up to 1.2 an offered ffdhe group changes what DHE is used (RFC 7919 4).
MODERN_GROUPS = (
    *GOOD_GROUPS, "X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024", "ffdhe2048",
    "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192",
)  # fmt: skip
WEAK_GROUPS = tuple(
    name for name in GROUPS if name.startswith(("sect", "secp1", "secp224k1", "secp256k1"))
)
SIGNATURES = (
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B,
    0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202,
)  # fmt: skip
SIGNATURE_HASH = {2: "sha1", 3: "sha224", 4: "sha256", 5: "sha384", 6: "sha512", 8: "intrinsic"}
_POPULAR = ("AES", "3DES", "CAMELLIA", "RC4", "SEED", "ARIA", "IDEA", "DES_")


@cache
def _table() -> dict[str, tuple[int, str, str]]:
    text = resources.files("scanners.tls").joinpath("suites.json").read_text("utf-8")
    return {name: (row[0], row[1], row[2]) for name, row in json.loads(text).items()}


def code_of(name: str) -> int:
    """The code point of a suite by IANA name."""
    return _table()[name][0]


@cache
def names_by_code() -> dict[int, str]:
    """IANA names by code point."""
    return {row[0]: name for name, row in _table().items()}


@cache
def suites_of(version: int) -> tuple[str, ...]:
    """Every suite that can exist in that protocol version, likeliest first."""
    mark = _MARK[version]
    return tuple(sorted((n for n, row in _table().items() if mark in row[2]), key=_rank))


def _rank(name: str) -> tuple[bool, bool, int, str]:
    """Forward secret and plain first: an answer ends a question early."""
    popular = next((i for i, word in enumerate(_POPULAR) if word in name), len(_POPULAR))
    odd = any(word in name for word in ("anon", "NULL", "EXPORT"))
    return odd, not name.startswith(("TLS_ECDHE", "TLS_AES", "TLS_CHACHA")), popular, name


def is_weak(name: str) -> bool:
    """RC4, 3DES, DES, NULL, EXPORT, anonymous or MD5 (tz-12.7b)."""
    words = ("RC4", "3DES", "_DES_", "DES40", "NULL", "EXPORT", "anon", "RC2", "_MD5")
    return any(word in name for word in words)
