"""The flaws seeded in the vulnerable shop: what a perfect look from outside would report.

Categories follow the CWE lists of the OWASP Top 10 of 2021 and 2025, and the tables of
``scanners.owasp.rules`` where those had to choose.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class From(StrEnum):
    """Where a flaw can be seen from, without an account."""

    PASSIVE = "passive"
    ACTIVE = "active"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One seeded flaw.

    ``severity`` is a value of ``scanners.owasp.evidence.Severity``; ``param`` is the header, the
    cookie or the parameter.  ``path`` is where it shows; ``/`` for what every page has.
    ``only`` is ``https`` or ``http`` when the flaw exists over that alone.  ``guessed``: nothing
    links to ``path``.
    """

    id: str
    title: str
    owasp_2021: str
    owasp_2025: str
    cwe: str
    severity: str
    detectable_from: From
    path: str
    param: str = ""
    only: str = ""
    guessed: bool = False


_P, _A, _N = From.PASSIVE, From.ACTIVE, From.NEVER

FLAWS: tuple[Flaw, ...] = (
    # Headers and cookies: the same on every page.
    Flaw("no-csp", "No Content-Security-Policy", "A05", "A02", "CWE-693", "medium", _P,
         "/", "content-security-policy"),
    Flaw("no-frame-protection", "May be framed by any site", "A05", "A02", "CWE-1021", "medium",
         _P, "/", "x-frame-options"),
    Flaw("no-nosniff", "No X-Content-Type-Options", "A05", "A02", "CWE-693", "low", _P,
         "/", "x-content-type-options"),
    Flaw("no-referrer-policy", "No Referrer-Policy", "A05", "A02", "CWE-200", "info", _P,
         "/", "referrer-policy"),
    Flaw("no-hsts", "No Strict-Transport-Security", "A02", "A04", "CWE-319", "low", _P,
         "/", "strict-transport-security", only="https"),
    Flaw("server-version", "Server tells its version", "A05", "A02", "CWE-497", "info", _P,
         "/", "server"),
    Flaw("powered-by", "X-Powered-By tells the version of PHP", "A05", "A02", "CWE-497", "info",
         _P, "/", "x-powered-by"),
    Flaw("cookie-secure", "Session cookie without Secure", "A05", "A02", "CWE-614", "low", _P,
         "/", "PHPSESSID", only="https"),
    Flaw("cookie-httponly", "Session cookie without HttpOnly", "A05", "A02", "CWE-1004", "info",
         _P, "/", "PHPSESSID"),
    Flaw("cookie-samesite", "Session cookie without SameSite", "A01", "A01", "CWE-1275", "info",
         _P, "/", "PHPSESSID"),
    # What stands in the pages.
    Flaw("mixed-content", "Script over plain HTTP on a secure page", "A02", "A04", "CWE-319",
         "high", _P, "/", only="https"),
    Flaw("form-to-http", "Newsletter form sends over plain HTTP", "A02", "A04", "CWE-319",
         "high", _P, "/", only="https"),
    Flaw("password-over-http", "Password asked without https", "A02", "A04", "CWE-523", "high",
         _P, "/login", "wachtwoord", only="http"),
    Flaw("no-sri", "Script of a third party without integrity", "A08", "A08", "CWE-353", "low",
         _P, "/"),
    Flaw("old-jquery", "jQuery 1.12.4", "A06", "A03", "CWE-1395", "medium", _P,
         "/js/jquery-1.12.4.min.js", "jquery"),
    Flaw("no-csrf-token", "Address form without anti-CSRF token", "A01", "A01", "CWE-352",
         "low", _P, "/account"),
    Flaw("stack-trace", "Stack trace shown to visitors", "A05", "A10", "CWE-209", "medium", _P,
         "/fout"),
    Flaw("cors-any", "Customer data readable by any site", "A05", "A02", "CWE-942", "low", _P,
         "/api/klanten", "access-control-allow-origin"),
    Flaw("listing", "Directory listing", "A05", "A02", "CWE-548", "medium", _P, "/uploads/"),
    # What nothing links to.
    Flaw("git-exposed", "Repository readable", "A05", "A02", "CWE-538", "high", _P,
         "/.git/HEAD", guessed=True),
    Flaw("env-exposed", "Configuration with a password readable", "A05", "A02", "CWE-538",
         "high", _P, "/.env", guessed=True),
    Flaw("backup-exposed", "Database backup readable", "A05", "A02", "CWE-530", "high", _P,
         "/backup.sql", guessed=True),
    Flaw("debug-page", "phpinfo page", "A05", "A02", "CWE-497", "medium", _P,
         "/phpinfo.php", guessed=True),
    # What takes an attack to see.
    Flaw("xss-search", "Search words come back as markup", "A03", "A05", "CWE-79", "high", _A,
         "/zoeken", "q"),
    Flaw("sqli-product", "SQL injection in the product number", "A03", "A05", "CWE-89", "high",
         _A, "/product", "id"),
    Flaw("traversal-image", "Any file through the picture parameter", "A01", "A01", "CWE-22",
         "high", _A, "/afbeelding", "bestand"),
    Flaw("open-redirect", "Sends the visitor to any site", "A01", "A01", "CWE-601", "medium",
         _A, "/doorsturen", "naar"),
    # What no anonymous look can tell.
    Flaw("idor-order", "Orders of others by number", "A01", "A01", "CWE-639", "high", _N,
         "/account/bestelling", "nr"),
    Flaw("jsonp", "Customer data as JSONP", "A05", "A02", "CWE-346", "medium", _N,
         "/api/klanten", "callback"),
    Flaw("weak-hash", "Passwords stored as MD5", "A02", "A04", "CWE-916", "high", _N, "/login"),
    Flaw("client-price", "Price taken from the form", "A04", "A06", "CWE-602", "high", _N,
         "/winkelwagen/toevoegen", "prijs"),
    Flaw("no-login-limit", "Login may be tried without end", "A07", "A07", "CWE-307", "medium",
         _N, "/login"),
    Flaw("no-audit", "Failed logins are not recorded", "A09", "A09", "CWE-778", "medium", _N,
         "/login"),
)  # fmt: skip


def flaws_over(scheme: str) -> tuple[Flaw, ...]:
    """The flaws that exist when the shop is served over ``http`` or ``https``."""
    return tuple(flaw for flaw in FLAWS if flaw.only in ("", scheme))
