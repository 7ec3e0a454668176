"""From a served chain to facts and a reason a shop owner understands."""

from __future__ import annotations

import hashlib
import ipaddress
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import verification

from scanners.api import clip
from scanners.net.names import is_address
from scanners.tls.evidence import CertificateSeen, ChainReason

NAMES_MAX = 100
TRIED_MAX = 3
# What the library raises on odd contents; some of it only when a field is read.
_UNREADABLE = (
    ValueError, KeyError, TypeError, UnsupportedAlgorithm, InvalidSignature, x509.InvalidVersion,
    x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
    verification.VerificationError,
)  # fmt: skip
_FIELDS = ("subject", "issuer", "extensions", "not_valid_before_utc", "not_valid_after_utc")
_TEXTS = {
    ChainReason.OK: "the certificate is valid, trusted and made out to this host.",
    ChainReason.EXPIRED: "the certificate has expired.",
    ChainReason.NOT_YET_VALID: "the certificate is not valid yet.",
    ChainReason.WRONG_HOST: "the certificate is made out to another host name.",
    ChainReason.SELF_SIGNED: "the certificate is signed by itself, so no browser trusts it.",
    ChainReason.MISSING_INTERMEDIATE: "the server does not send the intermediate certificate that"
    " links its own to a trusted authority.",
    ChainReason.UNTRUSTED_ROOT: "the certificate comes from an authority that no browser trusts.",
    ChainReason.NO_HANDSHAKE: "no certificate could be read.",
}  # fmt: skip


