"""Consent, control and the kill switch: what staff do and what a scan then may."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest

from monitor.domain.consent import Consent, ControlMethod, Level, Refusal, Window
from monitor.domain.label import Obligation, Trace
from monitor.domain.site import Certification, Site, Standing, SubjectType
from monitor.services import consents
from monitor.services.obligations import watch as watch_duties
from monitor.services.owasp_consent import counts
from monitor.services.owasp_plan import plan
from monitor.services.rescans import RequestError
from monitor.services.scan_orders import STOPPED_PAUSE, OwaspWork, ScanOrders
from monitor.services.surveillance import Surveillance, WorkSettings
from monitor.services.tx import Tx
from scanners.api import ScanKind, ScanOutcome, ScanRequest, ScanResult
from tests.builders import DAY, HOUR, MONDAY, condition, label, site
from tests.contract.services_world import (
    OFFICE,
    ORDERS,
    SHOP,
    Weekdays,
    World,
    open_world,
)

OWASP = ScanKind.OWASP
TODAY = MONDAY.date()
LAST = TODAY + 200 * DAY
WORDS = ("Olga Owner", "+31 20 123", "DOC-7")
TWICE = Obligation("twice", Trace("f"), OWASP, "qualifying", 2, 365 * DAY, 200 * DAY, 0.7, 30 * DAY)
HELD = replace(
    site(Certification("mark", Standing.CERTIFIED, TODAY - 100 * DAY)), hosts=("b.example",)
)
MARK = replace(label(condition("sec", uses="weak")), obligations=(TWICE,))


class Scanner:
    """Ends with what it was told; remembers what it was asked."""

    kind: ClassVar[ScanKind] = OWASP

    def __init__(self, detail: Mapping[str, object] | None = None, wait: bool = False) -> None:
        self.asked: list[ScanRequest] = []
        self.detail = detail or {}
        self.wait = wait
        self.began = asyncio.Event()
        self.stopped = False

    async def scan(self, request: ScanRequest) -> ScanResult:
        self.asked.append(request)
        self.began.set()
        if self.wait:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.stopped = True
                raise
        return ScanResult(OWASP, ScanOutcome.PARTIAL, (), MONDAY, 1.0, 3,
                          {"reason": "cut short", **self.detail})  # fmt: skip


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    opened = open_world(sqlite_template, tmp_path, MARK, on=HELD)
    yield opened
    opened.store.close()


def consented(world: World, level: Level = Level.ACTIVE_LOW, **more: object) -> Consent:
    made = consents.propose(HELD, level, WORDS, (TODAY, LAST), "rita", MONDAY)
    made = replace(made, **more)  # type: ignore[arg-type]
    return world.do(lambda tx: consents.record(tx, HELD, made, MONDAY))


def proven(world: World) -> None:
    world.do(lambda tx: consents.token_of(tx, HELD, "rita", MONDAY))
    world.do(lambda tx: consents.note_control(tx, HELD, ControlMethod.DNS, "rita", MONDAY))


def order(world: World, level: Level = Level.ACTIVE_LOW, orders: ScanOrders = ORDERS) -> None:
    world.do(lambda tx: orders.place(tx, HELD, level, "", "rita", world.clock.now()))


def watch(world: World, scanner: Scanner, orders: ScanOrders = ORDERS) -> Surveillance:
    settings = WorkSettings("worker", lease=HOUR, default_deadline_s=30)
    return Surveillance(
        world.store, {OWASP: scanner}, world.application, world.clock, settings, orders,
        lambda run: {"phase": "spider", "run": run, "requests": 7},
    )  # fmt: skip


async def run(world: World, scanner: Scanner, orders: ScanOrders = ORDERS) -> None:
    await watch(world, scanner, orders).run_job(world.claim(OWASP))


def actions(world: World) -> list[str]:
    return [e.action for e in world.do(lambda tx: tx.audit_log()) if e.object_id == SHOP]


# What is recorded


def test_a_new_consent_takes_the_place_of_the_ones_before(world: World) -> None:
    consented(world, Level.ACTIVE_MEDIUM)
    consented(world, Level.PASSIVE)
    (one,) = world.do(lambda tx: tx.consents(SHOP))
    assert one.level is Level.PASSIVE
    assert len(world.do(lambda tx: tx.consents(SHOP, ended=True))) == 2


@pytest.mark.parametrize(
    ("level", "words", "days", "said"),
    [
        (Level.ACTIVE_LOW, ("", "call", "doc"), (TODAY, LAST), "who gave it"),
        (Level.ACTIVE_LOW, ("Olga", "", "doc"), (TODAY, LAST), "whom to call"),
        (Level.ACTIVE_LOW, ("Olga", "call", ""), (TODAY, LAST), "paper"),
        (Level.ACTIVE_LOW, ("Olga", "", ""), (TODAY, LAST), "whom to call .*, where the paper"),
        (Level.PASSIVE, WORDS, (LAST, TODAY), "before"),
        (Level.PASSIVE, WORDS, (TODAY - 9 * DAY, TODAY - DAY), "past"),
        (Level.PASSIVE, WORDS, (TODAY, TODAY + 900 * DAY), "more than 2 years"),
    ],
)
def test_an_odd_consent_is_refused(
    world: World, level: Level, words: tuple[str, str, str], days: tuple[date, date], said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        consents.propose(HELD, level, words, days, "rita", MONDAY)


def test_a_sellers_page_is_never_attacked(world: World) -> None:
    seller = replace(HELD, subject=SubjectType.SELLER)
    with pytest.raises(RequestError, match="seller"):
        consents.propose(seller, Level.ACTIVE_LOW, WORDS, (TODAY, LAST), "rita", MONDAY)


def test_the_scope_is_the_sites_own_hosts(world: World) -> None:
    assert consented(world, hosts=("b.example",)).hosts == ("b.example",)
    with pytest.raises(RequestError, match=r"bank\.example"):
        consented(world, hosts=("bank.example",))


def test_a_token_is_made_once_and_anew_when_asked(world: World) -> None:
    def token(*, anew: bool = False) -> str:
        return world.do(lambda tx: consents.token_of(tx, HELD, "rita", MONDAY, anew=anew)).token

    first = token()
    assert len(first) >= 32
    assert token() == first
    proven(world)
    assert token(anew=True) != first
    control = world.do(lambda tx: tx.control(SHOP))
    assert control is not None
    assert not control.stands


def test_control_is_lost_once_and_comes_back(world: World) -> None:
    assert world.do(lambda tx: consents.note_control(tx, HELD, None, "k", MONDAY)) is None
    proven(world)
    for at in (MONDAY + HOUR, MONDAY + 2 * HOUR):
        note = partial(consents.note_control, site=HELD, method=None, by="k", now=at)
        lost = world.do(note)
        assert lost is not None
        assert lost.lost_at == MONDAY + HOUR
    proven(world)
    control = world.do(lambda tx: tx.control(SHOP))
    assert control is not None
    assert control.stands
    assert actions(world).count("control_lost") == 1
    assert actions(world).count("control_proven") == 2


def test_the_switch_needs_a_reason_and_a_member_that_is_there(world: World) -> None:
    for member, reason, said in (("", " ", "reason"), ("m9", "asked", "no member")):
        turn = partial(consents.switch_on, member_id=member, by="ops", reason=reason, now=MONDAY)
        with pytest.raises(RequestError, match=said):
            world.do(turn)
    assert world.do(lambda tx: consents.switch_on(tx, HELD.member_id, "o", "x", MONDAY))
    assert not world.do(lambda tx: consents.switch_on(tx, HELD.member_id, "o", "x", MONDAY))
    assert world.do(lambda tx: consents.switch_off(tx, HELD.member_id, "o", MONDAY))
    assert not world.do(lambda tx: consents.switch_off(tx, HELD.member_id, "o", MONDAY))
    assert not world.do(lambda tx: consents.switch_off(tx, "", "o", MONDAY))
    with pytest.raises(RequestError, match="no member 'typo'"):
        world.do(lambda tx: consents.switch_off(tx, "typo", "o", MONDAY))


def test_to_withdraw_what_was_never_given_changes_nothing(world: World) -> None:
    assert world.do(lambda tx: consents.revoke(tx, HELD, "rita", MONDAY)) == 0
    assert "consent_withdrawn" not in actions(world)


# What a scan then may


def test_an_order_says_what_stands_against_it(world: World) -> None:
    with pytest.raises(RequestError, match="no consent"):
        order(world)
    consented(world)
    with pytest.raises(RequestError, match="never proven"):
        order(world)
    proven(world)
    with pytest.raises(RequestError, match="for active-low, not active-medium"):
        order(world, Level.ACTIVE_MEDIUM)
    order(world)
    assert world.due(OWASP).requested_by == "rita"


def test_a_site_without_that_check_takes_no_order(world: World) -> None:
    world.do(lambda tx: tx.drop_checks([SHOP], frozenset()))
    with pytest.raises(RequestError, match="no check of kind owasp"):
        order(world, Level.PASSIVE)


@pytest.mark.asyncio
async def test_an_ordered_scan_carries_what_it_may(world: World) -> None:
    consented(world, hosts=("b.example",))
    proven(world)
    order(world)
    scanner = Scanner()
    await run(world, scanner)
    (asked,) = scanner.asked
    token = world.do(lambda tx: tx.control(SHOP)).token  # type: ignore[union-attr]
    assert asked.options["profile"] == "active-low"
    assert asked.options["engine"] == "zap"
    assert asked.options["authorised"] is True
    assert asked.options["control_token"] == token
    assert asked.hosts == ("b.example",)
    assert asked.options["scope"] == ("b.example",)
    assert asked.deadline_s == 2_700
    assert world.do(lambda tx: tx.order(SHOP)) is None


@pytest.mark.asyncio
async def test_consent_without_hosts_is_for_the_hosts_on_file_and_their_www(world: World) -> None:
    consented(world)
    proven(world)
    order(world)
    scanner = Scanner()
    await run(world, scanner)
    (asked,) = scanner.asked
    assert asked.options["scope"] == (
        HELD.host, f"www.{HELD.host}", "b.example", "www.b.example",
    )  # fmt: skip


@pytest.mark.asyncio
async def test_without_an_order_it_is_a_visit(world: World) -> None:
    scanner = Scanner()
    await run(world, scanner)
    (asked,) = scanner.asked
    assert (asked.options["profile"], asked.options["authorised"]) == ("baseline", False)
    assert "control_token" not in asked.options
    assert "scope" not in asked.options
    assert asked.deadline_s == 30


@pytest.mark.asyncio
async def test_consent_that_went_meanwhile_ends_the_order_unscanned(world: World) -> None:
    consented(world)
    proven(world)
    order(world)
    job = world.claim(OWASP)
    world.do(lambda tx: consents.note_control(tx, HELD, None, "k", MONDAY))
    scanner = Scanner()
    await watch(world, scanner).run_job(job)
    assert scanner.asked == []
    (row,) = world.do(lambda tx: tx.scans(SHOP))
    assert (row.outcome, row.detail["refusal"]) == (ScanOutcome.NOT_PERMITTED, "control")
    assert (row.detail["engine"], row.detail["profile"]) == ("zap", "active-low")
    assert world.do(lambda tx: tx.order(SHOP)) is None


@pytest.mark.asyncio
async def test_who_allows_nothing_is_not_even_visited(world: World) -> None:
    consented(world, Level.NONE)
    scanner = Scanner()
    await run(world, scanner)
    assert scanner.asked == []
    (row,) = world.do(lambda tx: tx.scans(SHOP))
    assert row.outcome is ScanOutcome.NOT_PERMITTED


@pytest.mark.asyncio
async def test_under_the_kill_switch_the_row_waits_and_loses_no_attempt(world: World) -> None:
    job = world.claim(OWASP)
    world.do(lambda tx: consents.switch_on(tx, "", "ops", "storm", MONDAY))
    scanner = Scanner()
    await watch(world, scanner).run_job(job)
    row = world.due(OWASP)
    assert scanner.asked == []
    assert (row.ready_at, row.attempt) == (world.clock.now() + STOPPED_PAUSE, 0)
    assert world.do(lambda tx: tx.scans(SHOP)) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["everybody", "member", "withdrawn"])
async def test_a_running_scan_is_stopped_within_five_seconds(world: World, how: str) -> None:
    consented(world)
    proven(world)
    order(world)
    scanner = Scanner(wait=True)
    task = asyncio.ensure_future(run(world, scanner))
    await scanner.began.wait()
    if how == "withdrawn":
        world.do(lambda tx: consents.revoke(tx, HELD, "rita", MONDAY))
    else:
        whose = "" if how == "everybody" else HELD.member_id
        world.do(lambda tx: consents.switch_on(tx, whose, "ops", "storm", MONDAY))
    await asyncio.wait_for(task, 5)
    assert scanner.stopped
    (row,) = world.do(lambda tx: tx.scans(SHOP))
    assert row.outcome is ScanOutcome.CANCELLED
    assert ("no consent" if how == "withdrawn" else "kill switch") in str(row.detail["reason"])
    assert (row.requests, row.detail["engine"], row.detail["profile"]) == (7, "zap", "active-low")
    assert world.do(lambda tx: tx.progress(SHOP)) is None
    begun, ended = [
        e for e in reversed(world.do(lambda tx: tx.audit_log()))
        if e.action in ("active_scan_begun", "scan_ended")
    ]  # fmt: skip
    assert (begun.actor, begun.detail["level"], begun.detail["engine"]) == (
        "rita", "active-low", "zap",
    )  # fmt: skip
    assert (ended.detail["outcome"], ended.detail["requests"]) == ("cancelled", 7)
    assert ended.detail["run_id"] == begun.detail["run_id"]


@pytest.mark.asyncio
async def test_a_running_scan_ends_with_its_site(world: World) -> None:
    assert world.do(lambda tx: ORDERS.stop(tx, "gone", Level.PASSIVE, MONDAY)) != ""
    assert world.do(lambda tx: ORDERS.stop(tx, SHOP, Level.PASSIVE, MONDAY)) == ""


@pytest.mark.asyncio
async def test_a_scanner_that_tells_nothing_is_watched_all_the_same(world: World) -> None:
    scanner = Scanner(wait=True)
    settings = WorkSettings("worker", lease=HOUR, default_deadline_s=30)
    silent = Surveillance(
        world.store, {OWASP: scanner}, world.application, world.clock, settings, ORDERS
    )
    task = asyncio.ensure_future(silent.run_job(world.claim(OWASP)))
    await scanner.began.wait()
    world.do(lambda tx: consents.switch_on(tx, "", "ops", "storm", MONDAY))
    await asyncio.wait_for(task, 5)
    assert scanner.stopped


@pytest.mark.asyncio
async def test_a_running_scan_tells_how_far_it_is(world: World) -> None:
    scanner = Scanner(wait=True)
    task = asyncio.ensure_future(run(world, scanner))
    try:
        async with asyncio.timeout(8):
            while world.do(lambda tx: tx.progress(SHOP)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    finally:
        task.cancel()
        await asyncio.wait({task})
    told = world.do(lambda tx: tx.progress(SHOP))
    assert told is not None
    assert told[1]["phase"] == "spider"
    assert "elapsed_s" in told[1]


@pytest.mark.asyncio
@pytest.mark.parametrize(("seen", "stands"), [("dns", True), ("", False), (None, True)])
async def test_a_scan_tells_whether_control_still_stands(
    world: World, seen: str | None, stands: bool
) -> None:
    proven(world)
    await run(world, Scanner({} if seen is None else {"control": seen}))
    control = world.do(lambda tx: tx.control(SHOP))
    assert control is not None
    assert control.stands is stands


def test_a_window_bounds_the_scan(world: World) -> None:
    window = Window(time(8), time(11), "UTC")
    consented(world, window=window)
    proven(world)
    job, member = world.claim(OWASP), world.do(lambda tx: tx.member(HELD.member_id))
    assert member is not None
    order(world)
    request = ScanRequest(OWASP, "https://x/", ("x",))
    at = datetime.combine(TODAY, time(10, 50), MONDAY.tzinfo)
    prepared = world.do(lambda tx: ORDERS.prepare(tx, HELD, member, request, job, at))
    assert prepared.request is not None
    assert prepared.request.deadline_s == 600


# The plan


def planned(world: World, orders: ScanOrders = ORDERS) -> int:
    return world.do(lambda tx: plan(tx, world.catalogue, orders, world.clock.now()))


def test_nothing_is_planned_without_consent_and_operations_see_how_many(world: World) -> None:
    def states() -> dict[str, int]:
        return world.do(lambda tx: counts(tx, world.catalogue, MONDAY))

    assert planned(world) == 0
    none = {"ready": 0, "no_consent": 0, "no_control": 0, "unknown_no_consent": 0}
    assert states() == {**none, "no_consent": 1, "unknown_no_consent": 1}
    consented(world)
    assert states() == {**none, "no_control": 1}
    proven(world)
    assert states() == {**none, "ready": 1}
    assert planned(world) == 1


def test_a_qualifying_scan_is_planned_once_and_again_after_150_days(world: World) -> None:
    consented(world)
    proven(world)
    assert planned(world) == 1
    ordered = world.do(lambda tx: tx.order(SHOP))
    assert ordered is not None
    assert (ordered.level, ordered.planned) == (Level.ACTIVE_LOW, True)
    assert planned(world) == 0
    world.do(lambda tx: tx.drop_order(SHOP))
    world.do(lambda tx: tx.note_done(SHOP, "mark", TWICE.obligation_id, MONDAY))
    world.after(139 * DAY)
    assert planned(world) == 0
    world.after(22 * DAY)
    assert planned(world) == 1


@pytest.mark.parametrize(("standing", "wanted"), [(Standing.SUSPENDED, 0), (Standing.CERTIFIED, 1)])
def test_only_certified_sites_are_planned_and_one_without_a_day_within_days_of_our_knowing_it(
    world: World, standing: Standing, wanted: int
) -> None:
    changed = replace(HELD, certifications=(Certification("mark", standing),))
    world.do(partial(_put, changed))
    world.do(lambda tx: watch_duties(tx, world.catalogue, OFFICE, world.clock.now()))
    consented(world)
    proven(world)
    ordered = 0
    for _ in range(21):
        ordered += planned(world)
        world.after(DAY)
    assert ordered == wanted


def _put(one: Site, tx: Tx) -> None:
    tx.put_sites([one])


def test_what_only_waits_for_its_window_is_ordered_for_the_opening(world: World) -> None:
    consented(world, window=Window(time(22), time(23), "UTC"))
    proven(world)
    job = world.claim(OWASP)
    world.do(lambda tx: tx.complete(job, MONDAY + 9 * DAY, 0))
    assert planned(world) == 1
    assert world.due(OWASP).ready_at == datetime.combine(TODAY, time(22), MONDAY.tzinfo)


@pytest.mark.asyncio
async def test_a_planned_scan_that_may_no_longer_is_a_visit_instead(world: World) -> None:
    consented(world)
    proven(world)
    assert planned(world) == 1
    job = world.claim(OWASP)
    world.do(lambda tx: consents.note_control(tx, HELD, None, "k", MONDAY))
    scanner = Scanner()
    await watch(world, scanner).run_job(job)
    (asked,) = scanner.asked
    assert asked.options["profile"] == "baseline"
    assert world.do(lambda tx: tx.order(SHOP)) is None


def test_a_round_orders_no_more_than_it_may(world: World) -> None:
    from monitor.services.owasp_plan import ORDERS_MAX  # noqa: PLC0415

    for number in range(ORDERS_MAX + 3):
        other = replace(HELD, site_id=f"x{number:03d}", url=f"https://x{number:03d}.example/")
        consent = consents.propose(other, Level.ACTIVE_LOW, WORDS, (TODAY, LAST), "r", MONDAY)

        def grant(tx: Tx, other: Site = other, consent: Consent = consent) -> None:
            tx.put_sites([other])
            consents.record(tx, other, consent, MONDAY)
            consents.token_of(tx, other, "r", MONDAY)
            consents.note_control(tx, other, ControlMethod.META, "r", MONDAY)

        world.do(grant)
    assert planned(world) == ORDERS_MAX
    assert planned(world) == 3


def test_a_freeze_holds_active_scans_alone(world: World) -> None:
    class Frozen(Weekdays):
        def thaws(self, moment: datetime, country: str) -> datetime | None:
            return MONDAY + 30 * DAY if moment < MONDAY + 30 * DAY else None

    frozen = ScanOrders(Frozen(), OwaspWork())
    consented(world)
    proven(world)
    now = world.clock.now()
    said = world.do(lambda tx: frozen.allowed(tx, HELD, Level.ACTIVE_LOW, now))
    assert (said.refusal, said.again_at) == (Refusal.FREEZE, MONDAY + 30 * DAY)
    assert world.do(lambda tx: frozen.allowed(tx, HELD, Level.PASSIVE, now)).granted
