"""Steps, overview and place of delivery, as far as the cart shows them (tz-6.1, tz-8.1a)."""

from __future__ import annotations

import pytest

from monitor.policy.judge import Observation
from tests.unit.content_kit import EMPTY, document, judge, seen_of

HOME = document("<nav>Winkelwagen Betaling Levering</nav><p>Welkom bij onze winkel.</p>")
OVERVIEW = {
    "nl": "<h1>Controleer uw bestelling</h1><p>2 x Bureaustoel € 398,00</p><p>Totaal: € 420,00</p>"
    "<p>Afleveradres: Dorpsstraat 1, 1234 AB Utrecht</p><a href='/cart'>Wijzigen</a>"
    "<button>Bestelling plaatsen</button>",
    "fr": "<h1>Récapitulatif</h1><p>2 x Chaise 398,00 €</p><p>Total</p><p>420,00 €</p>"
    "<p>Adresse de livraison : rue Haute 1</p><a href='/panier'>Modifier</a>"
    "<button>Valider la commande</button>",
    "en": "<h1>Review your order</h1><p>Qty 2 Chair € 398.00</p><p>Total € 420.00</p>"
    "<p>Delivery address: High Street 1</p><a href='/cart'>Edit</a><button>Place order</button>",
    "de": "<h1>Bestellübersicht</h1><p>Menge 2 Stuhl 398,00 €</p><p>Gesamtsumme 420,00 €</p>"
    "<p>Lieferadresse: Hauptstraße 1</p><a href='/cart'>Ändern</a>"
    "<button>Zahlungspflichtig bestellen</button>",
}


def in_cart(name: str, body: str, lang: str = "nl") -> Observation:
    """Judge a shop whose cart holds ``body``."""
    return judge(name, seen_of({"start": HOME, "checkout": document(body, lang=lang)}))


@pytest.mark.parametrize(
    "body",
    [
        "<ol><li>1. Winkelwagen</li><li>2. Uw gegevens</li><li>3. Betaling</li></ol>",
        "<ol><li><span>1</span> Winkelwagen</li><li><span>2</span> Gegevens</li></ol>",
        "<p>Stap 1 van 3: uw mandje</p>",
        "<div><span>Winkelwagen</span><span>Gegevens</span><span>Betalen</span></div>",
        "<p>1. Shopping cart 2. Your details 3. Order complete</p>",
        "<p>Étape 2 sur 4</p>",
        "<p>Step 1 of 3</p>",
        "<p>Schritt 1 von 4</p>",
        "<p>Winkelwagen &gt; Gegevens &gt; Betaling &gt; Bevestiging</p>",
        "<p>Panier › Livraison › Paiement › Confirmation</p>",
        "<ul><li>Cart</li><li>Shipping address</li><li>Payment</li><li>Review</li></ul>",
        "<h2>Warenkorb</h2><h2>Adresse</h2><h2>Zahlungsart</h2><h2>Übersicht</h2>",
        "<h1>Afrekenen</h1><h2>Uw adresgegevens</h2><h2>Verzendwijze</h2><h2>Betaalwijze</h2>",
        "<p>Uw winkelwagen is leeg</p><ol><li>1. Winkelwagen</li><li>2. Adres</li></ol>",
    ],
)
def test_steps_that_can_be_seen_are_met(body: str) -> None:
    found = in_cart("order_steps", body)
    assert found.outcome == "steps_seen"
    assert found.fragment


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Winkelwagen</h1><p>Stoel € 199,00</p><p>Verzending € 5,00</p><p>Veilig betalen</p>",
        "<h1>Mandje</h1><p>Vul uw gegevens in voor levering en betaling</p>",
        "<p>1. Kies uw stoel 2. Zit lekker 3. Geniet</p>",
        "<h1>Cart</h1><p>1 chair in your cart</p><p>Total € 10.00</p>",
    ],
)
def test_a_filled_cart_without_steps_is_unclear(body: str) -> None:
    assert in_cart("order_steps", body).outcome == "unclear"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Uw winkelwagen is leeg.</p>",
        "<p>Votre panier est actuellement vide</p>",
        "<p>Your cart is currently empty.</p>",
        "<p>Ihr Warenkorb ist leer.</p>",
    ],
)
@pytest.mark.parametrize("name", ["order_steps", "order_overview", "delivery_place"])
def test_an_empty_cart_shows_nothing_and_accuses_nobody(name: str, body: str) -> None:
    assert in_cart(name, body).outcome == "not_reachable"


@pytest.mark.parametrize("name", ["order_steps", "order_overview", "delivery_place"])
def test_without_a_cart_nothing_is_reachable(name: str) -> None:
    assert judge(name, seen_of({"start": HOME})).outcome == "not_reachable"
    gap = seen_of({"start": HOME}, gaps={"checkout": "forbidden"})
    assert "forbidden" in judge(name, gap).summary
    assert judge(name, EMPTY).outcome == "not_reachable"


@pytest.mark.parametrize("lang", sorted(OVERVIEW))
def test_an_overview_with_all_parts_is_met(lang: str) -> None:
    found = in_cart("order_overview", OVERVIEW[lang], lang)
    assert found.outcome == "overview_seen"
    assert found.fragment


@pytest.mark.parametrize(
    "button",
    ["Bestelling plaatsen", "Valider ma commande", "Place your order", "Jetzt kaufen"],
)
def test_a_final_button_without_an_overview_is_for_a_person(button: str) -> None:
    body = f"<h1>Afrekenen</h1><form method='post'><button>{button}</button></form>"
    found = in_cart("order_overview", body)
    assert found.outcome == "button_without_overview"
    assert "total" in found.summary


@pytest.mark.parametrize("button", ["Verder naar afrekenen", "Buy now with PayPal", "Checkout"])
def test_a_button_that_orders_nothing_yet_is_no_final_one(button: str) -> None:
    body = f"<p>Stoel € 20,00</p><form method='post'><button>{button}</button></form>"
    assert in_cart("order_overview", body).outcome == "unclear"


def test_a_final_button_over_an_empty_cart_is_left_alone() -> None:
    button = "<form method='post'><button>Bestelling plaatsen</button></form>"
    body = f"<p>Uw winkelwagen is leeg</p>{button}"
    assert in_cart("order_overview", body).outcome == "not_reachable"


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Afleveradres</h2>",
        "<p>Afhaalpunt kiezen</p>",
        "<p>Verzenden naar: Nederland</p>",
        "<p>Adresse de livraison</p>",
        "<p>Shipping address</p>",
        "<p>Lieferadresse</p>",
        "<form action='/a' method='post'><input name='street'><input name='postcode'></form>",
    ],
)
def test_a_place_that_is_asked_or_told_is_met(body: str) -> None:
    assert in_cart("delivery_place", body).outcome == "place_seen"


def test_an_address_for_mail_is_no_place() -> None:
    body = "<p>Stoel € 20</p><form action='/n' method='post'><input name='email_address'></form>"
    assert in_cart("delivery_place", body).outcome == "unclear"


def test_a_number_after_the_multiplication_sign_counts_as_items() -> None:
    body = OVERVIEW["fr"].replace("2 x Chaise 398,00 €", "Chaise × 2 : 398,00 €")
    assert in_cart("order_overview", body, "fr").outcome == "overview_seen"
