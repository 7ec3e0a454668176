"""Is the mark shown by those who may, and gone from those who may no longer?

Four weights of a reference (docs/decisions/0011): *shown* accuses; *doubted* is for a
reviewer; a *mention* in words is no display, but is left over after an ending; anything
else has nothing to do with the label.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.domain.site import Standing, SubjectType
from monitor.policy.conditions.numbers import number
from monitor.policy.conditions.seal_marks import (
    FRONT,
    LINKS,
    MATERIAL,
    PICTURES,
    artwork,
    is_certificate,
    is_mine,
    names,
    pretends_certificate,
    to_label,
)
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import Evidence, ScanKind, clip
from scanners.seal.evidence import Reference, SealFacts

_NOT_SINCE = "Not looked for since the certification ended or was suspended."
ENDING = frozenset({Standing.SUSPENDED, Standing.WITHDRAWN, Standing.ENDED})


class Entitlement(StrEnum):
    """Outcomes of ``seal.entitlement``."""

    ENTITLED_SHOWN = "entitled_shown"
    ENTITLED_ABSENT = "entitled_absent"
    NOT_SHOWN = "not_shown"
    SHOWN_WITHOUT_RIGHT = "shown_without_right"
    ARTWORK_SUSPECTED = "artwork_suspected"
    OTHER_RIGHT = "other_right"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


class Removal(StrEnum):
    """Outcomes of ``seal.removed``."""

    REMOVED = "removed"
    STILL_SHOWN = "still_shown"
    LINK_LEFT = "link_left"
    ARTWORK_SUSPECTED = "artwork_suspected"
    OTHER_RIGHT = "other_right"
    NOT_DUE = "not_due"
    WATCH_OVER = "watch_over"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True, slots=True)
class _Found:
    """References of the label by weight, each in the order of finding."""

    shown: tuple[Reference, ...]
    doubted: tuple[Reference, ...]
    mentions: tuple[Reference, ...]

    @property
    def all(self) -> tuple[Reference, ...]:
        return (*self.shown, *self.doubted, *self.mentions)


def entitlement(seen: Seen, subject: Subject) -> Observation:
    """Only a certified site shows the mark (seal-1; S0 p4, S3, S4 bullet 3).

    Hosts are compared after parsing, never as substrings.  A mention in words is
    not display.  On the day a certification is suspended or ends the mark may still
    be shown: as in ww-2.3 the duty counts from the day after ``since``, and a look of
    that day or before accuses nobody later.
    """
    newest = seen.newest(ScanKind.SEAL, SealFacts)
    if newest is None:
        return _blind(seen, Entitlement.INCOMPLETE, Entitlement.NOT_SCANNED)
    evidence, facts = newest
    found = _weighed(facts, subject)
    if subject.certification.entitled or _is_last_day(seen, subject):
        return _of_entitled(evidence, facts, found, subject)
    if _is_of_before(evidence, subject):
        return Observation(Entitlement.NOT_SCANNED, _NOT_SINCE, values=_values((), None))
    if (found.shown or found.doubted) and (reason := _other_right(found, subject)):
        text = f"The mark is shown; {reason}."
        return _saying(Entitlement.OTHER_RIGHT, text, evidence, found.shown or found.doubted)
    if found.shown:
        text = f"The mark is shown although the certification is {_standing(subject)}."
        return _saying(Entitlement.SHOWN_WITHOUT_RIGHT, text, evidence, found.shown)
    if found.doubted:
        text = "Something that may be the mark is shown without a right to it."
        return _saying(Entitlement.ARTWORK_SUSPECTED, text, evidence, found.doubted)
    if not facts.complete:
        text = f"Not every page could be read: {clip(facts.reason, 200)}."
        return _saying(Entitlement.INCOMPLETE, text, evidence, ())
    text = f"The mark is on none of {facts.pages_read} pages."
    return _saying(Entitlement.NOT_SHOWN, text, evidence, ())


def _of_entitled(
    evidence: Evidence, facts: SealFacts, found: _Found, subject: Subject
) -> Observation:
    since = subject.certification.since
    until = "" if subject.certification.entitled else f" It may be shown until the end of {since}."
    if found.shown:
        text = f"The mark is shown.{until}"
        return _saying(Entitlement.ENTITLED_SHOWN, text, evidence, found.shown)
    if not facts.pages_read:
        text = f"No page could be read: {clip(facts.reason, 200) or 'nothing to be seen'}."
        return _saying(Entitlement.INCOMPLETE, text, evidence, ())
    text = f"The mark was not seen on {facts.pages_read} pages; showing it is no duty.{until}"
    return _saying(Entitlement.ENTITLED_ABSENT, text, evidence, ())


def removed(seen: Seen, subject: Subject) -> Observation:
    """Label material is gone from the day of ending on (ww-2.3; S4 bullet 3).

    Counts from the day after ``since``; watched for ``watch_days`` days.
    """
    since, today = subject.certification.since, seen.at.date()
    if since is not None and today <= since:
        text = f"The certification ends on {since}; the mark may be shown until then."
        return Observation(Removal.NOT_DUE, text, values=_values((), since))
    if since is not None and (today - since).days > number(subject.params, "watch_days", 180):
        text = f"Ended on {since}; the watch on leftovers is over."
        return Observation(Removal.WATCH_OVER, text, values=_values((), since))
    newest = seen.newest(ScanKind.SEAL, SealFacts)
    if newest is None:
        blind = _blind(seen, Removal.INCOMPLETE, Removal.NOT_SCANNED)
        return Observation(blind.outcome, blind.summary, values=_values((), since))
    evidence, facts = newest
    if _is_of_before(evidence, subject):
        return Observation(Removal.NOT_SCANNED, _NOT_SINCE, values=_values((), since))
    outcome, text, found = _left_over(facts, subject)
    return Observation(outcome, text, (evidence,), _values(found, since))


def _left_over(facts: SealFacts, subject: Subject) -> tuple[Removal, str, tuple[Reference, ...]]:
    found = _weighed(facts, subject)
    if found.all and (reason := _other_right(found, subject)):
        return Removal.OTHER_RIGHT, f"Material is left; {reason}.", found.all
    if found.shown:
        return Removal.STILL_SHOWN, "Label material is still shown or loaded.", found.shown
    links = tuple(r for r in found.all if r.kind in LINKS and to_label(r, subject))
    pictures = tuple(r for r in found.doubted if r not in links)
    if pictures:
        return Removal.ARTWORK_SUSPECTED, "Something that may be the mark is left.", pictures
    if links:
        return Removal.LINK_LEFT, "A link to the label is left.", links
    if not facts.complete:
        text = f"Not every page could be read: {clip(facts.reason, 200)}."
        return Removal.INCOMPLETE, text, ()
    return Removal.REMOVED, f"No label material on {facts.pages_read} pages.", ()


def _weighed(facts: SealFacts, subject: Subject) -> _Found:
    words = artwork(subject)
    shown, doubted, mentions = [], [], []
    for reference in facts.references:
        if not to_label(reference, subject):
            alike = pretends_certificate(reference, subject)
            if alike or (reference.kind in PICTURES and names(reference.words, words)):
                doubted.append(reference)
        elif _is_shown(reference, subject, words):
            shown.append(reference)
        elif reference.kind != "link" or _is_doubted_link(reference, subject):
            doubted.append(reference)
        else:
            mentions.append(reference)
    return _Found(tuple(shown), tuple(doubted), tuple(mentions))


def _is_shown(reference: Reference, subject: Subject, words: tuple[str, ...]) -> bool:
    """May this reference to a host of the label accuse without a reviewer?

    A picture that links deep into the label's site may illustrate an article, and a
    certificate may be another member's (a partner, a shop of the same builder).
    """
    if reference.kind in MATERIAL:
        return True
    if reference.kind not in LINKS:
        return False
    if is_certificate(reference, subject):
        mine = is_mine(reference, subject)
        return mine is True or (mine is None and reference.kind == "linked_image")
    at_front = FRONT.fullmatch(urlsplit(reference.target).path) is not None
    return reference.kind == "linked_image" and (at_front or names(reference.words, words))


def _is_doubted_link(reference: Reference, subject: Subject) -> bool:
    """Words that lead to a certificate of which nobody knows whose it is."""
    return is_certificate(reference, subject) and is_mine(reference, subject) is None


def _is_last_day(seen: Seen, subject: Subject) -> bool:
    """Is it still the day of the suspension or the ending (UTC, never ahead of local time)?"""
    mine = subject.certification
    return mine.standing in ENDING and mine.since is not None and seen.at.date() <= mine.since


def _is_of_before(evidence: Evidence, subject: Subject) -> bool:
    """Was it seen while the mark might still be shown?"""
    mine = subject.certification
    over = mine.standing in ENDING
    return over and mine.since is not None and evidence.seen_at.date() <= mine.since


def _other_right(found: _Found, subject: Subject) -> str:
    """What else may explain the mark, "" when nothing does.

    Labels of one organisation share hosts: the mark may belong to the other one.  The
    pages of a seller are made by the platform, which may show its own mark on them.
    """
    if _has_other_right(subject):
        return "another certification of this site may explain it"
    if subject.site.subject is not SubjectType.SELLER:
        return ""
    own = any(is_certificate(r, subject) and is_mine(r, subject) for r in found.shown)
    return "" if own else "it may be the platform's own"


def _has_other_right(subject: Subject) -> bool:
    """Labels of one organisation share hosts: the mark may belong to the other one."""
    return any(
        c.entitled and c.label_id != subject.certification.label_id
        for c in subject.site.certifications
    )


def _standing(subject: Subject) -> str:
    return subject.certification.standing.value


def _blind(seen: Seen, incomplete: StrEnum, not_scanned: StrEnum) -> Observation:
    view = seen.scans.get(ScanKind.SEAL)
    if view is None:
        return Observation(not_scanned, "Not looked for yet.", values=_values((), None))
    text = f"The site could not be read: {view.outcome.value}. {clip(view.reason, 200)}".strip()
    return Observation(incomplete, text, values=_values((), None))


def _saying(
    outcome: StrEnum, text: str, evidence: Evidence, found: Iterable[Reference]
) -> Observation:
    return Observation(outcome, text, (evidence,), _values(tuple(found), None))


def _values(found: tuple[Reference, ...], since: date | None) -> dict[str, str]:
    return {
        "url": clip(found[0].page_url, 200) if found else "-",
        "target": clip(found[0].target, 200) if found else "-",
        "count": str(len(found)),
        "since": "-" if since is None else since.isoformat(),
    }


_VALUES = ("url", "target", "count", "since")

JUDGES: tuple[Judge, ...] = (
    Judge(
        name="seal.entitlement",
        version=1,
        kinds=(ScanKind.SEAL,),
        outcomes=Entitlement,
        run=entitlement,
        values=_VALUES,
        help="The mark is shown only by an entitled site.",
    ),
    Judge(
        name="seal.removed",
        version=1,
        kinds=(ScanKind.SEAL,),
        outcomes=Removal,
        run=removed,
        params={"watch_days": Param("int", 180, "days after the ending that leftovers count")},
        values=_VALUES,
        help="Label material is gone after the ending.",
    ),
)
