"""What the machine does to a command: one line and exit 1, never a traceback."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from monitor.adapters.store.errors import StoreError
from monitor.adapters.store.store import SqlStore, SqlTx
from scanners.registry import FACTS
from tests.contract.store_world import a_member
from tests.integration.cli_kit import PROGRAM, ROOT, Office, office

SITE = """\
url: een.example
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {thuiswinkel-zakelijk: certified}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    assert made.run("sites", "add", str(made.file("een.yaml", SITE))).code == 0
    return made


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program keeps the write lock."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_database_that_stays_locked_is_one_line_and_exit_1(desk: Office) -> None:
    other = str(desk.file("twee.yaml", SITE.replace("een.", "twee.")))
    all_words = (
        ("status",),
        ("sites", "add", other),
        ("attest", "een.example", "tz-1.1", "--until", "2099-01-01", "--by", "A"),
        ("db", "upgrade"),
        ("doctor",),
        ("run",),
    )
    with locked(desk.database):
        children = [
            subprocess.Popen(
                (*PROGRAM, "--config", str(desk.config), *words), cwd=ROOT,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for words in all_words
        ]  # fmt: skip
        ended = [child.communicate(timeout=50) for child in children]
    for words, child, (out, err) in zip(all_words, children, ended, strict=True):
        said = [line for line in (out + err).splitlines() if "locked" in line]
        assert child.returncode == 1, (words, err)
        assert len(said) == 1, (words, out, err)
        assert "database is locked" in said[0], words
        assert len(err.splitlines()) == (words != ("doctor",)), words


@pytest.mark.parametrize("words", [("sites", "import", "many.csv"), ("rescan", "een.example")])
def test_a_full_disk_is_one_line_and_exit_1(desk: Office, words: tuple[str, ...]) -> None:
    rows = "".join(f"shop{i}.example,Shop {i}\n" for i in range(2000))
    many = desk.file("many.csv", f"url,legal_name\n{rows}")
    # Not a byte more than there is.
    limit = desk.database.stat().st_size if words[0] == "sites" else 16
    done = subprocess.run(
        (*PROGRAM, "--config", str(desk.config), *(str(many) if w == "many.csv" else w
                                                    for w in words)),
        capture_output=True, check=False, cwd=ROOT, timeout=60, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "database" in done.stderr


@pytest.fixture
def store(desk: Office) -> Iterator[SqlStore]:
    made = SqlStore(f"sqlite:///{desk.database}", facts_types=FACTS)
    yield made
    made.close()


def test_a_lock_that_stays_is_trouble_of_the_store_after_its_tries(
    desk: Office, store: SqlStore
) -> None:
    store.transact(lambda tx: tx.connection.exec_driver_sql("PRAGMA busy_timeout=20"))
    with locked(desk.database), pytest.raises(StoreError, match="locked"):
        store.transact(lambda tx: tx.sites())
    assert len(store.transact(lambda tx: tx.sites())) == 1


def test_a_disk_that_is_full_at_the_commit_leaves_nothing(store: SqlStore) -> None:
    store.transact(lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count=1"))

    def many(tx: SqlTx) -> None:
        tx.put_members([a_member(i) for i in range(5000)])

    with pytest.raises(StoreError, match="full"):
        store.transact(many)
    assert len(store.transact(lambda tx: tx.sites())) == 1


def test_a_mistake_of_ours_is_never_called_trouble_of_the_database(store: SqlStore) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        store.transact(lambda tx: tx.connection.exec_driver_sql("SELECT * FROM nowhere"))
    with pytest.raises(IntegrityError):
        store.transact(
            lambda tx: tx.connection.exec_driver_sql("INSERT INTO member (member_id) VALUES ('x')")
        )


@pytest.mark.parametrize("words", [("status",), ("db", "upgrade"), ("run",), ("doctor",)])
def test_a_database_address_with_a_bad_port_is_bad_input(
    desk: Office, words: tuple[str, ...]
) -> None:
    result = desk.run("--database", "postgresql://u:geheim@h:x/x", *words)
    assert (result.code, result.out, len(result.problems)) == (2, "", 1)
    assert "database.url" in result.err
    assert "port" in result.err
    assert "geheim" not in result.err
