"""The honest configurations that differ in key, chain, dates, names and staple."""

from __future__ import annotations

from scanners.tls.evidence import TLS12, TLS13
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.evidence import StapleStatus as Staple
from tests.shops.tls.configuration import BOTH, Configuration, Expected, Server
from tests.shops.tls.keys import Chain, Key, Leaf

WEAK_KEY = "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT:@SECLEVEL=0;"


VERDICTS = {
    Why.OK: "sound",
    Why.EXPIRED: "expired",
    Why.NOT_YET_VALID: "not_yet_valid",
    Why.SELF_SIGNED: "self_signed",
    Why.MISSING_INTERMEDIATE: "missing_intermediate",
    Why.WRONG_HOST: "wrong_host",
    Why.UNTRUSTED_ROOT: "untrusted_chain",
    Why.CHAIN_EXPIRED: "untrusted_chain",
    Why.INVALID_CHAIN: "untrusted_chain",
}


def _nginx(key: str, leaf: Leaf, expected: Expected, settings: str = "") -> Configuration:
    return Configuration(key, Server.NGINX, expected, (leaf,), settings)


def _with_key(key: Key, settings: str = "", verdict: str = "sound") -> Configuration:
    return _nginx(f"key {key}", Leaf(key), Expected(verdict=verdict), settings)


def _in_state(
    key: str, leaf: Leaf, reason: Why, chain: int = 2, **certificate: object
) -> Configuration:
    expected = Expected(
        reason=reason, chain=chain, verdict=VERDICTS[reason], certificate=certificate
    )
    return _nginx(key, leaf, expected)


NO_ED25519 = "it asks for most suites of TLS 1.2 with OpenSSL 1.0.2, which has no Ed25519"

