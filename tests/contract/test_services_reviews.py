"""Decisions and exceptions over the real store: what they do at once, and when they end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.adapters.store.store import SqlTx
from monitor.domain.alert import Audience
from monitor.domain.case import CaseState
from monitor.domain.finding import Finding
from monitor.domain.label import Condition, ConditionClass, Label, Mapped
from monitor.domain.review import Review, ReviewRole
from monitor.domain.site import SubjectType
from monitor.domain.waiver import Waiver
from monitor.policy.judge import Judge, Observation, Seen, Subject
from monitor.services.rescans import RequestError
from monitor.services.reviews import Decision, Wanted, decide, dossier, waiting
from monitor.services.waivers import add, end, propose, turn_one
from scanners.api import ScanKind, ScanOutcome
from scanners.content.evidence import PageFacts
from tests.builders import DAY, HOUR, MONDAY, certified, condition, label, member, site
from tests.contract import services_world
from tests.contract.services_world import SHOP, World, on_page, open_world
from tests.unit.test_assess import YEARLY

Open = Callable[..., World]
TO_ANNA, TO_STAFF = "anna@shop.example", "labels@office.example"
SEMI = "tz-4.1b"
MET, NOT_MET, INCONCLUSIVE = Finding.MET, Finding.NOT_MET, Finding.INCONCLUSIVE
YEAR = timedelta(days=365)


class Read(StrEnum):
    """What the judge of these tests makes of a page by its first word."""

    FINE = "fine"
    WRONG = "wrong"
    ASK = "ask"
    UNSEEN = "unseen"


MAPPED: Mapping[str, Mapped] = {
    "fine": Mapped(MET),
    "wrong": Mapped(NOT_MET),
    "ask": Mapped(INCONCLUSIVE, counts=False),
    "unseen": Mapped(INCONCLUSIVE),
}


def read_text(seen: Seen, subject: Subject) -> Observation:
    page = seen.newest(ScanKind.CONTENT, PageFacts)
    if page is None or seen.outcome(ScanKind.CONTENT) is not ScanOutcome.COMPLETE:
        return Observation(Read.UNSEEN, "The pages could not be read.")
    evidence, facts = page
    word, _, fragment = facts.text.partition(" ")
    return Observation(Read(word), f"It is {word}.", (evidence,), fragment=fragment)


def semi(condition_id: str = SEMI, **more: Any) -> Condition:
    made = condition(
        condition_id,
        uses="text",
        condition_class=ConditionClass.SEMI,
        findings=MAPPED,
        confirm="CR",
    )
    return replace(made, **more)


TEXT = Judge("text", 1, (ScanKind.CONTENT,), Read, read_text)


@pytest.fixture
def opened(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    worlds: list[World] = []
    monkeypatch.setattr(services_world, "JUDGES", {**services_world.JUDGES, "text": TEXT})

    def make(*labels: Label) -> World:
        chosen = labels or (label(semi()),)
        on = site(*(certified(one.label_id) for one in chosen))
        worlds.append(open_world(sqlite_template, tmp_path, *chosen, on=on))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def word(
    world: World,
    finding: Finding,
    condition_id: str = SEMI,
    *,
    shown: str = "",
    until: date | None = None,
    role: ReviewRole = ReviewRole.REVIEWER,
) -> Review:
    said = Decision(finding, role, "Rita", "I read it.", until, shown)

    def work(tx: SqlTx) -> Review:
        shop = tx.site(SHOP)
        assert shop is not None
        return decide(tx, world.application, shop, condition_id, said, world.clock.now())

    return world.do(work)


def waive(world: World, days: int = 30, condition_id: str = SEMI, starts: int = 0) -> Waiver:
    now = world.clock.now()
    first = now.date() + timedelta(days=starts)

    def work(tx: SqlTx) -> Waiver:
        span = (first, now.date() + timedelta(days=days))
        shop = tx.site(SHOP)
        assert shop is not None
        proposed = propose(shop, condition_id, "Olga", "A new shop comes.", span, "Rita", now)
        return add(tx, world.application, shop, proposed, now)

    return world.do(work)


def tick(world: World) -> int:
    """What the daemon does: each exception in a transaction of its own."""
    now = world.clock.now()
    due = world.do(lambda tx: tx.waivers_due(now.date()))
    for one in due:
        world.do(partial(turn_one, application=world.application, waiver=one, now=now))
    return len(due)


def listed(world: World, *, first: bool = False) -> list[str]:
    rows = world.do(lambda tx: waiting(tx, world.catalogue, Wanted(first=first)))
    return [row.condition_id for row in rows]


def actions(world: World) -> list[str]:
    log = world.do(lambda tx: tx.audit_log())
    return [
        entry.action for entry in reversed(log) if entry.action.startswith(("review", "waiver"))
    ]


def told(world: World) -> list[str]:
    rows = world.do(lambda tx: tx.alerts(SHOP, limit=500))
    return [row.step for row in rows if row.audience is Audience.MEMBER]


# Reviews


def test_a_candidate_waits_and_a_confirmed_one_is_told_at_once(opened: Open) -> None:
    world = opened().look("wrong terms")
    assert world.case().state is CaseState.AWAITING_REVIEW
    assert listed(world) == [SEMI]
    assert world.said() == [(TO_STAFF, "staff-review")]
    word(world, NOT_MET)
    assert world.case().state is CaseState.OPEN
    assert world.verdict().finding is NOT_MET
    assert (world.verdict(condition_id=SEMI).decided_by, listed(world)) == ("reviewer", [])
    assert world.said() == [(TO_ANNA, "notice")]
    assert actions(world) == ["review_decided"]


def test_a_decision_holds_at_every_look_until_the_text_changes(opened: Open) -> None:
    world = opened().look("wrong terms")
    word(world, MET)
    assert world.case().state is CaseState.REMEDIED
    for _ in range(3):
        world.after(DAY).look("wrong  TERMS")
        assert world.verdict().finding is MET
        assert "Decided by a reviewer on 2026-03-02" in world.verdict(condition_id=SEMI).note
    assert told(world) == []
    world.after(DAY).look("wrong terms of another kind")
    assert world.verdict().finding is INCONCLUSIVE
    assert "has changed since" in world.verdict(condition_id=SEMI).note
    assert listed(world) == [SEMI]
    world.after(DAY).look("wrong terms")
    assert world.verdict().finding is MET


def test_a_site_that_cannot_be_read_neither_keeps_nor_reopens_a_decision(opened: Open) -> None:
    world = opened().look("ask terms")
    word(world, MET)
    world.after(DAY).look("", outcome=ScanOutcome.UNREACHABLE)
    assert (world.verdict().finding, listed(world, first=True)) == (INCONCLUSIVE, [])
    world.after(DAY).look("ask terms")
    assert world.verdict().finding is MET


def test_what_was_never_reviewed_is_listed_on_request_and_counts_once_decided(
    opened: Open,
) -> None:
    world = opened(label(semi(), on_page())).look("ask found")
    assert world.verdict().finding is MET
    assert (listed(world), listed(world, first=True)) == ([], [SEMI])
    word(world, NOT_MET)
    assert world.verdict().finding is NOT_MET
    assert listed(world, first=True) == []
    world.deliver()
    world.after(DAY).look("ask found another")
    assert listed(world) == [SEMI]
    assert world.case().state is CaseState.NOTIFIED
    word(world, MET)
    assert world.case().state is CaseState.REMEDIED
    assert world.said() == [(TO_ANNA, "closing")]
    assert world.verdict().finding is MET


def test_a_reviewed_text_that_changes_waits_again_but_makes_no_label_unknown(
    opened: Open,
) -> None:
    world = opened(label(semi(), on_page())).look("ask found")
    word(world, MET)
    world.after(DAY).look("ask found another")
    assert world.verdict().finding is MET
    assert listed(world) == [SEMI]


def test_a_decision_ends_with_its_last_day(opened: Open) -> None:
    world = opened().look("wrong terms")
    word(world, MET, until=date(2026, 3, 9))
    world.after(7 * DAY).look("wrong terms")
    assert world.verdict().finding is MET
    world.after(DAY).look("wrong terms")
    assert world.verdict().finding is INCONCLUSIVE
    assert "ended on 2026-03-09" in world.verdict(condition_id=SEMI).note
    assert told(world) == []


def test_an_auditor_overrules_the_machine_both_ways(opened: Open) -> None:
    world = opened(label(on_page(confirm="C1"))).look("found")
    word(world, NOT_MET, "tz-3.1c", role=ReviewRole.AUDITOR)
    assert world.case().state is CaseState.OPEN
    assert world.said() == [(TO_ANNA, "notice")]
    word(world, MET, "tz-3.1c", role=ReviewRole.AUDITOR)
    assert world.case().state is CaseState.REMEDIED
    assert world.said() == [(TO_ANNA, "closing")]
    assert "an auditor" in world.verdict(condition_id="tz-3.1c").note


def test_a_suspicion_that_a_reviewer_cannot_settle_is_closed_without_a_word(opened: Open) -> None:
    world = opened().look("wrong terms")
    word(world, INCONCLUSIVE)
    assert world.case().state is CaseState.REMEDIED
    assert (world.verdict().finding, listed(world)) == (INCONCLUSIVE, [])
    assert told(world) == []


def test_what_a_reviewer_cannot_settle_is_no_blindness(opened: Open) -> None:
    world = opened().look("wrong terms")
    word(world, INCONCLUSIVE)
    for _ in range(9):
        world.after(7 * DAY).look("wrong terms")
    assert world.do(lambda tx: tx.unassessed(SHOP)) == {}
    assert told(world) == []


def test_a_look_that_is_out_of_date_is_refused(opened: Open) -> None:
    world = opened().look("wrong terms")
    shown = world.do(lambda tx: dossier(tx, world.application, site(), SEMI, MONDAY))
    assert (shown.fragment, shown.finding.outcome) == ("terms", "wrong")
    world.after(DAY).look("wrong other terms")
    for look, said in ((shown.fingerprint, "changed since you looked"), ("abc", "at least 8")):
        with pytest.raises(RequestError, match=said):
            word(world, NOT_MET, shown=look)
    assert world.do(lambda tx: tx.reviews(SHOP)) == []
    now = world.do(lambda tx: dossier(tx, world.application, site(), SEMI, MONDAY))
    assert word(world, NOT_MET, shown=now.fingerprint[:12]).decision is NOT_MET
    again = world.do(lambda tx: dossier(tx, world.application, site(), SEMI, MONDAY))
    assert [one.decision for one in again.decisions] == [NOT_MET]
    assert again.finding.review


def test_what_cannot_be_decided_is_refused_and_leaves_nothing(opened: Open) -> None:
    hanging = semi("tz-9", depends_on={SEMI: MET})
    ended = semi("tz-8", effective_until=date(2020, 1, 1))
    world = opened(label(semi(), hanging, ended)).look("", outcome=ScanOutcome.UNREACHABLE)
    today = MONDAY.date()
    for condition_id, until, said in (
        ("tz-0", None, "no condition of shop.example; it has tz-4.1b, tz-8, tz-9"),
        (SEMI, None, "a breach needs evidence"),
        ("tz-9", None, "Decide that one first"),
        ("tz-8", None, "does not apply"),
        (SEMI, today - DAY, "not between"),
        (SEMI, today + timedelta(days=366), "a year from now"),
    ):
        with pytest.raises(RequestError, match=said):
            word(world, NOT_MET, condition_id, until=until)
    with pytest.raises(RequestError, match="needs a reason"):
        world.do(lambda tx: decide(tx, world.application, site(), SEMI,
                                   Decision(MET, ReviewRole.LEGAL, "R", " "), MONDAY))  # fmt: skip
    assert (world.do(lambda tx: tx.reviews(SHOP)), actions(world)) == ([], [])


def test_another_owner_starts_without_the_decisions_of_the_last_one(opened: Open) -> None:
    world = opened().look("wrong terms")
    word(world, MET)
    waive(world)
    moved = replace(site(), member_id="new")
    world.do(lambda tx: tx.put_members([member("new")]))
    world.do(lambda tx: tx.put_sites([moved]))
    world.after(DAY).look("wrong terms")
    assert world.verdict().finding is INCONCLUSIVE
    waive(world)
    assert world.verdict(condition_id=SEMI).finding is Finding.WAIVED


def test_a_condition_of_two_labels_is_decided_for_both(opened: Open) -> None:
    world = opened(label(semi(), label_id="one"), label(semi(), label_id="two"))
    world.look("wrong terms")
    word(world, NOT_MET)
    assert world.case().labels == ("one", "two")
    assert [world.verdict(name).finding for name in ("one", "two")] == [NOT_MET, NOT_MET]


def test_a_label_that_asks_less_is_not_held_to_the_case_of_another(opened: Open) -> None:
    lenient = semi(findings={**MAPPED, "wrong": Mapped(MET)})
    world = opened(label(semi(), label_id="one"), label(lenient, label_id="two"))
    world.look("wrong terms")
    assert world.case().labels == ("one",)
    assert [world.verdict(name).finding for name in ("one", "two")] == [INCONCLUSIVE, MET]


def test_a_label_that_asks_nothing_of_this_kind_of_site_gets_no_verdict(opened: Open) -> None:
    elsewhere = semi("tz-7", subjects=frozenset({SubjectType.PLATFORM}))
    world = opened(label(semi(), label_id="one"), label(elsewhere, label_id="two"))
    world.look("wrong terms")
    word(world, NOT_MET)
    verdicts = [r for r in world.do(lambda tx: tx.findings(SHOP)) if not r.condition_id]
    assert [(r.label_id, r.finding) for r in verdicts] == [("one", NOT_MET)]


def test_of_a_site_whose_member_is_not_on_file_nothing_is_decided(opened: Open) -> None:
    world = opened().look("wrong terms")
    lost, now = replace(site(), member_id="nobody"), world.clock.now()
    with pytest.raises(RequestError, match=r"shop\.example has no member on file"):
        world.do(lambda tx: dossier(tx, world.application, lost, SEMI, now))
    span = (now.date(), now.date())
    exception = propose(lost, SEMI, "Olga", "New.", span, "Rita", now)
    with pytest.raises(RequestError, match=r"shop\.example has no member on file"):
        world.do(lambda tx: add(tx, world.application, lost, exception, now))
    assert world.do(lambda tx: tx.waivers_in_force(SHOP)) == {}


# Waivers


def breach(opened: Open, *, notified: bool) -> World:
    world = opened(label(on_page(confirm="C1"))).look("nothing").after(HOUR).look("nothing")
    if notified:
        assert world.said() == [(TO_ANNA, "notice")]
    return world


def test_an_exception_lifts_the_verdict_and_what_was_seen_stays_to_be_read(opened: Open) -> None:
    world = breach(opened, notified=False)
    waive(world, condition_id="tz-3.1c")
    row = world.verdict(condition_id="tz-3.1c")
    assert row.finding is Finding.WAIVED
    assert row.summary == (
        "Absent. Waived until 2026-04-01 by Olga (A new shop comes.); without it: not_met."
    )
    assert world.verdict().finding is not NOT_MET
    assert (world.case().state, world.case().waived_at) == (CaseState.REMEDIED, world.clock.now())
    assert world.said() == []
    for _ in range(3):
        world.after(8 * DAY).look("nothing")
    assert (told(world), world.said()) == (["notice"], [])


def test_a_member_who_was_told_hears_once_that_it_is_set_aside(opened: Open) -> None:
    world = breach(opened, notified=True)
    waive(world, condition_id="tz-3.1c")
    assert world.said() == [(TO_ANNA, "waived")]
    world.after(DAY).look("nothing")
    world.do(lambda tx: world.casework.wake(tx, world.clock.now()))
    assert world.said() == []


def test_staff_who_were_told_hear_it_too(opened: Open) -> None:
    world = opened(label(on_page(confirm="C0", remedy="RS"))).look("nothing")
    assert world.said() == [(TO_STAFF, "staff-notice")]
    waive(world, condition_id="tz-3.1c")
    assert world.said() == [(TO_STAFF, "staff-waived")]


def test_a_reminder_that_waits_is_never_said_after_an_exception(opened: Open) -> None:
    world = breach(opened, notified=True)
    world.after(8 * DAY).do(lambda tx: world.casework.wake(tx, world.clock.now()))
    waive(world, condition_id="tz-3.1c")
    assert world.said() == [(TO_ANNA, "waived")]
    world.after(30 * DAY).do(lambda tx: world.casework.wake(tx, world.clock.now()))
    assert world.said() == []


def test_a_notice_under_way_when_the_exception_came_is_followed_by_a_word(opened: Open) -> None:
    world = breach(opened, notified=False)
    now = world.clock.now()
    (outgoing,) = world.do(lambda tx: tx.claim_alerts(now, 9, HOUR, "mailer"))
    waive(world, condition_id="tz-3.1c")
    world.do(lambda tx: tx.mark_sent(outgoing, now, "ok"))
    world.do(lambda tx: world.casework.after_sent(tx, outgoing, now))
    assert world.said() == [(TO_ANNA, "waived")]


def test_what_comes_back_at_expiry_is_confirmed_anew_as_a_case_of_its_own(opened: Open) -> None:
    world = breach(opened, notified=True)
    waive(world, days=2, condition_id="tz-3.1c")
    world.deliver()
    world.after(2 * DAY).look("nothing")
    assert world.verdict(condition_id="tz-3.1c").finding is Finding.WAIVED
    world.after(DAY)
    assert tick(world) == 1
    assert tick(world) == 0
    assert world.verdict(condition_id="tz-3.1c").finding is INCONCLUSIVE
    assert world.due().ready_at <= world.clock.now()
    world.look("nothing")
    cases = world.do(lambda tx: tx.cases())
    assert [c.state for c in cases] == [CaseState.SUSPECTED, CaseState.REMEDIED]
    assert world.verdict().finding is INCONCLUSIVE
    world.after(HOUR).look("nothing")
    assert world.verdict().finding is NOT_MET
    assert world.said() == [(TO_ANNA, "notice")]
    assert actions(world) == ["waiver_added", "waiver_lapsed"]


def test_without_housekeeping_the_next_look_ends_it_too(opened: Open) -> None:
    world = breach(opened, notified=True)
    waive(world, days=2, condition_id="tz-3.1c")
    world.after(3 * DAY).look("nothing")
    assert world.verdict(condition_id="tz-3.1c").finding is INCONCLUSIVE
    assert waive(world, condition_id="tz-3.1c").number == 2
    assert world.verdict(condition_id="tz-3.1c").finding is Finding.WAIVED


def test_an_exception_that_is_ended_is_looked_at_again(opened: Open) -> None:
    world = breach(opened, notified=False)
    waive(world, condition_id="tz-3.1c")
    world.do(lambda tx: end(tx, world.application, site(), "tz-3.1c", "Rita", world.clock.now()))
    assert world.verdict(condition_id="tz-3.1c").finding is INCONCLUSIVE
    assert world.due().ready_at <= world.clock.now()
    world.look("found")
    assert (world.case().state, world.verdict().finding) == (CaseState.REMEDIED, MET)
    with pytest.raises(RequestError, match="no exception"):
        world.do(lambda tx: end(tx, world.application, site(), "tz-3.1c", "Rita", MONDAY))


def test_an_exception_on_a_document_ends_without_a_look_of_its_own(opened: Open) -> None:
    world = opened(label(condition("tz-1.1", attestation=YEARLY), on_page())).look("found")
    waive(world, condition_id="tz-1.1")
    before = world.due()
    world.do(lambda tx: end(tx, world.application, site(), "tz-1.1", "Rita", world.clock.now()))
    assert world.verdict(condition_id="tz-1.1").finding is not Finding.WAIVED
    assert world.due() == before


def test_an_exception_of_a_site_that_is_gone_lapses_all_the_same(
    opened: Open, tmp_path: Path
) -> None:
    world = opened(label(on_page())).look("found")
    waive(world, days=2, condition_id="tz-3.1c")
    with closing(sqlite3.connect(tmp_path / "office.db")) as raw:
        raw.execute("DELETE FROM site")
        raw.commit()
    assert [tick(world.after(3 * DAY)), tick(world)] == [1, 0]
    assert actions(world) == ["waiver_added", "waiver_lapsed"]


def test_an_exception_may_begin_later(opened: Open) -> None:
    world = breach(opened, notified=True)
    waive(world, starts=3, condition_id="tz-3.1c")
    assert world.verdict().finding is NOT_MET
    world.after(3 * DAY)
    assert tick(world) == 1
    assert world.verdict(condition_id="tz-3.1c").finding is Finding.WAIVED
    assert world.said() == [(TO_ANNA, "waived")]
    assert actions(world) == ["waiver_added", "waiver_begun"]


def test_an_exception_that_makes_no_sense_is_refused(opened: Open) -> None:
    world = opened()
    waive(world)
    with pytest.raises(RequestError, match="has an exception until 2026-04-01"):
        waive(world)
    with pytest.raises(RequestError, match=r"no condition of shop\.example; it has tz-4\.1b"):
        waive(world, condition_id="tz-0")
    today = MONDAY.date()
    for owner, reason, days, said in (
        ("O", "r", (today, today - DAY), "is past"),
        ("O", "r", (today + 2 * DAY, today + DAY), "before"),
        ("O", "r", (today, today + timedelta(days=366)), "more than a year"),
        ("O", "r", (today + 366 * DAY, today + 367 * DAY), "more than a year away"),
        ("", "r", (today, today), "an owner and a reason"),
        ("O", "\n", (today, today), "an owner and a reason"),
    ):
        with pytest.raises(RequestError, match=said):
            propose(site(), SEMI, owner, reason, days, "Rita", MONDAY)


def test_an_exception_on_what_is_met_changes_nothing(opened: Open) -> None:
    world = opened(label(on_page())).look("found")
    waive(world, condition_id="tz-3.1c")
    assert world.verdict().finding is MET


def test_a_case_that_waits_for_a_second_good_look_ends_with_an_exception(opened: Open) -> None:
    world = opened(label(on_page()))
    world.look("nothing").after(HOUR).look("nothing").deliver()
    world.after(DAY).look("found")
    assert world.case().active
    waive(world, condition_id="tz-3.1c")
    assert (world.case().active, world.verdict().finding) == (False, MET)
    assert ("anna@shop.example", "waived") in world.said()


def test_a_document_is_decided_by_its_own_role_alone(opened: Open) -> None:
    world = opened(label(condition("tz-1.1", attestation=YEARLY), on_page())).look("found")
    with pytest.raises(RequestError, match="decided by finance: `keurwacht attest`"):
        word(world, MET, "tz-1.1")


def test_an_exception_that_somebody_ended_meanwhile_is_not_turned(opened: Open) -> None:
    world = opened(label(on_page())).look("found")
    waive(world, condition_id="tz-3.1c")
    (known,) = world.do(lambda tx: tx.waivers(SHOP))
    world.do(lambda tx: tx.end_waiver(known.number, world.clock.now(), "ann"))
    late = world.after(800 * DAY).clock.now()
    world.do(lambda tx: turn_one(tx, world.application, known, late))
    assert "waiver_lapsed" not in {entry.action for entry in world.do(lambda tx: tx.audit_log())}


# Random weeks

STEPS = st.one_of(
    st.tuples(
        st.just("look"),
        st.sampled_from(["wrong a", "wrong a", "wrong b", "fine a", "ask a", "ask b", ""]),
    ),
    st.tuples(st.just("decide"), st.sampled_from(["met", "not_met", "inconclusive"])),
    st.tuples(st.sampled_from(["waive", "end", "tick", "deliver", "wake"]), st.just("")),
)


def take(world: World, step: str, text: str) -> bool:
    """Do the step; False when it was refused and left everything as it was."""
    now = world.clock.now()
    with suppress(RequestError):
        match step:
            case "look":
                seen = ScanOutcome.COMPLETE if text else ScanOutcome.UNREACHABLE
                world.look(text, outcome=seen)
            case "decide":
                word(world, Finding(text), until=now.date() + 3 * DAY)
            case "waive":
                waive(world, days=3)
            case "end":
                world.do(lambda tx: end(tx, world.application, site(), SEMI, "Rita", now))
            case "tick":
                tick(world)
            case "deliver":
                world.deliver()
            case _:
                world.do(lambda tx: world.casework.wake(tx, now))
        return True
    return False


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(STEPS, st.sampled_from([timedelta(0), HOUR, DAY, 5 * DAY])), max_size=20
    )
)
def test_over_random_weeks_nothing_that_is_over_decides_and_nobody_hears_of_what_is_waived(
    opened: Open, steps: list[tuple[tuple[str, str], timedelta]]
) -> None:
    world = opened()
    try:
        for (step, text), gap in steps:
            world.after(gap)
            before = len(told(world))
            done = take(world, step, text)
            rows = world.do(lambda tx: tx.findings(SHOP))
            row = next((r for r in rows if r.condition_id == SEMI), None)
            if row is None or not done or step not in ("look", "decide", "waive", "end", "tick"):
                continue
            today = world.clock.now().date()
            raw = world.do(
                lambda tx: dossier(tx, world.application, site(), SEMI, world.clock.now())
            )
            newest = raw.decisions[0] if raw.decisions else None
            if row.decided_by and step in ("look", "decide"):
                assert newest is not None
                assert newest.fingerprint == raw.fingerprint
                assert newest.valid(today)
            if row.finding is Finding.WAIVED and step in ("look", "decide", "waive"):
                assert raw.waiver is not None
                assert raw.waiver.valid(today)
                assert world.verdict().finding is not NOT_MET
                assert set(told(world)[: len(told(world)) - before]) <= {"waived"}
    finally:
        world.store.close()


def test_a_reviewer_who_cannot_tell_stops_the_term_and_the_member_hears_of_it(
    opened: Open,
) -> None:
    world = opened()
    world.look("wrong")
    word(world, Finding.NOT_MET)
    world.deliver()
    assert world.case().state is CaseState.NOTIFIED
    word(world.after(DAY), Finding.INCONCLUSIVE)
    case = world.case()
    assert (case.state, case.due_at) == (CaseState.AWAITING_REVIEW, None)
    (told,) = world.deliver()
    assert (told.template, told.recipient) == ("held", "anna@shop.example")
    assert told.context["actions"] == []
    world.do(lambda tx: world.casework.wake(tx, world.clock.now() + 60 * DAY))
    world.after(7 * DAY).look("wrong")
    assert world.deliver() == []
    word(world, Finding.MET)
    assert [a.template for a in world.deliver()] == ["closing"]


def test_a_reviewer_who_cannot_tell_stops_a_notice_that_was_not_sent(opened: Open) -> None:
    world = opened()
    world.look("wrong")
    word(world, Finding.NOT_MET)
    word(world, Finding.INCONCLUSIVE)
    assert world.deliver() == []
    assert world.case().state is CaseState.AWAITING_REVIEW
    world.after(7 * DAY).look("wrong")
    assert (world.case().state, world.deliver()) == (CaseState.REMEDIED, [])
