"""Prices as a browser draws them, and what is set before any choice, on shops of our own."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from scanners.api import NetOptions, Resolve, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.content.evidence import PageFacts, PriceSeen, SiteFacts
from scanners.content.scanner import ContentScanner
from scanners.render.browser import find_browser
from scanners.render.evidence import ConsentFacts
from tests.integration.net_server import RawServer, RealClock, http, serving

needs_browser = pytest.mark.skipif(not find_browser("auto"), reason="no Chromium or no playwright")
LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
HTML = ("Content-Type", "text/html; charset=utf-8")
SCRIPT = ("Content-Type", "text/javascript")
TEXT = "Wij leveren gereedschap uit eigen voorraad aan bedrijven en scholen in het hele land. " * 8
OTHERS = (
    "www.google-analytics.com", "static.hotjar.com", "fonts.example", "consent.cookiebot.com",
    "px.example",
)  # fmt: skip


def page(body: str, head: str = "", *more: tuple[str, str]) -> bytes:
    text = f"<!doctype html><html lang=nl><head><title>Winkel</title>{head}</head><body>"
    return http(f"{text}{body}</body></html>", 200, HTML, *more)


def product(prices: str, css: str = "") -> bytes:
    ld = '<script type="application/ld+json">{"@type":"Product","name":"Hamer"}</script>'
    body = f"<h1>Hamer</h1><p>{TEXT}</p><div class=price>{prices}</div>"
    return page(f"{body}<button>In winkelwagen</button>", f"<style>{css}</style>{ld}")


@contextmanager
def shop(paths: Mapping[str, bytes]) -> Iterator[RawServer]:
    start = page(f"<p>{TEXT}</p><a href=/product/hamer>Hamer</a>")
    known = {"/": start, **paths}
    with serving(lambda path, _stop: (known.get(path.partition("?")[0], http(b"", 404)),)) as it:
        yield it


async def look(
    server: RawServer, *measures: str, browser: str = "auto", render: str = ""
) -> ScanResult:
    pins = tuple(
        Resolve(host, port, "127.0.0.1", server.port)
        for host in ("shop.example", *OTHERS)
        for port in (80, 443)
    )
    options = NetOptions(
        allow_networks=(LOOPBACK,), requests_per_second=200, browser=browser, resolve=pins
    )
    asked: dict[str, object] = {"measure": measures, "render": render}
    request = ScanRequest(
        ScanKind.CONTENT, "http://shop.example/", ("shop.example",), options=asked, deadline_s=90.0
    )
    return await ContentScanner(options, RealClock()).scan(request)


def prices_of(result: ScanResult) -> dict[str, PriceSeen]:
    pages = [e.facts for e in result.evidence if isinstance(e.facts, PageFacts)]
    return {
        f"{price.amount} {price.vat}".strip(): price
        for facts in pages
        if "product" in facts.roles
        for price in facts.prices
    }


def consents_of(result: ScanResult) -> list[ConsentFacts]:
    return [e.facts for e in result.evidence if isinstance(e.facts, ConsentFacts)]


PAIR = "<p class=e>€ 100,00 excl. btw</p><p class=i>€ 121,00 incl. btw</p>"


@needs_browser
@pytest.mark.asyncio
async def test_a_price_has_the_size_weight_contrast_and_place_that_style_sheets_give_it() -> None:
    css = ".e{font-size:30px;font-weight:700} .i{font-size:12px;color:#aaa}"
    with shop({"/product/hamer": product(PAIR, css)}) as server:
        found = prices_of(await look(server, "styles"))
    excl, incl = found["100.00 excl"], found["121.00 incl"]
    assert [(s.viewport, s.size_px, s.weight, s.hidden) for s in excl.styles] == [
        (1366, 30.0, 700, ""),
        (390, 30.0, 700, ""),
    ]
    assert [(s.size_px, s.weight, s.contrast) for s in incl.styles] == [(12.0, 400, 2.32)] * 2
    assert excl.styles[0].contrast == 21.0
    assert excl.styles[0].top < incl.styles[0].top
    assert excl.styles[0].width > 100
    assert incl.label_styles == incl.styles


@needs_browser
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("css", "hidden"),
    [
        (".i{display:none}", True),
        (".i{visibility:hidden}", True),
        (".i{opacity:.01}", True),
        (".i{position:absolute;left:-9999px}", True),
        (".i{text-indent:-9999px}", True),
        (".i{clip-path:inset(50%)}", True),
        (".i{position:absolute;clip:rect(0,0,0,0)}", True),
        (".i{max-height:0;overflow:hidden}", True),
        (".i{font-size:0}", True),
        (".i{color:#fff}", False),
        (".i{font-size:6px}", False),
        ("@media(max-width:500px){.i{display:none}}", False),
    ],
)
async def test_a_price_that_no_visitor_sees_is_not_shown(css: str, hidden: bool) -> None:
    with shop({"/product/hamer": product(PAIR, css)}) as server:
        found = prices_of(await look(server, "styles"))
    incl = next(price for price in found.values() if price.amount == "121.00")
    assert incl.shown is not hidden
    assert [bool(style.hidden) for style in incl.styles] == [
        hidden,
        hidden or "display:none" in css,
    ]
    if "#fff" in css:
        assert [style.contrast for style in incl.styles] == [1.0, 1.0]
    if "6px" in css:
        assert [style.size_px for style in incl.styles] == [6.0, 6.0]


@needs_browser
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("css", "contrast"),
    [
        (".price{background:#000} .i{color:#fff}", 21.0),
        (".price{background:rgba(0,0,0,.5)} .i{color:#fff}", 3.98),
        (".price{background:linear-gradient(#fff,#000)}", 0.0),
        (".price{filter:invert(1)}", 0.0),
        (".i{color:oklch(0 0 0)}", 21.0),
        (".i{opacity:.5}", 3.95),
    ],
)
async def test_contrast_is_told_only_where_what_lies_behind_is_known(
    css: str, contrast: float
) -> None:
    with shop({"/product/hamer": product(PAIR, css)}) as server:
        found = prices_of(await look(server, "styles"))
    assert found["121.00 incl"].styles[0].contrast == pytest.approx(contrast, abs=0.1)


@needs_browser
@pytest.mark.asyncio
async def test_white_on_a_picture_that_lies_beside_it_in_the_document_has_no_contrast() -> None:
    css = (
        ".price{position:relative;height:80px} .bg{position:absolute;inset:0;background:#222}"
        " .e,.i{position:relative;color:#fff}"
    )
    with shop({"/product/hamer": product(f"<div class=bg></div>{PAIR}", css)}) as server:
        found = prices_of(await look(server, "styles"))
    assert found["121.00 incl"].styles[0].contrast == 0.0


@needs_browser
@pytest.mark.asyncio
async def test_a_page_cannot_forge_what_is_measured() -> None:
    forging = (
        "<script>window.getComputedStyle = () => ({fontSize: '99px', fontWeight: '900'});"
        "Element.prototype.setAttribute = () => {}; Map.prototype.get = () => ['x'];"
        "new MutationObserver(all => all.forEach(m => m.attributeName.startsWith('data-m') &&"
        " m.target.setAttribute(m.attributeName, '1;1;1;;0;0;0;0')))"
        ".observe(document, {attributes: true, subtree: true})</script>"
    )
    with shop({"/product/hamer": product(PAIR + forging, ".i{font-size:9px}")}) as server:
        found = prices_of(await look(server, "styles"))
    assert [s.size_px for s in found["121.00 incl"].styles] == [9.0, 9.0]


@needs_browser
@pytest.mark.asyncio
async def test_the_measures_are_in_no_raw_evidence() -> None:
    with shop({"/product/hamer": product(PAIR)}) as server:
        result = await look(server, "styles")
    assert prices_of(result)["121.00 incl"].styles
    assert not any(b"data-m" in (e.body or b"") for e in result.evidence)


@needs_browser
@pytest.mark.asyncio
async def test_nothing_is_opened_in_a_browser_when_no_condition_asks() -> None:
    with shop({"/product/hamer": product(PAIR)}) as server:
        result = await look(server)
        agents = [r for r in server.requests if b"Chrome/" in r]
    assert (agents, result.detail["rendered"], consents_of(result)) == ([], [], [])


@needs_browser
@pytest.mark.asyncio
async def test_a_confirming_look_opens_every_page_that_was_read() -> None:
    contact = page(f"<h1>Contact</h1><p>{TEXT}</p>")
    start = page(f"<p>{TEXT}</p><a href=/contact>Contact</a><a href=/product/hamer>Hamer</a>")
    paths = {"/": start, "/contact": contact, "/product/hamer": product(PAIR)}
    with shop(paths) as server:
        result = await look(server, render="all")
    site = next(e.facts for e in result.evidence if isinstance(e.facts, SiteFacts))
    assert site.rendered
    assert {str(u).rpartition("/")[2] for u in result.detail["rendered"]} == {  # type: ignore[attr-defined]
        "", "contact", "hamer",
    }  # fmt: skip


@needs_browser
@pytest.mark.asyncio
async def test_a_page_that_hangs_the_browser_stays_as_it_was_read_and_proves_nothing_more() -> None:
    hanging = product(PAIR + "<script>while (true) {}</script>", ".i{font-size:9px}")
    with shop({"/product/hamer": hanging}) as server:
        result = await look(server, "styles", render="all")
    site = next(e.facts for e in result.evidence if isinstance(e.facts, SiteFacts))
    assert result.outcome is not ScanOutcome.SCANNER_ERROR
    assert not site.rendered
    assert prices_of(result)["121.00 incl"].styles == ()


GA = "<script>document.cookie='_ga=GA1.2.1; max-age=63072000; path=/'</script>"


def scripted(code: str) -> dict[str, bytes]:
    start = page(f"<p>{TEXT}</p><script src=/a.js></script>")
    return {"/": start, "/a.js": http(code, 200, SCRIPT)}


@needs_browser
@pytest.mark.asyncio
async def test_a_cookie_that_a_script_sets_after_a_second_is_seen_with_its_setter() -> None:
    late = "setTimeout(() => { document.cookie = '_fbp=fb.1; max-age=7776000' }, 1000)"
    with shop(scripted(late)) as server:
        (facts,) = consents_of(await look(server, "consent"))
    (cookie,) = facts.cookies
    assert (cookie.name, cookie.domain, cookie.third) == ("_fbp", "shop.example", False)
    assert (cookie.how, cookie.setter, round(cookie.days)) == ("script", "shop.example", 90)
    assert facts.problem == ""
    assert facts.watched_s >= 10.0
    assert facts.locale == "nl-NL"


@needs_browser
@pytest.mark.asyncio
async def test_cookies_keys_and_hosts_are_told_apart_by_whose_they_are() -> None:
    body = (
        f"<p>{TEXT}</p><script>localStorage.setItem('_hjid', 'geheim');"
        "fetch('http://www.google-analytics.com/g/collect?v=2', {mode: 'no-cors'});"
        "new Image().src = 'http://px.example/tr?id=1'</script>"
        "<link rel=stylesheet href=http://fonts.example/css><button>Alles accepteren</button>"
    )
    given = ("Set-Cookie", "PHPSESSID=geheim0123456789; path=/; HttpOnly")
    pixel = http(b"GIF89a", 200, ("Content-Type", "image/gif"), ("Set-Cookie", "fr=1; path=/"))
    with shop({"/": page(body, "", given), "/tr": pixel}) as server:
        result = await look(server, "consent")
    (facts,) = consents_of(result)
    assert {(c.name, c.third, c.how) for c in facts.cookies} == {
        ("PHPSESSID", False, "header"),
        ("fr", True, "header"),
    }
    assert {(k.key, k.area, k.third) for k in facts.keys} == {("_hjid", "local", False)}
    assert {h.host: h.types for h in facts.hosts} == {
        "www.google-analytics.com": ("fetch",),
        "px.example": ("image",),
        "fonts.example": ("stylesheet",),
    }
    assert facts.buttons == ("Alles accepteren",)
    kept = [e for e in result.evidence if isinstance(e.facts, ConsentFacts)]
    assert "geheim" not in repr(kept)


@needs_browser
@pytest.mark.asyncio
async def test_a_consent_tool_that_loads_trackers_on_a_click_loads_none_untouched() -> None:
    start = page(
        f"<p>{TEXT}</p><script src=http://consent.cookiebot.com/uc.js></script>"
        "<script type=text/plain src=http://www.google-analytics.com/analytics.js></script>"
    )
    tool = (
        "const b = document.createElement('button'); b.textContent = 'Alles accepteren';"
        "b.onclick = () => { new Image().src = 'http://www.google-analytics.com/collect' };"
        "document.body.append(b)"
    )
    with shop({"/": start, "/uc.js": http(tool, 200, SCRIPT)}) as server:
        (facts,) = consents_of(await look(server, "consent"))
    assert [h.host for h in facts.hosts] == ["consent.cookiebot.com"]
    assert facts.buttons == ("Alles accepteren",)


@needs_browser
@pytest.mark.asyncio
async def test_pings_of_consent_mode_that_say_denied_are_counted_apart() -> None:
    ask = "fetch('http://www.google-analytics.com/g/collect?gcs=G100&v=2', {mode: 'no-cors'})"
    with shop(scripted(ask)) as server:
        (facts,) = consents_of(await look(server, "consent"))
    (host,) = facts.hosts
    # A host that browsers know as https alone is asked for twice.
    assert host.count == host.denied > 0


WALL = (
    "<p>Wij gebruiken cookies. Accepteert u alle cookies om verder te gaan?</p>"
    "<button>Accepteren</button>"
)


@needs_browser
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (WALL, "consent_wall"),
        ("<script>while (true) {}</script>", "timed_out"),
        ("<script>location = 'http://fonts.example/weg'</script>", "left"),
    ],
)
async def test_what_keeps_a_visitor_from_the_page_is_named(body: str, problem: str) -> None:
    # The plain look gets the page; what is made of it in a browser is another thing.
    def answer(path: str, _stop: object) -> tuple[bytes, ...]:
        if path == "/weg":
            return (page("elders"),)
        return (page(f"<p>{TEXT}</p>") if path == "/" else http(b"", 404),)

    found = await _split(answer, page(body))
    assert found.problem == problem
    assert found.cookies == ()


async def _split(answer: Callable[..., tuple[bytes, ...]], browsed: bytes) -> ConsentFacts:
    """A shop that answers browsers with another page than plain readers."""
    box: list[RawServer] = []

    def choose(path: str, stop: object) -> tuple[bytes, ...]:
        last = box[0].requests[-1]
        return (browsed,) if path == "/" and b"Chrome/" in last else answer(path, stop)

    with serving(choose) as server:
        box.append(server)
        (facts,) = consents_of(await look(server, "consent"))
    return facts


@needs_browser
@pytest.mark.asyncio
async def test_a_seller_is_never_measured() -> None:
    with shop({"/product/hamer": product(PAIR)}) as server:
        pins = (Resolve("shop.example", 80, "127.0.0.1", server.port),)
        options = NetOptions(
            allow_networks=(LOOPBACK,), requests_per_second=200, browser="auto", resolve=pins
        )
        request = ScanRequest(
            ScanKind.CONTENT,
            "http://shop.example/",
            ("shop.example",),
            subject="seller",
            profile_urls=("http://shop.example/product/hamer",),
            options={"measure": ("styles", "consent"), "render": "all"},
            deadline_s=60.0,
        )
        result = await ContentScanner(options, RealClock()).scan(request)
        agents = [r for r in server.requests if b"Chrome/" in r]
    assert (agents, consents_of(result)) == ([], [])
