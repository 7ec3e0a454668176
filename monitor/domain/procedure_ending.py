"""The end of one certification of one shop (ww-2.1 to ww-2.6, ww-3.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.domain.attestation import Role
from monitor.domain.procedure import (
    Calendar,
    Effect,
    EffectKind,
    Event,
    Machine,
    Moved,
    NotPossibleError,
    Procedure,
    ProcedureKind,
    day_of,
    local_day,
    to,
)

ANNOUNCED, ENDED = "announced", "ended"
CLOSED, REVOKED = "closed", "revoked"
# How long the former member's site is watched for what was left of the label (ww-2.3).
WATCHED = timedelta(days=180)
PAID_UNTIL, ON, ENDED_ON = "paid_until", "on", "ended_on"


def _start(procedure: Procedure, event: Event, at: datetime, _calendar: Calendar) -> Moved:
    """The day is the end of the paid period, unless staff set an earlier one (ww-3.1)."""
    paid = _optional(event, PAID_UNTIL)
    wanted = _optional(event, ON)
    today = local_day(at, procedure.country)
    if paid is None and wanted is None:
        raise NotPossibleError("say when: paid_until (the end of the paid period) or on")
    if paid is not None and wanted is not None and wanted > paid:
        raise NotPossibleError(f"{wanted} is after the end of the paid period, {paid}")
    day = wanted or paid or today
    if day < today:
        raise NotPossibleError(f"{day} is past; the earliest day is {today}")
    moved = replace(procedure.noted(ended_on=day.isoformat()), state=ANNOUNCED)
    return moved, (Effect(EffectKind.MAIL, "ending", day=day),)


def _optional(event: Event, name: str) -> date | None:
    text = event.data.get(name, "")
    return day_of(text, name) if text else None


def _elapse(procedure: Procedure, _event: Event, at: datetime, _calendar: Calendar) -> Moved:
    day = date.fromisoformat(procedure.parts[ENDED_ON])
    today = local_day(at, procedure.country)
    if procedure.state == ANNOUNCED and today > day:
        # The day itself still belongs to the membership; from the next one the seal is looked for.
        return replace(procedure, state=ENDED), (Effect(EffectKind.STANDING, "ended", day=day),)
    if procedure.state == ENDED and today > day + WATCHED:
        return replace(procedure, state=CLOSED), ()
    return procedure, ()


ENDING = Machine(
    kind=ProcedureKind.ENDING,
    initial=ANNOUNCED,
    steps={
        # Another day, told anew.
        (ANNOUNCED, "moved"): _start,
        (ANNOUNCED, REVOKED): to(REVOKED),
        (ENDED, CLOSED): to(CLOSED),
    },
    finals=frozenset({CLOSED, REVOKED}),
    start=_start,
    elapse=_elapse,
    roles={REVOKED: Role.STAFF},
)
