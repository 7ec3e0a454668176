"""The certificate and tls scanners."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

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
from scanners.tls.ask import Server
from scanners.tls.enumerate import Enumerated, enumerate_server
from scanners.tls.evidence import CertificateFacts, HostCertificate, TlsFacts
from scanners.tls.probe import Probed, Prober
from scanners.tls.second import Word, cheap_commands

HTTPS = 443
CONNECT_S = 8.0
SECOND_S = 45.0
SHARE = 0.95
NEEDED = ("heartbleed", "ccs_injection", "robot")
ENGINE = "keurwacht-hello"
_SELLER = "a seller's platform is not scanned technically"


def targets(request: ScanRequest) -> tuple[tuple[str, int], ...]:
    """(host, port) of every own host, the one of the URL first and at its port."""
    parts = urlsplit(request.url)
    first = (parts.hostname or "", parts.port or HTTPS)
    others = []
    for host in request.hosts:
        named = urlsplit(f"//{host}")
        others.append((named.hostname or "", named.port or HTTPS))
    rest = [t for t in others if t[0] and t[0] != first[0]]
    return tuple(dict.fromkeys((first, *rest)))


def worst(outcomes: Sequence[ScanOutcome]) -> ScanOutcome:
    """Complete when all are; partial when some are; else the first trouble."""
    done = [o for o in outcomes if o is ScanOutcome.COMPLETE]
    if len(done) == len(outcomes):
        return ScanOutcome.COMPLETE
    return ScanOutcome.PARTIAL if done else outcomes[0]


class CertificateScanner:
    """One connection per own host: expiry, chain, name, reachability."""

    kind: ClassVar[ScanKind] = ScanKind.CERTIFICATE

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Probe every own host at once."""
        started = self._clock.now()
        if request.subject == "seller":
            return ScanResult(
                self.kind, ScanOutcome.NOT_PERMITTED, (), started, 0.0, detail={"reason": _SELLER}
            )
        timeout = min(CONNECT_S, request.deadline_s / 3)
        prober = Prober(self._options, self._clock, timeout)
        found = await asyncio.gather(
            *(prober.probe(h, p, request.deadline_s * SHARE) for h, p in targets(request))
        )
        hosts = tuple(p.certificate for p in found)
        connections = sum(p.connections for p in found)
        outcome = worst([p.outcome for p in found])
        evidence: tuple[Evidence, ...] = ()
        if any(h.chain for h in hosts):
            facts = CertificateFacts(hosts, connections)
            evidence = (Evidence(facts, request.url, started, certificate_excerpt(hosts[0])),)
        took = (self._clock.now() - started).total_seconds()
        errors = "; ".join(f"{h.host}: {h.error}" for h in hosts if h.error)
        detail = {"reason": clip(errors, 300), "hosts": [h.host for h in hosts]}
        return ScanResult(self.kind, outcome, evidence, started, took, connections, detail)


