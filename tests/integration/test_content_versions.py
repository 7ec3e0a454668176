"""A site in several languages: the privacy statement of each is read, and nothing else of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanners.api import Evidence, ScanKind, ScanRequest, ScanResult
from scanners.content.evidence import PageFacts, SiteFacts
from scanners.content.html import Link
from scanners.content.scanner import ContentScanner
from scanners.content.versions import language_offered
from tests.integration.content_shop import (
    FILLER_NL,
    NAV_NL,
    PRIVACY_NL,
    Reply,
    Shop,
    healthy_pages,
    page,
    running_shop,
)
from tests.integration.net_server import RealClock

PRIVACY_FR = "Nous traitons des données personnelles de nos clients pour livrer la commande. " * 12
NAV_FR = (
    '<nav><a href="/fr/contact">Contact</a> <a href="/fr/conditions">Conditions générales</a> '
    '<a href="/fr/vie-privee">Vie privée</a></nav>'
)
START_FR = (
    "Nous vendons avec plaisir des fournitures de bureau pour les entreprises et les écoles. "
) * 8


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running_shop(tmp_path, healthy_pages()) as running:
        running.pages["/fr/"] = page(f"<p>{START_FR}</p>", "fr", NAV_FR)
        running.pages["/fr/vie-privee"] = page(f"<h1>Vie privée</h1><p>{PRIVACY_FR}</p>", "fr")
        yield running


def start(menu: str) -> Reply:
    return page(f"<p>{FILLER_NL}</p>", nav=NAV_NL + menu)


async def look(shop: Shop) -> ScanResult:
    request = ScanRequest(ScanKind.CONTENT, shop.url, (shop.host,), deadline_s=40.0)
    return await ContentScanner(shop.options, RealClock()).scan(request)


def pages_of(result: ScanResult) -> dict[str, PageFacts]:
    found: tuple[Evidence, ...] = result.evidence
    facts = [e.facts for e in found if isinstance(e.facts, PageFacts)]
    return {fact.url.removeprefix("https://shop.example.nl"): fact for fact in facts}


def site_of(result: ScanResult) -> SiteFacts:
    return next(e.facts for e in result.evidence if isinstance(e.facts, SiteFacts))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "menu",
    [
        '<a href="/fr/">FR</a>',
        '<a href="/fr/">Français</a>',
        '<link rel="alternate" hreflang="fr-BE" href="/fr/">',
    ],
)
async def test_the_statement_of_another_language_is_read_and_nothing_else_of_that_version(
    shop: Shop, menu: str
) -> None:
    shop.pages["/"] = start(menu)
    result = await look(shop)
    found = pages_of(result)
    assert found["/fr/"].roles == ("version",)
    assert (found["/fr/vie-privee"].roles, found["/fr/vie-privee"].language) == (("privacy",), "fr")
    assert "/fr/contact" not in shop.asked
    assert site_of(result).offered_languages == ("fr",)
    assert "privacy" in site_of(result).complete_for
    assert PRIVACY_NL[:60] in found["/privacy"].text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "menu",
    [
        '<a href="https://elders.example.org/fr/">FR</a>',
        '<a href="/">NL</a>',
        '<a href="/pl/">PL</a><link rel="alternate" hreflang="x-default" href="/wereld/">',
        '<a href="/winkelwagen?taal=fr&amp;add-to-cart=7">FR</a>',
    ],
)
async def test_what_is_no_version_of_ours_is_not_opened(shop: Shop, menu: str) -> None:
    before = start(menu)
    shop.pages["/"] = before
    found = pages_of(await look(shop))
    assert found["/"].roles == ("start",)
    assert not [path for path, page in found.items() if "version" in page.roles]


@pytest.mark.asyncio
async def test_a_version_that_is_gone_takes_nothing_from_the_others(shop: Shop) -> None:
    shop.pages["/"] = start('<a href="/de/">DE</a><a href="/fr/">FR</a>')
    result = await look(shop)
    assert "/fr/vie-privee" in pages_of(result)
    assert {"privacy", "contact"} <= set(site_of(result).complete_for)


@pytest.mark.parametrize(
    ("link", "language"),
    [
        (Link("https://x.example/", "English", "", "page"), "en"),
        (Link("https://x.example/#", "Néerlandais", "", "anchor"), "nl"),
        (Link("https://x.example/", "", "de_AT", "alternate"), "de"),
        (Link("https://x.example/", "", "x-default", "alternate"), ""),
        (Link("https://x.example/", "French fries", "", "page"), ""),
        (Link("https://x.example/", "FR", "", "script"), ""),
    ],
)
def test_the_language_that_a_link_offers(link: Link, language: str) -> None:
    assert language_offered(link) == language
