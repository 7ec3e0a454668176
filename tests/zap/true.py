"""The true daemon as a child process."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.zap.api import Api
from tests.zap.running import KEY, RunningZap

START_LIMIT_S = 120.0
MAIN = "org.zaproxy.zap.ZAP"
# A short life: no time is spent on compiling well, and one collector thread is enough.
JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true")


def command(
    install: Path, home: Path, port: int, key: str, heap_mb: int = 512, options: Sequence[str] = ()
) -> list[str]:
    """The command line of a daemon on ``127.0.0.1:port`` that keeps everything in ``home``.

    ``options`` go to the Java machine.
    """
    settings = {
        "api.key": key,
        "api.reportpermerrors": "true",
        "api.incerrordetails": "false",
        "api.uienabled": "false",
        "database.recoverylog": "false",
    }
    configured = [part for item in settings.items() for part in ("-config", "=".join(item))]
    return [
        *java(install, heap_mb, options),
        "-daemon", "-host", "127.0.0.1", "-port", str(port),
        "-dir", str(home), "-installdir", str(install), "-silent", *configured,
    ]  # fmt: skip


def java(install: Path, heap_mb: int = 512, options: Sequence[str] = ()) -> list[str]:
    """What stands before ZAP's own arguments."""
    # In one order, and by name: the archive of shared classes holds for one class path only.
    jars = [*sorted(map(str, (install / "lib").glob("*.jar"))), f"{install}/rules.jar"]
    shared = install / "warm" / "classes.jsa"
    given = [f"-XX:SharedArchiveFile={shared}"] if shared.is_file() else []
    path = ":".join(jars)
    return ["java", f"-Xmx{heap_mb}m", *JVM, *given, *options, "-cp", path, MAIN]


def furnish(install: Path, home: Path) -> None:
    """Give a new home the root certificate of an earlier one: making it takes seconds."""
    made = install / "warm" / "config.xml"
    if made.is_file() and not home.exists():
        home.mkdir(parents=True)
        shutil.copyfile(made, home / "config.xml")


def free_port() -> int:
    """A port on 127.0.0.1 that nobody had a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def true_zap(
    install: Path, tmp: Path, key: str = KEY, *, options: Sequence[str] = ()
) -> Iterator[RunningZap]:
    """A daemon with its home in ``tmp/home``, ready to answer; killed at the end.

    A second call with the same ``tmp`` starts again in the home that the first one left.
    """
    tmp.mkdir(parents=True, exist_ok=True)
    home, port = tmp / "home", free_port()
    furnish(install, home)
    with (tmp / "out.txt").open("ab") as out:
        process = subprocess.Popen(
            command(install, home, port, key, options=options),
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    zap = RunningZap(
        url,
        key,
        home,
        True,
        process.pid,
        _kill=lambda: _end(process),
        _wait=lambda limit_s: _ended(process, limit_s),
    )
    try:
        _wait(zap, process, tmp / "out.txt")
        yield zap
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(timeout=10)


def _ended(process: subprocess.Popen[bytes], limit_s: float) -> int:
    return process.wait(timeout=limit_s)


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
