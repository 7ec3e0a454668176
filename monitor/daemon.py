"""The daemon: housekeeping jobs around the round, and a clean end."""

from __future__ import annotations

import asyncio
import functools
import signal
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version

import structlog

from monitor import bootstrap
from monitor.adapters.carrier.embedded import EmbeddedCarrier
from monitor.adapters.logging import configure_logging
from monitor.adapters.metrics import Metrics
from monitor.adapters.status_server import StatusServer
from monitor.adapters.store.store import SqlStore
from monitor.adapters.ticker import RunOutcome, Ticker
from monitor.bootstrap import Core
from monitor.services.delivery import Delivery
from monitor.services.members import reorder_all
from monitor.services.office_round import in_turn, steps, wake_all
from monitor.services.owasp_consent import counts
from monitor.services.triage import lapse
from monitor.services.tx import Tx
from monitor.services.waivers import turn_one
from monitor.settings import Settings
from scanners.owasp.fleet import DaemonNews

log = structlog.get_logger(__name__)
OUTBOX_EVERY = timedelta(seconds=2)
WAKE_EVERY = timedelta(seconds=30)
METRICS_EVERY = timedelta(seconds=15)
PRUNE_EVERY = timedelta(hours=6)
SETTLE_EVERY = timedelta(hours=1)
OFFICE_EVERY = timedelta(hours=1)
CONSENTS_EVERY = timedelta(minutes=5)
# Not ready comes first, stuck much later: whoever restarts on it must not do so for a slow disk.
STUCK_AFTER = 5
# What housekeeping gets at the stop; and the outbox, beyond its drain, to mark what it sent.
TICKER_STOP_S = 10.0
MARK_S = 15.0


def program_version() -> str:
    """The installed version; ``0`` from a bare checkout."""
    try:
        return version("keurwacht")
    except PackageNotFoundError:
        return "0"


def _log_zap(news: DaemonNews) -> None:
    """A ZAP daemon is down, somebody else's, or well again."""
    if news.reason:
        again_in_s = round(news.again_in_s, 1)
        log.warning("zap_put_aside", zap=news.name, reason=news.reason, again_in_s=again_in_s)
    else:
        log.info("zap_works_again", zap=news.name)


