"""Contracts with a term: length, renewal and ending are told beforehand (tz-5.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_seen import (
    Page,
    View,
    is_only,
    look,
    own_text,
    start_of,
    values,
)
from monitor.policy.conditions.content_texts import sections
from monitor.policy.judge import Observation, Seen, Subject
from scanners.api import clip

# Words that sell a contract with a term, not the newsletter or a year of guarantee.
_SELLS = re.compile(
    r"(?i)(?<!\w)(?:(?:\w{1,20})?abonnement(?:en|s)?|(?:maand|jaar|proef)abo|abo[’']?s?"
    r"|lidmaatschap(?:pen)?"
    r"|onderhoudscontract(?:en)?|servicecontract(?:en)?|huurcontract|leasecontract"
    r"|contrat\sd[’'](?:abonnement|entretien)"
    r"|formule\sd[’']abonnement|subscriptions?|memberships?|subscribe\s(?:&|and)\ssave"
    r"|service\scontract|rolling\scontract"
    r"|abonnements?|mitgliedschaft(?:en)?|wartungsvertrag|servicevertrag|mietvertrag|abovertrag"
    r"|dauerauftrag)(?!\w)"
)
_PERIODIC = re.compile(
    r"(?i)(?:€|eur|£)\s?\d{1,6}(?:[.,](?:\d{2}|-))?[^.\n]{0,25}?(?:/|per|par|pro|a|an|im|je|p/"
    r"|p\.)\s?"
    r"(?:maand|mnd|jaar|kwartaal|week|mois|an(?:n[ée]e)?|trimestre|semaine|month|year|quarter"
    r"|monat|jahr|quartal|woche|m\b|mo\b)"
    r"|\d(?:[.,]\d{2})?\s?(?:€|eur)[^.\n]{0,25}?(?:/|per|par|pro|im)\s?(?:maand|jaar|mois"
    r"|an(?:n[ée]e)?|month|year|monat|jahr)"
    r"|(?:maandelijkse?|jaarlijkse?|mensuel(?:le)?|annuel(?:le)?|monthly|yearly|annual"
    r"|monatliche?|j[äa]hrliche?)\s"
    r"(?:betaling|prijs|kosten|bijdrage|paiement|prix|fee|payment|price|plan|billing|zahlung"
    r"|preis|geb[üu]hr)"
)
_OFFERS = re.compile(
    r"(?i)(?:neem|sluit|kies|start|bestel|koop|afsluiten|souscri\w{1,4}|choisi\w{1,4}|start"
    r"|choose|buy|take\sout|get|order"
    r"|abschlie[sß]en|buchen|w[äa]hlen"
    r"|bestellen)\W(?:[^.\n]{0,40}\W)?(?:\w{0,20}abo(?:nnement)?(?:en|s)?|lidmaatschap|subscription"
    r"|membership|mitgliedschaft|\w{0,10}vertrag|contract|contrat)(?!\w)"
    r"|(?:abonnement|subscription|abo|membership|lidmaatschap|mitgliedschaft)(?:en|s)?\s"
    r"(?:afsluiten|bestellen|kiezen|nemen|abschlie[sß]en|w[äa]hlen|buchen)"
)
_NEWSLETTER = re.compile(
    r"(?i)nieuwsbrief|newsletter|lettre\sd[’']info|infolettre|e-?mail\supdates|mailing|blog|rss"
    r"|youtube|instagram"
)
_GROUPS: dict[str, re.Pattern[str]] = {
    "length": re.compile(
        r"(?i)(?:maandelijks|per\smaand|elke\smaand|dagelijks|altijd|op\selk\smoment)\s(?:op(?:zeg|\ste\szeg)|stop)"
        r"|(?:monatlich|j[äa]hrlich|jederzeit|t[äa]glich)\sk[üu]ndbar|r[ée]siliable\s(?:[àa]\stout|chaque|tous)"
        r"|(?:cancel|stop)\s(?:\w{1,12}\s)?any\s?time|looptijd|contractduur|duur\svan|minimale?\s(?:duur|periode|termijn)"
        r"|voor\s(?:de\sduur\svan|minimaal|minstens)"
        r"|onbepaalde\s(?:tijd|duur)|bepaalde\stijd|\b(?:\d{1,3}|een|[ée][ée]n|zes|twaalf|drie"
        r"|twee|un|one|twelve|six|three|ein|zw[öo]lf|sechs|drei)"
        r"[\s\-](?:maand|maanden|jaar|jarig|mois|an|ans|ann[ée]es?|months?|years?|monate?n?"
        r"|jahre?n?)(?!\w)|dur[ée]e|engagement"
        r"|p[ée]riode\sminimale|minimum\s(?:term|period)|contract\s(?:length|term)|duration"
        r"|commitment|laufzeit|vertragsdauer|mindest\w{0,4}dauer"
        r"|unbestimmte\szeit"
    ),
    "renewal": re.compile(
        r"(?i)verleng|stilzwijgend|vernieuw|loopt\s(?:\w{1,12}\s){0,3}(?:door|af|ten\seinde)"
        r"|doorlopend|stopt\s(?:\w{1,12}\s){0,2}(?:automatisch|vanzelf)"
        r"|eindigt\s(?:\w{1,12}\s){0,3}(?:automatisch|vanzelf|van\srechtswege)|reconduct"
        r"|reconduit|renouvel|tacite|prolong|prend\sfin\s(?:automatiquement|de\splein)"
        r"|renew|rolls?\sover|rolling|ends?\sautomatically|continues?\s(?:until|each|every"
        r"|monthly)|verl[äa]nger|erneuer|endet\sautomatisch"
    ),
    "notice": re.compile(
        # What ends by itself needs no notice.
        r"(?i)(?:stopt|eindigt|vervalt)\s(?:\w{1,12}\s){0,2}(?:automatisch|vanzelf|van\srechtswege)"
        r"|prend\sfin\s(?:automatiquement|de\splein)|ends?\sautomatically|endet\sautomatisch"
        r"|op\ste\szeggen|opzeg|opgezegd|opzeggen|zegt?\sop\b|annuleer|annuleren|be[ëe]indig|stopzet"
        r"|stop\s(?:te\s)?zetten|r[ée]sili|pr[ée]avis|d[ée]nonc|annul"
        r"|mettre\sfin|cancel|terminat|notice\speriod|days[’']?\snotice|months?[’']?\snotice"
        r"|k[üu]nd(?:ig|bar)|widerruf\sdes\sabo"
    ),
}
_ASIDE = frozenset(
    {"terms", "privacy", "cookies", "complaints", "returns", "delivery", "contact", "about"}
)


class ContractSeen(StrEnum):
    """What was seen of contracts with a term."""

    TOLD = "told"
    PART_MISSING = "part_missing"
    IN_TERMS = "in_terms"
    NO_SUBSCRIPTION = "no_subscription"
    NO_WORDING = "no_wording"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that sells contracts: the page, or its section on them."""

    page: Page
    said: str

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name, pattern in _GROUPS.items() if not pattern.search(self.said))


