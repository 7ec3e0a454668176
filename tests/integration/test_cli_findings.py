"""``findings`` as staff use it, on a database with two weaknesses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from monitor.adapters.store.store import SqlStore
from monitor.domain.finding import Severity
from monitor.domain.weakness import Again, Sighting, Weakness, WeaknessState
from scanners.registry import FACTS
from tests.integration.cli_kit import Office, office

NOW = datetime(2026, 11, 4, 9, tzinfo=UTC)
SITE = """\
url: een.example
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {thuiswinkel-zakelijk: certified}
"""
XSS = Sighting(
    "abc" + "0" * 61, "zap", "40012", "Cross-site \x1b[31m scripting", Severity.HIGH, "A03", "A05",
    "CWE-79", "https://een.example/zoek?q=%22", "/zoek", "GET", "q",
    again=Again.NOT_SEEN, again_why="the same rule did not show it again",
)  # fmt: skip
HEADER = Sighting(
    "abd" + "0" * 61, "passive", "hsts-missing", "No HSTS", Severity.LOW, "A02", "A04", "CWE-319",
    "https://een.example/", "", "GET", "strict-transport-security",
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    assert made.run("sites", "add", str(made.file("een.yaml", SITE))).code == 0
    store = SqlStore(f"sqlite:///{made.database}", facts_types=FACTS)
    rows = [
        Weakness("een.example", XSS, WeaknessState.OPEN, "active-low", NOW, NOW),
        Weakness("een.example", HEADER, WeaknessState.RESOLVED, "baseline", NOW, NOW),
    ]
    store.transact(lambda tx: tx.put_weaknesses(rows))
    store.close()
    return made


def rows(desk: Office, *words: str) -> list[dict[str, Any]]:
    done = desk.run("findings", "list", *words, "--json")
    return cast("list[dict[str, Any]]", done.document["findings"])


def test_what_stands_is_listed_unless_states_are_named(desk: Office) -> None:
    assert [row["rule"] for row in rows(desk)] == ["40012"]
    assert [row["rule"] for row in rows(desk, "een.example", "--state", "resolved")] == [
        "hsts-missing"
    ]
    assert rows(desk, "--severity", "critical") == []
    shown = desk.run("findings", "list")
    assert "\x1b" not in shown.out
    assert XSS.fingerprint[:12] in shown.out
    assert "not seen again" in shown.out


def test_one_is_shown_by_the_beginning_of_its_fingerprint(desk: Office) -> None:
    shown = desk.run("findings", "show", "een.example", "abc").document
    assert (shown["state"], shown["owasp_2025"]) == ("open", "A05")
    assert (shown["again"], shown["again_why"]) == (
        "not_seen_again", "the same rule did not show it again"
    )  # fmt: skip
    for beginning in ("ab", "xyz"):
        done = desk.run("findings", "show", "een.example", beginning)
        assert (done.code, len(done.problems)) == (2, 1)


def test_a_word_is_kept_with_its_end_and_can_be_taken_back(desk: Office) -> None:
    word = ("een.example", "abc", "--reason", "tried it", "--by", "Rita")
    done = desk.run("findings", "accept", *word, "--until", "2026-12-31")
    assert done.code in (0, 2), done.err
    kept = desk.run("findings", "false-positive", *word)
    assert kept.code == 0, kept.err
    (row,) = rows(desk, "--state", "false_positive")
    assert (row["decided_by"], row["reason"]) == ("Rita", "tried it")
    assert rows(desk) == []
    assert desk.run("findings", "reopen", *word).code == 0
    assert [row["state"] for row in rows(desk)] == ["open"]


@pytest.mark.parametrize("more", [("--reason", " "), ("--reason", "x", "--until", "2020-01-01")])
def test_an_odd_word_is_refused_and_nothing_changes(desk: Office, more: tuple[str, ...]) -> None:
    done = desk.run("findings", "accept", "een.example", "abc", *more)
    assert (done.code, len(done.problems)) == (2, 1)
    assert [row["state"] for row in rows(desk)] == ["open"]


def test_sarif_is_written_whole_or_not_at_all(desk: Office) -> None:
    out = desk.folder / "out.sarif"
    assert desk.run("findings", "export", "een.example", "--out", str(out)).code == 0
    document = json.loads(out.read_text("utf-8"))
    assert [run["tool"]["driver"]["name"] for run in document["runs"]] == ["keurwacht (zap)"]
    everything = desk.run("findings", "export", "een.example", "--all").document
    assert len(cast("list[object]", everything["runs"])) == 2
    ours = desk.run("findings", "export", "een.example", "--format", "json").document
    assert ours["schema"] == "keurwacht/findings@1"
    gone = desk.folder / "nowhere" / "out.sarif"
    done = desk.run("findings", "export", "een.example", "--out", str(gone))
    assert (done.code, str(gone) in done.err) == (1, True)
    assert not gone.exists()
