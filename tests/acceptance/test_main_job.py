"""The whole line on real TLS and real SMTP: one breach, one notice, one closing mail.

Across a restart, and across kill -9 at every step of the path.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.shops.fleet import fleet
from tests.shops.lab import Lab
from tests.shops.mailbox import Mailbox, Received
from tests.shops.modes import Behaviour
from tests.shops.server import Shop

PATIENCE_S = 120.0
SETTINGS = {
    "work": {"tick_s": 0.2, "lease_s": 6, "retry_first": "1s", "drain_timeout_s": 3},
    "mail": {"timeout_s": 0.5, "retry_first": "1s", "retry_max": "2s"},
}


@dataclass(slots=True)
class World:
    """One shop, its contact's mailbox, and the daemon."""

    lab: Lab
    shop: Shop
    mailbox: Mailbox
    contact: str

    def wait(self, what: str, happened: Callable[[], bool]) -> None:
        """Wait until ``happened``; fails with the daemon's last words."""
        ends = time.monotonic() + PATIENCE_S
        while not happened():
            if time.monotonic() > ends:
                tail = self.lab.log.read_text("utf-8")[-1500:]
                pytest.fail(f"waited in vain for {what}\n{tail}")
            time.sleep(0.05)

    def one(self, query: str) -> object:
        """The first value of a query on the daemon's database, read-only."""
        file = self.lab.folder / "keurwacht.db"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as database:
            row = database.execute(query).fetchone()
        return None if row is None else row[0]

    @contextmanager
    def writes_held(self) -> Iterator[None]:
        """Nobody else writes to the database."""
        file = self.lab.folder / "keurwacht.db"
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            yield
            database.execute("ROLLBACK")

    def looked(self) -> int:
        """How many certificate scans have been applied."""
        query = "select coalesce(sum(value), 0) from counter where name = 'evaluations_total'"
        return int(str(self.one(f"{query} and labels like '%certificate%'")).split(".")[0])

    def leased(self) -> bool:
        """Is a certificate look under way?"""
        query = "select count(*) from due where kind = 'certificate' and lease_until is not null"
        return bool(self.one(query))

    def mails(self) -> list[Received]:
        """What the member's server took, repeats of one Message-ID once."""
        found = {m.message_id: m for m in self.mailbox.received if self.contact in m.recipients}
        return list(found.values())

    def kill(self) -> None:
        """Kill -9 of the daemon and everything it started."""
        self.lab.stop(signal.SIGKILL)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fleet(tmp_path, keys=("healthy",)) as running, Mailbox(running.authority) as mailbox:
        shop = running["healthy"].shop
        lab = Lab(tmp_path, running, mailbox, fast=2, more=SETTINGS, roles=("contact",))
        lab.prepare()
        lab.attest()
        lab.start()
        found = World(lab, shop, mailbox, f"info@{shop.host}")
        found.wait("a first look", lambda: found.looked() >= 1)
        try:
            yield found
        finally:
            lab.stop(signal.SIGKILL)


def undisturbed(world: World) -> None:
    world.shop.serve_certificate(days_left=3)


def restarted(world: World) -> None:
    """A clean stop between the breach and its repair."""
    world.shop.serve_certificate(days_left=3)
    world.wait("the notice", lambda: len(world.mails()) == 1)
    assert world.lab.stop() == 0
    world.lab.start()


def killed_before_the_scan(world: World) -> None:
    """The job is claimed, the server has not answered yet."""
    world.shop.behaviour = Behaviour.TARPIT
    world.shop.serve_certificate(days_left=3)
    world.wait("a claim", world.leased)
    world.kill()
    world.shop.behaviour = Behaviour.HONEST
    world.lab.start()


def killed_after_the_scan(world: World) -> None:
    """The look is over, its transaction cannot begin."""
    world.shop.behaviour = Behaviour.TARPIT
    world.shop.serve_certificate(days_left=3)
    world.wait("a claim", world.leased)
    with world.writes_held():
        world.shop.behaviour = Behaviour.HONEST
        time.sleep(4)
        world.kill()
    assert world.one("select count(*) from case_file") == 0
    world.lab.start()


