"""An exception: one condition of one site set aside, with an owner, a reason and an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Waiver:
    """Valid from the day ``starts`` through the day ``until``, a year at most.

    ``owner`` answers for it.  ``begun_at`` is when it was put into effect,
    ``ended_at`` when it was ended or lapsed (``ended_by`` "" then).  It holds as long
    as the site is that of ``member_id``.  ``number`` 0: not stored yet.
    """

    site_id: str
    member_id: str
    condition_id: str
    owner: str
    reason: str
    starts: date
    until: date
    recorded_by: str
    recorded_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    number: int = 0

    def valid(self, today: date) -> bool:
        """Within its days and not ended by a person."""
        return self.ended_at is None and self.starts <= today <= self.until
