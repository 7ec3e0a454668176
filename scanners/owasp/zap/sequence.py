"""The calls of a baseline scan, in their order.

Every option is set each time: in ZAP they belong to the daemon, not to a scan.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from scanners.api import ScanOutcome, clip
from scanners.content.walls import WALL_STATUSES
from scanners.net.wire import is_excluded
from scanners.owasp.excluded import EXCLUDED, patterns
from scanners.owasp.zap.claims import stands
from scanners.owasp.zap.client import ZapClient, ZapError, ZapGoneError
from scanners.owasp.zap.coverage import Crawl, read_crawl
from scanners.owasp.zap.probe import DaemonError, ScanRule, read_rules
from scanners.owasp.zap.site import EndedError, Site, nap

RATE_RULE = "keurwacht"
ALERTS_PER_RULE = 10
BODY_MAX_BYTES = 2_000_000
CONNECTION_S = 30
SPIDER_MAX_S = 180.0
SPIDER_GRACE_S = 60.0
SPIDER_EDGE_S = 2.0
SPIDER_SHARE = 0.5
SPIDER_SHARE_ATTACK = 0.25
DEPTH_MAX = 4
# Per folder; what lies beyond is not even told by ZAP.  A sample that ends, not a whole shop.
CHILDREN_MAX = 30
KNOWN_MAX = 30
KNOWN_SHARE = 0.15
DONE = 100
_MINUTE = 60.0


# Where a copy of the sources may lie, and an agent that would go out in the place of ours.
_RARE_OPTIONS: tuple[Callable[[ZapClient], object], ...] = (
    lambda zap: zap.spider.set_option_parse_git(False),
    lambda zap: zap.spider.set_option_parse_svn_entries(False),
    lambda zap: zap.spider.set_option_parse_ds_store(False),
    lambda zap: zap.spider.set_option_accept_cookies(True),
    lambda zap: zap.spider.set_option_user_agent(""),
)


async def prepared(site: Site) -> None:
    """An empty session with our way out, our name, our pace and only this site in scope."""
    await site.talk.ask(lambda zap: zap.core.new_session("", True))
    await _network(site)
    await _scope(site)
    talk = site.talk
    await talk.ask(lambda zap: zap.pscan.set_scan_only_in_scope(True))
    await talk.ask(lambda zap: zap.pscan.set_max_alerts_per_rule(ALERTS_PER_RULE))
    # A rule that reached its limit stays switched off, on this daemon, for every later site.
    await talk.ask(lambda zap: zap.pscan.enable_all_scanners())
    await talk.ask(lambda zap: zap.pscan.disable_all_tags())
    await talk.ask(lambda zap: zap.pscan.set_max_body_size_in_bytes(BODY_MAX_BYTES))


async def kept_to_the_end(site: Site) -> None:
    """ZapGoneError when the session was another's in the end: its alerts would be theirs."""
    if not await stands(site.talk, site.context):
        raise ZapGoneError("somebody else took this ZAP: the session of the scan is gone")


async def released(site: Site) -> None:
    """Leave nothing of the shop behind; from now on others see that nobody scans here."""
    with contextlib.suppress(ZapError, ZapGoneError):
        await site.talk.ask(lambda zap: zap.core.new_session("", True))


async def passive_rules(site: Site) -> tuple[ScanRule, ...]:
    """The passive rules that are on for this scan."""
    rows = await site.talk.see(lambda zap: zap.pscan.scanners)
    return tuple(rule for rule in read_rules(rows) if rule.enabled)


async def _network(site: Site) -> None:
    talk, plan, outlet = site.talk, site.plan, site.outlet
    rate = max(1, math.ceil(plan.requests_per_second))
    await talk.ask(lambda zap: zap.network.set_default_user_agent(site.user_agent))
    await talk.ask(lambda zap: zap.network.set_connection_timeout(CONNECTION_S))
    excluded = await talk.see(lambda zap: zap.network.get_http_proxy_exclusions)
    for row in excluded if isinstance(excluded, list) else []:
        host = row.get("host") if isinstance(row, dict) else None
        if host:
            await talk.ask(lambda zap, h=host: zap.network.remove_http_proxy_exclusion(h))  # type: ignore[misc]
    user, secret = ("zap", outlet.secret) if outlet.secret else (None, None)
    await talk.ask(
        lambda zap: zap.network.set_http_proxy(outlet.host, outlet.port, None, user, secret)
    )
    await talk.ask(lambda zap: zap.network.set_http_proxy_auth_enabled(bool(outlet.secret)))
    await talk.ask(lambda zap: zap.network.set_http_proxy_enabled(True))
    await _way_out_is_ours(site)
    with contextlib.suppress(ZapError):  # does_not_exist on a new daemon
        await talk.ask(lambda zap: zap.network.remove_rate_limit_rule(RATE_RULE))
    if plan.requests_per_second > 0:
        hosts = "|".join(sorted({urlsplit(o).hostname or "" for o in plan.origins}))
        match = hosts.replace(".", r"\.")
        await talk.ask(
            lambda zap: zap.network.add_rate_limit_rule(RATE_RULE, True, True, match, rate, "HOST")
        )


