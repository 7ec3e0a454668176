"""What reviewers of terms and disclaimers are shown, and what their verdict is pinned to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.policy.conditions.content_terms_review import pinned
from scanners.content.evidence import LinkSeen
from tests.unit.content_kit import EMPTY, document, facts, judge, seen_of
from tests.unit.terms_kit import START, start, terms

CLAUSES = """
suspect nl Wij sluiten iedere aansprakelijkheid uit.
suspect nl Wij zijn nooit aansprakelijk voor schade.
needs_review nl Iedere aansprakelijkheid is uitgesloten, behoudens opzet of grove schuld.
suspect nl Het abonnement wordt stilzwijgend verlengd met een jaar.
suspect nl Betaling geschiedt voor 100% vooraf.
suspect nl Uitsluitend de Belgische rechter is bevoegd.
suspect fr Nous déclinons toute responsabilité pour tout dommage.
suspect fr Le contrat est renouvelé par tacite reconduction.
suspect fr Seuls les tribunaux de Bruxelles sont compétents.
suspect en In no event shall we be liable for any damage.
suspect en The subscription renews automatically each year.
suspect en The courts of England have exclusive jurisdiction.
suspect de Jegliche Haftung ist ausgeschlossen.
suspect de Der Vertrag verlängert sich stillschweigend um ein Jahr.
suspect de Wir haften nicht für Schäden.
suspect en We may change these terms at any time without notice.
suspect nl Prijswijzigingen en drukfouten voorbehouden.
needs_review nl Aan deze teksten kunnen geen rechten worden ontleend.
needs_review nl U kunt de overeenkomst opzeggen met een termijn van een maand.
needs_review en Nothing limits our liability for gross negligence.
needs_review de Wir haften für Vorsatz und grobe Fahrlässigkeit.
needs_review fr Vous pouvez résilier le contrat à tout moment.
"""
BARE = document("<p>Winkel</p>")


@pytest.mark.parametrize(
    ("outcome", "language", "clause"),
    [pytest.param(*line.split(" ", 2), id=line[:70]) for line in CLAUSES.strip().split("\n")],
)
def test_clauses_are_marked_for_a_reviewer(outcome: str, language: str, clause: str) -> None:
    seen = seen_of({"start": start(language), "terms": terms(language, clause)})
    found = judge("terms_suspect", seen)
    assert found.outcome == outcome
    assert found.fragment


def test_a_home_court_may_be_named_as_the_only_one() -> None:
    clause = "Uitsluitend de Nederlandse rechter is bevoegd."
    seen = seen_of({"start": start(), "terms": terms("nl", clause)})
    assert judge("terms_suspect", seen).outcome == "needs_review"
    assert judge("terms_suspect", seen, law_expected=["BE"]).outcome == "suspect"


def test_many_suspects_are_counted() -> None:
    clauses = [f"Wij zijn nooit aansprakelijk voor schade {n}." for n in range(9)]
    seen = seen_of({"start": start(), "terms": terms("nl", *clauses)})
    assert "4 more" in judge("terms_suspect", seen).summary


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_terms_are_reviewed_once_per_text(language: str) -> None:
    first = judge("terms_reviewed", seen_of({"start": start(language), "terms": terms(language)}))
    again = judge("terms_reviewed", seen_of({"start": start(language), "terms": terms(language)}))
    other = judge(
        "terms_reviewed", seen_of({"start": start(language), "terms": terms(language, "Nieuw.")})
    )
    assert first.outcome == again.outcome == other.outcome == "needs_review"
    assert first.fragment == again.fragment != other.fragment


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Versie 2.1 van 1 januari 2025", "Versie 2.2 van 14 maart 2026"),
        ("Version du 01/02/2025", "Version du 03/04/2026"),
        ("Last updated: March 3, 2025", "Last updated: October 12, 2026"),
        ("Stand: 1. Januar 2025", "Stand: 2. Mai 2026"),
        ("KvK 30198127", "KvK 12345678"),
        ("btw NL004495445B01", "btw NL123456782B90"),
        ("Bel 030 123 45 67 of mail info@a.nl", "Bel 030-7654321 of mail post@b.example"),
        ("Zie https://a.example/x", "Zie https://b.example/y"),
    ],
)
def test_a_change_of_date_number_or_contact_asks_no_new_review(before: str, after: str) -> None:
    assert pinned(before) == pinned(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Betaling binnen 14 dagen.", "Betaling binnen 30 dagen."),
        ("De rente is 2 % per maand.", "De rente is 5 % per maand."),
        ("Tot € 1.000 per schade.", "Tot € 2.000 per schade."),
        ("Wij zijn aansprakelijk.", "Wij zijn niet aansprakelijk."),
    ],
)
def test_a_change_of_meaning_asks_a_new_review(before: str, after: str) -> None:
    assert pinned(before) != pinned(after)


def test_the_model_terms_are_noted() -> None:
    body = terms("nl", title="Algemene voorwaarden Thuiswinkel Zakelijk")
    assert judge("terms_reviewed", seen_of({"start": start(), "terms": body})).note


@pytest.mark.parametrize("name", ["terms_reviewed", "terms_suspect"])
def test_what_was_not_read_whole_is_not_put_before_a_reviewer(name: str) -> None:
    assert judge(name, EMPTY).outcome == "incomplete"
    assert judge(name, seen_of({"start": BARE})).outcome == "no_terms"
    gap = seen_of({"start": start(), "terms": terms()}, gaps={"terms": "timed_out"})
    assert judge(name, gap).outcome == "incomplete"
    scan = replace(
        facts("", "/av.pdf", "terms"), document=True, problem="pdf_without_text", text=""
    )
    seen = seen_of((facts(start(), "/", "start"), scan), gaps={"terms": "pdf_without_text"})
    assert judge(name, seen).outcome == "unread_document"


DISCLAIMERS = {
    "nl": (
        "Disclaimer",
        "Deze website is met zorg gemaakt.",
        "Wij sluiten elke aansprakelijkheid uit.",
    ),
    "fr": (
        "Clause de non-responsabilité",
        "Ce site est fait avec soin.",
        "Nous déclinons toute responsabilité.",
    ),
    "en": ("Disclaimer", "This site was made with care.", "In no event are we liable for damage."),
    "de": ("Haftungsausschluss", "Diese Seiten sind mit Sorgfalt gemacht.", "Wir haften nicht."),
}


@pytest.mark.parametrize("language", list(DISCLAIMERS))
def test_a_disclaimer_is_put_before_a_reviewer(language: str) -> None:
    title, calm, harsh = DISCLAIMERS[language]
    for line, outcome in ((calm, "needs_review"), (harsh, "suspect")):
        body = document(f"<h1>{title}</h1><p>{line}</p>", lang=language)
        named = body.replace("<title>Winkel", f"<title>{title}")
        for page in (named, body):
            found = judge("disclaimer", seen_of({"start": start(language), "about": page}))
            assert found.outcome == outcome
            assert line in found.fragment


@pytest.mark.parametrize(
    "said",
    [
        "Aan de inhoud van deze website kunnen geen rechten worden ontleend.",
        "No rights can be derived from this website.",
    ],
)
def test_the_usual_words_of_every_dutch_site_are_not_suspect(said: str) -> None:
    body = document(f"<h1>Disclaimer</h1><p>{said}</p>")
    assert judge("disclaimer", seen_of({"start": start(), "about": body})).outcome == "needs_review"


def test_a_section_in_the_terms_is_judged_alone() -> None:
    body = terms("nl").replace(
        "</main>", "<h2>Disclaimer</h2><p>Prijswijzigingen en drukfouten voorbehouden.</p>"
        "<h2>Slot</h2><p>Tot ziens.</p></main>"
    )  # fmt: skip
    found = judge("disclaimer", seen_of({"start": start(), "terms": body}))
    assert found.outcome == "suspect"
    assert "Tot ziens" not in found.fragment


def test_a_shop_without_disclaimer_is_not_concerned() -> None:
    assert judge("disclaimer", seen_of({"start": start(), "terms": terms()})).outcome == "none"


def test_a_disclaimer_that_was_not_read_is_not_called_none() -> None:
    assert judge("disclaimer", EMPTY).outcome == "incomplete"
    gap = seen_of({"start": start()}, gaps={"about": "bot_wall"})
    assert judge("disclaimer", gap).outcome == "incomplete"
    named = LinkSeen("https://shop.example.nl/disclaimer", "Disclaimer", "page", "footer")
    home = replace(facts(document(f"<p>{START['nl']}</p>"), "/", "start"), links=(named,))
    found = judge("disclaimer", seen_of((home,)))
    assert found.outcome == "incomplete"
    assert "Disclaimer" in found.summary


@pytest.mark.parametrize(
    "heading",
    ["Haftung für Inhalte", "Haftung fuer Links", "Haftungsbeschränkung",
     "Uitsluiting van aansprakelijkheid"],
)  # fmt: skip
def test_other_names_of_a_disclaimer_are_known(heading: str) -> None:
    body = document(f"<h1>Impressum</h1><h2>{heading}</h2><p>Wir übernehmen keine Gewähr.</p>")
    seen = seen_of({"start": start("de"), "about": body, "terms": terms("de")})
    assert judge("disclaimer", seen).outcome == "needs_review"
