"""A document or answer with an expiry date, judged by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """Who may decide on what is handed in; ``decided_by`` of a label file names some."""

    FINANCE = "finance"
    AUDITOR = "auditor"
    ACCOUNTANT = "accountant"
    REVIEWER = "reviewer"
    STAFF = "staff"


class AttestationState(StrEnum):
    """Where a document stands: handed in, then accepted or rejected."""

    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class AttestationOutcome(StrEnum):
    """What is on file for an attested condition on a given day."""

    ACCEPTED_VALID = "accepted_valid"
    UNDER_REVIEW = "under_review"
    EXPIRED_IN_GRACE = "expired_in_grace"
    EXPIRED = "expired"
    REJECTED = "rejected"
    MISSING = "missing"
    NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True, slots=True)
class Attestation:
    """Recorded by ``recorded_by`` at ``recorded_at``; good through ``until`` inclusive.

    ``file_sha256`` names the stored document, if one was handed in.  ``under_review``:
    handed in and not yet decided (``accepted`` says nothing then).  ``role`` is that of
    who decided.  ``meanwhile``: the day through which the one that it is, or was, to
    replace is good.  ``note``: why it was decided so.  ``dated``: the day on the document itself.
    """

    site_id: str
    condition_id: str
    until: date
    recorded_by: str
    recorded_at: datetime
    accepted: bool = True
    file_sha256: str | None = None
    under_review: bool = False
    role: str = ""
    meanwhile: date | None = None
    note: str = ""
    dated: date | None = None

    @property
    def state(self) -> AttestationState:
        """Handed in, accepted or rejected."""
        if self.under_review:
            return AttestationState.UNDER_REVIEW
        return AttestationState.ACCEPTED if self.accepted else AttestationState.REJECTED

    def good_through(self) -> date | None:
        """The last day on which something accepted stands behind it; None when nothing does."""
        if self.under_review or not self.accepted:
            return self.meanwhile
        return self.until


def outcome_on(attestation: Attestation, grace: timedelta, today: date) -> AttestationOutcome:
    """Arithmetic on dates: valid through its last day, then a grace, then expired.

    While a renewal waits for a decision, and when it is rejected, the one before it
    holds as long as it is good.  After that nothing is known of one that waits: the
    organisation is the one that is late.
    """
    before = attestation.meanwhile
    undecided = attestation.under_review
    if (undecided or not attestation.accepted) and before is not None and today <= before:
        return AttestationOutcome.ACCEPTED_VALID
    if undecided:
        return AttestationOutcome.UNDER_REVIEW
    if not attestation.accepted:
        return AttestationOutcome.REJECTED
    if today <= attestation.until:
        return AttestationOutcome.ACCEPTED_VALID
    if today - grace <= attestation.until:
        return AttestationOutcome.EXPIRED_IN_GRACE
    return AttestationOutcome.EXPIRED


def stage_due(
    attestation: Attestation, stages: Sequence[timedelta], grace: timedelta, today: date
) -> timedelta | None:
    """Which reminder is due: the latest stage before expiry whose day has come, or None.

    One that had passed when the document was recorded is not said of it.  A
    renewal that waits for a decision, a rejected document without another that is
    good and one whose grace is over are reminded of no more: the case speaks then.
    """
    until = attestation.good_through()
    left = grace if attestation.accepted else timedelta(0)
    if attestation.under_review or until is None or today - left > until:
        return None
    recorded = attestation.recorded_at.date()
    days = ((until - before, before) for before in stages)
    passed = [(day, before) for day, before in days if recorded < day <= today]
    return max(passed)[1] if passed else None
