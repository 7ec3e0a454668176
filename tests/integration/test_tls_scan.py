"""TLS scans of real servers on loopback, and what the judge makes of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.policy.conditions.tls import JUDGES
from monitor.policy.judge import Observation, ScanView, Seen, Subject
from scanners.api import NetOptions, ScanKind, ScanOutcome, ScanResult, encode_facts
from scanners.net.guard import Endpoint
from scanners.tls.enumeration import Enumeration
from scanners.tls.evidence import TLS12, CertificateFacts, TlsFacts
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.hello import client_hello
from scanners.tls.helper import Helper
from scanners.tls.scanner import CertificateScanner, TlsScanner
from scanners.tls.suites import COMMON
from scanners.tls.target import Deadline
from scanners.tls.wire import ask
from tests.builders import certified, member, site
from tests.integration import tls_lab as lab
from tests.shops.authority import Authority

NOT_MET = {
    "expired", "vulnerable", "not_yet_valid", "wrong_host", "self_signed", "untrusted_chain",
    "missing_intermediate", "weak_key", "old_protocol", "weak_suites", "norm_not_met",
    "expires_now",
}  # fmt: skip


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    helper = Helper()
    yield helper
    helper.close()


def look(
    kind: ScanKind,
    options: NetOptions,
    helper: Helper | None = None,
    *,
    deadline_s: float = 20.0,
    clock: lab.Clock | None = None,
) -> ScanResult:
    clock = clock or lab.Clock()
    if kind is ScanKind.CERTIFICATE:
        scanner: CertificateScanner | TlsScanner = CertificateScanner(options, clock)
    else:
        scanner = TlsScanner(options, clock, helper)
    return asyncio.run(scanner.scan(lab.request(kind, deadline_s=deadline_s)))


def judged(*results: ScanResult, at: datetime | None = None, **params: object) -> Observation:
    at = at or datetime.now(UTC)
    views = {
        r.kind: ScanView(r.outcome, r.evidence, at, str(r.detail.get("reason", "")))
        for r in results
    }
    seen = Seen(at, views, frozenset(views))
    shop = site(certified())
    return JUDGES[0].run(seen, Subject(shop, member(), certified(), params))


def certificate_of(result: ScanResult) -> CertificateFacts:
    return next(e.facts for e in result.evidence if isinstance(e.facts, CertificateFacts))


def tls_of(result: ScanResult) -> TlsFacts:
    return next(e.facts for e in result.evidence if isinstance(e.facts, TlsFacts))


@pytest.mark.parametrize(
    ("issue", "reason", "outcome"),
    [
        pytest.param({}, Why.OK, "sound", id="healthy"),
        pytest.param({"expired": True}, Why.EXPIRED, "expired", id="expired"),
        pytest.param({"days_left": 3}, Why.OK, "expires_now", id="three days left"),
        pytest.param({"days_left": 5}, Why.OK, "expires_now", id="five days left"),
        pytest.param({"days_left": 5.1}, Why.OK, "expires_soon", id="a little over five days"),
        pytest.param({"days_left": 13.9}, Why.OK, "expires_soon", id="under fourteen days"),
        pytest.param({"days_left": 14.1}, Why.OK, "sound", id="over fourteen days"),
        pytest.param({"names": ["x.example"]}, Why.WRONG_HOST, "wrong_host", id="wrong host"),
        pytest.param({"names": ["*.example"]}, Why.WRONG_HOST, "wrong_host", id="star on a suffix"),
        pytest.param(
            {"with_intermediate": False},
            Why.MISSING_INTERMEDIATE,
            "missing_intermediate",
            id="no intermediate",
        ),
        pytest.param(
            {"expired": True, "names": ["x.example"]}, Why.EXPIRED, "expired", id="expired, wrong"
        ),
    ],
)
def test_the_certificate_of_a_server_is_judged(
    authority: Authority, issue: dict[str, object], reason: Why, outcome: str
) -> None:
    issued = authority.issue(lab.HOST, **issue)  # type: ignore[arg-type]
    with lab.serving(lab.tls(issued.file)) as port:
        result = look(ScanKind.CERTIFICATE, lab.options(port, authority.ca_file))
    facts = certificate_of(result)
    assert (result.outcome, facts.reason) == (ScanOutcome.COMPLETE, reason)
    assert facts.not_after == issued.not_after
    assert facts.connections == result.requests == 1
    assert judged(result).outcome == outcome


def test_an_expired_certificate_for_another_host_keeps_both_facts(authority: Authority) -> None:
    issued = authority.issue(lab.HOST, expired=True, names=["x.example"])
    with lab.serving(lab.tls(issued.file)) as port:
        facts = certificate_of(look(ScanKind.CERTIFICATE, lab.options(port, authority.ca_file)))
    assert facts.problems == (Why.EXPIRED, Why.WRONG_HOST)
    assert (facts.trusted, facts.host_matches) == (True, False)


def test_expiry_is_decided_at_the_time_of_the_clock_not_of_the_library(
    authority: Authority,
) -> None:
    issued = authority.issue(lab.HOST, days_left=60)
    with lab.serving(lab.tls(issued.file)) as port:
        options = lab.options(port, authority.ca_file)
        later = lab.Clock(timedelta(days=61))
        facts = certificate_of(look(ScanKind.CERTIFICATE, options, clock=later))
        earlier = lab.Clock(timedelta(days=-61))
        before = certificate_of(look(ScanKind.CERTIFICATE, options, clock=earlier))
    assert (facts.reason, facts.trusted) == (Why.EXPIRED, True)
    assert before.reason is Why.NOT_YET_VALID


def test_without_its_authority_a_private_chain_is_not_trusted(authority: Authority) -> None:
    with lab.serving(lab.tls(authority.issue(lab.HOST).file)) as port:
        result = look(ScanKind.CERTIFICATE, lab.options(port))
    assert certificate_of(result).reason is Why.UNTRUSTED_ROOT
    assert judged(result).outcome == "untrusted_chain"


def test_a_certificate_signed_by_itself_is_called_so(tmp_path: Path) -> None:
    with lab.serving(lab.tls(lab.odd_pem(tmp_path))) as port:
        result = look(ScanKind.CERTIFICATE, lab.options(port))
    assert certificate_of(result).reason is Why.SELF_SIGNED
    assert judged(result).outcome == "self_signed"


def test_a_certificate_of_1024_bits_is_weak_even_when_trusted(tmp_path: Path) -> None:
    pem = lab.odd_pem(tmp_path, rsa_bits=1024)
    with lab.serving(lab.tls(pem, ciphers="DEFAULT:@SECLEVEL=0")) as port:
        result = look(ScanKind.CERTIFICATE, lab.options(port, pem))
    facts = certificate_of(result)
    assert facts.leaf is not None
    assert (facts.leaf.key_type, facts.leaf.key_bits, facts.trusted) == ("RSA", 1024, True)
    assert judged(result).outcome == "weak_key"


def test_a_healthy_server_is_sound_in_every_respect(authority: Authority, helper: Helper) -> None:
    with lab.serving(lab.tls(authority.issue(lab.HOST).file)) as port:
        result = look(ScanKind.TLS, lab.options(port, authority.ca_file), helper)
    facts = tls_of(result)
    assert result.outcome is ScanOutcome.COMPLETE
    assert facts.protocols == {
        "SSL 2.0": False, "SSL 3.0": False, "TLS 1.0": False, "TLS 1.1": False,
        "TLS 1.2": True, "TLS 1.3": True,
    }  # fmt: skip
    assert (facts.heartbleed, facts.ccs_injection, facts.robot) == (False, False, False)
    assert (facts.early_data, facts.compression, facts.fallback_scsv) == (False, False, True)
    assert facts.doubtful == 0
    assert facts.connections < 60
    assert all(len(encode_facts(e.facts)) < 2_500 for e in result.evidence)
    assert judged(result).outcome == "sound"


@pytest.mark.parametrize(
    ("ciphers", "lowest", "highest", "outcome"),
    [
        pytest.param("DEFAULT", "TLSv1", "MAXIMUM_SUPPORTED", "old_protocol", id="1.0 beside 1.3"),
        pytest.param("DEFAULT", "TLSv1", "TLSv1_1", "old_protocol", id="1.1 at best"),
        pytest.param("ALL:eNULL", "TLSv1_2", "TLSv1_2", "weak_suites", id="suites without cipher"),
        pytest.param("DEFAULT", "TLSv1_3", "TLSv1_3", "sound", id="1.3 alone"),
    ],
)
def test_versions_and_suites_of_old_servers_are_seen(
    authority: Authority, helper: Helper, ciphers: str, lowest: str, highest: str, outcome: str
) -> None:
    pem = authority.issue(lab.HOST, key="rsa2048").file
    with lab.old_server(pem, ciphers, lowest, highest) as port:
        options = lab.options(port, authority.ca_file)
        certificate = look(ScanKind.CERTIFICATE, options)
        result = look(ScanKind.TLS, options, helper)
    assert certificate_of(certificate).reason is Why.OK
    assert judged(certificate, result).outcome == outcome
    facts = tls_of(result)
    assert facts.protocols["TLS 1.0"] is (lowest == "TLSv1")
    assert facts.protocols["TLS 1.3"] is (highest in ("MAXIMUM_SUPPORTED", "TLSv1_3"))


def test_the_certificate_alone_shows_a_server_that_is_old_at_best(authority: Authority) -> None:
    pem = authority.issue(lab.HOST, key="rsa2048").file
    with lab.old_server(pem, "DEFAULT", "TLSv1", "TLSv1_1") as port:
        result = look(ScanKind.CERTIFICATE, lab.options(port, authority.ca_file))
    assert judged(result).outcome == "old_protocol"


HOSTILE = {
    "tarpit": (lab.tarpit, ScanOutcome.TIMED_OUT),
    "drip": (lab.drip, ScanOutcome.TIMED_OUT),
    "reset": (lab.reset, ScanOutcome.REFUSED),
    "plain http": (lab.plain_http, ScanOutcome.UNREACHABLE),
    "garbage": (lab.garbage, ScanOutcome.UNREACHABLE),
    "hangs up": (lab.hangs_up, ScanOutcome.REFUSED),
    "handshake failure": (lab.alert(40), ScanOutcome.REFUSED),
    "odd alert": (lab.alert(49), ScanOutcome.REFUSED),
}


@pytest.mark.parametrize("kind", [ScanKind.CERTIFICATE, ScanKind.TLS])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_ends_in_time_and_never_in_a_breach(
    helper: Helper, name: str, kind: ScanKind
) -> None:
    visit, outcome = HOSTILE[name]
    with lab.serving(visit) as port:
        began = time.monotonic()
        result = look(kind, lab.options(port), helper, deadline_s=2.0)
        took = time.monotonic() - began
    assert took < 3.0
    assert result.outcome is outcome
    assert result.detail["reason"]
    assert judged(result).outcome == "no_handshake"


@pytest.mark.parametrize("kind", [ScanKind.CERTIFICATE, ScanKind.TLS])
def test_a_closed_port_is_refused(helper: Helper, kind: ScanKind) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = look(kind, lab.options(port), helper)
    assert result.outcome is ScanOutcome.REFUSED
    assert judged(result).outcome == "no_handshake"


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(lab.reset, id="reset"),
        pytest.param(lab.tarpit, id="silence"),
        pytest.param(lab.alert(49), id="access denied"),
        pytest.param(lab.alert(40), id="handshake failure"),
        pytest.param(lab.hangs_up, id="hangs up"),
    ],
)
@pytest.mark.parametrize("first", [1, 2, 9])
def test_a_limiter_hides_nothing_and_proves_nothing(
    authority: Authority, helper: Helper, then: lab.Visit, first: int
) -> None:
    honest = lab.tls(authority.issue(lab.HOST).file)
    with lab.serving(lab.only_first(honest, then, first)) as port:
        began = time.monotonic()
        result = look(ScanKind.TLS, lab.options(port, authority.ca_file), helper, deadline_s=6.0)
        took = time.monotonic() - began
    facts = tls_of(result)
    assert took < 7.0
    assert result.outcome is ScanOutcome.PARTIAL
    assert facts.doubtful > 0
    assert True in facts.protocols.values()
    assert False not in facts.protocols.values()
    assert judged(result).outcome == "incomplete"


def test_a_server_that_resets_every_fifth_connection_is_still_seen_whole(
    authority: Authority, helper: Helper
) -> None:
    pem = authority.issue(lab.HOST).file
    with lab.serving(lab.tls(pem)) as port:
        whole = tls_of(look(ScanKind.TLS, lab.options(port, authority.ca_file), helper))
    with lab.serving(lab.every(5, lab.tls(pem), lab.reset)) as port:
        facts = tls_of(look(ScanKind.TLS, lab.options(port, authority.ca_file), helper))
    assert facts.protocols == whole.protocols
    assert facts.suites == whole.suites


async def hellos_of_a_scan(endpoint: Endpoint) -> int:
    """How often hellos dial when the look at the certificate showed one suite already."""
    shown = await ask(endpoint, client_hello(lab.HOST, TLS12, COMMON), 5.0)
    return (await Enumeration(endpoint, lab.HOST, Deadline(20.0), shown).run()).connections


@contextlib.contextmanager
def silent_to_the_engine(authority: Authority) -> Iterator[int]:
    """Honest to the certificate and the hellos, silent to what comes after them."""
    honest = lab.tls(authority.issue(lab.HOST).file)
    with lab.serving(honest) as port:
        asked = asyncio.run(hellos_of_a_scan(Endpoint("127.0.0.1", port)))
    with lab.serving(lab.only_first(honest, lab.tarpit, 1 + asked)) as port:
        yield port


def test_a_hanging_engine_is_killed_and_nothing_of_it_remains(
    authority: Authority, helper: Helper
) -> None:
    with silent_to_the_engine(authority) as port:
        result = look(ScanKind.TLS, lab.options(port, authority.ca_file), helper, deadline_s=5.0)
    assert result.outcome is ScanOutcome.PARTIAL
    assert until_no_child(helper)


def test_a_cancelled_scan_leaves_no_process_behind(authority: Authority, helper: Helper) -> None:
    async def cancelled(port: int) -> None:
        scanner = TlsScanner(lab.options(port, authority.ca_file), lab.Clock(), helper)
        task = asyncio.create_task(scanner.scan(lab.request(ScanKind.TLS, deadline_s=30.0)))
        while not children(helper) and not task.done():  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.01)
        assert not task.done()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with silent_to_the_engine(authority) as port:
        asyncio.run(cancelled(port))
        assert until_no_child(helper)


def test_a_helper_that_was_killed_is_started_again(authority: Authority) -> None:
    helper = Helper()
    try:
        with lab.serving(lab.tls(authority.issue(lab.HOST).file)) as port:
            options = lab.options(port, authority.ca_file)
            look(ScanKind.TLS, options, helper)
            first = helper.pid
            assert first is not None
            os.kill(first, 9)
            time.sleep(0.2)
            again = look(ScanKind.TLS, options, helper)
        assert again.outcome is ScanOutcome.COMPLETE
        assert helper.pid != first
    finally:
        helper.close()
    assert helper.pid is None


def test_many_scans_at_once_all_end_well(authority: Authority, helper: Helper) -> None:
    async def all_of(port: int) -> list[ScanResult]:
        scanner = TlsScanner(lab.options(port, authority.ca_file), lab.Clock(), helper)
        request = lab.request(ScanKind.TLS, deadline_s=30.0)
        return list(await asyncio.gather(*(scanner.scan(request) for _ in range(4))))

    with lab.serving(lab.tls(authority.issue(lab.HOST).file)) as port:
        results = asyncio.run(all_of(port))
    assert {r.outcome for r in results} == {ScanOutcome.COMPLETE}
    assert until_no_child(helper)


@pytest.mark.parametrize("kind", [ScanKind.CERTIFICATE, ScanKind.TLS])
def test_a_seller_is_never_dialled(kind: ScanKind) -> None:
    visits: list[int] = []
    with lab.serving(lambda _, number: visits.append(number)) as port:
        scanner = {ScanKind.CERTIFICATE: CertificateScanner, ScanKind.TLS: TlsScanner}[kind]
        request = lab.request(kind, subject="seller")
        result = asyncio.run(scanner(lab.options(port), lab.Clock()).scan(request))
    assert result.outcome is ScanOutcome.NOT_PERMITTED
    assert (result.evidence, visits) == ((), [])


def test_an_address_of_ours_is_not_dialled_unless_allowed() -> None:
    with lab.serving(lab.plain_http) as port:
        closed = NetOptions(resolve=lab.options(port).resolve)
        result = look(ScanKind.CERTIFICATE, closed)
    assert (result.outcome, result.requests) == (ScanOutcome.NOT_PERMITTED, 0)
    assert judged(result).outcome == "no_handshake"


def children(helper: Helper) -> list[str]:
    if helper.pid is None:
        return []
    file = Path(f"/proc/{helper.pid}/task/{helper.pid}/children")
    return file.read_text().split()


def until_no_child(helper: Helper) -> bool:
    end = time.monotonic() + 3
    while children(helper) and time.monotonic() < end:
        time.sleep(0.05)
    return not children(helper)


def test_alone_the_scanner_speaks_the_json_of_the_contract(authority: Authority) -> None:
    with lab.serving(lab.tls(authority.issue(lab.HOST).file)) as port:
        done = alone(port, authority, "--json")
    found = json.loads(done.stdout)
    wanted = {"host", "address", "outcome", "protocols", "suites", "groups", "certificate",
              "ratings", "doubtful", "connections", "cpu_s", "duration_s"}  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert wanted <= set(found)
    assert {"chain", "trusted", "host_matches", "not_after", "reason"} <= set(found["certificate"])
    assert set(found["ratings"]) == {"ncsc-2025-05", "ncsc-2.1"}
    assert found["ratings"]["ncsc-2025-05"]["level"] != "unknown"
    assert found["protocols"]["TLS 1.3"] is True
    assert found["cpu_s"] > 0
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["--port", "70000"], 2, id="no port"),
        pytest.param(["--connect", "nonsense"], 2, id="no address"),
        pytest.param(["--ca-file", "/nowhere.pem"], 2, id="no such roots"),
        pytest.param(["--deadline", "-1"], 2, id="no time"),
        pytest.param(["--tier", "everything"], 2, id="no tier"),
        pytest.param(["--tier", "certificate"], 4, id="port without TLS"),
    ],
)
def test_alone_the_scanner_says_what_it_could_not_do(
    authority: Authority, arguments: list[str], code: int
) -> None:
    with lab.serving(lab.plain_http) as port:
        done = alone(port, authority, *arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def alone(port: int, authority: Authority, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable, "-W", "error", "-m", "scanners.tls", lab.HOST,
        "--connect", f"127.0.0.1:{port}", "--allow-network", "127.0.0.0/8",
        "--ca-file", str(authority.ca_file),
    ]  # fmt: skip
    return subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_server_of_the_newest_version_alone_is_asked_once_from_the_second_look_on(
    authority: Authority,
) -> None:
    def context(newest: bool) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(authority.issue(lab.HOST).file)
        edge = ssl.TLSVersion.TLSv1_3 if newest else ssl.TLSVersion.TLSv1_2
        made.minimum_version = made.maximum_version = edge
        return made

    honest = [lab.with_context(context(newest=True))]

    def visit(line: socket.socket, number: int) -> None:
        honest[0](line, number)

    with lab.serving(visit) as port:
        clock = lab.Clock()
        scanner = CertificateScanner(lab.options(port, authority.ca_file), clock)

        def seen() -> tuple[str, int, bool]:
            result = asyncio.run(scanner.scan(lab.request(ScanKind.CERTIFICATE)))
            facts = next(e.facts for e in result.evidence if isinstance(e.facts, CertificateFacts))
            return facts.protocol, facts.connections, facts.handshake

        assert seen() == ("TLSv1.3", 2, True)
        assert seen() == ("TLSv1.3", 1, True)
        honest[0] = lab.with_context(context(newest=False))
        # A handshake goes on with any version: what was remembered is forgotten after a day.
        assert seen() == ("TLSv1.2", 1, True)
        clock.ahead = timedelta(days=1, seconds=1)
        assert seen() == ("TLSv1.2", 1, False)
        honest[0] = lab.reset
        assert seen()[2] is False


def test_the_certificate_look_tells_another_set_up_when_asked_to(authority: Authority) -> None:
    pem = authority.issue(lab.HOST).file
    plain = lab.request(ScanKind.CERTIFICATE)
    asked = replace(plain, options={"tls_fingerprint": True})
    seen = []
    for ciphers in ("DEFAULT", "DEFAULT", "ECDHE-ECDSA-AES128-GCM-SHA256"):
        with lab.serving(lab.tls(pem, ciphers=ciphers)) as port:
            scanner = CertificateScanner(lab.options(port, authority.ca_file), lab.Clock())
            result = asyncio.run(scanner.scan(asked))
            without = asyncio.run(scanner.scan(plain))
        (facts,) = (e.facts for e in result.evidence)
        assert isinstance(facts, CertificateFacts)
        assert result.outcome is ScanOutcome.COMPLETE
        assert result.requests == facts.connections == 10
        seen.append(facts.configuration)
        (bare,) = (e.facts for e in without.evidence)
        assert isinstance(bare, CertificateFacts)
        assert (bare.configuration, without.requests) == ("", 1)
    assert seen[0] == seen[1] != seen[2]
    assert all(len(digest) == 64 for digest in seen)


@pytest.mark.parametrize("visit", [lab.tarpit, lab.plain_http], ids=["tarpit", "no TLS"])
def test_a_host_without_a_certificate_has_no_set_up(authority: Authority, visit: lab.Visit) -> None:
    asked = replace(
        lab.request(ScanKind.CERTIFICATE, deadline_s=3.0), options={"tls_fingerprint": True}
    )
    with lab.serving(visit) as port:
        scanner = CertificateScanner(lab.options(port, authority.ca_file), lab.Clock())
        result = asyncio.run(scanner.scan(asked))
    (facts,) = (e.facts for e in result.evidence)
    assert isinstance(facts, CertificateFacts)
    assert facts.configuration == ""
