"""``scan owasp``: order one scan by name, with what it may do."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import click

from monitor import bootstrap
from monitor.adapters.store.store import SqlStore
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
from monitor.domain.site import Site
from monitor.services.once import rfc3339
from monitor.services.records import ScanRow
from monitor.services.rescans import RequestError
from monitor.services.scan_orders import ScanOrders
from monitor.services.scan_progress import shown
from monitor.services.tx import Tx
from monitor.settings import Settings
from scanners.api import ScanKind, ScanOutcome
from scanners.owasp.engine import Profile
from scanners.owasp.engines import PROFILES
from scanners.owasp.evidence import OwaspFacts

PAUSE_S = 1.0
QUIET_S = 30.0
# A running scan tells every two seconds; a tick is overdue after so many.
GONE_S = 6.0
SILENT_S = 30.0
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

    With --wait: exit 0 when it was seen whole, 4 when not, 1 when the time is over or the
    order was withdrawn.
    """
    settings = settings_of(context)
    level = LEVELS[Profile(profile)]
    _usable(settings, profile, engine or usual_engine(settings, level))
    orders = bootstrap.scan_orders(settings, catalogue_of(settings))
    with open_store(settings) as store:
        now = store.clock.now()

        def work(tx: Tx) -> Site:
            found = site_of(tx, site)
            try:
                orders.place(tx, found, level, engine or "", actor(), now)
            except RequestError as error:
                raise InputError(str(error)) from error
            return found

        found = store.transact(work)
        note(f"{found.site_id}: {profile} asked for")
        if not wait:
            return 0
        try:
            row = _followed(store, orders, (found, level, now), timeout)
        except KeyboardInterrupt:
            note(f"the scan goes on; `keurwacht killswitch on --member {found.member_id}` stops it")
            raise
        _is_the_one(row, profile)
        facts = store.transact(lambda tx: _facts(tx, found.site_id))
        return _show(row, facts, as_json=as_json)


def _is_the_one(row: ScanRow, profile: str) -> None:
    """Exit 1 when what was done in the place of a withdrawn order is another look."""
    told = str(row.detail.get("profile", profile))
    if told != profile:
        raise OperationalError(
            f"the order was withdrawn before it began; a {told} look was taken instead"
        )


def _usable(settings: Settings, profile: str, engine: str) -> None:
    """Exit 2 for what no daemon with these settings could do."""
    able = sorted(name for name, known in PROFILES.items() if Profile(profile) in known)
    if engine not in able:
        raise InputError(f"the engine {engine} has no profile {profile}; {', '.join(able)} have it")
    trouble = bootstrap.engine_trouble(settings, engine)
    if trouble:
        raise InputError(f"the engine {engine} cannot be used: {trouble}")


def usual_engine(settings: Settings, level: Level) -> str:
    """The engine that is set up for that level."""
    set_up = settings.owasp
    return (set_up.active_engine if level.attacks else set_up.engine).value


def _followed(
    store: SqlStore, orders: ScanOrders, asked: tuple[Site, Level, datetime], timeout: float
) -> ScanRow:
    """Tell how far it is until it ended; exit 1 when the time is over or the order gone."""
    site, level, since = asked
    ends = time.monotonic() + timeout
    said, said_at, gone_at = "", 0.0, None
    while True:
        seen = store.transact(lambda tx: _state(tx, site.site_id, since))
        if seen.done is not None:
            return seen.done
        now = time.monotonic()
        line = seen.line or _waits(store, orders, site, level)
        # Requests and seconds move all the time: a line for each step, or each half minute.
        step = seen.step or line
        if step != said or now - said_at > QUIET_S:
            note(line)
            said, said_at = step, now
        gone_at = None if seen.ordered or seen.line else gone_at or now
        if gone_at is not None and now - gone_at > GONE_S:
            raise OperationalError("the order was withdrawn before it began")
        if now > ends:
            raise OperationalError(f"gave up waiting; the order stands ({line})")
        time.sleep(PAUSE_S)


@dataclass(frozen=True, slots=True)
class _State:
    """How an order stands: ``done`` how it ended, ``line`` how far it is ("" before it began)."""

    done: ScanRow | None = None
    ordered: bool = False
    line: str = ""
    step: str = ""


def _state(tx: Tx, site_id: str, since: datetime) -> _State:
    order, running = tx.order(site_id), tx.progress(site_id)
    ordered = order is not None and order.at == since
    done = next(
        (s for s in tx.scans(site_id) if s.kind is ScanKind.OWASP and s.started_at >= since), None
    )
    if done is not None and not ordered:
        return _State(done)
    if running is None:
        return _State(ordered=ordered)
    word = running[1]
    step = " ".join(str(word.get(key, "")) for key in ("phase", "done", "total", "current"))
    return _State(ordered=ordered, line=shown(word), step=step)


def _waits(store: SqlStore, orders: ScanOrders, site: Site, level: Level) -> str:
    """What an order that did not begin yet waits for."""
    now = store.clock.now()
    allowed = store.transact(lambda tx: orders.allowed(tx, site, level, now))
    if not allowed.granted:
        return f"waiting: {allowed.why}"
    tick = store.transact(lambda tx: tx.beats()).get("tick")
    if tick is None or (now - tick).total_seconds() > SILENT_S:
        since = "never" if tick is None else f"not since {rfc3339(tick)}"
        return f"waiting: no daemon looked for work ({since}); is `keurwacht run` running?"
    return "waiting for its turn"


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
    cost = f"{row.requests} requests in {row.duration_s:.0f} s"
    note(f"{row.outcome.value} ({cost}){f': {reason}' if reason else ''}")
    if facts is not None:
        table(
            ("severity", "2021", "2025", "finding", "where", "about"),
            [(f.severity, f.owasp_2021, f.owasp_2025, f.name, f.url, f.param)
             for f in facts.findings],
        )  # fmt: skip
    return 0 if seen else EXIT_UNKNOWN
