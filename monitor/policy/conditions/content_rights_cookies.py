"""Cookies: what visitors are told of them (tz-10.2a), and what plain HTML shows of trackers.

Without a browser only what stands in the plain HTML is seen.  That a page holds no
tracker there proves nothing.
"""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions.content_rights_hosts import CONSENT_TOOLS, TRACKERS
from monitor.policy.conditions.content_rights_text import folded
from monitor.policy.conditions.content_rights_words import pictured, privacy_part
from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    own_text,
    start_of,
    values,
)
from monitor.policy.conditions.folding import fold
from monitor.policy.conditions.hosts import is_within
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.evidence import PageFacts, TickSeen

SECTION_CHARS = 1_500
FRAGMENT_MAX_CHARS = 4_000
TOLD_ROLES = ("cookies", "privacy")

_COOKIE = re.compile(r"cookie|\btemoins? de connexion|\btraceurs?\b")
# A kind of cookie, or what it is for.
_KIND = re.compile(
    r"functione|noodzakelijk|analyti|statisti|marketing|advertent|advertenc|reclame|tracking"
    r"|voorkeur"
    r"|sessie|session|social media|sociale media|sociaux|onthoud|bijhoud|bezoekers|winkelwagen"
    r"|winkelmand|inlog|ingelogd|gebruiksgemak|fonctionnel|necessair|mesure|audience|publicit"
    r"|preferenc"
    r"|strictement|panier|memoris|frequentation|functional|essential|performance|advertis|remember"
    r"|basket|shopping cart|logged in|visitor|improve|verbeter|amelior|verbesser|notwendig"
    r"|funktional"
    r"|werbung|werbe|einstellungen|warenkorb|besucher|merken|speicher|praferenz|komfort"
    r"|signed in|\blog in\b|traffic|analys|sitzung|nutzerfreundlich|attraktiv|angenehm|herkennen"
    r"|gebruiksvriendelijk|navigation|personnalis|personali|recogni|reconnai|wiedererkenn"
)
_NONE_USED = re.compile(
    r"(?:geen|niet|nooit|no|not|aucun|pas de|pas d|keine|nicht) (?:\w+ ){0,3}(?:cookie|traceur"
    r"|temoin)"
    r"|cookies? (?:\w+ ){0,2}(?:niet|nicht|not) (?:gebruikt|used|verwendet|gesetzt)|ohne cookies"
)
_SOME_KIND = re.compile(
    r"(?:geen|no|aucun|keine|pas de) (?:\w+ ){0,2}(?:tracking|marketing|analyti|third|derde"
    r"|advertent"
    r"|publicit|werbe|andere|other|autres?|permanent)"
    # What a browser may refuse, or what happens without consent, denies nothing.
    r"|browser|navigateur|toestemming|consent|einwilligung|zustimmung|accepte|akzept|weiger|refus"
    r"|ablehn|blok|block|bloqu"
)
_OFF = re.compile(r"cookie|consent|gdpr|avg|toestemming|tracking|cmp|\bcky|complianz|cmplz|privacy")
_PURPOSE = re.compile(
    r"marketing|statisti|analy|advert|reclame|publicit|werb|tracking|personali|social"
)
_MAIL_WORDS = re.compile(r"newsletter|nieuwsbrief|mail|infolettre")


class CookiesSeen(StrEnum):
    """What was seen of the information on cookies."""

    TOLD = "told"
    NONE_SAID = "none_said"
    MENTION_ONLY = "mention_only"
    BANNER_ONLY = "banner_only"
    CONTRADICTED = "contradicted"
    UNTOLD = "untold"
    NOTHING_SEEN = "nothing_seen"
    SCRIPTED = "scripted"
    INCOMPLETE = "incomplete"


def trackers_in(view: View) -> dict[str, Page]:
    """Known trackers that own pages load, with the first page that does."""
    found: dict[str, Page] = {}
    for page in view.readable:
        for host in page[1].third_parties if page[1].own else ():
            if is_within(host, TRACKERS):
                found.setdefault(host, page)
    return found


def tool_of(view: View) -> str:
    """A consent tool that a page loads."""
    hosts = (host for _, facts in view.readable for host in (*facts.third_parties, *facts.embeds))
    return next((host for host in hosts if is_within(host, CONSENT_TOOLS)), "")


def _telling(view: View) -> tuple[Page, ...]:
    """Pages that should tell of cookies; the start page of a shop of one page."""
    # The start page has such a role when a menu leads back to it.
    named = tuple(p for p in view.of(*TOLD_ROLES) if "start" not in p[1].roles)
    return named or tuple(p for p in view.of("start") if privacy_part(p[1]))


def _passages(page: PageFacts, start: PageFacts | None) -> tuple[str, str]:
    """(sentences about cookies, with what follows each; those that say none are used)."""
    said, none = list[str](), list[str]()
    left = 0
    text = privacy_part(page) if "start" in page.roles else own_text(page, start)
    for sentence in folded(text):
        if _COOKIE.search(sentence):
            left = SECTION_CHARS
            if _NONE_USED.search(sentence) and not _SOME_KIND.search(sentence):
                none.append(sentence)
                continue
        if left > 0:
            said.append(sentence)
        left -= len(sentence)
    return "\n".join(said), "\n".join(none)


