"""What every scanner speaks: request in, result out; stdlib types at the boundary.

A scanner reports *evidence*: what was seen, where and when.  It knows no label
and no member obligation.  Trouble with the target is an outcome; an exception
leaving ``scan`` is a bug of ours.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

import msgspec

EXCERPT_MAX_CHARS = 500
# How the reason of a ``not_permitted`` begins when the site itself forbids the look.
FORBIDDEN_BY_SITE = "robots.txt"
_SURROGATE = re.compile("[\ud800-\udfff]")


def host_of(url: str) -> str:
    """The host name of any text that may be a URL; "" when it has none or is none.

    ``http://[`` and ``http://b]/`` make the standard library raise.
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class ScanKind(StrEnum):
    """The kinds of scan; the values of ``--only``."""

    CERTIFICATE = "certificate"
    TLS = "tls"
    CONTENT = "content"
    RENDERED = "rendered"
    DRIFT = "drift"
    OWASP = "owasp"
    PRIVACY = "privacy"
    MAIL = "mail"
    SEAL = "seal"


class ScanOutcome(StrEnum):
    """How a scan ended; only ``complete`` may carry proof of absence."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    BLOCKED = "blocked"
    REDIRECTED_OUT = "redirected_out"
    NOT_PERMITTED = "not_permitted"
    CANCELLED = "cancelled"
    ENGINE_ERROR = "engine_error"
    SCANNER_ERROR = "scanner_error"


class Facts(Protocol):
    """A frozen dataclass of a scanner's ``evidence`` module.

    ``KIND`` names the type and its version (``tls.facts@1``).  Fields are what
    msgspec can write as JSON and read back: str, int, float, bool, None, aware
    datetime, StrEnum, tuple, dict and such dataclasses.
    """

    KIND: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observed fact with its time and source.

    ``excerpt`` is hostile text of the target, at most 500 characters.  ``body``
    is the raw material (HTML, DER) when it is worth keeping.  Text that UTF-8
    cannot carry is mended here, so everybody after the scanner sees the same.
    """

    facts: Facts
    source_url: str
    seen_at: datetime
    excerpt: str = ""
    body: bytes | None = None

    def __post_init__(self) -> None:
        """Mend what a target wrote to break its readers."""
        if not _encodable((self.facts, self.source_url, self.excerpt)):
            for name in ("facts", "source_url", "excerpt"):
                object.__setattr__(self, name, mended(getattr(self, name)))

    @property
    def kind(self) -> str:
        """Name and version of the facts, such as ``tls.facts@1``."""
        return self.facts.KIND

    @property
    def sha256(self) -> str:
        """Hex digest of the body, or of the canonical facts when there is none."""
        raw = self.body if self.body is not None else encode_facts(self.facts)
        return hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Resolve:
    """One ``--resolve HOST:PORT:ADDR[:PORT]``: dial this instead of asking DNS."""

    host: str
    port: int
    address: str
    to_port: int


@dataclass(frozen=True, slots=True)
class NetOptions:
    """How a scanner may reach the network; the same for every scanner of a process.

    ``allow_networks`` opens address ranges that are refused by default (labs).
    ``ca_file`` is added to the public roots.  ``mx`` maps a mail domain to
    (host, port).  ``browser`` is the program for a second look at pages that scripts
    make, ``auto`` for the first one found, ``off`` for none.
    """

    resolve: tuple[Resolve, ...] = ()
    mx: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    dns_server: str | None = None
    allow_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    ca_file: str | None = None
    user_agent: str = "keurwacht/0.1 (trust mark watch; +https://keurwacht.example/scanner)"
    requests_per_second: float = 2.0
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 15.0
    body_max_bytes: int = 5_000_000
    redirects_max: int = 5
    browser: str = "off"


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to look at and how far to go.

    ``url`` is the canonical start URL.  ``hosts`` are the site's own hosts, the
    one of ``url`` first.  ``profile_urls`` are the only pages of a seller.
    ``expected`` carries registered values a scanner may search for (rule: search
    the registered value, do not guess): ``kvk``, ``kbo``, ``vat``,
    ``legal_name``, ``trade_names``, ``address``.  ``languages`` are ISO 639-1.
    ``options`` are numbers and words a scanner documents, such as
    ``start_page_min_chars``.  ``deadline_s`` bounds the whole scan.
    """

    kind: ScanKind
    url: str
    hosts: tuple[str, ...]
    subject: str = "shop"
    profile_urls: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    expected: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    deadline_s: float = 120.0


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What one scan saw and how it ended.

    ``requests`` counts connections or HTTP requests sent to the target.
    ``detail`` is a JSON object whose schema belongs to the kind; for an outcome
    other than complete it has ``reason`` (one sentence, no secrets).
    """

    kind: ScanKind
    outcome: ScanOutcome
    evidence: tuple[Evidence, ...]
    started_at: datetime
    duration_s: float
    requests: int = 0
    detail: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Mend text that UTF-8 cannot carry."""
        if not _encodable(dict(self.detail)):
            object.__setattr__(self, "detail", mended(self.detail))


class Scanner(Protocol):
    """One pair of eyes.

    ``scan`` always returns within ``request.deadline_s`` plus one second, may be
    cancelled at any await and then leaves no process or connection behind.  Any
    number of scans may run at once.
    """

    kind: ClassVar[ScanKind]

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Look once; trouble of the target is an outcome, never an exception."""
        ...


class Clock(Protocol):
    """Where time comes from; tests inject their own."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...


def encode_facts(facts: object) -> bytes:
    """Canonical JSON of a facts dataclass: sorted keys, UTF-8, no white space.

    Any text can be encoded: a lone surrogate is written as U+FFFD.
    """
    try:
        return msgspec.json.encode(facts, order="sorted")
    except UnicodeEncodeError:
        return msgspec.json.encode(mended(facts), order="sorted")


def _encodable(value: object) -> bool:
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        return False
    return True


def mended_text(text: str) -> str:
    """``text`` as UTF-8 can carry it: lone surrogates become U+FFFD.

    JSON, JavaScript and PDF files can name them; no encoder takes
    them (RFC 3629 3), so one would make a whole scan impossible to keep.
    """
    return _SURROGATE.sub("\ufffd", text)


def mended(value: object) -> object:
    """The same value of the same types with every text in it mended."""
    match value:
        case StrEnum():
            return value
        case str():
            return mended_text(value)
        case tuple() | list() | frozenset() | set():
            return type(value)(mended(item) for item in value)
        case Mapping():
            return {mended(key): mended(item) for key, item in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            found = {f.name: mended(getattr(value, f.name)) for f in fields(value) if f.init}
            return replace(value, **found)
        case _:
            return value


def clip(text: str, limit: int = EXCERPT_MAX_CHARS) -> str:
    """``text`` in one line, without control characters, at most ``limit`` characters."""
    whole = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(whole.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
