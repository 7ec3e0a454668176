"""Reading YAML and durations: strict, bounded, and never an exception of another kind."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.policy.scheme_reader import (
    DURATION_MAX_DAYS,
    LabelFileError,
    Problem,
    Reader,
    nearest,
    parse_iso_duration,
)
from monitor.policy.schemes import lint_labels, load_labels
from monitor.policy.yaml_lines import Document, YamlError, read_yaml
from tests.unit.labels_kit import JUDGES

SHARED = Path(__file__).with_name("labels_bad") / "shared"
DAY = timedelta(days=1)
GOOD = """schema: keurwacht/scheme@1
label:
  id: mark
  owner: somebody
  title: {nl: Merk, en: Mark}
  framework: {version: "1", document: book}
  revision: 1
  languages: {statements: [nl, en], fallback: [en]}
  seal: {hosts: [mark.example], certificate_path: '^/c/', artwork_words: [mark]}
parameters: {most: 3}
include: []
conditions:
- id: c-1
  rev: 1
  statement: {nl: Iets geldt., en: Something holds.}
  trace: {document: book}
  applies: {subjects: [shop], when: {has: [member.kvk], from: 2026-01-01}}
  class: automatic
  judge: {uses: probe.amount, params: {words: $vocabulary.contact}}
  findings: {fine: met, wrong: {finding: not_met, review: true}}
  severity: medium
  cadence: daily
  confirm: C2
  recovery: plain
  remedy: R14
  messages: {nl: 'Het zijn er {amount}.', en: 'There are {amount}.'}
