"""Certificates in every state a TLS server can have them: keys, names, dates, chains, staples."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

HOST = "shop.example"
PEM = serialization.Encoding.PEM
# OBJECT IDENTIFIER 1.2.840.113549.1.1.11; SHA-1 ends in 5.
_SHA256_WITH_RSA = bytes.fromhex("06092a864886f70d01010b")
Private = (
    rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | dsa.DSAPrivateKey
)


class Key(StrEnum):
    """Kinds of keys a leaf may have."""

    RSA1024 = "RSA 1024"
    RSA2048 = "RSA 2048"
    RSA3072 = "RSA 3072"
    RSA4096 = "RSA 4096"
    P224 = "EC 224"
    P256 = "EC 256"
    P384 = "EC 384"
    P521 = "EC 521"
    ED25519 = "Ed25519 256"
    DSA2048 = "DSA 2048"


_CURVES: dict[Key, type[ec.EllipticCurve]] = {
    Key.P224: ec.SECP224R1,
    Key.P256: ec.SECP256R1,
    Key.P384: ec.SECP384R1,
    Key.P521: ec.SECP521R1,
}


class Chain(StrEnum):
    """What is served, the leaf always first."""

    FULL = "leaf, intermediate"
    MISSING = "leaf alone"
    WRONG_ORDER = "leaf, upper intermediate, lower intermediate"
    WITH_ROOT = "leaf, intermediate, root"
    SELF_SIGNED = "a leaf signed by itself"
    UNKNOWN_ROOT = "leaf, intermediate, root of an authority nobody knows"
    EXPIRED_INTERMEDIATE = "leaf, expired intermediate"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One certificate to order; ``starts`` and ``ends`` are days from now.

    ``names`` are host names or addresses; without any the name stands in the common name
    only.  ``sha1``: signed with SHA-1 (by an RSA authority).  ``ocsp``: names a responder.
    """

    key: Key = Key.P256
    chain: Chain = Chain.FULL
    names: tuple[str, ...] = (HOST,)
    common: str = HOST
    starts: float = -30.0
    ends: float = 60.0
    sha1: bool = False
    ocsp: bool = False


def make_key(kind: Key) -> Private:
    """A fresh private key."""
    name, _, size = kind.value.partition(" ")
    if name == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(size))
    if name == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if name == "DSA":
        return dsa.generate_private_key(int(size))
    return ec.generate_private_key(_CURVES[kind]())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass(frozen=True, slots=True)
