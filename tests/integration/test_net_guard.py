"""What is dialled is what was checked: redirects, DNS rebinding, pins, TLS names."""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path

import pytest
import trustme

from scanners.api import ScanOutcome
from scanners.net.fetch import Fetcher, FetchError
from scanners.net.guard import AddressGuard, RefusedAddressError, ResolveError
from tests.integration.net_server import (
    HOST,
    RealClock,
    always,
    ca_file,
    http,
    naming,
    options,
    redirect,
    server_context,
    serving,
)
from tests.integration.test_net_fetch import failure, fetch


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.2", "2130706434", "0x7f000002", "0177.0.0.2", "127.2", "[::ffff:127.0.0.2]", "[::1]",
     "[::ffff:7f00:2]", "[64:ff9b::7f00:2]", "localhost", "１２７.0.0.2", "127。0。0。2", "0"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_a_redirect_to_the_inside_is_not_followed(inside: str) -> None:
    with serving(always(http("secret")), address="127.0.0.2") as inner:
        target = f"http://{inside}:{inner.port}/"
        with serving(always(redirect(target))) as server:
            pin = (HOST, 80, "127.0.0.1", server.port)
            error = await failure(options(pin), f"http://{HOST}/")
        assert inner.connections == 0
    if inside != "localhost":  # a lab may open 127.0.0.1, which localhost is
        assert error.outcome is ScanOutcome.NOT_PERMITTED


@pytest.mark.asyncio
async def test_an_opened_network_is_dialled_and_its_neighbour_is_not() -> None:
    wide = (ipaddress.ip_network("127.0.0.0/30"),)
    with serving(always(http("ok")), address="127.0.0.2") as server:
        url = f"http://127.0.0.2:{server.port}/"
        assert (await fetch(options(allow=wide), url)).text() == "ok"
        mapped = f"http://[::ffff:127.0.0.2]:{server.port}/"
        assert (await fetch(options(allow=wide), mapped)).text() == "ok"
        error = await failure(options(), url)
    assert error.outcome is ScanOutcome.NOT_PERMITTED
    assert "127.0.0.2" in error.reason


@pytest.mark.asyncio
async def test_a_name_that_changes_its_address_is_checked_again_and_dialled_as_checked() -> None:
    with (
        naming("127.0.0.1", "127.0.0.2") as names,
        serving(always(http("outside"))) as outer,
        serving(always(http("inside")), address="127.0.0.2", port=outer.port) as inner,
    ):
        how = options(dns=names.place)
        url = f"http://rebind.example.com:{outer.port}/"
        async with Fetcher(how, RealClock()) as fetcher:
            first = await fetcher.get(url)
            assert (first.text(), first.address, names.asked) == ("outside", "127.0.0.1", 1)
            with pytest.raises(FetchError) as caught:
                await fetcher.get(url)
        assert caught.value.outcome is ScanOutcome.NOT_PERMITTED
        assert (outer.connections, inner.connections, names.asked) == (1, 0, 2)


WIDE = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.mark.asyncio
async def test_the_next_address_is_tried_when_one_is_closed() -> None:
    with (
        naming("127.0.0.3,127.0.0.2") as names,
        serving(always(http("ok")), address="127.0.0.2") as server,
    ):
        how = options(dns=names.place, allow=WIDE)
        got = await fetch(how, f"http://two.example.com:{server.port}/")
    assert (got.text(), got.address) == ("ok", "127.0.0.2")


@pytest.mark.asyncio
async def test_the_first_failure_is_told_when_no_address_answers() -> None:
    with serving(always()) as server:
        port = server.port
    with naming("127.0.0.1,127.255.255.255") as names:  # closed, and no address of a host
        error = await failure(
            options(dns=names.place, allow=WIDE), f"http://two.example.com:{port}/"
        )
    assert error.outcome is ScanOutcome.REFUSED


@pytest.mark.asyncio
async def test_one_refused_address_refuses_the_name() -> None:
    with naming("127.0.0.1,10.0.0.1") as names, serving(always(http("ok"))) as server:
        error = await failure(options(dns=names.place), f"http://two.example.com:{server.port}/")
        assert (error.outcome, server.connections) == (ScanOutcome.NOT_PERMITTED, 0)


@pytest.mark.asyncio
async def test_a_pin_is_checked_as_well() -> None:
    guard = AddressGuard(options((HOST, 443, "10.1.2.3", 8443)))
    with pytest.raises(RefusedAddressError, match=r"10\.1\.2\.3"):
        await guard.resolve(HOST, 443)


