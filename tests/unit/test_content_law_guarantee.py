"""Consumer law: the harmonised notice of the legal guarantee."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.policy.conditions.content_law_guarantee import is_your_europe
from monitor.policy.judge import Seen
from scanners.content.evidence import PageFacts
from tests.unit.content_kit import EMPTY, MEMBER, document, facts, judge, seen_of

FILLED = "<h1>Winkelwagen</h1><p>1 x Stoel € 45,00</p><p>Totaal € 45,00</p>"


def shop(
    body: str, *, products: int = 3, cart: str = FILLED, gaps: dict[str, str] | None = None
) -> Seen:
    """A shop whose product pages hold ``body``."""
    pages: list[PageFacts] = [facts(document("<p>Welkom.</p>"), "/", "start")]
    pages += [
        facts(document(f"<h1>Stoel</h1>{body}"), f"/p{i}", "product") for i in range(products)
    ]
    if cart:
        pages.append(facts(document(cart), "/cart", "checkout"))
    return seen_of(tuple(pages), gaps=gaps)


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="/img/wettelijke-garantie-nl.png">',
        '<img src="/img/a1.png" alt="Kennisgeving: wettelijke garantie van twee jaar in de EU">',
        '<img src="/img/avis-harmonise.svg">',
        '<img src="/x.jpg" alt="Garantie légale de conformité : deux ans au moins">',
        '<img src="/notice-en.png" alt="Legal guarantee: at least two years">',
        '<img data-src="/files/legal_guarantee_en.jpg?v=3">',
        '<img src="/files/gewaehrleistungslabel-de.jpg" width="400" height="560">',
        '<img src="/l.png" alt="Amtliche Mitteilung: gesetzliche Gewährleistung">',
    ],
)
def test_the_picture_of_the_notice_is_known_by_its_name_or_alt_text(picture: str) -> None:
    found = judge("guarantee_notice", shop(picture))
    assert found.outcome == "shown"
    assert found.fragment


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (
            (
                '<a href="https://europa.eu/youreurope/citizens/consumers/shopping/'
                'guarantees-returns/index_nl.htm">Uw garantie</a>'
            ),
            "linked",
        ),
        ('<a href="https://europa.eu/youreurope/guarantees">Your rights</a>', "linked"),
        ("<p>Op alles geldt de wettelijke garantie. Meer op de garantiepagina.</p>", "words_only"),
        ("<p>Vous bénéficiez de la garantie légale de conformité.</p>", "words_only"),
        ("<p>You have a legal guarantee of two years.</p>", "words_only"),
        ("<button>Gesetzliche Gewährleistung</button>", "words_only"),
        ('<a href="#notice">Gesetzliche Gewährleistung</a>', "words_only"),
    ],
)
def test_a_link_or_a_sentence_is_for_a_reviewer(text: str, outcome: str) -> None:
    found = judge("guarantee_notice", shop(text))
    assert found.outcome == outcome
    assert found.fragment


@pytest.mark.parametrize(
    "text",
    ["Mooie stoel.", "Belle chaise, garantie 2 ans.", "A chair.", "Stuhl mit 5 Jahren Garantie."],
)
def test_a_shop_that_was_read_up_to_the_checkout_and_has_no_notice_lacks_it(text: str) -> None:
    assert judge("guarantee_notice", shop(f"<p>{text}</p>")).outcome == "absent_complete"


@pytest.mark.parametrize(
    "text",
    [
        '<img src="/garantie-2-jaar.png" alt="2 jaar garantie">',
        '<a href="https://europa.eu.example.com/youreurope/guarantees">Garantie</a>',
        '<a href="https://europa.eu/youreurope/travel">Reizen</a>',
        '<a href="http://[europa.eu/youreurope/guarantees">x</a>',
        '<img src="/legal-guarantee.png" width="16" height="16">',
    ],
)
def test_a_guarantee_of_the_shop_and_look_alikes_are_no_notice(text: str) -> None:
    assert judge("guarantee_notice", shop(text)).outcome == "absent_complete"


def test_what_was_not_read_cannot_lack_the_notice() -> None:
    assert judge("guarantee_notice", EMPTY).outcome == "incomplete"
    assert judge("guarantee_notice", shop("", gaps={"start": "consent"})).outcome == "incomplete"
    assert judge("guarantee_notice", shop("", products=2)).outcome == "no_products"
    assert judge("guarantee_notice", shop("", cart="")).outcome == "checkout_unread"
    empty = "<h1>Winkelwagen</h1><p>Uw winkelwagen is leeg.</p>"
    assert judge("guarantee_notice", shop("", cart=empty)).outcome == "checkout_unread"


def test_before_its_day_the_notice_is_not_asked_for() -> None:
    early = replace(shop(""), at=datetime(2026, 9, 26, tzinfo=UTC))
    assert judge("guarantee_notice", early).outcome == "not_due"
    picture = shop('<img src="/wettelijke-garantie.png">')
    shown = replace(picture, at=datetime(2026, 9, 1, tzinfo=UTC))
    assert judge("guarantee_notice", shown).outcome == "shown"
    belgian = replace(MEMBER, jurisdiction="BE")
    days = {"default": "2026-09-27", "BE": ""}
    seen = shop("")
    found = judge("guarantee_notice", seen, member=belgian, applies_from=days)
    assert found.outcome == "not_due"


def test_the_address_must_be_that_of_your_europe() -> None:
    assert is_your_europe("https://europa.eu/youreurope/guarantees")
    assert not is_your_europe("https://notEuropa.eu.shop.example/youreurope/guarantees")
    assert not is_your_europe("https://europa.eu/legal-guarantee")
