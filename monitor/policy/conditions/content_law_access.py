"""What a shop tells of its accessibility (law-eaa).

Directive 2019/882, article 13(2) and annex V, since 28 June 2025: who offers e-commerce to
consumers tells in the terms, or a document like them, how the service meets the
requirements.  Firms with fewer than 10 people and at most EUR 2 million are exempt (article
4(5)).  Whether the site *is* accessible takes a person: nothing here says so.
"""

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
from monitor.policy.conditions.content_texts import sections
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip

MICRO_SIZES = ("micro", "kleinst", "kleinstunternehmen", "micro-entreprise", "micro-onderneming")
LABEL_MAX_CHARS = 80
STATEMENT_MIN_CHARS = 60
FRAGMENT_MAX_CHARS = 2_000

_NAMED = re.compile(
    r"(?i)(?:digitale\s)?toegankelijkheid(?:s(?:verklaring|statement|beleid|informatie))?(?!\w)"
    r"|accessibilit[ée](?!\w)|\baccessibility(?!\w)|barrierefreiheit(?:s(?:erkl[äa]rung|informationen))?(?!\w)"
)
# How one gets to a building, a road or a telephone line.
_OTHER = re.compile(
    r"(?i)rolstoel|parkeer|parking|wheelchair|fauteuil|rollstuhl|bereikbaar|showroom|magasin\b|\bwinkel\b"
    r"|filiale|openbaar\svervoer|p\.?m\.?r\.?\b|cookie|bouton\sd|menu\b"
)
_SUBSTANCE = re.compile(
    r"(?i)\bwcag\b|\bw3c\b|en\s?301\s?549|2019/882|accessibility\sact|\beaa\b|\bbfsgv?\b|\brgaa\b"
    r"|barrierefreiheitsst[äa]rkung|toegankelijkheids(?:eisen|voorschriften|richtlijn|akte|wet)"
    r"|exigences\s(?:en\smati[èe]re\s)?d['’]accessibilit|barrierefreiheitsanforderung"
    r"|accessibility\srequirements|scherm(?:lezer|voorlees)|screen\s?reader|lecteurs?\sd['’][ée]cran"
    r"|screenreader|vorleseprogramm|conforme\s(?:partiellement|totalement)|(?:partiellement|totalement)\sconforme"
)


class AccessSeen(StrEnum):
    """Outcomes of ``content.accessibility_statement``."""

    STATED = "stated"
    LINKED = "linked"
    MENTIONED = "mentioned"
    SIZE_UNKNOWN = "size_unknown"
    ABSENT_COMPLETE = "absent_complete"
    MICRO = "micro"
    INCOMPLETE = "incomplete"


def accessibility_statement(seen: Seen, subject: Subject) -> Observation:
    """Does the shop tell how it is accessible?  (law-eaa; Directive 2019/882 annex V).

    Only a member that is known to be larger than a micro firm can lack it.
    """
    out, view = AccessSeen, look(seen)
    told = _stated(view)
    if told is not None:
        page, text = told
        said = f"It is told how the site is accessible: {clip(text, 120)!r}."
        shown = values(view, subject, url=page[1].final_url)
        fragment = text[:FRAGMENT_MAX_CHARS]
        return Observation(out.STATED, said, view.cite((page,)), shown, fragment=fragment)
    sizes = {size.casefold() for size in words(subject.params, "exempt_sizes", MICRO_SIZES)}
    if (subject.member.size or "").casefold() in sizes:
        said = "A firm of this size is exempt."
        return Observation(out.MICRO, said, view.cite(), values(view, subject))
    return _hinted(view, subject) or _absent(view, subject)


def _stated(view: View) -> tuple[Page, str] | None:
    """A page or section on accessibility that says something of it."""
    start = start_of(view)
    for page in view.readable:
        text = own_text(page[1], start)
        if not (_NAMED.search(text) and _SUBSTANCE.search(text)):
            continue
        for heading, lines in sections(page[1], text):
            said = "\n".join((heading, *lines))
            if _is_label(heading) and _SUBSTANCE.search(said) and len(said) >= STATEMENT_MIN_CHARS:
                return page, said
        for line in text.split("\n"):
            if _NAMED.search(line) and _SUBSTANCE.search(line):
                return page, line
    return None


def _is_label(text: str) -> bool:
    """Is it a short text that names accessibility, and that of a site?"""
    short = len(text) <= LABEL_MAX_CHARS
    return short and bool(_NAMED.search(text)) and not _OTHER.search(text)


def _hinted(view: View, subject: Subject) -> Observation | None:
    out = AccessSeen
    for page in view.readable:
        link = next((ln for ln in page[1].links if _is_label(ln.text)), None)
        if link is not None:
            said = f"A statement is linked, which was not read: {clip(link.text, 80)!r}."
            told = values(view, subject, url=page[1].final_url)
            cited = view.cite((page,))
            return Observation(out.LINKED, said, cited, told, fragment=f"{link.text} {link.url}")
    for page in view.readable:
        line = next((ln for ln in page[1].text.split("\n") if _is_mention(ln)), "")
        if line:
            said = f"Accessibility is named, without saying how: {clip(line, 120)!r}."
            told = values(view, subject, url=page[1].final_url)
            return Observation(out.MENTIONED, said, view.cite((page,)), told, fragment=line)
    return None


def _is_mention(line: str) -> bool:
    return bool(_NAMED.search(line)) and not _OTHER.search(line)


def _absent(view: View, subject: Subject) -> Observation:
    out, told = AccessSeen, values(view, subject)
    gap = view.unread("start", "terms")
    if gap:
        said = f"Nothing on accessibility was seen, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    if not subject.member.size:
        said = "Nothing on accessibility was seen; the firm may be so small that it is exempt."
        return Observation(out.SIZE_UNKNOWN, said, view.cite(), told)
    said = f"Nothing on accessibility was seen on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(), told, fragment="no statement")


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.accessibility_statement",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=AccessSeen,
        run=accessibility_statement,
        params={
            "exempt_sizes": Param("list[str]", list(MICRO_SIZES), "sizes that are exempt"),
        },
        values=VALUES,
        help="The shop tells how it is accessible to people with a disability.",
    ),
)
