"""The scanner of mail: is what customers write to a shop's domain secured on its way?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import dns.rdatatype
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TLSA import TLSA

from scanners.api import (
    Clock,
    Evidence,
    NetOptions,
    ScanKind,
    ScanOutcome,
    ScanRequest,
    ScanResult,
    clip,
)
from scanners.mail.dane import Tlsa, compare
from scanners.mail.domains import domains_of
from scanners.mail.evidence import (
    DaneState,
    HostState,
    MailDomainFacts,
    MailHost,
    MxState,
)
from scanners.mail.exchanger import Exchange, Exchanger, HostLook
from scanners.mail.lookup import Answer, Found, Lookup
from scanners.mail.notes import Notes, NoteTaker
from scanners.mail.smtp import Manner
from scanners.net.guard import AddressGuard
from scanners.net.names import ascii_host, is_address
from scanners.net.pace import Pace
from scanners.tls.target import Deadline
from scanners.tls.trust import shared_store

SMTP_PORT = 25
# The most preferred ones; a domain with more is looked at in part.
MX_MAX = 10
# Time kept back to put results together, so that a scan ends before its deadline.
RESERVE_S = 0.3
_URL = re.compile(r"https?://([A-Za-z0-9.-]{1,253})")
_OUTCOMES = {
    HostState.NOT_PERMITTED: ScanOutcome.NOT_PERMITTED,
    HostState.NO_ANSWER: ScanOutcome.TIMED_OUT,
    HostState.SILENT: ScanOutcome.TIMED_OUT,
    HostState.NOT_LOOKED_AT: ScanOutcome.TIMED_OUT,
    HostState.REFUSED: ScanOutcome.REFUSED,
    HostState.TURNED_AWAY: ScanOutcome.REFUSED,
    HostState.CLOSED: ScanOutcome.REFUSED,
}


@dataclass(frozen=True, slots=True)
class _Domain:
    """A domain and what DNS says of its mail servers."""

    name: str
    state: MxState
    exchanges: tuple[Exchange, ...] = ()
    total: int = 0
    secure: bool = False
    reason: str = ""


class MailScanner:
    """Looks at the mail servers of a site's domains, one connection at a time.

    Options: ``ehlo_name``, the name to introduce ourselves with; without it the host of the
    address in the user agent.  ``expected["mail_domains"]`` names domains beside the
    registrable ones of the hosts.
    """

    kind: ClassVar[ScanKind] = ScanKind.MAIL

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._store = shared_store(options.ca_file)

    async def scan(self, request: ScanRequest) -> ScanResult:
        """One ``MailDomainFacts`` per mail domain; a seller is never scanned."""
        started, deadline = self._clock.now(), Deadline(request.deadline_s - RESERVE_S)
        if request.subject == "seller":
            reason = "A seller is never scanned technically."
            return ScanResult(
                self.kind, ScanOutcome.NOT_PERMITTED, (), started, 0.0, detail={"reason": reason}
            )
        lookup = Lookup(self._options.dns_server)
        domains = await asyncio.gather(
            *(self._domain(lookup, name, deadline) for name in domains_of(request))
        )
        taker = NoteTaker(lookup, self._options, self._clock)
        looks, notes = await asyncio.gather(
            self._looks(lookup, domains, _own_name(request, self._options), deadline),
            asyncio.gather(*(taker.take(d.name, _names(d), deadline) for d in domains)),
        )
        facts = [_facts(d, looks, n) for d, n in zip(domains, notes, strict=True)]
        outcome, reason = _outcome(facts)
        requests = sum(look.facts.connections for look in looks.values())
        return ScanResult(
            self.kind,
            outcome,
            tuple(self._evidence(f) for f in facts),
            started,
            (self._clock.now() - started).total_seconds(),
            requests + sum(n.requests for n in notes),
            {"reason": reason} if reason else {},
        )

    async def _domain(self, lookup: Lookup, name: str, deadline: Deadline) -> _Domain:
        """The mail servers of ``name``: as ``--mx`` says, else as DNS does."""
        override = next((to for key, to in self._options.mx.items() if _same(key, name)), None)
        if override is not None:
            host, port = override
            return _Domain(name, MxState.FOUND, (Exchange(host, port),), 1)
        try:
            async with asyncio.timeout(deadline.left_s):
                answer = await lookup.ask(name, dns.rdatatype.MX)
        except TimeoutError:
            return _Domain(name, MxState.UNKNOWN, reason="DNS did not answer in time")
        return _read_mx(name, answer)

    async def _looks(
        self, lookup: Lookup, domains: Sequence[_Domain], own_name: str, deadline: Deadline
    ) -> dict[tuple[str, int], HostLook]:
        """Every mail server once, one after the other, each in its share of the time left."""
        net = self._options
        exchanger = Exchanger(
            AddressGuard(net),
            self._store,
            self._clock,
            Manner(own_name, net.connect_timeout_s),
            Pace(net.requests_per_second),
        )
        wanted: dict[tuple[str, int], tuple[Exchange, list[_Domain]]] = {}
        for domain in domains:
            for exchange in domain.exchanges:
                key = (exchange.host, exchange.port)
                wanted.setdefault(key, (exchange, []))[1].append(domain)
        found: dict[tuple[str, int], HostLook] = {}
        for index, (key, (exchange, owners)) in enumerate(wanted.items()):
            share = Deadline(deadline.left_s / (len(wanted) - index))
            look = await exchanger.look(exchange, share)
            dane = await self._dane(lookup, exchange, owners, look, deadline)
            found[key] = replace(look, facts=replace(look.facts, dane=dane))
        return found

    async def _dane(
        self,
        lookup: Lookup,
        exchange: Exchange,
        owners: Sequence[_Domain],
        look: HostLook,
        deadline: Deadline,
    ) -> DaneState:
        """TLSA records count when they and the MX records are proven (RFC 7672 2.2)."""
        if exchange.problem or is_address(exchange.host):
            return DaneState.NOT_KNOWN
        try:
            async with asyncio.timeout(deadline.left_s):
                name = f"_{exchange.port}._tcp.{exchange.host}"
                answer = await lookup.ask(name, dns.rdatatype.TLSA)
        except TimeoutError:
            return DaneState.NOT_KNOWN
        if answer.absent:
            return DaneState.NONE
        if answer.found is Found.UNKNOWN or not answer.secure:
            return DaneState.NOT_KNOWN
        if not all(domain.secure for domain in owners):
            return DaneState.NOT_KNOWN
        records = [
            Tlsa(r.usage, r.selector, r.mtype, r.cert)
            for r in answer.records
            if isinstance(r, TLSA)
        ]
        names = (exchange.host, *(domain.name for domain in owners))
        return compare(records, look.chain, names, self._clock.now())

    def _evidence(self, facts: MailDomainFacts) -> Evidence:
        said = "; ".join(f"{h.host}: {h.text}" for h in facts.hosts)
        excerpt = said or facts.mx_reason or f"{facts.domain}: {_SAID[facts.mx]}"
        return Evidence(facts, f"dns:{facts.domain}?type=MX", self._clock.now(), clip(excerpt))


_SAID = {
    MxState.FOUND: "mail servers are published",
    MxState.NULL: "the domain takes no mail (null MX)",
    MxState.NONE: "no mail server is published",
    MxState.UNKNOWN: "DNS gave no answer",
}


def _same(key: str, name: str) -> bool:
    try:
        return ascii_host(key) == name
    except ValueError:
        return False


def _names(domain: _Domain) -> tuple[str, ...]:
    """The mail servers' names; none when not all are known."""
    whole = domain.total == len(domain.exchanges)
    return tuple(e.host for e in domain.exchanges) if whole else ()


