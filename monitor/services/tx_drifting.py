"""What a transaction offers about drift."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from monitor.domain.drifting import DriftMemory


class DriftTx(Protocol):
    """What is remembered between looks, and which sites have which parts."""

    def drift_memory(self, site_id: str) -> DriftMemory:
        """What is remembered of the site; an empty memory when nothing is."""
        ...

    def put_drift_memory(self, site_id: str, memory: DriftMemory) -> None:
        """Replace what is remembered."""
        ...

    def put_parts(self, site_id: str, features: Collection[str]) -> None:
        """The features of third parties the site has now; writes only what differs."""
        ...

    def part_holders(self, features: Collection[str]) -> Mapping[str, int]:
        """How many sites have each feature; those nobody has are left out."""
        ...

    def part_sites(self) -> int:
        """How many sites have any part on file."""
        ...
