"""The label files that ship: complete, in four languages, and mapped as was decided."""

from __future__ import annotations

import string
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from docs.label_pages import trace_rows
from monitor.domain.finding import Finding, Severity
from monitor.domain.label import Condition, ConditionClass, Label, Mapped
from monitor.domain.site import Standing
from monitor.policy.conditions import (
    content,
    drift,
    mail,
    owasp,
    seal,
    seal_link,
    seal_variant,
    tls,
)
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.references import known_parameters
from monitor.policy.scheme_texts import ATTESTATION_VALUES, COMMON_VALUES
from monitor.policy.schemes import lint_labels, load_labels
from scanners.api import ScanKind

FOLDER = Path(__file__).parents[2] / "config" / "labels"
LABELS = {label.label_id: label for label in load_labels(FOLDER, JUDGES)}
ZAKELIJK = LABELS["thuiswinkel-zakelijk"]
DERIVED = (
    *("tz-3.1a", "tz-3.1b", "tz-3.1c", "tz-3.1d", "tz-10.1", "tz-12.1a", "tz-12.1b"),
    *("tz-12.7a", "tz-12.7b", "seal-1", "seal-2", "drift-1"),
)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def of(condition_id: str, label: Label = ZAKELIJK) -> Condition:
    found = label.condition(condition_id)
    assert found is not None, condition_id
    return found


EVERY = [
    pytest.param(
        label, condition, id=f"{label.label_id}:{condition.condition_id}".replace(".", "_")
    )
    for label in LABELS.values()
    for condition in label.conditions
]


def test_shipped_files_have_no_problem() -> None:
    assert lint_labels(FOLDER, JUDGES) == ()


def test_published_revisions_are_recorded() -> None:
    text = (FOLDER / "revisions.yaml").read_text("utf-8")
    assert [label_id for label_id in LABELS if f"\n{label_id}:\n" not in f"\n{text}"] == []


@pytest.mark.parametrize(
    ("label_id", "version", "family"),
    [
        ("thuiswinkel-zakelijk", "2017-01-01", "tz-"),
        ("becommerce-b2b", "2023-10-01", "bc-"),
        ("becommerce-b2c", "2023-10-01", "bc-"),
        ("webwinkelkeur", "2024-04-15", "ww-"),
    ],
)
def test_a_label_holds_the_rows_of_its_framework_and_the_derived_ones(
    label_id: str, version: str, family: str
) -> None:
    label = LABELS[label_id]
    assert label.framework_version == version
    asked = ("automatic", "semi", "attestation", "process and automatic")
    rows = {r.row_id for r in trace_rows() if r.condition_class in asked and not r.condition}
    own = {row for row in rows if row.startswith(family)}
    # The owner's rows are of one source and hold for every label.
    own -= {"ww-5.1", "ww-5.2"}
    found = {c.condition_id for c in label.conditions}
    assert found == own | set(DERIVED) | {"ww-5.1", "ww-5.2"}
    duties = {"tz-12.7a-cadence"} | ({"bc-3.1-audit"} if family == "bc-" else set())
    assert {duty.obligation_id for duty in label.obligations} == duties
    assert label.statement_languages == ("nl", "fr", "en", "de")


@pytest.mark.parametrize(
    ("label_id", "subjects", "kinds"),
    [
        ("seller-on-platform", {"seller"}, {"content", "seal"}),
        ("thuiswinkel-platform", {"platform"}, {"content", "seal", "tls", "owasp"}),
        ("thuiswinkel-waarborg", {"shop", "platform", "seller"}, {"content", "seal", "tls"}),
        ("consumer-law", {"shop", "platform"}, {"content"}),
        ("organisation-forms", {"seller"}, {"content"}),
    ],
)
def test_labels_of_other_subjects_ask_for_what_may_be_looked_at(
    label_id: str, subjects: set[str], kinds: set[str]
) -> None:
    label = LABELS[label_id]
    assert {subject.value for subject in label.subjects} == subjects
    used = [JUDGES[c.judge.uses].kinds for c in label.conditions if c.judge is not None]
    asked = {kind.value for found in used for kind in found}
    assert kinds <= asked
    if label_id in ("seller-on-platform", "consumer-law", "organisation-forms"):
        assert asked == kinds


def test_consumer_law_is_advice_and_never_taken_unasked() -> None:
    label = LABELS["consumer-law"]
    assert label.opt_in
    weighed = {
        f"{c.condition_id}: {name}"
        for c in label.conditions
        for name, mapped in c.findings.items()
        if mapped.counts and mapped.finding in (Finding.NOT_MET, Finding.INCONCLUSIVE)
    }
    assert weighed == set()


