"""Procedures in the office: opened, recorded, moved by time; every step in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from monitor.domain.alert import Audience, Outgoing
from monitor.domain.case import Case, CaseState
from monitor.domain.obligation import ObligationState
from monitor.domain.procedure import (
    ELAPSE,
    YEARS,
    Calendar,
    Event,
    Machine,
    Moved,
    NotPossibleError,
    Procedure,
    ProcedureKind,
    advance,
    begin,
    years_of,
)
from monitor.domain.procedure_admission import ANNOUNCED, FAILED, PASSED, PAUSED
from monitor.domain.procedure_application import DOCUMENTS, GRANTED, OPEN_BREACHES, SENT
from monitor.domain.procedure_machines import MACHINES
from monitor.domain.procedure_owner import TO, VALIDATED
from monitor.domain.procedure_recertification import DROPPED, RENEWED, STANDING, VALID_UNTIL
from monitor.domain.site import Site, Standing
from monitor.services.casework import Casework
from monitor.services.obligations import site_obligations
from monitor.services.procedure_effects import IMPROVE, SYSTEM, WHILE_IT_RUNS, Effects, close
from monitor.services.procedure_points import breaches, points
from monitor.services.records import AuditEntry, ProcedureStep
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from monitor.services.tx_procedures import AlreadyRunsError

log = structlog.get_logger(__name__)
OWNER_REASON = "owner_change"
# An end that is longer past is not begun by the software: whoever imported it knows why.
STALE = timedelta(days=30)
# So many begin in one round: the first one after an import is no flood of mail.
OPEN_BATCH = 200
_HELD = frozenset({Standing.CERTIFIED, Standing.SUSPENDED})
_NEEDS: Mapping[ProcedureKind, frozenset[Standing]] = {
    ProcedureKind.RECERTIFICATION: _HELD,
    ProcedureKind.AUDIT: _HELD,
    ProcedureKind.ENDING: _HELD,
    ProcedureKind.ADMISSION: frozenset({Standing.APPLICANT}),
}


@dataclass(frozen=True, slots=True)
class Procedures:
    """Moves procedures and does what their steps ask, inside the caller's transaction."""

    casework: Casework

    def open(
        self,
        tx: Tx,
        kind: ProcedureKind,
        site: Site,
        label_id: str,
        by: str,
        now: datetime,
        data: Mapping[str, str] | None = None,
    ) -> Procedure:
        """Begin one; RequestError when there is one already or it does not fit the site.

        ``label_id`` is "" for an owner change, which is about the site as a whole.
        """
        self._check(tx, kind, site, label_id)
        member = tx.member(site.member_id)
        if member is None:
            raise RequestError(f"{site.site_id} has no member on file")
        blank = Procedure(
            procedure_id=tx.next_procedure_id(now),
            kind=kind,
            site_id=site.site_id,
            member_id=site.member_id,
            label_id=label_id,
            country=member.jurisdiction,
            state="",
            opened_at=now,
            changed_at=now,
        )
        said = self._given(tx, kind, site, label_id, dict(data or {}))
        machine, event = MACHINES[kind], Event("opened", said)

        def move(calendar: Calendar) -> Moved:
            return begin(machine, blank, event, calendar)

        return self._moved(tx, blank, event, by, now, move)

    def record(self, tx: Tx, procedure_id: str, event: Event, by: str, now: datetime) -> Procedure:
        """Move one by what a person recorded; RequestError names what is possible."""
        procedure = tx.procedure(procedure_id)
        if procedure is None:
            raise RequestError(f"no procedure {procedure_id!r}; see `keurwacht procedure list`")
        site = tx.site(procedure.site_id)
        owner = event.data.get(TO, "")
        if event.name == VALIDATED and owner and tx.member(owner) is None:
            raise RequestError(f"no member {owner!r} on file; add it first: `keurwacht sites add`")
        if site is not None and event.name == GRANTED:
            # Counted by us, whatever was said.
            still = ", ".join(breaches(tx, self.casework.catalogue, site, procedure.label_id))
            event = replace(event, data={**event.data, OPEN_BREACHES: still or "0"})
        if site is not None and event.name == RENEWED:
            held = site.certification(procedure.label_id)
            now_is = "" if held is None else held.standing.value
            event = replace(event, data={**event.data, STANDING: now_is})
        if site is not None and (procedure.kind, event.name) == (ProcedureKind.ADMISSION, FAILED):
            event = replace(event, data={**event.data, "points": self._left(tx, procedure, site)})
        return self._advance(tx, procedure, event, by, now)

    def _left(self, tx: Tx, procedure: Procedure, site: Site) -> str:
        """The points of now, whatever was said: what is mended is held against nobody."""
        found = points(tx, self.casework.catalogue, site, procedure.label_id)
        if not found:
            raise RequestError(
                f"{site.site_id} has nothing to improve for {procedure.label_id} any more"
            )
        return ", ".join(found)

    def elapse(self, tx: Tx, now: datetime) -> int:
        """Let time pass for every procedure that runs; returns how many moved."""
        calendar, moved = self.casework.catalogue.calendar, 0
        for known in tx.procedures(active_only=True):
            after, _ = advance(MACHINES[known.kind], known, Event(ELAPSE), now, calendar)
            # One that moved before it in this round, or a person, may have ended it meanwhile.
            procedure = None if after == known else tx.procedure(known.procedure_id)
            if procedure is None or not procedure.active:
                continue
            if self._pointless(tx, procedure):
                close(tx, procedure, "its certification changed otherwise", now)
            else:
                self._advance(tx, procedure, Event(ELAPSE), SYSTEM, now)
            moved += 1
        return moved

    def _pointless(self, tx: Tx, procedure: Procedure) -> bool:
        """Did staff settle what it is about another way: another standing, end or owner?

        Nobody is reminded of what is no longer asked.
        """
        site, needs = tx.site(procedure.site_id), _NEEDS.get(procedure.kind)
        if site is None or needs is None or procedure.kind is ProcedureKind.ENDING:
            return False
        held = site.certification(procedure.label_id)
        if held is None or held.standing not in needs or site.member_id != procedure.member_id:
            return True
        until, about = held.valid_until, _about(procedure)
        return bool(about) and until is not None and until.isoformat() > about

    def open_due(self, tx: Tx, now: datetime) -> int:
        """Open recertifications and audits whose time has come; returns how many.

        ``OPEN_BATCH`` of each at most: the others have their turn in the next round.
        """
        catalogue = self.casework.catalogue
        opened = 0
        kind = ProcedureKind.RECERTIFICATION
        running = {(p.site_id, p.label_id): p for p in tx.procedures(kind=kind, active_only=True)}
        for site in tx.sites():
            for certification in site.certifications:
                label = catalogue.labels.get(certification.label_id)
                until = certification.valid_until
                held = certification.standing is Standing.CERTIFIED
                if label is None or label.certification is None or until is None or not held:
                    continue
                today = now.date()
                near = today >= until - label.certification.open_before
                if not near or today > until + STALE or opened >= OPEN_BATCH:
                    continue
                data = {VALID_UNTIL: until.isoformat()}
                before = running.get((site.site_id, label.label_id))
                if before is not None and before.member_id == site.member_id:
                    continue
                if before is not None:
                    close(tx, before, "another owner", now)
                known = any(
                    p.label_id == label.label_id
                    and p.member_id == site.member_id
                    and _about(p) == data[VALID_UNTIL]
                    for p in tx.procedures(site.site_id, kind)
                )
                if not known:
                    self.open(tx, kind, site, label.label_id, SYSTEM, now, data)
                    opened += 1
        return opened + self._open_audits(tx, now)

    def _open_audits(self, tx: Tx, now: datetime) -> int:
        catalogue, kind = self.casework.catalogue, ProcedureKind.AUDIT
        audits = {
            (label.label_id, duty.obligation_id)
            for label in catalogue.labels.values()
            for duty in label.obligations
            if duty.procedure == kind.value
        }
        if not audits:
            return 0
        opened = 0
        # One that staff dropped is not asked for again within the hour.
        running = {
            (p.site_id, p.label_id)
            for p in tx.procedures(kind=kind)
            if p.closed_at is None or (p.state == DROPPED and p.closed_at > now - STALE)
        }
        for duty in site_obligations(tx, catalogue, now):
            about = (duty.site_id, duty.label_id)
            due = duty.state is not ObligationState.OK and about not in running
            if not due or (duty.label_id, duty.obligation_id) not in audits:
                continue
            site = tx.site(duty.site_id) if opened < OPEN_BATCH else None
            if site is not None:
                self.open(tx, kind, site, duty.label_id, SYSTEM, now)
                running.add(about)
                opened += 1
        return opened

    def after_sent(self, tx: Tx, outgoing: Outgoing, at: datetime) -> None:
        """The notice of an admission inspection was taken: its two weeks begin (ww-1.2)."""
        procedure = self._of_notice(tx, outgoing)
        if procedure is None:
            return
        if procedure.state == ANNOUNCED:
            self._advance(tx, procedure, Event("notified"), SYSTEM, at)
        elif procedure.state == PAUSED:
            self._advance(tx, procedure, Event("resumed"), SYSTEM, at)

    def after_dead(self, tx: Tx, outgoing: Outgoing, _reason: str, at: datetime) -> None:
        """It could not be delivered: the clock stands still, staff hear of it."""
        procedure = self._of_notice(tx, outgoing)
        if procedure is not None and procedure.state == ANNOUNCED:
            self._advance(tx, procedure, Event("bounced"), SYSTEM, at)

    def wanted(self, tx: Tx, outgoing: Outgoing) -> bool:
        """May it still be said?  Nobody is asked for what a decision made pointless meanwhile."""
        alert = outgoing.alert
        if alert.audience is not Audience.MEMBER or alert.template not in WHILE_IT_RUNS:
            return True
        procedure = tx.procedure(alert.thread)
        return procedure is None or procedure.active

    def _of_notice(self, tx: Tx, outgoing: Outgoing) -> Procedure | None:
        alert = outgoing.alert
        if alert.template != IMPROVE or alert.audience is not Audience.MEMBER:
            return None
        procedure = tx.procedure(alert.thread)
        return procedure if procedure is not None and procedure.active else None

    def from_cases(
        self, tx: Tx, site: Site, cases: Mapping[str, Case], now: datetime
    ) -> Procedure | None:
        """A finding that speaks of another owner opens a procedure for staff, once (ww-5.1)."""
        for case in cases.values():
            pair = self.casework.catalogue.of_case(case)
            mapped = None if pair is None else pair[1].findings.get(case.outcome)
            if mapped is None or mapped.reason != OWNER_REASON:
                continue
            if case.state is CaseState.SUSPECTED:
                continue
            known = tx.procedures(site.site_id, ProcedureKind.OWNER_CHANGE)
            if any(p.active or p.parts.get("case") == case.case_id for p in known):
                continue
            why = f"Possible change of owner: {case.condition_id} ({case.outcome})."
            data = {"why": why, "case": case.case_id}
            return self.open(tx, ProcedureKind.OWNER_CHANGE, site, "", SYSTEM, now, data)
        return None

    def _check(self, tx: Tx, kind: ProcedureKind, site: Site, label_id: str) -> None:
        running = [p for p in tx.procedures(site.site_id, kind, active_only=True)
                   if p.label_id == label_id]  # fmt: skip
        if running:
            raise RequestError(
                f"{site.site_id} has a running {kind.value} already: {running[0].procedure_id}"
            )
        if kind is ProcedureKind.OWNER_CHANGE:
            return
        labels = self.casework.catalogue.labels
        if label_id not in labels:
            raise RequestError(f"unknown label {label_id!r}; known: {', '.join(sorted(labels))}")
        held = site.certification(label_id)
        standing = None if held is None else held.standing
        if kind is ProcedureKind.APPLICATION:
            if standing in _HELD:
                raise RequestError(f"{site.site_id} is {standing} for {label_id} already")
        elif standing not in _NEEDS[kind]:
            raise RequestError(
                f"{kind.value} needs the standing {' or '.join(sorted(_NEEDS[kind]))};"
                f" {site.site_id} is {standing or 'nothing'} for {label_id}"
            )

    def _given(
        self, tx: Tx, kind: ProcedureKind, site: Site, label_id: str, data: dict[str, str]
    ) -> dict[str, str]:
        """What the office adds to what was said."""
        label = self.casework.catalogue.labels.get(label_id)
        if label is not None and label.certification is not None:
            data = {**data, YEARS: str(years_of(label.certification.every))}
        elif YEARS in data:
            data = {name: said for name, said in data.items() if name != YEARS}
        if kind is ProcedureKind.OWNER_CHANGE:
            return {**data, "domain": site.host, "code": f"keurwacht-{secrets.token_hex(8)}"}
        if kind is ProcedureKind.ADMISSION:
            found = points(tx, self.casework.catalogue, site, label_id)
            if not found:
                raise RequestError(f"{site.site_id} has nothing to improve for {label_id}")
            return {**data, "points": ", ".join(found)}
        if kind is ProcedureKind.RECERTIFICATION and VALID_UNTIL not in data:
            until = next(c.valid_until for c in site.certifications if c.label_id == label_id)
            if until is None:
                raise RequestError(f"say until when it runs: {VALID_UNTIL}=YYYY-MM-DD")
            return {**data, VALID_UNTIL: until.isoformat()}
        return data

    def _advance(
        self, tx: Tx, procedure: Procedure, event: Event, by: str, now: datetime
    ) -> Procedure:
        machine: Machine = MACHINES[procedure.kind]

        def move(calendar: Calendar) -> Moved:
            return advance(machine, procedure, event, now, calendar)

        return self._moved(tx, procedure, event, by, now, move)

    def _moved(
        self,
        tx: Tx,
        before: Procedure,
        event: Event,
        by: str,
        now: datetime,
        move: Callable[[Calendar], Moved],
    ) -> Procedure:
        try:
            after, effects = move(self.casework.catalogue.calendar)
        except NotPossibleError as error:
            raise RequestError(str(error)) from error
        if after == before:
            return after
        role = event.role.value if event.name != ELAPSE and by != SYSTEM else ""
        step = ProcedureStep(now, by, event.name, before.state, after.state, role, event.data)
        try:
            tx.put_procedure(after, step)
        except AlreadyRunsError as error:
            # Somebody else began one while we looked.
            raise RequestError(str(error)) from error
        if event.name != ELAPSE or before.state != after.state:
            detail = {"kind": after.kind.value, "event": event.name, "state": after.state,
                      "site": after.site_id}  # fmt: skip
            tx.audit(AuditEntry(now, by, "procedure_moved", after.procedure_id, detail))
        log.info("procedure_moved", procedure_id=after.procedure_id, event_name=event.name,
                 state=after.state, site_id=after.site_id)  # fmt: skip
        said = Effects(self.casework, by, now).apply(tx, after, effects)
        if after.state == DOCUMENTS and said:
            # The mail that says so carries the questionnaire: it is with the applicant now.
            return self._advance(tx, after, Event(SENT), SYSTEM, now)
        if after.state == GRANTED or not after.active:
            self._close_kin(tx, after, now)
        return after

    def _close_kin(self, tx: Tx, procedure: Procedure, now: datetime) -> None:
        """What a decision makes pointless: the remedy of an application, or the reverse."""
        pairs = {
            ProcedureKind.APPLICATION: ProcedureKind.ADMISSION,
            ProcedureKind.ADMISSION: ProcedureKind.APPLICATION,
        }
        other = pairs.get(procedure.kind)
        if other is None or procedure.state == PASSED:
            return
        for kin in tx.procedures(procedure.site_id, other, active_only=True):
            if kin.label_id == procedure.label_id:
                close(tx, kin, procedure.procedure_id, now)


def _about(procedure: Procedure) -> str:
    """The end of the certification that a recertification renews."""
    return procedure.parts.get(VALID_UNTIL, "")
