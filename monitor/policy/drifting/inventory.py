"""What runs on a shop and where data go: what came new, and what protected it and went.

New means: not on this page before, nor on one that can take as much from a visitor.  A page
that was not read before proves nothing: what is on it is told for review.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.policy.drifting import shields
from monitor.policy.drifting.change import Change, Kind, Weight
from monitor.policy.drifting.view import View
from monitor.policy.drifting.zones import (
    Item,
    Known,
    Zone,
    items_of,
    known_of,
    party,
    shown,
    use_of,
    words_of,
    zone_of,
)
from scanners.drift.evidence import DriftFacts, Parts, Script
from scanners.drift.folding import unfolded

TOLD_MAX = 40
STRONG = frozenset({"obfuscated", "hidden_host", "runs_hidden", "reads_card", "logs_keys", "mines"})
_KINDS = {
    "script_host": Kind.SCRIPT_HOST_ADDED, "frame_host": Kind.FRAME_HOST_ADDED,
    "style_host": Kind.STYLE_HOST_ADDED, "target_host": Kind.FORM_TARGET_CHANGED,
    "base": Kind.BASE_CHANGED,
}  # fmt: skip
_HEAVIEST = list(Weight)


@dataclass(frozen=True, slots=True)
class _Found:
    """Something new on a page; ``judged`` when the page was read before."""

    item: Item
    zone: Zone
    parts: Parts
    judged: bool


def parts_changed(view: View) -> list[Change]:
    """Every change of what pages are made of, each once, told of the page it matters most on."""
    if not view.before.parts or not view.after.parts:
        return []
    known = known_of(view.before.parts)
    pages = unfolded(view.after.parts)
    found = [*_hosts(known, pages), *_scripts(known, pages), *_risks(known, pages)]
    found += [*_containers(known, pages), *_integrity(known, pages)]
    found += shields.headers_changed(known, pages)
    return found[:TOLD_MAX]


def features(facts: DriftFacts) -> frozenset[str]:
    """Name, zone and value of everything on the pages; headers by the path of the page."""
    pages = unfolded(facts.parts)
    told = {item.feature(zone_of(one)) for one in pages for item in items_of(one)}
    return frozenset(told | shields.features(pages))


def _new(known: Known, pages: tuple[Parts, ...]) -> Iterator[_Found]:
    """What was not on the page, nor where as much can be taken."""
    for parts in pages:
        zone, before = zone_of(parts), known.same(parts)
        had = {(item.name, item.value) for one in before for item in items_of(one)}
        # Files that were there and not read: what is in them now may always have been.
        unread = {s.source for one in before for s in one.scripts if not s.digest}
        for item in items_of(parts):
            highest = known.highest(item)
            if item.file in unread:
                continue
            if (item.name, item.value) not in had and (highest is None or highest < zone):
                yield _Found(item, zone, parts, judged=bool(before))


def _grouped(known: Known, pages: tuple[Parts, ...], names: frozenset[str]) -> list[_Found]:
    """The new things of these names, each where it matters most."""
    best: dict[tuple[str, str], _Found] = {}
    for found in _new(known, pages):
        if found.item.name in names:
            key = (found.item.name, found.item.value)
            rank = (found.judged, found.zone, not found.item.named)
            held = best.get(key)
            if held is None or rank > (held.judged, held.zone, not held.item.named):
                best[key] = found
    return list(best.values())


def _hosts(known: Known, pages: tuple[Parts, ...]) -> Iterator[Change]:
    for found in _grouped(known, pages, frozenset(_KINDS)):
        item = found.item
        weight = _weight(known, found) if found.judged else Weight.REVIEW
        use = use_of(item.value)
        said = f"{item.shown} ({use})" if use else item.shown
        yield Change(
            _KINDS[item.name], weight, found.parts.role, _url(found.parts), "", said,
            item.value, came=(item.feature(found.zone),),
        )  # fmt: skip


def _weight(known: Known, found: _Found) -> Weight:
    match found.item.name:
        case "base":
            return Weight.CRITICAL
        case "script_host":
            return _script_host(known, found)
        case "style_host":
            known_here = use_of(found.item.value) or _runs(known, found)
            return Weight.REVIEW if known_here or found.zone is Zone.OPEN else Weight.HIGH
        case "frame_host":
            return _frame(known, found)
        case _:
            return _target(known, found)


def _runs(known: Known, found: _Found) -> bool:
    """Did the party run scripts already where as much can be taken?"""
    return known.zones.get(("script_host", found.item.value), -1) >= found.zone


def _script_host(known: Known, found: _Found) -> Weight:
    """PCI DSS 4.0.1 6.4.3: at a till anybody new is told; elsewhere only who is not known."""
    elsewhere = known.highest(found.item) is not None
    if found.zone is Zone.TILL:
        return Weight.HIGH
    if elsewhere:
        return Weight.REVIEW
    if not use_of(found.item.value):
        return Weight.HIGH
    taking = found.zone is Zone.PERSONAL and not found.item.named
    return Weight.HIGH if taking else Weight.REVIEW


def _frame(known: Known, found: _Found) -> Weight:
    name, use = found.item.value, use_of(found.item.value)
    if name.startswith("inner:"):
        by_zone = {Zone.TILL: Weight.CRITICAL, Zone.PERSONAL: Weight.HIGH, Zone.OPEN: Weight.REVIEW}
        return by_zone[found.zone]
    if use == "payment" or _runs(known, found):
        return Weight.REVIEW
    if use:
        # A map or a film beside the contact form is everyday.
        return Weight.HIGH if found.zone is Zone.TILL else Weight.REVIEW
    return Weight.HIGH if found.zone is Zone.OPEN else Weight.CRITICAL


def _target(known: Known, found: _Found) -> Weight:
    use = use_of(found.item.value)
    if found.item.value == "http://":
        return Weight.REVIEW if found.zone is Zone.OPEN else Weight.HIGH
    if use == "payment" or known.highest(found.item) is not None:
        return Weight.REVIEW
    if use and found.zone is not Zone.TILL:
        return Weight.REVIEW if found.zone is Zone.OPEN else Weight.HIGH
    return Weight.CRITICAL


def _scripts(known: Known, pages: tuple[Parts, ...]) -> Iterator[Change]:
    """New files and new code in the page: for review, unless they have something to hide."""
    for found in _grouped(known, pages, frozenset({"script"})):
        item = found.item
        script = next(s for s in found.parts.scripts if s.source == item.value)
        before = known.same(found.parts)
        if script.host and ("script_host", party(script.host)) not in known.zones:
            continue
        lost = _lost(before, found.parts)
        inline = item.value.startswith("inline:")
        changed = inline and any(one.source.startswith("inline:") for one in lost)
        more = words_of([script]) - words_of(lost if changed else [])
        heavy = found.judged and any(_meant(w, script) for w in STRONG & more.keys())
        yield Change(
            Kind.SCRIPT_CHANGED if changed else Kind.SCRIPT_ADDED,
            Weight.HIGH if heavy else Weight.REVIEW,
            found.parts.role, _url(found.parts),
            shown(lost[0]) if changed else "", item.shown,
            came=(item.feature(found.zone),),
        )  # fmt: skip


def _lost(before: list[Parts], now: Parts) -> list[Script]:
    here = {script.source for script in now.scripts}
    return [s for one in before for s in one.scripts if s.source not in here]


def _risks(known: Known, pages: tuple[Parts, ...]) -> Iterator[Change]:
    """Words of a skimmer's trade that more scripts of a page have than before."""
    best: dict[str, Change] = {}
    for parts in pages:
        before = known.same(parts)
        zone = zone_of(parts)
        fresh = _fresh(before, parts)
        more = words_of(fresh) - words_of(_lost(before, parts))
        for script in fresh if before else ():
            words = [word for word in script.risks if more[word] > 0 and _meant(word, script)]
            # Elsewhere on the site the same script had them.
            items = [Item("risk", f"{word}:{script.source}", shown(script)) for word in words]
            items = [i for i in items if (high := known.highest(i)) is None or high < zone]
            if not items:
                continue
            change = Change(
                Kind.RISK_ADDED, _risk_weight(words, zone), parts.role, _url(parts),
                "", shown(script), ", ".join(words),
                came=tuple(item.feature(zone) for item in items),
            )  # fmt: skip
            held = best.get(script.source)
            if held is None or _rank(change) < _rank(held):
                best[script.source] = change
    yield from best.values()


