"""docs/how-to/consent.md, word for word: a shop that agrees is attacked by a running daemon.

The daemon is a process of its own, the shop a real server with seeded flaws, ZAP the fake
that speaks its protocol and really attacks.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.integration.cli_kit import PROGRAM, ROOT, Office, Result, office
from tests.shops.authority import Authority
from tests.shops.lab import free_port
from tests.shops.names import NameServer, Zone, naming
from tests.shops.vulnerable import Shop, serve_vulnerable
from tests.shops.vulnerable.pages import TEXT, Answer
from tests.zap.kit import RunningZap, fake_zap

HOST = "pennenhuis.example"
PATIENCE_S = 120.0
STOP_S = 5.0
LEASE_S = 5
FILE = "/.well-known/keurwacht-verification.txt"
ENDLESS_RULE = 40012
SITE = f"""\
url: https://{HOST}/
member:
  legal_name: Pennenhuis B.V.
  kvk: "99104128"
  labels: {{thuiswinkel-zakelijk: certified}}
"""
SETTINGS = """
[zap]
endpoints = ["{zap.url}"]
keys = "{zap.key}"
[work]
tick_s = 0.2
lease_s = {lease}
slots = 2
[http]
port = {port}
"""


@dataclass
class Body:
    """A label body with one member, its daemon and the member's shop."""

    desk: Office
    shop: Shop
    zone: Zone
    zap: RunningZap
    port: int
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """A command that goes on by itself."""
        child = subprocess.Popen(
            (*PROGRAM, "--config", str(self.desk.config), *words),
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self.children.append(child)
        return child

    def daemon(self) -> subprocess.Popen[str]:
        """``keurwacht run``, ready; what it says goes to a file."""
        with (self.desk.folder / "daemon.log").open("a") as log:
            child = subprocess.Popen(
                (*PROGRAM, "--config", str(self.desk.config), "run"),
                cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.children.append(child)
        until(lambda: self.get("/readyz") == "ready", "the daemon is ready")
        return child

    def get(self, path: str) -> str:
        """What the daemon answers; "" while it does not."""
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False, timeout=5)
        except httpx.TransportError:
            return ""
        if path == "/readyz":
            return "ready" if answer.status_code == httpx.codes.OK else ""
        return answer.text

    def run(self, *words: str) -> Result:
        """A command of the how-to."""
        return self.desk.run(*words)

    def attacked(self, since: float) -> bool:
        """Did an attack arrive after that moment?"""
        return any(seen.at > since and "%3Cscript" in seen.query for seen in self.shop.log)

    def audit(self) -> list[str]:
        """What the audit has of the shop and of the switch, the oldest first."""
        entries = self.run("audit", "--json").document["entries"]
        return [str(row["action"]) for row in reversed(cast("list[dict[str, object]]", entries))]

    def rows(self, *words: str) -> list[dict[str, object]]:
        """``findings list`` of the shop."""
        found = self.run("findings", "list", HOST, *words, "--json").document["findings"]
        return cast("list[dict[str, object]]", found)

    def endless(self, *, on: bool) -> None:
        """From now on one rule of ZAP ends only when it is told to."""
        assert self.zap.faults is not None
        self.zap.faults.endless = [ENDLESS_RULE] if on else []

    def last_request(self) -> float:
        """When the shop was last asked something, monotonic."""
        return max(seen.at for seen in self.shop.log)


@pytest.fixture
def body(tmp_path: Path) -> Iterator[Body]:
    desk, authority, port = office(tmp_path), Authority(tmp_path / "ca"), free_port()
    context = authority.issue(HOST).server_context()
    zone = Zone()
    with serve_vulnerable(context, HOST) as shop, naming(zone) as names, fake_zap() as zap:
        more = SETTINGS.format(zap=zap, port=port, lease=LEASE_S)
        desk.settings(more, net=network(shop, names, authority))
        assert desk.run("sites", "add", str(desk.file("site.yaml", SITE))).code == 0
        made = Body(desk, shop, zone, zap, port)
        try:
            yield made
        finally:
            for child in made.children:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
                child.communicate(timeout=10)


def network(shop: Shop, names: NameServer, authority: Authority) -> str:
    """How the daemon reaches the shop: on loopback, by its own name."""
    resolve = [f"{HOST}:443:127.0.0.1:{shop.port}", f"{HOST}:80:127.0.0.1:{free_port()}"]
    return (
        f'resolve = {json.dumps(resolve)}\ndns_server = "{names.place}"\n'
        f'allow_networks = ["127.0.0.0/8"]\nca_file = "{authority.ca_file}"'
    )


def until(there: Callable[[], bool], what: str) -> None:
    """Wait for it."""
    ends = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < ends, what
        time.sleep(0.1)


def open_window() -> str:
    """A window that is open now, in the time of the shop."""
    here = datetime.now(UTC).astimezone(ZoneInfo("Europe/Amsterdam"))
    return f"{here - timedelta(hours=1):%H:%M}-{here + timedelta(hours=3):%H:%M}"


def consents(body: Body) -> None:
    """The owner agrees and publishes the token in each place in turn."""
    paper = ("--by", "Olga", "--contact", "+31 20 123", "--reference", "DOC-117")
    asked = ("scan", "owasp", HOST, "--profile", "active-low", "--engine", "zap")
    assert "no consent" in body.run(*asked).err
    given = body.run(
        "consent", "add", HOST, "--level", "active-low", *paper,
        "--until", f"{datetime.now(UTC) + timedelta(days=200):%Y-%m-%d}",
        "--window", open_window(),
    )  # fmt: skip
    assert given.code == 0, given.err
    token = str(body.run("consent", "token", HOST, "--json").document["token"])
    assert body.run("consent", "verify", HOST).code == 3
    refused = body.run(*asked)
    assert (refused.code, "never proven" in refused.err) == (2, True)
    pages = body.shop.behaviour.pages
    pages[FILE] = Answer(f"{token}\n".encode(), TEXT)
    assert "well_known: found" in body.run("consent", "verify", HOST).err
    pages.clear()
    meta = f'<html><head><meta name="keurwacht-verification" content="{token}"></head></html>'
    pages["/"] = Answer(meta.encode())
    assert "meta: found" in body.run("consent", "verify", HOST).err
    pages.clear()
    assert body.run("consent", "verify", HOST).code == 3
    assert "lost" in body.run("consent", "check", HOST).err
    body.zone.records = (f'_keurwacht.{HOST}. TXT "keurwacht-verification={token}"',)
    assert "dns: found" in body.run("consent", "verify", HOST).err
    assert body.run("consent", "check", HOST).code == 0


WAIT = ("scan", "owasp", HOST, "--profile", "active-low", "--engine", "zap", "--wait")
AUDITED = """
consent_recorded control_token_made control_proven control_lost control_proven
scan_ordered active_scan_begun scan_ended weakness_decided
scan_ordered active_scan_begun kill_switch_on scan_ended kill_switch_off
scan_ordered active_scan_begun active_scan_begun scan_ended
"""


def finds(body: Body) -> None:
    """Ordered, followed, complete; what was found gets the word of a person."""
    waiter = body.begin(*WAIT)
    out, err = waiter.communicate(timeout=PATIENCE_S)
    assert waiter.returncode == 0, err
    assert "spider" in err
    assert " rules" in err
    assert "complete (" in err
    assert "Cross Site Scripting" in out
    attacks = [seen for seen in body.shop.log if "script" in seen.query]
    runs = {seen.headers.get("x-keurwacht-scan", "") for seen in attacks}
    assert {run.rpartition("-")[0] for run in runs} == {HOST}
    assert not len(body.shop.elsewhere.log)
    (found,) = [row for row in body.rows() if row["rule"] == "40012"]
    assert (found["severity"], found["owasp_2025"], found["param"]) == ("high", "A05", "q")
    word = ("findings", "false-positive", HOST, str(found["fingerprint"])[:8], "--reason", "echo")
    assert body.run(*word).code == 0
    assert body.run("findings", "export", HOST, "--all").document["version"] == "2.1.0"


def is_stopped(body: Body) -> None:
    """The kill switch while a scan runs: within five seconds the shop is left alone."""
    began = time.monotonic()
    waiter = body.begin(*WAIT)
    until(lambda: body.attacked(began), "the second scan attacks")
    assert body.run("killswitch", "on", "--reason", "a shop called: we are slow").code == 0
    stopped = time.monotonic()
    _, err = waiter.communicate(timeout=PATIENCE_S)
    assert waiter.returncode == 4, err
    assert "cancelled (" in err
    assert "we are slow" in err
    refused = body.run(*WAIT)
    assert (refused.code, "kill switch" in refused.err) == (2, True)
    time.sleep(max(0.0, stopped + STOP_S + 1.0 - time.monotonic()))
    assert body.last_request() - stopped < STOP_S
    assert body.run("killswitch", "off").code == 0


def survives(body: Body, daemon: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """The daemon dies in mid-scan: nothing goes on without it; another one finishes the work."""
    began = time.monotonic()
    waiter = body.begin(*WAIT)
    until(lambda: body.attacked(began), "the third scan attacks")
    os.killpg(daemon.pid, signal.SIGKILL)
    daemon.wait(10)
    died = time.monotonic()
    time.sleep(1.5)
    assert body.last_request() - died < 1.0
    body.endless(on=False)
    again = body.daemon()
    _, err = waiter.communicate(timeout=PATIENCE_S)
    assert waiter.returncode == 0, err
    (row,) = body.rows("--state", "false_positive")
    assert cast("int", row["times"]) >= 2
    return again


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_shop_that_agrees_is_attacked_and_left_alone_on_a_word(body: Body) -> None:
    consents(body)
    daemon = body.daemon()
    finds(body)
    body.endless(on=True)
    is_stopped(body)
    again = survives(body, daemon)
    # Who did what, for an auditor; and what operations see.
    actions = body.audit()
    left = iter(actions)
    assert all(action in left for action in AUDITED.split()), actions
    metrics = body.get("/metrics")
    assert 'keurwacht_scan_consents{state="ready"} 1.0' in metrics
    assert 'keurwacht_evaluations_total{kind="owasp",outcome="cancelled"} 1.0' in metrics
    os.killpg(again.pid, signal.SIGTERM)
    assert again.wait(20) == 0
    assert "Traceback" not in (body.desk.folder / "daemon.log").read_text("utf-8")
