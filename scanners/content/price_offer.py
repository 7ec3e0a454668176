"""The product of a product page: schema.org data, description, specifications.

JSON-LD is read with ``json`` and microdata from the tree that is parsed anyway: extruct
would add 30 MiB to every worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.cart import is_cart_button
from scanners.content.evidence import OfferSeen
from scanners.content.html import first, line_of, plain
from scanners.content.offers import roots_of, types_of
from scanners.content.price_words import value_of

ITEMS_MAX = 400
DEPTH_MAX = 8
DESCRIPTION_MAX_CHARS = 2_000
BUTTONS_MAX = 2_000
ROWS_MAX = 500
_KINDS = frozenset({"product", "productgroup", "individualproduct", "productmodel", "book", "car"})
_LISTS = frozenset({"itemlistelement", "isrelatedto", "issimilarto", "itemlist"})
_LISTS_MICRO = frozenset({"isRelatedTo", "isSimilarTo", "itemListElement"})
_BUTTONS = "button, input[type=submit], input[type=button], a[class], [role=button]"
_TEXT_BOXES = (
    "[itemprop=description], .product-description, #product-description, #description, "
    "#tab-description, .woocommerce-product-details__short-description, .product__description, "
    ".product-detail-description-text, .product-single__description, .product-info-description, "
    "[class*=product-desc], [class*=productdesc i], [class*=product_desc], [id*=product-desc], "
    "[class*=omschrijving i], [id*=omschrijving i], [class*=description i]"
)
_SPECIFIED = re.compile(
    r"(?i)spec|propert|eigenschap|kenmerk|attribut|caract|feature|merkmal|eckdaten|detail"
)
_SPEC_BOX = re.compile(r"(?i)spec|propert|eigenschap|kenmerk|caract")
_NO_DETAIL = re.compile(r"(?i)meta|review|breadcrumb|footer|nav|cookie|related|category")


@dataclass(frozen=True, slots=True)
class Stated:
    """What schema.org data say of one product."""

    name: str
    description: str
    prices: tuple[str, ...]
    vat_included: str
    pictures: int
    properties: int
    offered: bool


def offer_of(tree: LexborHTMLParser) -> OfferSeen:
    """The product of a product page."""
    stated = stated_of(tree)
    one = stated[0] if stated else Stated("", "", (), "", 0, 0, offered=False)
    heading = first(tree, "h1")
    name = one.name or (line_of(heading, 300) if heading is not None else "")
    described = max((one.description, *_described(tree)), key=len)
    return OfferSeen(
        name=name[:300],
        description=described[:DESCRIPTION_MAX_CHARS],
        specifications=max(one.properties, _specifications(tree)),
        pictures=max(one.pictures, _pictures(tree)),
        buys=_buys(tree),
        vat_included=one.vat_included,
    )


def _buys(tree: LexborHTMLParser) -> bool:
    return any(is_cart_button(node) for node in tree.css(_BUTTONS)[:BUTTONS_MAX])


def stated_of(tree: LexborHTMLParser) -> tuple[Stated, ...]:
    """Products of the page's JSON-LD and microdata, without those of lists and related ones."""
    found: list[Stated] = []
    left = [ITEMS_MAX]
    for root in roots_of(tree):
        found.extend(_product(item) for item in _products(root, 0, left))
    return (*found, *_micro(tree))


def _products(data: object, depth: int, left: list[int]) -> Iterator[dict[str, object]]:
    if depth > DEPTH_MAX or left[0] <= 0:
        return
    left[0] -= 1
    if isinstance(data, list):
        for item in data[:100]:
            yield from _products(item, depth + 1, left)
    elif isinstance(data, dict):
        if _KINDS.intersection(types_of(data)):
            yield data
            return
        for key, value in list(data.items())[:60]:
            if isinstance(value, (dict, list)) and key.lower() not in _LISTS:
                yield from _products(value, depth + 1, left)


def _product(data: dict[str, object]) -> Stated:
    offers = list(_offers(data.get("offers"), 0))
    offers += [o for v in _listed(data.get("hasVariant")) for o in _offers(v.get("offers"), 0)]
    prices = [value_of(str(o.get(k))) for o in offers for k in ("price", "lowPrice") if o.get(k)]
    said = {str(o.get("valueAddedTaxIncluded")).rpartition("/")[2].lower() for o in offers}
    said &= {"true", "false"}
    images = data.get("image")
    return Stated(
        name=_text(data.get("name"), 300),
        description=_text(data.get("description"), DESCRIPTION_MAX_CHARS),
        prices=tuple(dict.fromkeys(p for p in prices[:20] if p)),
        vat_included=said.pop() if len(said) == 1 else "",
        pictures=min(len(images), 50) if isinstance(images, list) else int(bool(images)),
        properties=len(_listed(data.get("additionalProperty"))),
        offered=bool(offers),
    )


