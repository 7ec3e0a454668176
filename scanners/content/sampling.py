"""Which products of a shop are looked at: the same ones all month, others next month."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scanners.content.actions import is_action
from scanners.content.gaps import GONE_REASONS, Failure
from scanners.content.languages import STOP_WORDS, is_covered
from scanners.content.offers import cards, is_product_page, says_login, structured
from scanners.content.places import links_seen
from scanners.content.read import CrawledPage
from scanners.content.sitemaps import Sitemap
from scanners.content.vocabulary import fold, is_hub, is_setting, roles_of_path, roles_of_text

PRODUCT, CATEGORY = "product", "category"
SAMPLE_MAX = 20
CATEGORIES_MAX = 2
CATEGORY_TRIES_MAX = 4
FURTHER_TRIES = 5
TROUBLES_MAX = 3
POOL_MAX = 200
LIST_MIN = 2
_TEXT_MAX_CHARS = 60

_STRONG = re.compile(
    r"/(?:products?|produits?|produkte?|prod|pd|dp|itm|artikel)/[^/?]{2,}"
    r"|/p/[^/?]{2,}|/p\d{3,}(?:[/?]|$)|[-_]p-?\d{2,}(?:\.html?)?(?:[/?]|$)"
    r"|/\d{1,8}-[^/?]{3,}\.html?$|[?&](?:product_?id|productid|id_product|pid|sku|artnr)="
    r"|route=product/product|/detail/[^/?]{3,}",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"/(?:producten|artikelen|articles?|items?|shop|webshop|winkel|boutique|store|sortiment"
    r"|assortiment|catalog|catalogue|catalogus|collections?|collecties?)/(?:[^/?]{1,80}/){0,3}[^/?]{3,}",
    re.IGNORECASE,
)
_NO_PRODUCT = re.compile(
    r"/(?:product|produit|produkt)[-_]?(?:category|categorie|kategorie|tag|brand|cat)s?(?:/|$)"
    r"|/(?:blogs?|nieuws|news|actualites|aktuelles|tags?|merken|brands?|marques|marken|authors?|feed"
    r"|wp-content|wp-json|reviews?)(?:/|$)",
    re.IGNORECASE,
)
_CATEGORY_PATH = re.compile(
    r"/(?:(?:product|produit|produkt)[-_]?)?(?:categor(?:y|ies|ie|ieen|ien)|kategorien?|collections?"
    r"|collecties?|c|rayons?|assortiment|sortiment|afdeling(?:en)?)/[^/?]{1,120}/?$"
    r"|/(?:shop|webshop|winkel|boutique|producten|products|produits|produkte|assortiment|sortiment"
    r"|catalog(?:ue|us)?|collections|store)/?$",
    re.IGNORECASE,
)
_CATEGORY_WORDS = re.compile(
    r"^(?:(?:alle |onze |ons |bekijk (?:alle |ons |onze )?|tous (?:les |nos )|nos |notre |all "
    r"|our |unsere? )?(?:producten|assortiment|artikelen|collectie|catalogus|categorieen|produits"
    r"|articles|catalogue|boutique|collection|products|catalog|shop|webshop|winkel|produkte"
    r"|artikel|sortiment|kategorien|categories))$"
)
# Parts of a menu that hold no goods.
_NO_GOODS = re.compile(
    r"blog|nieuws|news|actualit|aktuell|vacature|jobs?\b|carrier|karriere|inspirat|project"
    r"|referen|review|avis|team|home|accueil|startseite|agenda|event|video|download|zoek|search"
    r"|wishlist|verlanglijst|favori|merken|brands|marques|marken|nederlands|francais|english"
    r"|deutsch|offerte|devis|quote"
)
_VERSION = re.compile(r"/([a-z]{2})(?:[-_][a-z]{2})?(?:/|$)", re.IGNORECASE)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|zip|xml|json|css|js)$", re.IGNORECASE)
_IDENTITY = frozenset(
    ("id", "product", "product_id", "productid", "id_product", "pid", "sku", "artnr", "route",
     "p", "item", "art", "a", "cpath", "products_id")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """What sampling has to know: the seed (``host``, ``month``) and whose an address is."""

    host: str
    month: str
    is_own: Callable[[str], bool]
    allows: Callable[[str], bool]
    canonical: Callable[[str], str]

    def order(self, key: str) -> bytes:
        """A place in the month's order of this site, the same for the same key."""
        seed = f"{self.host}|{self.month}|{key}".encode("utf-8", "replace")
        return hashlib.blake2b(seed, digest_size=8).digest()


