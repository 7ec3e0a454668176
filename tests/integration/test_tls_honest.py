"""Every honest configuration of the lab is seen as it is, without a doubt left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanners.api import ScanKind, ScanOutcome, ScanResult, encode_facts
from scanners.tls.evidence import CertificateFacts, TlsFacts
from scanners.tls.helper import Helper
from tests.shops.tls.configuration import Configuration, Expected
from tests.shops.tls.honest import HONEST
from tests.shops.tls.lab import Lab, missing, request_for
from tests.shops.tls.looking import cases, certificates_of, judged, scan_now, tls_of


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("tls"), HONEST)
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    helper = Helper()
    yield helper
    helper.close()


def test_the_lab_has_many_configurations_each_of_its_own_name() -> None:
    keys = [c.key for c in HONEST]
    assert len(keys) >= 30
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("wanted", cases(HONEST))
def test_an_honest_configuration_is_seen_as_it_is(
    lab: Lab, helper: Helper, wanted: Configuration
) -> None:
    if why := missing(wanted.server):
        pytest.skip(why)
    result = scan_now(lab.options(wanted), request_for(wanted, ScanKind.TLS), helper)
    certificates, configurations = certificates_of(result), tls_of(result)
    assert [f.reason for f in certificates] == [wanted.expected.reason], certificates
    assert len(configurations) == 1
    agrees_on_certificate(certificates[0], wanted)
    agrees_on_handshake(configurations[0], wanted.expected)
    whole = ScanOutcome.COMPLETE if wanted.expected.complete else ScanOutcome.PARTIAL
    assert result.outcome is whole, configurations[0].problems
    assert judged([result], wanted.host).outcome == wanted.expected.verdict
    fits_its_place(result)


def agrees_on_certificate(facts: CertificateFacts, wanted: Configuration) -> None:
    expected = wanted.expected
    assert facts.leaf is not None
    assert f"{facts.leaf.key_type} {facts.leaf.key_bits}" in [str(x.key) for x in wanted.leaves]
    assert len(facts.chain) == expected.chain
    found = {name: getattr(facts, name) for name in expected.certificate}
    assert found == expected.certificate


def agrees_on_handshake(facts: TlsFacts, expected: Expected) -> None:
    assert [v for v, accepted in facts.protocols.items() if accepted] == list(expected.protocols)
    assert None not in facts.protocols.values()
    assert all(facts.suites_known.values())
    offered = {name for names in facts.suites.values() for name in names or ()}
    assert offered >= set(expected.suites)
    assert not expected.exact or offered == set(expected.suites)
    assert not [name for name in offered if any(word in name for word in expected.never)]
    if expected.groups is not None:
        assert sorted(facts.groups or ()) == sorted(expected.groups)
    assert {name: getattr(facts, name) for name in expected.tls} == expected.tls
    assert facts.doubtful == 0


def fits_its_place(result: ScanResult) -> None:
    """Facts are stored for years: 1-2 KB each, a server with every suite there is a little more."""
    for evidence in result.evidence:
        assert len(encode_facts(evidence.facts)) < 8_000
    assert result.requests < 150


@pytest.mark.parametrize("wanted", cases(HONEST))
def test_the_certificate_alone_says_the_same(
    lab: Lab, helper: Helper, wanted: Configuration
) -> None:
    if why := missing(wanted.server):
        pytest.skip(why)
    result = scan_now(lab.options(wanted), request_for(wanted, ScanKind.CERTIFICATE), helper)
    (facts,) = certificates_of(result)
    assert facts.reason is wanted.expected.reason
    assert result.outcome is ScanOutcome.COMPLETE
    assert result.requests <= 8
    agrees_on_certificate(facts, wanted)
