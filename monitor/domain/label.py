"""A label as data: framework, conditions, confirmations, remedies, obligations.

Built by ``monitor.policy.schemes`` from ``config/labels/*.yaml``; immutable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from monitor.domain.finding import Finding, Severity
from monitor.domain.site import SubjectType
from scanners.api import ScanKind


class ConditionClass(StrEnum):
    """How a condition is decided (key ``class:``)."""

    AUTOMATIC = "automatic"
    SEMI = "semi"
    ATTESTATION = "attestation"


class Require(StrEnum):
    """What a row of observations must look like to confirm a breach."""

    ALL_NOT_MET = "all_not_met"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How often a breach must be seen before it counts (profiles C0 to CX, CR).

    ``offsets`` are the earliest times of the observations after the first, which
    is at zero; ``jitter`` is the fraction an observation may come early; more than
    ``max_gap`` after the first, the row starts again.  ``review``: a reviewer
    confirms before it counts.  ``reset_on`` findings start the row again.
    ``last_rendered``: the last look counts only when a browser made it (C3).
    """

    code: str
    offsets: tuple[timedelta, ...] = (timedelta(0),)
    jitter: float = 0.0
    max_gap: timedelta | None = None
    review: bool = False
    require: Require = Require.ALL_NOT_MET
    reset_on: frozenset[Finding] = frozenset({Finding.MET, Finding.INCONCLUSIVE})
    last_rendered: bool = False

    @property
    def observations(self) -> int:
        """Number of observations wanted, the first included."""
        return len(self.offsets)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Hysteresis back to met: ``observations`` in a row, the last ``min_apart`` after the first."""

    observations: int = 2
    min_apart: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Postponement:
    """How often and by how much a member may postpone."""

    times: int = 0
    each: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Remedy:
    """The term to mend a breach (profiles R14, R7S, R2S, R0, RA, RI, RS).

    ``due`` counts from the notice.  ``reminders`` are times after the notice.
    ``silent_after`` without an answer makes a staff case.  ``calendar``: the due
    day moves to the next working day.  ``tell_member`` and ``tell_staff`` say who
    is written to; ``staff_steps`` are escalations after the notice.
    ``digest`` marks advice that is collected instead of mailed.  ``renew_before``: so
    long before its expiry a document is asked for anew, longest first.
    """

    code: str
    due: timedelta | None = None
    reminders: tuple[timedelta, ...] = ()
    postpone: Postponement = Postponement()
    silent_after: timedelta | None = None
    calendar: bool = True
    tell_member: tuple[str, ...] = ("contact",)
    tell_staff: tuple[str, ...] = ("labels",)
    escalate: tuple[timedelta, ...] = ()
    digest: bool = False
    renew_before: tuple[timedelta, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the label file makes of one outcome.

    ``severity``, ``remedy`` and ``confirm`` override the condition's own.
    ``messages`` by language say this outcome better than the condition's own.
    ``counts`` False: advice only.  ``advice`` sends an advice mail although the finding is met.
    """

    finding: Finding
    review: bool = False
    reason: str = ""
    severity: Severity | None = None
    remedy: str | None = None
    confirm: str | None = None
    counts: bool = True
    advice: bool = False
    messages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InconclusiveRule:
    """When not knowing becomes a task for staff, and when the member is told."""

    ticket_after_count: int = 3
    ticket_after_age: timedelta = timedelta(days=7)
    tell_member_after: timedelta = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class AttestationRule:
    """A document or answer with an expiry; ``kind`` is the document's name.

    ``max_document_age``: how old a document may be on the day it is handed in.
    """

    kind: str
    decided_by: tuple[str, ...]
    valid_for: timedelta
    grace: timedelta = timedelta(days=14)
    confidential: bool = False
    max_document_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class JudgeUse:
    """Which judge decides, from which version on, with which raw parameters.

    ``params`` may hold references (``$member.*``, ``$subject.*``,
    ``$vocabulary.*``, ``$parameter.*``), resolved when judged.
    """

    uses: str
    min_version: int = 1
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class When:
    """Closed vocabulary of applicability; empty means always."""

    labels_all: tuple[str, ...] = ()
    labels_any: tuple[str, ...] = ()
    customers_any: tuple[str, ...] = ()
    jurisdiction_any: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    flags_none: tuple[str, ...] = ()
    standing_any: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a condition comes from: document, section, item, part."""

    document: str
    section: str = ""
    item: str = ""
    part: str = ""

    @property
    def clause(self) -> str:
        """Section, item and part, as people cite them."""
        return " ".join(part for part in (self.section, self.item, self.part) if part)


@dataclass(frozen=True, slots=True)
class Condition:
    """One requirement of a label.

    Exactly one of ``judge`` and ``attestation`` is set.  ``statement`` and
    ``messages`` are by language.  ``confirm`` and ``remedy`` name profiles.
    """

    condition_id: str
    rev: int
    statement: Mapping[str, str]
    trace: Trace
    condition_class: ConditionClass
    severity: Severity
    cadence: str
    confirm: str
    remedy: str
    findings: Mapping[str, Mapped]
    messages: Mapping[str, str]
    subjects: frozenset[SubjectType] = frozenset(SubjectType)
    when: When = When()
    depends_on: Mapping[str, Finding] = field(default_factory=dict)
    judge: JudgeUse | None = None
    attestation: AttestationRule | None = None
    recovery: Recovery = Recovery()
    inconclusive: InconclusiveRule = InconclusiveRule()
    public: bool = False
    enabled: bool = True
    effective_from: date | None = None
    effective_until: date | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty of the organisation itself: alerts to operations, never a member breach.

    Either ``scan`` or ``procedure`` is set: what has to be done ``count`` times
    ``within``.  ``profile`` is the profile that a scan must have to count.
    """

    obligation_id: str
    trace: Trace
    scan: ScanKind | None
    profile: str
    count: int
    within: timedelta
    newest_max_age: timedelta
    coverage_min: float
    warn_before: timedelta
    procedure: str = ""
    per: str = ""


