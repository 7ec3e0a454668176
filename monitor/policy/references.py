"""References in parameters (``$member.kvk``) and the parameters in force for a condition."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from monitor.domain.label import Condition, Label
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.policy.judge import Judge, Param
from scanners.api import clip

_MEMBER = tuple(f.name for f in fields(Member) if f.name not in ("contacts", "categories"))
_SUBJECT = tuple(f.name for f in fields(Site) if f.name != "certifications")
FAMILIES = ("member", "parameter", "subject", "vocabulary")
# Days, characters and counts: a larger number is a slip and would overflow a date.
NUMBER_MAX = 1_000_000
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "int": int,
    "float": (int, float),
    "str": str,
    "bool": bool,
    "list[str]": list,
    "dict": dict,
}
_WORDS: Mapping[str, str] = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "list[str]": "a list of texts",
    "dict": "a mapping",
}

# Thresholds of rule AB are applied while reading: they go to the scanner.
SCANNER_PARAMETERS: Mapping[str, Param] = {
    "start_page_min_chars": Param("int", 400, "visible characters a start page must have"),
    "consent_wall_max_chars": Param("int", 300, "a page this short with consent words is a wall"),
    "terms_min_chars": Param("int", 1500, "characters general terms must have"),
    "product_sample_min": Param("int", 5, "product pages to sample"),
}


def reading_options(labels: Iterable[Label]) -> Mapping[str, object]:
    """What label files say of the scanners' own thresholds; of several labels the largest.

    A larger threshold only makes a page count as unread sooner: nobody is accused by it.
    """
    found: dict[str, float] = {}
    for label in labels:
        for name in SCANNER_PARAMETERS:
            value = label.parameters.get(name)
            if isinstance(value, int | float):
                found[name] = max(value, found.get(name, value))
    return found


class ParameterError(Exception):
    """A parameter is unknown or has a value of another type; the message has the choices."""


def is_reference(value: object) -> bool:
    """Does the value stand for another one?"""
    return isinstance(value, str) and value.startswith("$")


def holds_reference(value: object) -> bool:
    """Is there a reference anywhere inside a list or mapping?"""
    if isinstance(value, Mapping):
        return any(holds_reference(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_reference(item) for item in value)
    return is_reference(value)


def check_reference(
    text: str, parameters: Mapping[str, object], vocabulary: Mapping[str, object]
) -> str:
    """What is wrong with a reference, "" when nothing is."""
    family, dot, name = text.removeprefix("$").partition(".")
    known: Iterable[str]
    match family:
        case "member":
            known = _MEMBER
        case "subject":
            known = _SUBJECT
        case "parameter":
            known = parameters
        case "vocabulary":
            known = vocabulary
        case _:
            return f"{clip(text, 60)!r}: a reference begins with {', '.join(FAMILIES)}"
    if not dot or name not in known:
        choices = ", ".join(sorted(known)) or "none"
        return f"{clip(text, 60)!r}: {family} has no {clip(name, 40)!r}; known: {choices}"
    return ""


def fits(param: Param, value: object) -> bool:
    """Is ``value`` of the parameter's type?  Nothing (null) fits where the default is None.

    Numbers are finite and at most NUMBER_MAX away from zero; a list holds texts.
    """
    if value is None:
        return param.default is None
    if isinstance(value, bool) and param.type != "bool":
        return False
    if not isinstance(value, _TYPES[param.type]):
        return False
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    if isinstance(value, int | float):
        return math.isfinite(value) and abs(value) <= NUMBER_MAX
    return True


def misfit(param: Param, value: object) -> str:
    """In words, why a value that does not fit does not."""
    shown = "nothing" if value is None else repr(clip(str(value), 60))
    wanted = _WORDS[param.type]
    if isinstance(value, int | float) and abs(value) > NUMBER_MAX:
        wanted += f" of at most {NUMBER_MAX}"
    return f"{shown} is not {wanted}"


def known_parameters(labels: Iterable[Label], judges: Mapping[str, Judge]) -> Mapping[str, Param]:
    """Every parameter that ``--param`` and the site file may set, by name.

    Those of the judges the labels use, those a label file names itself
    (``$parameter.x``), and the thresholds of the scanners.
    """
    found: dict[str, Param] = dict(SCANNER_PARAMETERS)
    for label in labels:
        for condition in label.conditions:
            if condition.judge is None:
                continue
            judge = judges[condition.judge.uses]
            found.update(judge.params)
            for name, param in own_parameters(condition.judge.params, judge).items():
                found[name] = replace(param, default=label.parameters.get(name))
    return found


def own_parameters(given: Mapping[str, object], judge: Judge) -> Mapping[str, Param]:
    """The parameters a condition names by ``$parameter.x``, with the type they must have."""
    return {
        str(value).partition(".")[2]: judge.params[name]
        for name, value in given.items()
        if name in judge.params and is_reference(value) and str(value).startswith("$parameter.")
    }


def checked_overrides(
    overrides: Mapping[str, object], labels: Iterable[Label], judges: Mapping[str, Judge]
) -> Mapping[str, object]:
    """Values of ``--param`` and site files as the types of their parameters.

    Raises ParameterError for a name no label asks for (with the known ones) and
    for a value of another type.
    """
    known = known_parameters(labels, judges)
    found: dict[str, object] = {}
    for name, value in overrides.items():
        if name not in known:
            choices = ", ".join(sorted(known))
            raise ParameterError(f"unknown parameter {clip(name, 60)!r}; known: {choices}")
        found[name] = converted(name, known[name], value)
    return found


def resolve_params(
    condition: Condition,
    judge: Judge,
    label: Label,
    member: Member,
    site: Site,
    overrides: Mapping[str, object],
) -> Mapping[str, object]:
    """The parameters in force: judge default < label < condition < override, by name.

    Overrides for other judges are passed over; ``checked_overrides`` refuses
    names that nobody knows.  Raises ParameterError when an override is of
    another type.
    """
    given = {} if condition.judge is None else condition.judge.params
    found: dict[str, object] = {}
    for name, param in judge.params.items():
        if name in overrides:
            found[name] = converted(name, param, overrides[name])
            continue
        value = given.get(name, label.parameters.get(name, param.default))
        found[name] = value
        if is_reference(value):
            found[name] = _resolved(str(value), param, label, member, site, overrides)
    return found


def converted(name: str, param: Param, value: object) -> object:
    """``value`` as the parameter's type; text from the command line is read as a number."""
    read = _from_text(param, value) if isinstance(value, str) else value
    if not fits(param, read):
        raise ParameterError(f"parameter {name}: {misfit(param, read)}")
    return read


def _from_text(param: Param, text: str) -> object:
    try:
        if param.type == "int":
            return int(text)
        if param.type == "float":
            return float(text)
    except ValueError:
        return text
    if param.type == "bool" and text in ("true", "false"):
        return text == "true"
    if param.type == "list[str]":
        return [part.strip() for part in text.split(",")]
    return text


def _resolved(
    text: str,
    param: Param,
    label: Label,
    member: Member,
    site: Site,
    overrides: Mapping[str, object],
) -> object:
    family, _, name = text[1:].partition(".")
    match family:
        case "member":
            return getattr(member, name, None)
        case "subject":
            return getattr(site, name, None)
        case "parameter" if name in overrides:
            return converted(name, param, overrides[name])
        case "parameter":
            return label.parameters.get(name)
        case _:
            return label.vocabulary.get(name)
