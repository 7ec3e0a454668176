"""How a site answers over plain HTTP, port 80 (row tz-12.1b), and its cookies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit, urlunsplit

from scanners.api import NetOptions
from scanners.content.cookies import cookies_in
from scanners.content.evidence import CookieSeen, PlainAnswer
from scanners.content.read import CrawledPage
from scanners.content.text import read_text
from scanners.content.walls import is_bot_wall
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.guard import AddressGuard, RefusedAddressError, ResolveError
from scanners.net.names import registrable_domain

PLAIN_PORT = 80
HOPS_MAX = 4
ASK_DEADLINE_S = 8.0
PAGES_MAX = 6
BODY_MAX_BYTES = 200_000
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def plain_urls(pages: Iterable[CrawledPage], with_forms: frozenset[str]) -> tuple[str, ...]:
    """The start page and five others, pages with personal forms first, on port 80."""
    own = [p for p in pages if p.own]
    start = [p for p in own if "start" in p.roles]
    rest = sorted(
        (p for p in own if p.readable and "start" not in p.roles),
        key=lambda p: p.url not in with_forms,
    )
    urls = [_plain(page.final_url) for page in (*start[:1], *rest)]
    return tuple(dict.fromkeys(urls))[:PAGES_MAX]


def _plain(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    netloc = f"[{host}]" if ":" in host else host
    return urlunsplit(("http", netloc, parts.path or "/", parts.query, ""))


async def ask_plain(
    fetcher: Fetcher,
    options: NetOptions,
    urls: tuple[str, ...],
    left_s: float,
    own: frozenset[str] = frozenset(),
) -> tuple[PlainAnswer, ...]:
    """One answer per URL.  A port that does not talk is asked once per host.

    ``own`` are the site's registrable domains beside those of ``urls``.
    """
    own |= {registrable_domain(urlsplit(url).hostname or "") for url in urls}
    ends_at = asyncio.get_running_loop().time() + left_s
    ports: dict[str, tuple[str, str]] = {}
    answers: list[PlainAnswer] = []
    for url in urls:
        left = ends_at - asyncio.get_running_loop().time()
        if left <= 0:
            answers.append(PlainAnswer(url, "error", 0, "", "no time left"))
            continue
        host = urlsplit(url).hostname or ""
        if host not in ports:
            ports[host] = await _port_state(options, host, min(ASK_DEADLINE_S, left))
        state, reason = ports[host]
        if state != "open":
            answers.append(PlainAnswer(url, state, 0, "", reason))
            continue
        answers.append(await _ask(fetcher, url, own, min(ASK_DEADLINE_S, left)))
    return tuple(answers)


async def _port_state(options: NetOptions, host: str, deadline_s: float) -> tuple[str, str]:
    """``open``, ``closed``, ``filtered`` or ``error`` with the reason."""
    try:
        async with asyncio.timeout(deadline_s):
            endpoints = await AddressGuard(options).resolve(host, PLAIN_PORT)
            if not endpoints:
                return "error", "the host has no address"
            state, reason = "error", ""
            for endpoint in endpoints[:3]:
                state, reason = await _connect(endpoint.address, endpoint.port, deadline_s / 2)
                if state != "error":
                    break
            return state, reason
    except TimeoutError:
        return "filtered", "no answer in time"
    except (ResolveError, RefusedAddressError) as error:
        return "error", str(error)


async def _connect(address: str, port: int, deadline_s: float) -> tuple[str, str]:
    try:
        async with asyncio.timeout(deadline_s):
            _, writer = await asyncio.open_connection(address, port)
    except ConnectionRefusedError:
        return "closed", "nothing listens on port 80"
    except TimeoutError:
        return "filtered", "no answer in time"
    except OSError as error:
        return "error", error.strerror or type(error).__name__
    writer.close()
    return "open", ""


async def _ask(fetcher: Fetcher, url: str, own: frozenset[str], deadline_s: float) -> PlainAnswer:
    """Walk plain redirects to the first answer that is not one, or that leaves http."""
    at, status = url, 0
    for _ in range(HOPS_MAX):
        try:
            exchange = await fetcher.get(
                at, follow=False, deadline_s=deadline_s, max_bytes=BODY_MAX_BYTES
            )
        except FetchError as error:
            return PlainAnswer(url, "error", status, "", error.reason)
        location = exchange.header("location")
        # A temporary first hop stays visible: only 301 and 308 bind the visitor's browser.
        permanent = status in (0, 301, 308)
        status = exchange.status if permanent or exchange.status not in REDIRECTS else status
        if exchange.status not in REDIRECTS or not location:
            return _served(exchange, url, status)
        try:
            target = urljoin(at, location)
            host = urlsplit(target).hostname or ""
        except ValueError:
            return PlainAnswer(url, "error", status, location[:2_000], "a redirect to no address")
        if registrable_domain(host) not in own:
            said = f"leads to another site: {host[:100]}"
            return PlainAnswer(url, "answered", status, target[:2_000], said, own=False)
        if urlsplit(target).scheme != "http":
            return PlainAnswer(url, "answered", status, target[:2_000])
        at = target
    return PlainAnswer(url, "error", status, at[:2_000], "a redirect loop over http")


def _served(exchange: Exchange, url: str, status: int) -> PlainAnswer:
    if is_bot_wall(exchange, read_text(exchange.text()).flat):
        return PlainAnswer(url, "blocked", status, "", "a bot wall answers")
    return PlainAnswer(url, "answered", status, "")


def cookies_of(pages: Iterable[CrawledPage]) -> tuple[CookieSeen, ...]:
    """Cookies of own pages over https, once per name and host."""
    answers: dict[str, list[Exchange]] = {}
    for page in pages:
        parts = urlsplit(page.final_url)
        if page.own and parts.scheme == "https":
            answers.setdefault(parts.hostname or "", []).append(page.exchange)
    return tuple(
        cookie
        for host, exchanges in answers.items()
        for cookie in cookies_in((e.headers for e in exchanges), host, exchanges[0].started_at)
    )
