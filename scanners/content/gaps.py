"""For which roles absence is proven, and why not for the others (rule AB)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from scanners.api import ScanOutcome
from scanners.content.languages import is_covered
from scanners.content.read import CrawledPage
from scanners.content.vocabulary import HUB

# Reasons that are an honest "no such page": no trouble of the crawl.
GONE_REASONS = frozenset({"not_found", "soft_404"})
# Links that hide a page only when no other link leads to one of that role (menu toggles).
WEAK_REASONS = frozenset({"script_link", "external_page"})
# Roles whose pages are only looked at for their forms.
SIDE_ROLES = frozenset({"account", "checkout"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that gave no answer at all: which, for which roles, and why."""

    url: str
    roles: frozenset[str]
    reason: str


def page_troubles(pages: Iterable[CrawledPage]) -> list[str]:
    """Why pages prove nothing by what is not on them."""
    mine = tuple(pages)
    found = [word for p in mine if (word := p.problem or p.doubt)]
    return found + [f"language_{p.language}" for p in mine if not is_covered(p.language)]


def role_gap(
    role: str,
    pages: Collection[CrawledPage],
    failures: Sequence[Failure],
    noted: list[str],
    start: CrawledPage | None,
    sitemap: str,
) -> str:
    """Why rule AB does not hold for the role; "" when it does.

    ``noted`` are the reasons found on the way, ``sitemap`` how that was answered.
    """
    mine = [p for p in pages if role in p.roles]
    reasons = [f.reason for f in failures if role in f.roles] + page_troubles(mine) + noted
    # A start page that was not seen whole may lead to pages of any role.
    reasons += [start.doubt] if start is not None and start.doubt else []
    readable = any(p.readable for p in mine)
    weak = GONE_REASONS | WEAK_REASONS if readable else GONE_REASONS
    trouble = next((r for r in reasons if r not in weak), "")
    if trouble or readable:
        return trouble
    if role not in SIDE_ROLES and (closed := _closed_hub(pages, failures)):
        return closed
    if sitemap not in ("read", "absent"):
        return "sitemap_unread"
    return next(iter(reasons), "")


def _closed_hub(pages: Iterable[CrawledPage], failures: Iterable[Failure]) -> str:
    """Why a page that leads on could not be read; "" when each was read, or is gone."""
    words = [f.reason for f in failures if HUB in f.roles]
    words += [p.problem or p.doubt for p in pages if HUB in p.roles]
    return next((word for word in words if word and word not in GONE_REASONS), "")


def verdict_on_start(start: CrawledPage) -> tuple[ScanOutcome, str] | None:
    """The end of the crawl when the start page is no page of the shop."""
    match start.problem:
        case "bot_wall" | "consent_wall":
            return ScanOutcome.BLOCKED, f"{start.problem}: status {start.status}"
        case "redirected_out":
            return ScanOutcome.REDIRECTED_OUT, "the start page leads to another domain"
        case "parking_page" | "maintenance" | "http_error" | "not_found" | "document_unread":
            return ScanOutcome.PARTIAL, start.problem
        case _:
            return None
