"""Settings from a TOML file, the environment and the command line; every problem at once.

A flag goes before the environment, the environment before the file, the file
before the default.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TypeGuard, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from monitor.settings import Settings
from monitor.settings_lines import KeyPath, key_lines
from scanners.api import clip

PREFIX = "KEURWACHT_"
SECRET_FILE_MAX_BYTES = 65_536
VALUE_MAX_CHARS = 80
_AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")
# A key of ZAP where none belongs; a login in an address, whose password may hold anything.
_API_KEY = re.compile(r"(?<=api\.key=).*", re.DOTALL)
_URL_LOGIN = re.compile(r"(?<=://).*@", re.DOTALL)
_BOOLEANS = MappingProxyType(
    {"true": True, "yes": True, "on": True, "1": True}
    | {"false": False, "no": False, "off": False, "0": False}
)

# Keys of earlier versions, and what to write instead.
MOVED: Mapping[KeyPath, str] = MappingProxyType(
    {
        ("owasp", "zap"): 'zap.endpoints, a list: ["http://zap:8080"]',
        ("owasp", "zap_key"): "zap.keys",
        ("owasp", "zap_key_file"): "zap.keys (KEURWACHT_ZAP__KEYS_FILE)",
        ("owasp", "zap_command"): 'zap.command, a list of words: ["/opt/zap/zap.sh"]',
    }
)


class SettingsError(Exception):
    """The settings cannot be used.  ``problems``: one line each, with place, key and choices."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(slots=True)
