"""Prices of a page, where they stand, and what is said of VAT beside them."""

from __future__ import annotations

import time

import pytest

from scanners.content.evidence import PageFacts, PriceSeen
from tests.unit.content_kit import document, facts

H1, CART = "<h1>Boormachine</h1>", "<button>In winkelwagen</button>"
LD = '<script type="application/ld+json">{}</script>'


def read(body: str, *, lang: str = "nl", head: str = "") -> PageFacts:
    return facts(document(H1 + body + CART, lang=lang, head=head), "/boor", "product")


def only(body: str) -> PriceSeen:
    (price,) = read(body).prices
    return price


@pytest.mark.parametrize(
    ("body", "amount", "said"),
    [
        ("€ 12<sup>95</sup>", "12.95", "€ 1295"),
        ("€ 12,<sup>95</sup>", "12.95", "€ 12,95"),
        ("<p>€ <span>12</span><span class=cents>95</span></p>", "12.95", "€ 12 95"),
        ("<p>€<span>12</span><span>,</span><span>95</span></p>", "12.95", "€ 12 , 95"),
        ("<p>€<span>12</span><span>,</span><sup>-</sup></p>", "12.00", "€ 12 , -"),
        ("<div>12,-</div>", "12.00", "12,-"),
        ("<p>€ 12,–</p>", "12.00", "€ 12,–"),
        ("12,50 €", "12.50", "12,50 €"),
        ("12€95", "12.95", "12€95"),
        ("EUR 1.234,50", "1234.50", "EUR 1.234,50"),
        ("€1,234.50", "1234.50", "€1,234.50"),
        ("1 234,50 €", "1234.50", "1 234,50 €"),
        ("€ 1.234", "1234.00", "€ 1.234"),
        ("€ 0,125", "0.125", "€ 0,125"),
        ("vanaf € 12,95", "12.95", "€ 12,95"),
        ("10 euro", "10.00", "10 euro"),
        ("maat 5 € 12,50", "12.50", "€ 12,50"),
        ("<span class=price>12,95</span>", "12.95", "12,95"),
        ("<span class=price>12<sup>95</sup></span>", "12.95", "1295"),
        ("<b class=price><i>€</i>&nbsp;12,95</b>", "12.95", "€ 12,95"),
    ],
)
def test_a_price_is_read_as_shops_write_it(body: str, amount: str, said: str) -> None:
    page = read(body)
    (price,) = page.prices
    assert (price.amount, page.text[price.start : price.end]) == (amount, said)
    assert price.shown
    assert price.main


@pytest.mark.parametrize("body", ["12,95", "tel 030-12,95", "€", "<p>1295", "<p>versie 1.2.34"])
def test_a_bare_number_is_no_price(body: str) -> None:
    assert read(body).prices == ()


