"""The process that recognises libraries: ``python -m scanners.owasp.libraries.child``.

A ``Job`` as JSON on standard input, a ``Report`` on standard output.  The expressions come
from a file and the texts from a shop: one that backtracks without end costs this process
its slice of time, never the daemon its loop.
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scanners.owasp.libraries.repository import Limited, Report, Script, load

MEMORY_MAX_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """Scripts to look at with the data in ``file``; seconds for one search and for all."""

    file: str
    scripts: tuple[Script, ...]
    search_s: float = 0.3
    whole_s: float = 20.0


class _TooSlowError(Exception):
    """A search used up its time."""


def _ring(_number: int, _frame: object) -> None:
    raise _TooSlowError


def limiter(seconds: float) -> Limited:
    """Runs searches for at most ``seconds`` each; for the main thread of a process.

    The engine of ``re`` looks for signals while it searches.
    """
    signal.signal(signal.SIGALRM, _ring)

    def limited(search: Callable[[], list[str]]) -> list[str] | None:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            try:
                return search()
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except _TooSlowError:
            return None

    return limited


def work(raw: bytes) -> Report:
    """Do one job."""
    job = msgspec.json.decode(raw, type=Job)
    try:
        repository = load(Path(job.file).read_bytes())
    except (OSError, ValueError) as error:
        return Report(problem=str(error))
    return repository.report(job.scripts, limiter(job.search_s))


def main() -> None:
    """Limits first, then standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 61))
    sys.stdout.buffer.write(msgspec.json.encode(work(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
