"""What a look at the OWASP Top 10 reports: findings, coverage, and what it cannot speak of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Engine:
    """What looked: name, version and number of rules."""

    name: str
    version: str
    rules: int


@dataclass(frozen=True, slots=True)
class Weakness:
    """One finding.

    ``severity`` is info, low, medium, high or critical; ``confidence`` low, medium
    or high.  ``owasp_2021`` and ``owasp_2025`` are categories such as ``A05``.
    ``excerpt`` is hostile text, clipped.
    """

    rule: str
    name: str
    severity: str
    confidence: str
    owasp_2021: str
    owasp_2025: str
    cwe: int
    url: str
    method: str
    param: str
    fingerprint: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Pages known and visited; ``ratio`` from 0 to 1."""

    urls_known: int
    urls_visited: int
    ratio: float


@dataclass(frozen=True, slots=True)
class OwaspFacts:
    """One look.  ``categories`` per edition: tested, partly or not_testable."""

    KIND: ClassVar[str] = "owasp.facts@1"

    engine: Engine
    profile: str
    findings: tuple[Weakness, ...]
    coverage: Coverage
    categories: dict[str, dict[str, str]]


def fingerprint(rule: str, host: str, path: str, param: str) -> str:
    """A stable name of one weakness: rule, host, path without numbers, parameter."""
    shape = "/".join("#" if part.isdigit() else part for part in path.split("/"))
    return hashlib.sha256(f"{rule}\0{host}\0{shape}\0{param}".encode()).hexdigest()[:32]
