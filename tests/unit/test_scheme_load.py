"""What a good label file gives: every block, profiles and their layers."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.domain.finding import Finding, Severity
from monitor.domain.label import (
    AttestationRule,
    Certifying,
    ConditionClass,
    InconclusiveRule,
    Mapped,
    Postponement,
    Recovery,
    Trace,
    When,
)
from monitor.domain.site import SubjectType
from monitor.policy.schemes import LabelFileError, load_labels
from tests.unit.labels_kit import (
    HEAD,
    JUDGES,
    PLAIN,
    SHARED,
    Write,
    only,
    problems,
    writer_to,
)

DAY = timedelta(days=1)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return writer_to(tmp_path)


FULL = f"""{HEAD}  effective: {{from: 2026-01-01, until: null}}
  supersedes: {{framework: "0", revision: 7}}
  transition: {{new_applicants: immediately, members: at_recertification, shadow_days: 60}}
  subjects: [shop, seller]
  audience: b2b
  combines_with: [other]
  certification: {{every: P1Y, open_before: P60D, owner: staff}}
  seal:
    hosts: [mark.example]
    certificate_path: '^/cert/[0-9]+$'
    artwork_words: [the mark]
    artwork_phash: []
    removal_after_end: P1D
cadences:
  weekly: {{every: P7D, jitter: 0.2, also_on: [ad_hoc]}}
confirmations:
  C3: {{extends: C2, last_observation: rendered, max_gap: P2D, jitter: 0.1, review: true}}
recoveries:
  slow: {{observations: 3, min_apart: PT24H}}
remedies:
  R7:
    due: P7D
    starts_at: notified
    reminders: [P4D, P6D]
    postpone: {{by: reminder_link, times: 2, each: P3D}}
    silent_after: P14D
    calendar: false
    tell_member: [technical, contact]
    tell_staff: [security]
    escalate: [P3D]
    digest: true
    renew_before: [P60D, P0D]
    grace: P14D
parameters:
  limit: 12
conditions:
- id: c-1
  rev: 3
  statement: {{nl: Iets geldt., en: Something holds.}}
  trace: {{document: book, section: First, item: 2, part: a}}
  applies:
    subjects: [shop]
    when:
      labels_all: [mark]
      labels_any: [mark, other]
      customers_any: [b2b]
      jurisdiction_any: [NL, BE]
      has: [member.kvk, subject.certificate_url]
      flags: [sells_subscriptions]
      flags_none: [vat_exempt]
      standing_any: [certified]
      from: 2026-01-01
      until: 2026-12-31
  depends_on: {{c-2: met}}
  class: semi
  judge:
    uses: probe.amount
    min_version: 2
    params: {{most: $parameter.limit, words: $vocabulary.contact, place: null}}
  findings:
    fine: {{finding: met, advice: true}}
    wrong:
      finding: not_met
      review: true
      reason: swapped
      severity: critical
      remedy: R14
      confirm: C0
      counts: false
      messages: {{nl: 'Op {{url}} zijn er {{amount}}.', en: 'On {{url}} there are {{amount}}.'}}
  review: {{role: legal, pin: fragment, valid_for: P1Y, evidence: [screenshot]}}
  severity: high
  cadence: weekly
  confirm: C3
  recovery: slow
  remedy: R7
  notify: {{member: [contact], staff: [labels], severity_map: default}}
  inconclusive: {{ticket_after: {{count: 5, age: P30D}}, tell_member_after: P40D}}
  messages: {{nl: 'Het zijn er {{amount}}.', en: 'There are {{amount}}.'}}
  public: true
  enabled: false
  effective: {{from: 2026-02-01, until: 2026-02-01}}
- id: c-2
  rev: 1
  statement: {{nl: Iets is getoetst., en: Something was assessed.}}
  trace: {{document: book}}
  class: attestation
  attestation: {{kind: report, decided_by: [finance], valid_for: P12M, max_document_age: P12M, grace: P7D, confidential: true}}
  findings: {{accepted_valid: met, expired: not_met}}
  severity: low
  cadence: daily
  confirm: C0
  remedy: R14
  messages: {{nl: 'Verloopt op {{expires_on}}.', en: 'Ends on {{expires_on}}.'}}
obligations:
- id: o-1
  trace: {{document: book, section: Second}}
  per: shop
  scan: owasp.qualifying
  at_least: {{count: 2, within: P365D, newest_max_age: P200D}}
  qualifies: {{coverage_min: 0.7, state: complete, canary_seen: true, top10_edition_min: "2021"}}
  warn_before: P30D
  alert: operations
