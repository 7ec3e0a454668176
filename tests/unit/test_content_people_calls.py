"""The cost of a call (tz-3.2)."""

from __future__ import annotations

import pytest

from scanners.content.evidence import PageFacts
from scanners.content.extract import page_facts
from tests.unit.content_kit import EMPTY, crawled, document, exchange, judge, seen_of


def page(body: str, host: str = "shop.example.nl", role: str = "contact") -> PageFacts:
    url = f"https://{host}/{role}"
    own = frozenset({host.partition(".")[2]})
    return page_facts(crawled(exchange(document(body), url), role), own)


def outcome(body: str, host: str = "shop.example.nl", window: int = 160) -> str:
    return judge("call_rate", seen_of((page(body, host),)), tariff_window=window).outcome.value


NL, BE, FR, DE, EN = (f"shop.example.{top}" for top in ("nl", "be", "fr", "de", "com"))


@pytest.mark.parametrize(
    ("body", "host"),
    [
        ("<p>Bel ons: 020-1234567</p>", NL),
        ("<p>Tel. 088 123 45 67 of 085-1234567, mobiel 06-12345678</p>", NL),
        ("<p>0800-1234 (gratis)</p>", NL),
        ("<p>Klantenservice 0900-1234 (lokaal tarief)</p>", NL),
        ("<p>0900 - 12 34 &euro; 0,00 per minuut, u betaalt uw gebruikelijke belkosten.</p>", NL),
        ("<p>Bel 0900-1234. U betaalt de gebruikelijke belkosten, geen extra kosten.</p>", NL),
        ("<p>Kosten van een lokaal gesprek: bel 0900-1234</p>", NL),
        ("<p>Tél. 02 512 34 56, ou 078 15 12 34</p>", BE),
        ("<p>Appelez le 0806 123 456 (service gratuit + prix appel)</p>", FR),
        ("<p>0820 12 34 56, numéro non surtaxé</p>", FR),
        ("<p>0820 12 34 56 (prix d'un appel local)</p>", FR),
        ("<p>Call 0900-1234 at your standard rate.</p>", NL),
        ("<p>0180 5 123456 zum Ortstarif</p>", DE),
        ("<p>Telefon 0180 5 123456, es fallen keine zusätzlichen Kosten an</p>", DE),
    ],
)
def test_usual_numbers_and_usual_rates_are_met(body: str, host: str) -> None:
    assert outcome(body, host) == "usual_rate"


@pytest.mark.parametrize(
    ("body", "host"),
    [
        ("<p>Bel 0900-1234 (0,45 per gesprek plus gebruikelijke belkosten)</p>", NL),
        ("<p>Bel 0900-1234 (gebruikelijke belkosten + € 0,45 per gesprek)</p>", NL),
        ("<p>0900-1234 (€ 0,80 p/g)</p>", NL),
        ("<p>0900-1234, 10 cent per minuut</p>", NL),
        ("<p>0900-1234</p><p>Kosten per minuut: € 0,35</p>", NL),
        ("<p>(€ 0,10 p.m.) Bestellijn: 0900-1234</p>", NL),
        ("<p>0900-1234 niet tegen lokaal tarief maar 90 cent per gesprek</p>", NL),
        ("<p>Tel. 088-1234567 (lokaal tarief). Bestellen: 0900-1234 (0,50/min)</p>", NL),
        ("<p>Bel 070 12 34 56 (0,30 €/min)</p>", BE),
        ("<p>0900 12 345 : 0,50 EUR par minute</p>", BE),
        ("<p>Appelez le 0899 12 34 56 Service 0,80 € / min + prix appel</p>", FR),
        ("<p>Prix par appel : 0,50 € au 0820 12 34 56</p>", FR),
        ("<p>Call 0900-1234. Calls cost 45p per minute.</p>", NL),
        (("<p>Customer care +44 871 222 3344: 13p per minute plus your phone company's"
         " access charge</p>"), EN),
        ("<p>0180 5 123456 (14 ct/min aus dem Festnetz, max. 42 ct/min mobil)</p>", DE),
        ("<p>0900 1 123456: 1,99 €/Min</p>", DE),
        ("<p>Tel: 0137 123456 (0,50 Euro pro Anruf)</p>", DE),
    ],
)  # fmt: skip
def test_a_dearer_number_with_its_price_is_a_breach(body: str, host: str) -> None:
    assert outcome(body, host) == "surcharge"


