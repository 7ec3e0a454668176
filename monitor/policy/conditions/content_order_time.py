"""The time of delivery as it is told while ordering (tz-8.1b).

A term that runs from the delivery (to pay, to report damage, to return) is none, nor is
"in stock".  Words on delivery are those of ``content_delivery`` (bc-1.3).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_charges import whole_sentences
from monitor.policy.conditions.content_delivery import DELIVERY, HEADING, RETURN, SPEED
from monitor.policy.conditions.content_durations import durations, has_unread_term
from monitor.policy.conditions.content_seen import Page, View, look, suspects, values
from monitor.policy.conditions.content_texts import sections
from monitor.policy.conditions.numbers import fraction
from monitor.policy.judge import Observation, Seen, Subject
from scanners.api import clip

SHARE_MIN = 0.8
LABEL_MAX_CHARS = 40
ROLES = ("start", "delivery", "terms", "contact", "product")

_WEEKDAY = (
    r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonntag|(?:mon|tue|wed|thu|fri|sat|mo|di|mi|do|fr|ma|wo|vr|za)\.?(?=\s\d))"
)
_SOON = re.compile(
    rf"(?i)(?<!\w){_WEEKDAY}\s(?:al\s)?(?:in\shuis|thuis|bezorgd|geleverd|livr|delivered|geliefert|bei\sihnen)"
    r"|(?:bezorg|lever|livr|deliver|liefer|zustell|in\shuis|arriv|ankunft)\w{0,8}[\s:,]{1,3}(?:\w{1,8}\s){0,3}?"
    rf"{_WEEKDAY}(?!\w)|morgen\s(?:al\s)?(?:thuis|bij\s(?:je|jou|u|jullie)|in\s(?:uw|je)|op\s(?:uw|je)|verstuurd)"
    r"|(?:besteld|verzonden|verstuurd)[,\s=]{1,4}(?:over)?morgen|(?:over)?morgen\s(?:gratis\s)?(?:bezorgd"
    r"|geleverd|leverbaar|verzonden)|vandaag\s(?:in\shuis|thuis|verstuurd)|vanavond\s(?:bezorgd|in\shuis)"
    r"|(?:livr|re[çc]u|exp[ée]di|chez\svous|command)\w{0,4}\s(?:\w{1,10}\s){0,3}?(?:demain|lendemain|jour\sm[êe]me)"
    r"|demain\s(?:chez\svous|livr)|(?:arrives?|get\sit|delivered|delivery|receive\sit|yours)\s(?:\w{1,10}\s){0,3}?"
    r"(?:tomorrow|today)|tomorrow\s(?:delivery|delivered)|(?:morgen|heute)\s(?:\w{1,10}\s){0,3}?(?:geliefert"
    r"|bei\s(?:ihnen|dir)|zugestellt|versandt|verschickt|da\b)|lieferung\s(?:\w{1,10}\s){0,2}?(?:morgen|heute)"
    r"|versand\s(?:\w{1,10}\s){0,2}?(?:heute|morgen|am\sselben\stag)"
)
_LABEL = re.compile(
    r"(?i)levertijd|levertermijn|leveringstermijn|verzendtijd|bezorgtijd|bezorging|levering|verzending"
    r"|d[ée]lais?\s(?:de\s|d['’])(?:livraison|exp[ée]dition)|livraison|exp[ée]dition|delivery|shipping"
    r"|dispatch|lead\stime|lieferzeit|lieferfrist|lieferung|versand"
)
# "Binnen 8 dagen na levering": a term that begins with the delivery.
_FROM_DELIVERY = re.compile(
    r"(?i)^\W{0,3}(?:\w{1,12}\s){0,2}?(?:na|after|of|from|following|since|apr[èe]s|suivant|d[èe]s|nach|ab"
    r"|vanaf|[àa]\scompter\sde|de)\s(?:(?:de|het|uw|the|your|la|le|votre|der|dem|des|die|datum\svan|date\sde"
    r"|goede)\s){0,3}(?:\w{0,8}levering|leverdatum|bezorging|delivery|livraison|r[ée]ception(?!\s(?:de\s|du\s)"
    r"(?:votre\s|la\s|l['’])?(?:commande|paiement|bon\sde))|lieferung|zustellung|erhalt(?!\s(?:der|ihrer|des)\s"
    r"(?:bestell|zahlung|auftrag))|ontvangst(?!\s(?:van\s)?(?:de\s|het\s|uw\s|je\s)?(?:bestel|betal|order|bedrag"
    r"|opdracht))|receipt(?!\sof\s(?:the\s|your\s)?(?:order|payment)))"
)
# Terms of other matters that terms and conditions put beside a delivery.
_OTHER_TERM = re.compile(
    r"(?i)factu|invoice|rechnung|betalingstermijn|te\sbetalen\sbinnen|gebrek|schade|beschadig|melden|gemeld"
    r"|reclam|defect|damage|notif|d[ée]faut|dommage|avari|signal|m[äa]ngel|r[üu]ge|sch[äa]den|ontbind|annul"
    r"|cancel|opzeg|kwijt|lost|verloren|perdu|houdbaar|antwoord|reageren|\bvra(?:ag|gen)\b|answer|repl(?:y|ies)|question|r[ée]pon[ds]|frage"
    r"|batter|\baccu\b|\bakku|g[üu]ltig|\bactie\b|aktion|\bpromo|bewaar|geldig|valid|openingstijd|nous\scontacter"
)
_TOO = re.compile(
    r"(?i)pre-?order|verwacht(?:e\s(?:lever|datum)|\sop|:)|voorverkoop|pr[ée]commande|vorbestell|voraussichtlich"
    r"|expected\s(?:on|in|by)|\bships?\b|zustell|verschickt|ophalen|afhaalbaar|abhol|retrait"
)
_HINT = re.compile(
    r"(?i)levertijd|levertermijn|leverdatum|leverbaar\svanaf|verwacht|pre-?order|voorverkoop|binnenkort"
    r"|d[ée]lai|disponible\s[àa]\spartir|pr[ée]commande|delivery\s(?:time|date)|lead\stime|available\sfrom"
    r"|expected|ships\son|lieferzeit|lieferfrist|liefertermin|voraussichtlich|vorbestell|lieferbar\sab"
    r"|erscheint|op\safspraak|in\soverleg|sur\srendez-vous|nach\sabsprache|zo\s(?:snel|spoedig)\smogelijk"
    r"|(?<![\d.])\d{1,2}[./\-]\d{1,2}(?:[./\-]\d{2,4}|\.(?!\d))|(?<!\d)\d{1,2}(?:er|st|nd|rd|th|\.)?\s(?:jan|feb|f[ée]v|m[aä]r"
    r"|maa|a[pv]r|ma[iy]|mei|ju[iln]|jui|aug|ao[uû]|sep|o[ck]t|nov|de[cz]|d[ée]c)[a-zéû]{0,7}\b"
    r"|as\ssoon\sas\spossible|plus\sbref|so\s(?:schnell|bald)\swie"
)
# Every time of delivery holds one of these: most sentences need no closer reading.
_ANY_TIME = re.compile(
    r"(?i)\d|d(?:ag|ay|gn)|jour|tag|we?ek|semaine|woch|u(?:ur|ren)\b|hour|heure|stund|minu|ma(?:and|nd)|month|mois"
    r"|monat|etma|fortnight|demain|huitaine|morgen|heute|avond|today|tomorrow|overnight|\b(?:ma|di|wo|do|vr)\b|j\s?\+"
    r"|(?:lun|mar|cre|jeu|dre|same)di\b|dimanche|mnd"
)
_PICTURES = re.compile(r"levertijd|levertermijn|delivery-?time|lieferzeit|delai|verzendinfo")


class TimeSeen(StrEnum):
    """What was seen of the time of delivery."""

    ON_PRODUCTS = "on_products"
    IN_CART = "in_cart"
    ON_DELIVERY_PAGE = "on_delivery_page"
    ELSEWHERE = "elsewhere"
    UNCLEAR = "unclear"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Time:
    """Words of one page that tell when an order comes."""

    page: Page
    said: str


def delivery_time(seen: Seen, subject: Subject) -> Observation:
    """Is the time of delivery told on products, in the cart or on the delivery page?  (tz-8.1b).

    Absent only when no page names a time or even hints at one.  A time that stands on
    the start page or in the terms alone is for a person to weigh.
    """
    out, view = TimeSeen, look(seen)
    share = fraction(subject.params, "delivery_time_share", SHARE_MIN)
    least = share if 0 < share <= 1 else SHARE_MIN
    pages = tuple(page for page in view.readable if page[1].own)
    products = tuple(p for p in pages if "product" in p[1].roles)
    timed = tuple(times for p in products if (times := tuple(_times(p))))
    if products and len(timed) >= math.ceil(len(products) * least):
        return _found(view, subject, out.ON_PRODUCTS, timed[0])
    for outcome, role in ((out.IN_CART, "checkout"), (out.ON_DELIVERY_PAGE, "delivery")):
        # A banner of the start page is no text on delivery.
        at = (p for p in pages if role in p[1].roles and "start" not in p[1].roles)
        kept = tuple(t for p in at for t in _times(p))
        if kept:
            return _found(view, subject, outcome, kept)
    others = tuple(t for p in pages for t in _times(p))
    if others:
        return _found(view, subject, out.ELSEWHERE, others)
    return _absent(view, subject, pages)


def _found(view: View, subject: Subject, outcome: StrEnum, times: tuple[_Time, ...]) -> Observation:
    page, said = times[0].page, clip(times[0].said, 160)
    told = values(view, subject, url=page[1].final_url)
    why = f"A time of delivery is told ({outcome}): {said!r}."
    text = "\n".join(dict.fromkeys(t.said for t in times))
    return Observation(outcome, why, view.cite((page,)), told, fragment=text)


def _absent(view: View, subject: Subject, pages: tuple[Page, ...]) -> Observation:
    out = TimeSeen
    told = values(view, subject)
    gap = view.unread(*ROLES, short=True) or _unread(pages)
    if gap:
        said = f"No time of delivery was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    hints = tuple(_Time(p, s) for p in pages for s in _spoken(p) if _hints(s))
    if hints:
        why = f"The time of delivery may be told: {clip(hints[0].said, 160)!r}."
        text = "\n".join(dict.fromkeys(t.said for t in hints))
        cited = view.cite((hints[0].page,))
        return Observation(out.UNCLEAR, why, cited, told, fragment=text)
    said = f"No time of delivery was found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(), told)


def _unread(pages: tuple[Page, ...]) -> str:
    """A delivery page that shows another page in a frame, or a picture of the times."""
    if any(p[1].embeds and "delivery" in p[1].roles for p in pages):
        return "delivery: an embedded document"
    return "a picture seems to hold it" if suspects(pages, _PICTURES) else ""


def _spoken(page: Page) -> Iterator[str]:
    """Sentences on delivery, each with the label that stands on the line before it."""
    facts = page[1]
    whole = "delivery" in facts.roles and "start" not in facts.roles
    before = ""
    for heading, lines in sections(facts, facts.text):
        is_title = heading == facts.title
        topic = bool(HEADING.search(heading)) and not RETURN.search(heading)
        topic = topic or (whole and (is_title or not RETURN.search(heading)))
        # "1 - 2 days" after "Delivery:" looks like a numbered heading.
        if not is_title and (topic or _label(before)):
            yield f"{_label(before)} {heading}".strip()
        before = "" if is_title else heading
        for line in lines:
            label = "" if before == heading and topic else _label(before)
            yield from _sentences(line, label, topic=topic)
            before = line


def _label(line: str) -> str:
    """The line when it is but a label such as "Delivery time:"."""
    is_label = len(line) <= LABEL_MAX_CHARS and _LABEL.search(line) and not RETURN.search(line)
    return line if is_label else ""


def _sentences(line: str, label: str, *, topic: bool) -> Iterator[str]:
    for said in whole_sentences(line):
        if not RETURN.search(said) and (
            topic or label or any(pattern.search(said) for pattern in (DELIVERY, _TOO, _SOON))
        ):
            yield f"{label} {said}".strip()


def _times(page: Page) -> Iterator[_Time]:
    for said in _spoken(page):
        if _is_time(said):
            yield _Time(page, said)


def _is_time(said: str) -> bool:
    if not _ANY_TIME.search(said):
        return False
    if SPEED.search(said) or _SOON.search(said):
        return True
    if _OTHER_TERM.search(said):
        return False
    return any(not _FROM_DELIVERY.match(said[t.end : t.end + 120]) for t in durations(said))


def _hints(said: str) -> bool:
    if _HINT.search(said):
        return True
    return not _OTHER_TERM.search(said) and has_unread_term(said)
