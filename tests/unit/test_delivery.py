from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.store import migrate
from monitor.adapters.store.errors import StoreError
from monitor.adapters.store.store import SqlStore
from monitor.domain.alert import Alert, Audience, ChannelKind, Outgoing
from monitor.domain.case import Case, CaseState
from monitor.domain.finding import Severity
from monitor.domain.member import Member
from monitor.domain.site import Certification, Site, Standing
from monitor.domain.verdict import LabelVerdict, Verdict
from monitor.services.delivery import Delivery, DeliveryRound, DeliverySettings
from monitor.services.ports import ChannelError
from monitor.services.records import AlertRow, ValveState
from monitor.services.tx import Tx
from monitor.services.valve import ValveReport, is_held

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SETTINGS = DeliverySettings(owner="test", staff=("staff@keurmerk.example",), valve_min=3)


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass
class Road:
    """A channel of the test: keeps what it took, or does what it is told."""

    taken: list[Outgoing] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    answer: Callable[[Outgoing], Awaitable[str]] | None = None

    async def send(self, outgoing: Outgoing) -> str:
        self.tried.append(outgoing.alert.recipient)
        reply = "250 ok" if self.answer is None else await self.answer(outgoing)
        self.taken.append(outgoing)
        return reply


@dataclass
class World:
    """A real store, a road out, and what the hooks were told."""

    store: SqlStore
    clock: Clock = field(default_factory=Clock)
    road: Road = field(default_factory=Road)
    sent: list[str] = field(default_factory=list)
    dead: list[tuple[str, str]] = field(default_factory=list)

    def delivery(self, **changes: object) -> Delivery:
        settings = replace(SETTINGS, **changes)  # type: ignore[arg-type]
        roads = {ChannelKind.EMAIL: self.road}
        return Delivery(
            self.store,
            roads,
            self.clock,
            settings,
            after_sent=self.after_sent,
            after_dead=self.after_dead,
        )

    def after_sent(self, tx: Tx, outgoing: Outgoing, at: datetime) -> None:
        self.sent.append(outgoing.alert.alert_id)
        if outgoing.alert.step == "breaks-after":
            raise KeyError("our bug")

    def after_dead(self, tx: Tx, outgoing: Outgoing, reason: str, at: datetime) -> None:
        self.dead.append((outgoing.alert.recipient, reason))
        if outgoing.alert.step == "breaks-after":
            raise KeyError("our bug")

    def add(self, *alerts: Alert) -> None:
        def work(tx: Tx) -> None:
            for alert in alerts:
                assert tx.add_alert(alert)

        self.store.transact(work)

    def rows(self) -> dict[str, AlertRow]:
        """By recipient and step."""
        rows = self.store.transact(lambda tx: tx.alerts(limit=500))
        return {f"{row.recipient} {row.step}": row for row in rows}

    def states(self) -> Counter[str]:
        return Counter(row.state.value for row in self.rows().values())

    def counters(self) -> Counter[str]:
        """By name and result."""
        found: Counter[str] = Counter()
        for name, labels, value in self.store.transact(lambda tx: tx.counters()):
            found[f"{name} {labels['result']}"] += int(value)
        return found

    def turn(self, *numbers: int) -> None:
        """Those sites turn not_met now."""

        def work(tx: Tx) -> None:
            for number in numbers:
                verdict = LabelVerdict(
                    f"s{number}", "tm", "2026-01", 1, "f" * 64, Verdict.NOT_MET, (),
                    self.clock.moment,
                )  # fmt: skip
                tx.put_verdict(verdict, HOUR)

        self.store.transact(work)

    def case(self, number: int, state: CaseState = CaseState.OPEN) -> Case:
        case = Case(
            case_id=f"KW-{number}",
            site_id=f"s{number}",
            condition_id="tz-12.7b",
            labels=("tm",),
            state=state,
            severity=Severity.HIGH,
            remedy="R7S",
            confirm="C0",
            outcome="expired",
            suspected_at=NOW,
            observations=(NOW,),
            opened_at=NOW,
            notified_at=NOW if state is CaseState.NOTIFIED else None,
        )
        self.store.transact(lambda tx: tx.put_case(case, None))
        return case


