"""Rights and security as a site tells them (tz-10.4, tz-10.5); all judges of rights."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions import (
    content_rights_consent,
    content_rights_cookies,
    content_rights_forms,
    content_rights_objection,
)
from monitor.policy.conditions.content_rights_text import Statement, folded, statement_of
from monitor.policy.conditions.content_rights_words import PRIVACY_MIN_CHARS, pictured
from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    own_text,
    start_of,
    suspects,
    values,
)
from monitor.policy.conditions.folding import fold
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip

# A list of rights may go on for so many characters after the words that open it.
LIST_CHARS = 900
SECURE_ROLES = ("start", "privacy", "payment", "checkout", "terms", "about", "contact")

# Pattern P11 in words that are said of a right; synonyms of all four languages.
_STRICT: dict[str, re.Pattern[str]] = {
    "access": re.compile(
        r"\binzage|\binzien\b|in te zien|\bopvragen|op te vragen|toegangsrecht|recht (?:op|van"
        r"|tot) toegang"
        r"|toegang tot (?:uw|je|jouw|zijn|de|deze|persoon)|kopie van (?:uw|je|jouw|de)|^toegang\b"
        r"|right (?:of|to) access|\baccess (?:to )?(?:your|their|the|this|it|that|any|personal)\b"
        r"|^(?:right of )?access\b|\baccess (?:and|or|correct|rectif)|access request|\baccess\s?,"
        r"|copy of (?:your|the|any)|\bsee (?:what|which|your)|\bview\b"
        r"|what (?:personal )?data we"
        r"|droits? (?:d |de )?acces|\bd acces\b|\bacces\s?,|acceder a|\bacces (?:a|aux|et)\b"
        r"|^acces\b"
        r"|copie de vos"
        r"|consulter (?:vos|les|ses) (?:donnees|infos|informations)|prendre connaissance"
        r"|auskunft|einsicht|einzusehen|einsehen|zugang zu (?:ihren|den)|kopie (?:ihrer|der)"
    ),
    "correct": re.compile(
        r"corrig|correctie|rectific|\bverbeter|\bwijzig|aanpass|aan te passen|recht ?te? ?zet"
        r"|gewijzigd"
        r"|\bcorrect\b|\bcorrect(?:ed|ing|ion|ions)\b|rectif|\bamend|\bupdate (?:your|the|any|it)"
        r"|change (?:your|the|any)|\bcorrection|\bmodifi|mettre a jour|mise a jour de vos"
        r"|berichtig|korrig|korrektur|richtigstell|\bandern\b"
    ),
    "erase": re.compile(
        r"verwijder|\bwissen\b|wissing|\bgewist|vergetelheid|\bvergeten|\bschrapp|vernietig|uitwiss"
        r"|\beras|\bdelet|\bremov|be forgotten|\beffac|\bsuppr|\boubli\b|losch|vergessen(?:werden)?"
    ),
    "object": re.compile(
        r"bezwaar|\bverzet\b|\bverzetten|\bobject(?:s|ed|ing|ion|ions)?\b|\boppos|widerspr"
    ),
}  # fmt: skip
# Words that may mean the same; they keep a right from being called untold.
_LOOSE: dict[str, re.Pattern[str]] = {
    "access": re.compile(
        r"inzag|inzie|opvra|toegang|\baccess(?!oir|ori|ibil)|\bacces\b|auskunft|einsicht|zugang"
        r"|\bkopie|\bcopy\b|\bcopie\b|overzicht|\bconsult|welke gegevens|which data|quelles donnees"
        r"|welche daten|\bsee\b|\bask us\b|verstrekking"
    ),
    "correct": re.compile(
        r"corr[ei]|rectif|verbeter|wijzig|aanpas|\bpas\w{0,3} (?:\w+ ){0,5}aan\b"
        r"|amend|\bupdat|chang|modif|mise a jour|berichtig"
        r"|korr[ie]|andern|anderung|\bfix\b|juist|accurate|exact|richtig"
    ),
    "erase": re.compile(
        r"verwijder|\bwis|gewist|verget|schrap|vernietig|eras|delet|remov|forg[eo]t|effac|suppr"
        r"|oubli|losch|vergess|entfern|get rid|destroy|detrui|radi|\bweg\b|weghal|opruim"
    ),
    "object": re.compile(
        r"bezwa|verzet|object(?!i[fv])|oppos|widerspr|opt out|\bstop|afmeld|uitschrijv|unsubscri"
        r"|desinscri|desabonn|abmeld|\brefus|weiger"
    ),
}
_ANCHOR = re.compile(
    r"\brecht(?:en|e)?\b|\brights?\b|\bdroits?\b|\bverzoek|\brequest|\bdemand|\banfrage|anspruch"
    r"|betroffenenrecht|toegangsrecht|inzagerecht|\b(?:kunt|kan|mag|kun) (?:u|je|jij|men)\b"
    r"|\b(?:u|je|jij) (?:kunt|kan|mag|heeft|hebt)\b|\byou (?:can|may|have|are entitled)"
    r"|\bvous (?:pouvez"
    r"|avez|disposez|beneficiez)|\bsie (?:konnen|haben)|\b(?:konnen|haben) sie\b|\bask us\b"
)
_RIGHT_WORD = re.compile(r"\brecht|\bright|\bdroit|verzoek|\brequest|\bdemand|anspruch|verlangen")
# What looks like a right of the visitor and is none.
_NO_RIGHT = re.compile(
    r"rechten voorbehouden|rights reserved|droits reserves|rechte vorbehalten|behoud\w{0,4} (?:ons"
    r"|wij)"
    r"|behoudt zich|reserves? the right|reserv\w{0,4} le droit|behalten uns|behalt sich"
    r"|geen (?:recht|inzage|bezwaar)|no right|not entitled|aucun droit|pas le droit"
    r"|kein\w{0,2} (?:recht"
    r"|anspruch)|cannot (?:access|object|request)|kunt (?:u|je) (?:geen|niet)|vous ne pouvez"
    r"|herroepings"
    r"|retractation|widerrufsrecht|retourrecht"
)
_ABOUT_COOKIES = re.compile(r"cookie|browser|navigateur|\bcache\b")
_ABOUT_POLICY = re.compile(
    r"privacy ?(?:verklaring|beleid|statement|policy|notice)|datenschutzerklarung|\bpolitique\b"
    r"|(?:deze|dit|this|la presente|cette|diese) (?:verklaring|beleid|policy|statement|notice|page"
    r"|declaration|charte|erklarung|seite|pagina)"
)
_BY_US = re.compile(
    r"\b(?:wij|we) (?:\w+ ){0,3}(?:verwijderen|wissen|delete|erase|remove|anonymi)"
    r"|\bnous (?:supprim|effac)"
    r"|worden (?:\w+ ){0,8}(?:verwijderd|gewist|vernietigd)|(?:werden|wird) (?:\w+ ){0,8}geloscht"
    r"|wir loschen|loschen wir|(?:are|is|be) (?:\w+ ){0,3}(?:deleted|erased|removed)"
    r"|(?:sont|seront|est) (?:\w+ ){0,3}(?:supprime|efface)"
)
_STAFF = re.compile(
    r"medewerker|employee|\bstaff\b|collaborateur|mitarbeiter|onbevoegd|unbefugt|unauthori"
    r"|non autoris"
    r"|\bhacker|derden|third part|\btiers\b|dritte|personeel|leverancier|supplier|website|account"
)
# Only "access" and its kin are said of staff as well.
_OWN_ACCESS = re.compile(
    r"inzage|inzien|in te zien|opvrag|op te vragen|kopie|copy|\bview|consult|auskunft|einsicht"
)
_RIGHTS_NAMED = re.compile(
    r"\b(?:uw|je|jouw|uw privacy|wettelijke|avg|privacy) ?rechten|rechten (?:van|onder|volgens"
    r"|op grond)"
    r"|\b(?:your|their|privacy|gdpr|data subject|legal|data protection) rights|rights (?:under|of)"
    r"|\b(?:vos|ses|leurs) droits|droits (?:des|rgpd)|exercer|\b(?:ihre|ihrer|deren) rechte"
    r"|betroffenenrecht"
    r"|^(?:rechten|rights|droits|rechte)\b"
)


# Words on asking for data, whatever is asked.
_ASKING = re.compile(
    r"(?:verzoek (?:om|tot)|\brecht(?:en)? (?:op|om|van)|\brequest (?:\w+ ){0,3}(?:details"
    r"|information|data)"
    r"|\brights? (?:to|of)|\bdroits? (?:de|d|a)\b|demander (?:\w+ ){0,3}(?:donnees|informations)"
    r"|anspruch auf"
    r"|\brecht auf)\b"
)


class RightsSeen(StrEnum):
    """What was seen of the rights of customers."""

    ALL_TOLD = "all_told"
    SOME_MISSING = "some_missing"
    NONE_TOLD = "none_told"
    UNCLEAR = "unclear"
    ELSEWHERE = "elsewhere"
    NO_STATEMENT = "no_statement"
    INCOMPLETE = "incomplete"


class SecureSeen(StrEnum):
    """What was seen of the word that the connection is secured."""

    TOLD = "told"
    IMAGE_SUSPECTED = "image_suspected"
    UNCLEAR = "unclear"
    PAGE_NOT_READ = "page_not_read"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


def _says(name: str, sentence: str) -> bool:
    """Is a right of that group told in the sentence?"""
    if not _STRICT[name].search(sentence):
        return False
    named = bool(_RIGHT_WORD.search(sentence))
    match name:
        case "access" if _STAFF.search(sentence) and not _OWN_ACCESS.search(sentence):
            return named
        case "erase" if _BY_US.search(sentence):
            return named
        case "correct" if _ABOUT_POLICY.search(sentence):
            return named
        case _:
            return named or not _ABOUT_COOKIES.search(sentence)


def _is_about_policy(sentence: str) -> bool:
    """Is it the statement itself that is changed, and nobody's right?"""
    return bool(_ABOUT_POLICY.search(sentence)) and not _RIGHT_WORD.search(sentence)


