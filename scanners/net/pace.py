"""A polite rate: a token bucket per host within one scan."""

from __future__ import annotations

import asyncio

BURST = 8


class Pace:
    """At most ``per_second`` requests a second to one host, after a burst of ``BURST``."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1.0 / per_second if per_second > 0 else 0.0
        self._next: dict[str, float] = {}

    async def wait(self, host: str) -> None:
        """Return when the next request to ``host`` may go."""
        now = asyncio.get_running_loop().time()
        at = max(self._next.get(host, now - BURST * self._gap), now - BURST * self._gap)
        self._next[host] = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)
