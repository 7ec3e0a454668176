"""Consumer law: the ODR platform, reviews, green claims and article 13 of the GDPR."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.policy.judge import Seen
from scanners.api import host_of
from tests.unit.content_kit import EMPTY, document, facts, judge, seen_of


def shop(text: str, role: str = "terms", *, gaps: dict[str, str] | None = None) -> Seen:
    """A shop whose page of that role says ``text``."""
    pages = {"start": document("<p>Welkom.</p>"), role: document(f"<p>{text}</p>")}
    return seen_of(pages, gaps=gaps)


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://ec.europa.eu/consumers/odr/">Hier</a> dient u een klacht in.',
        '<a href="http://ec.europa.eu/odr">ODR</a>',
        '<a href="https://webgate.ec.europa.eu/odr/main/?event=main.home.show">plateforme</a>',
        '<a href="https://EC.EUROPA.EU/consumers/odr/main/index.cfm?lng=DE">OS-Plattform</a>',
        '<a href="/uit?naar=https%3A%2F%2Fec.europa.eu%2Fconsumers%2Fodr%2F">platform</a>',
        "U kunt ook terecht op https://ec.europa.eu/consumers/odr.",
        "Vous pouvez saisir la plateforme : ec.europa.eu / consumers / odr",
        "Disputes can be brought to webgate.ec.europa.eu/odr.",
        "Die EU stellt unter http://ec.europa.eu/consumers/odr/ eine Plattform bereit.",
        "Voor online gesloten overeenkomsten: ec.europa.eu/odr.",
        "Für online geschlossene Verträge: https://ec.europa.eu/consumers/odr",
    ],
)
def test_a_reference_to_the_closed_platform_is_a_breach(text: str) -> None:
    found = judge("odr_link", shop(text))
    assert found.outcome == "linked"
    assert found.fragment


def test_a_pdf_counts_as_well() -> None:
    page = facts(document("<p>Zie www.ec.europa.eu/odr.</p>"), "/av.pdf", "terms")
    start = facts(document("<p>Welkom.</p>"), "/", "start")
    assert judge("odr_link", seen_of((start, replace(page, document=True)))).outcome == "linked"


@pytest.mark.parametrize(
    "text",
    [
        "Het ODR-platform (ec.europa.eu/odr) is per 20 juli 2025 beëindigd.",
        "La plateforme RLL de la Commission européenne est fermée depuis le 20 juillet 2025.",
        "The EU ODR platform (ec.europa.eu/consumers/odr) was closed on 20 July 2025.",
        "Die OS-Plattform der EU wurde eingestellt.",
        "Het platform is gesloten. Zie ec.europa.eu/odr voor het archief.",
        "Tot voor kort was er ec.europa.eu/odr. Dat is door Verordening 2024/3228 vervallen.",
        "Lees meer op https://consumer-redress.ec.europa.eu/ of ec.europa.eu/info/odr-nieuws.",
        "Zie ec.europa.eu.example.com/odr of ec.europa.eu/odrama.",
        '<a href="https://ec.europa.eu/info/consumers">Europa</a> <a href="http://[x">x</a>',
    ],
)
def test_that_it_closed_may_be_said_and_other_pages_may_be_named(text: str) -> None:
    assert judge("odr_link", shop(text)).outcome == "none_left"


def test_a_link_in_a_sentence_that_it_closed_is_for_a_reviewer() -> None:
    text = 'Het <a href="https://ec.europa.eu/odr">ODR-platform</a> is gesloten.'
    assert judge("odr_link", shop(text)).outcome == "linked_as_closed"


@pytest.mark.parametrize(
    "text",
    [
        "U kunt ook het Europees ODR platform gebruiken.",
        "De Commissie biedt een platform voor onlinegeschillenbeslechting.",
        "La Commission offre une plateforme de résolution des litiges en ligne.",
        "La plateforme européenne de RLL est à votre disposition.",
        "You may use the ODR platform of the EU.",
        "Die Plattform der EU zur Online-Streitbeilegung steht Ihnen offen.",
    ],
)
def test_the_platform_by_name_alone_is_for_a_reviewer(text: str) -> None:
    assert judge("odr_link", shop(text)).outcome == "named_only"


def test_the_platform_may_be_named_on_a_page_that_could_not_be_read() -> None:
    assert judge("odr_link", shop("x", gaps={"terms": "pdf_without_text"})).outcome == "incomplete"
    assert judge("odr_link", shop("x", gaps={"complaints": "not_found"})).outcome == "none_left"
    assert judge("odr_link", EMPTY).outcome == "incomplete"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Onze milieuvriendelijke tassen.", "claims"),
        ("Wij leveren klimaatneutraal en CO2-neutraal.", "claims"),
        ("Duurzame kleding voor iedereen.", "claims"),
        ("Des produits respectueux de l'environnement, éco-responsables.", "claims"),
        ("Une livraison neutre en carbone.", "claims"),
        ("Eco-friendly and sustainable packaging.", "claims"),
        ("Carbon neutral shipping.", "claims"),
        ("Umweltfreundliche und nachhaltige Mode, klimaneutral versandt.", "claims"),
        ("Een groene jurk in maat 38.", "none_seen"),
        ("Wij sturen dit op een duurzame gegevensdrager.", "none_seen"),
        ("Sur un support durable.", "none_seen"),
        ("On a durable medium.", "none_seen"),
        ("Auf einem dauerhaften Datenträger.", "none_seen"),
    ],
)
def test_general_green_claims_are_listed_for_a_reviewer(text: str, outcome: str) -> None:
    found = judge("green_claims", shop(text, "about"))
    assert found.outcome == outcome
    assert bool(found.fragment) == (outcome == "claims")


def test_green_words_may_stand_on_a_page_that_could_not_be_read() -> None:
    assert judge("green_claims", shop("x", gaps={"start": "wall"})).outcome == "incomplete"


FULL = {
    "nl": "De verwerkingsverantwoordelijke is Voorbeeld Handel. De grondslag is de uitvoering van"
    " de overeenkomst. Wij bewaren gegevens zeven jaar. Wij delen ze met bezorgdiensten als"
    " derden. U heeft recht op inzage en verwijdering. U kunt een klacht indienen bij de"
    " Autoriteit Persoonsgegevens.",
    "fr": "Le responsable du traitement est Voorbeeld. La base juridique est l'exécution du"
    " contrat. Nous conservons les données sept ans. Les destinataires sont nos sous-traitants."
    " Vous avez un droit d'accès et d'effacement. Vous pouvez saisir l'Autorité de protection des"
    " données ou la CNIL.",
    "en": "The controller is Voorbeeld. The legal basis is the performance of the contract. We"
    " retain data for seven years. We share them with service providers. You have a right of"
    " access and erasure. You may complain to the supervisory authority.",
    "de": "Verantwortlich ist die Voorbeeld GmbH. Rechtsgrundlage ist Art. 6 DSGVO. Die"
    " Speicherdauer beträgt sieben Jahre. Empfänger sind unsere Auftragsverarbeiter. Sie haben"
    " ein Recht auf Auskunft und Löschung. Sie können sich bei der Aufsichtsbehörde beschweren.",
}
PADDING = " Dit is onze privacyverklaring voor de winkel." * 6


@pytest.mark.parametrize("language", list(FULL))
def test_a_statement_that_names_everything_meets_the_condition(language: str) -> None:
    seen = shop(FULL[language] + PADDING, "privacy")
    assert judge("privacy_information", seen).outcome == "complete"


@pytest.mark.parametrize(
    ("language", "cut"),
    [
        ("nl", "U kunt een klacht indienen bij de Autoriteit Persoonsgegevens."),
        ("fr", "Vous pouvez saisir l'Autorité de protection des données ou la CNIL."),
        ("en", "We retain data for seven years."),
        ("de", "Die Speicherdauer beträgt sieben Jahre."),
    ],
)
def test_a_statement_that_leaves_something_out_is_a_candidate(language: str, cut: str) -> None:
    text = FULL[language].replace(cut, "") + PADDING
    found = judge("privacy_information", shop(text, "privacy"))
    assert found.outcome == "elements_missing"
    assert found.values["missing"] in ("complaint to the authority", "how long data are kept")
    gaps = {"privacy": "pdf_without_text"}
    assert judge("privacy_information", shop(text, "privacy", gaps=gaps)).outcome == "incomplete"


def test_an_embedded_statement_is_not_known() -> None:
    frame = '<iframe src="https://www.iubenda.com/privacy/1"></iframe>'
    found = judge("privacy_information", shop(FULL["nl"][:150] + PADDING * 2 + frame, "privacy"))
    assert found.outcome == "incomplete"


def test_a_short_or_unread_statement_is_not_judged_by_its_contents() -> None:
    assert judge("privacy_information", shop("Kort.", "privacy")).outcome == "incomplete"
    assert judge("privacy_information", shop("x")).outcome == "no_statement"
    assert judge("privacy_information", shop("x", gaps={"privacy": "wall"})).outcome == "incomplete"


SHOWN = {
    "nl": "<h2>Klantbeoordelingen</h2><p>4,8 / 5 op basis van 123 beoordelingen</p>",
    "fr": "<h2>Avis clients</h2><p>4,8 / 5, 123 avis</p>",
    "en": "<h2>Customer reviews</h2><p>123 reviews</p>",
    "de": "<h2>Kundenbewertungen</h2><p>123 Bewertungen</p>",
}
TOLD = {
    "nl": "Alleen klanten die iets kochten kunnen een beoordeling schrijven; wij controleren dat.",
    "fr": "Les avis sont vérifiés : seuls les clients peuvent en laisser.",
    "en": "Our reviews are verified against the order.",
    "de": "Wir prüfen nicht, ob Bewertungen von Käufern stammen.",
}


@pytest.mark.parametrize("language", list(SHOWN))
def test_reviews_ask_for_a_word_on_how_they_are_verified(language: str) -> None:
    bare = shop(f"</p>{SHOWN[language]}<p>Top!", "about")
    assert judge("review_statement", bare).outcome == "not_stated"
    pages = {
        "start": document(SHOWN[language]),
        "terms": document(f"<p>{TOLD[language]}</p>"),
    }
    assert judge("review_statement", seen_of(pages)).outcome == "stated"


def test_a_word_beside_the_reviews_is_enough() -> None:
    text = f"</p>{SHOWN['nl']}<p>Geverifieerde aankoop: prima stoel."
    assert judge("review_statement", shop(text, "about")).outcome == "stated"


def test_a_provider_whose_words_are_in_a_script_is_not_known() -> None:
    text = 'Zie <a href="https://www.kiyoh.com/reviews/1/x">onze score</a>.'
    found = judge("review_statement", shop(text, "about"))
    assert found.outcome == "widget_only"


def test_without_reviews_there_is_nothing_to_tell() -> None:
    assert judge("review_statement", shop("Wij verkopen stoelen.")).outcome == "no_reviews"
    assert judge("review_statement", shop("x", gaps={"start": "wall"})).outcome == "incomplete"
    bare = shop(f"</p>{SHOWN['nl']}<p>Top!", "about", gaps={"terms": "wall"})
    assert judge("review_statement", bare).outcome == "incomplete"


def test_an_address_that_is_none_has_no_host() -> None:
    assert host_of("mailto://[") == ""
    assert host_of("https://ec.europa.eu/odr") == "ec.europa.eu"


def test_the_statement_of_a_shop_that_is_one_page_is_read_there() -> None:
    body = (
        f"<h1>Winkel</h1><p>Welkom.</p><h2>Privacyverklaring</h2>{FULL['nl']}<p>{PADDING * 3}</p>"
    )
    found = judge("privacy_information", seen_of({"start": document(body)}))
    assert found.outcome == "complete"


def test_a_part_on_privacy_in_the_terms_is_not_nothing() -> None:
    terms = "<h1>Algemene voorwaarden</h1><h2>Privacy</h2><p>Wij gaan zorgvuldig om.</p>"
    pages = {"start": document("<p>Welkom.</p>"), "terms": document(terms)}
    assert judge("privacy_information", seen_of(pages)).outcome == "incomplete"


def test_a_statement_in_a_language_that_is_not_read_is_not_judged() -> None:
    text = "<p>Administratorem danych jest Voorbeeld. Dane przechowujemy siedem lat.</p>" * 12
    page = replace(facts(document(text, lang="pl"), "/privacy", "privacy"), language="pl")
    start = facts(document("<p>Welkom.</p>"), "/", "start")
    assert judge("privacy_information", seen_of((start, page))).outcome == "incomplete"


def test_no_length_at_all_is_still_no_statement() -> None:
    seen = seen_of({"start": document("<p>Welkom.</p>")})
    assert judge("privacy_information", seen, statement_min_chars=0).outcome == "no_statement"


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("nl", "Wij delen ze met bezorgdiensten als derden.", "Alleen PostNL ontvangt uw adres."),
        ("fr", "Les destinataires sont nos sous-traitants.", "Ils ne sont communiqués qu'à bpost."),
        (
            "fr",
            "Vous avez un droit d'accès et d'effacement.",
            "Vous pouvez accéder à vos données, les faire rectifier et vous opposer à leur usage.",
        ),
    ],
)
def test_plain_words_name_recipients_and_rights(language: str, old: str, new: str) -> None:
    text = FULL[language].replace(old, new) + PADDING
    assert judge("privacy_information", shop(text, "privacy")).outcome == "complete"