def _offers(value: object, depth: int) -> Iterator[dict[str, object]]:
    for item in _listed(value):
        yield item
        if depth < 3:  # noqa: PLR2004 - AggregateOffer, Offer, UnitPriceSpecification
            for key in ("offers", "priceSpecification"):
                yield from _offers(item.get(key), depth + 1)


def _listed(value: object) -> list[dict[str, object]]:
    items = value[:50] if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _text(value: object, most: int) -> str:
    raw = value if isinstance(value, str) else ""
    bare = re.sub(r"<[^<>]{0,300}>", " ", raw[: most * 2])
    return " ".join(plain(bare).split())[:most]


def _micro(tree: LexborHTMLParser) -> Iterator[Stated]:
    scopes = tree.css(
        "[itemtype*='schema.org/Product'], [itemtype*='schema.org/IndividualProduct']"
    )
    for scope in scopes[:20]:
        if scope.attributes.get("itemprop") in _LISTS_MICRO:
            continue
        values = {
            name: [_held(n, name) for n in scope.css(f"[itemprop='{name}']")[:20]]
            for name in ("name", "description", "price", "image", "valueAddedTaxIncluded")
        }
        vat = {v.lower() for v in values["valueAddedTaxIncluded"]} & {"true", "false"}
        yield Stated(
            name=next(iter(values["name"]), "")[:300],
            description=next(iter(values["description"]), ""),
            prices=tuple(dict.fromkeys(p for v in values["price"] if (p := value_of(v)))),
            vat_included=vat.pop() if len(vat) == 1 else "",
            pictures=len(values["image"]),
            properties=0,
            offered=bool(values["price"] or scope.css("[itemprop=offers]")),
        )


def _held(node: LexborNode, name: str) -> str:
    stated = node.attributes.get("content") or node.attributes.get("href")
    most = DESCRIPTION_MAX_CHARS if name == "description" else 300
    return " ".join(plain(stated[:most]).split()) if stated else line_of(node, most)


def _described(tree: LexborHTMLParser) -> Iterator[str]:
    """Texts of boxes that say they describe; else of the paragraphs after the heading."""
    found = False
    for node in tree.css(_TEXT_BOXES)[:20]:
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if node.tag != "meta" and not _NO_DETAIL.search(names[:500]):
            said = line_of(node, DESCRIPTION_MAX_CHARS)
            found = found or bool(said)
            yield said
    if not found:
        yield " ".join(_paragraphs(tree))[:DESCRIPTION_MAX_CHARS]


def _paragraphs(tree: LexborHTMLParser) -> Iterator[str]:
    root = first(tree, "main") or first(tree, "[role=main]") or tree.body
    if root is None:
        return
    for node in root.css("p, li")[:200]:
        above: LexborNode | None = node
        for _ in range(8):
            above = above.parent if above is not None else None
            if above is None or above.tag in ("footer", "nav", "header", "aside"):
                break
        if (above is None or above.tag not in ("footer", "nav", "header", "aside")) and not (
            node.tag == "li" and node.css("a")
        ):
            yield line_of(node, 500)


def _specifications(tree: LexborHTMLParser) -> int:
    """Rows of tables and lists of properties; rows with one cell name nothing."""
    rows = sum(1 for row in tree.css("table tr")[:ROWS_MAX] if len(row.css("td, th")) > 1)
    rows += len(tree.css("dl dt")[:ROWS_MAX])
    for node in tree.css("ul[class], ol[class], div[class], section[class], div[id]")[:ROWS_MAX]:
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"[:300]
        listed = node.tag in ("ul", "ol") and _SPECIFIED.search(names)
        if listed or _SPEC_BOX.search(names):
            rows += len(node.css("li")[:ROWS_MAX])
    return min(rows, ROWS_MAX)


def _pictures(tree: LexborHTMLParser) -> int:
    """Pictures between the heading and the footer, by the words around them."""
    root = first(tree, "main") or first(tree, "[itemtype*='schema.org/Product']") or tree.body
    images = root.css("img") if root is not None else []
    return min(len(images), 50)
