"""Withdrawing from a contract: the function on the site, and what is told of it.

law-withdrawal-function (Directive 2023/2673, from 19 June 2026 where a state made it law)
and law-withdrawal-info (fines of the ACM, 2016).  A policy, a PDF or a mail address is no
function; a function behind a login or in a script is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.policy.conditions import content_law_returns
from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    start_of,
    values,
)
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.evidence import LinkSeen

APPLIES_FROM: Mapping[str, object] = {"default": "2026-06-19"}
WORDS_MAX_CHARS = 100

# Words that do it, in the order of the Directive's annexes and of shops; never the policy.
_ACT = re.compile(
    r"(?i)(?:overeenkomst|contract|koop(?:overeenkomst)?|aankoop|bestelling|order)\s"
    r"(?:\w{1,12}\s){0,2}?(?:herroepen|ontbinden)\b|\b(?:hier|online|nu|direct)\s(?:\w{1,15}\s){0,3}?"
    r"(?:herroepen|ontbinden)\b|\bontbind\s(?:hier|nu|je|uw|de|deze|mijn)\b|herroeping\s(?:bevestigen|indienen|doorgeven|melden|starten|versturen)"
    r"|\bherroep\s(?:hier|nu|je|uw|de|deze|mijn)\b|bevestig\s(?:de\s|uw\s|je\s)?herroeping"
    r"|\A\W{0,3}herroepen\W{0,3}\Z|ontbinding\s(?:bevestigen|indienen|doorgeven|melden)"
    r"|renoncer\s(?:au|[àa]\s(?:ce|cette|la|ma|mon|votre|un))\s(?:contrat|achat|commande)|renonce[rz]?\sici"
    r"|\b(?:se|me|vous)\sr[ée]tracter\b|je\sme\sr[ée]tracte|r[ée]tractez-vous"
    r"|r[ée]tracter\s(?:ma|votre|mon|une)\s(?:commande|achat|contrat)"
    r"|exercer\s(?:mon|votre|le|son)\sdroit\sde\sr[ée]tractation"
    r"|(?:confirmer|d[ée]clarer|envoyer|notifier)\s(?:la|ma|votre)\sr[ée]tractation"
    r"|withdraw\sfrom\s(?:(?:the|this|my|your|a)\s)?(?:contract|order|purchase|sale|agreement)"
    r"|withdraw\s(?:here|now|(?:my|your)\s(?:contract|order|purchase))|\A\W{0,3}withdraw\W{0,3}\Z"
    r"|(?:confirm|submit|declare|start)\s(?:(?:my|your|the)\s)?withdrawal(?!\w)"
    r"|exercise\s(?:my|your|the)\sright\s(?:of|to)\swithdraw"
    r"|(?:vertrag|bestellung|kauf(?:vertrag)?|auftrag)\s(?:\w{1,12}\s){0,2}?widerrufen\b"
    r"|\b(?:hier|jetzt|online|direkt)\s(?:\w{1,15}\s){0,2}?widerrufen\b|\A\W{0,3}widerrufen\W{0,3}\Z"
    r"|widerruf\s(?:\w{1,12}\s)?(?:best[äa]tigen|erkl[äa]ren|absenden|einreichen|senden|starten"
    r"|durchf[üu]hren|aus[üu]ben)|widerrufsrecht\saus[üu]ben"
)
# Consent and subscriptions are other things to withdraw or end.
_OTHER_ACT = re.compile(
    r"(?i)toestemming|consent|consentement|einwilligung|cookie|tracking|nieuwsbrief|newsletter|abonne"
    r"|subscription|k[üu]ndig|account|konto|compte|privacy|datenschutz"
)
_POLICY = re.compile(
    r"(?i)herroeping|herroep|bedenktijd|r[ée]tractation|withdrawal|widerruf|retourbeleid|retour"
    r"|return\s?policy|\breturns?\b|r[üu]ckgabe"
)
_PORTAL = re.compile(
    r"(?i)retour(?:nering|zending)?\s(?:\w{1,10}\s)?(?:aanmelden|starten|melden|aanvragen|aanmaken)"
    r"|start\s(?:een\s|a\s|your\s|je\s|uw\s)?retour|retourportaal|return\sportal"
    r"|(?:start|register|request|create)\s(?:a\s|your\s)?return\b|retourner\s(?:un\sarticle|ma\scommande)"
    r"|demander\sun\sretour|retoure\s(?:anmelden|starten|beantragen)|retourenportal|herroepingsformulier"
    r"|formulaire\sde\sr[ée]tractation|withdrawal\sform|widerrufsformular|modelformulier"
    r"|(?:bestelling|order)\sannuleren|annuler\s(?:ma|une)\scommande|cancel\s(?:my|your)\sorder"
    r"|bestellung\sstornieren|(?:herroep|widerruf|r[ée]tractation|withdrawal)\w{0,6}-?\s?(?:knop|button"
    r"|funktion|functie|function|online)|(?:bouton|fonction)\s(?:de|d['’])\s?(?:r[ée]tract|renonc)"
    r"|online[\s\-](?:herroep|widerruf|withdraw)|r[ée]tractation\sen\sligne|(?:koop|aankoop)\songedaan"
    r"|(?:overeenkomst|contract|koop)\sannuleren|cancel\s(?:my|your|the|this)\s(?:contract|purchase)"
)
_DOCUMENT = re.compile(r"(?i)\.(?:pdf|docx?|odt|rtf)(?:$|[?#])")
_PASSWORD = re.compile(r"(?i)pass|wachtwoord|passwort|mot_?de_?passe|\bmdp\b|kennwort")
_LOGIN_PATH = re.compile(
    r"(?i)/(?:account|login|log-in|inloggen|mijn|my|mon-compte|konto|customer)\b"
)


class FunctionSeen(StrEnum):
    """Outcomes of ``content.withdrawal_function``."""

    AVAILABLE = "available"
    LINKED = "linked"
    BEHIND_LOGIN = "behind_login"
    SCRIPTED = "scripted"
    OTHER_WORDS = "other_words"
    MAIL_OR_DOCUMENT = "mail_or_document"
    POLICY_ONLY = "policy_only"
    ABSENT_COMPLETE = "absent_complete"
    NOT_DUE = "not_due"
    INCOMPLETE = "incomplete"


# The best of several: what serves a consumer first, what says least last.
_ORDER = (
    FunctionSeen.AVAILABLE,
    FunctionSeen.LINKED,
    FunctionSeen.BEHIND_LOGIN,
    FunctionSeen.SCRIPTED,
    FunctionSeen.MAIL_OR_DOCUMENT,
)
_SUMMARIES: Mapping[FunctionSeen, str] = {
    FunctionSeen.AVAILABLE: "A way to withdraw is offered on the site",
    FunctionSeen.LINKED: "A link offers to withdraw; the page behind it was not read",
    FunctionSeen.BEHIND_LOGIN: "The way to withdraw seems to ask for a login",
    FunctionSeen.SCRIPTED: "The way to withdraw is worked by a script",
    FunctionSeen.MAIL_OR_DOCUMENT: "To withdraw one is led to a document or a mail address",
}


@dataclass(frozen=True, slots=True)
class _Way:
    """A link or button with words that withdraw, and what became of it."""

    page: Page
    words: str
    outcome: FunctionSeen


def is_act(words: str) -> bool:
    """Do these words on a link or button withdraw from a contract?"""
    said = " ".join(words[:WORDS_MAX_CHARS].split())
    return bool(_ACT.search(said)) and not _OTHER_ACT.search(said)


def starts_on(params: Mapping[str, object], jurisdiction: str) -> date | None:
    """The day from which the function is asked for; None when no day is known."""
    table = params.get("applies_from")
    days = table if isinstance(table, Mapping) else APPLIES_FROM
    value = days.get(jurisdiction, days.get("default"))
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _way(view: View, page: Page, link: LinkSeen) -> _Way:
    out = FunctionSeen
    if link.kind == "mail" or _DOCUMENT.search(link.url):
        return _Way(page, link.text, out.MAIL_OR_DOCUMENT)
    if link.kind == "script":
        return _Way(page, link.text, out.SCRIPTED)
    url = link.url.rstrip("/")
    target = next(
        (p for p in view.pages if url in (p[1].url.rstrip("/"), p[1].final_url.rstrip("/"))), None
    )
    if target is None:
        login = bool(_LOGIN_PATH.search(link.url))
        return _Way(page, link.text, out.BEHIND_LOGIN if login else out.LINKED)
    facts = target[1]
    if facts.problem:
        return _Way(page, link.text, out.LINKED)
    if facts.document:
        return _Way(page, link.text, out.MAIL_OR_DOCUMENT)
    start = start_of(view)
    # The footer's letter to subscribe to stands on every page.
    shared = frozenset(start.forms) if start is not None else frozenset()
    forms = [f for f in facts.forms if not f.search and f not in shared]
    asking = [f for f in forms if any(_PASSWORD.search(name) for name in f.personal)]
    if any(f.personal and f not in asking for f in forms) or any(map(is_act, facts.buttons)):
        return _Way(target, link.text, out.AVAILABLE)
    if asking:
        return _Way(page, link.text, out.BEHIND_LOGIN)
    return _Way(page, link.text, out.SCRIPTED if facts.embeds else out.LINKED)


def _ways(view: View) -> list[_Way]:
    found = [
        _way(view, page, link)
        for page in view.readable
        for link in page[1].links
        if link.kind != "phone" and is_act(link.text)
    ]
    found += [
        _Way(page, words, FunctionSeen.AVAILABLE)
        for page in view.readable
        for words in page[1].buttons
        if is_act(words)
    ]
    return sorted(found, key=lambda way: _ORDER.index(way.outcome))


def withdrawal_function(seen: Seen, subject: Subject) -> Observation:
    """Can a consumer withdraw from the contract on the site itself?  (law-withdrawal-function).

    The second step and the acknowledgement take a test order and are not looked at.
    """
    out, view = FunctionSeen, look(seen)
    found = _ways(view)
    if found and found[0].outcome is out.AVAILABLE:
        return _told(view, subject, found[0])
    due = starts_on(subject.params, subject.member.jurisdiction)
    if due is None or seen.at.date() < due:
        when = f"only from {due}" if due else f"not yet in {clip(subject.member.jurisdiction, 10)}"
        said = f"A function to withdraw is asked for {when}."
        return Observation(out.NOT_DUE, said, view.cite(), _values(view, subject, "-"))
    if found and found[0].outcome is not out.MAIL_OR_DOCUMENT:
        return _told(view, subject, found[0])
    return _no_function(view, subject, found)


def _values(view: View, subject: Subject, words: str, url: str = "") -> dict[str, str]:
    return {**values(view, subject, url=url), "words": clip(words, WORDS_MAX_CHARS)}


def _told(view: View, subject: Subject, way: _Way) -> Observation:
    said = f"{_SUMMARIES[way.outcome]}: {clip(way.words, 60)!r}."
    told = _values(view, subject, way.words, way.page[1].final_url)
    return Observation(way.outcome, said, view.cite((way.page,)), told, fragment=way.words)


def _no_function(view: View, subject: Subject, found: list[_Way]) -> Observation:
    out = FunctionSeen
    gap = view.unread("start", "returns", "terms", "contact", short=True)
    if gap:
        said = f"No way to withdraw was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), _values(view, subject, "-"))
    links = [(p, link) for p in view.readable for link in p[1].links]
    buttons = [(p, words) for p in view.readable for words in p[1].buttons]
    for page, words in (*((p, ln.text) for p, ln in links if ln.kind != "mail"), *buttons):
        if _PORTAL.search(words) and not is_document(page, words):
            return _other_words(view, subject, page, words)
    if found:
        return _told(view, subject, found[0])
    for page, link in links:
        if _POLICY.search(link.text) and not _OTHER_ACT.search(link.text):
            if _way(view, page, link).outcome is out.AVAILABLE:
                return _other_words(view, subject, page, link.text)
            said = f"Only a text on withdrawing is linked: {clip(link.text, 60)!r}."
            told = _values(view, subject, link.text, page[1].final_url)
            return Observation(out.POLICY_ONLY, said, view.cite((page,)), told, fragment=link.text)
    said = f"Nothing to withdraw with was found on {len(view.readable)} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(), _values(view, subject, "-"))


def _other_words(view: View, subject: Subject, page: Page, words: str) -> Observation:
    said = f"Other words may lead to a way to withdraw: {clip(words, 60)!r}."
    told = _values(view, subject, words, page[1].final_url)
    return Observation(FunctionSeen.OTHER_WORDS, said, view.cite((page,)), told, fragment=words)


def is_document(page: Page, words: str) -> bool:
    """Do all links of the page with these words lead to a file?"""
    same = [link for link in page[1].links if link.text == words]
    return bool(same) and all(_DOCUMENT.search(link.url) for link in same)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.withdrawal_function",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=FunctionSeen,
        run=withdrawal_function,
        params={
            "applies_from": Param(
                "dict",
                dict(APPLIES_FROM),
                "day (YYYY-MM-DD) by jurisdiction, and `default`; empty where it is no law yet",
            )
        },
        values=(*VALUES, "words"),
        help="A consumer can withdraw from the contract on the site itself.",
    ),
    *content_law_returns.JUDGES,
)
