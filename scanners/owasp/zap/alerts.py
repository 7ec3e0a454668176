"""ZAP's alerts become findings: one per weakness and place, the same in every scan.

Everything in an alert is text, some of it the site's: it is clipped, redacted and never
trusted to be what its name says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scanners.api import clip
from scanners.owasp.evidence import Confidence, Finding, Severity
from scanners.owasp.rules import EXCERPT_CHARS, FINDINGS_MAX, PARAM_CHARS, path_template
from scanners.owasp.zap.client import ZapError, ZapGoneError, ZapTalk
from scanners.owasp.zap.redact import redacted
from scanners.owasp.zap.rules import categories_in, known_rules

ENGINE_NAME = "zap"
PAGE = 500
PAGES_MAX = 40
NAME_CHARS = 120
URL_CHARS = 500
EXCHANGE_CHARS = 500
_SEVERITIES: Mapping[str, Severity] = {
    "High": Severity.HIGH,
    "Medium": Severity.MEDIUM,
    "Low": Severity.LOW,
    "Informational": Severity.INFO,
}
_CONFIDENCES: Mapping[str, Confidence] = {
    "Low": Confidence.LOW,
    "Medium": Confidence.MEDIUM,
    "High": Confidence.HIGH,
    "Confirmed": Confidence.HIGH,
}
# About headers, cookies and what a template repeats on every page: the path is chance.
SITE_LEVEL = frozenset(
    {
        "10010", "10011", "10015", "10017", "10019", "10020", "10021", "10035", "10036", "10037",
        "10038", "10039", "10049", "10050", "10052", "10054", "10055", "10056", "10061", "10063",
        "10096", "10098", "10109", "90003", "90004", "90005", "90011", "90033",
    }
)  # fmt: skip
_REF = re.compile(r"\d{1,9}(?:-\d{1,4})?")
_LONG_HEX = re.compile(r"[0-9a-fA-F]{16,}")


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as far as it is used; ``message`` is the number of its exchange."""

    number: str
    plugin: str
    ref: str
    name: str
    risk: str
    confidence: str
    url: str
    method: str
    param: str
    evidence: str
    attack: str
    cwe: str
    message: str
    tags: tuple[str, ...]


def read_alert(row: object) -> Alert | None:
    """An alert of ZAP's JSON; None for what has no rule, risk or address."""
    if not isinstance(row, dict):
        return None
    plugin = _field(row, "pluginId", 12)
    reference = _field(row, "alertRef", 20) or plugin
    url = _field(row, "url", 4_000)
    if not plugin.isdecimal() or not _REF.fullmatch(reference) or not url:
        return None
    if _field(row, "risk", 20) not in _SEVERITIES:
        return None
    tags = row.get("tags")
    return Alert(
        number=_field(row, "id", 20),
        plugin=plugin,
        ref=reference,
        name=_field(row, "name", 400) or _field(row, "alert", 400),
        risk=_field(row, "risk", 20),
        confidence=_field(row, "confidence", 20),
        url=url,
        method=_field(row, "method", 20).upper() or "GET",
        param=_field(row, "param", 2_000),
        evidence=_field(row, "evidence", 4_000),
        attack=_field(row, "attack", 2_000),
        cwe=_field(row, "cweid", 12),
        message=_field(row, "messageId", 20),
        tags=tuple(str(tag)[:60] for tag in list(tags)[:60]) if isinstance(tags, dict) else (),
    )


def _field(row: Mapping[str, object], name: str, limit: int) -> str:
    value = row.get(name)
    return "" if value is None else str(value)[:limit]


def param_template(param: str) -> str:
    """What an alert is about, without what changes: another site by its host, long hex as such."""
    if "//" in param:
        try:
            return (urlsplit(param).hostname or "")[:PARAM_CHARS]
        except ValueError:
            return ""
    return _LONG_HEX.sub("{hash}", clip(param, PARAM_CHARS))