class _Signer:
    """A certificate that issues, its key, and what stands above it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Vault:
    """Issues what is ordered, each order once; only ``ca_file`` trusts it.

    ``folder`` gets all files: ``ca.pem``, and per order key and chain in one PEM file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime.now(UTC).replace(microsecond=0)
        self._files: dict[Leaf, Path] = {}
        self._root = self._authority("Lab Root", None)
        self._sub = self._authority("Lab Sub", self._root)
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(self._root.certificate.public_bytes(PEM))

    def pem(self, leaf: Leaf) -> Path:
        """Key and chain of ``leaf`` in one file."""
        if leaf not in self._files:
            file = self.folder / f"leaf{len(self._files)}.pem"
            file.write_bytes(self._ordered(leaf))
            self._files[leaf] = file
        return self._files[leaf]

    def above(self, leaf: Leaf) -> Path:
        """The chain of ``leaf`` without it."""
        file = self.pem(leaf).with_suffix(".above")
        file.write_bytes(b"".join(c.public_bytes(PEM) for c in served(self.pem(leaf))[1:]))
        return file

    def certificate(self, leaf: Leaf) -> x509.Certificate:
        """The leaf certificate as served."""
        return x509.load_pem_x509_certificates(self.pem(leaf).read_bytes())[0]

    def staple(self, leaf: Leaf, ends: timedelta) -> Path:
        """An OCSP response for ``leaf`` that says good until ``ends`` from now (DER file)."""
        file = self.folder / f"{self.pem(leaf).stem}-{int(ends.total_seconds())}.ocsp"
        response = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=self.certificate(leaf),
                issuer=self._sub.certificate,
                algorithm=hashes.SHA1(),
                cert_status=ocsp.OCSPCertStatus.GOOD,
                this_update=self.now + ends - timedelta(days=7),
                next_update=self.now + ends,
                revocation_time=None,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self._sub.certificate)
            .sign(self._sub.key, hashes.SHA256())
        )
        file.write_bytes(response.public_bytes(serialization.Encoding.DER))
        return file

    @cached_property
    def _lower(self) -> _Signer:
        return self._authority("Lab Lower Sub", self._sub)

    @cached_property
    def _rsa_sub(self) -> _Signer:
        return self._authority("Lab RSA Sub", self._root, rsa_key=True)

    @cached_property
    def _ended(self) -> _Signer:
        return self._authority("Lab Ended Sub", self._root, ends=-2.0)

    @cached_property
    def _foreign(self) -> tuple[_Signer, _Signer]:
        root = self._authority("Nobody's Root", None)
        return self._authority("Nobody's Sub", root), root

    def _above(self, leaf: Leaf) -> tuple[_Signer, tuple[_Signer, ...]]:
        """Who signs the leaf, and what is served after it."""
        match leaf.chain:
            case Chain.WRONG_ORDER:
                return self._lower, (self._sub, self._lower)
            case Chain.WITH_ROOT:
                return self._sub, (self._sub, self._root)
            case Chain.UNKNOWN_ROOT:
                return self._foreign[0], self._foreign
            case Chain.EXPIRED_INTERMEDIATE:
                return self._ended, (self._ended,)
            case Chain.MISSING | Chain.SELF_SIGNED:
                return self._sub, ()
            case Chain.FULL:
                signer = self._rsa_sub if leaf.sha1 else self._sub
                return signer, (signer,)

    def _ordered(self, leaf: Leaf) -> bytes:
        private = make_key(leaf.key)
        key = private.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        signer, served = self._above(leaf)
        if leaf.chain is Chain.SELF_SIGNED:
            certificate = self._signed(leaf, private, _name(leaf.common), private)
        else:
            certificate = self._signed(leaf, private, signer.certificate.subject, signer.key)
        if leaf.sha1 and isinstance(signer.key, rsa.RSAPrivateKey):
            certificate = _with_sha1(certificate, signer.key)
        return (
            key
            + certificate.public_bytes(PEM)
            + b"".join(s.certificate.public_bytes(PEM) for s in served)
        )

    def _signed(
        self, leaf: Leaf, private: Private, issuer: x509.Name, key: Private
    ) -> x509.Certificate:
        builder = self._builder(_name(leaf.common), issuer, private, leaf.starts, leaf.ends)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        ).add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        if leaf.names:
            alternatives = x509.SubjectAlternativeName([_alternative(n) for n in leaf.names])
            builder = builder.add_extension(alternatives, critical=False)
        if leaf.ocsp:
            place = x509.UniformResourceIdentifier("http://ocsp.example/")
            about = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
            builder = builder.add_extension(
                x509.AuthorityInformationAccess([about]), critical=False
            )
        edwards = isinstance(key, ed25519.Ed25519PrivateKey)
        return builder.sign(key, None if edwards else hashes.SHA256())

    def _authority(
        self, common: str, above: _Signer | None, *, ends: float = 3650.0, rsa_key: bool = False
    ) -> _Signer:
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
        if rsa_key:
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        else:
            key = ec.generate_private_key(ec.SECP256R1())
        issuer = _name(common) if above is None else above.certificate.subject
        builder = self._builder(_name(common), issuer, key, -365.0, ends)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        ).add_extension(_may_issue(), critical=True)
        return _Signer(builder.sign(key if above is None else above.key, hashes.SHA256()), key)

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: Private, starts: float, ends: float
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + timedelta(days=starts))
            .not_valid_after(self.now + timedelta(days=ends))
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
        )


def _with_sha1(certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> x509.Certificate:
    """The same certificate signed anew with SHA-1, which the library's builder refuses.

    The names of both algorithms and both signatures are of the same length (RFC 8017 A.2.4).
    """
    old, new = _SHA256_WITH_RSA, _SHA256_WITH_RSA[:-1] + b"\x05"
    signed = certificate.tbs_certificate_bytes.replace(old, new)
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA1())
    whole = certificate.public_bytes(serialization.Encoding.DER)
    whole = whole.replace(old, new)[: -len(signature)] + signature
    return x509.load_der_x509_certificate(whole)


def _may_issue() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def served(file: Path) -> Sequence[x509.Certificate]:
    """The chain in a PEM file, in its order."""
    return x509.load_pem_x509_certificates(file.read_bytes())
