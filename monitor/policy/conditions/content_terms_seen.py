"""Which pages hold the terms of sale, and which only look like them (tz-4.*).

Terms of use of the website are no terms of sale; a long list of conditions of a promotion
or a returns form is neither.  The name decides first, then how many subjects of a sale
the text speaks of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.content_seen import Page, View, own_text, start_of
from monitor.policy.conditions.content_texts import is_heading, sections, sentences
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Param, Subject
from scanners.content.evidence import LinkSeen, PageFacts

TERMS_MIN_CHARS = 1500
NAME_MAX_CHARS = 400
LINK_MAX_CHARS = 160
WRAPPED_MIN_CHARS = 30
LEAST_PARAMS = {
    "terms_min_chars": Param("int", TERMS_MIN_CHARS, "a page of terms has this many characters"),
}
HTTP_OK = 200
SITE_MAX_CHARS = 20_000
OF_SITE_MIN = 3
# Least number of subjects of a sale, by what the page is called.
_LEAST = {"sale": 2, "general": 2, "use": 5}
_LEAST_ELSEWHERE = 5
_LEAST_IN_SECTION = 3

# Documents that are there and answered, though nobody could read them.
UNREAD = frozenset({"pdf_without_text", "pdf_unreadable", "document_unread", "truncated"})

_SUBJECTS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(f"(?i){words}")
    for words in (
        r"overeenkomst|bestel|contrat|commande|\borders?\b|agreement|purchase|vertrag",
        r"prij[sz]|\bprix\b|tarif|\bprices?\b|pricing|preis",
        r"betal|paiement|\bpayer|r[èe]glement|factur|\bpay|invoice|zahl|rechnung",
        r"lever|bezorg|verzend|livr|exp[ée]di|deliver|shipping|dispatch|liefer|versand",
        r"garanti|conformit|non-conform|warrant|guarantee|gew[äa]hrleist|m[äa]ngel",
        (
            r"retour|herroep|reclam|klacht|r[ée]clam|r[ée]tract|returns?\b|withdraw|refund|complain"
            r"|widerruf|r[üu]ckgabe|beschwerde|reklamation"
        ),
        (
            r"eigendom|r[ée]serve\sde\spropri|propri[ée]t[ée]\sdes|retention\sof\stitle|title\sto"
            r"|ownership|eigentum"
        ),
        r"annul|ontbind|opzeg|r[ée]sili|cancel|terminat|k[üu]ndig|storni|r[üu]cktritt",
    )
)
_TEMPLATE = re.compile(r"(?i)lorem\sipsum|dolor\ssit\samet")
_SALE_NAME = re.compile(
    r"(?i)verkoop|leverings|koopvoorwaarden|\bvente|\bsales?\b|delivery|supply|verkauf|liefer|\bcgvu?\b"
    r"|\bagb\b|gesch[äa]e?fts|algemene.voorwaarden|thuiswinkel|terms.(?:and|&|en).conditions"
    r"|conditions.g[ée]n[ée]rales|general.(?:terms|conditions)"
)
_USE_NAME = re.compile(
    r"(?i)gebruiks|gebruik\s(?:van\s)?(?:de(?:ze)?\s|onze\s)?(?:web)?site|d.utilisation|\bcgu\b|terms.of.use|conditions.of.use"
    r"|website.terms|terms.of.website|nutzungsbedingungen|disclaimer"
)
_OF_SITE = re.compile(
    r"(?i)(?:deze|onze|van\sde|this|our|of\sthe|ce|notre|du|diese[rsn]?|unsere[rsn]?|der)\s(?:web)?s(?:ite|eiten?)"
    r"(?!\w)"
)
_HEADING = re.compile(
    r"(?i)(?<!\w)(?:algemene\s(?:verkoop-?|leverings-?)?\s?voorwaarden|verkoopvoorwaarden"
    r"|leveringsvoorwaarden|voorwaarden$|conditions\sg[ée]n[ée]rales|conditions\sde\svente|cgv(?!\w)"
    r"|terms\s(?:and|&)\sconditions|general\s(?:terms|conditions)|(?:terms|conditions)\sof\s(?:sale|trade"
    r"|service)|agb(?!\w)|(?:allgemeine\s)?gesch[äa]ftsbedingungen|verkaufsbedingungen)"
)
_LINK = re.compile(
    r"(?i)(?<!\w)(?:(?:verkoop|leverings?|betalings?|koop|handels|winkel|contract|polis|inkoop)?-?"
    r"voorwaarden(?!\w)|conditions\s(?:g[ée]n[ée]rales|de\svente|particuli[èe]res)|conditions$|cgvu?(?!\w)"
    r"|terms(?!\w)|(?:general|sales)\sconditions|conditions\sof\ssale|t\s?&\s?cs?(?!\w)|agb(?!\w)"
    r"|(?:allgemeinen?\s|unsere[nr]?\s)*gesch[äa]e?ftsbedingungen|verkaufsbedingungen|lieferbedingungen"
    r"|vertragsbedingungen)"
)
_OTHER_LINK = re.compile(
    r"(?i)privacy|cookie|actievoorwaarden|garantievoorwaarden|retourvoorwaarden|short\sterms"
)
_STANDARD = re.compile(r"(?i)thuiswinkel(?:\.org)?\s(?:zakelijk|waarborg|platform)")
_ENDED = re.compile(r"[.!?:;]['\")»”]?$")


class Kind(StrEnum):
    """What a page that is linked as terms turns out to be."""

    SALE = "sale"
    WEBSITE = "website"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Terms:
    """A text of terms: its page, and its own text (without menu and footer)."""

    page: Page
    text: str
    kind: Kind

    @property
    def facts(self) -> PageFacts:
        """The facts of its page."""
        return self.page[1]

    @property
    def says_standard(self) -> bool:
        """Does it call itself the model terms of Thuiswinkel?"""
        return bool(_STANDARD.search(self.text[:2_000]))


@dataclass(frozen=True, slots=True)
class TermsRead:
    """Everything on the site that may be terms.

    ``sale`` are full terms of sale, ``short`` too short to be that, ``website`` terms of
    use, ``other`` texts called terms that speak of no sale, ``unread`` documents nobody
    could read, ``sections`` terms inside a page of another name, ``framed`` pages that
    show them in a frame, ``modal`` pages with a scripted link to terms.
    """

    sale: tuple[Terms, ...]
    short: tuple[Terms, ...]
    website: tuple[Terms, ...]
    other: tuple[Terms, ...]
    unread: tuple[Page, ...]
    sections: tuple[Terms, ...]
    framed: tuple[Page, ...]
    modal: tuple[Page, ...]

    @property
    def texts(self) -> tuple[Terms, ...]:
        """The terms of sale to judge: pages of their own, else sections of other pages."""
        return self.sale or self.sections

    @property
    def any_texts(self) -> tuple[Terms, ...]:
        """The same, or pages of terms too short to be all of them: they prove what is there."""
        return self.texts or tuple(t for t in self.short if t.kind is Kind.SALE)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages of those texts, once each."""
        return tuple(dict.fromkeys(terms.page for terms in self.texts))


