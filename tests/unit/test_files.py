"""Site files and import files: what is read, and what is said about what cannot be."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli import InputError
from monitor.commands.csv_rows import Records
from monitor.commands.files import csv_entry, read_import, read_site_file, wrong_parameter
from monitor.domain.finding import Finding
from monitor.domain.member import Category, Contact, ContactRole
from monitor.domain.site import Certification, Standing
from monitor.domain.verdict import Verdict
from monitor.policy.judge import Param
from monitor.services.entries import canonical_url, parse_entry
from scanners.api import EXCERPT_MAX_CHARS, ScanKind, ScanOutcome

LABELS = ("gold", "silver")
NORMS = "list, ncsc-2025-05, ncsc-2.1"
PARAMETERS = {
    "days": Param("int", 5, "days"),
    "tls_norm": Param("str", "list", "norm"),
}


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def said(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_site_file(path, LABELS, PARAMETERS)
    return caught.value.message.splitlines()


def test_a_site_file_is_read_with_its_parameters(tmp_path: Path) -> None:
    path = written(tmp_path, "shop.yaml", "\ufeffurl: shop.example\nparameters: {days: 7}\n")
    entry = read_site_file(path, LABELS, PARAMETERS)
    assert (entry.site.url, entry.parameters) == ("https://shop.example/", {"days": 7})


def test_every_problem_of_a_site_file_is_told_with_its_line_and_the_choices(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path,
        "shop.yaml",
        "url: shop.example\nsubject: stall\nmember:\n  legal_name: Shop\n  kvk: '12'\n"
        "  labels: {bronze: certified}\nparameters:\n  days: soon\n  hours: 3\n  tls_norm: none\n",
    )
    assert said(path) == [
        f"{path}:2: subject: 'stall' is not one of shop, platform, seller",
        f"{path}:5: member.kvk: '12' is not 8 digits",
        f"{path}:6: member.labels.bronze: unknown label 'bronze'; known: gold, silver",
        f"{path}:8: parameters.days: parameter days: 'soon' is not a whole number",
        f"{path}:9: parameters.hours: unknown parameter 'hours'; known: days, tls_norm",
        f"{path}:10: parameters.tls_norm: parameter tls_norm: 'none' is not one of {NORMS}",
    ]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        pytest.param("url: [\n", 2, id="no yaml"),
        pytest.param("url: a.example\nurl: b.example\n", 2, id="a key twice"),
        pytest.param(b"url: a.example\nx: \xff\n", 2, id="not utf-8"),
        pytest.param("- url: a.example\n", 1, id="a list"),
        pytest.param("", 1, id="nothing"),
        pytest.param("url: !!python/object:os.system x\n", 1, id="a tag"),
        pytest.param("url: a.example\nparameters: [days]\n", 2, id="parameters as a list"),
    ],
)
def test_what_is_no_site_file_is_told_with_a_line(
    body: str | bytes, line: int, tmp_path: Path
) -> None:
    path = written(tmp_path, "shop.yaml", body)
    assert all(text.startswith(f"{path}:{line}: ") for text in said(path))


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    assert said(tmp_path / "none.yaml") == [f"{tmp_path / 'none.yaml'}: No such file or directory"]
    assert said(tmp_path) == [f"{tmp_path}: Is a directory"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("days", "7", ""),
        ("days", 8, ""),
        ("days", True, "whole number"),
        ("days", "1e9", "whole number"),
        ("tls_norm", "ncsc-2.1", ""),
        ("tls_norm", "NCSC", NORMS),
        ("x" * 500, "1", "known: days, tls_norm"),
    ],
)
def test_a_parameter_has_a_known_name_its_type_and_one_of_its_words(
    name: str, value: object, words: str
) -> None:
    wrong = wrong_parameter(name, value, PARAMETERS)
    assert bool(wrong) == bool(words)
    assert words in wrong
    assert len(wrong) < 200


CELLS = {
    "url": "https://a.example/",
    "legal_name": '"A, B.V."',
    "member_id": "m-1",
    "kvk": "30198127",
    "vat": "NL004495445B01",
    "trade_names": "A|Aa",
    "hosts": "www.a.example",
    "customers": "b2b|b2c",
    "languages": "nl",
    "labels": "gold=certified|silver=ended@2026-11-20",
    "contacts": "a@a.example/An/fr/technical|b@a.example",
    "categories": "web@2026-01-01..2026-12-31|b2b",
}
CSV = f"{','.join(CELLS)}\n{','.join(CELLS.values())}\n"


def test_a_csv_row_has_everything_a_site_file_has(tmp_path: Path) -> None:
    rows, problems = read_import(written(tmp_path, "members.csv", CSV), LABELS)
    assert problems == []
    (row,) = rows
    site, member = row.entry.site, row.entry.member
    assert (row.line, site.site_id, member.member_id) == (2, "a.example", "m-1")
    assert (member.legal_name, member.trade_names) == ("A, B.V.", ("A", "Aa"))
    assert site.hosts == ("www.a.example",)
    assert site.certifications == (
        Certification("gold", Standing.CERTIFIED),
        Certification("silver", Standing.ENDED, date(2026, 11, 20)),
    )
    assert member.contacts == (
        Contact("a@a.example", "An", "fr", ContactRole.TECHNICAL),
        Contact("b@a.example", "", "en"),
    )
    assert member.categories == (
        Category("web", date(2026, 1, 1), date(2026, 12, 31)),
        Category("b2b"),
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("\ufeffurl;legal_name\na.example;A\nb.example;B, and more\n", id="excel"),
        pytest.param("url,legal_name\r\na.example,A\r\n\r\nb.example,B\r\n", id="windows"),
        pytest.param('url , legal_name\na.example,A\n b.example ,"B"', id="spaces, no end"),
    ],
)
def test_csv_files_as_spreadsheets_write_them(body: str, tmp_path: Path) -> None:
    rows, problems = read_import(written(tmp_path, "members.CSV", body), LABELS)
    assert problems == []
    assert [row.entry.site.site_id for row in rows] == ["a.example", "b.example"]
    assert rows[1].entry.member.legal_name.startswith("B")


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        pytest.param("", 1, "no column 'url'", id="nothing"),
        pytest.param("url,colour\na.example,red\n", 1, "colour; known: id, url", id="a column"),
        pytest.param("url,url\na.example,b\n", 1, "columns: url", id="a column twice"),
        pytest.param("url,legal_name\na.example\n", 2, "expected 2 fields", id="short"),
        pytest.param("url,legal_name\na.example,A,x\n", 2, "expected 2 fields", id="long"),
        pytest.param("url,legal_name\nb.example,B\na.example,\n", 3, "is missing", id="nameless"),
        pytest.param('url,legal_name\na.example,"A\n', 2, "unexpected end", id="open quote"),
        pytest.param('"url,legal_name\na.example,A\n', 1, "unexpected end", id="in the head"),
        pytest.param("\n\nurl;colour\na.example;red\n", 3, "colour;", id="below empty lines"),
        pytest.param(
            "url,legal_name,contacts\na.example,A,\u00fc@a.example\n", 2, "mail", id="no sender"
        ),
        pytest.param('url,legal_name\na.example,"A\nB"\n', 2, "printable", id="two lines"),
        pytest.param("url,legal_name\na.example,A\x1b[31m\n", 2, "printable", id="escape"),
        pytest.param("url,legal_name\na.example,A\x00\n", 2, "printable", id="nul"),
        pytest.param("url,legal_name,labels\na.example,A,gold\n", 2, "ID=standing", id="label"),
        pytest.param(
            "url,legal_name,labels\na.example,A,gold=certified|gold=ended\n", 2, "twice", id="2x"
        ),
        pytest.param("url,legal_name,labels\na.example,A,x=met\n", 2, "gold, silver", id="which"),
        pytest.param(
            "url,legal_name,contacts\na.example,A,a@b.nl/b/nl/contact/e\n", 2, "mail/name", id="c"
        ),
        pytest.param("url,legal_name,contacts\na.example,A,nobody\n", 2, "'nobody'", id="mail"),
        pytest.param("url,legal_name,categories\na.example,A,x@20\n", 2, "'20'", id="category"),
    ],
)
def test_a_bad_csv_file_is_told_by_line(body: str, line: int, words: str, tmp_path: Path) -> None:
    rows, problems = read_import(written(tmp_path, "members.csv", body), LABELS)
    assert [(p.line, words in p.message) for p in problems] == [(line, True)], problems
    assert all(row.line != line for row in rows)


def test_every_bad_row_is_told_and_the_good_ones_are_kept(tmp_path: Path) -> None:
    body = "url,legal_name,kvk\na.example,A,1\nb.example,B,30198127\nftp://c,C,2\n"
    rows, problems = read_import(written(tmp_path, "members.csv", body), LABELS)
    assert [row.entry.site.site_id for row in rows] == ["b.example"]
    assert sorted(p.line for p in problems) == [2, 4, 4]


def told(folder: Path, *lines: str) -> tuple[list[int], list[int]]:
    """The lines of the rows and, once each, of the problems of that CSV file."""
    body = "\n".join(("url,legal_name,kvk", *lines, ""))
    rows, problems = read_import(written(folder, "members.csv", body), LABELS)
    return [row.line for row in rows], sorted({problem.line for problem in problems})


@pytest.mark.parametrize(
    ("lines", "good", "bad"),
    [
        pytest.param(["a.nl,A,", '"b.nl"x,B,', "c.nl,C,1", "d.nl,D,"], [2, 5], [3, 4], id="quote"),
        pytest.param(['"a.nl,A,', "b.nl,B,", "c.nl,C,1", "d.nl,D,"], [3, 5], [2, 4], id="open"),
        pytest.param(
            ['"a.nl,A,', "b.nl,B,", '"c.nl,C,', "d.nl,D,1"], [3], [2, 4, 5], id="opened twice"
        ),
        pytest.param(
            ['a.nl,"A,', "b.nl,B,", "c.nl,C,1", 'd.nl,D",', "e.nl,E,"],
            [3, 6],
            [2, 4],
            id="closed by a later row",
        ),
        pytest.param(['a.nl,"A', 'A",', "b.nl,B,1"], [], [2, 4], id="a name on two lines"),
        pytest.param(['a.nl,"A', "b.nl", 'A",', "c.nl,C,"], [5], [2], id="no row inside"),
        pytest.param(["a.nl,A", "", '"b.nl","B",', "c.nl"], [4], [2, 5], id="too few"),
    ],
)
def test_after_a_broken_row_the_others_are_read(
    lines: list[str], good: list[int], bad: list[int], tmp_path: Path
) -> None:
    assert told(tmp_path, *lines) == (good, bad)


def test_a_quote_that_is_never_closed_hides_no_row_of_a_long_file(tmp_path: Path) -> None:
    many = [f"s{n}.nl,S,{'' if n % 100 else 'x'}" for n in range(1, 3001)]
    good, bad = told(tmp_path, '"a.nl,A,', *many)
    assert (len(good), bad) == (2970, [2, *range(102, 3003, 100)])


def test_a_row_on_several_lines_says_where_it_ends(tmp_path: Path) -> None:
    body = 'url,legal_name\na.nl,"A\nB"\n"c.nl\n,C"\n'
    _, problems = read_import(written(tmp_path, "members.csv", body), LABELS)
    assert [p.message.partition("; ")[2] for p in problems] == [
        "the row ends in line 3",
        "the row ends in line 5",
    ]


def test_a_list_may_stand_on_several_lines_of_its_cell(tmp_path: Path) -> None:
    body = 'url,legal_name,labels\na.nl,A,"gold=certified|\nsilver=ended"\nb.nl,B,\n'
    rows, problems = read_import(written(tmp_path, "members.csv", body), LABELS)
    assert problems == []
    assert [(row.line, len(row.entry.site.certifications)) for row in rows] == [(2, 2), (4, 0)]


@given(st.text('abc",;\n\r|', max_size=60))
def test_no_csv_breaks_the_reader_and_no_line_is_read_twice(text: str) -> None:
    records = list(Records(text, ","))
    assert all(r.line <= r.last for r in records)
    lines = [r.line for r in records]
    assert lines == sorted(set(lines))
    assert all(bool(r.cells) != bool(r.error) for r in records)


def test_an_empty_cell_says_nothing_and_a_dash_that_there_is_none(tmp_path: Path) -> None:
    body = "url,legal_name,kvk,contacts,labels,hosts,platform\na.nl,A,,,,,\nb.nl,B,-,-,-, - ,-\n"
    (silent, none), _ = read_import(written(tmp_path, "members.csv", body), LABELS)
    assert silent.entry.given == {"legal_name"}
    assert none.entry.given == {
        "legal_name", "kvk", "contacts", "certifications", "hosts", "platform",
    }  # fmt: skip
    assert (none.entry.member.kvk, none.entry.member.contacts) == (None, ())
    assert (none.entry.site.certifications, none.entry.site.hosts) == ((), ())


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        pytest.param("sites: 1\n", 1, "expected a list of sites", id="no list"),
        pytest.param("shops: []\n", 1, "found shops", id="another key"),
        pytest.param("text", 1, "expected a list", id="text"),
        pytest.param("sites:\n- url: [\n", 3, "", id="no yaml"),
        pytest.param(
            "- url: a.example\n  member: {legal_name: A}\n  parameters: {days: 7}\n",
            3,
            "parameters: are for `check` only",
            id="parameters, that nobody would heed",
        ),
        pytest.param("- url: a.example\n", 1, "legal_name", id="nameless"),
        pytest.param("- x\n", 1, "must be a mapping", id="no mapping"),
    ],
)
def test_a_bad_yaml_import_is_told_by_line(
    body: str, line: int, words: str, tmp_path: Path
) -> None:
    rows, problems = read_import(written(tmp_path, "members.yaml", body), LABELS)
    assert rows == []
    assert problems
    assert all((p.line, words in p.message) == (line, True) for p in problems[:1])


def test_a_yaml_import_is_a_list_or_one_under_sites(tmp_path: Path) -> None:
    site = "  url: a.example\n  member: {legal_name: A}\n"
    for name, body in (("a.yaml", "-" + site[1:]), ("b.yml", "sites:\n-" + site[1:])):
        rows, problems = read_import(written(tmp_path, name, body), LABELS)
        assert problems == []
        assert [row.entry.site.url for row in rows] == ["https://a.example/"]
    assert rows[0].line == 2


def test_a_file_of_another_kind_is_refused_with_the_kinds_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'\.xlsx' is not one of \.csv, \.yaml, \.yml"):
        read_import(written(tmp_path, "members.xlsx", b"PK"), LABELS)


@given(st.dictionaries(st.sampled_from(["labels", "contacts", "categories", "hosts", "url"]),
                       st.text(max_size=40)))  # fmt: skip
def test_no_cell_breaks_the_reader(record: dict[str, str]) -> None:
    raw, _ = csv_entry(record)
    entry, problems = parse_entry(raw, LABELS)
    assert (entry is None) == bool(problems)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("HTTPS://Shop.Example:443", "https://shop.example/"),
        ("http://shop.example:80/x", "http://shop.example/x"),
        ("https://shop.example:80/", "https://shop.example:80/"),
        ("https://shop.example/\udcff", None),
        ("https://shop.example/\x1b[31m", None),
        ("https://shop.exa\nmple/", None),
    ],
)
def test_the_usual_port_is_left_out_of_a_url_and_what_cannot_be_printed_is_none(
    text: str, url: str | None
) -> None:
    assert canonical_url(text) == url


def test_the_schema_of_check_ships_with_the_package_and_has_the_words_of_the_code() -> None:
    file = resources.files("monitor").joinpath("schemas", "check-1.json")
    schema = json.loads(file.read_text("utf-8"))
    parts = schema["$defs"]
    assert schema["properties"]["schema"] == {"const": "keurwacht/check@1"}
    assert parts["label"]["properties"]["verdict"]["enum"] == list(Verdict)
    assert parts["condition"]["properties"]["finding"]["enum"] == list(Finding)
    assert parts["scan"]["properties"]["kind"]["enum"] == list(ScanKind)
    assert parts["scan"]["properties"]["outcome"]["enum"] == list(ScanOutcome)
    assert parts["evidence"]["properties"]["excerpt"]["maxLength"] == EXCERPT_MAX_CHARS
    for part in (schema, *parts.values()):
        if part.get("type") == "object":
            assert set(part["required"]) == set(part["properties"])
            assert part["additionalProperties"] is False
