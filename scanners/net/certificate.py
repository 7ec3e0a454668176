"""A throwaway certificate for a TLS server of our own on loopback."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

# Long before and after any scan: the clock of a program on another machine may be wrong.
_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL = datetime(2049, 1, 1, tzinfo=UTC)


def server_context(hosts: Iterable[str]) -> ssl.SSLContext:
    """TLS as a server for ``hosts``, HTTP/1.1 only.  Blocking, some milliseconds.

    Whoever connects must not verify: nobody else trusts this certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory(prefix="keurwacht-") as folder:
        place = Path(folder) / "own.pem"
        place.write_bytes(self_signed(hosts))
        context.load_cert_chain(place)
    context.set_alpn_protocols(["http/1.1"])
    return context


def self_signed(hosts: Iterable[str]) -> bytes:
    """Key and certificate for ``hosts``, names or addresses, as PEM.

    The library is loaded here: it costs megabytes that a daemon without such scans
    does not need.
    """
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "keurwacht")])
    others: list[x509.GeneralName] = []
    for host in sorted(hosts):
        try:
            others.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            others.append(x509.DNSName(host))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.SubjectAlternativeName(others), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
