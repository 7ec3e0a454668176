"""What a look at the cart shows of ordering: steps, overview, place (tz-6.1a, tz-6.1b, tz-8.1a).

The crawl only asks for the cart and orders nothing, so it sees little of what comes
after.  What is visible may prove that a condition is met; nothing here proves a breach.
"""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions.content_charges import AMOUNT
from monitor.policy.conditions.content_seen import (
    Page,
    View,
    look,
    own_text,
    start_of,
    values,
)
from monitor.policy.judge import Observation, Seen, Subject
from scanners.content.evidence import PageFacts

STEP_LINE_CHARS = 60
STEPS_MIN = 3
NUMBERED_MIN = 2
WINDOW_LINES = 12

_EMPTY = re.compile(
    r"(?i)(?:winkel(?:wagen|mand(?:je)?)|bestelmand|mandje)\s(?:is|bevat)\s(?:nog\s|momenteel\s|op\sdit"
    r"\smoment\s)?(?:leeg|geen)|lege\swinkel|(?:nog\s)?geen\s(?:artikelen|producten|items)\sin"
    r"|panier\s(?:\w{1,12}\s)?est\s(?:\w{1,15}\s)?vide|panier\svide|aucun\s(?:article|produit)"
    r"|(?:cart|basket|bag)\sis\s(?:currently\s|still\s)?empty|empty\s(?:cart|basket)|no\sitems\sin"
    r"|warenkorb\sist\s(?:\w{1,12}\s)?leer|leere[rn]?\swarenkorb|keine\s(?:artikel|produkte)\sim"
)
# The stages that orders go through, by the words of steps and headings.
_STAGES: dict[str, re.Pattern[str]] = {
    "cart": re.compile(
        r"(?i)winkel(?:wagen|mand)|bestelmand|\bmandje|panier|\bcart\b|basket|shopping\sbag|warenkorb"
    ),
    "details": re.compile(
        r"(?i)gegevens|adres|klantinfo|coordonn|adresse|\baddress|your\sdetails|customer\sinfo"
        r"|your\sinformation|personal\sdetails|\binformations?$|\bdaten\b|anschrift|identificat"
        r"|aanmelden|inloggen|log\s?in|anmeld|\bdetails$"
    ),
    "delivery": re.compile(
        r"(?i)verzend|bezorg|lever(?:ing|wijze|methode)|livraison|exp[ée]dition|shipping|delivery"
        r"|versand|liefer"
    ),
    "payment": re.compile(r"(?i)betal|betaal|paiement|payment|zahlung|zahlart|zahlweise|bezahl"),
    "overview": re.compile(
        r"(?i)order\scomplete|commande\stermin|abschluss|overzicht|controle|bevestig|samenvatting|r[ée]capitul|r[ée]sum[ée]|confirmation|v[ée]rifi"
        r"|overview|review|confirm|summary|[üu]bersicht|best[äa]tig|zusammenfassung|pr[üu]fen|afronden"
    ),
}
_NUMBERED = re.compile(
    r"(?i)(?:^|[\s(])(?:stap|[ée]tape|step|schritt)\s?([1-9])(?!\d)|^\(?([1-9])(?:\s?[.):\-–]\s?|\s)\S"
)
_OF_MANY = re.compile(
    r"(?i)(?:stap|[ée]tape|step|schritt)\s?[1-9]\s?(?:van|of|sur|de|von|/)\s?(?:de\s)?([2-9])(?!\d)"
)
_INLINE = re.compile(r"(?:^|\s)0?[1-9][.)]\s")
_TRAIL = re.compile(r"\s(?:>|›|»|→|/|\||-|–)\s")

