"""What a stapled OCSP response says: signature, subject and dates are checked by us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from scanners.tls.certificates import describe, load
from scanners.tls.evidence import StapleStatus
from scanners.tls.staple import STAPLE_MAX_BYTES, Staple, judge_staple
from tests.builders import DAY, HOUR, MONDAY

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | dsa.DSAPrivateKey
GOOD, REVOKED, UNKNOWN = StapleStatus.GOOD, StapleStatus.REVOKED, StapleStatus.UNKNOWN
EXPIRED, INVALID, NONE = StapleStatus.EXPIRED, StapleStatus.INVALID, StapleStatus.NONE


class Party:
    """A certificate with its key, issued by ``by`` or by itself."""

    def __init__(
        self,
        common: str,
        by: Party | None = None,
        *,
        key: Key | None = None,
        extensions: tuple[x509.ExtensionType, ...] = (),
        ends: timedelta = 60 * DAY,
        serial: int | None = None,
    ) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(by.certificate.subject if by else name)
            .public_key(self.key.public_key())
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(MONDAY - 30 * DAY)
            .not_valid_after(MONDAY + ends)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        signer = by.key if by else self.key
        self.certificate: x509.Certificate = builder.sign(signer, _hash_for(signer))

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def _hash_for(key: Key) -> hashes.SHA256 | None:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


CA = Party("Authority")
OTHER = Party("Authority")  # the same name, another key
LEAF = Party("shop.example", CA)
STATUS = {
    GOOD: ocsp.OCSPCertStatus.GOOD,
    REVOKED: ocsp.OCSPCertStatus.REVOKED,
    UNKNOWN: ocsp.OCSPCertStatus.UNKNOWN,
}
SIGNING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])


def response(
    status: StapleStatus = GOOD,
    *,
    about: Party = LEAF,
    issuer: Party = CA,
    by: Party = CA,
    since: timedelta = -HOUR,
    until: timedelta | None = 3 * DAY,
    sends: Party | None = None,
    encoding: ocsp.OCSPResponderEncoding = ocsp.OCSPResponderEncoding.HASH,
) -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=about.certificate,
        issuer=issuer.certificate,
        algorithm=hashes.SHA1(),
        cert_status=STATUS[status],
        this_update=MONDAY + since,
        next_update=None if until is None else MONDAY + until,
        revocation_time=MONDAY - DAY if status is REVOKED else None,
        revocation_reason=None,
    )
    builder = builder.responder_id(encoding, by.certificate)
    if sends is not None:
        builder = builder.certificates([sends.certificate])
    return builder.sign(by.key, _hash_for(by.key)).public_bytes(Encoding.DER)


def judged(der: bytes | None, leaf: Party = LEAF, issuer: Party | None = CA) -> Staple:
    return judge_staple(der, leaf.der, None if issuer is None else issuer.der, MONDAY)


DELEGATE = Party("Responder", CA, extensions=(SIGNING,))
PLAIN = Party("Responder", CA)
TWIN = Party("shop.example", Party("Stranger"), serial=LEAF.certificate.serial_number)
FORGED = Party("Responder", OTHER, extensions=(SIGNING,))
OVER = Party("Responder", CA, extensions=(SIGNING,), ends=-10 * DAY)


@pytest.mark.parametrize(
    ("make", "status"),
    [
        pytest.param(response, GOOD, id="good"),
        pytest.param(lambda: response(REVOKED), REVOKED, id="revoked"),
        pytest.param(lambda: response(UNKNOWN), UNKNOWN, id="unknown to the authority"),
        pytest.param(lambda: None, NONE, id="none sent"),
        pytest.param(lambda: b"", INVALID, id="empty"),
        pytest.param(lambda: b"nonsense", INVALID, id="nonsense"),
        pytest.param(lambda: b"\0" * (STAPLE_MAX_BYTES + 1), INVALID, id="too long"),
        pytest.param(lambda: response(until=timedelta(0)), GOOD, id="its last second"),
        pytest.param(
            lambda: response(since=-20 * DAY, until=-13 * DAY), EXPIRED, id="over for 13 days"
        ),
        pytest.param(
            lambda: response(REVOKED, since=-20 * DAY, until=-DAY), EXPIRED, id="over, revoked"
        ),
        pytest.param(lambda: response(since=HOUR), INVALID, id="from the future"),
        pytest.param(lambda: response(since=timedelta(minutes=4)), GOOD, id="clock ahead a little"),
        pytest.param(lambda: response(until=None), GOOD, id="no end, an hour old"),
        pytest.param(lambda: response(since=-2 * DAY, until=None), EXPIRED, id="no end, old"),
        pytest.param(lambda: response(about=PLAIN), INVALID, id="another certificate"),
        pytest.param(lambda: response(about=TWIN), INVALID, id="another authority"),
        pytest.param(lambda: response(by=OTHER), INVALID, id="signed by a namesake"),
        pytest.param(
            lambda: response(by=OTHER, encoding=ocsp.OCSPResponderEncoding.NAME),
            INVALID,
            id="a namesake by name",
        ),
        pytest.param(
            lambda: response(encoding=ocsp.OCSPResponderEncoding.NAME), GOOD, id="named by name"
        ),
        pytest.param(lambda: response(by=DELEGATE, sends=DELEGATE), GOOD, id="delegate"),
        pytest.param(
            lambda: response(
                REVOKED, by=DELEGATE, sends=DELEGATE, encoding=ocsp.OCSPResponderEncoding.NAME
            ),
            REVOKED,
            id="delegate by name",
        ),
        pytest.param(lambda: response(by=DELEGATE), INVALID, id="delegate not sent along"),
        pytest.param(lambda: response(by=DELEGATE, sends=LEAF), INVALID, id="another sent along"),
        pytest.param(lambda: response(by=PLAIN, sends=PLAIN), INVALID, id="not entrusted"),
        pytest.param(lambda: response(by=LEAF, sends=LEAF), INVALID, id="the leaf vouches itself"),
        pytest.param(lambda: response(by=FORGED, sends=FORGED), INVALID, id="forged delegate"),
        pytest.param(lambda: response(by=OVER, sends=OVER), INVALID, id="expired delegate"),
        pytest.param(
            lambda: ocsp.OCSPResponseBuilder.build_unsuccessful(
                ocsp.OCSPResponseStatus.TRY_LATER
            ).public_bytes(Encoding.DER),
            INVALID,
            id="try later",
        ),
    ],
)
def test_a_staple_has_its_status(make: Callable[[], bytes | None], status: StapleStatus) -> None:
    assert judged(make()).status is status


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65_537, 2048),
        ed25519.Ed25519PrivateKey.generate(),
        dsa.generate_private_key(1024),
    ],
    ids=["rsa", "ed25519", "dsa"],
)
def test_every_usual_key_may_sign(key: Key) -> None:
    ca = Party("Authority", key=key)
    leaf = Party("shop.example", ca)
    whole = response(about=leaf, issuer=ca, by=ca)
    assert judged(whole, leaf, ca).status is GOOD
    assert judged(whole[:-1] + bytes([whole[-1] ^ 1]), leaf, ca).status is INVALID


def test_dates_are_as_in_the_response() -> None:
    found = judged(response())
    assert (found.since, found.until) == (MONDAY - HOUR, MONDAY + 3 * DAY)


def test_the_same_staple_is_judged_anew_when_its_time_is_over() -> None:
    der = response()
    assert judge_staple(der, LEAF.der, CA.der, MONDAY).status is GOOD
    assert judge_staple(der, LEAF.der, CA.der, MONDAY + 4 * DAY).status is EXPIRED


def test_without_the_issuer_nothing_is_known() -> None:
    assert judged(response(), issuer=None) == Staple(None)


def test_a_certificate_that_cannot_be_read_has_no_valid_staple() -> None:
    assert judge_staple(response(), b"nonsense", CA.der, MONDAY).status is INVALID


@given(st.binary(max_size=200))
def test_no_bytes_make_the_judgement_raise(data: bytes) -> None:
    assert judged(data).status is INVALID


@given(st.data())
def test_no_changed_response_is_good(data: st.DataObject) -> None:
    whole = bytearray(RESPONSE)
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    whole[at] ^= flip
    assert judged(bytes(whole)).status in (INVALID, None, GOOD)
    if judged(bytes(whole)).status is GOOD:
        # Outside of what is signed, such as an unused field.
        assert ocsp.load_der_ocsp_response(bytes(whole)).tbs_response_bytes == SIGNED


RESPONSE = response()
SIGNED = ocsp.load_der_ocsp_response(RESPONSE).tbs_response_bytes


@pytest.mark.parametrize(
    ("extensions", "shape"),
    [
        pytest.param((), (False, False), id="neither"),
        pytest.param(
            (
                x509.AuthorityInformationAccess(
                    [
                        x509.AccessDescription(
                            AuthorityInformationAccessOID.OCSP,
                            x509.UniformResourceIdentifier("http://ocsp.example"),
                        )
                    ]
                ),
            ),
            (True, False),
            id="a responder",
        ),
        pytest.param(
            (x509.TLSFeature([x509.TLSFeatureType.status_request]),),
            (False, True),
            id="must staple",
        ),
    ],
)
def test_a_certificate_says_whether_it_has_a_responder_and_must_staple(
    extensions: tuple[x509.ExtensionType, ...], shape: tuple[bool, bool]
) -> None:
    party = Party("shop.example", CA, extensions=extensions)
    found = load(party.der)
    assert found is not None
    described = describe(found, party.der)
    assert (described.ocsp_url, described.must_staple) == shape
