"""The reviewers' desk: what waits, what was seen, and a decision that takes effect at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import Condition, ConditionClass, Label
from monitor.domain.member import Member
from monitor.domain.review import Review, ReviewRole, year_after
from monitor.domain.site import Site
from monitor.domain.waiver import Waiver
from monitor.policy.assess import UnderLabel, observed
from monitor.policy.judge import Seen
from monitor.policy.reviewing import fingerprint
from monitor.services.application import Application
from monitor.services.blindness import DEPENDENCY
from monitor.services.catalogue import Catalogue, merge
from monitor.services.records import AuditEntry, CurrentFinding
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from scanners.api import clip

REASON_MAX = 2_000
# So many characters of a fingerprint tell one look from another.
FINGERPRINT_MIN = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reviewer asks to see; None: everything.  ``first``: never reviewed as well."""

    label_id: str | None = None
    site_id: str | None = None
    condition_id: str | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's word.  ``until`` None: a year.  ``shown``: the fingerprint that was looked at.

    ``shown`` "" decides on whatever stands now; else at least 8 characters of it.
    """

    finding: Finding
    role: ReviewRole
    reviewer: str
    reason: str
    until: date | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One condition of one site, as a reviewer needs to see it.

    ``finding`` is the machine's, as if nobody had decided; ``rows`` are what stands
    now, by label.  ``fragment`` is the text that was judged ("" when there is none),
    ``fingerprint`` what a decision is pinned to; ``decisions`` newest first.
    """

    site: Site
    label: Label
    condition: Condition
    finding: ConditionFinding
    rows: tuple[CurrentFinding, ...]
    fingerprint: str
    fragment: str
    decisions: tuple[Review, ...]
    waiver: Waiver | None


def waiting(tx: Tx, catalogue: Catalogue, wanted: Wanted) -> Sequence[CurrentFinding]:
    """Findings that wait for a reviewer, oldest first.

    With ``first`` also those of semi-automatic conditions of which a machine
    cannot say anything and that nobody looked at yet.
    """
    rows = list(tx.waiting(
        label_id=wanted.label_id, site_id=wanted.site_id, condition_id=wanted.condition_id
    ))  # fmt: skip
    if wanted.first:
        ids = {
            condition.condition_id
            for label in catalogue.labels.values()
            for condition in label.conditions
            if condition.condition_class is ConditionClass.SEMI
            and wanted.condition_id in (None, condition.condition_id)
        }
        never = tx.undecided(ids, label_id=wanted.label_id, site_id=wanted.site_id)
        rows.extend(row for row in never if not row.decided_by)
    return sorted(rows, key=lambda r: (r.first_at, r.site_id, r.condition_id, r.label_id))


def dossier(
    tx: Tx, application: Application, site: Site, condition_id: str, now: datetime
) -> Dossier:
    """Everything about the condition on the site; RequestError when it is not asked of it."""
    seen, under, finding = _raw(tx, application, site, condition_id, now)
    condition = next(c for c in under.label.conditions if c.condition_id == condition_id)
    rows = tuple(row for row in tx.findings(site.site_id) if row.condition_id == condition_id)
    return Dossier(
        site=site,
        label=under.label,
        condition=condition,
        finding=finding,
        rows=rows,
        fingerprint=fingerprint(finding),
        fragment=_fragment(application.catalogue, under, condition, seen, finding),
        decisions=tuple(tx.reviews(site.site_id, condition_id)),
        waiver=tx.waivers_in_force(site.site_id).get(condition_id),
    )


def decide(
    tx: Tx,
    application: Application,
    site: Site,
    condition_id: str,
    decision: Decision,
    now: datetime,
) -> Review:
    """Pin the decision to what stands now, and judge the site anew from what is stored.

    RequestError, with nothing to be kept of the transaction, for a condition that
    is not asked of the site, a look that is out of date, and a breach without
    anything seen.
    """
    until = _until(decision, now.date())
    _, under, finding = _raw(tx, application, site, condition_id, now)
    condition = under.label.condition(condition_id)
    if condition is not None and condition.attestation is not None:
        roles = ", ".join(condition.attestation.decided_by)
        raise RequestError(
            f"{condition_id} rests on a document, decided by {roles}: `keurwacht attest`"
        )
    _check(site, finding, decision)
    review = _review(site, finding, decision, until, now)
    tx.add_review(review)
    take_effect(tx, application, site, frozenset({condition_id}), now)
    rows = [row for row in tx.findings(site.site_id) if row.condition_id == condition_id]
    if not any(row.decided_by for row in rows):
        raise RequestError(
            f"{condition_id} does not apply to {site.site_id}, or changed just now: not decided"
        )
    tx.audit(AuditEntry(now, decision.reviewer, "review_decided", site.site_id, _detail(review)))
    return review


