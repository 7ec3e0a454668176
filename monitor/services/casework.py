"""What happens to the cases of a site when something was seen, sent or waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from monitor.domain.alert import Alert, Audience, ChannelKind, Outgoing, alert_id
from monitor.domain.case import (
    Case,
    CaseState,
    Event,
    Moved,
    Rules,
    StepKind,
    advance,
    begin,
    elapse,
    notice_sent,
    wake_at,
)
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import Condition, Label
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.policy.assess import in_scope
from monitor.services.applicants import only_applies
from monitor.services.catalogue import Catalogue, merge
from monitor.services.messages import ENDINGS, CaseContext, Office, alerts_for
from monitor.services.tx import Tx
from scanners.api import clip

_Move = Callable[[Case, Rules, datetime], Moved]
log = structlog.get_logger(__name__)
WAKE_BATCH = 200
# How long a case sleeps that an error of ours keeps from being woken.
ASIDE = timedelta(hours=1)
# How many of a site's newest alerts are read to know who was told of a case that ends.
TOLD_MAX = 1_000
_ENDS = frozenset({StepKind.CLOSING.value, StepKind.WAIVED.value})


@dataclass(frozen=True, slots=True)
class Casework:
    """Moves cases and queues what they say, inside the caller's transaction."""

    catalogue: Catalogue
    office: Office

    def look(
        self,
        tx: Tx,
        site: Site,
        member: Member,
        findings: Sequence[tuple[Label, ConditionFinding]],
        at: datetime,
    ) -> Mapping[str, Case]:
        """Apply one fresh look; returns the cases it moved or began, by condition id."""
        active = tx.active_cases(site.site_id)
        moved: dict[str, Case] = {}
        for condition_id, (finding, labels) in merge(findings).items():
            pair = self.catalogue.condition(labels[0].label_id, condition_id)
            if pair is None:
                continue
            label, condition = pair
            step = self._step(tx, site, member, finding, labels, condition, active, at)
            if step is None:
                continue
            case, events = step
            moved[condition_id] = case
            self._keep(tx, case, events, site, member, label, condition, at)
        return moved

    def _step(
        self,
        tx: Tx,
        site: Site,
        member: Member,
        finding: ConditionFinding,
        labels: tuple[Label, ...],
        condition: Condition,
        active: Mapping[str, Case],
        at: datetime,
    ) -> Moved | None:
        ids = tuple(label.label_id for label in labels)
        case = active.get(finding.condition_id)
        bad = finding.finding is Finding.NOT_MET or finding.candidate
        if case is None:
            if not bad or not finding.counts:
                return None
            rules = self.catalogue.rules(labels[0], condition, finding, member)
            return begin(tx.next_case_id(at), site.site_id, finding, ids, rules, at)
        rules = self.catalogue.rules(labels[0], condition, finding if bad else case, member)
        return advance(case, finding, ids, rules, at)

    def wake(self, tx: Tx, now: datetime) -> int:
        """Let time pass for every case whose moment has come; returns how many."""
        cases = tx.waking_cases(now, WAKE_BATCH)
        for case in cases:
            self.wake_one(tx, case.case_id, now)
        return len(cases)

    def wake_one(self, tx: Tx, case_id: str, now: datetime) -> None:
        """Let time pass for one case, unless it is gone or over."""
        case = tx.case(case_id)
        if case is None or not case.active:
            return
        if self.is_moot(tx, case):
            # The certification ended: staff decided, nobody is reminded any more.
            self._decided(tx, case)
        else:
            self._with_context(tx, case, now, elapse)

    def put_aside(self, tx: Tx, case_id: str, why: str, now: datetime) -> None:
        """A case that could not be woken sleeps for ``ASIDE``; operations hear of it once a day.

        Without this it would be the first of every turn, and a few of them all of it.
        """
        case = tx.case(case_id)
        if case is None:
            return
        tx.put_case(case, now + ASIDE)
        for address in self.office.operations:
            tx.add_alert(
                Alert(
                    thread=f"ops:case:{case_id}:{now.date()}",
                    step="put-aside",
                    audience=Audience.OPERATIONS,
                    channel=ChannelKind.EMAIL,
                    recipient=address,
                    language=self.office.language,
                    template="ops",
                    site_id=case.site_id,
                    created_at=now,
                    case_id=case_id,
                    context={
                        "host": case.site_id,
                        "condition_id": case.condition_id,
                        "summary": f"{case_id} could not be followed: an error of ours.",
                        "reasons": [clip(why)],
                    },
                )
            )

    def is_moot(self, tx: Tx, case: Case) -> bool:
        """Do the label files know the condition, but none of the case's labels asks it any more?

        A condition that is gone from the files is another matter: that case
        stays for staff to see.
        """
        site = tx.site(case.site_id)
        held = {} if site is None else {c.label_id: c for c in site.certifications}
        pairs = {name: self.catalogue.condition(name, case.condition_id) for name in case.labels}
        known = {name: pair[1] for name, pair in pairs.items() if pair is not None}
        return bool(known) and not any(
            site is not None and name in held and in_scope(condition, site, held[name])
            for name, condition in known.items()
        )

    def after_sent(self, tx: Tx, outgoing: Outgoing, at: datetime) -> None:
        """A message was taken by the other side: a member's notice starts the term."""
        alert = outgoing.alert
        is_notice = alert.step == StepKind.NOTICE.value and alert.audience is Audience.MEMBER
        if alert.case_id is None or not is_notice:
            return
        case = tx.case(alert.case_id)
        if case is not None:
            self._with_context(tx, case, at, notice_sent)

    def wanted(self, tx: Tx, outgoing: Outgoing) -> bool:
        """May it still be said?  Nobody is accused by a label they no longer hold.

        The case is put in the hands of staff, who ended the certification.
        """
        alert = outgoing.alert
        accuses = alert.audience is Audience.MEMBER and alert.step not in _ENDS
        case = tx.case(alert.case_id) if accuses and alert.case_id is not None else None
        if case is None or not self.is_moot(tx, case):
            return True
        if case.active:
            self._decided(tx, case)
        return False

    def settle(self, tx: Tx) -> int:
        """Put every active case that no held label asks for in the hands of staff; how many."""
        moot = [case for case in tx.cases(active_only=True)
                if case.state is not CaseState.DECIDED and self.is_moot(tx, case)]  # fmt: skip
        for case in moot:
            self._decided(tx, case)
        return len(moot)

    def _decided(self, tx: Tx, case: Case) -> None:
        tx.withdraw(case.case_id)
        tx.put_case(replace(case, state=CaseState.DECIDED), None)

    def after_dead(self, tx: Tx, outgoing: Outgoing, reason: str, at: datetime) -> None:
        """A message could not be delivered: somebody must hear of it another way.

        Of a member's mail the staff do, of a staff ticket or a webhook operations do
        (one mail a day for each address that takes nothing), of theirs the log alone.
        """
        alert = outgoing.alert
        log.error("undelivered", alert_id=alert.alert_id, step=alert.step, thread=alert.thread,
                  audience=alert.audience.value, channel=alert.channel.value)  # fmt: skip
        if alert.audience is Audience.MEMBER and alert.channel is ChannelKind.EMAIL:
            step, thread = f"undelivered-{alert.step}", alert.thread
            audience, told = Audience.STAFF, self.office.team(("labels",))
        elif alert.audience is Audience.OPERATIONS:
            return
        else:
            # By number, not by name: an address is no part of a subject or an identity.
            name = alert_id("", "", alert.recipient, alert.channel)[:8]
            step, thread = "undelivered", f"ops:undelivered:{name}:{at.date()}"
            audience, told = Audience.OPERATIONS, self.office.operations
        site = tx.site(alert.site_id) if alert.site_id else None
        what = f"The {alert.step} of {alert.thread} could not be delivered"
        for address in told:
            tx.add_alert(
                Alert(
                    thread=thread,
                    step=step,
                    audience=audience,
                    channel=ChannelKind.EMAIL,
                    recipient=address,
                    language=self.office.language,
                    template="ops",
                    site_id=alert.site_id,
                    created_at=at,
                    case_id=alert.case_id,
                    origin=alert.origin if audience is Audience.STAFF else "",
                    context={
                        "site_url": alert.site_id if site is None else site.url,
                        "host": alert.site_id if site is None else site.host,
                        "case_id": alert.case_id,
                        "condition_id": alert.context.get("condition_id"),
                        "summary": f"{what} to a {alert.audience.value} {alert.channel.value}.",
                        "reasons": [reason],
                    },
                )
            )

    def say(self, tx: Tx, case: Case, events: Sequence[Event], at: datetime) -> None:
        """Keep a moved case and queue what its events ask for."""
        self._with_context(tx, case, at, lambda same, _rules, _at: (same, tuple(events)))

    def _with_context(self, tx: Tx, case: Case, at: datetime, move: _Move) -> None:
        site = tx.site(case.site_id)
        member = None if site is None else tx.member(site.member_id)
        pair = self.catalogue.of_case(case)
        if site is None or member is None or pair is None:
            # The label file or the site is gone; the case stays for staff to see.
            log.warning("case_without_rules", case_id=case.case_id)
            tx.put_case(case, None)
            return
        label, condition = pair
        rules = self.catalogue.rules(label, condition, case, member)
        moved, events = move(case, rules, at)
        self._keep(tx, moved, events, site, member, label, condition, at)

    def _keep(
        self,
        tx: Tx,
        case: Case,
        events: Sequence[Event],
        site: Site,
        member: Member,
        label: Label,
        condition: Condition,
        at: datetime,
    ) -> None:
        rules = self.catalogue.rules(label, condition, case, member)
        tx.put_case(case, wake_at(case, rules))
        held = [self.catalogue.labels.get(name) for name in case.labels]
        remedy = rules.remedy
        if only_applies(site, case.labels):
            # What an applicant has to put right it hears in its procedure, all at once.
            remedy = replace(remedy, tell_member=())
        about = CaseContext(
            site, member, label, condition, tuple(x for x in held if x is not None), remedy
        )
        for event in events:
            if event.kind in (StepKind.WITHDRAW, StepKind.WAIVED, StepKind.HELD):
                tx.withdraw(case.case_id)
            ends = event.kind in ENDINGS
            told = tx.alerts(case.site_id, TOLD_MAX) if ends else None
            for alert in alerts_for(event, case, about, self.office, at, told):
                tx.add_alert(replace(alert, origin=origin_of(case)))
            log.info(
                "case_moved",
                case_id=case.case_id,
                site_id=case.site_id,
                step=event.step,
                state=case.state.value,
                condition_id=case.condition_id,
            )


def origin_of(case: Case) -> str:
    """What tells the case from another of its number, after a restore: when it began."""
    return case.suspected_at.isoformat()
