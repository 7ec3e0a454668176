"""Is it still the same shop?  Another host, a parked, defaced, empty or other site."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from monitor.policy.drifting.change import Change, Kind, Weight
from monitor.policy.drifting.view import View
from scanners.api import clip
from scanners.drift.evidence import DriftFacts, Outline

OFFERS_MIN = 4
WAYS_MIN = 5
WORDS_MIN = 40
# A catalogue has collapsed below these parts of what it was.
WAYS_LEFT, WORDS_LEFT, BOTH_LEFT = 0.25, 0.4, 0.6
TOPICS_MIN = 3
TOPICS_ALIKE = 0.15
ASSETS_ALIKE = 0.2
SENTENCES_ALIKE = 0.2
DIFFERENT_MIN = 2
HOME = "start"
_WORD = re.compile(r"[^\W\d_]{3,}")
_OWNER_STATEMENTS = frozenset({"company", "iban", "address"})
# Signs of a page that is no shop, and what each is called.
_SIGNS: tuple[tuple[str, Kind, Weight], ...] = (
    ("parked", Kind.PARKED, Weight.CRITICAL),
    ("for_sale", Kind.PARKED, Weight.CRITICAL),
    ("default_page", Kind.PARKED, Weight.CRITICAL),
    ("suspended", Kind.PARKED, Weight.CRITICAL),
    ("unclaimed", Kind.PARKED, Weight.CRITICAL),
    ("defaced", Kind.DEFACED, Weight.CRITICAL),
    ("spam", Kind.DEFACED, Weight.HIGH),
    ("closed", Kind.CLOSED, Weight.HIGH),
    ("noindex", Kind.HIDDEN_FROM_SEARCH, Weight.HIGH),
)
# The site as a whole is gone: what it lost with that is not told besides.
_TAKEN = frozenset({Kind.HOST_CHANGED, Kind.PARKED, Kind.REPLACED})
# These tell more of an empty page than that it is empty.
_TOLD = _TAKEN | {Kind.DEFACED, Kind.CLOSED}
_ECHOES = frozenset(
    {
        Kind.NUMBER_GONE, Kind.EMAIL_CHANGED, Kind.PHONE_CHANGED, Kind.TERM_CHANGED,
        Kind.CLAUSE_CHANGED, Kind.CLAUSE_REMOVED, Kind.CLAUSE_ADDED, Kind.RIGHT_GONE,
        Kind.PAYMENT_CHANGED, Kind.PRICES_CHANGED, Kind.PAGE_GONE, Kind.LINK_GONE, Kind.SEAL_GONE,
        Kind.INTEGRITY_GONE, Kind.EMPTIED, Kind.PLATFORM_CHANGED, Kind.LANGUAGE_CHANGED,
        Kind.CLOSED, Kind.HIDDEN_FROM_SEARCH,
    }
)  # fmt: skip
# Changes that may be those of another owner, and make it worth looking who it is at once.
OWNER_KINDS = frozenset(
    {Kind.NUMBER_SWAPPED, Kind.NUMBER_GONE, Kind.COMPANY_CHANGED, Kind.IBAN_CHANGED,
     Kind.HOST_CHANGED, Kind.REPLACED}
)  # fmt: skip


def same_changed(view: View) -> list[Change]:
    """Everything about the start page that says it may be another site."""
    found = [*_host(view), *_signs(view), *_replaced(view)]
    if not any(change.kind in _TOLD for change in found):
        found += _emptied(view)
    return [*found, *_closing(view), *_platform(view)]


def features(facts: DriftFacts) -> frozenset[str]:
    """``host:``, ``sign:``, ``platform:``, ``title:`` and ``offers:some``."""
    outline = facts.outline
    named = {f"sign:{sign}" for sign in outline.signs}
    named |= {f"host:{outline.domain}"} if outline.domain else set()
    named |= {f"platform:{outline.platform}"} if outline.platform else set()
    named |= {"offers:some"} if outline.offers >= OFFERS_MIN else set()
    return frozenset(named | {_title_feature(facts)})


def without_echoes(found: Iterable[Change]) -> list[Change]:
    """The changes without what merely follows from the whole site being gone."""
    kept = list(found)
    if not any(change.kind in _TAKEN for change in kept):
        return kept
    return [change for change in kept if change.kind not in _ECHOES]


def speaks_another_language(before: DriftFacts, after: DriftFacts) -> bool:
    """None of the languages of before is read or offered any more."""
    spoken = set(after.languages)
    known = set(before.languages)
    return bool(known and spoken) and not known & (spoken | set(after.outline.offered))


def _change(
    kind: Kind, weight: Weight, view: View, shown: tuple[str, str, str], came: str
) -> Change:
    was, now, named = shown
    url = view.after.final_url or view.after.start_url
    return Change(kind, weight, HOME, url, was, now, named, came=(came,))


def _quote(outline: Outline, sign: str) -> str:
    said = dict(zip(outline.signs, outline.quotes, strict=False))
    return clip(said.get(sign, ""), 160)


def _host(view: View) -> list[Change]:
    """Another registrable domain than before, unless the site declared it as its own."""
    was, now = view.before.outline.domain, view.after.outline.domain
    if not was or not now or was == now or "declared" in view.after.outline.signs:
        return []
    shown = (_host_of(view.before.final_url) or was, now, f"{was} -> {now}")
    return [_change(Kind.HOST_CHANGED, Weight.CRITICAL, view, shown, f"host:{now}")]


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def _signs(view: View) -> list[Change]:
    before, after = view.before, view.after
    found: dict[Kind, Change] = {}
    for sign, kind, weight in _SIGNS:
        if sign in after.outline.signs and sign not in before.outline.signs:
            shown = (clip(before.title, 160), _quote(after.outline, sign), sign)
            found.setdefault(kind, _change(kind, weight, view, shown, f"sign:{sign}"))
    return list(found.values())


def _closing(view: View) -> list[Change]:
    """Something closes, it is not said what: alarming when nothing is on offer any more."""
    before, after = view.before, view.after
    if "closing" not in after.outline.signs or "closing" in before.outline.signs:
        return []
    over = before.outline.offers >= OFFERS_MIN and not after.outline.offers
    shown = (clip(before.title, 160), _quote(after.outline, "closing"), "closing")
    weight = Weight.HIGH if over else Weight.REVIEW
    return [_change(Kind.CLOSED, weight, view, shown, "sign:closing")]


def _emptied(view: View) -> list[Change]:
    """There was a catalogue, and there is none: judged of a page that was read alone.

    A start page may do without products; one that says it has none, or lost its ways
    into the catalogue as well, has been emptied.
    """
    was, now = view.before.outline, view.after.outline
    if not _was_read(now) or _is_down(view) or now.offers or was.offers < OFFERS_MIN:
        return []
    ways = now.ways / was.ways if was.ways >= WAYS_MIN else 1.0
    words = now.words / was.words if was.words >= WORDS_MIN else 1.0
    said = "emptied" in now.signs and "emptied" not in was.signs
    sure = said or ways <= WAYS_LEFT or words <= WORDS_LEFT
    if not sure and ways > BOTH_LEFT:
        return []
    weight = Weight.HIGH if sure else Weight.REVIEW
    url = view.after.final_url
    named = f"{was.offers} offers -> 0"
    counts = tuple(f"{o.words} words, {o.ways} ways, {o.offers} offers" for o in (was, now))
    return [
        Change(Kind.EMPTIED, weight, HOME, url, counts[0], counts[1], named, lost=("offers:some",))
    ]


def _was_read(outline: Outline) -> bool:
    """Is there a page behind the outline, seen whole, that is about the shop itself?"""
    return bool(outline.domain) and "maintenance" not in outline.signs


def _is_down(view: View) -> bool:
    """Does the start page answer that there is no such page?  Told as that."""
    return view.before.final_url in view.after.gone


def _platform(view: View) -> list[Change]:
    was, now = view.before.outline.platform, view.after.outline.platform
    if not was or not now or was == now:
        return []
    shown = (was, now, f"{was} -> {now}")
    return [_change(Kind.PLATFORM_CHANGED, Weight.REVIEW, view, shown, f"platform:{now}")]


# Replaced


def _replaced(view: View) -> list[Change]:
    """Title and topics are others, and so is who runs it: not merely another design."""
    before, after = view.before, view.after
    if not _other_title(before, after) or _keeps_owner(before, after):
        return []
    swapped = _swapped(before, after)
    others = [
        _apart(before.outline.assets, after.outline.assets, ASSETS_ALIKE),
        speaks_another_language(before, after),
        bool(_platform(view)),
        _owner_gone(view),
    ]
    enough = sum(others) >= DIFFERENT_MIN and _other_topics(before.outline, after.outline)
    if not enough and not (swapped and any(others[:3])):
        return []
    named = "another owner" if swapped else "another site"
    shown = (clip(before.title, 160), clip(after.title, 160), named)
    return [_change(Kind.REPLACED, Weight.CRITICAL, view, shown, _title_feature(after))]


def _title_feature(facts: DriftFacts) -> str:
    return f"title:{' '.join(sorted(_title_words(facts)))}"


def _title_words(facts: DriftFacts) -> frozenset[str]:
    return frozenset(_WORD.findall(facts.title.casefold()))


def _other_title(before: DriftFacts, after: DriftFacts) -> bool:
    was, now = _title_words(before), _title_words(after)
    return bool(was and now) and not was & now


def _other_topics(was: Outline, now: Outline) -> bool:
    few = min(len(was.topics), len(now.topics)) < TOPICS_MIN
    return not few and _apart(was.topics, now.topics, TOPICS_ALIKE)


def _apart(was: Iterable[str], now: Iterable[str], alike: float) -> bool:
    """Have two sets at most that part of the smaller one in common?  Nothing proves nothing."""
    one, other = set(was), set(now)
    size = min(len(one), len(other))
    return bool(size) and len(one & other) <= alike * size


def _keeps_owner(before: DriftFacts, after: DriftFacts) -> bool:
    """Is anything of the owner still there: a number, an address, the legal texts?"""
    if _owner(before) & _owner(after):
        return True
    was, now = (
        {s.key for role in facts.roles for s in role.sentences} for facts in (before, after)
    )
    return bool(was) and len(was & now) > SENTENCES_ALIKE * len(was)


def _owner(facts: DriftFacts) -> frozenset[str]:
    """Numbers, mail addresses, telephones and names that tell who runs the site."""
    said = {f"{s.kind}:{s.value}" for s in facts.statements if s.kind in _OWNER_STATEMENTS}
    for role in facts.roles:
        said.update(role.numbers, role.emails, role.phones)
    return frozenset(said)


def _swapped(before: DriftFacts, after: DriftFacts) -> bool:
    """Does it state register numbers, none of them those of before?"""
    was, now = ({n for role in facts.roles for n in role.numbers} for facts in (before, after))
    return bool(was and now)


def _owner_gone(view: View) -> bool:
    """Was there an owner, and is there none or another on pages that were read?"""
    names = {"contact", "about", "terms"}
    read = names & ({facts.role for facts in view.after.roles} | set(view.after.complete_for))
    return bool(_owner(view.before)) and bool(read)
