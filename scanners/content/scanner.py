"""The content scanner: reads a shop's pages and reports the facts on them."""

from __future__ import annotations

import asyncio
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
from scanners.content.crawl import Crawl, crawl
from scanners.content.evidence import PageFacts, PlainAnswer, SiteFacts
from scanners.content.extract import page_facts
from scanners.content.plain import ask_plain, cookies_of, plain_urls
from scanners.content.read import CrawledPage
from scanners.content.second_look import shared_browser
from scanners.content.versions import language_offered
from scanners.net.fetch import Fetcher
from scanners.net.names import registrable_domain
from scanners.render.evidence import ConsentFacts

MARGIN_S = 1.0
FAILURES_MAX = 60


class ContentScanner:
    """Scan kind ``content``.  Evidence: one ``SiteFacts``, one ``PageFacts`` per page.

    Where it is asked for and there is a browser, also ``ConsentFacts``.

    A seller is read on its profile URLs only and never asked over plain HTTP.
    """

    kind: ClassVar[ScanKind] = ScanKind.CONTENT

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._browser = shared_browser(options)

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Look once.  Options: those of ``scanners.content.crawl.crawl``."""
        loop = asyncio.get_running_loop()
        started_at, began = self._clock.now(), loop.time()
        ends_at = began + request.deadline_s
        try:
            async with (
                asyncio.timeout(request.deadline_s),
                Fetcher(self._options, self._clock) as fetcher,
            ):
                seen = await crawl(
                    fetcher, request, self._clock, offers=True, browser=self._browser
                )
                facts = await _facts_of(seen, request)
                left_s = ends_at - loop.time() - MARGIN_S
                plain = await self._plain(fetcher, request, seen, facts, left_s)
                requests = fetcher.requests
        except TimeoutError:
            reason = "the site took longer than the whole scan may take"
            return ScanResult(
                kind=self.kind,
                outcome=ScanOutcome.TIMED_OUT,
                evidence=(),
                started_at=started_at,
                duration_s=loop.time() - began,
                detail={"reason": reason},
            )
        site = _site_facts(seen, request, plain, requests)
        first = Evidence(site, request.url, started_at, clip(_said(seen)))
        return ScanResult(
            kind=self.kind,
            outcome=seen.outcome,
            evidence=(first, *_evidence(seen.pages, facts), *_watched(seen, started_at)),
            started_at=started_at,
            duration_s=loop.time() - began,
            requests=requests,
            detail={
                "reason": seen.reason,
                "pages": len(seen.pages),
                "complete_for": list(site.complete_for),
                "gaps": dict(site.gaps),
                "rendered": [page.final_url for page in seen.pages if page.rendered],
            },
        )

    async def _plain(
        self,
        fetcher: Fetcher,
        request: ScanRequest,
        seen: Crawl,
        facts: tuple[PageFacts, ...],
        left_s: float,
    ) -> tuple[PlainAnswer, ...]:
        if request.subject == "seller" or seen.outcome is ScanOutcome.NOT_PERMITTED:
            return ()
        asking = frozenset(f.url for f in facts if any(form.personal for form in f.forms))
        urls = plain_urls(seen.pages, asking)
        if not urls:
            urls = (f"http://{urlsplit(request.url).hostname}/",)
        return await ask_plain(fetcher, self._options, urls, left_s, own_domains(request))


def own_domains(request: ScanRequest) -> frozenset[str]:
    """The registrable domains that are the site's own."""
    urls = (request.url, *request.profile_urls)
    hosts = (*request.hosts, *(urlsplit(url).hostname or "" for url in urls))
    return frozenset(registrable_domain(host.lower()) for host in hosts if host)


async def _facts_of(seen: Crawl, request: ScanRequest) -> tuple[PageFacts, ...]:
    own = own_domains(request)
    facts: list[PageFacts] = []
    for page in seen.pages:
        facts.append(page_facts(page, own))
        # Hostile pages cost up to a second each: let the deadline in between.
        await asyncio.sleep(0)
    return tuple(facts)


def _evidence(pages: tuple[CrawledPage, ...], facts: tuple[PageFacts, ...]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            facts=fact,
            source_url=page.final_url,
            seen_at=page.exchange.started_at,
            excerpt=clip(f"{page.title} | {page.text}" if page.title else page.text),
            body=page.exchange.body,
        )
        for page, fact in zip(pages, facts, strict=True)
    )


def _watched(seen: Crawl, at: datetime) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(facts=facts, source_url=facts.url, seen_at=at, excerpt=clip(_met(facts)))
        for facts in seen.consents
    )


def _met(facts: ConsentFacts) -> str:
    if facts.problem:
        return f"not seen: {facts.problem}"
    names = dict.fromkeys([*(c.name for c in facts.cookies), *(k.key for k in facts.keys)])
    hosts = ", ".join(h.host for h in facts.hosts)
    return f"before any choice: {', '.join(names) or 'no cookie'} | asked: {hosts or 'nobody else'}"


def _said(seen: Crawl) -> str:
    return f"{seen.outcome}: {len(seen.pages)} pages. {seen.reason}".strip()


def _site_facts(
    seen: Crawl, request: ScanRequest, plain: tuple[PlainAnswer, ...], requests: int
) -> SiteFacts:
    role_urls: dict[str, tuple[str, ...]] = {}
    for page in seen.pages:
        for role in page.roles:
            role_urls[role] = (*role_urls.get(role, ()), page.final_url)
    start = seen.start
    return SiteFacts(
        start_url=request.url,
        final_url=start.final_url if start is not None else "",
        outcome=seen.outcome.value,
        reason=seen.reason,
        subject=request.subject,
        complete_for=tuple(sorted(seen.complete_for)),
        gaps=dict(seen.gaps),
        role_urls=role_urls,
        failures={f.url: f.reason for f in seen.failures[:FAILURES_MAX]},
        languages=tuple(sorted({p.language for p in seen.pages if p.language})),
        robots=seen.robots,
        sitemap=seen.sitemap,
        probe=seen.probe,
        pages_read=sum(page.readable for page in seen.pages),
        plain_http=plain,
        hsts=start.exchange.header("strict-transport-security")[:300] if start is not None else "",
        cookies=cookies_of(seen.pages) if request.subject != "seller" else (),
        requests=requests,
        offered_languages=_offered(start),
        rendered=_all_rendered(seen.pages),
    )


def _all_rendered(pages: tuple[CrawledPage, ...]) -> bool:
    """Is every readable own page as a browser shows it?  A document is so anyway."""
    shown = [page for page in pages if page.own and page.readable and page.html is not None]
    return bool(shown) and all(page.rendered for page in shown)


def _offered(start: CrawledPage | None) -> tuple[str, ...]:
    """Languages of the versions a start page names, in ``hreflang`` or in a menu."""
    links = () if start is None else start.links
    return tuple(sorted({code for link in links if (code := language_offered(link))}))
