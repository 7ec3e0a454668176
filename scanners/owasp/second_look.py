"""The passive engine's second look: the one page or file again, and the one check."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from scanners.api import clip
from scanners.content.walls import GONE_STATUSES, probe_url
from scanners.net.fetch import Exchange, FetchError
from scanners.owasp.again import (
    AGAIN_LEAST_S,
    AGAIN_MAX,
    NO_TIME,
    TOO_MANY,
    could_not,
    not_seen,
    settled,
    to_look_for,
    verified,
)
from scanners.owasp.asking import Asker, redirect_target
from scanners.owasp.checks import OK_STATUSES, look
from scanners.owasp.crawl import THROTTLED, is_wall
from scanners.owasp.engine import Progress, Report
from scanners.owasp.evidence import Finding
from scanners.owasp.files import EXPOSED, READ_MAX_BYTES, Exposed
from scanners.owasp.page import read_page
from scanners.owasp.probes import STRANGER, exposed, named_stranger
from scanners.owasp.rules import URL_SHOWN_CHARS

_SERVER_ERROR = 500
_FILES = {(one.rule, one.path): one for one in EXPOSED}
_ORIGIN_RULES = frozenset({"cors-any-origin", "cors-null-origin"})
SLOW_DOWN = "the site asked us to slow down"


@dataclass(slots=True)
class SecondLook:
    """Looks for grave findings again, with new requests; ``start`` is the start page's address."""

    asker: Asker
    site: str
    start: str
    report: Report
    throttled: bool = False
    _pages: dict[str, Exchange | str] = field(default_factory=dict)

    async def run(self, findings: Sequence[Finding], after_s: float) -> tuple[Finding, ...]:
        """The findings in their order, each grave one with its answer."""
        wanted = to_look_for(findings)
        if not wanted:
            return tuple(findings)
        if self.throttled:
            return settled(findings, SLOW_DOWN)
        if self.asker.left_s < after_s + AGAIN_LEAST_S:
            return settled(findings, NO_TIME)
        await asyncio.sleep(after_s)
        told = {}
        for place, one in enumerate(wanted[:AGAIN_MAX]):
            total = min(AGAIN_MAX, len(wanted))
            self.report(Progress("again", place, total, self.asker.requests, clip(one.name, 60)))
            told[one.fingerprint] = await self._again(one)
        return settled((told.get(one.fingerprint, one) for one in findings), TOO_MANY)

    async def _again(self, one: Finding) -> Finding:
        if len(one.url) >= URL_SHOWN_CHARS:
            return could_not(one, "its address is too long to be asked again")
        file = _FILES.get((one.rule, one.param))
        if file is not None:
            return await self._file(one, file)
        if one.rule in _ORIGIN_RULES:
            return await self._origin(one)
        return await self._page(one)

    async def _get(self, url: str, most: int | None = None, **headers: str) -> Exchange | str:
        """The answer, or why there is none worth reading."""
        if self.throttled:
            return SLOW_DOWN
        try:
            answer = await self.asker.get(url, max_bytes=most, headers=headers)
        except FetchError as error:
            return clip(error.reason, 150)
        if answer.status in THROTTLED:
            self.throttled = True
            return SLOW_DOWN
        if is_wall(answer, read_page(answer, self.site)):
            return f"something in front of the shop answered {answer.status}"
        return answer

    async def _file(self, one: Finding, file: Exposed) -> Finding:
        url = urljoin(self.start, file.path)
        answer = await self._get(url, READ_MAX_BYTES)
        if isinstance(answer, str):
            return could_not(one, answer)
        # A site that answers anything with such a text has no such file.
        nobody = await self._get(probe_url(self.start), READ_MAX_BYTES)
        if isinstance(nobody, str):
            return could_not(one, nobody)
        usual = nobody.body if nobody.status in OK_STATUSES else None
        found = exposed(file, answer, usual, self.site)
        if found is not None:
            return verified(one)
        return _absent(one, answer)

    async def _origin(self, one: Finding) -> Finding:
        answer = await self._get(one.url, READ_MAX_BYTES, Origin=STRANGER)
        if isinstance(answer, str):
            return could_not(one, answer)
        found = named_stranger(answer, self.site)
        if found is not None and found.fingerprint == one.fingerprint:
            return verified(one)
        return _absent(one, answer)

    async def _page(self, one: Finding) -> Finding:
        if one.url not in self._pages:
            self._pages[one.url] = await self._get(one.url)
        answer = self._pages[one.url]
        if isinstance(answer, str):
            return could_not(one, answer)
        page = read_page(answer, self.site)
        # The same one as grave as before: a milder one is another matter.
        if any(f.fingerprint == one.fingerprint and f.serious for f in look(page)):
            return verified(one)
        if redirect_target(answer):
            return could_not(one, "its address leads elsewhere now")
        if answer.status in OK_STATUSES and not (page.is_html and page.whole):
            return could_not(one, "the page was not read to its end")
        return _absent(one, answer)


def _absent(one: Finding, answer: Exchange) -> Finding:
    """Not there: only an answer that is the site's own word says so."""
    if answer.status in OK_STATUSES:
        return not_seen(one, "the same address did not show it again")
    if answer.status in GONE_STATUSES:
        return not_seen(one, f"its address answered {answer.status}")
    if answer.status >= _SERVER_ERROR or not redirect_target(answer):
        return could_not(one, f"its address answered {answer.status}")
    return not_seen(one, "its address leads elsewhere now")
