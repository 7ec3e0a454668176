"""The OCSP response as a real server sends it: in clear up to TLS 1.2, to the engine in 1.3."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from monitor.policy.conditions.tls import JUDGES
from monitor.policy.judge import Observation, ScanView, Seen, Subject
from scanners.api import ScanKind, ScanResult
from scanners.tls.evidence import CertificateFacts, StapleStatus, TlsFacts
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.helper import Helper
from scanners.tls.rating import EDITIONS, Level, rate
from scanners.tls.scanner import CertificateScanner, TlsScanner
from tests.builders import certified, member, site
from tests.integration import tls_lab as lab

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


class Lab:
    """An authority, a certificate with a responder's address, and responses about it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.authority = self._certificate("Authority", self._key)
        self.leaf = self._certificate(lab.HOST, leaf_key)
        pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.ca_file, self.pem = folder / "ca.pem", folder / "leaf.pem"
        self.ca_file.write_bytes(self.authority.public_bytes(Encoding.PEM))
        self.pem.write_bytes(leaf_key.private_bytes(*pem) + self.leaf.public_bytes(Encoding.PEM))

    def _certificate(self, common: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
        ca = common == "Authority"
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name if ca else self.authority.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - DAY)
            .not_valid_after(NOW + 60 * DAY)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(lab.HOST)]), critical=False)
        )
        if not ca:
            where = x509.UniformResourceIdentifier("http://ocsp.example")
            responder = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
            builder = builder.add_extension(
                x509.AuthorityInformationAccess([responder]), critical=False
            )
        return builder.sign(self._key, hashes.SHA256())

    def response(
        self, status: ocsp.OCSPCertStatus, since: timedelta = -DAY, until: timedelta = DAY
    ) -> Path:
        revoked = status is ocsp.OCSPCertStatus.REVOKED
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=self.leaf,
            issuer=self.authority,
            algorithm=hashes.SHA1(),
            cert_status=status,
            this_update=NOW + since,
            next_update=NOW + until,
            revocation_time=NOW - DAY if revoked else None,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.authority)
        file = self.folder / "response.der"
        file.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.DER))
        return file

    @contextmanager
    def serving(self, response: Path | None, *settings: str) -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = int(listener.getsockname()[1])
        command = [str(OPENSSL), "s_server", "-accept", f"127.0.0.1:{port}", "-key", str(self.pem),
                   "-cert", str(self.pem), "-quiet", "-www", *settings]  # fmt: skip
        if response is not None:
            command += ["-status_file", str(response)]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as process:
            try:
                end = time.monotonic() + 5
                while time.monotonic() < end:
                    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                        break
                    time.sleep(0.05)
                yield port
            finally:
                process.terminate()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("staple"))


def look(kind: ScanKind, port: int, house: Lab, ahead: timedelta = timedelta(0)) -> ScanResult:
    options, clock = lab.options(port, house.ca_file), lab.Clock(ahead)
    if kind is ScanKind.CERTIFICATE:
        return asyncio.run(CertificateScanner(options, clock).scan(lab.request(kind)))
    helper = Helper()
    try:
        return asyncio.run(TlsScanner(options, clock, helper).scan(lab.request(kind)))
    finally:
        helper.close()


def certificate_of(result: ScanResult) -> CertificateFacts:
    return next(e.facts for e in result.evidence if isinstance(e.facts, CertificateFacts))


def judged(result: ScanResult) -> Observation:
    view = ScanView(result.outcome, result.evidence, NOW)
    seen = Seen(NOW, {result.kind: view}, frozenset({result.kind}))
    return JUDGES[0].run(seen, Subject(site(certified()), member(), certified(), {}))


GOOD, REVOKED = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED


