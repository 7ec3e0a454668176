"""Housekeeping by APScheduler: about eight interval jobs, never one per site.

Nothing outside this module knows APScheduler.  Options follow from how version
3.11 behaves: without ``next_run_time`` a job first runs after a whole interval,
and its own shutdown cancels what runs.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, timedelta
from enum import StrEnum
from types import MappingProxyType

import structlog
from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scanners.api import Clock

log = structlog.get_logger(__name__)
CANCEL_WAIT_S = 5.0
NOBODY: Mapping[str, float] = MappingProxyType({})


class RunOutcome(StrEnum):
    """How one run of a housekeeping job ended.

    ``skipped``: the run before it was still going.  ``missed``: APScheduler came
    too late for it.
    """

    DONE = "done"
    FAILED = "failed"
    MISSED = "missed"
    SKIPPED = "skipped"


_OUTCOMES = {
    EVENT_JOB_EXECUTED: RunOutcome.DONE,
    EVENT_JOB_ERROR: RunOutcome.FAILED,
    EVENT_JOB_MISSED: RunOutcome.MISSED,
    EVENT_JOB_MAX_INSTANCES: RunOutcome.SKIPPED,
}
Job = Callable[[], Awaitable[None]]


class Ticker:
    """Runs named jobs at intervals on the running loop; one run of a job at a time.

    ``on_run(name, outcome)`` hears of every run, on the loop.  A job that raises
    is logged and runs again at its next turn.
    """

    def __init__(self, on_run: Callable[[str, RunOutcome], None], clock: Clock) -> None:
        self._on_run = on_run
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_listener(self._heard, functools.reduce(int.__or__, _OUTCOMES))
        self._running: dict[asyncio.Task[object], str] = {}
        self._interrupted: set[asyncio.Task[object]] = set()
        self._behind: set[str] = set()
        self._stopping = False

    def add(self, name: str, every: timedelta, job: Job) -> None:
        """Run ``job`` now and then every ``every``; a job of that name is replaced.

        Before ``start`` it waits for the start.
        """
        self._scheduler.add_job(
            functools.partial(self._run, name, job),
            IntervalTrigger(seconds=every.total_seconds(), timezone=UTC),
            id=name,
            name=name,
            replace_existing=True,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=self._clock.now(),
        )

    def start(self) -> None:
        """Begin, on the running event loop."""
        self._scheduler.start()

    async def stop(
        self, timeout_s: float, interrupt: Mapping[str, float] = NOBODY
    ) -> tuple[str, ...]:
        """Start nothing new, wait for what runs; names of the jobs cancelled after ``timeout_s``.

        ``interrupt`` names the jobs that know how to end early: they are cancelled at
        once, and again only when they are not done after so many seconds.  Idempotent.
        May be called before ``start``.
        """
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.pause()
        me = asyncio.current_task()
        left = {task: name for task, name in self._running.items() if task is not me}
        for task, name in left.items():
            if name in interrupt and task not in self._interrupted:
                self._interrupted.add(task)
                task.cancel()
        patience = {task: interrupt.get(name, timeout_s) for task, name in left.items()}
        await asyncio.gather(*(asyncio.wait({t}, timeout=s) for t, s in patience.items()))
        left = {task: name for task, name in left.items() if not task.done()}
        for task, name in left.items():
            log.warning("housekeeping_cancelled", job=name, timeout_s=patience[task])
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=CANCEL_WAIT_S)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            # The scheduler takes itself down in a callback of the loop.
            await asyncio.sleep(0)
        return tuple(sorted(left.values()))

    async def _run(self, name: str, job: Job) -> None:
        if self._stopping:
            return
        task = asyncio.current_task()
        if task is not None:
            self._running[task] = name
        try:
            await job()
        except asyncio.CancelledError:
            # Its way of ending when asked to: no failure.
            if task not in self._interrupted:
                raise
        finally:
            if task is not None:
                self._running.pop(task, None)
                self._interrupted.discard(task)

    def _heard(self, event: JobExecutionEvent | JobSubmissionEvent) -> None:
        outcome = _OUTCOMES[event.code]
        error = getattr(event, "exception", None)
        # That it was cancelled has been said.
        if outcome is RunOutcome.FAILED and not isinstance(error, asyncio.CancelledError):
            log.error("housekeeping_failed", job=event.job_id, exc_info=error)
        if outcome is not RunOutcome.SKIPPED:
            self._behind.discard(event.job_id)
        elif event.job_id not in self._behind:
            # Once for all turns that one long run takes.
            self._behind.add(event.job_id)
            log.warning("housekeeping_skipped", job=event.job_id)
        self._on_run(event.job_id, outcome)
