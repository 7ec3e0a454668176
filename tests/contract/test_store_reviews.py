"""What people decided, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.review import Review, ReviewRole
from monitor.domain.verdict import Verdict
from monitor.domain.waiver import Waiver
from tests.contract.store_world import HOUR, NOW, a_finding, a_scan, a_verdict, fill, leaf, ref

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def site(store: SqlStore) -> SqlStore:
    fill(store, 3)
    return store


def a_review(condition: str = "tm.1", **more: Any) -> Review:
    made = Review(
        site_id="s1", member_id="m1", condition_id=condition, outcome="x", fingerprint="f" * 64,
        decision=Finding.MET, role=ReviewRole.AUDITOR, reviewer="Ána", reason="Read \x00 it",
        at=NOW, until=date(2027, 11, 3), summary="Seen.", evidence=(ref(leaf()),),
    )  # fmt: skip
    return replace(made, **more)


def a_waiver(condition: str = "tm.1", **more: Any) -> Waiver:
    made = Waiver("s1", "m1", condition, "Olga", "Why", TODAY, TODAY + DAY, "Rita", NOW)
    return replace(made, **more)


def test_a_decision_comes_back_as_it_was_and_the_newest_is_the_pin(site: SqlStore) -> None:
    first, second = a_review(), a_review(decision=Finding.NOT_MET, role=ReviewRole.LEGAL)
    for one in (first, second, a_review("tm.2"), a_review(site_id="s2")):
        site.transact(partial(SqlTx.add_review, one=one))
    expected = replace(second, reason="Read \ufffd it")
    assert site.transact(lambda tx: tx.reviews("s1", "tm.1"))[0] == expected
    assert len(site.transact(lambda tx: tx.reviews("s1"))) == 3
    pins = site.transact(lambda tx: tx.pins("s1"))
    assert (list(pins), pins["tm.1"]) == (["tm.1", "tm.2"], expected)
    assert site.transact(lambda tx: tx.pins("s3")) == {}


def test_the_evidence_of_a_decision_stays(site: SqlStore) -> None:
    old, new = leaf("a", b"body a" * 50), leaf("b", b"body b" * 50)
    site.transact(lambda tx: tx.save_scan("s1", a_scan(old)))
    site.transact(lambda tx: tx.add_review(a_review(evidence=(ref(old),))))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(new)))
    site.transact(lambda tx: tx.prune(NOW + 1000 * DAY, DAY))
    assert site.transact(lambda tx: tx.body(old.sha256)) == old.body


def put(store: SqlStore, site_id: str, hours: int, *findings: ConditionFinding) -> None:
    verdict = a_verdict(Verdict.UNKNOWN, NOW + hours * HOUR, *findings, site=site_id)
    store.transact(lambda tx: tx.put_verdict(verdict, HOUR))


def test_what_waits_comes_oldest_first_and_can_be_narrowed(site: SqlStore) -> None:
    candidate = replace(a_finding(Finding.NOT_MET, "odd"), review=True, fragment="f" * 64)
    behind_a_case = replace(a_finding(Finding.NOT_MET, condition="tm.2"), waits=True)
    put(site, "s1", 1, candidate)
    put(site, "s2", 0, behind_a_case, a_finding(Finding.NOT_MET))

    def waiting(**wanted: Any) -> list[tuple[str, str]]:
        rows = site.transact(lambda tx: tx.waiting(**wanted))
        assert all(row.waits for row in rows)
        return [(row.site_id, row.condition_id) for row in rows]

    assert waiting() == [("s2", "tm.2"), ("s1", "tm.1")]
    assert waiting(site_id="s1") == [("s1", "tm.1")]
    assert waiting(condition_id="tm.2", label_id="tm") == [("s2", "tm.2")]
    assert waiting(label_id="be") == []
    assert site.transact(lambda tx: tx.waiting(limit=1))[0].site_id == "s2"
    assert site.transact(lambda tx: tx.waiting(site_id="s1"))[0].fragment == "f" * 64
    put(site, "s1", 2, replace(candidate, review=False, decided_by="legal", note="Decided."))
    assert waiting(site_id="s1") == []
    row = site.transact(lambda tx: tx.findings("s1"))[1]
    assert (row.decided_by, row.note) == ("legal", "Decided.")


def test_what_nobody_decided_is_found_by_condition(site: SqlStore) -> None:
    never = replace(a_finding(Finding.INCONCLUSIVE), counts=False)
    for number, one in enumerate((
        never, replace(never, counts=True), replace(never, review=True),
        replace(never, finding=Finding.MET),
    )):  # fmt: skip
        put(site, "s1" if number == 0 else "s2", number, replace(one, condition_id=f"tm.{number}"))
    ids = [f"tm.{n}" for n in range(600)]
    found = site.transact(lambda tx: tx.undecided(ids))
    assert [(row.site_id, row.condition_id) for row in found] == [("s1", "tm.0")]
    assert site.transact(lambda tx: tx.undecided(ids, site_id="s2")) == []
    assert len(site.transact(lambda tx: tx.undecided(ids, label_id="tm"))) == 1
    assert site.transact(lambda tx: tx.undecided([])) == []


def test_an_exception_runs_until_it_is_ended(site: SqlStore) -> None:
    number = site.transact(lambda tx: tx.add_waiver(a_waiver()))
    later = site.transact(lambda tx: tx.add_waiver(a_waiver("tm.2", starts=TODAY + DAY)))
    assert site.transact(lambda tx: tx.waivers("s1"))[0] == a_waiver(number=number)
    assert list(site.transact(lambda tx: tx.waivers_in_force("s1"))) == ["tm.1", "tm.2"]

    def due(days: int) -> list[int]:
        return [one.number for one in site.transact(lambda tx: tx.waivers_due(TODAY + days * DAY))]

    assert (due(0), due(1), due(2)) == ([number], [number, later], [number, later])
    site.transact(lambda tx: tx.begin_waiver(number, NOW))
    assert (due(0), due(1), due(2)) == ([], [later], [number, later])
    site.transact(lambda tx: tx.end_waiver(number, NOW, "Rita"))
    site.transact(lambda tx: tx.end_waiver(number, NOW + HOUR, "another"))
    (ended,) = [w for w in site.transact(lambda tx: tx.waivers(ended=True)) if w.number == number]
    assert (ended.begun_at, ended.ended_at, ended.ended_by) == (NOW, NOW, "Rita")
    assert [one.number for one in site.transact(lambda tx: tx.waivers())] == [later]
    assert site.transact(lambda tx: tx.waivers_in_force("s2")) == {}


def test_a_condition_has_one_running_exception_at_most(site: SqlStore) -> None:
    first = site.transact(lambda tx: tx.add_waiver(a_waiver()))
    with pytest.raises(IntegrityError):
        site.transact(lambda tx: tx.add_waiver(a_waiver()))
    site.transact(lambda tx: tx.end_waiver(first, NOW, ""))
    assert site.transact(lambda tx: SqlTx.add_waiver(tx, a_waiver())) > first
