"""From a page that was read to the facts on it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

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
from scanners.content.html import normalise
from scanners.content.numbers import (
    blank,
    iban_spans,
    numbers_in,
    reference_spans,
    vat_spans,
)
from scanners.content.read import CrawledPage

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
        source = attributes.get("src") or attributes.get("data-src") or attributes.get("data") or ""
        if source.startswith("data:"):
            source = "data:"
        alt = attributes.get("alt") or attributes.get("title") or ""
        found.append(ImageSeen(source[:300], " ".join(alt.split())[:200], width, height))
    return tuple(found)


def _structured(tree: LexborHTMLParser) -> Iterator[Structured]:
    left = STRUCTURED_MAX
    for node in tree.css("script[type='application/ld+json']")[:20]:
        try:
            data = json.loads(node.text()[:JSON_MAX_CHARS])
        except (ValueError, RecursionError):
            continue
        for item in _values(data, 0, inside=False):
            if left <= 0:
                return
            left -= 1
            yield item


def _values(data: object, depth: int, *, inside: bool) -> Iterator[Structured]:
    """Values of organisations only: products and reviews have names as well."""
    if depth > JSON_DEPTH_MAX:
        return
    if isinstance(data, list):
        for item in data[:100]:
            yield from _values(item, depth + 1, inside=inside)
    elif isinstance(data, dict):
        kind = str(data.get("@type", "")).lower()
        mine = any(word in kind for word in _PEOPLE_OF_PAGE) or (inside and not kind)
        mine = mine or (inside and "propertyvalue" in kind)
        for key, value in list(data.items())[:100]:
            if isinstance(value, (dict, list)):
                yield from _values(value, depth + 1, inside=mine)
            if mine and key in _KEYS and isinstance(value, (str, int)):
                yield Structured(str(key), " ".join(str(value)[:300].split()))
