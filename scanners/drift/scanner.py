"""Reads the facts and legal text that must not change unnoticed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
from scanners.content.crawl import Crawl, CrawledPage, crawl
from scanners.content.evidence import PageFacts
from scanners.content.extract import page_facts
from scanners.content.gaps import GONE_REASONS
from scanners.content.html import TEXT_MAX_CHARS
from scanners.drift.asides import beside
from scanners.drift.evidence import DriftFacts, Outline, RoleFacts, Sentence, Statement
from scanners.drift.files import own_files
from scanners.drift.inventory import site_parts
from scanners.drift.leading import hub_unread, leads_of
from scanners.drift.outline import alone, outline_of
from scanners.drift.statements import statements_of
from scanners.drift.wording import Read, sentences_of
from scanners.net.fetch import Fetcher
from scanners.net.names import registrable_domain

WATCHED_ROLES = (
    "start", "contact", "about", "terms", "privacy", "complaints", "returns", "delivery",
)  # fmt: skip
LEGAL_ROLES = frozenset({"terms", "privacy", "complaints", "returns"})
SENTENCES_MAX = 1000
# Fragments are kept as long as these many characters per role allow; typical terms fit whole.
FRAGMENTS_MAX_CHARS = 24_000
FRAGMENT_LIMITS = (400, 240, 160, 80, 40, 20)
SHARED_MAX = 1000
# A sentence on more than half of the pages is furniture, but three pages may well repeat a clause.
FURNITURE_MIN_PAGES = 4
READ_MAX_CHARS = 600_000
# Of the time that the crawl leaves, which is 15 %.
FILES_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page with its facts and sentences; ``cut`` when it is longer than what was read."""

    page: CrawledPage
    facts: PageFacts
    sentences: Mapping[str, Read]
    cut: bool


