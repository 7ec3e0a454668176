"""Register number (tz-3.1c): the registered value is searched.

A number proves nothing by its look: KvK numbers have no check digit.  So the judge
looks for the value on file, and calls another number "another" only when a label
stands right before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from monitor.policy.conditions.content_seen import (
    IDENTITY_ROLES,
    VALUES,
    Page,
    View,
    look,
    roles_of,
    suspects,
    values,
    words,
)
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind
from scanners.content.evidence import NumberSeen, PageFacts

LABEL_WINDOW = 60
NEAR_LABEL = 25
MASK = ("iban", "phone", "vat", "reference")
MISMATCH_WINDOW = 25
MISMATCH_PAGES_MIN = 2
_NAMES = {"kvk": "KvK", "kbo": "KBO"}
KVK_DIGITS = 8
KBO_DIGITS = 10

_KVK_LABEL = (
    r"(?<![a-z])k\.?\s?v\.?\s?k\.?(?![a-z])|(?<![a-z])kvk-?(?:nr|nummer|no|inschrijving)"
    r"|kamer\s+van\s+koophandel|handelsregister|chamber\s+of\s+commerce|(?<![a-z])coc(?![a-z])"
    r"|trade\s+register|company\s+reg(?:ist|\.)|(?<![a-z])(?:h\.r\.|rcs(?![a-z])|hr[\s\-]?(?:nr|nummer|no))|regist(?:ration|er)\s?(?:number|no|nr|nummer)"
    r"|registre\s+(?:du|de)\s+commerce|chambre\s+de\s+commerce|num[ée]ro\s+d.enregistrement"
    r"|handelskammer|registernummer|inschrijf(?:nummer|ing)|ondernemingsnummer|company\s+number"
    r"|num[ée]ro\s+d.entreprise|unternehmensnummer"
)
_KBO_LABEL = (
    r"(?<![a-z])(?:ondernemings?|ond\.?|bedrijfs)[\s\-]?(?:nummer|nr|no)|(?<![a-z])(?:kbo|bce|rpr|rpm"
    r"|zdu)(?![a-z])|(?:num[ée]ro|n°|n[ro]\.?)\s?(?:d.|de\sl.)?entreprise|unternehmensn(?:ummer|r)"
    r"|(?:enterprise|company|business)\s+(?:number|no|nr|id)|(?<![a-z])(?:btw|b\.t\.w|tva|t\.v\.a"
    r"|vat|ust|mwst|be)(?![a-z])|banque[- ]carrefour|kruispuntbank|zentrale\sdatenbank"
)
_PHONE_LABEL = re.compile(r"(?i)(?<![a-z])(?:tel|phone|fax|gsm|mobi|t[ée]l[ée]|bel|t:)")
_PLACEHOLDERS = frozenset(
    {"12345678", "87654321", "01234567", "1234567890", "0123456789", "123456789", "987654321"}
)
# What people put between the digits of a number: spaces, dots, strokes, hyphens of every kind.
SEPARATOR = r"[ .\-/·•\u2010-\u2015\u2022\u2027\u22c5]"
IMAGE_NUMBER = re.compile(
    r"kvk|handelsregister|bedrijfs?-?_?gegevens|bedrijfsinfo|company[-_ ]?(?:details|info|data)"
    r"|gegevens|impressum|colofon|mentions|registration|contact[-_ ]?(?:gegevens|details|info|data)"
    r"|^contact$|^adres$|coordonn|btw|vat|tva|ust-?id"
)
# An account number whose check digits are wrong is still no register number.
_IBAN_HEAD = re.compile(r"(?<![A-Z])[A-Z]{2}\d{2} ?[A-Z]{4} ?[\d ]{0,6}$")
_EIGHT = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){7}(?!\d)")


class RegistrationSeen(StrEnum):
    """What was seen of the register number."""

    FOUND = "found"
    FOUND_UNLABELLED = "found_unlabelled"
    STRUCTURED_ONLY = "structured_only"
    OTHER_NUMBER = "other_number"
    ABSENT_COMPLETE = "absent_complete"
    IMAGE_SUSPECTED = "image_suspected"
    INCOMPLETE = "incomplete"
    NO_EXPECTED_VALUE = "no_expected_value"


def bare_value(text: object) -> str:
    """Letters and digits only, upper case."""
    return "".join(c for c in str(text) if c.isalnum()).upper() if text else ""


def placeholder(value: str) -> bool:
    """Is it a number that people type to fill a template?"""
    plain = value.lstrip("0")
    return value in _PLACEHOLDERS or len(set(value)) == 1 or plain in _PLACEHOLDERS or not plain


def _value_pattern(digits: str) -> re.Pattern[str]:
    between = SEPARATOR + "{0,3}"
    return re.compile(r"(?<!\d)(?<!\d[.\-/])0?" + between.join(digits) + r"(?!\d)(?![.\-/]\d)")


def _has_label(text: str, start: int, end: int, label: re.Pattern[str], window: int) -> bool:
    """A label within ``window`` characters that does not belong to another number."""
    before = text[max(0, start - window - 30) : start]
    for match in label.finditer(before):
        between = before[match.end() :]
        if len(between) <= window and not _EIGHT.search(between):
            return True
    after = text[end : end + window + 30]
    for match in label.finditer(after):
        if match.start() > window or _EIGHT.search(after[: match.start()]):
            break
        rest = text[end + match.end() : end + match.end() + NEAR_LABEL + 16]
        taken = _EIGHT.search(rest)
        if taken is None or taken.start() > NEAR_LABEL:
            return True
    return False


def _directly_labelled(text: str, start: int, label: re.Pattern[str]) -> bool:
    """A label right before the number, with neither digit nor telephone word between."""
    before = text[max(0, start - NEAR_LABEL - 30) : start]
    for match in label.finditer(before):
        between = before[match.end() :]
        clear = not any(c.isdecimal() for c in between) and not _PHONE_LABEL.search(between)
        if len(between) <= NEAR_LABEL and clear:
            return True
    return False


def _masked(
    page: PageFacts, start: int, end: int, label: re.Pattern[str], mask: frozenset[str]
) -> bool:
    """Is the match part of an IBAN, VAT, telephone or order number?"""
    if "iban" in mask and _IBAN_HEAD.search(page.text[max(0, start - 24) : start]):
        return True
    kinds = mask & {m.kind for m in page.masks if m.start < end and start < m.end}
    return bool(kinds & {"iban", "vat"}) or (
        bool(kinds) and not _directly_labelled(page.text, start, label)
    )


def _label_pattern(register: str, more: tuple[str, ...]) -> re.Pattern[str]:
    base = _KBO_LABEL if register == "kbo" else _KVK_LABEL
    return re.compile("(?i)" + "|".join([base, *(re.escape(w) for w in more if w.strip())]))


def _registers(subject: Subject) -> tuple[str, ...]:
    """``kvk`` or ``kbo``; with ``auto`` those on file, that of the member's country first."""
    asked, member = subject.params.get("register"), subject.member
    if asked != "auto":
        return ("kbo",) if asked == "kbo" else ("kvk",)
    order = ("kbo", "kvk") if member.jurisdiction == "BE" else ("kvk", "kbo")
    held = {"kvk": member.kvk, "kbo": member.kbo}
    return tuple(name for name in order if held[name]) or order[:1]


