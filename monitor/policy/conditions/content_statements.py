"""Privacy statement (tz-10.1, bc-1.1) and delivery information (bc-1.3)."""

from __future__ import annotations

import re
from enum import StrEnum

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
from monitor.policy.conditions.content_texts import durations, sections, sentences
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind

PRIVACY_MIN_CHARS = 600
PRIVACY_FAIL_BELOW_CHARS = 200

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
_DELIVERY_HEADING = re.compile(
    r"(?i)verzend|lever(?:ing|tijd|en\b|kosten)|bezorg|livraison|exp[ée]dition|deliver|shipping"
    r"|shipment|versand|liefer"
)
_RETURN = re.compile(
    r"(?i)retour|herroep|bedenktijd|terugbetal|terugstur|terugzend|return|refund|withdraw|r[ée]tract"
    r"|rembours|renvoy|widerruf|r[üu]ckgabe|r[üu]cksend|r[üu]ckerstatt|garantie|warrant|klacht|complain"
    r"|r[ée]clamation|reklamation|beschwerde"
)
_SPEED = re.compile(
    r"(?i)morgen\s(?:in\shuis|bezorgd|geleverd)|volgende\s(?:werk)?dag|dezelfde\sdag|next[\s\-](?:working\s|business\s)?day"
    r"|same[\s\-]day|lendemain|m[êe]me\sjour|n[äa]chste[nr]?\s(?:werk)?tag|am\sselben\stag|24\s?/?\s?48\s?h"
)
_COST = re.compile(
    r"(?i)(?:€|eur(?:o)?s?\b)\s?\d|\d(?:[.,](?:\d{2}|-))?\s?(?:€|eur(?:o)?s?\b)"
    r"|gratis|kosteloos|gratuit|offert|(?:for|is|are|shipping|delivery)\sfree|free\s(?:shipping|delivery|of\scharge)"
    r"|kostenlos|kostenfrei|versandkostenfrei|frei\shaus|franco"
    r"|geen\s(?:verzend|bezorg|lever)kosten|sans\sfrais|no\s(?:shipping|delivery)\s(?:costs?|charge)"
)


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


class DeliverySeen(StrEnum):
    """What was seen of the delivery information."""

    FOUND = "found"
    DURATION_MISSING = "duration_missing"
    COST_MISSING = "cost_missing"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


def _groups(text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _GROUPS.items() if pattern.search(text))


def privacy_statement(seen: Seen, subject: Subject) -> Observation:
    """Is there a privacy statement that says what, why and how?  (tz-10.1, pattern P10)."""
    view, out = look(seen), PrivacySeen
    least = number(subject.params, "privacy_min_chars", PRIVACY_MIN_CHARS)
    start = start_of(view)
    read = [(page, own_text(page[1], start)) for page in view.of("privacy")]
    # A menu entry that leads back to the start page is no statement, unless it is one.
    read = [
        (page, text)
        for page, text in read
        if "start" not in page[1].roles or len(_groups(text)) == len(_GROUPS)
    ]
    if not read:
        return _no_privacy_page(view, subject)
    page, text = max(read, key=lambda item: (len(_groups(item[1])), len(item[1])))
    told = values(view, subject, url=page[1].final_url)
    groups = _groups(text)
    if len(text) >= least and len(groups) == len(_GROUPS):
        note = "The statement is a document (PDF)." if page[1].document else ""
        said = f"A privacy statement of {len(text)} characters says what, why and how."
        return Observation(out.FOUND, said, view.cite((page,)), told, note=note)
    return _weak_privacy(view, subject, page, text)


def _weak_privacy(view: View, subject: Subject, page: Page, text: str) -> Observation:
    out = PrivacySeen
    least = number(subject.params, "privacy_min_chars", PRIVACY_MIN_CHARS)
    floor = number(subject.params, "privacy_fail_below_chars", PRIVACY_FAIL_BELOW_CHARS)
    told, cited = values(view, subject, url=page[1].final_url), view.cite((page,))
    gap = view.gap("privacy")
    if gap or (page[1].embeds and len(text) < least):
        said = f"The privacy statement could not be read in full ({gap or 'embedded document'})."
        return Observation(out.INCOMPLETE, said, cited, told)
    if len(text) < floor:
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


def _delivery_lines(view: View) -> tuple[tuple[Page, str], ...]:
    """Text about delivery: whole delivery pages, sections under such a heading elsewhere."""
    start = start_of(view)
    found: list[tuple[Page, str]] = []
    for page in view.readable:
        facts = page[1]
        whole = "delivery" in facts.roles and "start" not in facts.roles
        topic = whole
        for heading, lines in sections(facts, own_text(facts, start)):
            about = bool(_DELIVERY_HEADING.search(heading))
            if about:
                topic = True
            elif (_RETURN.search(heading) and heading != facts.title) or not whole:
                topic = False
            if topic:
                found.extend((page, s) for line in lines for s in sentences(line))
            if about and heading != facts.title:
                found.append((page, heading))
    return tuple(found)


def delivery_information(seen: Seen, subject: Subject) -> Observation:
    """Does the site tell how long delivery takes and what it costs?  (bc-1.3)."""
    out, view = DeliverySeen, look(seen)
    kept = [(page, s) for page, s in _delivery_lines(view) if not _RETURN.search(s)]
    timed = [page for page, s in kept if durations(s) or _SPEED.search(s)]
    priced = [page for page, s in kept if _COST.search(s)]
    cited = view.cite(tuple(dict.fromkeys((*timed[:2], *priced[:2]))))
    url = (timed or priced)[0][1].final_url if timed or priced else ""
    told = values(view, subject, url=url)
    if timed and priced:
        return Observation(out.FOUND, "Delivery time and cost are told.", cited, told)
    gap = view.gap("start", "delivery", "terms", "contact")
    if gap:
        said = f"Delivery information is not complete, nor was the reading of the site ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    if priced:
        said = "The cost of delivery is told, but not how long it takes."
        return Observation(out.DURATION_MISSING, said, cited, told)
    if timed:
        said = "The time of delivery is told, but not what it costs."
        return Observation(out.COST_MISSING, said, cited, told)
    said = f"No delivery information was found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, cited, told)


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
