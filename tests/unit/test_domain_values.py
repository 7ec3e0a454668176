"""Verdicts, alert names, rows of not knowing, labels and sites as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.alert import Alert, Audience, ChannelKind, alert_id
from monitor.domain.case import CONFIRMED, CaseState, Event, StepKind
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import InconclusiveRule
from monitor.domain.site import Certification, Site, Standing
from monitor.domain.unassessed import Unassessed, UnassessedStep, observe, resolved
from monitor.domain.verdict import Verdict, combine, counted, in_force
from tests.builders import DAY, HOUR, MONDAY, condition, finding, label, site

MET, NOT_MET, INCONCLUSIVE = Finding.MET, Finding.NOT_MET, Finding.INCONCLUSIVE
NOT_APPLICABLE, WAIVED = Finding.NOT_APPLICABLE, Finding.WAIVED


# Verdict


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        pytest.param([], Verdict.UNKNOWN, id="nothing was looked at"),
        pytest.param([NOT_APPLICABLE, WAIVED], Verdict.UNKNOWN, id="nothing that counts"),
        pytest.param([MET], Verdict.MET, id="all met"),
        pytest.param([MET, NOT_APPLICABLE, WAIVED], Verdict.MET, id="the rest does not count"),
        pytest.param([MET, INCONCLUSIVE], Verdict.UNKNOWN, id="one unknown"),
        pytest.param([MET, INCONCLUSIVE, NOT_MET], Verdict.NOT_MET, id="not met outranks unknown"),
    ],
)
def test_a_verdict_combines_its_findings(values: list[Finding], verdict: Verdict) -> None:
    assert combine(finding(value) for value in values) is verdict


def test_advice_never_counts_and_a_candidate_counts_as_unknown() -> None:
    met = finding(MET)
    assert combine([met, finding(NOT_MET, counts=False)]) is Verdict.MET
    assert combine([met, finding(INCONCLUSIVE, counts=False)]) is Verdict.MET
    assert combine([met, finding(NOT_MET, review=True)]) is Verdict.UNKNOWN
    assert counted(finding(NOT_MET, review=True)) is INCONCLUSIVE
    assert counted(finding(MET, review=True)) is MET


FINDINGS = st.lists(
    st.builds(finding, st.sampled_from(Finding), review=st.booleans(), counts=st.booleans())
)


@given(FINDINGS)
def test_the_order_of_findings_does_not_matter(findings: list[ConditionFinding]) -> None:
    in_order = sorted(findings, key=lambda f: (f.finding, f.review, f.counts))
    assert combine(in_order) is combine(findings)


@given(FINDINGS)
def test_one_more_unknown_never_makes_a_site_guilty_or_innocent(
    findings: list[ConditionFinding],
) -> None:
    before, after = combine(findings), combine([*findings, finding(INCONCLUSIVE)])
    assert after is (Verdict.NOT_MET if before is Verdict.NOT_MET else Verdict.UNKNOWN)


@pytest.mark.parametrize("state", [None, CaseState.REMEDIED])
@pytest.mark.parametrize("value", list(Finding))
def test_without_an_active_case_a_finding_stands_as_it_is(
    value: Finding, state: CaseState | None
) -> None:
    assert in_force(finding(value), state) == finding(value)


@pytest.mark.parametrize("state", [CaseState.SUSPECTED, CaseState.AWAITING_REVIEW])
@pytest.mark.parametrize("value", list(Finding))
def test_an_unconfirmed_breach_is_not_known(value: Finding, state: CaseState) -> None:
    expected = INCONCLUSIVE if value is NOT_MET else value
    assert in_force(finding(value), state).finding is expected


@pytest.mark.parametrize("state", sorted(CONFIRMED))
@pytest.mark.parametrize("value", list(Finding))
def test_a_confirmed_breach_stays_until_it_is_seen_mended(value: Finding, state: CaseState) -> None:
    stands = in_force(finding(value, review=value is INCONCLUSIVE), state)
    expected = value if value in (NOT_APPLICABLE, WAIVED) else NOT_MET
    assert stands.finding is expected
    assert not stands.candidate


# Alerts


def alert(recipient: str = "anna@shop.example", step: str = "notice") -> Alert:
    return Alert(
        "KW-1", step, Audience.MEMBER, ChannelKind.EMAIL, recipient, "nl", "notice", "s", MONDAY
    )


def test_an_alert_is_named_by_case_step_recipient_and_channel() -> None:
    same = alert_id("KW-1", "notice", "anna@shop.example", ChannelKind.EMAIL)
    assert alert().alert_id == same
    assert replace(alert(), language="en", template="x", context={"a": 1}).alert_id == same
    assert alert("ANNA@shop.example").alert_id == same
    others = {
        alert(step="reminder-1").alert_id,
        alert("theo@shop.example").alert_id,
        replace(alert(), thread="KW-2").alert_id,
        replace(alert(), channel=ChannelKind.WEBHOOK).alert_id,
    }
    assert len(others | {same}) == 5


def test_the_name_of_an_alert_carries_no_address() -> None:
    name = alert().alert_id
    assert len(name) == 32
    assert set(name) <= set("0123456789abcdef")


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_thread_and_step_do_not_run_into_each_other(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    if one != other and "\0" not in "".join((*one, *other)):
        ids = {alert_id(t, s, "a@b.nl", ChannelKind.EMAIL) for t, s in (one, other)}
        assert len(ids) == 2


def test_a_step_tells_repeats_apart() -> None:
    assert Event(StepKind.NOTICE).step == "notice"
    assert Event(StepKind.REMINDER, 2).step == "reminder-2"


# Not knowing


def row_of(looks: int, apart: timedelta) -> list[tuple[Unassessed, tuple[UnassessedStep, ...]]]:
    row: Unassessed | None = None
    told = []
    for number in range(looks):
        row, steps = observe(row, "shop", "mark", InconclusiveRule(), MONDAY + number * apart)
        told.append((row, steps))
    return told


def test_a_ticket_comes_with_the_third_look_that_could_not_decide() -> None:
    assert [steps for _, steps in row_of(4, HOUR)] == [(), (), (UnassessedStep.TICKET,), ()]


def test_a_ticket_comes_after_seven_days_whatever_the_count() -> None:
    assert [steps for _, steps in row_of(2, 7 * DAY)] == [(), (UnassessedStep.TICKET,)]


def test_the_member_is_told_after_three_weeks_once() -> None:
    told = [steps for _, steps in row_of(6, 7 * DAY)]
    assert told == [
        (),
        (UnassessedStep.TICKET,),
        (),
        (UnassessedStep.TELL_MEMBER,),
        (),
        (),
    ]


def test_one_look_after_a_month_of_silence_says_both() -> None:
    steps = row_of(2, 30 * DAY)[1][1]
    assert steps == (UnassessedStep.TICKET, UnassessedStep.TELL_MEMBER)


def test_a_row_that_ends_is_said_only_when_its_beginning_was() -> None:
    assert resolved(row_of(2, HOUR)[-1][0]) == ()
    assert resolved(row_of(3, HOUR)[-1][0]) == (UnassessedStep.SEEN_AGAIN,)


def test_a_later_row_is_another_thread() -> None:
    first = Unassessed("shop", "mark", MONDAY)
    assert first.thread == f"unknown:shop:mark:{int(MONDAY.timestamp())}"
    assert first.thread != replace(first, since=MONDAY + DAY).thread


# Labels and sites


def test_a_label_finds_its_conditions_by_id() -> None:
    mark = label(condition("a"), condition("b"))
    assert mark.condition("b") is mark.conditions[1]
    assert mark.condition("c") is None


def test_a_label_speaks_the_language_asked_for_else_a_fallback_else_any() -> None:
    mark = label()
    assert mark.text({"nl": "ja", "en": "yes"}, "nl") == "ja"
    assert mark.text({"nl": "ja", "en": "yes"}, "fr") == "yes"
    assert mark.text({"de": "doch"}, "fr") == "doch"
    assert mark.text({}, "fr") == ""


@pytest.mark.parametrize("standing", list(Standing))
def test_only_the_certified_may_show_the_seal(standing: Standing) -> None:
    assert Certification("mark", standing).entitled is (standing is Standing.CERTIFIED)


def test_hosts_of_a_site_are_its_own_without_repeats_the_start_first() -> None:
    shop = Site("s", "m", "https://shop.example/a", hosts=("WWW.Shop.example", "shop.example"))
    assert shop.all_hosts == ("shop.example", "www.shop.example")
    assert Site("s", "m", "").host == ""


def test_politeness_counts_by_platform_else_by_host() -> None:
    assert site().politeness_key == "shop.example"
    assert replace(site(), platform="bigshop").politeness_key == "bigshop"


def test_two_cases_of_one_number_have_messages_of_their_own() -> None:
    ids = {alert_id("KW-1", "notice", "a@b.nl", ChannelKind.EMAIL, origin)
           for origin in ("", "2026-01-01", "2026-01-02")}  # fmt: skip
    assert len(ids) == 3
    assert alert_id("KW-1", "notice", "a@b.nl", ChannelKind.EMAIL) in ids