class TlsScanner:
    """The lean scan: certificate, hello enumeration, sslyze's cheap commands."""

    kind: ClassVar[ScanKind] = ScanKind.TLS

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock

    async def scan(self, request: ScanRequest) -> ScanResult:
        """Look at every own host in turn, within the deadline."""
        started = self._clock.now()
        if request.subject == "seller":
            return ScanResult(
                self.kind, ScanOutcome.NOT_PERMITTED, (), started, 0.0, detail={"reason": _SELLER}
            )
        ends = asyncio.get_running_loop().time() + request.deadline_s * SHARE
        wanted = targets(request)
        outcomes: list[ScanOutcome] = []
        evidence: list[Evidence] = []
        errors: list[str] = []
        connections = 0
        for index, (host, port) in enumerate(wanted):
            left = ends - asyncio.get_running_loop().time()
            # One slow host must not take the time of the others.
            share = max(left, 0.0) / (len(wanted) - index)
            outcome, facts, probed = await self._host(host, port, share)
            outcomes.append(outcome)
            connections += probed.connections if facts is None else facts.connections
            if facts is not None:
                excerpt = tls_excerpt(facts)
                evidence.append(Evidence(facts, request.url, started, excerpt))
            if probed.certificate.error:
                errors.append(f"{host}: {probed.certificate.error}")
        took = (self._clock.now() - started).total_seconds()
        detail = {"reason": clip("; ".join(errors), 300), "hosts": len(outcomes)}
        return ScanResult(
            self.kind, worst(outcomes), tuple(evidence), started, took, connections, detail
        )

    async def _host(
        self, host: str, port: int, left_s: float
    ) -> tuple[ScanOutcome, TlsFacts | None, Probed]:
        cpu = time.process_time()
        loop = asyncio.get_running_loop()
        ends = loop.time() + left_s
        timeout = min(CONNECT_S, max(left_s / 4, 0.1))
        probed = await Prober(self._options, self._clock, timeout).probe(host, port, left_s)
        if probed.endpoint is None or probed.outcome is not ScanOutcome.COMPLETE:
            return probed.outcome, None, probed
        server = Server(probed.certificate.host, probed.endpoint, timeout_s=min(timeout, 5.0))
        found = Enumerated(known=probed.known)
        try:
            async with asyncio.timeout((ends - loop.time()) * 0.6):
                await enumerate_server(server, found)
        except TimeoutError:
            server.doubtful += 1
        left_s = min(ends - loop.time(), SECOND_S)
        word = await cheap_commands(probed.certificate.host, probed.endpoint, left_s)
        facts = _facts(probed, server, found, word, time.process_time() - cpu)
        return ScanOutcome.COMPLETE if _is_whole(facts) else ScanOutcome.PARTIAL, facts, probed


def _is_whole(facts: TlsFacts) -> bool:
    """Was every question answered that a verdict needs?"""
    states = [*facts.protocols.values(), *(facts.weaknesses.get(word) for word in NEEDED)]
    return not facts.doubtful and None not in states and None not in facts.suites.values()


def _facts(
    probed: Probed,
    server: Server,
    found: Enumerated,
    word: Word | None,
    cpu_s: float,
) -> TlsFacts:
    weaknesses: dict[str, bool | None] = {} if word is None else dict(word.weaknesses)
    weaknesses["no_extended_master_secret"] = (
        None if found.extended_master_secret is None else not found.extended_master_secret
    )
    if weaknesses.get("compression") is None:
        weaknesses["compression"] = found.compression
    if weaknesses.get("insecure_renegotiation") is None and found.secure_renegotiation is not None:
        weaknesses["insecure_renegotiation"] = not found.secure_renegotiation
    engines = {ENGINE: "1"}
    if word is not None:
        engines["sslyze"] = word.version
        cpu_s += word.cpu_s
    return TlsFacts(
        host=probed.certificate.host,
        port=probed.certificate.port,
        address=probed.certificate.address,
        certificate=probed.certificate,
        protocols=found.protocols,
        suites=found.suites,
        groups=tuple(found.groups),
        weaknesses=weaknesses,
        signature_hashes=tuple(found.signature_hashes),
        doubtful=server.doubtful,
        connections=probed.connections + server.connections + (word.connections if word else 0),
        engines=engines,
        cpu_s=round(cpu_s, 4),
    )


def certificate_excerpt(certificate: HostCertificate) -> str:
    """One line a person can read."""
    if not certificate.chain:
        return clip(f"{certificate.host}: {certificate.error}")
    leaf = certificate.chain[0]
    return clip(
        f"{certificate.host}: {leaf.subject}, issued by {leaf.issuer},"
        f" valid until {leaf.not_after.date()}; {certificate.text}"
    )


def tls_excerpt(facts: TlsFacts) -> str:
    """One line a person can read."""
    on = [name for name, taken in facts.protocols.items() if taken]
    return clip(f"{facts.host}: {', '.join(on) or 'no protocol'}; {facts.certificate.text}")
