"""What many members have, or took on at once: no news when one more has it too.

A tag manager that moves to a new host must not alarm a thousand shops; a skimmer that is put on
a hundred shops of one platform must.  So a party counts as common only where enough members had
it in an accepted observation, or where it came to enough of them in a week beside a party that
they had before *and* that is known to be the same vendor's.  Risk words, form targets, frames,
bases, headers and whatever lies on a shop's own host are never common.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

SHARE_MIN = 0.01
MEMBERS_MIN = 3
ARRIVED_MIN = 10
WINDOW = timedelta(days=7)
# Names of features (``monitor.policy.drifting.zones``) that may be common.
SHAREABLE = ("script_host:", "style_host:", "script:")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A feature that came to a member; ``vendor_there``: the same vendor stood there before."""

    feature: str
    site: str
    at: datetime
    vendor_there: bool


def shareable(feature: str) -> bool:
    """May a feature be common at all?  What is the shop's own never is."""
    if not feature.startswith(SHAREABLE):
        return False
    value = feature.split(":", 2)[-1]
    return bool(value) and not value.startswith("/")


def common_features(
    had: Mapping[str, AbstractSet[str]],
    fleet_size: int,
    arrivals: Iterable[Arrival] = (),
    now: datetime | None = None,
    *,
    share: float = SHARE_MIN,
    members: int = MEMBERS_MIN,
    arrived: int = ARRIVED_MIN,
    window: timedelta = WINDOW,
) -> frozenset[str]:
    """Features that one more member may take on untold.

    ``had``: the sites whose accepted observations hold a feature; ``fleet_size``: the sites
    that have an accepted observation.  A feature needs ``members`` sites and ``share`` of the
    fleet; or, of ``arrivals`` within ``window`` before ``now``, ``arrived`` sites where the
    vendor stood before.  Without ``now`` arrivals do not count.
    """
    bar = max(members, -(-int(fleet_size * share * 1_000) // 1_000))
    found = {name for name, sites in had.items() if shareable(name) and len(sites) >= bar}
    came: dict[str, set[str]] = {}
    for one in arrivals if now is not None else ():
        fresh = now is not None and now - window <= one.at <= now
        if fresh and one.vendor_there and shareable(one.feature):
            came.setdefault(one.feature, set()).add(one.site)
    found |= {name for name, sites in came.items() if len(sites) >= arrived}
    return frozenset(found)
