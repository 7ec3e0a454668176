"""NCSC-NL levels of a TLS configuration, two editions, as dated data and rules.  Pure.

Editions: "IT Security Guidelines for Transport Layer Security (TLS)" 2025-05, and v2.1
of 2021-01.  Paragraphs are those of the 2025-05 edition.  Anything not listed is
insufficient.  What is not known makes the whole "unknown" unless something seen is
insufficient already: a bad thing seen stays bad.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scanners.tls.evidence import (
    SSL2,
    TLS10,
    TLS11,
    TLS12,
    TLS13,
    VERSIONS,
    Certificate,
    CertificateFacts,
    StapleStatus,
    TlsFacts,
)


class Level(StrEnum):
    """How good a setting is, best first."""

    GOOD = "good"
    SUFFICIENT = "sufficient"
    PHASE_OUT = "phase_out"
    INSUFFICIENT = "insufficient"
    UNKNOWN = "unknown"


G, S, P, I, U = Level  # noqa: E741 (the columns of the tables below)


@dataclass(frozen=True, slots=True)
class Item:
    """One rated setting: what it is, its name, its level and the paragraph that says so."""

    what: str
    name: str
    level: Level
    paragraph: str


@dataclass(frozen=True, slots=True)
class Rating:
    """The level of a host in one edition: that of its worst item."""

    edition: str
    level: Level
    items: tuple[Item, ...]

    @property
    def worst(self) -> tuple[Item, ...]:
        """The items that hold the level down."""
        return tuple(item for item in self.items if item.level is self.level)


@dataclass(frozen=True, slots=True)
class Edition:
    """The tables of one edition that are plain lists."""

    name: str
    published: date
    protocols: Mapping[str, Level]
    tls13: Mapping[str, Level]
    groups: Mapping[str, Level]
    curves_of_keys: Mapping[str, Level]
    rsa: tuple[tuple[int, Level], ...]
    hashes: Mapping[str, Level]
    rates_master_secret: bool


_HYBRID = ("X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024")
_BRAINPOOL = ("brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1")
_LARGE_DH = ("ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192")

NCSC_2025_05 = Edition(
    name="ncsc-2025-05",
    published=date(2025, 5, 1),
    protocols={TLS13: G, TLS12: S},
    tls13={
        "TLS_AES_256_GCM_SHA384": G,
        "TLS_CHACHA20_POLY1305_SHA256": G,
        "TLS_AES_128_GCM_SHA256": S,
        "TLS_AES_128_CCM_SHA256": S,
    },
    groups={
        **dict.fromkeys(_HYBRID, G),
        **dict.fromkeys(("x25519", "x448", "secp256r1", "secp384r1", "secp521r1"), S),
        **dict.fromkeys(_BRAINPOOL, S),
        "secp224r1": P,
        **dict.fromkeys(_LARGE_DH, P),
    },
    curves_of_keys={
        **dict.fromkeys(("secp256r1", "secp384r1", "secp521r1", "Ed25519", "Ed448"), S),
        **dict.fromkeys(_BRAINPOOL, S),
        "secp224r1": P,
    },
    rsa=((3072, S), (2048, P)),
    hashes={"sha256": G, "sha384": G, "sha512": G, "": G, "sha224": P},
    rates_master_secret=True,
)
NCSC_2_1 = Edition(
    name="ncsc-2.1",
    published=date(2021, 1, 19),
    protocols={TLS13: G, TLS12: S, TLS11: P, TLS10: P},
    tls13={
        "TLS_AES_256_GCM_SHA384": G,
        "TLS_CHACHA20_POLY1305_SHA256": G,
        "TLS_AES_128_GCM_SHA256": G,
    },
    groups={
        **dict.fromkeys(("x25519", "x448", "secp256r1", "secp384r1"), G),
        "secp224r1": P,
        **dict.fromkeys(_LARGE_DH, S),
        "ffdhe2048": P,
    },
    curves_of_keys={
        **dict.fromkeys(("secp256r1", "secp384r1", "Ed25519", "Ed448"), G),
        "secp224r1": P,
    },
    rsa=((3072, G), (2048, S)),
    hashes={"sha256": G, "sha384": G, "sha512": G, "": G, "sha224": P},
    rates_master_secret=False,
)
EDITIONS: Mapping[str, Edition] = {e.name: e for e in (NCSC_2025_05, NCSC_2_1)}


def suite_level(name: str, edition: Edition) -> Level:
    """Level of one cipher suite by IANA name (appendix B, 3.3.1)."""
    if "_WITH_" not in name:
        return edition.tls13.get(name, I)
    exchange, bulk = name.removeprefix("TLS_").split("_WITH_", 1)
    return _suite_2025(exchange, bulk) if edition is NCSC_2025_05 else _suite_21(exchange, bulk)


def _suite_2025(exchange: str, bulk: str) -> Level:
    if exchange not in ("ECDHE_ECDSA", "ECDHE_RSA", "DHE_RSA"):
        return I
    known = bulk.startswith(("AES_", "CHACHA20_", "CAMELLIA_", "ARIA_"))
    # A bare _SHA is HMAC-SHA1; _8 is the short tag of CCM.
    if not known or bulk.endswith(("_8", "_SHA")):
        return I
    older = "_CBC_" in bulk or bulk.startswith(("CAMELLIA_", "ARIA_"))
    return P if exchange == "DHE_RSA" or older else S


_AEAD = ("AES_256_GCM_SHA384", "AES_128_GCM_SHA256", "CHACHA20_POLY1305_SHA256")
_CBC = ("AES_256_CBC_SHA384", "AES_256_CBC_SHA256", "AES_256_CBC_SHA", "AES_128_CBC_SHA256",
        "AES_128_CBC_SHA")  # fmt: skip
_TRIPLE = "3DES_EDE_CBC_SHA"


def _suite_21(exchange: str, bulk: str) -> Level:
    ephemeral = exchange in ("ECDHE_ECDSA", "ECDHE_RSA", "DHE_RSA")
    if bulk == _TRIPLE:
        return P if ephemeral or exchange == "RSA" else I
    if exchange == "RSA":
        return P if bulk in (*_AEAD[:2], *_CBC) else I
    if not ephemeral or bulk not in (*_AEAD, *_CBC):
        return I
    return G if bulk in _AEAD and exchange != "DHE_RSA" else S


def rate(facts: TlsFacts | None, certificate: CertificateFacts | None, edition: Edition) -> Rating:
    """The level of one host; "unknown" without items when nothing was seen of TLS."""
    if facts is None:
        return Rating(edition.name, U, ())
    items = (
        *_protocols(facts, edition),
        *_suites(facts, edition),
        *_key_exchange(facts, edition),
        *_certificates(facts, certificate, edition),
        *_features(facts, edition),
        *_staple(certificate),
    )
    levels = {item.level for item in items}
    worst = next((level for level in (I, U, P, S, G) if level in levels), U)
    return Rating(edition.name, worst, items)


def _protocols(facts: TlsFacts, edition: Edition) -> Iterator[Item]:
    for version in VERSIONS:
        accepted = facts.protocols.get(version)
        if accepted is None:
            yield Item("protocol", version, U, "3.3.1")
        elif accepted:
            yield Item("protocol", version, edition.protocols.get(version, I), "3.3.1")


def _suites(facts: TlsFacts, edition: Edition) -> Iterator[Item]:
    names: dict[str, None] = {}
    for version in VERSIONS:
        if version == SSL2:
            continue
        names.update(dict.fromkeys(facts.suites.get(version) or ()))
        if not facts.suites_known.get(version, False):
            yield Item("suites", version, U, "3.3.1")
    for name in names:
        yield Item("suite", name, suite_level(name, edition), "3.3.1")


def _key_exchange(facts: TlsFacts, edition: Edition) -> Iterator[Item]:
    used = any("_ECDHE_" in n or "_WITH_" not in n for v in facts.suites.values() for n in v or ())
    if facts.groups is None and used:
        yield Item("group", "", U, "3.3.3")
    for name in facts.groups or ():
        yield Item("group", name, edition.groups.get(name, I), "3.3.3")
    if facts.dh_bits is not None:
        name = facts.dh_group if facts.dh_group != "own" else f"own group of {facts.dh_bits} bits"
        yield Item("group", name, edition.groups.get(facts.dh_group, I), "3.3.3")
    for name in facts.weak_signatures or ():
        level = edition.hashes.get(name, I)
        if not edition.rates_master_secret:
            # v2.1: a server that also signs with older hashes is to phase them out.
            level = P
        yield Item("key exchange signature", name, level, "3.3.5")


def _certificates(
    facts: TlsFacts, certificate: CertificateFacts | None, edition: Edition
) -> Iterator[Item]:
    received = (*(certificate.chain if certificate is not None else ()), *facts.leaves)
    if not received:
        yield Item("certificate", "", U, "3.3.2")
    for index, found in enumerate(received):
        # A root is trusted by being on a list, not by its own signature.
        if found.self_signed and index:
            continue
        yield Item("key", _key_name(found), _key_level(found, edition), "3.3.2")
        hashed = found.signature_hash
        yield Item("certificate signature", hashed, edition.hashes.get(hashed, I), "3.3.2")


def _key_name(found: Certificate) -> str:
    return f"{found.key_type} {found.key_curve or found.key_bits} ({found.subject})"


def _key_level(found: Certificate, edition: Edition) -> Level:
    if found.key_type == "RSA":
        return next((level for bits, level in edition.rsa if found.key_bits >= bits), I)
    # cryptography writes brainpoolP256R1, the guideline brainpoolP256r1.
    curve = (found.key_curve or found.key_type).replace("R1", "r1")
    return edition.curves_of_keys.get(curve, I)


def _features(facts: TlsFacts, edition: Edition) -> Iterator[Item]:
    older = any(facts.protocols.get(v) is not False for v in VERSIONS if v != TLS13)
    bad = (
        ("compression", facts.compression, "3.4.1", older),
        ("0-RTT", facts.early_data, "3.4.4", facts.protocols.get(TLS13) is not False),
    )
    for what, present, paragraph, applies in bad:
        if applies:
            yield Item(what, "on" if present else "off", _absent(present), paragraph)
    if older:
        safe = facts.secure_renegotiation
        yield Item("secure renegotiation", "", _present(safe), "3.4.2")
        count = facts.client_renegotiations
        yield Item("client renegotiation", str(count), _renegotiation(count, edition), "3.4.2")
    if edition.rates_master_secret and facts.protocols.get(TLS12) is not False:
        secret = facts.extended_master_secret
        yield Item("extended master secret", "", _present(secret), "4.1")


_STAPLED = {
    StapleStatus.GOOD: G,
    # Not to send one is told to the owner and counts against nobody.
    StapleStatus.NONE: S,
    None: U,
}


def _staple(certificate: CertificateFacts | None) -> Iterator[Item]:
    """OCSP stapling: good when valid, or when the certificate names no responder."""
    leaf = certificate.leaf if certificate is not None else None
    if certificate is None or leaf is None or leaf.ocsp_url is None:
        return
    status = certificate.staple
    if leaf.ocsp_url or status not in (StapleStatus.NONE, None):
        name = "not known" if status is None else status.value
        yield Item("OCSP stapling", name, _STAPLED.get(status, I), "3.4.5")
    else:
        yield Item("OCSP stapling", "not offered by the authority", G, "3.4.5")


def _absent(present: bool | None) -> Level:
    if present is None:
        return U
    return I if present else G


def _present(present: bool | None) -> Level:
    return _absent(None if present is None else not present)


def _renegotiation(count: int | None, edition: Edition) -> Level:
    if count is None:
        return U
    if count == 0:
        return G
    few = 10
    return S if count <= few or edition is NCSC_2_1 else P
