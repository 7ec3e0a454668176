"""Address look-ups at a named server (labs, split DNS), as RFC 1035 writes them."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import struct

_A, _AAAA, _IN = 1, 28, 1
_HEADER = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHIH")
_SIZES = {_A: 4, _AAAA: 16}
_POINTER = 0xC0
_RCODE_MASK, _TRUNCATED, _ANSWER = 0x000F, 0x0200, 0x8000
DNS_PORT = 53


async def query(server: str, name: str, timeout_s: float) -> list[str]:
    """All A and AAAA addresses of ``name`` according to ``server`` (``HOST`` or ``HOST:PORT``).

    Empty when the server says there are none or does not answer in time.
    """
    host, port = _server(server)
    answers = await asyncio.gather(
        *(_ask(host, port, name, kind, timeout_s) for kind in (_A, _AAAA))
    )
    return [address for answer in answers for address in answer]


def _server(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host.strip("[]") and not text.startswith("[")):
        return text.strip("[]"), DNS_PORT
    return host.strip("[]"), int(port)


class _Client(asyncio.DatagramProtocol):
    """Waits for the one answer that carries our id."""

    def __init__(self, ident: int) -> None:
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._ident = ident

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 (asyncio names it)
        ours = len(data) >= _HEADER.size and int.from_bytes(data[:2]) == self._ident
        if ours and not self.answer.done():
            self.answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)


async def _ask(host: str, port: int, name: str, kind: int, timeout_s: float) -> list[str]:
    ident = secrets.randbits(16)
    labels = b"".join(bytes([len(p)]) + p for p in name.encode("ascii").split(b"."))
    question = labels + b"\0" + struct.pack("!HH", kind, _IN)
    packet = _HEADER.pack(ident, 0x0100, 1, 0, 0, 0) + question
    loop = asyncio.get_running_loop()
    try:
        transport, client = await loop.create_datagram_endpoint(
            lambda: _Client(ident), remote_addr=(host, port)
        )
    except OSError:
        return []
    try:
        transport.sendto(packet)
        async with asyncio.timeout(timeout_s):
            return addresses_in(await client.answer, kind)
    except (TimeoutError, OSError):
        return []
    finally:
        transport.close()


def addresses_in(packet: bytes, kind: int) -> list[str]:
    """The addresses of an answer; empty for anything malformed."""
    try:
        _, flags, questions, answers, _, _ = _HEADER.unpack_from(packet)
        if not flags & _ANSWER or flags & (_RCODE_MASK | _TRUNCATED):
            return []
        at = _HEADER.size
        for _ in range(questions):
            at = _skip_name(packet, at) + 4
        found = []
        for _ in range(min(answers, 64)):
            at = _skip_name(packet, at)
            rtype, rclass, _, length = _RECORD.unpack_from(packet, at)
            at += _RECORD.size
            data = packet[at : at + length]
            at += length
            if rtype == kind and rclass == _IN and len(data) == length == _SIZES[kind]:
                found.append(str(ipaddress.ip_address(data)))
    except (struct.error, IndexError, ValueError):
        return []
    return found


def _skip_name(packet: bytes, at: int) -> int:
    while True:
        length = packet[at]
        if length == 0:
            return at + 1
        if length & _POINTER == _POINTER:
            return at + 2
        at += 1 + length
