"""A whole keurwacht on the lab: shops, mail server, settings, labels that count in seconds."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from monitor import bootstrap
from monitor.domain.attestation import Role
from monitor.services.attestations import attest
from monitor.services.tx import Tx
from monitor.settings_load import load_settings
from tests.shops.fleet import Fleet, sites_yaml
from tests.shops.mailbox import Mailbox

ROOT = Path(__file__).parent.parent.parent
STAFF = "keurmerk@office.keurlab.example"
OPERATIONS = "beheer@office.keurlab.example"
DEMO_PROFILES = Path(__file__).with_name("demo_profiles.yaml")


def free_port() -> int:
    """A TCP port of 127.0.0.1 that is free now."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def fast_labels(folder: Path) -> Path:
    """The shipped label files with the demo's confirmations; returns their folder."""
    target = folder / "labels"
    shutil.copytree(ROOT / "config" / "labels", target, dirs_exist_ok=True)
    profiles = target / "shared" / "profiles.yaml"
    merged = yaml.safe_load(profiles.read_text("utf-8"))
    merged |= yaml.safe_load(DEMO_PROFILES.read_text("utf-8"))
    profiles.write_text(yaml.safe_dump(merged, sort_keys=False), "utf-8")
    return target


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return str(value)


@dataclass(slots=True)
class Lab:
    """Settings and files of one lab, and the daemon that runs on them.

    ``fast`` is the cadence of the cheap scans in seconds; the dear ones take three
    times as long.  ``more`` overrides settings, by section and key; ``roles`` are
    the contacts that members have.
    """

    folder: Path
    fleet: Fleet
    mailbox: Mailbox
    fast: int = 10
    more: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    roles: tuple[str, ...] = ("contact", "technical")
    port: int = 0
    daemon: subprocess.Popen[bytes] | None = None

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.folder / "keurwacht.toml"

    @property
    def log(self) -> Path:
        """Where the daemon's log goes."""
        return self.folder / "daemon.log"

    def prepare(self) -> None:
        """Write settings and labels, make the database, import the members, attest."""
        self.port = free_port()
        labels = fast_labels(self.folder)
        slow = f"{self.fast * 3}s"
        sections: dict[str, dict[str, object]] = {
            "database": {"url": f"sqlite:///{self.folder / 'keurwacht.db'}"},
            "net": {
                "resolve": list(self.fleet.resolve),
                "dns_server": self.fleet.dns_server,
                "allow_networks": [self.fleet.allow_network],
                "ca_file": str(self.fleet.ca_file),
                "requests_per_second": 100,
                "connect_timeout_s": 3,
                "read_timeout_s": 4,
                # A visitor who waits ten seconds before choosing is nothing for a demonstration.
                "browser": "off",
            },
            "labels": {"folder": str(labels)},
            "cadence": {
                "certificate": f"{self.fast}s", "tls": slow, "content": slow,
                "drift": slow, "seal": slow, "owasp": slow, "mail": slow,
            },
            "deadline": {
                "certificate": "8s", "tls": "25s", "content": "25s", "drift": "25s",
                "seal": "25s", "owasp": "15s", "mail": "15s",
            },
            "work": {"tick_s": 0.25, "lease_s": 40, "retry_first": "3s", "drain_timeout_s": 5},
            "mail": {
                "enabled": True, "host": self.mailbox.host_name, "port": self.mailbox.port,
                "tls": "required", "ca_file": str(self.fleet.ca_file), "timeout_s": 3,
                "organisation": "Keurlab", "sender": "keurwacht@keurlab.example",
                "domain": "keurlab.example", "operations": [OPERATIONS],
            },
            "mail.staff": {"default": [STAFF]},
            "http": {"port": self.port},
            "log": {"format": "json"},
        }  # fmt: skip
        sections["mail"]["host"] = self.mailbox.address
        for name, values in self.more.items():
            sections[name] = {**sections.get(name, {}), **values}
        lines = []
        for name, values in sections.items():
            lines += [f"[{name}]", *(f"{key} = {_toml(v)}" for key, v in values.items()), ""]
        self.config.write_text("\n".join(lines), "utf-8")
        members = yaml.safe_load(sites_yaml(self.fleet))
        for entry in members["sites"]:
            contacts = entry["member"]["contacts"]
            entry["member"]["contacts"] = [c for c in contacts if c["role"] in self.roles]
        written = yaml.safe_dump(members, sort_keys=False, allow_unicode=True)
        (self.folder / "sites.yaml").write_text(written, "utf-8")
        self.command("db", "upgrade")
        self.command("sites", "import", str(self.folder / "sites.yaml"))

    def attest(self, until: date = date(2099, 12, 31)) -> None:
        """Record every document and answer that the labels of the shops ask for."""
        settings = load_settings(self.config, os.environ, {})
        catalogue = bootstrap.load_catalogue(settings)
        now = bootstrap.system_clock().now()
        store = bootstrap.open_store(settings)

        def work(tx: Tx) -> None:
            for site in tx.sites():
                asked = {
                    condition.condition_id: condition.attestation.decided_by[0]
                    for label in catalogue.labels_of(site)
                    for condition in label.conditions
                    if condition.attestation is not None and condition.enabled
                }
                for name, role in asked.items():
                    attest(tx, site, name, until, "Keurlab", None, catalogue, now, role=Role(role))

        try:
            store.transact(work)
        finally:
            store.close()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``keurwacht``; RuntimeError with its words when it fails (exit 1 or 2)."""
        done = subprocess.run(
            (*PROGRAM, "--config", str(self.config), *words),
            capture_output=True, text=True, check=False, cwd=ROOT, timeout=120,
        )  # fmt: skip
        if done.returncode in (1, 2):
            raise RuntimeError(f"keurwacht {' '.join(words)}: {done.stderr.strip()}")
        return done

    def start(self) -> None:
        """Start the daemon."""
        with self.log.open("ab") as log:
            self.daemon = subprocess.Popen(
                (*PROGRAM, "--config", str(self.config), "run"),
                stdout=log, stderr=log, cwd=ROOT, start_new_session=True,
            )  # fmt: skip

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop the daemon and wait; returns its exit code."""
        if self.daemon is None:
            return 0
        process, self.daemon = self.daemon, None
        if number is signal.SIGKILL:
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)
        return process.wait(30)


PROGRAM = (sys.executable, "-c", "from monitor.cli import main; main()")
