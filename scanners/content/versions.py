"""Other language versions of a site: where they begin, and where their privacy link leads.

Only the privacy statement is asked for in each language that is offered (bc-1.1); all else
is judged on the version the site was registered with.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from scanners.content.actions import is_action
from scanners.content.frontier import Candidate
from scanners.content.html import Link
from scanners.content.languages import is_covered
from scanners.content.read import CrawledPage
from scanners.content.vocabulary import fold, roles_of_path, roles_of_text

# The role of the start page of another version: it proves nothing about other roles.
VERSION = "version"
VERSIONS_MAX = 3
PRIVACY_LINKS_MAX = 2
CODE_CHARS = 2
# What a language menu calls the languages, beside their codes.
_MENU = {
    "nl": "nl", "nederlands": "nl", "dutch": "nl", "neerlandais": "nl",
    "fr": "fr", "francais": "fr", "frans": "fr", "french": "fr",
    "en": "en", "english": "en", "engels": "en", "anglais": "en",
    "de": "de", "deutsch": "de", "duits": "de", "german": "de", "allemand": "de",
}  # fmt: skip


def language_offered(link: Link) -> str:
    """The language of the version a link leads to (ISO 639-1), "" when it leads to none.

    ``hreflang`` says it (RFC 5646 tags, ``x-default`` left out), or the word of a menu.
    """
    if link.kind == "alternate":
        code = link.rel.strip().lower().replace("_", "-").partition("-")[0]
        return code if len(code) == CODE_CHARS else ""
    if link.kind not in ("page", "anchor") or len(link.text) > max(map(len, _MENU)):
        return ""
    return _MENU.get(fold(link.text), "")


def other_versions(
    start: CrawledPage, is_own: Callable[[str], bool]
) -> tuple[tuple[str, str], ...]:
    """(address, language) of the site's versions in other languages we can read."""
    home = {urlsplit(url)[1:4] for url in (start.url, start.final_url)}
    found: dict[str, str] = {}
    for link in start.links:
        language = language_offered(link)
        known = language in ("", start.language) or language in found or not is_covered(language)
        if known or is_action(link.url) or not is_own(link.url):
            continue
        if urlsplit(link.url)[1:4] not in home:
            found[language] = link.url
    return tuple((url, language) for language, url in found.items())[:VERSIONS_MAX]


def privacy_pages(
    page: CrawledPage, language: str, is_own: Callable[[str], bool]
) -> tuple[Candidate, ...]:
    """Where the version's own privacy links lead, best first."""
    found: dict[str, int] = {}
    for link in page.links:
        if link.kind not in ("page", "anchor") or is_action(link.url) or not is_own(link.url):
            continue
        named = "privacy" in roles_of_text(link.text)
        hinted = "privacy" in roles_of_path(urlsplit(link.url).path)
        if named or hinted:
            found[link.url] = max(found.get(link.url, 0), named + hinted)
    best = sorted(found, key=lambda url: -found[url])[:PRIVACY_LINKS_MAX]
    return tuple(Candidate(url, frozenset({"privacy"}), language, own=True) for url in best)
