"""The remedy of an admission inspection (ww-1.1 to ww-1.4).

Two weeks from the moment the notice was taken, one reminder when they are over,
one postponement by the member itself, and silence that staff turn into an end.
Nothing here ever costs anybody money.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

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
    Step,
    term_end,
    to,
    zone,
)

ANNOUNCED, RUNNING, REMINDED = "announced", "running", "reminded"
PAUSED = "paused"
REINSPECTION = "reinspection"
TO_BE_CANCELLED = "to_be_cancelled"
PASSED, FAILED, CANCELLED = "passed", "failed", "cancelled"
DAYS = 14
# The member may do it once; staff may do it again.
OWN_POSTPONEMENTS = 1
BY_MEMBER = "member"
_OPEN = (ANNOUNCED, RUNNING, REMINDED, PAUSED, REINSPECTION, TO_BE_CANCELLED)


def _start(procedure: Procedure, event: Event, at: datetime, calendar: Calendar) -> Moved:
    """The improvement points go out; the term begins when the mail was taken."""
    due = _end(procedure, at, calendar)
    points = event.data.get("points", "")
    moved = replace(procedure.noted(points=points), state=ANNOUNCED, due_at=due)
    return moved, (Effect(EffectKind.MAIL, "improve", points),)


def _end(procedure: Procedure, at: datetime, calendar: Calendar) -> datetime:
    return term_end(at, DAYS, procedure.country, zone(procedure.country), calendar)


def _notified(procedure: Procedure, _event: Event, at: datetime, calendar: Calendar) -> Moved:
    return replace(procedure, state=RUNNING, due_at=_end(procedure, at, calendar)), ()


def _bounced(procedure: Procedure, _event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    """Nobody read it: the clock stands still until staff reached them another way."""
    said = "The mail about the inspection did not arrive; reach the applicant, then record resumed."
    moved = replace(procedure, state=PAUSED, due_at=None)
    return moved, (Effect(EffectKind.TASK, summary=said),)


def _postponed(procedure: Procedure, event: Event, at: datetime, calendar: Calendar) -> Moved:
    by_member = event.data.get("by", BY_MEMBER) == BY_MEMBER
    if by_member and procedure.postponements >= OWN_POSTPONEMENTS:
        raise NotPossibleError("it was postponed once already; more is for staff: by=staff")
    # After the reminder the term that runs is that of the silence, not of the repair.
    start = at if procedure.state == REMINDED else max(procedure.due_at or at, at)
    moved = replace(
        procedure, state=RUNNING, due_at=_end(procedure, start, calendar),
        postponements=procedure.postponements + 1,
    )  # fmt: skip
    return moved, (Effect(EffectKind.MAIL, "more_time"),)


def _kept(procedure: Procedure, _event: Event, at: datetime, calendar: Calendar) -> Moved:
    """Staff decide not to cancel: another two weeks."""
    moved = replace(procedure, state=RUNNING, due_at=_end(procedure, at, calendar))
    return moved, (Effect(EffectKind.MAIL, "more_time"),)


_REINSPECT = to(REINSPECTION, Effect(EffectKind.EVALUATE, summary="The applicant is done."))
_ASKED = to(
    TO_BE_CANCELLED,
    Effect(EffectKind.TASK, summary="The applicant asks to cancel the inspection; confirm it."),
)


def _failed(procedure: Procedure, event: Event, at: datetime, calendar: Calendar) -> Moved:
    """Not there yet: the points that are left, and another two weeks."""
    points = event.data.get("points", procedure.parts.get("points", ""))
    moved = procedure.noted(points=points)
    due = _end(procedure, at, calendar)
    return replace(moved, state=ANNOUNCED, due_at=due), (
        Effect(EffectKind.MAIL, "improve", points),
    )


def _elapse(procedure: Procedure, _event: Event, at: datetime, calendar: Calendar) -> Moved:
    if procedure.due_at is None or procedure.due_at > at:
        return procedure, ()
    if procedure.state == RUNNING:
        moved = replace(procedure, state=REMINDED, due_at=_end(procedure, at, calendar))
        return moved, (Effect(EffectKind.MAIL, "last_call"),)
    if procedure.state == REMINDED:
        said = "Two weeks of silence after the reminder; confirm that the inspection is cancelled."
        moved = replace(procedure, state=TO_BE_CANCELLED, due_at=None)
        return moved, (Effect(EffectKind.TASK, summary=said),)
    # Announced: two weeks under way and neither taken nor refused, so nobody was told.
    return _bounced(procedure, _event, at, calendar)


def _steps() -> dict[tuple[str, str], Step]:
    steps: dict[tuple[str, str], Step] = {
        (ANNOUNCED, "notified"): _notified,
        (ANNOUNCED, "bounced"): _bounced,
        (RUNNING, "bounced"): _bounced,
        (PAUSED, "resumed"): _notified,
        (RUNNING, "postpone"): _postponed,
        (REMINDED, "postpone"): _postponed,
        (REINSPECTION, FAILED): _failed,
        (TO_BE_CANCELLED, CANCELLED): to(
            CANCELLED,
            Effect(EffectKind.RELEASE, summary="cancelled"),
            Effect(EffectKind.MAIL, "cancelled"),
        ),
        (TO_BE_CANCELLED, "kept"): _kept,
    }
    for state in (ANNOUNCED, RUNNING, REMINDED, TO_BE_CANCELLED):
        steps[state, "reinspect"] = _REINSPECT
    for state in (ANNOUNCED, RUNNING, REMINDED):
        steps[state, "cancel"] = _ASKED
    for state in _OPEN:
        # A repair that is seen earlier ends it.
        steps[state, PASSED] = to(
            PASSED,
            Effect(EffectKind.TASK, summary="The inspection is passed; record the decision."),
        )
    return steps


ADMISSION = Machine(
    kind=ProcedureKind.ADMISSION,
    initial=ANNOUNCED,
    steps=_steps(),
    finals=frozenset({PASSED, CANCELLED}),
    start=_start,
    elapse=_elapse,
    waiting=frozenset({ANNOUNCED, RUNNING, REMINDED}),
    roles={CANCELLED: Role.STAFF},
)
