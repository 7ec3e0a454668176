"""Material change against the accepted baseline; it accuses nobody, it asks a reviewer."""

from __future__ import annotations

from enum import StrEnum

from monitor.policy.drifting.change import Change, Weight
from monitor.policy.drifting.compare import drift_of, settled, unseen_roles
from monitor.policy.drifting.same import OWNER_KINDS
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.drift.evidence import DriftFacts


class Drift(StrEnum):
    """Outcomes of ``drift.material_change``."""

    UNCHANGED = "unchanged"
    SEEN_ONCE = "seen_once"
    CHANGED = "changed"
    NO_BASELINE = "no_baseline"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


def material_change(seen: Seen, subject: Subject) -> Observation:
    """Compare the newest observation with the accepted baseline.

    Params: ``review_at`` (``critical``, ``high``, ``review``): the lightest change
    that asks for a reviewer.
    """
    if seen.baseline is None:
        text = "No baseline is accepted yet."
        return Observation(Drift.NO_BASELINE, text, values=_values(()))
    accepted = drift_of(seen.baseline.evidence)
    if not accepted:
        text = "The accepted baseline is of another version of the scanner: accept a new one."
        return Observation(Drift.NO_BASELINE, text, values=_values(()))
    newest = seen.newest(ScanKind.DRIFT, DriftFacts)
    view = seen.scans.get(ScanKind.DRIFT)
    if view is None:
        return Observation(Drift.NOT_SCANNED, "Not looked for yet.", values=_values(()))
    if newest is None:
        text = f"The site could not be read: {view.outcome.value}. {clip(view.reason, 200)}".strip()
        return Observation(Drift.INCOMPLETE, text, values=_values(()))
    evidence, facts = newest
    order = [weight.value for weight in Weight]
    limit = str(subject.params.get("review_at", Weight.HIGH.value))
    bar = order.index(limit) if limit in order else order.index(Weight.HIGH.value)
    changed = settled(accepted, facts, seen.leeway)
    found = tuple(c for c in changed if order.index(c.weight.value) <= bar)
    note = _partly(accepted[-1], facts)
    both = found if seen.suspected is None else _of(found, seen.suspected)
    if both:
        text = f"{len(both)} material change(s): {'; '.join(_said(c) for c in both[:3])}."
        keys = "\n".join(sorted(change.key for change in both))
        return Observation(
            Drift.CHANGED, clip(text), (evidence,), _values(both), note=note, fragment=keys
        )
    if found:
        text = f"Seen once, to be looked at again: {'; '.join(_said(c) for c in found[:3])}."
        return Observation(Drift.SEEN_ONCE, clip(text), (evidence,), _values(found), note=note)
    unseen = unseen_roles(accepted[-1], facts)
    if unseen:
        text = f"Nothing changed in what was read; not read this time: {', '.join(unseen)}."
        return Observation(Drift.INCOMPLETE, text, (evidence,), _values(()), note=note)
    text = f"Nothing material changed since {seen.baseline.accepted_at.date()}."
    return Observation(Drift.UNCHANGED, text, (evidence,), _values(()), note=note)


def _of(found: tuple[Change, ...], keys: frozenset[str]) -> tuple[Change, ...]:
    """Those of them that an earlier look showed too."""
    return tuple(change for change in found if change.key in keys)


def may_be_another_owner(seen: Seen) -> bool:
    """Does the newest observation differ from the accepted one in whose shop it is?"""
    accepted = () if seen.baseline is None else drift_of(seen.baseline.evidence)
    newest = seen.newest(ScanKind.DRIFT, DriftFacts)
    if newest is None:
        return False
    return any(change.kind in OWNER_KINDS for change in settled(accepted, newest[1]))


def _said(change: Change) -> str:
    named = f" {change.named}:" if change.named else ""
    before, after = (clip(text, 70) or "none" for text in (change.before, change.after))
    return f"{change.kind.value} ({change.role}){named} {before} -> {after}"


def _partly(before: DriftFacts, after: DriftFacts) -> str:
    """Which texts are too long to be compared whole."""
    long = {f.role for facts in (before, after) for f in facts.roles if f.truncated or f.cut}
    return f"Too long to be compared whole: {', '.join(sorted(long))}." if long else ""


def _values(found: tuple[Change, ...]) -> dict[str, str]:
    return {
        "url": clip(found[0].url, 200) if found else "-",
        "count": str(len(found)),
        "before": clip(found[0].before, 200) if found else "-",
        "after": clip(found[0].after, 200) if found else "-",
    }


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="drift.material_change",
        version=2,
        kinds=(ScanKind.DRIFT,),
        outcomes=Drift,
        run=material_change,
        params={
            "review_at": Param("str", "high", "lightest change for a reviewer: critical to review")
        },
        values=("url", "count", "before", "after"),
        help="Nothing material changed against the accepted baseline.",
    ),
)
