"""Reads a site's pages for everything that may be a mark of somebody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

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
from scanners.content.html import first, parse
from scanners.net.fetch import Fetcher, FetchError
from scanners.net.names import registrable_domain
from scanners.seal.evidence import Reference, SealFacts

PAGES_WANTED = 20
REFERENCES_MAX = 400
NODES_MAX = 2_000
PAGE_DEADLINE_S = 15.0
WORDS_MAX = 200
_SKIPPED = (".pdf", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".zip", ".css", ".js")


@dataclass(slots=True)
class _Collector:
    """Gathers references of the pages of one site, each distinct one once."""

    own: frozenset[str]
    found: dict[tuple[str, str, str], Reference] = field(default_factory=dict)

    def page(self, tree: LexborHTMLParser, url: str) -> None:
        """Take up one page."""
        for node in tree.css("a[href]")[:NODES_MAX]:
            image = first(node, "img, svg, picture, object")
            words = " ".join((node.text(deep=True, separator=" ")[:WORDS_MAX], _words(node)))
            if image is None:
                self._add("link", node, "href", url, words)
            else:
                inner = " ".join(_words(n) for n in node.css("img")[:3])
                self._add("linked_image", node, "href", url, f"{words} {inner}")
        for node in tree.css("img[src], img[data-src], object[data]")[:NODES_MAX]:
            attribute = next((a for a in ("src", "data-src", "data") if node.attributes.get(a)), "")
            self._add("image", node, attribute, url, _words(node), with_own=True)
        for node in tree.css("script[src]")[:NODES_MAX]:
            self._add("script", node, "src", url, "")
        for node in tree.css("iframe[src], embed[src]")[:NODES_MAX]:
            self._add("frame", node, "src", url, _words(node))

    def _add(
        self,
        kind: str,
        node: LexborNode,
        attribute: str,
        page_url: str,
        words: str,
        *,
        with_own: bool = False,
    ) -> None:
        target = _absolute(page_url, node.attributes.get(attribute) or "")
        host = (urlsplit(target).hostname or "").lower() if target else ""
        if not host or len(self.found) >= REFERENCES_MAX:
            return
        is_own = registrable_domain(host) in self.own
        if is_own and not (with_own and words.strip()):
            return
        reference = Reference(kind, target[:500], host, clip(words, WORDS_MAX), page_url)
        self.found.setdefault((kind, reference.target, reference.words), reference)


class SealScanner:
    """Looks for marks; a mark that is absent is proven only by enough pages."""

    kind: ClassVar[ScanKind] = ScanKind.SEAL

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Read the role pages, then further own pages up to ``PAGES_WANTED``."""
        started = self._clock.now()
        async with Fetcher(self._options, self._clock) as fetcher:
            found = await crawl(fetcher, request, self._clock)
            names = (urlsplit(u).hostname or "" for u in (request.url, *request.profile_urls))
            own = frozenset(registrable_domain(h) for h in (*request.hosts, *names) if h)
            collector = _Collector(own)
            read = self._take(found, collector)
            more, reason = 0, found.reason
            if read and request.subject != "seller":
                left = request.deadline_s * 0.8 - (self._clock.now() - started).total_seconds()
                more, trouble = await self._further(fetcher, found, collector, read, left)
                reason = reason or trouble
            requests = fetcher.requests
        facts = SealFacts(
            start_url=request.url,
            pages_read=read + more,
            complete=bool(read) and (not reason or read + more >= PAGES_WANTED),
            reason=reason,
            references=tuple(collector.found.values()),
        )
        took = (self._clock.now() - started).total_seconds()
        evidence = (Evidence(facts, request.url, started, clip(_excerpt(facts))),) if read else ()
        outcome = found.outcome
        if outcome is ScanOutcome.PARTIAL and facts.complete:
            outcome = ScanOutcome.COMPLETE
        detail = {"reason": reason, "pages": facts.pages_read}
        return ScanResult(self.kind, outcome, evidence, started, took, requests, detail)

    def _take(self, found: Crawl, collector: _Collector) -> int:
        read = 0
        for page in found.pages:
            if page.html is not None and page.own and page.readable:
                collector.page(page.html, page.final_url)
                read += 1
        return read

    async def _further(
        self, fetcher: Fetcher, found: Crawl, collector: _Collector, read: int, left_s: float
    ) -> tuple[int, str]:
        """Own pages that the role crawl did not need; (how many, why not all)."""
        seen = {page.url for page in found.pages} | {page.final_url for page in found.pages}
        queue = [
            link.url
            for page in found.pages
            if page.readable and page.own
            for link in page.links
            if link.kind == "page"
            and registrable_domain(urlsplit(link.url).hostname or "") in collector.own
            and not urlsplit(link.url).path.lower().endswith(_SKIPPED)
        ]
        more, trouble = 0, ""
        deadline = self._clock.now().timestamp() + left_s
        for url in dict.fromkeys(queue):
            if url in seen:
                continue
            if read + more >= PAGES_WANTED or self._clock.now().timestamp() >= deadline:
                break
            seen.add(url)
            try:
                exchange = await fetcher.get(url, within=collector.own, deadline_s=PAGE_DEADLINE_S)
            except FetchError as error:
                trouble = trouble or error.reason
                continue
            is_page = exchange.status == 200 and "html" in exchange.header("content-type").lower()  # noqa: PLR2004
            if is_page:
                collector.page(parse(exchange.text()), exchange.final_url)
                more += 1
        return more, trouble


def _words(node: LexborNode) -> str:
    """Alt text, title, label and file name: where a mark says its name."""
    attributes = node.attributes
    source = attributes.get("src") or attributes.get("data-src") or attributes.get("data") or ""
    name = "" if source.startswith("data:") else urlsplit_path(source).rpartition("/")[2]
    parts = (attributes.get("alt"), attributes.get("title"), attributes.get("aria-label"), name)
    return " ".join(part[:WORDS_MAX] for part in parts if part)


def urlsplit_path(reference: str) -> str:
    """The path of a reference, "" when it cannot be read."""
    try:
        return urlsplit(reference).path
    except ValueError:
        return ""


def _absolute(base: str, reference: str) -> str:
    try:
        target = urljoin(base, reference.strip()[:2_000])
        return target if urlsplit(target).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _excerpt(facts: SealFacts) -> str:
    hosts = dict.fromkeys(r.host for r in facts.references if r.kind != "link")
    return f"{facts.pages_read} pages; loads from or shows: {', '.join(hosts) or 'nothing'}"
