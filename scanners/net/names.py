"""Host names: who owns them, and how they are written for DNS and TLS."""

from __future__ import annotations

import ipaddress
import socket
import unicodedata
from functools import cache, lru_cache

import httpx
import tldextract

# An IPv6 address with an IPv4 tail (RFC 4291 2.2).
ADDRESS_MAX_CHARS = 45
# Those of one site come back in every scan; a fleet's fit.
NAMES_REMEMBERED = 16_384


@cache
def _suffixes() -> tldextract.TLDExtract:
    # The list inside the package: no network, no cache folder, the same answer everywhere.
    # Private suffixes count: two shops of one hosting platform have two owners.
    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    )


def registrable_domain(host: str) -> str:
    """The domain somebody registered (``shop.example.co.uk`` -> ``example.co.uk``).

    Below a suffix the list does not know its default rule ``*`` holds: the last label is
    the suffix.  An address, a single label and a public suffix are their own domain.
    A-labels, lower case, without a final dot; text that is no host name comes back as it is.
    """
    name = host.strip().strip("[]").rstrip(".").lower()
    try:
        name = ascii_host(name)
    except ValueError:
        return name
    return _registrable(name)


@lru_cache(maxsize=NAMES_REMEMBERED)
def _registrable(name: str) -> str:
    """Of A-labels: at most 253 characters."""
    if is_address(name):
        return name
    found = _suffixes()(name)
    if not found.suffix:
        return ".".join(name.rsplit(".", 2)[-2:])
    return found.top_domain_under_public_suffix or name


def is_address(host: str) -> bool:
    """Is it an IP address literal?"""
    literal = host.strip("[]").partition("%")[0]
    return len(literal) <= ADDRESS_MAX_CHARS and _is_address(literal)


@lru_cache(maxsize=NAMES_REMEMBERED)
def _is_address(literal: str) -> bool:
    try:
        ipaddress.ip_address(literal)
    except ValueError:
        return False
    return True


def ascii_host(host: str) -> str:
    """``host`` as A-labels (RFC 5891), lower case, without a final dot; ValueError when it is none.

    Labels are 1 to 63 characters, the name at most 253 (RFC 1035 2.3.4).  A name
    that ends in a number is an IPv4 address in some notation (WHATWG URL 3.5).
    """
    return _ascii(host.strip().rstrip(".").lower())


@lru_cache(maxsize=NAMES_REMEMBERED)
def _ascii(name: str) -> str:
    # What fails is not remembered: what is, is at most 253 characters long and its A-labels.
    if is_address(name):
        return name.strip("[]")
    try:
        encoded = name.encode("ascii") if name.isascii() else _a_labels(name)
    except (UnicodeError, httpx.InvalidURL) as error:
        raise ValueError(f"not a host name: {name!r}") from error
    labels = encoded.decode().split(".")
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    short = all(0 < len(label) <= 63 and set(label) <= allowed for label in labels)  # noqa: PLR2004
    if not short or len(encoded) > 253:  # noqa: PLR2004
        raise ValueError(f"not a host name: {name!r}")
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        return _dotted(encoded.decode())
    return encoded.decode()


def _dotted(name: str) -> str:
    """Decimal, octal, hexadecimal and short IPv4 notations as four decimal numbers."""
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError as error:
        raise ValueError(f"not a host name: {name!r}") from error


def _a_labels(name: str) -> bytes:
    """IDNA 2008 after compatibility folding, as browsers do (UTS 46): ``ß`` stays itself."""
    folded = unicodedata.normalize("NFKC", name).lower().replace("\u3002", ".")
    return httpx.URL(scheme="https", host=folded).raw_host
