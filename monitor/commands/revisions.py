"""The record of published revisions, ``revisions.yaml`` beside the label files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from monitor.domain.label import Label
from monitor.policy.schemes import REVISIONS
from monitor.policy.yaml_lines import read_yaml

HEADER = """\
# Every revision of a label file that was ever in force: label, framework version, revision and
# the file's sha256.  Written by `keurwacht labels lint --record`; old lines stay.
"""
_PLAIN = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
Revisions = dict[str, dict[str, dict[str, str]]]


def record_revisions(folder: Path, labels: Sequence[Label]) -> tuple[str, ...]:
    """Add the revisions of ``labels`` that are not recorded yet; returns a line for each.

    The files must be without problems.  The comment at the top stays; the file is
    the old one or a whole new one.
    """
    file = folder / REVISIONS
    text = file.read_text("utf-8") if file.exists() else HEADER
    known = _read(text)
    added = []
    for label in labels:
        rows = known.setdefault(label.label_id, {}).setdefault(label.framework_version, {})
        if str(label.revision) not in rows:
            rows[str(label.revision)] = label.sha256
            place = f"{label.label_id} {label.framework_version}"
            added.append(f"{place} revision {label.revision} recorded")
    if added:
        comment = takewhile(lambda line: line.startswith("#"), text.splitlines(keepends=True))
        temporary = file.with_name(f".{file.name}.tmp")
        temporary.write_text("".join(comment) + _text(known), "utf-8")
        temporary.replace(file)
    return tuple(added)


def _read(text: str) -> Revisions:
    """The record without what is no revision: ``lint_labels`` has judged it already."""
    value = read_yaml(text).value
    return {
        str(label): {
            str(version): {str(number): str(digest) for number, digest in _items(rows)}
            for version, rows in _items(frameworks)
        }
        for label, frameworks in _items(value)
    }


def _items(value: object) -> Sequence[tuple[object, object]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _text(revisions: Revisions) -> str:
    lines = []
    for label, frameworks in sorted(revisions.items()):
        lines.append(f"{label if _PLAIN.fullmatch(label) else json.dumps(label)}:")
        for version, rows in frameworks.items():
            lines.append(f"  {json.dumps(version)}:")
            lines += [f"    {number}: {rows[number]}" for number in sorted(rows, key=int)]
    return "\n".join(lines) + "\n"
