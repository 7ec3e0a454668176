"""Import, tick and memory with 10,000 sites: ``make bench`` writes docs/benchmarks.md.

Nothing is scanned and nothing leaves the machine: jobs are handed to a carrier
that only takes them, and the idle daemon has no check due.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import platform
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from monitor import bootstrap
from monitor.adapters.clock import SystemClock
from monitor.adapters.store import migrate
from monitor.adapters.store.store import SqlStore
from monitor.commands.files import read_import
from monitor.domain.check import Job
from monitor.services.members import store_rows
from monitor.services.scan_orders import OwaspWork, ScanOrders
from monitor.services.surveillance import Surveillance, WorkSettings
from monitor.services.tx import Tx
from monitor.settings import Settings
from monitor.settings_load import load_settings
from scanners.registry import FACTS
from tests.shops.fleet import Fleet, fleet, sites_yaml

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- bench_fleet: begin -->", "<!-- bench_fleet: end -->"
SITES = 10_000
TICKS = 300
SLOTS = 8
SETTLE_S = 20.0
READY_MAX_S = 60.0
PROGRAM = (sys.executable, "-c", "from monitor.cli import main; main()")
LABELS = ("thuiswinkel-zakelijk", "becommerce-b2b", "webwinkelkeur")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number with the aim of the project, if there is one."""

    what: str
    value: str
    aim: str = ""


class Taker:
    """A carrier that takes jobs and does nothing with them."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.slots = SLOTS

    def free_slots(self) -> int:
        """Always the same."""
        return self.slots

    def submit(self, job: Job) -> None:
        """Note the job."""
        self.jobs.append(job)

    async def drain(self, timeout_s: float) -> int:  # noqa: ARG002 (the port's name)
        """Nothing runs."""
        return 0


def kvk(number: int) -> str:
    """Eight digits; register numbers have no check digit."""
    return f"{30_000_000 + number}"


def write_sites(file: Path, count: int) -> None:
    """An import file of ``count`` shops, one member each, a third per label."""
    with file.open("w", newline="", encoding="utf-8") as opened:
        rows = csv.writer(opened)
        rows.writerow(
            (
                "url",
                "member_id",
                "legal_name",
                "kvk",
                "customers",
                "languages",
                "labels",
                "contacts",
            )
        )
        for number in range(count):
            rows.writerow(
                (
                    f"https://shop-{number}.test/",
                    f"m-{number}",
                    f"Voorbeeld {number} B.V.",
                    kvk(number),
                    "b2b",
                    "nl",
                    f"{LABELS[number % len(LABELS)]}=certified",
                    f"shop{number}@mail.test/Jan/nl/contact",
                )
            )


def bench_import(settings: Settings, store: SqlStore, folder: Path, count: int) -> list[Figure]:
    """Read, check and store a file, then the same file again."""
    file = folder / "sites.csv"
    write_sites(file, count)
    catalogue = bootstrap.load_catalogue(settings)
    figures = []
    for what in ("first time", "again, nothing new"):
        began = time.perf_counter()
        rows, problems = read_import(file, tuple(catalogue.labels))
        if problems:
            sys.exit(f"{len(problems)} bad rows, the first: {problems[0]}")
        now = SystemClock().now()
        report = store.transact(lambda tx: store_rows(tx, rows, catalogue, "bench", now))  # noqa: B023
        took = time.perf_counter() - began
        aim = "< 10 s" if what == "first time" else ""
        done = f"{took:.2f} s ({report.added} added, {report.unchanged} unchanged)"
        figures.append(Figure(f"import of {count:,} sites, {what}", done, aim))
    return figures


def bench_tick(settings: Settings, store: SqlStore) -> list[Figure]:
    """Claim and hand over, with everything overdue, with nothing free, with nothing due."""
    core = bootstrap.build_core(settings, store)
    work = WorkSettings(owner="bench", slots=SLOTS, lease=timedelta(hours=1), per_platform=2)
    surveillance = Surveillance(
        store,
        {},
        core.application,
        core.clock,
        work,
        ScanOrders(core.catalogue.calendar, OwaspWork()),
    )
    rows = store.transact(lambda tx: sum(tx.fleet(core.clock.now()).due.values()))
    ready_at(settings, timedelta(days=-1))
    due = store.transact(lambda tx: sum(tx.fleet(core.clock.now()).due.values()))
    busy = asyncio.run(ticks(surveillance, store))
    ready_at(settings, timedelta(days=365))
    idle = asyncio.run(ticks(surveillance, store))
    print(f"{rows:,} checks due at first, {due:,} in the backlog", file=sys.stderr)
    return [
        *spread(f"tick that claims {SLOTS} of {due:,} overdue checks", busy, "< 20 ms"),
        *spread("tick with nothing due", idle, "< 20 ms"),
        *refresh_figures(store),
    ]


async def ticks(surveillance: Surveillance, store: SqlStore) -> list[float]:
    """Seconds of each of 300 ticks; claimed jobs are ended in between, untimed."""
    times = []
    for _ in range(TICKS):
        carrier = Taker()
        began = time.perf_counter()
        await surveillance.claim_due(carrier)
        times.append(time.perf_counter() - began)
        jobs = carrier.jobs
        await store.run(lambda tx: end(tx, jobs))  # noqa: B023
    return times


def end(tx: Tx, jobs: Sequence[Job]) -> None:
    """As if every job had been done."""
    for job in jobs:
        tx.complete(job, job.due_at + timedelta(days=30), 0)


def refresh_figures(store: SqlStore) -> list[Figure]:
    """What the metrics job costs: aggregates over the fleet."""
    clock = SystemClock()
    times = []
    for _ in range(10):
        began = time.perf_counter()
        store.transact(lambda tx: (tx.fleet(clock.now()), tx.counters(), tx.beats()))
        times.append(time.perf_counter() - began)
    return [Figure("numbers for /metrics, median", f"{statistics.median(times) * 1000:.1f} ms")]


def ready_at(settings: Settings, offset: timedelta) -> None:
    """Move every check, spread over an hour around now plus ``offset``."""
    import sqlite3  # noqa: PLC0415 (past the store on purpose: it has no such method)

    at = int((SystemClock().now() + offset).timestamp() * 1_000_000)
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as connection:
        connection.create_function("spread", 0, lambda: random.randrange(3_600_000_000))
        connection.execute("UPDATE due SET ready_at = ? + spread()", (at,))
    connection.close()


def spread(what: str, times: Sequence[float], aim: str) -> list[Figure]:
    """Median, 95th percentile and worst of many times."""
    ordered = sorted(times)
    at95 = ordered[int(len(ordered) * 0.95)]
    values = [f"{x * 1000:.1f}" for x in (statistics.median(ordered), at95, ordered[-1])]
    return [
        Figure(f"{what}: median / 95 % / worst of {len(ordered)}", " / ".join(values) + " ms", aim)
    ]


def bench_memory(settings: Settings, folder: Path) -> list[Figure]:
    """Memory of the daemon with nothing due: as started, and after every kind of scan.

    Child processes count.  The TLS engine's helper starts with the first TLS scan and
    stays, so the second figure is what an installation lives with.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    ready_at(settings, timedelta(days=365))
    config, log_file = folder / "keurwacht.toml", folder / "daemon.log"
    with fleet(folder / "shops", ("healthy",)) as shops, log_file.open("wb") as log:
        config.write_text(daemon_config(settings, port, shops), encoding="utf-8")
        process = subprocess.Popen(
            [*PROGRAM, "--config", str(config), "run"], stdout=log, stderr=log
        )
        try:
            wait_ready(port, process, log_file)
            time.sleep(SETTLE_S)
            figures = memory_of("as started", process.pid)
            scan_one(config, folder, shops)
            time.sleep(SETTLE_S)
            figures += memory_of("after a scan of every kind", process.pid)
        finally:
            process.terminate()
            process.wait(60)
    return figures


