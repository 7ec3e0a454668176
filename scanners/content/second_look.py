"""A second look through a browser: at pages that scripts make (rule AB 1), and to measure.

Few pages per site are opened, and what the browser saw is read by the same reader as any
page.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Self
from weakref import WeakKeyDictionary

from scanners.api import NetOptions
from scanners.content.actions import is_action
from scanners.content.read import CrawledPage
from scanners.net.fetch import Exchange
from scanners.render.browser import Browser, find_browser
from scanners.render.job import Rendered

SECOND_LOOKS_MAX = 12
# A look that has to confirm a breach opens every page that was read.
CONFIRMING_VISITS_MAX = 40
VISIT_S = 20.0
VISIT_MIN_S = 3.0
# The first visit starts the browser, which takes long on a busy machine.
LAUNCH_S = 10.0
# What says that a script makes the page, or the part of it that is missing.
PROBLEMS = frozenset({"script_shell", "thin_start_page"})
LOCALES = {"nl": "nl-NL", "fr": "fr-BE", "de": "de-DE", "en": "en-GB"}
DOUBTS = frozenset({"script_shell", "script_redirect", "script_footer", "no_links"})


_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def locale_of(language: str) -> str:
    """What a visitor who reads the page has set in the browser."""
    return LOCALES.get(language, LOCALES["nl"])


@dataclass(frozen=True, slots=True)
class Shared:
    """The browser of a process: its program, and how it may reach the network."""

    options: NetOptions
    program: str

    @property
    def turn(self) -> asyncio.Semaphore:
        """Whose turn it is: one browser at a time, whichever scanner asks for it."""
        return _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1))


def shared_browser(options: NetOptions) -> Shared | None:
    """The browser that ``options.browser`` asks for; None when there is none."""
    program = find_browser(options.browser)
    return Shared(options, program) if program else None


@dataclass(slots=True)
class SecondLook:
    """One site's turn with the browser; async context manager.

    ``shared`` None: there is no browser.  ``left_s`` tells how long the scan may still
    take, ``is_own`` whether a page is the site's.  ``requests`` counts what pages asked for.
    ``mark`` names the attribute that measures are written in while a page is read.
    """

    shared: Shared | None
    left_s: Callable[[], float]
    is_own: Callable[[str], bool]
    visits: int = 0
    visits_max: int = SECOND_LOOKS_MAX
    requests: int = 0
    mark: str = field(default_factory=lambda: f"data-m{secrets.token_hex(8)}")
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
        """The page's answer with the document as a browser has it; None when there is none.

        The document holds the measures of ``scanners.render.styles`` under ``mark``; see
        ``unmarked``.
        """
        seen = await self.visit(page, mark=self.mark)
        return None if seen is None else self.exchange(page, seen)

    async def visit(
        self, page: CrawledPage, *, watch_s: float = 0.0, mark: str = ""
    ) -> Rendered | None:
        """One visit; None when there is neither browser nor time for it."""
        if self.visits >= self.visits_max or self.left_s() < 2 * VISIT_MIN_S:
            return None
        browser = await self._started()
        usual_s = VISIT_S + watch_s + (0.0 if self.visits else LAUNCH_S)
        patience_s = min(usual_s, self.left_s() / 2)
        if browser is None or patience_s < VISIT_MIN_S + watch_s:
            return None
        self.visits += 1
        locale = locale_of(page.language) if watch_s else ""
        seen = await browser.visit(
            page.final_url, patience_s, watch_s=watch_s, mark=mark, locale=locale
        )
        self.requests += seen.requests
        return seen

    def exchange(self, page: CrawledPage, seen: Rendered) -> Exchange | None:
        """What was seen as an answer of the site; None when it is none."""
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

    async def pixels(self, picture: bytes, media: str, deadline_s: float) -> str:
        """A picture as the browser decodes it (``scanners.render.job.Pixels``); "" for none."""
        browser = await self._started()
        return "" if browser is None else (await browser.pixels(picture, media, deadline_s)).rgb

    def unmarked(self, page: CrawledPage) -> CrawledPage:
        """The same page, its raw document without the measures: they are in no evidence."""
        body = re.sub(rb' %s="[^"]*"' % self.mark.encode(), b"", page.exchange.body)
        return replace(page, exchange=replace(page.exchange, body=body))

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
