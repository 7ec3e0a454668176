"""The true daemon as a child process."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.zap.api import Api
from tests.zap.running import KEY, RunningZap

START_LIMIT_S = 90.0
# A short life: no time is spent on compiling well, and one collector thread is enough.
JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true")


def command(install: Path, home: Path, port: int, key: str, heap_mb: int = 512) -> list[str]:
    """The command line of a daemon on ``127.0.0.1:port`` that keeps everything in ``home``."""
    settings = {
        "api.key": key,
        "api.reportpermerrors": "true",
        "api.incerrordetails": "false",
        "api.uienabled": "false",
        "database.recoverylog": "false",
    }
    configured = [part for item in settings.items() for part in ("-config", "=".join(item))]
    return [
        "java", f"-Xmx{heap_mb}m", *JVM, "-cp", f"{install}/lib/*:{install}/classes",
        "org.zaproxy.zap.ZAP", "-daemon", "-host", "127.0.0.1", "-port", str(port),
        "-dir", str(home), "-installdir", str(install), "-silent", *configured,
    ]  # fmt: skip


def free_port() -> int:
    """A port on 127.0.0.1 that nobody had a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def true_zap(install: Path, tmp: Path, key: str = KEY) -> Iterator[RunningZap]:
    """A daemon with its home in ``tmp/home``, ready to answer; killed at the end.

    A second call with the same ``tmp`` starts again in the home that the first one left.
    """
    tmp.mkdir(parents=True, exist_ok=True)
    home, port = tmp / "home", free_port()
    with (tmp / "out.txt").open("ab") as out:
        process = subprocess.Popen(
            command(install, home, port, key),
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    zap = RunningZap(url, key, home, True, process.pid, _kill=lambda: _end(process))
    try:
        _wait(zap, process, tmp / "out.txt")
        yield zap
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(timeout=10)


def _wait(zap: RunningZap, process: subprocess.Popen[bytes], out: Path) -> None:
    api, end = Api(zap, timeout_s=5), time.monotonic() + START_LIMIT_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if api("core/view/version").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    tail = out.read_text("utf-8", "replace")[-3000:]
    raise AssertionError(f"ZAP did not start (exit code {process.poll()}):\n{tail}")
