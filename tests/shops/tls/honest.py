"""The honest configurations: versions, suites, groups and the rest of the handshake."""

from __future__ import annotations

from collections.abc import Mapping

from scanners.tls.evidence import SSL2, SSL3, TLS10, TLS11, TLS12, TLS13
from tests.shops.tls.configuration import Configuration, Expected, Server
from tests.shops.tls.honest_certificates import CERTIFICATES
from tests.shops.tls.keys import Key, Leaf

RSA, EC = (Leaf(Key.RSA2048),), (Leaf(Key.P256),)
OLD = (TLS10, TLS11)
ALL = (TLS10, TLS11, TLS12, TLS13)
TLS13_SUITES = (
    "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
)  # fmt: skip
# What OpenSSL 3.0 agrees to unless told otherwise.
FINITE = ("ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192")
DEFAULT_CURVES = ("x25519", "secp256r1", "secp384r1", "secp521r1", "x448")
DEFAULT_GROUPS = (*DEFAULT_CURVES, *FINITE)
NO_12 = "ssl_protocols TLSv1.3;"
ONLY_12 = "ssl_protocols TLSv1.2;"
INTERMEDIATE = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384"
)
INTERMEDIATE_RSA = (
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
)
WEAK = ("RC4", "3DES", "NULL", "EXPORT", "anon", "_DES_")
STRONG = {"compression": False, "secure_renegotiation": True}


def _nginx(
    key: str, settings: str, expected: Expected, leaves: tuple[Leaf, ...] = EC, listen: str = ""
) -> Configuration:
    return Configuration(key, Server.NGINX, expected, leaves, settings, listen=listen)


def _openssl(
    key: str, settings: str, expected: Expected, leaves: tuple[Leaf, ...] = EC
) -> Configuration:
    return Configuration(key, Server.OPENSSL, expected, leaves, settings)


def _python(
    key: str, options: Mapping[str, object], expected: Expected, leaves: tuple[Leaf, ...] = EC
) -> Configuration:
    return Configuration(key, Server.PYTHON, expected, leaves, options=options)


def _lite(
    key: str, options: Mapping[str, object], expected: Expected, *, beyond: str = ""
) -> Configuration:
    return Configuration(key, Server.TLSLITE, expected, RSA, options=options, beyond_sslyze=beyond)


def _one_suite(
    key: str,
    cipher: str,
    suite: str,
    leaves: tuple[Leaf, ...] = RSA,
    **tls: object,
) -> Configuration:
    """TLS 1.2 with a single suite, by OpenSSL's name and by IANA's."""
    expected = Expected((TLS12,), (suite,), exact=True, tls=tls)
    settings = f"{ONLY_12} ssl_ciphers {cipher}:@SECLEVEL=0; ssl_dhparam {{ffdhe2048}};"
    return _nginx(key, settings, expected, leaves)


