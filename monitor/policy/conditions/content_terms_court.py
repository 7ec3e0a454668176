"""The court a dispute may go to (tz-9.2b)."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    own_text,
    start_of,
    values,
    words,
)
from monitor.policy.conditions.content_terms_seen import (
    LEAST_PARAMS,
    Kind,
    Terms,
    least_chars,
    passages,
    read_terms,
)
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.law_words import courts_in, is_denied

COURT_EXPECTED = ("NL",)
_EXCLUSIVE = re.compile(
    r"(?i)uitsluitend|exclusie|enkel(?!\w)|alleen(?!\w)|exclusive|solely|(?<!\w)only(?!\w)|exclusiv|seuls?(?!\w)"
    r"|seule[s]?\scomp|ausschlie(?:ß|ss)lich|alleinig"
)
_CONSUMER = re.compile(
    r"(?i)dwingend|mandatory|imp[ée]rati|zwingend|tenzij|unless|sauf|sofern|ook\svoorleggen|may\salso|kan\sook"
)
# A court of the seat or the district, its country not named.
_SEAT = re.compile(
    r"(?i)bevoegde\s(?:burgerlijke\s)?rechter|(?:rechter|rechtbank)\s(?:van|in|binnen)\s(?:de|het)\s"
    r"(?:vestigingsplaats|woonplaats|arrondissement)|burgerlijke\srechter|competent\scourts?"
    r"|tribuna(?:l|ux)\scomp[ée]tents?|juge\scomp[ée]tent|zust[äa]ndige\w?\sgericht|gerichtsstand"
    r"|overheidsrechter|gewone\srechter"
)


class CourtSeen(StrEnum):
    """What was seen of the court for disputes."""

    FOUND = "found"
    FOREIGN_EXCLUSIVE = "foreign_exclusive"
    UNCLEAR = "unclear"
    NOT_NAMED = "not_named"
    ABSENT = "absent"
    INCOMPLETE = "incomplete"


def dutch_court(seen: Seen, subject: Subject) -> Observation:
    """May an unresolved dispute go to a court of the expected country?  (tz-9.2b)."""
    out, view = CourtSeen, look(seen)
    expected = tuple(c.upper() for c in words(subject.params, "court_expected", COURT_EXPECTED))
    wanted: list[tuple[Page, str]] = []
    foreign: list[tuple[Page, str]] = []
    seats: list[tuple[Page, str]] = []
    for terms in _texts(view, subject):
        for passage in passages(terms):
            said = passage.said
            courts = [c for c in courts_in(said) if not is_denied(said, c)]
            if any(c.code in expected for c in courts):
                wanted.append((terms.page, said))
            elif courts:
                foreign.append((terms.page, said))
            elif _SEAT.search(said):
                seats.append((terms.page, said))
    if wanted:
        why = "A court of the expected country is named"
        return _cited(view, subject, out.FOUND, why, wanted)
    only = [(p, s) for p, s in foreign if _EXCLUSIVE.search(s) and not _CONSUMER.search(s)]
    if only:
        why = "Only a court of another country is named"
        return _cited(view, subject, out.FOREIGN_EXCLUSIVE, why, only)
    if foreign:
        why = "A court of another country is named, not clearly as the only one"
        return _cited(view, subject, out.UNCLEAR, why, foreign)
    if seats:
        why = "A court is named without its country"
        return _cited(view, subject, out.NOT_NAMED, why, seats)
    return _absent(view, subject)


def _texts(view: View, subject: Subject) -> list[Terms]:
    """Terms of sale and pages on complaints."""
    found = list(read_terms(view, least_chars(subject)).texts)
    start = start_of(view)
    have = {terms.page[1].final_url for terms in found}
    found += [
        Terms(page, own_text(page[1], start), Kind.OTHER)
        for page in view.of("complaints", "terms", "contact")
        if page[1].final_url not in have and page[1].own
    ]
    return found


def _cited(
    view: View, subject: Subject, outcome: CourtSeen, why: str, found: list[tuple[Page, str]]
) -> Observation:
    page, said = found[0]
    fragment = "\n".join(dict.fromkeys(s for _, s in found))
    told = values(view, subject, url=page[1].final_url)
    summary = f"{why}: {clip(said, 300)!r}."
    return Observation(outcome, summary, view.cite((page,)), told, fragment=fragment)


def _absent(view: View, subject: Subject) -> Observation:
    out, told = CourtSeen, values(view, subject)
    unread = read_terms(view, least_chars(subject)).unread
    gap = view.unread("start", "terms", "complaints")
    if unread or gap:
        why = gap or "a document without text"
        said = f"No court was named in what was read, but not everything could be ({why})."
        return Observation(out.INCOMPLETE, said, view.cite(unread[:1]), told)
    said = "The terms and the text on complaints name no court."
    return Observation(out.ABSENT, said, view.cite(), told)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.dutch_court",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=CourtSeen,
        run=dutch_court,
        params={
            **LEAST_PARAMS,
            "court_expected": Param(
                "list[str]",
                list(COURT_EXPECTED),
                "countries whose courts may be asked (ISO 3166-1)",
            ),
        },
        values=VALUES,
        help="An unresolved dispute may go to a court of the expected country.",
    ),
)
