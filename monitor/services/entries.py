"""A member site as people write it (site file, import row) turned into domain values.

Knows the field names of the site file; every problem of an entry is collected
with its path, its value and the choices, none is raised half-way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from monitor.domain.mailbox import is_public_mailbox
from monitor.domain.member import (
    Category,
    Contact,
    ContactRole,
    Customers,
    Member,
    member_id_of,
)
from monitor.domain.site import Certification, Site, Standing, SubjectType, site_id_of
from monitor.services.urls import canonical_url
from scanners.api import clip

__all__ = ["Entry", "EntryProblem", "canonical_url", "is_mail_address", "parse_entry", "site_id_of"]
Path = tuple[str | int, ...]
E = TypeVar("E", bound=StrEnum)
LANGUAGES = ("nl", "fr", "en", "de")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_TOP = ("id", "url", "subject", "site", "member", "parameters")
_SITE = ("hosts", "certificate_url", "profile_urls", "platform")
_MEMBER = (
    "id", "legal_name", "trade_names", "kvk", "kbo", "vat", "address", "customers",
    "jurisdiction", "languages", "flags", "size", "labels", "contacts", "categories",
)  # fmt: skip

# The fields of a site and a member that a file may speak of; ids are another matter.
SITE_FIELDS = frozenset(("subject", *_SITE, "certifications"))
MEMBER_FIELDS = frozenset(_MEMBER) - {"id", "labels"}


@dataclass(frozen=True, slots=True)
class EntryProblem:
    """One thing wrong with an entry: where in it, and what, with value and choices."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A parsed site with its member and the parameters its file sets.

    ``given`` names the fields of ``site`` and ``member`` that the file speaks of:
    what it leaves out stays as it is on file.  ``site_id`` and ``member_id`` are
    among them when the file says the id, and not among them when it was made.
    """

    site: Site
    member: Member
    parameters: Mapping[str, object] = field(default_factory=dict)
    given: frozenset[str] = SITE_FIELDS | MEMBER_FIELDS


class _Reader:
    """Reads one mapping, remembers every problem."""

    def __init__(self) -> None:
        self.problems: list[EntryProblem] = []

    def bad(self, path: Path, message: str) -> None:
        self.problems.append(EntryProblem(path, message))

    def mapping(self, value: object, path: Path, known: Sequence[str]) -> Mapping[str, object]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.bad(path, f"must be a mapping, not {_shown(value)}")
            return {}
        for key in value:
            if key not in known:
                self.bad(
                    (*path, _written(key)), f"unknown key {_shown(key)}; known: {', '.join(known)}"
                )
        return value

    def text(self, value: object, path: Path, *, limit: int = 500) -> str | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.bad(path, f"must be text, not {_shown(value)}")
            return None
        try:
            text = str(value).strip()
        except ValueError:
            self.bad(path, f"must be text, not {_shown(value)}")
            return None
        if len(text) > limit or not text.isprintable():
            self.bad(path, f"must be one printable line of at most {limit} characters")
            return None
        return text or None

    def items(self, value: object, path: Path) -> Sequence[object]:
        if value is None:
            return ()
        if isinstance(value, str | bytes) or not isinstance(value, Sequence):
            self.bad(path, f"must be a list, not {_shown(value)}")
            return ()
        return value

    def placed(self, value: object, path: Path) -> tuple[tuple[Path, str], ...]:
        """The texts of a list, each with its place; empty ones are left out."""
        found = []
        for i, item in enumerate(self.items(value, path)):
            text = self.text(item, (*path, i))
            if text is not None:
                found.append(((*path, i), text))
        return tuple(found)

    def texts(self, value: object, path: Path) -> tuple[str, ...]:
        return tuple(text for _, text in self.placed(value, path))

    def choice(self, value: object, path: Path, enum: type[E], default: E) -> E:
        if value is None or value == "":
            return default
        try:
            return enum(str(value))
        except ValueError:
            choices = ", ".join(enum)
            self.bad(path, f"{_shown(value)} is not one of {choices}")
            return default

    def day(self, value: object, path: Path) -> date | None:
        if value is None or value == "":
            return None
        if type(value) is date:
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.bad(path, f"{_shown(value)} is not a date such as 2026-11-20")
            return None


def parse_entry(
    raw: object, known_labels: Sequence[str]
) -> tuple[Entry | None, tuple[EntryProblem, ...]]:
    """The entry, or None with every problem found in it."""
    reader = _Reader()
    top = reader.mapping(raw, (), _TOP)
    url = _url(reader, top.get("url"), ("url",))
    member = _member(reader, top.get("member"))
    site = _site(reader, top, url, member.member_id, known_labels)
    parameters = top.get("parameters")
    if parameters is not None and not isinstance(parameters, Mapping):
        reader.bad(("parameters",), f"must be a mapping, not {_shown(parameters)}")
        parameters = None
    if reader.problems:
        return None, tuple(reader.problems)
    return Entry(site, member, parameters or {}, _given(top)), ()


def _given(top: Mapping[str, object]) -> frozenset[str]:
    """The fields that a well-formed entry speaks of; null and empty are a word too: nothing."""
    site, member = top.get("site"), top.get("member")
    said = {"subject"} if "subject" in top else set()
    if isinstance(site, Mapping):
        said.update(site)
    if isinstance(member, Mapping):
        said.update("certifications" if name == "labels" else name for name in member)
        said.discard("id")
        said.update({"member_id"} if _is_said(member.get("id")) else ())
    return frozenset(said | ({"site_id"} if _is_said(top.get("id")) else set()))


def _is_said(value: object) -> bool:
    return value is not None and bool(str(value).strip())


def _site(
    reader: _Reader, top: Mapping[str, object], url: str, member_id: str, known: Sequence[str]
) -> Site:
    raw = reader.mapping(top.get("site"), ("site",), _SITE)
    member = top.get("member")
    labels = member.get("labels") if isinstance(member, Mapping) else None
    subject = reader.choice(top.get("subject"), ("subject",), SubjectType, SubjectType.SHOP)
    profiles = reader.placed(raw.get("profile_urls"), ("site", "profile_urls"))
    urls = tuple(_url(reader, text, path) for path, text in profiles)
    if subject is SubjectType.SELLER and not urls:
        reader.bad(("site", "profile_urls"), "a seller needs at least one profile URL")
    certificate = raw.get("certificate_url")
    hosts = reader.placed(raw.get("hosts"), ("site", "hosts"))
    return Site(
        site_id=_id(reader, top.get("id"), ("id",)) or site_id_of(url),
        member_id=member_id,
        url=url,
        subject=subject,
        hosts=tuple(_host(reader, text, path) for path, text in hosts),
        certificate_url=None
        if certificate is None or certificate == ""
        else _url(reader, certificate, ("site", "certificate_url")),
        profile_urls=urls,
        platform=reader.text(raw.get("platform"), ("site", "platform"), limit=100),
        certifications=_certifications(reader, labels, known),
    )


def _member(reader: _Reader, value: object) -> Member:
    raw = reader.mapping(value, ("member",), _MEMBER)

    def text(name: str) -> str | None:
        return reader.text(raw.get(name), ("member", name))

    def texts(name: str) -> tuple[str, ...]:
        return reader.texts(raw.get(name), ("member", name))

    legal_name = text("legal_name") or ""
    given = raw.get("legal_name", "")
    if raw and (given is None or (isinstance(given, str) and not given.strip())):
        reader.bad(("member", "legal_name"), "is missing")
    kvk = _number(reader, text("kvk"), ("member", "kvk"), _is_kvk, "8 digits")
    kbo = _number(reader, text("kbo"), ("member", "kbo"), _is_kbo, "10 digits, the first 0 or 1")
    vat = _number(
        reader, text("vat"), ("member", "vat"), _is_vat, "a VAT number with its country prefix"
    )
    customers = reader.placed(raw.get("customers"), ("member", "customers"))
    own_id = _id(reader, raw.get("id"), ("member", "id"))
    return Member(
        member_id=own_id or member_id_of(kvk, kbo, legal_name),
        legal_name=legal_name,
        trade_names=texts("trade_names"),
        kvk=kvk,
        kbo=kbo,
        vat=vat,
        address=text("address"),
        customers=frozenset(
            reader.choice(text, path, Customers, Customers.B2B) for path, text in customers
        ),
        jurisdiction=_country(reader, text("jurisdiction")),
        languages=texts("languages"),
        flags=frozenset(texts("flags")),
        size=text("size"),
        categories=_categories(reader, raw.get("categories")),
        contacts=_contacts(reader, raw.get("contacts")),
    )


def _certifications(
    reader: _Reader, value: object, known: Sequence[str]
) -> tuple[Certification, ...]:
    path: Path = ("member", "labels")
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        reader.bad(path, f"must map labels to a standing, not {_shown(value)}")
        return ()
    found = []
    for label, standing in value.items():
        here = (*path, _written(label))
        if label not in known:
            reader.bad(here, f"unknown label {_shown(label)}; known: {', '.join(known)}")
            continue
        raw: Mapping[str, object] = {"standing": standing}
        if isinstance(standing, Mapping):
            raw = reader.mapping(standing, here, ("standing", "since", "valid_until"))
        found.append(
            Certification(
                str(label),
                reader.choice(raw.get("standing"), here, Standing, Standing.CERTIFIED),
                reader.day(raw.get("since"), (*here, "since")),
                reader.day(raw.get("valid_until"), (*here, "valid_until")),
            )
        )
    return tuple(found)


def _contacts(reader: _Reader, value: object) -> tuple[Contact, ...]:
    path: Path = ("member", "contacts")
    found = []
    for i, item in enumerate(reader.items(value, path)):
        here = (*path, i)
        raw = reader.mapping(item, here, ("email", "name", "language", "role"))
        email = reader.text(raw.get("email"), (*here, "email"), limit=254) or ""
        if not is_mail_address(email):
            reader.bad((*here, "email"), f"{_shown(email)} is not a mail address")
        language = reader.text(raw.get("language"), (*here, "language")) or "en"
        if language not in LANGUAGES:
            choices = ", ".join(LANGUAGES)
            reader.bad((*here, "language"), f"{_shown(language)} is not one of {choices}")
        role = reader.choice(raw.get("role"), (*here, "role"), ContactRole, ContactRole.CONTACT)
        name = reader.text(raw.get("name"), (*here, "name"), limit=100) or ""
        found.append(Contact(email, name, language, role))
    return tuple(found)


def _categories(reader: _Reader, value: object) -> tuple[Category, ...]:
    path: Path = ("member", "categories")
    found = []
    for i, item in enumerate(reader.items(value, path)):
        raw: Mapping[str, object] = {"name": item}
        if isinstance(item, Mapping):
            raw = reader.mapping(item, (*path, i), ("name", "since", "until"))
        name = reader.text(raw.get("name"), (*path, i, "name"), limit=100)
        if name is None:
            reader.bad((*path, i), "a category needs a name")
            continue
        since = reader.day(raw.get("since"), (*path, i, "since"))
        found.append(Category(name, since, reader.day(raw.get("until"), (*path, i, "until"))))
    return tuple(found)


def is_mail_address(text: str) -> bool:
    """Is it one plain mail address, and one that the sender will take?"""
    return is_public_mailbox(text)


def _url(reader: _Reader, value: object, path: Path) -> str:
    text = reader.text(value, path, limit=2000)
    url = None if text is None else canonical_url(text)
    if url is None:
        reader.bad(path, f"{_shown(value)} is not an http or https URL")
        return "https://invalid.invalid/"
    return url


def _host(reader: _Reader, value: str, path: Path) -> str:
    url = canonical_url(value)
    parts = urlsplit(url or "")
    if parts.path != "/" or parts.query:
        reader.bad(path, f"{_shown(value)} is not a host name")
        return ""
    return parts.netloc


def _number(
    reader: _Reader, value: str | None, path: Path, valid: Callable[[str], bool], shape: str
) -> str | None:
    if value is None:
        return None
    compact = re.sub(r"[\s.\-]", "", value).upper()
    if not valid(compact):
        reader.bad(path, f"{_shown(value)} is not {shape}")
    return compact


def _is_kvk(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{8}", text))


def _is_kbo(text: str) -> bool:
    return bool(re.fullmatch(r"[01][0-9]{9}", text))


def _is_vat(text: str) -> bool:
    # Shape only: what the register says is the truth, check digits or not.
    return bool(re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,13}", text))


def _country(reader: _Reader, value: str | None) -> str:
    if value is None:
        return "NL"
    if not re.fullmatch(r"[A-Z]{2}", value):
        reader.bad(("member", "jurisdiction"), f"{_shown(value)} is not a country such as NL")
    return value


def _id(reader: _Reader, value: object, path: Path) -> str | None:
    text = reader.text(value, path, limit=100)
    if text is not None and not _ID.fullmatch(text):
        reader.bad(path, f"{_shown(value)} is not an id: a-z, 0-9, dot, dash, underscore")
    return text


def _shown(value: object) -> str:
    return repr(clip(_written(value), 60))


def _written(value: object) -> str:
    try:
        return str(value)
    except ValueError:
        # Python does not write integers of more than 4,300 digits.
        return "a number too long to show"
