"""How to complain, word of longer handling, the place of the text (tz-9.1a, 9.1c, 9.3a)."""

from __future__ import annotations

import pytest

from monitor.policy.judge import Observation
from tests.unit.content_kit import EMPTY, document, facts, judge, seen_of

HOME = document("<h1>Kantoormeubelen</h1><p>Welkom bij onze winkel voor bedrijven.</p>")


def on_page(name: str, role: str, body: str, lang: str = "nl", **gaps: str) -> Observation:
    """Judge a shop whose page of ``role`` holds ``body``."""
    return judge(name, seen_of({"start": HOME, role: document(body, lang=lang)}, gaps=gaps))


def route(body: str, role: str = "contact", **gaps: str) -> str:
    return on_page("complaint_route", role, body, **gaps).outcome.value


def longer(body: str, role: str = "complaints", **gaps: str) -> str:
    return on_page("longer_handling", role, body, **gaps).outcome.value


def place(body: str, role: str = "contact", **gaps: str) -> str:
    return on_page("complaint_place", role, body, **gaps).outcome.value


@pytest.mark.parametrize(
    ("body", "lang"),
    [
        ("<h1>Klachten</h1><p>Mail uw klacht naar info@kantoorwinkel.nl.</p>", "nl"),
        ("<h1>Klachtenregeling</h1><p>U kunt ons bellen op 030 123 45 67.</p>", "nl"),
        ("<h1>Réclamations</h1><p>Écrivez-nous à notre adresse à Bruxelles.</p>", "fr"),
        ("<h1>Complaints</h1><p>Please use the form below.</p>", "en"),
        ("<h1>Beschwerden</h1><p>Schreiben Sie uns schriftlich.</p>", "de"),
    ],
)
def test_a_complaints_page_with_a_channel_is_met(body: str, lang: str) -> None:
    found = on_page("complaint_route", "complaints", body, lang)
    assert found.outcome == "route_told"
    assert found.fragment


def test_a_form_on_the_complaints_page_is_a_channel() -> None:
    form = "<form method='post' action='/k'><input name='naam'><input name='email'></form>"
    assert route(f"<h1>Klachten</h1><p>Vul dit in.</p>{form}", "complaints") == "route_told"


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Klacht?</h2><p>Bel onze klantenservice.</p>",
        "<p>Heeft u een klacht? Mail ons dan op klacht@voorbeeld.nl.</p>",
        "<button>Ik heb een klacht</button><div>Neem dan contact met ons op, wij helpen u.</div>",
        "<p>Une plainte ? Contactez-nous par téléphone.</p>",
        "<p>If you have a complaint, please write to us.</p>",
        "<p>Reklamationen richten Sie bitte per E-Mail an uns.</p>",
        "<p>Reklamationen: Tel. 0201 123456</p>",
        "<p>Bei Beschwerden wenden Sie sich an service@voorbeeld.nl.</p>",
    ],
)
def test_a_section_or_sentence_on_another_page_is_met(body: str) -> None:
    assert route(body) == "route_told"


def test_a_clause_in_the_terms_is_enough_for_the_route() -> None:
    clause = (
        "<h1>Algemene voorwaarden</h1><h2>Artikel 12 Klachten</h2>"
        "<p>Klachten dienen schriftelijk te worden ingediend.</p>"
    )
    assert route(clause, "terms") == "route_told"
    assert place(clause, "terms") == "only_in_terms"


@pytest.mark.parametrize(
    "said",
    [
        "Al tien jaar klachtenvrij. Bel ons.",
        "Onze stoelen geven geen klachten. Bel ons.",
        "Helpt bij rugklachten en gewrichtsklachten. Mail ons.",
        "Bij lichamelijke klachten raadpleegt u een arts. Bel ons.",
        "Zéro réclamation depuis 2010. Appelez-nous.",
        "A complaint-free printer. Call us.",
        "Bei Beschwerden suchen Sie einen Arzt auf, Tel. 112.",
        "Unsere Stühle lindern Rückenbeschwerden. Rufen Sie an per E-Mail.",
        "U kunt een klacht indienen bij de Autoriteit Persoonsgegevens. Mail ons.",
    ],
)
def test_slogans_ailments_and_supervisors_are_no_route(said: str) -> None:
    assert route(f"<p>{said}</p>") == "absent_complete"


def test_the_privacy_statement_speaks_of_complaints_of_another_kind() -> None:
    body = "<h2>Klachten</h2><p>Een klacht over privacy? Mail privacy@voorbeeld.nl.</p>"
    assert route(body, "privacy") == "absent_complete"


def test_complaints_without_a_channel_are_for_a_person() -> None:
    assert route("<h2>Klachten</h2><p>Wij nemen elke klacht serieus.</p>") == "no_channel"


