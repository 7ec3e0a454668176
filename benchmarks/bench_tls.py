"""TLS side by side: ours, sslyze, sslscan, testssl.sh, blackbox_exporter; ``make bench-tls``.

All look at the same servers on loopback in one run, in turns, so that a busy moment hits
everybody; only ratios mean something elsewhere.  Figures go to
benchmarks/results/tls.json and, as tables, to docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

import msgspec

from benchmarks import tls_report as report
from benchmarks.tls_proc import (
    AcceptsCounter,
    Counter,
    NamespaceCounter,
    children,
    cpu_s,
    own_namespace,
    pss_kib,
    rss_kib,
    tree,
)
from benchmarks.tls_report import Aim, Memory, Sample, Sweep, Verdict
from benchmarks.tls_targets import RECIPES, Lab, Target, find_nginx, lab
from benchmarks.tls_tools import (
    STEADY,
    BlackboxServer,
    BlackboxTool,
    CommandTool,
    Tool,
    ToolError,
    WorkerTool,
    measure,
    program,
)

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
RESULT = Path(__file__).parent / "results" / "tls.json"
SCHEMA = "keurwacht.bench_tls@1"
ROUNDS, SITES, AT_ONCE = 3, 1000, 6
PROBE, FIRST = "keurwacht certificate probe", "keurwacht certificate probe, chain never seen"
HELLOS, LEAN, FULL = "keurwacht hello enumeration", "keurwacht lean scan", "keurwacht full scan"
SSLYZE, SSLSCAN, TESTSSL = "sslyze API, all commands", "sslscan", "testssl.sh"
BLACKBOX = "blackbox_exporter, tcp with tls"
USUAL = frozenset(recipe.name for recipe in RECIPES if not recipe.extreme)
TLS12 = frozenset(recipe.name for recipe in RECIPES if recipe.tls12)
EXTREME = frozenset(recipe.name for recipe in RECIPES if recipe.extreme)
ALL = USUAL | EXTREME


def of_connections(sample: Sample) -> float:
    """Connections per run."""
    return sample.connections


def of_cpu(sample: Sample) -> float:
    """Processor time per run."""
    return sample.cpu_s


AIMS = (
    Aim("connections: lean scan / sslyze", LEAN, SSLYZE, of_connections, 1 / 15, USUAL),
    Aim("the same in the worst case", LEAN, SSLYZE, of_connections, 1 / 15, EXTREME),
    Aim("CPU: lean scan, child included / sslyze", LEAN, SSLYZE, of_cpu, 1 / 4, USUAL | EXTREME),
    Aim("CPU: hello enumeration / sslyze", HELLOS, SSLYZE, of_cpu, 1 / 50, USUAL),
    Aim("the same in the worst case", HELLOS, SSLYZE, of_cpu, 1 / 50, EXTREME),
    Aim("CPU: certificate probe / blackbox_exporter, TLS 1.2 on", PROBE, BLACKBOX, of_cpu,
        1 / 2, TLS12),
    Aim("CPU: certificate probe / blackbox_exporter, anywhere", PROBE, BLACKBOX, of_cpu, 1.0,
        USUAL | EXTREME),
    Aim("the same when the chain was never seen before", FIRST, BLACKBOX, of_cpu, None,
        USUAL | EXTREME),
)  # fmt: skip
CELLS = (
    "Each cell: connections · CPU ms · wall ms per look, children included, the median of the "
    "rounds. *Steady state* is one process that looks many times, *one process per target* pays "
    "its start each time. Ratios are taken within a round and are the only figures that travel."
)


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything one run measured."""

    samples: tuple[Sample, ...]
    tools: Mapping[str, str]
    absent: tuple[str, ...]
    left_out: tuple[str, ...]
    problems: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    sweep: Sweep | None
    counted_by: str
    versions: Mapping[str, str]
    machine: Mapping[str, str]


