"""Telling product pages and lists of products from other pages (page role product)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.actions import is_action
from scanners.content.cart import cart_and_buy, is_cart_button
from scanners.content.html import absolute, base_of, first, label_of, line_of
from scanners.content.places import Places
from scanners.content.vocabulary import fold_plain, is_hub, roles_of_text

CARDS_MAX = 200
CARD_LINKS_MAX = 600
CARD_MAX_CHARS = 600
CARD_TARGETS_MAX = 4
LEVELS_MAX = 8
BLOCK_MAX_CHARS = 6_000
BUTTONS_MAX = 400
BLOCKS_MAX = 3
# More are a list of products.
LONE_BUTTONS_MAX = 2
JSON_MAX_CHARS = 200_000
JSON_SCRIPTS_MAX = 20
JSON_ITEMS_MAX = 200
DEPTH_MAX = 4

# P6, loosely: does money stand here at all?
PRICE = re.compile(
    r"(?:[€£]|\bEUR(?:O|os?)?\b|\bGBP\b)\s{0,3}\d|\d\s{0,3}(?:[€£]|\bEUR\b|\beuro\b)|\d,-(?!\w)",
    re.IGNORECASE,
)
_CART_ACTION = re.compile(r"cart|basket|panier|warenkorb|winkelwagen|winkelmand|einkaufswagen")
_ADDS = re.compile(r"add[-_]?to[-_]?cart|cart/add", re.IGNORECASE)
_LOGIN_PRICES = re.compile(
    r"(?:inloggen|log (?:eerst )?in|login|aanmelden|meld u aan|registre\w{0,8}|connect(?:ez|er)\b"
    r"|identifiez|sign in|anmelden|einloggen|melden sie sich)[^.!?]{0,60}"
    r"(?:prijs|prijzen|prix|tarifs?|price|prices|pricing|preise?|preisen)\b"
    r"|(?:prijs|prijzen|prix|tarifs?|price|prices|preise?) [^.!?]{0,60}"
    r"(?:inloggen|ingelogd|log in|login|connexion|connecte|logged in|sign in|anmeld\w{1,4}"
    r"|angemeldet)\b"
)
_PRODUCT_TYPES = frozenset(
    ("product", "productgroup", "individualproduct", "productmodel", "someproducts", "vehicle")
)
_PAGE_CLASS = re.compile(
    r"(?i)(?:^|\s)(?:single-product|catalog-product-view|template-product|product-page|page-product"
    r"|productpage|product-detail(?:-page)?|is-ctl-product|product-template-default)(?:\s|$)"
)
_LIST_TYPES = frozenset(("itemlist", "collectionpage", "offercatalog", "searchresultspage"))
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|pdf|zip|mp4|xml|css|js|json|ics|docx?|xlsx?)$"
)
_ITEMS = (
    "[itemscope][itemtype*='schema.org/Product' i], [typeof~='Product'], [typeof~='schema:Product']"
)
_OG = (
    "meta[property='og:type'][content='product' i], "
    "meta[property='og:type'][content='og:product' i], "
    "meta[property='og:type'][content='product.item' i], meta[property='product:price:amount']"
)
_BUTTONS = (
    "button, input[type=submit], input[type=button], input[type=image], a[href], [role=button]"
)
_TITLES = "h2 a[href], h3 a[href], h4 a[href], a[href] h2, a[href] h3, a[href] h4, a[href] img"


@dataclass(frozen=True, slots=True)
class Listed:
    """Products in a page's JSON-LD.

    ``own`` stand at the top and are called ``names``; ``urls`` are named by lists as well.
    """

    own: int
    urls: tuple[str, ...]
    names: frozenset[str] = frozenset()


def is_product_page(tree: LexborHTMLParser, url: str) -> bool:
    """Is one product what the page is about?

    By schema.org Product (one, not a list, or one called as the heading), by Open Graph's
    type, by the shop system's class, by a price beside a button or form that puts it in a
    cart, not in the card of a list, or by a heading with one or two of those.
    """
    if tree.css(_OG):
        return True
    body = tree.body
    if body is not None and _PAGE_CLASS.search((body.attributes.get("class") or "")[:2_000]):
        return True
    items = [n for n in tree.css(_ITEMS)[:50] if _is_main_item(n)]
    found = structured(tree, url)
    if len(items) == 1 or found.own == 1:
        return True
    heading = first(tree, "h1")
    if heading is not None and line_of(heading, 300) in found.names:
        return True
    if heading is not None and 0 < _lone_buttons(tree, url) <= LONE_BUTTONS_MAX:
        return True
    return _sells(tree, url)


def _lone_buttons(tree: LexborHTMLParser, url: str) -> int:
    """Cart buttons outside the cards of a list; a link to another page is none."""
    base, found = base_of(tree, url), 0
    # A link is a cart button by its class or name only: most links need no look.
    named = {node.mem_id for node in tree.css("a[class], a[name]")}
    for node in tree.css(_BUTTONS)[:BUTTONS_MAX]:
        if node.tag == "a" and node.mem_id not in named:
            continue
        target = absolute(base, node.attributes.get("href") or "") if node.tag == "a" else url
        if target in ("", base, url) and is_cart_button(node):
            block = _priced_block(node, BLOCK_MAX_CHARS)
            found += block is None or not _is_card(block, url)
        if found > LONE_BUTTONS_MAX:
            break
    return found


def says_login(text: str) -> bool:
    """Are prices shown only after a login?"""
    return bool(_LOGIN_PRICES.search(fold_plain(text[:20_000])))


def _is_main_item(node: LexborNode) -> bool:
    return (node.attributes.get("itemprop") or "mainEntity").strip() == "mainEntity"


def structured(tree: LexborHTMLParser, url: str) -> Listed:
    """The products of a page's JSON-LD."""
    own, urls, names = 0, dict[str, None](), set[str]()
    for root in roots_of(tree):
        for node in _flat(root, 0):
            kinds = types_of(node)
            if kinds & _PRODUCT_TYPES and not _is_rating(node):
                own += 1
                names.add(" ".join(str(node.get("name") or "").split()))
                urls.update(dict.fromkeys(_addresses(node, url)))
            elif kinds & _LIST_TYPES:
                urls.update(dict.fromkeys(_listed(node, url, 0)))
    return Listed(own, tuple(urls)[:JSON_ITEMS_MAX], frozenset(names - {""}))


