"""Complaint term, privacy statement, delivery information, durations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.policy.conditions.content_durations import calendar_days, durations
from monitor.policy.conditions.content_texts import is_heading, unwrapped
from tests.unit.content_kit import EMPTY, MEMBER, document, facts, judge, seen_of

LOREM = "Deze voorwaarden gelden voor ieder aanbod van de winkel en voor elke overeenkomst. "


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("binnen 14 dagen", [14]),
        ("binnen veertien (14) dagen", [14]),
        ("binnen 14 werkdagen", [20]),
        ("binnen 10 werkdagen", [14]),
        ("binnen twee weken", [14]),
        ("binnen één week", [7]),
        ("binnen 1 maand", [31]),
        ("binnen 48 uur", [2]),
        ("binnen 2-3 werkdagen", [5]),
        ("dans les 14 jours ouvrables", [20]),
        ("dans un délai de quatorze (14) jours", [14]),
        ("sous 48 heures", [2]),
        ("within 14 days", [14]),
        ("within ten business days", [14]),
        ("within 14 (fourteen) working days", [20]),
        ("within two weeks", [14]),
        ("innerhalb von 14 Tagen", [14]),
        ("innerhalb von zehn Werktagen", [14]),
        ("innerhalb von zwei Wochen", [14]),
        ("24/7, 365 dagen per jaar", []),
        ("7 dagen per week open", []),
        ("open 7 days a week", []),
        ("€ 14 dagprijs", []),
        ("artikel 14", []),
    ],
)
def test_durations_in_calendar_days(text: str, days: list[int]) -> None:
    assert [d.days for d in durations(text)] == days


@given(st.integers(1, 200))
def test_working_days_always_last_longer_than_as_many_days(amount: int) -> None:
    assert calendar_days(amount, "working") > calendar_days(amount, "day")


@given(st.text(alphabet="0123456789 dagenwerkuur-()/.,", max_size=300))
def test_no_text_breaks_the_durations(text: str) -> None:
    assert all(d.days >= 0 for d in durations(text))


def complaints(text: str, lang: str = "nl", heading: str = "Klachtenregeling") -> dict[str, str]:
    return {
        "start": document("<p>Welkom</p>", lang=lang),
        "complaints": document(f"<h1>{heading}</h1><p>{text}</p>", lang=lang),
    }


THUISWINKEL = (
    "Klachten over de uitvoering van de overeenkomst moeten volledig en duidelijk omschreven "
    "worden ingediend bij de ondernemer. Bij de ondernemer ingediende klachten worden binnen "
    "een termijn van 14 dagen gerekend vanaf de datum van ontvangst beantwoord. Als een klacht "
    "een voorzienbaar langere verwerkingstijd vraagt, wordt door de ondernemer binnen de termijn "
    "van 14 dagen geantwoord met een bericht van ontvangst en een indicatie wanneer de consument "
    "een meer uitvoerig antwoord kan verwachten. De consument dient de ondernemer in ieder geval "
    "4 weken de tijd te geven om de klacht in onderling overleg op te lossen. Na deze termijn "
    "ontstaat een geschil dat vatbaar is voor de geschillenregeling."
)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        pytest.param(THUISWINKEL, "within_term", id="common model text"),
        pytest.param("Uw klacht wordt binnen 14 dagen beantwoord.", "within_term", id="nl"),
        pytest.param("Wij reageren binnen 5 werkdagen op uw klacht.", "within_term", id="nl work"),
        pytest.param("Nous répondons à toute plainte dans les 14 jours.", "within_term", id="fr"),
        pytest.param("Votre réclamation est traitée sous 10 jours.", "within_term", id="fr 2"),
        pytest.param("We answer your complaint within two weeks.", "within_term", id="en"),
        pytest.param("Ihre Beschwerde wird binnen 14 Tagen beantwortet.", "within_term", id="de"),
        pytest.param("Wij beantwoorden klachten binnen 30 dagen.", "too_long", id="nl 30"),
        pytest.param("Nous répondons dans un délai de 30 jours.", "too_long", id="fr 30"),
        pytest.param("You get an answer within 3 weeks.", "too_long", id="en 3 weeks"),
        pytest.param("Wir antworten innerhalb eines Monats.", "too_long", id="de month"),
        pytest.param(
            "Wij beantwoorden uw klacht binnen 14 werkdagen.", "too_long_working_days", id="work"
        ),
        pytest.param(
            "Une réponse vous parvient sous 14 jours ouvrables.",
            "too_long_working_days",
            id="fr work",
        ),
        pytest.param("Wij behandelen uw klacht zo spoedig mogelijk.", "no_term", id="vague"),
        pytest.param("Wij antwoorden binnen enkele volle dagen.", "unclear", id="unread"),
        pytest.param("Uw klacht ligt 14 dagen bij ons op tafel.", "unclear", id="no verb"),
        pytest.param(
            "U ontvangt een ontvangstbevestiging binnen 2 dagen. Daarna kijken wij ernaar.",
            "no_term",
            id="receipt only",
        ),
        pytest.param(
            "Wij behandelen klachten. U heeft 14 dagen bedenktijd voor ieder artikel.",
            "no_term",
            id="withdrawal",
        ),
        pytest.param(
            "Wij beantwoorden klachten 24/7, 365 dagen per jaar met plezier voor u.",
            "no_term",
            id="opening times",
        ),
        pytest.param(
            "Klachten dienen binnen 2 maanden te worden ingediend en worden binnen 14 dagen "
            "beantwoord.",
            "within_term",
            id="two terms in one sentence",
        ),
        pytest.param(
            "Wij bevestigen de ontvangst binnen 2 dagen en geven binnen 21 dagen een antwoord.",
            "too_long",
            id="receipt and answer",
        ),
    ],
)
def test_the_complaint_term(text: str, outcome: str) -> None:
    assert judge("complaint_term", seen_of(complaints(text))).outcome == outcome


def test_a_complaint_section_in_the_terms_is_read_and_its_neighbours_are_not() -> None:
    terms = document(
        "<h2>Artikel 8 Herroepingsrecht</h2><p>U kunt binnen 30 dagen reageren en herroepen.</p>"
        "<h2>Artikel 9 Klachten</h2><p>Wij antwoorden binnen 10 dagen.</p>"
        "<h2>Artikel 10 Garantie</h2><p>Op garantie reageren wij binnen 90 dagen.</p>"
    )
    seen = seen_of({"start": document("<p>Hallo</p>"), "terms": terms})
    found = judge("complaint_term", seen)
    assert found.outcome == "within_term"
    assert found.values["term"] == "10 dagen"


def test_two_pages_that_contradict_each_other_are_doubt() -> None:
    pages = complaints("Wij antwoorden binnen 7 dagen.")
    pages["terms"] = document("<h2>Klachten</h2><p>Wij antwoorden binnen 30 dagen.</p>")
    assert judge("complaint_term", seen_of(pages)).outcome == "contradicting"


def test_no_text_on_complaints_or_a_gap_is_not_a_breach() -> None:
    pages = {"start": document("<p>Hallo</p>")}
    assert judge("complaint_term", seen_of(pages)).outcome == "no_complaint_text"
    gap = {"complaints": "timed_out"}
    assert judge("complaint_term", seen_of(pages, gaps=gap)).outcome == "incomplete"
    assert judge("complaint_term", EMPTY).outcome == "incomplete"


def test_a_page_of_nothing_but_the_menu_holds_no_text_on_complaints() -> None:
    menu = document("<p>Klachten worden binnen 30 dagen beantwoord.</p>")
    seen = seen_of({"start": document("<p>Welkom</p>"), "complaints": menu})
    assert judge("complaint_term", seen).outcome == "too_long"
    same = seen_of({"start": document("<p>Welkom</p>"), "complaints": document("<p>Welkom</p>")})
    assert judge("complaint_term", same).outcome == "no_complaint_text"


def test_the_limit_is_a_parameter() -> None:
    seen = seen_of(complaints("Wij beantwoorden klachten binnen 30 dagen."))
    assert judge("complaint_term", seen, complaint_term_max_days=30).outcome == "within_term"


PRIVACY = {
    "nl": "Wij verwerken uw persoonsgegevens voor het volgende doel: uw bestelling. " * 10,
    "fr": "Nous traitons vos données à caractère personnel ; la finalité est la commande. " * 10,
    "en": "We process your personal data for the purpose of your order and for nothing else. " * 10,
    "de": "Wir verarbeiten personenbezogene Daten zum Zweck der Bestellung und sonst nie. " * 10,
}


@pytest.mark.parametrize("lang", sorted(PRIVACY))
def test_a_privacy_statement_is_found_in_each_language(lang: str) -> None:
    pages = {
        "start": document("<p>Shop</p>", lang=lang),
        "privacy": document(f"<h1>Privacy</h1><p>{PRIVACY[lang]}</p>", lang=lang),
    }
    assert judge("privacy_statement", seen_of(pages)).outcome == "found"


MENU = "".join(f"<li>Afdeling {i} met een lange naam in het menu</li>" for i in range(60))


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("<p>Wij gaan zorgvuldig met uw gegevens om.</p>", "too_short", id="short"),
        pytest.param(f"<p>{PRIVACY['nl'][:400]}</p>", "short", id="between"),
        pytest.param(f"<p>{LOREM * 10}</p>", "elements_missing", id="other text"),
        pytest.param(
            f"<p>{'Wij gebruiken cookies om de website te laten werken. ' * 20}</p>",
            "elements_missing",
            id="cookies only",
        ),
        pytest.param('<iframe src="https://www.iubenda.com/x"></iframe>', "incomplete", id="embed"),
    ],
)
def test_a_weak_privacy_page_is_measured_without_the_menu(body: str, outcome: str) -> None:
    pages = {
        "start": document(f"<ul>{MENU}</ul><p>Hallo</p>"),
        "privacy": document(f"<ul>{MENU}</ul><h1>Privacy</h1>{body}"),
    }
    assert judge("privacy_statement", seen_of(pages)).outcome == outcome


def test_a_statement_that_stands_on_the_start_page_too_is_a_statement() -> None:
    for lang, text in PRIVACY.items():
        statement = f"<h1>Privacy</h1><p>{text}</p>"
        pages = {
            "start": document(f"<p>Shop</p><div hidden>{statement}</div>", lang=lang),
            "privacy": document(statement, lang=lang),
        }
        assert judge("privacy_statement", seen_of(pages)).outcome == "found"


@pytest.mark.parametrize(
    ("shared", "outcome"),
    [
        pytest.param(f"<ul>{MENU}</ul>", "too_short", id="menu"),
        pytest.param(
            "<p>Wij verwerken met cookies uw persoonsgegevens met als doel onze reclame te tonen; "
            "klik op akkoord als u dat goed vindt. </p>" * 12,
            "too_short",
            id="the question about cookies",
        ),
        pytest.param(f"<p>{LOREM * 10}</p>", "too_short", id="other running text"),
        pytest.param(f"<p>{PRIVACY['nl'][:300]}</p>", "short", id="a part of a statement"),
    ],
)
def test_what_a_privacy_page_shares_with_the_start_page(shared: str, outcome: str) -> None:
    pages = {
        "start": document(f"{shared}<p>Hallo</p>"),
        "privacy": document(f"{shared}<h1>Privacy</h1>"),
    }
    assert judge("privacy_statement", seen_of(pages)).outcome == outcome


@pytest.mark.parametrize(
    ("languages", "offered", "outcome"),
    [
        (("nl", "fr"), (), "incomplete"),
        (("nl",), ("fr", "nl"), "incomplete"),
        (("nl",), ("es", "nl"), "found"),
        (("nl",), (), "found"),
        ((), (), "found"),
    ],
)
def test_each_language_of_the_shop_wants_a_statement_where_a_label_says_so(
    languages: tuple[str, ...], offered: tuple[str, ...], outcome: str
) -> None:
    member = replace(MEMBER, languages=languages)
    pages = {"start": document("<p>Shop</p>"), "privacy": document(f"<p>{PRIVACY['nl']}</p>")}
    seen = seen_of(pages, offered_languages=offered)
    assert judge("privacy_statement", seen, member=member).outcome == "found"
    found = judge("privacy_statement", seen, member=member, each_language=True)
    assert found.outcome == outcome
    both = facts(document(f"<p>{PRIVACY['fr']}</p>", lang="fr"), "/fr/privacy", "privacy")
    dutch = facts(pages["privacy"], "/privacy", "privacy")
    seen = seen_of((dutch, both), offered_languages=offered)
    assert judge("privacy_statement", seen, member=member, each_language=True).outcome == "found"


def test_a_statement_of_unknown_language_may_be_in_any() -> None:
    page = replace(facts(document(f"<p>{PRIVACY['nl']}</p>"), "/p", "privacy"), language="")
    member = replace(MEMBER, languages=("nl", "fr"))
    found = judge("privacy_statement", seen_of((page,)), member=member, each_language=True)
    assert found.outcome == "found"


@pytest.mark.parametrize(
    ("gap", "outcome"),
    [
        ("not_found", "gone"),
        ("soft_404", "soft_404"),
        ("timed_out", "incomplete"),
        ("pdf_without_text", "incomplete"),
        ("bot_wall", "incomplete"),
        ("language_es", "incomplete"),
        (None, "absent_complete"),
    ],
)
def test_a_missing_privacy_page(gap: str | None, outcome: str) -> None:
    seen = seen_of({"start": document("<p>Hallo</p>")}, gaps={"privacy": gap} if gap else None)
    assert judge("privacy_statement", seen).outcome == outcome


def test_a_privacy_section_on_another_page_is_doubt() -> None:
    pages = {
        "start": document("<p>Hallo</p>"),
        "terms": document(f"<h2>Privacy</h2><p>{PRIVACY['nl']}</p>"),
    }
    assert judge("privacy_statement", seen_of(pages)).outcome == "elsewhere"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Levertijd: 2 werkdagen. Verzendkosten € 6,95.", "found"),
        ("Voor 22 uur besteld, morgen in huis. Gratis verzending.", "found"),
        ("Livraison sous 3 jours ouvrables. Livraison gratuite dès 50 €.", "found"),
        ("Delivery within 2 days. Shipping costs EUR 5.", "found"),
        ("Lieferzeit 3 Werktage, versandkostenfrei ab 50 Euro.", "found"),
        ("Wij leveren binnen 2 werkdagen.", "cost_missing"),
        ("Verzendkosten bedragen € 6,95.", "duration_missing"),
        ("Bezorgkosten: 6.95. Levertijd 2 tot 3 dgn.", "found"),
        ("Levertijd 2-3 wd. Franco vanaf € 500.", "found"),
        ("Onze chauffeurs rijden elke dinsdag. Bezorging is inbegrepen in de prijs.", "found"),
        ("Op voorraad: morgen in huis. Verzendkosten op aanvraag.", "found"),
        ("Commandé avant 17h, livré demain. Livraison offerte.", "found"),
        ("Livraison le lendemain, frais de port compris.", "found"),
        ("Ordered before 5 pm, next day delivery, shipping included.", "found"),
        ("Lieferung binnen 48 Stunden, Versandkosten 5,90.", "found"),
        ("Bis 15 Uhr bestellt, morgen geliefert, frei Haus.", "found"),
        ("Bezorging ma t/m vr zonder bezorgkosten.", "found"),
        ("Levering in overleg, zonder meerkosten inbegrepen in de prijs.", "duration_missing"),
        ("Het tarief verschilt per gewicht.", "duration_missing"),
        ("De leverdatum staat op uw bevestiging.", "cost_missing"),
        ("Wij leveren op vrijdag of zaterdag.", "cost_missing"),
        ("Alle prijzen zijn inclusief btw.", "duration_missing"),
        ("Wij leveren graag bij u thuis.", "absent_complete"),
        ("Zo spoedig mogelijk leveren wij bij u thuis.", "absent_complete"),
        ("U kunt binnen 14 dagen gratis retourneren.", "absent_complete"),
    ],
)
def test_delivery_information(text: str, outcome: str) -> None:
    pages = {
        "start": document("<p>Hallo</p>"),
        "delivery": document(f"<h1>Verzending</h1><p>{text}</p>"),
    }
    assert judge("delivery_information", seen_of(pages)).outcome == outcome


def test_delivery_information_beside_the_delivery_page() -> None:
    bar = "<p>Gratis verzending vanaf 50 euro</p><p>Voor 22 uur besteld, morgen in huis</p>"
    empty = "<h1>Verzending</h1><p>Wij helpen u graag.</p>"
    pages = {"start": document(bar), "delivery": document(bar + empty)}
    assert judge("delivery_information", seen_of(pages)).outcome == "incomplete"
    pages["delivery"] = document(f"{bar}{empty}<p>Levertijd: 2 dagen.</p>")
    assert judge("delivery_information", seen_of(pages)).outcome == "found"
    frame = '<iframe src="https://docs.google.com/x"></iframe>'
    pages = {"start": document("<p>Hallo</p>"), "delivery": document(empty + frame)}
    assert judge("delivery_information", seen_of(pages)).outcome == "incomplete"


def test_delivery_information_in_the_terms_counts_and_a_gap_is_doubt() -> None:
    terms = "<h2>Artikel 6 Levering</h2><p>Binnen 3 dagen.</p><p>Verzendkosten: € 4,50</p>"
    pages = {"start": document("<p>Hallo</p>"), "terms": document(terms)}
    assert judge("delivery_information", seen_of(pages)).outcome == "found"
    bare = {"start": document("<p>Hallo</p>")}
    gap = {"delivery": "http_error"}
    assert judge("delivery_information", seen_of(bare, gaps=gap)).outcome == "incomplete"


def test_a_line_that_the_page_width_cut_is_one_line_again() -> None:
    text = (
        "Artikel 9 Klachten\nKlachten kunt u indienen via klacht@voorbeeld.nl en wij beant-\n"
        "woorden elke klacht die wij van een klant ontvangen binnen\n14 dagen na ontvangst.\n\n"
        "De ondernemer beschikt over een voldoende bekende klachtenprocedure voor\n"
        "1. klanten\n- anderen\nArtikel 10 Overig\nKort\nslot"
    )
    lines = unwrapped(text, frozenset({"Kort"}))
    assert lines[1].endswith(
        "wij beantwoorden elke klacht die wij van een klant ontvangen binnen 14 dagen na ontvangst."
    )
    assert lines[2:] == (
        "",
        "De ondernemer beschikt over een voldoende bekende klachtenprocedure voor",
        "1. klanten",
        "- anderen",
        "Artikel 10 Overig",
        "Kort",
        "slot",
    )


def test_terms_in_a_document_are_read_across_its_lines() -> None:
    text = (
        "Klachten kunt u indienen per e-mail via klacht@voorbeeld.nl. Wij beantwoorden\n"
        "uw klacht binnen 30 dagen na ontvangst."
    )
    page = replace(facts(document("<p>x</p>"), "/k", "complaints"), document=True, text=text)
    start = facts(document("<p>Hallo</p>"), "/", "start")
    assert judge("complaint_term", seen_of((start, page))).outcome == "too_long"


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("14. Klachten", True),
        ("3 Levering", True),
        ("14 dagen", False),
        ("2-3 werkdagen", False),
        ("2 à 4 jours ouvrables", False),
        ("24 - 48 uur", False),
    ],
)
def test_a_term_in_a_cell_is_no_numbered_heading(line: str, heading: bool) -> None:
    assert is_heading(line, frozenset()) is heading


@pytest.mark.parametrize(
    ("html", "outcome"),
    [
        ("<table><tr><td>€ 5,95</td><td>1-2 werkdagen</td></tr></table>", "found"),
        ("<table><tr><td>gratuit</td><td>1 à 2 jours</td></tr></table>", "found"),
        ("<p>Geleverd op dinsdag en donderdag. De leveringskost is 15 euro.</p>", "found"),
        (("<p>Ons magazijn staat in Gent.</p><img src='/img/verzendkosten.png' width='700'"
         " height='400'>"), "incomplete"),
        (("<p>Nos camions.</p><img src='/x.png' alt='Tarifs et délais de livraison' width='700'"
         " height='400'>"), "incomplete"),
        ("<p>Ons magazijn.</p><img src='/bestelwagen.jpg' width='700' height='400'>",
         "absent_complete"),
    ],
)  # fmt: skip
def test_delivery_in_tables_and_pictures(html: str, outcome: str) -> None:
    page = document(f"<h1>Levering</h1><p>Wij bedienen heel België.</p>{html}")
    seen = seen_of({"start": document("<p>Hallo</p>"), "delivery": page})
    assert judge("delivery_information", seen).outcome == outcome


def test_questions_on_delivery_are_headings_on_it() -> None:
    page = document(
        "<h3>Quand serai-je livré ?</h3><p>Sous 3 jours ouvrables.</p>"
        "<h3>Combien coûte la livraison ?</h3><p>5 € et gratuite dès 50 €.</p>"
    )
    seen = seen_of({"start": document("<p>Hallo</p>"), "contact": page})
    assert judge("delivery_information", seen).outcome == "found"
