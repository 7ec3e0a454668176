"""A certificate authority of the lab's own: root, intermediate, and leaves to order."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KeyKind = Literal["ec", "rsa2048"]
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

LEAF_LIFETIME = timedelta(days=90)


def system_now() -> datetime:
    """The present moment, aware, UTC: the lab lives in the same time as its visitors."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Issued:
    """One certificate as a server needs it.

    ``chain_pem`` is leaf first, then the intermediate when it was asked for.
    ``file`` holds the private key and the chain and is readable by its owner only.
    ``not_after`` is exact: whole seconds, as the certificate says it.
    """

    host: str
    chain_pem: bytes
    key_pem: bytes
    not_before: datetime
    not_after: datetime
    file: Path

    def server_context(self) -> ssl.SSLContext:
        """A server context of the platform's defaults (TLS 1.2 and 1.3) with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context


class Authority:
    """Issues certificates below a root that only the lab's ``ca_file`` trusts.

    ``folder`` is created; it gets ``ca.pem`` and one file per issued certificate.
    ``now`` may be replaced to issue from another moment.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = system_now) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._now = now
        self._serial = 0
        start = now().replace(microsecond=0) - timedelta(days=365)
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._root = _ca("Keurlab Root", self._root_key, None, self._root_key, start, depth=1)
        self._sub_key = ec.generate_private_key(ec.SECP256R1())
        self._sub = _ca("Keurlab Sub 1", self._sub_key, self._root, self._root_key, start, depth=0)
        self.ca_pem: bytes = self._root.public_bytes(serialization.Encoding.PEM)
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(self.ca_pem)

    def issue(
        self,
        host: str,
        *,
        days_left: float = 60.0,
        hours_left: float | None = None,
        not_after: datetime | None = None,
        expired: bool = False,
        names: Sequence[str] | None = None,
        key: KeyKind = "ec",
        with_intermediate: bool = True,
    ) -> Issued:
        """Issue a certificate for ``host``, valid for ``days_left`` days from now.

        ``not_after`` wins over ``hours_left``, that over ``expired`` (ended a day
        ago), that over ``days_left``; the result is cut to the whole second.
        ``names`` replaces the names in the certificate (a wrong host, an address);
        without it they are ``host`` and ``www.host``.
        """
        now = self._now()
        if not_after is None:
            left = timedelta(days=-1.0 if expired else days_left)
            not_after = now + (left if hours_left is None else timedelta(hours=hours_left))
        not_after = not_after.replace(microsecond=0)
        # A leaf never starts in the future, however long it is to live.
        not_before = min(not_after - LEAF_LIFETIME, now.replace(microsecond=0) - timedelta(hours=1))
        private = _private_key(key)
        leaf = self._leaf(names or (host, f"www.{host}"), private, not_before, not_after)
        pems = [leaf.public_bytes(serialization.Encoding.PEM)]
        if with_intermediate:
            pems.append(self._sub.public_bytes(serialization.Encoding.PEM))
        key_pem = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        chain_pem = b"".join(pems)
        file = self._write(host, key_pem + chain_pem)
        return Issued(host, chain_pem, key_pem, not_before, not_after, file)

    def client_context(self) -> ssl.SSLContext:
        """A client context that trusts this authority and nothing else."""
        return ssl.create_default_context(cadata=self.ca_pem.decode("ascii"))

    def _write(self, host: str, pem: bytes) -> Path:
        self._serial += 1
        file = self.folder / f"{host}-{self._serial}.pem"
        file.touch(mode=0o600)
        file.write_bytes(pem)
        return file

    def _leaf(
        self,
        names: Sequence[str],
        private: PrivateKey,
        not_before: datetime,
        not_after: datetime,
    ) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=isinstance(private, rsa.RSAPrivateKey),
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=False,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = _builder(_name(names[0]), self._sub.subject, private, not_before, not_after)
        return (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([_alt(n) for n in names]), critical=False)
            .add_extension(_key_id_of_issuer(self._sub), critical=False)
            .sign(self._sub_key, hashes.SHA256())
        )


def _private_key(kind: KeyKind) -> PrivateKey:
    if kind == "rsa2048":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    # RFC 5280 bounds a common name at 64 characters; the SAN carries the whole one.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _alt(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    private: PrivateKey,
    not_before: datetime,
    not_after: datetime,
) -> x509.CertificateBuilder:
    public = private.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _key_id_of_issuer(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    found = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found.value)


def _ca(
    common: str,
    private: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    start: datetime,
    *,
    depth: int,
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    subject = _name(common)
    parent = subject if issuer is None else issuer.subject
    builder = (
        _builder(subject, parent, private, start, start + timedelta(days=10 * 365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
        .add_extension(usage, critical=True)
    )
    if issuer is not None:
        builder = builder.add_extension(_key_id_of_issuer(issuer), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