def _is_rating(node: dict[str, object]) -> bool:
    """Is it the stars of a shop?  Reviews come as those of a product that nobody offers."""
    return "aggregateRating" in node and not (node.get("offers") or node.get("hasVariant"))


def roots_of(tree: LexborHTMLParser) -> Iterator[object]:
    """The page's JSON-LD that may name products; what cannot be read is left out."""
    for node in tree.css("script[type='application/ld+json']")[:JSON_SCRIPTS_MAX]:
        text = node.text()[:JSON_MAX_CHARS].replace("<![CDATA[", "").replace("]]>", "")
        begin, end = re.search(r"[\[{]", text), max(text.rfind("}"), text.rfind("]"))
        if begin is None or not ("roduct" in text or "List" in text):
            continue
        try:
            yield json.loads(text[begin.start() : end + 1])
        except (ValueError, RecursionError):
            continue


def _flat(data: object, depth: int) -> Iterator[dict[str, object]]:
    """What stands at the top: roots, members of ``@graph``, the main thing of a page."""
    if depth > DEPTH_MAX:
        return
    if isinstance(data, list):
        for item in data[:JSON_ITEMS_MAX]:
            yield from _flat(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity"):
            yield from _flat(data.get(key), depth + 1)


def types_of(node: dict[str, object]) -> frozenset[str]:
    """The types of a schema.org thing, lower case and without the vocabulary's address."""
    given = node.get("@type", "")
    words = given[:20] if isinstance(given, list) else [given]
    return frozenset(
        word.rpartition("/")[2].rpartition(":")[2].lower()
        for word in words
        if isinstance(word, str)
    )


def _addresses(node: dict[str, object], url: str) -> list[str]:
    stated = [s for key in ("url", "@id") if isinstance(s := node.get(key), str)]
    targets = [absolute(url, s) for s in stated if s.strip() and not s.startswith("#")]
    return [target for target in targets if target][:1]


def _listed(node: object, url: str, depth: int) -> list[str]:
    """Addresses in the elements of a list."""
    if depth > DEPTH_MAX:
        return []
    if isinstance(node, list):
        return [u for item in node[:JSON_ITEMS_MAX] for u in _listed(item, url, depth + 1)]
    if isinstance(node, str):
        return (
            [target] if node.startswith(("http", "/")) and (target := absolute(url, node)) else []
        )
    if not isinstance(node, dict):
        return []
    kinds = types_of(node)
    inner = [node.get(key) for key in ("itemListElement", "item", "itemOffered")]
    below = [u for one in inner if one is not None for u in _listed(one, url, depth + 1)]
    if below or kinds & _LIST_TYPES:
        return below
    return _addresses(node, url) if kinds <= {*_PRODUCT_TYPES, "listitem", ""} else []


def _sells(tree: LexborHTMLParser, url: str) -> bool:
    """A price near what puts it in a cart, outside the cards of a list."""
    blocks: dict[int, LexborNode] = {}
    for node in _sellers(tree):
        block = _priced_block(node, BLOCK_MAX_CHARS)
        if block is None or block.mem_id in blocks:
            continue
        if block.css("h1"):
            return True
        if not _is_card(block, url):
            blocks[block.mem_id] = block
        if len(blocks) > BLOCKS_MAX:
            return False
    return bool(blocks)


def _sellers(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    for form in tree.css("form[action]")[:60]:
        action = (form.attributes.get("action") or "")[:400].lower()
        if _CART_ACTION.search(action) or is_action(action):
            yield form
    adding = {node.mem_id for node in tree.css("[href*=cart i]")}
    for node in tree.css(_BUTTONS)[:BUTTONS_MAX]:
        if node.mem_id in adding and _ADDS.search((node.attributes.get("href") or "")[:2_000]):
            yield node
            continue
        cart, buy = cart_and_buy(node)
        if cart or (buy and node.tag != "a"):
            yield node


def _priced_block(node: LexborNode, max_chars: int) -> LexborNode | None:
    """The nearest element around a node, itself included, that holds a price."""
    here: LexborNode | None = node
    for _ in range(LEVELS_MAX):
        if here is None or here.tag == "html":
            return None
        text = here.text(deep=True, separator=" ")
        if len(text) > max_chars:
            return None
        if PRICE.search(text):
            return here
        here = here.parent
    return None


def _is_card(block: LexborNode, url: str) -> bool:
    """Is the block's name or picture a link to a page of its own?"""
    for node in block.css(_TITLES)[:20]:
        link = node if node.tag == "a" else _link_around(node)
        href = (link.attributes.get("href") or "").strip() if link is not None else ""
        target = absolute(url, href) if href and not href.startswith("#") else ""
        if target and target != url and not _FILE.search(urlsplit(target).path.lower()):
            return True
    return False


def _link_around(node: LexborNode) -> LexborNode | None:
    here = node.parent
    for _ in range(LEVELS_MAX):
        if here is None or here.tag == "a":
            return here
        here = here.parent
    return None


def cards(tree: LexborHTMLParser, url: str) -> tuple[str, ...]:
    """Where the cards of products lead to: links whose own block holds a price."""
    base = base_of(tree, url)
    places = Places(tree)
    prices: dict[int, bool] = {}
    found: dict[str, None] = {}
    for node in tree.css("a[href]")[:CARD_LINKS_MAX]:
        href = (node.attributes.get("href") or "").strip()
        if not href or href.startswith("#") or is_action(href) or len(found) >= CARDS_MAX:
            continue
        if places.of(node) != "main" or not _in_card(node, prices):
            continue
        words = label_of(node)
        if roles_of_text(words) or is_hub(words):
            continue
        target = absolute(base, href)
        if target and target != url and not _FILE.search(urlsplit(target).path.lower()):
            found[target] = None
    return tuple(found)


def _in_card(node: LexborNode, known: dict[int, bool]) -> bool:
    """Climb while the text is that of one card; ``known`` remembers what was looked at."""
    here: LexborNode | None = node
    for _ in range(LEVELS_MAX):
        if here is None or here.tag in ("body", "html"):
            return False
        if (seen := known.get(here.mem_id)) is not None:
            return seen
        text = here.text(deep=True, separator=" ")
        if len(text) > CARD_MAX_CHARS:
            known[here.mem_id] = False
            return False
        if PRICE.search(text):
            targets = {n.attributes.get("href") or "" for n in here.css("a[href]")[:20]}
            known[here.mem_id] = len(targets) <= CARD_TARGETS_MAX
            return known[here.mem_id]
        here = here.parent
    return False
