"""Reading a site's pages by role, and saying for which roles absence is proven.

The one entry is ``crawl``.  Rule AB (label conditions, "when absence may be called
absence") is kept here: a role is in ``complete_for`` only when every page that could
hold its content was read; otherwise ``gaps`` says why not.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from scanners.api import FORBIDDEN_BY_SITE, Clock, ScanOutcome, ScanRequest
from scanners.content import read, walls
from scanners.content.doubts import start_doubt
from scanners.content.frontier import Candidate, Frontier
from scanners.content.html import host_of
from scanners.content.languages import is_covered
from scanners.content.read import CrawledPage
from scanners.content.robots import Robots, parse_robots, parse_sitemap, sitemap_rank
from scanners.content.vocabulary import HUB, ROLES, roles_of_path
from scanners.content.whole import Whole, path_of
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.names import registrable_domain

__all__ = ["Crawl", "CrawledPage", "Failure", "crawl"]

PAGES_MAX = 40
START_DEADLINE_S = 45.0
PAGE_DEADLINE_S = 20.0
SIDE_DEADLINE_S = 10.0
SITEMAP_FILES_MAX = 5
SITEMAP_PAGES_PER_ROLE = 3
RESERVE_SHARE = 0.15
START_PAGE_MIN_CHARS = 400
CONSENT_WALL_MAX_CHARS = 300

# Reasons that are an honest "no such page": no trouble of the crawl.
GONE_REASONS = frozenset({"not_found", "soft_404"})
# Links that hide a page only when no other link leads to one of that role (menu toggles).
WEAK_REASONS = frozenset({"script_link", "external_page"})
# Roles whose pages are only looked at for their forms.
SIDE_ROLES = frozenset({"account", "checkout"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that gave no answer at all: which, for which roles, and why."""

    url: str
    roles: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Crawl:
    """What was read.

    ``pages`` begin with the start page when there is one.  ``complete_for`` are the
    roles for which rule AB holds, ``gaps`` the others with the reason word.
    ``robots`` and ``sitemap`` say how these were answered (``read``, ``absent``,
    or the trouble); ``probe`` how a made-up path was answered (``honest``,
    ``soft_404`` or the trouble).
    """

    outcome: ScanOutcome
    reason: str
    pages: tuple[CrawledPage, ...]
    complete_for: frozenset[str]
    gaps: Mapping[str, str]
    started_at: datetime
    robots: str = "not_asked"
    sitemap: str = "not_asked"
    probe: str = "not_asked"
    failures: tuple[Failure, ...] = ()
    requests: int = 0

    @property
    def start(self) -> CrawledPage | None:
        """The start page, or None when it was not answered."""
        return next((page for page in self.pages if "start" in page.roles), None)

    def of(self, *roles: str) -> tuple[CrawledPage, ...]:
        """Readable pages that have one of these roles."""
        return tuple(p for p in self.pages if p.readable and p.roles.intersection(roles))


async def crawl(fetcher: Fetcher, request: ScanRequest, clock: Clock) -> Crawl:
    """Read the start page and the pages of every role, or a seller's profile pages.

    Options: ``start_page_min_chars`` (400), ``consent_wall_max_chars`` (300),
    ``pages_max`` (40, never more).  Keeps within 85 % of ``request.deadline_s``.
    Never raises on anything the site does.
    """
    run = _Run(fetcher, request, clock.now())
    return await (run.seller() if request.subject == "seller" else run.shop())


def number_option(options: Mapping[str, object], name: str, default: int) -> int:
    """A whole number among the options, or its default."""
    value = options.get(name, default)
    return int(value) if isinstance(value, (int, float)) else default


def _probe_url(url: str) -> str:
    digest = hashlib.sha256(url.encode()).digest()[:10]
    name = base64.b32encode(digest).decode().lower()
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", "", ""))


