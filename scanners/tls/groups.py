"""Named groups: what to offer so that every hello teaches one, and what a prime is called."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

# RFC 7919 appendix A: the size of each group and the X of its formula.
_FFDHE_X = {2048: 560_316, 3072: 2_625_351, 4096: 5_736_041, 6144: 15_705_020, 8192: 10_965_728}


class Rotation:
    """Groups for a row of questions about suites: first those not seen yet.

    While each answer shows a new group, only new ones are offered (and ``kept``, which
    the certificate needs).  The first answer that shows none ends that, as does the last
    of the ``likely`` ones: from then on everything is offered, so that a refusal speaks
    of the suites alone.
    """

    def __init__(self, groups: Sequence[str], likely: Sequence[str], seen: Collection[str]) -> None:
        self._all = tuple(groups)
        self._likely = frozenset(likely)
        self._new = [name for name in groups if name not in seen]
        # The first question offers everything: nothing is known of the server yet.
        self._turning = False
        self._asked = False

    def offer(self, *, worthwhile: bool, kept: Sequence[str] = ()) -> tuple[str, ...]:
        """The groups for the next hello; everything where a group less may cost an answer."""
        if not worthwhile or not self._likely.intersection(self._new):
            self._turning = False
        if not self._turning:
            return self._all
        return (*(name for name in self._new if name not in kept), *kept)

    @property
    def turning(self) -> bool:
        """Was something left out of the last offer?  Then a refusal may be about the groups."""
        return self._turning

    def stop(self) -> None:
        """Offer everything from now on."""
        self._turning, self._asked = False, True

    def saw(self, name: str | None) -> None:
        """Take up the group of an answer; None when it showed none."""
        self._turning = name in self._new and (self._turning or not self._asked)
        self._asked = True
        if name in self._new:
            self._new.remove(name)


def dh_group(prime: bytes, generator: bytes) -> tuple[int, str]:
    """Size in bits and name of a finite-field group: RFC 7919 or ``own``."""
    number = int.from_bytes(prime, "big")
    bits = number.bit_length()
    standard = bits in _FFDHE_X and number == ffdhe_prime(bits)
    standard = standard and int.from_bytes(generator, "big") == 2  # noqa: PLR2004 (RFC 7919 2)
    return bits, f"ffdhe{bits}" if standard else "own"


@cache
def ffdhe_prime(bits: int) -> int:
    """P = 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1 (RFC 7919 appendix A)."""
    guard = bits
    term = total = 1 << guard
    divisor = 1
    while term:
        term //= divisor
        total += term
        divisor += 1
    digits = total >> (guard - (bits - 130))
    return (1 << bits) - (1 << (bits - 64)) + ((digits + _FFDHE_X[bits]) << 64) - 1
