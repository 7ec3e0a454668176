"""What the first visit to a site brings home."""

from __future__ import annotations

from dataclasses import dataclass

from scanners.api import ScanOutcome
from scanners.owasp.engine import Plan


@dataclass(frozen=True, slots=True)
class Flight:
    """What the first visit showed: a plan, or the outcome that there is none.

    ``verified`` False: the certificate is not in order, the site was read all the same.
    """

    plan: Plan | None
    outcome: ScanOutcome = ScanOutcome.COMPLETE
    reason: str = ""
    requests: int = 0
    verified: bool = True
