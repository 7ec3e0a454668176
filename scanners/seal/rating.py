"""How alike two pictures of a mark are, by their fingerprints.  Pure.

A fingerprint is 16 hexadecimal digits (64 bits of a perceptual hash) and, where the picture
has one colour that stands out, ``/`` and its hue in degrees: ``3c7e66e3c7c36618/215``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Label conditions, row seal-1: distance <= 8 of 64.
DISTANCE_MAX = 8
# Half the way between the green and the blue of sister marks.
HUE_GAP_MAX = 40
_FINGERPRINT = re.compile(r"([0-9a-f]{16})(?:/(\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``bits`` of the perceptual hash; ``hue`` 0 to 359 degrees, None without a colour."""

    bits: int
    hue: int | None = None


def fingerprint_of(text: str) -> Fingerprint | None:
    """The fingerprint in a text, None when it is none."""
    match = _FINGERPRINT.fullmatch(text)
    if match is None:
        return None
    hue = None if match[2] is None else int(match[2]) % 360
    return Fingerprint(int(match[1], 16), hue)


def distance(one: Fingerprint, other: Fingerprint) -> int:
    """Bits that differ, 0 to 64."""
    return (one.bits ^ other.bits).bit_count()


def is_alike(one: Fingerprint, other: Fingerprint, most: int = DISTANCE_MAX) -> bool:
    """The same drawing, and no plainly other colour (a colour that is not known is none)."""
    if distance(one, other) > most:
        return False
    if one.hue is None or other.hue is None:
        return True
    gap = abs(one.hue - other.hue)
    return min(gap, 360 - gap) <= HUE_GAP_MAX
