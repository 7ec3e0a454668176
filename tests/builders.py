"""Small builders of domain values for tests: only what a test is about needs naming."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from monitor.domain.attestation import Attestation
from monitor.domain.case import Rules
from monitor.domain.finding import ConditionFinding, Finding, Severity
from monitor.domain.label import (
    AttestationRule,
    Condition,
    ConditionClass,
    Confirmation,
    InconclusiveRule,
    JudgeUse,
    Label,
    Mapped,
    Obligation,
    Postponement,
    Recovery,
    Remedy,
    Seal,
    Trace,
    When,
)
from monitor.domain.member import Contact, ContactRole, Customers, Member
from monitor.domain.site import Certification, Site, Standing, SubjectType
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

C0 = Confirmation("C0")
C1 = Confirmation("C1", (timedelta(0), 30 * MINUTE), max_gap=DAY)
C2 = Confirmation("C2", (timedelta(0), HOUR, 6 * HOUR, DAY), jitter=0.2, max_gap=7 * DAY)
C3 = Confirmation(
    "C3", (timedelta(0), HOUR, 6 * HOUR, DAY), jitter=0.2, max_gap=7 * DAY, last_rendered=True
)
CX = Confirmation("CX", (timedelta(0), timedelta(0)), review=True)
CR = Confirmation("CR", review=True)
CONFIRMATIONS = {c.code: c for c in (C0, C1, C2, C3, CX, CR)}

R14 = Remedy(
    "R14",
    due=14 * DAY,
    reminders=(7 * DAY, 14 * DAY),
    postpone=Postponement(1, 14 * DAY),
    silent_after=28 * DAY,
)
R7S = Remedy("R7S", due=7 * DAY, reminders=(3 * DAY,), tell_member=("technical", "contact"))
R2S = Remedy("R2S", due=2 * DAY, calendar=False, tell_member=("technical", "contact"))
RI = Remedy("RI", digest=True)
RS = Remedy("RS", tell_member=(), tell_staff=("labels",))
REMEDIES = {r.code: r for r in (R14, R7S, R2S, RI, RS)}


def next_monday(moment: datetime) -> datetime:
    """The deadline rule of the tests: a weekend moves to Monday."""
    return moment + DAY * (7 - moment.weekday()) if moment.weekday() > 4 else moment


def rules(
    confirmation: Confirmation = C0,
    recovery: Recovery | None = None,
    remedy: Remedy = R14,
    move: Callable[[datetime], datetime] = next_monday,
) -> Rules:
    return Rules(confirmation, recovery or Recovery(), remedy, move)


def finding(
    value: Finding = Finding.NOT_MET,
    *,
    condition_id: str = "tz-3.1c",
    review: bool = False,
    severity: Severity = Severity.HIGH,
    remedy: str = "R14",
    confirm: str = "C0",
    outcome: str = "absent_complete",
    counts: bool = True,
    summary: str = "It was not there.",
) -> ConditionFinding:
    return ConditionFinding(
        condition_id,
        1,
        value,
        outcome,
        summary,
        review=review,
        counts=counts,
        severity=severity,
        remedy=remedy,
        confirm=confirm,
    )


class Spotted(StrEnum):
    """The outcomes of the tests' judges."""

    FOUND = "found"
    ABSENT = "absent_complete"
    OTHER = "other_number"
    SOON = "expires_soon"
    UNSEEN = "incomplete"
    NEW = "outcome_of_a_later_version"


FINDINGS: Mapping[str, Mapped] = {
    "found": Mapped(Finding.MET),
    "absent_complete": Mapped(Finding.NOT_MET),
    "other_number": Mapped(Finding.NOT_MET, review=True),
    "expires_soon": Mapped(
        Finding.MET, advice=True, messages={"en": "{site} ends soon.", "nl": "{site} loopt af."}
    ),
    "incomplete": Mapped(Finding.INCONCLUSIVE),
}


def judge(
    run: Callable[[Seen, Subject], Observation] | Spotted = Spotted.FOUND,
    *,
    name: str = "test.judge",
    kinds: tuple[ScanKind, ...] = (ScanKind.CONTENT,),
    params: Mapping[str, Param] | None = None,
) -> Judge:
    """A judge that runs ``run``, or always sees that outcome."""
    if isinstance(run, Spotted):
        always = run

        def run(seen: Seen, subject: Subject) -> Observation:
            return Observation(always, f"Always {always}.")

    return Judge(name, 1, kinds, Spotted, run, params or {})


