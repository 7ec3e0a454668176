"""Consumer law: withdrawing from a contract, the function and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.policy.judge import Seen
from scanners.content.evidence import PageFacts
from tests.unit.content_kit import EMPTY, MEMBER, document, facts, judge, seen_of

FORM = '<form action="/send" method="post"><input name="email"><input name="ordernr"></form>'
LOGIN = (
    '<form action="/in" method="post"><input name="email">'
    '<input name="password" type="password"></form>'
)
LETTER = '<form action="/letter" method="post"><input name="email"></form>'


def start(links: str) -> PageFacts:
    """The start page with these links."""
    return facts(document(f"<p>Welkom.</p>{links}{LETTER}"), "/", "start")


def shop(links: str, target: str | None = None, *more: PageFacts, **gaps: str) -> Seen:
    """A shop with links on the start page and, perhaps, the page ``/herroep`` behind one."""
    pages = [start(links), *more]
    if target is not None:
        pages.append(facts(document(f"<p>Vul in.</p>{target}{LETTER}"), "/herroep", "returns"))
    return seen_of(tuple(pages), gaps=gaps)


def link(words: str, to: str = "/herroep") -> str:
    """A link with these words."""
    return f'<a href="{to}">{words}</a>'


ACTS = [
    "hier de overeenkomst herroepen",
    "Herroeping bevestigen",
    "Bestelling herroepen",
    "Overeenkomst hier ontbinden",
    "Herroep je aankoop",
    "Renoncer au contrat ici",
    "Confirmer la rétractation",
    "Exercer mon droit de rétractation",
    "Se rétracter",
    "Withdraw from contract here",
    "Confirm withdrawal",
    "Withdraw from your order",
    "Vertrag widerrufen",
    "Vertrag hier widerrufen",
    "Widerruf bestätigen",
    "Bestellung jetzt widerrufen",
    "Ontbind de overeenkomst",
    "Renoncer à la commande",
]


@pytest.mark.parametrize("words", ACTS)
def test_a_link_that_acts_and_a_form_behind_it_are_the_function(words: str) -> None:
    found = judge("withdrawal_function", shop(link(words), FORM))
    assert found.outcome == "available"
    assert found.values["words"] == words


@pytest.mark.parametrize("words", ["Herroeping bevestigen", "Widerruf absenden"])
def test_a_button_that_acts_is_the_function(words: str) -> None:
    button = f'<button type="submit">{words}</button>'
    form = f'<form action="/s" method="post"><input name="a">{button}</form>'
    assert judge("withdrawal_function", shop("", form)).outcome == "available"
    behind = shop(link("Vertrag widerrufen"), form)
    assert judge("withdrawal_function", behind).outcome == "available"


@pytest.mark.parametrize(
    "words",
    [
        "Herroepingsrecht",
        "Retourbeleid",
        "Droit de rétractation",
        "Right of withdrawal",
        "Widerrufsbelehrung",
        "Widerrufsrecht",
    ],
)
def test_a_policy_is_no_function(words: str) -> None:
    found = judge("withdrawal_function", shop(link(words), "<p>14 dagen.</p>"))
    assert found.outcome == "policy_only"
    assert found.fragment == words


@pytest.mark.parametrize(
    "words",
    [
        "Einwilligung widerrufen",
        "Cookie-Einwilligung hier widerrufen",
        "Withdraw consent",
        "Verträge hier kündigen",
        "Vie privée",
        "Contact",
    ],
)
def test_consent_and_subscriptions_are_other_things(words: str) -> None:
    found = judge("withdrawal_function", shop(link(words, "/cookies")))
    assert found.outcome == "absent_complete"


@pytest.mark.parametrize(
    ("links", "target", "outcome"),
    [
        (link("Vertrag widerrufen"), LOGIN, "behind_login"),
        (link("Vertrag widerrufen"), LOGIN + FORM, "available"),
        (link("Vertrag widerrufen", "/account/orders"), None, "behind_login"),
        (link("Vertrag widerrufen", "#"), None, "scripted"),
        (link("Vertrag widerrufen", "https://retour.example.com/x"), None, "linked"),
        (link("Vertrag widerrufen"), "<p>Tekst.</p>", "linked"),
        (link("Vertrag widerrufen"), '<iframe src="https://f.example.com/a"></iframe>', "scripted"),
        (link("Vertrag widerrufen", "mailto:x@shop.example"), None, "mail_or_document"),
        (link("Vertrag widerrufen", "/widerruf.pdf"), None, "mail_or_document"),
        (link("Retour aanmelden"), None, "other_words"),
        (link("Herroepingsformulier"), FORM, "other_words"),
        (link("Herroepingsformulier", "/form.pdf"), None, "policy_only"),
        (link("Start a return", "https://portal.example.com"), None, "other_words"),
        (link("Retourner un article"), None, "other_words"),
        (link("Widerrufsformular"), None, "other_words"),
        (link("Widerrufsbutton"), None, "other_words"),
        (link("Bouton de rétractation"), None, "other_words"),
        (link("Online herroepen"), None, "linked"),
        (link("Cancel your contract"), None, "other_words"),
        (link("Widerruf"), FORM, "other_words"),
    ],
)
def test_what_can_be_said_of_ways_that_are_not_sure(
    links: str, target: str | None, outcome: str
) -> None:
    found = judge("withdrawal_function", shop(links, target))
    assert found.outcome == outcome, found.summary


def test_a_target_that_is_a_document_or_unreadable() -> None:
    page = facts(document("<p>x</p>"), "/herroep", "returns")
    links = link("Vertrag widerrufen")
    for target, outcome in (
        (replace(page, document=True), "mail_or_document"),
        (replace(page, problem="wall"), "linked"),
    ):
        found = judge("withdrawal_function", shop(links, None, target))
        assert found.outcome == outcome


def test_the_best_of_several_ways_counts() -> None:
    links = link("Vertrag widerrufen", "mailto:x@shop.example") + link("Widerruf erklären")
    assert judge("withdrawal_function", shop(links, FORM)).outcome == "available"


def test_absence_counts_only_when_all_was_read_and_the_law_is_in_force() -> None:
    assert judge("withdrawal_function", shop("")).outcome == "absent_complete"
    assert judge("withdrawal_function", shop("", returns="wall")).outcome == "incomplete"
    assert judge("withdrawal_function", EMPTY).outcome == "incomplete"
    before = replace(shop(""), at=datetime(2026, 6, 18, tzinfo=UTC))
    assert judge("withdrawal_function", before).outcome == "not_due"
    there = replace(shop(link("Vertrag widerrufen"), FORM), at=before.at)
    assert judge("withdrawal_function", there).outcome == "available"


@pytest.mark.parametrize(
    ("table", "outcome"),
    [
        ({"default": "2026-06-19", "BE": ""}, "not_due"),
        ({"default": "2026-06-19", "BE": "2027-01-01"}, "not_due"),
        ({"default": "2026-06-19", "BE": "soon"}, "not_due"),
        ({"default": "2026-06-19"}, "absent_complete"),
        ({}, "not_due"),
        (None, "absent_complete"),
    ],
)
def test_the_day_is_a_parameter_by_country(table: dict[str, str] | None, outcome: str) -> None:
    member = replace(MEMBER, jurisdiction="BE")
    found = judge("withdrawal_function", shop(""), member=member, applies_from=table)
    assert found.outcome == outcome


COMPLETE = {
    "nl": "U heeft 14 dagen bedenktijd. Wij betalen het aankoopbedrag en de verzendkosten terug."
    " Gebruik het modelformulier voor herroeping.",
    "fr": "Vous avez quatorze jours pour vous rétracter. Nous remboursons le prix et les frais de"
    " livraison. Utilisez le formulaire de rétractation.",
    "en": "You can withdraw within 14 days. We refund the price and the delivery costs. Use the"
    " model withdrawal form.",
    "de": "Sie können binnen vierzehn Tagen widerrufen. Wir erstatten den Preis und die"
    " Versandkosten. Nutzen Sie das Muster-Widerrufsformular.",
}


def info(text: str, *, linked: bool = True, more: str = "", **gaps: str) -> Seen:
    """A shop whose page on returns says ``text``."""
    first = start(link("Retourneren", "/retour") if linked else link("Over ons", "/over"))
    pages = [first, facts(document(f"<p>{text}</p>"), "/retour", "returns")]
    if more:
        pages.append(facts(document(f"<p>{more}</p>"), "/av", "terms"))
    return seen_of(tuple(pages), gaps=gaps)


@pytest.mark.parametrize("language", list(COMPLETE))
def test_a_page_that_tells_all_meets_the_condition(language: str) -> None:
    found = judge("withdrawal_info", info(COMPLETE[language]))
    assert found.outcome == "complete", found.summary


@pytest.mark.parametrize(
    "text",
    [
        (
            "U kunt binnen 14 werkdagen retourneren. U ontvangt het volledige"
            " aankoopbedrag inclusief"
            " verzendkosten terug. Vul het retourformulier in."
        ),
        (
            "U heeft twee weken bedenktijd. Het hele bedrag en de bezorgkosten storten"
            " wij terug. Stuur"
            " het modelformulier mee."
        ),
        (
            "You have 14 calendar days to change your mind. We will refund the price"
            " and the cost of"
            " standard delivery. Use our cancellation form if you like."
        ),
        (
            "Sie können binnen 14 Tagen widerrufen. Wir erstatten den Preis und die Kosten der"
            " Standardlieferung. Das Widerrufsformular finden Sie hier."
        ),
    ],
)
def test_other_words_for_the_same_tell_all_too(text: str) -> None:
    assert judge("withdrawal_info", info(text)).outcome == "complete"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("U heeft 30 dagen bedenktijd.", "refund, cost of delivery, model form"),
        ("Vous pouvez vous rétracter sous 14 jours.", "refund, cost of delivery, model form"),
        ("Withdraw within two weeks; we refund all.", "cost of delivery, model form"),
        ("Widerruf: 14 Tage. Hier ist das Widerrufsformular.", "refund, cost of delivery"),
    ],
)
def test_what_is_told_nowhere_is_a_candidate(text: str, missing: str) -> None:
    found = judge("withdrawal_info", info(text))
    assert (found.outcome, found.values["missing"]) == ("elements_missing", missing)


def test_what_the_terms_tell_is_elsewhere() -> None:
    found = judge("withdrawal_info", info("U heeft 14 dagen bedenktijd.", more=COMPLETE["nl"]))
    assert found.outcome == "elements_elsewhere"
    text = "U heeft 14 dagen bedenktijd."
    assert judge("withdrawal_info", info(text, terms="wall")).outcome == "elements_elsewhere"
    assert judge("withdrawal_info", info(text, returns="wall")).outcome == "incomplete"


@pytest.mark.parametrize(
    "text",
    [
        "U kunt binnen 7 dagen retourneren.",
        "Vous avez sept jours pour vous rétracter.",
        "Returns are accepted within 10 days.",
        "Widerruf ist binnen 7 Tagen möglich.",
    ],
)
def test_fewer_than_14_days_is_a_candidate(text: str) -> None:
    assert judge("withdrawal_info", info(text)).outcome == "term_too_short"


@pytest.mark.parametrize(
    "text",
    [
        "Na retour betalen wij binnen 7 dagen uw geld terugbetaald.",
        "Beschadigde retouren meldt u binnen 7 dagen.",
        "Retourneren kan.",
        "Retourneren kan enkele dagen.",
        "Retouren verwerken wij binnen 5 dagen.",
        "Stuur het binnen 3 werkdagen na aanmelding naar ons retouradres.",
    ],
)
def test_other_terms_on_a_page_on_returns_are_not_the_period(text: str) -> None:
    assert judge("withdrawal_info", info(text)).outcome == "elements_missing"


def test_a_page_that_nothing_leads_to_is_hard_to_find() -> None:
    assert judge("withdrawal_info", info(COMPLETE["nl"], linked=False)).outcome == "not_linked"


def test_withdrawing_in_the_terms_alone_is_not_enough() -> None:
    pages = (start(""), facts(document(f"<p>{COMPLETE['nl']}</p>"), "/av", "terms"))
    assert judge("withdrawal_info", seen_of(pages)).outcome == "only_in_terms"
    assert judge("withdrawal_info", seen_of((start(""),))).outcome == "absent_complete"
    unread = seen_of((start(""),), gaps={"terms": "wall"})
    assert judge("withdrawal_info", unread).outcome == "incomplete"
    unread = seen_of((start(""),), gaps={"returns": "wall"})
    assert judge("withdrawal_info", unread).outcome == "incomplete"
    assert judge("withdrawal_info", EMPTY).outcome == "incomplete"


def test_a_term_for_something_else_does_not_hide_a_short_one() -> None:
    pages = {
        "start": document('<p>Welkom.</p><a href="/returns">Returns</a>'),
        "returns": document("<p>You may return your purchase within 7 days of receipt.</p>"),
        "terms": document(
            "<h2>Complaints</h2><p>We answer within 14 days.</p><h2>Force majeure</h2>"
            "<p>After two months either party may cancel the contract.</p>"
        ),
    }
    assert judge("withdrawal_info", seen_of(pages)).outcome == "term_too_short"


@pytest.mark.parametrize(
    "terms",
    [
        "<p>You may withdraw within 14 days.</p>",
        "<h2>Right of withdrawal</h2><p>The period is 14 days after delivery.</p>",
        "<p>You have a right to withdraw. The period is 14 days.</p>",
    ],
)
def test_two_terms_on_withdrawing_are_for_a_reviewer(terms: str) -> None:
    pages = {
        "start": document('<p>Welkom.</p><a href="/returns">Returns</a>'),
        "returns": document("<p>You may return your purchase within 7 days of receipt.</p>"),
        "terms": document(terms),
    }
    assert judge("withdrawal_info", seen_of(pages)).outcome != "term_too_short"
