"""Housekeeping at intervals: never twice at once, never cancelled without a word."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog

from monitor.adapters.clock import SystemClock
from monitor.adapters.ticker import RunOutcome, Ticker

SOON = timedelta(milliseconds=50)
HOUR = timedelta(hours=1)
Runs = list[tuple[str, RunOutcome]]


def made() -> tuple[Ticker, Runs]:
    runs: Runs = []
    return Ticker(lambda name, outcome: runs.append((name, outcome)), SystemClock()), runs


@pytest.fixture
def plain_log() -> Iterator[None]:
    """Our lines on the road that pytest listens to."""
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    yield
    structlog.reset_defaults()


@pytest.mark.asyncio
async def test_a_job_runs_at_once_and_not_only_after_its_interval() -> None:
    ticker, runs = made()
    ran = asyncio.Event()

    async def job() -> None:
        ran.set()

    ticker.add("retention", HOUR, job)
    assert not ran.is_set()
    ticker.start()
    await asyncio.wait_for(ran.wait(), 2)
    assert await ticker.stop(1) == ()
    assert runs == [("retention", RunOutcome.DONE)]


@pytest.mark.asyncio
async def test_a_job_runs_again_and_again() -> None:
    ticker, _runs = made()
    times = 0

    async def job() -> None:
        nonlocal times
        times += 1

    ticker.start()
    ticker.add("tick", SOON, job)
    await asyncio.sleep(0.6)
    await ticker.stop(1)
    assert 5 <= times <= 14
    before = times
    await asyncio.sleep(0.15)
    assert times == before


@pytest.mark.asyncio
async def test_a_job_that_fails_is_heard_of_and_runs_again() -> None:
    ticker, runs = made()
    times = 0

    async def job() -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise OSError("disk full")

    ticker.add("backup", SOON, job)
    ticker.start()
    await asyncio.sleep(1.0)
    await ticker.stop(1)
    assert runs[0] == ("backup", RunOutcome.FAILED)
    assert ("backup", RunOutcome.DONE) in runs[1:]


@pytest.mark.asyncio
async def test_a_slow_job_never_runs_twice_at_once_and_skipped_turns_are_counted(
    caplog: pytest.LogCaptureFixture, plain_log: None
) -> None:
    ticker, runs = made()
    together = most = 0

    async def job() -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.25)
        together -= 1

    ticker.add("metrics", SOON, job)
    ticker.start()
    await asyncio.sleep(0.7)
    await ticker.stop(1)
    counted = Counter(outcome for _, outcome in runs)
    assert most == 1
    skips = [r for r in caplog.records if "housekeeping_skipped" in r.getMessage()]
    assert 1 <= len(skips) <= counted[RunOutcome.DONE] + 1 < counted[RunOutcome.SKIPPED]
    assert counted[RunOutcome.SKIPPED] >= 3
    assert counted[RunOutcome.DONE] >= 1


@pytest.mark.asyncio
async def test_a_blocked_loop_coalesces_missed_turns_into_one_run() -> None:
    ticker, runs = made()
    began: list[float] = []

    async def job() -> None:
        began.append(time.monotonic())

    ticker.add("tick", SOON, job)
    ticker.start()
    await asyncio.sleep(0.02)
    time.sleep(0.5)  # noqa: ASYNC251 (a blocked loop is the point)
    await asyncio.sleep(0.03)
    await ticker.stop(1)
    assert 2 <= len(began) <= 4
    assert {outcome for _, outcome in runs} == {RunOutcome.DONE}


@pytest.mark.asyncio
async def test_stopping_waits_for_what_runs() -> None:
    ticker, _runs = made()
    ended = False

    async def job() -> None:
        nonlocal ended
        await asyncio.sleep(0.3)
        ended = True

    ticker.add("outbox", HOUR, job)
    ticker.start()
    await asyncio.sleep(0.1)
    assert await ticker.stop(5) == ()
    assert ended


@pytest.mark.asyncio
async def test_what_overstays_the_stop_is_cancelled_by_name() -> None:
    ticker, _ = made()
    cancelled = asyncio.Event()

    async def job() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    ticker.add("outbox", HOUR, job)
    ticker.start()
    await asyncio.sleep(0.1)
    began = time.monotonic()
    assert await ticker.stop(0.1) == ("outbox",)
    assert cancelled.is_set()
    assert time.monotonic() - began < 2
    assert await ticker.stop(0.1) == ()


@pytest.mark.asyncio
async def test_a_job_that_knows_how_to_end_early_is_told_at_once_and_gets_its_time() -> None:
    ticker, runs = made()
    steps: list[str] = []

    async def outbox() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            steps.append("told")
            await asyncio.sleep(0.5)
            steps.append("drained")
            raise

    async def prune() -> None:
        await asyncio.sleep(60)

    ticker.add("outbox", HOUR, outbox)
    ticker.add("prune", HOUR, prune)
    ticker.start()
    await asyncio.sleep(0.1)
    began = time.monotonic()
    assert await ticker.stop(0.1, {"outbox": 5}) == ("prune",)
    assert 0.5 <= time.monotonic() - began < 2
    assert steps == ["told", "drained"]
    assert ("outbox", RunOutcome.FAILED) not in runs


@pytest.mark.asyncio
async def test_a_job_that_does_not_end_early_enough_is_cancelled_after_all() -> None:
    ticker, _ = made()

    async def outbox() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    ticker.add("outbox", HOUR, outbox)
    ticker.start()
    await asyncio.sleep(0.1)
    began = time.monotonic()
    assert await ticker.stop(10, {"outbox": 0.2}) == ("outbox",)
    assert time.monotonic() - began < 2


@pytest.mark.asyncio
async def test_a_job_of_the_same_name_takes_the_place_of_the_first() -> None:
    ticker, _ = made()
    ran: list[str] = []

    async def first() -> None:
        ran.append("first")

    async def second() -> None:
        ran.append("second")

    ticker.start()
    ticker.add("digest", SOON, first)
    ticker.add("digest", SOON, second)
    await asyncio.sleep(0.2)
    await ticker.stop(1)
    assert set(ran) == {"second"}


@pytest.mark.asyncio
async def test_stopping_what_never_started_is_fine() -> None:
    ticker, _ = made()
    assert await ticker.stop(0.1) == ()
