"""Every way a label file can be wrong: one file each, with the problems it must get on top.

A file of labels_bad/ begins with ``# line: message`` for each problem, in order.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.policy.schemes import LabelFileError, Problem, lint_labels, load_labels
from tests.unit.labels_kit import JUDGES

BAD = Path(__file__).with_name("labels_bad")
FILES = sorted(BAD.glob("*.yaml"))
_EXPECTED = re.compile(r"# (\d+): (.+)")


def expected(file: Path) -> tuple[Problem, ...]:
    found = []
    for text in file.read_text("utf-8").splitlines():
        match = _EXPECTED.fullmatch(text)
        if match is None:
            break
        found.append(Problem(str(file), int(match[1]), match[2]))
    return tuple(found)


@pytest.fixture(scope="module")
def told() -> Mapping[str, tuple[Problem, ...]]:
    """The problems of the whole folder, read once, by file."""
    problems = lint_labels(BAD, JUDGES)
    return {str(file): tuple(p for p in problems if p.file == str(file)) for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_bad_file_gets_its_problems_with_their_lines_and_no_others(
    file: Path, told: Mapping[str, tuple[Problem, ...]]
) -> None:
    assert expected(file), "the file does not say what is wrong with it"
    assert told[str(file)] == expected(file)


def test_what_the_bad_files_share_is_good(told: Mapping[str, tuple[Problem, ...]]) -> None:
    assert {p.file for p in lint_labels(BAD, JUDGES)} == set(told)


def test_loading_tells_every_problem_of_every_file_at_once(tmp_path: Path) -> None:
    shutil.copytree(BAD / "shared", tmp_path / "shared")
    for name in ("several", "judge_unknown", "key_twice"):
        shutil.copy(BAD / f"{name}.yaml", tmp_path)
    with pytest.raises(LabelFileError) as caught:
        load_labels(tmp_path, JUDGES)
    wanted = [
        Problem(str(tmp_path / file), problem.line, problem.message)
        for file in ("judge_unknown.yaml", "key_twice.yaml", "several.yaml")
        for problem in expected(BAD / file)
    ]
    assert list(caught.value.problems) == wanted
    assert str(caught.value) == "\n".join(f"{p.file}:{p.line}: {p.message}" for p in wanted)


def test_linting_one_file_says_nothing_of_its_neighbours(tmp_path: Path) -> None:
    shutil.copytree(BAD / "shared", tmp_path / "shared")
    for name in ("several", "judge_unknown"):
        shutil.copy(BAD / f"{name}.yaml", tmp_path)
    one = tmp_path / "judge_unknown.yaml"
    assert {p.file for p in lint_labels(one, JUDGES)} == {str(one)}
    both = lint_labels([one, tmp_path / "several.yaml"], JUDGES)
    assert both == lint_labels(tmp_path, JUDGES)


def test_bytes_that_are_no_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes(b"schema: keurwacht/scheme@1\nlabel: {title: \xe9}\n")
    assert lint_labels(tmp_path, JUDGES) == (Problem(str(file), 2, "is not UTF-8"),)


def test_a_file_of_more_than_two_megabytes_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * 2_000_001)
    assert lint_labels(tmp_path, JUDGES) == (Problem(str(file), 1, "larger than 2000000 bytes"),)


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (problem,) = lint_labels(tmp_path, JUDGES)
    assert problem.file == str(tmp_path / "folder.yaml")
    assert problem.message == "cannot be read: Is a directory"


@pytest.mark.parametrize("name", ["empty", "absent"])
def test_a_folder_without_label_files_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    folder = tmp_path / name
    with pytest.raises(LabelFileError) as caught:
        load_labels(folder, JUDGES)
    assert caught.value.problems == (Problem(str(folder), 1, "no label files (*.yaml) here"),)


def test_hostile_names_are_clipped_and_stay_on_one_line(tmp_path: Path) -> None:
    key = '"a\\n' + "x" * 900 + '"'
    file = tmp_path / "hostile.yaml"
    file.write_text(f"schema: keurwacht/scheme@1\nlabel: {{{key}: 1}}\n{key}: {key}\n", "utf-8")
    problems = lint_labels(tmp_path, JUDGES)
    assert any("unknown key" in p.message for p in problems)
    assert all(len(str(p)) < 600 and "\n" not in str(p) for p in problems)
