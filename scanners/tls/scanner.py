"""The two scanners of TLS: the certificate alone, and the whole configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import ClassVar

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
from scanners.net.guard import AddressGuard
from scanners.net.names import is_address
from scanners.tls.certificates import describe, load
from scanners.tls.enumeration import Enumerated, Enumeration
from scanners.tls.evidence import SSL2, TLS13, VERSIONS, TlsFacts
from scanners.tls.helper import EngineError, Helper, shared_helper
from scanners.tls.job import EngineJob, EngineResult
from scanners.tls.probe import CertificateProbe, Deadline, Looked, fingerprint, targets_of
from scanners.tls.trust import shared_store

ENGINE_MAX_S = {"lean": 30.0, "full": 300.0}
# Time kept back to put results together, so that a scan ends before its deadline.
RESERVE_S = 0.3
PROBLEMS_MAX = 12
OWN_ENGINE = "keurwacht hello 1"
_WORST_FIRST = (
    ScanOutcome.NOT_PERMITTED,
    ScanOutcome.TIMED_OUT,
    ScanOutcome.UNREACHABLE,
    ScanOutcome.REFUSED,
    ScanOutcome.PARTIAL,
)


def _probe_of(options: NetOptions, clock: Clock) -> CertificateProbe:
    return CertificateProbe(AddressGuard(options), shared_store(options.ca_file), clock)


class CertificateScanner:
    """One handshake with every own host."""

    kind: ClassVar[ScanKind] = ScanKind.CERTIFICATE

    def __init__(self, options: NetOptions, clock: Clock) -> None:
        self._clock = clock
        self._probe = _probe_of(options, clock)

    async def scan(self, request: ScanRequest) -> ScanResult:
        """One ``CertificateFacts`` per own host; a seller is never scanned."""
        started, deadline = self._clock.now(), Deadline(request.deadline_s - RESERVE_S)
        if request.subject == "seller":
            return _not_permitted(self.kind, self._clock)
        targets = targets_of(request)
        looks = await asyncio.gather(*(self._probe.look(t, deadline) for t in targets))
        evidence = tuple(_certificate_evidence(look, self._clock) for look in looks)
        requests = sum(look.facts.connections for look in looks)
        outcome, reason = _outcome(looks)
        took = (self._clock.now() - started).total_seconds()
        detail = {"reason": reason} if reason else {}
        return ScanResult(self.kind, outcome, evidence, started, took, requests, detail)


class TlsScanner:
    """Certificate, hello enumeration and SSLyze's handshake tests for every own host.

    Option ``tier``: ``lean`` (default) or ``full`` (all commands of SSLyze, some 600
    connections, as a second opinion in ``detail``).
    """

    kind: ClassVar[ScanKind] = ScanKind.TLS

    def __init__(self, options: NetOptions, clock: Clock, helper: Helper | None = None) -> None:
        self._clock = clock
        self._probe = _probe_of(options, clock)
        self._helper = helper

    async def scan(self, request: ScanRequest) -> ScanResult:
        """A ``CertificateFacts`` and, where TLS was reached, a ``TlsFacts`` per own host.

        Hosts are looked at one after the other, each in its share of the time left.
        """
        if request.subject == "seller":
            return _not_permitted(self.kind, self._clock)
        started, deadline = self._clock.now(), Deadline(request.deadline_s - RESERVE_S)
        tier = "full" if request.options.get("tier") == "full" else "lean"
        targets = targets_of(request)
        looks: list[Looked] = []
        evidence: list[Evidence] = []
        detail: dict[str, object] = {"tier": tier}
        complete, requests = True, 0
        for index, target in enumerate(targets):
            share = Deadline(deadline.left_s / (len(targets) - index))
            look = await self._probe.look(target, share)
            looks.append(look)
            evidence.append(_certificate_evidence(look, self._clock))
            requests += look.facts.connections
            if not look.chain or look.endpoint is None:
                continue
            facts, engine = await self._configuration(look, tier, share)
            evidence.append(_tls_evidence(look, facts, self._clock))
            requests += facts.connections
            flaws = (facts.heartbleed, facts.ccs_injection, facts.robot)
            answered = not facts.doubtful and None not in flaws and _saw_anything(engine)
            complete = complete and answered
            if engine.suites:
                detail.setdefault("second_opinion", {})
                _add(detail["second_opinion"], target.host, engine.suites)
        outcome, reason = _outcome(looks)
        if outcome is ScanOutcome.COMPLETE and not complete:
            outcome, reason = ScanOutcome.PARTIAL, "Not every question got a clear answer."
        if reason:
            detail["reason"] = reason
        took = (self._clock.now() - started).total_seconds()
        return ScanResult(self.kind, outcome, tuple(evidence), started, took, requests, detail)

    async def _configuration(
        self, look: Looked, tier: str, deadline: Deadline
    ) -> tuple[TlsFacts, EngineResult]:
        # Enumeration first and on its own: limiters count connections open at once.
        questions = Deadline(deadline.left_s * 0.5)
        name = "" if is_address(look.target.host) else look.target.host
        endpoint = look.endpoint
        if endpoint is None:
            return TlsFacts(look.target.host, look.target.port, ""), EngineResult()
        found = await Enumeration(endpoint, name, questions).run()
        limit = min(ENGINE_MAX_S[tier], deadline.left_s)
        job = EngineJob(look.target.host, endpoint.port, endpoint.address, tier == "full", limit)
        try:
            engine = await (self._helper or shared_helper()).run(job)
        except EngineError as error:
            engine = EngineResult(problems=[str(error)])
        return together(look, found, engine), engine


def _saw_anything(engine: EngineResult) -> bool:
    """An engine that hung, died or is not there leaves a scan partial, whatever else is known."""
    seen = (engine.heartbleed, engine.ccs_injection, engine.robot, engine.compression,
            engine.secure_renegotiation, engine.early_data, engine.fallback_scsv)  # fmt: skip
    return any(fact is not None for fact in seen)


def together(look: Looked, found: Enumerated, engine: EngineResult) -> TlsFacts:
    """One set of facts out of both looks; what either saw counts, what neither did is None.

    What the handshake itself negotiated contradicts a refusal of that version: then the
    refusal is not known.
    """
    protocols = dict(found.protocols)
    agreed = {"TLSv1.3": TLS13, "TLSv1.2": "TLS 1.2", "TLSv1.1": "TLS 1.1", "TLSv1": "TLS 1.0"}
    negotiated = agreed.get(look.facts.protocol)
    known, doubtful = dict(found.known), found.doubtful
    if negotiated is not None and protocols[negotiated] is not True:
        protocols[negotiated], known[negotiated] = True, False
        doubtful += 1
    modern = protocols[TLS13] is True
    own = fingerprint(look.chain)
    leaves = tuple(
        describe(certificate, der)
        for digest, der in found.leaves.items()
        if digest != own and (certificate := load(der)) is not None
    )
    suites = {v: tuple(found.suites[v]) if v in found.suites else None for v in VERSIONS
              if v != SSL2}  # fmt: skip
    return TlsFacts(
        host=look.target.host,
        port=look.target.port,
        address=look.facts.address,
        protocols=protocols,
        suites={v: names if names or known.get(v) else None for v, names in suites.items()},
        suites_known={v: known.get(v, False) for v in suites},
        groups=None if found.groups is None else tuple(found.groups),
        dh_bits=None if found.dh is None else found.dh[0],
        dh_group="" if found.dh is None else found.dh[1],
        weak_signatures=None if found.weak_signatures is None else tuple(found.weak_signatures),
        # Both bugs were gone from every library years before it could speak TLS 1.3.
        heartbleed=_either(engine.heartbleed, False if modern else None),
        ccs_injection=_either(engine.ccs_injection, False if modern else None),
        robot=_either(engine.robot, _no_rsa(protocols, suites, known)),
        compression=_either(engine.compression, found.compression),
        secure_renegotiation=found.secure_renegotiation
        if engine.secure_renegotiation is None
        else engine.secure_renegotiation,
        client_renegotiations=engine.client_renegotiations,
        early_data=_either(engine.early_data, False if protocols[TLS13] is False else None),
        fallback_scsv=engine.fallback_scsv,
        extended_master_secret=found.extended_master_secret,
        leaves=leaves,
        connections=found.connections + engine.connections,
        doubtful=doubtful,
        engines={"hello": OWN_ENGINE, "handshake": engine.engine},
        problems=tuple(clip(p, 160) for p in (*found.problems, *engine.problems))[:PROBLEMS_MAX],
    )


def _either(first: bool | None, second: bool | None) -> bool | None:
    """True when either saw it, False when one saw that it is not, else not known."""
    if first or second:
        return True
    return None if first is None and second is None else False


def _no_rsa(
    protocols: Mapping[str, bool | None],
    suites: Mapping[str, tuple[str, ...] | None],
    known: Mapping[str, bool],
) -> bool | None:
    """False when no version takes RSA key exchange: ROBOT has nothing to work on."""
    for version, accepted in suites.items():
        if not known.get(version) or protocols[version] is None:
            return None
        if any(name.startswith("TLS_RSA_") for name in accepted or ()):
            return None
    return False


def _add(table: object, host: str, suites: Mapping[str, list[str]]) -> None:
    if isinstance(table, dict):
        table[host] = dict(suites)


def _certificate_evidence(look: Looked, clock: Clock) -> Evidence:
    return Evidence(look.facts, look.target.url, clock.now(), clip(look.facts.reason_text))


def _tls_evidence(look: Looked, facts: TlsFacts, clock: Clock) -> Evidence:
    on = [version for version, accepted in facts.protocols.items() if accepted]
    open_questions = [version for version, accepted in facts.protocols.items() if accepted is None]
    said = f"Accepts {', '.join(on) or 'nothing known'}"
    if open_questions:
        said += f"; not known: {', '.join(open_questions)}"
    return Evidence(facts, look.target.url, clock.now(), clip(f"{said}."))


def _outcome(looks: tuple[Looked, ...] | list[Looked]) -> tuple[ScanOutcome, str]:
    """Complete when every host was seen, partial when some were, else the worst of all."""
    if not looks:
        return ScanOutcome.UNREACHABLE, "There is no host to look at."
    missing = [look for look in looks if not look.chain]
    if not missing:
        return ScanOutcome.COMPLETE, ""
    reason = f"{missing[0].target.host}: {missing[0].facts.reason_text}"
    if len(missing) < len(looks):
        return ScanOutcome.PARTIAL, clip(reason)
    outcomes = {look.outcome for look in missing}
    return next(o for o in _WORST_FIRST if o in outcomes), clip(reason)


def _not_permitted(kind: ScanKind, clock: Clock) -> ScanResult:
    reason = "A seller is never scanned technically."
    return ScanResult(
        kind, ScanOutcome.NOT_PERMITTED, (), clock.now(), 0.0, detail={"reason": reason}
    )
