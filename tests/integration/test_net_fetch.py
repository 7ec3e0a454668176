"""Guarded fetching against real servers on loopback: time, size, redirects, errors."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator

import pytest

from scanners.api import NetOptions, Resolve, ScanOutcome
from scanners.net.fetch import Exchange, Fetcher, FetchError
from scanners.net.pace import BURST
from tests.integration.net_server import (
    HOST,
    Answer,
    RealClock,
    always,
    http,
    redirect,
    routes,
    serving,
    shop_options,
)

URL = f"http://{HOST}/"


async def fetch(options: NetOptions, url: str = URL, **how: object) -> Exchange:
    async with Fetcher(options, RealClock()) as fetcher:
        return await fetcher.get(url, **how)  # type: ignore[arg-type]


async def failure(options: NetOptions, url: str = URL, **how: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetch(options, url, **how)
    return caught.value


@pytest.mark.asyncio
async def test_an_answer_is_told_with_its_headers_address_and_text() -> None:
    answer = http(
        "caf\xe9".encode("cp1252"), 200, ("Content-Type", "text/html; charset=iso-8859-1"),
        ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"),
    )  # fmt: skip
    with serving(always(answer)) as server:
        got = await fetch(shop_options(server.port))
    assert (got.status, got.text(), got.address) == (200, "café", "127.0.0.1")
    assert [v for k, v in got.headers if k == "set-cookie"] == ["a=1", "b=2"]
    assert got.header("CONTENT-TYPE") == "text/html; charset=iso-8859-1"
    assert (got.url, got.final_url, got.truncated, got.tls_error, got.hops) == (
        URL, URL, False, "", (),
    )  # fmt: skip


@pytest.mark.asyncio
async def test_the_request_names_us_and_the_host_and_may_choose_a_language() -> None:
    with serving(always(http("ok"))) as server:
        await fetch(shop_options(server.port), headers={"Accept-Language": "fr"})
    head = server.requests[0].decode()
    assert "Host: shop.example.nl\r\n" in head
    assert f"User-Agent: {NetOptions().user_agent}\r\n" in head
    assert "Accept-Language: fr\r\n" in head
    assert head.startswith("GET / HTTP/1.1\r\n")


@pytest.mark.asyncio
async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(always(http("proxy"))) as proxy, serving(always(http("shop"))) as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        got = await fetch(shop_options(server.port))
        assert (got.text(), proxy.connections) == ("shop", 0)


@pytest.mark.asyncio
async def test_redirects_are_followed_and_each_hop_is_kept() -> None:
    table = {"/": redirect("/a", 301), "/a": redirect(f"http://{HOST}/b", 307), "/b": http("end")}
    with serving(routes(table)) as server:
        got = await fetch(shop_options(server.port))
    assert (got.url, got.final_url, got.text()) == (URL, f"http://{HOST}/b", "end")
    assert [(h.url, h.status, h.location) for h in got.hops] == [
        (URL, 301, f"http://{HOST}/a"),
        (f"http://{HOST}/a", 307, f"http://{HOST}/b"),
    ]


@pytest.mark.asyncio
async def test_a_redirect_is_only_shown_when_it_is_not_to_be_followed() -> None:
    with serving(always(redirect("/a"))) as server:
        got = await fetch(shop_options(server.port), follow=False)
    assert (got.status, got.header("location"), got.hops, len(server.requests)) == (
        302,
        "/a",
        (),
        1,
    )


@pytest.mark.asyncio
async def test_a_redirect_loop_ends_after_the_permitted_number() -> None:
    with serving(always(redirect("/"))) as server:
        error = await failure(shop_options(server.port, redirects_max=3))
        assert (error.outcome, len(server.requests)) == (ScanOutcome.UNREACHABLE, 4)
    assert "redirects" in error.reason


@pytest.mark.asyncio
async def test_a_redirect_to_another_owner_is_not_followed() -> None:
    with serving(always(redirect("http://parking.example.com/"))) as server:
        within = frozenset({"example.nl"})
        error = await failure(shop_options(server.port), within=within)
    assert error.outcome is ScanOutcome.REDIRECTED_OUT
    assert "parking.example.com" in error.reason


@pytest.mark.parametrize(
    "location",
    ["ftp://shop.example.nl/", "file:///etc/passwd", "http://a@shop.example.nl/", "http://[::1",
     "http://shop.example.nl:99999/", "javascript:alert(1)", "http://a..b/", "http://1.2.3.4.5/"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_a_redirect_to_something_that_is_no_web_address_ends_the_fetch(location: str) -> None:
    with serving(always(redirect(location))) as server:
        error = await failure(shop_options(server.port))
        assert (error.outcome, len(server.requests)) == (ScanOutcome.UNREACHABLE, 1)


@pytest.mark.asyncio
async def test_a_body_is_cut_at_the_limit() -> None:
    with serving(always(http(b"x" * 300_000))) as server:
        got = await fetch(shop_options(server.port), max_bytes=100_000)
    assert (len(got.body), got.truncated) == (100_000, True)


@pytest.mark.asyncio
async def test_a_body_of_exactly_the_limit_is_whole() -> None:
    with serving(always(http(b"x" * 1_000))) as server:
        got = await fetch(shop_options(server.port), max_bytes=1_000)
    assert (len(got.body), got.truncated) == (1_000, False)


@pytest.mark.asyncio
async def test_a_gzip_bomb_stays_within_the_limit() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([packer.compress(bytes(1_000_000)) for _ in range(200)] + [packer.flush()])
    assert len(bomb) < 400_000
    with serving(always(http(bomb, 200, ("Content-Encoding", "gzip")))) as server:
        got = await fetch(shop_options(server.port, body_max_bytes=50_000))
    assert (len(got.body), got.truncated) == (50_000, True)


@pytest.mark.parametrize(
    ("packed", "coding"),
    [(gzip.compress(b"hello"), "gzip"), (zlib.compress(b"hello"), "deflate"),
     (zlib.compress(b"hello")[2:-4], "deflate"), (b"hello", "identity")],
    ids=["gzip", "zlib", "raw deflate", "plain"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_packed_bodies_are_read(packed: bytes, coding: str) -> None:
    with serving(always(http(packed, 200, ("Content-Encoding", coding)))) as server:
        got = await fetch(shop_options(server.port))
    assert (got.body, got.truncated) == (b"hello", False)


@pytest.mark.asyncio
async def test_half_a_packed_body_is_told_as_cut_short() -> None:
    half = gzip.compress(bytes(range(256)) * 40)[:150]
    with serving(always(http(half, 200, ("Content-Encoding", "gzip")))) as server:
        got = await fetch(shop_options(server.port))
    assert got.truncated


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, br", "nonsense"])
@pytest.mark.asyncio
async def test_a_body_in_an_unasked_coding_is_empty_and_cut_short(coding: str) -> None:
    packed = http(gzip.compress(b"hello"), 200, ("Content-Encoding", coding), ("X-Seen", "yes"))
    with serving(always(packed)) as server:
        got = await fetch(shop_options(server.port))
    assert (got.status, got.header("x-seen")) == (200, "yes")
    assert (got.body, got.text(), got.truncated) == (b"", "", True)


@pytest.mark.asyncio
async def test_fetches_that_begin_at_once_share_few_connections() -> None:
    peak, now, lock = [0], [0], threading.Lock()

    def slow(_path: str, stop: threading.Event) -> Iterator[bytes]:
        with lock:
            now[0] += 1
            peak[0] = max(peak[0], now[0])
        stop.wait(0.15)
        with lock:
            now[0] -= 1
        yield http("ok")

    with serving(slow) as server:
        async with Fetcher(shop_options(server.port), RealClock()) as fetcher:
            got = await asyncio.gather(*(fetcher.get(URL) for _ in range(12)))
    assert [answer.text() for answer in got] == ["ok"] * 12
    assert (fetcher.requests, peak[0]) == (12, 4)


@pytest.mark.asyncio
async def test_a_body_that_breaks_off_keeps_what_came_and_says_so() -> None:
    with serving(always(http("<h1>half", length=5_000))) as server:
        got = await fetch(shop_options(server.port))
    assert (got.text(), got.truncated) == ("<h1>half", True)


def drip(_path: str, stop: threading.Event) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    while not stop.wait(0.05):
        yield b"x"


def drip_head(_path: str, stop: threading.Event) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while not stop.wait(0.05):
        yield b"X-A: b\r\n"


@pytest.mark.parametrize("answer", [drip, drip_head], ids=["body", "headers"])
@pytest.mark.asyncio
async def test_a_slow_drip_ends_at_the_deadline(
    answer: Answer,
) -> None:
    with serving(answer) as server:
        before = time.monotonic()
        error = await failure(shop_options(server.port), deadline_s=0.6)
        assert error.outcome is ScanOutcome.TIMED_OUT
        assert 0.5 < time.monotonic() - before < 3


@pytest.mark.asyncio
async def test_a_silent_server_ends_at_the_read_timeout() -> None:
    def silent(_path: str, stop: threading.Event) -> Iterator[bytes]:
        stop.wait(5)
        yield b""

    with serving(silent) as server:
        error = await failure(shop_options(server.port, read_timeout_s=0.3))
    assert error.outcome is ScanOutcome.TIMED_OUT


@pytest.mark.asyncio
async def test_endless_headers_are_refused() -> None:
    def endless(_path: str, stop: threading.Event) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        while not stop.is_set():
            yield b"X-Filler: " + b"a" * 8_000 + b"\r\n"

    with serving(endless) as server:
        error = await failure(shop_options(server.port), deadline_s=20)
    assert error.outcome is ScanOutcome.UNREACHABLE


@pytest.mark.asyncio
async def test_long_headers_are_clipped_and_few_are_kept() -> None:
    many = [(f"X-{n}", "v") for n in range(400)]
    with serving(always(http("ok", 200, ("X-Long", "a" * 20_000), *many))) as server:
        got = await fetch(shop_options(server.port))
    assert len(got.headers) == 200
    assert len(got.header("x-long")) == 8_000


@pytest.mark.parametrize(
    "garbage", [b"SSH-2.0-OpenSSH_9\r\n", b"\x15\x03\x01\x00\x02\x02\x28", b"HTTP/1.1 abc\r\n\r\n"]
)
@pytest.mark.asyncio
async def test_what_is_not_http_is_unreachable_with_a_reason(garbage: bytes) -> None:
    with serving(always(garbage)) as server:
        error = await failure(shop_options(server.port))
    assert (error.outcome, error.reason) == (ScanOutcome.UNREACHABLE, "the answer is not HTTP")


@pytest.mark.asyncio
async def test_a_closed_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    error = await failure(shop_options(port))
    assert error.outcome is ScanOutcome.REFUSED


@pytest.mark.asyncio
async def test_a_connection_that_is_reset_is_unreachable() -> None:
    with serving(always()) as server:
        error = await failure(shop_options(server.port))
    assert error.outcome is ScanOutcome.UNREACHABLE


@pytest.mark.parametrize(
    "url",
    ["ftp://shop.example.nl/", "http://me:secret@shop.example.nl/", "http://", "shop.example.nl",
     "http://exa mple/", "http://[::1", "http://shop.example.nl:0x50/", "http://" + "a" * 300 + "/",
     "http://a/" + "b" * 5_000],
)  # fmt: skip
@pytest.mark.asyncio
async def test_a_bad_url_is_unreachable_and_nothing_is_sent(url: str) -> None:
    async with Fetcher(shop_options(1), RealClock()) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.get(url)
        assert (caught.value.outcome, fetcher.requests) == (ScanOutcome.UNREACHABLE, 0)
    assert "secret" not in caught.value.reason


@pytest.mark.asyncio
async def test_only_requests_that_went_out_are_counted() -> None:
    with serving(routes({"/": redirect("/a"), "/a": http("ok")})) as server:
        async with Fetcher(shop_options(server.port), RealClock()) as fetcher:
            await fetcher.get(URL)
            with pytest.raises(FetchError):
                await fetcher.get("http://10.0.0.1/")
            assert fetcher.requests == len(server.requests) == 2


@pytest.mark.asyncio
async def test_cookies_stay_with_the_site_that_set_them() -> None:
    with serving(always(http("ok", 200, ("Set-Cookie", "visit=1")))) as server:
        base = shop_options(server.port)
        other = Resolve("other.example.com", 80, "127.0.0.1", server.port)
        options = NetOptions(
            resolve=(*base.resolve, other), allow_networks=base.allow_networks,
            requests_per_second=1_000,
        )  # fmt: skip
        async with Fetcher(options, RealClock()) as fetcher:
            for url in (URL, "http://other.example.com/", URL):
                await fetcher.get(url)
        async with Fetcher(options, RealClock()) as fetcher:
            await fetcher.get(URL)
    assert [b"Cookie: visit=1" in head for head in server.requests] == [False, False, True, False]


@pytest.mark.asyncio
async def test_requests_to_one_host_are_spaced() -> None:
    with serving(always(http("ok"))) as server:
        async with Fetcher(shop_options(server.port, rate=10.0), RealClock()) as fetcher:
            before = time.monotonic()
            await asyncio.gather(*(fetcher.get(URL) for _ in range(BURST + 3)))
            assert time.monotonic() - before >= 0.29


@pytest.mark.asyncio
async def test_a_cancelled_fetch_leaves_no_connection_behind() -> None:
    with serving(drip) as server:
        async with Fetcher(shop_options(server.port), RealClock()) as fetcher:
            task = asyncio.create_task(fetcher.get(URL))
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert server.connections == 1


@pytest.mark.asyncio
async def test_a_ca_file_that_is_missing_is_our_trouble_and_not_the_sites() -> None:
    with pytest.raises(OSError, match="nowhere"):
        await fetch(shop_options(1, ca="/nowhere/ca.pem"))