class _Sources:
    """The merged values, where each came from, and what is wrong so far."""

    file: str
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    origins: dict[KeyPath, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def put(self, path: KeyPath, value: object, origin: str) -> None:
        """Set a value above what is there; a parent that is no table stays as it is."""
        table = self.values
        for part in path[:-1]:
            child = table.setdefault(part, {})
            if not isinstance(child, dict):
                return
            table = child
        table[path[-1]] = value
        self.origins[path] = origin

    def place(self, path: KeyPath) -> str:
        """Where the value of ``path`` stands, as near as can be told."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        below = [o for p, o in self.origins.items() if p[: len(path)] == path]
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return f"{self.file}:{self.lines[path[:length]]}"
        return below[0] if below else (self.file or "settings")


def load_settings(
    path: Path | None, environ: Mapping[str, str], overrides: Mapping[str, object]
) -> Settings:
    """The settings of file, environment (``KEURWACHT_SECTION__KEY``) and flags.

    ``overrides`` are by dotted name (``work.slots``); None means not given.
    Secrets are also read from the file named by ``..._FILE``.  Raises
    SettingsError with every problem; the value of a secret is never in it.
    """
    sources = _Sources(file=str(path) if path is not None else "")
    if path is not None:
        _read_file(path, sources)
    _read_environment(environ, sources)
    for name, value in overrides.items():
        if value is not None:
            dotted = tuple(name.split("."))
            _, annotation = _locate(dotted, sources.values)
            plain = _from_text(value, annotation) if isinstance(value, str) else _plain(value)
            sources.put(dotted, plain, "command line")
    settings = _validated(sources)
    if settings is None or sources.problems:
        raise SettingsError(tuple(dict.fromkeys(sources.problems)))
    return settings if settings.database_url else _with_user_database(settings, environ)


def find_config(environ: Mapping[str, str], folder: Path) -> Path | None:
    """The settings file used when none is named: ./keurwacht.toml, then the user's own."""
    home = Path(environ.get("HOME", "~")).expanduser()
    configs = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    choices = (folder / "keurwacht.toml", configs / "keurwacht" / "keurwacht.toml")
    return next((choice for choice in choices if choice.is_file()), None)


def unwrapped(annotation: object) -> tuple[object, tuple[object, ...]]:
    """Origin and arguments of an annotation: (tuple, ...), (Mapping, (str, X)), (int, ())."""
    return get_origin(annotation) or annotation, get_args(annotation)


def _with_user_database(settings: Settings, environ: Mapping[str, str]) -> Settings:
    home = Path(environ.get("HOME", "~")).expanduser()
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    url = SecretStr(f"sqlite:///{data / 'keurwacht' / 'keurwacht.db'}")
    database = settings.database.model_copy(update={"url": url})
    return settings.model_copy(update={"database": database})


def _read_file(path: Path, sources: _Sources) -> None:
    try:
        text = path.read_bytes().decode("utf-8")
        sources.values = tomllib.loads(text)
    except OSError as error:
        sources.problems.append(f"{path}: cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        sources.problems.append(f"{path}: is not UTF-8 (byte {error.start})")
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        said = _AT_LINE.sub("", str(error)).replace(" (at end of document)", ", at the end")
        sources.problems.append(f"{path}:{line}: TOML: {said}")
    else:
        sources.lines = key_lines(text)


def _read_environment(environ: Mapping[str, str], sources: _Sources) -> None:
    for name in sorted(environ):
        # Names without a section are others' (service links such as KEURWACHT_PORT).
        if not name.startswith(PREFIX) or "__" not in name:
            continue
        dotted = tuple(name.removeprefix(PREFIX).lower().split("__"))
        path, annotation = _locate(dotted, sources.values)
        text = environ[name]
        if annotation is None and dotted[-1].endswith("_file"):
            secret = (*dotted[:-1], dotted[-1].removesuffix("_file"))
            path, annotation = _locate(secret, sources.values)
            if annotation is SecretStr:
                _read_secret(name, path, text, environ, sources)
                continue
            path = dotted
        try:
            text.encode()
        except UnicodeEncodeError:
            sources.problems.append(f"environment {name}: {'.'.join(path)}: is not UTF-8")
            continue
        sources.put(path, _from_text(text, annotation), f"environment {name}")


def _read_secret(
    name: str, path: KeyPath, file: str, environ: Mapping[str, str], sources: _Sources
) -> None:
    place = f"environment {name}: {'.'.join(path)}"
    if name.removesuffix("_FILE") in environ:
        sources.problems.append(f"{place}: is given twice, with and without _FILE")
        return
    try:
        with Path(file).open("rb") as opened:
            raw = opened.read(SECRET_FILE_MAX_BYTES + 1)
        text = raw.decode("utf-8").rstrip("\r\n")
    except OSError as error:
        sources.problems.append(f"{place}: {_shown(file)} cannot be read: {error.strerror}")
    except ValueError:
        sources.problems.append(f"{place}: {_shown(file)} is not UTF-8 text")
    else:
        if len(raw) > SECRET_FILE_MAX_BYTES:
            sources.problems.append(f"{place}: {_shown(file)} is longer than 64 KiB")
        sources.put(path, text, f"environment {name}")


def _locate(dotted: KeyPath, values: Mapping[str, object]) -> tuple[KeyPath, object]:
    """The path with free names spelled as in the file, and the type there (None: no setting)."""
    path: list[str] = []
    here: object = Settings
    table: object = values
    for part in dotted:
        origin, arguments = unwrapped(here)
        if _is_section(here):
            known = here.model_fields.get(part)
            name, here = part, None if known is None else known.annotation
        elif origin is Mapping:
            name, here = _spelled(part, table), arguments[1]
        else:
            name, here = part, None
        path.append(name)
        table = table.get(name) if isinstance(table, Mapping) else None
    return tuple(path), here


def _spelled(part: str, table: object) -> str:
    """An environment name cannot hold ``-`` or case: the file's spelling stands."""
    names = table if isinstance(table, Mapping) else {}
    return next((n for n in names if str(n).lower().replace("-", "_") == part), part)


def _from_text(text: str, annotation: object) -> object:
    """Text as the value its setting wants; text that does not fit stays text."""
    origin, _ = unwrapped(annotation)
    value: object = text
    try:
        if annotation is bool:
            value = _BOOLEANS.get(text.strip().lower(), text)
        elif annotation is int:
            value = int(text)
        elif annotation is float:
            value = float(text)
        elif origin is tuple:
            value = _list(text)
        elif origin is Mapping or _is_section(annotation):
            value = json.loads(text)
    except ValueError:
        return text
    return value


def _list(text: str) -> object:
    """A JSON list, or values with commas between them (``[::1]:25:...`` is such a value)."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, list):
        return found
    return [part.strip() for part in text.split(",") if part.strip()]


def _plain(value: object) -> object:
    """A value in the form of JSON."""
    match value:
        case timedelta():
            return value.total_seconds()
        case date() | datetime() | time():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case bool() | int() | float() | None:
            return value
        case _:
            return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _validated(sources: _Sources) -> Settings | None:
    try:
        # JSON is strict about types, yet takes lists for tuples and text for enums.
        return Settings.model_validate_json(json.dumps(_plain(sources.values)), strict=True)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            sources.problems.append(_problem(detail, sources))
    return None


def _problem(detail: ErrorDetails, sources: _Sources) -> str:
    loc = tuple(str(part) for part in detail["loc"])
    _, annotation = _locate(loc, {})
    kind, context = detail["type"], detail.get("ctx", {})
    shown = "" if _secret(loc) else f", got {_shown(_value(sources.values, loc))}"
    if kind == "extra_forbidden":
        now = MOVED.get(loc)
        what = f"is now {now}" if now else f"unknown {_noun(loc)}{_nearest(loc)}"
        shown = ""
    elif kind == "missing":
        what, shown = "is missing", ""
    elif kind == "value_error":
        what = str(context.get("error", detail["msg"]))
        # What is said of a secret never repeats it.
        what = what if _secret(loc) else _without_login(what)
        shown = "" if _is_section(annotation) else shown
    elif kind == "enum":
        what = f"wanted one of {context.get('expected', '')}"
    else:
        what = detail["msg"].replace("Input should be", "wanted").replace("object", "table")
    return f"{sources.place(loc)}: {'.'.join(loc)}: {what}{shown}"


def _noun(loc: KeyPath) -> str:
    return "section" if len(loc) == 1 else "key"


def _nearest(loc: KeyPath) -> str:
    _, parent = _locate(loc[:-1], {})
    model = Settings if len(loc) == 1 else parent
    if not _is_section(model):
        return ""
    known = list(model.model_fields)
    close = difflib.get_close_matches(loc[-1], known, n=1)
    return f"; nearest: {close[0]}" if close else f"; known: {', '.join(known)}"


def _is_section(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _secret(loc: KeyPath) -> bool:
    return any(_locate(loc[:length], {})[1] is SecretStr for length in range(1, len(loc) + 1))


def _value(values: object, loc: KeyPath) -> object:
    for part in loc:
        if isinstance(values, Mapping):
            values = values.get(part)
        elif isinstance(values, list) and part.isdigit() and int(part) < len(values):
            values = values[int(part)]
        else:
            return values
    return values


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a table"
    # Before it is cut: the @ that ends a login may stand far behind.
    return clip(_API_KEY.sub("[hidden]", _without_login(repr(value))), VALUE_MAX_CHARS)


def _without_login(text: str) -> str:
    return _URL_LOGIN.sub("[hidden]@", text)


def settings_fields(
    model: type[BaseModel] = Settings, path: KeyPath = ()
) -> Iterator[tuple[KeyPath, object, object, str]]:
    """Every setting as (path, annotation, default, description), in the order of the sections."""
    for name, info in model.model_fields.items():
        here, annotation = (*path, name), info.annotation
        origin, arguments = unwrapped(annotation)
        if _is_section(annotation):
            yield from settings_fields(annotation, here)
        elif origin is Mapping and _is_section(arguments[1]):
            yield from settings_fields(arguments[1], (*here, "NAME"))
        else:
            yield here, annotation, info.default, info.description or ""
