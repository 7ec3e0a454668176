"""Checks of answer headers: what protects visitors, and what tells too much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scanners.net.names import is_address
from scanners.owasp.csp import frames_restrained, gaps, script_weaknesses
from scanners.owasp.evidence import Finding
from scanners.owasp.page import Page
from scanners.owasp.rules import finding

HALF_YEAR_S = 15_768_000
_VERSIONED = re.compile(r"\d+\.\d+|[a-z]/\d{1,3}(?![0-9a-z.])", re.IGNORECASE)
_VERSION_HEADERS = (
    "server",
    "x-powered-by",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-generator",
    "x-drupal-version",
    "x-runtime-version",
    "x-powered-cms",
)
_REFERRER_TOKENS = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)
_REFERRER_WEAK = frozenset({"unsafe-url", "no-referrer-when-downgrade"})
_FRAME_WORDS = frozenset({"deny", "sameorigin"})


def protection(page: Page) -> Iterator[Finding]:
    """Headers that a page ought to have."""
    yield from _policy(page)
    yield from _hsts(page)
    if not _nosniff(page):
        yield finding("nosniff-missing", page.url, site=page.site, param="x-content-type-options")
    if not _framing_restrained(page):
        yield finding("frame-protection-missing", page.url, site=page.site, param="x-frame-options")
    yield from _referrer(page)


def _policy(page: Page) -> Iterator[Finding]:
    name = "content-security-policy"
    if not page.policies:
        tried = page.all(f"{name}-report-only")
        told = f"{name}-report-only stops nothing" if tried else ""
        yield finding("csp-missing", page.url, site=page.site, param=name, excerpt=told)
        return
    for rule, holes in (
        ("csp-weak", script_weaknesses(page.policies)),
        ("csp-gaps", gaps(page.policies)),
    ):
        if holes:
            said = ", ".join(holes)
            yield finding(rule, page.url, site=page.site, param=name, excerpt=said)


def _hsts(page: Page) -> Iterator[Finding]:
    """RFC 6797: over https only, never for an address, the first header alone counts (8.1)."""
    if not page.secure or is_address(urlsplit(page.url).hostname or ""):
        return
    values = page.all("strict-transport-security")
    seconds = max_age(values[0]) if values else None
    name = "strict-transport-security"
    if not seconds:
        excerpt = values[0] if values else ""
        yield finding("hsts-missing", page.url, site=page.site, param=name, excerpt=excerpt)
    elif seconds < HALF_YEAR_S:
        yield finding("hsts-weak", page.url, site=page.site, param=name, excerpt=values[0])


def max_age(value: str) -> int | None:
    """Seconds of a Strict-Transport-Security header; None when it is not valid (RFC 6797 6.1)."""
    found: int | None = None
    seen: set[str] = set()
    for part in value.split(";"):
        name, _, given = part.strip().partition("=")
        name = name.strip().lower()
        if not name:
            continue
        if name in seen:
            return None
        seen.add(name)
        if name == "max-age":
            digits = given.strip().strip('"')
            if not (digits.isascii() and digits.isdecimal()):
                return None
            found = int(digits[:18])
    return found


def _nosniff(page: Page) -> bool:
    values = ",".join(page.all("x-content-type-options"))
    return values.split(",")[0].strip().lower() == "nosniff"


def _framing_restrained(page: Page) -> bool:
    by_policy = frames_restrained(page.policies)
    if by_policy is not None:
        return by_policy  # browsers then ignore X-Frame-Options (CSP3 6.4.2)
    words = ",".join(page.all("x-frame-options")).lower().split(",")
    return any(word.strip() in _FRAME_WORDS for word in words)


def _referrer(page: Page) -> Iterator[Finding]:
    """The last value a browser knows counts (Referrer Policy 8.1); a meta element comes later."""
    said = list(page.all("referrer-policy"))
    said += [
        node.attributes.get("content") or ""
        for node in page.tree.css("meta[name][content]")[:200]
        if (node.attributes.get("name") or "").strip().lower() == "referrer"
    ]
    tokens = [token.strip().lower() for value in said for token in value.split(",")]
    known = [token for token in tokens if token in _REFERRER_TOKENS]
    name = "referrer-policy"
    if not known:
        yield finding("referrer-policy-missing", page.url, site=page.site, param=name)
    elif known[-1] in _REFERRER_WEAK:
        yield finding(
            "referrer-policy-weak", page.url, site=page.site, param=name, excerpt=known[-1]
        )


def versions(page: Page) -> Iterator[Finding]:
    """Headers, and the generator a page names, that tell the version of the software."""
    for node in page.tree.css("meta[name][content]")[:200]:
        value = (node.attributes.get("content") or "")[:500]
        named = (node.attributes.get("name") or "").strip().lower()
        if named == "generator" and _VERSIONED.search(value):
            yield finding(
                "version-disclosed", page.url, site=page.site, param="generator", excerpt=value
            )
    for name in _VERSION_HEADERS:
        for value in page.all(name)[:3]:
            if _VERSIONED.search(value[:500]):
                yield finding(
                    "version-disclosed", page.url, site=page.site, param=name,
                    excerpt=f"{name}: {value[:500]}",
                )  # fmt: skip
