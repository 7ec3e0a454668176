"""How the fake reaches the site: pace, name, proxy, time limit, and a record of every exchange."""

from __future__ import annotations

import base64
import http.client
import re
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BODY_MOST = 2_000_000
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)


def java_pattern(text: str) -> re.Pattern[str]:
    r"""A Java regular expression as one of Python's; ``\Q...\E`` quotes. re.error if broken."""
    parts, rest = [], text
    while "\\Q" in rest:
        before, _, rest = rest.partition("\\Q")
        quoted, _, rest = rest.partition("\\E")
        parts += [before, re.escape(quoted)]
    return re.compile("".join(parts) + rest)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; ``status`` 0 when none came."""

    number: int
    method: str
    url: str
    request: str
    head: str
    body: str
    status: int
    reason: str
    took_ms: int
    at_ms: int
    kind: int

    def header(self, name: str) -> str:
        """A header of the answer, "" when absent."""
        start = name.lower() + ":"
        for line in self.head.split("\r\n")[1:]:
            if line.lower().startswith(start):
                return line[len(start) :].strip()
        return ""

    def told(self, number: str | None = None) -> dict[str, object]:
        """As ZAP tells it."""
        return {
            "id": number or str(self.number), "type": str(self.kind), "rtt": str(self.took_ms),
            "timestamp": str(self.at_ms), "note": "", "cookieParams": "", "tags": [],
            "requestHeader": self.request, "requestBody": "",
            "responseHeader": self.head, "responseBody": self.body,
        }  # fmt: skip


@dataclass
class RateRule:
    """A limit for the hosts it matches."""

    description: str
    enabled: bool
    is_regex: bool
    match: str
    per_second: int
    group_by: str
    _next: float = 0.0

    def told(self) -> dict[str, object]:
        """As ZAP tells it: this view alone has numbers and truth values."""
        return {
            "description": self.description, "enabled": self.enabled, "groupBy": self.group_by,
            "matchRegex": self.is_regex, "matchString": self.match,
            "requestsPerSecond": self.per_second,
        }  # fmt: skip

    def matches(self, host: str) -> bool:
        """Does it hold for that host?"""
        if not self.enabled:
            return False
        return bool(re.fullmatch(self.match, host)) if self.is_regex else host == self.match

    def slot(self) -> float:
        """When the next request may go, monotonic."""
        at = max(time.monotonic(), self._next)
        self._next = at + 1.0 / self.per_second
        return at


@dataclass
class Proxy:
    """The proxy that all goes through when ``enabled``."""

    host: str = "localhost"
    port: int = 8090
    realm: str = ""
    username: str = ""
    password: str = ""
    enabled: bool = False
    authenticated: bool = False

    def authorization(self) -> dict[str, str]:
        """The header for it."""
        if not self.authenticated:
            return {}
        word = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return {"Proxy-Authorization": f"Basic {word}"}


@dataclass
class Way:
    """Sends; one per daemon.  ``closed`` stops whoever waits for their turn."""

    user_agent: str = BROWSER
    timeout_s: int = 20
    rules: dict[str, RateRule] = field(default_factory=dict)
    proxy: Proxy = field(default_factory=Proxy)
    exclusions: dict[str, bool] = field(default_factory=dict)
    closed: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(
        self, number: int, method: str, url: str, kind: int, headers: Mapping[str, str]
    ) -> Exchange:
        """One exchange, redirects not followed."""
        parts = urlsplit(url)
        self._wait(parts.hostname or "")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {
            "host": parts.netloc, "user-agent": self.user_agent, "pragma": "no-cache",
            "cache-control": "no-cache", **headers,
        }  # fmt: skip
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        request = f"{method} {url} HTTP/1.1\r\n{lines}\r\n"
        started = time.monotonic()
        status, reason, head, body = 0, "", "", ""
        try:
            status, reason, head, body = self._exchanged(method, url, target, sent)
        except (OSError, http.client.HTTPException, ValueError):
            reason = "ZAP IO Error"
        took = int((time.monotonic() - started) * 1000)
        at = int(time.time() * 1000)
        return Exchange(
            number, method, url, request, head, body, status, reason, took, at, kind
        )  # fmt: skip

    def _wait(self, host: str) -> None:
        with self._lock:
            slots = [rule.slot() for rule in self.rules.values() if rule.matches(host)]
        if slots:
            self.closed.wait(max(0.0, max(slots) - time.monotonic()))

    def _exchanged(
        self, method: str, url: str, target: str, headers: dict[str, str]
    ) -> tuple[int, str, str, str]:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        line = self._line(parts.scheme, parts.hostname or "", port)
        if self.proxy.enabled and parts.scheme == "http":
            target, headers = url, headers | self.proxy.authorization()
        try:
            line.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                line.putheader(name, value)
            line.endheaders()
            answer = line.getresponse()
            body = answer.read(BODY_MOST).decode("utf-8", "replace")
            fields = "".join(f"{name}: {value}\r\n" for name, value in answer.getheaders())
            head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n{fields}\r\n"
            return answer.status, answer.reason, head, body
        finally:
            line.close()

    def _line(self, scheme: str, host: str, port: int) -> http.client.HTTPConnection:
        to = (self.proxy.host, self.proxy.port) if self.proxy.enabled else (host, port)
        if scheme != "https":
            return http.client.HTTPConnection(*to, timeout=self.timeout_s)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        line = http.client.HTTPSConnection(*to, timeout=self.timeout_s, context=context)
        if self.proxy.enabled:
            line.set_tunnel(host, port, self.proxy.authorization())
        return line
