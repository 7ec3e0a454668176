"""The rules of the passive engine, and how a finding is named and recognised again.

Categories: OWASP Top 10 of 2021 and of 2025; CWE numbers of MITRE's list.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scanners.api import clip
from scanners.owasp.evidence import Confidence, Engine, Finding, Severity
from scanners.owasp.matrix import CATEGORIES, EDITIONS, Matrix, matrix

ENGINE_NAME = "passive"
ENGINE_VERSION = "2"
URL_SHOWN_CHARS = 500
PARAM_CHARS = 120
EXCERPT_CHARS = 200
FINDINGS_MAX = 200
PATHS_MAX = 1_000

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f]{16,}", re.IGNORECASE)
SLUG_MIN_CHARS = 25


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.  ``site_level``: the same on every page, so the path is no part of its identity."""

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    owasp_2021: str
    owasp_2025: str
    cwe: str
    site_level: bool = True


_INFO, _LOW, _MEDIUM, _HIGH = Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

# What a whole site has in common is one weakness, wherever it was seen first: a script in
# the footer is not forty.  What belongs to one page keeps its path.
RULES: Mapping[str, Rule] = {
    rule.rule: rule
    for rule in (
        Rule("csp-missing", "No Content-Security-Policy", _MEDIUM, _SURE, "A05", "A02", "CWE-693"),
        Rule("csp-weak", "Content-Security-Policy does not restrain scripts", _LOW, _SURE,
             "A05", "A02", "CWE-693"),
        Rule("csp-gaps", "Content-Security-Policy leaves gaps", _INFO, _SURE,
             "A05", "A02", "CWE-693"),
        Rule("hsts-missing", "No Strict-Transport-Security", _LOW, _SURE, "A02", "A04", "CWE-319"),
        Rule("hsts-weak", "Strict-Transport-Security for less than half a year", _INFO, _SURE,
             "A02", "A04", "CWE-319"),
        Rule("nosniff-missing", "No X-Content-Type-Options: nosniff", _LOW, _SURE,
             "A05", "A02", "CWE-693"),
        Rule("frame-protection-missing", "The page may be shown in a frame of another site",
             _MEDIUM, _SURE, "A05", "A02", "CWE-1021"),
        Rule("referrer-policy-missing", "No Referrer-Policy", _INFO, _SURE,
             "A05", "A02", "CWE-200"),
        Rule("referrer-policy-weak", "Referrer-Policy tells other sites whole addresses", _LOW,
             _SURE, "A05", "A02", "CWE-200"),
        Rule("cookie-without-secure", "Cookie without Secure", _LOW, _SURE,
             "A05", "A02", "CWE-614"),
        Rule("cookie-without-httponly", "Cookie without HttpOnly", _INFO, _SURE,
             "A05", "A02", "CWE-1004"),
        Rule("cookie-without-samesite", "Cookie without SameSite", _INFO, _SURE,
             "A01", "A01", "CWE-1275"),
        Rule("cookie-prefix-broken", "Cookie whose name promises what it does not keep", _LOW,
             _SURE, "A05", "A02", "CWE-565"),
        Rule("cookie-domain-broad", "Session cookie sent to every subdomain", _LOW, _LIKELY,
             "A05", "A02", "CWE-1275"),
        Rule("mixed-content-active", "Script, style or frame over plain HTTP on a secure page",
             _HIGH, _SURE, "A02", "A04", "CWE-319"),
        Rule("mixed-content-passive", "Picture or media over plain HTTP on a secure page",
             _LOW, _SURE, "A02", "A04", "CWE-319"),
        Rule("form-to-http", "Form sends its fields over plain HTTP", _HIGH, _SURE,
             "A02", "A04", "CWE-319"),
        Rule("password-over-http", "Password asked on a page without https", _HIGH, _SURE,
             "A02", "A04", "CWE-523", site_level=False),
        Rule("password-in-address", "Form puts a password into the address", _MEDIUM, _SURE,
             "A04", "A06", "CWE-598"),
        Rule("csrf-token-missing", "Form without a token against forged requests", _INFO, _LIKELY,
             "A01", "A01", "CWE-352"),
        Rule("sri-missing", "Script of a public store of libraries without an integrity check",
             _LOW, _SURE, "A08", "A08", "CWE-353"),
        Rule("third-party-script", "Script of another party without an integrity check",
             _INFO, _SURE, "A08", "A08", "CWE-353"),
        Rule("cors-any-origin", "Any site may read answers with the visitor's cookies", _HIGH,
             _SURE, "A05", "A02", "CWE-942", site_level=False),
        Rule("cors-null-origin", "Sandboxed pages may read answers with the visitor's cookies",
             _MEDIUM, _SURE, "A05", "A02", "CWE-942", site_level=False),
        Rule("cors-wildcard", "Any site may read this answer", _LOW,
             _SURE, "A05", "A02", "CWE-942", site_level=False),
        Rule("file-exposed", "File that nobody outside should read", _HIGH, _SURE,
             "A05", "A02", "CWE-538", site_level=False),
        Rule("backup-exposed", "Copy of the shop's data or code that anybody can read", _HIGH,
             _SURE, "A05", "A02", "CWE-530", site_level=False),
        Rule("status-exposed", "Inner state of the server shown to everybody", _MEDIUM, _SURE,
             "A05", "A02", "CWE-497", site_level=False),
        Rule("directory-listed", "Contents of a folder shown", _MEDIUM, _SURE,
             "A05", "A02", "CWE-548", site_level=False),
        Rule("source-map-exposed", "Source of the scripts shown by a source map", _INFO, _SURE,
             "A05", "A02", "CWE-540"),
        Rule("private-address", "Address inside the shop's own network", _INFO, _LIKELY,
             "A01", "A01", "CWE-497"),
        Rule("version-disclosed", "The version of the software is told", _INFO, _SURE,
             "A05", "A02", "CWE-497"),
        Rule("error-disclosed", "Technical error message shown to visitors", _MEDIUM, _LIKELY,
             "A05", "A10", "CWE-209", site_level=False),
        Rule("vulnerable-library", "Front-end library with known weaknesses", _MEDIUM, _SURE,
             "A06", "A03", "CWE-1395"),
    )
}  # fmt: skip
LIBRARY_RULE = "vulnerable-library"
# One symptom in passing is no look at how a shop was designed.
_NO_LOOK = {"2021": frozenset({"A04"}), "2025": frozenset({"A06"})}

