"""Revisions of the schema: Alembic, run from here without an ini file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from monitor.adapters.store import tables
from monitor.adapters.store.engine import open_engine, sqlite_file, trouble
from monitor.adapters.store.errors import SchemaError, StoreError

if TYPE_CHECKING:
    # Imported where it is used: the daemon only asks for revisions, and does without its weight.
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parent / "migrations"
# One upgrade at a time on PostgreSQL; any constant does.
MIGRATION_LOCK = 0x6B657573
UPGRADE_COMMAND = "keurwacht db upgrade"
_REVISION = re.compile(r"^(down_)?revision\b[^=\n]*=\s*['\"](\w+)['\"]", re.MULTILINE)


def upgrade(url: str, revision: str = "head", *, migrations: Path = MIGRATIONS) -> None:
    """Bring the database to ``revision``, creating it when there is none: all steps or none.

    On SQLite enforcement of foreign keys is off meanwhile and every key is
    checked before the commit.  SchemaError when rows point nowhere, or the
    database is newer than this program.
    """
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # It holds names and mail addresses; the log beside it takes the same mode.
        file.touch(mode=0o600)
    from alembic import command  # noqa: PLC0415 (see the top)

    with _connection(url) as connection:
        if file is None:
            statement = text("SELECT pg_advisory_xact_lock(:key)")
            connection.execute(statement, {"key": MIGRATION_LOCK})
        _require_known(_revision(connection), migrations)
        command.upgrade(_config(migrations, connection), revision)
        if file is not None:
            _check_foreign_keys(connection)


def current(url: str) -> str | None:
    """The revision of the database; None when it has none, or does not exist."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return None
    with _connection(url) as connection:
        return _revision(connection)


def head(*, migrations: Path = MIGRATIONS) -> str:
    """The revision this program works with."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for file in (migrations / "versions").glob("*.py"):
        for down, name in _REVISION.findall(file.read_text("utf-8")):
            (followed if down else revisions).add(name)
    heads = sorted(revisions - followed)
    if len(heads) != 1:
        raise SchemaError(f"{len(heads)} newest revisions in {migrations.name}, wanted one")
    return heads[0]


def check(url: str) -> list[str]:
    """How the schema of the database differs from the tables; empty when it does not."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 (see the top)
    from alembic.migration import MigrationContext  # noqa: PLC0415

    with _connection(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [repr(difference) for difference in compare_metadata(context, tables.due.metadata)]


def require_head(url: str) -> None:
    """SchemaError, saying what to run, unless the database is at this program's revision."""
    found, wanted = current(url), head()
    if found == wanted:
        return
    if found is None:
        raise SchemaError(f"the database has no tables yet: run `{UPGRADE_COMMAND}`")
    _require_known(found, MIGRATIONS)
    raise SchemaError(
        f"the database is at revision {found}, this program needs {wanted}: "
        f"make a backup, then run `{UPGRADE_COMMAND}`"
    )


def known(revision: str, *, migrations: Path = MIGRATIONS) -> bool:
    """Is it a revision of this program: its own or an older one?"""
    return revision in {r.revision for r in _script(migrations).walk_revisions()}


def _require_known(revision: str | None, migrations: Path) -> None:
    if revision is not None and not known(revision, migrations=migrations):
        raise SchemaError(
            f"the database is at revision {revision}, which this program does not know "
            f"(its own is {head(migrations=migrations)}): run the newer version that made it"
        )


def _config(migrations: Path, connection: Connection | None = None) -> Config:
    from alembic.config import Config  # noqa: PLC0415 (see the top)

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _script(migrations: Path) -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 (see the top)

    return ScriptDirectory.from_config(_config(migrations))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        places = ", ".join(sorted({f"{row[0]} -> {row[2]}" for row in broken}))
        raise SchemaError(f"{len(broken)} rows point nowhere after the migration: {places}")


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    """A connection in one transaction, without enforcement of foreign keys on SQLite."""
    engine = open_engine(url, foreign_keys=False)
    try:
        try:
            opened = engine.connect()
        except DBAPIError as error:
            raise StoreError(f"cannot open the database: {error.orig}") from error
        with opened as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        said = trouble(error)
        if said:
            raise StoreError(said) from error
        raise
    finally:
        engine.dispose()
