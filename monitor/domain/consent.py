"""How hard a site may be looked at: consent, proof of control, windows, kill switches.

An active scan without the owner's word is a crime in most countries (for the Netherlands
article 138ab Sr), so every default here is no.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# Days of a consent without a window are those of the organisations this is made for.
HOME_ZONE = "Europe/Amsterdam"
WEEK_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Level(StrEnum):
    """How hard a site may be looked at, the mildest first; the names of the profiles above."""

    NONE = "none"
    PASSIVE = "passive"
    ACTIVE_LOW = "active-low"
    ACTIVE_MEDIUM = "active-medium"

    @property
    def rank(self) -> int:
        """Place in the order; more allows all of less."""
        return list(Level).index(self)

    @property
    def attacks(self) -> bool:
        """Does it send what an ordinary visitor would not?"""
        return self.rank > Level.PASSIVE.rank


@dataclass(frozen=True, slots=True)
class Window:
    """When an active scan may run, in the site's own time.

    ``days`` are ISO names (``mon``); a window that ends before it begins passes midnight
    and belongs to the day it begins on.  ``zone`` is an IANA name.
    """

    begins: time
    ends: time
    zone: str
    days: frozenset[str] = frozenset(WEEK_DAYS)

    def closes(self, at: datetime) -> datetime | None:
        """When the window around ``at`` ends, aware like ``at``; None when it is not open."""
        here = at.astimezone(ZoneInfo(self.zone))
        for day in (here.date() - DAY, here.date()):
            opening, closing = self._span(day)
            if opening is not None and opening <= at < closing:
                return closing.astimezone(at.tzinfo)
        return None

    def opens(self, after: datetime) -> datetime:
        """The first moment from ``after`` on at which it is open."""
        if self.closes(after) is not None:
            return after
        day = after.astimezone(ZoneInfo(self.zone)).date()
        # Nine days: an opening that the clocks skip this week is there the next.
        spans = (self._span(day + ahead * DAY) for ahead in range(9))
        return next(
            opening.astimezone(after.tzinfo)
            for opening, closing in spans
            if opening is not None and after <= opening < closing
        )

    def _span(self, day: date) -> tuple[datetime | None, datetime]:
        zone = ZoneInfo(self.zone)
        later = DAY if self.ends <= self.begins else timedelta(0)
        # Through UTC: on the days that the clocks change a local hour may be missing.
        opening = datetime.combine(day, self.begins, zone).astimezone(ZoneInfo("UTC"))
        closing = datetime.combine(day + later, self.ends, zone).astimezone(ZoneInfo("UTC"))
        named = WEEK_DAYS[day.weekday()] in self.days
        return (opening if named else None), closing

    def __str__(self) -> str:
        """``mon,tue 02:00-06:00 Europe/Amsterdam``; every day is not named."""
        days = "" if len(self.days) == len(WEEK_DAYS) else ",".join(
            day for day in WEEK_DAYS if day in self.days
        ) + " "  # fmt: skip
        return f"{days}{self.begins:%H:%M}-{self.ends:%H:%M} {self.zone}"


@dataclass(frozen=True, slots=True)
class Consent:
    """What the owner allowed, from the day ``since`` through the day ``until``.

    ``hosts`` are the scope; empty: the site's own hosts.  ``given_by`` is a person of the
    member, ``contact`` whom to call when the shop suffers, ``reference`` where the signed
    paper is.  It holds as long as the site is that of ``member_id``.  ``number`` 0: not
    stored yet.
    """

    site_id: str
    member_id: str
    level: Level
    given_by: str
    contact: str
    reference: str
    since: date
    until: date
    recorded_by: str
    recorded_at: datetime
    hosts: tuple[str, ...] = ()
    window: Window | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""
    number: int = 0

    def valid(self, today: date) -> bool:
        """Within its days and not withdrawn."""
        return self.revoked_at is None and self.since <= today <= self.until

    @property
    def zone(self) -> str:
        """Where its days begin and end: a night's scan must not run on after the last of them."""
        return HOME_ZONE if self.window is None else self.window.zone

    def holds(self, now: datetime) -> bool:
        """``valid`` on the day that it is there."""
        return self.valid(now.astimezone(ZoneInfo(self.zone)).date())

    @property
    def over_at(self) -> datetime:
        """The first moment after its last day."""
        return datetime.combine(self.until + DAY, time(), ZoneInfo(self.zone))


