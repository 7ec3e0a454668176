"""Cases and rows of not knowing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select

from monitor.adapters.store.base import TxBase
from monitor.adapters.store.codec import micros, moment
from monitor.adapters.store.tables import case_file, pin, unassessed
from monitor.domain.case import Case, CaseState
from monitor.domain.finding import Severity
from monitor.domain.unassessed import Unassessed

_ACTIVE = case_file.c.state != CaseState.REMEDIED.value


class CaseGroup(TxBase):
    """See ``CaseTx``."""

    def next_case_id(self, at: datetime) -> str:
        """See ``CaseTx.next_case_id``; numbers start again each year (UTC)."""
        year = at.astimezone(UTC).year
        return f"KW-{year}-{self._next(f'case:{year}'):06d}"

    def put_case(self, case: Case, wake_at: datetime | None) -> None:
        """See ``CaseTx.put_case``."""
        self._lock_site(case.site_id)
        self._upsert(case_file, [_row(case) | {"wake_at": wake_at}])
        holder = f"case\t{case.case_id}"
        shas = sorted({ref.sha256 for ref in case.evidence})
        self._upsert(pin, [{"holder": holder, "sha": sha} for sha in shas])

    def case(self, case_id: str) -> Case | None:
        """See ``CaseTx.case``."""
        query = select(case_file).where(case_file.c.case_id == case_id)
        row = self.connection.execute(query).first()
        return None if row is None else _case(row)

    def active_cases(self, site_id: str) -> Mapping[str, Case]:
        """See ``CaseTx.active_cases``."""
        query = select(case_file).where(case_file.c.site_id == site_id, _ACTIVE)
        rows = self.connection.execute(query.order_by(case_file.c.condition_id))
        return {row.condition_id: _case(row) for row in rows}

    def cases(self, site_id: str | None = None, *, active_only: bool = False) -> Sequence[Case]:
        """See ``CaseTx.cases``."""
        query = select(case_file).order_by(
            case_file.c.suspected_at.desc(), case_file.c.case_id.desc()
        )
        if site_id is not None:
            query = query.where(case_file.c.site_id == site_id)
        if active_only:
            query = query.where(_ACTIVE)
        return [_case(row) for row in self.connection.execute(query)]

    def waking_cases(self, now: datetime, limit: int) -> Sequence[Case]:
        """See ``CaseTx.waking_cases``."""
        query = (
            select(case_file)
            .where(_ACTIVE, case_file.c.wake_at <= now)
            .order_by(case_file.c.wake_at, case_file.c.case_id)
            .limit(limit)
        )
        return [_case(row) for row in self.connection.execute(query)]

    def put_unassessed(self, row: Unassessed) -> None:
        """See ``CaseTx.put_unassessed``."""
        self._lock_site(row.site_id)
        values = {
            "site_id": row.site_id,
            "label_id": row.label_id,
            "since": row.since,
            "count": row.count,
            "ticket_at": row.ticket_at,
            "told_at": row.told_at,
        }
        self._upsert(unassessed, [values])

    def unassessed(self, site_id: str) -> Mapping[str, Unassessed]:
        """See ``CaseTx.unassessed``."""
        query = select(unassessed).where(unassessed.c.site_id == site_id)
        return {
            row.label_id: Unassessed(**row._mapping)  # noqa: SLF001 - its public name
            for row in self.connection.execute(query.order_by(unassessed.c.label_id))
        }

    def clear_unassessed(self, site_id: str, label_id: str) -> None:
        """See ``CaseTx.clear_unassessed``."""
        rows = delete(unassessed).where(unassessed.c.site_id == site_id)
        self.connection.execute(rows.where(unassessed.c.label_id == label_id))


def _row(case: Case) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "site_id": case.site_id,
        "condition_id": case.condition_id,
        "labels": case.labels,
        "state": case.state.value,
        "severity": case.severity.value,
        "remedy": case.remedy,
        "confirm": case.confirm,
        "outcome": case.outcome,
        "suspected_at": case.suspected_at,
        "candidate": case.candidate,
        "observations": tuple(micros(at) for at in case.observations),
        "good": tuple(micros(at) for at in case.good),
        "opened_at": case.opened_at,
        "notified_at": case.notified_at,
        "due_at": case.due_at,
        "postponements": case.postponements,
        "reminders": case.reminders,
        "silence_told": case.silence_told,
        "worse": case.worse,
        "summary": case.summary,
        "fill": dict(case.values),
        "evidence": case.evidence,
        "closed_at": case.closed_at,
        "waived_at": case.waived_at,
    }


def _case(row: Any) -> Case:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    del values["wake_at"]
    values["values"] = values.pop("fill")
    values["state"] = CaseState(row.state)
    values["severity"] = Severity(row.severity)
    values["observations"] = tuple(moment(at) for at in row.observations)
    values["good"] = tuple(moment(at) for at in row.good)
    return Case(**values)
