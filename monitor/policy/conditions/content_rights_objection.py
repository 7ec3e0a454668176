"""Objection against handing data to others beyond what the contract needs (tz-10.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_rights_text import Statement, folded, statement_of
from monitor.policy.conditions.content_seen import VALUES, look, values
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind

FRAGMENT_MAX_CHARS = 6_000
TITLE_MAX_WORDS = 9
ITEM_MAX_WORDS = 14
ITEMS_MAX = 8

_SHARE = re.compile(
    r"verstrek|\bdelen\b|\bdeelt\b|\bdeel\b|gedeeld|doorg[ae]|doorgeef|\bgeven\b|verkop|verkoop"
    r"|verkocht"
    r"|verhuur|ter beschikking|beschikbaar"
    r"|\bshar(?:e|es|ed|ing)\b|disclos|\bsell|\bsold\b|transfer|\bprovide|\bpass(?:ed)? on|\brent\b"
    r"|\btrade\b|\bgive\b|partag|transm|communiqu|\bvend|\bcede|cession|divulg|transfer|louons"
    r"|weitergeb|weitergeg|weitergabe|\bgeben\b|gibt\b|ubermit|verkauf|weiterleit|weitergeleitet"
    r"|offenleg"
    r"|offengelegt|vermieten"
)
_SAYS = re.compile(r"\b(?:wij|we|us|nous|wir|worden|wordt|zijn|sont|est|are|is|will|werden|wird)\b")
_SELL = re.compile(
    r"verkop|verkoop|verkocht|verhuur|\bsell|\bsold\b|\brent\b|\bvend|lou|verkauf|vermiet"
)
_THIRD = re.compile(
    r"\bderden?\b|\b\w{0,12}partners?\b|adverteerder|zusterbedrijf|gelieerde|third part|advertiser"
    r"|affiliat|\btiers\b|tierces|partenaire|annonceur|\bdritte|werbepartner|partnerunternehmen"
    r"|sponsor|\bfacebook|\bmeta\b|adverti[sz]ing network|(?:andere|externe) partij|outside parties"
    r"|(?:andere|externe|gekozen|geselecteerde|verbonden|other|external|selected|chosen|affiliated"
    r"|group|autres|ausgewahlte|anderen?|verbundene) (?:\w+ ){0,2}(?:bedrijven|ondernemingen"
    r"|organisaties|companies|businesses|organi[sz]ations|societes|entreprises|unternehmen)"
    r"|\b(?:aan|to|an) (?:\w+ ){0,3}(?:bedrijven|companies|unternehmen)\b"
    r"|\ba des (?:\w+ ){0,2}(?:societes|entreprises)\b"
    r"|(?:societes|entreprises|organismes) (?:\w+ ){0,3}(?:selectionne|exterieur|affilie|choisi)"
)
_MARKETING = re.compile(
    r"marketing|reclame|commerciele|commerciales?|adverten|adverti|advertent|promotion|aanbiedingen"
    r"|offers\b|publicit|prospection|\bwerbe|\bwerbung|direct mail|mailings"
)
# Whom a sale needs: who carries, takes the money, keeps the books, runs the machines.
_NECESSARY = re.compile(
    r"vervoer|transport|bezorg|pakketdienst|post ?nl|\bbpost\b|\bdhl\b|\bdpd\b|\bgls\b|\bups\b"
    r"|fedex|koerier|courier|carrier|royal mail|colissimo|chronopost|la poste|mondial relay"
    r"|versand|spedit|paketdienst|deutsche post|hermes|shipping|logisti|\blivr"
    r"|betaal|betaling|payment|paiement|zahlung|mollie|adyen|stripe|paypal|klarna|buckaroo|multisafe"
    r"|afterpay|riverty|bancontact|worldline|ingenico|\bbank|banque|sumup"
    r"|boekhoud|accountant|comptab|buchhalt|steuerberat|hosting|hebergeur|hoster|web host"
    r"|\bit (?:leverancier|dienst|provider|supplier)|softwareleverancier|shopify|lightspeed"
    r"|mailchimp|verwerkers?\b|processors?\b|sous traitant|auftragsverarbeit|dienstverlener"
    r"|service provider|prestataire|dienstleister|incasso|autorite|authorit|behorde"
    r"|belastingdienst|politie|police|fraud"
)
_NOT = re.compile(
    r"\b(?:niets?|geen|nooit|nothing|rien|nichts|never|not|no|don t|jamais|ne|n|pas|aucune?|nicht"
    r"|keine?n?|niemals|zonder|without|sans|ohne)\b"
)
# Words of denial that deny nothing: "not only", "no longer than", French "ne ... que".
_NO_DENIAL = re.compile(
    r"\b(?:niet|not|non|nicht) (?:alleen|only|seulement|nur|langer|limited|beperkt|responsible"
    r"|verantwoordelijk|aansprakelijk|liable|verantwortlich)\b|\bno longer\b|\bsans s y limiter\b"
    r"|\bne (?:\w+ ){1,6}qu(?:e|)\b(?! apres)"
    r"|\b(?:zonder|without|sans|ohne) (?:\w+ ){0,3}(?:toestemming|consent|permission|accord"
    r"|consentement|einwilligung|zustimmung)"
)
_FRENCH_ONLY = re.compile(r"\bne (?:\w+ ){1,6}qu(?:e|)\b")
_UNLESS = re.compile(
    r"tenzij|behalve|except|unless|other than|sauf|hormis|excepte|es sei denn|ausser|soweit"
)
_ONLY = re.compile(
    r"\b(?:uitsluitend|alleen|slechts|enkel|only|solely|exclusively|uniquement|exclusivement"
    r"|seulement|nur"
    r"|ausschliesslich)\b"
)
_NEEDED = re.compile(
    r"noodzakelijk|\bnodig\b|uitvoer|wettelijk|necessary|required|perform|\blaw\b|legal|need"
    r"|necessaire"
    r"|execution|obligation|\bloi\b|erforderlich|notwendig|gesetzlich|erfullung|vertrag|bezorg"
    r"|deliver|livr"
    r"|liefer"
)
_ON_BEHALF = re.compile(
    r"verwerkers?\b|processors?\b|sous traitant|auftragsverarbeit|namens ons|on our behalf"
    r"|in onze opdracht"
    r"|in opdracht van ons|pour notre compte|in unserem auftrag|our own|eigen (?:nieuwsbrief"
    r"|reclame)"
)
_WITH_CONSENT = re.compile(
    r"toestemming|consent|permission|accord|consentement|einwilligung|zustimmung|akkoord|opt in"
)
_ROUTE = re.compile(
    r"bezwaar|\bverzet|opt(?:ing)? out|\bobject to\b|(?:to|can|may|you|and|or) object\b|\bobjection"
    r"|withdraw (?:\w+ ){0,3}consent|withdrawal of (?:\w+ ){0,2}consent"
    r"|\boppos|retirer votre|retrait d\w{0,2} (?:\w+ )?(?:consentement|accord)|widerspr"
    r"|widerruf (?:\w+ ){0,3}einwilligung|einwilligung\w{0,2} (?:\w+ ){0,6}widerruf|intrekken"
    r"|in te trekken|ingetrokken|afmeld|uitschrijv|unsubscrib|desinscri|desabonn|abmeld|\bnicht"
    r" (?:\w+ ){0,2}wunsch|\bweigeren\b|\brefuse\b|\brefuser\b"
)
# Leaving the shop's own list stops no handing over.
_OWN_LIST = re.compile(
    r"(?:afmeld|uitschrijv|unsubscrib|desinscri|desabonn|abmeld)\w{0,6}\b(?!.{0,80}(?:derde|partner"
    r"|third|tiers|partenaire|dritte|deze|this))"
)
_NO_ROUTE = re.compile(
    r"\b(?:geen|niet|no|not|cannot|aucun|kein\w{0,2}|nicht) (?:\w+ ){0,3}(?:bezwaar|verzet|object"
    r"|oppos"
    r"|widerspr)|herroepings|retractation|widerrufs(?:recht|frist|belehrung)"
)


class ObjectionSeen(StrEnum):
    """What was seen of handing data to others, and of objecting to it."""

    ROUTE_TOLD = "route_told"
    NO_TRANSFER = "no_transfer"
    NEEDED_ONLY = "needed_only"
    MARKETING_WITHOUT = "marketing_without"
    UNCLEAR = "unclear"
    NOT_MENTIONED = "not_mentioned"
    NO_STATEMENT = "no_statement"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Sharing:
    """Sentences on handing data to others, by what they say.

    ``needed`` names only whom a sale needs, or denies a sale of data alone; ``leave``
    is how to leave the shop's own list of addresses.
    """

    none: tuple[str, ...]
    needed: tuple[str, ...]
    marketing: tuple[str, ...]
    other: tuple[str, ...]
    route: tuple[str, ...]
    leave: tuple[str, ...]

    @property
    def fragment(self) -> str:
        """All of them, as a reviewer's verdict is pinned to them."""
        parts = (self.none, self.needed, self.marketing, self.other, self.route, self.leave)
        lines = (line for part in parts for line in part)
        return "\n".join(dict.fromkeys(lines))[:FRAGMENT_MAX_CHARS]


