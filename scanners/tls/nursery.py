"""Forks one child per engine job: ``python -m scanners.tls.nursery`` with a socket as stdin.

The daemon passes one end of a socket pair per job over the control socket.  The engine
is imported once, here; a child costs a fork (12 ms).  Whoever hangs up kills: when the
daemon closes its end of a job, or dies, the child gets SIGKILL.  A child also ends
itself by SIGALRM, which needs neither the interpreter nor its lock.
"""

from __future__ import annotations

import contextlib
import gc
import math
import os
import select
import signal
import socket
import struct

import msgspec

from scanners.tls.job import EngineJob

LENGTH = struct.Struct(">I")
JOB_MAX_BYTES = 65_536
REAP_EVERY_MS = 200


class Nursery:
    """Waits for jobs, forks, kills and reaps; single-threaded, so that forking is safe."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, tuple[int, socket.socket]] = {}
        self._poll = select.poll()
        self._poll.register(control.fileno(), select.POLLIN)

    def serve(self) -> None:
        """Until the daemon hangs up; leaves no child behind."""
        try:
            while True:
                for fd, _ in self._poll.poll(REAP_EVERY_MS if self._children else None):
                    if fd == self._control.fileno():
                        if not self._take_job():
                            return
                    else:
                        self._kill(fd)
                self._reap()
        finally:
            for fd in list(self._children):
                self._kill(fd)

    def _take_job(self) -> bool:
        data, fds, _, _ = socket.recv_fds(self._control, 1, 1)
        for fd in fds:
            line = socket.socket(fileno=fd)
            pid = os.fork()
            if pid == 0:
                self._become_child(line)
            self._children[line.fileno()] = (pid, line)
            # No event asked for: a hang-up is reported all the same.
            self._poll.register(line.fileno(), 0)
        return bool(data)

    def _become_child(self, line: socket.socket) -> None:
        code = 1
        try:
            self._control.close()
            for _, other in self._children.values():
                other.close()
            work(line)
            code = 0
        finally:
            os._exit(code)

    def _kill(self, fd: int) -> None:
        pid, line = self._children.pop(fd)
        self._poll.unregister(fd)
        line.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)

    def _reap(self) -> None:
        for fd, (pid, line) in list(self._children.items()):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            del self._children[fd]
            self._poll.unregister(fd)
            line.close()


def work(line: socket.socket) -> None:
    """Read one job, do it, write the result: a length, then JSON."""
    line.settimeout(10.0)
    (length,) = LENGTH.unpack(_exactly(line, LENGTH.size))
    if length > JOB_MAX_BYTES:
        return
    job = msgspec.json.decode(_exactly(line, length), type=EngineJob)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(math.ceil(job.deadline_s) + 1)
    from scanners.tls.engine import run  # noqa: PLC0415 (imported by the parent already)

    line.sendall(msgspec.json.encode(run(job)))
    # The parent holds the line as well, until it reaps: say that this was all.
    line.shutdown(socket.SHUT_WR)


def _exactly(line: socket.socket, length: int) -> bytes:
    got = b""
    while len(got) < length:
        part = line.recv(length - len(got))
        if not part:
            raise EOFError("the daemon hung up")
        got += part
    return got


def main() -> None:
    """Import the engine, then serve the socket that stands as standard input."""
    import scanners.tls.engine  # noqa: F401, PLC0415 (heavy: in this process only)

    gc.collect()
    gc.freeze()
    with socket.socket(fileno=0) as control:
        Nursery(control).serve()


if __name__ == "__main__":
    main()
