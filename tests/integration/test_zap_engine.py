"""The ZAP engine on shops of our own, with a true daemon and with the fake: one suite."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from scanners.api import Resolve, ScanOutcome
from scanners.owasp.engine import EngineLook, Profile, Progress
from scanners.owasp.evidence import Finding, OwaspFacts, Reach, Severity
from scanners.owasp.zap.daemon import LocalDaemon, RemoteDaemon, RemoteZap
from scanners.owasp.zap.pool import ZapPool, local_pool
from tests.integration.net_server import HOST, ca_file, server_context
from tests.integration.zap_lab import OPTIONS, Lab, engine_of, local_of, plan_of, running
from tests.shops.vulnerable import Behaviour, Shop, serve_clean, serve_vulnerable

pytestmark = pytest.mark.timeout(180)
BASELINE, LOW = Profile.BASELINE, Profile.ACTIVE_LOW
FORBIDDEN = ("/login", "/logout", "/account", "/winkelwagen", "/afrekenen", "/contact")
# What the rules of the lab can see, passive and active: flaw -> rule.
SEEN_BY = {
    "no-nosniff": "10021", "stack-trace": "90022", "xss-search": "40012",
    "traversal-image": "6", "open-redirect": "20019",
}  # fmt: skip


@pytest.fixture(scope="module", params=["fake", "true"])
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running(request.param, tmp_path_factory.mktemp("zap")) as zap:
        yield Lab(zap)


def facts_of(look: EngineLook) -> OwaspFacts:
    assert look.facts is not None, look
    return look.facts


def by_rule(look: EngineLook) -> dict[str, Finding]:
    return {finding.rule.partition("-")[0]: finding for finding in facts_of(look).findings}


def assert_polite(shop: Shop) -> None:
    """Nothing outside the site, nothing but GET, nothing forbidden, our name on everything."""
    assert not len(shop.elsewhere.log)
    assert {seen.method for seen in shop.log} <= {"GET", "HEAD", "OPTIONS"}
    assert not [path for path in shop.log.paths() if path.startswith(FORBIDDEN)]
    assert {seen.headers.get("x-keurwacht-scan") for seen in shop.log} == {"run-7"}
    assert all(seen.headers["user-agent"].endswith("run/run-7") for seen in shop.log)


def test_a_baseline_visits_the_shop_politely_and_reports_what_it_saw(lab: Lab) -> None:
    with serve_vulnerable() as shop:
        look = lab.look(shop)
        assert (look.outcome, look.reason) == (ScanOutcome.COMPLETE, "")
        assert_polite(shop)
        assert look.requests == len(shop.log)
        assert not {"/robots.txt", "/beheer"} & shop.log.paths()
    facts = facts_of(look)
    assert facts.coverage.ratio == 1.0
    assert facts.coverage.urls_visited > 10
    assert facts.coverage.outside > 0
    assert {"10021", "90022"} <= set(by_rule(look))
    assert facts.canary_seen is None
    assert Reach.TESTED not in {
        r for edition in facts.categories.values() for r in edition.values()
    }
    assert lab.told[0] == Progress("start", 0, 0, 1)
    assert {"spider", "passive", "collect"} <= {progress.phase for progress in lab.told}


def test_an_active_scan_finds_every_seeded_flaw_its_rules_look_for(lab: Lab) -> None:
    with serve_vulnerable() as shop:
        look = lab.look(shop, LOW)
        assert (look.outcome, look.reason) == (ScanOutcome.COMPLETE, "")
        assert_polite(shop)
        found = by_rule(look)
        for flaw in shop.flaws:
            if flaw.id in SEEN_BY:
                finding = found[SEEN_BY[flaw.id]]
                assert flaw.path in (finding.url.removeprefix(shop.origin).partition("?")[0], "/")
                assert (finding.owasp_2021, finding.owasp_2025) == (
                    flaw.owasp_2021, flaw.owasp_2025,
                ), flaw.id  # fmt: skip
    facts = facts_of(look)
    assert facts.canary_seen is True
    ran = {run.rule: run for run in facts.rules_run if run.active}
    assert ran["40012"].complete
    assert ran["40012"].requests > 0
    assert "10104" not in ran
    assert found["40012"].param == "q"
    assert (found["40012"].owasp_2021, found["40012"].owasp_2025) == ("A03", "A05")
    assert found["40012"].cwe == "CWE-79"
    assert "zoeken" in found["40012"].exchange


def test_a_shop_over_https_is_attacked_and_watched_the_same_way(lab: Lab, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = server_context(authority, HOST)
    with serve_vulnerable(context, HOST) as shop:
        options = replace(
            lab.options,
            resolve=(Resolve(HOST, 443, "127.0.0.1", shop.port),),
            ca_file=ca_file(authority, tmp_path),
        )
        look = replace(lab, options=options).look(shop, LOW)
        assert (look.outcome, look.reason) == (ScanOutcome.COMPLETE, "")
        assert_polite(shop)
        assert look.requests == len(shop.log)
    assert {"10021", "40012", "6", "20019"} <= set(by_rule(look))
    assert by_rule(look)["40012"].url.startswith(f"https://{HOST}/zoeken")


def test_three_scans_find_the_same_and_nothing_twice(lab: Lab) -> None:
    prints: list[set[str]] = []
    with serve_vulnerable() as shop:
        for _ in range(3):
            found = facts_of(lab.look(shop, LOW)).findings
            prints.append({finding.fingerprint for finding in found})
            assert len(prints[-1]) == len(found)
    for other in prints[1:]:
        assert len(prints[0] & other) / len(prints[0] | other) >= 0.95


def test_a_clean_shop_has_nothing_above_low(lab: Lab) -> None:
    with serve_clean() as shop:
        look = lab.look(shop, LOW)
        assert look.outcome is ScanOutcome.COMPLETE
        assert_polite(shop)
    mild = (Severity.INFO, Severity.LOW)
    assert not [finding for finding in facts_of(look).findings if finding.severity not in mild]


@pytest.mark.parametrize("profile", [BASELINE, LOW])
def test_the_agreed_rate_is_held(lab: Lab, profile: Profile) -> None:
    with serve_vulnerable() as shop:
        look = lab.look(shop, profile, rate=8.0)
        assert look.outcome is ScanOutcome.COMPLETE
        assert shop.log.rate() <= 8.0 * 1.05
        assert shop.log.peak(3.0) <= 8.0 * 3.0 * 1.05 + 1


@pytest.mark.parametrize("profile", [BASELINE, LOW])
@pytest.mark.parametrize(
    ("behaviour", "word"),
    [
        pytest.param(Behaviour(die_after=20), "died", id="dies"),
        pytest.param(Behaviour(throttle_after=20), "throttled", id="throttles"),
        pytest.param(Behaviour(fail_after=20), "throttled", id="answers 503"),
    ],
)
def test_a_shop_that_fails_in_mid_scan_was_seen_in_part(
    lab: Lab, profile: Profile, behaviour: Behaviour, word: str
) -> None:
    with serve_vulnerable(behaviour=replace(behaviour)) as shop:
        look = lab.look(shop, profile)
    assert look.outcome is ScanOutcome.PARTIAL
    assert word in look.reason
    assert facts_of(look).findings


def test_a_filter_that_blocks_us_after_the_first_attack_is_noticed(lab: Lab) -> None:
    with serve_vulnerable(behaviour=Behaviour(block=True)) as shop:
        look = lab.look(shop, LOW)
    assert look.outcome is ScanOutcome.PARTIAL
    assert "blocked" in look.reason
    facts = facts_of(look)
    assert facts.canary_seen is False
    assert facts.findings
    assert not [run for run in facts.rules_run if run.active]


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        pytest.param(Behaviour(throttle_after=1), ScanOutcome.BLOCKED, id="throttles at once"),
        pytest.param(Behaviour(redirect_out=True), ScanOutcome.REDIRECTED_OUT, id="sent away"),
    ],
)
def test_a_shop_that_cannot_be_seen_is_no_trouble_of_the_engine(
    lab: Lab, behaviour: Behaviour, outcome: ScanOutcome
) -> None:
    with serve_vulnerable(behaviour=replace(behaviour)) as shop:
        look = lab.look(shop)
        assert (look.outcome, look.facts) == (outcome, None)
        assert len(shop.log) == 1
        assert not len(shop.elsewhere.log)


def test_a_shop_that_is_gone_was_not_scanned(lab: Lab) -> None:
    with serve_vulnerable() as shop:
        shop.die()
        time.sleep(0.5)
        look = lab.look(shop)
    assert look.outcome in (ScanOutcome.REFUSED, ScanOutcome.UNREACHABLE)
    assert look.facts is None


def test_a_rule_that_hangs_is_skipped_and_named(lab: Lab) -> None:
    with serve_vulnerable(slow=True) as shop:
        look = lab.look(shop, LOW)
    assert look.outcome is ScanOutcome.PARTIAL
    assert "990001" in look.reason


@pytest.mark.parametrize("deadline_s", [3.0, 8.0])
def test_a_look_ends_in_time(lab: Lab, deadline_s: float) -> None:
    with serve_vulnerable(behaviour=Behaviour(wait_s=0.5)) as shop:
        began = time.monotonic()
        look = lab.look(shop, LOW, rate=2.0, deadline_s=deadline_s)
        assert time.monotonic() - began < deadline_s + 1.5
    assert look.outcome in (ScanOutcome.PARTIAL, ScanOutcome.TIMED_OUT)


@pytest.mark.parametrize("when", ["spider", "active"])
def test_a_cancelled_look_stops_every_request_within_five_seconds(lab: Lab, when: str) -> None:
    async def run(shop: Shop) -> float:
        reached = asyncio.Event()

        def follow(progress: Progress) -> None:
            if progress.phase == when:
                reached.set()

        async with engine_of(lab.pool(), lab.options) as engine:
            task = asyncio.ensure_future(engine.look(plan_of(shop, LOW, 5.0), follow))
            await asyncio.wait_for(reached.wait(), 60)
            began = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return time.monotonic() - began

    with serve_vulnerable() as shop:
        assert asyncio.run(run(shop)) < 5.0
        before = len(shop.log)
        time.sleep(1.0)
        assert len(shop.log) == before


def test_findings_are_the_same_over_known_pages_and_the_plans_exclusions_hold(lab: Lab) -> None:
    with serve_vulnerable() as shop:
        known = (
            f"{shop.origin}/zoeken?q=inkt",
            f"{shop.elsewhere.origin}/x",
            f"{shop.origin}/login",
        )
        look = lab.look(shop, known=known, excluded=("^/uploads/", "fout"))
        assert look.outcome is ScanOutcome.COMPLETE
        assert_polite(shop)
        assert "inkt" in {seen.query.partition("=")[2] for seen in shop.log}
        assert not {"/uploads/", "/fout"} & shop.log.paths()


def test_a_daemon_killed_in_mid_scan_is_replaced_and_the_site_looked_at_again(
    tmp_path: Path, lab: Lab
) -> None:
    settings = local_of("true" if lab.zap.true else "fake", tmp_path)

    async def run(shop: Shop) -> EngineLook:
        pool = local_pool(settings)
        killed: list[int] = []

        def follow(progress: Progress) -> None:
            if progress.phase == "active" and not killed:
                daemon = pool.daemons[0]
                assert isinstance(daemon, LocalDaemon)
                assert daemon.pid is not None
                killed.append(daemon.pid)
                os.kill(daemon.pid, signal.SIGKILL)

        async with engine_of(pool, OPTIONS) as engine:
            look = await engine.look(plan_of(shop, LOW, deadline_s=150.0), follow)
        assert killed
        return look

    with serve_vulnerable() as shop:
        look = asyncio.run(run(shop))
    assert (look.outcome, look.reason) == (ScanOutcome.COMPLETE, "")
    assert look.detail["attempts"] == 2
    assert {"40012", "6", "20019"} <= set(by_rule(look))
    assert not list(tmp_path.glob("keurwacht-zap-*"))


def test_without_any_daemon_the_engine_is_in_error_and_not_the_shop() -> None:
    async def run(shop: Shop) -> EngineLook:
        pool = ZapPool([lambda: RemoteDaemon(RemoteZap("http://127.0.0.1:9", "k"))])
        async with engine_of(pool, OPTIONS) as engine:
            return await engine.look(plan_of(shop, BASELINE))

    with serve_vulnerable() as shop:
        look = asyncio.run(run(shop))
    assert (look.outcome, look.facts) == (ScanOutcome.ENGINE_ERROR, None)
    assert look.detail["attempts"] == 2


def test_a_wrong_key_is_named_as_such(lab: Lab) -> None:
    async def run(shop: Shop) -> EngineLook:
        pool = ZapPool([lambda: RemoteDaemon(RemoteZap(lab.zap.url, "wrong"))])
        async with engine_of(pool, lab.options) as engine:
            return await engine.look(plan_of(shop, BASELINE))

    with serve_vulnerable() as shop:
        look = asyncio.run(run(shop))
    assert look.outcome is ScanOutcome.ENGINE_ERROR
    assert "key" in look.reason
    assert lab.zap.key not in str(look)
