"""VAT number (tz-3.1d): the registered value is searched.

One random string in ten passes the Dutch check digits, so only equality with the
value on file counts.  A mismatching number is never repeated: old Dutch ones contain
a citizen number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from monitor.policy.conditions.content_numbers import (
    IMAGE_NUMBER,
    ROLES_PARAM,
    SEPARATOR,
    bare_value,
    placeholder,
    structured_with,
)
from monitor.policy.conditions.content_seen import (
    IDENTITY_ROLES,
    VALUES,
    Page,
    View,
    look,
    roles_of,
    suspects,
    values,
)
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind
from scanners.content.evidence import PageFacts

VAT_MIN_CHARS = 8
LABEL_CHARS = 45
_VAT_WORDS = re.compile(
    r"(?i)(?<![a-z])(?:btw|b\.t\.w|omzetbelasting|tva|t\.v\.a|vat|ust|mwst|umsatzsteuer|iva)[^\d]{0,40}$"
)


class VatSeen(StrEnum):
    """What was seen of the VAT number."""

    FOUND = "found"
    STRUCTURED_ONLY = "structured_only"
    OTHER_NUMBER = "other_number"
    INVALID_NUMBER = "invalid_number"
    ABSENT_COMPLETE = "absent_complete"
    IMAGE_SUSPECTED = "image_suspected"
    INCOMPLETE = "incomplete"
    NO_EXPECTED_VALUE = "no_expected_value"
    VAT_EXEMPT = "vat_exempt"


def _vat_pattern(expected: str) -> re.Pattern[str]:
    """Tolerant of dots, spaces and a left-out prefix (NL, BE only: unmistakable shapes)."""
    country, rest = expected[:2], expected[2:]
    sep = rf"(?:{SEPARATOR}|\s){{0,3}}"
    body = sep.join(re.escape(c) for c in rest)
    if country == "BE" and rest.startswith("0"):
        body = f"(?:0{sep})?" + sep.join(rest[1:])
    if country in ("NL", "BE"):
        return re.compile(rf"(?i)(?<![a-z0-9])(?:{country}{sep}-?\s?)?{body}(?![a-z0-9])")
    return re.compile(rf"(?i)(?<![a-z0-9]){country}{sep}{body}(?![a-z0-9])")


def _unprefixed_pattern(expected: str) -> re.Pattern[str] | None:
    """The number without its country, where only the words before it tell what it is."""
    country, rest = expected[:2], expected[2:]
    if country in ("NL", "BE") or not rest.isdecimal():
        return None
    body = rf"(?:{SEPARATOR}|\s){{0,3}}".join(rest)
    return re.compile(rf"(?i)(?<![a-z0-9]){body}(?![a-z0-9])")


def _states(page: PageFacts, pattern: re.Pattern[str], bare: re.Pattern[str] | None) -> bool:
    if any(not _in_iban(page, m) for m in pattern.finditer(page.text)):
        return True
    if bare is None:
        return False
    return any(
        _VAT_WORDS.search(page.text[max(0, m.start() - LABEL_CHARS) : m.start()])
        and not _in_iban(page, m)
        for m in bare.finditer(page.text)
    )


def _masked_vat(value: str) -> str:
    """A VAT number nobody can read back: old Dutch ones contain a citizen number."""
    return value[:2] + "*" * max(0, len(value) - 2)


def pages_with_vat(view: View, expected: str) -> tuple[Page, ...]:
    """The readable pages that state this VAT number; none when it cannot be one."""
    if len(expected) < VAT_MIN_CHARS or not expected[:2].isalpha():
        return ()
    pattern, bare = _vat_pattern(expected), _unprefixed_pattern(expected)
    return tuple(page for page in view.readable if _states(page[1], pattern, bare))


def vat_number(seen: Seen, subject: Subject) -> Observation:
    """Does the site state the VAT number on file?  (tz-3.1d, patterns P2 and P3)."""
    out, view = VatSeen, look(seen)
    asked = subject.params.get("expected") or subject.member.vat
    expected = bare_value(asked)
    if "vat_exempt" in subject.member.flags:
        told = values(view, subject, expected)
        return Observation(out.VAT_EXEMPT, "The member is exempt from VAT.", (), told)
    if len(expected) < VAT_MIN_CHARS or not expected[:2].isalpha():
        told = values(view, subject)
        return Observation(out.NO_EXPECTED_VALUE, "No VAT number is on file.", view.cite(), told)
    told = values(view, subject, expected)
    hit = pages_with_vat(view, expected)
    if hit:
        told = values(view, subject, expected, hit[0][1].final_url)
        return Observation(out.FOUND, "The VAT number on file is stated.", view.cite(hit), told)
    return _vat_missing(view, subject, expected, told)


def _in_iban(page: PageFacts, match: re.Match[str]) -> bool:
    return any(
        m.kind == "iban" and m.start <= match.start() and match.end() <= m.end for m in page.masks
    ) and not any(
        m.kind == "vat" and m.start < match.end() and match.start() < m.end for m in page.masks
    )


def _vat_missing(
    view: View, subject: Subject, expected: str, told: Mapping[str, str]
) -> Observation:
    out = VatSeen
    roles = roles_of(subject.params, IDENTITY_ROLES)
    coded = structured_with(view.readable, expected[2:])
    if coded:
        said = "The VAT number stands in structured data only, not in text a visitor reads."
        return Observation(out.STRUCTURED_ONLY, said, view.cite(coded), told)
    gap = view.unread(*roles, short=True)
    if gap:
        said = f"The VAT number was not found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    pages = view.of(*roles)
    seen = [
        (page, n)
        for page in pages
        if page[1].own
        for n in page[1].numbers
        if n.scheme.startswith("vat_") and n.value != expected and not n.foreign
    ]
    valid = tuple((page, n) for page, n in seen if n.valid and not placeholder(n.value[2:11]))
    pictures = suspects(pages, IMAGE_NUMBER)
    if valid:
        said = f"Another VAT number is stated ({_masked_vat(valid[0][1].value)})."
        cited = view.cite(tuple(page for page, _ in valid))
        told = values(view, subject, expected, valid[0][0][1].final_url)
        return Observation(out.OTHER_NUMBER, said, cited, told)
    if pictures:
        said = f"No VAT number in text; picture {pictures[0][1]!r} may hold it."
        cited = view.cite(tuple(page for page, _ in pictures))
        return Observation(out.IMAGE_SUSPECTED, said, cited, told)
    if seen:
        said = "What is written as VAT number fails the check digits."
        cited = view.cite(tuple(page for page, _ in seen))
        return Observation(out.INVALID_NUMBER, said, cited, told)
    said = f"The VAT number was not found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(pages), told)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.vat_number",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=VatSeen,
        run=vat_number,
        params={
            "expected": Param("str", "$member.vat", "the number on file"),
            "roles": ROLES_PARAM,
        },
        values=VALUES,
        help="The VAT number on file stands on the site.",
    ),
)