_TOTAL = re.compile(r"(?i)\b(?:sub)?totaal|te\sbetalen|total\b|montant|gesamt|summe|zu\szahlen")
_ITEMS = re.compile(
    r"(?i)\baantal|artikel|product|hoeveel|quantit|\bqty|\bitems?\b|\barticles?\b|produit|menge|anzahl"
    r"|produkt|stuks?\b|\b\d{1,3}\s?[x×]\s|\s[x×]\s?\d{1,3}\b"
)
_ADDRESS = re.compile(
    r"(?i)adres|adresse|\baddress|anschrift|\b\d{4}\s?[a-z]{2}\b\s\w|afhaal|point\srelais|pick-?up"
)
_EDIT = re.compile(
    r"(?i)wijzig|bewerk|aanpas|verander|verwijder|terug\snaar|vorige|modifi|[ée]diter|changer|corriger"
    r"|supprimer|retour\s(?:[àa]u?|en\sarri)|pr[ée]c[ée]dent|\bedit|\bchange|\bupdate|remove|\bback\b"
    r"|[äa]ndern|bearbeit|entfern|l[öo]schen|zur[üu]ck|anpassen"
)
_FINAL = re.compile(
    r"(?i)bestel(?:ling|len)?\s(?:\w{1,12}\s){0,2}?(?:plaatsen|bevestigen|afronden|afsluiten"
    r"|met\sbetal\w{1,16})|plaats\s(?:uw\s|je\s|de\s)?bestelling|koop\snu|nu\skopen|bestellen\sen\sbetalen"
    r"|nu\sbetalen|valider\s(?:\w{1,5}\s)?commande|confirmer\s(?:\w{1,5}\s)?commande|commander\savec\s"
    r"|passer\s(?:\w{1,5}\s)?commande|payer\smaintenant|place\s(?:\w{1,5}\s)?order"
    r"|confirm\s(?:\w{1,5}\s)?order"
    r"|pay\snow|buy\snow|order\swith\s(?:an\s)?obligation|complete\s(?:\w{1,5}\s)?(?:order|purchase)"
    r"|zahlungspflichtig|jetzt\s(?:kaufen|bezahlen)|kostenpflichtig|kaufen$|bestellung\sab(?:senden|schlie)"
)
_EXPRESS = re.compile(r"(?i)paypal|apple|google|express|klarna|amazon|shop\s?pay")
_PLACE = re.compile(
    r"(?i)(?:aflever|bezorg|lever(?:ings)?|verzend)-?adres|afhaal(?:punt|locatie|adres)"
    r"|afhalen\s(?:in|bij|op)"
    r"|(?:verzenden|verzonden|leveren|geleverd)\snaar\b|livrer\s[àa]\b|liefern?\snach\b"
    r"|adresse\sde\slivraison|lieu\sde\slivraison|point\s(?:de\s)?(?:relais|retrait)|retrait\sen\smagasin"
    r"|(?:delivery|shipping)\s(?:address|location)|ship\sto\b|deliver\sto\b|place\sof\sdelivery"
    r"|pick-?up\s(?:point|location|in\sstore)|lieferadresse|lieferanschrift|versandadresse|lieferort"
    r"|abhol(?:ung|station|ort)|packstation"
)
_ADDRESS_FIELD = re.compile(
    r"(?i)(?<!e)(?<!mail)(?<!mail[_\- ])(?<!ip)(?:adres|address|anschrift)(?!.{0,3}mail)|street"
    r"|straat"
    r"|strasse|stra[ßs]e|\brue\b|huisnummer|housenumber|house_number|hausnummer"
)


class StepsSeen(StrEnum):
    """What was seen of the steps of ordering."""

    STEPS_SEEN = "steps_seen"
    UNCLEAR = "unclear"
    NOT_REACHABLE = "not_reachable"


class OverviewSeen(StrEnum):
    """What was seen of the overview before an order."""

    OVERVIEW_SEEN = "overview_seen"
    BUTTON_WITHOUT_OVERVIEW = "button_without_overview"
    UNCLEAR = "unclear"
    NOT_REACHABLE = "not_reachable"


class PlaceSeen(StrEnum):
    """What was seen of the place of delivery."""

    PLACE_SEEN = "place_seen"
    UNCLEAR = "unclear"
    NOT_REACHABLE = "not_reachable"


def order_steps(seen: Seen, subject: Subject) -> Observation:
    """Does the checkout show clear steps: an indicator, or headings in order?  (tz-6.1a)."""
    out, view = StepsSeen, look(seen)
    pages = checkout_pages(view)
    for page in pages:
        steps = _steps(_own_lines(page, view))
        if steps:
            told = values(view, subject, url=page[1].final_url)
            said = f"Steps are shown: {', '.join(steps)[:200]}."
            return Observation(
                out.STEPS_SEEN, said, view.cite((page,)), told, fragment="\n".join(steps)
            )
    return _unseen(view, subject, pages, out.UNCLEAR, out.NOT_REACHABLE, "steps of ordering")


def order_overview(seen: Seen, subject: Subject) -> Observation:
    """Is the order shown with items, total, address and a way to correct it?  (tz-6.1b).

    A final button on a page without them is a matter for a person: the rest may stand on
    the page of the payment provider.  Buttons of express payment are not final.
    """
    out, view = OverviewSeen, look(seen)
    pages = checkout_pages(view)
    for page in pages:
        missing = _missing(page[1], _own_lines(page, view))
        if not missing:
            told = values(view, subject, url=page[1].final_url)
            said = "An overview with items, total, address and a way to correct is shown."
            text = "\n".join(_own_lines(page, view))
            return Observation(out.OVERVIEW_SEEN, said, view.cite((page,)), told, fragment=text)
    for page in pages:
        missing = _missing(page[1], _own_lines(page, view))
        if _final_button(page[1]) and not is_empty_cart(page[1]):
            told = values(view, subject, url=page[1].final_url)
            said = f"A final button stands on a page without: {', '.join(missing)}."
            text = "\n".join(_own_lines(page, view))
            return Observation(
                out.BUTTON_WITHOUT_OVERVIEW, said, view.cite((page,)), told, fragment=text
            )
    return _unseen(view, subject, pages, out.UNCLEAR, out.NOT_REACHABLE, "overview of the order")


