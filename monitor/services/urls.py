"""URLs as people write them, in the one way of writing that is kept."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit, urlunsplit

from monitor.domain.naming import ascii_name

_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_HOST_MAX_CHARS = 253


def canonical_url(text: str) -> str | None:
    """``text`` as the canonical start URL (scheme and host in lower case), or None."""
    if not text.isprintable():
        return None
    candidate = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(candidate)
        host, port = parts.hostname, parts.port
        ascii_host = ascii_name(host or "")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None:
        return None
    if not _is_host(ascii_host):
        return None
    shown = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    usual = {"http": 80, "https": 443}[parts.scheme]
    netloc = shown if port in (None, usual) else f"{shown}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def _is_host(text: str) -> bool:
    """A name of letters, digits, dash and underscore, or an address without a zone."""
    if ":" not in text:
        return len(text) <= _HOST_MAX_CHARS and bool(_HOST.fullmatch(text))
    try:
        return ipaddress.IPv6Address(text).scope_id is None
    except ValueError:
        return False
