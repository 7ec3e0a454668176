"""What a transaction offers about weaknesses and the looks that showed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from monitor.domain.weakness import Weakness, WeaknessState
from scanners.api import ScanOutcome


@dataclass(frozen=True, slots=True)
class OwaspRun:
    """One look at the OWASP Top 10: how hard, how it ended, how far it came."""

    site_id: str
    at: datetime
    engine: str
    version: str
    profile: str
    outcome: ScanOutcome
    urls_known: int
    urls_visited: int
    requests: int
    duration_s: float


class WeaknessTx(Protocol):
    """Weaknesses of sites, and the history of looks."""

    def put_weaknesses(self, weaknesses: Iterable[Weakness]) -> None:
        """Insert or replace by site and fingerprint."""
        ...

    def weaknesses(
        self, site_id: str | None = None, states: Iterable[WeaknessState] | None = None
    ) -> Sequence[Weakness]:
        """Those of the site or of all, gravest first, then the oldest."""
        ...

    def lapsing(self, today: date) -> Sequence[Weakness]:
        """Those set aside whose last day is past."""
        ...

    def add_run(self, run: OwaspRun) -> None:
        """Append one look; one at the same moment is replaced."""
        ...

    def runs(self, site_id: str, limit: int = 50) -> Sequence[OwaspRun]:
        """Looks at the site, newest first."""
        ...

    def weakness_counts(self) -> Mapping[tuple[str, str], int]:
        """How many there are, by state and severity."""
        ...