@pytest.mark.parametrize(
    ("words", "vat"),
    [
        ("€ 10 excl. btw", "excl"),
        ("€ 10 exclusief 21% BTW", "excl"),
        ("€ 10 excl. verzendkosten en btw", "excl"),
        ("€ 10 ex. btw", "excl"),
        ("€ 10,- ex.", "excl"),
        ("€ 10 + btw", "excl"),
        ("€ 10 zonder btw", "excl"),
        ("€ 10 niet incl. btw", "excl"),
        ("€ 10 btw excl.", "excl"),
        ("€ 10 BTW niet inbegrepen", "excl"),
        ("10 € HT", "excl"),
        ("10 € H.T.", "excl"),
        ("10 € ht", "excl"),
        ("10 € / pièce HT", "excl"),
        ("10 € HTVA", "excl"),
        ("Prix HT : 10 €", "excl"),
        ("10 € hors TVA", "excl"),
        ("10 € hors taxes", "excl"),
        ("10 € TVA non comprise", "excl"),
        ("£10 ex VAT", "excl"),
        ("€ 10 excluding VAT", "excl"),
        ("€ 10 VAT excluded", "excl"),
        ("€ 10 plus 20% VAT", "excl"),
        ("10 € zzgl. MwSt.", "excl"),
        ("10 € zzgl. 19 % gesetzlicher MwSt.", "excl"),
        ("10 € exkl. USt", "excl"),
        ("£10 exc VAT", "excl"),
        ("£10 VAT exc.", "excl"),
        ("€ 10 p/st. excl.", "excl"),
        ("HT : 10 €", "excl"),
        ("€ 10 exclusief belastingen", "excl"),
        ("£10 inc VAT", "incl"),
        ("9 € TVA 21% comprise", "incl"),
        ("10 € inkl. ges. MwSt.", "incl"),
        ("€ 10 incl. btw", "incl"),
        ("€ 10 inclusief btw, excl. verzendkosten", "incl"),
        ("€ 10 excl. verzendkosten, incl. btw", "incl"),
        ("€ 10 met btw", "incl"),
        ("€ 10 BTW inbegrepen", "incl"),
        ("10 € TTC", "incl"),
        ("12€95 TVAC", "incl"),
        ("10 € TVA comprise", "incl"),
        ("10 € toutes taxes comprises", "incl"),
        ("10 € y compris TVA", "incl"),
        ("€ 10 including VAT", "incl"),
        ("€ 10 VAT included", "incl"),
        ("10 € inkl. 19% MwSt., zzgl. Versand", "incl"),
        ("10 € MwSt. enthalten", "incl"),
        ("<div>€ 10</div><div><small>Exclusief 21% btw</small></div>", "excl"),
        ("<div>Excl. btw</div><div>€ 10</div>", "excl"),
        ("<div>10 €</div><div>HT / pièce</div>", "excl"),
        ("<table><tr><th>Aantal<th>Prijs excl. btw<tr><td>1<td>€ 10</table>", "excl"),
        ("<table><caption>Incl. btw<tr><td>x<td>y<tr><td>zeer lang woord hier<td>€ 10</table>",
         "incl"),
        ("€ 10", ""),
        ("€ 10 excl. verzendkosten", ""),
        ("€ 10 met btw-nummer", ""),
        ("€ 10 zonder btw-nummer", ""),
        ("<p>€ 10</p><p>Toon prijzen incl./excl. btw</p>", ""),
        ("<p>10 €</p><p>HT-200 perceuse</p>", ""),
        ("<p>10 €</p><p>HT 200 perceuse</p>", ""),
        ("<p>Makita HT</p><p>10 €</p>", ""),
        ("Makita HT 10 €", ""),
        ("<p>10 €</p><p>achterlicht</p>", ""),
        ("<p>€ 10</p><p>Wij leveren dit product binnen twee dagen</p><p>excl. btw</p>", ""),
        ("<p>€ 10</p><p hidden>excl. btw</p>", ""),
        ("<p>€ 10</p><p style='display: none'>excl. btw</p>", ""),
    ],
)  # fmt: skip
def test_words_on_vat_belong_to_the_price_they_stand_at(words: str, vat: str) -> None:
    assert only(words).vat == vat


@pytest.mark.parametrize(
    "body",
    [
        "€ 10,00 excl. btw € 12,10 incl. btw",
        "Excl. btw: € 10 Incl. btw: € 12,10",
        "<p>€ 10,00</p><p>excl. btw</p><p>€ 12,10</p><p>incl. btw</p>",
        "<p>Excl. btw</p><p>€ 10,00</p><p>Incl. btw</p><p>€ 12,10</p>",
        "10,00 € HT / 12,10 € TTC",
        "€ 10,00 excl. | € 12,10 incl.",
        "<p>€ 10,00 excl. btw</p><p>(€ 12,10 incl. btw)</p>",
        "<table><tr><th>Excl. btw<th>Incl. btw<tr><td>€ 10,00<td>€ 12,10</table>",
        "£10.00 ex VAT (£12.00 inc. VAT)",
        "10,00 € zzgl. MwSt. (11,90 € inkl. MwSt.)",
    ],
)
def test_two_prices_each_have_their_own_words(body: str) -> None:
    prices = read(body).prices
    assert [price.vat for price in prices] == ["excl", "incl"]
    assert all(price.main for price in prices)


