"""From a page that was read to the facts on it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.channels import (
    emails_of,
    embeds_of,
    has_chat,
    has_hidden_email,
    phone_links,
    phones_in,
    regions_for,
)
from scanners.content.evidence import ImageSeen, PageFacts, Structured
from scanners.content.forms import forms_of
from scanners.content.html import normalise, plain
from scanners.content.marks import payments_of, unnamed_icons
from scanners.content.numbers import (
    blank,
    iban_spans,
    numbers_in,
    reference_spans,
    vat_spans,
)
from scanners.content.offers import is_product_page
from scanners.content.paper import blocks_copy, hides_print
from scanners.content.places import links_seen, third_parties_of
from scanners.content.price_offer import offer_of
from scanners.content.prices import prices_of
from scanners.content.read import CrawledPage
from scanners.content.ticks import buttons_of, extra_fields_of, ticks_of

STRUCTURED_MAX = 60
JSON_MAX_CHARS = 200_000
JSON_DEPTH_MAX = 8
IMAGES_MAX = 150
IMAGE_MIN_WIDTH = 200
IMAGE_MIN_HEIGHT = 60
_KEYS = frozenset(
    {"name", "legalName", "telephone", "email", "vatID", "taxID", "identifier", "leiCode"}
    | {"streetAddress", "postalCode", "addressLocality", "addressCountry", "iso6523Code"}
    | {"value", "propertyID", "alternateName"}
)
_PEOPLE_OF_PAGE = ("organization", "store", "business", "corporation", "contactpoint", "address")
_SOURCES = (
    "src", "data-src", "data-lazy-src", "data-original", "data-lazy", "data-srcset", "srcset",
    "data", "data-bg",
)  # fmt: skip
_SIZE = re.compile(r"^\s*(\d{1,5})")


def page_facts(page: CrawledPage, own: frozenset[str]) -> PageFacts:
    """Everything a judge may ask about one page; ``own`` are the site's registrable domains."""
    text = "\n".join(page.lines)
    host = urlsplit(page.final_url).hostname or ""
    regions = regions_for(host)
    fixed = (*vat_spans(text), *iban_spans(text))
    phones = phones_in(blank(text, fixed), regions)
    spans = (*fixed, *(span for span, _ in phones))
    tree = page.html
    body = page.exchange.text() if tree is not None else ""
    product = tree is not None and is_product_page(tree, page.final_url)
    return PageFacts(
        url=page.url,
        final_url=page.final_url,
        roles=tuple(sorted(page.roles)),
        status=page.status,
        language=page.language,
        problem=page.problem,
        own=page.own,
        title=page.title,
        text=text,
        document=tree is None,
        tls_error=page.exchange.tls_error,
        headings=_headings(tree) if tree is not None else (),
        emails=emails_of((text, page.tight), page.links, host),
        hidden_email=has_hidden_email(body),
        phones=(*(phone for _, phone in phones), *phone_links(page.links, regions)),
        numbers=tuple(numbers_in(text, blank(text, spans))),
        masks=(*spans, *reference_spans(text)),
        forms=forms_of(tree, page.final_url, own) if tree is not None else (),
        images=_images(tree) if tree is not None else (),
        structured=tuple(_structured(tree)) if tree is not None else (),
        embeds=embeds_of(tree, page.links) if tree is not None else (),
        chat=has_chat(body),
        links=links_seen(tree, page.links) if tree is not None else (),
        prices=(prices_of(tree, text, product=product, mark=page.mark) if tree is not None else ()),
        offer=offer_of(tree) if tree is not None and product else None,
        ticks=ticks_of(tree) if tree is not None else (),
        fields=extra_fields_of(tree) if tree is not None else (),
        buttons=buttons_of(tree) if tree is not None else (),
        payments=payments_of(tree, text),
        unnamed_icons=unnamed_icons(tree) if tree is not None else 0,
        third_parties=third_parties_of(tree, page.final_url, own) if tree is not None else (),
        hides_print=hides_print(body),
        blocks_copy=blocks_copy(body),
        rendered=page.rendered,
    )


def _headings(tree: LexborHTMLParser) -> tuple[str, ...]:
    nodes = tree.css("h1, h2, h3, h4, h5, h6, summary, legend, caption, dt")[:300]
    lines = (" ".join(normalise(n.text(deep=True, separator=" ")[:400]).split()) for n in nodes)
    return tuple(dict.fromkeys(line[:200] for line in lines if line))


