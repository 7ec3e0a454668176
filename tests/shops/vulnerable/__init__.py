"""A Dutch webshop with seeded flaws and their list, and a clean twin.

``with serve_vulnerable() as shop: ...``; ``shop.flaws`` is what a perfect look would
report, ``shop.log`` every request that arrived, ``shop.elsewhere.log`` what reached a host
out of scope, ``shop.behaviour`` how the shop misbehaves from now on.
"""

from tests.shops.vulnerable.flaws import FLAWS, Flaw, From, flaws_over
from tests.shops.vulnerable.server import (
    Behaviour,
    Elsewhere,
    Log,
    Seen,
    Shop,
    serve_clean,
    serve_vulnerable,
)

__all__ = [
    "FLAWS",
    "Behaviour",
    "Elsewhere",
    "Flaw",
    "From",
    "Log",
    "Seen",
    "Shop",
    "flaws_over",
    "serve_clean",
    "serve_vulnerable",
]
