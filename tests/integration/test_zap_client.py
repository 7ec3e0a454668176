"""The client against servers that answer as ZAP does, and as it does on a bad day."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scanners.owasp.zap.client import Limits, ZapClient, ZapError, ZapGoneError, ZapTalk

KEY = "the-secret-key"
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def says(body: bytes, status: int = 200) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_the_key_goes_in_a_header_and_the_call_straight_to_the_daemon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[str, str | None, str | None]] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        headers = handler.headers
        seen.append((handler.path, headers["X-ZAP-API-Key"], headers["Host"]))
        says(b'{"scan": "7"}')(handler)

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(answer) as url:
        number = ZapClient(url, KEY).ascan.scan(url="http://s/?a=b&c", recurse=True)
    assert number == "7"
    path, key, host = seen[0]
    assert path == "/JSON/ascan/action/scan/?url=http%3A%2F%2Fs%2F%3Fa%3Db%26c&recurse=true"
    assert (key, host) == (KEY, url.removeprefix("http://"))


@pytest.mark.parametrize("code", ["does_not_exist", "no_implementor", "url_not_in_context"])
def test_an_error_of_zaps_has_its_name(code: str) -> None:
    body = json.dumps({"code": code, "message": "Some Text"}).encode()
    with serving(says(body, 400)) as url, pytest.raises(ZapError) as raised:
        ZapClient(url, KEY).ascan.status(77)
    assert (raised.value.code, raised.value.status) == (code, 400)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"<html>", 200), (b"[]", 200), (b"{}", 200), (b"[" * 100_000, 200), (b"nonsense", 500),
     (b'{"code": 5}', 400), (b"", 200), (b'{"version": "2"}', 204)],
)  # fmt: skip
def test_what_zap_would_not_say_is_no_answer(body: bytes, status: int) -> None:
    with serving(says(body, status)) as url, pytest.raises(ZapGoneError):
        ZapClient(url, KEY).core.version  # noqa: B018 (a property that asks)


def test_a_closed_port_and_a_closed_connection_are_no_answer() -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.close()

    with serving(hang_up) as url, pytest.raises(ZapGoneError):
        ZapClient(url, KEY).core.version  # noqa: B018
    with pytest.raises(ZapGoneError):
        ZapClient(url, KEY).core.version  # noqa: B018


def test_an_answer_without_end_is_cut_off() -> None:
    small = Limits(answer_max_bytes=100_000)

    def flood(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 10_000)
        except OSError:
            pass

    with serving(flood) as url, pytest.raises(ZapError) as raised:
        ZapClient(url, KEY, small).core.version  # noqa: B018
    assert raised.value.code == "answer_too_large"


def test_a_daemon_that_keeps_silent_costs_no_more_than_the_limit() -> None:
    with serving(lambda _handler: time.sleep(2.0)) as url:
        began = time.monotonic()
        with pytest.raises(ZapGoneError):
            ZapClient(url, KEY, Limits(read_s=0.3)).core.version  # noqa: B018
        assert time.monotonic() - began < 1.5


def test_the_key_is_in_no_text_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(says(b'{"code": "bad_api_key"}', 400)) as url:
        client = ZapClient(url, KEY)
        with pytest.raises(ZapError) as raised:
            client.core.version  # noqa: B018
    with pytest.raises(ZapGoneError) as gone:
        client.core.version  # noqa: B018
    told = f"{client!r} {raised.value!r} {gone.value!r} {gone.value.__cause__!r} {caplog.text}"
    assert KEY not in told


def test_an_address_with_a_user_is_no_address_of_a_daemon() -> None:
    with pytest.raises(ValueError, match="address"):
        ZapClient("http://a:b@127.0.0.1:1", KEY)
    with pytest.raises(NotImplementedError):
        ZapClient("http://127.0.0.1:1", KEY).urlopen("http://shop.example/")


def test_a_view_is_asked_again_and_a_dead_daemon_is_not() -> None:
    calls: list[int] = []

    def weak(handler: BaseHTTPRequestHandler) -> None:
        calls.append(1)
        if len(calls) < 3:
            handler.connection.close()
        else:
            says(b'{"version": "2.17.0"}')(handler)

    async def run() -> None:
        with serving(weak) as url:
            talk = ZapTalk(ZapClient(url, KEY))
            assert await talk.see(lambda zap: zap.core.version) == "2.17.0"
            talk.close()
            with pytest.raises(ZapGoneError):
                await talk.ask(lambda zap: zap.core.version)
        dead = ZapTalk(ZapClient(url, KEY), lambda: False)
        began = time.monotonic()
        with pytest.raises(ZapGoneError):
            await dead.see(lambda zap: zap.core.version)
        assert time.monotonic() - began < 0.9
        dead.close()

    asyncio.run(run())


def test_a_cancelled_call_returns_at_once() -> None:
    async def run() -> None:
        with serving(lambda _handler: time.sleep(1.5)) as url:
            talk = ZapTalk(ZapClient(url, KEY))
            task = asyncio.ensure_future(talk.ask(lambda zap: zap.core.version))
            await asyncio.sleep(0.2)
            began = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - began < 0.5
            talk.close()

    asyncio.run(run())
