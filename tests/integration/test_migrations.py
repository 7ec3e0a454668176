"""Migrations from the first table on, on both databases, with their traps."""

from __future__ import annotations

import sqlite3
import textwrap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from monitor.adapters.store import migrate
from monitor.adapters.store.engine import open_engine, parse
from monitor.adapters.store.errors import SchemaError, StoreError
from monitor.adapters.store.store import SqlStore
from tests.contract.store_world import (
    FACTS,
    NOW,
    Postgres,
    a_member,
    a_site,
    fill,
    postgres_missing,
    running_postgres,
    schedule,
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    binaries, reason = postgres_missing()
    if binaries is None:
        pytest.skip(reason)
    with running_postgres(binaries) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    running = request.getfixturevalue("cluster")
    return str(running.url(running.create()))


@pytest.fixture
def revisions(tmp_path: Path) -> Path:
    """A folder of revisions of our own."""
    folder = tmp_path / "revisions"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text((migrate.MIGRATIONS / "env.py").read_text())
    (folder / "script.py.mako").write_text("")
    return folder


def add_revision(folder: Path, name: str, after: str | None, body: str) -> None:
    head = (
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = {name!r}\ndown_revision = {after!r}\n\n\ndef upgrade():\n"
    )
    (folder / "versions" / f"r{name}.py").write_text(head + textwrap.indent(body, "    "))


PARENTS = """
op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("name", sa.Text, sa.CheckConstraint("name <> ''", name="ck_parent_name")))
op.create_table("child", sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("parent_id", sa.Integer, sa.ForeignKey(
                    "parent.id", name="fk_child_parent", ondelete="CASCADE")))
op.execute("INSERT INTO parent VALUES (1, 'a')")
op.execute("INSERT INTO child VALUES (1, 1)")
op.execute("INSERT INTO child VALUES (2, 1)")
"""
REBUILD = """
with op.batch_alter_table("parent", recreate="auto") as batch:
    batch.alter_column("name", existing_type=sa.Text, nullable=False)
    batch.add_column(sa.Column("size", sa.Integer))
"""


def scalar(url: str, query: str) -> object:
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            return connection.execute(text(query)).scalar()
    finally:
        engine.dispose()


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_upgrade_from_nothing_gives_exactly_the_tables(url: str) -> None:
    assert migrate.current(url) is None
    migrate.upgrade(url)
    assert migrate.current(url) == migrate.head()
    assert migrate.check(url) == []


def test_upgrade_again_changes_nothing(url: str) -> None:
    migrate.upgrade(url)
    store = SqlStore(url, facts_types=FACTS)
    fill(store)
    store.close()
    migrate.upgrade(url)
    assert scalar(url, "SELECT count(*) FROM member") == 1


def test_database_of_the_revision_before_is_upgraded_with_its_rows(url: str) -> None:
    migrate.upgrade(url, "0001")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO member (member_id, legal_name, trade_names, customers, jurisdiction,"
                " languages, flags, categories, contacts)"
                " VALUES ('m1', 'X', '[]', '[]', 'NL', '[]', '[]', '[]', '[]')"
            )
        )
    engine.dispose()
    with pytest.raises(SchemaError, match=r"0001.*needs.*keurwacht db upgrade"):
        SqlStore(url, facts_types=FACTS)
    migrate.upgrade(url)
    assert migrate.check(url) == []
    store = SqlStore(url, facts_types=FACTS)
    try:
        member = store.transact(lambda tx: tx.member("m1"))
        assert member is not None
        assert (member.legal_name, member.contacts) == ("X", ())
    finally:
        store.close()


def test_changed_table_is_reported_by_check(url: str) -> None:
    migrate.upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE beat ADD COLUMN extra INTEGER"))
    engine.dispose()
    (difference,) = migrate.check(url)
    assert "extra" in difference


