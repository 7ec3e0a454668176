"""The daemon is told to stop while the mail server takes its time."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitor import bootstrap
from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.settings_load import load_settings
from tests.integration.cli_kit import PROGRAM, ROOT, Office, office
from tests.shops.authority import Authority
from tests.shops.mailbox import Mailbox

PATIENCE_S = 40.0


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with Mailbox(Authority(tmp_path)) as made:
        yield made


def prepared(tmp_path: Path, mailbox: Mailbox, more: str = "") -> Office:
    """An office with one mail in its outbox."""
    desk = office(tmp_path)
    desk.settings(
        f'[mail]\nenabled = true\nhost = "{mailbox.address}"\nport = {mailbox.port}\n'
        f'organisation = "Lab"\nsender = "watch@keurlab.example"\n{more}'
        f'ca_file = "{tmp_path / "ca.pem"}"\n[http]\nport = 0\n[work]\ntick_s = 0.1\n'
    )
    settings = load_settings(desk.config, {}, {})
    alert = Alert(
        thread="test:1", step="test", audience=Audience.STAFF, channel=ChannelKind.EMAIL,
        recipient="staff@keurlab.example", language="en", template="test", site_id="",
        created_at=bootstrap.system_clock().now(),
    )  # fmt: skip
    store = bootstrap.open_store(settings)
    store.transact(lambda tx: tx.add_alert(alert))
    store.close()
    return desk


@contextmanager
def daemon(desk: Office) -> Iterator[subprocess.Popen[bytes]]:
    with (desk.folder / "daemon.log").open("wb") as log:
        child = subprocess.Popen(
            (*PROGRAM, "--config", str(desk.config), "run"), stdout=log, stderr=log, cwd=ROOT
        )
        try:
            yield child
        finally:
            child.kill()
            child.wait(10)


def slow(mailbox: Mailbox, seconds: float) -> threading.Event:
    """Every mail is answered after so long; set when one has come in."""
    came = threading.Event()

    def hold(_: object) -> None:
        came.set()
        time.sleep(seconds)

    mailbox.before_250(hold)
    return came


def states(desk: Office) -> list[str]:
    with closing(sqlite3.connect(desk.database)) as line:
        return [row[0] for row in line.execute("SELECT state FROM alert")]


def log_of(desk: Office) -> str:
    return (desk.folder / "daemon.log").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_mail_under_way_is_answered_and_marked_before_the_daemon_ends(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    desk = prepared(tmp_path, mailbox)
    came = slow(mailbox, 16)
    with daemon(desk) as child:
        assert came.wait(PATIENCE_S), log_of(desk)
        child.send_signal(signal.SIGTERM)
        assert child.wait(PATIENCE_S) == 0
    assert states(desk) == ["sent"]
    assert "Traceback" not in log_of(desk)


@pytest.mark.timeout(120)
def test_the_wait_for_an_answer_is_bounded(tmp_path: Path, mailbox: Mailbox) -> None:
    desk = prepared(tmp_path, mailbox, "drain_timeout_s = 0.5\n")
    came = slow(mailbox, 8)
    with daemon(desk) as child:
        assert came.wait(PATIENCE_S), log_of(desk)
        started = time.monotonic()
        child.send_signal(signal.SIGTERM)
        assert child.wait(PATIENCE_S) == 0
        assert time.monotonic() - started < 6
    assert states(desk) == ["pending"]
    assert "daemon_stopped" in log_of(desk)
    assert "housekeeping_failed" not in log_of(desk)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_the_daemon_at_once(
    tmp_path: Path, mailbox: Mailbox, number: signal.Signals
) -> None:
    desk = prepared(tmp_path, mailbox)
    came = slow(mailbox, 5)
    with daemon(desk) as child:
        assert came.wait(PATIENCE_S), log_of(desk)
        child.send_signal(number)
        ends = time.monotonic() + 5
        while "daemon_stopping" not in log_of(desk) and time.monotonic() < ends:
            time.sleep(0.05)
        started = time.monotonic()
        child.send_signal(number)
        assert child.wait(PATIENCE_S) == -number
        assert time.monotonic() - started < 2
    assert "daemon_ended_at_once" in log_of(desk)
