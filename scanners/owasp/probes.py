"""What a passive look asks beside the pages: a handful of files, folders, origins, scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from scanners.api import clip
from scanners.content.walls import WALL_STATUSES, probe_url
from scanners.net.fetch import Exchange, FetchError, canonical
from scanners.owasp.asking import Asker
from scanners.owasp.checks import OK_STATUSES, look
from scanners.owasp.crawl import THROTTLED, Seen, is_wall
from scanners.owasp.engine import Progress, Report
from scanners.owasp.evidence import Finding
from scanners.owasp.files import EXPOSED, READ_MAX_BYTES, Exposed
from scanners.owasp.leaks import listing
from scanners.owasp.libraries.repository import Script
from scanners.owasp.page import read_page
from scanners.owasp.rules import finding

FOLDERS_MAX = 3
ORIGINS_MAX = 4
SCRIPTS_MAX = 8
MAPS_MAX = 2
SCRIPT_MAX_BYTES = 1_500_000
SCRIPTS_TOLD_MAX = 60
# Nobody can own this name (RFC 2606 2).
STRANGER = "https://keurwacht-stranger.invalid"
_MAP = re.compile(r"[#@]\s?sourceMappingURL=([^\s'\"*]{1,500})")


@dataclass(slots=True)
class Probes:
    """Asks after the crawl; what it finds goes into ``seen``."""

    asker: Asker
    site: str
    seen: Seen
    report: Report
    scripts: list[Script] = field(default_factory=list)
    _done: int = 0

    async def run(self, start: str, *, files: bool) -> None:
        """Everything, until the site asks us to stop or time is up."""
        await self._folders()
        await self._origins(start)
        await self._scripts()
        if files:
            await self._files(start)

    async def _get(self, url: str, most: int, **headers: str) -> Exchange | None:
        """One answer, None when there was none: what it should have told stays unknown."""
        if self.seen.throttled:
            return None
        self._done += 1
        current = clip(urlsplit(url).path, 80)
        self.report(Progress("probes", self._done, 0, self.asker.requests, current))
        try:
            answer = await self.asker.get(url, max_bytes=most, headers=headers)
        except FetchError as error:
            self.seen.unanswered += 1
            self.seen.trouble(f"{clip(url, 120)}: {error.reason}")
            return None
        if answer.status in THROTTLED:
            self.seen.throttled = True
            self.seen.trouble(f"{clip(url, 120)} answered {answer.status}")
            return None
        return answer

    async def _files(self, start: str) -> None:
        """Compared with what a path gets that nobody made."""
        nobody = await self._get(probe_url(start), READ_MAX_BYTES)
        if nobody is None:
            return
        page = read_page(nobody, self.site)
        walled = is_wall(nobody, page)
        if not walled:
            # An error page tells things too: versions, stack traces.
            self.seen.findings.extend(look(page))
        usual = nobody.body if nobody.status in OK_STATUSES else None
        for wanted in EXPOSED:
            url = urljoin(start, wanted.path)
            if not self.asker.allowed(url):
                continue
            answer = await self._get(url, READ_MAX_BYTES)
            if answer is None:
                return
            # Refused like any path: something in front answers.  Refused alone: it was mended.
            if not walled or answer.status != nobody.status:
                self.seen.probed.append(url)
            found = exposed(wanted, answer, usual, self.site)
            if found is not None:
                self.seen.findings.append(found)

    async def _folders(self) -> None:
        """Folders that pictures and scripts come from: is their content shown?"""
        ranked = sorted(self.seen.folders.items(), key=lambda pair: (-pair[1], pair[0]))
        asked = set(self.seen.visited)
        wanted = [url for url, _ in ranked if self.asker.allowed(url) and url not in asked]
        for url in wanted[:FOLDERS_MAX]:
            answer = await self._get(url, READ_MAX_BYTES)
            if answer is None or answer.status in WALL_STATUSES:
                continue
            self.seen.probed.append(url)
            if answer.status in OK_STATUSES:
                page = read_page(answer, self.site)
                if page.is_html:
                    self.seen.findings.extend(listing(page))

    async def _origins(self, start: str) -> None:
        """Does an answer name whoever asks (Fetch standard 3.2)?"""
        telling = [url for url in self.seen.visited if "/api" in urlsplit(url).path.lower()]
        for url in list(dict.fromkeys([*self.seen.cors, *telling, start]))[:ORIGINS_MAX]:
            answer = await self._get(url, READ_MAX_BYTES, Origin=STRANGER)
            found = None if answer is None else named_stranger(answer, self.site)
            if found is not None:
                self.seen.findings.append(found)

    async def _scripts(self) -> None:
        """The shop's own programs; those of others are known by their address alone."""
        maps = 0
        told = list(self.seen.scripts)[:SCRIPTS_TOLD_MAX]
        own = [url for url in told if self.asker.allowed(url)][:SCRIPTS_MAX]
        for url in told:
            answer = await self._get(url, SCRIPT_MAX_BYTES) if url in own else None
            text = answer.text() if answer is not None and answer.status in OK_STATUSES else ""
            self.scripts.append(Script(url, text))
            if answer is not None and text and maps < MAPS_MAX:
                maps += await self._map(answer, text)

    async def _map(self, answer: Exchange, text: str) -> bool:
        """A source map is only a finding when it is there."""
        named = answer.header("sourcemap") or answer.header("x-sourcemap")
        found = _MAP.findall(text[-2_000:])
        target = named or (found[-1] if found else "")
        if not target or target.startswith("data:"):
            return False
        try:
            url = canonical(urljoin(answer.final_url, target))
        except (FetchError, ValueError):
            return False
        if not self.asker.allowed(url):
            return False
        mapped = await self._get(url, READ_MAX_BYTES)
        if mapped is None or mapped.status not in OK_STATUSES:
            return True
        head = mapped.text().lstrip()
        if head.startswith("{") and '"version"' in head and '"sources"' in head:
            self.seen.findings.append(
                finding(
                    "source-map-exposed", mapped.final_url, site=self.site,
                    param=urlsplit(mapped.final_url).path, excerpt=target,
                )
            )  # fmt: skip
        return True


def exposed(wanted: Exposed, answer: Exchange, usual: bytes | None, site: str) -> Finding | None:
    """The file, when the answer is it; ``usual`` is what a path gets that nobody made."""
    if answer.status != 200 or answer.body == usual:  # noqa: PLR2004
        return None
    told = wanted.tells(answer.body)
    if not told or (usual is not None and wanted.tells(usual)):
        return None
    return finding(
        wanted.rule, answer.final_url, site=site, param=wanted.path,
        excerpt=f"{wanted.path} {told}", severity=wanted.severity,
    )  # fmt: skip


def named_stranger(answer: Exchange, site: str) -> Finding | None:
    """Does an answer to a request of ``STRANGER`` name it (Fetch standard 3.2)?"""
    allowed = answer.header("access-control-allow-origin").strip()
    cookies = answer.header("access-control-allow-credentials").strip().lower() == "true"
    rule = ""
    if allowed == STRANGER:
        rule = "cors-any-origin" if cookies else "cors-wildcard"
    elif allowed == "null" and cookies:
        rule = "cors-null-origin"
    if not rule:
        return None
    name = "access-control-allow-origin"
    said = f"{name}: {allowed}" + (" with credentials" if cookies else "")
    return finding(rule, answer.final_url, site=site, param=name, excerpt=said)