@pytest.mark.asyncio
async def test_a_pin_wins_over_dns_for_its_port_only() -> None:
    with naming("10.9.8.7") as names:
        guard = AddressGuard(options((HOST, 443, "127.0.0.1", 8443), dns=names.place))
        (found,) = await guard.resolve(f"{HOST.upper()}.", 443)
        assert (found.address, found.port, names.asked) == ("127.0.0.1", 8443, 0)
        with pytest.raises(RefusedAddressError, match=r"10\.9\.8\.7"):
            await guard.resolve(HOST, 80)


@pytest.mark.asyncio
async def test_a_name_server_that_is_silent_or_wrong_gives_no_address() -> None:
    # The server puts an IPv6 address into an A record.
    with naming("::1") as names, pytest.raises(ResolveError):
        await AddressGuard(options(dns=names.place)).resolve("shop.example.org", 80)
    with pytest.raises(ResolveError):
        await AddressGuard(options(dns="127.0.0.1:1")).resolve("shop.example.org", 80)
    error = await failure(options(dns="127.0.0.1:1"), "http://shop.example.org/")
    assert error.outcome is ScanOutcome.UNREACHABLE


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.asyncio
async def test_a_trusted_certificate_leaves_no_tls_error(
    authority: trustme.CA, tmp_path: Path
) -> None:
    context = server_context(authority, HOST)
    names: list[str] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with serving(always(http("ok")), context=context) as server:
        pin = (HOST, 443, "127.0.0.1", server.port)
        got = await fetch(options(pin, ca=ca_file(authority, tmp_path)), f"https://{HOST}/")
    assert (got.text(), got.tls_error, got.address, names) == ("ok", "", "127.0.0.1", [HOST])


@pytest.mark.parametrize(
    ("name", "trusted", "words"),
    [("other.example.nl", True, "Hostname mismatch"), (HOST, False, "unable to get local issuer")],
    ids=["wrong host", "unknown authority"],
)
@pytest.mark.asyncio
async def test_a_page_behind_a_bad_certificate_is_read_and_the_error_named(
    authority: trustme.CA, tmp_path: Path, name: str, trusted: bool, words: str
) -> None:
    with serving(always(http("ok")), context=server_context(authority, name)) as server:
        pin = (HOST, 443, "127.0.0.1", server.port)
        ca = ca_file(authority, tmp_path) if trusted else None
        async with Fetcher(options(pin, ca=ca), RealClock()) as fetcher:
            first = await fetcher.get(f"https://{HOST}/")
            again = await fetcher.get(f"https://{HOST}/")
        assert server.connections == 3  # the broken certificate is tried once
    assert (first.text(), again.text()) == ("ok", "ok")
    assert words in first.tls_error
    assert again.tls_error == first.tls_error


@pytest.mark.asyncio
async def test_a_server_that_offers_only_a_weak_suite_is_read_with_an_error(
    authority: trustme.CA, tmp_path: Path
) -> None:
    context = server_context(authority, HOST)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-SHA:AES128-SHA:@SECLEVEL=0")
    with serving(always(http("ok")), context=context) as server:
        pin = (HOST, 443, "127.0.0.1", server.port)
        got = await fetch(options(pin, ca=ca_file(authority, tmp_path)), f"https://{HOST}/")
    assert got.text() == "ok"


@pytest.mark.asyncio
async def test_plain_http_on_the_secure_port_is_unreachable() -> None:
    with serving(always(http("hello"))) as server:
        error = await failure(options((HOST, 443, "127.0.0.1", server.port)), f"https://{HOST}/")
    assert error.outcome is ScanOutcome.UNREACHABLE


@pytest.mark.asyncio
async def test_a_redirect_from_https_to_the_inside_is_refused_after_a_bad_certificate_too(
    authority: trustme.CA,
) -> None:
    with serving(always(http("secret")), address="127.0.0.2") as inner:
        answer = redirect(f"https://127.0.0.2:{inner.port}/")
        with serving(always(answer), context=server_context(authority, HOST)) as server:
            pin = (HOST, 443, "127.0.0.1", server.port)
            error = await failure(options(pin), f"https://{HOST}/")
        assert (error.outcome, inner.connections) == (ScanOutcome.NOT_PERMITTED, 0)
