"""Retention: what nobody points to any more goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from monitor.adapters.store.base import chunked
from monitor.adapters.store.evidence import KEPT, EvidenceGroup, orphan, pinned
from monitor.adapters.store.history import holder_of
from monitor.adapters.store.tables import blob, evidence, interval, pin


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much was dropped; ``freed_bytes`` is the compressed size of the blobs."""

    intervals: int
    evidence: int
    blobs: int
    freed_bytes: int


class HousekeepingGroup(EvidenceGroup):
    """Retention, in the transaction of the caller."""

    def prune(self, now: datetime, keep: timedelta) -> Pruned:
        """Forget closed intervals that ended more than ``keep`` ago, and what only they held.

        Then evidence of older scans that neither an interval nor a case points
        to, and blobs without evidence or attestation.  Current findings, newest
        scans, baselines, cases and attestations are never touched.
        """
        intervals = self._prune_intervals(now - keep)
        loose = delete(evidence).where(evidence.c.role == KEPT, ~pinned())
        pieces = int(self.connection.execute(loose).rowcount)
        loose_blobs = select(blob.c.sha, func.length(blob.c.data).label("bytes")).where(orphan())
        sizes = {row.sha: int(row.bytes) for row in self.connection.execute(loose_blobs)}
        blobs = self._drop_orphans(sizes)
        return Pruned(intervals, pieces, blobs, sum(sizes.values()))

    def _prune_intervals(self, before: datetime) -> int:
        gone = (
            delete(interval)
            .where(interval.c.last_at < before)
            .returning(
                interval.c.site_id,
                interval.c.label_id,
                interval.c.condition_id,
                interval.c.number,
            )
        )
        holders = [holder_of(*row) for row in self.connection.execute(gone)]
        for names in chunked(holders):
            self.connection.execute(delete(pin).where(pin.c.holder.in_(names)))
        return len(holders)
