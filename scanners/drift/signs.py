"""What a start page says of itself that a shop in trade does not say.

Signs are reasons to look, not verdicts: ``monitor.policy.drifting.same`` weighs only those
that an accepted observation did not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.api import clip, host_of
from scanners.content.html import first, line_of
from scanners.content.moves import script_move
from scanners.content.parties import FOREIGN_PARTIES
from scanners.content.read import CrawledPage
from scanners.content.vocabulary import fold_plain
from scanners.content.walls import is_maintenance
from scanners.drift import outline_words as words
from scanners.net.names import registrable_domain

QUOTE_CHARS = 120
# Longer pages with more ways on are somebody's site, whatever words are on them.
WHOLE_MAX_CHARS = 2_500
NOTICE_MAX_CHARS = 1_200
WAYS_MAX = 8
HEADINGS_MAX = 60
HEADING_MAX_CHARS = 200
CARD_MAX_CHARS = 400
CARD_LEVELS = 3
LINES_MAX = 2_000
SENTENCE_MAX_CHARS = 400
UNSEEN_MAX = 300
SPAM_WORDS_MIN = 3
SPAM_DOMAINS_MIN = 5
_NOTICES = frozenset({"suspended", "unclaimed"})
_PRICE = re.compile(r"[€$£]\s?\d|\d\s?(?:€|eur\b)", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_UNSEEN_STYLE = re.compile(
    r"display:none|visibility:hidden|font-size:0|opacity:0(?:;|$)|(?:left|top|text-indent):-\d{3}"
    r"|height:0(?:px)?;overflow:hidden|overflow:hidden;height:[01](?:px)?(?:;|$)"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """How much of a shop a page shows: prices, ways into the catalogue, characters."""

    offers: int
    ways: int
    chars: int

    @property
    def bare(self) -> bool:
        """So little that the whole page may be what its words say."""
        return not self.offers and self.ways < WAYS_MAX and self.chars <= WHOLE_MAX_CHARS


def signs_of(page: CrawledPage, own: frozenset[str], seen: Measured) -> dict[str, str]:
    """Each sign of a page with the fragment it rests on."""
    found: dict[str, str] = {}
    target = led_to(page)
    if target and registrable_domain(host_of(target)) not in own:
        found[_leading(target)] = host_of(target)
    titles = _titles(page)
    if seen.bare:
        found |= _whole_page(page, titles, seen)
    found |= _defaced(titles)
    found |= _closed(page)
    if empty := _first(words.EMPTIED, [fold_plain(page.text)]):
        found["emptied"] = empty
    if page.problem == "maintenance" or is_maintenance(page.text, page.title, seen.ways):
        found["maintenance"] = page.title
    if page.html is not None:
        found |= _spam(page.html, page.final_url, own)
        if unlisted := _noindex(page, page.html):
            found["noindex"] = unlisted
    return {name: clip(found[name], QUOTE_CHARS) for name in words.SIGNS if name in found}


def led_to(page: CrawledPage) -> str:
    """Where a page sends its visitor by refresh, or by script when that is all it does."""
    if page.refresh or page.problem != "redirected_out" or page.html is None:
        return page.refresh
    return script_move(page.html, page.final_url) or ""


def _leading(target: str) -> str:
    """``gate`` for waiting rooms and checks of visitors, else ``led_away``."""
    return "gate" if registrable_domain(host_of(target)) in words.GATE_HOSTS else "led_away"


def away(target: str) -> tuple[str, str]:
    """The sign and fragment of a redirect that left the site."""
    return _leading(target), clip(host_of(target), QUOTE_CHARS)


def _titles(page: CrawledPage) -> list[str]:
    """Title, first and second headings, folded; those of products left out."""
    tree = page.html
    if tree is None:
        return [fold_plain(line[:HEADING_MAX_CHARS]) for line in page.lines[:1]]
    nodes = [n for n in tree.css("h1, h2")[:HEADINGS_MAX] if not _is_card(n)]
    said = [page.title, *(line_of(node, HEADING_MAX_CHARS) for node in nodes)]
    return [fold_plain(text) for text in said if text]


def _is_card(node: LexborNode) -> bool:
    """Is the heading the name of something on offer, or of an article that is linked?"""
    if first(node, "a[href]") is not None:
        return True
    here = node.parent
    for _ in range(CARD_LEVELS):
        if here is None or here.tag in ("body", "html", "main"):
            return False
        if here.tag == "a":
            return True
        text = here.text(deep=True, separator=" ")
        if len(text) > CARD_MAX_CHARS:
            return False
        if _PRICE.search(text):
            return True
        here = here.parent
    return False


def _whole_page(page: CrawledPage, titles: list[str], seen: Measured) -> dict[str, str]:
    """Is all of it a page of a domain trader, a server or a host?"""
    text = fold_plain(page.text)
    said = [*titles, text]
    for sign, pattern in words.WHOLE_PAGES.items():
        if sign in _NOTICES and seen.chars > NOTICE_MAX_CHARS:
            continue
        if quote := _first(pattern, said):
            return {sign: quote}
    hosts = {registrable_domain(host_of(link.url)) for link in page.links[:50]}
    if page.html is not None:
        nodes = page.html.css("script[src], iframe[src]")[:50]
        hosts |= {registrable_domain(host_of(_source(node))) for node in nodes}
    traders = sorted(hosts & words.PARKING_HOSTS)
    if traders:
        return {"parked": traders[0]}
    return {"parked": page.title or text} if page.problem == "parking_page" else {}


def _source(node: LexborNode) -> str:
    source = (node.attributes.get("src") or "")[:500]
    return f"https:{source}" if source.startswith("//") else source


def _first(pattern: re.Pattern[str], texts: list[str]) -> str:
    """The words around the first find; "" without."""
    for text in texts:
        match = pattern.search(text)
        if match is not None:
            return text[max(0, match.start() - 30) : match.end() + 60]
    return ""


def _defaced(titles: list[str]) -> dict[str, str]:
    quote = next((title for title in titles if words.DEFACED.search(title)), "")
    return {"defaced": quote} if quote else {}


def _first_headings(page: CrawledPage) -> list[LexborNode]:
    return [] if page.html is None else page.html.css("h1")[:HEADINGS_MAX]


def _closed(page: CrawledPage) -> dict[str, str]:
    """Says the shop that it is over, of itself or over the page; or only that something is?"""
    weak = ""
    heads = [page.title, *(line_of(node, HEADING_MAX_CHARS) for node in _first_headings(page))]
    for title in map(fold_plain, heads):
        if words.CLOSING.search(title) and _is_the_end(title):
            if not words.SELLING.search(title):
                return {"closed": title}
            weak = weak or title
    for sentence in _closing_sentences(page):
        if words.CLOSED.search(sentence) and _is_the_end(sentence):
            return {"closed": sentence}
        if not weak and words.CLOSING.search(sentence) and _is_the_end(sentence):
            weak = sentence
    return {"closing": weak} if weak else {}


def _closing_sentences(page: CrawledPage) -> Iterator[str]:
    for line in (page.title, *page.lines[:LINES_MAX]):
        folded = fold_plain(line[: SENTENCE_MAX_CHARS * 5])
        if words.CLOSING_STEMS.search(folded):
            for sentence in _SENTENCES.split(folded):
                if words.CLOSING_STEMS.search(sentence):
                    yield sentence[:SENTENCE_MAX_CHARS]


def _is_the_end(sentence: str) -> bool:
    """Not for some days, not one house of several, and not somebody else's."""
    if words.NOT_THE_SHOP.search(sentence):
        return False
    return bool(words.DEFINITE.search(sentence)) or not words.FOR_NOW.search(sentence)