def _expected_number(subject: Subject, register: str) -> str:
    """The number on file, digits only; "" when it is missing or cannot be one."""
    asked = subject.params.get("expected")
    own = subject.member.kbo if register == "kbo" else subject.member.kvk
    value = own if not asked or (register == "kbo" and asked == subject.member.kvk) else asked
    found = "".join(c for c in str(value or "") if c.isdecimal())
    if register == "kbo":
        found = found.zfill(KBO_DIGITS) if len(found) == KBO_DIGITS - 1 else found
        return found if len(found) == KBO_DIGITS else ""
    return found if len(found) == KVK_DIGITS else ""


def _search(
    pages: tuple[Page, ...],
    expected: str,
    register: str,
    label: re.Pattern[str],
    params: Mapping[str, object],
) -> tuple[tuple[Page, ...], tuple[Page, ...]]:
    """(pages where the number stands with its label, pages where it stands without)."""
    window = number(params, "label_window", LABEL_WINDOW)
    pattern = _value_pattern(expected.removeprefix("0") if register == "kbo" else expected)
    mask = frozenset(words(params, "mask", MASK))
    # A Belgian VAT number is the register number with a prefix; and ten digits that are the
    # number on file are no telephone number, whatever they look like.
    mask -= {"vat", "phone"} if register == "kbo" else set()
    with_label: list[Page] = []
    without: list[Page] = []
    for page in pages:
        facts = page[1]
        hits = [
            m
            for m in pattern.finditer(facts.text)
            if not _masked(facts, m.start(), m.end(), label, mask)
        ]
        if any(_has_label(facts.text, m.start(), m.end(), label, window) for m in hits):
            with_label.append(page)
        elif hits:
            without.append(page)
    return tuple(with_label), tuple(without)


def structured_with(pages: tuple[Page, ...], expected: str) -> tuple[Page, ...]:
    """Pages that state the value in JSON-LD only: software reads it, visitors do not."""
    bare = expected.removeprefix("0")
    return tuple(p for p in pages if any(bare in bare_value(s.value) for s in p[1].structured))


