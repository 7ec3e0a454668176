"""What a start page says of itself: parked, defaced, closed, emptied; and what is only trade."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.content.evidence import PageFacts
from scanners.content.extract import page_facts
from scanners.content.read import CrawledPage
from scanners.drift.evidence import Outline
from scanners.drift.leading import address_of
from scanners.drift.outline import outline_of
from scanners.drift.outline_words import SIGNS
from tests.unit.content_kit import OWN, crawled, exchange

TEXTS = {
    "nl": "Wij verkopen met plezier stoelen en tafels voor thuis en voor het bedrijf. ",
    "fr": "Nous vendons avec plaisir des chaises et des tables pour la maison et le bureau. ",
    "en": "We are happy to sell chairs and tables for the home and for the office to you. ",
    "de": "Wir verkaufen mit Freude Stühle und Tische für das Haus und für das Büro an Sie. ",
}
CARDS = "".join(
    f'<li><a href="/p/stoel-{n}"><h2>Stoel {n}</h2></a> <span>€ {n}9,95</span></li>'
    for n in range(1, 9)
)


def shop(main: str = "", lang: str = "nl", head: str = "", title: str = "Stoelenwinkel") -> str:
    """A start page in trade with ``main`` put before its products."""
    return (
        f'<html lang="{lang}"><head><title>{title}</title>{head}</head><body>'
        '<nav><a href="/stoelen">Stoelen</a> <a href="/tafels">Tafels</a>'
        '<a href="/contact">Contact</a></nav>'
        f"<main>{main}<p>{TEXTS[lang] * 6}</p><ul>{CARDS}</ul></main></body></html>"
    )


def read(body: str, **given: object) -> tuple[CrawledPage, PageFacts]:
    page = crawled(exchange(body, **given), "start", start_min=400)  # type: ignore[arg-type]
    return page, page_facts(page, OWN)


def outline(body: str, **given: object) -> Outline:
    return outline_of(*read(body, **given), OWN)


def bare(text: str, title: str = "example.nl") -> str:
    return f"<html><head><title>{title}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("sign", "body"),
    [
        ("for_sale", bare("De domeinnaam stoelen.nl is te koop. Doe een bod.")),
        ("for_sale", bare("stoelen.nl staat te koop!")),
        ("for_sale", bare("Ce nom de domaine est à vendre.")),
        ("for_sale", bare("Le domaine chaises.be est à vendre")),
        ("for_sale", bare("The domain name chairs.com is for sale. Make an offer.")),
        ("for_sale", bare("Buy this domain today")),
        ("for_sale", bare("Diese Domain steht zum Verkauf")),
        ("for_sale", bare("stuehle.de kann gekauft werden. Domain kaufen")),
        ("parked", bare("This domain is parked free, courtesy of a registrar.")),
        ("parked", bare("Deze domeinnaam is gereserveerd voor een klant")),
        ("parked", bare("Ce domaine est réservé")),
        ("parked", bare("Hier entsteht eine neue Internetpräsenz")),
        ("parked", bare("Diese Domain wurde registriert")),
        ("parked", bare("Links") + '<a href="https://sedo.com/x">more</a>'),
        ("default_page", bare("Thank you for using nginx.", "Welcome to nginx!")),
        ("default_page", bare("It works!", "")),
        ("default_page", bare("Apache2 Debian Default Page: It works", "Apache2 Default Page")),
        ("default_page", bare("This is the default index page of your DirectAdmin account")),
        ("default_page", bare("Plesk Obsidian", "Domain Default page")),
        ("default_page", bare("Parent Directory", "Index of /")),
        ("default_page", bare("Let op: uw website is nog niet actief")),
        ("default_page", bare("Site Title Username", "WordPress › Installation")),
        ("suspended", bare("This account has been suspended.", "Account Suspended")),
        ("suspended", bare("Deze website is opgeschort. Neem contact op met uw hostingprovider")),
        ("suspended", bare("Ce site a été suspendu")),
        ("suspended", bare("Dieser Account wurde gesperrt")),
        ("unclaimed", bare("There isn't a GitHub Pages site here.", "Site not found")),
        ("unclaimed", bare("NoSuchBucket The specified bucket does not exist", "404")),
        ("unclaimed", bare("Deze webshop bestaat niet")),
        ("defaced", bare("greetings to all", "Hacked by X4X")),
        ("defaced", shop("<h1>H4CK3D by Shadow</h1>")),
        ("defaced", shop("<h2>This site has been hacked</h2>")),
        ("defaced", shop("<h1>Gehackt von Team X</h1>")),
        ("defaced", shop("<h1>Piraté par l'équipe rouge</h1>", "fr")),
        ("closed", shop("<h1>Wij zijn gestopt</h1>")),
        ("closed", shop("<p>Onze webshop is per 1 mei definitief gesloten. Dank u.</p>")),
        ("closed", shop("<p>Helaas: we zijn gestopt met onze webshop.</p>")),
        ("closed", shop("<h1>Fermeture définitive</h1>", "fr")),
        ("closed", shop("<p>Nous avons cessé notre activité le 3 mai.</p>", "fr")),
        ("closed", shop("<p>After 20 years we have closed. Thank you all.</p>", "en")),
        ("closed", shop("<p>Our webshop has permanently closed its doors.</p>", "en")),
        ("closed", shop("<h1>Geschäftsaufgabe</h1>", "de")),
        ("closed", shop("<p>Na 20 jaar zijn wij ermee gestopt.</p>")),
        ("closed", shop("<p>Notre boutique a définitivement fermé ses portes.</p>", "fr")),
        ("closed", shop("<p>La boutique ferme définitivement le 30 juin.</p>", "fr")),
        ("closed", shop("<h1>Wir schließen für immer</h1>", "de")),
        ("closed", shop("<p>Wir haben unseren Betrieb eingestellt.</p>", "de")),
        ("closing", shop("<h2>Why Chairland has ceased trading</h2>", "en")),
        ("closed", shop("<p>Wir haben unser Geschäft aufgegeben.</p>", "de")),
        ("closing", shop("<h2>Totale opheffingsuitverkoop: 50% korting</h2>")),
        ("closing", shop("<p>Räumungsverkauf wegen Geschäftsaufgabe</p>", "de")),
        ("emptied", shop("<p>Er zijn momenteel geen producten beschikbaar.</p>")),
        ("emptied", shop("<p>Aucun produit disponible pour le moment</p>", "fr")),
        ("emptied", shop("<p>No products were found</p>", "en")),
        ("emptied", shop("<p>Keine Produkte vorhanden</p>", "de")),
        ("noindex", shop(head='<meta name="robots" content="noindex, nofollow">')),
        ("led_away", shop(head='<meta http-equiv=refresh content="20; url=https://x.example/">')),
        ("gate", shop(head='<meta http-equiv=refresh content="20; url=https://a.queue-it.net/">')),
        ("spam", shop('<div style="display:none">casino viagra poker</div>')),
        ("spam", shop('<div style="position:absolute; left:-9999px">' + "".join(
            f'<a href="https://link{n}.example{n}.com/">x</a>' for n in range(6)) + "</div>")),
    ],
)  # fmt: skip
def test_a_page_that_is_no_shop_in_trade_says_so(sign: str, body: str) -> None:
    assert sign in outline(body).signs


QUIET = [
    shop(),
    shop("<h2>Hacked by Design</h2><p>Een boek over huizen</p>"),
    shop('<ul><li><a href="/p/b"><h2>Hacked by Jones</h2></a> € 19,95</li></ul>'),
    shop("<article><h2>Hacked by Jones</h2><p>roman € 12,50</p></article>"),
    shop("<h2>Owned by a family since 1950</h2>", "en"),
    shop("<h2>Is your site hacked? We help</h2>", "en"),
    shop("<p>De winkel is gesloten van 24 t/m 26 december.</p>"),
    shop("<p>We zijn gesloten op maandag. Vandaag open van 9.00 tot 17.30 uur.</p>"),
    shop("<p>Wij zijn gestopt met plastic verpakkingen.</p>"),
    shop("<p>Unser Ladengeschäft in Köln ist dauerhaft geschlossen.</p>", "de"),
    shop("<p>Er zitten geen producten in je winkelwagen.</p>"),
    shop("<p>Ihr Warenkorb enthält keine Produkte.</p>", "de"),
    shop("<p>De productie van deze stoel is gestopt.</p>"),
    shop("<h2>Life hacked by moms: 10 tips</h2>", "en"),
    shop("<p>Onze winkel in Utrecht is definitief gesloten, online gaan we door.</p>"),
    shop("<p>Wat gebeurt er als de webshop failliet is?</p>"),
    shop("<h2>Concurrent Tafelland is definitief gesloten</h2>"),
    shop('<h2><a href="/blog/1">Meubelketen failliet: wat nu?</a></h2>'),
    shop("<p>We are closed today. We have closed early for Christmas.</p>", "en"),
    shop("<p>We have closed our Antwerp store at the harbour.</p>", "en"),
    shop("<p>We have closed a deal with the best maker of chairs.</p>", "en"),
    shop("<p>Nous sommes fermés du 24 au 26 décembre. Congés annuels.</p>", "fr"),
    shop("<p>Liquidation totale: tout doit disparaître, -50 %</p>", "fr"),
    shop("<h1>Everything must go! 70% off</h1>", "en"),
    shop("<p>Betriebsferien: wir haben bis 3. Januar geschlossen.</p>", "de"),
    shop("<p>Wir haben heute geschlossen. Montags geschlossen.</p>", "de"),
    shop("<p>Wij staan geregistreerd bij de Kamer van Koophandel.</p>"),
    shop("<p>It works! Says a happy customer of the domain of chairs.</p>", "en"),
    shop("<p>This antique chair is for sale. Deze stoel is te koop.</p>"),
    shop("<p>If your account is suspended, please write to us.</p>", "en"),
    shop(head='<meta name="robots" content="index, follow">'),
    shop('<p style="display:none"><a href="https://facebook.com/x">f</a><a href="/x">x</a></p>'),
    shop('<div hidden><a href="https://www.partner.com/">Partner</a> Casino stoel</div>'),
    shop(head='<meta http-equiv="refresh" content="300">'),
]  # fmt: skip


@pytest.mark.parametrize("body", QUIET, ids=range(len(QUIET)))
def test_trade_holidays_sales_and_blogs_give_no_sign(body: str) -> None:
    assert outline(body).signs == ()


def test_the_sign_of_a_header_and_of_a_domain_of_the_shop() -> None:
    said = outline(shop(), headers=(("x-robots-tag", "googlebot: noindex"),))
    assert said.signs == ("noindex",)
    page, facts = read(shop())
    moved = replace(page, final_url="https://stoelen.example.be/")
    known = outline_of(moved, facts, OWN | {"example.be"}, unsure=True)
    assert (known.domain, known.signs) == ("example.be", ("declared", "links_unread"))


def test_an_outline_counts_and_names_what_a_shop_shows() -> None:
    head = (
        '<meta name="generator" content="WooCommerce 9.1">'
        '<link rel="alternate" hreflang="fr-BE" href="/fr"><link rel="stylesheet" href="/x/a.css">'
        '<script src="https://cdn.example.com/a.js"></script>'
    )
    seen = outline(shop('<a href="/en">English</a>', head=head))
    assert (seen.platform, seen.offers, seen.ways, seen.domain) == (
        "wordpress", 8, 11, "example.nl",
    )  # fmt: skip
    assert seen.offered == ("en", "fr")
    assert seen.assets == ("/x", "cdn.example.com")
    assert "stoelenwinkel" in seen.topics
    assert seen.words > 70


@pytest.mark.parametrize(
    ("platform", "head", "headers"),
    [
        ("shopify", '<script src="https://cdn.shopify.com/s/a.js"></script>', ()),
        ("prestashop", "", (("set-cookie", "PrestaShop-ab12=x; path=/"),)),
        ("magento", '<link rel=stylesheet href="/static/version17/frontend/a.css">', ()),
        ("lightspeed", '<img src="https://cdn.webshopapp.com/a.png">', ()),
        ("", '<script src="/app.js"></script>', (("x-powered-by", "PHP/8.3"),)),
    ],
)
def test_shop_software_is_told_by_its_traces(
    platform: str, head: str, headers: tuple[tuple[str, str], ...]
) -> None:
    assert outline(shop(head=head), headers=headers).platform == platform


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.label.org/nl/leden/a/certificaat/", "https://label.org/leden/a/certificaat",
         True),
        ("https://label.org/c?id=7&utm_source=shop", "https://label.org/c?x=9&id=7", True),
        ("https://label.org/c?id=7", "https://label.org/c?id=8", False),
        ("https://label.org/leden/a", "https://label.org/leden/b", False),
        ("https://label.org/leden/a", "https://1abel.org/leden/a", False),
    ],
)  # fmt: skip
def test_a_certificate_is_known_by_host_path_and_what_names_it(
    one: str, other: str, same: bool
) -> None:
    assert (address_of(one) == address_of(other)) is same


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="<>/ahi=\"'. hackedby123€fermé&;-", max_size=300), st.sampled_from([200, 404])
)
def test_whatever_a_page_says_its_outline_is_bounded(text: str, status: int) -> None:
    seen = outline(shop(text), status=status)
    assert set(seen.signs) <= set(SIGNS)
    assert len(seen.signs) == len(seen.quotes)
    assert all(len(quote) <= 120 for quote in seen.quotes)
    assert len(seen.topics) <= 20


@pytest.mark.parametrize(
    "text",
    ["a." * 1_200, "domein " * 350, "hacked by " * 250, "we have closed " * 4_000,
     "<h1>" + "h4" * 5_000, "de webshop is " * 4_000, "-" * 2_400],
)  # fmt: skip
def test_hostile_words_cost_little(text: str) -> None:
    page, facts = read(bare(text))
    began = time.process_time()
    outline_of(page, facts, OWN)
    assert time.process_time() - began < 0.5
