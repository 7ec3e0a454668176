"""The words of the shops in four languages, read from the files beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("nl", "fr", "en", "de")
LEGAL_ROLES = ("terms", "privacy", "returns", "complaints", "delivery", "cookies", "about")


@dataclass(frozen=True)
class Clause:
    """One sentence with its key, perhaps under a heading of its own."""

    key: str
    heading: str
    text: str


@dataclass(frozen=True)
class Words:
    """Everything a shop says in one language and one of two wordings."""

    language: str
    said: dict[str, str]
    pages: dict[str, tuple[Clause, ...]]

    def __getitem__(self, key: str) -> str:
        return self.said[key]

    def many(self, key: str) -> list[str]:
        """The alternatives of one entry."""
        return self.said[key].split(";")


@cache
def words(language: str, wording: int) -> Words:
    """The words of ``language`` (nl, fr, en, de); ``wording`` is 0 or 1."""
    lines = (Path(__file__).parent / "words" / f"{language}.txt").read_text("utf-8").splitlines()
    said: dict[str, str] = {}
    pages: dict[str, list[Clause]] = {}
    block = ""
    for line in lines:
        if line.startswith("["):
            block = line.strip("[]")
        elif line and not line.startswith("#") and block == "ui":
            key, text = line.split(" | ", 1)
            said[key] = text
        elif line and not line.startswith("#"):
            key, heading, text = (part.strip() for part in line.split("|", 2))
            variants = [variant.strip() for variant in text.split("||")]
            clause = Clause(key, heading, variants[wording % len(variants)])
            pages.setdefault(block, []).append(clause)
    return Words(language, said, {role: tuple(clauses) for role, clauses in pages.items()})
