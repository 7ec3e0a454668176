"""What the engine makes of a ZAP that misbehaves; with the fake, which can be told to."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from scanners.api import ScanOutcome
from scanners.owasp.engine import EngineLook, Profile, Progress
from scanners.owasp.zap.engine import ZapEngine
from tests.integration.net_server import RealClock
from tests.integration.zap_lab import OPTIONS, QUICK, Lab, engine_of, plan_of
from tests.shops.vulnerable import Behaviour, Shop, serve_clean, serve_vulnerable
from tests.zap.kit import fake_zap

pytestmark = pytest.mark.timeout(120)
BASELINE, LOW = Profile.BASELINE, Profile.ACTIVE_LOW


def test_a_hundred_percent_that_was_not_reached_is_not_complete() -> None:
    with fake_zap(short=True) as zap, serve_vulnerable() as shop:
        look = Lab(zap).look(shop, LOW)
    assert look.outcome is ScanOutcome.PARTIAL
    assert "active scan" in look.reason
    assert look.facts is not None
    assert not all(run.complete for run in look.facts.rules_run)


@pytest.mark.parametrize(
    "endpoint", ["spider/action/scan", "context/action/newContext", "alert/view/alerts"]
)
def test_a_call_that_fails_twice_is_trouble_of_the_engine(endpoint: str) -> None:
    with fake_zap(fail=[endpoint]) as zap, serve_vulnerable() as shop:
        look = Lab(zap).look(shop)
        assert look.requests == len(shop.log)
    assert (look.outcome, look.facts) == (ScanOutcome.ENGINE_ERROR, None)
    assert look.detail["attempts"] == 2


def test_a_daemon_that_falls_silent_for_good_is_trouble_of_the_engine() -> None:
    with fake_zap(drop_from=60) as zap, serve_vulnerable() as shop:
        look = Lab(zap).look(shop, LOW)
    assert (look.outcome, look.facts) == (ScanOutcome.ENGINE_ERROR, None)


@pytest.mark.parametrize("endpoint", ["pscan/view/recordsToScan", "core/action/newSession"])
def test_a_daemon_that_hangs_does_not_hold_the_look_beyond_its_deadline(endpoint: str) -> None:
    with fake_zap(hang=[endpoint]) as zap, serve_vulnerable() as shop:
        began = time.monotonic()
        look = Lab(zap).look(shop, deadline_s=8.0)
        assert time.monotonic() - began < 10.0
    assert look.outcome in (ScanOutcome.TIMED_OUT, ScanOutcome.ENGINE_ERROR)
    assert look.facts is None


@pytest.mark.parametrize("kind", ["endless", "stuck"])
def test_a_rule_without_end_is_skipped_and_the_others_count(kind: str) -> None:
    faults: dict[str, object] = {kind: [40012]}
    with fake_zap("k", **faults) as zap, serve_vulnerable() as shop:
        look = Lab(zap).look(shop, LOW, deadline_s=30.0)
    assert look.outcome is ScanOutcome.PARTIAL
    assert look.facts is not None
    states = {run.rule: run.complete for run in look.facts.rules_run if run.active}
    assert states["40012"] is False
    assert states["6"] is True


def test_every_option_is_set_for_every_scan() -> None:
    with fake_zap() as zap, serve_vulnerable() as shop:
        lab = Lab(zap)
        lab.look(shop, LOW)
        first = [call for call in zap.calls if "/action/" in call]
        zap.calls.clear()
        lab.look(shop, LOW)
        second = [call for call in zap.calls if "/action/" in call]
    made_once = {"ascan/action/addScanPolicy", "ascan/action/disableScanners",
                 "ascan/action/enableScanners", "network/action/addRateLimitRule"}  # fmt: skip
    assert set(first) - made_once == set(second) - made_once
    for name in ("spider/action/setOptionPostForm", "pscan/action/enableAllScanners",
                 "network/action/setHttpProxyEnabled", "core/action/newSession"):  # fmt: skip
        assert name in second


def test_a_look_that_finds_every_daemon_busy_is_no_trouble_of_the_shop() -> None:
    async def run(lab: Lab, shop: Shop) -> EngineLook:
        pool = lab.pool()
        async with engine_of(pool, lab.options) as engine, pool.lease():
            return await engine.look(plan_of(shop, BASELINE, deadline_s=4.0))

    with fake_zap() as zap, serve_vulnerable() as shop:
        look = asyncio.run(run(Lab(zap), shop))
        assert look.requests == len(shop.log) == 1
    assert look.outcome is ScanOutcome.ENGINE_ERROR
    assert "no ZAP daemon" in look.reason


def test_looks_that_share_a_daemon_wait_for_each_other() -> None:
    async def run(lab: Lab, shops: list[Shop]) -> list[EngineLook]:
        async with engine_of(lab.pool(), lab.options) as engine:
            looks = (engine.look(plan_of(shop, BASELINE)) for shop in shops)
            return list(await asyncio.gather(*looks))

    with fake_zap() as zap, serve_vulnerable() as one, serve_clean() as other:
        looks = asyncio.run(run(Lab(zap), [one, other]))
    assert [look.outcome for look in looks] == [ScanOutcome.COMPLETE] * 2
    found = [look.facts.findings if look.facts else None for look in looks]
    assert found[0]
    assert all(finding.url.startswith(one.origin) for finding in found[0])
    assert not [f for f in found[1] or () if not f.url.startswith(other.origin)]


def test_a_start_page_that_does_not_come_is_no_trouble_of_the_engine() -> None:
    with fake_zap() as zap, serve_vulnerable(behaviour=Behaviour(wait_s=10.0)) as shop:
        look = Lab(zap).look(shop, deadline_s=4.0)
    assert (look.outcome, look.facts) == (ScanOutcome.TIMED_OUT, None)
    assert "daemon" not in look.reason


def test_a_shop_that_struggles_gets_a_rest_and_the_scan_goes_on() -> None:
    async def run(lab: Lab, shop: Shop) -> EngineLook:
        def follow(progress: Progress) -> None:
            if progress.phase == "active" and not shop.behaviour.wait_s:
                shop.behaviour.wait_s = 2.5

        timing = replace(QUICK, probe_every_s=0.5, pause_s=3.0)
        engine = ZapEngine(lab.pool(), replace(OPTIONS, read_timeout_s=10.0), RealClock(), timing)
        try:
            task = asyncio.ensure_future(engine.look(plan_of(shop, LOW, 4.0), follow))
            while "ascan/action/pause" not in lab.zap.calls and not task.done():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            shop.behaviour.wait_s = 0.001
            return await task
        finally:
            await engine.aclose()

    with fake_zap() as zap, serve_vulnerable() as shop:
        look = asyncio.run(run(Lab(zap), shop))
        assert {"ascan/action/pause", "ascan/action/resume"} <= set(zap.calls)
    assert (look.outcome, look.reason) == (ScanOutcome.COMPLETE, "")
