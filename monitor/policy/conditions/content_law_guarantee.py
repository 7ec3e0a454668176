"""The harmonised notice of the legal guarantee (law-guarantee-notice).

Directive 2024/825 (article 6(1)(l) of Directive 2011/83) and Implementing Regulation
2025/1960, annex I, from 27 September 2026.  The notice is a picture whose words are drawn,
so it is known by its file name, its alt text, or the page of Your Europe that it must link
to.  It may be shown in the checkout alone, which a look without an order rarely reaches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.policy.conditions.content_law_withdrawal import starts_on
from monitor.policy.conditions.content_order_checkout import checkout_pages, is_empty_cart
from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    suspects,
    values,
)
from monitor.policy.conditions.content_texts import sentences
from monitor.policy.conditions.hosts import is_within
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip, host_of

APPLIES_FROM: Mapping[str, object] = {"default": "2026-09-27"}
PRODUCTS_MIN = 3
FRAGMENT_MAX_CHARS = 2_000
PATH_MAX_CHARS = 500
_EUROPA = ("europa.eu",)

_GEWAEHR = r"gew(?:ae|ä|a)hrleistung"
_PICTURE = re.compile(
    r"legal[\s_\-]?guarantee|guarantee[\s_\-]?notice|harmoni[sz]ed[\s_\-]?notice|conformity[\s_\-]?guarantee"
    r"|wettelijke[\s_\-]?(?:conformiteits)?garantie|garantie[\s_\-]?(?:kennisgeving|mededeling)"
    r"|garantie[\s_\-]?l[ée]gale|(?:avis|notice)[\s_\-]?harmonis[ée]"
    rf"|{_GEWAEHR}s?[\s_\-]?(?:label|hinweis|mitteilung)|gesetzliche[\s_\-]?{_GEWAEHR}"
)
_WORDS = re.compile(
    r"(?i)wettelijke\s(?:conformiteits)?(?:garantie|waarborg)|legal\sguarantee|statutory\swarranty"
    rf"|garantie\sl[ée]gale\sde\sconformit[ée]|gesetzliche\w{{0,2}}\s{_GEWAEHR}"
)


class NoticeSeen(StrEnum):
    """Outcomes of ``content.guarantee_notice``."""

    SHOWN = "shown"
    LINKED = "linked"
    WORDS_ONLY = "words_only"
    CHECKOUT_UNREAD = "checkout_unread"
    ABSENT_COMPLETE = "absent_complete"
    NO_PRODUCTS = "no_products"
    NOT_DUE = "not_due"
    INCOMPLETE = "incomplete"


def is_your_europe(url: str) -> bool:
    """Does the address lead to what Your Europe tells of guarantees?"""
    if not is_within(host_of(url), _EUROPA):
        return False
    path = urlsplit(url).path[:PATH_MAX_CHARS].lower()
    return "youreurope" in path and "guarantee" in path


def guarantee_notice(seen: Seen, subject: Subject) -> Observation:
    """Is the notice of the legal guarantee shown?  (law-guarantee-notice).

    A sentence on the guarantee is no notice, and a link may open it by script: both are
    for a reviewer.  Absent only when the checkout, with goods in it, was read as well.
    """
    out, view = NoticeSeen, look(seen)
    pages = tuple(page for page in view.readable if page[1].own)
    pictures = suspects(pages, _PICTURE)
    if pictures:
        page, name = pictures[0]
        told = values(view, subject, url=page[1].final_url)
        said = f"A picture seems to be the notice of the legal guarantee: {name}."
        return Observation(out.SHOWN, said, view.cite((page,)), told, fragment=name)
    due = starts_on({"applies_from": APPLIES_FROM, **subject.params}, subject.member.jurisdiction)
    if due is None or seen.at.date() < due:
        when = f"only from {due}" if due else f"not yet in {clip(subject.member.jurisdiction, 10)}"
        said = f"The notice of the legal guarantee is asked for {when}."
        return Observation(out.NOT_DUE, said, view.cite(), values(view, subject))
    return _without_picture(view, subject, pages)


def _without_picture(view: View, subject: Subject, pages: tuple[Page, ...]) -> Observation:
    out = NoticeSeen
    for page in pages:
        link = next((ln for ln in page[1].links if is_your_europe(ln.url)), None)
        if link is not None:
            told = values(view, subject, url=page[1].final_url)
            said = f"Your Europe is linked, but no notice was seen: {clip(link.text, 80)!r}."
            cited, words = view.cite((page,)), f"{link.text} {link.url}"
            return Observation(out.LINKED, said, cited, told, fragment=words)
    spoken = tuple((p, s) for p in pages if (s := _sentence(p)))
    if spoken:
        page, sentence = spoken[0]
        told = values(view, subject, url=page[1].final_url)
        said = f"The legal guarantee is named, no notice was seen: {clip(sentence, 160)!r}."
        fragment = "\n".join(s for _, s in spoken)[:FRAGMENT_MAX_CHARS]
        cited = view.cite(tuple(p for p, _ in spoken))
        return Observation(out.WORDS_ONLY, said, cited, told, fragment=fragment)
    return _nothing(view, subject)


def _sentence(page: Page) -> str:
    for line in page[1].text.split("\n"):
        if _WORDS.search(line):
            return next((s for s in sentences(line) if _WORDS.search(s)), line)
    labels = (*(link.text for link in page[1].links), *page[1].buttons)
    return next((words for words in labels if _WORDS.search(words)), "")


def _nothing(view: View, subject: Subject) -> Observation:
    out, told = NoticeSeen, values(view, subject)
    products = tuple(p for p in view.readable if "product" in p[1].roles)
    gap = view.gap("start")
    if gap:
        said = f"No notice was seen, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    if len(products) < number(subject.params, "products_min", PRODUCTS_MIN):
        said = f"No notice was seen, but only {len(products)} product pages were read."
        return Observation(out.NO_PRODUCTS, said, view.cite(products), told)
    filled = tuple(page for page in checkout_pages(view) if not is_empty_cart(page[1]))
    if not filled:
        said = "No notice was seen; it may stand in the checkout, which was not read with goods."
        return Observation(out.CHECKOUT_UNREAD, said, view.cite(products), told)
    said = f"No notice was seen on {told['pages_checked']} pages, product and checkout pages too."
    cited = view.cite((*products, *filled))
    return Observation(out.ABSENT_COMPLETE, said, cited, told, fragment="no notice")


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.guarantee_notice",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=NoticeSeen,
        run=guarantee_notice,
        params={
            "applies_from": Param(
                "dict",
                dict(APPLIES_FROM),
                "day (YYYY-MM-DD) by jurisdiction, and `default`; empty where it is no law yet",
            ),
            "products_min": Param("int", PRODUCTS_MIN, "fewer product pages prove nothing"),
        },
        values=VALUES,
        help="The harmonised notice of the legal guarantee is shown.",
    ),
)