def killed_after_the_commit(world: World) -> None:
    """Case and notice are written, the mail server is away."""
    world.mailbox.stop()
    world.shop.serve_certificate(days_left=3)
    pending = "select count(*) from alert where state = 'pending' and step = 'notice'"
    world.wait("the notice in the outbox", lambda: world.one(pending) == 1)
    world.kill()
    world.mailbox.start()
    world.lab.start()


def killed_before_the_send_ends(world: World) -> None:
    """The server has the text, but has not said yes."""
    daemon = world.lab.daemon
    assert daemon is not None
    world.mailbox.cut_before_250(kept=False)
    world.mailbox.before_250(lambda _: os.killpg(daemon.pid, signal.SIGKILL))
    world.shop.serve_certificate(days_left=3)
    world.wait("the kill", lambda: daemon.poll() is not None)
    world.mailbox.answer_normally()
    world.lab.daemon = None
    world.lab.start()


def killed_between_the_yes_and_its_mark(world: World) -> None:
    """The one case in which a mail may come twice, with the same Message-ID."""
    daemon = world.lab.daemon
    assert daemon is not None
    world.mailbox.before_250(lambda _: os.killpg(daemon.pid, signal.SIGKILL))
    world.shop.serve_certificate(days_left=3)
    world.wait("the kill", lambda: daemon.poll() is not None)
    world.mailbox.answer_normally()
    world.lab.daemon = None
    world.lab.start()


DISTURBANCES = [
    undisturbed,
    restarted,
    killed_before_the_scan,
    killed_after_the_scan,
    killed_after_the_commit,
    killed_before_the_send_ends,
    killed_between_the_yes_and_its_mark,
]


@pytest.mark.slow
@pytest.mark.timeout(500)
@pytest.mark.parametrize("disturb", DISTURBANCES, ids=lambda d: d.__name__)
def test_one_breach_gives_one_notice_and_one_closing_mail_in_one_thread(
    world: World, disturb: Callable[[World], None]
) -> None:
    disturb(world)
    world.wait("the notice", lambda: len(world.mails()) == 1)
    seen = world.looked()
    world.wait("two more looks at the breach", lambda: world.looked() >= seen + 2)
    world.shop.serve_certificate(days_left=60)
    notice_and_closing(world)


@pytest.mark.slow
@pytest.mark.timeout(500)
@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
def test_a_notice_whose_answer_was_never_heard_is_followed_by_its_closing_mail(
    world: World, taken: bool
) -> None:
    """Mended before anybody knew whether the notice had arrived: the member may have read it."""
    daemon = world.lab.daemon
    assert daemon is not None
    if not taken:
        world.mailbox.cut_before_250(kept=False)
    world.mailbox.before_250(lambda _: os.killpg(daemon.pid, signal.SIGKILL))
    world.shop.serve_certificate(days_left=3)
    world.wait("the kill", lambda: daemon.poll() is not None)
    world.mailbox.answer_normally()
    world.shop.serve_certificate(days_left=60)
    world.lab.daemon = None
    world.lab.start()
    notice_and_closing(world)


def notice_and_closing(world: World) -> None:
    """Both mails came, nothing else does, and they belong together."""
    world.wait("the closing mail", lambda: len(world.mails()) == 2)
    seen = world.looked()
    world.wait("two more looks after the repair", lambda: world.looked() >= seen + 2)

    notice, closing_mail = world.mails()
    assert len(world.mails()) == 2
    assert notice.over_tls
    assert closing_mail.over_tls
    assert str(closing_mail.message["In-Reply-To"]).strip() == notice.message_id
    assert str(closing_mail.message["Subject"]) == str(notice.message["Subject"])
    assert {str(m.message["Content-Language"]) for m in (notice, closing_mail)} == {"nl"}
    body = notice.message.get_body(("plain",))
    assert body is not None
    assert world.shop.host in body.get_content()
    assert world.one("select count(*) from case_file") == 1
    assert world.one("select state from case_file") == "remedied"
    assert world.lab.command("status", world.shop.host).returncode == 0
