"""A few daemons, each with one scan at a time, renewed before they wear out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from scanners.owasp.zap.daemon import (
    Daemon,
    DaemonError,
    LocalDaemon,
    LocalZap,
    RemoteDaemon,
    RemoteZap,
)


@dataclass(frozen=True, slots=True)
class Wear:
    """When a daemon is renewed: after so many scans, seconds, or MiB of memory."""

    scans: int = 20
    age_s: float = 12 * 3_600.0
    memory_mib: float = 1_600.0

    def due(self, scans: int, age_s: float, memory_mib: float) -> bool:
        """Is it time?"""
        return scans >= self.scans or age_s >= self.age_s or memory_mib >= self.memory_mib


Factory = Callable[[], Daemon]


@dataclass(slots=True)
class Slot:
    """The place of one daemon; ``daemon`` is None before the first scan and after an end."""

    make: Factory
    daemon: Daemon | None = None
    scans: int = 0
    since: float = 0.0


class ZapPool:
    """Lends daemons out, first come first served; a daemon starts at its first scan.

    ``aclose`` ends all.  A lease that ends in any exception ends its daemon as well: what
    it still does to the site stops with it.
    """

    def __init__(
        self,
        makers: Sequence[Factory],
        wear: Wear | None = None,
        now: Callable[[], float] | None = None,
    ) -> None:
        if not makers:
            raise ValueError("a pool needs at least one daemon")
        self._wear = wear or Wear()
        self._now = now
        self._slots = [Slot(make) for make in makers]
        self._free: asyncio.Queue[Slot] = asyncio.Queue()
        for slot in self._slots:
            self._free.put_nowait(slot)
        self._closed = False
        self._returning: set[asyncio.Task[None]] = set()

    @property
    def daemons(self) -> tuple[Daemon, ...]:
        """Those that run now."""
        return tuple(slot.daemon for slot in self._slots if slot.daemon is not None)

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Daemon]:
        """One daemon, ready and nobody else's.

        DaemonError, ZapGoneError or ZapError when it cannot be had; the place is free
        again after that.
        """
        if self._closed:
            raise DaemonError("the pool is closed")
        slot = await self._free.get()
        well = False
        try:
            yield await self._ready(slot)
            well = True
        finally:
            # Not cut short by a second cancellation: the place has to come back.
            task = asyncio.get_running_loop().create_task(self._back(slot, well=well))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)
            await asyncio.shield(task)

    async def aclose(self) -> None:
        """End every daemon, also those that are lent out."""
        self._closed = True
        await asyncio.gather(*(self._end(slot) for slot in self._slots))
        if self._returning:
            await asyncio.gather(*self._returning, return_exceptions=True)

    async def _ready(self, slot: Slot) -> Daemon:
        if self._closed:
            raise DaemonError("the pool is closed")
        if slot.daemon is not None and self._worn(slot):
            await self._end(slot)
        if slot.daemon is not None:
            return slot.daemon
        daemon = slot.make()
        # Known before it runs: whoever closes the pool meanwhile has to find it.
        slot.daemon, slot.scans, slot.since = daemon, 0, self._time()
        await daemon.start()
        return daemon

    async def _back(self, slot: Slot, *, well: bool) -> None:
        try:
            slot.scans += 1
            if not well or self._closed or self._worn(slot):
                await self._end(slot)
        finally:
            self._free.put_nowait(slot)

    def _worn(self, slot: Slot) -> bool:
        daemon = slot.daemon
        if daemon is None:
            return False
        if not daemon.alive():
            return True
        return self._wear.due(slot.scans, self._time() - slot.since, daemon.memory_mib())

    async def _end(self, slot: Slot) -> None:
        daemon, slot.daemon = slot.daemon, None
        if daemon is not None:
            await daemon.stop()

    def _time(self) -> float:
        return asyncio.get_running_loop().time() if self._now is None else self._now()


def local_pool(settings: LocalZap, size: int = 1, wear: Wear | None = None) -> ZapPool:
    """A pool of daemons we start."""
    return ZapPool([lambda: LocalDaemon(settings)] * size, wear)


def remote_pool(endpoints: Sequence[RemoteZap], wear: Wear | None = None) -> ZapPool:
    """A pool of daemons others run; a renewal is a new session and a new probe."""
    return ZapPool([lambda e=endpoint: RemoteDaemon(e) for endpoint in endpoints], wear)  # type: ignore[misc]
