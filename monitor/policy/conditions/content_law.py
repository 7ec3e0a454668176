"""Consumer law as a label of its own (law-*): what may no longer be said, and must be.

Here the reference to the closed ODR platform, what is told of reviews, general green
claims and the contents of a privacy statement.  Part B.2 of the label conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from urllib.parse import unquote

from monitor.policy.conditions import (
    content_law_access,
    content_law_guarantee,
    content_law_offer,
    content_law_order,
    content_law_reduction,
    content_law_reviews,
    content_law_withdrawal,
)
from monitor.policy.conditions.content_rights_text import TOO_SHORT, Statement, statement_of
from monitor.policy.conditions.content_rights_words import privacy_part
from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    values,
)
from monitor.policy.conditions.content_texts import sentences
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip, host_of

FRAGMENT_MAX_CHARS = 4_000
URL_MAX_CHARS = 2_000
STATEMENT_MIN_CHARS = 400

# In PDF text an address is cut by spaces.
_ODR_TEXT = re.compile(
    r"(?i)(?<![\w.-])(?:https?\s?:\s?/\s?/\s?)?(?:www\.)?(?:(?:webgate\.)?ec\.europa\.eu\s?/\s?"
    r"(?:consumers\s?/\s?)?odr)(?![\w-])"
)
_ODR_PATH = re.compile(r"(?i)\A/{1,3}(?:consumers/{1,2})?odr(?![\w-])")
_ODR_HOSTS = frozenset({"ec.europa.eu", "www.ec.europa.eu", "webgate.ec.europa.eu"})
_ODR_NAME = re.compile(
    r"(?i)\bodr[\s\-]?(?:platform|plattform|website|site)|plateforme\s(?:\w{1,12}\s){0,4}?"
    r"(?:rll|odr|r[èe]glement\s(?:en\sligne|extrajudiciaire))|(?:os|odr)-plattform|online[\s\-]?"
    r"(?:geschil\w{0,12}platform|streitbeilegungs?-?plattform|dispute\sresolution\splatform)"
    r"|platform\svoor\sonline[\s\-]?geschil|plateforme\s(?:\w{1,12}\s){0,4}?litiges\sen\sligne"
    r"|europe(?:es|se)\s(?:odr|geschillenplatform)|plattform\s(?:der\s\S{1,20}\s(?:\S{1,15}\s)?)?zur\s"
    r"online-?\s?streitbeilegung"
)
# "Gesloten overeenkomsten" are contracts that were concluded.
_CLOSED = re.compile(
    r"(?i)be[ëe]indigd|\b(?:is|werd|wordt|platform|sinds|sindsdien)\s(?:\S{1,15}\s){0,4}?gesloten\b(?!\s\w)"
    r"|gesloten\s(?:per|sinds|op)\b|niet\s(?:meer|langer)|stopgezet|opgeheven|verdwenen|afgeschaft"
    r"|is\sgestopt|\bclosed\b|\bended\b|discontinued|no\slonger|shut\sdown|\bceased|ferm[ée]e?\b"
    r"|n['’]existe\splus|supprim[ée]e?|a\scess[ée]|n['’]est\splus|arr[êe]t[ée]e?\b|eingestellt"
    r"|geschlossen\b|nicht\s(?:mehr|l[äa]nger)|abgeschaltet|beendet"
)
_CLOSED_BESIDE = re.compile(
    r"(?i)20\s(?:juli|juillet|july)\s2025|20\.\s?juli\s2025|july\s20,?\s2025|2024/3228"
    r"|(?:platform|plateforme|plattform)\s(?:\S{1,15}\s){0,4}?(?:gesloten|be[ëe]indigd|closed|discontinued"
    r"|ferm[ée]e|supprim[ée]e|geschlossen|eingestellt)"
)


_GREEN = re.compile(
    r"(?i)milieuvriendelij\w{0,4}|milieubewust\w{0,2}|klimaatneutra\w{0,4}|klimaatpositie\w{0,2}|"
    r"klimaatvriendelij\w{0,4}|(?:co2|co₂)[\s\-]?(?:neutra\w{0,4}|positie\w{0,2}|negatie\w{0,2})"
    r"|(?<!\w)duurza\w{1,6}(?!\w)|ecologisch\w{0,2}|eco[\s\-]?(?:vriendelij\w{0,4}|friendly|responsable\w{0,1})"
    r"|biologisch\safbreekba\w{0,4}|environment(?:ally)?[\s\-]friendly|climate[\s\-](?:neutral|positive"
    r"|friendly)|carbon[\s\-](?:neutral|positive|negative)|biodegradable|(?<!\w)sustainab\w{2,6}"
    r"|earth[\s\-]friendly|planet[\s\-](?:friendly|positive)|respectueu\w{1,3}\sde\sl['’]environnement"
    r"|neutre\w{0,1}\sen\scarbone|[ée]co(?:logique\w{0,1}|-?responsable\w{0,1})|biod[ée]gradable\w{0,1}"
    r"|bon\spour\sla\splan[èe]te|(?<!\w)durables?(?!\w)|umweltfreundlich\w{0,3}|umweltschonend\w{0,3}"
    r"|klimaneutra\w{0,5}|klimafreundlich\w{0,3}|(?<!\w)nachhaltig\w{0,6}|[öo]kologisch\w{0,3}"
    r"|biologisch\sabbaubar\w{0,3}|natuurvriendelij\w{0,4}"
)
# "On a durable medium" is law, "durable" as strong is a property.
_NOT_GREEN = re.compile(
    r"(?i)duurzame?\s(?:gegevens)?drager|supports?\sdurables?|durable\s(?:medium|media)|dauerhaft"
    r"|biens?\sdurables?|duurzaam\smaterieel|duurzame\srelatie|relations?\sdurables?"
)
_GREEN_ROLES = ("start", "product", "category", "about", "delivery")


class OdrSeen(StrEnum):
    """Outcomes of ``content.odr_link``."""

    NONE_LEFT = "none_left"
    LINKED = "linked"
    LINKED_AS_CLOSED = "linked_as_closed"
    NAMED_ONLY = "named_only"
    INCOMPLETE = "incomplete"


class GreenSeen(StrEnum):
    """Outcomes of ``content.green_claims``."""

    NONE_SEEN = "none_seen"
    CLAIMS = "claims"
    INCOMPLETE = "incomplete"


class NoticeSeen(StrEnum):
    """Outcomes of ``content.privacy_information``."""

    COMPLETE = "complete"
    ELEMENTS_MISSING = "elements_missing"
    NO_STATEMENT = "no_statement"
    INCOMPLETE = "incomplete"


def is_odr(url: str) -> bool:
    """Does the address lead to the closed platform, itself or wrapped in another address?"""
    bare = url[:URL_MAX_CHARS]
    if host_of(bare).rstrip(".") in _ODR_HOSTS:
        path = bare.partition("//")[2].partition("/")
        return bool(_ODR_PATH.match(f"/{path[2]}"))
    wrapped = unquote(bare.partition("?")[2])
    return bool(_ODR_TEXT.search(wrapped))


def _odr_mentions(page: Page) -> Iterator[tuple[str, bool, bool]]:
    """(sentence, is an address in it, is it said to be closed) of a page's text."""
    for line in page[1].text.split("\n"):
        said = sentences(line)
        for here, sentence in enumerate(said):
            linked = bool(_ODR_TEXT.search(sentence))
            if linked or _ODR_NAME.search(sentence):
                around = " ".join(said[max(0, here - 1) : here + 2])
                closed = _CLOSED.search(sentence) or _CLOSED_BESIDE.search(around)
                yield sentence, linked, bool(closed)


