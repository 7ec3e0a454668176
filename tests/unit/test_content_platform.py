"""Marketplaces: complaints of sellers (tp-3.1) and mediators (tp-3.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.member import Customers
from monitor.policy.judge import Seen
from tests.unit.content_kit import EMPTY, MEMBER, document, facts, judge, seen_of

START = facts(document("<p>Welkom op het platform.</p>"), "/", "start")
PLATFORM = replace(MEMBER, customers=frozenset({Customers.B2C}), size="large")
FILLER = (
    "<p>Verkopers sluiten een overeenkomst. De verkoper levert zelf. Sellers agree.</p>"
    "<p>Vendeurs et Händler zijn zakelijke gebruikers.</p>"
)


def platform(
    text: str, *, path: str = "/verkopersvoorwaarden", head: str = "Voorwaarden voor verkopers",
    gaps: dict[str, str] | None = None, more: str = FILLER, lang: str = "nl",
) -> Seen:  # fmt: skip
    """A platform whose terms for sellers say ``text``."""
    body = document(f"<h1>{head}</h1>{more}{text}", lang=lang)
    return seen_of((START, facts(body, path, "terms")), gaps=gaps)


@pytest.mark.parametrize(
    "text",
    [
        "<h2>Klachten</h2><p>Verkopers kunnen gebruikmaken van ons interne klachtensysteem.</p>",
        (
            "<p>Wij hebben een intern systeem voor de afhandeling van klachten van verkopers,"
            " namelijk"
            " een interne klachtenregeling.</p>"
        ),
        "<p>Sellers may use our internal complaint-handling system free of charge.</p>",
        "<h2>Complaints</h2><p>Business users have an internal complaints procedure.</p>",
        "<p>Nous offrons aux vendeurs un système interne de traitement des plaintes.</p>",
        "<p>Les utilisateurs professionnels disposent d'une procédure interne de réclamation.</p>",
        "<p>Le traitement interne des réclamations des vendeurs est gratuit.</p>",
        "<p>Händler können unser internes Beschwerdemanagementsystem nutzen.</p>",
        (
            "<p>Gewerblichen Nutzern steht ein internes System für Beschwerden offen:"
            " das interne Beschwerdeverfahren.</p>"
        ),
    ],
)
def test_terms_for_sellers_that_describe_a_complaint_system_meet_the_condition(text: str) -> None:
    found = judge("internal_complaints", platform(text), member=PLATFORM)
    assert found.outcome == "described"
    assert found.fragment


@pytest.mark.parametrize(
    "text",
    [
        "<p>De verkoper draagt het risico van levering.</p>",
        "<p>The seller shall deliver in time.</p>",
        "<p>Le vendeur livre à temps.</p>",
        "<p>Der Händler liefert rechtzeitig.</p>",
        "<p>Er is geen intern klachtensysteem.</p>",
        "<p>We do not offer an internal complaint-handling system.</p>",
    ],
)
def test_terms_for_sellers_without_one_are_a_candidate(text: str) -> None:
    found = judge("internal_complaints", platform(text), member=PLATFORM)
    assert found.outcome == "not_described"
    assert found.fragment


def test_complaints_without_a_system_are_for_a_reviewer() -> None:
    text = "<p>Een verkoper met een klacht vult het formulier in het portaal in.</p>"
    assert judge("internal_complaints", platform(text), member=PLATFORM).outcome == "unclear"


def test_a_complaints_page_of_consumers_is_not_the_sellers_system() -> None:
    page = facts(
        document("<h1>Klachten</h1><p>Consumenten gebruiken onze interne klachtenregeling.</p>"),
        "/klachten",
        "complaints",
    )
    found = judge("internal_complaints", seen_of((START, page)), member=PLATFORM)
    assert found.outcome == "no_seller_terms"
    mixed = platform("<p>Voor consumenten geldt een interne klachtenprocedure.</p>")
    assert judge("internal_complaints", mixed, member=PLATFORM).outcome == "unclear"
    plain = platform("<h2>Intern</h2><p>Wij kennen een intern klachtensysteem.</p>")
    assert judge("internal_complaints", plain, member=PLATFORM).outcome == "described"


def test_terms_behind_a_login_are_not_known() -> None:
    page = facts(document("<h1>Algemene voorwaarden</h1><p>Kopers betalen.</p>"), "/av", "terms")
    for name in ("internal_complaints", "mediators"):
        assert judge(name, seen_of((START, page)), member=PLATFORM).outcome == "no_seller_terms"
        seen = platform("<p>x</p>", gaps={"terms": "login"})
        assert judge(name, seen, member=PLATFORM).outcome == "incomplete"
        assert judge(name, EMPTY, member=PLATFORM).outcome == "incomplete"


@pytest.mark.parametrize("name", ["internal_complaints", "mediators"])
def test_small_platforms_and_those_for_companies_alone_are_exempt(name: str) -> None:
    seen = platform("<p>x</p>")
    assert judge(name, seen, member=replace(PLATFORM, size="Small")).outcome == "small"
    only = replace(PLATFORM, customers=frozenset({Customers.B2B}))
    assert judge(name, seen, member=only).outcome == "pure_b2b"


def test_terms_without_a_telling_name_are_known_by_their_words() -> None:
    text = "<p>De verkoper levert. De verkoper betaalt. Verkopers melden. Een verkoper stopt.</p>"
    seen = platform(text, path="/av", head="Voorwaarden", more="")
    assert judge("internal_complaints", seen, member=PLATFORM).outcome == "not_described"


@pytest.mark.parametrize(
    "text",
    [
        (
            "<p>Als mediator wijzen wij aan: Stichting Mediation Noord en het Centrum"
            " voor Bemiddeling"
            " Utrecht.</p>"
        ),
        (
            "<p>Bemiddeling is mogelijk via Thuiswinkel.org of via het Nederlands"
            " Arbitrage Instituut."
            "</p>"
        ),
        "<p>Our mediators are CEDR (www.cedr.com) and the ADR Center, Rome.</p>",
        (
            "<h2>Mediation</h2><p>We engage with these mediators:</p><ul><li>Centre for Effective"
            " Dispute Resolution (CEDR)</li><li>MKB Mediation, www.mkbmediation.nl</li></ul>"
        ),
        (
            "<p>Les médiateurs désignés sont le CMAP (Centre de Médiation et d'Arbitrage de Paris)"
            " et"
            " l'Institut Français de Médiation.</p>"
        ),
        (
            "<p>Als Mediatoren benennen wir die Industrie- und Handelskammer Köln und"
            " das Europäische"
            " Institut für Conflict Management.</p>"
        ),
    ],
)
def test_two_mediators_by_name_meet_the_condition(text: str) -> None:
    found = judge("mediators", platform(text), member=PLATFORM)
    assert found.outcome == "two_or_more", found.summary


@pytest.mark.parametrize(
    "text",
    [
        "<p>Mediation: Centre for Effective Dispute Resolution (CEDR), www.cedr.com.</p>",
        "<p>De bemiddeling gebeurt door Stichting Mediation Noord.</p>",
        "<p>Le médiateur est le CMAP.</p>",
        "<p>Mediator ist die Handelskammer Hamburg.</p>",
    ],
)
def test_one_organisation_under_several_names_is_one(text: str) -> None:
    found = judge("mediators", platform(text), member=PLATFORM)
    assert found.outcome == "one", found.summary


@pytest.mark.parametrize(
    "text",
    [
        "<p>De verkoper levert zelf.</p>",
        "<p>Wij zijn bereid tot mediation met een onafhankelijke mediator.</p>",
        "<p>The parties may ask a mediator. Mail mediation@shop.example.</p>",
        "<p>Le médiateur de la consommation est le CNPM et la FEVAD Fédération.</p>",
        "<p>Voorbeeld Handel B.V. bemiddelt tussen partijen.</p>",
        "<p>Zie mediation op ec.europa.eu.</p>",
    ],
)
def test_no_mediator_by_name_is_a_candidate(text: str) -> None:
    found = judge("mediators", platform(text), member=PLATFORM)
    assert found.outcome == "none_named", found.summary


def test_names_that_may_be_people_are_for_a_reviewer() -> None:
    text = "<p>Onze mediators zijn Jan Jansen en Petra de Vries.</p>"
    assert judge("mediators", platform(text), member=PLATFORM).outcome == "unclear"