def test_a_good_response_is_seen_with_its_dates_in_one_connection(house: Lab) -> None:
    with house.serving(house.response(GOOD), "-tls1_2") as port:
        result = look(ScanKind.CERTIFICATE, port, house)
    facts = certificate_of(result)
    assert facts.staple is StapleStatus.GOOD
    assert facts.staple_until == (NOW + DAY).replace(microsecond=0)
    assert (facts.reason, facts.handshake, result.requests) == (Why.OK, False, 1)
    assert facts.leaf is not None
    assert facts.leaf.ocsp_url is True


def test_a_response_that_is_over_at_our_clock_is_expired(house: Lab) -> None:
    """Trap 7: the engine calls one that ended 13 days ago trusted."""
    response = house.response(GOOD, -20 * DAY, -13 * DAY)
    with house.serving(response, "-tls1_2") as port:
        result = look(ScanKind.CERTIFICATE, port, house)
    with house.serving(house.response(GOOD), "-tls1_2") as port:
        later = look(ScanKind.CERTIFICATE, port, house, ahead=2 * DAY)
    assert certificate_of(result).staple is StapleStatus.EXPIRED
    assert certificate_of(later).staple is StapleStatus.EXPIRED
    seen = judged(result)
    assert seen.outcome == "sound"
    assert "OCSP response the server sends is over" in seen.note


def test_a_revoked_certificate_is_not_trusted(house: Lab) -> None:
    with house.serving(house.response(REVOKED), "-tls1_2") as port:
        result = look(ScanKind.CERTIFICATE, port, house)
    facts = certificate_of(result)
    assert (facts.staple, facts.reason) == (StapleStatus.REVOKED, Why.REVOKED)
    assert "revoked" in facts.reason_text
    assert judged(result).outcome == "untrusted_chain"


def test_an_old_word_of_revocation_is_no_proof(house: Lab) -> None:
    with house.serving(house.response(REVOKED, -9 * DAY, -2 * DAY), "-tls1_2") as port:
        facts = certificate_of(look(ScanKind.CERTIFICATE, port, house))
    assert (facts.staple, facts.reason) == (StapleStatus.EXPIRED, Why.OK)


def test_no_response_is_none_and_not_held_against_anyone(house: Lab) -> None:
    with house.serving(None, "-tls1_2") as port:
        result = look(ScanKind.CERTIFICATE, port, house)
    facts = certificate_of(result)
    assert facts.staple is StapleStatus.NONE
    assert judged(result).outcome == "sound"


def test_with_tls_1_3_alone_the_certificate_scan_does_not_know_and_the_lean_scan_does(
    house: Lab,
) -> None:
    with house.serving(house.response(REVOKED), "-tls1_3") as port:
        alone = certificate_of(look(ScanKind.CERTIFICATE, port, house))
        result = look(ScanKind.TLS, port, house)
    assert (alone.staple, alone.handshake, alone.protocol) == (None, True, "TLSv1.3")
    assert certificate_of(result).staple is StapleStatus.REVOKED
    assert judged(result).outcome == "untrusted_chain"
    facts = next(e.facts for e in result.evidence if isinstance(e.facts, TlsFacts))
    assert (facts.early_data, facts.client_renegotiations, facts.compression) == (False, 0, False)


@pytest.mark.parametrize(
    ("response", "level"),
    [("good", Level.GOOD), ("none", Level.SUFFICIENT), ("over", Level.INSUFFICIENT)],
)
def test_the_guideline_rates_the_response(house: Lab, response: str, level: Level) -> None:
    made: Path | None = None
    if response != "none":
        dates = (-DAY, DAY) if response == "good" else (-20 * DAY, -13 * DAY)
        made = house.response(GOOD, *dates)
    with house.serving(made) as port:
        result = look(ScanKind.TLS, port, house)
    facts = next(e.facts for e in result.evidence if isinstance(e.facts, TlsFacts))
    for edition in EDITIONS.values():
        items = rate(facts, certificate_of(result), edition).items
        assert [i.level for i in items if i.paragraph == "3.4.5"] == [level]
