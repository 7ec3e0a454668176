"""Consumer law: the maker of a product, and the trader on a marketplace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.policy.judge import Seen
from scanners.content.evidence import PageFacts
from tests.unit.content_kit import EMPTY, MEMBER, document, facts, judge, seen_of

START = facts(document("<p>Welkom.</p>"), "/", "start")


def products(*texts: str) -> Seen:
    """A shop with these product pages."""
    pages: list[PageFacts] = [START]
    pages += [
        facts(document(f"<h1>Stoel</h1><div>{text}</div>"), f"/p{i}", "product")
        for i, text in enumerate(texts)
    ]
    return seen_of(tuple(pages))


FULL = [
    "Fabrikant: Stoelen B.V., Dorpsstraat 12, 1234 AB Utrecht, info@stoelen.example.nl",
    "Fabricant : Chaises SARL, 12 rue de Paris, 75001 Paris, www.chaises.fr",
    "Manufacturer: Chairs Ltd, 12 High Street, London, safety@chairs.co.uk",
    "Hersteller: Stuhl GmbH, Hauptstraße 12, 10115 Berlin, www.stuhl.de",
    "Verantwortliche Person: Stuhl GmbH, Hauptstraße 12, 10115 Berlin, info@stuhl.de",
]


@pytest.mark.parametrize("text", FULL)
def test_a_maker_with_both_addresses_meets_the_condition(text: str) -> None:
    assert judge("product_maker", products(text)).outcome == "named"


@pytest.mark.parametrize(
    "text", ["Mooie stoel.", "Belle chaise.", "A fine chair.", "Ein schöner Stuhl.", "Merk: Stoel"]
)
def test_no_maker_on_any_of_several_offers_is_a_candidate(text: str) -> None:
    found = judge("product_maker", products(text, text, text))
    assert found.outcome == "not_named"
    assert found.fragment
    assert judge("product_maker", products(text)).outcome == "too_few"


def test_a_maker_without_address_or_on_some_offers_is_for_a_reviewer() -> None:
    only_mail = "Fabrikant: Stoelen B.V., info@stoelen.example.nl"
    assert judge("product_maker", products(only_mail)).outcome == "partly"
    assert judge("product_maker", products(FULL[0], "Mooi.")).outcome == "partly"
    named = "Fabrikant: Stoelen B.V."
    assert judge("product_maker", products(named, named, named)).outcome == "not_named"


def test_without_product_pages_nothing_is_known() -> None:
    for name, outcome in (("product_maker", "no_products"), ("trader_details", "no_offers")):
        assert judge(name, products()).outcome == outcome
        assert judge(name, EMPTY).outcome == outcome


TRADERS = [
    (
        "Verkocht door Stoelen B.V., Dorpsstraat 12, 1234 AB Utrecht, tel. 030 123 45 67,"
        " info@stoelen.example.nl, KvK 64812350"
    ),
    "Vendu par Chaises SARL, 12 rue de Paris, 75001 Paris, +33 1 23 45 67 89, a@chaises.fr, RCS",
    "Sold by Chairs Ltd, 12 High Street, London, +44 20 1234 5678, a@chairs.co.uk, Company No. 1",
    "Verkauft durch Stuhl GmbH, Hauptstraße 12, 10115 Berlin, 030 1234567, a@stuhl.de, HRB 1",
]


@pytest.mark.parametrize("text", TRADERS)
def test_a_trader_with_all_details_meets_the_condition(text: str) -> None:
    assert judge("trader_details", products(text)).outcome == "shown"


def test_a_trader_without_details_is_a_candidate() -> None:
    text = "Verkoper: Stoelen B.V."
    found = judge("trader_details", products(text, text, text))
    assert found.outcome == "not_shown"
    assert found.values["missing"] == "address, phone, e-mail, register number"
    assert judge("trader_details", products(text)).outcome == "too_few"


def test_some_of_the_details_or_a_link_to_them_are_for_a_reviewer() -> None:
    assert judge("trader_details", products("Verkoper: X, KvK 64812350")).outcome == "partly"
    bare = "Verkoper: Stoelen B.V."
    assert judge("trader_details", products(TRADERS[0], bare)).outcome == "partly"
    linked = 'Verkocht door <a href="/verkopers/9">Stoelen B.V.</a>'
    assert judge("trader_details", products(linked)).outcome == "linked"


def test_small_platforms_are_exempt() -> None:
    small = replace(MEMBER, size="micro")
    assert judge("trader_details", products("x"), member=small).outcome == "small"
    assert judge("trader_details", products("Mooie stoel.")).outcome == "no_offers"
