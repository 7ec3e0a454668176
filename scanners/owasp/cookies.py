"""Checks of cookies as they are set (RFC 6265, RFC 6265bis)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scanners.net.names import registrable_domain
from scanners.owasp.evidence import Finding, Severity
from scanners.owasp.page import Page
from scanners.owasp.rules import finding

COOKIES_MAX = 50
COOKIE_CHARS = 4_096
# Names of session and login cookies of common platforms.  Whole words between
# separators, so that "consider" or "outsider" do not look like "sid".
_SESSION = re.compile(
    r"sess(ion)?(id)?|[a-z]*sess(ion)?id|[a-z]*session|s?sid|sid|auth(entication)?|authtoken|"
    r"token|jwt|login|logged|loggedin|remember(me)?|identity|customer|frontend|adminhtml|aspxauth|"
    r"cfid|cftoken|prestashop",
    re.IGNORECASE,
)
# Meant to be read by the page's own script (double submit); not a secret of the session.
_READABLE = re.compile(r"csrf|xsrf", re.IGNORECASE)
_PARTS = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])")
_GONE = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie as set; ``attributes`` by lower-case name, the last one counts."""

    name: str
    attributes: Mapping[str, str]

    @property
    def session_like(self) -> bool:
        """Does its name say that it stands for a person's session?"""
        name = self.name.removeprefix("__Host-").removeprefix("__Secure-")
        if _READABLE.search(name):
            return False
        return any(_SESSION.fullmatch(part) for part in (name, *_PARTS.split(name)) if part)

    @property
    def script_needs_it(self) -> bool:
        """A token against forged requests is read by the page's script on purpose."""
        return bool(_READABLE.search(self.name))


def parse_cookie(header: str) -> Cookie | None:
    """One ``Set-Cookie`` value; None when it sets nothing (RFC 6265 5.2) or takes one away."""
    pair, *rest = header[:COOKIE_CHARS].split(";")
    name, equals, value = pair.partition("=")
    if not equals or not name.strip():
        return None
    attributes: dict[str, str] = {}
    for part in rest:
        key, _, given = part.partition("=")
        attributes[key.strip().lower()] = given.strip()
    if _removes(value, attributes):
        return None
    return Cookie(name.strip(), attributes)


def _removes(value: str, attributes: Mapping[str, str]) -> bool:
    age = attributes.get("max-age")
    if age is not None and re.fullmatch(r"-?\d{1,18}", age, re.ASCII):
        return int(age) <= 0
    if value.strip().strip('"').lower() == "deleted":
        return True
    try:
        expires = parsedate_to_datetime(attributes.get("expires", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    # Servers that take a cookie away name the start of the epoch.
    return expires.replace(tzinfo=UTC) < _GONE


def cookies(page: Page) -> Iterator[Finding]:
    """Cookies without Secure, HttpOnly or SameSite; those of a session weigh more."""
    for header in page.all("set-cookie")[:COOKIES_MAX]:
        cookie = parse_cookie(header)
        if cookie is None:
            continue
        yield from _judge(page, cookie)


def _judge(page: Page, cookie: Cookie) -> Iterator[Finding]:
    yield from _promises(page, cookie)
    grave = cookie.session_like
    same_site = cookie.attributes.get("samesite", "").lower()
    missing = {
        "cookie-without-secure": ("secure" not in cookie.attributes, Severity.MEDIUM),
        "cookie-without-httponly": (
            "httponly" not in cookie.attributes and not cookie.script_needs_it,
            Severity.MEDIUM,
        ),
        "cookie-without-samesite": (same_site not in ("lax", "strict", "none"), Severity.LOW),
    }
    for rule, (is_missing, weight) in missing.items():
        if is_missing:
            # Never the value: it may be somebody's session.
            yield finding(
                rule, page.url, site=page.site, param=cookie.name,
                excerpt=f"Set-Cookie: {cookie.name}=…", severity=weight if grave else None,
            )  # fmt: skip


def _promises(page: Page, cookie: Cookie) -> Iterator[Finding]:
    """Name prefixes that are not kept (RFC 6265bis 4.1.3), and sessions for all subdomains.

    Browsers throw a cookie with a broken promise away: what it is for does not work.
    """
    known, name = cookie.attributes, cookie.name.lower()
    domain = known.get("domain", "").lstrip(".").lower()
    broken = ""
    if name.startswith(("__secure-", "__host-")) and "secure" not in known:
        broken = "without Secure"
    elif name.startswith("__host-") and (domain or known.get("path") != "/"):
        broken = "with Domain" if domain else "without Path=/"
    if broken:
        yield finding(
            "cookie-prefix-broken", page.url, site=page.site, param=cookie.name,
            excerpt=f"Set-Cookie: {cookie.name}=… {broken}",
        )  # fmt: skip
    host = urlsplit(page.url).hostname or ""
    # From www to the bare name is how shops are built; from deeper below it is far.
    wide = domain and domain == registrable_domain(host) and host not in (domain, f"www.{domain}")
    if cookie.session_like and wide:
        yield finding(
            "cookie-domain-broad", page.url, site=page.site, param=cookie.name,
            excerpt=f"Set-Cookie: {cookie.name}=… Domain={domain}",
        )  # fmt: skip