@pytest.mark.parametrize("label_id", ["becommerce-b2b", "webwinkelkeur"])
def test_included_rows_say_that_they_are_derived(label_id: str) -> None:
    for condition_id in DERIVED:
        included, source = of(condition_id, LABELS[label_id]), of(condition_id)
        assert included.trace.part == "derived"
        assert (included.judge, included.findings) == (source.judge, source.findings)
        assert included.rev == source.rev


@pytest.mark.parametrize(("label", "condition"), EVERY)
def test_every_text_exists_in_its_own_words_in_every_language(
    label: Label, condition: Condition
) -> None:
    by_outcome = [m.messages for m in condition.findings.values() if m.messages]
    for texts in (condition.statement, condition.messages, *by_outcome):
        assert set(texts) == set(label.statement_languages)
        assert len(set(texts.values())) == len(texts)
        assert all(text == " ".join(text.split()) and text[-1] in ".)" for text in texts.values())


@pytest.mark.parametrize(("label", "condition"), EVERY)
def test_every_message_can_be_filled_in(label: Label, condition: Condition) -> None:
    known = set(COMMON_VALUES)
    known |= set(JUDGES[condition.judge.uses].values) if condition.judge else ATTESTATION_VALUES
    values = {name: f"<{name}>" for name in known}
    for mapped in (Mapped(Finding.MET), *condition.findings.values()):
        for text in (mapped.messages or condition.messages).values():
            used = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert used <= known
            assert not set("{}") & set(text.format_map(values))


@pytest.mark.parametrize(("label", "condition"), EVERY)
def test_every_outcome_of_the_judge_is_decided(label: Label, condition: Condition) -> None:
    if condition.judge is not None:
        assert set(condition.findings) == {o.value for o in JUDGES[condition.judge.uses].outcomes}


@pytest.mark.parametrize(("label", "condition"), EVERY)
def test_what_was_not_seen_never_becomes_a_breach(label: Label, condition: Condition) -> None:
    unseen = {"incomplete", "not_scanned", "no_handshake", "filtered", "no_expected_value"}
    unseen |= {"image_suspected", "no_forms", "scripted_action", "no_complaint_text", "missing"}
    unseen |= {"no_mx", "port_closed"}
    for outcome in unseen & set(condition.findings):
        assert condition.findings[outcome].finding is Finding.INCONCLUSIVE


