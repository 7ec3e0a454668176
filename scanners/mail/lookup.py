"""Questions to DNS: one resolver, bounded time, and never a guess.

A resolver's word that DNSSEC was checked (the AD flag) counts only from this machine:
anybody on the way can set it (RFC 6840 5.8, RFC 7672 2.2).
"""

from __future__ import annotations

import asyncio
import ipaddress
import struct
import sys
from dataclasses import dataclass
from enum import StrEnum

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.resolver
from dns.message import QueryMessage

from scanners.net.dns import server_of

TRY_S = 2.0
TRIES = 2
# After so many unanswered questions a resolver that never answered is not asked again.
GIVE_UP_AFTER = 4
SERVERS_MAX = 2
RECORDS_MAX = 100
ALIASES_MAX = 4
# RFC 9715: what passes everywhere in one packet.
PAYLOAD_BYTES = 1232
# What the library may raise on a hostile packet or a connection that ends.
_TROUBLE = (
    dns.exception.DNSException, OSError, EOFError, ValueError, IndexError, KeyError,
    NotImplementedError, struct.error,
)  # fmt: skip

_LATE, _UNREADABLE = "DNS did not answer in time", "the answer of DNS cannot be read"


class _NoAnswerError(ValueError):
    """The resolver answered, but not the question; the text may be shown."""


class Found(StrEnum):
    """What the resolver said."""

    RECORDS = "records"
    NO_RECORDS = "no_records"
    NO_NAME = "no_name"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """Records of one name and type; ``secure``: DNSSEC was checked by a resolver we believe."""

    found: Found
    records: tuple[dns.rdata.Rdata, ...] = ()
    secure: bool = False
    reason: str = ""

    @property
    def absent(self) -> bool:
        """Does DNS say that there are no such records?"""
        return self.found in (Found.NO_RECORDS, Found.NO_NAME)


@dataclass(frozen=True, slots=True)
class Server:
    """One resolver."""

    address: str
    port: int

    @property
    def believed(self) -> bool:
        """Is it on this machine, so that nobody stands between?"""
        try:
            return ipaddress.ip_address(self.address).is_loopback
        except ValueError:
            return False


def servers_of(dns_server: str | None) -> tuple[Server, ...]:
    """``ADDRESS``, ``ADDRESS:PORT`` or ``[IPV6]:PORT``; the system's resolvers without one."""
    if dns_server is not None:
        return (Server(*server_of(dns_server)),)
    try:
        known = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        return ()
    return tuple(Server(str(s), known.port) for s in known.nameservers)[:SERVERS_MAX]


class Lookup:
    """Asks for one scan; at most ``TRIES`` rounds over the resolvers per question."""

    def __init__(self, dns_server: str | None) -> None:
        self._servers = servers_of(dns_server)
        self._unanswered = dict.fromkeys(self._servers, 0)

    async def ask(self, name: str, kind: dns.rdatatype.RdataType) -> Answer:
        """The records of ``name``; aliases are followed, trouble is ``UNKNOWN``."""
        try:
            wanted = dns.name.from_text(name)
        except _TROUBLE:
            return Answer(Found.UNKNOWN, reason="not a name DNS knows")
        secure = True
        for _ in range(ALIASES_MAX):
            answer, alias = await self._ask(wanted, kind)
            secure = secure and answer.secure
            if alias is None:
                return Answer(answer.found, answer.records, secure, answer.reason)
            wanted = alias
        return Answer(Found.UNKNOWN, reason="an alias leads to another without end")

    async def _ask(
        self, name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> tuple[Answer, dns.name.Name | None]:
        """One name; the second value is where an alias leads that the answer does not follow."""
        reason = "no resolver is configured"
        for _ in range(TRIES):
            for server in self._servers:
                if self._unanswered[server] >= GIVE_UP_AFTER:
                    reason = _LATE
                    continue
                try:
                    message = await self._exchange(server, name, kind)
                    return _read(message, name, server)
                except (TimeoutError, dns.exception.Timeout):
                    reason = _LATE
                    self._unanswered[server] += 1
                except _TROUBLE as error:
                    reason = str(error) if isinstance(error, _NoAnswerError) else _UNREADABLE
        return Answer(Found.UNKNOWN, reason=reason), None

    async def _exchange(
        self, server: Server, name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> QueryMessage:
        question = dns.message.make_query(
            name, kind, flags=dns.flags.RD | dns.flags.AD, use_edns=0, payload=PAYLOAD_BYTES
        )
        async with asyncio.timeout(TRY_S):
            # Whatever is not the answer to this question is waited past, not believed.
            answer, _ = await dns.asyncquery.udp_with_fallback(
                question, server.address, timeout=TRY_S, port=server.port,
                ignore_unexpected=True, ignore_errors=True,
            )  # fmt: skip
        # One that does answer is never given up.
        self._unanswered[server] = -sys.maxsize
        if not isinstance(answer, QueryMessage):
            raise _NoAnswerError("what DNS sent is no answer")
        if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            raise _NoAnswerError(f"DNS answered {dns.rcode.to_text(answer.rcode())}")
        return answer


def _read(
    message: QueryMessage, name: dns.name.Name, server: Server
) -> tuple[Answer, dns.name.Name | None]:
    chain = message.resolve_chaining()
    secure = server.believed and bool(message.flags & dns.flags.AD)
    if chain.answer is not None:
        return Answer(Found.RECORDS, tuple(chain.answer)[:RECORDS_MAX], secure), None
    if message.rcode() == dns.rcode.NXDOMAIN:
        return Answer(Found.NO_NAME, secure=secure), None
    if chain.canonical_name != name:
        return Answer(Found.NO_RECORDS, secure=secure), chain.canonical_name
    return Answer(Found.NO_RECORDS, secure=secure), None
