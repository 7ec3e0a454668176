"""What TLS scans report: facts with three values, versioned, 1 to 2 KB each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class ChainReason(StrEnum):
    """Why a certificate is or is not accepted, most serious first in judging."""

    OK = "ok"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_HOST = "wrong_host"
    SELF_SIGNED = "self_signed"
    MISSING_INTERMEDIATE = "missing_intermediate"
    UNTRUSTED_ROOT = "untrusted_root"
    NO_HANDSHAKE = "no_handshake"


@dataclass(frozen=True, slots=True)
class CertificateSeen:
    """One certificate as served.  Times are aware UTC (RFC 5280 4.1.2.5).

    ``key`` is ``rsa``, ``ec`` or another algorithm word, ``bits`` its size and
    ``curve`` the EC curve; ``signature_hash`` such as ``sha256``.
    """

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    key: str
    bits: int
    curve: str
    signature_hash: str
    sha256: str
    self_signed: bool
    is_ca: bool


@dataclass(frozen=True, slots=True)
class HostCertificate:
    """The certificate of one own host at one address.

    ``trusted`` and ``host_matches`` are None when no certificate was seen.
    ``trusted`` speaks of the chain apart from the leaf's dates and name.
    ``text`` says it to a shop owner (English).  ``error`` is why none was seen.
    """

    host: str
    port: int
    address: str
    reason: ChainReason
    trusted: bool | None
    host_matches: bool | None
    chain: tuple[CertificateSeen, ...]
    text: str
    error: str = ""

    @property
    def not_after(self) -> datetime | None:
        """When the leaf ends, or None when none was seen."""
        return self.chain[0].not_after if self.chain else None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """The certificates of a site's own hosts; ``connections`` were made for it."""

    KIND: ClassVar[str] = "tls.certificate@1"

    hosts: tuple[HostCertificate, ...]
    connections: int


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """One host's configuration.  None means not known, never "no".

    ``protocols`` by name (``SSL 3.0`` to ``TLS 1.3``); ``suites`` per protocol in
    the order the server chose; ``groups`` that were seen chosen.  ``weaknesses``
    by word: heartbleed, ccs_injection, robot, compression,
    insecure_renegotiation, client_renegotiation, early_data, no_fallback_scsv,
    no_extended_master_secret.  ``doubtful`` counts questions that never got an
    answer.  ``engines`` names what looked, with versions.
    """

    KIND: ClassVar[str] = "tls.facts@1"

    host: str
    port: int
    address: str
    certificate: HostCertificate
    protocols: dict[str, bool | None]
    suites: dict[str, tuple[str, ...] | None]
    groups: tuple[str, ...]
    weaknesses: dict[str, bool | None]
    signature_hashes: tuple[str, ...]
    doubtful: int
    connections: int
    engines: dict[str, str] = field(default_factory=dict)
    cpu_s: float = 0.0