def test_the_words_for_one_price_do_not_go_to_its_other_half() -> None:
    prices = read("<p>€ 12,10 (€ 10 excl. btw)</p>").prices
    assert [price.vat for price in prices] == ["", "excl"]


def test_a_crossed_out_price_shares_the_words_of_its_block() -> None:
    old, new = read("<p><del>€ 20</del> <b>€ 15,00</b> excl. btw</p>").prices
    assert (old.old, old.vat, old.main) == (True, "excl", False)
    assert (new.old, new.vat, new.main) == (False, "excl", True)


@pytest.mark.parametrize(
    "body",
    ["<s>€ 20</s>", "<p class=old-price>€ 20</p>", "Adviesprijs: € 20", "Was € 20",
     "<i style='text-decoration: line-through'>€ 20</i>", "Statt 20 €", "Au lieu de 20 €"],
)  # fmt: skip
def test_a_former_price_is_known(body: str) -> None:
    former, now = read(f"<p>{body} <b>€ 15</b></p>").prices
    assert (former.old, now.old) == (True, False)


@pytest.mark.parametrize("words", ["Normale prijs", "Adviesprijs", "Van", "RRP"])
def test_a_single_price_is_never_a_former_one(words: str) -> None:
    assert not only(f"{words} € 15").old


@pytest.mark.parametrize("body", ["€ 4,50 per kg", "4,50 €/m²", "€ 4 / maand", "4 € par mois"])
def test_a_price_for_a_measure_is_known(body: str) -> None:
    assert only(body).unit


@pytest.mark.parametrize("body", ["€ 4,50 per stuk", "€ 4 / doos", "€ 4 per mooi"])
def test_a_price_for_a_piece_is_a_price(body: str) -> None:
    assert not only(body).unit


@pytest.mark.parametrize(
    "hide",
    ["hidden", "style='display:none'", "style='visibility: hidden'", "style='font-size:0'",
     "style='height:0;overflow:hidden'", "style='opacity:0'"],
)  # fmt: skip
def test_a_hidden_price_has_no_place(hide: str) -> None:
    shown, unseen = read(
        f"<div><i {hide}>€ 12,10 incl. btw</i> <b>€ 10,00 excl. btw</b></div>"
    ).prices
    assert (shown.amount, shown.vat, shown.shown) == ("10.00", "excl", True)
    assert (unseen.amount, unseen.vat, unseen.shown) == ("12.10", "incl", False)
    assert (unseen.start, unseen.end) == (-1, -1)


def test_hidden_from_screen_readers_is_not_hidden() -> None:
    assert only("<i aria-hidden=true>€ 12,10</i> incl. btw").shown


def test_hidden_by_a_class_name_is_a_hint() -> None:
    price = only("<i class=d-none>€ 12,10</i>")
    assert (price.shown, price.hint) == (False, "class")
    assert only("<i class='hidden md:block'>€ 12,10</i>").shown


def test_prices_in_scripts_and_templates_are_none() -> None:
    body = "<script>€ 1</script><template>€ 2</template><noscript>€ 3</noscript><p>€ 4</p>"
    assert only(body).amount == "4.00"


def test_a_closed_dialog_is_hidden() -> None:
    assert not only("<dialog>€ 4</dialog>").shown


def test_a_style_sheet_that_writes_of_vat_is_a_hint() -> None:
    head = "<style>.price::after { content: ' excl. btw'; }</style>"
    (price,) = read("€ 12", head=head).prices
    assert price.hint == "style"


def test_inline_style_tells_size_and_weight_of_the_whole_amount() -> None:
    body = (
        "<p style='font-size:30px;font-weight:bold'>€ 12<sup style='font-size:9px'>95</sup></p>"
        "<p style='font-size:1.5rem; font-weight:400'>€ 10</p><p style='font-size:12pt'>€ 9</p>"
    )
    sizes = [(price.size_px, price.weight) for price in read(body).prices]
    assert sizes == [(30.0, 700), (24.0, 400), (16.0, 0)]


