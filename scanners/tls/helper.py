"""The daemon's side of the engine: a helper process, started at the first job."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from functools import cache
from pathlib import Path

import msgspec

from scanners.tls.job import EngineJob, EngineResult
from scanners.tls.nursery import LENGTH

RESULT_MAX_BYTES = 4_000_000
END_WITHIN_S = 3.0
_ROOT = str(Path(__file__).resolve().parents[2])


class EngineError(Exception):
    """The engine gave no result: it hung until the deadline, or its process died."""


class Helper:
    """Runs engine jobs in children of a helper process; any number at once.

    The helper lives in a session of its own (Ctrl-C is the daemon's affair) and ends
    when this process does.  ``pid`` is None until the first job.
    """

    def __init__(self) -> None:
        self.pid: int | None = None
        self._control: socket.socket | None = None
        self._starting = threading.Lock()

    async def run(self, job: EngineJob) -> EngineResult:
        """The result.  Raises EngineError; cancelled or late, the child is killed."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._hand_over(theirs)
            ours.setblocking(False)
            try:
                async with asyncio.timeout(job.deadline_s):
                    answer = await _converse(ours, job)
            except TimeoutError as error:
                raise EngineError("the engine was stopped at its deadline") from error
            except OSError as error:
                raise EngineError("the engine's process died") from error
        try:
            return msgspec.json.decode(answer, type=EngineResult)
        except msgspec.DecodeError as error:
            raise EngineError("the engine's process died") from error

    def _hand_over(self, line: socket.socket) -> None:
        with self._starting:
            if self._control is None:
                self._start()
            with contextlib.suppress(OSError):
                self._send(line)
                return
            # The helper is gone (killed by somebody): one fresh start.
            self.close()
            self._start()
            try:
                self._send(line)
            except OSError as error:
                raise EngineError("the engine's helper does not start") from error

    def _send(self, line: socket.socket) -> None:
        if self._control is not None:
            socket.send_fds(self._control, [b"j"], [line.fileno()])

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.pid = os.posix_spawn(
                sys.executable,
                # -P: a folder the daemon happens to stand in provides no modules.
                [sys.executable, "-P", "-W", "ignore", "-m", "scanners.tls.nursery"],
                _environment(),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
                setsid=True,
                setsigmask=(),
                setsigdef=(signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGALRM),
            )
        self._control = ours
        atexit.register(self.close)

    def close(self) -> None:
        """End the helper and with it every child; may be repeated."""
        atexit.unregister(self.close)
        if self._control is not None:
            self._control.close()
            self._control = None
        if self.pid is not None:
            _await_end(self.pid)
            self.pid = None


def _await_end(pid: int) -> None:
    """It ends by itself when its control socket closes, killing its children first."""
    until = time.monotonic() + END_WITHIN_S
    with contextlib.suppress(ChildProcessError, ProcessLookupError):
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return
            time.sleep(0.01)


async def _converse(line: socket.socket, job: EngineJob) -> bytes:
    loop = asyncio.get_running_loop()
    said = msgspec.json.encode(job)
    await loop.sock_sendall(line, LENGTH.pack(len(said)) + said)
    answer = b""
    while len(answer) <= RESULT_MAX_BYTES:
        part = await loop.sock_recv(line, 65_536)
        if not part:
            return answer
        answer += part
    raise EngineError("the engine's answer has no end")


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (_ROOT, kept.get("PYTHONPATH", ""))))
    return kept


@cache
def shared_helper() -> Helper:
    """The one helper of this process."""
    return Helper()
