"""Is a serious weakness known to be open (tz-12.7a, the member's part)?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.finding import Severity as Grade
from monitor.domain.weakness import Again, WeaknessState, lapsed
from monitor.policy.conditions.numbers import fraction
from monitor.policy.judge import Judge, Observation, Param, ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome, clip
from scanners.owasp.evidence import ACTIVE_PROFILES, OwaspFacts

COVERAGE_MIN = 0.7
EDITIONS = ("2021", "2025")


class Findings(StrEnum):
    """Outcomes of ``owasp.findings``."""

    NO_HIGH_FINDING = "no_high_finding"
    NO_HIGH_FINDING_PASSIVE = "no_high_finding_passive"
    CANDIDATE_HIGH = "candidate_high"
    CANDIDATE_MEDIUM = "candidate_medium"
    HIGH_NOT_VERIFIED = "high_not_verified"
    NO_CONSENT = "no_consent"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True, slots=True)
class _Weak:
    """What stands against the site; ``confirmed`` by a person, seen a second time or not."""

    fingerprint: str
    name: str
    url: str
    severity: Grade
    confirmed: bool = False
    again: str = ""

    @property
    def sure(self) -> bool:
        """May somebody be asked about it?  A machine's first sight is no reason to."""
        return self.confirmed or self.again == Again.VERIFIED


_NO_CONSENT = (
    "Unknown: no consent. Nobody allowed a test with attacks, and the last day for one is past; "
    "a look without attacks cannot take its place."
)
_GRADES = list(Grade)
_GRAVE = (Grade.HIGH, Grade.CRITICAL)


def findings(seen: Seen, subject: Subject) -> Observation:
    """A serious finding is a candidate; silence counts only as far as the look went.

    A finding that a second look at its address did not show, or could not look for, accuses
    nobody and waits (``high_not_verified``).  What people set aside (a false positive, an
    accepted risk) does not count, and what an earlier, harder look showed stands until such
    a look no longer shows it.  A medium one counts once a person confirmed it.

    ``no_high_finding`` needs an active scan that is complete, reached ``coverage_min`` of the
    known pages and saw its canary arrive; a look without attacks gives
    ``no_high_finding_passive`` at best, and ``no_consent`` under a label whose test with
    attacks is overdue because nobody allows one.  The summary names the categories the look
    cannot speak of.  Source: tz-12.7a, Veiligheidscriteria 7.
    """
    view = seen.scans.get(ScanKind.OWASP)
    if view is None:
        return Observation(Findings.NOT_SCANNED, "Not looked at yet.", values=_values(None))
    newest = seen.newest(ScanKind.OWASP, OwaspFacts)
    standing = _standing(seen, None if newest is None else newest[1])
    against = _against(standing)
    waiting = tuple(w for w in standing if w.severity in _GRAVE and not w.sure)
    cited = () if newest is None else (newest[0],)
    if against:
        return _suspected(against, waiting, cited)
    if waiting:
        return _unverified(waiting, cited)
    return _silence(seen, view, subject, standing)


def _silence(
    seen: Seen, view: ScanView, subject: Subject, standing: tuple[_Weak, ...]
) -> Observation:
    """What is worth saying when nothing serious stands against the site."""
    newest = seen.newest(ScanKind.OWASP, OwaspFacts)
    if newest is None:
        text = f"The site could not be read ({view.outcome.value}). {clip(view.reason, 200)}"
        return Observation(Findings.INCOMPLETE, text.strip(), values=_values(None))
    evidence, facts = newest
    gap = _gap(view.outcome, view.reason, facts, subject)
    if gap:
        return Observation(Findings.INCOMPLETE, gap, (evidence,), _values(None))
    active = facts.profile in ACTIVE_PROFILES
    if not active and subject.certification.label_id in seen.no_consent:
        return Observation(
            Findings.NO_CONSENT, _NO_CONSENT, (evidence,), _values(None), note=_note(standing)
        )
    outcome = Findings.NO_HIGH_FINDING if active else Findings.NO_HIGH_FINDING_PASSIVE
    kind = "scan" if active else "look without attacks"
    text = (
        f"No serious weakness seen on {facts.coverage.urls_visited} pages.{_unspoken(facts, kind)}"
    )
    return Observation(outcome, text, (evidence,), _values(None), note=_note(standing))


