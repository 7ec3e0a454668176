"""``python -m scanners.mail DOMAIN|URL --json``: look at a domain's incoming mail."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from scanners import alone
from scanners.api import NetOptions, ScanKind, ScanRequest
from scanners.mail.domains import domains_of
from scanners.mail.scanner import MailScanner
from scanners.net.written import name_server, parse_mx
from scanners.tls.trust import RootsError


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scanners.mail", description=__doc__)
    parser.add_argument("target", metavar="DOMAIN|URL")
    parser.add_argument("--json", action="store_true", help="print JSON (the only format)")
    parser.add_argument(
        "--mx", type=alone.argument(parse_mx), action="append", default=[],
        metavar="DOMAIN=HOST:PORT",
    )  # fmt: skip
    parser.add_argument("--dns-server", type=alone.argument(name_server), metavar="ADDR[:PORT]")
    parser.add_argument("--ehlo-name", type=alone.host, metavar="NAME", help="how we introduce us")
    alone.add_net_options(parser)
    alone.add_deadline(parser, 60.0)
    return parser.parse_args(argv)


def _options(arguments: argparse.Namespace) -> NetOptions:
    return replace(
        alone.net_options(arguments), mx=dict(arguments.mx), dns_server=arguments.dns_server
    )


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


def main(argv: list[str] | None = None) -> int:
    """Exit codes: see ``scanners.alone``."""
    arguments = _arguments(argv)
    request = _request(arguments)
    if not domains_of(request):
        sys.stderr.write(f"{arguments.target!r} has no mail domain\n")
        return alone.EXIT_USAGE

    async def look() -> int:
        result = await MailScanner(_options(arguments), alone.MachineClock()).scan(request)
        sys.stdout.write(alone.as_json(result).decode() + "\n")
        return alone.ending(result)

    try:
        return alone.running(look)
    except RootsError as error:
        sys.stderr.write(f"--ca-file: {error}\n")
        return alone.EXIT_USAGE


if __name__ == "__main__":
    sys.exit(main())
