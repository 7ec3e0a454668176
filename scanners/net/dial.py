"""A plain connection to a name whose every address was checked, for proxies of ours."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

from scanners.net.guard import AddressGuard

ADDRESSES_TRIED = 2


class NoConnectionError(Exception):
    """None of the addresses took the connection."""


async def dialled(
    guard: AddressGuard,
    host: str,
    port: int,
    within_s: float,
    limit: int,
    context: ssl.SSLContext | None = None,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connected to the very address that was checked (no second lookup), in TLS with ``context``.

    ``within_s`` seconds for each of the first addresses; ``limit`` as in asyncio's streams.
    RefusedAddressError, ResolveError, NoConnectionError.
    """
    for place in (await guard.resolve(host, port))[:ADDRESSES_TRIED]:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(within_s):
                return await asyncio.open_connection(
                    place.address,
                    place.port,
                    limit=limit,
                    ssl=context,
                    server_hostname=host if context is not None else None,
                )
    raise NoConnectionError(host)
