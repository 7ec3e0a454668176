"""What a crawl of one site gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scanners.api import ScanOutcome
from scanners.content.gaps import Failure
from scanners.content.read import CrawledPage
from scanners.content.robots import Robots
from scanners.render.evidence import ConsentFacts


@dataclass(frozen=True, slots=True)
class Crawl:
    """What was read.

    ``pages`` begin with the start page when there is one.  ``complete_for`` are the
    roles for which rule AB holds, ``gaps`` the others with the reason word.
    ``robots`` and ``sitemap`` say how these were answered (``read``, ``absent``,
    or the trouble); ``probe`` how a made-up path was answered (``honest``,
    ``soft_404`` or the trouble).  ``consents`` are pages that were watched untouched.
    ``rules`` are those of the site's robots.txt.
    ``led_to`` is where the start page's redirect left the site, "" when it did not.
    """

    outcome: ScanOutcome
    reason: str
    pages: tuple[CrawledPage, ...]
    complete_for: frozenset[str]
    gaps: Mapping[str, str]
    started_at: datetime
    robots: str = "not_asked"
    sitemap: str = "not_asked"
    probe: str = "not_asked"
    failures: tuple[Failure, ...] = ()
    requests: int = 0
    consents: tuple[ConsentFacts, ...] = ()
    rules: Robots = field(default_factory=Robots)
    led_to: str = ""

    @property
    def start(self) -> CrawledPage | None:
        """The start page, or None when it was not answered."""
        return next((page for page in self.pages if "start" in page.roles), None)

    def of(self, *roles: str) -> tuple[CrawledPage, ...]:
        """Readable pages that have one of these roles."""
        return tuple(p for p in self.pages if p.readable and p.roles.intersection(roles))