@dataclass(frozen=True, slots=True)
class Certifying:
    """How long a certification holds, and how long before its end the next one opens."""

    every: timedelta
    open_before: timedelta = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Seal:
    """The mark itself: where it may point and how it is recognised.

    ``artwork_phash`` are fingerprints of its pictures (``scanners.seal.rating``).
    """

    hosts: tuple[str, ...] = ()
    certificate_path: str | None = None
    artwork_words: tuple[str, ...] = ()
    artwork_phash: tuple[str, ...] = ()
    removal_after_end: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a condition wants its scan kinds; ``jitter`` is a fraction."""

    every: timedelta
    jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class Label:
    """One label in one revision.  ``sha256`` is that of the file it came from.

    ``opt_in``: looked at only where a site holds it or a person asks for it.
    """

    label_id: str
    owner: str
    title: Mapping[str, str]
    framework_version: str
    framework_document: str
    revision: int
    sha256: str
    subjects: frozenset[SubjectType]
    audience: str
    statement_languages: tuple[str, ...]
    fallback_languages: tuple[str, ...]
    conditions: tuple[Condition, ...]
    confirmations: Mapping[str, Confirmation]
    remedies: Mapping[str, Remedy]
    cadences: Mapping[str, Cadence]
    parameters: Mapping[str, object]
    obligations: tuple[Obligation, ...] = ()
    seal: Seal = Seal()
    vocabulary: Mapping[str, object] = field(default_factory=dict)
    opt_in: bool = False
    certification: Certifying | None = None

    def condition(self, condition_id: str) -> Condition | None:
        """The condition of that id, or None."""
        return next((c for c in self.conditions if c.condition_id == condition_id), None)

    def text(self, texts: Mapping[str, str], language: str) -> str:
        """``texts`` in ``language``, else the first fallback that exists."""
        for choice in (language, *self.fallback_languages, *texts):
            if choice in texts:
                return texts[choice]
        return ""
