"""One weakness of a site over time: seen, confirmed, gone, come back, set aside by a person.

Engines flap: a weakness counts as gone only after two whole looks that could have seen it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from monitor.domain.finding import Severity

# Consecutive complete looks without it before it counts as gone.
MISSES_TO_RESOLVE = 2
PROFILES = ("baseline", "active-low", "active-medium")


class WeaknessState(StrEnum):
    """Where a weakness stands."""

    NEW = "new"
    OPEN = "open"
    CONFIRMED = "confirmed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    FALSE_POSITIVE = "false_positive"
    RISK_ACCEPTED = "risk_accepted"


SET_ASIDE = frozenset({WeaknessState.FALSE_POSITIVE, WeaknessState.RISK_ACCEPTED})
# What stands against the site, in the eyes of a machine or of a person.
STANDING = frozenset(
    {WeaknessState.NEW, WeaknessState.OPEN, WeaknessState.CONFIRMED, WeaknessState.REOPENED}
)


class Again(StrEnum):
    """What a second look at a grave weakness showed, some time after the first sight."""

    VERIFIED = "verified"
    NOT_SEEN = "not_seen_again"
    COULD_NOT = "could_not_look"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an engine reported of one weakness.  Text from the site is clipped and hostile.

    ``again``: what a second look in the same scan showed; None when there was none.
    ``again_why`` says why it is not verified.
    """

    fingerprint: str
    engine: str
    rule: str
    name: str
    severity: Severity
    owasp_2021: str
    owasp_2025: str
    cwe: str
    url: str
    path: str
    method: str
    param: str
    excerpt: str = ""
    again: Again | None = None
    again_why: str = ""


@dataclass(frozen=True, slots=True)
class Weakness:
    """One weakness of one site; ``seen`` is the newest sighting.

    ``profile`` is the mildest profile that ever showed it: a milder look cannot say that
    it is gone.  ``misses`` are whole looks in a row without it.  ``verified``: a second look
    saw it since it last came (back), and no later one failed to.  ``until`` ends a person's
    word (false positive: to be read again then; accepted: stands again).
    """

    site_id: str
    seen: Sighting
    state: WeaknessState
    profile: str
    first_at: datetime
    last_at: datetime
    times: int = 1
    misses: int = 0
    verified: bool = False
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    until: date | None = None

    @property
    def stands(self) -> bool:
        """Does it stand against the site?"""
        return self.state in STANDING

    @property
    def again(self) -> Again | None:
        """Was it seen a second time?  None: nobody ever tried, as with what is mild."""
        return Again.VERIFIED if self.verified else self.seen.again


@dataclass(frozen=True, slots=True)
class Look:
    """What a look could have seen.

    ``rules`` are those that ran to their end (None: all the engine has); ``paths`` the path
    templates it visited (None: not told).  ``complete``: it reached its end.
    """

    engine: str
    profile: str
    at: datetime
    complete: bool
    rules: Collection[str] | None = None
    paths: Collection[str] | None = None

    def could_see(self, known: Weakness) -> bool:
        """Would it have shown that weakness, were it still there?"""
        return (
            self.complete
            and self.engine == known.seen.engine
            and _rank(self.profile) >= _rank(known.profile)
            and (self.rules is None or self._ran(known.seen.rule))
            and (self.paths is None or not known.seen.path or known.seen.path in self.paths)
        )

    def _ran(self, rule: str) -> bool:
        """A finding may name a variant of its rule: ``90022-1`` of 90022."""
        rules = self.rules or ()
        return rule in rules or rule.partition("-")[0] in rules


def sighted(site_id: str, known: Weakness | None, seen: Sighting, look: Look) -> Weakness:
    """The weakness after a look that showed it.

    A person's word outlives every engine, through its last day.
    """
    if known is None:
        return Weakness(
            site_id, seen, WeaknessState.NEW, look.profile, look.at, look.at,
            verified=seen.again is Again.VERIFIED,
        )  # fmt: skip
    state = _again(known, look.at.date())
    milder = min(known.profile, look.profile, key=_rank)
    back = state is WeaknessState.REOPENED
    over = known.state in SET_ASIDE and state not in SET_ASIDE
    return replace(
        known,
        seen=seen,
        state=state,
        profile=milder,
        last_at=look.at,
        times=known.times + 1,
        misses=0,
        verified=_verified(seen, known.verified and not back),
        decided_by="" if over or back else known.decided_by,
        decided_at=None if over or back else known.decided_at,
        reason="" if over or back else known.reason,
        until=None if over or back else known.until,
    )


def _verified(seen: Sighting, before: bool) -> bool:
    """The newest second look that saw anything counts; one that could not look changes nothing."""
    if seen.again in (Again.VERIFIED, Again.NOT_SEEN):
        return seen.again is Again.VERIFIED
    return before


def missed(known: Weakness, look: Look) -> Weakness:
    """The weakness after a look that did not show it."""
    if not look.could_see(known) or known.state is WeaknessState.RESOLVED:
        return known
    misses = known.misses + 1
    if known.state in SET_ASIDE or misses < MISSES_TO_RESOLVE:
        return replace(known, misses=misses)
    return replace(known, misses=misses, state=WeaknessState.RESOLVED)


def decided(
    known: Weakness, state: WeaknessState, by: str, reason: str, at: datetime, until: date | None
) -> Weakness:
    """A person's word: confirmed, a false positive, an accepted risk, or open again."""
    return replace(
        known, state=state, decided_by=by, decided_at=at, reason=reason, until=until, misses=0
    )


def lapsed(known: Weakness, today: date) -> Weakness:
    """What was set aside stands again after its last day; everything else as it is."""
    if known.state not in SET_ASIDE or known.until is None or known.until >= today:
        return known
    return replace(
        known, state=WeaknessState.REOPENED, decided_by="", decided_at=None, reason="", until=None
    )


def _again(known: Weakness, today: date) -> WeaknessState:
    match known.state:
        case WeaknessState.NEW:
            return WeaknessState.OPEN
        case WeaknessState.RESOLVED:
            return WeaknessState.REOPENED
        case state if state in SET_ASIDE:
            return lapsed(known, today).state
        case state:
            return state


def _rank(profile: str) -> int:
    return PROFILES.index(profile) if profile in PROFILES else len(PROFILES)
