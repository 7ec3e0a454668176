"""``db``: upgrade, backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.adapters.store import backup as files
from monitor.adapters.store import migrate
from monitor.adapters.store.engine import sqlite_file
from monitor.adapters.store.errors import BackupTargetError, StoreError
from monitor.cli import Context, InputError, OperationalError
from monitor.commands.common import note, settings_of


@click.group()
def db() -> None:
    """The database: upgrade it, back it up, put a backup back."""


@db.command()
@click.pass_obj
def upgrade(context: Context) -> None:
    """Bring the database to this version's revision; makes it when there is none."""
    url = settings_of(context).database_url
    try:
        file = sqlite_file(url)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        before = migrate.current(url)
        migrate.upgrade(url)
    except (StoreError, OSError) as error:
        raise OperationalError(str(error)) from error
    after = migrate.head()
    note(f"at revision {after}" if before == after else f"{before or 'nothing'} -> {after}")


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a FILE that is there already.")
@click.pass_obj
def backup(context: Context, file: Path, force: bool) -> None:
    """Write a consistent copy to FILE while the daemon runs (SQLite)."""
    try:
        size = files.backup(settings_of(context).database_url, file, replace=force)
    except BackupTargetError as error:
        raise InputError(str(error)) from error
    except (StoreError, OSError) as error:
        raise OperationalError(str(error)) from error
    note(f"{file}: {size} bytes")


@db.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def restore(context: Context, file: Path) -> None:
    """Verify FILE and put it in place of the database; the daemon must be stopped."""
    try:
        files.restore(file, settings_of(context).database_url)
    except (StoreError, OSError) as error:
        raise OperationalError(str(error)) from error
    note(f"restored from {file}")
