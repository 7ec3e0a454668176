"""Rows that services read and people see; plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from monitor.domain.alert import Audience, ChannelKind, DeliveryState
from monitor.domain.check import PRIORITY_CONFIRM, PRIORITY_RESCAN
from monitor.domain.finding import EvidenceRef, Finding
from scanners.api import ScanKind, ScanOutcome


class Lane(StrEnum):
    """The lanes of the queue, by priority: what staff asked for, what is to be confirmed."""

    RESCAN = "rescan"
    CONFIRM = "confirm"
    CADENCE = "cadence"


def lane_of(priority: int) -> Lane:
    """The lane a row of that priority waits in."""
    if priority >= PRIORITY_RESCAN:
        return Lane.RESCAN
    return Lane.CONFIRM if priority >= PRIORITY_CONFIRM else Lane.CADENCE


@dataclass(frozen=True, slots=True)
class DueRow:
    """One row of the due table.  ``lease_until`` None: nobody works on it."""

    site_id: str
    kind: ScanKind
    ready_at: datetime
    priority: int
    attempt: int
    token: int
    lease_until: datetime | None
    requested_by: str
    last_error: str


@dataclass(frozen=True, slots=True)
class ScanRow:
    """The newest scan of one kind."""

    kind: ScanKind
    outcome: ScanOutcome
    started_at: datetime
    duration_s: float
    requests: int
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CurrentFinding:
    """The current finding of a condition (or, with condition id "", the label's verdict).

    For a label row ``finding`` holds met, not_met or inconclusive (= unknown).
    ``waits``: a reviewer's look is wanted.  ``decided_by``, ``fragment`` and ``note``
    are those of ``ConditionFinding``.
    """

    site_id: str
    label_id: str
    condition_id: str
    finding: Finding
    outcome: str
    review: bool
    counts: bool
    summary: str
    first_at: datetime
    last_at: datetime
    looks: int
    evidence: tuple[EvidenceRef, ...] = ()
    waits: bool = False
    decided_by: str = ""
    fragment: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time with one finding and outcome; ``looks`` observations in it."""

    finding: Finding
    outcome: str
    first_at: datetime
    last_at: datetime
    looks: int


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert with what became of it."""

    alert_id: str
    thread: str
    step: str
    audience: Audience
    channel: ChannelKind
    recipient: str
    site_id: str
    case_id: str | None
    state: DeliveryState
    tries: int
    created_at: datetime
    sent_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class ValveState:
    """``closed`` holds member mail.  Only turns after ``counted_from`` count to close it."""

    closed: bool = False
    changed_at: datetime | None = None
    counted_from: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which object, when."""

    at: datetime
    actor: str
    action: str
    object_id: str
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FleetNumbers:
    """Aggregates over the fleet.

    Keys: ``sites`` (label, verdict met/not_met/unknown); ``failing`` (label,
    condition); ``cases`` state; ``due`` kind -> ready and free rows;
    ``oldest_due_s`` kind -> seconds the oldest ready row waits; ``leased`` kind;
    ``alerts`` state; ``unassessed`` open tickets.  ``queue`` and ``queue_oldest_s``
    are the same ready rows by lane of priority.  ``reviews`` are conditions of sites
    that wait for a reviewer, ``waivers`` exceptions that did not end;
    ``weaknesses`` state and severity -> how many, ``obligations`` id and state -> sites.
    """

    members: int
    certified_sites: int
    sites: Mapping[tuple[str, str], int]
    failing: Mapping[tuple[str, str], int]
    cases: Mapping[str, int]
    oldest_case_s: Mapping[str, float]
    due: Mapping[str, int]
    oldest_due_s: Mapping[str, float]
    leased: Mapping[str, int]
    alerts: Mapping[str, int]
    oldest_alert_s: float
    unassessed: int
    database_bytes: int
    queue: Mapping[str, int] = field(default_factory=dict)
    queue_oldest_s: Mapping[str, float] = field(default_factory=dict)
    reviews: int = 0
    oldest_review_s: float = 0.0
    waivers: int = 0
    weaknesses: Mapping[tuple[str, str], int] = field(default_factory=dict)
    obligations: Mapping[tuple[str, str], int] = field(default_factory=dict)
    kill_switches: int = 0


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """One line of the history of a procedure."""

    at: datetime
    actor: str
    event: str
    before: str
    after: str
    role: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberLink:
    """Whose a site was, from ``since`` through ``until`` (None: still)."""

    member_id: str
    since: date | None
    until: date | None
