"""The daemon and the mail server of a shop: a breach is told and closed, not knowing is not."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from tests.shops.fleet import EXCHANGER, Fleet, fleet
from tests.shops.lab import Lab
from tests.shops.mailbox import Mailbox, Received

PATIENCE_S = 90.0
SETTINGS = {"work": {"tick_s": 0.2, "retry_first": "2s"}}


@dataclass(slots=True)
class World:
    """One shop, whose mail server and name server answer as a test says, and the daemon."""

    lab: Lab
    fleet: Fleet
    mailbox: Mailbox

    @property
    def host(self) -> str:
        return self.fleet["healthy"].shop.host

    def asked(self, *words: str) -> dict[str, object]:
        return cast("dict[str, object]", json.loads(self.lab.command(*words, "--json").stdout))

    def mail(self) -> dict[str, object]:
        """What stands in the database of tz-12.4 now; empty before the first look."""
        labels = cast("list[dict[str, list[dict[str, object]]]]",
                      self.asked("status", self.host)["labels"])  # fmt: skip
        found = [c for label in labels for c in label["conditions"] if c["id"] == "tz-12.4"]
        return found[0] if found else {}

    def cases(self) -> list[dict[str, object]]:
        return cast("list[dict[str, object]]", self.asked("cases", self.host, "--all")["cases"])

    def told(self, address: str) -> list[Received]:
        """The mails to one contact of the member, repeats of one Message-ID once."""
        found = {m.message_id: m for m in self.mailbox.received if address in m.recipients}
        return list(found.values())

    def wait(self, what: str, happened: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not happened():
            if time.monotonic() > ends:
                tail = self.lab.log.read_text("utf-8")[-1500:]
                pytest.fail(f"waited in vain for {what}\n{tail}")
            time.sleep(0.3)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with fleet(tmp_path, keys=("healthy",)) as running, Mailbox(running.authority) as mailbox:
        lab = Lab(tmp_path, running, mailbox, fast=2, more=SETTINGS)
        lab.prepare()
        lab.attest()
        lab.start()
        found = World(lab, running, mailbox)
        try:
            found.wait("a first look", lambda: found.mail().get("outcome") == "secured")
            yield found
        finally:
            lab.stop(signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_mail_server_that_stops_offering_starttls_is_told_after_two_looks(world: World) -> None:
    assert world.cases() == []
    world.fleet.exchanger.offers_starttls = False
    people = [f"info@{world.host}", f"beheer@{world.host}"]
    world.wait("a notice to each", lambda: all(len(world.told(p)) == 1 for p in people))

    (case,) = world.cases()
    assert (case["condition"], case["outcome"]) == ("tz-12.4", "no_starttls")
    assert cast("int", case["observations"]) >= 2
    notice = world.told(people[0])[0]
    body = notice.message.get_body(("plain",))
    assert body is not None
    text = " ".join(body.get_content().split())
    assert f"De mailserver {EXCHANGER} van {world.host} bood geen beveiligde verbinding" in text

    world.fleet.exchanger.offers_starttls = True
    world.wait("a closing mail to each", lambda: all(len(world.told(p)) == 2 for p in people))
    closing = world.told(people[0])[1]
    assert str(closing.message["In-Reply-To"]).strip() == notice.message_id
    assert [case["state"] for case in world.cases()] == ["remedied"]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_domain_that_names_no_mail_server_is_unknown_and_nobody_is_accused(
    world: World,
) -> None:
    zone = world.fleet.names.zone
    zone.records = [record for record in zone.records if " MX " not in record]

    def unknown() -> bool:
        found = world.mail()
        return found.get("outcome") == "no_mx" and cast("int", found["looks"]) >= 3

    world.wait("three looks", unknown)
    assert world.mail()["finding"] == "inconclusive"
    assert world.cases() == []
    assert not any(world.told(f"{name}@{world.host}") for name in ("info", "beheer"))
