"""Which few further pages are worth a look: where people log in, pay and write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from scanners.content.html import read_links
from scanners.net.names import registrable_domain
from scanners.owasp.page import Page

KNOWN_MAX = 500
_FILES = (
    ".pdf", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".ico", ".zip", ".gz",
    ".css", ".js", ".xml", ".json", ".txt", ".csv", ".doc", ".docx", ".xls", ".xlsx", ".mp3",
    ".mp4", ".webm", ".woff", ".woff2", ".exe", ".apk", ".ics", ".vcf", ".rss", ".atom",
)  # fmt: skip
# A link ought not to change anything (RFC 9110 9.2.1); some do.  nl, fr, en, de; matched
# in text without accents, with one hyphen for any separator.
_ACTS = re.compile(
    r"log-?(?:out|off|uit)|sign-?(?:out|off)|afmeld|uitlog|uitschrij[fv]|deconnect|deconnexion|"
    r"desinscri|desabonn|abmeld|auslogg|abbestell|unsubscri|opt-?out|delete|remove|verwijder|"
    r"supprim|losch|loesch|empty-?(?:cart|basket)|"
    r"add-?to-?(?:the-|your-|my-)?(?:cart|basket|bag|wishlist|compare)|add-to-|buy-?now|"
    r"(?:cart|basket|winkelwagen|winkelmand|panier|warenkorb)/(?:add|change|update|clear)|"
    r"[?&](?:[a-z]+-)?add=|(?:in|aan)-?(?:de-|je-|uw-|mijn-)?winkel(?:wagen|mand)|toevoeg|ajout|"
    r"in-?den-?(?:warenkorb|einkaufswagen)|hinzufueg|hinzufug|action=|do=|vote|/download"
)
_SEPARATORS = re.compile(r"[\s_+.\-\u2010-\u2015]+")
_WORTH = re.compile(
    r"search|zoek|recherche|suche|log-?in|sign-?in|inlog|aanmeld|account|register|registr|checkout|afrekenen|bestel|contact|"
    r"connexion|connecter|compte|inscription|commande|paiement|anmeld|konto|kasse|bestell|"
    r"kontakt|winkelwagen|winkelmand|panier|warenkorb|wachtwoord|password|passwort|mot-de-passe",
    re.IGNORECASE,
)


def same_site_links(page: Page, own: frozenset[str]) -> tuple[str, ...]:
    """Addresses below the registrable domains ``own`` that a page links to, best first."""
    ranked = same_origin_links(
        page, lambda url: registrable_domain(urlsplit(url).hostname or "") in own
    )
    return tuple(url for _, url in ranked)


def same_origin_links(page: Page, own: Callable[[str], bool]) -> tuple[tuple[int, str], ...]:
    """(rank, address) of what a page links to, best first, without files and without actions.

    Rank 0 is plain HTTP where people write something: a password must not be asked there;
    1 other such places, 2 the rest.
    """
    found: dict[str, tuple[int, int]] = {}
    for place, link in enumerate(read_links(page.tree, page.url)):
        # A mailto: address is as the site wrote it: splitting it may raise.
        if link.kind not in ("page", "anchor") or link.url in found:
            continue
        parts = urlsplit(link.url)
        where = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if not own(link.url):
            continue
        if parts.path.lower().endswith(_FILES) or _acts(where) or _acts(link.text):
            continue
        worth = bool(_WORTH.search(where) or _WORTH.search(link.text))
        rank = 0 if parts.scheme == "http" and worth else 1 if worth else 2
        found[link.url] = rank, (5_000 if parts.query else 0) + place
        if len(found) >= KNOWN_MAX:
            break
    ordered = sorted(found, key=lambda url: found[url])
    return tuple((found[url][0], url) for url in ordered)


def _acts(text: str) -> bool:
    """Would following it end a session, fill a cart or cancel something?"""
    flat = unicodedata.normalize("NFKD", unquote(text).lower())
    plain = "".join(c for c in flat if not unicodedata.combining(c))
    return bool(_ACTS.search(_SEPARATORS.sub("-", plain)))
