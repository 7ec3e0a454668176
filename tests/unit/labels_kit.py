"""Label files for tests, with judges of their own that do not change with the real ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from monitor.domain.label import Label
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from monitor.policy.schemes import lint_labels, load_labels
from scanners.api import ScanKind


class Amount(StrEnum):
    """What can be seen."""

    FINE = "fine"
    WRONG = "wrong"
    UNSEEN = "unseen"


def nothing(seen: Seen, subject: Subject) -> Observation:
    """These judges are named, never asked."""
    raise NotImplementedError


JUDGES = {
    judge.name: judge
    for judge in (
        Judge(
            name="probe.amount",
            version=2,
            kinds=(ScanKind.CONTENT,),
            outcomes=Amount,
            run=nothing,
            params={
                "most": Param("int", 5, "at most so many"),
                "share": Param("float", 0.5, "at least this share"),
                "strict": Param("bool", default=False, help="no exceptions"),
                "words": Param("list[str]", [], "words to look for"),
                "near": Param("dict", {"window": 3}, "how near"),
                "expected": Param("str", "$member.kvk", "the number on file"),
                "place": Param("str", None, "where to look"),
            },
            values=("amount", "url"),
        ),
        Judge("probe.words", 1, (ScanKind.CONTENT,), Amount, nothing,
              {"words": Param("list[str]", "$vocabulary.magic", "words to look for")}),
        Judge("probe.socket", 1, (ScanKind.TLS,), Amount, nothing),
    )
}  # fmt: skip

SHARED = Path(__file__).with_name("labels_bad") / "shared"
HEAD = """schema: keurwacht/scheme@1
label:
  id: NAME
  owner: somebody
  title: {nl: Merk, en: Mark}
  framework: {version: "1", document: book}
  revision: 1
  languages: {statements: [nl, en], fallback: [en]}
"""
CONDITION = """- id: c-1
  rev: 1
  statement: {nl: Iets geldt., en: Something holds.}
  trace: {document: book}
  class: automatic
  judge: {uses: probe.amount}
  findings: {fine: met, wrong: not_met}
  severity: medium
  cadence: daily
  confirm: C2
  remedy: R14
  messages: {nl: 'Het zijn er {amount}.', en: 'There are {amount}.'}
"""
PLAIN = f"{HEAD}conditions:\n{CONDITION}"
Write = Callable[..., Path]


def writer_to(folder: Path) -> Write:
    """A function that writes a label file into a folder with shared profiles; gives the folder."""
    shutil.copytree(SHARED, folder / "shared")

    def write(text: str = PLAIN, name: str = "mark") -> Path:
        (folder / f"{name}.yaml").write_text(text.replace("NAME", name), "utf-8")
        return folder

    return write


def only(folder: Path, profiles: Path | None = None) -> Label:
    """The one label of a folder."""
    (label,) = load_labels(folder, JUDGES, profiles)
    return label


def problems(folder: Path) -> list[str]:
    """Without the folder, which is another one each time."""
    return [str(p).removeprefix(f"{folder}/") for p in lint_labels(folder, JUDGES)]
