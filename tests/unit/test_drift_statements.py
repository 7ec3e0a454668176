"""What a shop states: each change told by its kind, and nothing told of a quiet shop."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from monitor.policy.drifting.change import Change, Weight
from monitor.policy.drifting.compare import changes, features, settled
from tests.unit.drift_kit import DE, EN, FR, NL, OPINIONS, SHOPS, Shop, changed, look

CRITICAL, HIGH, REVIEW = Weight.CRITICAL, Weight.HIGH, Weight.REVIEW
Row = tuple[Shop, str, str, str, str, Weight]


def told(shop: Shop, after: Shop, lang: str = "nl") -> dict[str, Change]:
    """The changes between two looks, the heaviest of each kind."""
    found: dict[str, Change] = {}
    for change in changes(look(shop, lang), look(after, lang)):
        found.setdefault(change.kind.value, change)
    return found


def alarms(shop: Shop, after: Shop, lang: str = "nl") -> list[tuple[str, str, str]]:
    found = changes(look(shop, lang), look(after, lang))
    return [(c.kind.value, c.before, c.after) for c in found if c.weight is not REVIEW]


MATERIAL: Mapping[str, Row] = {
    "another company, nl": (NL, "nl", "Bloemen en Zonen B.V.", "Tulpen Handel B.V.",
                            "company_changed", CRITICAL),
    "another company, fr": (FR, "fr", "Fleurs et Fils", "Roses Import", "company_changed",
                            CRITICAL),
    "another company, en": (EN, "en", "Flowers and Sons Ltd", "Roses Trading Ltd",
                            "company_changed", CRITICAL),
    "another company, de": (DE, "de", "Blumen und Söhne GmbH", "Rosen Vertrieb UG",
                            "company_changed", CRITICAL),
    "another legal form": (NL, "nl", "Bloemen en Zonen B.V.", "Bloemen en Zonen V.O.F.",
                           "company_changed", HIGH),
    "a move, nl": (NL, "nl", "1234 AB Utrecht", "5611 CD Eindhoven", "address_changed", HIGH),
    "a move, fr": (FR, "fr", "Rue de la Loi 16", "Rue Haute 8", "address_changed", HIGH),
    "a move, en": (EN, "en", "12 High Street", "7 Mill Lane", "address_changed", HIGH),
    "a move, de": (DE, "de", "Hauptstraße 5", "Bahnhofstraße 9", "address_changed", HIGH),
    "another account, nl": (NL, "nl", "NL91 ABNA 0417 1643 00", "NL20INGB0001234567",
                            "iban_changed", CRITICAL),
    "another account, fr": (FR, "fr", "BE68 5390 0754 7034", "BE71096123456769",
                            "iban_changed", CRITICAL),
    "another account, en": (EN, "en", "GB82 WEST 1234 5698 7654 32", "GB33BUKB20201555555555",
                            "iban_changed", CRITICAL),
    "another account, de": (DE, "de", "DE89 3704 0044 0532 0130 00", "DE75 5121 0800 1245 1261 99",
                            "iban_changed", CRITICAL),
    "law, nl": (NL, "nl", "Nederlands recht", "Engels recht", "law_changed", HIGH),
    "law, fr": (FR, "fr", "droit belge", "droit luxembourgeois", "law_changed", HIGH),
    "law, en": (EN, "en", "law of England and Wales", "law of Cyprus", "law_changed", HIGH),
    "law, de": (DE, "de", "deutsches Recht", "polnisches Recht", "law_changed", HIGH),
    "court, nl": (NL, "nl", "rechtbank te Utrecht", "rechtbank te Antwerpen", "law_changed", HIGH),
    "erasure, nl": (NL, "nl", "inzage, rectificatie en verwijdering", "inzage en rectificatie",
                    "right_gone", HIGH),
    "access, fr": (FR, "fr", "droit d'accès, de rectification et", "droit de rectification et",
                   "right_gone", HIGH),
    "complaint, en": (EN, "en", "You can lodge a complaint with the supervisory authority.",
                      "Please write to us first.", "right_gone", HIGH),
    "portability, de": (DE, "de", " und auf Datenübertragbarkeit", "", "right_gone", HIGH),
    "VAT, nl": (NL, "nl", "inclusief btw", "exclusief btw", "prices_changed", HIGH),
    "VAT, fr": (FR, "fr", "TVA comprise", "hors TVA", "prices_changed", HIGH),
    "VAT, en": (EN, "en", "including VAT", "excluding VAT", "prices_changed", HIGH),
    "VAT, de": (DE, "de", "inkl. MwSt.", "zzgl. MwSt.", "prices_changed", HIGH),
    "payment, nl": (NL, "nl", "iDEAL, PayPal, creditcard of bankoverschrijving",
                    "bankoverschrijving", "payment_changed", HIGH),
    "payment, fr": (FR, "fr", "Bancontact, PayPal, Visa ou virement bancaire", "virement bancaire",
                    "payment_changed", HIGH),
    "payment, en": (EN, "en", "Visa, Mastercard, PayPal and bank transfer",
                    "bank transfer", "payment_changed", HIGH),
    "payment, de": (DE, "de", "PayPal, Kreditkarte, Klarna oder Vorkasse", "Vorkasse",
                    "payment_changed", HIGH),
    "premium number, nl": (NL, "nl", "030 234 56 78", "0900 1234567", "premium_number_added", HIGH),
    "wallet": (NL, "nl", "IBAN NL91", "Bitcoin 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa IBAN NL91",
               "wallet_added", HIGH),
    "mail elsewhere": (NL, "nl", "info@example.nl", "bloemenshop@mailbox.example",
                       "email_changed", HIGH),
    "shorter return period, nl": (NL, "nl", "U heeft 14 dagen bedenktijd",
                                  "De bedenktijd bedraagt bij ons maar 7 dagen", "term_changed",
                                  HIGH),
}  # fmt: skip


@pytest.mark.parametrize("name", MATERIAL)
def test_a_material_change_is_told_by_its_kind(name: str) -> None:
    shop, lang, old, new, kind, weight = MATERIAL[name]
    found = told(shop, changed(shop, old, new), lang)
    assert kind in found
    assert found[kind].weight is weight
    again = look(changed(shop, old, new), lang)
    assert {c.key for c in settled((look(shop, lang),), again)} >= {found[kind].key}


def test_what_changed_is_named_in_short() -> None:
    law = told(NL, changed(NL, "Nederlands recht", "Engels recht"))["law_changed"]
    assert (law.named, law.before[:20]) == ("law NL -> UK", "Op deze overeenkomst")
    right = told(NL, changed(NL, "rectificatie en verwijdering", "rectificatie"))["right_gone"]
    assert right.named == "erasure"
    prices = told(NL, changed(NL, "inclusief btw", "exclusief btw"))["prices_changed"]
    assert prices.named == "incl VAT -> excl VAT"
    payment = told(NL, changed(NL, "iDEAL, ", "Klarna, "))["payment_changed"]
    assert (payment.named, payment.weight) == ("+klarna, -ideal", REVIEW)


def test_an_account_number_is_never_shown_whole() -> None:
    after = look(changed(NL, "NL91 ABNA 0417 1643 00", "NL20INGB0001234567"))
    (change,) = (c for c in changes(look(NL), after) if c.kind.value == "iban_changed")
    assert (change.before, change.after) == ("NL91…4300", "NL20…4567")
    assert not any("0417164300" in text or "0001234567" in text for text in features(after))
    assert "ABNA" not in repr((after.statements, look(NL).statements))


def rebuilt(shop: Shop) -> dict[str, str]:
    """The same shop in another template."""
    return {
        role: body.replace("<p>", "<div class='row'><span>").replace("</p>", "</span></div>")
        .replace("<footer>", "<div id='site-footer'>").replace("</footer>", "</div>")
        for role, body in shop.items()
    }  # fmt: skip


BLOG = (
    "<h1>Blog</h1><p>Stort op NL20INGB0001234567 van Wereldhulp Nederland B.V., Kade 9, 1011 AB</p>"
)
QUIET: Mapping[str, tuple[Shop, Mapping[str, str]]] = {
    "spelling of the form": (NL, changed(NL, "Zonen B.V.", "Zonen BV", ("start", "contact"))),
    "form in small letters": (NL, changed(NL, "Zonen B.V.</p>", "Zonen b.v.</p>")),
    "capitals": (NL, changed(NL, "Bloemen en Zonen B.V.", "BLOEMEN EN ZONEN B.V.")),
    "form before the name": (FR, changed(FR, "SRL Fleurs et Fils", "Fleurs et Fils SRL")),
    "year": (NL, changed(NL, "© 2024", "© 2015 - 2026")),
    "postcode closed up": (NL, changed(NL, "1234 AB", "1234AB")),
    "house and box": (FR, changed(FR, "Rue de la Loi 16", "Rue de la Loi, 16 bte 4")),
    "street short": (DE, changed(DE, "Hauptstraße 5", "Hauptstr. 5")),
    "country before the code": (DE, changed(DE, "10115 Berlin", "D-10115 Berlin")),
    "account closed up": (NL, changed(NL, "NL91 ABNA 0417 1643 00", "NL91ABNA0417164300")),
    "another web builder": (NL, changed(NL, "Webbureau Noord B.V.", "Studio Zuid B.V.")),
    "template, nl": (NL, rebuilt(NL)),
    "template, fr": (FR, rebuilt(FR)),
    "template, en": (EN, rebuilt(EN)),
    "template, de": (DE, rebuilt(DE)),
    "reviews gone": (NL, changed(NL, OPINIONS, "")),
    "another review": (NL, changed(NL, "NL20INGB0001234567, Reviewer", "BE71096123456769, Andere")),
    "review on the contact page": (NL, {**NL, "contact": NL["contact"] + OPINIONS}),
    "a blog": (NL, {**NL, "other": BLOG}),
    "a product": (NL, {**NL, "product": "<h1>Tulp</h1><p>€ 10 excl. btw</p>"}),
    "mail within the domain": (NL, changed(NL, "info@example.nl", "hallo@example.nl")),
    "a second mail": (NL, changed(NL, "info@example.nl", "info@example.nl, shop@gmail.com")),
    "one method more": (NL, changed(NL, "iDEAL,", "iDEAL, Klarna,")),
    "one method less": (EN, changed(EN, "Visa, Mastercard,", "Visa,")),
    "a second account": (NL, changed(NL, "1643 00", "1643 00 of BE71 0961 2345 6769")),
    "the mail from Cloudflare": (NL, changed(
        NL, "info@example.nl", '<a href="/cdn-cgi/l/email-protection" class="__cf_email__" '
        'data-cfemail="422b2c242d02273a232f322e276c2c2e">[email&#160;protected]</a>')),
}  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_a_quiet_day_raises_no_alarm(name: str) -> None:
    before, after = QUIET[name]
    lang = next(code for code, shop in SHOPS.items() if shop is before)
    assert alarms(before, dict(after), lang) == []
    assert alarms(dict(after), before, lang) == []


@pytest.mark.parametrize("lang", SHOPS)
@pytest.mark.parametrize("unread", ["contact", "terms", "privacy", "returns"])
def test_nothing_is_gone_with_a_page_that_was_not_read(lang: str, unread: str) -> None:
    after = look(SHOPS[lang], lang, unread=(unread,))
    assert [c for c in changes(look(SHOPS[lang], lang), after) if c.weight is not REVIEW] == []


def test_a_company_on_a_page_that_was_not_read_is_not_swapped() -> None:
    only = {"contact": NL["contact"], "start": "<main><h1>Bloemen</h1></main>"}
    after = {**only, "start": "<footer><p>© Tulpen Handel B.V.</p></footer>"}
    found = changes(look(only), look(after, unread=("contact",)))
    assert [(c.kind.value, c.weight) for c in found] == [("company_changed", REVIEW)]


@pytest.mark.parametrize(
    ("lang", "old", "new"),
    [("nl", "Mollie B.V.", "Adyen N.V."), ("fr", "Mollie B.V.", "Worldline SA"),
     ("en", "Stripe Payments Europe, Ltd.", "Braintree Ltd."),
     ("de", "Klarna Bank AG", "Riverty GmbH")],
)  # fmt: skip
def test_a_partner_named_in_passing_is_not_the_shop(lang: str, old: str, new: str) -> None:
    assert "company_changed" not in told(SHOPS[lang], changed(SHOPS[lang], old, new), lang)


def test_a_company_that_is_still_named_in_passing_is_not_gone() -> None:
    after = changed(NL, "Bloemen en Zonen B.V.", "Tulpen Handel B.V.", ("start", "contact"))
    assert told(NL, after)["company_changed"].weight is REVIEW


@pytest.mark.parametrize(
    ("role", "weight"),
    [("checkout", HIGH), ("cart", HIGH), ("product", REVIEW), ("contact", HIGH), ("news", REVIEW)],
)
def test_a_premium_number_weighs_by_its_page(role: str, weight: Weight) -> None:
    page = "<h1>Hulp</h1><p>Bel 0906 0101 voor hulp, of 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa.</p>"
    found = told(NL, {**NL, role: page + NL["contact"] if role == "contact" else page})
    assert found["wallet_added"].weight is weight
    assert found["premium_number_added"].weight is weight


def test_an_article_number_is_nothing_to_call() -> None:
    card = "<p>Vaas</p><p>Artikel 0906 0101</p>"
    shop = changed(NL, "Verse bloemen", f"{card}Verse bloemen", ("start",))
    assert "premium_number_added" not in told(NL, shop)
    called = changed(NL, "Verse bloemen", "<a href='tel:09060101'>0906 0101</a> Verse bloemen")
    assert told(NL, called)["premium_number_added"].weight is HIGH


def test_the_number_of_the_regulator_is_nobodys_trap() -> None:
    after = changed(
        NL, "Autoriteit Persoonsgegevens", "Autoriteit Persoonsgegevens (0900 2001 201)"
    )
    assert "premium_number_added" not in told(NL, after)


def test_an_account_at_the_checkout_is_watched() -> None:
    pay = {
        **NL,
        "checkout": "<h1>Betalen</h1><p>Maak over op NL91 ABNA 0417 1643 00, via iDEAL.</p>",
    }
    pay["contact"] = "<h1>Contact</h1><p>Bloemen en Zonen B.V.</p><p>info@example.nl</p>"
    after = changed(pay, "NL91 ABNA 0417 1643 00", "NL20 INGB 0001 2345 67", ("checkout",))
    assert told(pay, after)["iban_changed"].weight is CRITICAL
    gone = {role: body for role, body in pay.items() if role != "checkout"}
    assert "iban_changed" not in told(pay, gone)


def test_prices_shown_are_held_against_prices_shown() -> None:
    cards = "".join(
        f'<div class="product"><a href="/p{n}">Tulp {n}</a><p>€ {n},95 incl. btw</p>'
        "<button>In winkelwagen</button></div>"
        for n in range(3, 7)
    )
    shop = {**NL, "start": NL["start"].replace("</main>", f"{cards}</main>")}
    found = told(shop, changed(shop, "incl. btw", "excl. btw", ("start",)))
    assert found["prices_changed"].named == "incl VAT -> excl VAT"
    assert "prices_changed" not in told(shop, changed(shop, "€ 3,95 incl.", "€ 3,95 excl."))


def test_legal_data_for_machines_count() -> None:
    data = (
        '<script type="application/ld+json">{"@type":"Organization","legalName":"Bloemen B.V.",'
        '"address":{"@type":"PostalAddress","streetAddress":"Kade 3","postalCode":"3511 AB",'
        '"addressLocality":"Utrecht"}}</script>'
    )
    shop = {"start": f"<main><h1>Bloemen</h1></main>{data}"}
    found = told(shop, changed(changed(shop, "Bloemen B.V.", "Tulpen B.V."), "Kade 3", "Markt 8"))
    assert found["company_changed"].weight is CRITICAL
    assert found["address_changed"].weight is HIGH


def test_crypto_as_the_only_way_to_pay_is_told() -> None:
    after = changed(NL, "Betalen met iDEAL, PayPal, creditcard of bankoverschrijving",
                    "Betalen kan met Bitcoin of USDT")  # fmt: skip
    assert told(NL, after)["payment_changed"].weight is HIGH


def test_one_page_that_lost_all_protected_methods_is_told_though_the_terms_name_them() -> None:
    shop = {**NL, "returns": NL["returns"] + "<p>Terug via Klarna, als u zo betaalde.</p>"}
    bare = changed(shop, "iDEAL, PayPal, creditcard of bankoverschrijving", "contante betaling")
    assert told(shop, bare)["payment_changed"].weight is HIGH
