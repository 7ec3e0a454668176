"""Published revisions of label files: frozen, raised, recorded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.integration.cli_kit import Office, office

SITE = """\
url: een.example
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {thuiswinkel-zakelijk: certified}
"""
LABELS = Path(__file__).resolve().parents[2] / "config" / "labels"


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    assert made.run("sites", "add", str(made.file("een.yaml", SITE))).code == 0
    return made


@pytest.fixture
def folder(desk: Office) -> Path:
    """Label files of the office's own, as they ship."""
    made = desk.folder / "labels"
    shutil.copytree(LABELS, made)
    desk.settings(f'[labels]\nfolder = "{made}"\n')
    return made


def change(folder: Path, before: str, after: str) -> Path:
    file = folder / "webwinkelkeur.yaml"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")
    return file


def test_nobody_judges_by_a_published_revision_that_changed(desk: Office, folder: Path) -> None:
    file = change(folder, "severity: high", "severity: low")
    said = desk.run("labels", "lint").problems
    assert [line.split(": ", 1)[0].rpartition(":")[0] for line in said] == [str(file)]
    assert "is published and must not change" in said[0]
    for words in (
        ("run",),
        ("check", "een.example"),
        ("sites", "add", str(desk.file("een.yaml", SITE))),
        ("attest", "een.example", "tz-1.1", "--until", "2099-01-01", "--by", "A"),
        ("labels", "lint", "--record"),
    ):
        result = desk.run(*words)
        assert (result.code, result.out, result.problems) == (2, "", said), words
    assert f"BAD  labels: {said[0]}" in desk.run("doctor").out


def test_a_new_revision_is_recorded_and_frozen_from_then_on(desk: Office, folder: Path) -> None:
    revisions = folder / "revisions.yaml"
    assert desk.run("labels", "lint", "--record").problems[-1] == f"{folder}: no problems"
    assert revisions.read_bytes() == (LABELS / "revisions.yaml").read_bytes()
    change(folder, "severity: high", "severity: low")
    change(folder, "revision: 1", "revision: 2")
    # Raised and not recorded: free to change, for as long as the work on it goes on.
    assert desk.run("labels", "list").code == 0
    change(folder, "severity: low", "severity: medium")
    done = desk.run("labels", "lint", "--record")
    assert (done.code, done.problems[0]) == (0, "webwinkelkeur 2024-04-15 revision 2 recorded")
    before = (LABELS / "revisions.yaml").read_text("utf-8").splitlines()
    after = revisions.read_text("utf-8").splitlines()
    assert [line[:7] for line in after if line not in before] == ["    2: "]
    assert [line for line in after if line in before] == before
    change(folder, "severity: medium", "severity: low")
    assert desk.run("check", "een.example").code == 2


def test_a_folder_without_recorded_revisions_gets_its_first(desk: Office, folder: Path) -> None:
    revisions = folder / "revisions.yaml"
    revisions.unlink()
    change(folder, "severity: high", "severity: low")
    assert desk.run("labels", "lint", "--record").code == 0
    assert "becommerce-b2b:" in revisions.read_text("utf-8")
    change(folder, "severity: low", "severity: medium")
    assert desk.run("labels", "list").code == 2
    assert desk.run("labels", "lint", "--record", str(folder / "webwinkelkeur.yaml")).code == 2
