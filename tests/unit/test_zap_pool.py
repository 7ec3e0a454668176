"""The pool of daemons as a state machine: one scan per daemon, nothing left behind."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.owasp.fleet import DaemonNews, DaemonState, Wear
from scanners.owasp.zap.client import ZapClient, ZapGoneError, ZapTalk
from scanners.owasp.zap.pool import Manner, Patience, Place, ZapPool
from scanners.owasp.zap.probe import Components, DaemonError


@dataclass
class World:
    """What the daemons of a test did."""

    started: int = 0
    stopped: int = 0
    running: set[int] = field(default_factory=set)
    most: int = 0
    fail_starts: int = 0
    memory: float = 100.0
    time: float = 0.0
    occupied: int = 0
    news: list[DaemonNews] = field(default_factory=list)


class Toy:
    """A daemon without a process; it obeys the world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._alive = False
        self.components = Components("2.17.0")
        self.outlet = "127.0.0.1"
        self.owner = "a"
        self.talk = ZapTalk(ZapClient("http://127.0.0.1:9", "k"))

    async def start(self) -> None:
        await asyncio.sleep(0)
        if self._world.fail_starts:
            self._world.fail_starts -= 1
            raise DaemonError("no")
        self._world.started += 1
        self._world.running.add(id(self))
        self._world.most = max(self._world.most, len(self._world.running))
        self._alive = True

    def alive(self) -> bool:
        return self._alive

    def die(self) -> None:
        self._alive = False
        self._world.running.discard(id(self))

    async def occupied(self) -> str:
        await asyncio.sleep(0)
        if self._world.occupied:
            self._world.occupied -= 1
            return "somebody else scans"
        return ""

    def memory_mib(self) -> float:
        return self._world.memory

    async def stop(self) -> None:
        await asyncio.sleep(0)
        self._world.stopped += 1
        self.die()


def pool_of(world: World, size: int = 1, idle_s: float = 0.0, **wear: float) -> ZapPool:
    limits = Wear(**{"scans": 3, "age_s": 100.0, "memory_mib": 500.0, **wear})  # type: ignore[arg-type]
    patience = Patience(first_s=0.002, most_s=0.004, occupied_s=0.002)
    places = [Place(f"toy-{n}", lambda: Toy(world)) for n in range(size)]
    return ZapPool(places, Manner(limits, patience, idle_s), world.news.append, lambda: world.time)


async def scan(pool: ZapPool) -> Toy:
    async with pool.lease() as daemon:
        assert isinstance(daemon, Toy)
        return daemon


def test_a_daemon_serves_a_few_scans_and_is_then_renewed() -> None:
    async def run() -> None:
        world = World()
        pool = pool_of(world)
        seen = [await scan(pool) for _ in range(4)]
        assert seen[0] is seen[1] is seen[2] is not seen[3]
        await pool.aclose()
        assert (world.started, world.running) == (2, set())

    asyncio.run(run())


@pytest.mark.parametrize("what", ["age", "memory", "death"])
def test_a_daemon_that_is_old_large_or_dead_is_replaced(what: str) -> None:
    async def run() -> None:
        world = World()
        pool = pool_of(world)
        first = await scan(pool)
        if what == "age":
            world.time = 200.0
        elif what == "memory":
            world.memory = 900.0
        else:
            first.die()
        assert await scan(pool) is not first
        await pool.aclose()
        assert not world.running

    asyncio.run(run())


@pytest.mark.parametrize("error", [ZapGoneError("x"), RuntimeError("x"), asyncio.CancelledError()])
def test_a_scan_that_ends_badly_ends_its_daemon(error: BaseException) -> None:
    async def run() -> None:
        world = World()
        pool = pool_of(world)
        with pytest.raises(type(error)):
            async with pool.lease():
                raise error
        assert not world.running
        await scan(pool)
        await pool.aclose()

    asyncio.run(run())


def test_a_daemon_that_does_not_start_gives_its_place_back() -> None:
    async def run() -> None:
        world = World(fail_starts=1)
        pool = pool_of(world)
        with pytest.raises(DaemonError, match="toy-0: no"):
            await scan(pool)
        assert [(view.state, view.well) for view in pool.views] == [(DaemonState.ASIDE, False)]
        await asyncio.sleep(0.02)
        await asyncio.wait_for(scan(pool), 1.0)
        assert [(view.state, view.well) for view in pool.views] == [(DaemonState.IDLE, True)]
        assert [(news.name, news.reason) for news in world.news] == [("toy-0", "no"), ("toy-0", "")]
        await pool.aclose()

    asyncio.run(run())


def test_waiting_scans_are_served_in_their_order() -> None:
    async def run() -> None:
        pool = pool_of(World())
        order: list[int] = []

        async def one(number: int) -> None:
            async with pool.lease():
                order.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(one(number) for number in range(8)))
        assert order == list(range(8))
        await pool.aclose()

    asyncio.run(run())


def test_closing_ends_daemons_that_are_lent_out_and_refuses_the_rest() -> None:
    async def run() -> None:
        world = World()
        pool = pool_of(world)
        async with pool.lease():
            await pool.aclose()
            assert not world.running
        with pytest.raises(DaemonError):
            await scan(pool)

    asyncio.run(run())


