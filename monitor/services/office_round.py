"""What the office does by itself, once an hour: time that passes for papers and procedures."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from monitor.services.attestations import remind, report_missing
from monitor.services.casework import WAKE_BATCH, Casework
from monitor.services.digest import send_digest
from monitor.services.obligations import watch
from monitor.services.owasp_plan import plan
from monitor.services.papers_waiting import remind_deciders
from monitor.services.ports import Store
from monitor.services.procedures import Procedures
from monitor.services.scan_orders import ScanOrders
from monitor.services.tx import Tx

log = structlog.get_logger(__name__)


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
        lambda tx: remind_deciders(tx, catalogue, office, now),
        lambda tx: watch(tx, catalogue, office, now),
        lambda tx: plan(tx, catalogue, orders, now),
        lambda tx: send_digest(tx, catalogue, now),
        lambda tx: tx.beat("office", now),
    )


async def wake_all(store: Store, casework: Casework, now: datetime) -> int:
    """Let time pass for the cases of this turn, each in a transaction of its own.

    One that raises stops no other: it is put aside and operations hear of it.
    Returns how many were put aside; trouble of the store itself is raised.
    """
    cases = await store.run(lambda tx: [c.case_id for c in tx.waking_cases(now, WAKE_BATCH)])
    aside = 0
    for case_id in cases:
        work = functools.partial(casework.wake_one, case_id=case_id, now=now)
        (done,) = await asyncio.gather(store.run(work), return_exceptions=True)
        if done is not None:
            log.error("case_not_woken", case_id=case_id, exc_info=done)
            # Its name alone: what a database says of a row holds the row.
            why = type(done).__name__
            # A store that is gone is gone here too, and that ends the turn.
            put = functools.partial(casework.put_aside, case_id=case_id, why=why, now=now)
            await store.run(put)
            aside += 1
    return aside


async def in_turn(store: Store, works: Iterable[Callable[[Tx], object]]) -> None:
    """Each in a transaction of its own; what one raises waits until all had their turn."""
    errors = []
    for work in works:
        (done,) = await asyncio.gather(store.run(work), return_exceptions=True)
        if isinstance(done, BaseException):
            errors.append(done)
    if errors:
        raise errors[0]
