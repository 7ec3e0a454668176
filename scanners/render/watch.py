"""Notes what a page sets and asks for while nothing is touched; lives in the browser's process.

Values of cookies and keys are never kept: names tell what they are for.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Page, Request, Response

from scanners.render.job import CookieSet, HostAsked, KeyStored, Watched
from scanners.render.styles import BUTTONS, STORED

COOKIES_MAX = 200
HOSTS_MAX = 200
TYPES_MAX = 8
ANSWERS_MAX = 300
FRAMES_MAX = 10
NAME_MAX_CHARS = 100
HEADERS_WITHIN_S = 3.0
DAY_S = 86_400
_PLACE = re.compile(r"https?://[^\s()]{1,500}")
# Consent mode: the request itself says that neither adverts nor analytics were allowed.
_DENIED = re.compile(r"[?&]gcs=G1(?:00|--|0-|-0)(?:&|$)")


@dataclass
class Watch:
    """One visit's notes.  ``mark`` is the word that the hook of ``styles.hook`` begins with.

    Without slots: Playwright keeps its wrappers of the handlers on the object.
    """

    mark: str
    began: float = field(default_factory=time.monotonic)
    _hosts: dict[str, HostAsked] = field(default_factory=dict)
    _given: dict[tuple[str, str], CookieSet] = field(default_factory=dict)
    _scripts: dict[str, str] = field(default_factory=dict)
    _reading: set[asyncio.Task[None]] = field(default_factory=set)

    def asked(self, request: Request) -> None:
        """A request of any frame, whether it is let through or not."""
        host = _host(request.url)
        if not host:
            return
        known = self._hosts.get(host, HostAsked(host, 0, 0, ()))
        if not known.count and len(self._hosts) >= HOSTS_MAX:
            return
        types = known.types
        if request.resource_type not in types and len(types) < TYPES_MAX:
            types = (*types, request.resource_type)
        denied = known.denied + bool(_DENIED.search(request.url[:4_000]))
        self._hosts[host] = HostAsked(host, known.count + 1, denied, types)

    def answered(self, response: Response) -> None:
        """An answer: its cookies are read, also those that the browser will not keep."""
        if len(self._reading) < ANSWERS_MAX:
            self._reading.add(asyncio.get_running_loop().create_task(self._read(response)))

    async def _read(self, response: Response) -> None:
        with contextlib.suppress(Error):
            for header in await response.headers_array():
                if header["name"].lower() == "set-cookie":
                    for line in header["value"].split("\n"):
                        self._give(line, _host(response.url))

    def _give(self, line: str, host: str) -> None:
        pair, *rest = line[:4_000].split(";")
        name = pair.partition("=")[0].strip()[:NAME_MAX_CHARS]
        said = dict(_attribute(part) for part in rest)
        days = _days(said)
        if name and days >= 0 and len(self._given) < COOKIES_MAX:
            domain = said.get("domain", "").lstrip(".").lower()[:253] or host
            self._given[name, domain] = CookieSet(name, domain, days, "header", host)

    def said(self, message: ConsoleMessage) -> None:
        """A line of the console; only the hook's begin with the mark."""
        mark, _, rest = message.text.partition(" ")
        if mark != self.mark or len(self._scripts) >= COOKIES_MAX:
            return
        name, _, stack = rest.partition(" ")
        place = _PLACE.search(stack)
        self._scripts.setdefault(name.strip()[:NAME_MAX_CHARS], _host(place[0]) if place else "")

    async def told(self, context: BrowserContext, page: Page) -> Watched:
        """Everything that was noted, with what lies in the browser now."""
        if self._reading:
            await asyncio.wait(self._reading, timeout=HEADERS_WITHIN_S)
        for task in self._reading:
            task.cancel()
        found = dict(self._given)
        for cookie in (await context.cookies())[: 2 * COOKIES_MAX]:
            name = cookie.get("name", "")[:NAME_MAX_CHARS]
            domain = cookie.get("domain", "").lstrip(".")
            if (name, domain) not in found and len(found) < COOKIES_MAX:
                left_s = cookie.get("expires", -1.0) - time.time()
                days = round(max(left_s, 0.0) / DAY_S, 2)
                setter = self._scripts.get(name, "")
                found[name, domain] = CookieSet(name, domain, days, "script", setter)
        stored, buttons = await _left(page)
        return Watched(
            seconds=round(time.monotonic() - self.began, 2),
            cookies=tuple(found.values()),
            stored=stored,
            hosts=tuple(self._hosts.values()),
            buttons=buttons,
        )


async def _left(page: Page) -> tuple[tuple[KeyStored, ...], tuple[str, ...]]:
    """Keys and buttons of the page and its frames, as far as these can be asked."""
    stored: dict[KeyStored, None] = {}
    buttons: dict[str, None] = {}
    for frame in page.frames[:FRAMES_MAX]:
        with contextlib.suppress(Error):
            areas = await frame.evaluate(STORED)
            host = _host(frame.url)
            for area, keys in zip(("local", "session"), _list(areas), strict=False):
                stored.update(dict.fromkeys(KeyStored(area, key, host) for key in _texts(keys)))
            buttons.update(dict.fromkeys(_texts(await frame.evaluate(BUTTONS))))
    return tuple(stored)[:COOKIES_MAX], tuple(buttons)[:COOKIES_MAX]


def _list(value: object) -> list[object]:
    """What a page's own functions gave back may be anything."""
    return value[:COOKIES_MAX] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [text[:NAME_MAX_CHARS] for text in _list(value) if isinstance(text, str)]


def _attribute(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip().lower(), value.strip()


def _days(said: Mapping[str, str]) -> float:
    """How long a cookie is kept; below 0 when the answer deletes it (RFC 6265 4.1.2.2)."""
    age = re.fullmatch(r"-?[0-9]{1,12}", said.get("max-age", ""))
    if age is not None:
        return round(int(age[0]) / DAY_S, 2) if int(age[0]) > 0 else -1.0
    try:
        ends = parsedate_to_datetime(said["expires"].replace("-", " ")).timestamp()
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        return 0.0
    left_s = ends - time.time()
    return round(left_s / DAY_S, 2) if left_s > 0 else -1.0


def _host(url: str) -> str:
    try:
        parts = urlsplit(url[:4_000])
        return (parts.hostname or "")[:253] if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""
