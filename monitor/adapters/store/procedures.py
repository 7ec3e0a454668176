"""Procedures with their history; whose a site was, and which seals it might show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.codec import MICROSECOND, duration_micros
from monitor.adapters.store.evidence import ACCEPTED, PROPOSED, EvidenceGroup
from monitor.adapters.store.tables import site
from monitor.adapters.store.tables_procedures import (
    member_link,
    procedure,
    procedure_step,
    seal_right,
)
from monitor.domain.procedure import Procedure, ProcedureKind
from monitor.services.records import MemberLink, ProcedureStep
from monitor.services.tx_procedures import AlreadyRunsError

DAY = timedelta(days=1)


class ProcedureGroup(EvidenceGroup):
    """See ``ProcedureTx``."""

    def next_procedure_id(self, at: datetime) -> str:
        """See ``ProcedureTx.next_procedure_id``; numbers start again each year (UTC)."""
        year = at.astimezone(UTC).year
        return f"KP-{year}-{self._next(f'procedure:{year}'):06d}"

    def put_procedure(self, one: Procedure, step: ProcedureStep | None = None) -> None:
        """See ``ProcedureTx.put_procedure``."""
        self._lock_site(one.site_id)
        try:
            # A savepoint: a broken rule must not end the transaction on PostgreSQL.
            with self.connection.begin_nested():
                self._upsert(procedure, [_row(one)])
        except IntegrityError as error:
            query = select(procedure.c.procedure_id).where(
                procedure.c.kind == one.kind.value,
                procedure.c.site_id == one.site_id,
                procedure.c.label_id == one.label_id,
                procedure.c.closed_at.is_(None),
            )
            other = self.connection.execute(query).scalar()
            if other is None:
                raise
            said = f"{one.site_id} has a running {one.kind.value} already: {other}"
            raise AlreadyRunsError(said) from error
        if step is None:
            return
        mine = procedure_step.c.procedure_id == one.procedure_id
        query = select(func.coalesce(func.max(procedure_step.c.number), 0)).where(mine)
        row = {
            "procedure_id": one.procedure_id,
            "number": int(self.connection.execute(query).scalar_one()) + 1,
            "at": step.at,
            "actor": step.actor,
            "event": step.event,
            "before": step.before,
            "after": step.after,
            "role": step.role,
            "data": dict(step.data),
        }
        self.connection.execute(insert(procedure_step).values(row))

    def procedure(self, procedure_id: str) -> Procedure | None:
        """See ``ProcedureTx.procedure``."""
        query = select(procedure).where(procedure.c.procedure_id == procedure_id)
        if self._postgresql:
            # Whoever reads one may move it: two at once must not undo each other.
            query = query.with_for_update()
        row = self.connection.execute(query).first()
        return None if row is None else _procedure(row)

    def procedures(
        self,
        site_id: str | None = None,
        kind: ProcedureKind | None = None,
        *,
        active_only: bool = False,
    ) -> Sequence[Procedure]:
        """See ``ProcedureTx.procedures``."""
        query = select(procedure).order_by(
            procedure.c.opened_at.desc(), procedure.c.procedure_id.desc()
        )
        if site_id is not None:
            query = query.where(procedure.c.site_id == site_id)
        if kind is not None:
            query = query.where(procedure.c.kind == kind.value)
        if active_only:
            query = query.where(procedure.c.closed_at.is_(None))
        return [_procedure(row) for row in self.connection.execute(query)]

    def procedure_log(self, procedure_id: str) -> Sequence[ProcedureStep]:
        """See ``ProcedureTx.procedure_log``."""
        mine = select(procedure_step).where(procedure_step.c.procedure_id == procedure_id)
        return [
            ProcedureStep(row.at, row.actor, row.event, row.before, row.after, row.role, row.data)
            for row in self.connection.execute(mine.order_by(procedure_step.c.number))
        ]

    def put_link(self, site_id: str, member_id: str, since: date) -> None:
        """See ``ProcedureTx.put_link``; whoever has the site now is written down first."""
        self._lock_site(site_id)
        known = self.links(site_id)
        rows = []
        if not known:
            now = select(site.c.member_id).where(site.c.site_id == site_id)
            owner = self.connection.execute(now).scalar_one()
            rows.append(_link(site_id, 0, owner, None, since - DAY))
        else:
            last = known[-1]
            number = len(known) - 1
            rows.append(_link(site_id, number, last.member_id, last.since, since - DAY))
        rows.append(_link(site_id, max(len(known), 1), member_id, since, None))
        self._upsert(member_link, rows)

    def links(self, site_id: str) -> Sequence[MemberLink]:
        """See ``ProcedureTx.links``."""
        query = select(member_link).where(member_link.c.site_id == site_id)
        return [
            MemberLink(row.member_id, row.since, row.until)
            for row in self.connection.execute(query.order_by(member_link.c.number))
        ]

    def grant_seal(self, site_id: str, label_id: str, host: str, since: date) -> None:
        """See ``ProcedureTx.grant_seal``."""
        mine = (seal_right.c.site_id == site_id, seal_right.c.label_id == label_id)
        running = select(seal_right.c.since).where(*mine, seal_right.c.until.is_(None))
        if self.connection.execute(running).first() is None:
            row = {"site_id": site_id, "label_id": label_id, "since": since, "host": host,
                   "until": None}  # fmt: skip
            self._upsert(seal_right, [row])

    def end_seal(self, site_id: str, label_id: str, until: date) -> None:
        """See ``ProcedureTx.end_seal``."""
        mine = (seal_right.c.site_id == site_id, seal_right.c.label_id == label_id)
        running = update(seal_right).where(*mine, seal_right.c.until.is_(None))
        self.connection.execute(running.values(until=until))

    def seals(self, site_id: str) -> Sequence[tuple[str, str, date, date | None]]:
        """See ``ProcedureTx.seals``."""
        query = select(seal_right).where(seal_right.c.site_id == site_id)
        rows = self.connection.execute(query.order_by(seal_right.c.since, seal_right.c.label_id))
        return [(row.label_id, row.host, row.since, row.until) for row in rows]

    def drop_baselines(self, site_id: str) -> None:
        """See ``ProcedureTx.drop_baselines``."""
        self._lock_site(site_id)
        for role in (ACCEPTED, PROPOSED):
            self._forget(site_id, role)


def _link(
    site_id: str, number: int, member_id: str, since: date | None, until: date | None
) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "number": number,
        "member_id": member_id,
        "since": since,
        "until": until,
    }


def _row(one: Procedure) -> dict[str, Any]:
    return {
        "procedure_id": one.procedure_id,
        "kind": one.kind.value,
        "site_id": one.site_id,
        "member_id": one.member_id,
        "label_id": one.label_id,
        "country": one.country,
        "state": one.state,
        "opened_at": one.opened_at,
        "changed_at": one.changed_at,
        "due_at": one.due_at,
        "waiting_since": one.waiting_since,
        "waited_us": duration_micros(one.waited),
        "stage": one.stage,
        "postponements": one.postponements,
        "parts": dict(one.parts),
        "closed_at": one.closed_at,
    }


def _procedure(row: Any) -> Procedure:
    return Procedure(
        procedure_id=row.procedure_id,
        kind=ProcedureKind(row.kind),
        site_id=row.site_id,
        member_id=row.member_id,
        label_id=row.label_id,
        country=row.country,
        state=row.state,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        due_at=row.due_at,
        waiting_since=row.waiting_since,
        waited=row.waited_us * MICROSECOND,
        stage=row.stage,
        postponements=row.postponements,
        parts=row.parts,
        closed_at=row.closed_at,
    )
