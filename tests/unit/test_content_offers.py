"""Telling products from lists, statements and slogans; drawing the sample."""

from __future__ import annotations

import json

import pytest

from scanners.content.html import parse
from scanners.content.offers import cards, is_product_page, says_login, structured
from scanners.content.overview import overview_links
from scanners.content.robots import lists_products, sitemap_rank
from scanners.content.sampling import Site, page_key, without_choice
from tests.unit.content_kit import crawled, exchange

URL = "https://shop.example.nl/goed/stoel"


def ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


PRODUCT = {"@type": "Product", "name": "Stoel", "url": "/goed/stoel"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(ld(PRODUCT), id="json-ld"),
        pytest.param(ld([{"@type": "Organization"}, PRODUCT]), id="json-ld list"),
        pytest.param(ld({"@graph": [{"@type": "WebSite"}, PRODUCT]}), id="graph"),
        pytest.param(ld({"@type": "ItemPage", "mainEntity": PRODUCT}), id="main entity"),
        pytest.param(ld({**PRODUCT, "@type": ["Product", "Car"]}), id="two types"),
        pytest.param(ld({**PRODUCT, "@type": "http://schema.org/ProductGroup"}), id="group"),
        pytest.param(
            '<script type="application/ld+json">//<![CDATA[\n{"@type":"Product"}\n//]]></script>',
            id="cdata",
        ),
        pytest.param(ld({**PRODUCT, "isRelatedTo": [PRODUCT, PRODUCT]}), id="related"),
        pytest.param(
            '<div itemscope itemtype="http://schema.org/Product"><p itemprop="name">x</p></div>',
            id="microdata",
        ),
        pytest.param('<meta property="og:type" content="product">', id="og"),
        pytest.param('<meta property="product:price:amount" content="9.95">', id="og price"),
        pytest.param("<p>€ 12,50</p><button>In winkelwagen</button>", id="nl"),
        pytest.param("<p>12,50 € HT</p><button>Ajouter au panier</button>", id="fr"),
        pytest.param("<p>EUR 12.50</p><button>Add to basket</button>", id="en"),
        pytest.param("<p>12,50 €</p><button>In den Warenkorb</button>", id="de"),
        pytest.param("<p>12,-</p><input type=submit value='Bestellen'>", id="dash"),
        pytest.param(
            "<div><span>€ 5</span><form action='/cart/add'><button>+</button></form></div>",
            id="form",
        ),
        pytest.param(
            "<div><span>€ 5</span><a href='?add-to-cart=3'>In mandje</a></div>", id="link"
        ),
        pytest.param(
            "<div><h1>Stoel</h1><p>€ 5</p><a href='/foto.jpg'><img src=a></a>"
            "<a href='/verzending'>Levering</a><button>Bestel nu</button></div>"
            "<div><a href='/goed/b'><img src=b></a><p>€ 6</p><button>Bestel nu</button></div>",
            id="related cards",
        ),
        pytest.param("<h1>Stoel</h1><button>In winkelwagen</button>", id="price on request"),
        pytest.param("<body class='single-product'><h1>Stoel</h1>", id="class of a shop system"),
        pytest.param("<h1>Stoel</h1>" + ld([PRODUCT, {**PRODUCT, "name": "Tafel"}]), id="heading"),
    ],
)
def test_this_is_a_product_page(body: str) -> None:
    assert is_product_page(parse(body), URL)


CARD = "<li><h3><a href='/goed/{0}'>Stoel</a></h3><p>€ {0}</p><button>In winkelwagen</button></li>"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("".join(CARD.format(n) for n in range(9)), id="cards"),
        pytest.param(CARD.format(1), id="one card"),
        pytest.param(ld([PRODUCT, {**PRODUCT, "url": "/b"}]), id="two products"),
        pytest.param(ld({"@type": "ItemList", "itemListElement": [{"item": PRODUCT}]}), id="list"),
        pytest.param(
            '<div itemscope itemtype="https://schema.org/Product"></div>' * 3, id="microdata list"
        ),
        pytest.param("<p>Gratis verzending vanaf € 50</p>", id="slogan"),
        pytest.param("<button>In winkelwagen</button>", id="no price"),
        pytest.param("<h1>W</h1>" + CARD.format(1) + CARD.format(2), id="two cards"),
        pytest.param("<h1>W</h1><a class=btn href='/shop'>Bestel nu</a>", id="way to the shop"),
        pytest.param(ld({**PRODUCT, "aggregateRating": {"ratingValue": 5}}), id="stars of a shop"),
        pytest.param("<p>€ 5</p><a href='/bestellen'>Bestellen</a>", id="link to a page"),
        pytest.param("<p>€ 5</p><button>Inschrijven</button>", id="other button"),
        pytest.param(
            "<div><p>€ 5</p>" + "woord " * 2000 + "<button>Bestel nu</button></div>", id="far apart"
        ),
        pytest.param(
            "".join(f"<div><p>€ {n}</p><button>Bestel nu</button></div>" for n in range(8)),
            id="many without links",
        ),
        pytest.param(
            '<script type="application/ld+json">{"@type":"Product"</script>', id="broken json"
        ),
        pytest.param(
            '<meta property="og:type" content="website"><p>Bestellen en leveren</p>', id="text"
        ),
    ],
)
def test_this_is_no_product_page(body: str) -> None:
    assert not is_product_page(parse(body), URL)


