"""Objection against handing data to others (tz-10.3)."""

from __future__ import annotations

import pytest

from tests.unit.content_kit import EMPTY, judge, seen_of
from tests.unit.test_content_rights import privacy


def outcome(body: str, lang: str = "nl", gaps: dict[str, str] | None = None) -> str:
    return judge("objection", seen_of((privacy(f"<p>{body}</p>", lang),), gaps=gaps)).outcome.value


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("nl", "Wij delen uw gegevens met partners voor reclame. U kunt daartegen bezwaar maken."),
        ("fr", "Nous transmettons vos données à des tiers. Vous pouvez vous y opposer."),
        ("en", "We share your data with third parties for marketing. You may object at any time."),
        ("de", "Wir geben Ihre Daten an Dritte weiter. Dem können Sie widersprechen."),
        ("en", "We share your data with advertisers. You can opt out."),
    ],
)
def test_a_way_to_object_is_read_in_four_languages(lang: str, body: str) -> None:
    assert outcome(body, lang) == "route_told"


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("nl", "Wij verstrekken uw gegevens aan partners voor commerciële doeleinden."),
        ("fr", "Vos données sont communiquées à nos partenaires à des fins de prospection."),
        ("en", "We sell your personal data to third parties for their marketing."),
        ("de", "Ihre Daten geben wir zu Werbezwecken an Dritte weiter, wir übermitteln sie auch."),
        ("nl", "Wij delen gegevens met adverteerders voor reclame. U kunt geen bezwaar maken."),
    ],
)
def test_marketing_by_others_without_objection_is_a_candidate(lang: str, body: str) -> None:
    assert outcome(body, lang) == "marketing_without"
    assert outcome(body, lang, gaps={"privacy": "wall"}) == "incomplete"


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("nl", "Wij verstrekken uw gegevens niet aan derden."),
        ("nl", "Wij delen gegevens met derden uitsluitend als dat nodig is voor de levering."),
        ("nl", "Wij delen niets met derden, tenzij dat wettelijk verplicht is."),
        ("fr", "Nous ne transmettons jamais vos données à des tiers à des fins commerciales."),
        ("en", "We do not share your data with third parties."),
        ("de", "Eine Weitergabe an Dritte erfolgt nicht, wir geben keine Daten weiter."),
        (
            "de",
            "Daten werden nur an Dritte weitergegeben, soweit dies zur Lieferung erforderlich ist.",
        ),
    ],
)
def test_who_hands_nothing_over_needs_no_objection(lang: str, body: str) -> None:
    assert outcome(body, lang) == "no_transfer"


@pytest.mark.parametrize(
    "body",
    [
        "Wij delen uw gegevens soms met derden.",
        "Wij delen uw gegevens met partners voor marketing. U kunt zich afmelden voor de mail.",
        "Met uw toestemming delen wij gegevens met partners voor reclame.",
        "Wij delen niets met derden, tenzij u daar zelf om vraagt.",
        "Wij delen niets met derden. Wij verstrekken gegevens aan partners voor reclame.",
    ],
)
def test_what_a_person_has_to_weigh_is_for_a_reviewer(body: str) -> None:
    assert outcome(body) == "unclear"


def test_a_statement_that_does_not_speak_of_others_is_left_open() -> None:
    assert outcome("Wij bewaren alles zorgvuldig.") == "not_mentioned"


def test_a_verdict_is_pinned_to_the_sentences_on_sharing() -> None:
    body = "<p>Wij delen uw gegevens met derden.</p><p>Wij zijn aardig.</p>"
    found = judge("objection", seen_of((privacy(body),)))
    assert found.fragment == "wij delen uw gegevens met derden."


def test_no_statement_leaves_objection_open() -> None:
    assert judge("objection", EMPTY).outcome == "no_statement"


@pytest.mark.parametrize(
    "body",
    [
        "Wij verkopen uw gegevens niet aan derden.",
        "Wij delen uw gegevens met derden zoals de bezorger.",
        "Wij delen gegevens met derden die als verwerker onze marketing verzorgen.",
        "Wij delen uw gegevens met PostNL en Mollie. Dat zijn derde partijen die wij nodig hebben.",
        "Nous transmettons vos données à notre transporteur et au prestataire de paiement.",
        "We share your data with: Royal Mail, Stripe.",
        "Wir geben Ihre Daten an das Versandunternehmen und den Zahlungsdienstleister weiter.",
    ],
)
def test_recipients_that_a_sale_needs_are_no_work_for_a_reviewer(body: str) -> None:
    assert outcome(body) == "needed_only"


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("fr", "Vos données ne sont transmises qu'à nos partenaires à des fins de prospection."),
        ("en", "We may share your information with selected companies for their offers to you."),
        ("nl", "Wij delen uw gegevens met:<ul><li>advertentiepartners, voor reclame</li></ul>"),
        ("de", "Wir geben Ihre Daten nicht nur dem Versand, sondern auch an Werbepartner weiter."),
        ("en", "We give details to advertisers. You have the right to withdraw from the contract."),
        ("nl", "Uw gegevens stellen wij ter beschikking aan gerenommeerde bedrijven voor reclame."),
    ],
)
def test_marketing_in_other_words_is_a_candidate(lang: str, body: str) -> None:
    assert outcome(body, lang) == "marketing_without"


def test_a_heading_on_sharing_says_nothing_of_it() -> None:
    body = "</p><h2>Delen van gegevens met derden</h2><p>U kunt bezwaar maken."
    assert outcome(body) == "not_mentioned"
    assert outcome(f"{body} Wij verstrekken niets aan derden.") == "no_transfer"
