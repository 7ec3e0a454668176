"""HTTP as far as our proxies read it: what is unclear is refused, nothing is guessed."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.net.pace import Pace
from scanners.net.wire import (
    WireError,
    asked,
    body_length,
    is_excluded,
    origin_of,
    origin_text,
    read_head,
    tunnel_origin,
    write_head,
)

INSIDE = ("https", "shop.example", 443)


@pytest.mark.parametrize(
    ("target", "inside", "origin", "path"),
    [
        (b"http://Shop.Example/a?b=1", None, ("http", "shop.example", 80), "/a?b=1"),
        (b"http://shop.example:8080?x=/y", None, ("http", "shop.example", 8080), "/?x=/y"),
        (b"/a?b=http://other.example/", INSIDE, INSIDE, "/a?b=http://other.example/"),
        (b"http://shop.example//double", None, ("http", "shop.example", 80), "//double"),
        (b"https://shop.example/x", INSIDE, INSIDE, "/x"),
    ],
)
def test_a_request_says_where_it_goes(
    target: bytes, inside: tuple[str, str, int] | None, origin: tuple[str, str, int], path: str
) -> None:
    assert asked(target, inside) == (origin, path)


@pytest.mark.parametrize(
    ("target", "inside"),
    [
        (b"/path-without-host", None),
        (b"https://other.example/x", INSIDE),
        (b"http://user@shop.example/", None),
        (b"http://shop.example:99999/", None),
        (b"ftp://shop.example/", None),
        (b"ftp://shop.example:21/", None),
        (b"*", None),
    ],
)
def test_a_request_that_leaves_doubt_is_refused(
    target: bytes, inside: tuple[str, str, int] | None
) -> None:
    with pytest.raises(WireError):
        asked(target, inside)


def test_a_tunnel_names_host_and_port() -> None:
    assert tunnel_origin(b"shop.example:443") == INSIDE
    assert tunnel_origin(b"[::1]:8443") == ("https", "::1", 8443)
    assert origin_of("https://shop.example.") == INSIDE
    for target in (b"shop.example", b"shop.example:", b"[::1]", b"a@shop.example:443"):
        with pytest.raises(WireError):
            tunnel_origin(target)


@pytest.mark.parametrize(
    "text",
    ["https://shop.example", "http://shop.example:8080", "https://[::1]:8443", "http://[::1]"],
)
def test_an_origin_is_written_as_it_was_read(text: str) -> None:
    assert origin_text(origin_of(text)) == text


def test_an_excluded_path_is_known_in_disguise_and_when_it_is_too_long() -> None:
    found = (re.compile("/cart"),)
    assert is_excluded("/cart?x", found)
    assert is_excluded("/%63art", found)
    assert is_excluded("/%2563art?next=%2Fcart", found)
    assert is_excluded("/" + "a" * 9_000, ())
    assert not is_excluded("/%zz%c3%28?q=a", found)


@pytest.mark.parametrize(
    "raw",
    [b"GET / HTTP/1.1\r\nbad line", b"GET", b"GET / HTTP/1.1\r\nname : x", b"GET / HTTP/1.1\r\n:x"],
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(raw: bytes) -> None:
    with pytest.raises(WireError):
        read_head(raw)


def test_two_lengths_are_refused() -> None:
    head = read_head(b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2")
    with pytest.raises(WireError):
        head.length()


def test_headers_of_ours_replace_those_of_zap_and_those_for_neighbours_go() -> None:
    head = read_head(
        b"GET http://s/ HTTP/1.1\r\nHost: s\r\nuser-agent: ZAP\r\nProxy-Authorization: x\r\n"
        b"Connection: keep-alive\r\nX: y"
    )
    out = write_head(head, b"GET / HTTP/1.1", ((b"User-Agent", b"ours"),))
    assert out == (
        b"GET / HTTP/1.1\r\nHost: s\r\nX: y\r\nUser-Agent: ours\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("raw", "method", "length"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5", b"GET", 5),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5", b"HEAD", 0),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5", b"GET", 0),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5", b"GET", None),
        (b"HTTP/1.1 200", b"GET", None),
    ],
)
def test_how_long_an_answer_is(raw: bytes, method: bytes, length: int | None) -> None:
    assert body_length(read_head(raw), method) == length


@given(st.binary(max_size=200))
def test_any_bytes_are_a_head_or_refused(raw: bytes) -> None:
    try:
        head = read_head(raw)
        asked(head.first[1], None)
    except WireError:
        pass


@given(st.floats(0.5, 50), st.lists(st.floats(0, 3), min_size=2, max_size=60))
def test_turns_are_never_closer_than_the_rate_allows(rate: float, rests: list[float]) -> None:
    now = 0.0
    pace = Pace(rate, burst=1, now=lambda: now)
    went: list[float] = []
    for rest in rests:
        went.append(now + pace.delay("shop"))
        now += rest
    assert all(b - a >= 1 / rate - 1e-9 for a, b in itertools.pairwise(went))
