"""From evidence to findings to a verdict: pure, and the same for daemon and command line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.domain.attestation import Attestation, AttestationOutcome, outcome_on
from monitor.domain.finding import ConditionFinding, EvidenceRef, Finding
from monitor.domain.label import Condition, ConditionClass, Label, Mapped, When
from monitor.domain.member import Member
from monitor.domain.review import Review
from monitor.domain.site import Certification, Site, Standing, SubjectType
from monitor.domain.waiver import Waiver
from monitor.policy.browsing import is_rendered, measures_of
from monitor.policy.judge import Judge, Observation, Seen, Subject
from monitor.policy.references import resolve_params
from monitor.policy.reviewing import ruled, waived
from scanners.api import Evidence, ScanKind, clip

# Contract 1: of a seller content and seal on its profile pages, whatever kinds there will be.
TECHNICAL_KINDS = frozenset(ScanKind) - {ScanKind.CONTENT, ScanKind.SEAL}
WATCHED = frozenset({Standing.APPLICANT, Standing.CERTIFIED, Standing.SUSPENDED})
_ATTESTATION_FINDINGS: Mapping[AttestationOutcome, Finding] = {
    AttestationOutcome.ACCEPTED_VALID: Finding.MET,
    AttestationOutcome.UNDER_REVIEW: Finding.INCONCLUSIVE,
    AttestationOutcome.EXPIRED_IN_GRACE: Finding.INCONCLUSIVE,
    AttestationOutcome.EXPIRED: Finding.NOT_MET,
    AttestationOutcome.REJECTED: Finding.NOT_MET,
    AttestationOutcome.MISSING: Finding.INCONCLUSIVE,
    AttestationOutcome.NOT_ASSESSED: Finding.NOT_APPLICABLE,
}
_ATTESTED: Mapping[AttestationOutcome, str] = {
    AttestationOutcome.ACCEPTED_VALID: "Valid until {until}.",
    AttestationOutcome.UNDER_REVIEW: "Handed in; it waits for a decision.",
    AttestationOutcome.EXPIRED_IN_GRACE: "Expired on {until}.",
    AttestationOutcome.REJECTED: "Rejected by {by}.",
    AttestationOutcome.EXPIRED: "Expired on {until}, grace is over.",
}
# Findings are read by people who may not see a confidential document.
_CONFIDENTIAL: Mapping[AttestationOutcome, str] = {
    AttestationOutcome.ACCEPTED_VALID: "Valid.",
    AttestationOutcome.UNDER_REVIEW: "Handed in; it waits for a decision.",
    AttestationOutcome.EXPIRED_IN_GRACE: "Expired, in its grace.",
    AttestationOutcome.REJECTED: "Rejected.",
    AttestationOutcome.EXPIRED: "Expired, grace is over.",
}


@dataclass(frozen=True, slots=True)
class UnderLabel:
    """One site under one label, with everything that is not evidence.

    ``attestations`` None: there is no office behind this look (``check``), so
    attested conditions are not assessed.  ``overrides`` are parameters by name.
    ``pins`` are the newest decisions and ``waivers`` the exceptions by condition id;
    each is tried against what was found, so one that is over does no harm here.
    """

    site: Site
    member: Member
    label: Label
    certification: Certification
    attestations: Mapping[str, Attestation] | None = None
    overrides: Mapping[str, object] = field(default_factory=dict)
    pins: Mapping[str, Review] = field(default_factory=dict)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)


def kinds_for(
    site: Site, labels: Mapping[str, Label], judges: Mapping[str, Judge]
) -> frozenset[ScanKind]:
    """Every kind of scan that the site's certifications ask for.

    A seller is never scanned technically: the platform is not the seller's
    property (label-conditions, subject types).
    """
    kinds: set[ScanKind] = set()
    for certification in site.certifications:
        label = labels.get(certification.label_id)
        if label is None:
            continue
        for condition in label.conditions:
            if condition.judge is not None and in_scope(condition, site, certification):
                kinds.update(judges[condition.judge.uses].kinds)
    if site.subject is SubjectType.SELLER:
        kinds -= TECHNICAL_KINDS
    return frozenset(kinds)


def touched(condition: Condition, judges: Mapping[str, Judge], kind: ScanKind) -> bool:
    """Does a scan of ``kind`` give a fresh look at the condition?  Dates always do."""
    if condition.judge is None:
        return True
    return kind in judges[condition.judge.uses].kinds


def assess(
    under: UnderLabel, seen: Seen, judges: Mapping[str, Judge]
) -> tuple[ConditionFinding, ...]:
    """Judge every condition of the label that is asked for, in the file's order.

    Conditions none of whose kinds are in ``seen.asked`` are left out.
    """
    found: dict[str, ConditionFinding] = {}
    for condition in under.label.conditions:
        if not _asked(condition, seen, judges):
            continue
        found[condition.condition_id] = _finding(under, condition, seen, judges)
    settled: dict[str, ConditionFinding] = {}
    for key in found:
        _settle(under.label, key, found, settled)
    member_id, today = under.member.member_id, seen.at.date()
    # After what depends on them: an exception is none for other conditions.
    standing = (waived(settled[key], under.waivers.get(key), member_id, today) for key in found)
    return (*standing, *_obligations(under, seen))


def _asked(condition: Condition, seen: Seen, judges: Mapping[str, Judge]) -> bool:
    if not condition.enabled:
        return False
    if condition.judge is None:
        return seen.asked >= frozenset(ScanKind)
    return bool(seen.asked & frozenset(judges[condition.judge.uses].kinds))


def _obligations(under: UnderLabel, seen: Seen) -> tuple[ConditionFinding, ...]:
    """Duties of the organisation: named without an office, never a member's breach."""
    if under.attestations is not None or not seen.asked >= frozenset(ScanKind):
        return ()
    return tuple(
        ConditionFinding(
            condition_id=duty.obligation_id,
            rev=1,
            finding=Finding.NOT_APPLICABLE,
            outcome=AttestationOutcome.NOT_ASSESSED.value,
            summary="A duty of the organisation itself; not part of this look.",
        )
        for duty in under.label.obligations
    )


