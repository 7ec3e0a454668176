"""What a domain publishes about its mail: SPF, DMARC, MTA-STS, TLS-RPT.  Facts for notes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import dns.rdata
import dns.rdatatype
from dns.rdtypes.txtbase import TXTBase

from scanners.api import Clock, NetOptions, clip
from scanners.mail.evidence import DmarcFacts, MtaStsFacts, RecordState, SpfFacts
from scanners.mail.lookup import Answer, Found, Lookup
from scanners.mail.records import (
    covers,
    read_dmarc,
    read_mta_sts,
    read_policy,
    read_spf,
    read_tls_rpt,
)
from scanners.net.fetch import Fetcher, FetchError
from scanners.net.names import registrable_domain
from scanners.tls.target import Deadline

# RFC 8461 3.3 suggests 64 KB and a minute.
POLICY_MAX_BYTES = 65_536
POLICY_MAX_S = 15.0
_OK = 200
T = TypeVar("T")


@dataclass(slots=True)
class Notes:
    """What was found; ``requests`` counts the HTTP requests sent."""

    spf: SpfFacts
    dmarc: DmarcFacts
    mta_sts: MtaStsFacts
    tls_rpt: RecordState
    requests: int = 0


class NoteTaker:
    """Reads the records of a domain from DNS, and the MTA-STS policy over https."""

    def __init__(self, lookup: Lookup, options: NetOptions, clock: Clock) -> None:
        self._lookup = lookup
        self._options = options
        self._clock = clock

    async def take(self, domain: str, hosts: Sequence[str], deadline: Deadline) -> Notes:
        """Notes on ``domain`` whose mail servers are ``hosts``; always an answer, in time."""
        notes = Notes(SpfFacts(), DmarcFacts(), MtaStsFacts(), RecordState.UNKNOWN)
        jobs = (
            self._spf(notes, domain),
            self._dmarc(notes, domain),
            self._tls_rpt(notes, domain),
            self._mta_sts(notes, domain, hosts, deadline),
        )
        try:
            async with asyncio.timeout(deadline.left_s), asyncio.TaskGroup() as group:
                for job in jobs:
                    group.create_task(job)
        except TimeoutError:
            # What was found by then stays; the rest is unknown as it began.
            return notes
        return notes

    async def _texts(self, name: str) -> tuple[Answer, list[str]]:
        answer = await self._lookup.ask(name, dns.rdatatype.TXT)
        return answer, [_text(record) for record in answer.records]

    async def _spf(self, notes: Notes, domain: str) -> None:
        answer, texts = await self._texts(domain)
        notes.spf = _unless_unknown(answer, read_spf(texts), SpfFacts(problem=answer.reason))

    async def _dmarc(self, notes: Notes, domain: str) -> None:
        """At the domain, else at the domain somebody registered (RFC 7489 6.6.3)."""
        owner = registrable_domain(domain)
        for place in dict.fromkeys((domain, owner)):
            answer, texts = await self._texts(f"_dmarc.{place}")
            found = read_dmarc(texts, f"_dmarc.{place}", inherited=place != domain)
            notes.dmarc = _unless_unknown(answer, found, DmarcFacts(problem=answer.reason))
            if notes.dmarc.state is not RecordState.ABSENT:
                return

    async def _tls_rpt(self, notes: Notes, domain: str) -> None:
        answer, texts = await self._texts(f"_smtp._tls.{domain}")
        notes.tls_rpt = _unless_unknown(answer, read_tls_rpt(texts), RecordState.UNKNOWN)

    async def _mta_sts(
        self, notes: Notes, domain: str, hosts: Sequence[str], deadline: Deadline
    ) -> None:
        answer, texts = await self._texts(f"_mta-sts.{domain}")
        record = _unless_unknown(answer, read_mta_sts(texts), RecordState.UNKNOWN)
        notes.mta_sts = MtaStsFacts(record, problem=answer.reason)
        if record is RecordState.ABSENT:
            notes.mta_sts = MtaStsFacts(record, RecordState.ABSENT)
        elif record is RecordState.PRESENT:
            found = await self._policy(notes, domain, hosts, deadline)
            notes.mta_sts = replace(found, record=record)

    async def _policy(
        self, notes: Notes, domain: str, hosts: Sequence[str], deadline: Deadline
    ) -> MtaStsFacts:
        """The policy file; redirects are not followed, the certificate must hold (RFC 8461 3.3)."""
        url = f"https://mta-sts.{domain}/.well-known/mta-sts.txt"
        async with Fetcher(self._options, self._clock) as fetcher:
            try:
                exchange = await fetcher.get(
                    url, follow=False, max_bytes=POLICY_MAX_BYTES,
                    deadline_s=min(POLICY_MAX_S, deadline.left_s),
                )  # fmt: skip
            except FetchError as error:
                return MtaStsFacts(problem=clip(f"the policy was not read: {error.reason}", 200))
            finally:
                notes.requests += fetcher.requests
        if exchange.tls_error:
            problem = f"the policy's certificate is not accepted: {exchange.tls_error}"
            return MtaStsFacts(policy=RecordState.INVALID, problem=clip(problem, 200))
        if exchange.status != _OK or exchange.truncated:
            problem = f"the policy is answered with {exchange.status}"
            return MtaStsFacts(policy=RecordState.INVALID, problem=problem)
        policy = read_policy(exchange.text())
        if policy.problem:
            return MtaStsFacts(policy=RecordState.INVALID, mode=policy.mode, problem=policy.problem)
        named = covers(policy.patterns, hosts) if hosts and policy.mode != "none" else None
        return MtaStsFacts(policy=RecordState.PRESENT, mode=policy.mode, covers=named)


def _text(record: dns.rdata.Rdata) -> str:
    """The strings of one TXT record, put together without spaces (RFC 7208 3.3)."""
    strings = record.strings if isinstance(record, TXTBase) else ()
    return b"".join(strings).decode("utf-8", "replace")


def _unless_unknown(answer: Answer, found: T, unknown: T) -> T:
    return unknown if answer.found is Found.UNKNOWN else found
