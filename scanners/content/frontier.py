"""Which pages to read next: candidates per role, taken in turn, at most 8 each."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from scanners.content.actions import is_action
from scanners.content.html import Link
from scanners.content.parties import EXTERNAL_ROLES, FOREIGN_PARTIES
from scanners.content.read import CrawledPage
from scanners.content.role_words import ROLE_WORDS
from scanners.content.vocabulary import (
    HUB,
    ROLES,
    is_hub,
    is_setting,
    roles_of_path,
    roles_of_text,
)
from scanners.net.names import registrable_domain

PER_ROLE_MAX = 8
EXTERNAL_PER_ROLE_MAX = 2
CANDIDATES_MAX = 2_000
# A start page that leads to none of these has not shown its menu or footer.
_LEADS = frozenset({"contact", "about", "terms", "privacy", HUB})
_EXTERNAL_ROLES_OF_FACTS = frozenset({"contact", "about", "complaints", "returns", "delivery"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page worth reading.  ``own`` is False for one on another registrable domain."""

    url: str
    roles: frozenset[str]
    language: str
    own: bool


@dataclass(slots=True)
class Frontier:
    """Candidates in order of worth; roles take turns so that none eats the page cap."""

    own: frozenset[str] = frozenset()
    https: bool = True
    _queues: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    _known: dict[str, Candidate] = field(default_factory=dict)
    _given: set[str] = field(default_factory=set)
    _taken: dict[str, int] = field(default_factory=dict)
    _gaps: dict[str, list[str]] = field(default_factory=dict)
    _turn: int = 0
    _hosts: dict[str, bool] = field(default_factory=dict)

    def gaps(self, role: str) -> list[str]:
        """Reasons found on the way why pages of the role could not be read."""
        return self._gaps.get(role, [])

    @property
    def leads(self) -> bool:
        """Was any link to a page of identity, terms or privacy found?"""
        return any(c.roles & _LEADS for c in self._known.values()) or bool(_LEADS & set(self._gaps))

    def add_page(self, page: CrawledPage, *, first: bool) -> None:
        """Every link of a page that leads to a role.

        From pages behind the start page only links named by their text count: a
        path alone is too weak a reason that far out.  Pages that promise to lead on
        (hubs) are taken up from the start page only.
        """
        languages = {ln.url: ln.rel for ln in page.links if ln.kind == "alternate"}
        for link in page.links:
            if link.kind not in ("page", "anchor", "script"):
                continue
            named = roles_of_text(link.text)
            if not (named or first) or is_action(link.url):
                continue
            if link.kind == "script":
                if first and not is_setting(link.text):
                    self._note(named, "script_link")
                continue
            parts = urlsplit(link.url)
            if not self._is_own_host(parts.hostname or ""):
                self._add_external(link, named)
                continue
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            hinted = roles_of_path(path) if first else frozenset[str]()
            roles = named | hinted | ({HUB} if first and is_hub(link.text) else frozenset())
            if not roles:
                continue
            self._add_own(page, link, roles, languages, 0 if named and hinted else 2 - bool(named))

    def _is_own_host(self, host: str) -> bool:
        if host not in self._hosts:
            self._hosts[host] = registrable_domain(host) in self.own
        return self._hosts[host]

    def _add_own(
        self,
        page: CrawledPage,
        link: Link,
        roles: frozenset[str],
        languages: dict[str, str],
        rank: int,
    ) -> None:
        url = self.canonical(link.url)
        home = url in (self.canonical(page.url), self.canonical(page.final_url))
        if home and link.kind != "anchor" and "start" in page.roles:
            # "Privacy" that leads back to the start page is no privacy page.
            if not roles_of_path(urlsplit(url).path):
                self._note(roles_of_text(link.text), "soft_404")
            return
        if home:
            url = page.url
        self.add(Candidate(url, roles, languages.get(link.url, ""), own=True), rank)

    def canonical(self, url: str) -> str:
        """The address under which a page is known here."""
        parts = urlsplit(url)
        scheme = "https" if self.https and parts.port is None else parts.scheme
        return urlunsplit((scheme, parts.netloc, parts.path or "/", parts.query, ""))

    def _add_external(self, link: Link, named: frozenset[str]) -> None:
        domain = registrable_domain(urlsplit(link.url).hostname or "")
        if not named or domain in FOREIGN_PARTIES:
            return
        hosted = named & EXTERNAL_ROLES
        if hosted and all(
            self._taken.get(f"external {r}", 0) < EXTERNAL_PER_ROLE_MAX for r in hosted
        ):
            for role in hosted:
                self._taken[f"external {role}"] = self._taken.get(f"external {role}", 0) + 1
            self.add(Candidate(link.url, hosted, "", own=False), 1)
        self._note(named & _EXTERNAL_ROLES_OF_FACTS, "external_page")

    def note_unfollowed(self, page: CrawledPage, read: frozenset[str]) -> None:
        """Links of a page whose links are not ours to follow: gaps of their roles.

        ``read`` are the addresses that were read all the same.
        """
        for link in page.links:
            if link.kind not in ("page", "anchor", "script") or is_action(link.url):
                continue
            parts = urlsplit(link.url)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            own = registrable_domain(parts.hostname or "") in self.own
            hinted = roles_of_path(path) if own and link.kind != "script" else frozenset[str]()
            roles = roles_of_text(link.text) | hinted
            roles |= frozenset(ROLES if is_hub(link.text) else ())
            if link.kind == "script":
                self._note(frozenset() if is_setting(link.text) else roles, "script_link")
            elif not own:
                foreign = registrable_domain(parts.hostname or "") in FOREIGN_PARTIES
                self._note(frozenset() if foreign else roles_of_text(link.text), "external_page")
            elif self.canonical(link.url) not in read:
                self._note(roles, "not_followed")

    def _note(self, roles: frozenset[str], reason: str) -> None:
        for role in roles:
            self._gaps.setdefault(role, []).append(reason)

    def add(self, candidate: Candidate, rank: int) -> None:
        """Take up a candidate; ``rank`` 0 is best.  A known URL gains the roles."""
        known = self._known.get(candidate.url)
        if known is not None:
            fresh = candidate.roles - known.roles
            if not fresh:
                return
            candidate = Candidate(
                known.url, known.roles | fresh, known.language or candidate.language, known.own
            )
            self._given.discard(candidate.url)
        elif len(self._known) >= CANDIDATES_MAX:
            return
        self._known[candidate.url] = candidate
        for role in candidate.roles - (known.roles if known is not None else frozenset()):
            entry = (rank, len(self._known), candidate.url)
            heapq.heappush(self._queues.setdefault(role, []), entry)

    def next(self) -> Candidate | None:
        """The next candidate, or None when every role is done."""
        roles = (*ROLE_WORDS, HUB)
        for step in range(len(roles)):
            role = roles[(self._turn + step) % len(roles)]
            queue = self._queues.get(role, [])
            while queue and self._taken.get(role, 0) < PER_ROLE_MAX:
                _, _, url = heapq.heappop(queue)
                if url in self._given:
                    continue
                self._turn += step + 1
                self._given.add(url)
                candidate = self._known[url]
                for mine in candidate.roles:
                    self._taken[mine] = self._taken.get(mine, 0) + 1
                return candidate
        return None

    def stop(self, reason: str, waiting: Candidate) -> None:
        """The walk ends early: every role that still waits for pages has a gap."""
        self._note(waiting.roles, reason)
        for role, queue in self._queues.items():
            more = any(url not in self._given for _, _, url in queue)
            if more and self._taken.get(role, 0) < PER_ROLE_MAX:
                self._note(frozenset({role}), reason)