def alert(
    number: int = 1,
    step: str = "notice",
    audience: Audience = Audience.MEMBER,
    to: str = "jan",
    channel: ChannelKind = ChannelKind.EMAIL,
) -> Alert:
    return Alert(
        thread=f"KW-{number}",
        step=step,
        audience=audience,
        channel=channel,
        recipient=f"{to}@shop{number}.example",
        language="nl",
        template="notice",
        site_id=f"s{number}",
        created_at=NOW,
        case_id=f"KW-{number}",
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("delivery") / "store.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    file = tmp_path / "store.db"
    shutil.copyfile(template, file)
    store = SqlStore(f"sqlite:///{file}", facts_types={})

    def put(tx: Tx) -> None:
        tx.put_members([Member("m1", "Winkel B.V.")])
        certified = (Certification("tm", Standing.CERTIFIED, NOW.date(), None),)
        tx.put_sites(
            Site(f"s{n}", "m1", f"https://shop{n}.example/", certifications=certified)
            for n in range(1, 9)
        )

    store.transact(put)
    try:
        yield World(store)
    finally:
        store.close()


def saying(error: Exception, *recipients: str) -> Callable[[Outgoing], Awaitable[str]]:
    async def answer(outgoing: Outgoing) -> str:
        if not recipients or outgoing.alert.recipient in recipients:
            raise error
        return "250 ok"

    return answer


# -- sending ----------------------------------------------------------------


@pytest.mark.asyncio
async def test_what_is_due_is_sent_once_and_marked(world: World) -> None:
    world.add(alert(1), alert(2))
    delivery = world.delivery()
    assert await delivery.send_due() == DeliveryRound(claimed=2, sent=2)
    assert await delivery.send_due() == DeliveryRound()
    assert len(world.road.taken) == 2
    assert world.states() == {"sent": 2}
    assert sorted(world.sent) == sorted([alert(1).alert_id, alert(2).alert_id])
    assert world.counters() == {"deliveries_total sent": 2}


@pytest.mark.asyncio
async def test_a_later_message_knows_the_first_of_its_thread(world: World) -> None:
    world.add(alert(1), alert(1, "reminder-1"))
    delivery = world.delivery()
    assert (await delivery.send_due()).sent == 1
    assert (await delivery.send_due()).sent == 1
    assert [o.root_id for o in world.road.taken] == [None, alert(1).alert_id]


@pytest.mark.asyncio
async def test_a_temporary_failure_is_tried_again_after_a_growing_pause(world: World) -> None:
    world.add(alert(1))
    world.road.answer = saying(ChannelError("451 later", permanent=False))
    delivery = world.delivery()
    for pause in (1, 2, 4, 8):
        assert await delivery.send_due() == DeliveryRound(claimed=1, retried=1)
        world.clock.moment += MINUTE * pause - timedelta(seconds=1)
        assert await delivery.send_due() == DeliveryRound()
        world.clock.moment += timedelta(seconds=1)
    world.road.answer = None
    assert (await delivery.send_due()).sent == 1
    assert world.rows()["jan@shop1.example notice"].tries == 5


@pytest.mark.asyncio
async def test_after_two_days_of_failures_it_is_dead_and_somebody_hears_of_it(
    world: World,
) -> None:
    world.add(alert(1))
    world.road.answer = saying(ChannelError("451 later", permanent=False))
    delivery = world.delivery()
    began = world.clock.moment
    while not world.dead:
        await delivery.send_due()
        world.clock.moment += MINUTE * 10
    assert timedelta(hours=48) <= world.clock.moment - began < timedelta(hours=55)
    assert world.dead == [("jan@shop1.example", "451 later")]
    assert world.states() == {"dead": 1}


@pytest.mark.asyncio
async def test_a_permanent_failure_is_dead_at_once(world: World) -> None:
    world.add(alert(1), alert(2))
    error = ChannelError("550 no such mailbox", permanent=True)
    world.road.answer = saying(error, "jan@shop1.example")
    assert await world.delivery().send_due() == DeliveryRound(claimed=2, sent=1, dead=1)
    assert world.dead == [("jan@shop1.example", "550 no such mailbox")]
    assert world.rows()["jan@shop1.example notice"].error == "550 no such mailbox"
    assert world.counters() == {"deliveries_total permanent": 1, "deliveries_total sent": 1}


@pytest.mark.asyncio
async def test_our_own_error_stops_nobody_else_and_is_tried_far_apart(world: World) -> None:
    world.add(alert(1), alert(2))
    world.road.answer = saying(ValueError("no statement in the context"), "jan@shop1.example")
    delivery = world.delivery()
    assert await delivery.send_due() == DeliveryRound(claimed=2, sent=1, retried=1)
    assert "no statement" in world.rows()["jan@shop1.example notice"].error
    assert world.counters()["deliveries_total our_error"] == 1
    world.clock.moment += timedelta(hours=5, minutes=59)
    assert await delivery.send_due() == DeliveryRound()
    for _ in range(7):
        world.clock.moment += timedelta(hours=6)
        await delivery.send_due()
    assert world.states() == {"sent": 1, "dead": 1}
    assert len(world.dead) == 1


@pytest.mark.asyncio
async def test_what_no_channel_is_set_up_for_waits_untried(world: World) -> None:
    world.add(alert(1, channel=ChannelKind.WEBHOOK), alert(2))
    delivery = world.delivery()
    assert await delivery.send_due() == DeliveryRound(claimed=1, sent=1)
    world.clock.moment += timedelta(days=30)
    assert await delivery.send_due() == DeliveryRound()
    row = world.rows()["jan@shop1.example notice"]
    assert (row.state.value, row.tries) == ("pending", 0)


@pytest.mark.asyncio
async def test_what_is_not_wanted_any_more_is_withdrawn_and_the_rest_goes(world: World) -> None:
    world.add(alert(1), alert(2))
    delivery = Delivery(
        world.store,
        {ChannelKind.EMAIL: world.road},
        world.clock,
        SETTINGS,
        after_sent=world.after_sent,
        after_dead=world.after_dead,
        wanted=lambda _tx, outgoing: outgoing.alert.site_id != "s1",
    )
    assert await delivery.send_due() == DeliveryRound(claimed=1, sent=1)
    assert world.states() == {"withdrawn": 1, "sent": 1}


@pytest.mark.asyncio
async def test_only_what_was_attempted_counts_as_a_try(world: World) -> None:
    async def slow(outgoing: Outgoing) -> str:
        world.clock.moment += timedelta(minutes=4)
        raise ChannelError("451 later", permanent=False)

    world.add(*(alert(n) for n in range(1, 7)))
    world.road.answer = slow
    result = await world.delivery(at_once=1).send_due()
    assert result.retried == 6
    tried = len(world.road.tried)
    assert 0 < tried < 6
    assert sum(row.tries for row in world.rows().values()) == tried


@pytest.mark.asyncio
async def test_a_mail_that_went_out_is_marked_whatever_the_hook_does(world: World) -> None:
    world.add(alert(1, "breaks-after", Audience.STAFF))
    delivery = world.delivery()
    assert (await delivery.send_due()).sent == 1
    world.clock.moment += timedelta(days=1)
    assert await delivery.send_due() == DeliveryRound()
    assert len(world.road.taken) == 1
    assert world.states() == {"sent": 1}
    assert world.counters() == {"deliveries_total sent": 1}


@pytest.mark.asyncio
async def test_a_dead_alert_stays_dead_whatever_the_hook_does(world: World) -> None:
    world.add(alert(1, "breaks-after", Audience.STAFF))
    world.road.answer = saying(ChannelError("550 no", permanent=True))
    assert (await world.delivery().send_due()).dead == 1
    assert world.states() == {"dead": 1}


@pytest.mark.asyncio
async def test_an_answer_that_never_comes_is_a_temporary_failure(world: World) -> None:
    async def never(outgoing: Outgoing) -> str:
        await asyncio.sleep(60)
        return "too late"

    world.add(alert(1))
    world.road.answer = never
    result = await world.delivery(send_max=timedelta(seconds=0.05)).send_due()
    assert result == DeliveryRound(claimed=1, retried=1)
    assert "no answer within 0.05 s" in world.rows()["jan@shop1.example notice"].error


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ChannelError("451 later", permanent=False), "withdrawn"),
        (ChannelError("cut before the 250", permanent=False, unclear=True), "sent"),
        (ValueError("after the 250"), "sent"),
    ],
)
async def test_only_what_surely_never_arrived_can_be_withdrawn(
    world: World, error: Exception, state: str
) -> None:
    world.add(alert(1))
    world.road.answer = saying(error)
    delivery = world.delivery()
    assert (await delivery.send_due()).retried == 1
    world.store.transact(lambda tx: tx.withdraw(alert(1).thread))
    world.road.answer = None
    world.clock.moment += timedelta(hours=6)
    await delivery.send_due()
    assert world.states() == {state: 1}


