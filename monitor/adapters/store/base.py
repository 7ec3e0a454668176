"""What every group of transaction methods stands on."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select, text
from sqlalchemy.dialects import postgresql, sqlite

from monitor.adapters.store import tables
from monitor.adapters.store.codec import FactsCodec
from monitor.adapters.store.engine import POSTGRESQL

X = TypeVar("X")

# Below SQLite's limit of bound parameters in any build.
CHUNK = 500


class TxBase:
    """One transaction.

    ``connection`` is open to adapters that must write in the same transaction
    (a carrier on the same PostgreSQL).
    """

    def __init__(self, connection: Connection, facts: FactsCodec) -> None:
        self.connection = connection
        self._facts = facts
        self._postgresql = connection.dialect.name == POSTGRESQL

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return _insert(self._postgresql, table)

    def _upsert(
        self, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: Collection[str] = ()
    ) -> None:
        """Insert or replace by primary key; columns in ``keep`` are only for new rows."""
        if rows:
            statement = _upsert(self._postgresql, table, tuple(rows[0]), frozenset(keep))
            self.connection.execute(statement, rows)

    def _lock_site(self, site_id: str) -> None:
        """Let one transaction at a time move a site; SQLite has one writer anyway."""
        if self._postgresql:
            row = select(tables.site.c.site_id).where(tables.site.c.site_id == site_id)
            self.connection.execute(row.with_for_update(key_share=True))

    def _advisory_lock(self, key: int) -> None:
        """Wait for all others that take ``key``, until the end of the transaction."""
        if self._postgresql:
            statement = text("SELECT pg_advisory_xact_lock(:key)")
            self.connection.execute(statement, {"key": key})

    def _next(self, name: str) -> int:
        """The next number of a series; starts at 1."""
        statement = self._insert(tables.serial).values(name=name, value=1)
        raised = statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": tables.serial.c.value + 1}
        ).returning(tables.serial.c.value)
        return int(self.connection.execute(raised).scalar_one())


def _insert(is_postgresql: bool, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


@functools.cache
def _upsert(
    is_postgresql: bool, table: Table, columns: tuple[str, ...], keep: frozenset[str]
) -> sqlite.Insert | postgresql.Insert:
    """Building the statement costs more than running it for one row."""
    statement = _insert(is_postgresql, table)
    keys = [column.name for column in table.primary_key.columns]
    new = {name: statement.excluded[name] for name in columns if name not in {*keys, *keep}}
    if new:
        return statement.on_conflict_do_update(index_elements=keys, set_=new)
    return statement.on_conflict_do_nothing(index_elements=keys)


def chunked(values: Sequence[X], size: int = CHUNK) -> Iterator[Sequence[X]]:
    """``values`` in pieces that fit one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def seconds_between(earlier: datetime | None, now: datetime) -> float:
    """Seconds from ``earlier`` to ``now``, zero when there is none or it is to come."""
    return 0.0 if earlier is None else max(0.0, (now - earlier).total_seconds())
