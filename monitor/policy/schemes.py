"""Label files: parsed, validated, every problem at once with file and line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.domain.label import Condition, Label, Obligation, Seal
from monitor.domain.site import SubjectType
from monitor.policy.judge import Judge
from monitor.policy.references import known_parameters
from monitor.policy.scheme_conditions import Surroundings, read_condition, read_trace
from monitor.policy.scheme_profiles import PROFILE_BLOCKS, Profiles, read_profiles
from monitor.policy.scheme_reader import LabelFileError, Problem, Reader, nearest, shown
from monitor.policy.yaml_lines import YamlError, read_yaml
from scanners.api import ScanKind

SCHEMA = "keurwacht/scheme@1"
SHARED = "shared"
REVISIONS = "revisions.yaml"
FILE_MAX_BYTES = 2_000_000
_TOP = ("schema", "label", *PROFILE_BLOCKS, "parameters", "include", "conditions", "obligations")
_LABEL = ("id", "owner", "title", "framework", "revision", "effective", "supersedes",
          "transition", "subjects", "audience", "languages", "combines_with", "certification",
          "seal")  # fmt: skip
_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")
_OBLIGATION = ("id", "trace", "per", "scan", "at_least", "qualifies", "warn_before", "alert")

__all__ = ["LabelFileError", "Problem", "lint_labels", "load_labels"]


def load_labels(folder: Path, judges: Mapping[str, Judge]) -> tuple[Label, ...]:
    """Every label of a folder, by id; raises LabelFileError with everything that is wrong.

    ``shared/profiles.yaml`` and ``shared/vocabulary.yaml`` beside the files hold
    what they have in common.
    """
    labels, problems = _read_folder(folder, judges)
    if problems:
        raise LabelFileError(sorted(problems))
    return labels


def lint_labels(folder: Path, judges: Mapping[str, Judge]) -> tuple[Problem, ...]:
    """Everything that is wrong, published revisions that changed included."""
    labels, problems = _read_folder(folder, judges)
    return tuple(sorted([*problems, *_frozen(folder, labels)]))


def _read_folder(
    folder: Path, judges: Mapping[str, Judge]
) -> tuple[tuple[Label, ...], list[Problem]]:
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    files = [file for file in files if file.name != REVISIONS]
    if not files:
        return (), [Problem(str(folder), 1, "no label files (*.yaml) here")]
    problems: list[Problem] = []
    shared = _shared(folder / SHARED, problems)
    drafts = [d for file in files if (d := _draft(file, judges, shared, problems)) is not None]
    labels = _with_includes(drafts)
    seen: dict[str, str] = {}
    for draft in drafts:
        first = seen.setdefault(draft.label.label_id, draft.reader.file)
        if first != draft.reader.file:
            draft.reader.bad(("label", "id"), f"{first} has the same id")
    for draft in drafts:
        problems.extend(draft.reader.problems)
    return tuple(sorted(labels, key=lambda label: label.label_id)), problems


@dataclass(frozen=True, slots=True)
class _Shared:
    profiles: Profiles = field(default_factory=Profiles)
    vocabulary: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Include:
    source: str
    conditions: tuple[str, ...]
    part: str
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A label read from its file, before other files' conditions are included."""

    label: Label
    reader: Reader
    includes: tuple[_Include, ...]


def _open(file: Path, problems: list[Problem]) -> tuple[Reader, Mapping[str, object], str] | None:
    try:
        body = file.read_bytes()
        text = body.decode("utf-8")
        if len(body) > FILE_MAX_BYTES:
            problems.append(Problem(str(file), 1, f"larger than {FILE_MAX_BYTES} bytes"))
            return None
        document = read_yaml(text)
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(str(file), 1, f"cannot be read: {error}"))
        return None
    except YamlError as error:
        problems.append(Problem(str(file), error.line, error.message))
        return None
    reader = Reader(str(file), document)
    top = reader.mapping(document.value, (), None)
    if not isinstance(document.value, Mapping):
        problems.append(Problem(str(file), 1, "must be a mapping"))
        return None
    return reader, top, hashlib.sha256(body).hexdigest()


def _shared(folder: Path, problems: list[Problem]) -> _Shared:
    profiles = Profiles()
    vocabulary: Mapping[str, object] = {}
    file = folder / "profiles.yaml"
    if file.is_file() and (opened := _open(file, problems)) is not None:
        reader, top, _ = opened
        reader.mapping(top, (), PROFILE_BLOCKS)
        profiles = read_profiles(reader, top, profiles)
        problems.extend(reader.problems)
    words = folder / "vocabulary.yaml"
    if words.is_file() and (opened := _open(words, problems)) is not None:
        vocabulary = opened[1]
    return _Shared(profiles, vocabulary)


