"""Audit, heartbeats, counters and the numbers of the fleet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, and_, case, exists, func, insert, select, text

from monitor.adapters.store.base import TxBase, seconds_between
from monitor.adapters.store.codec import Moment, to_json
from monitor.adapters.store.tables import (
    audit,
    beat,
    case_file,
    certification,
    counter,
    due,
    finding,
    member,
    unassessed,
)
from monitor.adapters.store.tables_consents import kill_switch
from monitor.adapters.store.tables_outbox import alert
from monitor.adapters.store.tables_procedures import obligation
from monitor.adapters.store.tables_reviews import waiver
from monitor.adapters.store.tables_weaknesses import weakness
from monitor.domain.alert import DeliveryState
from monitor.domain.case import CaseState
from monitor.domain.finding import Finding
from monitor.domain.site import Standing
from monitor.domain.verdict import Verdict
from monitor.services.records import AuditEntry, FleetNumbers, lane_of

_VERDICT_OF = {
    Finding.MET: Verdict.MET,
    Finding.NOT_MET: Verdict.NOT_MET,
    Finding.INCONCLUSIVE: Verdict.UNKNOWN,
}
_OVER = (Standing.WITHDRAWN.value, Standing.ENDED.value)


@dataclass(slots=True)
class _Waiting:
    """The due table in numbers, by kind and by lane."""

    due: dict[str, int] = field(default_factory=dict)
    oldest_due_s: dict[str, float] = field(default_factory=dict)
    leased: dict[str, int] = field(default_factory=dict)
    queue: dict[str, int] = field(default_factory=dict)
    queue_oldest_s: dict[str, float] = field(default_factory=dict)

    def add(self, kind: str, priority: int, free: int, oldest_s: float, busy: int) -> None:
        lane = lane_of(priority).value
        self.due[kind] = self.due.get(kind, 0) + free
        self.leased[kind] = self.leased.get(kind, 0) + busy
        self.oldest_due_s[kind] = max(self.oldest_due_s.get(kind, 0.0), oldest_s)
        self.queue[lane] = self.queue.get(lane, 0) + free
        self.queue_oldest_s[lane] = max(self.queue_oldest_s.get(lane, 0.0), oldest_s)


class OfficeGroup(TxBase):
    """See ``OfficeTx``."""

    def audit(self, entry: AuditEntry) -> None:
        """See ``OfficeTx.audit``."""
        row = {
            "at": entry.at,
            "actor": entry.actor,
            "action": entry.action,
            "object_id": entry.object_id,
            "detail": dict(entry.detail),
        }
        self.connection.execute(insert(audit).values(row))
        self.count("audit_events_total", {"action": entry.action})

    def audit_log(self, limit: int = 100, object_id: str = "") -> Sequence[AuditEntry]:
        """See ``OfficeTx.audit_log``."""
        query = select(audit).order_by(audit.c.number.desc()).limit(limit)
        if object_id:
            query = query.where(audit.c.object_id == object_id)
        return [
            AuditEntry(row.at, row.actor, row.action, row.object_id, row.detail)
            for row in self.connection.execute(query)
        ]

    def beat(self, name: str, at: datetime) -> None:
        """See ``OfficeTx.beat``."""
        self._upsert(beat, [{"name": name, "at": at}])

    def beats(self) -> Mapping[str, datetime]:
        """See ``OfficeTx.beats``."""
        return {row.name: row.at for row in self.connection.execute(select(beat))}

    def count(self, name: str, labels: Mapping[str, str], by: float = 1) -> None:
        """See ``OfficeTx.count``."""
        row = {"name": name, "labels": to_json(dict(labels)), "value": by}
        statement = self._insert(counter).values(row)
        raised = {"value": counter.c.value + statement.excluded.value}
        self.connection.execute(
            statement.on_conflict_do_update(index_elements=["name", "labels"], set_=raised)
        )

    def counters(self) -> Sequence[tuple[str, Mapping[str, str], float]]:
        """See ``OfficeTx.counters``; by name, then labels."""
        query = select(counter).order_by(counter.c.name, counter.c.labels)
        return [
            (row.name, msgspec.json.decode(row.labels, type=dict[str, str]), row.value)
            for row in self.connection.execute(query)
        ]

    def fleet(self, now: datetime) -> FleetNumbers:
        """See ``OfficeTx.fleet``.

        Sites whose certification of the label is withdrawn or ended do not
        count under ``sites`` and ``failing``; ``failing`` leaves advice out.
        """
        waiting = self._due_numbers(now)
        cases, oldest_case = self._case_numbers(now)
        oldest_alert = select(func.min(alert.c.created_at)).where(
            alert.c.state == DeliveryState.PENDING.value
        )
        return FleetNumbers(
            members=self._number(select(func.count()).select_from(member)),
            certified_sites=self._number(
                select(func.count(certification.c.site_id.distinct())).where(
                    certification.c.standing == Standing.CERTIFIED.value
                )
            ),
            sites=self._verdict_numbers(),
            failing=self._failing_numbers(),
            cases=cases,
            oldest_case_s=oldest_case,
            due=waiting.due,
            oldest_due_s=waiting.oldest_due_s,
            leased=waiting.leased,
            queue=waiting.queue,
            queue_oldest_s=waiting.queue_oldest_s,
            alerts=self._grouped(select(alert.c.state, func.count()).group_by(alert.c.state)),
            oldest_alert_s=seconds_between(self.connection.execute(oldest_alert).scalar(), now),
            unassessed=self._number(
                select(func.count()).where(unassessed.c.ticket_at.is_not(None))
            ),
            database_bytes=self._database_bytes(),
            reviews=self._number(select(func.count()).select_from(_waiting_pairs())),
            oldest_review_s=seconds_between(self.connection.execute(_OLDEST).scalar(), now),
            waivers=self._number(select(func.count()).where(waiver.c.ended_at.is_(None))),
            weaknesses=self._pairs(weakness.c.state, weakness.c.severity),
            obligations=self._pairs(obligation.c.obligation_id, obligation.c.state),
            kill_switches=self._number(select(func.count()).select_from(kill_switch)),
        )

    def _pairs(self, one: Column[Any], other: Column[Any]) -> dict[tuple[str, str], int]:
        query = select(one, other, func.count()).group_by(one, other)
        return {(first, second): n for first, second, n in self.connection.execute(query)}

    def _verdict_numbers(self) -> dict[tuple[str, str], int]:
        query = (
            select(finding.c.label_id, finding.c.finding, func.count())
            .where(finding.c.condition_id == "", _in_force())
            .group_by(finding.c.label_id, finding.c.finding)
        )
        return {
            (label, _VERDICT_OF[Finding(found)].value): count
            for label, found, count in self.connection.execute(query)
        }

    def _failing_numbers(self) -> dict[tuple[str, str], int]:
        query = (
            select(finding.c.label_id, finding.c.condition_id, func.count())
            # The code stands in the statement, so that the partial index is used.
            .where(finding.c.finding == text("'not_met'"), finding.c.condition_id != "")
            .where(finding.c.counts, _in_force())
            .group_by(finding.c.label_id, finding.c.condition_id)
        )
        return {
            (label, condition): count for label, condition, count in self.connection.execute(query)
        }

    def _case_numbers(self, now: datetime) -> tuple[dict[str, int], dict[str, float]]:
        query = select(case_file.c.state, func.count(), func.min(case_file.c.suspected_at))
        counts: dict[str, int] = {}
        oldest: dict[str, float] = {}
        for state, count, since in self.connection.execute(query.group_by(case_file.c.state)):
            counts[state] = count
            if state != CaseState.REMEDIED.value:
                oldest[state] = seconds_between(since, now)
        return counts, oldest

    def _due_numbers(self, now: datetime) -> _Waiting:
        leased = due.c.lease_until.is_not(None)
        ready = and_(due.c.lease_until.is_(None), due.c.ready_at <= now)
        query = select(
            due.c.kind,
            due.c.priority,
            func.count(case((ready, 1))),
            func.min(case((ready, due.c.ready_at)), type_=Moment()),
            func.count(case((leased, 1))),
        ).group_by(due.c.kind, due.c.priority)
        waiting = _Waiting()
        for kind, priority, free, since, busy in self.connection.execute(query):
            waiting.add(kind, priority, free, seconds_between(since, now), busy)
        return waiting

    def _database_bytes(self) -> int:
        if self._postgresql:
            return self._number(text("SELECT pg_database_size(current_database())"))
        pages = self._number(text("PRAGMA page_count"))
        return pages * self._number(text("PRAGMA page_size"))

    def _number(self, query: Any) -> int:
        return int(self.connection.execute(query).scalar_one())

    def _grouped(self, query: Any) -> dict[str, int]:
        return {name: count for name, count in self.connection.execute(query)}  # noqa: C416 - rows are not pairs to mypy


_OLDEST = select(func.min(finding.c.first_at)).where(finding.c.waits)


def _waiting_pairs() -> Any:
    pairs = select(finding.c.site_id, finding.c.condition_id).where(finding.c.waits)
    return pairs.distinct().subquery()


def _in_force() -> Any:
    return exists().where(
        certification.c.site_id == finding.c.site_id,
        certification.c.label_id == finding.c.label_id,
        certification.c.standing.not_in(_OVER),
    )
