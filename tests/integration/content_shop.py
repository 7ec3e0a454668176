"""Small real shops: HTTPS with an own CA and plain HTTP, on ephemeral loopback ports."""

from __future__ import annotations

import gzip
import ipaddress
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

from scanners.api import NetOptions, Resolve

HOST = "shop.example.nl"


class FixedClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Reply:
    """One answer of the shop."""

    body: str | bytes = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    wait_s: float = 0.0


Pages = dict[str, Reply]


@dataclass
class Shop:
    """A running shop; ``pages`` and ``plain`` may be changed at any time.

    ``fallback`` answers unknown paths; ``plain`` None sends everybody to https.
    """

    host: str
    pages: Pages
    options: NetOptions
    fallback: Reply = field(default_factory=lambda: Reply("<h1>404 Not found</h1>", 404))
    plain: Callable[[str], Reply] | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://{self.host}/"

    def answer(self, path: str) -> Reply:
        self.asked.append(path)
        return self.pages.get(path, self.fallback)

    def answer_plain(self, path: str) -> Reply:
        if self.plain is not None:
            return self.plain(path)
        return Reply("", 301, headers=(("Location", f"https://{self.host}{path}"),))


def _handler(answer: Callable[[str], Reply]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 20

        def do_GET(self) -> None:
            reply = answer(self.path)
            time.sleep(reply.wait_s)
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            try:
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Type", reply.kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


@contextmanager
def running_shop(
    folder: Path, pages: Pages, host: str = HOST, *, plain_port_open: bool = True
) -> Iterator[Shop]:
    """Serve ``pages`` as ``https://host/`` until the block ends."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    shop = Shop(host, pages, NetOptions())
    secure = _Server(("127.0.0.1", 0), _handler(shop.answer))
    secure.socket = context.wrap_socket(
        secure.socket, server_side=True, do_handshake_on_connect=False
    )
    plain = _Server(("127.0.0.1", 0), _handler(shop.answer_plain))
    ports = (secure.server_address[1], plain.server_address[1])
    shop.options = NetOptions(
        resolve=(
            Resolve(host, 443, "127.0.0.1", int(ports[0])),
            Resolve(host, 80, "127.0.0.1", int(ports[1])),
        ),
        allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
        ca_file=str(folder / "ca.pem"),
        requests_per_second=500.0,
        connect_timeout_s=2.0,
        read_timeout_s=3.0,
    )
    servers = [secure, plain] if plain_port_open else [secure]
    if not plain_port_open:
        plain.server_close()
    threads = [threading.Thread(target=s.serve_forever, args=(0.05,)) for s in servers]
    for thread in threads:
        thread.start()
    try:
        yield shop
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()


FILLER_NL = (
    "Wij verkopen met veel plezier kantoorartikelen voor het bedrijf en voor thuis. "
    "Onze klanten zijn tevreden en dat is waar wij het voor doen, elke dag opnieuw. "
    "In deze winkel vindt u pennen, papier, mappen en een ruime keuze aan stoelen. "
    "Heeft u een vraag, dan kunt u bij ons terecht en wij denken graag met u mee. "
    "Bestellen is niet moeilijk en wordt door ons goed begeleid tot het einde. "
)
PRIVACY_NL = (
    "Wij verwerken persoonsgegevens van klanten, zoals naam, adres en e-mailadres. "
    "Het doel van de verwerking is de uitvoering van de overeenkomst. "
) + "De gegevens worden niet langer bewaard dan nodig is voor de dienst die wij leveren. " * 8

NAV_NL = (
    '<nav><a href="/contact">Contact</a> <a href="/over-ons">Over ons</a> '
    '<a href="/voorwaarden">Algemene voorwaarden</a> '
    '<a href="/privacy">Privacyverklaring</a> <a href="/klachten">Klachten</a> '
    '<a href="/verzending">Verzending</a></nav>'
)


def page(main: str, lang: str = "nl", nav: str = NAV_NL, footer: str = "") -> Reply:
    """A page of the shop with menu and footer."""
    return Reply(
        f'<!doctype html><html lang="{lang}"><head><title>Voorbeeld Kantoor</title></head><body>'
        f"{nav}<main>{main}</main><footer>{footer}</footer></body></html>"
    )


def healthy_pages() -> Pages:
    """A shop that meets every condition."""
    form = (
        '<form action="/contact" method="post"><input name="naam"><input name="email">'
        '<textarea name="bericht"></textarea></form>'
    )
    return {
        "/": page(f"<h1>Voorbeeld Kantoor</h1><p>{FILLER_NL}</p><p>{FILLER_NL[:150]}</p>"),
        "/contact": page(
            "<h1>Contact</h1><p>Voorbeeld Handel B.V.</p><p>Dorpsstraat 12<br>1234 AB Utrecht</p>"
            "<table><tr><th>KvK</th><td>3019 8127</td></tr>"
            "<tr><th>BTW</th><td>NL 0044.95.445.B.01</td></tr></table>"
            '<p>Tel. <a href="tel:+31302345678">030 234 56 78</a>, info [at] shop.example.nl</p>'
            + form
        ),
        "/over-ons": page("<h1>Over ons</h1><p>Wij zijn een winkel met een lange historie.</p>"),
        "/voorwaarden": page(
            "<h1>Algemene voorwaarden</h1><p>" + "Deze voorwaarden gelden voor het aanbod. " * 20
        ),
        "/privacy": page(f"<h1>Privacyverklaring</h1><p>{PRIVACY_NL}</p>"),
        "/klachten": page(
            "<h1>Klachtenregeling</h1><p>Uw klacht wordt binnen 14 dagen inhoudelijk "
            "beantwoord. U ontvangt binnen 2 dagen een ontvangstbevestiging.</p>"
        ),
        "/verzending": page(
            "<h1>Verzending</h1><p>Wij leveren binnen 2 werkdagen. Verzendkosten € 6,95.</p>"
        ),
        "/sitemap.xml": Reply("<urlset></urlset>", kind="application/xml"),
    }


def zipped_sitemap(urls: list[str]) -> Reply:
    """A sitemap as servers send it when they are proud of it."""
    inner = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    body = gzip.compress(f"<urlset>{inner}</urlset>".encode())
    return Reply(body, kind="application/gzip")


WORDS_OF_OFFERS = {
    "nl": ("In winkelwagen", "Bureaustoel", "excl. btw"),
    "fr": ("Ajouter au panier", "Chaise de bureau", "HT"),
    "en": ("Add to cart", "Office chair", "excl. VAT"),
    "de": ("In den Warenkorb", "Bürostuhl", "zzgl. MwSt."),
}


def product(number: int, lang: str = "nl", nav: str = NAV_NL, extra: str = "") -> Reply:
    """A product page that says so by a price beside a cart button alone."""
    button, name, vat = WORDS_OF_OFFERS[lang]
    related = "".join(card(other, lang) for other in (91, 92))
    return page(
        f'<div class="detail"><h1>{name} {number}</h1><p>€ {number},95 {vat}</p>'
        f'<form action="/winkelwagen/add" method="post"><button>{button}</button></form></div>'
        f"<p>{FILLER_NL}</p>{related}{extra}",
        lang=lang,
        nav=nav,
    )


def card(number: int, lang: str = "nl", path: str = "/goed") -> str:
    """A product among others: picture, name, price and a button."""
    button, name, vat = WORDS_OF_OFFERS[lang]
    target = f"{path}/{name.split()[0].lower()}-{number}"
    return (
        f'<div class="kaart"><a href="{target}"><img src="/i/{number}.jpg" alt=""></a>'
        f'<h3><a href="{target}">{name} {number}</a></h3><p>€ {number},95 {vat}</p>'
        f'<a class="knop" href="/winkelwagen/?add-to-cart={number}">{button}</a></div>'
    )


def offer_pages(count: int, path: str = "/goed") -> Pages:
    """The healthy shop with ``count`` products, told by its sitemap under plain addresses."""
    goods = {f"{path}/bureaustoel-{n}": product(n) for n in range(1, count + 1)}
    urls = "".join(f"<url><loc>https://{HOST}{one}</loc></url>" for one in goods)
    index = (
        f"<sitemapindex><sitemap><loc>https://{HOST}/sitemap_products_1.xml</loc></sitemap>"
        f"<sitemap><loc>https://{HOST}/sitemap_pages_1.xml</loc></sitemap></sitemapindex>"
    )
    return {
        **healthy_pages(),
        **goods,
        "/sitemap.xml": Reply(index, kind="application/xml"),
        "/sitemap_products_1.xml": Reply(f"<urlset>{urls}</urlset>", kind="application/xml"),
        "/sitemap_pages_1.xml": Reply("<urlset></urlset>", kind="application/xml"),
    }
