"""The test for ROBOT as a state machine, and what a handshake in TLS 1.3 says, read from bytes."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from scanners.tls.hello import Learnt, Reply
from scanners.tls.newest import _allows_early_data, _names
from scanners.tls.oracle import Oracle, Padding, is_aead, takes_rsa

GCM, CBC = "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA"
MAC, ILLEGAL = b"\x15\x03\x03\x00\x02\x02\x14", b"\x15\x03\x03\x00\x02\x02\x2f"
OLDER = b"\x15\x03\x01\x00\x02\x02\x14"


@cache
def key_of(bits: int) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    if not bits:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65_537, bits)


@cache
def leaf(bits: int = 2048) -> bytes:
    """A certificate; 0 bits: with a key on a curve."""
    key, name = key_of(bits), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def learnt(suite: str = CBC, *, bits: int = 2048, **other: object) -> Learnt:
    values = {"whole": True, "certificates": [leaf(bits)], "version": 0x0303} | other
    return Learnt(Reply.HELLO, suite=suite, **values)  # type: ignore[arg-type]


def block_of(flight: bytes) -> bytes:
    """The block in a key exchange, opened with the key."""
    numbers = key_of(2048).private_numbers()
    assert isinstance(numbers, rsa.RSAPrivateNumbers)
    (length,) = struct.unpack(">H", flight[9:11])
    sent = int.from_bytes(flight[11 : 11 + length], "big")
    return pow(sent, numbers.d, numbers.public_numbers.n).to_bytes(length, "big")


def test_every_message_is_sent_once_and_is_what_it_says() -> None:
    oracle, blocks = Oracle(), []
    for _ in Padding:
        blocks.append(block_of(oracle.flight(learnt())))
        oracle.heard(MAC)
    assert oracle.flight(learnt()) == b""
    assert oracle.verdict is False
    assert len(set(blocks)) == len(Padding)
    sound = [b for b in blocks if b[:2] == b"\0\x02" and b.find(b"\0", 2) == len(b) - 49]
    assert {b[-48:-46] for b in sound} == {b"\x03\x03", b"\x02\x02"}
    assert sum(b[:2] != b"\0\x02" for b in blocks) == 1


def test_both_kinds_of_suites_hear_a_sound_and_a_broken_message() -> None:
    oracle, sent = Oracle(), []
    for suite in (CBC, GCM, CBC, GCM, CBC, CBC):
        sent.append(block_of(oracle.flight(learnt(suite)))[:2])
        oracle.heard(MAC)
    assert [sent[i] for i in (0, 1)] == [b"\x41\x17"] * 2
    assert [sent[i] for i in (2, 3)] == [b"\0\x02"] * 2
    before = oracle.verdict, bool(oracle.missing)
    oracle.flight(learnt(CBC, version=0x0301))
    oracle.heard(OLDER)
    after = oracle.verdict, bool(oracle.missing)
    assert (before, after) == ((None, True), (False, False))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(learnt("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), id="another exchange"),
        pytest.param(learnt("TLS_RSA_EXPORT_WITH_RC4_40_MD5"), id="a key of the moment"),
        pytest.param(learnt("TLS_RSA_WITH_NULL_SHA"), id="no cipher"),
        pytest.param(learnt(version=0x0300), id="SSL 3"),
        pytest.param(learnt(whole=False), id="cut"),
        pytest.param(learnt(asks_certificate=True), id="wants a certificate"),
        pytest.param(learnt(certificates=[]), id="no certificate"),
        pytest.param(learnt(certificates=[b"noise"]), id="no such certificate"),
        pytest.param(learnt(bits=0), id="a curve"),
    ],
)
def test_nothing_is_sent_where_it_would_prove_nothing(answer: Learnt) -> None:
    oracle = Oracle()
    assert oracle.flight(answer) == b""
    oracle.heard(MAC)
    assert (oracle.verdict, oracle.missing) == (None, ())


@given(
    st.lists(
        st.tuples(st.sampled_from((CBC, GCM)), st.sampled_from((MAC, ILLEGAL)) | st.binary()),
        max_size=14,
    )
)
def test_only_one_same_alert_to_everything_is_no_oracle(
    rounds: list[tuple[str, bytes]],
) -> None:
    oracle, heard = Oracle(), []
    for suite, data in rounds:
        if oracle.flight(learnt(suite)):
            heard.append(data)
        oracle.heard(data)
    alike = len(set(heard)) == 1 and heard[0] in (MAC, ILLEGAL)
    if oracle.verdict is False:
        assert alike
        assert len(heard) >= len(Padding)
    if alike and not oracle.missing:
        assert oracle.verdict is False
    assert not (oracle.mixed and len(set(heard)) < 2)


def test_names_tell_the_kind() -> None:
    assert takes_rsa(GCM)
    assert is_aead("TLS_RSA_WITH_AES_128_CCM_8")
    assert not is_aead(CBC)
    assert not takes_rsa("TLS_DHE_RSA_WITH_AES_128_CBC_SHA")


def ticket(extensions: bytes) -> bytes:
    head = struct.pack(">IIB", 7200, 1, 2) + b"nn" + struct.pack(">H", 3) + b"ttt"
    return head + struct.pack(">H", len(extensions)) + extensions


@pytest.mark.parametrize(
    ("said", "allows"),
    [
        pytest.param(ticket(b""), False, id="no extension"),
        pytest.param(ticket(struct.pack(">HHI", 42, 4, 0)), False, id="no bytes"),
        pytest.param(ticket(struct.pack(">HHI", 42, 4, 16_384)), True, id="some bytes"),
        pytest.param(ticket(b"\xfa\xfa\0\x01x" + struct.pack(">HHI", 42, 4, 1)), True, id="second"),
        pytest.param(b"\0\0", True, id="cut: not known, so it is tried"),
    ],
)
def test_a_ticket_says_whether_early_data_is_allowed(said: bytes, allows: bool) -> None:
    assert _allows_early_data(said) is allows


@given(st.binary(max_size=80))
def test_no_bytes_of_a_list_or_a_ticket_make_the_reading_raise(data: bytes) -> None:
    _names(data)
    _allows_early_data(data)


def test_of_listed_groups_those_of_tls_1_3_count() -> None:
    codes = (29, 23, 26, 0xFAFA, 21, 29, 4588)
    listed = struct.pack(f">{len(codes) + 1}H", 2 * len(codes), *codes)
    assert _names(listed) == ("x25519", "secp256r1", "X25519MLKEM768")
