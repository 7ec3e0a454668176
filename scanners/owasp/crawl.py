"""The pages of a passive look: from the start page by breadth, the telling ones first."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import parse_qsl, urljoin, urlsplit

from scanners.api import ScanOutcome, clip
from scanners.content.walls import GONE_STATUSES, WALL_STATUSES, is_bot_wall
from scanners.net.fetch import Exchange, FetchError, canonical
from scanners.owasp.asking import Asker, redirect_target
from scanners.owasp.checks import OK_STATUSES, look
from scanners.owasp.disclosure import running_text
from scanners.owasp.engine import Progress, Report
from scanners.owasp.evidence import Finding
from scanners.owasp.links import KNOWN_MAX, same_origin_links
from scanners.owasp.page import Page, read_page
from scanners.owasp.rules import path_template
from scanners.owasp.scripts import script_addresses

PAGES_MAX = 25
TOGETHER = 3
PER_GROUP_MAX = 3
PER_ROOT_MAX = 10
SILENT_MAX = 3
SHELL_TEXT_MAX = 120
THROTTLED = frozenset({429, 503})
_LOGIN_WANTED = 401
_SERVER_ERROR = 500
# More of the pages than this, and it is the site that fails.
BROKEN_SHARE = 0.1
_CATALOGUE = re.compile(
    r"/(?:product|produkt|produit|artikel|article|item|p|categor|kategori|collection|shop|winkel|"
    r"boutique|assortiment|merk|brand|marque)",
    re.IGNORECASE,
)
_ASSETS = (("img", "src"), ("script", "src"), ("link", "href"), ("source", "src"))


@dataclass(slots=True)
class Seen:
    """What the pages showed."""

    findings: list[Finding] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    # Addresses beside the pages that were asked for and answered: files, folders.
    probed: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    unanswered: int = 0
    broken: list[str] = field(default_factory=list)
    throttled: bool = False
    empty_pages: int = 0
    html_pages: int = 0
    # For what comes after the pages: programs, folders of files, answers that name origins.
    scripts: dict[str, None] = field(default_factory=dict)
    folders: Counter[str] = field(default_factory=Counter)
    cors: dict[str, None] = field(default_factory=dict)

    @property
    def fails(self) -> bool:
        """Do so many pages answer with a server error that the site was not really seen?"""
        return len(self.broken) > BROKEN_SHARE * len(self.visited)

    def trouble(self, said: str) -> None:
        """Something was not seen as it should be: the look is not complete."""
        if said not in self.troubles:
            self.troubles.append(said)


@dataclass(slots=True)
class _Waiting:
    """An address that may be visited; the smallest is the next."""

    rank: int
    depth: int
    place: int
    url: str

    @property
    def key(self) -> tuple[int, int, int]:
        return self.rank, self.depth, self.place


class Crawl:
    """Visits pages and remembers what they show."""

    pages_max: ClassVar[int] = PAGES_MAX

    def __init__(self, asker: Asker, site: str, report: Report, pages_max: int) -> None:
        self._asker = asker
        self._site = site
        self._report = report
        self._pages_max = pages_max
        self._waiting: dict[str, _Waiting] = {}
        self._asked: set[str] = set()
        self._groups: Counter[tuple[str, ...]] = Counter()
        self._silent = 0
        self.seen = Seen()

    async def run(self, start: Page, known: Iterable[str]) -> None:
        """Everything from the start page on, which was fetched already."""
        self._asked.add(start.url)
        self._take(start, depth=0)
        for url in known:
            self._hear(url, 0, 0)
        while len(self.seen.visited) < self._pages_max and not self.seen.throttled:
            chosen = self._next(min(TOGETHER, self._pages_max - len(self.seen.visited)))
            if not chosen:
                return
            if self._asker.left_s <= 0:
                done, more = len(self.seen.visited), len(chosen)
                self.seen.trouble(f"time was up after {done} pages with at least {more} to go")
                return
            answers = await asyncio.gather(*(self._get(one.url) for one in chosen))
            for one, answer in zip(chosen, answers, strict=True):
                self._read(one, answer)
            if self._silent >= SILENT_MAX:
                pages = len(self.seen.visited)
                self.seen.troubles.insert(0, f"the site stopped answering after {pages} pages")
                return
            self._tell(chosen[-1].url)

    def _tell(self, url: str) -> None:
        done = len(self.seen.visited)
        total = min(self._pages_max, max(done, len(self.seen.known)))
        current = clip(urlsplit(url).path, 80)
        self._report(Progress("pages", done, total, self._asker.requests, current))

    async def _get(self, url: str) -> Exchange | FetchError:
        try:
            return await self._asker.get(url)
        except FetchError as error:
            return error

    def _next(self, count: int) -> list[_Waiting]:
        """The best of those that wait, few of a kind; they wait no longer."""
        chosen: list[_Waiting] = []
        for one in sorted(self._waiting.values(), key=lambda waiting: waiting.key):
            if len(chosen) >= count:
                break
            del self._waiting[one.url]
            group = _group(one.url)
            most = PER_ROOT_MAX if group[1] == "/" else PER_GROUP_MAX
            if one.rank > 1:
                if self._groups[group] >= most:
                    continue
                self._groups[group] += 1
            self._asked.add(one.url)
            chosen.append(one)
        return chosen

    def _read(self, one: _Waiting, answer: Exchange | FetchError) -> None:
        if isinstance(answer, FetchError):
            self.seen.unanswered += 1
            self._silent += answer.outcome is not ScanOutcome.TIMED_OUT or self._asker.left_s > 0
            self.seen.trouble(f"{clip(one.url, 120)}: {answer.reason}")
            return
        self._silent = 0
        target = redirect_target(answer)
        if target:
            self.seen.known.discard(one.url)
            if self._asker.own(target):
                self._hear(target, one.rank, one.depth)
            else:
                self.seen.outside.add(clip(target, 300))
            return
        page = read_page(answer, self._site)
        walled = is_wall(answer, page)
        if answer.status in GONE_STATUSES or answer.status == _LOGIN_WANTED:
            # Neither a dead link nor an account is a page that was missed.
            self.seen.known.discard(one.url)
        elif not walled and answer.status >= _SERVER_ERROR and answer.status not in THROTTLED:
            # One page that always fails must not keep a whole site from being judged.
            self.seen.broken.append(one.url)
        elif walled or answer.status not in OK_STATUSES:
            self.seen.trouble(f"{clip(one.url, 120)} answered {answer.status}")
            self.seen.throttled = self.seen.throttled or answer.status in THROTTLED
        if not walled:
            self._take(page, one.depth)

    def _take(self, page: Page, depth: int) -> None:
        seen = self.seen
        seen.known.add(page.url)
        seen.visited.append(page.url)
        seen.findings.extend(look(page))
        if not page.whole:
            seen.trouble(f"{clip(page.url, 120)} was not read to its end")
        if any(name.startswith("access-control-") for name, _ in page.headers):
            seen.cors[page.url] = None
        if not page.is_html:
            return
        if page.status in OK_STATUSES:
            seen.html_pages += 1
            seen.empty_pages += is_shell(page, SHELL_TEXT_MAX)
        for target in script_addresses(page):
            seen.scripts[target] = None
        self._folders(page)
        for rank, url in same_origin_links(page, self._asker.own):
            self._hear(url, rank, depth + 1)

    def _hear(self, url: str, rank: int, depth: int) -> None:
        """An address of the site was named."""
        try:
            url = canonical(url)
        except FetchError:
            return
        if url in self._asked or url in self._waiting or not self._asker.allowed(url):
            return
        if len(self.seen.known) >= KNOWN_MAX:
            return
        self.seen.known.add(url)
        if rank > 1 and not _CATALOGUE.search(urlsplit(url).path):
            rank += 1
        self._waiting[url] = _Waiting(rank, depth, len(self._waiting) + len(self._asked), url)

    def _folders(self, page: Page) -> None:
        for tag, attribute in _ASSETS:
            for node in page.tree.css(f"{tag}[{attribute}]")[:200]:
                target = absolute_of(page, node.attributes.get(attribute) or "")
                folder = urlsplit(target).path.rpartition("/")[0] if target else ""
                if folder and self._asker.own(target):
                    parts = urlsplit(target)
                    self.seen.folders[f"{parts.scheme}://{parts.netloc}{folder}/"] += 1


def absolute_of(page: Page, reference: str) -> str:
    """The address a reference of the page means, "" when none can be asked."""
    try:
        return canonical(urljoin(page.base, reference.strip())) if reference else ""
    except (FetchError, ValueError):
        return ""


def is_wall(answer: Exchange, page: Page) -> bool:
    """Did something in front of the shop answer?"""
    if answer.status in WALL_STATUSES:
        return True
    return page.is_html and is_bot_wall(answer, running_text(page))


def is_shell(page: Page, least: int) -> bool:
    """A page that scripts fill in the browser: programs, and hardly a word (rule AB)."""
    return bool(script_addresses(page) or page.tree.css("script")) and (
        len(running_text(page)) < least
    )


def _group(url: str) -> tuple[str, ...]:
    """What pages of one kind have in common: the folder, and the names in the query."""
    parts = urlsplit(url)
    folder = path_template(url).rpartition("/")[0] or "/"
    names = sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)[:20])
    if names:
        folder = path_template(url)
    return parts.netloc, folder, *names
