"""A real handshake, for servers that show their certificate only inside of one (TLS 1.3)."""

from __future__ import annotations

import asyncio
import ssl

from scanners.net.guard import Endpoint
from scanners.tls.ask import dial
from scanners.tls.hello import HANDSHAKE_MAX_BYTES


async def leaf_of(
    host: str, endpoint: Endpoint, context: ssl.SSLContext, timeout_s: float
) -> bytes:
    """The server's own certificate as DER, b"" when it has none.

    Raises ssl.SSLCertVerificationError, ssl.SSLError, OSError or TimeoutError.
    """
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=host)
    loop = asyncio.get_running_loop()
    total = 0
    async with asyncio.timeout(timeout_s), dial(endpoint) as line:
        while not _step(tls):
            await loop.sock_sendall(line, outgoing.read())
            data = await loop.sock_recv(line, 16_384)
            total += len(data)
            if not data or total > HANDSHAKE_MAX_BYTES:
                raise ConnectionResetError("closed during the handshake")
            incoming.write(data)
    return tls.getpeercert(binary_form=True) or b""


def _step(tls: ssl.SSLObject) -> bool:
    """Go on with the handshake as far as the bytes reach; is it done?"""
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
