"""What it costs to call a shop (tz-3.2): the kind of each number and the tariff beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from operator import itemgetter
from urllib.parse import urlsplit

from monitor.policy.conditions.content_seen import VALUES, Page, View, look, values
from monitor.policy.conditions.folding import fold_plain
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.evidence import PageFacts, PhoneSeen

CALL_ROLES = ("start", "contact", "about")
TARIFF_WINDOW_CHARS = 160
LABEL_CHARS = 30
OWNER_CHARS = 80
JOINED_CHARS = 60
SAME_DIGITS = 7
SHAPES_MAX = 20

_ORDINARY = frozenset({"FIXED_LINE", "MOBILE", "FIXED_LINE_OR_MOBILE", "VOIP", "UAN", "TOLL_FREE"})
_DEAR = frozenset({"PREMIUM_RATE", "SHARED_COST"})
# Numbers whose shape says "dearer" although the library does not know them as valid:
# NL and BE 090x, BE 070, FR 081x, 082x and 089x, DE 0137, 0180 and 0900, UK 084x, 087x, 09x.
_DEAR_SHAPE = re.compile(
    r"(?:\+|00)?(?:(?:31|32)90[0-9]|3270|3208[12]|338[129]|49(?:137|180|900)|44(?:8[47]|9))\d{3,9}"
    r"|090[0-9]\d{3,7}"
)
# The same as a country writes them itself, by the language of the page, where the page's
# address does not say which country that is; and what its ordinary numbers look like.
_HOME_DEAR: dict[str, re.Pattern[str]] = {
    "fr": re.compile(r"08[129]\d{7}"),
    "de": re.compile(r"0(?:137|180|900)\d{5,9}"),
    "en": re.compile(r"0(?:8[47]|9[01])\d{8}"),
}
_HOME_ORDINARY: dict[str, re.Pattern[str]] = {
    "fr": re.compile(r"0(?:[1-7]\d|80|9\d)\d{7}"),
    "de": re.compile(r"0(?:[2-8]\d|9[1-9]|1[567]|800)\d{5,9}"),
    "en": re.compile(r"0(?:[1237]\d{8,9}|80[08]\d{6,7})"),
}
# As people write the ones that are in no table of valid numbers: BE 070, DE 0137 and 0180.
_G = r"[\s./\-]?"
_ABROAD = (
    rf"(?:\+|00)32{_G}(?:\(0\){_G})?70(?:{_G}\d){{6}}|(?:\+|00)49{_G}1(?:37|80)(?:{_G}\d){{5,8}}"
)
_BELGIAN = re.compile(rf"(?<![\d+.,])(?:{_ABROAD}|070(?:{_G}\d){{6}})(?![\d.,]\d|\d)")
_GERMAN = re.compile(rf"(?<![\d+.,])(?:{_ABROAD}|01(?:37|80)(?:{_G}\d){{5,8}})(?![\d.,]\d|\d)")
_GERMAN_HOSTS = (".de", ".at")
_FRENCH = re.compile(rf"{_BELGIAN.pattern}|(?<![\d+.,])0{_G}8{_G}[129](?:{_G}\d){{7}}(?![.,]?\d)")
_BRITISH = re.compile(
    rf"{_BELGIAN.pattern}|(?<![\d+.,])0(?:8{_G}[47]|9{_G}[01])(?:{_G}\d){{8}}(?![.,]?\d)"
)
_BY_LANGUAGE: dict[str, re.Pattern[str]] = {"de": _GERMAN, "fr": _FRENCH, "en": _BRITISH}
# The directory enquiries of the Netherlands (18xx) and the short numbers of France.
_SHORT = re.compile(
    r"(?:\b(?:tel|telefoon|telefoonnummer|telephone|phone|bel|bellen|call|appelez|composez)\b"
    r"[\s.:\-]{0,3}(?:(?:ons|us|nous|met|op|naar|le|au|on)\s){0,2}"
    r"|\b(?:numero|nummer)\s?:\s?)(?:18\d\d|3\d ?\d\d)(?![\d.,/€\-]|\s?(?:eur|jaar|ans|euro))"
)
_PER = (
    r"(?:(?:per|par|pro|je|a|each|l'|la)\s(?:le\s)?|/\s?|p\s?[./]\s?)"
    r"(?:min(?:uu?te?n?|uut|utes?)?|gesprek|gesp|call|appel|oproep|anruf|verbinding|connexion"
    r"|gesprach|telefoontje|keer|m|g)\b"
)
_UNIT = r"(?:€|eur(?:os?|o?cents?)?|ct\.?|cents?|centimes?(?:\sd'euro)?|pence|p)?"
_AMOUNT = r"(\d{1,3}(?:[.,](?:\d{1,3}|[-–]{1,2}))?)"
_PRICE = re.compile(
    rf"{_AMOUNT}\s?{_UNIT}\s?(?:ttc|tvac|incl\.?|max\.?|extra)?\s?(?:btw|vat|tva|mwst\.?)?\s?"
    rf"(?:{_PER}|p\.?\s?m\b|p\.?\s?g\b|cpm\b)"
    rf"|{_PER}\s?[:=(]?\s?(?:kost(?:et|en)?\s|costs?\s|coute\s)?(?:€|eur|£)?\s?{_AMOUNT}"
)
_MONEY = re.compile(rf"(?:€|eur|£)\s?{_AMOUNT}|{_AMOUNT}\s?(?:€|eur|ct\b|cents?\b|centimes?\b)")
_USUAL = re.compile(
    r"(?:lokaal|lokale|normaal|normale|gewoon|gewone|basis|standaard|gebruikelijke?|reguliere?"
    r"|nationaa?le?|interlokaal|eigen)[\s\-]?(?:bel|telefoon|gespreks)?[\s\-]?(?:tarie\w{1,6}"
    r"|kosten)"
    r"|(?:kosten|prijs)\svan\seen\s(?:gewoon|lokaal|normaal)\w?\s(?:telefoon)?gesprek"
    r"|\bgratis\b|\bkosteloos|(?:geen|zonder)\s(?:extra|meer|bijkomende)\s?kosten"
    r"|(?:tarif|cout|prix)s?\s(?:d'un\sappel\s)?(?:local|normal|habituel|standard|de\sbase|national"
    r"|ordinaire)|\bgratuit|non\ssurtaxe|sans\s(?:surcout|surtaxe|frais\ssup)"
    r"|prix\s(?:d'un\s)?appel"
    r"|(?:local|standard|normal|usual|basic|national|regular)\s(?:call\s|network\s|phone\s)?"
    r"(?:rate|charge|tariff|cost)|free\sof\scharge|freephone|toll[\s\-]?free|no\s(?:extra"
    r"|additional)"
    r"\s(?:cost|charge)"
    r"|(?:orts|lokal|normal|standard|festnetz|grund|inlands)(?:gesprachs)?-?(?:tarif|preis)"
    r"|(?:ublich|normal|gewohnlich)\w{0,3}\s(?:gesprachs|telefon|verbindungs)?-?(?:kosten|tarif"
    r"|gebuhr)"
    r"|kostenlos|kostenfrei|gebuhrenfrei|keine\s(?:zusatz|mehr|zusatzlichen\s)kosten"
)
_NOT = re.compile(r"\b(?:geen|niet|not|no|pas|kein\w{0,2}|nicht|sans)\b[^.;]{0,14}$")
_PLUS = re.compile(
    r"\+|\b(?:plus|en|bovenop|naast|et|and|und|zzgl|zuzuglich|excl\w{0,6}|exkl\w{0,6}|hors|extra"
    r"|addition\w{0,4}|bovendien|boven|ajouter|on\stop)\b"
)
_DEARER = re.compile(
    r"(?<!non\s)(?<!niet\s)surtaxe|betaalnummer|verhoogd\starief|premium[\s\-]rate|kostenpflichtig"
    r"|gebuhrenpflichtig|access\scharge|toeslag|servicenummer\sbetaald"
)
# A calling bundle that is for sale is no tariff of the shop's own number.
_FOR_SALE = re.compile(
    r"\bbundel|\babonnement|sim[\s\-]?only|prepaid|\bforfait|\bbel(?:tegoed|minuten)|flatrate"
    r"|belbundel"
)
_NO_PHONE = re.compile(
    r"(?:\bean|gtin|isbn|\bsku|\bart(?:ikel|icle)?\b|artikelnr|artikelnummer|k\.?v\.?k"
    r"|handelsregister"
    r"|chamber|\bbtw|\bvat\b|\btva\b|\bust|mwst|sire[tn]|\brcs\b|\bhrb\b|order|bestel(?:nummer|nr)"
    r"|commande|bestellnummer|iban|rekening|factuur|invoice|facture|rechnung|serie|ondernemingsn"
    r"|entreprise|\bfax)[^+]{0,24}$"
)
_PHONE_WORD = re.compile(
    r"\b(?:tel|telefoon\w{0,7}|telephone|telefon\w{0,7}|phone|bel|bellen|call|appelez|anrufen|gsm"
    r"|mobi)"
)
_OTHERS = re.compile(
    r"\b(?:postnl|post\snl|dhl|ups|dpd|gls|fedex|bpost|chronopost|hermes|politie|juridisch\sloket"
    r"|acm|consuwijzer|geschillencommissie|belastingdienst|paypal|klarna|afterpay|riverty"
    r"|autoriteit|ombudsman|mediateur|verbraucherzentrale|webdesign|webbureau|gebouwd\sdoor)\b"
)


# Opening hours have the look of a dearer number: "09.00-17.00".
_HOURS = re.compile(r"\d{1,2}[.:]\d{2}\s{0,2}[-–/]?\s{0,2}\d{1,2}[.:]?\d{2}")
_OCLOCK = re.compile(r"\s?(?:uur|uhr|hrs?|heures?|h|u)\b")


class CallRateSeen(StrEnum):
    """What was seen of the cost of a call."""

    USUAL_RATE = "usual_rate"
    SURCHARGE = "surcharge"
    UNCLEAR_TARIFF = "unclear_tariff"
    NO_TARIFF = "no_tariff"
    UNRECOGNISED = "unrecognised"
    NO_NUMBER = "no_number"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class _Call:
    """A number as one page shows it, with what was made of it."""

    page: Page
    number: str
    outcome: CallRateSeen
    said: str


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdecimal())


def _is_dear(phone: PhoneSeen, language: str) -> bool:
    if phone.type != "UNKNOWN":
        return phone.type in _DEAR
    number, home = _digits(phone.number), _HOME_DEAR.get(language)
    return bool(_DEAR_SHAPE.fullmatch(number) or (home and home.fullmatch(number)))


def _shown(facts: PageFacts) -> list[tuple[tuple[int, int], PhoneSeen]]:
    """The numbers in a page's text, in order, with where they stand."""
    spans = [(m.start, m.end) for m in facts.masks if m.kind == "phone"]
    phones = [p for p in facts.phones if not p.link]
    found = dict(zip(spans, phones, strict=False))
    # 070 is The Hague in the Netherlands, with a digit more, and a dearer number in Belgium.
    host = urlsplit(facts.final_url).hostname or ""
    by_language = _BY_LANGUAGE.get(facts.language, _BELGIAN)
    pattern = _GERMAN if host.endswith(_GERMAN_HOSTS) else by_language
    for match in islice(pattern.finditer(facts.text), SHAPES_MAX):
        start, end = match.span()
        over = [m for m in facts.masks if m.start < end and start < m.end]
        known = [s for s in spans if s[0] < end and start < s[1]]
        if all(m.kind == "phone" for m in over) and all(
            found[s].type == "UNKNOWN" for s in known if s in found
        ):
            for span in known:
                found.pop(span, None)
            found[start, end] = PhoneSeen(_digits(match.group()), "SHARED_COST", link=False)
    return sorted(found.items(), key=itemgetter(0))


