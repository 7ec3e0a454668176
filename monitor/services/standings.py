"""When labels, certifications or the calendar moved: what follows for a site, without a look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.domain.check import PRIORITY_NORMAL, check_for, next_due
from monitor.domain.site import Site
from monitor.services.catalogue import Catalogue
from monitor.services.tx import Tx
from scanners.api import ScanKind


def settle(tx: Tx, sites: Sequence[Site], catalogue: Catalogue, now: datetime) -> int:
    """Close verdicts of labels that are gone; returns how many.

    A certification that ended has its seal looked for sooner than the row of the
    schedule says, which was made when it still stood.
    """
    retired = tx.retire_verdicts({site.site_id: catalogue.assessed(site, now) for site in sites})
    for site in sites:
        cadence = catalogue.cadence(site, ScanKind.SEAL, now)
        if cadence < catalogue.cadences[ScanKind.SEAL]:
            due = next_due(check_for(site.site_id, ScanKind.SEAL, cadence), now)
            tx.hasten(site.site_id, frozenset({ScanKind.SEAL}), due, PRIORITY_NORMAL)
    return retired