def least_chars(subject: Subject) -> int:
    """How many characters a page must have to be terms."""
    return number(subject.params, "terms_min_chars", TERMS_MIN_CHARS)


def subjects(text: str) -> int:
    """How many of the eight subjects of a sale a text speaks of."""
    return sum(bool(pattern.search(text)) for pattern in _SUBJECTS)


def _name(facts: PageFacts) -> str:
    words = " ".join((facts.title, *facts.headings[:2], facts.final_url.rpartition("/")[2]))
    return (words if not facts.document else f"{words} {facts.text[:200]}")[:NAME_MAX_CHARS]


def kind_of(facts: PageFacts, text: str) -> Kind:
    """Terms of sale, terms of use of the website, or something else."""
    name = _name(facts)
    is_use = bool(_USE_NAME.search(name))
    called = "use" if is_use else "general"
    if _SALE_NAME.search(name) and not (is_use and not re.search(r"(?i)vente|verkoop|sale", name)):
        called = "sale"
    least = _LEAST[called] if facts.own else _LEAST_ELSEWHERE
    spoken = subjects(text)
    if spoken >= least:
        return Kind.SALE
    if called == "use" or len(_OF_SITE.findall(text[:SITE_MAX_CHARS])) >= OF_SITE_MIN:
        return Kind.WEBSITE
    # A page that is called terms of sale and speaks of little else is still that, unless it
    # is a template that nobody filled in.
    filled = spoken > 0 or not _TEMPLATE.search(text)
    return Kind.SALE if called == "sale" and facts.own and filled else Kind.OTHER


