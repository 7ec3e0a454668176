"""What is certified: one shop, platform or seller page, and its certifications."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.domain.naming import ID_MAX_CHARS, marked

_OWN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


class SubjectType(StrEnum):
    """What a site is; a seller is never scanned technically."""

    SHOP = "shop"
    PLATFORM = "platform"
    SELLER = "seller"


class Standing(StrEnum):
    """Where a certification stands; only staff change it."""

    APPLICANT = "applicant"
    CERTIFIED = "certified"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Certification:
    """Site x label.  ``since`` is the day the standing began; ``valid_until`` inclusive."""

    label_id: str
    standing: Standing
    since: date | None = None
    valid_until: date | None = None

    @property
    def entitled(self) -> bool:
        """May the seal be shown?"""
        return self.standing is Standing.CERTIFIED


@dataclass(frozen=True, slots=True)
class Site:
    """One shop, platform or seller.

    ``url`` is canonical (scheme, host, path).  ``hosts`` are own hosts beside the
    one of ``url``.  ``platform`` is the politeness key: sites with the same key
    share one cap (hosting platform); the host of ``url`` when not known.
    """

    site_id: str
    member_id: str
    url: str
    subject: SubjectType = SubjectType.SHOP
    hosts: tuple[str, ...] = ()
    certificate_url: str | None = None
    profile_urls: tuple[str, ...] = ()
    platform: str | None = None
    certifications: tuple[Certification, ...] = ()

    @property
    def host(self) -> str:
        """Host name of the start URL, lower case."""
        return urlsplit(self.url).hostname or ""

    @property
    def all_hosts(self) -> tuple[str, ...]:
        """Every own host, that of the start URL first, without repeats."""
        return tuple(dict.fromkeys((self.host, *(h.lower() for h in self.hosts))))

    def certification(self, label_id: str) -> Certification | None:
        """How the site stands for that label; None when it has nothing to do with it."""
        return next((c for c in self.certifications if c.label_id == label_id), None)

    @property
    def politeness_key(self) -> str:
        """What the per-platform cap counts by."""
        return self.platform or self.host


def site_id_of(url: str) -> str:
    """A stable id from a canonical URL: its host; with port, path or query, a mark as well.

    Scheme and closing slash make no other site: such a URL has the same id.
    """
    parts = urlsplit(url)
    exact = f"{parts.netloc}{parts.path}".rstrip("/") + (f"?{parts.query}" if parts.query else "")
    if _OWN_NAME.fullmatch(exact) and len(exact) <= ID_MAX_CHARS:
        return exact
    return marked(f"{parts.netloc}{parts.path}", exact, "site")
