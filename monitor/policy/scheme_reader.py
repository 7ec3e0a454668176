"""Reads typed values out of a YAML document and collects every problem with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from monitor.policy.yaml_lines import Document, Path
from scanners.api import clip

E = TypeVar("E", bound=StrEnum)
_DURATION = re.compile(
    r"P(?:(?P<y>N)Y)?(?:(?P<mo>N)M)?(?:(?P<w>N)W)?(?:(?P<d>N)D)?"
    r"(?:T(?:(?P<h>N)H)?(?:(?P<m>N)M)?(?:(?P<s>N)S)?)?".replace("N", "[0-9]{1,9}")
)
_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")
# Words of the first draft of the schema, still found in other people's files.
_RENAMED = {
    "scheme": "label",
    "evidence": "class",
    "check": "judge",
    "verdicts": "findings",
    "verdict": "finding",
    "unknown": "inconclusive",
}
YEAR_DAYS = 365
DURATION_MAX_DAYS = 3_660


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a file, at a line (from 1)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class LabelFileError(Exception):
    """Label files cannot be used; ``problems`` holds everything that is wrong at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def parse_iso_duration(text: str) -> timedelta | None:
    """ISO 8601 duration in whole numbers, or None when the text is none.

    A year is 365 days; n months are n * 365 / 12 days rounded down, so P12M is
    P1Y.  At most ten years.
    """
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        return None
    n = {key: int(value or 0) for key, value in found.groupdict().items()}
    days = n["y"] * YEAR_DAYS + n["mo"] * YEAR_DAYS // 12 + n["w"] * 7 + n["d"]
    seconds = days * 86_400 + n["h"] * 3600 + n["m"] * 60 + n["s"]
    return timedelta(seconds=seconds) if seconds <= DURATION_MAX_DAYS * 86_400 else None


def shown(value: object) -> str:
    """A value of a file, short and in quotes."""
    return "nothing" if value is None else repr(clip(str(value), 60))


def nearest(name: str, known: Sequence[str]) -> str:
    """``did you mean x?`` when something is near, and the choices."""
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{hint}known: {', '.join(sorted(known))}"


@dataclass(slots=True)
class Reader:
    """One file.  Every method returns something usable and remembers what was wrong."""

    file: str
    document: Document
    problems: list[Problem] = field(default_factory=list)
    missing: set[Path] = field(default_factory=set)

    def bad(self, path: Path, message: str) -> None:
        """Remember a problem at the line of ``path``."""
        where = clip(".".join(clip(str(part), 60) for part in path), 200)
        text = f"{where}: {message}" if where else message
        self.problems.append(Problem(self.file, self.document.line(path), text))

    def mapping(
        self, value: object, path: Path, known: Sequence[str] | None, required: Sequence[str] = ()
    ) -> Mapping[str, object]:
        """A mapping with only known keys (None: any) and all required ones.

        Nothing counts as an empty mapping, unless something is required in it.
        """
        if not isinstance(value, Mapping):
            absent = path in self.missing or path not in self.document.lines
            if value is not None or (required and not absent):
                self.bad(path, f"must be a mapping, not {shown(value)}")
            return {}
        for key in value:
            if known is not None and key not in known:
                renamed = _RENAMED.get(key)
                hint = f"it is called {renamed}" if renamed in known else nearest(str(key), known)
                self.bad((*path, key), f"unknown key {shown(key)}; {hint}")
        for key in required:
            if value.get(key) is None:
                self.missing.add((*path, key))
                self.bad(path, f"{key} is missing")
        return value

    def items(self, value: object, path: Path) -> Sequence[object]:
        """A list; nothing counts as an empty one."""
        if value is None:
            return ()
        if not isinstance(value, list):
            self.bad(path, f"must be a list, not {shown(value)}")
            return ()
        return value

    def text(self, value: object, path: Path, default: str = "") -> str:
        """Text that is not empty, else the default when nothing is there."""
        if value is None:
            return default
        if isinstance(value, bool | Mapping | list) or not str(value).strip():
            self.bad(path, f"must be text, not {shown(value)}")
            return default
        return str(value)

    def ident(self, value: object, path: Path) -> str:
        """A stable name: lower case letters, digits, dot and dash."""
        found = self.text(value, path)
        if found and not _ID.fullmatch(found):
            self.bad(path, f"{shown(found)} is not an id: a-z, 0-9, dot, dash")
        return found

    def texts(self, value: object, path: Path) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self.text(item, (*path, i)) for i, item in enumerate(self.items(value, path)))

    def choice(self, value: object, path: Path, enum: type[E], default: E) -> E:
        """A member of ``enum`` by value."""
        if value is None:
            return default
        try:
            return enum(str(value))
        except ValueError:
            self.bad(path, f"{shown(value)} is not one of {', '.join(enum)}")
            return default

    def choices(self, value: object, path: Path, enum: type[E], default: E) -> tuple[E, ...]:
        """A list of members of ``enum``."""
        found = self.items(value, path)
        return tuple(self.choice(item, (*path, i), enum, default) for i, item in enumerate(found))

    def number(self, value: object, path: Path, default: float, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.bad(path, f"must be a number, not {shown(value)}")
            return default
        if not low <= value <= high:
            self.bad(path, f"{shown(value)} is not from {low:g} to {high:g}")
            return default
        return value

    def whole(self, value: object, path: Path, default: int, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        found = self.number(value, path, default, low, high)
        if not isinstance(found, int):
            self.bad(path, f"must be a whole number, not {shown(value)}")
            return default
        return found

    def flag(self, value: object, path: Path, *, default: bool) -> bool:
        """True or false."""
        if value is None:
            return default
        if not isinstance(value, bool):
            self.bad(path, f"must be true or false, not {shown(value)}")
            return default
        return value

    def duration(self, value: object, path: Path, default: timedelta = timedelta(0)) -> timedelta:
        """An ISO 8601 duration such as P14D or PT30M."""
        if value is None:
            return default
        found = parse_iso_duration(value) if isinstance(value, str) else None
        if found is None:
            self.bad(path, f"{shown(value)} is not a duration such as P14D or PT30M")
            return default
        return found

    def durations(self, value: object, path: Path) -> tuple[timedelta, ...]:
        """A list of durations, shortest first."""
        found = tuple(
            self.duration(item, (*path, i)) for i, item in enumerate(self.items(value, path))
        )
        if list(found) != sorted(found):
            self.bad(path, "must be in order of time")
        return found

    def day(self, value: object, path: Path) -> date | None:
        """A date such as 2026-11-20."""
        if value is None or isinstance(value, date):
            return value
        self.bad(path, f"{shown(value)} is not a date such as 2026-11-20")
        return None

    def period(self, value: object, path: Path) -> tuple[date | None, date | None]:
        """``from`` and ``until``, both inclusive, in this order."""
        raw = self.mapping(value, path, ("from", "until"))
        since = self.day(raw.get("from"), (*path, "from"))
        until = self.day(raw.get("until"), (*path, "until"))
        if since is not None and until is not None and until < since:
            self.bad((*path, "until"), f"{until} is before {since}")
        return since, until

    def named(self, value: object, path: Path, known: Sequence[str]) -> str:
        """A name that must be among ``known``; nothing gives "", its absence is told elsewhere."""
        name = self.text(value, path)
        if value is not None and name not in known:
            self.bad(path, f"{shown(name)} is unknown; {nearest(name, known)}")
        return name
