"""Not being able to see, over time: it never becomes not_met, but staff must hear of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.domain.label import InconclusiveRule


class UnassessedStep(StrEnum):
    """What a row of unknown looks asks to be said."""

    TICKET = "ticket"
    TELL_MEMBER = "tell_member"
    SEEN_AGAIN = "seen_again"


@dataclass(frozen=True, slots=True)
class Unassessed:
    """A label on a site that could not be evaluated, ``count`` looks in a row since ``since``."""

    site_id: str
    label_id: str
    since: datetime
    count: int = 0
    ticket_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def thread(self) -> str:
        """The alert thread of this row of looks; a later row gets another."""
        return f"unknown:{self.site_id}:{self.label_id}:{int(self.since.timestamp())}"


def observe(
    row: Unassessed | None, site_id: str, label_id: str, rule: InconclusiveRule, at: datetime
) -> tuple[Unassessed, tuple[UnassessedStep, ...]]:
    """Count one more look that could not decide; say what is due to be said."""
    row = row or Unassessed(site_id, label_id, at)
    row = replace(row, count=row.count + 1)
    age = at - row.since
    steps: list[UnassessedStep] = []
    ripe = row.count >= rule.ticket_after_count or age >= rule.ticket_after_age
    if row.ticket_at is None and ripe:
        row = replace(row, ticket_at=at)
        steps.append(UnassessedStep.TICKET)
    if row.told_at is None and age >= rule.tell_member_after:
        row = replace(row, told_at=at)
        steps.append(UnassessedStep.TELL_MEMBER)
    return row, tuple(steps)


def resolved(row: Unassessed) -> tuple[UnassessedStep, ...]:
    """The label was decided again: close the ticket if there was one."""
    return () if row.ticket_at is None else (UnassessedStep.SEEN_AGAIN,)
