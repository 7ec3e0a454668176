"""Facts of made-up pages for the judges' tests: HTML in, ``Seen`` and ``Subject`` out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from monitor.domain.member import Member
from monitor.domain.site import Certification, Site, Standing
from monitor.policy.conditions.content import JUDGES
from monitor.policy.judge import Observation, ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.content.evidence import CookieSeen, PageFacts, PlainAnswer, SiteFacts
from scanners.content.extract import page_facts
from scanners.content.read import CrawledPage, Reading, read_page
from scanners.content.vocabulary import ROLES
from scanners.net.fetch import Exchange

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOST = "shop.example.nl"
OWN = frozenset({"example.nl"})
MEMBER = Member(
    "m1",
    "Voorbeeld Handel B.V.",
    kvk="30198127",
    kbo="0403170701",
    vat="NL004495445B01",
    address="Dorpsstraat 12, 1234 AB Utrecht",
)


def exchange(
    body: str | bytes,
    path: str = "/",
    *,
    status: int = 200,
    kind: str = "text/html; charset=utf-8",
    headers: tuple[tuple[str, str], ...] = (),
    scheme: str = "https",
    tls_error: str = "",
) -> Exchange:
    """An answer of the shop."""
    url = path if "//" in path else f"{scheme}://{HOST}{path}"
    return Exchange(
        url=url,
        final_url=url,
        status=status,
        headers=(("content-type", kind), *headers),
        body=body.encode() if isinstance(body, str) else body,
        truncated=False,
        hops=(),
        tls_error=tls_error,
        started_at=AT,
        duration_s=0.1,
        address="127.0.0.1",
    )


def crawled(answer: Exchange, *roles: str, start_min: int = 0) -> CrawledPage:
    """The page behind an answer, read alone."""
    reading = Reading(start_min, 300, None, "")
    return asyncio.run(read_page(answer, frozenset(roles), reading))


def facts(body: str, path: str = "/", *roles: str, scheme: str = "https") -> PageFacts:
    """The facts of one page."""
    return page_facts(crawled(exchange(body, path, scheme=scheme), *roles), OWN)


def document(main: str, *, lang: str = "nl", head: str = "") -> str:
    """A whole HTML document."""
    return f'<html lang="{lang}"><head><title>Winkel</title>{head}</head><body>{main}</body></html>'


def seen_of(
    pages: Mapping[str, str] | tuple[PageFacts, ...],
    *,
    gaps: Mapping[str, str] | None = None,
    outcome: ScanOutcome = ScanOutcome.COMPLETE,
    plain: tuple[PlainAnswer, ...] = (),
    cookies: tuple[CookieSeen, ...] = (),
    hsts: str = "max-age=31536000",
    offered_languages: tuple[str, ...] = (),
) -> Seen:
    """A scan: ``pages`` by role name (its path is ``/role``), or facts as they are."""
    if isinstance(pages, Mapping):
        pages = tuple(
            facts(body, "/" if role == "start" else f"/{role}", role)
            for role, body in pages.items()
        )
    missing = dict(gaps or {})
    site = SiteFacts(
        start_url=f"https://{HOST}/",
        final_url=f"https://{HOST}/",
        outcome=outcome.value,
        reason="",
        subject="shop",
        complete_for=tuple(r for r in ROLES if r not in missing),
        gaps=missing,
        role_urls={},
        failures={},
        languages=("nl",),
        robots="absent",
        sitemap="read",
        probe="honest",
        pages_read=sum(not p.problem for p in pages),
        plain_http=plain,
        hsts=hsts,
        cookies=cookies,
        offered_languages=offered_languages,
    )
    evidence = (
        Evidence(site, site.start_url, AT),
        *(Evidence(page, page.final_url, AT) for page in pages),
    )
    return Seen(AT, {ScanKind.CONTENT: ScanView(outcome, evidence, AT)})


def judge(name: str, seen: Seen, *, member: Member = MEMBER, **params: object) -> Observation:
    """Run a judge with its defaults and ``params``; its values must all be filled."""
    found = next(j for j in JUDGES if j.name == f"content.{name}")
    effective = {
        key: None if isinstance(p.default, str) and p.default.startswith("$") else p.default
        for key, p in found.params.items()
    }
    site = Site("s1", member.member_id, f"https://{urlsplit(f'//{HOST}').hostname}/")
    subject = Subject(
        site, member, Certification("label", Standing.CERTIFIED), {**effective, **params}
    )
    observation = found.run(seen, subject)
    assert set(observation.values) == set(found.values)
    assert isinstance(observation.outcome, found.outcomes)
    return observation


EMPTY = Seen(AT, {})
