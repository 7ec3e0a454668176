"""What people decided: reviews and waivers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, insert, or_, select, update

from monitor.adapters.store.base import TxBase, chunked
from monitor.adapters.store.history import current_finding
from monitor.adapters.store.tables import finding, pin
from monitor.adapters.store.tables_reviews import review, waiver
from monitor.domain.finding import Finding
from monitor.domain.review import Review, ReviewRole
from monitor.domain.waiver import Waiver
from monitor.services.records import CurrentFinding

_RUNNING = waiver.c.ended_at.is_(None)


class ReviewGroup(TxBase):
    """See ``ReviewTx``."""

    def add_review(self, one: Review) -> None:
        """See ``ReviewTx.add_review``."""
        self._lock_site(one.site_id)
        values = {
            "site_id": one.site_id,
            "member_id": one.member_id,
            "condition_id": one.condition_id,
            "outcome": one.outcome,
            "fingerprint": one.fingerprint,
            "decision": one.decision.value,
            "role": one.role.value,
            "reviewer": one.reviewer,
            "reason": one.reason,
            "at": one.at,
            "until": one.until,
            "summary": one.summary,
            "evidence": one.evidence,
        }
        made = self.connection.execute(insert(review).values(values).returning(review.c.number))
        holder = f"review\t{made.scalar_one()}"
        shas = sorted({ref.sha256 for ref in one.evidence})
        self._upsert(pin, [{"holder": holder, "sha": sha} for sha in shas])

    def reviews(self, site_id: str, condition_id: str | None = None) -> Sequence[Review]:
        """See ``ReviewTx.reviews``."""
        query = select(review).where(review.c.site_id == site_id)
        if condition_id is not None:
            query = query.where(review.c.condition_id == condition_id)
        rows = self.connection.execute(query.order_by(review.c.number.desc()))
        return [_review(row) for row in rows]

    def pins(self, site_id: str) -> Mapping[str, Review]:
        """See ``ReviewTx.pins``."""
        newest = (
            select(func.max(review.c.number))
            .where(review.c.site_id == site_id)
            .group_by(review.c.condition_id)
        )
        query = select(review).where(review.c.number.in_(newest)).order_by(review.c.condition_id)
        return {row.condition_id: _review(row) for row in self.connection.execute(query)}

    def waiting(
        self,
        *,
        label_id: str | None = None,
        site_id: str | None = None,
        condition_id: str | None = None,
        limit: int = 1_000,
    ) -> Sequence[CurrentFinding]:
        """See ``ReviewTx.waiting``."""
        query = _of(select(finding).where(finding.c.waits), label_id, site_id)
        if condition_id is not None:
            query = query.where(finding.c.condition_id == condition_id)
        return [current_finding(r) for r in self.connection.execute(_oldest(query, limit))]

    def undecided(
        self,
        condition_ids: Collection[str],
        *,
        label_id: str | None = None,
        site_id: str | None = None,
        limit: int = 1_000,
    ) -> Sequence[CurrentFinding]:
        """See ``ReviewTx.undecided``."""
        found: list[CurrentFinding] = []
        for some in chunked(sorted(condition_ids)):
            query = select(finding).where(
                finding.c.condition_id.in_(some),
                finding.c.finding == Finding.INCONCLUSIVE.value,
                ~finding.c.counts,
                ~finding.c.waits,
            )
            rows = self.connection.execute(_oldest(_of(query, label_id, site_id), limit))
            found.extend(current_finding(row) for row in rows)
        return sorted(found, key=lambda row: row.first_at)[:limit]

    def not_met(self, condition_ids: Collection[str]) -> Sequence[CurrentFinding]:
        """See ``ReviewTx.not_met``."""
        found: list[CurrentFinding] = []
        for some in chunked(sorted(condition_ids)):
            query = select(finding).where(
                finding.c.condition_id.in_(some), finding.c.finding == Finding.NOT_MET.value
            )
            found.extend(current_finding(row) for row in self.connection.execute(query))
        return sorted(found, key=lambda row: (row.site_id, row.label_id, row.condition_id))

    def add_waiver(self, one: Waiver) -> int:
        """See ``ReviewTx.add_waiver``."""
        self._lock_site(one.site_id)
        values = {
            "site_id": one.site_id,
            "member_id": one.member_id,
            "condition_id": one.condition_id,
            "owner": one.owner,
            "reason": one.reason,
            "starts": one.starts,
            "until": one.until,
            "recorded_by": one.recorded_by,
            "recorded_at": one.recorded_at,
            "begun_at": one.begun_at,
            "ended_at": one.ended_at,
            "ended_by": one.ended_by,
        }
        made = self.connection.execute(insert(waiver).values(values).returning(waiver.c.number))
        return int(made.scalar_one())

    def waivers(self, site_id: str | None = None, *, ended: bool = False) -> Sequence[Waiver]:
        """See ``ReviewTx.waivers``."""
        query = select(waiver).order_by(waiver.c.until, waiver.c.number)
        if site_id is not None:
            query = query.where(waiver.c.site_id == site_id)
        if not ended:
            query = query.where(_RUNNING)
        return [_waiver(row) for row in self.connection.execute(query)]

    def waivers_in_force(self, site_id: str) -> Mapping[str, Waiver]:
        """See ``ReviewTx.waivers_in_force``."""
        return {one.condition_id: one for one in self.waivers(site_id)}

    def begin_waiver(self, number: int, at: datetime) -> None:
        """See ``ReviewTx.begin_waiver``."""
        rows = update(waiver).where(waiver.c.number == number)
        self.connection.execute(rows.values(begun_at=at))

    def end_waiver(self, number: int, at: datetime, by: str) -> None:
        """See ``ReviewTx.end_waiver``."""
        rows = update(waiver).where(waiver.c.number == number, _RUNNING)
        self.connection.execute(rows.values(ended_at=at, ended_by=by))

    def waivers_due(self, today: date) -> Sequence[Waiver]:
        """See ``ReviewTx.waivers_due``."""
        begins = and_(waiver.c.begun_at.is_(None), waiver.c.starts <= today)
        query = select(waiver).where(_RUNNING, or_(begins, waiver.c.until < today))
        return [_waiver(r) for r in self.connection.execute(query.order_by(waiver.c.number))]


def _of(query: Select[Any], label_id: str | None, site_id: str | None) -> Select[Any]:
    if label_id is not None:
        query = query.where(finding.c.label_id == label_id)
    return query if site_id is None else query.where(finding.c.site_id == site_id)


def _oldest(query: Select[Any], limit: int) -> Select[Any]:
    order = (finding.c.first_at, finding.c.site_id, finding.c.condition_id, finding.c.label_id)
    return query.order_by(*order).limit(limit)


def _review(row: Any) -> Review:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    del values["number"]
    values["decision"] = Finding(row.decision)
    values["role"] = ReviewRole(row.role)
    return Review(**values)


def _waiver(row: Any) -> Waiver:
    return Waiver(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
