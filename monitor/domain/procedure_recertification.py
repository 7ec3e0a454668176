"""The yearly certification in three parts (tz-0.4) and the audit every other year (bc-3.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.domain.attestation import Role
from monitor.domain.procedure import (
    ANSWERED,
    ASK,
    YEARS,
    Calendar,
    Effect,
    EffectKind,
    Event,
    Machine,
    Moved,
    NotPossibleError,
    Procedure,
    ProcedureKind,
    Step,
    answering,
    asking,
    day_of,
    local_day,
    term_end,
    to,
    years_after,
    zone,
)

OPEN = "open"
RENEWED, NOT_RENEWED = "renewed", "not_renewed"
PARTS = ("finance", "law", "security")
# Where a part lies: with the member, with us, or done.
MEMBER, OURS, PASSED, FAILED = "member", "organisation", "passed", "failed"
VALID_UNTIL = "valid_until"
# What the caller looks up for us: how the site stands for the label now.
STANDING, SUSPENDED = "standing", "suspended"
REMIND_BEFORE = (timedelta(days=30), timedelta(days=14))


def _start(procedure: Procedure, event: Event, at: datetime, _calendar: Calendar) -> Moved:
    until = day_of(event.data.get(VALID_UNTIL, ""), VALID_UNTIL)
    # What had passed by now is said with the opening, not once more an hour later.
    passed = _passed(until, local_day(at, procedure.country))
    # The financial documents are the member's to hand in; the rest we look at ourselves.
    parts = {"finance": MEMBER, "law": OURS, "security": OURS}
    parts[YEARS] = event.data.get(YEARS, "1")
    noted = procedure.noted(valid_until=until.isoformat(), **parts)
    return _clock(replace(noted, state=OPEN, stage=passed)), (
        Effect(EffectKind.MAIL, "recertify", day=until),
        Effect(EffectKind.EVALUATE, summary="The yearly certification."),
    )


def _part(value: str) -> Step:
    def step(procedure: Procedure, event: Event, _at: datetime, _calendar: Calendar) -> Moved:
        part = event.data.get("part", "")
        if part not in PARTS:
            raise NotPossibleError(f"part {part!r} is not one of {', '.join(PARTS)}")
        allowed = Role.FINANCE if part == "finance" else Role.STAFF
        judged = value in (PASSED, FAILED)
        if judged and event.role not in (allowed, Role.AUDITOR):
            raise NotPossibleError(f"{part} is judged by {allowed} or auditor, not by {event.role}")
        moved = _clock(procedure.noted(**{part: value}))
        if value is FAILED:
            summary = f"The yearly certification failed on {part}; please decide."
            return moved, (Effect(EffectKind.TASK, summary=summary),)
        return moved, ()

    return step


def _clock(procedure: Procedure) -> Procedure:
    """Waiting for the member as long as a part lies there."""
    late = [part for part in PARTS if procedure.parts.get(part) == MEMBER]
    return procedure.noted(asked=", ".join(late))


def _renew(procedure: Procedure, event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    """All parts passed: valid for a year from the old end, whenever it was decided.

    A suspension is a decision of its own (bc-3.2): it stays until staff lift it.
    """
    missing = [part for part in PARTS if procedure.parts.get(part) != PASSED]
    if missing:
        raise NotPossibleError(f"not passed yet: {', '.join(missing)}")
    until = years_after(_until(procedure), int(procedure.parts[YEARS]))
    moved = replace(procedure.noted(renewed_until=until.isoformat()), state=RENEWED)
    if event.data.get(STANDING) == SUSPENDED:
        said = f"Renewed through {until} and still suspended: lift the suspension if so decided."
        return moved, (
            Effect(EffectKind.CERTIFY, SUSPENDED, day=until),
            Effect(EffectKind.TASK, summary=said),
        )
    return moved, (
        Effect(EffectKind.CERTIFY, day=until),
        Effect(EffectKind.MAIL, "granted", day=until),
    )


def _until(procedure: Procedure) -> date:
    return date.fromisoformat(procedure.parts[VALID_UNTIL])


def _elapse(procedure: Procedure, _event: Event, at: datetime, _calendar: Calendar) -> Moved:
    """Reminders while the member's part is missing; past the end, whose delay it is."""
    until, today = _until(procedure), local_day(at, procedure.country)
    with_member = procedure.parts.get("asked", "")
    if today > until and procedure.stage <= len(REMIND_BEFORE):
        moved = replace(procedure, stage=len(REMIND_BEFORE) + 1)
        if with_member:
            said = f"Past {until}: the member's part is missing ({with_member}); please decide."
            task, mail = (
                Effect(EffectKind.TASK, summary=said),
                Effect(EffectKind.MAIL, "recertify", day=until),
            )
            asked_late = local_day(procedure.opened_at, procedure.country) > until
            return moved.noted(late=MEMBER), (task,) if asked_late else (task, mail)
        said = f"The yearly certification was not finished by {until}: we are late."
        return moved.noted(late=OURS), (Effect(EffectKind.OPERATIONS, "alert", said),)
    passed = _passed(until, today)
    if today <= until and passed > procedure.stage:
        said_now = (Effect(EffectKind.MAIL, "recertify", day=until),) if with_member else ()
        return replace(procedure, stage=passed), said_now
    return procedure, ()


