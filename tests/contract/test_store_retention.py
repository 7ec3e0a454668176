"""What is years old goes in bounded batches; what is still needed stays; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.adapters.store.retention import MARKS_KEPT, Dropped
from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.alert import Alert
from monitor.domain.case import Case, CaseState
from monitor.domain.finding import Finding, Severity
from monitor.domain.unassessed import Unassessed
from monitor.domain.verdict import Verdict
from monitor.services.records import AuditEntry, ProcedureStep
from tests.contract.store_world import (
    HOUR,
    LEASE,
    NOW,
    a_finding,
    a_scan,
    a_verdict,
    an_alert,
    fill,
    leaf,
    ref,
)
from tests.contract.test_store_procedures import FULL

DAY = timedelta(days=1)
KEEP, KEEP_AUDIT = 730 * DAY, 3650 * DAY
OLD = NOW - KEEP - HOUR
NOTHING = Dropped(0, 0, 0, 0, 0, 0)
CLOSED = replace(FULL, closed_at=OLD, due_at=None, waiting_since=None)
CASE = Case("KW-2020-000001", "s1", "tm.1", ("tm",), CaseState.REMEDIED, Severity.HIGH, "R14", "C0",
            "absent", OLD - 30 * DAY, closed_at=OLD)  # fmt: skip


@pytest.fixture
def site(store: SqlStore) -> SqlStore:
    fill(store, 2)
    return store


def prune(store: SqlStore, batch: int = 1_000) -> Dropped:
    return store.transact(lambda tx: tx.prune_records(NOW, KEEP, KEEP_AUDIT, batch))


def sent(tx: SqlTx, alert: Alert) -> None:
    tx.add_alert(alert)
    for outgoing in tx.claim_alerts(alert.created_at, 50, LEASE, "mailer"):
        tx.mark_sent(outgoing, alert.created_at, "250 ok")


def threads(store: SqlStore) -> set[str]:
    return {row.thread for row in store.transact(lambda tx: tx.alerts(limit=100))}


def test_nothing_young_goes(site: SqlStore) -> None:
    def young(tx: SqlTx) -> None:
        tx.remember("renewal:s1:x:2024", "60", NOW - KEEP)
        tx.note_done("s1", "tm", "owasp", NOW - KEEP)
        tx.put_procedure(replace(CLOSED, closed_at=NOW - KEEP),
                         ProcedureStep(OLD, "ann", "opened", "", "received"))  # fmt: skip
        tx.put_case(replace(CASE, closed_at=NOW - KEEP), None)
        sent(tx, replace(an_alert(), created_at=NOW - KEEP))
        tx.audit(AuditEntry(NOW - KEEP_AUDIT, "ann", "site_put", "s1"))

    site.transact(young)
    assert prune(site) == NOTHING


def test_what_was_said_once_goes_but_not_of_what_is_still_missing(site: SqlStore) -> None:
    missing = a_finding(Finding.NOT_MET, "missing", "tz-1.1")
    site.transact(lambda tx: tx.put_verdict(a_verdict(Verdict.NOT_MET, NOW, missing), DAY))
    said = [
        ("missing:s1:m1", "tz-1.1"), ("missing:s1:m1", "tz-1.2"), ("missing:s1:m0", "tz-1.1"),
        ("missing:s2:m1", "tz-1.1"), ("digest", "begun"), ("digest", "2020-Q1"),
        ("link:more_time:KW-1:aa:bb", "used"),
    ]  # fmt: skip
    site.transact(lambda tx: tx.remember_all(said, OLD))
    assert prune(site).said == 5
    left = site.transact(lambda tx: tx.said({subject for subject, _ in said}))
    assert left == {("missing:s1:m1", "tz-1.1"), ("digest", "begun")}


def test_the_newest_marks_of_every_duty_stay_however_old(site: SqlStore) -> None:
    def marks(tx: SqlTx) -> None:
        for number in range(MARKS_KEPT + 3):
            tx.note_done("s1", "tm", "owasp", OLD - number * DAY)
        tx.note_done("s2", "tm", "owasp", OLD - 900 * DAY)

    site.transact(marks)
    assert prune(site).marks == 3
    done = site.transact(lambda tx: tx.done())
    assert min(done["s1", "tm", "owasp"]) == OLD - (MARKS_KEPT - 1) * DAY
    assert done["s2", "tm", "owasp"] == [OLD - 900 * DAY]


def test_the_history_of_a_procedure_goes_when_it_is_long_over_and_the_procedure_stays(
    site: SqlStore,
) -> None:
    running = replace(FULL, procedure_id="KP-2", opened_at=OLD, site_id="s2")
    step = ProcedureStep(OLD, "ann", "opened", "", "received")
    site.transact(lambda tx: tx.put_procedure(CLOSED, step))
    site.transact(lambda tx: tx.put_procedure(running, step))
    assert prune(site).steps == 1
    assert site.transact(lambda tx: tx.procedure_log(CLOSED.procedure_id)) == []
    assert site.transact(lambda tx: tx.procedure(CLOSED.procedure_id)) == CLOSED
    assert site.transact(lambda tx: tx.procedure_log("KP-2")) == [step]


def test_mail_goes_but_not_of_what_is_open_or_waits(site: SqlStore) -> None:
    def mail(tx: SqlTx) -> None:
        tx.put_case(
            replace(CASE, case_id="KW-open", state=CaseState.NOTIFIED, closed_at=None), None
        )
        tx.put_procedure(replace(FULL, procedure_id="KP-open", opened_at=OLD))
        tx.put_procedure(replace(CLOSED, procedure_id="KP-over"))
        tx.put_unassessed(Unassessed("s2", "tm", OLD, 3))
        for thread, where in (("KW-gone", "s1"), ("KW-open", "s1"), ("KP-open", "s1"),
                              ("KP-over", "s1"), ("unknown:s2", "s2")):  # fmt: skip
            one = replace(an_alert(thread), created_at=OLD, site_id=where, case_id=None)
            sent(tx, one)
        of_case = replace(an_alert("ops:undelivered"), case_id="KW-open", created_at=OLD)
        sent(tx, of_case)
        tx.add_alert(replace(an_alert("waits"), created_at=OLD, case_id=None))

    site.transact(mail)
    assert prune(site).alerts == 2
    assert threads(site) == {"KW-open", "KP-open", "unknown:s2", "ops:undelivered", "waits"}


def test_a_closed_case_goes_with_its_hold_on_evidence_and_an_open_one_stays(
    site: SqlStore,
) -> None:
    proof = leaf("proof", b"body")
    open_case = replace(CASE, case_id="KW-open", condition_id="tm.2", state=CaseState.OVERDUE,
                        closed_at=None)  # fmt: skip
    site.transact(lambda tx: tx.save_scan("s1", a_scan(proof)))
    site.transact(lambda tx: tx.put_case(replace(CASE, evidence=(ref(proof),)), None))
    site.transact(lambda tx: tx.put_case(open_case, None))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf("other"))))
    assert site.transact(lambda tx: tx.prune(NOW, KEEP)).evidence == 0
    assert prune(site).cases == 1
    assert [case.case_id for case in site.transact(lambda tx: tx.cases())] == ["KW-open"]
    assert site.transact(lambda tx: tx.prune(NOW, KEEP)).evidence == 1
    assert site.transact(lambda tx: tx.next_case_id(NOW)) == "KW-2026-000001"


def test_the_audit_is_kept_by_its_own_time(site: SqlStore) -> None:
    for at in (OLD, NOW - KEEP_AUDIT - HOUR, NOW):
        site.transact(lambda tx, at=at: tx.audit(AuditEntry(at, "ann", "site_put", "s1")))  # type: ignore[misc]
    assert prune(site).audit == 1
    assert [entry.at for entry in site.transact(lambda tx: tx.audit_log())] == [NOW, OLD]


def test_a_round_drops_a_batch_and_the_next_goes_on(site: SqlStore) -> None:
    def much(tx: SqlTx) -> None:
        step = ProcedureStep(OLD, "ann", "asked", "", "received")
        for number in range(5):
            at: datetime = OLD - number * DAY
            tx.remember("renewal", str(number), at)
            tx.put_procedure(replace(CLOSED, procedure_id=f"KP-{number}"), step)
            tx.put_case(replace(CASE, case_id=f"KW-{number}", condition_id=f"c{number}"), None)
            sent(tx, replace(an_alert(f"KW-{number}"), created_at=at))
            tx.audit(AuditEntry(at - KEEP_AUDIT, "ann", "site_put", "s1"))

    site.transact(much)
    rounds = [prune(site, 2) for _ in range(4)]
    assert [one.said for one in rounds] == [2, 2, 1, 0]
    assert [one.total for one in rounds] == [10, 10, 5, 0]