def _told(text: str) -> tuple[frozenset[str], frozenset[str], bool]:
    """(rights told, rights that may be told, whether rights are spoken of at all)."""
    strict, loose, spoken = set[str](), set[str](), False
    left = 0
    for sentence in folded(text):
        if len(strict) == len(_STRICT):
            break
        if _NO_RIGHT.search(sentence):
            continue
        left = LIST_CHARS if _ANCHOR.search(sentence) else left - len(sentence)
        loose |= {
            name
            for name, pattern in _LOOSE.items()
            if name not in loose
            and pattern.search(sentence)
            and (name != "correct" or not _is_about_policy(sentence))
        }
        if not (loose or spoken):
            spoken = bool(_RIGHTS_NAMED.search(sentence) or _ASKING.search(sentence))
        if left > 0:
            strict |= {name for name in _STRICT if name not in strict and _says(name, sentence)}
    return frozenset(strict), frozenset(loose | strict), spoken


def _leads_elsewhere(statement: Statement) -> bool:
    """Does the statement link to a page about rights that is not among those read as it?"""
    read = {url.rstrip("/") for _, f in statement.pages for url in (f.url, f.final_url)}
    return any(
        link.kind in ("page", "script", "frame")
        and link.url.rstrip("/") not in read
        and _RIGHTS_NAMED.search(fold(link.text[:200]))
        and not _NO_RIGHT.search(fold(link.text[:200]))
        for _, facts in statement.pages
        for link in facts.links
    )


