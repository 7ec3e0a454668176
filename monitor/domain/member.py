"""The trader, and the people of the trader we write to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
