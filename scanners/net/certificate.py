"""A throwaway certificate for a TLS server of our own on loopback."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

VALID = timedelta(days=2)


def self_signed(hosts: Iterable[str]) -> bytes:
    """Key and certificate for ``hosts``, names or addresses, as PEM.

    The library is loaded here: it costs megabytes that a daemon without such scans
    does not need.
    """
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "keurwacht egress")])
    others: list[x509.GeneralName] = []
    for host in sorted(hosts):
        try:
            others.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            others.append(x509.DNSName(host))
    # The clock of this machine, not of a test: the program looks at the same one.
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(others), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
