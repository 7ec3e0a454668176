"""From evidence to findings: what applies, what is asked, what an outcome becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from monitor.domain.attestation import Attestation
from monitor.domain.finding import ConditionFinding, Finding, Severity
from monitor.domain.label import (
    AttestationRule,
    Condition,
    ConditionClass,
    Label,
    Mapped,
    Obligation,
    Trace,
    When,
)
from monitor.domain.member import Customers, Member
from monitor.domain.site import Certification, Site, Standing, SubjectType
from monitor.policy.assess import (
    TECHNICAL_KINDS,
    UnderLabel,
    assess,
    evidence_ref,
    kinds_for,
    touched,
)
from monitor.policy.judge import Judge, Observation, Param, ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.seal.evidence import SealFacts
from tests.builders import (
    DAY,
    MONDAY,
    Spotted,
    attestation,
    certified,
    condition,
    judge,
    label,
    member,
    site,
)

TODAY = MONDAY.date()
YEARLY = AttestationRule("financial_report", ("finance",), 365 * DAY)
FOUND = judge(Spotted.FOUND)
DUTY = Obligation(
    "tz-12.7a-cadence", Trace("f"), ScanKind.OWASP, "full", 2, 365 * DAY, 200 * DAY, 0.7, 30 * DAY
)


def judges(*given: Judge) -> Mapping[str, Judge]:
    return {one.name: one for one in given or (FOUND,)}


def seen(
    at: datetime = MONDAY,
    asked: frozenset[ScanKind] = frozenset(ScanKind),
    scans: Mapping[ScanKind, ScanView] | None = None,
) -> Seen:
    return Seen(at, scans or {}, asked)


def findings(
    mark: Label,
    *given: Judge,
    on: Site | None = None,
    of: Member | None = None,
    certification: Certification | None = None,
    attestations: Mapping[str, Attestation] | None = None,
    overrides: Mapping[str, object] | None = None,
    looked: Seen | None = None,
) -> dict[str, ConditionFinding]:
    shop = on or site()
    under = UnderLabel(
        shop,
        of or member(),
        mark,
        certification or shop.certifications[0],
        attestations,
        overrides or {},
    )
    return {f.condition_id: f for f in assess(under, looked or seen(), judges(*given))}


def only(mark: Label, *given: Judge, **more: object) -> ConditionFinding:
    (found,) = findings(mark, *given, **more).values()  # type: ignore[arg-type]
    return found


# What an outcome becomes


def test_the_label_file_maps_the_outcome_and_the_judge_gives_the_words() -> None:
    fact = SealFacts("https://shop.example/", 1, complete=True, reason="")
    cited = Evidence(fact, "https://shop.example/", MONDAY, "an\nexcerpt " + "x" * 900)

    def run(looked: Seen, subject: Subject) -> Observation:
        return Observation(Spotted.ABSENT, "Absent.", (cited,), {"expected": "1"}, note="A note.")

    found = only(label(condition(confirm="C2")), judge(run))
    assert (found.finding, found.outcome, found.summary) == (
        Finding.NOT_MET,
        "absent_complete",
        "Absent.",
    )
    assert (found.severity, found.remedy, found.confirm) == (Severity.HIGH, "R14", "C2")
    assert (found.values, found.note, found.evidence) == (
        {"expected": "1"},
        "A note.",
        (evidence_ref(cited),),
    )
    assert found.evidence[0].excerpt.startswith("an excerpt x")
    assert len(found.evidence[0].excerpt) == 500
    assert found.evidence[0].sha256 == cited.sha256


def test_an_outcome_the_file_does_not_list_is_inconclusive() -> None:
    found = only(label(condition()), judge(Spotted.NEW))
    assert (found.finding, found.review) == (Finding.INCONCLUSIVE, False)


def test_the_mapping_of_the_file_outranks_the_judge_and_the_judge_the_condition() -> None:
    def run(looked: Seen, subject: Subject) -> Observation:
        return Observation(Spotted.ABSENT, "", severity=Severity.CRITICAL, remedy="R2S")

    plain = only(label(condition()), judge(run))
    assert (plain.severity, plain.remedy, plain.confirm) == (Severity.CRITICAL, "R2S", "C0")
    mapped = Mapped(
        Finding.NOT_MET, severity=Severity.LOW, remedy="RI", confirm="C1", counts=False, advice=True
    )
    found = only(label(condition(findings={"absent_complete": mapped})), judge(run))
    assert (found.severity, found.remedy, found.confirm) == (Severity.LOW, "RI", "C1")
    assert (found.counts, found.advice) == (False, True)


@pytest.mark.parametrize(
    ("spotted", "condition_class", "review"),
    [
        (Spotted.ABSENT, ConditionClass.AUTOMATIC, False),
        (Spotted.ABSENT, ConditionClass.SEMI, True),
        (Spotted.OTHER, ConditionClass.AUTOMATIC, True),
        (Spotted.FOUND, ConditionClass.SEMI, False),
        (Spotted.UNSEEN, ConditionClass.SEMI, False),
    ],
)
def test_what_is_half_automatic_is_never_not_met_without_a_reviewer(
    spotted: Spotted, condition_class: ConditionClass, *, review: bool
) -> None:
    found = only(label(condition(condition_class=condition_class)), judge(spotted))
    assert found.review is review


def test_a_judge_hears_who_is_judged_and_with_which_parameters() -> None:
    heard: list[Subject] = []

    def run(looked: Seen, subject: Subject) -> Observation:
        heard.append(subject)
        return Observation(Spotted.FOUND, "")

    params = {"window": Param("int", 60, ""), "depth": Param("int", 2, "")}
    mark = label(condition(params={"window": 10}))
    only(mark, judge(run, params=params), overrides={"depth": 5})
    (subject,) = heard
    assert subject.params == {"window": 10, "depth": 5}
    assert (subject.site, subject.member, subject.certification) == (site(), member(), certified())
    assert (subject.label_hosts, subject.artwork_words) == (("seal.example",), ())


# What applies


NOT_HERE = Finding.NOT_APPLICABLE
BOTH = (certified(), certified("other"))


@pytest.mark.parametrize(
    ("when", "applies"),
    [
        pytest.param(When(), True, id="empty is always"),
        pytest.param(When(labels_all=("mark", "other")), True, id="all labels held"),
        pytest.param(When(labels_all=("mark", "gone")), False, id="one was withdrawn"),
        pytest.param(When(labels_any=("gone", "other")), True, id="any label held"),
        pytest.param(When(labels_any=("gone", "never")), False, id="none held"),
        pytest.param(When(customers_any=("b2b",)), True, id="customers"),
        pytest.param(When(customers_any=("b2c",)), False, id="other customers"),
        pytest.param(When(jurisdiction_any=("BE", "NL")), True, id="country"),
        pytest.param(When(jurisdiction_any=("BE",)), False, id="other country"),
        pytest.param(When(has=("member.kvk",)), True, id="has a number"),
        pytest.param(When(has=("kvk", "url")), False, id="a member has no url"),
        pytest.param(When(has=("subject.url", "site.url")), True, id="the site has"),
        pytest.param(When(has=("member.vat",)), False, id="has no VAT number"),
        pytest.param(When(flags=("sells_subscriptions",)), True, id="flag"),
        pytest.param(When(flags=("sells_subscriptions", "x")), False, id="one flag of two"),
        pytest.param(When(flags_none=("x",)), True, id="flag not set"),
        pytest.param(When(flags_none=("x", "sells_subscriptions")), False, id="flag set"),
        pytest.param(When(since=TODAY), True, id="since today"),
        pytest.param(When(since=TODAY + DAY), False, id="since tomorrow"),
        pytest.param(When(until=TODAY), True, id="until today"),
        pytest.param(When(until=TODAY - DAY), False, id="until yesterday"),
        pytest.param(
            When(customers_any=("b2b",), jurisdiction_any=("BE",)), False, id="every part must hold"
        ),
    ],
)
def test_a_condition_applies_when_every_part_of_its_when_holds(
    when: When, *, applies: bool
) -> None:
    found = only(
        label(condition(when=when)),
        on=site(*BOTH, Certification("gone", Standing.WITHDRAWN)),
        of=member(flags=frozenset({"sells_subscriptions"})),
    )
    assert (found.finding, found.outcome) == (
        (Finding.MET, "found") if applies else (NOT_HERE, "not_applicable")
    )


@pytest.mark.parametrize(
    ("starts", "ends", "applies"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
    ],
)
def test_a_condition_has_its_days(starts: date | None, ends: date | None, *, applies: bool) -> None:
    found = only(label(condition(effective_from=starts, effective_until=ends)))
    assert (found.finding is not NOT_HERE) is applies


def test_a_condition_for_sellers_does_not_apply_to_a_shop() -> None:
    mark = label(condition(subjects=frozenset({SubjectType.SELLER})))
    assert only(mark).finding is NOT_HERE
    assert only(mark, on=site(subject=SubjectType.SELLER)).finding is Finding.MET


@pytest.mark.parametrize("standing", list(Standing))
def test_ended_certifications_run_only_the_conditions_that_name_their_standing(
    standing: Standing,
) -> None:
    mark = label(
        condition("usual"),
        condition("after", when=When(standing_any=("withdrawn", "ended"))),
    )
    found = findings(mark, certification=Certification("mark", standing))
    over = standing in (Standing.WITHDRAWN, Standing.ENDED)
    assert (found["usual"].finding is NOT_HERE) is over
    assert (found["after"].finding is Finding.MET) is over


def test_a_disabled_condition_is_left_out() -> None:
    assert findings(label(condition(enabled=False))) == {}


# What is asked


def test_conditions_whose_kinds_are_not_asked_for_are_left_out() -> None:
    mark = label(
        condition("seen", uses="content"),
        condition("both", uses="both"),
        condition("other", uses="tls"),
        condition("paper", attestation=YEARLY),
        obligations=(DUTY,),
    )
    given = (
        judge(name="content"),
        judge(name="both", kinds=(ScanKind.TLS, ScanKind.CONTENT)),
        judge(name="tls", kinds=(ScanKind.TLS,)),
    )
    asked = seen(asked=frozenset({ScanKind.CONTENT}))
    assert list(findings(mark, *given, looked=asked)) == ["seen", "both"]


# Dependencies


@pytest.mark.parametrize(
    ("spotted", "wanted", "applies"),
    [
        (Spotted.FOUND, Finding.MET, True),
        (Spotted.ABSENT, Finding.MET, False),
        (Spotted.ABSENT, Finding.NOT_MET, True),
    ],
)
def test_a_condition_that_depends_on_another_applies_only_after_it(
    spotted: Spotted, wanted: Finding, *, applies: bool
) -> None:
    mark = label(
        condition("late", uses="second", depends_on={"first": wanted}),
        condition("first", uses="first"),
    )
    found = findings(mark, judge(spotted, name="first"), judge(name="second"))["late"]
    assert (found.finding, found.outcome) == (
        (Finding.MET, "found") if applies else (NOT_HERE, "dependency")
    )


def test_a_dependency_that_was_not_asked_for_stands_in_nobodys_way() -> None:
    mark = label(
        condition("late", uses="second", depends_on={"first": Finding.MET}),
        condition("first", uses="first"),
    )
    given = (judge(Spotted.ABSENT, name="first", kinds=(ScanKind.TLS,)), judge(name="second"))
    found = findings(mark, *given, looked=seen(asked=frozenset({ScanKind.CONTENT})))
    assert {key: value.finding for key, value in found.items()} == {"late": Finding.MET}


# Documents


@pytest.mark.parametrize(
    ("days", "outcome", "value"),
    [
        (-1, "accepted_valid", Finding.MET),
        (0, "accepted_valid", Finding.MET),
        (1, "expired_in_grace", Finding.INCONCLUSIVE),
        (14, "expired_in_grace", Finding.INCONCLUSIVE),
        (15, "expired", Finding.NOT_MET),
    ],
)
def test_a_document_is_good_through_its_last_day_then_has_a_grace(
    days: int, outcome: str, value: Finding
) -> None:
    mark = label(condition("tz-1.1", attestation=YEARLY, remedy="RS"))
    on_file = {"tz-1.1": attestation(until=TODAY)}
    last_minute = MONDAY.replace(hour=23, minute=59) + timedelta(days=days)
    found = only(mark, attestations=on_file, looked=seen(last_minute))
    assert (found.outcome, found.finding) == (outcome, value)
    assert found.values == {"expires_on": TODAY.isoformat()}
    assert (found.remedy, found.severity) == ("RS", Severity.HIGH)


def test_a_missing_document_is_not_known_and_a_rejected_one_is_a_breach() -> None:
    mark = label(condition("tz-1.1", attestation=YEARLY))
    missing = only(mark, attestations={})
    assert (missing.outcome, missing.finding) == ("missing", Finding.INCONCLUSIVE)
    rejected = only(mark, attestations={"tz-1.1": attestation(accepted=False, until=date.max)})
    assert (rejected.outcome, rejected.finding) == ("rejected", Finding.NOT_MET)
    assert "finance" in rejected.summary


def test_the_label_file_may_say_what_a_document_means() -> None:
    mapped = Mapped(
        Finding.NOT_MET, review=True, severity=Severity.LOW, remedy="RI", confirm="CR", counts=False
    )
    attested = condition("tz-1.1", attestation=YEARLY, findings={"missing": mapped})
    found = only(label(attested), attestations={})
    assert (found.finding, found.review, found.counts) == (Finding.NOT_MET, True, False)
    assert (found.severity, found.remedy, found.confirm) == (Severity.LOW, "RI", "CR")


def test_without_an_office_documents_and_duties_are_not_assessed() -> None:
    stern = Mapped(Finding.NOT_MET)
    mark = label(
        condition("tz-1.1", attestation=YEARLY, findings={"not_assessed": stern}),
        obligations=(DUTY,),
    )
    found = findings(mark)
    assert {key: (f.finding, f.outcome) for key, f in found.items()} == {
        "tz-1.1": (NOT_HERE, "not_assessed"),
        "tz-12.7a-cadence": (NOT_HERE, "not_assessed"),
    }
    assert list(findings(mark, attestations={})) == ["tz-1.1"]


def test_a_condition_with_neither_judge_nor_rule_is_as_good_as_missing() -> None:
    found = only(label(condition("x", uses=None)), attestations={"x": attestation("x")})
    assert (found.outcome, found.finding) == ("missing", Finding.INCONCLUSIVE)


# Which scans run


def every_kind() -> tuple[Label, Mapping[str, Judge]]:
    mark = label(*(condition(kind.value, uses=kind.value) for kind in ScanKind))
    return mark, judges(*(judge(name=kind.value, kinds=(kind,)) for kind in ScanKind))


def test_a_shop_is_scanned_for_all_its_conditions_and_a_seller_never_technically() -> None:
    mark, given = every_kind()
    assert kinds_for(site(), {"mark": mark}, given) == frozenset(ScanKind)
    seller = site(subject=SubjectType.SELLER)
    assert kinds_for(seller, {"mark": mark}, given) == {ScanKind.CONTENT, ScanKind.SEAL}
    assert ScanKind.DRIFT in TECHNICAL_KINDS


def test_scans_follow_the_standing_and_only_labels_that_are_loaded() -> None:
    mark = label(
        condition("usual", uses="usual"),
        condition("paper", attestation=YEARLY),
        condition("off", uses="off", enabled=False),
        condition("after", uses="after", when=When(standing_any=("ended",))),
    )
    given = judges(
        judge(name="usual"),
        judge(name="off", kinds=(ScanKind.MAIL,)),
        judge(name="after", kinds=(ScanKind.SEAL,)),
    )
    labels = {"mark": mark}
    ended = site(certified(standing=Standing.ENDED), certified("not-loaded"))
    assert kinds_for(ended, labels, given) == {ScanKind.SEAL}
    assert kinds_for(site(), labels, given) == {ScanKind.CONTENT}


def test_a_scan_touches_the_conditions_that_use_it_and_all_documents() -> None:
    given = judges()
    assert touched(condition(), given, ScanKind.CONTENT)
    assert not touched(condition(), given, ScanKind.TLS)
    assert touched(condition(attestation=YEARLY), given, ScanKind.TLS)


def test_seen_gives_facts_by_type_and_how_a_scan_ended() -> None:
    one = Evidence(SealFacts("https://a.nl/", 1, complete=True, reason=""), "u", MONDAY)
    two = replace(one, source_url="v")
    looked = seen(scans={ScanKind.SEAL: ScanView(ScanOutcome.PARTIAL, (one, two), MONDAY)})
    assert looked.newest(ScanKind.SEAL, SealFacts) == (one, one.facts)
    assert [e for e, _ in looked.all_of(ScanKind.SEAL, SealFacts)] == [one, two]
    assert looked.newest(ScanKind.SEAL, Condition) is None
    assert looked.all_of(ScanKind.TLS, SealFacts) == ()
    assert looked.outcome(ScanKind.SEAL) is ScanOutcome.PARTIAL
    assert looked.outcome(ScanKind.TLS) is None


@pytest.mark.parametrize("certification", [certified(), Certification("mark", Standing.SUSPENDED)])
def test_customers_cumulate(certification: Certification) -> None:
    mark = label(condition(when=When(customers_any=("b2c",))))
    both = member(customers=frozenset(Customers))
    assert only(mark, of=both, certification=certification).finding is Finding.MET
