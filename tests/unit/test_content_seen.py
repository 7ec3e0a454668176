"""When absence may be called absence: one rule for all judges (rule AB)."""

from __future__ import annotations

import pytest

from monitor.domain.member import Member
from monitor.policy.conditions.content_seen import look
from scanners.content.vocabulary import ROLES
from tests.unit.content_kit import document, judge, seen_of

NAMELESS = Member("m1", "Voorbeeld Handel B.V.", kvk="30198127", vat="NL004495445B01")
START = {"start": document("<p>Welkom in onze winkel.</p>")}
# A judge of a sentence, a link or a form, and the role whose page cannot be read.
SHORT = {
    "registration_number": "contact",
    "vat_number": "about",
    "company_details": "contact",
    "contact_channels": "contact",
    "complaint_route": "complaints",
    "delivery_information": "delivery",
    "payment_methods": "payment",
    "withdrawal_function": "returns",
}
DOCUMENTS = {"terms_present": "terms", "privacy_statement": "privacy", "withdrawal_info": "returns"}
UNREAD = frozenset({"incomplete", "no_expected_value"})


@pytest.mark.parametrize(("name", "role"), [*SHORT.items(), *DOCUMENTS.items()])
def test_a_page_that_is_not_there_holds_nothing(name: str, role: str) -> None:
    found = judge(name, seen_of(START, gaps={role: "not_found"}), member=NAMELESS)
    assert found.outcome not in UNREAD
    troubled = judge(name, seen_of(START, gaps={role: "timeout"}), member=NAMELESS)
    assert troubled.outcome in UNREAD


@pytest.mark.parametrize("name", [*SHORT, *DOCUMENTS])
@pytest.mark.parametrize("reason", ["not_found", "soft_404"])
def test_without_a_start_page_nothing_is_absent(name: str, reason: str) -> None:
    gone = dict.fromkeys(ROLES, reason)
    assert judge(name, seen_of({}, gaps=gone), member=NAMELESS).outcome in UNREAD


@pytest.mark.parametrize(("name", "role"), SHORT.items())
def test_a_soft_404_may_hold_a_sentence(name: str, role: str) -> None:
    found = judge(name, seen_of(START, gaps={role: "soft_404"}), member=NAMELESS)
    assert found.outcome in UNREAD


@pytest.mark.parametrize(("name", "role"), DOCUMENTS.items())
def test_a_soft_404_holds_no_document(name: str, role: str) -> None:
    found = judge(name, seen_of(START, gaps={role: "soft_404"}), member=NAMELESS)
    assert found.outcome not in UNREAD


def test_the_first_role_that_is_in_the_way_is_named() -> None:
    view = look(seen_of(START, gaps={"terms": "soft_404", "contact": "timeout", "about": "x"}))
    assert view.unread("start", "terms") == ""
    assert view.unread("terms", short=True) == "terms: soft_404"
    assert view.unread("terms", "contact") == "contact: timeout"
    assert view.unread("about", also=frozenset({"x"})) == ""
    assert view.gap("start", "terms") == "terms: soft_404"
