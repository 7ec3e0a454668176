"""The judge of tz-12.7a: what a look at the OWASP Top 10 allows to be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.finding import Severity as Grade
from monitor.domain.member import Member
from monitor.domain.site import Certification, Site, Standing
from monitor.domain.weakness import STANDING, Again, Sighting, Weakness, WeaknessState
from monitor.policy.conditions.owasp import JUDGES, Findings, findings
from monitor.policy.judge import Observation, ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.owasp.evidence import Again as SeenAgain
from scanners.owasp.evidence import Coverage, Engine, Finding, OwaspFacts, Reach, Severity
from scanners.owasp.rules import categories, finding

MOMENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://shop.example.nl/"
ENGINE = Engine("test", "1", 1)
LOW, MEDIUM, ONCE, WORST_ONCE = (
    finding("form-to-http", URL, site="shop.example.nl", param=severity, severity=severity)
    for severity in (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
)
HIGH, CRITICAL = (replace(one, again=SeenAgain.VERIFIED) for one in (ONCE, WORST_ONCE))


def facts(
    *found: Finding,
    profile: str = "baseline",
    ratio: float = 1.0,
    canary: bool | None = None,
    reach: Mapping[str, Mapping[str, Reach]] | None = None,
) -> OwaspFacts:
    known = categories() if reach is None else reach
    return OwaspFacts(ENGINE, profile, found, Coverage(10, int(ratio * 10), ratio), known, canary)


def judged(
    look: OwaspFacts | None,
    outcome: ScanOutcome = ScanOutcome.COMPLETE,
    params: Mapping[str, object] | None = None,
    reason: str = "",
    *,
    consent: bool = True,
) -> Observation:
    evidence = () if look is None else (Evidence(look, URL, MOMENT),)
    scans = {ScanKind.OWASP: ScanView(outcome, evidence, MOMENT, reason)}
    held = subject().certification.label_id
    seen = Seen(MOMENT, scans, no_consent=frozenset() if consent else frozenset({held}))
    return findings(seen, subject(params))


def subject(params: Mapping[str, object] | None = None) -> Subject:
    site = Site("s1", "m1", URL)
    certification = Certification("thuiswinkel-zakelijk", Standing.CERTIFIED)
    return Subject(site, Member("m1", "Voorbeeld B.V."), certification, params or {})


def test_nothing_is_said_before_a_look() -> None:
    told = findings(Seen(MOMENT, {}), subject())
    assert (told.outcome, told.cited) == (Findings.NOT_SCANNED, ())


@pytest.mark.parametrize("outcome", [o for o in ScanOutcome if o is not ScanOutcome.COMPLETE])
def test_a_site_that_could_not_be_seen_is_incomplete_whatever_was_in_the_way(
    outcome: ScanOutcome,
) -> None:
    assert judged(None, outcome, reason="closed").outcome is Findings.INCOMPLETE
    assert judged(facts(), outcome).outcome is Findings.INCOMPLETE
    assert outcome.value in judged(facts(), outcome).summary
    assert "closed" in judged(facts(), outcome, reason="closed").summary


def test_a_silent_passive_look_says_what_it_cannot_speak_of() -> None:
    told = judged(facts(LOW))
    assert (told.outcome, len(told.cited)) == (Findings.NO_HIGH_FINDING_PASSIVE, 1)
    assert "look without attacks cannot speak of" in told.summary
    assert "A03, A04, A06, A07, A09, A10 of 2021" in told.summary
    assert "A03, A05, A06, A07, A09 of 2025" in told.summary
    assert told.note == ""


@pytest.mark.parametrize("found", [HIGH, CRITICAL])
@pytest.mark.parametrize("outcome", [ScanOutcome.COMPLETE, ScanOutcome.PARTIAL])
@pytest.mark.parametrize("profile", ["baseline", "active-low"])
def test_a_serious_finding_waits_for_a_reviewer(
    found: Finding, outcome: ScanOutcome, profile: str
) -> None:
    told = judged(facts(MEDIUM, found, profile=profile, ratio=0.1), outcome)
    assert told.outcome is Findings.CANDIDATE_HIGH
    assert told.values == {"url": URL, "rule": found.name}
    assert "reviewer" in told.summary


def test_the_gravest_finding_is_named_first() -> None:
    other = finding("password-over-http", f"{URL}x", site="s", severity=Severity.CRITICAL)
    other = replace(other, again=SeenAgain.VERIFIED)
    assert judged(facts(HIGH, other)).values["url"] == f"{URL}x"


def test_a_medium_finding_is_advice() -> None:
    told = judged(facts(MEDIUM, MEDIUM, LOW))
    assert told.outcome is Findings.NO_HIGH_FINDING_PASSIVE
    assert told.note == f"Worth mending: {MEDIUM.name}."


@pytest.mark.parametrize(
    ("ratio", "canary", "params", "outcome"),
    [(0.7, True, {}, "no_high_finding"), (0.69, True, {}, "incomplete"),
     (1.0, False, {}, "incomplete"), (1.0, None, {}, "incomplete"),
     (0.5, True, {"coverage_min": 0.5}, "no_high_finding"),
     (0.8, True, {"coverage_min": 1}, "incomplete"),
     (0.69, True, {"coverage_min": "much"}, "incomplete")],
)  # fmt: skip
def test_an_active_scan_qualifies_with_coverage_and_canary(
    ratio: float, canary: bool | None, params: dict[str, object], outcome: str
) -> None:
    told = judged(facts(profile="active-low", ratio=ratio, canary=canary), params=params)
    assert told.outcome == outcome


def test_a_scan_that_speaks_of_all_names_no_gap() -> None:
    told = judged(facts(profile="active-medium", canary=True, reach={}))
    assert told.summary == "No serious weakness seen on 10 pages."


@given(
    found=st.lists(st.sampled_from([LOW, MEDIUM, ONCE, WORST_ONCE, HIGH, CRITICAL])),
    again=st.sampled_from([None, *SeenAgain]),
    consent=st.booleans(),
    outcome=st.sampled_from(ScanOutcome),
    profile=st.sampled_from(["baseline", "active-low", "odd"]),
    ratio=st.floats(0, 1),
    canary=st.sampled_from([True, False, None]),
    reason=st.text(max_size=400),
)  # fmt: skip
def test_silence_is_only_ever_concluded_from_a_complete_look_without_serious_findings(
    found: list[Finding], outcome: ScanOutcome, profile: str, ratio: float, canary: bool | None,
    reason: str, again: SeenAgain | None, consent: bool,
) -> None:  # fmt: skip
    found = [replace(f, again=again) if f in (ONCE, WORST_ONCE) else f for f in found]
    look = facts(*found, profile=profile, ratio=ratio, canary=canary)
    told = judged(look, outcome, None, reason, consent=consent)
    sure = any(f.serious and f.again is SeenAgain.VERIFIED for f in found)
    assert (told.outcome is Findings.CANDIDATE_HIGH) is sure
    waits = not sure and any(f.serious for f in found)
    assert (told.outcome is Findings.HIGH_NOT_VERIFIED) is waits
    if not consent:
        assert told.outcome is not Findings.NO_HIGH_FINDING_PASSIVE
    if told.outcome is Findings.NO_CONSENT:
        assert (consent, outcome) == (False, ScanOutcome.COMPLETE)
        assert profile != "active-low"
    if told.outcome in (Findings.NO_HIGH_FINDING, Findings.NO_HIGH_FINDING_PASSIVE):
        assert outcome is ScanOutcome.COMPLETE
    if told.outcome is Findings.NO_HIGH_FINDING:
        assert profile == "active-low"
        assert ratio >= 0.7
        assert canary is True
    assert set(told.values) == set(JUDGES[0].values)
    assert told.summary.isprintable()


@pytest.mark.parametrize(
    "coverage", [Coverage(), Coverage(5, 0, 0.0), Coverage(1, 1, 1.0)], ids=["none", "0", "1"]
)
def test_a_look_at_nothing_or_at_a_page_without_links_proves_nothing(coverage: Coverage) -> None:
    for profile in ("baseline", "active-low"):
        look = OwaspFacts(ENGINE, profile, (), coverage, categories(), canary_seen=True)
        assert judged(look).outcome is Findings.INCOMPLETE


# With a file of weaknesses


def on_file(
    state: WeaknessState, severity: Grade = Grade.HIGH, name: str = "XSS", **more: object
) -> Weakness:
    seen = Sighting(
        name.lower() * 8, "zap", "40012", name, severity, "A03", "A05", "CWE-79", URL, "/", "GET",
        "q",
    )  # fmt: skip
    made = Weakness("s1", seen, state, "active-low", MOMENT, MOMENT, verified=True)
    return replace(made, **more)  # type: ignore[arg-type]


def known(*weaknesses: Weakness, look: OwaspFacts | None = None) -> Observation:
    evidence = (Evidence(look or facts(), URL, MOMENT),)
    scans = {ScanKind.OWASP: ScanView(ScanOutcome.COMPLETE, evidence, MOMENT)}
    return findings(Seen(MOMENT, scans, weaknesses=weaknesses), subject())


@pytest.mark.parametrize("state", [s for s in WeaknessState if s in STANDING])
def test_what_stands_on_file_counts_although_the_newest_look_did_not_show_it(
    state: WeaknessState,
) -> None:
    told = known(on_file(state))
    assert told.outcome is Findings.CANDIDATE_HIGH
    assert told.fragment == on_file(state).seen.fingerprint


@pytest.mark.parametrize("state", [s for s in WeaknessState if s not in STANDING])
def test_what_is_gone_or_set_aside_does_not_count_even_if_it_is_seen(state: WeaknessState) -> None:
    told = known(on_file(state), look=facts(HIGH))
    assert told.outcome is Findings.NO_HIGH_FINDING_PASSIVE


def test_what_was_set_aside_counts_again_after_its_last_day() -> None:
    yesterday = (MOMENT - timedelta(days=1)).date()
    gone = on_file(WeaknessState.RISK_ACCEPTED, until=yesterday)
    assert known(gone).outcome is Findings.CANDIDATE_HIGH
    assert known(replace(gone, until=MOMENT.date())).outcome is Findings.NO_HIGH_FINDING_PASSIVE


def test_a_medium_one_counts_once_a_person_confirmed_it() -> None:
    told = known(on_file(WeaknessState.OPEN, Grade.MEDIUM))
    assert told.outcome is Findings.NO_HIGH_FINDING_PASSIVE
    assert "XSS" in told.note
    told = known(on_file(WeaknessState.CONFIRMED, Grade.MEDIUM))
    assert told.outcome is Findings.CANDIDATE_MEDIUM
    assert "a person confirmed it" in told.summary
    assert known(on_file(WeaknessState.CONFIRMED, Grade.LOW)).outcome is not told.outcome


def test_another_weakness_is_another_fragment_and_the_gravest_is_named() -> None:
    one = on_file(WeaknessState.OPEN)
    other = on_file(WeaknessState.NEW, Grade.CRITICAL, "SQL injection")
    told = known(one, other)
    assert told.values["rule"] == "SQL injection"
    assert "1 more" in told.summary
    assert told.fragment != known(one).fragment
    assert told.fragment == known(other, one).fragment


def test_weaknesses_stand_when_the_site_could_not_be_read_this_time() -> None:
    scans = {ScanKind.OWASP: ScanView(ScanOutcome.UNREACHABLE, (), MOMENT)}
    told = findings(Seen(MOMENT, scans, weaknesses=(on_file(WeaknessState.OPEN),)), subject())
    assert (told.outcome, told.cited) == (Findings.CANDIDATE_HIGH, ())


# Seen once


@pytest.mark.parametrize(
    ("again", "words"),
    [(None, "could not be looked at"), (SeenAgain.COULD_NOT, "could not be looked at"),
     (SeenAgain.NOT_SEEN, "not there at a second look")],
)  # fmt: skip
@pytest.mark.parametrize("outcome", [ScanOutcome.COMPLETE, ScanOutcome.PARTIAL])
def test_what_was_seen_once_accuses_nobody_and_waits(
    again: SeenAgain | None, words: str, outcome: ScanOutcome
) -> None:
    told = judged(facts(MEDIUM, replace(ONCE, again=again)), outcome)
    assert told.outcome is Findings.HIGH_NOT_VERIFIED
    assert words in told.summary
    assert told.summary.startswith("Suspected: ")
    assert told.outcome in JUDGES[0].untold
    assert told.fragment == ""


def test_only_what_was_seen_twice_is_put_before_a_reviewer() -> None:
    told = judged(facts(WORST_ONCE, HIGH))
    assert told.outcome is Findings.CANDIDATE_HIGH
    assert told.fragment == HIGH.fingerprint
    assert "1 more wait to be seen a second time" in told.summary
    assert judged(facts(WORST_ONCE, ONCE)).summary.endswith("1 more wait beside it.")


def test_a_persons_word_needs_no_second_look_of_a_machine() -> None:
    unsure = on_file(WeaknessState.OPEN, verified=False)
    assert known(unsure).outcome is Findings.HIGH_NOT_VERIFIED
    confirmed = replace(unsure, state=WeaknessState.CONFIRMED)
    assert known(confirmed).outcome is Findings.CANDIDATE_HIGH
    seen = replace(unsure.seen, again=Again.NOT_SEEN)
    assert "not there" in known(replace(unsure, seen=seen)).summary


# Without consent


def test_without_consent_a_look_without_attacks_cannot_take_the_place_of_a_test() -> None:
    told = judged(facts(MEDIUM), consent=False)
    assert told.outcome is Findings.NO_CONSENT
    assert told.summary.startswith("Unknown: no consent.")
    assert told.note == f"Worth mending: {MEDIUM.name}."
    assert told.outcome in JUDGES[0].settled


def test_consent_or_not_what_stands_and_what_was_not_seen_is_told_as_it_is() -> None:
    assert judged(facts(HIGH), consent=False).outcome is Findings.CANDIDATE_HIGH
    assert judged(facts(ONCE), consent=False).outcome is Findings.HIGH_NOT_VERIFIED
    assert judged(None, ScanOutcome.BLOCKED, consent=False).outcome is Findings.INCOMPLETE
    assert judged(facts(), ScanOutcome.PARTIAL, consent=False).outcome is Findings.INCOMPLETE
    tested = facts(profile="active-low", canary=True)
    assert judged(tested, consent=False).outcome is Findings.NO_HIGH_FINDING
