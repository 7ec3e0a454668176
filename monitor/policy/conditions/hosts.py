"""The host of an address, and whether it is one of those that are known."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

PATH_MAX_CHARS = 2_000


def has_path(url: str, pattern: str | None) -> bool:
    """Does an address's path match the pattern of a label file?

    False without a pattern, for one that is no regular expression and for no address.
    """
    try:
        path = urlsplit(url).path[:PATH_MAX_CHARS]
        return pattern is not None and bool(re.search(pattern, path))
    except (ValueError, re.error):
        return False


def is_within(host: str, known: Collection[str]) -> bool:
    """Is a host one of the ``known`` (lower case, without a final dot), or below one?

    Case and a final dot of ``host`` make no other name (RFC 1034 3.1).
    """
    name = host.lower().strip(".")
    return any(name == other or name.endswith(f".{other}") for other in known)
