"""The trader, and the people of the trader we write to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.domain.naming import ID_MAX_CHARS, marked

NAMELESS = "unnamed"
_OWN_NAME = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
# A name that reads like the id that a register number gives.
_LIKE_A_NUMBER = re.compile(r"k(?:vk|bo)-[0-9]+")


class Customers(StrEnum):
    """Whom a member sells to."""

    B2B = "b2b"
    B2C = "b2c"


class ContactRole(StrEnum):
    """What a contact is written to about."""

    CONTACT = "contact"
    TECHNICAL = "technical"
    FINANCE = "finance"


@dataclass(frozen=True, slots=True)
class Contact:
    """One mailbox of a member.  ``language`` is nl, fr, en or de."""

    email: str
    name: str
    language: str
    role: ContactRole = ContactRole.CONTACT


@dataclass(frozen=True, slots=True)
class Category:
    """A stakeholder category; categories cumulate and have dates (both inclusive)."""

    name: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """The trader behind one or more sites.

    ``kvk`` is the 8-digit Dutch register number, ``kbo`` the 10-digit Belgian
    one, ``vat`` with country prefix; each None when not on file.  ``jurisdiction``
    is the ISO 3166 country whose holidays move deadlines.
    """

    member_id: str
    legal_name: str
    trade_names: tuple[str, ...] = ()
    kvk: str | None = None
    kbo: str | None = None
    vat: str | None = None
    address: str | None = None
    customers: frozenset[Customers] = frozenset()
    jurisdiction: str = "NL"
    languages: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    size: str | None = None
    categories: tuple[Category, ...] = ()
    contacts: tuple[Contact, ...] = ()


def member_id_of(kvk: str | None, kbo: str | None, legal_name: str) -> str:
    """A stable id: from the Dutch number, else the Belgian, else the exact legal name."""
    if kvk:
        return f"kvk-{kvk}"
    if kbo:
        return f"kbo-{kbo}"
    exact = normal_name(legal_name)
    if not exact:
        return NAMELESS
    plain = _OWN_NAME.fullmatch(exact) and len(exact) <= ID_MAX_CHARS and exact != NAMELESS
    return exact if plain and not _LIKE_A_NUMBER.fullmatch(exact) else marked(exact, exact, "name")


def normal_name(legal_name: str) -> str:
    """The name as it is compared: one way of writing letters, case and spaces."""
    return " ".join(unicodedata.normalize("NFC", legal_name).lower().split())


def same_trader(one: Member, other: Member) -> bool:
    """May the two be one company?  A register number decides, without one the legal name."""
    numbers = [(a, b) for a, b in ((one.kvk, other.kvk), (one.kbo, other.kbo)) if a and b]
    if numbers:
        return all(a == b for a, b in numbers)
    return normal_name(one.legal_name) == normal_name(other.legal_name)
