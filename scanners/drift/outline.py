"""The start page as a whole: platform, size, topics, and what it says of itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.api import clip, host_of
from scanners.content.crawled import Crawl
from scanners.content.evidence import PageFacts
from scanners.content.extract import page_facts
from scanners.content.html import absolute, base_of, first, line_of
from scanners.content.read import CrawledPage
from scanners.content.vocabulary import fold, roles_of_path, roles_of_text
from scanners.drift.evidence import DriftFacts, Outline
from scanners.drift.outline_words import PLAIN, PLATFORMS
from scanners.drift.signs import Measured, away, signs_of
from scanners.net.names import registrable_domain

TOPICS_MAX = 20
ASSETS_MAX = 30
OFFERED_MAX = 20
HEADINGS_MAX = 40
NODES_MAX = 400
TRACE_MAX_CHARS = 300
TOPIC_MIN_CHARS = 4
COUNT_MAX = 500
# Problems of a start page that are the page itself, not trouble on the way to it.
_TOLD = frozenset({"", "parking_page", "thin_start_page", "maintenance", "not_found"})
# What a page that was not seen whole may still prove by what is on it.
_TELLING = frozenset(
    ("led_away", "parked", "for_sale", "default_page", "suspended", "unclaimed", "defaced",
     "closed")
)  # fmt: skip
_EVEN_SO = frozenset({"script_shell", "maintenance", "redirected_out"})
LANGUAGE_NAME_MAX = 12
_LANGUAGES = {
    "nl": "nl", "nederlands": "nl", "dutch": "nl", "fr": "fr", "français": "fr", "french": "fr",
    "en": "en", "english": "en", "engels": "en", "de": "de", "deutsch": "de", "german": "de",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]{3,30}")
_LOADED = "script[src], img[src], link[rel~=stylesheet][href], link[rel~=icon][href]"
_VERSION = re.compile(r"[0-9a-f]{8,}|\d{2,}")


def outline_of(
    page: CrawledPage, facts: PageFacts, own: frozenset[str], *, unsure: bool = False
) -> Outline:
    """The outline of a start page that was read; ``own`` are the site's domains.

    ``unsure``: pages that it leads to, and that may lead on, were not read.
    """
    offers = min(sum(1 for price in facts.prices if price.shown and not price.old), COUNT_MAX)
    ways = _ways(page, own)
    signs = signs_of(page, own, Measured(offers, ways, len(page.text)))
    domain = registrable_domain(host_of(page.final_url))
    if domain != registrable_domain(host_of(page.url)) and domain in own:
        signs["declared"] = domain
    if page.doubt or unsure:
        signs["links_unread"] = page.doubt or "hub"
    if "led_away" in signs:
        domain = registrable_domain(signs["led_away"])
    tree = page.html
    return Outline(
        platform=_platform(page),
        signs=tuple(signs),
        quotes=tuple(signs.values()),
        words=len(_WORD.findall(page.text)),
        offers=offers,
        ways=ways,
        topics=() if tree is None else _topics(tree, page.title),
        assets=() if tree is None else _assets(tree, page.final_url),
        domain=domain,
        offered=_offered(page),
    )


def alone(url: str, found: Crawl, own: frozenset[str]) -> DriftFacts | None:
    """What is told of a site whose start page is no page of a shop; None when nothing is.

    Everything but the outline is empty, no role is complete: nothing is gone by it.  A
    bot wall, an answer 5xx and silence are no observation at all.
    """
    start = found.start
    if start is None:
        sign, quote = away(found.led_to) if found.led_to else ("gate", "")
        if sign != "led_away":
            return None
        outline = Outline(signs=(sign,), quotes=(quote,), domain=registrable_domain(quote))
        return _bare(url, found.led_to, "", outline)
    if start.problem not in _TOLD | _EVEN_SO:
        return None
    outline = outline_of(start, page_facts(start, own), own)
    signs = set(outline.signs)
    hollow = start.problem in ("thin_start_page", "not_found") and "maintenance" not in signs
    if not (hollow or _TELLING & signs):
        return None
    gone = (start.url, start.final_url) if start.problem == "not_found" else ()
    return _bare(url, start.final_url, start.title, outline, gone)


def _bare(
    url: str, final_url: str, title: str, outline: Outline, gone: tuple[str, ...] = ()
) -> DriftFacts:
    return DriftFacts(
        start_url=url,
        final_url=final_url,
        title=clip(title, 200),
        languages=(),
        complete_for=(),
        roles=(),
        gone=tuple(sorted(set(gone))),
        outline=outline,
    )


def _ways(page: CrawledPage, own: frozenset[str]) -> int:
    """Own pages that the page leads to and that are of no role."""
    found: set[str] = set()
    for link in page.links:
        if link.kind not in ("page", "anchor") or roles_of_text(link.text):
            continue
        parts = urlsplit(link.url)
        is_own = registrable_domain(parts.hostname or "") in own
        if is_own and parts.path not in ("", "/") and not roles_of_path(parts.path):
            found.add(f"{parts.path}?{parts.query}")
    return min(len(found), COUNT_MAX)


def _topics(tree: LexborHTMLParser, title: str) -> tuple[str, ...]:
    """The words that title and headings say most; the title's count for more."""
    counts: Counter[str] = Counter()
    for weight, text in _headings(tree, title):
        for word in dict.fromkeys(_WORD.findall(fold(text))):
            if len(word) >= TOPIC_MIN_CHARS and word not in PLAIN:
                counts[word] += weight
    best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:TOPICS_MAX]
    return tuple(sorted(word for word, _ in best))


