"""wapiti as an engine: one suite for a stand-in that speaks as it does, and for a true one."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest
import trustme

from scanners.api import ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.owasp.engine import Plan, Profile, Progress, Report, silent
from scanners.owasp.evidence import Again, OwaspFacts, Reach
from scanners.owasp.scanner import OwaspScanner
from scanners.owasp.wapiti import WapitiEngine
from scanners.owasp.wapiti_process import found_program, too_old
from tests.integration.net_server import HOST, RealClock, ca_file, options, server_context
from tests.shops.vulnerable import Behaviour, Shop, serve_clean, serve_vulnerable

STAND_IN = Path(__file__).with_name("wapiti_stand_in.py")
TRUE = found_program("")
# A true one starts in seconds, nine times; four modules in turn need minutes on a busy machine.
TRUE_DEADLINE_S = 240.0


def stand_in(folder: Path, mode: str = "plain") -> str:
    program = folder / f"wapiti-{mode}"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" {mode} "$@"\n')
    program.chmod(0o755)
    return str(program)


@pytest.fixture(params=["stand-in", "true"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "stand-in":
        return stand_in(tmp_path)
    if TRUE is None:
        pytest.skip("no wapiti here: it needs an environment of its own (WAPITI_BIN)")
    return str(TRUE)


async def look(
    shop: Shop, program: str, profile: str = "baseline", report: Report = silent,
    deadline_s: float = 60.0, rate: float = 100.0, **words: object,
) -> ScanResult:  # fmt: skip
    wanted = {"engine": "wapiti", "wapiti": program, "profile": profile, "authorised": True}
    if program == str(TRUE):
        deadline_s = max(deadline_s, TRUE_DEADLINE_S)
    request = ScanRequest(
        ScanKind.OWASP, shop.url, ("127.0.0.1",), options={**wanted, **words},
        deadline_s=deadline_s,
    )  # fmt: skip
    return await OwaspScanner(options(rate=rate), RealClock(), lambda _, told: report(told)).scan(
        request
    )


def facts_of(result: ScanResult) -> OwaspFacts:
    facts = result.evidence[0].facts
    assert isinstance(facts, OwaspFacts)
    return facts


@pytest.mark.timeout(300)
@pytest.mark.asyncio
async def test_a_baseline_reads_and_sends_nothing_else(program: str) -> None:
    with serve_vulnerable() as shop:
        result = await look(shop, program)
        methods = {seen.method for seen in shop.log}
        asked, foreign = shop.log.paths(), len(shop.elsewhere.log)
        agents = {seen.headers.get("user-agent") for seen in shop.log}
    assert (result.outcome, result.detail.get("reason")) == (ScanOutcome.COMPLETE, None)
    assert (methods, foreign) == ({"GET"}, 0)
    assert not asked & {"/logout", "/login", "/winkelwagen", "/afrekenen", "/account", "/contact"}
    assert len(agents) == 1
    assert all("x-keurwacht-scan" in seen.headers for seen in shop.log)
    facts = facts_of(result)
    assert (facts.engine.name, facts.engine.version[:2], facts.canary_seen) == (
        "wapiti",
        "3.",
        None,
    )
    assert "wapiti-csp" in {found.rule for found in facts.findings}
    assert facts.coverage.urls_visited >= 8


@pytest.mark.timeout(400)
@pytest.mark.asyncio
async def test_an_active_look_finds_what_takes_an_attack_and_posts_nothing(program: str) -> None:
    steps: list[Progress] = []
    with serve_vulnerable() as shop:
        result = await look(shop, program, "active-low", steps.append)
        methods = {seen.method for seen in shop.log}
        foreign = len(shop.elsewhere.log)
    facts = facts_of(result)
    assert (methods, foreign, facts.canary_seen) == ({"GET"}, 0, True)
    found = {one.rule: one for one in facts.findings}
    xss = found["wapiti-xss-reflected"]
    assert (xss.owasp_2021, xss.owasp_2025, xss.cwe, xss.param) == ("A03", "A05", "CWE-79", "q")
    assert "cookie" not in xss.attack
    # It cannot be held to one address and one rule: a person has to look.
    assert (xss.again, xss.again_why) == (Again.COULD_NOT, "wapiti does not look again")
    assert {"xss", "sql", "exec"} <= {step.current for step in steps}
    assert [run.rule for run in facts.rules_run if run.complete and run.active]


@pytest.mark.asyncio
async def test_the_rate_is_held_to_five_percent(tmp_path: Path) -> None:
    with serve_clean() as shop:
        await look(shop, stand_in(tmp_path), rate=10.0)
        at = [seen.at for seen in shop.log][1:]
    assert len(at) > 10
    assert (len(at) - 1) / (at[-1] - at[0]) <= 10.0 * 1.05


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.asyncio
async def test_a_shop_is_read_over_https_as_its_own_certificate_deserves(
    tmp_path: Path, trusted: bool
) -> None:
    authority = trustme.CA()
    ca = ca_file(authority, tmp_path) if trusted else None
    with serve_clean(server_context(authority, HOST), HOST) as shop:
        how = options((HOST, 443, "127.0.0.1", shop.port), ca=ca, rate=100.0)
        words: dict[str, object] = {"engine": "wapiti", "wapiti": stand_in(tmp_path)}
        request = ScanRequest(ScanKind.OWASP, shop.url, (HOST,), options=words, deadline_s=60.0)
        result = await OwaspScanner(how, RealClock()).scan(request)
    assert result.outcome is ScanOutcome.COMPLETE
    assert ("tls" in result.detail) is not trusted


@pytest.mark.asyncio
async def test_a_plan_that_wants_the_certificate_checked_reads_nothing_behind_another(
    tmp_path: Path,
) -> None:
    with serve_clean(server_context(trustme.CA(), HOST), HOST) as shop:
        how = options((HOST, 443, "127.0.0.1", shop.port), rate=100.0)
        plan = Plan(shop.url, (shop.origin,), HOST, Profile.BASELINE, "run-7", 30.0, 100.0)
        looked = await WapitiEngine(how, RealClock(), Path(stand_in(tmp_path))).look(plan)
        assert len(shop.log) == 0
    assert looked.outcome is not ScanOutcome.COMPLETE


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [(Behaviour(die_after=20), "answer"), (Behaviour(throttle_after=20), "slow down"),
     (Behaviour(block=True), "did not reach")],
    ids=["dies", "throttles", "blocks"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_a_clean_looking_report_of_a_shop_that_gave_up_is_partial(
    tmp_path: Path, behaviour: Behaviour, words: str
) -> None:
    with serve_clean(behaviour=behaviour) as shop:
        result = await look(shop, stand_in(tmp_path), "active-low")
    assert result.outcome in (ScanOutcome.PARTIAL, ScanOutcome.UNREACHABLE)
    assert result.outcome is ScanOutcome.PARTIAL or behaviour.block
    assert words in str(result.detail["reason"]) or behaviour.block
    if result.evidence and behaviour.block:
        assert facts_of(result).canary_seen is False


@pytest.mark.parametrize(
    ("mode", "outcome", "words"),
    [("old", ScanOutcome.ENGINE_ERROR, "too old"), ("garbled", ScanOutcome.PARTIAL, "no report"),
     ("cut", ScanOutcome.PARTIAL, "time was up")],
)  # fmt: skip
@pytest.mark.asyncio
async def test_a_run_that_is_not_the_whole_truth_says_so(
    tmp_path: Path, mode: str, outcome: ScanOutcome, words: str
) -> None:
    with serve_clean() as shop:
        result = await look(shop, stand_in(tmp_path, mode), "active-low")
    assert result.outcome is outcome
    assert words in str(result.detail["reason"])
    if result.evidence:
        assert Reach.TESTED not in facts_of(result).categories["2021"].values()


@pytest.mark.asyncio
async def test_a_program_that_is_not_wapiti_is_told(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\necho hello\n")
    other.chmod(0o755)
    with serve_clean() as shop:
        result = await look(shop, str(other))
    assert result.outcome is ScanOutcome.ENGINE_ERROR
    assert "does not answer" in str(result.detail["reason"])


def living(words: str) -> list[str]:
    """Command lines of processes that hold these words; ``ps`` would cut them."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = place.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if words in line:
            found.append(line)
    return found


