"""Certificates as served: names, dates, chains and reasons; whatever the bytes are."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.tls.certificates import describe, load, matches
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.trust import RootsError, Trust, TrustStore, name_matches
from tests.builders import DAY, MONDAY

HOST = "shop.example"
SECOND = timedelta(seconds=1)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Party:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def issue(
    common: str,
    by: Party | None = None,
    *,
    ca: bool = False,
    names: tuple[str, ...] = (),
    raw_names: tuple[x509.GeneralName, ...] = (),
    key: Key | None = None,
    starts: timedelta = -30 * DAY,
    ends: timedelta = 60 * DAY,
) -> Party:
    """A certificate signed by ``by``, or by itself."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MONDAY + starts)
        .not_valid_after(MONDAY + ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    alternatives = (*(x509.DNSName(name) for name in names), *raw_names)
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    return Party(builder.sign(by.key if by else own, hashes.SHA256()), own)


ROOT = issue("Lab Root", ca=True, ends=3650 * DAY)
SUB = issue("Lab Sub", ROOT, ca=True, ends=3650 * DAY)
OLD_SUB = issue("Lab Old Sub", ROOT, ca=True, ends=-DAY)
OTHER_ROOT = issue("Other Root", ca=True, ends=3650 * DAY)
OTHER_SUB = issue("Other Sub", OTHER_ROOT, ca=True, ends=3650 * DAY)
LEAF = issue(HOST, SUB, names=(HOST,))
SELF = issue(HOST, names=(HOST,))
EXPIRED = issue(HOST, SUB, names=(HOST,), ends=-SECOND)
LATER = issue(HOST, SUB, names=(HOST,), starts=SECOND)
SMALL = issue(HOST, SUB, names=(HOST,), key=rsa.generate_private_key(65537, 1024))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    file = tmp_path_factory.mktemp("roots") / "ca.pem"
    file.write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    return TrustStore(str(file))


def judge(store: TrustStore, *chain: Party) -> Trust:
    return store.judge(tuple(party.der for party in chain), MONDAY)


@pytest.mark.parametrize(
    ("chain", "trusted", "problems"),
    [
        pytest.param((LEAF, SUB), True, (), id="in order"),
        pytest.param((LEAF, SUB, ROOT), True, (), id="with its root"),
        pytest.param((LEAF, OTHER_SUB, SUB), True, (), id="out of order, with a stranger"),
        pytest.param((SMALL, SUB), True, (), id="a small key is not a matter of trust"),
        pytest.param((EXPIRED, SUB), True, (Why.EXPIRED,), id="expired a second ago"),
        pytest.param((LATER, SUB), True, (Why.NOT_YET_VALID,), id="begins in a second"),
        pytest.param((LEAF,), False, (Why.MISSING_INTERMEDIATE,), id="intermediate not sent"),
        pytest.param(
            (LEAF, ROOT), False, (Why.MISSING_INTERMEDIATE,), id="only the root beside it"
        ),
        pytest.param((SELF,), False, (Why.SELF_SIGNED,), id="signed by itself"),
        pytest.param(
            (issue(HOST, OTHER_SUB, names=(HOST,)), OTHER_SUB, OTHER_ROOT),
            False,
            (Why.UNTRUSTED_ROOT,),
            id="a root nobody knows",
        ),
        pytest.param(
            (issue(HOST, OLD_SUB, names=(HOST,)), OLD_SUB),
            False,
            (Why.CHAIN_EXPIRED,),
            id="the intermediate has expired",
        ),
        pytest.param(
            (issue(HOST, names=(HOST,), ends=-DAY),),
            False,
            (Why.EXPIRED, Why.SELF_SIGNED),
            id="expired and signed by itself",
        ),
    ],
)
def test_a_chain_has_its_reason(
    store: TrustStore, chain: tuple[Party, ...], trusted: bool, problems: tuple[Why, ...]
) -> None:
    found = judge(store, *chain)
    assert (found.trusted, found.problems) == (trusted, problems)


def test_a_leaf_that_only_borrows_the_name_of_an_authority_is_not_trusted(
    store: TrustStore,
) -> None:
    impostor = issue("Lab Root", ca=True, ends=3650 * DAY)
    forged = issue(HOST, impostor, names=(HOST,))
    assert not judge(store, forged, impostor).trusted
    assert not judge(store, forged).trusted


def test_a_leaf_may_not_issue_for_others(store: TrustStore) -> None:
    assert not judge(
        store, issue("other.example", LEAF, names=("other.example",)), LEAF, SUB
    ).trusted


def test_a_leaf_signed_with_sha_1_is_seen_as_such_and_not_trusted(store: TrustStore) -> None:
    authority = issue("Lab RSA", ROOT, ca=True, key=rsa.generate_private_key(65537, 2048))
    fresh = issue(HOST, authority, names=(HOST,))
    # No library signs with SHA-1 any more: sha256WithRSAEncryption becomes sha1WithRSAEncryption.
    family = bytes.fromhex("06092a864886f70d0101")
    der = fresh.der.replace(family + b"\x0b", family + b"\x05")
    old = load(der)
    assert old is not None
    assert describe(old, der).signature_hash == "sha1"
    assert not store.judge((der, authority.der), MONDAY).trusted


def test_the_same_chain_is_judged_anew_when_its_dates_turn(store: TrustStore) -> None:
    soon = issue(HOST, SUB, names=(HOST,), ends=timedelta(hours=1))
    chain = (soon.der, SUB.der)
    assert store.judge(chain, MONDAY).problems == ()
    assert store.judge(chain, MONDAY + timedelta(hours=1)).problems == ()
    assert store.judge(chain, MONDAY + timedelta(hours=1, seconds=1)).problems == (Why.EXPIRED,)
    assert store.judge(chain, MONDAY).problems == ()


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate here\n")
    with pytest.raises(RootsError, match=r"ca\.pem"):
        TrustStore(str(file))


@pytest.mark.parametrize(
    ("names", "host", "fits"),
    [
        (("shop.example",), "shop.example", True),
        (("SHOP.Example",), "shop.example", True),
        (("shop.example.",), "shop.example", True),
        (("www.shop.example",), "shop.example", False),
        (("shop.example",), "www.shop.example", False),
        (("*.shop.example",), "www.shop.example", True),
        (("*.shop.example",), "shop.example", False),
        (("*.shop.example",), "a.www.shop.example", False),
        (("*.example",), "shop.example", False),
        (("*",), "localhost", False),
        (("w*.shop.example",), "www.shop.example", False),
        (("*w.shop.example",), "www.shop.example", False),
        (("www.*.example",), "www.shop.example", False),
        (("*.*.example",), "www.shop.example", False),
        (("xn--bcher-kva.example",), "xn--bcher-kva.example", True),
        (("*.0.2.1",), "192.0.2.1", False),
        (("192.0.2.1",), "192.0.2.1", False),
    ],
)
def test_a_host_name_fits_by_rfc_9525(names: tuple[str, ...], host: str, fits: bool) -> None:
    assert matches(host, issue("x", names=names).certificate) is fits


@pytest.mark.parametrize(
    ("address", "host", "fits"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:0db8:0:0:0:0:0:1", True),
        ("192.0.2.1", "shop.example", False),
    ],
)
def test_an_address_fits_only_an_address(address: str, host: str, fits: bool) -> None:
    entry = x509.IPAddress(ipaddress.ip_address(address))
    assert matches(host, issue("x", raw_names=(entry,)).certificate) is fits


def test_a_common_name_counts_for_nothing() -> None:
    assert not matches(HOST, issue(HOST).certificate)


def test_the_last_of_many_names_counts() -> None:
    many = issue("x", names=(*(f"s{n}.example" for n in range(300)), HOST))
    assert matches(HOST, many.certificate)
    assert len(describe(many.certificate, many.der).names) == 100


@pytest.mark.parametrize(
    ("party", "shape"),
    [
        (LEAF, ("EC", 256, "secp256r1")),
        (SMALL, ("RSA", 1024, "")),
        (issue("x", key=ec.generate_private_key(ec.SECP224R1())), ("EC", 224, "secp224r1")),
    ],
)
def test_a_key_has_its_size(party: Party, shape: tuple[str, int, str]) -> None:
    found = describe(party.certificate, party.der)
    assert (found.key_type, found.key_bits, found.key_curve) == shape


def test_bytes_that_are_no_certificate_are_unreadable(store: TrustStore) -> None:
    found = store.judge((b"\x30\x03\x02\x01\x01", SUB.der), MONDAY)
    assert (found.trusted, found.problems) == (False, (Why.UNREADABLE,))
    assert name_matches(HOST, b"") is None


BYTES = st.one_of(st.integers(0, 255), st.sampled_from([0, 0x30, 0xFF]))


@settings(deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 10_000), BYTES), min_size=1, max_size=4))
def test_no_changed_certificate_makes_reading_raise(
    store: TrustStore, changes: list[tuple[int, int]]
) -> None:
    der = bytearray(LEAF.der)
    for at, value in changes:
        der[at % len(der)] = value
    chain = (bytes(der), SUB.der)
    found = store.judge(chain, MONDAY)
    for served in chain:
        certificate = load(served)
        if certificate is not None:
            describe(certificate, served)
    fits = name_matches(HOST, chain[0])
    assert (fits is None) is (Why.UNREADABLE in found.problems)


def _with_byte(old: bytes, new: bytes) -> bytes:
    assert LEAF.der.count(old) >= 1
    return LEAF.der.replace(old, new, 1)


@pytest.mark.parametrize(
    "der",
    [
        # A UTF8String of a name becomes a type that is no string; the library raises KeyError.
        pytest.param(
            _with_byte(b"\x06\x03\x55\x04\x03\x0c", b"\x06\x03\x55\x04\x03\xb0"), id="odd name"
        ),
        pytest.param(_with_byte(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x30"), id="version 49"),
        # The subjectAltName's first entry becomes a kind that does not exist.
        pytest.param(
            _with_byte(b"\x82\x0c" + HOST.encode(), b"\x8f\x0c" + HOST.encode()), id="odd entry"
        ),
    ],
)
def test_what_cannot_be_read_is_unreadable_and_never_another_host(
    store: TrustStore, der: bytes
) -> None:
    assert store.judge((der, SUB.der), MONDAY).problems == (Why.UNREADABLE,)
    assert name_matches(HOST, der) is None
