"""A reviewer's word on one condition of one site, pinned to what it judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.domain.finding import EvidenceRef, Finding
from monitor.domain.procedure import years_after

# What a person may decide: an exception is a waiver, with an owner of its own.
DECISIONS: Mapping[str, Finding] = {
    one.value: one
    for one in (Finding.MET, Finding.NOT_MET, Finding.INCONCLUSIVE, Finding.NOT_APPLICABLE)
}


class ReviewRole(StrEnum):
    """In which role a person decides."""

    REVIEWER = "reviewer"
    LEGAL = "legal"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Review:
    """One decision, valid through the day ``until``, a year after ``at`` at most.

    It holds for ``outcome`` and ``fingerprint`` (``policy.reviewing.fingerprint``) as
    long as the site is that of ``member_id``: another owner starts without decisions.
    ``evidence`` is what the reviewer had before them.
    """

    site_id: str
    member_id: str
    condition_id: str
    outcome: str
    fingerprint: str
    decision: Finding
    role: ReviewRole
    reviewer: str
    reason: str
    at: datetime
    until: date
    summary: str = ""
    evidence: tuple[EvidenceRef, ...] = ()

    def valid(self, today: date) -> bool:
        """Within its time."""
        return today <= self.until


def year_after(day: date) -> date:
    """The same day of the next year; 28 February after a leap day."""
    return years_after(day, 1)
