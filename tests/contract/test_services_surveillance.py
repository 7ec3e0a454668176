"""The round: claims, leases, scanners that misbehave, and processes that stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest

from monitor.adapters.carrier.embedded import EmbeddedCarrier
from monitor.adapters.store.store import SqlStore
from monitor.domain.check import PRIORITY_RESCAN, Job
from monitor.domain.finding import Finding
from monitor.domain.label import When
from monitor.domain.site import Certification, Standing
from monitor.policy.judge import Observation, Seen, Subject
from monitor.services.application import Application
from monitor.services.casework import Casework
from monitor.services.members import put_site
from monitor.services.surveillance import (
    Surveillance,
    WorkSettings,
    guarded_scan,
    scan_request,
)
from monitor.services.tx import Tx
from scanners.api import ScanKind, Scanner, ScanOutcome, ScanRequest, ScanResult
from scanners.content.evidence import PageFacts
from tests.builders import (
    DAY,
    HOUR,
    MONDAY,
    Spotted,
    condition,
    judge,
    label,
    member,
    site,
)
from tests.contract.services_world import (
    JUDGES,
    OFFICE,
    ORDERS,
    SHOP,
    HandClock,
    PageScanner,
    World,
    open_world,
    result,
)

T = TypeVar("T")
CONTENT = ScanKind.CONTENT
TO_OPS = "ops@office.example"


class Slow:
    """A scanner that waits until it is let go; tells when it began and that it was stopped."""

    kind: ClassVar[ScanKind] = CONTENT

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()
        self.stopped = False

    async def scan(self, request: ScanRequest) -> ScanResult:
        self.began.set()
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.stopped = True
            raise
        return result("found")


class Broken:
    """A scanner with a bug."""

    kind: ClassVar[ScanKind] = CONTENT

    async def scan(self, request: ScanRequest) -> ScanResult:
        raise KeyError("secret of the site")


class SelfCancelling:
    """A scanner that cancels itself."""

    kind: ClassVar[ScanKind] = CONTENT

    async def scan(self, request: ScanRequest) -> ScanResult:
        raise asyncio.CancelledError


class Deaf:
    """A scanner that ends late and does not mind being cancelled at first."""

    kind: ClassVar[ScanKind] = CONTENT

    async def scan(self, request: ScanRequest) -> ScanResult:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)
            raise
        return result("found")


class Slots:
    """A carrier that only remembers; ``free`` slots."""

    def __init__(self, free: int) -> None:
        self.free = free
        self.jobs: list[Job] = []

    def free_slots(self) -> int:
        return self.free

    def submit(self, job: Job) -> None:
        self.jobs.append(job)

    async def drain(self, timeout_s: float) -> int:
        return 0


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    opened = open_world(sqlite_template, tmp_path)
    yield opened
    opened.store.close()


Made = Callable[..., Surveillance]


@pytest.fixture
def surveillance(world: World) -> Made:
    def make(
        scanner: Scanner | None = None, lease: timedelta = HOUR, attempts: int = 3
    ) -> Surveillance:
        scanners: Mapping[ScanKind, Scanner] = {} if scanner is None else {CONTENT: scanner}
        settings = WorkSettings("worker", lease=lease, max_attempts=attempts, default_deadline_s=30)
        return Surveillance(world.store, scanners, world.application, world.clock, settings, ORDERS)

    return make


# The tick


@pytest.mark.asyncio
async def test_a_tick_claims_what_is_due_and_hands_it_over(
    world: World, surveillance: Made
) -> None:
    carrier = Slots(5)
    watch = surveillance()
    world.after(DAY)
    assert await watch.claim_due(carrier) == 1
    (job,) = carrier.jobs
    assert (job.site_id, job.kind, job.attempt) == (SHOP, CONTENT, 1)
    assert job.lease_until == world.clock.now() + HOUR
    assert await watch.claim_due(carrier) == 0
    assert world.do(lambda tx: tx.beats()) == {"tick": world.clock.now()}


@pytest.mark.asyncio
async def test_a_tick_without_free_slots_claims_nothing_but_is_alive(
    world: World, surveillance: Made
) -> None:
    world.after(DAY)
    assert await surveillance().claim_due(Slots(0)) == 0
    assert world.due().lease_until is None
    assert world.do(lambda tx: tx.beats()) == {"tick": world.clock.now()}


@pytest.mark.asyncio
async def test_a_lease_that_ran_out_is_taken_up_again_until_attempts_are_used_up(
    world: World, surveillance: Made
) -> None:
    carrier = Slots(5)
    watch = surveillance(attempts=2)
    world.after(DAY)
    for _ in range(3):
        world.after(2 * HOUR)
        await watch.claim_due(carrier)
    assert [job.attempt for job in carrier.jobs] == [1, 2]
    assert world.counter("leases_expired_total") == 2
    assert world.counter("poison_jobs_total") == 1
    assert world.said() == [(TO_OPS, "ops")]
    assert world.due().ready_at > world.clock.now()


# One job


@pytest.mark.asyncio
async def test_a_job_looks_with_what_is_registered_and_applies_its_result(
    world: World, surveillance: Made
) -> None:
    scanner = PageScanner(world.clock)
    job = world.claim()
    world.after(timedelta(minutes=3))
    await surveillance(scanner).run_job(job)
    (request,) = scanner.requests
    assert (request.url, request.hosts) == (f"https://{SHOP}/", (SHOP,))
    assert request.expected["kvk"] == "30198127"
    assert world.verdict().finding is Finding.MET
    assert world.due().lease_until is None
    assert world.counter("evaluation_lag_seconds_sum") == 180


@pytest.mark.asyncio
async def test_a_job_of_a_site_that_is_gone_drops_its_checks(
    world: World, surveillance: Made
) -> None:
    stranger = Job("gone.example", CONTENT, 1, 1, MONDAY, MONDAY)
    await surveillance(PageScanner(world.clock)).run_job(stranger)
    assert world.rows("gone.example") == []
    assert world.due().token == 0


@pytest.mark.asyncio
async def test_a_kind_without_a_scanner_is_our_trouble(world: World, surveillance: Made) -> None:
    await surveillance().run_job(world.claim())
    assert world.due().last_error == "no scanner of this kind is installed"
    assert world.said() == [(TO_OPS, "ops")]


@pytest.mark.asyncio
async def test_a_scanner_that_raises_is_our_trouble_and_its_words_are_not_shown(
    world: World, surveillance: Made
) -> None:
    await surveillance(Broken()).run_job(world.claim())
    (scan,) = world.do(lambda tx: tx.scans(SHOP))
    assert (scan.outcome, scan.detail["reason"]) == (ScanOutcome.SCANNER_ERROR, "KeyError")
    assert world.verdict().finding is Finding.INCONCLUSIVE
    assert world.said() == [(TO_OPS, "ops")]


@pytest.mark.asyncio
async def test_a_lost_lease_stops_the_scan_and_throws_its_result_away(
    world: World, surveillance: Made
) -> None:
    scanner = Slow()
    running = asyncio.ensure_future(
        surveillance(scanner, lease=timedelta(seconds=0.3)).run_job(world.claim())
    )
    await scanner.began.wait()
    world.after(HOUR).do(lambda tx: tx.reap(world.clock.now()))
    await asyncio.wait_for(running, 5)
    assert scanner.stopped
    assert world.counter("jobs_discarded_total") == 1
    assert world.do(lambda tx: tx.scans(SHOP)) == []


@pytest.mark.asyncio
async def test_a_long_scan_keeps_its_lease(world: World, surveillance: Made) -> None:
    scanner = Slow()
    lease = timedelta(seconds=0.15)
    running = asyncio.ensure_future(surveillance(scanner, lease=lease).run_job(world.claim()))
    await scanner.began.wait()
    world.after(HOUR)
    await asyncio.sleep(0.2)
    assert world.due().lease_until == world.clock.now() + lease
    scanner.go_on.set()
    await asyncio.wait_for(running, 5)
    assert world.verdict().finding is Finding.MET


@pytest.mark.asyncio
async def test_a_result_that_comes_too_late_is_thrown_away(
    world: World, surveillance: Made
) -> None:
    job = world.claim()
    world.after(HOUR).do(lambda tx: tx.reap(world.clock.now()))
    world.look("nothing")
    await surveillance(PageScanner(world.clock)).run_job(job)
    assert world.counter("jobs_discarded_total") == 1
    assert world.verdict().finding is Finding.INCONCLUSIVE


@pytest.mark.asyncio
async def test_a_stopping_process_gives_its_job_back_at_once(
    world: World, surveillance: Made
) -> None:
    scanner = Slow()
    watch = surveillance(scanner)
    carrier = EmbeddedCarrier(2, watch.run_job, watch.give_back)
    carrier.submit(world.claim())
    await scanner.began.wait()
    assert await carrier.drain(0.01) == 1
    assert scanner.stopped
    row = world.due()
    assert (row.lease_until, row.ready_at, row.attempt) == (None, world.clock.now(), 0)
    assert row.priority == PRIORITY_RESCAN
    assert world.do(lambda tx: tx.scans(SHOP)) == []


# The guard around a scanner


def request(deadline_s: float = 30) -> ScanRequest:
    return ScanRequest(CONTENT, "https://a.nl/", ("a.nl",), deadline_s=deadline_s)


@pytest.mark.asyncio
@pytest.mark.parametrize("scanner", [Slow, Deaf])
async def test_a_scanner_that_overstays_is_stopped(scanner: type[Slow | Deaf]) -> None:
    got = await guarded_scan(scanner(), request(-0.9), HandClock())
    assert got.outcome is ScanOutcome.SCANNER_ERROR
    assert got.detail["reason"] == "the scanner overstayed its deadline"
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.asyncio
async def test_a_scanner_that_cancels_itself_has_a_bug_and_nobody_is_stopping() -> None:
    got = await guarded_scan(SelfCancelling(), request(), HandClock())
    assert got.outcome is ScanOutcome.SCANNER_ERROR


@pytest.mark.asyncio
async def test_cancelling_the_guard_cancels_the_scan_and_leaves_nothing_behind() -> None:
    scanner = Slow()
    guard = asyncio.ensure_future(guarded_scan(scanner, request(), HandClock()))
    await scanner.began.wait()
    guard.cancel()
    with pytest.raises(asyncio.CancelledError):
        await guard
    assert scanner.stopped
    assert len(asyncio.all_tasks()) == 1


def test_a_request_carries_the_deadline_of_its_kind_and_parameters_win_over_settings() -> None:
    settings = WorkSettings("w", deadlines={CONTENT: 300.0}, options={"a": 1, "b": 1})
    asked = scan_request(site(), member(), CONTENT, settings, {"b": 2})
    assert (asked.deadline_s, asked.options) == (300.0, {"a": 1, "b": 2})
    assert scan_request(site(), member(), ScanKind.TLS, settings).deadline_s == 120.0


# What one site does to us


def burst(seen: Seen, subject: Subject) -> Observation:
    """A judge with a bug: it cannot stand one word."""
    page = seen.newest(CONTENT, PageFacts)
    if page is not None and "poison" in page[1].text:
        raise KeyError("a word of the site")
    return Observation(Spotted.FOUND if page is not None else Spotted.UNSEEN, "Seen.")


@pytest.fixture
def bursting(world: World) -> Surveillance:
    """A round whose judge fails on pages that say ``poison``, and on two shops."""
    judges = {**JUDGES, "page": judge(burst, name="page")}
    catalogue = replace(world.catalogue, judges=judges)
    application = Application(catalogue, Casework(catalogue, OFFICE))
    other = site(site_id="zzz.example")
    world.do(lambda tx: put_site(tx, other, member(), catalogue, "test", MONDAY))
    settings = WorkSettings("worker", lease=HOUR, max_attempts=2, default_deadline_s=30)
    scanner = PageScanner(world.clock, "poison")
    return Surveillance(world.store, {CONTENT: scanner}, application, world.clock, settings, ORDERS)


@pytest.mark.asyncio
async def test_a_page_no_judge_can_stand_is_given_up_and_told_to_operations(
    world: World, bursting: Surveillance
) -> None:
    carrier = Slots(9)
    world.after(8 * DAY)
    for _ in range(3):
        await bursting.claim_due(carrier)
        for job in carrier.jobs:
            with pytest.raises(KeyError):
                await bursting.run_job(job)
        carrier.jobs.clear()
        world.after(2 * HOUR)
    (scan,) = world.do(lambda tx: tx.scans(SHOP))
    assert scan.outcome is ScanOutcome.SCANNER_ERROR
    assert scan.detail["reason"] == "gave up after 2 attempts without a result"
    assert world.do(lambda tx: tx.exhausted(world.clock.now(), 2)) == []
    assert {address for address, _ in world.said()} == {TO_OPS}


@pytest.mark.asyncio
async def test_judging_that_fails_at_giving_up_stops_neither_the_tick_nor_other_sites(
    world: World, bursting: Surveillance
) -> None:
    # Evidence of another kind's scan is still there when the job is given up.
    poison = replace(result("poison", at=MONDAY), kind=ScanKind.TLS)
    world.do(lambda tx: tx.save_scan(SHOP, poison))
    judges = {**JUDGES, "page": judge(burst_on_tls, name="page")}
    catalogue = replace(world.catalogue, judges=judges)
    application = Application(catalogue, Casework(catalogue, OFFICE))
    settings = WorkSettings("worker", lease=HOUR, max_attempts=2, default_deadline_s=30)
    watch = Surveillance(world.store, {}, application, world.clock, settings, ORDERS)
    world.after(8 * DAY)
    carrier = Slots(9)
    handed_over = []
    for _ in range(3):
        handed_over.append(await watch.claim_due(carrier))
        world.after(2 * HOUR)
    assert handed_over == [2, 2, 0]
    assert world.do(lambda tx: tx.beats())["tick"] == world.clock.now() - 2 * HOUR
    rows = {scan.kind: scan for scan in world.do(lambda tx: tx.scans(SHOP))}
    assert rows[CONTENT].outcome is ScanOutcome.SCANNER_ERROR
    assert rows[CONTENT].detail["reason"] == "judging the site failed: KeyError"
    assert world.due().ready_at > world.clock.now() - 2 * HOUR
    assert world.due().attempt == 0
    (other,) = world.do(lambda tx: tx.scans("zzz.example"))
    assert other.detail["reason"] == "gave up after 2 attempts without a result"
    assert (TO_OPS, "ops") in world.said()
    assert world.counter("poison_jobs_total") == 2


def burst_on_tls(seen: Seen, subject: Subject) -> Observation:
    if ScanKind.TLS in seen.scans:
        raise KeyError("a word of the site")
    return Observation(Spotted.UNSEEN, "Unseen.")


@pytest.mark.asyncio
async def test_a_database_that_fails_while_giving_up_is_logged_and_tried_again(
    world: World, surveillance: Made
) -> None:
    watch = surveillance(attempts=2)
    world.after(8 * DAY)
    carrier = Slots(1)
    for _ in range(2):
        await watch.claim_due(carrier)
        world.after(2 * HOUR)
    forbid = "CREATE TRIGGER no_scan BEFORE INSERT ON scan BEGIN SELECT RAISE(ABORT, 'full'); END"
    world.do(lambda tx: tx.connection.exec_driver_sql(forbid))
    assert await watch.claim_due(carrier) == 0
    assert len(world.do(lambda tx: tx.exhausted(world.clock.now(), 2))) == 1
    world.do(lambda tx: tx.connection.exec_driver_sql("DROP TRIGGER no_scan"))
    await watch.claim_due(carrier)
    assert world.do(lambda tx: tx.exhausted(world.clock.now(), 2)) == []


class Twice:
    """A store on which another process gives the job up first."""

    def __init__(self, store: SqlStore, first: Callable[[], None]) -> None:
        self.store = store
        self.first = first
        self.calls = 0

    def transact(self, work: Callable[[Tx], T]) -> T:
        return self.store.transact(work)

    async def run(self, work: Callable[[Tx], T]) -> T:
        self.calls += 1
        if self.calls == 2:
            self.first()
        return await self.store.run(work)

    def close(self) -> None:
        self.store.close()


@pytest.mark.asyncio
async def test_two_processes_give_a_job_up_once(world: World, surveillance: Made) -> None:
    watch = surveillance(attempts=2)
    world.after(8 * DAY)
    carrier = Slots(1)
    for _ in range(2):
        await watch.claim_due(carrier)
        world.after(2 * HOUR)

    def first() -> None:
        now = world.clock.now()
        (poison,) = world.do(lambda tx: tx.exhausted(now, 2))
        world.do(lambda tx: world.application.give_up(tx, poison, now))

    settings = WorkSettings("other", max_attempts=2)
    other = Surveillance(
        Twice(world.store, first), {}, world.application, world.clock, settings, ORDERS
    )
    assert await other.claim_due(carrier) == 0
    assert world.counter("poison_jobs_total") == 1


@pytest.mark.asyncio
async def test_nobody_looks_for_a_seal_half_a_year_after_the_end(
    sqlite_template: Path, tmp_path: Path
) -> None:
    when = When(standing_any=("ended",))
    sealed = label(condition("ww-2.3", uses="seal", when=when))
    since = MONDAY.date()
    shop = site(Certification("mark", Standing.ENDED, since))
    world = open_world(sqlite_template, tmp_path, sealed, on=shop)
    scanner = PageScanner(world.clock)
    settings = WorkSettings("worker")
    seals = {ScanKind.SEAL: scanner}
    watch = Surveillance(world.store, seals, world.application, world.clock, settings, ORDERS)
    await watch.run_job(world.claim(ScanKind.SEAL))
    assert len(scanner.requests) == 1
    assert world.verdict().finding is not None
    world.after(181 * DAY)
    await watch.run_job(world.claim(ScanKind.SEAL))
    assert len(scanner.requests) == 1
    assert world.rows(SHOP) == []
    assert world.do(lambda tx: tx.findings(SHOP)) == []
    world.store.close()
