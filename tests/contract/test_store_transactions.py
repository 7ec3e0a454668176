"""Transactions: all or nothing, threads, crashes, the end; on both databases."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.adapters.clock import DatabaseClock, SystemClock
from monitor.adapters.store.errors import StoreError
from monitor.adapters.store.store import SqlStore, SqlTx
from scanners.api import ScanKind
from tests.contract.store_world import LEASE, NOW, a_member, fill, schedule

ROOT = Path(__file__).parents[2]


def test_work_that_fails_leaves_nothing(store: SqlStore) -> None:
    def work(tx: SqlTx) -> None:
        tx.put_members([a_member()])
        raise LookupError

    with pytest.raises(LookupError):
        store.transact(work)
    assert store.transact(lambda tx: tx.members()) == []


def test_transaction_inside_a_transaction_is_refused(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="already open"):
        store.transact(lambda _: store.transact(lambda tx: tx.members()))
    assert store.transact(lambda tx: tx.members()) == []


@pytest.mark.asyncio
async def test_run_keeps_the_loop_free_and_gives_the_answer(store: SqlStore) -> None:
    ticks = 0

    def slow(tx: SqlTx) -> int:
        time.sleep(0.3)
        return len(tx.members())

    task = asyncio.create_task(store.run(slow))
    while not task.done():
        ticks += 1
        await asyncio.sleep(0.01)
    assert await task == 0
    assert ticks > 5


@pytest.mark.asyncio
async def test_cancelling_the_waiter_does_not_stop_the_transaction(store: SqlStore) -> None:
    started = threading.Event()

    def work(tx: SqlTx) -> None:
        started.set()
        time.sleep(0.2)
        tx.put_members([a_member()])

    task = asyncio.create_task(store.run(work))
    await asyncio.to_thread(started.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    members = await store.run(lambda tx: tx.members())
    for _ in range(50):
        if members:
            break
        await asyncio.sleep(0.02)
        members = await store.run(lambda tx: tx.members())
    assert len(members) == 1


def test_threads_that_read_then_write_never_meet_a_locked_database(store: SqlStore) -> None:
    failures: list[BaseException] = []

    def count(tx: SqlTx) -> None:
        tx.members()
        tx.count("n", {})

    def work() -> None:
        try:
            for _ in range(25):
                store.transact(count)
        except Exception as error:  # noqa: BLE001 - any failure of the thread is the finding
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.transact(lambda tx: tx.counters()) == [("n", {}, 100.0)]


def test_two_stores_on_one_database_take_turns(store: SqlStore, store_url: str) -> None:
    other = SqlStore(store_url, facts_types={})
    try:
        opened = threading.Event()

        def hold(tx: SqlTx) -> None:
            tx.count("n", {})
            opened.set()
            time.sleep(0.3)

        thread = threading.Thread(target=store.transact, args=(hold,))
        thread.start()
        opened.wait(5)
        other.transact(lambda tx: tx.count("n", {}))
        thread.join()
        assert other.transact(lambda tx: tx.counters()) == [("n", {}, 2.0)]
    finally:
        other.close()


def test_transactions_that_block_each_other_both_end_well(store: SqlStore) -> None:
    first_done = {"a": threading.Event(), "b": threading.Event()}

    def work(mine: str, theirs: str) -> None:
        def cross(tx: SqlTx) -> None:
            tx.count(mine, {})
            first_done[mine].set()
            first_done[theirs].wait(0.5)
            tx.count(theirs, {})

        store.transact(cross)

    threads = [threading.Thread(target=work, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.transact(lambda tx: tx.counters()) == [("a", {}, 2.0), ("b", {}, 2.0)]


def test_close_finishes_what_runs_and_may_be_repeated(store: SqlStore) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.transact(lambda tx: tx.members())


@pytest.mark.asyncio
async def test_work_handed_in_before_close_is_finished_and_later_work_refused(
    store: SqlStore,
) -> None:
    def slow(tx: SqlTx) -> None:
        time.sleep(0.1)
        tx.count("n", {})

    tasks = [asyncio.create_task(store.run(slow)) for _ in range(3)]
    await asyncio.sleep(0.02)
    await asyncio.to_thread(store.close)
    await asyncio.gather(*tasks)
    with pytest.raises(StoreError, match="closed"):
        await store.run(slow)


CRASH = """
import sys, time
from monitor.adapters.store.store import SqlStore
from tests.contract.store_world import NOW, LEASE, a_member
from dataclasses import replace
store = SqlStore(sys.argv[1], facts_types={})
def work(tx):
    tx.put_members([replace(a_member(), member_id=f"x{n}") for n in range(500)])
    assert len(tx.claim(NOW, 5, LEASE, "doomed", 5, 5)) == 1
    print("inside", flush=True)
    time.sleep(60)
store.transact(work)
"""


def test_process_killed_inside_a_transaction_leaves_nothing(
    store: SqlStore, store_url: str
) -> None:
    fill(store)
    schedule(store, "s1")
    before = store.transact(lambda tx: (tx.members(), tx.due_rows("s1")))
    command = [sys.executable, "-c", CRASH, store_url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "inside\n"
        os.kill(process.pid, signal.SIGKILL)
    assert store.transact(lambda tx: (tx.members(), tx.due_rows("s1"))) == before
    (job,) = store.transact(lambda tx: tx.claim(NOW, 5, LEASE, "heir", 5, 5))
    assert (job.kind, job.token) == (ScanKind.TLS, 1)


def test_clock_of_the_store_is_that_of_the_machine_or_the_shared_server(store: SqlStore) -> None:
    moments = [store.clock.now() for _ in range(3)]
    assert moments == sorted(moments)
    assert abs(moments[0] - datetime.now(UTC)) < timedelta(seconds=5)
    assert moments[0].utcoffset() == timedelta(0)
    assert isinstance(store.clock, SystemClock | DatabaseClock)