def _finding(
    under: UnderLabel, condition: Condition, seen: Seen, judges: Mapping[str, Judge]
) -> ConditionFinding:
    if not applies(under, condition, seen.at.date()):
        return _plain(condition, Finding.NOT_APPLICABLE, "not_applicable", "Does not apply here.")
    observation = observed(under, condition, seen, judges)
    if observation is None:
        found = _attested(under, condition, seen.at.date())
    else:
        found = _mapped(condition, observation)
    pin = under.pins.get(condition.condition_id)
    return ruled(found, condition.findings, pin, under.member.member_id, seen.at.date())


def observed(
    under: UnderLabel, condition: Condition, seen: Seen, judges: Mapping[str, Judge]
) -> Observation | None:
    """What the condition's judge makes of what was seen; None for an attested condition."""
    if condition.judge is None:
        return None
    judge = judges[condition.judge.uses]
    subject = Subject(
        site=under.site,
        member=under.member,
        certification=under.certification,
        params=resolve_params(
            condition, judge, under.label, under.member, under.site, under.overrides
        ),
        label_hosts=under.label.seal.hosts,
        certificate_path=under.label.seal.certificate_path,
        artwork_words=under.label.seal.artwork_words,
        artwork_phash=under.label.seal.artwork_phash,
    )
    return judge.run(seen, subject)


def _mapped(condition: Condition, observation: Observation) -> ConditionFinding:
    """What the label file makes of an outcome; one it does not list is inconclusive."""
    outcome = observation.outcome.value
    mapped = condition.findings.get(outcome, Mapped(Finding.INCONCLUSIVE))
    review = mapped.review
    if condition.condition_class is ConditionClass.SEMI and mapped.finding is Finding.NOT_MET:
        review = True
    return ConditionFinding(
        condition_id=condition.condition_id,
        rev=condition.rev,
        finding=mapped.finding,
        outcome=outcome,
        summary=observation.summary,
        review=review,
        counts=mapped.counts,
        severity=mapped.severity or observation.severity or condition.severity,
        remedy=mapped.remedy or observation.remedy or condition.remedy,
        confirm=mapped.confirm or condition.confirm,
        advice=mapped.advice,
        evidence=tuple(evidence_ref(e) for e in observation.cited),
        values=observation.values,
        note=observation.note,
        fragment=fragment_of(observation.fragment),
        rendered=is_rendered(observation.cited),
    )


def fragment_of(text: str) -> str:
    """The fingerprint of a judged text (SHA-256, hex); case and white space do not count."""
    plain = " ".join(text.casefold().split())
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest() if plain else ""


def evidence_ref(evidence: Evidence) -> EvidenceRef:
    """A pointer to evidence that people and JSON can carry."""
    return EvidenceRef(
        evidence.kind,
        evidence.source_url,
        evidence.seen_at,
        clip(evidence.excerpt),
        evidence.sha256,
    )


def _plain(condition: Condition, finding: Finding, outcome: str, summary: str) -> ConditionFinding:
    return ConditionFinding(
        condition_id=condition.condition_id,
        rev=condition.rev,
        finding=finding,
        outcome=outcome,
        summary=summary,
        severity=condition.severity,
        remedy=condition.remedy,
        confirm=condition.confirm,
    )


