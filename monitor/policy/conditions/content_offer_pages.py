"""What the judges of prices share: sampled pages with their prices, statements, switches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from monitor.policy.conditions.content_seen import GONE, Page, View, start_of, suspects
from monitor.policy.conditions.content_texts import holds
from scanners.content.evidence import PageFacts, PriceSeen

PRODUCT_SAMPLE_MIN = 5
CATEGORIES_MAX = 2
CARDS_MIN = 2
# A longer line is prose.
SWITCH_MAX_CHARS = 60
NEAR_MAX_CHARS = 120
LINE_MAX_CHARS = 300
CENT = Decimal("0.011")
ROUNDING = Decimal("0.0005")
# Between a price without and with VAT in the Netherlands, Belgium and their neighbours.
RATIOS = tuple(
    Decimal(ratio)
    for ratio in ("1.21", "1.09", "1.06", "1.12", "1.20", "1.10", "1.055", "1.19", "1.07", "1.17")
)
NO_PRODUCTS = GONE | {"none_found"}

TAX = (
    r"(?:btw|b\.t\.w\.?|vat|v\.a\.t\.?|tva|t\.v\.a\.?|mwst\.?|mehrwertsteuer|(?:omzet)?belasting(?:en)?|steuern?|ust\.?|umsatzsteuer"
    r"|(?:sales\s)?tax(?:es)?)(?!\w)"
)
_EXCL = (
    r"(?:(?<!\w)(?:excl(?:usief|uding|usive|ude|udes|us|u|\.)?|exkl(?:usive|\.)?|ex\.?|zzgl\.?"
    r"|zuz[üu]glich|hors|without|zonder|ohne|plus|net\sof|(?:not|niet|nicht|non)\s(?:incl\w{0,6}"
    r"|inkl\w{0,6})\.?)"
    rf"\s?(?:gesetzl\.\s)?[^.;\n]{{0,30}}?{TAX}|{TAX}\s?(?:excl\w{{0,6}}|non\scomprises?|niet\sinbegrepen"
    rf"|nicht\senthalten)"
    r"|(?<![\w&/\-])(?-i:H\.?T\.?(?:V\.?A\.?)?)(?![\w\-]|\s\d))"
)
_INCL = (
    r"(?:(?<!\w)(?<!not\s)(?<!niet\s)(?<!nicht\s)(?:incl(?:usief|uding|usive|ude|udes|uent|us|\.)?"
    r"|inkl(?:usive|\.)?|y\scompris|comprennent|inclu(?:ent|ant)|enthalten|toutes(?=\staxes)|all(?=\staxes))"
    rf"\s?(?:gesetzl\.\s)?[^.;\n]{{0,30}}?{TAX}|{TAX}\s?(?:incl\w{{0,6}}|comprises?|inbegrepen|enthalten|included)"
    r"|(?<![\w&/\-])(?-i:T\.?T\.?C\.?|T\.?V\.?A\.?C\.?)(?![\w\-]))"
)
_PRICES = (
    r"(?:prijzen|bedragen|tarieven|prices|rates|(?:tous|nos|les|des)\s(?:\w{1,12}\s)?(?:prix"
    r"|tarifs)"
    r"|prix\s(?:affich[ée]s|indiqu[ée]s|mentionn[ée]s|sont|s[’']entendent)|preise(?:n)?"
    r"|preisangaben"
    r"|^\*{1,3}\)?\s{0,2}|^\d\)\s)"
)
_LABEL = re.compile(rf"(?i){_EXCL}|{_INCL}")
# Prices that are said to be net, or VAT that comes on top, in other words than "excl.".
_ON_TOP = re.compile(
    rf"(?i)(?:prijzen|bedragen|tarieven|prices|rates|prix|tarifs|preise?n?)(?:\s[^\s.;]{{1,20}}){{0,3}}\snett?o?(?!\w)"
    rf"|(?:vermeerder\w{{0,2}}|verhog\w{{0,2}}|verhoogd|major\w{{1,3}})\s(?:met|de)\s[^.;\n]{{0,20}}{TAX}"
    r"|(?:prix|tarifs?)\s(?:\w{1,12}\s){0,2}(?-i:H\.?T\.?|HTVA|T\.?T\.?C\.?|TVAC)(?!\w)"
)
# A line of the menu or footer that is nothing but "excl. btw".
_ALONE = re.compile(rf"(?i)^\W{{0,3}}(?:{_EXCL}|{_INCL})\W{{0,3}}$")
# Shops that charge no VAT at all: small firms and exempt goods.
_EXEMPT = re.compile(
    rf"(?i)vrijgesteld\svan\s(?:de\s)?{TAX}|vrijstelling\svan\s(?:de\s)?{TAX}|kleine[\s\-]?ondernemers?regeling"
    rf"|\bKOR\b[^.\n]{{0,40}}{TAX}|{TAX}[^.\n]{{0,40}}\bKOR\b|(?:geen|zonder|no|aucune|pas\sde|keine)\s{TAX}"
    rf"|kleinunternehmer|§\s?19\s(?:abs\w{{0,4}}\.?\s\d\s)?ustg|§\s?25\s?a\sustg|(?:steuer|umsatzsteuer|mwst)[\s\-]?frei"
    rf"|293\s?B|franchise\s(?:en\sbase|des\spetites|de\s(?:la\s)?{TAX})|{TAX}\snon\sapplicable|exon[ée]r\w{{0,3}}\sde\s(?:la\s)?{TAX}"
    rf"|(?:not|non)[\s\-]{TAX}\sregistered|not\sregistered\sfor\s{TAX}|{TAX}\s(?:registration\s)?threshold"
    rf"|{TAX}[\s\-]exempt|exempt\sfrom\s{TAX}|margeregeling|margin\sscheme"
)
_EXEMPT_MARKS = (
    "vrijst", "vrijgesteld", "ondernemersregeling", "kor", "geen btw", "zonder btw",
    "kleinunternehmer", "ustg", "frei", "293", "franchise", "non applicable", "exon",
    "regist", "threshold", "exempt", "marge", "margin", "no vat", "keine", "aucune", "pas de",
)  # fmt: skip
_BETWEEN = r"[^.;!?\n]{0,80}?"
_STATED = {
    kind: re.compile(rf"(?im){_PRICES}{_BETWEEN}{words}")
    for kind, words in (("excl", _EXCL), ("incl", _INCL))
}
_ALL = re.compile(
    r"(?i)(?<!\w)(?:alle|al\sonze|onze|all|our|tous|toutes|nos|les|s[äa]mtliche|unsere|die|de"
    r"|vermelde"
    r"|getoonde|genoemde)(?!\w)"
)
_SHORT_EXCL = r"(?:excl\w{0,6}\.?|exkl\w{0,6}\.?|ex\.?|zzgl\.?|hors|(?-i:HTVA|HT))"
_SHORT_INCL = r"(?:incl\w{0,6}\.?|inkl\w{0,6}\.?|(?-i:TVAC|TTC))"
_SWITCH = re.compile(
    rf"(?i)(?<!\w)(?:{_SHORT_INCL}(?:\s{TAX})?\s{{0,2}}[/|·•\n]\s{{0,2}}{_SHORT_EXCL}(?:\s{TAX})?"
    rf"|{_SHORT_EXCL}(?:\s{TAX})?\s{{0,2}}[/|·•\n]\s{{0,2}}{_SHORT_INCL}(?:\s{TAX})?"
    rf"|{_SHORT_INCL}\s{TAX}\s{_SHORT_EXCL}\s{TAX}|{_SHORT_EXCL}\s{TAX}\s{_SHORT_INCL}\s{TAX}"
    rf"|{TAX}\s{_SHORT_INCL}\s{{0,2}}[/|·•\n]\s{{0,2}}{TAX}\s{_SHORT_EXCL})"
)
_SWITCH_WORDS = re.compile(
    r"(?i)(?:toon|tonen|weergeven|bekijk|wissel|schakel|show|display|switch|toggle|view|afficher"
    r"|voir|basculer"
    r"|anzeigen|umschalten|zeige)\W.{0,30}(?:btw|vat|tva|mwst|(?-i:HT|TTC))"
    r"|(?:btw|vat|tva|mwst)[^.\n]{0,20}(?:tonen|weergeven|anzeigen|aan/uit|on/off)"
)
_LOGIN = re.compile(
    r"(?i)(?:log\s?in|inloggen|aanmelden|meld\su?\s?aan|account)[^.\n]{0,50}(?:prijs|prijzen)"
    r"|(?:prijs|prijzen)[^.\n]{0,50}(?:inloggen|ingelogd|aanmelden|na\sinlog|na\slogin)"
    r"|(?:connecte[zr]|identifiez|inscrivez)[^.\n]{0,50}(?:prix|tarif)|prix[^.\n]{0,40}(?:connect"
    r"|apr[èe]s\sconnexion)"
    r"|(?:log\s?in|sign\s?in|register)[^.\n]{0,50}prices?|prices?[^.\n]{0,40}(?:logged|log\s?in"
    r"|sign\s?in)"
    r"|(?:anmelden|einloggen|login|registrier)[^.\n]{0,50}preise?|preise?[^.\n]{0,50}(?:anmeld"
    r"|einlog|angemeldet|login)"
)
_DRAWN = frozenset({"style", "attribute"})
# Other ways to speak of VAT: net and gross, exempt, margin scheme, reverse charge.
_OTHERWISE = re.compile(
    r"(?i)(?<!\w)(?:(?:netto|brutto)(?:preis|prijs)?|gross|net\s?price|all[\s\-]?in|marge(?:regeling)?"
    r"|vrijgesteld|steuerfrei|exempt|exon[ée]r\w{0,4}|differenzbesteuer\w{0,4}|reverse\scharge)(?!\w)"
    rf"|(?<!\w){TAX}[\s\-]?(?:vrij|verlegd|free)|vrij\svan\s{TAX}|(?<!\d)0\s?%\s?{TAX}|{TAX}\s?0\s?%"
    # The amount of VAT itself: "€ 2,10 btw", "btw (21%): € 2,10".
    rf"|\d[.,](?:\d\d|-)\s?(?:€\s?)?\(?(?:\d{{1,2}}\s?%\s?)?{TAX}(?![\s\-]?(?:nr|num|n[°o]|id\b))"
    rf"|{TAX}(?:\s?\(?\d{{1,2}}\s?%\)?:?|:)\s?€\s?\d"
)
_VAT_PICTURE = re.compile(r"btw|\bvat\b|tva|mwst|\bht\b|ttc|htva|tvac|prij[sz]|prix|preis|price")


@dataclass(frozen=True, slots=True)
class Priced:
    """A sampled page: its prices that count, those of them that are hidden, and all others."""

    page: Page
    prices: tuple[PriceSeen, ...]
    hidden: tuple[PriceSeen, ...]
    product: bool
    others: tuple[PriceSeen, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """``incl`` and ``excl``, as said at the prices that are shown."""
        return frozenset(price.vat for price in self.prices) - {""}

    @property
    def is_told(self) -> bool:
        """Do words on VAT stand at the price?  In a list: at no fewer than half of them."""
        labelled = sum(1 for price in self.prices if price.vat)
        return labelled > 0 and (self.product or labelled * 2 >= len(self.prices))

    @property
    def is_silent(self) -> bool:
        """Does no price of the page say anything of VAT?"""
        return not self.kinds


@dataclass(frozen=True, slots=True)
class Sample:
    """The pages with prices: products first, then lists; ``gap`` why there may be more."""

    products: tuple[Priced, ...]
    lists: tuple[Priced, ...]
    looked: tuple[Page, ...]
    gap: str

    @property
    def pages(self) -> tuple[Priced, ...]:
        """All of them."""
        return (*self.products, *self.lists)


def sample_of(view: View) -> Sample:
    """Sampled product pages (else those that offer a product), and at most two lists."""
    offered = view.of("product") or tuple(p for p in view.readable if p[1].offer is not None)
    offered = tuple(p for p in offered if p[1].own)
    lists = view.of("category") or view.of("start")
    lists = tuple(p for p in lists if p[1].own and p not in offered)[:CATEGORIES_MAX]
    products = tuple(found for page in offered if (found := _product(page)) is not None)
    cards = tuple(found for page in lists if (found := _list(page)) is not None)
    return Sample(products, cards, (*offered, *lists), _gap(view))


def _gap(view: View) -> str:
    gap = view.gap("start")
    known = view.site is not None and ("product" in (*view.site.complete_for, *view.site.gaps))
    return gap or (view.gap("product", ignore=NO_PRODUCTS) if known else "")


def _product(page: Page) -> Priced | None:
    prices = tuple(p for p in page[1].prices if not p.old)
    main = tuple(p for p in prices if p.main) or tuple(p for p in prices if p.card)
    shown = tuple(p for p in main if p.shown)
    hidden = tuple(p for p in main if not p.shown)
    others = tuple(p for p in prices if p.shown and p not in main)
    return Priced(page, shown, hidden, product=True, others=others) if shown else None


def _list(page: Page) -> Priced | None:
    cards = tuple(p for p in page[1].prices if p.card and p.shown and not p.old)
    # What is sold by weight or size has no other price.
    cards = tuple(p for p in cards if not p.unit) or cards
    return Priced(page, cards, (), product=False) if len(cards) >= CARDS_MIN else None


def statements(view: View, sample: Sample) -> frozenset[str]:
    """``incl`` and ``excl``, as told of all prices at once on the start page or a sampled one."""
    start = start_of(view)
    texts = [page[1].text for page in sample.looked]
    texts += [start.text] if start is not None else []
    return frozenset(kind for text in texts for kind in stated_in(text))


def stated_in(text: str) -> frozenset[str]:
    """The kinds that a text states of prices in general."""
    return frozenset(
        kind
        for kind, pattern in _STATED.items()
        if any(_is_general(m) for m in pattern.finditer(text))
    )


def is_told_apart(view: View, sample: Sample) -> bool:
    """Is VAT told in words of another kind, or in a line of the menu or footer of its own?"""
    texts = {page[1].text for page in sample.looked}
    start = start_of(view)
    texts |= {start.text} if start is not None else set()
    lines = {line for text in texts for line in text.split("\n") if len(line) <= LINE_MAX_CHARS}
    return any(_ON_TOP.search(line) or _ALONE.match(line) for line in lines)


def is_exempt(view: View) -> bool:
    """Does any page say that the shop charges no VAT?"""
    return any(
        _EXEMPT.search(line)
        for line in {line for page in view.readable for line in page[1].text.split("\n")}
        if holds(line, _EXEMPT_MARKS)
    )


def _is_general(match: re.Match[str]) -> bool:
    """Not "prices incl. or excl. VAT", a switch."""
    line = match.string[match.start() : match.end() + 40].partition("\n")[0]
    return not _SWITCH.search(line) and not _SWITCH_WORDS.search(line)


def says_all_included(text: str) -> bool:
    """Is it said that all prices include VAT?"""
    return any(
        _is_general(m) and _ALL.search(m.string[max(0, m.start() - 30) : m.end()])
        for m in _STATED["incl"].finditer(text)
    )


def has_switch(page: PageFacts) -> bool:
    """A switch between prices with and without VAT, by its words."""
    if _SWITCH_WORDS.search("\n".join((*page.buttons, *(link.text for link in page.links)))):
        return True
    lines = (line for line in page.text.split("\n") if len(line) <= SWITCH_MAX_CHARS)
    if any(_SWITCH_WORDS.search(line) for line in lines):
        return True
    return any(not _at_price(page, match) for match in _SWITCH.finditer(page.text))


def _at_price(page: PageFacts, match: re.Match[str]) -> bool:
    """Do the words belong to two prices, one on each side?"""
    before = page.text[max(0, match.start() - 6) : match.start()]
    return any(char.isdigit() for char in before)


def swaps(found: Priced) -> bool:
    """Does the page hold a hidden price of another kind than those that are shown?"""
    if has_switch(found.page[1]):
        return True
    return any(price.vat and price.vat not in found.kinds for price in found.hidden)


def halves(found: Priced) -> tuple[PriceSeen, ...]:
    """Prices further off on the page that are one of the product's with VAT added or taken off."""
    return tuple(
        other
        for other in found.others
        if other.vat and any(_is_half(other, price) for price in found.prices if price.vat)
    )


