"""Consent in forms: mailings (tz-11.1), and data that a sale does not need (tz-12.3b)."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions.content_rights_text import folded
from monitor.policy.conditions.content_seen import VALUES, Page, View, look, values
from monitor.policy.conditions.folding import fold
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.evidence import FieldSeen, FormSeen, PageFacts, TickSeen

CUSTOMER_ROLES = ("account", "checkout")
MAILING_FIELDS_MAX = 3
_SHOP = frozenset({"product", "category"})

_MAILING = re.compile(
    r"nieuwsbrief|nieuwsmail|newsletter|news letter|infolettre|lettre d info|bulletin d info"
    r"|mailing"
    r"|marketing|reclame|werbung|werbe|publicit|commerciele|offres? (?:commerciale|promo|speciale)"
    r"|aanbiedingen|promoties|kortingsactie|(?:onze|en|over|van) acties|acties (?:en|van|per)\b"
    r"|kortingen|special offers|exclusive offers"
    r"|offers and|promotion|discounts|nos offres|(?:recevoir|recois|recevez) (?:\w+ ){0,3}offres"
    r"|offres (?:de|par)\b|neuheiten|bons plans|nouveautes|angebote|rabatt|neuigkeiten"
    r"|op de hoogte (?:blijven|gehouden|houden|van (?:nieuw|actie|aanbied))|keep me (?:posted"
    r"|informed"
    r"|up to date|updated|in the loop)|\bdeals\b|hear from us|\bblijf (?:\w+ )?op de hoogte"
    r"|(?:our|exclusive|latest|great) (?:\w+ ){0,2}offers|(?:tenez moi|tenue?|etre) (?:informe"
    r"|au courant)|auf dem laufenden|schnappchen|koopjes|voordeeltjes|\bsoldes\b"
    r"|\bnews\b|nieuwtjes|accepts marketing|optin|\bopt in\b|subscri|abonn"
)
# What a customer has to hear about the order itself.
_ABOUT_ORDER = re.compile(
    r"(?:status|track|voortgang|suivi|verfolg|updates? (?:over|van|about|on)|sur l etat"
    r"|stand)\b.{0,40}"
    r"(?:bestelling|order|commande|bestellung|levering|delivery|zending|colis|lieferung)"
)
_ORDER_NEWS = re.compile(
    r"(?:op de hoogte|updated|informed|posted|up to date|informe|au courant|auf dem laufenden)\b"
    r".{0,40}(?:bestelling|order|commande|levering|delivery|lieferung|bestellung|livraison|retour)"
)
_OTHER_LISTS = re.compile(r"subscription plan|abonnement (?:op|aan)|proefabonnement|renouvel")
_TERMS = re.compile(
    r"voorwaarden|\bterms\b|conditions (?:generales|de vente|d utilisation|of sale|of use)|\bcgv\b"
    r"|\bagb\b"
    r"|geschaftsbedingungen|general conditions"
)
_INVERTED = re.compile(
    r"\b(?:geen|niet|nee|liever niet|no|not|do not|don t|non|ne (?:\w+ ){0,3}(?:pas|plus)|aucune?"
    r"|pas de|kein\w{0,2}|nein|nicht)\b"
)
# Asking to be left out, which is no mere word that one may leave later.
_LEAVE = re.compile(
    r"\b(?:opt out|afmeld\w*|uitschrij\w*|unsubscribe|abbestell\w*|abmeld\w*|desinscri\w*)\b"
)
_LATER = re.compile(
    r"\bkunt\b|\bkan\b|altijd|elk moment|ieder moment|\bcan\b|\bmay\b|any ?time|always|konnen"
    r"|jederzeit"
    r"|moglich|pouvez|tout moment|possible"
)
# "I will not get more than one mail a week" refuses nothing.
_NO_REFUSAL = re.compile(
    r"niet vaker|niet meer dan|not more than|no more than|no spam|geen spam|nicht mehr als"
    r"|kein spam"
    r"|pas de spam|pas plus|niets te missen|geen (?:\w+ )?(?:aanbieding|actie"
    r"|nieuws)\w* (?:te )?missen"
    r"|mis (?:geen|niets)|(?:don t|never|not) miss|nicht verpassen|kein\w* (?:\w+ )?verpassen"
    r"|\bne? (?:\w+ ){0,2}(?:manqu|rat)\w* (?:aucune?|pas|plus|jamais|rien)\b|ne (?:rien )?manque"
    r"|at no cost|geen verplicht"
)
# Words that tell how to take a tick away: it was set beforehand.
_UNTICK = re.compile(
    r"\buntick|\buncheck|\bdeselect|(?:remove|clear) (?:the|this) (?:tick|check|box)|uitvinken"
    r"|vinkje (?:\w+ ){0,3}(?:weg|uit)|(?:verwijder|haal) (?:\w+ ){0,2}vinkje"
    r"|\bvink (?:\w+ ){0,3}uit\b|\bdecoche|(?:hakchen|haken) (?:\w+ ){0,2}entfern"
    r"|entfern\w* (?:\w+ ){0,3}(?:hakchen|haken)|abwahlen"
)
_YES_WORD = re.compile(r"^(?:ja|yes|oui|graag|jawohl)\b")
_NO_WORD = re.compile(r"^(?:nee|no|non|nein|liever niet)\b")
_BY_ORDERING = re.compile(
    r"^(?:door|met het|by|en (?:creant|vous|validant|passant|cliquant)|durch|mit (?:der|dem"
    r"|ihrer))\b"
)
_ACCEPTS = re.compile(
    r"akkoord|instem|stem(?:t|men)? (?:je|u|in)|ga je|gaat u|agree|accept|consent|einverstanden"
    r"|stimm"
    r"|zustimm|ontvang|receive|recev|erhalten"
)
_ACCOUNT_WORDS = re.compile(
    r"account|bestel|regist|order|checkout|purchase|compte|commande|inscri|konto|kauf|bestellung"
    r"|afreken"
)
_SECRET = re.compile(r"pass|wachtwoord|kennwort|mdp|pwd")
_WHY = re.compile(
    r"omdat|zodat|waarom|in verband met|i\.?v\.?m\b|wettelijk|leeftijd|\b1[68]\b|meerderjarig"
    r"|achteraf betalen"
    r"|verjaardag\w* (?:verras|korting|cadeau)|identificatie|because|so that|why we"
    r"|required by law|\bage\b"
    r"|pay later|invoice|birthday (?:gift|treat|discount)|adult|credit check|kredietcontrole"
    r"|afterpay|klarna"
    r"|riverty|billink|in3\b|afin (?:de|que)|parce que|pourquoi|obligation legale|\bmajeur"
    r"|paiement differe"
    r"|cadeau d anniversaire|damit|weil\b|\bwarum|gesetzlich|volljahrig|altersprufung|alters"
    r"|rechnungskauf"
    r"|kauf auf rechnung|bonitat|geburtstags(?:gutschein|uberraschung|rabatt)|vergunning"
    r"|licen[cs]e|douane"
    r"|customs|zoll|bezorg|contactpersoon bij levering"
)


class MarketingSeen(StrEnum):
    """What was seen of consent to mailings."""

    OPT_IN = "opt_in"
    NO_BOX = "no_box"
    PRETICKED = "preticked"
    BUNDLED = "bundled"
    OPT_OUT = "opt_out"
    HIDDEN_YES = "hidden_yes"
    UNCLEAR = "unclear"
    NOT_REACHED = "not_reached"
    INCOMPLETE = "incomplete"


class ExtraSeen(StrEnum):
    """What was seen of fields that a sale does not need."""

    NONE_ASKED = "none_asked"
    VOLUNTARY = "voluntary"
    REQUIRED_UNEXPLAINED = "required_unexplained"
    EXPLAINED = "explained"
    UNSURE = "unsure"
    NOT_REACHED = "not_reached"
    INCOMPLETE = "incomplete"


def _form(page: PageFacts, tick: TickSeen) -> FormSeen | None:
    """The form of a box; a box outside any belongs to the loose fields of its page."""
    if 0 <= tick.form < len(page.forms):
        return page.forms[tick.form]
    loose = [f for f in page.forms if f.method == "script" and not f.action]
    return loose[0] if loose and tick.form < 0 else None


def _is_mailing_form(form: FormSeen) -> bool:
    """A form that does nothing but take an address for mailings."""
    secret = any(_SECRET.search(name.lower()) for name in form.personal)
    return 0 < len(form.personal) <= MAILING_FIELDS_MAX and not secret


def _refuses(label: str) -> bool:
    """Does ticking mean no?  What another sentence denies ("we share nothing") does not."""
    parts = [fold(part) for part in re.split(r"[.!?;()]", label)]
    about = [part for part in parts if _MAILING.search(part)] or parts
    return any(
        _INVERTED.search(_NO_REFUSAL.sub(" ", part))
        or (_LEAVE.search(part) and not _LATER.search(part))
        for part in about
    )


def _weigh(page: PageFacts, tick: TickSeen) -> MarketingSeen | None:
    """What one box says, None when it is about something else than mailings."""
    out, form = MarketingSeen, _form(page, tick)
    label, name = fold(tick.label), fold(tick.name.replace(".", " "))
    about = f"{name} {label}"
    if form is None or form.search or not form.personal:
        return None
    order = _ABOUT_ORDER.search(label) or _ORDER_NEWS.search(label)
    if not _MAILING.search(about) or (order and not _MAILING.search(name)):
        return None
    if _OTHER_LISTS.search(about):
        return None
    # A form of one line for an address is that of the newsletter, whatever page it stands on.
    customer = not _is_mailing_form(form) or (
        len(form.personal) > 1 and bool({*CUSTOMER_ROLES}.intersection(page.roles))
    )
    if tick.kind == "hidden":
        shown = any(t.name == tick.name and t.kind != "hidden" for t in page.ticks)
        return out.HIDDEN_YES if customer and not shown else None
    if tick.kind == "radio":
        return _weigh_choice(tick, label)
    if _UNTICK.search(label):
        return out.PRETICKED if tick.checked else out.OPT_IN
    refuses = _refuses(tick.label)
    if _TERMS.search(label) and _MAILING.search(label) and customer and not refuses:
        return out.BUNDLED
    if refuses:
        return out.OPT_IN if tick.checked else out.OPT_OUT
    if tick.checked:
        # A name alone may be that of a box for something else.
        return out.PRETICKED if _MAILING.search(label) else out.UNCLEAR
    return out.UNCLEAR if tick.required and customer else out.OPT_IN


def _weigh_choice(tick: TickSeen, label: str) -> MarketingSeen | None:
    """A choice of yes and no counts by the one that is ticked."""
    if not tick.checked:
        return None
    if _NO_WORD.search(label) or _refuses(tick.label):
        return MarketingSeen.OPT_IN
    return MarketingSeen.PRETICKED if _YES_WORD.search(label) else MarketingSeen.UNCLEAR


def _bundled_words(page: PageFacts) -> str:
    """A sentence that makes mailings part of ordering or opening an account."""
    if not {*CUSTOMER_ROLES}.intersection(page.roles):
        return ""
    return next(
        (
            s
            for s in folded(page.text)
            if _BY_ORDERING.search(s)
            and _ACCOUNT_WORDS.search(s)
            and _ACCEPTS.search(s)
            and _MAILING.search(s)
            and not _INVERTED.search(s)
        ),
        "",
    )


def _own(view: View) -> tuple[Page, ...]:
    return tuple(p for p in view.readable if p[1].own and not _SHOP.intersection(p[1].roles))


def _asks_customers(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """Pages whose form opens an account or takes an order, not merely logs in."""
    return tuple(
        p
        for p in pages
        if {*CUSTOMER_ROLES}.intersection(p[1].roles)
        and any(len(f.personal) > MAILING_FIELDS_MAX and not f.search for f in p[1].forms)
    )


def _not_reached(
    out: type[MarketingSeen | ExtraSeen], view: View, told: dict[str, str]
) -> Observation:
    """No form for customers was seen: the site was not read, or its forms were not met."""
    if view.site is None:
        return Observation(out.INCOMPLETE, f"The site was not read ({view.why}).", (), told)
    said = "No form that opens an account or takes an order could be read."
    return Observation(out.NOT_REACHED, said, view.cite(), told)


_WORST = (
    MarketingSeen.PRETICKED, MarketingSeen.BUNDLED, MarketingSeen.OPT_OUT,
    MarketingSeen.HIDDEN_YES, MarketingSeen.UNCLEAR, MarketingSeen.OPT_IN,
)  # fmt: skip
_MARKETING_SAID = {
    MarketingSeen.PRETICKED: "A box for mailings is ticked in advance",
    MarketingSeen.BUNDLED: "Mailings are part of accepting the terms",
    MarketingSeen.OPT_OUT: "Who does not want mailings has to tick a box",
    MarketingSeen.HIDDEN_YES: "A hidden field says yes to mailings",
    MarketingSeen.UNCLEAR: "What this box does is not certain",
    MarketingSeen.OPT_IN: "Who wants mailings has to say so",
}


def marketing_consent(seen: Seen, subject: Subject) -> Observation:
    """Is commercial mail asked for, by a box that nobody ticked in advance?  (tz-11.1)."""
    out, view = MarketingSeen, look(seen)
    found: list[tuple[MarketingSeen, Page, str]] = []
    pages = _own(view)
    for page in pages:
        for tick in page[1].ticks:
            outcome = _weigh(page[1], tick)
            if outcome is not None:
                found.append((outcome, page, f"{tick.name}: {tick.label}"))
        words = _bundled_words(page[1])
        if words:
            found.append((out.BUNDLED, page, words))
    if found:
        outcome, page, words = min(found, key=lambda f: _WORST.index(f[0]))
        told = {**values(view, subject, url=page[1].final_url), "words": clip(words, 160)}
        said = f"{_MARKETING_SAID[outcome]}: {clip(words, 160)}"
        return Observation(outcome, said, view.cite((page,)), told, fragment=words)
    told = {**values(view, subject), "words": "-"}
    reached = _asks_customers(pages)
    if view.site is not None and reached:
        said = "A form for customers was read; it takes no consent to mailings in passing."
        return Observation(out.NO_BOX, said, view.cite(reached), told)
    return _not_reached(out, view, told)


def _explained(field: FieldSeen) -> bool:
    return bool(_WHY.search(fold(f"{field.label} {field.near}")))


def _weigh_field(field: FieldSeen) -> ExtraSeen:
    out = ExtraSeen
    if field.optional and not field.required:
        return out.VOLUNTARY
    if _explained(field):
        return out.EXPLAINED
    return out.REQUIRED_UNEXPLAINED if field.required else out.UNSURE


_EXTRA_WORST = (
    ExtraSeen.REQUIRED_UNEXPLAINED, ExtraSeen.UNSURE, ExtraSeen.EXPLAINED, ExtraSeen.VOLUNTARY
)  # fmt: skip
_EXTRA_SAID = {
    ExtraSeen.REQUIRED_UNEXPLAINED: "A form demands this without saying why",
    ExtraSeen.UNSURE: "A form asks this; whether it has to be filled in is not certain",
    ExtraSeen.EXPLAINED: "A form asks this and says why",
    ExtraSeen.VOLUNTARY: "A form asks this, and it may stay empty",
}


def unneeded_fields(seen: Seen, subject: Subject) -> Observation:
    """Does a form demand data that a sale does not need?  (tz-12.3b, pattern P13).

    A date of birth for age or for paying later is legitimate when the form says so.
    """
    out, view = ExtraSeen, look(seen)
    pages = _own(view)
    found = [(_weigh_field(f), page, f) for page in pages for f in page[1].fields]
    if found:
        outcome, page, field = min(found, key=lambda f: _EXTRA_WORST.index(f[0]))
        words = clip(field.label or field.name, 120)
        told = {**values(view, subject, url=page[1].final_url), "field": words}
        fragment = f"{field.asks} {field.name}: {field.label} {field.near}".strip()
        said = f"{_EXTRA_SAID[outcome]}: {words} ({field.asks})."
        return Observation(outcome, said, view.cite((page,)), told, fragment=fragment)
    told = {**values(view, subject), "field": "-"}
    reached = _asks_customers(pages)
    if view.site is not None and reached:
        said = "The forms for customers ask for nothing beyond what a sale needs."
        return Observation(out.NONE_ASKED, said, view.cite(reached), told)
    return _not_reached(out, view, told)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.marketing_consent",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=MarketingSeen,
        run=marketing_consent,
        values=(*VALUES, "words"),
        help="Commercial mail is asked for by a box that nobody ticked in advance.",
    ),
    Judge(
        name="content.unneeded_fields",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ExtraSeen,
        run=unneeded_fields,
        values=(*VALUES, "field"),
        help="Forms demand no data that a sale does not need.",
    ),
)
