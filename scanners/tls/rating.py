"""NCSC-NL levels of TLS facts, as dated rules; pure.

Source: NCSC "Transport Layer Security (TLS), security guidelines", edition
2025-05 and version 2.1 (2021); the paragraph stands with each item.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scanners.tls.evidence import CertificateSeen, TlsFacts

EDITIONS = ("ncsc-2025-05", "ncsc-2.1")
NEW = EDITIONS[0]


class Level(StrEnum):
    """How good a setting is, best first; unknown is no level."""

    GOOD = "good"
    SUFFICIENT = "sufficient"
    PHASE_OUT = "phase_out"
    INSUFFICIENT = "insufficient"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """One rated setting with the paragraph it comes from."""

    what: str
    level: Level
    paragraph: str


_ORDER = (Level.GOOD, Level.SUFFICIENT, Level.PHASE_OUT, Level.INSUFFICIENT)
_NEVER = ("anon", "NULL", "EXPORT", "PSK", "SRP", "_DSS_", "KRB5", "RC4", "_MD5", "RC2")
_CURVES_NEW = {
    "X25519MLKEM768": Level.GOOD, "SecP256r1MLKEM768": Level.GOOD, "SecP384r1MLKEM1024": Level.GOOD,
    "x25519": Level.SUFFICIENT, "x448": Level.SUFFICIENT, "secp256r1": Level.SUFFICIENT,
    "secp384r1": Level.SUFFICIENT, "secp521r1": Level.SUFFICIENT,
    "brainpoolP256r1": Level.SUFFICIENT, "brainpoolP384r1": Level.SUFFICIENT,
    "brainpoolP512r1": Level.SUFFICIENT, "secp224r1": Level.PHASE_OUT,
}  # fmt: skip
_CURVES_OLD = {
    "x25519": Level.GOOD, "x448": Level.GOOD, "secp256r1": Level.GOOD, "secp384r1": Level.GOOD,
    "X25519MLKEM768": Level.GOOD, "SecP256r1MLKEM768": Level.GOOD, "SecP384r1MLKEM1024": Level.GOOD,
    "secp224r1": Level.PHASE_OUT,
}  # fmt: skip


def rate(facts: TlsFacts, edition: str) -> tuple[Level, tuple[Item, ...]]:
    """(the worst level, every item); unknown when something that counts is not known."""
    items = tuple(_items(facts, edition))
    levels = {item.level for item in items}
    if not items:
        return Level.UNKNOWN, ()
    worst = max((lv for lv in levels if lv in _ORDER), key=_ORDER.index, default=Level.UNKNOWN)
    if Level.UNKNOWN in levels and worst is not Level.INSUFFICIENT:
        return Level.UNKNOWN, items
    return worst, items


def _items(facts: TlsFacts, edition: str) -> Iterator[Item]:
    for name, taken in facts.protocols.items():
        if taken is None:
            yield Item(name, Level.UNKNOWN, "3.3.1")
        elif taken:
            yield Item(name, protocol(name, edition), "3.3.1")
    for suites in facts.suites.values():
        for suite in dict.fromkeys(suites or ()):
            yield Item(suite, cipher(suite, edition), "3.3.4")
    for group in facts.groups:
        yield Item(group, curve(group, edition), "3.3.3")
    for seen in facts.certificate.chain:
        if not (seen.self_signed and seen.is_ca):
            yield Item(f"{seen.key} {seen.bits} {seen.curve}".strip(), key(seen, edition), "3.3.2")
            yield Item(f"certificate {seen.signature_hash}", digest(seen.signature_hash), "3.3.2")
    for name in facts.signature_hashes:
        yield Item(f"key exchange {name}", digest(name), "3.3.5")
    yield from _weaknesses(facts, edition)


def _weaknesses(facts: TlsFacts, edition: str) -> Iterator[Item]:
    rows = [
        ("compression", "3.4.1"), ("early_data", "3.4.4"), ("insecure_renegotiation", "3.4.2"),
        *([("no_extended_master_secret", "4.1")] if edition == NEW else []),
    ]  # fmt: skip
    for word, paragraph in rows:
        state = facts.weaknesses.get(word)
        if state is None and word != "no_extended_master_secret":
            yield Item(word, Level.UNKNOWN, paragraph)
        elif state is not None:
            yield Item(word, Level.INSUFFICIENT if state else Level.GOOD, paragraph)


def protocol(name: str, edition: str) -> Level:
    """The level of a protocol version (3.3.1)."""
    if name == "TLS 1.3":
        return Level.GOOD
    if name == "TLS 1.2":
        return Level.SUFFICIENT
    old = name in ("TLS 1.0", "TLS 1.1")
    return Level.PHASE_OUT if old and edition != NEW else Level.INSUFFICIENT


def cipher(suite: str, edition: str) -> Level:
    """The level of a cipher suite by IANA name (3.3.4)."""
    if any(word in suite for word in _NEVER):
        return Level.INSUFFICIENT
    if "_WITH_" not in suite:
        return _modern(suite, edition)
    return _new(suite) if edition == NEW else _old(suite)


def _modern(suite: str, edition: str) -> Level:
    if "CCM_8" in suite:
        return Level.INSUFFICIENT
    if "AES_256_GCM" in suite or "CHACHA20" in suite:
        return Level.GOOD
    return Level.GOOD if edition != NEW and "AES_128_GCM" in suite else Level.SUFFICIENT


def _new(suite: str) -> Level:
    weak = suite.endswith("_SHA") or "CCM_8" in suite or "3DES" in suite or "_DES_" in suite
    if weak or not suite.startswith(("TLS_ECDHE_ECDSA", "TLS_ECDHE_RSA", "TLS_DHE_RSA")):
        return Level.INSUFFICIENT
    modern = "CHACHA20" in suite or ("_AES_" in suite and "GCM" in suite)
    ccm = suite.startswith("TLS_ECDHE_ECDSA") and "_CCM" in suite
    if suite.startswith("TLS_ECDHE") and (modern or ccm):
        return Level.SUFFICIENT
    known = any(word in suite for word in ("AES", "CHACHA20", "CAMELLIA", "ARIA"))
    return Level.PHASE_OUT if known else Level.INSUFFICIENT


def _old(suite: str) -> Level:
    if "CCM_8" in suite or not suite.startswith(("TLS_ECDHE", "TLS_DHE_RSA", "TLS_RSA")):
        return Level.INSUFFICIENT
    if "3DES" in suite:
        return Level.PHASE_OUT
    modern = "CHACHA20" in suite or ("_AES_" in suite and "GCM" in suite)
    aes = "_AES_" in suite
    if suite.startswith("TLS_ECDHE"):
        known = aes or "CAMELLIA" in suite or "ARIA" in suite
        if modern:
            return Level.GOOD
        return Level.SUFFICIENT if aes else Level.PHASE_OUT if known else Level.INSUFFICIENT
    if suite.startswith("TLS_DHE_RSA"):
        return Level.SUFFICIENT if aes or modern else Level.INSUFFICIENT
    return Level.PHASE_OUT if aes else Level.INSUFFICIENT


def curve(group: str, edition: str) -> Level:
    """The level of a key exchange group (3.3.3)."""
    if group.startswith(("ffdhe", "dh-")):
        large = group in ("ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192")
        if edition == NEW:
            return Level.PHASE_OUT if large else Level.INSUFFICIENT
        return Level.SUFFICIENT if large else Level.PHASE_OUT
    table = _CURVES_NEW if edition == NEW else _CURVES_OLD
    return table.get(group, Level.INSUFFICIENT)


def key(seen: CertificateSeen, edition: str) -> Level:
    """The level of a certificate's key (3.3.2)."""
    new = edition == NEW
    if seen.key == "rsa":
        if seen.bits >= 3072:  # noqa: PLR2004 (the guideline's figures)
            return Level.SUFFICIENT if new else Level.GOOD
        if seen.bits >= 2048:  # noqa: PLR2004
            return Level.PHASE_OUT if new else Level.SUFFICIENT
        return Level.INSUFFICIENT
    if seen.key == "ec":
        if seen.curve in ("secp256r1", "secp384r1"):
            return Level.SUFFICIENT if new else Level.GOOD
        if seen.curve == "secp521r1" or seen.curve.startswith("brainpool"):
            return Level.SUFFICIENT if new else Level.INSUFFICIENT
        return Level.PHASE_OUT if seen.curve == "secp224r1" else Level.INSUFFICIENT
    return Level.SUFFICIENT if seen.key in ("ed25519", "ed448") else Level.INSUFFICIENT


def digest(name: str) -> Level:
    """The level of a signature hash (3.3.2, 3.3.5)."""
    if name in ("sha256", "sha384", "sha512", "intrinsic"):
        return Level.GOOD
    return Level.PHASE_OUT if name == "sha224" else Level.INSUFFICIENT
