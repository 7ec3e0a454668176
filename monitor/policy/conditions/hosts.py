"""The host of an address, and whether it is one of those that are known."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host name of any text that may be a URL; "" when it has none or is none.

    ``http://[`` and ``http://b]/`` make the standard library raise.
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_within(host: str, known: Collection[str]) -> bool:
    """Is a host one of the ``known`` (lower case, without a final dot), or below one?

    Case and a final dot of ``host`` make no other name (RFC 1034 3.1).
    """
    name = host.lower().strip(".")
    return any(name == other or name.endswith(f".{other}") for other in known)