def _headings(tree: LexborHTMLParser, title: str) -> Iterable[tuple[int, str]]:
    yield 3, title
    for node in tree.css("h1, h2, h3")[:HEADINGS_MAX]:
        yield (2 if node.tag == "h1" else 1), line_of(node, 200)


def _address(node: LexborNode) -> str:
    return (node.attributes.get("src") or node.attributes.get("href") or "").strip()


def _assets(tree: LexborHTMLParser, url: str) -> tuple[str, ...]:
    """Where pictures, styles and scripts come from: ``/media`` here, else the host."""
    base = base_of(tree, url)
    here = registrable_domain(host_of(url))
    counts: Counter[str] = Counter()
    for node in tree.css(_LOADED)[:NODES_MAX]:
        target = absolute(base, _address(node)[:2_000])
        parts = urlsplit(target)
        if not target:
            continue
        if registrable_domain(parts.hostname or "") != here:
            counts[parts.hostname or ""] += 1
            continue
        part = parts.path.lstrip("/").partition("/")[0] if parts.path.count("/") > 1 else ""
        counts[f"/{_VERSION.sub('', part)[:40]}"] += 1
    best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:ASSETS_MAX]
    return tuple(sorted(name for name, _ in best))


def _platform(page: CrawledPage) -> str:
    """The shop software by generator, addresses of files, headers and names of cookies."""
    said = [name for name, _ in page.exchange.headers]
    for name, value in page.exchange.headers:
        if name == "set-cookie":
            said.append(value.partition("=")[0][:80])
        elif name in ("x-powered-by", "x-generator"):
            said.append(value[:80])
    tree = page.html
    if tree is not None:
        generator = first(tree, "meta[name=generator]")
        if generator is not None:
            said.append((generator.attributes.get("content") or "")[:80])
        said += [_address(node)[:TRACE_MAX_CHARS] for node in tree.css(_LOADED)[:NODES_MAX]]
    text = "\n".join(said).lower()
    return next((name for name, traces in PLATFORMS if any(t in text for t in traces)), "")


def _offered(page: CrawledPage) -> tuple[str, ...]:
    """Languages of other versions: ``hreflang``, and links that name nothing but a language."""
    codes = {link.rel for link in page.links if link.kind == "alternate"}
    for link in page.links:
        if link.kind in ("page", "anchor") and len(link.text) <= LANGUAGE_NAME_MAX:
            code = _LANGUAGES.get(link.text.strip().lower(), "")
            codes.add(code)
    plain = {code.lower().replace("_", "-").partition("-")[0] for code in codes}
    return tuple(sorted(code for code in plain if len(code) == len("nl")))[:OFFERED_MAX]
