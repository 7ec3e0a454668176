"""TLS scans where the machine or the network is odd: no engine, no DNS, a dead first address."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanners.api import NetOptions, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.tls.evidence import CertificateFacts, TlsFacts
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.helper import Helper
from scanners.tls.scanner import CertificateScanner, TlsScanner
from tests.integration import tls_lab as lab
from tests.integration.net_server import naming
from tests.shops.authority import Authority, Issued

ROOT = Path(__file__).resolve().parents[2]
# A daemon-like process: scans once, then says what it saw and what it imported.
SCAN_ONCE = """
import asyncio, ipaddress, json, sys
from datetime import UTC, datetime
from scanners.api import NetOptions, Resolve, ScanKind, ScanRequest
from scanners.tls.helper import shared_helper
from scanners.tls.scanner import TlsScanner

class Clock:
    def now(self):
        return datetime.now(UTC)

if __name__ == "__main__":
    host, port, ca_file = sys.argv[1:]
    options = NetOptions(
        resolve=(Resolve(host, 443, "127.0.0.1", int(port)),),
        allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
        ca_file=ca_file,
    )
    request = ScanRequest(ScanKind.TLS, f"https://{host}/", (host,), deadline_s=20.0)
    result = asyncio.run(TlsScanner(options, Clock()).scan(request))
    facts = result.evidence[1].facts
    shared_helper().close()
    loaded = [m for m in sys.modules if m.partition(".")[0] in ("sslyze", "nassl")]
    print(json.dumps({"outcome": result.outcome, "robot": facts.robot,
                      "renegotiations": facts.client_renegotiations,
                      "tls12": facts.protocols["TLS 1.2"], "loaded": loaded}))
