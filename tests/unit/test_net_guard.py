"""Which addresses may be dialled, however they are written."""

from __future__ import annotations

import asyncio
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.api import NetOptions, Resolve
from scanners.net.guard import AddressGuard, RefusedAddressError, ResolveError
from scanners.net.names import registrable_domain

CLOSED = AddressGuard(NetOptions())
NET4 = ipaddress.IPv4Network
INSIDE = (
    "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    "100.64.0.0/10", "0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "192.0.2.0/24",
    "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "192.0.0.0/24",
)  # fmt: skip


@st.composite
def inside_addresses(draw: st.DrawFn) -> ipaddress.IPv4Address:
    network = NET4(draw(st.sampled_from(INSIDE)))
    return network[draw(st.integers(0, network.num_addresses - 1))]


def refused(guard: AddressGuard, address: str) -> bool:
    try:
        guard.check(address)
    except RefusedAddressError:
        return True
    return False


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "100.100.100.200", "168.63.129.16", "0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1",
     "::", "::1", "fe80::1", "fe80::1%eth0", "2606:4700::1111%eth0", "fec0::1", "fc00::1",
     "fd00:ec2::254", "ff02::1", "2001:db8::1", "3fff::1", "2002:7f00:1::", "2002:808:808::1",
     "2001::1", "64:ff9b::808:808", "64:ff9b:1::808:808", "::ffff:127.0.0.1", "::ffff:a00:1",
     "::ffff:0:127.0.0.1", "::127.0.0.1", "::808:808", "100::1", "5f00::1", "4000::1", "",
     "localhost", "127.1", "8.8.8.8/32", "8.8.8.8 "],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refused(CLOSED, address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "185.199.108.153", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"]
)
def test_a_public_address_may_be_dialled(address: str) -> None:
    assert not refused(CLOSED, address)


@pytest.mark.parametrize(
    ("network", "address", "open_"),
    [("127.0.0.1/32", "127.0.0.1", True), ("127.0.0.1/32", "127.0.0.2", False),
     ("127.0.0.0/8", "::ffff:127.0.0.9", True), ("127.0.0.0/8", "::1", False),
     ("::1/128", "::1", True), ("::/0", "::ffff:127.0.0.1", False),
     ("fd00::/8", "fd12::1", True), ("fe80::/10", "fe80::1%lo", False),
     ("10.0.0.0/8", "8.8.8.8", True)],
)  # fmt: skip
def test_an_opened_network_opens_itself_only(network: str, address: str, open_: bool) -> None:
    guard = AddressGuard(NetOptions(allow_networks=(ipaddress.ip_network(network),)))
    assert refused(guard, address) is not open_


def notations(address: ipaddress.IPv4Address) -> list[str]:
    """Ways to write an IPv4 address that a system's resolver or a browser understands."""
    a, b, c, d = address.packed
    number = int(address)
    return [
        str(address), f"{address}.", str(number), hex(number), f"0{number:o}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a}.{b}.{(c << 8) + d}", f"{a}.{(b << 16) + (c << 8) + d}", f"0X{a:X}.{b}.0{c:o}.{d}",
        f"00{a:o}.{b}.{c}.{d}",
        f"[::ffff:{address}]", f"::ffff:{number >> 16:x}:{number & 65535:x}",
        str(address).translate({48 + n: 0xFF10 + n for n in range(10)}),
        str(address).replace(".", "\u3002"), str(address).replace(".", "\uff0e"),
    ]  # fmt: skip


@given(address=inside_addresses(), data=st.data())
def test_no_notation_of_an_inside_address_slips_through(
    address: ipaddress.IPv4Address, data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(notations(address)))
    with pytest.raises((RefusedAddressError, ResolveError)):
        asyncio.run(CLOSED.resolve(text, 80))


@given(address=st.ip_addresses(v=4), data=st.data())
def test_a_notation_is_dialled_as_the_address_it_means_or_not_at_all(
    address: ipaddress.IPv4Address, data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(notations(address)))
    wide = AddressGuard(NetOptions(allow_networks=(NET4("0.0.0.0/0"),)))
    (found,) = asyncio.run(wide.resolve(text, 81))
    assert (found.address, found.port) == (str(address), 81)


@given(
    network=st.sampled_from(("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/8",
                             "fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32")),
    data=st.data(),
)  # fmt: skip
def test_nothing_of_a_closed_ipv6_network_passes(network: str, data: st.DataObject) -> None:
    address = data.draw(st.ip_addresses(v=6, network=network))
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    assert refused(CLOSED, str(address)) or (mapped is not None and mapped.is_global)


@given(text=st.text(max_size=60))
def test_any_text_is_refused_or_an_address(text: str) -> None:
    if not refused(CLOSED, text):
        assert ipaddress.ip_address(text).is_global or text.lower().startswith("::ffff:")


@pytest.mark.parametrize(
    "host",
    ["", ".", "a..b", "a b", "x" * 64, "1.2.3.4.5", "256.256.256.256", "08.8.8.8", "0x", "host:80",
     "%31", "a/b", "\x00", "é" * 70],
)  # fmt: skip
@pytest.mark.asyncio
async def test_what_is_no_host_name_does_not_resolve(host: str) -> None:
    with pytest.raises(ResolveError):
        await CLOSED.resolve(host, 80)


@pytest.mark.asyncio
async def test_an_unknown_name_has_no_address() -> None:
    with pytest.raises(ResolveError, match="does not resolve"):
        await CLOSED.resolve("does-not-exist.invalid", 443)


@pytest.mark.asyncio
async def test_the_systems_own_names_are_checked_too() -> None:
    with pytest.raises(RefusedAddressError):
        await CLOSED.resolve("localhost", 80)


@pytest.mark.asyncio
async def test_a_mapped_pin_is_judged_and_dialled_as_its_ipv4_address() -> None:
    pin = Resolve("shop.example", 443, "::ffff:127.0.0.1", 8443)
    options = NetOptions(resolve=(pin,), allow_networks=(NET4("127.0.0.1/32"),))
    (found,) = await AddressGuard(options).resolve("shop.example", 443)
    assert (found.address, found.port) == ("127.0.0.1", 8443)


@pytest.mark.parametrize("host", ["www.127.0.0.1", "1.2.3.999", "0x7g", "a..b", "", "x" * 300])
def test_a_pin_for_what_is_no_host_name_harms_nothing(host: str) -> None:
    pins = (Resolve(host, 443, "8.8.8.8", 443), Resolve("shop.example.nl", 443, "8.8.4.4", 8443))
    guard = AddressGuard(NetOptions(resolve=pins))
    (found,) = asyncio.run(guard.resolve("shop.example.nl", 443))
    assert (found.address, found.port) == ("8.8.4.4", 8443)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.winkel.example", "winkel.example"),
        ("a.b.winkel.example", "winkel.example"),
        ("winkel.example", "winkel.example"),
        ("intranet", "intranet"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("a.myshopify.com", "a.myshopify.com"),
        ("x.a.myshopify.com", "a.myshopify.com"),
        ("myshopify.com", "myshopify.com"),
        ("co.uk", "co.uk"),
    ],
)
def test_below_a_suffix_nobody_knows_the_last_label_is_the_suffix(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain
