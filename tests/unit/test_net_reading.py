"""Names, bodies, DNS packets, URLs and pace: the pure parts of fetching."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from encodings.aliases import aliases

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.net.body import decode, read_bounded
from scanners.net.charsets import codec_of
from scanners.net.fetch import FetchError, canonical
from scanners.net.names import ascii_host, registrable_domain
from scanners.net.pace import BURST, Pace


async def parts_of(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def read(coding: str, limit: int, *parts: bytes) -> tuple[bytes, bool]:
    return asyncio.run(read_bounded(parts_of(*parts), coding, limit))


@given(body=st.binary(max_size=3_000), limit=st.integers(1, 4_000), size=st.integers(1, 700))
def test_a_body_is_the_same_packed_or_not_and_never_longer_than_the_limit(
    body: bytes, limit: int, size: int
) -> None:
    for coding, packed in (
        ("", body), ("gzip", gzip.compress(body)), ("deflate", zlib.compress(body))
    ):  # fmt: skip
        parts = [packed[at : at + size] for at in range(0, len(packed), size)]
        got, cut = read(coding, limit, *parts)
        assert body.startswith(got)
        assert len(got) <= limit
        # A limit below a few bytes of packing says "cut" early, never late.
        assert cut or got == body


@given(raw=st.binary(max_size=400), coding=st.sampled_from(["gzip", "deflate", "GZIP ", "x-gzip"]))
def test_damaged_packing_never_raises(raw: bytes, coding: str) -> None:
    got, _ = read(coding, 100, raw)
    assert len(got) <= 100


def test_a_bomb_is_never_unpacked_beyond_the_limit() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        assert read("gzip", 10_000, bomb) == (bytes(10_000), True)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_second_gzip_member_is_told_as_cut_short() -> None:
    assert read("gzip", 100, gzip.compress(b"one") + gzip.compress(b"two")) == (b"one", True)


def test_a_packed_body_that_stops_early_is_told_as_cut_short() -> None:
    packed = gzip.compress(bytes(range(256)) * 9)
    assert read("gzip", 10_000, packed[:-9])[1]
    assert not read("gzip", 10_000, packed)[1]


def test_an_empty_body_with_a_coding_is_empty_and_whole() -> None:
    assert read("gzip", 10) == (b"", False)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_a_coding_that_was_not_asked_for_gives_nothing_cut_short(coding: str) -> None:
    assert read(coding, 100, b"abc") == (b"", True)


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [("é".encode(), "text/html", "é"), ("é".encode("cp1252"), "text/html; charset=latin-1", "é"),
     ("€".encode("cp1252"), "text/html; charset=ISO-8859-1", "€"),
     ("é".encode("utf-16"), "text/html; charset=utf-8", "é"),
     (b"\xef\xbb\xbf\xc3\xa9", "", "é"), (b"\xff", "text/html; charset=nonsense", "�"),
     (b'<meta charset="cp1252">\xe9', "text/html", '<meta charset="cp1252">é'),
     (b"abc", "text/html; charset=hex", "abc"), (b"abc", "text/html; charset=rot13", "abc")],
)  # fmt: skip
def test_text_is_decoded_as_browsers_do(body: bytes, kind: str, text: str) -> None:
    assert decode(body, kind) == text


PYTHON_ONLY = sorted(
    {name.replace("_", "-") for name in {*aliases, *aliases.values()}}
    | {
        "idna",
        "punycode",
        "undefined",
        "unicode-escape",
        "raw-unicode-escape",
        "utf-7",
        "utf-8-sig",
    }
)


@pytest.mark.parametrize(
    "label",
    ["unicode_escape", "unicode-escape", "raw_unicode_escape", "utf-7", "utf7", "U7", "punycode",
     "idna", "undefined", "hex", "base64", "zlib", "bz2", "uu", "quopri", "rot13", "hz", "cp037",
     "utf-32", "mbcs", "oem", "utf_8_sig", "unicodeescape", "..", "-"],
)  # fmt: skip
def test_a_codec_that_is_no_web_encoding_is_never_used(label: str) -> None:
    body = rb"\ud800 +2AA- =41 xn--a"
    assert codec_of(label) is None
    assert decode(body, f"text/html; charset={label}") == body.decode()
    inside = b"<meta charset=" + label.encode() + b">" + body
    assert decode(inside, "text/html") == inside.decode()


@pytest.mark.parametrize("label", PYTHON_ONLY)
@given(body=st.binary(max_size=120))
@settings(max_examples=8)
def test_no_name_of_a_codec_gives_lone_surrogates_or_an_error(label: str, body: bytes) -> None:
    for mark in (b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"):
        decode(mark + body, f"text/html; charset={label}").encode("utf-8")


@given(body=st.binary(max_size=300), kind=st.text(max_size=60))
def test_any_bytes_give_text_that_can_be_written(body: bytes, kind: str) -> None:
    decode(body, f"text/html; charset={kind}").encode("utf-8")


@pytest.mark.parametrize(
    ("label", "body", "text"),
    [("gbk", "\u4f60\u597d".encode("gbk"), "\u4f60\u597d"),
     ("Shift_JIS", "\u30da\u30f3".encode("cp932"), "\u30da\u30f3"),
     ("windows-1251", "\u0420\u0443".encode("cp1251"), "\u0420\u0443"),
     ("iso-8859-15", b"\xa4", "\u20ac"),
     ("utf-16le", "a\u20ac".encode("utf-16-le"), "a\u20ac"), ("iso-8859-9", b"\xfd", "\u0131"),
     ("big5", "\u4f60".encode("big5"), "\u4f60"), ("euc-kr", "\ud55c".encode("cp949"), "\ud55c"),
     ("koi8-u", "\u0457".encode("koi8-u"), "\u0457"), ("UTF8", b"\xc3\xa9", "\u00e9")],
)  # fmt: skip
def test_the_encodings_of_the_web_are_read(label: str, body: bytes, text: str) -> None:
    assert decode(body, f'text/html; charset="{label}"') == text


def test_a_page_that_calls_itself_utf_16_in_ascii_is_read_as_utf_8() -> None:
    body = '<meta charset="utf-16">\u00e9'.encode()
    assert decode(body, "text/html") == body.decode()


def test_a_long_row_of_spaces_after_charset_costs_no_time() -> None:
    assert decode(b"abc", "text/html; charset" + " " * 500_000 + "=" + " " * 500_000) == "abc"


@pytest.mark.parametrize(
    ("host", "domain"),
    [("www.shop.example.co.uk", "example.co.uk"), ("SHOP.example.NL.", "example.nl"),
     ("a.myshopify.com", "a.myshopify.com"), ("10.0.0.1", "10.0.0.1"), ("[::1]", "::1"),
     ("localhost", "localhost"), ("shop.test", "shop.test"), ("co.uk", "co.uk"),
     ("www.bücher.de", "xn--bcher-kva.de"), ("xn--bcher-kva.de", "xn--bcher-kva.de"), ("", "")],
)  # fmt: skip
def test_the_domain_somebody_registered(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("host", "ascii_"),
    [("Shop.Example.nl.", "shop.example.nl"), ("bücher.de", "xn--bcher-kva.de"),
     ("straße.de", "xn--strae-oqa.de"), ("a_b.example.nl", "a_b.example.nl"),
     ("127.1", "127.0.0.1"), ("[2001:DB8::1]", "2001:db8::1")],
)  # fmt: skip
def test_hosts_become_ascii(host: str, ascii_: str) -> None:
    assert ascii_host(host) == ascii_


@given(text=st.text(max_size=80))
def test_a_host_becomes_ascii_or_is_refused(text: str) -> None:
    try:
        name = ascii_host(text)
    except ValueError:
        return
    assert name.isascii()
    assert name == name.lower()
    assert ascii_host(name) == name


@given(text=st.text(alphabet="htps:/@.[]%\\?#ab1é ", max_size=50))
def test_a_url_becomes_canonical_or_is_refused(text: str) -> None:
    try:
        url = canonical(f"http://{text}")
    except FetchError:
        return
    assert canonical(url) == url
    assert "#" not in url
    assert "@" not in url.split("/")[2]


@pytest.mark.asyncio
async def test_hosts_do_not_wait_for_each_other() -> None:
    pace = Pace(0.01)
    async with asyncio.timeout(1):
        for _ in range(BURST):
            await pace.wait("a.example")
        await pace.wait("b.example")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await pace.wait("a.example")


@pytest.mark.asyncio
async def test_no_rate_is_no_wait() -> None:
    pace = Pace(0)
    async with asyncio.timeout(1):
        for _ in range(100):
            await pace.wait("a.example")
