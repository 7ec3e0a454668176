"""Privacy statements as shops write them: in pictures, in parts, in other words (tz-10.1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.content_kit import MEMBER, document, facts, judge, seen_of

STATEMENT = (
    "Wij verwerken uw naam, adres en e-mailadres met als doel uw bestelling te leveren. " * 10
)


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="/uploads/scan001.jpg" width="900" height="1200">',
        '<img src="/uploads/a.jpg" alt="Privacyverklaring">',
        '<img src="" alt="Privacy statement" width="400" height="300">',
    ],
)
def test_a_privacy_statement_in_a_picture_is_for_a_reviewer(picture: str) -> None:
    pages = {"start": document("<p>Winkel</p>"), "privacy": document(f"<h1>P</h1>{picture}")}
    found = judge("privacy_statement", seen_of(pages))
    assert found.outcome == "short"
    assert "picture" in found.summary


def test_a_picture_that_the_start_page_shows_too_hides_no_statement() -> None:
    hero = '<img src="/privacy-hero.jpg" width="1200" height="600">'
    pages = {"start": document(f"<p>Winkel</p>{hero}"), "privacy": document(f"<p>Volgt</p>{hero}")}
    assert judge("privacy_statement", seen_of(pages)).outcome == "too_short"


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("de", "Wir erheben und speichern Name und Anschrift zur Abwicklung Ihrer Bestellung. "),
        ("fr", "Les informations recueillies (nom, adresse) servent pour traiter vos commandes. "),
        ("en", "We ask for your name and address. We use these details to ship your order. "),
        ("nl", "Wij bewaren uw naam en adres. Die gebruiken wij om uw pakket te bezorgen. "),
        ("fr", "Nous traitons votre nom et votre adresse à des fins d'exécution du contrat. "),
        ("fr", "Nous recueillons nom et adresse, ce qui nous permet de livrer la commande. "),
        ("fr", "Nom et adresse sont collectés en vue de la livraison de votre commande. "),
        ("en", "We collect your name and address for the performance of the contract. "),
        ("de", "Wir speichern Name und Anschrift für die Abwicklung der Bestellung. "),
    ],
)
def test_a_purpose_need_not_be_called_one(lang: str, body: str) -> None:
    pages = {
        "start": document("<p>Shop</p>", lang=lang),
        "privacy": document(f"<p>{body * 10}</p>", lang=lang),
    }
    assert judge("privacy_statement", seen_of(pages)).outcome == "found"


@pytest.mark.parametrize(
    "body",
    [
        "Wij zijn verantwoordelijk voor de verwerking van persoonsgegevens en verwerken ze goed. ",
        "Your privacy matters. We process personal data with care and in line with the law. ",
        "We are the controller for the processing of personal data and store them safely. ",
        "Nous collectons et traitons vos données personnelles dans le respect de la loi. ",
        "Der Schutz Ihrer personenbezogenen Daten ist uns wichtig. Wir verarbeiten sie sicher. ",
    ],
)
def test_a_statement_without_a_purpose_is_a_candidate(body: str) -> None:
    pages = {"start": document("<p>Shop</p>"), "privacy": document(f"<p>{body * 10}</p>")}
    assert judge("privacy_statement", seen_of(pages)).outcome == "elements_missing"


def test_a_statement_in_a_language_nobody_reads_or_in_wrong_letters_is_doubt() -> None:
    spanish = "Tratamos sus datos con cuidado para los clientes de la tienda que se indica. " * 10
    pages = {"start": document("<p>Shop</p>"), "privacy": document(f"<p>{spanish}</p>", lang="es")}
    assert judge("privacy_statement", seen_of(pages)).outcome == "incomplete"
    garbled = "Nous g\ufffdrons vos donn\ufffdes. " * 40
    pages["privacy"] = document(f"<p>{garbled}</p>", lang="fr")
    assert judge("privacy_statement", seen_of(pages)).outcome == "incomplete"


ONE_PAGE = (
    "<h1>Kaarsen</h1><p>Wij gieten kaarsen.</p><h2>Privacy</h2><p>{text}</p><h3>Uw rechten</h3>"
    "<p>U heeft recht op inzage, correctie en verwijdering en kunt bezwaar maken.</p>"
    "<h2>Contact</h2><p>Bel ons.</p>"
)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Wij verwerken uw naam en adres om uw bestelling te bezorgen. " * 12, "found"),
        ("Wij gaan zorgvuldig om met uw gegevens. " * 6, "elsewhere"),
        ("Volgt.", "absent_complete"),
    ],
)
def test_the_statement_of_a_shop_of_one_page_is_a_part_of_it(text: str, outcome: str) -> None:
    seen = seen_of({"start": document(ONE_PAGE.format(text=text))})
    assert judge("privacy_statement", seen).outcome == outcome


def test_a_language_whose_pages_were_read_without_a_statement_is_missing() -> None:
    member = replace(MEMBER, languages=("nl", "fr"))
    french = "Nous livrons des bureaux et des chaises pour les entreprises avec soin. " * 5
    pages = (
        facts(document("<p>Winkel</p>"), "/", "start"),
        facts(document(f"<p>{french}</p>", lang="fr"), "/fr/contact", "contact"),
        facts(document(f"<p>{STATEMENT}</p>"), "/privacy", "privacy"),
    )
    seen = seen_of(pages)
    found = judge("privacy_statement", seen, member=member, each_language=True)
    assert found.outcome == "language_missing"
    unread = seen_of(pages, gaps={"privacy": "http_500"})
    found = judge("privacy_statement", unread, member=member, each_language=True)
    assert found.outcome == "incomplete"