def odr_link(seen: Seen, subject: Subject) -> Observation:
    """Does anything still lead to the ODR platform that closed on 20 July 2025?  (law-odr).

    Regulation 2024/3228.  Text addresses and PDFs count; a sentence that it closed is fine.
    """
    out, view = OdrSeen, look(seen)
    linked: list[tuple[Page, str]] = []
    closed: list[tuple[Page, str]] = []
    named: list[tuple[Page, str]] = []
    for page in view.readable:
        mentions = tuple(_odr_mentions(page))
        links = [link for link in page[1].links if is_odr(link.url)]
        said_closed = [s for s, _, is_closed in mentions if is_closed]
        linked += [(page, s) for s, is_url, is_closed in mentions if is_url and not is_closed]
        named += [(page, s) for s, is_url, is_closed in mentions if not (is_url or is_closed)]
        shown = [f"{link.text} ({link.url})" for link in links]
        (closed if said_closed else linked).extend((page, s) for s in shown)
    for outcome, found, what in (
        (out.LINKED, linked, "leads to"),
        (out.LINKED_AS_CLOSED, closed, "says closed, and leads to"),
        (out.NAMED_ONLY, named, "names"),
    ):
        if found:
            page, sentence = found[0]
            told = values(view, subject, url=page[1].final_url)
            fragment = "\n".join(s for _, s in found)[:FRAGMENT_MAX_CHARS]
            cited = view.cite(tuple(dict.fromkeys(p for p, _ in found)))
            said = f"The site {what} the closed ODR platform: {clip(sentence, 160)!r}."
            return Observation(outcome, said, cited, told, fragment=fragment)
    told = values(view, subject)
    gap = view.unread("start", "terms", "complaints", "contact", "returns", "about")
    if gap:
        said = f"No link to the ODR platform was seen, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    said = f"Nothing on {told['pages_checked']} pages leads to the closed ODR platform."
    return Observation(out.NONE_LEFT, said, view.cite(), told)