@pytest.mark.parametrize(
    "said",
    [
        "Reclames dienen binnen 8 dagen te geschieden.",
        "Niet tevreden? Mail ons.",
        "Pas satisfait ? Contactez-nous.",
        "Not satisfied? Call us.",
        "Beanstandungen sind sofort anzuzeigen.",
    ],
)
def test_other_words_for_a_complaint_keep_from_accusing(said: str) -> None:
    assert route(f"<p>{said}</p>") == "unclear"
    assert place(f"<p>{said}</p>") == "unclear"


def test_a_picture_may_hold_the_procedure() -> None:
    body = "<p>Zie</p><img src='/klachtenprocedure.png' width='600' height='300'>"
    assert route(body) == "image_suspected"
    assert place(body) == "unclear"


def test_no_complaint_text_is_absent_only_after_a_complete_crawl() -> None:
    assert route("<p>Bel ons.</p>") == "absent_complete"
    assert route("<p>Bel ons.</p>", terms="timed_out") == "incomplete"
    assert route("<p>Bel ons.</p>", complaints="not_found") == "absent_complete"
    framed = "<h1>Hulp</h1><iframe src='https://docs.google.com/document/d/1'></iframe>"
    assert route(framed, "complaints") == "incomplete"
    assert judge("complaint_route", EMPTY).outcome == "incomplete"


@pytest.mark.parametrize(
    "said",
    [
        "Vraagt uw klacht een langere verwerkingstijd, dan krijgt u binnen 14 dagen bericht.",
        "Als het langer duurt, laten wij u dat weten.",
        "Lukt een antwoord niet binnen 30 dagen, dan hoort u binnen 14 dagen bericht.",
        "Lukt dat niet? Dan informeren wij u binnen een week.",
        "Si le traitement demande plus de temps, nous vous informons dans les 14 jours.",
        "If we need more time we will let you know within 14 days.",
        "Dauert die Bearbeitung länger, benachrichtigen wir Sie innerhalb von 14 Tagen.",
    ],
)
def test_a_promise_of_word_is_met(said: str) -> None:
    assert longer(f"<h1>Klachten</h1><p>{said}</p>") == "promised"


def test_a_promise_in_two_sentences_is_met() -> None:
    body = "<h1>Klachten</h1><p>Soms is meer tijd nodig. U krijgt dan van ons bericht.</p>"
    assert longer(body) == "promised"


def test_a_promise_in_passing_must_speak_of_complaints() -> None:
    said = "Duurt het antwoord op uw klacht langer, dan hoort u dat: wij sturen bericht."
    assert longer(f"<p>{said}</p>", "contact") == "promised"
    other = "<p>Een klacht? Mail ons. Duurt de levering langer, dan krijgt u bericht.</p>"
    assert longer(other, "delivery") == "not_promised"


def test_word_that_comes_late_is_for_a_person() -> None:
    body = "<h1>Klachten</h1><p>Duurt het langer, dan hoort u binnen 30 dagen bericht.</p>"
    assert longer(body) == "too_late"


def test_a_text_without_the_promise_proves_nothing() -> None:
    assert longer("<h1>Klachten</h1><p>Mail ons uw klacht.</p>") == "not_promised"
    assert longer("<p>Niets</p>", "contact") == "not_promised"
    assert longer("<p>Niets</p>", "contact", terms="timed_out") == "incomplete"
    assert judge("longer_handling", EMPTY).outcome == "incomplete"


@pytest.mark.parametrize(
    ("body", "role", "outcome"),
    [
        ("<h1>Klachten</h1><p>Mail ons uw klacht.</p>", "complaints", "own_page"),
        ("<h2>Réclamations</h2><p>Contactez-nous.</p>", "contact", "own_heading"),
        ("<h2>Complaints and disputes</h2><p>Call us.</p>", "about", "own_heading"),
        ("<h2>Beschwerden</h2><p>Rufen Sie an.</p>", "contact", "own_heading"),
        ("<details><summary>Hoe dien ik een klacht in?</summary><p>Mail ons, graag.</p></details>",
         "contact", "own_heading"),
        ("<button>Klachten</button><div>Mail ons dan, wij lossen het op.</div>",
         "contact", "own_heading"),
        ("<h2>Service</h2><p>Een klacht? Mail ons, wij helpen u graag.</p>",
         "contact", "other_heading"),
        ("<p>Niets hierover.</p>", "contact", "absent_complete"),
    ],
)  # fmt: skip
def test_the_place_of_the_text_is_told(body: str, role: str, outcome: str) -> None:
    found = on_page("complaint_place", role, body)
    assert found.outcome == outcome
    assert bool(found.note) == (outcome == "other_heading")


def test_a_link_called_complaints_to_a_clause_of_the_terms_is_a_place() -> None:
    home = document("<p>Welkom</p><footer><a href='/terms#klachten'>Klachten</a></footer>")
    terms = document("<h2>Artikel 9 Klachten</h2><p>Mail ons uw klacht.</p>")
    pages = (facts(home, "/", "start"), facts(terms, "/terms", "terms"))
    assert judge("complaint_place", seen_of(pages)).outcome == "own_heading"


