"""The due table: leases, fencing tokens, the cap per platform (scale of one statement a claim)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Subquery, and_, case, delete, func, literal, select, text, tuple_, update

from monitor.adapters.store.base import TxBase, chunked
from monitor.adapters.store.codec import Moment, duration_micros
from monitor.adapters.store.tables import due, serial
from monitor.domain.check import PRIORITY_NORMAL, PRIORITY_RESCAN, Check, Job
from monitor.services.records import DueRow
from scanners.api import ScanKind

LOOK_AHEAD = 1000
# Any constant does, as long as every claimer takes the same one.
CLAIM_LOCK = 0x6B657572
FENCE = "fence"


class ScheduleGroup(TxBase):
    """See ``ScheduleTx``."""

    def put_checks(self, rows: Iterable[tuple[Check, datetime, str]]) -> None:
        """See ``ScheduleTx.put_checks``; a known row takes the new politeness key."""
        known = {(check.site_id, check.kind): (check, at, pkey) for check, at, pkey in rows}
        if not known:
            return
        fence = self.connection.scalar(select(serial.c.value).where(serial.c.name == FENCE)) or 0
        values = [_new_row(check, at, pkey, fence) for check, at, pkey in known.values()]
        fresh = set(values[0]) - {"site_id", "kind", "cadence_us", "phase_us", "pkey"}
        self._upsert(due, values, keep=fresh)

    def drop_checks(self, site_ids: Sequence[str], keep: frozenset[ScanKind]) -> None:
        """See ``ScheduleTx.drop_checks``."""
        kinds = [kind.value for kind in keep]
        tokens: list[int] = []
        for ids in chunked(site_ids):
            dropped = delete(due).where(due.c.site_id.in_(ids), due.c.kind.not_in(kinds))
            tokens += self.connection.scalars(dropped.returning(due.c.token)).all()
        if not tokens:
            return
        # A check put back later must not reach a token that an old job still holds.
        highest = self._insert(serial).values(name=FENCE, value=max(tokens))
        higher = highest.excluded.value > serial.c.value
        self.connection.execute(
            highest.on_conflict_do_update(
                index_elements=["name"], set_={"value": highest.excluded.value}, where=higher
            )
        )

    def reap(self, now: datetime) -> int:
        """See ``ScheduleTx.reap``."""
        freed = update(due).where(due.c.lease_until <= now).values(_freed(due.c.ready_at))
        return int(self.connection.execute(freed).rowcount)

    def claim(
        self,
        now: datetime,
        slots: int,
        lease: timedelta,
        owner: str,
        per_platform: int,
        max_attempts: int,
    ) -> Sequence[Job]:
        """See ``ScheduleTx.claim``.

        One statement looks at the first 1,000 rows of platforms that have room.
        When these were not enough to fill the slots (one platform fills the
        front), it runs again: each round fills at least one platform.
        """
        self._advisory_lock(CLAIM_LOCK)
        got: list[tuple[int, Job]] = []
        while len(got) < slots and per_platform > 0:
            picked = _pick(now, slots - len(got), per_platform, max_attempts)
            statement = (
                update(due)
                .where(tuple_(due.c.site_id, due.c.kind).in_(picked), due.c.lease_until.is_(None))
                .values(
                    lease_until=now + lease,
                    owner=owner,
                    token=due.c.token + 1,
                    attempt=due.c.attempt + 1,
                )
                .returning(due)
            )
            rows = self.connection.execute(statement).all()
            got.extend((row.priority, _job(row)) for row in rows)
            if not rows:
                break
        got.sort(key=lambda item: (-item[0], item[1].due_at, item[1].site_id, item[1].kind))
        return [job for _, job in got]

    def exhausted(self, now: datetime, max_attempts: int) -> Sequence[Job]:
        """See ``ScheduleTx.exhausted``; ``lease_until`` is ``now``, nobody holds them."""
        query = (
            select(due)
            .where(text("lease_until IS NULL AND attempt > 1"), due.c.ready_at <= now)
            .where(due.c.attempt >= max(max_attempts, 2))
            .order_by(due.c.ready_at, due.c.site_id, due.c.kind)
        )
        return [_job(row, now) for row in self.connection.execute(query)]

    def heartbeat(self, job: Job, lease_until: datetime) -> bool:
        """See ``ScheduleTx.heartbeat``; a lease that was reaped is lost as well."""
        longer = (
            update(due)
            .where(_current(job), due.c.lease_until.is_not(None))
            .values(lease_until=lease_until)
        )
        return self.connection.execute(longer).rowcount == 1

    def complete(self, job: Job, ready_at: datetime, priority: int, error: str = "") -> bool:
        """See ``ScheduleTx.complete``; the token is used up."""
        wanted = due.c.wanted_by.is_not(None)
        values = {
            **_freed(_at(ready_at)),
            "priority": case((wanted, PRIORITY_RESCAN), else_=priority),
            "requested_by": func.coalesce(due.c.wanted_by, ""),
            "token": due.c.token + 1,
            "attempt": 0,
            "last_error": error,
        }
        done = update(due).where(_current(job)).values(values)
        return self.connection.execute(done).rowcount == 1

    def give_back(self, job: Job, ready_at: datetime, *, count_attempt: bool) -> bool:
        """See ``ScheduleTx.give_back``; the token is used up."""
        attempt = due.c.attempt if count_attempt else due.c.attempt - 1
        back = (
            update(due)
            .where(_current(job), due.c.lease_until.is_not(None))
            .values({**_freed(_at(ready_at)), "token": due.c.token + 1, "attempt": attempt})
        )
        return self.connection.execute(back).rowcount == 1

    def request(self, site_id: str, kinds: frozenset[ScanKind], now: datetime, by: str) -> int:
        """See ``ScheduleTx.request``; a running row is made due when its job ends.

        A row that used up its attempts gets them back: somebody wants to know.
        """
        leased = due.c.lease_until.is_not(None)
        # One statement: between two, a claimer or a worker could slip past both.
        asked = (
            update(due)
            .where(due.c.site_id == site_id, due.c.kind.in_([kind.value for kind in kinds]))
            .values(
                wanted_by=case((leased, by), else_=None),
                wanted_at=case((leased, _at(now)), else_=None),
                ready_at=case((leased, due.c.ready_at), else_=_at(now)),
                priority=case((leased, due.c.priority), else_=PRIORITY_RESCAN),
                requested_by=case((leased, due.c.requested_by), else_=by),
                attempt=case((leased, due.c.attempt), else_=0),
            )
        )
        return int(self.connection.execute(asked).rowcount)

    def hasten(
        self, site_id: str, kinds: frozenset[ScanKind], ready_at: datetime, priority: int
    ) -> None:
        """See ``ScheduleTx.hasten``."""
        self.connection.execute(
            update(due)
            .where(due.c.site_id == site_id, due.c.kind.in_([kind.value for kind in kinds]))
            .values(
                ready_at=case((due.c.ready_at > ready_at, _at(ready_at)), else_=due.c.ready_at),
                priority=case((due.c.priority < priority, priority), else_=due.c.priority),
            )
        )

    def due_rows(self, site_id: str) -> Sequence[DueRow]:
        """See ``ScheduleTx.due_rows``; ``requested_by`` names a request that still waits."""
        query = select(due).where(due.c.site_id == site_id).order_by(due.c.kind)
        return [_due_row(row) for row in self.connection.execute(query)]


def _pick(now: datetime, slots: int, per_platform: int, max_attempts: int) -> Any:
    held = (
        select(due.c.pkey, func.count().label("leases"))
        .where(due.c.lease_until.is_not(None))
        .group_by(due.c.pkey)
        .cte("held")
    )
    full = select(held.c.pkey).where(held.c.leases >= per_platform)
    ahead = (
        select(due.c.site_id, due.c.kind, due.c.pkey, due.c.priority, due.c.ready_at)
        .where(due.c.lease_until.is_(None), due.c.ready_at <= now)
        .where(due.c.attempt < max_attempts, due.c.pkey.not_in(full))
        .order_by(due.c.priority.desc(), due.c.ready_at)
        .limit(LOOK_AHEAD)
        .cte("ahead")
    )
    order = (ahead.c.priority.desc(), ahead.c.ready_at)
    place = func.row_number().over(partition_by=ahead.c.pkey, order_by=order).label("place")
    ranked = select(ahead, place).subquery("ranked")
    picked = _within_cap(ranked, held, slots, per_platform)
    # Rows that another transaction is just changing wait for the next tick.
    locked = select(due.c.site_id, due.c.kind).join(
        picked, and_(due.c.site_id == picked.c.site_id, due.c.kind == picked.c.kind)
    )
    return locked.with_for_update(of=due, skip_locked=True)


def _within_cap(ranked: Subquery, held: Any, slots: int, per_platform: int) -> Subquery:
    return (
        select(ranked.c.site_id, ranked.c.kind)
        .join_from(ranked, held, held.c.pkey == ranked.c.pkey, isouter=True)
        .where(ranked.c.place + func.coalesce(held.c.leases, 0) <= per_platform)
        .order_by(ranked.c.priority.desc(), ranked.c.ready_at)
        .limit(slots)
        .subquery("picked")
    )


def _at(moment: datetime) -> Any:
    # In an expression SQLAlchemy would take a datetime for its own type, not for ours.
    return literal(moment, Moment())


def _current(job: Job) -> Any:
    return and_(
        due.c.site_id == job.site_id, due.c.kind == job.kind.value, due.c.token == job.token
    )


def _freed(ready_at: Any) -> Mapping[str, Any]:
    """Nobody's lease any more; a request made meanwhile is taken over."""
    wanted = due.c.wanted_by.is_not(None)
    return {
        "lease_until": None,
        "owner": None,
        "ready_at": case((wanted, due.c.wanted_at), else_=ready_at),
        "priority": case((wanted, PRIORITY_RESCAN), else_=due.c.priority),
        "requested_by": func.coalesce(due.c.wanted_by, due.c.requested_by),
        "wanted_by": None,
        "wanted_at": None,
    }


def _new_row(check: Check, ready_at: datetime, pkey: str, fence: int) -> dict[str, Any]:
    return {
        "site_id": check.site_id,
        "kind": check.kind.value,
        "cadence_us": duration_micros(check.cadence),
        "phase_us": duration_micros(check.phase),
        "ready_at": ready_at,
        "priority": PRIORITY_NORMAL,
        "pkey": pkey,
        "token": fence,
        "attempt": 0,
        "requested_by": "",
        "last_error": "",
    }


def _job(row: Any, lease_until: datetime | None = None) -> Job:
    return Job(
        site_id=row.site_id,
        kind=ScanKind(row.kind),
        token=row.token,
        attempt=row.attempt,
        due_at=row.ready_at,
        lease_until=lease_until or row.lease_until,
        requested_by=row.requested_by,
    )


def _due_row(row: Any) -> DueRow:
    return DueRow(
        site_id=row.site_id,
        kind=ScanKind(row.kind),
        ready_at=row.ready_at,
        priority=row.priority,
        attempt=row.attempt,
        token=row.token,
        lease_until=row.lease_until,
        requested_by=row.wanted_by or row.requested_by,
        last_error=row.last_error,
    )
