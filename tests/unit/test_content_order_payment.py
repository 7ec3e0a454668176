"""Payment methods, costs of paying, paying in advance (tz-7.1a, tz-7.1b, tz-7.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.policy.judge import Observation
from tests.unit.content_kit import EMPTY, document, facts, judge, seen_of

HOME = document("<h1>Kantoormeubelen</h1><p>Welkom bij onze winkel voor bedrijven.</p>")


def on_payment_page(name: str, body: str, lang: str = "nl", **gaps: str) -> Observation:
    """Judge a shop whose payment page holds ``body``."""
    pages = {"start": HOME, "payment": document(body, lang=lang)}
    return judge(name, seen_of(pages, gaps=gaps))


def costs(body: str, **gaps: str) -> str:
    return on_payment_page("payment_costs", body, **gaps).outcome.value


def prepaid(body: str, **gaps: str) -> str:
    return on_payment_page("prepayment_told", body, **gaps).outcome.value


@pytest.mark.parametrize(
    ("body", "lang"),
    [
        ("<h1>Betalen</h1><p>U betaalt met iDEAL of op rekening.</p>", "nl"),
        ("<h1>Paiement</h1><p>Par virement bancaire ou Bancontact.</p>", "fr"),
        ("<h1>Payment</h1><p>We accept PayPal and bank transfer.</p>", "en"),
        ("<h1>Zahlung</h1><p>Kauf auf Rechnung oder Vorkasse.</p>", "de"),
        ("<h1>Betalen</h1><img src='/i/ideal.svg' alt='' width='40'>", "nl"),
    ],
)
def test_a_named_method_is_met_in_every_language(body: str, lang: str) -> None:
    found = on_payment_page("payment_methods", body, lang)
    assert found.outcome == "named"
    assert found.values["methods"]


def test_a_logo_in_the_footer_is_enough() -> None:
    home = document("<p>Welkom</p><footer><img src='/pay/bancontact.png'></footer>")
    assert judge("payment_methods", seen_of({"start": home})).outcome == "named"


def test_drawings_without_a_name_are_no_proof_of_absence() -> None:
    home = document("<div class='payment-icons'><svg><path/></svg></div>")
    assert judge("payment_methods", seen_of({"start": home})).outcome == "only_unnamed"


def test_a_large_picture_of_the_methods_is_no_proof_of_absence() -> None:
    body = "<p>Zo betaalt u.</p><img src='/betaalmethoden.jpg' width='400' height='200'>"
    assert on_payment_page("payment_methods", body).outcome == "only_unnamed"
    pages = (facts(document("<p>x</p><object type='image/png' data='/betaling.png'></object>"),
                   "/", "start"),)  # fmt: skip
    assert judge("payment_methods", seen_of(pages)).outcome == "only_unnamed"


def test_a_processor_in_the_privacy_statement_tells_no_customer_how_to_pay() -> None:
    privacy = document("<p>Wij delen uw gegevens met PayPal en Klarna.</p>")
    seen = seen_of({"start": HOME, "privacy": privacy})
    assert judge("payment_methods", seen).outcome == "elsewhere"


def test_no_method_anywhere_is_absent_only_after_a_complete_crawl() -> None:
    assert judge("payment_methods", seen_of({"start": HOME})).outcome == "absent_complete"
    gone = seen_of({"start": HOME}, gaps={"payment": "timed_out"})
    assert judge("payment_methods", gone).outcome == "incomplete"
    assert judge("payment_methods", EMPTY).outcome == "incomplete"


def test_a_dead_link_to_the_payment_page_does_not_hide_anything() -> None:
    seen = seen_of({"start": HOME}, gaps={"payment": "not_found"})
    assert judge("payment_methods", seen).outcome == "absent_complete"


def test_a_payment_page_in_a_frame_may_hold_everything() -> None:
    body = "<h1>Betalen</h1><iframe src='https://docs.google.com/document/d/1'></iframe>"
    assert on_payment_page("payment_methods", body).outcome == "incomplete"


@pytest.mark.parametrize(
    "said",
    [
        "Betaling geschiedt binnen 14 dagen na factuurdatum.",
        "Le paiement se fait par notre prestataire Mollie.",
        "Payment is due upon receipt of the invoiced goods through our app.",
        "Die Zahlung erfolgt binnen 14 Tagen auf unser Bankkonto.",
    ],
)
def test_a_text_on_payment_without_a_known_method_is_for_a_person(said: str) -> None:
    seen = seen_of({"start": HOME, "terms": document(f"<h1>Voorwaarden</h1><p>{said}</p>")})
    found = judge("payment_methods", seen)
    assert found.outcome in ("unclear", "named")
    assert found.outcome == "named" or found.fragment


@pytest.mark.parametrize(
    "said",
    [
        "Betalen met iDEAL is gratis.",
        "iDEAL (gratis)",
        "Betaal kosteloos met iDEAL.",
        "Aucun frais supplémentaire.",
        "We don't charge any fees for paying by card.",
        "Aan de betaalmethoden zijn geen extra kosten verbonden.",
        "U betaalt zonder toeslag met creditcard.",
        "Wij brengen voor betalingen geen kosten in rekening.",
        "Le paiement par carte est gratuit.",
        "Paiement par Bancontact sans frais supplémentaires.",
        "There are no additional charges for paying by credit card.",
        "All payments are free of charge.",
        "Für die Zahlung per PayPal fallen keine zusätzlichen Gebühren an.",
        "Die Zahlung per Lastschrift ist kostenlos.",
    ],
)
def test_no_costs_of_paying_is_met(said: str) -> None:
    assert costs(f"<h1>Betalen</h1><p>{said}</p>") == "no_costs"


@pytest.mark.parametrize(
    "said",
    [
        "Voor PayPal berekenen wij een toeslag van 2,5 %.",
        "Betalen onder rembours: € 7,50 extra.",
        "Transactiekosten iDEAL: € 0,29",
        "Pour le paiement par PayPal, un supplément de 3 % est facturé.",
        "Frais de paiement : 1,50 €",
        "A surcharge of 2% applies when paying by credit card.",
        "Payment fee: EUR 1.50",
        "Nachnahme: Gebühr 6,90 €",
        "Bei Zahlung per Kreditkarte zzgl. 1,5 % Gebühr.",
    ],
)
def test_an_amount_in_a_text_on_payment_is_met(said: str) -> None:
    assert costs(f"<h1>Betalen</h1><p>{said}</p>") == "costs_told"


@pytest.mark.parametrize(
    "said",
    [
        "U betaalt met iDEAL.",
        "Bij te late betaling is 2 % rente verschuldigd en € 40 incassokosten.",
        "Betaalt u vooruit, dan krijgt u 2 % korting op de kosten.",
        "De verzendkosten zijn € 4,95 bij betaling met iDEAL.",
        "Gratis retourneren en veilig betalen.",
        "Bij niet tijdige betaling brengt Klarna € 10 administratiekosten in rekening.",
        "Minimale bestelling € 50 bij betaling op rekening.",
        "Verzending is gratis bij betaling vooraf.",
        "En cas de retard de paiement, des frais de 40 € sont dus.",
        "Bei Zahlung innerhalb von 10 Tagen 2 % Skonto, plus Versand.",
        "Late payment: a fee of 40 euro is charged.",
    ],
)
def test_other_costs_say_nothing_of_the_way_of_paying(said: str) -> None:
    assert costs(f"<h1>Betalen</h1><p>{said}</p>") == "nothing_said"


def test_nothing_said_in_a_part_of_the_site_is_incomplete() -> None:
    assert costs("<p>U betaalt met iDEAL.</p>", terms="timed_out") == "incomplete"
    assert judge("payment_costs", EMPTY).outcome == "incomplete"


def test_a_charge_in_the_cart_alone_was_not_announced() -> None:
    cart = document("<h1>Winkelwagen</h1><p>Betaalkosten PayPal: € 0,75</p>")
    silent = document("<h1>Betalen</h1><p>U betaalt met PayPal zonder extra kosten.</p>")
    pages = {"start": HOME, "checkout": cart, "payment": silent}
    found = judge("payment_costs", seen_of(pages))
    assert found.outcome == "surcharge_unannounced"
    assert "0,75" in found.fragment
    assert judge("payment_costs", seen_of(pages, gaps={"terms": "x"})).outcome == "incomplete"
    told = document("<h1>Betalen</h1><p>PayPal: toeslag € 0,75 per betaling.</p>")
    announced = judge("payment_costs", seen_of({**pages, "payment": told}))
    assert announced.outcome == "costs_told"


@pytest.mark.parametrize(
    "said",
    [
        "Wij leveren na vooruitbetaling.",
        "Wij verzenden uw bestelling na ontvangst van de betaling.",
        "Zodra uw betaling binnen is, gaat het pakket op de post.",
        "Goods are sent once your payment has been received.",
        "Expédition dès réception du paiement.",
        "Die Ware wird nach Zahlungseingang versendet.",
        "U betaalt uw bestelling vooraf.",
        "Bij uw bestelling dient u direct te betalen.",
        "Na ontvangst van uw betaling verzenden wij de goederen.",
        "Paiement à la commande.",
        "Le paiement anticipé est requis.",
        "Payment in advance is required.",
        "Goods are paid at the time of order.",
        "Lieferung nur gegen Vorkasse.",
        "Der Betrag ist im Voraus zu zahlen.",
    ],
)
def test_paying_in_advance_is_told_in_words(said: str) -> None:
    assert prepaid(f"<h1>Betalen</h1><p>{said}</p>") == "told"


def test_nothing_but_methods_that_pay_at_once_tells_it_too() -> None:
    assert prepaid("<p>Betaal met iDEAL, Bancontact of creditcard.</p>") == "only_immediate"


@pytest.mark.parametrize(
    "said",
    [
        "Betaal met iDEAL of op rekening.",
        "Vooruitbetaling is niet nodig.",
        "Sans paiement anticipé.",
        "No payment in advance.",
        "Keine Vorauszahlung erforderlich.",
    ],
)
def test_a_choice_to_pay_later_leaves_it_to_a_person(said: str) -> None:
    assert prepaid(f"<p>{said}</p>") == "afterwards_possible"


def test_silence_on_prepayment_is_never_a_breach() -> None:
    assert prepaid("<p>Vragen over uw betaling? Bel ons.</p>") == "not_told"
    assert prepaid("<p>Vragen?</p>", payment="timed_out") == "incomplete"
    assert judge("prepayment_told", EMPTY).outcome == "incomplete"


def test_words_in_the_cart_come_too_late_for_prepayment() -> None:
    pages = {"start": HOME, "checkout": document("<p>Vooruitbetaling via iDEAL.</p>")}
    assert judge("prepayment_told", seen_of(pages)).outcome == "not_told"


@pytest.mark.parametrize(
    "said",
    [
        "Betalen met iDEAL kost u niets extra.",
        "Für keine Zahlungsart berechnen wir Gebühren.",
        "Le paiement par carte ne vous coûte rien.",
        "Aan geen enkele betaalmethode zijn kosten verbonden.",
        "Paying by card costs you nothing.",
    ],
)
def test_no_costs_in_other_words_is_met(said: str) -> None:
    assert costs(f"<h1>Betalen</h1><p>{said}</p>") == "no_costs"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("<p>Rembours: € 12,50</p>", "costs_told"),
        ("<p>PayPal (0,35 €)</p>", "costs_told"),
        ("<p>Bei Nachnahme fallen zusätzlich 5,90 € an.</p>", "costs_told"),
        (("<table><tr><td>iDEAL</td><td>€ 0,00</td></tr><tr><td>PayPal</td><td>€ 0,50</td></tr>"
         "</table>"), "costs_told"),
        ("<table><tr><td>iDEAL</td><td>€ 0,00</td></tr></table>", "nothing_said"),
        ("<p>Klarna: € 10 - € 500</p>", "nothing_said"),
        ("<p>€ 5,00</p>", "nothing_said"),
    ],
)  # fmt: skip
def test_a_price_beside_the_name_of_a_method_is_a_charge(said: str, outcome: str) -> None:
    assert costs(f"<h1>Betalen</h1>{said}") == outcome


def test_in_the_cart_a_price_beside_a_method_is_what_is_paid_by_it() -> None:
    cart = document("<h1>Winkelwagen</h1><p>Stoel € 50,00</p><p>Betaling met iDEAL: € 55,00</p>")
    seen = seen_of({"start": HOME, "checkout": cart})
    assert judge("payment_costs", seen).outcome == "nothing_said"


def test_orders_payable_in_advance_are_told_in_french() -> None:
    assert prepaid("<p>Toutes les commandes sont payables d’avance.</p>") == "told"


def test_payment_due_when_the_order_is_placed_is_told_in_english() -> None:
    assert prepaid("<p>Payment is due when you place your order.</p>") == "told"


def test_prepayment_is_read_across_the_lines_of_a_document() -> None:
    text = (
        "U kunt bij ons betalen met iDEAL of per bankoverschrijving. Na ontvangst\n"
        "van uw betaling verzenden wij uw bestelling."
    )
    page = replace(facts(document("<p>x</p>"), "/b", "payment"), document=True, text=text)
    seen = seen_of((facts(HOME, "/", "start"), page))
    assert judge("prepayment_told", seen).outcome == "told"


def test_an_account_of_the_shop_is_no_word_on_paying() -> None:
    about = document("<h1>Service</h1><p>Maak een account aan. Wij helpen u graag.</p>")
    assert judge("payment_costs", seen_of({"start": HOME, "about": about})).fragment == ""