class DriftScanner:
    """One observation of what drift is measured in; it compares nothing itself."""

    kind: ClassVar[ScanKind] = ScanKind.DRIFT

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Read the role pages once.  Not complete: never a baseline.

        Option ``label_hosts``: hosts of the labels whose mark is looked for.
        """
        started = self._clock.now()
        async with Fetcher(self._options, self._clock) as fetcher:
            found = await crawl(fetcher, request, self._clock, tills=True)
            names = [urlsplit(u).hostname or "" for u in (request.url, *request.profile_urls)]
            own = frozenset(registrable_domain(h) for h in (*request.hosts, *names) if h)
            seconds = request.deadline_s * FILES_SHARE
            files = await own_files(fetcher, found, own, seconds)
            requests = fetcher.requests
        evidence: tuple[Evidence, ...] = ()
        facts: DriftFacts | None
        if found.start is not None and found.start.readable:
            pages = await _read(found, own)
            facts = drift_facts(request.url, found, pages)
            leads = leads_of(found, own, _label_hosts(request))
            facts = replace(
                facts,
                statements=(*facts.statements, *leads),
                parts=await site_parts(found, own, files),
                outline=_outline(found, pages, own),
            )
        else:
            # No page of a shop: what it is instead is told, and nothing is called gone by it.
            facts = alone(request.url, found, own)
        if facts is not None:
            evidence = (Evidence(facts, request.url, started, clip(facts.title)),)
        took = (self._clock.now() - started).total_seconds()
        outcome = found.outcome if evidence else _unseen(found.outcome)
        detail = {"reason": found.reason, "pages": len(found.pages)}
        return ScanResult(self.kind, outcome, evidence, started, took, requests, detail)


async def _read(found: Crawl, own: frozenset[str]) -> tuple[PageRead, ...]:
    """The readable own pages of watched roles, each final address once."""
    left = READ_MAX_CHARS
    pages: dict[str, CrawledPage] = {}
    # Legal texts before the rest: they are what the budget is for.
    for page in sorted(found.pages, key=_rank):
        if page.readable and page.own and not page.roles.isdisjoint(WATCHED_ROLES):
            pages.setdefault(f"{page.final_url} {sorted(page.roles)}", page)
    read = []
    for page in pages.values():
        chars = sum(map(len, page.lines)) + len(page.lines)
        # split_lines drops the middle of what is longer; see there.
        cut = chars >= TEXT_MAX_CHARS or chars > left
        sentences = sentences_of(page.lines) if chars <= left else {}
        if page.html is not None and not page.roles.isdisjoint(LEGAL_ROLES):
            sentences = _without(sentences, beside(page.html))
        left -= chars
        read.append(PageRead(page, page_facts(page, own), sentences, cut))
        # Other scans share this loop; a page of hostile text takes part of a second.
        await asyncio.sleep(0)
    return tuple(read)


def _without(sentences: dict[str, Read], others: Mapping[str, Read]) -> dict[str, Read]:
    return {key: read for key, read in sentences.items() if key not in others}


def _label_hosts(request: ScanRequest) -> frozenset[str]:
    given = request.options.get("label_hosts")
    named = given if isinstance(given, (list, tuple)) else ()
    return frozenset(str(name).rstrip(".").lower() for name in named)


def _rank(page: CrawledPage) -> tuple[bool, bool]:
    return "start" not in page.roles, page.roles.isdisjoint(LEGAL_ROLES)


def drift_facts(url: str, found: Crawl, pages: tuple[PageRead, ...]) -> DriftFacts:
    """The facts of a crawl."""
    start = found.start
    furniture = _furniture(pages)
    seen = {key for one in pages if "start" not in one.page.roles for key in one.sentences}
    shared = sorted(furniture & seen)
    roles = []
    for role in WATCHED_ROLES:
        mine = [one for one in pages if role in one.page.roles]
        if mine:
            roles.append(_role_facts(role, mine, furniture, cut=len(shared) > SHARED_MAX))
    gone = (p for p in found.pages if p.own and (p.problem in GONE_REASONS or _sent_home(p, start)))
    return DriftFacts(
        start_url=url,
        final_url=url if start is None else start.final_url,
        title="" if start is None else clip(start.title, 200),
        languages=tuple(sorted({one.page.language for one in pages if one.page.language})),
        complete_for=tuple(sorted(found.complete_for.intersection(WATCHED_ROLES))),
        roles=tuple(roles),
        gone=_sorted(address for page in gone for address in (page.url, page.final_url)),
        shared=tuple(shared[:SHARED_MAX]),
        statements=_statements(url, found, pages),
    )


def _outline(found: Crawl, pages: tuple[PageRead, ...], own: frozenset[str]) -> Outline:
    """The outline of the start page; a page that leads on and was not read makes links unsure."""
    start = next((one for one in pages if "start" in one.page.roles), None)
    if start is None:
        return Outline()
    return outline_of(start.page, start.facts, own, unsure=hub_unread(found))


def _sent_home(page: CrawledPage, start: CrawledPage | None) -> bool:
    """Does the address of a page lead to the start page now?"""
    return start is not None and page is not start and page.final_url == start.final_url != page.url


def _statements(url: str, found: Crawl, pages: tuple[PageRead, ...]) -> tuple[Statement, ...]:
    read = [(one.page, one.facts) for one in pages if one.sentences or not one.cut]
    known = {id(one.page) for one in pages}
    others = [p for p in found.pages if p.readable and p.own and id(p) not in known]
    return statements_of(read, others, url)


def _furniture(pages: tuple[PageRead, ...]) -> frozenset[str]:
    """Menu, banner and footer: what stands on the start page, or on most of the pages."""
    start = {key for one in pages if "start" in one.page.roles for key in one.sentences}
    counted: Counter[str] = Counter()
    addresses = {one.page.final_url: one for one in pages}
    for one in addresses.values():
        counted.update(one.sentences.keys())
    bar = max(FURNITURE_MIN_PAGES, len(addresses) // 2 + 1)
    return frozenset(start | {key for key, count in counted.items() if count >= bar})


def _role_facts(
    role: str, pages: list[PageRead], furniture: frozenset[str], *, cut: bool
) -> RoleFacts:
    urls = _sorted(one.page.final_url for one in pages)
    sentences = _sentences(role, pages, urls, furniture)
    kept = sentences[:SENTENCES_MAX]
    facts = [one.facts for one in pages]
    numbers = [n for f in facts for n in f.numbers if not n.foreign]
    return RoleFacts(
        role=role,
        urls=urls,
        numbers=_sorted(f"{n.scheme}:{n.value}" for n in numbers if n.valid),
        emails=_sorted(mail for f in facts for mail in f.emails),
        phones=_sorted(phone.number for f in facts for phone in f.phones),
        sentences=_with_fragments(kept),
        doubtful=_sorted(
            f"{n.scheme}:{n.value}" for n in numbers if not n.valid and n.distance >= 0
        ),
        truncated=len(kept) < len(sentences),
        cut=cut or any(one.cut for one in pages),
    )


def _sentences(
    role: str, pages: list[PageRead], urls: tuple[str, ...], furniture: frozenset[str]
) -> list[tuple[Read, tuple[int, ...]]]:
    """What of the pages is compared under a role, by skeleton, with the places it stands.

    Sorted by digest, so that of two lists that were cut off at different places the
    common range is still known whole.  A start page that is also a legal page is full of
    products: only its durations count.
    """
    if role == "start":
        return []
    found: dict[str, Read] = {}
    places: dict[str, set[int]] = {}
    for one in pages:
        home = "start" in one.page.roles
        for key, read in one.sentences.items():
            legal = role in LEGAL_ROLES and not home
            if (read.terms or legal) and (home or key not in furniture):
                found.setdefault(key, read)
                places.setdefault(key, set()).add(urls.index(one.page.final_url))
    return [(found[key], tuple(sorted(places[key]))) for key in sorted(found)]


def _with_fragments(sentences: list[tuple[Read, tuple[int, ...]]]) -> tuple[Sentence, ...]:
    """The sentences with the longest fragments that keep the facts small."""
    sizes = [len(read.text) for read, _ in sentences]
    limit = next(
        (n for n in FRAGMENT_LIMITS if sum(min(size, n) for size in sizes) <= FRAGMENTS_MAX_CHARS),
        FRAGMENT_LIMITS[-1],
    )
    return tuple(
        Sentence(read.skeleton, read.terms, read.fragment(limit), at) for read, at in sentences
    )


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _unseen(outcome: ScanOutcome) -> ScanOutcome:
    return ScanOutcome.PARTIAL if outcome is ScanOutcome.COMPLETE else outcome