KEYS = (
    _with_key(Key.RSA1024, WEAK_KEY, "weak_key"),
    _with_key(Key.RSA2048),
    _with_key(Key.RSA3072),
    _with_key(Key.RSA4096),
    _with_key(Key.P256),
    _with_key(Key.P384),
    _with_key(Key.P521),
    Configuration(
        "key Ed25519 256", Server.NGINX, Expected(), (Leaf(Key.ED25519),),
        sslyze_misses=NO_ED25519),
    Configuration(
        "key EC 224", Server.OPENSSL,
        Expected((TLS12,), ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",), verdict="weak_key"),
        (Leaf(Key.P224),),
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256:@SECLEVEL=0 -groups P-256:secp224r1",
        beyond_sslyze="its library does not offer the curve of the certificate"),
    Configuration(
        "key DSA 2048", Server.OPENSSL,
        Expected((TLS12,), ("TLS_DHE_DSS_WITH_AES_128_CBC_SHA",), verdict="weak_key"),
        (Leaf(Key.DSA2048),),
        "-tls1_2 -cipher DHE-DSS-AES128-SHA:@SECLEVEL=0 -dhparam {ffdhe2048}",
        beyond_sslyze="its library dislikes certificates with a DSA key"),
    Configuration(
        "keys RSA and EC", Server.NGINX,
        Expected(suites=("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                         "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")),
        (Leaf(Key.P256), Leaf(Key.RSA2048))),
    Configuration(
        "keys RSA and EC of s_server", Server.OPENSSL,
        Expected(suites=("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                         "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")),
        (Leaf(Key.P384), Leaf(Key.RSA2048))),
)  # fmt: skip

CHAINS = (
    _in_state("missing intermediate", Leaf(chain=Chain.MISSING), Why.MISSING_INTERMEDIATE, 1,
              trusted=False),
    _in_state("chain in the wrong order", Leaf(chain=Chain.WRONG_ORDER), Why.OK, 3, trusted=True),
    _in_state("root in the chain", Leaf(chain=Chain.WITH_ROOT), Why.OK, 3, trusted=True),
    _in_state("self-signed", Leaf(chain=Chain.SELF_SIGNED), Why.SELF_SIGNED, 1, trusted=False),
    _in_state("unknown root", Leaf(chain=Chain.UNKNOWN_ROOT), Why.UNTRUSTED_ROOT, 3,
              trusted=False),
    _in_state("expired intermediate", Leaf(chain=Chain.EXPIRED_INTERMEDIATE), Why.CHAIN_EXPIRED,
              2, trusted=False),
    _nginx("SHA-1 certificate", Leaf(Key.RSA2048, sha1=True),
           Expected(reason=Why.INVALID_CHAIN, verdict="untrusted_chain",
                    certificate={"trusted": False}), WEAK_KEY),
    _in_state("expired", Leaf(starts=-90, ends=-1), Why.EXPIRED, trusted=True, host_matches=True),
    _in_state("not yet valid", Leaf(starts=2), Why.NOT_YET_VALID, trusted=True),
    _in_state("self-signed, expired, another name",
              Leaf(chain=Chain.SELF_SIGNED, names=("x.example",), starts=-90, ends=-1),
              Why.EXPIRED, 1, host_matches=False,
              problems=(Why.EXPIRED, Why.SELF_SIGNED, Why.WRONG_HOST)),
)  # fmt: skip

NAMES = (
    _in_state("wrong host", Leaf(names=("other.example",)), Why.WRONG_HOST, host_matches=False),
    _in_state("common name only", Leaf(names=()), Why.WRONG_HOST, host_matches=False),
    Configuration(
        "wildcard", Server.NGINX, Expected(certificate={"host_matches": True}),
        (Leaf(names=("*.shop.example",)),), host="www.shop.example"),
    Configuration(
        "wildcard two labels up", Server.NGINX,
        Expected(reason=Why.WRONG_HOST, verdict="wrong_host",
                 certificate={"host_matches": False}),
        (Leaf(names=("*.shop.example",)),), host="a.www.shop.example"),
    Configuration(
        "address in the certificate", Server.PYTHON,
        Expected(certificate={"host_matches": True, "host": "127.0.0.1"}),
        (Leaf(names=("127.0.0.1",)),), host="127.0.0.1"),
    Configuration(
        "umlaut in the name", Server.NGINX,
        Expected(certificate={"host": "xn--mbel-5qa.example", "host_matches": True}),
        (Leaf(names=("xn--mbel-5qa.example",)),), "", host="xn--mbel-5qa.example"),
    Configuration(
        "trailing dot", Server.NGINX,
        Expected(certificate={"host_matches": True, "host": "shop.example"}),
        (Leaf(),), host="shop.example."),
    Configuration(
        "other names are turned away", Server.NGINX, Expected(), (Leaf(),), reject_others=True),
    Configuration(
        "another certificate by default", Server.NGINX,
        Expected(certificate={"host_matches": True}), (Leaf(Key.RSA2048),),
        default_leaf=Leaf(names=("default.example",))),
)  # fmt: skip

STAPLES = (
    Configuration(
        "staple good", Server.NGINX,
        Expected(BOTH, certificate={"staple": Staple.GOOD}), (Leaf(ocsp=True, common="a"),),
        "ssl_stapling on; ssl_stapling_file {staple_good};"),
    Configuration(
        "staple expired", Server.OPENSSL,
        Expected((TLS12,), certificate={"staple": Staple.EXPIRED}),
        (Leaf(ocsp=True, common="b"),), "-tls1_2 -status_file {staple_ended}"),
    Configuration(
        "staple good of s_server", Server.OPENSSL,
        Expected((TLS12, TLS13), certificate={"staple": Staple.GOOD}),
        (Leaf(ocsp=True, common="c"),), "-status_file {staple_good}"),
    Configuration(
        "no staple", Server.NGINX,
        Expected(certificate={"staple": Staple.NONE}), (Leaf(ocsp=True, common="d"),)),
)  # fmt: skip

CERTIFICATES: tuple[Configuration, ...] = (*KEYS, *CHAINS, *NAMES, *STAPLES)
