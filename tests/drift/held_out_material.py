"""Held out: promises and identity.  Reported apart and never tuned on."""

# ruff: noqa: E501 - sentences are not broken into lines

from __future__ import annotations

import re
from random import Random

from monitor.policy.drifting.change import Kind, Weight
from tests.drift.company import account
from tests.drift.mutate import dropped, material, say, unnegated
from tests.drift.site import Site

EDITED = (Kind.CLAUSE_CHANGED, Kind.CLAUSE_REMOVED, Kind.CLAUSE_ADDED)
TERM = (Kind.TERM_CHANGED, *EDITED)
GONE = (Kind.PAGE_GONE, Kind.LINK_GONE, Kind.CLAUSE_REMOVED)


@material(*TERM)
def withdrawal_moved_into_a_table(site: Site, rng: Random) -> Site:
    row = say(site, "Bedenktijd</td><td>7 dagen", "Délai de rétractation</td><td>7 jours",
              "Withdrawal period</td><td>7 days", "Widerrufsfrist</td><td>7 Tage")  # fmt: skip
    return site.say("withdrawal", f"<table><tr><td>{row}</td></tr></table>")


@material(*TERM)
def withdrawal_in_hours(site: Site, rng: Random) -> Site:
    return site.say("withdrawal", say(
        site,
        "De klant kan de overeenkomst binnen 48 uur na ontvangst van het product zonder opgave van redenen ontbinden.",
        "Le client peut se rétracter dans un délai de 48 heures après la réception du produit sans donner de motif.",
        "The customer may cancel the contract within 48 hours after receiving the product without giving a reason.",
        "Der Kunde kann den Vertrag binnen 48 Stunden nach Erhalt der Ware ohne Angabe von Gründen widerrufen.",
    ))  # fmt: skip


@material(*TERM)
def warranty_half_a_year(site: Site, rng: Random) -> Site:
    return site.say("warranty", say(
        site,
        "Op alle apparaten geven wij 6 maanden garantie na aankoop.",
        "Tous les appareils sont garantis 6 mois après l'achat.",
        "All appliances have a guarantee of 6 months after purchase.",
        "Auf alle Geräte geben wir 6 Monate Garantie nach dem Kauf.",
    ))  # fmt: skip


@material(*TERM)
def defects_within_a_week(site: Site, rng: Random) -> Site:
    return site.say("defects", say(
        site,
        "Gebreken moeten binnen een week na ontdekking aan ons worden gemeld.",
        "Les défauts doivent nous être signalés dans la semaine après leur découverte.",
        "Defects must be reported to us within a week after they were discovered.",
        "Mängel müssen uns innerhalb einer Woche nach ihrer Entdeckung gemeldet werden.",
    ))  # fmt: skip


@material(*TERM)
def money_back_in_two_months(site: Site, rng: Random) -> Site:
    text = site.said["r_money"]
    new = re.sub(r"14 (dagen|jours|days|Tagen)",
                 say(site, "2 maanden", "2 mois", "2 months", "2 Monaten"), text)  # fmt: skip
    return site.say("r_money", new)


@material(Kind.CLAUSE_REMOVED, Kind.CLAUSE_CHANGED)
def clause_hidden_by_style(site: Site, rng: Random) -> Site:
    return site.say("dispute", f'<span style="display:none">{site.said["dispute"]}</span>')


@material(*EDITED)
def mediation_costs_money(site: Site, rng: Random) -> Site:
    return site.say("c_next", say(
        site,
        "Komen wij er samen niet uit, dan kunt u tegen betaling bemiddeling vragen bij het keurmerk.",
        "Si nous ne trouvons pas d'accord, vous pouvez demander contre paiement une médiation auprès du label.",
        "If we cannot agree, you may ask the trust mark for mediation against payment.",
        "Finden wir keine Einigung, können Sie gegen Bezahlung eine Vermittlung durch das Gütesiegel verlangen.",
    ))  # fmt: skip


@material(*EDITED)
def offers_cannot_be_returned(site: Site, rng: Random) -> Site:
    return site.say("exceptions", say(
        site,
        "Het recht van ontbinding geldt niet voor producten die in de aanbieding zijn.",
        "Le droit de rétractation ne vaut pas pour les produits en promotion.",
        "The right of withdrawal does not apply to products on offer.",
        "Das Widerrufsrecht gilt nicht für Waren im Angebot.",
    ))  # fmt: skip


@material(*EDITED)
def refund_as_voucher(site: Site, rng: Random) -> Site:
    return site.say("refund", say(
        site,
        "Na ontbinding ontvangt de klant een tegoedbon ter waarde van de aankoop.",
        "Après la rétractation, le client reçoit un bon d'achat de la valeur de l'achat.",
        "After cancellation the customer receives a voucher for the value of the purchase.",
        "Nach dem Widerruf erhält der Kunde einen Gutschein im Wert des Einkaufs.",
    ))  # fmt: skip


