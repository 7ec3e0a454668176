"""``doctor`` and ``healthcheck``: what keeps the daemon from working."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable, Iterator

import click
import httpx

from monitor import bootstrap
from monitor.adapters.store import migrate
from monitor.adapters.store.errors import StoreError
from monitor.cli import EXIT_ERROR, Context, OperationalError
from monitor.commands.common import config_file, echo_json, plain, settings_of
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.schemes import lint_labels
from monitor.settings import Settings

HEALTH_TIMEOUT_S = 4.0
Check = tuple[str, bool, str]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def doctor(context: Context, as_json: bool) -> int:
    """Look at settings, labels, database, mail and the machine; name every problem at once.

    Exit 0 when all is well, 1 otherwise (2 when the settings cannot be read).
    """
    settings = settings_of(context)
    checks = [("settings", True, str(config_file(context) or "defaults")), *_checks(settings)]
    if as_json:
        rows = [{"name": name, "ok": ok, "detail": detail} for name, ok, detail in checks]
        echo_json({"schema": "keurwacht/doctor@1", "checks": rows})
    else:
        for name, ok, detail in checks:
            click.echo(f"{'ok  ' if ok else 'BAD '} {name}: {plain(detail)}")
    return 0 if all(ok for _, ok, _ in checks) else EXIT_ERROR


def _checks(settings: Settings) -> Iterator[Check]:
    yield "python", True, f"{sys.version.split()[0]}, {ssl.OPENSSL_VERSION}"
    yield from _labels(settings)
    yield _tried("database", lambda: _database(settings))
    yield _mail(settings)
    yield _tried("extra CA", lambda: _ca_file(settings))


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return name, True, look()
    except (StoreError, OSError, ValueError, ssl.SSLError) as error:
        return name, False, str(error)


def _labels(settings: Settings) -> Iterator[Check]:
    folder = bootstrap.labels_folder(settings)
    problems = lint_labels(folder, JUDGES)
    for problem in problems:
        yield "labels", False, str(problem)
    if not problems:
        yield "labels", True, str(folder)


def _database(settings: Settings) -> str:
    migrate.require_head(settings.database_url)
    return f"at revision {migrate.head()}"


def _mail(settings: Settings) -> Check:
    mail = settings.mail
    if not mail.enabled:
        return "mail", True, "off: messages stay in the outbox"
    missing = [] if mail.staff else ["mail.staff is empty: nobody hears of reviews and tickets"]
    if not mail.operations:
        missing.append("mail.operations is empty: nobody hears of scanner errors")
    try:
        bootstrap.email_settings(settings)
    except ValueError as error:
        missing.insert(0, str(error))
    return "mail", not missing, "; ".join(missing) or f"{mail.host}:{mail.port}"


def _ca_file(settings: Settings) -> str:
    if not settings.net.ca_file:
        return "none"
    ssl.create_default_context(cafile=settings.net.ca_file)
    return settings.net.ca_file


@click.command()
@click.pass_obj
def healthcheck(context: Context) -> None:
    """Ask the running daemon's /readyz; exit 0 when ready, 1 otherwise."""
    http = settings_of(context).http
    host = f"[{http.bind}]" if ":" in http.bind else http.bind
    host = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104 (read, not bound)
    url = f"http://{host}:{http.port}/readyz"
    try:
        answer = httpx.get(url, timeout=HEALTH_TIMEOUT_S, trust_env=False)
    except httpx.HTTPError as error:
        raise OperationalError(f"no daemon at {url}: {error}") from error
    if answer.status_code != httpx.codes.OK:
        raise OperationalError(f"not ready: {plain(answer.text[:500])}")
    click.echo("ready")
