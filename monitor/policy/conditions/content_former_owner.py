"""Whose shop it is: one account's company (ww-4.3), and a change of owner (ww-5.1).

Nothing here accuses of fraud: another number is a question for staff, with the page on
which it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_identity import name_patterns, states_name
from monitor.policy.conditions.content_numbers import (
    KBO_DIGITS,
    KVK_DIGITS,
    SEPARATOR,
    bare_value,
    placeholder,
)
from monitor.policy.conditions.content_seen import (
    IDENTITY_ROLES,
    VALUES,
    Page,
    View,
    look,
    values,
)
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.evidence import NumberSeen, PageFacts

LABEL_REACH = 25
STRONG_ROLES = frozenset({"start", "contact", "profile"})
FRAGMENT_MAX_CHARS = 2_000


class CompanySeen(StrEnum):
    """Outcomes of ``content.same_company``."""

    SAME = "same"
    OTHER_COMPANY = "other_company"
    SEVERAL_COMPANIES = "several_companies"
    UNCLEAR = "unclear"
    NOT_STATED = "not_stated"
    INCOMPLETE = "incomplete"
    NO_EXPECTED_VALUE = "no_expected_value"


class OwnerSeen(StrEnum):
    """Outcomes of ``content.owner_change``."""

    UNCHANGED = "unchanged"
    BOTH_PRESENT = "both_present"
    OTHER_OWNER = "other_owner"
    PARTLY_CHANGED = "partly_changed"
    RENAMED = "renamed"
    NEW_BANK = "new_bank"
    NOT_STATED = "not_stated"
    INCOMPLETE = "incomplete"
    NO_EXPECTED_VALUE = "no_expected_value"


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Where the numbers on file stand, and other labelled ones of the same registers."""

    own: tuple[Page, ...]
    others: tuple[tuple[Page, NumberSeen], ...]

    @property
    def other_values(self) -> tuple[str, ...]:
        """Each other number once."""
        return tuple(dict.fromkeys(n.value for _, n in self.others))

    @property
    def is_strong(self) -> bool:
        """On the start or contact page, or on two pages: no slip in passing."""
        at = {p[1].url for p, _ in self.others}
        return len(at) > 1 or any(STRONG_ROLES.intersection(p[1].roles) for p, _ in self.others)


def _digits(text: str | None, wanted: int) -> str:
    found = "".join(c for c in text or "" if c.isdecimal())
    found = found.zfill(wanted) if wanted == KBO_DIGITS and len(found) == wanted - 1 else found
    return found if len(found) == wanted else ""


def _on_file(subject: Subject) -> dict[str, str]:
    """Register numbers on file by scheme."""
    kvk = _digits(subject.member.kvk, KVK_DIGITS)
    kbo = _digits(subject.member.kbo, KBO_DIGITS)
    return {name: value for name, value in (("kvk", kvk), ("kbo", kbo)) if value}


def _states(facts: PageFacts, value: str) -> bool:
    between = SEPARATOR + "{0,3}"
    body = between.join(value.removeprefix("0"))
    return bool(re.search(rf"(?<!\d)0?{body}(?!\d)", facts.text))


def _numbers(pages: tuple[Page, ...], on_file: dict[str, str]) -> _Numbers:
    own = tuple(p for p in pages if any(_states(p[1], v) for v in on_file.values()))
    others = tuple(
        (page, n)
        for page in pages
        for n in page[1].numbers
        if page[1].own
        and n.scheme in on_file
        and n.value != on_file[n.scheme]
        and 0 <= n.distance <= LABEL_REACH
        and n.valid
        and not n.foreign
        and not placeholder(n.value)
    )
    return _Numbers(own, others)


def _contexts(found: tuple[tuple[Page, NumberSeen], ...]) -> str:
    return "\n".join(dict.fromkeys(n.context for _, n in found))[:FRAGMENT_MAX_CHARS]


