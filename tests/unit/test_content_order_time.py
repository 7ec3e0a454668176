"""The time of delivery, told on products, in the cart or on the delivery page (tz-8.1b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from monitor.policy.judge import Observation, ScanView, Seen
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.content.evidence import SiteFacts
from tests.unit.content_kit import AT, EMPTY, document, facts, judge, seen_of

HOME = document("<h1>Kantoormeubelen</h1><p>Welkom bij onze winkel voor bedrijven.</p>")


def seen_with(pages: Mapping[str, str], products: tuple[str, ...] = (), **gaps: str) -> Seen:
    """A scan with sampled product pages; their role is complete unless a gap says so."""
    read = [facts(body, "/" if r == "start" else f"/{r}", r) for r, body in pages.items()]
    read += [facts(document(b), f"/p{n}", "product") for n, b in enumerate(products)]
    seen = seen_of(tuple(read), gaps=gaps)
    view = seen.scans[ScanKind.CONTENT]
    site = view.evidence[0].facts
    assert isinstance(site, SiteFacts)
    complete = tuple(r for r in (*site.complete_for, "product") if r not in gaps)
    first = Evidence(replace(site, complete_for=complete), site.start_url, AT)
    evidence = (first, *view.evidence[1:])
    return Seen(AT, {ScanKind.CONTENT: ScanView(ScanOutcome.COMPLETE, evidence, AT)})


def told(pages: Mapping[str, str], *products: str, **gaps: str) -> Observation:
    """Judge a shop with a start page, ``pages`` and product pages."""
    return judge("delivery_time", seen_with({"start": HOME, **pages}, products, **gaps))


@pytest.mark.parametrize(
    "said",
    [
        "Levertijd: 2-3 werkdagen",
        "Voor 22:00 besteld, morgen in huis",
        "Vandaag besteld = morgen thuis",
        "Voor 23.59 uur besteld, morgen bij je bezorgd",
        "Wordt binnen 14 werkdagen geleverd",
        "Livraison en 48h",
        "Livré demain si commandé avant 16h",
        "Délai de livraison : 3 à 5 jours ouvrables",
        "Next day delivery",
        "Lieferung: Di. 24.11. bis Do. 26.11.",
        "Ships within 24 hours",
        "Order by 10pm, delivered tomorrow",
        "Dinsdag in huis",
        "Delivery: Tue 24 Nov",
        "Livraison prévue le mardi 24 novembre",
        "Zustellung am nächsten Tag",
        "Levertijd: veertien werkdagen",
        "Delivered in 2-4 working days",
        "Get it by tomorrow",
        "Lieferzeit 2-3 Werktage",
        "Lieferzeit: ca. eine Woche",
        "Morgen bei Ihnen, wenn Sie heute bestellen",
        "Versand am selben Tag",
    ],
)
def test_a_time_on_the_product_page_is_met(said: str) -> None:
    found = told({}, f"<h1>Stoel</h1><p>{said}</p>")
    assert found.outcome == "on_products"
    assert said.partition(" ")[0] in found.fragment


def test_a_label_and_its_value_may_stand_on_two_lines() -> None:
    body = "<h1>Stoel</h1><div>Levertijd:</div><div>1 - 2 werkdagen</div>"
    assert told({}, body).outcome == "on_products"
    table = "<h1>Stuhl</h1><table><tr><th>Lieferzeit</th><td>3 Tage</td></tr></table>"
    assert told({}, table).outcome == "on_products"
    listed = "<h1>Chaise</h1><dl><dt>Livraison</dt><dd>5 jours</dd></dl>"
    assert told({}, listed).outcome == "on_products"


def test_four_of_five_products_are_enough_and_three_are_not() -> None:
    with_time, without = "<p>Levertijd 3 dagen</p>", "<p>Op voorraad</p>"
    four = told({}, *(with_time,) * 4, without)
    assert four.outcome == "on_products"
    three = told({}, *(with_time,) * 3, without, without)
    assert three.outcome == "elsewhere"
    seen = seen_with({"start": HOME}, (with_time, without))
    assert judge("delivery_time", seen, delivery_time_share=0.5).outcome == "on_products"
    assert judge("delivery_time", seen, delivery_time_share=0).outcome == "elsewhere"


def test_the_cart_or_the_delivery_page_may_tell_it() -> None:
    cart = {"checkout": document("<p>Wij leveren binnen 3 werkdagen.</p>")}
    assert told(cart, "<p>Op voorraad</p>").outcome == "in_cart"
    page = {"delivery": document("<h1>Verzending</h1><p>Binnen 3 werkdagen in huis.</p>")}
    assert told(page, "<p>Op voorraad</p>").outcome == "on_delivery_page"


def test_the_start_page_or_the_terms_alone_are_for_a_person() -> None:
    terms = document("<h1>Artikel 5 Levering</h1><p>Levering geschiedt binnen 30 dagen.</p>")
    assert told({"terms": terms}, "<p>Op voorraad</p>").outcome == "elsewhere"
    home = document("<p>Voor 22:00 besteld, morgen in huis</p>")
    seen = seen_with({"start": home}, ("<p>Op voorraad</p>",))
    assert judge("delivery_time", seen).outcome == "elsewhere"


def test_a_delivery_link_that_leads_to_the_start_page_tells_no_more() -> None:
    home = document("<p>Morgen in huis</p>")
    page = facts(home, "/", "start", "delivery")
    assert judge("delivery_time", seen_of((page,))).outcome == "elsewhere"


@pytest.mark.parametrize(
    "said",
    [
        "Op voorraad",
        "Direct leverbaar uit voorraad",
        "En stock",
        "In stock",
        "Sofort lieferbar",
        "Auf Lager",
        "30 dagen bedenktijd",
        "Retourneren binnen 14 dagen na levering",
        "Meld schade binnen 2 dagen na levering",
        "Betaling binnen 30 dagen na levering op rekening",
        "Factuur te betalen binnen 14 dagen, bij levering meegestuurd",
        "Controleer het product binnen 8 dagen na ontvangst van de levering",
        "Retours sous 30 jours après la livraison",
        "Paiement à 30 jours après livraison",
        "Payment within 30 days after delivery",
        "Inspect the goods within 3 days of delivery",
        "Zahlbar innerhalb von 14 Tagen nach Lieferung",
        "Mängel sind binnen 7 Tagen nach Lieferung zu rügen",
        "Garantie 2 jaar na levering",
        "Wij beantwoorden uw vraag over de bestelling binnen 24 uur",
        "Batterij gaat 10 uur mee, ook na bestelling",
        "Annuleren kan tot 24 uur voor de levering",
    ],
)
def test_stock_and_other_terms_are_no_time_of_delivery(said: str) -> None:
    assert told({}, f"<h1>Stoel</h1><p>{said}</p>").outcome == "absent_complete"


@pytest.mark.parametrize(
    "said",
    [
        "Pre-order: levering vanaf 12 maart",
        "Verwacht leverbaar in het voorjaar",
        "Levertijd in overleg",
        "Lieferung ab 24.11.",
        "Wij leveren zo spoedig mogelijk",
        "Précommande, livraison le 3 avril",
        "Available from 12 March, shipped then",
        "Liefertermin nach Absprache",
        "Wij leveren binnen enkele dagen",
    ],
)
def test_dates_and_vague_words_are_for_a_person(said: str) -> None:
    found = told({}, f"<h1>Stoel</h1><p>{said}</p>")
    assert found.outcome == "unclear"
    assert found.fragment


def test_absence_counts_only_when_everything_was_read() -> None:
    bare = "<h1>Stoel</h1><p>Mooie stoel</p>"
    assert told({}, bare).outcome == "absent_complete"
    assert told({}, bare, delivery="timed_out").outcome == "incomplete"
    assert told({}, product="no_sitemap").outcome == "incomplete"
    assert judge("delivery_time", EMPTY).outcome == "incomplete"


def test_a_frame_or_a_picture_may_hold_the_time() -> None:
    framed = document(
        "<h1>Levering</h1><iframe src='https://docs.google.com/document/d/1'></iframe>"
    )
    assert told({"delivery": framed}, "<p>Stoel</p>").outcome == "incomplete"
    picture = "<h1>Stoel</h1><img src='/levertijden.png' width='400' height='200'>"
    assert told({}, picture).outcome == "incomplete"


def test_returns_on_the_delivery_page_are_not_read() -> None:
    page = document("<h2>Retourneren</h2><p>U heeft 14 dagen.</p><h2>Info</h2><p>Gratis koffie</p>")
    assert told({"delivery": page}, "<p>Stoel</p>").outcome == "absent_complete"


@pytest.mark.parametrize(
    "said",
    ["Pre-order: verwacht op 12 maart 2027", "Précommande : sortie le 12 mars", "Vorbestellbar"],
)
def test_a_date_of_an_order_in_advance_is_for_a_person(said: str) -> None:
    assert told({}, f"<h1>Stoel</h1><p>{said}</p>").outcome == "unclear"
