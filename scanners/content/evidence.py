"""What the content scanner reports: facts only, no judgement, JSON-able by msgspec.

Judges search registered values in ``PageFacts.text`` (lines joined by newline), so a
finding can be replayed from the stored facts alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of ``PageFacts.text`` that is something else than a register number.

    ``kind`` is ``iban``, ``phone``, ``vat`` or ``reference`` (order, article, invoice).
    ``start`` and ``end`` are character offsets, end exclusive.
    """

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NumberSeen:
    """A number that may be a company's, as it stands in the text.

    ``scheme`` is ``kvk``, ``kbo``, ``vat_nl`` or ``vat_be``.  ``value`` holds the
    digits (VAT with prefix).  ``distance`` counts the characters between the label
    before it and the number, -1 when no label stands before it.  ``foreign`` marks
    one that the text gives to somebody else (web builder, partner).
    ``valid`` is the check digit's word, True where there is none.
    """

    scheme: str
    value: str
    start: int
    end: int
    distance: int
    foreign: bool
    valid: bool
    context: str


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    """A telephone number, E.164, and what libphonenumber calls it; ``link`` when from tel:."""

    number: str
    type: str
    link: bool


@dataclass(frozen=True, slots=True)
class ImageSeen:
    """A picture that could hold text: name, alt text and size (0 when not stated)."""

    src: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FormSeen:
    """A form and where it sends.

    ``personal`` are the names of its personal-data fields (pattern P12).  ``action``
    is absolute; ``scripted`` when there is none to read (``javascript:``).
    ``search`` marks a search form.  ``own`` is False when the action lies with
    another registrable domain.
    """

    action: str
    method: str
    personal: tuple[str, ...]
    scripted: bool
    search: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Structured:
    """One value of the page's JSON-LD about an organisation: ``key`` such as ``vatID``."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page that was read.

    ``problem`` is "" or a word of ``scanners.content.read``; a page with a problem
    proves nothing.  ``roles`` are sorted.  ``tls_error`` says why its certificate
    was not accepted.  ``embeds`` are hosts of frames and known document widgets.
    """

    KIND: ClassVar[str] = "content.page@1"

    url: str
    final_url: str
    roles: tuple[str, ...]
    status: int
    language: str
    problem: str
    own: bool
    title: str
    text: str
    document: bool = False
    tls_error: str = ""
    headings: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    hidden_email: bool = False
    phones: tuple[PhoneSeen, ...] = ()
    numbers: tuple[NumberSeen, ...] = ()
    masks: tuple[Span, ...] = ()
    forms: tuple[FormSeen, ...] = ()
    images: tuple[ImageSeen, ...] = ()
    structured: tuple[Structured, ...] = ()
    embeds: tuple[str, ...] = ()
    chat: bool = False


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """How ``http://HOST:80`` answered for one page.

    ``answered`` is ``answered``, ``closed`` (nothing listens), ``filtered`` (no
    answer in time) or ``error``; ``location`` is absolute, "" without redirect.
    ``own`` is False when the answer leads to another site.
    """

    url: str
    answered: str
    status: int
    location: str
    reason: str = ""
    own: bool = True


@dataclass(frozen=True, slots=True)
class CookieSeen:
    """A cookie set by an own host over https, without its value.

    ``session`` only when it surely carries who the visitor is.
    """

    name: str
    host: str
    secure: bool
    session: bool


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The crawl as a whole.

    ``complete_for`` are the roles for which absence may be called absence (rule AB);
    ``gaps`` the others with the reason.  ``plain_http`` begins with the start page.
    ``hsts`` is the first such header of the start page, "" when missing.
    ``offered_languages`` are those the start page names versions in (``hreflang``),
    ISO 639-1, sorted.
    """

    KIND: ClassVar[str] = "content.site@1"

    start_url: str
    final_url: str
    outcome: str
    reason: str
    subject: str
    complete_for: tuple[str, ...]
    gaps: dict[str, str]
    role_urls: dict[str, tuple[str, ...]]
    failures: dict[str, str]
    languages: tuple[str, ...]
    robots: str
    sitemap: str
    probe: str
    pages_read: int
    plain_http: tuple[PlainAnswer, ...] = ()
    hsts: str = ""
    cookies: tuple[CookieSeen, ...] = ()
    requests: int = 0
    offered_languages: tuple[str, ...] = ()