def test_the_product_s_own_price_is_told_from_others() -> None:
    page = facts(
        document(
            "<header>Gratis verzending vanaf € 50</header><h1>Boor</h1>"
            "<p>Bespaar € 5</p><p class=price>€ 10 excl. btw</p><button>Add to cart</button>"
            "<p>Verzendkosten: € 4,95</p><h2>Anderen kochten</h2><p class=price>€ 99</p>"
        ),
        "/boor",
        "product",
    )
    assert [p.amount for p in page.prices if p.main] == ["10.00"]
    assert [p.amount for p in page.prices if p.card] == ["10.00", "99.00"]


def test_the_amount_of_schema_org_finds_the_product_s_price() -> None:
    data = '{"@type":"Product","name":"Boor","offers":{"@type":"Offer","price":"19.95"}}'
    body = f"{LD.format(data)}<h1>Boor</h1><p>€ 5,00</p><h2>Koop</h2><p>€ 19,95</p>"
    page = facts(document(body), "/boor", "product")
    assert [p.amount for p in page.prices if p.main] == ["19.95"]


def test_microdata_finds_the_product_s_price() -> None:
    body = (
        "<h1>Boor</h1><p>€ 5,00</p><h2>Koop</h2><div itemscope itemtype='https://schema.org/Product'>"
        "<b itemprop=name>Boor</b><i itemprop=offers itemscope>"
        "<meta itemprop=valueAddedTaxIncluded content=true>€ <b itemprop=price>19,95</b></i></div>"
    )
    page = facts(document(body), "/boor", "product")
    assert [p.amount for p in page.prices if p.main] == ["19.95"]
    assert page.offer is not None
    assert page.offer.vat_included == "true"


def test_without_a_heading_the_price_before_the_cart_button_counts() -> None:
    body = "<p>€ 5,00</p><p>x</p><h3>Boor</h3><p>€ 7,00</p><button>In winkelwagen</button>"
    head = "<meta property='og:type' content='product'>"
    page = facts(document(body, head=head), "/boor", "product")
    assert [p.amount for p in page.prices if p.main] == ["7.00"]


def test_a_list_of_products_has_no_price_of_its_own() -> None:
    card = (
        "<div class=card><a href=/a>Boor</a><b class=price>€ 5</b><button>Bestellen</button></div>"
    )
    page = facts(document("<h1>Boren</h1>" + card * 4), "/boren", "category")
    assert not any(price.main for price in page.prices)
    assert all(price.card for price in page.prices)
    assert page.offer is None


def test_places_are_true_even_when_prices_repeat_and_the_text_was_cut() -> None:
    page = read("<p>€ 5</p>" * 3)
    assert [page.text[p.start : p.end] for p in page.prices] == ["€ 5"] * 3
    assert len({p.start for p in page.prices}) == 3
    long = facts(document("<p>€ 1 woord</p>" * 9000), "/x")
    assert all(long.text[p.start : p.end] == "€ 1" for p in long.prices)


def test_no_more_than_two_hundred_prices_are_kept() -> None:
    assert len(read("<p>€ 5</p>" * 500).prices) == 200


def test_a_product_page_is_described() -> None:
    data = (
        '{"@graph":[{"@type":"ItemList","itemListElement":[{"@type":"Product","name":"Ander"}]},'
        '{"@type":["Product","Thing"],"name":"Boor","description":"<p>Sterk</p>","image":["a","b"],'
        '"additionalProperty":[{"name":"Watt"}],"offers":[{"@type":"AggregateOffer","lowPrice":5,'
        '"priceSpecification":{"valueAddedTaxIncluded":false}}]}]}'
    )
    page = read(
        LD.format(data) + "<div class=product-description>" + "Lang verhaal. " * 20 + "</div>"
        "<table><tr><th>Watt<td>5</table><dl><dt>Kleur<dd>Rood</dl><ul class=specs><li>x</ul>"
    )
    assert page.offer is not None
    assert (page.offer.name, page.offer.buys, page.offer.vat_included) == ("Boor", True, "false")
    assert (page.offer.specifications, page.offer.pictures) == (3, 2)
    assert len(page.offer.description) > 200


