"""One condition of a label file, checked against the judges it names."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.domain.attestation import AttestationOutcome, Role
from monitor.domain.finding import Finding, Severity
from monitor.domain.label import (
    AttestationRule,
    Condition,
    ConditionClass,
    InconclusiveRule,
    JudgeUse,
    Mapped,
    Recovery,
    Trace,
    When,
)
from monitor.domain.member import ContactRole, Customers
from monitor.domain.site import Standing, SubjectType
from monitor.policy.browsing import LOOKS
from monitor.policy.judge import Judge, Param
from monitor.policy.references import (
    check_reference,
    fits,
    holds_reference,
    is_reference,
    misfit,
)
from monitor.policy.scheme_reader import Reader, nearest, shown
from monitor.policy.scheme_texts import Surroundings, allowed_placeholders, read_texts
from monitor.policy.yaml_lines import Path
from scanners.api import clip

_KEYS = ("id", "rev", "statement", "trace", "applies", "depends_on", "class", "judge",
         "attestation", "findings", "review", "severity", "cadence", "confirm", "recovery",
         "remedy", "notify", "inconclusive", "messages", "public", "enabled",
         "effective")  # fmt: skip
_REQUIRED = ("id", "rev", "statement", "trace", "class", "findings", "severity", "cadence",
             "confirm", "remedy", "messages")  # fmt: skip
_MAPPED = ("finding", "review", "reason", "severity", "remedy", "confirm", "counts", "advice",
           "messages")  # fmt: skip
_WHEN = ("labels_all", "labels_any", "customers_any", "jurisdiction_any", "has", "flags",
         "flags_none", "standing_any", "from", "until")  # fmt: skip


def read_condition(reader: Reader, value: object, path: Path, around: Surroundings) -> Condition:
    """The condition; every problem with it is remembered by ``reader``."""
    raw = reader.mapping(value, path, _KEYS, _REQUIRED)
    judge = _judge_use(reader, raw, path, around)
    attestation = _attestation(reader, raw, path)
    applies = reader.mapping(raw.get("applies"), (*path, "applies"), ("subjects", "when"))
    effective = reader.period(raw.get("effective"), (*path, "effective"))
    known = around.profiles
    _notify(reader, raw.get("notify"), (*path, "notify"))
    allowed = allowed_placeholders(judge, around)
    return Condition(
        condition_id=reader.ident(raw.get("id"), (*path, "id")),
        rev=reader.whole(raw.get("rev"), (*path, "rev"), 1, 1, 10_000),
        statement=read_texts(
            reader, raw.get("statement"), (*path, "statement"), around, frozenset()
        ),
        trace=read_trace(reader, raw.get("trace"), (*path, "trace")),
        condition_class=_class(reader, raw, path, attestation),
        severity=reader.choice(raw.get("severity"), (*path, "severity"), Severity, Severity.MEDIUM),
        cadence=reader.named(raw.get("cadence"), (*path, "cadence"), tuple(known.cadences)),
        confirm=_confirm(reader, raw.get("confirm"), (*path, "confirm"), judge, around),
        remedy=reader.named(raw.get("remedy"), (*path, "remedy"), tuple(known.remedies)),
        findings=_findings(reader, raw.get("findings"), (*path, "findings"), judge, around),
        messages=read_texts(reader, raw.get("messages"), (*path, "messages"), around, allowed),
        subjects=read_subjects(reader, applies.get("subjects"), (*path, "applies", "subjects")),
        when=_when(reader, applies.get("when"), (*path, "applies", "when")),
        depends_on=_depends(reader, raw.get("depends_on"), (*path, "depends_on")),
        judge=judge,
        attestation=attestation,
        recovery=_recovery(reader, raw.get("recovery"), (*path, "recovery"), around),
        inconclusive=_inconclusive(reader, raw.get("inconclusive"), (*path, "inconclusive")),
        public=reader.flag(raw.get("public"), (*path, "public"), default=False),
        enabled=reader.flag(raw.get("enabled"), (*path, "enabled"), default=True),
        effective_from=effective[0],
        effective_until=effective[1],
    )


def _confirm(
    reader: Reader, value: object, path: Path, judge: JudgeUse | None, around: Surroundings
) -> str:
    """The name of the confirmation; one that needs a browser needs a judge that can have it."""
    known = around.profiles.confirmations
    name = reader.named(value, path, tuple(known))
    used = None if judge is None else around.judges.get(judge.uses)
    if name in known and known[name].last_rendered and used is not None and LOOKS not in used.kinds:
        reader.bad(path, f"wants a look in a browser, which {used.name} never has")
    return name


def read_trace(reader: Reader, value: object, path: Path) -> Trace:
    """Document, section, item and part of the framework."""
    raw = reader.mapping(value, path, ("document", "section", "item", "part"), ("document",))
    parts = {k: reader.text(raw.get(k), (*path, k)) for k in ("section", "item", "part")}
    return Trace(document=reader.text(raw.get("document"), (*path, "document")), **parts)


def read_subjects(reader: Reader, value: object, path: Path) -> frozenset[SubjectType]:
    """The subject types named, all of them when nothing is."""
    found = reader.choices(value, path, SubjectType, SubjectType.SHOP)
    return frozenset(found) or frozenset(SubjectType)


def _class(
    reader: Reader, raw: Mapping[str, object], path: Path, attestation: AttestationRule | None
) -> ConditionClass:
    """The class, with what goes with it: a judge or an attestation, and a review for semi."""
    kind = reader.choice(
        raw.get("class"), (*path, "class"), ConditionClass, ConditionClass.AUTOMATIC
    )
    if raw and ("judge" in raw) == ("attestation" in raw):
        reader.bad(path, "needs either judge or attestation, one of the two")
    elif (kind is ConditionClass.ATTESTATION) != (attestation is not None):
        reader.bad((*path, "class"), "attestation goes with class attestation and no other")
    if kind is ConditionClass.SEMI and "review" not in raw:
        reader.bad(path, "class semi needs review: who confirms, and for how long it holds")
    if "review" in raw:
        here = (*path, "review")
        known = ("role", "pin", "valid_for", "evidence")
        given = reader.mapping(raw["review"], here, known, ("role",))
        for key in ("role", "pin"):
            reader.text(given.get(key), (*here, key))
        reader.duration(given.get("valid_for"), (*here, "valid_for"))
        reader.texts(given.get("evidence"), (*here, "evidence"))
    return kind


def _notify(reader: Reader, value: object, path: Path) -> None:
    """Who hears of it is the remedy's to say; the block is checked and not used."""
    raw = reader.mapping(value, path, ("member", "staff", "severity_map"))
    reader.choices(raw.get("member"), (*path, "member"), ContactRole, ContactRole.CONTACT)
    reader.texts(raw.get("staff"), (*path, "staff"))
    reader.text(raw.get("severity_map"), (*path, "severity_map"))


