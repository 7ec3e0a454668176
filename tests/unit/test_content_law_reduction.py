"""Consumer law: struck prices and the lowest price of the last 30 days."""

from __future__ import annotations

import pytest

from monitor.policy.judge import Seen
from tests.unit.content_kit import EMPTY, document, facts, judge, seen_of

CART = "<button>In winkelwagen</button>"
OFFER = "<h1>Stoel</h1><p><del>€ 100,00</del> <b>€ 80,00</b></p>"


def shop(
    body: str, *, role: str = "product", elsewhere: str = "", gaps: dict[str, str] | None = None
) -> Seen:
    """A shop with one page of that role."""
    start = facts(document(f"<p>Welkom.</p>{elsewhere}"), "/", "start")
    return seen_of((start, facts(document(f"{body}{CART}"), "/stoel", role)), gaps=gaps)


@pytest.mark.parametrize(
    "text",
    [
        "Van-prijs: de laagste prijs van de afgelopen 30 dagen.",
        "Laagste prijs in de voorbije dertig dagen: € 100,00",
        "Prix le plus bas des 30 derniers jours : 100,00 €",
        "Le prix barré est le prix le plus bas pratiqué au cours des trente derniers jours.",
        "Lowest price in the last 30 days: €100.00",
        "The crossed-out price is our 30-day lowest price.",
        "Niedrigster Preis der letzten 30 Tage: 100,00 €",
        "30-Tage-Bestpreis: 100,00 €",
        "Günstigster Preis in den letzten 30 Tagen",
    ],
)
def test_a_struck_price_that_is_said_to_be_the_lowest_is_explained(text: str) -> None:
    assert judge("price_reduction", shop(f"{OFFER}<p>{text}</p>")).outcome == "explained"
    assert judge("price_reduction", shop(OFFER, elsewhere=f"<p>{text}</p>")).outcome == "explained"


@pytest.mark.parametrize(
    "text",
    [
        "Laagste prijs in de laatste 30 dagen: € 75,00",
        "Prix le plus bas des 30 derniers jours : 75,00 €",
        "Lowest price in the last 30 days: €75.00",
        "Niedrigster Preis der letzten 30 Tage: 75,00 €",
    ],
)
def test_a_shop_that_names_a_lower_price_than_it_strikes_is_a_candidate(text: str) -> None:
    found = judge("price_reduction", shop(f"{OFFER}<p>{text}</p>"))
    assert found.outcome == "not_lowest"
    assert "75" in found.values["words"]
    assert found.fragment


@pytest.mark.parametrize(
    "body",
    [
        # Several struck prices, or several lowest ones: whose is whose is not known.
        f"{OFFER}<p><del>€ 60,00</del></p><p>Laagste prijs in 30 dagen: € 55,00</p>",
        f"{OFFER}<p>Laagste prijs in 30 dagen: € 75,00</p><p>Laagste prijs in 30 dagen: € 9,00</p>",
        f"{OFFER}<p>Laagste prijs in 30 dagen</p><p>€ 75,00</p>",
        # The lowest price and the struck one are the same amount in the same words.
        "<h1>Stoel</h1><p>€ 80,00</p><p>Laagste prijs in 30 dagen: <del>€ 100,00</del></p>",
    ],
)
def test_in_doubt_whose_the_lowest_price_is_nobody_is_accused(body: str) -> None:
    assert judge("price_reduction", shop(body)).outcome == "explained"


def test_on_a_list_the_lowest_price_of_one_product_says_nothing_of_another() -> None:
    body = f"{OFFER}<p>Laagste prijs in de laatste 30 dagen: € 75,00</p>"
    assert judge("price_reduction", shop(body, role="category")).outcome == "explained"


def test_a_bare_struck_price_is_never_a_breach() -> None:
    found = judge("price_reduction", shop(OFFER))
    assert found.outcome == "unexplained"
    assert found.fragment


@pytest.mark.parametrize(
    "words", ["Adviesprijs", "Prix conseillé", "RRP", "UVP", "Catalogusprijs", "Listenpreis"]
)
def test_a_recommended_price_is_another_comparison(words: str) -> None:
    body = f"<h1>Stoel</h1><p>{words}: <del>€ 100,00</del> <b>€ 80,00</b></p>"
    assert judge("price_reduction", shop(body)).outcome == "recommended"
    lower = f"{body}<p>Laagste prijs in 30 dagen: € 75,00</p>"
    assert judge("price_reduction", shop(lower)).outcome == "explained"


@pytest.mark.parametrize("claim", ["-20%", "20% korting", "20 % de réduction", "20% off", "-20 %"])
def test_a_percentage_without_a_prior_price_is_for_a_reviewer(claim: str) -> None:
    body = f"<h1>Stoel</h1><p>{claim}</p><p>€ 80,00</p>"
    found = judge("price_reduction", shop(body))
    assert found.outcome == "no_prior_price"
    assert found.fragment == claim


@pytest.mark.parametrize(
    "claim",
    [
        "10% korting op je eerste bestelling",
        "-10 % avec le code ETE",
        "5% off from 3 pieces",
        "10% Rabatt für Newsletter-Abonnenten",
        "Katoen 80-20%",
        "Alcohol 12,5%",
        "21% btw",
    ],
)
def test_a_percentage_for_a_few_or_of_something_else_is_no_reduction(claim: str) -> None:
    body = f"<h1>Stoel</h1><p>{claim}</p><p>€ 80,00</p>"
    assert judge("price_reduction", shop(body)).outcome == "none_seen"


def test_what_was_not_read_has_no_reduction_that_one_knows_of() -> None:
    assert judge("price_reduction", EMPTY).outcome == "incomplete"
    seen = shop("<h1>Stoel</h1><p>€ 80,00</p>", gaps={"start": "consent"})
    assert judge("price_reduction", seen).outcome == "incomplete"
    only_terms = shop("<p>Voorwaarden.</p>", role="terms")
    assert judge("price_reduction", only_terms).outcome == "incomplete"
