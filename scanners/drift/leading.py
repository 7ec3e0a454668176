"""Where a site leads its visitors: to required pages, and to the certificate of its mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from scanners.api import clip, host_of
from scanners.content.crawled import Crawl
from scanners.content.parties import EXTERNAL_ROLES, FOREIGN_PARTIES
from scanners.content.read import CrawledPage
from scanners.content.vocabulary import HUB, fold_plain, roles_of_path, roles_of_text
from scanners.drift.evidence import Statement
from scanners.drift.outline_words import MARK_STEMS, SEAL_WORDS
from scanners.net.names import registrable_domain
from scanners.seal.collect import Collector
from scanners.seal.evidence import Reference

REQUIRED_ROLES = ("terms", "privacy", "returns", "contact", "complaints", "cookies")
START, SITE = "start", "site"
TEXT_CHARS = 120
VALUE_CHARS = 300
MARKS_MAX = 10
OWN_PICTURE = "own"
_WAYS = frozenset({"page", "anchor", "script"})
# Further pages are looked at for a mark only when the start page has none.
PAGES_MAX = 4
_SHOWN = frozenset({"linked_image", "image", "script", "frame"})
# Of a query only what may name a certificate counts: the rest is tracking, or of the visit.
_IDENTITY = re.compile(r"id\b|^id|shop|cert|lid|member|num|key|site|code|url|domain|seal")
_LOCALES = frozenset({"nl", "fr", "en", "de", "be"})


def leads_of(
    found: Crawl, own: frozenset[str], label_hosts: frozenset[str] = frozenset()
) -> tuple[Statement, ...]:
    """Statements ``link``, ``certificate`` and ``seal`` of a crawl.

    A ``link`` of role ``start`` stands on the start page, of role ``site`` only on another.
    ``label_hosts`` are those of the labels the site is held to; without them a mark is
    known by the words of its picture alone.
    """
    start = found.start
    if start is None or not start.readable:
        return ()
    links = {one.value: one for one in _links(start, START, own)}
    for page in found.pages:
        if page is not start and page.own and page.readable:
            for one in _links(page, SITE, own):
                links.setdefault(one.value, one)
    return (*(links[name] for name in sorted(links)), *_marks(found, start, own, label_hosts))


def hub_unread(found: Crawl) -> bool:
    """May pages that lead on to required ones have been missed?"""
    failed = any(HUB in failure.roles for failure in found.failures)
    return failed or any(HUB in page.roles and not page.readable for page in found.pages)


def _links(page: CrawledPage, where: str, own: frozenset[str]) -> Iterator[Statement]:
    for link in page.links:
        if link.kind not in _WAYS or (where == SITE and not roles_of_text(link.text)):
            continue
        parts = urlsplit(link.url)
        domain = registrable_domain(parts.hostname or "")
        named = roles_of_text(link.text)
        if domain in own:
            # As the crawl does: that far out a path alone is too weak a reason.
            first = where == START and link.kind != "script"
            roles = named | (roles_of_path(parts.path) if first else frozenset[str]())
        else:
            roles = named & EXTERNAL_ROLES if domain not in FOREIGN_PARTIES else frozenset()
        for role in REQUIRED_ROLES:
            if role in roles:
                yield Statement("link", role, where, link.url, clip(link.text, TEXT_CHARS))


def _marks(
    found: Crawl, start: CrawledPage, own: frozenset[str], label_hosts: frozenset[str]
) -> tuple[Statement, ...]:
    others = [p for p in found.pages if p is not start and p.own and p.readable]
    stems = [name.encode("ascii", "replace") for name in label_hosts] or list(MARK_STEMS)
    stems += [name.partition(b".")[0] for name in stems if label_hosts]
    for page in (start, *others[:PAGES_MAX]):
        # Taking a page to pieces costs some milliseconds: not where nothing speaks of a mark.
        markup = page.exchange.body.lower()
        if page.html is None or not any(stem in markup for stem in stems):
            continue
        collector = Collector(own)
        collector.page(page.html, page.final_url)
        marks = tuple(_statements(collector.references, page, own, label_hosts))
        if marks:
            return tuple(dict.fromkeys(marks))[:MARKS_MAX]
    return ()


def _statements(
    references: Iterable[Reference],
    page: CrawledPage,
    own: frozenset[str],
    label_hosts: frozenset[str],
) -> Iterator[Statement]:
    role = "start" if "start" in page.roles else min(page.roles, default="")
    for one in references:
        if not _is_mark(one, own, label_hosts):
            continue
        said = clip(one.words, TEXT_CHARS)
        is_own = not one.host or registrable_domain(one.host) in own
        if one.kind in ("linked_image", "bare_link", "link"):
            if not is_own:
                yield Statement("certificate", address_of(one.target), role, page.final_url, said)
        else:
            host = OWN_PICTURE if is_own else one.host
            yield Statement("seal", host, role, page.final_url, said)


def _is_mark(one: Reference, own: frozenset[str], label_hosts: frozenset[str]) -> bool:
    """Is it a label's by its host, or a picture or widget that is called like a mark?"""
    if label_hosts and _is_within(one.host, label_hosts):
        # A link in words is one only when it leads deeper than the front page.
        return one.kind in _SHOWN or urlsplit(one.target).path.strip("/").count("/") > 0
    if one.kind not in _SHOWN:
        return False
    foreign = one.host if one.host and registrable_domain(one.host) not in own else ""
    if one.kind in ("script", "frame"):
        return bool(foreign) and bool(SEAL_WORDS.search(foreign))
    said = fold_plain(one.words[:600])
    words = [name.partition(".")[0] for name in label_hosts]
    squeezed = "".join(c for c in said if c.isalnum())
    if any(word and word in squeezed for word in words if len(word) > len("label")):
        return True
    return not label_hosts and bool(SEAL_WORDS.search(said))


def _is_within(host: str, known: frozenset[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in known)


def address_of(url: str) -> str:
    """A certificate's address as it is compared: host, path without locale, and what names it."""
    parts = urlsplit(url)
    host = host_of(url).removeprefix("www.")
    path = [part for part in parts.path.split("/") if part]
    if path and path[0].lower() in _LOCALES:
        path = path[1:]
    query = [(k, v) for k, v in parse_qsl(parts.query[:500]) if _IDENTITY.search(k.lower())]
    shown = f"?{urlencode(sorted(query))}" if query else ""
    return f"{host}/{'/'.join(path)}{shown}".lower()[:VALUE_CHARS]
