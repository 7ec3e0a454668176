"""All findings of one label on one site, as one word with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.domain.case import CaseState
from monitor.domain.finding import ConditionFinding, Finding


class Verdict(StrEnum):
    """Does the site meet its label?"""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LabelVerdict:
    """The verdict with everything needed to defend or recompute it.

    ``findings`` are those of every condition of the label; ``fresh`` the ids of
    the conditions that this look saw (None: all).
    """

    site_id: str
    label_id: str
    framework_version: str
    revision: int
    label_sha256: str
    verdict: Verdict
    findings: tuple[ConditionFinding, ...]
    at: datetime
    fresh: frozenset[str] | None = None


def combine(findings: Iterable[ConditionFinding]) -> Verdict:
    """Not met if one counting condition is not met; else unknown if one is; else met.

    A candidate counts as inconclusive; not_applicable, waived and advice never
    count.  No counting condition at all is unknown: nothing was looked at.
    """
    counting = [counted(f) for f in findings if f.counts]
    relevant = {f for f in counting if f not in (Finding.NOT_APPLICABLE, Finding.WAIVED)}
    if Finding.NOT_MET in relevant:
        return Verdict.NOT_MET
    if Finding.INCONCLUSIVE in relevant or not relevant:
        return Verdict.UNKNOWN
    return Verdict.MET


def counted(finding: ConditionFinding) -> Finding:
    """The value with which a finding enters the verdict."""
    return Finding.INCONCLUSIVE if finding.candidate else finding.finding


def in_force(finding: ConditionFinding, state: CaseState | None) -> ConditionFinding:
    """The finding as it stands once its case is considered.

    A breach counts only when confirmed and until it is seen mended: suspected
    and awaiting review are inconclusive; open to decided are not_met whatever
    the last look said.
    """
    match state:
        case None | CaseState.REMEDIED:
            return finding
        case CaseState.SUSPECTED | CaseState.AWAITING_REVIEW:
            if finding.finding is Finding.NOT_MET:
                return replace(finding, finding=Finding.INCONCLUSIVE)
            return finding
        case (  # pragma: no branch - mypy holds that nothing is left
            CaseState.OPEN
            | CaseState.NOTIFIED
            | CaseState.POSTPONED
            | CaseState.OVERDUE
            | CaseState.DECIDED
        ):
            if finding.finding in (Finding.NOT_APPLICABLE, Finding.WAIVED):
                return finding
            waits = finding.candidate
            return replace(finding, finding=Finding.NOT_MET, review=False, waits=waits)
