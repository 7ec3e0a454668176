"""What staff ask for and what files bring in: imports, rescans, documents, baselines, waking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.adapters.store.store import SqlTx
from monitor.domain.alert import Alert, Audience, Outgoing
from monitor.domain.case import CaseState, Event, StepKind
from monitor.domain.check import PRIORITY_RESCAN
from monitor.domain.finding import Finding
from monitor.domain.member import Member
from monitor.domain.site import Site, Standing
from monitor.services.application import Application
from monitor.services.attestations import attest
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.entries import Entry
from monitor.services.members import (
    ROWS_AT_ONCE,
    ImportReport,
    Row,
    RowProblem,
    conflicts,
    put_site,
    reorder_all,
    store_rows,
    without_numbers,
)
from monitor.services.rescans import RequestError, accept_baseline, rescan
from scanners.api import ScanKind
from tests.builders import (
    DAY,
    HOUR,
    MONDAY,
    certified,
    condition,
    finding,
    label,
    member,
    site,
)
from tests.contract.services_world import (
    CADENCES,
    JUDGES,
    OFFICE,
    SHOP,
    Weekdays,
    World,
    on_page,
    open_world,
)
from tests.unit.test_assess import YEARLY

CONTENT, SEAL, DRIFT, TLS = ScanKind.CONTENT, ScanKind.SEAL, ScanKind.DRIFT, ScanKind.TLS
WIDE = label(
    on_page(confirm="C0"),
    condition("seal", uses="seal"),
    condition("tz-1.1", attestation=YEARLY),
)


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    opened = open_world(sqlite_template, tmp_path, WIDE)
    yield opened
    opened.store.close()


def row(line: int, number: int, **of: object) -> Row:
    name = f"shop{number}.example"
    owner = member(f"m-{number}", kvk=f"{number:08}")
    fields = {"legal_name": owner.legal_name, **of}
    changed = replace(owner, legal_name=str(fields["legal_name"]))
    return Row(line, Entry(site(site_id=name, member_id=owner.member_id), changed))


def actions(world: World) -> list[str]:
    return [entry.action for entry in world.do(lambda tx: tx.audit_log())]


# Imports


def test_an_import_twice_is_an_import_once(world: World) -> None:
    rows = [row(n, n) for n in range(1, 6)]

    def put(tx: SqlTx) -> ImportReport:
        return store_rows(tx, rows, world.catalogue, "anna", world.clock.now())

    first = world.do(put)
    assert first == ImportReport(added=5, stored=True)
    before = [world.rows(f"shop{n}.example") for n in range(1, 6)]
    world.after(DAY)
    second = world.do(put)
    assert second == ImportReport(unchanged=5, stored=True)
    assert [world.rows(f"shop{n}.example") for n in range(1, 6)] == before
    assert len(world.do(lambda tx: tx.sites())) == 6


def test_a_changed_member_or_site_counts_as_changed_and_keeps_its_schedule(world: World) -> None:
    world.do(lambda tx: store_rows(tx, [row(1, 1)], world.catalogue, "anna", MONDAY))
    before = world.rows("shop1.example")
    renamed = [row(1, 1, legal_name="Nieuw B.V."), row(2, 2)]
    report = world.do(
        lambda tx: store_rows(tx, renamed, world.catalogue, "anna", world.after(DAY).clock.now())
    )
    assert (report.added, report.changed, report.unchanged) == (1, 1, 0)
    stored = world.do(lambda tx: tx.member("m-1"))
    assert stored is not None
    assert stored.legal_name == "Nieuw B.V."
    assert world.rows("shop1.example") == before


def test_first_looks_of_an_import_are_spread_one_a_second(world: World) -> None:
    rows = [row(n, n) for n in range(1, 61)]
    world.do(lambda tx: store_rows(tx, rows, world.catalogue, "anna", MONDAY))
    ready = [
        (due.ready_at - MONDAY).total_seconds()
        for n in range(1, 61)
        for due in world.rows(f"shop{n}.example")
    ]
    assert min(ready) >= 0
    assert max(ready) < 60
    assert len(set(ready)) > 100


def test_a_large_import_is_written_in_parts_and_leaves_nobody_out(world: World) -> None:
    count = ROWS_AT_ONCE // 2 + 1
    rows = [row(n, n) for n in range(count)]
    world.do(lambda tx: store_rows(tx, rows, world.catalogue, "anna", MONDAY))
    for number in (0, count // 2, count - 1):
        assert {due.kind for due in world.rows(f"shop{number}.example")} == {CONTENT, SEAL}
    due = world.do(lambda tx: tx.fleet(MONDAY + DAY)).due
    assert due == {"content": count + 1, "seal": count + 1}


def test_an_import_of_nothing_is_no_trouble(world: World) -> None:
    report = world.do(lambda tx: store_rows(tx, [], world.catalogue, "anna", MONDAY))
    assert report == ImportReport(stored=True)


def test_rows_that_contradict_each_other_are_named_with_both_lines() -> None:
    rows = [row(2, 1), row(3, 1), row(5, 2), replace(row(7, 1, legal_name="X"), line=7)]
    assert conflicts(rows) == (
        RowProblem(3, "site 'shop1.example' is in line 2 already"),
        RowProblem(7, "site 'shop1.example' is in line 2 already"),
        RowProblem(7, "member 'm-1' differs from line 2"),
    )
    assert conflicts([row(1, 1), row(2, 2)]) == ()


def test_one_member_may_have_two_sites() -> None:
    first, second = row(1, 1), row(2, 2)
    shared = Row(2, Entry(replace(second.entry.site, member_id="m-1"), first.entry.member))
    assert conflicts([first, shared]) == ()


def test_members_without_numbers_are_counted() -> None:
    def entry(owner: Member) -> Entry:
        return Entry(site(), owner)

    exempt = member(kvk=None, kbo="0123456789", flags=frozenset({"vat_exempt"}))
    nothing, full = member(kvk=None), member(vat="NL004495445B01")
    assert without_numbers([entry(exempt), entry(nothing), entry(full)]) == {
        "register number": 1,
        "VAT number": 1,
    }


def test_a_site_that_lost_a_label_loses_the_checks_of_that_label(world: World) -> None:
    def standing(value: Standing) -> Site:
        return site(certified(standing=value))

    assert {r.kind for r in world.rows(SHOP)} == {CONTENT, SEAL}
    world.do(
        lambda tx: put_site(tx, standing(Standing.ENDED), member(), world.catalogue, "anna", MONDAY)
    )
    assert world.rows(SHOP) == []
    assert actions(world)[0] == "site_put"


def test_new_cadences_and_labels_reach_every_site(world: World) -> None:
    world.do(lambda tx: store_rows(tx, [row(1, 1)], world.catalogue, "anna", MONDAY))
    wider = replace(
        world.catalogue,
        labels={"mark": label(*WIDE.conditions, condition("both", uses="both"))},
        cadences={**CADENCES, CONTENT: HOUR},
    )
    before = world.due()
    world.do(lambda tx: reorder_all(tx, wider, world.after(HOUR).clock.now()))
    for name in (SHOP, "shop1.example"):
        kinds = {r.kind for r in world.rows(name)}
        assert kinds == {CONTENT, SEAL, TLS}
    assert world.due() == before


# Rescans, documents, baselines


def test_a_rescan_makes_the_named_checks_due_at_once(world: World) -> None:
    now = world.after(HOUR).clock.now()
    asked = world.do(lambda tx: rescan(tx, site(), frozenset({SEAL}), "anna", now))
    assert asked == {SEAL}
    due = world.due(SEAL)
    assert (due.ready_at, due.priority, due.requested_by) == (now, PRIORITY_RESCAN, "anna")
    assert world.due(CONTENT).requested_by == ""
    assert actions(world)[0] == "rescan_requested"


def test_a_rescan_without_kinds_is_for_all_of_them(world: World) -> None:
    asked = world.do(lambda tx: rescan(tx, site(), frozenset(), "anna", MONDAY))
    assert asked == {CONTENT, SEAL}


def test_a_rescan_never_opens_a_second_case(world: World) -> None:
    for _ in range(3):
        world.look("nothing")
        world.do(lambda tx: rescan(tx, site(), frozenset(), "anna", MONDAY))
    assert world.case().state is CaseState.OPEN
    assert [step for _, step in world.said()] == ["notice"]


def test_a_rescan_of_a_check_that_is_not_there_says_which_are(world: World) -> None:
    with pytest.raises(RequestError, match=r"no check of kind tls; it has content, seal"):
        world.do(lambda tx: rescan(tx, site(), frozenset({TLS, SEAL}), "anna", MONDAY))
    with pytest.raises(RequestError, match=r"it has none"):
        world.do(lambda tx: rescan(tx, site(site_id="x"), frozenset({TLS}), "anna", MONDAY))
    assert world.due(SEAL).requested_by == ""


def test_a_document_is_recorded_with_its_file_and_the_verdict_follows(world: World) -> None:
    until = date(2027, 1, 31)
    given = world.do(
        lambda tx: attest(tx, site(), "tz-1.1", until, "finance", b"pdf", world.catalogue, MONDAY)
    )
    digest = given.file_sha256
    assert digest is not None
    assert world.do(lambda tx: tx.body(digest)) == b"pdf"
    assert world.do(lambda tx: tx.attestations(SHOP)) == {"tz-1.1": given}
    assert world.due(CONTENT).requested_by == "finance"
    world.look("found")
    assert world.verdict(condition_id="tz-1.1").finding is Finding.MET
    assert actions(world)[0] == "attestation_recorded"


def test_an_answer_needs_no_file_and_asks_the_certificate_scan_where_there_is_one(
    sqlite_template: Path, tmp_path: Path
) -> None:
    judges = {**JUDGES, "seal": replace(JUDGES["seal"], kinds=(ScanKind.CERTIFICATE,))}
    cadences = {**CADENCES, ScanKind.CERTIFICATE: HOUR}
    world = open_world(sqlite_template, tmp_path, WIDE)
    catalogue = Catalogue({"mark": WIDE}, judges, cadences, Weekdays())
    with_certificate = replace(
        world, application=Application(catalogue, Casework(catalogue, OFFICE))
    )
    world.do(lambda tx: put_site(tx, site(), member(), catalogue, "x", MONDAY))
    given = with_certificate.do(
        lambda tx: attest(tx, site(), "tz-1.1", date.max, "anna", None, catalogue, MONDAY)
    )
    assert given.file_sha256 is None
    assert with_certificate.due(ScanKind.CERTIFICATE).requested_by == "anna"
    assert with_certificate.due(CONTENT).requested_by == ""
    world.store.close()


def test_a_document_for_what_is_not_attested_names_what_is(world: World) -> None:
    with pytest.raises(RequestError, match=r"'tz-3.1c' is not an attested .* it has tz-1.1"):
        world.do(
            lambda tx: attest(
                tx, site(), "tz-3.1c", date.max, "anna", None, world.catalogue, MONDAY
            )
        )
    bare = site(certified("gone"))
    with pytest.raises(RequestError, match="it has none"):
        world.do(
            lambda tx: attest(tx, bare, "tz-1.1", date.max, "anna", None, world.catalogue, MONDAY)
        )


def test_a_document_that_is_over_already_is_refused(world: World) -> None:
    def given(until: date) -> None:
        world.do(lambda tx: attest(tx, site(), "tz-1.1", until, "x", None, world.catalogue, MONDAY))

    with pytest.raises(RequestError, match="is past; the earliest day is"):
        given(MONDAY.date() - timedelta(days=1))
    assert world.do(lambda tx: tx.attestations(SHOP)) == {}
    given(MONDAY.date())
    assert "tz-1.1" in world.do(lambda tx: tx.attestations(SHOP))


def test_a_document_for_a_site_without_scans_is_recorded_all_the_same(world: World) -> None:
    world.do(lambda tx: tx.drop_checks([SHOP], frozenset()))
    given = world.do(
        lambda tx: attest(tx, site(), "tz-1.1", date.max, "anna", None, world.catalogue, MONDAY)
    )
    assert world.do(lambda tx: tx.attestations(SHOP)) == {"tz-1.1": given}


def test_a_baseline_is_accepted_when_there_is_a_proposal(
    sqlite_template: Path, tmp_path: Path
) -> None:
    world = open_world(sqlite_template, tmp_path, label(condition("drift", uses="title")))
    assert world.do(lambda tx: accept_baseline(tx, site(), "anna", MONDAY)) is False
    world.look("Shop", DRIFT)
    now = world.after(HOUR).clock.now()
    assert world.do(lambda tx: accept_baseline(tx, site(), "anna", now)) is True
    accepted = world.do(lambda tx: tx.baseline(SHOP))
    assert accepted is not None
    assert (accepted.accepted_by, accepted.accepted_at) == ("anna", now)
    assert world.due(DRIFT).requested_by == "anna"
    assert actions(world)[0] == "baseline_accepted"
    world.store.close()


# Cases that time, mail and staff move


def test_time_wakes_a_case_for_its_reminder_and_its_end(world: World) -> None:
    world.look("nothing").deliver()
    assert world.do(lambda tx: world.casework.wake(tx, MONDAY)) == 0
    told = []
    for _ in range(5):
        now = world.after(7 * DAY).clock.now()
        world.do(lambda tx, now=now: world.casework.wake(tx, now))  # type: ignore[misc]
        told.append([step for _, step in world.said()])
    assert told == [
        ["reminder-1"],
        ["overdue", "reminder-2", "staff-overdue"],
        [],
        ["staff-silence"],
        [],
    ]
    assert world.do(lambda tx: world.casework.wake(tx, world.clock.now())) == 0


def test_a_case_whose_condition_is_gone_from_the_files_stays_for_staff(world: World) -> None:
    world.look("nothing").deliver()
    emptied = replace(world.casework, catalogue=replace(world.catalogue, labels={}))
    now = world.after(20 * DAY).clock.now()
    assert world.do(lambda tx: emptied.wake(tx, now)) == 1
    assert world.do(lambda tx: emptied.wake(tx, now)) == 0
    assert world.case().state is CaseState.NOTIFIED
    assert world.said() == []


def test_what_staff_do_to_a_case_is_said(world: World) -> None:
    world.look("nothing").deliver()
    case = world.case()
    event = Event(StepKind.POSTPONED, 1)
    world.do(lambda tx: world.casework.say(tx, case, (event,), MONDAY))
    assert world.said() == [("anna@shop.example", "postponed-1")]


def alert_to(recipient: str, world: World) -> Outgoing:
    def take(tx: SqlTx) -> Outgoing:
        rows = tx.claim_alerts(world.clock.now(), 9, HOUR, "mailer")
        return next(r for r in rows if r.alert.recipient == recipient)

    return world.do(take)


def test_a_message_that_could_not_be_delivered_is_told_to_staff_once(world: World) -> None:
    world.look("nothing")
    outgoing = alert_to("anna@shop.example", world)
    for _ in range(2):
        world.do(lambda tx: world.casework.after_dead(tx, outgoing, "550 unknown", MONDAY))
    world.do(lambda tx: tx.mark_failed(outgoing, MONDAY, "550 unknown", None))
    (alert,) = world.deliver()
    assert (alert.recipient, alert.step) == ("labels@office.example", "undelivered-notice")
    assert alert.context["reasons"] == ["550 unknown"]
    assert alert.context["site_url"] == f"https://{SHOP}/"


def test_a_message_about_a_site_that_is_gone_is_told_with_its_id(world: World) -> None:
    world.look("nothing")
    outgoing = alert_to("anna@shop.example", world)
    strange = replace(outgoing, alert=replace(outgoing.alert, site_id="gone"))
    world.do(lambda tx: world.casework.after_dead(tx, strange, "x", MONDAY))
    rows = world.do(lambda tx: tx.alerts("gone"))
    assert [r.step for r in rows] == ["undelivered-notice"]


def test_a_staff_ticket_nobody_takes_is_told_to_operations_once_a_day(world: World) -> None:
    world.look("other")
    outgoing = alert_to("labels@office.example", world)

    def refused(at: datetime) -> list[tuple[str, str]]:
        world.do(lambda tx: world.casework.after_dead(tx, outgoing, "550 no", at))
        rows = world.do(lambda tx: tx.alerts())
        return [(r.recipient, r.step) for r in rows if r.audience is Audience.OPERATIONS]

    assert refused(MONDAY) == refused(MONDAY + HOUR) == [("ops@office.example", "undelivered")]
    assert len(refused(MONDAY + DAY)) == 2


def test_what_operations_cannot_be_told_is_told_nobody_else(world: World) -> None:
    world.look("nothing")
    outgoing = alert_to("anna@shop.example", world)
    theirs = replace(outgoing, alert=replace(outgoing.alert, audience=Audience.OPERATIONS))
    world.do(lambda tx: world.casework.after_dead(tx, theirs, "550", MONDAY))
    assert len(world.do(lambda tx: tx.alerts())) == 1


def ended(world: World) -> None:
    gone = replace(certified("mark"), standing=Standing.ENDED, since=MONDAY.date())
    world.do(lambda tx: tx.put_sites([site(gone)]))


def test_nobody_is_accused_by_a_label_they_no_longer_hold(world: World) -> None:
    world.look("nothing")
    outgoing = alert_to("anna@shop.example", world)
    assert world.do(lambda tx: world.casework.wanted(tx, outgoing))
    ended(world)
    assert not world.do(lambda tx: world.casework.wanted(tx, outgoing))
    assert world.case().state is CaseState.DECIDED
    over = replace(world.case(), state=CaseState.REMEDIED)
    world.do(lambda tx: tx.put_case(over, None))
    assert not world.do(lambda tx: world.casework.wanted(tx, outgoing))


@pytest.mark.parametrize(
    "changes",
    [
        {"step": "closing"},
        {"audience": Audience.STAFF},
        {"case_id": None},
        {"case_id": "KW-2026-999999"},
    ],
)
def test_good_news_staff_and_other_matters_are_said_all_the_same(
    world: World, changes: dict[str, object]
) -> None:
    world.look("nothing")
    outgoing = alert_to("anna@shop.example", world)
    ended(world)
    other = replace(outgoing, alert=replace(outgoing.alert, **changes))  # type: ignore[arg-type]
    assert world.do(lambda tx: world.casework.wanted(tx, other))


def test_cases_of_labels_that_ended_are_put_in_the_hands_of_staff(world: World) -> None:
    world.look("nothing")
    assert world.do(world.casework.settle) == 0
    ended(world)
    assert world.do(world.casework.settle) == 1
    assert world.do(world.casework.settle) == 0
    assert world.case().state is CaseState.DECIDED
    assert world.deliver() == []


def test_a_case_of_the_same_number_after_a_restore_has_messages_of_its_own(
    sqlite_template: Path, tmp_path: Path
) -> None:
    ids = []
    for name, later in (("one", 0 * DAY), ("two", DAY)):
        (tmp_path / name).mkdir()
        world = open_world(sqlite_template, tmp_path / name, WIDE)
        world.after(later).look("nothing")
        (alert,) = world.deliver()
        assert (alert.thread, alert.step) == ("KW-2026-000001", "notice")
        ids.append(alert.alert_id)
        (row,) = world.do(lambda tx: tx.alerts())
        assert row.alert_id == alert.alert_id
        world.store.close()
    assert ids[0] != ids[1]


def test_only_the_members_notice_starts_the_term(world: World) -> None:
    world.look("nothing")
    outgoing = alert_to("anna@shop.example", world)
    others: list[Alert] = [
        replace(outgoing.alert, step="reminder-1"),
        replace(outgoing.alert, case_id=None),
        replace(outgoing.alert, case_id="KW-2026-999999"),
    ]
    for alert in others:
        moved = replace(outgoing, alert=alert)
        world.do(lambda tx, moved=moved: world.casework.after_sent(tx, moved, MONDAY))  # type: ignore[misc]
    assert world.case().state is CaseState.OPEN
    world.do(lambda tx: world.casework.after_sent(tx, outgoing, MONDAY))
    assert world.case().state is CaseState.NOTIFIED


def test_a_case_of_a_label_that_was_dropped_meanwhile_is_left_out_of_a_look(world: World) -> None:
    finding_of_the_past = world.catalogue.labels["mark"]
    emptied = replace(world.casework, catalogue=replace(world.catalogue, labels={}))
    moved = world.do(
        lambda tx: emptied.look(tx, site(), member(), [(finding_of_the_past, finding())], MONDAY)
    )
    assert moved == {}
