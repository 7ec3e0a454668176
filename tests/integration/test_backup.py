"""Backups of a database in use, restoring, one daemon at a time."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from monitor.adapters.store import migrate
from monitor.adapters.store.backup import DatabaseLock, backup, restore
from monitor.adapters.store.errors import BackupError, BackupTargetError, DatabaseInUseError
from monitor.adapters.store.store import SqlStore, SqlTx
from tests.contract.store_world import FACTS, a_member, fill

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "live" / "store.db"


@pytest.fixture
def url(file: Path) -> str:
    address = f"sqlite:///{file}"
    migrate.upgrade(address)
    return address


@pytest.fixture
def live(url: str) -> Iterator[SqlStore]:
    store = SqlStore(url, facts_types=FACTS)
    fill(store, 3)
    yield store
    store.close()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def sites(url: str) -> int:
    store = SqlStore(url, facts_types=FACTS)
    try:
        return len(store.transact(lambda tx: tx.sites()))
    finally:
        store.close()


def test_backup_of_a_running_store_holds_what_was_committed(
    live: SqlStore, url: str, tmp_path: Path
) -> None:
    to = tmp_path / "copies" / "one.db"
    inside, go = threading.Event(), threading.Event()

    def half_way(tx: SqlTx) -> None:
        tx.put_members([a_member(9)])
        inside.set()
        go.wait(10)

    writer = threading.Thread(target=live.transact, args=(half_way,))
    writer.start()
    inside.wait(5)
    size = backup(url, to)
    go.set()
    writer.join()
    assert size == to.stat().st_size > 0
    assert names(to.parent) == {"one.db"}
    assert sites(f"sqlite:///{to}") == 3
    with closing(sqlite3.connect(to)) as copy:
        assert copy.execute("SELECT count(*) FROM member").fetchone() == (1,)


def test_backup_replaces_an_older_one_and_is_private(
    live: SqlStore, url: str, tmp_path: Path
) -> None:
    to = tmp_path / "one.db"
    to.write_bytes(b"older")
    with pytest.raises(BackupTargetError, match="--force"):
        backup(url, to)
    assert to.read_bytes() == b"older"
    backup(url, to, replace=True)
    assert to.read_bytes().startswith(b"SQLite format 3")
    assert to.stat().st_mode & 0o077 == 0


def test_backup_that_fails_leaves_the_older_one(url: str, file: Path, tmp_path: Path) -> None:
    to = tmp_path / "one.db"
    to.write_bytes(b"older")
    raw = bytearray(file.read_bytes())
    raw[100:4000] = b"\xff" * 3900
    file.write_bytes(raw)
    with pytest.raises(BackupError):
        backup(url, to, replace=True)
    assert to.read_bytes() == b"older"
    assert names(tmp_path) == {"live", "one.db"}


def test_backup_refuses_to_replace_the_database_or_copy_nothing(url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="itself"):
        backup(url, tmp_path / "live" / "store.db")
    with pytest.raises(BackupError, match="no database"):
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "one.db")


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal", ".lock"])
def test_backup_never_takes_the_place_of_a_live_database(
    live: SqlStore, url: str, file: Path, tmp_path: Path, suffix: str
) -> None:
    link = tmp_path / "link"
    link.symlink_to(file.parent)
    before = names(file.parent)
    with DatabaseLock(url):
        for folder in (file.parent, link):
            for replace in (False, True):
                with pytest.raises(BackupTargetError, match="itself"):
                    backup(url, folder / f"{file.name}{suffix}", replace=replace)
    assert names(file.parent) - before <= {"store.db.lock"}
    assert live.transact(lambda tx: len(tx.sites())) == 3


@pytest.mark.parametrize("replace", [False, True])
def test_backup_replaces_nothing_but_regular_files(url: str, tmp_path: Path, replace: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    for to in (pipe, dangling, Path("/dev/null")):
        with pytest.raises(BackupTargetError, match="regular"):
            backup(url, to, replace=replace)
    assert pipe.is_fifo()
    assert dangling.is_symlink()
    assert Path("/dev/null").is_char_device()


def test_a_database_reached_over_a_link_is_the_same_database(
    live: SqlStore, url: str, file: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(file)
    other = f"sqlite:///{link}"
    with DatabaseLock(url), pytest.raises(DatabaseInUseError):
        DatabaseLock(other).acquire()
    copy = tmp_path / "copy.db"
    backup(other, copy)
    fill(live, 7)
    live.close()
    restore(copy, other)
    assert link.is_symlink()
    assert sites(url) == 3


def test_restore_brings_the_state_of_the_backup_back(
    live: SqlStore, url: str, tmp_path: Path
) -> None:
    to = tmp_path / "one.db"
    backup(url, to)
    fill(live, 7)
    live.close()
    assert sites(url) == 7
    restore(to, url)
    assert sites(url) == 3
    assert to.exists()


def test_restore_where_no_database_is_makes_one(live: SqlStore, url: str, tmp_path: Path) -> None:
    to = tmp_path / "one.db"
    backup(url, to)
    other = f"sqlite:///{tmp_path / 'other' / 'store.db'}"
    restore(to, other)
    assert sites(other) == 3


def test_restore_refuses_while_a_store_is_open(live: SqlStore, url: str, tmp_path: Path) -> None:
    to = tmp_path / "one.db"
    backup(url, to)
    fill(live, 7)
    with pytest.raises(DatabaseInUseError):
        restore(to, url)
    live.close()
    assert sites(url) == 7


def test_restore_refuses_while_a_daemon_holds_the_lock(
    live: SqlStore, url: str, tmp_path: Path
) -> None:
    to = tmp_path / "one.db"
    backup(url, to)
    live.close()
    with DatabaseLock(url), pytest.raises(DatabaseInUseError):
        restore(to, url)
    restore(to, url)


def test_restore_leaves_no_log_of_the_old_database_behind(
    live: SqlStore, url: str, file: Path, tmp_path: Path
) -> None:
    to, saved = tmp_path / "one.db", tmp_path / "saved"
    backup(url, to)
    fill(live, 7)
    # As after a power cut: a database with committed rows only in its log.
    saved.mkdir()
    for name in ("store.db", "store.db-wal"):
        shutil.copyfile(file.parent / name, saved / name)
    live.close()
    for name in ("store.db", "store.db-wal"):
        shutil.copyfile(saved / name, file.parent / name)
    restore(to, url)
    assert sites(url) == 3
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_damaged_backup_is_refused_and_the_database_stays(
    live: SqlStore, url: str, tmp_path: Path
) -> None:
    to = tmp_path / "one.db"
    backup(url, to)
    raw = bytearray(to.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 8192] = b"\xff" * 8192
    to.write_bytes(raw)
    live.close()
    with pytest.raises(BackupError):
        restore(to, url)
    assert sites(url) == 3
    assert names(tmp_path / "live") <= {"store.db", "store.db.lock", "store.db-wal", "store.db-shm"}


@pytest.mark.parametrize("content", [b"", b"no database at all" * 999])
def test_file_that_is_no_backup_is_refused(url: str, tmp_path: Path, content: bytes) -> None:
    to = tmp_path / "one.db"
    to.write_bytes(content)
    with pytest.raises(BackupError):
        restore(to, url)
    with pytest.raises(BackupError, match="no backup"):
        restore(tmp_path / "none", url)
    assert sites(url) == 0


def test_backup_of_another_program_version_is_refused(
    live: SqlStore, url: str, tmp_path: Path
) -> None:
    to = tmp_path / "one.db"
    backup(url, to)
    live.close()
    with closing(sqlite3.connect(to)) as copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
        copy.commit()
    with pytest.raises(BackupError, match="9999"):
        restore(to, url)


def test_damaged_database_is_replaced_and_its_log_not_replayed(
    live: SqlStore, url: str, file: Path, tmp_path: Path
) -> None:
    to, log = tmp_path / "one.db", tmp_path / "log"
    backup(url, to)
    fill(live, 7)
    shutil.copyfile(f"{file}-wal", log)
    live.close()
    file.write_bytes(b"garbage" * 5000)
    shutil.copyfile(log, f"{file}-wal")
    restore(to, url)
    assert sites(url) == 3


def test_second_owner_is_refused_until_the_first_is_gone(url: str) -> None:
    first, second = DatabaseLock(url), DatabaseLock(url)
    first.acquire()
    first.acquire()
    with pytest.raises(DatabaseInUseError, match="another keurwacht process"):
        second.acquire()
    first.release()
    first.release()
    with second:
        pass


HOLD = """
import sys, time
from monitor.adapters.store.backup import DatabaseLock
lock = DatabaseLock(sys.argv[1]); lock.acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_lock_of_a_killed_process_is_free_again(url: str) -> None:
    command = [sys.executable, "-c", HOLD, url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(DatabaseInUseError):
            DatabaseLock(url).acquire()
        os.kill(process.pid, signal.SIGKILL)
    with DatabaseLock(url):
        pass


def test_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    url = "postgresql://u@127.0.0.1/none"
    with pytest.raises(BackupError, match="pg_dump"):
        backup(url, tmp_path / "x")
    with pytest.raises(BackupError, match="pg_dump"):
        restore(tmp_path / "x", url)
    with DatabaseLock(url), DatabaseLock(url):
        pass
