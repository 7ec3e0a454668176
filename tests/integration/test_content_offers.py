"""Products by sample, categories and the cart's overview, on real shops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanners.api import Clock, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.content.crawl import Crawl, crawl
from scanners.content.evidence import PageFacts, SiteFacts
from scanners.content.scanner import ContentScanner
from scanners.net.fetch import Fetcher
from tests.integration.content_shop import (
    FILLER_NL,
    HOST,
    NAV_NL,
    FixedClock,
    Reply,
    Shop,
    card,
    healthy_pages,
    offer_pages,
    page,
    product,
    running_shop,
)


class _December:
    def now(self) -> datetime:
        return datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running_shop(tmp_path, offer_pages(12)) as running:
        yield running


def scan(shop: Shop, clock: Clock | None = None, **options: object) -> ScanResult:
    request = ScanRequest(
        kind=ScanKind.CONTENT, url=shop.url, hosts=(shop.host,), deadline_s=20, options=options
    )
    return asyncio.run(ContentScanner(shop.options, clock or FixedClock()).scan(request))


def site_of(result: ScanResult) -> SiteFacts:
    found = result.evidence[0].facts
    assert isinstance(found, SiteFacts)
    return found


def urls_of(result: ScanResult, role: str) -> list[str]:
    pages = [e.facts for e in result.evidence if isinstance(e.facts, PageFacts)]
    return [p.final_url.removeprefix(f"https://{HOST}") for p in pages if role in p.roles]


def start_with(body: str, nav: str = NAV_NL) -> Reply:
    return page(f"<h1>Voorbeeld Kantoor</h1><p>{FILLER_NL}</p>{body}", nav=nav)


def without_sitemap(count: int) -> dict[str, Reply]:
    pages = offer_pages(count)
    del pages["/sitemap_products_1.xml"]
    return pages | {"/sitemap.xml": Reply("<urlset></urlset>", kind="application/xml")}


def test_five_products_are_sampled_and_the_same_ones_all_month(shop: Shop) -> None:
    first = scan(shop)
    assert first.outcome is ScanOutcome.COMPLETE
    assert "product" in site_of(first).complete_for
    sample = urls_of(first, "product")
    assert len(sample) == 5
    assert urls_of(scan(shop), "product") == sample
    assert sorted(urls_of(scan(shop, _December()), "product")) != sorted(sample)
    assert len(urls_of(scan(shop, product_sample_min=8), "product")) == 8


def test_another_site_has_another_sample(shop: Shop, tmp_path: Path) -> None:
    pages = dict(shop.pages)
    for path, reply in list(pages.items()):
        if isinstance(reply.body, str) and path.startswith("/sitemap"):
            pages[path] = Reply(reply.body.replace(HOST, "ander.example.nl"), kind=reply.kind)
    (tmp_path / "b").mkdir()
    with running_shop(tmp_path / "b", pages, "ander.example.nl") as other:
        found = [u.partition("nl")[2] for u in urls_of(scan(other), "product")]
    assert len(found) == 5
    assert sorted(found) != sorted(urls_of(scan(shop), "product"))


def test_a_shop_of_twelve_pages_costs_few_requests(shop: Shop) -> None:
    result = scan(shop)
    assert len(result.evidence) - 1 == 12
    assert result.requests <= 40


def test_products_are_found_by_the_cards_of_the_start_page_and_of_categories(shop: Shop) -> None:
    shop.pages = without_sitemap(9)
    goods = "".join(card(n) for n in range(3, 10))
    shop.pages["/"] = start_with(card(1) + card(2) + '<a href="/shop">Alle producten</a>')
    shop.pages["/shop"] = page(f"<h1>Alle producten</h1>{goods}")
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert len(urls_of(result, "product")) == 5
    assert urls_of(result, "category") == ["/shop"]
    assert "product" in site_of(result).complete_for


def test_a_menu_without_telling_names_still_leads_to_products(shop: Shop) -> None:
    nav = NAV_NL.replace("</nav>", '<a href="/zitten">Zitten</a><a href="/blog">Blog</a></nav>')
    shop.pages = without_sitemap(6)
    shop.pages["/"] = start_with("", nav)
    shop.pages["/zitten"] = page("".join(card(n) for n in range(1, 7)))
    result = scan(shop)
    assert len(urls_of(result, "product")) == 5
    assert urls_of(result, "category") == ["/zitten"]
    assert "/blog" not in shop.asked


def test_fewer_products_than_wanted_are_all_read(shop: Shop) -> None:
    shop.pages = offer_pages(3)
    result = scan(shop)
    assert len(urls_of(result, "product")) == 3
    assert "product" in site_of(result).complete_for


def test_a_site_without_products_is_complete_all_the_same(shop: Shop) -> None:
    shop.pages = healthy_pages()
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert site_of(result).gaps == {"product": "none_found"}


def test_a_shop_of_one_product_may_sell_it_on_its_start_page(shop: Shop) -> None:
    shop.pages = healthy_pages()
    shop.pages["/"] = start_with("<p>€ 49,95 incl. btw</p><button>In winkelwagen</button>")
    result = scan(shop)
    assert urls_of(result, "product") == ["/"]
    assert "product" in site_of(result).complete_for


@pytest.mark.parametrize(
    ("reply", "gap"),
    [
        pytest.param(Reply("fout", 500), "http_error", id="500"),
        pytest.param(Reply("nee", 403), "bot_wall", id="403"),
        pytest.param(Reply("weg", 404), "none_found", id="404"),
        pytest.param(page(f"<h1>Over stoelen</h1><p>{FILLER_NL}</p>"), "none_found", id="no goods"),
        pytest.param(
            page(f"<h1>Stoel</h1><p>Log in om prijzen te zien.</p><p>{FILLER_NL}</p>"),
            "login",
            id="prices after login",
        ),
        pytest.param(
            Reply("", 302, headers=(("Location", "https://else.example.org/"),)),
            "redirected_out",
            id="elsewhere",
        ),
    ],
)
def test_products_that_cannot_be_seen_leave_a_gap_for_products_only(
    shop: Shop, reply: Reply, gap: str
) -> None:
    for path in [p for p in shop.pages if p.startswith("/goed")]:
        shop.pages[path] = reply
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert site_of(result).gaps == {"product": gap}


def test_what_turns_out_to_be_no_product_makes_room_for_the_next(shop: Shop) -> None:
    sampled = urls_of(scan(shop), "product")
    shop.pages[sampled[0]] = page(f"<h1>Over stoelen</h1><p>{FILLER_NL}</p>")
    shop.pages[sampled[1]] = Reply("weg", 404)
    again = urls_of(scan(shop), "product")
    assert len(again) == 5
    assert set(sampled[2:]) < set(again)


def test_robots_txt_forbids_products_too(shop: Shop) -> None:
    shop.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /goed/", kind="text/plain")
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert site_of(result).gaps == {"product": "robots"}
    assert not [path for path in shop.asked if path.startswith("/goed/")]


def test_pages_of_roles_never_lose_to_products(shop: Shop) -> None:
    result = scan(shop, pages_max=9)
    assert result.outcome is ScanOutcome.COMPLETE
    assert site_of(result).gaps == {"product": "page_cap"}
    assert len(urls_of(result, "product")) == 2


def test_products_of_another_language_version_are_left_alone(shop: Shop) -> None:
    shop.pages = without_sitemap(0)
    french = {f"/fr/produit/chaise-{n}": product(n, "fr") for n in range(1, 9)}
    dutch = {f"/nl/product/stoel-{n}": product(n) for n in range(1, 9)}
    shop.pages |= french | dutch
    urls = "".join(f"<url><loc>https://{HOST}{one}</loc></url>" for one in (*french, *dutch))
    shop.pages["/sitemap.xml"] = Reply(f"<urlset>{urls}</urlset>", kind="application/xml")
    sample = urls_of(scan(shop), "product")
    assert len(sample) == 5
    assert set(sample) <= set(dutch)


def test_one_product_under_two_categories_is_read_once(shop: Shop) -> None:
    shop.pages = without_sitemap(2)
    twice = {f"/collecties/{c}/goed/bureaustoel-1": product(1) for c in ("a", "b")}
    shop.pages |= twice
    links = "".join(f'<p><a href="{path}">Stoel</a> € 1,95</p>' for path in twice)
    shop.pages["/"] = start_with(f"{links}{card(2)}")
    assert len(urls_of(scan(shop), "product")) == 2


def test_nothing_that_fills_a_cart_or_ends_an_order_is_asked_for(shop: Shop) -> None:
    shop.pages["/"] = start_with(
        card(1)
        + '<a href="/winkelwagen">Winkelwagen</a>'
        + '<a href="/goed/bureaustoel-2?add-to-cart=2">€ 2,95 nu in de mand</a>'
    )
    shop.pages["/winkelwagen"] = page(
        "<h1>Winkelwagen</h1><table><tr><td>Bureaustoel</td><td>€ 1,95</td></tr></table>"
        '<form action="/bestelling" method="post"><button>Afrekenen</button></form>'
        '<a href="/afrekenen">Verder naar bestellen</a> <a href="/">Verder winkelen</a>'
        '<a href="/checkout/place-order">Afrekenen en betalen</a>'
        '<a href="/winkelwagen/delete/1">Verwijder</a><a href="/express/paypal">Checkout</a>'
    )
    shop.pages["/afrekenen"] = page(
        "<h1>Overzicht</h1><p>Bureaustoel € 1,95</p><a href='/afrekenen/stap-3'>Afrekenen</a>"
        f"<p>{FILLER_NL}</p>"
    )
    result = scan(shop)
    assert urls_of(result, "checkout") == ["/winkelwagen", "/afrekenen"]
    done = ("place-order", "delete", "paypal", "add-to-cart", "stap-3", "/bestelling", "/add")
    assert not [path for path in shop.asked if any(word in path for word in done)]


def test_only_a_content_scan_samples(shop: Shop) -> None:
    shop.pages["/winkelwagen"] = page('<a href="/afrekenen">Afrekenen</a>')
    shop.pages["/"] = start_with(card(1) + '<a href="/winkelwagen">Winkelwagen</a>')

    async def look() -> Crawl:
        request = ScanRequest(kind=ScanKind.DRIFT, url=shop.url, hosts=(shop.host,), deadline_s=20)
        async with Fetcher(shop.options, FixedClock()) as fetcher:
            return await crawl(fetcher, request, FixedClock())

    found = asyncio.run(look())
    assert found.outcome is ScanOutcome.COMPLETE
    assert "product" not in {*found.complete_for, *found.gaps}
    assert not [path for path in shop.asked if path.startswith(("/goed", "/afrekenen"))]


def test_product_files_far_down_an_index_are_read_for_products_only(shop: Shop) -> None:
    names = [f"deel_{n}.xml" for n in range(6)] + ["sitemap_products_1.xml"]
    listed = "".join(f"<sitemap><loc>https://{HOST}/{n}</loc></sitemap>" for n in names)
    shop.pages["/sitemap.xml"] = Reply(f"<sitemapindex>{listed}</sitemapindex>")
    for name in names[:-1]:
        shop.pages[f"/{name}"] = Reply("<urlset></urlset>")
    result = scan(shop)
    assert len(urls_of(result, "product")) == 5
    assert len([path for path in shop.asked if path.startswith("/deel_")]) == 4
