"""Duties of the organisation itself: in order, soon to be missed, missed.  Never a breach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.domain.label import Certifying, Obligation
from monitor.domain.procedure import years_after, years_of

# label-conditions A.9: the first qualifying scan belongs within 30 days of admission.
FIRST_WITHIN = timedelta(days=30)
FIRST_WARN = timedelta(days=10)
CERTIFICATION = "certification"


class ObligationState(StrEnum):
    """How a duty of the organisation stands."""

    OK = "ok"
    WARN = "warn"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class SiteObligation:
    """One duty towards one site under one label.

    ``due`` is the day on which it would be missed, when there is one; ``why`` one
    sentence for operations.
    """

    site_id: str
    label_id: str
    obligation_id: str
    state: ObligationState
    due: date | None
    why: str


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """What was last said of a duty.  ``first_at``: since when we have counted."""

    site_id: str
    label_id: str
    obligation_id: str
    state: ObligationState
    first_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """The state of a duty with its day and reason."""

    state: ObligationState
    due: date | None
    why: str


def judge_count(rule: Obligation, done: Sequence[date], counted_from: date, today: date) -> Judged:
    """So many in so much time, and the newest not too old (OWASP: twice a year).

    ``counted_from``: the day of admission.  Before a whole period has passed since
    then only the first and the age of the newest count; who comes back with tests of
    long ago has as much time for a new one as a newcomer.
    """
    if not done:
        first = FIRST_WITHIN if rule.scan is not None else rule.within
        warn = FIRST_WARN if rule.scan is not None else rule.warn_before
        return _by(counted_from + first, warn, today, "none yet")
    # The day on which the newest is too old, and the day on which too few are left in the period.
    last = sorted(done)[-rule.count :]
    limits = [max(last) + (rule.newest_max_age or rule.within)]
    if len(last) == rule.count:
        limits.append(min(last) + rule.within)
    else:
        limits.append(counted_from + rule.within)
    newest = f"the newest is of {max(last)}, {len(last)} of {rule.count} counted"
    due = min(limits)
    if rule.scan is not None:
        due = max(due, counted_from + FIRST_WITHIN)
    return _by(due, rule.warn_before, today, newest)


def judge_certification(
    rule: Certifying,
    valid_until: date | None,
    since: date | None,
    today: date,
    *,
    member_late: bool,
) -> Judged:
    """The yearly certification of a certified site (tz-0.4).

    Past its end it is the organisation's miss, unless the member's part is what
    is missing: then it is no matter of operations.
    """
    until = valid_until
    if until is None and since is not None:
        until = years_after(since, years_of(rule.every))
    if until is None:
        return Judged(ObligationState.OK, None, "no end of the certification on file")
    if today > until and member_late:
        return Judged(ObligationState.OK, until, f"ended on {until}; the member's part is missing")
    return _by(until, rule.open_before, today, f"the certification ends on {until}")


def _by(due: date, warn: timedelta, today: date, what: str) -> Judged:
    if today > due:
        return Judged(ObligationState.OVERDUE, due, f"{what}; it was due on {due}")
    if today > due - warn:
        return Judged(ObligationState.WARN, due, f"{what}; it is due by {due}")
    return Judged(ObligationState.OK, due, what)
