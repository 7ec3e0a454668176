"""Audit, heartbeats, counters, fleet numbers; on both databases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.case import Case, CaseState
from monitor.domain.check import PRIORITY_CONFIRM
from monitor.domain.finding import Finding, Severity
from monitor.domain.site import Certification, Standing
from monitor.domain.unassessed import Unassessed
from monitor.domain.verdict import Verdict
from monitor.services.records import AuditEntry, FleetNumbers
from scanners.api import ScanKind
from tests.contract.store_world import (
    HOUR,
    LEASE,
    NOW,
    a_finding,
    a_site,
    a_verdict,
    an_alert,
    fill,
    schedule,
)


def test_audit_log_is_newest_first(store: SqlStore) -> None:
    first = AuditEntry(NOW, "ann", "rescan", "s1", {"kinds": ["tls"], "n": 1})
    second = AuditEntry(NOW, "bob", "drop", "KW-2026-000001")
    for entry in (first, second):
        store.transact(lambda tx: tx.audit(entry))  # noqa: B023 - called at once
    assert store.transact(lambda tx: tx.audit_log()) == [second, first]
    assert store.transact(lambda tx: tx.audit_log(1)) == [second]
    assert store.transact(lambda tx: tx.audit_log(9, "s1")) == [first]
    assert store.transact(lambda tx: tx.audit_log(9, "s2")) == []


def test_newest_beat_of_a_job_is_remembered(store: SqlStore) -> None:
    store.transact(lambda tx: tx.beat("tick", NOW))
    store.transact(lambda tx: tx.beat("tick", NOW + HOUR))
    store.transact(lambda tx: tx.beat("backup", NOW))
    assert store.transact(lambda tx: tx.beats()) == {"tick": NOW + HOUR, "backup": NOW}


def test_counters_add_up_per_set_of_labels(store: SqlStore) -> None:
    store.transact(lambda tx: tx.count("scans", {"kind": "tls", "outcome": "complete"}))
    store.transact(lambda tx: tx.count("scans", {"outcome": "complete", "kind": "tls"}, 2.5))
    store.transact(lambda tx: tx.count("scans", {}))
    assert store.transact(lambda tx: tx.counters()) == [
        ("scans", {"kind": "tls", "outcome": "complete"}, 3.5),
        ("scans", {}, 1.0),
    ]


def test_empty_store_has_empty_numbers(store: SqlStore) -> None:
    numbers = store.transact(lambda tx: tx.fleet(NOW))
    assert numbers.database_bytes > 0
    assert replace(numbers, database_bytes=0) == FleetNumbers(
        0, 0, {}, {}, {}, {}, {}, {}, {}, {}, 0.0, 0, 0
    )


def a_case(number: int, state: CaseState) -> Case:
    return Case(
        f"c{number}", "s1", f"tm.{number}", ("tm",), state, Severity.LOW, "", "", "x",
        NOW - number * HOUR,
    )  # fmt: skip


def test_fleet_counts_what_there_is(store: SqlStore) -> None:
    fill(store, 4)
    ended = replace(a_site(4), certifications=(Certification("tm", Standing.ENDED),))
    store.transact(lambda tx: tx.put_sites([ended]))
    bad = a_finding(Finding.NOT_MET, "x")
    advice = replace(a_finding(Finding.NOT_MET, "x", "tm.9"), counts=False)
    for verdict in (
        a_verdict(Verdict.NOT_MET, NOW, bad, advice, site="s1"),
        a_verdict(Verdict.NOT_MET, NOW, bad, site="s2"),
        a_verdict(Verdict.UNKNOWN, NOW, site="s3"),
        a_verdict(Verdict.NOT_MET, NOW, bad, site="s4"),
    ):
        store.transact(lambda tx: tx.put_verdict(verdict, HOUR))  # noqa: B023 - called at once
    for case in (
        a_case(1, CaseState.OPEN),
        a_case(2, CaseState.OPEN),
        a_case(3, CaseState.REMEDIED),
    ):
        store.transact(lambda tx: tx.put_case(case, None))  # noqa: B023 - called at once
    schedule(store, "s1", "s2", "s3")
    schedule(store, "s1", kind=ScanKind.MAIL)
    store.transact(lambda tx: tx.claim(NOW, 1, LEASE, "w", 1, 5))
    store.transact(lambda tx: tx.add_alert(an_alert()))
    store.transact(lambda tx: tx.put_unassessed(Unassessed("s1", "tm", NOW, 3, NOW)))
    store.transact(lambda tx: tx.put_unassessed(Unassessed("s2", "tm", NOW, 1)))
    numbers = store.transact(lambda tx: tx.fleet(NOW + HOUR))
    assert (numbers.members, numbers.certified_sites, numbers.unassessed) == (1, 3, 1)
    assert numbers.sites == {("tm", "not_met"): 2, ("tm", "unknown"): 1}
    assert numbers.failing == {("tm", "tm.1"): 2}
    assert numbers.cases == {"open": 2, "remedied": 1}
    assert numbers.oldest_case_s == {"open": 3 * 3600.0}
    assert sum(numbers.due.values()) == 3
    assert sum(numbers.leased.values()) == 1
    assert max(numbers.oldest_due_s.values()) == 3600.0
    assert (numbers.alerts, numbers.oldest_alert_s) == ({"pending": 1}, 3600.0)


def test_the_queue_is_counted_by_lane_of_priority(store: SqlStore) -> None:
    fill(store, 4)
    schedule(store, "s1", "s2", "s3", "s4")
    store.transact(lambda tx: tx.request("s1", frozenset({ScanKind.TLS}), NOW + HOUR / 2, "ann"))
    confirm = partial(SqlTx.hasten, kinds=frozenset({ScanKind.TLS}), priority=PRIORITY_CONFIRM)
    store.transact(partial(confirm, site_id="s2", ready_at=NOW - HOUR))
    numbers = store.transact(lambda tx: tx.fleet(NOW + HOUR))
    assert numbers.queue == {"rescan": 1, "confirm": 1, "cadence": 2}
    assert numbers.queue_oldest_s == {"rescan": 1800.0, "confirm": 7200.0, "cadence": 3600.0}
    assert numbers.due == {"tls": 4}
    assert numbers.oldest_due_s == {"tls": 7200.0}


def test_what_people_did_is_counted_by_action(store: SqlStore) -> None:
    for action in ("rescan_requested", "site_put", "rescan_requested"):
        store.transact(partial(SqlTx.audit, entry=AuditEntry(NOW, "ann", action, "s1")))
    counters = store.transact(lambda tx: tx.counters())
    assert [(labels["action"], n) for _, labels, n in counters] == [
        ("rescan_requested", 2),
        ("site_put", 1),
    ]
