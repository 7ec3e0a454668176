"""One condition of a label file, checked against the judges it names."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.domain.attestation import AttestationOutcome
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
from monitor.domain.site import Standing, SubjectType
from monitor.policy.judge import Judge
from monitor.policy.references import check_reference, fits
from monitor.policy.scheme_profiles import Profiles
from monitor.policy.scheme_reader import Reader, nearest, shown
from monitor.policy.yaml_lines import Path

_KEYS = ("id", "rev", "statement", "trace", "applies", "depends_on", "class", "judge",
         "attestation", "findings", "review", "severity", "cadence", "confirm", "recovery",
         "remedy", "notify", "inconclusive", "messages", "public", "enabled",
         "effective")  # fmt: skip
_REQUIRED = ("id", "rev", "statement", "trace", "class", "findings", "severity", "cadence",
             "confirm", "remedy", "messages")  # fmt: skip
_MAPPED = ("finding", "review", "reason", "severity", "remedy", "confirm", "counts", "advice")
_WHEN = ("labels_all", "labels_any", "customers_any", "jurisdiction_any", "has", "flags",
         "flags_none", "standing_any", "from", "until")  # fmt: skip
COMMON_VALUES = frozenset({"site", "label", "condition", "checked_at", "due"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rest of the file and the program say."""

    judges: Mapping[str, Judge]
    profiles: Profiles
    parameters: Mapping[str, object]
    vocabulary: Mapping[str, object]
    languages: Sequence[str]


def read_condition(reader: Reader, value: object, path: Path, around: Surroundings) -> Condition:
    """The condition; every problem with it is remembered by ``reader``."""
    raw = reader.mapping(value, path, _KEYS, _REQUIRED)
    judge = _judge_use(reader, raw, path, around)
    attestation = _attestation(reader, raw, path)
    if (judge is None) == (attestation is None):
        reader.bad(path, "needs either judge or attestation, one of the two")
    kind = reader.choice(
        raw.get("class"), (*path, "class"), ConditionClass, ConditionClass.AUTOMATIC
    )
    if (kind is ConditionClass.ATTESTATION) != (attestation is not None):
        reader.bad((*path, "class"), "attestation goes with class attestation and no other")
    if kind is ConditionClass.SEMI and "review" not in raw:
        reader.bad(path, "class semi needs review: who confirms, and for how long it holds")
    applies = reader.mapping(raw.get("applies"), (*path, "applies"), ("subjects", "when"))
    subjects = reader.texts(applies.get("subjects"), (*path, "applies", "subjects"))
    effective = reader.mapping(raw.get("effective"), (*path, "effective"), ("from", "until"))
    profiles = around.profiles
    recovery = raw.get("recovery")
    return Condition(
        condition_id=reader.text(raw.get("id"), (*path, "id")),
        rev=reader.whole(raw.get("rev"), (*path, "rev"), 1, 1, 10_000),
        statement=_languages(reader, raw.get("statement"), (*path, "statement"), around, None),
        trace=read_trace(reader, raw.get("trace"), (*path, "trace")),
        condition_class=kind,
        severity=reader.choice(raw.get("severity"), (*path, "severity"), Severity, Severity.MEDIUM),
        cadence=reader.named(raw.get("cadence"), (*path, "cadence"), tuple(profiles.cadences)),
        confirm=reader.named(raw.get("confirm"), (*path, "confirm"), tuple(profiles.confirmations)),
        remedy=reader.named(raw.get("remedy"), (*path, "remedy"), tuple(profiles.remedies)),
        findings=_findings(reader, raw.get("findings"), (*path, "findings"), judge, around),
        messages=_languages(
            reader, raw.get("messages"), (*path, "messages"), around, _placeholders(judge, around)
        ),
        subjects=frozenset(
            reader.choice(s, (*path, "applies", "subjects", i), SubjectType, SubjectType.SHOP)
            for i, s in enumerate(subjects)
        )
        or frozenset(SubjectType),
        when=_when(reader, applies.get("when"), (*path, "applies", "when")),
        depends_on=_depends(reader, raw.get("depends_on"), (*path, "depends_on")),
        judge=judge,
        attestation=attestation,
        recovery=Recovery()
        if recovery is None
        else profiles.recoveries.get(
            reader.named(recovery, (*path, "recovery"), tuple(profiles.recoveries)), Recovery()
        ),
        inconclusive=_inconclusive(reader, raw.get("inconclusive"), (*path, "inconclusive")),
        public=reader.flag(raw.get("public"), (*path, "public"), default=False),
        enabled=reader.flag(raw.get("enabled"), (*path, "enabled"), default=True),
        effective_from=reader.day(effective.get("from"), (*path, "effective", "from")),
        effective_until=reader.day(effective.get("until"), (*path, "effective", "until")),
    )