def _attested(under: UnderLabel, condition: Condition, today: date) -> ConditionFinding:
    outcome, summary, values = _attestation_outcome(under, condition, today)
    mapped = condition.findings.get(outcome.value)
    if mapped is None or outcome is AttestationOutcome.NOT_ASSESSED:
        mapped = Mapped(_ATTESTATION_FINDINGS[outcome])
    return ConditionFinding(
        condition_id=condition.condition_id,
        rev=condition.rev,
        finding=mapped.finding,
        outcome=outcome.value,
        summary=summary,
        review=mapped.review,
        counts=mapped.counts,
        severity=mapped.severity or condition.severity,
        remedy=mapped.remedy or condition.remedy,
        confirm=mapped.confirm or condition.confirm,
        values=values,
    )


def _attestation_outcome(
    under: UnderLabel, condition: Condition, today: date
) -> tuple[AttestationOutcome, str, Mapping[str, str]]:
    """Arithmetic on dates: valid through ``until``, then a grace, then expired."""
    unknown = {"expires_on": "-"}
    if under.attestations is None:
        return AttestationOutcome.NOT_ASSESSED, "No office behind this look.", unknown
    on_file = under.attestations.get(condition.condition_id)
    rule = condition.attestation
    if on_file is None or rule is None:
        return AttestationOutcome.MISSING, "Nothing on file.", unknown
    outcome = outcome_on(on_file, rule.grace, today)
    until = on_file.good_through() or on_file.until
    said = (_CONFIDENTIAL if rule.confidential else _ATTESTED)[outcome]
    summary = said.format(until=until, by=clip(on_file.recorded_by))
    return outcome, summary, {"expires_on": until.isoformat()}


def _settle(
    label: Label,
    condition_id: str,
    found: Mapping[str, ConditionFinding],
    settled: dict[str, ConditionFinding],
) -> ConditionFinding:
    """The finding once what it depends on is settled (the loader refuses cycles).

    A dependency that is decided otherwise makes it not applicable; one that is
    not known makes it not known: nothing may look mended because a site is away.
    """
    if condition_id in settled:
        return settled[condition_id]
    finding = found[condition_id]
    condition = next(c for c in label.conditions if c.condition_id == condition_id)
    for wanted, value in condition.depends_on.items():
        if wanted not in found:
            continue
        other = _settle(label, wanted, found, settled)
        if other.candidate or other.finding is Finding.INCONCLUSIVE:
            summary = f"Depends on {wanted}, which is not known."
            finding = _plain(condition, Finding.INCONCLUSIVE, "dependency", summary)
        elif other.finding is not value:
            summary = f"Depends on {wanted} being {value.value}."
            finding = _plain(condition, Finding.NOT_APPLICABLE, "dependency", summary)
            break
    settled[condition_id] = finding
    return finding


def in_scope(condition: Condition, site: Site, certification: Certification) -> bool:
    """Subject type and standing, the parts that decide which scans run at all."""
    if not condition.enabled or site.subject not in condition.subjects:
        return False
    if condition.when.standing_any:
        return certification.standing.value in condition.when.standing_any
    return certification.standing in WATCHED


def applies(under: UnderLabel, condition: Condition, today: date) -> bool:
    """Is the condition asked of this site on that day?"""
    if not in_scope(condition, under.site, under.certification):
        return False
    starts, ends = condition.effective_from, condition.effective_until
    if (starts is not None and today < starts) or (ends is not None and today > ends):
        return False
    return _when(condition.when, under, today)


def _when(when: When, under: UnderLabel, today: date) -> bool:
    member, site = under.member, under.site
    held = {c.label_id for c in site.certifications if c.standing in WATCHED}
    customers = {c.value for c in member.customers}
    return all(
        (
            held.issuperset(when.labels_all),
            not when.labels_any or bool(held & set(when.labels_any)),
            not when.customers_any or bool(customers & set(when.customers_any)),
            not when.jurisdiction_any or member.jurisdiction in when.jurisdiction_any,
            all(_has(name, member, site) for name in when.has),
            member.flags.issuperset(when.flags),
            not member.flags & set(when.flags_none),
            when.since is None or today >= when.since,
            when.until is None or today <= when.until,
        )
    )


def _has(name: str, member: Member, site: Site) -> bool:
    owner, _, attribute = name.rpartition(".")
    return bool(getattr(site if owner in ("subject", "site") else member, attribute, None))


def measures_for(
    site: Site,
    member: Member,
    labels: Mapping[str, Label],
    judges: Mapping[str, Judge],
    today: date,
) -> tuple[str, ...]:
    """What the conditions that apply to a site want measured in a browser."""
    asked: list[Condition] = []
    for certification in site.certifications:
        label = labels.get(certification.label_id)
        if label is not None:
            under = UnderLabel(site, member, label, certification)
            asked += (c for c in label.conditions if applies(under, c, today))
    return measures_of(asked, judges)
