"""``keurwacht sites``: a whole file or nothing, every bad row by line, twice the same is once."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
import yaml

from tests.integration.cli_kit import Office, office, process

HEAD = "url,legal_name,kvk,languages,labels,contacts"
GOOD = (
    f"{HEAD}\n"
    "https://een.example/,Een B.V.,30198121,nl,thuiswinkel-zakelijk=certified,"
    "info@een.example/An/nl/contact\n"
    "https://twee.example/,Twée & Zn.,30198122,nl|fr,webwinkelkeur=certified,info@twee.example\n"
)
BAD = (
    f"{HEAD}\n"
    "https://een.example/,Een B.V.,30198121,nl,thuiswinkel-zakelijk=certified,\n"
    "https://twee.example/,Twee,12,nl,gold=certified,nobody\n"
    "https://een.example/,Een B.V.,30198121,nl,,\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(tmp_path)


def rows(desk: Office, table: str) -> int:
    with sqlite3.connect(desk.database) as line:
        count = line.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    line.close()
    return int(count)


@pytest.mark.parametrize("table", ["site", "member"])
def test_importing_the_same_file_twice_changes_nothing(desk: Office, table: str) -> None:
    file = desk.file("members.csv", GOOD)
    first = desk.run("sites", "import", str(file), "--json")
    again = desk.run("sites", "import", str(file), "--json")
    assert (first.code, again.code) == (0, 0)
    assert first.document == {
        "schema": "keurwacht/import@1", "stored": True,
        "added": 2, "changed": 0, "unchanged": 0, "problems": [],
    }  # fmt: skip
    assert (again.document["added"], again.document["unchanged"]) == (0, 2)
    assert rows(desk, table) == 2


def test_a_changed_row_changes_its_site_alone(desk: Office) -> None:
    desk.run("sites", "import", str(desk.file("members.csv", GOOD)))
    changed = desk.file("members.csv", GOOD.replace("Twée", "Twee"))
    result = desk.run("sites", "import", str(changed))
    assert result.problems[0] == "0 added, 1 changed, 1 unchanged"


def test_a_file_with_a_bad_row_is_told_by_line_and_imports_nothing(desk: Office) -> None:
    file = desk.file("members.csv", BAD)
    result = desk.run("sites", "import", str(file))
    assert (result.code, result.out) == (2, "")
    known = (
        "becommerce-b2b, becommerce-b2c, consumer-law, organisation-forms, seller-on-platform, "
        "thuiswinkel-platform, thuiswinkel-waarborg, thuiswinkel-zakelijk, webwinkelkeur"
    )
    assert sorted(result.problems) == [
        f"{file}:3: member.contacts.0.email: 'nobody' is not a mail address",
        f"{file}:3: member.kvk: '12' is not 8 digits",
        f"{file}:3: member.labels.gold: unknown label 'gold'; known: {known}",
        f"{file}:4: site 'een.example' is in line 2 already",
        "nothing imported; --partial imports the good rows",
    ]
    assert rows(desk, "site") == rows(desk, "member") == 0


def test_partial_imports_the_good_rows_and_still_exits_2(desk: Office) -> None:
    file = desk.file("members.csv", BAD)
    result = desk.run("sites", "import", str(file), "--partial", "--json")
    assert result.code == 2
    assert (result.document["stored"], result.document["added"]) == (True, 1)
    assert len(result.problems) == 4
    assert rows(desk, "site") == 1


def test_a_file_without_one_good_row_is_not_imported_in_part(desk: Office) -> None:
    file = desk.file("members.csv", f"{HEAD}\nftp://x,A,,,,\n")
    result = desk.run("sites", "import", str(file), "--partial")
    assert (result.code, result.problems[-1]) == (2, "nothing imported")


def test_yaml_is_imported_and_told_by_line_as_well(desk: Office) -> None:
    text = yaml.safe_dump(
        {"sites": [{"url": "een.example", "member": {"legal_name": "Een", "kvk": "30198121"}}]}
    )
    assert desk.run("sites", "import", str(desk.file("members.yaml", text))).code == 0
    bad = desk.file("bad.yaml", "- url: twee.example\n  member:\n    legal_name: T\n    kvk: 1\n")
    result = desk.run("sites", "import", str(bad))
    assert (result.code, result.problems[0]) == (2, f"{bad}:4: member.kvk: '1' is not 8 digits")
    assert rows(desk, "site") == 1


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("A\x1b]0;pwned\x07", id="escape"),
        pytest.param("A\u202egnp.exe", id="direction"),
        pytest.param("A\x00", id="nul"),
        pytest.param("A" * 501, id="long"),
    ],
)
def test_a_hostile_cell_is_refused_and_never_shown_raw(desk: Office, cell: str) -> None:
    file = desk.file("members.csv", f"url,legal_name,kvk\na.example,{cell},{cell}\n")
    result = desk.run("sites", "import", str(file))
    assert result.code == 2
    assert all(line.startswith((f"{file}:2: ", "nothing")) for line in result.problems)
    assert all(c.isprintable() for line in result.problems for c in line)
    assert rows(desk, "site") == 0


def test_formulas_and_quotes_stay_text(desk: Office) -> None:
    name = "=cmd|' /C calc'!A0'; DROP TABLE sites; --"
    file = desk.file("members.csv", f'url;legal_name\na.example;"{name}"\n')
    assert desk.run("sites", "import", str(file)).code == 0
    shown = desk.run("sites", "show", "a.example", "--json").document
    assert isinstance(shown["member"], dict)
    assert shown["member"]["legal_name"] == name
    assert rows(desk, "site") == 1


def test_ten_thousand_rows_are_read_and_stored_in_seconds(desk: Office) -> None:
    lines = [HEAD] + [
        f"https://shop{i}.example/,Shop {i} B.V.,{10_000_000 + i},nl,webwinkelkeur=certified,"
        f"info@shop{i}.example/An/nl/contact"
        for i in range(10_000)
    ]
    file = desk.file("members.csv", "\n".join(lines))
    started = time.monotonic()
    result = desk.run("sites", "import", str(file))
    # The promise is 10 s on a quiet machine (make bench); this only catches the quadratic.
    assert time.monotonic() - started < 60
    assert (result.code, result.problems[0]) == (0, "10000 added, 0 changed, 0 unchanged")
    assert rows(desk, "site") == 10_000


def test_sites_are_listed_shown_and_found_by_host_and_url(desk: Office) -> None:
    desk.run("sites", "import", str(desk.file("members.csv", GOOD)))
    listed = desk.run("sites", "list", "--json").document
    assert isinstance(listed["sites"], list)
    assert [site["id"] for site in listed["sites"]] == ["een.example", "twee.example"]
    only = desk.run("sites", "list", "--label", "webwinkelkeur")
    assert "twee.example" in only.out
    assert "een.example" not in only.out
    by_id, by_url = (
        desk.run("sites", "show", name, "--json").document
        for name in ("twee.example", "https://twee.example/")
    )
    assert by_id == by_url
    assert "Twée & Zn." in desk.run("sites", "show", "twee.example").out
    for name, hint in (("twee", "did you mean twee.example?"), ("drie", "sites list")):
        result = desk.run("sites", "show", name)
        assert result.code == 2
        assert len(result.problems) == 1
        assert hint in result.problems[0]


def test_a_terminal_without_the_letters_gets_them_escaped(desk: Office) -> None:
    desk.run("sites", "import", str(desk.file("members.csv", GOOD)))
    done = process(
        "--config", str(desk.config), "sites", "show", "twee.example", PYTHONIOENCODING="ascii"
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Tw\\xe9e" in done.stdout


def test_one_site_is_added_and_changed_by_its_file(desk: Office) -> None:
    text = "url: een.example\nmember: {legal_name: Een, labels: {webwinkelkeur: certified}}\n"
    first = desk.run("sites", "add", str(desk.file("een.yaml", text)))
    assert first.code == 0
    assert "certificate" in first.problems[0]
    file = desk.file("een.yaml", text.replace("legal_name: Een", "legal_name: Een B.V."))
    assert desk.run("sites", "add", str(file)).code == 0
    assert "Een B.V." in desk.run("sites", "show", "een.example").out
    assert rows(desk, "site") == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("url: een.example\n", "member.legal_name: is missing"),
        ("url: een.example\nmember: {legal_name: '  '}\n", "member.legal_name: is missing"),
        ("url: een.example\nparameters: {x: 1}\n", ":2: parameters.x: unknown parameter 'x'"),
        ("url: [\n", ":2: "),
    ],
)
def test_a_bad_site_file_adds_nothing(desk: Office, text: str, words: str) -> None:
    file = desk.file("een.yaml", text)
    result = desk.run("sites", "add", str(file))
    assert result.code == 2
    assert len(result.problems) == 1
    assert result.problems[0].startswith(f"{file}:")
    assert words in result.problems[0]
    assert rows(desk, "site") == 0


MEMBER = f"id,{HEAD}\neen.example,https://ander.example/,Een B.V.,30198121,nl,,info@een.example\n"
MOVED = f"{HEAD}\nhttps://een.example/,Een B.V.,30198121,nl,,\ntwee.example,Een B.V.,30198121,,,\n"


def test_a_second_site_keeps_the_contacts_of_its_member(desk: Office) -> None:
    desk.run("sites", "import", str(desk.file("one.csv", MEMBER)))
    second = desk.file("two.csv", f"{HEAD}\ntwee.example,Een B.V.,30198121,,,\n")
    assert desk.run("sites", "import", str(second)).problems[0] == (
        "1 added, 0 changed, 0 unchanged"
    )
    again = desk.run("sites", "import", str(second))
    assert again.problems[0] == "0 added, 0 changed, 1 unchanged"
    assert "info@een.example" in desk.run("sites", "show", "een.example").out
    gone = desk.file("gone.csv", f"{HEAD}\ntwee.example,Een B.V.,30198121,,,-\n")
    assert desk.run("sites", "import", str(gone)).problems[0] == "0 added, 1 changed, 0 unchanged"
    assert "info@een.example" not in desk.run("sites", "show", "een.example").out


def test_a_row_that_would_take_the_place_of_another_site_is_refused_by_line(desk: Office) -> None:
    desk.run("sites", "import", str(desk.file("one.csv", MEMBER)))
    file = desk.file("two.csv", MOVED)
    result = desk.run("sites", "import", str(file))
    assert (result.code, len(result.problems)) == (2, 2)
    assert result.problems[0].startswith(f"{file}:2: url: site 'een.example' is on file with")
    assert result.problems[1] == "nothing imported; --partial imports the good rows"
    assert rows(desk, "site") == 1
    partly = desk.run("sites", "import", str(file), "--partial", "--json")
    assert (partly.code, partly.document["stored"], partly.document["added"]) == (2, True, 1)
    assert rows(desk, "site") == 2
    alone = desk.file("three.csv", "\n".join(MOVED.splitlines()[:2]))
    result = desk.run("sites", "import", str(alone), "--partial")
    assert (result.code, result.problems[-1]) == (2, "nothing imported")


def test_what_clashes_and_what_is_wrong_are_told_together(desk: Office) -> None:
    desk.run("sites", "import", str(desk.file("one.csv", MEMBER)))
    file = desk.file("two.csv", f"{MOVED}drie.example,Drie,12,,,\n")
    result = desk.run("sites", "import", str(file))
    assert [line.split(": ")[0] for line in result.problems[:2]] == [f"{file}:2", f"{file}:4"]
    assert rows(desk, "site") == 1


def test_a_site_file_takes_no_place_either_unless_it_says_the_id(desk: Office) -> None:
    desk.run("sites", "import", str(desk.file("one.csv", MEMBER)))
    text = "url: een.example\nmember: {legal_name: Een B.V., kvk: '30198121'}\n"
    file = desk.file("een.yaml", text)
    result = desk.run("sites", "add", str(file))
    assert (result.code, len(result.problems)) == (2, 1)
    assert result.problems[0].startswith(f"{file}: url: site 'een.example' is on file with")
    assert (
        desk.run("sites", "add", str(desk.file("een.yaml", f"id: een.example\n{text}"))).code == 0
    )
    shown = desk.run("sites", "show", "een.example").out
    assert "https://een.example/" in shown
    assert "info@een.example" in shown
