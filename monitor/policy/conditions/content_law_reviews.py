"""Reviews: is it told whether and how they are verified?  (law-reviews; Directive 2019/2161)."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.policy.conditions.content_seen import VALUES, Page, View, look, values
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip, host_of
from scanners.content.evidence import PageFacts

NEAR_LINES = 12
FRAGMENT_MAX_CHARS = 2_000

# Providers whose own frame or script says how they verify: not seen from here.
_PROVIDERS = re.compile(
    r"(?i)(?:^|\.)(?:kiyoh|trustpilot|feedbackcompany|webwinkelkeur|valuedshops|trustedshops|trustprofile"
    r"|ekomi|avis-verifies|netreviews|verified-reviews|yotpo|judge|stamped|reviews|bazaarvoice|okendo"
    r"|guarantee-?d?|klantenvertellen|societe-des-avis-garantis|provenexpert|shopvote|ausgezeichnet"
    r"|trustindex|elfsight|loox|ryviu|feefo|powerreviews)\.[a-z]{2,3}(?:\.[a-z]{2})?$"
)
_REVIEWS = re.compile(
    r"(?i)\d[\d.,]{0,6}\s(?:klant)?(?:beoordelingen|reviews?|recensies|avis|bewertungen|ratings?"
    r"|kundenbewertungen|customer\sreviews|avis\sclients?)\b|(?:klant)?beoordelingen?\W{0,3}$|klantreviews"
    r"|^\W{0,3}(?:klant|customer\s|product)?-?(?:reviews?|recensies|beoordelingen|ervaringen)\W{0,4}"
    r"(?:\(\d{1,6}\))?\W{0,3}$|^\W{0,3}avis\s(?:clients?|de\snos\sclients)\W{0,4}(?:\(\d{1,6}\))?|^\W{0,3}"
    r"(?:kunden)?(?:bewertungen|rezensionen)\W{0,4}(?:\(\d{1,6}\))?\W{0,3}$|[★⭐]{2,5}"
    r"|\b[1-9](?:[.,]\d)?\s?/\s?(?:5|10)\b.{0,40}(?:review|beoordeling|avis|bewertung|sterren|[ée]toiles)"
    r"|wat\s(?:onze\s)?klanten\s(?:zeggen|van\sons\svinden)|what\sour\scustomers\ssay"
    r"|ce\sque\sdisent\snos\sclients|das\ssagen\sunsere\skunden"
)
_ABOUT = re.compile(
    r"(?i)review|beoordeling|recensie|ervaring|\bavis\b|t[ée]moignage|bewertung|rezension"
)
_VERIFIED = re.compile(
    r"(?i)verif[iy]|geverifieerd|v[ée]rifi|controle|gecontroleerd|contr[ôo]l|check(?:en|ed|t)?\b|echtheid"
    r"|authenti|gepr[üu]ft|[üu]berpr[üu]f|pr[üu]fen|echte\s(?:klanten|kopers|k[äa]ufer)|real\scustomers"
    r"|werkelijk\s(?:gekocht|gebruikt)|daadwerkelijk|tats[äa]chlich|actually\s(?:bought|purchased|used)"
    r"|r[ée]ellement|uitgenodigd|alleen\sklanten|only\scustomers|seuls?\sles?\sclients?|nur\skunden"
)


class ReviewsSeen(StrEnum):
    """Outcomes of ``content.review_statement``."""

    STATED = "stated"
    NOT_STATED = "not_stated"
    WIDGET_ONLY = "widget_only"
    NO_REVIEWS = "no_reviews"
    INCOMPLETE = "incomplete"


def _provider(facts: PageFacts) -> str:
    hosts = (*facts.embeds, *facts.third_parties, *(host_of(link.url) for link in facts.links))
    return next((host for host in hosts if _PROVIDERS.search(host)), "")


def _review_lines(page: Page) -> list[str]:
    """The lines around every sign that reviews are shown."""
    lines = page[1].text.split("\n")
    kept: dict[int, str] = {}
    for at, line in enumerate(lines):
        if _REVIEWS.search(line[:300]):
            around = range(max(0, at - 2), min(len(lines), at + NEAR_LINES))
            kept.update({i: lines[i] for i in around})
    return [kept[i] for i in sorted(kept)]


def _explained(view: View) -> tuple[Page, str] | None:
    """A sentence that says whether reviews are verified, on any page."""
    for page in view.readable:
        for line in page[1].text.split("\n"):
            if _ABOUT.search(line) and _VERIFIED.search(line):
                return page, line
    return None


def review_statement(seen: Seen, subject: Subject) -> Observation:
    """Where reviews are shown, is it said whether and how they are verified?  (law-reviews)."""
    out, view = ReviewsSeen, look(seen)
    shown = [(p, lines) for p in view.readable if p[1].own and (lines := _review_lines(p))]
    providers = [(p, host) for p in view.readable if (host := _provider(p[1]))]
    told = values(view, subject)
    if not shown and not providers:
        gap = view.gap("start")
        if gap:
            said = f"No reviews were seen, but not every page could be read ({gap})."
            return Observation(out.INCOMPLETE, said, view.cite(), told)
        said = f"No reviews were seen on {told['pages_checked']} pages."
        return Observation(out.NO_REVIEWS, said, view.cite(), told)
    explained = _explained(view)
    near = next(((p, ln) for p, lines in shown for ln in lines if _VERIFIED.search(ln)), None)
    stated = explained or near
    if stated is not None:
        told = values(view, subject, url=stated[0][1].final_url)
        said = f"It is told how reviews are verified: {clip(stated[1], 160)!r}."
        return Observation(out.STATED, said, view.cite((stated[0],)), told, fragment=stated[1])
    if providers:
        page, host = providers[0]
        told = values(view, subject, url=page[1].final_url)
        said = f"Reviews come from {clip(host, 60)}, whose own words could not be read."
        return Observation(out.WIDGET_ONLY, said, view.cite((page,)), told)
    page, lines = shown[0]
    told = values(view, subject, url=page[1].final_url)
    cited, fragment = view.cite((page,)), "\n".join(lines)[:FRAGMENT_MAX_CHARS]
    gap = view.unread("start", "terms", short=True)
    if gap:
        said = f"Nothing on verifying reviews was seen; not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    said = "Reviews are shown, but no page says whether and how they are verified."
    return Observation(out.NOT_STATED, said, cited, told, fragment=fragment)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.review_statement",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ReviewsSeen,
        run=review_statement,
        values=VALUES,
        help="Where reviews are shown it is told whether and how they are verified.",
    ),
)
