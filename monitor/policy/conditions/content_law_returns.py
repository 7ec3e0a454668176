"""What a shop tells of withdrawing from a contract (law-withdrawal-info; ACM fines of 2016)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from monitor.policy.conditions.content_durations import durations
from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    own_text,
    start_of,
    values,
)
from monitor.policy.conditions.content_texts import sections, sentences, with_next
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.evidence import PageFacts

PERIOD_DAYS = 14
FRAGMENT_MAX_CHARS = 4_000

_WITHDRAW = re.compile(
    r"(?i)bedenktijd|herroep|ontbind|retour|terugstur|terugzend|zichttermijn|afkoelings|r[ée]tract"
    r"|renonc|renvoyer|d[ée]lai\sde\sr[ée]flexion|withdraw|return|cooling|cancel|change\syour\smind"
    r"|widerruf|r[üu]ckgabe|zur[üu]cksend|zur[üu]ckgeben|bedenkzeit|annuleer|annuler"
)
_REFUND = re.compile(
    r"(?i)terugbeta|(?:ontvang|krijg|betaal|betal|stort|boek|geven)\w{0,3}\s[^.;\n]{0,100}\bterug\b"
    r"|terugstort|terugkrijg|geld\sterug"
    r"|credit(?:eren|eert)|gecrediteerd|zur[üu]ckzuzahl|terugontvang|rembours|refund|reimburs|money\sback|erstatt|zur[üu]ckzahl"
    r"|zur[üu]ck[- ]?[üu]berw|geld\szur[üu]ck|r[üu]ckzahlung"
)
_DELIVERY_COST = re.compile(
    r"(?i)(?:verzend|bezorg|leverings?|lever|transport|porto)\s?-?\s?kosten|kosten\svan\s(?:\w{1,12}\s){0,2}"
    r"(?:verzending|levering|bezorging)|volledige?\s(?:aankoop|order|bestel)?bedrag|frais\s(?:de|d['’])\s?"
    r"(?:livraison|envoi|port|exp[ée]dition)|co[ûu]ts?\sde\slivraison|totalit[ée]\sdes\ssommes"
    r"|(?:delivery|shipping|postage)\s(?:costs?|charges?|fees?)|costs?\sof\s(?:\w{1,12}\s){0,2}(?:delivery|shipping)"
    r"|full\s(?:amount|purchase)|all\spayments|lieferkosten|kosten\s(?:der|f[üu]r\sdie)\s\w{0,12}lieferung|versandkosten|hinsendekosten|alle\szahlungen"
)
_FORM = re.compile(
    r"(?i)model\s?-?\s?formulier|formulier\svoor\s(?:de\s)?herroeping|herroepings\s?-?formulier"
    r"|retourformulier|modelherroeping|formulaire[\s\-](?:type\s)?(?:de\s|d['’])?\s?(?:r[ée]tractation"
    r"|retour|renonciation)|formulaire[\s\-]type|mod[èe]le\sde\s(?:formulaire|lettre)|model\s(?:withdrawal|"
    r"cancellation|return)?\s?form|(?:withdrawal|cancellation|returns?)\sform|muster[\s\-]?widerrufs"
    r"|widerrufs?-?formular|r[üu]cksendeformular|retourenformular|online\sherroep|herroepingsfunctie"
)
# Reading a term is dear: only sentences that may hold one.
_UNIT = re.compile(
    r"(?i)da[gy]|jour|tag|t[äa]gig|we[e]?k|semaine|woche|quinz|maand|mois|month|monat"
)
SENTENCES_MAX = 3_000
_OF_BOTH = re.compile(
    r"(?i)overmacht|force\smajeure|h[öo]here\sgewalt|beide\spartijen|either\sparty|both\sparties"
    r"|chaque\spartie|l['’]une\sdes\sparties|jede\spartei|beide\sparteien"
)
# A term for something else in a text on returning.
_OTHER_TERM = re.compile(
    r"(?i)betal|betaa|stort|rembours|refund|\bpay|zahl|reimburs|erstatt|beschadig|defect|gebrek|klacht|garantie|damage"
    r"|faulty|complain|warrant|endommag|d[ée]fectueu|plainte|besch[äa]dig|mangel|gew[äa]hr|na\sontvangst\svan"
    r"\s(?:de|uw)\s(?:retour|herroep)|ophalen|afhaal|verwerk|process|bearbeit|trait[ée]"
    r"|na\s(?:aanmeld|annuler|herroep|melding|uw\s(?:aanmeld|melding|herroep))|after\s(?:registr|notif|cancel"
    r"|withdraw|your\s(?:notice|withdrawal))|apr[èe]s\s(?:votre|l['’]|la)\s?(?:demande|annulation|r[ée]tract"
    r"|notification)|nach\s(?:der\s|ihrer\s)?(?:anmeldung|widerruf|mitteilung)|bewaar|binnen\s24|reageren|antwoord"
)


class InfoSeen(StrEnum):
    """Outcomes of ``content.withdrawal_info``."""

    COMPLETE = "complete"
    ELEMENTS_MISSING = "elements_missing"
    ELEMENTS_ELSEWHERE = "elements_elsewhere"
    TERM_TOO_SHORT = "term_too_short"
    ONLY_IN_TERMS = "only_in_terms"
    NOT_LINKED = "not_linked"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


def _texts(pages: tuple[Page, ...], start: PageFacts | None) -> tuple[str, ...]:
    """Sentences and link texts of pages; the menu's of pages that have their own."""
    found: list[str] = []
    for _, facts in pages:
        for line in own_text(facts, start).split("\n"):
            found.extend(sentences(line))
        found.extend(link.text for link in facts.links if link.text)
    return tuple(dict.fromkeys(found))[:SENTENCES_MAX]


