"""What a site says about itself and its terms, per page role: the material of drift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """The facts of all pages of one role.

    ``numbers`` are labelled register and VAT numbers as ``scheme:value``;
    ``sentences`` the legal text as a set, sorted, normalised (terms, privacy,
    returns and complaints only); ``urls`` where it was read.
    """

    role: str
    urls: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    durations: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftFacts:
    """One observation of a site; compared with the accepted one by policy.

    ``complete_for`` are the roles for which absence is proven (rule AB).
    ``languages`` are those of the pages read.  ``title`` is the start page's.
    """

    KIND: ClassVar[str] = "drift.facts@1"

    start_url: str
    final_url: str
    title: str
    languages: tuple[str, ...]
    complete_for: tuple[str, ...]
    roles: tuple[RoleFacts, ...]
