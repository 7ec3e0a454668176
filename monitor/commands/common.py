"""What commands share: settings, store, site lookup, tables, JSON."""

from __future__ import annotations

import getpass
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.adapters.whole_file import write_whole
from monitor.cli import Context, InputError, OperationalError
from monitor.settings import Settings
from monitor.settings_load import SettingsError, find_config, load_settings

if TYPE_CHECKING:
    from monitor.adapters.store.store import SqlStore
    from monitor.domain.site import Site
    from monitor.services.application import Application
    from monitor.services.catalogue import Catalogue
    from monitor.services.tx import Tx

# Valid inside JSON text, and not to be trusted on a terminal or in another program:
# DEL and C1 controls, lone surrogates, marks that end a line or turn the direction.
_UNSAFE = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


class Day(click.DateTime):
    """A day as ``YYYY-MM-DD``; what is none is exit 2 with the value and the form."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The day at midnight."""
        try:
            return datetime.strptime(str(value), self.formats[0])  # noqa: DTZ007 (a day)
        except ValueError:
            self.fail(f"{str(value)!r} is no day such as 2027-06-30 (YYYY-MM-DD).", param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """As the help shows it."""
        return "YYYY-MM-DD"


def config_file(context: Context) -> Path | None:
    """The settings file in force: the option, ./keurwacht.toml, the user's folder, or none."""
    return context.config or find_config(os.environ, Path())


def settings_of(context: Context, **more: object) -> Settings:
    """The settings, or every problem with them, one line each (exit 2)."""
    overrides = {**context.overrides, **more}
    if context.database is not None:
        overrides["database.url"] = context.database
    try:
        return load_settings(config_file(context), os.environ, overrides)
    except SettingsError as error:
        raise InputError("\n".join(error.problems)) from error


def catalogue_of(settings: Settings) -> Catalogue:
    """Labels, judges, cadences and calendar; a bad label file is exit 2, a line per problem."""
    from monitor import bootstrap  # noqa: PLC0415 (imported when needed: --help stays quick)
    from monitor.policy.schemes import LabelFileError  # noqa: PLC0415

    try:
        return bootstrap.load_catalogue(settings)
    except LabelFileError as error:
        raise InputError(str(error)) from error


def application_of(settings: Settings) -> Application:
    """What judges a site from what is stored, for the word of a person; see ``catalogue_of``."""
    from monitor import bootstrap  # noqa: PLC0415 (imported when needed: --help stays quick)
    from monitor.services.application import Application  # noqa: PLC0415
    from monitor.services.casework import Casework  # noqa: PLC0415

    catalogue = catalogue_of(settings)
    return Application(catalogue, Casework(catalogue, bootstrap.office(settings)))


@contextmanager
def open_store(settings: Settings) -> Iterator[SqlStore]:
    """The store, closed afterwards; a database of another revision is exit 1."""
    from monitor import bootstrap  # noqa: PLC0415 (imported when needed: --help stays quick)
    from monitor.adapters.store.errors import StoreError  # noqa: PLC0415

    try:
        store = bootstrap.open_store(settings)
    except StoreError as error:
        raise OperationalError(str(error)) from error
    try:
        yield store
    except StoreError as error:
        raise OperationalError(str(error)) from error
    finally:
        store.close()


def site_of(tx: Tx, text: str) -> Site:
    """The one site that ``text`` names (id, URL or host); exit 2 with the nearest otherwise."""
    # What cannot be printed is in no id, and bytes that are no text do not reach the database.
    site = tx.find_site(text) if text.isprintable() else None
    if site is not None:
        return site
    near = [s.site_id for s in tx.sites() if text.casefold() in s.site_id or text in s.url][:5]
    hint = f"; did you mean {', '.join(near)}?" if near else "; see `keurwacht sites list`"
    raise InputError(f"no site {text!r}{hint}")


def actor() -> str:
    """Who asks, for the audit: the login name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def name_of(text: str, option: str) -> str:
    """The name of a person given by an option; exit 2 for what is none."""
    if not text.strip() or not text.isprintable():
        raise InputError(f"{option} must be a name")
    return text.strip()


def echo_json(document: object) -> None:
    """One JSON document on stdout."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(document, ensure_ascii=not utf8, indent=2, default=str)
    click.echo(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def plain(value: object) -> str:
    """Text of a site made safe for a terminal: no control characters, no escapes."""
    return "".join(c if c.isprintable() else " " for c in str(value))


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people on stdout; plain text when stdout is no terminal."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    shown = Table(*headers, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*(Text(plain(cell)) for cell in row))
    width = None if sys.stdout.isatty() else 200
    Console(file=sys.stdout, width=width, highlight=False, soft_wrap=False).print(shown)


@contextmanager
def logs_on_stderr() -> Iterator[None]:
    """Stdout is data: what the services log meanwhile is progress."""
    import structlog  # noqa: PLC0415 (imported when needed: --help stays quick)

    before = structlog.get_config()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.BoundLogger,
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def note(text: str) -> None:
    """Progress for people, on stderr."""
    click.echo(plain(text), err=True)


def save(path: Path, body: bytes) -> None:
    """Write a file whole or not at all; exit 1 with its name when it cannot be written."""
    try:
        write_whole(path, body)
    except OSError as error:
        raise OperationalError(f"{path}: {error.strerror}") from error