@pytest.mark.parametrize(
    ("body", "host", "expected"),
    [
        ("<p>Bel 0900-1234</p>", NL, "no_tariff"),
        ("<p>Tel 070 12 34 56</p>", BE, "no_tariff"),
        ("<p>0180 5 123456</p>", DE, "no_tariff"),
        ("<p>0899 12 34 56</p>", FR, "no_tariff"),
        ("<p>Zakelijk 088-1234567 (lokaal tarief). Bestellijn: 0900-1234</p>", NL, "no_tariff"),
        ("<p>Bel 0900-1234, niet tegen lokaal tarief</p>", NL, "no_tariff"),
        ("<p>0900-1234 (lokaal tarief, 2,5 cent per minuut)</p>", NL, "unclear_tariff"),
        ("<p>0900-1234 (lokaal tarief, start € 0,05)</p>", NL, "unclear_tariff"),
        ("<p>0820 12 34 56 numéro surtaxé</p>", FR, "unclear_tariff"),
        ("<p>0900-1234</p><p>Belbundel: nu € 0,10 per minuut</p>", NL, "unclear_tariff"),
        ("<p>Bel 1850 voor onze helpdesk</p>", NL, "unrecognised"),
        ("<p>Appelez le 36 39</p>", FR, "unrecognised"),
        ("<p>0700 12345678</p>", DE, "unrecognised"),
        ("<p>Sinds 1875 een begrip.</p>", NL, "no_number"),
        ("<p>KvK 09001234 EAN 0900 123 4567</p>", NL, "no_number"),
        ("<p>Fax: 0900-1234 (€ 0,45 per minuut)</p>", NL, "no_number"),
        ("<p>Vragen aan PostNL? 0900-0990 (€ 0,40 per gesprek)</p>", NL, "no_number"),
        ("<p>Sim only: € 0,10 per minuut</p>", NL, "no_number"),
        ('<a href="tel:09001234">Bel ons</a>', NL, "no_tariff"),
    ],
)
def test_what_a_person_has_to_settle_is_no_breach(body: str, host: str, expected: str) -> None:
    assert outcome(body, host) == expected


def test_seventy_is_the_hague_for_a_dutch_shop() -> None:
    assert outcome("<p>Tel. 070-1234567</p>", NL) == "usual_rate"


def test_a_number_behind_an_order_word_still_is_one_when_called_a_phone() -> None:
    assert outcome("<p>Bestelnummer? Bel 020-1234567</p>", NL) == "usual_rate"


def test_a_tariff_told_once_counts_for_the_number_everywhere() -> None:
    pages = (page("<p>0900-1234</p>", role="about"), page("<p>0900-1234, lokaal tarief</p>"))
    assert judge("call_rate", seen_of(pages)).outcome == "usual_rate"
    pages = (page("<p>0900-1234 (gratis)</p>", role="about"), page("<p>0900-1234, 0,45/min</p>"))
    found = judge("call_rate", seen_of(pages))
    assert found.outcome == "surcharge"
    assert "0,45/min" in found.fragment
    assert found.values["url"].endswith("/contact")


def test_a_dear_number_is_worse_than_an_unknown_one() -> None:
    assert outcome("<p>Bel 0900-1234</p><p>Bel 1850</p>") == "no_tariff"


def test_prices_beyond_the_window_say_nothing() -> None:
    body = f"<p>0900-1234 {'a ' * 100} € 0,45 per gesprek</p>"
    assert outcome(body) == "no_tariff"
    assert outcome(body, window=400) == "surcharge"


@pytest.mark.parametrize("role", ["product", "terms"])
def test_other_pages_are_not_looked_at(role: str) -> None:
    seen = seen_of((page("<p>0900-1234 (€ 0,45 per gesprek)</p>", role=role),))
    assert judge("call_rate", seen).outcome == "no_number"


