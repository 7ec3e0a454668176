"""Content scans beside plain readers of the same pages; ``make bench-content``.

All read the same shop of twelve pages on loopback in one process and one run, in turns,
so that a busy moment hits everybody; only ratios mean something elsewhere.  The peers
are handed the addresses: what a scan spends on finding them is ours alone.  They get
text (httpx and selectolax), or text and structured data (extruct on top); neither
judges absence, walls, numbers or forms.  Then many sites at once, by a process whose
memory is told.  Figures go to benchmarks/results/content.json.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import ipaddress
import json
import platform
import resource
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
from selectolax.lexbor import LexborHTMLParser

from benchmarks.content_lab import DOMAIN, Lab, lab, pages
from scanners.api import NetOptions, Resolve, ScanKind, ScanOutcome, ScanRequest
from scanners.content.evidence import SiteFacts
from scanners.content.scanner import ContentScanner

RESULT = Path(__file__).parent / "results" / "content.json"
SCHEMA = "keurwacht.bench_content@1"
ROUNDS, RUNS, CHECKS, AT_ONCE = 5, 4, 1000, 8
REQUESTS_MAX, CPU_MAX_S, MEMORY_MAX_MIB = 40, 0.3, 300
OURS, READER, EXTRUCT = "keurwacht content scan", "httpx + selectolax", "the same + extruct"
Look = Callable[[], Awaitable[int]]


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of one tool, per look at the shop: seconds and requests."""

    tool: str
    round: int
    cpu_s: float
    wall_s: float
    requests: float


@dataclass(frozen=True, slots=True)
class Sweep:
    """Many content checks by one process; ``peak_mib`` is its highest resident set."""

    checks: int
    at_once: int
    complete: int
    wall_s: float
    cpu_s: float
    before_mib: float
    peak_mib: float


def host_of(number: int) -> str:
    """The name of a shop."""
    return f"s{number}.{DOMAIN}"


def options_of(found: Lab, count: int) -> NetOptions:
    """No name service, loopback allowed, no pause between requests."""
    resolve = [
        Resolve(host_of(n), port, "127.0.0.1", to)
        for n in range(count)
        for port, to in ((443, found.https), (80, found.http))
    ]
    networks = (ipaddress.IPv4Network("127.0.0.0/8"),)
    return NetOptions(
        resolve=tuple(resolve),
        allow_networks=networks,
        ca_file=found.ca_file,
        requests_per_second=10_000.0,
    )


async def scan_one(options: NetOptions, number: int) -> tuple[bool, int]:
    """One content scan: (was it complete with its products?, requests)."""
    host = host_of(number)
    request = ScanRequest(ScanKind.CONTENT, f"https://{host}/", (host,), deadline_s=60.0)
    result = await ContentScanner(options, _SystemClock()).scan(request)
    site = next((e.facts for e in result.evidence if isinstance(e.facts, SiteFacts)), None)
    whole = site is not None and "product" in site.complete_for
    return whole and result.outcome is ScanOutcome.COMPLETE, result.requests


async def _read_all(found: Lab, take: Callable[[str, str], object]) -> int:
    """The pages of the shop by a plain client; ``take`` gets body and address."""
    context = ssl.create_default_context(cafile=found.ca_file)
    base = f"https://127.0.0.1:{found.https}"
    headers, extensions = {"Host": host_of(0)}, {"sni_hostname": host_of(0)}
    asked = 0
    async with httpx.AsyncClient(verify=context, headers=headers, trust_env=False) as client:
        for path in pages():
            if not path.endswith(".xml"):
                answer = await client.get(base + path, extensions=extensions)
                take(answer.raise_for_status().text, base + path)
                asked += 1
    return asked


def _text(body: str, _: str) -> object:
    """Visible text and links, as most small crawlers take them."""
    tree = LexborHTMLParser(body)
    tree.strip_tags(["script", "style", "noscript", "template"])
    links = [node.attributes.get("href") for node in tree.css("a[href]")]
    return (tree.body.text(separator="\n") if tree.body is not None else ""), links


def looks(found: Lab) -> tuple[Mapping[str, Look], list[str]]:
    """Every tool that is here, and the names of those that are not."""
    options = options_of(found, 1)

    async def ours() -> int:
        complete, requests = await scan_one(options, 0)
        if not complete:
            sys.exit("the scan of the benchmark's shop is not complete")
        return requests

    tools: dict[str, Look] = {OURS: ours, READER: lambda: _read_all(found, _text)}
    try:
        extract = importlib.import_module("extruct").extract
    except ImportError:
        return tools, ["extruct"]

    def take(body: str, url: str) -> object:
        return _text(body, url), extract(body, base_url=url)

    tools[EXTRUCT] = lambda: _read_all(found, take)
    return tools, []


