"""Procedures, owners, seal rights, duties and what was said once; on both databases."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.attestation import Attestation
from monitor.domain.obligation import ObligationRow, ObligationState
from monitor.domain.procedure import Procedure, ProcedureKind
from monitor.services.records import MemberLink, ProcedureStep
from monitor.services.tx_procedures import AlreadyRunsError
from scanners.api import ScanKind
from tests.contract.store_world import FACTS, HOUR, NOW, a_member, a_scan, fill, leaf

DAY = timedelta(days=1)
FULL = Procedure(
    procedure_id="KP-2026-000001",
    kind=ProcedureKind.APPLICATION,
    site_id="s1",
    member_id="m1",
    label_id="tm",
    country="BE",
    state="audited",
    opened_at=NOW,
    changed_at=NOW + HOUR,
    due_at=NOW + 2 * HOUR,
    waiting_since=NOW + HOUR,
    waited=timedelta(days=3, microseconds=7),
    stage=1,
    postponements=2,
    parts={"route": "short", "é": "“ja”"},
)


@pytest.fixture
def site(store: SqlStore) -> SqlStore:
    fill(store, 2)
    return store


def test_a_procedure_comes_back_as_it_was_with_its_history(site: SqlStore) -> None:
    first = ProcedureStep(NOW, "ann", "opened", "", "received", "staff", {"a": "b"})
    second = ProcedureStep(NOW + HOUR, "bob", "audited", "received", "audited")
    site.transact(lambda tx: tx.put_procedure(replace(FULL, state="received"), first))
    site.transact(lambda tx: tx.put_procedure(FULL, second))
    site.transact(lambda tx: tx.put_procedure(FULL))
    assert site.transact(lambda tx: tx.procedure("KP-2026-000001")) == FULL
    assert site.transact(lambda tx: tx.procedure_log("KP-2026-000001")) == [first, second]
    assert site.transact(lambda tx: tx.procedure("KP-2026-000002")) is None
    assert site.transact(lambda tx: tx.procedure_log("KP-2026-000002")) == []


def test_procedures_are_listed_newest_first_by_site_kind_and_whether_they_run(
    site: SqlStore,
) -> None:
    later = replace(
        FULL, procedure_id="KP-2", kind=ProcedureKind.ENDING, opened_at=NOW + HOUR, closed_at=NOW,
        due_at=None, waiting_since=None,
    )  # fmt: skip
    other = replace(FULL, procedure_id="KP-3", site_id="s2", opened_at=NOW - HOUR)
    for one in (FULL, later, other):
        site.transact(lambda tx: tx.put_procedure(one))  # noqa: B023 - called at once
    assert site.transact(lambda tx: tx.procedures()) == [later, FULL, other]
    assert site.transact(lambda tx: tx.procedures("s1")) == [later, FULL]
    assert site.transact(lambda tx: tx.procedures("s1", active_only=True)) == [FULL]
    assert site.transact(lambda tx: tx.procedures(None, ProcedureKind.ENDING)) == [later]


def test_numbers_of_procedures_are_never_given_twice_and_begin_anew_each_year(
    store: SqlStore,
) -> None:
    given = [store.transact(lambda tx: tx.next_procedure_id(NOW)) for _ in range(2)]
    given.append(store.transact(lambda tx: tx.next_procedure_id(NOW + 90 * DAY)))
    assert given == ["KP-2026-000001", "KP-2026-000002", "KP-2027-000001"]


def test_the_owners_of_a_site_follow_each_other_without_a_gap(site: SqlStore) -> None:
    site.transact(lambda tx: tx.put_members([a_member(2), a_member(3)]))
    assert site.transact(lambda tx: tx.links("s1")) == []
    site.transact(lambda tx: tx.put_link("s1", "m2", date(2026, 4, 1)))
    site.transact(lambda tx: tx.put_link("s1", "m3", date(2026, 6, 1)))
    assert site.transact(lambda tx: tx.links("s1")) == [
        MemberLink("m1", None, date(2026, 3, 31)),
        MemberLink("m2", date(2026, 4, 1), date(2026, 5, 31)),
        MemberLink("m3", date(2026, 6, 1), None),
    ]
    assert site.transact(lambda tx: tx.links("s2")) == []


def test_a_seal_right_runs_until_it_ends_and_its_history_stays(site: SqlStore) -> None:
    day = date(2026, 4, 1)
    site.transact(lambda tx: tx.grant_seal("s1", "tm", "shop1.example", day))
    site.transact(lambda tx: tx.grant_seal("s1", "tm", "shop1.example", day + DAY))
    site.transact(lambda tx: tx.end_seal("s1", "tm", day + 9 * DAY))
    site.transact(lambda tx: tx.grant_seal("s1", "tm", "shop1.example", day + 20 * DAY))
    assert site.transact(lambda tx: tx.seals("s1")) == [
        ("tm", "shop1.example", day, day + 9 * DAY),
        ("tm", "shop1.example", day + 20 * DAY, None),
    ]


def test_what_was_said_is_remembered_once(store: SqlStore) -> None:
    said = [store.transact(lambda tx: tx.remember("renewal:s1", "60", NOW)) for _ in range(2)]
    assert said == [True, False]
    assert store.transact(lambda tx: tx.remember("renewal:s1", "30", NOW))


def test_many_are_remembered_at_once_and_only_the_new_ones_come_back(store: SqlStore) -> None:
    pairs = [(f"missing:s{number}:m", "tz-1.1") for number in range(1_200)]
    store.transact(lambda tx: tx.remember(*pairs[7], NOW))
    fresh = store.transact(lambda tx: tx.remember_all(pairs, NOW))
    assert fresh == set(pairs) - {pairs[7]}
    assert store.transact(lambda tx: tx.remember_all(pairs, NOW)) == set()
    subjects = [subject for subject, _ in pairs[:3]]
    assert store.transact(lambda tx: tx.said([*subjects, "other"])) == set(pairs[:3])


def test_duties_and_what_fulfilled_them(site: SqlStore) -> None:
    row = ObligationRow("s1", "tm", "owasp", ObligationState.WARN, NOW, NOW)
    site.transact(lambda tx: tx.put_obligation(row))
    changed = replace(row, state=ObligationState.OK, since=NOW + HOUR)
    site.transact(lambda tx: tx.put_obligation(changed))
    key = ("s1", "tm", "owasp")
    assert site.transact(lambda tx: tx.obligation_rows()) == {key: changed}
    for at in (NOW + HOUR, NOW, NOW):
        site.transact(lambda tx: tx.note_done(*key, at))  # noqa: B023 - called at once
    assert site.transact(lambda tx: tx.done()) == {key: [NOW, NOW + HOUR]}
    assert site.transact(lambda tx: tx.done("s2")) == {}


def test_documents_that_wait_expire_and_are_void(site: SqlStore) -> None:
    def put(condition: str, until: date, **more: object) -> Attestation:
        base = Attestation("s1", condition, until, "ann", NOW, role="staff", note="é")
        made = replace(base, **more)  # type: ignore[arg-type]
        site.transact(lambda tx: tx.put_attestation(made))
        return made

    day = date(2026, 12, 1)
    good = put("tm.1", day)
    put("tm.2", day + 90 * DAY)
    put("tm.3", day, accepted=False)
    put("tm.4", day)
    waits = put("tm.4", day, under_review=True, meanwhile=day, recorded_at=NOW + HOUR)
    assert site.transact(lambda tx: tx.expiring_attestations(day + 60 * DAY)) == [good]
    assert site.transact(lambda tx: tx.attestations("s1"))["tm.4"] == waits
    assert site.transact(lambda tx: tx.void_attestations("s1", NOW)) == 5
    assert site.transact(lambda tx: tx.void_attestations("s1", NOW)) == 0
    assert site.transact(lambda tx: tx.attestations("s1")) == {}
    assert site.transact(lambda tx: tx.expiring_attestations(day)) == []
    assert len(site.transact(lambda tx: tx.attestation_log("s1"))) == 5


def test_baselines_are_forgotten_with_what_only_they_held(site: SqlStore) -> None:
    old, new = leaf("old", b"old body"), leaf("new", b"new body")
    site.transact(lambda tx: tx.save_scan("s1", a_scan(old, kind=ScanKind.DRIFT)))
    site.transact(lambda tx: tx.propose_baseline("s1", (old,), NOW))
    site.transact(lambda tx: tx.accept_baseline("s1", (old,), NOW, "ann"))
    site.transact(lambda tx: tx.propose_baseline("s1", (new,), NOW))
    site.transact(lambda tx: tx.drop_baselines("s1"))
    assert site.transact(lambda tx: tx.baseline("s1")) is None
    assert site.transact(lambda tx: tx.proposed_baseline("s1")) is None
    assert site.transact(lambda tx: tx.body(old.sha256)) == b"old body"
    assert site.transact(lambda tx: tx.body(new.sha256)) is None


def test_two_of_a_kind_never_run_at_once_and_the_transaction_goes_on(site: SqlStore) -> None:
    site.transact(lambda tx: tx.put_procedure(FULL))
    second = replace(FULL, procedure_id="KP-2026-000002")

    def work(tx: SqlTx) -> str:
        with pytest.raises(AlreadyRunsError, match="s1 has a running application already: KP-"):
            tx.put_procedure(second)
        tx.put_procedure(replace(second, label_id="be"))
        tx.put_procedure(replace(second, procedure_id="KP-3", site_id="s2"))
        tx.put_procedure(replace(second, procedure_id="KP-4", kind=ProcedureKind.AUDIT))
        return "went on"

    assert site.transact(work) == "went on"
    assert len(site.transact(lambda tx: tx.procedures())) == 4
    over = replace(FULL, closed_at=NOW, due_at=None, waiting_since=None)
    site.transact(lambda tx: tx.put_procedure(over))
    site.transact(lambda tx: tx.put_procedure(replace(second, procedure_id="KP-5")))
    with pytest.raises(AlreadyRunsError, match="KP-5"):
        site.transact(lambda tx: tx.put_procedure(FULL))


def test_a_procedure_of_a_site_that_is_not_there_is_a_fault_of_ours(site: SqlStore) -> None:
    with pytest.raises(IntegrityError):
        site.transact(lambda tx: tx.put_procedure(replace(FULL, site_id="gone")))


def test_of_two_connections_that_begin_at_once_one_is_refused(
    site: SqlStore, store_url: str
) -> None:
    other = SqlStore(store_url, facts_types=FACTS)
    begun = threading.Event()

    def first(tx: SqlTx) -> None:
        tx.put_procedure(FULL)
        begun.set()
        # Long enough for the other to come before the commit.
        time.sleep(0.3)

    try:
        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(site.transact, first)
            assert begun.wait(5)
            with pytest.raises(AlreadyRunsError, match="has a running application already"):
                other.transact(lambda tx: tx.put_procedure(replace(FULL, procedure_id="KP-2")))
            running.result(5)
        assert [p.procedure_id for p in other.transact(lambda tx: tx.procedures())] == [
            FULL.procedure_id
        ]
    finally:
        other.close()


def test_documents_that_wait_are_the_newest_of_their_condition(site: SqlStore) -> None:
    waits = Attestation("s1", "tz-1.1", NOW.date(), "ann", NOW, accepted=False, under_review=True)
    over = replace(waits, condition_id="tz-1.2")
    void = replace(waits, site_id="s2")

    def put(tx: SqlTx) -> None:
        tx.put_attestation(replace(waits, recorded_at=NOW - HOUR))
        tx.put_attestation(void)
        tx.void_attestations("s2", NOW)
        tx.put_attestation(waits)
        tx.put_attestation(over)
        tx.put_attestation(replace(over, under_review=False, recorded_at=NOW + HOUR))

    site.transact(put)
    assert site.transact(lambda tx: tx.undecided_attestations()) == [waits]
