"""What is remembered of drift, and which sites have which parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, distinct, func, select

from monitor.adapters.store.base import TxBase, chunked
from monitor.adapters.store.tables_drifting import drift_memory, drift_part
from monitor.domain.drifting import DriftMemory
from scanners.api import mended_text


class DriftGroup(TxBase):
    """See ``DriftTx``."""

    def drift_memory(self, site_id: str) -> DriftMemory:
        """See ``DriftTx.drift_memory``."""
        query = select(drift_memory.c.memory).where(drift_memory.c.site_id == site_id)
        found: DriftMemory | None = self.connection.scalar(query)
        return DriftMemory() if found is None else found

    def put_drift_memory(self, site_id: str, memory: DriftMemory) -> None:
        """See ``DriftTx.put_drift_memory``."""
        self._upsert(drift_memory, [{"site_id": site_id, "memory": memory}])

    def put_parts(self, site_id: str, features: Collection[str]) -> None:
        """See ``DriftTx.put_parts``."""
        mine = drift_part.c.site_id == site_id
        held = set(self.connection.scalars(select(drift_part.c.feature).where(mine)))
        wanted = {_kept(name) for name in features}
        for gone in chunked(sorted(held - wanted)):
            self.connection.execute(delete(drift_part).where(mine, drift_part.c.feature.in_(gone)))
        rows = [{"site_id": site_id, "feature": name} for name in sorted(wanted - held)]
        for some in chunked(rows):
            self._upsert(drift_part, some)

    def part_holders(self, features: Collection[str]) -> Mapping[str, int]:
        """See ``DriftTx.part_holders``."""
        names = {_kept(name): name for name in features}
        found: dict[str, int] = {}
        for some in chunked(sorted(names)):
            query = (
                select(drift_part.c.feature, func.count())
                .where(drift_part.c.feature.in_(some))
                .group_by(drift_part.c.feature)
            )
            for feature, count in self.connection.execute(query):
                found[names[feature]] = count
        return found

    def part_sites(self) -> int:
        """See ``DriftTx.part_sites``."""
        query = select(func.count(distinct(drift_part.c.site_id)))
        return int(self.connection.scalar(query) or 0)


def _kept(name: str) -> str:
    """A name as both databases can hold it: names come from scanned pages."""
    return mended_text(name).replace("\x00", "\ufffd")
