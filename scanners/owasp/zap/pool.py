"""A few daemons, each with one scan at a time, renewed before they wear out.

A daemon that cannot be had is put aside and tried again, later each time; scans that wait
take the others meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from scanners.api import clip
from scanners.owasp.fleet import (
    DaemonNews,
    DaemonState,
    DaemonView,
    LocalZap,
    RemoteZap,
    Told,
    Wear,
    ZapFleet,
    untold,
)
from scanners.owasp.zap.claims import new_owner
from scanners.owasp.zap.client import ZapError, ZapGoneError
from scanners.owasp.zap.daemon import Daemon, LocalDaemon
from scanners.owasp.zap.probe import DaemonError
from scanners.owasp.zap.remote import RemoteDaemon

Factory = Callable[[], Daemon]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a daemon is left alone, in seconds.

    ``first_s`` after the first failure, twice as long after each further one, ``most_s`` at
    most; ``occupied_s`` when somebody else scans with it.
    """

    first_s: float = 10.0
    most_s: float = 600.0
    occupied_s: float = 15.0

    def after(self, failures: int) -> float:
        """Seconds of rest after so many failures in a row, from 1."""
        doubled = self.first_s * 2.0 ** min(failures - 1, 30)
        return min(self.most_s, doubled)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a daemon can be had: its name, how, and whether it is ours to end."""

    name: str
    make: Factory
    ours: bool = True


@dataclass(slots=True, eq=False)
class Slot:
    """A place and its daemon; ``daemon`` is None before the first scan and after an end.

    ``aside`` says why it rests, "" when it does not; ``failures`` since it last worked.
    """

    place: Place
    daemon: Daemon | None = None
    scans: int = 0
    since: float = 0.0
    lent: bool = False
    aside: str = ""
    occupied: bool = False
    failures: int = 0

    @property
    def hopeful(self) -> bool:
        """Is it worth waiting for?"""
        return not self.aside or self.occupied

    @property
    def state(self) -> DaemonState:
        """What it does."""
        if self.aside:
            return DaemonState.OCCUPIED if self.occupied else DaemonState.ASIDE
        if self.lent:
            return DaemonState.BUSY
        return DaemonState.OFF if self.daemon is None else DaemonState.IDLE


@dataclass(frozen=True, slots=True)
class Manner:
    """How a pool treats its daemons: see ``Wear``, ``Patience`` and ``ZapFleet.idle_s``."""

    wear: Wear = field(default_factory=Wear)
    patience: Patience = field(default_factory=Patience)
    idle_s: float = 0.0


class ZapPool:
    """Lends daemons out, first come first served; a daemon starts at its first scan.

    ``aclose`` ends all.  A lease that ends in any exception ends its daemon as well: what
    it still does to the site stops with it.  ``told`` hears of daemons that cannot be had.
    """

    def __init__(
        self,
        places: Sequence[Place],
        manner: Manner | None = None,
        told: Told = untold,
        now: Callable[[], float] | None = None,
    ) -> None:
        if not places:
            raise ValueError("a pool needs at least one daemon")
        self._manner = manner or Manner()
        self._told = told
        self._now = now
        self._slots = [Slot(place) for place in places]
        self._free = deque(self._slots)
        self._waiting: deque[asyncio.Future[Slot]] = deque()
        self._timers: set[asyncio.TimerHandle] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def daemons(self) -> tuple[Daemon, ...]:
        """Those that run now."""
        return tuple(slot.daemon for slot in self._slots if slot.daemon is not None)

    @property
    def views(self) -> tuple[DaemonView, ...]:
        """What each place does now."""
        return tuple(
            DaemonView(slot.place.name, slot.state, slot.failures == 0) for slot in self._slots
        )

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Daemon]:
        """One daemon, ready and nobody else's.

        DaemonError when none can be had: every one was tried, or has to rest.
        """
        slot, daemon = await self._lent()
        well = False
        try:
            yield daemon
            well = True
        finally:
            await self._surely(self._back(slot, well=well))

    async def aclose(self) -> None:
        """End every daemon, also those that are lent out; who waits gets a DaemonError."""
        self._closed = True
        for timer in self._timers:
            timer.cancel()
        self._despair("the pool is closed")
        await asyncio.gather(*(self._end(slot) for slot in self._slots))
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _lent(self) -> tuple[Slot, Daemon]:
        """The first place whose daemon is ready; those that are not are put aside."""
        while True:
            slot = await self._turn()
            slot.lent, settled = True, False
            try:
                daemon = await self._ready(slot)
            except (DaemonError, ZapGoneError, ZapError, OSError) as error:
                settled = True
                await self._surely(self._failed(slot, clip(str(error), 200)))
            else:
                settled = True
                return slot, daemon
            finally:
                if not settled:
                    await self._surely(self._back(slot, well=False))

    async def _turn(self) -> Slot:
        """The next free place, in the order of asking."""
        if self._closed:
            raise DaemonError("the pool is closed")
        if self._free:
            # One that runs goes first, one that failed last.
            slot = min(self._free, key=lambda s: (s.failures > 0, s.daemon is None))
            self._free.remove(slot)
            return slot
        if not any(slot.hopeful for slot in self._slots):
            raise DaemonError(self._reasons())
        future: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._offer(future.result())  # it came in the very moment of the end
            raise

    def _reasons(self) -> str:
        told = dict.fromkeys(slot.aside for slot in self._slots if slot.aside)
        return clip(f"no ZAP daemon can be had: {'; '.join(told)}", 300)

    def _despair(self, reason: str) -> None:
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(DaemonError(reason))

    def _offer(self, slot: Slot) -> None:
        """To who has waited longest; else it is free."""
        slot.lent = False
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(slot)
                return
        self._free.append(slot)
        if self._manner.idle_s > 0 and slot.place.ours and slot.daemon is not None:
            self._later(self._manner.idle_s, self._drowsy, slot, slot.daemon, slot.scans)

    async def _ready(self, slot: Slot) -> Daemon:
        if slot.daemon is not None and self._worn(slot):
            await self._end(slot)
        daemon = slot.daemon
        if daemon is None:
            daemon = slot.place.make()
            # Known before it runs: whoever closes the pool meanwhile has to find it.
            slot.daemon, slot.scans, slot.since = daemon, 0, self._time()
            await daemon.start()
        other = await daemon.occupied()
        if self._closed:
            raise DaemonError("the pool is closed")
        if other:
            slot.occupied = True
            raise DaemonError(other)
        if slot.failures:
            slot.failures = 0
            self._told(DaemonNews(slot.place.name, ""))
        return daemon

    async def _failed(self, slot: Slot, reason: str) -> None:
        """Put aside; what another scans with is not even emptied."""
        slot.lent = False
        slot.aside = f"{slot.place.name}: {reason}"
        rest = self._manner.patience.occupied_s
        if not slot.occupied:
            slot.failures += 1
            rest = self._manner.patience.after(slot.failures)
        try:
            await self._end(slot)
        finally:
            if not self._closed:
                self._later(rest, self._again, slot)
                self._told(DaemonNews(slot.place.name, reason, rest))
            if not any(other.hopeful for other in self._slots):
                self._despair(self._reasons())

    def _again(self, slot: Slot) -> None:
        slot.aside, slot.occupied = "", False
        self._offer(slot)

    async def _back(self, slot: Slot, *, well: bool) -> None:
        try:
            slot.scans += 1
            if not well or self._closed or self._worn(slot):
                await self._end(slot)
        finally:
            self._offer(slot)

    def _drowsy(self, slot: Slot, daemon: Daemon, scans: int) -> None:
        """End a daemon that nobody asked for since."""
        if slot in self._free and slot.daemon is daemon and slot.scans == scans:
            self._free.remove(slot)
            self._kept(self._asleep(slot))

    async def _asleep(self, slot: Slot) -> None:
        try:
            await self._end(slot)
        finally:
            self._offer(slot)

    def _worn(self, slot: Slot) -> bool:
        daemon = slot.daemon
        if daemon is None:
            return False
        if not daemon.alive():
            return True
        age_s = self._time() - slot.since
        return self._manner.wear.due(slot.scans, age_s, daemon.memory_mib())

    async def _end(self, slot: Slot) -> None:
        daemon, slot.daemon = slot.daemon, None
        if daemon is not None:
            await daemon.stop()

    def _later(self, seconds: float, call: Callable[..., None], *words: object) -> None:
        loop = asyncio.get_running_loop()

        def ring() -> None:
            self._timers.discard(timer)
            call(*words)

        timer = loop.call_later(seconds, ring)
        self._timers.add(timer)

    def _kept(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _surely(self, work: Coroutine[None, None, None]) -> None:
        """To its end, whatever happens to who waits for it: the place has to come back."""
        await asyncio.shield(self._kept(work))

    def _time(self) -> float:
        return asyncio.get_running_loop().time() if self._now is None else self._now()


def pool_of(fleet: ZapFleet, told: Told = untold, patience: Patience | None = None) -> ZapPool:
    """The pool of a fleet; ValueError when it has no daemon.

    The renewal of a daemon that others run is a new session and a new probe.
    """
    owner, names = new_owner(), iter(fleet.names)
    places = [Place(next(names), _far(remote, owner), ours=False) for remote in fleet.remote]
    if fleet.local is not None:
        places += [Place(name, _near(fleet.local)) for name in names]
    manner = Manner(fleet.wear, patience or Patience(), fleet.idle_s)
    return ZapPool(places, manner, told)


def _far(remote: RemoteZap, owner: str) -> Factory:
    return lambda: RemoteDaemon(remote, owner)


def _near(local: LocalZap) -> Factory:
    return lambda: LocalDaemon(local)
