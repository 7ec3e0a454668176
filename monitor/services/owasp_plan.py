"""Qualifying OWASP scans, planned ahead: twice a year per shop, spread, where it is allowed.

Contract 2: planned every 150 days (jitter 10), operations are warned and alerted by the
obligation itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from monitor.domain.check import PRIORITY_NORMAL, phase_of
from monitor.domain.consent import Level
from monitor.domain.obligation import ObligationRow
from monitor.domain.site import Site
from monitor.services.catalogue import Catalogue
from monitor.services.owasp_consent import Duty, Key, owed
from monitor.services.scan_orders import ScanOrders
from monitor.services.tx import Tx
from monitor.services.tx_consents import ScanOrder
from scanners.api import ScanKind
from scanners.owasp.evidence import ACTIVE_PROFILES

EVERY = timedelta(days=150)
JITTER = timedelta(days=10)
# label-conditions A.9: the first within 30 days of admission; some days are left for trouble.
FIRST_WITHIN = timedelta(days=20)
_BY = "plan"
# One that did not qualify (cut short, too few pages) is tried again so much later; any look at
# all, also one that saw nothing, gives the shop a rest.
AGAIN = timedelta(days=7)
REST = timedelta(days=1)
# A round orders so many at most: the rest has its turn an hour later.
ORDERS_MAX = 50


def plan(tx: Tx, catalogue: Catalogue, orders: ScanOrders, now: datetime) -> int:
    """Order the qualifying scans that are due and allowed; returns how many.

    What only has to wait (a window, a freeze) is ordered for the moment it may begin.
    """
    done, rows, placed = tx.done(), tx.obligation_rows(), 0
    for site in tx.sites():
        duties = list(owed(site, catalogue))
        if not duties:
            continue
        if placed == ORDERS_MAX:
            break
        due = min(_due(site, duty, done, rows, now) for duty in duties)
        if now < due or tx.order(site.site_id) is not None or _lately(tx, site, now):
            continue
        allowed = orders.allowed(tx, site, Level.ACTIVE_LOW, now)
        at = now if allowed.granted else allowed.again_at
        if at is None:
            continue
        tx.put_order(ScanOrder(site.site_id, Level.ACTIVE_LOW, "", _BY, now, planned=True))
        tx.hasten(site.site_id, frozenset({ScanKind.OWASP}), at, PRIORITY_NORMAL)
        placed += 1
    return placed


def _due(
    site: Site,
    duty: Duty,
    done: Mapping[Key, Sequence[datetime]],
    rows: Mapping[Key, ObligationRow],
    now: datetime,
) -> datetime:
    """When the next one is planned for that duty; the same for a site in every process."""
    held, label, rule = duty
    key = (site.site_id, label.label_id, rule.obligation_id)
    if done.get(key):
        return max(done[key]) + EVERY - JITTER + phase_of(site.site_id, ScanKind.OWASP, JITTER * 2)
    # A fleet that is taken over in one day has its first tests over some weeks all the same.
    row = rows.get(key)
    known = [] if row is None else [row.first_at]
    if held.since is not None:
        known.append(datetime.combine(held.since, time(), now.tzinfo))
    return max(known, default=now) + phase_of(site.site_id, ScanKind.OWASP, FIRST_WITHIN)


def _lately(tx: Tx, site: Site, now: datetime) -> bool:
    """Was it tried a short while ago?  What did not qualify is not repeated every hour."""
    attacks = (run.at for run in tx.runs(site.site_id) if run.profile in ACTIVE_PROFILES)
    tried = next(attacks, None)
    if tried is not None and now < tried + AGAIN:
        return True
    view = tx.newest_scans(site.site_id).get(ScanKind.OWASP)
    return view is not None and now < view.at + REST