def cookies_told(seen: Seen, subject: Subject) -> Observation:
    """Are visitors told which cookies there are, or what for?  (tz-10.2a).

    A page or section of the privacy statement counts, the question about consent does not.
    """
    out, view = CookiesSeen, look(seen)
    start, trackers = start_of(view), trackers_in(view)
    told = values(view, subject)
    mentions: list[tuple[Page, str]] = []
    denials: list[tuple[Page, str]] = []
    for page in _telling(view):
        said, none = _passages(page[1], start)
        if _COOKIE.search(said) and _KIND.search(said):
            told = values(view, subject, url=page[1].final_url)
            text = "Visitors are told about cookies."
            return Observation(out.TOLD, text, view.cite((page,)), told, fragment=_cut(said))
        mentions += [(page, said)] if _COOKIE.search(said) else []
        denials += [(page, none)] if none else []
    if denials:
        page, text = denials[0]
        told = values(view, subject, url=page[1].final_url)
        outcome = out.CONTRADICTED if trackers else out.NONE_SAID
        known = ", ".join(sorted(trackers))[:160]
        said = f"The site says that it uses no cookies, but it loads {known}." if trackers else (
            "The site says that it uses no cookies."
        )  # fmt: skip
        cited = view.cite((page, *trackers.values()))
        return Observation(outcome, said, cited, told, fragment=_cut(text))
    return _cookies_untold(view, subject, mentions, trackers)


def _mentions(page: PageFacts) -> bool:
    """Are cookies spoken of, elsewhere than in the words of a link?"""
    linked = {fold(link.text) for link in page.links if "cookie" in link.text.lower()}
    lines = (line for line in map(fold, page.text.split("\n")) if _COOKIE.search(line))
    return any(_COOKIE.search(_without(line, linked)) for line in lines)


def _without(line: str, linked: set[str]) -> str:
    for words in linked:
        line = line.replace(words, " ")
    return line


def _cut(text: str) -> str:
    return text[:FRAGMENT_MAX_CHARS]


def _cookies_untold(
    view: View, subject: Subject, mentions: list[tuple[Page, str]], trackers: dict[str, Page]
) -> Observation:
    out = CookiesSeen
    page = mentions[0][0] if mentions else next(iter(trackers.values()), None)
    told = values(view, subject, url=page[1].final_url if page is not None else "")
    cited = view.cite((page,) if page is not None else ())
    gap = view.unread("start", *TOLD_ROLES)
    if gap or view.site is None:
        said = f"Nothing on kinds of cookies was found; not every page was read ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    tool = tool_of(view)
    if tool:
        said = f"A consent tool ({clip(tool, 80)}) may list the cookies; it needs a browser."
        return Observation(out.SCRIPTED, said, cited, told)
    drawn = next((p for p in view.of(*TOLD_ROLES) if pictured(p[1], view)), None)
    if drawn is not None:
        said = "Nothing on kinds of cookies was found; a picture may hold the text."
        return Observation(out.INCOMPLETE, said, view.cite((drawn,)), told)
    if mentions:
        said = "Cookies are mentioned, but neither a kind nor a purpose."
        fragment = _cut(mentions[0][1])
        return Observation(out.MENTION_ONLY, said, cited, told, fragment=fragment)
    banner = [p for p in view.readable if _mentions(p[1])]
    if banner:
        said = "Cookies are mentioned in a banner or on another page only."
        return Observation(out.BANNER_ONLY, said, view.cite((banner[0],)), told)
    if trackers:
        known = ", ".join(sorted(trackers))[:200]
        said = f"Nothing is told about cookies, while these are loaded: {known}."
        return Observation(out.UNTOLD, said, cited, told, fragment=known)
    said = "Nothing is told about cookies, and no tracker was seen without a browser."
    return Observation(out.NOTHING_SEEN, said, cited, told)


def _is_purpose(tick: TickSeen) -> bool:
    """Is it a purpose for cookies that is ticked in advance?"""
    about = fold(f"{tick.name} {tick.label}")
    asked = _OFF.search(about) or tick.form < 0
    return bool(
        tick.checked
        and tick.kind == "checkbox"
        and asked
        and _PURPOSE.search(about)
        and not _MAIL_WORDS.search(about)
    )


def ticked_purpose(view: View) -> tuple[Page, TickSeen] | None:
    """A purpose for cookies that is ticked in advance, with its page."""
    for page in view.readable:
        if page[1].own and _COOKIE.search(page[1].text.lower()):
            hit = next((t for t in page[1].ticks if _is_purpose(t)), None)
            if hit is not None:
                return page, hit
    return None


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.cookies_told",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=CookiesSeen,
        run=cookies_told,
        values=VALUES,
        help="Visitors are told which cookies there are and what for.",
    ),
)