def same_company(seen: Seen, subject: Subject) -> Observation:
    """Does every shop of an account state the account's register number?  (ww-4.3).

    Branches share the number of their company; a footer with several companies is for a
    reviewer; a number that is not stated is not known.
    """
    out, view, on_file = CompanySeen, look(seen), _on_file(subject)
    told = {**values(view, subject, " / ".join(on_file.values())), "other": "-"}
    if not on_file:
        said = "No register number is on file for the account."
        return Observation(out.NO_EXPECTED_VALUE, said, view.cite(), told)
    found = _numbers(view.readable, on_file)
    other = found.other_values
    pages = tuple(dict.fromkeys((*found.own, *(p for p, _ in found.others))))
    cited, fragment = view.cite(pages), _contexts(found.others)
    if other:
        url = found.others[0][0][1].final_url
        told = {**values(view, subject, told["expected"], url), "other": clip(other[0], 40)}
    if found.own and not (other and found.is_strong):
        note = f"One page also states {clip(other[0], 40)}." if other else ""
        said = "The register number of the account is stated."
        return Observation(out.SAME, said, view.cite(found.own), told, note=note)
    if found.own or (len(other) > 1 and found.is_strong):
        said = (
            f"Several companies are named; {clip(', '.join(other[:5]), 100)} is not the account's."
        )
        return Observation(out.SEVERAL_COMPANIES, said, cited, told, fragment=fragment)
    gap = view.unread(*IDENTITY_ROLES, short=True)
    if gap:
        said = f"The register number was not found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    if not other:
        said = "No register number is stated, so the company behind the shop is not known."
        return Observation(out.NOT_STATED, said, view.cite(), told)
    if not found.is_strong:
        said = f"One page states {clip(other[0], 40)}; whose number that is, is not clear."
        return Observation(out.UNCLEAR, said, cited, told, fragment=fragment)
    said = f"The shop states {clip(other[0], 40)}, not the number of the account."
    return Observation(out.OTHER_COMPANY, said, cited, told, fragment=fragment)


@dataclass(frozen=True, slots=True)
class _Identity:
    """What the site says of its owner: which registered facts stand, which others do."""

    kept: tuple[str, ...]
    lost: tuple[str, ...]
    replaced: tuple[str, ...]
    others: tuple[tuple[Page, NumberSeen], ...]
    own: tuple[Page, ...]
    named: bool


def _vat_of(subject: Subject) -> str:
    value = bare_value(subject.member.vat)
    return value if value[:2].isalpha() else ""


def _identity(view: View, subject: Subject, on_file: dict[str, str]) -> _Identity:
    pages = view.readable
    numbers = {name: _numbers(pages, {name: value}) for name, value in on_file.items()}
    vat = _vat_of(subject)
    if vat:
        own = tuple(p for p in pages if vat[2:] in bare_value(p[1].text[:200_000]))
        others = tuple(
            (p, n)
            for p in pages
            for n in p[1].numbers
            if p[1].own
            and n.scheme in ("vat_nl", "vat_be")
            and n.value != vat
            and n.valid
            and not n.foreign
            and not placeholder(n.value[2:11])
        )
        numbers["vat"] = _Numbers(own, others)
    patterns = name_patterns(subject.member)
    return _Identity(
        kept=tuple(k for k, n in numbers.items() if n.own),
        lost=tuple(k for k, n in numbers.items() if not n.own),
        replaced=tuple(k for k, n in numbers.items() if not n.own and n.others and n.is_strong),
        others=tuple(found for n in numbers.values() for found in n.others),
        own=tuple(dict.fromkeys(p for n in numbers.values() for p in n.own)),
        named=any(states_name(f"{p[1].title}\n{p[1].text}", patterns) for p in pages),
    )


def _ibans(pages: tuple[PageFacts, ...]) -> frozenset[str]:
    """Account numbers stated on identity and payment pages."""
    wanted = {*IDENTITY_ROLES, "payment", "profile"}
    return frozenset(
        bare_value(facts.text[m.start : m.end])
        for facts in pages
        if not facts.problem and wanted.intersection(facts.roles)
        for m in facts.masks
        if m.kind == "iban"
    )


