"""Reference of the settings, and the example file, from the settings themselves."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby

from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from monitor.settings import Settings
from monitor.settings_load import PREFIX, settings_fields, unwrapped
from monitor.settings_values import Freeze, format_duration
from scanners.api import Resolve

HEADER = """\
# Settings of keurwacht, all with their defaults.  Take the # off a line to change it.
# Looked for as ./keurwacht.toml, then as keurwacht/keurwacht.toml in the user's
# configuration folder, or named with --config.  A flag goes before the environment
# (KEURWACHT_SECTION__KEY), the environment before this file.  A secret can also be
# read from the file named by KEURWACHT_SECTION__KEY_FILE.
"""
_WORDS: Mapping[object, str] = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    str: "text",
    SecretStr: "secret text",
    timedelta: "duration",
    Resolve: "HOST:PORT:ADDR[:PORT]",
    Freeze: "day or period",
}


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as the reference shows it; ``default`` is TOML, empty when it must be given."""

    name: str
    type: str
    default: str
    env: str
    description: str


def settings_table() -> tuple[SettingRow, ...]:
    """Every setting, in the order of the example file."""
    return tuple(
        SettingRow(
            ".".join(path),
            type_words(annotation),
            "" if default is PydanticUndefined else toml_value(default),
            f"{PREFIX}{'__'.join(path).upper()}",
            description,
        )
        for path, annotation, default, description in settings_fields()
    )


def type_words(annotation: object) -> str:
    """The type in words for people who write TOML."""
    origin, arguments = unwrapped(annotation)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return " | ".join(member.value for member in annotation)
    if origin is tuple:
        # A pair is written as one text (DOMAIN=HOST:PORT).
        return "list of texts"
    if origin is Mapping:
        return f"table of name = {type_words(arguments[1])}"
    return _WORDS.get(annotation, "text")


def toml_value(value: object) -> str:
    """A default as it stands in TOML."""
    match value:
        case bool():
            return "true" if value else "false"
        case timedelta():
            return json.dumps(format_duration(value))
        case SecretStr():
            return json.dumps(value.get_secret_value())
        case StrEnum() | str():
            return json.dumps(str(value), ensure_ascii=False)
        case Mapping() | tuple() if not value:
            return "{}" if isinstance(value, Mapping) else "[]"
        case _:
            return repr(value)


def example_text() -> str:
    """The example file: every setting with its default, commented out."""
    parts = [HEADER]
    for section, rows in groupby(settings_table(), key=lambda row: row.name.split(".")[0]):
        parts.append(_section(section, tuple(rows)))
    return "\n".join(parts)


def _section(name: str, rows: tuple[SettingRow, ...]) -> str:
    annotation = Settings.model_fields[name].annotation
    _, arguments = unwrapped(annotation)
    named = bool(arguments)
    model = arguments[1] if named else annotation
    said = model.__doc__ if isinstance(model, type) and issubclass(model, BaseModel) else ""
    lines = [*_comment(said or ""), f"[{name}]"]
    if named:
        lines.append(f"# One table [{name}.NAME] each, with:")
    for row in rows:
        key = row.name.split(".")[-1]
        lines += ["", *_comment(f"{row.description} ({row.type})")]
        # What has no default cannot be taken over by taking the # off.
        lines.append(f"# {key} = ..." if named else f"#{key} = {row.default}")
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 96, initial_indent="# ", subsequent_indent="# ")
