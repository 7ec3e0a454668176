"""What holds between the parts of a label: includes, ids, dependencies, parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.domain.label import Condition, Label
from monitor.policy.judge import Judge
from monitor.policy.references import (
    SCANNER_PARAMETERS,
    check_reference,
    fits,
    holds_reference,
    is_reference,
    misfit,
    own_parameters,
)
from monitor.policy.scheme_reader import Reader, nearest, shown
from monitor.policy.yaml_lines import Path


@dataclass(frozen=True, slots=True)
class Include:
    """Conditions of another label that hold here as well, under the same ids."""

    source: str
    conditions: tuple[str, ...]
    part: str
    path: Path


@dataclass(frozen=True, slots=True)
class Draft:
    """A label read from its file, before other files' conditions are included."""

    label: Label
    reader: Reader
    includes: tuple[Include, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A condition and the place in this file that put it there."""

    condition: Condition
    path: Path


def read_includes(reader: Reader, value: object) -> tuple[Include, ...]:
    """The ``include:`` block: one mapping or a list of them."""
    if isinstance(value, Mapping):
        return (_include(reader, value, ("include",)),)
    items = reader.items(value, ("include",))
    return tuple(_include(reader, item, ("include", i)) for i, item in enumerate(items))


def _include(reader: Reader, value: object, here: Path) -> Include:
    raw = reader.mapping(value, here, ("from", "conditions", "trace"), ("from", "conditions"))
    trace = reader.mapping(raw.get("trace"), (*here, "trace"), ("part",))
    return Include(
        reader.text(raw.get("from"), (*here, "from")),
        reader.texts(raw.get("conditions"), (*here, "conditions")),
        reader.text(trace.get("part"), (*here, "trace", "part")),
        here,
    )


def finished(drafts: Sequence[Draft], judges: Mapping[str, Judge]) -> tuple[Label, ...]:
    """Each label with the conditions it includes; problems are remembered by its reader.

    Only a file's own conditions can be included: there are no chains.
    """
    by_id = {draft.label.label_id: draft.label for draft in drafts if draft.label.label_id}
    labels = []
    for draft in drafts:
        placed = [
            _Placed(condition, ("conditions", i))
            for i, condition in enumerate(draft.label.conditions)
        ]
        for include in draft.includes:
            placed.extend(_included(draft, include, by_id))
        _check_ids(draft.reader, placed, draft.label)
        _check_cycles(draft.reader, placed)
        label = replace(draft.label, conditions=tuple(p.condition for p in placed))
        _check_parameters(draft.reader, label, judges)
        labels.append(label)
    return tuple(sorted(labels, key=lambda label: label.label_id))


def _included(draft: Draft, include: Include, by_id: Mapping[str, Label]) -> Iterator[_Placed]:
    if not include.source:
        return
    source = by_id.get(include.source)
    if source is None:
        message = f"no label {shown(include.source)}; {nearest(include.source, tuple(by_id))}"
        draft.reader.bad((*include.path, "from"), message)
        return
    for i, wanted in enumerate(include.conditions):
        where = (*include.path, "conditions", i)
        found = source.condition(wanted)
        if found is None:
            known = tuple(c.condition_id for c in source.conditions)
            message = (
                f"{include.source} has no {shown(wanted)} of its own; {nearest(wanted, known)}"
            )
            draft.reader.bad(where, message)
            continue
        for wrong in _missing_here(found, draft.label):
            draft.reader.bad(where, f"{wanted} {wrong}")
        trace = replace(found.trace, part=include.part or found.trace.part)
        yield _Placed(replace(found, trace=trace), where)


def _missing_here(condition: Condition, label: Label) -> Iterator[str]:
    """What an included condition needs and the label that includes it does not have."""
    mapped = condition.findings.values()
    needs: tuple[tuple[str, Mapping[str, object], set[str | None]], ...] = (
        ("cadence", label.cadences, {condition.cadence}),
        ("confirm", label.confirmations, {condition.confirm, *(m.confirm for m in mapped)}),
        ("remedy", label.remedies, {condition.remedy, *(m.remedy for m in mapped)}),
    )
    for word, known, names in needs:
        for name in sorted(n for n in names if n is not None and n not in known):
            yield f"needs {word} {shown(name)}, which is not known here"
    for language in label.statement_languages:
        texts = (condition.statement, condition.messages, *(m.messages for m in mapped))
        if any(language not in text for text in texts if text):
            yield f"has no text in {shown(language)}"
    params = {} if condition.judge is None else condition.judge.params
    for value in params.values():
        wrong = (
            check_reference(str(value), label.parameters, label.vocabulary)
            if is_reference(value)
            else ""
        )
        if wrong:
            yield f"needs {wrong}"


def _check_ids(reader: Reader, placed: Sequence[_Placed], label: Label) -> None:
    names = [(p.condition.condition_id, p.path) for p in placed]
    names += [(duty.obligation_id, ("obligations", i)) for i, duty in enumerate(label.obligations)]
    seen: set[str] = set()
    for name, path in names:
        where = (*path, "id") if len(path) == 2 else path  # noqa: PLR2004 (own, not included)
        if name and name in seen:
            reader.bad(where, f"{shown(name)} stands here twice")
        seen.add(name)


def _check_cycles(reader: Reader, placed: Sequence[_Placed]) -> None:
    """Every dependency exists, and none leads back to where it began."""
    needs = {p.condition.condition_id: tuple(p.condition.depends_on) for p in placed}
    for item in placed:
        name = item.condition.condition_id
        for wanted in item.condition.depends_on:
            if wanted not in needs:
                path = (*item.path, "depends_on", wanted)
                reader.bad(path, f"unknown condition; {nearest(wanted, tuple(needs))}")
        seen: set[str] = set()
        queue = list(needs[name])
        while queue:
            wanted = queue.pop()
            if wanted == name:
                reader.bad((*item.path, "depends_on"), "depends on itself in the end")
                break
            if wanted not in seen:
                seen.add(wanted)
                queue.extend(needs.get(wanted, ()))


def _check_parameters(reader: Reader, label: Label, judges: Mapping[str, Judge]) -> None:
    """A parameter belongs to a judge, to a scanner, or to a ``$parameter.x`` of the file."""
    known = {name: [param] for name, param in SCANNER_PARAMETERS.items()}
    for judge in judges.values():
        for name, param in judge.params.items():
            known.setdefault(name, []).append(param)
    own = {
        name
        for condition in label.conditions
        if condition.judge is not None and condition.judge.uses in judges
        for name in own_parameters(condition.judge.params, judges[condition.judge.uses])
    }
    for name, value in label.parameters.items():
        here = ("parameters", name)
        if name not in known and name not in own:
            reader.bad(here, f"nothing has this parameter; {nearest(name, tuple(known))}")
        elif holds_reference(value):
            reader.bad(here, "a label parameter is a value, not a reference")
        else:
            wrong = [param for param in known.get(name, ()) if not fits(param, value)]
            if wrong:
                reader.bad(here, misfit(wrong[0], value))
