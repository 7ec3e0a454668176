"""What people decided, applied to what a machine found: pure, the same at every look.

A decision holds for exactly what it judged.  What changed since is looked at
again by a person; a decision never covers what its reviewer has not seen.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import Mapped
from monitor.domain.review import Review, ReviewRole
from monitor.domain.waiver import Waiver
from scanners.api import clip

WORDS_MAX = 300
_BY = {
    ReviewRole.REVIEWER: "a reviewer",
    ReviewRole.LEGAL: "legal staff",
    ReviewRole.AUDITOR: "an auditor",
}
# A count ("12"; "12 days" is a fact of the site) or a moment: of the look, not of the site.
_COUNT = re.compile(r"\d{1,4}(?:[.,]\d{1,3})?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d")
_OF_PAGES = re.compile(r"\b\d{1,4}(?: of \d{1,4})?(?= (?:[a-z]{1,12} )?pages?\b)")
_SUMMARY_MAX = 600
_OF_THE_LOOK = frozenset({"checked_at", "seen_at", "pages_checked", "count", "days_left"})


def fingerprint(finding: ConditionFinding) -> str:
    """What a decision on ``finding`` is pinned to (SHA-256, hex).

    The outcome with the fragment that was judged; where a judge speaks of none,
    with the values and the summary, which names what was seen (another number).
    Counts of pages and moments in them are those of the look: they would re-open
    every decision at every look.  Evidence digests are no part of it, whole pages
    change with every visit.
    """
    parts: list[object] = [finding.outcome, finding.fragment]
    if not finding.fragment:
        seen = _OF_PAGES.sub("#", clip(finding.summary, _SUMMARY_MAX))
        parts += [sorted(_site_facts(finding.values).items()), _MOMENT.sub("#", seen)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _site_facts(values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: " ".join(value.casefold().split())
        for name, value in values.items()
        if name not in _OF_THE_LOOK
        and not _COUNT.fullmatch(value.strip())
        and not _MOMENT.search(value)
    }


def ruled(
    finding: ConditionFinding,
    findings: Mapping[str, Mapped],
    pin: Review | None,
    member_id: str,
    today: date,
) -> ConditionFinding:
    """``finding`` as the newest decision on the condition leaves it.

    ``findings`` are the label file's: whether a decision counts is theirs to say.
    A decision that is over, or on something else, decides nothing; when a person
    must look again the finding becomes a candidate.
    """
    if pin is None or (pin.condition_id, pin.member_id) != (finding.condition_id, member_id):
        return finding
    if pin.valid(today) and pin.fingerprint == fingerprint(finding):
        return _decided(finding, findings, pin)
    return _again(finding, findings, pin, today)


def _decided(
    finding: ConditionFinding, findings: Mapping[str, Mapped], pin: Review
) -> ConditionFinding:
    said = f"Decided by {_BY[pin.role]} on {pin.at.date()}: {pin.decision.value}."
    return replace(
        finding,
        finding=pin.decision,
        review=False,
        counts=_counts(finding, findings, pin.decision),
        advice=False,
        note=_joined(finding.note, said),
        decided_by=pin.role.value,
    )


def _counts(finding: ConditionFinding, findings: Mapping[str, Mapped], decision: Finding) -> bool:
    """As the label file says of its outcomes with that finding, else of any that it has.

    "Never reviewed" counts for nothing, but what a reviewer says of it does; in a
    label of advice nothing counts, whoever says it.
    """
    if decision is finding.finding or decision is Finding.INCONCLUSIVE:
        return finding.counts
    alike = [mapped.counts for mapped in findings.values() if mapped.finding is decision]
    certain = [m.counts for m in findings.values() if m.finding in (Finding.MET, Finding.NOT_MET)]
    return any(alike or certain or [True])


def _again(
    finding: ConditionFinding, findings: Mapping[str, Mapped], pin: Review, today: date
) -> ConditionFinding:
    """A decision that does not hold (any more): is a person wanted, and why.

    Wanted: where the machine itself is in doubt, and where it sees again the
    outcome in which a person overruled it.  What it sees otherwise and is certain
    of needs no person; not being able to see is no change.
    """
    if not _wanted(finding, pin):
        return finding
    when = f"on {pin.at.date()} ({pin.decision.value})"
    if not pin.valid(today):
        said = f"The decision {when} ended on {pin.until}: to be reviewed again."
    else:
        said = f"What was decided {when} has changed since: to be reviewed again."
    return replace(
        finding,
        finding=Finding.INCONCLUSIVE if finding.finding is Finding.MET else finding.finding,
        review=True,
        counts=_counts(finding, findings, pin.decision)
        if pin.decision is Finding.NOT_MET
        else finding.counts,
        advice=False,
        note=_joined(finding.note, said),
    )


def _wanted(finding: ConditionFinding, pin: Review) -> bool:
    if finding.candidate:
        return True
    if finding.finding is Finding.NOT_APPLICABLE or finding.outcome != pin.outcome:
        return False
    if finding.finding is Finding.INCONCLUSIVE:
        # What counts and is not known could not be seen; "never reviewed" counts for nothing.
        return not finding.counts
    return finding.finding is not pin.decision


def waived(
    finding: ConditionFinding, waiver: Waiver | None, member_id: str, today: date
) -> ConditionFinding:
    """``finding``, set aside while the exception is valid; what was seen stays to be read.

    What is met or does not apply needs no exception and stays as it is, without advice.
    """
    if waiver is None or (waiver.condition_id, waiver.member_id) != (
        finding.condition_id, member_id,
    ):  # fmt: skip
        return finding
    if not waiver.valid(today):
        return finding
    if finding.finding in (Finding.MET, Finding.NOT_APPLICABLE):
        return replace(finding, advice=False)
    owner, reason = clip(waiver.owner, 80), clip(waiver.reason, WORDS_MAX)
    said = f"Waived until {waiver.until} by {owner} ({reason}); without it: {shown(finding)}."
    return replace(
        finding,
        finding=Finding.WAIVED,
        review=False,
        advice=False,
        summary=_joined(finding.summary, said),
    )


def set_aside(
    finding: ConditionFinding, waivers: Mapping[str, Waiver], member_id: str, today: date
) -> ConditionFinding:
    """As WAIVED what a valid exception covers and what is met by now: for the case it ends.

    A case that waits for a second good look must not remind of what is set aside.
    """
    waiver = waivers.get(finding.condition_id)
    covers = waiver is not None and waiver.member_id == member_id and waiver.valid(today)
    if covers and finding.finding is Finding.MET:
        return replace(finding, finding=Finding.WAIVED)
    return finding


def shown(finding: ConditionFinding) -> str:
    """The finding as a word; a candidate is named as one."""
    if finding.candidate:
        return "a suspicion that waits for a reviewer"
    return finding.finding.value


def _joined(first: str, second: str) -> str:
    return f"{first} {second}".strip()
