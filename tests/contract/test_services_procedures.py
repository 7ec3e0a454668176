"""Procedures in the office: who hears what, standings, seals, shops and owners."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.adapters.store.store import SqlTx
from monitor.domain.alert import Alert, Audience, Outgoing
from monitor.domain.attestation import Role
from monitor.domain.case import CaseState
from monitor.domain.finding import Finding, Severity
from monitor.domain.label import Certifying, Label, Mapped, When
from monitor.domain.member import Contact, ContactRole, Member
from monitor.domain.procedure import Effect, EffectKind, Event, Procedure, ProcedureKind
from monitor.domain.site import Certification, Site, Standing
from monitor.services.attestations import attest
from monitor.services.office_round import in_turn, steps
from monitor.services.procedure_effects import Effects
from monitor.services.procedure_points import point_lines
from monitor.services.procedure_shops import add_shop, end_shop
from monitor.services.procedures import Procedures
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from scanners.api import ScanKind, ScanOutcome
from tests.builders import ANNA, DAY, FINDINGS, HOUR, MONDAY, TECH, condition, label, member, site
from tests.contract.services_world import ORDERS, SHOP, World, on_page, open_world
from tests.contract.test_services_obligations import AUDIT
from tests.unit.test_assess import YEARLY

PAGE = replace(on_page(), findings={**FINDINGS, "other_number": replace(
    FINDINGS["other_number"], reason="owner_change")})  # fmt: skip
SEAL = condition("seal-1", uses="seal", when=When(standing_any=("ended", "withdrawn")))
PAPER = condition("tz-1.1", attestation=YEARLY)
MARK = label(PAGE, SEAL, PAPER)
NEW = member("kvk-12345678", kvk="12345678", contacts=(Contact("new@shop.example", "Nina", "de"),))
TODAY = MONDAY.date()
Open = Callable[..., World]


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label, on: Site | None = None, of: Member | None = None) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *(labels or (MARK,)), on=on, of=of))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def applicant() -> Site:
    return site(Certification("mark", Standing.APPLICANT))


def certified(since: date | None = None, until: date | None = None) -> Site:
    return site(Certification("mark", Standing.CERTIFIED, since, until))


def desk(world: World) -> Procedures:
    return Procedures(world.casework)


def shop(world: World, site_id: str = SHOP) -> Site:
    found = world.do(lambda tx: tx.site(site_id))
    assert found is not None
    return found


def begin(world: World, kind: ProcedureKind, label_id: str = "mark", **data: str) -> Procedure:
    on, now = shop(world), world.clock.now()
    return world.do(lambda tx: desk(world).open(tx, kind, on, label_id, "ann", now, data))


def record(
    world: World, one: Procedure, name: str, role: Role = Role.STAFF, **data: str
) -> Procedure:
    event, now = Event(name, data, role), world.clock.now()
    return world.do(lambda tx: desk(world).record(tx, one.procedure_id, event, "ann", now))


def round_of(world: World) -> None:
    for step in steps(world.casework, ORDERS, world.clock.now()):
        world.do(step)


def current(world: World, one: Procedure) -> Procedure:
    found = world.do(lambda tx: tx.procedure(one.procedure_id))
    assert found is not None
    return found


def templates(alerts: list[Alert]) -> list[tuple[str, str]]:
    return sorted((alert.recipient, alert.template) for alert in alerts)


def standing(world: World, site_id: str = SHOP) -> Standing | None:
    held = shop(world, site_id).certifications
    return next((c.standing for c in held if c.label_id == "mark"), None)


def confirmed_breach(world: World, text: str = "nothing") -> None:
    world.look(text)
    world.after(HOUR).look(text)


def to_advised(world: World, one: Procedure) -> None:
    record(world, one, "documents_complete")
    record(world, one, "questionnaire_back")
    record(world, one, "accountant_positive", Role.ACCOUNTANT)
    record(world, one, "audited", Role.AUDITOR)
    record(world, one, "advised", Role.AUDITOR, advice="positive")


def test_an_application_queues_the_whole_evaluation_and_is_logged(opened: Open) -> None:
    world = opened(on=site(Certification("other", Standing.CERTIFIED)))
    one = begin(world, ProcedureKind.APPLICATION)
    assert standing(world) is Standing.APPLICANT
    rows = world.do(lambda tx: tx.due_rows(SHOP))
    assert {row.kind for row in rows} == {ScanKind.CONTENT}
    assert all(row.ready_at <= MONDAY + DAY for row in rows)
    assert {row.requested_by for row in rows} == {"ann"}
    (step,) = world.do(lambda tx: tx.procedure_log(one.procedure_id))
    assert (step.event, step.after, step.actor) == ("opened", "received", "ann")
    assert world.do(lambda tx: tx.audit_log(1))[0].action == "procedure_moved"


def test_the_questionnaire_goes_out_with_the_receipt(opened: Open) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    assert record(world, one, "documents_complete").state == "questionnaire_sent"
    (alert,) = world.deliver()
    assert (alert.recipient, alert.template) == ("anna@shop.example", "received")
    assert alert.context["case_id"] == one.procedure_id
    assert alert.context["due_at"]
    assert current(world, one).waiting_since is not None


def test_without_a_contact_nothing_is_sent_and_staff_get_the_task(opened: Open) -> None:
    world = opened(on=applicant(), of=member(contacts=()))
    one = begin(world, ProcedureKind.APPLICATION)
    assert record(world, one, "documents_complete").state == "documents_complete"
    assert templates(world.deliver()) == [("labels@office.example", "task")]


def test_a_positive_decision_certifies_for_a_year_and_entitles_to_the_seal(opened: Open) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    world.look("found")
    to_advised(world, one)
    world.deliver()
    assert record(world, one, "decided_positive").state == "decided_positive"
    (held,) = shop(world).certifications
    assert held == Certification("mark", Standing.CERTIFIED, TODAY, date(2027, 3, 2))
    assert world.do(lambda tx: tx.seals(SHOP)) == [("mark", SHOP, TODAY, None)]
    assert templates(world.deliver()) == [("anna@shop.example", "granted")]
    with pytest.raises(RequestError, match="is certified for mark already"):
        begin(world, ProcedureKind.APPLICATION)


def test_staff_alone_hear_of_an_applicants_breach_and_it_bars_the_certificate(
    opened: Open,
) -> None:
    world = opened(on=applicant(), of=member(contacts=(ANNA, TECH)))
    one = begin(world, ProcedureKind.APPLICATION)
    confirmed_breach(world)
    assert world.case().state is CaseState.OPEN
    assert {a.audience for a in world.deliver()} == {Audience.STAFF}
    to_advised(world, one)
    world.deliver()
    with pytest.raises(RequestError, match=r"not met: tz-3\.1c"):
        record(world, one, "decided_positive", open_breaches="0")
    assert current(world, one).state == "advised"
    assert standing(world) is Standing.APPLICANT


@pytest.mark.parametrize(
    ("held", "told"), [(Standing.APPLICANT, False), (Standing.CERTIFIED, True)]
)
def test_an_applicant_hears_neither_advice_nor_that_it_cannot_be_seen(
    opened: Open, held: Standing, told: bool
) -> None:
    world = opened(label(PAGE), on=site(Certification("mark", held)))
    world.look("soon")
    said = {a.template for a in world.deliver() if a.audience is Audience.MEMBER}
    assert said == ({"advice"} if told else set())
    for _ in range(24):
        world.after(DAY).look("", outcome=ScanOutcome.BLOCKED)
    said = {a.template for a in world.deliver() if a.audience is Audience.MEMBER}
    assert said == ({"tell_member"} if told else set())


def test_a_former_member_that_applies_anew_has_no_end_on_file(opened: Open) -> None:
    over = Certification("mark", Standing.ENDED, TODAY, TODAY + DAY)
    world = opened(on=site(over))
    begin(world, ProcedureKind.APPLICATION)
    assert shop(world).certifications == (Certification("mark", Standing.APPLICANT, TODAY, None),)


def test_a_lesser_breach_bars_nothing_and_is_told_once_certified(opened: Open) -> None:
    small = replace(PAGE, severity=Severity.LOW)
    world = opened(label(small), on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    confirmed_breach(world)
    to_advised(world, one)
    world.deliver()
    record(world, one, "decided_positive")
    assert templates(world.deliver()) == [
        ("anna@shop.example", "granted"),
        ("anna@shop.example", "notice"),
    ]
    assert world.case().state is CaseState.NOTIFIED


def test_a_declined_applicant_is_not_watched_any_more(opened: Open) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    confirmed_breach(world)
    to_advised(world, one)
    world.deliver()
    record(world, one, "decided_negative")
    assert standing(world) is None
    assert world.rows(SHOP) == []
    assert world.case().state is CaseState.DECIDED
    assert templates(world.deliver()) == [("anna@shop.example", "declined")]


def test_operations_hear_of_an_application_that_takes_long(opened: Open) -> None:
    world = opened(on=applicant())
    begin(world, ProcedureKind.APPLICATION)
    for _ in range(3):
        round_of(world.after(14 * DAY))
    ops = [a for a in world.deliver() if a.audience is Audience.OPERATIONS]
    assert [a.recipient for a in ops] == ["ops@office.example"] * 2
    assert [str(a.context["summary"]).split()[-4:] for a in ops] == [
        ["28", "days", "or", "more."],
        ["42", "days", "or", "more."],
    ]


def improving(opened: Open) -> tuple[World, Procedure]:
    world = opened(on=applicant())
    begin(world, ProcedureKind.APPLICATION)
    confirmed_breach(world)
    world.deliver()
    return world, begin(world, ProcedureKind.ADMISSION)


def sent(world: World, template: str) -> Outgoing:
    now = world.clock.now()
    claimed = world.do(lambda tx: tx.claim_alerts(now, 50, DAY, "mailer"))
    return next(o for o in claimed if o.alert.template == template)


def test_the_remedy_of_an_admission_lists_the_points_and_starts_when_taken(opened: Open) -> None:
    world, one = improving(opened)
    outgoing = sent(world, "improve")
    assert outgoing.alert.context["message"] == "- tz-3.1c: Niet op https://shop.example/."
    world.after(2 * DAY)
    world.do(lambda tx: desk(world).after_sent(tx, outgoing, world.clock.now()))
    running = current(world, one)
    assert running.state == "running"
    assert running.due_at is not None
    assert running.due_at > world.clock.now() + 13 * DAY
    world.do(lambda tx: desk(world).after_sent(tx, outgoing, world.clock.now()))
    assert current(world, one) == running


def test_a_notice_that_bounced_pauses_and_one_that_arrives_later_resumes(opened: Open) -> None:
    world, one = improving(opened)
    outgoing = sent(world, "improve")
    world.do(lambda tx: desk(world).after_dead(tx, outgoing, "550", world.clock.now()))
    assert current(world, one).state == "paused"
    world.do(lambda tx: desk(world).after_dead(tx, outgoing, "550", world.clock.now()))
    world.do(lambda tx: desk(world).after_sent(tx, outgoing, world.clock.now()))
    assert current(world, one).state == "running"
    staff = replace(outgoing, alert=replace(outgoing.alert, template="task"))
    world.do(lambda tx: desk(world).after_sent(tx, staff, world.clock.now()))
    assert current(world, one).state == "running"


def test_silence_is_cancelled_by_staff_and_takes_the_application_along(opened: Open) -> None:
    world, one = improving(opened)
    record(world, one, "notified")
    world.deliver()
    round_of(world.after(16 * DAY))
    round_of(world)
    assert ("anna@shop.example", "last_call") in templates(world.deliver())
    round_of(world.after(17 * DAY))
    assert current(world, one).state == "to_be_cancelled"
    assert standing(world) is Standing.APPLICANT
    record(world, one, "cancelled")
    assert standing(world) is None
    assert world.do(lambda tx: tx.procedures(SHOP, active_only=True)) == []
    assert ("anna@shop.example", "cancelled") in templates(world.deliver())


def test_an_admission_needs_an_applicant_with_something_to_improve(opened: Open) -> None:
    world = opened(on=applicant())
    world.look("found")
    with pytest.raises(RequestError, match="nothing to improve"):
        begin(world, ProcedureKind.ADMISSION)
    for kind in (ProcedureKind.AUDIT, ProcedureKind.ENDING, ProcedureKind.RECERTIFICATION):
        with pytest.raises(RequestError, match=r"needs the standing .* is applicant for mark"):
            begin(world, kind, paid_until="2026-04-01")
    with pytest.raises(RequestError, match="unknown label 'gold'; known: mark"):
        begin(world, ProcedureKind.APPLICATION, "gold")


def test_one_of_a_kind_runs_at_a_time(opened: Open) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    with pytest.raises(RequestError, match=one.procedure_id):
        begin(world, ProcedureKind.APPLICATION)
    with pytest.raises(RequestError, match="no procedure 'KP-x'"):
        record(world, replace(one, procedure_id="KP-x"), "ask")


def test_an_ending_takes_effect_after_its_day_for_this_shop_alone(opened: Open) -> None:
    world = opened(on=certified(TODAY))
    other = replace(certified(TODAY), site_id="two.example", url="https://two.example/")
    world.do(lambda tx: tx.put_sites([other]))
    world.do(lambda tx: tx.grant_seal(SHOP, "mark", SHOP, TODAY))
    on, now = shop(world), world.clock.now()
    (one,) = world.do(
        lambda tx: end_shop(tx, desk(world), on, None, "ann", now, paid_until="2026-03-31")
    )
    assert templates(world.deliver()) == [("anna@shop.example", "ending")]
    audit = begin(world, ProcedureKind.AUDIT)
    round_of(world.after(29 * DAY))
    assert standing(world) is Standing.CERTIFIED
    round_of(world.after(DAY))
    assert shop(world).certifications == (
        Certification("mark", Standing.ENDED, date(2026, 3, 31), None),
    )
    assert standing(world, "two.example") is Standing.CERTIFIED
    assert world.do(lambda tx: tx.seals(SHOP)) == [("mark", SHOP, TODAY, date(2026, 3, 31))]
    # Only the seal is looked for now, daily.
    assert [row.kind for row in world.rows(SHOP)] == [ScanKind.SEAL]
    assert world.due(ScanKind.SEAL).ready_at <= world.clock.now() + DAY
    assert not current(world, audit).active
    round_of(world.after(181 * DAY))
    assert current(world, one).state == "closed"
    gone = shop(world)
    with pytest.raises(RequestError, match="holds no label that could end"):
        world.do(lambda tx: end_shop(tx, desk(world), gone, None, "ann", now))


def test_a_recertification_opens_sixty_days_before_the_end_and_renews_it(opened: Open) -> None:
    until = TODAY + 100 * DAY
    finance = Contact("finn@shop.example", "Finn", "fr", ContactRole.FINANCE)
    yearly = replace(label(on_page()), certification=Certifying(365 * DAY))
    world = opened(yearly, on=certified(TODAY, until), of=member(contacts=(ANNA, finance)))
    round_of(world.after(39 * DAY))
    assert world.do(lambda tx: tx.procedures()) == []
    round_of(world.after(DAY))
    round_of(world.after(DAY))
    (one,) = world.do(lambda tx: tx.procedures())
    assert ("finn@shop.example", "recertify") in templates(world.deliver())
    for part in ("finance", "law", "security"):
        role = Role.FINANCE if part == "finance" else Role.STAFF
        record(world, one, "part_passed", role, part=part)
    record(world, one, "renewed")
    (held,) = shop(world).certifications
    assert (held.since, held.valid_until) == (TODAY, date(until.year + 1, until.month, until.day))
    round_of(world.after(DAY))
    assert len(world.do(lambda tx: tx.procedures())) == 1


def test_a_renewal_does_not_lift_a_suspension(opened: Open) -> None:
    until = TODAY + 30 * DAY
    world = opened(on=site(Certification("mark", Standing.SUSPENDED, TODAY, until)))
    one = begin(world, ProcedureKind.RECERTIFICATION)
    for part in ("finance", "law", "security"):
        role = Role.FINANCE if part == "finance" else Role.STAFF
        record(world, one, "part_passed", role, part=part)
    world.deliver()
    # Whatever was said: how the site stands is looked up.
    record(world, one, "renewed", standing="certified")
    (held,) = shop(world).certifications
    assert (held.standing, held.since) == (Standing.SUSPENDED, TODAY)
    assert held.valid_until == date(until.year + 1, until.month, until.day)
    assert world.do(lambda tx: tx.seals(SHOP)) == []
    (told,) = world.deliver()
    assert (told.template, told.audience) == ("task", Audience.STAFF)
    assert "still suspended" in str(told.context["summary"])
    assert not current(world, one).active


def test_what_passed_before_a_late_opening_is_said_with_it_alone(opened: Open) -> None:
    finance = Contact("finn@shop.example", "Finn", "fr", ContactRole.FINANCE)
    yearly = replace(label(on_page()), certification=Certifying(365 * DAY))
    for days in (10, -10):
        on = certified(TODAY - 300 * DAY, TODAY + days * DAY)
        world = opened(yearly, on=on, of=member(contacts=(ANNA, finance)))
        round_of(world)
        round_of(world.after(HOUR))
        mails = [said for said in templates(world.deliver()) if said[1] == "recertify"]
        assert mails == [("finn@shop.example", "recertify")]
        world.store.close()


def test_an_ending_on_the_last_day_asks_for_no_renewal_any_more(opened: Open) -> None:
    until = TODAY + 20 * DAY
    yearly = replace(label(on_page(), SEAL), certification=Certifying(365 * DAY))
    world = opened(yearly, on=certified(TODAY, until))
    round_of(world)
    (renewal,) = world.do(lambda tx: tx.procedures())
    begin(world, ProcedureKind.ENDING, on=until.isoformat())
    world.after(20 * DAY).deliver()
    round_of(world.after(DAY))
    assert standing(world) is Standing.ENDED
    assert not current(world, renewal).active
    assert "recertify" not in {template for _, template in templates(world.deliver())}


def put(changed: Site, tx: SqlTx) -> None:
    tx.put_sites([changed])


def test_staff_may_settle_a_renewal_by_hand_and_nobody_is_reminded(opened: Open) -> None:
    until = TODAY + 40 * DAY
    yearly = replace(label(on_page()), certification=Certifying(365 * DAY))
    for settled in (certified(TODAY, until + 365 * DAY), site(
        Certification("mark", Standing.WITHDRAWN, TODAY))):  # fmt: skip
        world = opened(yearly, on=certified(TODAY, until))
        round_of(world)
        (renewal,) = world.do(lambda tx: tx.procedures())
        world.deliver()
        world.do(partial(put, settled))
        round_of(world.after(15 * DAY))
        assert not current(world, renewal).active
        assert "recertify" not in {template for _, template in templates(world.deliver())}
        world.store.close()


def test_an_owner_changed_by_an_import_stops_no_round_and_is_asked_anew(opened: Open) -> None:
    until = TODAY + 50 * DAY
    yearly = replace(label(on_page()), certification=Certifying(365 * DAY))
    world = opened(yearly, on=certified(TODAY, until))
    round_of(world)
    moved = replace(shop(world), member_id=NEW.member_id)
    world.do(lambda tx: tx.put_members([NEW]))
    world.do(lambda tx: tx.put_sites([moved]))
    world.deliver()
    round_of(world.after(HOUR))
    running = world.do(lambda tx: tx.procedures(active_only=True))
    assert [one.member_id for one in running] == [NEW.member_id]
    assert ("new@shop.example", "recertify") in templates(world.deliver())


def test_after_a_second_inspection_only_what_is_left_is_asked_for(opened: Open) -> None:
    world = opened(on=applicant())
    confirmed_breach(world)
    admission = begin(world, ProcedureKind.ADMISSION)
    record(world, admission, "reinspect")
    again = record(world, admission, "failed", points="tz-9.9")
    assert again.parts["points"] == "tz-3.1c"
    record(world, admission, "reinspect")
    world.after(HOUR).look("found")
    world.after(DAY).look("found")
    with pytest.raises(RequestError, match="nothing to improve"):
        record(world, admission, "failed")


def test_a_reminder_of_a_procedure_that_is_over_is_not_sent_any_more(opened: Open) -> None:
    world = opened(on=applicant())
    confirmed_breach(world)
    admission = begin(world, ProcedureKind.ADMISSION)
    now = world.clock.now()
    waiting = world.do(lambda tx: tx.claim_alerts(now, 50, HOUR, "mailer"))
    (mail,) = [one for one in waiting if one.alert.template == "improve"]
    assert world.do(lambda tx: desk(world).wanted(tx, mail))
    record(world, admission, "passed")
    assert not world.do(lambda tx: desk(world).wanted(tx, mail))
    others = [one for one in waiting if one.alert.template != "improve"]
    assert world.do(lambda tx: all(desk(world).wanted(tx, one) for one in others))


def test_a_former_member_that_is_declined_is_watched_as_before(opened: Open) -> None:
    world = opened(on=certified(TODAY))
    begin(world, ProcedureKind.ENDING, on=TODAY.isoformat())
    round_of(world.after(DAY))
    assert standing(world) is Standing.ENDED
    one = begin(world, ProcedureKind.APPLICATION)
    record(world.after(DAY), one, "withdrawn")
    (held,) = shop(world).certifications
    assert (held.standing, held.since) == (Standing.ENDED, TODAY)
    assert ScanKind.SEAL in {row.kind for row in world.rows(SHOP)}


def test_a_label_that_certifies_for_two_years_says_so(opened: Open) -> None:
    longer = replace(label(on_page()), certification=Certifying(730 * DAY))
    world = opened(longer, on=applicant())
    one = begin(world, ProcedureKind.APPLICATION, route="short", years="9")
    record(world, one, "documents_complete")
    record(world, one, "audited", Role.AUDITOR)
    record(world, one, "decided_positive")
    assert shop(world).certifications[0].valid_until == date(2028, 3, 2)


def test_years_that_somebody_says_are_not_taken(opened: Open) -> None:
    world = opened(on=applicant())
    assert begin(world, ProcedureKind.APPLICATION, years="9").parts["years"] == "1"


def test_an_end_that_is_long_past_opens_nothing_by_itself(opened: Open) -> None:
    yearly = replace(label(on_page()), certification=Certifying(365 * DAY))
    world = opened(yearly, on=certified(None, TODAY - 31 * DAY))
    round_of(world)
    assert world.do(lambda tx: tx.procedures()) == []
    world.do(lambda tx: tx.put_sites([certified()]))
    with pytest.raises(RequestError, match="say until when"):
        begin(world, ProcedureKind.RECERTIFICATION)


def test_an_audit_opens_before_the_two_years_are_over(opened: Open) -> None:
    audited = label(on_page(), obligations=(AUDIT,))
    world = opened(audited, on=certified(TODAY))
    round_of(world.after(669 * DAY))
    assert world.do(lambda tx: tx.procedures()) == []
    round_of(world.after(2 * DAY))
    round_of(world.after(DAY))
    (one,) = world.do(lambda tx: tx.procedures())
    record(world, one, "dropped")
    round_of(world.after(DAY))
    assert world.do(lambda tx: tx.procedures(active_only=True)) == []
    round_of(world.after(30 * DAY))
    (one,) = world.do(lambda tx: tx.procedures(active_only=True))
    record(world, one, "audited", Role.AUDITOR, result="good")
    round_of(world.after(DAY))
    assert len(world.do(lambda tx: tx.procedures())) == 2


def changing(world: World) -> Procedure:
    one = begin(world, ProcedureKind.OWNER_CHANGE, "")
    world.do(lambda tx: tx.put_members([NEW]))
    record(world, one, "sender_verified", method="site_code")
    record(world, one, "data_changed")
    return record(world, one, "domain_transferred")


def test_another_owner_inherits_nothing_and_is_accused_of_nothing(opened: Open) -> None:
    world = opened(on=certified(TODAY))
    on = shop(world)
    world.do(
        lambda tx: attest(
            tx, on, "tz-1.1", date.max, "finn", b"pdf", world.catalogue, MONDAY, role=Role.FINANCE
        )
    )
    confirmed_breach(world)
    world.deliver()
    case = world.case()
    assert case.state is CaseState.NOTIFIED
    one = changing(world)
    world.deliver()
    with pytest.raises(RequestError, match="no member 'kvk-0'"):
        record(world, one, "validated", to="kvk-0")
    record(world, one, "validated", to=NEW.member_id)
    assert shop(world).member_id == NEW.member_id
    links = world.do(lambda tx: tx.links(SHOP))
    assert [(link.member_id, link.since) for link in links] == [
        ("kvk-30198127", None), (NEW.member_id, TODAY)
    ]  # fmt: skip
    assert world.do(lambda tx: tx.attestations(SHOP)) == {}
    assert len(world.do(lambda tx: tx.attestation_log(SHOP))) == 1
    assert world.case().state is CaseState.REMEDIED
    # No thanks for a repair that nobody made, and nothing to the old owner.
    assert templates(world.deliver()) == [("new@shop.example", "welcome")]
    assert world.due().requested_by == "ann"
    assert world.look("nothing").do(lambda tx: tx.active_cases(SHOP))["tz-3.1c"].case_id != (
        case.case_id
    )


def test_a_recertification_is_asked_anew_of_another_owner(opened: Open) -> None:
    yearly = replace(label(on_page()), certification=Certifying(365 * DAY))
    world = opened(yearly, on=certified(TODAY, TODAY + 40 * DAY))
    round_of(world)
    (first,) = world.do(lambda tx: tx.procedures())
    record(world, changing(world), "validated", to=NEW.member_id)
    assert not current(world, first).active
    world.deliver()
    round_of(world.after(DAY))
    again = world.do(lambda tx: tx.procedures(SHOP, active_only=True))
    assert [(p.kind, p.member_id) for p in again] == [
        (ProcedureKind.RECERTIFICATION, NEW.member_id)
    ]
    assert ("new@shop.example", "recertify") in templates(world.deliver())


def test_a_former_member_that_is_certified_again_is_watched_as_one(opened: Open) -> None:
    world = opened(on=certified(TODAY))
    ending = begin(world, ProcedureKind.ENDING, on=TODAY.isoformat())
    round_of(world.after(2 * DAY))
    assert standing(world) is Standing.ENDED
    one = begin(world, ProcedureKind.APPLICATION, route="short")
    assert standing(world) is Standing.APPLICANT
    record(world, one, "documents_complete")
    record(world, one, "audited", Role.AUDITOR)
    record(world, one, "decided_positive")
    assert not current(world, ending).active
    assert standing(world) is Standing.CERTIFIED


def test_a_procedure_of_a_site_that_is_gone_says_so(opened: Open) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    lost = replace(one, site_id="gone")
    office, now = Effects(world.casework, "ann", MONDAY), (Effect(EffectKind.TASK),)
    with pytest.raises(RequestError, match="gone or its member is no longer on file"):
        world.do(lambda tx: office.apply(tx, lost, now))


def test_a_finding_that_speaks_of_another_owner_opens_one_procedure_for_staff(
    opened: Open,
) -> None:
    world = opened(on=certified(TODAY))
    world.look("other")
    assert world.do(lambda tx: tx.procedures()) == []
    world.after(HOUR).look("other")
    (one,) = world.do(lambda tx: tx.procedures())
    assert one.kind is ProcedureKind.OWNER_CHANGE
    assert "tz-3.1c" in one.parts["why"]
    assert {a.audience for a in world.deliver()} == {Audience.STAFF}
    record(world, one, "dismissed")
    world.after(DAY).look("other")
    assert len(world.do(lambda tx: tx.procedures())) == 1


def test_another_shop_of_the_same_company_applies_by_itself(opened: Open) -> None:
    world = opened(on=certified(TODAY))
    two = Site("two.example", "x", "https://two.example/")
    owner, now = member(), world.clock.now()

    def add(number: str, on: Site = two, account: Member = owner) -> Procedure:
        return world.do(
            lambda tx: add_shop(tx, desk(world), account, on, "mark", number, "ann", now)
        )

    with pytest.raises(RequestError, match="another company needs an account of its own"):
        add("12345678")
    with pytest.raises(RequestError, match="no register number on file"):
        add("30198127", account=replace(owner, kvk=None))
    assert world.do(lambda tx: tx.site("two.example")) is None
    one = add("3019 8127")
    assert (one.kind, one.state) == (ProcedureKind.APPLICATION, "received")
    assert standing(world, "two.example") is Standing.APPLICANT
    assert shop(world, "two.example").member_id == owner.member_id
    assert world.do(lambda tx: tx.seals("two.example")) == []
    world.do(lambda tx: tx.put_members([NEW]))
    world.do(lambda tx: tx.put_sites([replace(two, site_id="three", member_id=NEW.member_id)]))
    with pytest.raises(RequestError, match="is on file as a shop of kvk-12345678"):
        add("30198127", replace(two, site_id="three"))


def test_advice_of_a_quarter_is_one_mail_to_each_member(opened: Open) -> None:
    advice = {**FINDINGS, "absent_complete": Mapped(Finding.NOT_MET, counts=False)}
    other = replace(on_page("tz-9"), findings=advice)
    world = opened(label(replace(PAGE, remedy="RI", findings=advice), other), on=certified(TODAY))
    world.look("nothing")
    world.deliver()
    round_of(world)
    assert world.deliver() == []
    round_of(world.after(timedelta(days=30)))
    (alert,) = [a for a in world.deliver() if a.template == "digest"]
    assert alert.recipient == "anna@shop.example"
    assert "shop.example, tz-3.1c" in str(alert.context["message"])
    assert "tz-9" not in str(alert.context["message"])
    round_of(world.after(DAY))
    assert [a for a in world.deliver() if a.template == "digest"] == []


def test_advice_to_an_applicant_and_what_is_mailed_at_once_are_in_no_digest(opened: Open) -> None:
    advice = {
        **FINDINGS,
        "absent_complete": Mapped(Finding.NOT_MET, counts=False, remedy="R14"),
    }
    page = replace(PAGE, remedy="RI", findings=advice)
    world = opened(label(page), on=certified(TODAY))
    world.look("nothing")
    round_of(world)
    round_of(world.after(timedelta(days=30)))
    assert [a for a in world.deliver() if a.template == "digest"] == []
    told = {**FINDINGS, "absent_complete": Mapped(Finding.NOT_MET, counts=False)}
    world = opened(label(replace(page, findings=told)), on=applicant())
    world.look("nothing")
    round_of(world)
    round_of(world.after(timedelta(days=30)))
    assert [a for a in world.deliver() if a.template == "digest"] == []


def test_a_round_of_which_no_part_fails_says_nothing(opened: Open) -> None:
    world = opened()
    asyncio.run(in_turn(world.store, steps(world.casework, ORDERS, world.clock.now())))
    assert world.do(lambda tx: tx.beats())["office"] == world.clock.now()


def test_an_application_of_which_only_documents_are_asked_queues_no_look(opened: Open) -> None:
    world = opened(label(PAPER), on=applicant())
    assert begin(world, ProcedureKind.APPLICATION).state == "received"
    assert world.rows(SHOP) == []


def test_what_is_only_suspected_of_an_applicant_is_no_point_to_improve(opened: Open) -> None:
    world = opened(label(PAGE, on_page("tz-9", confirm="C2")), on=applicant())
    begin(world, ProcedureKind.APPLICATION)
    confirmed_breach(world)
    assert begin(world, ProcedureKind.ADMISSION).parts["points"] == "tz-3.1c"


def test_what_is_only_suspected_at_the_certificate_is_not_told(opened: Open) -> None:
    world = opened(label(on_page(confirm="C2")), on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    world.look("nothing")
    to_advised(world, one)
    world.deliver()
    record(world, one, "decided_positive")
    assert world.case().state is CaseState.SUSPECTED
    assert templates(world.deliver()) == [("anna@shop.example", "granted")]


def test_points_that_no_label_has_are_not_put_in_the_mail(opened: Open) -> None:
    world, _ = improving(opened)
    on = shop(world)
    said = world.do(lambda tx: point_lines(tx, world.catalogue, on, "mark", "tz-0, tz-3.1c", "nl"))
    assert said == "- tz-3.1c: Niet op https://shop.example/."


def test_audits_are_opened_so_many_a_round(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.services.procedures.OPEN_BATCH", 1)
    world = opened(label(on_page(), obligations=(AUDIT,)), on=certified(TODAY))
    two = replace(certified(TODAY), site_id="two.example", url="https://two.example/")
    world.do(lambda tx: tx.put_sites([two]))
    world.after(671 * DAY)
    for known in (1, 2, 2):
        round_of(world)
        assert len(world.do(lambda tx: tx.procedures(kind=ProcedureKind.AUDIT))) == known


def test_a_new_owner_is_not_told_that_the_site_could_not_be_seen_before(opened: Open) -> None:
    world = opened(label(PAGE), on=certified(TODAY))
    for _ in range(24):
        world.after(DAY).look("", outcome=ScanOutcome.BLOCKED)
    assert world.do(lambda tx: tx.unassessed(SHOP))
    record(world, changing(world), "validated", to=NEW.member_id)
    assert world.do(lambda tx: tx.unassessed(SHOP)) == {}


def test_a_shop_on_file_already_applies_as_it_is(opened: Open) -> None:
    world = opened(on=certified(TODAY))
    two = replace(site(Certification("other", Standing.CERTIFIED)), site_id="two.example",
                  url="https://two.example/")  # fmt: skip
    world.do(lambda tx: tx.put_sites([two]))
    blank, now = replace(two, certifications=()), world.clock.now()
    one = world.do(
        lambda tx: add_shop(tx, desk(world), member(), blank, "mark", "30198127", "ann", now)
    )
    assert (one.site_id, one.state) == ("two.example", "received")
    held = {c.label_id: c.standing for c in shop(world, "two.example").certifications}
    assert held == {"other": Standing.CERTIFIED, "mark": Standing.APPLICANT}


def test_nothing_is_opened_for_a_site_whose_member_is_not_on_file(opened: Open) -> None:
    world = opened(on=applicant())
    lost = replace(applicant(), member_id="nobody")
    with pytest.raises(RequestError, match=r"shop\.example has no member on file"):
        world.do(
            lambda tx: desk(world).open(
                tx, ProcedureKind.APPLICATION, lost, "mark", "ann", MONDAY
            )
        )  # fmt: skip
    assert world.do(lambda tx: tx.procedures()) == []


def test_a_recertification_by_hand_takes_the_end_on_file_and_is_not_opened_twice(
    opened: Open,
) -> None:
    until = TODAY + 50 * DAY
    yearly = replace(label(on_page()), certification=Certifying(365 * DAY))
    world = opened(yearly, on=certified(TODAY, until))
    one = begin(world, ProcedureKind.RECERTIFICATION)
    assert one.parts["valid_until"] == until.isoformat()
    record(world, one, "not_renewed")
    round_of(world.after(DAY))
    assert [p.procedure_id for p in world.do(lambda tx: tx.procedures())] == [one.procedure_id]


def test_what_ends_an_application_leaves_the_remedy_of_another_label_alone(opened: Open) -> None:
    both = site(*(Certification(name, Standing.APPLICANT) for name in ("mark", "gold")))
    world = opened(label(PAGE), label(PAGE, label_id="gold"), on=both)
    one = begin(world, ProcedureKind.APPLICATION)
    confirmed_breach(world)
    golden = begin(world, ProcedureKind.ADMISSION, "gold")
    record(world, one, "withdrawn")
    assert not current(world, one).active
    assert current(world, golden).active


def test_one_part_of_the_round_that_fails_stops_none_of_the_others(opened: Open) -> None:
    world = opened()

    def broken(_tx: Tx) -> None:
        raise LookupError("one site")

    works = (broken, *steps(world.casework, ORDERS, world.clock.now()))
    with pytest.raises(LookupError, match="one site"):
        asyncio.run(in_turn(world.store, works))
    assert world.do(lambda tx: tx.beats())["office"] == world.clock.now()


def test_what_is_recorded_twice_over_is_one_step_of_the_history(opened: Open) -> None:
    world = opened(on=applicant())
    one = begin(world, ProcedureKind.APPLICATION)
    first = record(world, one, "ask", note="Which register?")
    assert record(world.after(DAY), one, "ask", note="Which register?") == first
    steps = world.do(lambda tx: tx.procedure_log(one.procedure_id))
    assert sorted(step.event for step in steps) == ["ask", "opened"]
