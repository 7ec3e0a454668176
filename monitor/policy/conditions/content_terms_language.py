"""Is what is offered and agreed in a language its readers know (tz-5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    own_text,
    start_of,
    values,
)
from monitor.policy.conditions.content_terms_seen import (
    LEAST_PARAMS,
    Terms,
    least_chars,
    read_terms,
)
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip

# Below this a language is a guess (product names are English everywhere).
SURE_MIN_CHARS = 400
WORDS_MIN = 4
LEGAL_ROLES = frozenset({"terms", "privacy", "cookies"})

# Small words that few other languages share: a page with several of them speaks it.
_SMALL_LISTS: Mapping[str, str] = {
    "nl": "het een van voor niet wij uw onze jouw bestellen met naar ook bij",
    "fr": "les des pour vous nous votre notre dans avec une sur nos est",
    "en": "the and your our with you for this are from that all",
    "de": "und der das die nicht mit für sie wir ihre unsere zum eine",
}
_SMALL = {language: frozenset(words.split()) for language, words in _SMALL_LISTS.items()}
_LEFTOVERS = re.compile(
    r"(?i)\{\{[^{}\n]{1,80}\}\}|\{%[^{}%\n]{1,80}%\}|\[\[[^\[\]\n]{1,60}\]\]|lorem\sipsum|dolor\ssit\samet"
    r"|translation\smissing|liquid\serror"
    r"|\[\s?(?:bedrijfsnaam|naam\s(?:van\s)?(?:de\s)?(?:bedrijf|onderneming|webwinkel|ondernemer)"
    r"|uw\s(?:bedrijf|naam|webwinkel)\w{0,4}|(?:your|company|business|store|shop)\s(?:company|name|store|shop"
    r"|business)(?:\sname)?|nom\sde\s(?:l['’]entreprise|la\ssoci[ée]t[ée]|votre\ssoci[ée]t[ée])|votre\snom"
    r"|firmenname|ihr\sname|name\sder\sfirma|vul\s(?:hier\s)?in|insert\s[\w\s]{2,30})\s?\]"
)


class LanguageSeen(StrEnum):
    """What was seen of the language of offer and terms."""

    UNDERSTOOD = "understood"
    FOREIGN_TERMS = "foreign_terms"
    LEFTOVERS = "leftovers"
    UNCLEAR = "unclear"
    NO_TERMS = "no_terms"
    INCOMPLETE = "incomplete"


def language_understood(seen: Seen, subject: Subject) -> Observation:
    """Are terms and offer in a language the shop uses, with no template left in it?  (tz-5.1)."""
    out, view = LanguageSeen, look(seen)
    read = read_terms(view, least_chars(subject))
    left = _leftover(view)
    if left is not None:
        page, words = left
        said = f"A piece of an unfinished template stands in the text: {clip(words, 80)!r}."
        told = values(view, subject, url=page[1].final_url)
        return Observation(out.LEFTOVERS, said, view.cite((page,)), told, fragment=words)
    told = values(view, subject, url=read.pages[0][1].final_url if read.pages else "")
    if view.site is None or (gap := view.gap("start", "terms")):
        said = f"The languages of shop and terms were not read ({gap if view.site else view.why})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    if not read.texts:
        return Observation(out.NO_TERMS, "No terms of sale were read.", view.cite(), told)
    return _compared(view, subject, read.texts)


def _compared(view: View, subject: Subject, texts: tuple[Terms, ...]) -> Observation:
    out = LanguageSeen
    shop = _shop_pages(view)
    spoken = {facts.language for _, facts in shop} - {""}
    used = spoken | set(subject.member.languages)
    offered = set(view.site.offered_languages) if view.site is not None else set[str]()
    strange = [t for t in texts if t.facts.language not in used | offered]
    told = values(view, subject, ", ".join(sorted(used)), texts[0].facts.final_url)
    cited = view.cite(tuple(t.page for t in texts))
    if len(strange) < len(texts):
        said = f"There are terms in a language of the shop ({', '.join(sorted(used))})."
        return Observation(out.UNDERSTOOD, said, cited, told)
    language = texts[0].facts.language
    sure = any(len(facts.text) >= SURE_MIN_CHARS for _, facts in shop)
    if not language or not sure or any(_speaks(facts.text, language) for _, facts in shop):
        said = "The language of the shop or of its terms is not clear."
        return Observation(out.UNCLEAR, said, cited, told)
    said = (
        f"The terms are in {clip(language, 10)}, which no page of the shop uses"
        f" ({', '.join(sorted(used))})."
    )
    return Observation(out.FOREIGN_TERMS, said, cited, told, fragment=texts[0].text[:2_000])


def _shop_pages(view: View) -> tuple[Page, ...]:
    return tuple(p for p in view.readable if p[1].own and not LEGAL_ROLES.intersection(p[1].roles))


def _speaks(text: str, language: str) -> bool:
    """Do several small words of a language stand in a text?"""
    small = _SMALL.get(language)
    if small is None:
        return False
    found = set(re.findall(r"[^\W\d_]+", text[:12_000].lower()))
    return len(small & found) >= WORDS_MIN


def _leftover(view: View) -> tuple[Page, str] | None:
    start = start_of(view)
    for page in view.of("product", "terms", "checkout"):
        match = _LEFTOVERS.search(own_text(page[1], start))
        if match is not None and page[1].own:
            return page, match.group()
    return None


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.language_understood",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=LanguageSeen,
        run=language_understood,
        params=LEAST_PARAMS,
        values=VALUES,
        help="Offer and terms are in a language the shop uses; no template is left in them.",
    ),
)
