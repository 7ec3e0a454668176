"""Own pages beyond those of the role crawl, breadth first, until enough were read."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from scanners.api import ScanOutcome, ScanRequest
from scanners.content.actions import is_action
from scanners.content.crawl import (
    CONSENT_WALL_MAX_CHARS,
    GONE_REASONS,
    SIDE_ROLES,
    Crawl,
    number_option,
)
from scanners.content.html import Link
from scanners.content.read import CrawledPage, Reading, read_page
from scanners.content.robots import Robots, parse_robots
from scanners.content.vocabulary import roles_of_path, roles_of_text
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.names import registrable_domain
from scanners.seal.collect import Collector

PAGES_WANTED = 20
TRIES_MAX = 80
QUEUE_MAX = 2_000
HOSTS_MAX = 10
PROFILES_MAX = 40
PAGE_DEADLINE_S = 15.0
SIDE_DEADLINE_S = 10.0
# Pages with these problems are the site's own: what stands on them is seen, what is not
# on them proves nothing.
SEEN_IN_PART = frozenset({"truncated", "thin_start_page", "script_shell"})
_FILES = (
    ".pdf", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".ico", ".zip", ".gz",
    ".css", ".js", ".json", ".xml", ".rss", ".txt", ".csv", ".doc", ".docx", ".xls", ".xlsx",
    ".mp3", ".mp4", ".webm", ".ics", ".vcf", ".woff", ".woff2", ".exe", ".apk",
)  # fmt: skip


@dataclass(slots=True)
class Walk:
    """What was read of one site, and what could not be.  For one scan.

    ``ends_at`` is in seconds of the running event loop.  ``gaps`` maps a URL to
    the word for why its page could not be read; ``stopped`` says why the walk ended
    before every linked page was asked for (``time_budget``, ``page_cap``).
    """

    fetcher: Fetcher
    request: ScanRequest
    collector: Collector
    ends_at: float
    gaps: dict[str, str] = field(default_factory=dict)
    stopped: str = ""
    start_read: bool = False
    _texts: set[int] = field(default_factory=set)
    _queue: deque[tuple[str, bool]] = field(default_factory=deque)
    _known: set[str] = field(default_factory=set)
    _finals: set[str] = field(default_factory=set)
    _rules: dict[str, Robots] = field(default_factory=dict)
    _reading: Reading = field(default_factory=lambda: Reading(0, CONSENT_WALL_MAX_CHARS, None, ""))

    @property
    def read(self) -> int:
        """Distinct readable pages; the same text under another address is one page."""
        return len(self._texts)

    @property
    def seen(self) -> bool:
        """Was any own page looked at?"""
        return bool(self._finals)

    @property
    def complete(self) -> bool:
        """May absence be called absence?"""
        if not self.start_read or self.collector.left_out:
            return False
        if self.request.subject != "seller" and self.read >= PAGES_WANTED:
            return True
        return not self.gaps and not self.stopped

    @property
    def reason(self) -> str:
        """What is missing, in words; "" when nothing is."""
        said = [f"more than can be kept: {what}" for what in sorted(self.collector.left_out)]
        if self.gaps:
            url, problem = next(iter(self.gaps.items()))
            more = f" and {len(self.gaps) - 1} more" if len(self.gaps) > 1 else ""
            said.append(f"{problem}: {url}{more}")
        if self.stopped:
            said.append(f"{self.stopped} after {self.read} pages")
        return "; ".join(said)

    def take(self, found: Crawl) -> None:
        """What the role crawl read; its troubles are gaps here unless of side roles."""
        soft = found.probe == "soft_404"
        # All first: the start page links to what the crawl has read already.
        asked = [f.url for f in found.failures] + [p.url for p in found.pages]
        self._known.update(asked, (p.final_url for p in found.pages))
        for page in found.pages:
            if page.own:
                self._page(page, is_side=page.roles <= SIDE_ROLES and bool(page.roles), soft=soft)
        for failure in found.failures:
            if self._is_own(failure.url) and not failure.roles <= SIDE_ROLES:
                self._gap(failure.url, failure.reason)
        if self.request.subject == "seller":
            self.start_read = self.read > 0
            for url in self.request.profile_urls[PROFILES_MAX:]:
                self._gap(url, "page_cap")
        else:
            start = found.start
            self.start_read = start is not None and start.readable

    async def further(self, found: Crawl) -> None:
        """Read on until enough pages were read, none is left, or the time is over."""
        start = found.start
        home = start.final_url if start is not None else self.request.url
        consent = number_option(
            self.request.options, "consent_wall_max_chars", CONSENT_WALL_MAX_CHARS
        )
        probe = await self._probe_lines(home) if found.probe == "soft_404" else None
        self._reading = Reading(0, consent, probe, home)
        tries = 0
        while self._queue and self.read < PAGES_WANTED:
            if self._left_s <= 0:
                self.stopped = "time_budget"
                return
            if tries >= TRIES_MAX:
                self.stopped = "page_cap"
                return
            tries += await self._visit(*self._queue.popleft())

    @property
    def _left_s(self) -> float:
        return self.ends_at - asyncio.get_running_loop().time()

    def _is_own(self, url: str) -> bool:
        return registrable_domain(urlsplit(url).hostname or "") in self.collector.own

    def _gap(self, url: str, reason: str) -> None:
        # A page that leads to another domain is none of the site's.
        if reason not in GONE_REASONS and reason != ScanOutcome.REDIRECTED_OUT:
            self.gaps.setdefault(url, reason)

    def _page(self, page: CrawledPage, *, is_side: bool, soft: bool) -> None:
        """Take up what an own page shows, and its links."""
        if page.html is None and page.problem not in ("bot_wall", "http_error"):
            return
        if page.problem and not is_side:
            if page.problem == "soft_404" and soft:
                # Unknown paths get a page here: this one may be real and made in the browser.
                self.gaps.setdefault(page.url, "soft_404")
            self._gap(page.url, page.problem)
        if page.html is None or (page.problem and page.problem not in SEEN_IN_PART):
            return
        if page.final_url not in self._finals:
            self._finals.add(page.final_url)
            self.collector.page(page.html, page.final_url)
        if page.readable:
            self._texts.add(hash(page.text))
        self._add(page.links)

    def _add(self, links: Iterable[Link]) -> None:
        for link in links:
            url = self._canonical(link.url)
            if link.kind not in ("page", "anchor", "frame") or url in self._known:
                continue
            if not self._is_own(url) or not _is_page(url):
                continue
            if len(self._known) >= QUEUE_MAX:
                self.gaps.setdefault(url, "page_cap")
                return
            self._known.add(url)
            roles = roles_of_text(link.text) | roles_of_path(_path(url))
            self._queue.append((url, bool(roles) and roles <= SIDE_ROLES))

    def _canonical(self, url: str) -> str:
        parts = urlsplit(url)
        https = urlsplit(self.request.url).scheme == "https" and parts.port is None
        scheme = "https" if https else parts.scheme
        return urlunsplit((scheme, parts.netloc, parts.path or "/", parts.query, ""))

    async def _visit(self, url: str, is_side: bool) -> int:
        """Ask for one page; how many were asked for."""
        rules = await self._rules_of(url)
        if rules is None or not rules.allows(_path(url)):
            if not is_side:
                self._gap(url, "host_cap" if rules is None else "robots")
            return 0
        try:
            exchange = await self._get(url, PAGE_DEADLINE_S)
        except FetchError as error:
            if not is_side:
                self._gap(url, error.outcome.value)
            return 1
        kind = exchange.header("content-type").lower()
        is_file = (kind and "html" not in kind) or exchange.body[:1_024].lstrip()[:4] == b"%PDF"
        if exchange.status == 200 and is_file:  # noqa: PLR2004
            return 1
        page = await read_page(exchange, frozenset(), self._reading)
        self._known.add(page.final_url)
        self._page(page, is_side=is_side, soft=self._reading.probe_lines is not None)
        return 1

    async def _get(self, url: str, deadline_s: float) -> Exchange:
        left = self._left_s
        if left <= 0:
            raise FetchError(ScanOutcome.TIMED_OUT, "no time left")
        own = self.collector.own
        return await self.fetcher.get(url, within=own, deadline_s=min(deadline_s, left))

    async def _rules_of(self, url: str) -> Robots | None:
        """robots.txt of the page's own host (RFC 9309 2.3); None for one host too many."""
        parts = urlsplit(url)
        if parts.netloc not in self._rules:
            if len(self._rules) >= HOSTS_MAX:
                return None
            address = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
            self._rules[parts.netloc] = await self._robots(address)
        return self._rules[parts.netloc]

    async def _robots(self, address: str) -> Robots:
        """As in the crawl: without a file that can be read nothing is forbidden."""
        try:
            exchange = await self._get(address, SIDE_DEADLINE_S)
        except FetchError:
            return Robots()
        is_file = exchange.status == 200 and b"<html" not in exchange.body[:2_000].lower()  # noqa: PLR2004
        return parse_robots(exchange.text()) if is_file else Robots()

    async def _probe_lines(self, home: str) -> tuple[str, ...] | None:
        """The lines of the answer to a made-up path, where the crawl found there is one."""
        name = base64.b32encode(hashlib.sha256(home.encode()).digest()[10:20]).decode().lower()
        parts = urlsplit(home)
        try:
            exchange = await self._get(
                urlunsplit((parts.scheme, parts.netloc, f"/{name}", "", "")), SIDE_DEADLINE_S
            )
        except FetchError:
            return None
        page = await read_page(exchange, frozenset(), self._reading)
        return page.lines if exchange.status == 200 else None  # noqa: PLR2004


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _is_page(url: str) -> bool:
    return not urlsplit(url.lower()).path.endswith(_FILES) and not is_action(url)
