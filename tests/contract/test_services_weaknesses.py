"""Weaknesses through scans and words: what becomes of each, and of the condition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from monitor.adapters.store.store import SqlStore
from monitor.domain.case import CaseState
from monitor.domain.finding import Finding, Severity
from monitor.domain.label import Mapped
from monitor.domain.weakness import Weakness, WeaknessState
from monitor.policy.conditions.owasp import JUDGES as OWASP_JUDGES
from monitor.services import triage
from monitor.services.application import Application
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.members import put_site
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from monitor.services.weaknesses import pages_before
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from scanners.owasp import evidence as seen_by
from scanners.registry import FACTS
from tests.builders import ANNA, DAY, MONDAY, TECH, condition, label, member, site
from tests.contract.services_world import CADENCES, OFFICE, SHOP, HandClock, Weekdays, World

OWASP = ScanKind.OWASP
URL = f"https://{SHOP}/zoek"
FINDINGS = {
    "no_high_finding": Mapped(Finding.MET),
    "no_high_finding_passive": Mapped(Finding.MET),
    "candidate_high": Mapped(Finding.NOT_MET, review=True),
    "candidate_medium": Mapped(Finding.NOT_MET, review=True, severity=Severity.MEDIUM),
    "high_not_verified": Mapped(Finding.INCONCLUSIVE),
    "incomplete": Mapped(Finding.INCONCLUSIVE),
    "not_scanned": Mapped(Finding.INCONCLUSIVE),
}
MARK = label(condition("tz-12.7a", uses="owasp.findings", findings=FINDINGS, confirm="CX"))
SHOP_SITE = site()


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    file = tmp_path / "office.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = SqlStore(f"sqlite:///{file}", facts_types=FACTS)
    judges = {one.name: one for one in OWASP_JUDGES}
    catalogue = Catalogue({MARK.label_id: MARK}, judges, CADENCES, Weekdays())
    made = World(store, HandClock(), Application(catalogue, Casework(catalogue, OFFICE)))
    made.do(
        lambda tx: put_site(tx, SHOP_SITE, member(contacts=(ANNA, TECH)), catalogue, "t", MONDAY)
    )
    yield made
    store.close()


def found(
    rule: str = "xss",
    severity: str = "high",
    again: seen_by.Again | None = seen_by.Again.VERIFIED,
) -> seen_by.Finding:
    return seen_by.Finding(
        rule, f"Name of {rule}", seen_by.Severity(severity), seen_by.Confidence.MEDIUM, "A03",
        "A05", "CWE-79", URL, "GET", "q", (rule * 64)[:64], again=again,
    )  # fmt: skip


def look(
    world: World,
    *findings: seen_by.Finding,
    outcome: ScanOutcome = ScanOutcome.COMPLETE,
    profile: str = "active-low",
    rules: tuple[str, ...] = ("xss", "sqli", "header"),
    pages: int = 10,
) -> None:
    facts = seen_by.OwaspFacts(
        seen_by.Engine("zap", "2.17", 3), profile, findings,
        seen_by.Coverage(10, pages, pages / 10), {}, True,
        tuple(seen_by.RuleRun(r, r, seen_by.RULE_COMPLETE, True) for r in rules), ("/zoek", "/"),
    )  # fmt: skip
    now = world.clock.now()
    evidence = (Evidence(facts, URL, now),)
    detail = {} if outcome is ScanOutcome.COMPLETE else {"reason": "cut short"}
    world.apply(world.claim(OWASP), ScanResult(OWASP, outcome, evidence, now, 60.0, 99, detail))
    world.after(DAY)


def only(world: World) -> Weakness:
    (one,) = world.do(lambda tx: tx.weaknesses(SHOP))
    return one


def say(
    world: World, word: str, *, text: str = "xss", reason: str = "looked", until: date | None = None
) -> Weakness:
    def work(tx: Tx) -> Weakness:
        one = triage.find(tx, SHOP_SITE, text)
        said = triage.Word(triage.WORDS[word], "rita", reason, until)
        return triage.say(tx, world.application, SHOP_SITE, one, said, world.clock.now())

    return world.do(work)


def stands(world: World) -> tuple[Finding, str]:
    row = world.verdict(condition_id="tz-12.7a")
    return row.finding, row.outcome


def test_a_weakness_is_new_then_open_then_gone_after_two_whole_looks(world: World) -> None:
    look(world, found())
    assert only(world).state is WeaknessState.NEW
    look(world, found())
    assert (only(world).state, only(world).times) == (WeaknessState.OPEN, 2)
    look(world)
    assert only(world).state is WeaknessState.OPEN
    look(world)
    assert only(world).state is WeaknessState.RESOLVED
    assert stands(world) == (Finding.MET, "no_high_finding")
    look(world, found())
    assert only(world).state is WeaknessState.REOPENED


def test_a_look_that_was_cut_short_raises_but_never_clears(world: World) -> None:
    look(world, found())
    for _ in range(4):
        look(world, outcome=ScanOutcome.PARTIAL)
    assert (only(world).state, only(world).misses) == (WeaknessState.NEW, 0)
    look(world, found("sqli"), outcome=ScanOutcome.PARTIAL)
    assert len(world.do(lambda tx: tx.weaknesses(SHOP))) == 2


def test_a_milder_look_or_one_without_the_rule_never_clears(world: World) -> None:
    look(world, found())
    for _ in range(3):
        look(world, profile="baseline")
        look(world, rules=("sqli",))
    assert (only(world).state, only(world).misses) == (WeaknessState.NEW, 0)
    assert stands(world)[1] == "candidate_high"


def test_a_grave_one_is_looked_for_again_at_once(world: World) -> None:
    look(world, found())
    assert world.due(OWASP).ready_at == MONDAY


def test_nobody_is_accused_before_a_person_confirmed_it(world: World) -> None:
    look(world, found())
    look(world, found())
    assert world.verdict().finding is Finding.INCONCLUSIVE
    assert [step for _, step in world.said() if step == "notice"] == []
    say(world, "confirm")
    assert only(world).state is WeaknessState.CONFIRMED
    assert stands(world) == (Finding.NOT_MET, "candidate_high")
    assert world.case().state in (CaseState.OPEN, CaseState.NOTIFIED)
    look(world, found())
    assert world.verdict().finding is Finding.NOT_MET


@pytest.mark.parametrize("again", [None, seen_by.Again.NOT_SEEN, seen_by.Again.COULD_NOT])
def test_what_was_seen_once_reaches_neither_reviewer_nor_member_and_is_looked_for_again(
    world: World, again: seen_by.Again | None
) -> None:
    for _ in range(40):
        look(world, found(again=again))
    assert stands(world) == (Finding.INCONCLUSIVE, "high_not_verified")
    assert world.verdict(condition_id="tz-12.7a").waits is False
    assert world.do(lambda tx: tx.active_cases(SHOP)) == {}
    assert world.said() == [("labels@office.example", "ticket")]
    look(world, found())
    assert stands(world)[1] == "candidate_high"
    assert world.verdict(condition_id="tz-12.7a").waits


def test_what_was_seen_once_is_looked_for_before_the_next_round(world: World) -> None:
    began = world.clock.now()
    look(world, found(again=seen_by.Again.NOT_SEEN))
    assert began < world.due(OWASP).ready_at <= began + DAY


def test_a_flaw_that_flaps_takes_its_case_back(world: World) -> None:
    look(world, found())
    look(world, found())
    assert world.case().state is CaseState.AWAITING_REVIEW
    look(world, found(again=seen_by.Again.NOT_SEEN))
    assert stands(world) == (Finding.INCONCLUSIVE, "high_not_verified")
    assert [step for _, step in world.said() if step == "notice"] == []


def test_another_weakness_asks_for_another_word(world: World) -> None:
    look(world, found())
    say(world, "confirm")
    look(world, found(), found("sqli"))
    assert stands(world)[0] is not Finding.MET
    row = world.verdict(condition_id="tz-12.7a")
    assert row.waits


def test_a_false_positive_is_set_aside_at_once_and_for_a_year(world: World) -> None:
    look(world, found())
    said = say(world, "false-positive")
    assert said.until == date(2027, 3, 3)
    assert stands(world) == (Finding.MET, "no_high_finding")
    look(world, found())
    assert only(world).state is WeaknessState.FALSE_POSITIVE
    assert stands(world) == (Finding.MET, "no_high_finding")


def test_an_accepted_risk_stands_again_after_its_last_day(world: World) -> None:
    look(world, found())
    say(world, "accept", until=date(2026, 3, 20))
    assert stands(world)[0] is Finding.MET
    world.clock.at = MONDAY + 19 * DAY
    assert world.do(lambda tx: triage.lapse(tx, world.application, world.clock.now())) == 1
    assert only(world).state is WeaknessState.REOPENED
    assert stands(world)[1] == "candidate_high"
    assert world.do(lambda tx: triage.lapse(tx, world.application, world.clock.now())) == 0


def test_to_reopen_takes_a_word_back(world: World) -> None:
    look(world, found())
    say(world, "false-positive")
    say(world, "reopen")
    assert only(world).state is WeaknessState.OPEN
    assert stands(world)[1] == "candidate_high"


def test_a_medium_one_counts_once_confirmed(world: World) -> None:
    look(world, found("header", "medium"))
    assert stands(world)[0] is Finding.MET
    say(world, "confirm", text="header")
    assert stands(world)[1] == "candidate_medium"


@pytest.mark.parametrize(
    ("word", "more", "said"),
    [
        ("confirm", {"reason": " "}, "reason"),
        ("confirm", {"until": date(2026, 4, 1)}, "set aside"),
        ("accept", {"until": date(2026, 3, 1)}, "past"),
        ("accept", {"until": date(2027, 4, 1)}, "more than a year"),
        ("accept", {"text": "nothing"}, "no weakness"),
        ("accept", {"text": ""}, "1 weaknesses"),
    ],
)
def test_an_odd_word_changes_nothing(
    world: World, word: str, more: dict[str, str], said: str
) -> None:
    look(world, found())
    with pytest.raises(RequestError, match=said):
        say(world, word, **more)  # type: ignore[arg-type]
    assert only(world).state is WeaknessState.NEW


def test_what_is_gone_takes_no_word(world: World) -> None:
    look(world, found())
    look(world)
    look(world)
    with pytest.raises(RequestError, match="gone"):
        say(world, "confirm")


def test_looks_are_remembered_and_their_reach_is_handed_on(world: World) -> None:
    for pages in (3, 8, 9):
        look(world, pages=pages)
    look(world, pages=1, outcome=ScanOutcome.PARTIAL)
    reached = world.do(lambda tx: pages_before(tx, SHOP, "zap", "active-low"))
    assert reached == [3, 8, 9]
    assert world.do(lambda tx: pages_before(tx, SHOP, "passive", "baseline")) == []


def test_a_look_without_facts_changes_nothing(world: World) -> None:
    look(world, found())
    nothing = ScanResult(OWASP, ScanOutcome.BLOCKED, (), world.clock.now(), 1.0, 1, {"reason": "x"})
    world.apply(world.claim(OWASP), nothing)
    assert only(world).state is WeaknessState.NEW
    assert len(world.do(lambda tx: tx.runs(SHOP))) == 1