obligations:
- {id: o-1, trace: {document: book}, scan: owasp.full, at_least: {count: 2, within: P365D}}
"""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("off", "off"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'null'", "null"),
        ("7", 7),
        ("-7", -7),
        ("+7", 7),
        ("007", "007"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("0.7", 0.7),
        ("1.5e3", 1500.0),
        ("1.0e999", "1.0e999"),
        (".inf", ".inf"),
        ("9" * 19, "9" * 19),
        ("30198127", 30_198_127),
        ("'30198127'", "30198127"),
        ("2026-11-20", date(2026, 11, 20)),
        ("'2026-11-20'", "2026-11-20"),
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"),
        ("P14D", "P14D"),
        ("!!str 7", 7),
    ],
)
def test_plain_words_are_text_unless_they_are_plainly_something_else(
    text: str, value: object
) -> None:
    found = read_yaml(f"key: {text}\n").value
    assert found == {"key": value}
    assert isinstance(found, dict)
    assert type(found["key"]) is type(value)


def test_every_value_knows_its_line() -> None:
    document = read_yaml("a: 1\nb:\n  - x\n  - c:\n      d: y\n")
    assert [document.line(path) for path in (("a",), ("b",), ("b", 0), ("b", 1, "c", "d"))] == [
        1,
        2,
        3,
        5,
    ]
    assert document.line(("b", 1, "c", "none", 7)) == 4
    assert Document(None).line(("a",)) == 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\na: 2\n", 2, "the key 'a' stands here twice"),
        ("a: {b: 1, 'b': 2}\n", 1, "the key 'b' stands here twice"),
        ("a: *b\n", 1, "found undefined alias"),
        ("a: 1\n--- \nb: 1\n", 2, "but found another document"),
        ("a: &x [*x]\n", 1, "too large or nested too deeply"),
        ("[" * 5_000, 1, "too large or nested too deeply"),
        ("- " * 900 + "x", 1, "too large or nested too deeply"),
        ("a: \x00\n", 1, "control characters are not allowed"),
        ("a: \ud800\n", 1, "nested too deeply or not readable"),
        ("a: 1\nb: 2026-13-01\n", 2, "'2026-13-01' is not a date"),
        ("a: !!set {x}\n", 1, "the tag 'tag:yaml.org,2002:set' is not supported"),
        ("? {a: 1}\n: b\n", 1, "a key must be text"),
        ("<<: {a: 1}\n", 1, "merge keys are not supported"),
        ("#" * 20_000_001, 1, "larger than 20000000 characters"),
    ],
    ids=str,
)
def test_what_is_no_usable_yaml_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(YamlError) as caught:
        read_yaml(text)
    assert (caught.value.line, said in caught.value.message) == (line, True)
    assert str(caught.value) == f"line {line}: {caught.value.message}"


def test_a_quoted_merge_sign_is_a_key_like_any_other() -> None:
    assert read_yaml("'<<': 1\n").value == {"<<": 1}


def test_aliases_may_repeat_a_little_and_not_a_billion_times() -> None:
    assert read_yaml("a: &x [1, 2]\nb: *x\n").value == {"a": [1, 2], "b": [1, 2]}
    rows = ["x0: &x0 [a, a, a, a, a, a, a, a, a, a]"]
    rows += [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]" for i in range(1, 10)]
    with pytest.raises(YamlError, match="aliases repeat more than 10000 values"):
        read_yaml("\n".join(rows))


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.policy.yaml_lines.NODES_MAX", 100)
    assert read_yaml(f"[{'1, ' * 90}]").value == [1] * 90
    with pytest.raises(YamlError, match="too large"):
        read_yaml(f"[{'1, ' * 101}]")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P1D", DAY),
        ("PT1H", timedelta(hours=1)),
        ("PT30M", timedelta(minutes=30)),
        ("PT2S", timedelta(seconds=2)),
        ("P14D", 14 * DAY),
        ("P2W", 14 * DAY),
        ("P1Y", 365 * DAY),
        ("P12M", 365 * DAY),
        ("P1M", 30 * DAY),
        ("P2M", 60 * DAY),
        ("P5M", 152 * DAY),
        ("P1Y2M3DT4H5M6S", timedelta(days=428, hours=4, minutes=5, seconds=6)),
        ("P0D", timedelta(0)),
        ("PT36H", timedelta(hours=36)),
        (f"P{DURATION_MAX_DAYS}D", DURATION_MAX_DAYS * DAY),
    ],
)
def test_durations_are_read(text: str, span: timedelta) -> None:
    assert parse_iso_duration(text) == span


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1DT", "1D", "P1", "P-1D", "-P1D", "P1H", "PT1D", "P1.5D", "PT0,5S"),
        *("p1d", " P1D", "P1D ", "P1D1Y", "7 days", "P1D\n", "P٣D", f"P{DURATION_MAX_DAYS + 1}D"),
        *("P999999999Y", "P1000000000D", f"P{'9' * 5000}D", "PT999999999S"),
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    assert parse_iso_duration(text) is None


@given(
    st.integers(0, 9),
    st.integers(0, 11),
    st.integers(0, 30),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_durations_add_up(years: int, months: int, days: int, hours: int, seconds: int) -> None:
    found = parse_iso_duration(f"P{years}Y{months}M{days}DT{hours}H{seconds}S")
    whole = years * 365 + months * 365 // 12 + days
    assert found == timedelta(days=whole, hours=hours, seconds=seconds)


@given(st.text(max_size=30))
def test_no_text_makes_the_reader_of_durations_fail(text: str) -> None:
    found = parse_iso_duration(text)
    assert found is None or timedelta(0) <= found <= timedelta(days=DURATION_MAX_DAYS)


def test_near_names_are_proposed_and_far_ones_are_not() -> None:
    assert nearest("dailly", ("daily", "weekly")) == "did you mean daily? known: daily, weekly"
    assert nearest("xyz", ("daily", "weekly")) == "known: daily, weekly"


def test_a_problem_reads_as_file_line_and_message() -> None:
    problem = Problem("labels/mark.yaml", 7, "label.revision: '0' is not from 1 to 100000")
    assert str(problem) == "labels/mark.yaml:7: label.revision: '0' is not from 1 to 100000"
    assert str(LabelFileError([problem])) == str(problem)


def test_readers_give_something_usable_for_everything_wrong() -> None:
    reader = Reader("f", Document(None))
    assert reader.number(True, ("a",), 3.0, 0, 9) == 3.0
    assert reader.whole(None, ("a",), 3, 0, 9) == 3
    assert reader.named(None, ("a",), ("b",)) == ""
    assert reader.named(None, ("a",), ()) == ""
    assert reader.day(None, ("a",)) is None
    assert len(reader.problems) == 1


def loaded(text: str) -> tuple[Problem, ...]:
    """The problems of a folder with this one label file; loading and linting agree."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "shared").mkdir()
        for file in SHARED.iterdir():
            (folder / "shared" / file.name).write_bytes(file.read_bytes())
        (folder / "mark.yaml").write_text(text, "utf-8", errors="surrogatepass")
        found = lint_labels(folder, JUDGES)
        if found:
            with pytest.raises(LabelFileError) as caught:
                load_labels(folder, JUDGES)
            assert sorted(set(caught.value.problems)) == list(found)
        else:
            assert load_labels(folder, JUDGES)
        assert all(p.line >= 1 and "\n" not in p.message for p in found)
        return found


def test_the_file_that_is_mutated_is_good() -> None:
    assert loaded(GOOD) == ()
    assert loaded(yaml.safe_dump(yaml.safe_load(GOOD), sort_keys=False)) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_the_loader_fail_otherwise_than_with_problems(text: str) -> None:
    assert loaded(text)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_cut_or_paste_in_a_good_file_makes_the_loader_fail(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    stop = data.draw(st.integers(start, min(len(GOOD), start + 80)))
    pasted = data.draw(
        st.text(st.sampled_from("abc:{}[]-,'\"&*!|>%@ \n\t0.$#~<?é\x00"), max_size=12)
    )
    loaded(GOOD[:start] + pasted + GOOD[stop:])


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from paths(item, (*path, i))


PARSED = yaml.safe_load(GOOD)
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.dates()
    | st.text(max_size=20)
    | st.sampled_from(["$member.kvk", "$env.x", "P14D", "C2", "met", "{amount", "{amount!r}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "finding", "from", "uses", "x", "nl"]), inner)
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(paths(PARSED))), JUNK)
def test_no_wrong_value_anywhere_makes_the_loader_fail(
    path: tuple[str | int, ...], junk: object
) -> None:
    root = copy.deepcopy(PARSED)
    parent = root
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = junk
    loaded(yaml.safe_dump(root, sort_keys=False, allow_unicode=True))