@pytest.mark.asyncio
async def test_what_could_outlast_its_lease_is_given_back_instead_of_sent(world: World) -> None:
    async def slow(outgoing: Outgoing) -> str:
        world.clock.moment += timedelta(minutes=10)
        return "250 ok"

    world.add(*(alert(n) for n in range(1, 4)))
    world.road.answer = slow
    delivery = world.delivery(at_once=1)
    assert await delivery.send_due() == DeliveryRound(claimed=3, sent=1, retried=2)
    assert world.states() == {"sent": 1, "pending": 2}
    assert (await delivery.send_due()).sent == 1


@pytest.mark.asyncio
async def test_two_senders_on_one_store_never_send_the_same_alert(world: World) -> None:
    world.add(*(alert(n) for n in range(1, 9)))
    one, two = world.delivery(batch=2), world.delivery(batch=3, owner="other")
    while world.states()["pending"]:
        await asyncio.gather(one.send_due(), two.send_due())
    ids = [o.alert.alert_id for o in world.road.taken]
    assert len(ids) == len(set(ids)) == 8


@pytest.mark.asyncio
async def test_trouble_of_the_store_is_raised_and_not_swallowed(world: World) -> None:
    async def and_close(outgoing: Outgoing) -> str:
        await asyncio.to_thread(world.store.close)
        return "250 ok"

    world.add(alert(1))
    world.road.answer = and_close
    with pytest.raises(StoreError, match="closed"):
        await world.delivery().send_due()


