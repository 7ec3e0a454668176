"""Reads the facts and legal text that must not change unnoticed."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
from scanners.drift.evidence import DriftFacts, RoleFacts
from scanners.net.fetch import Fetcher
from scanners.net.names import registrable_domain

WATCHED_ROLES = (
    "start", "contact", "about", "terms", "privacy", "complaints", "returns", "delivery",
)  # fmt: skip
LEGAL_ROLES = frozenset({"terms", "privacy", "complaints", "returns"})
SENTENCES_MAX = 600
SENTENCE_MIN_WORDS = 4
SENTENCE_MAX_CHARS = 600
_END = re.compile(r"(?<=[.!?;:])\s+(?=[^\s])")
_MOVING = re.compile(
    r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}-\d{2}-\d{2}|\b\d{1,2}:\d{2}\b"
    r"|(?:€|EUR)\s*\d[\d.,]*|\d[\d.,]*\s*(?:€|EUR)"
)
_DURATION = re.compile(
    r"\b(\d{1,3})\s*(werkdagen|dagen|weken|maanden|uur|working days|business days|days|weeks"
    r"|months|hours|jours ouvrables|jours ouvrés|jours|semaines|mois|heures|werktage[n]?"
    r"|tage[n]?|wochen|monate[n]?|stunden)\b",
    re.IGNORECASE,
)


class DriftScanner:
    """One observation of what drift is measured in; it compares nothing itself."""

    kind: ClassVar[ScanKind] = ScanKind.DRIFT

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Read the role pages once.  Not complete: no facts, so never a baseline either."""
        started = self._clock.now()
        async with Fetcher(self._options, self._clock) as fetcher:
            found = await crawl(fetcher, request, self._clock)
            requests = fetcher.requests
        names = [urlsplit(u).hostname or "" for u in (request.url, *request.profile_urls)]
        own = frozenset(registrable_domain(h) for h in (*request.hosts, *names) if h)
        evidence: tuple[Evidence, ...] = ()
        if found.start is not None and found.start.readable:
            facts = drift_facts(request.url, found, own)
            evidence = (Evidence(facts, request.url, started, clip(found.start.title)),)
        took = (self._clock.now() - started).total_seconds()
        outcome = found.outcome if evidence else _unseen(found.outcome)
        detail = {"reason": found.reason, "pages": len(found.pages)}
        return ScanResult(self.kind, outcome, evidence, started, took, requests, detail)


def drift_facts(url: str, found: Crawl, own: frozenset[str]) -> DriftFacts:
    """The facts of a crawl."""
    start = found.start
    readable = [page for page in found.pages if page.readable and page.own]
    facts = {page.url: page_facts(page, own) for page in readable}
    roles = []
    for role in WATCHED_ROLES:
        pages = [page for page in readable if role in page.roles]
        if pages:
            roles.append(_role_facts(role, pages, [facts[page.url] for page in pages]))
    return DriftFacts(
        start_url=url,
        final_url=url if start is None else start.final_url,
        title="" if start is None else clip(start.title, 200),
        languages=tuple(sorted({page.language for page in readable if page.language})),
        complete_for=tuple(sorted(found.complete_for.intersection(WATCHED_ROLES))),
        roles=tuple(roles),
    )


def _role_facts(role: str, pages: list[CrawledPage], facts: list[PageFacts]) -> RoleFacts:
    legal = role in LEGAL_ROLES
    lines = [line for page in pages for line in page.lines]
    return RoleFacts(
        role=role,
        urls=tuple(sorted({page.final_url for page in pages})),
        numbers=_sorted(
            f"{n.scheme}:{n.value}" for f in facts for n in f.numbers if n.valid and not n.foreign
        ),
        emails=_sorted(mail for f in facts for mail in f.emails),
        phones=_sorted(phone.number for f in facts for phone in f.phones),
        durations=_sorted(
            f"{m.group(1)} {m.group(2).lower()}" for line in lines for m in _DURATION.finditer(line)
        )
        if role != "start"
        else (),
        sentences=sentences_of(lines) if legal else (),
    )


def sentences_of(lines: Iterable[str]) -> tuple[str, ...]:
    """Legal text as a set of sentences: no order, no dates, no prices, no menu words."""
    found: set[str] = set()
    for line in lines:
        for raw in _END.split(line):
            sentence = " ".join(_MOVING.sub("#", raw).split())[:SENTENCE_MAX_CHARS]
            if len(sentence.split()) >= SENTENCE_MIN_WORDS:
                found.add(sentence)
    return tuple(sorted(found)[:SENTENCES_MAX])


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _unseen(outcome: ScanOutcome) -> ScanOutcome:
    return ScanOutcome.PARTIAL if outcome is ScanOutcome.COMPLETE else outcome
