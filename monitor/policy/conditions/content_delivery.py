"""Delivery information: how long it takes and what it costs (bc-1.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_charges import MONEY
from monitor.policy.conditions.content_durations import durations, has_unread_term
from monitor.policy.conditions.content_seen import (
    Page,
    View,
    look,
    own_text,
    start_of,
    suspects,
    values,
)
from monitor.policy.conditions.content_texts import holds, sections, sentences
from monitor.policy.judge import Observation, Seen, Subject

HEADING = re.compile(
    r"(?i)verzend|geleverd|\blivr[ée]|recevoir\sma|re[çc]ois-je|(?:receive|get)\smy\s(?:order|parcel)"
    r"|(?:order|parcel)\sarrive|wanneer\s(?:ontvang|krijg|komt)|wann\s(?:erhalte|bekomme|kommt)"
    r"|lever(?:ing|tijd|en\b|kosten)|bezorg|livraison|exp[ée]dition|deliver|shipping"
    r"|shipment|versand|liefer|transport"
)
DELIVERY = re.compile(
    r"(?i)verzend|verzonden|\blever|geleverd|bezorg|in\shuis|besteld\b|bestelling|transport|vracht"
    r"|livr|exp[ée]di|command[ée]|deliver|dispatch|shipp|liefer|versand|versend|verschick|bestellt"
    r"|chauffeur|courier|koerier|frei\shaus"
)
# Every word of ``DELIVERY`` holds one of these: most lines need no closer reading.
_MARKS = (
    "verzend", "verzond", "lever", "bezorg", "huis", "bestel", "transport", "vracht", "livr",
    "expedi", "expédi", "command", "deliver", "dispatch", "shipp", "liefer", "versand", "versend",
    "verschick", "bestellt", "chauffeur", "courier", "koerier", "haus",
)  # fmt: skip
RETURN = re.compile(
    r"(?i)retour|herroep|bedenktijd|terugbetal|terugstur|terugzend|return|refund|withdraw|r[ée]tract"
    r"|rembours|renvoy|widerruf|r[üu]ckgabe|r[üu]cksend|r[üu]ckerstatt|garantie|warrant|klacht|complain"
    r"|r[ée]clamation|reklamation|beschwerde"
)
_DAYS = (
    r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|lundi|mardi|mercredi|jeudi|vendredi|samedi|montag|dienstag|mittwoch"
    r"|donnerstag|freitag|samstag)s?"
)
_WORKDAYS = (
    r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|monday|tuesday|wednesday|thursday|friday"
    r"|lundi|mardi|mercredi|jeudi|vendredi|montag|dienstag|mittwoch|donnerstag|freitag)s?"
)
SPEED = re.compile(
    r"(?i)(?:over)?morgen\s(?:al\s)?(?:in\shuis|bezorgd|geleverd|bij\su|verzonden)"
    r"|volgende\s(?:werk)?dag|dezelfde\s(?:werk)?dag|dag\serna|vandaag\s(?:nog\s)?(?:verzonden|verstuurd"
    r"|bezorgd|geleverd|besteld)|zelfde\sdag|next[\s\-](?:working\s|business\s)?day|same[\s\-]day"
    r"|overnight|delivered\stomorrow|lendemain|m[êe]me\sjour|livr[ée]e?s?\sdemain|demain\schez"
    r"|n[äa]chste[nr]?\s(?:werk)?tag|am\sselben\stag|morgen\sgeliefert|24\s?/?\s?48\s?h|\b[jdt]\s?\+\s?\d"
    rf"|(?<!\w){_WORKDAYS}\s(?:en|et|and|und)\s{_WORKDAYS}(?!\w)"
    rf"|(?<!\w)(?:elke|iedere|every|each|chaque|tous\sles|jeden|op|on|am)\s{_DAYS}(?!\w)"
    r"|(?<!\w)(?:(?:ma|di|wo|do|vr)(?:\s?-\s?|\st/m\s|\sen\s)(?:di|wo|do|vr|za))(?!\w)"
    r"|(?:avant|v[oó][oó]r|before|vor|bis)\s\d{1,2}(?:[:.h]\d{2})?\s?(?:u(?:ur)?|h|heures|uhr|am|pm|hrs?)?"
    r"\s?(?:besteld|command|ordered|bestellt|,)"
)
_COST = re.compile(
    rf"(?i){MONEY}"
    r"|gratis|kosteloos|kostenloze?|gratuit|offert|(?:for|is|are|shipping|delivery)\sfree"
    r"|free\s(?:shipping|delivery|of\scharge|next)|kostenlos|kostenfrei|versandkostenfrei|frei\shaus"
    r"|\bfranco\b|frei\sab|portofrei|port\spay[ée]"
    r"|(?:geen|zonder)\s(?:extra\s)?(?:verzend|bezorg|lever|transport)?kosten|sans\sfrais"
    r"|no\s(?:extra\s)?(?:shipping|delivery)?\s?(?:costs?|charges?|fees?)|keine\s(?:versand|liefer)kosten"
    r"|(?:lever|bezorg|verzend|vracht|transport|livraison|port|deliver|shipping|liefer|versand)[^.;]{0,40}"
    r"(?:begrepen|inclusief|in\sde\sprijs|included|inclusive|inclu|compris|inbegriffen|enthalten"
    r"|inklusive|in\sthe\sprice|im\spreis)"
    r"|(?:inclusief|incl\.?|including|includes?|inklusive|inkl\.?|y\scompris)\s(?:\w{1,12}\s){0,2}"
    r"(?:lever|bezorg|verzend|transport|livraison|port|deliver|shipping|liefer|versand)"
    r"|(?:kosten|tarie\w{1,3}|prijs|frais|co[uû]t|tarifs?|costs?|rate|fee|charge"
    r"|preis)\w{0,6}\W.{0,60}?\d{1,4}[.,](?:\d{2}(?!\d)|-)"
    r"|(?:kosten|prijs|tarief|vracht|frais|prix|costs?|price|quote)\w{0,4}\W.{0,40}?(?:op\saanvraag"
    r"|op\sofferte|in\soverleg|sur\sdemande|sur\sdevis|on\srequest|auf\sanfrage)"
    r"|(?:op\saanvraag|sur\s(?:demande|devis)|on\srequest|auf\sanfrage)"
)
# Says something of time or cost, though not enough to be sure that a visitor is told.
_COST_HINT = re.compile(
    r"(?i)kosten|tarie|\bprijs|prijzen|\bport[io]\b|frais|co[uû]t|tarif|prix|\bcosts?\b|charge|\bfees?\b"
    r"|\brates?\b|\bprices?\b|preis|geb[üu]hr|betaal|berekend|offerte|devis"
)
_TIME_HINT = re.compile(
    rf"(?i){_DAYS}|levertijd|termijn|leverdatum|afspraak|overleg|d[ée]lai|rendez-vous|lead\stime"
    r"|delivery\s(?:time|date)|appointment|lieferzeit|lieferfrist|liefertermin|morgen|vandaag|today"
    r"|tomorrow|demain|heute"
)


# Names of pictures: of a table of costs or times, not of a van.
_PICTURES = re.compile(
    r"(?:lever|bezorg|verzend)\w{0,4}[\s_-]?(?:tijd|kost|tarie|termijn|info|voorwaarden)|tarie\w{1,3}.{0,20}(?:verzend|lever|bezorg)"
    r"|(?:tarifs?|frais|d[ée]lais?|co[uû]ts?).{0,20}(?:livraison|port|exp[ée]dition|transport)|livraison.{0,12}(?:tarif|frais|d[ée]lai)"
    r"|(?:shipping|delivery).{0,12}(?:cost|rate|time|table|info|price)|versand.{0,3}(?:kosten|tabelle|info)|liefer.{0,2}(?:zeit|kosten)"
    r"|(?:levering|verzending|livraison|delivery|shipping|versand|lieferung)(?:en)?$"
)


class DeliverySeen(StrEnum):
    """What was seen of the delivery information."""

    FOUND = "found"
    DURATION_MISSING = "duration_missing"
    COST_MISSING = "cost_missing"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence on delivery; ``passing`` when it stands outside a text on delivery."""

    page: Page
    said: str
    passing: bool


