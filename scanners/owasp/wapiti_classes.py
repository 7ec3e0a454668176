"""What wapiti's classes of findings mean here, and which of its modules a profile runs.

Wapiti names classes, not categories of the Top 10.  A class that is not in the table is
kept as a note: nobody is accused by a name we do not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanners.owasp.engine import Profile
from scanners.owasp.evidence import Confidence, Severity

_INFO, _LOW, _MEDIUM, _HIGH, _CRITICAL = (
    Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL,
)  # fmt: skip
_SURE, _LIKELY, _GUESS = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW


@dataclass(frozen=True, slots=True)
class WapitiClass:
    """One class.  ``site_level``: a header of the whole site, wherever it was seen first."""

    rule: str
    severity: Severity
    confidence: Confidence
    owasp_2021: str
    owasp_2025: str
    cwe: str
    site_level: bool = False


_Row = tuple[str, str, Severity, Confidence, str, str, str]
_ROWS: tuple[_Row, ...] = (
    ("SQL Injection", "sql-injection", _HIGH, _SURE, "A03", "A05", "CWE-89"),
    ("Blind SQL Injection", "sql-injection-blind", _HIGH, _LIKELY, "A03", "A05", "CWE-89"),
    ("Reflected Cross Site Scripting", "xss-reflected", _HIGH, _LIKELY, "A03", "A05", "CWE-79"),
    ("Stored Cross Site Scripting", "xss-stored", _HIGH, _LIKELY, "A03", "A05", "CWE-79"),
    ("HTML Injection", "html-injection", _MEDIUM, _LIKELY, "A03", "A05", "CWE-80"),
    ("Stored HTML Injection", "html-injection-stored", _MEDIUM, _LIKELY, "A03", "A05", "CWE-80"),
    ("Command execution", "command-execution", _CRITICAL, _SURE, "A03", "A05", "CWE-78"),
    ("CRLF Injection", "crlf-injection", _MEDIUM, _LIKELY, "A03", "A05", "CWE-93"),
    # owasp.md 4.3: four false alarms on a target without LDAP.
    ("LDAP Injection", "ldap-injection", _LOW, _GUESS, "A03", "A05", "CWE-90"),
    ("XPATH Injection", "xpath-injection", _HIGH, _LIKELY, "A03", "A05", "CWE-643"),
    ("XML External Entity", "xxe", _HIGH, _LIKELY, "A05", "A02", "CWE-611"),
    ("Path Traversal", "path-traversal", _HIGH, _SURE, "A01", "A01", "CWE-22"),
    ("Open Redirect", "open-redirect", _MEDIUM, _SURE, "A01", "A01", "CWE-601"),
    ("Cross Site Request Forgery", "csrf", _LOW, _LIKELY, "A01", "A01", "CWE-352"),
    ("Htaccess Bypass", "htaccess-bypass", _HIGH, _LIKELY, "A01", "A01", "CWE-285"),
    ("Server Side Request Forgery", "ssrf", _HIGH, _LIKELY, "A10", "A01", "CWE-918"),
    ("Unrestricted File Upload", "file-upload", _HIGH, _LIKELY, "A04", "A06", "CWE-434"),
    ("Backup file", "backup-file", _HIGH, _LIKELY, "A05", "A02", "CWE-530"),
    ("Potentially dangerous file", "dangerous-file", _MEDIUM, _GUESS, "A05", "A02", "CWE-538"),
    ("HTTP Methods", "http-methods", _INFO, _LIKELY, "A05", "A02", "CWE-650"),
    ("Internal Server Error", "internal-error", _LOW, _LIKELY, "A05", "A10", "CWE-755"),
    ("Resource consumption", "resource-consumption", _LOW, _GUESS, "A04", "A06", "CWE-400"),
    ("Weak credentials", "weak-credentials", _CRITICAL, _LIKELY, "A07", "A07", "CWE-1391"),
    ("Vulnerable software", "vulnerable-software", _MEDIUM, _LIKELY, "A06", "A03", "CWE-1395"),
    ("Log4Shell", "log4shell", _CRITICAL, _LIKELY, "A06", "A03", "CWE-917"),
    ("Spring4Shell", "spring4shell", _CRITICAL, _LIKELY, "A06", "A03", "CWE-94"),
    ("Subdomain takeover", "subdomain-takeover", _HIGH, _GUESS, "A05", "A02", "CWE-350"),
    ("TLS/SSL misconfigurations", "tls", _LOW, _LIKELY, "A02", "A04", "CWE-326"),
    ("Fingerprint web technology", "technology", _INFO, _SURE, "A05", "A02", "CWE-497"),
    ("Fingerprint web application framework", "framework", _INFO, _SURE, "A05", "A02", "CWE-497"),
    ("Fingerprint web server", "web-server", _INFO, _SURE, "A05", "A02", "CWE-497"),
    ("Review Webserver Metafiles for Information Leakage", "metafiles", _INFO, _SURE,
     "A05", "A02", "CWE-497"),
)  # fmt: skip
_SITE_ROWS: tuple[_Row, ...] = (
    ("Content Security Policy Configuration", "csp", _MEDIUM, _SURE, "A05", "A02", "CWE-693"),
    ("Clickjacking Protection", "framing", _MEDIUM, _SURE, "A05", "A02", "CWE-1021"),
    ("MIME Type Confusion", "nosniff", _LOW, _SURE, "A05", "A02", "CWE-693"),
    ("HTTP Strict Transport Security (HSTS)", "hsts", _LOW, _SURE, "A02", "A04", "CWE-319"),
    ("HttpOnly Flag cookie", "cookie-httponly", _LOW, _SURE, "A05", "A02", "CWE-1004"),
    ("Secure Flag cookie", "cookie-secure", _LOW, _SURE, "A05", "A02", "CWE-614"),
    ("Unencrypted Channels", "unencrypted", _MEDIUM, _SURE, "A02", "A04", "CWE-319"),
)
CLASSES: Mapping[str, WapitiClass] = {
    row[0]: WapitiClass(row[1], row[2], row[3], row[4], row[5], row[6], site_level=site)
    for rows, site in ((_ROWS, False), (_SITE_ROWS, True))
    for row in rows
}
UNKNOWN = WapitiClass("other", _INFO, _GUESS, "A05", "A02", "CWE-693")

# Left out for good: ssrf, xxe and log4shell need a listener of others; permanentxss,
# upload and brute_login_form leave things behind; timesql and buster load the shop; ldap
# cries wolf; nikto, wapp, htp and cms need downloads; csrf, methods and htaccess send more
# than GET; ssl is our own tls scan.
_READING = ("csp", "http_headers", "cookieflags")
_ATTACKING = ("redirect", "xss", "file", "sql", "exec", "crlf")
MODULES: Mapping[Profile, tuple[tuple[str, ...], ...]] = {
    Profile.BASELINE: (_READING,),
    Profile.ACTIVE_LOW: (_READING, *((name,) for name in _ATTACKING)),
    Profile.ACTIVE_MEDIUM: (_READING, *((name,) for name in _ATTACKING), ("backup",)),
}
LEVELS: Mapping[Profile, int] = {
    Profile.BASELINE: 1, Profile.ACTIVE_LOW: 1, Profile.ACTIVE_MEDIUM: 2,
}  # fmt: skip
# (2021, 2025) a module can show something of when it ran to its end.
REACHES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "csp": (("A05", "A02"),),
    "http_headers": (("A05", "A02"), ("A02", "A04")),
    "cookieflags": (("A05", "A02"),),
    "redirect": (("A01", "A01"),),
    "xss": (("A03", "A05"),),
    "file": (("A01", "A01"),),
    "sql": (("A03", "A05"),),
    "exec": (("A03", "A05"),),
    "crlf": (("A03", "A05"),),
    "backup": (("A05", "A02"),),
}
# Injection is what it tests; of all others it sees a part.
TESTED_BY = frozenset({"xss", "sql", "exec", "crlf"})
