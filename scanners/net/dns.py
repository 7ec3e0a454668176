"""Address look-ups at a named server (labs, split DNS)."""

from __future__ import annotations

import asyncio

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
from dns.message import QueryMessage

DNS_PORT = 53
ADDRESSES_MAX = 64


async def query(server: str, name: str, timeout_s: float) -> list[str]:
    """All A and AAAA addresses of ``name`` according to ``server`` (``ADDRESS`` or with a port).

    Aliases are followed within the answer; one cut short is asked for again over TCP.
    Empty when the server says there are none or does not answer in time.
    """
    host, port = server_of(server)
    kinds = (dns.rdatatype.A, dns.rdatatype.AAAA)
    answers = await asyncio.gather(*(_ask(host, port, name, kind, timeout_s) for kind in kinds))
    return [address for answer in answers for address in answer]


def server_of(text: str) -> tuple[str, int]:
    """Address and port of ``ADDRESS[:PORT]``; an IPv6 address with a port in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]") or (":" in host and not host.endswith("]")):
        return text.strip("[]"), DNS_PORT
    return host.strip("[]"), int(port)


async def _ask(
    host: str, port: int, name: str, kind: dns.rdatatype.RdataType, timeout_s: float
) -> list[str]:
    try:
        question = dns.message.make_query(name, kind)
        async with asyncio.timeout(timeout_s):
            # Whatever is not the answer to this question is waited past, not believed.
            answer, _ = await dns.asyncquery.udp_with_fallback(
                question, host, timeout=timeout_s, port=port, ignore_unexpected=True,
                ignore_errors=True,
            )  # fmt: skip
        if not isinstance(answer, QueryMessage) or answer.rcode() is not dns.rcode.NOERROR:
            return []
        found = answer.resolve_chaining().answer
    except (dns.exception.DNSException, TimeoutError, OSError, EOFError):
        return []
    return [] if found is None else [str(record) for record in list(found)[:ADDRESSES_MAX]]