def test_usual_numbers_prove_little_when_the_contact_page_was_not_read() -> None:
    start = page("<p>Tel. 020-1234567</p>", role="start")
    assert judge("call_rate", seen_of((start,), gaps={"contact": "wall"})).outcome == "incomplete"
    assert (
        judge("call_rate", seen_of((start,), gaps={"contact": "not_found"})).outcome == "usual_rate"
    )


def test_no_number_proves_nothing_when_pages_were_not_read() -> None:
    seen = seen_of((page("", role="start"),), gaps={"contact": "wall"})
    assert judge("call_rate", seen).outcome == "incomplete"
    assert judge("call_rate", EMPTY).outcome == "incomplete"


def test_a_register_number_before_a_phone_takes_nothing_away() -> None:
    assert outcome("<p>KvK 30198127 Bel 0900-1234</p>") == "no_tariff"


@pytest.mark.parametrize("hours", ["09.00-17.00", "09.00 - 17.00 uur", "0900-1700 uur"])
def test_opening_hours_are_no_dearer_number(hours: str) -> None:
    assert outcome(f"<p>Maandag {hours}</p>") == "no_number"
    assert outcome(f"<p>Maandag {hours}</p><p>Tel. 020-1234567</p>") == "usual_rate"


PADDING = {
    "fr": "Nous sommes à votre écoute du lundi au vendredi pour toutes vos questions.",
    "en": "We are open on working days and we will be happy to answer your questions.",
    "de": "Wir sind an Werktagen für Sie da und beantworten gern alle Ihre Fragen.",
}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "0892 70 12 34 (0,35 €/min)", "surcharge"),
        ("fr", "Tél. : 0 892 70 12 34 (Service 0,35 € / min + prix appel)", "surcharge"),
        ("fr", "08 25 12 34 56", "no_tariff"),
        ("fr", "Tél. : 09 69 32 12 34 (appel non surtaxé)", "usual_rate"),
        ("fr", "Tél. : 01 42 68 53 00", "usual_rate"),
        ("en", "Tel: 0871 222 3333 (calls cost 13p per minute)", "surcharge"),
        ("en", "09012 345678 (£1.50 per minute)", "surcharge"),
        ("en", "Tel: 020 7946 0958", "usual_rate"),
        ("de", "Tel.: 0180 5 123456 (14 Cent/Min. aus dem Festnetz)", "surcharge"),
        ("de", "Telefon: 0900 1 123456, 1,99 €/Min.", "surcharge"),
        ("de", "Telefon: 0800 1234567 (kostenfrei)", "usual_rate"),
        ("de", "Tel.: 0176 12345678", "usual_rate"),
    ],
)
def test_numbers_of_other_countries_are_known_by_the_language(
    language: str, text: str, expected: str
) -> None:
    body = f'<html lang="{language}"><body><p>{text}</p><p>{PADDING[language]}</p></body></html>'
    answer = exchange(body, "https://shop.example.com/contact")
    seen = seen_of((page_facts(crawled(answer, "contact"), frozenset({"example.com"})),))
    assert judge("call_rate", seen).outcome == expected


def test_a_link_to_a_dearer_number_of_another_country_is_known_too() -> None:
    body = f'<html lang="fr"><body><a href="tel:0892701234">Appeler</a><p>{PADDING["fr"]}</p>'
    answer = exchange(body, "https://shop.example.com/contact")
    seen = seen_of((page_facts(crawled(answer, "contact"), frozenset({"example.com"})),))
    assert judge("call_rate", seen).outcome == "no_tariff"


def test_a_round_price_with_a_stroke_is_a_price() -> None:
    assert outcome("<p>Kosten 0900-1234: € 1,- per gesprek</p>") == "surcharge"


def test_a_price_or_postcode_behind_a_number_is_no_part_of_it() -> None:
    found = page("<p>Telefon: 0180 5 123456 (14 ct)<br>1234 AB Utrecht</p>", "shop.example.eu")
    assert [p.number for p in found.phones] == ["01805123456"]
