"""How far a running OWASP scan has come, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# What the steps of a phase are; the spider tells a share of what it knows so far.
_UNITS = {
    "pages": "pages", "active": "rules", "wapiti": "modules", "libraries": "scripts",
    "passive": "answers to look at", "probes": "addresses",
}  # fmt: skip
_SHARES = frozenset({"spider"})


@dataclass(slots=True)
class Pace:
    """The time a scan takes: since ``started``, and since its phase began.

    An engine that guesses when its phase ends is believed; for the others the time
    that is left is as long per step as the time that went.
    """

    started: datetime
    requests: int = 0
    _phase: str = ""
    _phase_at: datetime | None = field(default=None, repr=False)

    def told(self, progress: Mapping[str, object] | None, now: datetime) -> Mapping[str, object]:
        """The word of the engine (None: none yet) with ``elapsed_s`` and ``eta_s``, seconds."""
        word = dict(progress or {"phase": "start"})
        phase, done, total = str(word.get("phase", "")), word.get("done"), word.get("total")
        if phase != self._phase or self._phase_at is None:
            self._phase, self._phase_at = phase, now
        requests = word.get("requests")
        if isinstance(requests, int):
            self.requests = requests
        word["elapsed_s"] = round((now - self.started).total_seconds(), 1)
        counted = isinstance(done, int) and isinstance(total, int) and 0 < done <= total
        if word.get("eta_s") is None and counted:
            went = (now - self._phase_at).total_seconds()
            word["eta_s"] = round(went / done * (total - done), 1)  # type: ignore[operator]
        return word


def shown(progress: Mapping[str, object]) -> str:
    """Progress as a line for people: phase, steps, requests, time gone, time left of the phase."""
    phase, done, total = progress.get("phase", ""), progress.get("done", 0), progress.get("total")
    current = f" ({progress['current']})" if progress.get("current") else ""
    if not total:
        steps = ""
    elif phase in _SHARES:
        steps = f" {done} %"
    else:
        steps = f" {done} of {total} {_UNITS.get(str(phase), 'steps')}"
    gone, left = progress.get("elapsed_s"), progress.get("eta_s")
    since = f", {gone:.0f} s" if isinstance(gone, int | float) else ""
    eta = f", {phase} about {left:.0f} s more" if isinstance(left, int | float) else ""
    return f"{phase}{steps}{current}, {progress.get('requests', 0)} requests{since}{eta}"
