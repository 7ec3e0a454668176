"""What the ZAP engine promises a shop and its auditors, on the shop's own log; true and fake."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanners.api import ScanKind, ScanOutcome, ScanRequest
from scanners.owasp.engine import EngineLook, Profile, Progress
from scanners.owasp.evidence import OwaspFacts
from scanners.owasp.fleet import Daemons, RemoteZap, ZapFleet
from scanners.owasp.scanner import OwaspScanner
from scanners.owasp.zap.daemon import LocalDaemon
from scanners.owasp.zap.pool import Patience, pool_of
from tests.integration.net_server import RealClock
from tests.integration.zap_lab import OPTIONS, Lab, engine_of, local_of, plan_of, running
from tests.shops.vulnerable import Behaviour, Shop, serve_clean, serve_vulnerable

pytestmark = pytest.mark.timeout(240)
BASELINE, LOW = Profile.BASELINE, Profile.ACTIVE_LOW
FORBIDDEN = ("/login", "/logout", "/account", "/winkelwagen", "/afrekenen", "/contact")
QUICKLY = Patience(first_s=0.3, most_s=1.0, occupied_s=0.3)
# What may go wrong with a shop from its next request but some on, and the word for it.
TROUBLES: dict[str, tuple[Callable[[Behaviour, int], None], str]] = {
    "dies": (lambda how, n: setattr(how, "die_after", n), "died"),
    "answers 429": (lambda how, n: setattr(how, "throttle_after", n), "throttled"),
    "answers 503": (lambda how, n: setattr(how, "fail_after", n), "throttled"),
    "walls itself in": (lambda how, n: setattr(how, "block_after", n), "blocked"),
}


@pytest.fixture(scope="module", params=["fake", "true"])
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running(request.param, tmp_path_factory.mktemp("zap")) as zap:
        yield Lab(zap)


def followed(
    lab: Lab, shop: Shop, profile: Profile, follow: Callable[[Progress], None]
) -> EngineLook:
    """One look whose progress somebody follows."""

    async def run() -> EngineLook:
        async with engine_of(lab.pool(), lab.options) as engine:
            return await engine.look(plan_of(shop, profile), follow)

    return asyncio.run(run())


@pytest.mark.parametrize("profile", [BASELINE, LOW])
def test_the_log_of_another_port_and_host_stays_empty_and_nothing_is_posted(
    lab: Lab, profile: Profile
) -> None:
    with serve_vulnerable() as shop, serve_clean() as neighbour:
        assert neighbour.origin.rpartition(":")[0] == shop.origin.rpartition(":")[0]
        away = (neighbour.url, f"{neighbour.origin}/zoeken?q=a", shop.elsewhere.origin)
        known = tuple(f"{shop.origin}/doorsturen?naar={url}" for url in away)
        look = lab.look(shop, profile, known=(*known, *away, f"{shop.origin}/winkelwagen"))
        assert look.outcome in (ScanOutcome.COMPLETE, ScanOutcome.PARTIAL)
        assert [seen for seen in shop.log if seen.path == "/doorsturen" and "naar=" in seen.query]
        assert (len(neighbour.log), len(shop.elsewhere.log)) == (0, 0)
        assert not [path for path in shop.log.paths() if path.startswith(FORBIDDEN)]
        assert not [
            s for s in shop.log if s.method not in ("GET", "HEAD", "OPTIONS") or s.body_bytes
        ]
        assert look.requests == len(shop.log)


TURN_S = 0.3


@pytest.mark.parametrize("profile", [BASELINE, LOW])
def test_the_rate_is_held_to_five_percent_over_any_stretch(lab: Lab, profile: Profile) -> None:
    rate = 10.0
    with serve_vulnerable() as shop:
        look = lab.look(shop, profile, rate=rate)
        assert look.outcome is ScanOutcome.COMPLETE
        assert shop.log.rate() <= rate * 1.05
        for window_s in (1.0, 2.0, 3.0, 5.0):
            # A stretch of that length can begin with a request and end with one; the shop may
            # have had no turn on the machine just before, and write several down at once.
            written_s = window_s + TURN_S
            assert shop.log.peak(window_s) <= rate * written_s * 1.05 + 1, window_s


@pytest.mark.parametrize(("profile", "phase"), [(BASELINE, "spider"), (LOW, "active")])
@pytest.mark.parametrize("what", sorted(TROUBLES))
def test_a_shop_that_fails_in_the_middle_of_a_phase_was_seen_in_part(
    lab: Lab, profile: Profile, phase: str, what: str
) -> None:
    change, word = TROUBLES[what]
    begun: list[int] = []

    with serve_vulnerable() as shop:

        def follow(progress: Progress) -> None:
            if progress.phase == phase and not begun:
                begun.append(len(shop.log))
                change(shop.behaviour, begun[0] + 4)

        look = followed(lab, shop, profile, follow)
        assert begun
        after = len(shop.log) - begun[0]
    assert look.outcome is ScanOutcome.PARTIAL, look
    assert word in look.reason
    assert look.facts is not None
    if what == "walls itself in":
        assert after < 200  # it was left alone


def test_a_wall_around_everything_but_the_start_page_is_noticed(lab: Lab) -> None:
    with serve_vulnerable(behaviour=Behaviour(block_after=6, spare_start=True)) as shop:
        look = lab.look(shop)
    assert look.outcome is ScanOutcome.PARTIAL
    assert "blocked" in look.reason


@pytest.mark.parametrize("phase", ["spider", "active"])
def test_a_daemon_killed_in_mid_scan_leaves_no_orphan_and_the_next_scan_is_fine(
    lab: Lab, tmp_path: Path, phase: str
) -> None:
    local = local_of("true" if lab.zap.true else "fake", tmp_path)
    groups: list[int] = []

    async def run(shop: Shop) -> list[EngineLook]:
        pool = pool_of(ZapFleet(local=local), patience=QUICKLY)

        def follow(progress: Progress) -> None:
            (daemon,) = pool.daemons
            assert isinstance(daemon, LocalDaemon)
            assert daemon.pid is not None
            if daemon.pid not in groups:
                groups.append(daemon.pid)
            if progress.phase == phase and len(groups) == 1:
                os.kill(daemon.pid, signal.SIGKILL)

        profile = LOW if phase == "active" else BASELINE
        async with engine_of(pool, OPTIONS) as engine:
            plan = plan_of(shop, profile, deadline_s=150.0)
            return [await engine.look(plan, follow) for _ in range(2)]

    with serve_vulnerable() as shop:
        looks = asyncio.run(run(shop))
    assert [look.outcome for look in looks] == [ScanOutcome.COMPLETE] * 2
    assert [look.detail["attempts"] for look in looks] == [2, 1]
    assert len(groups) == 2
    for group in groups:
        with pytest.raises(ProcessLookupError):
            os.killpg(group, 0)
    assert not list(tmp_path.glob("keurwacht-zap-*"))


@pytest.mark.parametrize("kind", ["fake", "true"])
def test_a_remote_daemon_killed_in_mid_scan_is_an_error_of_the_engine_and_never_clean(
    kind: str, tmp_path: Path
) -> None:
    with running(kind, tmp_path / "one") as zap, serve_vulnerable() as shop:
        killed: list[bool] = []

        def follow(progress: Progress) -> None:
            if progress.phase == "spider" and not killed:
                killed.append(True)
                zap.kill()

        async def run() -> EngineLook:
            fleet = ZapFleet(remote=(RemoteZap(zap.url, zap.key),))
            async with engine_of(pool_of(fleet, patience=QUICKLY), OPTIONS) as engine:
                return await engine.look(plan_of(shop, BASELINE, 5.0), follow)

        look = asyncio.run(run())
        count = len(shop.log)
    assert killed
    assert (look.outcome, look.facts) == (ScanOutcome.ENGINE_ERROR, None)
    assert zap.url in look.reason
    assert look.requests == count


def test_far_fewer_pages_than_usual_are_no_clean_bill(lab: Lab) -> None:
    async def run(shop: Shop, before: tuple[int, ...]) -> tuple[ScanOutcome, str, OwaspFacts]:
        fleet = ZapFleet(remote=(RemoteZap(lab.zap.url, lab.zap.key),))
        scanner = OwaspScanner(lab.options, RealClock(), daemons=Daemons(fleet))
        words: dict[str, object] = {"engine": "zap", "pages_before": before}
        asked = ScanRequest(ScanKind.OWASP, shop.url, ("127.0.0.1",), options=words)
        try:
            result = await scanner.scan(asked)
        finally:
            await scanner.aclose()
        facts = result.evidence[0].facts
        assert isinstance(facts, OwaspFacts)
        return result.outcome, str(result.detail.get("reason", "")), facts

    with serve_clean() as shop:
        outcome, reason, facts = asyncio.run(run(shop, ()))
        assert (outcome, reason) == (ScanOutcome.COMPLETE, "")
        seen = facts.coverage.urls_visited
        assert facts.coverage.urls_known >= seen > 3
        assert facts.paths
        assert facts.rules_run
        assert all(rule.complete for rule in facts.rules_run)
        outcome, reason, facts = asyncio.run(run(shop, (seen * 3, seen * 3)))
    assert outcome is ScanOutcome.PARTIAL
    assert f"coverage fell from {seen * 3} to" in reason
    assert facts.coverage.urls_visited == seen
