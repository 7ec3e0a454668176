"""Which addresses may be dialled.

A scanned site chooses where its names and redirects point; without a guard it
could make us talk to our own network.  Only global unicast addresses pass, or
ranges a lab opened on purpose.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from dataclasses import dataclass

from scanners.api import NetOptions
from scanners.net.dns import query
from scanners.net.names import ascii_host, is_address

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

RESOLVE_TIMEOUT_S = 5.0
ADDRESSES_MAX = 8
# All that is handed out for public use today (RFC 4291 2.4, IANA registry); outside of
# it lie among others translated IPv4 addresses (::ffff:0:0:0/96, RFC 2765).
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
# Beyond what the library calls not global: relays into the IPv4 world, metadata
# services and ranges that some networks route inward (RFC 6052, 3056, 4380, 8215, 6598).
_REFUSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/3",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/9",
        "ff00::/8",
    )
)


class RefusedAddressError(Exception):
    """The address is not public and no option allows it."""


class ResolveError(Exception):
    """The name has no address, or DNS did not answer."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that was checked, in canonical writing, and a port."""

    address: str
    port: int


class AddressGuard:
    """Resolves names and lets only permitted addresses through."""

    def __init__(self, options: NetOptions) -> None:
        self._options = options
        self._pinned: dict[tuple[str, int], Endpoint] = {}
        for pin in options.resolve:
            # What is no host name is never asked for; settings and commands refuse it.
            with contextlib.suppress(ValueError):
                place = Endpoint(pin.address, pin.to_port)
                self._pinned[ascii_host(pin.host), pin.port] = place

    def check(self, address: str) -> None:
        """Raise RefusedAddressError unless ``address`` may be dialled."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError as error:
            raise RefusedAddressError(f"{address!r} is not an address") from error
        if getattr(parsed, "scope_id", None):
            raise RefusedAddressError(f"{address} names an interface of ours")
        real = _unmapped(parsed)
        if any(real.version == net.version and real in net for net in self._options.allow_networks):
            return
        if not _is_public(real):
            raise RefusedAddressError(f"{address} is not a public address")

    async def resolve(self, host: str, port: int) -> tuple[Endpoint, ...]:
        """Every address of ``host``, all checked, IPv4 first.

        One refused address refuses the name: a name that points inside and
        outside at once is not mixed up by accident.  ``--resolve`` wins over DNS
        and is checked as well.
        """
        try:
            name = ascii_host(host)
        except ValueError as error:
            raise ResolveError(str(error)) from error
        pinned = self._pinned.get((name, port))
        if pinned is not None:
            return (self._checked(pinned.address, pinned.port),)
        addresses = await self._lookup(name)
        return tuple(self._checked(address, port) for address in addresses)[:ADDRESSES_MAX]

    def _checked(self, address: str, port: int) -> Endpoint:
        self.check(address)
        return Endpoint(str(_unmapped(ipaddress.ip_address(address))), port)

    async def _lookup(self, name: str) -> list[str]:
        if is_address(name):
            return [name]
        if self._options.dns_server is not None:
            found = await query(self._options.dns_server, name, RESOLVE_TIMEOUT_S)
        else:
            found = await _system_lookup(name)
        if not found:
            raise ResolveError(f"{name} has no address")
        return sorted(dict.fromkeys(found), key=lambda address: ":" in address)


async def _system_lookup(name: str) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_TIMEOUT_S):
            rows = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise ResolveError(f"DNS did not answer for {name}") from error
    except (OSError, UnicodeError) as error:
        raise ResolveError(f"{name} does not resolve") from error
    return [str(row[4][0]) for row in rows]


def _unmapped(address: IPAddress) -> IPAddress:
    """A mapped address reaches the IPv4 host: that one is judged, and dialled."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return address if mapped is None else mapped


def _is_public(address: IPAddress) -> bool:
    if address.version == _GLOBAL_V6.version and address not in _GLOBAL_V6:
        return False
    refused = any(address.version == net.version and address in net for net in _REFUSED)
    return address.is_global and not address.is_multicast and not refused
