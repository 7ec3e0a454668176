"""The pages about labels: one per label, and the trace of every row of their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from docs.markdown import code, page, table
from monitor.domain.label import Condition, Label, Mapped

TRACE = Path(__file__).parent / "trace.yaml"
LANGUAGES = {"nl": "Nederlands", "fr": "français", "en": "English", "de": "Deutsch"}


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One row of the catalogue of requirements.

    ``condition_class`` is ``automatic``, ``semi``, ``attestation``, ``process``, ``process and
    automatic`` or ``none``.  ``kept`` says what keeps a row that is no condition of a label
    file, or why it is not monitored; ``by`` names the file that does, ``condition`` the
    condition of another id that covers it.
    """

    row_id: str
    condition_class: str
    document: str
    section: str
    kept: str = ""
    by: str = ""
    condition: str = ""


def trace_rows(file: Path = TRACE) -> tuple[TraceRow, ...]:
    """Every row of the catalogue, in its order."""
    rows = yaml.safe_load(file.read_text("utf-8"))
    return tuple(
        TraceRow(
            row_id=row["id"],
            condition_class=row["class"],
            document=row["document"],
            section=row["section"],
            kept=row.get("kept", ""),
            by=row.get("by", ""),
            condition=row.get("condition", ""),
        )
        for row in rows
    )


def trace_page(labels: Mapping[str, Label], rows: Sequence[TraceRow]) -> str:
    """The trace: every row of the sources and what became of it."""
    words = (
        "Every row of the five source documents, with what keeps it: a condition of a label "
        "file, another part of the monitor, or the reason why nothing of it is watched. The "
        "wording is that of the organisations' documents; these rows only point to it."
    )
    counts = (
        "automatic: a machine decides; semi: a machine suspects and a reviewer decides; "
        "attestation: a document or an answer with an expiry; process: a rule for the "
        "organisation; none: nothing to monitor."
    )
    heads = ("row", "class", "source", "kept by")
    lines = [
        (
            code(row.row_id),
            row.condition_class,
            f"{row.document}: {row.section}",
            _kept(row, labels),
        )
        for row in rows
    ]
    return page(
        "Trace of the requirements", words, counts, table(heads, lines), to="docs/trace.yaml"
    )


def holders(row_id: str, labels: Mapping[str, Label]) -> tuple[str, ...]:
    """The labels that have a condition or an obligation of that id."""
    return tuple(
        label.label_id
        for label in labels.values()
        if label.condition(row_id) is not None
        or any(duty.obligation_id == row_id for duty in label.obligations)
    )


def _kept(row: TraceRow, labels: Mapping[str, Label]) -> str:
    wanted = row.condition or row.row_id
    found = [f"[{label_id}](labels/{label_id}.md)" for label_id in holders(wanted, labels)]
    parts = []
    if row.condition:
        parts.append(f"as {code(row.condition)}")
    if found:
        parts.append(f"condition of {', '.join(found)}")
    if row.kept:
        parts.append(f"{row.kept} ({code(row.by)})" if row.by else row.kept)
    return ". ".join(part.rstrip(".") for part in parts) + "."


def label_page(label: Label) -> str:
    """One label: what it asks, how it is decided, what follows."""
    head = table(
        ("", ""),
        (
            ("organisation", label.owner),
            ("framework", f"{label.framework_document}, version {label.framework_version}"),
            ("revision of our encoding", str(label.revision)),
            ("subjects", ", ".join(sorted(label.subjects))),
            ("customers", label.audience or "-"),
            ("hosts of the seal", ", ".join(map(code, label.seal.hosts)) or "-"),
        ),
    )
    overview = table(
        ("condition", "clause", "class", "severity", "confirm", "remedy", "statement"),
        [
            (
                f"[{c.condition_id}](#{anchor(c.condition_id)})",
                clause(c),
                c.condition_class.value,
                c.severity.value,
                c.confirm,
                c.remedy,
                label.text(c.statement, "en"),
            )
            for c in label.conditions
        ],
    )
    parts = [head, "## Conditions", overview, *_parameters(label)]
    parts += [_condition(c) for c in label.conditions]
    parts += list(_obligations(label))
    return page(label.text(label.title, "en"), *parts, to=f"config/labels/{label.label_id}.yaml")


def clause(condition: Condition) -> str:
    """Where in the framework a condition stands, in one line."""
    trace = condition.trace
    found = (trace.section, trace.item, trace.part)
    return " ".join((f"{trace.document}:", *(part for part in found if part)))


def anchor(heading: str) -> str:
    """The fragment under which a heading is found."""
    return "".join(c for c in heading.lower() if c.isalnum() or c in "-_")


def _parameters(label: Label) -> Iterator[str]:
    if label.parameters:
        rows = [(code(name), code(str(value))) for name, value in sorted(label.parameters.items())]
        yield "## Parameters\n\n" + table(("parameter", "value"), rows)


def _condition(condition: Condition) -> str:
    judge, attested = condition.judge, condition.attestation
    decided = ""
    if judge is not None:
        decided = f"Judge [{judge.uses}](../reference/judges.md#{anchor(judge.uses)})"
    elif attested is not None:
        decided = f"Attestation {code(attested.kind)}, decided by {', '.join(attested.decided_by)}"
    facts = (
        f"{decided}. Clause: {clause(condition)}. Subjects: "
        f"{', '.join(sorted(condition.subjects))}. Severity {condition.severity.value}, "
        f"confirmation {condition.confirm}, remedy {condition.remedy}, cadence "
        f"{condition.cadence}, revision {condition.rev}."
    )
    statements = table(
        ("language", "statement"),
        [(LANGUAGES.get(key, key), text) for key, text in condition.statement.items()],
    )
    findings = table(
        ("outcome", "finding", "remarks"),
        [(code(name), m.finding.value, _remarks(m)) for name, m in condition.findings.items()],
    )
    return "\n\n".join((f"### {condition.condition_id}", facts, statements, findings))


def _remarks(mapped: Mapped) -> str:
    said = [
        "a reviewer decides" if mapped.review else "",
        "does not count in the verdict" if not mapped.counts else "",
        f"severity {mapped.severity.value}" if mapped.severity is not None else "",
        f"remedy {mapped.remedy}" if mapped.remedy is not None else "",
        f"confirmation {mapped.confirm}" if mapped.confirm is not None else "",
        "an advice is sent" if mapped.advice else "",
        f"reason {mapped.reason}" if mapped.reason else "",
    ]
    return ", ".join(word for word in said if word)


def _obligations(label: Label) -> Iterator[str]:
    if not label.obligations:
        return
    rows = [
        (
            code(o.obligation_id),
            o.trace.section,
            f"procedure {o.procedure}" if o.scan is None else f"scan {o.scan.value}.{o.profile}",
            f"{o.count} in {o.within.days} days",
        )
        for o in label.obligations
    ]
    words = "Duties of the organisation itself; a member is never blamed for them."
    yield f"## Obligations\n\n{words}\n\n" + table(("id", "section", "what", "at least"), rows)
