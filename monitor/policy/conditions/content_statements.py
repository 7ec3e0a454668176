"""Privacy statement (tz-10.1, bc-1.1); the table of the judges of statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_delivery import DeliverySeen, delivery_information
from monitor.policy.conditions.content_rights_words import (
    LANGUAGES,
    PRIVACY_HEADING,
    PRIVACY_MIN_CHARS,
    PROSE_MIN_WORDS,
    WHAT_IS_TOLD,
    pictured,
    privacy_part,
    told_groups,
)
from monitor.policy.conditions.content_seen import (
    GONE,
    VALUES,
    Page,
    View,
    look,
    own_text,
    start_of,
    values,
)
from monitor.policy.conditions.content_texts import sections
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind
from scanners.content.evidence import PageFacts

PRIVACY_FAIL_BELOW_CHARS = 200

_COOKIES = re.compile(r"(?i)cookie")


class PrivacySeen(StrEnum):
    """What was seen of the privacy statement."""

    FOUND = "found"
    ELEMENTS_MISSING = "elements_missing"
    SHORT = "short"
    TOO_SHORT = "too_short"
    GONE = "gone"
    SOFT_404 = "soft_404"
    ELSEWHERE = "elsewhere"
    LANGUAGE_MISSING = "language_missing"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Statement:
    """A page that may be the statement.

    ``own`` is its text without the lines of the start page, ``told`` what that has words
    for; ``text`` is what is judged and ``full`` whether it is a statement.  ``parts`` are
    the groups with the running text that the start page shows too: a shop may have the
    same statement in its footer.
    """

    page: Page
    own: str
    text: str
    full: bool
    told: frozenset[str]
    parts: frozenset[str]


def _statement(page: Page, start: PageFacts | None, least: int) -> _Statement:
    own = own_text(page[1], start)
    mine = frozenset(own.split("\n"))
    whole = "\n".join(s for s in page[1].text.split("\n") if s in mine or _is_prose(s))
    told = told_groups(own)
    parts = told if whole == own else told_groups(whole)
    full = len(own) >= least and len(told) == len(WHAT_IS_TOLD)
    both = len(whole) >= least and len(parts) == len(WHAT_IS_TOLD)
    text = whole if both and not full else own
    return _Statement(page, own, text, full or both, told, parts)


def _is_prose(line: str) -> bool:
    """Running text, not a menu, nor the question about cookies."""
    return len(line.split()) >= PROSE_MIN_WORDS and not _COOKIES.search(line)


def privacy_statement(seen: Seen, subject: Subject) -> Observation:
    """Is there a privacy statement that says what, why and how?  (tz-10.1, pattern P10)."""
    view = look(seen)
    least = number(subject.params, "privacy_min_chars", PRIVACY_MIN_CHARS)
    start = start_of(view)
    read = [_statement(page, start, least) for page in view.of("privacy")]
    # A menu entry that leads back to the start page is no statement, unless it is one.
    read = [s for s in read if "start" not in s.page[1].roles or len(s.told) == len(WHAT_IS_TOLD)]
    if not read:
        return _no_privacy_page(view, subject)
    full = [s for s in read if s.full]
    if full:
        return _full_privacy(view, subject, full)
    best = max(read, key=lambda s: (len(s.told), len(s.own)))
    return _weak_privacy(view, subject, best)


def _full_privacy(view: View, subject: Subject, full: list[_Statement]) -> Observation:
    out = PrivacySeen
    best = max(full, key=lambda s: len(s.text))
    page, text = best.page, best.text
    told, cited = values(view, subject, url=page[1].final_url), view.cite((page,))
    missing = _languages_without(view, subject, full)
    if missing:
        offered = frozenset(f.language for _, f in view.readable if "privacy" not in f.roles)
        outcome = out.INCOMPLETE
        if not view.gap("privacy") and offered.issuperset(missing):
            outcome = out.LANGUAGE_MISSING
        said = (
            f"A statement was read, but none in {', '.join(missing)}, in which the site is offered."
        )
        return Observation(outcome, said, cited, told)
    note = "The statement is a document (PDF)." if page[1].document else ""
    said = f"A privacy statement of {len(text)} characters says what, why and how."
    return Observation(out.FOUND, said, cited, told, note=note)


def _languages_without(view: View, subject: Subject, full: list[_Statement]) -> tuple[str, ...]:
    """Languages of the shop in which no statement was read; bc-1.1 asks for each."""
    if subject.params.get("each_language") is not True or view.site is None:
        return ()
    read = {s.page[1].language for s in full}
    offered = {*view.site.offered_languages, *subject.member.languages}
    return tuple(sorted(offered.intersection(LANGUAGES) - read)) if "" not in read else ()


def _weak_privacy(view: View, subject: Subject, best: _Statement) -> Observation:
    out, page, text = PrivacySeen, best.page, best.own
    least = number(subject.params, "privacy_min_chars", PRIVACY_MIN_CHARS)
    floor = number(subject.params, "privacy_fail_below_chars", PRIVACY_FAIL_BELOW_CHARS)
    told, cited = values(view, subject, url=page[1].final_url), view.cite((page,))
    gap = view.gap("privacy")
    if gap or (page[1].embeds and len(text) < least):
        said = f"The privacy statement could not be read in full ({gap or 'embedded document'})."
        return Observation(out.INCOMPLETE, said, cited, told)
    if page[1].language and page[1].language not in LANGUAGES:
        said = f"The privacy statement is in a language that is not read ({page[1].language})."
        return Observation(out.INCOMPLETE, said, cited, told)
    if "\ufffd" in text:
        said = "Letters of the privacy statement were not declared rightly and could not be read."
        return Observation(out.INCOMPLETE, said, cited, told)
    picture = pictured(page[1], view) if len(text) < least else ""
    if picture:
        said = f"The privacy page has little text; a picture may hold it: {picture!r}."
        return Observation(out.SHORT, said, cited, told)
    # What it shares with the start page may be part of it: too little alone is no proof.
    if len(text) < floor and len(best.parts) < len(WHAT_IS_TOLD):
        said = f"The privacy page has {len(text)} characters of its own, fewer than {floor}."
        return Observation(out.TOO_SHORT, said, cited, told)
    if len(text) < least:
        said = f"The privacy page has {len(text)} characters of its own, fewer than {least}."
        return Observation(out.SHORT, said, cited, told)
    missing = ", ".join(name for name in WHAT_IS_TOLD if name not in best.told)
    said = f"The privacy statement seems to say nothing about: {missing}."
    return Observation(out.ELEMENTS_MISSING, said, cited, told)


def _section(view: View, subject: Subject) -> Observation | None:
    """A statement that is a part of another page; on a shop of one page that is its place."""
    out = PrivacySeen
    least = number(subject.params, "privacy_min_chars", PRIVACY_MIN_CHARS)
    floor = number(subject.params, "privacy_fail_below_chars", PRIVACY_FAIL_BELOW_CHARS)
    starts = [(page, privacy_part(page[1])) for page in view.of("start")]
    whole = [
        (p, part)
        for p, part in starts
        if len(part) >= least and len(told_groups(part)) == len(WHAT_IS_TOLD)
    ]
    if whole:
        page, part = whole[0]
        told = values(view, subject, url=page[1].final_url)
        said = f"A part of {len(part)} characters on the start page says what, why and how."
        return Observation(out.FOUND, said, view.cite((page,)), told)
    elsewhere = (
        *(p for p, part in starts if len(part) >= floor),
        *(
            page
            for page in view.of("terms", "about", "cookies", "contact", "start")
            for heading, lines in sections(page[1], page[1].text)
            if PRIVACY_HEADING.search(heading)
            and len(told_groups("\n".join(lines))) == len(WHAT_IS_TOLD)
        ),
    )
    if not elsewhere:
        return None
    told = values(view, subject, url=elsewhere[0][1].final_url)
    said = "No privacy page, but another page has a section on privacy."
    return Observation(out.ELSEWHERE, said, view.cite(elsewhere[:1]), told)


def _no_privacy_page(view: View, subject: Subject) -> Observation:
    out, told = PrivacySeen, values(view, subject)
    gap = view.unread("start", "privacy")
    if gap or view.site is None:
        said = f"No privacy statement was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    section = _section(view, subject)
    if section is not None:
        return section
    broken = tuple(p for p in view.pages if "privacy" in p[1].roles and p[1].problem in GONE)
    url = broken[0][1].url if broken else ""
    told = values(view, subject, url=url)
    match view.site.gaps.get("privacy", ""):
        case "not_found":
            said = "The link to the privacy statement leads to a page that does not exist."
            return Observation(out.GONE, said, view.cite(broken), told)
        case "soft_404":
            said = "The link to the privacy statement leads to another page."
            return Observation(out.SOFT_404, said, view.cite(broken), told)
        case _:
            said = f"No privacy statement was found on {told['pages_checked']} pages."
            return Observation(out.ABSENT_COMPLETE, said, view.cite(), told)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.privacy_statement",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=PrivacySeen,
        run=privacy_statement,
        params={
            "privacy_min_chars": Param("int", PRIVACY_MIN_CHARS, "a statement has this many"),
            "privacy_fail_below_chars": Param(
                "int", PRIVACY_FAIL_BELOW_CHARS, "fewer than this is no statement"
            ),
            "each_language": Param(
                "bool", default=False, help="is a statement wanted in each language of the shop?"
            ),
        },
        values=VALUES,
        help="A privacy statement tells which data, for what, and how they are processed.",
    ),
    Judge(
        name="content.delivery_information",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=DeliverySeen,
        run=delivery_information,
        values=VALUES,
        help="Delivery time and delivery cost are told.",
    ),
)