def _size(value: str | None) -> int:
    match = _SIZE.match(value or "")
    return int(match.group(1)) if match else 0


def _images(tree: LexborHTMLParser) -> tuple[ImageSeen, ...]:
    """Pictures large enough to hold text (200 x 60 px, rule AB 7), or of unknown size."""
    found: list[ImageSeen] = []
    for node in tree.css("img, object[type^='image'], input[type=image]")[:IMAGES_MAX]:
        attributes = node.attributes
        width, height = _size(attributes.get("width")), _size(attributes.get("height"))
        if (width and width < IMAGE_MIN_WIDTH) or (height and height < IMAGE_MIN_HEIGHT):
            continue
        source = _source(node)
        alt = attributes.get("alt") or attributes.get("title") or ""
        words = " ".join(plain(alt[:1000]).split())[:200]
        found.append(ImageSeen(plain(source[:300]), words, width, height))
    return tuple(found)


def _source(node: LexborNode) -> str:
    """Where the picture comes from; a lazy one has its name elsewhere than in ``src``."""
    found = [node.attributes.get(name) or "" for name in _SOURCES]
    if node.parent is not None and node.parent.tag == "picture":
        found += [n.attributes.get("srcset") or "" for n in node.parent.css("source[srcset]")[:3]]
    named = [source.split(",")[0].split(" ")[0] for source in found if source.strip()]
    real = next((source for source in named if not source.startswith("data:")), "")
    return real or ("data:" if named else "")


def _structured(tree: LexborHTMLParser) -> Iterator[Structured]:
    left = STRUCTURED_MAX
    for node in tree.css("script[type='application/ld+json']")[:20]:
        try:
            data = json.loads(_unfenced(node.text()[:JSON_MAX_CHARS]))
        except (ValueError, RecursionError):
            continue
        for item in _values(data, 0, inside=False):
            if left <= 0:
                return
            left -= 1
            yield item
    yield from _microdata(tree, left)


def _unfenced(text: str) -> str:
    """A script's text without the comment or CDATA marks of the days of XHTML."""
    text = text.strip()
    for opening in ("//", "/*", "<![CDATA[", "<!--", "*/"):
        text = text.removeprefix(opening).lstrip()
    for ending in ("*/", "]]>", "-->", "//", "/*"):
        text = text.removesuffix(ending).rstrip()
    return text


def _microdata(tree: LexborHTMLParser, left: int) -> Iterator[Structured]:
    """Values that stand in attributes only (HTML 5.2.3), of organisations."""
    for node in tree.css("[itemprop][content]")[:500]:
        key, value = node.attributes.get("itemprop") or "", node.attributes.get("content") or ""
        if left <= 0:
            return
        if key in _KEYS and value.strip() and _is_of_organisation(node):
            left -= 1
            yield Structured(key, " ".join(plain(value[:300]).split()))


def _is_of_organisation(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(JSON_DEPTH_MAX * 2):
        if above is None:
            return False
        kind = (above.attributes.get("itemtype") or "").lower()
        if kind:
            return any(word in kind for word in _PEOPLE_OF_PAGE)
        above = above.parent
    return False


def _values(data: object, depth: int, *, inside: bool) -> Iterator[Structured]:
    """Values of organisations only: products and reviews have names as well."""
    if depth > JSON_DEPTH_MAX:
        return
    if isinstance(data, list):
        for item in data[:100]:
            yield from _values(item, depth + 1, inside=inside)
    elif isinstance(data, dict):
        kind = _type_of(data)
        mine = any(word in kind for word in _PEOPLE_OF_PAGE) or (inside and not kind)
        mine = mine or (inside and "propertyvalue" in kind)
        for key, value in list(data.items())[:100]:
            if isinstance(value, (dict, list)):
                yield from _values(value, depth + 1, inside=mine)
            if mine and key in _KEYS and isinstance(value, (str, int)):
                yield Structured(key, " ".join(plain(str(value)[:300]).split()))


def _type_of(data: dict[str, object]) -> str:
    """The words of ``@type``, one or a list; anything nested deeper says nothing."""
    given = data.get("@type", "")
    words = given[:20] if isinstance(given, list) else [given]
    return " ".join(word for word in words if isinstance(word, str)).lower()
