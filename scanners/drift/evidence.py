"""What a site says about itself and its terms, per page role: the material of drift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a page.

    ``skeleton`` is a digest (16 hex digits) of the whole sentence without durations,
    dates, prices, numbering, case and typography.  ``terms`` are its durations in
    order, such as ``14 days``; together they tell it from every other sentence.
    ``text`` is a fragment for people, shortened, as it stood there; it is never
    compared.  ``at`` are positions in ``RoleFacts.urls``.
    """

    skeleton: str
    terms: tuple[str, ...] = ()
    text: str = ""
    at: tuple[int, ...] = (0,)

    @property
    def key(self) -> str:
        """What is compared: the skeleton and the durations."""
        return "|".join((self.skeleton, *self.terms))


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """The facts of all pages of one role.

    ``numbers`` are labelled register and VAT numbers as ``scheme:value``, ``doubtful``
    those whose check digits are wrong.  ``sentences`` are sorted by skeleton: the whole
    text of terms, privacy, returns and complaints, elsewhere only what names a duration;
    never what stands on the start page or on most pages.  ``urls`` is where it was read.

    ``truncated``: there were more sentences, these have the smallest skeletons.  ``cut``:
    a page was longer than what is read, so a missing sentence proves nothing.
    """

    role: str
    urls: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    doubtful: tuple[str, ...] = ()
    truncated: bool = False
    cut: bool = False

    @property
    def durations(self) -> tuple[str, ...]:
        """Every duration that is named, once, sorted."""
        return tuple(sorted({term for sentence in self.sentences for term in sentence.terms}))


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a site says about itself, apart from numbers, mail, telephone and durations.

    ``kind`` is one of ``STATEMENT_KINDS``; ``value`` is normalised and is what is compared;
    ``text`` is a fragment for people as it stood there, never compared; ``url`` is where.
    """

    kind: str
    value: str
    role: str
    url: str
    text: str = ""


# company: own name and legal form (``bloemen|bv``); named: one that the text gives to somebody
# else or says of nobody; address: postcode and house number; iban: ends and a digest of an
# account; mail: registrable domain of an address, ``own`` for the site's; premium: a number at
# a premium rate; wallet: a crypto address; law: country whose law applies, ``court:`` before
# that of a court; right: one right named in the privacy statement; payment: a method; prices:
# "incl" or "excl" as said, with ``shown:`` as most prices are shown; link: role that the start
# page leads to; certificate: target of the seal's link; seal: host its picture or script comes
# from.  premium, wallet, payment, iban and prices also stand on pages of roles that are not
# watched (checkout, product).
STATEMENT_KINDS = (
    "company", "named", "address", "iban", "mail", "premium", "wallet", "law", "right", "payment",
    "prices", "link", "certificate", "seal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Script:
    """One script of a page.

    ``source`` is ``host/path`` of a file with versions, hashes and query taken out (own host:
    ``/path``), or ``inline:`` and a digest of its skeleton (strings, numbers, lists and flat
    objects taken out).  ``host`` is "" for the site's own and inline.  ``integrity`` says that
    an SRI digest guards it.  ``containers`` are tag manager and measurement ids it loads,
    ``risks`` words of a skimmer's trade in it, ``hosts`` foreign hosts named inside, decoded.
    ``text`` is a fragment for people, never compared.  ``digest`` is of the bytes of an own
    file that was read, "" of one that was not: then nothing is known of what is in it.
    """

    source: str
    host: str = ""
    integrity: bool = False
    containers: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    text: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """What pages of one role that are alike are made of, and where data typed there go.

    ``urls`` are without query; compared by plain path (``scanners.drift.stable_urls``).  The
    role ``every`` holds what all pages share; ``unfolded`` (``scanners.drift.folding``) gives it
    back to each.

    ``takes`` is ``payment``, ``personal`` or "": what its forms ask for.  ``frames``,
    ``styles`` and ``targets`` are foreign hosts of frames and objects, style sheets, and
    forms (also ``formaction``); a frame written into the page is ``inner:`` and a digest,
    an own target in the open ``http://``.  ``base`` is the host of ``<base href>`` when foreign.
    ``headers`` are security headers as (name, normalised value without nonces).
    """

    role: str
    urls: tuple[str, ...]
    takes: str = ""
    scripts: tuple[Script, ...] = ()
    frames: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    base: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """Whether it is still the same shop: what its start page is as a whole.

    ``platform`` is the shop software told by its traces ("" unknown).  ``signs`` are words
    such as ``parked``, ``defaced``, ``closed``, ``maintenance``, ``for_sale``, ``noindex``
    that the page gives reason for (all: ``scanners.drift.outline_words.SIGNS``); ``quotes`` the
    fragments for them, in the same order.  ``words`` counts those of the visible text, ``offers``
    prices or products shown, ``ways`` own pages linked that are of no role (the catalogue).
    ``topics`` are the most telling words of title and headings, folded, sorted.  ``assets``
    are hosts and first path parts of pictures, styles, scripts.  ``domain`` is the registrable
    one where the start page ended, or was sent to.  ``offered`` are languages the page says
    it exists in.  All but ``domain``, ``signs`` and ``quotes`` are empty where nothing was read.
    """

    platform: str = ""
    signs: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    words: int = 0
    offers: int = 0
    ways: int = 0
    topics: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    domain: str = ""
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DriftFacts:
    """One observation of a site; compared with the accepted one by policy.

    ``complete_for`` are the roles for which absence is proven (rule AB).
    ``languages`` are those of the pages read.  ``title`` is the start page's.
    ``gone`` are own URLs that answered honestly that there is no such page.
    ``shared`` are keys of sentences left out of the roles because they stand on the
    start page or on most pages.  ``statements``, ``parts`` and ``outline``: see there.

    The version in ``KIND`` is raised with the shape *and* with the rules by which
    sentences are read: digests of different rules cannot be compared.  A baseline of
    another version is no baseline (docs/decisions/0012).
    """

    KIND: ClassVar[str] = "drift.facts@3"

    start_url: str
    final_url: str
    title: str
    languages: tuple[str, ...]
    complete_for: tuple[str, ...]
    roles: tuple[RoleFacts, ...]
    gone: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    parts: tuple[Parts, ...] = ()
    outline: Outline = Outline()
