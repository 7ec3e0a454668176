"""The passive look at the OWASP Top 10: a handful of pages, no attack, no form sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from scanners.api import (
    Clock,
    Evidence,
    NetOptions,
    ScanKind,
    ScanOutcome,
    ScanRequest,
    ScanResult,
    clip,
    host_of,
)
from scanners.content.walls import GONE_STATUSES, WALL_STATUSES, is_bot_wall
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.names import registrable_domain
from scanners.owasp.checks import OK_STATUSES, look
from scanners.owasp.disclosure import running_text
from scanners.owasp.evidence import PROFILE_BASELINE, Coverage, Finding, OwaspFacts, Severity
from scanners.owasp.links import choose, same_site_links
from scanners.owasp.page import Page, read_page
from scanners.owasp.rules import ENGINE, categories, distinct

PAGES_MAX = 6
PAGE_DEADLINE_S = 30.0
# What is left of the deadline is for reading and for closing connections.
SHARE_OF_DEADLINE = 0.9
# A start page that is closed for a moment is a wall as well: nothing of the shop was seen.
_START_WALLS = WALL_STATUSES | {503}
_LOGIN_WANTED = 401


@dataclass(slots=True)
class _Look:
    """What was seen so far; ``known`` are addresses of the site, asked or not."""

    known: set[str] = field(default_factory=set)
    visited: int = 0
    findings: list[Finding] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def take(self, page: Page) -> None:
        self.visited += 1
        self.findings.extend(look(page))
        if not page.whole:
            self.troubles.append(f"{clip(page.url, 120)} was not read to its end")


class OwaspScanner:
    """Reads the start page and a few pages it links to, and notes what they show."""

    kind: ClassVar[ScanKind] = ScanKind.OWASP

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Look once, with GET only; a seller's platform is never looked at.

        ``complete`` when the start page and all chosen pages were read to their
        end; ``partial`` keeps what was seen; every other outcome has no evidence.
        """
        started = self._clock.now()
        if request.subject == "seller":
            reason = "a seller's platform is not scanned technically"
            return self._result(ScanOutcome.NOT_PERMITTED, reason, (), started, 0)
        end = asyncio.get_running_loop().time() + request.deadline_s * SHARE_OF_DEADLINE
        site = host_of(request.url)
        own = frozenset(registrable_domain(h) for h in (site, *request.hosts) if h)
        seen = _Look()
        async with Fetcher(self._options, self._clock) as fetcher:
            try:
                start = await _get(fetcher, request.url, own, end)
            except FetchError as error:
                return self._result(error.outcome, error.reason, (), started, fetcher.requests)
            page = read_page(start, site)
            if start.status in _START_WALLS or _is_wall(start, page):
                reason = f"something in front of the shop answered {start.status}"
                return self._result(ScanOutcome.BLOCKED, reason, (), started, fetcher.requests)
            _begin(seen, page)
            if page.is_html and page.status in OK_STATUSES:
                await _further(fetcher, page, own, end, seen)
            requests = fetcher.requests
        facts = _facts(seen)
        evidence = (Evidence(facts, start.final_url, started, _excerpt(facts)),)
        outcome = ScanOutcome.PARTIAL if seen.troubles else ScanOutcome.COMPLETE
        return self._result(outcome, "; ".join(seen.troubles[:3]), evidence, started, requests)

    def _result(
        self,
        outcome: ScanOutcome,
        reason: str,
        evidence: tuple[Evidence, ...],
        started: datetime,
        requests: int,
    ) -> ScanResult:
        took = (self._clock.now() - started).total_seconds()
        detail: dict[str, object] = {"engine": ENGINE.name, "profile": PROFILE_BASELINE}
        if outcome is not ScanOutcome.COMPLETE:
            detail["reason"] = clip(reason, 300)
        return ScanResult(self.kind, outcome, evidence, started, took, requests, detail)


async def _get(fetcher: Fetcher, url: str, own: frozenset[str], end: float) -> Exchange:
    left = end - asyncio.get_running_loop().time()
    if left <= 0:
        raise FetchError(ScanOutcome.TIMED_OUT, "no time left")
    return await fetcher.get(url, within=own, deadline_s=min(left, PAGE_DEADLINE_S))


def _begin(seen: _Look, page: Page) -> None:
    seen.known.add(page.url)
    seen.take(page)
    if page.status not in OK_STATUSES:
        seen.troubles.append(f"the start page answered {page.status}")
    elif not page.is_html:
        seen.troubles.append("the start page is not HTML")


async def _further(
    fetcher: Fetcher, start: Page, own: frozenset[str], end: float, seen: _Look
) -> None:
    """Read a few pages the start page links to; what could not be read becomes a trouble."""
    links = same_site_links(start, own)
    seen.known.update(links)
    chosen = choose(links, start.url, PAGES_MAX - 1)
    for url in chosen:
        try:
            await _visit(fetcher, url, start.site, own, end, seen)
        except FetchError as error:
            if error.outcome is ScanOutcome.REDIRECTED_OUT:
                seen.known.discard(url)  # a page of somebody else
            else:
                seen.troubles.append(f"{clip(url, 120)}: {error.reason}")


async def _visit(
    fetcher: Fetcher, url: str, site: str, own: frozenset[str], end: float, seen: _Look
) -> None:
    answer = await _get(fetcher, url, own, end)
    page = read_page(answer, site)
    if answer.status in GONE_STATUSES or answer.status == _LOGIN_WANTED:
        seen.known.discard(url)  # neither a dead link nor an account is a page that was missed
    elif _is_wall(answer, page) or answer.status not in OK_STATUSES:
        seen.troubles.append(f"{clip(url, 120)} answered {answer.status}")
    if not _is_wall(answer, page):
        seen.take(page)


def _is_wall(answer: Exchange, page: Page) -> bool:
    if answer.status in WALL_STATUSES:
        return True
    return page.is_html and is_bot_wall(answer, running_text(page))


def _facts(seen: _Look) -> OwaspFacts:
    known = max(len(seen.known), seen.visited)
    ratio = round(seen.visited / known, 3) if known else 0.0
    return OwaspFacts(
        engine=ENGINE,
        profile=PROFILE_BASELINE,
        findings=distinct(seen.findings),
        coverage=Coverage(known, seen.visited, ratio),
        categories=categories(),
    )


def _excerpt(facts: OwaspFacts) -> str:
    counts = {s: sum(f.severity is s for f in facts.findings) for s in reversed(Severity)}
    said = ", ".join(f"{number} {severity}" for severity, number in counts.items() if number)
    return clip(f"{facts.coverage.urls_visited} pages; {said or 'nothing found'}")
