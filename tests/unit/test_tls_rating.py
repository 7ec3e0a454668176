"""Levels of the NCSC-NL guideline, both editions, against its lists."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanners.tls.evidence import (
    VERSIONS,
    Certificate,
    CertificateFacts,
    CertificateReason,
    TlsFacts,
)
from scanners.tls.rating import NCSC_2_1, NCSC_2025_05, Edition, Level, rate, suite_level
from scanners.tls.suites import CODE

NEW, OLD = NCSC_2025_05, NCSC_2_1
G, S, P, I = Level.GOOD, Level.SUFFICIENT, Level.PHASE_OUT, Level.INSUFFICIENT  # noqa: E741


@pytest.mark.parametrize(
    ("suite", "new", "old"),
    [
        ("TLS_AES_256_GCM_SHA384", G, G),
        ("TLS_AES_128_GCM_SHA256", S, G),
        ("TLS_AES_128_CCM_8_SHA256", I, I),
        ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", S, G),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CCM", S, I),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", I, I),
        ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", P, S),
        ("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", I, S),
        ("TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384", P, I),
        ("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", I, P),
        ("TLS_ECDHE_RSA_WITH_RC4_128_SHA", I, I),
        ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", P, S),
        ("TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", P, S),
        ("TLS_RSA_WITH_AES_128_GCM_SHA256", I, P),
        ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", I, P),
        ("TLS_RSA_WITH_NULL_SHA256", I, I),
        ("TLS_DH_anon_WITH_AES_128_GCM_SHA256", I, I),
    ],
)
def test_a_suite_has_its_level(suite: str, new: Level, old: Level) -> None:
    assert (suite_level(suite, NEW), suite_level(suite, OLD)) == (new, old)


def test_no_suite_without_forward_secrecy_is_better_than_insufficient_in_the_new_edition() -> None:
    better = [n for n in CODE if suite_level(n, NEW) is not Level.INSUFFICIENT]
    assert all(
        n.startswith(("TLS_ECDHE_", "TLS_DHE_RSA_", "TLS_AES_", "TLS_CHACHA")) for n in better
    )


def certificate(
    key: str = "EC", bits: int = 256, curve: str = "secp256r1", sha: str = "sha256"
) -> CertificateFacts:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    leaf = Certificate("CN=a", "CN=b", "1", now, now, (), key, bits, sha, "00", False, curve)
    return CertificateFacts("a", 443, "127.0.0.1", True, CertificateReason.OK, "", chain=(leaf,))


def modern(**changes: object) -> TlsFacts:
    given: dict[str, object] = {
        "protocols": {v: v in ("TLS 1.2", "TLS 1.3") for v in VERSIONS},
        "suites": {v: () for v in VERSIONS if v != "SSL 2.0"}
        | {"TLS 1.3": ("TLS_AES_256_GCM_SHA384",)},
        "suites_known": {v: v != "SSL 2.0" for v in VERSIONS},
        "groups": ("x25519",),
        "weak_signatures": (),
        "compression": False,
        "early_data": False,
        "secure_renegotiation": True,
        "client_renegotiations": 0,
        "extended_master_secret": True,
    }
    return TlsFacts("a", 443, "127.0.0.1", **(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "new", "old"),
    [
        pytest.param({}, S, S, id="modern"),
        pytest.param({"protocols": dict.fromkeys(VERSIONS, True)}, I, I, id="ssl"),
        pytest.param(
            {"protocols": {v: v >= "TLS 1.0" for v in VERSIONS}}, I, P, id="TLS 1.0 beside 1.2"
        ),
        pytest.param({"groups": ("secp224r1",)}, P, P, id="weak curve"),
        pytest.param({"groups": ("secp521r1",)}, S, I, id="P-521"),
        pytest.param({"dh_bits": 2048, "dh_group": "own"}, I, I, id="own group"),
        pytest.param({"dh_bits": 3072, "dh_group": "ffdhe3072"}, P, S, id="ffdhe3072"),
        pytest.param({"early_data": True}, I, I, id="0-RTT"),
        pytest.param({"extended_master_secret": False}, I, S, id="no master secret"),
        pytest.param({"client_renegotiations": 11}, P, S, id="renegotiation without end"),
        pytest.param({"weak_signatures": ("sha1",)}, I, P, id="SHA-1 in the key exchange"),
        pytest.param({"early_data": None}, Level.UNKNOWN, Level.UNKNOWN, id="unknown"),
        pytest.param(
            {"early_data": None, "compression": True}, I, I, id="what is bad outweighs unknown"
        ),
    ],
)
def test_the_worst_item_is_the_level(changes: dict[str, object], new: Level, old: Level) -> None:
    facts = modern(**changes)
    assert rate(facts, certificate(), NEW).level is new
    assert rate(facts, certificate(), OLD).level is old


@pytest.mark.parametrize(
    ("shape", "edition", "level"),
    [
        pytest.param(("RSA", 2048, ""), NEW, P, id="2048 new"),
        pytest.param(("RSA", 2048, ""), OLD, S, id="2048 old"),
        pytest.param(("RSA", 1024, ""), OLD, I, id="1024"),
        pytest.param(("EC", 224, "secp224r1"), NEW, P, id="P-224"),
        pytest.param(("EC", 256, "brainpoolP256r1"), NEW, S, id="brainpool"),
        pytest.param(("unknown", 0, ""), NEW, I, id="unknown kind"),
    ],
)
def test_a_key_is_rated(shape: tuple[str, int, str], edition: Edition, level: Level) -> None:
    assert rate(modern(), certificate(*shape), edition).level is level


def test_nothing_seen_is_unknown_without_items() -> None:
    rating = rate(None, None, NEW)
    assert (rating.level, rating.items) == (Level.UNKNOWN, ())
