"""ZAP's second look at what is grave: the one address, and the one rule, in an empty session.

An alert of the first look cannot be told from one that was raised again: the session is
emptied before.  What is attacked is the page as the shop links to it, not the attack.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scanners.api import clip
from scanners.content.walls import WALL_STATUSES
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
from scanners.owasp.evidence import Finding
from scanners.owasp.zap.active import attack_options, attacked_once
from scanners.owasp.zap.alerts import Alert, all_alerts, findings_of
from scanners.owasp.zap.client import ZapError, ZapGoneError
from scanners.owasp.zap.outcome import FINISHED, THROTTLE_STATUSES, WHOLE, Attack, done
from scanners.owasp.zap.policy import ensured_policy
from scanners.owasp.zap.probe import Components, DaemonError
from scanners.owasp.zap.remote import stop_scans
from scanners.owasp.zap.sequence import last_status, looked_at, passive_rules, prepared
from scanners.owasp.zap.site import Site, nap

# What is left of the time belongs to stopping and to going home.
STOP_S = 3.0
_BROKEN = 500


@dataclass(slots=True)
class SecondLook:
    """One second look; ``pages`` are addresses of the site as the spider found them."""

    site: Site
    components: Components
    pages: frozenset[str]
    _tried: dict[tuple[str, str], str] = field(default_factory=dict)
    _passive: frozenset[str] = frozenset()

    async def run(
        self, findings: Sequence[Finding], alerts: Iterable[tuple[Finding, Alert]]
    ) -> tuple[Finding, ...]:
        """The findings in their order, each grave one with its answer; never raises for ZAP."""
        wanted = to_look_for(findings)
        if not wanted:
            return tuple(findings)
        after_s = self.site.timing.again_after_s
        if self.site.left < after_s + AGAIN_LEAST_S + STOP_S:
            return settled(findings, NO_TIME)
        told: dict[str, Finding] = {}
        by_print = {found.fingerprint: alert for found, alert in alerts}
        why = NO_TIME
        try:
            async with asyncio.timeout_at(self.site.end - STOP_S):
                await nap(after_s, self.site.end)
                why = await self._all(wanted, by_print, told)
        except TimeoutError:
            await self._stopped()
        except (ZapError, ZapGoneError, DaemonError) as error:
            why = clip(f"ZAP: {error}", 150)
        return settled((told.get(one.fingerprint, one) for one in findings), why)

    async def _all(
        self, wanted: Sequence[Finding], by_print: dict[str, Alert], told: dict[str, Finding]
    ) -> str:
        """Fill ``told``; why the others have no answer."""
        ailment = await self.site.health.check()
        if ailment:
            return clip(ailment, 150)
        await prepared(self.site)
        self._passive = frozenset(rule.rule for rule in await passive_rules(self.site))
        trouble: dict[str, str] = {}
        chosen = [one for one in wanted if one.fingerprint in by_print][:AGAIN_MAX]
        for place, one in enumerate(chosen):
            self.site.say("again", place, len(chosen), clip(one.name, 60))
            trouble[one.fingerprint] = await self._looked(by_print[one.fingerprint])
        waiting = await looked_at(self.site)
        ailment = await self.site.health.check()
        alerts = await all_alerts(self.site.talk, self.site.plan.origins)
        seen = {found.fingerprint for found, _ in findings_of(alerts, self.site.plan.site)}
        for one in chosen:
            why = trouble[one.fingerprint]
            if waiting and by_print[one.fingerprint].plugin in self._passive:
                why = why or "the passive rules did not come to an end"
            if one.fingerprint in seen:
                told[one.fingerprint] = verified(one)
            elif why or ailment:
                told[one.fingerprint] = could_not(one, why or clip(ailment, 150))
            else:
                told[one.fingerprint] = not_seen(one, "the same rule did not show it again")
        return TOO_MANY

    async def _looked(self, alert: Alert) -> str:
        """Look at the place of an alert with its rule; why its silence would prove nothing."""
        passive = alert.plugin in self._passive
        url = alert.url if passive else self._plain(alert)
        key = (url, "" if passive else alert.plugin)
        if key not in self._tried:
            self._tried[key] = await self._once(alert.plugin, url, passive=passive)
        return self._tried[key]

    async def _once(self, rule: str, url: str, *, passive: bool) -> str:
        talk = self.site.talk
        try:
            found = await talk.ask(lambda zap: zap.core.access_url(url, followredirects=False))
            status = last_status(found)
            if status in WALL_STATUSES | THROTTLE_STATUSES or not status:
                return f"its address answered {status or 'nothing'}"
            if passive:
                return f"its address answered {status}" if status >= _BROKEN else ""
            installed, profile = self.components.active, self.site.plan.profile
            if not profile.attacks or rule not in {one.rule for one in installed}:
                return "its rule is not here"
            policy, _ = await ensured_policy(talk, profile, installed, rule)
            await attack_options(self.site)
            return _gap(await attacked_once(self.site, policy, url), rule)
        except ZapError as error:
            return clip(f"ZAP: {error.code or error}", 100)

    def _plain(self, alert: Alert) -> str:
        """The page of an attack as the shop links to it, else with a harmless value."""
        wanted = _place(alert.url)
        known = sorted(url for url in self.pages if _place(url) == wanted)
        if known:
            return known[0]
        parts = urlsplit(alert.url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = urlencode([(k, "1" if k == alert.param else v) for k, v in pairs])
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))

    async def _stopped(self) -> None:
        """Nothing of ours goes on; a daemon that is deaf is renewed by the next look."""
        with contextlib.suppress(TimeoutError, ZapError, ZapGoneError):
            async with asyncio.timeout(STOP_S - 1.0):
                await stop_scans(self.site.talk)


def again_site(site: Site, end: float) -> Site:
    """The same scan with its own end and troubles: how the first look ended stands."""
    return replace(site, end=end, troubles=[], notes=[], context_id="")


def _place(url: str) -> tuple[str, str, str, tuple[str, ...]]:
    """What ZAP takes for one node: the path and the names of its parameters."""
    parts = urlsplit(url)
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return parts.scheme, parts.netloc, parts.path or "/", tuple(sorted(names))


def _gap(attack: Attack, rule: str) -> str:
    """Why a rule that showed nothing did not really look, "" when it did."""
    if attack.state != FINISHED or attack.progress != WHOLE:
        return f"the rule stopped at {attack.progress} %"
    run = next((one for one in attack.rules if one.rule == rule), None)
    if run is None or not done(run) or not run.requests:
        return "the rule did not come to its end"
    return ""
