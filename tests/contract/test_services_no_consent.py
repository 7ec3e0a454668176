"""Without the owner's consent: unknown to auditors, a number for operations, silence elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.adapters.store.store import SqlStore
from monitor.domain.case import CaseState
from monitor.domain.consent import Consent, Level
from monitor.domain.finding import Finding
from monitor.domain.label import Mapped, Obligation, Trace
from monitor.domain.obligation import ObligationRow, ObligationState
from monitor.domain.site import Certification, Site, Standing
from monitor.policy.conditions.owasp import JUDGES
from monitor.services import consents, triage
from monitor.services.application import Application
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.members import put_site
from monitor.services.owasp_consent import counts, unconsented
from monitor.services.tx import Tx
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from scanners.owasp import evidence as seen_by
from scanners.registry import FACTS
from tests.builders import ANNA, DAY, MONDAY, TECH, condition, label, member, site
from tests.contract.services_world import CADENCES, OFFICE, SHOP, HandClock, Weekdays, World

OWASP = ScanKind.OWASP
URL = f"https://{SHOP}/zoek"
TODAY = MONDAY.date()
TWICE = Obligation("twice", Trace("f"), OWASP, "qualifying", 2, 365 * DAY, 200 * DAY, 0.7, 30 * DAY)
FINDINGS = {
    "no_high_finding": Mapped(Finding.MET),
    "no_high_finding_passive": Mapped(Finding.MET),
    "candidate_high": Mapped(Finding.NOT_MET, review=True),
    "no_consent": Mapped(Finding.INCONCLUSIVE),
}
MARK = replace(
    label(condition("tz-12.7a", uses="owasp.findings", findings=FINDINGS, confirm="CX")),
    obligations=(TWICE,),
)
XSS = seen_by.Finding(
    "xss", "XSS", seen_by.Severity.HIGH, seen_by.Confidence.HIGH, "A03", "A05", "CWE-79", URL,
    "GET", "q", "f" * 64, again=seen_by.Again.VERIFIED,
)  # fmt: skip


def shop(days: int | None, standing: Standing = Standing.CERTIFIED) -> Site:
    """Certified so many days ago; None: nobody wrote down when."""
    since = None if days is None else TODAY - days * DAY
    return site(Certification("mark", standing, since))


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    file = tmp_path / "office.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = SqlStore(f"sqlite:///{file}", facts_types=FACTS)
    catalogue = Catalogue(
        {MARK.label_id: MARK}, {one.name: one for one in JUDGES}, CADENCES, Weekdays()
    )
    made = World(store, HandClock(), Application(catalogue, Casework(catalogue, OFFICE)))
    held, owner = shop(20), member(contacts=(ANNA, TECH))
    made.do(lambda tx: put_site(tx, held, owner, catalogue, "t", MONDAY))
    yield made
    store.close()


def look(world: World, *found: seen_by.Finding, profile: str = "baseline") -> None:
    facts = seen_by.OwaspFacts(
        seen_by.Engine("passive", "2", 3), profile, found, seen_by.Coverage(10, 10, 1.0), {},
        None if profile == "baseline" else True,
    )  # fmt: skip
    now = world.clock.now()
    result = ScanResult(OWASP, ScanOutcome.COMPLETE, (Evidence(facts, URL, now),), now, 60.0, 99)
    world.apply(world.claim(OWASP), result)
    world.after(DAY)


def consented(world: World, on: Site | None = None) -> None:
    now = world.clock.now()
    held = on or shop(20)
    days = (now.date(), now.date() + 300 * DAY)
    made = consents.propose(held, Level.ACTIVE_LOW, ("Olga", "+31 20", "D-7"), days, "rita", now)
    world.do(lambda tx: consents.record(tx, held, made, now))


def told(world: World) -> tuple[Finding, str]:
    row = world.verdict(condition_id="tz-12.7a")
    return row.finding, row.outcome


def numbers(world: World) -> dict[str, int]:
    return world.do(lambda tx: counts(tx, world.catalogue, world.clock.now()))


def test_a_test_that_is_not_yet_due_is_not_missed(world: World) -> None:
    look(world)
    assert told(world) == (Finding.MET, "no_high_finding_passive")
    assert numbers(world)["unknown_no_consent"] == 0
    assert numbers(world)["no_consent"] == 1


def test_past_its_day_without_consent_the_label_is_unknown_and_nobody_is_written_to(
    world: World,
) -> None:
    world.after(11 * DAY)
    for _ in range(40):
        look(world)
    assert told(world) == (Finding.INCONCLUSIVE, "no_consent")
    row = world.verdict(condition_id="tz-12.7a")
    assert row.summary.startswith("Unknown: no consent.")
    assert (row.waits, row.review) == (False, False)
    assert world.verdict().finding is Finding.INCONCLUSIVE
    assert world.do(lambda tx: tx.cases()) == []
    assert world.said() == []
    assert numbers(world)["unknown_no_consent"] == 1
    # Another look would change nothing: it comes with the cadence.
    assert world.due(OWASP).ready_at > world.clock.now() + 3 * DAY


def test_consent_ends_it_with_the_next_look_and_its_end_brings_it_back(world: World) -> None:
    world.after(11 * DAY)
    look(world)
    assert told(world)[1] == "no_consent"
    consented(world)
    look(world)
    assert told(world) == (Finding.MET, "no_high_finding_passive")
    assert numbers(world)["unknown_no_consent"] == 0
    world.do(lambda tx: consents.revoke(tx, shop(20), "rita", world.clock.now()))
    look(world)
    assert told(world)[1] == "no_consent"


def test_a_test_of_late_stands_although_the_consent_is_over(world: World) -> None:
    world.do(lambda tx: tx.note_done(SHOP, "mark", "twice", MONDAY))
    world.do(lambda tx: tx.put_sites([shop(900)]))
    world.after(100 * DAY)
    look(world)
    assert told(world) == (Finding.MET, "no_high_finding_passive")
    world.after(100 * DAY)
    look(world)
    assert told(world)[1] == "no_consent"


def test_a_breach_that_was_mended_ends_its_case_although_nobody_consents(world: World) -> None:
    world.after(11 * DAY)
    look(world, XSS)

    def confirm(tx: Tx) -> None:
        one = triage.find(tx, shop(20), "fff")
        word = triage.Word(triage.WORDS["confirm"], "rita", "tried it")
        triage.say(tx, world.application, shop(20), one, word, world.clock.now())

    world.do(confirm)
    assert told(world)[0] is Finding.NOT_MET
    look(world)
    look(world)
    look(world)
    assert world.case().state is CaseState.REMEDIED
    assert told(world) == (Finding.INCONCLUSIVE, "no_consent")


@pytest.mark.parametrize("standing", [s for s in Standing if s is not Standing.CERTIFIED])
def test_only_towards_certified_sites_there_is_such_a_duty(
    world: World, standing: Standing
) -> None:
    other = shop(900, standing)
    world.do(lambda tx: tx.put_sites([other]))
    assert _lacking(world, other) == frozenset()
    assert _lacking(world, shop(900)) == {"mark"}


def test_a_consent_to_visits_or_of_another_owner_is_none(world: World) -> None:
    held = shop(900)
    consented(world, held)
    assert _lacking(world, held) == frozenset()
    assert _lacking(world, replace(held, member_id="somebody")) == {"mark"}
    words, days = ("Olga", "", ""), (TODAY, TODAY + 300 * DAY)
    visits = consents.propose(held, Level.PASSIVE, words, days, "rita", MONDAY)
    world.do(lambda tx: consents.record(tx, held, visits, MONDAY))
    assert _lacking(world, held) == {"mark"}


def test_without_a_day_of_admission_it_counts_from_when_we_first_knew(world: World) -> None:
    unknown = shop(None)
    assert _lacking(world, unknown) == frozenset()
    known = ObligationRow(SHOP, "mark", "twice", ObligationState.OK, MONDAY - 31 * DAY, MONDAY)
    world.do(lambda tx: tx.put_obligation(known))
    assert _lacking(world, unknown) == {"mark"}


def test_an_unknown_label_or_another_duty_asks_for_no_consent(world: World) -> None:
    elsewhere = replace(shop(900), certifications=(Certification("x", Standing.CERTIFIED),))
    assert _lacking(world, elsewhere) == frozenset()
    for duty in (
        replace(TWICE, per="platform"), replace(TWICE, profile="baseline"),
        replace(TWICE, scan=ScanKind.TLS),
    ):  # fmt: skip
        catalogue = replace(world.catalogue, labels={"mark": replace(MARK, obligations=(duty,))})
        found = world.do(lambda tx, c=catalogue: unconsented(tx, c, shop(900), MONDAY))  # type: ignore[misc]
        assert found == frozenset()


def _lacking(world: World, on: Site) -> frozenset[str]:
    return world.do(lambda tx: unconsented(tx, world.catalogue, on, world.clock.now()))


@example(since=0, tests=[228, 633], consent=False)
@given(
    since=st.integers(0, 1_000),
    tests=st.lists(st.integers(0, 1_000), max_size=4),
    consent=st.booleans(),
)
def test_unknown_means_no_consent_now_and_no_test_of_late(
    world_of_words: World, since: int, tests: list[int], consent: bool
) -> None:
    world = world_of_words
    held = shop(since)

    def work(tx: Tx) -> frozenset[str]:
        for number in [c.number for c in tx.consents(SHOP)]:
            tx.revoke_consent(number, MONDAY, "t")
        if consent:
            tx.add_consent(_consent())
        for ago in tests:
            tx.note_done(SHOP, f"mark-{since}", "twice", MONDAY - ago * DAY)
        catalogue = replace(
            world.catalogue, labels={f"mark-{since}": replace(MARK, label_id=f"mark-{since}")}
        )
        certified = Certification(f"mark-{since}", Standing.CERTIFIED, TODAY - since * DAY)
        found = unconsented(tx, catalogue, replace(held, certifications=(certified,)), MONDAY)
        kept = tx.done(SHOP).get((SHOP, f"mark-{since}", "twice"), ())
        newest = min(((MONDAY - at).days for at in kept), default=None)
        if found:
            assert not consent
            assert since > 30
            assert newest is None or newest > 200
        elif not consent and newest is None:
            assert since <= 30
        return found

    world.do(work)


def _consent() -> Consent:
    days = (TODAY, TODAY + 300 * DAY)
    return consents.propose(shop(1), Level.ACTIVE_LOW, ("O", "+31", "D"), days, "rita", MONDAY)


@pytest.fixture(scope="module")
def world_of_words(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    file = tmp_path_factory.mktemp("property") / "office.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = SqlStore(f"sqlite:///{file}", facts_types=FACTS)
    catalogue = Catalogue(
        {MARK.label_id: MARK}, {one.name: one for one in JUDGES}, CADENCES, Weekdays()
    )
    made = World(store, HandClock(), Application(catalogue, Casework(catalogue, OFFICE)))
    made.do(lambda tx: put_site(tx, shop(20), member(), catalogue, "t", MONDAY))
    yield made
    store.close()
