"""Consent to scans, proof of control, kill switches, orders and their progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import delete, insert, select, update

from monitor.adapters.store.base import TxBase
from monitor.adapters.store.tables_consents import (
    consent,
    control,
    kill_switch,
    scan_order,
    scan_progress,
)
from monitor.domain.consent import Consent, Control, ControlMethod, KillSwitch, Level, Window
from monitor.services.tx_consents import ScanOrder


class ConsentGroup(TxBase):
    """See ``ConsentTx``."""

    def add_consent(self, one: Consent) -> int:
        """See ``ConsentTx.add_consent``."""
        self._lock_site(one.site_id)
        values = {
            "site_id": one.site_id,
            "member_id": one.member_id,
            "level": one.level.value,
            "given_by": one.given_by,
            "contact": one.contact,
            "reference": one.reference,
            "since": one.since,
            "until": one.until,
            "hosts": one.hosts,
            "window": _window_row(one.window),
            "recorded_by": one.recorded_by,
            "recorded_at": one.recorded_at,
            "revoked_at": one.revoked_at,
            "revoked_by": one.revoked_by,
        }
        made = self.connection.execute(insert(consent).values(values).returning(consent.c.number))
        return int(made.scalar_one())

    def consents(self, site_id: str | None = None, *, ended: bool = False) -> Sequence[Consent]:
        """See ``ConsentTx.consents``."""
        query = select(consent).order_by(consent.c.number.desc())
        if site_id is not None:
            query = query.where(consent.c.site_id == site_id)
        if not ended:
            query = query.where(consent.c.revoked_at.is_(None))
        return [_consent(row) for row in self.connection.execute(query)]

    def revoke_consent(self, number: int, at: datetime, by: str) -> None:
        """See ``ConsentTx.revoke_consent``."""
        held = update(consent).where(consent.c.number == number, consent.c.revoked_at.is_(None))
        self.connection.execute(held.values(revoked_at=at, revoked_by=by))

    def put_control(self, one: Control) -> None:
        """See ``ConsentTx.put_control``."""
        row = {
            "site_id": one.site_id,
            "token": one.token,
            "made_at": one.made_at,
            "method": None if one.method is None else one.method.value,
            "proven_at": one.proven_at,
            "lost_at": one.lost_at,
        }
        self._upsert(control, [row])

    def control(self, site_id: str) -> Control | None:
        """See ``ConsentTx.control``."""
        query = select(control).where(control.c.site_id == site_id)
        row = self.connection.execute(query).first()
        return None if row is None else _control(row)

    def controls(self) -> Mapping[str, Control]:
        """See ``ConsentTx.controls``."""
        return {row.site_id: _control(row) for row in self.connection.execute(select(control))}

    def put_switch(self, switch: KillSwitch) -> bool:
        """See ``ConsentTx.put_switch``."""
        row = {
            "member_id": switch.member_id,
            "on_at": switch.on_at,
            "by": switch.by,
            "reason": switch.reason,
        }
        new = self._insert(kill_switch).values(row).on_conflict_do_nothing()
        return self.connection.execute(new.returning(kill_switch.c.by)).first() is not None

    def drop_switch(self, member_id: str) -> bool:
        """See ``ConsentTx.drop_switch``."""
        gone = delete(kill_switch).where(kill_switch.c.member_id == member_id)
        return self.connection.execute(gone).rowcount == 1

    def switches(self) -> Sequence[KillSwitch]:
        """See ``ConsentTx.switches``."""
        rows = self.connection.execute(select(kill_switch).order_by(kill_switch.c.member_id))
        return [KillSwitch(row.member_id, row.on_at, row.by, row.reason) for row in rows]

    def put_order(self, order: ScanOrder) -> None:
        """See ``ConsentTx.put_order``."""
        known = self.order(order.site_id)
        if known is not None and order.planned and not known.planned:
            return
        row = {
            "site_id": order.site_id,
            "level": order.level.value,
            "engine": order.engine,
            "by": order.by,
            "at": order.at,
            "planned": order.planned,
        }
        self._upsert(scan_order, [row])

    def order(self, site_id: str) -> ScanOrder | None:
        """See ``ConsentTx.order``."""
        query = select(scan_order).where(scan_order.c.site_id == site_id)
        row = self.connection.execute(query).first()
        if row is None:
            return None
        return ScanOrder(row.site_id, Level(row.level), row.engine, row.by, row.at, row.planned)

    def drop_order(self, site_id: str) -> None:
        """See ``ConsentTx.drop_order``."""
        self.connection.execute(delete(scan_order).where(scan_order.c.site_id == site_id))

    def put_progress(self, site_id: str, at: datetime, progress: Mapping[str, object]) -> None:
        """See ``ConsentTx.put_progress``."""
        self._upsert(scan_progress, [{"site_id": site_id, "at": at, "progress": dict(progress)}])

    def progress(self, site_id: str) -> tuple[datetime, Mapping[str, object]] | None:
        """See ``ConsentTx.progress``."""
        query = select(scan_progress).where(scan_progress.c.site_id == site_id)
        row = self.connection.execute(query).first()
        return None if row is None else (row.at, row.progress)

    def drop_progress(self, site_id: str) -> None:
        """See ``ConsentTx.drop_progress``."""
        self.connection.execute(delete(scan_progress).where(scan_progress.c.site_id == site_id))


def _window_row(window: Window | None) -> dict[str, str] | None:
    if window is None:
        return None
    return {
        "begins": window.begins.isoformat(),
        "ends": window.ends.isoformat(),
        "zone": window.zone,
        "days": " ".join(sorted(window.days)),
    }


def _window(row: Mapping[str, str] | None) -> Window | None:
    if row is None:
        return None
    return Window(
        time.fromisoformat(row["begins"]),
        time.fromisoformat(row["ends"]),
        row["zone"],
        frozenset(row["days"].split()),
    )


def _consent(row: Any) -> Consent:
    return Consent(
        site_id=row.site_id,
        member_id=row.member_id,
        level=Level(row.level),
        given_by=row.given_by,
        contact=row.contact,
        reference=row.reference,
        since=row.since,
        until=row.until,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        hosts=row.hosts,
        window=_window(row.window),
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        number=row.number,
    )


def _control(row: Any) -> Control:
    method = None if row.method is None else ControlMethod(row.method)
    return Control(row.site_id, row.token, row.made_at, method, row.proven_at, row.lost_at)
