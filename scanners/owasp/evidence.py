"""What a look at the OWASP Top 10 reports: findings, coverage, and what it cannot speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

PROFILE_BASELINE = "baseline"
RULE_COMPLETE = "Complete"
ACTIVE_PROFILES = frozenset({"active-low", "active-medium"})


class Severity(StrEnum):
    """How grave a weakness is, the mildest first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(StrEnum):
    """How sure the engine is, the least first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Reach(StrEnum):
    """What a look can say of one category of the Top 10."""

    TESTED = "tested"
    PARTLY = "partly"
    NOT_TESTABLE = "not_testable"


class Again(StrEnum):
    """What a second, targeted look at a grave weakness showed."""

    VERIFIED = "verified"
    NOT_SEEN = "not_seen_again"
    COULD_NOT = "could_not_look"


@dataclass(frozen=True, slots=True)
class Engine:
    """What looked: name, version and number of rules."""

    name: str
    version: str
    rules: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness.

    ``owasp_2021`` and ``owasp_2025`` are categories such as ``A05``; ``cwe`` is
    ``CWE-319``.  ``param`` is what it is about: a header, a cookie, a host.
    ``fingerprint`` is the same in every scan of the site.  ``excerpt`` is hostile
    text, clipped.  ``attack`` is what was sent, ``exchange`` the request line and the head
    of the answer that show it; both without secrets, "" when nothing was sent or kept.
    ``again``: what a look at that one address with that one rule showed, some time after
    the first sight; None when there was none.  ``again_why`` says why it could not be had.
    """

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    owasp_2021: str
    owasp_2025: str
    cwe: str
    url: str
    method: str
    param: str
    fingerprint: str
    excerpt: str = ""
    attack: str = ""
    exchange: str = ""
    again: Again | None = None
    again_why: str = ""

    @property
    def serious(self) -> bool:
        """Is it high or critical?"""
        return self.severity in (Severity.HIGH, Severity.CRITICAL)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Pages of the site known and visited; ``ratio`` from 0 to 1, 0 when none is known.

    ``outside`` are addresses of others the pages lead to; ``unanswered`` requests got no
    answer.
    """

    urls_known: int = 0
    urls_visited: int = 0
    ratio: float = 0.0
    outside: int = 0
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class RuleRun:
    """One rule of the engine in this look: ``state`` in the engine's words, requests it sent."""

    rule: str
    name: str
    state: str
    active: bool = False
    requests: int = 0

    @property
    def complete(self) -> bool:
        """Did it run to its end?"""
        return self.state == RULE_COMPLETE


@dataclass(frozen=True, slots=True)
class OwaspFacts:
    """One look.

    ``categories``: edition (``2021``, ``2025``) -> category -> how far the look
    reaches.  ``canary_seen``: did the harmless attack an active scan begins with
    arrive (None: none was sent)?  Without it a filter in front may hide everything.
    ``paths`` are the path templates that were visited.
    """

    KIND: ClassVar[str] = "owasp.facts@1"

    engine: Engine
    profile: str = PROFILE_BASELINE
    findings: tuple[Finding, ...] = ()
    coverage: Coverage = Coverage()
    categories: Mapping[str, Mapping[str, Reach]] = field(default_factory=dict)
    canary_seen: bool | None = None
    rules_run: tuple[RuleRun, ...] = ()
    paths: tuple[str, ...] = ()

    def silent(self, edition: str) -> tuple[str, ...]:
        """The categories of an edition this look cannot speak of."""
        known = self.categories.get(edition, {})
        return tuple(sorted(c for c, reach in known.items() if reach is Reach.NOT_TESTABLE))
