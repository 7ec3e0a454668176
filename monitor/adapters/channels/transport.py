"""What every road out checks about the other end."""

from __future__ import annotations

import ipaddress
import ssl


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Verification against the public roots and, when given, those in ``ca_file`` (PEM).

    ValueError when the file cannot be used.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:
            raise ValueError(f"ca_file {ca_file}: {error}") from error
    return context


def is_loopback(host: str) -> bool:
    """Is it this machine, by name or address?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
