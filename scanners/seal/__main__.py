"""``python -m scanners.seal URL --json``: read one site and print what may be a mark."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import sys
from datetime import UTC, datetime

import msgspec

from scanners.api import NetOptions, Resolve, ScanKind, ScanRequest, ScanResult, host_of
from scanners.seal.scanner import SealScanner


class _SystemClock:
    """The machine's clock, aware UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def _resolve(text: str) -> Resolve:
    """``HOST:PORT:ADDR[:PORT]``; an IPv6 address stands in brackets."""
    host, port, rest = text.split(":", 2)
    if rest.startswith("["):
        address, _, tail = rest[1:].partition("]")
        to_port = tail.removeprefix(":") or port
    else:
        address, _, tail = rest.partition(":")
        to_port = tail or port
    ipaddress.ip_address(address)
    return Resolve(host.lower(), int(port), address, int(to_port))


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scanners.seal", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--json", action="store_true", help="print JSON (the only format)")
    parser.add_argument("--ca-file")
    parser.add_argument("--resolve", type=_resolve, action="append", default=[])
    parser.add_argument("--allow-network", type=ipaddress.ip_network, action="append", default=[])
    parser.add_argument("--deadline", type=float, default=120.0, help="seconds")
    return parser.parse_args(argv)


def as_json(result: ScanResult) -> bytes:
    """The result as a JSON object."""
    evidence = [
        {"kind": e.kind, "source_url": e.source_url, "seen_at": e.seen_at, "facts": e.facts}
        for e in result.evidence
    ]
    return msgspec.json.encode(
        {
            "outcome": result.outcome,
            "started_at": result.started_at,
            "duration_s": result.duration_s,
            "requests": result.requests,
            "detail": result.detail,
            "evidence": evidence,
        }
    )


def main(argv: list[str] | None = None) -> int:
    """Exit codes: 0 complete, 2 bad input (by argparse), 4 could not see everything."""
    arguments = _arguments(argv)
    host = host_of(arguments.url)
    if not host:
        sys.stderr.write("the URL has no host\n")
        return 2
    options = NetOptions(
        resolve=tuple(arguments.resolve),
        allow_networks=tuple(arguments.allow_network),
        ca_file=arguments.ca_file,
    )
    request = ScanRequest(
        kind=ScanKind.SEAL, url=arguments.url, hosts=(host,), deadline_s=arguments.deadline
    )
    result = asyncio.run(SealScanner(options, _SystemClock()).scan(request))
    sys.stdout.write(as_json(result).decode() + "\n")
    return 0 if result.outcome == "complete" else 4


if __name__ == "__main__":
    sys.exit(main())
