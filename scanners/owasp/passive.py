"""What one answer shows without an attack: headers, cookies, mixed content, forms, disclosure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from scanners.api import clip
from scanners.content.html import parse
from scanners.net.fetch import Exchange
from scanners.owasp.evidence import Weakness, fingerprint

NODES_MAX = 2_000
BODY_MAX_CHARS = 300_000
HSTS_MIN_S = 31_536_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to notice, with its place in both editions and its CWE."""

    name: str
    severity: str
    confidence: str
    owasp_2021: str
    owasp_2025: str
    cwe: int


RULES = {
    "csp-missing": Rule("No Content-Security-Policy", "low", "high", "A05", "A02", 693),
    "csp-weak": Rule("Content-Security-Policy allows inline script", "low", "medium", "A05", "A02",
                     693),
    "hsts-missing": Rule("No Strict-Transport-Security", "low", "high", "A05", "A02", 319),
    "hsts-short": Rule("Strict-Transport-Security below a year", "info", "high", "A05", "A02", 319),
    "nosniff-missing": Rule("No X-Content-Type-Options: nosniff", "low", "high", "A05", "A02", 693),
    "framing-allowed": Rule("The page may be framed by anyone", "low", "high", "A05", "A02", 1021),
    "referrer-missing": Rule("No Referrer-Policy", "info", "high", "A05", "A02", 200),
    "cookie-insecure": Rule("Cookie without Secure", "medium", "high", "A05", "A02", 614),
    "cookie-readable": Rule("Session cookie without HttpOnly", "low", "high", "A05", "A02", 1004),
    "cookie-samesite": Rule("Session cookie without SameSite", "low", "high", "A01", "A01", 1275),
    "mixed-active": Rule("Script, style or frame loaded over plain http", "high", "high", "A02",
                         "A04", 311),
    "mixed-passive": Rule("Picture or media loaded over plain http", "low", "high", "A02", "A04",
                          311),
    "form-to-http": Rule("Form sends over plain http", "high", "high", "A02", "A04", 319),
    "password-over-http": Rule("Password asked on a plain http page", "high", "high", "A02", "A04",
                               319),
    "version-disclosed": Rule("Software version in a header", "info", "high", "A05", "A02", 200),
    "error-disclosed": Rule("Error details of the software are shown", "medium", "medium", "A05",
                            "A10", 209),
}  # fmt: skip
_SESSION = re.compile(r"sess|sid\b|auth|token|login|cart|basket", re.IGNORECASE)
_VERSION = re.compile(r"[A-Za-z][A-Za-z._-]{1,30}[/ ]v?\d+\.\d+[\w.]{0,20}")
_ERRORS = re.compile(
    r"Traceback \(most recent call last\):|Fatal error: Uncaught |You have an error in your SQL"
    r" syntax|SQLSTATE\[\w{1,8}\]|ORA-\d{5}:|Microsoft OLE DB Provider for|at [\w.$]{3,80}\("
    r"[\w]{1,60}\.java:\d{1,6}\)|System\.Web\.HttpUnhandledException"
)


def look(exchange: Exchange) -> Iterator[Weakness]:
    """Everything one answer shows."""
    yield from _headers(exchange)
    yield from _cookies(exchange)
    if "html" not in exchange.header("content-type").lower():
        return
    text = exchange.text()[:BODY_MAX_CHARS]
    yield from _markup(exchange, parse(text))
    error = _ERRORS.search(text)
    if error is not None:
        yield weakness("error-disclosed", exchange.final_url, "body", error.group())


def weakness(rule: str, url: str, param: str, excerpt: str = "") -> Weakness:
    """A finding of ``rule`` at ``url``."""
    known = RULES[rule]
    parts = urlsplit(url)
    return Weakness(
        rule=rule,
        name=known.name,
        severity=known.severity,
        confidence=known.confidence,
        owasp_2021=known.owasp_2021,
        owasp_2025=known.owasp_2025,
        cwe=known.cwe,
        url=clip(url, 500),
        method="GET",
        param=clip(param, 100),
        fingerprint=fingerprint(rule, parts.hostname or "", parts.path, param),
        excerpt=clip(excerpt, 200),
    )


