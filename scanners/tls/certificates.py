"""Reads served certificates and matches host names; pure, for hostile input."""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import warnings
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import AuthorityInformationAccessOID

from scanners.api import clip
from scanners.tls.evidence import Certificate

NAMES_MAX = 100
NAME_MAX_CHARS = 253
SUBJECT_MAX_CHARS = 300
_EDWARDS = {
    "Ed25519PublicKey": ("Ed25519", 256, ""),
    "Ed448PublicKey": ("Ed448", 456, ""),
}
# What reading a malformed certificate may raise, piece by piece (KeyError: an odd string type
# in a name).
BROKEN = (
    ValueError, TypeError, KeyError, UnsupportedAlgorithm, x509.InvalidVersion,
    x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip
# Read lazily by the library: a certificate in which one of them cannot be read is none.  Names
# that cannot be read must not look like the names of another host.
_READ = ("not_valid_before_utc", "not_valid_after_utc", "subject", "issuer", "extensions")


@contextlib.contextmanager
def tolerant() -> Iterator[None]:
    """Odd forms (a serial of zero, in certifi's list too) are facts, not warnings of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        yield


def load(der: bytes) -> x509.Certificate | None:
    """The certificate, or None when the bytes are none."""
    try:
        with tolerant():
            certificate = x509.load_der_x509_certificate(der)
            whole = all(getattr(certificate, name) is not None for name in _READ)
    except BROKEN:
        return None
    return certificate if whole else None


@lru_cache(maxsize=4096)
def read(der: bytes) -> Certificate | None:
    """The facts of one certificate, None when the bytes are none; the latest are remembered."""
    certificate = load(der)
    return None if certificate is None else describe(certificate, der)


def describe(certificate: x509.Certificate, der: bytes) -> Certificate:
    """The facts of one certificate."""
    key_type, bits, curve = _key(certificate)
    with tolerant():
        return _described(certificate, der, key_type, bits, curve)


def _described(
    certificate: x509.Certificate, der: bytes, key_type: str, bits: int, curve: str
) -> Certificate:
    return Certificate(
        subject=_name(certificate, issuer=False),
        issuer=_name(certificate, issuer=True),
        serial=_serial(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        names=alternative_names(certificate)[:NAMES_MAX],
        key_type=key_type,
        key_bits=bits,
        key_curve=curve,
        signature_hash=_signature_hash(certificate),
        sha256=hashlib.sha256(der).hexdigest(),
        self_signed=is_issued_by(certificate, certificate),
        ocsp_url=_names_responder(certificate),
        must_staple=_must_staple(certificate),
    )


def _names_responder(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except x509.ExtensionNotFound:
        return False
    return any(a.access_method == AuthorityInformationAccessOID.OCSP for a in found.value)


def _must_staple(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.TLSFeature)
    except x509.ExtensionNotFound:
        return False
    return x509.TLSFeatureType.status_request in found.value


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Do name and signature say that ``issuer`` issued ``certificate``?

    A signature algorithm too old to be checked (MD5, SHA-1) goes by the name alone.
    """
    try:
        if certificate.issuer != issuer.subject:
            return False
        certificate.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    except BROKEN as error:
        # Too old to be checked is not forged; anything else unreadable is.
        return "unsupported signature" in str(error).lower()
    return True


def alternative_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """DNS names (lower case) and IP addresses of the SAN extension."""
    dns, addresses = _names(certificate)
    return tuple(clip(name, NAME_MAX_CHARS) for name in (*dns, *addresses))


def _names(certificate: x509.Certificate) -> tuple[list[str], list[str]]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        dns = [n.lower() for n in found.get_values_for_type(x509.DNSName)]
        addresses = [str(a) for a in found.get_values_for_type(x509.IPAddress)]
    except (x509.ExtensionNotFound, *BROKEN):
        return [], []
    return dns, addresses


def matches(host: str, certificate: x509.Certificate) -> bool:
    """Is the certificate for ``host``?  RFC 9525: SAN only, ``*`` only as the whole first label."""
    dns, addresses = _names(certificate)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return any(_covers(name.rstrip("."), host) for name in dns)
    # An address written as a DNS name is none (RFC 9525 6.1).
    return str(address) in addresses


def _covers(pattern: str, host: str) -> bool:
    if pattern == host:
        return "*" not in pattern
    first, _, rest = pattern.partition(".")
    return first == "*" and "." in rest and host.partition(".")[2] == rest


def end_of(certificates: tuple[x509.Certificate, ...]) -> datetime | None:
    """The earliest end of validity."""
    return min((c.not_valid_after_utc for c in certificates), default=None)


def _name(certificate: x509.Certificate, *, issuer: bool) -> str:
    try:
        name = certificate.issuer if issuer else certificate.subject
        return clip(name.rfc4514_string(), SUBJECT_MAX_CHARS)
    except BROKEN:
        return "unreadable"


def _serial(certificate: x509.Certificate) -> str:
    with contextlib.suppress(ValueError):
        return format(certificate.serial_number, "x")
    return ""


def _key(certificate: x509.Certificate) -> tuple[str, int, str]:
    try:
        key = certificate.public_key()
    except BROKEN:
        return "unknown", 0, ""
    match key:
        case rsa.RSAPublicKey():
            return "RSA", key.key_size, ""
        case ec.EllipticCurvePublicKey():
            return "EC", key.key_size, key.curve.name
        case dsa.DSAPublicKey():
            return "DSA", key.key_size, ""
        case _:
            return _EDWARDS.get(type(key).__name__, ("unknown", 0, ""))


def _signature_hash(certificate: x509.Certificate) -> str:
    try:
        algorithm = certificate.signature_hash_algorithm
    except BROKEN:
        return "unknown"
    return "" if algorithm is None else algorithm.name
