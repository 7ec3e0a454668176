"""Running wapiti: a program of its own group, listened to, and ended without asking.

SIGINT makes it ask a question; SIGTERM ends it at once without a report.  So one module
runs per process, and what is lost by ending one is that module.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

WATCH_EVERY_S = 0.25
TERM_WITHIN_S = 1.0
LINE_MAX_CHARS = 4_000
CHUNK_BYTES = 16_384
VERSION_WITHIN_S = 60.0
OLDEST = (3, 2)
VARIABLE = "WAPITI_BIN"
_VERSION = re.compile(r"Wapiti (\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?")
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its status, or why it was ended ("" when it ended itself)."""

    status: int | None
    why: str = ""


def found_program(named: str) -> Path | None:
    """The program of the setting, of ``WAPITI_BIN``, or of the path; None when there is none."""
    wanted = named or os.environ.get(VARIABLE, "")
    found = shutil.which(wanted or "wapiti")
    return None if found is None else Path(found)


async def version_of(program: Path, folder: Path) -> str:
    """What it says of itself, such as ``3.2.3``; "" when it is not wapiti or does not start."""
    said: list[str] = []
    try:
        ended = await run(
            program, ("--version",), folder, VERSION_WITHIN_S, said.append, lambda: ""
        )
    except OSError:
        return ""
    if ended.status != 0:
        return ""
    for line in said:
        found = _VERSION.search(line)
        if found is not None:
            return found[0].removeprefix("Wapiti ")
    return ""


def too_old(version: str) -> bool:
    """Older than what the options and the report are known of?"""
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    return tuple(numbers) < OLDEST


async def run(
    program: Path,
    arguments: Sequence[str],
    folder: Path,
    seconds: float,
    hear: Callable[[str], object],
    doomed: Callable[[], str],
) -> Ended:
    """Run it in ``folder`` for at most ``seconds``; ``doomed`` may say why to end it.

    Nothing of it is left when this returns, is cancelled or fails.  OSError: it cannot be
    started.
    """
    process = await asyncio.create_subprocess_exec(
        str(program),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        # No secret of the daemon's environment, and no home with somebody's settings.
        env={name: os.environ[name] for name in _KEPT if name in os.environ}
        | {"HOME": str(folder), "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    listening = asyncio.create_task(_listened(process.stdout, hear))
    waiting = asyncio.create_task(process.wait())
    try:
        async with asyncio.timeout(seconds):
            while True:
                done, _ = await asyncio.wait({waiting}, timeout=WATCH_EVERY_S)
                if done:
                    await listening
                    return Ended(process.returncode)
                why = doomed()
                if why:
                    return Ended(None, why)
    except TimeoutError:
        return Ended(None, "its time was up")
    finally:
        await _gone(process, waiting)
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


async def _gone(process: asyncio.subprocess.Process, waiting: asyncio.Task[int]) -> None:
    """End the whole group: politely, then at once."""
    for number, seconds in ((signal.SIGTERM, TERM_WITHIN_S), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        if not waiting.done():
            await asyncio.wait({waiting}, timeout=seconds)


async def _listened(stream: asyncio.StreamReader | None, hear: Callable[[str], object]) -> None:
    rest = ""
    while stream is not None and (chunk := await stream.read(CHUNK_BYTES)):
        *lines, rest = (rest + chunk.decode("utf-8", "replace")).split("\n")
        for line in lines:
            hear(line[:LINE_MAX_CHARS])
        rest = rest[-LINE_MAX_CHARS:]
    if rest:
        hear(rest)
