"""The outbox on its way out: claimed, held when the round looks wrong, sent, marked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import structlog

from monitor.domain.alert import Alert, Audience, ChannelKind, Outgoing
from monitor.domain.case import StepKind, doubt
from monitor.services.ports import Channel, ChannelError, Store
from monitor.services.records import AuditEntry, ValveState
from monitor.services.tx import Tx
from scanners.api import Clock

log = structlog.get_logger(__name__)
T = TypeVar("T")
AfterSent = Callable[[Tx, Outgoing, datetime], None]
AfterDead = Callable[[Tx, Outgoing, str, datetime], None]

# Good news and answers to a member's own question pass a closed valve.
_PASSES = (StepKind.CLOSING.value, StepKind.POSTPONED.value)
_CLAIMS_IN_A_ROW = 50
_CLAIM_MAX = 500
ERROR_MAX_CHARS = 500


class Result(StrEnum):
    """How one attempt ended; the ``result`` of ``deliveries_total``."""

    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    OUR_ERROR = "our_error"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How hard the outbox tries, and when the valve closes.

    ``lease`` must outlast ``send_max``: what is being sent is nobody else's.
    Pauses double from ``backoff_first`` to ``backoff_max``; an alert whose pauses
    add up to ``give_up_after`` is dead (time held by the valve does not count).
    ``drain`` is what a send under way gets when the daemon stops.  The valve
    closes when the sites that newly turned not_met within ``valve_window`` reach
    max(``valve_min``, ``valve_fraction`` of the certified sites); ``staff`` are told.
    """

    owner: str
    staff: tuple[str, ...] = ()
    staff_language: str = "en"
    batch: int = 20
    at_once: int = 4
    lease: timedelta = timedelta(minutes=30)
    send_max: timedelta = timedelta(minutes=12)
    drain: timedelta = timedelta(seconds=10)
    backoff_first: timedelta = timedelta(minutes=1)
    backoff_max: timedelta = timedelta(hours=6)
    give_up_after: timedelta = timedelta(hours=48)
    valve_window: timedelta = timedelta(minutes=60)
    valve_min: int = 20
    valve_fraction: float = 0.03

    def __post_init__(self) -> None:
        if self.lease <= self.send_max:
            raise ValueError("delivery: lease must be longer than send_max")
        if not timedelta(0) < self.backoff_first <= self.backoff_max:
            raise ValueError("delivery: 0 < backoff_first <= backoff_max")
        if self.batch < 1 or self.at_once < 1:
            raise ValueError("delivery: batch and at_once are at least 1")

    def pause(self, tries: int) -> timedelta | None:
        """The pause after ``tries`` attempts; None when it is time to give up."""
        waited = timedelta(0)
        for done in range(1, tries + 1):
            factor: int = 1 << min(done - 1, 20)
            pause = min(self.backoff_first * factor, self.backoff_max)
            if waited >= self.give_up_after:
                return None
            waited += pause
        return pause if tries > 0 else self.backoff_first


@dataclass(frozen=True, slots=True)
class DeliveryRound:
    """What one round did, in alerts; ``held`` by the valve, ``retried`` later, ``dead`` never."""

    claimed: int = 0
    sent: int = 0
    retried: int = 0
    dead: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class ValveReport:
    """What staff's word did; ``was_closed`` False: there was nothing to decide."""

    was_closed: bool
    alerts: int = 0
    cases: int = 0


@dataclass(frozen=True, slots=True)
class _Batch:
    outgoing: tuple[Outgoing, ...]
    held: int
    claimed_at: datetime


