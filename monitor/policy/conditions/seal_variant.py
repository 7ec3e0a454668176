"""Is the shown mark the one of the label that is held?  An organisation may have several.

The words of the picture, its file name and its address decide (docs/decisions/0011); where
the labels know their artwork and pictures were decoded, drawing and colour go before words
(docs/decisions/0025).
"""

from __future__ import annotations

from enum import StrEnum

from monitor.policy.conditions.seal_marks import (
    MATERIAL,
    PICTURES,
    artwork,
    names,
    squeezed,
    to_label,
)
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.seal.evidence import Reference, SealFacts
from scanners.seal.rating import DISTANCE_MAX, Fingerprint, fingerprint_of, is_alike


class Variant(StrEnum):
    """Outcomes of ``seal.variant``."""

    MATCHES = "matches"
    OTHER_VARIANT = "other_variant"
    BOTH_SHOWN = "both_shown"
    UNMARKED = "unmarked"
    NOT_SHOWN = "not_shown"
    NOT_ENTITLED = "not_entitled"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


def variant(seen: Seen, subject: Subject) -> Observation:
    """The shown mark is that of a label the site holds (bc-5.3; S1 Waarden p1-4).

    ``variant_words`` name this label's own mark, ``other_words`` that of its sister
    ``other_label``; showing the sister's is right for who holds it as well.
    ``other_phash`` are fingerprints of the sister's artwork.
    """
    if not subject.certification.entitled:
        return _said(Variant.NOT_ENTITLED, "Without a right to the mark its kind does not matter.")
    view = seen.scans.get(ScanKind.SEAL)
    if view is None:
        return _said(Variant.NOT_SCANNED, "Not looked for yet.")
    newest = seen.newest(ScanKind.SEAL, SealFacts)
    if newest is None:
        text = f"The site could not be read: {view.outcome.value}. {clip(view.reason, 200)}"
        return _said(Variant.INCOMPLETE, text.strip())
    evidence, facts = newest
    drawn = _drawn(facts, subject)
    marks = tuple(r for r in facts.references if _is_mark(r, subject) or r.target in drawn)
    outcome, text, found = _of_marks(marks, facts, subject, drawn)
    return Observation(outcome, text, (evidence,), _values(found), fragment=_fragment(found))


def _is_mark(reference: Reference, subject: Subject) -> bool:
    """A picture, script or frame of the label's, or a picture that is called like its mark."""
    if reference.kind not in MATERIAL | PICTURES:
        return False
    return to_label(reference, subject) or names(reference.words, artwork(subject))


def _drawn(facts: SealFacts, subject: Subject) -> dict[str, str]:
    """Addresses of pictures that look like a mark: ``own``, ``other``, or ``mark`` for both."""
    mine = _prints(subject.artwork_phash)
    given = subject.params.get("other_phash")
    theirs = _prints(tuple(map(str, given)) if isinstance(given, (list, tuple)) else ())
    most = subject.params.get("artwork_distance_max")
    limit = most if isinstance(most, int) else DISTANCE_MAX
    found: dict[str, str] = {}
    for picture in facts.pictures:
        seen = fingerprint_of(picture.fingerprint)
        own = seen is not None and any(is_alike(seen, one, limit) for one in mine)
        other = seen is not None and any(is_alike(seen, one, limit) for one in theirs)
        if own or other:
            found[picture.target] = "mark" if own and other else "own" if own else "other"
    return found


def _prints(texts: tuple[str, ...]) -> tuple[Fingerprint, ...]:
    return tuple(one for text in texts if (one := fingerprint_of(text)) is not None)


def _kind(reference: Reference, subject: Subject, drawn: str) -> str:
    """``own``, ``other`` or "": by the drawing where it tells, else by words."""
    if drawn in ("own", "other"):
        return drawn
    if _says(reference, subject, "variant_words"):
        return "own"
    return "other" if _says(reference, subject, "other_words") else ""


def _of_marks(
    marks: tuple[Reference, ...], facts: SealFacts, subject: Subject, drawn: dict[str, str]
) -> tuple[Variant, str, tuple[Reference, ...]]:
    kinds = [_kind(r, subject, drawn.get(r.target, "")) for r in marks]
    own = tuple(r for r, kind in zip(marks, kinds, strict=True) if kind == "own")
    other = tuple(r for r, kind in zip(marks, kinds, strict=True) if kind == "other")
    if other and not _holds_other(subject):
        if own:
            return Variant.BOTH_SHOWN, "Two kinds of the mark are shown, one of them held.", other
        return Variant.OTHER_VARIANT, "The mark of another label is shown.", other
    if own or other:
        return Variant.MATCHES, "The mark is that of a label that is held.", own or other
    if marks:
        return Variant.UNMARKED, "Nothing says which label the shown mark is of.", marks
    if not facts.complete:
        return Variant.INCOMPLETE, f"Not every page was read: {clip(facts.reason, 200)}.", ()
    return Variant.NOT_SHOWN, f"The mark is on none of {facts.pages_read} pages.", ()


def _says(reference: Reference, subject: Subject, param: str) -> bool:
    given = subject.params.get(param)
    wanted = tuple(squeezed(str(w)) for w in given) if isinstance(given, (list, tuple)) else ()
    said = f"{reference.words} {reference.target.partition('?')[0]}"
    return bool(wanted) and names(said, wanted)


def _holds_other(subject: Subject) -> bool:
    other = subject.params.get("other_label")
    return any(c.entitled and c.label_id == other for c in subject.site.certifications)


def _said(outcome: Variant, text: str) -> Observation:
    return Observation(outcome, text, values=_values(()))


def _values(found: tuple[Reference, ...]) -> dict[str, str]:
    return {
        "url": clip(found[0].page_url, 200) if found else "-",
        "target": clip(found[0].target, 200) if found else "-",
    }


def _fragment(found: tuple[Reference, ...]) -> str:
    return "\n".join(sorted({f"{r.kind} {r.target} {r.words}" for r in found}))


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="seal.variant",
        version=1,
        kinds=(ScanKind.SEAL,),
        outcomes=Variant,
        run=variant,
        params={
            "variant_words": Param("list[str]", [], "words that name this label's own mark"),
            "other_words": Param("list[str]", [], "words that name the mark of its sister"),
            "other_label": Param("str", "", "the id of that sister label"),
            "other_phash": Param("list[str]", [], "fingerprints of the sister's artwork"),
            "artwork_distance_max": Param(
                "int", DISTANCE_MAX, "bits of 64 by which a picture may differ from the artwork"
            ),
        },
        values=("url", "target"),
        help="The shown mark is that of a label the site holds.",
    ),
)
