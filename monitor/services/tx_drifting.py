"""What a transaction offers about drift."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.domain.drifting import DriftMemory
from monitor.policy.judge import Baseline
from scanners.api import Evidence


class DriftTx(Protocol):
    """Baselines, what is remembered between looks, and which sites have which parts."""

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

    def propose_baseline(self, site_id: str, evidence: Sequence[Evidence], at: datetime) -> None:
        """Keep as the proposal, replacing an older proposal."""
        ...

    def proposed_baseline(self, site_id: str) -> tuple[Sequence[Evidence], datetime] | None:
        """The proposal and its time, or None."""
        ...

    def accept_baseline(
        self, site_id: str, evidence: Sequence[Evidence], at: datetime, by: str
    ) -> None:
        """Make this the accepted baseline in the place of any other; no proposal is left."""
        ...

    def drop_proposal(self, site_id: str) -> bool:
        """Forget the proposal; False when there is none."""
        ...

    def baseline(self, site_id: str) -> Baseline | None:
        """The accepted baseline, or None."""
        ...
