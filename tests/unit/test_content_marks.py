"""Payment methods of a page: words, pictures, drawings, and what only looks like them."""

from __future__ import annotations

import pytest

from scanners.content.evidence import PaymentSeen
from scanners.content.html import parse
from scanners.content.marks import payments_of, unnamed_icons
from scanners.content.text import read_text


def seen_in(body: str) -> set[PaymentSeen]:
    """What a page's body names."""
    markup = f"<html><body>{body}</body></html>"
    return set(payments_of(parse(markup), "\n".join(read_text(markup).lines)))


def methods_in(body: str) -> set[str]:
    return {seen.method for seen in seen_in(body)}


def icons_in(body: str) -> int:
    return unnamed_icons(parse(f"<html><body>{body}</body></html>"))


@pytest.mark.parametrize(
    ("said", "method"),
    [
        ("U betaalt veilig met iDEAL.", "ideal"),
        ("Betaal met ideal of creditcard", "ideal"),
        ("iDEAL | Wero", "wero"),
        ("Bancontact en Visa", "visa"),
        ("Betalen kan met Visa of Maestro", "maestro"),
        ("Zakelijk betalen op rekening", "invoice"),
        ("Achteraf betalen met Riverty", "riverty"),
        ("U kunt op rekening bestellen en per factuur betalen", "invoice"),
        ("Betaling onder rembours", "cash_on_delivery"),
        ("Vooruit betalen per bankoverschrijving", "transfer"),
        ("Paiement par virement bancaire", "transfer"),
        ("Carte Bancaire (CB), Visa, Mastercard", "cartes_bancaires"),
        ("Nous acceptons les chèques", "cheque"),
        ("Paiement à réception de facture", "invoice"),
        ("Règlement par prélèvement automatique", "sepa"),
        ("We accept American Express", "amex"),
        ("Pay by invoice within 30 days", "invoice"),
        ("Trade customers can pay on 30-day account terms.", "invoice"),
        ("You can pay on your trade account, on account terms of 30 days", "invoice"),
        ("Pay with Apple Pay or Google Pay", "applepay"),
        ("Zahlung auf Rechnung", "invoice"),
        ("Zahlung per Überweisung", "transfer"),
        ("Vorkasse", "transfer"),
        ("Sofortüberweisung", "sofort"),
        ("SEPA-Lastschrift", "sepa"),
        ("Zahlung per Nachnahme", "cash_on_delivery"),
        ("Zahlungsarten: giropay, eps, PostFinance", "eps"),
        ("KBC/CBC Betaalknop", "kbc"),
        ("Belfius Direct Net", "belfius"),
        ("iDEAL in3", "in3"),
        ("V PAY", "vpay"),
        ("Billink", "billink"),
        ("Klarna", "klarna"),
        ("Contant betalen bij afhalen", "cash"),
        ("Ideal of creditcard: u betaalt zoals u wilt", "ideal"),
        ("U kunt op rekening kopen", "invoice"),
        ("Pay securely by card", "credit_card"),
        ("Vooraf overmaken", "transfer"),
    ],
)
def test_a_method_in_words_is_found(said: str, method: str) -> None:
    assert method in methods_in(f"<p>{said}</p>")


def test_a_list_of_methods_gives_each_of_them() -> None:
    body = "<h4>Betaalmethoden</h4><ul><li>Ideal</li><li>Visa</li><li>Maestro</li></ul>"
    assert methods_in(body) == {"ideal", "visa", "maestro"}


