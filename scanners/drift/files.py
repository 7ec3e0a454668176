"""The site's own script files on pages where data are typed: read, not run.

Drift.md 3.4: what a skimmer adds to the shop's own file is seen by no look at the page.  Few
files, bounded in size and time, at the pace and through the guard of the crawl.
"""

from __future__ import annotations

import asyncio

from scanners.api import host_of
from scanners.content.actions import is_action
from scanners.content.crawled import Crawl
from scanners.content.forms import forms_of
from scanners.content.html import absolute, base_of
from scanners.content.read import CrawledPage
from scanners.content.whole import path_of
from scanners.drift.inventory import pages_of, takes_of
from scanners.net.fetch import Fetcher, FetchError
from scanners.net.names import registrable_domain

FILES_MAX = 6
FILE_MAX_BYTES = 1_000_000
FILE_DEADLINE_S = 8.0
TAKING_ROLES = frozenset({"checkout", "account"})


async def own_files(
    fetcher: Fetcher, found: Crawl, own: frozenset[str], seconds: float
) -> dict[str, bytes]:
    """At most ``FILES_MAX`` own script files by address; those that fail are left out.

    No file is begun after ``seconds``.
    """
    files: dict[str, bytes] = {}
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    for url in wanted_files(found, own):
        left = ends - loop.time()
        if left <= 0:
            break
        try:
            exchange = await fetcher.get(
                url, within=own, max_bytes=FILE_MAX_BYTES, deadline_s=min(FILE_DEADLINE_S, left)
            )
        except FetchError:
            continue
        page = exchange.header("content-type").lower().startswith("text/html")
        if exchange.status == 200 and not (page or exchange.truncated):  # noqa: PLR2004
            files[url] = exchange.body
    return files


def wanted_files(found: Crawl, own: frozenset[str]) -> tuple[str, ...]:
    """Own script files of pages that take data: those that not every page has come first."""
    taking, common = [], set()
    for page in pages_of(found):
        mine = _files(page, own)
        if TAKING_ROLES & page.roles or _takes(page, own):
            taking += mine
        else:
            common.update(mine)
    allowed = [u for u in dict.fromkeys(taking) if found.rules.allows(path_of(u))]
    return tuple(sorted(allowed, key=lambda url: url in common)[:FILES_MAX])


def _takes(page: CrawledPage, own: frozenset[str]) -> bool:
    forms = () if page.html is None else forms_of(page.html, page.final_url, own)
    return bool(takes_of(page, forms, ()))


def _files(page: CrawledPage, own: frozenset[str]) -> list[str]:
    if page.html is None:
        return []
    base = base_of(page.html, page.final_url)
    nodes = page.html.css("script[src]")[:200]
    urls = (absolute(base, node.attributes.get("src") or "") for node in nodes)
    kept = (u for u in urls if u and registrable_domain(host_of(u)) in own)
    return [url for url in kept if not is_action(url)]
