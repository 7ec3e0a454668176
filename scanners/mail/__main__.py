"""``python -m scanners.mail DOMAIN|URL --json``: look at a domain's incoming mail."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import sys
from datetime import UTC, datetime

import msgspec

from scanners.api import NetOptions, Resolve, ScanKind, ScanRequest, ScanResult
from scanners.mail.domains import domains_of
from scanners.mail.lookup import servers_of
from scanners.mail.scanner import MailScanner
from scanners.net.names import ascii_host
from scanners.tls.trust import RootsError

EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_NOT_SEEN = 0, 1, 2, 4
EXIT_INTERRUPTED = 130


class _SystemClock:
    """The machine's clock, aware UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def _place(text: str) -> tuple[str, str]:
    """The host before the next colon, and the rest; IPv6 stands in brackets."""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    host, _, rest = text.partition(":")
    return host, rest


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is no port; choose 1 to 65535")
    return int(text)


def _host(text: str) -> str:
    try:
        return ascii_host(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no address") from error


def _resolve(text: str) -> Resolve:
    """``HOST:PORT:ADDR[:PORT]``."""
    host, rest = _place(text)
    port, _, target = rest.partition(":")
    address, to_port = _place(target)
    return Resolve(_host(host), _port(port), _address(address), _port(to_port or port))


def _mx(text: str) -> tuple[str, tuple[str, int]]:
    """``DOMAIN=HOST:PORT``."""
    domain, _, target = text.partition("=")
    host, port = _place(target)
    return _host(domain), (_host(host), _port(port))


def _dns_server(text: str) -> str:
    """``ADDRESS`` or ``ADDRESS:PORT``."""
    try:
        server = servers_of(text)[0]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no address with a port") from error
    _address(server.address)
    _port(str(server.port))
    return text


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 3600:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 3600")
    return value


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scanners.mail", description=__doc__)
    parser.add_argument("target", metavar="DOMAIN|URL")
    parser.add_argument("--json", action="store_true", help="print JSON (the only format)")
    parser.add_argument("--mx", type=_mx, action="append", default=[], metavar="DOMAIN=HOST:PORT")
    parser.add_argument("--dns-server", type=_dns_server, metavar="ADDR[:PORT]")
    parser.add_argument("--ca-file", help="PEM file with further roots")
    parser.add_argument(
        "--resolve", type=_resolve, action="append", default=[], metavar="HOST:PORT:ADDR[:PORT]"
    )
    parser.add_argument(
        "--allow-network", type=ipaddress.ip_network, action="append", default=[], metavar="CIDR"
    )
    parser.add_argument("--ehlo-name", type=_host, metavar="NAME", help="how we introduce us")
    parser.add_argument("--deadline", type=_seconds, default=60.0, metavar="S", help="seconds")
    return parser.parse_args(argv)


def _request(arguments: argparse.Namespace) -> ScanRequest:
    """A URL stands for its registrable domain, a domain for itself."""
    is_url = "://" in arguments.target
    named = arguments.ehlo_name
    return ScanRequest(
        kind=ScanKind.MAIL,
        url=arguments.target if is_url else "",
        hosts=(),
        expected={} if is_url else {"mail_domains": [arguments.target]},
        options={} if named is None else {"ehlo_name": named},
        deadline_s=arguments.deadline,
    )


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
    """Exit codes: 0 complete, 1 operational error, 2 bad input, 4 could not see everything."""
    arguments = _arguments(argv)
    request = _request(arguments)
    if not domains_of(request):
        sys.stderr.write(f"{arguments.target!r} has no mail domain\n")
        return EXIT_USAGE
    options = NetOptions(
        resolve=tuple(arguments.resolve),
        mx=dict(arguments.mx),
        dns_server=arguments.dns_server,
        allow_networks=tuple(arguments.allow_network),
        ca_file=arguments.ca_file,
    )
    try:
        result = asyncio.run(MailScanner(options, _SystemClock()).scan(request))
    except RootsError as error:
        sys.stderr.write(f"--ca-file: {error}\n")
        return EXIT_USAGE
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    sys.stdout.write(as_json(result).decode() + "\n")
    return EXIT_OK if result.outcome == "complete" else EXIT_NOT_SEEN


if __name__ == "__main__":
    sys.exit(main())
