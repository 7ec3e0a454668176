"""``doctor`` and ``healthcheck``: what keeps the daemon from working."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import click
import httpx

from monitor import bootstrap
from monitor.adapters.store import migrate
from monitor.adapters.store.errors import StoreError
from monitor.cli import EXIT_ERROR, Context, OperationalError
from monitor.commands.common import config_file, echo_json, plain, settings_of
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.schemes import LabelFileError, lint_labels
from monitor.settings import Settings
from monitor.settings_owasp import EngineName
from monitor.settings_values import format_duration
from scanners.api import Clock

HEALTH_TIMEOUT_S = 4.0
# Below that a baseline scan of a shop of some size is cut short.
ZAP_PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; a ``warning`` is well, and worth a look."""

    name: str
    ok: bool
    detail: str
    warning: bool = False

    @property
    def mark(self) -> str:
        """How the line begins."""
        return "BAD " if not self.ok else "WARN" if self.warning else "ok  "


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def doctor(context: Context, as_json: bool) -> int:
    """Look at settings, labels, database, mail and the machine; name every problem at once.

    Exit 0 when all is well or only worth a warning, 1 otherwise (2 when the settings
    cannot be read).
    """
    settings = settings_of(context)
    where = Check("settings", ok=True, detail=str(config_file(context) or "defaults"))
    checks = [where, *_checks(settings)]
    if as_json:
        rows = [
            {"name": c.name, "ok": c.ok, "warning": c.warning, "detail": c.detail} for c in checks
        ]
        echo_json({"schema": "keurwacht/doctor@1", "checks": rows})
    else:
        for check in checks:
            click.echo(f"{check.mark} {check.name}: {plain(check.detail)}")
    return 0 if all(check.ok for check in checks) else EXIT_ERROR


def _checks(settings: Settings) -> Iterator[Check]:
    clock = bootstrap.system_clock()
    channels = dict(bootstrap.channel_problems(settings, clock))
    yield Check("python", ok=True, detail=f"{sys.version.split()[0]}, {ssl.OPENSSL_VERSION}")
    yield from _labels(settings)
    yield _browser(settings)
    database = _tried("database", lambda: _database(settings))
    yield database
    certified = _certified(settings, clock) if database.ok else 0
    yield from _engines(settings, certified)
    yield _mail(settings, channels.pop("mail", ""), certified)
    for name, said in channels.items():
        yield Check(name, ok=False, detail=said)
    yield _links(settings)
    yield from _zap(settings)
    yield _tried("extra CA", lambda: _ca_file(settings))


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, detail=look())
    except (StoreError, OSError, ValueError, ssl.SSLError) as error:
        return Check(name, ok=False, detail=str(error))


def _labels(settings: Settings) -> Iterator[Check]:
    folder = bootstrap.labels_folder(settings)
    problems = lint_labels(folder, JUDGES)
    for problem in problems:
        yield Check("labels", ok=False, detail=str(problem))
    if not problems:
        yield Check("labels", ok=True, detail=str(folder))


def _browser(settings: Settings) -> Check:
    """A warning where breaches wait for a look in a browser that nobody can take (C3)."""
    found = bootstrap.browser_of(settings)
    if found:
        return Check("browser", ok=True, detail=found)
    try:
        labels = tuple(bootstrap.load_label_files(settings).values())
    except LabelFileError:
        labels = ()
    waiting = {
        condition.condition_id
        for label in labels
        for condition in label.conditions
        if label.confirmations[condition.confirm].last_rendered
    }
    said = "none: pages that scripts make are gaps"
    if waiting:
        said += f", and breaches of {len(waiting)} conditions stay unconfirmed (C3); "
        said += "install chromium and keurwacht[browser], see net.browser"
    return Check("browser", ok=True, detail=said, warning=bool(waiting))


def _engines(settings: Settings, certified: int) -> Iterator[Check]:
    """The engines of the OWASP look; without one that attacks no qualifying scan is ever run."""
    usual, active = settings.owasp.engine.value, settings.owasp.active_engine.value
    trouble = bootstrap.engine_trouble(settings, usual)
    yield Check("owasp", not trouble, trouble or f"shops are visited by {usual}")
    trouble = bootstrap.engine_trouble(settings, active)
    said = f"active scans are done by {active}"
    if trouble:
        said = f"no active scan can be done by {active}: {trouble}; see docs/how-to/consent.md"
    yield Check("owasp active", ok=True, detail=said, warning=bool(trouble) and certified > 0)


def _database(settings: Settings) -> str:
    migrate.require_head(settings.database_url)
    return f"at revision {migrate.head()}"


def _certified(settings: Settings, clock: Clock) -> int:
    """How many sites are certified; 0 when the database does not say."""
    try:
        store = bootstrap.open_store(settings)
    except StoreError:
        return 0
    try:
        return store.transact(lambda tx: tx.fleet(clock.now())).certified_sites
    except StoreError:
        return 0
    finally:
        store.close()


def _mail(settings: Settings, problem: str, certified: int) -> Check:
    mail = settings.mail
    if not mail.enabled:
        said = "off: messages stay in the outbox"
        if certified:
            said += f", and nobody of {certified} certified sites is told anything; "
            said += "set mail.enabled = true"
        return Check("mail", ok=True, detail=said, warning=certified > 0)
    missing = [] if mail.staff else ["mail.staff is empty: nobody hears of reviews and tickets"]
    if not mail.operations:
        missing.append("mail.operations is empty: nobody hears of scanner errors")
    if problem:
        missing.insert(0, problem)
    return Check("mail", not missing, "; ".join(missing) or f"{mail.host}:{mail.port}")


def _links(settings: Settings) -> Check:
    """The key was checked with the settings; it is never shown."""
    links = settings.links
    if not links.enabled:
        said = "off: mail asks members for a reply; set links.public_url and links.key"
        return Check("links", ok=True, detail=said)
    if not links.secure and urlsplit(links.public_url).hostname not in ("localhost", "127.0.0.1"):
        said = f"{links.public_url}: links need https, whoever reads one may use it"
        return Check("links", ok=False, detail=said)
    if links.port == settings.http.port != 0 and links.bind == settings.http.bind:
        return Check("links", ok=False, detail=f"links.port {links.port} is that of http.port")
    said = f"{links.public_url}, good for {links.valid_for.days} days"
    return Check("links", ok=True, detail=f"{said}, listening on {links.bind}:{links.port}")


def _zap(settings: Settings) -> Iterator[Check]:
    """Each daemon: reachable, version, what it lacks.  A key is never shown."""
    zap, wanted = settings.zap, settings.owasp.engine is EngineName.ZAP
    if not zap.endpoints and not zap.command:
        said = "off: set zap.endpoints or zap.command"
        if wanted:
            said += ', as owasp.engine = "zap" wants'
        yield Check("zap", ok=not wanted, detail=said)
        return
    try:
        found = bootstrap.survey_zap(settings)
    except ModuleNotFoundError as error:
        said = f"needs the extra keurwacht[zap] ({error.name})"
        yield Check("zap", ok=False, detail=said)
        return
    for one in found:
        yield Check(f"zap {one.name}", ok=one.ok, detail=one.detail, warning=one.warning)
    patience = settings.deadline.owasp
    if wanted and patience < ZAP_PATIENCE:
        said = f"deadline.owasp is {format_duration(patience)}: a visit by ZAP takes minutes, and "
        said += f"waits for a daemon within it; set {format_duration(ZAP_PATIENCE)} or more"
        yield Check("zap", ok=True, detail=said, warning=True)


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