VERSIONS = (
    _nginx("modern", NO_12,
           Expected((TLS13,), TLS13_SUITES, exact=True, groups=DEFAULT_GROUPS,
                    tls={"robot": False, "heartbleed": False, "ccs_injection": False,
                         "early_data": False, "fallback_scsv": True})),
    _nginx("intermediate",
           f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {INTERMEDIATE}; ssl_dhparam {{ffdhe3072}};"
           " ssl_prefer_server_ciphers off;",
           Expected(suites=(*TLS13_SUITES, *INTERMEDIATE_RSA), exact=True, groups=DEFAULT_GROUPS,
                    tls=STRONG | {"dh_bits": 3072, "dh_group": "ffdhe3072", "robot": False,
                                  "weak_signatures": ("sha224",)}),
           RSA),
    _nginx("old",
           "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:!aNULL:@SECLEVEL=0;"
           " ssl_dhparam {ffdhe2048};",
           Expected(ALL, ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
                          "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA"), never=("anon", "NULL"),
                    tls={"fallback_scsv": True}, verdict="old_protocol"), RSA),
    _nginx("TLS 1.2 only", f"{ONLY_12} ssl_ciphers {INTERMEDIATE};",
           Expected((TLS12,), tuple(s for s in INTERMEDIATE_RSA if "_ECDHE_" in s), exact=True,
                    groups=DEFAULT_CURVES, tls={"early_data": False}), RSA),
    _python("TLS 1.0 and 1.1 beside the new", {"lowest": "TLSv1"},
            Expected(ALL, ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",), never=WEAK,
                     verdict="old_protocol")),
    _python("TLS 1.0 and 1.1 alone", {"lowest": "TLSv1", "highest": "TLSv1_1"},
            Expected(OLD, ("TLS_RSA_WITH_AES_256_CBC_SHA",), never=("GCM", "SHA256"),
                     tls={"early_data": False}, verdict="old_protocol"), RSA),
    _python("TLS 1.1 alone", {"lowest": "TLSv1_1", "highest": "TLSv1_1"},
            Expected((TLS11,), ("TLS_RSA_WITH_AES_256_CBC_SHA",), verdict="old_protocol"), RSA),
    _python("TLS 1.2 left out", {"lowest": "TLSv1_3"},
            Expected((TLS13,), TLS13_SUITES, exact=True)),
    _lite("SSL 3 beside the new",
          {"versions": (0, 3)},
          Expected((SSL3, TLS10, TLS11, TLS12), ("TLS_RSA_WITH_AES_128_CBC_SHA",),
                   verdict="old_protocol")),
    _lite("SSL 3 alone", {"versions": (0, 0)},
          Expected((SSL3,), ("TLS_RSA_WITH_AES_256_CBC_SHA",), never=("GCM", "SHA256"),
                   verdict="old_protocol")),
    _lite("TLS 1.3 of another library",
          {"versions": (4, 4), "eccCurves": ["x25519", "secp384r1"],
           "keyShares": [], "dhGroups": ["ffdhe3072"]},
          Expected((TLS13,), TLS13_SUITES, groups=("x25519", "secp384r1", "ffdhe3072"))),
    Configuration(
        "SSL 2 and SSL 3", Server.SCRIPT,
        Expected((SSL2, SSL3), ("TLS_RSA_WITH_RC4_128_SHA",), verdict="old_protocol",
                 complete=False),
        RSA, options={"versions": (0x0002, 0x0300), "suites": (0x0005,)},
        beyond_sslyze="no library serves SSL 2 any more: recited, no handshake ends"),
)  # fmt: skip

