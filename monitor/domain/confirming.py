"""Which bad looks count towards a confirmation (profiles C0 to CR).  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.domain.label import Confirmation


def recounted(
    seen: Sequence[datetime], at: datetime, profile: Confirmation, *, rendered: bool
) -> tuple[datetime, ...]:
    """The looks that count, the one at ``at`` included when it does.

    Counted afresh: another outcome may have brought another profile.  Where the profile
    wants its last look in a browser, only the present one can be that, and only when it
    was made with one (``rendered``).
    """
    counted: tuple[datetime, ...] = ()
    for moment in seen:
        if not (profile.last_rendered and len(counted) == profile.observations - 1):
            counted = _with(counted, moment, profile)
    if profile.last_rendered and not rendered and is_last_next(counted, profile):
        # Too late to wait for a browser any longer: the row begins again.
        return (at,) if _is_over(counted, at, profile) else counted
    return _with(counted, at, profile)


def is_last_next(counted: Sequence[datetime], profile: Confirmation) -> bool:
    """Is the last look of the profile all that is missing?"""
    return len(counted) == profile.observations - 1


def _with(
    seen: tuple[datetime, ...], moment: datetime, profile: Confirmation
) -> tuple[datetime, ...]:
    """``seen`` with ``moment`` when it is far enough from the first, anew when it is too far."""
    if _is_over(seen, moment, profile):
        return (moment,)
    if len(seen) == profile.observations:
        return seen
    if not seen or moment - seen[0] >= profile.offsets[len(seen)] * (1 - profile.jitter):
        return (*seen, moment)
    return seen


def _is_over(seen: Sequence[datetime], moment: datetime, profile: Confirmation) -> bool:
    return bool(seen) and profile.max_gap is not None and moment - seen[0] > profile.max_gap
