"""Terms before the order: is there a link to them in the ordering process (tz-4.2a)."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    start_of,
    values,
)
from monitor.policy.conditions.content_terms_seen import (
    LEAST_PARAMS,
    TermsRead,
    is_terms_link,
    least_chars,
    names_terms,
    read_terms,
)
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind
from scanners.content.evidence import LinkSeen, PageFacts

PERSONAL_MIN = 2
FRAGMENT_MAX_CHARS = 2_000
_EMPTY = re.compile(
    r"(?i)(?:winkel(?:wagen|mand|mandje|wagentje)|mand(?:je)?|panier|cart|basket|bag|warenkorb|einkaufswagen)"
    r"\s(?:is|est|ist)\s(?:\w{2,12}\s){0,2}(?:leeg|vide|empty|leer)|leere?\s(?:winkel|mand)|lege\swinkel"
    r"|(?:geen|no|aucun|keine)\s(?:artikelen|producten|items|products|articles?|produits?|artikel|produkte)"
    r"\s(?:in|dans|im)|your\s(?:cart|basket|bag)\sis\s(?:currently\s)?empty"
)
_ORDER = re.compile(
    r"(?i)bestel|betaal|betalen|koop|kopen|order|(?<!\w)pay|(?<!\w)buy|purchase|command|payer|acheter|achat"
    r"|kauf|zahlungspflichtig|bestätig|afronden|plaats"
)
_ONWARD = re.compile(
    r"(?i)verder|doorgaan|naar|volgende|proceed|continue|next|go\sto|continuer|suivant|passer\s[àa]|vers(?!\w)"
    r"|weiter|zur(?!\w)|fortfahren"
)


class BeforeOrderSeen(StrEnum):
    """What was seen of terms in the ordering process."""

    LINKED = "linked"
    MENTIONED = "mentioned"
    MISSING_AT_CHECKOUT = "missing_at_checkout"
    CHECKOUT_UNSEEN = "checkout_unseen"
    NO_TERMS = "no_terms"
    INCOMPLETE = "incomplete"


def terms_before_order(seen: Seen, subject: Subject) -> Observation:
    """Do the pages of the ordering process link to the terms?  (tz-4.2a)."""
    out, view = BeforeOrderSeen, look(seen)
    read = read_terms(view, least_chars(subject))
    pages = tuple(p for p in view.of("checkout") if "start" not in p[1].roles)
    told = values(view, subject, url=pages[0][1].final_url if pages else "")
    if view.site is None:
        said = f"The ordering process was not looked at ({view.gap('start')})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    known = _addresses(read)
    linked = tuple(p for p in pages if _leads_to_terms(p[1], known))
    if linked:
        said = "The ordering process links to the terms."
        return Observation(out.LINKED, said, view.cite(linked), told, fragment=_links(linked))
    last = tuple(p for p in pages if _is_last_step(p[1]))
    none = not (read.texts or read.unread or read.short) and not view.unread("start", "terms")
    if not last or none:
        return _unseen(view, subject, read, pages)
    told = values(view, subject, url=last[0][1].final_url)
    fragment = last[0][1].text[:FRAGMENT_MAX_CHARS]
    if any(names_terms(tick.label) for _, facts in last for tick in facts.ticks):
        said = "The ordering process names the terms, but no link to them was seen."
        return Observation(out.MENTIONED, said, view.cite(last), told, fragment=fragment)
    said = "The step of ordering that was reached has no link to the terms."
    return Observation(out.MISSING_AT_CHECKOUT, said, view.cite(last), told, fragment=fragment)


def _unseen(view: View, subject: Subject, read: TermsRead, pages: tuple[Page, ...]) -> Observation:
    out, told = BeforeOrderSeen, values(view, subject)
    start = start_of(view)
    if start is not None and _leads_to_terms(start, _addresses(read)):
        said = "The start page links to the terms; the last step of ordering was not reached."
        return Observation(out.CHECKOUT_UNSEEN, said, view.cite(pages), told)
    if not (read.texts or read.unread) and not view.unread("start", "terms"):
        said = "No terms were found that could be handed over."
        return Observation(out.NO_TERMS, said, view.cite(pages), told)
    said = "The last step of ordering was not reached."
    return Observation(out.CHECKOUT_UNSEEN, said, view.cite(pages), told)


def _addresses(read: TermsRead) -> frozenset[str]:
    pages = (*read.pages, *read.unread, *(terms.page for terms in read.short))
    return frozenset(url for _, facts in pages for url in (facts.url, facts.final_url))


def _leads_to_terms(facts: PageFacts, known: frozenset[str]) -> bool:
    return any(link.url in known or is_terms_link(link) for link in _real(facts))


def _real(facts: PageFacts) -> tuple[LinkSeen, ...]:
    """Links a visitor can follow: scripted ones open the terms in a window of the page."""
    return tuple(ln for ln in facts.links if ln.kind in ("page", "anchor", "script", "frame"))


def _is_last_step(facts: PageFacts) -> bool:
    """Can an order be placed here, or are the buyer's data asked for?"""
    if _EMPTY.search(facts.text):
        return False
    asks = any(len(f.personal) >= PERSONAL_MIN and not f.search for f in facts.forms)
    return asks or any(_ORDER.search(b) and not _ONWARD.search(b) for b in facts.buttons)


def _links(pages: tuple[Page, ...]) -> str:
    told = {f"{ln.url} {ln.text}" for _, p in pages for ln in _real(p) if is_terms_link(ln)}
    return "\n".join(sorted(told))


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.terms_before_order",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=BeforeOrderSeen,
        run=terms_before_order,
        params=LEAST_PARAMS,
        values=VALUES,
        help="The ordering process links to the terms.",
    ),
)
