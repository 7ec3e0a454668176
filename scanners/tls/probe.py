"""The certificate probe: the served chain of one host, judged; usually one connection."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scanners.api import Clock, NetOptions, ScanOutcome, clip
from scanners.net.guard import AddressGuard, Endpoint, RefusedAddressError, ResolveError
from scanners.net.names import ascii_host
from scanners.net.transport import reading_context, verifying_context
from scanners.tls.ask import Server
from scanners.tls.chain import (
    host_matches,
    judge_chain,
    names_of,
    parse_chain,
    seen,
    text_of,
)
from scanners.tls.evidence import ChainReason, HostCertificate
from scanners.tls.handshake import leaf_of
from scanners.tls.hello import Kind
from scanners.tls.suites import PROTOCOLS, TLS12, is_weak, names_by_code, suites_of

OFFER = 64
ADDRESSES_MAX = 4
_OUTCOMES = {
    Kind.TIMEOUT: ScanOutcome.TIMED_OUT,
    Kind.REFUSED: ScanOutcome.REFUSED,
}
# Of OpenSSL's X509_V_ERR codes: the chain leads to a trusted root, the leaf itself is amiss.
_LEAF_CODES = (9, 10, 62, 64)
_SELF_SIGNED_CODES = (18,)
_ISSUER_CODES = (20, 21)


@dataclass(frozen=True, slots=True)
class Probed:
    """A host's certificate with how the probe ended.

    ``known`` is a (version, suite) the server took, when one was seen.
    """

    certificate: HostCertificate
    outcome: ScanOutcome
    connections: int
    endpoint: Endpoint | None
    known: tuple[int, str] | None = None


class Prober:
    """Probes hosts through the guard; ``timeout_s`` bounds one question."""

    def __init__(self, options: NetOptions, clock: Clock, timeout_s: float) -> None:
        self._options = options
        self._clock = clock
        self._guard = AddressGuard(options)
        self._timeout_s = timeout_s

    async def probe(self, host: str, port: int, deadline_s: float) -> Probed:
        """The certificate of ``host`` within ``deadline_s``; every failure is an outcome."""
        tried: list[Server] = []
        try:
            async with asyncio.timeout(deadline_s):
                return await self._probe(host, port, tried)
        except TimeoutError:
            connections = sum(server.connections for server in tried)
            endpoint = tried[-1].endpoint if tried else None
            reason = "no answer within the time of this scan"
            return _unseen(host, port, ScanOutcome.TIMED_OUT, reason, endpoint, connections)

    async def _probe(self, host: str, port: int, tried: list[Server]) -> Probed:
        try:
            name = ascii_host(host)
            endpoints = await self._guard.resolve(name, port)
        except RefusedAddressError as error:
            return _unseen(host, port, ScanOutcome.NOT_PERMITTED, str(error))
        except (ResolveError, ValueError) as error:
            return _unseen(host, port, ScanOutcome.UNREACHABLE, str(error))
        first: Probed | None = None
        for endpoint in _in_turn(endpoints):
            server = Server(name, endpoint, self._timeout_s, tries=2)
            tried.append(server)
            found = await self._at(server, name, port)
            if found.outcome is ScanOutcome.COMPLETE:
                return replace(found, connections=sum(s.connections for s in tried))
            first = first or found
        if first is None:
            return _unseen(name, port, ScanOutcome.UNREACHABLE, f"{name} has no address")
        return replace(first, connections=sum(s.connections for s in tried))

    async def _at(self, server: Server, name: str, port: int) -> Probed:
        """One address: first the hello that shows the chain, then a real handshake."""
        suites = [s for s in suites_of(TLS12) if not is_weak(s)][: OFFER - 8]
        suites += [s for s in suites_of(TLS12) if is_weak(s) and "RSA_WITH" in s][:8]
        answer = await server.ask(TLS12, suites)
        if answer.kind is Kind.HELLO and answer.chain:
            found = self._judged(name, port, server.endpoint, answer.chain)
            suite = names_by_code().get(answer.suite)
            known = (answer.version, suite) if suite and answer.version in PROTOCOLS else None
            return Probed(found, ScanOutcome.COMPLETE, 0, server.endpoint, known)
        if answer.kind in (Kind.HELLO, Kind.ALERT, Kind.CLOSED, Kind.RESET):
            return await self._handshake(server, name, port)
        kind = answer.kind or Kind.CLOSED
        outcome = _OUTCOMES.get(kind, ScanOutcome.UNREACHABLE)
        return _unseen(name, port, outcome, f"no TLS answer: {kind.value}", server.endpoint)

    def _judged(
        self, host: str, port: int, endpoint: Endpoint, served: list[bytes]
    ) -> HostCertificate:
        chain, readable = parse_chain(served)
        if not readable:
            return HostCertificate(
                host, port, endpoint.address, ChainReason.NO_HANDSHAKE, None, None, (),
                text_of(ChainReason.NO_HANDSHAKE), "the certificate cannot be read",
            )  # fmt: skip
        now = self._clock.now()
        reason, trusted, matches = judge_chain(chain, host, self._options.ca_file, now)
        return HostCertificate(
            host, port, endpoint.address, reason, trusted, matches,
            tuple(seen(c) for c in chain[:6]), text_of(reason),
        )  # fmt: skip

    async def _handshake(self, server: Server, host: str, port: int) -> Probed:
        """TLS 1.3 alone hides the chain: a real handshake, and the library's word on trust."""
        trouble: ssl.SSLCertVerificationError | None = None
        try:
            server.connections += 1
            try:
                context = verifying_context(self._options.ca_file)
                leaf = await leaf_of(host, server.endpoint, context, self._timeout_s)
            except ssl.SSLCertVerificationError as error:
                trouble = error
                server.connections += 1
                leaf = await leaf_of(host, server.endpoint, reading_context(), self._timeout_s)
        except TimeoutError:
            reason = "no complete handshake in time"
            return _unseen(host, port, ScanOutcome.TIMED_OUT, reason, server.endpoint)
        except OSError as error:
            reason = clip(getattr(error, "reason", None) or str(error), 200)
            return _unseen(host, port, ScanOutcome.UNREACHABLE, reason, server.endpoint)
        found = self._from_leaf(host, port, server.endpoint, leaf, trouble)
        return Probed(found, ScanOutcome.COMPLETE, 0, server.endpoint)

    def _from_leaf(
        self,
        host: str,
        port: int,
        endpoint: Endpoint,
        leaf: bytes,
        trouble: ssl.SSLCertVerificationError | None,
    ) -> HostCertificate:
        chain, readable = parse_chain([leaf])
        if not readable:
            return HostCertificate(
                host, port, endpoint.address, ChainReason.NO_HANDSHAKE, None, None, (),
                text_of(ChainReason.NO_HANDSHAKE), "the certificate cannot be read",
            )  # fmt: skip
        certificate = seen(chain[0])
        matches = host_matches(names_of(chain[0]), host)
        reason = _reason(certificate.not_before, certificate.not_after, matches, trouble,
                         self._clock.now())  # fmt: skip
        trusted = trouble is None or trouble.verify_code in _LEAF_CODES
        return HostCertificate(
            host, port, endpoint.address, reason, trusted, matches, (certificate,), text_of(reason)
        )