SUITES = (
    _one_suite("CBC with SHA-1", "AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA", robot=False),
    _one_suite("CBC with SHA-256", "ECDHE-RSA-AES128-SHA256",
               "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", robot=False),
    Configuration(
        "NULL", Server.NGINX,
        Expected((TLS12,), ("TLS_RSA_WITH_NULL_SHA256",), exact=True, verdict="weak_suites"),
        RSA, f"{ONLY_12} ssl_ciphers NULL-SHA256:@SECLEVEL=0;",
        beyond_sslyze="it never offers this suite before it knows the server"),
    _nginx("NULL beside an honest suite",
           f"{ONLY_12} ssl_ciphers NULL-SHA256:NULL-SHA:NULL-MD5:AES128-GCM-SHA256:@SECLEVEL=0;",
           Expected((TLS12,), ("TLS_RSA_WITH_NULL_SHA256", "TLS_RSA_WITH_NULL_SHA",
                               "TLS_RSA_WITH_NULL_MD5", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
                    exact=True, verdict="weak_suites"), RSA),
    _one_suite("CCM", "ECDHE-ECDSA-AES128-CCM", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM", EC),
    _one_suite("CCM with a short tag", "DHE-RSA-AES256-CCM8", "TLS_DHE_RSA_WITH_AES_256_CCM_8",
               dh_bits=2048),
    _one_suite("CHACHA20 alone", "ECDHE-ECDSA-CHACHA20-POLY1305",
               "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", EC),
    _one_suite("ARIA", "ECDHE-ARIA128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"),
    _lite("3DES", {"versions": (1, 3), "cipherNames": ["3des"],
                   "keyExchangeNames": ["rsa", "ecdhe_rsa"]},
          Expected((TLS10, TLS11, TLS12),
                   ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"),
                   exact=True, verdict="old_protocol")),
    _lite("RC4", {"versions": (3, 3), "cipherNames": ["rc4"],
                  "macNames": ["sha", "md5"], "keyExchangeNames": ["rsa"]},
          Expected((TLS12,), ("TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_RC4_128_MD5"),
                   exact=True, verdict="weak_suites")),
    _lite("NULL with SHA-1", {"versions": (2, 2), "cipherNames": ["null"],
                              "keyExchangeNames": ["rsa"]},
          Expected((TLS11,), ("TLS_RSA_WITH_NULL_SHA",), exact=True, verdict="old_protocol")),
    Configuration(
        "EXPORT", Server.SCRIPT,
        Expected(OLD, ("TLS_RSA_EXPORT_WITH_RC4_40_MD5", "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",
                       "TLS_RSA_WITH_AES_128_CBC_SHA"), exact=True,
                 verdict="old_protocol", complete=False),
        RSA, options={"versions": (0x0301, 0x0302), "suites": (0x0003, 0x0008, 0x002F)},
        beyond_sslyze="no library serves EXPORT any more: recited, no handshake ends"),
    Configuration(
        "compression", Server.SCRIPT,
        Expected((TLS12,), ("TLS_RSA_WITH_AES_128_GCM_SHA256",), exact=True,
                 verdict="incomplete", complete=False,
                 tls={"compression": True, "extended_master_secret": False}),
        RSA, options={"versions": (0x0303,), "suites": (0x009C,), "deflate": True},
        beyond_sslyze="no library here serves compression: recited, no handshake ends"),
    _nginx("server preference",
           f"{ONLY_12} ssl_ciphers ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-GCM-SHA256;"
           " ssl_prefer_server_ciphers on;",
           Expected((TLS12,), ("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                               "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"), exact=True)),
    _nginx("client preference",
           f"{ONLY_12} ssl_ciphers ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-GCM-SHA256;"
           " ssl_prefer_server_ciphers off;",
           Expected((TLS12,), ("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                               "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"), exact=True)),
    _openssl("anonymous suites beside honest ones",
             "-tls1_2 -cipher AECDH-AES128-SHA:ADH-AES256-SHA:ECDHE-RSA-AES128-GCM-SHA256:"
             "@SECLEVEL=0 -dhparam {ffdhe2048}",
             Expected((TLS12,), ("TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
                                 "TLS_DH_anon_WITH_AES_256_CBC_SHA",
                                 "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), exact=True,
                      verdict="weak_suites"), RSA),
)  # fmt: skip

GROUPS = (
    _nginx("finite field of 2048 bits",
           f"{ONLY_12} ssl_ciphers DHE-RSA-AES256-GCM-SHA384; ssl_dhparam {{ffdhe2048}};",
           Expected((TLS12,), ("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",), exact=True,
                    tls={"dh_bits": 2048, "dh_group": "ffdhe2048", "robot": False}), RSA),
    _nginx("finite field of 3072 bits",
           f"{ONLY_12} ssl_ciphers DHE-RSA-AES256-GCM-SHA384; ssl_dhparam {{ffdhe3072}};",
           Expected((TLS12,), ("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",), exact=True,
                    tls={"dh_bits": 3072, "dh_group": "ffdhe3072"}), RSA),
    _nginx("own finite field of 1024 bits",
           "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;"
           " ssl_dhparam {own1024};",
           Expected(suites=("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",),
                    tls={"dh_bits": 1024, "dh_group": "own"}), RSA),
    _nginx("own finite field of 2048 bits",
           f"{ONLY_12} ssl_ciphers DHE-RSA-AES128-GCM-SHA256; ssl_dhparam {{modp2048}};",
           Expected((TLS12,), ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",), exact=True,
                    tls={"dh_bits": 2048, "dh_group": "own"}), RSA),
    _nginx("one curve", "ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve secp384r1;",
           Expected(groups=("secp384r1",)), RSA),
    Configuration(
        "one curve below TLS 1.3", Server.NGINX, Expected((TLS12,), groups=("x25519",)), RSA,
        f"{ONLY_12} ssl_ecdh_curve X25519;",
        sslyze_misses="it asks for most suites of TLS 1.2 with OpenSSL 1.0.2, which has no X25519"),
    _nginx("a weak curve below TLS 1.3",
           "ssl_protocols TLSv1.2; ssl_ecdh_curve prime256v1:secp224r1;"
           " ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;",
           Expected((TLS12,), groups=("secp256r1", "secp224r1")), RSA),
    _nginx("a weak curve hidden by TLS 1.3",
           "ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve secp256r1:secp224r1;"
           " ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;",
           Expected(groups=("secp256r1", "secp224r1")), RSA),
    _python("one curve of Python", {"curve": "secp521r1"}, Expected(groups=("secp521r1",))),
    _openssl("brainpool below TLS 1.3", "-tls1_2 -groups brainpoolP256r1:P-256",
             Expected((TLS12,), groups=("brainpoolP256r1", "secp256r1")), RSA),
)  # fmt: skip

HANDSHAKE = (
    _nginx("asks for a client certificate", "ssl_verify_client optional_no_ca;", Expected(ALL[2:])),
    _python("insists on a client certificate", {"client_ca": "{ca}"},
            Expected(complete=False)),
    _nginx("HTTP/2", "", Expected(), listen="http2"),
    _python("ALPN of Python", {"alpn": "h2,http/1.1"}, Expected()),
    _nginx("no session tickets", "ssl_session_tickets off; ssl_session_cache none;", Expected()),
    _python("no session tickets of Python", {"tickets": False, "lowest": "TLSv1_3"},
            Expected((TLS13,), tls={"early_data": False})),
    _nginx("early data", "ssl_protocols TLSv1.2 TLSv1.3; ssl_early_data on;",
           Expected(tls={"early_data": True})),
    _openssl("renegotiation at the client's wish", "-client_renegotiation -tls1_2",
             Expected((TLS12,), tls={"client_renegotiations": 10, "secure_renegotiation": True})),
    _lite("renegotiation of old", {"versions": (3, 3)},
          Expected((TLS12,), tls={"client_renegotiations": 0}, verdict="weak_suites")),
    _openssl("legacy renegotiation", "-legacy_renegotiation -tls1_2",
             Expected((TLS12,), tls={"client_renegotiations": 0, "secure_renegotiation": True})),
    _nginx("no extended master secret",
           "ssl_protocols TLSv1.2 TLSv1.3; ssl_conf_command Options -ExtendedMasterSecret;",
           Expected(tls={"extended_master_secret": False})),
    _openssl("signs with SHA-1", "-tls1_2 -sigalgs RSA+SHA1:RSA+SHA256 -cipher"
             " ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
             Expected((TLS12,), tls={"weak_signatures": ("sha1",)}), RSA),
    _nginx("signs with SHA-2 only", f"{ONLY_12} ssl_conf_command SignatureAlgorithms"
           " RSA-PSS+SHA256:RSA+SHA256:RSA+SHA384;",
           Expected((TLS12,), tls={"weak_signatures": ()}), RSA),
    _openssl("one visitor at a time", "",
             Expected(ALL[2:], TLS13_SUITES, tls=STRONG)),
)  # fmt: skip

HONEST: tuple[Configuration, ...] = (*VERSIONS, *SUITES, *GROUPS, *HANDSHAKE, *CERTIFICATES)
