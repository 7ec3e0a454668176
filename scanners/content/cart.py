"""What puts something in the cart: the words and class names of buttons and links."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

from scanners.content.html import label_of
from scanners.content.vocabulary import fold

# On folded words.
_CART_WORDS = re.compile(
    r"(?<!\w)(?:(?:in|aan) (?:de |het |mijn |uw |je )?"
    r"(?:(?:winkel|boodschappen)?(?:wagen|mand|tas)|bestellijst)\w{0,6}"
    r"|(?:toevoegen|voeg toe) aan (?:de |het |mijn |uw |je )?"
    r"(?:winkel|bestel|boodschappen|mand)\w{0,12}"
    r"|bestel nu|nu bestellen|direct bestellen|koop nu|nu kopen|direct kopen"
    r"|ajouter (?:au|dans (?:le|mon|votre)|a mon|a votre|a la) (?:panier|caddie|commande)"
    r"|mettre (?:dans le|au) panier|acheter maintenant|commander maintenant"
    r"|add (?:this )?to (?:\w{1,8} )?(?:cart|basket|bag|trolley|order)|buy (?:it )?now|order now"
    r"|in (?:den|ihren) (?:waren|einkaufs)(?:korb|wagen)|(?:zum|dem) warenkorb hinzu\w{0,6}"
    r"|jetzt (?:kaufen|bestellen))(?!\w)"
)
_BUY_WORDS = re.compile(
    r"^(?:(?:nu )?(?:bestel(?:len|t)?|kopen|koop)(?: nu| direct)?|toevoegen|ik wil dit"
    r"|acheter|commander|j achete|buy(?: it)?(?: now)?|order|kaufen)\W{0,3}$"
)
_CART_CLASS = re.compile(
    r"(?i)add[-_]?to[-_]?(?:cart|basket|bag)|addtocart|ajouter-panier|\bbuy-button"
)
_BUTTON_CLASS = re.compile(r"(?i)btn|button|knop|cart|basket|bestel")


def says_cart(words: str) -> bool:
    """Do folded words put something in the cart, wherever they stand?"""
    return bool(_CART_WORDS.search(words))


def says_buy(words: str) -> bool:
    """Are folded words nothing but "order" or "buy"?  On a link these lead to a page about it."""
    return bool(_BUY_WORDS.search(words))


def cart_and_buy(node: LexborNode) -> tuple[bool, bool]:
    """``says_cart`` and ``says_buy`` of the words on a button or link."""
    return _told((label_of(node) or node.attributes.get("value") or "")[:90])


@lru_cache(maxsize=4_096)
def _told(label: str) -> tuple[bool, bool]:  # cached: menus and footers stand on every page
    words = fold(label)
    return says_cart(words), says_buy(words)


def is_cart_button(node: LexborNode) -> bool:
    """Does a button, or a link that looks like one, put something in the cart?"""
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('name') or ''}"[:500]
    if _CART_CLASS.search(names):
        return True
    if node.tag == "a" and not _BUTTON_CLASS.search(names):
        return False
    return any(cart_and_buy(node))
