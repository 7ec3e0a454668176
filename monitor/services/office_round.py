"""What the office does by itself, once an hour: time that passes for papers and procedures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from monitor.services.attestations import remind, report_missing
from monitor.services.casework import Casework
from monitor.services.digest import send_digest
from monitor.services.obligations import watch
from monitor.services.owasp_plan import plan
from monitor.services.ports import Store
from monitor.services.procedures import Procedures
from monitor.services.scan_orders import ScanOrders
from monitor.services.tx import Tx


def steps(
    casework: Casework, orders: ScanOrders, now: datetime
) -> tuple[Callable[[Tx], object], ...]:
    """The parts of a round, each for a transaction of its own: the store is never held for long.

    Repeating a round says nothing twice.
    """
    catalogue, office = casework.catalogue, casework.office
    procedures = Procedures(casework)
    return (
        lambda tx: procedures.elapse(tx, now),
        lambda tx: procedures.open_due(tx, now),
        lambda tx: remind(tx, catalogue, office, now),
        lambda tx: report_missing(tx, catalogue, office, now),
        lambda tx: watch(tx, catalogue, office, now),
        lambda tx: plan(tx, catalogue, orders, now),
        lambda tx: send_digest(tx, catalogue, now),
        lambda tx: tx.beat("office", now),
    )


async def in_turn(store: Store, works: Iterable[Callable[[Tx], object]]) -> None:
    """Each in a transaction of its own; what one raises waits until all had their turn."""
    errors = []
    for work in works:
        (done,) = await asyncio.gather(store.run(work), return_exceptions=True)
        if isinstance(done, BaseException):
            errors.append(done)
    if errors:
        raise errors[0]