async def _way_out_is_ours(site: Site) -> None:
    """Read back that ZAP goes through the outlet; DaemonError when it would dial itself."""
    proxy = await site.talk.see(lambda zap: zap.network.get_http_proxy)
    on = await site.talk.see(lambda zap: zap.network.is_http_proxy_enabled)
    kept = proxy if isinstance(proxy, dict) else {}
    where = str(kept.get("host")), str(kept.get("port"))
    if str(on).lower() != "true" or where != (site.outlet.host, str(site.outlet.port)):
        raise DaemonError("ZAP does not take the outlet as its way out")


async def _scope(site: Site) -> None:
    talk = site.talk
    site.context_id = str(await talk.ask(lambda zap: zap.context.new_context(site.context)))
    for origin in site.plan.origins:
        regex = rf"\Q{origin}\E(/.*)?"
        await talk.ask(lambda zap, r=regex: zap.context.include_in_context(site.context, r))  # type: ignore[misc]
    for text in (*EXCLUDED, *site.plan.excluded):
        regex = context_regex(text)
        try:
            await talk.ask(lambda zap, r=regex: zap.context.exclude_from_context(site.context, r))  # type: ignore[misc]
        except ZapError as error:
            # Java refuses an expression Python takes: the outlet holds it all the same.
            site.notes.append(f"an excluded path is unknown to ZAP ({error.code})")
    await talk.ask(lambda zap: zap.context.set_context_in_scope(site.context, True))
    await talk.ask(lambda zap: zap.core.set_mode("protect"))


def context_regex(text: str) -> str:
    """An expression for path and query as one for a whole address: ZAP matches those."""
    anchored = text.startswith("^")
    return f"(?i)https?://[^/]*(?=[/?]){'' if anchored else '.*'}(?:{text.removeprefix('^')}).*"


async def crawled(site: Site) -> Crawl:
    """Visit the start page, what is known, and what the spider finds.

    EndedError when the start page cannot be had or leads elsewhere.
    """
    limit_s = await _spider_options(site)
    await _started(site)
    tried = await _known_pages(site)
    number = await site.talk.ask(
        lambda zap: zap.spider.scan(url=site.plan.url, contextname=site.context, subtreeonly=False)
    )
    if not str(number).isdecimal():
        raise ZapGoneError("the spider gave no number")
    await _spidered(site, str(number), limit_s)
    found = read_crawl(await site.talk.see(lambda zap: zap.spider.full_results(str(number))))
    if found.lost:
        site.notes.append(f"{found.lost} pages could not be read")
    had = frozenset(url for url, well in tried.items() if well)
    return replace(found, known=found.known | frozenset(tried), visited=found.visited | had)


