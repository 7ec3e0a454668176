"""What the kernel counts: connections, processor time and memory, read from /proc."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import http.client
import os
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_NEW_USER, _NEW_NET = 0x1000_0000, 0x4000_0000
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def active_opens(snmp: str) -> int:
    """TCP connections dialled, out of the text of /proc/net/snmp."""
    names, values = (line.split() for line in snmp.splitlines() if line.startswith("Tcp:"))
    return int(values[names.index("ActiveOpens")])


@dataclass(frozen=True, slots=True)
class Stat:
    """One line of /proc/PID/stat: the parent, and ticks of itself and of ended children."""

    parent: int
    own: int
    children: int


def read_stat(line: str) -> Stat:
    """Parse /proc/PID/stat; a program's name may hold blanks and brackets."""
    fields = line.rpartition(")")[2].split()
    user, system, child_user, child_system = (int(text) for text in fields[11:15])
    return Stat(int(fields[1]), user + system, child_user + child_system)


def descendants(parents: dict[int, int], pid: int) -> list[int]:
    """``pid`` and everything below it, given the parent of each process."""
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = read_stat((entry / "stat").read_text()).parent
    return parents


def tree(pid: int) -> list[int]:
    """The process and all its living descendants."""
    return descendants(_parents(), pid)


def children(pid: int) -> list[int]:
    """Living children, without theirs."""
    return [child for child, parent in _parents().items() if parent == pid]


def cpu_s(pid: int) -> float:
    """Seconds of processor time of a living process and of the children it has reaped."""
    found = read_stat(Path(f"/proc/{pid}/stat").read_text())
    return (found.own + found.children) / TICKS_PER_S


def status_kib(status: str, name: str) -> int:
    """A line of /proc/PID/status or smaps_rollup in KiB; 0 when it is not there (a zombie)."""
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) if found else 0


def rss_kib(pid: int) -> int:
    """Resident memory, 0 of a process that has gone."""
    with contextlib.suppress(OSError):
        return status_kib(Path(f"/proc/{pid}/status").read_text(), "VmRSS")
    return 0


def pss_kib(pid: int) -> int:
    """Resident memory with shared pages counted in part, 0 of a process that has gone."""
    with contextlib.suppress(OSError):
        return status_kib(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss")
    return 0


@dataclass(slots=True)
class Peak:
    """The most that a tree of processes held at once."""

    rss_kib: int = 0


@contextlib.contextmanager
def watched(pid: Callable[[], int], every_s: float = 0.05) -> Iterator[Peak]:
    """Sample the tree of a process, which may be another one each time, until the block ends."""
    peak, stop = Peak(), threading.Event()

    def look() -> None:
        while True:
            peak.rss_kib = max(peak.rss_kib, sum(rss_kib(one) for one in tree(pid())))
            if stop.wait(every_s):
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


class Counter(Protocol):
    """Counts connections to the targets."""

    how: str

    def count(self) -> int:
        """So far."""
        ...


class NamespaceCounter:
    """The kernel's count of this network namespace: nobody else is in it."""

    how = "kernel (ActiveOpens of a network namespace of the run's own)"

    def count(self) -> int:
        """Connections dialled in this namespace."""
        return active_opens(Path("/proc/net/snmp").read_text())


class AcceptsCounter:
    """What the server accepted, asked over one connection that stays open."""

    how = "server (accepted connections of nginx)"

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def count(self) -> int:
        """Connections accepted by nginx."""
        self._line.request("GET", "/")
        text = self._line.getresponse().read().decode()
        return int(text.splitlines()[2].split()[0])


def own_namespace() -> bool:
    """Move this process, before it has threads, to an empty network; False when not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    flags = _NEW_NET if os.geteuid() == 0 else _NEW_USER | _NEW_NET
    if libc.unshare(flags) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        request = struct.pack("16sh22x", b"lo", 0)
        (now,) = struct.unpack_from("h", fcntl.ioctl(line, _GET_FLAGS, request), 16)
        fcntl.ioctl(line, _SET_FLAGS, struct.pack("16sh22x", b"lo", now | _UP))
    return True


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on right now."""
    with contextlib.ExitStack() as held:
        lines = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [line.getsockname()[1] for line in lines]