@dataclass
class Sampler:
    """One sample of one crawl; it adds to the crawl's ``pages`` and ``failures``.

    ``ask`` reads an address for a role, or says why it gave no answer; ``stopped``
    says why no further page may be asked for, "" when one may.
    """

    site: Site
    pages: dict[str, CrawledPage]
    failures: list[Failure]
    ask: Callable[[str, str], Awaitable[CrawledPage | str]]
    stopped: Callable[[], str]
    _pool: dict[str, tuple[int, str]] = field(default_factory=dict)
    _troubles: list[str] = field(default_factory=list)
    _forbidden: bool = False
    _unread: bool = False

    async def run(self, sitemap: Sitemap, wanted: int) -> str:
        """Read the sample; why it is not complete, "" when it is.

        Complete are ``wanted`` products, or all there are when there are fewer.
        """
        start = next((p for p in self.pages.values() if "start" in p.roles), None)
        if start is None or wanted <= 0:
            return "none_found"
        self._add_locations(sitemap)
        self._look(start)
        if not self._pool and _shows(start):
            self.pages[start.url] = replace(start, roles=start.roles | {PRODUCT})
            return start.doubt
        halted = await self._read_categories(start, wanted) or await self._read_products(wanted)
        return self._gap(sitemap, wanted, halted or start.doubt)

    def _gap(self, sitemap: Sitemap, wanted: int, halted: str) -> str:
        good = [
            p
            for p in self.pages.values()
            if PRODUCT in p.roles and p.readable and not p.doubt and is_covered(p.language)
        ]
        if len(good) >= wanted:
            return ""
        reasons = [halted, *self._troubles, "robots" if self._forbidden else ""]
        reasons += ["" if good else "none_found"]
        reasons += ["sitemap_unread" if sitemap.state not in ("read", "absent") else ""]
        # Other categories may hold more than the few that were found.
        reasons += ["sample_small" if self._unread and not sitemap.products else ""]
        return next((word for word in reasons if word), "")

    def _add_locations(self, sitemap: Sitemap) -> None:
        listed = [u for u in sitemap.products if self._may_be(u) and not _CATEGORY_PATH.search(u)]
        named = [u for u in sitemap.pages if _STRONG.search(u) and self._may_be(u)]
        self._add(self._few((*listed, *named)), 0)
        if not self._pool:
            self._add(self._few(u for u in sitemap.pages if _WEAK.search(u) and self._may_be(u)), 1)

    def _few(self, urls: Iterable[str]) -> list[str]:
        return heapq.nsmallest(POOL_MAX, urls, key=self.site.order)

    def _look(self, page: CrawledPage) -> int:
        """Take up the products that a page leads to; how many there were."""
        if page.html is None or not page.readable:
            return 0
        shown = [*cards(page.html, page.final_url), *structured(page.html, page.final_url).urls]
        links = [ln for ln in page.links if ln.kind in ("page", "anchor")]
        shown += [ln.url for ln in links if _STRONG.search(_tail(ln.url))]
        own = [u for u in dict.fromkeys(shown) if self.site.is_own(u) and self._may_be(u)]
        goods = [u for u in own if not _CATEGORY_PATH.search(_tail(u))]
        before = len(self._pool)
        self._add(goods, 0)
        if len(self._pool) == before and not goods:
            weak = [ln.url for ln in links if _WEAK.search(_tail(ln.url)) and self._may_be(ln.url)]
            self._add((u for u in weak if self.site.is_own(u)), 1)
        return len(goods)

    def _may_be(self, url: str) -> bool:
        tail = _tail(url)
        if _NO_PRODUCT.search(tail) or _FILE.search(tail) or is_action(url):
            return False
        return tail not in ("", "/") and not self._is_other_version(tail)

    def _is_other_version(self, tail: str) -> bool:
        """Does the path begin with a language that the start page is not in?"""
        found = _VERSION.match(tail)
        return found is not None and self._is_language(found[1].lower())

    def _is_language(self, code: str) -> bool:
        return code in STOP_WORDS and code not in self._languages

    @cached_property
    def _languages(self) -> frozenset[str]:
        start = next(p for p in self.pages.values() if "start" in p.roles)
        found = _VERSION.match(_tail(start.final_url))
        return frozenset({start.language, found[1].lower() if found else ""})

    def _add(self, urls: Iterable[str], tier: int) -> None:
        for url in urls:
            known = self.site.canonical(without_choice(url))
            key = page_key(known)
            if len(self._pool) < 2 * POOL_MAX and key not in self._pool:
                self._pool[key] = (tier, known)

    async def _read_categories(self, start: CrawledPage, wanted: int) -> str:
        """Up to two lists of products; further ones only to find products at all."""
        kept = tries = 0
        urls = self._categories(start)
        for number, url in enumerate(urls):
            enough = kept >= CATEGORIES_MAX and len(self._pool) >= wanted
            if enough or tries >= CATEGORY_TRIES_MAX:
                self._unread = number < len(urls)
                break
            if not self.site.allows(url):
                self._forbidden = True
                continue
            if word := self.stopped():
                return word
            tries += 1
            page = await self._read(url, CATEGORY)
            if page is None or not page.readable or _shows(page):
                continue
            if self._look(page) >= LIST_MIN and kept < CATEGORIES_MAX:
                kept += 1
                known = self.pages.get(url, page)
                self.pages[url] = replace(page, roles=known.roles | {CATEGORY})
        return ""

    def _categories(self, start: CrawledPage) -> list[str]:
        """Addresses of likely lists, those that say so first, then the rest of the menu."""
        found: dict[str, int] = {}
        menu = links_seen(start.html, start.links) if start.html is not None else ()
        for link in menu:
            tail, text = _tail(link.url), fold(link.text[:200])
            if link.kind != "page" or not self.site.is_own(link.url) or not self._may_be(link.url):
                continue
            if _STRONG.search(tail) and not _CATEGORY_PATH.search(tail):
                continue
            likely = _CATEGORY_PATH.search(tail) or _CATEGORY_WORDS.match(text)
            rank = 0 if likely else 1
            if rank and not (link.place in ("nav", "header") and _is_plain(text, link.text, tail)):
                continue
            url = self.site.canonical(link.url)
            if url not in (start.url, start.final_url):
                found[url] = min(rank, found.get(url, rank))
        return sorted(found, key=lambda u: (found[u], self.site.order(u)))

    async def _read_products(self, wanted: int) -> str:
        kept: set[str] = set()
        tries = 0
        order = sorted(self._pool.items(), key=lambda kv: (kv[1][0], self.site.order(kv[0])))
        for _, (_, url) in order:
            if len(kept) >= wanted:
                return ""
            if tries >= wanted + FURTHER_TRIES or len(self._troubles) >= TROUBLES_MAX:
                self._unread = True
                return ""
            if not self.site.allows(url):
                self._forbidden = True
                continue
            if word := self.stopped():
                return word
            tries += 1
            page = await self._read(url, PRODUCT)
            if page is None or page.final_url in kept:
                continue
            if self._take(url, page):
                kept.add(page.final_url)
        return ""

    async def _read(self, url: str, role: str) -> CrawledPage | None:
        known = self.pages.get(url)
        if known is not None:
            return known
        page = await self.ask(url, role)
        if isinstance(page, CrawledPage):
            return page
        if role == PRODUCT:
            self.failures.append(Failure(url, frozenset({role}), page))
            self._troubles.append(page)
        return None

    def _take(self, url: str, page: CrawledPage) -> bool:
        """Keep a page that shows a product, or hides what it shows; is it a product?"""
        if page.problem in GONE_REASONS:
            return False
        known = self.pages.get(url, page)
        kept = replace(page, roles=known.roles | {PRODUCT})
        if page.problem:
            self._troubles.append(page.problem)
            self.pages[url] = kept
            return False
        if page.doubt == "login_wall" or not _shows(page):
            login = page.doubt == "login_wall" or says_login(page.text)
            word = "login" if login else page.doubt
            self._troubles += [word] if word else []
            return False
        if page.doubt:
            self._troubles.append(page.doubt)
        elif not is_covered(page.language):
            self._troubles.append(f"language_{page.language}")
        self.pages[url] = kept
        return True


def _shows(page: CrawledPage) -> bool:
    return page.html is not None and page.readable and is_product_page(page.html, page.final_url)


def _is_plain(text: str, words: str, tail: str) -> bool:
    """A part of the menu that may hold goods: no role, no service, no news."""
    if not text or len(text) > _TEXT_MAX_CHARS or _NO_GOODS.search(text):
        return False
    return not (roles_of_text(words) or roles_of_path(tail) or is_hub(words) or is_setting(words))


def _tail(url: str) -> str:
    """Path and query, without parsing: a sitemap names tens of thousands."""
    slash = url.find("/", url.find("://") + 3)
    return url[slash:2_000] if slash >= 0 else "/"


def without_choice(url: str) -> str:
    """Without what only chooses a colour, a size or a visit's source."""
    parts = urlsplit(url)
    if not parts.query:
        return url
    kept = [(k, v) for k, v in parse_qsl(parts.query)[:20] if k.lower() in _IDENTITY]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))


def page_key(url: str) -> str:
    """What a product is known by: a shop shows one under several categories."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2].lower()
    return f"{last}?{parts.query}" if last else url