def _lines(view: View) -> Iterator[_Line]:
    """Text on delivery: whole pages, sections under such a heading, single sentences."""
    start = start_of(view)
    for page in view.readable:
        facts = page[1]
        own = frozenset(own_text(facts, start).split("\n"))
        whole = "delivery" in facts.roles and "start" not in facts.roles
        topic = whole
        for heading, lines in sections(facts, facts.text):
            about = bool(HEADING.search(heading))
            if about:
                topic = True
            elif (RETURN.search(heading) and heading != facts.title) or not whole:
                topic = False
            for line in lines:
                # A menu stands on every page and is no text on delivery.
                passing = not topic or line not in own
                if passing and not holds(line, _MARKS):
                    continue
                said = (s for s in sentences(line) if not passing or DELIVERY.search(s))
                yield from (_Line(page, s, passing) for s in said if not RETURN.search(s))
            if about and heading != facts.title and not RETURN.search(heading):
                yield _Line(page, heading, passing=True)


def _is_timed(line: _Line) -> bool:
    return bool(durations(line.said) or SPEED.search(line.said))


def _is_priced(line: _Line) -> bool:
    return bool(_COST.search(line.said))


def delivery_information(seen: Seen, subject: Subject) -> Observation:
    """Does the site tell how long delivery takes and what it costs?  (bc-1.3).

    Absent only when neither is told anywhere, not even in passing or in words that
    are not understood.
    """
    out, view = DeliverySeen, look(seen)
    lines = tuple(_lines(view))
    timed = [line for line in lines if _is_timed(line)]
    priced = [line for line in lines if _is_priced(line)]
    told_pages = tuple(dict.fromkeys(line.page for line in (*timed[:2], *priced[:2])))
    cited = view.cite(told_pages)
    told = values(view, subject, url=told_pages[0][1].final_url if told_pages else "")
    at_home = any(not line.passing for line in (*timed, *priced))
    if timed and priced and at_home:
        return Observation(out.FOUND, "Delivery time and cost are told.", cited, told)
    gap = view.unread("start", "delivery", "terms", "contact", short=True) or _unread(view)
    if gap:
        said = f"Delivery information is not complete, nor was the reading of the site ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    if timed and priced:
        said = "Delivery time and cost are told in passing, but in no text on delivery."
        return Observation(out.INCOMPLETE, said, cited, told)
    if priced or (not timed and _hinted(lines, _COST_HINT)):
        said = "The cost of delivery is told, but not how long it takes."
        return Observation(out.DURATION_MISSING, said, cited, told)
    if timed or any(_TIME_HINT.search(x.said) or has_unread_term(x.said) for x in _home(lines)):
        said = "The time of delivery is told, but not what it costs."
        return Observation(out.COST_MISSING, said, cited, told)
    said = f"No delivery information was found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, cited, told)


def _home(lines: tuple[_Line, ...]) -> tuple[_Line, ...]:
    return tuple(line for line in lines if not line.passing)


def _hinted(lines: tuple[_Line, ...], pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(line.said) for line in _home(lines))


def _unread(view: View) -> str:
    """A delivery page that shows another page in a frame, or a picture of a table."""
    if any(page[1].embeds and "delivery" in page[1].roles for page in view.readable):
        return "delivery: an embedded document"
    return "a picture seems to hold it" if suspects(view.readable, _PICTURES) else ""
