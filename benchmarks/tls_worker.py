"""One tool in a process of its own, asked line by line: ``python -m benchmarks.tls_worker``.

Each line of standard input is an ``Order``, each answered by one ``Done``.  The
processor time is this process's own; that of a helper it keeps is read from outside,
by its pid.
"""

# mypy: disable-error-code="attr-defined"
# (sslyze's package re-exports its API without saying so.)

from __future__ import annotations

import asyncio
import ipaddress
import sys
import time
import warnings
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import msgspec

from benchmarks.tls_targets import Target
from scanners.api import NetOptions, Resolve, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.net.guard import Endpoint
from scanners.tls import certificates, trust
from scanners.tls.enumeration import Enumeration
from scanners.tls.evidence import CertificateFacts
from scanners.tls.helper import Helper
from scanners.tls.probe import Deadline
from scanners.tls.scanner import CertificateScanner, TlsScanner

DEADLINE_S = 300.0


class Order(msgspec.Struct):
    """Look at every target ``runs`` times, ``at_once`` at the same time."""

    mode: str
    targets: list[Target]
    ca_file: str
    runs: int = 1
    at_once: int = 1


class Done(msgspec.Struct):
    """What the order took in this process; ``failed`` looks that were not complete."""

    cpu_s: float
    wall_s: float
    looks: int
    failed: int
    connections: int
    problems: list[str]
    helper: int | None = None


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Tally:
    """Adds up looks."""

    def __init__(self) -> None:
        self.looks = self.failed = self.connections = 0
        self.problems: list[str] = []

    def add(self, problem: str, connections: int) -> None:
        """One look; an empty problem is a good one."""
        self.looks += 1
        self.connections += connections
        if problem:
            self.failed += 1
            self.problems = [*self.problems, problem][:5]


def options_of(targets: Sequence[Target], ca_file: str) -> NetOptions:
    """As ``--resolve`` would say it: every name at its port of 127.0.0.1."""
    return NetOptions(
        resolve=tuple(Resolve(t.host, t.port, "127.0.0.1", t.port) for t in targets),
        allow_networks=(ipaddress.IPv4Network("127.0.0.0/8"),),
        ca_file=ca_file,
    )


def forget() -> None:
    """Everything remembered of certificates seen, the roots excepted."""
    for module in (certificates, trust):
        for name, thing in vars(module).items():
            if name != "_roots" and hasattr(thing, "cache_clear"):
                thing.cache_clear()


def problem_of(result: ScanResult) -> str:
    """Why a scan does not count; "" when it is complete and the certificate verified."""
    if result.outcome is not ScanOutcome.COMPLETE:
        return f"{result.outcome}: {result.detail.get('reason', '')}"
    found = [e.facts for e in result.evidence if isinstance(e.facts, CertificateFacts)]
    return "" if found and all(c.trusted and c.host_matches for c in found) else "not verified"


class Worker:
    """Keeps scanners between orders, as a daemon does."""

    def __init__(self) -> None:
        self.helper = Helper()
        self._clock = _SystemClock()
        self._scanners: dict[tuple[str, str], CertificateScanner | TlsScanner] = {}

    async def do(self, order: Order) -> Done:
        """Carry out one order."""
        tally, wall, cpu = Tally(), time.perf_counter(), time.process_time()
        if order.mode == "sslyze":
            run_sslyze(order, tally)
        else:
            await self._all(order, tally)
        return Done(
            time.process_time() - cpu,
            time.perf_counter() - wall,
            tally.looks,
            tally.failed,
            tally.connections,
            tally.problems,
            self.helper.pid,
        )

    async def _all(self, order: Order, tally: Tally) -> None:
        look = self._hellos if order.mode == "hellos" else self._scan_with(order)
        left = iter([t for t in order.targets for _ in range(order.runs)])

        async def one_slot() -> None:
            for target in left:
                await look(target, order, tally)

        await asyncio.gather(*(one_slot() for _ in range(order.at_once)))

    def _scan_with(self, order: Order) -> Callable[[Target, Order, Tally], Awaitable[None]]:
        options = options_of(order.targets, order.ca_file)
        certificate = order.mode in ("probe", "first")
        key = (order.mode, "|".join(t.host for t in order.targets))
        if key not in self._scanners:
            self._scanners[key] = (
                CertificateScanner(options, self._clock)
                if certificate
                else TlsScanner(options, self._clock, self.helper)
            )
        kept = self._scanners[key]

        async def look(target: Target, order: Order, tally: Tally) -> None:
            scanner = kept
            if order.mode == "first":
                forget()
                scanner = CertificateScanner(options, self._clock)
            request = ScanRequest(
                kind=ScanKind.CERTIFICATE if certificate else ScanKind.TLS,
                url=f"https://{target.host}:{target.port}/",
                hosts=(target.host,),
                options={"tier": "full" if order.mode == "full" else "lean"},
                deadline_s=DEADLINE_S,
            )
            result = await scanner.scan(request)
            tally.add(problem_of(result), result.requests)

        return look

    async def _hellos(self, target: Target, _: Order, tally: Tally) -> None:
        endpoint = Endpoint("127.0.0.1", target.port)
        found = await Enumeration(endpoint, target.host, Deadline(DEADLINE_S)).run()
        tally.add("; ".join(found.problems), found.connections)


def run_sslyze(order: Order, tally: Tally) -> None:
    """Every command of sslyze through its API, with its own defaults, one server at a time."""
    from sslyze import (  # noqa: PLC0415 (heavy: only in the process that is measured)
        ScanCommand,
        Scanner,
        ServerNetworkConfiguration,
        ServerNetworkLocation,
        ServerScanRequest,
        ServerScanStatusEnum,
    )

    for target in [t for t in order.targets for _ in range(order.runs)]:
        place = ServerNetworkLocation(target.host, target.port, ip_address="127.0.0.1")
        network = ServerNetworkConfiguration(tls_server_name_indication=target.host)
        scanner = Scanner()
        scanner.queue_scans([ServerScanRequest(place, network, scan_commands=set(ScanCommand))])
        for found in scanner.get_results():
            good = found.scan_status is ServerScanStatusEnum.COMPLETED
            tally.add("" if good else str(found.connectivity_error_trace)[-200:], 0)


async def _serve() -> None:
    worker = Worker()
    loop = asyncio.get_running_loop()
    try:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            done = await worker.do(msgspec.json.decode(line, type=Order))
            sys.stdout.write(msgspec.json.encode(done).decode() + "\n")
            sys.stdout.flush()
    finally:
        worker.helper.close()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    asyncio.run(_serve())
