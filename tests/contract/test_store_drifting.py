"""What is remembered of drift, on both databases."""

from __future__ import annotations

import pytest

from monitor.adapters.store.store import SqlStore
from monitor.domain.drifting import DriftMemory
from tests.contract.store_world import fill

MEMORY = DriftMemory({"term_changed:terms:ab": ("sentence:x|14 days",)}, frozenset({"k"}), {"f": 3})


@pytest.fixture
def sites(store: SqlStore) -> SqlStore:
    fill(store, 3)
    return store


def test_a_memory_comes_back_as_it_was(sites: SqlStore) -> None:
    assert sites.transact(lambda tx: tx.drift_memory("s1")) == DriftMemory()
    sites.transact(lambda tx: tx.put_drift_memory("s1", MEMORY))
    assert sites.transact(lambda tx: tx.drift_memory("s1")) == MEMORY
    sites.transact(lambda tx: tx.put_drift_memory("s1", MEMORY.without_habits()))
    assert sites.transact(lambda tx: tx.drift_memory("s1")).moves == {}
    assert sites.transact(lambda tx: tx.drift_memory("s2")) == DriftMemory()


def test_parts_are_counted_over_sites_and_follow_what_a_site_has(sites: SqlStore) -> None:
    sites.transact(lambda tx: tx.put_parts("s1", {"script:a", "script:b"}))
    sites.transact(lambda tx: tx.put_parts("s2", {"script:a"}))
    asked = ["script:a", "script:b", "script:nobody"]
    assert sites.transact(lambda tx: tx.part_holders(asked)) == {"script:a": 2, "script:b": 1}
    assert sites.transact(lambda tx: tx.part_sites()) == 2
    sites.transact(lambda tx: tx.put_parts("s1", {"script:c"}))
    assert sites.transact(lambda tx: tx.part_holders(asked)) == {"script:a": 1}
    sites.transact(lambda tx: tx.put_parts("s2", ()))
    assert sites.transact(lambda tx: tx.part_sites()) == 1
    assert sites.transact(lambda tx: tx.part_holders([])) == {}


def test_names_that_no_database_can_hold_are_mended_and_found(sites: SqlStore) -> None:
    strange = "script:\ud800\x00x"
    sites.transact(lambda tx: tx.put_parts("s1", {strange}))
    assert sites.transact(lambda tx: tx.part_holders([strange])) == {strange: 1}
    sites.transact(lambda tx: tx.put_parts("s1", {strange}))
    assert sites.transact(lambda tx: tx.part_sites()) == 1
