"""httpx over connections that only go where the guard allows."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import certifi
import httpcore
import httpx

from scanners.net.guard import AddressGuard, RefusedAddressError, ResolveError
from scanners.net.pool import Lease, Pool
from scanners.net.streams import SocketOptions, connect

LOCATION = b"location"
PROTOCOLS = ("http/1.1",)
Trace = Callable[[str, Mapping[str, object]], Awaitable[None]]


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials the address that was checked; the name is used for TLS and Host only.

    Resolving again at connect time would let DNS rebinding pass the guard.
    """

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard

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
                return await connect(
                    endpoint.address,
                    endpoint.port,
                    timeout=timeout,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = failure or error
        raise failure or httpcore.ConnectError(f"{host} has no address")


class _Body(httpx.AsyncByteStream):
    """The body of a response, as it comes."""

    def __init__(self, answer: httpcore.Response, lease: Lease) -> None:
        self._answer = answer
        self._lease = lease

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    async def aclose(self) -> None:
        try:
            await self._answer.aclose()
        finally:
            await self._lease.end()


class GuardedTransport(httpx.AsyncBaseTransport):
    """A connection pool behind the guard; httpcore's exceptions pass through."""

    def __init__(self, backend: GuardedBackend, context: ssl.SSLContext) -> None:
        self._pool = Pool(backend, context)

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
        answer, lease = await self._pool.send(
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
            request=request,
            stream=_Body(answer, lease),
            extensions={**answer.extensions, "location": places},
        )


class Caller:
    """What a scan needs of a client: headers on each request, one cookie jar, time limits.

    httpx's own client asks its jar, its hooks and its authentication about every answer;
    here the jar of httpx is only asked when a cookie came or is held.
    """

    def __init__(
        self, transport: GuardedTransport, headers: Mapping[str, str], timeout: httpx.Timeout
    ) -> None:
        self._transport = transport
        self._headers = httpx.Headers({"Connection": "keep-alive", **headers})
        self._timeout = timeout.as_dict()
        self._cookies = httpx.Cookies()

    async def get(self, url: str, headers: Mapping[str, str], trace: Trace) -> httpx.Response:
        """The head of the answer; who asked closes it.  Redirects are not followed.

        ``trace``: told by httpcore what it does.  httpx.InvalidURL, and what httpcore
        raises.
        """
        merged = self._headers
        if headers:
            merged = merged.copy()
            merged.update(headers)
        request = httpx.Request(
            "GET",
            url,
            headers=merged,
            cookies=self._cookies or None,
            extensions={"timeout": self._timeout, "trace": trace},
        )
        return await self._transport.handle_async_request(request)

    def remember(self, answer: httpx.Response) -> None:
        """Keep the cookies of an answer for the requests that follow."""
        if "set-cookie" in answer.headers:
            self._cookies.extract_cookies(answer)


@cache
def verifying_context(ca_file: str | None) -> ssl.SSLContext:
    """Public roots (and the extra CA); one per process, making one costs 20 ms."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.hostname_checks_common_name = False
    context.set_alpn_protocols(PROTOCOLS)
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
    context.set_alpn_protocols(PROTOCOLS)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


__all__ = ["Caller", "GuardedBackend", "GuardedTransport", "RefusedAddressError",
           "reading_context", "verifying_context"]  # fmt: skip
