"""What an answer gives away: inner addresses, contents of folders, answers for any site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scanners.content.html import first
from scanners.owasp.evidence import Finding
from scanners.owasp.page import Page
from scanners.owasp.rules import finding, path_template

TEXT_CHARS = 500_000
PER_PAGE_MAX = 5
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
# RFC 1918.  Not behind a letter, digit or dot: 10.2.3.4 may be a version.
_PRIVATE = re.compile(
    rf"(?<![\w.-])(?:10\.{_OCTET}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.{_OCTET}\.{_OCTET}(?![\w.-])"
)
_VERSION_BEFORE = re.compile(r"(?:version|versie|v|release|build)[\s:=\"']{0,4}$", re.IGNORECASE)
_LISTING_TITLES = re.compile(r"\s*(?:Index of /|Directory listing for /|Directory: /)")
_LISTING_TEXTS = ("[To Parent Directory]", "Parent Directory", "../", "[parent directory]")


def inner_addresses(page: Page) -> Iterator[Finding]:
    """Private IPv4 addresses in the source of a page and in its headers."""
    html = page.tree.html or ""
    texts = [html[:TEXT_CHARS], *(f"{name}: {value}" for name, value in page.headers)]
    seen: dict[str, None] = {}
    for text in texts:
        for match in _PRIVATE.finditer(text):
            if not _VERSION_BEFORE.search(text[max(0, match.start() - 12) : match.start()]):
                seen[match[0]] = None
    for address in list(seen)[:PER_PAGE_MAX]:
        yield finding("private-address", page.url, site=page.site, param=address, excerpt=address)


def listing(page: Page) -> Iterator[Finding]:
    """A folder's contents as servers make them (Apache, nginx, IIS, Jetty, Python)."""
    node = first(page.tree, "title")
    title = node.text()[:200] if node is not None else ""
    body = page.tree.body
    text = body.text(deep=True, separator=" ")[:20_000] if body is not None else ""
    by_title = _LISTING_TITLES.match(title) is not None
    if (
        (by_title and any(mark in text for mark in _LISTING_TEXTS))
        or (
            "[To Parent Directory]" in text
            and urlsplit(page.url).path.rstrip("/").rpartition("/")[2] in title + text[:300]
        )
        or title.startswith("Directory listing for /")
    ):
        place = path_template(page.url)
        yield finding(
            "directory-listed", page.url, site=page.site, param=place, excerpt=title or place
        )


def shared_with_any(page: Page) -> Iterator[Finding]:
    """``Access-Control-Allow-Origin: *`` on something to read (Fetch standard 3.2.3).

    Browsers send no cookies then, so that it is public what can be read; fonts, scripts
    and pictures are meant to be shared.
    """
    name = "access-control-allow-origin"
    kind = ",".join(page.all("content-type")[:1]).partition(";")[0].strip().lower()
    if "*" not in [value.strip() for value in page.all(name)]:
        return
    if kind.endswith(("json", "html", "xml")) and not kind.endswith("svg+xml"):
        yield finding("cors-wildcard", page.url, site=page.site, param=name, excerpt=f"{name}: *")