def fingerprint(alert: Alert, site: str) -> str:
    """Hex SHA-256 of what is the same in every scan (rule variant, place, parameter, method)."""
    site_level = alert.plugin in SITE_LEVEL
    place = "*" if site_level else path_template(alert.url)
    param = param_template(alert.param)
    method = "GET" if site_level else alert.method
    if site_level:
        param = param.lower()
    parts = ("v1", site.lower(), ENGINE_NAME, alert.ref, place, param, method)
    return hashlib.sha256("|".join(parts).encode("utf-8", "replace")).hexdigest()


def finding_of(alert: Alert, site: str) -> Finding | None:
    """The finding, without its exchange; None when ZAP calls it false itself."""
    confidence = _CONFIDENCES.get(alert.confidence)
    if confidence is None:
        return None
    known = known_rules().get(alert.plugin)
    tags = list(alert.tags)
    in_2021 = (known.owasp_2021 if known else ()) or categories_in(tags, "2021")
    in_2025 = (known.owasp_2025 if known else ()) or categories_in(tags, "2025")
    number = alert.cwe if alert.cwe.isdecimal() and alert.cwe != "0" else ""
    return Finding(
        rule=alert.ref,
        name=clip(alert.name, NAME_CHARS) or (known.name if known else alert.ref),
        severity=_SEVERITIES[alert.risk],
        confidence=confidence,
        owasp_2021=in_2021[0] if in_2021 else "",
        owasp_2025=in_2025[0] if in_2025 else "",
        cwe=f"CWE-{number}" if number else (known.cwe if known else ""),
        url=redacted(alert.url, URL_CHARS),
        method=clip(alert.method, 20),
        param=clip(param_template(alert.param), PARAM_CHARS),
        fingerprint=fingerprint(alert, site),
        excerpt=redacted(alert.evidence, EXCERPT_CHARS),
        attack=redacted(alert.attack, EXCERPT_CHARS),
    )


def findings_of(alerts: Iterable[Alert], site: str) -> tuple[tuple[Finding, Alert], ...]:
    """Each weakness once with the alert that shows it best, the gravest first, bounded.

    Between equals the smallest address stands: not the one that happened to come first.
    """
    order = list(Severity)
    sure = list(Confidence)

    def rank(pair: tuple[Finding, Alert]) -> tuple[int, int, str, str]:
        found, _ = pair
        grave = -order.index(found.severity), -sure.index(found.confidence)
        return (*grave, found.url, found.excerpt)

    best: dict[str, tuple[Finding, Alert]] = {}
    for alert in alerts:
        found = finding_of(alert, site)
        if found is None:
            continue
        pair = (found, alert)
        known = best.get(found.fingerprint)
        if known is None or rank(pair) < rank(known):
            best[found.fingerprint] = pair
    return tuple(sorted(best.values(), key=rank)[:FINDINGS_MAX])


async def all_alerts(talk: ZapTalk, origins: tuple[str, ...]) -> tuple[Alert, ...]:
    """Every alert of these origins; the paging of ZAP counts from 1 and overlaps from 0."""
    kept: dict[str, Alert] = {}
    for origin in origins:
        for page in range(PAGES_MAX):
            rows = await talk.see(
                lambda zap, o=origin, p=page: zap.alert.alerts(o, 1 + p * PAGE, PAGE)  # type: ignore[misc]
            )
            if not isinstance(rows, list) or not rows:
                break
            for alert in map(read_alert, rows):
                if alert is not None and _is_of(alert.url, origin):
                    kept.setdefault(alert.number, alert)
    return tuple(kept.values())


def _is_of(url: str, origin: str) -> bool:
    """Of this origin itself: ZAP compares beginnings, and shop.nl begins shop.nl.example."""
    return url == origin or url.startswith((f"{origin}/", f"{origin}?", f"{origin}#"))


async def exchange_of(talk: ZapTalk, alert: Alert) -> str:
    """Request and status line with headers of the alert's message, redacted; "" without one."""
    if not alert.message.isdecimal():
        return ""
    try:
        found = await talk.ask(lambda zap: zap.core.message(alert.message))
    except (ZapError, ZapGoneError):
        return ""
    if not isinstance(found, dict):
        return ""
    request = _field(found, "requestHeader", 4_000).partition("\r\n")[0]
    answer = _field(found, "responseHeader", 4_000)
    return redacted(f"{request}\n{answer}", EXCHANGE_CHARS)
