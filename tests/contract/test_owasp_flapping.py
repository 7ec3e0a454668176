"""A flaw that was there for a moment, from the shop's answer to what people hear of it: nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.adapters.store.store import SqlStore
from monitor.domain.finding import Finding
from monitor.domain.label import Mapped
from monitor.domain.weakness import Again, WeaknessState
from monitor.policy.conditions.owasp import JUDGES
from monitor.services.application import Application
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.members import put_site
from scanners.api import ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.owasp.scanner import OwaspScanner
from scanners.registry import FACTS
from tests.builders import ANNA, DAY, MONDAY, TECH, condition, label, member, site
from tests.contract.services_world import CADENCES, OFFICE, SHOP, HandClock, Weekdays, World
from tests.integration.net_server import RealClock, http, options, serving

OWASP = ScanKind.OWASP
MAPPED = {
    "no_high_finding_passive": Mapped(Finding.MET),
    "candidate_high": Mapped(Finding.NOT_MET, review=True),
    "high_not_verified": Mapped(Finding.INCONCLUSIVE),
}
MARK = label(condition("tz-12.7a", uses="owasp.findings", findings=MAPPED, confirm="CX"))
SECRETS = b"APP_ENV=production\nDB_PASSWORD=geheim\n"
WORDS = "Welkom in onze winkel met pennen en papier. " * 30
HTML = ("Content-Type", "text/html")


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    file = tmp_path / "office.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = SqlStore(f"sqlite:///{file}", facts_types=FACTS)
    judges = {one.name: one for one in JUDGES}
    catalogue = Catalogue({MARK.label_id: MARK}, judges, CADENCES, Weekdays())
    made = World(store, HandClock(), Application(catalogue, Casework(catalogue, OFFICE)))
    owner = member(contacts=(ANNA, TECH))
    made.do(lambda tx: put_site(tx, site(), owner, catalogue, "t", MONDAY))
    yield made
    store.close()


class Flapping:
    """A shop whose settings can be read for the first ``times`` times, and what it says then."""

    def __init__(self, times: int, then: int = 404, others: int = 404) -> None:
        self.times = times
        self.then = then
        self.others = others
        self.asked = 0

    def __call__(self, path: str, _stop: object) -> tuple[bytes]:
        if path == "/.env":
            self.asked += 1
            if self.asked <= self.times:
                return (http(SECRETS, 200, ("Content-Type", "text/plain")),)
            return (http("no", self.then),)
        if path in ("/", "/contact"):
            body = f'<html><body>{WORDS}<a href="/contact">Contact</a></body></html>'
            return (http(body, 200, HTML),)
        return (http("gone", self.others if self.asked > self.times else 404),)


def scanned(world: World, shop: Flapping) -> None:
    """The daemon's look at the shop, a day apart."""

    async def look(url: str) -> ScanResult:
        how = {"again_after_s": 0.1}
        request = ScanRequest(OWASP, url, ("127.0.0.1",), options=how, deadline_s=30.0)
        return await OwaspScanner(options(), RealClock()).scan(request)

    with serving(shop) as server:
        result = asyncio.run(look(f"http://127.0.0.1:{server.port}/"))
    assert result.outcome is ScanOutcome.COMPLETE, result
    world.apply(world.claim(OWASP), replace(result, started_at=world.clock.now()))
    world.after(DAY)


def test_a_flaw_that_was_there_once_reaches_nobody_and_is_over_after_two_looks(
    world: World,
) -> None:
    shop = Flapping(1)
    scanned(world, shop)
    assert shop.asked == 2
    (one,) = [w for w in world.do(lambda tx: tx.weaknesses(SHOP)) if w.seen.param == "/.env"]
    assert one.again is Again.NOT_SEEN
    row = world.verdict(condition_id="tz-12.7a")
    assert (row.finding, row.outcome, row.waits) == (
        Finding.INCONCLUSIVE, "high_not_verified", False,
    )  # fmt: skip
    for _ in range(2):
        scanned(world, shop)
    (one,) = [w for w in world.do(lambda tx: tx.weaknesses(SHOP)) if w.seen.param == "/.env"]
    assert one.state is WeaknessState.RESOLVED
    assert world.verdict(condition_id="tz-12.7a").finding is Finding.MET
    assert world.do(lambda tx: tx.cases()) == []
    assert world.said() == []


def test_a_flaw_that_stays_is_put_before_a_reviewer_and_nobody_else(world: World) -> None:
    scanned(world, Flapping(100))
    row = world.verdict(condition_id="tz-12.7a")
    assert (row.outcome, row.waits) == ("candidate_high", True)
    assert world.said() == []


@pytest.mark.parametrize(
    ("then", "others", "state"),
    [
        (404, 404, WeaknessState.RESOLVED),
        (403, 404, WeaknessState.RESOLVED),
        # Refused like every other path: nobody knows what stands behind it.
        (403, 403, WeaknessState.NEW),
    ],
    ids=["taken away", "refused alone", "refused like all"],
)
def test_a_file_that_was_taken_away_is_gone_after_two_looks_and_a_wall_hides_it(
    world: World, then: int, others: int, state: WeaknessState
) -> None:
    shop = Flapping(2, then, others)
    for _ in range(3):
        scanned(world, shop)
    (one,) = [w for w in world.do(lambda tx: tx.weaknesses(SHOP)) if w.seen.param == "/.env"]
    assert (one.state, one.again) == (state, Again.VERIFIED)