# -- stopping ---------------------------------------------------------------


@pytest.mark.asyncio
async def test_stopping_finishes_what_is_under_way_and_gives_the_rest_back(world: World) -> None:
    under_way = asyncio.Event()

    async def slow(outgoing: Outgoing) -> str:
        under_way.set()
        await asyncio.sleep(0.2)
        return "250 ok"

    world.add(*(alert(n) for n in range(1, 6)))
    world.road.answer = slow
    task = asyncio.create_task(world.delivery(at_once=2).send_due())
    await under_way.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(world.road.tried) == len(world.road.taken) == 2
    assert world.states() == {"sent": 2, "pending": 3}
    world.road.answer = None
    assert (await world.delivery().send_due()).sent == 3
    assert len(world.road.taken) == 5


@pytest.mark.asyncio
async def test_stopping_waits_no_longer_than_the_drain(world: World) -> None:
    under_way = asyncio.Event()
    cancelled: list[str] = []

    async def endless(outgoing: Outgoing) -> str:
        under_way.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(outgoing.alert.recipient)
            raise
        return "never"

    world.add(alert(1))
    world.road.answer = endless
    task = asyncio.create_task(world.delivery(drain=timedelta(seconds=0.05)).send_due())
    await under_way.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancelled == ["jan@shop1.example"]
    assert world.states() == {"pending": 1}
    world.road.answer = None
    delivery = world.delivery()
    assert await delivery.send_due() == DeliveryRound(), "its lease still runs"
    world.clock.moment += SETTINGS.lease
    assert (await delivery.send_due()).sent == 1


@pytest.mark.asyncio
async def test_stopping_while_claiming_leaves_no_lease_behind(world: World) -> None:
    world.add(alert(1))
    delivery = world.delivery()
    task = asyncio.create_task(delivery.send_due())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.road.tried == []
    assert (await delivery.send_due()).sent == 1


