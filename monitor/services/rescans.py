"""What staff ask for: a rescan, a baseline accepted or rejected, habits forgotten."""

from __future__ import annotations

from datetime import datetime

from monitor.domain.site import Site
from monitor.policy.drifting.compare import OBSERVATIONS_MAX, drift_of
from monitor.services.records import AuditEntry
from monitor.services.tx import Tx
from scanners.api import ScanKind


class RequestError(Exception):
    """The request names something that is not there; the message has the choices."""


def rescan(
    tx: Tx, site: Site, kinds: frozenset[ScanKind], by: str, now: datetime
) -> frozenset[ScanKind]:
    """Make the site's checks of those kinds due at once; all of them when none is named.

    Takes the ordinary road, so it can never open a second case for the same thing.
    """
    ordered = frozenset(row.kind for row in tx.due_rows(site.site_id))
    wanted = kinds or ordered
    if strange := wanted - ordered:
        raise RequestError(
            f"{site.site_id} has no check of kind {', '.join(sorted(strange))};"
            f" it has {', '.join(sorted(ordered)) or 'none'}"
        )
    tx.request(site.site_id, wanted, now, by)
    tx.audit(AuditEntry(now, by, "rescan_requested", site.site_id, {"kinds": sorted(wanted)}))
    return wanted


def accept_baseline(tx: Tx, site: Site, by: str, now: datetime, *, replace: bool = False) -> bool:
    """Add the proposed baseline to the accepted one; False when nothing was proposed.

    The newest five observations stay.  With ``replace`` only what was proposed stays, so
    that what was accepted before is told again when it comes back.
    """
    proposed = tx.proposed_baseline(site.site_id)
    if proposed is None:
        return False
    held = None if replace else tx.baseline(site.site_id)
    known = () if held is None or not drift_of(held.evidence) else held.evidence
    kept = (*known, *proposed[0])[-OBSERVATIONS_MAX:]
    tx.accept_baseline(site.site_id, kept, now, by)
    tx.request(site.site_id, frozenset({ScanKind.DRIFT}), now, by)
    detail = {"observations": len(kept), "replace": replace}
    tx.audit(AuditEntry(now, by, "baseline_accepted", site.site_id, detail))
    return True


def reject_baseline(tx: Tx, site: Site, by: str, reason: str, now: datetime) -> bool:
    """Drop the proposal: what it shows stays a change; False when nothing was proposed."""
    if not tx.drop_proposal(site.site_id):
        return False
    tx.audit(AuditEntry(now, by, "baseline_rejected", site.site_id, {"reason": reason}))
    return True


def forget_habits(tx: Tx, site: Site, by: str, now: datetime) -> int:
    """Tell everything of the site again that comes and goes; how many features were excused."""
    memory = tx.drift_memory(site.site_id)
    if memory.moves:
        tx.put_drift_memory(site.site_id, memory.without_habits())
        detail = {"features": len(memory.moves)}
        tx.audit(AuditEntry(now, by, "drift_habits_forgotten", site.site_id, detail))
    return len(memory.moves)
