"""A daemon of our own: started in secret, probed, measured, and gone without a trace."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from scanners.owasp.fleet import LocalZap, RemoteZap
from scanners.owasp.zap.claims import claim
from scanners.owasp.zap.client import ZapClient, ZapError, ZapGoneError, ZapTalk
from scanners.owasp.zap.daemon import LocalDaemon, command_line, group_memory_mib
from scanners.owasp.zap.probe import DaemonError, probe
from scanners.owasp.zap.remote import RemoteDaemon
from tests.integration.zap_lab import fake_local, local_of
from tests.zap.kit import fake_zap

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("kind", ["fake", "true"])
def test_a_daemon_starts_with_a_hidden_key_and_ends_without_a_trace(
    kind: str, tmp_path: Path
) -> None:
    settings = local_of(kind, tmp_path)

    async def run() -> None:
        daemon = LocalDaemon(settings)
        await daemon.start()
        try:
            assert daemon.components.version == "2.17.0"
            assert {"10021", "90022"} <= {rule.rule for rule in daemon.components.passive}
            assert {"6", "40012"} <= {rule.rule for rule in daemon.components.active}
            assert daemon.memory_mib() > 5
            homes = list(tmp_path.glob("keurwacht-zap-*"))
            assert [home.stat().st_mode & 0o777 for home in homes] == [0o700]
            file = homes[0] / "options.properties"
            assert file.stat().st_mode & 0o777 == 0o600
            lines = dict(line.split("=", 1) for line in file.read_text().split())
            shown = Path(f"/proc/{daemon.pid}/cmdline").read_bytes()
            assert lines["api.key"].encode() not in shown
            assert lines["api.key"] not in repr(daemon.talk.client)
            talk = ZapTalk(ZapClient(daemon.talk.client.address, "wrong"))
            with pytest.raises(ZapError):
                await talk.ask(lambda zap: zap.core.version)
        finally:
            pid = daemon.pid
            await daemon.stop()
        assert pid is not None
        assert not Path(f"/proc/{pid}").exists()
        assert not list(tmp_path.iterdir())

    asyncio.run(run())


def test_the_command_keeps_the_heap_small_and_the_key_to_itself() -> None:
    home, file = Path("/h"), Path("/h/f")
    java = command_line(LocalZap(("java", "-cp", "x", "Z"), heap_mib=700), home, 8090, file)
    assert java[:5] == ["java", "-Xmx700m", "-cp", "x", "Z"]
    script = command_line(LocalZap(("/opt/zap/zap.sh",)), home, 8090, file)
    assert script[:2] == ["/opt/zap/zap.sh", "-Xmx1024m"]
    assert {"-daemon", "-silent"} <= set(script)
    assert script[script.index("-host") + 1] == "127.0.0.1"
    assert not [part for part in script if "key" in part]


@pytest.mark.parametrize(
    ("command", "word"),
    [
        pytest.param(("/no/such/program",), "cannot be started", id="no program"),
        pytest.param(("sh", "-c", "echo Failed to start ZAP; exit 0"), "Failed", id="ends with 0"),
        pytest.param(("sh", "-c", "echo boom >&2; exit 1"), "boom", id="ends with 1"),
        pytest.param(("sh", "-c", "sleep 30"), "not ready", id="never answers"),
        pytest.param(("sh", "-c", "yes"), "not ready", id="talks without end"),
    ],
)
def test_a_daemon_that_does_not_start_says_why_and_leaves_nothing(
    command: tuple[str, ...], word: str, tmp_path: Path
) -> None:
    async def run() -> None:
        daemon = LocalDaemon(LocalZap(command, ready_s=1.5, folder=tmp_path))
        with pytest.raises(DaemonError, match=word):
            await daemon.start()
        assert not daemon.alive()
        assert not list(tmp_path.iterdir())

    asyncio.run(run())


def test_a_start_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        daemon = LocalDaemon(LocalZap(("sh", "-c", "sleep 30"), folder=tmp_path))
        task = asyncio.ensure_future(daemon.start())
        await asyncio.sleep(0.5)
        pid = daemon.pid
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pid is not None
        assert not Path(f"/proc/{pid}").exists()
        assert not list(tmp_path.iterdir())

    asyncio.run(run())


OWNER = """
import asyncio, sys, os
sys.path.insert(0, {root!r})
from pathlib import Path
from scanners.owasp.zap.daemon import LocalDaemon
from tests.integration.zap_lab import fake_local
async def main():
    daemon = LocalDaemon(fake_local(Path({folder!r})))
    await daemon.start()
    print(daemon.pid, flush=True)
    if {how!r} == "exit":
        return daemon
    await asyncio.sleep(60)