def green_claims(seen: Seen, subject: Subject) -> Observation:
    """Which general green claims are made?  (law-green-claims; Directive 2024/825).

    A list for a reviewer: whether a claim is backed, no program can see.
    """
    out, view = GreenSeen, look(seen)
    found: list[tuple[Page, str]] = []
    for page in view.of(*_GREEN_ROLES):
        spoken = (s for line in page[1].text.split("\n") for s in sentences(line))
        found.extend((page, s) for s in spoken if _GREEN.search(_NOT_GREEN.sub(" ", s)))
    told = {**values(view, subject), "claim": "-"}
    if found:
        page, sentence = found[0]
        told = {**values(view, subject, url=page[1].final_url), "claim": clip(sentence, 160)}
        fragment = "\n".join(dict.fromkeys(s for _, s in found))[:FRAGMENT_MAX_CHARS]
        cited = view.cite(tuple(dict.fromkeys(p for p, _ in found)))
        said = f"{len(found)} sentences make a general green claim: {clip(sentence, 120)!r}."
        return Observation(out.CLAIMS, said, cited, told, fragment=fragment)
    gap = view.gap("start")
    if gap:
        said = f"No green claim was seen, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    said = f"No word of the list was seen on {told['pages_checked']} pages."
    return Observation(out.NONE_SEEN, said, view.cite(), told)


# GDPR articles 13 and 14; a transfer outside the Union is only told where there is one.
_NOTICE: Mapping[str, re.Pattern[str]] = {
    "controller": re.compile(
        r"(?i)verwerkingsverantwoordelijke|verantwoordelijk(?:e)?\svoor|data\scontroller|\bcontroller\b"
        r"|responsible\sfor|responsable\s(?:du|de|des)\s(?:\w{1,5}\s)?traitement|verantwortlich"
        r"|contactgegevens|contact\sdetails|coordonn[ée]es|kontaktdaten|e-?mail|gevestigd|\bsi[èe]ge\b"
    ),
    "legal_basis": re.compile(
        r"(?i)grondslag|rechtsgrond|wettelijke\s(?:basis|verplichting)|gerechtvaardigd\w{0,2}\sbelang"
        r"|uitvoer\w{0,3}\s(?:van\s)?(?:(?:de|een|uw|onze)\s)?(?:koop)?overeenkomst|toestemming|legal\s(?:basis|ground|oblig)"
        r"|lawful\sbasis|legitimate\sinterest|performance\sof\s(?:a|the|our)\scontract|consent"
        r"|bases?\s(?:l[ée]gale|juridique)|int[ée]r[êe]t\sl[ée]gitime|ex[ée]cution\s(?:du|d['’]un)\scontrat"
        r"|consentement|obligation\sl[ée]gale|rechtsgrundlage|berechtigte\w{0,2}\sinteresse"
        r"|vertragserf[üu]llung|erf[üu]llung\s(?:des|eines)\svertrag|einwilligung|art(?:ikel|\.)?\s?6"
    ),
    "retention": re.compile(
        r"(?i)bewa(?:ar|ren|art)|bewaring|gewist\sna|retention|retain|\bkeep\b|\bkept\b|stored?\s(?:for|until)"
        r"|how\slong|hoe\slang|conserv|combien\sde\stemps|aufbewahr|speicherdauer|gespeichert|gel[öo]scht"
        r"|speicherfrist|l[öo]schfrist"
    ),
    "recipients": re.compile(
        r"(?i)derden|verwerkers?\b|ontvang(?:ers?|en|t)\b|boekhouder|comptable|accountant\b|steuerberater"
        r"|postnl|bpost|\bdhl\b|\bdpd\b|mollie|transporteurs?\b|communiqu[ée]|partners|delen\s(?:met|wij)|verstrek|doorgegeven|leverancier"
        r"|bezorgdienst|third\spart|recipients?|processors?\b|share|service\sproviders?|tiers\b"
        r"|destinataires?|sous-traitant|partenaires?|prestataire|dritte|empf[äa]nger|auftragsverarbeit"
        r"|weitergabe|weitergegeben|dienstleister"
    ),
    "rights": re.compile(
        r"(?i)inzage|inzien|rectific|verwijder|vergetelheid|bezwaar|\baccess\b|erasure|delet|object\b"
        r"|acc[èe]s|acc[ée]der|effacement|effacer|supprim|opposition|opposer|rectifier|aanpassen|wissen|auskunft|l[öo]schung|widerspruch|berichtigung"
    ),
    "authority": re.compile(
        r"(?i)autoriteit\spersoonsgegevens|autoriteitpersoonsgegevens|gegevensbeschermingsautoriteit"
        r"|\bGBA\b|\bAP\b|toezichthoud|privacycommissie|supervisory\sauthority|data\sprotection\sauthority"
        r"|\bAPD\b|autorit[ée]\sde\s(?:protection|contr[ôo]le)|\bCNIL\b|autorit[ée]\scomp[ée]tente"
        r"|aufsichtsbeh[öo]rde|datenschutzbeh[öo]rde|landesbeauftragte|bundesbeauftragte|datenschutzbeauftragte"
        r"\w{0,2}\sf[üu]r"
    ),
}
_NOTICE_NAMES = {
    "controller": "who is responsible",
    "legal_basis": "legal basis",
    "retention": "how long data are kept",
    "recipients": "who receives them",
    "rights": "rights",
    "authority": "complaint to the authority",
}