def read_terms(view: View, least: int = TERMS_MIN_CHARS) -> TermsRead:
    """Sort the pages of a scan; ``least`` is how many characters terms have."""
    start = start_of(view)
    linked = tuple(p for p in view.of("terms") if "start" not in p[1].roles)
    read = []
    for page in linked:
        text = own_text(page[1], start)
        read.append(Terms(page, text, kind_of(page[1], text)))
    sale = tuple(t for t in read if t.kind is Kind.SALE and _is_long(t, least))
    short = tuple(t for t in read if not _is_long(t, least) and t.facts.own)
    framed = tuple(t.page for t in short if _shows_frame(t.facts))
    inside = () if sale else tuple(_sections(view, linked, least))
    return TermsRead(
        sale=sale,
        short=short,
        website=tuple(t for t in read if t.kind is Kind.WEBSITE),
        other=tuple(t for t in read if t.kind is Kind.OTHER and _is_long(t, least) and t.facts.own),
        unread=tuple(p for p in view.pages if _is_unread(p[1])),
        sections=inside,
        framed=framed,
        modal=tuple(p for p in view.readable if any(_is_modal(ln) for ln in p[1].links)),
    )


def _is_long(terms: Terms, least: int) -> bool:
    return terms.facts.document or len(terms.text) >= least


def _is_unread(facts: PageFacts) -> bool:
    return "terms" in facts.roles and facts.problem in UNREAD and facts.status == HTTP_OK


def _shows_frame(facts: PageFacts) -> bool:
    return bool(facts.embeds) or any(link.kind == "frame" for link in facts.links)


def _is_modal(link: LinkSeen) -> bool:
    return link.kind == "script" and is_terms_link(link)


def _sections(view: View, linked: tuple[Page, ...], least: int) -> list[Terms]:
    """Terms that stand in a page of another name, from their heading on."""
    found: list[Terms] = []
    for page in view.readable:
        if page in linked or not page[1].own:
            continue
        kept: list[str] = []
        inside = False
        for heading, lines in sections(page[1], page[1].text):
            inside = inside or (heading != page[1].title and bool(_HEADING.search(heading)))
            if inside:
                kept += [heading, *lines]
        text = "\n".join(kept)
        if len(text) >= least and subjects(text) >= _LEAST_IN_SECTION:
            found.append(Terms(page, text, Kind.SALE))
    return found


def is_terms_link(link: LinkSeen) -> bool:
    """Does a link say that it leads to terms (not of a promotion, nor of privacy)?"""
    text = " ".join(link.text[:LINK_MAX_CHARS].split())
    return bool(_LINK.search(text)) and not _OTHER_LINK.search(text)


def names_terms(text: str) -> bool:
    """Does a label or sentence name the terms?"""
    return bool(_LINK.search(text[:NAME_MAX_CHARS]))


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of terms with the heading it stands under."""

    heading: str
    said: str


def passages(terms: Terms) -> tuple[Passage, ...]:
    """The sentences of terms; lines that a document or template broke are joined again."""
    found: list[Passage] = []
    heading = ""
    pending = ""
    headings = frozenset(terms.facts.headings)
    for line in terms.text.split("\n"):
        if is_heading(line, headings) or _is_bare_heading(line, pending):
            found += [Passage(heading, said) for said in sentences(pending)]
            heading, pending = line, ""
            continue
        if pending and not _goes_on(pending, line):
            found += [Passage(heading, said) for said in sentences(pending)]
            pending = ""
        pending = f"{pending[:-1]}{line}" if pending.endswith("-") else f"{pending} {line}".strip()
    found += [Passage(heading, said) for said in sentences(pending)]
    return tuple(found)


def _is_bare_heading(line: str, before: str) -> bool:
    """A short line that begins like a title, where the text before it has ended."""
    short = len(line) < WRAPPED_MIN_CHARS * 2 and not line.endswith((".", ",", ";", "-"))
    ended = not before or bool(_ENDED.search(before))
    return short and ended and line[:1].isupper() and bool(_TITLE.search(line))


_TITLE = re.compile(
    r"(?i)^(?:\W|\d){0,8}(?:toepasselijk|rechtskeuze|recht\s|geschil|applicable|governing|choice|law\b"
    r"|jurisdiction|disputes?|droit|loi\s|litiges?|comp[ée]tence|anwendbar|rechtswahl|gerichtsstand"
    r"|schluss|slot|dispositions|final|overige|diversen)"
)


def _goes_on(before: str, line: str) -> bool:
    """Was the line before broken off in the middle of a sentence?"""
    if _ENDED.search(before):
        return False
    return line[:1].islower() or before.endswith(("-", ",")) or len(before) >= WRAPPED_MIN_CHARS
