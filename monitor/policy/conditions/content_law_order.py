"""Ordering and paying: the words on the order button, surcharges (law-order-button, -surcharge)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_charges import (
    SHARE,
    is_more_than_nothing,
    whole_sentences,
)
from monitor.policy.conditions.content_seen import VALUES, Page, View, look, values
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.evidence import PageFacts

PAYING_ROLES = ("payment", "terms", "checkout", "delivery", "start", "contact")
FRAGMENT_MAX_CHARS = 2_000
BUTTON_MAX_CHARS = 80

# Says that pressing costs money (CJEU C-249/21; Directive 2011/83 art. 8(2)).
_CLEAR = re.compile(
    r"(?i)(?<!\w)(?:betaal|betalen|betalings?(?:verplichting|plicht)|betaalplicht|betaalverplichting"
    r"|koop|kopen|aankopen|pay|buy|obligation\sto\spay|payer|paye|paie|achete[rz]?|j['’]ach[èe]te"
    r"|obligation\sde\spa(?:iement|yer)|zahlungspflicht\w{0,4}|kostenpflichtig\w{0,2}"
    r"|gebührenpflichtig\w{0,2}|kaufen|bezahlen|zahlen)(?!\w)"
)
_DUTY = re.compile(r"(?i)verplicht|plicht|obligation|pflichtig")
# Perhaps: "purchase" is an act, not the duty to pay; no judgment was found on these.
_DOUBTFUL = re.compile(
    r"(?i)(?<!\w)(?:aankoop|achat|achats|purchase|kauf|betaling|paiement|payment|zahlung"
    r"|afrekenen)(?!\w)"
)
# Surely the last button, wherever it stands.
_FINAL = re.compile(
    r"(?i)plaats\w{0,2}\s(?:(?:uw|je|mijn|de|deze)\s)?(?:bestelling|order)"
    r"|(?:bestelling|order)\s(?:nu\s)?(?:plaatsen|bevestigen|verzenden|versturen|doorgeven|definitief)"
    r"|bevestig\w{0,2}\s(?:(?:uw|je|mijn|de|deze)\s)?(?:bestelling|order)"
    r"|(?:verstuur|verzend)\s(?:(?:uw|je|mijn|de)\s)?(?:bestelling|order)"
    r"|(?:place|confirm|submit|send)\s(?:(?:your|my|the|this)\s)?order"
    r"|(?:confirmer|envoyer|transmettre)\s(?:(?:ma|votre|la|cette)\s)?commande"
    r"|je\s(?:confirme|valide)\sma\scommande|bestellung\s(?:jetzt\s)?(?:abschicken|absenden|aufgeben"
    r"|best[äa]tigen|abschlie[ßs]{1,2}en|senden)|verbindlich\sbestellen|jetzt\sbestellen"
)
# The last button on an order page; on a cart it only leads on.
_MAYBE_FINAL = re.compile(
    r"(?i)\A(?:nu\s)?(?:bestel(?:len|\snu)?|(?:ik\sga\s)?akkoord\sen\sbestel\w{0,3}|je\scommande|afronden|(?:bestelling|order|aankoop)\safronden"
    r"|bevestig(?:en)?|akkoord|voltooien|bestelling\svoltooien|(?:ik\s)?bestel(?:\snu)?"
    r"|order(?:\snow)?|confirm|complete\s(?:your\s|my\s|the\s)?order|finish|finali[sz]e\sorder"
    r"|commande[rz]?(?:\smaintenant)?|confirmer|valider|passer\s(?:ma\s|la\s|votre\s)?commande"
    r"|(?:valider|finaliser|terminer)\s(?:ma|la|votre)\scommande"
    r"|bestellen|abschlie[ßs]{1,2}en|best[äa]tigen)"
    r"\W{0,6}(?:\d[\d.,]{0,9}\W{0,4})?\Z"
)
# Leads to the next step, changes the cart, or pays with an outside button.
_STEP = re.compile(
    r"(?i)^(?:\W{0,3})(?:verder|ga\s(?:verder|door|naar)|doorgaan|door\snaar|naar|volgende|terug|proceed"
    r"|continue|next|back|go\sto|return|continuer|poursuivre|aller|suivant|retour|revenir|weiter|zur[üu]ck"
    r"|zur|zum)(?!\w)|winkelen|shopping|mes\sachats|einkauf(?:en|s)|coupon|kortings?\w{0,6}|cadeau"
    r"|promo|rabatt|gutschein|update|bijwerken|wijzig|change|modifier|[äa]ndern|aktualisier|verwijder"
    r"|remove|supprimer|l[öo]schen|zoek|search|chercher|recherche|suche|inlog|log\s?in|connexion|anmeld"
    r"|aanmeld|inschrijv|subscribe|s['’]inscrire|newsletter|nieuwsbrief|methode|gegevens|m[ée]thode"
    r"|paypal|apple\s?pay|google\s?pay|g\s?pay|shop\s?pay|amazon|express|bancontact\spay|checkout$"
)
_CART_PATH = re.compile(
    r"(?i)cart|basket|winkelwagen|winkelmand|panier|warenkorb|einkaufswagen|mandje"
)
_ORDER_PAGE = re.compile(
    r"(?i)checkout|afrekenen|kassa|kasse|bestelling|onestep|one-?page|commande|order|bestellen|overzicht"
    r"|[üu]bersicht|r[ée]capitulatif|overview|summary"
)

_SURCHARGE = re.compile(
    r"(?i)toeslag|meerprijs|meerkosten|extra\s(?:kosten|cost|charge|fee)|transactiekosten|betaalkosten"
    r"|administratiekosten|surcharge|transaction\s(?:fee|cost)|payment\s(?:fee|cost)|processing\sfee"
    r"|handling\sfee|suppl[ée]ment|frais\s(?:de\s(?:paiement|transaction|traitement)|suppl[ée]mentaires"
    r"|additionnels|bancaires)|aufschlag|zuschlag|zusatzkosten|zus[äa]tzliche\s(?:kosten|geb[üu]hr)"
    r"|bearbeitungsgeb[üu]hr|zahlungsgeb[üu]hr|kartengeb[üu]hr|transaktions(?:kosten|geb[üu]hr)"
    r"|extra\s(?:in\srekening|berekend|aangerekend|charged|berechnet)|zzgl\.?\s\d|per\s(?:\w{1,12}-)?transacti"
    r"|\bopslag\b|(?<![\w+])\+\s?(?:€\s?)?\d"
)
_COST = re.compile(r"(?i)\bkosten\b|\bfrais\b|\bfees?\b|\bcosts?\b|\bgeb[üu]hr(?:en)?\b")
_DELIVERY = re.compile(
    r"(?i)verzend|bezorg|\blever|retour|shipp|deliver|livr|exp[ée]di|versand|liefer|\bport\b|porto"
)
_CONSUMER_MEANS = re.compile(
    r"(?i)\bideal\b|\bwero\b|bancontact|mister\s?cash|maestro|\bvisa\b|master\s?card|credit\s?-?card"
    r"|kredietkaart|carte\s(?:de\scr[ée]dit|bancaire|bleue)|kreditkarte|debet\s?kaart|debit\s?card"
    r"|pinnen|\bpin\b|v\s?pay|girocard|ec-?karte|overschrijving|bankoverschrijving|bank\s?transfer"
    r"|virement|[üu]berweisung|\bsepa\b|incasso|direct\sdebit|pr[ée]l[èe]vement|lastschrift|\bsofort\b"
    r"|betaalkaart|bankkaart|carte\sde\sd[ée]bit"
)
# Outside the ban: cards of companies and of three-party schemes; carriers and lenders.
_OTHER_MEANS = re.compile(
    r"(?i)zakelijke\s(?:credit|kaart)|business\scard|commercial\scard|corporate\scard|firmenkarte"
    r"|firmenkreditkarte|carte\s(?:commerciale|d['’]entreprise|affaires)|american\sexpress|\bamex\b"
    r"|diners|rembours|contre[- ]remboursement|cash\son\sdelivery|nachnahme|paypal|klarna|afterpay"
    r"|riverty|billink|in3\b|achteraf|facture|rechnung|invoice|factuur|bankgarantie|non-?sepa"
    r"|outside\s(?:the\s)?(?:eu|sepa)|buiten\s(?:de\s)?(?:eu|sepa|europa)|hors\s(?:ue|sepa|zone)|au[ßs]{1,2}erhalb"
)
_FREE = re.compile(
    r"(?i)\b(?:geen|zonder|gratis|kosteloos|no|without|free|sans|aucuns?|aucune|gratuit\w{0,2}|keine?[nr]?"
    r"|ohne|kostenlos|kostenfrei)\b|(?<![\d.,])0(?:[.,]00?)?\s?(?:€|euro|%)"
    r"|[€$]\s?0(?:[.,]00?)?(?![\d.,])"
    r"|\b(?:niet|not|nicht|nooit|never|jamais|pas|nie)\s(?:\w{1,15}\s){0,3}?"
    r"(?:in\srekening|doorberek|aangerekend|charge|factur|berechnet|erhoben|appliqu)"
)


class ButtonSeen(StrEnum):
    """Outcomes of ``content.order_button``."""

    CLEAR = "clear"
    NOT_CLEAR = "not_clear"
    DOUBTFUL = "doubtful"
    NOT_REACHABLE = "not_reachable"


class SurchargeSeen(StrEnum):
    """Outcomes of ``content.card_surcharge``."""

    NONE_SEEN = "none_seen"
    SAID_FREE = "said_free"
    CHARGED = "charged"
    UNCLEAR = "unclear"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Button:
    page: Page
    words: str
    outcome: ButtonSeen


def _place(facts: PageFacts) -> str:
    """``order`` for the page on which one orders, ``cart`` for the one before it, else ""."""
    where = facts.final_url.partition("//")[2].partition("/")[2]
    if any(form.personal and not form.search for form in facts.forms):
        return "order"
    head = f"{where} {facts.title} {' '.join(facts.headings[:3])}"
    if _CART_PATH.search(head):
        return "cart"
    return "order" if _ORDER_PAGE.search(head) else ""


def _weighed(page: Page, words: str) -> _Button | None:
    """The button when it may be the one that orders; None for every other."""
    out = ButtonSeen
    said = words[:BUTTON_MAX_CHARS]
    sure = bool(_FINAL.search(said))
    if _STEP.search(said) and not (sure and _CLEAR.search(said)):
        return None
    place = _place(page[1])
    if _CLEAR.search(said):
        # "Pay" in a cart only leads on to where one pays.
        leads_on = place == "cart" and not (sure or _DUTY.search(said))
        return None if leads_on else _Button(page, said, out.CLEAR)
    if not sure and place != "order":
        return None
    if _DOUBTFUL.search(said):
        return _Button(page, said, out.DOUBTFUL)
    return _Button(page, said, out.NOT_CLEAR) if sure or _MAYBE_FINAL.match(said) else None


def order_button(seen: Seen, subject: Subject) -> Observation:
    """Do the words on the last button of the order say that one must pay?  (law-order-button).

    Only the words on the button count (CJEU 7 April 2022, C-249/21).  The cart of a passive
    look is empty, so mostly no such button is seen: that proves nothing.
    """
    out, view = ButtonSeen, look(seen)
    buttons = [
        button
        for page in view.readable
        if "checkout" in page[1].roles and page[1].own
        for words in page[1].buttons
        if (button := _weighed(page, words)) is not None
    ]
    if not buttons:
        said = "No button that places an order could be seen without ordering."
        told = {**values(view, subject), "button": "-"}
        return Observation(out.NOT_REACHABLE, said, view.cite(), told)
    last = buttons[-1]
    told = {
        **values(view, subject, url=last.page[1].final_url),
        "button": clip(last.words, BUTTON_MAX_CHARS),
    }
    texts = {
        out.CLEAR: "says that it obliges to pay",
        out.NOT_CLEAR: "does not say that it obliges to pay",
        out.DOUBTFUL: "may not be clear enough about the duty to pay",
    }
    said = f"The last button, {clip(last.words, 60)!r}, {texts[last.outcome]}."
    return Observation(last.outcome, said, view.cite((last.page,)), told, fragment=last.words)


def _surcharges(view: View) -> tuple[list[tuple[Page, str]], list[tuple[Page, str]], bool]:
    """(sentences with an extra charge, those that may have one, is it said to be free?)."""
    charged: list[tuple[Page, str]] = []
    unclear: list[tuple[Page, str]] = []
    free = False
    for page in view.of(*PAYING_ROLES):
        for sentence in (s for line in page[1].text.split("\n") for s in whole_sentences(line)):
            means = _CONSUMER_MEANS.search(sentence)
            if means is None:
                continue
            match _charge(sentence):
                case SurchargeSeen.CHARGED:
                    charged.append((page, sentence))
                case SurchargeSeen.UNCLEAR:
                    unclear.append((page, sentence))
                case SurchargeSeen.SAID_FREE:
                    free = True
                case _:
                    pass
    return charged, unclear, free


def _charge(sentence: str) -> SurchargeSeen:
    """What a sentence on a payment method says of extra cost."""
    out = SurchargeSeen
    surely = bool(_SURCHARGE.search(sentence))
    amount = bool(SHARE.search(sentence))
    if not surely and (not _COST.search(sentence) or _DELIVERY.search(sentence)):
        return out.NONE_SEEN
    if _FREE.search(sentence):
        return out.UNCLEAR if surely and is_more_than_nothing(sentence) else out.SAID_FREE
    if surely and amount and not (_OTHER_MEANS.search(sentence) or _DELIVERY.search(sentence)):
        return out.CHARGED
    return out.UNCLEAR if surely or amount else out.NONE_SEEN


def card_surcharge(seen: Seen, subject: Subject) -> Observation:
    """Is a surcharge named for consumer cards or SEPA payments?  (law-surcharge, PSD2 art. 62).

    Cards of companies, cash on delivery and paying later are outside the ban.
    """
    out, view = SurchargeSeen, look(seen)
    charged, unclear, free = _surcharges(view)
    for outcome, found in ((out.CHARGED, charged), (out.UNCLEAR, unclear)):
        if found:
            page, sentence = found[0]
            told = values(view, subject, url=page[1].final_url)
            fragment = "\n".join(s for _, s in found)[:FRAGMENT_MAX_CHARS]
            said = f"Extra cost beside a payment method: {clip(sentence, 160)!r}."
            cited = view.cite(tuple(dict.fromkeys(p for p, _ in found)))
            return Observation(outcome, said, cited, told, fragment=fragment)
    told = values(view, subject)
    if free:
        said = "Paying is said to cost nothing extra."
        return Observation(out.SAID_FREE, said, view.cite(), told)
    gap = view.unread("start", "payment", "terms", short=True)
    if gap:
        said = f"No surcharge was seen, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    said = "No page names a surcharge for cards or bank payments; the order itself was not seen."
    return Observation(out.NONE_SEEN, said, view.cite(), told)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.order_button",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ButtonSeen,
        run=order_button,
        values=(*VALUES, "button"),
        help="The words on the last button of an order say that one must pay.",
    ),
    Judge(
        name="content.card_surcharge",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=SurchargeSeen,
        run=card_surcharge,
        values=VALUES,
        help="No surcharge is named for consumer cards or SEPA payments.",
    ),
)
