"""One scan in one transaction, over the real store: verdicts, cases, messages, next looks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.adapters.store.store import SqlTx
from monitor.domain.alert import Audience, DeliveryState
from monitor.domain.case import CaseState, doubt
from monitor.domain.check import PRIORITY_CONFIRM, PRIORITY_NORMAL
from monitor.domain.finding import Finding
from monitor.domain.label import InconclusiveRule, Label
from monitor.domain.member import Member
from monitor.domain.site import Certification, Site, Standing
from monitor.services.application import StaleJobError
from monitor.services.measures import engine_of
from monitor.services.rescans import accept_baseline
from monitor.services.retry import Retry
from scanners.api import ScanKind, ScanOutcome
from tests.builders import (
    ANNA,
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    TECH,
    attestation,
    certified,
    condition,
    label,
    member,
    site,
)
from tests.contract.services_world import (
    DAILY,
    MARK,
    SHOP,
    World,
    certificate,
    on_page,
    open_world,
    result,
)
from tests.unit.test_assess import YEARLY

Open = Callable[..., World]
TO_ANNA, TO_TECH = "anna@shop.example", "tech@shop.example"
TLS, CONTENT = ScanKind.TLS, ScanKind.CONTENT
TO_STAFF, TO_OPS = "labels@office.example", "ops@office.example"
UNREACHABLE = ScanOutcome.UNREACHABLE


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label, on: Site | None = None, of: Member | None = None) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *labels, on=on, of=of))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


# The life of one breach


def test_a_breach_is_suspected_confirmed_told_and_closed(opened: Open) -> None:
    world = opened().look("nothing")
    assert world.case().state is CaseState.SUSPECTED
    assert world.said() == []
    assert world.verdict().finding is Finding.INCONCLUSIVE
    assert (world.due().ready_at, world.due().priority) == (MONDAY + 30 * MINUTE, PRIORITY_CONFIRM)

    world.after(30 * MINUTE).look("nothing")
    assert world.case().state is CaseState.OPEN
    assert world.verdict().finding is Finding.NOT_MET
    assert world.verdict(condition_id="tz-3.1c").evidence

    assert world.after(HOUR).said() == [(TO_ANNA, "notice")]
    told = world.case()
    assert (told.state, told.notified_at) == (CaseState.NOTIFIED, MONDAY + 90 * MINUTE)
    assert told.due_at == MONDAY + 14 * DAY + 90 * MINUTE

    world.after(DAY).look("found")
    assert world.verdict().finding is Finding.NOT_MET
    assert world.due().ready_at == world.clock.now() + DAY
    assert world.said() == []

    world.after(DAY).look("found")
    assert world.case().state is CaseState.REMEDIED
    assert world.verdict().finding is Finding.MET
    assert world.said() == [(TO_ANNA, "closing")]
    assert world.due().priority == PRIORITY_NORMAL
    assert world.counter("evaluations_total") == 4
    assert world.counter("scanner_requests_total") == 12


def test_the_same_breach_seen_again_says_nothing_again(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0"))).look("nothing")
    assert world.said() == [(TO_ANNA, "notice")]
    for _ in range(3):
        world.after(DAY).look("nothing")
    assert world.said() == []
    assert world.case().case_id == "KW-2026-000001"


def test_a_new_breach_after_the_end_is_a_new_case(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0")))
    for text in ("nothing", "found", "found", "nothing"):
        world.look(text).deliver()
        world.after(DAY)
    cases = world.do(lambda tx: tx.cases())
    assert [(c.case_id, c.state) for c in cases] == [
        ("KW-2026-000002", CaseState.NOTIFIED),
        ("KW-2026-000001", CaseState.REMEDIED),
    ]


def test_a_notice_not_yet_sent_is_withdrawn_when_the_breach_is_gone(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0"))).look("nothing")
    world.after(DAY).look("found").after(DAY).look("found")
    assert world.said() == []
    (row,) = world.do(lambda tx: tx.alerts(SHOP))
    assert (row.step, row.state) == ("notice", DeliveryState.WITHDRAWN)


def test_an_unreachable_shop_accuses_nobody_and_closes_nothing(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0"))).look("nothing")
    world.deliver()
    before = world.case()
    for _ in range(5):
        world.after(DAY).look("", outcome=UNREACHABLE)
    assert world.case() == before
    assert world.verdict().finding is Finding.NOT_MET


def test_one_case_and_one_notice_per_contact_however_many_labels_ask(opened: Open) -> None:
    labels = tuple(label(on_page(confirm="C0", remedy="R2S"), label_id=i) for i in ("one", "two"))
    world = opened(*labels, on=site(certified("one"), certified("two"))).look("nothing")
    assert world.case().labels == ("one", "two")
    assert world.said() == [(TO_ANNA, "notice"), (TO_TECH, "notice")]
    assert world.verdict("one").finding is world.verdict("two").finding is Finding.NOT_MET


def test_a_case_does_not_stain_a_label_that_does_not_share_it(opened: Open) -> None:
    asked = label(on_page(confirm="C0"), label_id="one")
    lenient = label(replace(on_page(confirm="C0"), enabled=False), on_page("tz-9"), label_id="two")
    world = opened(asked, lenient, on=site(certified("one"), certified("two"))).look("nothing")
    assert world.verdict("one").finding is Finding.NOT_MET
    assert world.verdict("two").finding is Finding.INCONCLUSIVE


def test_a_candidate_is_said_to_staff_alone(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0"))).look("other")
    assert world.said() == [(TO_STAFF, "staff-review")]
    assert world.case().state is CaseState.AWAITING_REVIEW
    assert world.verdict().finding is Finding.INCONCLUSIVE
    assert world.do(lambda tx: tx.unassessed(SHOP)) == {}


# Tokens and trouble of ours


def test_a_stale_token_writes_nothing_at_all(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0")))

    def written() -> object:
        return world.do(
            lambda tx: (
                tx.findings(SHOP),
                tx.scans(SHOP),
                tx.counters(),
                tx.due_rows(SHOP),
                tx.cases(),
                tx.alerts(),
            )
        )

    job = world.claim()
    world.after(HOUR).do(lambda tx: tx.reap(world.clock.now()))
    world.look("found")
    before = written()
    with pytest.raises(StaleJobError):
        world.after(HOUR).apply(job, result("nothing"))
    assert written() == before


def test_a_broken_scanner_is_told_to_operations_once_a_day_and_to_no_member(opened: Open) -> None:
    world = opened()
    for _ in range(2):
        world.look("", outcome=ScanOutcome.SCANNER_ERROR)
    alerts = world.deliver()
    assert [(a.recipient, a.audience, a.step) for a in alerts] == [
        (TO_OPS, Audience.OPERATIONS, "ops")
    ]
    assert alerts[0].context["reasons"] == ["It was scanner_error."]
    world.after(DAY).look("", outcome=ScanOutcome.SCANNER_ERROR)
    assert (TO_OPS, "ops") in world.said()
    assert world.due().last_error == "It was scanner_error."


def test_a_job_that_never_ends_is_given_up_and_tried_again_in_the_next_round(
    opened: Open,
) -> None:
    world = opened()
    world.claim()
    for _ in range(2):
        world.after(HOUR)
        world.do(lambda tx: tx.reap(world.clock.now()))
        world.do(lambda tx: tx.claim(world.clock.now(), 1, 10 * MINUTE, "worker", 1, 3))
    now = world.after(HOUR).clock.now()
    world.do(lambda tx: tx.reap(now))
    (poison,) = world.do(lambda tx: tx.exhausted(now, 3))
    assert poison.attempt == 3
    world.do(lambda tx: world.application.give_up(tx, poison, now))
    assert world.counter("poison_jobs_total") == 1
    assert world.due().attempt == 0
    assert world.due().ready_at > world.clock.now()
    assert world.said() == [(TO_OPS, "ops")]
    assert "gave up" in world.due().last_error


def test_a_result_for_a_site_that_is_gone_from_the_labels_is_kept_without_a_verdict(
    opened: Open,
) -> None:
    world = opened(MARK, on=site(certified(), certified("gone")))
    world.look("found")
    rows = world.do(lambda tx: tx.findings(SHOP))
    assert {row.label_id for row in rows} == {"mark"}


def test_a_result_for_a_shop_that_was_deleted_meanwhile_is_dropped(
    opened: Open, tmp_path: Path
) -> None:
    world = opened()
    job = world.claim()
    with closing(sqlite3.connect(tmp_path / "office.db")) as raw:
        raw.execute("DELETE FROM site")
        raw.commit()
    world.apply(job, result("nothing"))
    assert world.do(lambda tx: tx.scans(SHOP)) == []
    assert world.counter("evaluations_total") == 0


# Drift


def drifting() -> Label:
    return label(
        on_page(confirm="C0"),
        condition("drift", uses="title", confirm="C0", remedy="RS"),
        condition("seal", uses="seal"),
    )


def test_drift_proposes_a_baseline_from_a_complete_look_only(opened: Open) -> None:
    world = opened(drifting()).look("", ScanKind.DRIFT, UNREACHABLE)
    assert world.do(lambda tx: tx.proposed_baseline(SHOP)) is None
    world.look("Shop", ScanKind.DRIFT)
    proposed = world.do(lambda tx: tx.proposed_baseline(SHOP))
    assert proposed is not None
    assert proposed[1] == MONDAY
    assert world.do(lambda tx: tx.baseline(SHOP)) is None


def test_drift_accuses_nobody_and_makes_what_it_touches_due_at_once(opened: Open) -> None:
    world = opened(drifting()).look("found").look("", ScanKind.SEAL).look("Shop", ScanKind.DRIFT)
    world.do(lambda tx: accept_baseline(tx, site(), "staff", MONDAY))
    world.after(HOUR).look("Shop", ScanKind.DRIFT)
    assert world.due().priority == PRIORITY_NORMAL
    world.after(HOUR).look("Casino", ScanKind.DRIFT)
    now = world.clock.now()
    for kind in (ScanKind.CONTENT, ScanKind.SEAL):
        assert (world.due(kind).ready_at, world.due(kind).priority) == (now, PRIORITY_CONFIRM)
    assert world.due(ScanKind.DRIFT).ready_at > now
    assert world.case().state is CaseState.AWAITING_REVIEW
    assert world.said() == [(TO_STAFF, "staff-review")]


# Not being able to see


def test_not_seeing_becomes_a_ticket_and_is_told_when_it_is_over(opened: Open) -> None:
    world = opened()
    said = []
    for _ in range(4):
        world.look("", outcome=UNREACHABLE)
        said.append(world.said())
        world.after(HOUR)
    assert said == [[], [], [(TO_STAFF, "ticket")], []]
    assert world.verdict().finding is Finding.INCONCLUSIVE
    world.look("found")
    assert world.said() == [(TO_STAFF, "seen_again")]
    assert world.do(lambda tx: tx.unassessed(SHOP)) == {}
    assert world.do(lambda tx: tx.cases()) == []


def test_a_second_row_of_not_seeing_gets_a_ticket_of_its_own(opened: Open) -> None:
    world = opened()
    for _ in range(2):
        for _ in range(3):
            world.look("", outcome=UNREACHABLE).after(HOUR)
        world.look("found").after(DAY)
    steps = [step for _, step in world.said()]
    assert sorted(steps) == ["seen_again", "seen_again", "ticket", "ticket"]


def test_the_member_is_told_after_three_weeks_and_nothing_is_a_breach(opened: Open) -> None:
    world = opened().look("", outcome=UNREACHABLE)
    world.after(21 * DAY).look("", outcome=UNREACHABLE)
    alerts = world.deliver()
    assert sorted((a.recipient, a.step) for a in alerts) == [
        (TO_ANNA, "tell_member"),
        (TO_STAFF, "ticket"),
    ]
    member_mail = next(a for a in alerts if a.recipient == TO_ANNA)
    assert member_mail.context["reasons"] == ["tz-3.1c: The pages could not be read."]
    assert (member_mail.language, member_mail.context["contact_name"]) == ("nl", "Anna")
    assert world.do(lambda tx: tx.cases()) == []


def test_the_rule_of_the_condition_says_after_how_many_looks(opened: Open) -> None:
    patient = InconclusiveRule(5, 99 * DAY, 99 * DAY)
    world = opened(label(on_page("a", inconclusive=patient), on_page("b")))
    said = []
    for _ in range(5):
        said += world.look("", outcome=UNREACHABLE).said()
        world.after(HOUR)
    assert said == [(TO_STAFF, "ticket")]
    assert world.do(lambda tx: tx.unassessed(SHOP))["mark"].count == 5


def test_each_undecided_look_waits_twice_as_long_for_the_next(opened: Open) -> None:
    world = opened()
    waits = []
    for _ in range(3):
        world.look("", outcome=UNREACHABLE)
        waits.append(world.due().ready_at - world.clock.now())
        world.after(waits[-1])
    assert waits == [HOUR, 2 * HOUR, 4 * HOUR]


@pytest.mark.parametrize(("looks", "hours"), [(0, 1), (1, 1), (2, 2), (5, 16), (6, 24), (99, 24)])
def test_the_pause_doubles_up_to_the_cadence(looks: int, hours: int) -> None:
    assert Retry().after(looks, DAY) == hours * HOUR


def test_a_scan_that_has_not_run_yet_is_no_blindness(opened: Open) -> None:
    world = opened(label(on_page(), condition("late", uses="title")))
    for _ in range(4):
        world.look("found").after(HOUR)
    assert world.do(lambda tx: tx.unassessed(SHOP)) == {}
    assert world.verdict().finding is Finding.INCONCLUSIVE


def test_a_look_of_another_kind_neither_lengthens_nor_ends_a_row_of_not_seeing(
    opened: Open,
) -> None:
    world = opened(label(on_page(), condition("seal", uses="seal")))
    world.look("", outcome=UNREACHABLE)
    for _ in range(5):
        world.after(HOUR).look("", ScanKind.SEAL)
    assert world.do(lambda tx: tx.unassessed(SHOP))["mark"].count == 1
    assert world.said() == []
    assert world.due(ScanKind.SEAL).ready_at > world.clock.now() + HOUR


def test_a_missing_document_is_no_blindness(opened: Open) -> None:
    world = opened(label(on_page(), condition("tz-1.1", attestation=YEARLY)))
    for _ in range(4):
        world.look("found").after(HOUR)
    assert world.do(lambda tx: tx.unassessed(SHOP)) == {}
    assert world.verdict(condition_id="tz-1.1").outcome == "missing"


def test_an_expired_document_opens_a_case_with_any_look(opened: Open) -> None:
    world = opened(label(on_page(), condition("tz-1.1", attestation=YEARLY)))
    world.do(lambda tx: tx.put_attestation(attestation(until=(MONDAY - 15 * DAY).date())))
    world.look("found")
    assert world.case().outcome == "expired"
    assert world.said() == [(TO_ANNA, "notice")]


# Judges of several kinds


def both_kinds() -> Label:
    return label(condition("tz-12.7b", uses="page or tls", confirm="C1", recovery=DAILY))


def test_what_another_scan_finds_in_old_evidence_is_no_second_look(opened: Open) -> None:
    world = opened(both_kinds()).look("nothing")
    for _ in range(4):
        world.after(HOUR).look("anything", TLS)
    assert world.case().state is CaseState.SUSPECTED
    assert len(world.case().observations) == 1
    world.after(HOUR).look("nothing")
    assert world.case().state is CaseState.OPEN


def test_a_good_scan_does_not_count_the_blindness_of_another(opened: Open) -> None:
    world = opened(both_kinds()).look("x", TLS).look("", outcome=UNREACHABLE)
    for _ in range(4):
        world.after(HOUR).look("x", TLS)
    assert world.do(lambda tx: tx.unassessed(SHOP))["mark"].count == 1
    assert world.said() == []


def test_what_another_scan_finds_in_old_evidence_mends_nothing(opened: Open) -> None:
    world = opened(both_kinds())
    for text in ("nothing", "nothing", "found"):
        world.look(text).after(DAY)
    world.look("anything", TLS)
    assert world.case().active
    assert world.look("found").case().state is CaseState.REMEDIED


# Advice


def test_advice_is_given_once_per_stretch_of_time(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0")))
    told = []
    for text in ("soon", "soon", "found", "soon", "soon"):
        told.append(world.look(text).said())
        world.after(DAY)
    once = [(TO_ANNA, "advice"), (TO_TECH, "advice")]
    assert told == [once, [], [], once, []]
    assert world.verdict().finding is Finding.MET
    assert world.do(lambda tx: tx.cases()) == []


def test_advice_after_a_long_gap_is_one_more_stretch_and_said_once(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0")))
    told = [len(world.after(gap * DAY).look("soon").said()) for gap in (0, 60, 1, 1)]
    assert told == [2, 2, 0, 0]


def test_advice_is_given_once_for_two_labels_in_the_contacts_language(opened: Open) -> None:
    labels = tuple(label(on_page(confirm="C0"), label_id=i) for i in ("one", "two"))
    world = opened(*labels, on=site(certified("one"), certified("two"))).look("soon")
    alerts = {alert.recipient: alert for alert in world.deliver()}
    assert sorted(alerts) == [TO_ANNA, TO_TECH]
    assert alerts[TO_ANNA].context["labels"] == ["One (NL)"]
    assert alerts[TO_ANNA].context["message"] == "https://shop.example/ loopt af."
    assert alerts[TO_TECH].context["message"] == "https://shop.example/ ends soon."


# Doubt


def test_a_dropped_notice_is_given_again_when_the_breach_is_confirmed_again(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0"))).look("nothing")

    def drop(tx: SqlTx) -> None:
        now = world.clock.now()
        for outgoing in tx.claim_alerts(now, 9, HOUR, "mailer"):
            tx.hold(outgoing)
        for case_id in tx.drop_held(now):
            case = tx.case(case_id)
            assert case is not None
            world.casework.say(tx, doubt(case), (), now)

    for _ in range(2):
        world.do(drop)
        assert world.case().state is CaseState.SUSPECTED
        world.after(DAY).look("nothing")
        assert world.case().state is CaseState.OPEN
    assert world.said() == [(TO_ANNA, "notice")]
    assert world.case().state is CaseState.NOTIFIED
    assert world.after(DAY).look("nothing").said() == []


def test_two_contacts_with_one_mailbox_get_one_notice(opened: Open) -> None:
    twice = member(contacts=(ANNA, replace(TECH, email=ANNA.email.upper())))
    world = opened(label(on_page(confirm="C0", remedy="R2S")), of=twice).look("nothing")
    assert world.said() == [(TO_ANNA, "notice")]


def test_contacts_of_the_builders_are_those_of_the_shop(opened: Open) -> None:
    world = opened(of=member(contacts=(ANNA,)))
    owner = world.do(lambda tx: tx.member(site().member_id))
    assert owner is not None
    assert owner.contacts == (ANNA,)
    assert TECH.email == TO_TECH
    assert timedelta(0) < HOUR
    assert Certification("mark", Standing.CERTIFIED) == certified()


# What ends a case beside its repair


def test_nobody_is_reminded_of_a_label_that_has_ended(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0"))).look("nothing")
    world.deliver()
    shop = world.do(lambda tx: tx.site(SHOP))
    assert shop is not None
    ended = replace(shop.certifications[0], standing=Standing.ENDED)
    world.do(lambda tx: tx.put_sites([replace(shop, certifications=(ended,))]))

    world.after(30 * DAY)
    assert world.do(lambda tx: world.casework.wake(tx, world.clock.now())) == 1
    assert world.said() == []
    assert world.case().state is CaseState.DECIDED
    assert world.do(lambda tx: world.casework.wake(tx, world.clock.now())) == 0


# What operations count


def counted(world: World, name: str) -> dict[tuple[str, ...], float]:
    rows = world.do(lambda tx: tx.counters())
    return {tuple(labels.values()): value for n, labels, value in rows if n == name}


def test_requests_and_timeouts_are_counted_by_engine(opened: Open) -> None:
    world = opened()
    late = replace(result("", CONTENT, ScanOutcome.SCANNER_ERROR), detail={"overstayed": True})
    for seen in (result("found"), result("", CONTENT, ScanOutcome.TIMED_OUT), late):
        world.apply(world.claim(), seen)
    assert counted(world, "scanner_requests_total") == {
        ("content", "complete"): 3,
        ("content", "timed_out"): 3,
        ("content", "scanner_error"): 3,
    }
    assert counted(world, "scanner_timeouts_total") == {("content",): 2}


def test_the_newest_good_and_bad_end_of_an_engine_are_remembered(opened: Open) -> None:
    world = opened().look("found").after(HOUR)
    world.look("", outcome=ScanOutcome.ENGINE_ERROR)
    beats = world.do(lambda tx: tx.beats())
    assert beats == {"engine_worked:content": MONDAY, "engine_failed:content": MONDAY + HOUR}


@pytest.mark.parametrize(
    ("kind", "named", "engine"),
    [
        (ScanKind.OWASP, "zap", "zap"),
        (ScanKind.OWASP, "", "passive"),
        (ScanKind.OWASP, "a word of nobody", "passive"),
        (ScanKind.TLS, "", "tls"),
    ],
)
def test_an_engine_has_one_of_few_names(kind: ScanKind, named: str, engine: str) -> None:
    seen = replace(result("", kind), detail={"engine": named})
    assert engine_of(seen) == engine


# Another TLS set-up


def test_another_tls_set_up_is_looked_at_whole_at_once(opened: Open) -> None:
    world = opened(label(condition("tz-12.1a", uses="secured")))

    def looked(configuration: str) -> None:
        job = world.after(MINUTE).claim(ScanKind.CERTIFICATE)
        world.apply(job, certificate(configuration, world.clock.now()))

    world.apply(world.claim(TLS), result("", TLS))
    looked("1")
    looked("1")
    assert world.due(TLS).ready_at > world.clock.now()
    assert world.due(TLS).priority == PRIORITY_NORMAL
    looked("")
    looked("1")
    assert world.due(TLS).ready_at > world.clock.now()
    looked("2")
    assert world.due(TLS).ready_at == world.clock.now()
    assert world.due(TLS).priority == PRIORITY_CONFIRM