# -- the valve --------------------------------------------------------------


@pytest.mark.asyncio
async def test_too_many_sites_at_once_close_the_valve_and_staff_hear_of_it_once(
    world: World,
) -> None:
    world.turn(1, 2, 3)
    world.add(alert(1), alert(2), alert(4, "closing"), alert(5, "review", Audience.STAFF))
    delivery = world.delivery()
    result = await delivery.send_due()
    assert result == DeliveryRound(claimed=5, sent=3, held=2)
    assert sorted(world.road.tried) == [
        "jan@shop4.example",
        "jan@shop5.example",
        "staff@keurmerk.example",
    ]
    told = next(o.alert for o in world.road.taken if o.alert.template == "valve")
    assert told.context["count"] == 3
    assert told.context["since"] == "2026-11-21T08:00:00Z"
    world.clock.moment += MINUTE
    assert await delivery.send_due() == DeliveryRound()
    state = world.store.transact(lambda tx: tx.valve())
    assert state.closed
    assert "3 sites turned not_met" in state.reason
    log = world.store.transact(lambda tx: tx.audit_log())
    assert [entry.action for entry in log] == ["valve_closed"]


@pytest.mark.asyncio
async def test_one_site_less_leaves_the_valve_open(world: World) -> None:
    world.turn(1, 2)
    world.add(alert(1))
    assert (await world.delivery().send_due()).sent == 1


@pytest.mark.asyncio
async def test_the_limit_grows_with_the_fleet(world: World) -> None:
    world.turn(1, 2, 3)
    world.add(alert(1))
    assert (await world.delivery(valve_fraction=0.5).send_due()).sent == 1
    world.turn(4)
    world.add(alert(2))
    result = await world.delivery(valve_fraction=0.5).send_due()
    assert result.held == 1


@pytest.mark.asyncio
async def test_turns_before_the_window_do_not_count(world: World) -> None:
    world.turn(1, 2)
    world.clock.moment += timedelta(minutes=61)
    world.turn(3)
    world.add(alert(1))
    assert (await world.delivery().send_due()).held == 0


@pytest.mark.asyncio
async def test_release_sends_what_was_held_and_counts_anew(world: World) -> None:
    world.turn(1, 2, 3)
    world.add(alert(1), alert(2))
    delivery = world.delivery(staff=())
    assert (await delivery.send_due()).held == 2
    world.clock.moment += MINUTE
    assert delivery.release("ann") == ValveReport(was_closed=True, alerts=2)
    assert await delivery.send_due() == DeliveryRound(claimed=2, sent=2)
    assert not world.store.transact(lambda tx: tx.valve()).closed
    log = world.store.transact(lambda tx: tx.audit_log())
    assert (log[0].actor, log[0].action) == ("ann", "valve_released")
    world.turn(4, 5, 6)
    world.add(alert(4))
    assert (await delivery.send_due()).held == 1


@pytest.mark.asyncio
async def test_drop_withdraws_what_was_held_and_doubts_its_breaches(world: World) -> None:
    world.turn(1, 2, 3)
    for number in (1, 3):
        world.case(number)
    world.case(2, CaseState.NOTIFIED)
    world.add(alert(1), alert(1, to="piet"), alert(2, "reminder-1"), alert(4, "tell_member"))
    delivery = world.delivery(staff=(), batch=100)
    assert (await delivery.send_due()).held == 4
    # Queued after the round, not come across by the closed valve yet.
    world.add(alert(3), alert(5, "review", Audience.STAFF))
    world.clock.moment += MINUTE
    report = delivery.drop("ann")
    assert report == ValveReport(was_closed=True, alerts=5, cases=2)
    cases = world.store.transact(lambda tx: {c.case_id: c for c in tx.cases()})
    assert cases["KW-1"].state is cases["KW-3"].state is CaseState.SUSPECTED
    assert cases["KW-1"].observations == ()
    assert cases["KW-2"].state is CaseState.NOTIFIED
    assert await delivery.send_due() == DeliveryRound(claimed=1, sent=1)
    assert world.road.tried == ["jan@shop5.example"]
    assert world.states() == {"withdrawn": 5, "sent": 1}
    log = world.store.transact(lambda tx: tx.audit_log())
    assert (log[0].actor, log[0].action) == ("ann", "valve_dropped")
    assert log[0].detail == {"alerts": 5, "cases": 2}


