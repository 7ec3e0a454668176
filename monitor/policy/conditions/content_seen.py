"""What the judges of content share: the pages of a scan, and when absence counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from monitor.policy.judge import Seen, Subject
from scanners.api import Evidence, ScanKind, clip
from scanners.content.evidence import ImageSeen, PageFacts, SiteFacts

VALUES = ("expected", "pages_checked", "url", "checked_at")
IDENTITY_ROLES = ("start", "contact", "about", "terms")
CITED_MAX = 8

# Reasons that are an honest "no such page", not a trouble of the crawl.
GONE = frozenset({"not_found", "soft_404"})
# A soft 404 has up to 200 characters of its own: too few for a document, enough for a sentence.
_NOTHING_SHORT = frozenset({"not_found"})

# Pages on data: what they tell of complaints and payment is about data alone.
DATA_ROLES = frozenset({"privacy", "cookies"})

Page = tuple[Evidence, PageFacts]
T = TypeVar("T", int, float, str)


@dataclass(frozen=True, slots=True)
class View:
    """The newest content scan: the site's facts, every page, the moment of judging."""

    site: SiteFacts | None
    site_evidence: Evidence | None
    pages: tuple[Page, ...]
    at: str
    why: str

    @property
    def readable(self) -> tuple[Page, ...]:
        """Pages whose text may be judged."""
        return tuple(page for page in self.pages if not page[1].problem)

    def of(self, *roles: str) -> tuple[Page, ...]:
        """Readable pages that have one of the roles (a seller's pages have all)."""
        return tuple(p for p in self.readable if {"profile", *roles}.intersection(p[1].roles))

    def unread(self, *roles: str, short: bool = False, also: frozenset[str] = frozenset()) -> str:
        """Why what was not found may still be there (rule AB); "" when it is not.

        The one rule of all judges that decide absence: a page that answers 404 or 410 holds
        nothing.  A soft 404 holds no document; a sentence, link or form (``short``) it may
        hold.  Without a start page nothing was looked for, whatever that answered.
        ``also`` are more reasons that do not matter to the caller.
        """
        ignored = (_NOTHING_SHORT if short else GONE) | also
        return self.gap("start") or self.gap(*roles, ignore=ignored)

    def gap(self, *roles: str, ignore: frozenset[str] = frozenset()) -> str:
        """The first of these roles that was not read whole, and why; "" when each was.

        Reasons in ``ignore`` do not count.
        """
        if self.site is None:
            return self.why or "no content scan yet"
        for role in roles:
            if role not in self.site.complete_for:
                reason = self.site.gaps.get(role, "not read")
                if reason not in ignore:
                    return f"{role}: {reason}"
        return ""

    def cite(self, pages: tuple[Page, ...] = ()) -> tuple[Evidence, ...]:
        """The site's evidence and that of the pages, for an observation."""
        first = () if self.site_evidence is None else (self.site_evidence,)
        return (*first, *(evidence for evidence, _ in pages[:CITED_MAX]))


def look(seen: Seen) -> View:
    """The content scan in ``seen``; a view without site when there is none."""
    newest = seen.newest(ScanKind.CONTENT, SiteFacts)
    view = seen.scans.get(ScanKind.CONTENT)
    why = "" if view is None else f"the scan ended {view.outcome}: {clip(view.reason, 200)}"
    return View(
        site=newest[1] if newest is not None else None,
        site_evidence=newest[0] if newest is not None else None,
        pages=seen.all_of(ScanKind.CONTENT, PageFacts),
        at=seen.at.strftime("%Y-%m-%d %H:%M UTC"),
        why=why,
    )


def values(view: View, subject: Subject, expected: str = "", url: str = "") -> Mapping[str, str]:
    """Every placeholder of the judges' messages, always all of them."""
    start = view.site.start_url if view.site is not None else subject.site.url
    return {
        "expected": clip(expected, 200),
        "pages_checked": str(len(view.readable)),
        "url": clip(url or start, 300),
        "checked_at": view.at,
    }


def words(params: Mapping[str, object], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """A list parameter; one word alone is a list of one."""
    value = params.get(name)
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple)) and value:
        return tuple(str(item) for item in value)
    return default


def roles_of(params: Mapping[str, object], default: tuple[str, ...]) -> tuple[str, ...]:
    """The roles parameter; ``home_footer`` is the start page."""
    names = words(params, "roles", default)
    return tuple("start" if name in ("home_footer", "home") else name for name in names)


def suspects(pages: tuple[Page, ...], pattern: re.Pattern[str]) -> tuple[tuple[Page, str], ...]:
    """Pictures whose name or alt text says they hold the missing data (rule AB 7)."""
    found: list[tuple[Page, str]] = []
    for page in pages:
        hit = next((i for i in page[1].images if _suggests(i, pattern)), None)
        if hit is not None:
            found.append((page, clip(hit.src.rsplit("/", 1)[-1] or hit.alt, 100)))
    return tuple(found)


def _suggests(image: ImageSeen, pattern: re.Pattern[str]) -> bool:
    name = image.src.partition("?")[0].rsplit("/", 1)[-1].rpartition(".")[0]
    return bool(pattern.search(name.lower()) or pattern.search(image.alt.lower()))


def own_text(page: PageFacts, start: PageFacts | None) -> str:
    """The lines of a page that do not stand on the start page too (menu, footer, banner)."""
    if start is None or "start" in page.roles:
        return page.text
    shared = frozenset(start.text.split("\n"))
    return "\n".join(line for line in page.text.split("\n") if line not in shared)


def is_only(page: PageFacts, roles: frozenset[str]) -> bool:
    """Is a page linked as nothing but these?  One without any role is not."""
    return bool(page.roles) and roles.issuperset(page.roles)


def start_of(view: View) -> PageFacts | None:
    """The start page when it could be read."""
    return next((facts for _, facts in view.readable if "start" in facts.roles), None)