def daemon_config(settings: Settings, port: int, shops: Fleet) -> str:
    """Settings of a daemon that may reach the shop on loopback."""
    names = ", ".join(f'"{name}"' for name in shops.resolve)
    return (
        f'[database]\nurl = "{settings.database_url}"\n[http]\nport = {port}\n'
        f'[net]\nresolve = [{names}]\nallow_networks = ["{shops.allow_network}"]\n'
        f'ca_file = "{shops.ca_file}"\ndns_server = "{shops.dns_server}"\n'
    )


def scan_one(config: Path, folder: Path, shops: Fleet) -> None:
    """Import the shop and scan it with everything, waiting for the end."""
    file = folder / "shop.yaml"
    file.write_text(sites_yaml(shops), encoding="utf-8")
    url = shops["healthy"].shop.url
    for words in (("sites", "import", str(file)), ("rescan", url, "--wait")):
        done = subprocess.run(
            [*PROGRAM, "--config", str(config), *words], capture_output=True, text=True, check=False
        )
        if done.returncode == 2:
            sys.exit(f"keurwacht {' '.join(words)}: {done.stderr}")


def memory_of(when: str, pid: int) -> list[Figure]:
    """Resident and proportional memory of a process with its descendants."""
    tree = family(pid)
    rss = sum(memory_kib(one, "VmRSS") for one in tree)
    pss = sum(pss_kib(one) for one in tree)
    names = f"{len(tree)} process{'es' if len(tree) > 1 else ''}"
    return [
        Figure(
            f"memory of the idle daemon, {when}: RSS of {names}",
            f"{rss / 1024:.0f} MiB",
            "< 200 MiB",
        ),
        Figure("the same with shared pages counted once (PSS)", f"{pss / 1024:.0f} MiB"),
    ]


def wait_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until /readyz says yes."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + READY_MAX_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with opener.open(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"the daemon was not ready:\n{log.read_text()[-3000:]}")


def family(pid: int) -> list[int]:
    """The process and all its descendants (forkserver, resource tracker, children)."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def memory_kib(pid: int, name: str) -> int:
    """A line of /proc/PID/status in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def pss_kib(pid: int) -> int:
    """Proportional set size in KiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def page(figures: Sequence[Figure]) -> str:
    """The section between the markers."""
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, SQLite"
    rows = [f"| {f.what} | {f.value} | {f.aim} |" for f in figures]
    return "\n".join(
        (
            BEGIN,
            f"Measured with {machine}.",
            "",
            "| what | figure | aim |",
            "|---|---|---|",
            *rows,
            END,
        )
    )


def write_page(figures: Sequence[Figure]) -> None:
    """Replace the section in docs/benchmarks.md, or begin the page."""
    section = page(figures)
    start = "# Benchmarks\n\nFigures of `make bench`; read them as orders of magnitude.\n\n"
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else f"{start}{BEGIN}{END}\n"
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(before + section + rest.partition(END)[2], encoding="utf-8")


def main() -> None:
    """Measure, print, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=SITES)
    parser.add_argument("--no-page", action="store_true", help="only print")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/fleet.db"
        settings = load_settings(None, {}, {"database.url": url})
        migrate.upgrade(url)
        store = SqlStore(url, facts_types=FACTS)
        try:
            figures = bench_import(settings, store, folder, options.sites)
            figures += bench_tick(settings, store)
        finally:
            store.close()
        figures += bench_memory(settings, folder)
    print(page(figures))
    if not options.no_page:
        write_page(figures)


if __name__ == "__main__":
    main()