def test_an_entry_of_a_menu_is_no_text_on_complaints() -> None:
    menu = (
        "<footer><ul><li>Klachten</li><li>Algemene voorwaarden</li><li>Contact</li></ul></footer>"
    )
    seen = seen_of({"start": document(f"<p>Welkom</p>{menu}")}, gaps={"complaints": "not_found"})
    assert judge("complaint_route", seen).outcome == "absent_complete"
    assert judge("complaint_place", seen).outcome == "absent_complete"


def test_links_in_a_row_are_no_text_on_complaints() -> None:
    row = "<footer><a href='/klachten'>Klachten</a> | <a href='/contact'>Contact</a></footer>"
    seen = seen_of({"start": document(f"<p>Welkom</p>{row}")}, gaps={"complaints": "not_found"})
    assert judge("complaint_route", seen).outcome == "absent_complete"
    assert judge("complaint_place", seen).outcome == "absent_complete"


def test_a_complaints_page_with_nothing_on_it_tells_nothing() -> None:
    assert route("<h1>Klachten</h1><p>Volgt.</p>", "complaints") == "no_channel"
    form = "<form method='post' action='/k'><input name='naam'><input name='email'></form>"
    assert route(f"<h1>Klacht</h1>{form}", "complaints") == "route_told"


def test_a_place_not_found_in_a_part_of_the_site_is_incomplete() -> None:
    assert place("<p>Niets.</p>", complaints="login_wall") == "incomplete"
    assert judge("complaint_place", EMPTY).outcome == "incomplete"


def test_a_complaints_page_about_something_else_is_none() -> None:
    body = "<h1>Recensies</h1><p>Onze klanten geven ons een 9,2.</p>"
    assert place(body, "complaints") == "absent_complete"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (
            "<table><tr><td>Klachten en geschillen</td><td>030-1234567</td></tr></table>",
            "route_told",
        ),
        ("<dl><dt>Réclamations</dt><dd>plaintes@voorbeeld.be</dd></dl>", "route_told"),
        ("<ul><li><a href='/k'>Klachten</a></li><li>030-1234567</li></ul>", "absent_complete"),
        ("<p>Klachten</p><p>Over ons</p>", "absent_complete"),
    ],
)
def test_an_entry_of_a_table_with_a_number_beside_it_is_a_route(body: str, outcome: str) -> None:
    assert route(f"<h1>Contact</h1>{body}") == outcome


CLAUSE = "<h2>Artikel 15 Klachten</h2><p>Klachten worden volledig omschreven ingediend bij ons.</p>"


def test_a_clause_that_says_to_hand_it_in_counts_with_an_address_on_its_page() -> None:
    mail = "<h2>Artikel 2 Identiteit</h2><p>info@kantoorwinkel.nl</p>"
    assert route(f"<h1>AV</h1>{mail}{CLAUSE}", "terms") == "route_told"
    assert route(f"<h1>AV</h1>{CLAUSE}", "terms") == "no_channel"
    quiet = "<h2>Artikel 15 Klachten</h2><p>Een klacht nemen wij altijd serieus op.</p>"
    assert route(f"<h1>AV</h1>{mail}{quiet}", "terms") == "no_channel"


@pytest.mark.parametrize(
    "said",
    [
        "Vermindert klachten bij lang zitten. Bel ons voor advies: 030-1234567.",
        "Hilft bei Beschwerden im Büro, rufen Sie uns an.",
    ],
)
def test_what_goods_are_good_for_is_no_route(said: str) -> None:
    assert route(f"<h1>Stoel</h1><p>{said}</p>", "product") == "absent_complete"


@pytest.mark.parametrize(
    "said",
    [
        "RSI klachten voorkomt u met een goede muis.",
        "Last van klachten aan uw rug? Bel ons.",
        "Unsere Kunden sind ohne Reklamation zufrieden.",
    ],
)
def test_ailments_and_slogans_on_other_pages_are_no_route_either(said: str) -> None:
    assert route(f"<p>{said}</p>", "about") == "absent_complete"


@pytest.mark.parametrize(
    "said",
    [
        "Where we need more time, we'll write to you within two weeks to explain why.",
        "Sollten wir mehr Zeit benötigen, teilen wir Ihnen dies innerhalb von 14 Tagen mit.",
        "If we need more time, we will tell you within 14 days.",
        "Should we need more time, we will send you a message within 14 days.",
        "Lukt dat niet, dan hoort u binnen 14 dagen wanneer wel.",
    ],
)
def test_word_of_longer_handling_in_other_words(said: str) -> None:
    assert longer(f"<h1>Complaints / Beschwerden</h1><p>{said}</p>") == "promised"
    late = said.replace("two weeks", "six weeks").replace("14", "30")
    assert longer(f"<h1>Complaints / Beschwerden</h1><p>{late}</p>") == "too_late"


def test_the_name_of_a_committee_alone_is_no_text_on_complaints() -> None:
    body = "<p>De Geschillencommissie is onafhankelijk en werkt in het hele land.</p>"
    assert route(body, "about") == "absent_complete"
