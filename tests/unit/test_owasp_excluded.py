"""What no engine asks, in four languages; and what it has to ask all the same."""

from __future__ import annotations

import re
import time

import pytest

from scanners.net.wire import is_excluded
from scanners.owasp.excluded import EXCLUDED, patterns
from scanners.owasp.zap.sequence import context_regex

PATTERNS = patterns()


@pytest.mark.parametrize(
    "path",
    ["/cart", "/winkelwagen/", "/panier?x=1", "/warenkorb.html", "/checkout/onepage", "/afrekenen",
     "/bestellen", "/commande", "/kasse", "/payment/ideal", "/betalen", "/paiement", "/bezahlen",
     "/login", "/nl/inloggen", "/customer/account/", "/mijn-account", "/mon-compte", "/mein-konto",
     "/connexion", "/anmelden", "/logout", "/uitloggen", "/deconnexion", "/abmelden",
     "/customer_logout.php", "/index.php?route=checkout/cart", "/?add-to-cart=12", "/newsletter",
     "/nieuwsbrief", "/contact", "/kontakt", "/product/4/review", "/wishlist", "/verlanglijst",
     "/wunschliste", "/item/delete/3", "/wp-login.php", "/wp-admin/", "/register", "/inscription"],
)  # fmt: skip
def test_what_orders_pays_writes_or_logs_in_is_excluded(path: str) -> None:
    assert is_excluded(path, PATTERNS)


@pytest.mark.parametrize(
    "path",
    ["/", "/product?id=1", "/blue-bag-large", "/contact-lenses", "/cartoons", "/reviewers-choice",
     "/zoeken?q=pen", "/categorie/pennen", "/paypalm-tree", "/orderly", "/accountancy-books",
     "/uploads/", "/api/klanten", "/doorsturen?naar=/categorie/papier", "/basketball"],
)  # fmt: skip
def test_pages_that_only_show_are_asked(path: str) -> None:
    assert not is_excluded(path, PATTERNS)


def test_an_expression_of_the_plan_is_held_as_well() -> None:
    assert is_excluded("/b2b/prices", patterns(("^/b2b/",)))
    with pytest.raises(ValueError, match="regular expression"):
        patterns(("(",))


def test_a_long_path_is_read_in_time() -> None:
    began = time.perf_counter()
    for unit in ("/cart", "-", "/a=", "cart"):
        is_excluded((unit * 8_000)[:8_000], PATTERNS)
    assert is_excluded("/" + "a" * 8_000, PATTERNS)
    assert time.perf_counter() - began < 1.0


def test_zap_gets_the_same_expressions_for_whole_addresses() -> None:
    compiled = [re.compile(context_regex(text)) for text in (*EXCLUDED, "^/b2b/")]
    for url in ("https://s.example/nl/cart?x=1", "http://s.example:8080/?a=checkout",
                "https://s.example/b2b/x"):  # fmt: skip
        assert any(regex.fullmatch(url) for regex in compiled)
    for url in ("https://cart.example/", "https://my-cart.example/x", "https://s.example/x/b2b/"):
        assert not any(regex.fullmatch(url) for regex in compiled)
