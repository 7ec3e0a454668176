"""Several daemons, true and fake: scans side by side, one that is down, one that is shared."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanners.api import ScanKind, ScanOutcome, ScanRequest
from scanners.owasp.engine import EngineLook, Profile, Progress
from scanners.owasp.fleet import (
    DaemonNews,
    Daemons,
    DaemonState,
    LocalZap,
    RemoteZap,
    Told,
    ZapFleet,
    untold,
)
from scanners.owasp.scanner import OwaspScanner
from scanners.owasp.zap.claims import claim
from scanners.owasp.zap.client import ZapClient
from scanners.owasp.zap.pool import Patience, ZapPool, pool_of
from scanners.owasp.zap.remote import RemoteDaemon
from scanners.owasp.zap.survey import survey
from tests.integration.net_server import RealClock
from tests.integration.zap_lab import OPTIONS, Lab, engine_of, local_of, plan_of, running
from tests.shops.vulnerable import Shop, serve_clean, serve_vulnerable
from tests.zap.kit import fake_zap

pytestmark = pytest.mark.timeout(240)
BASELINE, LOW = Profile.BASELINE, Profile.ACTIVE_LOW
QUICKLY = Patience(first_s=0.3, most_s=1.0, occupied_s=0.3)
DEAD = RemoteZap("http://127.0.0.1:9", "k")


@pytest.fixture(scope="module", params=["fake", "true"])
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running(request.param, tmp_path_factory.mktemp("zap")) as zap:
        yield Lab(zap)


def pool_on(lab: Lab, *others: RemoteZap, told: Told = untold) -> ZapPool:
    """Made in the loop that uses it."""
    here = RemoteZap(lab.zap.url, lab.zap.key)
    return pool_of(ZapFleet(remote=(*others, here)), told, QUICKLY)


def assert_seen(look: EngineLook, shop: Shop) -> None:
    """All of this shop, and nothing of another."""
    assert (look.outcome, look.reason) == (ScanOutcome.COMPLETE, "")
    assert look.facts is not None
    assert look.facts.coverage.urls_visited > 5
    assert all(finding.url.startswith(shop.origin) for finding in look.facts.findings)


@pytest.mark.parametrize("kind", ["fake", "true"])
def test_two_scans_have_a_daemon_each_a_third_waits_and_idle_ones_end(
    kind: str, tmp_path: Path
) -> None:
    states: list[tuple[DaemonState, ...]] = []
    homes: set[int] = set()

    async def run(local: LocalZap, shops: list[Shop]) -> list[EngineLook]:
        pool = pool_of(ZapFleet(local=local, daemons=2, idle_s=1.0), patience=QUICKLY)

        def follow(_progress: Progress) -> None:
            states.append(tuple(view.state for view in pool.views))
            homes.add(len(list(tmp_path.glob("keurwacht-zap-*"))))

        async with engine_of(pool, OPTIONS) as engine:
            looks = (engine.look(plan_of(s, BASELINE, deadline_s=150.0), follow) for s in shops)
            found = list(await asyncio.gather(*looks))
            await asyncio.sleep(2.0)
            assert [view.state for view in engine.daemons] == [DaemonState.OFF] * 2
            assert not list(tmp_path.glob("keurwacht-zap-*"))
            return found

    local = local_of(kind, tmp_path)
    with serve_vulnerable() as one, serve_vulnerable() as two, serve_clean() as three:
        shops = [one, two, three]
        for look, shop in zip(asyncio.run(run(local, shops)), shops, strict=True):
            assert_seen(look, shop)
    assert (DaemonState.BUSY, DaemonState.BUSY) in states
    assert max(homes) == 2


def test_a_daemon_that_is_down_is_told_and_its_scans_go_elsewhere(lab: Lab) -> None:
    news: list[DaemonNews] = []

    async def run(shop: Shop) -> EngineLook:
        pool = pool_on(lab, DEAD, told=news.append)
        async with engine_of(pool, lab.options) as engine:
            look = await engine.look(plan_of(shop, BASELINE))
            assert [view.well for view in engine.daemons] == [False, True]
            return look

    with serve_vulnerable() as shop:
        look = asyncio.run(run(shop))
        assert_seen(look, shop)
    assert look.detail["attempts"] == 1
    assert {(one.name, one.reason[:18]) for one in news} == {(DEAD.url, "no answer from ZAP")}


def test_two_programs_that_share_a_daemon_see_each_other_and_wait(lab: Lab) -> None:
    news: list[DaemonNews] = []

    async def run(shops: list[Shop]) -> list[EngineLook]:
        async def one(shop: Shop, wait: asyncio.Event, begun: asyncio.Event) -> EngineLook:
            def follow(progress: Progress) -> None:
                if progress.phase == "spider":
                    begun.set()

            async with engine_of(pool_on(lab, told=news.append), lab.options) as engine:
                await wait.wait()
                return await engine.look(plan_of(shop, BASELINE, 20.0), follow)

        first, second = asyncio.Event(), asyncio.Event()
        first.set()
        return list(
            await asyncio.gather(
                one(shops[0], first, second), one(shops[1], second, asyncio.Event())
            )
        )

    with serve_vulnerable() as one, serve_vulnerable() as two:
        looks = asyncio.run(run([one, two]))
        assert_seen(looks[0], one)
        assert_seen(looks[1], two)
    assert looks[0].facts is not None
    assert looks[0].facts.findings
    assert [look.detail["attempts"] for look in looks] == [1, 1]
    assert {said.reason for said in news} == {"another keurwacht scans with this ZAP"}


@pytest.mark.parametrize("phase", ["spider", "collect"])
def test_a_session_that_is_taken_away_never_makes_a_shop_look_clean(lab: Lab, phase: str) -> None:
    taken: list[str] = []

    def follow(progress: Progress) -> None:
        if progress.phase == phase and not taken:
            taken.append(phase)
            ZapClient(lab.zap.url, lab.zap.key).core.new_session("", True)

    async def run(shop: Shop) -> EngineLook:
        async with engine_of(pool_on(lab), lab.options) as engine:
            return await engine.look(plan_of(shop, BASELINE, deadline_s=120.0), follow)

    with serve_vulnerable() as shop:
        look = asyncio.run(run(shop))
        assert_seen(look, shop)
    assert taken
    assert look.facts is not None
    assert look.facts.findings
    assert look.detail["attempts"] == 2


def test_a_claim_of_another_holds_until_its_end_and_one_of_ours_never(lab: Lab) -> None:
    now, other, client = 1_000.0, "fedcba9876543210" * 2, ZapClient(lab.zap.url, lab.zap.key)

    async def said(owner: str, until: float) -> str:
        client.core.new_session("", True)
        client.context.new_context(claim(owner, until))
        daemon = RemoteDaemon(
            RemoteZap(lab.zap.url, lab.zap.key), "0123456789abcdef" * 2, lambda: now
        )
        try:
            return await daemon.occupied()
        finally:
            daemon.talk.close()

    assert asyncio.run(said(other, now + 60)) == "another keurwacht scans with this ZAP"
    assert asyncio.run(said(other, now - 1)) == ""
    assert asyncio.run(said("0123456789abcdef" * 2, now + 60)) == ""
    client.core.new_session("", True)


def test_a_daemon_that_hangs_does_not_hold_the_survey(tmp_path: Path) -> None:
    with fake_zap(hang=["core/view/version"]) as hung, fake_zap() as well:
        far = tuple(RemoteZap(zap.url, zap.key) for zap in (hung, well))
        fleet = ZapFleet(far, LocalZap((str(tmp_path / "zap.sh"),)))
        found = asyncio.run(survey(fleet, within_s=1.0))
    assert [one.ok for one in found] == [False, True, False]
    assert found[0].detail == "no answer within 1 s"
    assert found[1].warning
    assert "no add-on" in found[1].detail


def test_a_scan_somebody_started_by_hand_is_left_alone() -> None:
    with fake_zap(endless=[40012]) as zap, serve_vulnerable() as shop:
        by_hand = ZapClient(zap.url, zap.key)
        by_hand.core.access_url(shop.url)
        number = str(by_hand.ascan.scan(shop.url))

        async def run() -> EngineLook:
            async with engine_of(pool_on(Lab(zap)), OPTIONS) as engine:
                return await engine.look(plan_of(shop, BASELINE, deadline_s=4.0))

        look = asyncio.run(run())
        assert look.outcome is ScanOutcome.ENGINE_ERROR
        assert [row["state"] for row in by_hand.ascan.scans if row["id"] == number] == ["RUNNING"]
        by_hand.ascan.stop_all_scans()


def test_labels_with_other_words_do_not_make_a_second_pool() -> None:
    async def run(shop: Shop, daemons: Daemons) -> int:
        most = 0
        scanner = OwaspScanner(OPTIONS, RealClock(), daemons=daemons)

        async def one(chars: int) -> ScanOutcome:
            words: dict[str, object] = {"engine": "zap", "start_page_min_chars": chars}
            host = shop.origin.partition("://")[2].partition(":")[0]
            asked = ScanRequest(ScanKind.OWASP, shop.url, (host,), options=words, deadline_s=60.0)
            return (await scanner.scan(asked)).outcome

        tasks = [asyncio.ensure_future(one(chars)) for chars in (100, 200)]
        while not all(task.done() for task in tasks):
            busy = [v for v in scanner.zap_daemons if v.state is DaemonState.BUSY]
            most = max(most, len(busy))
            await asyncio.sleep(0.02)
        assert {await task for task in tasks} == {ScanOutcome.COMPLETE}
        await scanner.aclose()
        return most

    with fake_zap() as zap, serve_clean() as shop:
        fleet = ZapFleet(remote=(RemoteZap(zap.url, zap.key),))
        assert asyncio.run(run(shop, Daemons(fleet))) == 1
        assert not [name for name in zap.calls if name == "ascan/action/stopAllScans"][1:]
