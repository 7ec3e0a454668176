"""What members do by links: looked at without consequence, done once, kept in the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.action import Action, ActionLink, origin_mark
from monitor.domain.alert import Alert
from monitor.domain.case import CaseState
from monitor.domain.label import Label
from monitor.domain.procedure import ProcedureKind
from monitor.domain.site import Certification, Site, Standing
from monitor.services.member_links import ANSWER_MAX_CHARS, MemberLinks, Page, PageState
from scanners.api import ScanKind
from tests.builders import DAY, HOUR, condition, label, site
from tests.contract.services_world import MARK, SHOP, World, on_page, open_world
from tests.contract.test_services_procedures import (
    applicant,
    begin,
    current,
    record,
    round_of,
)
from tests.unit.test_assess import YEARLY

Open = Callable[..., World]


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label, on: Site | None = None) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *(labels or (MARK,)), on=on))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def notified(world: World) -> Alert:
    world.look("nothing")
    world.after(HOUR).look("nothing")
    return next(a for a in world.deliver() if a.template == "notice")


def the(action: Action, alert: Alert) -> ActionLink:
    return ActionLink(
        action, alert.thread, origin_mark(alert.origin), alert.alert_id[:16], alert.language,
        alert.created_at + 45 * DAY,
    )  # fmt: skip


def look(world: World, link: ActionLink) -> Page:
    return world.do(lambda tx: MemberLinks(world.casework).look(tx, link, world.clock.now()))


def act(world: World, link: ActionLink, said: str = "") -> Page:
    return world.do(lambda tx: MemberLinks(world.casework).act(tx, link, said, world.clock.now()))


def used(world: World) -> list[object]:
    rows = world.do(lambda tx: tx.audit_log(100))
    return [row.detail["action"] for row in rows if row.action == "link_used"]


def inspected(world: World) -> Alert:
    """An admission inspection whose points were sent and taken."""
    world.look("nothing")
    world.after(HOUR).look("nothing")
    one = begin(world, ProcedureKind.ADMISSION)
    sent = next(a for a in world.deliver() if a.template == "improve")
    record(world, one, "notified")
    return sent


def last_call(world: World) -> Alert:
    inspected(world)
    world.after(20 * DAY)
    round_of(world)
    return next(a for a in world.deliver() if a.template == "last_call")


def test_the_mail_of_a_breach_offers_a_new_look_and_more_time(opened: Open) -> None:
    notice = notified(opened())
    assert notice.context["actions"] == ["look_again", "more_time"]


def test_the_mail_of_a_missing_document_offers_no_look(opened: Open) -> None:
    world = opened(label(on_page(), condition("tz-1.1", attestation=YEARLY)))
    world.look("found")
    alerts = [a for a in world.deliver() if a.context.get("condition_id") == "tz-1.1"]
    assert [a.context["actions"] for a in alerts if a.template == "notice"] in ([], [["more_time"]])


def test_looking_at_a_link_changes_nothing(opened: Open) -> None:
    world = opened()
    notice = notified(world)
    before = world.case()
    for _ in range(3):
        page = look(world, the(Action.MORE_TIME, notice))
        assert (page.state, page.host, page.labels) == (PageState.ASK, SHOP, ("Mark (NL)",))
    assert world.case() == before
    assert used(world) == []


def test_more_time_is_given_once_confirmed_by_mail_and_kept_in_the_audit(opened: Open) -> None:
    world = opened()
    notice = notified(world)
    due = world.case().due_at
    link = the(Action.MORE_TIME, notice)
    page = act(world, link)
    case = world.case()
    assert (page.state, page.due_at) == (PageState.DONE, case.due_at)
    assert due is not None
    assert case.due_at == due + 14 * DAY
    assert (case.state, case.postponements) == (CaseState.POSTPONED, 1)
    assert [a.template for a in world.deliver()] == ["postponed"]
    assert act(world, link).state is PageState.USED
    assert look(world, link).state is PageState.USED
    assert world.case() == case
    assert used(world) == ["more_time"]


def test_the_link_of_another_mail_gives_no_second_postponement(opened: Open) -> None:
    world = opened()
    notice = notified(world)
    act(world, the(Action.MORE_TIME, notice))
    other = replace(the(Action.MORE_TIME, notice), mail="f" * 16)
    assert act(world, other).state is PageState.OVER
    assert world.case().postponements == 1


def test_a_new_look_is_asked_for_at_once_at_most_once_an_hour_and_five_times_a_day(
    opened: Open,
) -> None:
    world = opened()
    link = the(Action.LOOK_AGAIN, notified(world))
    assert act(world, link).state is PageState.DONE
    (row,) = world.do(lambda tx: tx.due_rows(SHOP))
    assert (row.kind, row.ready_at) == (ScanKind.CONTENT, world.clock.now())
    assert row.requested_by == "member (link)"
    assert act(world, link).state is PageState.LATER
    assert act(world.after(timedelta(minutes=59)), link).state is PageState.LATER
    for _ in range(4):
        assert act(world.after(HOUR), link).state is PageState.DONE
    assert act(world.after(HOUR), link).state is PageState.LATER
    # Another mail of the same case does not begin to count anew.
    other = replace(link, mail="f" * 16)
    assert act(world.after(2 * HOUR), other).state is PageState.LATER
    assert act(world.after(DAY), other).state is PageState.DONE
    assert used(world).count("look_again") == 6


@pytest.mark.parametrize("action", [Action.LOOK_AGAIN, Action.MORE_TIME])
def test_of_a_case_that_is_closed_or_another_of_its_number_nothing_can_be_done(
    opened: Open, action: Action
) -> None:
    world = opened()
    link = the(action, notified(world))
    assert act(world, replace(link, origin="f" * 12)).state is PageState.OVER
    assert act(world, replace(link, thread="KW-1999-000001")).state is PageState.OVER
    world.look("found")
    world.after(DAY).look("found")
    assert act(world, link).state is PageState.OVER
    assert used(world) == []


def test_no_link_works_once_the_label_is_no_longer_held(opened: Open) -> None:
    world = opened()
    link = the(Action.MORE_TIME, notified(world))
    ended = site(Certification("mark", Standing.WITHDRAWN))
    world.do(lambda tx: tx.put_sites([ended]))
    assert look(world, link).state is PageState.OVER


def test_a_case_without_a_scheduled_look_offers_none(opened: Open) -> None:
    world = opened()
    link = the(Action.LOOK_AGAIN, notified(world))
    world.do(lambda tx: tx.drop_checks([SHOP], frozenset()))
    assert act(world, link).state is PageState.OVER


def test_the_last_call_offers_three_links_and_one_postponement(opened: Open) -> None:
    world = opened(on=applicant())
    alert = last_call(world)
    assert alert.context["actions"] == ["reinspect", "postpone", "cancel"]
    page = act(world, the(Action.POSTPONE, alert))
    one = world.do(lambda tx: tx.procedure(alert.thread))
    assert one is not None
    assert (page.state, one.state, one.postponements) == (PageState.DONE, "running", 1)
    assert page.due_at == one.due_at
    assert act(world, the(Action.POSTPONE, alert)).state is PageState.USED
    other = replace(the(Action.POSTPONE, alert), mail="f" * 16)
    assert act(world, other).state is PageState.OVER
    (more,) = (a for a in world.deliver() if a.template == "more_time")
    assert more.context["actions"] == ["reinspect"]
    world.after(20 * DAY)
    round_of(world)
    (again,) = (a for a in world.deliver() if a.template == "last_call")
    assert again.context["actions"] == ["reinspect", "cancel"]
    step = world.do(lambda tx: tx.procedure_log(alert.thread))[-2]
    assert (step.actor, step.event) == ("member (link)", "postpone")


@pytest.mark.parametrize(
    ("action", "state"),
    [(Action.REINSPECT, "reinspection"), (Action.CANCEL, "to_be_cancelled")],
)
def test_an_applicant_asks_for_an_inspection_or_an_end_by_link(
    opened: Open, action: Action, state: str
) -> None:
    world = opened(on=applicant())
    link = the(action, last_call(world))
    assert look(world, link).state is PageState.ASK
    assert act(world, link).state is PageState.DONE
    one = world.do(lambda tx: tx.procedure(link.thread))
    assert one is not None
    assert one.state == state
    assert act(world, link).state is PageState.USED


def test_a_link_of_another_kind_of_procedure_or_another_beginning_does_nothing(
    opened: Open,
) -> None:
    world = opened(on=applicant())
    link = the(Action.ANSWER, last_call(world))
    assert act(world, link, "yes").state is PageState.OVER
    gone = replace(link, thread="KP-1999-000001", action=Action.CANCEL)
    assert act(world, gone).state is PageState.OVER
    assert act(world, replace(link, action=Action.CANCEL, origin="f" * 12)).state is PageState.OVER


def test_a_questionnaire_is_answered_by_link_once_and_kept_with_the_procedure(
    opened: Open,
) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    record(world, one, "documents_complete")
    (received,) = world.deliver()
    assert received.context["actions"] == ["answer"]
    link = the(Action.ANSWER, received)
    assert act(world, link, " \n\x07 ").state is PageState.EMPTY
    assert current(world, one).state == "questionnaire_sent"
    assert act(world, link, "1. yes\x1b[31m\r\n2. no\n").state is PageState.DONE
    assert current(world, one).state == "questionnaire_back"
    step = world.do(lambda tx: tx.procedure_log(one.procedure_id))[-1]
    assert step.data["answers"] == "1. yes[31m\n2. no"
    assert act(world, link, "again").state is PageState.USED


def test_answers_are_bounded(opened: Open) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    record(world, one, "documents_complete")
    (received,) = world.deliver()
    act(world, the(Action.ANSWER, received), "x" * 50_000)
    step = world.do(lambda tx: tx.procedure_log(one.procedure_id))[-1]
    assert len(step.data["answers"]) == ANSWER_MAX_CHARS


def test_a_link_of_a_procedure_that_is_over_does_nothing(opened: Open) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    record(world, one, "documents_complete")
    link = the(Action.ANSWER, world.deliver()[0])
    record(world, one, "withdrawn")
    assert act(world, link, "late").state is PageState.OVER
