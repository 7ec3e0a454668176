"""One store per test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.adapters.store import migrate
from monitor.adapters.store.store import SqlStore
from tests.contract.store_world import FACTS, Postgres, postgres_missing, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    binaries, reason = postgres_missing()
    if binaries is None:
        pytest.skip(reason)
    with running_postgres(binaries) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    name = postgres.create()
    migrate.upgrade(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "store.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database at the newest revision."""
    if request.param == "sqlite":
        file = tmp_path / "store.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    template = request.getfixturevalue("postgres_template")
    cluster = request.getfixturevalue("postgres")
    return str(cluster.url(cluster.create(template)))


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    opened = SqlStore(store_url, facts_types=FACTS)
    try:
        yield opened
    finally:
        opened.close()
