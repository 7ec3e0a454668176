"""Is the mark shown by those who may, and gone from those who may no longer?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import Evidence, ScanKind, clip
from scanners.seal.evidence import Reference, SealFacts

MATERIAL = frozenset({"linked_image", "image", "script", "frame"})


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


def entitlement(seen: Seen, subject: Subject) -> Observation:
    """Only a certified site shows the mark (seal-1; S0 p4, S3, S4 bullet 3).

    Hosts are compared after parsing, never as substrings.  A mention in words is
    not display.
    """
    newest = seen.newest(ScanKind.SEAL, SealFacts)
    if newest is None:
        return _blind(seen, Entitlement.INCOMPLETE, Entitlement.NOT_SCANNED)
    evidence, facts = newest
    shown = _material(facts, subject)
    entitled = subject.certification.entitled
    if entitled and shown:
        return _saying(Entitlement.ENTITLED_SHOWN, "The mark is shown.", evidence, shown)
    if shown:
        if _has_other_right(subject):
            text = "The mark is shown; another certification of this site may explain it."
            return _saying(Entitlement.OTHER_RIGHT, text, evidence, shown)
        text = f"The mark is shown although the certification is {_standing(subject)}."
        return _saying(Entitlement.SHOWN_WITHOUT_RIGHT, text, evidence, shown)
    artwork = () if entitled else _artwork(facts, subject)
    if artwork:
        text = "A picture that names the mark is shown without a right to it."
        return _saying(Entitlement.ARTWORK_SUSPECTED, text, evidence, artwork)
    if entitled:
        text = f"The mark was not seen on {facts.pages_read} pages; showing it is no duty."
        return _saying(Entitlement.ENTITLED_ABSENT, text, evidence, ())
    if not facts.complete:
        text = f"Not every page could be read: {clip(facts.reason, 200)}."
        return _saying(Entitlement.INCOMPLETE, text, evidence, ())
    text = f"The mark is on none of {facts.pages_read} pages."
    return _saying(Entitlement.NOT_SHOWN, text, evidence, ())


def removed(seen: Seen, subject: Subject) -> Observation:
    """Label material is gone from the day of ending on (ww-2.3; S4 bullet 3).

    Counts from the day after ``since``; watched for ``watch_days`` days.
    """
    since, today = subject.certification.since, seen.at.date()
    if since is not None and today <= since:
        text = f"The certification ends on {since}; the mark may be shown until then."
        return Observation(Removal.NOT_DUE, text, values=_values((), since))
    if since is not None and (today - since).days > _days(subject.params.get("watch_days"), 180):
        text = f"Ended on {since}; the watch on leftovers is over."
        return Observation(Removal.WATCH_OVER, text, values=_values((), since))
    newest = seen.newest(ScanKind.SEAL, SealFacts)
    if newest is None:
        blind = _blind(seen, Removal.INCOMPLETE, Removal.NOT_SCANNED)
        return Observation(blind.outcome, blind.summary, values=_values((), since))
    evidence, facts = newest
    outcome, text, found = _left_over(facts, subject)
    return Observation(outcome, text, (evidence,), _values(found, since))


def _left_over(facts: SealFacts, subject: Subject) -> tuple[Removal, str, tuple[Reference, ...]]:
    shown = _material(facts, subject)
    links = tuple(r for r in facts.references if _to_label(r, subject))
    artwork = _artwork(facts, subject)
    if (shown or links or artwork) and _has_other_right(subject):
        text = "Material is left; another certification of this site may explain it."
        return Removal.OTHER_RIGHT, text, shown or links or artwork
    if shown:
        return Removal.STILL_SHOWN, "Label material is still shown or loaded.", shown
    if artwork:
        return Removal.ARTWORK_SUSPECTED, "A picture still names the mark.", artwork
    if links:
        return Removal.LINK_LEFT, "A link in words to the label is left.", links
    if not facts.complete:
        text = f"Not every page could be read: {clip(facts.reason, 200)}."
        return Removal.INCOMPLETE, text, ()
    return Removal.REMOVED, f"No label material on {facts.pages_read} pages.", ()


def _material(facts: SealFacts, subject: Subject) -> tuple[Reference, ...]:
    """Pictures, scripts and frames of the label's hosts, and links to a certificate."""
    return tuple(
        r
        for r in facts.references
        if _to_label(r, subject) and (r.kind in MATERIAL or _is_certificate(r, subject))
    )


def _to_label(reference: Reference, subject: Subject) -> bool:
    return any(
        reference.host == host or reference.host.endswith(f".{host}")
        for host in (h.lower() for h in subject.label_hosts)
    )


def _is_certificate(reference: Reference, subject: Subject) -> bool:
    pattern = subject.certificate_path
    return pattern is not None and bool(re.search(pattern, urlsplit(reference.target).path))


def _artwork(facts: SealFacts, subject: Subject) -> tuple[Reference, ...]:
    words = [_squeezed(w) for w in subject.artwork_words if w]
    return tuple(
        r
        for r in facts.references
        if r.kind in ("image", "linked_image") and any(w in _squeezed(r.words) for w in words)
    )


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


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


def _days(value: object, default: int) -> int:
    return value if isinstance(value, int) else default


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
