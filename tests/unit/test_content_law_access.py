"""Consumer law: what a shop tells of its accessibility."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.policy.judge import Seen
from tests.unit.content_kit import EMPTY, MEMBER, document, facts, judge, seen_of

LARGE = replace(MEMBER, size="medium")


def shop(start: str = "", terms: str = "", *, gaps: dict[str, str] | None = None) -> Seen:
    """A shop with a start page and terms."""
    pages = {"start": document(f"<p>Welkom.</p>{start}"), "terms": document(f"<p>AV.</p>{terms}")}
    return seen_of(pages, gaps=gaps)


@pytest.mark.parametrize(
    "text",
    [
        (
            "<h2>Toegankelijkheid</h2><p>Onze webwinkel voldoet grotendeels aan WCAG 2.1; teksten "
            "zijn met een schermlezer te lezen en alle knoppen werken met het toetsenbord. Meld "
            "een drempel via info@shop.example.</p>"
        ),
        (
            "<h2>Déclaration d'accessibilité</h2><p>Notre boutique est partiellement conforme au "
            "RGAA ; les contenus sont lisibles par un lecteur d'écran et la commande se fait au "
            "clavier. Signalez-nous un obstacle à info@shop.example.</p>"
        ),
        (
            "<h2>Accessibility</h2><p>Our shop meets WCAG 2.1 level AA in most parts; texts can be "
            "read by a screen reader and ordering works by keyboard. Tell us of any barrier at "
            "info@shop.example.</p>"
        ),
        (
            "<h2>Barrierefreiheit</h2><p>Unser Shop erfüllt weitgehend die Anforderungen der BFSGV "
            "nach EN 301 549; Texte sind mit einem Screenreader lesbar und Bestellen geht mit der "
            "Tastatur. Melden Sie Barrieren an info@shop.example.</p>"
        ),
        "<p>Voor toegankelijkheid volgen wij de European Accessibility Act en EN 301 549.</p>",
    ],
)
def test_a_text_on_how_the_site_is_accessible_meets_the_condition(text: str) -> None:
    found = judge("accessibility_statement", shop(terms=text), member=LARGE)
    assert found.outcome == "stated"
    assert found.fragment


def test_a_page_of_its_own_is_a_statement() -> None:
    body = (
        "<h1>Toegankelijkheidsverklaring</h1><p>Wij toetsen de webwinkel elk jaar aan WCAG 2.1.</p>"
    )
    page = facts(document(body), "/toegankelijkheid", "about")
    seen = seen_of((facts(document("<p>Welkom.</p>"), "/", "start"), page))
    assert judge("accessibility_statement", seen, member=LARGE).outcome == "stated"
    titled = replace(page, title="Accessibility statement", headings=())
    seen = seen_of((facts(document("<p>Welkom.</p>"), "/", "start"), titled))
    assert judge("accessibility_statement", seen, member=LARGE).outcome == "stated"


@pytest.mark.parametrize(
    "words",
    [
        "Toegankelijkheidsverklaring",
        "Accessibilité : partiellement",
        "Accessibility statement",
        "Erklärung zur Barrierefreiheit",
    ],
)
def test_a_link_to_a_page_that_was_not_read_is_for_a_reviewer(words: str) -> None:
    seen = shop(f'<footer><a href="/a11y">{words}</a></footer>')
    found = judge("accessibility_statement", seen, member=LARGE)
    assert found.outcome == "linked"
    assert found.fragment


def test_a_word_without_substance_is_for_a_reviewer() -> None:
    text = "<p>Wij vinden toegankelijkheid belangrijk en werken er elke dag aan verder.</p>"
    assert judge("accessibility_statement", shop(text), member=LARGE).outcome == "mentioned"
    short = "<h2>Toegankelijkheid</h2><p>WCAG.</p>"
    assert judge("accessibility_statement", shop("", short), member=LARGE).outcome == "mentioned"


@pytest.mark.parametrize(
    "text",
    [
        "Toegankelijkheid: onze winkel heeft een parkeerplaats en is met een rolstoel te bereiken.",
        "Accessibilité du magasin : parking et accès en fauteuil roulant.",
        "Accessibility: wheelchair entrance at the back.",
        "Barrierefreiheit: Rollstuhlrampe am Eingang.",
        "Onze stoelen zijn toegankelijk geprijsd.",
    ],
)
def test_the_way_into_a_building_is_not_that_into_a_site(text: str) -> None:
    seen = shop(f"<p>{text}</p>")
    assert judge("accessibility_statement", seen, member=LARGE).outcome == "absent_complete"


def test_who_is_or_may_be_a_micro_firm_is_not_accused() -> None:
    micro = replace(MEMBER, size="Micro")
    assert judge("accessibility_statement", shop(), member=micro).outcome == "micro"
    assert judge("accessibility_statement", shop()).outcome == "size_unknown"


def test_what_was_not_read_cannot_lack_the_statement() -> None:
    assert judge("accessibility_statement", EMPTY, member=LARGE).outcome == "incomplete"
    seen = shop(gaps={"terms": "timeout"})
    assert judge("accessibility_statement", seen, member=LARGE).outcome == "incomplete"
    gone = shop(gaps={"terms": "not_found"})
    assert judge("accessibility_statement", gone, member=LARGE).outcome == "absent_complete"
