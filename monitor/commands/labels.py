"""``labels``: lint, list, show."""

from __future__ import annotations

from pathlib import Path

import click

from monitor import bootstrap
from monitor.cli import Context, InputError
from monitor.commands.common import echo_json, note, plain, settings_of, table
from monitor.commands.revisions import record_revisions
from monitor.domain.label import Condition, Label
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.schemes import LabelFileError, lint_labels, load_labels


@click.group()
def labels() -> None:
    """Label files: lint, list, show."""


@labels.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--record", is_flag=True, help="Publish: write new revisions into FOLDER/revisions.yaml."
)
@click.pass_obj
def lint(context: Context, folder: Path | None, record: bool) -> None:
    """Name everything that is wrong with the label files of FOLDER (or those in use).

    A revision that is recorded must not change any more: raise it, and record the
    new one when it is finished.  A revision that is not recorded is free.
    """
    where = folder or bootstrap.labels_folder(settings_of(context))
    problems = lint_labels(where, JUDGES)
    if problems:
        raise InputError("\n".join(str(problem) for problem in problems))
    if record:
        if not where.is_dir():
            raise InputError(f"{where}: --record wants the folder of the label files")
        for line in record_revisions(where, load_labels(where, JUDGES)):
            note(line)
    note(f"{where}: no problems")


@labels.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def labels_list(context: Context, as_json: bool) -> None:
    """List the labels."""
    found = _load(context)
    if as_json:
        echo_json(
            {"schema": "keurwacht/labels@1", "labels": [_head_json(x) for x in found.values()]}
        )
        return
    table(
        ("label", "framework", "revision", "conditions", "obligations"),
        [
            (x.label_id, x.framework_version, x.revision, len(x.conditions), len(x.obligations))
            for x in found.values()
        ],
    )


@labels.command()
@click.argument("label")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def show(context: Context, label: str, as_json: bool) -> None:
    """Show the conditions of LABEL, each with the clause of the framework it comes from."""
    found = _load(context)
    if label not in found:
        choices = ", ".join(found)
        raise InputError(f"unknown label {plain(label)!r}; known: {choices}")
    chosen = found[label]
    if as_json:
        rows = [_condition_json(condition) for condition in chosen.conditions]
        echo_json({"schema": "keurwacht/label@1", **_head_json(chosen), "conditions": rows})
        return
    table(
        (
            "condition",
            "clause",
            "class",
            "decided by",
            "severity",
            "confirm",
            "remedy",
            "statement",
        ),
        [
            (
                c.condition_id,
                c.trace.clause,
                c.condition_class.value,
                c.judge.uses if c.judge else c.attestation.kind if c.attestation else "-",
                c.severity.value,
                c.confirm,
                c.remedy,
                chosen.text(c.statement, "en"),
            )
            for c in chosen.conditions
        ],
    )


def _load(context: Context) -> dict[str, Label]:
    try:
        return dict(bootstrap.load_label_files(settings_of(context)))
    except LabelFileError as error:
        raise InputError(str(error)) from error


def _head_json(label: Label) -> dict[str, object]:
    return {
        "id": label.label_id,
        "title": dict(label.title),
        "framework": label.framework_version,
        "revision": label.revision,
        "sha256": label.sha256,
        "obligations": [duty.obligation_id for duty in label.obligations],
    }


def _condition_json(condition: Condition) -> dict[str, object]:
    return {
        "id": condition.condition_id,
        "rev": condition.rev,
        "class": condition.condition_class.value,
        "trace": {
            "document": condition.trace.document,
            "section": condition.trace.section,
            "item": condition.trace.item,
            "part": condition.trace.part,
        },
        "judge": None if condition.judge is None else condition.judge.uses,
        "severity": condition.severity.value,
        "cadence": condition.cadence,
        "confirm": condition.confirm,
        "remedy": condition.remedy,
        "statement": dict(condition.statement),
        "findings": {
            outcome: {"finding": mapped.finding.value, "review": mapped.review}
            for outcome, mapped in condition.findings.items()
        },
    }
