"""The OCSP response a server sends along: signed by whom, about what, and still current?  Pure.

Source: RFC 6960 3.2 (what a client checks), RFC 6066 8, CA/Browser Forum baseline
requirements 4.9.  All input is hostile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from scanners.tls.certificates import BROKEN, load, tolerant
from scanners.tls.evidence import StapleStatus

STAPLE_MAX_BYTES = 32_768
# Clocks of responders run a little ahead of ours.
SKEW = timedelta(minutes=5)
# A response without an end is taken for as long as browsers do.
ENDLESS_FOR = timedelta(days=1)
_SAID = {
    ocsp.OCSPCertStatus.GOOD: StapleStatus.GOOD,
    ocsp.OCSPCertStatus.REVOKED: StapleStatus.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN: StapleStatus.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Staple:
    """``status`` None: sent, but we cannot judge it (no issuer, an algorithm we lack)."""

    status: StapleStatus | None
    since: datetime | None = None
    until: datetime | None = None


NO_STAPLE = Staple(StapleStatus.NONE)
_INVALID = Staple(StapleStatus.INVALID)


def judge_staple(der: bytes | None, leaf: bytes, issuer: bytes | None, at: datetime) -> Staple:
    """What the response ``der`` says of ``leaf`` (DER) at the moment ``at``.

    Args: der: None when none was sent.  issuer: the certificate above the leaf, None when
          neither the server nor our roots have it.
    """
    if der is None:
        return NO_STAPLE
    if len(der) > STAPLE_MAX_BYTES:
        return _INVALID
    if issuer is None:
        return Staple(None)
    said = _verified(der, leaf, issuer)
    if said.status is None:
        return said
    if said.since is None or at + SKEW < said.since:
        return Staple(StapleStatus.INVALID, said.since, said.until)
    end = said.until or said.since + ENDLESS_FOR
    return said if at <= end else Staple(StapleStatus.EXPIRED, said.since, said.until)


@lru_cache(maxsize=2048)
def _verified(der: bytes, leaf: bytes, issuer: bytes) -> Staple:
    """What was signed, whatever the time; dates are for the caller."""
    subject, authority = load(leaf), load(issuer)
    if subject is None or authority is None:
        return _INVALID
    try:
        with tolerant():
            return _read(ocsp.load_der_ocsp_response(der), subject, authority)
    except UnsupportedAlgorithm:
        return Staple(None)
    except BROKEN:
        return _INVALID


def _read(response: ocsp.OCSPResponse, leaf: x509.Certificate, issuer: x509.Certificate) -> Staple:
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return _INVALID
    signer = _signer(response, issuer)
    if signer is None or not _signed(response, signer):
        return _INVALID
    for one in response.responses:
        if one.serial_number == leaf.serial_number and _same_issuer(one, issuer):
            since = one.this_update_utc
            # When the response was made counts, not when it is read: it may be read often.
            if signer is issuer or _current(signer, since):
                return Staple(_SAID[one.certificate_status], since, one.next_update_utc)
    return _INVALID


def _current(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _same_issuer(one: ocsp.OCSPSingleResponse, issuer: x509.Certificate) -> bool:
    digest = hashes.Hash(one.hash_algorithm)
    digest.update(issuer.subject.public_bytes())
    return digest.finalize() == one.issuer_name_hash


def _signer(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate | None:
    """The issuer itself, or whom it entrusted with OCSP (RFC 6960 4.2.2.2)."""
    own = response.responder_key_hash == _key_hash(issuer)
    if own or response.responder_name == issuer.subject:
        return issuer
    for found in response.certificates:
        named = response.responder_name == found.subject
        if not named and _key_hash(found) != response.responder_key_hash:
            continue
        if _may_answer(found) and _issued(found, issuer):
            return found
    return None


def _issued(found: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        found.verify_directly_issued_by(issuer)
    except (InvalidSignature, *BROKEN):
        return False
    return True


def _key_hash(certificate: x509.Certificate) -> bytes:
    return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def _may_answer(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _signed(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, signature = signer.public_key(), response.signature
    signed, hashed = response.tbs_response_bytes, response.signature_hash_algorithm
    try:
        match key:
            case rsa.RSAPublicKey() if hashed is not None:
                key.verify(signature, signed, padding.PKCS1v15(), hashed)
            case ec.EllipticCurvePublicKey() if hashed is not None:
                key.verify(signature, signed, ec.ECDSA(hashed))
            case dsa.DSAPublicKey() if hashed is not None:
                key.verify(signature, signed, hashed)
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
                key.verify(signature, signed)
            case _:
                return False
    except InvalidSignature:
        return False
    return True
