"""Cases and rows of not knowing, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.store import SqlStore
from monitor.domain.case import Case, CaseState
from monitor.domain.finding import Severity
from monitor.domain.unassessed import Unassessed
from tests.contract.store_world import HOUR, NOW, a_scan, each, fill, leaf, ref


@pytest.fixture
def site(store: SqlStore) -> SqlStore:
    fill(store, 2)
    return store


def a_case(number: int = 1, condition: str = "tm.1", at: datetime = NOW) -> Case:
    return Case(
        case_id=f"KW-2026-{number:06d}",
        site_id="s1",
        condition_id=condition,
        labels=("tm", "be"),
        state=CaseState.NOTIFIED,
        severity=Severity.HIGH,
        remedy="R14",
        confirm="C2",
        outcome="expired",
        suspected_at=at,
        observations=(NOW, NOW + HOUR),
        good=(NOW + 2 * HOUR,),
        opened_at=NOW + HOUR,
        notified_at=NOW + 2 * HOUR,
        due_at=NOW + 300 * HOUR,
        postponements=1,
        reminders=2,
        silence_told=True,
        worse=3,
    )


def test_case_numbers_go_up_and_start_again_each_year(store: SqlStore) -> None:
    eve = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    new_year_here = datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    ids = [
        store.transact(lambda tx: tx.next_case_id(eve)),
        store.transact(lambda tx: tx.next_case_id(new_year_here)),
        store.transact(lambda tx: tx.next_case_id(eve + HOUR)),
    ]
    assert ids == ["KW-2026-000001", "KW-2026-000002", "KW-2027-000001"]


def test_case_comes_back_as_it_was_put(site: SqlStore) -> None:
    site.transact(lambda tx: tx.put_case(a_case(), None))
    assert site.transact(lambda tx: tx.case("KW-2026-000001")) == a_case()
    assert site.transact(lambda tx: tx.case("KW-2026-000002")) is None


def test_a_case_carries_its_words_and_keeps_its_evidence_stored(site: SqlStore) -> None:
    seen = leaf(body=b"expired")
    case = replace(
        a_case(), evidence=(ref(seen),), summary="ran out \x1b[31m", values={"host": "s1.example"}
    )
    site.transact(lambda tx: tx.save_scan("s1", a_scan(seen)))
    site.transact(lambda tx: tx.put_case(case, NOW))
    moved = replace(case, state=CaseState.OVERDUE)
    site.transact(lambda tx: tx.put_case(moved, None))
    site.transact(lambda tx: tx.save_scan("s1", a_scan()))
    site.transact(lambda tx: tx.prune(NOW + HOUR, timedelta(0)))
    assert site.transact(lambda tx: tx.case(moved.case_id)) == moved
    assert site.transact(lambda tx: tx.body(seen.sha256)) == b"expired"


def test_second_active_case_of_a_condition_is_refused(site: SqlStore) -> None:
    site.transact(lambda tx: tx.put_case(a_case(), None))
    with pytest.raises(IntegrityError):
        site.transact(lambda tx: tx.put_case(a_case(2), None))
    closed = replace(a_case(), state=CaseState.REMEDIED, closed_at=NOW)
    site.transact(
        each(lambda tx: tx.put_case(closed, None), lambda tx: tx.put_case(a_case(2), None))
    )
    assert site.transact(lambda tx: tx.active_cases("s1")) == {"tm.1": a_case(2)}


def test_cases_are_listed_newest_suspicion_first(site: SqlStore) -> None:
    older, newer = a_case(1), a_case(2, "tm.2", NOW + HOUR)
    closed = replace(a_case(3, "tm.3", NOW - HOUR), state=CaseState.REMEDIED)
    for case in (closed, older, newer):
        site.transact(lambda tx: tx.put_case(case, None))  # noqa: B023 - called at once
    assert site.transact(lambda tx: tx.cases()) == [newer, older, closed]
    assert site.transact(lambda tx: tx.cases("s1", active_only=True)) == [newer, older]
    assert site.transact(lambda tx: tx.cases("s2")) == []


def test_cases_wake_when_their_time_has_come_earliest_first(site: SqlStore) -> None:
    late, early, asleep = a_case(1, "a"), a_case(2, "b"), a_case(3, "c")
    closed = replace(a_case(4, "d"), state=CaseState.REMEDIED)
    for case, wake in ((late, NOW), (early, NOW - HOUR), (asleep, NOW + HOUR), (closed, NOW)):
        site.transact(lambda tx: tx.put_case(case, wake))  # noqa: B023 - called at once
    assert site.transact(lambda tx: tx.waking_cases(NOW, 10)) == [early, late]
    assert site.transact(lambda tx: tx.waking_cases(NOW, 1)) == [early]


def test_unassessed_row_is_replaced_and_forgotten(site: SqlStore) -> None:
    row = Unassessed("s1", "tm", NOW, 2, NOW + HOUR)
    site.transact(lambda tx: tx.put_unassessed(replace(row, count=1, ticket_at=None)))
    site.transact(lambda tx: tx.put_unassessed(row))
    assert site.transact(lambda tx: tx.unassessed("s1")) == {"tm": row}
    site.transact(lambda tx: tx.clear_unassessed("s1", "be"))
    assert site.transact(lambda tx: tx.unassessed("s1")) == {"tm": row}
    site.transact(lambda tx: tx.clear_unassessed("s1", "tm"))
    assert site.transact(lambda tx: tx.unassessed("s1")) == {}
