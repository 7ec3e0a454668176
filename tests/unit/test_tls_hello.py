"""Reading what servers send in answer to a hello, hostile bytes included."""

from __future__ import annotations

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.tls.evidence import SSL3, TLS10, TLS11, TLS12, TLS13
from scanners.tls.groups import dh_group, ffdhe_prime
from scanners.tls.hello import Parser, Reply, client_hello, is_ssl2_server_hello, ssl2_hello
from scanners.tls.suites import CHUNK, CODE, COMMON, CURVES, chunks, suites_of

SUITE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"


def record(kind: int, body: bytes) -> bytes:
    return struct.pack(">BHH", kind, 0x0303, len(body)) + body


def message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def server_hello(
    version: int = 0x0303, random: bytes = b"r" * 32, extensions: bytes = b"", compression: int = 0
) -> bytes:
    body = struct.pack(">H", version) + random + b"\0" + struct.pack(">H", CODE[SUITE])
    body += bytes((compression,)) + struct.pack(">H", len(extensions)) + extensions
    return message(2, body)


def fed(data: bytes, step: int = 10_000) -> Parser:
    parser = Parser()
    for at in range(0, len(data), step):
        parser.feed(data[at : at + step])
    return parser


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_whole_answer_is_read_in_pieces_of_any_size(step: int) -> None:
    certificate = b"\0\0\x06" + b"\0\0\x03abc"
    exchange = b"\x03" + struct.pack(">H", 29) + b"\x02pk" + struct.pack(">H", 0x0804) + b"\0\0"
    hello = server_hello(extensions=struct.pack(">HH", 23, 0), compression=1)
    data = record(22, hello + message(11, certificate)) + record(
        22, message(12, exchange) + message(14, b"")
    )
    parser = fed(data, step)
    learnt = parser.learnt
    assert parser.done
    assert (learnt.reply, learnt.version, learnt.suite) == (Reply.HELLO, 0x0303, SUITE)
    assert (learnt.group, learnt.signature, learnt.compression) == (29, 0x0804, 1)
    assert (learnt.extensions, learnt.certificates) == ([23], [b"abc"])


def test_a_retry_request_of_tls_1_3_names_version_and_group() -> None:
    extensions = struct.pack(">HHH", 43, 2, 0x0304) + struct.pack(">HHH", 51, 2, 4588)
    random = hashlib.sha256(b"HelloRetryRequest").digest()
    parser = fed(record(22, server_hello(random=random, extensions=extensions)))
    assert parser.done
    assert (parser.learnt.version, parser.learnt.group) == (0x0304, 4588)


def test_a_warning_about_the_name_does_not_end_the_reading() -> None:
    data = record(21, b"\x01\x70") + record(22, server_hello())
    assert fed(data).learnt.reply is Reply.HELLO


def test_a_fatal_alert_is_kept_with_its_number() -> None:
    learnt = fed(record(21, b"\x02\x28")).learnt
    assert (learnt.reply, learnt.alert) == (Reply.ALERT, 40)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="http"),
        pytest.param(b"SSH-2.0-x\r\n", id="ssh"),
        pytest.param(b"H", id="one letter"),
        pytest.param(record(22, message(2, b"\x03\x03short")), id="hello too short"),
    ],
)
def test_what_is_no_tls_is_called_so(data: bytes) -> None:
    assert fed(data).learnt.reply is Reply.NOT_TLS


@given(st.binary(max_size=600), st.integers(1, 600))
def test_no_bytes_make_the_parser_raise(data: bytes, step: int) -> None:
    fed(data, step)


