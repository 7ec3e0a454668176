"""Looking at mail servers: real SMTP with STARTTLS, a real name server, and hostile ones."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import ssl
import time
from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scanners.api import NetOptions, Resolve, ScanOutcome
from scanners.mail.__main__ import main
from scanners.mail.evidence import HostState, MailDomainFacts, MailHost, MxState
from scanners.mail.scanner import MailScanner
from tests.integration import mx_lab as lab
from tests.integration.mx_lab import DOMAIN, MX
from tests.integration.tls_lab import Clock
from tests.shops.authority import Authority
from tests.shops.names import Zone, naming


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def context(authority: Authority) -> ssl.SSLContext:
    return authority.issue(MX).server_context()


def only(facts: MailDomainFacts) -> MailHost:
    assert len(facts.hosts) == 1
    return facts.hosts[0]


def test_a_real_mail_server_with_starttls_is_seen_to_be_secured(
    authority: Authority, context: ssl.SSLContext
) -> None:
    with lab.real_server(context) as port:
        result, facts = lab.look_at(port, ca_file=authority.ca_file)
    host = only(facts)
    assert result.outcome is ScanOutcome.COMPLETE
    assert (host.state, host.starttls, host.protocol) == (HostState.SECURED, True, "TLS 1.3")
    assert (host.trusted, host.host_matches, host.problems) == (True, True, ())
    # This server breaks old versions off without a word: that is no answer.
    assert host.accepts == {"TLS 1.3": True, "TLS 1.2": None, "TLS 1.1": None, "TLS 1.0": None}
    assert result.requests == host.connections == 3


def test_a_real_mail_server_without_starttls_is_asked_twice() -> None:
    with lab.real_server(None) as port:
        result, facts = lab.look_at(port)
    host = only(facts)
    assert (host.state, host.starttls, host.missing) == (HostState.NO_STARTTLS, False, 2)
    assert result.outcome is ScanOutcome.COMPLETE
    assert host.connections == 2


SHORT_S = 4.0


@pytest.mark.parametrize(
    ("visit", "state", "starttls"),
    [
        pytest.param(lab.saying(greeting=b"421 busy\r\n"), HostState.TURNED_AWAY, None, id="421"),
        pytest.param(lab.saying(greeting=b"554 no\r\n"), HostState.TURNED_AWAY, None, id="554"),
        pytest.param(lab.saying(hello=b"451 later\r\n"), HostState.TURNED_AWAY, None, id="grey"),
        pytest.param(lab.saying(hello=b"502 HELO only\r\n"), HostState.TURNED_AWAY, None, id="502"),
        pytest.param(
            lab.saying(go=b"454 no TLS now\r\n"), HostState.STARTTLS_REFUSED, True, id="454"
        ),
        pytest.param(
            lab.saying(hello=b"250-x\r\n250-XXXXXXXA\r\n250 XXXB\r\n"),
            HostState.MASKED,
            None,
            id="firewall",
        ),
        pytest.param(lab.saying(after=lab.hang_up), HostState.HANDSHAKE_FAILED, True, id="drops"),
        pytest.param(
            lab.saying(after=lambda line, _: line.sendall(b"HTTP/1.1 400 no\r\n\r\n")),
            HostState.HANDSHAKE_FAILED,
            True,
            id="no tls after",
        ),
        pytest.param(
            lab.saying(go=lab.GO + b"250 injected\r\n"),
            HostState.HANDSHAKE_FAILED,
            True,
            id="goes on in clear",
        ),
        pytest.param(
            lab.saying(greeting=lab.GREETING + lab.PLAIN), HostState.NOT_SMTP, None, id="too early"
        ),
        pytest.param(lab.saying(hello=lab.PLAIN * 2), HostState.NOT_SMTP, None, id="too much"),
        pytest.param(lab.silence, HostState.SILENT, None, id="tarpit"),
        pytest.param(lab.drip, HostState.SILENT, None, id="drip"),
        pytest.param(lab.endless, HostState.NOT_SMTP, None, id="endless"),
        pytest.param(lab.hang_up, HostState.CLOSED, None, id="hangs up"),
        pytest.param(
            lab.saying(greeting=b"HTTP/1.1 200 OK\r\n\r\n"), HostState.NOT_SMTP, None, id="http"
        ),
        pytest.param(
            lab.saying(hello=b"250-x\r\n251 STARTTLS\r\n"), HostState.NOT_SMTP, None, id="two codes"
        ),
        pytest.param(
            lab.saying(greeting=b"\x15\x03\x01\x00\x02\x02\x28"), HostState.SILENT, None, id="alert"
        ),
        pytest.param(
            lab.saying(after=lab.silence), HostState.HANDSHAKE_FAILED, True, id="silent handshake"
        ),
    ],
)
def test_an_odd_mail_server_is_not_known_and_takes_bounded_time(
    visit: lab.Visit, state: HostState, starttls: bool | None
) -> None:
    began = time.monotonic()
    result, facts = lab.look(visit, deadline_s=SHORT_S)
    host = only(facts)
    assert (host.state, host.starttls) == (state, starttls)
    assert result.outcome not in (ScanOutcome.COMPLETE, ScanOutcome.SCANNER_ERROR)
    assert result.detail["reason"]
    assert time.monotonic() - began < SHORT_S + 1
    assert host.connections <= 3


def test_words_that_are_no_text_are_shown_clipped_and_not_believed(
    authority: Authority, context: ssl.SSLContext
) -> None:
    words = b"250-\xff\xfe\x00\x1b[31m\r\n250 STARTTLS\r\n"
    _, facts = lab.look(
        lab.saying(greeting=b"220 \xff\x80\r\n", hello=words, after=lab.securing(context)),
        ca_file=authority.ca_file,
    )
    assert only(facts).state is HostState.SECURED
    _, facts = lab.look(lab.saying(greeting=b"554 \xff\x1b[2J" + b"a" * 900 + b"\r\n"))
    text = only(facts).text
    assert len(text) <= 200
    assert text.isprintable()


def test_starttls_seen_the_second_time_is_offered(
    authority: Authority, context: ssl.SSLContext
) -> None:
    good = lab.saying(after=lab.securing(context))
    _, facts = lab.look(lab.in_turn(lab.saying(hello=lab.PLAIN), good), ca_file=authority.ca_file)
    host = only(facts)
    assert (host.state, host.starttls) == (HostState.SECURED, True)
    assert (host.listed, host.missing) == (1, 1)


def test_starttls_missing_once_and_then_silence_is_not_known() -> None:
    plain = lab.saying(hello=lab.PLAIN)
    result, facts = lab.look(
        lab.in_turn(plain, lab.saying(greeting=b"421 too many\r\n")), deadline_s=6.0
    )
    host = only(facts)
    assert (host.starttls, host.missing) == (None, 1)
    assert result.outcome is ScanOutcome.REFUSED


def test_a_first_connection_that_breaks_changes_nothing() -> None:
    plain = lab.saying(hello=lab.PLAIN)
    _, facts = lab.look(lab.in_turn(lab.hang_up, plain))
    host = only(facts)
    assert (host.starttls, host.connections) == (False, 3)


def test_old_versions_that_are_turned_down_in_words_are_not_accepted(
    authority: Authority, context: ssl.SSLContext
) -> None:
    _, facts = lab.look(lab.saying(after=lab.securing(context)), ca_file=authority.ca_file)
    assert only(facts).accepts == {
        "TLS 1.3": True, "TLS 1.2": None, "TLS 1.1": False, "TLS 1.0": False
    }  # fmt: skip


def test_old_versions_are_facts(authority: Authority) -> None:
    pem = authority.issue(MX).file
    with lab.old_server(pem, "TLSv1", "TLSv1_3") as port:
        _, facts = lab.look_at(port, ca_file=authority.ca_file)
    assert only(facts).accepts == {
        "TLS 1.3": True, "TLS 1.2": None, "TLS 1.1": True, "TLS 1.0": True
    }  # fmt: skip


def test_a_server_of_old_versions_only_is_seen_as_such(authority: Authority) -> None:
    pem = authority.issue(MX).file
    with lab.old_server(pem, "TLSv1", "TLSv1") as port:
        result, facts = lab.look_at(port, ca_file=authority.ca_file)
    host = only(facts)
    assert (host.protocol, host.starttls) == ("TLS 1.0", True)
    assert host.accepts == {"TLS 1.3": False, "TLS 1.2": False, "TLS 1.1": False, "TLS 1.0": True}
    assert result.outcome is ScanOutcome.COMPLETE


def test_a_foreign_name_and_an_unknown_authority_are_facts(authority: Authority) -> None:
    other = authority.issue("other.example").server_context()
    _, facts = lab.look(lab.saying(after=lab.securing(other)), ca_file=authority.ca_file)
    assert (only(facts).trusted, only(facts).host_matches) == (True, False)
    _, facts = lab.look(lab.saying(after=lab.securing(other)))
    assert (only(facts).trusted, only(facts).state) == (False, HostState.SECURED)


def test_nobody_at_the_port_is_refused() -> None:
    with lab.serving(lab.silence) as port:
        pass
    result, facts = lab.look_at(port)
    assert only(facts).state is HostState.REFUSED
    assert result.outcome is ScanOutcome.REFUSED


def test_only_one_connection_is_open_at_a_time(
    authority: Authority, context: ssl.SSLContext
) -> None:
    open_now, most = 0, 0

    def visit(line: object, number: int) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        try:
            lab.saying(after=lab.securing(context))(line, number)  # type: ignore[arg-type]
        finally:
            open_now -= 1

    zone = Zone((f"{DOMAIN}. MX 10 {MX}.", f"{DOMAIN}. MX 20 mx2.{DOMAIN}."))
    with lab.serving(visit) as port, naming(zone) as names:
        second = Resolve(f"mx2.{DOMAIN}", 25, "127.0.0.1", port)
        net = lab.options(dns=names.place, port=port, resolve=[second], ca_file=authority.ca_file)
        result = lab.scan(net)
    facts = result.evidence[0].facts
    assert isinstance(facts, MailDomainFacts)
    assert [h.state for h in facts.hosts] == [HostState.SECURED] * 2
    assert [h.preference for h in facts.hosts] == [10, 20]
    assert most == 1


def test_the_mail_server_of_two_domains_is_looked_at_once() -> None:
    zone = Zone((f"{DOMAIN}. MX 10 {MX}.", f"shop-two.example. MX 5 {MX}."))
    plain = lab.saying(hello=lab.PLAIN)
    with lab.serving(plain) as port, naming(zone) as names:
        result = lab.scan(
            lab.options(dns=names.place, port=port), hosts=(DOMAIN, "www.shop-two.example")
        )
    found = [e.facts for e in result.evidence if isinstance(e.facts, MailDomainFacts)]
    assert [f.domain for f in found] == [DOMAIN, "shop-two.example"]
    assert [f.hosts[0].preference for f in found] == [10, 5]
    assert result.requests == 2


def test_an_override_needs_no_dns(authority: Authority, context: ssl.SSLContext) -> None:
    visit = lab.saying(after=lab.securing(context))
    with lab.serving(visit) as port, naming(Zone()) as names:
        net = lab.options(
            dns=names.place,
            mx={"Shop.Example.": (MX, 2525)},
            resolve=[Resolve(MX, 2525, "127.0.0.1", port)],
            ca_file=authority.ca_file,
        )
        result = lab.scan(net)
        assert f"{DOMAIN}. MX" not in names.zone.asked
    facts = result.evidence[0].facts
    assert isinstance(facts, MailDomainFacts)
    assert (only(facts).port, only(facts).state) == (2525, HostState.SECURED)


def test_a_resolver_that_never_answers_is_given_up_and_mail_is_looked_at_all_the_same(
    authority: Authority, context: ssl.SSLContext
) -> None:
    visit = lab.saying(after=lab.securing(context))
    with (
        lab.serving(visit) as port,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dead,
    ):
        dead.bind(("127.0.0.1", 0))
        mx = {DOMAIN: ("127.0.0.1", port)}
        place = f"127.0.0.1:{dead.getsockname()[1]}"
        began = time.monotonic()
        result = lab.scan(lab.options(dns=place, mx=mx, ca_file=authority.ca_file))
    facts = result.evidence[0].facts
    assert isinstance(facts, MailDomainFacts)
    assert only(facts).state is HostState.SECURED
    assert (facts.spf.state, facts.spf.problem) == ("unknown", "DNS did not answer in time")
    assert time.monotonic() - began < 7


def test_a_seller_is_never_looked_at() -> None:
    result = lab.scan(lab.options(), subject="seller")
    assert (result.outcome, result.requests) == (ScanOutcome.NOT_PERMITTED, 0)


@pytest.mark.parametrize("url", ["https://192.0.2.1/", "https://[::1]/", "https://[/"])
def test_a_site_without_a_domain_has_no_mail(url: str) -> None:
    result = lab.scan(lab.options(), url=url, hosts=())
    assert (result.outcome, result.evidence) == (ScanOutcome.UNREACHABLE, ())


def test_an_address_inside_is_not_dialled() -> None:
    zone = Zone((f"{DOMAIN}. MX 10 {MX}.", f"{MX}. A 10.0.0.1", f"{MX}. A 192.0.2.7"))
    with naming(zone) as names:
        result = lab.scan(lab.options(dns=names.place))
    facts = result.evidence[0].facts
    assert isinstance(facts, MailDomainFacts)
    assert only(facts).state is HostState.NOT_PERMITTED
    assert (result.outcome, result.requests) == (ScanOutcome.NOT_PERMITTED, 0)


def test_a_scan_that_is_cancelled_leaves_nothing_open() -> None:
    closed: list[bytes] = []

    def visit(line: object, _: int) -> None:
        try:
            closed.append(line.recv(1000))  # type: ignore[attr-defined]
        except ConnectionResetError:
            closed.append(b"")

    async def cut(net: NetOptions) -> None:
        scanner = MailScanner(net, Clock())
        task = asyncio.create_task(scanner.scan(lab.request()))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    zone = Zone((f"{DOMAIN}. MX 10 {MX}.",))
    with lab.serving(visit) as port, naming(zone) as names:
        asyncio.run(cut(lab.options(dns=names.place, port=port)))
        until = time.monotonic() + 3
        while not closed and time.monotonic() < until:
            time.sleep(0.05)
    assert closed == [b""]


@pytest.mark.parametrize(
    ("zone", "state", "outcome"),
    [
        pytest.param(
            Zone((f"{DOMAIN}. MX 0 .",)), MxState.NULL, ScanOutcome.COMPLETE, id="null mx"
        ),
        pytest.param(
            Zone((f"{DOMAIN}. A 192.0.2.1",)), MxState.NONE, ScanOutcome.COMPLETE, id="address only"
        ),
        pytest.param(Zone(), MxState.NONE, ScanOutcome.COMPLETE, id="no such domain"),
        pytest.param(
            Zone(codes={f"{DOMAIN}. MX": 2}),
            MxState.UNKNOWN,
            ScanOutcome.UNREACHABLE,
            id="servfail",
        ),
        pytest.param(
            Zone((f"{DOMAIN}. CNAME a.example.", f"a.example. CNAME {DOMAIN}.")),
            MxState.UNKNOWN,
            ScanOutcome.UNREACHABLE,
            id="loop",
        ),
        pytest.param(
            Zone(silent=frozenset({f"{DOMAIN}. MX"})),
            MxState.UNKNOWN,
            ScanOutcome.UNREACHABLE,
            id="silence",
        ),
        pytest.param(
            Zone(hang_up=frozenset({f"{DOMAIN}. MX"})),
            MxState.UNKNOWN,
            ScanOutcome.UNREACHABLE,
            id="tcp hangs up",
        ),
    ],
)
def test_what_dns_says_of_mail_servers(zone: Zone, state: MxState, outcome: ScanOutcome) -> None:
    with naming(zone) as names:
        result = lab.scan(lab.options(dns=names.place), deadline_s=15.0)
    facts = result.evidence[0].facts
    assert isinstance(facts, MailDomainFacts)
    assert (facts.mx, result.outcome, facts.hosts) == (state, outcome, ())
    assert bool(facts.mx_reason) == (state is MxState.UNKNOWN)


def facts_of(zone: Zone, net: NetOptions | None = None, **changes: object) -> MailDomainFacts:
    with naming(zone) as names:
        options = lab.options() if net is None else net
        result = lab.scan(replace(options, dns_server=names.place), **changes)
    facts = result.evidence[0].facts
    assert isinstance(facts, MailDomainFacts)
    return facts


def test_a_domain_with_more_mail_servers_than_are_looked_at_is_seen_in_part() -> None:
    zone = Zone(tuple(f"{DOMAIN}. MX {n} mx{n}.{DOMAIN}." for n in range(30)))
    with naming(zone) as names:
        result = lab.scan(lab.options(dns=names.place), deadline_s=5.0)
    facts = result.evidence[0].facts
    assert isinstance(facts, MailDomainFacts)
    assert (len(facts.hosts), facts.hosts_total) == (10, 30)
    assert {h.state for h in facts.hosts} == {HostState.NO_ADDRESS}
    assert result.outcome is not ScanOutcome.COMPLETE


@pytest.mark.parametrize("target", [r"a\032b.example.", "192.0.2.1.", "nobody.example."])
def test_an_odd_name_of_a_mail_server_is_not_dialled(target: str) -> None:
    host = only(facts_of(Zone((f"{DOMAIN}. MX 1 {target}",))))
    assert (host.state, host.connections) == (HostState.NO_ADDRESS, 0)
    assert host.text


@pytest.mark.parametrize("trouble", ["codes", "hang_up", "silent"])
def test_an_address_dns_does_not_tell_is_no_answer(trouble: str) -> None:
    keys = {f"{MX}. A", f"{MX}. AAAA"}
    given = dict.fromkeys(keys, 2) if trouble == "codes" else frozenset(keys)
    zone = Zone((f"{DOMAIN}. MX 1 {MX}.", f"{MX}. A 127.0.0.1"))
    setattr(zone, trouble, given)
    assert only(facts_of(zone)).state is HostState.NO_ADDRESS


def test_every_address_of_a_mail_server_is_tried_until_one_answers(
    authority: Authority, context: ssl.SSLContext
) -> None:
    # ::1 answers nothing here and 127.0.0.1 does: IPv4 is tried first.
    zone = Zone((f"{DOMAIN}. MX 1 {MX}.", f"{MX}. AAAA ::1", f"{MX}. A 127.0.0.1"))
    with (
        lab.serving(lab.saying(after=lab.securing(context))) as port,
        naming(zone) as names,
    ):
        net = lab.options(dns=names.place, mx={DOMAIN: (MX, port)}, ca_file=authority.ca_file)
        result = lab.scan(net)
        facts = result.evidence[0].facts
    assert isinstance(facts, MailDomainFacts)
    assert only(facts).address == "127.0.0.1"
    zone = Zone((f"{MX}. A 127.0.0.9", f"{MX}. AAAA ::1"))
    facts = facts_of(zone, lab.options(mx={DOMAIN: (MX, port)}))
    assert (only(facts).state, only(facts).connections) == (HostState.REFUSED, 2)


PUBLISHED = Zone(
    (
        f"{DOMAIN}. MX 10 {MX}.",
        f'{DOMAIN}. TXT "v=spf1 include:x.example " "~all"',
        f'{DOMAIN}. TXT "google-site-verification=1"',
        f'_dmarc.{DOMAIN}. TXT "v=DMARC1; p=quarantine; pct=50"',
        f'_smtp._tls.{DOMAIN}. TXT "v=TLSRPTv1; rua=mailto:t@{DOMAIN}"',
        f'_mta-sts.{DOMAIN}. TXT "v=STSv1; id=1"',
    )
)
POLICY = f"version: STSv1\r\nmode: enforce\r\nmx: *.{DOMAIN}\r\nmax_age: 86400\r\n"


def web(context: ssl.SSLContext, answer: bytes) -> lab.Visit:
    def visit(line: socket.socket, _: int) -> None:
        with context.wrap_socket(line, server_side=True) as secured:
            secured.recv(5000)
            secured.sendall(answer)

    return visit


def http(body: str, status: str = "200 OK", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nConnection: close\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def with_policy(authority: Authority, answer: bytes, host: str = "") -> MailDomainFacts:
    name = f"mta-sts.{DOMAIN}"
    context = authority.issue(host or name).server_context()
    with lab.serving(web(context, answer)) as port:
        net = lab.options(
            resolve=[Resolve(name, 443, "127.0.0.1", port), Resolve(MX, 25, "127.0.0.1", 1)],
            ca_file=authority.ca_file,
        )
        return facts_of(PUBLISHED, net)


def test_what_a_domain_publishes_is_noted(authority: Authority) -> None:
    facts = with_policy(authority, http(POLICY))
    assert (facts.spf.state, facts.spf.all) == ("present", "~")
    assert (facts.dmarc.policy, facts.dmarc.percent) == ("quarantine", 50)
    assert facts.tls_rpt == "present"
    assert (facts.mta_sts.record, facts.mta_sts.policy) == ("present", "present")
    assert (facts.mta_sts.mode, facts.mta_sts.covers) == ("enforce", True)


@pytest.mark.parametrize(
    ("answer", "host", "policy"),
    [
        pytest.param(http(POLICY), "other.example", "invalid", id="certificate of another"),
        pytest.param(http("", "404 Not Found"), "", "invalid", id="not there"),
        pytest.param(
            http("", "302 Found", "Location: https://x.example/\r\n"), "", "invalid", id="redirect"
        ),
        pytest.param(http("x" * 70_000), "", "invalid", id="too long"),
        pytest.param(http("mode: enforce"), "", "invalid", id="no policy"),
        pytest.param(b"\x00\xff", "", "unknown", id="no http"),
    ],
)
def test_a_policy_that_cannot_be_used_is_told_from_one_not_read(
    authority: Authority, answer: bytes, host: str, policy: str
) -> None:
    facts = with_policy(authority, answer, host)
    assert (facts.mta_sts.record, facts.mta_sts.policy) == ("present", policy)
    assert facts.mta_sts.problem


def test_nothing_published_is_absent_and_no_answer_is_unknown() -> None:
    facts = facts_of(Zone((f"{DOMAIN}. MX 0 .",)))
    assert {facts.spf.state, facts.dmarc.state, facts.mta_sts.record, facts.tls_rpt} == {"absent"}
    names = (DOMAIN, f"_dmarc.{DOMAIN}", f"_mta-sts.{DOMAIN}", f"_smtp._tls.{DOMAIN}")
    codes = {f"{name}. TXT": 2 for name in names}
    facts = facts_of(Zone((f"{DOMAIN}. MX 0 .",), codes=codes))
    assert {facts.spf.state, facts.dmarc.state, facts.mta_sts.record, facts.tls_rpt} == {"unknown"}


def test_dmarc_of_the_registered_domain_applies_below_it() -> None:
    zone = Zone(
        (
            "mail.shop.nl. MX 0 .",
            '_dmarc.shop.nl. TXT "v=DMARC1; p=reject; sp=quarantine"',
        )
    )
    facts = facts_of(zone, url="", hosts=(), expected={"mail_domains": ["info@mail.shop.nl"]})
    assert facts.domain == "mail.shop.nl"
    assert (facts.dmarc.policy, facts.dmarc.found_at) == ("quarantine", "_dmarc.shop.nl")


def test_a_huge_record_cut_short_is_fetched_over_tcp_and_read_in_bounded_time() -> None:
    huge = lab.unquoted("v=spf1 " + "ip4:192.0.2.1 " * 4_200)
    records = (f"{DOMAIN}. MX 0 .", f"{DOMAIN}. TXT {huge}")
    zone = Zone(records, cut=frozenset({f"{DOMAIN}. TXT", f"{DOMAIN}. MX"}))
    began = time.monotonic()
    facts = facts_of(zone)
    assert (facts.mx, facts.spf.state) == (MxState.NULL, "invalid")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("usage", "secure", "change", "dane"),
    [
        pytest.param(3, True, b"", "matches", id="leaf"),
        pytest.param(3, True, b"x", "mismatch", id="another key"),
        pytest.param(3, False, b"", "not_known", id="without proof"),
        pytest.param(1, True, b"", "unusable", id="a usage senders ignore"),
        pytest.param(None, True, b"", "none", id="no records"),
    ],
)
def test_dane_counts_with_proof_only(
    authority: Authority,
    context: ssl.SSLContext,
    usage: int | None,
    secure: bool,
    change: bytes,
    dane: str,
) -> None:
    issued = authority.issue(MX)
    key = x509.load_pem_x509_certificate(issued.chain_pem).public_key()
    shown = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(shown + change).hexdigest()
    records = [f"{DOMAIN}. MX 10 {MX}.", f"{MX}. A 127.0.0.1"]
    if usage is not None:
        records.append(f"_25._tcp.{MX}. TLSA {usage} 1 1 {digest}")
    zone = Zone(tuple(records), secure=secure)
    visit = lab.saying(after=lab.securing(issued.server_context()))
    _, facts = lab.look(visit, zone=zone)
    assert (only(facts).dane, facts.mx_secure) == (dane, secure)


def test_a_deadline_that_is_short_is_kept() -> None:
    zone = Zone(tuple(f"{DOMAIN}. MX {n} mx{n}.{DOMAIN}." for n in range(5)))
    with lab.serving(lab.silence) as port, naming(zone) as names:
        hosts = [Resolve(f"mx{n}.{DOMAIN}", 25, "127.0.0.1", port) for n in range(5)]
        net = lab.options(dns=names.place, resolve=hosts)
        for deadline_s in (0.05, 1.0, 2.5):
            began = time.monotonic()
            result = lab.scan(net, deadline_s=deadline_s)
            assert time.monotonic() - began < deadline_s + 1
            assert result.outcome in (ScanOutcome.TIMED_OUT, ScanOutcome.UNREACHABLE)


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main([*arguments, "--allow-network", "127.0.0.0/8", "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_command_line_looks_at_one_domain(
    authority: Authority, context: ssl.SSLContext, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = lab.saying(after=lab.securing(context))
    with lab.serving(visit) as port, naming(PUBLISHED) as names:
        base = ("--dns-server", names.place, "--ca-file", str(authority.ca_file))
        pins = (f"{MX}:25:127.0.0.1:{port}", f"mta-sts.{DOMAIN}:443:127.0.0.1:1")
        resolve = [word for pin in pins for word in ("--resolve", pin)]
        code, told = command(capsys, DOMAIN, *base, *resolve)
        assert (code, told["outcome"]) == (0, "complete")
        assert told["evidence"][0]["facts"]["hosts"][0]["state"] == "secured"
        code, told = command(
            capsys, f"https://www.{DOMAIN}/a", "--mx", f"{DOMAIN}=127.0.0.1:{port}", *base,
            "--ehlo-name", "watch.example", "--deadline", "10",
        )  # fmt: skip
    assert (code, told["evidence"][0]["facts"]["domain"]) == (0, DOMAIN)
    assert told["evidence"][0]["facts"]["hosts"][0]["host_matches"] is False


def test_the_command_line_says_when_it_could_not_see(capsys: pytest.CaptureFixture[str]) -> None:
    with naming(Zone()) as names:
        code, told = command(
            capsys, DOMAIN, "--mx", f"{DOMAIN}=127.0.0.1:1", "--dns-server", names.place
        )
    assert (code, told["outcome"]) == (4, "refused")
    assert told["detail"]["reason"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["https:///"],
        ["192.0.2.1"],
        ["a b"],
        [DOMAIN, "--mx", DOMAIN],
        [DOMAIN, "--mx", f"{DOMAIN}=mx:0"],
        [DOMAIN, "--resolve", "a:1:nowhere"],
        [DOMAIN, "--dns-server", "name.example"],
        [DOMAIN, "--dns-server", "127.0.0.1:x"],
        [DOMAIN, "--deadline", "0"],
        [DOMAIN, "--deadline", "x"],
        [DOMAIN, "--ca-file", "/nowhere.pem"],
    ],
)
def test_bad_input_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(arguments)
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else -1
    assert code == 2
    assert capsys.readouterr().err