async def measure(tools: Mapping[str, Look], rounds: int) -> list[Sample]:
    """Warm up, then take turns."""
    samples: list[Sample] = []
    for look in tools.values():
        await look()
    for number in range(rounds):
        for name, look in tools.items():
            cpu, wall, requests = time.process_time(), time.perf_counter(), 0
            for _ in range(RUNS):
                requests += await look()
            used, took = time.process_time() - cpu, time.perf_counter() - wall
            samples.append(Sample(name, number, used / RUNS, took / RUNS, requests / RUNS))
            say(f"round {number + 1}, {name}: {used / RUNS * 1000:.0f} ms CPU")
    return samples


def ratio(samples: list[Sample], theirs: str) -> float | None:
    """Median over the rounds of our CPU time / theirs of the same round."""
    ours = {s.round: s.cpu_s for s in samples if s.tool == OURS}
    pairs = [(ours[s.round], s.cpu_s) for s in samples if s.tool == theirs]
    return statistics.median(a / b for a, b in pairs) if pairs else None


async def sweep(found: Lab, checks: int, at_once: int) -> Sweep:
    """Every site once."""
    options = options_of(found, checks)
    before = peak_mib()
    wall, cpu, complete = time.perf_counter(), time.process_time(), 0
    left = iter(range(checks))

    async def one_slot() -> None:
        nonlocal complete
        for number in left:
            whole, _ = await scan_one(options, number)
            complete += whole

    await asyncio.gather(*(one_slot() for _ in range(at_once)))
    used, took = time.process_time() - cpu, time.perf_counter() - wall
    return Sweep(checks, at_once, complete, took, used, before, peak_mib())


def peak_mib() -> float:
    """The highest resident set of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sweep_apart(found: Lab, checks: int, at_once: int) -> Sweep:
    """The sweep in a process of its own: this one's memory would be counted otherwise."""
    words = [sys.executable, "-m", "benchmarks.content", "--sweep", json.dumps(asdict(found))]
    words += ["--checks", str(checks), "--at-once", str(at_once)]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Sweep)


def report(samples: list[Sample], swept: Sweep | None, absent: list[str]) -> str:
    """The figures for people."""
    lines = ["| tool | CPU ms | wall ms | requests | our CPU / theirs |", "|---|---|---|---|---|"]
    for name in dict.fromkeys(s.tool for s in samples):
        mine = [s for s in samples if s.tool == name]
        middle = [statistics.median(getattr(s, f) for s in mine) for f in ("cpu_s", "wall_s")]
        part = "" if name == OURS else f"{ratio(samples, name) or 0:.2f}"
        cells = " | ".join(f"{value * 1000:.0f}" for value in middle)
        lines.append(f"| {name} | {cells} | {mine[0].requests:.0f} | {part} |")
    ours = [s for s in samples if s.tool == OURS]
    cpu = statistics.median(s.cpu_s for s in ours)
    asked = max(s.requests for s in ours)
    wanted = (asked <= REQUESTS_MAX, cpu < CPU_MAX_S)
    lines.append("")
    lines.append(
        f"- requests of a 12-page shop: {asked:.0f} (aim ≤ {REQUESTS_MAX}): {held(wanted[0])}"
    )
    lines.append(f"- CPU of a 12-page shop: {cpu:.3f} s (aim < {CPU_MAX_S} s): {held(wanted[1])}")
    if swept is not None:
        lines.append(
            f"- {swept.checks} content checks, {swept.at_once} at once: {swept.wall_s:.0f} s, "
            f"{swept.cpu_s:.0f} s CPU, {swept.complete} complete, peak {swept.peak_mib:.0f} MiB "
            f"of which {swept.before_mib:.0f} before the first "
            f"(aim < {MEMORY_MAX_MIB} MiB): {held(swept.peak_mib < MEMORY_MAX_MIB)}"
        )
    lines += [f"- not here and therefore left out: {', '.join(absent)}"] if absent else []
    return "\n".join(lines)


def held(holds: bool) -> str:
    """For people."""
    return "holds" if holds else "does not hold"


def say(text: str) -> None:
    """Progress, apart from the figures."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--checks", type=int, default=CHECKS, help="of the sweep; 0: none")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="checks in the sweep")
    parser.add_argument("--sweep", help=argparse.SUPPRESS)
    parser.add_argument("--no-file", action="store_true", help="only print")
    options = parser.parse_args()
    if options.sweep:
        found = Lab(**json.loads(options.sweep))
        done = asyncio.run(sweep(found, options.checks, options.at_once))
        print(msgspec.json.encode(done).decode())
        return
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder)) as found:
        tools, absent = looks(found)
        samples = asyncio.run(measure(tools, options.rounds))
        say(f"{options.checks} checks")
        swept = sweep_apart(found, options.checks, options.at_once) if options.checks else None
    print(report(samples, swept, absent))
    if not options.no_file:
        python = platform.python_version()
        words = {"schema": SCHEMA, "python": python, "samples": samples, "sweep": swept}
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_bytes(msgspec.json.format(msgspec.json.encode(words), indent=1) + b"\n")


if __name__ == "__main__":
    main()
