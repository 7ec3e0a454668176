"""What was decided about one condition.  Three values, never a bool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Finding(StrEnum):
    """The judgement on one condition of one site."""

    MET = "met"
    NOT_MET = "not_met"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"


class Severity(StrEnum):
    """How much a breach matters; decides remedy and who is told."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """A pointer to evidence, with what a person needs to see at once.

    ``excerpt`` is hostile text of the site (at most 500 characters); ``sha256``
    names the stored blob.
    """

    kind: str
    source_url: str
    seen_at: datetime
    excerpt: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ConditionFinding:
    """One condition, judged once.

    ``review`` marks a candidate: a machine suspects, a reviewer must confirm; it
    counts as inconclusive and opens no case with consequences until decided.
    ``counts`` is False for advice.  ``values`` fill the member message of the
    label file; ``note`` is an extra fact to show (English, one sentence).
    ``severity``, ``remedy`` and ``confirm`` are those in force for this outcome.
    ``advice`` asks for a friendly word although the finding is met.  ``fragment`` is the
    fingerprint of the text that was judged ("" when it speaks of none).  ``decided_by`` is
    the role of the person whose decision this is ("" a machine's); ``waits``: a reviewer's
    look is wanted although an open case decides.  ``rendered``: all that it rests on was
    looked at in a browser.
    """

    condition_id: str
    rev: int
    finding: Finding
    outcome: str
    summary: str
    review: bool = False
    counts: bool = True
    severity: Severity = Severity.MEDIUM
    remedy: str = ""
    confirm: str = ""
    advice: bool = False
    evidence: tuple[EvidenceRef, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    fragment: str = ""
    decided_by: str = ""
    waits: bool = False
    rendered: bool = False

    @property
    def candidate(self) -> bool:
        """A suspicion that waits for a reviewer."""
        return self.review and self.finding in (Finding.NOT_MET, Finding.INCONCLUSIVE)
