"""Where the data about libraries comes from, and asking the child about scripts.

The project ships no data: a file or an address is given by the operator, and without one
the look says that components were not tested.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from scanners.api import Clock, NetOptions
from scanners.net.fetch import Fetcher, FetchError
from scanners.owasp.libraries.child import Job
from scanners.owasp.libraries.repository import Report, Script

FRESH_S = 24 * 3600.0
OLD_S = 30 * 24 * 3600.0
DATA_MAX_BYTES = 8_000_000
FETCH_S = 20.0
GRACE_S = 3.0


@dataclass(frozen=True, slots=True)
class Data:
    """A file with the data; ``problem`` says why there is none, ``note`` that it is old."""

    file: str = ""
    problem: str = ""
    note: str = ""


def cache_folder() -> Path:
    """Where downloaded data is kept."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "keurwacht" / "libraries"


async def obtain(source: str, options: NetOptions, clock: Clock) -> Data:
    """The data of a path or a web address; an address is asked at most once a day."""
    if not source.startswith(("http://", "https://")):
        there = await asyncio.to_thread(Path(source).is_file)
        return Data(source) if there else Data(problem=f"{source}: no such file")
    place = cache_folder() / f"{hashlib.sha256(source.encode()).hexdigest()[:32]}.json"
    age_s = await asyncio.to_thread(_age_s, place)
    if age_s is not None and age_s < FRESH_S:
        return Data(str(place))
    problem = await _download(source, place, options, clock)
    if not problem:
        return Data(str(place))
    if age_s is None:
        return Data(problem=problem)
    days = int(age_s // 86_400)
    return Data(str(place), note=f"{problem}; data of {days} days ago" if age_s > OLD_S else "")


def _age_s(place: Path) -> float | None:
    try:
        # The file's own time against the clock that set it.
        return max(0.0, time.time() - place.stat().st_mtime)
    except OSError:
        return None


async def _download(source: str, place: Path, options: NetOptions, clock: Clock) -> str:
    """Put it there; why not, "" when it is."""
    async with Fetcher(replace(options, body_max_bytes=DATA_MAX_BYTES), clock) as fetcher:
        try:
            answer = await fetcher.get(source, deadline_s=FETCH_S)
        except FetchError as error:
            return f"the data about libraries could not be fetched: {error.reason}"
    if answer.status != 200 or answer.truncated or answer.tls_error:  # noqa: PLR2004
        return f"the data about libraries could not be fetched: status {answer.status}"
    try:
        msgspec.json.decode(answer.body, type=dict[str, dict[str, object]])
        await asyncio.to_thread(_keep, place, answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
        return f"the data about libraries is of no use: {error}"
    return ""


def _keep(place: Path, body: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(body)
    part.replace(place)


async def recognise(scripts: tuple[Script, ...], file: str, deadline_s: float) -> Report:
    """Ask the child; a report with a ``problem`` when it gave none in time."""
    if not scripts:
        return Report()
    job = Job(file, scripts, whole_s=deadline_s)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "scanners.owasp.libraries.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(deadline_s + GRACE_S):
            output, _ = await child.communicate(msgspec.json.encode(job))
        return msgspec.json.decode(output, type=Report)
    except TimeoutError:
        return Report(problem="recognising libraries took too long")
    except (msgspec.DecodeError, BrokenPipeError, ConnectionResetError):
        return Report(problem="recognising libraries failed")
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
