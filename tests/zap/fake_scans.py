"""The fake's spider and active scanner: they really ask the site, a little."""

from __future__ import annotations

import html
import re
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from tests.zap.fake_rules import Found, Rule
from tests.zap.fake_state import ATTACKED, SPIDERED, Context, Memory, Session
from tests.zap.fake_way import Exchange, java_pattern

_LINK = re.compile(
    r"<(?:a|img|script|link|iframe|area)\b[^>]*?\b(?:href|src)=[\"']([^\"']*)", re.IGNORECASE
)
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(r"\b(action|method|name)=[\"']([^\"']*)", re.IGNORECASE)
_FIELD = re.compile(r"<(?:input|textarea|select)\b([^>]*)", re.IGNORECASE)
_LOCATION = re.compile(r"<loc>([^<]*)</loc>")
PAGES_MOST = 500
ENDLESS_S = 120.0


class Work:
    """A scan in a thread of its own, that can be paused and stopped."""

    def __init__(self, number: int, memory: Memory) -> None:
        self.number = number
        self.memory = memory
        self.session: Session = memory.session
        self.progress = 0
        self._state = "NOT_STARTED"
        self._stop = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self._began = time.monotonic()

    def start(self) -> None:
        """Begin."""
        self._state = "RUNNING"
        threading.Thread(target=self._all, daemon=True).start()

    def stop(self) -> None:
        """End it now: the state says so at once, a request under way may still come back."""
        self._stop.set()
        self._going.set()
        self._state = "FINISHED"

    def pause(self) -> None:
        """Hold it."""
        if self._state == "RUNNING":
            self._going.clear()
            self._state = "PAUSED"

    def resume(self) -> None:
        """Let it go on."""
        if self._state == "PAUSED":
            self._state = "RUNNING"
            self._going.set()

    @property
    def state(self) -> str:
        """ZAP's word."""
        return self._state

    @property
    def over(self) -> bool:
        """Is there no more to be done?  Waits while it is paused."""
        self._going.wait(timeout=60)
        gone = self.session.ended.is_set() or self.memory.way.closed.is_set()
        return self._stop.is_set() or gone

    def late(self, minutes: str) -> bool:
        """Is its time over?  ``0`` minutes are no limit."""
        return minutes != "0" and time.monotonic() - self._began > int(minutes) * 60

    def _all(self) -> None:
        self.run()
        self._state = "FINISHED"

    def run(self) -> None:
        """The work itself."""
        raise NotImplementedError