def _headers(exchange: Exchange) -> Iterator[Weakness]:
    url = exchange.final_url
    html = "html" in exchange.header("content-type").lower()
    policy = exchange.header("content-security-policy").lower()
    if html and not policy:
        yield weakness("csp-missing", url, "content-security-policy")
    elif html and _inline_allowed(policy):
        yield weakness("csp-weak", url, "content-security-policy", policy)
    if urlsplit(url).scheme == "https":
        yield from _hsts(exchange)
    if html and exchange.header("x-content-type-options").lower().strip() != "nosniff":
        yield weakness("nosniff-missing", url, "x-content-type-options")
    framed = "frame-ancestors" not in policy and not exchange.header("x-frame-options")
    if html and framed:
        yield weakness("framing-allowed", url, "x-frame-options")
    if html and not exchange.header("referrer-policy"):
        yield weakness("referrer-missing", url, "referrer-policy")
    for name in ("server", "x-powered-by", "x-generator", "x-aspnet-version"):
        value = exchange.header(name)
        if _VERSION.search(value) or (name == "x-aspnet-version" and value):
            yield weakness("version-disclosed", url, name, value)


def _inline_allowed(policy: str) -> bool:
    directives = {p.split()[0]: p.split()[1:] for p in policy.split(";") if p.split()}
    sources = directives.get("script-src", directives.get("default-src"))
    if sources is None:
        return True
    guarded = any(s.startswith(("'nonce-", "'sha")) or s == "'strict-dynamic'" for s in sources)
    return "*" in sources or ("'unsafe-inline'" in sources and not guarded)


def _hsts(exchange: Exchange) -> Iterator[Weakness]:
    value = exchange.header("strict-transport-security")
    found = re.search(r"max-age\s*=\s*\"?(\d{1,12})", value, re.IGNORECASE)
    if found is None:
        param = "strict-transport-security"
        yield weakness("hsts-missing", exchange.final_url, param, value)
    elif int(found.group(1)) < HSTS_MIN_S:
        yield weakness("hsts-short", exchange.final_url, "strict-transport-security", value)


def _cookies(exchange: Exchange) -> Iterator[Weakness]:
    secure_page = urlsplit(exchange.final_url).scheme == "https"
    for name, value in exchange.headers:
        if name != "set-cookie":
            continue
        first, *rest = [part.strip() for part in value.split(";")]
        cookie = first.partition("=")[0][:60]
        flags = {part.partition("=")[0].lower() for part in rest}
        session = bool(_SESSION.search(cookie))
        shown = f"{cookie}=…"  # the value may be a session: never kept
        if secure_page and "secure" not in flags and session:
            yield weakness("cookie-insecure", exchange.final_url, cookie, shown)
        if session and "httponly" not in flags:
            yield weakness("cookie-readable", exchange.final_url, cookie, shown)
        if session and "samesite" not in flags:
            yield weakness("cookie-samesite", exchange.final_url, cookie, shown)


_ACTIVE = (
    "script[src]",
    "iframe[src]",
    "embed[src]",
    "object[data]",
    "link[rel~=stylesheet][href]",
)
_PASSIVE = ("img[src]", "audio[src]", "video[src]", "source[src]")


def _markup(exchange: Exchange, tree: LexborHTMLParser) -> Iterator[Weakness]:
    url = exchange.final_url
    secure = urlsplit(url).scheme == "https"
    for rule, selectors in (("mixed-active", _ACTIVE), ("mixed-passive", _PASSIVE)):
        targets = _plain_targets(tree, selectors, url) if secure else []
        if targets:
            yield weakness(rule, url, urlsplit(targets[0]).hostname or "", targets[0])
    for form in tree.css("form[action]")[:NODES_MAX]:
        action = _absolute(url, form.attributes.get("action") or "")
        if secure and urlsplit(action).scheme == "http":
            yield weakness("form-to-http", url, urlsplit(action).path, action)
    if not secure and tree.css("input[type=password]"):
        yield weakness("password-over-http", url, "password")


def _plain_targets(tree: LexborHTMLParser, selectors: tuple[str, ...], url: str) -> list[str]:
    found = []
    for selector in selectors:
        for node in tree.css(selector)[:NODES_MAX]:
            attributes = node.attributes
            reference = attributes.get("src") or attributes.get("data") or attributes.get("href")
            target = _absolute(url, reference or "")
            if urlsplit(target).scheme == "http":
                found.append(target)
    return found


def _absolute(base: str, reference: str) -> str:
    try:
        target = urljoin(base, reference.strip()[:2_000])
        urlsplit(target)
    except ValueError:
        return ""
    return target
