"""What a look for drift leaves behind: the proposal of a baseline, suspicions, habits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.domain.site import Site
from monitor.policy.drifting.compare import OBSERVATIONS_MAX, alarms, drift_of, settled
from monitor.services.tx import Tx
from scanners.api import Evidence, ScanOutcome, ScanResult


def note_observation(tx: Tx, site: Site, result: ScanResult, now: datetime) -> None:
    """Remember what one look showed; a whole one also becomes part of the proposal."""
    whole = result.outcome is ScanOutcome.COMPLETE
    if whole:
        known = tx.proposed_baseline(site.site_id)
        before = () if known is None else known[0]
        tx.propose_baseline(site.site_id, grown(before, result.evidence), now)
    facts = drift_of(result.evidence)
    if not facts:
        return
    accepted = tx.baseline(site.site_id)
    changes = settled(() if accepted is None else drift_of(accepted.evidence), facts[0])
    seen = {change.key: (*change.lost, *change.came) for change in changes}
    memory = tx.drift_memory(site.site_id)
    after = memory.after(seen, whole=whole)
    if after != memory:
        tx.put_drift_memory(site.site_id, after)


def grown(before: Sequence[Evidence], added: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The observations of a proposal with one more, the newest last.

    A look that shows what alarms begins anew: two states of a shop are no one baseline.
    """
    known, new = drift_of(before), drift_of(added)
    if not known or not new or alarms(settled(known, new[0])):
        return tuple(added)
    return (*before, *added)[-OBSERVATIONS_MAX:]