@material(*EDITED)
def risk_from_dispatch(site: Site, rng: Random) -> Site:
    return site.say("risk", say(
        site,
        "Het risico van beschadiging of verlies ligt bij de klant vanaf het moment van verzending.",
        "Le risque de dommage ou de perte est au client dès le moment de l'expédition.",
        "The risk of damage or loss rests with the customer from the moment of dispatch.",
        "Die Gefahr der Beschädigung oder des Verlusts liegt ab der Versendung beim Kunden.",
    ))  # fmt: skip


@material(*EDITED)
def terms_change_at_once(site: Site, rng: Random) -> Site:
    return site.say("changes", say(
        site,
        "Een wijziging van deze voorwaarden geldt onmiddellijk, ook voor lopende bestellingen.",
        "Une modification de ces conditions vaut immédiatement, aussi pour les commandes en cours.",
        "A change of these terms applies immediately, also to orders under way.",
        "Eine Änderung dieser Bedingungen gilt sofort, auch für laufende Bestellungen.",
    ))  # fmt: skip


@material(*EDITED)
def data_leave_europe(site: Site, rng: Random) -> Site:
    return unnegated(site, "abroad")


@material(*EDITED)
def trying_costs_money(site: Site, rng: Random) -> Site:
    return unnegated(site, "r_use")


@material(Kind.RIGHT_GONE, Kind.CLAUSE_REMOVED)
def consent_cannot_be_withdrawn(site: Site, rng: Random) -> Site:
    return dropped(site, "consent")


@material(Kind.RIGHT_GONE, Kind.CLAUSE_REMOVED)
def most_rights_out(site: Site, rng: Random) -> Site:
    new = site
    for key in ("access", "rectify", "restrict", "port"):
        new = dropped(new, key)
    return new


@material(Kind.LAW_CHANGED, Kind.CLAUSE_REMOVED)
def law_clause_out(site: Site, rng: Random) -> Site:
    return dropped(site, "law")


@material(*GONE)
def complaints_link_out(site: Site, rng: Random) -> Site:
    return site.sub(rf'<a[^>]*href="{site.roles["complaints"]}"[^>]*>.*?</a>', "")


@material(*GONE, Kind.NUMBER_GONE, Kind.PHONE_CHANGED, Kind.EMAIL_CHANGED)
def contact_not_found(site: Site, rng: Random) -> Site:
    return site.page("contact", status=404, body=site.missing.body)


@material(*GONE)
def privacy_reads_lorem(site: Site, rng: Random) -> Site:
    text = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor. " * 12
    return site.page("privacy", body=site.like(site.words["privacy"], f"<p>{text}</p>").body)


@material(Kind.NUMBER_GONE)
def vat_number_out(site: Site, rng: Random) -> Site:
    return site.swap(site.company.vat, "").swap(site.words["vat_label"], "")


@material(Kind.NUMBER_SWAPPED, Kind.NUMBER_GONE, Kind.NUMBER_ADDED, severity=Weight.CRITICAL)
def one_digit_wrong_in_vat(site: Site, rng: Random) -> Site:
    old = site.company.vat
    at = max(
        i for i, letter in enumerate(old[: -3 if old.endswith("B01") else None]) if letter.isdigit()
    )
    digit = str((int(old[at]) + 4) % 10)
    return site.swap(old, old[:at] + digit + old[at + 1 :])


@material(Kind.IBAN_CHANGED, severity=Weight.CRITICAL)
def other_account_on_contact(site: Site, rng: Random) -> Site:
    other = account("BE" if site.company.country == "NL" else "NL", rng)
    return site.swap(site.company.iban, other, ["contact"])


@material(Kind.PREMIUM_NUMBER_ADDED, Kind.PHONE_CHANGED)
def phone_is_premium_now(site: Site, rng: Random) -> Site:
    number, dial = (
        ("0909 5678", "09095678") if site.company.country == "NL" else ("0905 34 567", "090534567")
    )
    return site.swap(site.company.phone, number).swap(site.company.dial, dial)


@material(Kind.ADDRESS_CHANGED)
def only_a_post_box(site: Site, rng: Random) -> Site:
    box = say(site, "Postbus 4412", "Boîte postale 4412", "PO Box 4412", "Postfach 4412")
    return site.swap(site.company.street, box)


@material(Kind.COMPANY_CHANGED, *EDITED)
def a_limited_from_abroad(site: Site, rng: Random) -> Site:
    return site.swap(site.company.name, "Bright Harbour Trading Ltd")


@material(Kind.WALLET_ADDED, Kind.RISK_ADDED, severity=Weight.CRITICAL)
def ether_in_the_footer(site: Site, rng: Random) -> Site:
    return site.at("foot", "<p>ETH: 0x52908400098527886E0F7030069857D2E4169EE7</p>")
