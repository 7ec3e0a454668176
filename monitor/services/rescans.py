"""What staff ask for: a rescan, a baseline accepted."""

from __future__ import annotations

from datetime import datetime

from monitor.domain.site import Site
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


def accept_baseline(tx: Tx, site: Site, by: str, now: datetime) -> bool:
    """Make the proposed baseline the accepted one; False when nothing was proposed."""
    if not tx.accept_baseline(site.site_id, now, by):
        return False
    tx.request(site.site_id, frozenset({ScanKind.DRIFT}), now, by)
    tx.audit(AuditEntry(now, by, "baseline_accepted", site.site_id))
    return True
