"""/healthz, /readyz and /metrics as a probe, a scraper and an attacker see them."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import httpx
import pytest

from monitor.adapters.status_server import CONNECTIONS_MAX, StatusServer

TEXT = b"# HELP keurwacht_members Members on file.\nkeurwacht_members 3.0\n"
Start = Callable[..., "StatusServer"]


@pytest.fixture
def start() -> Iterator[Start]:
    with contextlib.ExitStack() as stack:

        def run(
            ready: Callable[[], Mapping[str, str]] = dict,
            metrics: Callable[[], bytes] = lambda: TEXT,
            bind: str = "127.0.0.1",
            connection_max_s: float = 5.0,
            alive: Callable[[], Mapping[str, str]] = dict,
            answered: Callable[[str, str, int], None] | None = None,
        ) -> StatusServer:
            server = StatusServer(
                bind, 0, ready=ready, metrics=metrics, alive=alive, answered=answered,
                connection_max_s=connection_max_s,
            )  # fmt: skip
            server.start()
            stack.callback(server.stop)
            return server

        yield run


def ask(server: StatusServer, path: str, method: str = "GET") -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=10) as client:
        return client.request(method, f"http://127.0.0.1:{server.port}{path}")


def connected(server: StatusServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def raw(server: StatusServer, data: bytes) -> bytes:
    with connected(server) as line:
        line.sendall(data)
        parts = []
        with contextlib.suppress(ConnectionError):
            while part := line.recv(65_536):
                parts.append(part)
    return b"".join(parts)


def test_a_healthy_and_ready_process_says_so(start: Start) -> None:
    server = start()
    alive = ask(server, "/healthz")
    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    ready = ask(server, "/readyz?verbose")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "problems": {}})


def test_a_process_that_is_not_ready_is_alive_and_tells_why(start: Start) -> None:
    server = start(ready=lambda: {"tick": "the last good tick is 90 s old"})
    answer = ask(server, "/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == {"tick": "the last good tick is 90 s old"}
    assert ask(server, "/healthz").status_code == 200


def test_a_process_that_is_stuck_is_not_healthy_and_tells_why(start: Start) -> None:
    server = start(alive=lambda: {"tick": "no success for 900 s"})
    answer = ask(server, "/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "stuck", "problems": {"tick": "no success for 900 s"}}


def test_answers_are_told_by_route_method_and_status(start: Start) -> None:
    heard: list[tuple[str, str, int]] = []
    server = start(answered=lambda *about: heard.append(about))
    for path, method in (("/metrics?x", "GET"), ("/secret/path", "GET"), ("/healthz", "BREW")):
        ask(server, path, method)
    assert heard == [("/metrics", "GET", 200), ("other", "GET", 404), ("/healthz", "other", 405)]


def test_metrics_are_the_exposition_text(start: Start) -> None:
    answer = ask(start(), "/metrics")
    assert answer.content == TEXT
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_head_has_the_head_of_get_and_no_body(start: Start, path: str) -> None:
    server = start()
    got, head = ask(server, path), ask(server, path, "HEAD")
    assert head.content == b""
    assert (head.status_code, dict(head.headers)) == (got.status_code, dict(got.headers))


@pytest.mark.parametrize("path", ["/", "/metrics/", "/etc/passwd", "/../etc/passwd", "/healthz%2f"])
def test_there_is_nothing_else_to_see(start: Start, path: str) -> None:
    answer = raw(start(), f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 404 ")


def test_other_methods_are_refused(start: Start) -> None:
    answer = ask(start(), "/metrics", "POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(b"GET /metrics\r\n\r\n", b"400", id="HTTP/0.9"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"400", id="TLS hello"),
        pytest.param(b"GET  /metrics HTTP/1.1\r\n\r\n", b"400", id="two spaces"),
        pytest.param(b"GET /metrics HTTP/2.0\r\n\r\n", b"400", id="another version"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n", b"431", id="long head"),
        pytest.param(b"GET /" + b"x" * 9000, b"431", id="endless line"),
    ],
)
def test_what_is_no_request_gets_an_error_and_the_server_goes_on(
    start: Start, data: bytes, status: bytes
) -> None:
    server = start()
    assert raw(server, data)[9:12] in (status, b"")  # a reset may overtake the answer
    assert ask(server, "/healthz").status_code == 200


def test_an_error_of_ours_is_not_ready_and_not_the_end(start: Start) -> None:
    def broken() -> Mapping[str, str]:
        raise OSError("disk gone, password=geheim")

    server = start(ready=broken)
    answer = ask(server, "/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (503, {"readyz": "OSError"})
    assert ask(server, "/metrics").status_code == 200


def test_slow_clients_hold_up_nobody(start: Start) -> None:
    server = start()
    with contextlib.ExitStack() as stack:
        for _ in range(CONNECTIONS_MAX + 40):
            line = stack.enter_context(connected(server))
            line.sendall(b"GET /metr")
        began = time.monotonic()
        assert ask(server, "/metrics").content == TEXT
        assert time.monotonic() - began < 2


def test_a_byte_now_and_then_does_not_buy_more_time(start: Start) -> None:
    server = start(connection_max_s=1.0)
    began = time.monotonic()
    with connected(server) as line, contextlib.suppress(ConnectionError):
        while time.monotonic() - began < 8:
            line.sendall(b"i")
            line.settimeout(0.1)
            try:
                assert line.recv(1) == b""
                break
            except TimeoutError:
                continue
    assert 0.5 < time.monotonic() - began < 4


def test_a_client_that_does_not_read_is_dropped(start: Start) -> None:
    server = start(metrics=lambda: b"x" * 50_000_000, connection_max_s=1.0)
    with connected(server) as line:
        line.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
        time.sleep(1.5)
        with contextlib.suppress(ConnectionError):
            total = 0
            while part := line.recv(1_000_000):
                total += len(part)
            assert total < 50_000_000
    assert ask(server, "/healthz").status_code == 200


def test_a_readiness_check_that_hangs_blocks_nothing_and_runs_once(start: Start) -> None:
    release, asked = threading.Event(), []

    def hanging() -> Mapping[str, str]:
        asked.append(1)
        release.wait(30)
        return {}

    server = start(ready=hanging)
    try:
        answers: list[httpx.Response] = []
        threads = [
            threading.Thread(target=lambda: answers.append(ask(server, "/readyz")))
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        assert ask(server, "/metrics").content == TEXT
        assert time.monotonic() - began < 2
        for thread in threads:
            thread.join()
        assert [answer.status_code for answer in answers] == [503, 503, 503]
        assert len(asked) == 1
        server.stop()
    finally:
        release.set()


def test_stopping_frees_the_port_and_may_be_repeated(start: Start) -> None:
    server = start()
    port = server.port
    with connected(server) as idle:
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 2
        with contextlib.suppress(ConnectionError):
            assert idle.recv(1) == b""
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_it_listens_on_ipv6_too(start: Start) -> None:
    server = start(bind="::1")
    with httpx.Client(trust_env=False) as client:
        assert client.get(f"http://[::1]:{server.port}/healthz").status_code == 200


def test_a_taken_port_is_an_error_at_the_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = StatusServer("127.0.0.1", taken.getsockname()[1], ready=dict, metrics=bytes)
        with pytest.raises(OSError, match="in use"):
            server.start()
        server.stop()
