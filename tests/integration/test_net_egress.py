"""The proxy that scanning programs go out through, before real servers on loopback."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import trustme

from scanners.net.egress import EgressProxy, EgressRules
from tests.integration.net_server import (
    HOST,
    RawServer,
    ca_file,
    http,
    options,
    routes,
    server_context,
    serving,
)

TABLE = {"/": http("welcome"), "/a?b=%27c": http("odd"), "/moved": http("", 301, ("Location", "/"))}


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[RawServer, str]]:
    authority = trustme.CA()
    with serving(routes(TABLE), context=server_context(authority, HOST)) as server:
        yield server, ca_file(authority, tmp_path)


@pytest.fixture
def plain() -> Iterator[RawServer]:
    with serving(routes(TABLE)) as server:
        yield server


def rules(*origins: str, **more: object) -> EgressRules:
    return replace(EgressRules(frozenset(origins), 1_000.0), **more)  # type: ignore[arg-type]


@asynccontextmanager
async def out(
    port: int, how: EgressRules, ca: str | None = None
) -> AsyncIterator[tuple[EgressProxy, httpx.AsyncClient]]:
    net = options((HOST, 443, "127.0.0.1", port), (HOST, 80, "127.0.0.1", port), ca=ca)
    async with (
        EgressProxy(net, how) as proxy,
        httpx.AsyncClient(proxy=proxy.address, verify=False, trust_env=False) as client,
    ):
        yield proxy, client


@pytest.mark.asyncio
async def test_requests_inside_tls_are_seen_and_carry_the_scans_headers(
    secure: tuple[RawServer, str],
) -> None:
    server, ca = secure
    how = rules(f"https://{HOST}", headers={"X-Keurwacht-Scan": "r1", "User-Agent": "keurwacht"})
    async with out(server.port, how, ca) as (proxy, client):
        answers = [await client.get(f"https://{HOST}/a?b=%27c") for _ in range(3)]
    assert [(a.status_code, a.text) for a in answers] == [(200, "odd")] * 3
    assert server.requests[0].startswith(b"GET /a?b=%27c HTTP/1.1\r\nHost: shop.example.nl\r\n")
    assert b"X-Keurwacht-Scan: r1" in server.requests[0]
    assert server.requests[0].lower().count(b"user-agent") == 1
    assert b"proxy-authorization" not in server.requests[0].lower()
    assert (proxy.traffic.sent, proxy.traffic.pages) == (3, {f"https://{HOST}/a"})


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.asyncio
async def test_nothing_leaves_for_another_origin_or_an_excluded_path_or_by_post(
    scheme: str, plain: RawServer, secure: tuple[RawServer, str]
) -> None:
    server, ca = (plain, None) if scheme == "http" else secure
    excluded = (re.compile(r"(?i)/checkout"),)
    async with out(server.port, rules(f"{scheme}://{HOST}", excluded=excluded), ca) as (
        proxy, client,
    ):  # fmt: skip
        base = f"{scheme}://{HOST}"
        assert (await client.get(f"{base}/Checkout/1")).status_code == 403
        assert (await client.get(f"{base}/%63heckout")).status_code == 403
        assert (await client.post(f"{base}/order", content=b"x" * 2_000)).status_code == 405
        if scheme == "http":
            assert (await client.get("http://elsewhere.example/")).status_code == 403
        else:
            with pytest.raises(httpx.ProxyError):
                await client.get("https://elsewhere.example/")
        assert (await client.get(f"{base}/")).text == "welcome"
    traffic = proxy.traffic
    assert (traffic.out_of_scope, traffic.excluded, traffic.other_methods) == (1, 2, 1)
    assert (traffic.sent, len(server.requests)) == (1, 1)


@pytest.mark.asyncio
async def test_the_rate_holds_without_a_burst(plain: RawServer) -> None:
    how = rules(f"http://{HOST}", requests_per_second=20.0)
    async with out(plain.port, how) as (proxy, client):
        begun = time.monotonic()
        await asyncio.gather(*(client.get(f"http://{HOST}/") for _ in range(21)))
        took = time.monotonic() - begun
    assert proxy.traffic.sent == 21
    assert took >= 1.0 * 0.95


@pytest.mark.asyncio
async def test_a_stranger_on_this_machine_is_not_served(plain: RawServer) -> None:
    async with out(plain.port, rules(f"http://{HOST}")) as (proxy, _):
        stranger = f"http://scan:wrong@127.0.0.1:{proxy.port}"
        async with httpx.AsyncClient(proxy=stranger, trust_env=False) as client:
            assert (await client.get(f"http://{HOST}/")).status_code == 407
    assert plain.requests == []


@pytest.mark.asyncio
async def test_an_address_that_is_not_public_is_not_dialled(plain: RawServer) -> None:
    net = replace(options((HOST, 80, "127.0.0.1", plain.port)), allow_networks=())
    async with (
        EgressProxy(net, rules(f"http://{HOST}")) as proxy,
        httpx.AsyncClient(proxy=proxy.address, trust_env=False) as client,
    ):
        assert (await client.get(f"http://{HOST}/")).status_code == 403
    assert plain.connections == 0


@pytest.mark.asyncio
async def test_a_site_that_died_looks_dead_to_the_program_and_is_counted(plain: RawServer) -> None:
    async with out(plain.port, rules(f"http://{HOST}")) as (proxy, client):
        assert (await client.get(f"http://{HOST}/")).status_code == 200
        plain.close()
        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get(f"http://{HOST}/")
    assert (proxy.traffic.failed, proxy.traffic.failed_in_a_row) == (2, 2)


@pytest.mark.asyncio
async def test_a_pause_lets_nothing_out(plain: RawServer) -> None:
    async with out(plain.port, rules(f"http://{HOST}")) as (proxy, client):
        proxy.pause()
        waiting = asyncio.create_task(client.get(f"http://{HOST}/"))
        await asyncio.sleep(0.2)
        assert plain.requests == []
        proxy.resume()
        assert (await waiting).status_code == 200


@pytest.mark.asyncio
async def test_an_answer_that_breaks_off_is_not_made_whole(plain: RawServer) -> None:
    with serving(routes({"/": http("half", 200, length=500)})) as server:
        async with out(server.port, rules(f"http://{HOST}")) as (_, client):
            with pytest.raises(httpx.HTTPError):
                await client.get(f"http://{HOST}/")


@pytest.mark.asyncio
async def test_what_is_not_http_ends_the_connection_and_nothing_else(plain: RawServer) -> None:
    async with out(plain.port, rules(f"http://{HOST}")) as (proxy, client):
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert await reader.read() == b""
        writer.close()
        assert (await client.get(f"http://{HOST}/")).status_code == 200