def _is_selling(said: str) -> bool:
    """An offer of contracts: their name, with a price for a time or an invitation to buy."""
    lines = [line for line in said.split("\n") if not _NEWSLETTER.search(line)]
    plain = "\n".join(lines)
    return bool(_SELLS.search(plain)) and bool(_PERIODIC.search(plain) or _OFFERS.search(plain))


def _selling(page: Page, view: View) -> _Text | None:
    facts = page[1]
    if is_only(facts, _ASIDE):
        return None
    text = own_text(facts, start_of(view))
    if not _is_selling(text):
        return None
    return _Text(page, text)


def _in_terms(view: View) -> frozenset[str]:
    """What the terms say of contracts with a term."""
    told: set[str] = set()
    for page in view.of("terms"):
        parts = [("", tuple(page[1].text.split("\n"))), *sections(page[1], page[1].text)]
        for heading, lines in parts[1:]:
            said = "\n".join((heading, *lines))
            if _SELLS.search(said) or re.search(
                r"(?i)duur(?:transactie|overeenkomst)|dauerschuld", said
            ):
                told.update(name for name, pattern in _GROUPS.items() if pattern.search(said))
    return frozenset(told)


def contract_term(seen: Seen, subject: Subject) -> Observation:
    """Are length, renewal and ending of a contract told before it is made?  (tz-5.4)."""
    out, view = ContractSeen, look(seen)
    flagged = "sells_subscriptions" in subject.member.flags
    texts = [found for page in view.readable if page[1].own and (found := _selling(page, view))]
    told = values(view, subject)
    gap = view.unread("start", "terms", short=True)
    if not texts:
        # What was not read at all cannot be said to offer nothing.
        unread = view.gap("start") or (gap if flagged else "")
        if unread:
            said = f"Not every page was read ({unread})."
            return Observation(out.INCOMPLETE, said, view.cite(), told)
        if flagged:
            said = "The member sells subscriptions, but no page that offers them was read."
            return Observation(out.NO_WORDING, said, view.cite(), told)
        return Observation(
            out.NO_SUBSCRIPTION, "No contracts with a term are offered.", view.cite(), told
        )
    return _told(view, subject, texts, gap)


def _told(view: View, subject: Subject, texts: list[_Text], gap: str) -> Observation:
    out = ContractSeen
    best = min(texts, key=lambda text: len(text.missing))
    told = values(view, subject, url=best.page[1].final_url)
    cited, spoken = view.cite((best.page,)), clip(_quoted(best.said), 120)
    part = "\n".join(line for line in best.said.split("\n") if _speaks(line))
    if not best.missing:
        said = f"Length, renewal and ending are told: {spoken!r}."
        return Observation(out.TOLD, said, cited, told, fragment=part)
    lacking = ", ".join(best.missing)
    # Two clicks away may be beforehand; a reviewer decides.
    if _in_terms(view).issuperset(best.missing):
        said = f"A contract with a term is offered ({spoken!r}); only the terms tell its {lacking}."
        return Observation(out.IN_TERMS, said, cited, told, fragment=part)
    if gap:
        said = f"Nothing tells a contract's {lacking}, but not every page was read ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    said = f"A contract with a term is offered ({spoken!r}), but nothing tells its {lacking}."
    return Observation(out.PART_MISSING, said, cited, told, fragment=part)


def _speaks(line: str) -> bool:
    return bool(_SELLS.search(line) or any(pattern.search(line) for pattern in _GROUPS.values()))


def _quoted(said: str) -> str:
    return next((line for line in said.split("\n") if _SELLS.search(line)), "")
