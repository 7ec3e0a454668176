"""Which protocols, suites and groups a server takes: offer all, drop the chosen one, repeat."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanners.tls.ask import Server
from scanners.tls.suites import (
    GOOD_GROUPS,
    GROUP_NAMES,
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
_EXTENDED_MASTER_SECRET = 23
_RENEGOTIATION_INFO = 0xFF01


@dataclass(slots=True)
class Enumerated:
    """What the hellos taught; None where a question stayed open."""

    protocols: dict[str, bool | None] = field(default_factory=dict)
    suites: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    signature_hashes: list[str] = field(default_factory=list)
    compression: bool | None = None
    extended_master_secret: bool | None = None
    secure_renegotiation: bool | None = None


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
        while left:
            taken, suite, answer = await server.accepts(version, left)
            if taken is None:
                open_question = True
                break
            if not taken:
                break
            accepted.append(suite)
            left.remove(suite)
            _learn(found, version, answer.group, answer.dh_bits, answer.signature)
            if version == TLS12:
                found.compression = bool(answer.compression) or bool(found.compression)
                found.extended_master_secret = _EXTENDED_MASTER_SECRET in answer.extensions
                found.secure_renegotiation = _RENEGOTIATION_INFO in answer.extensions
    found.protocols[name] = True if accepted else None if open_question else False
    found.suites[name] = None if open_question else tuple(accepted)


def _learn(
    found: Enumerated, version: int, group: int | None, dh_bits: int | None, signature: int | None
) -> None:
    if group is not None:
        _add(found.groups, GROUP_NAMES.get(group, f"group-{group}"))
    if dh_bits is not None:
        _add(found.groups, f"dh-{dh_bits}")
    if signature is not None and version == TLS12:
        _add(found.signature_hashes, SIGNATURE_HASH.get(signature >> 8, f"hash-{signature >> 8}"))


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
