"""Scripts of a page: whose they are, and whether somebody checks that they stay the same."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from scanners.content.html import absolute, is_program
from scanners.net.names import registrable_domain
from scanners.owasp.evidence import Finding
from scanners.owasp.page import Page
from scanners.owasp.rules import finding, path_template

SCRIPTS_MAX = 300
# Stores whose files bear a version and never change: a check would cost nothing there.
_STORES = frozenset(
    {
        "ajax.googleapis.com", "cdn.jsdelivr.net", "cdnjs.cloudflare.com", "unpkg.com",
        "code.jquery.com", "maxcdn.bootstrapcdn.com", "stackpath.bootstrapcdn.com",
        "netdna.bootstrapcdn.com", "ajax.aspnetcdn.com", "cdn.datatables.net", "code.angularjs.org",
    }
)  # fmt: skip


def script_addresses(page: Page) -> list[str]:
    """Absolute addresses of the programs a page loads, in order, without repeats."""
    found: dict[str, None] = {}
    for node in page.tree.css("script[src]")[:SCRIPTS_MAX]:
        if is_program(node):
            target = absolute(page.base, node.attributes.get("src") or "")
            if target.startswith(("http://", "https://")):
                found[target] = None
    return list(found)


def integrity(page: Page) -> Iterator[Finding]:
    """Scripts of other parties without ``integrity`` (W3C Subresource Integrity).

    A tag manager changes its script every day and cannot have one: that is a note.
    """
    own = registrable_domain(urlsplit(page.url).hostname or "")
    for node in page.tree.css("script[src]")[:SCRIPTS_MAX]:
        target = absolute(page.base, node.attributes.get("src") or "")
        host = _host(target)
        if not is_program(node) or not host or registrable_domain(host) == own:
            continue
        if (node.attributes.get("integrity") or "").strip():
            continue
        stored = host in _STORES
        rule = "sri-missing" if stored else "third-party-script"
        yield finding(
            rule, page.url, site=page.site, excerpt=f"<script src={target}>",
            param=f"{host}{path_template(target)}" if stored else host,
        )  # fmt: skip


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
