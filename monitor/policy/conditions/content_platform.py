"""Marketplaces: complaints of business users and mediators (tp-3.1, tp-3.2; P2B 11 and 12).

Regulation 2019/1150 speaks of the business users of a platform, so a page on complaints
of consumers proves nothing.  Terms behind a seller's login are not known, never missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.member import Customers
from monitor.policy.conditions.content_platform_mediators import named_mediators
from monitor.policy.conditions.content_seen import VALUES, Page, View, look, values, words
from monitor.policy.conditions.content_texts import sections, sentences
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip

SELLER_WORDS_MIN = 4
SMALL_SIZES = ("micro", "small", "klein", "petite", "kleinst")
FRAGMENT_MAX_CHARS = 2_000

# Who sells through a platform: business users in the words of the Regulation and of platforms.
SELLERS = re.compile(
    r"(?i)verkopers?\b|verkopende\spartij|zakelijke\s(?:gebruiker|verkoper|partner)|handelaren"
    r"|handelaars?\b|partnervoorwaarden|verkooppartner|ondernemers?\sop\s(?:het|ons)\splatform"
    r"|\bsellers?\b|business\susers?|merchants?\b|\btraders?\b|\bvendors?\b"
    r"|vendeurs?\b|utilisatrices?\sprofessionnelles?|entreprises?\sutilisatrices?"
    r"|utilisateurs?\s(?:professionnels?|commerciaux)|marchands?\b|commer[çc]ants?\b"
    r"|verk[äa]ufer\w{0,5}|h[äa]ndlern?\b|gewerbliche[nrm]?\s(?:nutzer|anbieter)\w{0,3}"
    r"|anbieterbedingungen|2019/1150|platform[- ]to[- ]business|\bp2b\b"
)
_CONSUMERS = re.compile(
    r"(?i)consument|consumer|consommat|verbraucher|\bklant(?:en)?\b|\bkunden?\b"
)
_INTERNAL = re.compile(
    r"(?i)\bintern(?:e)?\s(?:\w{1,20}\s){0,3}?klacht\w{0,30}|klacht\w{0,30}\s(?:\w{1,12}\s)?intern"
    r"|klacht(?:en)?(?:afhandelings|behandelings)?systeem|systeem\svoor\s(?:\w{1,12}\s){0,2}?klacht"
    r"|internal\s(?:\w{1,20}[\s\-]){0,2}?complaint|complaints?[\s\-]handling\s(?:system|process)"
    r"|(?:traitement|gestion|r[èe]glement)\sinterne\s(?:des|de|d['’])\s?(?:\w{1,15}\s){0,2}?"
    r"(?:plainte|r[ée]clamation)|(?:syst[èe]me|proc[ée]dure|dispositif|service)\sinternes?\s"
    r"(?:\w{1,12}\s){0,4}?(?:plainte|r[ée]clamation)"
    r"|(?:plainte|r[ée]clamation)s?\sinternes?\b"
    r"|intern\w{0,3}\s(?:\w{1,20}\s){0,2}?beschwerde\w{0,30}|beschwerdemanagement\w{0,10}"
)
_COMPLAINT = re.compile(r"(?i)klacht|complain|r[ée]clamation|plainte|beschwerde|reklamation")
_NOT = re.compile(
    r"(?i)\b(?:geen|niet|zonder|not?|without|nicht|keine?[nsmr]?|ohne|sans|aucune?)\b"
    r"|\bn['’]|\bne\s\w{1,15}\s(?:pas|plus|point)\b"
)
# What comes of a complaint may be denied; that there is a system must not be.
_NOT_REACH = 60


class ComplaintsSeen(StrEnum):
    """Outcomes of ``content.internal_complaints``."""

    DESCRIBED = "described"
    NOT_DESCRIBED = "not_described"
    UNCLEAR = "unclear"
    NO_SELLER_TERMS = "no_seller_terms"
    SMALL = "small"
    PURE_B2B = "pure_b2b"
    INCOMPLETE = "incomplete"


class MediatorsSeen(StrEnum):
    """Outcomes of ``content.mediators``."""

    TWO_OR_MORE = "two_or_more"
    ONE = "one"
    NONE_NAMED = "none_named"
    UNCLEAR = "unclear"
    NO_SELLER_TERMS = "no_seller_terms"
    SMALL = "small"
    PURE_B2B = "pure_b2b"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class SellerTerms:
    """Pages that bind business users, and the sections of any page that speak of them.

    ``sections`` hold (page, text of heading and lines).
    """

    pages: tuple[Page, ...]
    sections: tuple[tuple[Page, str], ...]


def seller_terms(view: View) -> SellerTerms:
    """What the platform tells its sellers, on every page that could be read."""
    pages: list[Page] = []
    found: list[tuple[Page, str]] = []
    for page in view.readable:
        facts = page[1]
        head = " ".join((facts.title, *facts.headings[:2], facts.final_url.replace("-", " ")))
        whole = bool(SELLERS.search(head)) and "start" not in facts.roles
        legal = bool({"terms", "complaints", "profile"}.intersection(facts.roles))
        if (whole and legal) or (legal and _is_for_sellers(facts.text)):
            pages.append(page)
        for heading, lines in sections(facts, facts.text):
            text = "\n".join((heading, *lines))
            if (whole or SELLERS.search(text)) and "start" not in facts.roles:
                found.append((page, text))
    return SellerTerms(tuple(pages), tuple(found))


def _is_for_sellers(text: str) -> bool:
    """Speaks of business users so often that it must be written for them."""
    return sum(1 for _ in zip(range(SELLER_WORDS_MIN), SELLERS.finditer(text), strict=False)) >= (
        SELLER_WORDS_MIN
    )


def _exempt(subject: Subject) -> str:
    """Why the Regulation does not ask this of the platform; "" when it may."""
    sizes = words(subject.params, "exempt_sizes", SMALL_SIZES)
    if (subject.member.size or "").casefold() in {s.casefold() for s in sizes}:
        return "small"
    return "pure_b2b" if subject.member.customers == frozenset({Customers.B2B}) else ""


def _is_denied(sentence: str, start: int) -> bool:
    return bool(_NOT.search(sentence[max(0, start - _NOT_REACH) : start]))


def internal_complaints(seen: Seen, subject: Subject) -> Observation:
    """Do the terms for sellers describe an internal complaint system?  (tp-3.1)."""
    out, view = ComplaintsSeen, look(seen)
    told = values(view, subject)
    exempt = _exempt(subject)
    if exempt:
        said = f"The duty does not apply to this platform ({exempt})."
        return Observation(out(exempt), said, view.cite(), told)
    terms = seller_terms(view)
    clear, doubtful = _complaint_systems(terms)
    if clear:
        said = f"Sellers are told of an internal complaint system: {clip(clear[0][1], 160)!r}."
        return _found(out.DESCRIBED, said, view, subject, clear)
    if doubtful:
        said = f"Complaints are spoken of, but not clearly such: {clip(doubtful[0][1], 160)!r}."
        return _found(out.UNCLEAR, said, view, subject, doubtful)
    gap = view.unread("start", "terms")
    if gap:
        said = f"No complaint system for sellers was found; not every page was read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    if not terms.pages:
        said = "No terms for sellers were found; they may stand behind a login."
        return Observation(out.NO_SELLER_TERMS, said, view.cite(), told)
    said = "The terms for sellers describe no internal complaint system."
    return _found(out.NOT_DESCRIBED, said, view, subject, [(p, "") for p in terms.pages])


def _complaint_systems(
    terms: SellerTerms,
) -> tuple[list[tuple[Page, str]], list[tuple[Page, str]]]:
    """(sentences on a system for sellers, sentences on complaints that may be one)."""
    clear: list[tuple[Page, str]] = []
    doubtful: list[tuple[Page, str]] = []
    for page, text in terms.sections:
        for sentence in (s for line in text.split("\n") for s in sentences(line)):
            hit = _INTERNAL.search(sentence)
            if hit is not None and not _is_denied(sentence, hit.start()):
                whole = page in terms.pages
                mine = clear if _is_sellers(sentence, text, whole=whole) else doubtful
                mine.append((page, sentence))
            elif hit is None and _COMPLAINT.search(sentence) and SELLERS.search(sentence):
                doubtful.append((page, sentence))
    return clear, doubtful


def _is_sellers(sentence: str, section: str, *, whole: bool) -> bool:
    """Is the system that of business users, and not the one for consumers?"""
    if SELLERS.search(sentence):
        return True
    return (whole or bool(SELLERS.search(section))) and not _CONSUMERS.search(sentence)


def _found(
    outcome: StrEnum, said: str, view: View, subject: Subject, found: list[tuple[Page, str]]
) -> Observation:
    pages = tuple(dict.fromkeys(page for page, _ in found))
    told = values(view, subject, url=pages[0][1].final_url)
    texts = [text for _, text in found if text] or [page[1].text for page in pages]
    fragment = "\n".join(dict.fromkeys(texts))[:FRAGMENT_MAX_CHARS]
    return Observation(outcome, said, view.cite(pages), told, fragment=fragment)


def mediators(seen: Seen, subject: Subject) -> Observation:
    """Do the terms for sellers name two or more mediators?  (tp-3.2).

    Organisations are counted, not words: an abbreviation and a link of the same
    organisation are one.
    """
    out, view = MediatorsSeen, look(seen)
    told = values(view, subject)
    exempt = _exempt(subject)
    if exempt:
        said = f"The duty does not apply to this platform ({exempt})."
        return Observation(out(exempt), said, view.cite(), told)
    own = (subject.member.legal_name, *subject.member.trade_names, *subject.site.all_hosts)
    terms = seller_terms(view)
    found = named_mediators(terms.sections, own)
    if found.names:
        told = {**told, "expected": clip(", ".join(found.names), 200)}
    where = list(found.where)
    if len(found.names) > 1:
        said = f"Mediators are named: {clip(', '.join(found.names), 160)}."
        return _found(out.TWO_OR_MORE, said, view, subject, where)
    gap = view.unread("start", "terms")
    if gap:
        said = f"Fewer than two mediators were found; not every page was read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    if not terms.pages and not found.where:
        said = "No terms for sellers were found; they may stand behind a login."
        return Observation(out.NO_SELLER_TERMS, said, view.cite(), told)
    if found.doubtful:
        said = "Mediation is spoken of; who the mediators are could not be made out."
        return _found(out.UNCLEAR, said, view, subject, where)
    if found.names:
        said = f"Only one mediator is named: {clip(found.names[0], 100)}."
        return _found(out.ONE, said, view, subject, where)
    said = "The terms for sellers name no mediator."
    return _found(out.NONE_NAMED, said, view, subject, where or [(p, "") for p in terms.pages])


_SIZES = Param("list[str]", list(SMALL_SIZES), "sizes of members that are exempt")

JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.internal_complaints",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ComplaintsSeen,
        run=internal_complaints,
        params={"exempt_sizes": _SIZES},
        values=VALUES,
        help="The terms for sellers describe an internal complaint system.",
    ),
    Judge(
        name="content.mediators",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=MediatorsSeen,
        run=mediators,
        params={"exempt_sizes": _SIZES},
        values=VALUES,
        help="The terms for sellers name two or more mediators.",
    ),
)