"""  # noqa: E501


def test_every_block_of_a_full_file_arrives(write: Write) -> None:
    label = only(write(FULL))
    text = FULL.replace("NAME", "mark")
    assert label.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (label.label_id, label.owner, label.audience) == ("mark", "somebody", "b2b")
    assert (label.framework_version, label.framework_document, label.revision) == ("1", "book", 1)
    assert label.subjects == {SubjectType.SHOP, SubjectType.SELLER}
    assert (label.statement_languages, label.fallback_languages) == (("nl", "en"), ("en",))
    assert label.parameters == {"limit": 12}
    assert label.vocabulary == {"contact": ["contact", "service"]}
    assert (label.seal.hosts, label.seal.certificate_path) == (("mark.example",), "^/cert/[0-9]+$")
    assert (label.seal.artwork_words, label.seal.removal_after_end) == (("the mark",), DAY)
    (duty,) = label.obligations
    assert (duty.obligation_id, duty.profile, duty.count) == ("o-1", "qualifying", 2)
    assert (duty.within, duty.newest_max_age) == (365 * DAY, 200 * DAY)
    assert (duty.coverage_min, duty.warn_before) == (0.7, 30 * DAY)


def test_a_duty_may_be_a_procedure_and_a_certification_has_its_years(write: Write) -> None:
    duties = """obligations:
- id: o-1
  trace: {document: book}
  per: site
  procedure: audit
  at_least: {count: 1, within: P730D}
  warn_before: P60D
remedies:
  RX: {renew_before: [P7D, P60D, P0D]}
