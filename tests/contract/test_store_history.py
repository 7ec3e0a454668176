"""Findings over time, on both databases."""

from __future__ import annotations

import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.finding import Finding
from monitor.domain.unassessed import Unassessed
from monitor.domain.verdict import LabelVerdict, Verdict
from monitor.services.records import Interval
from tests.contract.store_world import (
    FACTS,
    HOUR,
    NOW,
    a_finding,
    a_scan,
    a_verdict,
    fill,
    leaf,
    ref,
)

GAP = 3 * HOUR
MET, BAD, UNSURE = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
_FINDING = {MET: Finding.MET, BAD: Finding.NOT_MET, UNSURE: Finding.INCONCLUSIVE}


@pytest.fixture
def site(store: SqlStore) -> SqlStore:
    fill(store, 3)
    return store


def put(store: SqlStore, verdict: LabelVerdict) -> None:
    store.transact(partial(SqlTx.put_verdict, verdict=verdict, gap_after=GAP))


def look(
    store: SqlStore, word: Verdict, hours: float, outcome: str = "x", site: str = "s1"
) -> None:
    at = NOW + hours * HOUR
    put(store, a_verdict(word, at, a_finding(_FINDING[word], outcome), site=site))


def history(store: SqlStore, condition: str = "tm.1") -> list[Interval]:
    return list(store.transact(lambda tx: tx.intervals("s1", "tm", condition)))


def test_current_findings_hold_the_label_row_first(site: SqlStore) -> None:
    seen = leaf()
    bad = a_finding(Finding.NOT_MET, "expired", evidence=(ref(seen),))
    put(site, a_verdict(BAD, NOW, bad, a_finding(condition="tm.2")))
    label, first, second = site.transact(lambda tx: tx.findings("s1"))
    assert (label.condition_id, label.finding, label.outcome) == ("", Finding.NOT_MET, "not_met")
    assert (first.condition_id, first.finding, first.summary) == (
        "tm.1",
        Finding.NOT_MET,
        "expired.",
    )
    assert first.evidence == (ref(seen),)
    assert (second.finding, second.looks) == (Finding.MET, 1)


def test_unknown_verdict_is_an_inconclusive_label_row(site: SqlStore) -> None:
    look(site, UNSURE, 0)
    label = site.transact(lambda tx: tx.findings("s1"))[0]
    assert (label.finding, label.outcome) == (Finding.INCONCLUSIVE, "unknown")


def test_looks_that_agree_lengthen_one_interval(site: SqlStore) -> None:
    for hours in range(5):
        look(site, MET, hours)
    assert history(site) == [Interval(Finding.MET, "x", NOW, NOW + 4 * HOUR, 5)]
    rows = "SELECT count(*) FROM finding_interval"
    assert site.transact(lambda tx: tx.connection.exec_driver_sql(rows).scalar()) == 0


def test_another_outcome_starts_an_interval_though_the_finding_stays(site: SqlStore) -> None:
    look(site, MET, 0, "a")
    look(site, MET, 1, "b")
    assert [(i.outcome, i.first_at, i.last_at) for i in history(site)] == [
        ("a", NOW, NOW),
        ("b", NOW + HOUR, NOW + HOUR),
    ]
    assert len(history(site, "")) == 1


def test_a_gap_in_looking_closes_the_interval(site: SqlStore) -> None:
    look(site, MET, 0)
    look(site, MET, 3)
    look(site, MET, 6.001)
    assert [(i.first_at, i.last_at, i.looks) for i in history(site)] == [
        (NOW, NOW + GAP, 2),
        (NOW + 6.001 * HOUR, NOW + 6.001 * HOUR, 1),
    ]


def test_condition_that_left_the_label_is_no_longer_current(site: SqlStore) -> None:
    put(site, a_verdict(MET, NOW, a_finding(), a_finding(condition="tm.2")))
    put(site, a_verdict(MET, NOW + HOUR, a_finding()))
    assert [f.condition_id for f in site.transact(lambda tx: tx.findings("s1"))] == ["", "tm.1"]
    assert history(site, "tm.2") == [Interval(Finding.MET, "fine", NOW, NOW, 1)]
    put(site, a_verdict(MET, NOW + 2 * HOUR, a_finding(), a_finding(condition="tm.2")))
    assert [i.first_at for i in history(site, "tm.2")] == [NOW, NOW + 2 * HOUR]


