"""Payment as pages tell of it: methods, costs, paying in advance (tz-7.1a, tz-7.1b, tz-7.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_charges import SHARE, whole_sentences
from monitor.policy.conditions.content_seen import (
    DATA_ROLES,
    Page,
    View,
    is_only,
    look,
    suspects,
    values,
)
from monitor.policy.conditions.content_texts import holds, sections, sentences, unwrapped
from monitor.policy.judge import Observation, Seen, Subject
from scanners.api import clip

LABEL_MAX_CHARS = 40
ROLES = ("start", "payment", "delivery", "contact", "terms")
# Methods that pay at once, before anything is sent.
_AT_ONCE = frozenset(
    {"ideal", "wero", "bancontact", "mastercard", "visa", "maestro", "vpay", "amex", "diners"}
    | {"paypal", "applepay", "googlepay", "samsungpay", "amazonpay", "shoppay", "payconiq"}
    | {"giropay", "sofort", "eps", "kbc", "belfius", "ing", "postfinance", "twint"}
    | {"paysafecard", "cartes_bancaires", "credit_card"}
)
_LATER = frozenset(
    {"invoice", "cash_on_delivery", "cash", "klarna", "billink", "riverty", "in3", "oney"}
    | {"alma", "scalapay", "floa", "sepa", "cheque", "transfer"}
)
_PAYING = re.compile(
    r"(?i)betal|betaal|afreken|voldaan|voldoen|\bpay(?:s|ing|ment|ments|able|pal)?\b|paiement|pa[iy]er"
    r"|r[èe]glement|zahl|creditcard|credit\scard|kreditkarte|carte\sde\scr[ée]dit|\bideal\b|klarna"
    r"|bancontact|rembours\b|contre[\s\-]remboursement|nachnahme|op\srekening|auf\srechnung|on\saccount|sur\sfacture|visa\b"
    r"|mastercard|transactie|transaction"
)
# Every word of paying holds one of these: most lines need no closer reading.
_PAYING_MARKS = (
    "betal", "betaal", "afreken", "voldaan", "voldoen", "pay", "paie", "glement", "zahl",
    "credit", "crédit", "kredit", "ideal", "klarna", "bancontact", "rembours", "nachnahme",
    "rekening", "rechnung", "account", "facture", "visa", "mastercard", "transact",
)  # fmt: skip
_PICTURES = re.compile(r"betaal|betal|payment|paiement|zahlung|zahlart|creditcard|\bpay\b")
# Says of payment more than that it exists, though no method by name.
_HINT = re.compile(
    r"(?i)fact(?:uur|uren|ure)|invoice|rechnung|\bbank|rekening|iban|\bkaart|\bcards?\b|\bcartes?\b"
    r"|karte\b|online|contant|cash|\bapp\b|wallet|qr|termijn|instal|\bpin|mollie|multisafepay|adyen"
    r"|stripe|buckaroo|worldline|ogone|saferpay|methode|method|mode|moyen|zahlart|zahlungsart"
)
_HEADING = re.compile(
    r"(?i)betaal|betal(?:en\b|ing)|paiement|payment|paying|zahlung|zahlart|bezahl"
)
_FREE = re.compile(
    r"(?i)\b(?:geen|zonder|no|without(?:\sany)?|sans|aucuns?|pas\sde|ohne|keine(?:rlei)?)\s"
    r"(?:\w{1,15}\s){0,2}?(?:\w{0,20}kosten|toeslag(?:en)?|meerprijs|(?:sur)?charges?|fees?|costs?"
    r"|frais|suppl[ée]ments?|surco[uû]ts?|geb[üu]hr(?:en)?|\w{0,12}aufschl[aä]ge?|zuschl[aä]ge?)\b"
    r"|\b(?:is|zijn|est|sont|are|ist|sind|blijft|verloopt)\s(?:\w{1,15}\s){0,2}?"
    r"(?:gratis|kosteloos|gratuite?s?|free(?:\sof\scharge)?|kostenlos|kostenfrei|geb[üu]hrenfrei)\b"
    r"|\b(?:gratis|kosteloos|kostenlos|gratuitement)\s(?:te\s)?(?:betalen|betaling|zahlen|bezahlen)"
    r"|\b(?:kosten|kost|kostet|co[uû]te(?:nt)?|costs?)\s(?:\w{1,5}\s){0,2}?(?:niets|nichts|rien|nothing)\b"
    r"|\b(?:keine|geen\s(?:enkele|van\sde)|aucun\w{0,2}|no|none\sof\s(?:the|our))\s(?:zahlungsart|betaal(?:methode|wijze)"
    r"|moyen\sde\spaiement|payment\smethod)\w{0,3}\s(?:\w{1,15}\s){0,4}?(?:kosten|toeslag|geb[üu]hr|frais|fees?|charge)"
    r"|\bbrengen\s(?:wij|we)\s(?:\w{1,15}\s){0,3}?geen\s(?:\w{1,15}\s){0,2}?in\srekening"
    r"|\b(?:paiement|payment|zahlung)s?\s(?:\w{1,15}\s){0,2}?(?:gratuits?|free|kostenfrei|kostenlos)\b"
)
# "iDEAL (gratis)", "PayPal: free": beside words of payment only.
_FREE_LABEL = re.compile(
    r"(?i)[(:]\s?(?:gratis|kosteloos|gratuite?|free|kostenlos)\b"
    r"|\bbetaalt?\s(?:u\s|je\s)?(?:gratis|kosteloos)\b"
    r"|(?:\bdon['’]t|\bdo\snot|\bnever)\scharge\s(?:you\s)?(?:any|for|extra)"
    r"|facturons\s(?:pas|aucun)|berechnen\s(?:wir\s)?(?:\w{1,12}\s){0,3}?keine?\b"
)
_FEE = re.compile(
    r"(?i)kosten\b|toeslag|vergoeding|meerprijs|extra\b|opslag|(?:sur)?charge|\bfees?\b|\bcosts?\b"
    r"|frais|suppl[ée]ment|surco[uû]t|commission|geb[üu]hr|aufschlag|zuschlag|aufpreis|zus[äa]tzlich|zzgl|plus\b|\+"
)
# "Rembours: € 12,50", "PayPal (€ 0,35)": a price beside the name of a way to pay.
_PRICED = re.compile(
    r"(?i)(?<!\w)(?:ideal|wero|bancontact|pay\s?pal|klarna|billink|riverty|after\s?pay|in3|payconiq|sofort"
    r"|credit\s?-?card|kreditkarte|carte\sde\scr[ée]dit|visa|master\s?card|maestro|amex|american\sexpress"
    r"|(?:onder\s)?rembours|nachnahme|contre[\s\-]remboursement|cash\son\sdelivery|achteraf\sbetalen"
    r"|(?:op|sur|auf|on)\s(?:rekening|factuur|facture|rechnung|invoice)|vorkasse|[üu]berweisung|virement"
    r"|overboeking|overschrijving|lastschrift)\s?[:(=–\-]{1,2}\s?(?:€|eur)?\s?(\d{1,3}(?:[.,]\d{1,2})?)\s?"
    r"(?:€|eur\b|%|\)|$)(?!\s?(?:[\-–]|tot|bis|to|[àa])\s)"
)
_BARE_AMOUNT = re.compile(r"(?i)(?:€|eur)?\s?\d{1,3}(?:[.,]\d{1,2})?\s?(?:€|eur|%)?")
# Costs of something else than the way of paying.
_OTHER_COST = re.compile(
    r"(?i)verzend|bezorg|\blever|levering|retour|transport|vracht|te\slaat|rente|incassokosten"
    r"|aanmaning|herinnering|verzuim|korting|minim|vanaf\s(?:een\s)?(?:bedrag|€)|shipping|deliver|return"
    r"|\blate\b|interest|reminder|discount|default|overdue|livraison|\bport\b|exp[ée]dition|retard"
    r"|int[ée]r[êe]t|relance|recouvrement|remise|escompte|indemnit|versand|liefer|r[üu]cksend|verzug"
    r"|mahn|zinsen|skonto|rabatt|account\saan|lidmaatschap|annul|cancel|verpackung|emballage"
)
# Costs of who pays late, whatever they are called.
_LATE = re.compile(
    r"(?i)te\slaat|rente\b|incasso|aanman|herinner|verzuim|niet[\s\-](?:tijdig|op\stijd|betaal|betal)|\blate\b"
    r"|interest|reminder|overdue|not\s(?:paid\s)?(?:in|on)\stime|default|retard|int[ée]r[êe]t|relance"
    r"|recouvrement|impay|verzug|mahn|zinsen|nicht\s(?:rechtzeitig|fristgerecht)|r[üu]ckstand"
)
_FEE_ON_PAYING = re.compile(
    r"(?i)(?:betaal|betalings|transactie|administratie|rembours|payment|transaction|processing|card"
    r"|zahlungs|transaktions|nachnahme)\w{0,3}[\s\-]?(?:kosten|toeslag|fees?|surcharges?|costs?|geb[üu]hr)"
    r"|frais\sde\s(?:paiement|transaction|dossier)|suppl[ée]ment\spour\sle\spaiement"
)
_ADVANCE = re.compile(
    r"(?i)vooruitbetal|vooruit\s(?:te\s)?betal|vooraf\s(?:te\s)?(?:betal|voldoen|voldaan|afreken)"
    r"|beta(?:al|l)\w{0,4}\s(?:\w{1,12}\s){0,4}?(?:vooraf|vooruit)|(?:direct|meteen|onmiddellijk)\s(?:online\s)?"
    r"(?:te\s)?(?:betal|afreken|voldoen)|betaal\w{0,2}\s(?:direct|meteen|onmiddellijk|vooraf|vooruit)"
    r"|(?:na|zodra)\s(?:\w{1,12}\s){0,4}?(?:betaling|bedrag)\s(?:\w{1,12}\s){0,5}?(?:verzend|verzonden|lever"
    r"|verstu|verwerk|geleverd|in\sbehandeling)|bij\s(?:het\s(?:plaatsen|bestellen)|bestelling|uw\sbestelling)"
    r"\s(?:\w{1,12}\s){0,4}?(?:betal|afreken|voldoen)"
    r"|(?:verzend|verzond|lever|verst|verwerk)\w{0,5}\s(?:\w{1,15}\s){0,6}?(?:na|zodra)\s(?:\w{1,12}\s){0,4}?"
    r"betaling|zodra\s(?:\w{1,12}\s){0,3}?(?:betaling|bedrag)\s(?:\w{1,12}\s){0,3}?(?:binnen|ontvang|verwerkt)"
    r"|(?:after|once|upon)\s(?:\w{1,12}\s){0,4}?payment\s(?:\w{1,12}\s){0,3}?(?:received|cleared)"
    r"|after\s(?:receipt\sof\s(?:your\s)?)?payment|(?:apr[èe]s|d[èe]s)\s(?:r[ée]ception\sd[ue]\s)?(?:votre\s|le\s)?"
    r"paiement|pre-?pa(?:y|id)|pa(?:y|id|yment|yable)\s(?:\w{1,12}\s){0,4}?(?:in\sadvance|up\s?front|at\scheckout"
    r"|immediately|when\s(?:you\s(?:order|place)|ordering|placing)|at\sthe\stime\sof\s(?:the\s)?order|before\s(?:we\s)?"
    r"(?:ship|dispatch|deliver))|in\sadvance\sof\s(?:delivery|shipment)|advance\spayment|immediate\spayment"
    r"|paiement\s(?:\w{1,12}\s){0,3}?(?:anticip|d['’]avance|[àa]\sla\scommande|imm[ée]diat|comptant|pr[ée]alable"
    r"|avant)|pay(?:er|[ée]e?s?|ables?)\s(?:\w{1,12}\s){0,3}?(?:d['’]avance|[àa]\sla\scommande|comptant)"
    r"|pr[ée]paiement|au\smoment\sde\sla\scommande|vorkasse|vorauskasse|vorauszahl|im\svoraus"
    r"|anzahlung|sofort(?:ige)?\s(?:zahlung|bezahl|f[äa]llig)|zahlung\s(?:\w{1,12}\s){0,4}?bei\s(?:der\s)?bestellung"
    r"|nach\s(?:\w{1,12}\s){0,2}?zahlungseingang"
)
# Every word of paying in advance holds one of these: most lines need no closer reading.
_MONEY = (
    "beta", "pai", "pay", "zahl", "vork", "vorau", "vooraf", "vooruit", "voldoen", "voldaan",
    "advance", "afreken", "comptant", "commande", "bedrag",
)  # fmt: skip
_NOT_NEEDED = re.compile(
    r"(?i)\b(?:geen|niet|nooit|zonder|no|not|never|without|pas|aucun\w{0,2}|sans|kein\w{0,2}|nicht|ohne)\b"
)


class MethodsSeen(StrEnum):
    """What was seen of the payment methods."""

    NAMED = "named"
    ONLY_UNNAMED = "only_unnamed"
    ELSEWHERE = "elsewhere"
    UNCLEAR = "unclear"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


class CostsSeen(StrEnum):
    """What was seen of the costs of paying."""

    NO_COSTS = "no_costs"
    COSTS_TOLD = "costs_told"
    SURCHARGE_UNANNOUNCED = "surcharge_unannounced"
    NOTHING_SAID = "nothing_said"
    INCOMPLETE = "incomplete"


class PrepaymentSeen(StrEnum):
    """What was seen of paying in advance."""

    TOLD = "told"
    ONLY_IMMEDIATE = "only_immediate"
    AFTERWARDS_POSSIBLE = "afterwards_possible"
    NOT_TOLD = "not_told"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence on payment and the page it stands on."""

    page: Page
    said: str