@contextmanager
def _lenient() -> Iterator[None]:
    """Odd serial numbers and encodings exist in the wild; the library only warns of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        yield


def text_of(reason: ChainReason) -> str:
    """The reason in words."""
    return _TEXTS[reason]


def parse_chain(served: Sequence[bytes]) -> tuple[tuple[x509.Certificate, ...], bool]:
    """(the certificates that can be read, was the leaf among them?)."""
    found: list[x509.Certificate] = []
    for index, der in enumerate(served):
        certificate = _read(der)
        if certificate is not None:
            found.append(certificate)
        elif index == 0:
            return (), False
    return tuple(found), bool(found)


def _read(der: bytes) -> x509.Certificate | None:
    """The certificate, when every part that is judged can be read."""
    try:
        with _lenient():
            certificate = x509.load_der_x509_certificate(der)
            whole = all(getattr(certificate, name) is not None for name in _FIELDS)
    except _UNREADABLE:
        return None
    return certificate if whole else None


def seen(certificate: x509.Certificate) -> CertificateSeen:
    """The facts of one certificate; never raises on odd contents."""
    key, bits, curve = _key(certificate)
    return CertificateSeen(
        subject=clip(certificate.subject.rfc4514_string(), 200),
        issuer=clip(certificate.issuer.rfc4514_string(), 200),
        serial=f"{_serial(certificate):x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        names=tuple(clip(name, 253) for name in names_of(certificate)[:NAMES_MAX]),
        key=key,
        bits=bits,
        curve=curve,
        signature_hash=_hash(certificate),
        sha256=hashlib.sha256(_der(certificate)).hexdigest(),
        self_signed=_is_self_signed(certificate),
        is_ca=_is_ca(certificate),
    )


def _serial(certificate: x509.Certificate) -> int:
    try:
        with _lenient():
            return certificate.serial_number
    except _UNREADABLE:
        return 0


def _key(certificate: x509.Certificate) -> tuple[str, int, str]:
    try:
        key = certificate.public_key()
    except _UNREADABLE:
        return "unknown", 0, ""
    match key:
        case rsa.RSAPublicKey():
            return "rsa", key.key_size, ""
        case ec.EllipticCurvePublicKey():
            return "ec", key.key_size, key.curve.name
        case dsa.DSAPublicKey():
            return "dsa", key.key_size, ""
        case _:
            return type(key).__name__.removesuffix("PublicKey").lower(), 256, ""


def _hash(certificate: x509.Certificate) -> str:
    try:
        algorithm = certificate.signature_hash_algorithm
    except _UNREADABLE:
        return "unknown"
    return "intrinsic" if algorithm is None else algorithm.name


def _is_self_signed(certificate: x509.Certificate) -> bool:
    if certificate.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except _UNREADABLE:
        return False
    return True


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        with _lenient():
            extensions = certificate.extensions
        return bool(extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except _UNREADABLE:
        return False


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """DNS names and addresses of the subjectAltName; the common name does not count.

    An address written as a DNS name is none (RFC 9525 6.1).
    """
    try:
        with _lenient():
            extensions = certificate.extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except _UNREADABLE:
        return ()
    dns = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    addresses = [str(ip) for ip in names.get_values_for_type(x509.IPAddress)]
    return (*(name for name in dns if not is_address(name)), *addresses)


def host_matches(names: Sequence[str], host: str) -> bool:
    """RFC 9525 6.3: exact, or a wildcard that is the whole leftmost label."""
    wanted = host.lower().rstrip(".")
    try:
        return str(ipaddress.ip_address(wanted)) in names
    except ValueError:
        pass
    parent = wanted.partition(".")[2]
    return any(
        name.rstrip(".") == wanted or (bool(parent) and name == f"*.{parent}" and "." in parent)
        for name in names
    )


def judge_chain(
    chain: Sequence[x509.Certificate], host: str, ca_file: str | None, now: datetime
) -> tuple[ChainReason, bool, bool]:
    """(reason, trusted apart from the leaf's dates and name, host matches)."""
    leaf = chain[0]
    matches = host_matches(names_of(leaf), host)
    trusted = _is_trusted(tuple(_der(c) for c in chain), ca_file, _moment_for(chain, now))
    if now >= leaf.not_valid_after_utc:
        return ChainReason.EXPIRED, trusted, matches
    if now < leaf.not_valid_before_utc:
        return ChainReason.NOT_YET_VALID, trusted, matches
    if not matches:
        return ChainReason.WRONG_HOST, trusted, matches
    if trusted:
        return ChainReason.OK, trusted, matches
    if _is_self_signed(leaf):
        return ChainReason.SELF_SIGNED, trusted, matches
    if all(leaf.issuer != above.subject for above in chain[1:]):
        return ChainReason.MISSING_INTERMEDIATE, trusted, matches
    return ChainReason.UNTRUSTED_ROOT, trusted, matches


def _moment_for(chain: Sequence[x509.Certificate], now: datetime) -> datetime:
    """A moment inside the leaf's own dates, so that trust is told apart from expiry.

    Rounded down to the hour where that changes nothing: one answer per chain and
    hour, for verification is the dear part.
    """
    first, last = chain[0].not_valid_before_utc, chain[0].not_valid_after_utc
    if first <= now < last:
        hour = now.replace(minute=0, second=0, microsecond=0)
        return max(hour, *(min(c.not_valid_before_utc, now) for c in chain))
    return min(max(now, first), max(last - timedelta(seconds=1), first))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


@cache
def _roots(ca_file: str | None) -> verification.Store:
    pems = [Path(certifi.where()).read_bytes()]
    if ca_file is not None:
        pems.append(Path(ca_file).read_bytes())
    with _lenient():
        return verification.Store(x509.load_pem_x509_certificates(b"\n".join(pems)))


@lru_cache(maxsize=512)
def _is_trusted(chain: tuple[bytes, ...], ca_file: str | None, moment: datetime) -> bool:
    """Does a path lead to a trusted root?  Dates as of ``moment``, the name is not judged here."""
    with _lenient():
        certificates = [x509.load_der_x509_certificate(der) for der in chain]
    leaf, rest = certificates[0], certificates[1:]
    # Form (key identifiers, criticality) is the authority's matter: browsers accept it too.
    lax = verification.ExtensionPolicy.permit_all()
    agnostic = verification.Criticality.AGNOSTIC
    builder = (
        verification.PolicyBuilder()
        .store(_roots(ca_file))
        .time(moment.astimezone(UTC))
        .extension_policies(
            ca_policy=lax.require_present(x509.BasicConstraints, agnostic, None),
            ee_policy=lax.require_present(x509.SubjectAlternativeName, agnostic, None),
        )
    )
    return any(_leads_to_root(builder, name, leaf, rest) for name in names_of(leaf)[:TRIED_MAX])


def _leads_to_root(
    builder: verification.PolicyBuilder,
    name: str,
    leaf: x509.Certificate,
    rest: Sequence[x509.Certificate],
) -> bool:
    """Asked with one of the certificate's own names; an odd name is no reason for distrust."""
    try:
        builder.build_server_verifier(_subject(name)).verify(leaf, list(rest))
    except _UNREADABLE:
        return False
    return True


def _subject(name: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name.replace("*", "a", 1))
