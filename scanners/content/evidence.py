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
class LinkSeen:
    """A reference of a page, as its visitors see it.

    ``url`` is absolute without fragment; ``kind`` as in ``scanners.content.html.Link``
    (``page``, ``anchor``, ``script``, ``mail``, ``phone``, ``frame``).  ``place`` is
    ``nav``, ``header``, ``footer`` or ``main``, by the elements it stands in.
    """

    url: str
    text: str
    kind: str
    place: str


@dataclass(frozen=True, slots=True)
class StyleSeen:
    """How a browser drew a text in a window ``viewport`` CSS pixels wide.

    ``size_px`` is the font size and ``weight`` 100 to 900.  ``contrast`` is that of the text
    to what lies behind it (WCAG 2.1, 1.4.3: 1 to 21); 0 when it could not be told, because
    of a picture, a filter or another element behind it.  ``hidden`` is "" for what visitors
    see, else why not: ``display``, ``visibility``, ``opacity``, ``size``, ``off`` (beside the
    page) or ``clip``.  ``left``, ``top``, ``width`` and ``height`` are CSS pixels from the top
    left of the page.
    """

    viewport: int
    size_px: float
    weight: int
    contrast: float
    hidden: str
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PriceSeen:
    """A price of a page in a currency.

    ``amount`` is a decimal with a point (``1234.50``).  ``vat`` is ``incl``, ``excl`` or
    "" as said in the price's own block or right beside it.  ``start`` and ``end`` are
    offsets in ``PageFacts.text``, -1 for one that visitors do not see (``shown`` False).
    ``main`` marks the price of the page's own product, ``old`` a crossed-out one, ``unit``
    one per kilo, litre, metre or month.  ``size_px`` and ``weight`` come from inline style
    alone, 0 when not stated.  ``card`` marks the price of something on offer, not an
    amount in running text.  ``hint`` says why it may look otherwise to visitors: ``class``
    (a class name hides it), ``style`` (a style sheet in the page writes of VAT),
    ``attribute`` (an attribute that style sheets show speaks of VAT) or "".
    ``styles`` is how a browser drew it, one per viewport, empty when none was asked;
    ``label_styles`` the same of the words on VAT that stand nearest to it.
    """

    amount: str
    currency: str
    vat: str
    start: int
    end: int
    shown: bool
    main: bool
    old: bool = False
    unit: bool = False
    size_px: float = 0.0
    weight: int = 0
    context: str = ""
    card: bool = False
    hint: str = ""
    styles: tuple[StyleSeen, ...] = ()
    label_styles: tuple[StyleSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """The product of a product page.

    ``description`` is its own text (at most 2,000 characters), ``specifications`` the rows
    of tables or lists of properties, ``pictures`` how many of it are shown, ``buys``
    whether it can be put in a cart here, ``vat_included`` what schema.org's
    ``valueAddedTaxIncluded`` says ("true", "false" or "").
    """

    name: str
    description: str
    specifications: int
    pictures: int
    buys: bool
    vat_included: str = ""


@dataclass(frozen=True, slots=True)
class TickSeen:
    """A box or choice to tick in a form; ``label`` are its words, ``checked`` its first state.

    ``kind`` is ``checkbox``, ``radio`` or ``hidden`` (a hidden input that says yes).
    ``form`` is the number of its form in ``PageFacts.forms``, -1 outside any.
    """

    name: str
    label: str
    kind: str
    checked: bool
    required: bool
    form: int


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A field that asks for more than a sale needs (pattern P13).

    ``asks`` is ``birth``, ``gender``, ``national_number``, ``id_document``, ``religion``,
    ``health`` or ``second_phone``; ``near`` are the words around it.  ``optional``: it says
    so, or others of its form are marked as required and it is not.
    """

    name: str
    asks: str
    label: str
    required: bool
    near: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """A payment method that a page names: its key (``ideal``, ``visa``), and where.

    ``source`` is ``text``, ``alt``, ``file`` or ``title``.
    """

    method: str
    source: str


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page that was read.

    ``problem`` is "" or a word of ``scanners.content.read``; a page with a problem
    proves nothing.  ``roles`` are sorted.  ``tls_error`` says why its certificate
    was not accepted.  ``embeds`` are hosts of frames and known document widgets.
    ``buttons`` are the words on buttons that send a form.  ``unnamed_icons`` counts
    pictures and drawings in a row of payment methods that nothing names.
    ``third_parties`` are hosts of other registrable domains that scripts, frames and
    pictures are loaded from.  ``hides_print``: a print style hides the main part;
    ``blocks_copy``: scripts or styles keep visitors from selecting or printing.
    ``rendered`` when a browser made the page out of its scripts.
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
    links: tuple[LinkSeen, ...] = ()
    prices: tuple[PriceSeen, ...] = ()
    offer: OfferSeen | None = None
    ticks: tuple[TickSeen, ...] = ()
    fields: tuple[FieldSeen, ...] = ()
    buttons: tuple[str, ...] = ()
    payments: tuple[PaymentSeen, ...] = ()
    unnamed_icons: int = 0
    third_parties: tuple[str, ...] = ()
    hides_print: bool = False
    blocks_copy: bool = False
    rendered: bool = False


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
    ISO 639-1, sorted.  ``rendered`` when every readable own page is as a browser shows it.
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
    rendered: bool = False
