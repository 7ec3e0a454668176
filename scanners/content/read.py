"""One answer of a site made into a page, with what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from scanners.content import walls
from scanners.content.controls import control_links
from scanners.content.html import (
    Link,
    bounded,
    first,
    parse,
    read_links,
    split_lines,
    title_of,
    unfolded,
)
from scanners.content.languages import language_of
from scanners.content.moves import refresh_of
from scanners.content.pdf import read_pdf
from scanners.content.text import text_of
from scanners.net.fetch import Exchange

SHELL_TEXT_MAX = 60
_MOUNTS = "#root, #app, #__next, #__nuxt, #___gatsby, app-root, [data-reactroot], #main-app"
_TEXT_TYPES = ("text/", "application/xhtml", "application/xml")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: limits in characters, the answer to a made-up path, the start page.

    ``start_min_chars`` above 0 marks the start page itself.
    """

    start_min_chars: int
    consent_max_chars: int
    probe_lines: tuple[str, ...] | None
    start_url: str
    hreflang: str = ""


@dataclass(frozen=True, slots=True)
class CrawledPage:
    """A page that answered.

    ``problem`` is "" for a readable page, else ``bot_wall``, ``consent_wall``,
    ``script_shell``, ``thin_start_page``, ``parking_page``, ``maintenance``, ``soft_404``,
    ``not_found``, ``http_error``, ``pdf_without_text``, ``pdf_unreadable``,
    ``document_unread``, ``truncated`` or ``redirected_out``.  ``lines`` are the
    visible text in blocks, ``text`` the same in one line (NFKC), ``tight`` without
    added spaces.  ``html`` is None for documents.  ``own`` is False on another
    registrable domain.  ``refresh`` is where the page sends its visitor after
    ``refresh_s`` seconds.  ``doubt`` is "" or why what is not on a readable page may
    be there all the same: ``script_shell``, ``script_redirect``, ``redirect_loop``,
    ``login_wall``, ``maintenance``, ``frame_unread``, ``no_links`` or ``script_footer``.
    ``rendered`` when it was read as a browser shows it; its elements may then hold measures
    in the attribute ``mark``.
    """

    url: str
    final_url: str
    roles: frozenset[str]
    status: int
    exchange: Exchange
    text: str
    lines: tuple[str, ...]
    tight: str
    links: tuple[Link, ...]
    html: LexborHTMLParser | None
    language: str
    problem: str
    title: str = ""
    own: bool = True
    refresh: str = ""
    refresh_s: int = 0
    doubt: str = ""
    rendered: bool = False
    mark: str = ""

    @property
    def readable(self) -> bool:
        """May its text be judged?"""
        return not self.problem


async def read_page(exchange: Exchange, roles: frozenset[str], how: Reading) -> CrawledPage:
    """The page behind an answer.  Never raises on what the site sends."""
    kind = exchange.header("content-type").lower()
    if exchange.body[:1024].lstrip().startswith(b"%PDF") or "application/pdf" in kind:
        return await _document(exchange, roles, how)
    if kind and not kind.startswith(_TEXT_TYPES):
        return _page(exchange, roles, (), problem=_status_problem(exchange) or "document_unread")
    if kind.startswith("text/plain"):
        lines = split_lines(exchange.text())
        problem = _status_problem(exchange)
        return _page(exchange, roles, lines, problem=problem, language=how.hreflang)
    return _html(exchange, roles, how)


def _page(
    exchange: Exchange,
    roles: frozenset[str],
    lines: tuple[str, ...],
    *,
    problem: str,
    language: str = "",
) -> CrawledPage:
    text = " ".join(lines)
    return CrawledPage(
        url=exchange.url,
        final_url=exchange.final_url,
        roles=roles,
        status=exchange.status,
        exchange=exchange,
        text=text,
        lines=lines,
        tight=text,
        links=(),
        html=None,
        language=language_of(language, text),
        problem=problem,
    )


