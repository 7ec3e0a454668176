"""The round: claim what is due, look, and end each look in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from structlog.contextvars import bound_contextvars

from monitor.domain.check import Job
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.policy.browsing import LOOKS, artwork_options, seal_options
from monitor.policy.references import reading_options
from monitor.services.application import Application, StaleJobError
from monitor.services.measures import LAG_BUCKETS, observe
from monitor.services.ports import Carrier, Store
from monitor.services.scan_orders import WATCH_S, Prepared, ScanOrders, cancelled, run_id
from monitor.services.scan_progress import Pace
from monitor.services.standings import settle
from monitor.services.tx import Tx
from scanners.api import Clock, ScanKind, Scanner, ScanOutcome, ScanRequest, ScanResult

log = structlog.get_logger(__name__)
GRACE_S = 1.0


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """How the work is done.  Durations in seconds where named ``_s``.

    ``deadlines`` bound a scan per kind; ``options`` are handed to scanners.
    """

    owner: str
    slots: int = 8
    lease: timedelta = timedelta(seconds=120)
    max_attempts: int = 3
    per_platform: int = 2
    default_deadline_s: float = 120.0
    deadlines: Mapping[ScanKind, float] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)

    def deadline_s(self, kind: ScanKind) -> float:
        """The whole time a scan of ``kind`` may take."""
        return self.deadlines.get(kind, self.default_deadline_s)


class Surveillance:
    """Claims due checks and runs them; any number of these may share a store."""

    def __init__(
        self,
        store: Store,
        scanners: Mapping[ScanKind, Scanner],
        application: Application,
        clock: Clock,
        settings: WorkSettings,
        orders: ScanOrders,
        progress: Callable[[str], Mapping[str, object] | None] = lambda _run_id: None,
    ) -> None:
        """``progress`` tells how far the OWASP scan of that run id has come."""
        self._store = store
        self._orders = orders
        self._progress = progress
        self._scanners = scanners
        self._application = application
        self._clock = clock
        self._settings = settings

    async def claim_due(self, carrier: Carrier) -> int:
        """One tick: free lost leases, claim as much as there are free slots, hand over.

        Never awaits a scan.  Returns the number of jobs handed over.
        """
        slots = carrier.free_slots()
        jobs, exhausted = await self._store.run(lambda tx: self._claim(tx, slots))
        for job in jobs:
            carrier.submit(job)
        for job in exhausted:
            await self._give_up(job)
        return len(jobs)

    def _claim(self, tx: Tx, slots: int) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """The jobs to hand over, and those that used up their attempts."""
        now = self._clock.now()
        expired = tx.reap(now)
        if expired:
            tx.count("leases_expired_total", {}, expired)
            log.warning("leases_expired", count=expired)
        work = self._settings
        exhausted = tuple(tx.exhausted(now, work.max_attempts))
        jobs = tuple(
            tx.claim(now, slots, work.lease, work.owner, work.per_platform, work.max_attempts)
            if slots
            else ()
        )
        tx.beat("tick", now)
        return jobs, exhausted

    async def _give_up(self, job: Job) -> None:
        """In transactions of its own: what one site does to us stops neither tick nor others."""
        now = self._clock.now()
        error = await self._trouble(lambda tx: self._application.give_up(tx, job, now))
        if error is None or isinstance(error, StaleJobError):
            return
        log.error("judging_failed", site_id=job.site_id, kind=job.kind.value, exc_info=error)
        reason = f"judging the site failed: {type(error).__name__}"
        error = await self._trouble(lambda tx: self._application.set_aside(tx, job, reason, now))
        if error is not None and not isinstance(error, StaleJobError):
            log.error("set_aside_failed", site_id=job.site_id, kind=job.kind.value, exc_info=error)

    async def _trouble(self, work: Callable[[Tx], None]) -> BaseException | None:
        """Run ``work`` in a transaction; what it raised, or None."""
        task = asyncio.ensure_future(self._store.run(work))
        await asyncio.wait({task})
        return task.exception()

    async def run_job(self, job: Job) -> None:
        """Look once under the lease and apply the result; losing the lease drops it."""
        with bound_contextvars(site_id=job.site_id, kind=job.kind.value, token=job.token):
            prepared = await self._store.run(lambda tx: self._prepared(tx, job))
            if prepared is None:
                return
            if prepared.again_at is not None:
                again = prepared.again_at
                await self._store.run(lambda tx: tx.give_back(job, again, count_attempt=False))
                return
            result = prepared.refused
            if result is None and prepared.request is not None:
                result = await self._scan_under_lease(job, prepared, prepared.request)
            if result is None:
                log.warning("lease_lost")
                await self._store.run(lambda tx: tx.count("jobs_discarded_total", {}))
                return
            await self._apply(job, prepared, result)

    async def give_back(self, job: Job) -> None:
        """The process stops before the look ended: let another take it at once."""
        now = self._clock.now()
        await self._store.run(lambda tx: tx.give_back(job, now, count_attempt=False))

    async def _apply(self, job: Job, prepared: Prepared, result: ScanResult) -> None:
        def work(tx: Tx) -> None:
            now = self._clock.now()
            self._application.apply_scan(tx, job, result, now)
            if job.kind is ScanKind.OWASP:
                self._orders.ended(tx, job, prepared, result, now)

        try:
            await self._store.run(work)
        except StaleJobError:
            log.warning("result_discarded")
            await self._store.run(lambda tx: tx.count("jobs_discarded_total", {}))
            return
        log.info(
            "scan_finished",
            outcome=result.outcome.value,
            duration_s=round(result.duration_s, 3),
            evidence=len(result.evidence),
            requests=result.requests,
            attempt=job.attempt,
        )

    def _prepared(self, tx: Tx, job: Job) -> Prepared | None:
        site = tx.site(job.site_id)
        member = None if site is None else tx.member(site.member_id)
        if site is None or member is None:
            tx.drop_checks([job.site_id], frozenset())
            return None
        catalogue, now = self._application.catalogue, self._clock.now()
        wanted = catalogue.kinds(site, now)
        if job.kind not in wanted:
            # Since the schedule was made a certification ended, and long enough ago.
            tx.drop_checks([site.site_id], wanted)
            settle(tx, [site], catalogue, now)
            return None
        observe(tx, "evaluation_lag_seconds", {}, self._late(job), LAG_BUCKETS)
        options = dict(reading_options(catalogue.labels_of(site)))
        if job.kind is LOOKS:
            cases = tx.active_cases(site.site_id).values()
            options |= catalogue.browser_options(site, member, cases, now)
        elif job.kind is ScanKind.SEAL:
            options |= artwork_options(catalogue.labels_of(site))
        elif job.kind is ScanKind.DRIFT:
            options |= seal_options(catalogue.labels_of(site))
        request = scan_request(site, member, job.kind, self._settings, options)
        if job.kind is not ScanKind.OWASP:
            return Prepared(request)
        return self._orders.prepare(tx, site, member, request, job, now)

    def _late(self, job: Job) -> float:
        return max((self._clock.now() - job.due_at).total_seconds(), 0.0)

    async def _scan_under_lease(
        self, job: Job, prepared: Prepared, request: ScanRequest
    ) -> ScanResult | None:
        """The scan's result, or None when the lease was lost meanwhile."""
        pace = Pace(self._clock.now())
        scan = asyncio.ensure_future(
            guarded_scan(self._scanners.get(job.kind), request, self._clock)
        )
        lease_s = self._settings.lease.total_seconds() / 3
        watched = job.kind is ScanKind.OWASP
        pause = min(lease_s, WATCH_S) if watched else lease_s
        try:
            while True:
                done, _ = await asyncio.wait({scan}, timeout=pause)
                if done:
                    return scan.result()
                if not await self._store.run(lambda tx: self._still_ours(tx, job)):
                    return None
                why = await self._watched(job, prepared, pace) if watched else ""
                if why:
                    log.warning("scan_stopped", reason=why)
                    return cancelled(request, pace, self._clock.now(), why)
        finally:
            await _cancelled(scan)

    async def _watched(self, job: Job, prepared: Prepared, pace: Pace) -> str:
        """Tell how far the scan has come; why it has to stop, "" when it may go on."""
        progress = self._progress(run_id(job))

        def work(tx: Tx) -> str:
            now = self._clock.now()
            tx.put_progress(job.site_id, now, pace.told(progress, now))
            return self._orders.stop(tx, job.site_id, prepared.level, now)

        return await self._store.run(work)

    def _still_ours(self, tx: Tx, job: Job) -> bool:
        return tx.heartbeat(job, self._clock.now() + self._settings.lease)


