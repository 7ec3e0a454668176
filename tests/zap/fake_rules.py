"""The rules of the fake: those of ``rules/*.java``, said again in Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.zap.fake_way import Exchange

MARK = '"><script>kw(1)</script>'
ELSEWHERE = "https://redirect.example.invalid/kw"
COMPLAINT = "SQLite3::query(): Unable to prepare statement"
PASSWD = "../../../../../../etc/passwd"
_TRACE = re.compile(r"Stack trace:\s#0 |SQLite3::query\(\): Unable to prepare statement")
_CATEGORIES = {
    "OWASP_2021_A01": "https://owasp.org/Top10/A01_2021-Broken_Access_Control/",
    "OWASP_2021_A03": "https://owasp.org/Top10/A03_2021-Injection/",
    "OWASP_2021_A05": "https://owasp.org/Top10/A05_2021-Security_Misconfiguration/",
    "OWASP_2025_A01": "https://owasp.org/Top10/2025/A01_2025-Broken_Access_Control/",
    "OWASP_2025_A02": "https://owasp.org/Top10/2025/A02_2025-Security_Misconfiguration/",
    "OWASP_2025_A05": "https://owasp.org/Top10/2025/A05_2025-Injection/",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: the parameter, what was sent, what gave it away."""

    param: str = ""
    attack: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.  Active rules have an ``attack``; ``seen`` judges an answer."""

    number: int
    name: str
    risk: str
    cwe: int
    wasc: int
    tags: tuple[str, ...]
    description: str
    solution: str
    seen: Callable[[Exchange], Found | None]
    attack: str = ""
    variant: str = ""
    category: str = "4"

    @property
    def ref(self) -> str:
        """``alertRef``: the rule, or the rule and its variant."""
        return f"{self.number}-{self.variant}" if self.variant else str(self.number)

    def told(
        self, number: int, node: str, found: Found, exchange: Exchange, source: str
    ) -> dict[str, object]:
        """An alert as ZAP tells it."""
        tags = {tag: _CATEGORIES[tag] for tag in self.tags}
        tags[f"CWE-{self.cwe}"] = f"https://cwe.mitre.org/data/definitions/{self.cwe}.html"
        return {
            "id": str(number), "pluginId": str(self.number), "alertRef": self.ref,
            "alert": self.name, "name": self.name, "risk": self.risk, "confidence": "Medium",
            "url": exchange.url, "nodeName": node, "method": exchange.method,
            "param": found.param, "attack": found.attack, "evidence": found.evidence,
            "inputVector": "" if source == "3" else "querystring",
            "description": self.description, "solution": self.solution, "reference": "",
            "other": "", "cweid": str(self.cwe), "wascid": str(self.wasc), "sourceid": source,
            "messageId": str(exchange.number), "sourceMessageId": exchange.number, "tags": tags,
        }  # fmt: skip


def _no_nosniff(exchange: Exchange) -> Found | None:
    quiet = not exchange.body or exchange.status >= 400
    if quiet or exchange.header("x-content-type-options"):
        return None
    return Found("x-content-type-options")


def _error(exchange: Exchange) -> Found | None:
    match = _TRACE.search(exchange.body)
    return Found(evidence=match.group()) if match else None


def _reflected(exchange: Exchange) -> Found | None:
    html = "html" in exchange.header("content-type")
    return Found(evidence=MARK) if html and MARK in exchange.body else None


def _redirected(exchange: Exchange) -> Found | None:
    target = exchange.header("location")
    return Found(evidence=target) if target.startswith(ELSEWHERE) else None


def _read(exchange: Exchange) -> Found | None:
    return Found(evidence="root:x:0:0") if "root:x:0:0" in exchange.body else None


def _complained(exchange: Exchange) -> Found | None:
    return Found(evidence=COMPLAINT) if COMPLAINT in exchange.body else None


def _nothing(_exchange: Exchange) -> Found | None:
    return None


_TRUST = "Do not trust what a visitor sends."
PASSIVE = (
    Rule(
        10021, "X-Content-Type-Options Header Missing", "Low", 693, 15,
        ("OWASP_2021_A05", "OWASP_2025_A02"),
        "The type of the answer may be guessed by a browser.",
        "Send X-Content-Type-Options: nosniff.", _no_nosniff,
    ),
    Rule(
        90022, "Application Error Disclosure", "Medium", 550, 13,
        ("OWASP_2021_A05", "OWASP_2025_A02"),
        "An error of the application is shown with its inner workings.",
        "Show visitors a plain error page.", _error, variant="1",
    ),
)  # fmt: skip
ACTIVE = (
    Rule(
        6, "Path Traversal", "High", 22, 20, ("OWASP_2021_A01", "OWASP_2025_A01"),
        "Path Traversal.", _TRUST, _read, PASSWD,
    ),
    Rule(
        20019, "External Redirect", "High", 601, 20, ("OWASP_2021_A03", "OWASP_2025_A05"),
        "External Redirect.", _TRUST, _redirected, ELSEWHERE,
    ),
    Rule(
        40012, "Cross Site Scripting (Reflected)", "High", 79, 20,
        ("OWASP_2021_A03", "OWASP_2025_A05"), "Cross Site Scripting (Reflected).", _TRUST,
        _reflected, MARK,
    ),
    Rule(
        40018, "SQL Injection", "High", 89, 20, ("OWASP_2021_A03", "OWASP_2025_A05"),
        "SQL Injection.", _TRUST, _complained, "'",
    ),
    Rule(10104, "User Agent Fuzzer", "Informational", 0, 0, (), "", "", _nothing, category="3"),
    Rule(990001, "Rule Without End", "Informational", 400, 20, (), "", "", _nothing),
)  # fmt: skip
