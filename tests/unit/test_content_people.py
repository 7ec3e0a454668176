"""Details that are easy to find (tz-3.1e)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanners.content.evidence import LinkSeen, PageFacts
from tests.unit.content_kit import EMPTY, HOST, MEMBER, document, facts, judge, seen_of

BOTH = "<p>Voorbeeld Handel B.V. KvK-nummer 30198127, btw NL004495445B01</p>"
KVK = "<p>KvK 30198127</p>"
VAT = "<p>Btw-nummer: NL 0044.95.445.B.01</p>"


def page(body: str, path: str, *roles: str, links: tuple[str, ...] = ()) -> PageFacts:
    """A page whose links are given as paths."""
    read = facts(document(body), path, *roles)
    urls = (link if "//" in link else f"https://{HOST}{link}" for link in links)
    return replace(read, links=tuple(LinkSeen(u, "x", "page", "footer") for u in urls))


def outcome(*pages: PageFacts, gaps: dict[str, str] | None = None, clicks: int = 2) -> str:
    return judge("details_easy_to_find", seen_of(pages, gaps=gaps), clicks_max=clicks).outcome.value


def test_numbers_on_the_start_page_are_easy_to_find() -> None:
    assert outcome(page(BOTH, "/", "start")) == "found"


@pytest.mark.parametrize(
    ("role", "body"),
    [
        ("contact", f"{KVK}{VAT}"),
        (
            "about",
            "<p>Numéro d'enregistrement (registre de commerce) 30198127 TVA NL004495445B01</p>",
        ),
        ("contact", "<p>Chamber of Commerce: 30 19 81 27. VAT NL004495445B01</p>"),
        ("about", "<p>Handelsregister 30198127, USt-IdNr. NL004495445B01</p>"),
    ],
    ids=["nl", "fr", "en", "de"],
)
def test_numbers_on_a_company_page_one_click_away_are_easy_to_find(role: str, body: str) -> None:
    start = page("", "/", "start", links=(f"http://www.{HOST}/info/#top", "/info/"))
    assert outcome(start, page(body, "/info", role)) == "found"


def test_two_clicks_are_easy_and_three_are_not() -> None:
    start, hub = (
        page("", "/", "start", links=("/hub",)),
        page("", "/hub", "delivery", links=("/c",)),
    )
    assert outcome(start, hub, page(BOTH, "/c", "contact")) == "found"
    further = page("", "/c", "returns", links=("/d", "/"))
    assert outcome(start, hub, further, page(BOTH, "/d", "contact")) == "deep"
    assert outcome(start, hub, further, page(BOTH, "/d", "contact"), clicks=3) == "found"


def test_a_seller_page_needs_no_start_page() -> None:
    assert outcome(page(BOTH, "/seller/1?x=2", "profile")) == "found"


def test_numbers_on_product_pages_alone_are_hard_to_find() -> None:
    start = page("", "/", "start", links=("/p1",))
    seen = outcome(start, page(BOTH, "/p1", "product"), page(BOTH, "/p2", "product"))
    assert seen == "deep"


def test_the_terms_as_only_place_are_for_a_reviewer() -> None:
    start = page("", "/", "start", links=("/av",))
    assert outcome(start, page(BOTH, "/av", "terms")) == "terms_only"


def test_a_page_about_something_else_is_for_a_reviewer() -> None:
    start = page("", "/", "start", links=("/privacy",))
    assert outcome(start, page(BOTH, "/privacy", "privacy")) == "other_page"


def test_numbers_on_different_pages_are_for_a_reviewer() -> None:
    start = page(KVK, "/", "start", links=("/contact",))
    assert outcome(start, page(VAT, "/contact", "contact")) == "apart"


@pytest.mark.parametrize("gaps", [{}, {"contact": "wall"}])
def test_a_menu_that_only_a_script_builds_proves_nothing(gaps: dict[str, str]) -> None:
    assert outcome(page("", "/", "start"), page(BOTH, "/c", "contact"), gaps=gaps) == "path_unseen"


def test_product_pages_prove_nothing_when_the_contact_page_was_not_read() -> None:
    start = page("", "/", "start", links=("/p1",))
    seen = outcome(start, page(BOTH, "/p1", "product"), gaps={"contact": "http_error"})
    assert seen == "path_unseen"


@pytest.mark.parametrize("body", ["", KVK, VAT, "<p>KvK 12345678, btw NL004495445B01</p>"])
def test_missing_numbers_are_told_by_other_conditions(body: str) -> None:
    assert outcome(page(body, "/", "start")) == "not_stated"


def test_an_exempt_company_needs_its_register_number_only() -> None:
    member = replace(MEMBER, flags=frozenset({"vat_exempt"}))
    seen = judge("details_easy_to_find", seen_of((page(KVK, "/", "start"),)), member=member)
    assert seen.outcome == "found"
    assert seen.fragment == f"https://{HOST}/"


def test_an_unread_site_says_nothing() -> None:
    assert judge("details_easy_to_find", EMPTY).outcome == "incomplete"


def test_a_broken_link_leads_nowhere() -> None:
    start = page("", "/", "start", links=("http://[x", "/contact"))
    assert outcome(start, page(BOTH, "/contact", "contact")) == "found"


def test_a_number_that_is_not_on_file_stands_on_no_page() -> None:
    body = document("<p>KvK 30198127</p><p>Btw NL004495445B01</p>")
    for member in (replace(MEMBER, kvk=None, kbo=None), replace(MEMBER, vat="NL1")):
        found = judge("details_easy_to_find", seen_of({"start": body}), member=member)
        assert found.outcome == "not_stated"