def payment_methods(seen: Seen, subject: Subject) -> Observation:
    """Is at least one payment method told, in words or by its logo?  (tz-7.1a).

    ``elsewhere`` is one that only a text on privacy names; ``unclear`` a text on payment
    that names none we know; logos that nothing names are no proof of absence.
    """
    out, view = MethodsSeen, look(seen)
    pages = tuple(page for page in view.readable if page[1].own)
    named = tuple(p for p in pages if p[1].payments and not _is_on_data(p))
    methods = {seen.method for page in named for seen in page[1].payments}
    told = _told(view, subject, named, ", ".join(sorted(methods)))
    if named:
        said = f"Payment methods are named: {told['methods']}."
        return Observation(out.NAMED, clip(said, 300), view.cite(named), told)
    gap = view.unread(*ROLES, short=True) or _embedded(view)
    elsewhere = tuple(p for p in pages if p[1].payments)
    drawn = tuple(p for p in pages if p[1].unnamed_icons)
    pictured = tuple(p for p, _ in suspects(pages, _PICTURES))
    hinted = tuple(s for s in _on_payment(pages) if _HINT.search(s.said))
    shown, told = drawn or pictured, dict(told)
    if shown:
        said = "Payment methods are shown in pictures that name none."
        return Observation(out.ONLY_UNNAMED, said, view.cite(shown), told)
    if elsewhere:
        said = "A payment method is named in a text on privacy only."
        return Observation(out.ELSEWHERE, said, view.cite(elsewhere), told)
    if gap:
        said = f"No payment method was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    if hinted:
        said = f"A text on payment names no known method: {clip(hinted[0].said, 160)!r}."
        cited = view.cite((hinted[0].page,))
        return Observation(out.UNCLEAR, said, cited, told, fragment=_joined(hinted))
    said = f"No payment method was found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(), told)


