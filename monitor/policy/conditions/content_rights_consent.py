"""Is consent asked before anything follows the visitor?  (tz-10.2b).

Where pages were opened in a browser and left untouched, what was set and asked for there
decides; else what stands in the plain HTML, which never proves that a site does well.
A necessary cookie of the site's own never accuses, and neither does a name nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_rights_cookies import (
    ticked_purpose,
    tool_of,
    trackers_in,
)
from monitor.policy.conditions.content_rights_hosts import CONSENT_TOOLS, TRACKERS
from monitor.policy.conditions.content_rights_names import Purpose, purpose_of
from monitor.policy.conditions.content_seen import VALUES, View, look, values
from monitor.policy.conditions.folding import fold
from monitor.policy.conditions.hosts import is_within
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import Evidence, ScanKind, clip
from scanners.render.evidence import ConsentFacts

WATCHED_MIN_S = 9.0
NAMED_MAX = 12
# Trouble of our own, of which a site hears nothing.
OURS = frozenset({"no_browser", "no_time"})
Watched = tuple[Evidence, ConsentFacts]

_ACCEPT = re.compile(
    r"accept|akkoord|toestaan|toelaten|allow|agree|zustimm|annehm|einverstanden|autoris|d'accord"
)
_REFUSE = re.compile(
    r"weiger|reject|refus|declin|deny|ablehn|noodzakelijk|necessa|essenti|erforderlich|notwendig"
    r"|continuer sans|zonder|without|niet akkoord|not agree|nur technisch|alleen functione"
)


class ConsentSeen(StrEnum):
    """What was seen of consent before visitors are followed."""

    NONE_PLACED = "none_placed"
    COOKIES_PLACED = "cookies_placed"
    TRACKERS_LOADED = "trackers_loaded"
    PURPOSES_TICKED = "purposes_ticked"
    NO_REFUSAL = "no_refusal"
    UNCLASSIFIED = "unclassified"
    DENIED_PINGS = "denied_pings"
    CONSENT_TOOL = "consent_tool"
    NOT_RENDERED = "not_rendered"
    NOT_SEEN = "not_seen"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Untouched:
    """What the watched pages had in sum.

    ``placed`` are names of cookies and keys known to follow visitors, each with who set
    it; ``loaded`` trackers that were asked for; ``pings`` those asked for only to say
    that consent was not given; ``unknown`` names that nobody knows.
    """

    placed: tuple[str, ...]
    loaded: tuple[str, ...]
    pings: tuple[str, ...]
    unknown: tuple[str, ...]
    tool: str
    asks_only_yes: bool


def untouched(pages: Iterable[ConsentFacts]) -> Untouched:
    """The sum of pages that were watched."""
    placed: dict[str, None] = {}
    unknown: dict[str, None] = {}
    loaded: dict[str, bool] = {}
    tool, buttons = "", list[str]()
    for facts in pages:
        for name, setter in _names(facts):
            purpose = purpose_of(name)
            if purpose is Purpose.TRACKING:
                placed[f"{clip(name, 40)} ({clip(setter, 60)})" if setter else clip(name, 40)] = (
                    None
                )
            elif purpose is Purpose.UNKNOWN:
                unknown[clip(name, 40)] = None
        for host in facts.hosts:
            if is_within(host.host, TRACKERS):
                loaded[host.host] = loaded.get(host.host, True) and host.denied >= host.count
            tool = tool or (host.host if is_within(host.host, CONSENT_TOOLS) else "")
        buttons += map(fold, facts.buttons)
    yes = any(_ACCEPT.search(words) for words in buttons)
    no = any(_REFUSE.search(words) for words in buttons)
    return Untouched(
        placed=tuple(placed)[:NAMED_MAX],
        loaded=tuple(sorted(h for h, denied in loaded.items() if not denied))[:NAMED_MAX],
        pings=tuple(sorted(h for h, denied in loaded.items() if denied))[:NAMED_MAX],
        unknown=tuple(unknown)[:NAMED_MAX],
        tool=tool,
        asks_only_yes=yes and not no,
    )


def _names(facts: ConsentFacts) -> Iterable[tuple[str, str]]:
    """Names that may count, with who set them: what a tool for consent keeps is its record."""
    for cookie in facts.cookies:
        if not is_within(cookie.setter or cookie.domain, CONSENT_TOOLS):
            yield cookie.name, cookie.setter or cookie.domain
    for key in facts.keys:
        if not is_within(key.host, CONSENT_TOOLS):
            yield key.key, key.host


def cookie_consent(seen: Seen, subject: Subject) -> Observation:
    """Does nothing follow a visitor who has not chosen anything?  (tz-10.2b).

    Scripts that wait for consent (``type=text/plain`` and kin) are not among what a page
    loads; with a consent tool on the page nobody can tell without a browser.
    """
    out, view = ConsentSeen, look(seen)
    told = {**values(view, subject), "trackers": "-"}
    ticked = ticked_purpose(view)
    if ticked is not None:
        page, tick = ticked
        told["url"] = page[1].final_url
        fragment = f"{tick.name} {tick.label}"
        said = f"A purpose for cookies is ticked in advance: {clip(fragment, 120)}."
        return Observation(out.PURPOSES_TICKED, said, view.cite((page,)), told, fragment=fragment)
    watched = seen.all_of(ScanKind.CONTENT, ConsentFacts)
    if watched:
        return _watched(view, watched, told)
    return _static(view, told)


def _watched(view: View, watched: tuple[Watched, ...], told: dict[str, str]) -> Observation:
    out = ConsentSeen
    good = tuple(pair for pair in watched if not pair[1].problem)
    found = untouched(facts for _, facts in good)
    cited = tuple(evidence for evidence, _ in good or watched)
    told["url"] = (good or watched)[0][1].url
    named = (*found.placed, *found.loaded)
    if named:
        told["trackers"] = clip(", ".join(named), 200)
        outcome = out.COOKIES_PLACED if found.placed else out.TRACKERS_LOADED
        what = "set" if found.placed else "asked for"
        said = f"Before any choice these were {what} in a browser: {told['trackers']}."
        # Who set it may differ from visit to visit: the names are what is judged.
        fragment = "\n".join(sorted({name.partition(" ")[0] for name in named}))
        return Observation(outcome, said, cited, told, fragment=fragment)
    enough = all(facts.watched_s >= WATCHED_MIN_S for _, facts in good)
    if len(good) < len(watched) or not enough:
        word = next((facts.problem for _, facts in watched if facts.problem), "too short")
        said = f"What is set before a choice could not be seen ({clip(word, 40)})."
        outcome = out.NOT_RENDERED if word in OURS else out.NOT_SEEN
        return Observation(outcome, said, cited, told)
    return _clean(view, found, good, told)


def _clean(
    view: View, found: Untouched, good: tuple[Watched, ...], told: dict[str, str]
) -> Observation:
    """Nothing known was set or asked for: is that all there is to say?"""
    out = ConsentSeen
    cited = tuple(evidence for evidence, _ in good)
    opened = frozenset(url for _, facts in good for url in (facts.url, facts.final_url))
    if found.pings:
        said = f"Only requests that say consent was denied: {', '.join(found.pings)}."
        return Observation(out.DENIED_PINGS, clip(said, 300), cited, told)
    if found.unknown:
        said = f"Set before any choice, purpose not known: {', '.join(found.unknown)}."
        return Observation(out.UNCLASSIFIED, clip(said, 300), cited, told)
    if any(page[1].final_url not in opened for page in trackers_in(view).values()):
        return _static(view, told, opened)
    if found.asks_only_yes:
        said = "Nothing was set before a choice; no way to refuse was seen beside accepting."
        return Observation(out.NO_REFUSAL, said, cited, told, fragment="no refusal")
    said = "Left untouched, the pages set and asked for nothing that follows visitors."
    return Observation(out.NONE_PLACED, said, cited, told)


def _static(view: View, told: dict[str, str], opened: frozenset[str] = frozenset()) -> Observation:
    """By the HTML of the pages that were not ``opened`` and watched.

    A tracker in the HTML of a page that was, and did not ask for it, is held back.
    """
    out, tool = ConsentSeen, tool_of(view)
    found = trackers_in(view).items()
    trackers = {host: page for host, page in found if page[1].final_url not in opened}
    told["trackers"] = ", ".join(sorted(trackers))[:200] or "-"
    if tool:
        said = f"A consent tool ({clip(tool, 80)}) is present; what it holds back needs a browser."
        return Observation(out.CONSENT_TOOL, said, view.cite(), told)
    if trackers:
        pages = tuple(dict.fromkeys(trackers.values()))
        told["url"] = pages[0][1].final_url
        said = f"These load with the page, before any choice: {told['trackers']}."
        return Observation(
            out.TRACKERS_LOADED, said, view.cite(pages), told, fragment=told["trackers"]
        )
    if view.site is None or not view.readable:
        said = f"The site was not read ({view.why or 'no page'})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    said = "No known tracker stands in the plain HTML; what scripts place needs a browser."
    return Observation(out.NOT_RENDERED, said, view.cite(), told)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.cookie_consent",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ConsentSeen,
        run=cookie_consent,
        values=(*VALUES, "trackers"),
        measures=("consent",),
        help="Nothing that follows visitors is set or loaded before they chose.",
    ),
)