def privacy_information(seen: Seen, subject: Subject) -> Observation:
    """Does the privacy statement name what GDPR article 13 asks for?  (law-privacy-13).

    Groups of words, so what is missing is a question for a reviewer.
    """
    out, view = NoticeSeen, look(seen)
    least = number(subject.params, "statement_min_chars", STATEMENT_MIN_CHARS)
    statement = statement_of(view)
    if statement is None or len(statement.text) < least:
        return _no_statement(view, subject, statement)
    pages, text, cited = statement.pages, statement.text, view.cite(statement.pages)
    missing = tuple(name for name, shape in _NOTICE.items() if not shape.search(text))
    told = {**values(view, subject, url=pages[0][1].final_url), "missing": "-"}
    if not missing:
        said = "The privacy statement speaks of everything that article 13 asks for."
        return Observation(out.COMPLETE, said, cited, told, fragment=text[:FRAGMENT_MAX_CHARS])
    told["missing"] = ", ".join(_NOTICE_NAMES[m] for m in missing)
    unread = "" if statement.why == TOO_SHORT else statement.why
    gap = unread or _embedded(pages)
    if gap:
        said = f"Not found: {told['missing']}; not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    said = f"The privacy statement seems to say nothing about: {told['missing']}."
    return Observation(out.ELEMENTS_MISSING, said, cited, told, fragment=text[:FRAGMENT_MAX_CHARS])


def _no_statement(view: View, subject: Subject, statement: Statement | None) -> Observation:
    """No statement that is long enough to be judged by its contents."""
    out, told = NoticeSeen, {**values(view, subject), "missing": "-"}
    gap = view.unread("start", "privacy")
    elsewhere = any(privacy_part(page[1]) for page in view.readable)
    if gap or statement is not None or elsewhere:
        why = gap or ("it is short" if statement is not None else "it is a part of another page")
        cited = view.cite(statement.pages if statement is not None else ())
        said = f"The privacy statement could not be read in full ({why})."
        return Observation(out.INCOMPLETE, said, cited, told)
    return Observation(out.NO_STATEMENT, "No privacy statement was found.", view.cite(), told)


def _embedded(pages: tuple[Page, ...]) -> str:
    return "an embedded document" if any(p[1].embeds for p in pages) else ""


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.odr_link",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=OdrSeen,
        run=odr_link,
        values=VALUES,
        help="Nothing leads to the closed ODR platform of the European Union.",
    ),
    Judge(
        name="content.green_claims",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=GreenSeen,
        run=green_claims,
        values=(*VALUES, "claim"),
        help="General green claims, as a list for a reviewer.",
    ),
    Judge(
        name="content.privacy_information",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=NoticeSeen,
        run=privacy_information,
        params={
            "statement_min_chars": Param(
                "int", STATEMENT_MIN_CHARS, "a shorter text is not judged by its contents"
            )
        },
        values=(*VALUES, "missing"),
        help="The privacy statement names what GDPR article 13 asks for.",
    ),
    *content_law_access.JUDGES,
    *content_law_guarantee.JUDGES,
    *content_law_offer.JUDGES,
    *content_law_order.JUDGES,
    *content_law_reduction.JUDGES,
    *content_law_reviews.JUDGES,
    *content_law_withdrawal.JUDGES,
)