def _is_title(sentence: str) -> bool:
    """A heading names a subject and says nothing of it."""
    return (
        len(sentence.split()) <= TITLE_MAX_WORDS
        and not sentence.endswith((".", ":", "!", ";"))
        and not _SAYS.search(sentence)
    )


def _sharing(text: str) -> _Sharing:
    found: dict[str, list[str]] = {name: [] for name in _Sharing.__slots__}
    items = 0
    for sentence in folded(text):
        if _ROUTE.search(sentence) and not _NO_ROUTE.search(sentence):
            own_list = not _ROUTE.search(_OWN_LIST.sub(" ", sentence))
            found["leave" if own_list else "route"].append(sentence)
        shares = bool(_SHARE.search(sentence)) and not _is_title(sentence)
        # "We share your data with:" goes on in the items of a list.
        listed = items > 0 and len(sentence.split()) <= ITEM_MAX_WORDS
        if (shares or listed) and (_THIRD.search(sentence) or _NECESSARY.search(sentence)):
            found[_kind(sentence)].append(sentence)
        items = ITEMS_MAX if shares and sentence.endswith(":") else items - 1
    return _Sharing(**{name: tuple(lines) for name, lines in found.items()})


def _kind(sentence: str) -> str:
    """What one sentence says of handing data over: the name of a field of ``_Sharing``."""
    denied = bool(_NOT.search(_NO_DENIAL.sub(" ", sentence)))
    only = bool(_ONLY.search(sentence) or _FRENCH_ONLY.search(sentence))
    marketing = bool(_MARKETING.search(sentence)) and not _ON_BEHALF.search(sentence)
    only_needed = bool(_NEEDED.search(sentence)) and (
        only or (denied and bool(_UNLESS.search(sentence)))
    )
    if _WITH_CONSENT.search(sentence):
        # "Not without your consent" asks beforehand.
        return "other"
    if only_needed and not marketing:
        return "none"
    if denied:
        # "We do not sell your data" leaves open that they are handed over.
        if _SELL.search(sentence) and not _SHARE.search(_SELL.sub(" ", sentence)):
            return "needed"
        return "other" if _UNLESS.search(sentence) else "none"
    if marketing:
        return "marketing" if _THIRD.search(sentence) else "other"
    return "needed" if _NECESSARY.search(sentence) or _NEEDED.search(sentence) else "other"