def test_newly_not_met_counts_sites_that_turned_since(site: SqlStore) -> None:
    look(site, MET, 0)
    look(site, BAD, 1)
    look(site, MET, 2)
    look(site, BAD, 2.5)
    look(site, BAD, 1, site="s2")
    look(site, UNSURE, 1, site="s3")

    def count(hours: float) -> int:
        return site.transact(lambda tx: tx.newly_not_met(NOW + hours * HOUR))

    assert (count(0), count(1), count(2), count(3)) == (2, 2, 1, 0)


def test_a_gap_in_looking_is_not_a_new_turn(site: SqlStore) -> None:
    look(site, BAD, 0)
    look(site, BAD, 10)
    assert len(history(site)) == 2
    assert site.transact(lambda tx: tx.newly_not_met(NOW + HOUR)) == 0


def test_prune_forgets_old_intervals_and_the_evidence_only_they_held(site: SqlStore) -> None:
    seen = leaf(body=b"x" * 999)
    bad = a_finding(Finding.NOT_MET, "expired", evidence=(ref(seen),))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(seen)))
    put(site, a_verdict(BAD, NOW, bad))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf("b"))))
    look(site, MET, 1)
    early = site.transact(lambda tx: tx.prune(NOW + 10 * HOUR, 11 * HOUR))
    assert (early.intervals, early.evidence, early.blobs) == (0, 0, 0)
    assert site.transact(lambda tx: tx.body(seen.sha256)) == seen.body
    late = site.transact(lambda tx: tx.prune(NOW + 10 * HOUR, 9 * HOUR))
    assert (late.intervals, late.evidence, late.blobs) == (2, 1, 2)
    assert late.freed_bytes > 0
    assert site.transact(lambda tx: tx.body(seen.sha256)) is None
    assert [i.finding for i in history(site)] == [Finding.MET]
    look(site, BAD, 2)
    assert [i.finding for i in history(site)] == [Finding.MET, Finding.NOT_MET]


STEPS = st.lists(
    st.tuples(st.sampled_from(Verdict), st.integers(1, 400), st.sampled_from("ab")),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_intervals_say_exactly_what_was_seen(
    steps: list[tuple[Verdict, int, str]], sqlite_template: Path, tmp_path: Path
) -> None:
    file = tmp_path / "store.db"
    shutil.copyfile(sqlite_template, file)
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    store = SqlStore(f"sqlite:///{file}", facts_types=FACTS)
    try:
        fill(store)
        expected: list[Interval] = []
        minutes = 0
        for word, pause, outcome in steps:
            minutes += pause
            at = NOW + timedelta(minutes=minutes)
            look(store, word, minutes / 60, outcome)
            last = expected[-1] if expected else None
            same = last and (last.finding, last.outcome) == (_FINDING[word], outcome)
            if last and same and at - last.last_at <= GAP:
                expected[-1] = Interval(
                    last.finding, last.outcome, last.first_at, at, last.looks + 1
                )
            else:
                expected.append(Interval(_FINDING[word], outcome, at, at, 1))
        assert history(store) == expected
        assert sum(i.looks for i in history(store, "")) == len(steps)
    finally:
        store.close()


def test_labels_no_longer_held_are_closed_and_their_history_stays(site: SqlStore) -> None:
    seen = leaf()
    bad = a_finding(Finding.NOT_MET, "expired", evidence=(ref(seen),))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(seen)))
    put(site, a_verdict(BAD, NOW, bad))
    for label_id in ("tm", "tm!member", "tmx"):
        row = Unassessed("s1", label_id, NOW)
        site.transact(partial(SqlTx.put_unassessed, row=row))
    assert site.transact(lambda tx: tx.retire_verdicts({"s1": {"tm", "be"}, "s2": ()})) == 0
    assert site.transact(lambda tx: tx.retire_verdicts({})) == 0
    assert len(site.transact(lambda tx: tx.findings("s1"))) == 2
    assert site.transact(lambda tx: tx.retire_verdicts({"s1": ("be",)})) == 1
    assert site.transact(lambda tx: tx.findings("s1")) == []
    assert [row.outcome for row in history(site)] == ["expired"]
    assert set(site.transact(lambda tx: tx.unassessed("s1"))) == {"tmx"}
    assert site.transact(lambda tx: tx.fleet(NOW)).sites == {}
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf("b"))))
    assert site.transact(lambda tx: tx.body(seen.sha256)) is not None
    put(site, a_verdict(MET, NOW + HOUR, a_finding()))
    assert [row.outcome for row in history(site)] == ["expired", "fine"]
