"""The host of an address that a page links to."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host name of any text that may be a URL; "" when it has none or is none.

    ``http://[`` and ``http://b]/`` make the standard library raise.
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
