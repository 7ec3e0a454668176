"""Two observations of one site: every material difference, heaviest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.policy.drifting import identity, inventory, links, same, statements, wording
from monitor.policy.drifting.change import Change, Kind, Leeway, Weight
from monitor.policy.drifting.identity import addresses_changed, numbers_changed
from monitor.policy.drifting.statements import statements_changed
from monitor.policy.drifting.view import View
from monitor.policy.drifting.wording import page_gone, wording_changed
from scanners.api import Evidence
from scanners.drift.evidence import DriftFacts

# How many observations a baseline holds; the oldest makes room.
OBSERVATIONS_MAX = 5
NO_LEEWAY = Leeway()
_ORDER = list(Weight)


def drift_of(evidence: Sequence[Evidence]) -> tuple[DriftFacts, ...]:
    """The observations among pieces of evidence, in their order."""
    return tuple(one.facts for one in evidence if isinstance(one.facts, DriftFacts))


def changes(before: DriftFacts, after: DriftFacts) -> tuple[Change, ...]:
    """Every material change, heaviest first.

    What is missing now counts only when its absence is proven; prices, dates, order of
    sentences and menus never count.
    """
    view = View(before, after)
    new = view.new()
    found: list[Change] = [*numbers_changed(view), *addresses_changed(view)]
    found.extend(statements_changed(view))
    found += [*same.same_changed(view), *links.links_changed(view), *links.seal_changed(view)]
    unlinked = links.unlinked(view)
    for role, then in view.old().items():
        now = new.get(role)
        if now is not None:
            found.extend(wording_changed(view, then, now))
        elif view.sure(then) and role not in unlinked:
            found.extend(page_gone(role, url) for url in then.urls or (before.start_url,))
    if same.speaks_another_language(before, after):
        was, came = ", ".join(before.languages), ", ".join(after.languages)
        url = after.start_url
        found.append(
            Change(
                Kind.LANGUAGE_CHANGED, Weight.CRITICAL, "start", url, was, came,
                came=tuple(f"language:{name}" for name in after.languages),
            )
        )  # fmt: skip
    found.extend(inventory.parts_changed(view))
    once: dict[tuple[str, ...], Change] = {}
    for change in same.without_echoes(found):
        # A page of two roles would tell everything twice.
        once.setdefault(
            (change.kind, change.url, change.before, change.after, change.named), change
        )
    return tuple(sorted(once.values(), key=lambda change: _ORDER.index(change.weight)))


def settled(
    accepted: Sequence[DriftFacts], after: DriftFacts, leeway: Leeway = NO_LEEWAY
) -> tuple[Change, ...]:
    """What changed against all that was accepted, oldest first; nothing without any.

    What was there in any accepted observation may come back, and only what was there in
    every one may be missed: a shop that shows two versions by turns stays quiet.
    """
    if not accepted:
        return ()
    known = [features(one) for one in accepted]
    ever, always = frozenset().union(*known), frozenset.intersection(*known)
    found = []
    for change in changes(accepted[-1], after):
        came = {name for name in change.came if name not in ever}
        lost = {name for name in change.lost if name in always}
        told = not (change.came or change.lost) or came or lost
        if not told:
            continue
        excused = _may_be_habit(change) and (came | lost) <= leeway.quiet | leeway.common
        found.append(replace(change, weight=Weight.REVIEW) if excused else change)
    return tuple(sorted(found, key=lambda change: _ORDER.index(change.weight)))


def _may_be_habit(change: Change) -> bool:
    """Who the shop is and where data go is told every time."""
    return bool(change.came or change.lost) and change.weight is not Weight.CRITICAL


def features(facts: DriftFacts) -> frozenset[str]:
    """Everything about an observation that a change may say it lost or gained."""
    return frozenset().union(
        identity.features(facts),
        wording.features(facts),
        statements.features(facts),
        inventory.features(facts),
        same.features(facts),
        links.features(facts),
        (f"language:{name}" for name in facts.languages),
    )


def alarms(found: Sequence[Change]) -> tuple[Change, ...]:
    """Those that somebody has to hear of: critical and high."""
    return tuple(change for change in found if change.weight is not Weight.REVIEW)


def confirmed(first: Sequence[Change], second: Sequence[Change]) -> tuple[Change, ...]:
    """Changes of ``second`` that ``first``, an earlier look, told too."""
    before = {change.key for change in first}
    return tuple(change for change in second if change.key in before)


def unseen_roles(before: DriftFacts, after: DriftFacts) -> tuple[str, ...]:
    """Roles of the baseline that were not read this time, so that nobody knows them unchanged."""
    view = View(before, after)
    new = view.new()
    cut = {role for role, facts in new.items() if facts.cut}
    return tuple(r for r, then in view.old().items() if r not in cut and not view.sure(then))
