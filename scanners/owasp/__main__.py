"""``python -m scanners.owasp URL --engine passive --json``: one look at one site."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from scanners.api import NetOptions, Resolve, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.net.fetch import FetchError, canonical
from scanners.owasp.evidence import ACTIVE_PROFILES, PROFILE_BASELINE, OwaspFacts
from scanners.owasp.rules import ENGINE
from scanners.owasp.scanner import OwaspScanner

DONE, OPERATIONAL, USAGE, NOT_EVALUATED, INTERRUPTED = 0, 1, 2, 4, 130
DEADLINE_MAX_S = 3_600.0
ENGINES = ("passive", "zap", "wapiti")
PORT_MAX = 65_535


class _SystemClock:
    """The machine's clock, aware UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def parse_resolve(text: str) -> Resolve:
    """``HOST:PORT:ADDR[:PORT]``, IPv6 addresses in brackets; ValueError when it is none."""
    host, port, rest = text.split(":", 2)
    if rest.startswith("["):
        address, bracket, tail = rest[1:].partition("]")
        if not bracket or (tail and not tail.startswith(":")):
            raise ValueError(text)
        tail = tail.removeprefix(":")
    else:
        address, _, tail = rest.partition(":")
    ipaddress.ip_address(address)
    ports = int(port), int(tail or port)
    if not host or not all(0 < number <= PORT_MAX for number in ports):
        raise ValueError(text)
    return Resolve(host.lower(), ports[0], address, ports[1])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scanners.owasp", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--engine", choices=ENGINES, default="passive")
    parser.add_argument(
        "--profile", choices=(PROFILE_BASELINE, *sorted(ACTIVE_PROFILES)), default=PROFILE_BASELINE
    )
    parser.add_argument("--zap", metavar="URL", help="address of a ZAP daemon")
    parser.add_argument("--zap-key", metavar="K", help="its API key")
    parser.add_argument(
        "--authorised", action="store_true", help="the owner of the site agreed to an active scan"
    )
    parser.add_argument("--allow-network", type=ipaddress.ip_network, action="append", default=[])
    parser.add_argument("--ca-file", type=Path)
    parser.add_argument(
        "--resolve",
        type=parse_resolve,
        action="append",
        default=[],
        metavar="HOST:PORT:ADDR[:PORT]",
    )
    parser.add_argument("--deadline", type=float, default=120.0, help="seconds")
    parser.add_argument("--json", action="store_true", help="print JSON (the only format)")
    return parser


def refusal(arguments: argparse.Namespace) -> str:
    """Why this cannot be asked, in one line; "" when it can."""
    if arguments.profile in ACTIVE_PROFILES and not arguments.authorised:
        return f"{arguments.profile} attacks the site: give --authorised when its owner agreed"
    if arguments.engine != "passive":
        return f"this version has the passive engine only, not {arguments.engine}"
    if arguments.profile in ACTIVE_PROFILES:
        return f"the passive engine has the profile {PROFILE_BASELINE} only"
    if not 0 < arguments.deadline <= DEADLINE_MAX_S:
        return f"--deadline has to be more than 0 and at most {DEADLINE_MAX_S:.0f} seconds"
    if arguments.ca_file is not None and not arguments.ca_file.is_file():
        return f"--ca-file {arguments.ca_file}: no such file"
    try:
        canonical(arguments.url)
    except FetchError as error:
        return error.reason
    return ""


def as_json(result: ScanResult) -> bytes:
    """The result as a JSON object; without facts the lists are empty."""
    found = [e.facts for e in result.evidence if isinstance(e.facts, OwaspFacts)]
    facts = found[0] if found else OwaspFacts(ENGINE)
    return msgspec.json.encode(
        {
            "outcome": result.outcome,
            "engine": facts.engine,
            "profile": facts.profile,
            "findings": facts.findings,
            "coverage": facts.coverage,
            "categories": facts.categories,
            "started_at": result.started_at,
            "duration_s": result.duration_s,
            "requests": result.requests,
            "reason": result.detail.get("reason", ""),
        }
    )


def main(argv: list[str] | None = None) -> int:
    """Exit codes: 0 done, 1 operational error, 2 usage, 4 not evaluated, 130 interrupted."""
    arguments = _parser().parse_args(argv)
    refused = refusal(arguments)
    if refused:
        sys.stderr.write(f"{refused}\n")
        return USAGE
    options = NetOptions(
        resolve=tuple(arguments.resolve),
        allow_networks=tuple(arguments.allow_network),
        ca_file=None if arguments.ca_file is None else str(arguments.ca_file),
    )
    host = urlsplit(canonical(arguments.url)).hostname or ""
    request = ScanRequest(
        kind=ScanKind.OWASP, url=arguments.url, hosts=(host,), deadline_s=arguments.deadline
    )
    try:
        result = asyncio.run(OwaspScanner(options, _SystemClock()).scan(request))
        sys.stdout.write(as_json(result).decode() + "\n")
    except OSError as error:  # a CA file that cannot be read, a closed pipe
        sys.stderr.write(f"{error}\n")
        return OPERATIONAL
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE if result.outcome is ScanOutcome.COMPLETE else NOT_EVALUATED


if __name__ == "__main__":
    sys.exit(main())