async def _document(exchange: Exchange, roles: frozenset[str], how: Reading) -> CrawledPage:
    problem = _status_problem(exchange)
    if problem or exchange.truncated:
        return _page(exchange, roles, (), problem=problem or "truncated")
    found = await read_pdf(exchange.body)
    lines = split_lines(found.text)
    return _page(exchange, roles, lines, problem=found.problem, language=how.hreflang)


def _status_problem(exchange: Exchange) -> str:
    if exchange.status in walls.WALL_STATUSES:
        return "bot_wall"
    if exchange.status in walls.GONE_STATUSES:
        return "not_found"
    return "" if exchange.status == 200 else "http_error"  # noqa: PLR2004 - rule AB wants 200


def _html(exchange: Exchange, roles: frozenset[str], how: Reading) -> CrawledPage:
    whole = exchange.text()
    kept = bounded(whole)
    tree = parse(unfolded(kept))
    content = text_of(tree)
    node = first(tree, "html")
    declared = (node.attributes.get("lang") or "") if node is not None else ""
    text = content.flat
    title = title_of(tree)
    links = (*read_links(tree, exchange.final_url), *control_links(tree, exchange.final_url))
    refresh_s, refresh = refresh_of(exchange, tree)
    problem = _html_problem(exchange, tree, text, content.lines, title, how)
    if not problem and how.start_min_chars and walls.is_maintenance(text, title, len(_ways(links))):
        problem = "maintenance"
    cut = len(kept) < len(whole)
    return CrawledPage(
        url=exchange.url,
        final_url=exchange.final_url,
        roles=roles,
        status=exchange.status,
        exchange=exchange,
        text=text,
        lines=content.lines,
        tight=content.tight,
        links=links,
        html=tree,
        language=language_of(declared or how.hreflang, text),
        problem=problem or ("truncated" if cut else ""),
        title=title,
        refresh=refresh,
        refresh_s=refresh_s,
    )


def _ways(links: tuple[Link, ...]) -> frozenset[str]:
    """The pages that links lead to, the top of the site left out."""
    pages = (ln.url for ln in links if ln.kind in ("page", "anchor"))
    return frozenset(url for url in pages if urlsplit(url).path != "/")


def _html_problem(
    exchange: Exchange,
    tree: LexborHTMLParser,
    text: str,
    lines: tuple[str, ...],
    title: str,
    how: Reading,
) -> str:
    """The first thing wrong, walls before everything: they come with any status."""
    if walls.is_bot_wall(exchange, text):
        return "bot_wall"
    problem = _status_problem(exchange)
    if problem:
        return problem
    checks = {
        "parking_page": walls.is_parking(text, title),
        "consent_wall": walls.is_consent_wall(text, how.consent_max_chars),
        "script_shell": _is_shell(tree, text, how.start_min_chars),
        "thin_start_page": len(text) < how.start_min_chars,
        "truncated": exchange.truncated,
    }
    found = next((name for name, wrong in checks.items() if wrong), "")
    return found or _elsewhere(exchange, lines, title, how)


def _elsewhere(exchange: Exchange, lines: tuple[str, ...], title: str, how: Reading) -> str:
    """Is it what every unknown path gets, or the start page under another name?"""
    if not how.start_url:
        return ""
    moved_home = exchange.final_url != exchange.url and exchange.final_url == how.start_url
    path = "/" if moved_home else urlsplit(exchange.final_url).path
    asked_home = urlsplit(exchange.url).path in ("", "/") and not moved_home
    path = "." if asked_home or (path == "/" and urlsplit(exchange.final_url).query) else path
    return "soft_404" if walls.is_soft_404(lines, title, path, how.probe_lines) else ""


def _is_shell(tree: LexborHTMLParser, text: str, start_min_chars: int) -> bool:
    """Scripts and (nearly) no text: the page is made in the browser (rule AB 1)."""
    scripts = tree.css("script[src], script[type=module]")
    if not scripts:
        return False
    return len(text) < max(start_min_chars, SHELL_TEXT_MAX) or (
        len(text) < 200 and bool(tree.css(_MOUNTS))  # noqa: PLR2004
    )
