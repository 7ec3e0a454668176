"""Is the shown mark the one of the label that is held?  An organisation may have several.

Colours and shapes are not compared here: the words of the picture, its file name and
its address decide (docs/decisions/0011).
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
    marks = tuple(r for r in facts.references if _is_mark(r, subject))
    outcome, text, found = _of_marks(marks, facts, subject)
    return Observation(outcome, text, (evidence,), _values(found), fragment=_fragment(found))


def _is_mark(reference: Reference, subject: Subject) -> bool:
    """A picture, script or frame of the label's, or a picture that is called like its mark."""
    if reference.kind not in MATERIAL | PICTURES:
        return False
    return to_label(reference, subject) or names(reference.words, artwork(subject))


def _of_marks(
    marks: tuple[Reference, ...], facts: SealFacts, subject: Subject
) -> tuple[Variant, str, tuple[Reference, ...]]:
    own = tuple(r for r in marks if _says(r, subject, "variant_words"))
    other = tuple(r for r in marks if _says(r, subject, "other_words") and r not in own)
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
        },
        values=("url", "target"),
        help="The shown mark is that of a label the site holds.",
    ),
)
