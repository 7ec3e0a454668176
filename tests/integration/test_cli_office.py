"""Commands of the office on a database without a daemon, and what bad input gets."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from monitor.commands.attestation import DOCUMENT_MAX_BYTES
from tests.integration.cli_kit import Office, office
from tests.shops.lab import free_port

SITE = """\
url: een.example
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {thuiswinkel-zakelijk: certified}
"""
MAIL_ON = '[mail]\nenabled = true\nsender = "a@b.example"\norganisation = "X"\n'
LABELS = Path(__file__).resolve().parents[2] / "config" / "labels"


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    assert made.run("sites", "add", str(made.file("een.yaml", SITE))).code == 0
    return made


def audited(desk: Office) -> int:
    line = sqlite3.connect(desk.database)
    try:
        return int(line.execute("SELECT count(*) FROM audit").fetchone()[0])
    finally:
        line.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nope",), "keurwacht: No such command 'nope'"),
        (("--nope",), "keurwacht: No such option"),
        (("check",), "give a URL or --site FILE"),
        (("check", "a.example", "--site", "b.yaml"), "one of the two"),
        (("check", "ftp://a.example"), "'ftp://a.example' is not an http or https URL"),
        (("check", "https://a.example/\x1b[31m"), "is not an http or https URL"),
        (
            ("check", "a.example", "--label", "gold"),
            "unknown label 'gold'; known: becommerce-b2b, ",
        ),
        (("check", "a.example", "--only", "all"), "keurwacht check: Invalid value for '--only'"),
        (("check", "a.example", "--param", "x"), "'x' is not NAME=VALUE"),
        (("check", "a.example", "--param", "x=1"), "unknown parameter 'x'; known: "),
        (("check", "a.example", "--param", "terms_min_chars=many"), "'many' is not a whole"),
        (("check", "a.example", "--param", "tls_norm=old"), "list, ncsc-2025-05, ncsc-2.1"),
        (("check", "a.example", "--resolve", "a:b"), "--resolve 'a:b': "),
        (("check", "a.example", "--mx", "a"), "--mx 'a': wanted DOMAIN=HOST:PORT"),
        (("check", "a.example", "--allow-network", "x"), "--allow-network 'x': wanted a network"),
        (
            ("check", "a.example", "--ca-file", "no.pem"),
            "--ca-file: no.pem: No such file",
        ),
        (("check", "a.example", "--ca-file", __file__), "no PEM certificates in it"),
        (("check", "--site", "no.yaml"), "no.yaml: No such file or directory"),
        (("sites", "import", "no.csv"), "'no.csv' does not exist"),
        (("sites", "list", "--label", "gold"), "unknown label 'gold'; known: becommerce-b2b"),
        (("sites", "show", "nobody"), "no site 'nobody'"),
        (("status", "een"), "did you mean een.example?"),
        (("status", "\udcff"), "no site '\\udcff'"),
        (("cases", "nobody"), "no site 'nobody'"),
        (("rescan", "nobody"), "no site 'nobody'"),
        (("rescan", "een.example", "--only", "nope"), "'certificate', 'tls', 'content'"),
        (("rescan", "een.example", "--only", "privacy"), "it has certificate, content, drift"),
        (("attest", "een.example", "tz-1.1", "--by", "A"), "Missing option '--until'"),
        (
            ("attest", "een.example", "tz-9", "--by", "A", "--until", "2099-01-01"),
            "is not an attested",
        ),
        (("attest", "een.example", "tz-1.1", "--by", "A", "--until", "soon"), "'soon'"),
        (("attest", "een.example", "tz-1.1", "--by", "\x1b", "--until", "2099-01-01"), "--by"),
        (("baseline", "accept", "een.example", "--by", " "), "--by must be a name"),
        (("baseline", "show", "nobody"), "no site 'nobody'"),
        (("mail", "test", "nobody"), "'nobody' is not a mail address"),
        (("mail", "test", "a@b.example"), "mail settings: "),
        (("mail", "test", "a@b.example", "--language", "es"), "'nl', 'fr', 'en', 'de'"),
        (("labels", "show", "gold"), "unknown label 'gold'; known: becommerce-b2b"),
        (("labels", "lint", "nowhere"), "nowhere:1: no label files"),
        (("db", "restore", "no.db"), "'no.db' does not exist"),
    ],
    ids=lambda value: None if isinstance(value, str) else " ".join(value).encode("unicode_escape"),
)
def test_bad_input_is_one_line_and_exit_2_and_nothing_is_written(
    desk: Office, words: tuple[str, ...], said: str
) -> None:
    before = audited(desk)
    result = desk.run(*words)
    assert (result.code, result.out) == (2, "")
    assert len(result.problems) == 1
    assert said in result.problems[0]
    assert result.problems[0].isprintable()
    assert audited(desk) == before


def test_bad_settings_are_told_one_line_each_with_file_and_line(desk: Office) -> None:
    desk.settings('[log]\nformat = "xml"\n[worc]\nslots = 3\n[work]\nslots = "many"\n')
    for words in (("status",), ("doctor",), ("check", "a.example"), ("run",)):
        result = desk.run(*words)
        assert (result.code, result.out) == (2, "")
        assert len(result.problems) == 3
        assert all(line.startswith(f"{desk.config}:") for line in result.problems)
        assert any("json" in line and "console" in line for line in result.problems)
        assert any("nearest: work" in line for line in result.problems)


def test_bad_label_files_are_told_by_every_command_that_needs_them(desk: Office) -> None:
    folder = desk.folder / "labels"
    shutil.copytree(LABELS, folder)
    bad = folder / "webwinkelkeur.yaml"
    bad.write_text(bad.read_text("utf-8").replace("label:\n", "label:\n  colour: red\n", 1))
    desk.settings(f'[labels]\nfolder = "{folder}"\n')
    wanted = f"{bad}:{bad.read_text().splitlines().index('  colour: red') + 1}: label.colour: "
    file = desk.file("een.yaml", SITE)
    for words in (
        ("labels", "lint"),
        ("labels", "list"),
        ("labels", "show", "webwinkelkeur"),
        ("check", "een.example"),
        ("sites", "add", str(file)),
        ("sites", "import", str(file)),
        ("sites", "list", "--label", "webwinkelkeur"),
        ("attest", "een.example", "tz-1.1", "--until", "2099-01-01", "--by", "A"),
        ("run",),
    ):
        result = desk.run(*words)
        assert (result.code, result.out) == (2, ""), words
        assert any(line.startswith(wanted) for line in result.problems), words
    doctor = desk.run("doctor")
    assert doctor.code == 1
    assert f"BAD  labels: {wanted}" in doctor.out


def test_healthcheck_without_a_daemon_is_exit_1(desk: Office) -> None:
    desk.settings(f"[http]\nport = {free_port()}\n")
    result = desk.run("healthcheck")
    assert (result.code, len(result.problems)) == (1, 1)
    assert "no daemon at http://127.0.0.1:" in result.problems[0]


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("cases",),
        ("sites", "list"),
        ("valve", "status"),
        ("rescan", "een.example"),
        ("run",),
    ],
    ids=" ".join,
)
def test_a_database_that_is_none_or_not_there_is_exit_1(
    desk: Office, words: tuple[str, ...]
) -> None:
    missing = desk.folder / "missing.db"
    result = desk.run("--database", f"sqlite:///{missing}", *words)
    assert (result.code, result.out, len(result.problems)) == (1, "", 1)
    assert "keurwacht db upgrade" in result.problems[0]
    assert not missing.exists()
    desk.file("junk.db", "no database at all " * 100)
    result = desk.run("--database", f"sqlite:///{desk.folder}/junk.db", *words)
    assert (result.code, len(result.problems)) == (1, 1)
    assert "not a database" in result.problems[0]


def test_the_database_is_made_once_backed_up_and_put_back(desk: Office) -> None:
    again = desk.run("db", "upgrade")
    assert (again.code, again.problems[0][:11]) == (0, "at revision")
    copy = desk.folder / "copies" / "first.db"
    assert desk.run("db", "backup", str(copy)).code == 0
    assert copy.stat().st_mode & 0o077 == 0
    assert desk.run("db", "backup", str(copy)).code == 2
    for taken in (desk.database, Path("/dev/null"), Path(f"{desk.database}.lock")):
        refused = desk.run("db", "backup", "--force", str(taken))
        assert (refused.code, len(refused.problems)) == (2, 1)
    assert desk.run("db", "backup", "--force", str(copy)).code == 0
    desk.run(
        "sites", "add", str(desk.file("twee.yaml", SITE.replace("een.example", "twee.example")))
    )
    assert "twee.example" in desk.run("sites", "list").out
    assert desk.run("db", "restore", str(copy)).code == 0
    assert "twee.example" not in desk.run("sites", "list").out
    junk = desk.file("junk.db", "no database at all " * 100)
    result = desk.run("db", "restore", str(junk))
    assert (result.code, len(result.problems)) == (1, 1)
    assert "een.example" in desk.run("sites", "list").out


def test_status_and_cases_have_documents_for_scripts(desk: Office) -> None:
    fleet = desk.run("status", "--json")
    assert (fleet.code, fleet.document["schema"]) == (0, "keurwacht/fleet@1")
    one = desk.run("status", "een.example", "--json")
    assert (one.code, one.document["schema"]) == (4, "keurwacht/status@1")
    due = one.document["due"]
    assert isinstance(due, list)
    assert {row["kind"] for row in due} == {
        "certificate", "content", "drift", "mail", "owasp", "seal", "tls",
    }  # fmt: skip
    cases = desk.run("cases", "een.example", "--json").document
    assert cases == {"schema": "keurwacht/cases@1", "cases": []}
    for words in (("status",), ("status", "een.example"), ("cases",), ("cases", "--all")):
        assert desk.run(*words).out


def test_a_rescan_makes_its_kinds_due_and_waits_no_longer_than_it_may(desk: Office) -> None:
    before = due(desk)
    asked = desk.run("rescan", "een.example", "--only", "seal")
    assert (asked.code, asked.problems) == (0, ["een.example: seal asked for"])
    after = due(desk)
    assert after["seal"] <= before["seal"]
    assert {k: v for k, v in after.items() if k != "seal"} == {
        k: v for k, v in before.items() if k != "seal"
    }
    late = desk.run("rescan", "een.example", "--only", "seal", "--wait", "--timeout", "0.1")
    assert late.code == 1
    assert "still waiting for seal" in late.problems[-1]


def due(desk: Office) -> dict[str, str]:
    rows = desk.run("status", "een.example", "--json").document["due"]
    assert isinstance(rows, list)
    return {row["kind"]: row["ready_at"] for row in rows}


def test_an_attestation_is_kept_with_its_document(desk: Office) -> None:
    paper = desk.file("paper.pdf", "%PDF")
    words = ("attest", "een.example", "tz-1.1", "--until", "2099-12-31", "--by", "A. Jansen")
    result = desk.run(*words, "--file", str(paper))
    assert (result.code, result.problems) == (
        0,
        ["een.example: tz-1.1 attested until 2099-12-31"],
    )
    line = sqlite3.connect(desk.database)
    found = line.execute("SELECT recorded_by, file_sha256 FROM attestation").fetchall()
    line.close()
    assert [(by, bool(digest)) for by, digest in found] == [("A. Jansen", True)]


def test_only_a_regular_file_of_bounded_size_is_a_document(desk: Office) -> None:
    pipe = desk.folder / "pipe"
    os.mkfifo(pipe)
    large = desk.file("large.pdf", "")
    with large.open("ab") as opened:
        opened.truncate(DOCUMENT_MAX_BYTES + 1)
    words = ("attest", "een.example", "tz-1.1", "--until", "2099-12-31", "--by", "A. Jansen")
    before = audited(desk)
    for document, said in ((Path("/dev/zero"), "regular"), (pipe, "regular"), (large, "larger")):
        result = desk.run(*words, "--file", str(document))
        assert (result.code, len(result.problems)) == (2, 1)
        assert said in result.problems[0]
    assert audited(desk) == before


def test_there_is_no_baseline_before_the_first_drift_scan(desk: Office) -> None:
    shown = desk.run("baseline", "show", "een.example", "--json")
    assert shown.document == {
        "schema": "keurwacht/baseline@1", "site": "een.example", "accepted": None, "proposed": None,
    }  # fmt: skip
    result = desk.run("baseline", "accept", "een.example")
    assert (result.code, len(result.problems)) == (1, 1)
    assert "nothing is proposed" in result.problems[0]


def test_the_valve_is_open_and_has_nothing_to_release(desk: Office) -> None:
    assert desk.run("valve", "status").out == "open; 0 held\n"
    assert desk.run("valve", "status", "--json").document == {
        "schema": "keurwacht/valve@1", "closed": False, "since": None, "reason": "", "held": 0,
    }  # fmt: skip
    for word in ("release", "drop"):
        assert desk.run("valve", word).problems == ["the valve is open"]


def test_label_files_are_linted_listed_and_shown(desk: Office) -> None:
    assert desk.run("labels", "lint").code == 0
    assert desk.run("labels", "lint", str(LABELS / "webwinkelkeur.yaml")).code == 0
    listed = desk.run("labels", "list", "--json").document["labels"]
    assert isinstance(listed, list)
    assert {row["id"] for row in listed} >= {"becommerce-b2b", "webwinkelkeur"}
    shown = desk.run("labels", "show", "thuiswinkel-zakelijk", "--json").document["conditions"]
    assert isinstance(shown, list)
    assert {row["id"] for row in shown} >= {"tz-1.1", "tz-12.7b", "seal-1"}
    assert "tz-12.7b" in desk.run("labels", "show", "thuiswinkel-zakelijk").out
    assert "webwinkelkeur" in desk.run("labels", "list").out


def test_a_daemon_with_roots_that_are_none_says_so(desk: Office) -> None:
    junk = desk.file("junk.pem", "nothing")
    text = desk.config.read_text().replace("[net]\n", f'[net]\nca_file = "{junk}"\n')
    desk.config.write_text(text)
    result = desk.run("run")
    assert (result.code, len(result.problems)) == (2, 1)
    assert str(junk) in result.problems[0]