def condition(
    condition_id: str = "tz-3.1c",
    *,
    uses: str | None = "test.judge",
    attestation: AttestationRule | None = None,
    condition_class: ConditionClass | None = None,
    findings: Mapping[str, Mapped] = FINDINGS,
    subjects: frozenset[SubjectType] = frozenset(SubjectType),
    when: When | None = None,
    depends_on: Mapping[str, Finding] | None = None,
    severity: Severity = Severity.HIGH,
    confirm: str = "C0",
    remedy: str = "R14",
    recovery: Recovery | None = None,
    inconclusive: InconclusiveRule | None = None,
    enabled: bool = True,
    effective_from: date | None = None,
    effective_until: date | None = None,
    params: Mapping[str, object] | None = None,
) -> Condition:
    attested = attestation is not None
    return Condition(
        condition_id=condition_id,
        rev=1,
        statement={"en": "The number is on the site.", "nl": "Het nummer staat op de website."},
        trace=Trace("framework", "Contact", "1", "c"),
        condition_class=condition_class
        or (ConditionClass.ATTESTATION if attested else ConditionClass.AUTOMATIC),
        severity=severity,
        cadence="content",
        confirm=confirm,
        remedy=remedy,
        findings={} if attested and findings is FINDINGS else findings,
        messages={"en": "We did not find it on {site} ({expected}).", "nl": "Niet op {site}."},
        subjects=subjects,
        when=when or When(),
        depends_on=depends_on or {},
        judge=None if attested or uses is None else JudgeUse(uses, 1, params or {}),
        attestation=attestation,
        recovery=recovery or Recovery(),
        inconclusive=inconclusive or InconclusiveRule(),
        enabled=enabled,
        effective_from=effective_from,
        effective_until=effective_until,
    )


def label(
    *conditions: Condition,
    label_id: str = "mark",
    obligations: tuple[Obligation, ...] = (),
    subjects: frozenset[SubjectType] = frozenset(SubjectType),
    parameters: Mapping[str, object] | None = None,
) -> Label:
    return Label(
        label_id=label_id,
        owner="organisation",
        title={"en": label_id.title(), "nl": f"{label_id.title()} (NL)"},
        framework_version="2017-01-01",
        framework_document="framework",
        revision=1,
        sha256="0" * 64,
        subjects=subjects,
        audience="b2b",
        statement_languages=("nl", "en"),
        fallback_languages=("en",),
        conditions=conditions,
        confirmations=CONFIRMATIONS,
        remedies=REMEDIES,
        cadences={},
        parameters=parameters or {},
        obligations=obligations,
        seal=Seal(hosts=("seal.example",)),
    )


ANNA = Contact("anna@shop.example", "Anna", "nl")
TECH = Contact("tech@shop.example", "Theo", "en", ContactRole.TECHNICAL)


def member(
    member_id: str = "kvk-30198127",
    *,
    kvk: str | None = "30198127",
    kbo: str | None = None,
    vat: str | None = None,
    customers: frozenset[Customers] = frozenset({Customers.B2B}),
    jurisdiction: str = "NL",
    flags: frozenset[str] = frozenset(),
    contacts: tuple[Contact, ...] = (ANNA,),
) -> Member:
    return Member(
        member_id,
        "Voorbeeld Handel B.V.",
        kvk=kvk,
        kbo=kbo,
        vat=vat,
        customers=customers,
        jurisdiction=jurisdiction,
        languages=("nl",),
        flags=flags,
        contacts=contacts,
    )


def certified(label_id: str = "mark", standing: Standing = Standing.CERTIFIED) -> Certification:
    return Certification(label_id, standing)


def site(
    *certifications: Certification,
    site_id: str = "shop.example",
    member_id: str = "kvk-30198127",
    subject: SubjectType = SubjectType.SHOP,
    profile_urls: tuple[str, ...] = (),
) -> Site:
    return Site(
        site_id,
        member_id,
        f"https://{site_id}/",
        subject,
        profile_urls=profile_urls,
        certifications=certifications or (certified(),),
    )


def attestation(
    condition_id: str = "tz-1.1",
    until: date = date(2026, 3, 2),
    *,
    site_id: str = "shop.example",
    accepted: bool = True,
) -> Attestation:
    return Attestation(site_id, condition_id, until, "finance", MONDAY, accepted)
