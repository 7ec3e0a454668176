"""The addresses behind one name: which are looked at, and what their views say together."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from scanners.api import ScanOutcome
from scanners.net.guard import Endpoint
from scanners.tls.evidence import CertificateFacts
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.hello import Learnt
from scanners.tls.target import Target

# Of each family; names with more (content networks) show others at the next scan.
ADDRESSES_PER_FAMILY = 4
PROVEN_FOR_S = 86_400.0
OUTCOMES = {
    Why.HANDSHAKE_FAILED: ScanOutcome.REFUSED,
    Why.NOT_TLS: ScanOutcome.UNREACHABLE,
    Why.CLOSED: ScanOutcome.REFUSED,
    Why.REFUSED: ScanOutcome.REFUSED,
    Why.TIMED_OUT: ScanOutcome.TIMED_OUT,
    Why.UNREACHABLE: ScanOutcome.UNREACHABLE,
    Why.UNREADABLE: ScanOutcome.PARTIAL,
    Why.NOT_PERMITTED: ScanOutcome.NOT_PERMITTED,
}
_SILENT = (Why.TIMED_OUT, Why.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Looked:
    """One view of a host and what further looks at it need.

    ``endpoints`` showed the very same; ``chain`` is as served (DER), empty when no
    certificate was seen.  ``hello`` is what the address of the facts answered to a hello of
    TLS 1.2 that showed the chain.
    """

    target: Target
    facts: CertificateFacts
    endpoints: tuple[Endpoint, ...]
    chain: tuple[bytes, ...] = ()
    issuer: bytes | None = None
    hello: Learnt | None = None

    @property
    def outcome(self) -> ScanOutcome:
        """Complete when a certificate was seen."""
        if self.chain:
            return ScanOutcome.COMPLETE
        return OUTCOMES.get(self.facts.reason, ScanOutcome.PARTIAL)


def has_route(address: str) -> bool:
    """Does this machine's routing table lead to ``address``?  Sends nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.connect((address, 443))
    except OSError:
        return False
    return True


class Paths:
    """What this process knows of its own ways into the IPv6 world.

    Many machines have an IPv6 address and no IPv6 network behind it.  As long as nothing
    at all answered over IPv6 in the last day, silence there is held to be ours.
    """

    def __init__(self, routed: Callable[[str], bool] = has_route) -> None:
        self._routed = routed
        self._proven_at: float | None = None

    def leads_to(self, address: str) -> bool:
        """False when dialling would be in vain."""
        return ":" not in address or self._routed(address)

    def heard(self, address: str) -> None:
        """Something at ``address`` answered, be it with a refusal."""
        if ":" in address:
            self._proven_at = time.monotonic()

    def may_be_ours(self, address: str) -> bool:
        """May silence of ``address`` be the fault of our own network?"""
        if ":" not in address:
            return False
        proven = self._proven_at
        return proven is None or time.monotonic() - proven > PROVEN_FOR_S


@cache
def shared_paths() -> Paths:
    """The one of this process."""
    return Paths()


def chosen(endpoints: Iterable[Endpoint]) -> tuple[tuple[Endpoint, ...], int]:
    """The addresses to look at, as resolved, and how many are left out."""
    taken: list[Endpoint] = []
    count = {True: 0, False: 0}
    left_out = 0
    for endpoint in endpoints:
        newer = ":" in endpoint.address
        count[newer] += 1
        if count[newer] > ADDRESSES_PER_FAMILY:
            left_out += 1
        else:
            taken.append(endpoint)
    return tuple(taken), left_out


def views(
    looks: Sequence[Looked], paths: Paths, not_routed: Sequence[str], left_out: int
) -> tuple[Looked, ...]:
    """One view per different sight, in the order of the addresses.

    Where another address answers, an address with a closed port has no https to judge and
    one that may be silent by our own fault is not counted; the first view names both.
    """
    if len(looks) == 1 and looks[0].chain and not not_routed and not left_out:
        facts = looks[0].facts
        return (replace(looks[0], facts=replace(facts, addresses=(facts.address,))),)
    silent = [w for w in looks if w.facts.reason in _SILENT and _ours(w, paths)]
    closed = [w for w in looks if w.facts.reason is Why.REFUSED]
    kept = [w for w in looks if w not in silent and w not in closed]
    if not kept:
        kept, closed = (closed, []) if closed else (silent, [])
    if not kept:
        return ()
    if silent and kept[0] in silent:
        silent = []
    merged = _merged(kept)
    dropped = [*silent, *closed]
    first = merged[0].facts
    first = replace(
        first,
        not_routed=(*not_routed, *(w.facts.address for w in silent)),
        refused=tuple(w.facts.address for w in closed),
        left_out=left_out,
        connections=first.connections + sum(w.facts.connections for w in dropped),
    )
    return (replace(merged[0], facts=first), *merged[1:])


def _ours(look: Looked, paths: Paths) -> bool:
    return paths.may_be_ours(look.facts.address)


def _merged(looks: Iterable[Looked]) -> list[Looked]:
    found: dict[object, Looked] = {}
    for look in looks:
        facts = look.facts
        sight = (facts.reason, facts.problems, look.chain, facts.protocol, facts.staple)
        same = found.get(sight)
        if same is None:
            addresses = (facts.address,) if facts.address else ()
            found[sight] = replace(look, facts=replace(facts, addresses=addresses))
            continue
        both = replace(
            same.facts,
            addresses=(*same.facts.addresses, facts.address),
            connections=same.facts.connections + facts.connections,
        )
        found[sight] = replace(same, facts=both, endpoints=(*same.endpoints, *look.endpoints))
    return list(found.values())