def _is_half(one: PriceSeen, other: PriceSeen) -> bool:
    excl, incl = (one, other) if one.vat == "excl" else (other, one)
    if (excl.vat, incl.vat) != ("excl", "incl"):
        return False
    net, gross = Decimal(excl.amount), Decimal(incl.amount)
    return any(abs(gross - net * ratio) < CENT + gross * ROUNDING for ratio in RATIOS)


def kinds_of(found: Priced) -> frozenset[str]:
    """The kinds of a page's prices, with those of ``halves``."""
    return found.kinds | {price.vat for price in halves(found)}


def wants_login(sample: Sample) -> bool:
    """Are prices shown to known customers only?"""
    return any(_LOGIN.search(page[1].text) for page in sample.looked)


def is_unclear(found: Priced) -> bool:
    """May VAT be told all the same: by a style sheet, in a picture, further off, as net?"""
    drawn = any(p.hint in _DRAWN or _OTHERWISE.search(p.context) for p in found.prices)
    return drawn or _is_near(found) or bool(suspects((found.page,), _VAT_PICTURE))


def _is_near(found: Priced) -> bool:
    """Words on VAT some lines away, with no other price between: perhaps this price's."""
    text = found.page[1].text
    places = sorted(p.start for p in found.page[1].prices if p.start >= 0)
    for price in (p for p in found.prices if not p.vat):
        following = next((at for at in places if at > price.start), len(text))
        behind = text[price.end : min(following, price.end + NEAR_MAX_CHARS)]
        first = places[0] == price.start
        before = text[max(0, price.start - NEAR_MAX_CHARS) : price.start] if first else ""
        if any(_LABEL.search(part) for part in (behind, before)):
            return True
    return False


def fragment(found: tuple[Priced, ...]) -> str:
    """What was judged, for a reviewer's verdict: the words around the prices, no amounts."""
    said = (price.context for one in found for price in one.prices[:10])
    return "\n".join(dict.fromkeys(re.sub(r"[\d.,\-–]+", "0", line) for line in said))
