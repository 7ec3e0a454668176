"""One scan of one site on one daemon: what every step of it needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from scanners.api import ScanOutcome
from scanners.owasp.again import AGAIN_AFTER_S
from scanners.owasp.engine import Plan, Progress, Report
from scanners.owasp.zap.client import ZapTalk
from scanners.owasp.zap.health import Health
from scanners.owasp.zap.outlet import Outlet


class EndedError(Exception):
    """The scan ends here and saw nothing: how, and why."""

    def __init__(self, outcome: ScanOutcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Timing:
    """How often is looked, and for how long is waited; seconds.

    ``probe_every_s``: the site's own health, by a request of ours.  ``pause_s``: rest for a
    site that struggles.  ``stalled_s``: a rule that sends nothing for so long is skipped.
    ``again_after_s``: rest before the second look at what is grave.
    """

    poll_s: float = 2.0
    attack_poll_s: float = 5.0
    probe_every_s: float = 30.0
    pause_s: float = 10.0
    stalled_s: float = 120.0
    passive_s: float = 300.0
    collect_s: float = 30.0
    again_after_s: float = AGAIN_AFTER_S


@dataclass(slots=True)
class Site:
    """The state of a scan.

    ``end`` is when collecting has to begin, in the loop's time.  ``context`` is the name of
    the scan's own context, see ``claims``.  ``troubles`` make the
    look partial, ``notes`` are for staff alone.  ``ailing``: the site itself suffers.
    """

    talk: ZapTalk
    plan: Plan
    outlet: Outlet
    health: Health
    report: Report
    timing: Timing
    user_agent: str
    end: float
    context: str
    troubles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ailing: bool = False
    context_id: str = ""
    spidered: bool = False

    @property
    def left(self) -> float:
        """Seconds until ``end``, never below 0."""
        return max(0.0, self.end - asyncio.get_running_loop().time())

    def until(self, seconds: float) -> float:
        """The moment ``seconds`` from now, ``end`` at the latest."""
        return min(self.end, asyncio.get_running_loop().time() + seconds)

    def suffers(self, ailment: str) -> None:
        """Note what ails the site; it is asked no more than it has to be."""
        self.ailing = True
        self.troubles.append(ailment)

    def say(self, phase: str, done: int = 0, total: int = 0, current: str = "") -> None:
        """Tell who follows."""
        self.report(Progress(phase, done, total, self.requests, current))

    @property
    def requests(self) -> int:
        """Everything the site was asked, by ZAP and by us."""
        return self.outlet.traffic.sent + self.health.requests


async def nap(seconds: float, end: float) -> bool:
    """Sleep, not beyond ``end``; False when that has come."""
    left = end - asyncio.get_running_loop().time()
    if left <= 0:
        return False
    await asyncio.sleep(min(seconds, left))
    return True