def rights_told(seen: Seen, subject: Subject) -> Observation:
    """Does the statement name access, correction, erasure and objection?  (tz-10.4, P11)."""
    out, view = RightsSeen, look(seen)
    statement = statement_of(view)
    if statement is None:
        said = f"No privacy statement was read ({view.gap('privacy') or 'none found'})."
        return Observation(out.NO_STATEMENT, said, view.cite(), values(view, subject))
    strict, loose, spoken = _told(statement.text)
    told, cited = values(view, subject, url=statement.url), view.cite(statement.pages)
    missing = ", ".join(name for name in _STRICT if name not in loose)
    if len(strict) == len(_STRICT):
        outcome, said = out.ALL_TOLD, "The privacy statement names all four rights."
    elif statement.why:
        outcome, said = out.INCOMPLETE, f"The statement was not read in full ({statement.why})."
    elif not missing:
        unsure = ", ".join(name for name in _STRICT if name not in strict)
        outcome, said = out.UNCLEAR, f"Whether these rights are told is not certain: {unsure}."
    elif _leads_elsewhere(statement) or (not loose and spoken):
        outcome, said = out.ELSEWHERE, "The statement speaks of rights that stand elsewhere."
    elif loose:
        outcome, said = out.SOME_MISSING, f"The privacy statement does not name: {missing}."
    else:
        outcome, said = out.NONE_TOLD, "The privacy statement names none of the four rights."
    return Observation(outcome, said, cited, told, fragment=statement.text)


