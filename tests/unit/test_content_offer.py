"""VAT at the price: told (tz-5.2a, bc-1.2), both (tz-5.2b), balanced (tz-5.2c), in it (law)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from monitor.policy.judge import Observation, Seen
from scanners.content.evidence import ImageSeen, PageFacts, SiteFacts
from tests.unit.content_kit import EMPTY, MEMBER, document, facts, judge, seen_of

HOME = "<h1>Winkel</h1><p>Welkom in onze winkel voor gereedschap.</p>"
BOTH_ROWS = "<p>€ 10,00 excl. btw</p><p>€ 12,10 incl. btw</p>"


def product(price: str, path: str = "/p1", *, role: str = "product", lang: str = "nl") -> PageFacts:
    body = f"<h1>Boormachine</h1><div>{price}</div><button>In winkelwagen</button>"
    return facts(document(body, lang=lang), path, *((role,) if role else ()))


def shop(
    *prices: str, home: str = HOME, gaps: Mapping[str, str] | None = None, role: str = "product"
) -> Seen:
    pages = [facts(document(home), "/", "start")]
    pages += [product(price, f"/p{i}", role=role) for i, price in enumerate(prices)]
    return seen_of(tuple(pages), gaps=gaps)


def vat(*prices: str, home: str = HOME, gaps: Mapping[str, str] | None = None) -> Observation:
    return judge("price_vat", shop(*prices, home=home, gaps=gaps))


@pytest.mark.parametrize(
    "price",
    ["€ 10 excl. btw", "€ 12,10 incl. btw", "€ 10<sup>95</sup> <small>ex btw</small>", "10 € HT",
     "12,10 € TTC", "12€10 TVAC", "10 € HTVA", "£10 ex VAT", "€12 including VAT",
     "11,90 € inkl. MwSt., zzgl. Versand", "10 € zzgl. 19 % MwSt.", BOTH_ROWS,
     "<del>€ 20</del> € 10 excl. btw", "€ 10 excl. btw / m²", "<p>€ 12,10 (€ 10 excl. btw)</p>"],
)  # fmt: skip
def test_words_at_the_price_meet_in_every_language(price: str) -> None:
    assert vat(*[price] * 5).outcome == "stated"


@pytest.mark.parametrize(
    "price",
    ["€ 10", "10 €", "12,-", "€ 10 excl. verzendkosten", "<p>€ 10</p><p>btw-nummer NL1</p>",
     "<p>€ 10</p><p>HT-200</p>", "<del>€ 20 excl. btw</del><p>Nieuwe lage prijs voor u:</p><p>€ 10",
     "<p>Verkauf ab Lager</p><p>10 €</p>"],
)  # fmt: skip
def test_two_pages_without_words_are_a_breach(price: str) -> None:
    seen = vat(price, price, "€ 10 incl. btw")
    assert seen.outcome == "unstated"
    assert seen.values["url"].endswith("/p0")
    assert seen.fragment


def test_vat_in_the_menu_or_the_delivery_text_is_no_word_at_the_price() -> None:
    home = "<nav><a href=/btw>BTW-informatie</a></nav><p>Verzending € 5 incl. btw</p>"
    price = "<nav>BTW informatie</nav><p>€ 10</p><p>Op voorraad, morgen in huis bij u thuis</p>"
    assert vat(price, price, home=home).outcome == "unstated"


def test_one_page_without_words_is_no_proof() -> None:
    assert vat("€ 10", *["€ 10 excl. btw"] * 4).outcome == "one_page_unstated"
    assert vat("€ 10").outcome == "one_page_unstated"


@pytest.mark.parametrize(
    "said",
    ["Alle prijzen zijn netto", "Genoemde bedragen te vermeerderen met 21% btw", "Tarifs HT",
     "Prijzen exclusief omzetbelasting", "Alle Preise netto", "Prices are net of VAT",
     "<div>Excl. btw</div>", "Prix majorés de la TVA"],
)  # fmt: skip
def test_vat_told_apart_from_the_prices_is_for_a_person(said: str) -> None:
    home = HOME + f"<footer><p>{said}</p></footer>"
    assert vat("€ 10", "€ 11", home=home).outcome == "site_wide_only"


@pytest.mark.parametrize(
    "said",
    ["Wij zijn vrijgesteld van btw (kleineondernemersregeling).", "KOR: geen btw van toepassing",
     "TVA non applicable, art. 293 B du CGI", "Régime de franchise des petites entreprises",
     "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.", "Wij rekenen geen btw.",
     "We are not VAT registered.", "Differenzbesteuert nach § 25a UStG"],
)  # fmt: skip
def test_a_shop_that_may_charge_no_vat_is_for_a_person(said: str) -> None:
    assert vat("€ 10", "€ 11", home=HOME + f"<p>{said}</p>").outcome == "unclear"


def test_franchise_de_port_and_a_book_on_vat_are_no_exemption() -> None:
    home = HOME + "<p>Franchise de port dès 50 €</p><p>Alles over de btw in ons nieuwe boek</p>"
    assert vat("€ 10", "€ 11", home=home).outcome == "unstated"


@pytest.mark.parametrize(
    "price", ["<p>€ 10,00</p><p>€ 2,10 btw</p><p>€ 12,10 totaal</p>", "€ 10<p>btw (21%): € 2,10"]
)
def test_the_amount_of_vat_beside_the_price_is_for_a_person(price: str) -> None:
    assert vat(price, price).outcome == "unclear"


def test_goods_sold_by_weight_have_prices_too() -> None:
    cards = "".join(f"<li><h3>Kaas {i}</h3><p>€ {i},50 per kilo</p></li>" for i in range(5, 9))
    home = document(f"<h1>Boerderij</h1>{cards}<p>Prijzen zijn inclusief btw.</p>")
    seen = seen_of((facts(home, "/", "start"),))
    assert judge("price_vat", seen).outcome == "site_wide_only"


@pytest.mark.parametrize(
    "said",
    ["Alle prijzen zijn exclusief btw.", "Onze prijzen zijn excl. 21% BTW", "Prijzen incl. btw",
     "Tous nos prix s'entendent HT.", "Les prix affichés sont TTC", "All prices exclude VAT.",
     "Our prices include 20% VAT", "Alle Preise verstehen sich zzgl. MwSt.",
     "* inkl. MwSt. zzgl. Versandkosten", "Alle Preise inkl. gesetzl. MwSt.",
     "Alle bedragen zijn exclusief btw, tenzij anders vermeld", "Prices are shown ex VAT"],
)  # fmt: skip
def test_a_statement_for_the_whole_site_is_for_a_person(said: str) -> None:
    assert vat("€ 10", "€ 11", home=HOME + f"<footer>{said}</footer>").outcome == "site_wide_only"


def test_a_statement_in_the_terms_alone_does_not_help() -> None:
    terms = facts(document("<p>Alle prijzen zijn exclusief btw.</p>"), "/av", "terms")
    pages = (facts(document(HOME), "/", "start"), terms, product("€ 1"), product("€ 2", "/p2"))
    assert judge("price_vat", seen_of(pages)).outcome == "unstated"


@pytest.mark.parametrize(
    "switch",
    ["<button>Toon prijzen incl. btw</button>", "<p>incl. btw | excl. btw</p>", "<p>HT / TTC</p>",
     "<a href=/x>Afficher les prix TTC</a>", "<p>Show prices incl. VAT</p>",
     "<label><input type=radio>Excl. btw</label><label><input type=radio>Incl. btw</label>",
     "<p>Preise inkl. / exkl. MwSt.</p>"],
)  # fmt: skip
def test_a_switch_is_for_a_person(switch: str) -> None:
    price = f"<header>{switch}</header><p>Een heel lange regel over dit artikel.</p><p>€ 10</p>"
    assert vat(price, price).outcome == "toggle"


@pytest.mark.parametrize(
    "price",
    ["<p>€ 10</p><p>Op voorraad: 25 stuks in ons magazijn</p><p>De prijs is excl. btw",
     "<p>Excl. btw</p><p>Op voorraad in ons magazijn</p><p>€ 10", "<p>Nettopreis: 10 €",
     "€ 10 btw-vrij", "€ 10 (0% btw)", "€ 10 margeregeling", "£10 gross",
     "<p>€ 10</p><p hidden>excl. btw</p>", "<p data-label='Excl. btw'>€ 10"],
)  # fmt: skip
def test_words_that_may_be_the_price_s_are_for_a_person(price: str) -> None:
    assert vat(price, price).outcome == "unclear"


def test_a_style_sheet_or_a_picture_may_tell() -> None:
    drawn = facts(
        document(
            "<h1>B</h1><p class=price>€ 10</p><button>In winkelwagen</button>",
            head="<style>.price:after{content:'excl. btw'}</style>",
        ),
        "/p1",
        "product",
    )
    start = facts(document(HOME), "/", "start")
    assert judge("price_vat", seen_of((start, drawn, drawn))).outcome == "unclear"
    shown = replace(product("€ 10"), images=(ImageSeen("/img/excl-btw.png", "", 0, 0),))
    assert judge("price_vat", seen_of((start, shown, shown))).outcome == "unclear"


@pytest.mark.parametrize(
    "said",
    ["Log in om prijzen te zien", "Prijzen zichtbaar na inloggen", "Please log in to see prices",
     "Prices are visible when logged in", "Connectez-vous pour voir les prix",
     "Prix visibles après connexion", "Bitte anmelden, um Preise zu sehen",
     "Preise erst nach Anmeldung"],
)  # fmt: skip
def test_prices_behind_a_login_are_not_judged(said: str) -> None:
    seen = shop(f"<p>{said}</p>", f"<p>{said}</p>")
    assert judge("price_vat", seen).outcome == "login"
    assert judge("both_prices", seen).outcome == "login"
    assert judge("price_includes_vat", seen).outcome == "login"


def test_a_shop_without_prices_is_not_judged() -> None:
    seen = shop("<p>Prijs op aanvraag</p>")
    for name in ("price_vat", "both_prices", "price_includes_vat"):
        assert judge(name, seen).outcome == "no_prices"
        assert judge(name, EMPTY).outcome == "incomplete"


def test_what_was_not_read_is_not_judged() -> None:
    gaps = {"start": "bot_wall"}
    assert vat("€ 1", "€ 2", gaps=gaps).outcome == "incomplete"
    assert vat("€ 1 incl. btw", gaps=gaps).outcome == "incomplete"
    assert vat("<p>niets", gaps=gaps).outcome == "incomplete"
    assert vat(*["€ 1 incl. btw"] * 5, gaps=gaps).outcome == "stated"
    few = {"product": "budget"}
    assert vat("€ 1 incl. btw", gaps=few).outcome == "incomplete"
    assert vat("€ 1", "€ 2", gaps=few).outcome == "unstated"
    assert vat("<p>niets", gaps={"product": "none_found"}).outcome == "no_prices"


def test_pages_that_offer_a_product_stand_in_for_a_sample() -> None:
    assert judge("price_vat", shop("€ 10", "€ 10", role="")).outcome == "unstated"
    assert judge("price_vat", shop("€ 10 HT", "€ 10 HT", role="")).outcome == "stated"


def test_the_cards_of_the_start_page_are_a_list() -> None:
    home = "<h1>W</h1>" + "<div class=card><a href=/x>Boor</a><b class=price>€ 5</b></div>" * 4
    assert vat("€ 10", home=home).outcome == "unstated"
    told = home.replace("€ 5", "€ 5 excl. btw")
    assert vat("€ 10 excl. btw", home=told).outcome == "stated"
    some = home.replace("€ 5", "€ 5 excl. btw", 1)
    assert vat("€ 10 excl. btw", home=some).outcome == "one_page_unstated"


def test_a_member_without_vat_is_not_judged() -> None:
    member = replace(MEMBER, flags=frozenset({"vat_exempt"}))
    for name in ("price_vat", "price_includes_vat"):
        assert judge(name, shop("€ 1", "€ 2"), member=member).outcome == "vat_exempt"


def test_schema_org_is_a_note_only() -> None:
    data = (
        '<script type="application/ld+json">{"@type":"Product","name":"Boormachine",'
        '"offers":{"price":10,"valueAddedTaxIncluded":true}}</script>'
    )
    seen = vat(f"{data}€ 10", f"{data}€ 10")
    assert seen.outcome == "unstated"
    assert "schema.org" in seen.note


# Both prices (tz-5.2b).


@pytest.mark.parametrize(
    "price",
    [BOTH_ROWS, "10,00 € HT / 12,00 € TTC", "10,00 € HTVA (12,10 € TVAC)",
     "£10.00 ex VAT (£12.00 inc VAT)", "10,00 € zzgl. MwSt.<br>11,90 € inkl. MwSt.",
     "Excl. btw: € 10 Incl. btw: € 12,10"],
)  # fmt: skip
def test_both_prices_shown_meet(price: str) -> None:
    assert judge("both_prices", shop(price, price)).outcome == "both_shown"


@pytest.mark.parametrize(
    "price", ["€ 10 excl. btw", "12 € TTC", "£9 ex VAT", "9 € zzgl. MwSt.", "€ 9"]
)
def test_one_price_alone_is_a_breach(price: str) -> None:
    assert judge("both_prices", shop(price, price)).outcome == "one_missing"
    assert judge("both_prices", shop(price)).outcome == "one_missing"
    assert judge("both_prices", shop(price, BOTH_ROWS)).outcome == "one_page_missing"
    assert (
        judge("both_prices", shop(price, gaps={"product": "budget"})).outcome == "one_page_missing"
    )


HIDDEN = "<p style='display:none'>€ 12,10 incl. btw</p><p>€ 10,00 excl. btw</p>"


def test_a_hidden_price_is_not_shown_and_a_switch_is_for_a_person() -> None:
    assert judge("both_prices", shop(HIDDEN, HIDDEN)).outcome == "one_hidden"
    switch = f"<button>Toon prijzen incl. btw</button><p>Over dit artikel nog iets</p>{HIDDEN}"
    assert judge("both_prices", shop(switch, switch)).outcome == "toggle"
    by_class = HIDDEN.replace("style='display:none'", "class=d-none")
    assert judge("both_prices", shop(by_class, by_class)).outcome == "toggle"


def test_two_prices_without_words_may_be_both() -> None:
    price = "<p>€ 10,00</p><p>€ 12,10</p>"
    assert judge("both_prices", shop(price, price)).outcome == "unlabelled"
    half = "<p>€ 12,10 (€ 10,00 excl. btw)</p>"
    assert judge("both_prices", shop(half, half)).outcome == "unlabelled"


def test_both_prices_of_a_few_pages_say_nothing_of_the_rest() -> None:
    seen = shop(BOTH_ROWS, gaps={"product": "budget"})
    assert judge("both_prices", seen).outcome == "incomplete"
    assert judge("both_prices", shop("x", gaps={"start": "bot_wall"})).outcome == "incomplete"


# Prominence (tz-5.2c).


def pair(excl: str, incl: str) -> Observation:
    price = f"<p style='{excl}'>€ 10,00 excl. btw</p><p style='{incl}'>€ 12,10 incl. btw</p>"
    return judge("price_prominence", shop(price, BOTH_ROWS.replace("<p>", "<p style='x'>")))


@pytest.mark.parametrize(
    ("excl", "incl", "outcome"),
    [
        ("font-size:24px", "font-size:14px", "excl_larger"),
        ("font-size:2rem", "font-size:12pt", "excl_larger"),
        ("font-size:16px;font-weight:700", "font-size:16px;font-weight:400", "excl_heavier"),
        ("font-size:16px;font-weight:700", "font-size:16px", "not_rendered"),
        ("font-weight:700", "font-weight:400", "not_rendered"),
        ("", "", "not_rendered"),
        ("font-size:24px", "", "not_rendered"),
    ],
)
def test_prominence_is_read_from_inline_style_alone(excl: str, incl: str, outcome: str) -> None:
    assert pair(excl, incl).outcome == outcome


@pytest.mark.parametrize(
    ("excl", "incl"),
    [("font-size:14px", "font-size:24px"), ("font-size:17px", "font-size:16px"),
     ("font-size:14px;font-weight:700", "font-size:24px"),
     ("font-size:16px;font-weight:bold", "font-size:16px;font-weight:bold")],
)  # fmt: skip
def test_a_price_without_vat_that_is_no_larger_is_fine(excl: str, incl: str) -> None:
    price = f"<p style='{excl}'>€ 10 excl. btw</p><p style='{incl}'>€ 12,10 incl. btw</p>"
    assert judge("price_prominence", shop(price)).outcome == "balanced"


def test_cents_set_small_do_not_make_a_price_small() -> None:
    price = (
        "<p style='font-size:24px'>€ 10<sup style='font-size:9px'>00</sup> excl. btw</p>"
        "<p style='font-size:24px'>€ 12,10 incl. btw</p>"
    )
    assert judge("price_prominence", shop(price)).outcome == "balanced"


def test_without_both_prices_there_is_nothing_to_compare() -> None:
    assert judge("price_prominence", shop("€ 10 excl. btw")).outcome == "no_pair"
    assert judge("price_prominence", EMPTY).outcome == "no_pair"


# VAT in consumer prices (law-price-incl).


@pytest.mark.parametrize(
    "price",
    ["€ 12,10 incl. btw", "12 € TTC", "12 € TVAC", "£12 inc VAT", "9 € inkl. MwSt.", BOTH_ROWS],
)
def test_consumer_prices_with_vat_meet(price: str) -> None:
    assert judge("price_includes_vat", shop(price, price)).outcome == "included"


@pytest.mark.parametrize(
    "price", ["€ 10 excl. btw", "10 € HT", "10 € HTVA", "£9 ex VAT", "9 € zzgl. MwSt."]
)
def test_consumer_prices_without_vat_are_a_candidate(price: str) -> None:
    assert judge("price_includes_vat", shop(price, price)).outcome == "excluded"


@pytest.mark.parametrize(
    "said",
    ["Alle prijzen zijn inclusief btw.", "Al onze prijzen zijn incl. 21% btw",
     "Tous nos prix sont TTC.",
     "All prices include VAT", "Alle Preise inkl. MwSt.", "Onze prijzen zijn inclusief BTW"],
)  # fmt: skip
def test_a_statement_that_all_prices_include_vat_meets(said: str) -> None:
    home = HOME + f"<footer>{said}</footer>"
    assert judge("price_includes_vat", shop("€ 10", "€ 9", home=home)).outcome == "included"
    mixed = shop("€ 10 excl. btw", "€ 9", home=home)
    assert judge("price_includes_vat", mixed).outcome == "contradicting"


@pytest.mark.parametrize(
    "said", ["Alle prijzen zijn exclusief btw", "Alle prijzen niet incl. btw", "x"]
)
def test_consumer_prices_without_words_are_not_known(said: str) -> None:
    home = HOME + f"<footer>{said}</footer>"
    assert judge("price_includes_vat", shop("€ 10", home=home)).outcome == "unlabelled"


def test_consumer_prices_that_swap_or_were_not_read_are_not_known() -> None:
    assert judge("price_includes_vat", shop(HIDDEN)).outcome == "toggle"
    gaps = {"product": "budget"}
    assert judge("price_includes_vat", shop("€ 10", gaps=gaps)).outcome == "incomplete"


def test_a_shop_whose_start_page_was_not_read_has_no_statement() -> None:
    seen = seen_of((product("€ 10"), product("€ 11", "/p2")), gaps={"start": "bot_wall"})
    assert judge("price_vat", seen).outcome == "incomplete"
    assert judge("price_includes_vat", seen).outcome == "incomplete"


def test_a_scan_that_names_no_products_is_read_by_its_offers() -> None:
    seen = shop("€ 10", "€ 11", role="")
    view = next(iter(seen.scans.values()))
    site = view.evidence[0].facts
    assert isinstance(site, SiteFacts)
    bare = replace(site, complete_for=tuple(r for r in site.complete_for if r != "product"))
    evidence = (replace(view.evidence[0], facts=bare), *view.evidence[1:])
    scans = {kind: replace(scan, evidence=evidence) for kind, scan in seen.scans.items()}
    assert judge("price_vat", replace(seen, scans=scans)).outcome == "unstated"


FAR = "<p>Direct leverbaar uit eigen magazijn, voor 16 uur besteld is morgen bij u bezorgd.</p>"


@pytest.mark.parametrize(
    "price",
    [
        "<h2>€ 1.249,- <small>excl. BTW</small></h2><h3>€ 1.511,29 incl. BTW</h3>",
        f"<p>€ 10,00 excl. btw</p>{FAR}<p>Totaal: € 12,10 incl. btw</p>",
        "€ 10,00 excl. btw<button>Bestel</button><table><tr><th>Prijs incl. btw<td>€ 12,10</table>",
    ],
)
def test_both_prices_may_stand_apart(price: str) -> None:
    assert judge("both_prices", shop(*[price] * 5)).outcome == "both_shown"
    assert judge("price_prominence", shop(price)).outcome == "not_rendered"
    assert judge("price_includes_vat", shop(price, price)).outcome == "included"


def test_the_other_price_of_another_product_proves_nothing() -> None:
    price = "<p>€ 10,00 excl. btw</p><button>Bestel</button><h2>Set</h2><p>€ 99,00 incl. btw</p>"
    assert judge("both_prices", shop(price, price)).outcome == "unlabelled"
    same = price.replace("99,00 incl", "99,00 excl")
    assert judge("both_prices", shop(same, same)).outcome == "one_missing"
    cost = "<p>€ 10,00 excl. btw</p><button>Bestel</button><p>Bezorgkosten: € 7,20 incl. btw</p>"
    assert judge("both_prices", shop(cost, cost)).outcome == "one_missing"


def test_a_bare_amount_with_vat_beside_the_price_is_for_a_person() -> None:
    price = "<p class=prijs>€ 110 excl. 21% btw</p><p>133,10 incl.</p>"
    assert judge("price_includes_vat", shop(*[price] * 5)).outcome == "contradicting"
    parcel = "<p class=prijs>€ 110 excl. 21% btw</p><p>verzending 4,95 incl. btw</p>"
    assert judge("price_includes_vat", shop(*[parcel] * 5)).outcome == "excluded"