def payment_costs(seen: Seen, subject: Subject) -> Observation:
    """Is it told whether ways of paying cost extra?  (tz-7.1b).

    A charge that only the cart shows is one that was not announced.  Nothing said is no
    breach: nobody must announce that something is free.
    """
    out, view = CostsSeen, look(seen)
    pages = tuple(p for p in view.readable if p[1].own and not _is_on_data(p))
    said = tuple(_on_payment(pages))
    late = tuple(s for s in said if _is_only_cart(s.page) and _is_charge(s.said))
    # In a cart a price beside a method may be what is to be paid by it.
    early = tuple(
        s for s in said if (_is_charge(s.said) or _is_priced(s.said)) and not _is_only_cart(s.page)
    )
    free = tuple(s for s in said if _is_free(s.said) and not _is_only_cart(s.page))
    gap = view.unread(*ROLES, short=True)
    if late and not early:
        told = _told(view, subject, (late[0].page,), costs=clip(late[0].said, 200))
        cited = view.cite((late[0].page,))
        if gap:
            why = f"The cart shows a charge, but not every page could be read ({gap})."
            return Observation(out.INCOMPLETE, why, cited, told, fragment=_joined(late))
        why = f"A charge for paying stands in the cart only: {clip(late[0].said, 160)!r}."
        return Observation(out.SURCHARGE_UNANNOUNCED, why, cited, told, fragment=_joined(late))
    found = early or free
    if found:
        outcome = out.COSTS_TOLD if early else out.NO_COSTS
        told = _told(view, subject, (found[0].page,), costs=clip(found[0].said, 200))
        why = f"Told of the costs of paying: {clip(found[0].said, 160)!r}."
        cited = view.cite((found[0].page,))
        return Observation(outcome, why, cited, told, fragment=_joined(found))
    told = _told(view, subject, ())
    if gap:
        why = f"Nothing was read on costs of paying; not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, why, view.cite(), told)
    why = "Nothing is said on costs of paying, which need not be announced when there are none."
    return Observation(out.NOTHING_SAID, why, view.cite(), told, fragment=_joined(said))


