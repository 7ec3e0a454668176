"""The active part of a scan: attacks a live shop can stand, watched all the time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from scanners.owasp.evidence import RuleRun
from scanners.owasp.zap.client import ZapError, ZapGoneError
from scanners.owasp.zap.coverage import read_rules_run
from scanners.owasp.zap.outcome import FINISHED, WHOLE, Attack
from scanners.owasp.zap.sequence import ALERTS_PER_RULE
from scanners.owasp.zap.site import Site, nap

RULE_MINUTES = 5
# Where attacks are put: the query (1) and bodies (2); not cookies, headers or the path.
PLACES = 3
RULE_SHARE = 4
AILING_MAX = 3
_LOST = Attack("LOST", 0)


@dataclass(slots=True)
class _Watch:
    """What was last seen of a running scan."""

    requests: int = -1
    moved_at: float = 0.0


async def attack_options(site: Site) -> None:
    """Limits of every active scan on this daemon."""
    talk = site.talk
    minutes = max(1, int(site.left // 60))
    rule = min(minutes, max(RULE_MINUTES, minutes // RULE_SHARE))
    await talk.ask(lambda zap: zap.ascan.set_option_max_scan_duration_in_mins(minutes))
    await talk.ask(lambda zap: zap.ascan.set_option_max_rule_duration_in_mins(rule))
    await talk.ask(lambda zap: zap.ascan.set_option_thread_per_host(2))
    await talk.ask(lambda zap: zap.ascan.set_option_host_per_scan(1))
    await talk.ask(lambda zap: zap.ascan.set_option_delay_in_ms(0))
    await talk.ask(lambda zap: zap.ascan.set_option_max_alerts_per_rule(ALERTS_PER_RULE))
    await talk.ask(lambda zap: zap.ascan.set_option_inject_plugin_id_in_header(True))
    await talk.ask(lambda zap: zap.ascan.set_option_add_query_param(False))
    await talk.ask(lambda zap: zap.ascan.set_option_scan_headers_all_requests(False))
    with contextlib.suppress(ZapError):  # what ZAP does by itself, said again
        await talk.ask(lambda zap: zap.ascan.set_option_target_params_injectable(PLACES))
    await talk.ask(lambda zap: zap.ascan.set_option_handle_anti_csrf_tokens(True))


async def attacked(site: Site, policy: str, origins: Iterable[str]) -> Attack:
    """Attack these origins one after the other; the worst of them is the end of all."""
    ends: list[Attack] = []
    site.say("active")
    for origin in origins:
        number = await _begun(site, policy, origin)
        ends.append(await _watched(site, number))
        with contextlib.suppress(ZapError):
            await site.talk.ask(lambda zap, n=number: zap.ascan.remove_scan(n))  # type: ignore[misc]
        if ends[-1].state != FINISHED or ends[-1].progress != WHOLE:
            break
    return joined(ends)


async def attacked_once(site: Site, policy: str, url: str) -> Attack:
    """Attack that one address and nothing below it."""
    found = await site.talk.ask(
        lambda zap: zap.ascan.scan(
            url=url, recurse=False, scanpolicyname=policy, contextid=site.context_id
        )
    )
    if not str(found).isdecimal():
        raise ZapGoneError("the active scan gave no number")
    number = str(found)
    end = await _watched(site, number)
    with contextlib.suppress(ZapError):
        await site.talk.ask(lambda zap: zap.ascan.remove_scan(number))
    return end


def joined(ends: list[Attack]) -> Attack:
    """One end for several: the least progress, a rule once and at its worst."""
    if not ends:
        return _LOST
    worst = min(ends, key=lambda end: (end.state == FINISHED, end.progress))
    rules: dict[str, RuleRun] = {}
    for run in (run for end in ends for run in end.rules):
        known = rules.get(run.rule)
        if known is None:
            rules[run.rule] = run
            continue
        state = known.state if not known.complete else run.state
        sent = known.requests + run.requests
        rules[run.rule] = RuleRun(run.rule, run.name, state, True, sent)
    return Attack(worst.state, worst.progress, tuple(rules.values()))


async def _begun(site: Site, policy: str, origin: str) -> str:
    """The number of a new scan of the whole origin, or of what lies below the start page."""
    number: object = ""
    for url in (f"{origin}/", site.plan.url):
        try:
            number = await site.talk.ask(
                lambda zap, u=url: zap.ascan.scan(  # type: ignore[misc]
                    url=u, recurse=True, scanpolicyname=policy, contextid=site.context_id
                )
            )
            break
        except ZapError as error:
            if error.code != "url_not_found" or url == site.plan.url:
                raise
    if not str(number).isdecimal():
        raise ZapGoneError("the active scan gave no number")
    return str(number)


async def _watched(site: Site, number: str) -> Attack:
    """Until it has finished; stopped when its time is over or the site suffers."""
    watch = _Watch(moved_at=asyncio.get_running_loop().time())
    while True:
        entry = await _entry(site, number)
        if entry is None:
            return _LOST
        if entry.get("state") == FINISHED:
            break
        ailment = await _ailment(site, number, watch)
        if ailment:
            site.suffers(ailment)
            await _stopped(site, number)
            break
        await _unstuck(site, number, entry, watch)
        if not await nap(site.timing.attack_poll_s, site.end):
            site.troubles.append("the active scan was stopped: its time was over")
            await _stopped(site, number)
            break
    rules = await _rules(site, number)
    entry = await _entry(site, number) or {}
    progress = str(entry.get("progress", ""))
    state = str(entry.get("state", "LOST"))[:20]
    return Attack(state, int(progress) if progress.isdecimal() else 0, rules)


async def _entry(site: Site, number: str) -> dict[str, object] | None:
    """ZAP's line about this scan; None when it has forgotten it."""
    rows = await site.talk.see(lambda zap: zap.ascan.scans)
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and str(row.get("id")) == number:
            return row
    return None


