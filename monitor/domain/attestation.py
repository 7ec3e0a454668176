"""A document or answer with an expiry date, judged by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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

    ``file_sha256`` names the stored document, if one was handed in.
    """

    site_id: str
    condition_id: str
    until: date
    recorded_by: str
    recorded_at: datetime
    accepted: bool = True
    file_sha256: str | None = None
