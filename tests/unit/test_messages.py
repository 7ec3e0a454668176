"""Who hears of an event, in which language, with which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.case import Case, Event, StepKind, begin
from monitor.domain.finding import ConditionFinding, EvidenceRef, Finding
from monitor.domain.label import Remedy
from monitor.domain.member import Contact, ContactRole, Member
from monitor.services.messages import CaseContext, Office, alerts_for, contacts_for, last_look
from monitor.services.ports import ChannelError
from tests.builders import (
    ANNA,
    DAY,
    HOUR,
    MONDAY,
    R2S,
    R14,
    RI,
    RS,
    TECH,
    condition,
    finding,
    label,
    member,
    rules,
    site,
)

OFFICE = Office(
    staff={"labels": ("labels@office.example",), "default": ("desk@office.example",)},
    operations=("ops@office.example",),
    language="en",
)
MARK, OTHER = label(condition()), label(condition(), label_id="other")
ALL = member(contacts=(ANNA, TECH))


def case(found: ConditionFinding | None = None) -> Case:
    return begin("KW-1", "shop.example", found or finding(), ("mark",), rules(), MONDAY)[0]


def about(remedy: Remedy = R14, of: Member = ALL) -> CaseContext:
    return CaseContext(site(), of, MARK, MARK.conditions[0], (MARK, OTHER), remedy)


def said(
    kind: StepKind,
    remedy: Remedy = R14,
    of: Member = ALL,
    office: Office = OFFICE,
    of_case: Case | None = None,
) -> tuple[Alert, ...]:
    return alerts_for(Event(kind), of_case or case(), about(remedy, of), office, MONDAY)


def heard(alerts: tuple[Alert, ...]) -> set[tuple[Audience, str, str]]:
    return {(a.audience, a.recipient, a.template) for a in alerts}


MEMBER, STAFF = Audience.MEMBER, Audience.STAFF
TO_ANNA, TO_LABELS = "anna@shop.example", "labels@office.example"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (StepKind.NOTICE, {(MEMBER, TO_ANNA, "notice")}),
        (StepKind.WORSE, {(MEMBER, TO_ANNA, "worse")}),
        (StepKind.REMINDER, {(MEMBER, TO_ANNA, "reminder")}),
        (StepKind.POSTPONED, {(MEMBER, TO_ANNA, "postponed")}),
        (StepKind.CLOSING, {(MEMBER, TO_ANNA, "closing")}),
        (StepKind.OVERDUE, {(MEMBER, TO_ANNA, "overdue"), (STAFF, TO_LABELS, "silence")}),
        (StepKind.SILENCE, {(STAFF, TO_LABELS, "silence")}),
        (StepKind.REVIEW, {(STAFF, TO_LABELS, "review")}),
        (StepKind.WITHDRAW, set()),
    ],
)
def test_each_event_is_told_to_whom_it_concerns(
    kind: StepKind, expected: set[tuple[Audience, str, str]]
) -> None:
    assert heard(said(kind)) == expected


def test_a_remedy_names_the_contacts_it_writes_to() -> None:
    assert {a.recipient for a in said(StepKind.NOTICE, R2S)} == {TO_ANNA, "tech@shop.example"}


@pytest.mark.parametrize("remedy", [RS, RI])
def test_a_remedy_that_writes_no_member_mail_tells_staff_of_the_notice(remedy: Remedy) -> None:
    assert heard(said(StepKind.NOTICE, remedy)) == {(STAFF, TO_LABELS, "silence")}
    assert said(StepKind.REMINDER, remedy) == ()


def test_a_member_without_contacts_is_reached_through_staff() -> None:
    nobody = member(contacts=())
    assert heard(said(StepKind.NOTICE, of=nobody)) == {(STAFF, TO_LABELS, "silence")}


def test_endpoints_hear_every_step_and_staff_mail_has_a_name_of_its_own() -> None:
    office = replace(OFFICE, webhooks=("ticketing", "chat"))
    alerts = said(StepKind.OVERDUE, office=office)
    assert [(a.channel, a.recipient, a.step) for a in alerts] == [
        (ChannelKind.EMAIL, TO_ANNA, "overdue"),
        (ChannelKind.EMAIL, TO_LABELS, "staff-overdue"),
        (ChannelKind.WEBHOOK, "ticketing", "overdue"),
        (ChannelKind.WEBHOOK, "chat", "overdue"),
    ]
    assert len({a.alert_id for a in alerts}) == 4
    assert said(StepKind.WITHDRAW, office=office) == ()


def test_a_reminder_says_its_number_in_its_step() -> None:
    (alert,) = alerts_for(Event(StepKind.REMINDER, 2), case(), about(), OFFICE, MONDAY)
    assert (alert.step, alert.context["reminder_number"]) == ("reminder-2", 2)


def test_everything_about_the_case_is_in_the_context_in_the_readers_language() -> None:
    refs = tuple(
        EvidenceRef("content.page@1", f"https://shop.example/{n}", MONDAY + n * HOUR, "x", "ab")
        for n in range(7)
    )
    found = replace(finding(), evidence=refs, values={"expected": "30198127"})
    due = replace(case(found), due_at=MONDAY + 14 * DAY, postponements=1)
    (alert,) = said(StepKind.NOTICE, of=member(contacts=(replace(TECH, role=ANNA.role),)),
                    of_case=due)  # fmt: skip
    assert (alert.thread, alert.case_id, alert.site_id) == ("KW-1", "KW-1", "shop.example")
    assert (alert.language, alert.created_at) == ("en", MONDAY)
    context = dict(alert.context)
    evidence = context.pop("evidence")
    assert isinstance(evidence, list)
    assert [row["source_url"] for row in evidence] == [ref.source_url for ref in refs[:5]]
    assert evidence[0]["seen_at"] == "2026-03-02T09:00:00Z"
    assert context == {
        "site_url": "https://shop.example/",
        "host": "shop.example",
        "country": "NL",
        "member_name": "Voorbeeld Handel B.V.",
        "case_id": "KW-1",
        "labels": ["Mark", "Other"],
        "condition_id": "tz-3.1c",
        "statement": "The number is on the site.",
        "clause": "Contact 1 c (2017-01-01)",
        "message": "We did not find it on https://shop.example/ (30198127).",
        "severity": "high",
        "seen_at": "2026-03-02T15:00:00Z",
        "due_at": "2026-03-16T09:00:00Z",
        "term_days": 14,
        "postponements_left": 0,
        "reminder_number": 0,
        "contact_name": "Theo",
        "summary": "",
    }
    (dutch,) = said(StepKind.NOTICE, of_case=due)
    assert dutch.context["message"] == "Niet op https://shop.example/."
    assert dutch.context["labels"] == ["Mark (NL)", "Other (NL)"]


def test_before_the_notice_there_is_no_day_and_a_value_not_stored_is_a_dash() -> None:
    (alert,) = said(StepKind.NOTICE, of=member(contacts=(replace(ANNA, language="en"),)))
    assert (alert.context["due_at"], alert.context["seen_at"]) == (None, "2026-03-02T09:00:00Z")
    assert str(alert.context["message"]).endswith("(-).")
    assert last_look(case()) == MONDAY


def test_what_a_site_says_cannot_pull_on_the_message() -> None:
    hostile = replace(finding(), values={"expected": "{site.__class__} {due!r} {0}"})
    english = member(contacts=(replace(ANNA, language="en"),))
    (alert,) = said(StepKind.NOTICE, of=english, of_case=case(hostile))
    assert str(alert.context["message"]).endswith("({site.__class__} {due!r} {0}).")


@pytest.mark.parametrize(
    ("remedy", "days"), [(R14, 14), (R2S, 2), (replace(R2S, due=HOUR), 1), (RS, None)]
)
def test_a_term_is_said_in_days_and_never_as_none_at_all(remedy: Remedy, days: int | None) -> None:
    (alert, *_) = said(StepKind.NOTICE, remedy)
    assert alert.context["term_days"] == days


@pytest.mark.parametrize(
    ("names", "addresses"),
    [
        (("labels",), ("labels@office.example",)),
        (("finance",), ("desk@office.example",)),
        (("labels", "finance", "labels"), ("labels@office.example", "desk@office.example")),
        ((), ("desk@office.example",)),
    ],
)
def test_a_team_without_addresses_is_the_default(
    names: tuple[str, ...], addresses: tuple[str, ...]
) -> None:
    assert OFFICE.team(names) == addresses
    assert Office().team(names) == ()


FINANCE = Contact("pay@shop.example", "Fay", "de", ContactRole.FINANCE)


@pytest.mark.parametrize(
    ("contacts", "roles", "expected"),
    [
        pytest.param((ANNA, TECH), ("technical",), (TECH,), id="the role asked for"),
        pytest.param((ANNA, TECH), ("finance",), (ANNA,), id="else the general contact"),
        pytest.param((TECH, FINANCE), ("contact",), (TECH, FINANCE), id="else anyone"),
        pytest.param((), ("contact",), (), id="nobody"),
    ],
)
def test_somebody_is_found_when_there_is_anybody(
    contacts: tuple[Contact, ...], roles: tuple[str, ...], expected: tuple[Contact, ...]
) -> None:
    assert contacts_for(member(contacts=contacts), roles) == expected


def test_a_channel_error_says_whether_trying_again_can_help() -> None:
    error = ChannelError("550 no such mailbox", permanent=True)
    assert (error.reason, error.permanent, str(error)) == (
        "550 no such mailbox",
        True,
        "550 no such mailbox",
    )


def test_the_builders_of_these_tests_speak_of_a_breach() -> None:
    assert case().outcome == "absent_complete"
    assert finding().finding is Finding.NOT_MET
