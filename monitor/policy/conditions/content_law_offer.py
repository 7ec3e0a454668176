"""What an offer must name: the maker (law-gpsr) and, on a marketplace, the trader (law-dsa-30/31).

Only sampled product pages are read; what stands behind a tab that a script fills is not
seen, so what is missing is a question for a reviewer.
"""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions.content_platform import SMALL_SIZES
from monitor.policy.conditions.content_seen import VALUES, Page, View, look, values, words
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip

PRODUCTS_MIN = 3
BLOCK_CHARS = 600
FRAGMENT_MAX_CHARS = 2_000

_MAKER = re.compile(
    r"(?i)(?<!\w)(?:fabrikant|producent|fabricant|producteur|manufacturer|made\sby|hersteller\w{0,14}"
    r"|verantwoordelijke\s(?:persoon|marktdeelnemer|onderneming|partij)|importeur|importer|importateur"
    r"|responsible\sperson|personne\sresponsable|eu[\s\-](?:rep|verantwoordelijke|representative)"
    r"|verantwortliche\w{0,2}\sperson|productveiligheid|product\ssafety|s[ée]curit[ée]\sdu\sproduit"
    r"|produktsicherheit\w{0,12}|gpsr|informations?\ssur\sle\sfabricant)(?!\w)"
)
_SELLER = re.compile(
    r"(?i)(?:verkocht\s(?:en\s\w{1,12}\s)?door|verkoper|aangeboden\sdoor|sold\s(?:and\s\w{1,12}\s)?by|seller"
    r"|offered\sby|vendu\s(?:et\s\w{1,12}\s)?par|vendeur|propos[ée]\spar|verkauf(?:t)?\s(?:und\s\w{1,12}\s)?"
    r"durch|verk[äa]ufer|anbieter|angeboten\svon)(?!\w)"
)
_ONLINE = re.compile(
    r"(?i)[\w.+-]{1,60}@[\w-]{1,60}\.[a-z]{2,10}|(?:https?://|www\.)[\w.-]{3,80}"
    r"|(?<![\w.])[a-z0-9-]{2,40}\.(?:com|nl|be|de|fr|eu|org|net|co\.uk|cn|it|es|pl)(?!\w)"
)
_POSTAL = re.compile(
    r"(?i)(?<!\d)\d{4}\s?[a-z]{2}(?![a-z])|(?<!\d)\d{5}(?:-\d{4})?\s[^\W\d]|\b[A-Z]{1,2}-?\s?\d{4,5}\s"
    r"|(?:str(?:aat|a[ßs]{1,2}e)|straße|weg|laan|plein|kade|road|street|avenue|\brue\b|boulevard|allee"
    r"|platz|lane|drive|\broad\b|\bpostbus\b|p\.?\s?o\.?\s?box|postfach)\W{0,3}[^\n]{0,30}?\d"
    r"|(?<!\d)\d{4}\s[A-ZÀ-Þ][a-zà-ÿ]{2,}|(?<!\d)\d{1,4},?\s(?:bis\s)?(?:rue|avenue|boulevard|place|quai)\s"
    r"|(?<!\d)\d{1,4}\s(?:\w{2,20}\s){1,3}?(?:street|road|lane|avenue|drive)\b"
    r"|(?<!\w)[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}(?!\w)"
)
_PHONE = re.compile(r"(?:\+|(?<!\d)0)\d(?:[\s().\-/]{0,2}\d){7,12}(?!\d)")
_REGISTER = re.compile(
    r"(?i)\bk\.?v\.?k\b|handelsregister|\bkbo\b|\bbce\b|ondernemingsnummer|registre|\brcs\b|\bsiret?n?\b"
    r"|\bhrb\b|company\s(?:number|no|reg)|trade\sregister|register(?:ed)?\s(?:number|no)|registratienummer"
    r"|num[ée]ro\sd['’]entreprise|unternehmensnummer|btw|\bvat\b|\btva\b|ust-?id"
)


class MakerSeen(StrEnum):
    """Outcomes of ``content.product_maker``."""

    NAMED = "named"
    PARTLY = "partly"
    NOT_NAMED = "not_named"
    NO_PRODUCTS = "no_products"
    TOO_FEW = "too_few"


class TraderSeen(StrEnum):
    """Outcomes of ``content.trader_details``."""

    SHOWN = "shown"
    PARTLY = "partly"
    LINKED = "linked"
    NOT_SHOWN = "not_shown"
    NO_OFFERS = "no_offers"
    TOO_FEW = "too_few"
    SMALL = "small"


def _block(page: Page, word: re.Pattern[str]) -> str:
    """The text from each such word on, as far as a block goes."""
    text = page[1].text
    hits = list(word.finditer(text))[:10]
    return "\n".join(text[m.start() : m.end() + BLOCK_CHARS] for m in hits)


def _has_maker(block: str) -> tuple[bool, bool]:
    """(an online address, a postal one)."""
    return bool(_ONLINE.search(block)), bool(_POSTAL.search(block))