@contextlib.contextmanager
def tools_of(found: Lab, folder: Path) -> Iterator[tuple[list[Tool], list[str]]]:
    """Every tool that is here, ready; and the names of those that are not."""
    with contextlib.ExitStack() as stack:
        ca = found.ca_file
        modes = ((PROBE, "probe", 200), (FIRST, "first", 100), (HELLOS, "hellos", 20),
                 (LEAN, "lean", 5), (FULL, "full", 1), (SSLYZE, "sslyze", 2))  # fmt: skip
        tools: list[Tool] = []
        absent: list[str] = []
        for name, mode, runs in modes:
            tools.append(WorkerTool(name, mode, ca, runs))
            stack.callback(tools[-1].close)
        exporter = program("prometheus-blackbox-exporter", "blackbox_exporter")
        if exporter is None:
            absent.append("blackbox_exporter")
        else:
            server = BlackboxServer(exporter, folder, found.targets, ca)
            stack.callback(server.close)
            # Next to the probe it is compared with.
            tools[2:2] = [BlackboxTool(server, prober, 200) for prober in ("tcp", "http")]
        tools += _commands(absent)
        yield tools, absent


def _commands(absent: list[str]) -> list[Tool]:
    tools: list[Tool] = []
    if sslscan := program("sslscan"):
        words = [sslscan, "--no-colour", "--sni-name={host}", "127.0.0.1:{port}"]
        tools.append(CommandTool(SSLSCAN, words, "Accepted|Preferred"))
    else:
        absent.append("sslscan")
    if testssl := program("testssl", "testssl.sh"):
        words = [testssl, "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none",
                 "--ip", "127.0.0.1", "{host}:{port}"]  # fmt: skip
        tools.append(CommandTool(TESTSSL, words, r"Done \d{4}", rounds=1))
    else:
        absent.append("testssl.sh")
    return tools


def measure_all(
    tools: Sequence[Tool],
    targets: Sequence[Target],
    counter: Counter,
    rounds: int,
    problems: list[str],
) -> Iterator[Sample]:
    """Warm up what stays, then take turns; what went wrong is noted and not counted."""
    ready = []
    for tool in tools:
        try:
            if tool.how == STEADY:
                tool.run(targets[0], 2)
            ready.append(tool)
        except ToolError as error:
            problems.append(str(error))
    for number in range(rounds):
        for target in targets:
            for tool in ready:
                if tool.rounds is None or number < tool.rounds:
                    try:
                        sample = measure(tool, target, counter, number)
                    except ToolError as error:
                        problems.append(str(error))
                        continue
                    say(f"round {number + 1}, {target.name}, {tool.name}: {sample.connections:.1f}"
                        f" connections, {sample.cpu_s * 1000:.2f} ms CPU")  # fmt: skip
                    yield sample


def try_sweep(found: Lab, options: argparse.Namespace, problems: list[str]) -> Sweep | None:
    """The sweep, None when none was wanted or it went wrong."""
    if not options.sites:
        return None
    say(f"sweeping {options.sites} sites")
    try:
        return sweep_all(found, options.at_once)
    except ToolError as error:
        problems.append(str(error))
        return None


def sweep_all(found: Lab, at_once: int) -> Sweep:
    """Every site once, lean, by one process with one helper; memory sampled from outside."""
    worker = WorkerTool("sweep", "lean", found.ca_file, 1)
    memory: list[Memory] = []
    ended = threading.Event()
    try:
        worker.order(found.targets, 1, at_once)
        thread = threading.Thread(target=_sample, args=(worker.watch_pid(), ended, memory))
        thread.start()
        nginx = sum(cpu_s(pid) for pid in tree(found.nginx_pid))
        try:
            done, helper_s = worker.order(found.sites, 1, at_once)
        finally:
            ended.set()
            thread.join()
        nginx = sum(cpu_s(pid) for pid in tree(found.nginx_pid)) - nginx
    finally:
        worker.close()
    cpu = done.cpu_s + helper_s
    return Sweep(done.looks, at_once, done.wall_s, cpu, nginx, done.connections, tuple(memory))


def _sample(pid: int, ended: threading.Event, memory: list[Memory]) -> None:
    began = time.monotonic()
    while not ended.wait(0.5):
        helper = sum(rss_kib(child) for child in children(pid))
        everyone = sum(pss_kib(one) for one in tree(pid))
        at = time.monotonic() - began
        memory.append(Memory(at, rss_kib(pid) / 1024, helper / 1024, everyone / 1024))


def machine() -> dict[str, str]:
    """What the figures were taken on, without names."""
    model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model[1] if model else "unknown",
        "cores": str(len(os.sched_getaffinity(0))),
        "memory_gib": f"{memory:.0f}",
        "linux": ".".join(platform.release().split(".")[:2]),
        "python": platform.python_version(),
        "load_at_start": f"{os.getloadavg()[0]:.1f}",
    }