def _passed(until: date, today: date) -> int:
    return sum(1 for before in REMIND_BEFORE if today >= until - before)


RECERTIFICATION = Machine(
    kind=ProcedureKind.RECERTIFICATION,
    initial=OPEN,
    steps={
        (OPEN, "part_requested"): _part(MEMBER),
        (OPEN, "part_received"): _part(OURS),
        (OPEN, "part_passed"): _part(PASSED),
        (OPEN, "part_failed"): _part(FAILED),
        (OPEN, RENEWED): _renew,
        # Ending the certification is a step of its own, which staff take.
        (OPEN, NOT_RENEWED): to(
            NOT_RENEWED,
            Effect(EffectKind.TASK, summary="Not renewed: end the certification if so decided."),
        ),
    },
    finals=frozenset({RENEWED, NOT_RENEWED}),
    start=_start,
    elapse=_elapse,
)

PLANNED, CORRECTIONS, CLOSED, DROPPED = "planned", "corrections", "closed", "dropped"
CORRECTION_DAYS = 30


def _audit_start(procedure: Procedure, _event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    return replace(procedure, state=OPEN), (
        Effect(EffectKind.TASK, summary="The audit of this site is due: plan it with the auditor."),
    )


def _plan(procedure: Procedure, event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    day = day_of(event.data.get("day", ""), "day")
    return replace(procedure.noted(day=day.isoformat()), state=PLANNED), ()


def _audited(procedure: Procedure, event: Event, at: datetime, calendar: Calendar) -> Moved:
    """In order, or with points that the auditor and the member settle in an imposed period."""
    result = event.data.get("result", "")
    if result == "good":
        return replace(procedure.noted(result=result), state=CLOSED), ()
    if result != "points":
        raise NotPossibleError("say what came of it: result=good or result=points")
    country = procedure.country
    due = term_end(at, CORRECTION_DAYS, country, zone(country), calendar)
    return replace(procedure.noted(result=result), state=CORRECTIONS, due_at=due), ()


def _audit_elapse(procedure: Procedure, _event: Event, at: datetime, _calendar: Calendar) -> Moved:
    if procedure.state == CORRECTIONS and procedure.due_at is not None and procedure.due_at <= at:
        said = "The term for the points of the audit is over; please decide with the auditor."
        return replace(procedure, due_at=None), (Effect(EffectKind.TASK, summary=said),)
    return procedure, ()


AUDIT = Machine(
    kind=ProcedureKind.AUDIT,
    initial=OPEN,
    steps={
        (OPEN, PLANNED): _plan,
        (PLANNED, PLANNED): _plan,
        (OPEN, "audited"): _audited,
        (PLANNED, "audited"): _audited,
        (CORRECTIONS, "corrected"): to(CLOSED),
        **{(state, DROPPED): to(DROPPED) for state in (OPEN, PLANNED, CORRECTIONS)},
        **{(state, ASK): asking for state in (OPEN, PLANNED, CORRECTIONS)},
        **{(state, ANSWERED): answering for state in (OPEN, PLANNED, CORRECTIONS)},
    },
    finals=frozenset({CLOSED, DROPPED}),
    start=_audit_start,
    elapse=_audit_elapse,
    waiting=frozenset({CORRECTIONS}),
    roles={"audited": Role.AUDITOR, "corrected": Role.AUDITOR},
)
