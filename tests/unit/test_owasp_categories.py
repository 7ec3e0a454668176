"""One weakness has one category of the Top 10, whichever engine shows it."""

from __future__ import annotations

import pytest

from scanners.owasp.rules import RULES
from scanners.owasp.wapiti_classes import CLASSES
from scanners.owasp.zap.rules import known_rules
from tests.shops.vulnerable import FLAWS

BY_WAPITI = {kind.rule: kind for kind in CLASSES.values()}
# The same weakness by its name in each engine: passive, wapiti, ZAP.
SAME: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "open redirect": ("", "open-redirect", ("10028", "20019")),
    "cross-site scripting": ("", "xss-reflected", ("40012",)),
    "SQL injection": ("", "sql-injection", ("40018",)),
    "path traversal": ("", "path-traversal", ("6",)),
    "command execution": ("", "command-execution", ("90020",)),
    "XML entities": ("", "xxe", ("90023",)),
    "forged requests from the server": ("", "ssrf", ("40046",)),
    "line breaks in headers": ("", "crlf-injection", ("40003",)),
    "no policy for scripts": ("csp-missing", "csp", ("10038",)),
    "no HSTS": ("hsts-missing", "hsts", ("10035",)),
    "no nosniff": ("nosniff-missing", "nosniff", ("10021",)),
    "framing": ("frame-protection-missing", "framing", ("10020",)),
    "cookie without HttpOnly": ("cookie-without-httponly", "cookie-httponly", ("10010",)),
    "cookie without Secure": ("cookie-without-secure", "cookie-secure", ("10011",)),
    "cookie without SameSite": ("cookie-without-samesite", "", ("10054",)),
    "no token against forged requests": ("csrf-token-missing", "csrf", ("10202",)),
    "a listed folder": ("directory-listed", "", ("0", "10033")),
    "error messages": ("error-disclosed", "", ("90022",)),
    "known weak library": ("vulnerable-library", "vulnerable-software", ("10003",)),
    "CORS": ("cors-any-origin", "", ("40040",)),
    "version told": ("version-disclosed", "web-server", ("10036",)),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_weakness_has_one_category_in_every_engine(name: str) -> None:
    passive, wapiti, zap = SAME[name]
    told = set()
    if passive:
        told.add((RULES[passive].owasp_2021, RULES[passive].owasp_2025))
    if wapiti:
        told.add((BY_WAPITI[wapiti].owasp_2021, BY_WAPITI[wapiti].owasp_2025))
    for number in zap:
        known = known_rules()[number]
        told.add((known.owasp_2021[0], known.owasp_2025[0]))
    assert len(told) == 1, told


def test_an_open_redirect_is_broken_access_control_in_both_editions() -> None:
    seeded = next(flaw for flaw in FLAWS if flaw.cwe == "CWE-601")
    assert (seeded.owasp_2021, seeded.owasp_2025) == ("A01", "A01")
    for number in ("10028", "20019"):
        known = known_rules()[number]
        assert (known.owasp_2021, known.owasp_2025) == (("A01",), ("A01",))
