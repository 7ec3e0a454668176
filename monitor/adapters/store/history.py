"""Findings over time: the current row of each condition, and closed intervals behind it.

An observation that changes nothing rewrites one row; only a change of finding or
outcome, or a gap in looking, closes an interval.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, union

from monitor.adapters.store.base import TxBase, chunked
from monitor.adapters.store.tables import finding, interval, pin, unassessed
from monitor.domain.finding import EvidenceRef, Finding
from monitor.domain.verdict import LabelVerdict, Verdict
from monitor.services.records import CurrentFinding, Interval

LABEL_ROW = ""
_OF_VERDICT = {
    Verdict.MET: Finding.MET,
    Verdict.NOT_MET: Finding.NOT_MET,
    Verdict.UNKNOWN: Finding.INCONCLUSIVE,
}


@dataclass(frozen=True, slots=True)
class _Look:
    """One condition (or the label) as seen in one verdict."""

    condition_id: str
    finding: Finding
    outcome: str
    review: bool
    counts: bool
    summary: str
    evidence: tuple[EvidenceRef, ...]
    detail: dict[str, object]
    waits: bool = False


class HistoryGroup(TxBase):
    """See ``ObservationTx``: the part that is judged."""

    def put_verdict(self, verdict: LabelVerdict, gap_after: timedelta) -> None:
        """See ``ObservationTx.put_verdict``.

        A condition that the verdict no longer mentions closes its interval and
        is no longer current.  One that this look did not see afresh, and that is
        as it was, is left alone.
        """
        self._lock_site(verdict.site_id)
        mine = and_(finding.c.site_id == verdict.site_id, finding.c.label_id == verdict.label_id)
        rows = self.connection.execute(select(finding).where(mine))
        before = {row.condition_id: row for row in rows}
        current, closed, pins = [], [], []
        for look in _looks(verdict):
            old = before.pop(look.condition_id, None)
            if old is not None and _unseen(verdict, look, old):
                continue
            if old is not None and _continues(old, look, verdict.at, gap_after):
                current.append(_lengthened(old, look, verdict.at))
                continue
            number = self._first_number(verdict, look) if old is None else old.number + 1
            new = _started(verdict, look, old, number)
            current.append(new)
            if old is not None:
                closed.append(_closed(old))
            pins.extend(_pins(new))
        closed.extend(_closed(old) for old in before.values())
        self._drop_conditions(mine, list(before))
        if closed:
            self.connection.execute(insert(interval), closed)
        self._upsert(finding, current)
        self._upsert(pin, pins)

    def retire_verdicts(self, held: Mapping[str, Collection[str]]) -> int:
        """See ``ObservationTx.retire_verdicts``."""
        retired = 0
        for site_ids in chunked(sorted(held)):
            query = select(finding.c.site_id, finding.c.label_id).where(
                finding.c.site_id.in_(site_ids), finding.c.condition_id == LABEL_ROW
            )
            for site_id, label_id in self.connection.execute(query).all():
                if label_id not in held[site_id]:
                    self._retire_label(site_id, label_id)
                    retired += 1
        return retired

    def _retire_label(self, site_id: str, label_id: str) -> None:
        self._lock_site(site_id)
        mine = and_(finding.c.site_id == site_id, finding.c.label_id == label_id)
        # Deleted and read in one: a writer that came first has its rows in it.
        rows = self.connection.execute(delete(finding).where(mine).returning(finding)).all()
        if rows:
            self.connection.execute(insert(interval), [_closed(row) for row in rows])
        unknown = and_(unassessed.c.site_id == site_id, _of_label(label_id))
        self.connection.execute(delete(unassessed).where(unknown))

    def findings(self, site_id: str) -> Sequence[CurrentFinding]:
        """See ``ObservationTx.findings``; by label, then condition, the label row first."""
        query = (
            select(finding)
            .where(finding.c.site_id == site_id)
            .order_by(finding.c.label_id, finding.c.condition_id)
        )
        return [current_finding(row) for row in self.connection.execute(query)]

    def intervals(self, site_id: str, label_id: str, condition_id: str) -> Sequence[Interval]:
        """See ``ObservationTx.intervals``; the last one is open while the condition is current."""
        found: list[Interval] = []
        for table in (interval, finding):
            query = (
                select(table)
                .where(table.c.site_id == site_id, table.c.label_id == label_id)
                .where(table.c.condition_id == condition_id)
                .order_by(table.c.number)
            )
            found.extend(
                Interval(Finding(r.finding), r.outcome, r.first_at, r.last_at, r.looks)
                for r in self.connection.execute(query)
            )
        return found

    def newly_not_met(self, since: datetime) -> int:
        """See ``ObservationTx.newly_not_met``; a gap in looking is not a turn."""
        turned = [
            select(table.c.site_id).where(
                table.c.condition_id == LABEL_ROW,
                table.c.finding == Finding.NOT_MET.value,
                table.c.turned_at >= since,
                table.c.last_at >= since,
            )
            for table in (finding, interval)
        ]
        sites = union(*turned).subquery()
        return int(self.connection.execute(select(func.count()).select_from(sites)).scalar_one())

    def _first_number(self, verdict: LabelVerdict, look: _Look) -> int:
        last = select(func.max(interval.c.number)).where(
            interval.c.site_id == verdict.site_id,
            interval.c.label_id == verdict.label_id,
            interval.c.condition_id == look.condition_id,
        )
        return int(self.connection.execute(last).scalar_one() or 0) + 1

    def _drop_conditions(self, mine: Any, condition_ids: list[str]) -> None:
        if condition_ids:
            rows = and_(mine, finding.c.condition_id.in_(condition_ids))
            self.connection.execute(delete(finding).where(rows))


def current_finding(row: Any) -> CurrentFinding:
    """A row of ``finding`` as services read it."""
    return CurrentFinding(
        site_id=row.site_id,
        label_id=row.label_id,
        condition_id=row.condition_id,
        finding=Finding(row.finding),
        outcome=row.outcome,
        review=row.review,
        counts=row.counts,
        summary=row.summary,
        first_at=row.first_at,
        last_at=row.last_at,
        looks=row.looks,
        evidence=row.evidence,
        waits=row.waits,
        decided_by=str(row.detail.get("decided_by", "")),
        fragment=str(row.detail.get("fragment", "")),
        note=str(row.detail.get("note", "")),
    )


def _of_label(label_id: str) -> ColumnElement[bool]:
    """The label's row of not knowing, and those named after it (``LABEL!clock``)."""
    named_after = unassessed.c.label_id.startswith(f"{label_id}!", autoescape=True)
    return or_(unassessed.c.label_id == label_id, named_after)


