"""What only a person can judge: own terms, suspect clauses, disclaimers (tz-4.1b, 4.1c, 4.3).

A verdict is pinned to the text that was read.  Dates, numbers of registers and ways of
contact are taken out of it first: a change of those asks nobody to read the terms again.
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
from monitor.policy.conditions.content_terms_law import LAW_EXPECTED
from monitor.policy.conditions.content_terms_seen import (
    LEAST_PARAMS,
    TermsRead,
    least_chars,
    passages,
    read_terms,
)
from monitor.policy.conditions.content_terms_suspects import suspects_in
from monitor.policy.conditions.content_texts import is_heading, sentences
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.evidence import PageFacts

SHOWN_MAX = 5
DISCLAIMER_MAX_CHARS = 20_000
SECTION_MAX_LINES = 40

_MONTHS = (
    r"(?:jan|feb|f[ée]v|m[äa]r|maa|mrt|ap?r|avr|mai|mei|may|jui|jun|jul|ao[uû]|aug|se[pbt]|o[ck]t|nov|d[ée][czc])"
    r"[a-zéû]{0,7}\.?"
)
_COSMETIC = re.compile(
    r"(?i)https?://\S{1,200}|www\.\S{1,200}|[\w.+-]{1,60}@[\w-]{1,60}\.[\w.-]{2,60}"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th|\.)?\s{_MONTHS}\s\d{{2,4}}|{_MONTHS}\s(?:\d{{1,2}},?\s)?\d{{4}}"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\b(?:19|20)\d\d\b"
    r"|(?:versie|version|v\.?|fassung|stand)\s?(?:nr\.?\s?)?\d{1,3}(?:\.\d{1,3}){0,2}"
    r"|\b[a-z]{2}[\s.]?\d(?:[\s.\-]?[\da-z]){7,32}\b|\+?\(?\d(?:[\s.\-/()]{0,2}\d){7,14}"
)
_MAY_BE_COSMETIC = re.compile(r"[\d@]|://|www")
_DISCLAIMER = re.compile(
    r"(?i)(?<!\w)(?:disclaimer|haftungsausschlu(?:ss|ß)|aansprakelijkheidsuitsluiting|vrijwaring"
    r"|(?:clause|avis|d[ée]claration)\sde\snon[-\s]responsabilit[ée]|d[ée]ni\sde\sresponsabilit[ée]"
    r"|haftungsbeschr[äa]nkung|haftung\sf(?:ü|ue?)r\s(?:inhalte|links)|(?:uitsluiting|beperking)\svan\saansprakelijkheid"
    r"|exclusion\sde\sresponsabilit[ée]|limitation\sde\sresponsabilit[ée]|exclusion\sof\sliability)"
)


class ReviewSeen(StrEnum):
    """What was seen of terms that a person reviews."""

    NEEDS_REVIEW = "needs_review"
    UNREAD_DOCUMENT = "unread_document"
    NO_TERMS = "no_terms"
    INCOMPLETE = "incomplete"


class SuspectSeen(StrEnum):
    """What was seen of clauses that may be against mandatory law."""

    SUSPECT = "suspect"
    NEEDS_REVIEW = "needs_review"
    UNREAD_DOCUMENT = "unread_document"
    NO_TERMS = "no_terms"
    INCOMPLETE = "incomplete"


class DisclaimerSeen(StrEnum):
    """What was seen of a disclaimer."""

    NONE = "none"
    SUSPECT = "suspect"
    NEEDS_REVIEW = "needs_review"
    INCOMPLETE = "incomplete"


def pinned(text: str) -> str:
    """``text`` without what changes without a change of meaning (dates, numbers, contact)."""
    lines = (
        _COSMETIC.sub("#", line) if _MAY_BE_COSMETIC.search(line) else line
        for line in text.split("\n")
    )
    return "\n".join(lines)


def _whole(read: TermsRead) -> str:
    """Every text of terms, pinned, in a fixed order, each text once."""
    ordered = sorted(read.texts, key=lambda terms: terms.facts.final_url)
    return "\n\n".join(dict.fromkeys(pinned(terms.text) for terms in ordered))


def _nothing_to_review(
    out: type[ReviewSeen | SuspectSeen], view: View, subject: Subject, read: TermsRead
) -> Observation | None:
    """Why there is no text of terms to put before a person; None when there is one."""
    told, cited = _told(view, subject, read), view.cite(read.pages)
    if read.unread:
        said = "The terms are a document whose text could not be read: a person must open it."
        return Observation(out.UNREAD_DOCUMENT, said, view.cite(read.unread), told)
    # A verdict on half the terms would have to be given again when the rest is read.
    gap = view.unread("start", "terms")
    if gap:
        return Observation(out.INCOMPLETE, f"The terms were not read whole ({gap}).", cited, told)
    if not read.texts:
        return Observation(out.NO_TERMS, "There are no terms of sale to review.", cited, told)
    return None


def terms_reviewed(seen: Seen, subject: Subject) -> Observation:
    """The terms as they are to be read by a lawyer, once per text (tz-4.1b)."""
    out, view = ReviewSeen, look(seen)
    read = read_terms(view, least_chars(subject))
    told, cited = _told(view, subject, read), view.cite(read.pages)
    if unread := _nothing_to_review(out, view, subject, read):
        return unread
    said = "The terms are to be reviewed against the certainties of the label."
    if any(terms.says_standard for terms in read.texts):
        note = "They call themselves the model terms of Thuiswinkel.org."
        return Observation(out.NEEDS_REVIEW, said, cited, told, note=note, fragment=_whole(read))
    return Observation(out.NEEDS_REVIEW, said, cited, told, fragment=_whole(read))


def _told(view: View, subject: Subject, read: TermsRead) -> dict[str, str]:
    page = next(iter((*read.pages, *read.unread)), None)
    return dict(values(view, subject, url=page[1].final_url if page is not None else ""))


def terms_suspect(seen: Seen, subject: Subject) -> Observation:
    """Clauses in the terms that may be against mandatory law, for a reviewer (tz-4.1c)."""
    out, view = SuspectSeen, look(seen)
    read = read_terms(view, least_chars(subject))
    told, cited = _told(view, subject, read), view.cite(read.pages)
    if unread := _nothing_to_review(out, view, subject, read):
        return unread
    spoken = [passage.said for terms in read.texts for passage in passages(terms)]
    found = suspects_in(spoken, _home(subject))
    whole = _whole(read)
    if not found:
        said = "No clause of the assist list was seen; that is no verdict."
        return Observation(out.NEEDS_REVIEW, said, cited, told, fragment=whole)
    said = f"Clauses for a reviewer to look at: {_listed(found)}."
    return Observation(out.SUSPECT, said, cited, told, fragment=whole)


def _home(subject: Subject) -> tuple[str, ...]:
    return tuple(code.upper() for code in words(subject.params, "law_expected", LAW_EXPECTED))


def _listed(found: tuple[tuple[str, str], ...]) -> str:
    shown = dict.fromkeys(f"{kind} ({clip(said, 140)!r})" for kind, said in found)
    more = len(shown) - SHOWN_MAX
    return "; ".join(list(shown)[:SHOWN_MAX]) + (f"; {more} more" if more > 0 else "")


def disclaimer(seen: Seen, subject: Subject) -> Observation:
    """A disclaimer, when the shop has one, for a reviewer (tz-4.3)."""
    out, view = DisclaimerSeen, look(seen)
    texts = _disclaimers(view)
    told = values(view, subject, url=texts[0][0][1].final_url if texts else "")
    cited = view.cite(tuple(page for page, _ in texts))
    if not texts:
        return _no_disclaimer(view, subject)
    whole = "\n\n".join(dict.fromkeys(pinned(text) for _, text in texts))
    spoken = [said for _, text in texts for line in text.split("\n") for said in sentences(line)]
    found = suspects_in(spoken, _home(subject))
    if found:
        said = f"A disclaimer has clauses for a reviewer to look at: {_listed(found)}."
        return Observation(out.SUSPECT, said, cited, told, fragment=whole)
    said = "A disclaimer was read; a person has to judge it."
    return Observation(out.NEEDS_REVIEW, said, cited, told, fragment=whole)


def _no_disclaimer(view: View, subject: Subject) -> Observation:
    out, told = DisclaimerSeen, values(view, subject)
    gap = view.unread("start", "about", "terms")
    linked = next((ln for _, p in view.readable for ln in p.links if _names_it(ln.text)), None)
    behind = "" if linked is None else f"the page behind {clip(linked.text, 60)!r}"
    if why := gap or behind:
        said = f"No disclaimer was read, but not every page could be read ({why})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    return Observation(out.NONE, "The shop uses no disclaimer.", view.cite(), told)


def _names_it(text: str) -> bool:
    return bool(_DISCLAIMER.search(text[:200]))


def _disclaimers(view: View) -> tuple[tuple[Page, str], ...]:
    """Pages named so, else the sections under such a heading."""
    start = start_of(view)
    found: list[tuple[Page, str]] = []
    for page in sorted(view.readable, key=lambda p: p[1].final_url):
        facts = page[1]
        text = own_text(facts, start)
        if "start" not in facts.roles and (_is_named(facts) and not _is_mixed(facts)):
            found.append((page, text[:DISCLAIMER_MAX_CHARS]))
        elif section := _section(facts, text):
            found.append((page, section))
    return tuple(found)


def _is_named(facts: PageFacts) -> bool:
    return _names_it(facts.title) or "disclaimer" in facts.final_url.lower().rpartition("/")[2]


def _is_mixed(facts: PageFacts) -> bool:
    """Terms or privacy with a word on a disclaimer in the name are judged by their section."""
    return bool({"terms", "privacy", "contact"}.intersection(facts.roles))


def _section(facts: PageFacts, text: str) -> str:
    """The lines under a heading that names a disclaimer, up to the next heading."""
    headings = frozenset(facts.headings)
    kept: list[str] = []
    inside = False
    for line in text.split("\n"):
        if is_heading(line, headings):
            inside = _names_it(line)
        if inside and len(kept) < SECTION_MAX_LINES:
            kept.append(line)
    return "\n".join(kept) if len(kept) > 1 else ""


_LAW_PARAMS = {
    "law_expected": Param(
        "list[str]", list(LAW_EXPECTED), "countries whose law may apply (ISO 3166-1; UK)"
    ),
}

JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.terms_reviewed",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ReviewSeen,
        run=terms_reviewed,
        params=LEAST_PARAMS,
        values=VALUES,
        help="The terms as a reviewer must read them; the verdict holds until they change.",
    ),
    Judge(
        name="content.terms_suspect",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=SuspectSeen,
        run=terms_suspect,
        params={**LEAST_PARAMS, **_LAW_PARAMS},
        values=VALUES,
        help="Clauses of the terms that a reviewer should look at; never a verdict by itself.",
    ),
    Judge(
        name="content.disclaimer",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=DisclaimerSeen,
        run=disclaimer,
        params=_LAW_PARAMS,
        values=VALUES,
        help="A disclaimer, when there is one, as a reviewer must read it.",
    ),
)
