"""A grave weakness is looked for a second time before anybody is told: what all engines share.

Engines flap, and a page may be broken for a minute.  Each high or critical finding is looked
for again at its one address with its one rule, some time after the first sight, within the
limits of the same plan.  Three answers: seen again, not seen again, or it could not be
looked at; the last two accuse nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from scanners.owasp.evidence import Again, Finding

# Seconds between a first sight and the second: long enough for another answer of a farm of
# servers, or for the end of a hiccup, and short beside the deadline of a look.
AGAIN_AFTER_S = 10.0
# With less than this left there is no second look.
AGAIN_LEAST_S = 5.0
# One verified weakness is enough to ask a reviewer; a shop full of them is not asked for all.
AGAIN_MAX = 20
NO_TIME = "no time was left"
TOO_MANY = f"only {AGAIN_MAX} are looked for again in one look"


def to_look_for(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The grave ones that nobody looked for again yet, in their order."""
    return tuple(one for one in findings if one.serious and one.again is None)


def could_not(finding: Finding, why: str) -> Finding:
    """It could not be looked for again."""
    return replace(finding, again=Again.COULD_NOT, again_why=why)


def verified(finding: Finding) -> Finding:
    """It was seen again."""
    return replace(finding, again=Again.VERIFIED)


def not_seen(finding: Finding, why: str) -> Finding:
    """The place was looked at whole, and it was not there."""
    return replace(finding, again=Again.NOT_SEEN, again_why=why)


def settled(findings: Iterable[Finding], why: str) -> tuple[Finding, ...]:
    """Every grave one has an answer: what has none yet could not be looked at."""
    return tuple(
        could_not(one, why) if one.serious and one.again is None else one for one in findings
    )


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """How many of each answer, for staff."""
    return dict(Counter(one.again.value for one in findings if one.again is not None))