@pytest.mark.parametrize(
    "said",
    [
        "The ideal gift for your office",
        "An ideal chair. Pay attention to the size.",
        "Visa aanvragen? Wij regelen ook de betaling van de leges.",
        "Maestro koffiemachine, betaling in termijnen",
        "Ideal for paying guests",
        "Sofort lieferbar",
        "Een visa voor China vraagt u aan bij de ambassade",
        "De maestro dirigeert het orkest",
        "Houd er rekening mee dat de kosten op rekening van de koper zijn",
        "Wij storten het bedrag terug per bankoverschrijving",
        "Het bedrag wordt terugbetaald via overschrijving op uw bankrekening",
        "Refund by bank transfer within 14 days",
        "Download het logo als eps bestand",
        "Wij accepteren geen PayPal",
        "Wij accepteren geen creditcards of PayPal",
        "Klarna is bij ons niet mogelijk",
        "PayPal wird nicht akzeptiert",
        "Kein PayPal",
        "Stuur een mail naar paypal@voorbeeld.nl",
        "Zie paypal.com voor de voorwaarden",
        "Sur la facture figure le numéro",
        "Bestel uw rembourschip",
    ],
)
def test_words_that_only_look_like_a_method_are_none(said: str) -> None:
    assert methods_in(f"<p>{said}</p>") == set()


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('<img src="/x.png" alt="iDEAL logo" width="40" height="30">', ("ideal", "alt")),
        ('<img src="/x.png" alt="ideal">', ("ideal", "alt")),
        ('<img src="/img/payment/ideal.svg" alt="">', ("ideal", "file")),
        ('<img src="data:image/gif;base64,R0" data-src="/i/logo_paypal.png">', ("paypal", "file")),
        ('<img srcset="/i/mastercard-2x.png 2x, /i/a.png 1x">', ("mastercard", "file")),
        ('<picture><source srcset="/bancontact.webp"><img src="/p1.jpg"></picture>',
         ("bancontact", "file")),
        ('<div data-bg="/i/klarna.svg"></div>', ("klarna", "file")),
        ('<span style="background-image: url(/i/visa-logo.png)"></span>', ("visa", "file")),
        ("<svg><title>Visa</title><path d='M0'/></svg>", ("visa", "title")),
        ('<svg aria-label="Maestro"><path d="M0"/></svg>', ("maestro", "title")),
        ('<svg><use href="/sprite.svg#icon-ideal"></use></svg>', ("ideal", "title")),
        ('<svg><use xlink:href="#pf-wero"></use></svg>', ("wero", "title")),
        ('<img src="/media/logo_ideal_klein.gif">', ("ideal", "file")),
        ('<img src="/sprite.svg#bancontact">', ("bancontact", "file")),
        ('<li title="Apple Pay"></li>', ("applepay", "title")),
        ('<i class="fab fa-cc-visa"></i>', ("visa", "file")),
        ('<span class="payment-icon payment-icon--ideal"></span>', ("ideal", "file")),
        ('<i class="pf pf-american-express"></i>', ("amex", "file")),
        ('<input type="image" src="/btn.gif" alt="PayPal Checkout">', ("paypal", "alt")),
    ],
)  # fmt: skip
def test_a_method_in_a_picture_is_found(body: str, wanted: tuple[str, str]) -> None:
    assert PaymentSeen(*wanted) in seen_in(body)


@pytest.mark.parametrize(
    "body",
    [
        '<img src="/ideal-gift-set.jpg" alt="The ideal gift">',
        '<img src="/sofort-lieferbar.png" alt="Sofort lieferbar">',
        '<img src="/visa-china.jpg" alt="Visa voor China">',
        '<img src="data:image/png;base64,paypal">',
        '<i class="icon icon-search"></i>',
        '<span class="payment-icon--ideal">tekst</span>',
    ],
)
def test_pictures_of_something_else_name_no_method(body: str) -> None:
    assert seen_in(body) == set()


def test_a_document_without_tree_is_read_by_its_words() -> None:
    assert payments_of(None, "Betaling met iDEAL") == (PaymentSeen("ideal", "text"),)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('<div class="payment-methods"><svg><path/></svg><svg><path/></svg></div>', 2),
        ('<ul class="footerPayments"><li class="p1"></li><li class="p2"></li></ul>', 2),
        ('<h4>Betaalmethoden</h4><div><img src="/a91f.svg" alt=""></div>', 1),
        ("<h4>Paiement</h4> <!-- x --><p></p><svg><path/></svg><h4>X</h4><svg><path/></svg>", 1),
        ('<img src="/betaalmethoden.png" alt="">', 1),
        ("<h4>Payment</h4>" + "<p></p>" * 9 + "<p><svg><path/></svg></p>", 0),
        ("<h4>Payment</h4><script>x()</script><p><svg><path/></svg></p>", 1),
        ('<p><img src="/x9.png" alt="Zahlungsarten"></p>', 1),
        ('<div class="payment-icons" id="pay"></div>', 1),
        ('<div class="pay-row"><input type="image" src="/b.gif"></div>', 1),
        ('<div class="pay-row"><svg><use href="#s1"></use></svg></div>', 1),
        ('<div class="payments"><a title="Visa"><img src="/1.png"></a></div>', 0),
        ('<div class="payments"><img src="/ideal.svg"></div>', 0),
        ('<div class="payments"><i class="pf pf-visa"></i></div>', 0),
        ('<div class="payments"><ul><li><img src="/1.png"> iDEAL</li></ul></div>', 0),
        ('<div class="payments"><img src="/2.png" alt="Gratis verzending"></div>', 0),
        ('<div class="display-row"><img src="/2.png" alt=""></div>', 0),
        ('<body class="payment-page"><img src="/logo.png" alt=""></body>', 0),
        (f'<div class="payment-page"><p>{"woord " * 400}</p><img src="/2.png"></div>', 0),
        (("<h4>Onze betaalbare tuinstoelen en nog heel veel meer moois voor op het terras</h4>"
         '<p><img src="/9.png"></p>'), 0),
        ('<input class="payment" type="hidden"><h4>Contact</h4><img src="/9.png">', 0),
        ("<div class='payments'><svg><title>Visa</title></svg><i></i></div>", 0),
    ],
)  # fmt: skip
def test_pictures_among_payment_methods_that_nothing_names_are_counted(
    body: str, count: int
) -> None:
    assert icons_in(body) == count


def test_a_hostile_page_is_bounded() -> None:
    body = '<div class="payments">' + '<img src="/x.png" alt="a">' * 5_000 + "</div>"
    assert icons_in(body + '<div class="payments">' + "<svg></svg>" * 5_000 + "</div>") <= 200
    assert methods_in("<p>" + "betaal " * 9_000 + "</p>") == set()