"""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def helper() -> Iterator[Helper]:
    helper = Helper()
    yield helper
    helper.close()


def scan_once(issued: Issued, authority: Authority, folder: Path) -> dict[str, object]:
    script = folder / "once.py"
    script.write_text(SCAN_ONCE)
    path = os.pathsep.join((str(ROOT), str(folder / "path")))
    with lab.serving(lab.tls(issued.file)) as port:
        done = subprocess.run(
            [sys.executable, "-W", "error", str(script), lab.HOST, str(port),
             str(authority.ca_file)],
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            check=True,
            text=True,
            timeout=60,
        )  # fmt: skip
    assert done.stderr == ""
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_process_that_scans_never_holds_the_engine(authority: Authority, tmp_path: Path) -> None:
    found = scan_once(authority.issue(lab.HOST), authority, tmp_path)
    assert found == {
        "outcome": "complete", "robot": False, "renegotiations": 0, "tls12": True, "loaded": [],
    }  # fmt: skip


def test_without_the_engine_its_facts_are_not_known_and_the_rest_is(
    authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sslyze.py").write_text("raise ImportError('not installed')\n")
    found = scan_once(authority.issue(lab.HOST), authority, tmp_path)
    assert found["outcome"] == "partial"
    assert found["renegotiations"] is None
    assert found["tls12"] is True
    assert found["loaded"] == []


@contextlib.contextmanager
def silent_dns() -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{line.getsockname()[1]}"


@pytest.mark.parametrize("kind", [ScanKind.CERTIFICATE, ScanKind.TLS])
def test_silent_dns_does_not_outlast_the_deadline(kind: ScanKind, helper: Helper) -> None:
    with silent_dns() as server:
        options = NetOptions(dns_server=server, allow_networks=lab.LOOPBACK)
        started = time.monotonic()
        result = scan(kind, options, helper, f"https://{lab.HOST}/", deadline_s=1.5)
    assert time.monotonic() - started < 2.5
    assert result.outcome is ScanOutcome.UNREACHABLE


def scan(
    kind: ScanKind, options: NetOptions, helper: Helper, url: str, deadline_s: float = 20.0
) -> ScanResult:
    request = ScanRequest(kind, url, (), deadline_s=deadline_s)
    if kind is ScanKind.CERTIFICATE:
        return asyncio.run(CertificateScanner(options, lab.Clock()).scan(request))
    return asyncio.run(TlsScanner(options, lab.Clock(), helper).scan(request))


def certificate_of(result: ScanResult) -> CertificateFacts:
    return next(e.facts for e in result.evidence if isinstance(e.facts, CertificateFacts))


def test_a_dead_first_address_does_not_hide_the_next(authority: Authority, helper: Helper) -> None:
    issued = authority.issue(lab.HOST)
    with lab.serving(lab.tls(issued.file)) as port, naming("127.0.0.2,127.0.0.1") as names:
        options = NetOptions(
            dns_server=names.place, allow_networks=lab.LOOPBACK, ca_file=str(authority.ca_file)
        )
        result = scan(ScanKind.TLS, options, helper, f"https://{lab.HOST}:{port}/")
    found = certificate_of(result)
    assert (found.reason, found.address) == (Why.OK, "127.0.0.1")
    assert result.outcome is ScanOutcome.COMPLETE


def test_a_server_that_says_hello_and_shows_no_certificate_was_not_seen(helper: Helper) -> None:
    # A whole ServerHello for TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, then the end of hellos.
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\xc0\x2f" + b"\0" + b"\0\0"
    messages = b"\x02" + len(body).to_bytes(3, "big") + body + b"\x0e\0\0\0"

    def bare(line: socket.socket, _: int) -> None:
        line.recv(4000)
        line.sendall(b"\x16\x03\x03" + len(messages).to_bytes(2, "big") + messages)
        line.recv(4000)

    with lab.serving(bare) as port:
        for kind in (ScanKind.CERTIFICATE, ScanKind.TLS):
            result = scan(kind, lab.options(port), helper, f"https://{lab.HOST}/", 5.0)
            found = certificate_of(result)
            assert (found.chain, found.trusted, found.host_matches) == ((), None, None)
            assert result.outcome is not ScanOutcome.COMPLETE


def test_no_name_is_sent_to_an_address(authority: Authority, helper: Helper) -> None:
    issued = authority.issue("127.0.0.1", names=("127.0.0.1",))
    heard: list[str | None] = []
    context = issued.server_context()

    def note(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> None:
        heard.append(name)

    context.sni_callback = note
    with lab.serving(lab.with_context(context)) as port:
        options = NetOptions(allow_networks=lab.LOOPBACK, ca_file=str(authority.ca_file))
        url = f"https://127.0.0.1:{port}/"
        result = scan(ScanKind.CERTIFICATE, options, helper, url)
    assert certificate_of(result).reason is Why.OK
    assert set(heard) == {None}


def test_a_certificate_full_of_nonsense_is_unreadable(authority: Authority, helper: Helper) -> None:
    """A name of a type that is no string: the library raises a KeyError where it is read."""
    issued = authority.issue(lab.HOST)
    der = ssl.PEM_cert_to_DER_cert(issued.chain_pem.decode().partition("-----END")[0]
                                   + "-----END CERTIFICATE-----\n")  # fmt: skip
    odd = der.replace(b"\x06\x03\x55\x04\x03\x0c", b"\x06\x03\x55\x04\x03\xb0")
    listed = len(odd).to_bytes(3, "big") + odd
    parts = (
        (2, b"\x03\x03" + bytes(32) + b"\0\xc0\x2b\0\0\0"),
        (11, len(listed).to_bytes(3, "big") + listed),
        (14, b""),
    )
    flight = b"".join(bytes([kind]) + len(b).to_bytes(3, "big") + b for kind, b in parts)

    def odd_server(line: socket.socket, _: int) -> None:
        line.recv(4000)
        line.sendall(b"\x16\x03\x03" + len(flight).to_bytes(2, "big") + flight)
        line.recv(4000)

    with lab.serving(odd_server) as port:
        for kind in (ScanKind.CERTIFICATE, ScanKind.TLS):
            result = scan(kind, lab.options(port), helper, f"https://{lab.HOST}/", 5.0)
            assert result.outcome is not ScanOutcome.COMPLETE
            assert certificate_of(result).trusted is None
            assert not any(isinstance(e.facts, TlsFacts) for e in result.evidence)


def tls_of(result: ScanResult) -> TlsFacts:
    return next(e.facts for e in result.evidence if isinstance(e.facts, TlsFacts))


def lean(port: int, authority: Authority, helper: Helper, deadline_s: float = 20.0) -> ScanResult:
    options = lab.options(port, authority.ca_file)
    return scan(ScanKind.TLS, options, helper, f"https://{lab.HOST}/", deadline_s)


def test_an_odd_alert_on_the_second_connection_hangs_nobody(
    authority: Authority, helper: Helper
) -> None:
    """Trap 1: the engine's own reading of it never ends."""
    honest = lab.tls(authority.issue(lab.HOST).file)

    def odd(line: socket.socket, number: int) -> None:
        (lab.alert(49) if number == 2 else honest)(line, number)

    with lab.serving(odd) as port:
        result = lean(port, authority, helper)
    assert tls_of(result).protocols["TLS 1.3"] is True
    assert tls_of(result).early_data is False
    assert result.outcome is ScanOutcome.COMPLETE


def test_no_site_waits_for_another(authority: Authority, helper: Helper) -> None:
    """Trap 2: one silent server delays a whole batch of the engine."""
    honest = lab.tls(authority.issue(lab.HOST).file)
    ended: dict[str, float] = {}

    async def one(name: str, port: int) -> None:
        options = lab.options(port, authority.ca_file)
        request = ScanRequest(ScanKind.TLS, f"https://{lab.HOST}/", (), deadline_s=6.0)
        await TlsScanner(options, lab.Clock(), helper).scan(request)
        ended[name] = time.monotonic()

    async def both(slow: int, good: int) -> None:
        await asyncio.gather(one("slow", slow), one("good", good))

    with lab.serving(lab.tarpit) as slow, lab.serving(honest) as good:
        asyncio.run(both(slow, good))
    assert ended["good"] + 1.0 < ended["slow"]


