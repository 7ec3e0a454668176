"""The mark that is shown leads to the certificate of this very site."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.site import Certification, Standing
from monitor.policy.conditions.seal_link import Leads, certificate_link
from monitor.policy.judge import ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.seal.evidence import Reference, SealFacts
from tests.builders import member, site

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
URL = "https://shop.example/"
OFFICIAL = "https://www.thuiswinkel.org/leden/mijn-shop/certificaat"
PATH = "^(/[a-z]{2})?/leden/[^/]+/certificaat/?$"
LABEL = "www.thuiswinkel.org"


def reference(
    path: str, kind: str = "linked_image", host: str = LABEL, words: str = "Thuiswinkel Zakelijk"
) -> Reference:
    return Reference(kind, f"https://{host}{path}", host, words, URL)


OWN = reference("/leden/mijn-shop/certificaat")
OTHER = reference("/leden/another-shop/certificaat")
FRONT = reference("/")
ELSEWHERE = reference("/keurmerk", host="shop.example")
SCRIPT = reference("/widget.js", "script")


def seen(*found: Reference, complete: bool = True, ran: bool = True, read: bool = True) -> Seen:
    facts = SealFacts(URL, 20, complete, "" if complete else "a wall", found)
    evidence = (Evidence(facts, URL, AT),) if read else ()
    outcome = ScanOutcome.COMPLETE if read else ScanOutcome.BLOCKED
    return Seen(AT, {ScanKind.SEAL: ScanView(outcome, evidence, AT, "a wall")} if ran else {})


def subject(known: str | None = OFFICIAL, standing: Standing = Standing.CERTIFIED) -> Subject:
    mine = Certification("thuiswinkel-zakelijk", standing, None)
    on = replace(site(), certifications=(mine,), certificate_url=known)
    return Subject(on, member(), mine, {}, ("thuiswinkel.org",), PATH, ("thuiswinkel zakelijk",))


def leads(*found: Reference, known: str | None = OFFICIAL) -> object:
    return certificate_link(seen(*found), subject(known)).outcome


@pytest.mark.parametrize(
    "path",
    [
        "/leden/mijn-shop/certificaat",
        "/leden/mijn-shop/certificaat/",
        "/nl/leden/mijn-shop/certificaat",
        "/leden/Mijn-Shop/certificaat",
        "/leden/mijn%2Dshop/certificaat",
    ],
)
@pytest.mark.parametrize("kind", ["linked_image", "bare_link", "link"])
def test_the_own_certificate_in_any_writing_is_met(path: str, kind: str) -> None:
    assert leads(reference(path, kind)) is Leads.OWN_CERTIFICATE


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ((OTHER,), Leads.OTHER_MEMBER),
        ((OTHER, OWN), Leads.OTHER_MEMBER_TOO),
        ((ELSEWHERE,), Leads.OTHER_HOST),
        ((ELSEWHERE, OWN), Leads.OTHER_HOST),
        ((FRONT,), Leads.NO_CERTIFICATE),
        ((FRONT, OWN), Leads.OWN_CERTIFICATE),
        ((SCRIPT,), Leads.NO_LINK),
        ((SCRIPT, OWN), Leads.OWN_CERTIFICATE),
        ((), Leads.NOT_SHOWN),
    ],
)
def test_where_the_mark_leads(found: tuple[Reference, ...], outcome: Leads) -> None:
    assert leads(*found) is outcome


@pytest.mark.parametrize(
    "mention",
    [
        reference("/leden/another-shop/certificaat", "link", words="our partner's certificate"),
        reference("/over-ons", "link", words="Thuiswinkel.org"),
        reference("/seal.png", "background"),
        reference("/partner", host="partner.example", words="Our partner"),
        reference("/leden/another-shop/certificaat", host="members.example", words=""),
        reference("/blog/certificaten", host="thuiswinkelblog.example", words=""),
        reference("/leden/mijn-shop/certificaat", host="thuiswinkel.shop.example", words=""),
    ],
    ids=["partner", "words", "style sheet", "other picture", "other host", "article", "own host"],
)
def test_what_is_no_mark_accuses_nobody(mention: Reference) -> None:
    assert leads(mention) is Leads.NOT_SHOWN


@pytest.mark.parametrize(
    "host",
    [
        "thuiswinkel.org.example", "notthuiswinkel.org", "thuiswinke1.org", "www.thuiswinkel.or",
        "thuis-winkel.com", "thuiswinkels.net",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["linked_image", "bare_link"])
def test_a_certificate_on_a_host_that_looks_like_the_labels_is_for_staff(
    host: str, kind: str
) -> None:
    alike = reference("/leden/mijn-shop/certificaat", kind, host=host, words="")
    found = certificate_link(seen(alike), subject())
    assert found.outcome is Leads.OTHER_HOST
    assert found.values["target"] == alike.target
    assert leads(replace(alike, kind="link")) is Leads.NOT_SHOWN


def test_short_names_of_labels_are_alike_by_chance() -> None:
    short = replace(subject(), label_hosts=("abc.nl",))
    one = reference("/leden/mijn-shop/certificaat", host="abd.nl", words="")
    assert certificate_link(seen(one), short).outcome is Leads.NOT_SHOWN


def test_an_unknown_certificate_is_nobodys_until_the_office_has_the_address() -> None:
    assert leads(OTHER, known=None) is Leads.UNVERIFIED_CERTIFICATE
    own_name = reference("/leden/shop/certificaat")
    assert leads(own_name, known=None) is Leads.OWN_CERTIFICATE


def test_another_address_with_the_own_name_is_not_another_member() -> None:
    assert leads(reference("/leden/shop/certificaat")) is Leads.UNVERIFIED_CERTIFICATE


def test_what_was_not_seen_is_not_known() -> None:
    assert certificate_link(seen(complete=False), subject()).outcome is Leads.INCOMPLETE
    assert certificate_link(seen(read=False), subject()).outcome is Leads.INCOMPLETE
    assert certificate_link(seen(ran=False), subject()).outcome is Leads.NOT_SCANNED


@pytest.mark.parametrize("standing", [s for s in Standing if s is not Standing.CERTIFIED])
def test_without_a_right_the_link_is_not_the_question(standing: Standing) -> None:
    entitled = Certification("x", standing, None).entitled
    found = certificate_link(seen(OTHER), subject(standing=standing))
    assert (found.outcome is Leads.NOT_ENTITLED) is not entitled


@given(st.lists(st.sampled_from((OWN, OTHER, FRONT, ELSEWHERE, SCRIPT)), max_size=6))
def test_the_order_on_the_page_decides_nothing(found: list[Reference]) -> None:
    assert leads(*found) is leads(*reversed(found))
    assert (leads(*found) is Leads.OTHER_MEMBER) == (OTHER in found and OWN not in found)
