"""Label files: parsed, validated, every problem at once with file and line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.domain.label import Label
from monitor.policy.judge import Judge
from monitor.policy.scheme_conditions import read_condition
from monitor.policy.scheme_includes import Draft, finished, read_includes
from monitor.policy.scheme_label import read_label, read_languages, read_obligations
from monitor.policy.scheme_profiles import PROFILE_BLOCKS, Profiles, read_profiles
from monitor.policy.scheme_reader import LabelFileError, Problem, Reader, shown
from monitor.policy.scheme_texts import Surroundings
from monitor.policy.yaml_lines import YamlError, read_yaml

SCHEMA = "keurwacht/scheme@1"
SHARED = "shared"
REVISIONS = "revisions.yaml"
FILE_MAX_BYTES = 2_000_000
_TOP = ("schema", "label", *PROFILE_BLOCKS, "parameters", "include", "conditions", "obligations")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REVISION = re.compile(r"[1-9][0-9]{0,5}")

__all__ = ["LabelFileError", "Problem", "lint_labels", "load_labels"]


def load_labels(
    folder: Path, judges: Mapping[str, Judge], profiles: Path | None = None
) -> tuple[Label, ...]:
    """Every label of a folder, by id; raises LabelFileError with everything that is wrong.

    ``shared/profiles.yaml`` and ``shared/vocabulary.yaml`` beside the files hold
    what they have in common; a label file may define profiles of its own.
    ``profiles`` names a file of profiles that stand above all of these (labs
    and demonstrations, where confirmation takes seconds).
    """
    labels, problems = _read_folder(folder, judges, profiles, published=False)
    if problems:
        raise LabelFileError(sorted(problems))
    return labels


def lint_labels(
    where: Path | Sequence[Path], judges: Mapping[str, Judge], profiles: Path | None = None
) -> tuple[Problem, ...]:
    """Everything that is wrong, published revisions that changed included.

    ``where`` is a folder, a label file or several of them; of a file only its
    own problems and those of what it shares with others are told.
    """
    found: set[Problem] = set()
    for path in [where] if isinstance(where, Path) else where:
        single = path.is_file()
        folder = path.parent if single else path
        _, problems = _read_folder(folder, judges, profiles, published=True)
        others = {str(file) for file in _label_files(folder) if single and file != path}
        found.update(problem for problem in problems if problem.file not in others)
    return tuple(sorted(found))


def _label_files(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    return [file for file in files if file.name != REVISIONS]


def _read_folder(
    folder: Path, judges: Mapping[str, Judge], overlay: Path | None, *, published: bool
) -> tuple[tuple[Label, ...], list[Problem]]:
    files = _label_files(folder)
    if not files:
        return (), [Problem(str(folder), 1, "no label files (*.yaml) here")]
    problems: list[Problem] = []
    shared = _shared(folder / SHARED, overlay, problems)
    drafts = [d for file in files if (d := _draft(file, judges, shared, problems)) is not None]
    labels = finished(drafts, judges)
    _check_labels(drafts)
    if published:
        _check_published(folder / REVISIONS, drafts, problems)
    for draft in drafts:
        problems.extend(draft.reader.problems)
    return labels, problems


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the files of a folder have in common; ``above`` stands over their own profiles."""

    profiles: Profiles = field(default_factory=Profiles)
    vocabulary: Mapping[str, object] = field(default_factory=dict)
    above: Mapping[str, object] = field(default_factory=dict)
    above_reader: Reader | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    reader: Reader
    top: Mapping[str, object]
    digest: str


