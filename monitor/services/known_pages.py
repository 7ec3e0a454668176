"""Pages of a site we know of: what an OWASP look should visit whatever its crawl comes across.

A sample by links alone misses pages that only a sitemap or an earlier look led to, and a
weakness is only seen to be gone by a look that visited its page.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from monitor.domain.site import Site
from monitor.domain.weakness import STANDING, Weakness
from monitor.services.tx import Tx
from scanners.api import ScanKind
from scanners.content.evidence import PageFacts

# A part of the 25 pages of a passive look: the rest is for what its own crawl finds.
PAGES_MAX = 12
WEAK_MAX = 6
PER_ROLE = 2
URL_MAX = 500
_VISITOR = "passive"


def known_pages(tx: Tx, site: Site) -> list[str]:
    """Addresses without fragment, the most telling first, at most ``PAGES_MAX``.

    Where a weakness stands, then a few pages of each role that the content looks read.
    """
    weak = [page for one in tx.weaknesses(site.site_id, STANDING) if (page := _place(one))]
    found = dict.fromkeys([*dict.fromkeys(weak)][:WEAK_MAX])
    found |= dict.fromkeys(_read(tx, site))
    return list(found)[:PAGES_MAX]


def _place(one: Weakness) -> str:
    """The page of a weakness; an attack is none, and a text that was cut short neither."""
    if len(one.seen.url) >= URL_MAX or one.seen.method != "GET":
        return ""
    return _page(one.seen.url, query=one.seen.engine == _VISITOR)


def _read(tx: Tx, site: Site) -> Iterator[str]:
    """Own pages that were read whole, few of each role."""
    scans = tx.newest_scans(site.site_id)
    roles: dict[tuple[str, ...], int] = {}
    for kind in (ScanKind.CONTENT, ScanKind.RENDERED):
        view = scans.get(kind)
        for facts in () if view is None else (e.facts for e in view.evidence):
            if not isinstance(facts, PageFacts) or not facts.own or facts.document:
                continue
            page = "" if facts.problem else _page(facts.final_url, query=True)
            if page and roles.get(facts.roles, 0) < PER_ROLE:
                roles[facts.roles] = roles.get(facts.roles, 0) + 1
                yield page


def _page(url: str, *, query: bool) -> str:
    """The address without fragment (and query); "" for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc or len(url) >= URL_MAX:
        return ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query if query else "", ""))
