"""What every engine of the OWASP look speaks: a plan in, a look out.

An engine visits or attacks one site and reports weaknesses and how far it came.  It
knows no member, no consent and no label: who may be looked at, and how hard, is
settled before a plan is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

from scanners.api import ScanOutcome
from scanners.owasp.evidence import OwaspFacts


class Profile(StrEnum):
    """How hard a site is looked at, the mildest first."""

    BASELINE = "baseline"
    ACTIVE_LOW = "active-low"
    ACTIVE_MEDIUM = "active-medium"

    @property
    def attacks(self) -> bool:
        """Does it send what an ordinary visitor would not?"""
        return self is not Profile.BASELINE


@dataclass(frozen=True, slots=True)
class Plan:
    """One site to look at.

    ``url`` is the address the shop really starts at, after its own redirects.
    ``origins`` (``scheme://host[:port]``, no slash at the end) are all that may be
    asked, the one of ``url`` first.  ``site`` is the host that names the site in
    fingerprints.  ``run_id`` goes out with every request as ``X-Keurwacht-Scan``.
    ``excluded`` are regular expressions, searched in path and query: never asked.
    ``known`` are pages of the site that are worth a visit.  ``verified`` False: the
    certificate is not in order, which other scans judge, and the site is read all the same.
    ``deadline_s`` bounds the whole look.
    """

    url: str
    origins: tuple[str, ...]
    site: str
    profile: Profile
    run_id: str
    deadline_s: float
    requests_per_second: float = 2.0
    excluded: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a look has come.

    ``done`` of ``total`` are steps of the phase: pages, rules, modules; ``total`` 0
    when nobody knows.  ``requests`` were sent so far.  ``eta_s`` is a guess in
    seconds, None without grounds for one.
    """

    phase: str
    done: int = 0
    total: int = 0
    requests: int = 0
    current: str = ""
    eta_s: float | None = None


Report = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """Nobody follows."""


@dataclass(frozen=True, slots=True)
class EngineLook:
    """How a look ended and what it saw.

    ``facts`` is None when nothing of the site was seen.  ``reason`` is one sentence
    without secrets, "" for complete.  ``detail`` goes to staff: versions, skipped rules.
    """

    outcome: ScanOutcome
    facts: OwaspFacts | None
    reason: str = ""
    requests: int = 0
    detail: dict[str, object] = field(default_factory=dict)


class OwaspEngine(Protocol):
    """One engine.

    ``look`` ends within ``plan.deadline_s`` plus one second.  It may be cancelled at
    any await: it then stops every request of its own within three seconds and leaves
    no process, session or connection behind.  Trouble of the target or of the engine is
    an outcome; an exception is a bug of ours.
    """

    name: ClassVar[str]
    profiles: ClassVar[frozenset[Profile]]

    async def look(self, plan: Plan, report: Report = silent) -> EngineLook:
        """Look once."""
        ...
