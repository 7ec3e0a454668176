"""The browser as a second look: what it reads, what it may reach, and that it can be ended."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scanners.api import NetOptions, Resolve
from scanners.render.browser import Browser, find_browser
from scanners.render.job import Rendered
from scanners.render.proxy import VISIT_MAX_CONNECTIONS, GuardedProxy
from tests.integration.net_server import RawServer, http, serving

PROGRAM = find_browser("auto")
LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
OPTIONS = NetOptions(allow_networks=(LOOPBACK,))
needs_browser = pytest.mark.skipif(not PROGRAM, reason="no Chromium or no playwright")


HTML = ("Content-Type", "text/html; charset=utf-8")


def html(body: str) -> bytes:
    return http(f"<!doctype html><html lang=nl>{body}</html>", 200, HTML)


PAGES = {
    "/": html(
        "<body><div id=root></div><script>fetch('/api').then(r => r.text()).then(t => {"
        "document.getElementById('root').innerHTML = '<h1>Winkel</h1><p>' + t + '</p>'"
        "+ '<a href=/contact>Contact</a>'})</script></body>"
    ),
    "/api": http(b"KvK 30198127, Dorpsstraat 12"),
    "/slow": html(
        "<body><p>Eerst dit.</p><script>setTimeout(() => document.body.append('daarna dat'), 600)"
        "</script></body>"
    ),
    "/shadow": html(
        "<body><my-part></my-part><script>customElements.define('my-part', class extends "
        "HTMLElement { connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = "
        "'<p>In de schaduw: KvK 30198127</p>' } })</script></body>"
    ),
    "/loop": html("<body>begin<script>while (true) {}</script></body>"),
    "/dialog": html("<body>voor<script>alert('x'); document.body.append(' na')</script></body>"),
    "/inside": html(
        "<body><p id=p>?</p><script>fetch('http://169.254.169.254/latest').then("
        "() => p.textContent = 'gehaald', () => p.textContent = 'geweigerd')</script></body>"
    ),
    "/picture": html("<body>tekst<img src=/logo.png><script src=/shop.js></script></body>"),
    "/shop.js": http(b"document.body.append(' geladen')"),
    "/logo.png": http(b"PNG"),
}


@pytest.fixture(scope="module")
def shop() -> Iterator[RawServer]:
    with serving(lambda path, _stop: (PAGES.get(path, http(b"", 404)),)) as server:
        yield server


def url_of(shop: RawServer, path: str) -> str:
    return f"http://127.0.0.1:{shop.port}{path}"


def asked(shop: RawServer) -> list[str]:
    return [request.split(b" ")[1].decode() for request in shop.requests]


async def visit(shop: RawServer, path: str, deadline_s: float = 15.0) -> Rendered:
    async with Browser(OPTIONS, PROGRAM) as browser:
        return await browser.visit(url_of(shop, path), deadline_s)


def running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def children_of(pid: int) -> list[int]:
    """Of every thread; one that has just ended has none."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir() if running(pid) else ():
        with suppress(OSError):
            found += [int(word) for word in (task / "children").read_text().split()]
    return [*found, *(below for child in found for below in children_of(child))]