class ControlMethod(StrEnum):
    """Where the token was found."""

    DNS = "dns"
    WELL_KNOWN = "well_known"
    META = "meta"


@dataclass(frozen=True, slots=True)
class Control:
    """Proof that whoever consents controls the site.

    ``token`` is what has to be published.  ``proven_at`` is when it was last seen,
    ``lost_at`` since when it is nowhere; None and None: never looked for.
    """

    site_id: str
    token: str
    made_at: datetime
    method: ControlMethod | None = None
    proven_at: datetime | None = None
    lost_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Was it there when last looked for?"""
        return self.proven_at is not None and self.lost_at is None


@dataclass(frozen=True, slots=True)
class KillSwitch:
    """Scans are stopped: of one member, or of everybody (``member_id`` "")."""

    member_id: str
    on_at: datetime
    by: str
    reason: str


class Refusal(StrEnum):
    """Why a scan may not run; "" is not among them: then it may."""

    KILL_SWITCH = "kill_switch"
    NO_CONSENT = "no_consent"
    LEVEL = "level"
    CONTROL = "control"
    FREEZE = "freeze"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Permission:
    """May a scan run now?

    ``refusal`` None: yes, until ``ends_at`` (None: no end in sight).  ``again_at`` is when
    asking again makes sense for what time alone cures.  ``why`` is one sentence for staff.
    """

    refusal: Refusal | None = None
    why: str = ""
    ends_at: datetime | None = None
    again_at: datetime | None = None
    hosts: tuple[str, ...] = ()

    @property
    def granted(self) -> bool:
        """Nothing stands against it."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Ground:
    """What is on file about one site."""

    member_id: str
    consents: tuple[Consent, ...] = ()
    control: Control | None = None
    switches: Collection[KillSwitch] = ()
    thaws_at: datetime | None = None

    def consent(self, now: datetime) -> Consent | None:
        """The furthest-reaching consent that holds now."""
        held = [c for c in self.consents if c.holds(now) and c.member_id == self.member_id]
        return max(held, key=lambda c: (c.level.rank, c.until, c.number), default=None)


def permission(wanted: Level, ground: Ground, now: datetime) -> Permission:
    """May a look at level ``wanted`` run now?

    The kill switch goes before everything; a visit like any visitor's needs no consent,
    unless the owner refused it (level ``none``).  What attacks needs consent of that level,
    proof of control, no freeze (``thaws_at``: its end) and an open window.
    """
    stopped = next((s for s in ground.switches if s.member_id in ("", ground.member_id)), None)
    if stopped is not None:
        whose = "everybody" if not stopped.member_id else f"member {stopped.member_id}"
        why = f"the kill switch for {whose} is on since {stopped.on_at:%Y-%m-%d %H:%M} UTC"
        return Permission(Refusal.KILL_SWITCH, f"{why} ({stopped.by}: {stopped.reason})")
    held = ground.consent(now)
    if not wanted.attacks:
        if held is not None and held.level is Level.NONE:
            return Permission(Refusal.NO_CONSENT, "the owner allowed no look of this kind")
        return Permission()
    return _active(wanted, ground, held, now)


def _active(wanted: Level, ground: Ground, held: Consent | None, now: datetime) -> Permission:
    if held is None or not held.level.attacks:
        return Permission(Refusal.NO_CONSENT, "no consent to an active scan is on file")
    if held.level.rank < wanted.rank:
        return Permission(Refusal.LEVEL, f"the consent on file is for {held.level}, not {wanted}")
    if ground.control is None or not ground.control.stands:
        lost = ground.control is not None and ground.control.proven_at is not None
        why = "proof of control was lost" if lost else "control of the site was never proven"
        return Permission(Refusal.CONTROL, why)
    if ground.thaws_at is not None and now < ground.thaws_at:
        why = f"active scans rest until {ground.thaws_at:%Y-%m-%d %H:%M} UTC"
        return Permission(Refusal.FREEZE, why, again_at=ground.thaws_at)
    last = held.over_at.astimezone(now.tzinfo)
    if held.window is None:
        return Permission(ends_at=last, hosts=held.hosts)
    closes = held.window.closes(now)
    if closes is None:
        opens = held.window.opens(now)
        why = f"the window is {held.window}; it opens {opens:%Y-%m-%d %H:%M} UTC"
        return Permission(Refusal.WINDOW, why, again_at=opens)
    return Permission(ends_at=min(last, closes), hosts=held.hosts)