def _open(file: Path, problems: list[Problem]) -> _Opened | None:
    try:
        with file.open("rb") as stream:
            body = stream.read(FILE_MAX_BYTES + 1)
        if len(body) > FILE_MAX_BYTES:
            problems.append(Problem(str(file), 1, f"larger than {FILE_MAX_BYTES} bytes"))
            return None
        document = read_yaml(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        problems.append(Problem(str(file), line, "is not UTF-8"))
        return None
    except OSError as error:
        problems.append(Problem(str(file), 1, f"cannot be read: {error.strerror}"))
        return None
    except YamlError as error:
        problems.append(Problem(str(file), error.line, error.message))
        return None
    if not isinstance(document.value, Mapping):
        message = f"must be a mapping, not {shown(document.value)}"
        problems.append(Problem(str(file), document.line(()), message))
        return None
    return _Opened(Reader(str(file), document), document.value, hashlib.sha256(body).hexdigest())


def _shared(folder: Path, overlay: Path | None, problems: list[Problem]) -> _Shared:
    shared = _Shared()
    file = folder / "profiles.yaml"
    if file.exists() and (opened := _open(file, problems)) is not None:
        opened.reader.mapping(opened.top, (), PROFILE_BLOCKS)
        shared = replace(shared, profiles=read_profiles(opened.reader, opened.top, Profiles()))
        problems.extend(opened.reader.problems)
    file = folder / "vocabulary.yaml"
    if file.exists() and (opened := _open(file, problems)) is not None:
        for name, words in opened.top.items():
            opened.reader.texts(words, (name,))
        shared = replace(shared, vocabulary=opened.top)
        problems.extend(opened.reader.problems)
    if overlay is not None and (opened := _open(overlay, problems)) is not None:
        opened.reader.mapping(opened.top, (), PROFILE_BLOCKS)
        read_profiles(opened.reader, opened.top, shared.profiles)
        problems.extend(opened.reader.problems)
        quiet = Reader(opened.reader.file, opened.reader.document)
        shared = replace(shared, above=opened.top, above_reader=quiet)
    return shared


def _draft(
    file: Path, judges: Mapping[str, Judge], shared: _Shared, problems: list[Problem]
) -> Draft | None:
    opened = _open(file, problems)
    if opened is None:
        return None
    reader, top = opened.reader, opened.top
    reader.mapping(top, (), _TOP, ("schema", "label"))
    if "schema" in top and top["schema"] != SCHEMA:
        reader.bad(("schema",), f"{shown(top['schema'])} is not {SCHEMA}")
    profiles = read_profiles(reader, top, shared.profiles)
    if shared.above_reader is not None:
        profiles = read_profiles(shared.above_reader, shared.above, profiles)
    statements, fallback = read_languages(reader, top.get("label"))
    around = Surroundings(
        judges=judges,
        profiles=profiles,
        parameters=reader.mapping(top.get("parameters"), ("parameters",), None),
        vocabulary=shared.vocabulary,
        languages=statements,
    )
    conditions = tuple(
        read_condition(reader, item, ("conditions", i), around)
        for i, item in enumerate(reader.items(top.get("conditions"), ("conditions",)))
    )
    label = read_label(reader, top.get("label"), opened.digest, around, fallback, conditions)
    label = replace(label, obligations=read_obligations(reader, top.get("obligations")))
    return Draft(label, reader, read_includes(reader, top.get("include")))


def _check_labels(drafts: Sequence[Draft]) -> None:
    seen: dict[str, str] = {}
    for draft in drafts:
        name = draft.label.label_id
        first = seen.setdefault(name, draft.reader.file)
        if name and first != draft.reader.file:
            draft.reader.bad(("label", "id"), f"{first} has the same id")


def _check_published(file: Path, drafts: Sequence[Draft], problems: list[Problem]) -> None:
    """A published revision never changes: a new text is a new revision.

    The file holds ``label id -> framework version -> revision -> sha256`` of
    every label file that was ever in force, the digest being that of the file's
    bytes (``sha256sum``).
    """
    if not file.exists() or (opened := _open(file, problems)) is None:
        return
    for draft in drafts:
        label, path = draft.label, (draft.label.label_id, draft.label.framework_version)
        frameworks = opened.reader.mapping(opened.top.get(path[0]), path[:1], None)
        revisions = opened.reader.mapping(frameworks.get(path[1]), path, None)
        newest = 0
        for name, digest in revisions.items():
            if not (_SHA256.fullmatch(str(digest)) and _REVISION.fullmatch(name)):
                opened.reader.bad((*path, name), "must be a revision and its sha256")
                continue
            newest = max(newest, int(name))
            if int(name) == label.revision and digest != label.sha256:
                message = (
                    f"revision {name} is published and must not change; raise it "
                    "(`labels lint --record` records it when it is done)"
                )
                draft.reader.bad(("label", "revision"), message)
        if label.revision < newest:
            message = f"{label.revision} is older than the published revision {newest}"
            draft.reader.bad(("label", "revision"), message)
    problems.extend(opened.reader.problems)
