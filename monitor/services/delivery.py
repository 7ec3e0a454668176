"""The outbox on its way out: claimed, held when the round looks wrong, sent, marked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import structlog

from monitor.domain.alert import ChannelKind, Outgoing
from monitor.services.ports import Channel, ChannelError, Store
from monitor.services.tx import Tx
from monitor.services.valve import Valve, ValveReport, ValveSettings
from scanners.api import Clock

log = structlog.get_logger(__name__)
T = TypeVar("T")
AfterSent = Callable[[Tx, Outgoing, datetime], None]
AfterDead = Callable[[Tx, Outgoing, str, datetime], None]
Wanted = Callable[[Tx, Outgoing], bool]

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
    lease: timedelta = timedelta(minutes=15)
    send_max: timedelta = timedelta(minutes=12)
    drain: timedelta = timedelta(seconds=10)
    backoff_first: timedelta = timedelta(minutes=1)
    backoff_max: timedelta = timedelta(hours=6)
    give_up_after: timedelta = timedelta(hours=48)
    valve_window: timedelta = timedelta(minutes=60)
    valve_min: int = 20
    valve_fraction: float = 0.03

    @property
    def valve(self) -> ValveSettings:
        """The part of them that is the valve's."""
        return ValveSettings(
            window=self.valve_window,
            minimum=self.valve_min,
            fraction=self.valve_fraction,
            staff=self.staff,
            staff_language=self.staff_language,
            lease=self.lease,
            owner=self.owner,
        )

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
class _Batch:
    outgoing: tuple[Outgoing, ...]
    held: int
    at: datetime
    stopping: asyncio.Event


class Delivery:
    """Sends what is due and keeps the mail valve.

    ``after_sent`` and ``after_dead`` run in the transaction that marks the alert,
    ``wanted`` in the one that claims it: what it denies is withdrawn.
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
        wanted: Wanted = lambda _tx, _outgoing: True,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._settings = settings
        self._after_sent = after_sent
        self._after_dead = after_dead
        self._wanted = wanted
        # What no channel is set up for waits untried: switching it on sends it.
        self._valve = Valve(settings.valve, tuple(channels))

    async def send_due(self) -> DeliveryRound:
        """Claim one batch, send it, mark it; returns what happened.

        A row that fails never stops the others.  Trouble of the store is raised
        after all of them had their turn.  When cancelled, what is not yet under
        way goes back at once and what is under way gets ``drain``.
        """
        batch = await self._taken()
        gate = asyncio.Semaphore(self._settings.at_once)
        tasks = [asyncio.create_task(self._deliver(o, batch, gate)) for o in batch.outgoing]
        if tasks:
            await self._all(tasks, batch.stopping)
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
        return self._store.transact(lambda tx: self._valve.release(tx, by, self._clock.now()))

    def drop(self, by: str) -> ValveReport:
        """Staff: the round was wrong.  What was held is withdrawn, its breaches are doubted."""
        return self._store.transact(lambda tx: self._valve.drop(tx, by, self._clock.now()))

    async def _taken(self) -> _Batch:
        taking = asyncio.ensure_future(self._store.run(self._take))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            # Claimed all the same: without this it would lie still until the lease ends.
            batch = await taking
            await self._store.run(lambda tx: self._valve.give_back(tx, batch.outgoing))
            raise

    def _take(self, tx: Tx) -> _Batch:
        now = self._clock.now()
        self._valve.watch(tx, now)
        outgoing, held = self._valve.claim(tx, now, self._settings.batch)
        wanted = []
        for one in outgoing:
            if self._wanted(tx, one):
                wanted.append(one)
            else:
                tx.retract(one)
        return _Batch(tuple(wanted), held, now, asyncio.Event())

    async def _all(self, tasks: Sequence[asyncio.Task[Result]], stopping: asyncio.Event) -> None:
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            stopping.set()
            try:
                await asyncio.wait(tasks, timeout=self._settings.drain.total_seconds())
            finally:
                for task in tasks:
                    task.cancel()
            await asyncio.wait(tasks)
            raise
        for task in tasks:
            error = task.exception()
            if error is not None:
                log.error("delivery_not_marked", exc_info=error)

    async def _deliver(self, outgoing: Outgoing, batch: _Batch, gate: asyncio.Semaphore) -> Result:
        async with gate:
            now = self._clock.now()
            too_late = batch.at + self._settings.lease - self._settings.send_max
            if batch.stopping.is_set() or now > too_late:
                await self._store.run(lambda tx: tx.unclaim(outgoing))
                return Result.POSTPONED
            reply, error = await self._attempt(outgoing)
        if error is None:
            return await self._sent(outgoing, reply)
        if isinstance(error, ChannelError):
            return await self._failed(outgoing, error)
        return await self._our_error(outgoing, error)

    async def _attempt(self, outgoing: Outgoing) -> tuple[str, Exception | None]:
        channel = self._channels[outgoing.alert.channel]
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
        await self._give_back(outgoing, error.reason, pause, result, now, unclear=error.unclear)
        return result

    async def _our_error(self, outgoing: Outgoing, error: Exception) -> Result:
        """A bug or a missing setting: far apart tries, so that a repair finds it still there."""
        now = self._clock.now()
        log.error("delivery_failed", alert_id=outgoing.alert.alert_id, exc_info=error)
        tried = self._settings.backoff_max * outgoing.tries
        over = tried >= self._settings.give_up_after
        pause = None if over else self._settings.backoff_max
        await self._give_back(outgoing, repr(error), pause, Result.OUR_ERROR, now, unclear=True)
        return Result.PERMANENT if over else Result.OUR_ERROR

    async def _give_back(
        self,
        outgoing: Outgoing,
        reason: str,
        pause: timedelta | None,
        result: Result,
        now: datetime,
        *,
        unclear: bool,
    ) -> None:
        reason = reason[:ERROR_MAX_CHARS]
        retry_at = None if pause is None else now + pause

        def mark(tx: Tx) -> None:
            tx.mark_failed(outgoing, now, reason, retry_at, unclear=unclear)
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
    if task.cancelled():
        said = f"no answer within {limit_s} s"
        return default, ChannelError(said, permanent=False, unclear=True)
    error = task.exception()
    if isinstance(error, Exception):
        return default, error
    return task.result(), None
