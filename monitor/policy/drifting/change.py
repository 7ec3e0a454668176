"""What a difference between two observations of a site is called, and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b


class Weight(StrEnum):
    """How much a change matters, heaviest first."""

    CRITICAL = "critical"
    HIGH = "high"
    REVIEW = "review"


class Kind(StrEnum):
    """What changed; one word per thing in tables, JSON, mail and metrics."""

    # Who the shop is.
    NUMBER_SWAPPED = "number_swapped"
    NUMBER_GONE = "number_gone"
    NUMBER_ADDED = "number_added"
    COMPANY_CHANGED = "company_changed"
    ADDRESS_CHANGED = "address_changed"
    EMAIL_CHANGED = "email_changed"
    PHONE_CHANGED = "phone_changed"
    PREMIUM_NUMBER_ADDED = "premium_number_added"
    IBAN_CHANGED = "iban_changed"
    WALLET_ADDED = "wallet_added"
    # What it promises.
    TERM_CHANGED = "term_changed"
    CLAUSE_CHANGED = "clause_changed"
    CLAUSE_REMOVED = "clause_removed"
    CLAUSE_ADDED = "clause_added"
    LAW_CHANGED = "law_changed"
    RIGHT_GONE = "right_gone"
    PAYMENT_CHANGED = "payment_changed"
    PRICES_CHANGED = "prices_changed"
    # What it shows and where it leads.
    PAGE_GONE = "page_gone"
    LINK_GONE = "link_gone"
    SEAL_GONE = "seal_gone"
    SEAL_CHANGED = "seal_changed"
    # What runs on it and where data go.
    SCRIPT_HOST_ADDED = "script_host_added"
    SCRIPT_ADDED = "script_added"
    SCRIPT_CHANGED = "script_changed"
    CONTAINER_CHANGED = "container_changed"
    RISK_ADDED = "risk_added"
    INTEGRITY_GONE = "integrity_gone"
    FORM_TARGET_CHANGED = "form_target_changed"
    FRAME_HOST_ADDED = "frame_host_added"
    STYLE_HOST_ADDED = "style_host_added"
    BASE_CHANGED = "base_changed"
    HEADER_WEAKENED = "header_weakened"
    # Whether it is still the same shop.
    HOST_CHANGED = "host_changed"
    PARKED = "parked"
    DEFACED = "defaced"
    EMPTIED = "emptied"
    CLOSED = "closed"
    REPLACED = "replaced"
    PLATFORM_CHANGED = "platform_changed"
    LANGUAGE_CHANGED = "language_changed"
    HIDDEN_FROM_SEARCH = "hidden_from_search"


@dataclass(frozen=True, slots=True)
class Change:
    """One typed change: in which role, what was there before and what is there now.

    ``before`` and ``after`` are fragments of the site's own words.  ``named`` says a
    change in short: ``14 days -> 7 days``.  ``lost`` and ``came`` are the features that
    went and came (``features`` of each module names them): by them a change is known again.
    """

    kind: Kind
    weight: Weight
    role: str
    url: str
    before: str
    after: str
    named: str = ""
    lost: tuple[str, ...] = ()
    came: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Which change this is, the same in the next look: what acceptance refers to."""
        moved = (*sorted(self.lost), "", *sorted(self.came))
        shown = "\n".join(moved if len(moved) > 1 else (self.before, self.after))
        digest = blake2b(shown.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        return f"{self.kind.value}:{self.role}:{digest}"


@dataclass(frozen=True, slots=True)
class Leeway:
    """Features that may come and go untold.

    ``quiet`` are those the site itself moved in looks that nobody had to act on,
    ``common`` those that many members took on at once (a tag manager's new host).
    """

    quiet: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
