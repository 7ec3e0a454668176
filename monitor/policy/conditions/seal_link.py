"""Does the mark that is shown lead to the certificate of this very site?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.seal_marks import (
    LINKS,
    MATERIAL,
    artwork,
    bears_own_name,
    is_certificate,
    is_mine,
    names,
    pretends_certificate,
    to_label,
)
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import Evidence, ScanKind, clip
from scanners.seal.evidence import Reference, SealFacts


class Leads(StrEnum):
    """Outcomes of ``seal.certificate_link``."""

    OWN_CERTIFICATE = "own_certificate"
    OTHER_MEMBER = "other_member"
    OTHER_MEMBER_TOO = "other_member_too"
    OTHER_HOST = "other_host"
    UNVERIFIED_CERTIFICATE = "unverified_certificate"
    NO_CERTIFICATE = "no_certificate"
    NO_LINK = "no_link"
    NOT_SHOWN = "not_shown"
    NOT_ENTITLED = "not_entitled"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True, slots=True)
class _Marks:
    """The displayed marks by where they lead, each in the order of finding.

    ``own``, ``foreign`` and ``anyone`` lead to a certificate: this site's, another's,
    and one of which nobody knows whose it is.  ``label`` leads to the label's site
    otherwise, ``elsewhere`` to somebody else's host, ``unlinked`` nowhere.
    """

    own: tuple[Reference, ...]
    foreign: tuple[Reference, ...]
    anyone: tuple[Reference, ...]
    label: tuple[Reference, ...]
    elsewhere: tuple[Reference, ...]
    unlinked: tuple[Reference, ...]


def certificate_link(seen: Seen, subject: Subject) -> Observation:
    """The shown mark links to the official certificate of this very shop (seal-2).

    A link in words is no mark unless it leads to a certificate.  Who is not entitled is
    judged by ``seal.entitlement``.
    """
    if not subject.certification.entitled:
        text = "Without a right to the mark its link does not matter."
        return Observation(Leads.NOT_ENTITLED, text, values=_values(()))
    newest = seen.newest(ScanKind.SEAL, SealFacts)
    if newest is None:
        return _blind(seen)
    evidence, facts = newest
    marks = _sorted(facts.references, subject)
    outcome, text, found = _first(marks)
    if outcome is not None:
        return _saying(outcome, text, evidence, found)
    if not facts.complete:
        text = f"Not every page could be read: {clip(facts.reason, 200)}."
        return _saying(Leads.INCOMPLETE, text, evidence, ())
    text = f"The mark is on none of {facts.pages_read} pages."
    return _saying(Leads.NOT_SHOWN, text, evidence, ())


def _first(marks: _Marks) -> tuple[Leads | None, str, tuple[Reference, ...]]:
    """What decides; a mark beside the right one may be a partner's and is for a reviewer."""
    if marks.foreign:
        if marks.own:
            text = "Beside the own certificate another member's is linked."
            return Leads.OTHER_MEMBER_TOO, text, marks.foreign
        return Leads.OTHER_MEMBER, "The mark leads to another member's certificate.", marks.foreign
    if marks.elsewhere:
        text = "What looks like the mark leads to a host that is not the label's."
        return Leads.OTHER_HOST, text, marks.elsewhere
    if marks.own:
        return Leads.OWN_CERTIFICATE, "The mark leads to the own certificate.", marks.own
    if marks.anyone:
        text = "The mark leads to a certificate; whose it is, is not known here."
        return Leads.UNVERIFIED_CERTIFICATE, text, marks.anyone
    if marks.label:
        text = "The mark leads to the label's site, but to no certificate."
        return Leads.NO_CERTIFICATE, text, marks.label
    if marks.unlinked:
        return Leads.NO_LINK, "The mark has no link that could be seen.", marks.unlinked
    return None, "", ()


def _sorted(references: Iterable[Reference], subject: Subject) -> _Marks:
    words = artwork(subject)
    found: dict[str, list[Reference]] = {
        "own": [], "foreign": [], "anyone": [], "label": [], "elsewhere": [], "unlinked": [],
    }  # fmt: skip
    for reference in references:
        if group := _group(reference, subject, words):
            found[group].append(reference)
    return _Marks(**{name: tuple(group) for name, group in found.items()})


def _group(reference: Reference, subject: Subject, words: tuple[str, ...]) -> str:
    """Where the mark leads, "" for what is no mark."""
    if not to_label(reference, subject):
        if pretends_certificate(reference, subject):
            return "elsewhere"
        named = reference.kind == "linked_image" and names(reference.words, words)
        return "elsewhere" if named else ""
    if reference.kind in MATERIAL:
        return "unlinked"
    if reference.kind not in LINKS:
        return ""
    if not is_certificate(reference, subject):
        return "label" if reference.kind == "linked_image" else ""
    mine = is_mine(reference, subject)
    if mine:
        return "own"
    if reference.kind == "link":
        # Words about a partner's certificate are no mark.
        return ""
    # Another address with the own name may be an older one that still leads home.
    return "foreign" if mine is False and not bears_own_name(reference, subject) else "anyone"


def _blind(seen: Seen) -> Observation:
    view = seen.scans.get(ScanKind.SEAL)
    if view is None:
        return Observation(Leads.NOT_SCANNED, "Not looked for yet.", values=_values(()))
    text = f"The site could not be read: {view.outcome.value}. {clip(view.reason, 200)}".strip()
    return Observation(Leads.INCOMPLETE, text, values=_values(()))


def _saying(
    outcome: Leads, text: str, evidence: Evidence, found: tuple[Reference, ...]
) -> Observation:
    return Observation(outcome, text, (evidence,), _values(found))


def _values(found: tuple[Reference, ...]) -> dict[str, str]:
    return {
        "url": clip(found[0].page_url, 200) if found else "-",
        "target": clip(found[0].target, 200) if found else "-",
        "count": str(len(found)),
    }


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="seal.certificate_link",
        version=1,
        kinds=(ScanKind.SEAL,),
        outcomes=Leads,
        run=certificate_link,
        values=("url", "target", "count"),
        help="The shown mark leads to the official certificate of this very site.",
    ),
)