def _elements(said: tuple[str, ...]) -> frozenset[str]:
    found = set[str]()
    for sentence in said:
        if _FORM.search(sentence):
            found.add("form")
        if _REFUND.search(sentence):
            found.add("refund")
        if _DELIVERY_COST.search(sentence):
            found.add("delivery_cost")
    if _is_long(said):
        found.add("period")
    return frozenset(found)


def _is_long(said: Iterable[str]) -> bool:
    """Does one of the sentences name at least 14 days?"""
    return any(t.days >= PERIOD_DAYS for s in said if _UNIT.search(s) for t in durations(s))


def _on_withdrawing(pages: tuple[Page, ...]) -> Iterator[str]:
    """Sentences of other pages that are on withdrawing, by their words or their heading.

    What both parties may do (force majeure, delay) is another matter.
    """
    for page in pages:
        for heading, lines in sections(page[1], page[1].text):
            said = [s for line in lines for s in sentences(line)]
            about = bool(_WITHDRAW.search(heading))
            chosen = said if about else with_next(said, _WITHDRAW.search)
            yield from (s for s in chosen if not _OF_BOTH.search(s))


def _short_term(said: tuple[str, ...], other: tuple[Page, ...]) -> str:
    """A sentence that gives fewer than 14 days to withdraw; "" when none surely does.

    Other pages that give as many make it a question.
    """
    if _is_long(_on_withdrawing(other)):
        return ""
    for sentence in said:
        if not (_WITHDRAW.search(sentence) and _UNIT.search(sentence)) or _OTHER_TERM.search(
            sentence
        ):
            continue
        told = durations(sentence)
        if told and all(1 < term.days < PERIOD_DAYS for term in told):
            return sentence
    return ""


_WANTED = ("period", "refund", "delivery_cost", "form")
_NAMES = {
    "period": "14 days",
    "refund": "refund",
    "delivery_cost": "cost of delivery",
    "form": "model form",
}


