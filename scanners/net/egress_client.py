"""The scanning program's side of a connection to the way out (see ``egress``)."""

from __future__ import annotations

import asyncio
import ssl

import h11
import httpcore

from scanners.net.wire import BODY_MAX_BYTES, CHUNK_BYTES, HEAD_MAX_BYTES, HOP_BY_HOP, Origin

IDLE_S = 60.0
# Bodies are framed anew here, so what says how they were framed goes as well.
NOT_PASSED = HOP_BY_HOP | {b"trailer", b"transfer-encoding"}


class Client:
    """One connection, plain at first and inside TLS after a CONNECT."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_MAX_BYTES)
        self.origin: Origin | None = None
        self.spoiled = False

    async def _event(self) -> object:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event
            async with asyncio.timeout(IDLE_S):
                self._http.receive_data(await self._reader.read(CHUNK_BYTES))

    async def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._writer.write(data)
            async with asyncio.timeout(IDLE_S):
                await self._writer.drain()

    async def request(self) -> h11.Request | None:
        """The next request, None when the program hung up."""
        event = await self._event()
        return event if isinstance(event, h11.Request) else None

    async def body(self) -> bytes:
        """What the program sends with it; the end of it when that is too much."""
        read = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            read += event.data
            if len(read) > BODY_MAX_BYTES:
                raise h11.RemoteProtocolError("too much to send")
        return bytes(read)

    async def secured(self, context: ssl.SSLContext, origin: Origin) -> None:
        """Answer a CONNECT and go on inside TLS."""
        await self._send(h11.Response(status_code=200, headers=[]))
        async with asyncio.timeout(IDLE_S):
            await self._writer.start_tls(context)
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_MAX_BYTES)
        self.origin = origin

    async def refuse(self, status: int, why: str) -> None:
        """An answer of the proxy itself."""
        text = f"keurwacht: {why}".encode()
        headers = [("Content-Length", str(len(text))), ("Content-Type", "text/plain")]
        if status == 407:  # noqa: PLR2004
            headers.append(("Proxy-Authenticate", 'Basic realm="scan"'))
        await self._send(h11.Response(status_code=status, headers=headers))
        await self._send(h11.Data(data=text))
        await self._send(h11.EndOfMessage())

    async def answer(self, answer: httpcore.Response, most: int) -> None:
        """Pass on what the site said, at most ``most`` bytes of body."""
        headers = [
            (name, value) for name, value in answer.headers if name.lower() not in NOT_PASSED
        ]
        await self._send(h11.Response(status_code=answer.status, headers=headers))
        async for part in answer.aiter_stream():
            most -= len(part)
            if most < 0:
                raise ValueError("too long")
            await self._send(h11.Data(data=part))
        await self._send(h11.EndOfMessage())

    def again(self) -> bool:
        """May another request come on this connection?"""
        if self.spoiled or self._http.our_state is not h11.DONE:
            return False
        if self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True