ENGINE = Engine(ENGINE_NAME, ENGINE_VERSION, len(RULES))


def path_template(url: str) -> str:
    """The path without query, with numbers, identifiers and long slugs made general."""
    path = urlsplit(url).path or "/"
    return "/".join(_segment(part) for part in path.split("/"))


def templates(urls: Iterable[str]) -> tuple[str, ...]:
    """The path templates of addresses, each once, sorted, at most ``PATHS_MAX``."""
    return tuple(sorted({path_template(url) for url in urls})[:PATHS_MAX])


def _segment(part: str) -> str:
    if part.isdecimal():
        return "{n}"
    if _UUID.fullmatch(part):
        return "{uuid}"
    if _HASH.fullmatch(part):
        return "{hash}"
    if len(part) >= SLUG_MIN_CHARS:
        return "{slug}"
    return part


def fingerprint(rule: Rule, url: str, param: str, method: str, site: str) -> str:
    """Hex SHA-256 that names the same weakness in every scan.

    ``site`` is the host of the start URL: a scanner knows no site numbers.
    """
    place = "*" if rule.site_level else path_template(url)
    parts = ("v1", site.lower(), ENGINE_NAME, rule.rule, place, param, method)
    return hashlib.sha256("|".join(parts).encode("utf-8", "replace")).hexdigest()


def finding(
    rule_id: str,
    url: str,
    *,
    site: str,
    param: str = "",
    excerpt: str = "",
    severity: Severity | None = None,
    confidence: Confidence | None = None,
) -> Finding:
    """A finding of that rule; ``severity`` and ``confidence`` where the case is milder or graver.

    Everything that came from the site is clipped and has no surrogates left.
    """
    rule = RULES[rule_id]
    about = clip(param, PARAM_CHARS)
    return Finding(
        rule=rule.rule,
        name=rule.name,
        severity=severity or rule.severity,
        confidence=confidence or rule.confidence,
        owasp_2021=rule.owasp_2021,
        owasp_2025=rule.owasp_2025,
        cwe=rule.cwe,
        url=clip(url, URL_SHOWN_CHARS),
        method="GET",
        param=about,
        fingerprint=fingerprint(rule, url, about, "GET", site),
        excerpt=clip(excerpt, EXCERPT_CHARS),
    )


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each weakness once, at its gravest, the gravest first; at most ``FINDINGS_MAX``."""
    order = list(Severity)
    kept: dict[str, Finding] = {}
    for found in findings:
        known = kept.get(found.fingerprint)
        if known is None or order.index(found.severity) > order.index(known.severity):
            kept[found.fingerprint] = found
    ranked = sorted(kept.values(), key=lambda f: (-order.index(f.severity), f.rule, f.url, f.param))
    return tuple(ranked[:FINDINGS_MAX])


def categories(*, libraries: bool = False) -> Matrix:
    """By edition: ``partly`` where a rule looks, ``not_testable`` where none does.

    Never ``tested``: a passive look shows symptoms, it proves no absence.  Known
    weaknesses of components are looked for only where there is data about them.
    """
    used = [rule for rule in RULES.values() if libraries or rule.rule != LIBRARY_RULE]
    looked = [{rule.owasp_2021 for rule in used}, {rule.owasp_2025 for rule in used}]
    return matrix({e: seen - _NO_LOOK[e] for e, seen in zip(EDITIONS, looked, strict=True)})


__all__ = ["CATEGORIES", "ENGINE", "RULES", "Rule", "categories", "distinct", "finding",
           "fingerprint", "path_template"]  # fmt: skip
