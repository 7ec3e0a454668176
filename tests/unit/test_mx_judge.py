"""What the judge of mail says of what was seen: tz-12.4, the worst mail server decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.site import Site
from monitor.policy.conditions.mail import JUDGES, MailSeen
from monitor.policy.judge import Observation, ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.mail.evidence import (
    NOT_DIALLED,
    DaneState,
    DmarcFacts,
    HostState,
    MailCertificate,
    MailDomainFacts,
    MailHost,
    MtaStsFacts,
    MxState,
    RecordState,
    SpfFacts,
)
from scanners.tls.evidence import CertificateReason as Why
from tests.builders import DAY, MONDAY, certified, member

PRESENT, INVALID = RecordState.PRESENT, RecordState.INVALID
PLAIN: dict[str, Any] = {
    "state": HostState.NO_STARTTLS,
    "starttls": False,
    "protocol": "",
    "certificate": None,
}
CLOSED: dict[str, Any] = {
    "state": HostState.NO_ANSWER,
    "starttls": None,
    "protocol": "",
    "certificate": None,
}


def host(name: str = "mx.shop.example", **changes: object) -> MailHost:
    leaf = MailCertificate("CN=mx", "CN=ca", (name,), MONDAY + 60 * DAY, "00")
    sound = MailHost(
        name, 25, 10, HostState.SECURED, "TLS 1.3 after STARTTLS", starttls=True,
        protocol="TLS 1.3", accepts={"TLS 1.1": False}, trusted=True, host_matches=True,
        certificate=leaf, dane=DaneState.NONE,
    )  # fmt: skip
    return replace(sound, **changes)  # type: ignore[arg-type]


def domain(*hosts: MailHost, **changes: object) -> MailDomainFacts:
    facts = MailDomainFacts(
        "shop.example", MxState.FOUND, hosts=hosts, hosts_total=len(hosts),
        spf=SpfFacts(PRESENT, "-"), dmarc=DmarcFacts(PRESENT, "reject"),
        mta_sts=MtaStsFacts(RecordState.ABSENT, RecordState.ABSENT), tls_rpt=RecordState.ABSENT,
    )  # fmt: skip
    return replace(facts, **changes)  # type: ignore[arg-type]


def without(state: MxState, **changes: object) -> MailDomainFacts:
    return domain(mx=state, **changes)


def judge(*facts: MailDomainFacts, scanned: bool = True, reason: str = "") -> Observation:
    evidence = tuple(Evidence(f, f"dns:{f.domain}?type=MX", MONDAY) for f in facts)
    outcome = ScanOutcome.COMPLETE if facts else ScanOutcome.UNREACHABLE
    views = {ScanKind.MAIL: ScanView(outcome, evidence, MONDAY, reason)} if scanned else {}
    shop = Site("s", "m", "https://shop.example/")
    return JUDGES[0].run(Seen(MONDAY, views), Subject(shop, member(), certified()))


def test_starttls_with_a_new_version_on_every_server_is_secured() -> None:
    seen = judge(domain(host(), host("mx2.shop.example", protocol="TLS 1.2")))
    assert seen.outcome is MailSeen.SECURED
    assert "2 mail servers" in seen.summary
    assert len(seen.cited) == 1
    assert judge(domain(host())).summary.endswith("on 1 mail server.")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        pytest.param(PLAIN, "no_starttls", id="no starttls"),
        pytest.param({**PLAIN, "starttls": None}, "incomplete", id="not confirmed"),
        pytest.param({"protocol": "TLS 1.1"}, "old_tls_only", id="tls 1.1"),
        pytest.param({"protocol": "TLS 1.0", "trusted": False}, "old_tls_only", id="tls 1.0"),
        pytest.param({"protocol": "SSLv3"}, "incomplete", id="a version we do not name"),
        pytest.param({"trusted": False}, "untrusted_certificate", id="unknown authority"),
        pytest.param(
            {"trusted": False, "problems": (Why.SELF_SIGNED,)},
            "untrusted_certificate",
            id="self-signed",
        ),
        pytest.param(
            {"problems": (Why.NOT_YET_VALID,)}, "untrusted_certificate", id="not yet valid"
        ),
        pytest.param({"certificate": None}, "untrusted_certificate", id="no certificate"),
        pytest.param(
            {"trusted": False, "dane": DaneState.MATCHES}, "secured", id="self-signed with DANE"
        ),
        pytest.param({"dane": DaneState.MISMATCH}, "secured", id="trusted without DANE"),
        pytest.param({"host_matches": False}, "secured", id="another name is a fact only"),
        pytest.param({"accepts": {"TLS 1.0": True}}, "secured", id="old versions beside new ones"),
        pytest.param({"state": HostState.TURNED_AWAY}, "incomplete", id="turned away"),
        pytest.param({"state": HostState.STARTTLS_REFUSED}, "incomplete", id="refused for now"),
        pytest.param({"state": HostState.HANDSHAKE_FAILED}, "incomplete", id="no handshake"),
        pytest.param({"state": HostState.NOT_PERMITTED}, "incomplete", id="inside"),
        pytest.param(CLOSED, "port_closed", id="no answer"),
    ],
)
def test_one_server_decides_alone(changes: Mapping[str, Any], outcome: str) -> None:
    assert judge(domain(host(**changes))).outcome == outcome


def test_a_certificate_that_ran_out_since_the_scan_is_not_trusted() -> None:
    leaf = MailCertificate("CN=mx", "CN=ca", (), MONDAY - DAY, "00")
    seen = judge(domain(host(certificate=leaf, problems=(Why.EXPIRED,))))
    assert seen.outcome is MailSeen.UNTRUSTED_CERTIFICATE
    assert "expired" in seen.values["reason"]


def test_a_server_without_starttls_outweighs_what_is_not_known() -> None:
    seen = judge(domain(host(**CLOSED), host("mx2.shop.example", **PLAIN)))
    assert seen.outcome is MailSeen.NO_STARTTLS
    assert seen.values["host"] == "mx2.shop.example"


def test_a_port_closed_at_one_server_only_is_not_our_network() -> None:
    assert judge(domain(host(), host("b", **CLOSED))).outcome is MailSeen.INCOMPLETE


def test_a_port_closed_everywhere_may_be_our_own_network() -> None:
    other = replace(domain(host("b", **CLOSED)), domain="b.example")
    seen = judge(domain(host(**CLOSED)), other)
    assert seen.outcome is MailSeen.PORT_CLOSED
    assert "our own network" in seen.summary


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        pytest.param((without(MxState.NULL),), "null_mx", id="null mx"),
        pytest.param((without(MxState.NONE),), "no_mx", id="no mx"),
        pytest.param((without(MxState.NULL), without(MxState.NONE)), "no_mx", id="one of each"),
        pytest.param((without(MxState.UNKNOWN, mx_reason="x"),), "incomplete", id="dns silent"),
        pytest.param((domain(host()), without(MxState.NONE)), "secured", id="mail at one only"),
        pytest.param((domain(host()), without(MxState.UNKNOWN)), "incomplete", id="one unknown"),
        pytest.param((domain(host(), hosts_total=11),), "incomplete", id="not all looked at"),
    ],
)
def test_domains_without_known_servers(facts: tuple[MailDomainFacts, ...], outcome: str) -> None:
    assert judge(*facts).outcome == outcome


def test_without_a_scan_nothing_is_known() -> None:
    assert judge(scanned=False).outcome is MailSeen.NOT_SCANNED
    assert judge(reason="There is no mail domain.").summary == "There is no mail domain."
    assert judge().outcome is MailSeen.INCOMPLETE
    assert judge().summary


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, "SPF ends in -all; DMARC reject; MTA-STS absent; DANE none.", id="all"),
        pytest.param({"spf": SpfFacts(PRESENT)}, "SPF without all", id="spf without all"),
        pytest.param({"spf": SpfFacts(PRESENT, "", "x.example")}, "SPF of x.example", id="redir"),
        pytest.param(
            {"spf": SpfFacts(INVALID, problem="two")}, "SPF invalid (two)", id="two spf records"
        ),
        pytest.param({"spf": SpfFacts()}, "SPF not known", id="spf unknown"),
        pytest.param({"dmarc": DmarcFacts(RecordState.ABSENT)}, "DMARC absent", id="no dmarc"),
        pytest.param(
            {"dmarc": DmarcFacts(PRESENT, "none", percent=20)}, "DMARC none for 20 %", id="pct"
        ),
        pytest.param(
            {"mta_sts": MtaStsFacts(PRESENT, PRESENT, "enforce", True)},
            "MTA-STS enforce;",
            id="enforce",
        ),
        pytest.param(
            {"mta_sts": MtaStsFacts(PRESENT, PRESENT, "testing", False)},
            "MTA-STS testing but not for every",
            id="misses one",
        ),
        pytest.param(
            {"mta_sts": MtaStsFacts(PRESENT, INVALID, problem="404")},
            "MTA-STS policy invalid (404)",
            id="no policy",
        ),
        pytest.param({"tls_rpt": PRESENT}, "TLS-RPT present", id="tls-rpt"),
    ],
)
def test_the_note_tells_what_is_published(changes: Mapping[str, object], said: str) -> None:
    assert said in judge(domain(host(), **changes)).note


def test_the_note_tells_what_does_not_decide() -> None:
    note = judge(domain(host(host_matches=False, accepts={"TLS 1.0": True}))).note
    assert "still accepted: TLS 1.0" in note
    assert "certificate for another name: mx.shop.example" in note
    assert "DANE" not in judge(without(MxState.NULL)).note


def test_hostile_words_are_clipped_in_what_is_shown() -> None:
    words = "\x1b[2J" + "a" * 5_000
    seen = judge(domain(host(words, state=HostState.CLOSED, text=words)))
    assert len(seen.summary) <= 300
    assert seen.summary.isprintable()
    assert len(seen.note) <= 600
    assert all(len(v) <= 253 and v.isprintable() for v in seen.values.values())


HOSTS = st.builds(
    host,
    state=st.sampled_from(HostState),
    starttls=st.sampled_from((True, False, None)),
    protocol=st.sampled_from(("", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3")),
    trusted=st.sampled_from((True, False, None)),
    problems=st.lists(st.sampled_from(Why), max_size=2).map(tuple),
    dane=st.sampled_from(DaneState),
)


@given(st.lists(HOSTS, min_size=1, max_size=4), st.integers(0, 2))
def test_only_a_confirmed_absence_is_a_breach_and_only_full_sight_is_met(
    hosts: list[MailHost], hidden: int
) -> None:
    seen = judge(domain(*hosts, hosts_total=len(hosts) + hidden))
    missing = [h for h in hosts if h.starttls is False]
    if seen.outcome is MailSeen.NO_STARTTLS:
        assert missing
    if seen.outcome in (MailSeen.SECURED, MailSeen.UNTRUSTED_CERTIFICATE):
        assert not hidden
        assert all(h.state is HostState.SECURED and h.protocol >= "TLS 1.2" for h in hosts)
        assert not missing
    if missing and any(h.state not in NOT_DIALLED for h in hosts):
        assert seen.outcome is MailSeen.NO_STARTTLS
    assert set(seen.values) == set(JUDGES[0].values)