def product_maker(seen: Seen, subject: Subject) -> Observation:
    """Do offers name the maker and its addresses?  (law-gpsr; Regulation 2023/988 art. 19)."""
    out, view = MakerSeen, look(seen)
    pages = _products(view)
    told = {**values(view, subject), "missing": "-"}
    if not pages:
        said = f"No product page was read ({view.gap('product') or 'none found'})."
        return Observation(out.NO_PRODUCTS, said, view.cite(), told)
    blocks = [(page, _block(page, _MAKER)) for page in pages]
    weighed = [(page, block, _has_maker(block)) for page, block in blocks]
    without = [(p, b) for p, b, has in weighed if not any(has) or not b]
    partly = [(p, b) for p, b, has in weighed if b and any(has) and not all(has)]
    if not without and not partly:
        said = f"The maker is named with its addresses on {len(pages)} product pages."
        return Observation(out.NAMED, said, view.cite(pages), told)
    shown = without or partly
    told = {**values(view, subject, url=shown[0][0][1].final_url), "missing": f"{len(shown)}"}
    cited = view.cite(tuple(p for p, _ in shown))
    fragment = "\n".join(b for _, b in shown if b)[:FRAGMENT_MAX_CHARS] or "no maker"
    if len(without) < len(pages):
        said = f"On {len(shown)} of {len(pages)} product pages the maker is not named in full."
        return Observation(out.PARTLY, said, cited, told, fragment=fragment)
    if len(pages) < number(subject.params, "products_min", PRODUCTS_MIN):
        said = f"No maker was found, but only {len(pages)} product pages were read."
        return Observation(out.TOO_FEW, said, cited, told)
    said = f"On none of {len(pages)} product pages a maker with an address was found."
    return Observation(out.NOT_NAMED, said, cited, told, fragment=fragment)


def _products(view: View) -> tuple[Page, ...]:
    return tuple(p for p in view.readable if "product" in p[1].roles)


def _trader_parts(block: str) -> frozenset[str]:
    shapes = {
        "address": _POSTAL,
        "phone": _PHONE,
        "e-mail": re.compile(r"[\w.+-]{1,60}@[\w-]{1,60}\."),
        "register number": _REGISTER,
    }
    return frozenset(name for name, shape in shapes.items() if shape.search(block))


_PARTS = ("address", "phone", "e-mail", "register number")


def trader_details(seen: Seen, subject: Subject) -> Observation:
    """Do offers on a marketplace show who the trader is?  (law-dsa-30/31; 2022/2065 art. 30, 31).

    Often the details stand on a page of the trader that is linked and was not read.
    """
    out, view = TraderSeen, look(seen)
    told = {**values(view, subject), "missing": "-"}
    sizes = {s.casefold() for s in words(subject.params, "exempt_sizes", SMALL_SIZES)}
    if (subject.member.size or "").casefold() in sizes:
        return Observation(out.SMALL, "Small platforms are exempt.", view.cite(), told)
    offers = [(p, block) for p in _products(view) if (block := _block(p, _SELLER))]
    if not offers:
        said = "No offer of another trader was read."
        return Observation(out.NO_OFFERS, said, view.cite(_products(view)), told)
    lacking = [(p, b, [x for x in _PARTS if x not in _trader_parts(b)]) for p, b in offers]
    lacking = [row for row in lacking if row[2]]
    pages = tuple(p for p, _, _ in lacking)
    if not lacking:
        said = f"The trader is shown on {len(offers)} offers."
        return Observation(out.SHOWN, said, view.cite(tuple(p for p, _ in offers)), told)
    page, block, missing = lacking[0]
    told = {**values(view, subject, url=page[1].final_url), "missing": ", ".join(missing)}
    fragment = "\n".join(b for _, b, _ in lacking)[:FRAGMENT_MAX_CHARS]
    if all(_is_linked(p, b) for p, b, _ in lacking):
        said = "Offers lead to a page of the trader, which was not read."
        return Observation(out.LINKED, said, view.cite(pages), told, fragment=fragment)
    if len(lacking) < len(offers) or len(missing) < len(_PARTS):
        said = f"On {len(lacking)} of {len(offers)} offers is no: {', '.join(missing)}."
        return Observation(out.PARTLY, said, view.cite(pages), told, fragment=fragment)
    if len(offers) < number(subject.params, "products_min", PRODUCTS_MIN):
        said = f"No trader's details were found, but only {len(offers)} offers were read."
        return Observation(out.TOO_FEW, said, view.cite(pages), told)
    said = f"On none of {len(offers)} offers the trader's details were found: {clip(block, 80)!r}."
    return Observation(out.NOT_SHOWN, said, view.cite(pages), told, fragment=fragment)


def _is_linked(page: Page, block: str) -> bool:
    """Is the trader's name, right after the word, a link?"""
    head = block[:200]
    return any(link.text and link.text in head for link in page[1].links if link.kind == "page")


_MIN = Param("int", PRODUCTS_MIN, "fewer product pages prove nothing")

JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.product_maker",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=MakerSeen,
        run=product_maker,
        params={"products_min": _MIN},
        values=(*VALUES, "missing"),
        help="Offers name the maker with postal and electronic address.",
    ),
    Judge(
        name="content.trader_details",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=TraderSeen,
        run=trader_details,
        params={
            "products_min": _MIN,
            "exempt_sizes": Param("list[str]", list(SMALL_SIZES), "sizes that are exempt"),
        },
        values=(*VALUES, "missing"),
        help="Offers on a marketplace show who the trader is.",
    ),
)
