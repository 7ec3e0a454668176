"""The certificate probe: the served chain of one host, judged; usually one connection."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime

from scanners.api import Clock, NetOptions, ScanOutcome, clip
from scanners.net.guard import AddressGuard, Endpoint, RefusedAddressError, ResolveError
from scanners.net.names import ascii_host
from scanners.net.transport import reading_context, verifying_context
from scanners.tls.ask import ANSWERED, Server
from scanners.tls.chain import host_matches, judge_chain, parse_chain, seen, text_of
from scanners.tls.evidence import ChainReason, HostCertificate
from scanners.tls.hello import Kind
from scanners.tls.suites import TLS12, is_weak, suites_of

OFFER = 64
_OUTCOMES = {
    Kind.TIMEOUT: ScanOutcome.TIMED_OUT,
    Kind.REFUSED: ScanOutcome.REFUSED,
}
_SELF_SIGNED_CODES = (18,)
_ISSUER_CODES = (20, 21)


@dataclass(frozen=True, slots=True)
class Probed:
    """A host's certificate with how the probe ended."""

    certificate: HostCertificate
    outcome: ScanOutcome
    connections: int
    endpoint: Endpoint | None


class Prober:
    """Probes hosts through the guard."""

    def __init__(self, options: NetOptions, clock: Clock, timeout_s: float) -> None:
        self._options = options
        self._clock = clock
        self._guard = AddressGuard(options)
        self._timeout_s = timeout_s

    async def probe(self, host: str, port: int) -> Probed:
        """The certificate of ``host``; every failure is an outcome."""
        try:
            name = ascii_host(host)
            endpoints = await self._guard.resolve(name, port)
        except RefusedAddressError as error:
            return _unseen(host, port, ScanOutcome.NOT_PERMITTED, str(error))
        except (ResolveError, ValueError) as error:
            return _unseen(host, port, ScanOutcome.UNREACHABLE, str(error))
        endpoint = endpoints[0]
        server = Server(name, endpoint, self._timeout_s, tries=2)
        suites = [s for s in suites_of(TLS12) if not is_weak(s)][: OFFER - 8]
        suites += [s for s in suites_of(TLS12) if is_weak(s) and "RSA_WITH" in s][:8]
        answer = await server.ask(TLS12, suites)
        if answer.kind is Kind.HELLO and answer.chain:
            found = self._judged(name, port, endpoint, answer.chain)
            return Probed(found, ScanOutcome.COMPLETE, server.connections, endpoint)
        if answer.kind in ANSWERED or answer.kind in (Kind.CLOSED, Kind.RESET):
            return await self._handshake(name, port, endpoint, server.connections)
        kind = answer.kind or Kind.CLOSED
        outcome = _OUTCOMES.get(kind, ScanOutcome.UNREACHABLE)
        reason = f"no TLS answer: {kind.value}"
        return _unseen(name, port, outcome, reason, endpoint, server.connections)

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

    async def _handshake(
        self, host: str, port: int, endpoint: Endpoint, connections: int
    ) -> Probed:
        """TLS 1.3 alone hides the chain: a real handshake, and the library's word on trust."""
        context = verifying_context(self._options.ca_file)
        trouble: ssl.SSLCertVerificationError | None = None
        leaf = b""
        try:
            leaf = await self._leaf(host, endpoint, context)
        except ssl.SSLCertVerificationError as error:
            trouble = error
        except TimeoutError:
            reason = "no complete handshake in time"
            return _unseen(host, port, ScanOutcome.TIMED_OUT, reason, endpoint, connections + 1)
        except (OSError, ssl.SSLError) as error:
            reason = clip(getattr(error, "reason", None) or str(error), 200)
            return _unseen(host, port, ScanOutcome.UNREACHABLE, reason, endpoint, connections + 1)
        connections += 1
        if trouble is not None:
            try:
                leaf = await self._leaf(host, endpoint, reading_context())
            except (OSError, ssl.SSLError, TimeoutError) as error:
                reason = clip(str(error), 200)
                return _unseen(
                    host, port, ScanOutcome.UNREACHABLE, reason, endpoint, connections + 1
                )
            connections += 1
        found = self._from_leaf(host, port, endpoint, leaf, trouble)
        return Probed(found, ScanOutcome.COMPLETE, connections, endpoint)

    async def _leaf(self, host: str, endpoint: Endpoint, context: ssl.SSLContext) -> bytes:
        async with asyncio.timeout(self._timeout_s):
            _, writer = await asyncio.open_connection(
                endpoint.address, endpoint.port, ssl=context, server_hostname=host
            )
        try:
            line: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
            return (line.getpeercert(binary_form=True) if line is not None else None) or b""
        finally:
            writer.transport.abort()

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
        matches = host_matches(certificate.names, host)
        reason = _reason(certificate.not_before, certificate.not_after, matches, trouble,
                         self._clock.now())  # fmt: skip
        trusted = trouble is None or reason in (
            ChainReason.EXPIRED, ChainReason.NOT_YET_VALID, ChainReason.WRONG_HOST,
        )  # fmt: skip
        return HostCertificate(
            host, port, endpoint.address, reason, trusted, matches, (certificate,), text_of(reason)
        )


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
