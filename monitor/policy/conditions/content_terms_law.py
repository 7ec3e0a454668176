"""Which law the terms declare applicable (tz-4.4).

A clause is a sentence that names a country's law and says that it applies, or names it
under a heading on the applicable law.  "The Dutch version prevails", "a company under
Dutch law" and "as Dutch law requires" are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_seen import (
    VALUES,
    View,
    look,
    values,
    words,
)
from monitor.policy.conditions.content_terms_seen import (
    LEAST_PARAMS,
    Passage,
    Terms,
    TermsRead,
    least_chars,
    passages,
    read_terms,
)
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.law_words import (
    APPLIES,
    ASIDE,
    RESERVED,
    Named,
    is_denied,
    laws_in,
    of_a_company,
)

LAW_EXPECTED = ("NL",)
LANGUAGES = frozenset({"", "nl", "fr", "en", "de"})
CITED_CHARS = 300
# The scanner keeps 60,000 characters of a text: one near that may have been cut.
CUT_MIN_CHARS = 55_000

_LAW_HEADING = re.compile(
    r"(?i)toepasselijk|rechtskeuze|forumkeuze|applicable|governing|choice\sof\slaw|jurisdiction"
    r"|droit|loi(?!\w)|anwendbar|rechtswahl|gerichtsstand|(?<!\w)recht(?!\w)|(?<!\w)law(?!\w)|geschil"
    r"|disput|litig"
)
# A choice of law is spoken of, though no country's is named.
_HINT = re.compile(
    r"(?i)governed\sby|governing\slaw|droit\sapplicable|loi\sapplicable|toepasselijk\srecht"
    r"|toepasselijke\s(?:recht|wet)|recht\svan\shet\sland|law\sof\sthe\scountry|recht\sdes\slandes"
    r"|rechtskeuze|choice\sof\slaw|rechtswahl|anwendbares\srecht|r[ée]gi\w{0,4}\spar\s(?:le\sdroit|la\sloi)"
    r"|lokale\s(?:recht|wet)|recht\svan\stoepassing"
)
_PERMITTED = re.compile(
    r"(?i)(?:permitted|allowed|required|extent|toegestaan|vereist|permis|autoris|zul[äa]ssig)[^.]{0,60}$"
)


class LawSeen(StrEnum):
    """What was seen of the law that the terms declare applicable."""

    FOUND = "found"
    OTHER_LAW = "other_law"
    EXCLUDED = "excluded"
    SEVERAL_LAWS = "several_laws"
    UNCLEAR = "unclear"
    ABSENT_COMPLETE = "absent_complete"
    UNREAD_DOCUMENT = "unread_document"
    LANGUAGE_NOT_COVERED = "language_not_covered"
    NO_TERMS = "no_terms"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Clauses:
    """What one text says: sentences per meaning, each with the codes it names."""

    terms: Terms
    wanted: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    denied: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]


def _is_clause(passage: Passage, named: Named) -> bool:
    said = passage.said
    if of_a_company(said, named):
        return False
    short = len(said) <= named.end - named.start + 40
    return bool(APPLIES.search(said)) or (short and bool(_LAW_HEADING.search(passage.heading)))


def _read(terms: Terms, expected: tuple[str, ...]) -> _Clauses:
    wanted: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    denied: list[tuple[str, str]] = []
    hints: list[str] = []
    for passage in passages(terms):
        said = passage.said
        laws = laws_in(said)
        if not laws and _hints(passage):
            hints.append(said)
        for named in laws:
            if not _is_clause(passage, named):
                hints.append(said)
            elif is_denied(said, named):
                if named.code in expected:
                    denied.append((named.code, said))
            elif named.code in expected:
                wanted.append((named.code, said))
            elif not (RESERVED.search(said) or ASIDE.search(said)):
                others.append((named.code, said))
    return _Clauses(terms, tuple(wanted), tuple(others), tuple(denied), tuple(hints))


def _hints(passage: Passage) -> bool:
    found = _HINT.search(passage.said)
    return found is not None and not _PERMITTED.search(passage.said[: found.start()])


def terms_law(seen: Seen, subject: Subject) -> Observation:
    """Do the terms of sale declare the expected law applicable, and no other?  (tz-4.4)."""
    out, view = LawSeen, look(seen)
    expected = tuple(code.upper() for code in words(subject.params, "law_expected", LAW_EXPECTED))
    read = read_terms(view, least_chars(subject))
    found = [_read(terms, expected) for terms in read.any_texts]
    for outcome, clauses in _candidates(found):
        return _said(view, subject, outcome, clauses)
    told = next((c for c in found if c.wanted), None)
    if told is not None:
        return _said(view, subject, out.FOUND, told, _note(read, found))
    return _no_clause(view, subject, read, found)


def _candidates(found: list[_Clauses]) -> list[tuple[LawSeen, _Clauses]]:
    """The texts that speak against the expected law, the plainest first."""
    out = LawSeen
    several = [(out.SEVERAL_LAWS, c) for c in found if c.wanted and (c.others or c.denied)]
    denied = [(out.EXCLUDED, c) for c in found if c.denied and not c.wanted]
    other = [(out.OTHER_LAW, c) for c in found if c.others and not c.wanted]
    if any(c.wanted for c in found):
        # One set of terms asks for it, another for something else.
        return [(out.SEVERAL_LAWS, c) for _, c in (*several, *other, *denied)]
    return [*other, *denied]


def _said(
    view: View, subject: Subject, outcome: LawSeen, clauses: _Clauses, note: str = ""
) -> Observation:
    told = clauses.wanted if outcome is LawSeen.FOUND else (*clauses.others, *clauses.denied)
    codes = ", ".join(dict.fromkeys(code for code, _ in told))
    sentence = told[0][1]
    what = {
        LawSeen.FOUND: f"The terms declare the law of {codes} applicable",
        LawSeen.OTHER_LAW: f"The terms declare the law of {codes} applicable, not the expected law",
        LawSeen.EXCLUDED: f"The terms exclude the law of {codes}",
    }.get(outcome, f"The terms name or exclude another law beside the expected one ({codes})")
    every = dict.fromkeys(s for _, s in (*clauses.wanted, *clauses.others, *clauses.denied))
    return Observation(
        outcome,
        f"{what}: {clip(sentence, CITED_CHARS)!r}.",
        view.cite((clauses.terms.page,)),
        _values(view, subject, codes, clauses.terms.facts.final_url),
        note=note,
        fragment="\n".join(every),
    )


def _values(view: View, subject: Subject, codes: str = "", url: str = "") -> dict[str, str]:
    expected = ", ".join(words(subject.params, "law_expected", LAW_EXPECTED))
    return {**values(view, subject, expected, url), "law": codes}


def _note(read: TermsRead, found: list[_Clauses]) -> str:
    silent = [c.terms.facts.final_url for c in found if not c.wanted]
    silent += [facts.final_url for _, facts in read.unread]
    return f"No such clause was read in {clip(silent[0], CITED_CHARS)}." if silent else ""


def _no_clause(view: View, subject: Subject, read: TermsRead, found: list[_Clauses]) -> Observation:
    out = LawSeen
    told = _values(view, subject, url=found[0].terms.facts.final_url if found else "")
    cited = view.cite(read.pages)
    if read.unread:
        told = _values(view, subject, url=read.unread[0][1].final_url)
        said = "The terms are a document whose text could not be read."
        return Observation(out.UNREAD_DOCUMENT, said, view.cite(read.unread[:1]), told)
    gap = view.unread("start", "terms") if not found else view.gap("start", "terms")
    if gap:
        said = f"No clause on the applicable law was read, but not every page could be ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    if not read.texts:
        return Observation(out.NO_TERMS, "No full terms of sale were read.", cited, told)
    if any(len(c.terms.text) >= CUT_MIN_CHARS for c in found):
        said = "No clause on the applicable law was read in terms too long to read whole."
        return Observation(out.INCOMPLETE, said, cited, told)
    strange = [c.terms.facts.language for c in found if c.terms.facts.language not in LANGUAGES]
    if strange:
        said = f"The terms are in a language that is not read here ({clip(strange[0], 10)})."
        return Observation(out.LANGUAGE_NOT_COVERED, said, cited, told)
    hints = tuple(hint for clauses in found for hint in clauses.hints)
    if hints:
        said = f"The terms speak of law, but name none as applicable: {clip(hints[0], 200)!r}."
        return Observation(out.UNCLEAR, said, cited, told, fragment="\n".join(hints))
    said = "The terms do not say which law applies."
    whole = "\n".join(c.terms.text for c in found)
    return Observation(out.ABSENT_COMPLETE, said, cited, told, fragment=whole)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.terms_law",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=LawSeen,
        run=terms_law,
        params={
            **LEAST_PARAMS,
            "law_expected": Param(
                "list[str]", list(LAW_EXPECTED), "countries whose law may apply (ISO 3166-1; UK)"
            ),
        },
        values=(*VALUES, "law"),
        help="The terms declare the expected law applicable, and no other.",
    ),
)