def _read_mx(name: str, answer: Answer) -> _Domain:
    if answer.found is Found.UNKNOWN:
        return _Domain(name, MxState.UNKNOWN, reason=answer.reason)
    records = sorted(
        (r for r in answer.records if isinstance(r, MX)),
        key=lambda r: (r.preference, r.exchange.to_text()),
    )
    named = [r for r in records if r.exchange.to_text() != "."]
    if records and not named:
        # RFC 7505 3: one record that names the root; whatever its preference, senders obey.
        return _Domain(name, MxState.NULL, secure=answer.secure)
    if not named:
        # RFC 5321 5.1 would try the address of the domain itself: that is the web server more
        # often than not, and tz-12.4 says of no MX that nothing is known.
        return _Domain(name, MxState.NONE, secure=answer.secure)
    found = {exchange.host: exchange for exchange in map(_exchange, reversed(named))}
    exchanges = sorted(found.values(), key=lambda e: (e.preference, e.host))
    return _Domain(name, MxState.FOUND, tuple(exchanges[:MX_MAX]), len(exchanges), answer.secure)


def _exchange(record: MX) -> Exchange:
    text = record.exchange.to_text(omit_final_dot=True)
    try:
        host = ascii_host(text)
    except ValueError:
        problem = "its name is no host name"
        return Exchange(clip(text, 253), SMTP_PORT, record.preference, problem)
    if is_address(host):
        # RFC 5321 5.1: an MX record names a host; senders do not dial an address there.
        return Exchange(host, SMTP_PORT, record.preference, "its name is an address")
    return Exchange(host, SMTP_PORT, record.preference)


