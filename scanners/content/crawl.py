"""Reading a site's pages by role, and saying for which roles absence is proven.

The one entry is ``crawl``.  Rule AB (label conditions, "when absence may be called
absence") is kept here: a role is in ``complete_for`` only when every page that could
hold its content was read; otherwise ``gaps`` says why not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from scanners.api import FORBIDDEN_BY_SITE, Clock, ScanOutcome, ScanRequest, host_of
from scanners.content import read, walls
from scanners.content.crawled import Crawl
from scanners.content.doubts import start_doubt
from scanners.content.frontier import Candidate, Frontier
from scanners.content.gaps import (
    GONE_REASONS,
    SIDE_ROLES,
    Failure,
    role_gap,
    verdict_on_start,
)
from scanners.content.languages import is_covered
from scanners.content.measure import measured
from scanners.content.overview import OVERVIEWS_MAX, overview_links
from scanners.content.read import CrawledPage
from scanners.content.robots import Robots, parse_robots
from scanners.content.sampling import PRODUCT, SAMPLE_MAX, Sampler, Site
from scanners.content.second_look import SecondLook, Shared
from scanners.content.sitemaps import Sitemap, read_sitemaps, role_pages
from scanners.content.versions import VERSION, other_versions, privacy_pages
from scanners.content.vocabulary import ROLES
from scanners.content.whole import Whole, path_of
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.names import registrable_domain
from scanners.render.evidence import ConsentFacts

__all__ = ["GONE_REASONS", "SIDE_ROLES", "Crawl", "CrawledPage", "Failure", "crawl"]

PAGES_MAX = 40
START_DEADLINE_S = 45.0
PAGE_DEADLINE_S = 20.0
SIDE_DEADLINE_S = 10.0
RESERVE_SHARE = 0.15
START_PAGE_MIN_CHARS = 400
CONSENT_WALL_MAX_CHARS = 300
PRODUCT_SAMPLE_MIN = 5


async def crawl(
    fetcher: Fetcher,
    request: ScanRequest,
    clock: Clock,
    *,
    offers: bool = False,
    tills: bool = False,
    browser: Shared | None = None,
) -> Crawl:
    """Read the start page and the pages of every role, or a seller's profile pages.

    With ``offers`` also products by sample, categories and the overview behind the cart,
    after everything else: role ``product`` then has its place in ``complete_for`` or ``gaps``.
    With ``tills`` the overview behind the cart and one product: where data are typed.
    Options: ``start_page_min_chars`` (400), ``consent_wall_max_chars`` (300),
    ``product_sample_min`` (5, at most 20), ``pages_max`` (40, never more); with ``offers``
    also ``measure`` and ``render`` (``scanners.content.measure``).  Keeps within
    85 % of ``request.deadline_s``.  Never raises on anything the site does.  With
    ``browser`` pages that scripts make are looked at again, as many as ``SecondLook`` lets.
    """
    run = _Run(fetcher, request, clock.now(), offers, tills)
    try:
        async with SecondLook(browser, lambda: run.left_s, run.is_own) as second:
            run.whole.second = second
            return await (run.seller() if request.subject == "seller" else run.shop())
    finally:
        # The parts of a run hold each other: without this its trees wait for the collector.
        run.whole.second = None
        run.pages.clear()
        run.whole.start = None


def number_option(options: Mapping[str, object], name: str, default: int) -> int:
    """A whole number among the options, or its default."""
    value = options.get(name, default)
    return int(value) if isinstance(value, (int, float)) else default


@dataclass(slots=True)
class _Run:
    """One crawl under way.  Not shared, not reused."""

    fetcher: Fetcher
    request: ScanRequest
    started_at: datetime
    offers: bool
    tills: bool = False
    ends_at: float = 0.0
    within: frozenset[str] = frozenset()
    rules: Robots = field(default_factory=Robots)
    robots: str = "not_asked"
    sitemap: Sitemap = field(default_factory=Sitemap)
    product_gap: str = "none_found"
    probe: str = "not_asked"
    probe_lines: tuple[str, ...] | None = None
    pages: dict[str, CrawledPage] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    whole: Whole = field(init=False)
    consents: tuple[ConsentFacts, ...] = ()
    led_to: str = ""

    def __post_init__(self) -> None:
        now = asyncio.get_running_loop().time()
        self.ends_at = now + self.request.deadline_s * (1 - RESERVE_SHARE)
        urls = (self.request.url, *self.request.profile_urls)
        hosts = [*self.request.hosts, *(urlsplit(u).hostname or "" for u in urls)]
        self.within = frozenset(registrable_domain(h.lower()) for h in hosts if h)
        self.frontier.own = self.within
        self.frontier.https = urlsplit(self.request.url).scheme == "https"
        self.whole = Whole(self._ask, self.is_own, lambda url: self.rules.allows(path_of(url)))

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
            self.led_to = start.target
            return self._end(start.outcome, start.reason)
        stop = verdict_on_start(start)
        if stop is not None:
            return self._end(*stop)
        await self._read_probe()
        self.frontier.add_page(start, first=True)
        await self._look_at_start(start)
        await self._walk()
        await self._read_sitemap()
        await self._walk()
        await self._read_versions()
        if self.offers or self.tills:
            await self._read_overviews()
        if self.tills:
            await self._sample(1)
        if self.offers:
            await self._sample()
            how = self._reading()
            self.consents = await measured(self.whole, self.pages, self.request.options, how)
        return self._end(ScanOutcome.COMPLETE, "")

    async def _read_versions(self) -> None:
        """The privacy statement in every other language that the start page offers."""
        start = self.pages[self.request.url]
        for found, language in other_versions(start, self.is_own) if self.offers else ():
            url = self.frontier.canonical(found)
            await self._visit(Candidate(url, frozenset({VERSION}), language, own=True))
            page = self.pages.get(url)
            if page is not None and page.readable:
                for candidate in privacy_pages(page, language, self.is_own):
                    self.frontier.add(candidate, 0)
        await self._walk()

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
            return self._none(ScanOutcome.PARTIAL, reason, reason)
        read_urls = {self.frontier.canonical(u) for p in pages for u in (p.url, p.final_url)}
        for page in pages:
            self.frontier.note_unfollowed(page, frozenset(read_urls))
        gaps = {role: found[0] for role in ROLES if (found := self.frontier.gaps(role))}
        self.product_gap = "not_followed"
        return self._crawl(ScanOutcome.COMPLETE, "", gaps)

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

    async def _look_at_start(self, start: CrawledPage) -> None:
        """Is the whole start page there?  A browser may show what is missing of it."""
        doubt = start.doubt or start_doubt(start, leads=self.frontier.leads)
        start = replace(start, doubt=doubt)
        again = await self.whole.again(start, self._reading())
        if again is not start:
            self.frontier.add_page(again, first=True)
            again = replace(again, doubt=start_doubt(again, leads=self.frontier.leads))
        self.whole.start = self.pages[self.request.url] = replace(again, url=self.request.url)

    def _reading(self, minimum: int = 0, hreflang: str = "") -> read.Reading:
        consent = number_option(
            self.request.options, "consent_wall_max_chars", CONSENT_WALL_MAX_CHARS
        )
        return read.Reading(minimum, consent, self.probe_lines, self._start_url(), hreflang)

    def _start_url(self) -> str:
        first = self.pages.get(self.request.url)
        return first.final_url if first is not None else ""

    async def _read_probe(self) -> None:
        status, exchange = await self._side(walls.probe_url(self.request.url))
        if exchange is None:
            self.probe = "honest" if status == "absent" else status
            return
        page = await read.read_page(exchange, frozenset(), self._reading())
        self.probe, self.probe_lines = "soft_404", page.lines

    @property
    def stopped(self) -> str:
        """Why no further page may be asked for; "" when one may."""
        limit = min(PAGES_MAX, max(1, number_option(self.request.options, "pages_max", PAGES_MAX)))
        if len(self.pages) + len(self.failures) >= limit:
            return "page_cap"
        return "time_budget" if self.left_s <= 0 else ""

    async def _walk(self) -> None:
        while (candidate := self.frontier.next()) is not None:
            if self.stopped:
                self.frontier.stop(self.stopped, candidate)
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
        if page.readable and self._leads_on(candidate):
            self.frontier.add_page(page, first=False)

    def _leads_on(self, candidate: Candidate) -> bool:
        """Are the page's own links followed?  Not from forms, nor in other languages."""
        if self.request.subject == "seller" or not candidate.own:
            return False
        here = self.pages[self.request.url].language
        return candidate.language in ("", here) and not candidate.roles <= SIDE_ROLES

    async def _read_sitemap(self) -> None:
        """Locations for roles that have no page yet (rule AB 3)."""
        parts = urlsplit(self._start_url() or self.request.url)
        default = urlunsplit((parts.scheme, parts.netloc, "/sitemap.xml", "", ""))
        files = [u for u in self.rules.sitemaps if self.is_own(u)] or [default]
        self.sitemap = await read_sitemaps(
            self._side, files, self.is_own, lambda: self.left_s > 0, products=self.offers
        )
        have = {r for p in self.pages.values() if p.readable for r in p.roles}
        for url, roles in role_pages(self.sitemap.pages, frozenset(have)):
            self.frontier.add(Candidate(url, roles, "", own=True), 2)

    def is_own(self, url: str) -> bool:
        return registrable_domain(host_of(url)) in self.within

    async def _read_overviews(self) -> None:
        """What the cart leads on to by a plain link: the overview, never what follows it."""
        carts = [p for p in self.pages.values() if "checkout" in p.roles and p.readable]
        urls = [self.frontier.canonical(u) for p in carts for u in overview_links(p, self.is_own)]
        for url in list(dict.fromkeys(urls))[:OVERVIEWS_MAX]:
            if url not in self.pages and not self.stopped:
                await self._visit(Candidate(url, frozenset({"checkout"}), "", own=True))

    async def _sample(self, most: int = SAMPLE_MAX) -> None:
        wanted = number_option(self.request.options, "product_sample_min", PRODUCT_SAMPLE_MIN)
        site = Site(
            host=host_of(self.request.url),
            month=self.started_at.strftime("%Y-%m"),
            is_own=self.is_own,
            allows=lambda url: self.rules.allows(path_of(url)),
            canonical=self.frontier.canonical,
        )
        sampler = Sampler(site, self.pages, self.failures, self._page, lambda: self.stopped)
        self.product_gap = await sampler.run(self.sitemap, min(max(wanted, 0), most))

    async def _page(self, url: str, role: str) -> CrawledPage | str:
        """A page of an offer, or why it gave no answer."""
        try:
            exchange = await self._get(url, PAGE_DEADLINE_S)
        except FetchError as error:
            return error.outcome.value
        return await self.whole.read(exchange, frozenset({role}), self._reading())

    def _end(self, outcome: ScanOutcome, reason: str) -> Crawl:
        if outcome is not ScanOutcome.COMPLETE:
            word = reason if outcome is ScanOutcome.PARTIAL else outcome.value
            return self._none(outcome, reason, word)
        start = self.pages[self.request.url]
        if start.problem or not is_covered(start.language):
            word = start.problem or f"language_{start.language}"
            said = f"the start page cannot be judged: {word}"
            return self._none(ScanOutcome.PARTIAL, said, word)
        gaps = {role: gap for role in ROLES if (gap := self._gap(role))}
        trouble = sorted(
            r for r, gap in gaps.items() if gap not in GONE_REASONS and r not in SIDE_ROLES
        )
        said = f"not everything could be read for: {', '.join(trouble)}" if trouble else ""
        return self._crawl(ScanOutcome.PARTIAL if trouble else ScanOutcome.COMPLETE, said, gaps)

    def _gap(self, role: str) -> str:
        pages, noted = self.pages.values(), self.frontier.gaps(role)
        start = self.pages.get(self.request.url)
        return role_gap(role, pages, self.failures, noted, start, self.sitemap.state)

    def _none(self, outcome: ScanOutcome, reason: str, word: str) -> Crawl:
        """The end of a crawl that proves nothing, ``word`` being why."""
        self.product_gap = word
        return self._crawl(outcome, reason, dict.fromkeys(ROLES, word))

    def _crawl(
        self,
        outcome: ScanOutcome,
        reason: str,
        gaps: Mapping[str, str],
    ) -> Crawl:
        roles = frozenset((*ROLES, PRODUCT) if self.offers else ROLES)
        if self.offers and self.product_gap:
            gaps = {**gaps, PRODUCT: self.product_gap}
        return Crawl(
            outcome=outcome,
            reason=reason,
            pages=tuple(self.pages.values()),
            complete_for=roles - gaps.keys(),
            gaps=gaps,
            started_at=self.started_at,
            robots=self.robots,
            sitemap=self.sitemap.state,
            probe=self.probe,
            failures=tuple(self.failures),
            requests=self.fetcher.requests,
            consents=self.consents,
            rules=self.rules,
            led_to=self.led_to,
        )