@dataclass(slots=True)
class _Run:
    """One crawl under way.  Not shared, not reused."""

    fetcher: Fetcher
    request: ScanRequest
    started_at: datetime
    ends_at: float = 0.0
    within: frozenset[str] = frozenset()
    rules: Robots = field(default_factory=Robots)
    robots: str = "not_asked"
    sitemap: str = "not_asked"
    probe: str = "not_asked"
    probe_lines: tuple[str, ...] | None = None
    pages: dict[str, CrawledPage] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    whole: Whole = field(init=False)

    def __post_init__(self) -> None:
        now = asyncio.get_running_loop().time()
        self.ends_at = now + self.request.deadline_s * (1 - RESERVE_SHARE)
        urls = (self.request.url, *self.request.profile_urls)
        hosts = [*self.request.hosts, *(urlsplit(u).hostname or "" for u in urls)]
        self.within = frozenset(registrable_domain(h.lower()) for h in hosts if h)
        self.frontier.own = self.within
        self.frontier.https = urlsplit(self.request.url).scheme == "https"
        self.whole = Whole(self._ask, self._is_own, lambda url: self.rules.allows(path_of(url)))

    @property
    def left_s(self) -> float:
        return self.ends_at - asyncio.get_running_loop().time()

    async def shop(self) -> Crawl:
        """The whole walk of a shop or platform."""
        await self._read_robots()
        if not self.rules.allows(path_of(self.request.url)):
            reason = f"{FORBIDDEN_BY_SITE} forbids us the start page"
            return self._end(ScanOutcome.NOT_PERMITTED, reason)
        start = await self._read_start()
        if isinstance(start, FetchError):
            return self._end(start.outcome, start.reason)
        stop = _verdict_on_start(start)
        if stop is not None:
            return self._end(*stop)
        await self._read_probe()
        self.frontier.add_page(start, first=True)
        self._look_at_start(start)
        await self._walk()
        await self._read_sitemap()
        await self._walk()
        return self._end(ScanOutcome.COMPLETE, "")

    async def seller(self) -> Crawl:
        """Only the profile pages: the platform is not the seller's to be scanned."""
        await self._read_robots()
        self.whole.frames_left = 0
        for url in self.request.profile_urls[:PAGES_MAX]:
            roles = frozenset({"start", "profile"})
            await self._visit(Candidate(url, roles, "", own=True))
        pages = tuple(self.pages.values())
        broken = [f.reason for f in self.failures] + [p.problem or p.doubt for p in pages]
        reason = next((r for r in broken if r), "" if pages else "no_profile_urls")
        if reason:
            gaps = dict.fromkeys(ROLES, reason)
            return self._crawl(ScanOutcome.PARTIAL, reason, frozenset(), gaps)
        read_urls = {self.frontier.canonical(u) for p in pages for u in (p.url, p.final_url)}
        for page in pages:
            self.frontier.note_unfollowed(page, frozenset(read_urls))
        gaps = {role: found[0] for role in ROLES if (found := self.frontier.gaps(role))}
        return self._crawl(ScanOutcome.COMPLETE, "", frozenset(ROLES) - gaps.keys(), gaps)

    async def _get(self, url: str, deadline_s: float, *, external: bool = False) -> Exchange:
        if self.left_s <= 0:
            raise FetchError(ScanOutcome.TIMED_OUT, "no time left")
        within = None if external else self.within
        return await self.fetcher.get(url, within=within, deadline_s=min(deadline_s, self.left_s))

    async def _ask(self, url: str, external: bool) -> Exchange:
        return await self._get(url, PAGE_DEADLINE_S, external=external)

    async def _side(self, url: str) -> tuple[str, Exchange | None]:
        """An auxiliary file: (``read``, ``absent`` or the trouble, the answer)."""
        try:
            exchange = await self._get(url, SIDE_DEADLINE_S)
        except FetchError as error:
            return error.outcome.value, None
        if exchange.status in walls.GONE_STATUSES:
            return "absent", None
        return ("read", exchange) if exchange.status == 200 else (f"http_{exchange.status}", None)  # noqa: PLR2004

    async def _read_robots(self) -> None:
        url = (self.request.profile_urls or (self.request.url,))[0]
        source = self.request.url if self.request.subject != "seller" else url
        parts = urlsplit(source)
        address = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        self.robots, exchange = await self._side(address)
        if exchange is not None and b"<html" not in exchange.body[:2_000].lower():
            self.rules = parse_robots(exchange.text())

    async def _read_start(self) -> CrawledPage | FetchError:
        minimum = number_option(self.request.options, "start_page_min_chars", START_PAGE_MIN_CHARS)
        how = self._reading(max(minimum, 1))
        try:
            exchange = await self._get(self.request.url, START_DEADLINE_S)
        except FetchError as error:
            return error
        page = await self.whole.read(exchange, frozenset({"start"}), how)
        self.pages = {self.request.url: replace(page, url=self.request.url)}
        return self.pages[self.request.url]

    def _look_at_start(self, start: CrawledPage) -> None:
        doubt = start.doubt or start_doubt(start, leads=self.frontier.leads)
        self.whole.start = self.pages[self.request.url] = replace(start, doubt=doubt)

    def _reading(self, minimum: int = 0, hreflang: str = "") -> read.Reading:
        consent = number_option(
            self.request.options, "consent_wall_max_chars", CONSENT_WALL_MAX_CHARS
        )
        return read.Reading(minimum, consent, self.probe_lines, self._start_url(), hreflang)

    def _start_url(self) -> str:
        first = self.pages.get(self.request.url)
        return first.final_url if first is not None else ""

    async def _read_probe(self) -> None:
        status, exchange = await self._side(_probe_url(self.request.url))
        if exchange is None:
            self.probe = "honest" if status == "absent" else status
            return
        page = await read.read_page(exchange, frozenset(), self._reading())
        self.probe, self.probe_lines = "soft_404", page.lines

    async def _walk(self) -> None:
        limit = min(PAGES_MAX, max(1, number_option(self.request.options, "pages_max", PAGES_MAX)))
        while (candidate := self.frontier.next()) is not None:
            if len(self.pages) + len(self.failures) >= limit:
                self.frontier.stop("page_cap", candidate)
                return
            if self.left_s <= 0:
                self.frontier.stop("time_budget", candidate)
                return
            await self._visit(candidate)

    async def _visit(self, candidate: Candidate) -> None:
        known = self.pages.get(candidate.url)
        if known is not None:
            self.pages[candidate.url] = replace(known, roles=known.roles | candidate.roles)
            return
        if candidate.own and not self.rules.allows(path_of(candidate.url)):
            self.failures.append(Failure(candidate.url, candidate.roles, "robots"))
            return
        try:
            exchange = await self._get(candidate.url, PAGE_DEADLINE_S, external=not candidate.own)
        except FetchError as error:
            self.failures.append(Failure(candidate.url, candidate.roles, error.outcome.value))
            return
        how = self._reading(hreflang=candidate.language)
        page = await self.whole.read(exchange, candidate.roles, how, own=candidate.own)
        self.pages[candidate.url] = page
        leads_on = candidate.own and not candidate.roles <= SIDE_ROLES
        if page.readable and leads_on and self.request.subject != "seller":
            self.frontier.add_page(page, first=False)

    async def _read_sitemap(self) -> None:
        """Locations for roles that have no page yet (rule AB 3); an index goes one level."""
        parts = urlsplit(self._start_url() or self.request.url)
        default = urlunsplit((parts.scheme, parts.netloc, "/sitemap.xml", "", ""))
        files = [u for u in self.rules.sitemaps if self._is_own(u)] or [default]
        locations: list[str] = []
        states: list[str] = []
        asked = 0
        while files and asked < SITEMAP_FILES_MAX and self.left_s > 0:
            state, exchange = await self._side(files.pop(0))
            asked += 1
            states.append(state)
            if exchange is None:
                continue
            index, found = parse_sitemap(exchange.body)
            own = [u for u in found if self._is_own(u)]
            if index and asked == 1:
                files = sorted(own, key=sitemap_rank)[: SITEMAP_FILES_MAX - 1]
            elif not index:
                locations.extend(own)
        self.sitemap = next(
            (s for s in ("read", "absent") if s in states), (states or ["no_time"])[0]
        )
        self._add_locations(locations)

    def _is_own(self, url: str) -> bool:
        return registrable_domain(host_of(url)) in self.within

    def _add_locations(self, locations: list[str]) -> None:
        have = {r for p in self.pages.values() if p.readable for r in p.roles}
        taken: dict[str, int] = {}
        for url in sorted(locations, key=len):
            roles = roles_of_path(path_of(url)) - have
            wanted = {r for r in roles if taken.get(r, 0) < SITEMAP_PAGES_PER_ROLE}
            for role in wanted:
                taken[role] = taken.get(role, 0) + 1
            if wanted:
                self.frontier.add(Candidate(url, frozenset(wanted), "", own=True), 2)

    def _end(self, outcome: ScanOutcome, reason: str) -> Crawl:
        if outcome is not ScanOutcome.COMPLETE:
            word = reason if outcome is ScanOutcome.PARTIAL else outcome.value
            return self._crawl(outcome, reason, frozenset(), dict.fromkeys(ROLES, word))
        start = self.pages[self.request.url]
        if start.problem or not is_covered(start.language):
            word = start.problem or f"language_{start.language}"
            reason = f"the start page cannot be judged: {word}"
            return self._crawl(ScanOutcome.PARTIAL, reason, frozenset(), dict.fromkeys(ROLES, word))
        gaps = {role: gap for role in ROLES if (gap := self._gap(role))}
        trouble = sorted(
            r for r, gap in gaps.items() if gap not in GONE_REASONS and r not in SIDE_ROLES
        )
        said = f"not everything could be read for: {', '.join(trouble)}" if trouble else ""
        return self._crawl(
            ScanOutcome.PARTIAL if trouble else ScanOutcome.COMPLETE,
            said,
            frozenset(ROLES) - gaps.keys(),
            gaps,
        )

    def _gap(self, role: str) -> str:
        """Why rule AB does not hold for the role; "" when it does."""
        mine = [p for p in self.pages.values() if role in p.roles]
        reasons = [f.reason for f in self.failures if role in f.roles]
        reasons += [word for p in mine if (word := p.problem or p.doubt)]
        reasons += [f"language_{p.language}" for p in mine if not is_covered(p.language)]
        reasons += self.frontier.gaps(role)
        start = self.pages.get(self.request.url)
        # A start page that was not seen whole may lead to pages of any role.
        reasons += [start.doubt] if start is not None and start.doubt else []
        readable = any(p.readable for p in mine)
        weak = GONE_REASONS | WEAK_REASONS if readable else GONE_REASONS
        trouble = next((r for r in reasons if r not in weak), "")
        if trouble or readable:
            return trouble
        if role not in SIDE_ROLES and (closed := self._closed_hub()):
            return closed
        if self.sitemap not in ("read", "absent"):
            return "sitemap_unread"
        return next(iter(reasons), "")

    def _closed_hub(self) -> str:
        """Why a page that leads on could not be read; "" when each was read, or is gone."""
        words = [f.reason for f in self.failures if HUB in f.roles]
        words += [p.problem or p.doubt for p in self.pages.values() if HUB in p.roles]
        return next((word for word in words if word and word not in GONE_REASONS), "")

    def _crawl(
        self,
        outcome: ScanOutcome,
        reason: str,
        complete_for: frozenset[str],
        gaps: Mapping[str, str],
    ) -> Crawl:
        return Crawl(
            outcome=outcome,
            reason=reason,
            pages=tuple(self.pages.values()),
            complete_for=complete_for,
            gaps=gaps,
            started_at=self.started_at,
            robots=self.robots,
            sitemap=self.sitemap,
            probe=self.probe,
            failures=tuple(self.failures),
            requests=self.fetcher.requests,
        )


def _verdict_on_start(start: CrawledPage) -> tuple[ScanOutcome, str] | None:
    """The end of the crawl when the start page is no page of the shop."""
    match start.problem:
        case "bot_wall" | "consent_wall":
            return ScanOutcome.BLOCKED, f"{start.problem}: status {start.status}"
        case "redirected_out":
            return ScanOutcome.REDIRECTED_OUT, "the start page leads to another domain"
        case "parking_page" | "maintenance" | "http_error" | "not_found" | "document_unread":
            return ScanOutcome.PARTIAL, start.problem
        case _:
            return None