def _standing(seen: Seen, facts: OwaspFacts | None) -> tuple[_Weak, ...]:
    """From the file when there is one, else from the newest look alone."""
    if seen.weaknesses is not None:
        today = seen.at.date()
        return tuple(
            _Weak(one.seen.fingerprint, one.seen.name, one.seen.url, one.seen.severity,
                  one.state is WeaknessState.CONFIRMED, one.again or "")
            for one in (lapsed(one, today) for one in seen.weaknesses)
            if one.stands
        )  # fmt: skip
    found = () if facts is None else facts.findings
    return tuple(
        _Weak(f.fingerprint, f.name, f.url, Grade(f.severity.value), again=f.again or "")
        for f in found
    )


def _against(standing: tuple[_Weak, ...]) -> tuple[_Weak, ...]:
    """What somebody has to look at, the gravest first."""
    counted = [w for w in standing if w.severity in _GRAVE and w.sure]
    counted += [w for w in standing if w.severity is Grade.MEDIUM and w.confirmed]
    return _gravest_first(counted)


def _gravest_first(weak: Iterable[_Weak]) -> tuple[_Weak, ...]:
    """An engine reports in its own order: the gravest is the one to name."""
    return tuple(sorted(weak, key=lambda w: (-_GRADES.index(w.severity), w.fingerprint)))


def _suspected(
    against: tuple[_Weak, ...], waiting: tuple[_Weak, ...], cited: tuple[Evidence, ...]
) -> Observation:
    worst = against[0]
    more = f" {len(against) - 1} more stand beside it." if len(against) > 1 else ""
    more += f" {len(waiting)} more wait to be seen a second time." if waiting else ""
    said = "a person confirmed it" if worst.confirmed else "a reviewer has to confirm it"
    text = f"{clip(worst.name, 120)} at {clip(worst.url, 150)}; {said}.{more}"
    grave = worst.severity in _GRAVE
    return Observation(
        Findings.CANDIDATE_HIGH if grave else Findings.CANDIDATE_MEDIUM,
        text,
        cited,
        _values(worst),
        # A decision holds for these weaknesses and no others.
        fragment=" ".join(sorted(w.fingerprint for w in against)),
    )


def _unverified(waiting: tuple[_Weak, ...], cited: tuple[Evidence, ...]) -> Observation:
    """Seen once: nobody is asked, nobody is accused, and it is looked for again."""
    worst = _gravest_first(waiting)[0]
    once = "it was not there at a second look"
    if worst.again != Again.NOT_SEEN:
        once = "it could not be looked at a second time"
    more = f" {len(waiting) - 1} more wait beside it." if len(waiting) > 1 else ""
    text = f"Suspected: {clip(worst.name, 120)} at {clip(worst.url, 150)}; {once}.{more}"
    return Observation(Findings.HIGH_NOT_VERIFIED, text, cited, _values(worst))


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


def _unspoken(facts: OwaspFacts, kind: str) -> str:
    told = [
        f"{', '.join(silent)} of {edition}"
        for edition in EDITIONS
        if (silent := facts.silent(edition))
    ]
    return f" A {kind} cannot speak of {' and '.join(told)}." if told else ""


def _note(standing: tuple[_Weak, ...]) -> str:
    medium = dict.fromkeys(w.name for w in standing if w.severity is Grade.MEDIUM)
    return f"Worth mending: {clip(', '.join(medium), 200)}." if medium else ""


def _values(found: _Weak | None) -> dict[str, str]:
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
        untold=frozenset({Findings.HIGH_NOT_VERIFIED}),
        settled=frozenset({Findings.NO_CONSENT}),
        help="No serious weakness is known to be open.",
    ),
)