class Daemon:
    """One process that ticks, looks, tells and counts."""

    def __init__(self, settings: Settings, store: SqlStore) -> None:
        self._settings = settings
        self._store = store
        self._core: Core = bootstrap.build_core(settings, store, _log_zap)
        self._delivery: Delivery | None = bootstrap.build_delivery(settings, self._core)
        self._carrier = EmbeddedCarrier(
            settings.work.slots, self._core.surveillance.run_job, self._core.surveillance.give_back
        )
        revisions = {i: one.revision for i, one in self._core.catalogue.labels.items()}
        self._metrics = Metrics(program_version(), self._workers, revisions, self._core.zap_daemons)
        self._ticker = Ticker(self._on_run, self._core.clock)
        self._server = StatusServer(
            settings.http.bind, settings.http.port, ready=self._problems,
            metrics=self._metrics.render, alive=self._stuck, answered=self._metrics.count_request,
        )  # fmt: skip

        self._links = bootstrap.build_link_server(settings, self._core, self._metrics.count_request)

    @property
    def port(self) -> int:
        """Where /metrics is served."""
        return self._server.port

    @property
    def links_port(self) -> int | None:
        """Where the links in members' mail arrive; None when there are none."""
        return None if self._links is None else self._links.port

    async def start(self) -> None:
        """Bring the schedule up to the label files, then begin."""
        now = self._core.clock.now()
        await self._store.run(lambda tx: reorder_all(tx, self._core.catalogue, now))
        await self._store.run(self._core.casework.settle)
        self._server.start()
        if self._links is not None:
            self._links.start()
        every = timedelta(seconds=self._settings.work.tick_s)
        self._ticker.add("tick", every, self._tick)
        self._ticker.add("wake", min(WAKE_EVERY, every * 10), self._wake)
        self._ticker.add("metrics", METRICS_EVERY, self._refresh)
        self._ticker.add("prune", PRUNE_EVERY, self._prune)
        self._ticker.add("settle", SETTLE_EVERY, self._settle)
        self._ticker.add("office", OFFICE_EVERY, self._office)
        self._ticker.add("consents", CONSENTS_EVERY, self._count_consents)
        self._ticker.add("records", OFFICE_EVERY, self._prune_records)
        if self._delivery is not None:
            self._ticker.add("outbox", min(OUTBOX_EVERY, every * 2), self._send)
        self._ticker.start()
        log.info(
            "daemon_started",
            port=self.port,
            links_port=self.links_port,
            labels=sorted(self._core.catalogue.labels),
        )

    async def stop(self) -> None:
        """Claim nothing new, finish what runs, give back the rest; scans and mail side by side."""
        log.info("daemon_stopping")
        if self._links is not None:
            self._links.stop()
        scans = asyncio.ensure_future(self._carrier.drain(self._settings.work.drain_timeout_s))
        try:
            outbox_s = self._settings.mail.drain_timeout_s + MARK_S
            await self._ticker.stop(TICKER_STOP_S, {"outbox": outbox_s})
        finally:
            left = await scans
        # What the last tick claimed meanwhile.
        left += await self._carrier.drain(0)
        await self._core.end_engines()
        self._server.stop()
        log.info("daemon_stopped", given_back=left)

    async def _tick(self) -> None:
        started = time.monotonic()
        await self._core.surveillance.claim_due(self._carrier)
        self._metrics.observe_tick(time.monotonic() - started)

    async def _send(self) -> None:
        if self._delivery is None:
            return
        while (await self._delivery.send_due()).claimed:
            pass
        now = self._core.clock.now()
        await self._store.run(lambda tx: tx.beat("outbox", now))

    async def _wake(self) -> None:
        now = self._core.clock.now()
        await wake_all(self._store, self._core.casework, now)
        await self._store.run(lambda tx: tx.beat("wake", now))

    async def _settle(self) -> None:
        """Cases of labels that ended without another look are staff's; exceptions begin and end."""
        now, application = self._core.clock.now(), self._core.application
        due = await self._store.run(lambda tx: tx.waivers_due(now.date()))
        turns = [
            functools.partial(turn_one, application=application, waiver=waiver, now=now)
            for waiver in due
        ]
        stands_again = functools.partial(lapse, application=application, now=now)
        await in_turn(self._store, [self._core.casework.settle, *turns, stands_again])

    async def _office(self) -> None:
        await in_turn(
            self._store, steps(self._core.casework, self._core.orders, self._core.clock.now())
        )

    async def _count_consents(self) -> None:
        catalogue, now = self._core.catalogue, self._core.clock.now()
        self._metrics.show_consents(await self._store.run(lambda tx: counts(tx, catalogue, now)))

    async def _refresh(self) -> None:
        now = self._core.clock.now()

        def read(tx: Tx) -> None:
            self._metrics.refresh(tx.fleet(now), tx.beats(), tx.counters(), tx.valve(), now)

        await self._store.run(read)

    async def _prune(self) -> None:
        keep = self._settings.database.keep_history
        now = self._core.clock.now()
        await self._store.run(lambda tx: tx.prune(now, keep))

    async def _prune_records(self) -> None:
        """A bounded batch an hour: what waited for years does not hold the store for minutes."""
        kept, now = self._settings.database, self._core.clock.now()
        dropped = await self._store.run(
            lambda tx: tx.prune_records(now, kept.keep_records, kept.keep_audit)
        )
        if dropped.total:
            log.info("records_pruned", **asdict(dropped))

    def _workers(self) -> Mapping[str, int]:
        free = self._carrier.free_slots()
        return {"free": free, "busy": self._settings.work.slots - free}

    def _on_run(self, name: str, outcome: RunOutcome) -> None:
        self._metrics.count_run(name, outcome.value)

    def _stuck(self) -> Mapping[str, str]:
        silent, limit = self._metrics.silence_s(), self._settings.http.tick_max_age_s * STUCK_AFTER
        return {"tick": f"no success for {silent:.0f} s"} if silent > limit else {}

    def _problems(self) -> Mapping[str, str]:
        now = self._core.clock.now()
        beats = self._store.transact(lambda tx: tx.beats())
        tick = beats.get("tick")
        limit = self._settings.http.tick_max_age_s
        if tick is None:
            return {"tick": "has not run yet"}
        age = (now - tick).total_seconds()
        return {"tick": f"last success {age:.0f} s ago"} if age > limit else {}


async def run(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; 0 after SIGTERM, 130 after an interruption.

    A second signal ends the process at once: leases run out by themselves.
    """
    configure_logging(settings.log.format.value, settings.log.level.value)
    store = bootstrap.open_store(settings)
    stopping = asyncio.Event()
    received: list[signal.Signals] = []

    def asked(number: signal.Signals) -> None:
        if stopping.is_set():
            log.warning("daemon_ended_at_once", signal=number.name)
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        received.append(number)
        stopping.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked, number)
    try:
        daemon = Daemon(settings, store)
        await daemon.start()
        await stopping.wait()
        await daemon.stop()
    finally:
        store.close()
    return 130 if signal.SIGINT in received else 0
