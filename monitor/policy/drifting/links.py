"""Required links of the start page, and the mark with its certificate."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.policy.drifting.change import Change, Kind, Weight
from monitor.policy.drifting.view import View
from scanners.drift.evidence import DriftFacts, Statement

START = "start"


def links_changed(view: View) -> list[Change]:
    """Links to required pages that are gone; high when nothing else leads there either."""
    if not _start_read(view.after):
        return []
    now = _of(view.after, "link")
    found = []
    for role, was in _of(view.before, "link").items():
        is_now = now.get(role)
        if was.role != START or (is_now is not None and is_now.role == START):
            continue
        if is_now is None and not _proven(view, role):
            continue
        weight = Weight.HIGH if is_now is None else Weight.REVIEW
        text = f"{was.text} ({was.url})"
        after = "" if is_now is None else f"{is_now.text} ({is_now.url})"
        found.append(
            Change(
                Kind.LINK_GONE, weight, role, view.after.start_url, text, after,
                lost=(f"link:{role}",),
            )
        )  # fmt: skip
    return found


def unlinked(view: View) -> frozenset[str]:
    """Roles whose page nobody leads to any more, and that was not asked for: no page is gone."""
    lost = {c.role for c in links_changed(view) if c.weight is Weight.HIGH}
    gone = set(view.after.gone)
    return frozenset(r for r, then in view.old().items() if r in lost and not gone & set(then.urls))


def seal_changed(view: View) -> list[Change]:
    """The mark: gone, leading to another certificate, or drawn from elsewhere."""
    was, now = (_marks(facts) for facts in (view.before, view.after))
    if not was or not _start_read(view.after):
        return []
    if not now:
        return [_gone(view, was)] if "links_unread" not in view.after.outline.signs else []
    found = []
    for kind, weight in (("certificate", Weight.CRITICAL), ("seal", Weight.REVIEW)):
        old = {one.value: one for one in was if one.kind == kind}
        new = {one.value: one for one in now if one.kind == kind}
        lost, came = sorted(old.keys() - new), sorted(new.keys() - old)
        if lost and came:
            shown = (", ".join(lost), ", ".join(came))
            found.append(
                Change(
                    Kind.SEAL_CHANGED, weight, new[came[0]].role, new[came[0]].url, *shown,
                    f"{kind}: {lost[0]} -> {came[0]}",
                    lost=_named(kind, lost), came=_named(kind, came),
                )
            )  # fmt: skip
    return found or _certificate_gone(view, was, now)


def features(facts: DriftFacts) -> frozenset[str]:
    """``link:privacy`` of the start page, ``certificate:`` and ``seal:`` with their values."""
    links = {f"link:{role}" for role, one in _of(facts, "link").items() if one.role == START}
    return frozenset(links | {f"{one.kind}:{one.value}" for one in _marks(facts)})


def _of(facts: DriftFacts, kind: str) -> dict[str, Statement]:
    return {one.value: one for one in facts.statements if one.kind == kind}


def _marks(facts: DriftFacts) -> list[Statement]:
    return [one for one in facts.statements if one.kind in ("certificate", "seal")]


def _named(kind: str, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{kind}:{value}" for value in values)


def _start_read(facts: DriftFacts) -> bool:
    return any(role.role == START for role in facts.roles)


def _proven(view: View, role: str) -> bool:
    """Is it sure that no page that was to be read leads to the role?"""
    if "links_unread" in view.after.outline.signs:
        return False
    then = view.old().get(role)
    return role in view.after.complete_for or (then is not None and view.sure(then))


def _gone(view: View, was: list[Statement]) -> Change:
    first = was[0]
    lost = tuple(f"{one.kind}:{one.value}" for one in was)
    text = f"{first.text} ({first.value})"
    url = view.after.start_url
    return Change(Kind.SEAL_GONE, Weight.HIGH, first.role, url, text, "", lost=lost)


def _certificate_gone(view: View, was: list[Statement], now: list[Statement]) -> list[Change]:
    """The mark is still shown but leads to no certificate any more."""
    lost = [one for one in was if one.kind == "certificate"]
    if not lost or any(one.kind == "certificate" for one in now):
        return []
    return [_gone(view, lost)]
