"""Privacy statement (tz-10.1, bc-1.1); the table of the judges of statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_delivery import DeliverySeen, delivery_information
from monitor.policy.conditions.content_seen import (
    GONE,
    VALUES,
    Page,
    View,
    look,
    number,
    own_text,
    start_of,
    values,
)
from monitor.policy.conditions.content_texts import sections
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind
from scanners.content.evidence import PageFacts

PRIVACY_MIN_CHARS = 600
PRIVACY_FAIL_BELOW_CHARS = 200
PROSE_MIN_WORDS = 12
LANGUAGES = frozenset({"nl", "fr", "en", "de"})

# Pattern P10: which data, why, and what is done with them.
_GROUPS: dict[str, re.Pattern[str]] = {
    "data": re.compile(
        r"(?i)persoonsgegevens|persoonlijke\s(?:gegevens|informatie)|personal\s(?:data|information)"
        r"|donn[ée]es\s(?:[àa]\scaract[èe]re\s)?personnel|informations\spersonnel|personenbezogen"
        r"|pers[öo]nliche\w*\sdaten"
        r"|(?:naam|name|nom)\W.{0,80}(?:adres|address|e-?mail|courriel|anschrift)"
    ),
    "purpose": re.compile(
        r"(?i)doel(?:einde|en\b|\b|stelling)|purpose|finalit|zweck|om\suw\sbestelling|aux\sfins|afin\sde"
        r"|in\sorder\sto|ten\sbehoeve\svan"
    ),
    "processing": re.compile(
        r"(?i)verwerk|process|trait(?:e[rmns]|ons|[ée])|verarbeit|collect|verzamel|erheb|gebruiken\s"
        r"|bewaren|utilis"
    ),
}
_PRIVACY_HEADING = re.compile(
    r"(?i)privacy|vie\spriv[ée]e|confidentialit|datenschutz|persoonsgegevens|personal\sdata"
    r"|donn[ée]es\s(?:[àa]\scaract[èe]re\s)?personnel"
)


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
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


def _groups(text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _GROUPS.items() if pattern.search(text))


@dataclass(frozen=True, slots=True)
class _Statement:
    """A page that may be the statement.

    ``own`` is its text without the lines of the start page; ``whole`` keeps those that
    are running text: a shop may show the same statement in its footer.
    """

    page: Page
    own: str
    whole: str

    def text(self, least: int) -> str:
        """The text to judge: what stands on this page alone, unless only both together do."""
        return (
            self.own if _is_full(self.own, least) or not _is_full(self.whole, least) else self.whole
        )


def _is_full(text: str, least: int) -> bool:
    return len(text) >= least and len(_groups(text)) == len(_GROUPS)


def _statement(page: Page, start: PageFacts | None) -> _Statement:
    own = own_text(page[1], start)
    mine = frozenset(own.split("\n"))
    kept = (line for line in page[1].text.split("\n") if line in mine or _is_prose(line))
    return _Statement(page, own, "\n".join(kept))


def _is_prose(line: str) -> bool:
    """Running text, not a menu, nor the question about cookies."""
    return len(line.split()) >= PROSE_MIN_WORDS and not _COOKIES.search(line)


def privacy_statement(seen: Seen, subject: Subject) -> Observation:
    """Is there a privacy statement that says what, why and how?  (tz-10.1, pattern P10)."""
    view = look(seen)
    least = number(subject.params, "privacy_min_chars", PRIVACY_MIN_CHARS)
    start = start_of(view)
    read = [_statement(page, start) for page in view.of("privacy")]
    # A menu entry that leads back to the start page is no statement, unless it is one.
    read = [
        s for s in read if "start" not in s.page[1].roles or len(_groups(s.own)) == len(_GROUPS)
    ]
    if not read:
        return _no_privacy_page(view, subject)
    full = [s for s in read if _is_full(s.text(least), least)]
    if full:
        return _full_privacy(view, subject, full)
    best = max(read, key=lambda s: (len(_groups(s.own)), len(s.own)))
    return _weak_privacy(view, subject, best)


def _full_privacy(view: View, subject: Subject, full: list[_Statement]) -> Observation:
    out = PrivacySeen
    least = number(subject.params, "privacy_min_chars", PRIVACY_MIN_CHARS)
    best = max(full, key=lambda s: len(s.text(least)))
    page, text = best.page, best.text(least)
    told, cited = values(view, subject, url=page[1].final_url), view.cite((page,))
    missing = _languages_without(view, subject, full)
    if missing:
        said = (
            f"A statement was read, but none in {', '.join(missing)}, in which the site is offered."
        )
        return Observation(out.INCOMPLETE, said, cited, told)
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
    # What it shares with the start page may be part of it: too little alone is no proof.
    if len(text) < floor and len(_groups(best.whole)) < len(_GROUPS):
        said = f"The privacy page has {len(text)} characters of its own, fewer than {floor}."
        return Observation(out.TOO_SHORT, said, cited, told)
    if len(text) < least:
        said = f"The privacy page has {len(text)} characters of its own, fewer than {least}."
        return Observation(out.SHORT, said, cited, told)
    missing = ", ".join(name for name in _GROUPS if name not in _groups(text))
    said = f"The privacy statement seems to say nothing about: {missing}."
    return Observation(out.ELEMENTS_MISSING, said, cited, told)


def _no_privacy_page(view: View, subject: Subject) -> Observation:
    out, told = PrivacySeen, values(view, subject)
    gap = view.gap("start", "privacy", ignore=GONE)
    if gap or view.site is None:
        said = f"No privacy statement was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    elsewhere = tuple(
        page
        for page in view.of("terms", "about", "cookies", "contact")
        for heading, lines in sections(page[1], page[1].text)
        if _PRIVACY_HEADING.search(heading) and len(_groups("\n".join(lines))) == len(_GROUPS)
    )
    if elsewhere:
        told = values(view, subject, url=elsewhere[0][1].final_url)
        said = "No privacy page, but another page has a section on privacy."
        return Observation(out.ELSEWHERE, said, view.cite(elsewhere[:1]), told)
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
