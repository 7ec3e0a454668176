"""The term for a substantive answer to a complaint (tz-9.1b).

Terms-and-conditions texts are full of other terms: to withdraw, to hand in a
complaint, to confirm its receipt, to go to a disputes committee.  Only a duration
whose nearest verb is an answer counts, and doubt is said as doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    number,
    own_text,
    start_of,
    values,
)
from monitor.policy.conditions.content_texts import Duration, durations, sections, sentences
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip

TERM_MAX_DAYS = 14
ROLES = ("start", "contact", "terms", "complaints")
SECTION_MIN_CHARS = 40

_COMPLAINT = re.compile(
    r"(?i)klacht|geschil|complain|dispute|r[ée]clamation|plainte|litige|beschwerde|reklamation"
)
# Matched on headings: a section on one of these is not about complaints.
_OTHER_TOPIC = re.compile(
    r"(?i)bedenktijd|herroep|retour|terugbetal|garantie|lever|bezorg|verzend|betal|privacy|cookie"
    r"|refund|return|withdraw|warrant|guarantee|deliver|shipping|payment|r[ée]tract|rembours"
    r"|livraison|paiement|widerruf|r[üu]ck(?:gabe|sendung|erstatt)|gew[äa]hrleist|lieferung"
    r"|versand|zahlung"
)
_DROPPED = re.compile(
    r"(?i)bedenktijd|herroep|retourn|retourzend|retouren|terugbetal|terugstort|garantie|levertijd"
    r"|levering|geleverd|bezorg|verzend|verzonden|refund|return(?:s|ed|ing)?\s|withdraw|warrant"
    r"|guarantee|deliver|shipp|r[ée]tract|rembours|livr[ée]|livraison|widerruf|r[üu]ckgabe"
    r"|r[üu]cksend|r[üu]ckerstatt|gew[äa]hrleist|geliefert|lieferung|lieferzeit|versand"
    # Who goes on to a committee, mediator or court, and how long that takes.
    r"|geschil|disputes?\s(?:committee|commission|board|resolution)|commission\s(?:de|des)\slitige"
    r"|m[ée]diat|schlichtung|onderling\soverleg|voorleggen|voorgelegd|ombuds|arbitra"
    r"|de\stijd\ste\sgeven|bewaar|conserv|aufbewahr"
)
_ANSWER = re.compile(
    r"(?i)(?:be)?antwoord|reageren|reageer|reactie|afgehandeld|afhandel|behandel"
    r"|inhoudelijk|hoort\su|hoor\sje|bericht\svan\sons|nemen\s(?:wij|we)\s.{0,20}contact"
    r"|r[ée]pon(?:d|s|dr)|trait[ée]|traiter|traitement|reviendr|recontact"
    r"|answer|respon[ds]|repl(?:y|ies|ied)|handled|resolv|deal\swith|dealt|get\sback|process(?:ed)?\b"
    r"|antwort|bearbeit|r[üu]ckmeld|reagier|melden\suns"
)
_RECEIPT = re.compile(
    r"(?i)ontvangstbevestig|bevestiging\svan\s(?:de\s)?ontvangst|bericht\svan\sontvangst"
    r"|bevestig(?:en|t|d)\b|acknowledg|confirm|accus[ée]\sde\sr[ée]ception|accusons"
    r"|(?:eingangs|empfangs)best[äa]tig|best[äa]tigen"
)
_HAND_IN = re.compile(
    r"(?i)ingediend\b|in\ste\sdienen|indienen|dient\s.{0,40}\s(?:te\smelden|kenbaar)|gemeld\b|melden\b"
    r"|kenbaar|submit(?:ted)?\b|lodge|notif|introdui|signal|adress[ée]e?s?\b|eingereicht|einreichen"
    r"|angezeigt|mitgeteilt|na\s(?:ontdekking|constatering)|after\sdiscover"
)
# A number and a unit further apart than a term is written: cannot be read, so doubt.
_UNREAD = re.compile(
    r"(?i)(?<!\d)\d{1,3}(?!\d)\D{1,25}(?:dag|day|jour|tag|we[ek]|semaine|woche|uur|hour|heure|stunde"
    r"|maand|mois|month|monat)"
)
_OPENING_TIMES = re.compile(r"24\s?/\s?7|365|(?i:per (?:jaar|week)|par an|pro jahr|a year|a week)")


class ComplaintSeen(StrEnum):
    """What was seen of the complaint term."""

    WITHIN_TERM = "within_term"
    TOO_LONG = "too_long"
    TOO_LONG_WORKING_DAYS = "too_long_working_days"
    NO_TERM = "no_term"
    UNCLEAR = "unclear"
    CONTRADICTING = "contradicting"
    NO_COMPLAINT_TEXT = "no_complaint_text"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Found:
    """What one page says: answer terms, other durations near complaints, any text at all."""

    page: Page
    terms: tuple[tuple[Duration, str], ...]
    stray: bool
    has_text: bool


def _nearest(pattern: re.Pattern[str], sentence: str, term: Duration) -> int:
    gaps = [max(m.start() - term.end, term.start - m.end(), 0) for m in pattern.finditer(sentence)]
    return min(gaps, default=10_000)


def _answers(sentence: str) -> tuple[tuple[Duration, ...], bool]:
    """(durations for an answer, is there another duration that nothing explains?)."""
    found = durations(sentence)
    if _DROPPED.search(sentence):
        return (), False
    if not found:
        unread = _UNREAD.search(sentence) and _ANSWER.search(sentence)
        return (), bool(unread) and not _OPENING_TIMES.search(sentence)
    terms: list[Duration] = []
    stray = False
    for term in found:
        answer = _nearest(_ANSWER, sentence, term)
        others = min(_nearest(_RECEIPT, sentence, term), _nearest(_HAND_IN, sentence, term))
        if answer < others:
            terms.append(term)
        elif others == answer:
            stray = True
    return tuple(terms), stray


def _complaint_text(page: Page, view: View) -> tuple[list[str], bool]:
    """Sentences about complaints, and whether there is a text on them worth the name."""
    facts = page[1]
    lines: list[str] = []
    has_text = False
    topic = "complaints" in facts.roles
    for heading, body in sections(facts, own_text(facts, start_of(view))):
        about = bool(_COMPLAINT.search(heading))
        if about or _OTHER_TOPIC.search(heading):
            topic = about
        if topic:
            has_text = has_text or sum(map(len, body)) >= SECTION_MIN_CHARS
            lines.extend(body)
        else:
            lines.extend(line for line in body if _COMPLAINT.search(line))
    return [s for line in lines for s in sentences(line)], has_text


def _read(page: Page, view: View) -> _Found:
    spoken, has_text = _complaint_text(page, view)
    terms: list[tuple[Duration, str]] = []
    stray = False
    for sentence in spoken:
        answers, other = _answers(sentence)
        terms.extend((term, sentence) for term in answers)
        stray = stray or other
    return _Found(page, tuple(terms), stray, has_text or bool(terms))


def complaint_term(seen: Seen, subject: Subject) -> Observation:
    """Is a term for a substantive answer told, and short enough?  (tz-9.1b)."""
    view = look(seen)
    limit = number(subject.params, "complaint_term_max_days", TERM_MAX_DAYS)
    found = [_read(page, view) for page in view.readable if page[1].own]
    told = [f for f in found if f.terms]
    if told:
        return _judge_terms(view, subject, told, limit)
    out, said = ComplaintSeen, values(view, subject, f"{limit}")
    gap = view.gap(*ROLES, ignore=frozenset({"not_found"}))
    texts = tuple(f.page for f in found if f.has_text)
    if gap:
        why = f"No term for complaints was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, why, view.cite(), _with_term(said, ""))
    if not texts:
        why = "No text about complaints was found."
        return Observation(out.NO_COMPLAINT_TEXT, why, view.cite(), _with_term(said, ""))
    if any(f.stray for f in found):
        why = "The text about complaints names a term, but not clearly for an answer."
        return Observation(out.UNCLEAR, why, view.cite(texts), _with_term(said, ""))
    why = "The text about complaints names no term for an answer."
    said = values(view, subject, f"{limit}", texts[0][1].final_url)
    return Observation(out.NO_TERM, why, view.cite(texts), _with_term(said, ""))


def _with_term(told: object, term: str) -> dict[str, str]:
    return {**(told if isinstance(told, dict) else {}), "term": term}


def _judge_terms(view: View, subject: Subject, told: list[_Found], limit: int) -> Observation:
    out = ComplaintSeen
    longest = {f.page[1].url: max(f.terms, key=lambda t: t[0].days) for f in told}
    worst = max(told, key=lambda f: longest[f.page[1].url][0].days)
    term, sentence = longest[worst.page[1].url]
    cited = view.cite(tuple(f.page for f in told))
    said = values(view, subject, f"{limit}", worst.page[1].final_url)
    filled = _with_term(said, term.said)
    spoken = clip(sentence, 160)
    if term.days <= limit:
        return Observation(
            out.WITHIN_TERM, f"An answer is promised within {term.said}.", cited, filled
        )
    if any(longest[f.page[1].url][0].days <= limit for f in told):
        why = f"Two pages promise different terms; the longest is {term.said}: {spoken!r}."
        return Observation(out.CONTRADICTING, why, cited, filled)
    if term.working:
        why = f"{term.said} are up to {term.days} calendar days, more than {limit}: {spoken!r}."
        return Observation(out.TOO_LONG_WORKING_DAYS, why, cited, filled)
    why = f"The term is {term.said} ({term.days} days), more than {limit}: {spoken!r}."
    return Observation(out.TOO_LONG, why, cited, filled)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.complaint_term",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ComplaintSeen,
        run=complaint_term,
        params={
            "complaint_term_max_days": Param("int", TERM_MAX_DAYS, "calendar days at most"),
        },
        values=(*VALUES, "term"),
        help="A term for a substantive answer to complaints is told and short enough.",
    ),
)
