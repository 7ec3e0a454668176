"""What the fake remembers: a session, and what outlives it."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from tests.zap.fake_rules import ACTIVE, PASSIVE, Found, Rule
from tests.zap.fake_way import Exchange, Way, java_pattern

if TYPE_CHECKING:
    from tests.zap.fake_scans import Attack, Crawl

RISKS = ("Informational", "Low", "Medium", "High")
MODES = ("safe", "protect", "standard", "attack")


@dataclass
class Context:
    """A named set of addresses."""

    name: str
    number: int
    include: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    in_scope: bool = False

    def holds(self, url: str) -> bool:
        """Is the address in it?  Whole-address matches, as in ZAP."""
        wanted = any(java_pattern(regex).fullmatch(url) for regex in self.include)
        return wanted and not any(java_pattern(regex).fullmatch(url) for regex in self.exclude)


@dataclass
class Policy:
    """A scan policy: what each rule is set to."""

    strength: str = "MEDIUM"
    threshold: str = "MEDIUM"
    disabled: set[int] = field(default_factory=set)
    strengths: dict[int, str] = field(default_factory=dict)
    thresholds: dict[int, str] = field(default_factory=dict)


@dataclass
class Session:
    """Everything that a new session forgets."""

    contexts: dict[str, Context] = field(default_factory=dict)
    next_context: int = 1
    exchanges: list[Exchange] = field(default_factory=list)
    alerts: list[dict[str, object]] = field(default_factory=list)
    tree: set[str] = field(default_factory=set)
    spiders: dict[int, Crawl] = field(default_factory=dict)
    ascans: dict[int, Attack] = field(default_factory=dict)
    passive_seen: int = 0
    passive_told: Counter[int] = field(default_factory=Counter)
    ended: threading.Event = field(default_factory=threading.Event)


class Memory:
    """One daemon's state; every method may be called from any thread."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.way = Way()
        self.session = Session()
        self.mode = "standard"
        self.policies: dict[str, Policy] = {"Default Policy": Policy()}
        self.options: dict[str, dict[str, str]] = {"spider": dict(SPIDER), "ascan": dict(ASCAN)}
        self.pscan: dict[str, str] = {
            "scanOnlyInScope": "false", "maxAlertsPerRule": "0", "maxBodySizeInBytes": "0",
        }  # fmt: skip
        self.passive_on = {rule.number: True for rule in PASSIVE}
        self.spider_excluded: list[str] = []
        self.excluded_params: list[str] = []
        self._numbers = 0
        self._alert_numbers = 0

    def new_session(self) -> None:
        """Forget the session; scans that run in it vanish."""
        with self.lock:
            self.session.ended.set()
            self.session = Session()
            self.session.contexts["Default Context"] = Context("Default Context", 1, in_scope=True)
            self.session.next_context = 2

    # -- scope ----------------------------------------------------------------

    def allowed(self, url: str) -> bool:
        """May it be asked in this mode?"""
        if self.mode == "safe":
            return False
        return self.mode != "protect" or self.in_scope(url)

    def in_scope(self, url: str) -> bool:
        """Is it in a context that is in scope?"""
        with self.lock:
            contexts = list(self.session.contexts.values())
        return any(context.in_scope and context.holds(url) for context in contexts)

    def context_numbered(self, number: str) -> Context | None:
        """The context with that id."""
        contexts = self.session.contexts.values()
        return next((context for context in contexts if str(context.number) == number), None)

    # -- exchanges --------------------------------------------------------------

    def send(self, url: str, kind: int, method: str = "GET", **headers: str) -> Exchange:
        """Ask the site; the exchange is kept, and looked at by the passive rules later."""
        with self.lock:
            self._numbers += 1
            number, session = self._numbers, self.session
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        exchange = self.way.send(number, method, url, kind, names)
        with self.lock:
            session.exchanges.append(exchange)
            if exchange.status:
                session.tree.update(_nodes(url))
        return exchange

    def exchange(self, number: str) -> Exchange | None:
        """The exchange with that id."""
        with self.lock:
            found = (one for one in self.session.exchanges if str(one.number) == number)
            return next(found, None)

    # -- alerts -------------------------------------------------------------------

    def look(self) -> int:
        """Let the passive rules see what they have not; how many exchanges that was."""
        with self.lock:
            session = self.session
            fresh = [e for e in session.exchanges[session.passive_seen :] if e.kind != ATTACKED]
            session.passive_seen = len(session.exchanges)
            for exchange in fresh:
                if self.pscan["scanOnlyInScope"] == "true" and not self.in_scope(exchange.url):
                    continue
                for rule in PASSIVE:
                    if self.passive_on[rule.number] and (found := rule.seen(exchange)):
                        self.raise_alert(rule, found, exchange, "3")
            return len(fresh)

    def raise_alert(self, rule: Rule, found: Found, exchange: Exchange, source: str) -> bool:
        """Keep an alert unless its node has it; whether it is new."""
        with self.lock:
            if source == "3":
                self._count(rule)
            node = _node(exchange.url)
            alerts = self.session.alerts
            alike = (a for a in alerts if a["alertRef"] == rule.ref)
            if any((a["nodeName"], a["param"]) == (node, found.param) for a in alike):
                return False
            number = self._alert_numbers
            # ZAP's numbers have gaps.
            self._alert_numbers += 2 if number % 4 == 0 else 1
            alerts.append(rule.told(number, node, found, exchange, source))
            return True

    def _count(self, rule: Rule) -> None:
        """A passive rule that has told too much is switched off: in the daemon, not the session."""
        most = int(self.pscan["maxAlertsPerRule"])
        if most and self.session.passive_told[rule.number] > most:
            self.passive_on[rule.number] = False
        self.session.passive_told[rule.number] += 1


