"""``scan owasp``: order one scan by name, with what it may do."""

from __future__ import annotations

import time
from datetime import datetime

import click

from monitor import bootstrap
from monitor.cli import EXIT_UNKNOWN, Context, InputError, OperationalError
from monitor.commands.common import (
    actor,
    catalogue_of,
    echo_json,
    note,
    open_store,
    settings_of,
    site_of,
    table,
)
from monitor.domain.consent import Level
from monitor.services.once import rfc3339
from monitor.services.records import ScanRow
from monitor.services.rescans import RequestError
from monitor.services.scan_orders import shown
from monitor.services.tx import Tx
from scanners.api import ScanKind, ScanOutcome
from scanners.owasp.engine import Profile
from scanners.owasp.evidence import OwaspFacts

PAUSE_S = 1.0
ENGINES = ("passive", "zap", "wapiti")
LEVELS = {
    Profile.BASELINE: Level.PASSIVE,
    Profile.ACTIVE_LOW: Level.ACTIVE_LOW,
    Profile.ACTIVE_MEDIUM: Level.ACTIVE_MEDIUM,
}


@click.group()
def scan() -> None:
    """Order a scan by name; the running daemon does it."""


@scan.command()
@click.argument("site")
@click.option(
    "--profile", type=click.Choice([profile.value for profile in Profile]), default="baseline",
    show_default=True, help="How hard; what attacks needs consent and proof of control.",
)  # fmt: skip
@click.option("--engine", type=click.Choice(ENGINES), help="Instead of the one that is set up.")
@click.option("--wait", is_flag=True, help="Follow it to its end.")
@click.option("--timeout", default=3_600.0, show_default=True, help="Seconds to wait at most.")
@click.option("--json", "as_json", is_flag=True, help="With --wait: the result as one document.")
@click.pass_obj
def owasp(
    context: Context,
    site: str,
    profile: str,
    engine: str | None,
    wait: bool,
    timeout: float,
    as_json: bool,
) -> int:
    """Test SITE (id, URL or host) against the OWASP Top 10, ahead of everything else.

    With --wait: exit 0 when it was seen whole, 4 when not, 1 when the time is over.
    """
    settings = settings_of(context)
    orders = bootstrap.scan_orders(settings, catalogue_of(settings))
    level = LEVELS[Profile(profile)]
    with open_store(settings) as store:
        now = store.clock.now()

        def work(tx: Tx) -> str:
            found = site_of(tx, site)
            try:
                orders.place(tx, found, level, engine or "", actor(), now)
            except RequestError as error:
                raise InputError(str(error)) from error
            return found.site_id

        site_id = store.transact(work)
        note(f"{site_id}: {profile} asked for")
        if not wait:
            return 0
        ends = time.monotonic() + timeout
        said = ""
        while True:
            row, line = store.transact(lambda tx: _state(tx, site_id, now))
            if line and line != said:
                note(line)
                said = line
            if row is not None:
                return _show(row, store.transact(lambda tx: _facts(tx, site_id)), as_json=as_json)
            if time.monotonic() > ends:
                raise OperationalError("still waiting: is `keurwacht run` running?")
            time.sleep(PAUSE_S)


def _state(tx: Tx, site_id: str, since: datetime) -> tuple[ScanRow | None, str]:
    """The scan that ended since then, and how far a running one has come."""
    done = next(
        (s for s in tx.scans(site_id) if s.kind is ScanKind.OWASP and s.started_at >= since), None
    )
    if done is not None and tx.order(site_id) is None:
        return done, ""
    running = tx.progress(site_id)
    return None, "" if running is None else shown(running[1])


def _facts(tx: Tx, site_id: str) -> OwaspFacts | None:
    view = tx.newest_scans(site_id).get(ScanKind.OWASP)
    found = [] if view is None else [e.facts for e in view.evidence]
    return next((f for f in found if isinstance(f, OwaspFacts)), None)


def _show(row: ScanRow, facts: OwaspFacts | None, *, as_json: bool) -> int:
    seen = row.outcome is ScanOutcome.COMPLETE
    reason = str(row.detail.get("reason", ""))
    if as_json:
        echo_json({
            "schema": "keurwacht/owasp-scan@1",
            "outcome": row.outcome.value,
            "reason": reason,
            "started_at": rfc3339(row.started_at),
            "duration_s": row.duration_s,
            "requests": row.requests,
            "profile": None if facts is None else facts.profile,
            "engine": None if facts is None else facts.engine.name,
            "coverage": None if facts is None else facts.coverage.ratio,
            "findings": [
                {"rule": f.rule, "name": f.name, "severity": f.severity.value,
                 "confidence": f.confidence.value, "owasp_2021": f.owasp_2021,
                 "owasp_2025": f.owasp_2025, "cwe": f.cwe, "url": f.url, "param": f.param,
                 "fingerprint": f.fingerprint}
                for f in (() if facts is None else facts.findings)
            ],
        })  # fmt: skip
        return 0 if seen else EXIT_UNKNOWN
    note(f"{row.outcome.value}{f': {reason}' if reason else ''}")
    if facts is not None:
        table(
            ("severity", "2021", "2025", "finding", "where", "about"),
            [(f.severity, f.owasp_2021, f.owasp_2025, f.name, f.url, f.param)
             for f in facts.findings],
        )  # fmt: skip
    return 0 if seen else EXIT_UNKNOWN
