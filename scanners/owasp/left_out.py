"""What a look like a visitor's leaves out: where people pay, and what ends or adds something.

Narrower than ``excluded``, which holds for every engine that sends more than single
visits: a page with a login form may be read, it may not be attacked.  Regular
expressions, searched in path and query; Dutch, French, English and German.
"""

from __future__ import annotations

import re
from functools import cache

_PAYING = (
    "cart|carts|basket|shopping-?cart|shopping-?bag|checkout|check-out|onepage|payment|payments|pay|"
    "winkelwagen|winkelwagentje|winkelmand|winkelmandje|afrekenen|kassa|bestellen|bestelling|betalen|"
    "betaling|"
    "panier|caisse|commande|commander|passer-commande|paiement|payer|"
    "warenkorb|einkaufswagen|kasse|zur-kasse|bestellung|zahlung|bezahlen"
)
_ORDER = "order|orders|place-?order"
_ENDING = (
    "logout|log-?out|logoff|log-?off|signout|sign-?out|uitloggen|afmelden|uitschrijven|deconnexion|"
    "se-deconnecter|desinscription|desabonnement|abmelden|ausloggen|abbestellen|unsubscribe|opt-?out"
)


def _paths(words: str) -> str:
    """The words as a whole segment of the path, or at its end behind another word.

    A product in a folder may bear such a word in its name: ``/p/red-cart-cover`` is kept.
    """
    return rf"^[^?#]*/(?:[^/?#]*[-_.])?(?:{words})(?:\.[a-z]{{2,5}})?(?:[/?#;]|$)"


ENDING = (
    _paths(_ENDING),
    r"[?&](?:logout|log_out|customer-logout|unsubscribe)(?:[=&]|$)",
    # A parameter that says what to do.
    (
        r"[?&](?:add-to-cart|add_to_cart|add-to-wishlist|add_to_wishlist|remove_item|removed_item|"
        r"undo_item|wc-ajax|delete|remove)="
    ),
    (
        r"[?&](?:action|do|task|cmd|mode)=[^&]*(?:add|delete|remove|logout|logoff|empty|clear|"
        r"subscribe|vote)"
    ),
)
PAYING = (_paths(f"{_PAYING}|{_ORDER}"),)
LEFT_OUT = (*ENDING, *PAYING)


@cache
def compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Ready for use, without regard to case; ValueError when one is no regular expression."""
    try:
        return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    except re.error as error:
        raise ValueError(f"an excluded path is no regular expression: {error}") from error


def is_left_out(where: str, patterns: tuple[str, ...]) -> bool:
    """Is path and query ``where`` among them?"""
    return any(pattern.search(where) for pattern in compiled(patterns))