def _others(
    pages: tuple[Page, ...], params: Mapping[str, object], wrong: Callable[[NumberSeen], bool]
) -> tuple[Page, ...]:
    """Own pages with another labelled number, when they are enough to mean it."""
    mismatch = params.get("mismatch")
    settings = mismatch if isinstance(mismatch, Mapping) else {}
    window = number(settings, "window", MISMATCH_WINDOW)
    found = tuple(
        page
        for page in pages
        if page[1].own
        and any(wrong(n) and 0 <= n.distance <= window and not n.foreign for n in page[1].numbers)
    )
    strong = any({"contact", "profile"}.intersection(page[1].roles) for page in found)
    enough = len(found) >= number(settings, "pages_min", MISMATCH_PAGES_MIN)
    return found if strong or enough else ()


def pages_with_number(view: View, subject: Subject) -> tuple[Page, ...]:
    """The readable pages that state a register number on file with its label."""
    found: list[Page] = []
    for register in _registers(subject):
        expected = _expected_number(subject, register)
        label = _label_pattern(register, words(subject.params, "label_words", ()))
        if expected:
            found += _search(view.readable, expected, register, label, subject.params)[0]
    return tuple(page for page in view.readable if page in found)


def registration_number(seen: Seen, subject: Subject) -> Observation:
    """Does the site state the register number on file?  (tz-3.1c, pattern P1 or P3)."""
    out = RegistrationSeen
    view, params = look(seen), subject.params
    found = {name: _expected_number(subject, name) for name in _registers(subject)}
    asked = [(name, number) for name, number in found.items() if number]
    if not asked:
        said = f"No {_NAMES[next(iter(found))]} number is on file."
        return Observation(out.NO_EXPECTED_VALUE, said, view.cite(), values(view, subject))
    unlabelled: list[tuple[str, str, tuple[Page, ...]]] = []
    for register, expected in asked:
        label = _label_pattern(register, words(params, "label_words", ()))
        hit, bare = _search(view.readable, expected, register, label, params)
        if hit:
            told = values(view, subject, expected, hit[0][1].final_url)
            said = f"{_NAMES[register]} number {expected} is stated."
            return Observation(out.FOUND, said, view.cite(hit), told)
        if bare:
            unlabelled.append((register, expected, bare))
    if unlabelled:
        register, expected, bare = unlabelled[0]
        said = f"{expected} stands on a page, but nothing says that it is the"
        said = f"{said} {_NAMES[register]} number."
        told = values(view, subject, expected)
        return Observation(out.FOUND_UNLABELLED, said, view.cite(bare), told)
    register, expected = asked[0]
    told = values(view, subject, expected)
    return _registration_missing(view, subject, register, expected, told)


def _registration_missing(
    view: View, subject: Subject, register: str, expected: str, told: Mapping[str, str]
) -> Observation:
    out, params = RegistrationSeen, subject.params
    roles = roles_of(params, IDENTITY_ROLES)
    coded = structured_with(view.readable, expected)
    if coded:
        said = f"{expected} stands in structured data only, not in text a visitor reads."
        return Observation(out.STRUCTURED_ONLY, said, view.cite(coded), told)
    gap = view.unread(*roles, short=True)
    if gap:
        said = f"{expected} was not found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    pages = view.of(*roles)

    def wrong(seen: NumberSeen) -> bool:
        real = seen.valid and not placeholder(seen.value)
        return seen.scheme == register and seen.value != expected and real

    others = _others(pages, params, wrong)
    if others:
        shown = next(n.value for n in others[0][1].numbers if wrong(n))
        said = f"Instead of {expected} the site states {shown}."
        told = values(view, subject, expected, others[0][1].final_url)
        return Observation(out.OTHER_NUMBER, said, view.cite(others), told)
    pictures = suspects(pages, IMAGE_NUMBER)
    if pictures:
        said = f"{expected} was not found in text; picture {pictures[0][1]!r} may hold it."
        cited = view.cite(tuple(page for page, _ in pictures))
        return Observation(out.IMAGE_SUSPECTED, said, cited, told)
    said = f"{expected} was not found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(pages), told)


ROLES_PARAM = Param("list[str]", list(IDENTITY_ROLES), "page roles that must have been read")
_MISMATCH = Param(
    "dict",
    {"window": MISMATCH_WINDOW, "pages_min": MISMATCH_PAGES_MIN},
    "another number counts when at most `window` characters follow its label, on the "
    "contact page or on `pages_min` pages",
)

JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.registration_number",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=RegistrationSeen,
        run=registration_number,
        params={
            "expected": Param("str", "$member.kvk", "the number on file"),
            "register": Param("str", "kvk", "kvk (8 digits) or kbo (10 digits, mod 97)"),
            "label_words": Param("list[str]", [], "more words that may label the number"),
            "label_window": Param("int", LABEL_WINDOW, "characters between label and number"),
            "roles": ROLES_PARAM,
            "mask": Param("list[str]", list(MASK), "kinds of other numbers that do not count"),
            "mismatch": _MISMATCH,
        },
        values=VALUES,
        help="The register number on file stands on the site, with its label.",
    ),
)
