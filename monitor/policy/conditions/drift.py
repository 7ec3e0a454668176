"""Material change against the accepted baseline; it accuses nobody, it asks a reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import Evidence, ScanKind, clip
from scanners.drift.evidence import DriftFacts, RoleFacts


class Drift(StrEnum):
    """Outcomes of ``drift.material_change``."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NO_BASELINE = "no_baseline"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


class Weight(StrEnum):
    """How much a change matters, heaviest first."""

    CRITICAL = "critical"
    HIGH = "high"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Change:
    """One typed change: in which role, what was there before and what is there now."""

    kind: str
    weight: Weight
    role: str
    url: str
    before: str
    after: str


IDENTITY_ROLES = ("start", "contact", "about", "terms")


def changes(before: DriftFacts, after: DriftFacts) -> tuple[Change, ...]:
    """Every material change, heaviest first.

    A role that is missing now counts only when its absence is proven; prices,
    dates, order of sentences and menus never count.
    """
    old = {facts.role: facts for facts in before.roles}
    new = {facts.role: facts for facts in after.roles}
    found: list[Change] = [*_identity(old, new)]
    for role, then in old.items():
        now = new.get(role)
        if now is None:
            if role in after.complete_for:
                url = then.urls[0] if then.urls else before.start_url
                found.append(Change("page_gone", Weight.HIGH, role, url, url, ""))
            continue
        found.extend(_role(then, now))
    if before.languages and after.languages and not set(before.languages) & set(after.languages):
        found.append(
            Change(
                "language_changed",
                Weight.CRITICAL,
                "start",
                after.start_url,
                ", ".join(before.languages),
                ", ".join(after.languages),
            )
        )
    order = list(Weight)
    return tuple(sorted(found, key=lambda change: order.index(change.weight)))


def _identity(old: dict[str, RoleFacts], new: dict[str, RoleFacts]) -> list[Change]:
    """Register and VAT numbers over all identity pages: gone is one thing, another is worse."""
    then = {n for role in IDENTITY_ROLES if role in old for n in old[role].numbers}
    now = {n for role in IDENTITY_ROLES if role in new for n in new[role].numbers}
    found = []
    for scheme in sorted({n.partition(":")[0] for n in then | now}):
        was = sorted(_masked(n) for n in then - now if n.startswith(f"{scheme}:"))
        came = sorted(_masked(n) for n in now - then if n.startswith(f"{scheme}:"))
        if not (was or came):
            continue
        swapped = bool(was and came)
        where = next((new[r].urls[0] for r in IDENTITY_ROLES if r in new and new[r].urls), "")
        found.append(
            Change(
                "number_swapped" if swapped else "number_gone" if was else "number_added",
                Weight.CRITICAL if swapped else Weight.HIGH,
                "identity",
                where,
                ", ".join(was),
                ", ".join(came),
            )
        )
    return found


def _role(then: RoleFacts, now: RoleFacts) -> list[Change]:
    url = now.urls[0] if now.urls else ""
    found = []
    for kind, was, came, weight in (
        ("email_changed", then.emails, now.emails, Weight.REVIEW),
        ("phone_changed", then.phones, now.phones, Weight.REVIEW),
        ("term_changed", then.durations, now.durations, Weight.HIGH),
    ):
        gone, new = sorted(set(was) - set(came)), sorted(set(came) - set(was))
        # A value that was added beside the old ones takes nothing away from anybody.
        if gone:
            found.append(Change(kind, weight, then.role, url, ", ".join(gone), ", ".join(new)))
    gone, new = (
        sorted(set(then.sentences) - set(now.sentences)),
        sorted(set(now.sentences) - set(then.sentences)),
    )
    if gone:
        kind = "clause_changed" if new else "clause_removed"
        after = clip(new[0], 200) if new else ""
        found.append(Change(kind, Weight.HIGH, then.role, url, clip(gone[0], 200), after))
    elif new:
        found.append(Change("clause_added", Weight.REVIEW, then.role, url, "", clip(new[0], 200)))
    return found


def material_change(seen: Seen, subject: Subject) -> Observation:
    """Compare the newest observation with the accepted baseline.

    Params: ``review_at`` (``critical``, ``high``, ``review``): the lightest change
    that asks for a reviewer.
    """
    if seen.baseline is None:
        text = "No baseline is accepted yet."
        return Observation(Drift.NO_BASELINE, text, values=_values(()))
    accepted = _facts(seen.baseline.evidence)
    newest = seen.newest(ScanKind.DRIFT, DriftFacts)
    view = seen.scans.get(ScanKind.DRIFT)
    if view is None or accepted is None:
        return Observation(Drift.NOT_SCANNED, "Not looked for yet.", values=_values(()))
    if newest is None:
        text = f"The site could not be read: {view.outcome.value}. {clip(view.reason, 200)}".strip()
        return Observation(Drift.INCOMPLETE, text, values=_values(()))
    evidence, facts = newest
    order = [weight.value for weight in Weight]
    limit = str(subject.params.get("review_at", Weight.HIGH.value))
    bar = order.index(limit) if limit in order else order.index(Weight.HIGH.value)
    found = tuple(c for c in changes(accepted, facts) if order.index(c.weight.value) <= bar)
    if not found:
        text = f"Nothing material changed since {seen.baseline.accepted_at.date()}."
        return Observation(Drift.UNCHANGED, text, (evidence,), _values(()))
    said = "; ".join(
        f"{c.kind} ({c.role}): {clip(c.before, 60) or 'none'} -> {clip(c.after, 60) or 'none'}"
        for c in found[:3]
    )
    text = f"{len(found)} material change(s): {said}."
    return Observation(Drift.CHANGED, clip(text), (evidence,), _values(found))


def _facts(evidence: tuple[Evidence, ...]) -> DriftFacts | None:
    return next((e.facts for e in evidence if isinstance(e.facts, DriftFacts)), None)


def _masked(number: str) -> str:
    """The old Dutch VAT number of a sole trader holds a citizen number: never show it whole."""
    scheme, _, value = number.partition(":")
    if scheme != "vat_nl":
        return value
    return f"{value[:4]}…{value[-4:]}"


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
        version=1,
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
