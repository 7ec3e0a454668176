"""Statements and messages of a label file: every language, the same placeholders."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.domain.label import JudgeUse
from monitor.policy.judge import Judge
from monitor.policy.scheme_profiles import Profiles
from monitor.policy.scheme_reader import Reader, shown
from monitor.policy.yaml_lines import Path

COMMON_VALUES = frozenset({"site", "label", "condition", "checked_at", "due"})
ATTESTATION_VALUES = frozenset({"expires_on"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rest of the file and the program say."""

    judges: Mapping[str, Judge]
    profiles: Profiles
    parameters: Mapping[str, object]
    vocabulary: Mapping[str, object]
    languages: Sequence[str]


def allowed_placeholders(use: JudgeUse | None, around: Surroundings) -> frozenset[str] | None:
    """What a message may fill in; None when the judge is not known and anything may be right."""
    if use is None:
        return COMMON_VALUES | ATTESTATION_VALUES
    judge = around.judges.get(use.uses)
    return None if judge is None else COMMON_VALUES | frozenset(judge.values)


def read_texts(
    reader: Reader,
    value: object,
    path: Path,
    around: Surroundings,
    allowed: frozenset[str] | None,
) -> Mapping[str, str]:
    """A text in every language of the label, all with the same allowed placeholders.

    Where the label does not say its languages (told elsewhere), any will do.
    """
    languages = tuple(around.languages)
    raw = reader.mapping(value, path, languages or None, languages)
    texts = {lang: reader.text(text, (*path, lang)) for lang, text in raw.items()}
    first: tuple[str, frozenset[str]] | None = None
    for lang, text in texts.items():
        if not text:
            continue
        used = _placeholders(reader, text, (*path, lang))
        if used is None:
            continue
        strange = sorted(used - allowed) if allowed is not None else []
        if strange:
            choices = ", ".join(sorted(allowed or ())) or "none here"
            reader.bad((*path, lang), f"unknown placeholder {shown(strange[0])}; known: {choices}")
        if first is None:
            first = (lang, used)
        elif used != first[1]:
            reader.bad((*path, lang), _difference(used, *first))
    return texts


def _difference(used: frozenset[str], lang: str, first: frozenset[str]) -> str:
    parts = []
    for word, names in (("lacks", first - used), ("adds", used - first)):
        if names:
            parts.append(f"{word} {', '.join(shown('{' + n + '}') for n in sorted(names))}")
    return f"other placeholders than in {lang}: {' and '.join(parts)}"


def _placeholders(reader: Reader, text: str, path: Path) -> frozenset[str] | None:
    """Names in braces; a width or an attribute would let a text do more than be filled in."""
    try:
        fields = [f for f in string.Formatter().parse(text) if f[1] is not None]
    except ValueError as error:
        reader.bad(path, f"braces: {error}")
        return None
    for _, name, spec, conversion in fields:
        if spec or conversion:
            reader.bad(path, f"placeholder {shown(name)} is a name in braces and nothing more")
            return None
    return frozenset(str(name) for _, name, _, _ in fields)
