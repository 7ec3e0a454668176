"""Is a serious weakness known to be open (tz-12.7a, the member's part)?"""

from __future__ import annotations

from enum import StrEnum

from monitor.policy.conditions.numbers import fraction
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, ScanOutcome, clip
from scanners.owasp.evidence import ACTIVE_PROFILES, Finding, OwaspFacts, Severity

COVERAGE_MIN = 0.7
EDITIONS = ("2021", "2025")


class Findings(StrEnum):
    """Outcomes of ``owasp.findings``."""

    NO_HIGH_FINDING = "no_high_finding"
    NO_HIGH_FINDING_PASSIVE = "no_high_finding_passive"
    CANDIDATE_HIGH = "candidate_high"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


def findings(seen: Seen, subject: Subject) -> Observation:
    """A serious finding is a candidate; silence counts only as far as the look went.

    ``no_high_finding`` needs an active scan that is complete, reached
    ``coverage_min`` of the known pages and saw its canary arrive; a look without
    attacks gives ``no_high_finding_passive`` at best.  The summary names the
    categories the look cannot speak of.  Source: tz-12.7a, Veiligheidscriteria 7.
    """
    view = seen.scans.get(ScanKind.OWASP)
    if view is None:
        return Observation(Findings.NOT_SCANNED, "Not looked at yet.", values=_values(None))
    newest = seen.newest(ScanKind.OWASP, OwaspFacts)
    if newest is None:
        text = f"The site could not be read ({view.outcome.value}). {clip(view.reason, 200)}"
        return Observation(Findings.INCOMPLETE, text.strip(), values=_values(None))
    evidence, facts = newest
    serious = [f for f in facts.findings if f.serious]
    if serious:
        # An engine reports in its own order: the gravest is the one to name.
        worst = max(serious, key=lambda f: list(Severity).index(f.severity))
        text = f"{clip(worst.name, 120)} at {clip(worst.url, 150)}; a reviewer has to confirm it."
        return Observation(Findings.CANDIDATE_HIGH, text, (evidence,), _values(worst))
    gap = _gap(view.outcome, view.reason, facts, subject)
    if gap:
        return Observation(Findings.INCOMPLETE, gap, (evidence,), _values(None))
    active = facts.profile in ACTIVE_PROFILES
    outcome = Findings.NO_HIGH_FINDING if active else Findings.NO_HIGH_FINDING_PASSIVE
    kind = "scan" if active else "look without attacks"
    text = (
        f"No serious weakness seen on {facts.coverage.urls_visited} pages.{_silence(facts, kind)}"
    )
    return Observation(outcome, text, (evidence,), _values(None), note=_note(facts))


def _gap(outcome: ScanOutcome, reason: str, facts: OwaspFacts, subject: Subject) -> str:
    """Why silence proves nothing, as a sentence; "" when it does as far as the look goes."""
    if outcome is not ScanOutcome.COMPLETE:
        said = clip(reason, 200) or outcome.value
        return f"Not everything was read: {said}."
    if not facts.coverage.urls_visited:
        return "No page was read."
    if facts.coverage.urls_known == 1:
        # An empty page, and one that scripts draw in the browser, have no links either.
        return "Only the start page was seen, and it links to no page of the shop."
    if facts.profile not in ACTIVE_PROFILES:
        return ""
    if facts.coverage.ratio < fraction(subject.params, "coverage_min", COVERAGE_MIN):
        return f"Only {facts.coverage.ratio:.0%} of the known pages were tested."
    if facts.canary_seen is not True:
        return "It is not certain that the scan's requests reached the shop."
    return ""


def _silence(facts: OwaspFacts, kind: str) -> str:
    told = [
        f"{', '.join(silent)} of {edition}"
        for edition in EDITIONS
        if (silent := facts.silent(edition))
    ]
    return f" A {kind} cannot speak of {' and '.join(told)}." if told else ""


def _note(facts: OwaspFacts) -> str:
    medium = dict.fromkeys(f.name for f in facts.findings if f.severity is Severity.MEDIUM)
    return f"Worth mending: {clip(', '.join(medium), 200)}." if medium else ""


def _values(found: Finding | None) -> dict[str, str]:
    if found is None:
        return {"url": "-", "rule": "-"}
    return {"url": clip(found.url, 200), "rule": clip(found.name, 120)}


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="owasp.findings",
        version=1,
        kinds=(ScanKind.OWASP,),
        outcomes=Findings,
        run=findings,
        params={
            "coverage_min": Param(
                "float", COVERAGE_MIN, "share of known pages an active scan must reach"
            )
        },
        values=("url", "rule"),
        help="No serious weakness is known to be open.",
    ),
)
