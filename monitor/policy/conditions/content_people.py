"""Where the company is told and what calling it costs (tz-3.1e, tz-3.2)."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.policy.conditions.content_numbers import (
    LABEL_WINDOW,
    MASK,
    bare_value,
    pages_with_number,
)
from monitor.policy.conditions.content_people_calls import JUDGE as CALL_RATE
from monitor.policy.conditions.content_seen import IDENTITY_ROLES, VALUES, Page, View, look, values
from monitor.policy.conditions.content_vat import pages_with_vat
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind
from scanners.content.evidence import PageFacts

CLICKS_MAX = 2
EASY_ROLES = frozenset({"contact", "about", "profile"})
DEEP_ROLES = frozenset({"product", "category"})
_FOLLOWED = frozenset({"page", "anchor", "frame"})


class EasySeen(StrEnum):
    """What was seen of the page with register number and VAT number."""

    FOUND = "found"
    TERMS_ONLY = "terms_only"
    OTHER_PAGE = "other_page"
    APART = "apart"
    DEEP = "deep"
    PATH_UNSEEN = "path_unseen"
    NOT_STATED = "not_stated"
    INCOMPLETE = "incomplete"


def _key(url: str) -> str:
    """A URL as pages are told apart by: without scheme, ``www``, fragment and last slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def _clicks(view: View) -> dict[str, int]:
    """How many clicks each page that was read is from the start page, by its key."""
    keys = {
        key: facts for _, facts in view.readable for key in (_key(facts.url), _key(facts.final_url))
    }
    found: dict[str, int] = {}
    front = [facts for _, facts in view.readable if "start" in facts.roles]
    depth = 0
    while front:
        following: list[PageFacts] = []
        for facts in front:
            for key in (_key(facts.url), _key(facts.final_url)):
                found.setdefault(key, depth)
            targets = (_key(ln.url) for ln in facts.links if ln.kind in _FOLLOWED)
            following += [keys[t] for t in dict.fromkeys(targets) if t in keys and t not in found]
        front, depth = following, depth + 1
    return found


def details_easy_to_find(seen: Seen, subject: Subject) -> Observation:
    """Do register and VAT number stand on a page that is easy to find?  (tz-3.1e).

    Easy is the start page, or a page about the company that is at most ``clicks_max``
    clicks away from it.
    """
    out, view = EasySeen, look(seen)
    told = values(view, subject)
    if view.site is None or not view.readable:
        said = f"The site was not read ({view.why or 'no page'})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    asked = replace(subject, params={"register": "auto", "mask": list(MASK), **subject.params})
    registered = pages_with_number(view, asked)
    taxed = registered
    if "vat_exempt" not in subject.member.flags:
        taxed = pages_with_vat(view, bare_value(subject.member.vat))
    if not registered or not taxed:
        said = "Not both numbers were found; other conditions tell which."
        return Observation(out.NOT_STATED, said, view.cite(), told)
    both = tuple(page for page in registered if page in taxed)
    if not both:
        said = "Register number and VAT number stand on different pages."
        pages = (registered[0], taxed[0])
        return Observation(out.APART, said, view.cite(pages), told, fragment=_urls(pages))
    return _placed(view, subject, both)


def _urls(pages: tuple[Page, ...]) -> str:
    return "\n".join(sorted(page[1].final_url for page in pages[:20]))


def _placed(view: View, subject: Subject, both: tuple[Page, ...]) -> Observation:
    """Where the pages with both numbers are."""
    out, clicks = EasySeen, _clicks(view)
    limit = number(subject.params, "clicks_max", CLICKS_MAX)
    far = [(clicks.get(_key(p[1].final_url), clicks.get(_key(p[1].url))), p) for p in both]
    company = [(n, p) for n, p in far if EASY_ROLES.intersection(p[1].roles)]
    near = [
        p
        for n, p in far
        if "start" in p[1].roles or "profile" in p[1].roles
        or (n is not None and n <= limit and EASY_ROLES.intersection(p[1].roles))
    ]  # fmt: skip
    told = values(view, subject, url=(near or list(both))[0][1].final_url)
    cited = view.cite(tuple(near[:2]) or both)
    if near:
        said = "Both numbers stand on a page that is easy to find."
        return Observation(out.FOUND, said, cited, told, fragment=_urls(tuple(near)))
    if any("terms" in p[1].roles for _, p in far):
        outcome, said = out.TERMS_ONLY, "Both numbers stand together in the terms only."
    elif any(n is None for n, _ in company) or view.gap(*IDENTITY_ROLES):
        outcome = out.PATH_UNSEEN
        said = "The way from the start page to the page with both numbers could not be seen."
    elif company or all(DEEP_ROLES.intersection(p[1].roles) for _, p in far):
        outcome, said = out.DEEP, "Both numbers stand only on a page that is hard to find."
    else:
        outcome, said = out.OTHER_PAGE, "Both numbers stand on a page about something else."
    return Observation(outcome, said, cited, told, fragment=_urls(both))


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.details_easy_to_find",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=EasySeen,
        run=details_easy_to_find,
        params={
            "clicks_max": Param("int", CLICKS_MAX, "clicks from the start page that are easy"),
            "register": Param("str", "auto", "kvk, kbo, or auto: what is on file"),
            "label_words": Param("list[str]", [], "more words that may label the number"),
            "label_window": Param("int", LABEL_WINDOW, "characters between label and number"),
        },
        values=VALUES,
        help="Register number and VAT number stand on a page that is easy to find.",
    ),
    CALL_RATE,
)
