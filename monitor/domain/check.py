"""The standing order to look, and one claimed execution of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scanners.api import ScanKind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PRIORITY_NORMAL = 0
PRIORITY_CONFIRM = 50
PRIORITY_RESCAN = 100


@dataclass(frozen=True, slots=True)
class Check:
    """Look at ``site_id`` with ``kind`` once every ``cadence``, at ``phase`` on its grid."""

    site_id: str
    kind: ScanKind
    cadence: timedelta
    phase: timedelta


@dataclass(frozen=True, slots=True)
class Job:
    """One leased execution of a check; worthless once its ``token`` is no longer current.

    ``attempt`` counts claims since the last completion, this one included.
    ``requested_by`` names who asked for an ad-hoc rescan, empty for the cadence.
    """

    site_id: str
    kind: ScanKind
    token: int
    attempt: int
    due_at: datetime
    lease_until: datetime
    requested_by: str = ""


def phase_of(site_id: str, kind: ScanKind, cadence: timedelta) -> timedelta:
    """A stable place in the cadence, spread evenly by hash over the fleet.

    The same site and kind always get the same phase, whatever the process or
    its hash seed, so a restart moves nothing.
    """
    digest = hashlib.sha256(f"{site_id}\0{kind.value}".encode()).digest()
    fraction = int.from_bytes(digest[:8]) / 2**64
    return timedelta(seconds=int(cadence.total_seconds() * fraction))


def check_for(site_id: str, kind: ScanKind, cadence: timedelta) -> Check:
    """The check of that site and kind, at its own phase."""
    return Check(site_id, kind, cadence, phase_of(site_id, kind, cadence))


def next_due(check: Check, now: datetime) -> datetime:
    """The first moment of the check's grid strictly after ``now``.

    Missed rounds coalesce into one; the grid never drifts.
    """
    since_phase = now - EPOCH - check.phase
    return now - since_phase % check.cadence + check.cadence