def environment(pid: int) -> bytes:
    """Of a process; nothing when it has just ended."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


async def gone(*pids: int) -> bool:
    for _ in range(100):
        if not any(map(running, pids)):
            return True
        await asyncio.sleep(0.1)
    return False


@needs_browser
@pytest.mark.asyncio
async def test_a_page_made_by_a_script_is_read_as_its_visitor_sees_it(shop: RawServer) -> None:
    seen = await visit(shop, "/")
    assert (seen.problem, seen.status) == ("", 200)
    assert "KvK 30198127, Dorpsstraat 12" in seen.html
    assert '<a href="/contact">' in seen.html
    assert seen.requests == 2


@needs_browser
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/slow", "daarna dat"),
        ("/shadow", "In de schaduw: KvK 30198127"),
        ("/dialog", "voor na"),
        ("/picture", "tekst geladen"),
    ],
)
async def test_what_comes_late_in_shadow_trees_or_behind_a_dialog_is_read(
    shop: RawServer, path: str, wanted: str
) -> None:
    seen = await visit(shop, path)
    assert wanted in re.sub(r"<script.*?</script>|<[^>]*>", "", seen.html)


@needs_browser
@pytest.mark.asyncio
async def test_pictures_are_not_asked_for(shop: RawServer) -> None:
    before = len(shop.requests)
    await visit(shop, "/picture")
    assert set(asked(shop)[before:]) == {"/picture", "/shop.js"}


@needs_browser
@pytest.mark.asyncio
async def test_a_page_cannot_reach_what_the_guard_refuses(shop: RawServer) -> None:
    assert "geweigerd" in (await visit(shop, "/inside")).html


@needs_browser
@pytest.mark.asyncio
async def test_a_site_on_a_refused_address_is_not_opened_at_all(shop: RawServer) -> None:
    async with Browser(NetOptions(), PROGRAM) as browser:
        seen = await browser.visit(url_of(shop, "/"), 15.0)
    assert (seen.problem, seen.html) == ("no_answer", "")


@needs_browser
@pytest.mark.asyncio
async def test_names_are_resolved_by_us_and_never_by_the_browser(shop: RawServer) -> None:
    pin = Resolve("shop.example", 80, "127.0.0.1", shop.port)
    options = NetOptions(allow_networks=(LOOPBACK,), resolve=(pin,))
    async with Browser(options, PROGRAM) as browser:
        seen = await browser.visit("http://shop.example/slow", 15.0)
    assert seen.final_url == "http://shop.example/slow"
    assert "Eerst dit." in seen.html


@needs_browser
@pytest.mark.asyncio
async def test_a_page_that_never_rests_ends_at_its_deadline_and_leaves_no_process(
    shop: RawServer,
) -> None:
    async with Browser(OPTIONS, PROGRAM) as browser:
        began = time.monotonic()
        assert (await browser.visit(url_of(shop, "/slow"), 15.0)).problem == ""
        pid = browser.pid
        assert pid is not None
        below = children_of(pid)
        assert below
        seen = await browser.visit(url_of(shop, "/loop"), 3.0)
        assert (seen.problem, browser.pid) == ("timed_out", None)
        assert time.monotonic() - began < 30.0
        assert (await browser.visit(url_of(shop, "/slow"), 15.0)).problem == ""
    assert await gone(pid, *below)


@needs_browser
@pytest.mark.asyncio
async def test_a_cancelled_visit_leaves_no_process(shop: RawServer) -> None:
    async with Browser(OPTIONS, PROGRAM) as browser:
        task = asyncio.get_running_loop().create_task(browser.visit(url_of(shop, "/loop"), 60.0))
        await asyncio.sleep(2.0)
        pid = browser.pid
        assert pid is not None
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await gone(pid)


@needs_browser
@pytest.mark.asyncio
async def test_no_secret_of_our_environment_is_in_the_browsers(
    shop: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEURWACHT_MAIL__PASSWORD", "geheim")
    async with Browser(OPTIONS, PROGRAM) as browser:
        await browser.visit(url_of(shop, "/slow"), 15.0)
        assert browser.pid is not None
        found = [environment(pid) for pid in (browser.pid, *children_of(browser.pid))]
    assert sum(map(bool, found)) > 2
    assert not any(b"geheim" in block for block in found)


@pytest.mark.asyncio
async def test_a_program_that_is_no_browser_gives_no_look(shop: RawServer) -> None:
    async with Browser(OPTIONS, "/bin/true") as browser:
        seen = await browser.visit(url_of(shop, "/"), 10.0)
    assert seen.problem == "no_browser"


def test_a_browser_is_looked_for_only_when_it_is_wanted(tmp_path: Path) -> None:
    program = tmp_path / "browser"
    assert find_browser("off") == ""
    assert find_browser(str(program)) == ""
    program.write_text("")
    program.chmod(0o755)
    assert find_browser(str(program)) == str(program)


async def _answer(address: str, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*address.removeprefix("http://").split(":"))
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


# The user "u" with the secret "s".
PASS = b"Proxy-Authorization: Basic dTpz\r\n"


@pytest.mark.asyncio
async def test_the_proxy_lets_nobody_through_without_the_secret_of_a_visit(shop: RawServer) -> None:
    async with GuardedProxy(OPTIONS) as proxy:
        request = f"GET {url_of(shop, '/api')} HTTP/1.1\r\nHost: x\r\n".encode()
        assert b" 407 " in await _answer(proxy.address, request + b"\r\n")
        assert b" 407 " in await _answer(proxy.address, request + PASS + b"\r\n")
        proxy.admit("u", "other")
        assert b" 407 " in await _answer(proxy.address, request + PASS + b"\r\n")
        proxy.admit("u", "s")
        assert b"KvK 30198127" in await _answer(proxy.address, request + PASS + b"\r\n")
        proxy.dismiss("u")
        assert b" 407 " in await _answer(proxy.address, request + PASS + b"\r\n")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"CONNECT 169.254.169.254:80 HTTP/1.1", b" 403 "),
        (b"CONNECT [::ffff:10.0.0.1]:443 HTTP/1.1", b" 403 "),
        (b"GET http://10.1.2.3/ HTTP/1.1", b" 403 "),
        (b"GET ftp://example.org/ HTTP/1.1", b" 400 "),
        (b"GET /here HTTP/1.1", b" 400 "),
        (b"CONNECT nowhere HTTP/1.1", b" 400 "),
        (b"GET http://[broken/ HTTP/1.1", b" 400 "),
        (b"CONNECT 127.0.0.1:1 HTTP/1.1", b" 502 "),
        (b"nonsense", b" 400 "),
    ],
)
async def test_the_proxy_refuses_with_a_word(line: bytes, status: bytes) -> None:
    async with GuardedProxy(OPTIONS) as proxy:
        proxy.admit("u", "s")
        assert status in await _answer(proxy.address, line + b"\r\n" + PASS + b"\r\n")


@pytest.mark.asyncio
async def test_a_visit_has_a_share_of_connections_and_bytes(shop: RawServer) -> None:
    async with GuardedProxy(OPTIONS) as proxy:
        mine = proxy.admit("u", "s")
        request = f"GET {url_of(shop, '/api')} HTTP/1.1\r\n".encode() + PASS + b"\r\n"
        assert b"KvK" in await _answer(proxy.address, request)
        assert mine.connections_left == VISIT_MAX_CONNECTIONS - 1
        mine.connections_left = 0
        assert b" 429 " in await _answer(proxy.address, request)
        mine.connections_left, mine.bytes_left = 5, 0
        assert await _answer(proxy.address, request) == b""


@pytest.mark.asyncio
async def test_the_secret_goes_no_further_than_the_proxy(shop: RawServer) -> None:
    async with GuardedProxy(OPTIONS) as proxy:
        proxy.admit("u", "s")
        request = f"GET {url_of(shop, '/api')} HTTP/1.1\r\nX-Kept: 1\r\n".encode() + PASS + b"\r\n"
        await _answer(proxy.address, request)
    assert b"X-Kept: 1" in shop.requests[-1]
    assert b"proxy-authorization" not in shop.requests[-1].lower()
