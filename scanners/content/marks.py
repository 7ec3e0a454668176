"""Payment methods that a page names in words, in pictures, or in drawings (tz-7.1a).

A word that means something else too ("ideal", "sofort", "Maestro") counts only beside
words of payment or another method; so does a file or label that says more than the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.evidence import PaymentSeen
from scanners.content.html import normalise
from scanners.content.payment_words import AMBIGUOUS, CERTAIN, SIGNS
from scanners.content.vocabulary import ignoring_case

NODES_MAX = 800
CONTAINERS_MAX = 60
ICONS_MAX = 200
CONTAINER_MAX_CHARS = 1_500
SIBLINGS_MAX = 4
NAME_MAX_CHARS = 200
SHORT_LINE_CHARS = 60
NEAR_CHARS = 80
NEAR_LINES = 4
REMEMBERED_MAX_CHARS = 1_000


def _union(names: Mapping[str, str]) -> re.Pattern[str]:
    parts = (rf"(?P<{key}>{pattern})" for key, pattern in names.items())
    return re.compile(rf"(?i)(?<![\w@.])(?:{'|'.join(parts)})(?![\w@])(?!\.\w)")


_SURE = _union(CERTAIN)
_MAYBE = _union({k: v for k, v in AMBIGUOUS.items() if k != "card"})
_NAMED = _union({k: f"(?:{CERTAIN.get(k, v)})|(?:{v})" for k, v in AMBIGUOUS.items()})
_BRAND = re.compile(r"(?<![\w@.])iDEAL(?![\w@])")
_PAYING = re.compile(
    r"(?i)betal|betaal(?!baar|bare)|afreken|voldoen|\bpay(?:s|ing|ment|ments|er|able|ez)?\b(?!\sattention)"
    r"|paiement|r[èe]glement"
    r"|r[ée]gler|zahl|checkout|accept(?:e|ons)"
)
# Names that are words of their own need more than a text on payment around them.
_COMMON = frozenset({"ideal", "visa", "maestro", "sofort", "wero", "alma", "eps"})
_JOINED_BEFORE = re.compile(
    r"(?i)(?:\b(?:met|via|per|with|par|mit|by|using|avec|of|or|ou|oder|en|and|et|und|carte|accepte\w{1,3}"
    r"|accept|acceptons|akzeptieren|onze|our|als|as)|[,:/(•|·–\-])\s?$"
)
_JOINED_AFTER = re.compile(r"(?i)^\s?(?:(?:of|or|ou|oder|en|and|et|und|[,/|•·])\s|$)")
# "Geen PayPal": the shop says that it does not take it.
_REFUSED_BEFORE = re.compile(
    r"(?i)(?:\bgeen|\bniet\s(?:met|via|per|op)|\bno|\bnot\s(?:accept|take|with|by|via)|\bpas\s(?:de|par)"
    r"|\bd[e']\s?autres|\bkein\w{0,2}|\bnicht\s(?:mit|per|via|auf))"
    r"(?:\s(?:betalingen?|payments?|paiements?|zahlung)?\s?(?:met|via|per|by|with|par|mit)?)?"
    r"(?:\s?[\w\-]{1,20}\s(?:of|or|ou|oder|noch|nor|en|et|and|und))?\s?$"
)
_REFUSED_AFTER = re.compile(
    r"(?i)^[\s\w,/()]{0,50}?\b(?:niet\s(?:meer\s)?(?:mogelijk|geaccepteerd|accepteren|aangeboden)"
    r"|not\s(?:accepted|possible|available|supported)|pas\s(?:accept|possible|disponible|propos)"
    r"|nicht\s(?:m[öo]glich|akzeptiert|angeboten|verf[üu]gbar)|unm[öo]glich)"
)
# Money that goes back to the customer, or to the shop's own bank, names no choice.
_BACK = re.compile(
    r"(?i)terugbeta|terugstort|teruggestort|stort\w*\s.{0,40}\bterug\b|retourbedrag|refund|rembours(?:[ée]|er\b|ement)|erstatt"
    r"|r[üu]ckzahl|terugboek|gift\s?card|cadeau(?:bon|kaart)"
)
_WEAK_BACK = frozenset({"transfer", "sepa", "credit_card", "cartes_bancaires", "cheque", "cash"})
_DECORATION = re.compile(
    r"(?i)^(?:logos?|icons?|icoon|ico|pictos?|picto|img|image|images|svg|png|jpe?g|gif|webp|avif|badge"
    r"|payments?|pay|betaal\w{0,12}|betal\w{0,12}|paiements?|zahlung\w{0,5}|methods?|methode|cc|fa|pf"
    r"|payicon|small|large|mini|color|colour|kleur|full|mark|brand|brands|dark|light|white|black|wit"
    r"|grey|gray|grijs|klein|groot|petit|grand|big|btn|button|web|copy|transparent|via|footer|new|nieuw|rgb|cmyk|flat|outline|rounded|square|horizontal|sprite|symbol"
    r"|online|card|cards|carte|kaart|karte|bank|banking|nl|be|fr|de|en|eu|v?\d+x?\d*|[0-9a-f]{6,40}"
    r"|x|h|w|px|via|met|mit|with|avec|par|per|by|op|of|or|and|en|et|und|accept\w{0,6}|wij|we)?$"
)
# Names of parts of a page, or their headings, that promise payment methods.
_PART = re.compile(
    r"(?:^|[^a-z])(?:pay(?![a-z])|pay[-_]?(?:ment|icon|method|logo|card|option)|betaal|betal|paiement"
    r"|zahlung|zahlart|bezahl|credit[-_]?cards?|cards?[-_]accepted|accepted[-_]cards?|cc[-_]icons?)"
)
_PARTS = ",".join(
    f"[{name}*='{word}' i]"
    for name in ("class", "id")
    for word in ("pay", "betaal", "betal", "paiement", "zahl", "card", "cc-icon")
)
_CLASS = re.compile(
    r"(?:^|[\s])(?:fa-cc|fab-cc|pf|cc|icon|payment|pay|betaal\w{0,10}|paiement|zahl\w{0,5}|payicon)"
    r"[a-z]{0,12}[-_]{1,2}([a-z0-9_\-]{2,30})"
)
_HEADING = re.compile(
    r"(?i)betaal(?:methode|mogelijk|wijze|optie)|betal(?:en\b|ing)|paiement|payment|ways\sto\spay"
    r"|we\saccept|wij\saccepteren|nous\sacceptons|zahlung|zahlarten|bezahl"
)
_WHOLE = frozenset({"html", "body", "main", "-undef"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SOURCES = (
    "src", "data-src", "data-lazy-src", "data-original", "data-lazy", "data-srcset", "srcset",
    "data", "data-bg",
)  # fmt: skip
_URL = re.compile(r"url\(\s{0,3}['\"]?([^'\")]{1,300})", re.IGNORECASE)


def payments_of(tree: LexborHTMLParser | None, text: str) -> tuple[PaymentSeen, ...]:
    """Every payment method of the page, once per method and source.

    ``tree`` is None for a document (PDF): its words alone count.
    """
    found = [PaymentSeen(method, "text") for method in _in_text(text)]
    if tree is not None:
        found += _in_marks(tree)
    return tuple(sorted(set(found), key=lambda seen: (seen.method, seen.source)))


def unnamed_icons(tree: LexborHTMLParser) -> int:
    """Pictures and drawings among payment methods that nothing names, at most 200.

    A single picture called "payment methods" counts as well.
    """
    found: set[int] = set()
    for part in (*_containers(tree), *_below_headings(tree)):
        icons = part.css("img, svg, i, span, li, div, picture, use, input[type=image]")
        for node in (part, *icons)[:ICONS_MAX]:
            if _is_icon(node) and not _is_named(node):
                found.add(node.mem_id)
    for node in tree.css("img")[:NODES_MAX]:
        said = " ".join(filter(None, (_name(node), *_file_names(node))))
        if _HEADING.search(said) and not _methods(said):
            found.add(node.mem_id)
    return min(len(found), ICONS_MAX)


def _in_text(text: str) -> Iterator[str]:
    lines = text.split("\n")
    sure = [_sure_in(line) for line in lines]
    for methods in sure:
        yield from methods
    doubtful = _with_sign(text)
    for number, line in enumerate(lines):
        if number not in doubtful:
            continue
        for match in _MAYBE.finditer(line):
            method = str(match.lastgroup)
            if _is_refused(line, match) or _is_back(line, match, method):
                continue
            near = line[max(0, match.start() - NEAR_CHARS) : match.end() + NEAR_CHARS]
            paying = _PAYING.search(near.replace(match.group(), ""))
            joined = method not in _COMMON or _is_joined(line, match)
            if (
                (paying and joined)
                or _sure_in(near)
                or (len(line) <= SHORT_LINE_CHARS and _has_company(lines, sure, number))
            ):
                yield method


def _with_sign(text: str) -> frozenset[int]:
    """The numbers of the lines that a word of ``AMBIGUOUS`` can stand in."""
    lower = ignoring_case(text)
    signs = [sign for sign in SIGNS if sign in lower]
    if not signs:
        return frozenset()
    lines = lower.split("\n")
    return frozenset(n for n, line in enumerate(lines) if any(sign in line for sign in signs))


def _sure_in(line: str) -> frozenset[str]:
    """The methods that a line names for certain."""
    return _sure_in_short(line) if len(line) <= REMEMBERED_MAX_CHARS else _certain(line)


@lru_cache(maxsize=4_096)
def _sure_in_short(line: str) -> frozenset[str]:  # cached: menus and footers stand on every page
    return _certain(line)


def _certain(line: str) -> frozenset[str]:
    found = [("ideal", match) for match in _BRAND.finditer(line)]
    found += [(str(match.lastgroup), match) for match in _SURE.finditer(line)]
    return frozenset(
        method
        for method, match in found
        if not _is_refused(line, match) and not _is_back(line, match, method)
    )


def _is_joined(line: str, match: re.Match[str]) -> bool:
    """Does it stand as one of a row, or after "with"?"""
    before = line[max(0, match.start() - NEAR_CHARS) : match.start()]
    return bool(_JOINED_BEFORE.search(before) or _JOINED_AFTER.search(line[match.end() :][:20]))


def _has_company(lines: list[str], sure: list[frozenset[str]], number: int) -> bool:
    """A short line among short lines of payment: an entry of a list."""
    around = range(max(0, number - NEAR_LINES), min(len(lines), number + NEAR_LINES + 1))
    return any(
        len(lines[n]) <= SHORT_LINE_CHARS and (sure[n] or _HEADING.search(lines[n]))
        for n in around
        if n != number
    )


def _is_refused(line: str, match: re.Match[str]) -> bool:
    before = line[max(0, match.start() - NEAR_CHARS) : match.start()]
    return bool(_REFUSED_BEFORE.search(before) or _REFUSED_AFTER.search(line[match.end() :][:80]))


def _is_back(line: str, match: re.Match[str], method: str) -> bool:
    if method not in _WEAK_BACK:
        return False
    return bool(_BACK.search(line[max(0, match.start() - NEAR_CHARS) : match.start()]))


def _in_marks(tree: LexborHTMLParser) -> Iterator[PaymentSeen]:
    for node in tree.css("img, input[type=image], object, source[srcset], [data-bg]")[:NODES_MAX]:
        yield from (PaymentSeen(method, "alt") for method in _methods(_name(node)))
        for name in _file_names(node):
            yield from (PaymentSeen(method, "file") for method in _methods(name))
    for node in tree.css("[style*='url(']")[:NODES_MAX]:
        for match in _URL.finditer((node.attributes.get("style") or "")[:1_000]):
            yield from (PaymentSeen(m, "file") for m in _methods(_base(match.group(1))))
    for node in tree.css("svg title, use, [aria-label], [title]")[:NODES_MAX]:
        yield from (PaymentSeen(method, "title") for method in _methods(_drawn(node)))
    for node in tree.css("i[class], span[class], li[class], svg[class], div[class]")[:NODES_MAX]:
        methods = _in_class(node)
        if methods and not node.text(deep=True).strip():
            yield from (PaymentSeen(method, "file") for method in methods)


@lru_cache(maxsize=4_096)
def _methods(name: str) -> frozenset[str]:  # of at most NAME_MAX_CHARS; pages share pictures
    """The methods of a name of a picture: an ambiguous word must be all it says."""
    found = _sure_in(name)
    if found or not name:
        return found
    rest = _NAMED.sub(" ", name)
    if all(_DECORATION.match(word) for word in re.split(r"[\W_]+", rest)):
        return frozenset(str(m.lastgroup) for m in _NAMED.finditer(name)) - {"card"}
    return frozenset()


def _in_class(node: LexborNode) -> frozenset[str]:
    names = (node.attributes.get("class") or "")[:300]
    return _in_names(names) if names else frozenset()


@lru_cache(maxsize=2_048)
def _in_names(names: str) -> frozenset[str]:  # cached: entries of a menu share their classes
    names = names.lower()
    found: set[str] = set()
    for match in _CLASS.finditer(names):
        found |= _methods(_spaced(match.group(1)))
    return frozenset(found)


def _name(node: LexborNode) -> str:
    """What a picture is called to those who do not see it."""
    attributes = node.attributes
    said = (attributes.get(key) for key in ("alt", "aria-label", "title", "value"))
    return _line(" ".join(value for value in said if value))


def _drawn(node: LexborNode) -> str:
    attributes = node.attributes
    if node.tag == "use":
        href = attributes.get("href") or attributes.get("xlink:href") or ""
        return _spaced(_line(href.rpartition("#")[2]))
    if node.tag == "title":
        return _line(node.text(deep=True))
    return _line(attributes.get("aria-label") or attributes.get("title") or "")


def _line(text: str) -> str:
    return " ".join(normalise(text[: NAME_MAX_CHARS * 5]).split())[:NAME_MAX_CHARS]


def _spaced(name: str) -> str:
    """A file or class name as words."""
    return " ".join(re.sub(r"[-_.+]|%20", " ", _CAMEL.sub(" ", name)).split())


def _base(url: str) -> str:
    """The words of a file name; a symbol of a sprite says more than the sprite."""
    if url.startswith("data:"):
        return ""
    path, _, symbol = url.partition("#")
    stem = path.partition("?")[0].rpartition("/")[2].rpartition(".")[0]
    return _spaced(_line(symbol or stem))


def _file_names(node: LexborNode) -> tuple[str, ...]:
    """The file names of a picture: plain, lazy and of other sizes."""
    attributes = node.attributes
    found = ((attributes[key] or "").strip()[:600] for key in _SOURCES if key in attributes)
    names = (_base(source.partition(",")[0].partition(" ")[0]) for source in found if source)
    return tuple(dict.fromkeys(name for name in names if name))


def _containers(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Parts of the page whose class or id speaks of payment."""
    for node in tree.css(_PARTS)[:CONTAINERS_MAX]:
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:400]
        if _PART.search(_CAMEL.sub("-", names).lower()) and _is_part(node):
            yield node