def _bank_changed(seen: Seen, view: View) -> bool:
    """An account number other than in the accepted baseline, none of the old ones left."""
    if seen.baseline is None:
        return False
    before = _ibans(
        tuple(e.facts for e in seen.baseline.evidence if isinstance(e.facts, PageFacts))
    )
    now = _ibans(tuple(facts for _, facts in view.readable))
    return bool(before and now) and not before & now


def owner_change(seen: Seen, subject: Subject) -> Observation:
    """Do register and VAT numbers or the name on the site belong to somebody else?  (ww-5.1).

    Only labelled numbers that stand instead of the registered ones make a candidate; a new
    name or bank account alone may be a rebranding or another bank.
    """
    out, view, on_file = OwnerSeen, look(seen), _on_file(subject)
    told = {**values(view, subject, subject.member.legal_name), "changed": "-"}
    if not on_file and not _vat_of(subject):
        said = "Neither register nor VAT number is on file."
        return Observation(out.NO_EXPECTED_VALUE, said, view.cite(), told)
    found = _identity(view, subject, on_file)
    pages = tuple(dict.fromkeys((*(p for p, _ in found.others), *found.own)))
    cited, fragment = view.cite(pages), _shown_contexts(found)
    if found.others:
        told["url"] = values(view, subject, url=found.others[0][0][1].final_url)["url"]
        told["changed"] = _said(found.replaced) or "-"
    if found.kept and not found.replaced:
        return _kept(seen, view, found, told)
    if found.kept:
        said = f"Of the registered numbers {_said(found.kept)} stands, {_said(found.replaced)}"
        said = f"{said} is another one."
        return Observation(out.PARTLY_CHANGED, said, cited, told, fragment=fragment)
    gap = view.unread(*IDENTITY_ROLES, short=True)
    if gap:
        said = f"No registered number was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    if found.replaced:
        said = f"Instead of the registered ones the site states another {_said(found.replaced)}."
        return Observation(out.OTHER_OWNER, said, cited, told, fragment=fragment)
    said = "The site states no register or VAT number that could be compared."
    return Observation(out.NOT_STATED, said, cited, told)


def _shown_contexts(found: _Identity) -> str:
    """Words around other register numbers; VAT numbers of people are not repeated."""
    return _contexts(tuple(f for f in found.others if not f[1].scheme.startswith("vat")))


def _said(names: tuple[str, ...]) -> str:
    shown = {"kvk": "KvK number", "kbo": "KBO number", "vat": "VAT number"}
    return ", ".join(shown[name] for name in names)


def _kept(seen: Seen, view: View, found: _Identity, told: dict[str, str]) -> Observation:
    """The registered numbers stand: nobody else's shop, though something may be new."""
    out, cited = OwnerSeen, view.cite(found.own)
    if found.others:
        note = "Another company's number stands on the site beside the registered one."
        said = "The registered numbers are stated, and another one."
        return Observation(out.BOTH_PRESENT, said, cited, told, note=note)
    if _bank_changed(seen, view):
        said = (
            "The account number differs from that of the accepted state; the owner's data do not."
        )
        return Observation(out.NEW_BANK, said, cited, told)
    if not found.named and not view.gap(*IDENTITY_ROLES):
        said = "The registered numbers are stated under another name than the registered ones."
        return Observation(out.RENAMED, said, cited, told)
    return Observation(out.UNCHANGED, "The registered numbers are stated.", cited, told)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.same_company",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=CompanySeen,
        run=same_company,
        values=(*VALUES, "other"),
        help="The shop states the register number of the account it belongs to.",
    ),
    Judge(
        name="content.owner_change",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=OwnerSeen,
        run=owner_change,
        values=(*VALUES, "changed"),
        help="Register and VAT numbers on the site are still those of the registered owner.",
    ),
)
