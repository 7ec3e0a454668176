"""The outlet against real servers: what leaves, where to, how fast, and what never does."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import re
import ssl
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
import trustme

from scanners.api import NetOptions, Resolve
from scanners.owasp.zap.outlet import Outlet, Rules
from tests.integration.net_server import RawServer, http, serving

HOST = "shop.example.nl"
LAB = ipaddress.ip_network("127.0.0.0/8")


def page(_path: str, _stop: threading.Event) -> Iterable[bytes]:
    yield http("<h1>shop</h1>", 200, ("Content-Type", "text/html"))


def options(server: RawServer, port: int = 80, **more: object) -> NetOptions:
    pins = (Resolve(HOST, port, "127.0.0.1", server.port),)
    return NetOptions(resolve=pins, allow_networks=(LAB,), **more)  # type: ignore[arg-type]


def rules(*origins: tuple[str, str, int], **more: object) -> Rules:
    given: dict[str, object] = {
        "origins": frozenset(origins or {("http", HOST, 80)}),
        "methods": frozenset({b"GET", b"HEAD"}),
        "excluded": (re.compile("/cart"),),
        "run_id": "run-1",
        "user_agent": "keurwacht/1 run/run-1",
        "per_second": 0.0,
        **more,
    }
    return Rules(**given)  # type: ignore[arg-type]


async def ask(outlet: Outlet, text: str, body: bytes = b"") -> bytes:
    reader, writer = await asyncio.open_connection(outlet.host, outlet.port)
    writer.write(text.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()


def get(path: str = "/", host: str = HOST) -> str:
    return f"GET http://{host}{path} HTTP/1.1\nHost: {host}\nUser-Agent: ZAP"


def test_a_request_to_the_site_passes_with_our_name_and_the_runs_number() -> None:
    async def run() -> None:
        with serving(page) as server:
            async with Outlet(options(server), rules()) as outlet:
                answer = await ask(outlet, get("/a?b=c"))
                assert answer.startswith(b"HTTP/1.1 200")
                assert answer.endswith(b"<h1>shop</h1>")
                assert (outlet.traffic.sent, outlet.traffic.statuses[200]) == (1, 1)
            sent = server.requests[0]
            assert sent.startswith(b"GET /a?b=c HTTP/1.1\r\n")
            assert b"X-Keurwacht-Scan: run-1\r\n" in sent
            assert b"User-Agent: keurwacht/1 run/run-1\r\n" in sent
            assert b"ZAP" not in sent

    asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        pytest.param(get(host="other.example"), "origin", id="another host"),
        pytest.param(get(host=f"{HOST}:81"), "origin", id="another port"),
        pytest.param(get("/cart?x"), "path", id="an excluded path"),
        pytest.param(get("/%63art"), "path", id="an excluded path in disguise"),
        pytest.param(f"POST http://{HOST}/ HTTP/1.1\nContent-Length: 0", "method", id="POST"),
        pytest.param(f"DELETE http://{HOST}/ HTTP/1.1", "method", id="DELETE"),
        pytest.param(f"CONNECT {HOST}:443 HTTP/1.1", "origin", id="a tunnel elsewhere"),
        pytest.param("CONNECT 169.254.169.254:80 HTTP/1.1", "origin", id="a tunnel inward"),
    ],
)
def test_what_is_not_allowed_gets_no_answer_and_leaves_nothing(text: str, word: str) -> None:
    async def run() -> None:
        with serving(page) as server:
            async with Outlet(options(server), rules()) as outlet:
                assert await ask(outlet, text) == b""
                assert dict(outlet.traffic.refused) == {word: 1}
                assert outlet.traffic.sent == 0
            assert not server.requests

    asyncio.run(run())


def test_an_address_the_guard_refuses_is_not_dialled() -> None:
    async def run() -> None:
        with serving(page) as server:
            pins = (Resolve(HOST, 80, "127.0.0.1", server.port),)
            async with Outlet(NetOptions(resolve=pins), rules()) as outlet:
                assert await ask(outlet, get()) == b""
                assert outlet.traffic.refused["address"] == 1
            assert server.connections == 0

    asyncio.run(run())


def test_a_second_request_on_the_same_connection_does_not_pass_unseen() -> None:
    async def run() -> None:
        with serving(page) as server:
            async with Outlet(options(server), rules()) as outlet:
                await ask(outlet, get(), (get("/cart") + "\r\n\r\n").encode())
            assert len(server.requests) <= 1
            assert b"/cart" not in b"".join(server.requests)

    asyncio.run(run())


def test_https_is_read_inside_and_its_certificate_checked(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE

    async def through(outlet: Outlet, text: str) -> bytes:
        reader, writer = await asyncio.open_connection(outlet.host, outlet.port)
        writer.write(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        await writer.start_tls(client, server_hostname=HOST)
        writer.write(text.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        try:
            return await asyncio.wait_for(reader.read(), 10)
        except (OSError, asyncio.IncompleteReadError):
            return b""
        finally:
            writer.close()

    async def run() -> None:
        with serving(page, context=context) as server:
            allowed = rules(("https", HOST, 443))
            trusting = options(server, 443, ca_file=str(tmp_path / "ca.pem"))
            async with Outlet(trusting, allowed) as outlet:
                assert (await through(outlet, f"GET / HTTP/1.1\nHost: {HOST}")).endswith(b"</h1>")
                assert await through(outlet, f"POST / HTTP/1.1\nHost: {HOST}") == b""
                assert await through(outlet, "GET https://other.example/ HTTP/1.1") == b""
                assert outlet.traffic.refused["method"] == 1
            assert len(server.requests) == 1
            assert b"X-Keurwacht-Scan: run-1" in server.requests[0]
            async with Outlet(options(server, 443), allowed) as outlet:
                assert await through(outlet, "GET / HTTP/1.1") == b""
            assert len(server.requests) == 1

    asyncio.run(run())


def test_the_rate_is_held_however_many_ask_at_once() -> None:
    async def run() -> None:
        times: list[float] = []

        def noted(_path: str, _stop: threading.Event) -> Iterable[bytes]:
            times.append(time.monotonic())
            yield http("x")

        with serving(noted) as server:
            async with Outlet(options(server), rules(per_second=20.0)) as outlet:
                await asyncio.gather(*(ask(outlet, get(f"/{n}")) for n in range(21)))
        times.sort()
        assert 20 / (times[-1] - times[0]) <= 20 * 1.05

    asyncio.run(run())


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([b""], id="nothing"),
        pytest.param([b"nonsense\r\n\r\n"], id="no HTTP"),
        pytest.param([b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000], id="a head without end"),
    ],
)
def test_a_server_that_speaks_no_http_is_counted_as_no_answer(parts: list[bytes]) -> None:
    async def run() -> None:
        with serving(lambda _path, _stop: parts) as server:
            async with Outlet(options(server), rules()) as outlet:
                assert await ask(outlet, get()) == b""
                assert (outlet.traffic.failed, list(outlet.traffic.recent)) == (1, [0])

    asyncio.run(run())


def test_closing_the_outlet_ends_every_request_at_once() -> None:
    def stall(_path: str, stop: threading.Event) -> Iterable[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        stop.wait(20)

    async def run() -> None:
        with serving(stall) as server:
            async with Outlet(options(server), rules()) as outlet:
                tasks = [asyncio.ensure_future(ask(outlet, get())) for _ in range(4)]
                await asyncio.sleep(0.3)
                began = time.monotonic()
            assert time.monotonic() - began < 2.0
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())


def test_a_password_is_asked_where_others_could_come() -> None:
    async def run() -> None:
        with serving(page) as server:
            async with Outlet(options(server), rules(secret="s3cret")) as outlet:
                assert (await ask(outlet, get())).startswith(b"HTTP/1.1 407")
                token = base64.b64encode(b"zap:s3cret").decode()
                allowed = f"{get()}\nProxy-Authorization: Basic {token}"
                assert (await ask(outlet, allowed)).startswith(b"HTTP/1.1 200")
            assert len(server.requests) == 1
            assert b"Proxy-Authorization" not in server.requests[0]
            assert "s3cret" not in repr(rules(secret="s3cret"))

    asyncio.run(run())
