"""Does a served chain agree with TLSA records?  Pure (RFC 6698, RFC 7671, RFC 7672 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scanners.mail.evidence import DaneState
from scanners.tls.certificates import BROKEN, is_issued_by, load, matches

DANE_TA, DANE_EE = 2, 3
CERTIFICATE, PUBLIC_KEY = 0, 1
_DIGESTS = {0: None, 1: "sha256", 2: "sha512"}


@dataclass(frozen=True, slots=True)
class Tlsa:
    """One TLSA record: usage, selector, matching type and data."""

    usage: int
    selector: int
    matching: int
    data: bytes


def compare(
    records: Iterable[Tlsa], chain: tuple[bytes, ...], names: Iterable[str], at: datetime
) -> DaneState:
    """What the records say of the chain (DER, leaf first), served by one of ``names``."""
    usable = [r for r in records if _is_usable(r)]
    if not usable:
        return DaneState.UNUSABLE
    if not chain:
        return DaneState.NOT_KNOWN
    leaf = load(chain[0])
    if leaf is None:
        return DaneState.MISMATCH
    # RFC 7672 3.1.1: with DANE-EE neither names nor dates of the certificate count.
    if any(r.usage == DANE_EE and _matches(r, leaf) for r in usable):
        return DaneState.MATCHES
    anchors = [r for r in usable if r.usage == DANE_TA]
    named = any(matches(name, leaf) for name in names)
    if named and _leads_to(anchors, leaf, chain[1:], at):
        return DaneState.MATCHES
    return DaneState.MISMATCH


def _is_usable(record: Tlsa) -> bool:
    return (
        record.usage in (DANE_TA, DANE_EE)
        and record.selector in (CERTIFICATE, PUBLIC_KEY)
        and record.matching in _DIGESTS
    )


def _leads_to(
    anchors: list[Tlsa], leaf: x509.Certificate, others: tuple[bytes, ...], at: datetime
) -> bool:
    """Walk upwards through what was served to a certificate that an anchor names."""
    here, left = leaf, [c for der in others if (c := load(der)) is not None]
    while here.not_valid_before_utc <= at <= here.not_valid_after_utc:
        above = next((c for c in left if is_issued_by(here, c)), None)
        if above is None:
            return False
        if any(_matches(record, above) for record in anchors):
            return True
        left.remove(above)
        here = above
    return False


def _matches(record: Tlsa, certificate: x509.Certificate) -> bool:
    try:
        if record.selector == CERTIFICATE:
            shown = certificate.public_bytes(Encoding.DER)
        else:
            shown = certificate.public_key().public_bytes(
                Encoding.DER, PublicFormat.SubjectPublicKeyInfo
            )
    except BROKEN:
        return False
    digest = _DIGESTS[record.matching]
    return record.data == (shown if digest is None else hashlib.new(digest, shown).digest())
