"""Is the site still well?  Requests of our own, beside ZAP's and within the same rate."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode, urlsplit, urlunsplit

from scanners.content.walls import WALL_STATUSES, is_bot_wall
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.names import registrable_domain
from scanners.owasp.disclosure import running_text
from scanners.owasp.engine import Plan
from scanners.owasp.page import read_page
from scanners.owasp.zap.outcome import THROTTLE_STATUSES
from scanners.owasp.zap.outlet import RECENT, Outlet

WITHIN_S = 20.0
SLOWER = 5.0
SLOW_MIN_S = 2.0
# A script tag that does nothing: filters in front answer it, shops do not mind.
CANARY = {"keurwacht": "<script>/*canary*/</script>' or '1'='1"}
# The last answers of the outlet: so many without one, or so many "slow down", is enough.
DEAD_TAIL = 8
THROTTLE_TAIL = 20
THROTTLE_OF_TAIL = 0.5
RUN_HEADER = "X-Keurwacht-Scan"
_WELL_BELOW = 400
_BROKEN = 500


class Health:
    """Probes of the start page; ``first`` is how it answered before the scan."""

    def __init__(self, fetcher: Fetcher, outlet: Outlet, plan: Plan, first: Exchange) -> None:
        self._fetcher = fetcher
        self._outlet = outlet
        self._plan = plan
        self._first = first
        self._usual_s = first.duration_s
        self._last = asyncio.get_running_loop().time()
        self._own = frozenset(
            registrable_domain(urlsplit(origin).hostname or "") for origin in plan.origins
        )

    @property
    def requests(self) -> int:
        """How many requests of ours went out."""
        return self._fetcher.requests

    def due(self, every_s: float) -> bool:
        """Is it time for the next probe?"""
        return asyncio.get_running_loop().time() - self._last >= every_s

    async def check(self) -> str:
        """What ails the site, "" when it answers as before."""
        await self._outlet.turn()
        try:
            answer = await self._get(self._plan.url)
        except FetchError as error:
            return f"died: {error.reason}"
        finally:
            self._last = asyncio.get_running_loop().time()
        return self._ailment(answer)

    def _ailment(self, answer: Exchange) -> str:
        if answer.status in THROTTLE_STATUSES and answer.status != self._first.status:
            return f"throttled: the start page answers {answer.status}"
        if is_wall(answer, self._plan.site) and not is_wall(self._first, self._plan.site):
            return f"blocked: the start page answers {answer.status}"
        if answer.status >= _BROKEN > self._first.status:
            return f"died: the start page answers {answer.status}"
        slow = max(self._usual_s * SLOWER, SLOW_MIN_S)
        if answer.duration_s > slow:
            return f"slow: the start page takes {answer.duration_s:.1f} s"
        return ""

    def seen_by_zap(self) -> str:
        """What ails the site by the answers ZAP gets; no request of ours."""
        recent = list(self._outlet.traffic.recent)
        tail = recent[-DEAD_TAIL:]
        if len(tail) == DEAD_TAIL and not any(tail):
            return "died: the site gives no answer any more"
        tail = recent[-min(THROTTLE_TAIL, RECENT) :]
        slowed = sum(status in THROTTLE_STATUSES for status in tail)
        if len(tail) == THROTTLE_TAIL and slowed >= THROTTLE_TAIL * THROTTLE_OF_TAIL:
            return f"throttled: {slowed} of the last {len(tail)} answers were 429 or 503"
        return ""

    async def canary(self) -> bool:
        """Does a harmless attack arrive, or does something in front answer it?"""
        await self._outlet.turn()
        parts = urlsplit(self._plan.url)
        query = "&".join(part for part in (parts.query, urlencode(CANARY)) if part)
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
        try:
            answer = await self._get(url)
        except FetchError:
            return False
        if is_wall(answer, self._plan.site):
            return False
        return answer.status < _WELL_BELOW or answer.status == self._first.status

    async def _get(self, url: str) -> Exchange:
        headers = {RUN_HEADER: self._plan.run_id}
        return await self._fetcher.get(url, within=self._own, deadline_s=WITHIN_S, headers=headers)


def is_wall(answer: Exchange, site: str) -> bool:
    """Something in front of the shop, instead of the shop."""
    if answer.status in WALL_STATUSES:
        return True
    page = read_page(answer, site)
    return page.is_html and is_bot_wall(answer, running_text(page))
