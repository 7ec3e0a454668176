"""Readable pages on which something may stand that was not read (rule AB).

Such a page still proves what is on it; what is not on it may be drawn by script, stand
behind a login, or come back when the shop opens again.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from scanners.content import walls
from scanners.content.html import is_program
from scanners.content.parties import FOREIGN_PARTIES
from scanners.content.read import CrawledPage
from scanners.content.vocabulary import fold_plain
from scanners.content.wall_words import NO_SCRIPT_WORDS
from scanners.net.names import registrable_domain

# Own text below this beside a heading is none; below the second, little.
BARE_MAX_CHARS = 60
FEW_MAX_CHARS = 200
NOTICE_MAX_CHARS = 600
SCRIPTS_MAX = 200
MARKUP_MAX_CHARS = 300_000
# Roles whose page is nothing but text: a statement of a few words is no statement.
_TEXT_ROLES = frozenset({"privacy", "terms"})
_HEADINGS = "h1, h2, h3, title"
_FOOTERS = (
    "footer, [role=contentinfo], #footer, #site-footer, #page-footer, #main-footer, #app-footer, "
    "#footer-root, #footer-container, #footer-wrapper, #footer-placeholder"
)
_CUSTOM_FOOTER = re.compile(r"<((?:[a-z0-9]{1,30}-){0,3}footer(?:-[a-z0-9]{1,30}){0,3})[\s>/]")
_LANGUAGE_PATH = re.compile(r"/[a-z]{2}(?:[-_][a-zA-Z]{2})?/?$")


def own_chars(page: CrawledPage, start: CrawledPage | None) -> int:
    """Characters of text that do not stand on the start page as well."""
    return sum(map(len, _own(page, start)))


def page_doubt(page: CrawledPage, start: CrawledPage | None) -> str:
    """Why absence on a page of a role proves nothing; "" when it does.

    ``start`` tells what menus and footers are; None when there is no start page.
    """
    tree = page.html
    if tree is None or page.problem:
        return ""
    if start is not None and page.final_url == start.final_url:
        return ""
    own = _own(page, start)
    chars = sum(map(len, own))
    said = fold_plain(" ".join(own)[: NOTICE_MAX_CHARS * 2])
    if chars < NOTICE_MAX_CHARS:
        if walls.says_maintenance(f"{page.title} {said}"):
            return "maintenance"
        if any(word in said for word in NO_SCRIPT_WORDS):
            return "script_shell"
    if chars >= FEW_MAX_CHARS:
        return ""
    if _asks_login(page, start):
        return "login_wall"
    headings = {
        " ".join(n.text(deep=True, separator=" ").split()) for n in tree.css(_HEADINGS)[:50]
    }
    bare = sum(len(line) for line in own if line not in headings) < BARE_MAX_CHARS
    # What a browser showed is all that scripts make.
    scripts = frozenset[str]() if page.rendered else _scripts(tree)
    others = _scripts(start.html) if start is not None and start.html is not None else frozenset()
    if scripts and (bare or (page.roles & _TEXT_ROLES and not scripts <= others)):
        return "script_shell"
    return "frame_unread" if bare and _foreign_frames(page) else ""


def start_doubt(page: CrawledPage, *, leads: bool) -> str:
    """Why a start page may lead to more than was seen; ``leads`` when it leads to any role."""
    tree = page.html
    if tree is None or page.problem:
        return ""
    scripts = frozenset[str]() if page.rendered else _scripts(tree)
    if not leads and (scripts or _languages(page) or _foreign_frames(page)):
        return "no_links"
    return "script_footer" if scripts and _has_empty_footer(page, tree) else ""


def _own(page: CrawledPage, start: CrawledPage | None) -> tuple[str, ...]:
    return walls.own_lines(page.lines, start.lines if start is not None else ())


def _scripts(tree: LexborHTMLParser) -> frozenset[str]:
    """What tells the programs of a page apart: address, or the beginning of the code."""
    nodes = [n for n in tree.css("script")[:SCRIPTS_MAX] if is_program(n)]
    return frozenset(
        (n.attributes.get("src") or "").partition("?")[0] or n.text(deep=True)[:200].strip()
        for n in nodes
    )


def _asks_login(page: CrawledPage, start: CrawledPage | None) -> bool:
    if page.html is None or not page.html.css("input[type=password]"):
        return False
    moved = page.final_url != page.url
    everywhere = start is not None and start.html is not None
    return moved or not (
        everywhere
        and start is not None
        and start.html is not None
        and start.html.css("input[type=password]")
    )


def _foreign_frames(page: CrawledPage) -> bool:
    """Is a document of somebody else shown, other than maps, films and the like?"""
    mine = registrable_domain(urlsplit(page.final_url).hostname or "")
    hosts = {urlsplit(ln.url).hostname or "" for ln in page.links if _is_shown(ln.kind, ln.rel)}
    domains = {registrable_domain(host) for host in sorted(hosts)[:50]}
    return bool(domains - {mine, *FOREIGN_PARTIES})


def _is_shown(kind: str, rel: str) -> bool:
    return kind == "frame" and rel != "hidden"


def _languages(page: CrawledPage) -> bool:
    """Is it a choice of languages, the shop itself behind it?"""
    paths = {urlsplit(ln.url).path for ln in page.links if ln.kind == "page"}
    return any(_LANGUAGE_PATH.fullmatch(path) for path in paths)


def _has_empty_footer(page: CrawledPage, tree: LexborHTMLParser) -> bool:
    markup = page.exchange.text()
    lower = markup[:MARKUP_MAX_CHARS].lower() + markup[-MARKUP_MAX_CHARS:].lower()
    names = sorted({m.group(1) for m in _CUSTOM_FOOTER.finditer(lower) if "-" in m.group(1)})
    footers = tree.css(", ".join((_FOOTERS, *names[:5])))[:50]
    return bool(footers) and not any(
        node.css("a[href]") or node.text(deep=True).strip() for node in footers
    )