def test_a_dropped_notice_takes_its_copies_that_wait_elsewhere_with_it(world: World) -> None:
    world.case(1)
    later = replace(alert(1, to="piet"), created_at=NOW + HOUR)
    world.add(alert(1), later)

    def close_and_hold(tx: Tx) -> None:
        tx.set_valve(ValveState(closed=True, changed_at=NOW))
        for outgoing in tx.claim_alerts(NOW, 10, HOUR, "test"):
            tx.hold(outgoing)

    world.store.transact(close_and_hold)
    assert world.delivery().drop("ann").cases == 1
    assert world.states() == {"withdrawn": 2}


def test_an_open_valve_has_nothing_to_release_or_drop(world: World) -> None:
    delivery = world.delivery()
    assert delivery.release("ann") == ValveReport(was_closed=False)
    assert delivery.drop("ann") == ValveReport(was_closed=False)
    assert world.store.transact(lambda tx: tx.audit_log()) == []


@pytest.mark.asyncio
async def test_a_closed_valve_holds_a_crowd_without_starving_staff(world: World) -> None:
    world.turn(1, 2, 3)
    world.add(*(alert(1, "notice", to=f"p{n}") for n in range(120)))
    world.add(alert(2, "review", Audience.STAFF))
    result = await world.delivery(batch=10).send_due()
    assert result.held == 120
    assert "jan@shop2.example" in world.road.tried


@pytest.mark.asyncio
async def test_one_round_holds_a_bounded_number_and_the_next_goes_on(world: World) -> None:
    world.turn(1, 2, 3)
    world.add(*(alert(1, "notice", to=f"p{n}") for n in range(60)))
    delivery = world.delivery(batch=1, staff=())
    assert await delivery.send_due() == DeliveryRound(claimed=50, held=50)
    assert await delivery.send_due() == DeliveryRound(claimed=10, held=10)


@pytest.mark.parametrize(
    ("step", "audience", "held"),
    [
        ("notice", Audience.MEMBER, True),
        ("worse-1", Audience.MEMBER, True),
        ("reminder-2", Audience.MEMBER, True),
        ("overdue", Audience.MEMBER, True),
        ("overdue-1", Audience.MEMBER, True),
        ("tell_member", Audience.MEMBER, True),
        ("advice", Audience.MEMBER, True),
        ("closing", Audience.MEMBER, False),
        ("postponed-1", Audience.MEMBER, False),
        ("notice", Audience.STAFF, False),
        ("ops", Audience.OPERATIONS, False),
    ],
)
def test_the_valve_holds_what_accuses_or_advises_members(
    step: str, audience: Audience, held: bool
) -> None:
    assert is_held(alert(1, step, audience)) is held


# -- settings ---------------------------------------------------------------


@given(st.integers(min_value=1, max_value=60))
def test_pauses_grow_to_their_limit_and_end(tries: int) -> None:
    pause, later = SETTINGS.pause(tries), SETTINGS.pause(tries + 1)
    if pause is None:
        assert later is None
        return
    assert MINUTE <= pause <= timedelta(hours=6)
    assert later is None or later >= pause


def test_a_failure_is_never_given_up_at_the_first_try_unless_asked() -> None:
    assert SETTINGS.pause(1) == MINUTE
    assert replace(SETTINGS, give_up_after=timedelta(0)).pause(1) is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lease": timedelta(minutes=1)}, "lease must be longer"),
        ({"backoff_first": timedelta(0)}, "backoff_first"),
        ({"backoff_max": timedelta(seconds=1)}, "backoff_max"),
        ({"batch": 0}, "at least 1"),
        ({"at_once": 0}, "at least 1"),
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(SETTINGS, **changes)  # type: ignore[arg-type]
