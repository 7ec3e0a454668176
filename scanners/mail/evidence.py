"""What a look at a domain's incoming mail saw: pure, versioned facts.

Three values throughout: ``True`` seen, ``False`` seen not to be, ``None`` not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from scanners.tls.evidence import CertificateReason


class MxState(StrEnum):
    """What DNS says about the mail servers of a domain."""

    FOUND = "found"
    NULL = "null"
    NONE = "none"
    UNKNOWN = "unknown"


class HostState(StrEnum):
    """How far the best conversation with one mail server went.

    ``secured``: a TLS handshake after STARTTLS was completed.  ``no_starttls``: EHLO was
    answered properly and STARTTLS was not in the list; whether that was confirmed
    stands in ``starttls``.  ``masked``: something on the way blots out keywords.
    ``refused``, ``no_answer`` and ``unreachable`` mean that no connection came about.
    """

    SECURED = "secured"
    NO_STARTTLS = "no_starttls"
    MASKED = "masked"
    STARTTLS_REFUSED = "starttls_refused"
    HANDSHAKE_FAILED = "handshake_failed"
    TURNED_AWAY = "turned_away"
    NOT_SMTP = "not_smtp"
    CLOSED = "closed"
    SILENT = "silent"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    NO_ADDRESS = "no_address"
    NOT_PERMITTED = "not_permitted"
    NOT_LOOKED_AT = "not_looked_at"


NOT_DIALLED = frozenset({HostState.REFUSED, HostState.NO_ANSWER, HostState.UNREACHABLE})


class RecordState(StrEnum):
    """What was found where a DNS record or policy file would stand."""

    PRESENT = "present"
    ABSENT = "absent"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class DaneState(StrEnum):
    """DANE for one mail server (RFC 7672).

    ``not_known`` also stands for records that came without proof of DNSSEC; ``unusable``
    for records of other usages than 2 and 3 (RFC 7672 3.1.3).
    """

    MATCHES = "matches"
    MISMATCH = "mismatch"
    UNUSABLE = "unusable"
    NONE = "none"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class MailCertificate:
    """The leaf a mail server showed; texts clipped, at most ten names."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_after: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class MailHost:
    """One mail server of the domain.

    ``code`` is the SMTP reply that decided, 0 when none did.  ``protocol`` is what the
    handshake negotiated, such as ``TLS 1.3``.  ``accepts`` tells of TLS 1.0 to 1.3,
    what was asked.  ``trusted``: the chain leads to a known root; ``problems`` are
    the reasons against certificate and chain, dates included.  ``host_matches`` is a fact
    beside it: senders need not compare names (RFC 7672 1.3).  ``listed`` counts the
    properly answered EHLOs that had STARTTLS in their list, ``missing`` those that had not.
    """

    host: str
    port: int
    preference: int
    state: HostState
    text: str
    address: str = ""
    code: int = 0
    starttls: bool | None = None
    listed: int = 0
    missing: int = 0
    protocol: str = ""
    cipher: str = ""
    accepts: Mapping[str, bool | None] = field(default_factory=dict)
    trusted: bool | None = None
    host_matches: bool | None = None
    problems: tuple[CertificateReason, ...] = ()
    certificate: MailCertificate | None = None
    dane: DaneState = DaneState.NOT_KNOWN
    connections: int = 0


@dataclass(frozen=True, slots=True)
class SpfFacts:
    """SPF (RFC 7208).  ``all`` is the qualifier of ``all`` (``-~?+``), "" without one."""

    state: RecordState = RecordState.UNKNOWN
    all: str = ""
    redirect: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DmarcFacts:
    """DMARC (RFC 7489).  ``policy`` is what applies to the domain; ``found_at`` where it stands."""

    state: RecordState = RecordState.UNKNOWN
    policy: str = ""
    found_at: str = ""
    percent: int = 100
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MtaStsFacts:
    """MTA-STS (RFC 8461).  ``covers``: the policy names every mail server of the domain."""

    record: RecordState = RecordState.UNKNOWN
    policy: RecordState = RecordState.UNKNOWN
    mode: str = ""
    covers: bool | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MailDomainFacts:
    """The incoming mail of one domain, and what it publishes about its outgoing mail.

    ``hosts`` are its mail servers, most preferred first; ``hosts_total`` how many there
    are.  ``mx_reason`` says why ``mx`` is unknown.  ``mx_secure``: the answer came with
    proof of DNSSEC from a resolver of this machine.
    """

    KIND: ClassVar[str] = "mail.domain@1"

    domain: str
    mx: MxState
    mx_reason: str = ""
    mx_secure: bool = False
    hosts: tuple[MailHost, ...] = ()
    hosts_total: int = 0
    spf: SpfFacts = SpfFacts()
    dmarc: DmarcFacts = DmarcFacts()
    mta_sts: MtaStsFacts = MtaStsFacts()
    tls_rpt: RecordState = RecordState.UNKNOWN