_SECURE = re.compile(
    r"(?<![a-z])(?:ssl|tls)(?![a-z])|(?<![a-z.])https(?!\s?:|[a-z])"
    r"|(?:beveiligde?|veilige|versleutelde?|gecodeerde?|encrypted|encrypte)\s(?:\w+\s){0,2}"
    r"(?:verbinding|server|omgeving|betaalomgeving|internetverbinding|pagina)"
    r"|(?:verbinding|gegevens)\s(?:\w+\s){0,6}(?:beveiligd|versleuteld|gecodeerd)"
    r"|(?:connexions?|serveur|liaison|environnement|protocole|site)\s(?:\w+\s){0,6}(?:securise"
    r"|crypte"
    r"|chiffre)"
    r"|(?:donnees|paiements?|transactions?)\s(?:\w+\s){0,6}(?:crypte|chiffre)"
    r"|(?:secured?|encrypted)\s(?:\w+\s){0,2}(?:connection|server|socket|environment|link|page)"
    r"|(?:connections?|data|information|details|transactions?|traffic)\s(?:\w+\s){0,6}encrypted"
    r"|(?:verschlusselte?\w?|sichere\w?|gesicherte\w?)\s(?:\w+\s){0,2}(?:verbindung|server"
    r"|ubertragung)"
    r"|(?:bestelling(?:en)?|betaling(?:en)?|orders?|checkout|payments?|commandes?|bestellung(?:en)?)\s"
    r"(?:\w+\s){0,6}(?:versleuteld|gecodeerd|encrypted|crypte|chiffre|verschlusselt)"
    r"|(?:versleuteld|verschlusselt)\s(?:verzonden|verstuurd|ubertragen|gesendet|ubermittelt)"
    r"|\bencryption\b|versleuteling|chiffrement|cryptage"
    r"|verschlusselt\s?ubertragen|(?:verbindung|daten|ubertragung)\s(?:\w+\s){0,6}verschlusselt"
    r"|(?:ssl|tls|daten)?verschlusselung"
)
_NOT_SECURE = re.compile(
    r"\b(?:geen|niet|not|no|nicht|keine?|pas|aucune?)\s(?:\w+\s){0,2}(?:beveiligd|versleuteld"
    r"|volledig"
    r"|secur|encrypt|completely|sicher|verschlussel|gesichert|crypte|chiffre|ssl|tls|https)"
    r"|\b(?:ssl|tls|https) (?:niet|nicht)\b"
)
# Another party's machines, or how something is kept rather than sent.
_OF_OTHERS = re.compile(
    r"hosting|hebergeur|hoster|provider|certificaten kopen|ssl certificate for"
    r"|(?:wachtwoord|password|mots? de passe|passwort).{0,60}(?:versleutel|encrypt|chiffr|crypt"
    r"|verschlussel)|(?:versleuteld|encrypted|verschlusselt) (?:opgeslagen|stored|gespeichert)"
)
_IMAGE_SECURE = re.compile(
    r"ssl|padlock|hangslot|slotje|secure|beveilig|veilig|securis|sicher|https"
)
_SECURITY_PAGE = re.compile(
    r"veilig|beveilig|secur|sicher|\bssl\b|\bfaq|veelgestelde|vragen|questions|fragen|\bhelp\b"
    r"|hulp|hilfe"
    r"|\baide\b"
)