def test_store_refuses_an_empty_database_and_creates_no_file(tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    with pytest.raises(SchemaError, match="keurwacht db upgrade"):
        SqlStore(f"sqlite:///{file}", facts_types=FACTS)
    assert not file.exists()


def test_file_that_is_no_database_and_server_that_is_not_there_are_named(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    file.write_bytes(b"no database at all" * 999)
    with pytest.raises(StoreError, match="cannot open the database"):
        SqlStore(f"sqlite:///{file}", facts_types=FACTS)
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with pytest.raises(StoreError, match="cannot open the database"):
        SqlStore(f"postgresql://u@/d?host={tmp_path}", facts_types=FACTS)


def test_new_database_is_private(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "store.db"
    migrate.upgrade(f"sqlite:///{file}")
    assert file.stat().st_mode & 0o077 == 0


def test_store_and_upgrade_refuse_a_database_of_a_newer_program(url: str) -> None:
    migrate.upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaError, match="newer version"):
        SqlStore(url, facts_types=FACTS)
    with pytest.raises(SchemaError, match="9999"):
        migrate.upgrade(url)


def test_rebuilding_a_parent_table_keeps_its_children_and_its_check(
    url: str, revisions: Path
) -> None:
    add_revision(revisions, "a", None, PARENTS)
    add_revision(revisions, "b", "a", REBUILD)
    migrate.upgrade(url, migrations=revisions)
    assert scalar(url, "SELECT count(*) FROM child") == 2
    with pytest.raises(DBAPIError, match="ck_parent_name"):
        scalar(url, "INSERT INTO parent (id, name) VALUES (2, '') RETURNING id")


def test_migration_that_fails_half_way_leaves_nothing(url: str, revisions: Path) -> None:
    add_revision(revisions, "a", None, PARENTS)
    migrate.upgrade(url, migrations=revisions)
    broken = REBUILD + "\nop.create_table('extra', sa.Column('id', sa.Integer))"
    broken += "\nop.execute('INSERT INTO nowhere VALUES (1)')"
    add_revision(revisions, "b", "a", "op.create_table('other', sa.Column('id', sa.Integer))")
    add_revision(revisions, "c", "b", broken)
    with pytest.raises(DBAPIError, match="nowhere"):
        migrate.upgrade(url, migrations=revisions)
    assert tables(url) == {"parent", "child", "alembic_version"}
    assert scalar(url, "SELECT version_num FROM alembic_version") == "a"
    assert scalar(url, "SELECT count(*) FROM child") == 2


def test_migration_that_leaves_orphans_is_rolled_back(tmp_path: Path, revisions: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    add_revision(revisions, "a", None, PARENTS)
    migrate.upgrade(url, migrations=revisions)
    add_revision(revisions, "b", "a", "op.execute('DELETE FROM parent')")
    with pytest.raises(SchemaError, match=r"2 rows point nowhere.*child -> parent"):
        migrate.upgrade(url, migrations=revisions)
    assert scalar(url, "SELECT count(*) FROM parent") == 1


def test_codes_and_moments_stand_in_the_rows_as_documented(url: str) -> None:
    migrate.upgrade(url)
    store = SqlStore(url, facts_types=FACTS)
    store.transact(lambda tx: tx.put_members([a_member()]))
    store.transact(lambda tx: tx.put_sites([a_site()]))
    schedule(store, "s1")
    store.close()
    assert scalar(url, "SELECT kind FROM due") == "tls"
    micros = scalar(url, "SELECT ready_at FROM due")
    assert micros == 1793709015123456
    assert NOW.timestamp() == pytest.approx(1793709015.123456)


def test_naive_moments_are_refused(url: str) -> None:
    migrate.upgrade(url)
    store = SqlStore(url, facts_types=FACTS)
    try:
        with pytest.raises(Exception, match="naive datetime"):
            store.transact(lambda tx: tx.beat("tick", NOW.replace(tzinfo=None)))
    finally:
        store.close()


def test_due_table_has_no_row_number_on_sqlite(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'store.db'}")
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name='due'").fetchone()
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    assert sql.rstrip().upper().endswith("WITHOUT ROWID")
    assert mode == "wal"


@pytest.mark.parametrize("bad", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "store.db"])
def test_address_of_what_is_no_database_of_ours_is_refused(bad: str) -> None:
    with pytest.raises(StoreError, match="sqlite"):
        parse(bad)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg(scheme: str) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    assert parse(f"{scheme}://u@h/d").drivername == "postgresql+psycopg"


def test_of_procedures_that_run_twice_the_newest_runs_on(url: str) -> None:
    migrate.upgrade(url, "0006")
    member = (
        "INSERT INTO member VALUES"
        " ('m1','M','[]',NULL,NULL,NULL,NULL,'[]','NL','[]','[]',NULL,'[]','[]')"
    )
    site = "INSERT INTO site VALUES ('s1','m1','https://s1.example/','shop','[]',NULL,'[]',NULL)"
    row = (
        "INSERT INTO procedure (procedure_id, kind, site_id, member_id, label_id, country, state,"
        " opened_at, changed_at, waited_us, stage, postponements, parts, closed_at)"
        " VALUES ('{}', '{}', 's1', 'm1', '{}', 'NL', 'open', {}, 7, 0, 0, 0, '{{}}', {})"
    )
    rows = [
        ("KP-1", "audit", "a", 1, "NULL"), ("KP-2", "audit", "a", 2, "NULL"),
        ("KP-3", "audit", "a", 2, "NULL"), ("KP-4", "audit", "a", 9, 9),
        ("KP-5", "audit", "b", 1, "NULL"), ("KP-6", "ending", "a", 1, "NULL"),
    ]  # fmt: skip
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            for statement in (member, site, *(row.format(*values) for values in rows)):
                connection.execute(text(statement))
    finally:
        engine.dispose()
    migrate.upgrade(url)
    assert migrate.check(url) == []
    running = "SELECT {} FROM procedure WHERE closed_at IS NULL"
    assert scalar(url, running.format("count(*)")) == 3
    assert scalar(url, running.format("min(procedure_id)")) == "KP-3"
    closed = "SELECT closed_at FROM procedure WHERE procedure_id = 'KP-1'"
    assert scalar(url, closed) == 7