def read_trace(reader: Reader, value: object, path: Path) -> Trace:
    """Document, section, item and part of the framework."""
    raw = reader.mapping(value, path, ("document", "section", "item", "part"))
    parts = {k: reader.text(raw.get(k), (*path, k)) for k in ("section", "item", "part")}
    return Trace(document=reader.text(raw.get("document"), (*path, "document")), **parts)


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
        reader.bad((*here, "min_version"), f"{name} is at version {judge.version}")
    for key, value in params.items():
        where = (*here, "params", key)
        param = judge.params.get(key)
        if param is None:
            reader.bad(where, f"{name} has no such parameter; {nearest(key, tuple(judge.params))}")
        elif isinstance(value, str) and value.startswith("$"):
            wrong = check_reference(value, around.parameters, around.vocabulary)
            if wrong:
                reader.bad(where, wrong)
        elif not fits(param, value):
            reader.bad(where, f"{shown(value)} is not {param.type}")
    return JudgeUse(name, version, params)


def _attestation(reader: Reader, raw: Mapping[str, object], path: Path) -> AttestationRule | None:
    if "attestation" not in raw:
        return None
    here = (*path, "attestation")
    known = ("kind", "decided_by", "valid_for", "max_document_age", "grace", "confidential")
    given = reader.mapping(raw["attestation"], here, known, ("kind", "decided_by", "valid_for"))
    reader.duration(given.get("max_document_age"), (*here, "max_document_age"))
    year, grace = timedelta(days=365), timedelta(days=14)
    return AttestationRule(
        kind=reader.text(given.get("kind"), (*here, "kind")),
        decided_by=reader.texts(given.get("decided_by"), (*here, "decided_by")),
        valid_for=reader.duration(given.get("valid_for"), (*here, "valid_for"), year),
        grace=reader.duration(given.get("grace"), (*here, "grace"), grace),
        confidential=reader.flag(given.get("confidential"), (*here, "confidential"), default=False),
    )


def _findings(
    reader: Reader, value: object, path: Path, use: JudgeUse | None, around: Surroundings
) -> Mapping[str, Mapped]:
    judge = None if use is None else around.judges.get(use.uses)
    if use is None:
        outcomes: tuple[str, ...] | None = tuple(AttestationOutcome)
    else:
        outcomes = None if judge is None else tuple(judge.outcomes)
    found = {}
    for outcome, mapped in reader.mapping(value, path, outcomes).items():
        here = (*path, outcome)
        raw = mapped if isinstance(mapped, Mapping) else {"finding": mapped}
        given = reader.mapping(raw, here, _MAPPED, ("finding",))
        severity, remedy = given.get("severity"), given.get("remedy")
        confirm = given.get("confirm")
        known = around.profiles
        found[outcome] = Mapped(
            finding=reader.choice(given.get("finding"), here, Finding, Finding.INCONCLUSIVE),
            review=reader.flag(given.get("review"), (*here, "review"), default=False),
            reason=reader.text(given.get("reason"), (*here, "reason")),
            severity=None
            if severity is None
            else reader.choice(severity, (*here, "severity"), Severity, Severity.MEDIUM),
            remedy=None
            if remedy is None
            else reader.named(remedy, (*here, "remedy"), tuple(known.remedies)),
            confirm=None
            if confirm is None
            else reader.named(confirm, (*here, "confirm"), tuple(known.confirmations)),
            counts=reader.flag(given.get("counts"), (*here, "counts"), default=True),
            advice=reader.flag(given.get("advice"), (*here, "advice"), default=False),
        )
    return found


def _placeholders(use: JudgeUse | None, around: Surroundings) -> frozenset[str]:
    if use is None:
        return COMMON_VALUES | {"expires_on"}
    judge = around.judges.get(use.uses)
    return COMMON_VALUES | frozenset(() if judge is None else judge.values)


def _languages(
    reader: Reader, value: object, path: Path, around: Surroundings, allowed: frozenset[str] | None
) -> Mapping[str, str]:
    """A text in every language of the label, all with the same placeholders."""
    raw = reader.mapping(value, path, tuple(around.languages), tuple(around.languages))
    texts = {lang: reader.text(text, (*path, lang)) for lang, text in raw.items()}
    used = {}
    for lang, text in texts.items():
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        except ValueError as error:
            reader.bad((*path, lang), f"braces: {error}")
            continue
        used[lang] = frozenset(names)
        strange = sorted(used[lang] - (allowed or frozenset()))
        if strange:
            choices = ", ".join(sorted(allowed or ())) or "none here"
            reader.bad((*path, lang), f"unknown placeholder {shown(strange[0])}; known: {choices}")
    first = next(iter(used.values()), frozenset())
    for lang, placeholders in used.items():
        if placeholders != first:
            reader.bad((*path, lang), "has other placeholders than the first language")
    return texts


def _when(reader: Reader, value: object, path: Path) -> When:
    raw = reader.mapping(value, path, _WHEN)
    lists = {k: reader.texts(raw.get(k), (*path, k)) for k in _WHEN if k not in ("from", "until")}
    for i, standing in enumerate(lists["standing_any"]):
        reader.choice(standing, (*path, "standing_any", i), Standing, Standing.CERTIFIED)
    for i, name in enumerate(lists["has"]):
        wrong = check_reference(f"${name.lstrip('$')}", {}, {})
        if wrong:
            reader.bad((*path, "has", i), wrong)
    since: date | None = reader.day(raw.get("from"), (*path, "from"))
    return When(**lists, since=since, until=reader.day(raw.get("until"), (*path, "until")))


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
