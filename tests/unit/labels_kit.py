"""Judges of our own for label files in tests, so that those do not change with the real ones."""

from __future__ import annotations

from enum import StrEnum

from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
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
    )
}  # fmt: skip
