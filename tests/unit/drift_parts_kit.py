"""Pages made by hand into what the drift scan knows of a site's parts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scanners.api import ScanOutcome
from scanners.content.crawled import Crawl
from scanners.content.read import CrawledPage, Reading, read_page
from scanners.drift.evidence import DriftFacts
from scanners.drift.inventory import site_parts
from scanners.net.fetch import Exchange

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
SHOP = "https://shop.example.nl"
OWN = frozenset({"example.nl"})
Headers = tuple[tuple[str, str], ...]
ROLES = {
    "/": "start", "/contact": "contact", "/cart": "checkout", "/checkout": "checkout",
    "/login": "account", "/p/pen": "product", "/terms": "terms",
}  # fmt: skip
FORMS = {
    "/contact": '<form action="/contact" method="post"><input name="naam"><input name="email">'
    "</form>",
    "/checkout": '<form action="/pay" method="post"><input name="cardnumber"><input name="cvc">'
    '<input name="email"></form>',
    "/login": '<form method="post"><input type="email" name="email"><input type="password"></form>',
}
GTM = (
    "(function(w,d,s,l,i){w[l]=w[l]||[];var f=d.getElementsByTagName(s)[0],j=d.createElement(s);"
    "j.async=true;j.src='https://www.googletagmanager.com/gtm.js?id='+i;"
    "f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer','GTM-ABCD12');"
)
HEAD = (
    '<link rel="stylesheet" href="/assets/app.3f9a1c22.css">'
    '<script src="/assets/app.3f9a1c22.js?v=12"></script>'
    '<script src="https://cdn1.vendor-cdn.eu/lib/2.1.0/lib.min.js" integrity="sha384-x"></script>'
    f'<script nonce="r4nd0m">{GTM}</script>'
    "<script>window.basket={items:[{sku:'A1',qty:2}],token:'f00'};</script>"
)
CSP = "default-src 'self'; script-src 'self' 'nonce-abc' cdn1.vendor-cdn.eu; form-action 'self'"
HEADERS: Headers = (
    ("content-security-policy", CSP),
    ("strict-transport-security", "max-age=31536000"),
    ("x-frame-options", "SAMEORIGIN"),
)
TEXT = "<p>Wij verkopen met veel plezier pennen en papier aan klanten in het hele land.</p>" * 4


@dataclass
class Site:
    """A shop's pages by path; ``head`` stands on every one, ``more`` on some."""

    head: str = HEAD
    more: dict[str, str] = field(default_factory=dict)
    headers: dict[str, Headers] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    paths: tuple[str, ...] = tuple(ROLES)

    def html(self, path: str) -> str:
        inner = f"<h1>{path}</h1>{TEXT}{FORMS.get(path, '')}{self.more.get(path, '')}"
        return (
            f'<!doctype html><html lang="nl"><head><title>Shop</title>{self.head}</head>'
            f"<body>{inner}{self.more.get('*', '')}</body></html>"
        )

    def crawl(self) -> Crawl:
        pages = tuple(
            page_of(
                self.html(path),
                SHOP + path,
                ROLES[path],
                self.headers.get(path, self.headers.get("*", HEADERS)),
            )
            for path in self.paths
        )
        return Crawl(ScanOutcome.COMPLETE, "", pages, frozenset(), {}, AT)

    def facts(self) -> DriftFacts:
        return facts_of(self.crawl(), self.files)


def facts_of(found: Crawl, files: Mapping[str, bytes]) -> DriftFacts:
    """Facts that hold nothing but parts."""
    urls = {SHOP + path: body for path, body in files.items()}
    parts = asyncio.run(site_parts(found, OWN, urls))
    return DriftFacts(f"{SHOP}/", f"{SHOP}/", "Shop", ("nl",), (), (), parts=parts)


def page_of(html: str, url: str, role: str, headers: Headers = HEADERS) -> CrawledPage:
    """The page behind an answer."""
    kind = ("content-type", "text/html; charset=utf-8")
    exchange = Exchange(
        url, url, 200, (kind, *headers), html.encode(), False, (), "", AT, 0.1, "192.0.2.1"
    )
    return asyncio.run(read_page(exchange, frozenset({role}), Reading(0, 0, None, "")))
