"""httpx over connections that only go where the guard allows."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import certifi
import httpcore
import httpx

from scanners.net.guard import AddressGuard, RefusedAddressError, ResolveError

LOCATION = b"location"
SocketOptions = Iterable[
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
]


class _TidyStream(httpcore.AsyncNetworkStream):
    """A connection that is closed when its handshake fails or is cancelled.

    Nobody else holds it then: without this the socket waits for the collector.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's signature)
    ) -> httpcore.AsyncNetworkStream:
        secured = None
        try:
            secured = await self._inner.start_tls(ssl_context, server_hostname, timeout)
            return secured
        finally:
            if secured is None:
                await self._inner.aclose()

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials the address that was checked; the name is used for TLS and Host only.

    Resolving again at connect time would let DNS rebinding pass the guard.
    """

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's signature)
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Try the checked addresses in turn; the first failure is raised.

        IPv4 comes first: a machine without IPv6 must not hide that a port was closed.
        """
        try:
            endpoints = await self._guard.resolve(host, port)
        except ResolveError as error:
            raise httpcore.ConnectError(str(error)) from error
        failure: Exception | None = None
        for endpoint in endpoints:
            try:
                stream = await self._tcp.connect_tcp(
                    endpoint.address,
                    endpoint.port,
                    timeout=timeout,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = failure or error
            else:
                return _TidyStream(stream)
        raise failure or httpcore.ConnectError(f"{host} has no address")


class _Body(httpx.AsyncByteStream):
    """The body of a response, as it comes."""

    def __init__(self, stream: AsyncIterator[bytes], close: httpcore.Response) -> None:
        self._stream = stream
        self._response = close

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()


class GuardedTransport(httpx.AsyncBaseTransport):
    """A connection pool behind the guard; httpcore's exceptions pass through."""

    def __init__(self, backend: GuardedBackend, context: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=4,
            max_keepalive_connections=2,
            keepalive_expiry=10.0,
            http2=False,
            network_backend=backend,
        )

    async def __aenter__(self) -> Self:
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._pool.__aexit__(exc_type, exc_value, traceback)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request; see httpx.AsyncBaseTransport.

        ``Location`` stands in the extension of that name: httpx would refuse the
        whole answer when it does not like the address.
        """
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        places = [value for name, value in answer.headers if name.lower() == LOCATION]
        return httpx.Response(
            status_code=answer.status,
            headers=[pair for pair in answer.headers if pair[0].lower() != LOCATION],
            stream=_Body(answer.aiter_stream(), answer),
            extensions={**answer.extensions, "location": places},
        )


@cache
def verifying_context(ca_file: str | None) -> ssl.SSLContext:
    """Public roots (and the extra CA); one per process, making one costs 20 ms."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.hostname_checks_common_name = False
    if ca_file is not None:
        # Read here: the library's own error does not name the file.
        context.load_verify_locations(cadata=Path(ca_file).read_text("ascii", "ignore") or "\n")
    return context


@cache
def reading_context() -> ssl.SSLContext:
    """Verifies nothing and speaks to old servers: to read a shop whose TLS is broken.

    What is wrong with its TLS is judged from the certificate and tls scans.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


__all__ = ["GuardedBackend", "GuardedTransport", "RefusedAddressError", "reading_context",
           "verifying_context"]  # fmt: skip