@given(st.data())
def test_no_broken_answer_makes_the_parser_raise(data: st.DataObject) -> None:
    whole = bytearray(record(22, server_hello(extensions=struct.pack(">HH", 23, 0))))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))
    fed(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


@pytest.mark.parametrize("version", [SSL3, TLS10, TLS11, TLS12, TLS13])
def test_a_hello_is_one_record_with_the_suites_offered(version: str) -> None:
    offered = suites_of(version)[:5]
    data = client_hello("shop.example", version, offered)
    kind, _, length = struct.unpack(">BHH", data[:5])
    assert (kind, length) == (22, len(data) - 5)
    assert int.from_bytes(data[6:9], "big") == len(data) - 9
    assert all(struct.pack(">H", CODE[name]) in data for name in offered)
    assert (b"shop.example" in data) is (version != SSL3)


def test_an_address_is_not_sent_as_a_name() -> None:
    named = client_hello("a.example", TLS12, [SUITE])
    assert len(client_hello("", TLS12, [SUITE])) < len(named)


def test_no_chunk_is_longer_than_old_servers_bear_and_nothing_is_lost() -> None:
    for version, count in ((TLS13, 5), (TLS12, 156), (TLS11, 80), (SSL3, 80)):
        parts = chunks(suites_of(version))
        assert max(map(len, parts)) <= CHUNK
        assert len({name for part in parts for name in part}) == count


def test_the_hello_of_ssl_2_says_its_length_and_its_answer_is_known() -> None:
    data = ssl2_hello()
    assert int.from_bytes(data[:2], "big") == 0x8000 | len(data) - 2
    assert is_ssl2_server_hello(b"\x80\x20\x04\x00\x01\x00\x02rest")
    assert not is_ssl2_server_hello(record(21, b"\x02\x46"))
    assert not is_ssl2_server_hello(b"")


def test_only_the_real_groups_of_rfc_7919_have_its_names() -> None:
    real = ffdhe_prime(2048).to_bytes(256, "big")
    other = (ffdhe_prime(2048) - (1 << 900)).to_bytes(256, "big")
    # The first and last digits as the RFC prints them.
    assert real.hex().startswith("ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583")
    assert real.hex().endswith("886b423861285c97ffffffffffffffff")
    assert dh_group(real, b"\x02") == (2048, "ffdhe2048")
    assert dh_group(b"\0" + real, b"\x02") == (2048, "ffdhe2048")
    assert dh_group(real, b"\x05") == (2048, "own")
    assert dh_group(other, b"\x02") == (2048, "own")
    assert dh_group(b"\xff" * 128, b"\x02") == (1024, "own")
    assert dh_group(b"", b"") == (0, "own")


@pytest.mark.parametrize(
    ("body", "staple"),
    [
        pytest.param(b"\x01\0\0\x03abc", b"abc", id="whole"),
        pytest.param(b"\x01\0\0\x04abc", b"", id="cut"),
        pytest.param(b"\x02\0\0\x03abc", b"", id="of another type"),
        pytest.param(b"", b"", id="empty"),
    ],
)
def test_the_response_sent_along_is_read(body: bytes, staple: bytes) -> None:
    data = record(22, server_hello() + message(22, body) + message(14, b""))
    learnt = fed(data, 5).learnt
    assert (learnt.staple, learnt.whole) == (staple, True)


def test_an_answer_that_was_cut_is_not_whole_and_has_no_response() -> None:
    learnt = fed(record(22, server_hello())).learnt
    assert (learnt.reply, learnt.staple, learnt.whole) == (Reply.HELLO, None, False)


def test_a_hello_asks_for_a_response_and_says_it_fell_back_only_when_told_to() -> None:
    plain = client_hello("a.example", TLS12, [SUITE])
    asking = client_hello("a.example", TLS12, [SUITE], status=True)
    fallen = client_hello("a.example", TLS12, [SUITE], fallback=True)
    request = struct.pack(">HH", 5, 5) + b"\x01\0\0\0\0"
    signal = struct.pack(">HHH", 4, CODE[SUITE], 0x5600)
    assert request in asking
    assert request not in plain
    assert signal in fallen
    assert signal not in plain
    for data in (asking, fallen):
        assert int.from_bytes(data[3:5], "big") == len(data) - 5


def test_the_hello_that_looks_for_a_chain_is_short_enough_for_old_balancers() -> None:
    """Some hang on a hello of 256 to 511 bytes."""
    assert len(client_hello("a" * 50 + ".example", TLS12, COMMON, CURVES, status=True)) < 256
