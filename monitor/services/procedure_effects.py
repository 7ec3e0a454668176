"""What the steps of procedures ask for: mail, tasks, standings, seals, another owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from monitor.domain.action import Action
from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.case import CONFIRMED, CaseState, StepKind
from monitor.domain.case import Event as CaseEvent
from monitor.domain.member import Member
from monitor.domain.procedure import Effect, EffectKind, Procedure, ProcedureKind, local_day
from monitor.domain.procedure_ending import ENDED, ENDED_ON
from monitor.domain.procedure_recertification import SUSPENDED
from monitor.domain.site import Certification, Site, Standing
from monitor.services.casework import Casework
from monitor.services.members import order
from monitor.services.messages import Office, contacts_for, named_in, shown_moment
from monitor.services.procedure_points import point_lines
from monitor.services.records import AuditEntry, ProcedureStep
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx

IMPROVE = "improve"
SYSTEM = "keurwacht"
# What is asked of the member: pointless once the procedure is over.
WHILE_IT_RUNS = frozenset({IMPROVE, "last_call", "more_time", "recertify"})
_FINANCE = frozenset({"recertify"})
# What the member may answer by a link in the mail (ww-1.3, bc-2.3), if there are links.
_ACTIONS: Mapping[str, tuple[Action, ...]] = {
    IMPROVE: (Action.REINSPECT,),
    "last_call": (Action.REINSPECT, Action.POSTPONE, Action.CANCEL),
    "more_time": (Action.REINSPECT,),
    "received": (Action.ANSWER,),
}
# What ends with the certification, without a decision of its own.
_ENDS_WITH_IT = frozenset({ProcedureKind.RECERTIFICATION, ProcedureKind.AUDIT})
# What a member began or announced for itself: another owner did not (ww-5.4).
_OF_THE_OWNER = frozenset(
    {ProcedureKind.APPLICATION, ProcedureKind.ADMISSION, ProcedureKind.ENDING}
)
# What a site keeps when it changes hands: the right that was taken over, not the application or
# the watch over a former membership of somebody else (ww-2.3).
_TAKEN_OVER = frozenset({Standing.CERTIFIED, Standing.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Effects:
    """Does what a step asks, inside the caller's transaction."""

    casework: Casework
    by: str
    now: datetime

    @property
    def office(self) -> Office:
        """The organisation's own addresses."""
        return self.casework.office

    def apply(self, tx: Tx, procedure: Procedure, effects: Sequence[Effect]) -> int:
        """Do them in order; returns how many mails to the member were queued."""
        mails = 0
        for effect in effects:
            match effect.kind:
                case EffectKind.MAIL:
                    mails += self._mail(tx, procedure, effect)
                case EffectKind.TASK:
                    self._task(tx, procedure, effect.summary)
                case EffectKind.OPERATIONS:
                    self._operations(tx, procedure, effect)
                case EffectKind.CERTIFY:
                    self._certify(tx, procedure, effect)
                case EffectKind.STANDING:
                    self._standing(tx, procedure, effect)
                case EffectKind.RELEASE:
                    self._release(tx, procedure)
                case EffectKind.EVALUATE:
                    self._evaluate(tx, procedure)
                case EffectKind.TRANSFER:  # pragma: no branch - mypy holds that nothing is left
                    self._transfer(tx, procedure, effect)
        return mails

    def _mail(self, tx: Tx, procedure: Procedure, effect: Effect) -> int:
        site, member = self._of(tx, procedure)
        roles = ("finance",) if effect.name in _FINANCE else ("contact",)
        people = contacts_for(member, roles)
        for contact in people:
            context = self._context(tx, procedure, site, member, effect, contact.language)
            context["actions"] = [
                action.value for action in _ACTIONS.get(effect.name, ())
                if action is not Action.POSTPONE or context["postponements_left"]
            ]  # fmt: skip
            self._say(
                tx, procedure, site, Audience.MEMBER, contact.email, contact.language,
                effect.name, context | {"contact_name": contact.name},
            )  # fmt: skip
        if not people:
            said = f"There is no contact on file to send the mail {effect.name!r} to."
            self._task(tx, procedure, said)
        return len(people)

    def _task(self, tx: Tx, procedure: Procedure, summary: str) -> None:
        self._tell(tx, procedure, Audience.STAFF, self.office.team(("labels",)), "task", summary)

    def _operations(self, tx: Tx, procedure: Procedure, effect: Effect) -> None:
        people = self.office.operations
        said = f"{procedure.procedure_id}: {effect.summary}"
        self._tell(tx, procedure, Audience.OPERATIONS, people, "ops", said)

    def _tell(
        self,
        tx: Tx,
        procedure: Procedure,
        audience: Audience,
        people: Sequence[str],
        template: str,
        summary: str,
    ) -> None:
        site, member = self._of(tx, procedure)
        language = self.office.language
        task = Effect(EffectKind.TASK, summary=summary)
        context = self._context(tx, procedure, site, member, task, language)
        if audience is Audience.OPERATIONS:
            # A subject that says what is the matter, not that there is a case.
            context["case_id"] = ""
        for address in people:
            self._say(
                tx, procedure, site, audience, address, language, template,
                context | {"summary": summary},
            )  # fmt: skip

    def _say(
        self,
        tx: Tx,
        procedure: Procedure,
        site: Site,
        audience: Audience,
        recipient: str,
        language: str,
        template: str,
        context: Mapping[str, object],
    ) -> None:
        # The moment tells two mails of one kind apart: a second reminder is no repeat of the first.
        # Two tasks of one moment are told apart by what they say.
        said = str(context.get("summary", ""))
        mark = f":{sha256(said.encode()).hexdigest()[:8]}" if said else ""
        tx.add_alert(
            Alert(
                thread=procedure.procedure_id,
                step=f"{template}:{self.now.isoformat()}{mark}",
                audience=audience,
                channel=ChannelKind.EMAIL,
                recipient=recipient,
                language=language,
                template=template,
                site_id=site.site_id,
                created_at=self.now,
                context=context,
                origin=procedure.opened_at.isoformat(),
            )
        )

    def _context(
        self,
        tx: Tx,
        procedure: Procedure,
        site: Site,
        member: Member,
        effect: Effect,
        language: str,
    ) -> dict[str, object]:
        catalogue = self.casework.catalogue
        held = {c.label_id for c in site.certifications if c.standing is Standing.CERTIFIED}
        names = [procedure.label_id] if procedure.label_id else sorted(held)
        labels = [label for name in names if (label := catalogue.labels.get(name)) is not None]
        message = ""
        if effect.name == IMPROVE:
            label_id, ids = procedure.label_id, effect.summary
            message = point_lines(tx, catalogue, site, label_id, ids, language)
        return {
            **named_in(site, member),
            "case_id": procedure.procedure_id,
            "labels": [label.text(label.title, language) for label in labels],
            "message": message,
            "due_at": None if procedure.due_at is None else shown_moment(procedure.due_at),
            "day": None if effect.day is None else effect.day.isoformat(),
            "postponements_left": max(1 - procedure.postponements, 0),
        }

    def _certify(self, tx: Tx, procedure: Procedure, effect: Effect) -> None:
        """Certified through the day; entitled to the seal; what waited is told now (bc-2.7)."""
        site, _ = self._of(tx, procedure)
        today = local_day(self.now, procedure.country)
        held = site.certification(procedure.label_id)
        since = held.since if held is not None and held.entitled else today
        if held is not None and effect.name == SUSPENDED:
            # Longer valid, no right regained: the seal stays down, and nobody is told otherwise.
            self._put(tx, _with(site, replace(held, valid_until=effect.day)))
            return
        made = Certification(procedure.label_id, Standing.CERTIFIED, since, effect.day)
        self._put(tx, _with(site, made))
        tx.grant_seal(site.site_id, procedure.label_id, site.host, today)
        # It is back: what was left of the former membership is watched for no longer.
        self._close(tx, procedure, frozenset({ProcedureKind.ENDING}))
        for case in tx.active_cases(site.site_id).values():
            silent = case.state is CaseState.OPEN and case.notified_at is None
            if silent and procedure.label_id in case.labels:
                # While it applied only staff knew of it.
                self.casework.say(tx, case, (CaseEvent(StepKind.NOTICE),), self.now)

    def _standing(self, tx: Tx, procedure: Procedure, effect: Effect) -> None:
        site, _ = self._of(tx, procedure)
        standing = Standing(effect.name)
        since = effect.day or local_day(self.now, procedure.country)
        held = site.certification(procedure.label_id)
        if held is not None and held.standing is standing:
            return
        ends = standing is Standing.ENDED
        until = held.valid_until if held is not None and ends else None
        self._put(tx, _with(site, Certification(procedure.label_id, standing, since, until)))
        if ends:
            tx.end_seal(site.site_id, procedure.label_id, since)
            self._close(tx, procedure, _ENDS_WITH_IT)

    def _close(self, tx: Tx, procedure: Procedure, kinds: frozenset[ProcedureKind]) -> None:
        """Those of the same site that are pointless now; of every label for a change of owner."""
        for other in tx.procedures(procedure.site_id, active_only=True):
            same = procedure.label_id in ("", other.label_id)
            if same and other.kind in kinds:
                close(tx, other, procedure.procedure_id, self.now)

    def _release(self, tx: Tx, procedure: Procedure) -> None:
        """An applicant goes without a certificate: there is nothing left to watch for the label.

        A former member is one again: an application does not shorten its watch.
        """
        site, _ = self._of(tx, procedure)
        kept = tuple(
            c for c in site.certifications
            if (c.label_id, c.standing) != (procedure.label_id, Standing.APPLICANT)
        )  # fmt: skip
        former = next(
            (p for p in tx.procedures(site.site_id, ProcedureKind.ENDING, active_only=True)
             if (p.label_id, p.state, p.member_id) == (procedure.label_id, ENDED, site.member_id)),
            None,
        )  # fmt: skip
        left = replace(site, certifications=kept)
        if former is not None and left.certification(procedure.label_id) is None:
            ended_on = date.fromisoformat(former.parts[ENDED_ON])
            kept = (*kept, Certification(procedure.label_id, Standing.ENDED, ended_on))
        self._put(tx, replace(site, certifications=kept))
        self.casework.settle(tx)

    def _put(self, tx: Tx, site: Site) -> None:
        tx.put_sites([site])
        order(tx, [site], self.casework.catalogue, self.now, frozenset())

    def _evaluate(self, tx: Tx, procedure: Procedure) -> None:
        """Everything is looked at now: well within a working day (tz-0.5)."""
        kinds = frozenset(row.kind for row in tx.due_rows(procedure.site_id))
        if kinds:
            tx.request(procedure.site_id, kinds, self.now, self.by)

    def _transfer(self, tx: Tx, procedure: Procedure, effect: Effect) -> None:
        """The shop is another member's (ww-5.4); nothing of the one before is held against it.

        Reviews and exceptions carry their member and stay behind by themselves.
        """
        site, _ = self._of(tx, procedure)
        since: date = effect.day or local_day(self.now, procedure.country)
        for case in tx.active_cases(site.site_id).values():
            tx.withdraw(case.case_id)
            tx.put_case(replace(case, state=CaseState.REMEDIED, closed_at=self.now), None)
            accused = case.state in CONFIRMED
            detail = {"because": procedure.procedure_id, "was": case.state.value, "told": accused}
            tx.audit(AuditEntry(self.now, self.by, "case_left_behind", case.case_id, detail))
        tx.put_link(site.site_id, effect.target, since)
        tx.void_attestations(site.site_id, self.now)
        tx.drop_baselines(site.site_id)
        for label_id in tx.unassessed(site.site_id):
            tx.clear_unassessed(site.site_id, label_id)
        # Asked of the owner before; the new one is asked anew.
        self._close(tx, procedure, _ENDS_WITH_IT)
        self._leave_behind(tx, procedure)
        kept = tuple(c for c in site.certifications if c.standing in _TAKEN_OVER)
        self._put(tx, replace(site, member_id=effect.target, certifications=kept))
        detail_of: dict[str, object] = {"from": procedure.member_id, "to": effect.target}
        tx.audit(AuditEntry(self.now, self.by, "owner_changed", site.site_id, detail_of))

    def _leave_behind(self, tx: Tx, procedure: Procedure) -> None:
        """Close what the owner before applied for or announced, and tell staff what that was.

        The new owner gave no notice and handed in no papers: a label never ends, and
        is never granted, by somebody else's word.
        """
        left = [p for p in tx.procedures(procedure.site_id, active_only=True)
                if p.kind in _OF_THE_OWNER]  # fmt: skip
        self._close(tx, procedure, _OF_THE_OWNER)
        named = ", ".join(
            f"{p.procedure_id} ({p.kind.value} {p.label_id}, {p.state})" for p in left
        )
        if left:
            said = f"Closed with the owner before: {named}. Begin it anew if it is still wanted."
            self._task(tx, procedure, said)

    def _of(self, tx: Tx, procedure: Procedure) -> tuple[Site, Member]:
        """The site and whose it is now; RequestError when one of them is gone."""
        site = tx.site(procedure.site_id)
        member = None if site is None else tx.member(site.member_id)
        if site is None or member is None:
            raise RequestError(f"{procedure.site_id} or its member is no longer on file")
        return site, member


def close(tx: Tx, procedure: Procedure, why: str, now: datetime) -> None:
    """End one that another decision made pointless; its state stays as it was."""
    waited = procedure.waited
    if procedure.waiting_since is not None:
        waited += now - procedure.waiting_since
    over = replace(
        procedure, closed_at=now, changed_at=now, due_at=None, waiting_since=None, waited=waited
    )
    state = procedure.state
    step = ProcedureStep(now, SYSTEM, "closed", state, state, data={"because": why})
    tx.put_procedure(over, step)


def _with(site: Site, made: Certification) -> Site:
    """The site with that certification in place of the one it had for the label."""
    if site.certification(made.label_id) is None:
        return replace(site, certifications=(*site.certifications, made))
    changed = (made if c.label_id == made.label_id else c for c in site.certifications)
    return replace(site, certifications=tuple(changed))