"""
    plain = only(write(PLAIN + duties))
    (duty,) = plain.obligations
    assert (duty.procedure, duty.scan, duty.per) == ("audit", None, "")
    assert (duty.within, duty.warn_before) == (730 * DAY, 60 * DAY)
    assert plain.certification is None
    assert plain.remedies["RX"].renew_before == (60 * DAY, 7 * DAY, 0 * DAY)
    yearly = PLAIN.replace("  revision: 1\n", "  revision: 1\n  certification: {every: P2Y}\n")
    assert only(write(yearly)).certification == Certifying(730 * DAY, 60 * DAY)


def test_every_field_of_a_full_condition_arrives(write: Write) -> None:
    first, second = only(write(FULL)).conditions
    assert (first.condition_id, first.rev) == ("c-1", 3)
    assert first.trace == Trace("book", "First", "2", "a")
    assert first.subjects == {SubjectType.SHOP}
    assert first.when == When(
        labels_all=("mark",),
        labels_any=("mark", "other"),
        customers_any=("b2b",),
        jurisdiction_any=("NL", "BE"),
        has=("member.kvk", "subject.certificate_url"),
        flags=("sells_subscriptions",),
        flags_none=("vat_exempt",),
        standing_any=("certified",),
        since=date(2026, 1, 1),
        until=date(2026, 12, 31),
    )
    assert first.depends_on == {"c-2": Finding.MET}
    assert (first.condition_class, first.severity) == (ConditionClass.SEMI, Severity.HIGH)
    assert first.judge is not None
    assert (first.judge.uses, first.judge.min_version) == ("probe.amount", 2)
    assert first.judge.params["most"] == "$parameter.limit"
    assert first.findings["fine"] == Mapped(Finding.MET, advice=True)
    assert first.findings["wrong"] == Mapped(
        Finding.NOT_MET,
        review=True,
        reason="swapped",
        severity=Severity.CRITICAL,
        remedy="R14",
        confirm="C0",
        counts=False,
        messages={"nl": "Op {url} zijn er {amount}.", "en": "On {url} there are {amount}."},
    )
    assert (first.cadence, first.confirm, first.remedy) == ("weekly", "C3", "R7")
    assert first.recovery == Recovery(3, DAY)
    assert first.inconclusive == InconclusiveRule(5, 30 * DAY, 40 * DAY)
    assert (first.public, first.enabled) == (True, False)
    assert first.effective_from == first.effective_until == date(2026, 2, 1)
    assert second.attestation == AttestationRule(
        "report", ("finance",), 365 * DAY, 7 * DAY, confidential=True, max_document_age=365 * DAY
    )
    assert second.judge is None


def test_what_a_condition_leaves_out_has_the_defaults_of_the_model(write: Write) -> None:
    (condition,) = only(write()).conditions
    assert condition.subjects == set(SubjectType)
    assert (condition.when, condition.recovery) == (When(), Recovery())
    assert condition.inconclusive == InconclusiveRule(3, 7 * DAY, 21 * DAY)
    assert (condition.public, condition.enabled) == (False, True)


def test_profiles_of_a_file_stand_beside_the_shared_ones(write: Write) -> None:
    label = only(write(FULL))
    assert set(label.confirmations) == {"C0", "C2", "C3"}
    third = label.confirmations["C3"]
    assert (third.offsets, third.reset_on) == (
        (timedelta(0), timedelta(hours=1)),
        frozenset({Finding.MET}),
    )
    assert (third.max_gap, third.jitter, third.review) == (2 * DAY, 0.1, True)
    assert third.observations == 2
    assert set(label.cadences) == {"daily", "weekly"}
    remedy = label.remedies["R7"]
    assert (remedy.due, remedy.reminders, remedy.silent_after) == (
        7 * DAY,
        (4 * DAY, 6 * DAY),
        14 * DAY,
    )
    assert remedy.postpone == Postponement(2, 3 * DAY)
    assert (remedy.calendar, remedy.digest, remedy.escalate) == (False, True, (3 * DAY,))
    assert (remedy.tell_member, remedy.tell_staff) == (("technical", "contact"), ("security",))
    plain = label.remedies["R14"]
    assert (plain.tell_member, plain.tell_staff) == (("contact",), ("labels",))


def test_a_file_overrules_shared_profiles_and_an_overlay_overrules_the_file(
    write: Write, tmp_path: Path
) -> None:
    own = "confirmations:\n  C2: {offsets: [PT0S, PT5M]}\n"
    folder = write(PLAIN.replace("conditions:\n", f"{own}conditions:\n"))
    assert only(folder).confirmations["C2"].offsets[-1] == timedelta(minutes=5)
    overlay = tmp_path / "seconds.txt"
    overlay.write_text("confirmations:\n  C2: {offsets: [PT0S, PT2S]}\n", "utf-8")
    fast = only(folder, overlay)
    assert fast.confirmations["C2"].offsets[-1] == timedelta(seconds=2)
    assert fast.confirmations["C0"] == only(folder).confirmations["C0"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("confirmations:\n  C2: {offsets: [2 s]}\n", "2: confirmations.C2.offsets.0: '2 s' is not"),
        ("conditions: []\n", "1: conditions: unknown key 'conditions'; "),
        ("[]\n", "1: must be a mapping, not '[]'"),
    ],
    ids=["bad", "unknown", "list"],
)
def test_a_bad_overlay_is_told_once(write: Write, tmp_path: Path, text: str, said: str) -> None:
    overlay = tmp_path / "overlay.txt"
    overlay.write_text(text, "utf-8")
    write(PLAIN, "other")
    with pytest.raises(LabelFileError) as caught:
        load_labels(write(), JUDGES, overlay)
    assert str(caught.value.problems[0]).startswith(f"{overlay}:{said}")
    files = [problem.file for problem in caught.value.problems]
    assert files.count(str(overlay)) in (1, 2)
    assert set(files) == {str(overlay)}


def test_an_overlay_that_is_not_there_is_a_problem(write: Write, tmp_path: Path) -> None:
    with pytest.raises(LabelFileError, match=r"none\.yaml:1: cannot be read: No such file"):
        load_labels(write(), JUDGES, tmp_path / "none" / "none.yaml")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("profiles", "remedies:\n  R14: {due: soon}\n", "2: remedies.R14.due: 'soon' is not a"),
        ("profiles", "parameters: {}\n", "1: parameters: unknown key 'parameters'; "),
        ("profiles", "a: [\n", "2: "),
        ("vocabulary", "contact: [[a]]\n", "1: contact.0: must be text, not \"['a']\""),
        ("vocabulary", "- a\n", "1: must be a mapping, not \"['a']\""),
    ],
    ids=["value", "block", "yaml", "words", "list"],
)
def test_problems_of_shared_files_have_their_own_lines(
    write: Write, name: str, text: str, said: str
) -> None:
    folder = write()
    (folder / "shared" / f"{name}.yaml").write_text(text, "utf-8")
    assert any(p.startswith(f"shared/{name}.yaml:{said}") for p in problems(folder))


def test_a_file_may_hold_all_its_profiles_itself(tmp_path: Path) -> None:
    shared = (SHARED / "profiles.yaml").read_text("utf-8")
    text = PLAIN.replace("NAME", "alone").replace("conditions:\n", f"{shared}conditions:\n")
    (tmp_path / "alone.yaml").write_text(text, "utf-8")
    assert only(tmp_path).label_id == "alone"