def _draft(
    file: Path, judges: Mapping[str, Judge], shared: _Shared, problems: list[Problem]
) -> _Draft | None:
    opened = _open(file, problems)
    if opened is None:
        return None
    reader, top, digest = opened
    reader.mapping(top, (), _TOP, ("schema", "label"))
    if top.get("schema") != SCHEMA:
        reader.bad(("schema",), f"{shown(top.get('schema'))} is not {SCHEMA}")
    head = reader.mapping(
        top.get("label"),
        ("label",),
        _LABEL,
        ("id", "owner", "title", "framework", "revision", "languages"),
    )
    languages = reader.mapping(
        head.get("languages"), ("label", "languages"), ("required_any", "statements", "fallback")
    )
    statements = reader.texts(languages.get("statements"), ("label", "languages", "statements"))
    around = Surroundings(
        judges,
        read_profiles(reader, top, shared.profiles),
        reader.mapping(top.get("parameters"), ("parameters",), None),
        shared.vocabulary,
        statements or ("en",),
    )
    _check_parameters(reader, around)
    conditions = tuple(
        read_condition(reader, item, ("conditions", i), around)
        for i, item in enumerate(reader.items(top.get("conditions"), ("conditions",)))
    )
    label = _label(reader, head, digest, around, conditions, languages)
    label = replace(label, obligations=_obligations(reader, top.get("obligations")))
    return _Draft(label, reader, _includes(reader, top.get("include")))


def _check_parameters(reader: Reader, around: Surroundings) -> None:
    known = {name for judge in around.judges.values() for name in judge.params}
    known |= set(known_parameters((), around.judges))
    for name in around.parameters:
        if name not in known:
            reader.bad(
                ("parameters", name), f"no judge has this parameter; {nearest(name, sorted(known))}"
            )


def _label(
    reader: Reader,
    head: Mapping[str, object],
    digest: str,
    around: Surroundings,
    conditions: tuple[Condition, ...],
    languages: Mapping[str, object],
) -> Label:
    here = ("label",)
    framework = reader.mapping(
        head.get("framework"),
        (*here, "framework"),
        ("version", "document", "sha256", "lang"),
        ("version", "document"),
    )
    title = reader.mapping(head.get("title"), (*here, "title"), None, around.languages)
    label_id = reader.text(head.get("id"), (*here, "id"))
    if label_id and not _ID.fullmatch(label_id):
        reader.bad((*here, "id"), f"{shown(label_id)} is not an id: a-z, 0-9, dot, dash")
    subjects = reader.texts(head.get("subjects"), (*here, "subjects"))
    fallback = reader.texts(languages.get("fallback"), (*here, "languages", "fallback"))
    return Label(
        label_id=label_id,
        owner=reader.text(head.get("owner"), (*here, "owner")),
        title={lang: str(text) for lang, text in title.items()},
        framework_version=reader.text(framework.get("version"), (*here, "framework", "version")),
        framework_document=reader.text(framework.get("document"), (*here, "framework", "document")),
        revision=reader.whole(head.get("revision"), (*here, "revision"), 1, 1, 100_000),
        sha256=digest,
        subjects=frozenset(
            reader.choice(s, (*here, "subjects", i), SubjectType, SubjectType.SHOP)
            for i, s in enumerate(subjects)
        )
        or frozenset(SubjectType),
        audience=reader.text(head.get("audience"), (*here, "audience")),
        statement_languages=tuple(around.languages),
        fallback_languages=fallback or ("en",),
        conditions=conditions,
        confirmations=around.profiles.confirmations,
        remedies=around.profiles.remedies,
        cadences=around.profiles.cadences,
        parameters=around.parameters,
        seal=_seal(reader, head.get("seal")),
        vocabulary=around.vocabulary,
    )


def _seal(reader: Reader, value: object) -> Seal:
    here = ("label", "seal")
    known = ("hosts", "certificate_path", "artwork_words", "artwork_phash", "removal_after_end")
    raw = reader.mapping(value, here, known)
    path = raw.get("certificate_path")
    pattern = None if path is None else reader.text(path, (*here, "certificate_path"))
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            reader.bad((*here, "certificate_path"), f"no regular expression: {error}")
            pattern = None
    reader.texts(raw.get("artwork_phash"), (*here, "artwork_phash"))
    return Seal(
        hosts=reader.texts(raw.get("hosts"), (*here, "hosts")),
        certificate_path=pattern,
        artwork_words=reader.texts(raw.get("artwork_words"), (*here, "artwork_words")),
        removal_after_end=reader.duration(
            raw.get("removal_after_end"), (*here, "removal_after_end")
        ),
    )