@pytest.mark.parametrize(
    ("condition_id", "outcome", "wanted"),
    [
        ("tz-12.7a", "no_high_finding_passive", Mapped(Finding.MET)),
        ("tz-12.7a", "candidate_high", Mapped(Finding.NOT_MET, review=True)),
        ("tz-3.1c", "other_number", Mapped(Finding.NOT_MET, review=True, reason="owner_change")),
        ("tz-3.1d", "vat_exempt", Mapped(Finding.NOT_APPLICABLE)),
        ("tz-9.1b", "too_long_working_days", Mapped(Finding.NOT_MET, review=True)),
        ("drift-1", "changed", Mapped(Finding.INCONCLUSIVE, review=True)),
        ("drift-1", "no_baseline", Mapped(Finding.NOT_APPLICABLE)),
        ("tz-12.4", "no_starttls", Mapped(Finding.NOT_MET)),
        ("tz-12.4", "old_tls_only", Mapped(Finding.INCONCLUSIVE, review=True)),
        ("tz-12.4", "untrusted_certificate", Mapped(Finding.MET, advice=True)),
        ("tz-12.4", "null_mx", Mapped(Finding.NOT_APPLICABLE)),
        ("tz-12.7b", "expires_soon", Mapped(Finding.MET, advice=True)),
        (
            "tz-12.7b",
            "expires_now",
            Mapped(Finding.NOT_MET, severity=Severity.HIGH, remedy="R7S", confirm="C0"),
        ),
        (
            "tz-12.7b",
            "expired",
            Mapped(Finding.NOT_MET, severity=Severity.CRITICAL, remedy="R2S", confirm="C0"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "mapped",
)
def test_outcomes_are_mapped_as_decided(condition_id: str, outcome: str, wanted: Mapped) -> None:
    found = of(condition_id).findings[outcome]
    words = ("finding", "review", "reason", "severity", "remedy", "confirm", "advice")
    assert {w: getattr(found, w) for w in words} == {w: getattr(wanted, w) for w in words}


def test_drift_alone_never_gives_a_breach() -> None:
    assert of("drift-1").condition_class is ConditionClass.SEMI
    assert Finding.NOT_MET not in {m.finding for m in of("drift-1").findings.values()}


@pytest.mark.parametrize(
    ("condition_id", "severity", "confirm", "remedy"),
    [
        ("tz-1.1", "high", "C0", "RA"),
        ("tz-3.1a", "medium", "C2", "R14"),
        ("tz-3.1b", "medium", "C2", "R14"),
        ("tz-3.1c", "high", "C2", "R14"),
        ("tz-3.1d", "medium", "C2", "R14"),
        ("tz-9.1b", "medium", "C2", "R14"),
        ("tz-10.1", "high", "C2", "R14"),
        ("tz-12.1a", "critical", "C1", "R2S"),
        ("tz-12.1b", "high", "C1", "R7S"),
        ("tz-12.4", "medium", "C1", "R7S"),
        ("tz-12.7a", "high", "CX", "R7S"),
        ("tz-12.7b", "high", "C1", "R7S"),
        ("seal-1", "high", "C2", "R0"),
        ("seal-2", "medium", "C2", "R14"),
    ],
    ids=lambda value: str(value).replace(".", "_"),
)
def test_severity_confirmation_and_remedy_are_those_of_the_catalogue(
    condition_id: str, severity: str, confirm: str, remedy: str
) -> None:
    found = of(condition_id)
    assert (found.severity.value, found.confirm, found.remedy) == (severity, confirm, remedy)


def test_profiles_are_those_of_the_shared_rules() -> None:
    looks = {name: c.offsets for name, c in ZAKELIJK.confirmations.items()}
    assert set(looks) == {"C0", "C1", "C2", "C3", "CX", "CR"}
    assert looks["C0"] == (timedelta(0),)
    assert looks["C1"] == (timedelta(0), 30 * MINUTE)
    assert looks["C2"] == looks["C3"] == (timedelta(0), HOUR, 6 * HOUR, DAY)
    assert {n for n, c in ZAKELIJK.confirmations.items() if c.review} == {"CX", "CR"}
    assert ZAKELIJK.confirmations["C1"].max_gap == DAY
    assert ZAKELIJK.confirmations["C2"].jitter == 0.2
    assert set(ZAKELIJK.remedies) == {"R0", "R2S", "R7S", "R14", "RA", "RI", "RS"}


def test_two_weeks_mean_two_weeks_with_one_postponement() -> None:
    term = ZAKELIJK.remedies["R14"]
    assert (term.due, term.reminders) == (14 * DAY, (7 * DAY, 14 * DAY))
    assert (term.postpone.times, term.postpone.each) == (1, 14 * DAY)
    assert (term.silent_after, term.calendar) == (28 * DAY, True)
    assert ZAKELIJK.remedies["R7S"].due == 7 * DAY
    assert ZAKELIJK.remedies["R2S"].due == 48 * HOUR
    assert ZAKELIJK.remedies["RI"].digest
    assert ZAKELIJK.remedies["RS"].tell_member == ()


def test_recovery_takes_two_looks_and_for_content_a_day_between() -> None:
    assert (of("tz-12.7b").recovery.observations, of("tz-12.7b").recovery.min_apart) == (
        2,
        timedelta(0),
    )
    assert (of("tz-10.1").recovery.observations, of("tz-10.1").recovery.min_apart) == (2, DAY)


def test_leftovers_are_looked_for_only_after_the_ending() -> None:
    when = of("ww-2.3", LABELS["webwinkelkeur"]).when
    assert set(when.standing_any) == {Standing.ENDED, Standing.WITHDRAWN}
    assert set(of("seal-1").when.standing_any) == set(Standing)


def test_the_register_number_is_the_one_on_file_of_either_register() -> None:
    judge = of("tz-3.1c", LABELS["becommerce-b2b"]).judge
    assert judge is not None
    assert judge.params["register"] == "auto"


def test_a_site_is_tested_at_least_twice_a_year() -> None:
    (duty,) = ZAKELIJK.obligations
    assert (duty.scan, duty.profile, duty.count) == (ScanKind.OWASP, "qualifying", 2)
    assert (duty.within, duty.newest_max_age) == (365 * DAY, 200 * DAY)
    assert duty.coverage_min == 0.7


def test_parameters_of_the_contract_can_be_set_by_name() -> None:
    known = known_parameters(LABELS.values(), JUDGES)
    contract = {
        "start_page_min_chars": 400,
        "consent_wall_max_chars": 300,
        "terms_min_chars": 1500,
        "privacy_min_chars": 600,
        "privacy_fail_below_chars": 200,
        "complaint_term_max_days": 14,
        "certificate_notice_days": 30,
        "certificate_warn_days": 14,
        "certificate_not_met_days": 5,
        "watch_days": 180,
        "product_sample_min": 5,
    }
    assert {name: known[name].default for name in contract} == contract


def test_no_two_judges_have_one_name() -> None:
    modules: tuple[ModuleType, ...] = (
        *(content, drift, mail, owasp, seal, seal_link, seal_variant, tls),
    )
    judges = [judge for module in modules for judge in module.JUDGES]
    assert len(JUDGES) == len(judges)
    assert all(JUDGES[judge.name] is judge for judge in judges)