def _review(
    site: Site, finding: ConditionFinding, decision: Decision, until: date, now: datetime
) -> Review:
    return Review(
        site_id=site.site_id,
        member_id=site.member_id,
        condition_id=finding.condition_id,
        outcome=finding.outcome,
        fingerprint=fingerprint(finding),
        decision=decision.finding,
        role=decision.role,
        reviewer=decision.reviewer,
        reason=_reason(decision.reason),
        at=now,
        until=until,
        summary=finding.summary,
        evidence=finding.evidence,
    )


def _detail(review: Review) -> dict[str, object]:
    return {
        "condition": review.condition_id,
        "decision": review.decision.value,
        "role": review.role.value,
        "outcome": review.outcome,
        "fingerprint": review.fingerprint,
        "until": review.until.isoformat(),
        "reason": review.reason,
    }


def take_effect(
    tx: Tx, application: Application, site: Site, condition_ids: frozenset[str], now: datetime
) -> None:
    """Judge the site anew from what is stored; RequestError when its member is gone."""
    application.reassess(tx, site, _member(tx, site), condition_ids, now)


def _member(tx: Tx, site: Site) -> Member:
    member = tx.member(site.member_id)
    if member is None:
        raise RequestError(f"{site.site_id} has no member on file")
    return member


def _raw(
    tx: Tx, application: Application, site: Site, condition_id: str, now: datetime
) -> tuple[Seen, UnderLabel, ConditionFinding]:
    """The worst that the machine finds of the condition over the site's labels."""
    seen, assessed = application.assessed(tx, site, _member(tx, site), now, without=condition_id)
    found = {
        under.label.label_id: (under, finding)
        for under, findings in assessed
        for finding in findings
        if finding.condition_id == condition_id
    }
    if not found:
        known = sorted({f.condition_id for _, findings in assessed for f in findings})
        raise RequestError(
            f"{condition_id!r} is no condition of {site.site_id};"
            f" it has {', '.join(known) or 'none'}"
        )
    merged = merge((under.label, finding) for under, finding in found.values())
    finding, labels = merged[condition_id]
    return seen, found[labels[0].label_id][0], finding


def _check(site: Site, finding: ConditionFinding, decision: Decision) -> None:
    if finding.outcome == DEPENDENCY:
        raise RequestError(f"{finding.condition_id}: {clip(finding.summary)} Decide that one first")
    blind = finding.finding is Finding.INCONCLUSIVE and finding.counts and not finding.review
    if blind and not finding.evidence and decision.finding is Finding.NOT_MET:
        raise RequestError(
            f"{finding.condition_id} of {site.site_id} could not be seen"
            f" ({finding.outcome}: {clip(finding.summary, 200)}): a breach needs evidence"
        )
    shown = decision.shown.strip().casefold()
    if not shown:
        return
    if len(shown) < FINGERPRINT_MIN:
        raise RequestError(f"give at least {FINGERPRINT_MIN} characters of the fragment")
    if not fingerprint(finding).startswith(shown):
        raise RequestError(
            f"{finding.condition_id} of {site.site_id} has changed since you looked"
            f" (now {fingerprint(finding)[:12]}: {clip(finding.summary, 200)}): look again"
        )


def _until(decision: Decision, today: date) -> date:
    longest = year_after(today)
    until = decision.until or longest
    if not today <= until <= longest:
        raise RequestError(f"{until} is not between {today} and {longest}, a year from now")
    return until


def _reason(text: str) -> str:
    reason = clip(text, REASON_MAX)
    if not reason:
        raise RequestError("a decision needs a reason")
    return reason


def _fragment(
    catalogue: Catalogue,
    under: UnderLabel,
    condition: Condition,
    seen: Seen,
    finding: ConditionFinding,
) -> str:
    """The judged text, read again from the facts that ``finding`` rests on; "" without one."""
    judged = observed(under, condition, seen, catalogue.judges) if finding.fragment else None
    return "" if judged is None else judged.fragment