def _below_headings(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """What follows a heading on payment, up to the next heading."""
    for node in tree.css("h1, h2, h3, h4, h5, h6, strong, b, dt, summary")[: CONTAINERS_MAX * 4]:
        said = _line(node.text(deep=True))
        if len(said) > SHORT_LINE_CHARS or not _HEADING.search(said):
            continue
        here = node.next
        for _ in range(SIBLINGS_MAX * 2):
            if here is None or re.fullmatch(r"h[1-6]", here.tag or ""):
                break
            if here.tag not in ("-text", "-comment") and _is_part(here):
                yield here
            here = here.next


def _is_part(node: LexborNode) -> bool:
    """Small enough to be about one thing, and no script or whole page."""
    if node.tag in _WHOLE or node.tag in ("script", "style", "link", "meta", "input", "template"):
        return False
    return len(node.text(deep=True)) <= CONTAINER_MAX_CHARS


def _is_icon(node: LexborNode) -> bool:
    """A picture, a drawing, or an empty element that style draws."""
    if node.tag in ("img", "svg", "input"):
        return True
    empty = node.tag in ("i", "span", "li", "div") and node.child is None
    return empty and bool(node.attributes.get("class") or node.attributes.get("style"))


def _is_named(node: LexborNode) -> bool:
    """Does the icon say what it stands for, or stand beside the name of something?"""
    said = _name(node)
    drawn = [_drawn(inner) for inner in node.css("title, use")[:5]] if node.tag == "svg" else []
    if any(_methods(name) for name in (said, *_file_names(node), *drawn)) or _in_class(node):
        return True
    words = (
        *re.split(r"[\W_]+", said),
        *(w for name in drawn for w in name.split() if w.isalpha()),
    )
    plain = [word for word in words if not _DECORATION.match(word)]
    above = node.parent
    beside = above is not None and above.tag in ("li", "a", "label", "td", "button", "span")
    text = _line(above.text(deep=True)) if above is not None and beside else ""
    return bool(plain) or bool(text) or (above is not None and bool(_methods(_name(above))))