def test_a_limiter_above_two_connections_never_sees_a_third(
    authority: Authority, helper: Helper
) -> None:
    """Trap 3: to the engine a reset means that a suite is refused."""
    honest, lock, most = lab.tls(authority.issue(lab.HOST).file), threading.Lock(), [0, 0]

    def counted(line: socket.socket, number: int) -> None:
        with lock:
            most[0] += 1
            most[1] = max(most)
            visit = honest if most[0] <= 2 else lab.reset
        try:
            visit(line, number)
        finally:
            with lock:
                most[0] -= 1

    with lab.serving(honest) as port:
        whole = tls_of(lean(port, authority, helper))
    with lab.serving(counted) as port:
        result = lean(port, authority, helper)
    facts = tls_of(result)
    assert (facts.protocols, facts.suites) == (whole.protocols, whole.suites)
    assert result.outcome is ScanOutcome.COMPLETE
    assert most[1] <= 2


def test_a_server_with_a_weak_curve_alone_is_seen(authority: Authority, helper: Helper) -> None:
    """No usual library agrees with it; it shows itself to anyone who says hello."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue(lab.HOST).file)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.set_ecdh_curve("secp224r1")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with lab.serving(lab.with_context(context)) as port:
        result = lean(port, authority, helper)
    seen = certificate_of(result)
    assert (seen.reason, seen.handshake, seen.connections) == (Why.OK, False, 3)
    assert tls_of(result).groups == ("secp224r1",)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_weak_curve_of_an_ecdsa_server_is_seen_beside_tls_1_3(
    authority: Authority, helper: Helper
) -> None:
    """Trap 9: the engine tests the newest version alone, where the curve does not exist."""
    pem = str(authority.issue(lab.HOST).file)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", pem, "-key", pem,
               "-cert_chain", pem, "-groups", "P-256:P-224", "-cipher", "DEFAULT:@SECLEVEL=0",
               "-quiet", "-www"]  # fmt: skip
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            end = time.monotonic() + 5
            while time.monotonic() < end:
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                time.sleep(0.05)
            facts = tls_of(lean(port, authority, helper))
        finally:
            process.terminate()
    assert facts.protocols["TLS 1.3"] is True
    assert facts.groups is not None
    assert set(facts.groups) == {"secp256r1", "secp224r1"}


@pytest.mark.parametrize("off", [False, True])
def test_the_master_secret_is_tested_in_tls_1_2(
    authority: Authority,
    helper: Helper,
    off: bool,
) -> None:
    """Trap 10: the engine says yes untested when TLS 1.3 is on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue(lab.HOST).file)
    if off:
        context.options |= 0x1  # SSL_OP_NO_EXTENDED_MASTER_SECRET
    with lab.serving(lab.with_context(context)) as port:
        facts = tls_of(lean(port, authority, helper))
    assert facts.protocols["TLS 1.3"] is True
    assert facts.extended_master_secret is (not off)


def test_flaws_are_tested_where_no_answer_is_given_without_a_name(
    authority: Authority, helper: Helper
) -> None:
    """Trap 10: the engine tests Heartbleed and CCS without SNI, so another host perhaps."""
    names: list[str | None] = []

    def named_only(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> int | None:
        names.append(name)
        return None if name else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue(lab.HOST).file)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.sni_callback = named_only
    with lab.serving(lab.with_context(context)) as port:
        result = lean(port, authority, helper)
    facts = tls_of(result)
    assert (facts.heartbleed, facts.ccs_injection, facts.robot) == (False, False, False)
    assert result.outcome is ScanOutcome.COMPLETE
    assert names.count(None) == 2  # once for each of the two flaws, beside those with the name


def test_a_firewall_that_dislikes_our_hellos_proves_nothing(
    authority: Authority, helper: Helper
) -> None:
    """It lets a usual library through (which offers encrypt-then-MAC) and resets the rest."""
    honest = lab.tls(authority.issue(lab.HOST).file)

    def wall(line: socket.socket, number: int) -> None:
        hello = line.recv(4_000, socket.MSG_PEEK)
        (honest if b"\x00\x16\x00\x00" in hello else lab.reset)(line, number)

    with lab.serving(wall) as port:
        options = lab.options(port, authority.ca_file)
        url = f"https://{lab.HOST}/"
        probe = scan(ScanKind.CERTIFICATE, options, helper, url)
        result = lean(port, authority, helper, 8.0)
    seen, facts = certificate_of(probe), tls_of(result)
    assert (seen.reason, seen.handshake, seen.connections) == (Why.OK, True, 2)
    assert facts.protocols["TLS 1.3"] is True
    assert False not in facts.protocols.values()
    assert facts.doubtful > 0
    assert result.outcome is ScanOutcome.PARTIAL


@pytest.mark.parametrize(
    ("lowest", "fallback"), [("TLSv1", True), ("TLSv1_2", True)], ids=["older on", "older off"]
)
def test_a_client_that_fell_back_is_turned_away(
    authority: Authority,
    helper: Helper,
    lowest: str,
    fallback: bool,
) -> None:
    pem = authority.issue(lab.HOST, key="rsa2048").file
    with lab.old_server(pem, "ALL", lowest, "TLSv1_2") as port:
        facts = tls_of(lean(port, authority, helper))
    assert facts.fallback_scsv is fallback
    assert facts.protocols["TLS 1.0"] is (lowest == "TLSv1")
