"""Is a serious weakness known to be open (tz-12.7a, the member's part)?"""

from __future__ import annotations

from enum import StrEnum

from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, ScanOutcome, clip
from scanners.owasp.evidence import OwaspFacts, Weakness

SERIOUS = ("critical", "high")


class Findings(StrEnum):
    """Outcomes of ``owasp.findings``."""

    NO_HIGH_FINDING = "no_high_finding"
    NO_HIGH_FINDING_PASSIVE = "no_high_finding_passive"
    CANDIDATE_HIGH = "candidate_high"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


def findings(seen: Seen, subject: Subject) -> Observation:
    """A serious finding is a candidate; silence counts only as far as the look went.

    A look without attacks says so, and names the categories it cannot speak of:
    never "tested" from outside.
    """
    view = seen.scans.get(ScanKind.OWASP)
    if view is None:
        return Observation(Findings.NOT_SCANNED, "Not looked at yet.", values=_values(None))
    newest = seen.newest(ScanKind.OWASP, OwaspFacts)
    if newest is None:
        text = f"The site could not be read: {view.outcome.value}. {clip(view.reason, 200)}".strip()
        return Observation(Findings.INCOMPLETE, text, values=_values(None))
    evidence, facts = newest
    serious = [f for f in facts.findings if f.severity in SERIOUS]
    if serious:
        text = f"{serious[0].name} at {clip(serious[0].url, 150)}; a reviewer confirms."
        return Observation(Findings.CANDIDATE_HIGH, text, (evidence,), _values(serious[0]))
    if view.outcome is not ScanOutcome.COMPLETE:
        text = f"Not everything was read: {clip(view.reason, 200)}."
        return Observation(Findings.INCOMPLETE, text, (evidence,), _values(None))
    silent = [c for c, state in facts.categories.get("2021", {}).items() if state == "not_testable"]
    text = f"No serious weakness seen on {facts.coverage.urls_visited} pages."
    if facts.profile == "baseline":
        text += f" A look without attacks cannot speak of {', '.join(silent)} (2021)."
        return Observation(
            Findings.NO_HIGH_FINDING_PASSIVE, text, (evidence,), _values(None), note=_note(facts)
        )
    if facts.coverage.ratio < _minimum(subject):
        text = f"Only {facts.coverage.ratio:.0%} of the known pages were tested."
        return Observation(Findings.INCOMPLETE, text, (evidence,), _values(None))
    return Observation(
        Findings.NO_HIGH_FINDING, text, (evidence,), _values(None), note=_note(facts)
    )


def _minimum(subject: Subject) -> float:
    value = subject.params.get("coverage_min", 0.7)
    return float(value) if isinstance(value, int | float) else 0.7


def _note(facts: OwaspFacts) -> str:
    medium = [f.name for f in facts.findings if f.severity == "medium"]
    return f"Worth mending: {clip(', '.join(medium), 200)}." if medium else ""


def _values(found: Weakness | None) -> dict[str, str]:
    if found is None:
        return {"url": "-", "rule": "-"}
    return {"url": clip(found.url, 200), "rule": found.name}


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="owasp.findings",
        version=1,
        kinds=(ScanKind.OWASP,),
        outcomes=Findings,
        run=findings,
        params={
            "coverage_min": Param("float", 0.7, "share of known pages an active scan must reach")
        },
        values=("url", "rule"),
        help="No serious weakness is known to be open.",
    ),
)