async def _rules(site: Site, number: str) -> tuple[RuleRun, ...]:
    return read_rules_run(await site.talk.see(lambda zap: zap.ascan.scan_progress(number)))


async def _ailment(site: Site, number: str, watch: _Watch) -> str:
    """Why the scan has to stop, "" to go on.  A site that struggles gets a rest first."""
    ailment = site.health.seen_by_zap()
    if not ailment and not site.health.due(site.timing.probe_every_s):
        return ""
    ailment = ailment or await site.health.check()
    if not ailment:
        return ""
    with contextlib.suppress(ZapError):
        await site.talk.ask(lambda zap: zap.ascan.pause(number))
    for _ in range(AILING_MAX - 1):
        if not await nap(site.timing.pause_s, site.end):
            return ailment
        ailment = await site.health.check()
        if not ailment:
            site.outlet.traffic.recent.clear()
            watch.moved_at = asyncio.get_running_loop().time()
            with contextlib.suppress(ZapError):
                await site.talk.ask(lambda zap: zap.ascan.resume(number))
            return ""
    return ailment


async def _unstuck(site: Site, number: str, entry: dict[str, object], watch: _Watch) -> None:
    """Skip a rule that sends nothing any more; note how far the scan is."""
    sent = str(entry.get("reqCount", ""))
    requests = int(sent) if sent.isdecimal() else 0
    now = asyncio.get_running_loop().time()
    rules = await _rules(site, number)
    running = next((rule for rule in rules if rule.state.endswith("%")), None)
    ended = sum(not rule.state.endswith("%") and rule.state != "Pending" for rule in rules)
    site.say("active", ended, len(rules), running.name if running else "")
    if requests != watch.requests:
        watch.requests, watch.moved_at = requests, now
    elif running is not None and now - watch.moved_at > site.timing.stalled_s:
        watch.moved_at = now
        with contextlib.suppress(ZapError):
            await site.talk.ask(lambda zap: zap.ascan.skip_scanner(number, running.rule))


async def _stopped(site: Site, number: str) -> None:
    with contextlib.suppress(ZapError):
        await site.talk.ask(lambda zap: zap.ascan.stop(number))