kept = asyncio.run(main())
"""


@pytest.mark.parametrize("how", ["exit", "kill"])
def test_no_daemon_outlives_its_owner(how: str, tmp_path: Path) -> None:
    """Without a stop at the end of the interpreter, and when the owner gets SIGKILL."""
    root = str(Path(__file__).resolve().parents[2])
    code = OWNER.format(root=root, folder=str(tmp_path), how=how)
    owner = subprocess.Popen([sys.executable, "-W", "ignore", "-c", code], stdout=subprocess.PIPE)
    try:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        if how == "kill":
            os.kill(owner.pid, signal.SIGKILL)
        owner.wait(20)
        end = time.monotonic() + 5
        while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert not Path(f"/proc/{pid}").exists()
        if how == "exit":  # a killed owner cannot tidy up: the folder is the price
            assert not list(tmp_path.iterdir())
    finally:
        owner.kill()
        owner.wait(5)
        if owner.stdout is not None:
            owner.stdout.close()


@pytest.mark.parametrize("component", ["spider", "pscan", "ascan"])
def test_a_daemon_that_lacks_a_part_is_named_unfit(component: str) -> None:
    async def run() -> None:
        with fake_zap(missing=[component]) as zap:
            talk = ZapTalk(ZapClient(zap.url, zap.key))
            with pytest.raises(DaemonError, match=f"no {component}: no_implementor"):
                await probe(talk)
            talk.close()

    asyncio.run(run())


def test_a_daemon_of_others_is_emptied_and_never_ended() -> None:
    async def run() -> None:
        with fake_zap() as zap:
            daemon = RemoteDaemon(RemoteZap(zap.url, zap.key), "0123456789abcdef" * 2)
            await daemon.start()
            await daemon.stop()
            assert "core/action/newSession" not in zap.calls  # nothing of ours to empty
            await daemon.start()
            ZapClient(zap.url, zap.key).context.new_context(claim(daemon.owner, 1e9))
            await daemon.stop()
            assert {"ascan/action/stopAllScans", "core/action/newSession"} <= set(zap.calls)
            assert "core/action/shutdown" not in zap.calls
            await daemon.start()
            await daemon.stop()

    asyncio.run(run())


def test_a_daemon_of_others_that_hangs_does_not_hold_us() -> None:
    async def run() -> None:
        with fake_zap() as zap:
            daemon = RemoteDaemon(RemoteZap(zap.url, zap.key))
            await daemon.start()
            ZapClient(zap.url, zap.key).context.new_context(claim(daemon.owner, 1e9))
            assert zap.faults is not None
            zap.faults.hang.append("ascan/action/stopAllScans")
            began = time.monotonic()
            await daemon.stop()
            assert time.monotonic() - began < 3.0
            zap.kill()
            with pytest.raises(ZapGoneError):
                await daemon.start()

    asyncio.run(run())


def test_memory_is_that_of_the_whole_group() -> None:
    assert group_memory_mib(os.getpgid(0)) > 10
    assert group_memory_mib(2**22 + 1) == 0.0


def test_the_settings_of_a_remote_daemon_do_not_show_its_key(tmp_path: Path) -> None:
    assert "s3cret" not in repr(RemoteZap("http://127.0.0.1:1", "s3cret"))
    assert fake_local(tmp_path).heap_mib == 1024


def test_a_part_that_never_comes_fails_the_start(tmp_path: Path) -> None:
    settings = replace(fake_local(tmp_path, missing=["pscan"]), ready_s=5.0)

    async def run() -> None:
        daemon = LocalDaemon(settings)
        with pytest.raises(DaemonError, match="no pscan"):
            await daemon.start()
        assert not list(tmp_path.iterdir())

    asyncio.run(run())
