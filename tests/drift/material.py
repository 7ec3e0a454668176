"""Changes that must be told: what a shop promises and who it is."""

# ruff: noqa: E501 - sentences are not broken into lines; a change may ignore what was

from __future__ import annotations

from dataclasses import replace
from random import Random

from monitor.policy.drifting.change import Kind, Weight
from tests.drift.company import account, belgian_number, dotted, dutch_vat, phone
from tests.drift.mutate import after, dropped, material, say, to, unnegated, year
from tests.drift.site import Page, Site

TERM = (Kind.TERM_CHANGED,)
EDITED = (Kind.CLAUSE_CHANGED, Kind.CLAUSE_REMOVED, Kind.CLAUSE_ADDED)
GONE = (Kind.PAGE_GONE, Kind.LINK_GONE, Kind.CLAUSE_REMOVED)
NUMBER = (Kind.NUMBER_SWAPPED, Kind.NUMBER_GONE, Kind.NUMBER_ADDED)


@material(*TERM)
def withdrawal_seven_days(site: Site, rng: Random) -> Site:
    return to(site, "withdrawal", 7)


@material(*TERM)
def withdrawal_ten_in_words(site: Site, rng: Random) -> Site:
    return to(site, "withdrawal", 10, words=True)


@material(*TERM)
def refund_thirty_days(site: Site, rng: Random) -> Site:
    return to(site, "refund", 30)


@material(*TERM)
def warranty_one_year(site: Site, rng: Random) -> Site:
    return year(site, "warranty")


@material(*TERM)
def complaint_answered_in_sixty(site: Site, rng: Random) -> Site:
    return to(site, "c_answer", 60)


@material(*TERM)
def delivery_in_ninety(site: Site, rng: Random) -> Site:
    return to(site, "delivery_time", 90)


@material(*TERM)
def returns_page_seven(site: Site, rng: Random) -> Site:
    return to(site, "r_term", 7)


@material(*TERM)
def invoices_kept_thirty_years(site: Site, rng: Random) -> Site:
    return to(site, "keep", 30)


@material(*TERM)
def parcel_in_fifteen_days(site: Site, rng: Random) -> Site:
    return to(site, "d_time", 15)


@material(Kind.CLAUSE_REMOVED)
def legal_rights_clause_out(site: Site, rng: Random) -> Site:
    return dropped(site, "legal_warranty")


@material(Kind.CLAUSE_REMOVED)
def dispute_clause_out(site: Site, rng: Random) -> Site:
    return dropped(site, "dispute")


@material(Kind.CLAUSE_REMOVED)
def trying_is_free_out(site: Site, rng: Random) -> Site:
    return dropped(site, "r_use")


@material(Kind.CLAUSE_ADDED)
def fee_clause_in(site: Site, rng: Random) -> Site:
    return after(site, "payment", say(
        site,
        "Bij annulering is de klant een vergoeding van een kwart van de prijs verschuldigd.",
        "En cas d'annulation, le client doit une indemnité d'un quart du prix.",
        "On cancellation the customer owes a compensation of a quarter of the price.",
        "Bei einer Stornierung schuldet der Kunde eine Entschädigung von einem Viertel des Preises.",
    ))  # fmt: skip


@material(*EDITED)
def prepayment_negation_lost(site: Site, rng: Random) -> Site:
    return unnegated(site, "payment")


@material(*EDITED)
def liability_negation_lost(site: Site, rng: Random) -> Site:
    return unnegated(site, "liability")


@material(*EDITED)
def data_sold(site: Site, rng: Random) -> Site:
    return unnegated(site, "share")


@material(*EDITED)
def return_costs_for_customer(site: Site, rng: Random) -> Site:
    return site.say("return_costs", say(
        site,
        "De kosten van het terugsturen komen voor rekening van de klant.",
        "Les frais de renvoi sont à la charge du client.",
        "The costs of sending the product back are borne by the customer.",
        "Die Kosten der Rücksendung trägt der Kunde.",
    ))  # fmt: skip