@pytest.mark.timeout(120)
@pytest.mark.asyncio
async def test_cancelling_leaves_no_process_even_of_a_deaf_program(tmp_path: Path) -> None:
    mark = f"{STAND_IN} deaf"
    with serve_clean() as shop:
        task = asyncio.create_task(look(shop, stand_in(tmp_path, "deaf"), deadline_s=300.0))
        for _ in range(400):
            await asyncio.sleep(0.1)
            if any("--skip-crawl" in line for line in living(mark)):
                break
        else:
            pytest.fail("no module was started")
        begun = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - begun < 3.0
    assert living(mark) == []


@pytest.mark.asyncio
async def test_a_deaf_program_is_ended_at_the_deadline(tmp_path: Path) -> None:
    with serve_clean() as shop:
        begun = time.monotonic()
        result = await look(shop, stand_in(tmp_path, "deaf"), deadline_s=25.0)
    assert time.monotonic() - begun < 26.5
    assert result.outcome is ScanOutcome.PARTIAL
    assert living(f"{STAND_IN} deaf") == []


@pytest.mark.parametrize(("version", "old"), [("3.2.3", False), ("3.3", False), ("3.0.4", True)])
def test_versions_that_are_too_old(version: str, old: bool) -> None:
    assert too_old(version) is old


def test_a_program_is_found_by_setting_variable_or_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = stand_in(tmp_path)
    assert str(found_program(named)) == named
    assert found_program(str(tmp_path / "none")) is None
    monkeypatch.setenv("WAPITI_BIN", named)
    assert str(found_program("")) == named
    monkeypatch.delenv("WAPITI_BIN")
    monkeypatch.setenv("PATH", os.devnull)
    assert found_program("") is None
