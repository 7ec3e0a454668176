"""Descriptions (tz-5.3a), contracts with a term (tz-5.4) and extra costs (tz-5.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.policy.judge import Observation
from scanners.content.evidence import PageFacts
from tests.unit.content_kit import EMPTY, MEMBER, document, facts, judge, seen_of

HOME = facts(document("<h1>Winkel</h1><p>Welkom in onze winkel voor gereedschap."), "/", "start")
LONG = "Een stevige boormachine met twee snelheden voor steen, hout en metaal. " * 3
SPECS = "<table><tr><th>Vermogen<td>800 W<tr><th>Gewicht<td>2 kg</table>"
SUBSCRIBER = replace(MEMBER, flags=frozenset({"sells_subscriptions"}))


def page(body: str, path: str = "/p", *roles: str) -> PageFacts:
    return facts(document(body), path, *roles)


def product(body: str) -> PageFacts:
    main = f"<h1>Boor</h1><main>{body}</main><button>In winkelwagen</button>"
    return page(main, "/p", "product")


def described(body: str, **gaps: str) -> Observation:
    return judge("offer_described", seen_of((HOME, product(body)), gaps=gaps))


def test_text_and_properties_describe_a_product() -> None:
    assert described(f"<div class=product-description>{LONG}</div>{SPECS}").outcome == "described"
    assert described(f"<p>{LONG}</p><dl><dt>Watt<dd>5</dl>").outcome == "described"


@pytest.mark.parametrize("text", ["Kort.", "", "Perceuse 800 W", "A drill", "Eine Bohrmaschine"])
def test_little_text_is_shown_to_a_person(text: str) -> None:
    seen = described(f"<p>{text}</p>{SPECS}")
    assert seen.outcome == "short_text"
    assert seen.fragment


def test_text_without_properties_is_shown_to_a_person() -> None:
    assert described(f"<p>{LONG}</p>").outcome == "no_specifications"


def test_text_in_tabs_counts() -> None:
    body = f"<div class=tabs><div id=description style='display:none'>{LONG}</div></div>{SPECS}"
    assert described(body).outcome == "described"


def test_without_products_there_is_nothing_to_describe() -> None:
    assert judge("offer_described", seen_of((HOME,))).outcome == "no_products"
    assert judge("offer_described", EMPTY).outcome == "incomplete"
    full = f"<p>{LONG}</p>{SPECS}"
    assert described(full, product="budget").outcome == "incomplete"
    assert described(full, product="none_found").outcome == "described"


# Contracts with a term (tz-5.4).

NL = "<h1>Koffie-abonnement</h1><p>Sluit een abonnement af voor € 25 per maand.</p>"
FR = "<h1>Abonnement café</h1><p>Souscrivez un abonnement à 25 € par mois.</p>"
EN = "<h1>Coffee subscription</h1><p>Choose your subscription for €25 per month.</p>"
DE = "<h1>Kaffee-Abonnement</h1><p>Jetzt Abonnement abschließen für 25 € pro Monat.</p>"


def contract(body: str, *more: PageFacts, flagged: bool = True, **gaps: str) -> Observation:
    member = SUBSCRIBER if flagged else MEMBER
    seen = seen_of((HOME, page(body, "/abo"), *more), gaps=gaps)
    return judge("contract_term", seen, member=member)


@pytest.mark.parametrize(
    "body",
    [
        NL + "<p>De looptijd is 12 maanden; daarna wordt het maandelijks verlengd. "
        "Opzeggen kan met een maand opzegtermijn.",
        NL + "<p>Minimaal 3 maanden. Het stopt automatisch of loopt door tot u annuleert.",
        FR + "<p>Durée : 12 mois, reconduction tacite, résiliation avec un préavis d'un mois.",
        EN + "<p>Minimum term 6 months. It renews each month until you cancel.",
        DE + "<p>Mindestlaufzeit 12 Monate, verlängert sich um einen Monat, jederzeit kündbar.",
        NL + "<p>Het abonnement stopt automatisch na 12 maanden.",
        NL + "<p>Maandelijks opzegbaar, en elke maand automatisch verlengd.",
        FR + "<p>Reconduit chaque mois, résiliable à tout moment.",
        EN + "<p>Rolling plan, cancel anytime.",
        DE + "<p>Monatlich kündbar, verlängert sich jeweils um einen Monat.",
    ],
)
def test_length_renewal_and_ending_meet(body: str) -> None:
    assert contract(body).outcome == "told"
    assert contract(body, flagged=False).outcome == "told"


@pytest.mark.parametrize(
    ("body", "lacking"),
    [
        (NL + "<p>De looptijd is 12 maanden. Opzeggen kan per e-mail.", "renewal"),
        (FR + "<p>Durée 12 mois, reconduction tacite.", "notice"),
        (EN + "<p>It renews automatically and you may cancel.", "length"),
        (DE + "<p>Laufzeit 12 Monate. Kündigung möglich.", "renewal"),
    ],
)
def test_a_missing_part_is_a_candidate(body: str, lacking: str) -> None:
    seen = contract(body)
    assert seen.outcome == "part_missing"
    assert lacking in seen.summary
    assert seen.fragment
    assert contract(body, terms="bot_wall").outcome == "incomplete"


def test_what_only_the_terms_tell_is_for_a_person() -> None:
    terms = page(
        "<h2>1. Algemeen</h2><p>Tekst.</p><h2>2. Abonnementen</h2><p>Een abonnement loopt een jaar,"
        " wordt stilzwijgend verlengd en kan worden opgezegd.</p>",
        "/av",
        "terms",
    )
    assert contract(NL, terms).outcome == "in_terms"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Abonneer u op onze nieuwsbrief voor € 5 korting.",
        "<p>Abonneren op de nieuwsbrief</p><p>Subscribe to our newsletter",
        "<p>Abonnez-vous à notre newsletter</p><p>Newsletter abonnieren",
        "<p>Garantie 2 jaar op alle machines, € 10 per stuk",
        "<p>Tijdschrift Tuin, nummer 4, € 5,95</p><p>Magazine houder € 12",
        "<p>Gerbera abonné <p>membership",
        "<p>Nieuwsbrief-abonnement: neem een abonnement op onze nieuwsbrief",
        "<p>Huur € 10 per maand",
    ],
)
def test_newsletters_guarantees_and_magazines_are_no_contracts(body: str) -> None:
    assert contract(body, flagged=False).outcome == "no_subscription"
    assert contract(body).outcome == "no_wording"


def test_the_clause_on_contracts_of_standard_terms_sells_nothing() -> None:
    terms = page(
        "<h2>Duurtransacties</h2><p>Een abonnement van € 5 per maand kan worden opgezegd.",
        "/av",
        "terms",
    )
    assert judge("contract_term", seen_of((HOME, terms))).outcome == "no_subscription"


def test_contracts_of_a_shop_that_was_not_read_are_not_known() -> None:
    assert contract("<p>x", start="bot_wall").outcome == "incomplete"
    assert contract("<p>x", flagged=False, start="bot_wall").outcome == "incomplete"
    assert contract("<p>x", flagged=False, terms="bot_wall").outcome == "no_subscription"
    assert judge("contract_term", EMPTY).outcome == "incomplete"


# Extra costs (tz-5.5).


def costs(*pages: PageFacts, **gaps: str) -> Observation:
    return judge("extra_costs", seen_of((HOME, *pages), gaps=gaps))


@pytest.mark.parametrize(
    "line",
    ["Verzendkosten: € 6,95", "Gratis verzending", "Wij bezorgen gratis",
     "Gratis verzending vanaf € 100, daaronder € 7,50", "Frais de port : 6,95 €",
     "Livraison gratuite",
     "Delivery costs €5 per order", "Free shipping", "Shipping is free", "Versandkosten 4,90 €",
     "Kostenlose Lieferung", "Geen extra kosten", "Portofrei",
     "Alle prijzen inclusief verzendkosten", "Delivery: free", "Frais de port compris",
     "Vanaf € 250 franco, daaronder € 12,50", "<dl><dt>Verzendkosten<dd>€ 5</dl>",
     "<table><tr><td>Livraison<td>4,95 €</table>", "Administratiekosten € 2,50 per order"],
)  # fmt: skip
def test_costs_told_before_ordering_meet(line: str) -> None:
    assert costs(page(f"<p>{line}</p>", "/verzending", "delivery")).outcome == "told"
    assert costs(product(f"<p>{line}</p>")).outcome == "told"


@pytest.mark.parametrize(
    "line",
    ["Gratis verzending vanaf € 50", "Livraison gratuite à partir de 50 €",
     "Free delivery on orders over £50", "Kostenloser Versand ab 50 €"],
)  # fmt: skip
def test_free_from_an_amount_says_nothing_of_what_is_below(line: str) -> None:
    assert costs(page(f"<p>{line}</p>", "/verzending", "delivery")).outcome == "threshold_only"
    told = f"<p>{line}</p><p>Verzendkosten € 5</p>"
    assert costs(page(told, "/verzending", "delivery")).outcome == "told"


def test_the_price_below_a_line_on_delivery_is_no_cost_of_delivery() -> None:
    assert costs(product("<p>Op voorraad, levering morgen</p><p>€ 10</p>")).outcome == "not_told"


@pytest.mark.parametrize(
    "line",
    ["Verzendkosten worden later berekend.", "Les frais de port sont calculés à l'étape suivante.",
     "Shipping is calculated at checkout.", "Versandkosten werden an der Kasse berechnet."],
)  # fmt: skip
def test_costs_told_later_are_for_a_person(line: str) -> None:
    assert costs(page(f"<p>{line}</p>", "/verzending", "delivery")).outcome == "later"


@pytest.mark.parametrize(
    "line",
    ["Administratiekosten € 3,50", "Frais de dossier 5,00 €", "Handling fee €2.50",
     "Bearbeitungsgebühr 3,00 €", "<dl><dt>Verpakkingskosten<dd>€ 2</dl>"],
)  # fmt: skip
def test_a_cost_that_first_appears_in_the_cart_is_a_candidate(line: str) -> None:
    cart = page(f"<p>{line}</p>", "/cart", "checkout")
    delivery = page("<p>Verzendkosten € 5</p>", "/verzending", "delivery")
    seen = costs(delivery, cart)
    assert seen.outcome == "new_in_cart"
    assert seen.fragment
    assert costs(delivery, cart, terms="bot_wall").outcome == "incomplete"
    told = page(f"<p>Verzendkosten € 5</p><p>{line}</p>", "/verzending", "delivery")
    assert costs(told, cart).outcome == "told"


@pytest.mark.parametrize(
    "line", ["Verzendkosten € 5", "Gratis verzending", "Administratiekosten € 0,00", "Totaal € 5"]
)
def test_a_known_cost_or_none_in_the_cart_is_no_surprise(line: str) -> None:
    cart = page(f"<p>{line}</p>", "/cart", "checkout")
    assert costs(page("<p>Verzendkosten € 5", "/v", "delivery"), cart).outcome == "told"


def test_nothing_on_costs_is_not_known() -> None:
    assert costs().outcome == "not_told"
    assert costs(page("<p>Wij leveren snel.", "/v", "delivery")).outcome == "not_told"
    assert costs(delivery="bot_wall").outcome == "incomplete"
    assert judge("extra_costs", EMPTY).outcome == "incomplete"


@pytest.mark.parametrize(
    "line",
    ["Wij betalen het volledige bedrag inclusief verzendkosten terug.",
     "U krijgt het hele bedrag inclusief verzendkosten terug.", "Geld terug incl. verzending",
     "Remboursement complet, frais de livraison inclus.", "Full refund including delivery costs.",
     "Wir erstatten alle Zahlungen inkl. Versandkosten von 5 €."],
)  # fmt: skip
def test_what_a_customer_gets_back_is_no_cost(line: str) -> None:
    assert costs(page(f"<p>{line}</p>", "/retour", "returns")).outcome == "not_told"


@pytest.mark.parametrize(
    "row",
    ["<li>Deutschland: 4,90 €</li>", "<tr><td>België<td>€ 9,95", "<p>0-10 kg: € 12,-</p>",
     "<tr><td>Verenigd Koninkrijk<td>€ 19,95 excl. btw"],
)  # fmt: skip
def test_a_place_and_an_amount_on_the_page_on_delivery_are_its_cost(row: str) -> None:
    body = row if row[1] != "t" else f"<table>{row}</table>"
    assert costs(page(f"<h1>Versand</h1>{body}", "/versand", "delivery")).outcome == "told"


@pytest.mark.parametrize("row", ["Minimale bestelwaarde: € 25,00", "Vanaf € 75,00"])
def test_an_amount_that_is_no_rate_tells_no_cost(row: str) -> None:
    assert costs(page(f"<p>{row}</p>", "/verzending", "delivery")).outcome == "not_told"


@pytest.mark.parametrize(
    "line",
    ["Free UK delivery on everything.", "Versand kostenlos", "Kostenfreie Lieferung",
     "Gratis standaard verzending", "P&P £2.50", "Port : 6,50 €", "Der Versand ist kostenlos."],
)  # fmt: skip
def test_more_ways_to_tell_the_cost_meet(line: str) -> None:
    assert costs(page(f"<p>{line}</p>", "/levering", "delivery")).outcome == "told"
