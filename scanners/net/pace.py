"""A polite rate: requests to one host are spaced within one scan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

BURST = 6


class Pace:
    """At most ``per_second`` requests a second to one host; ``burst`` may go at once after a rest.

    Hosts do not wait for each other; 0 or less is no limit.  With ``burst`` 1 the rate
    holds over any stretch of time: what a scan that asks for much has to keep to.  ``now``
    in seconds, None for the time of the loop.
    """

    def __init__(
        self, per_second: float, burst: int = BURST, now: Callable[[], float] | None = None
    ) -> None:
        self._gap = 1.0 / per_second if per_second > 0 else 0.0
        self._saved = (max(burst, 1) - 1) * self._gap
        self._next: dict[str, float] = {}
        self._now = now

    def delay(self, host: str) -> float:
        """Seconds until the turn to ask ``host`` that is hereby taken."""
        now = asyncio.get_running_loop().time() if self._now is None else self._now()
        saved = now - self._saved
        at = max(self._next.get(host, saved), saved)
        self._next[host] = at + self._gap
        return max(0.0, at - now)

    async def wait(self, host: str) -> None:
        """Return when the next request to ``host`` may go."""
        seconds = self.delay(host)
        if seconds > 0:
            await asyncio.sleep(seconds)
