"""Connections: addresses, settings per dialect, which trouble passes by itself."""

from __future__ import annotations

import importlib.util
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from monitor.adapters.store.errors import DriverMissingError, StoreError

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BUSY_TIMEOUT_MS = 5000
# Negative is KiB: 16 MiB of page cache on the one connection of the writer.
CACHE_SIZE = -16384
# serialization_failure, deadlock_detected (PostgreSQL appendix A): run it again.
_TRANSIENT_STATES = frozenset({"40001", "40P01"})
# The low byte of a result code: what the machine or another program does to us.  SQLITE_ERROR
# and SQLITE_CONSTRAINT are not among them: those are statements of ours that are wrong.
_AROUND_US = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)


def parse(url: str) -> URL:
    """The address with its driver; StoreError for what is not a database we know.

    ``sqlite:///relative``, ``sqlite:////absolute``, ``postgresql://user@host/name``.
    """
    try:
        parsed = make_url(url)
    # ValueError: a port that is no number.
    except (ArgumentError, ValueError) as error:
        raise StoreError("not a database URL; known: sqlite:///FILE, postgresql://...") from error
    backend = parsed.drivername.split("+")[0]
    if backend == SQLITE:
        if not parsed.database or parsed.database == ":memory:":
            raise StoreError("a SQLite store needs a file: sqlite:///FILE")
        return parsed.set(drivername=SQLITE)
    if backend in (POSTGRESQL, "postgres"):
        if importlib.util.find_spec("psycopg") is None:
            raise DriverMissingError("PostgreSQL needs psycopg: pip install 'keurwacht[postgres]'")
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(f"unknown database {backend!r}; known: sqlite, postgresql")


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address, None for PostgreSQL."""
    parsed = parse(url)
    return Path(parsed.database or "") if parsed.drivername == SQLITE else None


def open_engine(url: str, *, connections: int = 1, foreign_keys: bool = True) -> Engine:
    """An engine with at most ``connections`` open at once.

    ``foreign_keys`` False is for migrations on SQLite only: recreating a parent
    table with enforcement on deletes its children without a word.
    """
    parsed = parse(url)
    if parsed.drivername != SQLITE:
        return create_engine(parsed, pool_size=connections, max_overflow=0, pool_pre_ping=True)
    engine = create_engine(parsed, pool_size=connections, max_overflow=0)

    def on_connect(connection: Any, _record: object) -> None:
        # None: the driver opens no transaction by itself, so DDL rolls back too.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            f"cache_size={CACHE_SIZE}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that reads, then writes fails at once when another
    # wrote in between; busy_timeout does not help a lock upgrade.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def transient(error: DBAPIError) -> bool:
    """Would the same transaction succeed if run again?"""
    if getattr(error.orig, "sqlstate", None) in _TRANSIENT_STATES:
        return True
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)


def trouble(error: DBAPIError) -> str:
    """What is the matter around the database, in one line; "" when our statement is at fault.

    A lock, a full disk, a server that is gone: an operator can act on those.  A broken
    constraint or an unknown column is a bug of ours and stays the exception it is.
    """
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        around_us = code & 0xFF in _AROUND_US
    else:
        around_us = isinstance(error, OperationalError) or error.connection_invalidated
    return f"the database cannot be used now: {' '.join(str(error.orig).split())}" * around_us
