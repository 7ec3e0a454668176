"""The store: transactions on SQLite or PostgreSQL, from threads of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NoReturn, TypeVar

from sqlalchemy.exc import DBAPIError

from monitor.adapters.clock import DatabaseClock, SystemClock
from monitor.adapters.store import migrate
from monitor.adapters.store.attestations import AttestationGroup
from monitor.adapters.store.cases import CaseGroup
from monitor.adapters.store.codec import FactsCodec
from monitor.adapters.store.consents import ConsentGroup
from monitor.adapters.store.drifting import DriftGroup
from monitor.adapters.store.engine import SQLITE, open_engine, parse, transient, trouble
from monitor.adapters.store.errors import StoreError
from monitor.adapters.store.history import HistoryGroup
from monitor.adapters.store.housekeeping import HousekeepingGroup
from monitor.adapters.store.office import OfficeGroup
from monitor.adapters.store.outbox import OutboxGroup
from monitor.adapters.store.procedures import ProcedureGroup
from monitor.adapters.store.registry import RegistryGroup
from monitor.adapters.store.retention import RetentionGroup
from monitor.adapters.store.reviews import ReviewGroup
from monitor.adapters.store.schedule import ScheduleGroup
from monitor.adapters.store.weaknesses import WeaknessGroup
from scanners.api import Clock

T = TypeVar("T")

SQLITE_THREADS = 1
POSTGRESQL_THREADS = 4
TRIES = 4
FIRST_PAUSE_S = 0.05


class SqlTx(
    RegistryGroup,
    ScheduleGroup,
    HistoryGroup,
    CaseGroup,
    OutboxGroup,
    OfficeGroup,
    HousekeepingGroup,
    RetentionGroup,
    AttestationGroup,
    ProcedureGroup,
    ReviewGroup,
    ConsentGroup,
    WeaknessGroup,
    DriftGroup,
):
    """One transaction; implements ``monitor.services.tx.Tx``."""


class SqlStore:
    """Implements ``monitor.services.ports.Store``.

    ``url`` is ``sqlite:////file`` or ``postgresql://...``; ``facts_types`` says
    which dataclass belongs to which kind of evidence.  ``threads``: 1 on SQLite
    (one writer), 4 on PostgreSQL.  Raises SchemaError when the database is of
    another revision: the store never migrates by itself.
    """

    def __init__(
        self, url: str, *, facts_types: Mapping[str, type], threads: int | None = None
    ) -> None:
        sqlite = parse(url).drivername == SQLITE
        migrate.require_head(url)
        threads = threads or (SQLITE_THREADS if sqlite else POSTGRESQL_THREADS)
        # On PostgreSQL one more, for the clock.
        self._engine = open_engine(url, connections=1 if sqlite else threads + 1)
        self._facts = FactsCodec(facts_types)
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="store")
        # SQLite has one writer: waiting here is fair, waiting for the file is polling.
        self._turn = threading.Lock() if sqlite else None
        self._inside = threading.local()
        self._closing = False
        self._closed = False
        self.clock: Clock = SystemClock() if sqlite else DatabaseClock(self._engine)

    def transact(self, work: Callable[[SqlTx], T]) -> T:
        """See ``Store.transact``.

        ``work`` may run again when the database asks for it (a deadlock, a lock
        that was busy for 5 s), at most 4 times: it must change nothing but the
        transaction.  StoreError inside another transaction of this thread, after
        ``close``, and for what is the matter around the database (a lock that
        stays, a full disk, a server that is gone).
        """
        if self._closed:
            raise StoreError("the store is closed")
        if getattr(self._inside, "now", False):
            raise StoreError("a transaction of this thread is already open")
        with self._one_at_a_time():
            for left in range(TRIES - 1, -1, -1):
                try:
                    with self._engine.begin() as connection:
                        return work(SqlTx(connection, self._facts))
                except DBAPIError as error:
                    if not left or not transient(error):
                        _raise(error)
                time.sleep(FIRST_PAUSE_S * 2 ** (TRIES - 1 - left))
        raise StoreError("unreachable")

    async def run(self, work: Callable[[SqlTx], T]) -> T:
        """See ``Store.run``; StoreError once ``close`` was called."""
        if self._closing:
            raise StoreError("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._executor, self.transact, work)

    def close(self) -> None:
        """See ``Store.close``; work that was handed in is finished first."""
        self._closing = True
        self._executor.shutdown(wait=True)
        self._closed = True
        with self._one_at_a_time():
            self._engine.dispose()

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        self._inside.now = True
        try:
            if self._turn is None:
                yield
            else:
                with self._turn:
                    yield
        finally:
            self._inside.now = False


def _raise(error: DBAPIError) -> NoReturn:
    """As StoreError when it is none of our making, else as it is."""
    said = trouble(error)
    if said:
        raise StoreError(said) from error
    raise error
