"""Retention of what was said, done and decided: bounded batches, never what is still needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, literal, or_, select, tuple_

from monitor.adapters.store.base import TxBase, chunked
from monitor.adapters.store.tables import (
    audit,
    case_file,
    finding,
    pin,
    site,
    unassessed,
)
from monitor.adapters.store.tables_outbox import alert
from monitor.adapters.store.tables_procedures import (
    obligation_done,
    procedure,
    procedure_step,
    said_once,
)
from monitor.domain.alert import DeliveryState
from monitor.domain.case import CaseState
from monitor.services.digest import BEGUN, DIGEST
from monitor.services.tx_procedures import MISSING

BATCH = 1_000
# No duty counts further back than its newest few.
MARKS_KEPT = 24
_WAITING = (DeliveryState.PENDING.value, DeliveryState.HELD.value)


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many rows of each went."""

    said: int
    marks: int
    steps: int
    alerts: int
    cases: int
    audit: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.said + self.marks + self.steps + self.alerts + self.cases + self.audit


class RetentionGroup(TxBase):
    """Forgets what is older than the settings keep it."""

    def prune_records(
        self, now: datetime, keep: timedelta, keep_audit: timedelta, batch: int = BATCH
    ) -> Dropped:
        """Drop at most ``batch`` rows of each table that are older and that nothing needs.

        Kept whatever their age: what was said of a document that is still missing or
        still under review, the newest marks of every duty, procedures and the history
        of those that run, mail of open cases, procedures and sites that cannot be
        seen, mail that waits, cases that are not closed.
        """
        before = now - keep
        return Dropped(
            said=self._drop_said(before, batch),
            marks=self._drop_marks(before, batch),
            steps=self._drop_steps(before, batch),
            alerts=self._drop_alerts(before, batch),
            cases=self._drop_cases(before, batch),
            audit=self._drop(audit, audit.c.number, audit.c.at < now - keep_audit, batch),
        )

    def _drop(self, table: Any, key: Any, which: Any, batch: int) -> int:
        some = select(key).where(which).limit(batch)
        return int(self.connection.execute(delete(table).where(key.in_(some))).rowcount)

    def _drop_said(self, before: datetime, batch: int) -> int:
        still_missing = exists().where(
            finding.c.outcome == "missing",
            site.c.site_id == finding.c.site_id,
            said_once.c.subject
            == literal(MISSING) + finding.c.site_id + literal(":") + site.c.member_id,
            said_once.c.stage == finding.c.condition_id,
        )
        # When the first digest was due can be said only once.
        begun = and_(said_once.c.subject == DIGEST, said_once.c.stage == BEGUN)
        needed = or_(begun, and_(said_once.c.subject.startswith(MISSING), still_missing))
        which = (
            select(said_once.c.subject, said_once.c.stage)
            .where(said_once.c.at < before, ~needed)
            .limit(batch)
        )
        key = tuple_(said_once.c.subject, said_once.c.stage)
        return int(self.connection.execute(delete(said_once).where(key.in_(which))).rowcount)

    def _drop_marks(self, before: datetime, batch: int) -> int:
        duty = (obligation_done.c.site_id, obligation_done.c.label_id,
                obligation_done.c.obligation_id)  # fmt: skip
        place = func.row_number().over(partition_by=duty, order_by=obligation_done.c.at.desc())
        rows = select(*duty, obligation_done.c.at, place.label("place")).subquery()
        which = (
            select(rows.c.site_id, rows.c.label_id, rows.c.obligation_id, rows.c.at)
            .where(rows.c.at < before, rows.c.place > MARKS_KEPT)
            .limit(batch)
        )
        key = tuple_(*duty, obligation_done.c.at)
        return int(self.connection.execute(delete(obligation_done).where(key.in_(which))).rowcount)

    def _drop_steps(self, before: datetime, batch: int) -> int:
        over = exists().where(
            procedure.c.procedure_id == procedure_step.c.procedure_id,
            procedure.c.closed_at < before,
        )
        which = select(procedure_step.c.procedure_id, procedure_step.c.number).where(over)
        key = tuple_(procedure_step.c.procedure_id, procedure_step.c.number)
        some = delete(procedure_step).where(key.in_(which.limit(batch)))
        return int(self.connection.execute(some).rowcount)

    def _drop_alerts(self, before: datetime, batch: int) -> int:
        running = exists().where(
            procedure.c.procedure_id == alert.c.thread, procedure.c.closed_at.is_(None)
        )
        active = exists().where(
            or_(case_file.c.case_id == alert.c.thread, case_file.c.case_id == alert.c.case_id),
            case_file.c.state != CaseState.REMEDIED.value,
        )
        blind = exists().where(unassessed.c.site_id == alert.c.site_id)
        which = and_(
            alert.c.created_at < before, alert.c.state.not_in(_WAITING),
            ~running, ~active, ~blind,
        )  # fmt: skip
        return self._drop(alert, alert.c.number, which, batch)

    def _drop_cases(self, before: datetime, batch: int) -> int:
        """Closed ones with their hold on evidence; retention of evidence takes that afterwards."""
        which = (
            select(case_file.c.case_id)
            .where(case_file.c.state == CaseState.REMEDIED.value, case_file.c.closed_at < before)
            .limit(batch)
        )
        gone = delete(case_file).where(case_file.c.case_id.in_(which))
        ids = list(self.connection.scalars(gone.returning(case_file.c.case_id)))
        for some in chunked([f"case\t{case_id}" for case_id in ids]):
            self.connection.execute(delete(pin).where(pin.c.holder.in_(some)))
        return len(ids)