def _in_turn(endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """The first IPv4 and the first IPv6 address before any other, a few in all."""
    families = {":" in e.address: e for e in reversed(endpoints)}
    first = [families[six] for six in (False, True) if six in families]
    return [*first, *(e for e in endpoints if e not in first)][:ADDRESSES_MAX]


def _reason(
    first: datetime,
    last: datetime,
    matches: bool,
    trouble: ssl.SSLCertVerificationError | None,
    now: datetime,
) -> ChainReason:
    if now >= last:
        return ChainReason.EXPIRED
    if now < first:
        return ChainReason.NOT_YET_VALID
    if not matches:
        return ChainReason.WRONG_HOST
    if trouble is None:
        return ChainReason.OK
    if trouble.verify_code in _SELF_SIGNED_CODES:
        return ChainReason.SELF_SIGNED
    if trouble.verify_code in _ISSUER_CODES:
        return ChainReason.MISSING_INTERMEDIATE
    return ChainReason.UNTRUSTED_ROOT


def _unseen(
    host: str,
    port: int,
    outcome: ScanOutcome,
    reason: str,
    endpoint: Endpoint | None = None,
    connections: int = 0,
) -> Probed:
    certificate = HostCertificate(
        host, port, "" if endpoint is None else endpoint.address, ChainReason.NO_HANDSHAKE,
        None, None, (), text_of(ChainReason.NO_HANDSHAKE), clip(reason, 200),
    )  # fmt: skip
    return Probed(certificate, outcome, connections, endpoint)