def test_a_pool_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        ZapPool([])


def test_a_daemon_that_is_down_is_left_alone_longer_each_time_and_scans_take_the_others() -> None:
    async def run() -> None:
        world = World()
        down = {"toy-0"}

        class Fragile(Toy):
            async def start(self) -> None:
                if "toy-0" in down:
                    raise ZapGoneError("no answer")
                await super().start()

        patience = Patience(first_s=0.02, most_s=0.05)
        assert [patience.after(n) for n in (1, 2, 3, 9_999)] == [0.02, 0.04, 0.05, 0.05]
        pool = ZapPool(
            [Place("toy-0", lambda: Fragile(world)), Place("toy-1", lambda: Toy(world))],
            Manner(patience=patience), world.news.append,
        )  # fmt: skip
        first = await scan(pool)
        assert not isinstance(first, Fragile)
        assert [view.state for view in pool.views] == [DaemonState.ASIDE, DaemonState.IDLE]
        async with pool.lease() as taken:
            # The other is lent: the one that rests is tried when its time comes, and rests longer.
            waiting = asyncio.ensure_future(scan(pool))
            await asyncio.sleep(0.1)
            assert not waiting.done()
            assert [news.again_in_s for news in world.news][:2] == [0.02, 0.04]
            down.clear()
            assert isinstance(await asyncio.wait_for(waiting, 1.0), Fragile)
            assert taken is first
        assert world.news[-1] == DaemonNews("toy-0", "")
        await pool.aclose()

    asyncio.run(run())


def test_scans_that_wait_are_told_when_the_last_daemon_is_gone() -> None:
    async def run() -> None:
        world = World()
        pool = pool_of(world)
        async with pool.lease() as daemon:
            waiting = [asyncio.ensure_future(scan(pool)) for _ in range(3)]
            await asyncio.sleep(0)
            world.fail_starts = 1
            assert isinstance(daemon, Toy)
            daemon.die()
        found = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 1.0)
        assert [type(one) for one in found] == [DaemonError] * 3
        await pool.aclose()

    asyncio.run(run())


def test_a_daemon_somebody_else_uses_is_waited_for_and_is_no_failure() -> None:
    async def run() -> None:
        world = World(occupied=2)
        pool = pool_of(world)
        await asyncio.wait_for(scan(pool), 1.0)
        assert [news.reason for news in world.news] == ["somebody else scans"] * 2
        assert [view.well for view in pool.views] == [True]
        await pool.aclose()

    asyncio.run(run())


def test_a_daemon_of_ours_ends_when_nobody_asks_for_it() -> None:
    async def run() -> None:
        world = World()
        pool = pool_of(world, size=2, idle_s=0.05)
        first = await scan(pool)
        await asyncio.sleep(0.03)
        assert await scan(pool) is first  # the one that runs goes first, and its rest begins anew
        await asyncio.sleep(0.03)
        assert world.running
        await asyncio.sleep(0.05)
        assert (world.running, [view.state for view in pool.views]) == (
            set(), [DaemonState.OFF] * 2,
        )  # fmt: skip
        assert await scan(pool) is not first
        await pool.aclose()

    asyncio.run(run())


def test_closing_tells_who_waits() -> None:
    async def run() -> None:
        pool = pool_of(World())
        async with pool.lease():
            waiting = asyncio.ensure_future(scan(pool))
            await asyncio.sleep(0)
            await pool.aclose()
            with pytest.raises(DaemonError, match="closed"):
                await waiting

    asyncio.run(run())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ok", "error", "cancel", "die", "nostart", "occupied"]), st.integers(0, 3)
    ),
    max_size=25,
)


@given(st.integers(1, 3), STEPS)
def test_whatever_happens_no_daemon_is_shared_or_left(
    size: int, steps: list[tuple[str, int]]
) -> None:
    async def run() -> None:
        world = World()
        pool = pool_of(world, size)
        held: set[int] = set()

        async def one(kind: str, naps: int) -> None:
            world.fail_starts += kind == "nostart"
            world.occupied += kind == "occupied"
            async with pool.lease() as daemon:
                assert isinstance(daemon, Toy)
                assert id(daemon) not in held
                held.add(id(daemon))
                try:
                    for _ in range(naps):
                        await asyncio.sleep(0)
                    if kind == "error":
                        raise ZapGoneError("gone")
                    if kind == "die":
                        daemon.die()
                finally:
                    held.discard(id(daemon))

        tasks = [asyncio.ensure_future(one(kind, naps)) for kind, naps in steps]
        for task, (kind, _) in zip(tasks, steps, strict=True):
            if kind == "cancel":
                await asyncio.sleep(0)
                task.cancel()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5.0)
        assert world.most <= size
        world.fail_starts = world.occupied = 0
        await asyncio.sleep(0.006)
        for _ in range(size):  # every place came back
            await asyncio.wait_for(scan(pool), 1.0)
        await pool.aclose()
        assert not world.running

    asyncio.run(run())