def test_lists_name_their_products() -> None:
    listed = {
        "@type": "CollectionPage",
        "mainEntity": {
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "url": "/goed/a"},
                {"@type": "ListItem", "item": {"@type": "Product", "@id": "/goed/b"}},
                {"@type": "ListItem", "item": "https://shop.example.nl/goed/c"},
                {"@type": "ListItem", "item": {"@type": "Organization", "url": "/over"}},
                7,
            ],
        },
    }
    found = structured(parse(ld(listed)), URL)
    assert found.own == 0
    assert [u.rpartition("/")[2] for u in found.urls] == ["a", "b", "c"]


def test_cards_are_links_with_a_price_in_their_own_block() -> None:
    body = (
        "<nav><li><a href='/n'>Menu</a> € 1</li></nav>"
        "<ul><li><a href='/a'><img src=x></a><b>€ 3,-</b></li>"
        "<li><a href='/b'>Stoel</a> 9,95 EUR</li><li><a href='/c'>Zonder prijs</a></li>"
        "<li><a href='/folder.pdf'>Folder</a> € 1</li><li><a href='#x'>Anker</a> € 1</li>"
        "<li><a href='/winkelwagen'>Winkelwagen</a> € 0,00</li>"
        "<li><a href='/?add-to-cart=1'>Koop</a> € 2</li></ul>"
        "<p>Vanaf € 50 <a href='/1'>een</a> <a href='/2'>twee</a> <a href='/3'>drie</a>"
        " <a href='/4'>vier</a> <a href='/5'>vijf</a></p>"
    )
    found = cards(parse(body), URL)
    assert [u.rpartition("/")[2] for u in found] == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "Log in om prijzen te zien",
        "Prijzen zijn zichtbaar na inloggen",
        "Connectez-vous pour voir les prix",
        "Please sign in to see prices",
        "Melden Sie sich an, um Preise zu sehen",
        "Preise nur für angemeldete Kunden: bitte einloggen",
    ],
)
def test_prices_behind_a_login_are_recognised(text: str) -> None:
    assert says_login(text)


@pytest.mark.parametrize("text", ["Inloggen. Beste prijs!", "Onze prijzen zijn laag", ""])
def test_a_login_link_hides_no_prices(text: str) -> None:
    assert not says_login(text)


def test_the_overview_is_what_a_plain_link_of_the_cart_leads_to() -> None:
    def links(body: str) -> list[str]:
        page = crawled(exchange(body, "/cart"), "checkout")
        found = overview_links(page, lambda url: "shop.example.nl" in url)
        return [u.partition(".nl")[2] for u in found]

    for text in ("Afrekenen", "Verder naar bestellen", "Passer la commande", "Commander",
                 "Valider mon panier", "Proceed to checkout", "Zur Kasse"):  # fmt: skip
        assert links(f"<a href='/stap2'>{text}</a>") == ["/stap2"], text
    assert links("<a href='/checkout'>Verder</a>") == ["/checkout"]
    for href, text in (
        ("/stap2", "Bestelling plaatsen"),
        ("/checkout/payment", "Checkout"),
        ("/paypal/express", "Checkout"),
        ("/checkout/cart", "Winkelwagen"),
        ("/leveren", "Bestellen en leveren"),
        ("/faq", "Hoe werkt afrekenen? Lees hier alles over de stappen van het bestellen"),
        ("https://pay.example.org/checkout", "Afrekenen"),
        ("/checkout?logout=1", "Afrekenen"),
        ("/shop", "Verder winkelen"),
    ):
        assert links(f"<a href='{href}'>{text}</a>") == [], text


def test_the_seed_is_of_the_month_and_the_site() -> None:
    def order(host: str, month: str) -> list[str]:
        site = Site(host, month, bool, bool, str)
        return sorted((f"/p/{n}" for n in range(40)), key=site.order)

    one = order("a.nl", "2026-11")
    assert one == order("a.nl", "2026-11")
    assert one not in (order("a.nl", "2026-12"), order("b.nl", "2026-11"))


def test_choices_of_colour_make_no_other_product() -> None:
    assert without_choice("https://a.nl/p/x?kleur=rood&utm_source=m") == "https://a.nl/p/x"
    assert without_choice("https://a.nl/i.php?id=3&kleur=x") == "https://a.nl/i.php?id=3"
    assert page_key("https://a.nl/c/b/stoel") == page_key("https://a.nl/stoel/")
    assert page_key("https://a.nl/i.php?id=3") != page_key("https://a.nl/i.php?id=4")


def test_the_files_of_an_index_are_told_apart_by_their_own_names() -> None:
    host = "https://productpage.nl"
    assert lists_products(f"{host}/sitemap_products_1.xml?from=1")
    assert lists_products(f"{host}/produkt-sitemap.xml")
    assert not lists_products(f"{host}/sitemap_nl.xml")
    assert not lists_products(f"{host}/product-info-pages.xml")
    ranks = [sitemap_rank(f"{host}/{n}.xml")[0] for n in ("page-sitemap", "x", "product-sitemap")]
    assert ranks == [0, 1, 2]
