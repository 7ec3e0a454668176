"""Reads a site's pages for everything that may be a mark of somebody else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
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
from scanners.content.crawl import Crawl, crawl
from scanners.content.second_look import SecondLook, shared_browser
from scanners.net.fetch import Fetcher
from scanners.net.names import registrable_domain
from scanners.seal.artwork import pictures_of
from scanners.seal.collect import Collector
from scanners.seal.evidence import PictureSeen, SealFacts
from scanners.seal.walk import Walk

# The role crawl may not eat the time for further pages; a seller has none.
CRAWL_SHARE = 0.75
WALK_SHARE = 0.95
_JUDGED = frozenset({ScanOutcome.COMPLETE, ScanOutcome.PARTIAL})


class SealScanner:
    """Looks for marks; a mark that is absent is proven only by enough pages.

    Durations are measured by the event loop, as everywhere in the crawl: the clock
    only dates what was seen.
    """

    kind: ClassVar[ScanKind] = ScanKind.SEAL

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._browser = shared_browser(options)

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Read the role pages, then further own pages up to ``PAGES_WANTED``.

        Of a seller only the profile pages.  Options: those of
        ``scanners.content.crawl.crawl``, and ``artwork``: true to fetch and decode pictures.
        """
        loop = asyncio.get_running_loop()
        started_at, began = self._clock.now(), loop.time()
        found: Crawl | None = None
        requests = 0
        pictures: tuple[PictureSeen, ...] = ()
        fetcher = Fetcher(self._options, self._clock)
        ends_at = began + request.deadline_s * WALK_SHARE
        walk = Walk(fetcher, request, Collector(_own(request)), ends_at)
        try:
            async with asyncio.timeout(request.deadline_s), fetcher:
                found = await crawl(fetcher, _crawl_request(request), self._clock)
                walk.take(found)
                if found.outcome in _JUDGED and walk.seen and request.subject != "seller":
                    await walk.further(found)
                if walk.seen and request.options.get("artwork") is True:
                    pictures = await self._pictures(fetcher, walk, ends_at)
        except TimeoutError:
            walk.stopped = "time_budget"
        requests = fetcher.requests
        outcome, reason = _end(found, walk)
        evidence: tuple[Evidence, ...] = ()
        if walk.seen:
            facts = SealFacts(
                start_url=request.url,
                pages_read=walk.read,
                complete=walk.complete,
                reason=clip(reason),
                references=walk.collector.references,
                pictures=pictures,
            )
            evidence = (Evidence(facts, request.url, started_at, clip(_excerpt(facts))),)
        detail = {"reason": clip(reason), "pages": walk.read}
        took = loop.time() - began
        return ScanResult(self.kind, outcome, evidence, started_at, took, requests, detail)

    async def _pictures(
        self, fetcher: Fetcher, walk: Walk, ends_at: float
    ) -> tuple[PictureSeen, ...]:
        if self._browser is None:
            return ()
        loop = asyncio.get_running_loop()
        look = SecondLook(self._browser, lambda: ends_at - loop.time(), lambda _: False)
        async with look as second:
            return await pictures_of(fetcher, second, walk.collector.references)


def _own(request: ScanRequest) -> frozenset[str]:
    names = (urlsplit(u).hostname or "" for u in (request.url, *request.profile_urls))
    return frozenset(registrable_domain(h) for h in (*request.hosts, *names) if h)


def _crawl_request(request: ScanRequest) -> ScanRequest:
    if request.subject == "seller":
        return request
    return replace(request, deadline_s=request.deadline_s * CRAWL_SHARE)


def _end(found: Crawl | None, walk: Walk) -> tuple[ScanOutcome, str]:
    """How the scan ended: whether the roles could be read does not matter to a mark."""
    if found is None:
        return ScanOutcome.TIMED_OUT, "the site took longer than the whole scan may take"
    if found.outcome not in _JUDGED:
        return found.outcome, found.reason
    if walk.complete:
        return ScanOutcome.COMPLETE, walk.reason
    return ScanOutcome.PARTIAL, walk.reason or found.reason


def _excerpt(facts: SealFacts) -> str:
    hosts = dict.fromkeys(r.host for r in facts.references if r.kind != "link" and r.host)
    return f"{facts.pages_read} pages; loads from or shows: {', '.join(hosts) or 'nothing'}"