async def guarded_scan(scanner: Scanner | None, request: ScanRequest, clock: Clock) -> ScanResult:
    """Run a scanner; what it raises or overstays is our bug and becomes ``scanner_error``."""
    started = clock.now()
    if scanner is None:
        return _broken(request.kind, started, 0.0, "no scanner of this kind is installed")
    task = asyncio.ensure_future(scanner.scan(request))
    try:
        done, _ = await asyncio.wait({task}, timeout=request.deadline_s + GRACE_S)
        took = (clock.now() - started).total_seconds()
        if not done:
            late = _broken(request.kind, started, took, "the scanner overstayed its deadline")
            return replace(late, detail={**late.detail, "overstayed": True})
        if task.cancelled():
            # Not ours to pass on: a cancellation here would look like a stopping process.
            return _broken(request.kind, started, took, "the scanner cancelled itself")
        error = task.exception()
        if error is None:
            return task.result()
        log.error("scanner_failed", exc_info=error)
        return _broken(request.kind, started, took, type(error).__name__)
    finally:
        await _cancelled(task)


def scan_request(
    site: Site,
    member: Member,
    kind: ScanKind,
    settings: WorkSettings,
    overrides: Mapping[str, object] | None = None,
) -> ScanRequest:
    """What the scanner of ``kind`` is asked to look at."""
    return ScanRequest(
        kind=kind,
        url=site.url,
        hosts=site.all_hosts,
        subject=site.subject.value,
        profile_urls=site.profile_urls,
        languages=member.languages,
        expected={
            "kvk": member.kvk,
            "kbo": member.kbo,
            "vat": member.vat,
            "legal_name": member.legal_name,
            "trade_names": list(member.trade_names),
            "address": member.address,
        },
        options={**settings.options, **(overrides or {})},
        deadline_s=settings.deadline_s(kind),
    )


def _broken(kind: ScanKind, at: datetime, took_s: float, reason: str) -> ScanResult:
    return ScanResult(kind, ScanOutcome.SCANNER_ERROR, (), at, took_s, detail={"reason": reason})


async def _cancelled(task: asyncio.Future[ScanResult]) -> None:
    """Cancel and wait, so that no scan outlives its job."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=5)
