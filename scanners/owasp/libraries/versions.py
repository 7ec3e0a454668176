"""Versions of front-end libraries, compared as retire.js does."""

from __future__ import annotations

import re
from collections.abc import Mapping

VERSION_MAX_CHARS = 60
_PARTS = re.compile(r"[.\-]")


def at_or_above(version: str, bound: str) -> bool:
    """Is ``version`` the bound or newer?

    Parts between dots and hyphens, numbers as numbers; a missing part is 0 and a number
    is newer than a word: 3.0.0 is above 3.0.0-rc1.
    """
    mine, other = _PARTS.split(version), _PARTS.split(bound)
    for place in range(max(len(mine), len(other))):
        a, b = _comparable(mine, place), _comparable(other, place)
        match a, b:
            case (int(), int()) | (str(), str()) if a == b:
                continue
            case (int(x), int(y)):
                return x > y
            case (str(x), str(y)):
                return x > y
            case _:
                return isinstance(a, int)
    return True


def _comparable(parts: list[str], place: int) -> int | str:
    if place >= len(parts):
        return 0
    part = parts[place]
    return int(part) if part.isascii() and part.isdecimal() else part


def affected(version: str, entry: Mapping[str, object]) -> bool:
    """Does an entry of the data (``below``, ``atOrAbove``, ``excludes``) mean this version?"""
    below, above, excludes = entry.get("below"), entry.get("atOrAbove"), entry.get("excludes")
    if isinstance(excludes, list) and version in excludes:
        return False
    if isinstance(below, str) and at_or_above(version, below):
        return False
    return not isinstance(above, str) or at_or_above(version, above)
