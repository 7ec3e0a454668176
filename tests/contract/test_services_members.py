"""Imports over what is on file: what is left out stays, and nobody takes another's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.member import Contact, Member
from monitor.domain.site import Certification, Site, Standing
from monitor.services.entries import parse_entry
from monitor.services.members import ImportReport, Row, add_entry, conflicts, store_rows
from tests.builders import MONDAY
from tests.contract.services_world import World, open_world

ALFA: dict[str, object] = {"legal_name": "Alfa BV", "kvk": "30198121"}
ANN, BOB = {"email": "ann@alfa.example"}, {"email": "bob@alfa.example"}
HELD: dict[str, object] = {"labels": {"mark": "certified"}}


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    opened = open_world(sqlite_template, tmp_path)
    yield opened
    opened.store.close()


def row(line: int, url: str, member: dict[str, object], **top: object) -> Row:
    entry, problems = parse_entry({"url": url, "member": member, **top}, ("mark",))
    assert entry is not None, problems
    return Row(line, entry)


def put(world: World, *rows: Row, partial: bool = False) -> ImportReport:
    return world.do(
        lambda tx: store_rows(tx, rows, world.catalogue, "anna", MONDAY, partial=partial)
    )


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.added, report.changed, report.unchanged


def of(world: World, name: str) -> tuple[Site, Member]:
    site = world.do(lambda tx: tx.find_site(name))
    assert site is not None
    member = world.do(lambda tx: tx.member(site.member_id))
    assert member is not None
    return site, member


def emails(world: World, name: str) -> list[str]:
    return [contact.email for contact in of(world, name)[1].contacts]


def test_a_second_site_without_contacts_leaves_those_of_the_member(world: World) -> None:
    put(world, row(2, "een.example", {**ALFA, "contacts": [ANN]}))
    second = row(2, "twee.example", ALFA)
    assert counts(put(world, second)) == (1, 0, 0)
    assert emails(world, "een.example") == emails(world, "twee.example") == ["ann@alfa.example"]
    assert counts(put(world, second)) == (0, 0, 1)


def test_what_a_row_says_replaces_and_the_change_is_counted(world: World) -> None:
    put(world, row(2, "een.example", {**ALFA, "contacts": [ANN], "vat": "NL004495445B01"}))
    second = row(2, "twee.example", {**ALFA, "contacts": [BOB]})
    third = row(3, "drie.example", {**ALFA, "contacts": [BOB], "size": "small"})
    assert counts(put(world, second, third)) == (2, 1, 0)
    assert emails(world, "een.example") == ["bob@alfa.example"]
    member = of(world, "een.example")[1]
    assert (member.vat, member.size) == ("NL004495445B01", "small")
    assert counts(put(world, second, third)) == (0, 0, 2)


def test_a_change_of_a_member_is_counted_once_beside_its_own_site(world: World) -> None:
    put(world, row(2, "een.example", ALFA))
    new = row(2, "twee.example", {**ALFA, "contacts": [ANN]})
    old = row(3, "een.example", {**ALFA, "contacts": [ANN], "size": "small"})
    assert counts(put(world, new, old)) == (1, 1, 0)
    again = row(2, "een.example", {**ALFA, "size": "large"})
    newer = row(3, "drie.example", {**ALFA, "trade_names": ["A"]})
    assert counts(put(world, again, newer)) == (1, 1, 0)


def test_a_new_member_with_two_sites_is_no_change(world: World) -> None:
    both = (row(2, "een.example", ALFA), row(3, "twee.example", {**ALFA, "contacts": [ANN]}))
    assert conflicts(both) == ()
    assert counts(put(world, *both)) == (2, 0, 0)
    assert emails(world, "een.example") == ["ann@alfa.example"]


@pytest.mark.parametrize("nothing", [None, []])
def test_what_is_said_to_be_nothing_is_taken_away(world: World, nothing: object) -> None:
    put(world, row(2, "een.example", {**ALFA, **HELD, "contacts": [ANN]}))
    report = put(world, row(2, "een.example", {**ALFA, "contacts": nothing}))
    assert counts(report) == (0, 1, 0)
    site, member = of(world, "een.example")
    assert (site.certifications, member.contacts) == (
        (Certification("mark", Standing.CERTIFIED),),
        (),
    )


def test_what_a_row_leaves_out_of_a_site_stays_and_what_it_says_changes(world: World) -> None:
    full: dict[str, object] = {
        "site": {"hosts": ["www.een.example"], "platform": "p"},
        "subject": "platform",
    }
    put(world, row(2, "een.example", {**ALFA, **HELD}, **full))
    assert counts(put(world, row(2, "een.example", ALFA))) == (0, 0, 1)
    put(world, row(2, "een.example", {**ALFA, "labels": {}}, site={"platform": None}))
    site = of(world, "een.example")[0]
    assert (site.hosts, site.platform, site.certifications) == (("www.een.example",), None, ())
    assert site.subject.value == "platform"


def test_two_words_about_one_member_in_one_file_contradict_each_other(world: World) -> None:
    one = row(2, "een.example", {**ALFA, "contacts": [ANN]})
    other = row(3, "twee.example", {**ALFA, "contacts": []})
    (problem,) = conflicts([one, other])
    assert (problem.line, problem.message) == (3, "member 'kvk-30198121' differs from line 2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("mijn-shop.example", "mijn--shop.example"),
        ("https://mall.example/a/b", "https://mall.example/a-b"),
        ("https://mall.example/" + "x" * 150, "https://mall.example/" + "x" * 151),
    ],
)
def test_two_imports_never_put_one_site_in_the_place_of_another(
    world: World, first: str, second: str
) -> None:
    put(world, row(2, first, ALFA))
    beta: dict[str, object] = {"legal_name": "Beta BV", "kvk": "30198122"}
    assert counts(put(world, row(2, second, beta))) == (1, 0, 0)
    names = {s.member_id for s in world.do(lambda tx: tx.sites())}
    assert {"kvk-30198121", "kvk-30198122"} <= names


@pytest.mark.parametrize(
    ("one", "other"), [("Bakkerij Jansen", "Bakkerij-Jansen"), ("中文公司", "日本会社")]
)
def test_two_names_are_two_members(world: World, one: str, other: str) -> None:
    put(world, row(2, "een.example", {"legal_name": one, "contacts": [ANN]}))
    put(world, row(2, "twee.example", {"legal_name": other, "contacts": [BOB]}))
    assert emails(world, "een.example") == ["ann@alfa.example"]
    assert emails(world, "twee.example") == ["bob@alfa.example"]


def test_an_id_of_ours_that_has_another_url_on_file_is_refused_unless_it_is_said(
    world: World,
) -> None:
    put(world, row(2, "https://ander.example/", ALFA, id="een.example"))
    report = put(world, row(2, "https://een.example/", ALFA), row(3, "twee.example", ALFA))
    (problem,) = report.problems
    assert (report.stored, counts(report), problem.line) == (False, (0, 0, 0), 2)
    assert "on file with the URL 'https://ander.example/'; say `id: een.example`" in problem.message
    assert world.do(lambda tx: tx.find_site("twee.example")) is None
    assert counts(put(world, row(2, "https://een.example/", ALFA, id="een.example"))) == (0, 1, 0)
    assert of(world, "een.example")[0].url == "https://een.example/"


def test_a_site_that_moves_to_https_is_the_same_site(world: World) -> None:
    put(world, row(2, "http://een.example/", ALFA))
    assert counts(put(world, row(2, "https://een.example", ALFA))) == (0, 1, 0)
    assert of(world, "een.example")[0].url == "https://een.example/"


def test_the_other_rows_are_put_when_a_part_is_enough(world: World) -> None:
    put(world, row(2, "https://ander.example/", ALFA, id="een.example"))
    rows = [row(2, "https://een.example/", {**ALFA, "contacts": [BOB]}), row(3, "b.example", ALFA)]
    report = put(world, *rows, partial=True)
    assert (report.stored, counts(report), [p.line for p in report.problems]) == (
        True,
        (1, 0, 0),
        [2],
    )
    assert emails(world, "b.example") == []
    nothing = put(world, rows[0], partial=True)
    assert (nothing.stored, len(nothing.problems)) == (False, 1)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        pytest.param(
            Member("alfa", "Alfa"), {"legal_name": "alfa", "kvk": None}, "", id="the same name"
        ),
        pytest.param(
            Member("alfa", "Beta"), {"legal_name": "Alfa"}, "on file as 'Beta', not as 'Alfa'",
            id="another name",
        ),
        pytest.param(
            Member("kvk-30198121", "Beta", kvk="30198122", kbo="0123456789"), ALFA,
            "on file as 'Beta' (KvK 30198122, KBO 0123456789), not as 'Alfa BV' (KvK 30198121)",
            id="another number",
        ),
        pytest.param(
            Member("kvk-30198121", "Beta", kvk="30198121"), ALFA, "", id="a new name",
        ),
    ],
)  # fmt: skip
def test_a_member_id_of_ours_that_is_anothers_on_file_is_refused_unless_it_is_said(
    world: World, before: Member, now: dict[str, object], words: str
) -> None:
    on_file = replace(before, contacts=(Contact("b@beta.example", "", "nl"),))
    world.do(lambda tx: tx.put_members([on_file]))
    report = put(world, row(2, "een.example", now))
    assert [words in problem.message for problem in report.problems] == ([True] if words else [])
    assert report.stored is not bool(words)
    if words:
        assert world.do(lambda tx: tx.member(before.member_id)) == on_file
        said = row(2, "een.example", {"id": before.member_id, **now})
        assert counts(put(world, said)) == (1, 1, 0)
    assert of(world, "een.example")[1].legal_name == now["legal_name"]


def test_one_entry_is_added_merged_or_refused_like_a_row(world: World) -> None:
    def add(one: Row) -> tuple[str, ...]:
        return world.do(lambda tx: add_entry(tx, one.entry, world.catalogue, "anna", MONDAY))

    moved = {"id": "een.example"}
    assert add(row(1, "https://ander.example/", {**ALFA, "contacts": [ANN]}, **moved)) == ()
    assert add(row(1, "https://ander.example/", {**ALFA, "size": "small"}, **moved)) == ()
    assert emails(world, "een.example") == ["ann@alfa.example"]
    (why,) = add(row(1, "een.example", {**ALFA, "contacts": [BOB]}))
    assert why.startswith("url: site 'een.example' is on file with the URL 'https://ander.example/")
    assert of(world, "een.example")[0].url == "https://ander.example/"
    assert emails(world, "een.example") == ["ann@alfa.example"]
