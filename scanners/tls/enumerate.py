"""Which protocols, suites and groups a server takes: offer all, drop the chosen one, repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scanners.tls.ask import PROTOCOL_VERSION, Server
from scanners.tls.hello import Answer, Kind
from scanners.tls.suites import (
    GOOD_GROUPS,
    GROUP_NAMES,
    MODERN_GROUPS,
    PROTOCOLS,
    SIGNATURE_HASH,
    SSL3,
    TLS10,
    TLS11,
    TLS12,
    TLS13,
    WEAK_GROUPS,
    suites_of,
)

VERSIONS = (TLS13, TLS12, TLS11, TLS10, SSL3)
CHUNK = 64
SHUT = frozenset({Kind.CLOSED, Kind.RESET})
_EXTENDED_MASTER_SECRET = 23
_RENEGOTIATION_INFO = 0xFF01


@dataclass(slots=True)
class Enumerated:
    """What the hellos taught; None where a question stayed open.

    ``known`` is a (version, suite) the server took before, when there is one.
    """

    protocols: dict[str, bool | None] = field(
        default_factory=lambda: dict.fromkeys(PROTOCOLS[v] for v in VERSIONS)
    )
    suites: dict[str, tuple[str, ...] | None] = field(
        default_factory=lambda: dict.fromkeys(PROTOCOLS[v] for v in VERSIONS)
    )
    groups: list[str] = field(default_factory=list)
    signature_hashes: list[str] = field(default_factory=list)
    compression: bool | None = None
    extended_master_secret: bool | None = None
    secure_renegotiation: bool | None = None
    known: tuple[int, str] | None = None


async def enumerate_server(server: Server, found: Enumerated) -> None:
    """Ask for every version in turn, into ``found``; about accepted suites + 10 connections.

    Cancelled half-way, what was learned so far stands and the rest is not known.
    """
    for version in VERSIONS:
        await _version(server, version, found)
    if found.protocols.get(PROTOCOLS[TLS12]):
        await _weak_groups(server, found)


async def _version(server: Server, version: int, found: Enumerated) -> None:
    name = PROTOCOLS[version]
    accepted: list[str] = []
    open_question = False
    universe = suites_of(version)
    for start in range(0, len(universe), CHUNK):
        left = list(universe[start : start + CHUNK])
        shares = False
        while left:
            taken, suite, answer = await _offer(server, version, left, shares, found)
            if taken is None:
                open_question = True
                break
            if not taken:
                if not accepted and not shares and _may_want_shares(version, answer):
                    shares = True
                    continue
                break
            accepted.append(suite)
            left.remove(suite)
            found.known = found.known or (version, suite)
            _learn(found, version, answer)
    found.protocols[name] = True if accepted else None if open_question else False
    found.suites[name] = None if open_question else tuple(accepted)


def _may_want_shares(version: int, answer: Answer) -> bool:
    """A server may refuse an empty key_share only, though RFC 8446 4.2.8 allows one.

    protocol_version says by itself that TLS 1.3 is off.
    """
    plain = answer.kind is Kind.ALERT and answer.alert == PROTOCOL_VERSION
    return version == TLS13 and not plain


async def _offer(
    server: Server, version: int, left: Sequence[str], shares: bool, found: Enumerated
) -> tuple[bool | None, str, Answer]:
    groups = MODERN_GROUPS if version == TLS13 else GOOD_GROUPS
    taken, suite, answer = await server.accepts(version, left, groups=groups, shares=shares)
    if taken is not None or answer.kind not in SHUT or found.known is None:
        return taken, suite, answer
    # Some servers (Schannel) close instead of an alert.  It is a "no" only when a question
    # they are known to answer is answered before and after: a limiter does not choose so well.
    known, known_suite = found.known
    for _ in range(2):
        heard, _, _ = await server.accepts(known, [known_suite])
        if not heard:
            return None, "", answer
        taken, suite, answer = await server.accepts(version, left, groups=groups, shares=shares)
        if taken is not None or answer.kind not in SHUT:
            return taken, suite, answer
    server.doubtful -= 3
    return False, "", answer


def _learn(found: Enumerated, version: int, answer: Answer) -> None:
    if answer.group is not None:
        _add(found.groups, GROUP_NAMES.get(answer.group, f"group-{answer.group}"))
    if answer.dh_bits is not None:
        _add(found.groups, f"dh-{answer.dh_bits}")
    if version != TLS12:
        return
    if answer.signature is not None:
        code = answer.signature >> 8
        _add(found.signature_hashes, SIGNATURE_HASH.get(code, f"hash-{code}"))
    found.compression = bool(answer.compression) or bool(found.compression)
    found.extended_master_secret = _EXTENDED_MASTER_SECRET in answer.extensions
    found.secure_renegotiation = _RENEGOTIATION_INFO in answer.extensions


def _add(items: list[str], item: str) -> None:
    if item not in items:
        items.append(item)


async def _weak_groups(server: Server, found: Enumerated) -> None:
    """Weak groups first, the certificate's likely curves last: what is chosen tells all."""
    ecdhe = [s for s in suites_of(TLS12) if s.startswith("TLS_ECDHE")][:CHUNK]
    offer = ("secp224r1", *WEAK_GROUPS, *GOOD_GROUPS[1:3])
    answer = await server.ask(TLS12, ecdhe, groups=offer)
    if answer.group is not None:
        _add(found.groups, GROUP_NAMES.get(answer.group, f"group-{answer.group}"))
