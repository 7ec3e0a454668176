"""A second look through a browser at pages that scripts make (rule AB 1).

Only pages that a plain look could not read are opened, few per site, and what the browser
saw is read by the same reader as any page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Self

from scanners.api import NetOptions
from scanners.content.actions import is_action
from scanners.content.read import CrawledPage
from scanners.net.fetch import Exchange
from scanners.render.browser import Browser, find_browser

SECOND_LOOKS_MAX = 12
VISIT_S = 20.0
VISIT_MIN_S = 3.0
# What says that a script makes the page, or the part of it that is missing.
PROBLEMS = frozenset({"script_shell", "thin_start_page"})
DOUBTS = frozenset({"script_shell", "script_redirect", "script_footer", "no_links"})


@dataclass(frozen=True, slots=True)
class Shared:
    """The browser of a process: its program, how it may reach the network, whose turn it is."""

    options: NetOptions
    program: str
    turn: asyncio.Semaphore


def shared_browser(options: NetOptions) -> Shared | None:
    """The browser that ``options.browser`` asks for; None when there is none."""
    program = find_browser(options.browser)
    return Shared(options, program, asyncio.Semaphore(1)) if program else None


@dataclass(slots=True)
class SecondLook:
    """One site's turn with the browser; async context manager.

    ``shared`` None: there is no browser.  ``left_s`` tells how long the scan may still
    take, ``is_own`` whether a page is the site's.  ``requests`` counts what pages asked for.
    """

    shared: Shared | None
    left_s: Callable[[], float]
    is_own: Callable[[str], bool]
    visits: int = 0
    requests: int = 0
    _browser: Browser | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        """Nothing is started before the first visit."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the browser and let the next site have it."""
        await self._stack.aclose()

    def wanted(self, page: CrawledPage) -> bool:
        """Is this a page that a browser may show more of?"""
        hollow = page.problem in PROBLEMS or (not page.problem and page.doubt in DOUBTS)
        ours = page.own and self.is_own(page.final_url) and not is_action(page.final_url)
        able = self.shared is not None and page.html is not None
        return able and hollow and ours and not page.rendered

    async def answer(self, page: CrawledPage) -> Exchange | None:
        """The page's answer with the document as a browser has it; None when there is none."""
        if self.visits >= SECOND_LOOKS_MAX or self.left_s() < 2 * VISIT_MIN_S:
            return None
        browser = await self._started()
        patience_s = min(VISIT_S, self.left_s() / 2)
        if browser is None or patience_s < VISIT_MIN_S:
            return None
        self.visits += 1
        seen = await browser.visit(page.final_url, patience_s)
        self.requests += seen.requests
        if seen.problem or not self.is_own(seen.final_url):
            return None
        return replace(
            page.exchange,
            final_url=seen.final_url.partition("#")[0],
            status=seen.status,
            headers=(("content-type", "text/html; charset=utf-8"),),
            body=seen.html.encode("utf-8", "replace"),
            truncated=False,
        )

    async def _started(self) -> Browser | None:
        """The browser, once the sites before this one are done with it; None when too late."""
        if self._browser is None and self.shared is not None:
            try:
                async with asyncio.timeout(max(self.left_s() / 2, 0.0)):
                    await self.shared.turn.acquire()
            except TimeoutError:
                return None
            self._stack.callback(self.shared.turn.release)
            browser = Browser(self.shared.options, self.shared.program)
            self._browser = await self._stack.enter_async_context(browser)
        return self._browser
