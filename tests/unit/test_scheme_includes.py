"""What holds between label files: includes, dependencies, ids, published revisions."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.label import Trace
from monitor.policy.schemes import load_labels
from tests.unit.labels_kit import CONDITION, HEAD, JUDGES, PLAIN, Write, only, problems, writer_to


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return writer_to(tmp_path)


INCLUDE = "include: {from: mark, conditions: [c-1], trace: {part: derived}}\n"


def test_an_included_condition_is_the_same_but_for_its_trace(write: Write) -> None:
    write()
    folder = write(f"{HEAD}{INCLUDE}", "second")
    first, second = load_labels(folder, JUDGES)
    (source,), (included,) = first.conditions, second.conditions
    assert included.trace == Trace("book", part="derived")
    assert (included.condition_id, included.findings) == ("c-1", source.findings)


def test_a_list_of_includes_keeps_the_trace_when_it_gives_none(write: Write) -> None:
    write(PLAIN.replace("document: book}\n  class", "document: book, part: b}\n  class"))
    folder = write(f"{HEAD}include:\n- {{from: mark, conditions: [c-1]}}\n", "second")
    assert load_labels(folder, JUDGES)[1].conditions[0].trace.part == "b"


def test_what_an_included_condition_needs_must_be_known_where_it_is_included(write: Write) -> None:
    own = (
        "cadences: {odd: {every: P3D}}\nconfirmations: {CC: {offsets: [PT0S]}}\n"
        "remedies: {R3: {due: P3D}}\nparameters: {limit: 3}\n"
    )
    source = PLAIN.replace("conditions:\n", f"{own}conditions:\n")
    source = source.replace("cadence: daily", "cadence: odd").replace("R14", "R3")
    source = source.replace("wrong: not_met", "wrong: {finding: not_met, confirm: CC}")
    source = source.replace("uses: probe.amount", "uses: probe.amount, params: {most: $parameter.limit, strict: true}")  # fmt: skip # noqa: E501
    write(source)
    head = HEAD.replace("[nl, en]", "[nl, en, fr]").replace("en: Mark", "en: Mark, fr: Marque")
    folder = write(f"{head}{INCLUDE}", "second")
    lacking = "'$parameter.limit': parameter has no 'limit'; known: none"
    assert problems(folder) == [
        "second.yaml:9: include.conditions.0: c-1 has no text in 'fr'",
        f"second.yaml:9: include.conditions.0: c-1 needs {lacking}",
        "second.yaml:9: include.conditions.0: c-1 needs cadence 'odd', which is not known here",
        "second.yaml:9: include.conditions.0: c-1 needs confirm 'CC', which is not known here",
        "second.yaml:9: include.conditions.0: c-1 needs remedy 'R3', which is not known here",
    ]


def test_an_included_attestation_needs_no_judge(write: Write) -> None:
    source = PLAIN.replace("class: automatic", "class: attestation").replace(
        "judge: {uses: probe.amount}",
        "attestation: {kind: report, decided_by: [finance], valid_for: P1Y}",
    )
    source = source.replace("{fine: met, wrong: not_met}", "{expired: not_met}")
    write(source.replace("{amount}", "{expires_on}"))
    folder = write(f"{HEAD}{INCLUDE}", "second")
    assert load_labels(folder, JUDGES)[1].conditions[0].attestation is not None


@pytest.mark.parametrize(
    ("include", "said"),
    [
        (
            "{from: elsewhere, conditions: [c-1]}",
            "include.from: no label 'elsewhere'; known: mark, second",
        ),
        (
            "{from: mark, conditions: [c-11]}",
            "include.conditions.0: mark has no 'c-11' of its own; did you mean c-1? known: c-1",
        ),
        ("{from: mark, conditions: [c-1, c-1]}", "include.conditions.1: 'c-1' stands here twice"),
        ("[{conditions: [c-1]}]", "include.0: from is missing"),
        ("{from: mark, conditions: [c-1], trace: {item: a}}", "include.trace.item: unknown key"),
        ("all", "include: must be a list, not 'all'"),
    ],
    ids=["label", "condition", "twice", "from", "trace", "text"],
)
def test_a_bad_include_is_named_at_its_line(write: Write, include: str, said: str) -> None:
    write()
    found = problems(write(f"{HEAD}include: {include}\n", "second"))
    assert found[0].startswith(f"second.yaml:9: {said}")


def test_dependencies_may_cross_an_include_and_are_checked_there(write: Write) -> None:
    write(PLAIN.replace("  confirm: C2", "  depends_on: {c-2: met}\n  confirm: C2"))
    own = CONDITION.replace("id: c-1", "id: c-2")
    folder = write(f"{HEAD}{INCLUDE}conditions:\n{own}", "second")
    assert problems(folder) == [
        "mark.yaml:19: conditions.0.depends_on.c-2: unknown condition; did you mean c-1? known: c-1"
    ]
    circle = own.replace("  confirm: C2", "  depends_on: {c-1: met}\n  confirm: C2")
    folder = write(f"{HEAD}{INCLUDE}conditions:\n{circle}", "second")
    assert "second.yaml:9: include.conditions.0.depends_on: depends on itself in the end" in (
        problems(folder)
    )


def test_a_chain_of_dependencies_that_meets_again_is_no_circle(write: Write) -> None:
    rows = []
    for name, needs in (("a", ""), ("b", "{a: met}"), ("c", "{a: met}"), ("d", "{b: met, c: met}")):
        extra = f"  depends_on: {needs}\n" if needs else ""
        rows.append(CONDITION.replace("id: c-1", f"id: {name}").replace("  confirm:", f"{extra}  confirm:"))  # fmt: skip # noqa: E501
    assert problems(write(f"{HEAD}conditions:\n{''.join(rows)}")) == []


def test_two_files_cannot_be_one_label(write: Write, tmp_path: Path) -> None:
    write(PLAIN.replace("NAME", "mark"), "one")
    folder = write(PLAIN.replace("NAME", "mark"), "two")
    assert problems(folder) == [f"two.yaml:3: label.id: {tmp_path}/one.yaml has the same id"]


def publish(folder: Path, text: str) -> None:
    (folder / "revisions.yaml").write_text(text, "utf-8")


def test_a_published_revision_cannot_change(write: Write) -> None:
    folder = write()
    digest = only(folder).sha256
    publish(folder, f'mark:\n  "1":\n    1: {digest}\n')
    assert problems(folder) == []
    write(PLAIN.replace("Something holds.", "Something else holds."))
    assert problems(folder) == [
        (
            "mark.yaml:7: label.revision: revision 1 is published and must not change; raise it"
            " (`labels lint --record` records it when it is done)"
        )
    ]
    write(PLAIN.replace("Something holds.", "Something else holds.").replace("revision: 1", "revision: 2"))  # fmt: skip # noqa: E501
    assert problems(folder) == []
    assert only(folder).revision == 2


def test_a_changed_revision_can_still_be_loaded(write: Write) -> None:
    folder = write()
    publish(folder, f'mark: {{"1": {{1: {"0" * 64}}}}}\n')
    assert only(folder).revision == 1
    assert len(problems(folder)) == 1


def test_a_revision_never_goes_back(write: Write) -> None:
    folder = write()
    publish(folder, f'mark: {{"1": {{3: {"0" * 64}}}}}\n')
    assert problems(folder) == [
        "mark.yaml:7: label.revision: 1 is older than the published revision 3"
    ]


def test_another_framework_counts_its_own_revisions(write: Write) -> None:
    folder = write()
    publish(folder, f'mark: {{"0": {{3: {"0" * 64}}}}}\nother: {{"1": {{9: {"0" * 64}}}}}\n')
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mark: {'1': {one: abc}}\n", "revisions.yaml:1: mark.1.one: must be a revision and its"),
        ("mark: {'1': {1: abc}}\n", "revisions.yaml:1: mark.1.1: must be a revision and its"),
        (f"mark: {{'1': {{{'9' * 30}: {'0' * 64}}}}}\n", "revisions.yaml:1: mark.1.999"),
        ("mark: 1\n", "revisions.yaml:1: mark: must be a mapping, not '1'"),
        ("mark: {\n", "revisions.yaml:2: "),
    ],
    ids=["name", "digest", "long", "number", "yaml"],
)
def test_a_bad_revisions_file_is_named(write: Write, text: str, said: str) -> None:
    folder = write()
    publish(folder, text)
    (problem,) = problems(folder)
    assert problem.startswith(said)
