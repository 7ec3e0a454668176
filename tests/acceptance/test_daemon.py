"""The daemon as operations and staff meet it: endpoints, rescans, a clean end."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.shops.fleet import fleet
from tests.shops.lab import PROGRAM, ROOT, Lab
from tests.shops.mailbox import Mailbox
from tests.shops.modes import Behaviour

PATIENCE_S = 90.0


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """One healthy shop, looked at once."""
    with fleet(tmp_path, keys=("healthy",)) as running, Mailbox(running.authority) as mailbox:
        made = Lab(tmp_path, running, mailbox, fast=5)
        made.prepare()
        made.attest()
        made.start()
        try:
            _ready(made)
            yield made
        finally:
            made.stop(signal.SIGKILL)


def _get(lab: Lab, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{lab.port}{path}", trust_env=False, timeout=5)


def _ready(lab: Lab) -> None:
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            if _get(lab, "/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > ends:
            pytest.fail(lab.log.read_text("utf-8")[-2000:])
        time.sleep(0.1)


def _processes(lab: Lab) -> list[str]:
    """Command lines of processes that know the lab's folder or were started by its daemon."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
            except OSError:
                continue
            if str(lab.folder) in words:
                found.append(words)
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_daemon_says_how_it_is_and_ends_cleanly(lab: Lab) -> None:
    assert _get(lab, "/healthz").status_code == httpx.codes.OK
    assert lab.command("healthcheck").returncode == 0

    done = lab.command("rescan", lab.fleet["healthy"].shop.host, "--wait", "--timeout", "60")
    assert done.returncode == 0
    assert "tls: complete" in done.stderr
    assert lab.command("status", lab.fleet["healthy"].shop.host).returncode == 0

    ends = time.monotonic() + PATIENCE_S
    while True:
        families = {f.name: f for f in text_string_to_metric_families(_get(lab, "/metrics").text)}
        counted = families["keurwacht_evaluations"].samples
        looked = any(s.labels["kind"] == "tls" and s.value >= 1 for s in counted)
        if looked and "keurwacht_scan_consents" in families:
            break
        assert time.monotonic() < ends
        time.sleep(0.5)
    tick = families["keurwacht_last_successful_tick_timestamp_seconds"].samples[0].value
    assert abs(time.time() - tick) < PATIENCE_S
    assert {s.labels["check"] for s in families["keurwacht_oldest_due_seconds"].samples} >= {"tls"}
    assert "keurwacht_leases_expired" in families
    wanted = {s.labels["state"]: s.value for s in families["keurwacht_scan_consents"].samples}
    # Nobody consented, and the first test of a site that is new here is not yet due.
    assert (wanted["no_consent"], wanted["unknown_no_consent"]) == (1, 0)

    assert lab.stop(signal.SIGTERM) == 0
    assert "daemon_stopped" in lab.log.read_text("utf-8")
    assert _processes(lab) == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_second_daemon_on_the_same_file_is_refused(lab: Lab) -> None:
    second = subprocess.run(
        (*PROGRAM, "--config", str(lab.config), "run"),
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert second.returncode == 1
    assert "another keurwacht process uses this database" in second.stderr
    assert _get(lab, "/readyz").status_code == httpx.codes.OK


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_interruption_gives_back_what_runs_and_exits_130(lab: Lab) -> None:
    shop = lab.fleet["healthy"].shop
    shop.behaviour = Behaviour.TARPIT
    lab.command("rescan", shop.host, "--only", "content")
    ends = time.monotonic() + PATIENCE_S
    while '"scan_finished"' in lab.log.read_text("utf-8")[-200:] and time.monotonic() < ends:
        time.sleep(0.1)
    started = time.monotonic()
    assert lab.stop(signal.SIGINT) == 130
    assert time.monotonic() - started < 25
    log = lab.log.read_text("utf-8")
    assert "daemon_stopped" in log
    assert "Traceback" not in log
