"""Rights that customers are told (tz-10.4) and the word on a secured connection (tz-10.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanners.content.evidence import LinkSeen, PageFacts
from tests.unit.content_kit import EMPTY, HOST, document, facts, judge, seen_of

FILL = {
    "nl": "Wij verwerken uw naam, adres en e-mailadres om uw bestelling te kunnen leveren. " * 10,
    "fr": "Nous traitons votre nom et votre adresse afin de livrer votre commande. " * 10,
    "en": "We process your name and address in order to deliver your order to you. " * 10,
    "de": "Wir verarbeiten Ihren Namen und Ihre Anschrift, um die Bestellung zu liefern. " * 10,
}


def privacy(body: str, lang: str = "nl", fill: str | None = None) -> PageFacts:
    """A privacy statement with enough other text."""
    html = document(
        f"<p>{FILL.get(lang, FILL['en']) if fill is None else fill}</p>{body}", lang=lang
    )
    return facts(html, "/privacy", "privacy")


def rights(body: str, lang: str = "nl", gaps: dict[str, str] | None = None) -> str:
    return judge("rights_told", seen_of((privacy(body, lang),), gaps=gaps)).outcome.value


ALL = [
    ("nl", ("<p>U heeft recht op inzage, correctie en verwijdering van uw gegevens en u kunt"
     " bezwaar maken.</p>")),
    ("nl", ("<h2>Uw rechten</h2><p>U heeft de volgende rechten:</p><ul><li>Inzage</li>"
     "<li>Rectificatie</li><li>Vergetelheid</li><li>Verzet</li></ul>")),
    ("nl", ("<p>Je hebt het recht om je persoonsgegevens in te zien, te corrigeren of te"
     " verwijderen. Daarnaast heb je het recht om verzet aan te tekenen.</p>")),
    ("nl", ("<p>Op verzoek krijgt u inzage in uw gegevens. U kunt ze laten wijzigen of wissen,"
     " en zich verzetten tegen direct marketing.</p>")),
    ("fr", "<p>Vous disposez d'un droit d'accès, de rectification, d'oubli et d'opposition.</p>"),
    ("fr", ("<p>Vous pouvez accéder à vos données, les faire corriger ou supprimer, ou vous opposer"
     " à leur traitement.</p>")),
    ("en", ("<p>You have the right to access, rectify and erase your personal data and the right to"
     " object.</p>")),
    ("en", ("<p>Your rights:</p><ul><li>The right of access</li><li>The right to be forgotten</li>"
     "<li>The right to rectification</li><li>The right to object to processing</li></ul>")),
    ("de", "<p>Sie haben das Recht auf Auskunft, Berichtigung, Löschung und Widerspruch.</p>"),
    ("de", ("<h2>Betroffenenrechte</h2><p>Auskunftsrecht</p><p>Recht auf Berichtigung</p>"
     "<p>Recht auf Vergessenwerden</p><p>Sie können der Verarbeitung widersprechen.</p>")),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "body"), ALL)
def test_all_four_rights_are_read_in_four_languages(lang: str, body: str) -> None:
    assert rights(body, lang) == "all_told"


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("nl", "<p>U heeft recht op inzage en correctie van uw gegevens.</p>"),
        ("fr", "<p>Vous disposez d'un droit d'accès et de rectification.</p>"),
        ("en", "<p>You have the right to access and delete your personal data.</p>"),
        ("de", "<p>Sie haben ein Recht auf Auskunft und Löschung.</p>"),
    ],
)
def test_a_statement_that_leaves_rights_out_is_a_candidate(lang: str, body: str) -> None:
    assert rights(body, lang) == "some_missing"


@pytest.mark.parametrize("lang", ["nl", "fr", "en", "de"])
def test_a_statement_without_any_right_is_a_breach(lang: str) -> None:
    found = judge("rights_told", seen_of((privacy("", lang),)))
    assert found.outcome == "none_told"
    assert found.fragment.startswith(FILL[lang][:30])


@pytest.mark.parametrize(
    "body",
    [
        (
            "<p>Alle rechten voorbehouden. Wij behouden ons het recht voor dit te wijzigen.</p>"
            "<p>U kunt cookies verwijderen in uw browser.</p>"
        ),
        (
            "<p>Alleen onze medewerkers hebben toegang tot uw gegevens; u kunt ons bellen."
            " Wij verwijderen uw gegevens na twee jaar.</p>"
        ),
        "<p>U kunt geen bezwaar maken, geen inzage krijgen.</p>",
        "<p>U heeft een herroepingsrecht van 14 dagen.</p>",
        "<p>U kunt dit lezen. Deze verklaring kan worden gewijzigd.</p>",
    ],
)
def test_words_of_rights_that_are_none_do_not_make_the_statement_complete(body: str) -> None:
    assert rights(body) in ("some_missing", "none_told")


def test_words_far_from_any_right_are_for_a_reviewer() -> None:
    body = (
        "<p>Bezwaar wordt behandeld. Inzage, correctie en verwijdering gebeuren schriftelijk.</p>"
    )
    assert rights(body) == "unclear"


def test_rights_of_our_own_to_erase_are_no_right_unless_asked_for() -> None:
    more = "<p>U heeft recht op inzage en correctie en kunt bezwaar maken.</p>"
    assert rights(f"{more}<p>Wij verwijderen gegevens na een jaar.</p>") == "unclear"
    assert rights(f"{more}<p>Op uw verzoek worden gegevens verwijderd.</p>") == "all_told"


def test_a_link_to_a_page_about_rights_settles_nothing() -> None:
    links = (LinkSeen(f"https://{HOST}/rechten", "Uw rechten", "page", "main"),)
    page = replace(privacy("<p>U heeft recht op inzage.</p>"), links=links)
    assert judge("rights_told", seen_of((page,))).outcome == "elsewhere"
    own = (LinkSeen(f"https://{HOST}/privacy", "Uw rechten", "anchor", "main"),)
    page = replace(page, links=own)
    assert judge("rights_told", seen_of((page,))).outcome == "some_missing"


def test_rights_named_without_words_settle_nothing() -> None:
    assert rights("<p>Lees meer over uw rechten bij de toezichthouder.</p>") == "elsewhere"


def test_two_privacy_pages_are_read_together() -> None:
    first = privacy("<p>U heeft recht op inzage en correctie.</p>")
    second = facts(
        document("<p>U heeft recht op verwijdering en kunt bezwaar maken.</p>"), "/p2", "privacy"
    )
    assert judge("rights_told", seen_of((first, second))).outcome == "all_told"


def test_a_menu_is_no_part_of_the_statement() -> None:
    menu = "<p>Recht op inzage</p><p>Correctie verzoek</p><p>Verwijderen recht</p><p>Bezwaar</p>"
    start = facts(document(menu), "/", "start")
    page = facts(document(f"{menu}<p>{FILL['nl']}</p>"), "/privacy", "privacy")
    assert judge("rights_told", seen_of((start, page))).outcome == "none_told"


def test_what_was_not_read_in_full_is_no_breach() -> None:
    assert rights("", gaps={"privacy": "wall"}) == "incomplete"
    assert rights(ALL[0][1], gaps={"privacy": "wall"}) == "all_told"
    assert judge("rights_told", seen_of((privacy("", fill="Kort."),))).outcome == "incomplete"
    spanish = replace(privacy(""), language="es")
    assert judge("rights_told", seen_of((spanish,))).outcome == "incomplete"
    framed = replace(privacy("", fill="Kort."), embeds=("iubenda",))
    assert judge("rights_told", seen_of((framed,))).outcome == "incomplete"
    long = replace(privacy(""), text="Wij verwerken uw gegevens. \n" * 2_200)
    assert judge("rights_told", seen_of((long,))).outcome == "incomplete"


def test_no_statement_is_told_by_another_condition() -> None:
    start = facts(document(FILL["nl"]), "/", "start", "privacy")
    assert judge("rights_told", seen_of((start,))).outcome == "no_statement"
    assert judge("rights_told", EMPTY).outcome == "no_statement"


def secure(body: str, role: str = "privacy", gaps: dict[str, str] | None = None) -> str:
    page = facts(document(body), f"/{role}", role)
    return judge("secure_connection_told", seen_of((page,), gaps=gaps)).outcome.value


@pytest.mark.parametrize(
    "body",
    [
        "Onze webwinkel gebruikt een SSL-verbinding.",
        "U bestelt via een beveiligde verbinding.",
        "Uw gegevens worden versleuteld verzonden via https.",
        "Vos données sont transmises par une connexion sécurisée.",
        "Le paiement est crypté (protocole TLS).",
        "Les données de votre carte sont chiffrées.",
        "We use a secure connection when you order.",
        "Your payment data are always sent encrypted.",
        "Alle Daten werden über eine verschlüsselte Verbindung übertragen.",
        "Diese Seite nutzt eine SSL- bzw. TLS-Verschlüsselung.",
    ],
)
def test_the_word_on_security_is_read_in_four_languages(body: str) -> None:
    assert secure(f"<p>{body}</p>") == "told"


@pytest.mark.parametrize(
    "body",
    [
        "Kijk op https://shop.example.nl/veilig voor meer.",
        "Een e-mail gaat niet via een beveiligde verbinding.",
        "Data transmission over the internet is not completely secure.",
        "Hassle-free shopping.",
    ],
)
def test_other_words_do_not_say_so(body: str) -> None:
    assert secure(f"<p>{body}</p>") == "absent_complete"


def test_a_sentence_about_the_host_is_for_a_reviewer() -> None:
    assert secure("<p>Onze hostingprovider werkt met SSL.</p>") == "unclear"


def test_a_padlock_alone_is_for_a_reviewer() -> None:
    assert secure('<img src="/img/ssl-slotje.png" width="300" height="80">') == "image_suspected"


def test_a_certificate_for_sale_says_nothing() -> None:
    assert secure("<p>SSL-certificaat, nu 10 euro.</p>", "product") == "absent_complete"


def test_a_page_on_safe_shopping_that_nobody_read_settles_nothing() -> None:
    start = facts(document("<p>Welkom</p>"), "/", "start")
    link = LinkSeen(f"https://{HOST}/veilig", "Veilig winkelen", "page", "footer")
    seen = seen_of((replace(start, links=(link,)),))
    assert judge("secure_connection_told", seen).outcome == "page_not_read"
    other = replace(start, links=(replace(link, text="Stoelen"), replace(link, kind="mail")))
    assert judge("secure_connection_told", seen_of((other,))).outcome == "absent_complete"


def test_pages_that_were_not_read_may_say_so() -> None:
    assert secure("<p>Welkom</p>", gaps={"payment": "wall"}) == "incomplete"
    assert judge("secure_connection_told", EMPTY).outcome == "incomplete"


def test_accessories_and_updates_of_the_policy_are_no_rights() -> None:
    body = "<p>We may update this privacy policy. Accessories are sent apart.</p>"
    assert rights(body, "en") == "none_told"


def test_inspecting_an_account_is_a_right_although_staff_is_named() -> None:
    body = (
        "<p>Via uw account kunt u uw gegevens inzien, wijzigen en verwijderen.</p>"
        "<p>Maakt u bezwaar, mail dan onze medewerkers.</p>"
    )
    assert rights(body) == "all_told"


def test_a_right_in_words_that_are_not_known_is_for_a_reviewer() -> None:
    body = "<p>You may request details of personal information held about you.</p>"
    assert rights(body, "en") == "elsewhere"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("Uw bestelling wordt versleuteld verzonden.", "told"),
        ("Checkout is protected with 256-bit encryption.", "told"),
        ("Wij gebruiken SSL niet.", "absent_complete"),
        ("Wachtwoorden worden met versleuteling bewaard.", "unclear"),
        ("Uw wachtwoord: gegevens worden versleuteld opgeslagen.", "unclear"),
    ],
)
def test_what_is_encrypted_has_to_travel(body: str, outcome: str) -> None:
    assert judge("secure_connection_told", seen_of((privacy(f"<p>{body}</p>"),))).outcome == outcome


def test_a_privacy_page_in_a_picture_may_tell_of_the_connection() -> None:
    page = facts(document('<h1>P</h1><img src="/p.png" width="800" height="900">'), "/p", "privacy")
    assert judge("secure_connection_told", seen_of((page,))).outcome == "image_suspected"


def test_rights_in_plain_words_are_for_a_reviewer() -> None:
    body = (
        "<p>Je mag ons vragen welke gegevens we van je hebben. Kloppen ze niet, dan passen we ze"
        " aan. We gooien ze ook weg. Je kunt je verzetten.</p>"
    )
    assert rights(body) == "unclear"


def test_lines_of_a_document_go_on_where_the_paper_ends() -> None:
    lines = (
        "U heeft het recht om uw gegevens in te zien, te corrigeren, te ver-\n"
        "wijderen en om tegen de verwerking ervan door ons bezwaar te maken, of\n"
        "geen toestemming te geven.\nwww.shop.example"
    )
    page = privacy("")
    page = replace(page, text=f"{page.text}\n{lines}", document=True)
    assert judge("rights_told", seen_of((page,))).outcome == "all_told"


def test_a_statement_in_wrong_letters_is_not_read_in_full() -> None:
    assert rights("<p>Vous avez un droit d'acc\ufffds.</p>", "fr") == "incomplete"


def test_a_paragraph_that_stands_there_twice_counts_twice() -> None:
    body = "<p>We process your name and address in order to deliver your order.</p>" * 12
    assert judge("rights_told", seen_of((privacy(body, "en", ""),))).outcome == "none_told"


@pytest.mark.parametrize(
    ("letter", "outcome"), [("o", "all_told"), ("\ufffd", "all_told"), ("", "no_statement")]
)
def test_rights_are_read_in_the_part_of_a_shop_of_one_page(letter: str, outcome: str) -> None:
    part = (
        f"<h2>Privacy</h2><p>{FILL['nl']}</p><p>U heeft recht op inzage, correctie en verwijdering"
        f" en kunt bezwaar maken. {letter}</p><h2>Contact</h2>"
    )
    seen = seen_of({"start": document(f"<h1>Kaarsen</h1>{part if letter else ''}<p>Hallo</p>")})
    assert judge("rights_told", seen).outcome == outcome
