"""The shape of a judge: a pure function from what was seen to one outcome.

A judge says what was *seen* (an outcome of its own closed enum); the label file
maps outcomes to findings.  Judges do no I/O, read no clock and never raise on
anything a target can produce.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from monitor.domain.finding import Severity
from monitor.domain.member import Member
from monitor.domain.site import Certification, Site
from monitor.domain.weakness import Weakness
from monitor.policy.drifting.change import Leeway
from scanners.api import Evidence, ScanKind, ScanOutcome

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class ScanView:
    """The newest scan of one kind, as a judge sees it."""

    outcome: ScanOutcome
    evidence: tuple[Evidence, ...]
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The accepted state of a site that drift is measured against."""

    evidence: tuple[Evidence, ...]
    accepted_at: datetime
    accepted_by: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything known about a site at one moment.

    ``scans`` holds the newest scan of each kind that ran; ``asked`` the kinds the
    caller chose to look at (``--only``), all that apply when nothing was chosen.
    ``weaknesses`` are those on file with what people said of them; None without a file.
    ``no_consent`` are the labels under which a test with attacks is overdue for want of the
    owner's consent.
    ``suspected`` are the keys of changes that the look before showed, None where one look
    decides; ``leeway`` is what may come and go at the site.
    """

    at: datetime
    scans: Mapping[ScanKind, ScanView]
    asked: frozenset[ScanKind] = frozenset(ScanKind)
    baseline: Baseline | None = None
    weaknesses: tuple[Weakness, ...] | None = None
    no_consent: frozenset[str] = frozenset()
    suspected: frozenset[str] | None = None
    leeway: Leeway = field(default_factory=Leeway)

    def all_of(self, kind: ScanKind, facts: type[F]) -> tuple[tuple[Evidence, F], ...]:
        """Every piece of evidence of that facts type in the newest scan of ``kind``."""
        view = self.scans.get(kind)
        if view is None:
            return ()
        return tuple((e, e.facts) for e in view.evidence if isinstance(e.facts, facts))

    def newest(self, kind: ScanKind, facts: type[F]) -> tuple[Evidence, F] | None:
        """The first such piece of evidence, or None."""
        found = self.all_of(kind, facts)
        return found[0] if found else None

    def outcome(self, kind: ScanKind) -> ScanOutcome | None:
        """How the newest scan of ``kind`` ended, or None when none ran."""
        view = self.scans.get(kind)
        return None if view is None else view.outcome


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is judged, under which certification, with which parameters.

    ``params`` are the effective values of the condition: references resolved,
    label parameters and ``--param`` applied.  ``label_hosts`` are the hosts of
    the label's seal.
    """

    site: Site
    member: Member
    certification: Certification
    params: Mapping[str, object] = field(default_factory=dict)
    label_hosts: tuple[str, ...] = ()
    certificate_path: str | None = None
    artwork_words: tuple[str, ...] = ()
    artwork_phash: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What a judge saw.

    ``outcome`` is a member of the judge's enum.  ``summary`` is one English
    sentence for people (hostile text in it is clipped).  ``cited`` is the
    evidence it rests on.  ``values`` fill the member message.  ``severity`` and
    ``remedy`` raise the condition's own when the outcome is worse (expired).
    ``fragment`` is the text of the site that was judged: a reviewer's verdict is
    pinned to it and holds until it changes; "" when there is none to speak of.
    """

    outcome: StrEnum
    summary: str
    cited: tuple[Evidence, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    severity: Severity | None = None
    remedy: str | None = None
    note: str = ""
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a judge: its type, default and meaning.

    ``type`` is int, float, str, bool, ``list[str]`` or ``dict``; the default may
    be a reference (``$member.kvk``, ``$subject.url``, ``$vocabulary.contact``, ``$parameter.x``).
    """

    type: str
    default: object
    help: str


@dataclass(frozen=True, slots=True)
class Judge:
    """A named, versioned judge: what ``judge.uses`` in a label file points to.

    ``kinds`` are the scans whose end makes it run again.  ``outcomes`` is its
    closed enum.  ``values`` are the names a member message may use.  ``measures`` are what
    the scans of those kinds should look at in a browser for it (option ``measure``).
    Of outcomes that are inconclusive: ``untold`` are those a member never hears of,
    ``settled`` those that no further look would change.
    """

    name: str
    version: int
    kinds: tuple[ScanKind, ...]
    outcomes: type[StrEnum]
    run: Callable[[Seen, Subject], Observation]
    params: Mapping[str, Param] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    help: str = ""
    measures: tuple[str, ...] = ()
    untold: frozenset[StrEnum] = frozenset()
    settled: frozenset[StrEnum] = frozenset()
