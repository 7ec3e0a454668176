"""Weaknesses of sites, and the history of the looks that showed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from monitor.adapters.store.base import TxBase, chunked
from monitor.adapters.store.tables_weaknesses import owasp_run, weakness
from monitor.domain.finding import Severity
from monitor.domain.weakness import SET_ASIDE, Weakness, WeaknessState
from monitor.services.tx_weaknesses import OwaspRun
from scanners.api import ScanOutcome

_RANK = case({s.value: -place for place, s in enumerate(Severity)}, value=weakness.c.severity)


class WeaknessGroup(TxBase):
    """See ``WeaknessTx``."""

    def put_weaknesses(self, weaknesses: Iterable[Weakness]) -> None:
        """See ``WeaknessTx.put_weaknesses``."""
        for rows in chunked([_row(one) for one in weaknesses]):
            self._upsert(weakness, rows)

    def weaknesses(
        self, site_id: str | None = None, states: Iterable[WeaknessState] | None = None
    ) -> Sequence[Weakness]:
        """See ``WeaknessTx.weaknesses``."""
        query = select(weakness).order_by(
            _RANK, weakness.c.first_at, weakness.c.site_id, weakness.c.fingerprint
        )
        if site_id is not None:
            query = query.where(weakness.c.site_id == site_id)
        if states is not None:
            query = query.where(weakness.c.state.in_(sorted(state.value for state in states)))
        return [_weakness(row) for row in self.connection.execute(query)]

    def lapsing(self, today: date) -> Sequence[Weakness]:
        """See ``WeaknessTx.lapsing``."""
        aside = sorted(state.value for state in SET_ASIDE)
        query = select(weakness).where(weakness.c.until < today, weakness.c.state.in_(aside))
        rows = self.connection.execute(query.order_by(weakness.c.site_id, weakness.c.fingerprint))
        return [_weakness(row) for row in rows]

    def add_run(self, run: OwaspRun) -> None:
        """See ``WeaknessTx.add_run``."""
        row = {
            "site_id": run.site_id,
            "at": run.at,
            "engine": run.engine,
            "version": run.version,
            "profile": run.profile,
            "outcome": run.outcome.value,
            "urls_known": run.urls_known,
            "urls_visited": run.urls_visited,
            "requests": run.requests,
            "duration_s": run.duration_s,
        }
        self._upsert(owasp_run, [row])

    def runs(self, site_id: str, limit: int = 50) -> Sequence[OwaspRun]:
        """See ``WeaknessTx.runs``."""
        query = select(owasp_run).where(owasp_run.c.site_id == site_id)
        rows = self.connection.execute(query.order_by(owasp_run.c.at.desc()).limit(limit))
        return [
            OwaspRun(
                row.site_id, row.at, row.engine, row.version, row.profile,
                ScanOutcome(row.outcome), row.urls_known, row.urls_visited, row.requests,
                row.duration_s,
            )
            for row in rows
        ]  # fmt: skip

    def weakness_counts(self) -> Mapping[tuple[str, str], int]:
        """See ``WeaknessTx.weakness_counts``."""
        query = select(weakness.c.state, weakness.c.severity, func.count()).group_by(
            weakness.c.state, weakness.c.severity
        )
        return {(state, severity): n for state, severity, n in self.connection.execute(query)}


def _row(one: Weakness) -> dict[str, Any]:
    return {
        "site_id": one.site_id,
        "fingerprint": one.seen.fingerprint,
        "state": one.state.value,
        "severity": one.seen.severity.value,
        "seen": one.seen,
        "profile": one.profile,
        "first_at": one.first_at,
        "last_at": one.last_at,
        "times": one.times,
        "misses": one.misses,
        "verified": one.verified,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at,
        "reason": one.reason,
        "until": one.until,
    }


def _weakness(row: Any) -> Weakness:
    return Weakness(
        site_id=row.site_id,
        seen=row.seen,
        state=WeaknessState(row.state),
        profile=row.profile,
        first_at=row.first_at,
        last_at=row.last_at,
        times=row.times,
        misses=row.misses,
        verified=row.verified,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        until=row.until,
    )
