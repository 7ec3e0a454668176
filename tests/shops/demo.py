"""The main job on small shops of our own: ``python -m tests.shops.demo [--once]``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from monitor import bootstrap
from monitor.adapters.store.store import SqlStore
from monitor.domain.case import CONFIRMED, CaseState
from monitor.domain.finding import Finding
from monitor.services.tx import Tx
from monitor.settings_load import load_settings
from tests.shops.fleet import Fleet, fleet
from tests.shops.lab import OPERATIONS, ROOT, STAFF, Lab
from tests.shops.mailbox import Mailbox

EXPECTED = ROOT / "docs" / "demo.md"
ONCE_LIMIT_S = 420.0
PAUSE_S = 0.5
_COLOURS = {"met": "green", "not_met": "red", "unknown": "yellow"}


@dataclass(frozen=True, slots=True)
class Line:
    """One site under one label as the demo shows it."""

    shop: str
    label: str
    verdict: str
    breached: tuple[str, ...]
    waiting: tuple[str, ...]
    scans: int
    settled: bool
    member_mail: bool
    staff_mail: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """A row of the table in docs/demo.md."""

    shop: str
    label: str
    verdict: str
    breached: tuple[str, ...]
    waiting: tuple[str, ...]
    member_mail: bool
    staff_mail: bool


def expected(path: Path = EXPECTED) -> dict[tuple[str, str], Expected]:
    """The expected table, read from the page people read."""
    rows = {}
    for line in path.read_text("utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if len(cells) == 7 and cells[2] in _COLOURS:
            shop, label, verdict, breached, waiting, member, staff = cells
            rows[shop, label] = Expected(
                shop, label, verdict, _ids(breached), _ids(waiting), member == "yes", staff == "yes"
            )
    return rows


def _ids(cell: str) -> tuple[str, ...]:
    return tuple(sorted(part.strip(" `") for part in cell.split(",") if part.strip(" `-–")))


def lines(tx: Tx, running: Fleet, mailbox: Mailbox) -> list[Line]:
    """How everything stands, in one transaction."""
    found = []
    mails = mailbox.received
    for member in running.members:
        site = tx.find_site(member.shop.host)
        if site is None:
            continue
        rows = tx.findings(site.site_id)
        cases = tx.active_cases(site.site_id)
        unseen = tx.unassessed(site.site_id)
        ran = len(tx.scans(site.site_id)) == len(tx.due_rows(site.site_id))
        to = {address for mail in mails for address in mail.recipients
              if member.shop.host in str(mail.message["Subject"])}  # fmt: skip
        own = {f"info@{member.shop.host}", f"beheer@{member.shop.host}"}
        for certification in site.certifications:
            label = certification.label_id
            mine = [c for c in cases.values() if label in c.labels]
            head = next((r for r in rows if r.label_id == label and not r.condition_id), None)
            word = {Finding.MET: "met", Finding.NOT_MET: "not_met"}
            verdict = "-" if head is None else word.get(head.finding, "unknown")
            waiting = [c.condition_id for c in mine if c.state is CaseState.AWAITING_REVIEW]
            row = unseen.get(label)
            told = row is not None and row.ticket_at is not None
            settled = ran and (
                verdict == "met"
                or (verdict == "not_met" and all(c.state in CONFIRMED for c in mine))
                or (verdict == "unknown" and (bool(waiting) or told))
            )
            found.append(
                Line(
                    member.key,
                    label,
                    verdict,
                    tuple(sorted(c.condition_id for c in mine if c.state in CONFIRMED)),
                    tuple(sorted(waiting)),
                    len(tx.scans(site.site_id)),
                    settled,
                    bool(to & own),
                    STAFF in to,
                )
            )
    return found


def _table(rows: Iterable[Line], started: float) -> Table:
    shown = Table(title=f"after {time.monotonic() - started:.0f} s", title_justify="left")
    for head in ("shop", "label", "verdict", "not met", "waits for a reviewer", "mail", "staff"):
        shown.add_column(head)
    for row in rows:
        verdict = Text(row.verdict, style=_COLOURS.get(row.verdict, "dim"))
        shown.add_row(
            row.shop, row.label, verdict, ", ".join(row.breached), ", ".join(row.waiting),
            "yes" if row.member_mail else "", "yes" if row.staff_mail else "",
        )  # fmt: skip
    return shown


def _mail_lines(mailbox: Mailbox, last: int) -> Text:
    shown = Text()
    for mail in mailbox.received[-last:]:
        to = ", ".join(mail.recipients)
        subject = "".join(c for c in str(mail.message["Subject"]) if c.isprintable())
        shown.append(f"mail to {to}: {subject}\n")
    return shown


class Demo:
    """Runs the lab until it is settled (``once``) or somebody ends it."""

    def __init__(self, lab: Lab, *, once: bool) -> None:
        self._lab = lab
        self._once = once
        self._stop = threading.Event()
        self._console = Console(highlight=False)
        self._started = time.monotonic()
        self._first: float | None = None

    def run(self) -> int:
        """0 when the table is as expected (``once``) or the end was asked for."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())
        settings = load_settings(self._lab.config, os.environ, {})
        store = bootstrap.open_store(settings)
        self._console.print(f"metrics: http://127.0.0.1:{self._lab.port}/metrics")
        self._console.print(f"files:   {self._lab.folder}")
        try:
            rows = self._watch(store)
        finally:
            code = self._lab.stop()
            store.close()
        if code not in (0, -signal.SIGTERM):
            self._console.print(f"the daemon ended with {code}; see {self._lab.log}")
            return 1
        return self._summary(rows) if self._once else 0

    def _watch(self, store: SqlStore) -> list[Line]:
        rows: list[Line] = []
        live = self._console.is_terminal
        with Live(console=self._console, refresh_per_second=2, transient=False) as view:
            said = 0
            while not self._stop.wait(PAUSE_S):
                rows = store.transact(lambda tx: lines(tx, self._lab.fleet, self._lab.mailbox))
                if self._first is None and any(row.verdict != "-" for row in rows):
                    self._first = time.monotonic() - self._started
                if live:
                    view.update(
                        Group(_table(rows, self._started), _mail_lines(self._lab.mailbox, 8))
                    )
                else:
                    said = self._say(said)
                if self._lab.daemon is not None and self._lab.daemon.poll() is not None:
                    break
                if self._once and self._done(rows):
                    break
        return rows

    def _say(self, said: int) -> int:
        """Without a terminal: one line per mail as it comes."""
        mails = self._lab.mailbox.received
        for mail in mails[said:]:
            self._console.print(f"mail to {', '.join(mail.recipients)}: {mail.message['Subject']}")
        return len(mails)

    def _done(self, rows: list[Line]) -> bool:
        late = time.monotonic() - self._started > ONCE_LIMIT_S
        return late or (bool(rows) and all(_as_expected(row) for row in rows))

    def _summary(self, rows: list[Line]) -> int:
        self._console.print(_table(rows, self._started))
        self._console.print(f"{len(self._lab.mailbox.received)} mails; first verdict after "
                            f"{self._first or 0:.0f} s")  # fmt: skip
        wanted = expected()
        missing = wanted.keys() - {(row.shop, row.label) for row in rows}
        wrong = [row for row in rows if not _as_expected(row)]
        for row in wrong:
            self._console.print(
                f"not as expected: {row}\n  wanted {wanted.get((row.shop, row.label))}"
            )
        for key in sorted(missing):
            self._console.print(f"missing: {key}")
        self._console.print("differs from docs/demo.md" if wrong or missing else "as expected")
        return 1 if wrong or missing else 0


def _as_expected(row: Line) -> bool:
    wanted = expected().get((row.shop, row.label))
    return row.settled and wanted == Expected(
        row.shop, row.label, row.verdict, row.breached, row.waiting, row.member_mail,
        row.staff_mail,
    )  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Start everything in a folder of its own, and leave nothing running."""
    parser = argparse.ArgumentParser(prog="python -m tests.shops.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end when everything is settled")
    parser.add_argument("--folder", type=Path, help="keep the files here (default: temporary)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="keurwacht-demo-") as spare:
        folder: Path = (given.folder or Path(spare)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        with fleet(folder) as running, Mailbox(running.authority) as mailbox:
            lab = Lab(folder, running, mailbox)
            sys.stdout.write(f"{len(running.members)} shops, mail server on port {mailbox.port};"
                             f" staff is {STAFF}, operations {OPERATIONS}\n")  # fmt: skip
            lab.prepare()
            lab.attest()
            lab.start()
            return Demo(lab, once=given.once).run()


if __name__ == "__main__":
    sys.exit(main())