@material(*EDITED)
def returns_page_costs(site: Site, rng: Random) -> Site:
    return site.say("r_cost", say(
        site,
        "De klant betaalt zelf de verzendkosten van de retour.",
        "Le client paie lui-même les frais d'envoi du retour.",
        "The customer pays the shipping costs of the return.",
        "Die Versandkosten der Rücksendung bezahlt der Kunde selbst.",
    ))  # fmt: skip


@material(Kind.LAW_CHANGED, *EDITED)
def law_of_hong_kong(site: Site, rng: Random) -> Site:
    text = say(site, "het recht van Hongkong", "le droit de Hong Kong", "the law of Hong Kong",
               "das Recht von Hongkong")  # fmt: skip
    return site.say("law", site.said["law"].replace(site.company.law, text))


@material(*EDITED)
def prices_rise_later(site: Site, rng: Random) -> Site:
    return site.say("price", say(
        site,
        "Alle prijzen zijn in euro en exclusief btw, en wij mogen ze na de bestelling verhogen.",
        "Tous les prix sont en euros et hors TVA, et nous pouvons les augmenter après la commande.",
        "All prices are in euro and exclude VAT, and we may raise them after the order.",
        "Alle Preise sind in Euro ohne Mehrwertsteuer, und wir dürfen sie nachträglich erhöhen.",
    ))  # fmt: skip


@material(Kind.RIGHT_GONE, Kind.CLAUSE_REMOVED)
def right_of_erasure_out(site: Site, rng: Random) -> Site:
    return dropped(site, "erase")


@material(Kind.RIGHT_GONE, Kind.CLAUSE_REMOVED)
def right_to_object_out(site: Site, rng: Random) -> Site:
    return dropped(site, "object")


@material(Kind.RIGHT_GONE, Kind.CLAUSE_REMOVED)
def authority_out(site: Site, rng: Random) -> Site:
    return dropped(site, "authority")


@material(*GONE)
def complaints_not_found(site: Site, rng: Random) -> Site:
    return site.page("complaints", status=404, body=site.missing.body)


@material(*GONE)
def returns_gone(site: Site, rng: Random) -> Site:
    return site.page("returns", status=410, body=site.missing.body)


@material(*GONE)
def terms_soft_not_found(site: Site, rng: Random) -> Site:
    return site.page("terms", body=site.missing.body)


@material(*GONE)
def privacy_link_out(site: Site, rng: Random) -> Site:
    return site.sub(rf'<a[^>]*href="{site.roles["privacy"]}"[^>]*>.*?</a>', "")


@material(*GONE)
def terms_page_short(site: Site, rng: Random) -> Site:
    text = say(site, "Onze voorwaarden worden herzien.", "Nos conditions sont en révision.",
               "Our terms are being revised.", "Unsere Bedingungen werden überarbeitet.")  # fmt: skip
    return site.page("terms", body=site.like(site.words["terms"], f"<p>{text}</p>").body)


@material(*NUMBER, severity=Weight.CRITICAL)
def register_number_swapped(site: Site, rng: Random) -> Site:
    old = site.company.register
    if site.company.country == "BE":
        return site.swap(old, dotted(belgian_number(rng)))
    return site.swap(old, f"{rng.randrange(20_000_000, 79_999_999)}")


@material(*NUMBER, severity=Weight.CRITICAL)
def vat_number_swapped(site: Site, rng: Random) -> Site:
    dutch = site.company.country == "NL"
    new = dutch_vat(rng) if dutch else f"BE {dotted(belgian_number(rng))}"
    return site.swap(site.company.vat, new)


@material(Kind.NUMBER_GONE)
def register_number_out(site: Site, rng: Random) -> Site:
    label = site.words["kvk_label" if site.company.country == "NL" else "kbo_label"]
    new = site.swap(label, "").swap(site.company.vat, "")
    return new.swap(site.company.register, "")


@material(Kind.IBAN_CHANGED, severity=Weight.CRITICAL)
def iban_swapped(site: Site, rng: Random) -> Site:
    return site.swap(site.company.iban, account(site.company.country, rng))