def _meant(word: str, script: Script) -> bool:
    """A known party's address in another notation is how its settings are passed on."""
    return word != "hidden_host" or not all(use_of(party(host)) for host in script.hosts)


def _rank(change: Change) -> int:
    return _HEAVIEST.index(change.weight)


def _fresh(before: list[Parts], now: Parts) -> list[Script]:
    """Scripts that are new on the page, or have words they did not have when both were read."""
    had = {script.source: script for one in before for script in one.scripts}
    found = []
    for script in now.scripts:
        old = had.get(script.source)
        unread = old is not None and bool(script.digest) and not old.digest
        if old is None or (set(script.risks) - set(old.risks) and not unread):
            found.append(script)
    return found


def _risk_weight(words: list[str], zone: Zone) -> Weight:
    strong = not STRONG.isdisjoint(words)
    if zone is Zone.TILL:
        return Weight.CRITICAL if strong else Weight.HIGH
    return Weight.HIGH if strong else Weight.REVIEW


def _containers(known: Known, pages: tuple[Parts, ...]) -> Iterator[Change]:
    """One account or container for another; a second tag manager where data are typed."""
    came = _grouped(known, pages, frozenset({"container"}))
    now = {item.value for one in pages for item in items_of(one) if item.name == "container"}
    before = {value for name, value in known.zones if name == "container"}
    for found in came:
        value = found.item.value
        if value in before:
            continue
        kind = value.partition(":")[0]
        gone = sorted(one for one in before - now if one.partition(":")[0] == kind)
        heavy = bool(gone) or (kind == "gtm" and found.zone is not Zone.OPEN)
        yield Change(
            Kind.CONTAINER_CHANGED, Weight.HIGH if heavy and found.judged else Weight.REVIEW,
            found.parts.role, _url(found.parts), ", ".join(gone), value,
            f"{', '.join(gone) or 'none'} -> {value}",
            came=(found.item.feature(found.zone),),
        )  # fmt: skip


def _integrity(known: Known, pages: tuple[Parts, ...]) -> Iterator[Change]:
    """Subresource Integrity (W3C SRI) that a script had and has no more."""
    told: set[str] = set()
    for parts in sorted(pages, key=zone_of, reverse=True):
        zone = zone_of(parts)
        had = {s.source for one in known.same(parts) for s in one.scripts if s.integrity}
        for script in parts.scripts:
            if script.integrity or script.source not in had or script.source in told:
                continue
            told.add(script.source)
            heavy = bool(script.host) and zone is not Zone.OPEN
            item = Item("integrity", script.source, script.source)
            yield Change(
                Kind.INTEGRITY_GONE, Weight.HIGH if heavy else Weight.REVIEW, parts.role,
                _url(parts), f"{script.source} with integrity", "without",
                lost=(item.feature(zone),),
            )  # fmt: skip


def _url(parts: Parts) -> str:
    return next(iter(parts.urls), "")