def _looks(verdict: LabelVerdict) -> list[_Look]:
    label = _Look(
        condition_id=LABEL_ROW,
        finding=_OF_VERDICT[verdict.verdict],
        outcome=verdict.verdict.value,
        review=False,
        counts=True,
        summary="",
        evidence=(),
        detail={
            "framework_version": verdict.framework_version,
            "revision": verdict.revision,
            "label_sha256": verdict.label_sha256,
        },
    )
    return [label, *(_condition_look(f) for f in verdict.findings)]


def _condition_look(f: Any) -> _Look:
    return _Look(
        condition_id=f.condition_id,
        finding=f.finding,
        outcome=f.outcome,
        review=f.review,
        counts=f.counts,
        summary=f.summary,
        evidence=f.evidence,
        detail={
            "rev": f.rev,
            "severity": f.severity.value,
            "remedy": f.remedy,
            "confirm": f.confirm,
            "advice": f.advice,
            "values": dict(f.values),
            "note": f.note,
            "fragment": f.fragment,
            "decided_by": f.decided_by,
        },
        waits=f.waits or f.candidate,
    )


def _continues(old: Any, look: _Look, at: datetime, gap_after: timedelta) -> bool:
    same: bool = old.finding == look.finding.value and old.outcome == look.outcome
    since: timedelta = at - old.last_at
    return same and since <= gap_after


def _row(site_id: str, label_id: str, look: _Look) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "label_id": label_id,
        "condition_id": look.condition_id,
        "finding": look.finding.value,
        "outcome": look.outcome,
        "review": look.review,
        "counts": look.counts,
        "summary": look.summary,
        "evidence": look.evidence,
        "detail": look.detail,
        "waits": look.waits,
    }


def _lengthened(old: Any, look: _Look, at: datetime) -> dict[str, Any]:
    return {
        **_row(old.site_id, old.label_id, look),
        "first_at": old.first_at,
        "last_at": max(old.last_at, at),
        "looks": old.looks + 1,
        "turned_at": old.turned_at,
        "number": old.number,
        "pinned": old.pinned,
    }


def _started(verdict: LabelVerdict, look: _Look, old: Any | None, number: int) -> dict[str, Any]:
    turned = old is None or old.finding != look.finding.value
    return {
        **_row(verdict.site_id, verdict.label_id, look),
        "first_at": verdict.at,
        "last_at": verdict.at,
        "looks": 1,
        "turned_at": verdict.at if old is None or turned else old.turned_at,
        "number": number,
        "pinned": look.evidence,
    }


def _closed(old: Any) -> dict[str, Any]:
    return {
        "site_id": old.site_id,
        "label_id": old.label_id,
        "condition_id": old.condition_id,
        "number": old.number,
        "finding": old.finding,
        "outcome": old.outcome,
        "first_at": old.first_at,
        "last_at": old.last_at,
        "looks": old.looks,
        "turned_at": old.turned_at,
        "evidence": old.pinned,
        "detail": old.detail,
    }


def holder_of(site_id: str, label_id: str, condition_id: str, number: int) -> str:
    """The name under which an interval pins evidence."""
    return f"interval\t{site_id}\t{label_id}\t{condition_id}\t{number}"


def _pins(row: dict[str, Any]) -> list[dict[str, Any]]:
    holder = holder_of(row["site_id"], row["label_id"], row["condition_id"], row["number"])
    return [{"holder": holder, "sha": sha} for sha in {ref.sha256 for ref in row["pinned"]}]


def _unseen(verdict: LabelVerdict, look: _Look, old: Any) -> bool:
    """Was nothing learned of the condition?  The label's own row is always learned."""
    if verdict.fresh is None or look.condition_id in (LABEL_ROW, *verdict.fresh):
        return False
    return bool(old.finding == look.finding.value and old.outcome == look.outcome)
