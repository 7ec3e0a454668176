"""Every row of the sources is kept by something, or it is said why not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from docs.label_pages import TraceRow, clause, holders, label_page, trace_page, trace_rows
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.schemes import load_labels

ROOT = Path(__file__).parents[2]
LABELS = {label.label_id: label for label in load_labels(ROOT / "config" / "labels", JUDGES)}
ROWS = trace_rows()
CLASSES = {
    "automatic": {"automatic"},
    # tz-11.3 and tz-12.6 are attested: nobody sends a test mailbox mail, and versions are hidden.
    "semi": {"semi", "attestation"},
    "attestation": {"attestation"},
    "process and automatic": {"automatic"},
}


def test_the_trace_has_every_row_of_the_five_sources_once() -> None:
    families = Counter(row.row_id.partition("-")[0] for row in ROWS)
    assert families == {"tz": 66, "bc": 23, "tp": 8, "ww": 21, "seal": 2}
    assert len({row.row_id for row in ROWS}) == len(ROWS) == 120
    assert Counter(row.condition_class for row in ROWS) == {
        "automatic": 32,
        "process and automatic": 1,
        "semi": 31,
        "attestation": 19,
        "process": 32,
        "none": 5,
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.row_id.replace(".", "_"))
def test_a_row_is_a_condition_or_it_is_said_what_keeps_it(row: TraceRow) -> None:
    found = holders(row.row_id, LABELS)
    assert bool(found) != bool(row.kept), "a condition, or words, and not both"
    if row.condition:
        assert holders(row.condition, LABELS)
    if row.by:
        assert (ROOT / row.by).exists()
    if row.condition_class in ("automatic", "semi", "attestation"):
        assert found or row.condition, "a row that can be decided is decided"
    if row.condition_class == "none":
        assert not row.by


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.row_id.replace(".", "_"))
def test_a_condition_is_of_the_class_that_its_row_has(row: TraceRow) -> None:
    for label_id in holders(row.row_id, LABELS):
        condition = LABELS[label_id].condition(row.row_id)
        if condition is not None:
            assert condition.condition_class.value in CLASSES[row.condition_class]


def test_no_condition_of_the_sources_is_missing_in_the_trace() -> None:
    known = {row.row_id for row in ROWS}
    families = ("tz-", "bc-", "tp-", "ww-", "seal-")
    own = {c.condition_id for label in LABELS.values() for c in label.conditions}
    assert {i for i in own if i.startswith(families)} <= known


def test_the_page_names_every_row_with_its_labels_and_its_reason() -> None:
    page = trace_page(LABELS, ROWS)
    assert all(f"| `{row.row_id}` |" in page for row in ROWS)
    assert "condition of [becommerce-b2b](labels/becommerce-b2b.md)" in page
    assert "No positive decision while a breach" in page


def test_a_label_page_names_every_condition_with_clause_statements_and_outcomes() -> None:
    label = LABELS["thuiswinkel-zakelijk"]
    page = label_page(label)
    for condition in label.conditions:
        assert f"\n### {condition.condition_id}\n" in page
        assert f"Clause: {clause(condition)}." in page
        assert all(" ".join(text.split()) in page for text in condition.statement.values())
        assert all(f"| `{outcome}` |" in page for outcome in condition.findings)