def _judge_use(
    reader: Reader, raw: Mapping[str, object], path: Path, around: Surroundings
) -> JudgeUse | None:
    if "judge" not in raw:
        return None
    here = (*path, "judge")
    given = reader.mapping(raw["judge"], here, ("uses", "min_version", "params"), ("uses",))
    name = reader.named(given.get("uses"), (*here, "uses"), tuple(around.judges))
    version = reader.whole(given.get("min_version"), (*here, "min_version"), 1, 1, 10_000)
    params = reader.mapping(given.get("params"), (*here, "params"), None)
    judge = around.judges.get(name)
    if judge is None:
        return JudgeUse(name, version, params)
    if version > judge.version:
        reader.bad((*here, "min_version"), f"{version} is wanted, {name} is at {judge.version}")
    for key, value in params.items():
        wrong = _wrong_param(judge, key, value, around)
        if wrong:
            reader.bad((*here, "params", key), wrong)
    for key, param in judge.params.items():
        if key not in params and is_reference(param.default):
            wrong = _wrong_param(judge, key, param.default, around)
            if wrong:
                reader.bad((*here, "uses"), f"{key} has the default {wrong}")
    return JudgeUse(name, version, params)


def _wrong_param(judge: Judge, key: str, value: object, around: Surroundings) -> str:
    """What is wrong with a parameter of a judge, "" when nothing is."""
    param = judge.params.get(key)
    if param is None:
        known = tuple(judge.params)
        return f"{judge.name} has no parameter {shown(key)}; {nearest(key, known)}"
    if is_reference(value):
        text = str(value)
        return check_reference(text, around.parameters, around.vocabulary) or _wrong_target(
            text, param, around
        )
    if holds_reference(value):
        return "a reference stands alone, not inside a list or mapping"
    return "" if fits(param, value) else misfit(param, value)


def _wrong_target(text: str, param: Param, around: Surroundings) -> str:
    family, _, name = text[1:].partition(".")
    owner = {"parameter": around.parameters, "vocabulary": around.vocabulary}.get(family)
    if owner is None or fits(param, owner[name]):
        return ""
    return f"{clip(text, 60)}: {misfit(param, owner[name])}"