def delivery_place(seen: Seen, subject: Subject) -> Observation:
    """Does ordering ask or say where the order goes: an address or a pick-up point?  (tz-8.1a)."""
    out, view = PlaceSeen, look(seen)
    pages = checkout_pages(view)
    for page in pages:
        line = next((ln for ln in _own_lines(page, view) if _PLACE.search(ln)), "")
        fields = [name for form in page[1].forms for name in form.personal]
        field = next((name for name in fields if _ADDRESS_FIELD.search(name)), "")
        if line or field:
            told = values(view, subject, url=page[1].final_url)
            said = f"The place of delivery is part of ordering: {(line or field)[:120]!r}."
            return Observation(
                out.PLACE_SEEN, said, view.cite((page,)), told, fragment=line or field
            )
    return _unseen(view, subject, pages, out.UNCLEAR, out.NOT_REACHABLE, "place of delivery")


def checkout_pages(view: View) -> tuple[Page, ...]:
    """Pages of the cart and what follows; a link to it that leads home shows nothing."""
    return tuple(
        page
        for page in view.readable
        if "checkout" in page[1].roles and "start" not in page[1].roles
    )


def _own_lines(page: Page, view: View) -> tuple[str, ...]:
    return tuple(line for line in own_text(page[1], start_of(view)).split("\n") if line)


def is_empty_cart(facts: PageFacts) -> bool:
    """Does the cart say that nothing is in it?"""
    return bool(_EMPTY.search(facts.text))


def _unseen(
    view: View,
    subject: Subject,
    pages: tuple[Page, ...],
    unclear: StrEnum,
    not_reachable: StrEnum,
    what: str,
) -> Observation:
    """Nothing visible: with goods in the cart it is unclear, else out of reach."""
    filled = tuple(page for page in pages if not is_empty_cart(page[1]))
    told = values(view, subject, url=pages[0][1].final_url if pages else "")
    if filled:
        said = f"The cart shows no {what}; what follows it was not looked at."
        return Observation(unclear, said, view.cite(filled), told)
    why = "the cart is empty" if pages else view.gap("checkout") or "no page of the cart was found"
    said = f"No {what} could be seen without ordering ({why})."
    return Observation(not_reachable, said, view.cite(pages), told)


def _steps(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines that are steps; () when there are too few to speak of."""
    for line in lines:
        if _OF_MANY.search(line[:200]) or _is_trail(line[:200]):
            return (line[:200],)
    short = tuple(
        (number, line)
        for number, line in enumerate(lines)
        if len(line) <= STEP_LINE_CHARS
        and not AMOUNT.search(line)
        and any(p.search(line) for p in _STAGES.values())
    )
    numbered = {m.group(1) or m.group(2): ln for _, ln in short if (m := _NUMBERED.search(ln))}
    if len(numbered) >= NUMBERED_MIN and "1" in numbered and "2" in numbered:
        return tuple(numbered[key] for key in sorted(numbered))
    for at, _ in short:
        near = tuple(line for number, line in short if at <= number < at + WINDOW_LINES)
        if _stages(near, asked=frozenset({"details"})) >= STEPS_MIN:
            return near
    return ()


def _is_trail(line: str) -> bool:
    """Is it "Cart > Details > Payment"?"""
    parts = tuple(_TRAIL.split(line))
    if _stages(parts, asked=frozenset({"details", "delivery"})) >= STEPS_MIN:
        return True
    numbered = tuple(part for part in _INLINE.split(line) if part)
    if len(numbered) >= STEPS_MIN and len(_INLINE.findall(line)) >= STEPS_MIN:
        return _stages(numbered, asked=frozenset({"details", "delivery", "payment"})) > 1
    # A row of single words: "Cart Details Payment", and nothing that makes it a sentence.
    words = tuple(word for word in line.split() if not word.strip(".)").isdigit())
    if not all(any(p.search(word) for p in _STAGES.values()) for word in words):
        return False
    return _stages(words, asked=frozenset({"details", "delivery"})) >= STEPS_MIN


def _stages(parts: tuple[str, ...], *, asked: frozenset[str]) -> int:
    """How many stages the parts name, each part one; 0 without ``asked`` and an end."""
    found = {next((s for s, p in _STAGES.items() if p.search(part)), "") for part in parts} - {""}
    ends = found & {"payment", "overview"}
    return len(found) if ends and found & asked else 0


def _missing(facts: PageFacts, lines: tuple[str, ...]) -> tuple[str, ...]:
    """What a page lacks to be an overview."""
    text = "\n".join(lines)
    actions = "\n".join((text, *(link.text for link in facts.links), *facts.buttons))
    totals = any(
        _TOTAL.search(line) and AMOUNT.search(" ".join(lines[n : n + 2]))
        for n, line in enumerate(lines)
    )
    have = {
        "items": bool(_ITEMS.search(text)) and len(AMOUNT.findall(text)) > 1,
        "total": totals,
        "address": bool(_ADDRESS.search(text)),
        "a way to correct": bool(_EDIT.search(actions)),
    }
    return tuple(name for name, there in have.items() if not there)


def _final_button(facts: PageFacts) -> bool:
    return any(_FINAL.search(b) and not _EXPRESS.search(b) for b in facts.buttons)
