"""Duties of the organisation: counted, told to operations on a change, never to a member."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.domain.alert import Alert, Audience
from monitor.domain.label import Certifying, Label, Obligation, Trace
from monitor.domain.obligation import ObligationState, judge_certification, judge_count
from monitor.domain.site import Certification, Site, Standing, SubjectType
from monitor.services.obligations import note_scan, qualifies, site_obligations, watch
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from scanners.owasp.evidence import Coverage, Engine, OwaspFacts
from tests.builders import DAY, MONDAY, label, site
from tests.contract.services_world import SHOP, World, on_page, open_world

OK, WARN, OVERDUE = ObligationState.OK, ObligationState.WARN, ObligationState.OVERDUE

TWICE = Obligation(
    "tz-12.7a-cadence", Trace("framework"), ScanKind.OWASP, "qualifying", 2, 365 * DAY, 200 * DAY,
    0.7, 30 * DAY,
)  # fmt: skip
AUDIT = Obligation(
    "bc-3.1-audit", Trace("framework"), None, "", 1, 730 * DAY, timedelta(0), 0.0, 60 * DAY,
    procedure="audit",
)  # fmt: skip
YEARLY = Certifying(365 * DAY, 60 * DAY)
TODAY = MONDAY.date()
Open = Callable[..., World]


def owing(*rules: Obligation, certifying: Certifying | None = None) -> Label:
    return replace(label(on_page(), obligations=rules), certification=certifying)


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label, on: Site | None = None) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *labels, on=on))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def shop(
    since: date | None = None,
    until: date | None = None,
    standing: Standing = Standing.CERTIFIED,
) -> Site:
    return site(Certification("mark", standing, since, until))


def told(world: World) -> list[Alert]:
    world.do(lambda tx: watch(tx, world.catalogue, world.casework.office, world.clock.now()))
    return world.deliver()


def states(world: World) -> dict[str, ObligationState]:
    now = world.clock.now()
    found = world.do(lambda tx: site_obligations(tx, world.catalogue, now))
    return {one.obligation_id: one.state for one in found}


def a_look(
    profile: str = "active-low",
    ratio: float = 0.9,
    canary: bool | None = True,
    outcome: ScanOutcome = ScanOutcome.COMPLETE,
    at: datetime = MONDAY,
) -> ScanResult:
    facts = OwaspFacts(
        Engine("zap", "2.16", 1), profile, (), Coverage(10, 9, ratio), canary_seen=canary
    )
    return ScanResult(
        ScanKind.OWASP, outcome, (Evidence(facts, "https://shop.example/", at, ""),), at, 1.0
    )


@pytest.mark.parametrize(
    ("scan", "counts"),
    [
        (a_look(), True),
        (a_look("active-medium"), True),
        (a_look("baseline"), False),
        (a_look(ratio=0.69), False),
        (a_look(canary=False), False),
        (a_look(canary=None), False),
        (a_look(outcome=ScanOutcome.PARTIAL), False),
        (replace(a_look(), evidence=()), False),
        (replace(a_look(), kind=ScanKind.TLS), False),
    ],
)
def test_only_a_qualifying_scan_counts(scan: ScanResult, counts: bool) -> None:
    assert qualifies(TWICE, scan) is counts


def test_a_duty_of_a_plain_profile_or_kind_counts_what_is_complete() -> None:
    assert qualifies(replace(TWICE, profile="baseline"), a_look("baseline", canary=None))
    assert qualifies(replace(TWICE, profile="active-low"), a_look())
    assert not qualifies(replace(TWICE, profile="active-medium"), a_look())
    tls = replace(a_look(), kind=ScanKind.TLS)
    assert qualifies(replace(TWICE, scan=ScanKind.TLS), tls)


@pytest.mark.parametrize(
    ("age", "days", "state"),
    [
        (0, (), OK),
        (20, (), OK),
        (21, (), WARN),
        (30, (), WARN),
        (31, (), OVERDUE),
        (169, (0,), OK),
        (171, (0,), WARN),
        (200, (0,), WARN),
        (201, (0,), OVERDUE),
        # One in the first year is enough until the year is over.
        (340, (150,), WARN),
        (366, (200,), OVERDUE),
        (300, (0, 150), OK),
        (340, (0, 150), WARN),
        (366, (0, 199), OVERDUE),
        (366, (0, 199, 300), OK),
    ],
)
def test_twice_a_year_and_never_too_old(
    age: int, days: tuple[int, ...], state: ObligationState
) -> None:
    done = [TODAY + timedelta(days=day) for day in days]
    judged = judge_count(TWICE, done, TODAY, TODAY + timedelta(days=age))
    assert judged.state is state, judged


@pytest.mark.parametrize(
    ("days", "late", "state"),
    [(61, False, OK), (59, False, WARN), (0, False, WARN),
     (-1, False, OVERDUE), (-1, True, OK)],
)  # fmt: skip
def test_a_certification_past_its_end_is_our_miss_unless_the_member_is_late(
    days: int, late: bool, state: ObligationState
) -> None:
    until = TODAY + timedelta(days=days)
    judged = judge_certification(YEARLY, until, None, TODAY, member_late=late)
    assert judged.state is state


def test_without_an_end_on_file_the_year_counts_from_the_standing() -> None:
    leap = judge_certification(
        YEARLY, None, date(2024, 2, 29), date(2025, 2, 28), member_late=False
    )
    assert (leap.due, leap.state) == (date(2025, 2, 28), WARN)
    other = judge_certification(Certifying(730 * DAY), None, TODAY, TODAY + DAY, member_late=False)
    assert other.due == date(2028, 3, 2)
    assert judge_certification(YEARLY, None, None, TODAY, member_late=False).state is OK


def test_operations_hear_of_each_change_once_and_members_never(opened: Open) -> None:
    world = opened(owing(TWICE), on=shop(TODAY))
    said = []
    for _ in range(240):
        said += [(a.step.partition(":")[0], a.audience, a.recipient) for a in told(world)]
        if world.clock.at.date() == TODAY + 35 * DAY:
            scan = a_look(at=world.clock.at)
            on = site()
            world.do(lambda tx, scan=scan, on=on: note_scan(tx, world.catalogue, on, scan))  # type: ignore[misc]
        world.after(DAY)
    assert [step for step, _, _ in said] == ["warn", "overdue", "ok", "warn", "overdue"]
    assert {audience for _, audience, _ in said} == {Audience.OPERATIONS}
    assert {recipient for _, _, recipient in said} == {"ops@office.example"}


def test_many_sites_make_one_message(opened: Open) -> None:
    world = opened(owing(TWICE), on=shop(TODAY))
    more = [replace(shop(TODAY), site_id=f"s{n}", url=f"https://s{n}.example/") for n in range(30)]
    world.do(lambda tx: tx.put_sites(more))
    (alert,) = told(world.after(40 * DAY))
    reasons = alert.context["reasons"]
    assert isinstance(reasons, list)
    assert (alert.context["host"], len(reasons)) == ("31 sites", 20)
    assert reasons[-1] == "and 12 sites more"
    assert told(world.after(DAY)) == []


def test_an_unknown_admission_counts_from_when_we_first_knew(opened: Open) -> None:
    world = opened(owing(TWICE), on=shop(None))
    assert told(world) == []
    assert states(world.after(20 * DAY)) == {"tz-12.7a-cadence": OK}
    assert states(world.after(11 * DAY)) == {"tz-12.7a-cadence": OVERDUE}


@pytest.mark.parametrize("standing", [s for s in Standing if s is not Standing.CERTIFIED])
def test_nothing_is_owed_to_a_site_that_is_not_certified(opened: Open, standing: Standing) -> None:
    world = opened(owing(TWICE, certifying=YEARLY), on=shop(TODAY, TODAY, standing))
    assert states(world.after(400 * DAY)) == {}


def test_a_duty_towards_one_subject_type_is_owed_to_that_alone(opened: Open) -> None:
    world = opened(owing(replace(TWICE, per="platform")), on=shop(TODAY))
    assert states(world) == {}
    platform = replace(shop(TODAY), subject=SubjectType.PLATFORM)
    world.do(lambda tx: tx.put_sites([platform]))
    assert states(world) == {"tz-12.7a-cadence": OK}


def test_a_scan_that_the_daemon_applies_is_counted(opened: Open) -> None:
    world = opened(owing(TWICE), on=shop(TODAY))
    on = world.do(lambda tx: tx.site(SHOP))
    assert on is not None
    assert world.do(lambda tx: note_scan(tx, world.catalogue, on, a_look())) == 1
    assert world.do(lambda tx: note_scan(tx, world.catalogue, on, a_look())) == 1
    assert len(world.do(lambda tx: tx.done(SHOP))[SHOP, "mark", "tz-12.7a-cadence"]) == 1
    assert world.do(lambda tx: note_scan(tx, world.catalogue, on, a_look("baseline"))) == 0


def test_a_yearly_certification_and_an_audit_are_duties_too(opened: Open) -> None:
    world = opened(owing(AUDIT, certifying=YEARLY), on=shop(TODAY, TODAY + 365 * DAY))
    assert states(world) == {
        "bc-3.1-audit": OK,
        "certification": OK,
    }
    assert states(world.after(310 * DAY))["certification"] is WARN
    assert states(world.after(60 * DAY))["certification"] is OVERDUE
    assert states(world.after(310 * DAY))["bc-3.1-audit"] is WARN
    assert states(world.after(60 * DAY))["bc-3.1-audit"] is OVERDUE
