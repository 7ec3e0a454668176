"""GET requests of one plan: own origins only, nothing excluded, no redirect followed unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from scanners.api import ScanOutcome
from scanners.net.fetch import REDIRECTS, Exchange, Fetcher, FetchError, canonical
from scanners.owasp.engine import Plan
from scanners.owasp.left_out import is_left_out

PAGE_DEADLINE_S = 30.0
RUN_HEADER = "X-Keurwacht-Scan"
_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """``scheme://host[:port]``, lower case, without a default port; "" when there is none."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    tail = f":{port}" if port is not None and port != _PORTS[parts.scheme] else ""
    return f"{parts.scheme}://{shown}{tail}"


def where_of(url: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


class Asker:
    """Asks what the plan allows, until ``end`` (seconds of the loop's clock)."""

    def __init__(self, plan: Plan, fetcher: Fetcher, end: float) -> None:
        self._plan = plan
        self._fetcher = fetcher
        self._end = end

    @property
    def requests(self) -> int:
        """How many were sent."""
        return self._fetcher.requests

    @property
    def left_s(self) -> float:
        """Seconds that are left."""
        return self._end - asyncio.get_running_loop().time()

    def own(self, url: str) -> bool:
        """Is it an address of the site?"""
        return origin_of(url) in self._plan.origins

    def allowed(self, url: str) -> bool:
        """May it be asked?"""
        return self.own(url) and not is_left_out(where_of(url), self._plan.excluded)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Exchange:
        """One answer, a redirect as it is; FetchError when there was none or it is not allowed."""
        if not self.allowed(url):
            raise FetchError(ScanOutcome.NOT_PERMITTED, "not a page of this scan")
        if self.left_s <= 0:
            raise FetchError(ScanOutcome.TIMED_OUT, "no time left")
        return await self._fetcher.get(
            url,
            follow=False,
            max_bytes=max_bytes,
            deadline_s=min(self.left_s, PAGE_DEADLINE_S),
            headers={RUN_HEADER: self._plan.run_id, **(headers or {})},
        )


def redirect_target(answer: Exchange) -> str:
    """Where an answer sends its reader, "" when it does not or nobody can read it."""
    location = answer.header("location").strip()
    if answer.status not in REDIRECTS or not location:
        return ""
    try:
        return canonical(urljoin(answer.final_url, location[:4_000]))
    except (FetchError, ValueError):
        return "unreadable:"
