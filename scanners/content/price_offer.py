"""The product of a product page: schema.org data, cart buttons, description.

JSON-LD is read with ``json`` and microdata from the tree that is parsed anyway: extruct
would add 30 MiB to every worker.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.evidence import OfferSeen
from scanners.content.html import first, normalise, plain
from scanners.content.price_words import value_of

JSON_MAX_CHARS = 200_000
SCRIPTS_MAX = 20
ITEMS_MAX = 400
DEPTH_MAX = 8
DESCRIPTION_MAX_CHARS = 2_000
BUTTONS_MAX = 200
ROWS_MAX = 500
_KINDS = frozenset({"product", "productgroup", "individualproduct", "productmodel", "book", "car"})
_LISTS = frozenset({"itemlistelement", "isrelatedto", "issimilarto", "itemlist"})
_LISTS_MICRO = frozenset({"isRelatedTo", "isSimilarTo", "itemListElement"})
BUYS = re.compile(
    r"(?i)(?:in|aan|naar)\s(?:(?:de|het|mijn|uw|je)\s)?(?:winkelwagen|winkelmand|mandje"
    r"|bestellijst)"
    r"|^\s?(?:(?:nu\s)?(?:bestel|koop)(?:len|t|\snu|\sdirect)?|toevoegen|in\smandje"
    r"|ik\swil\sdit)\W{0,3}$"
    r"|ajouter\s(?:au|à\sla|dans)\s\w{0,4}\s?(?:panier|caddie)|^\s?(?:acheter|commander)\W{0,3}$"
    r"|add\s(?:this\s)?to\s(?:your\s|my\s)?(?:cart|basket|bag|trolley)"
    r"|^\s?buy\s?(?:it\s)?(?:now)?\W{0,3}$"
    r"|in\sden\s(?:einkaufswagen|warenkorb|einkaufskorb)|(?:zum|dem)\swarenkorb\shinzu"
)
_BUYS_CLASS = re.compile(
    r"(?i)add[-_]?to[-_]?(?:cart|basket|bag)|addtocart|ajouter-panier|\bbuy-button"
)
_PAGE_CLASS = re.compile(
    r"(?i)(?:^|\s)(?:single-product|catalog-product-view|template-product|product-page|page-product"
    r"|productpage|product-detail(?:-page)?|is-ctl-product|product-template-default)(?:\s|$)"
)
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


def offer_of(tree: LexborHTMLParser) -> OfferSeen | None:
    """The product of a product page; None on other pages."""
    stated = stated_of(tree)
    if not is_product_page(tree, stated):
        return None
    one = stated[0] if stated else Stated("", "", (), "", 0, 0, offered=False)
    heading = first(tree, "h1")
    name = one.name or (_line(heading, 300) if heading is not None else "")
    described = max((one.description, *_described(tree)), key=len)
    return OfferSeen(
        name=name[:300],
        description=described[:DESCRIPTION_MAX_CHARS],
        specifications=max(one.properties, _specifications(tree)),
        pictures=max(one.pictures, _pictures(tree)),
        buys=any(True for _ in buttons(tree)),
        vat_included=one.vat_included,
    )


def is_product_page(tree: LexborHTMLParser, stated: tuple[Stated, ...]) -> bool:
    """One product with an offer, in schema.org data, by the shop system, or one cart button."""
    named = {item.name for item in stated}
    if len(named) == 1 and any(item.offered for item in stated):
        return True
    heading = first(tree, "h1")
    if heading is not None and _line(heading, 300) in named - {""}:
        return any(item.offered for item in stated)
    og = first(tree, "meta[property='og:type']")
    if og is not None and "product" in (og.attributes.get("content") or "").lower()[:40]:
        return "group" not in (og.attributes.get("content") or "")
    body = tree.body
    if body is not None and _PAGE_CLASS.search((body.attributes.get("class") or "")[:2000]):
        return True
    count = sum(1 for _ in buttons(tree))
    return heading is not None and 0 < count <= 2  # noqa: PLR2004 - more are a list of products


def buttons(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Buttons and links that put something in the cart."""
    selector = "button, input[type=submit], input[type=button], a[class], [role=button]"
    for node in tree.css(selector)[: BUTTONS_MAX * 10]:
        if is_cart_button(node):
            yield node


def is_cart_button(node: LexborNode) -> bool:
    """Does the element put something in the cart?"""
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('name') or ''}"[:500]
    if _BUYS_CLASS.search(names):
        return True
    if node.tag == "a" and not re.search(r"(?i)btn|button|knop|cart|basket|bestel", names):
        return False
    said = attributes.get("value") or "" if node.tag == "input" else _line(node, 80)
    return bool(BUYS.search(said or attributes.get("aria-label") or attributes.get("title") or ""))


def _line(node: LexborNode, most: int) -> str:
    return " ".join(normalise(node.text(deep=True, separator=" ")[: most * 4]).split())[:most]


def stated_of(tree: LexborHTMLParser) -> tuple[Stated, ...]:
    """Products of the page's JSON-LD and microdata, without those of lists and related ones."""
    found: list[Stated] = []
    left = [ITEMS_MAX]
    for node in tree.css("script[type='application/ld+json']")[:SCRIPTS_MAX]:
        raw = node.text()[:JSON_MAX_CHARS]
        if "roduct" not in raw:
            continue
        try:
            data = json.loads(raw.strip().removeprefix("<!--").removesuffix("-->"))
        except (ValueError, RecursionError):
            continue
        found.extend(_product(item) for item in _products(data, 0, left))
    return (*found, *_micro(tree))


def _products(data: object, depth: int, left: list[int]) -> Iterator[dict[str, object]]:
    if depth > DEPTH_MAX or left[0] <= 0:
        return
    left[0] -= 1
    if isinstance(data, list):
        for item in data[:100]:
            yield from _products(item, depth + 1, left)
    elif isinstance(data, dict):
        if _KINDS.intersection(_types(data)):
            yield data
            return
        for key, value in list(data.items())[:60]:
            if isinstance(value, (dict, list)) and key.lower() not in _LISTS:
                yield from _products(value, depth + 1, left)


def _types(data: dict[str, object]) -> frozenset[str]:
    given = data.get("@type", "")
    words = given[:10] if isinstance(given, list) else [given]
    return frozenset(w.rpartition("/")[2].lower() for w in words if isinstance(w, str))


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
    return " ".join(plain(stated[:most]).split()) if stated else _line(node, most)


def _described(tree: LexborHTMLParser) -> Iterator[str]:
    """Texts of boxes that say they describe; else of the paragraphs after the heading."""
    found = False
    for node in tree.css(_TEXT_BOXES)[:20]:
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if node.tag != "meta" and not _NO_DETAIL.search(names[:500]):
            said = _line(node, DESCRIPTION_MAX_CHARS)
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
            yield _line(node, 500)


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
