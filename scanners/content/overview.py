"""What a cart leads on to: the overview of the checkout, and nothing that follows it.

Only plain links are taken, never a form: a passive look submits nothing (label
conditions, page role checkout: "never beyond the last step before ordering").
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scanners.content.actions import is_action
from scanners.content.read import CrawledPage
from scanners.content.vocabulary import fold, fold_plain, roles_of_text
from scanners.content.whole import path_of

OVERVIEWS_MAX = 2
TEXT_MAX_CHARS = 60
_NEXT = re.compile(
    r"(?<!\w)(?:afrekenen|(?:naar|door naar) (?:de )?kassa|bestelling afronden"
    r"|(?:verder|doorgaan) (?:naar|met) (?:de )?(?:bestel\w{0,12}|kassa|afrekenen)"
    r"|check ?out|passer (?:la |ma |votre |a la )?commande|valider (?:mon |le |ma |votre )?"
    r"(?:panier|commande)|finaliser (?:la |ma |votre )?commande|zur kasse|bestellvorgang"
    r"|bestellung abschliessen)(?!\w)|^(?:nu |direct |verder )?bestellen$"
    r"|^commander$|^kassa$|^kasse$"
)
_NEXT_PATH = re.compile(
    r"/(?:one(?:page|step)-?)?(?:checkout|afrekenen|kassa|kasse|commande|bestellen)(?:[/?.]|$)"
)
_CART_PATH = re.compile(r"cart|basket|winkelwagen|winkelmand|panier|warenkorb|einkaufswagen")
# What places an order, pays, or thanks for it.
_BEYOND = re.compile(
    r"place.?order|order.?place|submit|plaats.?(?:de.?)?bestelling|bestelling.?plaatsen|confirm"
    r"|bevestig|success|bedankt|thank|merci|danke|payment|betaal|betal|paiement|payer|zahlung"
    r"|bezahl|paypal|express|ideal|klarna|bancontact|kaufen|\bpay\b|token=|delete|remove"
)


def overview_links(cart: CrawledPage, is_own: Callable[[str], bool]) -> tuple[str, ...]:
    """Addresses of a cart's plain links to the next step, in document order."""
    found: dict[str, None] = {}
    for link in cart.links:
        if link.kind not in ("page", "anchor") or link.url in (cart.url, cart.final_url):
            continue
        text, path = fold(link.text[:200]), fold_plain(path_of(link.url)[:400])
        named = len(text) <= TEXT_MAX_CHARS and bool(_NEXT.search(text))
        by_path = bool(_NEXT_PATH.search(path)) and not _CART_PATH.search(path)
        if not (named or by_path) or _BEYOND.search(f"{text} {path}"):
            continue
        elsewhere = roles_of_text(link.text) - {"checkout"} or not is_own(link.url)
        if not elsewhere and not is_action(link.url):
            found[link.url] = None
    return tuple(found)
