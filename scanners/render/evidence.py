"""What a visitor's browser met before any choice was made: facts only (row tz-10.2b)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CookieFound:
    """A cookie without its value.

    ``domain`` is the host it goes back to, ``third`` whether that is another registrable
    domain than the site's.  ``days`` it is kept, 0 until the browser closes.  ``how`` is
    ``header`` or ``script``; ``setter`` the host that answered with it or whose script set
    it, "" when not known (a page may forge the latter).
    """

    name: str
    domain: str
    third: bool
    days: float
    how: str
    setter: str


@dataclass(frozen=True, slots=True)
class KeyFound:
    """A key in the browser's storage; ``area`` is ``local`` or ``session``."""

    area: str
    key: str
    host: str
    third: bool


@dataclass(frozen=True, slots=True)
class HostFound:
    """A host of another registrable domain that the page asked for.

    ``denied`` of ``count`` requests said by themselves that consent was not given.
    ``types`` are the browser's words for what was asked (``script``, ``image``).
    """

    host: str
    count: int
    denied: int
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """One page opened by a new visitor who touches nothing, and watched for a while.

    ``problem`` is "" or why nothing is proven: a word of ``Rendered.problem`` or of
    ``CrawledPage.problem`` (``bot_wall``, ``consent_wall``), ``left`` for a page that went
    to another site.  ``watched_s`` seconds, from the opening on.  ``locale`` is the
    visitor's language and land.  ``buttons`` are words of buttons that speak of a choice.
    """

    KIND: ClassVar[str] = "content.consent@1"

    url: str
    final_url: str
    problem: str
    watched_s: float = 0.0
    locale: str = ""
    cookies: tuple[CookieFound, ...] = ()
    keys: tuple[KeyFound, ...] = ()
    hosts: tuple[HostFound, ...] = ()
    buttons: tuple[str, ...] = ()
