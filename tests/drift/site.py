"""A whole shop as pages in memory, with invisible marks where a change may be put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from tests.drift.company import Company
from tests.drift.words import Words

MARK = re.compile("\ue000[a-z_]+\ue001")
HEADER_ROLES = ("home", "checkout", "terms")


class NoChangeError(Exception):
    """A mutation found nothing to change: the case would prove nothing."""


def mark(name: str) -> str:
    """An invisible place; taken out before a page is sent."""
    return f"\ue000{name}\ue001"


@dataclass(frozen=True)
class Page:
    """One answer: status, headers and text, which may hold marks."""

    body: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "text/html; charset=utf-8"

    @property
    def sent(self) -> bytes:
        return MARK.sub("", self.body).encode()


@dataclass
class Site:
    """A shop on one day.  ``roles`` maps a role to its path, ``foreign`` other hosts to pages.

    ``said`` maps the key of each legal sentence to its text on the page; ``fails`` are
    paths that answer so for this one look only.
    """

    company: Company
    words: Words
    template: str
    roles: dict[str, str]
    pages: dict[str, Page]
    said: dict[str, str]
    products: list[str]
    day: int
    missing: Page
    foreign: dict[str, dict[str, Page]] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.words.language

    @property
    def host(self) -> str:
        return self.company.host

    @property
    def url(self) -> str:
        return f"https://{self.host}/"

    def copy(self) -> Site:
        """The same shop, free to be changed."""
        return replace(
            self, pages=dict(self.pages), said=dict(self.said), foreign=dict(self.foreign),
            roles=dict(self.roles),
        )  # fmt: skip

    def paths(self, roles: Iterable[str] = ()) -> list[str]:
        """The HTML pages of ``roles``, or all."""
        wanted = [self.roles[role] for role in roles]
        html = [path for path, page in self.pages.items() if page.kind.startswith("text/html")]
        return wanted or html

    def map(self, change: Callable[[str], str], roles: Iterable[str] = ()) -> Site:
        """``change`` over the bodies; raises when no body differs."""
        new = self.copy()
        moved = False
        for path in self.paths(roles):
            page = self.pages[path]
            body = change(page.body)
            moved = moved or body != page.body
            new.pages[path] = replace(page, body=body)
        if not moved:
            raise NoChangeError(f"{self.template} {self.language}: nothing to change")
        return new

    def swap(self, old: str, by: str, roles: Iterable[str] = ()) -> Site:
        """Each ``old`` becomes ``by``."""
        return self.map(lambda body: body.replace(old, by), roles)

    def sub(
        self,
        pattern: str,
        by: str | Callable[[re.Match[str]], str],
        roles: Iterable[str] = (),
        count: int = 0,
    ) -> Site:
        """A regular expression over the bodies."""
        return self.map(lambda body: re.sub(pattern, by, body, count=count), roles)

    def at(self, place: str, html: str, roles: Iterable[str] = ()) -> Site:
        """``html`` at a mark: head, head_end, body, top, end, foot, foot_end, body_end."""
        return self.swap(mark(place), html + mark(place), roles)

    def say(self, key: str, text: str) -> Site:
        """The legal sentence ``key`` reads ``text`` from now on."""
        new = self.swap(self.said[key], text)
        new.said[key] = text
        return new

    def page(self, role: str, **changes: object) -> Site:
        """Fields of one page replaced."""
        new = self.copy()
        path = self.roles[role]
        old = self.pages[path]
        new.pages[path] = replace(old, **changes)  # type: ignore[arg-type]
        if new.pages[path] == old:
            raise NoChangeError(role)
        return new

    def header(self, name: str, change: Callable[[str], str]) -> Site:
        """A header of every page rewritten; "" takes it away."""
        new = self.copy()
        moved = False
        for path, page in self.pages.items():
            headers = tuple((n, change(v) if n == name else v) for n, v in page.headers)
            kept = tuple((n, v) for n, v in headers if v)
            moved = moved or kept != page.headers
            new.pages[path] = replace(page, headers=kept)
        if not moved:
            raise NoChangeError(name)
        return new

    def with_page(self, path: str, page: Page) -> Site:
        """One page more."""
        new = self.copy()
        new.pages[path] = page
        return new

    def like(self, title: str, main: str) -> Page:
        """A page in the shop's own frame: menus and footer of the about page."""
        old = self.pages[self.roles["about"]]
        start, end = old.body.index(mark("top")), old.body.index(mark("end"))
        body = f"{old.body[:start]}{mark('top')}<h1>{title}</h1>{main}{old.body[end:]}"
        body = re.sub(r"<title>.*?</title>", f"<title>{title}</title>", body)
        return replace(old, body=body)
