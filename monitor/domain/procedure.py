"""A process of the organisation with one site: who did what, what is awaited, what follows.

Pure: an event and a moment go in, a moved procedure and effects come out.  The
machines (``procedure_*``) are tables from (state, event) to a step; time that
passes is an event too.  Software reminds and counts days; people decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.domain.attestation import Role

ELAPSE = "elapse"
YEAR = timedelta(days=365)
# How many years a certificate holds: what the label file says, handed over at the opening.
YEARS = "years"
ASK, ANSWERED = "ask", "answered"


class ProcedureKind(StrEnum):
    """The processes there are."""

    APPLICATION = "application"
    RECERTIFICATION = "recertification"
    AUDIT = "audit"
    ADMISSION = "admission"
    ENDING = "ending"
    OWNER_CHANGE = "owner_change"


class Calendar(Protocol):
    """The part of the calendar port that a deadline needs."""

    def next_working_day(self, moment: datetime, country: str) -> datetime:
        """``moment`` on a working day of ``country``, else the same time on the next one."""
        ...


class EffectKind(StrEnum):
    """What a step asks the office to do."""

    MAIL = "mail"
    TASK = "task"
    OPERATIONS = "operations"
    CERTIFY = "certify"
    STANDING = "standing"
    RELEASE = "release"
    EVALUATE = "evaluate"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing to do.

    ``name`` is the text to send, the standing to set; ``summary`` what people read
    (English, one sentence); ``day`` the date it is about; ``target`` the member a
    site goes to.
    """

    kind: EffectKind
    name: str = ""
    summary: str = ""
    day: date | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.  ``role`` is that of who says so; ``data`` what was said."""

    name: str
    data: Mapping[str, str] = field(default_factory=dict)
    role: Role = Role.STAFF


@dataclass(frozen=True, slots=True)
class Procedure:
    """Where one process stands.

    ``due_at`` is the running term, if any.  ``waiting_since`` is set while we wait
    for the other side; ``waited`` is the sum of such stretches that are over.
    ``stage`` counts what time alone has caused to be said.  ``parts`` hold what
    was recorded on the way, by name.
    """

    procedure_id: str
    kind: ProcedureKind
    site_id: str
    member_id: str
    label_id: str
    country: str
    state: str
    opened_at: datetime
    changed_at: datetime
    due_at: datetime | None = None
    waiting_since: datetime | None = None
    waited: timedelta = timedelta(0)
    stage: int = 0
    postponements: int = 0
    parts: Mapping[str, str] = field(default_factory=dict)
    closed_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Not yet closed."""
        return self.closed_at is None

    def age(self, at: datetime) -> timedelta:
        """How long it has been with the organisation: without the time we waited for others."""
        end = self.closed_at or at
        waiting = timedelta(0) if self.waiting_since is None else end - self.waiting_since
        return max(end - self.opened_at - self.waited - waiting, timedelta(0))

    def noted(self, **parts: str) -> Procedure:
        """With more recorded."""
        return replace(self, parts={**self.parts, **parts})


Moved = tuple[Procedure, tuple[Effect, ...]]
Step = Callable[[Procedure, Event, datetime, Calendar], Moved]


class NotPossibleError(Exception):
    """The event does not fit; the message says why, with the choices."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One kind of process.

    ``steps`` by (state, event); ``finals`` end it; in ``waiting`` states we wait for the
    other side.  ``roles`` are the only ones that may report an event.  ``start``
    is what opening does; ``elapse`` what passing time does.
    """

    kind: ProcedureKind
    initial: str
    steps: Mapping[tuple[str, str], Step]
    finals: frozenset[str]
    start: Step
    elapse: Step
    waiting: frozenset[str] = frozenset()
    roles: Mapping[str, Role] = field(default_factory=dict)

    @property
    def states(self) -> frozenset[str]:
        """Every state there is."""
        return frozenset({self.initial, *self.finals, *(state for state, _ in self.steps)})

    def events(self, state: str) -> tuple[str, ...]:
        """What can be recorded in ``state``, sorted; time is not recorded."""
        found = {event for at, event in self.steps if at == state}
        return tuple(sorted(found))


