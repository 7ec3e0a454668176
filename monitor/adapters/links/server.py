"""Where members arrive by the links in their mail: GET shows a page, POST acts once.

A listener of its own, for a proxy that ends TLS: health and metrics are on another
port and stay inside.  Tokens are never logged.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs

import structlog

from monitor.adapters.http_server import CONNECTION_MAX_S, HttpServer
from monitor.adapters.links.page import CSP, STATUS, render_page
from monitor.adapters.links.words import LINK_WORDS
from monitor.domain.action import ActionLink
from monitor.services.link_tokens import PATH, LinkError, LinkSigner, Refusal
from monitor.services.member_links import MemberLinks, Page, PageState
from monitor.services.ports import Store
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from scanners.api import Clock

log = structlog.get_logger(__name__)

# Eight thousand characters of answers, each at most twelve bytes in a form.
BODY_MAX_BYTES = 100_000
ANSWER_MAX_S = 15.0
METHODS = ("GET", "HEAD", "POST")
ROUTE, OTHER = "/a", "other"
_ASKED = re.compile(r"([A-Z]{1,10}) (\S{1,2000}) HTTP/1\.[01]")
_LENGTH = re.compile(r"\d{1,9}", re.ASCII)
_REASONS = {
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 409: "Conflict", 410: "Gone", 411: "Length Required",
    413: "Content Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 503: "Service Unavailable",
}  # fmt: skip
# What is no page of a link: short, in no language of a member.
_PLAIN = "text/plain; charset=utf-8"


class LinkServer(HttpServer):
    """Serves the pages of links.

    ``secure`` says that members come over https: browsers are told to stay there.
    ``answered`` hears of route, method and status of every answer.
    """

    def __init__(
        self,
        bind: str,
        port: int,
        *,
        store: Store,
        signer: LinkSigner,
        links: MemberLinks,
        clock: Clock,
        organisation: str,
        secure: bool = True,
        answered: Callable[[str, str, int], None] = lambda _route, _method, _code: None,
        connection_max_s: float = CONNECTION_MAX_S + ANSWER_MAX_S,
    ) -> None:
        super().__init__(bind, port, "link-server", connection_max_s=connection_max_s)
        self._store = store
        self._signer = signer
        self._links = links
        self._clock = clock
        self._organisation = organisation
        self._secure = secure
        self._answered = answered

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except asyncio.LimitOverrunError:
            return self._told("other", "other", 431)
        asked = _ASKED.fullmatch(head[0])
        if asked is None:
            return self._told("other", "other", 400)
        method, target = asked[1], asked[2].partition("?")[0]
        _, found, token = target.rpartition(PATH)
        if not found:
            return self._told(OTHER, method, 404)
        if method not in METHODS:
            return self._told(ROUTE, method, 405)
        headers = _headers(head[1:])
        said = ""
        if method == "POST":
            length = headers.get("content-length", "")
            if not _LENGTH.fullmatch(length):
                return self._told(ROUTE, method, 411)
            if int(length) > BODY_MAX_BYTES:
                return self._told(ROUTE, method, 413)
            said = _field(await reader.readexactly(int(length)), "answers")
        page = await self._page(method, token, said, headers.get("accept-language", ""))
        body = render_page(page, self._organisation)
        return self._raw(ROUTE, method, STATUS[page.state], "text/html; charset=utf-8", body)

    async def _page(self, method: str, token: str, said: str, languages: str) -> Page:
        """What the link comes to; trouble of ours is a page too."""
        now = self._clock.now()
        try:
            link = self._signer.read(token, now)
        except LinkError as error:
            state = PageState.EXPIRED if error.why is Refusal.EXPIRED else PageState.FORGED
            log.info("link_refused", why=error.why.value)
            return Page(state, error.language or _preferred(languages))
        work = self._acting(link, said, now) if method == "POST" else self._looking(link, now)
        loop = asyncio.get_running_loop()
        doing = loop.run_in_executor(self._executor, self._store.transact, work)
        # A task of its own: what is under way is finished, whoever goes away meanwhile.
        (done,) = await asyncio.gather(asyncio.shield(doing), return_exceptions=True)
        if isinstance(done, Page):
            log.info("link_shown", action=link.action.value, thread=link.thread,
                     state=done.state.value, method=method)  # fmt: skip
            return done
        page = Page(PageState.TROUBLE, link.language, link.action, thread=link.thread)
        if isinstance(done, RequestError):
            return replace(page, state=PageState.OVER)
        log.error("link_failed", action=link.action.value, thread=link.thread, exc_info=done)
        return page

    def _looking(self, link: ActionLink, now: datetime) -> Callable[[Tx], Page]:
        return lambda tx: self._links.look(tx, link, now)

    def _acting(self, link: ActionLink, said: str, now: datetime) -> Callable[[Tx], Page]:
        return lambda tx: self._links.act(tx, link, said, now)

    def _told(self, route: str, method: str, status: int) -> bytes:
        return self._raw(route, method, status, _PLAIN, f"{_REASONS[status]}\n".encode())

    def _raw(self, route: str, method: str, status: int, content_type: str, body: bytes) -> bytes:
        self._answered(route, method if method in METHODS else OTHER, status)
        lines = [
            f"HTTP/1.1 {status} {_REASONS[status]}",
            f"Content-Type: {content_type}",
            f"Content-Length: {len(body)}",
            f"Content-Security-Policy: {CSP}",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "X-Robots-Tag: noindex, nofollow",
            # The address holds the token: no other site hears of it.
            "Referrer-Policy: no-referrer",
            "Cross-Origin-Opener-Policy: same-origin",
            "Cross-Origin-Resource-Policy: same-origin",
        ]
        if self._secure:
            lines.append("Strict-Transport-Security: max-age=31536000")
        if status == 405:  # noqa: PLR2004 (RFC 9110 15.5.6)
            lines.append(f"Allow: {', '.join(METHODS)}")
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")
        return head if method == "HEAD" else head + body


def _headers(lines: list[str]) -> Mapping[str, str]:
    """By lower-case name; of a name that is there twice, nothing that could be used."""
    found: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        key = name.strip().casefold()
        found[key] = "" if key in found else value.strip()
    return found


def _field(body: bytes, name: str) -> str:
    """One field of a form; "" when the form is not one."""
    try:
        given = parse_qs(body.decode("ascii"), max_num_fields=10, errors="replace")
    except ValueError:
        return ""
    return given.get(name, [""])[0]


def _preferred(accepted: str) -> str:
    """The first language of Accept-Language (RFC 9110 12.5.4) we have words for, else ""."""
    for part in accepted[:200].split(","):
        language = part.strip()[:2].casefold()
        if language in LINK_WORDS:
            return language
    return ""