def objection(seen: Seen, subject: Subject) -> Observation:
    """Can customers object where data go to others for more than the contract?  (tz-10.3).

    Carriers and processors are recipients that the contract needs.
    """
    out, view = ObjectionSeen, look(seen)
    statement = statement_of(view)
    if statement is None:
        said = f"No privacy statement was read ({view.gap('privacy') or 'none found'})."
        return Observation(out.NO_STATEMENT, said, view.cite(), values(view, subject))
    sharing = _sharing(statement.text)
    outcome, said = _weighed(statement, sharing)
    told = values(view, subject, url=statement.url)
    cited = view.cite(statement.pages)
    return Observation(outcome, said, cited, told, fragment=sharing.fragment)


def _weighed(statement: Statement, sharing: _Sharing) -> tuple[ObjectionSeen, str]:
    out = ObjectionSeen
    beyond = sharing.marketing or sharing.other
    if (beyond or (sharing.needed and not sharing.none)) and sharing.route:
        return out.ROUTE_TOLD, "Data go to others, and the statement says how to object."
    if statement.why:
        return out.INCOMPLETE, f"The statement was not read in full ({statement.why})."
    if sharing.marketing and sharing.none:
        return out.UNCLEAR, "The statement both denies and tells that data go to others."
    if sharing.marketing and sharing.leave:
        return out.UNCLEAR, "Data go to others for marketing; only leaving a list is told."
    if sharing.marketing:
        said = "Data go to others for marketing, and the statement names no way to object."
        return out.MARKETING_WITHOUT, said
    if sharing.other:
        return out.UNCLEAR, "Data go to others; whether for more than the contract is not clear."
    if sharing.none:
        return out.NO_TRANSFER, "The statement says that no data go to others, beyond need."
    if sharing.needed:
        return out.NEEDED_ONLY, "The statement names only recipients that a sale needs."
    return out.NOT_MENTIONED, "The statement says nothing about handing data to others."


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.objection",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ObjectionSeen,
        run=objection,
        values=VALUES,
        help="Customers can object to data going to others beyond the contract.",
    ),
)
