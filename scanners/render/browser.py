"""A browser as a second look: one killable process, a context of its own per visit.

Chromium is driven by Playwright in a child process with its own session; it reaches
nothing but the guarding proxy.  It starts at the first visit and ends with the scan, or
after trouble.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import sys
from pathlib import Path
from typing import Self

import msgspec

from scanners.api import NetOptions
from scanners.render.job import LINE_MAX_BYTES, Picture, Pixels, Rendered, Start, Visit
from scanners.render.proxy import GuardedProxy

OFF = "off"
AUTO = "auto"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SETTLE_S = 6.0
GRACE_S = 3.0
# A browser grows; a fresh one costs a second.
VISITS_MAX = 100
_ROOT = str(Path(__file__).resolve().parents[2])
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")


def find_browser(wanted: str) -> str:
    """The program to run, "" when there is none or ``wanted`` is ``off``.

    ``auto`` looks for Debian's and others' names on the path; without the package
    ``playwright`` there is none either.
    """
    if wanted == OFF or importlib.util.find_spec("playwright") is None:
        return ""
    if wanted != AUTO:
        return wanted if os.access(wanted, os.X_OK) else ""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), "")


class Browser:
    """One browser for one scan; async context manager.

    A visit that is cancelled, late by more than ``GRACE_S`` or troubled ends the process.
    """

    def __init__(self, options: NetOptions, program: str) -> None:
        self._options = options
        self._program = program
        self._proxy = GuardedProxy(options)
        self._process: asyncio.subprocess.Process | None = None
        self._visits = 0
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process, None before the first visit and after the end."""
        return None if self._process is None else self._process.pid

    async def __aenter__(self) -> Self:
        """Nothing runs before the first visit."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End browser and proxy."""
        await self._end()
        if self._proxy.address:
            await self._proxy.__aexit__()

    async def visit(
        self, url: str, deadline_s: float, *, watch_s: float = 0.0, mark: str = "", locale: str = ""
    ) -> Rendered:
        """Open one page and read it when it has come to rest.

        Trouble of the page or the browser is ``Rendered.problem``.  One visit at a time.
        ``watch_s``, ``mark`` and ``locale`` are those of ``Visit``; the watch is part of the
        deadline.
        """
        async with self._turn:
            user, secret = secrets.token_hex(8), secrets.token_hex(16)
            self._proxy.admit(user, secret)
            settle_s = min(SETTLE_S, deadline_s / 2)
            job = Visit(url, user, secret, deadline_s, settle_s, watch_s, mark, locale)
            seen = Rendered(url, problem="no_browser")
            try:
                async with asyncio.timeout(deadline_s + GRACE_S):
                    seen = await self._asked(job)
            except TimeoutError:
                seen = Rendered(url, problem="timed_out")
            except (OSError, ValueError, asyncio.LimitOverrunError):
                pass
            finally:
                self._proxy.dismiss(user)
                if seen.problem or self._visits >= VISITS_MAX:
                    await self._end()
            return seen

    async def pixels(self, picture: bytes, media: str, deadline_s: float) -> Pixels:
        """Decode a picture in the browser's sandbox; nothing is asked of the network."""
        async with self._turn:
            job = Picture(base64.b64encode(picture).decode("ascii"), media, deadline_s)
            try:
                async with asyncio.timeout(deadline_s + GRACE_S):
                    line = await self._answer(job)
                if line:
                    return msgspec.json.decode(line, type=Pixels)
            except (TimeoutError, OSError, ValueError, asyncio.LimitOverrunError):
                pass
            await self._end()
            return Pixels()

    async def _asked(self, job: Visit) -> Rendered:
        line = await self._answer(job)
        if not line:
            return Rendered(job.url, problem="no_browser")
        return msgspec.json.decode(line, type=Rendered)

    async def _answer(self, job: Visit | Picture) -> bytes:
        """The process's line; nothing when it has ended."""
        process = await self._started()
        if process.stdin is None or process.stdout is None:
            return b""
        self._visits += 1
        process.stdin.write(msgspec.json.encode(job) + b"\n")
        await process.stdin.drain()
        return await process.stdout.readline()

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        if not self._proxy.address:
            await self._proxy.__aenter__()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "scanners.render.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LINE_MAX_BYTES,
            cwd=_ROOT,
            # No secret of the daemon's environment reaches a browser.
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            start_new_session=True,
        )
        self._process, self._visits = process, 0
        start = Start(
            self._program, self._proxy.address, self._options.user_agent, os.geteuid() != 0
        )
        if process.stdin is not None:
            process.stdin.write(msgspec.json.encode(start) + b"\n")
        return process

    async def _end(self) -> None:
        """Kill the process with all it started: a page may keep any of them busy."""
        process, self._process = self._process, None
        if process is None:
            return
        for pid in (*_descendants(process.pid), process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


def _descendants(pid: int) -> tuple[int, ...]:
    """Every process below one; the browser's have sessions of their own."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return tuple(found)
