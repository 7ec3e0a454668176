"""The tools side by side: how each is run, and what one run cost."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from benchmarks.tls_proc import Counter, children, cpu_s, free_ports, watched
from benchmarks.tls_report import Sample
from benchmarks.tls_targets import Target
from benchmarks.tls_worker import Done, Order

STEADY, PER_CALL = "steady state", "one process per target"
READY_MAX_S = 20.0
TESTSSL_MAX_S = 600.0


class ToolError(Exception):
    """A tool did not do what is measured; its figures would be wrong."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time (children included) and wall time of some runs, in seconds."""

    cpu_s: float
    wall_s: float


class Tool(Protocol):
    """Something that looks at a target.

    ``runs`` per measurement, in each of ``rounds`` rounds at most (None: all of them).
    """

    name: str
    how: str
    runs: int
    rounds: int | None

    def run(self, target: Target, runs: int) -> Cost:
        """Look ``runs`` times, one after the other.  Raises ToolError."""
        ...

    def watch_pid(self) -> int:
        """The process whose tree is measured for memory."""
        ...

    def close(self) -> None:
        """End what runs."""
        ...


class WorkerTool:
    """A mode of the worker, in a process of its own that stays."""

    how = STEADY
    rounds: int | None = None

    def __init__(self, name: str, mode: str, ca_file: Path, runs: int) -> None:
        self.name, self.runs = name, runs
        self._mode, self._ca_file = mode, str(ca_file)
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.tls_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, targets: Sequence[Target], runs: int, at_once: int = 1) -> tuple[Done, float]:
        """Do it; returns what the worker says and the seconds its helper took."""
        order = Order(self._mode, list(targets), self._ca_file, runs, at_once)
        helper = self._helper_s()
        done = msgspec.json.decode(self._say(order), type=Done)
        if done.failed:
            raise ToolError(f"{self.name}: {done.failed} of {done.looks}: {done.problems}")
        time.sleep(0 if done.helper is None else 0.4)  # the helper reaps its children
        return done, self._helper_s() - helper

    def _say(self, order: Order) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise ToolError(f"{self.name}: no line to the worker")
        self._process.stdin.write(msgspec.json.encode(order).decode() + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise ToolError(f"{self.name}: the worker ended")
        return answer

    def _helper_s(self) -> float:
        return sum(cpu_s(pid) for pid in children(self.watch_pid()))

    def run(self, target: Target, runs: int) -> Cost:
        """By the worker's own clock, and the helper's from outside."""
        done, helper_s = self.order([target], runs)
        return Cost(done.cpu_s + helper_s, done.wall_s)

    def watch_pid(self) -> int:
        """The worker; its helper is a child of it."""
        return self._process.pid

    def close(self) -> None:
        """The worker ends when its input does."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)


class CommandTool:
    """A program that is started for every target."""

    how = PER_CALL

    def __init__(
        self, name: str, words: Sequence[str], shows: str, rounds: int | None = None
    ) -> None:
        self.name, self.runs, self.rounds = name, 1, rounds
        self._words, self._shows = list(words), shows
        self._pid = -1

    def run(self, target: Target, runs: int) -> Cost:
        """The rusage of the process with all children it waited for."""
        total, began = 0.0, time.perf_counter()
        for _ in range(runs):
            total += self._once(target)
        return Cost(total, time.perf_counter() - began)

    def _once(self, target: Target) -> float:
        words = [w.format(host=target.host, port=target.port) for w in self._words]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder
            )
            self._pid = process.pid
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            said = out.read().decode(errors="replace")
        if not re.search(self._shows, said):
            raise ToolError(f"{self.name} on {target.name}: {said[-400:]}")
        return usage.ru_utime + usage.ru_stime

    def watch_pid(self) -> int:
        """The process that runs now, or a number nobody has."""
        return self._pid

    def close(self) -> None:
        """Nothing stays."""


class BlackboxTool:
    """blackbox_exporter as Prometheus uses it: a process asked over HTTP."""

    how = STEADY
    rounds: int | None = None

    def __init__(self, server: BlackboxServer, prober: str, runs: int) -> None:
        self.name = f"blackbox_exporter, {'https' if prober == 'http' else 'tcp with tls'}"
        self.runs = runs
        self._server, self._prober = server, prober

    def run(self, target: Target, runs: int) -> Cost:
        """Seconds of the exporter, with all its threads."""
        before, began = cpu_s(self._server.pid), time.perf_counter()
        for _ in range(runs):
            self._server.probe(self._prober, target)
        wall = time.perf_counter() - began
        return Cost(cpu_s(self._server.pid) - before, wall)

    def watch_pid(self) -> int:
        """The exporter."""
        return self._server.pid

    def close(self) -> None:
        """The server is ended by whoever started it."""


class BlackboxServer:
    """The exporter with a module for every target (the server name belongs to a module)."""

    def __init__(
        self, program: str, folder: Path, targets: Sequence[Target], ca_file: Path
    ) -> None:
        (port,) = free_ports(1)
        config = folder / "blackbox.yml"
        config.write_text(blackbox_config(targets, ca_file))
        self._process = subprocess.Popen(
            [program, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}",
             "--log.level=error"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.pid = self._process.pid
        # One connection that stays open: the questions are not counted as connections.
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        until = time.monotonic() + READY_MAX_S
        while True:
            try:
                self._line.connect()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return

    def probe(self, prober: str, target: Target) -> None:
        """One probe; raises ToolError unless it succeeded, verified."""
        place = f"127.0.0.1:{target.port}"
        to = f"https://{place}/" if prober == "http" else place
        self._line.request("GET", f"/probe?module={prober}_{target.name}&target={to}")
        text = self._line.getresponse().read().decode()
        if "\nprobe_success 1" not in text:
            raise ToolError(f"blackbox_exporter, {prober}: {target.name}: {text[-300:]}")

    def close(self) -> None:
        """End it."""
        self._line.close()
        self._process.terminate()
        self._process.wait(30)


def blackbox_config(targets: Sequence[Target], ca_file: Path) -> str:
    """Modules tcp_NAME and http_NAME, both verifying with the lab's root."""
    lines = ["modules:"]
    for target in targets:
        tls = f"{{ca_file: {ca_file}, server_name: {target.host}}}"
        said = f"timeout: 10s, PROBER: {{preferred_ip_protocol: ip4, tls_config: {tls}"
        tcp, web = said.replace("PROBER", "tcp"), said.replace("PROBER", "http")
        lines.append(f"  tcp_{target.name}: {{prober: tcp, {tcp}, tls: true}}}}")
        lines.append(f"  http_{target.name}: {{prober: http, {web}}}}}")
    return "\n".join(lines) + "\n"


def measure(tool: Tool, target: Target, counter: Counter, number: int) -> Sample:
    """One measurement: everything per run."""
    before = counter.count()
    with watched(tool.watch_pid) as peak:
        cost = tool.run(target, tool.runs)
    return Sample(
        tool.name,
        target.name,
        number,
        (counter.count() - before) / tool.runs,
        cost.cpu_s / tool.runs,
        cost.wall_s / tool.runs,
        peak.rss_kib / 1024,
    )


def program(*names: str) -> str | None:
    """The first of these programs that is installed."""
    return next((found for name in names if (found := shutil.which(name))), None)