def _unread_page(view: View) -> str:
    """A page on security or with questions that the start page links to and nobody read."""
    read = {url.rstrip("/") for _, f in view.readable for url in (f.url, f.final_url)}
    for _, facts in view.of("start"):
        for link in facts.links:
            named = _SECURITY_PAGE.search(fold(link.text[:120]))
            if named and link.kind in ("page", "script") and link.url.rstrip("/") not in read:
                return link.text
    return ""


def _secure_lines(pages: tuple[Page, ...]) -> tuple[list[tuple[Page, str]], list[tuple[Page, str]]]:
    """(sentences that say it, sentences that may be about somebody else)."""
    sure, unsure = list[tuple[Page, str]](), list[tuple[Page, str]]()
    for page in pages:
        for sentence in folded(page[1].text):
            if _SECURE.search(sentence) and not _NOT_SECURE.search(sentence):
                (unsure if _OF_OTHERS.search(sentence) else sure).append((page, sentence))
    return sure, unsure


def secure_connection_told(seen: Seen, subject: Subject) -> Observation:
    """Does the site say that data travel over a secured connection?  (tz-10.5)."""
    out, view = SecureSeen, look(seen)
    shop = frozenset({"product", "category"})
    pages = tuple(p for p in view.readable if not shop.intersection(p[1].roles))
    sure, unsure = _secure_lines(pages)
    found = (sure or unsure)[:1]
    told = values(view, subject, url=found[0][0][1].final_url if found else "")
    cited = view.cite(tuple(page for page, _ in found))
    fragment = found[0][1] if found else ""
    if sure:
        said = f"The site says so: {clip(fragment, 160)}"
        return Observation(out.TOLD, said, cited, told, fragment=fragment)
    if unsure:
        said = f"This may be about another party: {clip(fragment, 160)}"
        return Observation(out.UNCLEAR, said, cited, told, fragment=fragment)
    gap = view.unread(*SECURE_ROLES, short=True)
    if gap or view.site is None:
        said = f"No such sentence was found, but not every page was read ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    return _secure_missing(view, subject, pages)


def _is_drawn(page: Page, view: View) -> bool:
    """Is it a page of so little text that a picture on it may be the text?"""
    text = own_text(page[1], start_of(view))
    return len(text) < PRIVACY_MIN_CHARS and bool(pictured(page[1], view))


def _secure_missing(view: View, subject: Subject, pages: tuple[Page, ...]) -> Observation:
    out, told = SecureSeen, values(view, subject)
    drawn = next((p for p in view.of("privacy") if _is_drawn(p, view)), None)
    if drawn is not None:
        said = "The privacy page has little text; a picture may hold it."
        return Observation(out.IMAGE_SUSPECTED, said, view.cite((drawn,)), told)
    pictures = suspects(pages, _IMAGE_SECURE)
    if pictures:
        said = f"Only a picture may say so: {pictures[0][1]!r}."
        return Observation(out.IMAGE_SUSPECTED, said, view.cite((pictures[0][0],)), told)
    unread = _unread_page(view)
    if unread:
        said = f"It may stand on a page that was not read: {clip(unread, 80)}."
        return Observation(out.PAGE_NOT_READ, said, view.cite(), told)
    said = f"Nothing about a secured connection was found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(), told)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.rights_told",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=RightsSeen,
        run=rights_told,
        values=VALUES,
        help="The privacy statement names access, correction, erasure and objection.",
    ),
    Judge(
        name="content.secure_connection_told",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=SecureSeen,
        run=secure_connection_told,
        values=VALUES,
        help="The site says that data travel over a secured connection.",
    ),
    *content_rights_cookies.JUDGES,
    *content_rights_consent.JUDGES,
    *content_rights_forms.JUDGES,
    *content_rights_objection.JUDGES,
)
