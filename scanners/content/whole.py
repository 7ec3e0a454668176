"""A page as its visitor gets it: sent on without a redirect, frames and all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from scanners.api import ScanOutcome
from scanners.content.actions import is_action
from scanners.content.doubts import FEW_MAX_CHARS, own_chars, page_doubt
from scanners.content.html import split_lines
from scanners.content.languages import language_of
from scanners.content.moves import script_move
from scanners.content.read import SHELL_TEXT_MAX, CrawledPage, Reading, read_page
from scanners.content.second_look import SecondLook
from scanners.content.walls import GONE_STATUSES
from scanners.net.fetch import Exchange, FetchError

MOVES_MAX = 3
FRAMES_PER_PAGE_MAX = 4
FRAMES_PER_CRAWL_MAX = 12
FRAME_DEPTH_MAX = 2
AT_ONCE_S = 1
# Pages with these problems may hold their text elsewhere.
_HOLLOW = frozenset({"", "script_shell", "thin_start_page"})


@dataclass(slots=True)
class Whole:
    """Reads whole pages of one crawl.

    ``fetch`` asks for a URL (the flag: also on other domains) or raises FetchError;
    ``is_own`` and ``allows`` say whose a URL is and whether robots.txt lets us.
    ``start`` is the start page once it was read; ``frames_left`` bounds the crawl;
    ``second`` is the browser, None without one.
    """

    fetch: Callable[[str, bool], Awaitable[Exchange]]
    is_own: Callable[[str], bool]
    allows: Callable[[str], bool]
    start: CrawledPage | None = None
    frames_left: int = FRAMES_PER_CRAWL_MAX
    second: SecondLook | None = None

    async def read(
        self, exchange: Exchange, roles: frozenset[str], how: Reading, *, own: bool = True
    ) -> CrawledPage:
        """The page behind an answer, and behind what that leads to at once.

        One that scripts make is looked at again through a browser, where there is one.
        """
        page = await self._read(exchange, roles, how, own=own)
        return await self.again(page, how)

    async def again(self, page: CrawledPage, how: Reading) -> CrawledPage:
        """The page as a browser shows it, when that shows more; else the page itself."""
        if self.second is None or not self.second.wanted(page):
            return page
        exchange = await self.second.answer(page)
        if exchange is None:
            return page
        seen = await self.shown(page, exchange, how)
        return seen if seen.readable or seen.problem not in _HOLLOW else page

    async def shown(self, page: CrawledPage, exchange: Exchange, how: Reading) -> CrawledPage:
        """The page made out of what the browser answered."""
        seen = await self._read(exchange, page.roles, how, own=page.own, rendered=True)
        if self.second is None or seen.html is None:
            return seen
        return self.second.unmarked(replace(seen, url=page.url, mark=self.second.mark))

    async def _read(
        self,
        exchange: Exchange,
        roles: frozenset[str],
        how: Reading,
        *,
        own: bool,
        rendered: bool = False,
    ) -> CrawledPage:
        page = replace(await read_page(exchange, roles, how), rendered=rendered)
        asked = {exchange.final_url}
        while target := self._next(page, how):
            if target in asked or len(asked) > MOVES_MAX:
                return replace(page, own=own, doubt="redirect_loop")
            asked.add(target)
            page = await self._moved(page, target, how, own=own)
        page = replace(page, own=own)
        if not page.doubt and page.html is not None and page.problem in _HOLLOW and own:
            page = await self._with_frames(page, how)
        if page.doubt or how.start_min_chars:
            return page
        if self._few(page, how) and page.html is not None and not page.problem and not rendered:
            move = script_move(page.html, page.final_url)
            if move is not None:
                return replace(page, doubt="script_redirect")
        return replace(page, doubt=page_doubt(page, self.start))

    def _few(self, page: CrawledPage, how: Reading) -> bool:
        if how.start_min_chars:
            return len(page.text) < min(how.start_min_chars, FEW_MAX_CHARS)
        return own_chars(page, self.start) < FEW_MAX_CHARS

    def _next(self, page: CrawledPage, how: Reading) -> str:
        """Where the page sends its visitor by itself; "" when it stays."""
        if page.html is None or page.problem not in _HOLLOW or page.doubt or page.rendered:
            return ""
        few = self._few(page, how) or page.problem == "thin_start_page"
        if page.refresh and page.refresh != page.final_url and (page.refresh_s <= AT_ONCE_S or few):
            return page.refresh
        target = script_move(page.html, page.final_url) if self._few(page, how) else ""
        return target if target and target != page.final_url else ""

    async def _moved(
        self, page: CrawledPage, target: str, how: Reading, *, own: bool
    ) -> CrawledPage:
        if own and not self.is_own(target):
            return replace(page, problem=ScanOutcome.REDIRECTED_OUT.value)
        if is_action(target) or (own and not self.allows(target)):
            return replace(page, doubt="robots")
        try:
            exchange = await self.fetch(target, not own)
        except FetchError as error:
            return replace(page, problem=error.outcome.value)
        return await read_page(replace(exchange, url=page.url), page.roles, how)

    async def _with_frames(self, page: CrawledPage, how: Reading) -> CrawledPage:
        """The page with the text and links of its own site's frames."""
        found: list[CrawledPage] = []
        doubt = ""
        seen = {page.final_url}
        waiting = [(url, 1) for url in self._frames(page)]
        while waiting:
            url, depth = waiting.pop(0)
            if url in seen:
                continue
            seen.add(url)
            if len(seen) > FRAMES_PER_PAGE_MAX + 1 or self.frames_left <= 0:
                doubt = "frame_unread"
                break
            self.frames_left -= 1
            frame = await self._frame(url, how)
            if isinstance(frame, str):
                doubt = doubt or frame
                continue
            found.append(frame)
            inner = self._frames(frame)
            if inner and depth >= FRAME_DEPTH_MAX:
                doubt = "frame_unread"
            elif inner:
                waiting += [(one, depth + 1) for one in inner]
        return replace(_merged(page, found, how), doubt=doubt)

    def _frames(self, page: CrawledPage) -> list[str]:
        links = (ln for ln in page.links if ln.kind == "frame" and ln.rel != "hidden")
        return [ln.url for ln in links if self.is_own(ln.url) and not is_action(ln.url)]

    async def _frame(self, url: str, how: Reading) -> CrawledPage | str:
        """The document of a frame, else a word: "" when there is nothing to be read."""
        if not self.allows(url):
            return "frame_unread"
        try:
            exchange = await self.fetch(url, False)
        except FetchError as error:
            # What leads to somebody else's pages is an embedded service, no text of the shop.
            return "" if error.outcome is ScanOutcome.REDIRECTED_OUT else "frame_unread"
        if exchange.status in GONE_STATUSES:
            return ""
        if exchange.header("content-type").lower().startswith(("image/", "video/", "audio/")):
            return ""
        alone = Reading(0, how.consent_max_chars, None, "", how.hreflang)
        frame = await read_page(exchange, frozenset(), alone)
        hollow = len(frame.text) < SHELL_TEXT_MAX and not self._frames(frame)
        if frame.problem or (hollow and frame.html is not None and frame.html.css("script")):
            return "frame_unread"
        return frame


def _merged(page: CrawledPage, frames: list[CrawledPage], how: Reading) -> CrawledPage:
    if not frames:
        return page
    lines = split_lines("\n".join([*page.lines, *(line for f in frames for line in f.lines)]))
    text = " ".join(lines)
    enough = len(text) >= max(how.start_min_chars, SHELL_TEXT_MAX)
    return replace(
        page,
        lines=lines,
        text=text,
        tight=" ".join([page.tight, *(frame.tight for frame in frames)]),
        links=(*page.links, *(link for frame in frames for link in frame.links)),
        language=language_of(page.language or frames[0].language, text),
        problem="" if enough and page.problem in _HOLLOW else page.problem,
    )


def path_of(url: str) -> str:
    """Path and query, as robots.txt compares them."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
