"""How kinds of change are written down: a function of a site and a source of chance."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from monitor.policy.drifting.change import Kind, Weight
from tests.drift.site import NoChangeError, Page, Site

Change = Callable[[Site, Random], Site]
# Hosts a change may lead to; they are served too, so that a redirect arrives.
FOREIGN = (
    "www.grand-outlet-deals.example", "statistiek-cdn.example", "parking-lot.example",
    "www.nieuwe-eigenaar.example",
)  # fmt: skip
NUMBERS = {
    1: ("één", "un", "one", "einem"),
    2: ("twee", "deux", "two", "zwei"),
    3: ("drie", "trois", "three", "drei"),
    7: ("zeven", "sept", "seven", "sieben"),
    10: ("tien", "dix", "ten", "zehn"),
    14: ("veertien", "quatorze", "fourteen", "vierzehn"),
    15: ("vijftien", "quinze", "fifteen", "fünfzehn"),
    30: ("dertig", "trente", "thirty", "dreißig"),
    60: ("zestig", "soixante", "sixty", "sechzig"),
    90: ("negentig", "quatre-vingt-dix", "ninety", "neunzig"),
}
ORDER = ("nl", "fr", "en", "de")
NEGATIONS = {
    "nl": ((r"\bniet ", ""), (r"\bgeen ", "")),
    "fr": ((r"\bn'(\w+) pas\b", r"\1"), (r"\bne (\w+) pas\b", r"\1"), (r"\bne (\w+)", r"\1")),
    "en": ((r" not\b", ""),),
    "de": ((r" nicht\b", ""), (r"\bkeine ", "")),
}


@dataclass(frozen=True)
class Mutation:
    """One kind of change.  ``kinds`` are the right names for it; empty for noise.

    ``once``: it is there in the first look only.
    """

    name: str
    apply: Change
    kinds: frozenset[Kind]
    severity: Weight | None
    part: str
    once: bool = False

    @property
    def material(self) -> bool:
        return self.severity is not None


REGISTRY: dict[str, Mutation] = {}


def _add(change: Change, kinds: tuple[Kind, ...], severity: Weight | None, once: bool) -> Change:
    part = "held_out" if ".held_out" in change.__module__ else "dev"
    if change.__name__ in REGISTRY:
        raise ValueError(change.__name__)
    found = Mutation(change.__name__, change, frozenset(kinds), severity, part, once)
    REGISTRY[found.name] = found
    return change


def material(*kinds: Kind, severity: Weight = Weight.HIGH) -> Callable[[Change], Change]:
    """Marks a change that must be told, by one of ``kinds``."""
    return lambda change: _add(change, kinds, severity, once=False)


def noise(*, once: bool = False) -> Callable[[Change], Change]:
    """Marks a change that must stay untold."""
    return lambda change: _add(change, (), None, once)


def say(site: Site, nl: str, fr: str, en: str, de: str) -> str:
    """The one in the site's language."""
    return dict(zip(ORDER, (nl, fr, en, de), strict=True))[site.language]


def word(site: Site, number: int) -> str:
    """A number in words."""
    return NUMBERS[number][ORDER.index(site.language)]


def to(site: Site, key: str, number: int, *, words: bool | None = None) -> Site:
    """The first number of a legal sentence becomes ``number``, written as it was or as told."""
    text = site.said[key]
    at = ORDER.index(site.language)
    named = sorted((NUMBERS[n][at] for n in NUMBERS if n > 2), key=len, reverse=True)
    found = re.search(rf"\b(\d+|{'|'.join(named)})\b", text)
    if found is None:
        raise NoChangeError(key)
    in_words = not found[1].isdigit() if words is None else words
    new = word(site, number) if in_words else str(number)
    return site.say(key, text[: found.start()] + new + text[found.end() :])


def year(site: Site, key: str) -> Site:
    """Two years become one."""
    pairs = {
        "nl": (("2 jaar", "1 jaar"), ("twee jaar", "één jaar")),
        "fr": (("2 ans", "1 an"), ("deux ans", "un an")),
        "en": (("2 years", "1 year"), ("two years", "one year")),
        "de": (("2 Jahre", "1 Jahr"), ("zwei Jahren", "einem Jahr")),
    }
    text = site.said[key]
    for old, new in pairs[site.language]:
        text = text.replace(old, new)
    return site.say(key, text)


def unnegated(site: Site, key: str) -> Site:
    """The first "not" of a legal sentence is dropped."""
    text = site.said[key]
    for pattern, by in NEGATIONS[site.language]:
        changed = re.sub(pattern, by, text, count=1)
        if changed != text:
            return site.say(key, changed)
    raise NoChangeError(key)


def dropped(site: Site, key: str) -> Site:
    """A legal sentence is taken out with whatever held only it."""
    text = re.escape(site.said[key])
    whole = (
        rf"<tr><td>[\d.]+</td><td>{text}</td></tr>|<li>{text}</li>|<p>(?:<span>)?{text}"
        rf"(?:</span>)?</p>|{text}<br>|{text}"
    )
    return site.sub(whole, "")


def after(site: Site, key: str, text: str) -> Site:
    """A sentence more, in the form of its neighbour ``key``."""
    old = site.said[key]
    forms = (
        (f"<span>{old}</span></p>", f"<p><span>{text}</span></p>"),
        (f"{old}</p>", f"<p>{text}</p>"),
        (f"{old}</li>", f"<li>{text}</li>"),
        (f"{old}</td></tr>", f"<tr><td>-</td><td>{text}</td></tr>"),
        (f"{old}<br>", f"{text}<br>"),
    )
    for end, addition in forms:
        if any(end in page.body for page in site.pages.values()):
            return site.swap(end, end + addition)
    raise NoChangeError(key)


def everywhere(site: Site, body: str, status: int = 200) -> Site:
    """Every address answers the same page, as parked hosts do."""
    new = site.copy()
    page = Page(body, status)
    new.pages = {"/": page}
    new.missing = page
    return new