def _noindex(page: CrawledPage, tree: LexborHTMLParser) -> str:
    """What keeps search engines off the page; "" when nothing does."""
    said = [value for name, value in page.exchange.headers if name == "x-robots-tag"]
    said += [
        node.attributes.get("content") or ""
        for node in tree.css("meta[name]")[:100]
        if (node.attributes.get("name") or "").strip().lower() in ("robots", "googlebot")
    ]
    for text in said:
        tokens = {token.strip() for token in text[:500].lower().replace(":", ",").split(",")}
        if tokens & {"noindex", "none"}:
            return text
    return ""


def _spam(tree: LexborHTMLParser, url: str, own: frozenset[str]) -> dict[str, str]:
    """Links or trades of strangers in what visitors do not see."""
    mine = own | {registrable_domain(urlsplit(url).hostname or "")}
    domains: set[str] = set()
    trades: set[str] = set()
    for node in tree.css("[style], [hidden]")[:UNSEEN_MAX]:
        style = "".join((node.attributes.get("style") or "")[:500].lower().split())
        if not (_UNSEEN_STYLE.search(style) or "hidden" in node.attributes):
            continue
        hosts = {host_of(n.attributes.get("href") or "") for n in node.css("a[href]")[:100]}
        domains |= {registrable_domain(host) for host in hosts if host}
        text = fold_plain(node.text(deep=True, separator=" ")[:5_000])
        trades |= set(words.SPAM.findall(text))
    foreign = sorted(domains - mine - FOREIGN_PARTIES)
    if len(trades) >= SPAM_WORDS_MIN:
        return {"spam": " ".join(sorted(trades))}
    return {"spam": " ".join(foreign)} if len(foreign) >= SPAM_DOMAINS_MIN else {}
