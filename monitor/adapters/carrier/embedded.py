"""Jobs as asyncio tasks in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from monitor.domain.check import Job

log = structlog.get_logger(__name__)


class EmbeddedCarrier:
    """Runs up to ``slots`` jobs at once; what it cancels is given back to the schedule."""

    def __init__(
        self,
        slots: int,
        run: Callable[[Job], Awaitable[None]],
        give_back: Callable[[Job], Awaitable[None]],
    ) -> None:
        self._slots = slots
        self._run = run
        self._give_back = give_back
        self._running: dict[asyncio.Task[None], Job] = {}
        self._open = True

    def free_slots(self) -> int:
        """How many more jobs can start now; none once draining began."""
        return max(self._slots - len(self._running), 0) if self._open else 0

    def submit(self, job: Job) -> None:
        """Start the job as a task of its own."""
        task: asyncio.Task[None] = asyncio.ensure_future(self._guarded(job))
        self._running[task] = job
        task.add_done_callback(self._ended)

    async def drain(self, timeout_s: float) -> int:
        """Wait for what runs, then cancel and give back the rest; returns how many."""
        self._open = False
        if not self._running:
            return 0
        await asyncio.wait(set(self._running), timeout=timeout_s)
        left = dict(self._running)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(set(left), timeout=10)
        for job in left.values():
            await self._give_back(job)
        return len(left)

    async def _guarded(self, job: Job) -> None:
        await self._run(job)

    def _ended(self, task: asyncio.Task[None]) -> None:
        job = self._running.pop(task, None)
        if task.cancelled() or job is None:
            return
        error = task.exception()
        if error is not None:
            # The lease runs out by itself and the attempt is counted: no job is lost.
            log.error("job_failed", site_id=job.site_id, kind=job.kind.value, exc_info=error)