def _is_linked(start: PageFacts, pages: tuple[Page, ...]) -> bool:
    """Does the start page lead to one of them?  Yes when its links are not known."""
    urls = {u.rstrip("/") for _, facts in pages for u in (facts.url, facts.final_url)}
    return not start.links or any(link.url.rstrip("/") in urls for link in start.links)


def withdrawal_info(seen: Seen, subject: Subject) -> Observation:
    """Is withdrawing explained on a page of its own that is easy to find?

    Wanted: linked from the start page, 14 days, refund with the cost of delivery, model form.
    """
    out, view = InfoSeen, look(seen)
    start = start_of(view)
    pages = tuple(p for p in view.of("returns") if "start" not in p[1].roles)
    gap = view.unread("start", "returns")
    if start is None or (gap and not pages):
        said = f"What is told of withdrawing could not be read ({gap or view.gap('start')})."
        return Observation(out.INCOMPLETE, said, view.cite(), _told(view, subject, "-"))
    other = view.of("terms", "contact", "complaints", "delivery", "about", "start")
    if not pages:
        return _no_page(view, subject, _texts(other, None))
    said_here = _texts(pages, start)
    here, anywhere = _elements(said_here), _elements((*said_here, *_texts(other, None)))
    cited, url = view.cite(pages), pages[0][1].final_url
    fragment = "\n".join(own_text(f, start) for _, f in pages)[:FRAGMENT_MAX_CHARS]
    missing = tuple(name for name in _WANTED if name not in here)
    told = _told(view, subject, ", ".join(_NAMES[m] for m in missing) or "-", url)
    if not missing and not _is_linked(start, pages):
        said = "The page on withdrawing is complete, but the start page does not lead to it."
        return Observation(out.NOT_LINKED, said, cited, told, fragment=fragment)
    if not missing:
        said = "A page on withdrawing names 14 days, refund, cost of delivery and a model form."
        return Observation(out.COMPLETE, said, cited, told, fragment=fragment)
    if gap:
        said = f"The pages on withdrawing could not all be read ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    if "period" not in here and (short := _short_term(said_here, other)):
        said = f"Fewer than 14 days seem to be given: {clip(short, 160)!r}."
        return Observation(out.TERM_TOO_SHORT, said, cited, told, fragment=fragment)
    lost = tuple(name for name in missing if name not in anywhere)
    if lost and not view.unread("terms"):
        told = _told(view, subject, ", ".join(_NAMES[m] for m in lost), url)
        said = f"Nothing was found on: {told['missing']}."
        return Observation(out.ELEMENTS_MISSING, said, cited, told, fragment=fragment)
    said = f"The page on withdrawing does not name: {told['missing']}; another page may."
    return Observation(out.ELEMENTS_ELSEWHERE, said, cited, told, fragment=fragment)


def _no_page(view: View, subject: Subject, said_elsewhere: tuple[str, ...]) -> Observation:
    """No page on withdrawing: told in the terms only, or nowhere."""
    out = InfoSeen
    hits = tuple(s for s in said_elsewhere if _WITHDRAW.search(s))
    gap = view.unread("terms")
    if hits:
        said = "Withdrawing is spoken of, but on no page of its own."
        told = _told(view, subject, "-")
        fragment = "\n".join(hits)[:FRAGMENT_MAX_CHARS]
        return Observation(out.ONLY_IN_TERMS, said, view.cite(), told, fragment=fragment)
    told = _told(view, subject, ", ".join(_NAMES[m] for m in _WANTED))
    if gap:
        said = f"Nothing on withdrawing was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    said = f"Nothing on withdrawing was found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(), told)


def _told(view: View, subject: Subject, missing: str, url: str = "") -> dict[str, str]:
    return {**values(view, subject, url=url), "missing": missing}


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.withdrawal_info",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=InfoSeen,
        run=withdrawal_info,
        values=(*VALUES, "missing"),
        help="Withdrawing is explained on a page of its own that is easy to find.",
    ),
)