def begin(machine: Machine, procedure: Procedure, event: Event, calendar: Calendar) -> Moved:
    """Open it: the machine's first step at ``opened_at``; NotPossibleError when it cannot be."""
    at = procedure.opened_at
    moved, effects = machine.start(replace(procedure, state=machine.initial), event, at, calendar)
    return _settled(machine, procedure, moved, at), effects


def advance(
    machine: Machine, procedure: Procedure, event: Event, at: datetime, calendar: Calendar
) -> Moved:
    """Move ``procedure`` by one event at ``at``.

    NotPossibleError when the event does not fit its state or is not that role's to
    report.  A closed one never moves; time that passes twice says nothing twice.
    """
    if event.name == ELAPSE:
        if not procedure.active:
            return procedure, ()
        moved, effects = machine.elapse(procedure, event, at, calendar)
        return _settled(machine, procedure, moved, at), effects
    step = machine.steps.get((procedure.state, event.name))
    if not procedure.active or step is None:
        choices = ", ".join(machine.events(procedure.state)) if procedure.active else ""
        raise NotPossibleError(
            f"{event.name!r} is not possible in state {procedure.state};"
            f" possible: {choices or 'nothing, it is closed'}"
        )
    wanted = machine.roles.get(event.name)
    if wanted is not None and event.role is not wanted:
        raise NotPossibleError(f"{event.name!r} is for the role {wanted}, not for {event.role}")
    moved, effects = step(procedure, event, at, calendar)
    return _settled(machine, procedure, moved, at), effects


def _settled(machine: Machine, before: Procedure, after: Procedure, at: datetime) -> Procedure:
    """The clock of the other side, and the end, follow from the state."""
    closed = after.closed_at or (at if after.state in machine.finals else None)
    asked = after.parts.get("asked", "") != ""
    waits = closed is None and (after.state in machine.waiting or asked)
    since, waited = before.waiting_since, before.waited
    if waits and since is None:
        since = at
    elif not waits and since is not None:
        waited += at - since
        since = None
    changed = before.changed_at if after == before else at
    return replace(
        after, closed_at=closed, waiting_since=since, waited=waited, changed_at=changed,
        due_at=None if closed is not None else after.due_at,
    )  # fmt: skip


def to(state: str, *effects: Effect) -> Step:
    """A step that only moves on; no term runs afterwards."""

    def step(procedure: Procedure, _event: Event, _at: datetime, _calendar: Calendar) -> Moved:
        return replace(procedure, state=state, due_at=None), effects

    return step


def asking(procedure: Procedure, event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    """We asked the other side something: the clock stands still."""
    return procedure.noted(asked=event.data.get("note", "") or "yes"), ()


def answering(procedure: Procedure, _event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    """They answered: the clock runs on."""
    return procedure.noted(asked=""), ()


def term_end(at: datetime, days: int, country: str, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """The end of the ``days``-th day after ``at`` where people live, on a working day.

    The last second of that day, local time; the result is UTC.
    """
    day = at.astimezone(zone).date() + timedelta(days=days)
    last = datetime.combine(day, time(23, 59, 59), zone)
    return calendar.next_working_day(last, country)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 28 February when there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def years_of(every: timedelta) -> int:
    """How many years a certification holds; 1 at least."""
    return max(round(every / YEAR), 1)


def day_of(text: str, name: str) -> date:
    """``text`` as a day (YYYY-MM-DD); NotPossibleError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotPossibleError(f"{name} must be a day such as 2026-11-20, not {text!r}") from error


_ZONES = {"BE": "Europe/Brussels", "FR": "Europe/Paris", "DE": "Europe/Berlin",
          "LU": "Europe/Luxembourg"}  # fmt: skip


def zone(country: str) -> ZoneInfo:
    """The zone in which a day of ``country`` ends; that of Amsterdam when not known."""
    return ZoneInfo(_ZONES.get(country.upper(), "Europe/Amsterdam"))


def local_day(at: datetime, country: str) -> date:
    """The day it is there."""
    return at.astimezone(zone(country)).date()