async def _spider_options(site: Site) -> float:
    """Set them all; the seconds after which ZAP ends the spider."""
    talk = site.talk
    minutes = max(1, int(min(SPIDER_MAX_S, spider_budget(site)) // _MINUTE))
    await talk.ask(lambda zap: zap.spider.set_option_max_duration(minutes))
    await talk.ask(lambda zap: zap.spider.set_option_max_depth(DEPTH_MAX))
    await talk.ask(lambda zap: zap.spider.set_option_max_children(CHILDREN_MAX))
    await talk.ask(lambda zap: zap.spider.set_option_thread_count(2))
    await talk.ask(lambda zap: zap.spider.set_option_process_form(True))
    await talk.ask(lambda zap: zap.spider.set_option_post_form(False))
    await talk.ask(lambda zap: zap.spider.set_option_parse_comments(False))
    await talk.ask(lambda zap: zap.spider.set_option_parse_sitemap_xml(True))
    # ZAP would take robots.txt for a list of places to go to.
    await talk.ask(lambda zap: zap.spider.set_option_parse_robots_txt(False))
    for rare in _RARE_OPTIONS:
        with contextlib.suppress(ZapError):  # not every version of the add-on has it
            await talk.ask(rare)
    return minutes * _MINUTE


def spider_budget(site: Site) -> float:
    """Seconds the spider may have of what is left."""
    share = SPIDER_SHARE_ATTACK if site.plan.profile.attacks else SPIDER_SHARE
    return site.left * share


async def _started(site: Site) -> None:
    site.say("start")
    try:
        found = await site.talk.ask(
            lambda zap: zap.core.access_url(site.plan.url, followredirects=True)
        )
    except ZapError as error:
        if error.code == "mode_violation":
            reason = "the start page leads to another site"
            raise EndedError(ScanOutcome.REDIRECTED_OUT, reason) from error
        if error.code == "internal_error" and site.outlet.traffic.tried:
            reason = "the start page gave no answer"
            raise EndedError(ScanOutcome.UNREACHABLE, reason) from error
        raise
    if not site.outlet.traffic.tried:
        raise DaemonError("ZAP reached the site without the outlet")
    status = last_status(found)
    if status in WALL_STATUSES:
        reason = f"something in front of the shop answered {status}"
        raise EndedError(ScanOutcome.BLOCKED, reason)
    if status >= 400:  # noqa: PLR2004 (RFC 9110 15.5)
        site.troubles.append(f"the start page answered {status}")


def last_status(found: object) -> int:
    """The status of the last exchange ``access_url`` tells of, 0 when it tells none."""
    last = found[-1] if isinstance(found, list) and found else None
    head = str(last.get("responseHeader", "")) if isinstance(last, dict) else ""
    words = head.split(" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0


async def _known_pages(site: Site) -> dict[str, bool]:
    """Pages we know of go into ZAP's tree; which were asked, and which of them were had."""
    tried: dict[str, bool] = {}
    end = site.until(site.left * KNOWN_SHARE)
    compiled = patterns(site.plan.excluded)
    for url in site.plan.known[:KNOWN_MAX]:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if f"{parts.scheme}://{parts.netloc}" not in site.plan.origins:
            continue
        if is_excluded(path, compiled) or not await nap(0.0, end):
            continue
        tried[url] = False
        with contextlib.suppress(ZapError):
            await site.talk.ask(lambda zap, u=url: zap.core.access_url(u, followredirects=True))  # type: ignore[misc]
            tried[url] = True
    return tried


async def _spidered(site: Site, number: str, limit_s: float) -> None:
    """Until the spider has ended; it is stopped when its time is over or the site suffers.

    ZAP says 100 as well when it gave up for its own limit of time.
    """
    ripe = asyncio.get_running_loop().time() + limit_s - SPIDER_EDGE_S
    end = site.until(min(SPIDER_MAX_S + SPIDER_GRACE_S, spider_budget(site) + SPIDER_GRACE_S))
    while True:
        status = str(await site.talk.see(lambda zap: zap.spider.status(number)))
        share = int(status) if status.isdecimal() else 0
        site.say("spider", share, DONE)
        if share >= DONE:
            site.spidered = asyncio.get_running_loop().time() < ripe
            if not site.spidered:
                site.troubles.append("the spider came to the end of its time")
            return
        ailment = site.health.seen_by_zap()
        if not ailment and site.health.due(site.timing.probe_every_s):
            ailment = await site.health.check()
        if ailment and not ailment.startswith("slow"):
            site.suffers(ailment)
            break
        if not await nap(site.timing.poll_s, end):
            site.troubles.append("the spider was stopped: its time was over")
            break
    with contextlib.suppress(ZapError):
        await site.talk.ask(lambda zap: zap.spider.stop(number))


async def looked_at(site: Site) -> int:
    """Wait until the passive rules have seen every answer; how many they did not."""
    end = site.until(site.timing.passive_s)
    while True:
        left = str(await site.talk.see(lambda zap: zap.pscan.records_to_scan))
        waiting = int(left) if left.isdecimal() else 1
        site.say("passive", total=waiting)
        if not waiting:
            return 0
        if not await nap(min(1.0, site.timing.poll_s), end):
            break
    with contextlib.suppress(ZapError):
        found = await site.talk.ask(lambda zap: zap.pscan.current_tasks)
        site.troubles.append(f"passive rules were still busy: {clip(str(found), 100)}")
    with contextlib.suppress(ZapError):
        await site.talk.ask(lambda zap: zap.pscan.clear_queue())
    return waiting
