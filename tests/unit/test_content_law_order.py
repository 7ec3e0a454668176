"""Consumer law: the words on the order button, and surcharges."""

from __future__ import annotations

import pytest

from monitor.policy.judge import Seen
from tests.unit.content_kit import EMPTY, document, facts, judge, seen_of

PERSON = '<input name="email" type="email"><input name="lastname">'


def checkout(*words: str, path: str = "/checkout", fields: str = PERSON, head: str = "") -> Seen:
    """A page to order on, with these buttons."""
    buttons = "".join(f'<button type="submit">{w}</button>' for w in words)
    body = document(f'{head}<form action="/order" method="post">{fields}{buttons}</form>')
    start = facts(document("<p>Welkom.</p>"), "/", "start")
    return seen_of((start, facts(body, path, "checkout")))


@pytest.mark.parametrize(
    "words",
    [
        "Bestellen en betalen",
        "Bestelling plaatsen met betalingsverplichting",
        "Nu kopen",
        "Koop nu",
        "Betalen",
        "Commander et payer",
        "Commande avec obligation de paiement",
        "Acheter",
        "Pay now",
        "Buy now",
        "Order with obligation to pay",
        "Zahlungspflichtig bestellen",
        "Kostenpflichtig bestellen",
        "Jetzt kaufen",
    ],
)
def test_words_that_say_one_must_pay_are_clear(words: str) -> None:
    assert judge("order_button", checkout(words)).outcome == "clear"


@pytest.mark.parametrize(
    "words",
    [
        "Bestellen",
        "Bestellen (€ 49,95)",
        "Akkoord en bestellen",
        "Je commande",
        "Bestel nu",
        "Bestelling plaatsen",
        "Plaats bestelling",
        "Plaats je bestelling",
        "Bestelling afronden",
        "Afronden",
        "Bevestigen",
        "Bestelling bevestigen",
        "Commander",
        "Passer la commande",
        "Valider ma commande",
        "Confirmer ma commande",
        "Place order",
        "Place your order",
        "Order",
        "Confirm",
        "Confirm order",
        "Complete order",
        "Bestellung abschicken",
        "Jetzt bestellen",
        "Bestellung bestätigen",
    ],
)
def test_words_that_do_not_say_it_are_a_candidate(words: str) -> None:
    found = judge("order_button", checkout(words))
    assert found.outcome == "not_clear"
    assert found.fragment == words
    assert found.values["button"] == words


@pytest.mark.parametrize("words", ["Finaliser mon achat", "Complete purchase", "Kauf abschließen"])
def test_words_no_court_has_weighed_are_for_a_reviewer(words: str) -> None:
    assert judge("order_button", checkout(words)).outcome == "doubtful"


@pytest.mark.parametrize(
    "words",
    [
        "Verder naar betalen",
        "Ga naar de kassa",
        "Proceed to payment",
        "Continuer vers le paiement",
        "Weiter zur Zahlung",
        "Kortingscode toepassen",
        "Winkelwagen bijwerken",
        "Checkout with PayPal",
        "Inloggen",
        "Zoeken",
        "Betaalmethode wijzigen",
        "Stoel",
    ],
)
def test_a_step_on_the_way_is_not_the_last_button(words: str) -> None:
    assert judge("order_button", checkout(words)).outcome == "not_reachable"


@pytest.mark.parametrize("words", ["Bestellen", "Commander", "Betalen", "Afrekenen"])
def test_a_cart_only_leads_on(words: str) -> None:
    cart = checkout(words, path="/winkelwagen", fields="")
    assert judge("order_button", cart).outcome == "not_reachable"
    titled = checkout(words, path="/p", fields="", head="<h1>Panier</h1>")
    assert judge("order_button", titled).outcome == "not_reachable"


def test_an_order_in_so_many_words_counts_even_in_a_cart() -> None:
    for words in ("Plaats bestelling", "Zahlungspflichtig bestellen"):
        seen = checkout(words, path="/cart", fields="")
        assert judge("order_button", seen).outcome != "not_reachable"


def test_the_last_button_decides() -> None:
    assert judge("order_button", checkout("Bestellen", "Bestellen en betalen")).outcome == "clear"
    assert judge("order_button", checkout("Koop nu", "Place order")).outcome == "not_clear"


def test_no_button_is_no_proof() -> None:
    assert judge("order_button", checkout()).outcome == "not_reachable"
    assert judge("order_button", EMPTY).outcome == "not_reachable"
    unknown = checkout("Bestellen", path="/p", fields="")
    assert judge("order_button", unknown).outcome == "not_reachable"


def paying(text: str, *, gaps: dict[str, str] | None = None) -> Seen:
    """A shop whose page on paying says ``text``."""
    pages = {"start": document("<p>Welkom.</p>"), "payment": document(f"<p>{text}</p>")}
    return seen_of(pages, gaps=gaps)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Voor betaling met creditcard rekenen wij een toeslag van 2%.", "charged"),
        ("iDEAL: transactiekosten € 0,50.", "charged"),
        ("Creditcard (+ 2%)", "charged"),
        ("Per creditcard wordt 2,5% extra in rekening gebracht.", "charged"),
        ("Wij berekenen € 0,45 per iDEAL-transactie.", "charged"),
        ("Kreditkarte: zzgl. 2,5 % Gebühr", "charged"),
        ("U krijgt 2% korting bij overschrijving.", "none_seen"),
        ("Un supplément de 1,50 € est demandé pour la carte de crédit.", "charged"),
        ("A surcharge of 1.5% applies to Visa and Mastercard.", "charged"),
        ("Für Zahlungen per Kreditkarte erheben wir einen Aufschlag von 2 %.", "charged"),
        ("2% toeslag met creditcard; dit is niet restitueerbaar.", "charged"),
        ("Betalen met iDEAL is gratis.", "none_seen"),
        ("iDEAL: € 0,00 transactiekosten.", "said_free"),
        ("Bancontact zonder extra kosten.", "said_free"),
        ("Le paiement par Visa est sans frais supplémentaires.", "said_free"),
        ("No extra cost for credit card payments.", "said_free"),
        ("Keine zusätzlichen Kosten bei Kreditkarte.", "said_free"),
        ("Toeslag brengen wij bij iDEAL niet in rekening.", "said_free"),
        ("iDEAL gratis, creditcard 2% toeslag.", "unclear"),
        ("American Express of creditcard: toeslag 3%.", "unclear"),
        ("Voor creditcard kan een toeslag gelden.", "unclear"),
        ("De kosten van iDEAL zijn € 0,29.", "unclear"),
        ("Bestel voor € 50 met iDEAL en de verzendkosten zijn € 4,95.", "none_seen"),
        ("Betaal met iDEAL, Bancontact of creditcard.", "none_seen"),
        ("De kosten van iDEAL lopen uiteen.", "none_seen"),
        ("Rembours: toeslag € 9,95.", "none_seen"),
    ],
)
def test_surcharges_on_ordinary_payments(text: str, outcome: str) -> None:
    found = judge("card_surcharge", paying(text))
    assert found.outcome == outcome


def test_a_surcharge_may_stand_on_a_page_that_could_not_be_read() -> None:
    assert judge("card_surcharge", paying("x", gaps={"payment": "wall"})).outcome == "incomplete"
    assert judge("card_surcharge", EMPTY).outcome == "incomplete"