def prepayment_told(seen: Seen, subject: Subject) -> Observation:
    """Is it said before ordering that payment comes first?  (tz-7.2).

    Met by words, or by a list of nothing but methods that pay at once.  A choice between
    paying now and later requires no prepayment, so a person decides.
    """
    out, view = PrepaymentSeen, look(seen)
    pages = tuple(p for p in view.readable if p[1].own and not _is_on_data(p))
    before = tuple(p for p in pages if not _is_only_cart(p))
    texts = _on_advance(before)
    plain = tuple(s for s in texts if not _NOT_NEEDED.search(s.said))
    if plain:
        told = _told(view, subject, (plain[0].page,))
        why = f"Paying in advance is told: {clip(plain[0].said, 160)!r}."
        cited = view.cite((plain[0].page,))
        return Observation(out.TOLD, why, cited, told, fragment=_joined(plain))
    named = tuple(p for p in before if p[1].payments)
    methods = {seen.method for page in named for seen in page[1].payments}
    told = _told(view, subject, named, ", ".join(sorted(methods)))
    if texts or methods & _LATER:
        why = "Paying later seems possible, so that prepayment may not be required."
        cited = view.cite((*(s.page for s in texts), *named))
        return Observation(
            out.AFTERWARDS_POSSIBLE, why, cited, told, fragment=_joined(texts) or told["methods"]
        )
    if methods & _AT_ONCE:
        why = f"Only methods that pay at once are named: {told['methods']}."
        return Observation(
            out.ONLY_IMMEDIATE, clip(why, 300), view.cite(named), told, fragment=told["methods"]
        )
    gap = view.unread(*ROLES, short=True)
    if gap:
        why = f"Nothing was read on paying in advance; not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, why, view.cite(), told)
    why = "Nothing is said on paying in advance."
    return Observation(out.NOT_TOLD, why, view.cite(), told)


