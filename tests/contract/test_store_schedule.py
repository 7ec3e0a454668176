"""The due table: order, caps, leases, fencing, requests; on both databases."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.check import PRIORITY_CONFIRM, PRIORITY_RESCAN, Job, check_for
from monitor.services.records import DueRow
from scanners.api import ScanKind
from tests.contract.store_world import HOUR, LEASE, NOW, fill, schedule

TLS = frozenset({ScanKind.TLS})
LATER = NOW + HOUR


def claim(
    store: SqlStore, slots: int = 10, at: datetime = NOW, cap: int = 100, tries: int = 5
) -> Sequence[Job]:
    return store.transact(lambda tx: tx.claim(at, slots, LEASE, "worker", cap, tries))


def row(store: SqlStore, site_id: str = "s1") -> DueRow:
    (found,) = store.transact(lambda tx: tx.due_rows(site_id))
    return found


def finish(store: SqlStore, job: Job, at: datetime = LATER) -> bool:
    return store.transact(lambda tx: tx.complete(job, at, 0))


@pytest.fixture
def one(store: SqlStore) -> SqlStore:
    fill(store)
    schedule(store, "s1")
    return store


def test_claimed_job_carries_lease_token_and_first_attempt(one: SqlStore) -> None:
    assert claim(one) == [Job("s1", ScanKind.TLS, 1, 1, NOW, NOW + LEASE, "")]
    assert claim(one) == []


def test_nothing_is_claimed_before_it_is_ready_or_without_slots(one: SqlStore) -> None:
    assert claim(one, at=NOW - timedelta(microseconds=1)) == []
    assert claim(one, slots=0) == []
    assert claim(one, cap=0) == []


def test_higher_priority_goes_first_then_what_waits_longest(store: SqlStore) -> None:
    fill(store, 4)
    checks = [
        (check_for(f"s{n}", ScanKind.TLS, HOUR), NOW - n * HOUR, f"k{n}") for n in range(1, 5)
    ]
    store.transact(lambda tx: tx.put_checks(checks))
    store.transact(lambda tx: tx.hasten("s2", TLS, NOW, PRIORITY_CONFIRM))
    store.transact(lambda tx: tx.request("s1", TLS, NOW, "ann"))
    assert [job.site_id for job in claim(store, 3)] == ["s1", "s2", "s4"]
    assert [job.site_id for job in claim(store, 3)] == ["s3"]


def test_platform_never_has_more_leases_than_its_cap(store: SqlStore) -> None:
    fill(store, 6)
    schedule(store, "s1", "s2", "s3", "s4", key="big")
    schedule(store, "s5", "s6")
    got = claim(store, cap=2)
    assert len([job for job in got if job.site_id in {"s1", "s2", "s3", "s4"}]) == 2
    assert {"s5", "s6"} <= {job.site_id for job in got}
    assert claim(store, cap=2) == []
    assert finish(store, next(job for job in got if job.site_id not in {"s5", "s6"}))
    assert len(claim(store, cap=2)) == 1


def test_a_platform_that_fills_the_front_of_the_queue_starves_nobody(store: SqlStore) -> None:
    fill(store, 1205)
    big = [f"s{n}" for n in range(1, 1201)]
    schedule(store, *big, key="big")
    rest = [(check_for(f"s{n}", ScanKind.TLS, HOUR), NOW, f"k{n}") for n in range(1201, 1206)]
    store.transact(lambda tx: tx.put_checks(rest))
    got = claim(store, slots=7, cap=2, at=LATER)
    assert len(got) == 7
    assert {f"s{n}" for n in range(1201, 1206)} <= {job.site_id for job in got}


def test_two_claimers_never_get_the_same_row_nor_exceed_the_cap(store: SqlStore) -> None:
    fill(store, 80)
    for key in range(8):
        schedule(store, *[f"s{n}" for n in range(1, 81) if n % 8 == key], key=f"k{key}")
    got: list[Job] = []
    lock, start = threading.Lock(), threading.Barrier(4)

    def work() -> None:
        start.wait()
        for _ in range(5):
            jobs = claim(store, slots=3, cap=2)
            with lock:
                got.extend(jobs)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = Counter((job.site_id, job.kind) for job in got)
    assert set(taken.values()) == {1}
    keys = Counter(int(job.site_id[1:]) % 8 for job in got)
    assert keys == dict.fromkeys(range(8), 2)


def test_claimer_sees_the_leases_of_one_that_has_not_committed_yet(store: SqlStore) -> None:
    fill(store, 4)
    schedule(store, "s1", "s2", "s3", "s4", key="big")
    inside = threading.Event()
    got: list[Job] = []

    def slow(tx: SqlTx) -> None:
        got.extend(tx.claim(NOW, 1, LEASE, "slow", 1, 5))
        inside.set()
        time.sleep(0.3)

    thread = threading.Thread(target=store.transact, args=(slow,))
    thread.start()
    assert inside.wait(5)
    # Puts another row of the platform in front of the one that is being leased.
    store.transact(lambda tx: tx.request("s4", TLS, NOW, "ann"))
    got.extend(claim(store, cap=1))
    thread.join()
    assert len(got) == 1


def test_concurrent_workers_finish_every_row_once(store: SqlStore) -> None:
    fill(store, 60)
    schedule(store, *[f"s{n}" for n in range(1, 61)])
    done: Counter[str] = Counter()
    lock = threading.Lock()

    def work() -> None:
        while jobs := claim(store, slots=4):
            for job in jobs:
                if finish(store, job):
                    with lock:
                        done[job.site_id] += 1

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == {f"s{n}": 1 for n in range(1, 61)}


def test_expired_lease_is_reaped_and_the_old_token_is_refused(one: SqlStore) -> None:
    (old,) = claim(one)
    assert one.transact(lambda tx: tx.reap(NOW + LEASE - timedelta(seconds=1))) == 0
    assert claim(one, at=NOW + LEASE) == []
    assert one.transact(lambda tx: tx.reap(NOW + LEASE)) == 1
    (new,) = claim(one, at=NOW + LEASE)
    assert (new.token, new.attempt) == (2, 2)
    before = row(one)
    assert not finish(one, old)
    assert not one.transact(lambda tx: tx.heartbeat(old, LATER + HOUR))
    assert not one.transact(lambda tx: tx.give_back(old, NOW, count_attempt=False))
    assert row(one) == before
    assert finish(one, new)


def test_heartbeat_keeps_the_lease_from_being_reaped(one: SqlStore) -> None:
    (job,) = claim(one)
    assert one.transact(lambda tx: tx.heartbeat(job, LATER))
    assert one.transact(lambda tx: tx.reap(NOW + LEASE)) == 0


def test_heartbeat_after_the_reaper_is_refused(one: SqlStore) -> None:
    (job,) = claim(one)
    one.transact(lambda tx: tx.reap(LATER))
    assert not one.transact(lambda tx: tx.heartbeat(job, LATER + LEASE))
    assert row(one).lease_until is None


def test_complete_sets_the_next_time_and_resets_the_attempt(one: SqlStore) -> None:
    (job,) = claim(one)
    assert one.transact(lambda tx: tx.complete(job, LATER, 7, "engine\0 died"))
    found = row(one)
    assert (found.ready_at, found.priority, found.attempt) == (LATER, 7, 0)
    assert (found.lease_until, found.last_error) == (None, "engine\ufffd died")


def test_completing_twice_is_refused(one: SqlStore) -> None:
    (job,) = claim(one)
    assert finish(one, job)
    assert not finish(one, job, NOW)
    assert row(one).ready_at == LATER


@pytest.mark.parametrize(("counted", "attempt"), [(True, 1), (False, 0)])
def test_given_back_row_may_be_claimed_again(one: SqlStore, counted: bool, attempt: int) -> None:
    (job,) = claim(one)
    assert one.transact(lambda tx: tx.give_back(job, NOW, count_attempt=counted))
    assert row(one).attempt == attempt
    assert not finish(one, job)
    assert len(claim(one)) == 1


def test_attempts_run_out_and_the_row_is_handed_to_whoever_ends_it(one: SqlStore) -> None:
    for n in range(2):
        assert len(claim(one, at=NOW + n * LEASE, tries=2)) == 1
        expired = NOW + (n + 1) * LEASE
        assert one.transact(partial(SqlTx.reap, now=expired)) == 1
    assert claim(one, at=LATER, tries=2) == []
    (job,) = one.transact(lambda tx: tx.exhausted(LATER, 2))
    assert (job.site_id, job.attempt, job.token) == ("s1", 2, 2)
    assert finish(one, job, LATER + HOUR)
    assert one.transact(lambda tx: tx.exhausted(LATER + HOUR, 2)) == []
    assert len(claim(one, at=LATER + HOUR, tries=2)) == 1


def test_request_makes_a_row_due_at_once_ahead_of_others(one: SqlStore) -> None:
    assert finish(one, claim(one)[0])
    assert one.transact(lambda tx: tx.request("s1", TLS, NOW, "ann")) == 1
    (job,) = claim(one)
    assert (job.due_at, job.requested_by) == (NOW, "ann")
    assert finish(one, job)
    assert (row(one).requested_by, row(one).priority) == ("", 0)


def test_request_counts_only_rows_there_are(one: SqlStore) -> None:
    assert one.transact(lambda tx: tx.request("s1", frozenset(ScanKind), NOW, "ann")) == 1
    assert one.transact(lambda tx: tx.request("s9", TLS, NOW, "ann")) == 0


def test_request_gives_a_row_without_attempts_new_ones(one: SqlStore) -> None:
    claim(one)
    one.transact(lambda tx: tx.reap(NOW + LEASE))
    assert claim(one, at=LATER, tries=1) == []
    one.transact(lambda tx: tx.request("s1", TLS, LATER, "ann"))
    assert [job.attempt for job in claim(one, at=LATER, tries=1)] == [1]


def test_request_while_running_is_kept_for_after_the_job(one: SqlStore) -> None:
    (job,) = claim(one)
    assert one.transact(lambda tx: tx.request("s1", TLS, NOW + LEASE / 2, "ann")) == 1
    assert claim(one, at=NOW + LEASE / 2) == []
    assert row(one).requested_by == "ann"
    assert one.transact(lambda tx: tx.heartbeat(job, LATER))
    assert finish(one, job)
    found = row(one)
    assert (found.ready_at, found.priority) == (NOW + LEASE / 2, PRIORITY_RESCAN)
    (again,) = claim(one, at=NOW + LEASE)
    assert (again.requested_by, again.attempt) == ("ann", 1)
    assert finish(one, again)
    assert (row(one).ready_at, row(one).requested_by) == (LATER, "")


@pytest.mark.parametrize("end", ["reap", "give_back"])
def test_request_while_running_survives_a_job_that_does_not_end_well(
    one: SqlStore, end: str
) -> None:
    (job,) = claim(one)
    one.transact(lambda tx: tx.request("s1", TLS, NOW, "ann"))

    def stop(tx: SqlTx) -> object:
        return tx.reap(LATER) if end == "reap" else tx.give_back(job, LATER, count_attempt=True)

    one.transact(stop)
    found = row(one)
    assert (found.ready_at, found.priority, found.requested_by) == (NOW, PRIORITY_RESCAN, "ann")


def test_hasten_never_delays_and_never_lowers(one: SqlStore) -> None:
    one.transact(lambda tx: tx.hasten("s1", TLS, LATER, -1))
    assert (row(one).ready_at, row(one).priority) == (NOW, 0)
    one.transact(lambda tx: tx.hasten("s1", TLS, NOW - HOUR, PRIORITY_CONFIRM))
    assert (row(one).ready_at, row(one).priority) == (NOW - HOUR, PRIORITY_CONFIRM)


def test_putting_a_known_check_changes_cadence_but_not_its_place(one: SqlStore) -> None:
    (job,) = claim(one)
    before = row(one)
    slower = replace(check_for("s1", ScanKind.TLS, HOUR), cadence=24 * HOUR)
    one.transact(lambda tx: tx.put_checks([(slower, LATER, "other")]))
    assert row(one) == before
    assert finish(one, job)


def test_dropped_check_takes_its_job_with_it(one: SqlStore) -> None:
    (job,) = claim(one)
    one.transact(lambda tx: tx.drop_checks(["s1"], frozenset({ScanKind.CONTENT})))
    assert one.transact(lambda tx: tx.due_rows("s1")) == []
    assert not finish(one, job)


def test_check_put_back_does_not_accept_the_token_of_its_earlier_life(one: SqlStore) -> None:
    (old,) = claim(one)
    one.transact(lambda tx: tx.drop_checks(["s1"], frozenset()))
    schedule(one, "s1")
    (new,) = claim(one)
    assert new.token > old.token
    assert not finish(one, old)


def test_drop_checks_keeps_what_is_to_be_kept(one: SqlStore) -> None:
    schedule(one, "s1", kind=ScanKind.CONTENT)
    one.transact(lambda tx: tx.drop_checks(["s1"], TLS))
    assert row(one).kind is ScanKind.TLS
