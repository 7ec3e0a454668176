"""Procedures: every machine through its states, its terms and what people may not do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.adapters.calendar import HolidayCalendar
from monitor.domain.attestation import Role
from monitor.domain.procedure import (
    ELAPSE,
    Effect,
    EffectKind,
    Event,
    NotPossibleError,
    Procedure,
    ProcedureKind,
    advance,
    begin,
    zone,
)
from monitor.domain.procedure_machines import MACHINES
from tests.builders import DAY, HOUR, MONDAY

CALENDAR = HolidayCalendar()


class Run:
    """One procedure, moved by hand."""

    def __init__(
        self,
        kind: ProcedureKind,
        at: datetime = MONDAY,
        calendar: HolidayCalendar = CALENDAR,
        country: str = "NL",
        **data: str,
    ) -> None:
        self.machine, self.at, self.calendar = MACHINES[kind], at, calendar
        blank = Procedure(
            "KP-2026-000001", kind, "shop", "m1", "mark", country, "", opened_at=at, changed_at=at
        )
        self.one, self.effects = begin(self.machine, blank, Event("opened", data), calendar)

    def do(self, name: str, role: Role = Role.STAFF, **data: str) -> Run:
        event = Event(name, data, role)
        self.one, self.effects = advance(self.machine, self.one, event, self.at, self.calendar)
        return self

    def wait(self, gap: timedelta) -> Run:
        self.at += gap
        return self.do(ELAPSE)

    @property
    def state(self) -> str:
        return self.one.state

    def waits(self) -> bool:
        return self.one.waiting_since is not None

    def said(self) -> list[tuple[str, str]]:
        return [(e.kind.value, e.name) for e in self.effects]


def refused(run: Run, name: str, role: Role = Role.STAFF, **data: str) -> str:
    before = run.one
    with pytest.raises(NotPossibleError) as caught:
        run.do(name, role, **data)
    assert run.one == before
    return str(caught.value)


def audited(at: datetime = MONDAY) -> Run:
    run = Run(ProcedureKind.APPLICATION, at).do("documents_complete").do("questionnaire_sent")
    run.do("questionnaire_back").do("accountant_positive", Role.ACCOUNTANT)
    return run.do("audited", Role.AUDITOR)


def test_an_application_goes_from_receipt_to_a_positive_decision() -> None:
    run = Run(ProcedureKind.APPLICATION)
    assert run.state == "received"
    assert run.said() == [("standing", "applicant"), ("evaluate", "")]
    run.do("documents_complete")
    assert run.said() == [("mail", "received")]
    assert run.one.due_at is not None
    run = audited().do("advised", Role.AUDITOR, advice="positive")
    run.do("decided_positive", open_breaches="0")
    assert run.said() == [("certify", ""), ("mail", "granted")]
    assert run.effects[0].day == date(2027, 3, 2)
    assert not run.one.active
    assert "it is closed" in refused(run, "withdrawn")


def test_a_certificate_granted_on_a_leap_day_ends_on_28_february() -> None:
    run = audited(datetime(2028, 2, 29, 9, tzinfo=UTC)).do(
        "advised", Role.AUDITOR, advice="positive"
    )
    run.do("decided_positive")
    assert run.effects[0].day == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("opened", "years", "until"),
    [
        (datetime(2028, 2, 29, 9, tzinfo=UTC), "4", date(2032, 2, 29)),
        (datetime(2028, 2, 29, 9, tzinfo=UTC), "2", date(2030, 2, 28)),
        # Half past eleven in the evening in UTC is the next day there.
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), "1", date(2027, 7, 1)),
    ],
)
def test_a_certificate_holds_as_long_as_the_label_file_says(
    opened: datetime, years: str, until: date
) -> None:
    run = Run(ProcedureKind.APPLICATION, opened, route="short", years=years)
    run.do("documents_complete").do("audited", Role.AUDITOR).do("decided_positive")
    assert run.effects[0].day == until


def test_there_is_no_certificate_while_a_serious_breach_is_open() -> None:
    run = audited().do("advised", Role.AUDITOR, advice="positive")
    said = refused(run, "decided_positive", open_breaches="tz-3.1c, tz-10.1")
    assert "tz-3.1c, tz-10.1" in said
    assert run.do("decided_negative").said() == [("release", ""), ("mail", "declined")]


def test_each_step_is_for_its_role_and_its_place() -> None:
    run = Run(ProcedureKind.APPLICATION)
    said = refused(run, "audited", Role.AUDITOR)
    assert "possible: answered, ask, documents_complete, withdrawn" in said
    run.do("documents_complete")
    assert "short route" in refused(run, "audited", Role.AUDITOR)
    run.do("questionnaire_sent").do("questionnaire_back")
    assert "for the role accountant" in refused(run, "accountant_positive")
    assert "for the role accountant" in refused(run, "accountant_negative", Role.FINANCE)
    run.do("accountant_negative", Role.ACCOUNTANT)
    assert run.said() == [("task", "")]
    run.do("accountant_positive", Role.ACCOUNTANT)
    assert "for the role auditor" in refused(run, "audited", Role.ACCOUNTANT)
    run.do("audited", Role.AUDITOR)
    assert "advised" in refused(run, "decided_positive")
    assert "advice=positive" in refused(run, "advised", Role.AUDITOR, advice="maybe")


def test_the_short_route_needs_no_accountant() -> None:
    run = Run(ProcedureKind.APPLICATION, route="short").do("documents_complete")
    assert run.said() == []
    assert run.do("audited", Role.AUDITOR).do("decided_positive").state == "decided_positive"
    with pytest.raises(NotPossibleError, match="full, short"):
        Run(ProcedureKind.APPLICATION, route="scenic")


def test_the_age_of_an_application_is_warned_of_and_stands_still_while_we_wait() -> None:
    run = Run(ProcedureKind.APPLICATION).wait(27 * DAY)
    assert run.said() == []
    run.do("ask", note="Which shop?").wait(100 * DAY)
    assert run.said() == []
    assert run.one.age(run.at) == 27 * DAY
    run.do("answered").wait(DAY)
    assert run.said() == [("operations", "warn")]
    assert run.wait(HOUR).said() == []
    assert run.wait(14 * DAY).said() == [("operations", "alert")]
    assert run.wait(100 * DAY).said() == []


def test_a_questionnaire_stops_the_clock_and_staff_hear_when_it_is_late() -> None:
    run = Run(ProcedureKind.APPLICATION).do("documents_complete").do("questionnaire_sent")
    assert run.wait(13 * DAY).said() == []
    assert run.wait(2 * DAY).said() == [("task", "")]
    assert run.wait(50 * DAY).said() == []
    run.do("questionnaire_back")
    assert run.one.age(run.at) == timedelta(0)


def test_an_application_neglected_for_long_is_alerted_once_not_warned_as_well() -> None:
    run = Run(ProcedureKind.APPLICATION).wait(90 * DAY)
    assert run.said() == [("operations", "alert")]


UNTIL = date(2026, 5, 1)


def recertification(at: datetime = MONDAY) -> Run:
    return Run(ProcedureKind.RECERTIFICATION, at, valid_until=UNTIL.isoformat())


def test_a_recertification_has_three_parts_and_renews_from_the_old_end() -> None:
    run = recertification()
    assert run.said() == [("mail", "recertify"), ("evaluate", "")]
    assert run.waits()
    assert "finance, law, security" in refused(run, "renewed")
    assert "not one of" in refused(run, "part_passed", part="mood")
    run.do("part_received", part="finance")
    assert not run.waits()
    assert "judged by finance" in refused(run, "part_passed", part="finance")
    run.do("part_passed", Role.FINANCE, part="finance").do("part_passed", part="law")
    run.do("part_passed", Role.AUDITOR, part="security").do("renewed")
    assert run.effects[0] == Effect(EffectKind.CERTIFY, day=date(2027, 5, 1))


def test_past_the_end_the_late_member_and_the_late_organisation_are_told_apart() -> None:
    run = recertification()
    run.wait(31 * DAY)
    assert run.said() == [("mail", "recertify")]
    run.wait(20 * DAY)
    assert run.said() == [("mail", "recertify")]
    run.wait(15 * DAY)
    assert run.said() == [("task", ""), ("mail", "recertify")]
    assert run.one.parts["late"] == "member"
    assert run.wait(DAY).said() == []
    ours = recertification().do("part_received", part="finance")
    assert ours.wait(31 * DAY).said() == []
    ours.wait(60 * DAY)
    assert ours.said() == [("operations", "alert")]
    assert ours.one.parts["late"] == "organisation"


def test_a_failed_part_is_for_staff_and_not_renewing_ends_nothing_by_itself() -> None:
    run = recertification().do("part_failed", part="law")
    assert run.said() == [("task", "")]
    run.do("not_renewed")
    assert run.said() == [("task", "")]
    assert not run.one.active
    run = recertification().do("part_received", part="finance").do("part_requested", part="finance")
    assert run.waits()
    with pytest.raises(NotPossibleError, match="valid_until"):
        Run(ProcedureKind.RECERTIFICATION)


def test_an_audit_is_planned_held_and_corrected() -> None:
    run = Run(ProcedureKind.AUDIT)
    assert run.said() == [("task", "")]
    assert "a day such as" in refused(run, "planned", day="soon")
    run.do("planned", day="2026-04-01").do("planned", day="2026-04-08")
    assert "for the role auditor" in refused(run, "audited", result="good")
    assert "result=good" in refused(run, "audited", Role.AUDITOR)
    run.do("audited", Role.AUDITOR, result="points")
    assert run.state == "corrections"
    assert run.wait(29 * DAY).said() == []
    assert run.wait(2 * DAY).said() == [("task", "")]
    assert run.wait(2 * DAY).said() == []
    assert run.do("corrected", Role.AUDITOR).state == "closed"
    good = Run(ProcedureKind.AUDIT).do("audited", Role.AUDITOR, result="good")
    assert good.state == "closed"


def admission(at: datetime = MONDAY) -> Run:
    return Run(ProcedureKind.ADMISSION, at, points="tz-3.1c")


def test_two_weeks_begin_when_the_notice_was_taken_and_end_with_the_day() -> None:
    run = admission()
    assert run.said() == [("mail", "improve")]
    run.wait(3 * DAY).do("notified")
    due = run.one.due_at
    assert due is not None
    local = due.astimezone(zone("NL"))
    assert (local.date(), local.hour, local.minute) == (date(2026, 3, 19), 23, 59)
    assert run.wait(13 * DAY).said() == []
    assert run.wait(2 * DAY).said() == [("mail", "last_call")]
    assert run.wait(HOUR).said() == []


def test_silence_after_the_reminder_waits_for_staff_to_confirm() -> None:
    run = admission().do("notified").wait(15 * DAY)
    assert run.state == "reminded"
    run.wait(16 * DAY)
    assert (run.state, run.said()) == ("to_be_cancelled", [("task", "")])
    assert run.wait(100 * DAY).state == "to_be_cancelled"
    assert "for the role staff" in refused(run, "cancelled", Role.REVIEWER)
    assert run.do("cancelled").said() == [("release", ""), ("mail", "cancelled")]


def test_a_member_may_postpone_once_and_staff_more_often() -> None:
    run = admission().do("notified").wait(15 * DAY).do("postpone")
    assert (run.state, run.said()) == ("running", [("mail", "more_time")])
    assert run.one.due_at is not None
    assert 14 * DAY < run.one.due_at - run.at < 18 * DAY
    assert "once already" in refused(run, "postpone")
    assert run.do("postpone", by="staff").one.postponements == 2
    run.wait(60 * DAY).do("cancel")
    assert run.state == "to_be_cancelled"
    assert run.do("kept").state == "running"


def test_a_mail_that_did_not_arrive_stops_the_clock() -> None:
    run = admission().do("bounced")
    assert (run.state, run.one.due_at, run.said()) == ("paused", None, [("task", "")])
    assert run.wait(100 * DAY).state == "paused"
    run.do("resumed")
    assert run.one.due_at is not None
    assert run.one.due_at > run.at + 13 * DAY


def test_a_notice_that_nobody_took_in_two_weeks_is_not_a_term_that_passed() -> None:
    run = admission().wait(20 * DAY)
    assert (run.state, run.said()) == ("paused", [("task", "")])


def test_a_shop_that_is_done_is_looked_at_again_and_passes_or_gets_two_weeks_more() -> None:
    run = admission().do("notified").do("reinspect")
    assert (run.state, run.said()) == ("reinspection", [("evaluate", "")])
    run.do("failed", points="tz-10.1")
    assert run.effects[0].summary == "tz-10.1"
    run.do("notified").do("reinspect").do("passed")
    assert run.said() == [("task", "")]
    assert not run.one.active


@pytest.mark.parametrize(
    ("country", "opened", "last"),
    [
        # Two weeks from Maundy Thursday 2026 minus 14 days: Good Friday is a working day in NL,
        # Easter Monday is not.
        ("NL", datetime(2026, 3, 23, 12, tzinfo=UTC), date(2026, 4, 7)),
        # 21 July is a holiday in Belgium alone.
        ("BE", datetime(2026, 7, 7, 12, tzinfo=UTC), date(2026, 7, 22)),
        ("NL", datetime(2026, 7, 7, 12, tzinfo=UTC), date(2026, 7, 21)),
        # 27 April is King's Day in the Netherlands alone.
        ("NL", datetime(2026, 4, 13, 12, tzinfo=UTC), date(2026, 4, 28)),
        ("BE", datetime(2026, 4, 13, 12, tzinfo=UTC), date(2026, 4, 27)),
    ],
)
def test_a_term_ends_on_a_working_day_of_the_members_country(
    country: str, opened: datetime, last: date
) -> None:
    run = Run(ProcedureKind.ADMISSION, opened, country=country).do("notified")
    assert run.one.due_at is not None
    assert run.one.due_at.astimezone(zone(country)).date() == last


def test_a_term_does_not_end_in_a_freeze() -> None:
    frozen = HolidayCalendar(((date(2026, 11, 20), date(2026, 12, 31)),))
    run = Run(ProcedureKind.ADMISSION, datetime(2026, 11, 16, 9, tzinfo=UTC), frozen).do("notified")
    assert run.one.due_at is not None
    assert run.one.due_at.astimezone(zone("NL")).date() == date(2027, 1, 4)


def test_an_ending_takes_effect_after_its_day_and_is_watched_for_half_a_year() -> None:
    run = Run(ProcedureKind.ENDING, paid_until="2026-03-31")
    assert run.effects == (Effect(EffectKind.MAIL, "ending", day=date(2026, 3, 31)),)
    assert run.wait(datetime(2026, 3, 31, 21, 59, tzinfo=UTC) - run.at).said() == []
    run.wait(timedelta(minutes=1))
    assert run.effects == (Effect(EffectKind.STANDING, "ended", day=date(2026, 3, 31)),)
    assert run.wait(179 * DAY).state == "ended"
    assert run.wait(DAY).state == "closed"


def test_an_ending_may_come_before_the_paid_period_is_over_but_not_after() -> None:
    early = Run(ProcedureKind.ENDING, paid_until="2026-12-31", on="2026-03-10")
    assert early.one.parts["ended_on"] == "2026-03-10"
    early.do("moved", on="2026-03-12")
    assert early.one.parts["ended_on"] == "2026-03-12"
    assert early.do("revoked").state == "revoked"
    assert early.wait(100 * DAY).said() == []
    bad: list[tuple[Mapping[str, Any], str]] = [
        ({}, "say when"),
        ({"paid_until": "2026-03-31", "on": "2026-04-01"}, "after the end of the paid period"),
        ({"on": "2026-03-01"}, "past"),
        ({"on": "31-03-2026"}, "a day such as"),
    ]
    for data, said in bad:
        with pytest.raises(NotPossibleError, match=said):
            Run(ProcedureKind.ENDING, **data)


def owner_change() -> Run:
    return Run(ProcedureKind.OWNER_CHANGE, domain="www.shop.example", code="keurwacht-1")


def checked() -> Run:
    run = owner_change().do("sender_verified", method="dns_code")
    return run.do("data_changed").do("domain_transferred", note="registry extract")


def test_a_change_of_owner_needs_its_whole_checklist() -> None:
    run = owner_change()
    assert run.said() == [("task", "")]
    said = refused(run, "validated", to="m2")
    assert "sender_verified, data_changed, domain_transferred" in said
    run = checked()
    assert "to=MEMBER" in refused(run, "validated")
    assert "owner already" in refused(run, "validated", to="m1")
    run.do("validated", to="m2")
    assert run.said() == [("transfer", ""), ("evaluate", ""), ("mail", "welcome")]
    assert (run.effects[0].target, run.effects[0].day) == ("m2", date(2026, 3, 2))
    assert run.state == "transferred"


def test_a_change_of_owner_may_take_effect_later() -> None:
    run = checked().do("validated", to="m2", since="2026-03-10")
    assert (run.state, run.said()) == ("validated", [])
    assert run.wait(7 * DAY).said() == []
    assert run.wait(DAY).state == "transferred"
    assert (
        checked().do("validated", to="m2", since="2026-03-10").do("dismissed").state == "dismissed"
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"method": "phone"}, "mail, site_code, dns_code"),
        ({"method": "mail", "domain": "gmail.com", "spf": "pass"}, "is not the shop's"),
        ({"method": "mail", "domain": "evilshop.example", "dkim": "pass"}, "is not the shop's"),
        ({"method": "mail", "domain": "mail.shop.example", "dkim": "pass"}, "is not the shop's"),
        ({"method": "mail", "dkim": "pass"}, "not said"),
        ({"method": "mail", "domain": "shop.example"}, "proves nothing"),
        ({"method": "mail", "domain": "shop.example", "spf": "softfail"}, "proves nothing"),
    ],
)
def test_a_sender_that_proves_nothing_is_refused(data: Mapping[str, Any], said: str) -> None:
    assert said in refused(owner_change(), "sender_verified", **data)


@pytest.mark.parametrize("domain", ["shop.example", "WWW.Shop.Example."])
def test_a_mail_of_the_shops_own_domain_that_passed_is_proof(domain: str) -> None:
    run = owner_change().do(
        "sender_verified", method="mail", domain=domain, spf="fail", dkim="pass"
    )
    assert run.one.parts["sender_verified"] == "mail"


def test_passing_time_moves_nothing_that_is_closed() -> None:
    run = owner_change().do("dismissed")
    closed = replace(run.one)
    assert run.wait(1000 * DAY).one == closed