def _own_name(request: ScanRequest, options: NetOptions) -> str:
    """The name for EHLO (RFC 5321 4.1.4)."""
    given = request.options.get("ehlo_name")
    found = _URL.search(options.user_agent)
    for text in (given, found.group(1) if found else None):
        if isinstance(text, str):
            try:
                return ascii_host(text)
            except ValueError:
                continue
    return "scanner.invalid"


def _facts(
    domain: _Domain, looks: dict[tuple[str, int], HostLook], notes: Notes
) -> MailDomainFacts:
    hosts: list[MailHost] = []
    for exchange in domain.exchanges:
        look = looks[(exchange.host, exchange.port)]
        hosts.append(replace(look.facts, preference=exchange.preference))
    return MailDomainFacts(
        domain=domain.name,
        mx=domain.state,
        mx_reason=clip(domain.reason, 200),
        mx_secure=domain.secure,
        hosts=tuple(hosts),
        hosts_total=domain.total,
        spf=notes.spf,
        dmarc=notes.dmarc,
        mta_sts=notes.mta_sts,
        tls_rpt=notes.tls_rpt,
    )


def _outcome(facts: Sequence[MailDomainFacts]) -> tuple[ScanOutcome, str]:
    """Complete when every mail server gave a clear answer, partial when some did."""
    if not facts:
        return ScanOutcome.UNREACHABLE, "There is no mail domain to look at."
    troubles = [f"{f.domain}: {f.mx_reason}" for f in facts if f.mx is MxState.UNKNOWN]
    hosts = [host for f in facts for host in f.hosts]
    unclear = [host for host in hosts if not _is_clear(host)]
    troubles += [f"{host.host}: {host.text}" for host in unclear]
    troubles += [f"{f.domain} has {f.hosts_total} mail servers" for f in facts
                 if f.hosts_total > len(f.hosts)]  # fmt: skip
    if not troubles:
        return ScanOutcome.COMPLETE, ""
    reason = clip("; ".join(troubles[:3]), 300)
    clear = len(hosts) > len(unclear) or any(f.mx in (MxState.NULL, MxState.NONE) for f in facts)
    if clear or not unclear:
        return (ScanOutcome.PARTIAL if clear else ScanOutcome.UNREACHABLE), reason
    return _OUTCOMES.get(unclear[0].state, ScanOutcome.UNREACHABLE), reason


def _is_clear(host: MailHost) -> bool:
    return host.state is HostState.SECURED or host.starttls is False
