"""A ZAP daemon of our own: start-up, memory and end.

It lives in a folder only this user can read; its key stands in a file there, not on the
command line, where ``ps`` would show it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import tempfile
import weakref
from collections import deque
from pathlib import Path
from typing import Protocol

from scanners.api import clip
from scanners.owasp.fleet import LocalZap
from scanners.owasp.zap.claims import new_owner
from scanners.owasp.zap.client import ZapClient, ZapError, ZapGoneError, ZapTalk
from scanners.owasp.zap.probe import Components, DaemonError, probe

ASK_EVERY_S = 0.3
STOP_S = 2.0
_LINES_KEPT = 40
_FAILED = "failed to start zap"
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "JAVA_HOME", "TMPDIR")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Daemon(Protocol):
    """What the pool and a scan need of a daemon.

    ``owner`` stands in the name of a scan's context: whose scan it is (see ``claims``).
    """

    talk: ZapTalk
    components: Components
    outlet: str
    owner: str

    async def start(self) -> None:
        """Be ready for a scan; DaemonError, ZapGoneError or ZapError when it cannot."""
        ...

    def alive(self) -> bool:
        """Does it run, as far as can be told without asking it?"""
        ...

    def memory_mib(self) -> float:
        """Resident memory, 0.0 when nobody knows."""
        ...

    async def occupied(self) -> str:
        """Who else scans with it, as a sentence; "" for nobody.  Same errors as ``start``."""
        ...

    async def stop(self) -> None:
        """End it, or (not ours) end what it does; within ``STOP_S`` and a little."""
        ...


def command_line(settings: LocalZap, home: Path, port: int, properties: Path) -> list[str]:
    """The whole command; holds no secret.

    ``zap.sh`` hands ``-Xmx`` on to Java and would take a quarter of the machine without.
    """
    program, *rest = settings.command
    heap = f"-Xmx{settings.heap_mib}m"
    java = Path(program).name.startswith("java")
    start = [program, heap, *rest] if java else [program, *rest, heap]
    return [
        *start, "-daemon", "-silent", "-host", "127.0.0.1", "-port", str(port),
        "-dir", str(home), "-configfile", str(properties),
    ]  # fmt: skip


def properties_text(key: str) -> str:
    """The options that differ from ZAP's own, as a Java properties file."""
    return "\n".join(
        (
            f"api.key={key}",
            "api.reportpermerrors=true",
            "api.incerrordetails=true",
            "api.uienabled=false",
            "database.recoverylog=false",
            "",
        )
    )


class LocalDaemon:
    """A ZAP of our own: home, port and key are its alone and go with it."""

    def __init__(self, settings: LocalZap) -> None:
        self._settings = settings
        self._key = secrets.token_urlsafe(32)
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._said: deque[str] = deque(maxlen=_LINES_KEPT)
        self._undertaker: weakref.finalize[..., LocalDaemon] | None = None
        self.components = Components("")
        self.outlet = "127.0.0.1"
        self.owner = new_owner()
        self.talk = ZapTalk(ZapClient("http://127.0.0.1:9", self._key))

    @property
    def pid(self) -> int | None:
        """The process, None before the start."""
        return None if self._process is None else self._process.pid

    def alive(self) -> bool:
        """Has it not ended?"""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it and wait until every component a scan needs answers."""
        root = Path(tempfile.mkdtemp(prefix="keurwacht-zap-", dir=self._settings.folder))
        port = _free_port()
        properties = root / "options.properties"
        descriptor = os.open(properties, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(properties_text(self._key))
        self._undertaker = weakref.finalize(self, _bury, None, root)
        command = command_line(self._settings, root / "home", port, properties)
        async with contextlib.AsyncExitStack() as unless_ready:
            unless_ready.push_async_callback(self.stop)
            await self._launched(command, root)
            self.talk = ZapTalk(ZapClient(f"http://127.0.0.1:{port}", self._key), self.alive)
            await self._ready()
            self.components = await probe(self.talk)
            unless_ready.pop_all()

    async def _launched(self, command: list[str], root: Path) -> None:
        # A daemon that outlives us would keep its port and its memory: the kernel ends it.
        if shutil.which(command[0]) is None:
            raise DaemonError(f"ZAP cannot be started: no program {clip(command[0], 100)}")
        guard = shutil.which("setpriv")
        if guard is not None:
            command = [guard, "--pdeathsig", "KILL", "--", *command]
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
                start_new_session=True,
            )
        except OSError as error:
            reason = clip(error.strerror or "", 100)
            raise DaemonError(f"ZAP cannot be started: {reason}") from error
        if self._undertaker is not None:
            self._undertaker.detach()
        self._undertaker = weakref.finalize(self, _bury, self._process.pid, root)
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        """Drain what it says: a full pipe would stop it.  Only the last lines are kept."""
        stream = None if self._process is None else self._process.stdout
        rest = b""
        while stream is not None and (part := await stream.read(8_192)):
            *lines, rest = (rest + part)[-65_536:].split(b"\n")
            self._said.extend(clip(line.decode("utf-8", "replace"), 300) for line in lines)
        if rest:
            self._said.append(clip(rest.decode("utf-8", "replace"), 300))

    async def _ready(self) -> None:
        """Until the version is told.  Without its parts ZAP says so and ends with code 0."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._settings.ready_s
        while True:
            if not self.alive():
                await self._heard()
                raise DaemonError(f"ZAP ended while starting: {self._last_words()}")
            if any(_FAILED in line.lower() for line in self._said):
                raise DaemonError(f"ZAP did not start: {self._last_words()}")
            if loop.time() > end:
                raise DaemonError(f"ZAP was not ready after {self._settings.ready_s:.0f} s")
            try:
                await self.talk.ask(lambda zap: zap.core.version)
            except (ZapGoneError, ZapError):
                await asyncio.sleep(ASK_EVERY_S)
            else:
                return

    async def _heard(self) -> None:
        """Let the last lines of a process that ended come in."""
        if self._reading is not None:
            await asyncio.wait({self._reading}, timeout=1.0)

    def _last_words(self) -> str:
        said = " / ".join(list(self._said)[-3:]) or "it said nothing"
        return clip(said.replace(self._key, "…"), 300)

    async def occupied(self) -> str:
        """Nobody else has its key; DaemonError when it has ended."""
        if not self.alive():
            raise DaemonError(f"ZAP has ended: {self._last_words()}")
        return ""

    def memory_mib(self) -> float:
        """Resident memory of all processes of its group."""
        return 0.0 if self._process is None else group_memory_mib(self._process.pid)

    async def stop(self) -> None:
        """Kill the whole group and remove the home."""
        process, self._process = self._process, None
        self.talk.close()
        if self._undertaker is not None:
            await asyncio.to_thread(self._undertaker)
        if process is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await process.wait()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None


def _free_port() -> int:
    with socket.socket() as probing:
        probing.bind(("127.0.0.1", 0))
        return int(probing.getsockname()[1])


def group_memory_mib(group: int) -> float:
    """Resident memory of the processes of one group, in MiB (proc(5): stat 5, statm 2)."""
    pages = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                if int(fields[2]) == group:
                    pages += int((entry / "statm").read_text().split()[1])
    return pages * _PAGE / 1_048_576


def _bury(group: int | None, root: Path) -> None:
    """End the processes, remove the home; also when the interpreter ends without a stop."""
    if group is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    for _ in range(3):  # a process that is dying may still write
        shutil.rmtree(root, ignore_errors=True)
        if not root.exists():
            return
