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
from scanners.owasp.evidence import Confidence, Engine, Finding, Reach, Severity

ENGINE_NAME = "passive"
ENGINE_VERSION = "1"
URL_SHOWN_CHARS = 500
PARAM_CHARS = 120
EXCERPT_CHARS = 200
FINDINGS_MAX = 200
CATEGORIES = tuple(f"A{number:02d}" for number in range(1, 11))

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

RULES: Mapping[str, Rule] = {
    rule.rule: rule
    for rule in (
        Rule("csp-missing", "No Content-Security-Policy", _MEDIUM, _SURE, "A05", "A02", "CWE-693"),
        Rule("csp-weak", "Content-Security-Policy does not restrain scripts", _LOW, _SURE,
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
        Rule("mixed-content-active", "Script, style or frame over plain HTTP on a secure page",
             _HIGH, _SURE, "A02", "A04", "CWE-319", site_level=False),
        Rule("mixed-content-passive", "Picture or media over plain HTTP on a secure page",
             _LOW, _SURE, "A02", "A04", "CWE-319", site_level=False),
        Rule("form-to-http", "Form sends its fields over plain HTTP", _HIGH, _SURE,
             "A02", "A04", "CWE-319", site_level=False),
        Rule("password-over-http", "Password asked on a page without https", _HIGH, _SURE,
             "A02", "A04", "CWE-523", site_level=False),
        Rule("version-disclosed", "A header tells the version of the software", _INFO, _SURE,
             "A05", "A02", "CWE-497"),
        Rule("error-disclosed", "Technical error message shown to visitors", _MEDIUM, _LIKELY,
             "A05", "A10", "CWE-209", site_level=False),
    )
}  # fmt: skip

ENGINE = Engine(ENGINE_NAME, ENGINE_VERSION, len(RULES))


def path_template(url: str) -> str:
    """The path without query, with numbers, identifiers and long slugs made general."""
    path = urlsplit(url).path or "/"
    return "/".join(_segment(part) for part in path.split("/"))


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
    ranked = sorted(kept.values(), key=lambda f: -order.index(f.severity))
    return tuple(ranked[:FINDINGS_MAX])


def categories() -> dict[str, dict[str, Reach]]:
    """By edition: ``partly`` where a rule looks, ``not_testable`` where none can.

    Never ``tested``: a passive look shows symptoms, it proves no absence.
    """
    looked = {
        "2021": {rule.owasp_2021 for rule in RULES.values()},
        "2025": {rule.owasp_2025 for rule in RULES.values()},
    }
    return {
        edition: {n: Reach.PARTLY if n in seen else Reach.NOT_TESTABLE for n in CATEGORIES}
        for edition, seen in looked.items()
    }
