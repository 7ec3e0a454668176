"""What the judge of https says of what was seen: tz-12.7b, the worst host decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.finding import Severity
from monitor.domain.site import Site
from monitor.policy.conditions.tls import JUDGES, TlsSeen
from monitor.policy.judge import Observation, ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.tls.evidence import VERSIONS, Certificate, CertificateFacts, StapleStatus, TlsFacts
from scanners.tls.evidence import CertificateReason as Why
from tests.builders import DAY, HOUR, MONDAY, certified, member

CERTIFICATE, TLS = ScanKind.CERTIFICATE, ScanKind.TLS
BOTH = frozenset({CERTIFICATE, TLS})
SECOND = timedelta(seconds=1)


def certificate(
    left: timedelta = 60 * DAY, host: str = "shop.example", **changes: object
) -> CertificateFacts:
    end = MONDAY + left
    leaf = Certificate(
        "CN=shop.example", "CN=ca", "1", MONDAY - 30 * DAY, end, (host,), "EC", 256, "sha256",
        "00", False, "secp256r1",
    )  # fmt: skip
    facts = CertificateFacts(
        host, 443, "192.0.2.1", True, Why.OK, "The certificate is valid.", protocol="TLSv1.3",
        chain=(leaf,), trusted=True, host_matches=True, not_after=end, path_not_after=end,
    )  # fmt: skip
    return replace(facts, **changes)  # type: ignore[arg-type]


def unseen(host: str = "shop.example") -> CertificateFacts:
    return CertificateFacts(
        host, 443, "", False, Why.TIMED_OUT, "No handshake in time.", problems=(Why.TIMED_OUT,)
    )


def tls(host: str = "shop.example", **changes: object) -> TlsFacts:
    facts = TlsFacts(
        host, 443, "192.0.2.1",
        protocols={v: v in ("TLS 1.2", "TLS 1.3") for v in VERSIONS},
        suites=dict.fromkeys(VERSIONS[1:], ()) | {"TLS 1.3": ("TLS_AES_256_GCM_SHA384",)},
        suites_known=dict.fromkeys(VERSIONS[1:], True),
        groups=("x25519",), weak_signatures=(), heartbleed=False, ccs_injection=False,
        robot=False, compression=False, secure_renegotiation=True, client_renegotiations=0,
        early_data=False, fallback_scsv=True, extended_master_secret=True,
    )  # fmt: skip
    return replace(facts, **changes)  # type: ignore[arg-type]


def judge(
    *facts: CertificateFacts | TlsFacts,
    asked: frozenset[ScanKind] = BOTH,
    own: tuple[str, ...] = (),
    tls_certificate: CertificateFacts | None = None,
    tls_later: timedelta = timedelta(0),
    **params: object,
) -> Observation:
    views: dict[ScanKind, ScanView] = {}
    by_kind: dict[ScanKind, list[CertificateFacts] | list[TlsFacts]] = {
        CERTIFICATE: [f for f in facts if isinstance(f, CertificateFacts)],
        TLS: [f for f in facts if isinstance(f, TlsFacts)],
    }
    for kind, found in by_kind.items():
        later = tls_later if kind is TLS else timedelta(0)
        extra = [tls_certificate] if kind is TLS and tls_certificate else []
        evidence = tuple(
            Evidence(f, "https://shop.example/", MONDAY + later) for f in (*found, *extra)
        )
        if evidence:
            views[kind] = ScanView(ScanOutcome.COMPLETE, evidence, MONDAY + later)
    shop = Site("shop.example", "m", "https://shop.example/", hosts=own)
    return JUDGES[0].run(Seen(MONDAY, views, asked), Subject(shop, member(), certified(), params))


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        pytest.param(14 * DAY + SECOND, "sound", id="more than fourteen days"),
        pytest.param(14 * DAY, "expires_soon", id="exactly fourteen days"),
        pytest.param(5 * DAY + SECOND, "expires_soon", id="a second over five days"),
        pytest.param(5 * DAY, "expires_now", id="exactly five days"),
        pytest.param(HOUR, "expires_now", id="an hour"),
        pytest.param(timedelta(0), "expires_now", id="its last second"),
        pytest.param(-SECOND, "expired", id="a second too late"),
    ],
)
def test_expiry_goes_by_time_left(left: timedelta, outcome: str) -> None:
    assert judge(certificate(left), tls()).outcome == outcome


def test_days_of_expiry_are_parameters() -> None:
    seen = certificate(20 * DAY)
    wide = judge(seen, tls(), certificate_warn_days=30, certificate_not_met_days=7)
    narrow = judge(certificate(10 * DAY), tls(), certificate_not_met_days=10)
    assert (wide.outcome, narrow.outcome) == ("expires_soon", "expires_now")


def test_expired_is_critical_and_the_rest_is_high() -> None:
    expired, soon = judge(certificate(-DAY), tls()), judge(certificate(3 * DAY), tls())
    assert (expired.severity, expired.remedy) == (Severity.CRITICAL, "R2S")
    assert (soon.severity, soon.remedy) == (Severity.HIGH, "R7S")
    assert judge(certificate(), tls()).severity is None


def test_an_authority_that_ends_before_the_leaf_counts() -> None:
    seen = judge(certificate(path_not_after=MONDAY + 3 * DAY), tls())
    assert seen.outcome == "expires_now"
    assert seen.values["days_left"] == "3"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        pytest.param({"heartbleed": True}, "vulnerable", id="heartbleed"),
        pytest.param({"robot": True}, "vulnerable", id="robot"),
        pytest.param({"ccs_injection": True}, "vulnerable", id="ccs"),
        pytest.param({"robot": None}, "incomplete", id="robot not known"),
        pytest.param(
            {"protocols": {v: v != "SSL 2.0" for v in VERSIONS}}, "old_protocol", id="ssl 3"
        ),
        pytest.param(
            {"protocols": {v: True if v > "TLS 1.1" else None for v in VERSIONS}},
            "incomplete",
            id="old versions not known",
        ),
        pytest.param({"protocols": dict.fromkeys(VERSIONS, False)}, "incomplete", id="none at all"),
        pytest.param(
            {"suites": {"TLS 1.2": ("TLS_RSA_WITH_3DES_EDE_CBC_SHA",)}}, "weak_suites", id="3des"
        ),
        pytest.param(
            {"suites": {"TLS 1.2": ("TLS_RSA_WITH_RC4_128_MD5",)}, "robot": None},
            "weak_suites",
            id="rc4 outweighs not knowing",
        ),
        pytest.param(
            {"suites": {"TLS 1.2": ("TLS_RSA_WITH_NULL_SHA256",)}}, "weak_suites", id="null"
        ),
        pytest.param(
            {"suites": {"TLS 1.2": ("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",)}}, "sound", id="cbc"
        ),
        pytest.param({"suites_known": {}}, "incomplete", id="suites not known"),
    ],
)
def test_the_list_of_the_condition_decides(changes: dict[str, object], outcome: str) -> None:
    assert judge(certificate(), tls(**changes)).outcome == outcome  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("norm", "at", "outcome"),
    [
        ("ncsc-2025-05", "insufficient", "norm_not_met"),
        ("ncsc-2.1", "insufficient", "sound"),
        ("ncsc-2.1", "phase_out", "norm_not_met"),
        ("list", "phase_out", "old_protocol"),
    ],
)
def test_a_label_may_let_a_norm_decide(norm: str, at: str, outcome: str) -> None:
    older = tls(protocols={v: v >= "TLS 1.1" for v in VERSIONS})
    seen = judge(certificate(), older, tls_norm=norm, tls_not_met_at=at)
    assert seen.outcome == outcome
    assert "ncsc-2025-05 insufficient; ncsc-2.1 phase out" in seen.note


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        pytest.param({"problems": (Why.WRONG_HOST,)}, "wrong_host", id="wrong host"),
        pytest.param({"problems": (Why.SELF_SIGNED,)}, "self_signed", id="self signed"),
        pytest.param({"problems": (Why.UNTRUSTED_ROOT,)}, "untrusted_chain", id="root"),
        pytest.param({"problems": (Why.DISTRUSTED,)}, "untrusted_chain", id="distrusted"),
        pytest.param({"problems": (Why.MISSING_INTERMEDIATE,)}, "missing_intermediate", id="gap"),
        pytest.param({"protocol": "TLSv1"}, "old_protocol", id="negotiated"),
        pytest.param({"trusted": None}, "incomplete", id="trust not known"),
    ],
)
def test_the_certificate_alone_is_judged_when_only_it_is_asked(
    changes: dict[str, object], outcome: str
) -> None:
    seen = judge(certificate(**changes), asked=frozenset({CERTIFICATE}))  # type: ignore[arg-type]
    assert seen.outcome == outcome
    assert "Only the certificate was looked at" in seen.summary


def test_a_certificate_that_is_not_yet_valid_is_a_breach() -> None:
    facts = certificate()
    later = replace(facts.chain[0], not_before=MONDAY + DAY)
    assert judge(replace(facts, chain=(later,)), tls()).outcome == "not_yet_valid"


@pytest.mark.parametrize(
    ("key_type", "bits", "outcome"),
    [
        ("RSA", 2047, "weak_key"), ("RSA", 2048, "sound"), ("EC", 224, "weak_key"),
        ("EC", 256, "sound"), ("DSA", 2048, "weak_key"), ("unknown", 0, "incomplete"),
    ],
)  # fmt: skip
def test_keys_have_a_least_size(key_type: str, bits: int, outcome: str) -> None:
    facts = certificate()
    leaf = replace(facts.chain[0], key_type=key_type, key_bits=bits)
    assert judge(replace(facts, chain=(leaf,)), tls()).outcome == outcome


def test_a_weak_second_certificate_counts_and_a_weak_root_does_not() -> None:
    weak = replace(certificate().chain[0], key_type="RSA", key_bits=1024)
    root = replace(weak, self_signed=True)
    assert judge(certificate(), tls(leaves=(weak,))).outcome == "weak_key"
    facts = certificate()
    assert judge(replace(facts, chain=(*facts.chain, root)), tls()).outcome == "sound"


def test_the_worst_host_decides_and_is_named() -> None:
    seen = judge(
        certificate(), tls(), certificate(-DAY, "www.shop.example"), tls("www.shop.example"),
        own=("www.shop.example",),
    )  # fmt: skip
    assert seen.outcome == "expired"
    assert seen.values["host"] == "www.shop.example"
    assert "www.shop.example" in seen.summary


def test_a_host_that_was_not_seen_keeps_the_site_from_being_sound() -> None:
    own = ("www.shop.example",)
    missing = judge(certificate(), tls(), own=own)
    silent = judge(certificate(), tls(), unseen("www.shop.example"), own=own)
    assert (missing.outcome, silent.outcome) == ("not_scanned", "no_handshake")


def test_a_breach_stands_beside_a_host_that_was_not_seen() -> None:
    seen = judge(certificate(-DAY), unseen("www.shop.example"), own=("www.shop.example",))
    assert seen.outcome == "expired"


def test_the_newest_certificate_of_both_scans_counts() -> None:
    repaired = judge(
        certificate(-DAY), tls(), tls_certificate=certificate(), tls_later=timedelta(minutes=1)
    )
    stale = judge(
        certificate(), tls(), tls_certificate=certificate(-DAY), tls_later=-timedelta(minutes=1)
    )
    assert (repaired.outcome, stale.outcome) == ("sound", "sound")


def test_asked_for_tls_alone_its_own_certificate_counts() -> None:
    seen = judge(certificate(-DAY), tls(), tls_certificate=certificate(), asked=frozenset({TLS}))
    assert seen.outcome == "sound"


def test_no_scan_at_all_is_not_scanned_and_one_of_two_is_incomplete() -> None:
    assert judge().outcome == "not_scanned"
    assert judge(certificate()).outcome == "incomplete"


def test_every_outcome_names_the_values_a_message_may_use() -> None:
    for seen in (judge(), judge(certificate(), tls()), judge(certificate(-DAY), tls())):
        assert set(seen.values) == set(JUDGES[0].values)


TRISTATE = st.sampled_from((True, False, None))


@given(
    st.fixed_dictionaries(dict.fromkeys(VERSIONS, TRISTATE)),
    TRISTATE, TRISTATE, st.sampled_from((None, -1, 3, 10, 60)),
)  # fmt: skip
def test_sound_is_said_only_when_everything_is_known_and_good(
    protocols: dict[str, bool | None], robot: bool | None, trusted: bool | None, days: int | None
) -> None:
    found = unseen() if days is None else certificate(days * DAY, trusted=trusted)
    seen = judge(found, tls(protocols=protocols, robot=robot))
    if seen.outcome in (TlsSeen.SOUND, TlsSeen.EXPIRES_SOON):
        assert not any(protocols[v] is not False for v in VERSIONS[:4])
        assert protocols["TLS 1.2"] is not None
        assert robot is False
        assert trusted is not None
        assert days is not None
        assert days > 5


@given(st.fixed_dictionaries({v: st.sampled_from((False, None)) for v in VERSIONS}))
def test_what_was_not_seen_is_never_a_breach(protocols: dict[str, bool | None]) -> None:
    nothing: dict[str, object] = {
        "heartbleed": None,
        "robot": None,
        "ccs_injection": None,
        "suites": {},
    }
    seen = judge(unseen(), tls(protocols=protocols, **nothing))  # type: ignore[arg-type]
    assert seen.outcome == "no_handshake"


def test_an_expired_problem_is_judged_by_the_date_at_the_time_of_judging() -> None:
    renewed = certificate(60 * DAY, problems=(Why.EXPIRED,))
    assert judge(renewed, tls()).outcome == "sound"


@pytest.mark.parametrize(
    ("problems", "names", "said"),
    [
        ((Why.SELF_SIGNED, Why.WRONG_HOST), ("other.example",), "wrong_host shop"),
        ((Why.WRONG_HOST,), ("other.example", "www.other.example"), "other.example, www"),
        ((Why.WRONG_HOST,), (), "no host"),
        ((Why.CHAIN_EXPIRED,), ("shop.example",), "chain expired"),
    ],
)
def test_a_second_problem_is_said_in_words(
    problems: tuple[Why, ...], names: tuple[str, ...], said: str
) -> None:
    seen = certificate(problems=problems)
    leaf = replace(seen.chain[0], names=names)
    found = judge(replace(seen, chain=(leaf,), reason=Why.NOT_YET_VALID), tls())
    assert said in f"{found.outcome} {found.summary}"


def test_the_first_problem_is_said_in_the_words_of_the_scan() -> None:
    seen = certificate(problems=(Why.SELF_SIGNED,), reason=Why.SELF_SIGNED, reason_text="Its own.")
    assert judge(seen, tls()).summary == "shop.example: Its own."


def test_a_chain_whose_end_is_not_known_is_incomplete() -> None:
    assert judge(certificate(path_not_after=None), tls()).outcome == "incomplete"


def test_what_a_norm_asks_and_nobody_saw_is_incomplete() -> None:
    found = judge(certificate(), tls(groups=None), tls_norm="ncsc-2025-05")
    assert found.outcome == "incomplete"
    assert "is known" in found.summary


@pytest.mark.parametrize(
    ("reason", "said"), [("No address.", "No address."), ("", "brought nothing")]
)
def test_a_scan_that_brought_nothing_says_why(reason: str, said: str) -> None:
    views = {TLS: ScanView(ScanOutcome.UNREACHABLE, (), MONDAY, reason=reason)}
    shop = Site("shop.example", "m", "https://shop.example/")
    found = JUDGES[0].run(Seen(MONDAY, views, BOTH), Subject(shop, member(), certified(), {}))
    assert found.outcome == "no_handshake"
    assert said in found.summary


@pytest.mark.parametrize(
    ("registered", "seen", "outcome"),
    [
        ("schön.example", "xn--schn-7qa.example", "sound"),
        ("shop.example", "else.example", "not_scanned"),
        (f"{'a' * 70}.example", "else.example", "not_scanned"),
    ],
)
def test_a_host_is_the_same_in_its_ascii_form(registered: str, seen: str, outcome: str) -> None:
    facts = certificate(host=seen)
    views = {CERTIFICATE: ScanView(ScanOutcome.COMPLETE, (Evidence(facts, "", MONDAY),), MONDAY)}
    shop = Site(registered, "m", f"https://{registered}/")
    asked = frozenset({CERTIFICATE})
    found = JUDGES[0].run(Seen(MONDAY, views, asked), Subject(shop, member(), certified(), {}))
    assert found.outcome == ("no_handshake" if outcome == "not_scanned" else outcome)


Facts = TypeVar("Facts", CertificateFacts, TlsFacts)


def at(facts: Facts, *addresses: str) -> Facts:
    return replace(facts, address=addresses[0], addresses=addresses)


def test_the_worst_address_of_a_host_decides_and_is_named() -> None:
    seen = judge(
        at(certificate(), "192.0.2.1"), at(certificate(-DAY), "192.0.2.2", "192.0.2.3"), tls()
    )  # fmt: skip
    assert seen.outcome == "expired"
    assert "at 192.0.2.2, 192.0.2.3" in seen.summary
    assert "192.0.2.2" in seen.values["reason"]
    assert seen.values["days_left"] == "0"


def test_an_address_is_not_named_where_all_show_the_same() -> None:
    seen = judge(at(certificate(-DAY), "192.0.2.1", "192.0.2.2"), tls())
    assert "192.0.2" not in seen.summary


def test_the_worst_configuration_of_the_addresses_decides() -> None:
    old = at(tls(robot=True), "192.0.2.2")
    both = at(certificate(), "192.0.2.1", "192.0.2.2")
    seen = judge(both, at(tls(), "192.0.2.1"), old)
    assert seen.outcome == "vulnerable"
    assert "at 192.0.2.2" in seen.summary


def test_an_address_that_did_not_answer_leaves_the_host_incomplete() -> None:
    silent = replace(unseen(), address="192.0.2.2", addresses=("192.0.2.2",))
    seen = judge(at(certificate(), "192.0.2.1"), silent, tls())
    assert seen.outcome == "incomplete"
    assert "at 192.0.2.2: No handshake" in seen.summary


def test_an_address_whose_configuration_was_not_seen_is_incomplete() -> None:
    seen = judge(
        at(tls(), "192.0.2.1"),
        tls_certificate=at(certificate(), "192.0.2.1", "192.0.2.9"),
        asked=frozenset({TLS}),
    )
    assert seen.outcome == "incomplete"
    assert "at 192.0.2.9" in seen.summary


def test_each_address_is_rated_with_its_own_certificate() -> None:
    weak = certificate()
    small = replace(weak.chain[0], key_type="RSA", key_bits=2048, key_curve="")
    weak = at(replace(weak, chain=(small,)), "192.0.2.2")
    seen = judge(
        at(certificate(), "192.0.2.1"), weak, at(tls(), "192.0.2.1"), at(tls(), "192.0.2.2"),
        tls_norm="ncsc-2025-05", tls_not_met_at="phase_out",
    )  # fmt: skip
    assert seen.outcome == "norm_not_met"
    assert "at 192.0.2.2: Below ncsc-2025-05: key RSA 2048" in seen.summary


def test_a_revoked_certificate_is_an_untrusted_one() -> None:
    seen = judge(certificate(problems=(Why.REVOKED,), reason=Why.REVOKED, reason_text="It is."))
    assert seen.outcome == "untrusted_chain"
    assert "It is." in seen.summary


@pytest.mark.parametrize(
    ("left", "said"),
    [
        pytest.param(30 * DAY + SECOND, False, id="more than thirty days"),
        pytest.param(30 * DAY, True, id="exactly thirty days"),
        pytest.param(14 * DAY + SECOND, True, id="a second over fourteen days"),
        pytest.param(14 * DAY, False, id="fourteen days are a stage of their own"),
    ],
)
def test_thirty_days_before_the_end_a_note_says_so(left: timedelta, said: bool) -> None:
    seen = judge(certificate(left), tls())
    assert ("the certificate ends on" in seen.note) is said
    assert seen.outcome == ("sound" if left > 14 * DAY else "expires_soon")


def test_the_first_stage_is_a_parameter_and_shows_without_a_configuration() -> None:
    seen = judge(certificate(40 * DAY), asked=frozenset({CERTIFICATE}), certificate_notice_days=45)
    assert seen.outcome == "sound"
    assert seen.note == "shop.example: the certificate ends on 2026-04-11."


def must_staple(facts: CertificateFacts) -> CertificateFacts:
    return replace(facts, chain=(replace(facts.chain[0], must_staple=True),))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (certificate(staple=StapleStatus.EXPIRED), "is over"),
        (certificate(staple=StapleStatus.INVALID), "is not valid"),
        (certificate(staple=StapleStatus.UNKNOWN), "does not know"),
        (must_staple(certificate(staple=StapleStatus.NONE)), "the server sends none"),
        (certificate(refused=("192.0.2.2",)), "closed at 192.0.2.2"),
        (certificate(not_routed=("2001:db8::1",)), "not reachable from here: 2001:db8::1"),
        (certificate(left_out=3), "3 more addresses"),
    ],
)
def test_what_is_odd_and_decides_nothing_is_a_note(facts: CertificateFacts, said: str) -> None:
    seen = judge(facts, tls())
    assert seen.outcome == "sound"
    assert said in seen.note


@pytest.mark.parametrize("status", [StapleStatus.GOOD, StapleStatus.NONE, None])
def test_what_is_usual_is_no_note(status: StapleStatus | None) -> None:
    seen = judge(must_staple(certificate(staple=status)) if status else certificate(), tls())
    assert ("OCSP" in seen.note) is (status is StapleStatus.NONE)