def _on_advance(pages: tuple[Page, ...]) -> tuple[_Said, ...]:
    """Sentences on paying in advance."""
    return tuple(
        _Said(page, s)
        for page in pages
        for line in _lines(page)
        if holds(line, _MONEY)
        for s in sentences(line)
        if _ADVANCE.search(s)
    )


def _told(
    view: View, subject: Subject, pages: tuple[Page, ...], methods: str = "", costs: str = ""
) -> dict[str, str]:
    url = pages[0][1].final_url if pages else ""
    return {
        **values(view, subject, url=url),
        "methods": clip(methods, 200),
        "costs": clip(costs, 200),
    }


def _joined(said: tuple[_Said, ...]) -> str:
    return "\n".join(dict.fromkeys(s.said for s in said))


def _is_on_data(page: Page) -> bool:
    """A text on data names the firms that get them, not how a visitor can pay."""
    return is_only(page[1], DATA_ROLES)


def _is_only_cart(page: Page) -> bool:
    return set(page[1].roles) == {"checkout"}


def _embedded(view: View) -> str:
    """A payment page that shows another page in a frame may hold everything there."""
    framed = any(page[1].embeds and "payment" in page[1].roles for page in view.readable)
    return "payment: an embedded document" if framed else ""


def _on_payment(pages: tuple[Page, ...]) -> Iterator[_Said]:
    """Sentences on payment: under a heading on it, or such by their own words."""
    for page in pages:
        for heading, lines in sections(page[1], page[1].text):
            topic = "payment" in page[1].roles or bool(_HEADING.search(heading))
            topic = topic and "start" not in page[1].roles
            for line in _labelled(lines):
                if not (topic or holds(line, _PAYING_MARKS)):
                    continue
                for said in whole_sentences(line):
                    if topic or _PAYING.search(said):
                        yield _Said(page, said)


def _lines(page: Page) -> tuple[str, ...]:
    text = page[1].text
    return unwrapped(text) if page[1].document else tuple(text.split("\n"))


def _labelled(lines: tuple[str, ...]) -> Iterator[str]:
    """Lines; an amount alone in its cell gets the name before it: "PayPal: € 0,50"."""
    before = ""
    for line in lines:
        bare = len(before) <= LABEL_MAX_CHARS and _BARE_AMOUNT.fullmatch(line)
        yield f"{before.rstrip(':')}: {line}" if bare and before else line
        before = line


def _is_priced(said: str) -> bool:
    """Does a price stand beside the name of a method, other than nothing?"""
    return any(float(m.group(1).replace(",", ".")) > 0 for m in _PRICED.finditer(said))


def _is_charge(said: str) -> bool:
    told = SHARE.search(said) and _FEE.search(said) and _PAYING.search(said)
    if not told or _is_free(said) or _LATE.search(said):
        return False
    return bool(_FEE_ON_PAYING.search(said)) or not _OTHER_COST.search(said)


def _is_free(said: str) -> bool:
    plain = _FREE.search(said) or (_FREE_LABEL.search(said) and _PAYING.search(said))
    return bool(plain) and not (_OTHER_COST.search(said) or _LATE.search(said))