class Crawl(Work):
    """A spider."""

    def __init__(
        self, number: int, memory: Memory, url: str, context: Context | None, below: bool
    ) -> None:
        super().__init__(number, memory)
        self._url = url
        self._context = context
        self._below = url.rpartition("/")[0] + "/" if below else ""
        self._options = memory.options["spider"]
        self._known: set[tuple[str, str]] = set()
        self._queue: deque[tuple[str, str, int]] = deque()
        self.inside: list[dict[str, object]] = []
        self.failed: list[dict[str, object]] = []
        self.outside: list[str] = []

    def run(self) -> None:
        """Ask page after page until there is none left."""
        parts = urlsplit(self._url)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._add("GET", self._url, 0)
        if self._options["ParseRobotsTxt"] == "true":
            self._add("GET", f"{origin}/robots.txt", 0)
        if self._options["ParseSitemapXml"] == "true":
            self._add("GET", f"{origin}/sitemap.xml", 0)
        done = 0
        while self._queue and done < PAGES_MOST:
            if self.over or self.late(self._options["MaxDuration"]):
                break
            method, url, depth = self._queue.popleft()
            self._visit(method, url, depth)
            done += 1
            self.progress = min(99, 100 * done // (done + len(self._queue)))
        self.progress = 100

    def stop(self) -> None:
        """A stopped spider says 100 as well."""
        super().stop()
        self.progress = 100

    def _visit(self, method: str, url: str, depth: int) -> None:
        exchange = self.memory.send(url, SPIDERED, method)
        ok = exchange.status > 0
        row: dict[str, object] = {
            "processed": str(ok).lower(), "statusReason": exchange.reason, "method": method,
            "reasonNotProcessed": "" if ok else "I/O Error", "messageId": str(exchange.number),
            "url": url, "statusCode": str(exchange.status or 400),
        }  # fmt: skip
        (self.inside if ok else self.failed).append(row)
        limit = int(self._options["MaxDepth"])
        if ok and (not limit or depth < limit):
            children = int(self._options["MaxChildren"])
            for count, (how, found) in enumerate(self._links(exchange)):
                if not children or count < children:
                    self._add(how, found, depth + 1)

    def _links(self, exchange: Exchange) -> Iterator[tuple[str, str]]:
        path, body = urlsplit(exchange.url).path, exchange.body
        if target := exchange.header("location"):
            yield "GET", urljoin(exchange.url, target)
        if path == "/robots.txt":
            for line in body.splitlines():
                name, _, value = line.partition(":")
                if name.strip().lower() in ("allow", "disallow") and value.strip():
                    yield "GET", urljoin(exchange.url, value.strip())
        elif path == "/sitemap.xml":
            for found in _LOCATION.findall(body):
                yield "GET", html.unescape(found)
        elif "html" in exchange.header("content-type"):
            for found in _LINK.findall(body):
                yield "GET", urljoin(exchange.url, html.unescape(found))
            yield from self._forms(exchange)

    def _forms(self, exchange: Exchange) -> Iterator[tuple[str, str]]:
        if self._options["ProcessForm"] != "true":
            return
        for head, inner in _FORM.findall(exchange.body):
            given = {name.lower(): value for name, value in _ATTRIBUTE.findall(head)}
            action = urljoin(exchange.url, html.unescape(given.get("action", "")))
            if given.get("method", "get").lower() == "post":
                if self._options["PostForm"] == "true":
                    yield "POST", action
                continue
            fields = (dict(_ATTRIBUTE.findall(part)).get("name") for part in _FIELD.findall(inner))
            query = "&".join(f"{quote(name)}=ZAP" for name in fields if name)
            yield "GET", f"{action.partition('?')[0]}?{query}"

    def _add(self, method: str, url: str, depth: int) -> None:
        url = url.partition("#")[0]
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or (method, url) in self._known:
            return
        self._known.add((method, url))
        excluded = [java_pattern(regex) for regex in self.memory.spider_excluded]
        if any(pattern.fullmatch(url) for pattern in excluded):
            return
        if self._held(url) and self.memory.allowed(url):
            self._queue.append((method, url, depth))
        elif url not in self.outside:
            self.outside.append(url)

    def _held(self, url: str) -> bool:
        special = urlsplit(url).path in ("/robots.txt", "/sitemap.xml")
        if self._below and not special and not f"{url}/".startswith(self._below):
            return False
        if self._context is not None:
            return self._context.holds(url)
        return urlsplit(url).netloc == urlsplit(self._url).netloc


@dataclass
class RuleRun:
    """How far one rule has come."""

    rule: Rule
    status: str = "Pending"
    took_ms: int = 0
    requests: int = 0
    alerts: int = 0
    skipped: threading.Event = field(default_factory=threading.Event)
    reason: str = "by user action"

    def told(self) -> dict[str, object]:
        """As ZAP tells it: seven texts."""
        row = (
            self.rule.name, str(self.rule.number), "alpha", self.status,
            str(self.took_ms), str(self.requests), str(self.alerts),
        )  # fmt: skip
        return {"Plugin": list(row)}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a test wants of the scan.

    ``endless``: numbers of rules that end only when skipped or stopped; ``stuck``: rules that
    do not even then (for two minutes).  ``short``: the last rule is skipped and the scan
    ends below 100.
    """

    endless: frozenset[int] = frozenset()
    stuck: frozenset[int] = frozenset()
    short: bool = False


def _node_of(url: str) -> tuple[str, frozenset[str]]:
    """What makes one node of ZAP's tree: the address and the names of its parameters."""
    names = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    return url.partition("?")[0], frozenset(names)


class Attack(Work):
    """An active scan of what the session knows below an address."""

    def __init__(
        self,
        number: int,
        memory: Memory,
        url: str,
        rules: Iterable[Rule],
        context: Context | None,
        trouble: Trouble,
        recurse: bool = True,
    ) -> None:
        super().__init__(number, memory)
        parts = urlsplit(url)
        self._alone = "" if recurse else url
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.runs = [RuleRun(rule) for rule in rules]
        self.requests = 0
        self.message_ids: list[str] = []
        self._options = memory.options["ascan"]
        self._trouble = trouble
        self._targets = list(self._chosen(url, context))

    @property
    def alerts(self) -> int:
        """How many alerts it raised."""
        return sum(run.alerts for run in self.runs)

    def skip(self, number: str) -> None:
        """Go on with the next rule; an unknown number is nothing."""
        for run in self.runs:
            if str(run.rule.number) == number:
                run.skipped.set()

    def _chosen(self, url: str, context: Context | None) -> Iterator[str]:
        """One address per path and set of parameters."""
        seen: set[tuple[str, tuple[str, ...]]] = set()
        below = url if url.endswith("/") else f"{url}/"
        for exchange in self.session.exchanges:
            parts = urlsplit(exchange.url)
            names = tuple(sorted({name for name, _ in parse_qsl(parts.query)}))
            inside = f"{exchange.url}/".startswith(below) and exchange.method == "GET"
            if self._alone and _node_of(exchange.url) != _node_of(self._alone):
                continue
            held = context is None or context.holds(exchange.url)
            key = (parts.path, names)
            if inside and held and exchange.status and key not in seen:
                seen.add(key)
                yield exchange.url

    def run(self) -> None:
        """One rule after the other."""
        last = self.runs[-1] if self.runs else None
        for done, run in enumerate(self.runs):
            if self.over or (self._trouble.short and run is last):
                break
            if self.late(self._options["MaxScanDurationInMins"]):
                break
            started = time.monotonic()
            run.status = "0%"
            self._one(run)
            run.took_ms = int((time.monotonic() - started) * 1000)
            # As measured: a rule that was running when the scan was stopped is told as complete.
            run.status = f"Skipped, {run.reason}." if run.skipped.is_set() else "Complete"
            self.progress = 100 * (done + 1) // len(self.runs)
        for run in self.runs:
            if run.status == "Pending" and not self._stop.is_set():
                run.status = "Skipped, exceeded max scan time."

    def _one(self, run: RuleRun) -> None:
        if run.rule.number in self._trouble.endless | self._trouble.stuck:
            run.status = "99%"
            self._endless(run, run.rule.number in self._trouble.stuck)
        for count, url in enumerate(self._targets):
            if self.over or run.skipped.is_set():
                return
            run.status = f"{min(99, 100 * count // len(self._targets))}%"
            self._attack(run, url)

    def _attack(self, run: RuleRun, url: str) -> None:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if run.rule.number == 10104:
            self._ask(run, url, user_agent="Mozilla/5.0 (somebody else)")
            return
        for param, _ in pairs:
            if param in ("slow", "stuck") and run.rule.number == 990001:
                self._endless(run, param == "stuck")
            if not run.rule.attack or self.over or run.skipped.is_set():
                continue
            changed = ((n, run.rule.attack if n == param else v) for n, v in pairs)
            query = "&".join(f"{quote(n)}={quote(v, safe='')}" for n, v in changed)
            exchange = self._ask(run, f"{url.partition('?')[0]}?{query}")
            found = run.rule.seen(exchange) if exchange else None
            if exchange and found:
                told = Found(param, run.rule.attack, found.evidence)
                run.alerts += self.memory.raise_alert(run.rule, told, exchange, "1")
                if 0 < int(self._options["MaxAlertsPerRule"]) <= run.alerts:
                    run.reason = "reached max alerts per rule"
                    run.skipped.set()

    def _ask(self, run: RuleRun, url: str, **headers: str) -> Exchange | None:
        if not self.memory.allowed(url):
            return None
        if self._options["InjectPluginIdInHeader"] == "true":
            headers["X_ZAP_Scan_ID"] = str(run.rule.number)
        self.memory.way.closed.wait(int(self._options["DelayInMs"]) / 1000)
        exchange = self.memory.send(url, ATTACKED, **headers)
        run.requests += 1
        self.requests += 1
        self.message_ids.append(str(exchange.number))
        return exchange

    def _endless(self, run: RuleRun, deaf: bool) -> None:
        end = time.monotonic() + ENDLESS_S
        while time.monotonic() < end and not self.memory.way.closed.is_set():
            if not deaf and (run.skipped.is_set() or self.over):
                return
            if not deaf and self._limit(run, end - ENDLESS_S):
                return
            time.sleep(0.05)

    def _limit(self, run: RuleRun, began: float) -> bool:
        """Has the rule, or the scan, had its time?"""
        minutes = self._options["MaxRuleDurationInMins"]
        if minutes != "0" and time.monotonic() - began > int(minutes) * 60:
            run.reason = "exceeded max rule time"
            run.skipped.set()
        elif self.late(self._options["MaxScanDurationInMins"]):
            run.reason = "exceeded max scan time"
            run.skipped.set()
        return run.skipped.is_set()
