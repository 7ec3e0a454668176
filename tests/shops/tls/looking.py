"""Scans of the lab and what the judge says of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from monitor.policy.conditions.tls import JUDGES, TlsSeen
from monitor.policy.judge import Observation, ScanView, Seen, Subject
from scanners.api import NetOptions, ScanKind, ScanRequest, ScanResult
from scanners.tls.evidence import CertificateFacts, TlsFacts
from scanners.tls.helper import Helper
from scanners.tls.scanner import CertificateScanner, TlsScanner
from tests.builders import certified, member, site
from tests.integration.tls_lab import Clock
from tests.shops.tls.configuration import Configuration

_OUTCOMES = list(TlsSeen)
# The most serious stand first; what was not known begins with NO_HANDSHAKE.
BREACHES = frozenset(_OUTCOMES[: _OUTCOMES.index(TlsSeen.NO_HANDSHAKE)])


async def scan(options: NetOptions, request: ScanRequest, helper: Helper) -> ScanResult:
    """One scan of the kind the request names."""
    if request.kind is ScanKind.CERTIFICATE:
        return await CertificateScanner(options, Clock()).scan(request)
    return await TlsScanner(options, Clock(), helper).scan(request)


def scan_now(options: NetOptions, request: ScanRequest, helper: Helper) -> ScanResult:
    """The same, waited for."""
    return asyncio.run(scan(options, request, helper))


def judged(results: Iterable[ScanResult], host: str, **params: object) -> Observation:
    """What the judge of https says of ``results`` for a shop at ``host``."""
    at = datetime.now(UTC)
    views = {
        r.kind: ScanView(r.outcome, r.evidence, at, str(r.detail.get("reason", "")))
        for r in results
    }
    shop = site(certified(), site_id=host.rstrip("."))
    return JUDGES[0].run(
        Seen(at, views, frozenset(views)), Subject(shop, member(), certified(), params)
    )


def certificates_of(result: ScanResult) -> list[CertificateFacts]:
    """Every view of a certificate."""
    return [e.facts for e in result.evidence if isinstance(e.facts, CertificateFacts)]


def tls_of(result: ScanResult) -> list[TlsFacts]:
    """Every configuration seen."""
    return [e.facts for e in result.evidence if isinstance(e.facts, TlsFacts)]


def cases(configurations: Iterable[Configuration]) -> list[object]:
    """One parameter per configuration, named by its key."""
    return [pytest.param(one, id=one.key) for one in configurations]