def _amounts(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Amounts above zero."""
    return [m for m in pattern.finditer(text) if any(c in "123456789" for c in _number(m))]


def _number(match: re.Match[str]) -> str:
    return next((g for g in match.groups() if g), "")


def _usual(text: str) -> list[re.Match[str]]:
    return [m for m in _USUAL.finditer(text) if not _NOT.search(text[: m.start()])]


def _joined(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    """Do both amounts come together ("0.45 a call plus the usual cost")?"""
    a, b = sorted((first.span(), second.span()))
    between = text[a[1] : b[0]]
    return len(between) <= JOINED_CHARS and bool(_PLUS.search(between))


def _tariff(text: str) -> CallRateSeen:
    """What a text beside a dearer number says about its tariff."""
    out = CallRateSeen
    prices, usual = _amounts(text, _PRICE), _usual(text)
    if prices and _FOR_SALE.search(text):
        return out.UNCLEAR_TARIFF
    if prices and (not usual or any(_joined(text, p, u) for p in prices for u in usual)):
        return out.SURCHARGE
    if prices or _DEARER.search(text) or (usual and _amounts(text, _MONEY)):
        return out.UNCLEAR_TARIFF
    return out.USUAL_RATE if usual else out.NO_TARIFF


def _counts(text: str, start: int, end: int) -> bool:
    """Is it a telephone number, of the shop?  Order numbers and carriers have some too."""
    if _HOURS.fullmatch(text[start:end].strip()) or _OCLOCK.match(text[end : end + 8].lower()):
        return False
    line = fold_plain(text[text.rfind("\n", 0, start) + 1 : start][-OWNER_CHARS:])
    if _OTHERS.search(line):
        return False
    before = fold_plain(text[max(0, start - LABEL_CHARS) : start])
    label = _NO_PHONE.search(before)
    return label is None or bool(_PHONE_WORD.search(before[label.start() :]))


def _beside(text: str, at: int, spans: list[tuple[int, int]], window: int) -> str:
    """The words about the number ``at``: behind it up to the next number, and before it."""
    start, end = spans[at]
    till = spans[at + 1][0] if at + 1 < len(spans) else len(text)
    after = fold_plain(text[end : min(till, end + window)])
    since = spans[at - 1][1] if at else 0
    # What stands between two numbers is said of the first one.
    before = "" if since and start - since < window else text[max(0, start - window) : start]
    if _tariff(after) is not CallRateSeen.NO_TARIFF:
        return after
    return f"{fold_plain(before)} | {after}"


def _calls(page: Page, window: int) -> Iterator[_Call]:
    facts, out = page[1], CallRateSeen
    text = facts.text
    shown = _shown(facts)
    spans = [span for span, _ in shown]
    for at, (span, phone) in enumerate(shown):
        if not _counts(text, *span):
            continue
        if _is_dear(phone, facts.language):
            words = _beside(text, at, spans, window)
            yield _Call(page, phone.number, _tariff(words), words)
        else:
            yield _Call(page, phone.number, _plain_kind(phone, facts.language), "")
    for phone in facts.phones:
        if phone.link:
            dear = _is_dear(phone, facts.language)
            kind = out.NO_TARIFF if dear else _plain_kind(phone, facts.language)
            yield _Call(page, phone.number, kind, "")
    short = _SHORT.search(fold_plain(text))
    if short:
        yield _Call(page, short.group(0), out.UNRECOGNISED, short.group(0))


def _plain_kind(phone: PhoneSeen, language: str) -> CallRateSeen:
    home = _HOME_ORDINARY.get(language) if phone.type == "UNKNOWN" else None
    usual = phone.type in _ORDINARY or (home and home.fullmatch(_digits(phone.number)))
    return CallRateSeen.USUAL_RATE if usual else CallRateSeen.UNRECOGNISED


def _settled(calls: list[_Call]) -> list[_Call]:
    """One call per number: a price told once counts everywhere, as does the usual rate."""
    out = CallRateSeen
    order = (
        out.SURCHARGE, out.UNCLEAR_TARIFF, out.USUAL_RATE, out.NO_TARIFF, out.UNRECOGNISED
    )  # fmt: skip
    found: dict[str, _Call] = {}
    for call in sorted(calls, key=lambda c: order.index(c.outcome)):
        found.setdefault(_digits(call.number)[-SAME_DIGITS:], call)
    return sorted(found.values(), key=lambda c: order.index(c.outcome))


def call_rate(seen: Seen, subject: Subject) -> Observation:
    """Can the shop be called at the usual rate?  (tz-3.2).

    Dearer numbers are those that the numbering plans call premium or shared cost;
    they count as a breach only with a price per call or minute beside them.
    """
    out, view = CallRateSeen, look(seen)
    width = number(subject.params, "tariff_window", TARIFF_WINDOW_CHARS)
    pages = tuple(p for p in view.of(*CALL_ROLES) if p[1].own)
    calls = _settled([call for page in pages for call in _calls(page, width)])
    if not calls:
        return _nothing(view, subject)
    worst = next((c for c in calls if c.outcome is not out.USUAL_RATE), calls[0])
    if worst.outcome is out.NO_TARIFF or worst.outcome is out.UNRECOGNISED:
        # A price is stronger than none, and none stronger than a number nobody knows.
        worst = next((c for c in calls if c.outcome is out.NO_TARIFF), worst)
    told = {
        **values(view, subject, url=worst.page[1].final_url),
        "number": clip(worst.number, 30),
    }
    outcome, said = worst.outcome, _SAID[worst.outcome]
    gap = view.unread("start", "contact")
    if outcome is out.USUAL_RATE and gap:
        outcome, said = out.INCOMPLETE, f"Only usual numbers, but not every page was read ({gap})."
    cited = view.cite(tuple(dict.fromkeys(c.page for c in calls)))
    fragment = f"{worst.number} {worst.said}".strip()
    return Observation(outcome, said.format(number=told["number"]), cited, told, fragment=fragment)


_SAID: dict[CallRateSeen, str] = {
    CallRateSeen.USUAL_RATE: "Every telephone number is one that is called at the usual rate.",
    CallRateSeen.SURCHARGE: "A call to {number} costs more than usual, by the price beside it.",
    CallRateSeen.UNCLEAR_TARIFF: "What a call to {number} costs is not clear from the text.",
    CallRateSeen.NO_TARIFF: "{number} is a dearer kind of number, and no tariff stands beside it.",
    CallRateSeen.UNRECOGNISED: "{number} is of no kind that is known here.",
}


def _nothing(view: View, subject: Subject) -> Observation:
    out, told = CallRateSeen, {**values(view, subject), "number": "-"}
    gap = view.unread(*CALL_ROLES)
    if gap or view.site is None:
        said = f"No telephone number was found; not every page was read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    said = "No telephone number was found."
    return Observation(out.NO_NUMBER, said, view.cite(), told)


JUDGE = Judge(
    name="content.call_rate",
    version=1,
    kinds=(ScanKind.CONTENT,),
    outcomes=CallRateSeen,
    run=call_rate,
    params={
        "tariff_window": Param(
            "int", TARIFF_WINDOW_CHARS, "characters beside a number in which its tariff stands"
        )
    },
    values=(*VALUES, "number"),
    help="Customer service is called at the usual rate, without a surcharge.",
)