def _obligations(reader: Reader, value: object) -> tuple[Obligation, ...]:
    found = []
    for i, item in enumerate(reader.items(value, ("obligations",))):
        here = ("obligations", i)
        raw = reader.mapping(item, here, _OBLIGATION, ("id", "trace", "scan", "at_least"))
        kind, _, profile = reader.text(raw.get("scan"), (*here, "scan")).partition(".")
        amount = (*here, "at_least")
        least = reader.mapping(raw.get("at_least"), amount, ("count", "within", "newest_max_age"))
        keys = ("coverage_min", "state", "canary_seen", "top10_edition_min")
        qualifies = reader.mapping(raw.get("qualifies"), (*here, "qualifies"), keys)
        found.append(
            Obligation(
                obligation_id=reader.text(raw.get("id"), (*here, "id")),
                trace=read_trace(reader, raw.get("trace"), (*here, "trace")),
                scan=reader.choice(kind or None, (*here, "scan"), ScanKind, ScanKind.OWASP),
                profile=profile,
                count=reader.whole(least.get("count"), (*amount, "count"), 1, 1, 1000),
                within=reader.duration(least.get("within"), (*amount, "within")),
                newest_max_age=reader.duration(
                    least.get("newest_max_age"), (*amount, "newest_max_age")
                ),
                coverage_min=reader.number(
                    qualifies.get("coverage_min"), (*here, "qualifies", "coverage_min"), 0.0, 0, 1
                ),
                warn_before=reader.duration(raw.get("warn_before"), (*here, "warn_before")),
            )
        )
    return tuple(found)


def _includes(reader: Reader, value: object) -> tuple[_Include, ...]:
    found = []
    for i, item in enumerate(reader.items(value, ("include",))):
        here = ("include", i)
        raw = reader.mapping(item, here, ("from", "conditions", "trace"), ("from", "conditions"))
        trace = reader.mapping(raw.get("trace"), (*here, "trace"), ("part",))
        found.append(
            _Include(
                reader.text(raw.get("from"), (*here, "from")),
                reader.texts(raw.get("conditions"), (*here, "conditions")),
                reader.text(trace.get("part"), (*here, "trace", "part")),
                here,
            )
        )
    return tuple(found)


def _with_includes(drafts: Sequence[_Draft]) -> list[Label]:
    """Each label with the conditions it includes from others, ids unique, no cycles."""
    by_id = {draft.label.label_id: draft for draft in drafts}
    labels = []
    for draft in drafts:
        conditions = list(draft.label.conditions)
        for include in draft.includes:
            source = by_id.get(include.source)
            if source is None:
                draft.reader.bad((*include.path, "from"), f"no label {shown(include.source)}")
                continue
            for i, wanted in enumerate(include.conditions):
                found = source.label.condition(wanted)
                if found is None:
                    where = (*include.path, "conditions", i)
                    draft.reader.bad(where, f"{include.source} has no {shown(wanted)} of its own")
                    continue
                trace = replace(found.trace, part=include.part or found.trace.part)
                conditions.append(replace(found, trace=trace))
        _check_ids(draft.reader, conditions)
        _check_cycles(draft.reader, conditions)
        labels.append(replace(draft.label, conditions=tuple(conditions)))
    return labels


def _check_ids(reader: Reader, conditions: Sequence[Condition]) -> None:
    seen: set[str] = set()
    for i, condition in enumerate(conditions):
        name = condition.condition_id
        if name and not _ID.fullmatch(name):
            reader.bad(("conditions", i, "id"), f"{shown(name)} is not an id: a-z, 0-9, dot, dash")
        if name in seen:
            reader.bad(("conditions", i, "id"), f"{shown(name)} stands here twice")
        seen.add(name)
    for i, condition in enumerate(conditions):
        for wanted in condition.depends_on:
            if wanted not in seen:
                path = ("conditions", i, "depends_on", wanted)
                reader.bad(path, f"unknown condition; {nearest(wanted, sorted(seen))}")


def _check_cycles(reader: Reader, conditions: Sequence[Condition]) -> None:
    needs = {c.condition_id: tuple(c.depends_on) for c in conditions}
    for i, condition in enumerate(conditions):
        seen: set[str] = set()
        queue = list(needs.get(condition.condition_id, ()))
        while queue:
            name = queue.pop()
            if name == condition.condition_id:
                reader.bad(("conditions", i, "depends_on"), "depends on itself in the end")
                break
            if name not in seen:
                seen.add(name)
                queue.extend(needs.get(name, ()))


def _frozen(folder: Path, labels: Sequence[Label]) -> list[Problem]:
    """A published revision never changes: a new text is a new revision."""
    problems: list[Problem] = []
    file = folder / REVISIONS
    if not file.is_file() or (opened := _open(file, problems)) is None:
        return problems
    reader, top, _ = opened
    for label in labels:
        published = reader.mapping(top.get(label.label_id), (label.label_id,), None)
        known = published.get(str(label.revision))
        if known is not None and known != label.sha256:
            message = f"revision {label.revision} is published and must not change; raise revision"
            reader.bad((label.label_id, str(label.revision)), message)
    return [*problems, *reader.problems]
