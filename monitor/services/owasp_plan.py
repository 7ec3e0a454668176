"""Qualifying OWASP scans, planned ahead: twice a year per shop, spread, where it is allowed.

Contract 2: planned every 150 days (jitter 10), operations are warned and alerted by the
obligation itself.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from monitor.domain.check import PRIORITY_NORMAL, phase_of
from monitor.domain.consent import Level
from monitor.domain.site import Site, Standing
from monitor.services.catalogue import Catalogue
from monitor.services.owasp_consent import owed
from monitor.services.scan_orders import ScanOrders
from monitor.services.tx import Tx
from monitor.services.tx_consents import ScanOrder
from scanners.api import ScanKind

EVERY = timedelta(days=150)
JITTER = timedelta(days=10)
# label-conditions A.9: the first within 30 days of admission; some days are left for trouble.
FIRST_WITHIN = timedelta(days=20)
_BY = "plan"
# A round orders so many at most: the rest has its turn an hour later.
ORDERS_MAX = 50


def plan(tx: Tx, catalogue: Catalogue, orders: ScanOrders, now: datetime) -> int:
    """Order the qualifying scans that are due and allowed; returns how many.

    What only has to wait (a window, a freeze) is ordered for the moment it may begin.
    """
    done, placed = tx.done(), 0
    for site in tx.sites():
        keys = [(label.label_id, rule.obligation_id) for _, label, rule in owed(site, catalogue)]
        if not keys:
            continue
        if placed == ORDERS_MAX:
            break
        last = [at for key in keys for at in done.get((site.site_id, *key), ())]
        if now < _due(site, last, now) or tx.order(site.site_id) is not None:
            continue
        allowed = orders.allowed(tx, site, Level.ACTIVE_LOW, now)
        at = now if allowed.granted else allowed.again_at
        if at is None:
            continue
        tx.put_order(ScanOrder(site.site_id, Level.ACTIVE_LOW, "", _BY, now, planned=True))
        tx.hasten(site.site_id, frozenset({ScanKind.OWASP}), at, PRIORITY_NORMAL)
        placed += 1
    return placed


def _due(site: Site, last: list[datetime], now: datetime) -> datetime:
    """When the next one is planned; the same for a site in every process."""
    share = phase_of(site.site_id, ScanKind.OWASP, JITTER * 2)
    if last:
        return max(last) + EVERY - JITTER + share
    begun = [
        c.since
        for c in site.certifications
        if c.standing is Standing.CERTIFIED and c.since is not None
    ]
    if not begun:
        return now
    admitted = datetime.combine(min(begun), time(), now.tzinfo)
    return admitted + phase_of(site.site_id, ScanKind.OWASP, FIRST_WITHIN)
