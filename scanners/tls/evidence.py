"""What a look at TLS saw: pure, versioned facts.

Three values throughout: ``True`` seen, ``False`` seen not to be, ``None`` not known.
A connection that failed in transport is never a ``False``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class CertificateReason(StrEnum):
    """What is most wrong with the certificate of a host, or why it was not seen."""

    OK = "ok"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_YET_VALID = "not_yet_valid"
    SELF_SIGNED = "self_signed"
    DISTRUSTED = "distrusted"
    UNTRUSTED_ROOT = "untrusted_root"
    MISSING_INTERMEDIATE = "missing_intermediate"
    CHAIN_EXPIRED = "chain_expired"
    INVALID_CHAIN = "invalid_chain"
    WRONG_HOST = "wrong_host"
    UNREADABLE = "unreadable"
    NOT_TLS = "not_tls"
    HANDSHAKE_FAILED = "handshake_failed"
    CLOSED = "closed"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    NOT_PERMITTED = "not_permitted"


class StapleStatus(StrEnum):
    """What the OCSP response sent along with the certificate (RFC 6066 8) says.

    ``good``, ``revoked`` and ``unknown`` are words of the authority, signed and current;
    ``expired`` was signed but is over; ``invalid`` is not about this certificate, not
    signed by its authority, or from the future; ``none`` was not sent.
    """

    NONE = "none"
    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One served certificate, read from its DER form.

    ``subject`` and ``issuer`` are RFC 4514 text, clipped.  ``serial`` is hex.
    ``names`` are the subject alternative names (DNS and IP), at most 100.
    ``key_type`` is ``RSA``, ``EC``, ``Ed25519``, ``Ed448``, ``DSA`` or ``unknown``;
    ``key_curve`` names the curve of an EC key.  ``signature_hash`` is "" when the
    algorithm has none of its own.  ``sha256`` is the fingerprint.  ``ocsp_url``: names
    an OCSP responder; ``must_staple``: asks for a staple (RFC 7633).
    """

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    key_type: str
    key_bits: int
    signature_hash: str
    sha256: str
    self_signed: bool
    key_curve: str = ""
    ocsp_url: bool | None = None
    must_staple: bool | None = None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """The certificate of one host, as served at one or several of its addresses.

    ``address`` is the first of ``addresses``, which all showed the very same; a host
    whose addresses differ has facts for each view.  ``handshake`` tells whether a TLS
    handshake was completed; without one the chain comes from the answer to a hello of
    TLS 1.2, in clear.  ``protocol`` and ``cipher`` are what the server chose.  ``chain``
    is in the order served, leaf first.  ``trusted``: the chain leads to a known root, the
    dates of the leaf aside.  ``host_matches``: RFC 9525, a common name counts for
    nothing.  ``reason`` is the most serious of ``problems``.  ``not_after`` is the end
    of the leaf; ``path_not_after`` the earliest end on the way to the root (RFC 5280
    4.1.2.5).  ``tls_error`` is the library's word.

    ``staple`` is None when not known (TLS 1.3 shows it to the engine only); its dates
    are as in the response.  ``not_routed`` are addresses of the host this machine cannot
    reach whatever the host does, ``refused`` those whose port is closed while others
    answer; ``left_out`` counts those beyond the bound per scan.

    ``configuration`` stands for how TLS is set up at those addresses (see
    ``fingerprints``); "" when that was not asked for or had no clear answer.
    """

    KIND: ClassVar[str] = "tls.certificate@1"

    host: str
    port: int
    address: str
    handshake: bool
    reason: CertificateReason
    reason_text: str
    protocol: str = ""
    cipher: str = ""
    chain: tuple[Certificate, ...] = ()
    trusted: bool | None = None
    host_matches: bool | None = None
    problems: tuple[CertificateReason, ...] = ()
    not_after: datetime | None = None
    path_not_after: datetime | None = None
    tls_error: str = ""
    connections: int = 0
    addresses: tuple[str, ...] = ()
    not_routed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    left_out: int = 0
    staple: StapleStatus | None = None
    staple_from: datetime | None = None
    staple_until: datetime | None = None
    configuration: str = ""

    @property
    def leaf(self) -> Certificate | None:
        """The host's own certificate, None when none was seen."""
        return self.chain[0] if self.chain else None


SSL2, SSL3, TLS10 = "SSL 2.0", "SSL 3.0", "TLS 1.0"
TLS11, TLS12, TLS13 = "TLS 1.1", "TLS 1.2", "TLS 1.3"
VERSIONS = (SSL2, SSL3, TLS10, TLS11, TLS12, TLS13)


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """How one host is configured for TLS, at one or several of its addresses.

    ``addresses`` answered the same ``fingerprint`` (see ``fingerprints``); the whole look
    was at the first, ``address``.
    ``protocols``: accepted or not, by version.  ``suites``: IANA names in the order
    the server chose them; ``suites_known`` tells per version whether the list is
    complete, None stands where nothing is known.  ``groups``: named groups it agreed
    to, None when not known.  ``dh_group`` is the weakest finite-field group seen
    (RFC 7919 name, or ``own``), ``dh_bits`` its size.  ``weak_signatures``: hashes
    below SHA-2 it used in a key exchange.  ``leaves`` are further leaf certificates,
    beside that of ``CertificateFacts``, seen in hellos.  ``doubtful`` counts questions
    without a clear answer, ``connections`` those opened; ``problems`` say in words why
    something is None.
    """

    KIND: ClassVar[str] = "tls.facts@1"

    host: str
    port: int
    address: str
    protocols: Mapping[str, bool | None] = field(default_factory=dict)
    suites: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    suites_known: Mapping[str, bool] = field(default_factory=dict)
    groups: tuple[str, ...] | None = None
    dh_bits: int | None = None
    dh_group: str = ""
    weak_signatures: tuple[str, ...] | None = None
    heartbleed: bool | None = None
    ccs_injection: bool | None = None
    robot: bool | None = None
    compression: bool | None = None
    secure_renegotiation: bool | None = None
    client_renegotiations: int | None = None
    early_data: bool | None = None
    fallback_scsv: bool | None = None
    extended_master_secret: bool | None = None
    leaves: tuple[Certificate, ...] = ()
    connections: int = 0
    doubtful: int = 0
    engines: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    fingerprint: str = ""