@material(Kind.COMPANY_CHANGED)
def company_renamed(site: Site, rng: Random) -> Site:
    form = site.company.name.split()[-1]
    return site.swap(site.company.name, f"Quantum Trading {form}")


@material(Kind.ADDRESS_CHANGED)
def moved_house(site: Site, rng: Random) -> Site:
    dutch = site.company.country == "NL"
    street, place = ("Havenkade 201", "3011 ZZ") if dutch else ("Quai du Port 201", "1000")
    new = site.swap(site.company.street, street)
    return new.swap(
        f"{site.company.postcode} {site.company.city}",
        f"{place} " + ("Rotterdam" if dutch else "Bruxelles"),
    ).swap(f'"{site.company.postcode}"', f'"{place}"')


@material(Kind.EMAIL_CHANGED)
def mail_to_free_box(site: Site, rng: Random) -> Site:
    return site.swap(site.company.email, "bestellingen.service@gmail.com")


@material(Kind.PHONE_CHANGED)
def phone_swapped(site: Site, rng: Random) -> Site:
    written, dial = phone(site.company.country, rng)
    return site.swap(site.company.phone, written).swap(site.company.dial, dial)


@material(Kind.PREMIUM_NUMBER_ADDED, Kind.PHONE_CHANGED)
def premium_number_in(site: Site, rng: Random) -> Site:
    number = "0900 1234" if site.company.country == "NL" else "0903 12 345"
    text = say(site, "Bel onze servicelijn", "Appelez notre ligne", "Call our service line",
               "Rufen Sie unsere Leitung an")  # fmt: skip
    return site.at("end", f"<p>{text}: {number} (€ 0,90/min)</p>", ["contact"])


@material(Kind.WALLET_ADDED, severity=Weight.CRITICAL)
def wallet_on_checkout(site: Site, rng: Random) -> Site:
    text = say(site, "Betaal met bitcoin aan", "Payez en bitcoin à", "Pay with bitcoin to",
               "Zahlen Sie mit Bitcoin an")  # fmt: skip
    return site.at("end", f"<p>{text} bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq</p>",
                   ["checkout", "contact"])  # fmt: skip


@material(*NUMBER, Kind.COMPANY_CHANGED, severity=Weight.CRITICAL)
def another_owner(site: Site, rng: Random) -> Site:
    new = company_renamed(register_number_swapped(site, rng), rng)
    if site.company.country == "NL":
        new = vat_number_swapped(new, rng)
    return mail_to_free_box(phone_swapped(moved_house(new, rng), rng), rng)


@material(Kind.PAYMENT_CHANGED)
def only_bank_transfer(site: Site, rng: Random) -> Site:
    text = say(site, "Vooruitbetaling per overschrijving", "Virement bancaire à l'avance",
               "Bank transfer in advance", "Vorkasse per Überweisung")  # fmt: skip
    new = site.copy()
    methods = ("iDEAL", "Bancontact", "Visa", "Mastercard", "PayPal")
    for path, page in site.pages.items():
        body = page.body
        for method in methods:
            body = body.replace(method, text).replace(method.lower(), "vooraf")
        new.pages[path] = replace(page, body=body)
    return new


@material(*GONE)
def terms_sent_home(site: Site, rng: Random) -> Site:
    new = site.copy()
    new.pages[site.roles["terms"]] = Page("", 302, (("Location", "/"),))
    return new


@material(*TERM, *EDITED)
def complaint_term_without_number(site: Site, rng: Random) -> Site:
    return site.say("complaint", say(
        site,
        "Een klacht wordt zo snel mogelijk beantwoord.",
        "Une réclamation reçoit une réponse dès que possible.",
        "A complaint is answered as soon as possible.",
        "Eine Beschwerde wird so bald wie möglich beantwortet.",
    ))  # fmt: skip


@material(Kind.PRICES_CHANGED, Kind.CLAUSE_CHANGED)
def prices_without_vat(site: Site, rng: Random) -> Site:
    old = site.words["vat"]
    return site.swap(old, {"nl": "excl. btw", "fr": "hors TVA", "en": "excl. VAT",
                           "de": "zzgl. MwSt."}[site.language])  # fmt: skip
