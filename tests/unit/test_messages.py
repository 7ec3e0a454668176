"""Who hears of an event, in which language, with which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.alert import Alert, Audience, ChannelKind, DeliveryState
from monitor.domain.case import Case, Event, StepKind, begin
from monitor.domain.finding import ConditionFinding, EvidenceRef, Finding
from monitor.domain.label import Remedy
from monitor.domain.member import Contact, ContactRole, Member
from monitor.services.messages import CaseContext, Office, alerts_for, contacts_for, last_look
from monitor.services.ports import ChannelError
from monitor.services.records import AlertRow
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


def row(
    recipient: str,
    step: str = "notice",
    audience: Audience = MEMBER,
    channel: ChannelKind = ChannelKind.EMAIL,
    state: DeliveryState = DeliveryState.SENT,
    thread: str = "KW-1",
) -> AlertRow:
    return AlertRow("id", thread, step, audience, channel, recipient, "shop.example", thread,
                    state, 1, MONDAY, MONDAY, "")  # fmt: skip


def ended(kind: StepKind, *told: AlertRow, office: Office = OFFICE, of: Member = ALL,
          remedy: Remedy = R14) -> list[tuple[str, str, str]]:  # fmt: skip
    alerts = alerts_for(Event(kind), case(), about(remedy, of), office, MONDAY, told)
    return [(a.recipient, a.step, a.template) for a in alerts]


CLOSING, WITHDRAW = StepKind.CLOSING, StepKind.WITHDRAW
DESK = row("old@office.example", "staff-notice", STAFF)
CLOSED_DESK = ("old@office.example", "staff-closing", "silence")


def test_the_end_is_told_to_those_who_were_told_of_the_beginning() -> None:
    tech = row("TECH@shop.example", "reminder-1")
    assert ended(CLOSING, tech, tech) == [("tech@shop.example", "closing", "closing")]
    assert ended(CLOSING, tech, remedy=RS) == [("tech@shop.example", "closing", "closing")]
    assert ended(CLOSING, row("gone@shop.example")) == []
    assert ended(CLOSING) == []


@pytest.mark.parametrize(
    ("state", "hears"),
    [
        (DeliveryState.SENT, True),
        (DeliveryState.PENDING, True),
        (DeliveryState.HELD, True),
        (DeliveryState.WITHDRAWN, False),
        (DeliveryState.DEAD, False),
    ],
)
def test_what_is_under_way_will_be_heard_and_what_never_came_was_not(
    state: DeliveryState, *, hears: bool
) -> None:
    assert bool(ended(CLOSING, row(TO_ANNA, state=state))) is hears
    assert bool(ended(WITHDRAW, replace(DESK, state=state))) is hears
    assert ended(CLOSING, row(TO_ANNA, thread="KW-2")) == []
    assert ended(CLOSING, replace(row(TO_ANNA), created_at=MONDAY - DAY)) == []


@pytest.mark.parametrize("kind", [CLOSING, WITHDRAW])
def test_staff_who_heard_of_a_breach_hear_that_it_is_mended(kind: StepKind) -> None:
    assert ended(kind, DESK, DESK) == [CLOSED_DESK]
    assert ended(kind, replace(DESK, step="staff-overdue-1")) == [CLOSED_DESK]
    assert ended(kind, replace(DESK, step="staff-silence")) == [CLOSED_DESK]
    assert ended(kind, replace(DESK, step="staff-review")) == []
    (alert,) = alerts_for(Event(kind), case(), about(), OFFICE, MONDAY, [DESK])
    assert (alert.audience, alert.language) == (STAFF, "en")
    assert alert.context["summary"] == case().summary


def test_an_endpoint_that_heard_of_what_is_withdrawn_hears_its_end() -> None:
    office = replace(OFFICE, webhooks=("chat", "ticketing"))
    hook = row("chat", audience=STAFF, channel=ChannelKind.WEBHOOK)
    gone = replace(hook, recipient="gone")
    assert ended(WITHDRAW, hook, gone, office=office) == [("chat", "closing", "closing")]
    assert [step for _, step, _ in ended(CLOSING, hook, office=office)] == ["closing", "closing"]


def test_the_end_repeats_what_was_seen_and_not_what_to_do() -> None:
    words = {"en": "Not on {site}! Put it there now. Please.", "nl": "Niet op {site}. Plaats het."}
    told = label(replace(condition(), messages=words))
    english = member(contacts=(replace(ANNA, language="en"),))
    there = CaseContext(site(), english, told, told.conditions[0], (told,), R14)
    (alert,) = alerts_for(Event(CLOSING), case(), there, OFFICE, MONDAY)
    assert alert.context["message"] == "Not on https://shop.example/!"
    (alert,) = alerts_for(Event(StepKind.NOTICE), case(), there, OFFICE, MONDAY)
    assert str(alert.context["message"]).endswith("Put it there now. Please.")


def of_certificate(excerpt: str, kind: str = "tls.certificate@1") -> EvidenceRef:
    return EvidenceRef(kind, "https://shop.example/", MONDAY, excerpt, "ab")


VALID = of_certificate("The certificate is valid.")
SOON = "shop.example: The certificate expires on 2026-11-24"


@pytest.mark.parametrize(
    ("summary", "evidence", "shown"),
    [
        pytest.param(SOON, (VALID,), "notAfter: 2026-11-24", id="the day it ends"),
        pytest.param(SOON, (VALID, VALID), "", id="of which one is not known"),
        pytest.param("It accepts TLS 1.0.", (VALID,), "", id="about something else"),
        pytest.param(
            "a: The certificate is for b, not for a.",
            (of_certificate("The certificate is for b, not for a."),),
            "The certificate is for b, not for a.",
            id="the reason itself",
        ),
        pytest.param(
            SOON, (of_certificate("Accepts TLS 1.0.", "tls.facts@1"), VALID), "Accepts TLS 1.0.",
            id="of another kind",
        ),
    ],
)  # fmt: skip
def test_no_evidence_is_shown_that_contradicts_the_case(
    summary: str, evidence: tuple[EvidenceRef, ...], shown: str
) -> None:
    found = replace(
        finding(), summary=summary, evidence=evidence, values={"not_after": "2026-11-24"}
    )
    (alert,) = said(StepKind.NOTICE, of_case=case(found))
    rows = alert.context["evidence"]
    assert isinstance(rows, list)
    assert rows[0]["excerpt"] == shown


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
        "actions": ["look_again"],
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
