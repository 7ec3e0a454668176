"""Before any engine starts: where the shop really is, and whether it lets itself be seen."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

from scanners.api import Clock, NetOptions, ScanOutcome, ScanRequest
from scanners.content.walls import WALL_STATUSES
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.names import registrable_domain
from scanners.owasp.asking import RUN_HEADER, origin_of
from scanners.owasp.crawl import is_wall
from scanners.owasp.engine import Plan, Profile
from scanners.owasp.flight import Flight
from scanners.owasp.left_out import LEFT_OUT, compiled
from scanners.owasp.page import read_page

PREFLIGHT_S = 30.0
_CLOSED = WALL_STATUSES | {503}
WORDS_MAX = 200


async def fly(
    request: ScanRequest, profile: Profile, options: NetOptions, clock: Clock, deadline_s: float
) -> Flight:
    """One visit to the start page with its redirects, within the site's own domains.

    The option ``scope`` names the hosts that may be attacked: of the others nothing is
    asked then, and a shop that starts on one of them is not permitted.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline_s
    run_id = words(request.options, "run_id")[:1] or (uuid.uuid4().hex,)
    site = _host(request.url)
    own = frozenset(registrable_domain(host) for host in (site, *request.hosts) if host)
    try:
        excluded = (*LEFT_OUT, *words(request.options, "excluded"))
        compiled(excluded)
    except ValueError as error:
        return Flight(None, ScanOutcome.NOT_PERMITTED, str(error))
    async with Fetcher(options, clock, burst=1) as fetcher:
        try:
            answer = await fetcher.get(
                request.url, within=own, deadline_s=min(PREFLIGHT_S, deadline_s),
                headers={RUN_HEADER: run_id[0]},
            )  # fmt: skip
        except FetchError as error:
            return Flight(None, error.outcome, error.reason, fetcher.requests)
        sent = fetcher.requests
    page = read_page(answer, site)
    if answer.status in _CLOSED or is_wall(answer, page):
        reason = f"something in front of the shop answered {answer.status}"
        return Flight(None, ScanOutcome.BLOCKED, reason, sent)
    origins, reason = _in_scope(answer, request, profile)
    if reason:
        return Flight(None, ScanOutcome.NOT_PERMITTED, reason, sent)
    plan = Plan(
        url=answer.final_url,
        origins=origins,
        site=site,
        profile=profile,
        run_id=run_id[0],
        deadline_s=max(0.1, end - loop.time()),
        requests_per_second=options.requests_per_second,
        excluded=excluded,
        known=words(request.options, "known"),
    )
    return Flight(plan, requests=sent, verified=not answer.tls_error)


def _in_scope(
    answer: Exchange, request: ScanRequest, profile: Profile
) -> tuple[tuple[str, ...], str]:
    """The origins that may be asked, and why the site may not be attacked ("": it may)."""
    origins, scope = origins_of(answer, request), words(request.options, "scope")
    if not (profile.attacks and scope):
        return origins, ""
    origins = tuple(origin for origin in origins if _host(origin) in scope)
    if origin_of(answer.final_url) in origins:
        return origins, ""
    start = _host(answer.final_url)
    return origins, f"the shop starts at {start}, consent is for {', '.join(scope)}"


def origins_of(answer: Exchange, request: ScanRequest) -> tuple[str, ...]:
    """The site's own origins: where it ended first, then what led there, then its other hosts.

    On the usual ports both schemes of a host are its own: a form that still stands on
    plain HTTP is what a look is for.
    """
    found: dict[str, None] = {origin_of(answer.final_url): None}
    for hop in answer.hops:
        found[origin_of(hop.url)] = None
        found[origin_of(hop.location)] = None
    if urlsplit(answer.final_url).port is None:
        hosts = [urlsplit(url).hostname or "" for url in found]
        for host in dict.fromkeys([*hosts, *(h.lower() for h in request.hosts)]):
            shown = f"[{host}]" if ":" in host else host
            found[origin_of(f"https://{shown}/")] = None
            found[origin_of(f"http://{shown}/")] = None
    return tuple(origin for origin in found if origin)


def words(options: Mapping[str, object], name: str) -> tuple[str, ...]:
    """An option that is a text or a list of texts; what is neither is nothing."""
    value = options.get(name)
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, list | tuple):
        return tuple(one for one in value if isinstance(one, str) and one)[:WORDS_MAX]
    return ()


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
