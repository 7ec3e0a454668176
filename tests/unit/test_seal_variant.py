"""The shown mark is that of a label the site holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.domain.site import Certification, Standing
from monitor.policy.conditions.seal_variant import Variant, variant
from monitor.policy.judge import ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.seal.evidence import Reference, SealFacts
from tests.builders import member, site

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
URL = "https://shop.example/"
PARAMS = {
    "variant_words": ["b2b"],
    "other_words": ["b2c"],
    "other_label": "becommerce-b2c",
}


def picture(words: str, target: str = f"{URL}img/mark.png", kind: str = "image") -> Reference:
    return Reference(kind, target, target.split("/")[2], words, URL)


def seen(*found: Reference, complete: bool = True, read: bool = True) -> Seen:
    facts = SealFacts(URL, 20, complete, "" if complete else "a wall", found)
    evidence = (Evidence(facts, URL, AT),) if read else ()
    outcome = ScanOutcome.COMPLETE if read else ScanOutcome.BLOCKED
    return Seen(AT, {ScanKind.SEAL: ScanView(outcome, evidence, AT, "a wall")})


def subject(
    *others: tuple[str, Standing],
    standing: Standing = Standing.CERTIFIED,
    params: dict[str, object] | None = None,
) -> Subject:
    mine = Certification("becommerce-b2b", standing, None)
    held = (mine, *(Certification(label, state, None) for label, state in others))
    on = replace(site(), certifications=held)
    given = PARAMS if params is None else params
    return Subject(on, member(), mine, given, ("becommerce.be",), "", ("becommerce",))


@pytest.mark.parametrize(
    "words",
    ["BeCommerce B2B", "becommerce-b2b-blue.svg", "BeCommerceB2B", "Label BeCommerce B2B 2026"],
)
def test_a_mark_that_names_the_held_label_matches(words: str) -> None:
    assert variant(seen(picture(words)), subject()).outcome is Variant.MATCHES


def test_the_address_of_the_picture_names_the_label_as_well() -> None:
    mark = picture("BeCommerce", "https://www.becommerce.be/marks/b2b/logo.png")
    assert variant(seen(mark), subject()).outcome is Variant.MATCHES


def test_the_sisters_mark_is_another_variant_with_the_place_of_the_mark() -> None:
    found = variant(seen(picture("BeCommerce B2C")), subject())
    assert found.outcome is Variant.OTHER_VARIANT
    assert found.values == {"url": URL, "target": f"{URL}img/mark.png"}
    assert "B2C" in found.fragment


def test_the_sisters_mark_is_right_for_who_holds_both_labels() -> None:
    both = subject(("becommerce-b2c", Standing.CERTIFIED))
    assert variant(seen(picture("BeCommerce B2C")), both).outcome is Variant.MATCHES


@pytest.mark.parametrize("standing", [Standing.APPLICANT, Standing.SUSPENDED, Standing.ENDED])
def test_a_sister_label_that_is_not_certified_gives_no_right(standing: Standing) -> None:
    former = subject(("becommerce-b2c", standing))
    assert variant(seen(picture("BeCommerce B2C")), former).outcome is Variant.OTHER_VARIANT


def test_both_kinds_side_by_side_are_told_apart_from_the_wrong_one_alone() -> None:
    both = seen(picture("BeCommerce B2B"), picture("BeCommerce B2C"))
    assert variant(both, subject()).outcome is Variant.BOTH_SHOWN


def test_one_picture_that_names_both_labels_is_no_other_variant() -> None:
    assert variant(seen(picture("BeCommerce B2B & B2C")), subject()).outcome is Variant.MATCHES


def test_a_mark_that_says_nothing_of_its_kind_is_unmarked() -> None:
    assert variant(seen(picture("BeCommerce")), subject()).outcome is Variant.UNMARKED


@pytest.mark.parametrize(
    "mark",
    [
        picture("B2C webshop award"),
        picture("thumbs up", f"{URL}b2c/up.svg"),
        picture("BeCommerce B2C", f"{URL}news", "link"),
    ],
)
def test_what_is_no_mark_of_the_label_says_nothing(mark: Reference) -> None:
    assert variant(seen(mark), subject()).outcome is Variant.NOT_SHOWN


def test_no_mark_on_pages_that_were_not_all_read_is_incomplete() -> None:
    assert variant(seen(complete=False), subject()).outcome is Variant.INCOMPLETE


def test_a_site_that_could_not_be_read_is_incomplete_and_one_without_a_look_not_scanned() -> None:
    blocked = variant(seen(read=False), subject())
    assert blocked.outcome is Variant.INCOMPLETE
    assert "blocked" in blocked.summary
    assert variant(Seen(AT, {}), subject()).outcome is Variant.NOT_SCANNED


def test_who_may_not_show_the_mark_is_judged_elsewhere() -> None:
    ended = subject(standing=Standing.ENDED)
    assert variant(seen(picture("BeCommerce B2C")), ended).outcome is Variant.NOT_ENTITLED


def test_a_label_without_words_for_its_kinds_accuses_nobody() -> None:
    bare = subject(params={})
    assert variant(seen(picture("BeCommerce B2C")), bare).outcome is Variant.UNMARKED
