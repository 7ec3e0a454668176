"""One honest configuration as data: who serves it, how, and what a scan must find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from scanners.tls.evidence import TLS12, TLS13
from scanners.tls.evidence import CertificateReason as Why
from tests.shops.tls.keys import HOST, Leaf

NOTHING: Mapping[str, object] = MappingProxyType({})
BOTH = (TLS12, TLS13)


class Server(StrEnum):
    """Who serves; a server that is not installed skips its configurations."""

    NGINX = "nginx"
    OPENSSL = "openssl"
    PYTHON = "python"
    TLSLITE = "tlslite"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a lean scan must find.

    ``protocols``: exactly these.  ``suites`` must be among those found, or, when ``exact``,
    are all of them, in whatever version; no suite may contain a text of ``never``.
    ``groups``: exactly these, in any order.  ``tls`` and ``certificate`` are attributes of
    TlsFacts and CertificateFacts.  ``chain``: how many certificates are served.
    ``verdict`` is the outcome of the judge without parameters.  ``complete``: nothing stays
    open; what needs a certificate of ours, or a whole handshake, may.
    """

    protocols: tuple[str, ...] = BOTH
    suites: tuple[str, ...] = ()
    exact: bool = False
    never: tuple[str, ...] = ()
    groups: tuple[str, ...] | None = None
    reason: Why = Why.OK
    chain: int = 2
    verdict: str = "sound"
    complete: bool = True
    tls: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    certificate: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Configuration:
    """One server to start and what to find there.

    ``settings``: directives of nginx or arguments of s_server, in which ``{name}`` stands for
    a file of the lab (see ``Lab.files``).  ``options`` are those of the Python servers.
    ``leaves``: the certificates, more than one with several key types.  ``host`` is asked
    for.  ``beyond_sslyze`` says why the second opinion cannot reach it, "" when it can;
    ``sslyze_misses`` why it cannot agree there on all that the server takes.
    """

    key: str
    server: Server
    expected: Expected = Expected()
    leaves: tuple[Leaf, ...] = (Leaf(),)
    settings: str = ""
    options: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    host: str = HOST
    listen: str = ""
    default_leaf: Leaf | None = None
    reject_others: bool = False
    beyond_sslyze: str = ""
    sslyze_misses: str = ""
