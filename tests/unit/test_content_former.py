"""What is left of a label or an owner: ww-2.4, ww-4.3 and ww-5.1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from monitor.domain.member import Member
from monitor.domain.site import Certification, Site, Standing
from monitor.policy.conditions.content import JUDGES
from monitor.policy.judge import Baseline, Observation, Seen, Subject
from scanners.api import Evidence
from tests.unit.content_kit import (
    AT,
    EMPTY,
    HOST,
    MEMBER,
    document,
    facts,
    judge,
    seen_of,
)

NAMES = ["WebwinkelKeur", "Webwinkel Keur", "ValuedShops"]
HOSTS = ("webwinkelkeur.nl", "valuedshops.com")
START = document('<p>Welkom.</p><a href="https://www.webwinkelkeur.nl/webshop/x_1">Keur</a>')


def former(
    seen: Seen,
    since: date | None = date(2026, 10, 1),
    names: list[str] | None = None,
    **more: object,
) -> Observation:
    """The judge for a certification that ended on ``since``."""
    found = next(j for j in JUDGES if j.name == "content.former_documents")
    defaults = {key: p.default for key, p in found.params.items()}
    params = {**defaults, "names": NAMES if names is None else names, **more}
    subject = Subject(
        Site("s1", "m1", f"https://{HOST}/"),
        MEMBER,
        Certification("webwinkelkeur", Standing.ENDED, since),
        params,
        label_hosts=HOSTS if names is None else (),
    )
    observation = found.run(seen, subject)
    assert set(observation.values) == set(found.values)
    return observation


def terms(text: str, role: str = "terms", lang: str = "nl", head: str = "") -> Seen:
    """A shop whose document of that role says ``text``."""
    pages = {"start": START, role: document(f"{head}<p>{text}</p>", lang=lang)}
    return seen_of(pages)


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("terms", "Geschillen worden behandeld door Stichting WebwinkelKeur te Nijmegen."),
        ("terms", "Wij zijn aangesloten bij Webwinkel-Keur."),
        ("privacy", "We share your e-mail address with WebwinkelKeur to ask for a review."),
        ("complaints", "En cas de litige, adressez-vous à WebwinkelKeur par son site."),
        ("returns", "Streitigkeiten legen Sie der Stelle WEBWINKELKEUR vor."),
        ("complaints", "Zie https://www.webwinkelkeur.nl/consument/geschil/ voor uw klacht."),
        ("complaints", "Mail naar geschil@webwinkelkeur.nl."),
        ("terms", "Unsere Partner finden Sie auf www.valuedshops.com."),
    ],
)
def test_a_document_that_still_names_the_label_is_a_breach(role: str, text: str) -> None:
    found = former(terms(text, role))
    assert found.outcome == "still_named"
    assert found.fragment
    assert found.values["since"] == "2026-10-01"


def test_a_link_of_a_document_to_the_label_counts_as_naming_it() -> None:
    seen = terms('Leg uw klacht <a href="https://dashboard.webwinkelkeur.nl/x">hier</a> voor.')
    assert former(seen).outcome == "still_named"


@pytest.mark.parametrize(
    "text",
    [
        "Geschillen gaan naar de Stichting Webshop Keurmerk.",
        "Wij voeren het Webwinkelkeurmerk van een andere stichting.",
        "Zie www.mijnwebwinkelkeur.nl en webwinkelkeur.nl.example.com.",
        "Voorbeelden staan op webwinkelkeur-alternatief.example.",
        "Stichting WebwinkelKeuring behandelt geschillen.",
        "Mail naar webwinkelkeur@shop.example.nl.",
    ],
)
def test_a_similar_name_is_somebody_else(text: str) -> None:
    assert former(terms(text)).outcome == "none_left"


@pytest.mark.parametrize(
    "text",
    [
        "Wij zijn niet langer aangesloten bij WebwinkelKeur.",
        "Our WebwinkelKeur membership was ended on 1 October 2026.",
        "Nous ne sommes plus membres de WebwinkelKeur.",
        "Wir sind nicht mehr Mitglied bei WebwinkelKeur.",
        "Voor bestellingen geplaatst voor 1 oktober 2026 gelden de regels van WebwinkelKeur.",
    ],
)
def test_a_label_named_as_past_is_for_a_reviewer(text: str) -> None:
    assert former(terms(text)).outcome == "named_as_past"


def test_a_review_page_is_no_legal_document() -> None:
    assert (
        former(
            terms('Klachten mag. <a href="https://www.webwinkelkeur.nl/webshop/x_1">Keur</a>')
        ).outcome
        == "none_left"
    )
    head = "<h1>Reviews en klachten</h1>"
    seen = terms("Onze klanten beoordelen ons via WebwinkelKeur.", "complaints", head=head)
    assert former(seen).outcome == "none_left"


def test_the_footer_of_every_page_is_the_matter_of_another_condition() -> None:
    footer = "<footer><p>Lid van WebwinkelKeur</p></footer>"
    pages = {
        "start": document(f"<p>Welkom.</p>{footer}"),
        "terms": document(f"<p>Onze voorwaarden gelden.</p>{footer}"),
    }
    assert former(seen_of(pages)).outcome == "none_left"


def test_the_label_is_looked_for_only_after_the_grace_and_for_a_time() -> None:
    seen = terms("Geschillen gaan naar WebwinkelKeur.")
    assert former(seen, date(2026, 11, 7)).outcome == "not_due"
    assert former(seen, date(2026, 11, 6)).outcome == "still_named"
    assert former(seen, date(2026, 1, 1)).outcome == "watch_over"
    assert former(seen, None).outcome == "still_named"


def test_unread_documents_are_not_known() -> None:
    pages = {"start": START, "terms": document("<p>Voorwaarden.</p>")}
    assert former(seen_of(pages, gaps={"privacy": "pdf_without_text"})).outcome == "incomplete"
    assert former(seen_of(pages, gaps={"returns": "not_found"})).outcome == "none_left"
    assert former(seen_of({"terms": document("<p>x</p>")}, gaps={"start": "wall"})).outcome == (
        "incomplete"
    )
    assert former(EMPTY).outcome == "incomplete"


def test_without_names_and_hosts_there_is_nothing_to_look_for() -> None:
    assert former(terms("x"), names=[]).outcome == "no_expected_value"
    assert former(
        terms("Zie webwinkelkeur.nl."), names=[" "], hosts=["webwinkelkeur.nl"]
    ).outcome == ("still_named")


KVK = "30198127"
OTHER = "64812350"


def shop(contact: str, footer: str = "", **more: str) -> Seen:
    """A shop with that contact page and footer."""
    end = f"<footer><p>{footer}</p></footer>"
    pages: Mapping[str, str] = {
        "start": document(f"<p>Welkom.</p>{end}"),
        "contact": document(f"<p>{contact}</p>{end}"),
        **{role: document(f"<p>{text}</p>{end}") for role, text in more.items()},
    }
    return seen_of(pages)


@pytest.mark.parametrize(
    ("contact", "outcome"),
    [
        (f"KvK: {KVK}", "same"),
        ("KvK-nummer 30 19 81 27", "same"),
        (f"KvK {KVK}, vestigingsnummer 000012345678", "same"),
        (f"KvK: {OTHER}", "other_company"),
        (f"Handelsregister {OTHER}", "other_company"),
        (f"Chamber of Commerce {OTHER}", "other_company"),
        (f"Registre du commerce {OTHER}", "other_company"),
        (f"Handelskammer {OTHER}", "other_company"),
        (f"Winkel A, KvK {KVK} en Winkel B, KvK {OTHER}", "several_companies"),
        (f"Winkel B, KvK {OTHER} en Winkel C, KvK 51234876", "several_companies"),
        ("Bel ons gerust.", "not_stated"),
        ("KvK 12345678", "not_stated"),
        (f"Website door Bureau X, KvK {OTHER}", "not_stated"),
        ("BTW BE 0428.759.497 en KvK volgt", "other_company"),
    ],
)
def test_the_register_number_of_a_shop_is_that_of_its_account(contact: str, outcome: str) -> None:
    found = judge("same_company", shop(contact))
    assert found.outcome == outcome


def test_a_number_on_one_page_in_passing_accuses_nobody() -> None:
    text = f"Deze voorwaarden zijn gedeponeerd onder KvK {OTHER}."
    assert judge("same_company", shop("Bel ons.", terms=text)).outcome == "unclear"
    found = judge("same_company", shop(f"KvK {KVK}", terms=text))
    assert (found.outcome, bool(found.note)) == ("same", True)


def test_the_company_is_not_known_when_pages_could_not_be_read() -> None:
    pages = {"contact": document(f"<p>KvK: {OTHER}</p>")}
    assert judge("same_company", seen_of(pages, gaps={"start": "wall"})).outcome == "incomplete"
    nobody = Member("m2", "Niemand", kvk="123", kbo=None)
    assert judge("same_company", shop("KvK"), member=nobody).outcome == "no_expected_value"


def test_a_belgian_number_without_its_zero_is_the_same() -> None:
    member = Member("m3", "Winkel BV", kbo="403170701", jurisdiction="BE")
    found = judge("same_company", shop("Ondernemingsnummer BE 0403.170.701"), member=member)
    assert found.outcome == "same"


DUTCH = replace(MEMBER, kbo=None)
NAME = "Voorbeeld Handel B.V."
VAT = "NL004495445B01"


@pytest.mark.parametrize(
    ("contact", "outcome"),
    [
        (f"{NAME}, KvK {KVK}, btw {VAT}", "unchanged"),
        (f"{NAME}, KvK {KVK}", "unchanged"),
        (f"{NAME}, KvK {KVK} (voorheen KvK {OTHER})", "both_present"),
        (f"Nieuwe Eigenaar B.V., KvK {OTHER}", "other_owner"),
        (f"{NAME}, KvK {OTHER}", "other_owner"),
        ("New Owner Ltd, VAT number BE0428759497", "other_owner"),
        ("Nouveau SRL, TVA BE 0428.759.497", "other_owner"),
        ("Neuer Inhaber, USt-IdNr. BE0428759497", "other_owner"),
        (f"KvK {OTHER}, btw {VAT}", "partly_changed"),
        (f"De Frisse Naam, KvK {KVK}", "renamed"),
        ("Bel ons.", "not_stated"),
    ],
)
def test_a_change_of_owner_shows_in_the_labelled_numbers(contact: str, outcome: str) -> None:
    found = judge("owner_change", shop(contact), member=DUTCH)
    assert found.outcome == outcome
    assert "BE0428759497" not in found.fragment


def test_an_old_footer_in_another_language_is_no_change() -> None:
    found = judge("owner_change", shop(f"KvK {OTHER}", f"{NAME}, KvK {KVK}"), member=DUTCH)
    assert found.outcome == "both_present"
    assert found.note


def test_the_owner_is_not_known_when_pages_could_not_be_read() -> None:
    pages = {"contact": document(f"<p>KvK: {OTHER}</p>")}
    found = judge("owner_change", seen_of(pages, gaps={"start": "wall"}), member=DUTCH)
    assert found.outcome == "incomplete"
    nobody = Member("m2", "Niemand", vat="12")
    assert judge("owner_change", shop("x"), member=nobody).outcome == "no_expected_value"
    assert judge("owner_change", EMPTY, member=DUTCH).outcome == "incomplete"


def test_another_bank_alone_is_for_a_reviewer() -> None:
    def with_bank(iban: str) -> Seen:
        return shop(f"{NAME}, KvK {KVK}, IBAN {iban}")

    old, new = with_bank("NL91 ABNA 0417 1643 00"), with_bank("NL20 INGB 0001 2345 67")
    accepted = tuple(
        Evidence(facts(document("<p>NL91 ABNA 0417 1643 00</p>"), "/contact", "contact"), "x", AT)
        for _ in range(1)
    )
    baseline = Baseline(accepted, AT, "reviewer")
    for seen, outcome in ((old, "unchanged"), (new, "new_bank")):
        found = judge("owner_change", replace(seen, baseline=baseline), member=DUTCH)
        assert found.outcome == outcome


def test_without_a_vat_number_on_file_the_register_number_decides() -> None:
    member = replace(DUTCH, vat=None)
    assert judge("owner_change", shop(f"{NAME}, KvK {KVK}"), member=member).outcome == "unchanged"
    weak = shop("Bel ons.", terms=f"Deze voorwaarden zijn gedeponeerd onder KvK {OTHER}.")
    assert judge("owner_change", weak, member=member).outcome == "not_stated"


def test_an_unread_page_may_still_hold_the_registered_name() -> None:
    pages = {
        "start": document("<p>x</p>"),
        "contact": document(f"<p>De Frisse Naam, KvK {KVK}</p>"),
    }
    found = judge("owner_change", seen_of(pages, gaps={"about": "wall"}), member=DUTCH)
    assert found.outcome == "unchanged"
