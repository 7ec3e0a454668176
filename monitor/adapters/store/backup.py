"""Backups of a SQLite database, and one owner at a time.

PostgreSQL has its own tools (pg_dump, pg_restore, base backups): not done here.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.adapters.store import migrate
from monitor.adapters.store.engine import BUSY_TIMEOUT_MS, sqlite_file
from monitor.adapters.store.errors import BackupError, BackupTargetError, DatabaseInUseError

# What SQLite and we keep beside the database.
COMPANIONS = ("", "-wal", "-shm", "-journal", ".lock")
NOT_SQLITE = "only SQLite databases are backed up here; use pg_dump and pg_restore"


class DatabaseLock:
    """Held by the daemon: a second one on the same SQLite file refuses to start.

    A file lock beside the database, gone when its process is, however it ends.
    Commands that only read or ask for a rescan do not take it.  On PostgreSQL
    it holds nothing: any number of daemons may share it.
    """

    def __init__(self, url: str) -> None:
        file = sqlite_file(url)
        # Over a link it is the same database, and the same lock.
        self._path = None if file is None else Path(f"{file.resolve()}.lock")
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take it, or DatabaseInUseError at once."""
        if self._path is None or self._descriptor is not None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise DatabaseInUseError(
                f"{self._path.name} is held: another keurwacht process uses this database"
            ) from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Give it back; idempotent.  The file stays: removing it would race."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def backup(url: str, to: Path, *, replace: bool = False) -> int:
    """Write a consistent copy of the running database to ``to``; returns its bytes.

    Made under another name, checked, synced, then renamed: ``to`` is the old
    file or a whole new one.  BackupError when it cannot be made.
    BackupTargetError when ``to`` is the database or a file beside it, is no
    regular file, or is there already and ``replace`` was not asked for.
    """
    source = _file(url)
    if not source.exists():
        raise BackupError(f"no database at {source}")
    _require_place(source, to, replace=replace)
    with _temporary(to) as temporary:
        try:
            with closing(sqlite3.connect(source, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
                connection.execute("VACUUM INTO ?", (str(temporary),))
        except sqlite3.Error as error:
            raise BackupError(f"{source.name}: {error}") from error
        _verify(temporary)
        _put(temporary, to)
    return to.stat().st_size


def restore(file: Path, url: str) -> None:
    """Put a backup in the place of the database.

    BackupError when the file is damaged or of a revision this program does not
    know (an older one is fine: upgrade afterwards); DatabaseInUseError when any
    process has the database open.  Nothing is changed then.
    """
    target = _file(url)
    if not file.is_file():
        raise BackupError(f"no backup at {file}")
    if target.exists() and file.samefile(target):
        raise BackupError("the backup is the database itself")
    with DatabaseLock(url), _temporary(target) as temporary:
        shutil.copyfile(file, temporary)
        _verify(temporary)
        _close_down(target)
        _put(temporary, target)


def _file(url: str) -> Path:
    file = sqlite_file(url)
    if file is None:
        raise BackupError(NOT_SQLITE)
    # SQLite follows links: its log lies beside the file, not beside the link.
    return file.resolve()


def _require_place(source: Path, to: Path, *, replace: bool) -> None:
    """BackupTargetError unless a backup may be put at ``to``."""
    for companion in (Path(f"{source}{suffix}") for suffix in COMPANIONS):
        same = to.exists() and companion.exists() and to.samefile(companion)
        if same or to.resolve() == companion:
            raise BackupTargetError(f"{to}: the backup would replace the database itself")
    if not os.path.lexists(to):
        return
    if not to.is_file():
        raise BackupTargetError(f"{to}: not a regular file")
    if not replace:
        raise BackupTargetError(f"{to}: is there already; replace it with --force")


def _verify(file: Path) -> None:
    """BackupError unless ``file`` is a sound database of a revision we know."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as base:
            word = str(base.execute("PRAGMA integrity_check").fetchone()[0])
            if word != "ok":
                raise BackupError(f"damaged: {word}")
            row = base.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"not a usable backup: {error}") from error
    if row is None or not migrate.known(str(row[0])):
        raise BackupError(f"revision {row and row[0]} is not one of this program")


def _close_down(target: Path) -> None:
    """Take the log of the old database in, so that no log is left beside the new one.

    Leaving WAL needs every other connection closed: that is the proof that
    nobody uses the database.
    """
    if target.exists():
        try:
            with closing(sqlite3.connect(target, timeout=0, isolation_level=None)) as base:
                base.execute("PRAGMA locking_mode=EXCLUSIVE")
                base.execute("PRAGMA journal_mode=DELETE")
                base.execute("BEGIN EXCLUSIVE")
                base.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise DatabaseInUseError(f"{target.name} is in use: {error}") from error
        except sqlite3.DatabaseError:
            # A damaged database is what restoring is for.
            pass
    for suffix in ("-wal", "-shm", "-journal"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)


@contextmanager
def _temporary(beside: Path) -> Iterator[Path]:
    """A name of our own in the same folder; nothing is left of it."""
    beside.parent.mkdir(parents=True, exist_ok=True)
    path = beside.with_name(f".{beside.name}.{os.getpid()}.tmp")
    path.unlink(missing_ok=True)
    try:
        yield path
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


def _put(temporary: Path, to: Path) -> None:
    """Make ``temporary`` durable under the name ``to``."""
    temporary.chmod(0o600)
    _sync(temporary)
    temporary.replace(to)
    _sync(to.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