ATTACKED = 3
SPIDERED = 2
BY_USER = 15

SPIDER = {
    "MaxDepth": "5", "MaxChildren": "0", "MaxDuration": "0", "ThreadCount": "4",
    "MaxParseSizeBytes": "2621440", "RequestWaitTime": "200", "PostForm": "true",
    "ProcessForm": "true", "ParseComments": "true", "ParseRobotsTxt": "true",
    "ParseSitemapXml": "true", "ParseGit": "false", "ParseSVNEntries": "false",
    "AcceptCookies": "true", "SendRefererHeader": "true",
}  # fmt: skip
ASCAN = {
    "MaxScanDurationInMins": "0", "MaxRuleDurationInMins": "0", "ThreadPerHost": "4",
    "HostPerScan": "2", "DelayInMs": "0", "MaxAlertsPerRule": "0", "MaxResultsToList": "1000",
    "InjectPluginIdInHeader": "false", "AddQueryParam": "false",
    "ScanHeadersAllRequests": "false", "HandleAntiCSRFTokens": "true",
}  # fmt: skip


def _node(url: str) -> str:
    """The name of its node in the tree: ``http://host/path (a,b)``."""
    parts = urlsplit(url)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    shown = f" ({','.join(names)})" if names else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path or '/'}{shown}"


def _nodes(url: str) -> Iterable[str]:
    """The address, and every folder above it."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    yield url
    steps = [step for step in parts.path.split("/") if step]
    for count in range(len(steps) + 1):
        yield f"{origin}/" + "/".join(steps[:count])


def policy_rules(policy: Policy) -> list[Rule]:
    """The active rules that the policy leaves on."""
    off = {number for number, threshold in policy.thresholds.items() if threshold == "OFF"}
    return [rule for rule in ACTIVE if rule.number not in policy.disabled | off]


def good_regex(text: str) -> bool:
    """Is it a regular expression?"""
    try:
        java_pattern(text)
    except re.error:
        return False
    return True
