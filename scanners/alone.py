"""What the scanners share when they are run by themselves (``python -m scanners.KIND``).

Options mean the same as in ``keurwacht check``, and so do the exit codes: 0 seen whole,
1 operational error, 2 bad input, 4 not everything was seen, 130 interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from scanners.api import (
    Clock,
    NetOptions,
    ScanKind,
    Scanner,
    ScanOutcome,
    ScanRequest,
    ScanResult,
    host_of,
)
from scanners.net.names import ascii_host
from scanners.net.written import parse_network, parse_resolve, port_of

EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_NOT_SEEN, EXIT_INTERRUPTED = 0, 1, 2, 4, 130
SECONDS_MAX = 3_600.0

T = TypeVar("T")


class MachineClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)


def argument(read: Callable[[str], T]) -> Callable[[str], T]:
    """``read`` as argparse wants it: what its ValueError says reaches the user."""

    def reading(text: str) -> T:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return reading


host = argument(ascii_host)
port = argument(lambda text: port_of(text, "1 to 65535"))


def seconds(text: str) -> float:
    """More than 0 and at most an hour; argparse's error otherwise."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= SECONDS_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 3600")
    return value


def _file(text: str) -> str:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text}: no such file")
    return text


def add_net_options(parser: argparse.ArgumentParser, *, resolve: bool = True) -> None:
    """``--ca-file``, ``--allow-network`` and, unless told otherwise, ``--resolve``."""
    parser.add_argument("--ca-file", type=_file, metavar="F", help="PEM file with further roots")
    parser.add_argument(
        "--allow-network", type=argument(parse_network), action="append", default=[],
        metavar="CIDR", help="may be dialled although it is not public",
    )  # fmt: skip
    if resolve:
        parser.add_argument(
            "--resolve", type=argument(parse_resolve), action="append", default=[],
            metavar="HOST:PORT:ADDR[:PORT]", help="dial this instead of asking DNS",
        )  # fmt: skip


def add_deadline(parser: argparse.ArgumentParser, default: float | None) -> None:
    """``--deadline S``: seconds for the whole look."""
    parser.add_argument(
        "--deadline", type=seconds, default=default, metavar="S", help="seconds for everything"
    )


def net_options(arguments: argparse.Namespace) -> NetOptions:
    """What ``add_net_options`` read."""
    return NetOptions(
        resolve=tuple(arguments.resolve),
        allow_networks=tuple(arguments.allow_network),
        ca_file=arguments.ca_file,
    )


def as_json(result: ScanResult) -> bytes:
    """The result as a JSON object; bodies are left out."""
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


def ending(result: ScanResult) -> int:
    """The exit code of a look that came to an end."""
    return EXIT_OK if result.outcome is ScanOutcome.COMPLETE else EXIT_NOT_SEEN


def running(look: Callable[[], Coroutine[object, object, int]]) -> int:
    """Run to the exit code; trouble of this machine and an interrupt become theirs."""
    try:
        return asyncio.run(look())
    except OSError as error:  # a CA file that cannot be read, a closed pipe
        sys.stderr.write(f"{error}\n")
        return EXIT_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def read_site(
    kind: ScanKind,
    make: Callable[[NetOptions, Clock], Scanner],
    about: str,
    argv: list[str] | None,
    deadline_s: float = 120.0,
) -> int:
    """The whole command of a scanner that takes a URL and prints facts as JSON."""
    parser = argparse.ArgumentParser(prog=f"python -m scanners.{kind.value}", description=about)
    parser.add_argument("url")
    parser.add_argument("--json", action="store_true", help="print JSON (the only format)")
    add_net_options(parser)
    add_deadline(parser, deadline_s)
    arguments = parser.parse_args(argv)
    name = host_of(arguments.url)
    if not name:
        sys.stderr.write("the URL has no host\n")
        return EXIT_USAGE
    request = ScanRequest(
        kind=kind, url=arguments.url, hosts=(name,), deadline_s=arguments.deadline
    )

    async def look() -> int:
        result = await make(net_options(arguments), MachineClock()).scan(request)
        sys.stdout.write(as_json(result).decode() + "\n")
        return ending(result)

    return running(look)