class Delivery:
    """Sends what is due and keeps the mail valve.

    ``after_sent`` and ``after_dead`` run in the transaction that marks the alert.
    One instance per process; any number of processes may share a store.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[ChannelKind, Channel],
        clock: Clock,
        settings: DeliverySettings,
        *,
        after_sent: AfterSent,
        after_dead: AfterDead,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._settings = settings
        self._after_sent = after_sent
        self._after_dead = after_dead
        self._stopping = False

    async def send_due(self) -> DeliveryRound:
        """Claim one batch, send it, mark it; returns what happened.

        A row that fails never stops the others.  Trouble of the store is raised
        after all of them had their turn.  When cancelled, what is not yet under
        way goes back at once and what is under way gets ``drain``.
        """
        batch = await self._store.run(self._take)
        gate = asyncio.Semaphore(self._settings.at_once)
        self._stopping = False
        tasks = [asyncio.create_task(self._deliver(o, batch, gate)) for o in batch.outgoing]
        if tasks:
            await self._all(tasks)
        results = Counter(task.result() for task in tasks)
        retried = (Result.TEMPORARY, Result.OUR_ERROR, Result.POSTPONED)
        return DeliveryRound(
            claimed=len(tasks) + batch.held,
            sent=results[Result.SENT],
            retried=sum(results[result] for result in retried),
            dead=results[Result.PERMANENT],
            held=batch.held,
        )

    def release(self, by: str) -> ValveReport:
        """Staff: the findings are right.  What was held goes out; the count starts again."""

        def work(tx: Tx) -> ValveReport:
            if not tx.valve().closed:
                return ValveReport(was_closed=False)
            now = self._clock.now()
            released = tx.release_held(now)
            self._open(tx, now)
            detail = {"alerts": released}
            tx.audit(AuditEntry(now, by, "valve_released", "valve", detail))
            return ValveReport(was_closed=True, alerts=released)

        return self._store.transact(work)

    def drop(self, by: str) -> ValveReport:
        """Staff: the round was wrong.  What was held is withdrawn, its breaches are doubted.

        What the closed valve had not come across yet is held first, so that
        nothing of the wrong round slips out behind it.
        """

        def work(tx: Tx) -> ValveReport:
            if not tx.valve().closed:
                return ValveReport(was_closed=False)
            now = self._clock.now()
            for outgoing in self._claim(tx, now, _CLAIM_MAX)[0]:
                tx.mark_failed(outgoing, now, "", now)
            alerts = tx.fleet(now).alerts.get("held", 0)
            doubted = [self._doubt(tx, case_id) for case_id in tx.drop_held(now)]
            self._open(tx, now)
            detail = {"alerts": alerts, "cases": sum(doubted)}
            tx.audit(AuditEntry(now, by, "valve_dropped", "valve", detail))
            return ValveReport(was_closed=True, alerts=alerts, cases=sum(doubted))

        return self._store.transact(work)

    # -- claiming and the valve ---------------------------------------------

    def _take(self, tx: Tx) -> _Batch:
        now = self._clock.now()
        self._watch(tx, now)
        outgoing, held = self._claim(tx, now, self._settings.batch)
        return _Batch(outgoing, held, now)

    def _claim(self, tx: Tx, now: datetime, limit: int) -> tuple[tuple[Outgoing, ...], int]:
        """Claim up to ``limit`` alerts that may go; hold on the way what may not."""
        closed = tx.valve().closed
        may_go: list[Outgoing] = []
        held = 0
        for _ in range(_CLAIMS_IN_A_ROW):
            want = limit - len(may_go)
            if want <= 0:
                break
            rows = tx.claim_alerts(now, want, self._settings.lease, self._settings.owner)
            stopped = [row for row in rows if closed and is_held(row.alert)]
            for row in stopped:
                tx.hold(row)
            held += len(stopped)
            may_go.extend(row for row in rows if row not in stopped)
            if not stopped:
                break
        return tuple(may_go), held

    def _watch(self, tx: Tx, now: datetime) -> None:
        """Close the valve when too many sites turned at once; staff hear of it once."""
        state = tx.valve()
        if state.closed:
            return
        settings = self._settings
        since = now - settings.valve_window
        if state.counted_from is not None:
            since = max(since, state.counted_from)
        turned = tx.newly_not_met(since)
        limit = max(settings.valve_min, settings.valve_fraction * tx.certified_sites())
        if turned < limit:
            return
        reason = f"{turned} sites turned not_met since {_moment(since)}, the limit is {limit:g}"
        tx.set_valve(replace(state, closed=True, changed_at=now, reason=reason))
        tx.audit(AuditEntry(now, "keurwacht", "valve_closed", "valve", {"reason": reason}))
        for address in settings.staff:
            tx.add_alert(self._valve_alert(address, turned, since, reason, now))
        log.warning("valve_closed", turned=turned, limit=limit)

    def _valve_alert(
        self, address: str, turned: int, since: datetime, reason: str, now: datetime
    ) -> Alert:
        return Alert(
            thread=f"valve:{_moment(now)}",
            step="valve",
            audience=Audience.STAFF,
            channel=ChannelKind.EMAIL,
            recipient=address,
            language=self._settings.staff_language,
            template="valve",
            site_id="",
            created_at=now,
            context={"count": turned, "since": _moment(since), "reasons": [reason]},
        )

    def _open(self, tx: Tx, now: datetime) -> None:
        tx.set_valve(ValveState(closed=False, changed_at=now, counted_from=now))

    def _doubt(self, tx: Tx, case_id: str) -> bool:
        case = tx.case(case_id)
        doubted = None if case is None else doubt(case)
        if doubted is None or doubted is case:
            return False
        # A copy for another recipient may wait elsewhere in the queue.
        tx.withdraw(case_id)
        tx.put_case(doubted, None)
        return True

    # -- sending ------------------------------------------------------------

    async def _all(self, tasks: Sequence[asyncio.Task[Result]]) -> None:
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            self._stopping = True
            try:
                await asyncio.wait(tasks, timeout=self._settings.drain.total_seconds())
            finally:
                for task in tasks:
                    task.cancel()
            raise

    async def _deliver(self, outgoing: Outgoing, batch: _Batch, gate: asyncio.Semaphore) -> Result:
        async with gate:
            now = self._clock.now()
            too_late = batch.claimed_at + self._settings.lease - self._settings.send_max
            if self._stopping or now > too_late:
                await self._store.run(lambda tx: tx.mark_failed(outgoing, now, "", now))
                return Result.POSTPONED
            reply, error = await self._attempt(outgoing)
        if error is None:
            return await self._sent(outgoing, reply)
        if isinstance(error, ChannelError):
            return await self._failed(outgoing, error)
        return await self._our_error(outgoing, error)

    async def _attempt(self, outgoing: Outgoing) -> tuple[str, Exception | None]:
        channel = self._channels.get(outgoing.alert.channel)
        if channel is None:
            return "", ValueError(f"channel {outgoing.alert.channel.value} has no settings")
        limit_s = self._settings.send_max.total_seconds()
        return await _settled(channel.send(outgoing), limit_s, "")

    async def _sent(self, outgoing: Outgoing, reply: str) -> Result:
        now = self._clock.now()

        def mark(tx: Tx) -> None:
            tx.mark_sent(outgoing, now, reply)
            self._count(tx, outgoing, Result.SENT)

        def mark_and_tell(tx: Tx) -> None:
            mark(tx)
            self._after_sent(tx, outgoing, now)

        _, error = await _settled(self._store.run(mark_and_tell), None, None)
        if error is not None:
            log.error("after_sent_failed", alert_id=outgoing.alert.alert_id, exc_info=error)
            # It did go out: unmarked it would go out again, whatever is wrong with the case.
            await self._store.run(mark)
        return Result.SENT

    async def _failed(self, outgoing: Outgoing, error: ChannelError) -> Result:
        now = self._clock.now()
        pause = None if error.permanent else self._settings.pause(outgoing.tries)
        result = Result.PERMANENT if pause is None else Result.TEMPORARY
        await self._give_back(outgoing, error.reason, pause, result, now)
        return result

    async def _our_error(self, outgoing: Outgoing, error: Exception) -> Result:
        """A bug or a missing setting: far apart tries, so that a repair finds it still there."""
        now = self._clock.now()
        log.error("delivery_failed", alert_id=outgoing.alert.alert_id, exc_info=error)
        pause = self._settings.backoff_max
        if self._settings.backoff_max * outgoing.tries >= self._settings.give_up_after:
            await self._give_back(outgoing, repr(error), None, Result.OUR_ERROR, now)
            return Result.PERMANENT
        await self._give_back(outgoing, repr(error), pause, Result.OUR_ERROR, now)
        return Result.OUR_ERROR

    async def _give_back(
        self,
        outgoing: Outgoing,
        reason: str,
        pause: timedelta | None,
        result: Result,
        now: datetime,
    ) -> None:
        reason = reason[:ERROR_MAX_CHARS]

        def mark(tx: Tx) -> None:
            tx.mark_failed(outgoing, now, reason, None if pause is None else now + pause)
            self._count(tx, outgoing, result)

        def mark_and_tell(tx: Tx) -> None:
            mark(tx)
            if pause is None:
                self._after_dead(tx, outgoing, reason, now)

        _, error = await _settled(self._store.run(mark_and_tell), None, None)
        if error is not None:
            log.error("after_dead_failed", alert_id=outgoing.alert.alert_id, exc_info=error)
            await self._store.run(mark)

    def _count(self, tx: Tx, outgoing: Outgoing, result: Result) -> None:
        alert = outgoing.alert
        labels = {
            "channel": alert.channel.value,
            "template": alert.template,
            "result": result.value,
        }
        tx.count("deliveries_total", labels)


def is_held(alert: Alert) -> bool:
    """Does a closed valve hold it: an accusation or advice to a member?"""
    if alert.audience is not Audience.MEMBER:
        return False
    kind = alert.step.rstrip("0123456789").rstrip("-")
    return kind not in _PASSES


async def _settled(
    work: Awaitable[T], limit_s: float | None, default: T
) -> tuple[T, Exception | None]:
    """What came of ``work``: its result, or ``default`` and the exception.

    Over ``limit_s`` it is cancelled and the exception is a temporary
    ChannelError.  Cancelling the caller cancels the work.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=limit_s)
    finally:
        task.cancel()
    if not done:
        await asyncio.wait({task})
        return default, ChannelError(f"no answer within {limit_s:g} s", permanent=False)
    error = task.exception()
    if isinstance(error, Exception):
        return default, error
    return task.result(), None


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
