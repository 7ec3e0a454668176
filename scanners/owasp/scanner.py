"""The passive look at the OWASP Top 10: a handful of pages, no attack, no form sent."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from scanners.api import (
    Clock,
    Evidence,
    NetOptions,
    ScanKind,
    ScanOutcome,
    ScanRequest,
    ScanResult,
    clip,
)
from scanners.content.html import parse, read_links
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.names import registrable_domain
from scanners.owasp.evidence import Coverage, Engine, OwaspFacts, Weakness
from scanners.owasp.passive import RULES, look

PAGES_MAX = 5
ENGINE = Engine("keurwacht-passive", "1", len(RULES))
PROFILE = "baseline"
_SEVERITIES = ("critical", "high", "medium", "low", "info")
_WALLS = frozenset({401, 403, 406, 429, 503})
_ERRORS_FROM = 400
# What looking without touching can say something of; the rest needs more than a look.
CATEGORIES = {
    "2021": {
        "A01": "partly", "A02": "partly", "A03": "not_testable", "A04": "not_testable",
        "A05": "partly", "A06": "not_testable", "A07": "not_testable", "A08": "not_testable",
        "A09": "not_testable", "A10": "not_testable",
    },
    "2025": {
        "A01": "partly", "A02": "partly", "A03": "not_testable", "A04": "partly",
        "A05": "not_testable", "A06": "not_testable", "A07": "not_testable",
        "A08": "not_testable", "A09": "not_testable", "A10": "partly",
    },
}  # fmt: skip


class OwaspScanner:
    """Reads the start page and a few pages it links to, and notes what they show."""

    kind: ClassVar[ScanKind] = ScanKind.OWASP

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Look once; a seller's platform is never looked at."""
        started = self._clock.now()
        if request.subject == "seller":
            reason = "a seller's platform is not scanned technically"
            return self._result(ScanOutcome.NOT_PERMITTED, reason, (), started, 0)
        own = frozenset(
            registrable_domain(h) for h in (urlsplit(request.url).hostname or "", *request.hosts)
        )
        async with Fetcher(self._options, self._clock) as fetcher:
            try:
                start = await fetcher.get(
                    request.url, within=own, deadline_s=request.deadline_s * 0.5
                )
            except FetchError as error:
                return self._result(error.outcome, error.reason, (), started, fetcher.requests)
            if start.status in _WALLS:
                reason = f"the start page answers {start.status}"
                return self._result(ScanOutcome.BLOCKED, reason, (), started, fetcher.requests)
            if start.status >= _ERRORS_FROM:
                reason = f"the start page answers {start.status}"
                return self._result(ScanOutcome.PARTIAL, reason, (), started, fetcher.requests)
            left = request.deadline_s * 0.9 - (self._clock.now() - started).total_seconds()
            pages, known, trouble = await self._pages(fetcher, start, own, left)
            requests = fetcher.requests
        facts = _facts(pages, known)
        evidence = (Evidence(facts, request.url, started, _excerpt(facts)),)
        outcome = ScanOutcome.PARTIAL if trouble else ScanOutcome.COMPLETE
        return self._result(outcome, trouble, evidence, started, requests)

    async def _pages(
        self, fetcher: Fetcher, start: Exchange, own: frozenset[str], left_s: float
    ) -> tuple[list[Exchange], int, str]:
        """(pages read, pages chosen, why not all of them)."""
        pages, trouble = [start], ""
        chosen = _links(start, own)[: PAGES_MAX - 1]
        ends = self._clock.now().timestamp() + left_s
        for url in chosen:
            left = ends - self._clock.now().timestamp()
            if left <= 0:
                trouble = trouble or "no time left"
                break
            try:
                pages.append(await fetcher.get(url, within=own, deadline_s=min(left, 20.0)))
            except FetchError as error:
                trouble = trouble or f"{error.outcome.value}: {error.reason}"
        return pages, len(chosen) + 1, trouble

    def _result(
        self,
        outcome: ScanOutcome,
        reason: str,
        evidence: tuple[Evidence, ...],
        started: datetime,
        requests: int,
    ) -> ScanResult:
        took = (self._clock.now() - started).total_seconds()
        detail = {"reason": clip(reason, 300), "engine": ENGINE.name, "profile": PROFILE}
        return ScanResult(self.kind, outcome, evidence, started, took, requests, detail)


def _links(start: Exchange, own: frozenset[str]) -> list[str]:
    """Own pages the start page links to, those that ask for data first."""
    if "html" not in start.header("content-type").lower():
        return []
    found = [
        link.url
        for link in read_links(parse(start.text()), start.final_url)
        if link.kind == "page" and registrable_domain(urlsplit(link.url).hostname or "") in own
    ]
    words = ("login", "account", "contact", "cart", "basket", "winkelwagen", "panier", "kasse")
    unique = [url for url in dict.fromkeys(found) if url != start.final_url]
    return sorted(unique, key=lambda url: not any(word in url.lower() for word in words))


def _facts(pages: list[Exchange], known: int) -> OwaspFacts:
    unique: dict[str, Weakness] = {}
    for page in pages:
        for found in look(page):
            # One rule speaks once per host unless it names what it is about.
            unique.setdefault(f"{found.rule}\0{found.param}\0{urlsplit(found.url).hostname}", found)
    findings = sorted(unique.values(), key=lambda w: (_SEVERITIES.index(w.severity), w.rule))
    coverage = Coverage(known, len(pages), round(len(pages) / max(known, 1), 3))
    return OwaspFacts(ENGINE, PROFILE, tuple(findings), coverage, CATEGORIES)


def _excerpt(facts: OwaspFacts) -> str:
    counts = {s: sum(f.severity == s for f in facts.findings) for s in _SEVERITIES}
    said = ", ".join(f"{n} {s}" for s, n in counts.items() if n)
    return clip(f"{facts.coverage.urls_visited} pages; {said or 'nothing found'}")
