"""Addresses that do something when they are asked for: a passive look leaves them alone."""

from __future__ import annotations

import re
from urllib.parse import unquote

# Shops built on WooCommerce, Shopware, PrestaShop, Magento, Lightspeed and kin: a GET fills
# the cart, ends a session or takes somebody off a list (against RFC 9110 9.2.1).
_WORDS = (
    "add-to-cart", "add_to_cart", "addtocart", "cart/add", "cart/delete", "cart/change",
    "remove_item", "removeitem", "add-to-wishlist", "add_to_wishlist", "addtowishlist",
    "logout", "log-out", "log_out", "signout", "sign-out", "uitloggen", "afmelden",
    "unsubscribe", "uitschrijven", "deconnexion", "desinscription", "abmelden", "abbestellen",
)  # fmt: skip
_ANY_WORD = re.compile("|".join(map(re.escape, _WORDS)))


def is_action(url: str) -> bool:
    """Would a GET of ``url`` change something?  Judged by its words alone."""
    return _ANY_WORD.search(unquote(url[:2_000]).lower()) is not None
