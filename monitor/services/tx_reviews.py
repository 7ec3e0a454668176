"""What a transaction offers about decisions of people: reviews and waivers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from monitor.domain.review import Review
from monitor.domain.waiver import Waiver
from monitor.services.records import CurrentFinding


class ReviewTx(Protocol):
    """Decisions, exceptions, and what waits for a decision."""

    def add_review(self, review: Review) -> None:
        """Append; never changed afterwards.  Its evidence stays stored."""
        ...

    def reviews(self, site_id: str, condition_id: str | None = None) -> Sequence[Review]:
        """Decisions on the site, newest first."""
        ...

    def pins(self, site_id: str) -> Mapping[str, Review]:
        """The newest decision per condition id, whether or not it still holds."""
        ...

    def waiting(
        self,
        *,
        label_id: str | None = None,
        site_id: str | None = None,
        condition_id: str | None = None,
        limit: int = 1_000,
    ) -> Sequence[CurrentFinding]:
        """Current findings that wait for a reviewer, oldest first."""
        ...

    def undecided(
        self,
        condition_ids: Collection[str],
        *,
        label_id: str | None = None,
        site_id: str | None = None,
        limit: int = 1_000,
    ) -> Sequence[CurrentFinding]:
        """Current findings of those conditions that nobody decided yet, oldest first.

        They are inconclusive, count for nothing and wait for nobody.
        """
        ...

    def not_met(self, condition_ids: Collection[str]) -> Sequence[CurrentFinding]:
        """Current findings of those conditions that are not met, by site and label."""
        ...

    def add_waiver(self, waiver: Waiver) -> int:
        """Keep a new exception; returns its number."""
        ...

    def waivers(self, site_id: str | None = None, *, ended: bool = False) -> Sequence[Waiver]:
        """Exceptions that nobody ended and that did not lapse, by their last day.

        ``ended``: those that are over as well.
        """
        ...

    def waivers_in_force(self, site_id: str) -> Mapping[str, Waiver]:
        """The site's exceptions that did not end, by condition id; days are not looked at."""
        ...

    def begin_waiver(self, number: int, at: datetime) -> None:
        """It was put into effect."""
        ...

    def end_waiver(self, number: int, at: datetime, by: str) -> None:
        """It is over; ``by`` is "" when it lapsed."""
        ...

    def waivers_due(self, today: date) -> Sequence[Waiver]:
        """Those not begun whose first day has come, and those not ended whose last has passed."""
        ...