@pytest.mark.parametrize(
    "body",
    ["<p>Over ons</p>", "<h1>Boor</h1><p>tekst</p>", LD.format("{"), LD.format('["Product"]'),
     LD.format('{"@type":"Product","name":"Winkel","aggregateRating":{"ratingValue":5}}'),
     LD.format("[" * 5000 + '"Product"')],
)  # fmt: skip
def test_a_page_without_offer_is_no_product_page(body: str) -> None:
    assert facts(document(body), "/x").offer is None


@pytest.mark.parametrize(
    "button",
    ["<button>Ajouter au panier</button>", "<input type=submit value='In den Warenkorb'>",
     "<button>Add to basket</button>", "<button class=single_add_to_cart_button>+</button>",
     "<a class='btn' href=#>Bestel nu</a>", "<button aria-label='In winkelwagen'></button>"],
)  # fmt: skip
def test_a_cart_button_makes_a_product_page(button: str) -> None:
    page = facts(document(f"<h1>X</h1><main><p>Een tekst</p></main>{button}"), "/x")
    assert page.offer is not None
    assert page.offer.description == "Een tekst"


def test_the_classes_of_shop_systems_make_a_product_page() -> None:
    page = facts("<html><body class='catalog-product-view x'><h1>X</h1></body></html>", "/x")
    assert page.offer is not None
    group = "<meta property='og:type' content='product.group'>"
    assert facts(document("<h1>X</h1>", head=group), "/x").offer is None


@pytest.mark.parametrize(
    "body",
    ["<p>" + "€ 1 " * 200_000, "<p>" + "excl. de het en btw " * 40_000 + "€ 1",
     "<p>€ 1" + "excl. 21 % de " * 50_000, "€ 1<sup>95</sup>" * 20_000,
     "<div>" * 1900 + "<b>€ 1</b>" * 9000, "<table>" + "<tr>" + "<td>€ 1" * 20_000,
     "<p>€ " + "1.111" * 100_000, "<table><tr><td>" * 600 + "€ 1",
     "<i itemprop=price class=price>1,1</i>" * 12_000],
)  # fmt: skip
def test_a_hostile_page_costs_no_more_than_reading_it(body: str) -> None:
    started = time.process_time()
    facts(body, "/x")
    assert time.process_time() - started < 6


@pytest.mark.parametrize("heading", ["€ 12,10 incl. btw", "Nu voor € 12,10 incl. btw"])
def test_a_price_in_a_heading_of_its_own_is_the_product_s(heading: str) -> None:
    both = read(f"<h2>€ 10,00 excl. btw</h2><h3>{heading}</h3>").prices
    assert [(p.vat, p.main) for p in both] == [("excl", True), ("incl", True)]


def test_a_heading_with_a_name_and_a_price_is_another_product_s() -> None:
    own, other = read("<p>€ 10,00 excl. btw</p><h3>Stalen kast € 12,10 incl. btw</h3>").prices
    assert own.main
    assert not other.main


def test_words_behind_the_price_per_kilo_are_the_price_s_too() -> None:
    body = "<p>12,10 € *</p><p>(12,50 € / 1 kg)</p><p>* inkl. ges. MwSt. zzgl. Versand</p>"
    assert [p.vat for p in read(body, lang="de").prices] == ["incl", "incl"]
    assert [p.vat for p in read("<p>€ 12,10</p><p>€ 3,00 / kg</p>").prices] == ["", ""]


def test_ex_in_brackets_is_without_vat() -> None:
    assert only("€ 10,00 (ex)").vat == "excl"
