"""All addresses of a name: several back ends, IPv4 and IPv6, some dead; and fingerprints."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.policy.conditions.tls import JUDGES
from monitor.policy.judge import Observation, ScanView, Seen, Subject
from scanners.api import NetOptions, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.net.guard import AddressGuard, Endpoint
from scanners.tls.addresses import ADDRESSES_PER_FAMILY, Paths, chosen
from scanners.tls.evidence import CertificateFacts, TlsFacts
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.fingerprints import fingerprint
from scanners.tls.helper import Helper
from scanners.tls.probe import CertificateProbe
from scanners.tls.scanner import CertificateScanner, TlsScanner
from scanners.tls.target import Deadline, Target
from scanners.tls.trust import shared_store
from tests.builders import certified, member, site
from tests.integration import tls_lab as lab
from tests.shops.authority import Authority

FIRST, SECOND, THIRD = "127.0.0.1", "127.0.0.2", "127.0.0.3"


def has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


NEEDS_IPV6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    helper = Helper()
    yield helper
    helper.close()


def scan(
    kind: ScanKind,
    options: NetOptions,
    port: int,
    helper: Helper | None = None,
    **asked: object,
) -> ScanResult:
    url = f"https://{lab.HOST}:{port}/"
    request = ScanRequest(kind, url, (lab.HOST,), options=asked, deadline_s=20.0)
    if kind is ScanKind.CERTIFICATE:
        return asyncio.run(CertificateScanner(options, lab.Clock()).scan(request))
    return asyncio.run(TlsScanner(options, lab.Clock(), helper).scan(request))


def certificates(result: ScanResult) -> list[CertificateFacts]:
    return [e.facts for e in result.evidence if isinstance(e.facts, CertificateFacts)]


def configurations(result: ScanResult) -> list[TlsFacts]:
    return [e.facts for e in result.evidence if isinstance(e.facts, TlsFacts)]


def judged(*results: ScanResult) -> Observation:
    at = datetime.now(UTC)
    views = {r.kind: ScanView(r.outcome, r.evidence, at) for r in results}
    seen = Seen(at, views, frozenset(views))
    return JUDGES[0].run(seen, Subject(site(certified()), member(), certified(), {}))


def test_back_ends_that_show_the_same_are_one_view(authority: Authority) -> None:
    honest = lab.tls(authority.issue(lab.HOST).file)
    servers = {FIRST: honest, SECOND: honest, THIRD: honest}
    with lab.behind_one_name(servers, authority.ca_file) as (options, port):
        result = scan(ScanKind.CERTIFICATE, options, port)
    (facts,) = certificates(result)
    assert facts.addresses == (FIRST, SECOND, THIRD)
    assert (facts.address, facts.connections, result.requests) == (FIRST, 3, 3)
    assert judged(result).outcome == "sound"


def test_the_worst_of_several_back_ends_decides_and_its_address_is_named(
    authority: Authority,
) -> None:
    good = lab.tls(authority.issue(lab.HOST).file)
    forgotten = lab.tls(authority.issue(lab.HOST, expired=True).file)
    with lab.behind_one_name({FIRST: good, SECOND: forgotten}, authority.ca_file) as (options, p):
        result = scan(ScanKind.CERTIFICATE, options, p)
    assert [(f.address, f.reason) for f in certificates(result)] == [
        (FIRST, Why.OK), (SECOND, Why.EXPIRED),
    ]  # fmt: skip
    seen = judged(result)
    assert seen.outcome == "expired"
    assert SECOND in seen.summary
    assert SECOND in seen.values["reason"]


def test_an_address_with_a_closed_port_is_named_and_decides_nothing(authority: Authority) -> None:
    honest = lab.tls(authority.issue(lab.HOST).file)
    with lab.behind_one_name({FIRST: honest, SECOND: None}, authority.ca_file) as (options, port):
        result = scan(ScanKind.CERTIFICATE, options, port)
    (facts,) = certificates(result)
    assert (facts.addresses, facts.refused) == ((FIRST,), (SECOND,))
    assert (result.outcome, result.requests) == (ScanOutcome.COMPLETE, 2)
    seen = judged(result)
    assert seen.outcome == "sound"
    assert f"closed at {SECOND}" in seen.note


@pytest.mark.parametrize(
    "odd", [pytest.param(lab.hangs_up, id="hangs up"), pytest.param(lab.plain_http, id="http")]
)
def test_an_address_where_the_host_was_not_seen_is_not_known(
    authority: Authority, odd: lab.Visit
) -> None:
    honest = lab.tls(authority.issue(lab.HOST).file)
    with lab.behind_one_name({FIRST: honest, SECOND: odd}, authority.ca_file) as (options, port):
        result = scan(ScanKind.CERTIFICATE, options, port)
    assert result.outcome is ScanOutcome.PARTIAL
    seen = judged(result)
    assert seen.outcome == "incomplete"
    assert SECOND in seen.summary


@NEEDS_IPV6
def test_both_families_are_looked_at(authority: Authority, helper: Helper) -> None:
    good = lab.tls(authority.issue(lab.HOST).file)
    other = lab.tls(authority.issue(lab.HOST, names=["else.example"]).file)
    with lab.behind_one_name({FIRST: good, "::1": other}, authority.ca_file) as (options, port):
        result = scan(ScanKind.TLS, options, port, helper)
    assert [(f.address, f.reason) for f in certificates(result)] == [
        (FIRST, Why.OK), ("::1", Why.WRONG_HOST),
    ]  # fmt: skip
    assert [f.addresses for f in configurations(result)] == [(FIRST,), ("::1",)]
    seen = judged(result)
    assert seen.outcome == "wrong_host"
    assert "::1" in seen.summary


def test_a_second_back_end_that_is_configured_otherwise_is_enumerated(
    authority: Authority, helper: Helper
) -> None:
    pem = authority.issue(lab.HOST, key="rsa2048").file
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    servers = {FIRST: lab.tls(pem), SECOND: lab.tls(pem), THIRD: lab.with_context(context)}
    with lab.behind_one_name(servers, authority.ca_file) as (options, port):
        result = scan(ScanKind.TLS, options, port, helper)
    assert [f.addresses for f in certificates(result)] == [(FIRST, SECOND, THIRD)]
    same, other = configurations(result)
    assert (same.addresses, other.addresses) == ((FIRST, SECOND), (THIRD,))
    assert (same.protocols["TLS 1.3"], other.protocols["TLS 1.3"]) == (True, False)
    assert same.fingerprint != other.fingerprint
    assert result.outcome is ScanOutcome.COMPLETE


def test_the_worst_configuration_of_several_back_ends_decides(
    authority: Authority, helper: Helper
) -> None:
    pem = authority.issue(lab.HOST, key="rsa2048").file
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.set_ciphers("ALL:eNULL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    servers = {FIRST: lab.tls(pem), SECOND: lab.with_context(context)}
    with lab.behind_one_name(servers, authority.ca_file) as (options, port):
        result = scan(ScanKind.TLS, options, port, helper)
    seen = judged(result)
    assert seen.outcome == "weak_suites"
    assert SECOND in seen.summary


def looked(options: NetOptions, port: int, paths: Paths) -> tuple[CertificateFacts, ...]:
    store = shared_store(options.ca_file)
    probe = CertificateProbe(AddressGuard(options), store, lab.Clock(), paths)
    looks = asyncio.run(probe.look(Target(lab.HOST, port), Deadline(3.0)))
    return tuple(look.facts for look in looks)


@NEEDS_IPV6
def test_without_ipv6_here_no_site_is_unknown_for_it(authority: Authority) -> None:
    honest = lab.tls(authority.issue(lab.HOST).file)
    visits: list[int] = []
    servers = {FIRST: honest, "::1": lambda _, number: visits.append(number)}
    with lab.behind_one_name(servers, authority.ca_file) as (options, port):
        (facts,) = looked(options, port, Paths(routed=lambda _: False))
    assert (facts.reason, facts.addresses) == (Why.OK, (FIRST,))
    assert facts.not_routed == ("::1",)
    assert visits == []


@NEEDS_IPV6
def test_silence_over_ipv6_may_be_ours_until_something_answered_there(
    authority: Authority,
) -> None:
    honest, paths = lab.tls(authority.issue(lab.HOST).file), Paths()
    servers = {FIRST: honest, "::1": lab.tarpit}
    with lab.behind_one_name(servers, authority.ca_file) as (options, port):
        (facts,) = looked(options, port, paths)
        paths.heard("::1")
        known = looked(options, port, paths)
    assert (facts.reason, facts.not_routed) == (Why.OK, ("::1",))
    assert [(f.reason, f.not_routed) for f in known] == [(Why.OK, ()), (Why.TIMED_OUT, ())]


@NEEDS_IPV6
def test_a_host_with_no_other_address_stays_unseen_in_its_own_words(authority: Authority) -> None:
    with lab.behind_one_name({"::1": lab.tarpit}, authority.ca_file) as (options, port):
        (silent,) = looked(options, port, Paths())
        (no_way,) = looked(options, port, Paths(routed=lambda _: False))
    assert (silent.reason, silent.not_routed) == (Why.TIMED_OUT, ())
    assert no_way.reason is Why.UNREACHABLE
    assert "no way" in no_way.reason_text


def test_the_routing_table_is_asked_for_ipv6_alone() -> None:
    paths = Paths(routed=lambda _: False)
    assert paths.leads_to(FIRST)
    assert not paths.leads_to("2001:db8::1")
    assert not paths.may_be_ours(FIRST)


def test_at_most_so_many_addresses_of_each_family_are_looked_at() -> None:
    many = [Endpoint(f"192.0.2.{n}", 443) for n in range(6)]
    newer = [Endpoint(f"2001:db8::{n}", 443) for n in range(1, 6)]
    taken, left_out = chosen([*many, *newer])
    assert taken == (*many[:ADDRESSES_PER_FAMILY], *newer[:ADDRESSES_PER_FAMILY])
    assert left_out == 3


def fingerprinted(port: int) -> tuple[str, int, int]:
    endpoint = Endpoint(FIRST, port)
    found = asyncio.run(fingerprint(endpoint, lab.HOST, Deadline(10.0)))
    return found.digest, found.doubtful, found.connections


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"ciphers": "ECDHE+AESGCM"}, id="suites"),
        pytest.param({"highest": ssl.TLSVersion.TLSv1_2}, id="no 1.3"),
        pytest.param({"curve": "secp384r1"}, id="curve"),
    ],
)
def test_a_fingerprint_is_stable_and_changes_with_the_configuration(
    authority: Authority, change: dict[str, object]
) -> None:
    pem = authority.issue(lab.HOST, key="rsa2048").file

    def server(**settings: object) -> lab.Visit:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        context.set_ciphers(str(settings.get("ciphers", "DEFAULT")))
        context.maximum_version = settings.get("highest", ssl.TLSVersion.TLSv1_3)  # type: ignore[assignment]
        if "curve" in settings:
            context.set_ecdh_curve(str(settings["curve"]))
        return lab.with_context(context)

    with lab.serving(server()) as port:
        base, again = fingerprinted(port), fingerprinted(port)
    with lab.serving(server(**change)) as port:
        changed = fingerprinted(port)
    assert base == again
    assert base[1:] == (0, 9)
    assert len(base[0]) == 64
    assert changed[0]
    assert changed[0] != base[0]


def test_a_fingerprint_with_an_open_question_is_none(authority: Authority) -> None:
    honest = lab.tls(authority.issue(lab.HOST).file)
    with lab.serving(lab.only_first(honest, lab.reset, 6)) as port:
        digest, doubtful, connections = fingerprinted(port)
    assert digest == ""
    assert doubtful > 0
    assert connections <= 6 + 2 * 3


def test_a_known_fingerprint_saves_the_lean_look_and_an_unknown_one_brings_it(
    authority: Authority, helper: Helper
) -> None:
    with lab.serving(lab.tls(authority.issue(lab.HOST).file)) as port:
        options, tier = lab.options(port, authority.ca_file), {"tier": "fingerprint"}
        first = scan(ScanKind.TLS, options, 443, helper, **tier)
        digests = first.detail["fingerprints"]
        assert isinstance(digests, dict)
        known = list(digests[lab.HOST].values())
        same = scan(ScanKind.TLS, options, 443, helper, **tier, fingerprints=known)
        other = scan(ScanKind.TLS, options, 443, helper, **tier, fingerprints=["00"])
    assert (first.evidence, same.evidence) == ((), ())
    assert "unchanged" not in first.detail
    assert (same.detail["unchanged"], same.requests) == (True, 10)
    assert other.detail["unchanged"] is False
    (facts,) = configurations(other)
    assert facts.fingerprint == known[0]
    assert {r.outcome for r in (first, same, other)} == {ScanOutcome.COMPLETE}


@pytest.mark.parametrize(
    "host", ["a..b", f"{'a' * 64}.example", "sch\u00f6n.example", "shop.example."]
)
def test_odd_names_end_in_an_answer(authority: Authority, helper: Helper, host: str) -> None:
    """Trap 12: what makes the engine's own reading of names fail reaches it as an A-label."""
    honest = lab.tls(
        authority.issue("schoen.example", names=["shop.example", "xn--schn-7qa.example"]).file
    )
    with lab.behind_one_name({FIRST: honest}, authority.ca_file) as (options, port):
        request = ScanRequest(ScanKind.TLS, f"https://{host}:{port}/", (), deadline_s=20.0)
        result = asyncio.run(TlsScanner(options, lab.Clock(), helper).scan(request))
    (facts,) = certificates(result)
    odd = host.startswith("a")
    assert facts.reason is (Why.UNREACHABLE if odd else Why.OK)
    assert result.outcome is (ScanOutcome.UNREACHABLE if odd else ScanOutcome.COMPLETE)