def versions() -> dict[str, str]:
    """Of everything that took part and is here."""
    found = {name: version(name) for name in ("sslyze", "nassl", "cryptography")}
    asked = {
        "nginx": [find_nginx(), "-v"],
        "openssl": ["openssl", "version"],
        "sslscan": ["sslscan", "--version"],
        "testssl.sh": ["testssl", "--version"],
        "blackbox_exporter": ["prometheus-blackbox-exporter", "--version"],
    }
    for name, words in asked.items():
        if program(words[0]):
            done = subprocess.run(
                words, capture_output=True, text=True, check=False, cwd=tempfile.gettempdir()
            )
            number = re.search(r"\b\d+\.\d+(\.\d+)?[a-z]*\b", done.stdout + done.stderr)
            found[name] = number[0] if number else "unknown"
    return found


def page_of(bench: Bench) -> str:
    """The section of docs/benchmarks.md."""
    facts = bench.machine
    head = [
        f"TLS scanners side by side (`make bench-tls`), on {facts['cores']} cores with Python "
        f"{facts['python']}; " + ", ".join(f"{n} {v}" for n, v in bench.versions.items()) + ".",
        CELLS,
        f"Connections were counted by the {bench.counted_by}.",
    ]
    if bench.absent:
        head.append(f"Not here and therefore left out: {', '.join(bench.absent)}.")
    if bench.left_out:
        head.append(f"Left out on request: {', '.join(bench.left_out)}.")
    if bench.problems:
        head.append(f"{len(bench.problems)} measurements failed and are not counted.")
    where = [f"- *{r.name}*: {r.says}" for r in RECIPES]
    table = report.tools_table(bench.samples, bench.tools, [r.name for r in RECIPES])
    lines = report.sweep_lines(bench.sweep) if bench.sweep else []
    return report.section((head, where, table, report.verdict_table(bench.verdicts), lines))


def write_json(bench: Bench) -> None:
    """The figures with every sample."""
    RESULT.parent.mkdir(exist_ok=True)
    words = {"schema": SCHEMA, **asdict(bench)}
    text = msgspec.json.format(msgspec.json.encode(words, enc_hook=str), indent=1)
    RESULT.write_bytes(text + b"\n")


def say(text: str) -> None:
    """Progress, apart from the figures."""
    print(text, file=sys.stderr, flush=True)


def run(options: argparse.Namespace) -> Bench:
    """Everything, once."""
    facts, problems = machine(), list[str]()
    apart = own_namespace()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say(f"issuing certificates for {options.sites} sites")
        with lab(folder, options.sites) as found:
            counter: Counter = NamespaceCounter() if apart else AcceptsCounter(found.status_port)
            with tools_of(found, folder) as (tools, absent):
                wanted = [t for t in tools if t.name not in options.without]
                targets = [t for t in found.targets if t.name in (options.only or ALL)]
                samples = tuple(measure_all(wanted, targets, counter, options.rounds, problems))
            sweep = try_sweep(found, options, problems)
    names = {target.name for target in targets}
    verdicts = [
        report.judge(samples, replace(aim, targets=aim.targets & names))
        for aim in AIMS
        if aim.targets & names
    ]
    verdicts += report.judge_sweep(sweep) if sweep else ()
    return Bench(
        samples,
        {tool.name: tool.how for tool in wanted},
        tuple(absent),
        tuple(t.name for t in tools if t not in wanted),
        tuple(problems),
        tuple(verdicts),
        sweep,
        counter.how,
        versions(),
        facts,
    )


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sites", type=int, default=SITES, help="of the sweep; 0: none")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="scans in the sweep")
    parser.add_argument("--without", action="append", default=[], metavar="TOOL", help="leave out")
    parser.add_argument(
        "--only", action="append", choices=sorted(ALL), help="a target; repeatable; implies no page"
    )
    parser.add_argument("--no-page", action="store_true", help="only print")
    options = parser.parse_args()
    bench = run(options)
    text = page_of(bench)
    print(text)
    if not options.no_page and not options.only:
        write_json(bench)
        PAGE.write_text(report.put(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")
    if bench.problems:
        sys.exit("\n".join(bench.problems))


if __name__ == "__main__":
    main()
