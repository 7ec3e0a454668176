"""The transactional outbox: what is to be said, in order, and what became of it; the valve."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, or_, select, update

from monitor.adapters.store.base import TxBase
from monitor.adapters.store.tables_outbox import alert, valve
from monitor.domain.alert import Alert, Audience, ChannelKind, DeliveryState, Outgoing
from monitor.services.records import AlertRow, ValveState

_PENDING = DeliveryState.PENDING.value
_HELD = DeliveryState.HELD.value
_WAITING = (_PENDING, _HELD)
# Where a parameter is named alert.
_QUEUE = alert
_FREED = {"lease_until": None, "owner": None}
_UNWANTED = and_(alert.c.unwanted, alert.c.state.in_(_WAITING))


class OutboxGroup(TxBase):
    """See ``OutboxTx``."""

    def add_alert(self, alert: Alert) -> bool:
        """See ``OutboxTx.add_alert``; what was withdrawn unsaid may be said after all."""
        row = _row(alert)
        statement = self._insert(_QUEUE).values(row)
        added = statement.on_conflict_do_update(
            index_elements=["alert_id"],
            # The token stays: an old sender must not speak for the new attempt.
            set_={name: row[name] for name in row.keys() - {"alert_id", "token"}},
            where=or_(_QUEUE.c.state == DeliveryState.WITHDRAWN.value, _UNWANTED),
        )
        return self.connection.execute(added.returning(_QUEUE.c.number)).first() is not None

    def claim_alerts(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        owner: str,
        channels: Collection[ChannelKind] = tuple(ChannelKind),
    ) -> Sequence[Outgoing]:
        """See ``OutboxTx.claim_alerts``; a try is counted here."""
        earlier = alert.alias()
        behind = exists().where(
            earlier.c.thread == alert.c.thread,
            earlier.c.recipient == alert.c.recipient,
            earlier.c.channel == alert.c.channel,
            earlier.c.number < alert.c.number,
            earlier.c.state.in_(_WAITING),
        )
        ready = (
            select(alert.c.number)
            .where(alert.c.state == _PENDING, alert.c.not_before <= now, ~behind)
            .where(alert.c.channel.in_([channel.value for channel in channels]))
            .where(or_(alert.c.lease_until.is_(None), alert.c.lease_until <= now))
            .order_by(alert.c.created_at, alert.c.number)
            .limit(limit)
            .with_for_update(of=alert, skip_locked=True)
        )
        statement = (
            update(alert)
            .where(alert.c.number.in_(ready), alert.c.state == _PENDING)
            .values(
                lease_until=now + lease,
                owner=owner,
                token=alert.c.token + 1,
                tries=alert.c.tries + 1,
                # Whoever had it before never said what became of it.
                unclear=or_(alert.c.unclear, alert.c.lease_until.is_not(None)),
            )
            .returning(alert)
        )
        rows = self.connection.execute(statement).all()
        rows = sorted(rows, key=lambda row: (row.created_at, row.number))
        return [Outgoing(_alert(row), self._root(row), row.token, row.tries) for row in rows]

    def mark_sent(self, outgoing: Outgoing, at: datetime, reply: str) -> bool:
        """See ``OutboxTx.mark_sent``; the first yes counts when there are two."""
        sent = {**_FREED, "state": DeliveryState.SENT.value, "sent_at": at, "reply": reply}
        mine = and_(_leased(outgoing), alert.c.lease_until.is_not(None))
        if self.connection.execute(update(alert).where(mine).values(sent)).rowcount:
            return True
        late = and_(
            alert.c.alert_id == outgoing.alert.alert_id,
            alert.c.state != DeliveryState.SENT.value,
        )
        # The token goes up: a second sender must not write over what did happen.
        values = {**sent, "token": alert.c.token + 1}
        self.connection.execute(update(alert).where(late).values(values))
        return False

    def mark_failed(
        self,
        outgoing: Outgoing,
        at: datetime,
        error: str,
        retry_at: datetime | None,
        *,
        unclear: bool = False,
    ) -> None:
        """See ``OutboxTx.mark_failed``; nothing when the lease is lost."""
        again = _PENDING if unclear else _back_to(_PENDING)
        values = {
            **_FREED,
            "error": error,
            "state": DeliveryState.DEAD.value if retry_at is None else again,
            "not_before": at if retry_at is None else retry_at,
            "unclear": True if unclear else alert.c.unclear,
        }
        self.connection.execute(update(alert).where(_leased(outgoing)).values(values))

    def unclaim(self, outgoing: Outgoing) -> None:
        """See ``OutboxTx.unclaim``; nothing when the lease is lost."""
        values = {**_FREED, "state": _back_to(_PENDING), "tries": alert.c.tries - 1}
        self.connection.execute(update(alert).where(_leased(outgoing)).values(values))

    def retract(self, outgoing: Outgoing) -> None:
        """See ``OutboxTx.retract``; nothing when the lease is lost."""
        self.connection.execute(update(alert).where(_leased(outgoing)).values(_withdrawn()))

    def hold(self, outgoing: Outgoing) -> None:
        """See ``OutboxTx.hold``; nothing was tried, nothing when the lease is lost."""
        values = {**_FREED, "state": _back_to(_HELD), "tries": alert.c.tries - 1}
        self.connection.execute(update(alert).where(_leased(outgoing)).values(values))

    def withdraw(self, thread: str) -> int:
        """See ``OutboxTx.withdraw``."""
        rows = and_(alert.c.thread == thread, alert.c.state.in_(_WAITING))
        open_fate = or_(alert.c.unclear, alert.c.lease_until.is_not(None))
        self.connection.execute(update(alert).where(rows, open_fate).values(unwanted=True))
        withdrawn = update(alert).where(rows, ~open_fate).values(_withdrawn())
        return int(self.connection.execute(withdrawn).rowcount)

    def release_held(self, at: datetime) -> int:
        """See ``OutboxTx.release_held``."""
        values = {"state": _PENDING, "not_before": at}
        released = update(alert).where(alert.c.state == _HELD).values(values)
        return int(self.connection.execute(released).rowcount)

    def drop_held(self, at: datetime) -> Sequence[str]:
        """See ``OutboxTx.drop_held``; case ids in order, ``at`` is not kept."""
        del at
        dropped = update(alert).where(alert.c.state == _HELD).values(_withdrawn())
        rows = self.connection.execute(dropped.returning(alert.c.case_id))
        return sorted({row.case_id for row in rows if row.case_id is not None})

    def alerts(self, site_id: str | None = None, limit: int = 100) -> Sequence[AlertRow]:
        """See ``OutboxTx.alerts``."""
        query = select(alert).order_by(alert.c.created_at.desc(), alert.c.number.desc())
        if site_id is not None:
            query = query.where(alert.c.site_id == site_id)
        return [_alert_row(row) for row in self.connection.execute(query.limit(limit))]

    def sent_in_thread(self, thread: str) -> Sequence[AlertRow]:
        """See ``OutboxTx.sent_in_thread``."""
        query = (
            select(alert)
            .where(alert.c.thread == thread, alert.c.state == DeliveryState.SENT.value)
            .order_by(alert.c.sent_at, alert.c.number)
        )
        return [_alert_row(row) for row in self.connection.execute(query)]

    def valve(self) -> ValveState:
        """See ``OutboxTx.valve``."""
        query = select(valve.c.closed, valve.c.changed_at, valve.c.counted_from, valve.c.reason)
        row = self.connection.execute(query).first()
        return ValveState() if row is None else ValveState(**row._mapping)  # noqa: SLF001 - its public name

    def set_valve(self, state: ValveState) -> None:
        """See ``OutboxTx.set_valve``."""
        row = {
            "valve_id": 1,
            "closed": state.closed,
            "changed_at": state.changed_at,
            "counted_from": state.counted_from,
            "reason": state.reason,
        }
        self._upsert(valve, [row])

    def _root(self, row: Any) -> str | None:
        """The first message that this recipient really got in the thread."""
        query = (
            select(alert.c.alert_id)
            .where(alert.c.thread == row.thread, alert.c.recipient == row.recipient)
            .where(alert.c.channel == row.channel, alert.c.number < row.number)
            .where(alert.c.state == DeliveryState.SENT.value)
            .order_by(alert.c.number)
            .limit(1)
        )
        found: str | None = self.connection.execute(query).scalar()
        return found


def _leased(outgoing: Outgoing) -> Any:
    return and_(
        alert.c.alert_id == outgoing.alert.alert_id,
        alert.c.token == outgoing.token,
        alert.c.state == _PENDING,
    )


def _back_to(state: str) -> Any:
    """``state``, unless it was withdrawn meanwhile and is known not to have been taken."""
    over = and_(alert.c.unwanted, ~alert.c.unclear)
    return case((over, DeliveryState.WITHDRAWN.value), else_=state)


def _withdrawn() -> dict[str, Any]:
    return {**_FREED, "state": DeliveryState.WITHDRAWN.value, "token": alert.c.token + 1}


def _row(a: Alert) -> dict[str, Any]:
    return {
        "alert_id": a.alert_id,
        "thread": a.thread,
        "step": a.step,
        "audience": a.audience.value,
        "channel": a.channel.value,
        "recipient": a.recipient,
        "language": a.language,
        "template": a.template,
        "site_id": a.site_id,
        "case_id": a.case_id,
        "created_at": a.created_at,
        "context": dict(a.context),
        "state": _PENDING,
        "tries": 0,
        "not_before": a.created_at,
        "token": 0,
        "reply": "",
        "error": "",
        "unwanted": False,
        "origin": a.origin,
    }


def _alert(row: Any) -> Alert:
    return Alert(
        thread=row.thread,
        step=row.step,
        audience=Audience(row.audience),
        channel=ChannelKind(row.channel),
        recipient=row.recipient,
        language=row.language,
        template=row.template,
        site_id=row.site_id,
        created_at=row.created_at,
        case_id=row.case_id,
        context=row.context,
        origin=row.origin,
    )


def _alert_row(row: Any) -> AlertRow:
    return AlertRow(
        alert_id=row.alert_id,
        thread=row.thread,
        step=row.step,
        audience=Audience(row.audience),
        channel=ChannelKind(row.channel),
        recipient=row.recipient,
        site_id=row.site_id,
        case_id=row.case_id,
        state=DeliveryState(row.state),
        tries=row.tries,
        created_at=row.created_at,
        sent_at=row.sent_at,
        error=row.error,
    )
