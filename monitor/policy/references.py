"""References in parameters (``$member.kvk``) and the parameters in force for a condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

from monitor.domain.label import Condition, Label
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.policy.judge import Judge, Param
from scanners.api import clip

_MEMBER = tuple(f.name for f in fields(Member) if f.name not in ("contacts", "categories"))
_SUBJECT = tuple(f.name for f in fields(Site) if f.name != "certifications")
FAMILIES = ("member", "parameter", "subject", "vocabulary")
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "int": int,
    "float": (int, float),
    "str": str,
    "bool": bool,
    "list[str]": list,
    "dict": dict,
}


class ParameterError(Exception):
    """A parameter is unknown or has a value of another type; the message has the choices."""


def check_reference(
    text: str, parameters: Mapping[str, object], vocabulary: Mapping[str, object]
) -> str:
    """What is wrong with a reference, "" when nothing is."""
    family, dot, name = text.removeprefix("$").partition(".")
    known: Iterable[str]
    match family:
        case "member":
            known = _MEMBER
        case "subject" | "site":
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
    """Is ``value`` of the parameter's type?  Nothing (null) fits where the default is None."""
    if value is None:
        return param.default is None
    wanted = _TYPES[param.type]
    if isinstance(value, bool) and param.type != "bool":
        return False
    return isinstance(value, wanted)


def known_parameters(labels: Iterable[Label], judges: Mapping[str, Judge]) -> Mapping[str, Param]:
    """Every parameter that ``--param`` and the site file may set, by name."""
    found: dict[str, Param] = dict(SCANNER_PARAMETERS)
    for label in labels:
        for condition in label.conditions:
            if condition.judge is not None:
                found.update(judges[condition.judge.uses].params)
    return found


# Thresholds of rule AB are applied while reading: they go to the scanner.
SCANNER_PARAMETERS: Mapping[str, Param] = {
    "start_page_min_chars": Param("int", 400, "visible characters a start page must have"),
    "consent_wall_max_chars": Param("int", 300, "a page this short with consent words is a wall"),
    "terms_min_chars": Param("int", 1500, "characters general terms must have"),
    "product_sample_min": Param("int", 5, "product pages to sample"),
}


def resolve_params(
    condition: Condition,
    judge: Judge,
    label: Label,
    member: Member,
    site: Site,
    overrides: Mapping[str, object],
) -> Mapping[str, object]:
    """The parameters in force: judge default < label < condition < override, by name.

    Raises ParameterError when an override is of another type.
    """
    given = {} if condition.judge is None else condition.judge.params
    found: dict[str, object] = {}
    for name, param in judge.params.items():
        value = given.get(name, label.parameters.get(name, param.default))
        found[name] = _resolved(value, label, member, site, overrides)
        if name in overrides:
            found[name] = converted(name, param, overrides[name])
    return found


def converted(name: str, param: Param, value: object) -> object:
    """``value`` as the parameter's type; text from the command line is read as a number."""
    try:
        if isinstance(value, str):
            if param.type == "int":
                return int(value)
            if param.type == "float":
                return float(value)
            if param.type == "bool" and value in ("true", "false"):
                return value == "true"
            if param.type == "list[str]":
                return [part.strip() for part in value.split(",")]
    except ValueError:
        pass
    if not fits(param, value):
        raise ParameterError(f"parameter {name}: {clip(str(value), 60)!r} is not {param.type}")
    return value


def _resolved(
    value: object, label: Label, member: Member, site: Site, overrides: Mapping[str, object]
) -> object:
    if not (isinstance(value, str) and value.startswith("$")):
        return value
    family, _, name = value[1:].partition(".")
    match family:
        case "member":
            return getattr(member, name, None)
        case "subject" | "site":
            return getattr(site, name, None)
        case "parameter":
            return overrides.get(name, label.parameters.get(name))
        case _:
            return label.vocabulary.get(name)
