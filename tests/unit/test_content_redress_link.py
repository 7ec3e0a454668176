"""The link to the complaint form of the label organisation (tz-9.3b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from monitor.domain.site import Certification, Site, Standing
from monitor.policy.conditions.content_redress_link import complaint_form_link
from monitor.policy.judge import Observation, Subject
from scanners.content.evidence import LinkSeen
from tests.unit.content_kit import EMPTY, HOST, MEMBER, document, facts, seen_of

HOSTS = ("thuiswinkel.org",)
CERTIFICATE = r"^(/[a-z]{2})?/leden/[^/]+/certificaat/?$"


def subject(
    hosts: tuple[str, ...] = HOSTS,
    certificate_path: str | None = CERTIFICATE,
    **params: object,
) -> Subject:
    """Who is judged, under a label with these hosts."""
    site = Site("s1", MEMBER.member_id, f"https://{HOST}/")
    standing = Certification("label", Standing.CERTIFIED)
    return Subject(
        site, MEMBER, standing, params, label_hosts=hosts, certificate_path=certificate_path
    )


def linked(body: str, gaps: Mapping[str, str] | None = None, **given: object) -> Observation:
    """Judge a shop whose start page holds ``body``."""
    seen = seen_of({"start": document(f"<p>Welkom bij onze winkel.</p>{body}")}, gaps=gaps)
    return complaint_form_link(seen, subject(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.thuiswinkel.org/klachten",
        "http://thuiswinkel.org/consumenten/klacht-indienen?ref=1",
        "https://geschil.thuiswinkel.org/geschillen/nieuw",
        "HTTPS://WWW.Thuiswinkel.ORG/en/complaints#form",
        "//www.thuiswinkel.org/formulier?onderwerp=klacht",
        "https://www.thuiswinkel.org./plainte",
        "https://www.thuiswinkel.org/de/beschwerde",
    ],
)
def test_a_link_to_the_form_is_met(url: str) -> None:
    found = linked(f"<a href='{url}'>Klacht indienen</a>")
    assert found.outcome == "found"
    assert found.values["hosts"] == "thuiswinkel.org"


@pytest.mark.parametrize(
    "url",
    [
        "https://thuiswinkel.org.example/klachten",
        "https://nepthuiswinkel.org/klachten",
        "https://thuiswinkel.org@evil.example/klachten",
        "https://evil.example/thuiswinkel.org/klachten",
        "https://www.thuiswinkel.org/leden/voorbeeld/certificaat",
        "https://www.thuiswinkel.org/nl/leden/klachtenvrij-bv/certificaat/",
        "https://www.thuiswinkel.org/leden/voorbeeld/platformcertificaat",
        "mailto:klacht@thuiswinkel.org",
        "/klachten",
    ],
)
def test_look_alikes_and_the_certificate_are_not_the_form(url: str) -> None:
    assert linked(f"<a href='{url}'>Thuiswinkel.org klacht</a>").outcome == "absent_complete"


@pytest.mark.parametrize(
    "body",
    [
        "<a href='https://www.thuiswinkel.org/'>Thuiswinkel</a>",
        "<a href='https://www.thuiswinkel.org/consumenten/hulp'>Hulp</a>",
        "<iframe src='https://www.thuiswinkel.org/klachten/formulier'></iframe>",
    ],
)
def test_the_organisation_at_another_address_is_for_a_person(body: str) -> None:
    assert linked(body).outcome == "other_path"


def test_a_redirect_of_the_shop_may_lead_to_the_form() -> None:
    body = "<a href='/go/thuiswinkel-klacht'>Klacht</a>"
    assert linked(body).outcome == "indirect"
    target = "/link?url=https%3A%2F%2Fwww.thuiswinkel.org%2Fklachten"
    assert linked(f"<a href='{target}'>Formulier</a>").outcome == "indirect"
    assert linked("<a href='/go/klacht'>Klacht</a>").outcome == "absent_complete"


def test_an_address_in_words_is_not_a_link_yet_for_a_person() -> None:
    said = "<p>Dien uw klacht in via www.thuiswinkel.org/klachten.</p>"
    assert linked(said).outcome == "address_in_text"
    name = "<p>Lid van Thuiswinkel.org. Heeft u een klacht? Bel ons.</p>"
    assert linked(name).outcome == "absent_complete"


def test_absence_counts_only_when_everything_was_read() -> None:
    assert linked("").outcome == "absent_complete"
    assert linked("", {"terms": "timed_out"}).outcome == "incomplete"
    assert linked("", {"complaints": "not_found"}).outcome == "absent_complete"
    assert complaint_form_link(EMPTY, subject()).outcome == "incomplete"


def test_a_label_without_hosts_has_no_form() -> None:
    assert linked("", hosts=()).outcome == "no_label_host"


def test_the_paths_of_the_form_can_be_set_and_a_bad_pattern_changes_nothing() -> None:
    link = "<a href='https://www.thuiswinkel.org/melden'>Melden</a>"
    assert linked(link, form_paths="melden").outcome == "found"
    assert linked(link, form_paths="(").outcome == "other_path"
    assert linked(link, form_paths="").outcome == "other_path"


def test_a_bad_certificate_path_changes_nothing() -> None:
    link = "<a href='https://www.thuiswinkel.org/x/certificaat'>C</a>"
    assert linked(link, certificate_path="(").outcome == "other_path"
    assert linked(link, certificate_path=None).outcome == "other_path"
    assert linked(link, certificate_path="^/x/certificaat$").outcome == "absent_complete"


def test_a_broken_address_in_the_facts_is_no_link() -> None:
    page = facts(document("<p>Welkom</p>"), "/", "start")
    bad = LinkSeen("http://[/klacht", "Thuiswinkel.org klacht", "page", "main")
    seen = seen_of((replace(page, links=(bad,)),))
    assert complaint_form_link(seen, subject()).outcome == "absent_complete"