def _attestation(reader: Reader, raw: Mapping[str, object], path: Path) -> AttestationRule | None:
    if "attestation" not in raw:
        return None
    here = (*path, "attestation")
    known = ("kind", "decided_by", "valid_for", "max_document_age", "grace", "confidential")
    given = reader.mapping(raw["attestation"], here, known, ("kind", "decided_by", "valid_for"))
    oldest = given.get("max_document_age")
    base = AttestationRule("", (), reader.duration(given.get("valid_for"), (*here, "valid_for")))
    return AttestationRule(
        kind=reader.text(given.get("kind"), (*here, "kind")),
        decided_by=tuple(
            role.value
            for role in reader.choices(
                given.get("decided_by"), (*here, "decided_by"), Role, Role.STAFF
            )
        ),
        valid_for=base.valid_for,
        grace=reader.duration(given.get("grace"), (*here, "grace"), base.grace),
        confidential=reader.flag(given.get("confidential"), (*here, "confidential"), default=False),
        max_document_age=None
        if oldest is None
        else reader.duration(oldest, (*here, "max_document_age")),
    )


def _findings(
    reader: Reader, value: object, path: Path, use: JudgeUse | None, around: Surroundings
) -> Mapping[str, Mapped]:
    judge = None if use is None else around.judges.get(use.uses)
    if use is None:
        outcomes: tuple[str, ...] | None = tuple(AttestationOutcome)
    else:
        outcomes = None if judge is None else tuple(judge.outcomes)
    rows = reader.mapping(value, path, outcomes)
    allowed = allowed_placeholders(use, around)
    return {
        outcome: _mapped(reader, mapped, (*path, outcome), around, allowed)
        for outcome, mapped in rows.items()
    }


def _mapped(
    reader: Reader,
    value: object,
    path: Path,
    around: Surroundings,
    allowed: frozenset[str] | None,
) -> Mapped:
    raw = value if isinstance(value, Mapping) else {"finding": value}
    given = reader.mapping(raw, path, _MAPPED, ("finding",))
    severity, remedy, confirm = (given.get(key) for key in ("severity", "remedy", "confirm"))
    known = around.profiles
    return Mapped(
        finding=reader.choice(given.get("finding"), path, Finding, Finding.INCONCLUSIVE),
        review=reader.flag(given.get("review"), (*path, "review"), default=False),
        reason=reader.text(given.get("reason"), (*path, "reason")),
        severity=None
        if severity is None
        else reader.choice(severity, (*path, "severity"), Severity, Severity.MEDIUM),
        remedy=None
        if remedy is None
        else reader.named(remedy, (*path, "remedy"), tuple(known.remedies)),
        confirm=None
        if confirm is None
        else reader.named(confirm, (*path, "confirm"), tuple(known.confirmations)),
        counts=reader.flag(given.get("counts"), (*path, "counts"), default=True),
        advice=reader.flag(given.get("advice"), (*path, "advice"), default=False),
        messages=read_texts(reader, given["messages"], (*path, "messages"), around, allowed)
        if "messages" in given
        else {},
    )


def _recovery(reader: Reader, value: object, path: Path, around: Surroundings) -> Recovery:
    known = around.profiles.recoveries
    if value is None:
        return Recovery()
    return known.get(reader.named(value, path, tuple(known)), Recovery())


def _when(reader: Reader, value: object, path: Path) -> When:
    raw = reader.mapping(value, path, _WHEN)
    lists = {k: reader.texts(raw.get(k), (*path, k)) for k in _WHEN if k not in ("from", "until")}
    for i, standing in enumerate(lists["standing_any"]):
        reader.choice(standing, (*path, "standing_any", i), Standing, Standing.CERTIFIED)
    for i, customers in enumerate(lists["customers_any"]):
        reader.choice(customers, (*path, "customers_any", i), Customers, Customers.B2B)
    for i, name in enumerate(lists["has"]):
        wrong = check_reference(f"${name.lstrip('$')}", {}, {})
        if wrong:
            reader.bad((*path, "has", i), wrong)
    dates = {key: raw.get(key) for key in ("from", "until")}
    since, until = reader.period(dates, path)
    return When(**lists, since=since, until=until)


def _depends(reader: Reader, value: object, path: Path) -> Mapping[str, Finding]:
    raw = reader.mapping(value, path, None)
    return {k: reader.choice(v, (*path, k), Finding, Finding.MET) for k, v in raw.items()}


def _inconclusive(reader: Reader, value: object, path: Path) -> InconclusiveRule:
    raw = reader.mapping(value, path, ("ticket_after", "tell_member_after"))
    here = (*path, "ticket_after")
    after = reader.mapping(raw.get("ticket_after"), here, ("count", "age"))
    base = InconclusiveRule()
    return InconclusiveRule(
        reader.whole(after.get("count"), (*here, "count"), base.ticket_after_count, 1, 1000),
        reader.duration(after.get("age"), (*here, "age"), base.ticket_after_age),
        reader.duration(
            raw.get("tell_member_after"), (*path, "tell_member_after"), base.tell_member_after
        ),
    )
