"""The term for a substantive answer to a complaint (tz-9.1b).

Terms-and-conditions texts are full of other terms: to withdraw, to hand in a
complaint, to confirm its receipt, to go to a disputes committee.  Only a duration
whose nearest verb is an answer counts, and doubt is said as doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_answers import COMPLAINT, told_in
from monitor.policy.conditions.content_durations import Duration, durations
from monitor.policy.conditions.content_redress_texts import ROLES, may_name_complaint, pages_of
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
from monitor.policy.conditions.content_texts import sections, sentences, with_next
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip

TERM_MAX_DAYS = 14
SECTION_MIN_CHARS = 40
LABEL_MAX_CHARS = 40
# More than any shop writes of complaints on one page; the rest is doubt.
SPOKEN_MAX = 1_000

# Matched on headings: a section on one of these is not about complaints.
_OTHER_TOPIC = re.compile(
    r"(?i)bedenktijd|herroep|retour|terugbetal|garantie|lever|bezorg|verzend|betal|privacy|cookie"
    r"|refund|return|withdraw|warrant|guarantee|deliver|shipping|payment|r[ée]tract|rembours"
    r"|livraison|paiement|widerruf|r[üu]ck(?:gabe|sendung|erstatt)|gew[äa]hrleist|lieferung"
    r"|versand|zahlung"
)
_PICTURES = re.compile(r"klacht|geschil|complain|reclamation|plainte|litige|beschwerde")


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


def _complaint_text(page: Page, view: View) -> tuple[list[str], bool]:
    """Sentences about complaints, and whether there is a text on them worth the name."""
    facts = page[1]
    if "complaints" not in facts.roles and not may_name_complaint(
        "\n".join((*facts.headings, facts.title, facts.text))
    ):
        return [], False
    spoken: list[str] = []
    has_text = False
    whole = topic = "complaints" in facts.roles
    written = 0
    for heading, body in sections(facts, own_text(facts, start_of(view))):
        about = bool(COMPLAINT.search(heading))
        if about or _OTHER_TOPIC.search(heading):
            topic = about
        # Short answers to short questions make a page on complaints a text together.
        here = sum(map(len, body)) if topic else 0
        written = here + (written if whole else 0)
        has_text = has_text or written >= SECTION_MIN_CHARS
        for line in _labelled(heading, body) if topic else body:
            said = sentences(line)
            spoken.extend(said if topic else with_next(said, COMPLAINT.search))
    return spoken, has_text


def _labelled(heading: str, body: tuple[str, ...]) -> Iterator[str]:
    """Lines; a bare term of a table or list gets the words before it: "Answer: 14 days"."""
    before = heading
    for at, line in enumerate(body):
        short = at < SPOKEN_MAX and max(len(line), len(before)) <= LABEL_MAX_CHARS
        bare = short and bool(durations(line)) and not told_in(line).terms
        yield f"{before.rstrip(':')}: {line}" if bare and not durations(before) else line
        before = line


def _read(page: Page, view: View, limit: int) -> _Found:
    spoken, has_text = _complaint_text(page, view)
    terms: list[tuple[Duration, str]] = []
    stray = len(spoken) > SPOKEN_MAX
    for sentence in spoken[:SPOKEN_MAX]:
        told = told_in(sentence)
        # A term nobody may be held to can serve the shop, never accuse it.
        plain = [t for t in told.terms if t.days <= limit or not t.vague]
        terms.extend((term, sentence) for term in plain)
        stray = stray or told.doubt or len(plain) < len(told.terms)
    return _Found(page, tuple(terms), stray, has_text or bool(terms))


def complaint_term(seen: Seen, subject: Subject) -> Observation:
    """Is a term for a substantive answer told, and short enough?  (tz-9.1b)."""
    view = look(seen)
    limit = number(subject.params, "complaint_term_max_days", TERM_MAX_DAYS)
    pages = pages_of(view)
    found = [_read(page, view, limit) for page in pages]
    told = [f for f in found if f.terms]
    if told:
        return _judge_terms(view, subject, told, limit)
    out, said = ComplaintSeen, values(view, subject, f"{limit}")
    gap = view.unread(*ROLES, short=True)
    texts = tuple(f.page for f in found if f.has_text)
    pictures = suspects(pages, _PICTURES)
    if gap:
        why = f"No term for complaints was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, why, view.cite(), _with_term(said, ""))
    if not texts:
        why = "No text about complaints was found."
        return Observation(out.NO_COMPLAINT_TEXT, why, view.cite(), _with_term(said, ""))
    if pictures:
        why = f"A picture may tell the term: {pictures[0][1]}."
        return Observation(out.UNCLEAR, why, view.cite((pictures[0][0],)), _with_term(said, ""))
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
