"""The two scanners of TLS: the certificate alone, and the whole configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from scanners.api import (
    Clock,
    NetOptions,
    ScanKind,
    ScanOutcome,
    ScanRequest,
    ScanResult,
    clip,
)
from scanners.net.guard import AddressGuard
from scanners.tls.addresses import Looked
from scanners.tls.configurations import (
    Configurations,
    certificate_evidence,
    with_configuration,
)
from scanners.tls.helper import Helper, shared_helper
from scanners.tls.probe import CertificateProbe
from scanners.tls.target import Deadline, Target, targets_of
from scanners.tls.trust import shared_store

# Time kept back to put results together, so that a scan ends before its deadline.
RESERVE_S = 0.3
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
    """One look at the certificate of every own host, at each of its addresses.

    With the option ``tls_fingerprint`` each address is asked nine hellos more, and the
    facts tell by ``configuration`` whether its set-up is still the same.
    """

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
        more = request.options.get("tls_fingerprint") is True
        found = await asyncio.gather(*(self._host(t, deadline, more=more) for t in targets))
        looks = [look for views in found for look in views]
        evidence = tuple(certificate_evidence(look, self._clock) for look in looks)
        requests = sum(look.facts.connections for look in looks)
        outcome, reason = _outcome(looks)
        took = (self._clock.now() - started).total_seconds()
        detail = {"reason": reason} if reason else {}
        return ScanResult(self.kind, outcome, evidence, started, took, requests, detail)

    async def _host(self, target: Target, deadline: Deadline, *, more: bool) -> list[Looked]:
        looks = list(await self._probe.look(target, deadline))
        if more:
            for index, look in enumerate(looks):
                share = Deadline(deadline.left_s / (len(looks) - index))
                looks[index] = await with_configuration(look, share)
        return looks


class TlsScanner:
    """Certificate, hello enumeration and SSLyze's handshake tests for every own host.

    Option ``tier``: ``lean`` (default), ``full`` (all commands of SSLyze, some 600
    connections, as a second opinion in ``detail``) or ``fingerprint``: nine hellos per
    address.  With the option ``fingerprints`` (digests known so far) a host with another
    one gets the lean look at once; ``detail["unchanged"]`` is true when none had: then
    there is no evidence and the last one stands.  ``detail["fingerprints"]`` has the
    digests by host and address, null where a hello had no clear answer.
    """

    kind: ClassVar[ScanKind] = ScanKind.TLS

    def __init__(self, options: NetOptions, clock: Clock, helper: Helper | None = None) -> None:
        self._clock = clock
        self._probe = _probe_of(options, clock)
        self._helper = helper

    async def scan(self, request: ScanRequest) -> ScanResult:
        """``CertificateFacts`` and, where TLS was reached, ``TlsFacts`` per own host and view.

        Hosts are looked at one after the other, each in its share of the time left.
        """
        if request.subject == "seller":
            return _not_permitted(self.kind, self._clock)
        started, deadline = self._clock.now(), Deadline(request.deadline_s - RESERVE_S)
        seen = Configurations(request, self._probe, self._helper or shared_helper(), self._clock)
        targets = targets_of(request)
        for index, target in enumerate(targets):
            await seen.host(target, Deadline(deadline.left_s / (len(targets) - index)))
        outcome, reason = _outcome(seen.looks)
        if outcome is ScanOutcome.COMPLETE and not seen.complete:
            outcome, reason = ScanOutcome.PARTIAL, "Not every question got a clear answer."
        detail: dict[str, object] = {"tier": seen.tier}
        if seen.digests:
            detail["fingerprints"] = seen.digests
        if seen.tier == "fingerprint" and seen.known is not None:
            detail["unchanged"] = not seen.evidence
        if seen.second_opinion:
            detail["second_opinion"] = seen.second_opinion
        if reason:
            detail["reason"] = reason
        took = (self._clock.now() - started).total_seconds()
        evidence = tuple(seen.evidence)
        return ScanResult(self.kind, outcome, evidence, started, took, seen.requests, detail)


def _outcome(looks: Sequence[Looked]) -> tuple[ScanOutcome, str]:
    """Complete when every view showed a certificate, partial when some did, else the worst."""
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
