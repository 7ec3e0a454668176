"""Documents: who decides, what stands meanwhile, who is asked for a new one and when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.adapters.store.store import SqlTx
from monitor.domain.alert import Alert, Audience
from monitor.domain.attestation import AttestationState, Role
from monitor.domain.finding import Finding
from monitor.domain.label import AttestationRule, Condition, Label, Remedy
from monitor.domain.member import Contact, ContactRole, Member
from monitor.domain.site import Standing
from monitor.services.attestations import attest, remind, report_missing, shown
from monitor.services.rescans import RequestError
from tests.builders import ANNA, DAY, MONDAY, TECH, certified, condition, label, member, site
from tests.contract.services_world import SHOP, World, on_page, open_world

RA = Remedy("RA", due=14 * DAY, renew_before=(60 * DAY, 30 * DAY, 14 * DAY, 7 * DAY, 0 * DAY))
MONEY = AttestationRule("financial_report", ("finance",), 365 * DAY, confidential=True)
CODE = AttestationRule("code_of_conduct", ("staff", "reviewer"), 730 * DAY)
FINN = Contact("finn@shop.example", "Finn", "fr", ContactRole.FINANCE)
TODAY = MONDAY.date()


def attested(condition_id: str, rule: AttestationRule) -> Condition:
    return condition(condition_id, attestation=rule, remedy="RA")


def mark(*conditions: Condition) -> Label:
    made = label(on_page(), *(conditions or (attested("tz-1.1", MONEY), attested("tz-2.1", CODE))))
    return replace(made, remedies={**made.remedies, "RA": RA})


Open = Callable[..., World]


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label, of: Member | None = None) -> World:
        owner = of or member(contacts=(ANNA, TECH, FINN))
        worlds.append(open_world(sqlite_template, tmp_path, *(labels or (mark(),)), of=owner))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def give(
    world: World,
    condition_id: str = "tz-2.1",
    until: date | None = None,
    state: AttestationState = AttestationState.ACCEPTED,
    role: Role | None = Role.STAFF,
    document: bytes | None = None,
) -> None:
    now = world.clock.now()
    on = world.do(lambda tx: tx.site(SHOP))
    assert on is not None
    world.do(
        lambda tx: attest(
            tx, on, condition_id, until, "A. Jansen", document, world.catalogue, now, role=role,
            state=state,
        )
    )  # fmt: skip


def reminded(world: World) -> list[Alert]:
    world.do(lambda tx: remind(tx, world.catalogue, world.casework.office, world.clock.now()))
    return world.deliver()


def test_only_a_role_that_decides_may_accept_or_reject(opened: Open) -> None:
    world = opened()
    for state in (AttestationState.ACCEPTED, AttestationState.REJECTED):
        with pytest.raises(RequestError, match=r"tz-1\.1 is decided by finance, not by reviewer"):
            give(world, "tz-1.1", date(2027, 3, 1), state, Role.REVIEWER)
    with pytest.raises(RequestError, match="several roles; say which: staff, reviewer"):
        give(world, "tz-2.1", date(2027, 3, 1), role=None)
    assert world.do(lambda tx: tx.attestations(SHOP)) == {}
    give(world, "tz-1.1", date(2027, 3, 1), role=None)
    assert world.do(lambda tx: tx.attestations(SHOP))["tz-1.1"].role == "finance"


def test_what_is_handed_in_is_not_known_until_it_is_decided(opened: Open) -> None:
    world = opened()
    give(world, state=AttestationState.UNDER_REVIEW, role=None, document=b"pdf")
    finding = world.look("found").verdict(condition_id="tz-2.1")
    assert (finding.outcome, finding.finding) == ("under_review", Finding.INCONCLUSIVE)
    handed_in = world.do(lambda tx: tx.attestations(SHOP))["tz-2.1"]
    assert handed_in.until == TODAY + 730 * DAY
    world.after(DAY)
    give(world, role=Role.REVIEWER)
    kept = world.do(lambda tx: tx.attestations(SHOP))["tz-2.1"]
    assert (kept.state, kept.until) == (AttestationState.ACCEPTED, handed_in.until)
    assert kept.file_sha256 == handed_in.file_sha256 is not None
    assert world.look("found").verdict(condition_id="tz-2.1").finding is Finding.MET
    assert len(world.do(lambda tx: tx.attestation_log(SHOP))) == 2


def test_a_renewal_under_review_does_not_undo_what_is_still_good(opened: Open) -> None:
    world = opened()
    give(world, until=TODAY + 10 * DAY)
    give(world, until=TODAY + 700 * DAY, state=AttestationState.UNDER_REVIEW)
    assert world.look("found").verdict(condition_id="tz-2.1").finding is Finding.MET
    finding = world.after(11 * DAY).look("found").verdict(condition_id="tz-2.1")
    assert (finding.outcome, finding.finding) == ("under_review", Finding.INCONCLUSIVE)
    # However long the organisation takes to decide, the member is not accused.
    finding = world.after(100 * DAY).look("found").verdict(condition_id="tz-2.1")
    assert finding.finding is Finding.INCONCLUSIVE
    give(world, state=AttestationState.REJECTED)
    assert world.look("found").verdict(condition_id="tz-2.1").finding is Finding.NOT_MET


def test_a_rejected_renewal_does_not_undo_what_is_still_good(opened: Open) -> None:
    world = opened()
    give(world, until=TODAY + 40 * DAY)
    give(world, until=TODAY + 700 * DAY, state=AttestationState.UNDER_REVIEW)
    give(world, state=AttestationState.REJECTED)
    finding = world.look("found").verdict(condition_id="tz-2.1")
    assert (finding.outcome, finding.finding) == ("accepted_valid", Finding.MET)
    # Another try that is rejected as well changes nothing of that.
    give(world.after(DAY), state=AttestationState.UNDER_REVIEW, role=None)
    give(world, state=AttestationState.REJECTED)
    assert world.look("found").verdict(condition_id="tz-2.1").finding is Finding.MET
    (mail,) = reminded(world.after(10 * DAY))
    assert (mail.step, mail.context["day"]) == ("renewal-30", str(TODAY + 40 * DAY))
    finding = world.after(30 * DAY).look("found").verdict(condition_id="tz-2.1")
    assert (finding.outcome, finding.finding) == ("rejected", Finding.NOT_MET)
    assert [mail.step for mail in reminded(world)] == ["notice"]


def test_what_was_accepted_can_be_rejected_itself(opened: Open) -> None:
    world = opened()
    give(world, until=TODAY + 40 * DAY)
    give(world, until=TODAY + 700 * DAY, state=AttestationState.UNDER_REVIEW)
    give(world, state=AttestationState.REJECTED)
    assert world.look("found").verdict(condition_id="tz-2.1").finding is Finding.MET
    give(world, state=AttestationState.REJECTED)
    assert world.look("found").verdict(condition_id="tz-2.1").finding is Finding.NOT_MET


def test_the_end_of_a_confidential_document_is_in_no_identity(opened: Open) -> None:
    world = opened()
    until = TODAY + 20 * DAY
    give(world, "tz-1.1", until=until, role=Role.FINANCE)
    (mail,) = reminded(world.after(10 * DAY))
    assert str(until) not in f"{mail.thread} {mail.step}"
    assert mail.context["day"] == str(until)


def test_findings_and_audit_say_nothing_of_a_confidential_document(opened: Open) -> None:
    world = opened()
    give(world, "tz-1.1", TODAY + 5 * DAY, role=Role.FINANCE)
    assert world.look("found").verdict(condition_id="tz-1.1").summary == "Valid."
    give(world, "tz-1.1", state=AttestationState.REJECTED, role=Role.FINANCE)
    assert world.look("found").verdict(condition_id="tz-1.1").summary == "Rejected."
    entries = world.do(lambda tx: tx.audit_log())
    said = [e.detail for e in entries if e.action == "attestation_recorded"]
    assert said == [{"condition": "tz-1.1"}] * 2


def test_the_end_of_a_confidential_document_is_told_to_the_member_alone(opened: Open) -> None:
    says = {"nl": "Tot {expires_on}.", "en": "Until {expires_on}."}
    world = opened(mark(replace(attested("tz-1.1", MONEY), messages=says, confirm="C0")))
    until = TODAY + 5 * DAY
    give(world, "tz-1.1", until=until, role=Role.FINANCE)
    world.after(30 * DAY).look("found")
    notices = [alert for alert in world.deliver() if alert.step == "notice"]
    assert [alert.context["message"] for alert in notices] == [f"Tot {until}."]
    world.after(15 * DAY)
    world.do(lambda tx: world.casework.wake(tx, world.clock.now()))
    staff = [alert for alert in world.deliver() if alert.audience is Audience.STAFF]
    assert [alert.context["message"] for alert in staff] == ["Until -."]


def test_a_confidential_document_shows_to_its_role_alone(opened: Open) -> None:
    world = opened()
    give(world, "tz-1.1", TODAY + 5 * DAY, role=Role.FINANCE)
    on = world.do(lambda tx: tx.site(SHOP))
    assert on is not None

    def seen(role: Role | None) -> dict[str, tuple[str, bool]]:
        rows = world.do(lambda tx: shown(tx, on, world.catalogue, role))
        return {row.condition_id: (row.state, row.hidden) for row in rows}

    assert seen(None) == {"tz-1.1": ("on_file", True), "tz-2.1": ("missing", False)}
    assert seen(Role.AUDITOR)["tz-1.1"] == ("on_file", True)
    assert seen(Role.FINANCE)["tz-1.1"] == ("accepted", False)
    give(world, state=AttestationState.UNDER_REVIEW)
    assert seen(None)["tz-2.1"] == ("under_review", False)


def test_each_stage_is_said_once_to_the_contact_in_their_language(opened: Open) -> None:
    world = opened()
    give(world, "tz-1.1", TODAY + 100 * DAY, role=Role.FINANCE)
    steps: list[tuple[int, str, str, str]] = []
    for day in range(1, 140):
        world.after(DAY)
        steps += [(day, a.step, a.recipient, a.language) for a in reminded(world)]
    assert steps == [
        (40, "renewal-60", "finn@shop.example", "fr"),
        (70, "renewal-30", "finn@shop.example", "fr"),
        (86, "renewal-14", "finn@shop.example", "fr"),
        (93, "renewal-7", "finn@shop.example", "fr"),
        (100, "renewal-0", "finn@shop.example", "fr"),
    ]


def test_what_is_not_financial_goes_to_the_general_contact(opened: Open) -> None:
    world = opened()
    give(world, until=TODAY + 70 * DAY)
    (alert,) = reminded(world.after(10 * DAY))
    assert (alert.recipient, alert.audience) == ("anna@shop.example", Audience.MEMBER)
    assert alert.context["day"] == (TODAY + 70 * DAY).isoformat()
    assert alert.context["labels"] == ["Mark (NL)"]


def test_a_monitor_that_was_down_says_the_latest_stage_alone(opened: Open) -> None:
    world = opened()
    give(world, until=TODAY + 70 * DAY)
    assert [a.step for a in reminded(world.after(60 * DAY))] == ["renewal-14"]
    assert [a.step for a in reminded(world.after(10 * DAY))] == ["renewal-0"]
    assert reminded(world.after(13 * DAY)) == []


def test_stages_that_had_passed_when_it_was_recorded_are_not_said(opened: Open) -> None:
    world = opened()
    give(world, until=TODAY + 20 * DAY)
    assert reminded(world) == []
    assert [a.step for a in reminded(world.after(6 * DAY))] == ["renewal-14"]


def test_after_the_grace_and_while_a_renewal_waits_nobody_is_reminded(opened: Open) -> None:
    world = opened()
    give(world, until=TODAY + 70 * DAY)
    give(world, until=TODAY + 700 * DAY, state=AttestationState.UNDER_REVIEW)
    assert reminded(world.after(65 * DAY)) == []
    late = opened()
    give(late, until=TODAY + 70 * DAY)
    assert reminded(late.after(85 * DAY)) == []


def test_a_former_member_and_a_condition_that_does_not_apply_are_not_reminded(
    opened: Open,
) -> None:
    world = opened()
    give(world, until=TODAY + 30 * DAY)
    gone = replace(certified("mark"), standing=Standing.ENDED, since=TODAY)
    world.do(lambda tx: tx.put_sites([site(gone)]))
    assert reminded(world.after(25 * DAY)) == []


def test_without_any_contact_staff_ask(opened: Open) -> None:
    world = opened(of=member(contacts=()))
    give(world, until=TODAY + 70 * DAY)
    (alert,) = reminded(world.after(10 * DAY))
    assert (alert.recipient, alert.template) == ("labels@office.example", "task")


def test_nothing_on_file_never_mails_a_member_and_staff_get_one_digest(opened: Open) -> None:
    world = opened()
    world.look("found")
    world.deliver()

    def told() -> list[Alert]:
        world.do(
            lambda tx: report_missing(
                tx, world.catalogue, world.casework.office, world.clock.now()
            )
        )  # fmt: skip
        return world.deliver()

    (alert,) = told()
    assert (alert.recipient, alert.audience) == ("labels@office.example", Audience.STAFF)
    assert alert.context["reasons"] == ["shop.example: tz-1.1, tz-2.1"]
    for days in (1, 30, 400):
        world.after(timedelta(days=days)).look("found")
        world.deliver()
        assert told() == []
        assert reminded(world) == []


def test_a_long_list_of_missing_documents_is_cut_and_says_so(opened: Open) -> None:
    world = opened()
    names = [f"s{n:02}.example" for n in range(25)]
    shops = [replace(site(site_id=name)) for name in names]
    world.do(lambda tx: tx.put_sites(shops))
    owner = member()

    def judged(tx: SqlTx) -> None:
        for one in shops:
            world.application.reassess(tx, one, owner, frozenset(), world.clock.now())

    world.do(judged)
    office, now = world.casework.office, world.clock.now()
    assert world.do(lambda tx: report_missing(tx, world.catalogue, office, now)) == 50
    (alert,) = world.deliver()
    reasons = alert.context["reasons"]
    assert isinstance(reasons, list)
    assert (alert.context["host"], len(reasons)) == ("25 sites", 20)
    assert reasons[-1] == "and 6 sites more"


def test_what_is_missing_is_what_the_findings_say(opened: Open) -> None:
    world = opened()
    world.look("found")
    findings = world.do(lambda tx: tx.missing_attestations())
    assert findings == [("shop.example", "mark", "tz-1.1"), ("shop.example", "mark", "tz-2.1")]


def test_a_document_that_is_too_old_or_of_tomorrow_is_not_taken(opened: Open) -> None:
    world = opened(mark(attested("tz-2.1", replace(CODE, max_document_age=90 * DAY))))
    on = world.do(lambda tx: tx.site(SHOP))
    assert on is not None

    def of(day: date) -> None:
        world.do(
            lambda tx: attest(
                tx, on, "tz-2.1", None, "A", None, world.catalogue, MONDAY,
                state=AttestationState.UNDER_REVIEW, dated=day,
            )
        )  # fmt: skip

    with pytest.raises(RequestError, match="may not be older than 90 days"):
        of(TODAY - 91 * DAY)
    with pytest.raises(RequestError, match="still to come"):
        of(TODAY + DAY)
    of(TODAY - 90 * DAY)
    give(world)
    assert world.do(lambda tx: tx.attestations(SHOP))["tz-2.1"].dated == TODAY - 90 * DAY


def test_an_expired_document_is_a_breach_after_its_grace(opened: Open) -> None:
    world = opened()
    give(world, until=TODAY)
    assert world.after(14 * DAY).look("found").verdict(condition_id="tz-2.1").finding is (
        Finding.INCONCLUSIVE
    )
    assert world.after(DAY).look("found").verdict(condition_id="tz-2.1").finding is Finding.NOT_MET


def test_a_condition_whose_remedy_names_no_days_is_not_reminded_of(opened: Open) -> None:
    other = replace(mark(attested("tz-2.1", CODE)), label_id="other")
    world = opened(mark(replace(attested("tz-2.1", CODE), remedy="")), other)
    give(world, until=TODAY + 70 * DAY)
    assert reminded(world.after(10 * DAY)) == []


def test_a_stage_of_a_label_that_the_site_does_not_hold_is_not_said(opened: Open) -> None:
    late = replace(mark(attested("tz-2.1", CODE)), remedies={"RA": replace(
        RA, renew_before=(7 * DAY,))})  # fmt: skip
    world = opened(late, replace(mark(attested("tz-2.1", CODE)), label_id="other"))
    give(world, until=TODAY + 70 * DAY)
    assert reminded(world.after(10 * DAY)) == []
    assert [a.step for a in reminded(world.after(53 * DAY))] == ["renewal-7"]


def test_a_document_that_two_labels_ask_for_is_missing_once(opened: Open) -> None:
    first = mark(attested("tz-2.1", CODE))
    world = opened(first, replace(first, label_id="other"))
    both = site(certified("mark"), certified("other"))
    world.do(lambda tx: tx.put_sites([both]))
    world.look("found").deliver()
    office, now = world.casework.office, world.clock.now()
    assert world.do(lambda tx: report_missing(tx, world.catalogue, office, now)) == 1
    (alert,) = world.deliver()
    assert alert.context["reasons"] == ["shop.example: tz-2.1"]


def test_of_a_site_or_label_that_is_gone_nobody_hears(opened: Open, tmp_path: Path) -> None:
    world = opened()
    office = world.casework.office
    give(world, until=TODAY + 70 * DAY)
    world.look("found").deliver()
    assert world.do(lambda tx: tx.missing_attestations()) == [(SHOP, "mark", "tz-1.1")]
    now = world.after(10 * DAY).clock.now()
    without = replace(world.catalogue, labels={})
    assert world.do(lambda tx: report_missing(tx, without, office, now)) == 0
    with closing(sqlite3.connect(tmp_path / "office.db")) as raw:
        raw.execute("DELETE FROM site")
        raw.commit()
    assert world.do(lambda tx: report_missing(tx, world.catalogue, office, now)) == 0
    assert world.do(lambda tx: remind(tx, world.catalogue, office, now)) == 0
    assert world.deliver() == []
