"""A shop that scripts make is read through a browser, when there is one."""

from __future__ import annotations

import asyncio
import ipaddress
from contextlib import AbstractContextManager

import pytest

from scanners.api import NetOptions, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.content.evidence import PageFacts, SiteFacts
from scanners.content.scanner import ContentScanner
from scanners.render.browser import find_browser
from tests.integration.net_server import RawServer, RealClock, http, serving

needs_browser = pytest.mark.skipif(not find_browser("auto"), reason="no Chromium or no playwright")
LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
HTML = ("Content-Type", "text/html; charset=utf-8")
# One program for every path, as single-page shops have it.
SHELL = http(
    "<!doctype html><html lang=nl><head><title>Winkel</title><script src=/app.js></script></head>"
    "<body><div id=root></div></body></html>",
    200,
    HTML,
)
SENTENCE = "Wij leveren gereedschap uit eigen voorraad aan bedrijven en scholen in het hele land. "
APP = """document.addEventListener('DOMContentLoaded', () => {
  const pages = {
    '/': '<p>WELCOME</p>',
    '/contact': '<h1>Contact</h1><p>Voorbeeld Handel B.V., Dorpsstraat 12, 1234 AB Utrecht. '
      + 'KvK-nummer: 30198127. Bel 030 123 45 67 of mail info@shop.example</p><p>CONTACT</p>',
    '/privacy': '<h1>Privacyverklaring</h1><p>PRIVACY</p>',
  };
  document.getElementById('root').innerHTML = '<nav><a href="/contact">Contact</a> '
    + '<a href="/privacy">Privacyverklaring</a></nav>' + (pages[location.pathname] || 'weg');
})"""
for name, times in (("WELCOME", 6), ("CONTACT", 4), ("PRIVACY", 8)):
    APP = APP.replace(name, SENTENCE * times)


def options(browser: str) -> NetOptions:
    return NetOptions(allow_networks=(LOOPBACK,), requests_per_second=200, browser=browser)


async def look(shop: RawServer, browser: str, deadline_s: float = 60.0) -> ScanResult:
    url = f"http://127.0.0.1:{shop.port}/"
    request = ScanRequest(ScanKind.CONTENT, url, ("127.0.0.1",), deadline_s=deadline_s)
    return await ContentScanner(options(browser), RealClock()).scan(request)


def pages_of(result: ScanResult) -> list[PageFacts]:
    return [e.facts for e in result.evidence if isinstance(e.facts, PageFacts)]


def site_of(result: ScanResult) -> SiteFacts:
    return next(e.facts for e in result.evidence if isinstance(e.facts, SiteFacts))


def made_by_script(app: str) -> dict[str, bytes]:
    return {"/app.js": http(app, 200, ("Content-Type", "text/javascript"))}


def shop(app: str = APP) -> AbstractContextManager[RawServer]:
    paths = {"/": SHELL, "/contact": SHELL, "/privacy": SHELL, **made_by_script(app)}
    return serving(lambda path, _stop: (paths.get(path, http(b"", 404)),))


@needs_browser
@pytest.mark.asyncio
async def test_pages_that_a_script_makes_are_read_as_their_visitors_see_them() -> None:
    with shop() as server:
        result = await look(server, "auto")
    found = {page.url.rsplit("/", 1)[-1]: page for page in pages_of(result)}
    assert all(page.rendered and not page.problem for page in found.values())
    assert "KvK-nummer: 30198127" in found["contact"].text
    assert [number.value for number in found["contact"].numbers] == ["30198127"]
    assert {"contact", "privacy", "start"} <= set(site_of(result).complete_for)
    assert sorted(result.detail) == ["complete_for", "gaps", "pages", "reason", "rendered"]
    assert result.detail["rendered"] == [page.final_url for page in pages_of(result)]
    assert len(found) >= 3


@pytest.mark.asyncio
async def test_without_a_browser_such_a_shop_proves_nothing() -> None:
    with shop() as server:
        result = await look(server, "off")
    assert (result.outcome, site_of(result).complete_for) == (ScanOutcome.PARTIAL, ())
    assert [page.problem for page in pages_of(result)] == ["script_shell"]


@needs_browser
@pytest.mark.asyncio
async def test_a_page_that_stays_empty_in_the_browser_proves_nothing() -> None:
    with shop("document.title = 'niets'") as server:
        result = await look(server, "auto")
    assert (result.outcome, site_of(result).complete_for) == (ScanOutcome.PARTIAL, ())


@needs_browser
@pytest.mark.asyncio
async def test_a_script_that_leads_to_another_site_is_not_followed() -> None:
    with serving(lambda _path, _stop: (http("<p>elders</p>", 200, HTML),)) as other:
        away = f"location.href = 'http://localhost:{other.port}/'"
        with shop(away) as server:
            result = await look(server, "auto")
    assert "elders" not in " ".join(page.text for page in pages_of(result))
    assert site_of(result).complete_for == ()


@needs_browser
@pytest.mark.asyncio
async def test_a_plain_shop_never_starts_the_browser() -> None:
    start = http(f"<html lang=nl><body><p>{SENTENCE * 6}</p></body></html>", 200, HTML)
    with serving(lambda path, _stop: (start if path == "/" else http(b"", 404),)) as server:
        result = await look(server, "auto")
    agents = [request for request in server.requests if b"Chrome/" in request]
    assert (agents, result.detail["rendered"]) == ([], [])


@needs_browser
@pytest.mark.asyncio
async def test_a_program_that_never_rests_keeps_the_scan_within_its_deadline() -> None:
    loop = asyncio.get_running_loop()
    with shop("while (true) {}") as server:
        began = loop.time()
        result = await look(server, "auto", 12.0)
        assert loop.time() - began < 13.0
    assert site_of(result).complete_for == ()


@needs_browser
@pytest.mark.asyncio
async def test_two_scans_take_turns_with_the_browser() -> None:
    with shop() as server:
        scanner = ContentScanner(options("auto"), RealClock())
        url = f"http://127.0.0.1:{server.port}/"
        request = ScanRequest(ScanKind.CONTENT, url, ("127.0.0.1",), deadline_s=90.0)
        both = await asyncio.gather(scanner.scan(request), scanner.scan(request))
    assert all("contact" in site_of(result).complete_for for result in both)
