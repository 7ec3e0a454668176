"""Not being able to see, followed over time: whose trouble it is, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import InconclusiveRule, Label
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.domain.unassessed import Unassessed, UnassessedStep, observe, resolved
from monitor.policy.judge import Judge, ScanView, Seen
from monitor.services.applicants import only_applies
from monitor.services.messages import Office, contacts_for, named_in, shown_moment
from monitor.services.tx import Tx
from scanners.api import FORBIDDEN_BY_SITE, ScanOutcome

NEVER = timedelta.max
NO_COUNT = 1 << 62
# The outcome that ``policy.assess`` gives to what waits for another condition.
DEPENDENCY = "dependency"
_OURS = frozenset({ScanOutcome.SCANNER_ERROR, ScanOutcome.ENGINE_ERROR, ScanOutcome.CANCELLED})


@dataclass(frozen=True, slots=True)
class Blind:
    """A label on a site and the conditions of it that could not be seen.

    ``ours`` are the ids of those that trouble of our own keeps from being seen, ``untold`` of
    those that only staff hear of.  ``now``: this look tried to see one of them;
    ``theirs_now``: one that the member may hear of.
    """

    site: Site
    member: Member
    label: Label
    unseen: tuple[ConditionFinding, ...]
    ours: frozenset[str]
    now: bool
    theirs_now: bool
    untold: frozenset[str] = frozenset()

    @property
    def theirs(self) -> tuple[ConditionFinding, ...]:
        """What the site itself keeps from being seen."""
        return tuple(f for f in self.unseen if f.condition_id not in self.ours | self.untold)


def not_seen(finding: ConditionFinding) -> bool:
    """Could it not be decided for want of sight, rather than of a reviewer's word?"""
    by_machine = not (finding.review or finding.decided_by)
    return finding.finding is Finding.INCONCLUSIVE and by_machine and finding.counts


def is_ours(view: ScanView) -> bool:
    """Did the scan fail by trouble or settings of our own?  Of such a member never hears.

    Contract 1: an exception and a dead engine are ours.  ``not_permitted`` is what
    our settings refuse, unless the site's own robots.txt did.
    """
    if view.outcome is ScanOutcome.NOT_PERMITTED:
        return not view.reason.startswith(FORBIDDEN_BY_SITE)
    return view.outcome in _OURS


def ours_among(
    unseen: Iterable[ConditionFinding], label: Label, seen: Seen, judges: Mapping[str, Judge]
) -> frozenset[str]:
    """The ids of those that a scan which failed by our own trouble keeps from being seen.

    What depends on such a condition is not seen for the same reason.
    """
    conditions = {c.condition_id: c for c in label.conditions}
    left = {f.condition_id: f for f in unseen}
    failed = {kind for kind, view in seen.scans.items() if is_ours(view)}
    found: set[str] = set()
    for condition_id in left:
        judge = conditions[condition_id].judge
        if judge is not None and failed & set(judges[judge.uses].kinds):
            found.add(condition_id)
    waiting = {i for i, f in left.items() if f.outcome == DEPENDENCY} - found
    while more := {i for i in waiting if found & set(conditions[i].depends_on)}:
        found |= more
        waiting -= more
    return frozenset(found)


def follow(tx: Tx, office: Office, blind: Blind, now: datetime) -> int:
    """Keep the rows of not knowing; returns how many looks in a row could not decide.

    Staff get a ticket after the rule's looks or age, whoever is to blame.  The
    member's clock runs in a row of its own: it starts anew whenever all that is
    left unknown is unknown by our own trouble.
    """
    rows = tx.unassessed(blind.site.site_id)
    label_id, clock_id = blind.label.label_id, member_clock(blind.label)
    row, clock = rows.get(label_id), rows.get(clock_id)
    if clock is not None and not blind.theirs:
        tx.clear_unassessed(blind.site.site_id, clock_id)
    if not blind.unseen:
        if row is not None:
            tx.clear_unassessed(blind.site.site_id, label_id)
            for step in resolved(row):
                _tell(tx, office, blind, row, step, now)
        return 0
    if not blind.now:
        return 0
    rule = replace(_rule(blind.label, blind.unseen), tell_member_after=NEVER)
    row, steps = observe(row, blind.site.site_id, label_id, rule, now)
    tx.put_unassessed(row)
    if blind.theirs_now:
        patience = _rule(blind.label, blind.theirs).tell_member_after
        rule = InconclusiveRule(NO_COUNT, NEVER, patience)
        clock, told = observe(clock, blind.site.site_id, clock_id, rule, now)
        tx.put_unassessed(clock)
        steps += told
    for step in steps:
        _tell(tx, office, blind, row, step, now)
    return row.count


def member_clock(label: Label) -> str:
    """The name of the row that counts only what the site itself kept from us."""
    return f"{label.label_id}!member"


def _rule(label: Label, unseen: Sequence[ConditionFinding]) -> InconclusiveRule:
    """The most patient rule among the conditions that could not be seen."""
    rules = [c.inconclusive for f in unseen if (c := label.condition(f.condition_id)) is not None]
    return max(rules, key=lambda r: r.ticket_after_count, default=InconclusiveRule())


def _tell(
    tx: Tx, office: Office, blind: Blind, row: Unassessed, step: UnassessedStep, now: datetime
) -> None:
    if step is UnassessedStep.TELL_MEMBER:
        if only_applies(blind.site, (blind.label.label_id,)):
            return
        people = [
            (c.email, c.language, c.name, Audience.MEMBER)
            for c in contacts_for(blind.member, ("contact",))
        ]
        reasons = [_reason(f) for f in blind.theirs]
    else:
        team = office.team(("labels",))
        people = [(address, office.language, "", Audience.STAFF) for address in team]
        reasons = [_reason(f, ours=f.condition_id in blind.ours) for f in blind.unseen]
    for address, language, name, audience in people:
        tx.add_alert(
            Alert(
                thread=row.thread,
                step=step.value,
                audience=audience,
                channel=ChannelKind.EMAIL,
                recipient=address,
                language=language,
                template=step.value,
                site_id=blind.site.site_id,
                created_at=now,
                context=_context(blind, row, reasons, language, name),
            )
        )


def _reason(finding: ConditionFinding, *, ours: bool = False) -> str:
    said = f"{finding.condition_id}: {finding.summary}"
    return f"{said} (trouble of our own, not of the site)" if ours else said


def _context(
    blind: Blind, row: Unassessed, reasons: list[str], language: str, contact_name: str
) -> dict[str, object]:
    return {
        **named_in(blind.site, blind.member),
        "contact_name": contact_name,
        "labels": [blind.label.text(blind.label.title, language)],
        "reasons": reasons,
        "count": row.count,
        "since": shown_moment(row.since),
    }
